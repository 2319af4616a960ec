//! How lanes look at textures and surfaces: which texels, of which level, and what becomes of them.

use super::Fault;
use super::exchange::Exchange;
use super::lanes::{LANES, Lanes, NONE};
use super::memory::{Memory, bits};
use super::texture::{Addressing, Detail, Geometry, Look, Texel, Texture, read, write};

/// Columns behind the registers: coordinates, a level or gradients, offsets.
const NUMBERS: usize = 16;

/// Does a texture or surface instruction for the lanes of the mask. The operands: the object in `a`; in `more` the registers that
/// are written or read, then the coordinates and what follows them.
pub(super) fn perform(lanes: &mut Lanes<'_>, look: Look, operands: &Exchange) -> Result<(), Fault> {
    // SAFETY: the decoder made the object 64 bits wide (Operand 1).
    let objects = unsafe { lanes.read::<u64>(operands.a) };
    let count = operands.b as usize;
    let (registers, coordinates) = operands.more.split_at(count);
    let wide = operands.wide;
    let mut c = [[0u32; LANES]; NUMBERS];
    for (to, column) in c.iter_mut().zip(coordinates) {
        // SAFETY: the decoder made coordinates 32 bits wide (Operand 1).
        *to = unsafe { lanes.read::<u32>(*column) };
    }
    let mut values = [[0u64; LANES]; 4];
    if look.takes() {
        for (to, column) in values.iter_mut().zip(registers) {
            // SAFETY: the decoder checked the registers' widths (Operand 1).
            *to = unsafe {
                if wide { lanes.read::<u64>(*column) } else { lanes.read::<u32>(*column).map(u64::from) }
            };
        }
    }
    let mut levels = Levels { memory: &mut lanes.memory, known: None };
    for lane in bits(lanes.mask) {
        let point = std::array::from_fn(|index| c[index][lane]);
        let mine: [u64; 4] = std::array::from_fn(|index| values[index][lane]);
        let got = look_at(&mut levels, objects[lane], look, point, mine)?;
        for (to, value) in values.iter_mut().zip(got) {
            to[lane] = value;
        }
    }
    if look.takes() {
        return Ok(());
    }
    for (value, column) in values.iter().zip(registers).filter(|it| *it.1 != NONE) {
        // SAFETY: the decoder checked the registers' widths (Operand 1).
        unsafe {
            if wide {
                lanes.write(*column, value);
            } else {
                lanes.write(*column, &value.map(|it| it as u32));
            }
        }
    }
    Ok(())
}

/// Finds textures by object and level, and remembers the last one.
struct Levels<'l, 'r> {
    memory: &'l mut Memory<'r>,
    known: Option<(u64, u32, Texture)>,
}

impl Levels<'_, '_> {
    fn find(&mut self, object: u64, level: u32) -> Result<Texture, Fault> {
        match self.known {
            Some((known, at, texture)) if (known, at) == (object, level) => Ok(texture),
            _ => {
                let device = self.memory.device;
                let found =
                    if level == 0 { device.texture(object)? } else { device.texture_level(object, level)? };
                self.known = Some((object, level, found));
                Ok(found)
            }
        }
    }
}

/// Which of a mipmap's levels to read, and the weight of the second.
fn levels_of(texture: &Texture, asked: f32) -> (u32, u32, f32) {
    let last = texture.levels.saturating_sub(1);
    let [low, high] = texture.level_range;
    // Not a number becomes the lowest.
    let level = (asked + texture.level_bias).min(high).max(low).min(last as f32).max(0.0);
    if !texture.between_levels {
        let nearest = (level + 0.5).floor() as u32;
        return (nearest.min(last), nearest.min(last), 0.0);
    }
    let lower = level.floor();
    // Weights have eight fractional bits.
    let weight = ((level - lower) * 256.0).round_ties_even() / 256.0;
    (lower as u32, (lower as u32 + 1).min(last), weight)
}

/// The level that suits gradients: one texel of it for each step.
fn level_for(texture: &Texture, gradients: &[u32], directions: usize) -> f32 {
    let length = |from: &[u32]| {
        let squares = from.iter().take(directions).enumerate().map(|(axis, step)| {
            let scale = if texture.normalized { texture.extent[axis] as f32 } else { 1.0 };
            let step = f32::from_bits(*step) * scale;
            step * step
        });
        squares.sum::<f32>().sqrt()
    };
    let (x, y) = gradients.split_at(directions);
    length(x).max(length(y)).log2()
}

fn look_at(
    levels: &mut Levels<'_, '_>,
    object: u64,
    look: Look,
    c: [u32; NUMBERS],
    values: [u64; 4],
) -> Result<[u64; 4], Fault> {
    let texture = levels.find(object, 0)?;
    match look {
        Look::Sample { geometry, integers, detail, shifted, sampled } => {
            let count = geometry.coordinates();
            let directions = geometry.directions();
            let asked = match detail {
                Detail::First => 0.0,
                Detail::Level if integers => c[count] as i32 as f32,
                Detail::Level => f32::from_bits(c[count]),
                Detail::Gradient if texture.levels > 1 => {
                    level_for(&texture, &c[count..count + 2 * directions], directions)
                }
                Detail::Gradient => 0.0,
            };
            let behind = match detail {
                Detail::First => count,
                Detail::Level => count + 1,
                Detail::Gradient => count + 2 * directions,
            };
            let shift = match shifted {
                true => [0, 1, 2]
                    .map(|axis| if axis < directions { i64::from(c[behind + axis] as i32) } else { 0 }),
                false => [0; 3],
            };
            let point = [c[0], c[1], c[2], c[3]];
            let sampler = sampled.then(|| c[behind + if shifted { directions } else { 0 }]);
            let texture = texture.sampled_by(sampler);
            if texture.levels < 2 {
                return Ok(sample(&texture, geometry, integers, point, shift).map(u64::from));
            }
            let (first, second, weight) = levels_of(&texture, asked);
            let one =
                sample(&levels.find(object, first)?.sampled_by(sampler), geometry, integers, point, shift);
            if weight == 0.0 || !texture.is_float() {
                return Ok(one.map(u64::from));
            }
            let other =
                sample(&levels.find(object, second)?.sampled_by(sampler), geometry, integers, point, shift);
            Ok(std::array::from_fn(|index| {
                let (a, b) = (f32::from_bits(one[index]), f32::from_bits(other[index]));
                u64::from(((1.0 - weight) * a + weight * b).to_bits())
            }))
        }
        Look::Gather { geometry, component } => {
            let (layer, c) =
                if geometry.is_layered() { (i64::from(c[0]), [c[1], c[2], 0]) } else { (0, [c[0], c[1], 0]) };
            Ok(texture.gather(c.map(f32::from_bits), component, layer).map(u64::from))
        }
        Look::Load { geometry, bytes, count, outside } => {
            let all = u64::from(bytes) * u64::from(count);
            let place =
                texture.place(geometry, [c[0], c[1], c[2]].map(|it| it as i32), (all, false), outside)?;
            let Some(place) = place else { return Ok([0; 4]) };
            let element = |index: usize| read(place.wrapping_add(index * usize::from(bytes)), bytes.into());
            Ok(std::array::from_fn(|index| if index < usize::from(count) { element(index) } else { 0 }))
        }
        Look::Store { geometry, bytes, count, outside } => {
            texture.must_be_writable()?;
            let all = u64::from(bytes) * u64::from(count);
            let place =
                texture.place(geometry, [c[0], c[1], c[2]].map(|it| it as i32), (all, false), outside)?;
            if let Some(place) = place {
                for (index, value) in values.into_iter().enumerate().take(count.into()) {
                    write(place.wrapping_add(index * usize::from(bytes)), bytes.into(), value);
                }
            }
            Ok([0; 4])
        }
        Look::Put { geometry, count, outside } => {
            texture.must_be_writable()?;
            let bytes = texture.channel.bytes();
            let all = u64::from(bytes * texture.channels);
            let place =
                texture.place(geometry, [c[0], c[1], c[2]].map(|it| it as i32), (all, true), outside)?;
            if let Some(place) = place {
                for (index, value) in
                    values.into_iter().enumerate().take(usize::from(count).min(texture.channels as usize))
                {
                    write(place.wrapping_add(index * bytes as usize), bytes, texture.encoded(value as u32));
                }
            }
            Ok([0; 4])
        }
        Look::Reduce { geometry, reduction, texels, outside } => {
            texture.must_be_writable()?;
            let bytes = u64::from(reduction.bytes());
            let place =
                texture.place(geometry, [c[0], c[1], c[2]].map(|it| it as i32), (bytes, texels), outside)?;
            if let Some(place) = place {
                // SAFETY: the place lies inside of the surface, whose memory the device promises, at a multiple of the element's
                // length from a row's start, which is as aligned.
                unsafe { reduction.apply(place, values[0]) };
            }
            Ok([0; 4])
        }
        Look::Ask { property, level } => {
            let texture = if level && c[0] != 0 { levels.find(object, c[0])? } else { texture };
            Ok([texture.property(property), 0, 0, 0])
        }
    }
}

fn sample(texture: &Texture, geometry: Geometry, integers: bool, c: [u32; 4], shift: [i64; 3]) -> Texel {
    let (layer, c) = if geometry.is_layered() { (c[0], [c[1], c[2], c[3]]) } else { (0, [c[0], c[1], c[2]]) };
    let layer = i64::from(layer);
    if integers {
        let directions = if geometry.is_layered() { 2 } else { 3 };
        // An index outside gives zero.
        let place: [i64; 3] = std::array::from_fn(|axis| i64::from(c[axis] as i32) + shift[axis]);
        let outside = (0..directions.min(geometry.coordinates()))
            .any(|it| !(0..texture.extent[it] as i64).contains(&place[it]));
        let place = match geometry {
            Geometry::Lines => [place[0], 0, layer],
            Geometry::Planes => [place[0], place[1], layer],
            Geometry::Line => [place[0], 0, 0],
            Geometry::Plane => [place[0], place[1], 0],
            _ => place,
        };
        return if outside { [0; 4] } else { texture.fetch(place, 0) };
    }
    let x = c.map(f32::from_bits);
    match geometry {
        Geometry::Line | Geometry::Lines => texture.sample_beside(x, 1, layer, shift),
        Geometry::Plane | Geometry::Planes => texture.sample_beside(x, 2, layer, shift),
        Geometry::Volume => texture.sample_beside(x, 3, 0, shift),
        Geometry::Cube | Geometry::Cubes => {
            let (face, x) = Texture::on_cube(x);
            let flat = Texture { normalized: true, addressing: [Addressing::Clamp; 3], ..*texture };
            flat.sample(x, 2, 6 * layer + face)
        }
    }
}

//! Textures and surfaces: memory that kernels read and write by coordinates.
//!
//! What a coordinate means, the programming guide says ("Texture Fetching"): addressing modes, nearest and linear filtering with
//! weights of eight fractional bits, and conversions to floating point. A surface is read and written as it is; its `x` counts
//! bytes.

use super::exchange::Exchange;
use super::lanes::{LANES, Lanes, NONE};
use super::memory::bits;
use super::{Fault, FaultKind};

/// What the channels of a texel are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// An unsigned integer of so many bytes.
    Unsigned(u32),
    /// A signed integer of so many bytes.
    Signed(u32),
    /// Half precision.
    Half,
    /// Single precision.
    Single,
}

impl Channel {
    /// The length in bytes.
    pub fn bytes(self) -> u32 {
        match self {
            Self::Unsigned(bytes) | Self::Signed(bytes) => bytes,
            Self::Half => 2,
            Self::Single => 4,
        }
    }
}

/// What becomes of coordinates outside of a texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Addressing {
    /// Repeats the texture; only with normalized coordinates.
    Wrap,
    /// Takes the nearest texel of the edge.
    Clamp,
    /// Repeats the texture, every other time in a mirror; only with normalized coordinates.
    Mirror,
    /// Gives zero.
    Border,
}

/// Memory as a kernel looks at it through a texture or surface object.
#[derive(Clone, Copy, Debug)]
pub struct Texture {
    /// Where the first texel is in this process.
    pub host: *mut u8,
    /// Texels in each row, rows, and slices or layers.
    pub extent: [u64; 3],
    /// Bytes from a row to the next.
    pub row_bytes: u64,
    /// What each channel is.
    pub channel: Channel,
    /// How many channels a texel has: 1, 2 or 4.
    pub channels: u32,
    /// For each direction.
    pub addressing: [Addressing; 3],
    /// Whether neighbours are interpolated.
    pub linear: bool,
    /// Whether coordinates go from 0 to 1.
    pub normalized: bool,
    /// Whether integers become numbers from 0, or -1, to 1.
    pub to_float: bool,
    /// Whether kernels may write it.
    pub writable: bool,
}

// SAFETY: the pointer is only followed in a kernel that runs, whose device promises that the memory is there and that races
// are the kernel's own affair.
unsafe impl Send for Texture {}
// SAFETY: as for `Send`.
unsafe impl Sync for Texture {}

/// Four channels, as bits.
type Texel = [u32; 4];

/// The shape that an instruction takes a texture for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Geometry {
    Line,
    Plane,
    Volume,
    Lines,
    Planes,
    Cube,
    Cubes,
}

impl Geometry {
    /// How many coordinates there are, the layer among them.
    pub(super) fn coordinates(self) -> usize {
        match self {
            Self::Line => 1,
            Self::Plane | Self::Lines => 2,
            Self::Volume | Self::Planes | Self::Cube => 3,
            Self::Cubes => 4,
        }
    }

    pub(super) fn is_layered(self) -> bool {
        matches!(self, Self::Lines | Self::Planes | Self::Cubes)
    }
}

/// What a surface does with coordinates outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outside {
    Trap,
    Clamp,
    Zero,
}

/// What is asked of a texture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Property {
    Width,
    Height,
    Depth,
}

/// What an instruction does with a texture or surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// `tex`: with coordinates as integers or in floating point.
    Sample { geometry: Geometry, integers: bool },
    /// `tld4`: one channel of the four texels that a linear filter would take.
    Gather { component: u8 },
    /// `suld.b`, of so many elements of so many bytes each.
    Load { geometry: Geometry, bytes: u8, count: u8, outside: Outside },
    /// `sust.b`
    Store { geometry: Geometry, bytes: u8, count: u8, outside: Outside },
    /// `txq` and `suq`
    Ask(Property),
}

impl Texture {
    fn at(&self, [x, y, z]: [u64; 3]) -> *const u8 {
        let offset =
            (z * self.extent[1] + y) * self.row_bytes + x * u64::from(self.channel.bytes() * self.channels);
        self.host.wrapping_add(offset as usize)
    }

    /// Reads the texel there; channels that it does not have are zero, the fourth one.
    fn texel(&self, place: [u64; 3]) -> Texel {
        let from = self.at(place);
        let one = if self.is_float() { 1f32.to_bits() } else { 1 };
        let mut texel = [0, 0, 0, one];
        for (index, to) in texel.iter_mut().enumerate().take(self.channels as usize) {
            let from = from.wrapping_add(index * self.channel.bytes() as usize);
            *to = self.converted(read(from, self.channel.bytes()));
        }
        texel
    }

    /// Whether what is read are numbers in floating point.
    fn is_float(&self) -> bool {
        match self.channel {
            Channel::Half | Channel::Single => true,
            Channel::Unsigned(bytes) | Channel::Signed(bytes) => self.to_float && bytes < 4,
        }
    }

    fn converted(&self, raw: u64) -> u32 {
        let raw = raw as u32;
        match self.channel {
            Channel::Single => raw,
            Channel::Half => (super::number::half(raw) as f32).to_bits(),
            Channel::Unsigned(bytes) if self.to_float && bytes < 4 => {
                (raw as f32 / ((1u32 << (8 * bytes)) - 1) as f32).to_bits()
            }
            Channel::Signed(bytes) => {
                let shift = 32 - 8 * bytes;
                let value = ((raw << shift) as i32) >> shift;
                if self.to_float && bytes < 4 {
                    (value as f32 / ((1u32 << (8 * bytes - 1)) - 1) as f32).max(-1.0).to_bits()
                } else {
                    value as u32
                }
            }
            Channel::Unsigned(_) => raw,
        }
    }

    /// Brings an index into the texture; `None` is the border.
    fn index(&self, direction: usize, index: i64) -> Option<u64> {
        let size = self.extent[direction] as i64;
        let mode = match self.addressing[direction] {
            // Only normalized coordinates can be repeated.
            Addressing::Wrap | Addressing::Mirror if !self.normalized => Addressing::Clamp,
            mode => mode,
        };
        let inside = match mode {
            Addressing::Clamp => index.clamp(0, size - 1),
            Addressing::Border if !(0..size).contains(&index) => return None,
            Addressing::Border => index,
            Addressing::Wrap => index.rem_euclid(size),
            Addressing::Mirror => {
                let at = index.rem_euclid(2 * size);
                if at < size { at } else { 2 * size - 1 - at }
            }
        };
        Some(inside as u64)
    }

    /// Reads the texel at indices that may lie outside.
    fn fetch(&self, place: [i64; 3], directions: usize) -> Texel {
        let mut inside = [0; 3];
        for direction in 0..3 {
            inside[direction] = if direction < directions {
                match self.index(direction, place[direction]) {
                    Some(index) => index,
                    None => return [0; 4],
                }
            } else {
                place[direction].clamp(0, self.extent[direction] as i64 - 1) as u64
            };
        }
        self.texel(inside)
    }

    /// Samples in `directions` directions; `layer` is the index in the one behind them.
    fn sample(&self, mut x: [f32; 3], directions: usize, layer: i64) -> Texel {
        let mut place = [0i64; 3];
        if directions < 3 {
            place[2] = layer;
        }
        if self.normalized {
            self.stretch(&mut x[..directions]);
        }
        if !self.linear || !self.is_float() {
            for direction in 0..directions {
                place[direction] = floor(x[direction]);
            }
            return self.fetch(place, directions);
        }
        let mut weights = [0f32; 3];
        for direction in 0..directions {
            let shifted = x[direction] - 0.5;
            place[direction] = floor(shifted);
            // Weights have eight fractional bits.
            weights[direction] = ((shifted - place[direction] as f32) * 256.0).round_ties_even() / 256.0;
        }
        let mut sum = [0f32; 4];
        for corner in 0..1usize << directions {
            let (mut at, mut weight) = (place, 1f32);
            for direction in 0..directions {
                let far = corner >> direction & 1;
                at[direction] += far as i64;
                weight *= if far == 1 { weights[direction] } else { 1.0 - weights[direction] };
            }
            if weight != 0.0 {
                let texel = self.fetch(at, directions);
                for (sum, channel) in sum.iter_mut().zip(texel) {
                    *sum += weight * f32::from_bits(channel);
                }
            }
        }
        sum.map(f32::to_bits)
    }

    /// Turns normalized coordinates into those that count texels; repeated ones are brought near, where precision is not lost.
    fn stretch(&self, x: &mut [f32]) {
        for ((x, mode), size) in x.iter_mut().zip(self.addressing).zip(self.extent) {
            let near = match mode {
                Addressing::Wrap => *x - x.floor(),
                Addressing::Mirror => *x - 2.0 * (*x / 2.0).floor(),
                _ => *x,
            };
            *x = near * size as f32;
        }
    }

    /// The component of the four texels around a point: lower left, lower right, upper right, upper left.
    fn gather(&self, mut x: [f32; 3], component: u8) -> Texel {
        if self.normalized {
            self.stretch(&mut x[..2]);
        }
        let (left, low) = (floor(x[0] - 0.5), floor(x[1] - 0.5));
        [(0, 1), (1, 1), (1, 0), (0, 0)]
            .map(|(dx, dy)| self.fetch([left + dx, low + dy, 0], 2)[usize::from(component)])
    }

    /// Which face of a cube a direction meets, and where on it.
    fn on_cube([x, y, z]: [f32; 3]) -> (i64, [f32; 3]) {
        let (ax, ay, az) = (x.abs(), y.abs(), z.abs());
        let (face, major, s, t) = if ax >= ay && ax >= az {
            if x >= 0.0 { (0, ax, -z, -y) } else { (1, ax, z, -y) }
        } else if ay >= az {
            if y >= 0.0 { (2, ay, x, z) } else { (3, ay, x, -z) }
        } else if z >= 0.0 {
            (4, az, x, -y)
        } else {
            (5, az, -x, -y)
        };
        (face, [(s / major + 1.0) / 2.0, (t / major + 1.0) / 2.0, 0.0])
    }

    /// Finds the bytes of a surface access; `None` where it is dropped.
    fn place(
        &self,
        geometry: Geometry,
        c: [i32; 3],
        bytes: u64,
        outside: Outside,
    ) -> Result<Option<*mut u8>, Fault> {
        let width = self.extent[0] * u64::from(self.channel.bytes() * self.channels);
        let (x, y, z) = match geometry {
            Geometry::Line => (c[0], 0, 0),
            Geometry::Lines => (c[1], 0, c[0]),
            Geometry::Planes => (c[1], c[2], c[0]),
            _ => (c[0], c[1], if geometry == Geometry::Volume { c[2] } else { 0 }),
        };
        let room = [(width + 1).saturating_sub(bytes), self.extent[1], self.extent[2]];
        let mut place = [0u64; 3];
        for (direction, index) in [x, y, z].into_iter().enumerate() {
            let size = room[direction] as i64;
            let inside = (0..size).contains(&i64::from(index));
            place[direction] = match outside {
                _ if inside => index as u64,
                Outside::Clamp if size > 0 => i64::from(index).clamp(0, size - 1) as u64,
                Outside::Trap => {
                    let text =
                        format!("a surface of {:?} texels has no place at ({x}, {y}, {z})", self.extent);
                    return Err(Fault::new(FaultKind::IllegalAddress, text));
                }
                _ => return Ok(None),
            };
        }
        if place[0] % bytes != 0 {
            let text = format!("a surface access of {bytes} bytes at byte {x} of a row");
            return Err(Fault::new(FaultKind::MisalignedAddress, text));
        }
        let offset = (place[2] * self.extent[1] + place[1]) * self.row_bytes + place[0];
        Ok(Some(self.host.wrapping_add(offset as usize)))
    }
}

fn floor(x: f32) -> i64 {
    // Not a number becomes zero, as the conversion of the hardware does.
    x.floor() as i64
}

fn read(from: *const u8, bytes: u32) -> u64 {
    let mut value = 0;
    for index in (0..bytes as usize).rev() {
        // SAFETY: the caller's place lies inside of the texture, whose memory the device promises; bytes race at worst.
        let byte = unsafe { from.wrapping_add(index).read_volatile() };
        value = value << 8 | u64::from(byte);
    }
    value
}

fn write(to: *mut u8, bytes: u32, value: u64) {
    for index in 0..bytes as usize {
        // SAFETY: as in `read`.
        unsafe { to.wrapping_add(index).write_volatile((value >> (8 * index)) as u8) };
    }
}

/// Does a texture or surface instruction for the lanes of the mask. The operands: the object in `a`; in `more` the registers that
/// are written or read, then the coordinates.
pub(super) fn perform(lanes: &mut Lanes<'_>, look: Look, operands: &Exchange) -> Result<(), Fault> {
    // SAFETY: the decoder made the object 64 bits wide (Operand 1).
    let objects = unsafe { lanes.read::<u64>(operands.a) };
    let count = operands.b as usize;
    let (registers, coordinates) = operands.more.split_at(count);
    let wide = operands.wide;
    let mut c = [[0u32; LANES]; 4];
    for (to, column) in c.iter_mut().zip(coordinates) {
        // SAFETY: the decoder made coordinates 32 bits wide (Operand 1).
        *to = unsafe { lanes.read::<u32>(*column) };
    }
    let mut values = [[0u64; LANES]; 4];
    if matches!(look, Look::Store { .. }) {
        for (to, column) in values.iter_mut().zip(registers) {
            // SAFETY: the decoder checked the registers' widths (Operand 1).
            *to = unsafe {
                if wide { lanes.read::<u64>(*column) } else { lanes.read::<u32>(*column).map(u64::from) }
            };
        }
    }
    let mut known: Option<(u64, Texture)> = None;
    for lane in bits(lanes.mask) {
        let texture = match known {
            Some((object, texture)) if object == objects[lane] => texture,
            _ => {
                let found = lanes.memory.device.texture(objects[lane])?;
                known = Some((objects[lane], found));
                found
            }
        };
        let point = std::array::from_fn(|index| c[index][lane]);
        let mine: [u64; 4] = std::array::from_fn(|index| values[index][lane]);
        let got = look_at(&texture, look, point, mine)?;
        for (to, value) in values.iter_mut().zip(got) {
            to[lane] = value;
        }
    }
    if matches!(look, Look::Store { .. }) {
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

fn look_at(texture: &Texture, look: Look, c: [u32; 4], values: [u64; 4]) -> Result<[u64; 4], Fault> {
    match look {
        Look::Sample { geometry, integers } => {
            let (layer, c) =
                if geometry.is_layered() { (c[0], [c[1], c[2], c[3]]) } else { (0, [c[0], c[1], c[2]]) };
            let layer = i64::from(layer);
            let texel = if integers {
                let directions = if geometry.is_layered() { 2 } else { 3 };
                // An index outside gives zero.
                let place = c.map(|it| i64::from(it as i32));
                let outside = (0..directions.min(geometry.coordinates()))
                    .any(|it| !(0..texture.extent[it] as i64).contains(&place[it]));
                let place = match geometry {
                    Geometry::Lines => [place[0], 0, layer],
                    Geometry::Planes => [place[0], place[1], layer],
                    Geometry::Line => [place[0], 0, 0],
                    Geometry::Plane => [place[0], place[1], 0],
                    _ => place,
                };
                if outside { [0; 4] } else { texture.fetch(place, 0) }
            } else {
                let x = c.map(f32::from_bits);
                match geometry {
                    Geometry::Line | Geometry::Lines => texture.sample(x, 1, layer),
                    Geometry::Plane | Geometry::Planes => texture.sample(x, 2, layer),
                    Geometry::Volume => texture.sample(x, 3, 0),
                    Geometry::Cube | Geometry::Cubes => {
                        let (face, x) = Texture::on_cube(x);
                        let flat =
                            Texture { normalized: true, addressing: [Addressing::Clamp; 3], ..*texture };
                        flat.sample(x, 2, 6 * layer + face)
                    }
                }
            };
            Ok(texel.map(u64::from))
        }
        Look::Gather { component } => {
            let x = [c[0], c[1], 0].map(f32::from_bits);
            Ok(texture.gather(x, component).map(u64::from))
        }
        Look::Load { geometry, bytes, count, outside } => {
            let all = u64::from(bytes) * u64::from(count);
            let place = texture.place(geometry, [c[0], c[1], c[2]].map(|it| it as i32), all, outside)?;
            let Some(place) = place else { return Ok([0; 4]) };
            let element = |index: usize| read(place.wrapping_add(index * usize::from(bytes)), bytes.into());
            Ok(std::array::from_fn(|index| if index < usize::from(count) { element(index) } else { 0 }))
        }
        Look::Store { geometry, bytes, count, outside } => {
            if !texture.writable {
                let text = "a store to a texture, which is only read";
                return Err(Fault::new(FaultKind::IllegalAddress, text));
            }
            let all = u64::from(bytes) * u64::from(count);
            let place = texture.place(geometry, [c[0], c[1], c[2]].map(|it| it as i32), all, outside)?;
            if let Some(place) = place {
                for (index, value) in values.into_iter().enumerate().take(count.into()) {
                    write(place.wrapping_add(index * usize::from(bytes)), bytes.into(), value);
                }
            }
            Ok([0; 4])
        }
        Look::Ask(property) => {
            let extent = match property {
                Property::Width => texture.extent[0],
                Property::Height => texture.extent[1],
                Property::Depth => texture.extent[2],
            };
            Ok([extent, 0, 0, 0])
        }
    }
}

//! Textures and surfaces: memory that kernels read and write by coordinates.
//!
//! What a coordinate means, the programming guide says ("Texture Fetching"): addressing modes, nearest and linear filtering with
//! weights of eight fractional bits, and conversions to floating point. A surface is read and written as it is; its `x` counts
//! bytes.

use super::number::{self, Rounding};
use super::reduction::Reduction;
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
    /// How many levels there are, each half as large as the one before: 1 if it is no mipmap. What is above is of the first.
    pub levels: u32,
    /// Whether neighbouring levels are interpolated.
    pub between_levels: bool,
    /// What is added to a level that is asked for, and the lowest and highest one.
    pub level_bias: f32,
    /// See `level_bias`.
    pub level_range: [f32; 2],
}

// SAFETY: the pointer is only followed in a kernel that runs, whose device promises that the memory is there and that races
// are the kernel's own affair.
unsafe impl Send for Texture {}
// SAFETY: as for `Send`.
unsafe impl Sync for Texture {}

/// Four channels, as bits.
pub(super) type Texel = [u32; 4];

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

    /// In how many of them neighbours lie.
    pub(super) fn directions(self) -> usize {
        match self {
            Self::Line | Self::Lines => 1,
            Self::Plane | Self::Planes => 2,
            Self::Volume | Self::Cube | Self::Cubes => 3,
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
    Layers,
    Levels,
    Samples,
    /// The type of a channel, and which channels there are, by OpenCL's numbers.
    ChannelType,
    ChannelOrder,
    Normalized,
    /// A surface's layout in memory: pitch linear is 1.
    Layout,
    Filter,
    Addressing(u8),
    IsTexture,
    IsSurface,
}

/// Which level of a mipmap an instruction reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    First,
    /// The one whose number follows the coordinates.
    Level,
    /// The one that suits the gradients behind the coordinates.
    Gradient,
}

/// What an instruction does with a texture or surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// `tex`: with coordinates as integers or in floating point, then what the level needs, offsets of texels, and a sampler.
    Sample { geometry: Geometry, integers: bool, detail: Detail, shifted: bool, sampled: bool },
    /// `tld4`: one channel of the four texels that a linear filter would take.
    Gather { geometry: Geometry, component: u8 },
    /// `suld.b`, of so many elements of so many bytes each.
    Load { geometry: Geometry, bytes: u8, count: u8, outside: Outside },
    /// `sust.b`
    Store { geometry: Geometry, bytes: u8, count: u8, outside: Outside },
    /// `sust.p`: up to four channels, converted; `x` counts texels.
    Put { geometry: Geometry, count: u8, outside: Outside },
    /// `sured.b`, or `sured.p` if `x` counts texels.
    Reduce { geometry: Geometry, reduction: Reduction, texels: bool, outside: Outside },
    /// `txq` and `suq`, of the level whose number is the coordinate if there is one.
    Ask { property: Property, level: bool },
}

impl Look {
    /// Whether the registers are read.
    pub(super) fn takes(self) -> bool {
        matches!(self, Look::Store { .. } | Look::Put { .. } | Look::Reduce { .. })
    }
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
    pub(super) fn is_float(&self) -> bool {
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
    pub(super) fn fetch(&self, place: [i64; 3], directions: usize) -> Texel {
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
    pub(super) fn sample(&self, x: [f32; 3], directions: usize, layer: i64) -> Texel {
        self.sample_beside(x, directions, layer, [0; 3])
    }

    /// As `sample`, so many texels beside the point.
    pub(super) fn sample_beside(
        &self,
        mut x: [f32; 3],
        directions: usize,
        layer: i64,
        shift: [i64; 3],
    ) -> Texel {
        let mut place = [0i64; 3];
        if directions < 3 {
            place[2] = layer;
        }
        if self.normalized {
            self.stretch(&mut x[..directions]);
        }
        if !self.linear || !self.is_float() {
            for direction in 0..directions {
                place[direction] = floor(x[direction]) + shift[direction];
            }
            return self.fetch(place, directions);
        }
        let mut weights = [0f32; 3];
        for direction in 0..directions {
            let shifted = x[direction] - 0.5;
            place[direction] = floor(shifted);
            // Weights have eight fractional bits.
            weights[direction] = ((shifted - place[direction] as f32) * 256.0).round_ties_even() / 256.0;
            place[direction] += shift[direction];
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
    pub(super) fn gather(&self, mut x: [f32; 3], component: u8, layer: i64) -> Texel {
        if self.normalized {
            self.stretch(&mut x[..2]);
        }
        let (left, low) = (floor(x[0] - 0.5), floor(x[1] - 0.5));
        [(0, 1), (1, 1), (1, 0), (0, 0)]
            .map(|(dx, dy)| self.fetch([left + dx, low + dy, layer], 2)[usize::from(component)])
    }

    /// Which face of a cube a direction meets, and where on it.
    pub(super) fn on_cube([x, y, z]: [f32; 3]) -> (i64, [f32; 3]) {
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
    pub(super) fn place(
        &self,
        geometry: Geometry,
        mut c: [i32; 3],
        (bytes, texels): (u64, bool),
        outside: Outside,
    ) -> Result<Option<*mut u8>, Fault> {
        if texels {
            let x = if geometry.is_layered() { &mut c[1] } else { &mut c[0] };
            *x = x.saturating_mul((self.channel.bytes() * self.channels) as i32);
        }
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

pub(super) fn read(from: *const u8, bytes: u32) -> u64 {
    let mut value = 0;
    for index in (0..bytes as usize).rev() {
        // SAFETY: the caller's place lies inside of the texture, whose memory the device promises; bytes race at worst.
        let byte = unsafe { from.wrapping_add(index).read_volatile() };
        value = value << 8 | u64::from(byte);
    }
    value
}

pub(super) fn write(to: *mut u8, bytes: u32, value: u64) {
    for index in 0..bytes as usize {
        // SAFETY: as in `read`.
        unsafe { to.wrapping_add(index).write_volatile((value >> (8 * index)) as u8) };
    }
}

impl Texture {
    /// As a sampler says to read it, which is a number that the parser made.
    pub(super) fn sampled_by(self, sampler: Option<u32>) -> Texture {
        let Some(sampler) = sampler else { return self };
        let addressing = [0, 1, 2].map(|axis| match sampler >> (2 * axis) & 3 {
            0 => Addressing::Wrap,
            1 => Addressing::Mirror,
            2 => Addressing::Clamp,
            _ => Addressing::Border,
        });
        let normalized = self.normalized && sampler >> 7 & 1 == 0;
        Texture { addressing, linear: sampler >> 6 & 1 != 0, normalized, ..self }
    }

    pub(super) fn must_be_writable(&self) -> Result<(), Fault> {
        if self.writable {
            return Ok(());
        }
        Err(Fault::new(FaultKind::IllegalAddress, "a store to a texture, which is only read"))
    }

    /// What a register's value becomes as a channel.
    pub(super) fn encoded(&self, value: u32) -> u64 {
        match self.channel {
            Channel::Single => value.into(),
            Channel::Half => {
                number::narrow(f64::from(f32::from_bits(value)), number::F16, Rounding::Nearest).into()
            }
            Channel::Unsigned(bytes) => u64::from(value).min((1 << (8 * bytes)) - 1),
            Channel::Signed(bytes) => {
                let most = (1i64 << (8 * bytes - 1)) - 1;
                i64::from(value as i32).clamp(-most - 1, most) as u64
            }
        }
    }

    pub(super) fn property(&self, property: Property) -> u64 {
        match property {
            Property::Width => self.extent[0],
            Property::Height => self.extent[1],
            Property::Depth | Property::Layers => self.extent[2],
            Property::Levels => self.levels.max(1).into(),
            Property::Samples => 1,
            Property::ChannelType => match self.channel {
                Channel::Signed(bytes) => 0x10d7 + u64::from(bytes.trailing_zeros()),
                Channel::Unsigned(bytes) => 0x10da + u64::from(bytes.trailing_zeros()),
                Channel::Half => 0x10dd,
                Channel::Single => 0x10de,
            },
            Property::ChannelOrder => match self.channels {
                1 => 0x10b0,
                2 => 0x10b2,
                _ => 0x10b5,
            },
            Property::Normalized => self.normalized.into(),
            Property::Layout => 1,
            Property::Filter => self.linear.into(),
            Property::Addressing(axis) => match self.addressing[usize::from(axis) % 3] {
                Addressing::Wrap => 0,
                Addressing::Mirror => 1,
                Addressing::Clamp => 2,
                Addressing::Border => 3,
            },
            Property::IsTexture => (!self.writable).into(),
            Property::IsSurface => self.writable.into(),
        }
    }
}

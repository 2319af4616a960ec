//! Tensor maps, and the copies of boxes between global and shared memory that they describe.

use super::asynchronous::{arrive_bytes, each_lane, of_block};
use super::lanes::{Body, Flow, Handler, Inst, LANES, Lanes, NONE, scalar_handler};
use super::memory::{Element, Memory, bits, space};
use super::program::COLUMN;
use super::reduction::{OPERATIONS, Operation, Reduction};
use super::types::Type;
use super::{Access, Fault, FaultKind};

/// How the chunks of a box are shuffled over the banks of shared memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Swizzle {
    /// Not at all.
    #[default]
    None,
    /// Chunks of 16 bytes within 32.
    In32,
    /// Chunks of 16 bytes within 64.
    In64,
    /// Chunks of 16 bytes within 128.
    In128,
    /// Chunks of 32 bytes within 128.
    In128By32,
    /// Chunks of 32 bytes within 128, and in every other row the halves of 16 bytes change places.
    In128By32Flipped,
    /// Chunks of 64 bytes within 128.
    In128By64,
}

impl Swizzle {
    const ALL: [Swizzle; 7] = [
        Swizzle::None,
        Swizzle::In32,
        Swizzle::In64,
        Swizzle::In128,
        Swizzle::In128By32,
        Swizzle::In128By32Flipped,
        Swizzle::In128By64,
    ];

    /// The pattern with that number in `CUtensorMapSwizzle`.
    pub fn of(number: u32) -> Option<Swizzle> {
        Swizzle::ALL.get(number as usize).copied()
    }

    /// Bytes within which chunks are shuffled, which the innermost side of a box may not exceed.
    pub fn span(self) -> Option<u64> {
        match self {
            Swizzle::None => None,
            Swizzle::In32 => Some(32),
            Swizzle::In64 => Some(64),
            _ => Some(128),
        }
    }

    /// Where the byte at that address of shared memory really is. Always within the same 128 bytes.
    pub(super) fn place(self, at: u64) -> u64 {
        let row = at >> 7;
        match self {
            Swizzle::None => at,
            Swizzle::In32 => at ^ (row & 1) << 4,
            Swizzle::In64 => at ^ (row & 3) << 4,
            Swizzle::In128 => at ^ (row & 7) << 4,
            Swizzle::In128By32 => at ^ (row & 3) << 5,
            Swizzle::In128By32Flipped => at ^ (row & 3) << 5 ^ (row & 1) << 3,
            Swizzle::In128By64 => at ^ (row & 1) << 6,
        }
    }
}

/// A description of a tensor in global memory and of boxes of it, as `cuTensorMapEncodeTiled` and its like make it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TensorMap {
    /// Where the tensor starts.
    pub address: u64,
    /// The number of its type in `CUtensorMapDataType`.
    pub kind: u8,
    /// Dimensions, 1 to 5, the innermost first in all that follows.
    pub rank: u8,
    /// The number of its layout in `CUtensorMapInterleave`.
    pub interleave: u8,
    /// How boxes lie in shared memory.
    pub swizzle: Swizzle,
    /// Whether what is outside of the tensor reads as a NaN and not as zero.
    pub nan: bool,
    /// Elements in each dimension.
    pub sizes: [u64; 5],
    /// Bytes from one to the next in each dimension but the innermost.
    pub strides: [u64; 4],
    /// Elements of a box in each dimension, steps included; with pixels, only the innermost.
    pub sides: [u16; 5],
    /// How far apart the elements of a box are.
    pub steps: [u8; 5],
    /// Pixels of a column if the map is for images (`im2col`), or zero.
    pub pixels: u16,
    /// Offsets of the box of pixels from the image's corners, of images.
    pub lower: [i16; 3],
    /// As `lower`.
    pub upper: [i16; 3],
}

const MAGIC: u64 = u64::from_le_bytes(*b"cudasim\x01");

impl TensorMap {
    /// The 128 bytes that clients hold.
    pub fn words(&self) -> [u64; 16] {
        let mut words = [0; 16];
        let flags = [self.kind, self.rank, self.interleave, self.swizzle as u8, self.nan.into()];
        words[0] = MAGIC;
        words[1] = self.address;
        words[2] = bytes_of(&flags) | u64::from(self.pixels) << 40;
        // Sizes are up to 2^31, and strides multiples of 16 below 2^40.
        for axis in 0..5 {
            words[3 + axis] =
                self.sizes[axis] | u64::from(self.sides[axis]) << 32 | u64::from(self.steps[axis]) << 48;
        }
        words[8..12].copy_from_slice(&self.strides);
        for axis in 0..3 {
            let corners = u64::from(self.lower[axis] as u16) | u64::from(self.upper[axis] as u16) << 16;
            words[12 + axis] = corners;
        }
        words
    }

    /// What [`TensorMap::words`] made, or none.
    pub fn read(words: &[u64; 16]) -> Option<TensorMap> {
        let flags = words[2].to_le_bytes();
        let rank = flags[1];
        if words[0] != MAGIC || !(1..=5).contains(&rank) {
            return None;
        }
        Some(TensorMap {
            address: words[1],
            kind: flags[0],
            rank,
            interleave: flags[2],
            swizzle: Swizzle::of(flags[3].into())?,
            nan: flags[4] != 0,
            sizes: [3, 4, 5, 6, 7].map(|at| words[at] & 0xffff_ffff),
            strides: [8, 9, 10, 11].map(|at| words[at]),
            sides: [3, 4, 5, 6, 7].map(|at| (words[at] >> 32) as u16),
            steps: [3, 4, 5, 6, 7].map(|at| (words[at] >> 48) as u8),
            pixels: (words[2] >> 40) as u16,
            lower: [12, 13, 14].map(|at| words[at] as i16),
            upper: [12, 13, 14].map(|at| (words[at] >> 16) as i16),
        })
    }

    /// Bytes of an element; none for those that are packed.
    fn element(&self) -> Option<usize> {
        Some(match self.kind {
            0 => 1,
            1 | 6 | 9 => 2,
            4 | 5 | 8 => 8,
            2 | 3 | 7 | 10..=12 => 4,
            _ => return None,
        })
    }

    /// The reduction of its elements by that operation.
    fn reduction(&self, operation: Operation) -> Option<Reduction> {
        let untyped = matches!(operation, Operation::And | Operation::Or | Operation::Xor);
        let kind = match self.kind {
            2 | 3 if untyped => Type::B32,
            4 | 5 if untyped => Type::B64,
            2 => Type::U32,
            3 => Type::S32,
            4 => Type::U64,
            5 => Type::S64,
            6 => Type::F16,
            7 | 10 => Type::F32,
            8 => Type::F64,
            9 => Type::Bf16,
            _ => return None,
        };
        Reduction::new(operation, kind)
    }

    /// What an element outside of the tensor reads as, from its lowest byte.
    fn outside(&self) -> [u8; 8] {
        match (self.nan, self.kind) {
            (false, _) => [0; 8],
            (true, 6 | 9) => 0x7fffu64.to_le_bytes(),
            (true, 8) => 0x7fff_ffff_ffff_ffffu64.to_le_bytes(),
            (true, _) => 0x7fff_ffffu64.to_le_bytes(),
        }
    }
}

fn bytes_of(flags: &[u8; 5]) -> u64 {
    flags.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// Which elements an instruction copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Mode {
    /// Those of a box.
    Tile,
    /// The pixels of a column of an image, each shifted alike: `im2col`.
    Columns,
    /// Four rows of a matrix, wherever they are: `gather4` and `scatter4`.
    Rows,
}

/// One lane's copy.
struct Copy<'m> {
    map: &'m TensorMap,
    element: usize,
    mode: Mode,
    /// Where the box or column starts in the tensor, perhaps outside of it; or the first column and four rows.
    start: [i64; 5],
    /// Of columns, how far pixels are shifted.
    shift: [i64; 3],
    /// Elements that are copied in each dimension; of columns those of a pixel, and pixels.
    counts: [usize; 5],
    reduction: Option<Reduction>,
    seen: (u32, u32),
}

/// Elements of a row that lie in the tensor, by number, and where the first one is.
struct Row {
    first: usize,
    last: usize,
    address: i64,
}

impl<'m> Copy<'m> {
    fn new(
        map: &'m TensorMap,
        said: &Said,
        start: [i64; 5],
        shift: [i64; 3],
        site: u32,
    ) -> Result<Self, Fault> {
        let refuse = |what: &str| {
            let text = format!("a copy of a box of a tensor with {what}");
            Err(Fault::new(FaultKind::IllegalInstruction, text))
        };
        let Some(element) = map.element() else { return refuse("packed elements, which is not interpreted") };
        if map.interleave != 0 {
            return refuse("interleaved channels, which is not interpreted");
        }
        let mut counts = [1; 5];
        for (axis, count) in counts.iter_mut().enumerate().take(map.rank.into()) {
            *count = usize::from(map.sides[axis]).div_ceil(usize::from(map.steps[axis]).max(1));
        }
        match said.mode {
            Mode::Columns if map.pixels == 0 => return refuse("no columns of images (im2col)"),
            Mode::Columns => counts = [usize::from(map.sides[0]), map.pixels.into(), 1, 1, 1],
            _ if map.pixels != 0 => return refuse("columns of images (im2col), as a tile"),
            Mode::Rows if counts[1] != 1 => return refuse("boxes of more than one row, row by row"),
            Mode::Rows => counts[1] = 4,
            Mode::Tile => {}
        }
        let reduction = match said.operation {
            None => None,
            Some(operation) => match map.reduction(operation) {
                None => return refuse("elements of a type that this reduction does not work on"),
                some => some,
            },
        };
        Ok(Copy { map, element, mode: said.mode, start, shift, counts, reduction, seen: (0, site) })
    }

    fn bytes(&self) -> usize {
        self.counts.iter().product::<usize>() * self.element
    }

    /// The indices of a row in all dimensions but the innermost.
    fn indices(&self, row: usize) -> [i64; 5] {
        let mut indices = self.start;
        let rank = usize::from(self.map.rank);
        match self.mode {
            Mode::Rows => indices[1] = self.start[1 + row],
            Mode::Tile => {
                let mut rest = row;
                for (axis, index) in indices.iter_mut().enumerate().take(rank).skip(1) {
                    *index += (rest % self.counts[axis]) as i64 * i64::from(self.map.steps[axis]);
                    rest /= self.counts[axis];
                }
            }
            Mode::Columns => {
                // From the start on, along the width, then the height and the depth, and then the next image; each goes from its
                // lower corner up to its upper one.
                let mut carry = row as i64;
                for (axis, index) in indices.iter_mut().enumerate().take(rank - 1).skip(1) {
                    let (lower, upper) =
                        (i64::from(self.map.lower[axis - 1]), i64::from(self.map.upper[axis - 1]));
                    let step = i64::from(self.map.steps[axis]).max(1);
                    let extent = (self.map.sizes[axis] as i64 + upper - lower).max(1);
                    let room = (extent + step - 1) / step;
                    let place = (self.start[axis] - lower).div_euclid(step) + carry;
                    let within = (self.start[axis] - lower).rem_euclid(step);
                    *index = lower + within + place.rem_euclid(room) * step + self.shift[axis - 1];
                    carry = place.div_euclid(room);
                }
                indices[rank - 1] += carry;
            }
        }
        indices
    }

    fn row(&self, row: usize) -> Row {
        let indices = self.indices(row);
        let (mut address, mut inside) = (self.map.address as i64, true);
        for (axis, index) in indices.iter().enumerate().take(self.map.rank.into()).skip(1) {
            inside &= (0..self.map.sizes[axis] as i64).contains(index);
            address = address.wrapping_add(index.wrapping_mul(self.map.strides[axis - 1] as i64));
        }
        let width = self.counts[0] as i64;
        let first = (-self.start[0]).clamp(0, width) as usize;
        let last = (self.map.sizes[0] as i64 - self.start[0]).clamp(0, width) as usize;
        let (first, last) = if inside && first < last { (first, last) } else { (0, 0) };
        Row { first, last, address: address + (self.start[0] + first as i64) * self.element as i64 }
    }

    /// Copies from or to shared memory at `at`.
    fn run(&self, memory: &mut Memory<'_>, lane: usize, at: u64, loads: bool) -> Result<(), Fault> {
        let access = if loads { Access::Write } else { Access::Read };
        let room =
            if self.map.swizzle == Swizzle::None { self.bytes() } else { self.bytes().next_multiple_of(128) };
        let shared = memory.locate(lane, space::SHARED, at, (room as u32, 128), access, self.seen)?;
        let place = |byte: usize| {
            shared.wrapping_add((self.map.swizzle.place(at + byte as u64) - (at & !127)) as usize)
        };
        let access = match self.reduction {
            Some(_) => Access::Atomic,
            None if loads => Access::Read,
            None => Access::Write,
        };
        let row_bytes = self.counts[0] * self.element;
        let outside = self.map.outside();
        for number in 0..self.counts[1..].iter().product::<usize>() {
            let row = self.row(number);
            let len = (row.last - row.first) * self.element;
            let global = match len {
                0 => std::ptr::null_mut(),
                _ => {
                    let wanted = (len as u32, self.element as u32);
                    memory.locate(lane, space::GLOBAL, row.address as u64, wanted, access, self.seen)?
                }
            };
            for element in 0..self.counts[0] {
                let within = (row.first..row.last).contains(&element);
                let start = number * row_bytes + element * self.element;
                let of_global =
                    global.wrapping_add(element.wrapping_sub(row.first).wrapping_mul(self.element));
                if let (Some(reduction), true) = (self.reduction, within) {
                    // SAFETY: as below; patterns keep elements whole.
                    unsafe { reduction.apply(of_global, reduction.read(place(start))) };
                    continue;
                }
                for (byte, fill) in outside.iter().enumerate().take(self.element) {
                    let to_shared = place(start + byte);
                    // SAFETY: `locate` gave all of shared memory, rounded up to the 128 bytes that the pattern stays within, and the
                    // part of the row that is in the tensor (Address 1).
                    unsafe {
                        match (loads, within) {
                            (true, true) => u8::store(to_shared, u8::load(of_global.wrapping_add(byte))),
                            (true, false) => u8::store(to_shared, *fill),
                            (false, true) => u8::store(of_global.wrapping_add(byte), u8::load(to_shared)),
                            (false, false) => {}
                        }
                    }
                }
            }
        }
        Ok(())
    }
}

/// What else an instruction says, in its `imm`: the column of the barrier to tell, or [`NONE`], the dimensions, the mode, whether
/// there are shifts, and the reduction.
struct Said {
    barrier: u32,
    rank: usize,
    mode: Mode,
    shifted: bool,
    operation: Option<Operation>,
}

pub(super) fn manner(
    barrier: u32,
    rank: u32,
    mode: Mode,
    shifted: bool,
    operation: Option<Operation>,
) -> u64 {
    let operation = operation.map_or(0, |it| 1 + it as u64);
    let rest = u64::from(rank) | (mode as u64) << 4 | u64::from(shifted) << 7 | operation << 8;
    u64::from(barrier) | rest << 32
}

impl Said {
    fn read(imm: u64) -> Self {
        let rest = imm >> 32;
        let operation = (rest >> 8 & 15).checked_sub(1).and_then(|it| OPERATIONS.get(it as usize));
        Said {
            barrier: imm as u32,
            rank: rest as usize & 15,
            mode: [Mode::Tile, Mode::Columns, Mode::Rows, Mode::Tile][rest as usize >> 4 & 3],
            shifted: rest >> 7 & 1 != 0,
            operation: operation.map(|it| it.1),
        }
    }
}

struct Tensor<const LOADS: bool>;

impl<const LOADS: bool> Body for Tensor<LOADS> {
    /// What is at the coordinates in the columns from `dst` on, of the tensor whose map is at `b`; `a` is its address in shared
    /// memory, and `c` the column of the blocks to give it to, or [`NONE`].
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let said = Said::read(inst.imm);
        let mut columns = [[0u32; LANES]; 8];
        // SAFETY: the caller keeps Operand 1 for these columns; the decoder made those of the coordinates and shifts side by side.
        let (shared, maps, barriers, masks) = unsafe {
            for (axis, column) in columns.iter_mut().enumerate() {
                *column = lanes.read::<u32>(inst.dst + axis as u32 * COLUMN);
            }
            let barriers = if said.barrier == NONE { [0; LANES] } else { lanes.read::<u64>(said.barrier) };
            let masks = if inst.c == NONE { [0; LANES] } else { lanes.read::<u32>(inst.c) };
            (lanes.read::<u64>(inst.a), lanes.read::<u64>(inst.b), barriers, masks)
        };
        each_lane(lanes, |memory, lane| {
            let at =
                memory.locate(lane, space::GENERIC, maps[lane], (128, 64), Access::Read, (0, inst.site))?;
            // SAFETY: `locate` gave 128 bytes (Address 1).
            let words = std::array::from_fn(|word| unsafe { u64::load(at.wrapping_add(8 * word)) });
            let Some(map) = TensorMap::read(&words).filter(|map| usize::from(map.rank) == said.rank) else {
                let text =
                    format!("what is at {:#x} is no tensor map of {} dimensions", maps[lane], said.rank);
                return Err(Fault::new(FaultKind::IllegalInstruction, text).at_address(maps[lane]));
            };
            let used = if said.mode == Mode::Rows { 5 } else { said.rank };
            let start =
                std::array::from_fn(
                    |axis| {
                        if axis < used { i64::from(columns[axis][lane] as i32) } else { 0 }
                    },
                );
            let shift =
                std::array::from_fn(|axis| if said.shifted { i64::from(columns[5 + axis][lane]) } else { 0 });
            let copy = Copy::new(&map, &said, start, shift, inst.site)?;
            let blocks: Vec<Option<usize>> = match inst.c {
                NONE => vec![None],
                _ => bits(masks[lane] & 0xffff).map(Some).collect(),
            };
            for block in blocks {
                copy.run(memory, lane, of_block(shared[lane], block), LOADS)?;
                if said.barrier != NONE {
                    arrive_bytes(memory, lane, of_block(barriers[lane], block), copy.bytes() as u32)?;
                }
            }
            Ok(())
        })
    }
}

/// A copy of a box, done at once: into shared memory, or out of it.
pub(super) fn copy(loads: bool) -> Handler {
    if loads { scalar_handler::<Tensor<true>>() } else { scalar_handler::<Tensor<false>>() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_all_that_it_was_given() {
        let map = TensorMap {
            address: 0x7f00_1234_5670,
            kind: 7,
            rank: 4,
            interleave: 1,
            swizzle: Swizzle::In128By64,
            nan: true,
            sizes: [1 << 31, 2, 3, 4, 5],
            strides: [16, (1 << 40) - 16, 48, 64],
            sides: [256, 1, 2, 3, 4],
            steps: [1, 8, 2, 3, 4],
            pixels: 1024,
            lower: [-32768, 5, -1],
            upper: [32767, -5, 0],
        };

        assert_eq!(TensorMap::read(&map.words()), Some(map));
        assert_eq!(TensorMap::read(&[0; 16]), None);
    }

    #[test]
    fn a_pattern_is_its_own_inverse_and_stays_in_its_row() {
        for swizzle in Swizzle::ALL {
            for at in 0..4096 {
                let placed = swizzle.place(at);
                assert_eq!((swizzle.place(placed), placed >> 7), (at, at >> 7), "{swizzle:?}");
            }
        }
    }
}

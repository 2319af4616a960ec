//! Tensor maps, and the copies of boxes between global and shared memory that they describe.

use super::asynchronous::{arrive_bytes, each_lane};
use super::lanes::{Body, Flow, Handler, Inst, LANES, Lanes, NONE, scalar_handler};
use super::memory::{Element, Memory, RANK_BIT, bits, space};
use super::program::COLUMN;
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
    fn place(self, at: u64) -> u64 {
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

/// One lane's copy of a box.
struct Copy<'m> {
    map: &'m TensorMap,
    element: usize,
    /// Where the box starts in the tensor, perhaps outside of it.
    start: [i64; 5],
    /// Elements of the box that are copied, in each dimension.
    counts: [usize; 5],
    seen: (u32, u32),
}

impl<'m> Copy<'m> {
    fn new(map: &'m TensorMap, start: [i64; 5], site: u32) -> Result<Self, Fault> {
        let refuse = |what: &str| {
            let text = format!("a copy of a box of a tensor with {what}, which is not interpreted");
            Err(Fault::new(FaultKind::IllegalInstruction, text))
        };
        let Some(element) = map.element() else { return refuse("packed elements") };
        if map.interleave != 0 {
            return refuse("interleaved channels");
        }
        if map.pixels != 0 {
            return refuse("columns of images (im2col)");
        }
        let mut counts = [1; 5];
        for (axis, count) in counts.iter_mut().enumerate().take(map.rank.into()) {
            *count = usize::from(map.sides[axis]).div_ceil(usize::from(map.steps[axis]).max(1));
        }
        Ok(Copy { map, element, start, counts, seen: (0, site) })
    }

    fn bytes(&self) -> usize {
        self.counts.iter().product::<usize>() * self.element
    }

    /// Copies the box from or to shared memory at `at`.
    fn run(&self, memory: &mut Memory<'_>, lane: usize, at: u64, loads: bool) -> Result<(), Fault> {
        let access = if loads { Access::Write } else { Access::Read };
        let room =
            if self.map.swizzle == Swizzle::None { self.bytes() } else { self.bytes().next_multiple_of(128) };
        let shared = memory.locate(lane, space::SHARED, at, (room as u32, 128), access, self.seen)?;
        let place = |byte: usize| {
            shared.wrapping_add((self.map.swizzle.place(at + byte as u64) - (at & !127)) as usize)
        };
        let row_bytes = self.counts[0] * self.element;
        for row in 0..self.counts[1..].iter().product::<usize>() {
            let (mut rest, mut address, mut inside) = (row, self.map.address as i64, true);
            for axis in 1..usize::from(self.map.rank) {
                let index =
                    self.start[axis] + (rest % self.counts[axis]) as i64 * i64::from(self.map.steps[axis]);
                rest /= self.counts[axis];
                inside &= (0..self.map.sizes[axis] as i64).contains(&index);
                address = address.wrapping_add(index.wrapping_mul(self.map.strides[axis - 1] as i64));
            }
            // Elements of the row that are in the tensor.
            let first = (-self.start[0]).clamp(0, self.counts[0] as i64) as usize;
            let last = (self.map.sizes[0] as i64 - self.start[0]).clamp(0, self.counts[0] as i64) as usize;
            let (first, last) = if inside && first < last { (first, last) } else { (0, 0) };
            let global = if first < last {
                let from = address + (self.start[0] + first as i64) * self.element as i64;
                let len = ((last - first) * self.element) as u32;
                let access = if loads { Access::Read } else { Access::Write };
                memory.locate(
                    lane,
                    space::GLOBAL,
                    from as u64,
                    (len, self.element as u32),
                    access,
                    self.seen,
                )?
            } else {
                std::ptr::null_mut()
            };
            let outside = self.map.outside();
            for byte in 0..row_bytes {
                let element = byte / self.element;
                let within = (first..last).contains(&element);
                let to_shared = place(row * row_bytes + byte);
                let of_global = global.wrapping_add(byte.wrapping_sub(first * self.element));
                // SAFETY: `locate` gave the whole box, rounded up to the 128 bytes that the pattern stays within, and the part of the
                // row that is in the tensor (Address 1).
                unsafe {
                    match (loads, within) {
                        (true, true) => u8::store(to_shared, u8::load(of_global)),
                        (true, false) => u8::store(to_shared, outside[byte % self.element]),
                        (false, true) => u8::store(of_global, u8::load(to_shared)),
                        (false, false) => {}
                    }
                }
            }
        }
        Ok(())
    }
}

/// What else an instruction says, in its `imm`: the column of the barrier to tell, or [`NONE`], and the dimensions.
pub(super) fn manner(barrier: u32, rank: u32) -> u64 {
    u64::from(barrier) | u64::from(rank) << 32
}

struct Tensor<const LOADS: bool>;

impl<const LOADS: bool> Body for Tensor<LOADS> {
    /// The box at the coordinates in the columns from `dst` on, of the tensor whose map is at `b`; `a` is its address in shared memory,
    /// and `c` the column of the blocks to give it to, or [`NONE`].
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let (barrier, rank) = (inst.imm as u32, (inst.imm >> 32) as usize);
        let mut coordinates = [[0u32; LANES]; 5];
        // SAFETY: the caller keeps Operand 1 for these columns; the decoder made those of the coordinates side by side.
        let (shared, maps, barriers, masks) = unsafe {
            for (axis, column) in coordinates.iter_mut().enumerate().take(rank) {
                *column = lanes.read::<u32>(inst.dst + axis as u32 * COLUMN);
            }
            let barriers = if barrier == NONE { [0; LANES] } else { lanes.read::<u64>(barrier) };
            let masks = if inst.c == NONE { [0; LANES] } else { lanes.read::<u32>(inst.c) };
            (lanes.read::<u64>(inst.a), lanes.read::<u64>(inst.b), barriers, masks)
        };
        each_lane(lanes, |memory, lane| {
            let at =
                memory.locate(lane, space::GENERIC, maps[lane], (128, 64), Access::Read, (0, inst.site))?;
            // SAFETY: `locate` gave 128 bytes (Address 1).
            let words = std::array::from_fn(|word| unsafe { u64::load(at.wrapping_add(8 * word)) });
            let Some(map) = TensorMap::read(&words).filter(|map| usize::from(map.rank) == rank) else {
                let text = format!("what is at {:#x} is no tensor map of {rank} dimensions", maps[lane]);
                return Err(Fault::new(FaultKind::IllegalInstruction, text).at_address(maps[lane]));
            };
            let start = std::array::from_fn(|axis| i64::from(coordinates[axis][lane] as i32));
            let copy = Copy::new(&map, start, inst.site)?;
            let own = [None];
            let others: Vec<Option<u64>> =
                bits(masks[lane] & 0xffff).map(|rank| Some(rank as u64 + 1)).collect();
            for number in if inst.c == NONE { &own[..] } else { &others[..] } {
                let place = |address: u64| match number {
                    Some(number) => address & !(0xff << RANK_BIT) | number << RANK_BIT,
                    None => address,
                };
                copy.run(memory, lane, place(shared[lane]), LOADS)?;
                if barrier != NONE {
                    arrive_bytes(memory, lane, place(barriers[lane]), copy.bytes() as u32)?;
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

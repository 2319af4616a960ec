//! `wgmma`: products of four warps, whose factors lie in shared memory as a descriptor says, or of which each warp holds its rows.
//!
//! Each warp computes 16 of the 64 rows by itself, when the instruction is issued: programs may not touch the factors or the sums before
//! they have waited. Sums are taken in double precision and rounded once.

use super::exchange::Exchange;
use super::lanes::{LANES, Lanes, base};
use super::matrix::{Item, element};
use super::memory::{Element, space};
use super::program::warp_column;
use super::tensor::Swizzle;
use super::{Access, Fault};

/// One such product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct GroupProduct {
    pub(super) a: Item,
    pub(super) b: Item,
    pub(super) d: Item,
    pub(super) columns: usize,
    pub(super) depth: usize,
    /// The rows of a are in registers, behind those of d.
    pub(super) held: bool,
    /// The factors whose sign changes.
    pub(super) negated: [bool; 2],
    /// The factors that lie along their rows or columns, rather than along the depth.
    pub(super) transposed: [bool; 2],
    pub(super) saturate: bool,
}

/// A factor in shared memory.
struct Place {
    start: u64,
    leading: u64,
    stride: u64,
    swizzle: Swizzle,
    /// Chunks of 16 bytes side by side.
    chunks: u64,
    transposed: bool,
    item: Item,
}

impl Place {
    fn new(descriptor: u64, transposed: bool, item: Item) -> Self {
        let field = |at: u32| (descriptor >> at & 0x3fff) << 4;
        let (swizzle, chunks) = match descriptor >> 62 {
            0 => (Swizzle::None, 1),
            1 => (Swizzle::In128, 8),
            2 => (Swizzle::In64, 4),
            _ => (Swizzle::In32, 2),
        };
        Self { start: field(0), leading: field(16), stride: field(32), swizzle, chunks, transposed, item }
    }

    /// The address of the element in that row of a, or column of b, and at that depth.
    fn address(&self, row: usize, depth: usize) -> u64 {
        let bytes = self.item.bits() as u64 / 8;
        let (row, depth, within) = (row as u64, depth as u64, 16 / bytes);
        let offset = match (self.transposed, self.swizzle) {
            (false, Swizzle::None) => {
                row % 8 * 16 + row / 8 * self.stride + depth / within * self.leading + depth % within * bytes
            }
            (false, _) => row % 8 * self.chunks * 16 + row / 8 * self.stride + depth * bytes,
            (true, Swizzle::None) => {
                row % within * bytes + row / within * self.stride + depth % 8 * 16 + depth / 8 * self.leading
            }
            (true, _) => {
                let chunk = row / within;
                row % within * bytes
                    + chunk % self.chunks * 16
                    + chunk / self.chunks * self.leading
                    + depth % 8 * self.chunks * 16
                    + depth / 8 * self.stride
            }
        };
        self.swizzle.place(self.start + offset)
    }

    fn read(&self, lanes: &mut Lanes<'_>, row: usize, depth: usize) -> Result<f64, Fault> {
        let bytes = self.item.bits() as u32 / 8;
        let address = self.address(row, depth);
        let at = lanes.memory.locate(0, space::SHARED, address, (bytes, bytes), Access::Read, (0, 0))?;
        // SAFETY: `locate` gave a pointer to an element (Address 1).
        let bits = unsafe {
            match bytes {
                1 => u8::load(at).into(),
                2 => u16::load(at).into(),
                _ => u32::load(at).into(),
            }
        };
        Ok(self.item.decode(bits))
    }
}

impl GroupProduct {
    /// Registers of the sums, and of the rows of a that are held.
    pub(super) fn registers(self) -> (usize, usize) {
        (self.columns * 16 / LANES / self.packed(), if self.held { 4 } else { 0 })
    }

    /// Sums in a register.
    fn packed(self) -> usize {
        32 / self.d.bits()
    }

    /// Row and column of sum `i` of a lane.
    fn place(lane: usize, i: usize) -> (usize, usize) {
        (lane / 4 + i / 2 % 2 * 8, i / 4 * 8 + lane % 4 * 2 + i % 2)
    }

    fn rows(self, lanes: &mut Lanes<'_>, held: &[u32], descriptor: u64) -> Result<Vec<f64>, Fault> {
        let mut rows = vec![0.0; 16 * self.depth];
        if self.held {
            let packed = 32 / self.a.bits();
            for (lane, i) in (0..LANES).flat_map(|lane| (0..4 * packed).map(move |i| (lane, i))) {
                let register = i / packed;
                let row = lane / 4 + register % 2 * 8;
                let depth = lane % 4 * packed + i % packed + register / 2 * 4 * packed;
                rows[row * self.depth + depth] = element(lanes, held, self.a, lane, i);
            }
            return Ok(rows);
        }
        // SAFETY: every warp has this column (Operand 1).
        let warp = unsafe { lanes.read::<u32>(base::WARP | warp_column::WARPID) }[0] as usize % 4;
        let place = Place::new(descriptor, self.transposed[0], self.a);
        for (row, depth) in (0..16).flat_map(|row| (0..self.depth).map(move |depth| (row, depth))) {
            rows[row * self.depth + depth] = place.read(lanes, 16 * warp + row, depth)?;
        }
        Ok(rows)
    }

    /// The descriptors of a and b are in the columns `a` and `b`, whether to add to the sums in `c`, and the registers in `more`.
    pub(super) fn multiply(self, lanes: &mut Lanes<'_>, operands: &Exchange) -> Result<(), Fault> {
        let (sums, held) = operands.more.split_at(self.registers().0);
        // SAFETY: the decoder made these columns as wide (Operand 1).
        let (left, right, adds) = unsafe {
            let left = if self.held { 0 } else { lanes.read::<u64>(operands.a)[0] };
            (left, lanes.read::<u64>(operands.b)[0], lanes.read::<u32>(operands.c)[0] != 0)
        };
        let rows = self.rows(lanes, held, left)?;
        let place = Place::new(right, self.transposed[1], self.b);
        let mut factors = vec![0.0; self.depth * self.columns];
        for (column, depth) in (0..self.columns).flat_map(|it| (0..self.depth).map(move |depth| (it, depth)))
        {
            factors[depth * self.columns + column] = place.read(lanes, column, depth)?;
        }
        let sign = if self.negated[0] != self.negated[1] { -1.0 } else { 1.0 };
        let packed = self.packed();
        for (register, column) in sums.iter().enumerate() {
            let mut words = [0u32; LANES];
            for (lane, part) in (0..LANES).flat_map(|lane| (0..packed).map(move |part| (lane, part))) {
                let i = register * packed + part;
                let (row, at) = Self::place(lane, i);
                let products =
                    (0..self.depth).map(|k| rows[row * self.depth + k] * factors[k * self.columns + at]);
                let before = if adds { element(lanes, sums, self.d, lane, i) } else { 0.0 };
                let bits = self.d.encode(before + sign * products.sum::<f64>(), self.saturate) as u32;
                words[lane] |= bits << (self.d.bits() * part);
            }
            // SAFETY: the decoder checked the registers' widths (Operand 1).
            unsafe { lanes.write(*column, &words) };
        }
        Ok(())
    }
}

//! The `wmma` instructions: products of matrices that a warp holds in fragments.
//!
//! Which element a lane holds where, the manual leaves open: clients may only load, store, multiply, and treat all elements
//! of a fragment alike. Here the elements of a matrix, row by row, are dealt out to the lanes in stretches; a fragment with more
//! room than the matrix has elements holds some twice.

use super::exact;
use super::exchange::Exchange;
use super::lanes::{LANES, Lanes};
use super::matrix::{Item, element};
use super::memory::{Element, bits};
use super::number::Rounding;
use super::{Access, Fault};

/// A matrix in fragments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) item: Item,
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Elements in each lane.
    pub(super) held: usize,
}

impl Fragment {
    /// Registers of each lane.
    pub(super) fn registers(self) -> usize {
        self.held * self.item.bits() / self.item.bits().max(32)
    }

    fn place(self, lane: usize, i: usize) -> (usize, usize) {
        let index = (lane * self.held + i) % (self.rows * self.columns);
        (index / self.columns, index % self.columns)
    }

    fn read(self, lanes: &Lanes<'_>, registers: &[u32]) -> Vec<f64> {
        let mut values = vec![0.0; self.rows * self.columns];
        for lane in 0..LANES {
            for i in 0..self.held {
                let (row, column) = self.place(lane, i);
                values[row * self.columns + column] = element(lanes, registers, self.item, lane, i);
            }
        }
        values
    }

    /// Writes registers of packed elements, each given by `bits_of` its lane and number.
    fn write(self, lanes: &mut Lanes<'_>, registers: &[u32], bits_of: impl Fn(usize, usize) -> u64) {
        let packed = (32 / self.item.bits()).max(1);
        for (register, column) in registers.iter().enumerate() {
            let values: [u64; LANES] = std::array::from_fn(|lane| {
                (0..packed).fold(0, |sum, part| {
                    sum | bits_of(lane, register * packed + part) << (self.item.bits() * part)
                })
            });
            // SAFETY: the decoder checked the registers' widths (Operand 1).
            unsafe {
                if self.item == Item::F64 {
                    lanes.write(*column, &values);
                } else {
                    lanes.write(*column, &values.map(|it| it as u32));
                }
            }
        }
    }
}

/// Where a matrix lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) fragment: Fragment,
    pub(super) by_row: bool,
    pub(super) space: u8,
    pub(super) site: u32,
}

impl Tile {
    /// The pointer to element `i` of a lane, and the bits before it in its byte.
    fn locate(
        self,
        lanes: &mut Lanes<'_>,
        (lane, i): (usize, usize),
        (address, stride): (u64, u32),
        access: Access,
    ) -> Result<(*mut u8, usize), Fault> {
        let (row, column) = self.fragment.place(lane, i);
        let (major, minor) = if self.by_row { (row, column) } else { (column, row) };
        let width = self.fragment.item.bits();
        let bytes = width.div_ceil(8) as u32;
        let index = (major as u64).wrapping_mul(u64::from(stride)).wrapping_add(minor as u64);
        let bit = index.wrapping_mul(width as u64);
        let address = address.wrapping_add(bit / 8);
        let at = lanes.memory.locate(lane, self.space, address, (bytes, bytes), access, (0, self.site))?;
        Ok((at, bit as usize % 8))
    }
}

/// The address and the stride that each lane gives.
fn origins(lanes: &Lanes<'_>, operands: &Exchange) -> ([u64; LANES], [u32; LANES]) {
    // SAFETY: the decoder made the address 64 bits wide and the stride 32 (Operand 1).
    unsafe { (lanes.read::<u64>(operands.a), lanes.read::<u32>(operands.b)) }
}

pub(super) fn load(lanes: &mut Lanes<'_>, operands: &Exchange, tile: Tile) -> Result<(), Fault> {
    let (addresses, strides) = origins(lanes, operands);
    let held = tile.fragment.held;
    let mut values = vec![0u64; LANES * held];
    for lane in bits(lanes.mask) {
        for i in 0..held {
            let (from, shift) =
                tile.locate(lanes, (lane, i), (addresses[lane], strides[lane]), Access::Read)?;
            // SAFETY: `locate` gave a pointer to an element (Address 1).
            values[lane * held + i] = unsafe {
                match tile.fragment.item.bits() {
                    width @ 1..8 => (u8::load(from).to_bits() >> shift) & ((1 << width) - 1),
                    8 => u8::load(from).to_bits(),
                    16 => u16::load(from).to_bits(),
                    32 => u32::load(from).to_bits(),
                    _ => u64::load(from),
                }
            };
        }
    }
    tile.fragment.write(lanes, &operands.more, |lane, i| values[lane * held + i]);
    Ok(())
}

pub(super) fn store(lanes: &mut Lanes<'_>, operands: &Exchange, tile: Tile) -> Result<(), Fault> {
    let (addresses, strides) = origins(lanes, operands);
    let item = tile.fragment.item;
    let packed = (32 / item.bits()).max(1);
    for (register, column) in operands.more.iter().enumerate() {
        // SAFETY: the decoder checked the registers' widths (Operand 1).
        let values: [u64; LANES] = unsafe {
            if item == Item::F64 { lanes.read(*column) } else { lanes.read::<u32>(*column).map(u64::from) }
        };
        for lane in bits(lanes.mask) {
            for part in 0..packed {
                let origin = (addresses[lane], strides[lane]);
                let (to, _) = tile.locate(lanes, (lane, register * packed + part), origin, Access::Write)?;
                let value = values[lane] >> (item.bits() * part);
                // SAFETY: `locate` gave a pointer to an element (Address 1).
                unsafe {
                    match item.bits() {
                        8 => u8::store(to, value as u8),
                        16 => u16::store(to, value as u16),
                        32 => u32::store(to, value as u32),
                        _ => u64::store(to, value),
                    }
                }
            }
        }
    }
    Ok(())
}

/// The matrices of `d = a · b + c`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Product {
    pub(super) a: Fragment,
    pub(super) b: Fragment,
    pub(super) c: Fragment,
    pub(super) d: Fragment,
    pub(super) saturate: bool,
    /// Bits are compared instead of multiplied.
    pub(super) xor: bool,
    /// How sums in double precision are rounded.
    pub(super) rounding: Rounding,
}

/// The registers are those of d, a, b and c, one after the other.
pub(super) fn multiply(lanes: &mut Lanes<'_>, product: Product, registers: &[u32]) {
    let (d, rest) = registers.split_at(product.d.registers());
    let (a, rest) = rest.split_at(product.a.registers());
    let (b, c) = rest.split_at(product.b.registers());
    let (left, right) = (product.a.read(lanes, a), product.b.read(lanes, b));
    let mut sum = product.c.read(lanes, c);
    let (depth, columns) = (product.a.columns, product.b.columns);
    for row in 0..product.a.rows {
        for column in 0..columns {
            let sum = &mut sum[row * columns + column];
            let factors = |k: usize| (left[row * depth + k], right[k * columns + column]);
            if product.a.item == Item::F64 {
                *sum = (0..depth)
                    .fold(*sum, |sum, k| exact::fma(factors(k).0, factors(k).1, sum, product.rounding));
                continue;
            }
            let products = (0..depth).map(factors);
            *sum += products.map(|(a, b)| if product.xor { (a - b).abs() } else { a * b }).sum::<f64>();
        }
    }
    product.d.write(lanes, d, |lane, i| {
        let (row, column) = product.d.place(lane, i);
        product.d.item.encode(sum[row * columns + column], product.saturate)
    });
}

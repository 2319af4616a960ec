//! Tensor core instructions: products of small matrices that a warp holds together, and loading them.
//!
//! Each lane holds a few elements of each matrix; which ones, the manual's figures say, and [`Shape`] repeats. Sums are
//! taken in double precision and rounded once, since the manual leaves the order and the inner precision open.

use super::exact;
use super::exchange::Exchange;
use super::formats::Small;
use super::fragment::{self, Tile};
use super::group::GroupProduct;
use super::lanes::{LANES, Lanes};
use super::memory::Element;
use super::number::{self, Rounding, f32};
use super::types::Type;
use super::{Access, Fault};

/// Which matrix instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matrix {
    /// `mma`: the registers are those of d, a, b and c, one after the other.
    Product(Shape),
    /// `mma.m8n8k4` of half precision: four products, each by eight lanes.
    Quarters(Quarters),
    /// `wgmma.mma_async`
    Group(GroupProduct),
    /// `ldmatrix` of so many matrices, perhaps transposed.
    Load {
        count: usize,
        transposed: bool,
        space: u8,
    },
    /// `stmatrix` of so many matrices, perhaps transposed.
    Store {
        count: usize,
        transposed: bool,
        space: u8,
    },
    /// `wmma.load` and `wmma.store`.
    LoadTile(Tile),
    StoreTile(Tile),
    /// `wmma.mma`: the registers are as for `mma`.
    Tiles(fragment::Product),
    /// `movmatrix`: a transposition.
    Transpose,
}

/// The types and the extent of a product, which has 8 columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) a: Item,
    pub(super) b: Item,
    pub(super) c: Item,
    pub(super) d: Item,
    /// Rows of a: 8 or 16.
    pub(super) rows: usize,
    /// Columns of a, rows of b.
    pub(super) depth: usize,
    /// Bits are compared instead of multiplied.
    pub(super) xor: bool,
    /// Integer sums saturate.
    pub(super) saturate: bool,
    /// Half of a is zero and not held; the register behind those of c says where, in the lanes that this number selects.
    pub(super) sparse: Option<u32>,
    /// How sums in double precision are rounded.
    pub(super) rounding: Rounding,
}

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    F16,
    Bf16,
    Tf32,
    F32,
    F64,
    S8,
    U8,
    S4,
    U4,
    B1,
    S32,
    E4m3,
    E5m2,
    E2m3,
    E3m2,
    /// Four bits in the middle of eight.
    E2m1,
}

impl Item {
    /// The type of this name: some are of matrices alone.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "s4" => Some(Self::S4),
            "u4" => Some(Self::U4),
            "b1" => Some(Self::B1),
            "e4m3" => Some(Self::E4m3),
            "e5m2" => Some(Self::E5m2),
            "e2m3" => Some(Self::E2m3),
            "e3m2" => Some(Self::E3m2),
            "e2m1" => Some(Self::E2m1),
            _ => Type::named(name).and_then(Self::of),
        }
    }

    /// Whether its products are summed as integers.
    pub(super) fn is_integer(self) -> bool {
        matches!(self, Self::S8 | Self::U8 | Self::S4 | Self::U4 | Self::B1)
    }

    /// Whether it is a floating point format of a byte or less.
    pub(super) fn is_small_float(self) -> bool {
        matches!(self, Self::E4m3 | Self::E5m2 | Self::E2m3 | Self::E3m2 | Self::E2m1)
    }

    pub(super) fn of(kind: Type) -> Option<Self> {
        Some(match kind {
            Type::F16 => Self::F16,
            Type::Bf16 => Self::Bf16,
            Type::Tf32 => Self::Tf32,
            Type::F32 => Self::F32,
            Type::F64 => Self::F64,
            Type::S8 => Self::S8,
            Type::U8 => Self::U8,
            Type::S32 => Self::S32,
            _ => return None,
        })
    }

    pub(super) fn bits(self) -> usize {
        match self {
            Self::B1 => 1,
            Self::S4 | Self::U4 => 4,
            Self::S8 | Self::U8 => 8,
            Self::E4m3 | Self::E5m2 | Self::E2m3 | Self::E3m2 | Self::E2m1 => 8,
            Self::F16 | Self::Bf16 => 16,
            Self::Tf32 | Self::F32 | Self::S32 => 32,
            Self::F64 => 64,
        }
    }

    pub(super) fn decode(self, bits: u64) -> f64 {
        match self {
            Self::F16 => number::half(bits as u32),
            Self::Bf16 => number::bhalf(bits as u32 & 0xffff),
            // The low 13 bits of a register do not count.
            Self::Tf32 => f64::from(f32(bits as u32 & !0x1fff)),
            Self::F32 => f64::from(f32(bits as u32)),
            Self::F64 => f64::from_bits(bits),
            Self::S8 => f64::from(bits as i8),
            Self::U8 => f64::from(bits as u8),
            Self::S4 => f64::from((bits as i8) << 4 >> 4),
            Self::U4 => f64::from(bits as u8 & 15),
            Self::B1 => f64::from(bits as u8 & 1),
            Self::S32 => f64::from(bits as i32),
            Self::E4m3 => Small::E4m3.decode(bits as u32 & 0xff),
            Self::E5m2 => Small::E5m2.decode(bits as u32 & 0xff),
            Self::E2m3 => Small::E2m3.decode(bits as u32 & 0x3f),
            Self::E3m2 => Small::E3m2.decode(bits as u32 & 0x3f),
            Self::E2m1 => Small::E2m1.decode(bits as u32 >> 2 & 15),
        }
    }

    pub(super) fn encode(self, value: f64, saturate: bool) -> u64 {
        match self {
            Self::F16 => u64::from(number::narrow(value, number::F16, Rounding::Nearest)),
            Self::F64 => value.to_bits(),
            // Sums of products of bytes and one 32-bit number are exact in double precision.
            Self::S32 if saturate => u64::from(value as i32 as u32),
            Self::S32 => u64::from(value as i64 as u32),
            _ => u64::from(number::out32(value as f32)),
        }
    }
}

impl Shape {
    /// Columns of a that are held.
    fn held_depth(self) -> usize {
        if self.sparse.is_some() { self.depth / 2 } else { self.depth }
    }

    /// Elements of a, b and c (and d) that each lane holds.
    pub(super) fn elements(self) -> [usize; 3] {
        [self.rows * self.held_depth() / LANES, self.depth * 8 / LANES, self.rows * 8 / LANES]
    }

    /// Where a column of a sparse matrix's held elements is in the whole one.
    fn column(self, words: &[u32; LANES], row: usize, held: usize) -> usize {
        // Two bits for each number, or pair of nibbles: which of four it is. Of single precision, four bits for which of two.
        let (unit, bits) = match self.a.bits() {
            4 => (held / 2, 2),
            32 => (held, 4),
            _ => (held, 2),
        };
        let (group, lower) = (row % 8, row / 8);
        let selector = self.sparse.unwrap_or(0) as usize;
        let at = unit * bits;
        let (lane, shift) = if self.a.bits() >= 16 {
            // Sixteen bits of a row are beside those of the row eight below; a longer row goes on in the next lane.
            let lanes = (self.held_depth() * bits).div_ceil(16);
            (lanes * selector % 4 + at / 16, 16 * lower + at % 16)
        } else {
            let lanes = 2 * (self.held_depth() * bits * self.a.bits() / 8).div_ceil(32);
            (lanes * selector % 4 + lower + 2 * (at / 32), at % 32)
        };
        let found = (words[4 * group + lane % 4] >> shift) as usize;
        match self.a.bits() {
            4 => held / 4 * 8 + 2 * (found & 3) + held % 2,
            32 => 2 * held + usize::from(found & 15 == 0b1110),
            _ => held / 2 * 4 + (found & 3),
        }
    }

    /// Registers of a, b, c and d.
    pub(super) fn registers(self) -> [usize; 4] {
        let [a, b, c] = self.elements();
        let count = |elements: usize, item: Item| (elements * item.bits()).div_ceil(item.bits().max(32));
        [count(a, self.a), count(b, self.b), count(c, self.c), count(c, self.d)]
    }

    /// Elements that lie side by side in one register of a and b.
    fn packed(self) -> usize {
        (32 / self.a.bits()).max(1)
    }

    /// Row and column of a's element `i` in a lane: along a row first, then the lower half, then further right.
    fn place_a(self, lane: usize, i: usize) -> (usize, usize) {
        let (group, within, packed) = (lane / 4, lane % 4, self.packed());
        let register = i / packed;
        let (lower, right) = if self.rows == 8 { (0, register) } else { (register % 2, register / 2) };
        (group + 8 * lower, within * packed + i % packed + 4 * packed * right)
    }

    /// Row and column of b's element `i` in a lane.
    fn place_b(self, lane: usize, i: usize) -> (usize, usize) {
        let (group, within, packed) = (lane / 4, lane % 4, self.packed());
        (within * packed + i % packed + 4 * packed * (i / packed), group)
    }

    /// Row and column of c's and d's element `i` in a lane.
    fn place_c(lane: usize, i: usize) -> (usize, usize) {
        (lane / 4 + 8 * (i / 2), lane % 4 * 2 + i % 2)
    }
}

/// Does a matrix instruction for the whole warp.
pub(super) fn perform(lanes: &mut Lanes<'_>, matrix: Matrix, operands: &Exchange) -> Result<(), Fault> {
    match matrix {
        Matrix::Product(shape) => {
            product(lanes, shape, &operands.more);
            Ok(())
        }
        Matrix::Group(it) => it.multiply(lanes, operands),
        Matrix::Quarters(it) => {
            it.multiply(lanes, &operands.more);
            Ok(())
        }
        Matrix::Load { count, transposed, space } => load(lanes, operands, (count, transposed, space)),
        Matrix::Store { count, transposed, space } => store(lanes, operands, (count, transposed, space)),
        Matrix::LoadTile(tile) => fragment::load(lanes, operands, tile),
        Matrix::StoreTile(tile) => fragment::store(lanes, operands, tile),
        Matrix::Tiles(product) => {
            fragment::multiply(lanes, product, &operands.more);
            Ok(())
        }
        Matrix::Transpose => {
            transpose(lanes, operands);
            Ok(())
        }
    }
}

/// Element `i` of a lane in registers of one matrix.
pub(super) fn element(lanes: &Lanes<'_>, registers: &[u32], item: Item, lane: usize, i: usize) -> f64 {
    let packed = (32 / item.bits()).max(1);
    // SAFETY: the decoder checked the registers' widths (Operand 1).
    let bits = unsafe {
        if item == Item::F64 {
            lanes.read::<u64>(registers[i])[lane]
        } else {
            u64::from(lanes.read::<u32>(registers[i / packed])[lane]) >> (item.bits() * (i % packed))
        }
    };
    item.decode(bits)
}

fn product(lanes: &mut Lanes<'_>, shape: Shape, registers: &[u32]) {
    let [a_count, b_count, c_count, d_count] = shape.registers();
    let (d, rest) = registers.split_at(d_count);
    let (a, rest) = rest.split_at(a_count);
    let (b, rest) = rest.split_at(b_count);
    let (c, sparsity) = rest.split_at(c_count);
    let words = match sparsity {
        // SAFETY: the decoder checked the register's width (Operand 1).
        [column, ..] => unsafe { lanes.read::<u32>(*column) },
        [] => [0; LANES],
    };
    let [a_elements, b_elements, c_elements] = shape.elements();
    let depth = shape.depth;
    let (mut left, mut right, mut sum) = (vec![0.0; 16 * depth], vec![0.0; depth * 8], [0.0; 16 * 8]);
    for lane in 0..LANES {
        for i in 0..a_elements {
            let (row, mut column) = shape.place_a(lane, i);
            if shape.sparse.is_some() {
                column = shape.column(&words, row, column);
            }
            left[row * depth + column] = element(lanes, a, shape.a, lane, i);
        }
        for i in 0..b_elements {
            let (row, column) = shape.place_b(lane, i);
            right[row * 8 + column] = element(lanes, b, shape.b, lane, i);
        }
        for i in 0..c_elements {
            let (row, column) = Shape::place_c(lane, i);
            sum[row * 8 + column] = element(lanes, c, shape.c, lane, i);
        }
    }
    for row in 0..shape.rows {
        for column in 0..8 {
            let factors = |k: usize| (left[row * depth + k], right[k * 8 + column]);
            if shape.a == Item::F64 {
                let add = |sum, k| {
                    let (a, b) = factors(k);
                    exact::fma(a, b, sum, shape.rounding)
                };
                sum[row * 8 + column] = (0..depth).fold(sum[row * 8 + column], add);
                continue;
            }
            let products = (0..depth).map(|k| {
                let (a, b) = factors(k);
                if shape.xor { (a - b).abs() } else { a * b }
            });
            sum[row * 8 + column] += products.sum::<f64>();
        }
    }
    let packed = (32 / shape.d.bits()).max(1);
    for (register, column) in d.iter().enumerate() {
        let mut values = [0u64; LANES];
        for (lane, value) in values.iter_mut().enumerate() {
            for part in 0..packed {
                let (row, column) = Shape::place_c(lane, register * packed + part);
                let bits = shape.d.encode(sum[row * 8 + column], shape.saturate);
                *value |= bits << (shape.d.bits() * part);
            }
        }
        // SAFETY: the decoder checked the registers' widths (Operand 1).
        unsafe {
            if shape.d == Item::F64 {
                lanes.write(*column, &values);
            } else {
                lanes.write(*column, &values.map(|it| it as u32));
            }
        }
    }
}

/// The oldest product of half precision: lanes 0 to 3 and 16 to 19 have one, the next four and theirs another, and so on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quarters {
    /// Whether a and b are held by rows.
    pub(super) by_row: [bool; 2],
    pub(super) c: Item,
    pub(super) d: Item,
}

impl Quarters {
    /// Registers of c or d.
    pub(super) fn sums(item: Item) -> usize {
        if item == Item::F32 { 8 } else { 4 }
    }

    /// Row and column of a sum's element `i`.
    fn place(item: Item, lane: usize, i: usize) -> (usize, usize) {
        let lower = 4 * (lane / 16);
        match item {
            Item::F32 => ((lane & 1) + (i & 2) + lower, (i & 4) + (lane & 2) + (i & 1)),
            _ => (lane % 4 + lower, i),
        }
    }

    fn multiply(self, lanes: &mut Lanes<'_>, registers: &[u32]) {
        let (d, rest) = registers.split_at(Self::sums(self.d));
        let (a, rest) = rest.split_at(2);
        let (b, c) = rest.split_at(2);
        let mut sums = [[[0.0f64; 8]; 8]; 4];
        let (mut left, mut right) = ([[[0.0f64; 4]; 8]; 4], [[[0.0f64; 8]; 4]; 4]);
        for lane in 0..LANES {
            let (part, within, beyond) = (lane % 16 / 4, lane % 4, 4 * (lane / 16));
            for i in 0..4 {
                let (row, k) = if self.by_row[0] { (within + beyond, i) } else { (i + beyond, within) };
                left[part][row][k] = element(lanes, a, Item::F16, lane, i);
                let (k, column) = if self.by_row[1] { (within, i + beyond) } else { (i, within + beyond) };
                right[part][k][column] = element(lanes, b, Item::F16, lane, i);
            }
            for i in 0..8 {
                let (row, column) = Self::place(self.c, lane, i);
                sums[part][row][column] = element(lanes, c, self.c, lane, i);
            }
        }
        for (part, sum) in sums.iter_mut().enumerate() {
            for (row, sum) in sum.iter_mut().enumerate() {
                for (column, sum) in sum.iter_mut().enumerate() {
                    *sum += (0..4).map(|k| left[part][row][k] * right[part][k][column]).sum::<f64>();
                }
            }
        }
        let packed = 32 / self.d.bits();
        for (register, column) in d.iter().enumerate() {
            let values: [u32; LANES] = std::array::from_fn(|lane| {
                (0..packed).fold(0, |value, part| {
                    let (row, column) = Self::place(self.d, lane, register * packed + part);
                    let bits = self.d.encode(sums[lane % 16 / 4][row][column], false) as u32;
                    value | bits << (self.d.bits() * part)
                })
            });
            // SAFETY: the decoder checked the registers' widths (Operand 1).
            unsafe { lanes.write(*column, &values) };
        }
    }
}

/// The rows of a matrix of 8 by 8 halves: each 16 bytes at the address of one lane.
fn row_pointer(
    lanes: &mut Lanes<'_>,
    (space, address): (u8, u64),
    lane: usize,
    access: Access,
) -> Result<*mut u8, Fault> {
    lanes.memory.locate(lane, space, address, (16, 16), access, (0, 0))
}

fn load(
    lanes: &mut Lanes<'_>,
    operands: &Exchange,
    (count, transposed, space): (usize, bool, u8),
) -> Result<(), Fault> {
    // SAFETY: the decoder made the address 64 bits wide (Operand 1).
    let addresses = unsafe { lanes.read::<u64>(operands.a) };
    for matrix in 0..count {
        let mut halves = [[0u16; 8]; 8];
        for (row, halves) in halves.iter_mut().enumerate() {
            let lane = matrix * 8 + row;
            let from = row_pointer(lanes, (space, addresses[lane]), lane, Access::Read)?;
            for (k, it) in halves.iter_mut().enumerate() {
                // SAFETY: `locate` gave a pointer to 16 bytes (Address 1).
                *it = unsafe { u16::load(from.wrapping_add(2 * k)) };
            }
        }
        let values = spread(&halves, transposed);
        // SAFETY: the decoder checked the registers' widths (Operand 1).
        unsafe { lanes.write(operands.more[matrix], &values) };
    }
    Ok(())
}

fn store(
    lanes: &mut Lanes<'_>,
    operands: &Exchange,
    (count, transposed, space): (usize, bool, u8),
) -> Result<(), Fault> {
    // SAFETY: the decoder made the address 64 bits wide (Operand 1).
    let addresses = unsafe { lanes.read::<u64>(operands.a) };
    for matrix in 0..count {
        // SAFETY: the decoder checked the registers' widths (Operand 1).
        let halves = gathered(&unsafe { lanes.read::<u32>(operands.more[matrix]) }, transposed);
        for (row, halves) in halves.iter().enumerate() {
            let lane = matrix * 8 + row;
            let to = row_pointer(lanes, (space, addresses[lane]), lane, Access::Write)?;
            for (k, it) in halves.iter().enumerate() {
                // SAFETY: `locate` gave a pointer to 16 bytes (Address 1).
                unsafe { u16::store(to.wrapping_add(2 * k), *it) };
            }
        }
    }
    Ok(())
}

fn transpose(lanes: &mut Lanes<'_>, operands: &Exchange) {
    // SAFETY: the decoder checked the registers' widths (Operand 1).
    unsafe {
        let halves = gathered(&lanes.read::<u32>(operands.more[1]), false);
        lanes.write(operands.more[0], &spread(&halves, true));
    }
}

/// What each lane holds of a matrix: two neighbours of a row, or of a column if transposed.
fn spread(halves: &[[u16; 8]; 8], transposed: bool) -> [u32; LANES] {
    std::array::from_fn(|lane| {
        let (row, column) = (lane / 4, lane % 4 * 2);
        let at = |k: usize| if transposed { halves[column + k][row] } else { halves[row][column + k] };
        u32::from(at(0)) | u32::from(at(1)) << 16
    })
}

fn gathered(values: &[u32; LANES], transposed: bool) -> [[u16; 8]; 8] {
    let mut halves = [[0; 8]; 8];
    for (lane, value) in values.iter().enumerate() {
        let (row, column) = (lane / 4, lane % 4 * 2);
        for (k, half) in [*value as u16, (*value >> 16) as u16].into_iter().enumerate() {
            if transposed {
                halves[column + k][row] = half;
            } else {
                halves[row][column + k] = half;
            }
        }
    }
    halves
}

//! `mma`, `ldmatrix`, `stmatrix` and `movmatrix`.

use super::super::exchange::{Exchange, Kind};
use super::super::matrix::{Item, Matrix, Quarters, Shape};
use super::super::memory::space;
use super::super::number::Rounding;
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::float::ROUNDINGS;
use super::warp::blank;
use super::{Decoder, Words};

impl<'s> Decoder<'_, 's> {
    /// `mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 d, a, b, c`, and `mma.sp` with two operands more.
    pub(super) fn matrix_product(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let sparse = words.take("sp") || words.take("sp::ordered_metadata");
        words.take("sync");
        words.take("aligned");
        let small = words.take("kind::f8f6f4");
        let size = words.take_first()?;
        let saturate = words.take("satfinite");
        let by_row = [self.layout(words)?, self.layout(words)?];
        let xor = words.take("xor");
        if words.take("and") || xor {
            words.take("popc");
        }
        let rounding = words.take_any(&ROUNDINGS).unwrap_or(Rounding::Nearest);
        let mut items = [Item::F32; 4];
        for it in &mut items {
            let found = words.left.iter().position(|name| Item::named(name).is_some());
            let name = found.map(|index| words.left.remove(index));
            *it = name.and_then(Item::named).ok_or_else(|| words.error("mma lacks a type"))?;
        }
        let [d, a, b, c] = items;
        if size == "m8n8k4" && a == Item::F16 {
            return self.quarters(words, Quarters { by_row, c, d }, b);
        }
        let (rows, depth) = if sparse { sparse_shape(size, a) } else { dense_shape(size, a) }
            .ok_or_else(|| words.error(format!("mma of shape .{size} and these types is not supported")))?;
        let sums = match a {
            Item::F16 => matches!((c, d), (Item::F32, Item::F32) | (Item::F16, Item::F16)),
            _ if a.is_integer() => (c, d) == (Item::S32, Item::S32) && b.is_integer() && a.bits() == b.bits(),
            Item::F64 => (c, d) == (Item::F64, Item::F64),
            _ if a.is_small_float() => {
                b.is_small_float() && matches!((c, d), (Item::F32, Item::F32) | (Item::F16, Item::F16))
            }
            _ => (c, d) == (Item::F32, Item::F32),
        };
        let short = |it: Item| matches!(it, Item::E2m3 | Item::E3m2 | Item::E2m1);
        let alike = a == b || c == Item::S32 || a.is_small_float();
        let rounds = rounding == Rounding::Nearest || a == Item::F64;
        if by_row != [true, false] || !sums || !alike || !rounds || ((short(a) || short(b)) && !small) {
            return Err(words.error("mma with types or layouts that do not exist"));
        }
        let (operands, selector, sparsity) = match words.operands {
            [d, a, b, c] if !sparse => ([d, a, b, c], None, None),
            [d, a, b, c, sparsity, selector] if sparse => {
                let OperandKind::Int(selector @ 0..=3) = selector.kind else {
                    return Err(words.error("the selector of a sparse matrix is a number from 0 to 3"));
                };
                ([d, a, b, c], Some(selector as u32), Some(sparsity))
            }
            _ => return Err(words.error("wrong number of operands for mma")),
        };
        let shape = Shape { a, b, c, d, rows, depth, xor, saturate, sparse: selector, rounding };
        let [a_count, b_count, c_count, d_count] = shape.registers();
        let type_ = if a == Item::F64 { Type::B64 } else { Type::B32 };
        let mut more = self.matrices(operands, [d_count, a_count, b_count, c_count], type_)?;
        if let Some(sparsity) = sparsity {
            more.push(self.source(sparsity, Type::B32)?);
        }
        let members = self.constant(u64::from(u32::MAX), false);
        self.exchange(Exchange { more, members, ..blank(Kind::Matrix(Matrix::Product(shape))) })
    }

    /// Takes a layout; whether it is by rows.
    fn layout(&mut self, words: &mut Words<'_, 's>) -> Parsed<bool> {
        let found = words.left.iter().position(|it| matches!(*it, "row" | "col"));
        match found.map(|index| words.left.remove(index)) {
            Some(name) => Ok(name == "row"),
            None => Err(words.error("mma needs the layouts of a and b")),
        }
    }

    fn quarters(&mut self, words: &Words<'_, 's>, it: Quarters, b: Item) -> Parsed<()> {
        let sums = |item| matches!(item, Item::F16 | Item::F32);
        if b != Item::F16 || !sums(it.c) || !sums(it.d) {
            return Err(words.error("mma with types or layouts that do not exist"));
        }
        let [d, a, b, c] = words.operands()?;
        let counts = [Quarters::sums(it.d), 2, 2, Quarters::sums(it.c)];
        let more = self.matrices([d, a, b, c], counts, Type::B32)?;
        let members = self.constant(u64::from(u32::MAX), false);
        self.exchange(Exchange { more, members, ..blank(Kind::Matrix(Matrix::Quarters(it))) })
    }

    /// The columns of so many registers of each matrix; the first is written.
    fn matrices(&mut self, operands: [&Operand<'s>; 4], counts: [usize; 4], type_: Type) -> Parsed<Vec<u32>> {
        let mut more = Vec::new();
        for (index, (operand, count)) in operands.iter().zip(counts).enumerate() {
            let list = match &operand.kind {
                OperandKind::Vector(list) => &list[..],
                _ => std::slice::from_ref(*operand),
            };
            if list.len() != count {
                return Err(operand.place.error(format!("expected {count} registers, found {}", list.len())));
            }
            for it in list {
                more.push(if index == 0 { self.destination(it, type_)? } else { self.source(it, type_)? });
            }
        }
        Ok(more)
    }

    /// `ldmatrix`, `stmatrix` and `movmatrix` of 8 by 8 halves.
    pub(super) fn matrix_move(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        words.take("aligned");
        if !words.take("m8n8") {
            return Err(words.error(format!("{} is supported for .m8n8 only", words.opcode)));
        }
        let count = words.take_any(&[("x1", 1), ("x2", 2), ("x4", 4)]).unwrap_or(1);
        let transposed = words.take("trans");
        let mut space = self.take_space(words);
        let type_ = words.take_type()?;
        if type_ != Type::B16 {
            return words.unsupported(type_);
        }
        if !matches!(space, space::SHARED | space::GENERIC) {
            return Err(words.error(format!("{} is about shared memory", words.opcode)));
        }
        let members = self.constant(u64::from(u32::MAX), false);
        let [first, second] = words.operands()?;
        if words.opcode == "movmatrix" {
            let source = self.source(second, Type::B32)?;
            let more = vec![self.destination(first, Type::B32)?, source];
            return self.exchange(Exchange { more, members, ..blank(Kind::Matrix(Matrix::Transpose)) });
        }
        let loads = words.opcode == "ldmatrix";
        let (registers, address) = if loads { (first, second) } else { (second, first) };
        let place = self.address(address, &mut space)?;
        let a = self.full_address(&place);
        let list = match &registers.kind {
            OperandKind::Vector(list) => &list[..],
            _ => std::slice::from_ref(registers),
        };
        if list.len() != count {
            return Err(registers.place.error(format!("expected {count} registers, found {}", list.len())));
        }
        let mut more = Vec::new();
        for it in list {
            more.push(if loads { self.destination(it, Type::B32)? } else { self.source(it, Type::B32)? });
        }
        let matrix = if loads {
            Matrix::Load { count, transposed, space }
        } else {
            Matrix::Store { count, transposed, space }
        };
        self.exchange(Exchange { a, wide: true, more, members, ..blank(Kind::Matrix(matrix)) })
    }
}

/// Rows of a and the depth of a product.
fn dense_shape(size: &str, a: Item) -> Option<(usize, usize)> {
    Some(match (size, a) {
        ("m8n8k4", Item::F64) => (8, 4),
        ("m16n8k4", Item::Tf32 | Item::F64) => (16, 4),
        ("m16n8k8", Item::F16 | Item::Bf16 | Item::Tf32 | Item::F64) => (16, 8),
        ("m16n8k16", Item::F16 | Item::Bf16 | Item::S8 | Item::U8 | Item::F64 | Item::E4m3 | Item::E5m2) => {
            (16, 16)
        }
        ("m8n8k16", Item::S8 | Item::U8) => (8, 16),
        ("m16n8k32", Item::S8 | Item::U8 | Item::S4 | Item::U4) => (16, 32),
        ("m16n8k32", _) if a.is_small_float() => (16, 32),
        ("m8n8k32", Item::S4 | Item::U4) => (8, 32),
        ("m16n8k64", Item::S4 | Item::U4) => (16, 64),
        ("m8n8k128", Item::B1) => (8, 128),
        ("m16n8k128", Item::B1) => (16, 128),
        ("m16n8k256", Item::B1) => (16, 256),
        _ => return None,
    })
}

/// The same of products with a sparse a.
fn sparse_shape(size: &str, a: Item) -> Option<(usize, usize)> {
    let depth = match (size, a) {
        ("m16n8k8", Item::Tf32) => 8,
        ("m16n8k16", Item::F16 | Item::Bf16 | Item::Tf32) => 16,
        ("m16n8k32", Item::F16 | Item::Bf16 | Item::S8 | Item::U8) => 32,
        ("m16n8k64", Item::S8 | Item::U8 | Item::S4 | Item::U4) => 64,
        ("m16n8k64", _) if a.is_small_float() => 64,
        ("m16n8k128", Item::S4 | Item::U4) => 128,
        _ => return None,
    };
    Some((16, depth))
}

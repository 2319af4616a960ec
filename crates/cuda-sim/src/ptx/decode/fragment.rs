//! The `wmma` instructions.

use super::super::exchange::{Exchange, Kind};
use super::super::fragment::{Fragment, Product, Tile};
use super::super::matrix::{Item, Matrix};
use super::super::memory::space;
use super::super::number::Rounding;
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::float::ROUNDINGS;
use super::warp::blank;
use super::{Decoder, Words};

/// Rows of a, columns of b, and the depth between.
#[derive(Clone, Copy)]
struct Sizes {
    m: usize,
    n: usize,
    k: usize,
}

impl Sizes {
    fn named(name: &str) -> Option<Self> {
        let (m, n, k) = match name {
            "m16n16k16" => (16, 16, 16),
            "m32n8k16" => (32, 8, 16),
            "m8n32k16" => (8, 32, 16),
            "m16n16k8" => (16, 16, 8),
            "m8n8k4" => (8, 8, 4),
            "m8n8k32" => (8, 8, 32),
            "m8n8k128" => (8, 8, 128),
            _ => return None,
        };
        Some(Self { m, n, k })
    }

    /// The fragment of matrix `which`, if there is one of these elements.
    fn fragment(self, which: &str, item: Item) -> Option<Fragment> {
        let (rows, columns) = match which {
            "a" => (self.m, self.k),
            "b" => (self.k, self.n),
            _ => (self.m, self.n),
        };
        let sums = matches!(which, "c" | "d");
        let exists = match (self.k, item) {
            (16, Item::F16) => true,
            (16, Item::Bf16 | Item::S8 | Item::U8) | (8, Item::Tf32) => !sums,
            (16, Item::F32 | Item::S32) | (8, Item::F32) => sums,
            (4, Item::F64) => true,
            (32, Item::S4 | Item::U4) | (128, Item::B1) => !sums,
            (32 | 128, Item::S32) => sums,
            _ => false,
        };
        // Fragments of factors of half precision have 16 elements whatever their shape.
        let held = if item == Item::F16 && !sums { 16 } else { rows * columns / 32 };
        exists.then_some(Fragment { item, rows, columns, held })
    }
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn fragment_instruction(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.take_first()? {
            "load" => self.fragment_move(words, true),
            "store" => self.fragment_move(words, false),
            "mma" => self.fragment_product(words),
            other => Err(words.error(format!("wmma.{other} is not supported"))),
        }
    }

    fn sizes(words: &mut Words<'_, 's>) -> Parsed<Sizes> {
        let found = words.left.iter().position(|it| Sizes::named(it).is_some());
        let name = found.map(|index| words.left.remove(index));
        name.and_then(Sizes::named).ok_or_else(|| words.error("wmma of this shape is not supported"))
    }

    fn fragment_of(words: &Words<'_, 's>, sizes: Sizes, which: &str, item: Item) -> Parsed<Fragment> {
        let found = sizes.fragment(which, item);
        found.ok_or_else(|| words.error(format!("wmma has no matrix {which} of this shape and type")))
    }

    /// Takes the first type of an element.
    fn item(words: &mut Words<'_, 's>) -> Option<Item> {
        let index = words.left.iter().position(|it| Item::named(it).is_some())?;
        Item::named(words.left.remove(index))
    }

    /// The columns of a fragment's registers.
    fn fragment_registers(
        &mut self,
        operand: &Operand<'s>,
        fragment: Fragment,
        written: bool,
        to: &mut Vec<u32>,
    ) -> Parsed<()> {
        let list = match &operand.kind {
            OperandKind::Vector(list) => &list[..],
            _ => std::slice::from_ref(operand),
        };
        let count = fragment.registers();
        if list.len() != count {
            return Err(operand.place.error(format!("expected {count} registers, found {}", list.len())));
        }
        let kind = if fragment.item == Item::F64 { Type::B64 } else { Type::B32 };
        for it in list {
            to.push(if written { self.destination(it, kind)? } else { self.source(it, kind)? });
        }
        Ok(())
    }

    /// `wmma.load.a.sync.aligned.row.m16n16k16.global.f16 r, [p], stride`
    fn fragment_move(&mut self, words: &mut Words<'_, 's>, loads: bool) -> Parsed<()> {
        let which = words.take_first()?;
        if !matches!((which, loads), ("a" | "b" | "c", true) | ("d", false)) {
            return Err(words.error(format!("wmma does not move a matrix {which} so")));
        }
        words.take("sync");
        words.take("aligned");
        let layout = words.take_any(&[("row", true), ("col", false)]);
        let by_row = layout.ok_or_else(|| words.error("wmma needs .row or .col"))?;
        let sizes = Self::sizes(words)?;
        let mut space = self.take_space(words);
        let item = Self::item(words).ok_or_else(|| words.error("wmma lacks a type"))?;
        let fragment = Self::fragment_of(words, sizes, which, item)?;
        // Factors of less than a byte lie along the depth.
        if item.bits() < 8 && by_row != (which == "a") {
            return Err(words.error("wmma has no matrix of this type with this layout"));
        }
        let (registers, address, stride) = match (words.operands, loads) {
            ([r, p], true) | ([p, r], false) => (r, p, None),
            ([r, p, stride], true) | ([p, r, stride], false) => (r, p, Some(stride)),
            _ => return Err(words.error("wmma takes registers, an address and perhaps a stride")),
        };
        if !matches!(space, space::GLOBAL | space::SHARED | space::GENERIC) {
            return Err(words.error("wmma moves matrices in global or shared memory"));
        }
        let place = self.address(address, &mut space)?;
        let a = self.full_address(&place);
        let b = match stride {
            Some(stride) => self.source(stride, Type::U32)?,
            None => self.constant(if by_row { fragment.columns } else { fragment.rows } as u64, false),
        };
        let mut more = Vec::new();
        self.fragment_registers(registers, fragment, loads, &mut more)?;
        let tile = Tile { fragment, by_row, space, site: self.site() };
        let matrix = if loads { Matrix::LoadTile(tile) } else { Matrix::StoreTile(tile) };
        let members = self.constant(u64::from(u32::MAX), false);
        self.exchange(Exchange { a, b, wide: true, more, members, ..blank(Kind::Matrix(matrix)) })
    }

    /// `wmma.mma.sync.aligned.row.col.m16n16k16.f32.f32 d, a, b, c`, with all four types except for half precision.
    fn fragment_product(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let xor = words.take("xor");
        if xor || words.take("and") {
            words.take("popc");
        }
        words.take("sync");
        words.take("aligned");
        // The layouts of a and b are in their fragments already.
        for _ in 0..2 {
            if !matches!(words.take_first()?, "row" | "col") {
                return Err(words.error("wmma.mma needs two layouts"));
            }
        }
        let sizes = Self::sizes(words)?;
        let saturate = words.take("satfinite");
        let rounding = words.take_any(&ROUNDINGS).unwrap_or(Rounding::Nearest);
        let mut items = Vec::new();
        while let Some(item) = Self::item(words) {
            items.push(item);
        }
        let [d, a, b, c] = match items[..] {
            [d, c] => [d, Item::F16, Item::F16, c],
            [d, a, b, c] if a == b => [d, a, b, c],
            _ => return Err(words.error("wmma.mma needs the types of d, a, b and c")),
        };
        let product = Product {
            a: Self::fragment_of(words, sizes, "a", a)?,
            b: Self::fragment_of(words, sizes, "b", b)?,
            c: Self::fragment_of(words, sizes, "c", c)?,
            d: Self::fragment_of(words, sizes, "d", d)?,
            saturate,
            xor,
            rounding,
        };
        if rounding != Rounding::Nearest && a != Item::F64 {
            return Err(words.error("wmma rounds sums of single precision to nearest"));
        }
        let operands: &[Operand<'s>; 4] = words.operands()?;
        let mut more = Vec::new();
        let fragments = [product.d, product.a, product.b, product.c];
        for (index, (operand, fragment)) in operands.iter().zip(fragments).enumerate() {
            self.fragment_registers(operand, fragment, index == 0, &mut more)?;
        }
        let members = self.constant(u64::from(u32::MAX), false);
        self.exchange(Exchange { more, members, ..blank(Kind::Matrix(Matrix::Tiles(product))) })
    }
}

//! `wgmma`.

use super::super::exchange::{Exchange, Kind};
use super::super::group::GroupProduct;
use super::super::lanes::select;
use super::super::matrix::{Item, Matrix};
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::warp::blank;
use super::{Decoder, NONE, Words};

impl<'s> Decoder<'_, 's> {
    pub(super) fn group(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.take_first()? {
            // Products are done when they are issued.
            "fence" | "commit_group" | "wait_group" => {
                words.left.clear();
                self.hint();
                Ok(())
            }
            "mma_async" => self.group_product(words),
            other => Err(words.error(format!("wgmma.{other} is not supported"))),
        }
    }

    /// `wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {…}, a, b, adds, scale a, scale b, transposed a, transposed b`
    fn group_product(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        words.take("aligned");
        let saturate = words.take("satfinite");
        let size = words.take_first()?;
        let number = |text: &str| text.parse::<usize>().ok();
        let sizes = size.strip_prefix("m64n").and_then(|it| it.split_once('k'));
        let sizes = sizes.and_then(|(n, k)| Some((number(n)?, number(k)?)));
        let (columns, depth) = sizes
            .filter(|it| it.0 % 8 == 0 && (8..=256).contains(&it.0))
            .ok_or_else(|| words.error(format!("wgmma of shape .{size} is not supported")))?;
        let mut items = [Item::F32; 3];
        for it in &mut items {
            let found = words.left.iter().position(|name| Item::named(name).is_some());
            let name = found.map(|index| words.left.remove(index));
            *it = name.and_then(Item::named).ok_or_else(|| words.error("wgmma lacks a type"))?;
        }
        let [d, a, b] = items;
        let exists = match (a, d) {
            (Item::F16, Item::F16 | Item::F32) | (Item::Bf16, Item::F32) => a == b && depth == 16,
            (Item::Tf32, Item::F32) => a == b && depth == 8,
            (Item::E4m3 | Item::E5m2, Item::F16 | Item::F32) => {
                matches!(b, Item::E4m3 | Item::E5m2) && depth == 32
            }
            (Item::S8 | Item::U8, Item::S32) => matches!(b, Item::S8 | Item::U8) && depth == 32,
            _ => false,
        };
        if !exists || (saturate && d != Item::S32) {
            return Err(words.error("wgmma with types or a depth that do not exist"));
        }
        let [sums, left, right, adds, rest @ ..] = words.operands else {
            return Err(words.error("wgmma takes sums, two factors, and whether to add"));
        };
        let held = matches!(left.kind, OperandKind::Vector(_));
        let turns = a.bits() == 16;
        let expected = match (d, turns, held) {
            (Item::S32, ..) => 0,
            (_, false, _) => 2,
            (_, true, true) => 3,
            (_, true, false) => 4,
        };
        if rest.len() != expected {
            return Err(words.error("wrong number of operands for wgmma"));
        }
        let mut said = Vec::new();
        for it in rest {
            match it.kind {
                OperandKind::Int(value) => said.push(value as i64),
                _ => return Err(it.place.error("expected a number")),
            }
        }
        let negated = [0, 1].map(|at| said.get(at) == Some(&-1));
        // Of a that is held nothing is said.
        let transposed = [!held && said.get(2) == Some(&1), said.get(if held { 2 } else { 3 }) == Some(&1)];
        let product = GroupProduct { a, b, d, columns, depth, held, negated, transposed, saturate };
        let (sum_count, held_count) = product.registers();
        let mut more = self.list_of(sums, sum_count, true)?;
        let a = if held {
            more.extend(self.list_of(left, held_count, false)?);
            NONE
        } else {
            self.source(left, Type::B64)?
        };
        let b = self.source(right, Type::B64)?;
        let (adds, c) = (self.predicate_source(adds)?, self.temporary(32));
        let (one, zero) = (self.constant(1, false), self.constant(0, false));
        self.ternary(select::<u32>(), c, [one, zero, adds]);
        let members = self.constant(u64::from(u32::MAX), false);
        self.exchange(Exchange { a, b, c, more, members, ..blank(Kind::Matrix(Matrix::Group(product))) })
    }

    /// The columns of so many registers in braces.
    fn list_of(&mut self, operand: &Operand<'s>, count: usize, written: bool) -> Parsed<Vec<u32>> {
        let list = match &operand.kind {
            OperandKind::Vector(list) => &list[..],
            _ => std::slice::from_ref(operand),
        };
        if list.len() != count {
            return Err(operand.place.error(format!("expected {count} registers, found {}", list.len())));
        }
        list.iter()
            .map(|it| if written { self.destination(it, Type::B32) } else { self.source(it, Type::B32) })
            .collect()
    }
}

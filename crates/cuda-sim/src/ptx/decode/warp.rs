//! Exchanges between the lanes of a warp.

use super::super::exchange::{Exchange, Kind, Reduce};
use super::super::lanes::{self, NONE, select};
use super::super::matrix::{Item, Matrix, Shape};
use super::super::parse::Parsed;
use super::super::special;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::{Decoder, Words};

impl<'s> Decoder<'_, 's> {
    pub(super) fn warp(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "activemask" => {
                let kind = words.take_type()?;
                let [d] = words.operands()?;
                let d = self.destination(d, kind)?;
                self.push(special::active_mask(), d, [NONE; 3], 0);
                Ok(())
            }
            "elect" => {
                words.take("sync");
                let [d, members] = words.operands()?;
                let (d, flag) = Self::result_and_flag(d);
                let members = self.source(members, Type::B32)?;
                let (dst, flag) = (self.destination(d, Type::B32)?, self.flag(flag)?);
                self.exchange(Exchange { dst, flag, members, ..blank(Kind::Elect) })
            }
            "shfl" => self.shuffle(words),
            "vote" => self.vote(words),
            "match" => self.matching(words),
            "redux" => self.reduction(words),
            "mma" => self.matrix_product(words),
            "ldmatrix" | "stmatrix" | "movmatrix" => self.matrix_move(words),
            other => Err(words.error(format!("instruction {other} is not supported"))),
        }
    }

    /// Emits an exchange, which all active lanes do together.
    pub(super) fn exchange(&mut self, exchange: Exchange) -> Parsed<()> {
        let index = self.function.exchanges.len() as u64;
        self.function.exchanges.push(exchange);
        self.guarded(|it| {
            it.push(lanes::sync(), 0, [NONE; 3], index);
            Ok(())
        })
    }

    /// `bar.warp.sync members`
    pub(super) fn warp_barrier(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        let [members] = words.operands()?;
        let members = self.source(members, Type::B32)?;
        self.exchange(Exchange { members, ..blank(Kind::Wait) })
    }

    /// Splits `d|p`.
    fn result_and_flag<'o>(operand: &'o Operand<'s>) -> (&'o Operand<'s>, Option<&'o Operand<'s>>) {
        match &operand.kind {
            OperandKind::Pair(pair) => (&pair[0], Some(&pair[1])),
            _ => (operand, None),
        }
    }

    fn flag(&mut self, operand: Option<&Operand<'s>>) -> Parsed<u32> {
        operand.map_or(Ok(NONE), |it| self.predicate_destination(it))
    }

    fn shuffle(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let sync = words.take("sync");
        let kind = words.take_any(&[
            ("up", Kind::ShuffleUp),
            ("down", Kind::ShuffleDown),
            ("bfly", Kind::ShuffleXor),
            ("idx", Kind::ShuffleIndex),
        ]);
        let Some(kind) = kind else { return Err(words.error("shfl needs .up, .down, .bfly or .idx")) };
        let type_ = words.take_type()?;
        if type_ != Type::B32 {
            return words.unsupported(type_);
        }
        let (d, a, b, c, members) = match words.operands {
            [d, a, b, c, members] if sync => (d, a, b, c, self.source(members, Type::B32)?),
            [d, a, b, c] if !sync => (d, a, b, c, NONE),
            _ => return Err(words.error("wrong number of operands for shfl")),
        };
        let (d, flag) = Self::result_and_flag(d);
        let (a, b, c) = (self.source(a, type_)?, self.source(b, Type::B32)?, self.source(c, Type::B32)?);
        let (d, flag) = (self.destination(d, type_)?, self.flag(flag)?);
        self.exchange(Exchange { dst: d, flag, a, b, c, members, ..blank(kind) })
    }

    fn vote(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let sync = words.take("sync");
        let kind = words.take_any(&[
            ("all", Kind::VoteAll),
            ("any", Kind::VoteAny),
            ("uni", Kind::VoteUniform),
            ("ballot", Kind::Ballot),
        ]);
        let Some(kind) = kind else { return Err(words.error("vote needs .all, .any, .uni or .ballot")) };
        let result = words.take_type()?;
        let (d, p, members) = match words.operands {
            [d, p, members] if sync => (d, p, self.source(members, Type::B32)?),
            [d, p] if !sync => (d, p, NONE),
            _ => return Err(words.error("wrong number of operands for vote")),
        };
        let p = self.predicate_source(p)?;
        // Votes exchange values: make the predicate one.
        let a = self.temporary(32);
        let (one, zero) = (self.constant(1, false), self.constant(0, false));
        self.ternary(select::<u32>(), a, [one, zero, p]);
        let (dst, flag) = match (kind, result) {
            (Kind::Ballot, Type::B32) => (self.destination(d, result)?, NONE),
            (Kind::VoteAll | Kind::VoteAny | Kind::VoteUniform, Type::Pred) => {
                (NONE, self.predicate_destination(d)?)
            }
            _ => return words.unsupported(result),
        };
        self.exchange(Exchange { dst, flag, a, members, ..blank(kind) })
    }

    fn matching(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        let kind = words.take_any(&[("any", Kind::MatchAny), ("all", Kind::MatchAll)]);
        let Some(kind) = kind else { return Err(words.error("match needs .any or .all")) };
        let type_ = words.take_type()?;
        let [d, a, members] = words.operands()?;
        let (d, flag) = Self::result_and_flag(d);
        let wide = match type_ {
            Type::B32 => false,
            Type::B64 => true,
            _ => return words.unsupported(type_),
        };
        let (a, members) = (self.source(a, type_)?, self.source(members, Type::B32)?);
        let (dst, flag) = (self.destination(d, Type::B32)?, self.flag(flag)?);
        self.exchange(Exchange { dst, flag, a, wide, members, ..blank(kind) })
    }

    fn reduction(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        let operation = words.take_first()?;
        let type_ = words.take_type()?;
        let operation = match (operation, type_) {
            ("add", Type::U32 | Type::S32) => Reduce::Add,
            ("min", Type::U32) => Reduce::MinUnsigned,
            ("max", Type::U32) => Reduce::MaxUnsigned,
            ("min", Type::S32) => Reduce::MinSigned,
            ("max", Type::S32) => Reduce::MaxSigned,
            ("and", Type::B32) => Reduce::And,
            ("or", Type::B32) => Reduce::Or,
            ("xor", Type::B32) => Reduce::Xor,
            _ => return words.unsupported(type_),
        };
        let [d, a, members] = words.operands()?;
        let (a, members) = (self.source(a, type_)?, self.source(members, Type::B32)?);
        let dst = self.destination(d, type_)?;
        self.exchange(Exchange { dst, a, members, ..blank(Kind::Reduce(operation)) })
    }
}

impl<'s> Decoder<'_, 's> {
    /// `mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 d, a, b, c`
    fn matrix_product(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        words.take("aligned");
        let size = words.take_first()?;
        let saturate = words.take("satfinite");
        let layout = words.take("row") && words.take("col");
        let xor = words.take("xor");
        if words.take("and") || xor {
            words.take("popc");
        }
        let mut items = [Item::F32; 4];
        for it in &mut items {
            let found = words.left.iter().position(|name| Item::named(name).is_some());
            let name = found.map(|index| words.left.remove(index));
            *it = name.and_then(Item::named).ok_or_else(|| words.error("mma lacks a type"))?;
        }
        let [d, a, b, c] = items;
        let (rows, depth) = match (size, a) {
            ("m8n8k4", Item::F64) => (8, 4),
            ("m16n8k4", Item::Tf32 | Item::F64) => (16, 4),
            ("m16n8k8", Item::F16 | Item::Bf16 | Item::Tf32 | Item::F64) => (16, 8),
            ("m16n8k16", Item::F16 | Item::Bf16 | Item::S8 | Item::U8 | Item::F64) => (16, 16),
            ("m8n8k16", Item::S8 | Item::U8) => (8, 16),
            ("m16n8k32", Item::S8 | Item::U8 | Item::S4 | Item::U4) => (16, 32),
            ("m8n8k32", Item::S4 | Item::U4) => (8, 32),
            ("m16n8k64", Item::S4 | Item::U4) => (16, 64),
            ("m8n8k128", Item::B1) => (8, 128),
            ("m16n8k128", Item::B1) => (16, 128),
            ("m16n8k256", Item::B1) => (16, 256),
            _ => return Err(words.error(format!("mma of shape .{size} and these types is not supported"))),
        };
        let sums = match a {
            Item::F16 => matches!((c, d), (Item::F32, Item::F32) | (Item::F16, Item::F16)),
            _ if a.is_integer() => (c, d) == (Item::S32, Item::S32) && b.is_integer() && a.bits() == b.bits(),
            Item::F64 => (c, d) == (Item::F64, Item::F64),
            _ => (c, d) == (Item::F32, Item::F32),
        };
        if !layout || !sums || (a != b && c != Item::S32) {
            return Err(words.error("mma with types or layouts that do not exist"));
        }
        let shape = Shape { a, b, c, d, rows, depth, xor, saturate };
        let [a_count, b_count, c_count, d_count] = shape.registers();
        let type_ = if a == Item::F64 { Type::B64 } else { Type::B32 };
        let operands: &[Operand<'s>; 4] = words.operands()?;
        let mut more = Vec::new();
        for (index, (operand, count)) in operands.iter().zip([d_count, a_count, b_count, c_count]).enumerate()
        {
            let list = match &operand.kind {
                OperandKind::Vector(list) => &list[..],
                _ => std::slice::from_ref(operand),
            };
            if list.len() != count {
                return Err(operand.place.error(format!("expected {count} registers, found {}", list.len())));
            }
            for it in list {
                more.push(if index == 0 { self.destination(it, type_)? } else { self.source(it, type_)? });
            }
        }
        let members = self.constant(u64::from(u32::MAX), false);
        self.exchange(Exchange { more, members, ..blank(Kind::Matrix(Matrix::Product(shape))) })
    }

    /// `ldmatrix`, `stmatrix` and `movmatrix` of 8 by 8 halves.
    fn matrix_move(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        words.take("sync");
        words.take("aligned");
        if !words.take("m8n8") {
            return Err(words.error(format!("{} is supported for .m8n8 only", words.opcode)));
        }
        let count = words.take_any(&[("x1", 1), ("x2", 2), ("x4", 4)]).unwrap_or(1);
        let transposed = words.take("trans");
        let shared = words.take("shared") | words.take("shared::cta");
        let type_ = words.take_type()?;
        if type_ != Type::B16 || (!shared && words.opcode != "movmatrix") {
            return words.unsupported(type_);
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
        let a = self.shared_address(address)?;
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
        let matrix =
            if loads { Matrix::Load { count, transposed } } else { Matrix::Store { count, transposed } };
        self.exchange(Exchange { a, wide: true, more, members, ..blank(Kind::Matrix(matrix)) })
    }
}

pub(super) fn blank(kind: Kind) -> Exchange {
    Exchange {
        kind,
        dst: NONE,
        flag: NONE,
        a: NONE,
        wide: false,
        b: NONE,
        c: NONE,
        members: NONE,
        more: Vec::new(),
    }
}

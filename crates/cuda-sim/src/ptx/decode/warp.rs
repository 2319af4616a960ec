//! Exchanges between the lanes of a warp.

use super::super::exchange::{Exchange, Kind, Reduce};
use super::super::lanes::{self, NONE, select};
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
        let (magnitudes, propagate) = match type_ {
            Type::F32 => (words.take("abs"), words.take("NaN")),
            _ => (false, false),
        };
        let operation = match (operation, type_) {
            ("min" | "max", Type::F32) => {
                Reduce::Extreme { largest: operation == "max", magnitudes, propagate }
            }
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

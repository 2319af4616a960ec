//! Comparisons and choices.
#![allow(
    clippy::neg_cmp_op_on_partial_ord,
    reason = "the forms with `u` are defined as the negation, true for NaN"
)]

use super::super::lanes::{Handler, Lane, compare, map1, map2, masks, select};
use super::super::number::{self, f32, f64};
use super::super::parse::Parsed;
use super::super::syntax::{Operand, OperandKind};
use super::super::types::Type;
use super::{Decoder, Words};

/// A comparison; those with `u` are also true for NaN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Equ,
    Neu,
    Ltu,
    Leu,
    Gtu,
    Geu,
    Num,
    Nan,
}

/// How a comparison joins a predicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Join {
    And,
    Or,
    Xor,
}

const ORDERS: [(&str, Order); 18] = [
    ("eq", Order::Eq),
    ("ne", Order::Ne),
    ("lt", Order::Lt),
    ("le", Order::Le),
    ("gt", Order::Gt),
    ("ge", Order::Ge),
    // Unsigned forms of the integers.
    ("lo", Order::Lt),
    ("ls", Order::Le),
    ("hi", Order::Gt),
    ("hs", Order::Ge),
    ("equ", Order::Equ),
    ("neu", Order::Neu),
    ("ltu", Order::Ltu),
    ("leu", Order::Leu),
    ("gtu", Order::Gtu),
    ("geu", Order::Geu),
    ("num", Order::Num),
    ("nan", Order::Nan),
];

impl<'s> Decoder<'_, 's> {
    pub(super) fn comparison(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "setp" => self.set_predicate(words),
            "set" => self.set(words),
            "selp" => self.choose(words),
            _ => self.choose_by_sign(words),
        }
    }

    fn set_predicate(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let (first, rest) = match words.operands {
            [first, rest @ ..] => (first, rest),
            [] => return Err(words.error("setp needs operands")),
        };
        let order = words.take_any(&ORDERS);
        let Some(order) = order else { return Err(words.error("setp lacks a comparison")) };
        let join = words.take_any(&[("and", Join::And), ("or", Join::Or), ("xor", Join::Xor)]);
        let flush = words.take("ftz");
        let kind = words.take_type()?;
        if matches!(kind, Type::F16x2 | Type::Bf16x2) {
            return self.set_predicate_pair(words, first, rest, order, join, kind);
        }
        let (d, inverse) = match &first.kind {
            OperandKind::Pair(pair) => (&pair[0], Some(&pair[1])),
            _ => (first, None),
        };
        let result = self.fresh_predicate();
        self.compared(words, result, rest, order, kind, flush)?;
        let c = match (join, rest.get(2)) {
            (Some(_), Some(c)) => Some(self.predicate_source(c)?),
            (None, None) => None,
            _ => return Err(words.error("setp takes a third source only with .and, .or or .xor")),
        };
        let d = self.predicate_destination(d)?;
        // The second destination first, in case the third source is the first destination.
        if let Some(inverse) = inverse {
            let inverse = self.predicate_destination(inverse)?;
            let own = self.fresh_predicate();
            self.join(own, result, c, join, true);
            self.join(d, result, c, join, false);
            self.ternary(masks(|a, _, _| a), inverse, [own; 3]);
        } else {
            self.join(d, result, c, join, false);
        }
        Ok(())
    }

    fn join(&mut self, d: u32, result: u32, c: Option<u32>, join: Option<Join>, inverse: bool) {
        let (c, run) = match (c, join) {
            (Some(c), Some(join)) => (c, joining(join, inverse)),
            _ if inverse => (result, masks(|a, _, _| !a)),
            _ => {
                // The comparison itself can write the destination.
                if let Some(last) = self.function.code.last_mut()
                    && last.dst == result
                {
                    last.dst = d;
                    return;
                }
                (result, masks(|a, _, _| a))
            }
        };
        self.ternary(run, d, [result, c, c]);
    }

    /// Emits `result = a order b`.
    fn compared(
        &mut self,
        words: &Words<'_, 's>,
        result: u32,
        operands: &[Operand<'s>],
        order: Order,
        kind: Type,
        flush: bool,
    ) -> Parsed<()> {
        let [a, b, ..] = operands else { return Err(words.error("a comparison needs two sources")) };
        let (mut a, mut b) = (self.source(a, kind)?, self.source(b, kind)?);
        if flush && kind == Type::F32 {
            (a, b) = (self.flushed(a), self.flushed(b));
        }
        let run = match kind {
            Type::U16 | Type::B16 | Type::U32 | Type::B32 => unsigned::<u32>(order),
            Type::U64 | Type::B64 => unsigned::<u64>(order),
            Type::S16 => signed16(order),
            Type::S32 => signed32(order),
            Type::S64 => signed64(order),
            Type::F32 => float32(order),
            Type::F64 => float64(order),
            Type::F16 => float16(order),
            Type::Bf16 => bfloat16(order),
            _ => return words.unsupported(kind),
        };
        let Some(run) = run else { return words.unsupported(kind) };
        self.binary(run, result, a, b);
        Ok(())
    }

    /// A copy with subnormal numbers replaced by zero.
    pub(super) fn flushed(&mut self, column: u32) -> u32 {
        let copy = self.temporary(32);
        self.unary(map1(number::flush32), copy, column);
        copy
    }

    /// `setp` on two halves writes a predicate for each.
    fn set_predicate_pair(
        &mut self,
        words: &Words<'_, 's>,
        first: &Operand<'s>,
        rest: &[Operand<'s>],
        order: Order,
        join: Option<Join>,
        kind: Type,
    ) -> Parsed<()> {
        let OperandKind::Pair(pair) = &first.kind else {
            return Err(words.error("setp of two halves writes two predicates"));
        };
        let [a, b, third @ ..] = rest else { return Err(words.error("a comparison needs two sources")) };
        let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
        let c = match third {
            [c] => Some(self.predicate_source(c)?),
            _ => None,
        };
        let own = [self.fresh_predicate(), self.fresh_predicate()];
        for (half, own) in own.iter().enumerate() {
            let (x, y) = (self.half_of(a, half == 1), self.half_of(b, half == 1));
            let run = if kind == Type::F16x2 { float16(order) } else { bfloat16(order) };
            let Some(run) = run else { return words.unsupported(kind) };
            self.binary(run, *own, x, y);
        }
        for (own, d) in own.iter().zip(pair.iter()) {
            let d = self.predicate_destination(d)?;
            match (c, join) {
                (Some(c), Some(join)) => self.ternary(joining(join, false), d, [*own, c, c]),
                _ => self.ternary(masks(|a, _, _| a), d, [*own; 3]),
            }
        }
        Ok(())
    }

    /// One half of a packed pair.
    pub(super) fn half_of(&mut self, column: u32, high: bool) -> u32 {
        let half = self.temporary(32);
        self.unary(if high { map1(|a: u32| a >> 16) } else { map1(|a: u32| a & 0xffff) }, half, column);
        half
    }

    /// `set`: all ones or 1.0 where the comparison holds.
    fn set(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let order = words.take_any(&ORDERS);
        let Some(order) = order else { return Err(words.error("set lacks a comparison")) };
        let join = words.take_any(&[("and", Join::And), ("or", Join::Or), ("xor", Join::Xor)]);
        let flush = words.take("ftz");
        let result = words.take_type()?;
        let kind = words.take_type()?;
        let [d, rest @ ..] = words.operands else { return Err(words.error("set needs operands")) };
        if matches!(kind, Type::F16x2 | Type::Bf16x2) {
            return self.set_pair(words, d, rest, order, result, kind);
        }
        let holds = self.fresh_predicate();
        self.compared(words, holds, rest, order, kind, flush)?;
        if let (Some(join), Some(c)) = (join, rest.get(2)) {
            let c = self.predicate_source(c)?;
            self.ternary(joining(join, false), holds, [holds, c, c]);
        }
        let one = match result {
            Type::U32 | Type::S32 => u64::from(u32::MAX),
            Type::U16 | Type::S16 => 0xffff,
            Type::F32 => u64::from(1f32.to_bits()),
            Type::F16 => 0x3c00,
            Type::Bf16 => 0x3f80,
            _ => return words.unsupported(result),
        };
        let (one, zero) = (self.constant(one, false), self.constant(0, false));
        let d = self.destination(d, result)?;
        self.ternary(select::<u32>(), d, [one, zero, holds]);
        Ok(())
    }

    fn set_pair(
        &mut self,
        words: &Words<'_, 's>,
        d: &Operand<'s>,
        rest: &[Operand<'s>],
        order: Order,
        result: Type,
        kind: Type,
    ) -> Parsed<()> {
        let [a, b] = rest else { return Err(words.error("set of two halves takes two sources")) };
        let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
        let one = match result {
            Type::F16x2 => 0x3c00,
            Type::Bf16x2 => 0x3f80,
            _ => 0xffff,
        };
        let (one, zero) = (self.constant(one, false), self.constant(0, false));
        let mut parts = [0; 2];
        for (half, part) in parts.iter_mut().enumerate() {
            let (x, y) = (self.half_of(a, half == 1), self.half_of(b, half == 1));
            let run = if kind == Type::F16x2 { float16(order) } else { bfloat16(order) };
            let Some(run) = run else { return words.unsupported(kind) };
            let holds = self.fresh_predicate();
            self.binary(run, holds, x, y);
            *part = self.temporary(32);
            self.ternary(select::<u32>(), *part, [one, zero, holds]);
        }
        let d = self.destination(d, result)?;
        self.binary(map2(|a: u32, b: u32| a | b << 16), d, parts[0], parts[1]);
        Ok(())
    }

    fn choose(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        let [d, a, b, c] = words.operands()?;
        let (a, b, c) = (self.source(a, kind)?, self.source(b, kind)?, self.predicate_source(c)?);
        let d = self.destination(d, kind)?;
        match kind.bits() {
            16 | 32 => self.ternary(select::<u32>(), d, [a, b, c]),
            64 => self.ternary(select::<u64>(), d, [a, b, c]),
            _ => return words.unsupported(kind),
        }
        Ok(())
    }

    /// `slct`: `a` if `c` is not negative, else `b`.
    fn choose_by_sign(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let flush = words.take("ftz");
        let (kind, by) = (words.take_type()?, words.take_type()?);
        let [d, a, b, c] = words.operands()?;
        let (a, b, mut c) = (self.source(a, kind)?, self.source(b, kind)?, self.source(c, by)?);
        if flush {
            c = self.flushed(c);
        }
        let chosen = self.fresh_predicate();
        let run = match by {
            Type::S32 => compare(|c: u32, _: u32| c as i32 >= 0),
            Type::F32 => compare(|c: u32, _: u32| f32(c) >= 0.0),
            _ => return words.unsupported(by),
        };
        self.binary(run, chosen, c, c);
        let d = self.destination(d, kind)?;
        let run = if kind.bits() == 64 { select::<u64>() } else { select::<u32>() };
        self.ternary(run, d, [a, b, chosen]);
        Ok(())
    }
}

/// `(a join c)`, of the inverse of `a` if asked.
fn joining(join: Join, inverse: bool) -> Handler {
    match (join, inverse) {
        (Join::And, false) => masks(|a, c, _| a & c),
        (Join::Or, false) => masks(|a, c, _| a | c),
        (Join::Xor, false) => masks(|a, c, _| a ^ c),
        (Join::And, true) => masks(|a, c, _| !a & c),
        (Join::Or, true) => masks(|a, c, _| !a | c),
        (Join::Xor, true) => masks(|a, c, _| !a ^ c),
    }
}

fn unsigned<T: Lane + Ord>(order: Order) -> Option<Handler> {
    Some(match order {
        Order::Eq => compare(|a: T, b: T| a == b),
        Order::Ne => compare(|a: T, b: T| a != b),
        Order::Lt => compare(|a: T, b: T| a < b),
        Order::Le => compare(|a: T, b: T| a <= b),
        Order::Gt => compare(|a: T, b: T| a > b),
        Order::Ge => compare(|a: T, b: T| a >= b),
        _ => return None,
    })
}

/// Signed and floating point comparisons, by the function that turns bits into a number.
macro_rules! comparisons {
    ($name:ident, $lane:ty, $number:expr, integer) => {
        fn $name(order: Order) -> Option<Handler> {
            Some(match order {
                Order::Eq => compare(|a: $lane, b: $lane| $number(a) == $number(b)),
                Order::Ne => compare(|a: $lane, b: $lane| $number(a) != $number(b)),
                Order::Lt => compare(|a: $lane, b: $lane| $number(a) < $number(b)),
                Order::Le => compare(|a: $lane, b: $lane| $number(a) <= $number(b)),
                Order::Gt => compare(|a: $lane, b: $lane| $number(a) > $number(b)),
                Order::Ge => compare(|a: $lane, b: $lane| $number(a) >= $number(b)),
                _ => return None,
            })
        }
    };
    ($name:ident, $lane:ty, $number:expr, float) => {
        fn $name(order: Order) -> Option<Handler> {
            Some(match order {
                Order::Eq => compare(|a: $lane, b: $lane| $number(a) == $number(b)),
                // `ne` is false for NaN; Rust's `!=` is true.
                Order::Ne => {
                    compare(|a: $lane, b: $lane| ($number(a) < $number(b)) | ($number(a) > $number(b)))
                }
                Order::Lt => compare(|a: $lane, b: $lane| $number(a) < $number(b)),
                Order::Le => compare(|a: $lane, b: $lane| $number(a) <= $number(b)),
                Order::Gt => compare(|a: $lane, b: $lane| $number(a) > $number(b)),
                Order::Ge => compare(|a: $lane, b: $lane| $number(a) >= $number(b)),
                Order::Equ => {
                    compare(|a: $lane, b: $lane| !($number(a) < $number(b)) & !($number(a) > $number(b)))
                }
                Order::Neu => compare(|a: $lane, b: $lane| $number(a) != $number(b)),
                Order::Ltu => compare(|a: $lane, b: $lane| !($number(a) >= $number(b))),
                Order::Leu => compare(|a: $lane, b: $lane| !($number(a) > $number(b))),
                Order::Gtu => compare(|a: $lane, b: $lane| !($number(a) <= $number(b))),
                Order::Geu => compare(|a: $lane, b: $lane| !($number(a) < $number(b))),
                Order::Num => compare(|a: $lane, b: $lane| !$number(a).is_nan() & !$number(b).is_nan()),
                Order::Nan => compare(|a: $lane, b: $lane| $number(a).is_nan() | $number(b).is_nan()),
            })
        }
    };
}

comparisons!(signed16, u32, |a| a as i16, integer);
comparisons!(signed32, u32, |a| a as i32, integer);
comparisons!(signed64, u64, |a| a as i64, integer);
comparisons!(float32, u32, f32, float);
comparisons!(float64, u64, f64, float);
comparisons!(float16, u32, number::half, float);
comparisons!(bfloat16, u32, number::bhalf, float);

//! Logic, shifts and bit fields.

use super::super::lanes::{Handler, NONE, map1, map2, map3, masks};
use super::super::parse::Parsed;
use super::super::types::Type;
use super::{Decoder, Words};

impl<'s> Decoder<'_, 's> {
    pub(super) fn bitwise(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "and" | "or" | "xor" => self.logic(words),
            "not" | "cnot" => self.complement(words),
            "shl" | "shr" => self.shift(words),
            "shf" => self.funnel_shift(words),
            "lop3" => self.lop3(words),
            "bfe" | "bfi" => self.bit_field(words),
            "prmt" => self.permute(words),
            "bmsk" | "szext" => self.bit_mask(words),
            "fns" => {
                let kind = words.take_type()?;
                let [d, a, b, c] = words.operands()?;
                let abc = [self.source(a, kind)?, self.source(b, Type::B32)?, self.source(c, Type::B32)?];
                let d = self.destination(d, kind)?;
                self.ternary(map3(find_nth_set), d, abc);
                Ok(())
            }
            _ => self.count(words),
        }
    }

    fn logic(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        let [d, a, b] = words.operands()?;
        if kind == Type::Pred {
            let (a, b) = (self.predicate_source(a)?, self.predicate_source(b)?);
            let d = self.predicate_destination(d)?;
            let run = match words.opcode {
                "and" => masks(|a, b, _| a & b),
                "or" => masks(|a, b, _| a | b),
                _ => masks(|a, b, _| a ^ b),
            };
            self.ternary(run, d, [a, b, b]);
            return Ok(());
        }
        let run = match (words.opcode, kind.bits()) {
            _ if !kind.is_untyped() => return words.unsupported(kind),
            ("and", 16 | 32) => map2(|a: u32, b: u32| a & b),
            ("or", 16 | 32) => map2(|a: u32, b: u32| a | b),
            ("xor", 16 | 32) => map2(|a: u32, b: u32| a ^ b),
            ("and", 64) => map2(|a: u64, b: u64| a & b),
            ("or", 64) => map2(|a: u64, b: u64| a | b),
            ("xor", 64) => map2(|a: u64, b: u64| a ^ b),
            _ => return words.unsupported(kind),
        };
        self.simple_binary(words, kind, Some(run))
    }

    fn complement(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        let [d, a] = words.operands()?;
        if kind == Type::Pred && words.opcode == "not" {
            let a = self.predicate_source(a)?;
            let d = self.predicate_destination(d)?;
            self.ternary(masks(|a, _, _| !a), d, [a; 3]);
            return Ok(());
        }
        let run = match (words.opcode, kind) {
            ("not", Type::B16) => map1(|a: u32| !a & 0xffff),
            ("not", Type::B32) => map1(|a: u32| !a),
            ("not", Type::B64) => map1(|a: u64| !a),
            ("cnot", Type::B16 | Type::B32) => map1(|a: u32| u32::from(a == 0)),
            ("cnot", Type::B64) => map1(|a: u64| u64::from(a == 0)),
            _ => return words.unsupported(kind),
        };
        let a = self.source(a, kind)?;
        let d = self.destination(d, kind)?;
        self.unary(run, d, a);
        Ok(())
    }

    /// Shifts by more than the width give what shifting step by step would.
    fn shift(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        let [d, a, b] = words.operands()?;
        let signed = kind.is_signed();
        let run = match (words.opcode, kind.bits(), signed) {
            ("shl", 16, _) => map2(|a: u32, b: u32| if b < 16 { a << b & 0xffff } else { 0 }),
            ("shl", 32, _) => map2(|a: u32, b: u32| if b < 32 { a << b } else { 0 }),
            ("shl", 64, _) => map2(|a: u64, b: u32| if b < 64 { a << b } else { 0 }),
            ("shr", 16, false) => map2(|a: u32, b: u32| if b < 16 { a >> b } else { 0 }),
            ("shr", 32, false) => map2(|a: u32, b: u32| if b < 32 { a >> b } else { 0 }),
            ("shr", 64, false) => map2(|a: u64, b: u32| if b < 64 { a >> b } else { 0 }),
            ("shr", 16, true) => map2(|a: u32, b: u32| u32::from((a as i16 >> b.min(15)) as u16)),
            ("shr", 32, true) => map2(|a: u32, b: u32| (a as i32 >> b.min(31)) as u32),
            ("shr", 64, true) => map2(|a: u64, b: u32| (a as i64 >> b.min(63)) as u64),
            _ => return words.unsupported(kind),
        };
        let (a, b) = (self.source(a, kind)?, self.source(b, Type::U32)?);
        let d = self.destination(d, kind)?;
        self.binary(run, d, a, b);
        Ok(())
    }

    fn funnel_shift(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let left = words.take_any(&[("l", true), ("r", false)]);
        let clamp = words.take_any(&[("clamp", true), ("wrap", false)]);
        let (Some(left), Some(clamp)) = (left, clamp) else {
            return Err(words.error("shf needs .l or .r and .clamp or .wrap"));
        };
        let kind = words.take_type()?;
        if kind != Type::B32 {
            return words.unsupported(kind);
        }
        let [d, a, b, c] = words.operands()?;
        let run = match (left, clamp) {
            (true, true) => map3(|a: u32, b: u32, c: u32| (joined(a, b) << c.min(32) >> 32) as u32),
            (true, false) => map3(|a: u32, b: u32, c: u32| (joined(a, b) << (c & 31) >> 32) as u32),
            (false, true) => map3(|a: u32, b: u32, c: u32| (joined(a, b) >> c.min(32)) as u32),
            (false, false) => map3(|a: u32, b: u32, c: u32| (joined(a, b) >> (c & 31)) as u32),
        };
        let abc = [self.source(a, kind)?, self.source(b, kind)?, self.source(c, Type::U32)?];
        let d = self.destination(d, kind)?;
        self.ternary(run, d, abc);
        Ok(())
    }

    /// Any function of three bits: the sum of the products that its table names.
    fn lop3(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        if kind != Type::B32 {
            return words.unsupported(kind);
        }
        let join = words.take_any(&[("and", true), ("or", false)]);
        let (d, a, b, c, table, joined) = match (words.operands, join) {
            ([d, a, b, c, table], None) => (d, a, b, c, table, None),
            ([d, a, b, c, table, p], Some(all)) => (d, a, b, c, table, Some((p, all))),
            _ => {
                return Err(
                    words.error("lop3 takes three numbers and a table, and a predicate with .and or .or")
                );
            }
        };
        let (d, flag) = match &d.kind {
            super::super::syntax::OperandKind::Pair(pair) if joined.is_some() => (&pair[0], Some(&pair[1])),
            _ if joined.is_none() => (d, None),
            _ => return Err(words.error("lop3 with .and or .or writes a number and a predicate, as in d|p")),
        };
        let super::super::syntax::OperandKind::Int(table) = table.kind else {
            return Err(words.error("lop3 needs a constant table"));
        };
        let abc = [self.source(a, kind)?, self.source(b, kind)?, self.source(c, kind)?];
        let d = self.destination(d, kind)?;
        let Some(((with, all), flag)) = joined.zip(flag) else {
            self.push(super::super::special::lop3(), d, abc, table);
            return Ok(());
        };
        let (with, flag) = (self.predicate_source(with)?, self.predicate_destination(flag)?);
        self.push(super::super::special::lop3(), d, abc, table);
        let some = self.fresh_predicate();
        self.binary(super::super::lanes::compare(|a: u32, _: u32| a != 0), some, d, d);
        let run = if all { masks(|a, b, _| a & b) } else { masks(|a, b, _| a | b) };
        self.ternary(run, flag, [some, with, with]);
        Ok(())
    }

    fn bit_field(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        if words.opcode == "bfe" {
            let [d, a, b, c] = words.operands()?;
            let run = match kind {
                Type::U32 => map3(|a: u32, b: u32, c: u32| extract(u64::from(a), b, c, 32, false) as u32),
                Type::S32 => map3(|a: u32, b: u32, c: u32| extract(u64::from(a), b, c, 32, true) as u32),
                Type::U64 => map3(|a: u64, b: u32, c: u32| extract(a, b, c, 64, false)),
                Type::S64 => map3(|a: u64, b: u32, c: u32| extract(a, b, c, 64, true)),
                _ => return words.unsupported(kind),
            };
            let abc = [self.source(a, kind)?, self.source(b, Type::U32)?, self.source(c, Type::U32)?];
            let d = self.destination(d, kind)?;
            self.ternary(run, d, abc);
            return Ok(());
        }
        let [f, a, b, c, length] = words.operands()?;
        let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
        let (c, length) = (self.source(c, Type::U32)?, self.source(length, Type::U32)?);
        let f = self.destination(f, kind)?;
        // Start and length share one operand, since instructions have three.
        let field = self.temporary(32);
        self.binary(map2(|c: u32, d: u32| c & 0xff | (d & 0xff) << 8), field, c, length);
        let run = match kind {
            Type::B32 => map3(|a: u32, b: u32, c: u32| insert(u64::from(a), u64::from(b), c, 32) as u32),
            Type::B64 => map3(|a: u64, b: u64, c: u32| insert(a, b, c, 64)),
            _ => return words.unsupported(kind),
        };
        self.ternary(run, f, [a, b, field]);
        Ok(())
    }

    fn permute(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        let mode = words.left.first().copied().unwrap_or("");
        let run = match mode {
            "" => map3(permute),
            "f4e" => map3(|a, b, c: u32| pick(a, b, [0, 1, 2, 3].map(|i| (i + (c & 3)) & 7))),
            "b4e" => map3(|a, b, c: u32| pick(a, b, [0, 1, 2, 3].map(|i: u32| (c & 3).wrapping_sub(i) & 7))),
            "rc8" => map3(|a, b, c: u32| pick(a, b, [c & 3; 4])),
            "ecl" => map3(|a, b, c: u32| pick(a, b, [0, 1, 2, 3].map(|i| i.max(c & 3)))),
            "ecr" => map3(|a, b, c: u32| pick(a, b, [0, 1, 2, 3].map(|i| i.min(c & 3)))),
            "rc16" => map3(|a, b, c: u32| pick(a, b, [0, 1, 0, 1].map(|i| i + 2 * (c & 1)))),
            _ => return Ok(()),
        };
        words.take(mode);
        if kind != Type::B32 {
            return words.unsupported(kind);
        }
        let [d, a, b, c] = words.operands()?;
        let abc = [self.source(a, kind)?, self.source(b, kind)?, self.source(c, kind)?];
        let d = self.destination(d, kind)?;
        self.ternary(run, d, abc);
        Ok(())
    }

    fn bit_mask(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let clamp = words.take_any(&[("clamp", true), ("wrap", false)]);
        let Some(clamp) = clamp else { return Err(words.error("needs .clamp or .wrap")) };
        let kind = words.take_type()?;
        let run = match (words.opcode, kind, clamp) {
            ("bmsk", Type::B32, true) => map2(|a: u32, b: u32| mask(a.min(32), b.min(32))),
            ("bmsk", Type::B32, false) => map2(|a: u32, b: u32| mask(a & 31, b & 31)),
            ("szext", Type::U32, true) => map2(|a: u32, b: u32| a & mask(0, b.min(32))),
            ("szext", Type::U32, false) => map2(|a: u32, b: u32| a & mask(0, b & 31)),
            ("szext", Type::S32, true) => {
                map2(|a: u32, b: u32| extract(a.into(), 0, b.min(32), 32, true) as u32)
            }
            ("szext", Type::S32, false) => {
                map2(|a: u32, b: u32| extract(a.into(), 0, b & 31, 32, true) as u32)
            }
            _ => return words.unsupported(kind),
        };
        self.simple_binary(words, kind, Some(run))
    }

    /// Instructions that count bits; all but `brev` give 32 bits.
    fn count(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let shift_amount = words.take("shiftamt");
        let kind = words.take_type()?;
        let [d, a] = words.operands()?;
        let a = self.source(a, kind)?;
        let result = if words.opcode == "brev" { kind } else { Type::B32 };
        let d = self.destination(d, result)?;
        let run: Handler = match (words.opcode, kind, shift_amount) {
            ("brev", Type::B32, _) => map1(|a: u32| a.reverse_bits()),
            ("brev", Type::B64, _) => map1(|a: u64| a.reverse_bits()),
            ("clz", Type::B32, _) => map1(|a: u32| a.leading_zeros()),
            ("clz", Type::B64, _) => map1(|a: u64| a.leading_zeros()),
            ("popc", Type::B32, _) => map1(|a: u32| a.count_ones()),
            ("popc", Type::B64, _) => map1(|a: u64| a.count_ones()),
            ("bfind", Type::U32, false) => map1(|a: u32| 31u32.wrapping_sub(a.leading_zeros())),
            ("bfind", Type::U32, true) => map1(|a: u32| if a == 0 { u32::MAX } else { a.leading_zeros() }),
            ("bfind", Type::S32, false) => map1(|a: u32| 31u32.wrapping_sub(significant(a).leading_zeros())),
            ("bfind", Type::S32, true) => map1(|a: u32| match significant(a) {
                0 => u32::MAX,
                it => it.leading_zeros(),
            }),
            ("bfind", Type::U64, false) => map1(|a: u64| 63u32.wrapping_sub(a.leading_zeros())),
            ("bfind", Type::U64, true) => map1(|a: u64| if a == 0 { u32::MAX } else { a.leading_zeros() }),
            ("bfind", Type::S64, false) => {
                map1(|a: u64| 63u32.wrapping_sub((a ^ (a as i64 >> 63) as u64).leading_zeros()))
            }
            ("bfind", Type::S64, true) => map1(|a: u64| match a ^ (a as i64 >> 63) as u64 {
                0 => u32::MAX,
                it => it.leading_zeros(),
            }),
            _ => return words.unsupported(kind),
        };
        self.push(run, d, [a, NONE, NONE], 0);
        Ok(())
    }
}

/// A signed number with its sign bits cleared.
#[inline(always)]
fn significant(a: u32) -> u32 {
    a ^ (a as i32 >> 31) as u32
}

#[inline(always)]
fn joined(low: u32, high: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// `length` ones from bit `start` on.
#[inline(always)]
fn mask(start: u32, length: u32) -> u32 {
    (((1u64 << length) - 1) << start) as u32
}

#[inline(always)]
fn extract(a: u64, start: u32, length: u32, width: u32, signed: bool) -> u64 {
    let (start, length) = (start & 0xff, length & 0xff);
    let top = width - 1;
    let sign = if !signed || length == 0 { 0 } else { a >> (start + length - 1).min(top) & 1 };
    let field = if start < width { a >> start } else { 0 };
    // Only so many bits of the field lie inside the register; those above are the sign.
    let inside = length.min(width.saturating_sub(start));
    let ones = if inside >= 64 { u64::MAX } else { (1 << inside) - 1 };
    field & ones | if sign == 1 { !ones } else { 0 }
}

#[inline(always)]
fn insert(a: u64, b: u64, field: u32, width: u32) -> u64 {
    let (start, length) = (field & 0xff, field >> 8);
    if start >= width {
        return b;
    }
    let ones = if length >= 64 { u64::MAX } else { (1u64 << length) - 1 } << start;
    b & !ones | a << start & ones
}

#[inline(always)]
fn find_nth_set(mask: u32, start: u32, nth: u32) -> u32 {
    let nth = nth as i32;
    let matches = |bit: u32| mask >> bit & 1 == 1;
    let start = start & 31;
    if nth == 0 {
        return if matches(start) { start } else { u32::MAX };
    }
    let wanted = nth.unsigned_abs() as usize - 1;
    let found = if nth > 0 {
        (start..32).filter(|it| matches(*it)).nth(wanted)
    } else {
        (0..=start).rev().filter(|it| matches(*it)).nth(wanted)
    };
    found.unwrap_or(u32::MAX)
}

/// The byte that a selector of four bits names; its top bit asks for the byte's sign alone.
#[inline(always)]
fn permute(a: u32, b: u32, selectors: u32) -> u32 {
    let both = joined(a, b);
    let mut result = 0;
    for i in 0..4 {
        let selector = selectors >> (4 * i) & 0xf;
        let byte = (both >> (8 * (selector & 7))) as u8;
        let byte = if selector & 8 != 0 { (byte as i8 >> 7) as u8 } else { byte };
        result |= u32::from(byte) << (8 * i);
    }
    result
}

#[inline(always)]
fn pick(a: u32, b: u32, bytes: [u32; 4]) -> u32 {
    let both = joined(a, b);
    let byte = |i: usize| u32::from((both >> (8 * bytes[i])) as u8);
    byte(0) | byte(1) << 8 | byte(2) << 16 | byte(3) << 24
}

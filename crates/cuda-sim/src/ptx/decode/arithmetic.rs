//! Integer arithmetic; floating point types go on to `float.rs` and `half.rs`.

use super::super::lanes::{Handler, carry, map1, map2, map3};
use super::super::parse::Parsed;
use super::super::types::Type;
use super::{Decoder, Words};

/// Which part of a product.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Low,
    High,
    Wide,
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn arithmetic(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if matches!(words.opcode, "dp4a" | "dp2a") {
            return self.dot_product(words);
        }
        if matches!(words.opcode, "addc" | "subc" | "madc") || words.left.contains(&"cc") {
            return self.extended(words);
        }
        if words.take("f32x2") {
            return self.packed_float(words);
        }
        let kind = words.left.iter().find_map(|it| Type::named(it));
        match kind {
            Some(Type::F32 | Type::F64) => self.float_arithmetic(words),
            Some(Type::F16 | Type::F16x2 | Type::Bf16 | Type::Bf16x2) => self.half_arithmetic(words),
            _ => self.integer_arithmetic(words),
        }
    }

    fn integer_arithmetic(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        match words.opcode {
            "add" | "sub" => self.integer_sum(words),
            "mul" | "mad" | "mul24" | "mad24" => self.product(words),
            "div" | "rem" => {
                let kind = words.take_type()?;
                let run = quotient(words.opcode == "div", kind);
                self.simple_binary(words, kind, run)
            }
            "min" | "max" => {
                let kind = words.take_type()?;
                let run = if words.take("relu") {
                    relu_extreme(words.opcode == "max", kind)
                } else {
                    integer_extreme(words.opcode == "max", kind)
                };
                self.simple_binary(words, kind, run)
            }
            "abs" | "neg" => {
                let kind = words.take_type()?;
                let [d, a] = words.operands()?;
                let a = self.source(a, kind)?;
                let d = self.destination(d, kind)?;
                let run = match (words.opcode, kind) {
                    ("abs", Type::S16) => map1(|a: u32| u32::from((a as i16).wrapping_abs() as u16)),
                    ("abs", Type::S32) => map1(|a: u32| (a as i32).wrapping_abs() as u32),
                    ("abs", Type::S64) => map1(|a: u64| (a as i64).wrapping_abs() as u64),
                    ("neg", Type::S16) => map1(|a: u32| u32::from((a as u16).wrapping_neg())),
                    ("neg", Type::S32) => map1(|a: u32| a.wrapping_neg()),
                    ("neg", Type::S64) => map1(|a: u64| a.wrapping_neg()),
                    _ => return words.unsupported(kind),
                };
                self.unary(run, d, a);
                Ok(())
            }
            "sad" => self.sad(words),
            _ => {
                let kind = words.take_type()?;
                words.unsupported(kind)
            }
        }
    }

    /// `op.type d, a, b` with all of one type.
    pub(super) fn simple_binary(
        &mut self,
        words: &mut Words<'_, 's>,
        kind: Type,
        run: Option<Handler>,
    ) -> Parsed<()> {
        let [d, a, b] = words.operands()?;
        let Some(run) = run else { return words.unsupported(kind) };
        let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
        let d = self.destination(d, kind)?;
        self.binary(run, d, a, b);
        Ok(())
    }

    fn integer_sum(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let (subtract, saturate) = (words.opcode == "sub", words.take("sat"));
        let kind = words.take_type()?;
        let run = match (kind, subtract, saturate) {
            (Type::U32 | Type::S32, false, false) => map2(|a: u32, b: u32| a.wrapping_add(b)),
            (Type::U32 | Type::S32, true, false) => map2(|a: u32, b: u32| a.wrapping_sub(b)),
            (Type::U64 | Type::S64, false, false) => map2(|a: u64, b: u64| a.wrapping_add(b)),
            (Type::U64 | Type::S64, true, false) => map2(|a: u64, b: u64| a.wrapping_sub(b)),
            (Type::U16 | Type::S16, false, false) => map2(|a: u32, b: u32| a.wrapping_add(b) & 0xffff),
            (Type::U16 | Type::S16, true, false) => map2(|a: u32, b: u32| a.wrapping_sub(b) & 0xffff),
            (Type::S32, false, true) => map2(|a: u32, b: u32| (a as i32).saturating_add(b as i32) as u32),
            (Type::S32, true, true) => map2(|a: u32, b: u32| (a as i32).saturating_sub(b as i32) as u32),
            (Type::U16x2 | Type::S16x2, false, false) => {
                map2(|a: u32, b: u32| a.wrapping_add(b) & 0xffff | (a >> 16).wrapping_add(b >> 16) << 16)
            }
            _ => return words.unsupported(kind),
        };
        self.simple_binary(words, kind, Some(run))
    }

    fn product(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let part = words.take_any(&[("lo", Part::Low), ("hi", Part::High), ("wide", Part::Wide)]);
        let Some(part) = part else {
            return Err(words.error(format!("{} of integers needs .lo, .hi or .wide", words.opcode)));
        };
        let (kind, saturate) = (words.take_type()?, words.take("sat"));
        let adds = words.opcode.starts_with("mad");
        if words.opcode.ends_with("24") {
            return self.product24(words, part, kind, adds, saturate);
        }
        let result = if part == Part::Wide { wider(kind) } else { Some(kind) };
        let Some(result) = result else { return words.unsupported(kind) };
        if !adds {
            let [d, a, b] = words.operands()?;
            let Some(run) = multiply(part, kind) else { return words.unsupported(kind) };
            let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
            let d = self.destination(d, result)?;
            self.binary(run, d, a, b);
            return Ok(());
        }
        let [d, a, b, c] = words.operands()?;
        let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
        let c = self.source(c, result)?;
        let d = self.destination(d, result)?;
        if saturate {
            if (part, kind) != (Part::High, Type::S32) {
                return words.unsupported(kind);
            }
            let run = map3(|a: u32, b: u32, c: u32| {
                (((i64::from(a as i32) * i64::from(b as i32)) >> 32) as i32).saturating_add(c as i32) as u32
            });
            self.ternary(run, d, [a, b, c]);
            return Ok(());
        }
        let Some(run) = multiply_add(part, kind) else { return words.unsupported(kind) };
        self.ternary(run, d, [a, b, c]);
        Ok(())
    }

    fn product24(
        &mut self,
        words: &mut Words<'_, 's>,
        part: Part,
        kind: Type,
        adds: bool,
        saturate: bool,
    ) -> Parsed<()> {
        if saturate && (part, kind, adds) != (Part::High, Type::S32, true) {
            return words.unsupported(kind);
        }
        let run = match (part, kind) {
            (Part::High, Type::S32) if saturate => map3(|a: u32, b: u32, c: u32| {
                (((signed24(a) * signed24(b)) >> 16) as i32).saturating_add(c as i32) as u32
            }),
            (Part::Low, Type::U32) => {
                map3(|a: u32, b: u32, c: u32| (a & 0xff_ffff).wrapping_mul(b & 0xff_ffff).wrapping_add(c))
            }
            (Part::Low, Type::S32) => {
                map3(|a: u32, b: u32, c: u32| (signed24(a) * signed24(b)).wrapping_add(i64::from(c)) as u32)
            }
            (Part::High, Type::U32) => map3(|a: u32, b: u32, c: u32| {
                (((u64::from(a & 0xff_ffff) * u64::from(b & 0xff_ffff)) >> 16) as u32).wrapping_add(c)
            }),
            (Part::High, Type::S32) => {
                map3(|a: u32, b: u32, c: u32| (((signed24(a) * signed24(b)) >> 16) as u32).wrapping_add(c))
            }
            _ => return words.unsupported(kind),
        };
        let (d, a, b, c) = if adds {
            let [d, a, b, c] = words.operands()?;
            (d, a, b, self.source(c, kind)?)
        } else {
            let [d, a, b] = words.operands()?;
            (d, a, b, self.constant(0, false))
        };
        let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
        let d = self.destination(d, kind)?;
        self.ternary(run, d, [a, b, c]);
        Ok(())
    }

    fn sad(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let kind = words.take_type()?;
        let [d, a, b, c] = words.operands()?;
        let run = match kind {
            Type::U16 => map3(|a: u32, b: u32, c: u32| a.abs_diff(b).wrapping_add(c) & 0xffff),
            Type::S16 => map3(|a: u32, b: u32, c: u32| {
                u32::from((a as i16).abs_diff(b as i16)).wrapping_add(c) & 0xffff
            }),
            Type::U32 => map3(|a: u32, b: u32, c: u32| a.abs_diff(b).wrapping_add(c)),
            Type::S32 => map3(|a: u32, b: u32, c: u32| (a as i32).abs_diff(b as i32).wrapping_add(c)),
            Type::U64 => map3(|a: u64, b: u64, c: u64| a.abs_diff(b).wrapping_add(c)),
            Type::S64 => map3(|a: u64, b: u64, c: u64| (a as i64).abs_diff(b as i64).wrapping_add(c)),
            _ => return words.unsupported(kind),
        };
        let abc = [self.source(a, kind)?, self.source(b, kind)?, self.source(c, kind)?];
        let d = self.destination(d, kind)?;
        self.ternary(run, d, abc);
        Ok(())
    }

    /// `add.cc`, `addc`, `sub.cc`, `subc`, `mad.cc`, `madc`: sums with the carry bit of the condition code.
    fn extended(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let reads = words.opcode.ends_with('c');
        let keeps = words.take("cc");
        let part = words.take_any(&[("lo", Part::Low), ("hi", Part::High)]);
        let kind = words.take_type()?;
        let wide = match kind {
            Type::U32 | Type::S32 | Type::B32 => false,
            Type::U64 | Type::S64 | Type::B64 => true,
            _ => return words.unsupported(kind),
        };
        let product = words.opcode.starts_with("mad");
        let (d, abc) = if product {
            let [d, a, b, c] = words.operands()?;
            (d, [self.source(a, kind)?, self.source(b, kind)?, self.source(c, kind)?])
        } else {
            let [d, a, b] = words.operands()?;
            let (a, b) = (self.source(a, kind)?, self.source(b, kind)?);
            (d, [a, b, a])
        };
        let d = self.destination(d, kind)?;
        let run = if product {
            let Some(part) = part else { return Err(words.error("mad with a carry needs .lo or .hi")) };
            extended_product(wide, part == Part::High, kind.is_signed(), reads)
        } else {
            extended_sum(wide, words.opcode.starts_with("sub"), reads)
        };
        self.push(run, d, abc, u64::from(keeps));
        Ok(())
    }

    fn dot_product(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let four = words.opcode == "dp4a";
        let high = if four { false } else { words.take_any(&[("lo", false), ("hi", true)]).unwrap_or(false) };
        let (left, right) = (words.take_type()?, words.take_type()?);
        let [d, a, b, c] = words.operands()?;
        let signs = match (left, right) {
            (Type::U32 | Type::S32, Type::U32 | Type::S32) => (left.is_signed(), right.is_signed()),
            _ => return words.unsupported(left),
        };
        let run = match (four, high, signs) {
            (true, _, (false, false)) => map3(|a: u32, b: u32, c: u32| dot4(a, b, c, false, false)),
            (true, _, (false, true)) => map3(|a: u32, b: u32, c: u32| dot4(a, b, c, false, true)),
            (true, _, (true, false)) => map3(|a: u32, b: u32, c: u32| dot4(a, b, c, true, false)),
            (true, _, (true, true)) => map3(|a: u32, b: u32, c: u32| dot4(a, b, c, true, true)),
            (false, false, (false, false)) => map3(|a: u32, b: u32, c: u32| dot2(a, b, c, false, false)),
            (false, false, (false, true)) => map3(|a: u32, b: u32, c: u32| dot2(a, b, c, false, true)),
            (false, false, (true, false)) => map3(|a: u32, b: u32, c: u32| dot2(a, b, c, true, false)),
            (false, false, (true, true)) => map3(|a: u32, b: u32, c: u32| dot2(a, b, c, true, true)),
            (false, true, (false, false)) => map3(|a: u32, b: u32, c: u32| dot2(a, b >> 16, c, false, false)),
            (false, true, (false, true)) => map3(|a: u32, b: u32, c: u32| dot2(a, b >> 16, c, false, true)),
            (false, true, (true, false)) => map3(|a: u32, b: u32, c: u32| dot2(a, b >> 16, c, true, false)),
            (false, true, (true, true)) => map3(|a: u32, b: u32, c: u32| dot2(a, b >> 16, c, true, true)),
        };
        let abc = [self.source(a, Type::B32)?, self.source(b, Type::B32)?, self.source(c, Type::B32)?];
        let d = self.destination(d, Type::B32)?;
        self.ternary(run, d, abc);
        Ok(())
    }

    /// The SIMD video instructions on four bytes or two halves of a register.
    pub(super) fn packed_integer(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let result = words.take_type()?;
        let kinds = (words.take_type()?, words.take_type()?);
        let (saturate, adds) = (words.take("sat"), words.take("add"));
        let bytes = words.opcode.ends_with('4');
        if saturate || kinds.0 != kinds.1 || !matches!(kinds.0, Type::U32 | Type::S32) {
            return words.unsupported(result);
        }
        let [d, a, b, c] = words.operands()?;
        let abc = [self.source(a, Type::B32)?, self.source(b, Type::B32)?, self.source(c, Type::B32)?];
        let d = self.destination(d, Type::B32)?;
        let Some(run) = packed(words.opcode, bytes, kinds.0.is_signed(), adds) else {
            return words.unsupported(kinds.0);
        };
        self.ternary(run, d, abc);
        Ok(())
    }
}

fn wider(kind: Type) -> Option<Type> {
    Some(match kind {
        Type::U16 => Type::U32,
        Type::S16 => Type::S32,
        Type::U32 => Type::U64,
        Type::S32 => Type::S64,
        _ => return None,
    })
}

#[inline(always)]
fn signed24(value: u32) -> i64 {
    i64::from((value << 8) as i32 >> 8)
}

#[inline(always)]
fn signed16(value: u32) -> i32 {
    i32::from(value as i16)
}

fn multiply(part: Part, kind: Type) -> Option<Handler> {
    Some(match (part, kind) {
        (Part::Low, Type::U16 | Type::S16) => map2(|a: u32, b: u32| a.wrapping_mul(b) & 0xffff),
        (Part::Low, Type::U32 | Type::S32) => map2(|a: u32, b: u32| a.wrapping_mul(b)),
        (Part::Low, Type::U64 | Type::S64) => map2(|a: u64, b: u64| a.wrapping_mul(b)),
        (Part::High, Type::U16) => map2(|a: u32, b: u32| a.wrapping_mul(b) >> 16),
        (Part::High, Type::S16) => map2(|a: u32, b: u32| (signed16(a) * signed16(b)) as u32 >> 16),
        (Part::High, Type::U32) => map2(|a: u32, b: u32| ((u64::from(a) * u64::from(b)) >> 32) as u32),
        (Part::High, Type::S32) => {
            map2(|a: u32, b: u32| ((i64::from(a as i32) * i64::from(b as i32)) >> 32) as u32)
        }
        (Part::High, Type::U64) => map2(|a: u64, b: u64| ((u128::from(a) * u128::from(b)) >> 64) as u64),
        (Part::High, Type::S64) => {
            map2(|a: u64, b: u64| ((i128::from(a as i64) * i128::from(b as i64)) >> 64) as u64)
        }
        (Part::Wide, Type::U16) => map2(|a: u32, b: u32| a.wrapping_mul(b)),
        (Part::Wide, Type::S16) => map2(|a: u32, b: u32| (signed16(a) * signed16(b)) as u32),
        (Part::Wide, Type::U32) => map2(|a: u32, b: u32| u64::from(a) * u64::from(b)),
        (Part::Wide, Type::S32) => map2(|a: u32, b: u32| (i64::from(a as i32) * i64::from(b as i32)) as u64),
        _ => return None,
    })
}

fn multiply_add(part: Part, kind: Type) -> Option<Handler> {
    Some(match (part, kind) {
        (Part::Low, Type::U16 | Type::S16) => {
            map3(|a: u32, b: u32, c: u32| a.wrapping_mul(b).wrapping_add(c) & 0xffff)
        }
        (Part::Low, Type::U32 | Type::S32) => {
            map3(|a: u32, b: u32, c: u32| a.wrapping_mul(b).wrapping_add(c))
        }
        (Part::Low, Type::U64 | Type::S64) => {
            map3(|a: u64, b: u64, c: u64| a.wrapping_mul(b).wrapping_add(c))
        }
        (Part::High, Type::U16) => {
            map3(|a: u32, b: u32, c: u32| (a.wrapping_mul(b) >> 16).wrapping_add(c) & 0xffff)
        }
        (Part::High, Type::S16) => {
            map3(|a: u32, b: u32, c: u32| ((signed16(a) * signed16(b)) as u32 >> 16).wrapping_add(c) & 0xffff)
        }
        (Part::High, Type::U32) => {
            map3(|a: u32, b: u32, c: u32| (((u64::from(a) * u64::from(b)) >> 32) as u32).wrapping_add(c))
        }
        (Part::High, Type::S32) => map3(|a: u32, b: u32, c: u32| {
            (((i64::from(a as i32) * i64::from(b as i32)) >> 32) as u32).wrapping_add(c)
        }),
        (Part::High, Type::U64) => {
            map3(|a: u64, b: u64, c: u64| (((u128::from(a) * u128::from(b)) >> 64) as u64).wrapping_add(c))
        }
        (Part::High, Type::S64) => map3(|a: u64, b: u64, c: u64| {
            (((i128::from(a as i64) * i128::from(b as i64)) >> 64) as u64).wrapping_add(c)
        }),
        (Part::Wide, Type::U16) => map3(|a: u32, b: u32, c: u32| a.wrapping_mul(b).wrapping_add(c)),
        (Part::Wide, Type::S16) => {
            map3(|a: u32, b: u32, c: u32| ((signed16(a) * signed16(b)) as u32).wrapping_add(c))
        }
        (Part::Wide, Type::U32) => {
            map3(|a: u32, b: u32, c: u64| (u64::from(a) * u64::from(b)).wrapping_add(c))
        }
        (Part::Wide, Type::S32) => map3(|a: u32, b: u32, c: u64| {
            ((i64::from(a as i32) * i64::from(b as i32)) as u64).wrapping_add(c)
        }),
        _ => return None,
    })
}

/// Division by zero gives all ones and a rest equal to the dividend, as the hardware does; the manual leaves it open.
fn quotient(divides: bool, kind: Type) -> Option<Handler> {
    Some(match (divides, kind) {
        (true, Type::U16) => map2(|a: u32, b: u32| a.checked_div(b).unwrap_or(0xffff)),
        (false, Type::U16) => map2(|a: u32, b: u32| a.checked_rem(b).unwrap_or(a)),
        (true, Type::S16) => map2(|a: u32, b: u32| {
            let (a, b) = (a as i16, b as i16);
            u32::from(if b == 0 { -1 } else { a.wrapping_div(b) } as u16)
        }),
        (false, Type::S16) => map2(|a: u32, b: u32| {
            let (a, b) = (a as i16, b as i16);
            u32::from(if b == 0 { a } else { a.wrapping_rem(b) } as u16)
        }),
        (true, Type::U32) => map2(|a: u32, b: u32| a.checked_div(b).unwrap_or(u32::MAX)),
        (false, Type::U32) => map2(|a: u32, b: u32| a.checked_rem(b).unwrap_or(a)),
        (true, Type::S32) => {
            map2(|a: u32, b: u32| if b == 0 { u32::MAX } else { (a as i32).wrapping_div(b as i32) as u32 })
        }
        (false, Type::S32) => {
            map2(|a: u32, b: u32| if b == 0 { a } else { (a as i32).wrapping_rem(b as i32) as u32 })
        }
        (true, Type::U64) => map2(|a: u64, b: u64| a.checked_div(b).unwrap_or(u64::MAX)),
        (false, Type::U64) => map2(|a: u64, b: u64| a.checked_rem(b).unwrap_or(a)),
        (true, Type::S64) => {
            map2(|a: u64, b: u64| if b == 0 { u64::MAX } else { (a as i64).wrapping_div(b as i64) as u64 })
        }
        (false, Type::S64) => {
            map2(|a: u64, b: u64| if b == 0 { a } else { (a as i64).wrapping_rem(b as i64) as u64 })
        }
        _ => return None,
    })
}

/// The extreme of signed numbers, or zero if that is negative.
fn relu_extreme(largest: bool, kind: Type) -> Option<Handler> {
    Some(match (kind, largest) {
        (Type::S32, false) => map2(|a: u32, b: u32| (a as i32).min(b as i32).max(0) as u32),
        (Type::S32, true) => map2(|a: u32, b: u32| (a as i32).max(b as i32).max(0) as u32),
        (Type::S16x2, false) => {
            map2(|a: u32, b: u32| halves(a, b, |a, b| u32::from((a as i16).min(b as i16).max(0) as u16)))
        }
        (Type::S16x2, true) => {
            map2(|a: u32, b: u32| halves(a, b, |a, b| u32::from((a as i16).max(b as i16).max(0) as u16)))
        }
        _ => return None,
    })
}

fn integer_extreme(largest: bool, kind: Type) -> Option<Handler> {
    Some(match (largest, kind) {
        (false, Type::U16 | Type::U32) => map2(|a: u32, b: u32| a.min(b)),
        (true, Type::U16 | Type::U32) => map2(|a: u32, b: u32| a.max(b)),
        (false, Type::S16) => map2(|a: u32, b: u32| signed16(a).min(signed16(b)) as u32 & 0xffff),
        (true, Type::S16) => map2(|a: u32, b: u32| signed16(a).max(signed16(b)) as u32 & 0xffff),
        (false, Type::S32) => map2(|a: u32, b: u32| (a as i32).min(b as i32) as u32),
        (true, Type::S32) => map2(|a: u32, b: u32| (a as i32).max(b as i32) as u32),
        (false, Type::U64) => map2(|a: u64, b: u64| a.min(b)),
        (true, Type::U64) => map2(|a: u64, b: u64| a.max(b)),
        (false, Type::S64) => map2(|a: u64, b: u64| (a as i64).min(b as i64) as u64),
        (true, Type::S64) => map2(|a: u64, b: u64| (a as i64).max(b as i64) as u64),
        (false, Type::U16x2) => map2(|a: u32, b: u32| halves(a, b, |a, b| a.min(b))),
        (true, Type::U16x2) => map2(|a: u32, b: u32| halves(a, b, |a, b| a.max(b))),
        (false, Type::S16x2) => {
            map2(|a: u32, b: u32| halves(a, b, |a, b| signed16(a).min(signed16(b)) as u32))
        }
        (true, Type::S16x2) => {
            map2(|a: u32, b: u32| halves(a, b, |a, b| signed16(a).max(signed16(b)) as u32))
        }
        _ => return None,
    })
}

#[inline(always)]
fn halves(a: u32, b: u32, f: impl Fn(u32, u32) -> u32) -> u32 {
    f(a & 0xffff, b & 0xffff) & 0xffff | f(a >> 16, b >> 16) << 16
}

fn extended_sum(wide: bool, subtract: bool, reads: bool) -> Handler {
    // A difference is a sum with the complement, and leaves the carry of that: set when nothing was borrowed. The manual calls
    // it a borrow, but compilers follow `subc.cc` by `addc` to learn which it was, as in divisions of 128 bits.
    match (wide, subtract, reads) {
        (false, false, false) => carry(|a: u32, b: u32, _, _| a.overflowing_add(b)),
        (false, false, true) => carry(|a: u32, b: u32, _, c| a.carrying(b, c)),
        (false, true, false) => carry(|a: u32, b: u32, _, _| a.carrying(!b, true)),
        (false, true, true) => carry(|a: u32, b: u32, _, c| a.carrying(!b, c)),
        (true, false, false) => carry(|a: u64, b: u64, _, _| a.overflowing_add(b)),
        (true, false, true) => carry(|a: u64, b: u64, _, c| a.carrying(b, c)),
        (true, true, false) => carry(|a: u64, b: u64, _, _| a.carrying(!b, true)),
        (true, true, true) => carry(|a: u64, b: u64, _, c| a.carrying(!b, c)),
    }
}

trait Carrying: Sized {
    fn carrying(self, other: Self, carry: bool) -> (Self, bool);
}

macro_rules! carrying {
    ($($type:ty)*) => {$(
        impl Carrying for $type {
            #[inline(always)]
            fn carrying(self, other: Self, carry: bool) -> (Self, bool) {
                let (sum, first) = self.overflowing_add(other);
                let (sum, second) = sum.overflowing_add(<$type>::from(carry));
                (sum, first | second)
            }
        }
    )*};
}

carrying! { u32 u64 }

fn extended_product(wide: bool, high: bool, signed: bool, reads: bool) -> Handler {
    match (wide, high, signed, reads) {
        (false, false, _, false) => carry(|a: u32, b: u32, c, _| a.wrapping_mul(b).overflowing_add(c)),
        (false, false, _, true) => carry(|a: u32, b: u32, c, x| a.wrapping_mul(b).carrying(c, x)),
        (false, true, false, false) => {
            carry(|a: u32, b: u32, c, _| (((u64::from(a) * u64::from(b)) >> 32) as u32).overflowing_add(c))
        }
        (false, true, false, true) => {
            carry(|a: u32, b: u32, c, x| (((u64::from(a) * u64::from(b)) >> 32) as u32).carrying(c, x))
        }
        (false, true, true, false) => carry(|a: u32, b: u32, c, _| {
            (((i64::from(a as i32) * i64::from(b as i32)) >> 32) as u32).overflowing_add(c)
        }),
        (false, true, true, true) => carry(|a: u32, b: u32, c, x| {
            (((i64::from(a as i32) * i64::from(b as i32)) >> 32) as u32).carrying(c, x)
        }),
        (true, false, _, false) => carry(|a: u64, b: u64, c, _| a.wrapping_mul(b).overflowing_add(c)),
        (true, false, _, true) => carry(|a: u64, b: u64, c, x| a.wrapping_mul(b).carrying(c, x)),
        (true, true, false, false) => {
            carry(|a: u64, b: u64, c, _| (((u128::from(a) * u128::from(b)) >> 64) as u64).overflowing_add(c))
        }
        (true, true, false, true) => {
            carry(|a: u64, b: u64, c, x| (((u128::from(a) * u128::from(b)) >> 64) as u64).carrying(c, x))
        }
        (true, true, true, false) => carry(|a: u64, b: u64, c, _| {
            (((i128::from(a as i64) * i128::from(b as i64)) >> 64) as u64).overflowing_add(c)
        }),
        (true, true, true, true) => carry(|a: u64, b: u64, c, x| {
            (((i128::from(a as i64) * i128::from(b as i64)) >> 64) as u64).carrying(c, x)
        }),
    }
}

#[inline(always)]
fn byte(value: u32, index: u32, signed: bool) -> i32 {
    let byte = (value >> (8 * index)) as u8;
    if signed { i32::from(byte as i8) } else { i32::from(byte) }
}

#[inline(always)]
fn short(value: u32, index: u32, signed: bool) -> i32 {
    let short = (value >> (16 * index)) as u16;
    if signed { i32::from(short as i16) } else { i32::from(short) }
}

#[inline(always)]
fn dot4(a: u32, b: u32, c: u32, a_signed: bool, b_signed: bool) -> u32 {
    (0..4).fold(c, |sum, i| sum.wrapping_add((byte(a, i, a_signed) * byte(b, i, b_signed)) as u32))
}

#[inline(always)]
fn dot2(a: u32, b: u32, c: u32, a_signed: bool, b_signed: bool) -> u32 {
    (0..2).fold(c, |sum, i| sum.wrapping_add((short(a, i, a_signed) * byte(b, i, b_signed)) as u32))
}

/// One operation of a packed instruction on sign-extended or zero-extended parts.
fn packed(opcode: &str, bytes: bool, signed: bool, adds: bool) -> Option<Handler> {
    macro_rules! choose {
        ($operation:expr) => {
            match (bytes, signed, adds) {
                (true, false, false) => map3(|a: u32, b: u32, _: u32| parts4(a, b, false, $operation)),
                (true, true, false) => map3(|a: u32, b: u32, _: u32| parts4(a, b, true, $operation)),
                (true, false, true) => map3(|a: u32, b: u32, c: u32| sum4(a, b, c, false, $operation)),
                (true, true, true) => map3(|a: u32, b: u32, c: u32| sum4(a, b, c, true, $operation)),
                (false, false, false) => map3(|a: u32, b: u32, _: u32| parts2(a, b, false, $operation)),
                (false, true, false) => map3(|a: u32, b: u32, _: u32| parts2(a, b, true, $operation)),
                (false, _, true) => return None,
            }
        };
    }
    let name = opcode.strip_prefix('v')?.trim_end_matches(['2', '4']);
    Some(match name {
        "absdiff" => choose!(|a: i32, b: i32| a.abs_diff(b) as i32),
        "add" => choose!(|a: i32, b: i32| a + b),
        "sub" => choose!(|a: i32, b: i32| a - b),
        "avrg" => choose!(|a: i32, b: i32| (a + b + i32::from(a + b >= 0)) >> 1),
        "min" => choose!(|a: i32, b: i32| a.min(b)),
        "max" => choose!(|a: i32, b: i32| a.max(b)),
        _ => return None,
    })
}

#[inline(always)]
fn parts4(a: u32, b: u32, signed: bool, f: impl Fn(i32, i32) -> i32) -> u32 {
    (0..4).fold(0, |sum, i| sum | (f(byte(a, i, signed), byte(b, i, signed)) as u32 & 0xff) << (8 * i))
}

#[inline(always)]
fn sum4(a: u32, b: u32, c: u32, signed: bool, f: impl Fn(i32, i32) -> i32) -> u32 {
    (0..4).fold(c, |sum, i| sum.wrapping_add(f(byte(a, i, signed), byte(b, i, signed)) as u32))
}

#[inline(always)]
fn parts2(a: u32, b: u32, signed: bool, f: impl Fn(i32, i32) -> i32) -> u32 {
    (0..2).fold(0, |sum, i| sum | (f(short(a, i, signed), short(b, i, signed)) as u32 & 0xffff) << (16 * i))
}

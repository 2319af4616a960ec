//! Arithmetic on half precision and bfloat16, alone and in pairs, and the 8-bit formats.

use super::super::lanes::{Handler, map1, map2, map3};
use super::super::number::{
    BF16, F16, Format, NAN16, Rounding, add_odd, bhalf, extreme, f64, fma_odd, half, narrow,
};
use super::super::parse::Parsed;
use super::super::types::Type;
use super::{Decoder, Words};

/// Applies an operation to one value or to both halves, in the format of the instruction.
macro_rules! in_format {
    ($kind:expr, $map:ident, ($($arg:ident),*), $operation:expr) => {
        match $kind {
            Type::F16 => $map(|$($arg: u32),*| pack16(($operation)($(half($arg)),*))),
            Type::Bf16 => $map(|$($arg: u32),*| packb(($operation)($(bhalf($arg)),*))),
            Type::F16x2 => $map(|$($arg: u32),*| {
                pack16(($operation)($(half($arg)),*)) | pack16(($operation)($(half($arg >> 16)),*)) << 16
            }),
            _ => $map(|$($arg: u32),*| {
                packb(($operation)($(bhalf($arg)),*)) | packb(($operation)($(bhalf($arg >> 16)),*)) << 16
            }),
        }
    };
}

#[inline(always)]
fn pack16(value: f64) -> u32 {
    narrow(value, F16, Rounding::Nearest) & nan_sign(value)
}

#[inline(always)]
fn packb(value: f64) -> u32 {
    narrow(value, BF16, Rounding::Nearest) & nan_sign(value)
}

/// NaN is canonical, with no sign.
#[inline(always)]
fn nan_sign(value: f64) -> u32 {
    if value.is_nan() { NAN16 } else { 0xffff }
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn half_arithmetic(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        // Only rounding to nearest exists.
        words.take("rn");
        let (flush, saturate, relu) = (words.take("ftz"), words.take("sat"), words.take("relu"));
        let (propagate, sign) = (words.take("NaN"), words.take("xorsign"));
        let out_of_range = words.take("oob");
        let kind = words.take_type()?;
        if sign {
            words.take("abs");
        }
        if (sign && !matches!(words.opcode, "min" | "max")) || (out_of_range && words.opcode != "fma") {
            return words.unsupported(kind);
        }
        let (count, run) = match (words.opcode, propagate) {
            ("add", _) => (2, in_format!(kind, map2, (a, b), |a: f64, b: f64| add_odd(a, b))),
            ("sub", _) => (2, in_format!(kind, map2, (a, b), |a: f64, b: f64| add_odd(a, -b))),
            ("mul", _) => (2, in_format!(kind, map2, (a, b), |a: f64, b: f64| a * b)),
            ("fma", _) => (3, in_format!(kind, map3, (a, b, c), |a: f64, b: f64, c: f64| fma_odd(a, b, c))),
            ("min", false) => (2, in_format!(kind, map2, (a, b), |a, b| extreme(a, b, false, false))),
            ("max", false) => (2, in_format!(kind, map2, (a, b), |a, b| extreme(a, b, true, false))),
            ("min", true) => (2, in_format!(kind, map2, (a, b), |a, b| extreme(a, b, false, true))),
            ("max", true) => (2, in_format!(kind, map2, (a, b), |a, b| extreme(a, b, true, true))),
            ("abs", _) => (1, signs(kind, |a| a & 0x7fff_7fff, |a| a & 0x7fff)),
            ("neg", _) => (1, signs(kind, |a| a ^ 0x8000_8000, |a| a ^ 0x8000)),
            _ => return words.unsupported(kind),
        };
        let Some((d, sources)) = words.operands.split_first().filter(|it| it.1.len() == count) else {
            return Err(words.error(format!("{} takes {} operands", words.opcode, count + 1)));
        };
        let mut columns = [super::NONE; 3];
        for (column, source) in columns.iter_mut().zip(sources) {
            *column = self.source(source, kind)?;
            if flush {
                let copy = self.temporary(32);
                self.unary(flush_half(kind), copy, *column);
                *column = copy;
            }
        }
        let d = self.destination(d, kind)?;
        let factors = columns;
        if sign {
            let run = signs(kind, |a| a & 0x7fff_7fff, |a| a & 0x7fff);
            for column in &mut columns[..2] {
                let copy = self.temporary(32);
                self.unary(run, copy, *column);
                *column = copy;
            }
        }
        // What is done afterwards needs the operands, one of which the result may replace.
        let result = if sign || out_of_range { self.temporary(32) } else { d };
        self.ternary(run, result, columns);
        if sign {
            let run = match kind {
                Type::F16 | Type::F16x2 => map3(|d: u32, a: u32, b: u32| sign_of_product(d, a, b, 0x7c00)),
                _ => map3(|d: u32, a: u32, b: u32| sign_of_product(d, a, b, 0x7f80)),
            };
            self.ternary(run, d, [result, factors[0], factors[1]]);
        }
        if out_of_range {
            self.ternary(map3(zero_out_of_range), d, [result, factors[0], factors[1]]);
        }
        if flush {
            self.unary(flush_half(kind), d, d);
        }
        if saturate {
            let run =
                in_format!(kind, map1, (a), |a: f64| if a.is_nan() { 0.0 } else { a.clamp(0.0, 1.0) + 0.0 });
            self.unary(run, d, d);
        }
        if relu {
            let run = in_format!(kind, map1, (a), |a: f64| if a > 0.0 || a.is_nan() { a } else { 0.0 });
            self.unary(run, d, d);
        }
        Ok(())
    }

    /// `ex2`, `tanh` and their like.
    pub(super) fn special_half(&mut self, words: &mut Words<'_, 's>, kind: Type) -> Parsed<()> {
        let run = match words.opcode {
            "ex2" => in_format!(kind, map1, (a), |a: f64| a.exp2()),
            "tanh" => in_format!(kind, map1, (a), |a: f64| a.tanh()),
            "rcp" => in_format!(kind, map1, (a), |a: f64| 1.0 / a),
            "sqrt" => in_format!(kind, map1, (a), |a: f64| a.sqrt()),
            "rsqrt" => in_format!(kind, map1, (a), |a: f64| 1.0 / a.sqrt()),
            _ => return words.unsupported(kind),
        };
        let [d, a] = words.operands()?;
        let a = self.source(a, kind)?;
        let d = self.destination(d, kind)?;
        self.unary(run, d, a);
        Ok(())
    }
}

/// Gives each number of `d` the sign of the product of those of `a` and `b`, but no NaN.
fn sign_of_product(d: u32, a: u32, b: u32, infinity: u32) -> u32 {
    [0, 16].into_iter().fold(0, |sum, at| {
        let number = d >> at & 0xffff;
        let sign = if number & 0x7fff > infinity { 0 } else { (a ^ b) >> at & 0x8000 };
        sum | (number | sign) << at
    })
}

/// Zero in the halves in which `a` or `b` is the NaN that stands for what lies outside of a tensor.
fn zero_out_of_range(d: u32, a: u32, b: u32) -> u32 {
    [0, 16].into_iter().fold(0, |sum, at| {
        let outside = |it: u32| it >> at & 0xffff == 0x7fff;
        sum | if outside(a) || outside(b) { 0 } else { d & 0xffff << at }
    })
}

fn signs<F: Fn(u32) -> u32 + Copy, G: Fn(u32) -> u32 + Copy>(kind: Type, pair: F, single: G) -> Handler {
    if kind.bits() == 32 { map1(pair) } else { map1(single) }
}

fn flush_half(kind: Type) -> Handler {
    match kind {
        Type::F16 => map1(|a: u32| flush16(a, 0x7c00)),
        Type::Bf16 => map1(|a: u32| flush16(a, 0x7f80)),
        Type::F16x2 => map1(|a: u32| flush16(a & 0xffff, 0x7c00) | flush16(a >> 16, 0x7c00) << 16),
        _ => map1(|a: u32| flush16(a & 0xffff, 0x7f80) | flush16(a >> 16, 0x7f80) << 16),
    }
}

#[inline(always)]
fn flush16(bits: u32, exponent: u32) -> u32 {
    if bits & exponent == 0 { bits & 0x8000 } else { bits }
}

/// Two results side by side.
#[inline(always)]
pub(super) fn pair(low: u64, high: u64, f: impl Fn(f64) -> u32) -> u32 {
    f(f64(low)) | f(f64(high)) << 16
}

/// Rounded to nearest, with what is too large made the largest finite number.
pub(super) fn finite(value: f64, format: Format) -> u32 {
    let bits = narrow(value, format, Rounding::Nearest);
    let infinity = ((1 << format.exponent_bits) - 1) << format.fraction_bits;
    if bits & 0x7fff == infinity { bits - 1 } else { bits }
}

//! Single and double precision arithmetic.

use super::super::exact;
use super::super::lanes::{Handler, compare, map1, map2, map3};
use super::super::number::{
    self, F32, Rounding, add_odd, div_odd, extreme, extreme32, f32, f64, flush32, fma_odd, narrow, out32,
    saturate32, saturate64, sqrt_odd,
};
use super::super::parse::Parsed;
use super::super::types::Type;
use super::{Decoder, Words};

pub(super) const ROUNDINGS: [(&str, Rounding); 4] =
    [("rn", Rounding::Nearest), ("rz", Rounding::Zero), ("rm", Rounding::Down), ("rp", Rounding::Up)];

/// What happens around an operation.
#[derive(Clone, Copy, Default)]
struct Around {
    flush: bool,
    saturate: bool,
}

impl<'s> Decoder<'_, 's> {
    pub(super) fn float_arithmetic(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let given = words.take_any(&ROUNDINGS);
        let mode = given.unwrap_or(Rounding::Nearest);
        let approximate = words.take("approx") | words.take("full");
        let around = Around { flush: words.take("ftz"), saturate: words.take("sat") };
        let (propagate, sign) = (words.take("NaN"), words.take("xorsign"));
        let magnitudes = words.take("abs") && !sign;
        let kind = words.take_type()?;
        let single = kind == Type::F32;
        if let Some(half @ (Type::F16 | Type::Bf16)) = words.take_type_if_any() {
            return self.mixed_arithmetic(words, half, mode, (around.flush, around.saturate));
        }
        let run = match words.opcode {
            "add" | "sub" | "mul" if single => single_binary(words.opcode, mode, around.flush),
            "add" | "sub" | "mul" => double_binary(words.opcode, mode),
            "div" if single => {
                // The approximations are within the manual's bound when they are exact.
                rounded!(mode, M => map2(|a: u32, b: u32| divide32(a, b, M)))
            }
            "div" if approximate => return words.unsupported(kind),
            "div" if mode == Rounding::Nearest => map2(|a: u64, b: u64| (f64(a) / f64(b)).to_bits()),
            "div" => rounded!(mode, M => map2(|a: u64, b: u64| exact::div(f64(a), f64(b), M).to_bits())),
            "fma" | "mad" => {
                let run = if single { single_fma(mode, around.flush) } else { double_fma(mode) };
                return self.float_operation(words, kind, run, 3, around);
            }
            "min" | "max" => float_extreme(single, words.opcode == "max", propagate, sign),
            "abs" | "neg" => {
                let run = match (words.opcode, single) {
                    ("abs", true) => map1(|a: u32| a & 0x7fff_ffff),
                    ("abs", false) => map1(|a: u64| a & (u64::MAX >> 1)),
                    (_, true) => map1(|a: u32| a ^ 1 << 31),
                    (_, false) => map1(|a: u64| a ^ 1 << 63),
                };
                return self.float_operation(words, kind, run, 1, around);
            }
            "copysign" if single => map2(|a: u32, b: u32| a & 1 << 31 | b & 0x7fff_ffff),
            "copysign" => map2(|a: u64, b: u64| a & 1 << 63 | b & (u64::MAX >> 1)),
            _ => return words.unsupported(kind),
        };
        if matches!(words.opcode, "min" | "max") && words.operands.len() == 4 {
            return self.three_way(words, kind, run, (around, magnitudes));
        }
        if magnitudes {
            return Err(words.error(format!("{}.abs takes three numbers", words.opcode)));
        }
        self.float_operation(words, kind, run, 2, around)
    }

    /// `min` or `max` of three.
    fn three_way(
        &mut self,
        words: &Words<'_, 's>,
        kind: Type,
        run: Handler,
        (around, magnitudes): (Around, bool),
    ) -> Parsed<()> {
        self.must_have("the extreme of three numbers", 100, (8, 8))?;
        let [d, a, b, c] = words.operands()?;
        let mut abc = [self.source(a, kind)?, self.source(b, kind)?, self.source(c, kind)?];
        if around.flush {
            abc = abc.map(|it| self.flushed(it));
        }
        if magnitudes {
            abc = abc.map(|it| {
                let positive = self.temporary(32);
                self.unary(map1(|a: u32| a & 0x7fff_ffff), positive, it);
                positive
            });
        }
        let d = self.destination(d, kind)?;
        let first = self.temporary(kind.bits());
        self.binary(run, first, abc[0], abc[1]);
        self.binary(run, d, first, abc[2]);
        Ok(())
    }

    /// Emits an operation of so many sources, with flushing and saturation around it.
    fn float_operation(
        &mut self,
        words: &Words<'_, 's>,
        kind: Type,
        run: Handler,
        count: usize,
        around: Around,
    ) -> Parsed<()> {
        let Some((d, sources)) = words.operands.split_first().filter(|it| it.1.len() == count) else {
            return Err(words.error(format!("{} takes {} operands", words.opcode, count + 1)));
        };
        let mut columns = [super::NONE; 3];
        for (column, source) in columns.iter_mut().zip(sources) {
            *column = self.source(source, kind)?;
        }
        let d = self.destination(d, kind)?;
        // The operations that are common with .ftz flush by themselves.
        let flush = around.flush && !matches!(words.opcode, "add" | "sub" | "mul" | "fma" | "mad");
        if flush && kind == Type::F32 {
            columns.iter_mut().take(count).for_each(|it| *it = self.flushed(*it));
        }
        self.ternary(run, d, columns);
        if flush && kind == Type::F32 {
            self.unary(map1(flush32), d, d);
        }
        if around.saturate {
            let run = if kind == Type::F32 { map1(saturate32) } else { map1(saturate64) };
            self.unary(run, d, d);
        }
        Ok(())
    }

    pub(super) fn special_float(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        if words.opcode == "testp" {
            return self.test_float(words);
        }
        let mode = words.take_any(&ROUNDINGS).unwrap_or(Rounding::Nearest);
        let approximate = words.take("approx");
        let around = Around { flush: words.take("ftz"), saturate: false };
        let kind = words.take_type()?;
        if matches!(kind, Type::F16 | Type::F16x2 | Type::Bf16 | Type::Bf16x2) {
            return self.special_half(words, kind);
        }
        let run = match (words.opcode, kind) {
            ("rcp", Type::F32) => rounded!(mode, M => map1(|a: u32| divide32(1f32.to_bits(), a, M))),
            ("sqrt", Type::F32) => {
                rounded!(mode, M => map1(|a: u32| root32(a, M)))
            }
            ("rsqrt", Type::F32) => map1(|a: u32| out32((1.0 / f64::from(f32(a)).sqrt()) as f32)),
            ("sin", Type::F32) => map1(|a: u32| out32(f64::from(f32(a)).sin() as f32)),
            ("cos", Type::F32) => map1(|a: u32| out32(f64::from(f32(a)).cos() as f32)),
            ("lg2", Type::F32) => map1(|a: u32| out32(f64::from(f32(a)).log2() as f32)),
            ("ex2", Type::F32) => map1(|a: u32| out32(f64::from(f32(a)).exp2() as f32)),
            ("tanh", Type::F32) => map1(|a: u32| out32(f64::from(f32(a)).tanh() as f32)),
            ("rcp", Type::F64) if approximate => map1(|a: u64| coarse(f64(a), |it| 1.0 / it)),
            // Only the form that flushes is coarse; the other one is what compilers make of `rsqrt` in double precision.
            ("rsqrt", Type::F64) if approximate && around.flush => {
                map1(|a: u64| coarse(f64(a), |it| 1.0 / it.sqrt()))
            }
            ("rsqrt", Type::F64) if approximate => map1(|a: u64| (1.0 / f64(a).sqrt()).to_bits()),
            ("rcp", Type::F64) if mode == Rounding::Nearest => map1(|a: u64| (1.0 / f64(a)).to_bits()),
            ("rcp", Type::F64) => rounded!(mode, M => map1(|a: u64| exact::div(1.0, f64(a), M).to_bits())),
            ("sqrt", Type::F64) if mode == Rounding::Nearest => map1(|a: u64| f64(a).sqrt().to_bits()),
            ("sqrt", Type::F64) => rounded!(mode, M => map1(|a: u64| exact::sqrt(f64(a), M).to_bits())),
            _ => return words.unsupported(kind),
        };
        let around = Around { flush: around.flush && kind == Type::F32, ..around };
        self.float_operation(words, kind, run, 1, around)
    }

    fn test_float(&mut self, words: &mut Words<'_, 's>) -> Parsed<()> {
        let property = words.take_first()?;
        let kind = words.take_type()?;
        let [p, a] = words.operands()?;
        let run = match kind {
            Type::F32 => match property {
                "finite" => compare(|a: u32, _: u32| f32(a).is_finite()),
                "infinite" => compare(|a: u32, _: u32| f32(a).is_infinite()),
                "number" => compare(|a: u32, _: u32| !f32(a).is_nan()),
                "notanumber" => compare(|a: u32, _: u32| f32(a).is_nan()),
                "normal" => compare(|a: u32, _: u32| f32(a).is_normal()),
                "subnormal" => compare(|a: u32, _: u32| f32(a).is_subnormal()),
                _ => return Err(words.error(format!("testp does not know .{property}"))),
            },
            Type::F64 => match property {
                "finite" => compare(|a: u64, _: u64| f64(a).is_finite()),
                "infinite" => compare(|a: u64, _: u64| f64(a).is_infinite()),
                "number" => compare(|a: u64, _: u64| !f64(a).is_nan()),
                "notanumber" => compare(|a: u64, _: u64| f64(a).is_nan()),
                "normal" => compare(|a: u64, _: u64| f64(a).is_normal()),
                "subnormal" => compare(|a: u64, _: u64| f64(a).is_subnormal()),
                _ => return Err(words.error(format!("testp does not know .{property}"))),
            },
            _ => return words.unsupported(kind),
        };
        let a = self.source(a, kind)?;
        let p = self.predicate_destination(p)?;
        self.binary(run, p, a, a);
        Ok(())
    }
}

fn divide32(a: u32, b: u32, mode: Rounding) -> u32 {
    let (a, b) = (f32(a), f32(b));
    if mode == Rounding::Nearest {
        return out32(a / b);
    }
    narrow(div_odd(f64::from(a), f64::from(b)), F32, mode)
}

fn root32(a: u32, mode: Rounding) -> u32 {
    if mode == Rounding::Nearest {
        return out32(f32(a).sqrt());
    }
    narrow(sqrt_odd(f64::from(f32(a))), F32, mode)
}

/// Reads only the upper half of a double and gives only that of the result, as `.approx.ftz.f64` does.
#[inline(always)]
fn coarse(value: f64, f: impl Fn(f64) -> f64) -> u64 {
    let high = f64::from_bits(value.to_bits() & !0xffff_ffff);
    let high = if high.is_subnormal() { 0f64.copysign(high) } else { high };
    let result = f(high);
    if result.is_nan() {
        return 0x7fff_ffff_0000_0000;
    }
    let result = if result.is_subnormal() { 0f64.copysign(result) } else { result };
    result.to_bits() & !0xffff_ffff
}

pub(super) fn single_binary(opcode: &str, mode: Rounding, flush: bool) -> Handler {
    match (opcode, mode, flush) {
        ("add", Rounding::Nearest, false) => map2(|a: u32, b: u32| out32(f32(a) + f32(b))),
        ("sub", Rounding::Nearest, false) => map2(|a: u32, b: u32| out32(f32(a) - f32(b))),
        ("mul", Rounding::Nearest, false) => map2(|a: u32, b: u32| out32(f32(a) * f32(b))),
        ("add", Rounding::Nearest, true) => {
            map2(|a: u32, b: u32| flush32(out32(f32(flush32(a)) + f32(flush32(b)))))
        }
        ("sub", Rounding::Nearest, true) => {
            map2(|a: u32, b: u32| flush32(out32(f32(flush32(a)) - f32(flush32(b)))))
        }
        ("mul", Rounding::Nearest, true) => {
            map2(|a: u32, b: u32| flush32(out32(f32(flush32(a)) * f32(flush32(b)))))
        }
        ("mul", _, false) => {
            rounded!(mode, M => map2(|a: u32, b: u32| narrow(f64::from(f32(a)) * f64::from(f32(b)), F32, M)))
        }
        ("mul", _, true) => rounded!(mode, M => map2(|a: u32, b: u32| {
            flush32(narrow(f64::from(f32(flush32(a))) * f64::from(f32(flush32(b))), F32, M))
        })),
        ("sub", _, false) => rounded!(mode, M => map2(|a: u32, b: u32| sum32(a, b ^ 1 << 31, M))),
        ("sub", _, true) => {
            rounded!(mode, M => map2(|a: u32, b: u32| flush32(sum32(flush32(a), flush32(b) ^ 1 << 31, M))))
        }
        (_, _, false) => rounded!(mode, M => map2(|a: u32, b: u32| sum32(a, b, M))),
        (_, _, true) => rounded!(mode, M => map2(|a: u32, b: u32| flush32(sum32(flush32(a), flush32(b), M)))),
    }
}

fn sum32(a: u32, b: u32, mode: Rounding) -> u32 {
    let (a, b) = (f64::from(f32(a)), f64::from(f32(b)));
    signed_zero(narrow(add_odd(a, b), F32, mode), a, b, mode)
}

/// An exact zero sum of opposite numbers is -0 when rounding down.
fn signed_zero(result: u32, a: f64, b: f64, mode: Rounding) -> u32 {
    if result == 0
        && mode == Rounding::Down
        && a == -b
        && (a != 0.0 || a.is_sign_negative() != b.is_sign_negative())
    {
        1 << 31
    } else {
        result
    }
}

fn fma32(a: u32, b: u32, c: u32, mode: Rounding) -> u32 {
    let (a, b, c) = (f64::from(f32(a)), f64::from(f32(b)), f64::from(f32(c)));
    signed_zero(narrow(fma_odd(a, b, c), F32, mode), a * b, c, mode)
}

pub(super) fn single_fma(mode: Rounding, flush: bool) -> Handler {
    match (mode, flush) {
        (Rounding::Nearest, false) => map3(|a: u32, b: u32, c: u32| out32(f32(a).mul_add(f32(b), f32(c)))),
        (Rounding::Nearest, true) => map3(|a: u32, b: u32, c: u32| {
            flush32(out32(f32(flush32(a)).mul_add(f32(flush32(b)), f32(flush32(c)))))
        }),
        (_, false) => rounded!(mode, M => map3(|a: u32, b: u32, c: u32| fma32(a, b, c, M))),
        (_, true) => rounded!(mode, M => map3(|a: u32, b: u32, c: u32| {
            flush32(fma32(flush32(a), flush32(b), flush32(c), M))
        })),
    }
}

fn double_binary(opcode: &str, mode: Rounding) -> Handler {
    match (opcode, mode) {
        ("add", Rounding::Nearest) => map2(|a: u64, b: u64| (f64(a) + f64(b)).to_bits()),
        ("sub", Rounding::Nearest) => map2(|a: u64, b: u64| (f64(a) - f64(b)).to_bits()),
        ("mul", Rounding::Nearest) => map2(|a: u64, b: u64| (f64(a) * f64(b)).to_bits()),
        ("mul", _) => rounded!(mode, M => map2(|a: u64, b: u64| exact::mul(f64(a), f64(b), M).to_bits())),
        ("sub", _) => rounded!(mode, M => map2(|a: u64, b: u64| exact::add(f64(a), -f64(b), M).to_bits())),
        _ => rounded!(mode, M => map2(|a: u64, b: u64| exact::add(f64(a), f64(b), M).to_bits())),
    }
}

fn double_fma(mode: Rounding) -> Handler {
    if mode == Rounding::Nearest {
        return map3(|a: u64, b: u64, c: u64| f64(a).mul_add(f64(b), f64(c)).to_bits());
    }
    rounded!(mode, M => map3(|a: u64, b: u64, c: u64| exact::fma(f64(a), f64(b), f64(c), M).to_bits()))
}

fn float_extreme(single: bool, largest: bool, propagate: bool, sign: bool) -> Handler {
    match (single, largest, propagate, sign) {
        (true, false, false, false) => map2(|a: u32, b: u32| extreme32(a, b, false)),
        (true, true, false, false) => map2(|a: u32, b: u32| extreme32(a, b, true)),
        (true, false, true, false) => map2(|a: u32, b: u32| single_extreme(a, b, false, true)),
        (true, true, true, false) => map2(|a: u32, b: u32| single_extreme(a, b, true, true)),
        (true, false, propagate, true) if propagate => map2(|a: u32, b: u32| xor_sign(a, b, false, true)),
        (true, true, propagate, true) if propagate => map2(|a: u32, b: u32| xor_sign(a, b, true, true)),
        (true, false, _, true) => map2(|a: u32, b: u32| xor_sign(a, b, false, false)),
        (true, true, _, true) => map2(|a: u32, b: u32| xor_sign(a, b, true, false)),
        (false, false, ..) => map2(|a: u64, b: u64| extreme(f64(a), f64(b), false, false).to_bits()),
        (false, true, ..) => map2(|a: u64, b: u64| extreme(f64(a), f64(b), true, false).to_bits()),
    }
}

#[inline(always)]
fn single_extreme(a: u32, b: u32, largest: bool, propagate: bool) -> u32 {
    out32(extreme(f64::from(f32(a)), f64::from(f32(b)), largest, propagate) as f32)
}

/// The extreme of the magnitudes with the product of the signs.
#[inline(always)]
fn xor_sign(a: u32, b: u32, largest: bool, propagate: bool) -> u32 {
    let magnitude = single_extreme(a & 0x7fff_ffff, b & 0x7fff_ffff, largest, propagate);
    if magnitude == number::NAN32 { magnitude } else { magnitude | (a ^ b) & 1 << 31 }
}

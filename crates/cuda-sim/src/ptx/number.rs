//! Arithmetic that Rust does not have: directed rounding, narrow floats, and the rules for NaN and flushing to zero.
//!
//! The trick behind most of it is rounding to odd: a result computed in `f64` together with the sign of its error is
//! moved to the neighbour with an odd last bit when it is not exact. Rounding that once more to a format with at least
//! two bits less gives what one rounding of the exact value would have given, in any direction.

/// A rounding mode: `.rn`, `.rz`, `.rm`, `.rp`, and `.rna` (nearest, ties away from zero).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rounding {
    Nearest,
    Zero,
    Down,
    Up,
    Away,
}

/// A binary floating point format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    pub(super) exponent_bits: u32,
    pub(super) fraction_bits: u32,
}

pub(super) const F16: Format = Format { exponent_bits: 5, fraction_bits: 10 };
pub(super) const BF16: Format = Format { exponent_bits: 8, fraction_bits: 7 };
pub(super) const TF32: Format = Format { exponent_bits: 8, fraction_bits: 10 };
pub(super) const F32: Format = Format { exponent_bits: 8, fraction_bits: 23 };

/// The NaN that single precision arithmetic gives.
pub(super) const NAN32: u32 = 0x7fff_ffff;
/// The NaN that half precision arithmetic gives, and that of bfloat16.
pub(super) const NAN16: u32 = 0x7fff;

#[inline(always)]
pub(super) fn f32(bits: u32) -> f32 {
    f32::from_bits(bits)
}

#[inline(always)]
pub(super) fn f64(bits: u64) -> f64 {
    f64::from_bits(bits)
}

/// The bits of a single precision result: every NaN becomes the canonical one.
#[inline(always)]
pub(super) fn out32(value: f32) -> u32 {
    if value.is_nan() { NAN32 } else { value.to_bits() }
}

/// Replaces a subnormal by a zero of its sign.
#[inline(always)]
pub(super) fn flush32(bits: u32) -> u32 {
    if bits & 0x7f80_0000 == 0 { bits & 0x8000_0000 } else { bits }
}

/// Clamps to [0, 1]; NaN becomes 0.
#[inline(always)]
pub(super) fn saturate32(bits: u32) -> u32 {
    let value = f32(bits);
    if value >= 1.0 {
        1f32.to_bits()
    } else if value > 0.0 {
        bits
    } else {
        0
    }
}

#[inline(always)]
pub(super) fn saturate64(bits: u64) -> u64 {
    let value = f64(bits);
    if value >= 1.0 {
        1f64.to_bits()
    } else if value > 0.0 {
        bits
    } else {
        0
    }
}

/// Moves an inexact `value` to its neighbour with an odd last bit; `error` has the sign of exact minus `value`.
#[inline(always)]
pub(super) fn to_odd(value: f64, error: f64) -> f64 {
    if error == 0.0 || !value.is_finite() || error.is_nan() || value.to_bits() & 1 == 1 {
        return value;
    }
    if value == 0.0 {
        return f64::from_bits(1).copysign(error);
    }
    // Away from zero if the error has the value's sign.
    let bits = value.to_bits();
    f64::from_bits(if (error > 0.0) == (value > 0.0) { bits + 1 } else { bits - 1 })
}

/// `a + b` rounded to odd.
#[inline(always)]
pub(super) fn add_odd(a: f64, b: f64) -> f64 {
    let sum = a + b;
    let b_part = sum - a;
    let error = (a - (sum - b_part)) + (b - b_part);
    to_odd(sum, error)
}

/// `a · b + c` rounded to odd, for factors whose product is exact in `f64`.
#[inline(always)]
pub(super) fn fma_odd(a: f64, b: f64, c: f64) -> f64 {
    let product = a * b;
    if product == 0.0 || !product.is_finite() || !c.is_finite() {
        return product + c;
    }
    add_odd(product, c)
}

/// `a / b` rounded to odd, for values of single precision.
pub(super) fn div_odd(a: f64, b: f64) -> f64 {
    let quotient = a / b;
    if quotient == 0.0 || !quotient.is_finite() || b.is_infinite() {
        return quotient;
    }
    let rest = (-quotient).mul_add(b, a);
    to_odd(quotient, if b < 0.0 { -rest } else { rest })
}

/// The square root rounded to odd, for values of single precision.
pub(super) fn sqrt_odd(a: f64) -> f64 {
    let root = a.sqrt();
    if root == 0.0 || !root.is_finite() {
        return root;
    }
    to_odd(root, (-root).mul_add(root, a))
}

/// Whether a magnitude goes up, given its last kept bit and what was cut off: more than, or exactly half of one unit.
#[inline(always)]
fn rounds_up(mode: Rounding, negative: bool, odd: bool, rest: u64, half: u64) -> bool {
    match mode {
        Rounding::Nearest => rest > half || (rest == half && odd),
        Rounding::Away => rest >= half,
        Rounding::Zero => false,
        Rounding::Down => negative && rest > 0,
        Rounding::Up => !negative && rest > 0,
    }
}

/// The bits of `value` in a narrower format; NaN becomes all ones below the sign.
pub(super) fn narrow(value: f64, format: Format, mode: Rounding) -> u32 {
    let bits = value.to_bits();
    let (negative, magnitude) = (bits >> 63 != 0, bits & (u64::MAX >> 1));
    let sign = (u32::from(negative)) << (format.exponent_bits + format.fraction_bits);
    let infinity = ((1u32 << format.exponent_bits) - 1) << format.fraction_bits;
    if value.is_nan() {
        return infinity | ((1 << format.fraction_bits) - 1);
    }
    if magnitude == 0x7ff0_0000_0000_0000 {
        return sign | infinity;
    }
    if magnitude == 0 {
        return sign;
    }
    let bias = (1i64 << (format.exponent_bits - 1)) - 1;
    let exponent = (magnitude >> 52) as i64 - 1023 + bias;
    let significand = if magnitude >> 52 == 0 { magnitude } else { (magnitude & ((1 << 52) - 1)) | 1 << 52 };
    // A subnormal result loses one more bit for each step that its exponent lies below the smallest.
    let cut = 52 - i64::from(format.fraction_bits) + (1 - exponent).max(0);
    let cut = cut.min(63) as u32;
    let (kept, rest, half) = (significand >> cut, significand & ((1 << cut) - 1), 1u64 << (cut - 1));
    let up = rounds_up(mode, negative, kept & 1 == 1, rest, half);
    // The implicit bit adds one to the exponent field, and so does a carry out of the fraction.
    let field = (exponent - 1).max(0) as u64;
    let packed = (field << format.fraction_bits) + kept + u64::from(up);
    if packed < u64::from(infinity) {
        return sign | packed as u32;
    }
    let to_largest = match mode {
        Rounding::Nearest | Rounding::Away => false,
        Rounding::Zero => true,
        Rounding::Down => !negative,
        Rounding::Up => negative,
    };
    sign | if to_largest { infinity - 1 } else { infinity }
}

/// The value of bits in a narrower format.
#[inline(always)]
pub(super) fn widen(bits: u32, format: Format) -> f64 {
    let sign = bits >> (format.exponent_bits + format.fraction_bits) & 1;
    let field = bits >> format.fraction_bits & ((1 << format.exponent_bits) - 1);
    let fraction = bits & ((1 << format.fraction_bits) - 1);
    let bias = (1i32 << (format.exponent_bits - 1)) - 1;
    let magnitude = if field == (1 << format.exponent_bits) - 1 {
        if fraction == 0 { f64::INFINITY } else { f64::NAN }
    } else if field == 0 {
        f64::from(fraction) * power_of_two(1 - bias - format.fraction_bits as i32)
    } else {
        f64::from_bits(
            ((field as i32 - bias + 1023) as u64) << 52 | u64::from(fraction) << (52 - format.fraction_bits),
        )
    };
    if sign == 1 { -magnitude } else { magnitude }
}

/// `2^exponent`, for exponents of normal numbers.
#[inline(always)]
pub(super) fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[inline(always)]
pub(super) fn half(bits: u32) -> f64 {
    widen(bits & 0xffff, F16)
}

#[inline(always)]
pub(super) fn bhalf(bits: u32) -> f64 {
    f64::from(f32::from_bits(bits << 16))
}

/// Rounds to an integral value.
#[inline(always)]
pub(super) fn integral(value: f64, mode: Rounding) -> f64 {
    match mode {
        Rounding::Nearest => value.round_ties_even(),
        Rounding::Zero => value.trunc(),
        Rounding::Down => value.floor(),
        Rounding::Up => value.ceil(),
        Rounding::Away => value.round(),
    }
}

/// An integer in a floating point format with 24 or 53 significant bits, rounded as asked.
pub(super) fn from_integer(negative: bool, magnitude: u64, format: Format, mode: Rounding) -> u32 {
    // Two halves that are each exact; their sum rounded to odd keeps what the last rounding needs.
    let high = (magnitude >> 32) as f64 * 4_294_967_296.0;
    let low = (magnitude & 0xffff_ffff) as f64;
    let value = add_odd(high, low);
    narrow(if negative { -value } else { value }, format, mode)
}

/// An integer as `f64`, rounded as asked.
pub(super) fn double_from_integer(negative: bool, magnitude: u64, mode: Rounding) -> f64 {
    let nearest = magnitude as f64;
    let difference = i128::from(magnitude) - nearest as i128;
    let up = match mode {
        Rounding::Up => !negative,
        Rounding::Down => negative,
        _ => false,
    };
    let value = match mode {
        Rounding::Nearest | Rounding::Away => nearest,
        _ if up && difference > 0 => nearest.next_up(),
        _ if !up && difference < 0 => nearest.next_down(),
        _ => nearest,
    };
    if negative { -value } else { value }
}

/// The smaller (or larger) of two by PTX's rules: the number beside a NaN (or NaN if `propagate`), and -0 < +0.
#[inline(always)]
pub(super) fn extreme(a: f64, b: f64, largest: bool, propagate: bool) -> f64 {
    if propagate && (a.is_nan() || b.is_nan()) {
        return f64::NAN;
    }
    if a.is_nan() {
        return b;
    }
    if b.is_nan() {
        return a;
    }
    let a_wins = if a == b { a.is_sign_negative() != largest } else { (a < b) != largest };
    if a_wins { a } else { b }
}

/// `f32` only: quick, since softmax and pooling kernels do little else.
#[inline(always)]
pub(super) fn extreme32(a: u32, b: u32, largest: bool) -> u32 {
    let (x, y) = (f32(a), f32(b));
    // Equal values differ at most in the sign of zero: -0 is the smaller.
    let equal = if largest { a & b } else { a | b };
    let ordered = if (x < y) != largest { a } else { b };
    let number = if x == y { equal } else { ordered };
    let with_nan = if x.is_nan() { b } else { a };
    if x.is_nan() && y.is_nan() {
        NAN32
    } else if x.is_nan() || y.is_nan() {
        with_nan
    } else {
        number
    }
}

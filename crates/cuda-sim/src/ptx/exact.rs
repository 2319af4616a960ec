//! Double precision arithmetic in any rounding direction, by integers.

use super::number::Rounding;

/// A finite number other than zero: `significand · 2^exponent`, and whether a little more than that.
#[derive(Clone, Copy)]
struct Parts {
    negative: bool,
    exponent: i32,
    significand: u128,
    more: bool,
}

fn parts(value: f64) -> Parts {
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = u128::from(bits & ((1 << 52) - 1));
    let (exponent, significand) =
        if field == 0 { (-1074, fraction) } else { (field - 1075, fraction | 1 << 52) };
    Parts { negative: value.is_sign_negative(), exponent, significand, more: false }
}

impl Parts {
    /// Moves the highest bit to position 125, so that a sum has room and small differences keep their bits.
    fn normalised(mut self) -> Self {
        let shift = self.significand.leading_zeros() as i32 - 2;
        if shift < 0 {
            return self.shifted_right(-shift as u32);
        }
        self.significand <<= shift;
        self.exponent -= shift;
        self
    }

    fn shifted_right(mut self, shift: u32) -> Self {
        let (kept, lost) = match shift {
            0 => (self.significand, false),
            1..=127 => (self.significand >> shift, self.significand & ((1 << shift) - 1) != 0),
            _ => (0, self.significand != 0),
        };
        self.significand = kept;
        self.more |= lost;
        self.exponent = self.exponent.saturating_add(shift.min(100_000) as i32);
        self
    }

    fn round(self, mode: Rounding) -> f64 {
        let it = self.normalised();
        // The exponent of the result's last bit: 53 bits are kept, fewer below the smallest normal number.
        let last = (it.exponent + 73).max(-1074);
        let cut = (last - it.exponent) as u32;
        let (kept, rest, half) = if cut >= 127 {
            (0, if it.significand != 0 { 1 } else { 0 }, 2)
        } else {
            (it.significand >> cut, it.significand & ((1 << cut) - 1), 1u128 << (cut - 1))
        };
        let inexact = rest != 0 || it.more;
        let up = match mode {
            Rounding::Nearest => rest > half || (rest == half && (it.more || kept & 1 == 1)),
            Rounding::Away => rest >= half,
            Rounding::Zero => false,
            Rounding::Down => it.negative && inexact,
            Rounding::Up => !it.negative && inexact,
        };
        pack(it.negative, kept as u64 + u64::from(up), last, mode)
    }
}

fn pack(negative: bool, kept: u64, last: i32, mode: Rounding) -> f64 {
    let field = if kept >> 52 == 0 { 0 } else { (last + 1074) as u64 };
    // A carry out of the significand, or into the first normal number, moves the exponent by itself.
    let bits = if kept >> 52 == 0 { kept } else { (field << 52) + kept };
    let bits = if bits < 0x7ff0_0000_0000_0000 && last < 972 {
        bits
    } else {
        let to_largest = match mode {
            Rounding::Nearest | Rounding::Away => false,
            Rounding::Zero => true,
            Rounding::Down => !negative,
            Rounding::Up => negative,
        };
        0x7ff0_0000_0000_0000 - u64::from(to_largest)
    };
    f64::from_bits(bits | u64::from(negative) << 63)
}

fn sum(a: Parts, b: Parts, mode: Rounding) -> f64 {
    let (a, b) = (a.normalised(), b.normalised());
    let (large, small) = if a.exponent >= b.exponent { (a, b) } else { (b, a) };
    let small = small.shifted_right((large.exponent - small.exponent) as u32);
    if large.negative == small.negative {
        let significand = large.significand + small.significand;
        return Parts { significand, more: small.more, ..large }.round(mode);
    }
    // What the shift lost makes the small one larger: subtract one more unit and say that there is a rest.
    let less = small.significand + u128::from(small.more);
    if large.significand == less && !small.more {
        return if mode == Rounding::Down { -0.0 } else { 0.0 };
    }
    let (negative, significand) = if large.significand >= less {
        (large.negative, large.significand - less)
    } else {
        (small.negative, less - large.significand)
    };
    Parts { negative, significand, more: small.more, exponent: large.exponent }.round(mode)
}

/// `a + b`.
pub(super) fn add(a: f64, b: f64, mode: Rounding) -> f64 {
    if !a.is_finite() || !b.is_finite() || a == 0.0 || b == 0.0 {
        return zero_sum(a, b, mode);
    }
    sum(parts(a), parts(b), mode)
}

/// A sum in which no rounding happens.
fn zero_sum(a: f64, b: f64, mode: Rounding) -> f64 {
    let sum = a + b;
    if sum == 0.0 && mode == Rounding::Down && a.is_sign_negative() != b.is_sign_negative() {
        -0.0
    } else {
        sum
    }
}

/// `a · b`.
pub(super) fn mul(a: f64, b: f64, mode: Rounding) -> f64 {
    if !a.is_finite() || !b.is_finite() || a == 0.0 || b == 0.0 {
        return a * b;
    }
    product(a, b).round(mode)
}

fn product(a: f64, b: f64) -> Parts {
    let (a, b) = (parts(a), parts(b));
    Parts {
        negative: a.negative != b.negative,
        exponent: a.exponent + b.exponent,
        significand: a.significand * b.significand,
        more: false,
    }
}

/// `a · b + c` with one rounding.
pub(super) fn fma(a: f64, b: f64, c: f64, mode: Rounding) -> f64 {
    if !a.is_finite() || !b.is_finite() || !c.is_finite() {
        return a.mul_add(b, c);
    }
    if a == 0.0 || b == 0.0 {
        return zero_sum(a * b, c, mode);
    }
    if c == 0.0 { product(a, b).round(mode) } else { sum(product(a, b), parts(c), mode) }
}

/// `a / b`.
pub(super) fn div(a: f64, b: f64, mode: Rounding) -> f64 {
    if !a.is_finite() || !b.is_finite() || a == 0.0 || b == 0.0 {
        return a / b;
    }
    let (x, y) = (parts(a).normalised(), parts(b));
    let significand = x.significand / y.significand;
    let more = x.significand % y.significand != 0;
    Parts { negative: x.negative != y.negative, exponent: x.exponent - y.exponent, significand, more }
        .round(mode)
}

/// The square root.
pub(super) fn sqrt(a: f64, mode: Rounding) -> f64 {
    if a.is_nan() || a <= 0.0 || a.is_infinite() {
        return a.sqrt();
    }
    let mut it = parts(a).normalised();
    if it.exponent & 1 != 0 {
        it.significand <<= 1;
        it.exponent -= 1;
    }
    let significand = it.significand.isqrt();
    let more = significand * significand != it.significand;
    Parts { negative: false, exponent: it.exponent / 2, significand, more }.round(mode)
}

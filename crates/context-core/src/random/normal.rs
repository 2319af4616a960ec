//! The method of Box and Muller, in arithmetic that every device does alike: products, sums, fused products, square roots, each
//! rounded as IEEE 754 says. `kernels/philox.cu` of context-cuda has the same steps.
//!
//! The logarithm and the sines are good to little more than half an ulp, so that results are those that cuRAND's host
//! generator makes with the C library, or a neighbour.

#![allow(clippy::excessive_precision)] // what is written is what is rounded

use super::lanes::Arithmetic;

/// ln(1 + f) = f − f²/2 + f³·(…), highest power first.
const LOGARITHM: [f32; 9] = [
    7.037_683_6e-2,
    -1.151_461_03e-1,
    1.167_699_9e-1,
    -1.242_014_1e-1,
    1.424_932_3e-1,
    -1.666_805_8e-1,
    2.000_071_5e-1,
    -2.499_999_4e-1,
    3.333_333_1e-1,
];
/// ln 2 in two parts; products of the first with small whole numbers are exact.
const LN_2: [f32; 2] = [0.693_145_75, 1.428_606_8e-6];
/// (sin r − r) / r³, highest power first.
const SINE: [f32; 4] = [2.755_732e-6, -1.984_127e-4, 8.333_334e-3, -1.666_666_7e-1];
/// (cos r − 1 + r²/2) / r⁴, highest power first.
const COSINE: [f32; 4] = [-2.755_732e-7, 2.480_158_7e-5, -1.388_888_9e-3, 4.166_666_8e-2];
/// π/2 in two parts.
const HALF_PI: [f32; 2] = [1.570_796_4, -4.371_139e-8];
/// 1.5·2²³: adding it rounds a small float to a whole number, which is then in its lowest bits.
const ROUND: f32 = 12_582_912.0;
/// 2⁻³² and 2⁻³²·2π.
const STEP: f32 = 1.0 / 4_294_967_296.0;
const ANGLE: f32 = STEP * std::f32::consts::TAU;

#[inline(always)]
fn polynomial<A: Arithmetic>(coefficients: &[f32], x: A::F) -> A::F {
    let mut sum = A::set(coefficients[0]);
    for coefficient in &coefficients[1..] {
        sum = A::fma(sum, x, A::set(*coefficient));
    }
    sum
}

/// Returns the uniform float of a word, in (0, 1].
#[inline(always)]
pub(super) fn uniform<A: Arithmetic>(word: A::I) -> A::F {
    // The product is exact, so that this is the sum of the rounded product.
    A::fma(A::float(word), A::set(STEP), A::set(STEP / 2.0))
}

/// Returns the natural logarithm of a float in (0, 1].
#[inline(always)]
fn ln<A: Arithmetic>(x: A::F) -> A::F {
    // x = m·2^e with m from √½ to √2.
    const ROOT_HALF: u32 = 0x3f35_04f3;
    let shifted = A::add_int(A::bits(x), A::int(0x3f80_0000 - ROOT_HALF));
    let e = A::float_signed(A::add_int(A::shift_right_23(shifted), A::int(127_u32.wrapping_neg())));
    let m = A::of_bits(A::add_int(A::and(shifted, A::int(0x007f_ffff)), A::int(ROOT_HALF)));
    let f = A::sub(m, A::set(1.0));
    // f − f²/2 in two parts: for x near 1 nothing is larger, and its rounding would be the result's.
    let square = A::mul(f, f);
    let half = A::mul(square, A::set(0.5));
    let lost_square = A::fma(f, f, A::sub(A::set(0.0), square));
    let high = A::sub(f, half);
    let low = A::fma(lost_square, A::set(-0.5), A::sub(A::sub(f, high), half));
    let tail = A::fma(A::mul(square, f), polynomial::<A>(&LOGARITHM, f), low);
    // e·ln 2 and the high part, with what their sum's rounding lost.
    let whole = A::mul(e, A::set(LN_2[0]));
    let sum = A::add(whole, high);
    let lost = A::sub(high, A::sub(sum, whole));
    A::add(sum, A::add(lost, A::fma(e, A::set(LN_2[1]), tail)))
}

/// Returns sine and cosine of an angle in (0, 2π].
#[inline(always)]
fn sin_cos<A: Arithmetic>(angle: A::F) -> (A::F, A::F) {
    let rounded = A::fma(angle, A::set(std::f32::consts::FRAC_2_PI), A::set(ROUND));
    let quadrant = A::bits(rounded);
    let turns = A::sub(A::set(ROUND), rounded);
    // The first difference is exact; `low` is what the second loses.
    let high = A::fma(turns, A::set(HALF_PI[0]), angle);
    let rest = A::mul(turns, A::set(HALF_PI[1]));
    let r = A::add(high, rest);
    let low = A::add(A::sub(high, r), rest);
    let square = A::mul(r, r);
    let sine = A::add(r, A::fma(A::mul(r, square), polynomial::<A>(&SINE, square), low));
    let half = A::mul(A::set(0.5), square);
    let near = A::sub(A::set(1.0), half);
    let lost = A::sub(A::sub(A::set(1.0), near), half);
    let fourth = A::mul(square, square);
    let tail = A::fma(fourth, polynomial::<A>(&COSINE, square), A::fma(A::sub(A::set(0.0), r), low, lost));
    let cosine = A::add(near, tail);
    // An odd quadrant swaps them; the second and third turn the sine's sign, the first and second the cosine's.
    let odd = A::sub_int(A::int(0), A::and(quadrant, A::int(1)));
    let sign_of_sine = A::shift_left_30(A::and(quadrant, A::int(2)));
    let sign_of_cosine = A::shift_left_30(A::and(A::add_int(quadrant, A::int(1)), A::int(2)));
    let turned = |value: A::F, sign: A::I| A::of_bits(A::xor(A::bits(value), sign));
    (turned(A::select(odd, cosine, sine), sign_of_sine), turned(A::select(odd, sine, cosine), sign_of_cosine))
}

/// Returns two independent normal floats of two words.
#[inline(always)]
pub(super) fn box_muller<A: Arithmetic>(first: A::I, second: A::I) -> (A::F, A::F) {
    let radius = A::sqrt(A::mul(A::set(-2.0), ln::<A>(uniform::<A>(first))));
    let angle = A::add(A::mul(A::float(second), A::set(ANGLE)), A::set(ANGLE / 2.0));
    let (sine, cosine) = sin_cos::<A>(angle);
    (A::mul(radius, sine), A::mul(radius, cosine))
}

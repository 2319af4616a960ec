//! The method of Box and Muller, in arithmetic that every device does alike: products, sums, fused products, square roots, each
//! rounded as IEEE 754 says. `kernels/philox.cu` of context-cuda has the same steps.
//!
//! cuRAND's host generator has its logarithms and sines of the C library. The logarithm here takes the same steps as glibc's, in doubles, and is
//! the same float; sines and cosines are in floats with what their sums lose, and are the same float or a neighbour. More doubles would cost
//! little on a CPU, and much on a GPU that has few units for them.

#![allow(clippy::excessive_precision)] // what is written is what is rounded

use super::lanes::{Arithmetic, Table};

/// Reciprocals of sixteen numbers that divide a factor of two, and their logarithms. These and the coefficients are those of glibc since 2.28,
/// which are of Arm's optimized routines: with others a logarithm would not be rounded to the same float.
const LOGARITHMS: Table = [
    [f64::from_bits(0x3ff6_61ec_79f8_f3be), f64::from_bits(0xbfd5_7bf7_808c_aade)],
    [f64::from_bits(0x3ff5_71ed_4aaf_883d), f64::from_bits(0xbfd2_bef0_a7c0_6ddb)],
    [f64::from_bits(0x3ff4_9539_f0f0_10b0), f64::from_bits(0xbfd0_1eae_7f51_3a67)],
    [f64::from_bits(0x3ff3_c995_b0b8_0385), f64::from_bits(0xbfcb_31d8_a682_24e9)],
    [f64::from_bits(0x3ff3_0d19_0c88_64a5), f64::from_bits(0xbfc6_574f_0ac0_7758)],
    [f64::from_bits(0x3ff2_5e22_7b0b_8ea0), f64::from_bits(0xbfc1_aa2b_c79c_8100)],
    [f64::from_bits(0x3ff1_bb4a_4a1a_343f), f64::from_bits(0xbfba_4e76_ce8c_0e5e)],
    [f64::from_bits(0x3ff1_2358_f08a_e5ba), f64::from_bits(0xbfb1_973c_5a61_1ccc)],
    [f64::from_bits(0x3ff0_953f_4199_00a7), f64::from_bits(0xbfa2_52f4_38e1_0c1e)],
    [f64::from_bits(0x3ff0_0000_0000_0000), f64::from_bits(0x0000_0000_0000_0000)],
    [f64::from_bits(0x3fee_608c_fd9a_47ac), f64::from_bits(0x3faa_a5aa_5df2_5984)],
    [f64::from_bits(0x3fec_a4b3_1f02_6aa0), f64::from_bits(0x3fbc_5e53_aa36_2eb4)],
    [f64::from_bits(0x3feb_2036_576a_fce6), f64::from_bits(0x3fc5_26e5_7720_db08)],
    [f64::from_bits(0x3fe9_c2d1_63a1_aa2d), f64::from_bits(0x3fcb_c286_0d22_4770)],
    [f64::from_bits(0x3fe8_86e6_0378_41ed), f64::from_bits(0x3fd1_058b_c8a0_7ee1)],
    [f64::from_bits(0x3fe7_67dc_f553_4862), f64::from_bits(0x3fd4_0430_57b6_ee09)],
];
/// (ln(1 + r) − r) / r², highest power first.
const LOGARITHM: [f64; 3] = [
    f64::from_bits(0xbfd0_0ea3_48b8_8334),
    f64::from_bits(0x3fd5_575b_0be0_0b6a),
    f64::from_bits(0xbfdf_fffe_f20a_4123),
];
/// (sin r − r) / r³, highest power first.
const SINE: [f32; 4] = [2.755_732e-6, -1.984_127e-4, 8.333_334e-3, -1.666_666_7e-1];
/// (cos r − 1 + r²/2) / r⁴, highest power first.
const COSINE: [f32; 4] = [-2.755_732e-7, 2.480_158_7e-5, -1.388_888_9e-3, 4.166_666_8e-2];
/// π/2 in three parts. Products of the second with whole numbers up to four are exact.
const HALF_PI: [f32; 3] = [1.570_796_4, -4.371_139_54e-8, 5.390_302_95e-15];
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
    // x = m·2^e with m from START to 2·START, and the sixteenth of that range in which m is.
    const START: u32 = 0x3f33_0000;
    let shifted = A::add_int(A::bits(x), A::int(0x3f80_0000 - START));
    let e = A::double_signed(A::add_int(A::shift_right_23(shifted), A::int(127_u32.wrapping_neg())));
    let m = A::of_bits(A::add_int(A::and(shifted, A::int(0x007f_ffff)), A::int(START)));
    let (reciprocal, logarithm) = A::look_up(&LOGARITHMS, A::shift_right_19(shifted));
    let r = A::fma_double(A::double(m), reciprocal, A::set_double(-1.0));
    let whole = A::fma_double(e, A::set_double(std::f64::consts::LN_2), logarithm);
    let square = A::mul_double(r, r);
    let [third, second, first] = LOGARITHM;
    let tail = A::fma_double(A::set_double(second), r, A::set_double(first));
    let tail = A::fma_double(A::set_double(third), square, tail);
    A::narrow(A::fma_double(tail, square, A::add_double(whole, r)))
}

/// Returns sine and cosine of an angle in (0, 2π].
#[inline(always)]
fn sin_cos<A: Arithmetic>(angle: A::F) -> (A::F, A::F) {
    let rounded = A::fma(angle, A::set(std::f32::consts::FRAC_2_PI), A::set(ROUND));
    let quadrant = A::bits(rounded);
    let turns = A::sub(A::set(ROUND), rounded);
    // The difference and the product are exact, and `low` is what their sum loses. Where the angle is next to a multiple of π/2, all
    // three parts count.
    let high = A::fma(turns, A::set(HALF_PI[0]), angle);
    let middle = A::mul(turns, A::set(HALF_PI[1]));
    let r = A::add(high, middle);
    let of_middle = A::sub(r, high);
    let lost = A::add(A::sub(high, A::sub(r, of_middle)), A::sub(middle, of_middle));
    let low = A::fma(turns, A::set(HALF_PI[2]), lost);
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

#[cfg(all(test, target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
mod tests {
    use super::{super::lanes::Single, *};

    /// Floats from `first` to `last`: all of them if DEVICE_CONTEXT_ALL_FLOATS is set, else some.
    fn floats(first: f32, last: f32) -> impl Iterator<Item = f32> {
        let step = if std::env::var_os("DEVICE_CONTEXT_ALL_FLOATS").is_some() { 1 } else { 10_007 };
        (first.to_bits()..=last.to_bits()).step_by(step).chain([last.to_bits()]).map(f32::from_bits)
    }

    // From the next two it follows that no normal is more than two floats from cuRAND's, which has its logarithms and sines of the C library:
    // products with one equal factor, and with one that is a neighbour's, are at most two floats apart.

    #[test]
    fn logarithms_are_the_c_librarys_bit_for_bit() {
        for x in floats(STEP / 2.0, 1.0) {
            assert_eq!(ln::<Single>(x), x.ln(), "{x}");
        }
    }

    #[test]
    fn sines_and_cosines_are_the_c_librarys_or_a_neighbour() {
        let distance = |a: f32, b: f32| a.to_bits().abs_diff(b.to_bits());
        for x in floats(ANGLE / 2.0, std::f32::consts::TAU) {
            let (sine, cosine) = sin_cos::<Single>(x);
            assert!(distance(sine, x.sin()) <= 1, "{x}: {sine} {}", x.sin());
            assert!(distance(cosine, x.cos()) <= 1, "{x}: {cosine} {}", x.cos());
        }
    }
}

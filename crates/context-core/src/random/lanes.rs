//! Arithmetic on one number or on a vector of them, so that what is computed is written once.

#![allow(unsafe_code)]

/// Operations on 32-bit integers and floats, each rounded as IEEE 754 says.
pub(super) trait Arithmetic {
    /// Integers.
    type I: Copy;
    /// Floats.
    type F: Copy;
    /// As many doubles.
    type D: Copy;
    fn set(value: f32) -> Self::F;
    fn int(value: u32) -> Self::I;
    /// The nearest floats to unsigned integers.
    fn float(value: Self::I) -> Self::F;
    fn bits(value: Self::F) -> Self::I;
    fn of_bits(value: Self::I) -> Self::F;
    fn fma(a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    fn mul(a: Self::F, b: Self::F) -> Self::F;
    fn add(a: Self::F, b: Self::F) -> Self::F;
    fn sub(a: Self::F, b: Self::F) -> Self::F;
    fn min(a: Self::F, b: Self::F) -> Self::F;
    fn sqrt(a: Self::F) -> Self::F;
    fn and(a: Self::I, b: Self::I) -> Self::I;
    fn xor(a: Self::I, b: Self::I) -> Self::I;
    fn add_int(a: Self::I, b: Self::I) -> Self::I;
    fn sub_int(a: Self::I, b: Self::I) -> Self::I;
    fn shift_right_19(a: Self::I) -> Self::I;
    fn shift_right_23(a: Self::I) -> Self::I;
    fn shift_left_30(a: Self::I) -> Self::I;
    /// `a` where the bits of `mask` are set, else `b`.
    fn select(mask: Self::I, a: Self::F, b: Self::F) -> Self::F;
    fn set_double(value: f64) -> Self::D;
    fn double(value: Self::F) -> Self::D;
    /// Signed integers.
    fn double_signed(value: Self::I) -> Self::D;
    /// The nearest floats.
    fn narrow(value: Self::D) -> Self::F;
    fn fma_double(a: Self::D, b: Self::D, c: Self::D) -> Self::D;
    fn mul_double(a: Self::D, b: Self::D) -> Self::D;
    fn add_double(a: Self::D, b: Self::D) -> Self::D;
    /// The two columns of the rows whose numbers are given.
    fn look_up(table: &Table, row: Self::I) -> (Self::D, Self::D);
}

/// Rows of two doubles. Only the low four bits of a row's number are looked at.
pub(super) type Table = [[f64; 2]; 16];

/// Vectors that hold one block of Philox in each 64-bit lane.
pub(super) trait Lanes: Arithmetic {
    /// How many blocks there are in a vector.
    const BLOCKS: usize;
    fn splat(value: u64) -> Self::I;
    /// The block in each 64-bit lane, in the order in which `store` takes them.
    fn count() -> Self::I;
    fn add_long(a: Self::I, b: Self::I) -> Self::I;
    /// The product of the low halves of each 64-bit lane.
    fn multiply(a: Self::I, b: Self::I) -> Self::I;
    /// The high half of each 64-bit lane, in its low half.
    fn high(a: Self::I) -> Self::I;
    fn xor3(a: Self::I, b: Self::I, c: Self::I) -> Self::I;
    /// Both halves of each 64-bit lane, swapped.
    fn swap(a: Self::I) -> Self::I;
    /// `a` with the low halves of `b` and `c` added to its own.
    fn xor_low(a: Self::I, b: Self::I, c: Self::I) -> Self::I;
    /// The low halves of `a` below the high ones of `b`.
    fn low_high(a: Self::I, b: Self::I) -> Self::I;
    /// The low halves of `a` below those of `b`.
    fn pair(a: Self::I, b: Self::I) -> Self::I;
    /// Writes the 64-bit lanes of both in turn, block after block.
    ///
    /// # Safety
    /// `target` is valid for both vectors.
    unsafe fn store(target: *mut u32, a: Self::I, b: Self::I);
}

/// One number at a time.
pub(super) struct Single;

impl Arithmetic for Single {
    type I = u32;
    type F = f32;
    type D = f64;

    fn set(value: f32) -> f32 {
        value
    }
    fn int(value: u32) -> u32 {
        value
    }
    fn float(value: u32) -> f32 {
        value as f32
    }
    fn bits(value: f32) -> u32 {
        value.to_bits()
    }
    fn of_bits(value: u32) -> f32 {
        f32::from_bits(value)
    }
    fn fma(a: f32, b: f32, c: f32) -> f32 {
        a.mul_add(b, c)
    }
    fn mul(a: f32, b: f32) -> f32 {
        a * b
    }
    fn add(a: f32, b: f32) -> f32 {
        a + b
    }
    fn sub(a: f32, b: f32) -> f32 {
        a - b
    }
    fn min(a: f32, b: f32) -> f32 {
        a.min(b)
    }
    fn sqrt(a: f32) -> f32 {
        a.sqrt()
    }
    fn and(a: u32, b: u32) -> u32 {
        a & b
    }
    fn xor(a: u32, b: u32) -> u32 {
        a ^ b
    }
    fn add_int(a: u32, b: u32) -> u32 {
        a.wrapping_add(b)
    }
    fn sub_int(a: u32, b: u32) -> u32 {
        a.wrapping_sub(b)
    }
    fn shift_right_19(a: u32) -> u32 {
        a >> 19
    }
    fn shift_right_23(a: u32) -> u32 {
        a >> 23
    }
    fn shift_left_30(a: u32) -> u32 {
        a << 30
    }
    fn select(mask: u32, a: f32, b: f32) -> f32 {
        if mask == 0 { b } else { a }
    }
    fn set_double(value: f64) -> f64 {
        value
    }
    fn double(value: f32) -> f64 {
        value.into()
    }
    fn double_signed(value: u32) -> f64 {
        value.cast_signed().into()
    }
    fn narrow(value: f64) -> f32 {
        value as f32
    }
    fn fma_double(a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
    fn mul_double(a: f64, b: f64) -> f64 {
        a * b
    }
    fn add_double(a: f64, b: f64) -> f64 {
        a + b
    }
    fn look_up(table: &Table, row: u32) -> (f64, f64) {
        let [first, second] = table[(row & 15) as usize];
        (first, second)
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

// Why every block below is sound: the intrinsics need AVX2 and FMA, or AVX-512F, and nothing else but what `store` asks for; `wide.rs` calls
// this only from functions that have them enabled, after asking the CPU.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    use super::{Arithmetic, Lanes, Table};

    /// Writes the methods of [`Arithmetic`] that are one intrinsic each.
    macro_rules! each {
        ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty = $body:expr;)*) => {
            $(
                #[inline(always)]
                fn $name($($argument: $type),*) -> $result {
                    // SAFETY: the CPU has these instructions (see above the module).
                    unsafe { $body }
                }
            )*
        };
    }

    /// Eight numbers at a time.
    pub(in super::super) struct Avx2;

    impl Arithmetic for Avx2 {
        type I = __m256i;
        type F = __m256;
        type D = [__m256d; 2];

        each! {
            set(value: f32) -> __m256 = _mm256_set1_ps(value);
            int(value: u32) -> __m256i = _mm256_set1_epi32(value.cast_signed());
            // Both halves are exact, so that the fused sum is rounded once.
            float(value: __m256i) -> __m256 = {
                let high = _mm256_cvtepi32_ps(_mm256_srli_epi32::<16>(value));
                let low = _mm256_cvtepi32_ps(_mm256_and_si256(value, _mm256_set1_epi32(0xffff)));
                _mm256_fmadd_ps(high, _mm256_set1_ps(65536.0), low)
            };
            bits(value: __m256) -> __m256i = _mm256_castps_si256(value);
            of_bits(value: __m256i) -> __m256 = _mm256_castsi256_ps(value);
            fma(a: __m256, b: __m256, c: __m256) -> __m256 = _mm256_fmadd_ps(a, b, c);
            mul(a: __m256, b: __m256) -> __m256 = _mm256_mul_ps(a, b);
            add(a: __m256, b: __m256) -> __m256 = _mm256_add_ps(a, b);
            sub(a: __m256, b: __m256) -> __m256 = _mm256_sub_ps(a, b);
            min(a: __m256, b: __m256) -> __m256 = _mm256_min_ps(a, b);
            sqrt(a: __m256) -> __m256 = _mm256_sqrt_ps(a);
            and(a: __m256i, b: __m256i) -> __m256i = _mm256_and_si256(a, b);
            xor(a: __m256i, b: __m256i) -> __m256i = _mm256_xor_si256(a, b);
            add_int(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi32(a, b);
            sub_int(a: __m256i, b: __m256i) -> __m256i = _mm256_sub_epi32(a, b);
            shift_right_19(a: __m256i) -> __m256i = _mm256_srli_epi32::<19>(a);
            shift_right_23(a: __m256i) -> __m256i = _mm256_srli_epi32::<23>(a);
            shift_left_30(a: __m256i) -> __m256i = _mm256_slli_epi32::<30>(a);
            select(mask: __m256i, a: __m256, b: __m256) -> __m256 = _mm256_blendv_ps(b, a, _mm256_castsi256_ps(mask));
            set_double(value: f64) -> [__m256d; 2] = [_mm256_set1_pd(value); 2];
            double(value: __m256) -> [__m256d; 2] =
                [_mm256_cvtps_pd(_mm256_castps256_ps128(value)), _mm256_cvtps_pd(_mm256_extractf128_ps::<1>(value))];
            double_signed(value: __m256i) -> [__m256d; 2] =
                [_mm256_cvtepi32_pd(_mm256_castsi256_si128(value)), _mm256_cvtepi32_pd(_mm256_extracti128_si256::<1>(value))];
            narrow(value: [__m256d; 2]) -> __m256 = _mm256_set_m128(_mm256_cvtpd_ps(value[1]), _mm256_cvtpd_ps(value[0]));
            fma_double(a: [__m256d; 2], b: [__m256d; 2], c: [__m256d; 2]) -> [__m256d; 2] =
                [_mm256_fmadd_pd(a[0], b[0], c[0]), _mm256_fmadd_pd(a[1], b[1], c[1])];
            mul_double(a: [__m256d; 2], b: [__m256d; 2]) -> [__m256d; 2] =
                [_mm256_mul_pd(a[0], b[0]), _mm256_mul_pd(a[1], b[1])];
            add_double(a: [__m256d; 2], b: [__m256d; 2]) -> [__m256d; 2] =
                [_mm256_add_pd(a[0], b[0]), _mm256_add_pd(a[1], b[1])];
            // A row is loaded at once: gathers take one load for each double.
            look_up(table: &Table, row: __m256i) -> ([__m256d; 2], [__m256d; 2]) = {
                let mut rows = [0_u32; 8];
                _mm256_storeu_si256(rows.as_mut_ptr().cast(), _mm256_and_si256(row, _mm256_set1_epi32(15)));
                let load = |lane: usize| _mm_loadu_pd(table[rows[lane] as usize & 15].as_ptr());
                let pair = |lane: usize| _mm256_set_m128d(load(lane + 2), load(lane));
                let [a, b, c, d] = [pair(0), pair(1), pair(4), pair(5)];
                (
                    [_mm256_unpacklo_pd(a, b), _mm256_unpacklo_pd(c, d)],
                    [_mm256_unpackhi_pd(a, b), _mm256_unpackhi_pd(c, d)],
                )
            };
        }
    }

    impl Lanes for Avx2 {
        const BLOCKS: usize = 4;

        each! {
            splat(value: u64) -> __m256i = _mm256_set1_epi64x(value.cast_signed());
            count() -> __m256i = _mm256_setr_epi64x(0, 2, 1, 3);
            add_long(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi64(a, b);
            multiply(a: __m256i, b: __m256i) -> __m256i = _mm256_mul_epu32(a, b);
            high(a: __m256i) -> __m256i = _mm256_srli_epi64::<32>(a);
            xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i = _mm256_xor_si256(_mm256_xor_si256(a, b), c);
            swap(a: __m256i) -> __m256i = _mm256_shuffle_epi32::<0b10_11_00_01>(a);
            xor_low(a: __m256i, b: __m256i, c: __m256i) -> __m256i =
                _mm256_blend_epi32::<0xAA>(_mm256_xor_si256(a, _mm256_xor_si256(b, c)), a);
            low_high(a: __m256i, b: __m256i) -> __m256i = _mm256_blend_epi32::<0xAA>(a, b);
            pair(a: __m256i, b: __m256i) -> __m256i = _mm256_blend_epi32::<0xAA>(a, _mm256_slli_epi64::<32>(b));
        }

        #[inline(always)]
        unsafe fn store(target: *mut u32, a: __m256i, b: __m256i) {
            // SAFETY: as above; the caller vouches for the target.
            unsafe {
                _mm256_storeu_si256(target.cast(), _mm256_unpacklo_epi64(a, b));
                _mm256_storeu_si256(target.add(8).cast(), _mm256_unpackhi_epi64(a, b));
            }
        }
    }

    /// Sixteen numbers at a time.
    pub(in super::super) struct Avx512;

    impl Arithmetic for Avx512 {
        type I = __m512i;
        type F = __m512;
        type D = [__m512d; 2];

        each! {
            set(value: f32) -> __m512 = _mm512_set1_ps(value);
            int(value: u32) -> __m512i = _mm512_set1_epi32(value.cast_signed());
            float(value: __m512i) -> __m512 = _mm512_cvtepu32_ps(value);
            bits(value: __m512) -> __m512i = _mm512_castps_si512(value);
            of_bits(value: __m512i) -> __m512 = _mm512_castsi512_ps(value);
            fma(a: __m512, b: __m512, c: __m512) -> __m512 = _mm512_fmadd_ps(a, b, c);
            mul(a: __m512, b: __m512) -> __m512 = _mm512_mul_ps(a, b);
            add(a: __m512, b: __m512) -> __m512 = _mm512_add_ps(a, b);
            sub(a: __m512, b: __m512) -> __m512 = _mm512_sub_ps(a, b);
            min(a: __m512, b: __m512) -> __m512 = _mm512_min_ps(a, b);
            sqrt(a: __m512) -> __m512 = _mm512_sqrt_ps(a);
            and(a: __m512i, b: __m512i) -> __m512i = _mm512_and_si512(a, b);
            xor(a: __m512i, b: __m512i) -> __m512i = _mm512_xor_si512(a, b);
            add_int(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi32(a, b);
            sub_int(a: __m512i, b: __m512i) -> __m512i = _mm512_sub_epi32(a, b);
            shift_right_19(a: __m512i) -> __m512i = _mm512_srli_epi32::<19>(a);
            shift_right_23(a: __m512i) -> __m512i = _mm512_srli_epi32::<23>(a);
            shift_left_30(a: __m512i) -> __m512i = _mm512_slli_epi32::<30>(a);
            select(mask: __m512i, a: __m512, b: __m512) -> __m512 =
                _mm512_mask_blend_ps(_mm512_test_epi32_mask(mask, mask), b, a);
            set_double(value: f64) -> [__m512d; 2] = [_mm512_set1_pd(value); 2];
            double(value: __m512) -> [__m512d; 2] =
                [_mm512_cvtps_pd(_mm512_castps512_ps256(value)), _mm512_cvtps_pd(_mm256_castsi256_ps(_mm512_extracti64x4_epi64::<1>(_mm512_castps_si512(value))))];
            double_signed(value: __m512i) -> [__m512d; 2] =
                [_mm512_cvtepi32_pd(_mm512_castsi512_si256(value)), _mm512_cvtepi32_pd(_mm512_extracti64x4_epi64::<1>(value))];
            narrow(value: [__m512d; 2]) -> __m512 = {
                let (low, high) = (_mm512_cvtpd_ps(value[0]), _mm512_cvtpd_ps(value[1]));
                let low = _mm512_castsi256_si512(_mm256_castps_si256(low));
                _mm512_castsi512_ps(_mm512_inserti64x4::<1>(low, _mm256_castps_si256(high)))
            };
            fma_double(a: [__m512d; 2], b: [__m512d; 2], c: [__m512d; 2]) -> [__m512d; 2] =
                [_mm512_fmadd_pd(a[0], b[0], c[0]), _mm512_fmadd_pd(a[1], b[1], c[1])];
            mul_double(a: [__m512d; 2], b: [__m512d; 2]) -> [__m512d; 2] =
                [_mm512_mul_pd(a[0], b[0]), _mm512_mul_pd(a[1], b[1])];
            add_double(a: [__m512d; 2], b: [__m512d; 2]) -> [__m512d; 2] =
                [_mm512_add_pd(a[0], b[0]), _mm512_add_pd(a[1], b[1])];
            // The table is in registers, of which one instruction takes eight of sixteen doubles.
            look_up(table: &Table, row: __m512i) -> ([__m512d; 2], [__m512d; 2]) = {
                let rows = [_mm512_castsi512_si256(row), _mm512_extracti64x4_epi64::<1>(row)];
                let (wide_0, wide_1) = (_mm512_cvtepu32_epi64(rows[0]), _mm512_cvtepu32_epi64(rows[1]));
                let column = |column: usize| -> [__m512d; 2] {
                    let values: [f64; 16] = [
                        table[0][column], table[1][column], table[2][column], table[3][column],
                        table[4][column], table[5][column], table[6][column], table[7][column],
                        table[8][column], table[9][column], table[10][column], table[11][column],
                        table[12][column], table[13][column], table[14][column], table[15][column],
                    ];
                    let (low, high) = (_mm512_loadu_pd(values.as_ptr()), _mm512_loadu_pd(values[8..].as_ptr()));
                    [_mm512_permutex2var_pd(low, wide_0, high), _mm512_permutex2var_pd(low, wide_1, high)]
                };
                (column(0), column(1))
            };
        }
    }

    impl Lanes for Avx512 {
        const BLOCKS: usize = 8;

        each! {
            splat(value: u64) -> __m512i = _mm512_set1_epi64(value.cast_signed());
            count() -> __m512i = _mm512_setr_epi64(0, 4, 1, 5, 2, 6, 3, 7);
            add_long(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi64(a, b);
            multiply(a: __m512i, b: __m512i) -> __m512i = _mm512_mul_epu32(a, b);
            high(a: __m512i) -> __m512i = _mm512_srli_epi64::<32>(a);
            xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i = _mm512_ternarylogic_epi64::<0x96>(a, b, c);
            swap(a: __m512i) -> __m512i = _mm512_shuffle_epi32::<0b10_11_00_01>(a);
            xor_low(a: __m512i, b: __m512i, c: __m512i) -> __m512i =
                _mm512_mask_ternarylogic_epi32::<0x96>(a, 0x5555, b, c);
            low_high(a: __m512i, b: __m512i) -> __m512i = _mm512_mask_blend_epi32(0xAAAA, a, b);
            pair(a: __m512i, b: __m512i) -> __m512i =
                _mm512_mask_blend_epi32(0xAAAA, a, _mm512_slli_epi64::<32>(b));
        }

        #[inline(always)]
        unsafe fn store(target: *mut u32, a: __m512i, b: __m512i) {
            // SAFETY: as above; the caller vouches for the target.
            unsafe {
                _mm512_storeu_si512(target.cast(), _mm512_unpacklo_epi64(a, b));
                _mm512_storeu_si512(target.add(16).cast(), _mm512_unpackhi_epi64(a, b));
            }
        }
    }
}

//! Arithmetic on one number or on a vector of them, so that what is computed is written once.

#![allow(unsafe_code)]

/// Operations on 32-bit integers and floats, each rounded as IEEE 754 says.
pub(super) trait Arithmetic {
    /// Integers.
    type I: Copy;
    /// Floats.
    type F: Copy;
    fn set(value: f32) -> Self::F;
    fn int(value: u32) -> Self::I;
    /// The nearest floats to unsigned integers.
    fn float(value: Self::I) -> Self::F;
    /// The nearest floats to signed integers.
    fn float_signed(value: Self::I) -> Self::F;
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
    fn shift_right_23(a: Self::I) -> Self::I;
    fn shift_left_30(a: Self::I) -> Self::I;
    /// `a` where the bits of `mask` are set, else `b`.
    fn select(mask: Self::I, a: Self::F, b: Self::F) -> Self::F;
}

/// Vectors that hold one block of Philox in each 64-bit lane.
pub(super) trait Lanes: Arithmetic {
    /// How many blocks there are in a vector.
    const BLOCKS: usize;
    fn splat(value: u64) -> Self::I;
    /// 0, 1, 2, … in 64-bit lanes.
    fn count() -> Self::I;
    fn add_long(a: Self::I, b: Self::I) -> Self::I;
    /// The product of the low halves of each 64-bit lane.
    fn multiply(a: Self::I, b: Self::I) -> Self::I;
    /// The high half of each 64-bit lane, in its low half.
    fn high(a: Self::I) -> Self::I;
    fn xor3(a: Self::I, b: Self::I, c: Self::I) -> Self::I;
    /// The low halves of `a` below those of `b`.
    fn pair(a: Self::I, b: Self::I) -> Self::I;
    /// Writes the 64-bit lanes of both in turn.
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

    fn set(value: f32) -> f32 {
        value
    }
    fn int(value: u32) -> u32 {
        value
    }
    fn float(value: u32) -> f32 {
        value as f32
    }
    fn float_signed(value: u32) -> f32 {
        value.cast_signed() as f32
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
    fn shift_right_23(a: u32) -> u32 {
        a >> 23
    }
    fn shift_left_30(a: u32) -> u32 {
        a << 30
    }
    fn select(mask: u32, a: f32, b: f32) -> f32 {
        if mask == 0 { b } else { a }
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::{Avx2, Avx512};

// SAFETY of every block below: the intrinsics need AVX2 and FMA, or AVX-512F, and nothing else but what `store` asks for; `wide.rs` calls
// this only from functions that have them enabled, after asking the CPU.
#[cfg(target_arch = "x86_64")]
mod x86 {
    #![allow(clippy::undocumented_unsafe_blocks)]

    use std::arch::x86_64::*;

    use super::{Arithmetic, Lanes};

    /// Writes the methods of [`Arithmetic`] that are one intrinsic each.
    macro_rules! each {
        ($($name:ident($($argument:ident: $type:ty),*) -> $result:ty = $body:expr;)*) => {
            $(
                #[inline(always)]
                fn $name($($argument: $type),*) -> $result {
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

        each! {
            set(value: f32) -> __m256 = _mm256_set1_ps(value);
            int(value: u32) -> __m256i = _mm256_set1_epi32(value.cast_signed());
            // Both halves are exact, so that the fused sum is rounded once.
            float(value: __m256i) -> __m256 = {
                let high = _mm256_cvtepi32_ps(_mm256_srli_epi32::<16>(value));
                let low = _mm256_cvtepi32_ps(_mm256_and_si256(value, _mm256_set1_epi32(0xffff)));
                _mm256_fmadd_ps(high, _mm256_set1_ps(65536.0), low)
            };
            float_signed(value: __m256i) -> __m256 = _mm256_cvtepi32_ps(value);
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
            shift_right_23(a: __m256i) -> __m256i = _mm256_srli_epi32::<23>(a);
            shift_left_30(a: __m256i) -> __m256i = _mm256_slli_epi32::<30>(a);
            select(mask: __m256i, a: __m256, b: __m256) -> __m256 = _mm256_blendv_ps(b, a, _mm256_castsi256_ps(mask));
        }
    }

    impl Lanes for Avx2 {
        const BLOCKS: usize = 4;

        each! {
            splat(value: u64) -> __m256i = _mm256_set1_epi64x(value.cast_signed());
            count() -> __m256i = _mm256_setr_epi64x(0, 1, 2, 3);
            add_long(a: __m256i, b: __m256i) -> __m256i = _mm256_add_epi64(a, b);
            multiply(a: __m256i, b: __m256i) -> __m256i = _mm256_mul_epu32(a, b);
            high(a: __m256i) -> __m256i = _mm256_srli_epi64::<32>(a);
            xor3(a: __m256i, b: __m256i, c: __m256i) -> __m256i = _mm256_xor_si256(_mm256_xor_si256(a, b), c);
            pair(a: __m256i, b: __m256i) -> __m256i = _mm256_blend_epi32::<0xAA>(a, _mm256_slli_epi64::<32>(b));
        }

        #[inline(always)]
        unsafe fn store(target: *mut u32, a: __m256i, b: __m256i) {
            unsafe {
                let (even, odd) = (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
                _mm256_storeu_si256(target.cast(), _mm256_permute2x128_si256::<0x20>(even, odd));
                _mm256_storeu_si256(target.add(8).cast(), _mm256_permute2x128_si256::<0x31>(even, odd));
            }
        }
    }

    /// Sixteen numbers at a time.
    pub(in super::super) struct Avx512;

    impl Arithmetic for Avx512 {
        type I = __m512i;
        type F = __m512;

        each! {
            set(value: f32) -> __m512 = _mm512_set1_ps(value);
            int(value: u32) -> __m512i = _mm512_set1_epi32(value.cast_signed());
            float(value: __m512i) -> __m512 = _mm512_cvtepu32_ps(value);
            float_signed(value: __m512i) -> __m512 = _mm512_cvtepi32_ps(value);
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
            shift_right_23(a: __m512i) -> __m512i = _mm512_srli_epi32::<23>(a);
            shift_left_30(a: __m512i) -> __m512i = _mm512_slli_epi32::<30>(a);
            select(mask: __m512i, a: __m512, b: __m512) -> __m512 =
                _mm512_mask_blend_ps(_mm512_test_epi32_mask(mask, mask), b, a);
        }
    }

    impl Lanes for Avx512 {
        const BLOCKS: usize = 8;

        each! {
            splat(value: u64) -> __m512i = _mm512_set1_epi64(value.cast_signed());
            count() -> __m512i = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
            add_long(a: __m512i, b: __m512i) -> __m512i = _mm512_add_epi64(a, b);
            multiply(a: __m512i, b: __m512i) -> __m512i = _mm512_mul_epu32(a, b);
            high(a: __m512i) -> __m512i = _mm512_srli_epi64::<32>(a);
            xor3(a: __m512i, b: __m512i, c: __m512i) -> __m512i = _mm512_ternarylogic_epi64::<0x96>(a, b, c);
            pair(a: __m512i, b: __m512i) -> __m512i =
                _mm512_mask_blend_epi32(0xAAAA, a, _mm512_slli_epi64::<32>(b));
        }

        #[inline(always)]
        unsafe fn store(target: *mut u32, a: __m512i, b: __m512i) {
            unsafe {
                let (even, odd) = (_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
                let first = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
                let second = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
                _mm512_storeu_si512(target.cast(), _mm512_permutex2var_epi64(even, first, odd));
                _mm512_storeu_si512(target.add(16).cast(), _mm512_permutex2var_epi64(even, second, odd));
            }
        }
    }
}

//! Products of bits without carries.

#![allow(unsafe_code)]

use super::jump::{Polynomial, WORDS};

/// Returns the bits `64·WORDS` and on of a product: the sums over the bits of one factor of as many bits of the other.
pub(super) fn by_shifts(backwards: &Polynomial, bits: &[u64; 2 * WORDS]) -> Polynomial {
    let mut sums = [0; WORDS];
    for shift in 0..64 {
        // Bit 64·i + shift of the factor meets the other factor shifted by that much up, from word WORDS on.
        let shifted: [u64; 2 * WORDS] = std::array::from_fn(|i| {
            let below = if shift > 0 && i > 0 { bits[i - 1] >> (64 - shift) } else { 0 };
            bits[i] << shift | below
        });
        for (index, _) in backwards.iter().enumerate().filter(|(_, word)| **word >> shift & 1 == 1) {
            let part = &shifted[WORDS - index..];
            sums.iter_mut().zip(part).for_each(|(sum, word)| *sum ^= word);
        }
    }
    sums
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::is_there;

#[cfg(target_arch = "x86_64")]
pub(super) mod x86 {
    use std::arch::x86_64::*;

    use super::{
        super::{jump::Jump, mersenne::State},
        Polynomial, WORDS,
    };

    /// Tells whether the CPU has the instructions.
    pub(in super::super) fn is_there() -> bool {
        is_x86_feature_detected!("pclmulqdq") && is_x86_feature_detected!("avx2")
    }

    /// [`Jump::apply`], where [`is_there`] says so.
    pub(in super::super) fn jump(jump: &Jump, state: &State) -> State {
        #[target_feature(enable = "avx2,pclmulqdq,popcnt")]
        fn with(jump: &Jump, state: &State) -> State {
            jump.apply_with(state, |backwards, bits| middle(backwards, bits))
        }
        assert!(is_there());
        // SAFETY: the CPU has AVX2 and PCLMULQDQ, as was just asked; what has AVX2 has POPCNT.
        unsafe { with(jump, state) }
    }

    /// The products of words are 128 bits long; those of one place are summed before they are cut in halves.
    #[target_feature(enable = "avx2,pclmulqdq")]
    pub(super) fn middle(backwards: &Polynomial, bits: &[u64; 2 * WORDS]) -> Polynomial {
        // Sums of the products whose places in both factors add to WORDS - 1, WORDS, … 2·WORDS - 2.
        let mut sums = [_mm_setzero_si128(); WORDS];
        halves(backwards, &bits[..2 * WORDS - 1], &mut sums);
        let mut last = _mm_setzero_si128();
        for (index, word) in backwards.iter().enumerate() {
            last = _mm_xor_si128(last, product(*word, bits[2 * WORDS - 1 - index]));
        }
        let half = |sum: __m128i, high: bool| {
            (if high { _mm_extract_epi64::<1>(sum) } else { _mm_cvtsi128_si64(sum) }).cast_unsigned()
        };
        let mut words = [0; WORDS];
        for index in 0..WORDS {
            let next = if index + 1 < WORDS { sums[index + 1] } else { last };
            words[index] = half(sums[index], true) ^ half(next, false);
        }
        words
    }

    #[target_feature(enable = "pclmulqdq")]
    fn product(a: u64, b: u64) -> __m128i {
        let vector = |word: u64| _mm_cvtsi64_si128(word.cast_signed());
        _mm_clmulepi64_si128::<0>(vector(a), vector(b))
    }

    /// Three products of half the length for one (the transpose of Karatsuba's method; Hanrot, Quercia and Zimmermann, 2004).
    #[target_feature(enable = "avx2,pclmulqdq")]
    fn halves(short: &[u64], long: &[u64], sums: &mut [__m128i]) {
        let length = short.len();
        debug_assert!(long.len() == 2 * length - 1 && sums.len() == length);
        if length % 2 == 1 {
            for (place, sum) in sums.iter_mut().enumerate() {
                let mut total = _mm_setzero_si128();
                for (word, other) in short.iter().zip(long[place..place + length].iter().rev()) {
                    total = _mm_xor_si128(total, product(*word, *other));
                }
                *sum = total;
            }
            return;
        }
        const MOST: usize = WORDS;
        let half = length / 2;
        let windows = [0, half, length].map(|start| &long[start..start + length - 1]);
        let (low, high) = short.split_at(half);
        let add = |a: &[u64], b: &[u64], target: &mut [u64]| {
            target.iter_mut().zip(a.iter().zip(b)).for_each(|(sum, (a, b))| *sum = a ^ b);
        };
        let (mut one, mut sum) = ([0; MOST], [0; MOST / 2]);
        let (one, sum) = (&mut one[..length - 1], &mut sum[..half]);
        let (first, second) = sums.split_at_mut(half);
        let mut both = [_mm_setzero_si128(); MOST / 2];
        let both = &mut both[..half];
        add(windows[0], windows[1], one);
        halves(high, one, first);
        add(windows[1], windows[2], one);
        halves(low, one, second);
        add(low, high, sum);
        halves(sum, windows[1], both);
        for (both, (first, second)) in both.iter().zip(first.iter_mut().zip(second)) {
            *first = _mm_xor_si128(*first, *both);
            *second = _mm_xor_si128(*second, *both);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn both_ways_give_the_same_product() {
        if !is_there() {
            return;
        }
        let generator = super::super::Philox::new(1);
        let word = |i: usize| {
            u64::from(generator.word(2 * i as u64)) << 32 | u64::from(generator.word(2 * i as u64 + 1))
        };
        let (a, b) = (std::array::from_fn(word), std::array::from_fn(|i| word(1000 + i)));
        // SAFETY: the CPU has the instructions.
        assert_eq!(by_shifts(&a, &b), unsafe { x86::middle(&a, &b) });
    }
}

//! Fills with the widest instructions that the CPU has, chosen when the program runs. All widths give the same bits.

#![allow(unsafe_code)]

use super::{
    Draw, MULTIPLIERS, Philox, ROUNDS, SUBSEQUENCES, WEYL,
    lanes::{Arithmetic, Lanes, Single},
    normal::{box_muller, uniform},
};

/// Makes floats of words, one number at a time or a vector of them.
#[inline(always)]
fn scale<A: Arithmetic>(draw: Draw, word: A::I) -> A::I {
    match draw {
        Draw::Uniform(low, high) => {
            // Product and sum are rounded each; rounding may pass `high`.
            let scaled = A::add(A::mul(uniform::<A>(word), A::set(high - low)), A::set(low));
            A::bits(A::min(scaled, A::set(high)))
        }
        Draw::Words | Draw::Normal(..) => word,
    }
}

#[inline(always)]
fn normal<A: Arithmetic>(mean: f32, deviation: f32, first: A::I, second: A::I) -> (A::I, A::I) {
    let (sine, cosine) = box_muller::<A>(first, second);
    let scaled = |value| A::bits(A::add(A::mul(value, A::set(deviation)), A::set(mean)));
    (scaled(sine), scaled(cosine))
}

/// Makes the four elements of a block.
fn finish(draw: Draw, [a, b, c, d]: [u32; 4]) -> [u32; 4] {
    match draw {
        Draw::Normal(mean, deviation) => {
            let (a, b) = normal::<Single>(mean, deviation, a, b);
            let (c, d) = normal::<Single>(mean, deviation, c, d);
            [a, b, c, d]
        }
        _ => [a, b, c, d].map(|word| scale::<Single>(draw, word)),
    }
}

/// Writes what `draw` says from the generator's position on.
pub(super) fn fill(generator: &Philox, draw: Draw, target: &mut [u32]) {
    fill_with(width(), generator, draw, target);
}

/// Which instructions there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    Single,
    Avx2,
    Avx512,
}

/// The widest that the CPU has and the user wants: on some CPUs wide instructions slow the clock for everything else.
fn width() -> Width {
    static WIDTH: std::sync::OnceLock<Width> = std::sync::OnceLock::new();
    *WIDTH.get_or_init(|| {
        #[cfg(target_arch = "x86_64")]
        let unwanted = |variable: &str| std::env::var_os(variable).is_some();
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && !unwanted("DEVICE_CONTEXT_NO_SIMD")
        {
            let wide = is_x86_feature_detected!("avx512f") && !unwanted("DEVICE_CONTEXT_NO_AVX512");
            return if wide { Width::Avx512 } else { Width::Avx2 };
        }
        Width::Single
    })
}

fn fill_with(width: Width, generator: &Philox, draw: Draw, target: &mut [u32]) {
    let mut place = generator.position;
    // Up to a whole block.
    let before = (place.wrapping_neg() % 4).min(target.len() as u64) as usize;
    let (head, target) = target.split_at_mut(before);
    let block = finish(draw, generator.quad(place / 4));
    head.iter_mut().zip(&block[(place % 4) as usize..]).for_each(|(slot, value)| *slot = *value);
    place = place.wrapping_add(before as u64);
    // Runs in which only the third word of the counter changes.
    let mut rest = target;
    while rest.len() >= 4 {
        let quad = place / 4;
        let run = (SUBSEQUENCES - quad % SUBSEQUENCES).min(rest.len() as u64 / 4) as usize;
        let (now, later) = std::mem::take(&mut rest).split_at_mut(4 * run);
        let wide = fill_wide(width, generator, draw, quad, now);
        for (index, slots) in now.chunks_exact_mut(4).enumerate().skip(wide) {
            slots.copy_from_slice(&finish(draw, generator.quad(quad + index as u64)));
        }
        place = place.wrapping_add(4 * run as u64);
        rest = later;
    }
    if !rest.is_empty() {
        let block = finish(draw, generator.quad(place / 4));
        rest.copy_from_slice(&block[..rest.len()]);
    }
}

/// Writes as many blocks of a run as vectors take; returns how many.
fn fill_wide(width: Width, generator: &Philox, draw: Draw, quad: u64, target: &mut [u32]) -> usize {
    match width {
        Width::Single => 0,
        #[cfg(target_arch = "x86_64")]
        // SAFETY: `width` says that the CPU has these instructions.
        Width::Avx2 => unsafe { x86::avx2(generator, draw, quad, target) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Width::Avx512 => unsafe { x86::avx512(generator, draw, quad, target) },
        #[cfg(not(target_arch = "x86_64"))]
        _ => 0,
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{
        super::lanes::{Avx2, Avx512},
        Draw, Philox, run,
    };

    /// # Safety
    /// The CPU has AVX2 and FMA.
    #[target_feature(enable = "avx2,fma")]
    pub(super) unsafe fn avx2(generator: &Philox, draw: Draw, quad: u64, target: &mut [u32]) -> usize {
        run::<Avx2, 4>(generator, draw, quad, target)
    }

    /// # Safety
    /// The CPU has AVX2, FMA and AVX-512F.
    #[target_feature(enable = "avx2,fma,avx512f")]
    pub(super) unsafe fn avx512(generator: &Philox, draw: Draw, quad: u64, target: &mut [u32]) -> usize {
        run::<Avx512, 4>(generator, draw, quad, target)
    }
}

/// `GROUPS` vectors are made at once, so that one's products are under way while another's are combined.
#[inline(always)]
fn run<L: Lanes, const GROUPS: usize>(
    generator: &Philox,
    draw: Draw,
    quad: u64,
    target: &mut [u32],
) -> usize {
    // One match outside the loop; within it the draw is known.
    match draw {
        Draw::Words => run_with::<L, GROUPS>(generator, quad, target, |last| last.pairs()),
        // Scaling to (0, 1] changes nothing.
        Draw::Uniform(0.0, 1.0) => run_with::<L, GROUPS>(generator, quad, target, |last| {
            let (first, second) = last.pairs();
            (L::bits(uniform::<L>(first)), L::bits(uniform::<L>(second)))
        }),
        Draw::Uniform(..) => run_with::<L, GROUPS>(generator, quad, target, |last| {
            let (first, second) = last.pairs();
            (scale::<L>(draw, first), scale::<L>(draw, second))
        }),
        Draw::Normal(mean, deviation) => run_with::<L, GROUPS>(generator, quad, target, |last| {
            let (first, second) = last.columns();
            let (sines, cosines) = normal::<L>(mean, deviation, first, second);
            (L::pair(sines, cosines), L::pair(L::high(sines), L::high(cosines)))
        }),
    }
}

/// The last round: a block's words are the high half of `right` with `b` and a key, the low half of `right`, and the same of `left`.
struct Last<L: Lanes> {
    right: L::I,
    left: L::I,
    b: L::I,
    d: L::I,
    key: [L::I; 2],
}

impl<L: Lanes> Last<L> {
    /// Returns the first two words of each block side by side, and the last two.
    #[inline(always)]
    fn pairs(self) -> (L::I, L::I) {
        (
            L::xor_low(L::swap(self.right), self.b, self.key[0]),
            L::xor_low(L::swap(self.left), self.d, self.key[1]),
        )
    }

    /// Returns the first and the third word of each block side by side, and the second and the fourth.
    #[inline(always)]
    fn columns(self) -> (L::I, L::I) {
        let high = L::low_high(L::high(self.right), self.left);
        let other = L::pair(self.b, self.d);
        (L::xor3(high, other, L::pair(self.key[0], self.key[1])), L::pair(self.right, self.left))
    }
}

#[inline(always)]
fn round<L: Lanes>([a, b, c, d]: [L::I; 4], multipliers: [L::I; 2], key: [L::I; 2]) -> [L::I; 4] {
    let (left, right) = (L::multiply(a, multipliers[0]), L::multiply(c, multipliers[1]));
    [L::xor3(L::high(right), b, key[0]), right, L::xor3(L::high(left), d, key[1]), left]
}

#[inline(always)]
fn run_with<L: Lanes, const GROUPS: usize>(
    generator: &Philox,
    quad: u64,
    target: &mut [u32],
    finish: impl Fn(Last<L>) -> (L::I, L::I),
) -> usize {
    let keys: [[L::I; 2]; ROUNDS] = std::array::from_fn(|round| {
        let key =
            |half: u32, weyl: u32| L::splat(u64::from(half.wrapping_add(weyl.wrapping_mul(round as u32))));
        [key(generator.seed as u32, WEYL[0]), key((generator.seed >> 32) as u32, WEYL[1])]
    });
    let multipliers = MULTIPLIERS.map(|multiplier| L::splat(u64::from(multiplier)));
    let block = quad / SUBSEQUENCES;
    let fixed = [block & 0xffff_ffff, block >> 32, u64::from(generator.fork)].map(|word| L::splat(word));
    let mut places = L::add_long(L::splat(quad % SUBSEQUENCES), L::count());
    let step = L::splat(L::BLOCKS as u64);
    let chunks = target.chunks_exact_mut(4 * L::BLOCKS * GROUPS);
    let written = chunks.len() * L::BLOCKS * GROUPS;
    for chunk in chunks {
        let mut groups = [[fixed[0], fixed[1], places, fixed[2]]; GROUPS];
        for group in &mut groups {
            group[2] = places;
            places = L::add_long(places, step);
        }
        // Written out, as a loop over the rounds keeps the groups in memory.
        macro_rules! rounds {
            ($($number:literal)*) => {
                $(
                    for group in &mut groups {
                        *group = round::<L>(*group, multipliers, keys[$number]);
                    }
                )*
            };
        }
        rounds!(0 1 2 3 4 5 6 7 8);
        for (index, [a, b, c, d]) in groups.into_iter().enumerate() {
            let (left, right) = (L::multiply(a, multipliers[0]), L::multiply(c, multipliers[1]));
            let (first, second) = finish(Last { right, left, b, d, key: keys[ROUNDS - 1] });
            // SAFETY: the chunk holds `4·BLOCKS` words for each group, which are two vectors.
            unsafe { L::store(chunk[4 * L::BLOCKS * index..].as_mut_ptr(), first, second) };
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_width_gives_the_same_bits_at_every_place_and_length() {
        for draw in [
            Draw::Words,
            Draw::Uniform(0.0, 1.0),
            Draw::Uniform(-3.5, 0.25),
            Draw::Normal(0.0, 1.0),
            Draw::Normal(7.0, 0.1),
        ] {
            for (place, length) in
                [(0, 1000), (1, 77), (2, 3), (262_140 - 66, 301), ((1 << 34) - 5, 4099), (3, 0), (3, 1)]
            {
                let generator = Philox::new(0xdead_beef_1234_5678).with_fork(5).at(place);
                let mut expected = vec![0; length];
                fill_with(Width::Single, &generator, draw, &mut expected);
                for width in [Width::Avx2, Width::Avx512].into_iter().filter(|width| *width <= super::width())
                {
                    let mut found = vec![0; length];
                    fill_with(width, &generator, draw, &mut found);
                    assert!(found == expected, "{width:?} {draw:?} {length} from {place}");
                }
            }
        }
    }
}

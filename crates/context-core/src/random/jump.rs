//! Jumps in the sequence of a Mersenne Twister.
//!
//! The highest bits of its numbers obey one linear recurrence over GF(2), of degree 19,937. Going on by `n` is a product with
//! `xⁿ` modulo the recurrence's polynomial ("Efficient jump ahead for F₂-linear random number generators", Haramoto, Matsumoto,
//! Nishimura, Panneton and L'Ecuyer, 2008): bit `i` of the later sequence is the sum of the bits `i + j` of this one, for each power
//! `j` in `xⁿ`. All other bits of a number follow from the highest bits of later ones.

use std::sync::OnceLock;

use super::{
    carryless,
    mersenne::{COEFFICIENTS, SIZE, State, twist},
};

/// The degree of the recurrence.
const DEGREE: usize = 19_937;
/// How many words of 64 bits hold a polynomial.
pub(super) const WORDS: usize = DEGREE.div_ceil(64);

/// A polynomial over GF(2) of a degree below 19,937, the lowest power in the lowest bit.
pub(super) type Polynomial = [u64; WORDS];

/// Returns the powers of the recurrence's polynomial but for the highest.
fn lower_powers() -> Vec<usize> {
    // With s = x⁶²⁴ + x³⁹⁷ and t = x⁶²³ + x³⁹⁶, and the bits aᵢ of COEFFICIENTS: s·t³¹ + Σ aᵢ·s·t³⁰⁻ⁱ + a₃₁ (Matsumoto and
    // Nishimura, 1998). The powers of t = x³⁹⁶·(x²²⁷ + 1) have a term for each j whose bits are among those of the exponent.
    let mut odd = vec![false; DEGREE + 1];
    let mut add = |exponent: usize| {
        for j in (0..=exponent).filter(|j| exponent & j == *j) {
            for power in [624, 397] {
                odd[396 * exponent + 227 * j + power] ^= true;
            }
        }
    };
    add(31);
    (0..31).filter(|i| COEFFICIENTS >> i & 1 == 1).for_each(|i| add(30 - i));
    odd[0] ^= COEFFICIENTS >> 31 == 1;
    (0..DEGREE).filter(|power| odd[*power]).collect()
}

/// Subtracts multiples of the recurrence's polynomial until the degree is small enough.
fn reduce(product: &mut [u64], lower: &[usize]) -> Polynomial {
    // 64 powers at once: the second highest power is more than 64 below the highest.
    for index in (WORDS - 1..product.len()).rev() {
        let cut = if index == WORDS - 1 { DEGREE % 64 } else { 0 };
        let high = product[index] >> cut;
        product[index] ^= high << cut;
        for power in lower {
            let place = 64 * index + cut - DEGREE + power;
            let (word, bit) = (place / 64, place % 64);
            product[word] ^= high << bit;
            if bit > 0 {
                product[word + 1] ^= high >> (64 - bit);
            }
        }
    }
    std::array::from_fn(|index| product[index])
}

fn square(polynomial: &Polynomial, lower: &[usize]) -> Polynomial {
    // Bit i goes to bit 2i.
    let spread = |half: u64| {
        [(16, 0x0000_ffff_0000_ffff), (8, 0x00ff_00ff_00ff_00ff), (4, 0x0f0f_0f0f_0f0f_0f0f)]
            .into_iter()
            .chain([(2, 0x3333_3333_3333_3333), (1, 0x5555_5555_5555_5555)])
            .fold(half, |word, (shift, mask)| (word | word << shift) & mask)
    };
    let mut product = Vec::with_capacity(2 * WORDS);
    for word in polynomial {
        product.extend([spread(word & 0xffff_ffff), spread(word >> 32)]);
    }
    reduce(&mut product, lower)
}

/// A jump of some length.
#[derive(Debug)]
pub(super) struct Jump {
    /// The power of x.
    polynomial: Polynomial,
    /// Its bits backwards, as products take them.
    backwards: Polynomial,
}

impl Jump {
    fn new(polynomial: Polynomial) -> Jump {
        Jump { polynomial, backwards: std::array::from_fn(|i| polynomial[WORDS - 1 - i].reverse_bits()) }
    }

    /// A jump by 624 numbers, `twists` times.
    pub(super) fn by_twists(twists: u64) -> Jump {
        let lower = lower_powers();
        let mut power = [0; WORDS];
        power[0] = 1;
        for bit in (0..u64::BITS - twists.leading_zeros()).rev() {
            power = square(&power, &lower);
            if twists >> bit & 1 == 1 {
                let mut product = vec![0; 10];
                product.extend(power);
                // 624 is 16 less than ten words.
                let shifted = |i: usize| product[i] >> 16 | product.get(i + 1).map_or(0, |word| word << 48);
                power = reduce(&mut (0..product.len()).map(shifted).collect::<Vec<_>>(), &lower);
            }
        }
        Jump::new(power)
    }

    /// This jump 2^`doublings` times.
    #[cfg(test)]
    pub(super) fn doubled(&self, doublings: u32) -> Jump {
        let lower = lower_powers();
        Jump::new((0..doublings).fold(self.polynomial, |power, _| square(&power, &lower)))
    }

    /// The jump by 2²⁰⁴⁸ numbers.
    pub(super) fn far() -> &'static Jump {
        static FAR: OnceLock<Jump> = OnceLock::new();
        FAR.get_or_init(|| Jump::new(super::jump_table::FAR))
    }

    /// Returns the state that lies this jump behind `state`.
    pub(super) fn apply(&self, state: &State) -> State {
        #[cfg(target_arch = "x86_64")]
        if carryless::is_there() {
            return carryless::x86::jump(self, state);
        }
        self.apply_with(state, carryless::by_shifts)
    }

    /// As [`apply`](Jump::apply), with the product of bits that is given.
    #[inline(always)]
    pub(super) fn apply_with(
        &self,
        state: &State,
        product: impl Fn(&Polynomial, &[u64; 2 * WORDS]) -> Polynomial,
    ) -> State {
        let mut running = *state;
        let mut bits = [0; 2 * WORDS];
        for place in (0..bits.len() * 64).step_by(SIZE) {
            collect(&running, place, &mut bits);
            twist(&mut running);
        }
        // The product has the sums for the second number and those behind it; the first is one bit.
        let later = product(&self.backwards, &bits);
        let first: u32 =
            self.polynomial.iter().zip(&bits).map(|(power, bit)| (power & bit).count_ones()).sum();
        numbers(first & 1, later)
    }
}

/// Puts the highest bits of numbers into a row of bits, which is zero, from `place` on.
#[inline(always)]
fn collect(numbers: &State, mut place: usize, bits: &mut [u64]) {
    let mut rest = &numbers[..];
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rest.len().min(64 - place % 64));
        let word = now.iter().enumerate().fold(0, |word, (i, number)| word | u64::from(number >> 31) << i);
        bits[place / 64] |= word << (place % 64);
        place += now.len();
        rest = later;
    }
}

/// Returns the state of which the first number has this highest bit, and the numbers behind it those.
#[inline(always)]
fn numbers(first: u32, highest: Polynomial) -> State {
    // Number n + 624 is number n + 397 with what is left of number n's highest bit and number n + 1, shifted right. So its highest bit tells
    // the lowest bit of number n + 1, and each bit below tells the next higher one. Row j has bit j of all numbers as far as they
    // are known, which is 623 less each time.
    let mut state = [0; SIZE];
    state[0] = first << 31;
    let scatter = |row: &Polynomial, bit: u32, state: &mut State| {
        for (number, index) in state[1..].iter_mut().zip(0_usize..) {
            *number |= ((row[index / 64] >> (index % 64)) as u32 & 1) << bit;
        }
    };
    let step = |row: &Polynomial, known: usize| -> Polynomial {
        let mut next = [0; WORDS];
        // Down by 623, which is ten words less 17 bits, and by 396, six words and 12 bits.
        let words = (known / 64 + 1).min(WORDS - 10);
        let at = |i: usize| row.get(i).copied().unwrap_or(0);
        for (index, word) in next.iter_mut().enumerate().take(words) {
            let by_623 = at(index + 9) >> 47 | at(index + 10) << 17;
            *word = by_623 ^ at(index + 6) >> 12 ^ at(index + 7) << 52;
        }
        next
    };
    scatter(&highest, 31, &mut state);
    let mut known = DEGREE - 623;
    let lowest = step(&highest, known);
    scatter(&lowest, 0, &mut state);
    let mut row = lowest;
    for bit in 0..30 {
        known -= 623;
        row = step(&row, known);
        if COEFFICIENTS >> bit & 1 == 1 {
            row.iter_mut().zip(&lowest).for_each(|(word, lowest)| *word ^= lowest);
        }
        scatter(&row, bit + 1, &mut state);
    }
    state
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::mersenne::seeded;

    /// The states are the same, of whose first number only one bit counts.
    fn assert_same(mut found: State, mut expected: State) {
        for state in [&mut found, &mut expected] {
            state[0] &= 1 << 31;
        }
        assert!(found == expected);
    }

    #[test]
    fn a_jump_is_as_many_steps() {
        let start = seeded(5);
        let mut expected = start;
        for twists in 0..40 {
            if [0, 1, 39].contains(&twists) {
                assert_same(Jump::by_twists(twists).apply(&start), expected);
            }
            twist(&mut expected);
        }
    }

    #[test]
    fn jumps_add_up_and_both_ways_of_multiplying_agree() {
        let start = seeded(1);
        let jump = Jump::by_twists(12_345);

        let twice = jump.apply(&jump.apply(&start));

        assert_same(twice, jump.doubled(1).apply(&start));
        assert_same(twice, Jump::by_twists(2 * 12_345).apply_with(&start, carryless::by_shifts));
    }

    #[test]
    #[cfg_attr(debug_assertions, ignore = "takes seconds without optimisation")]
    fn the_table_is_the_power_that_it_says() {
        let mut power = [0; WORDS];
        power[0] = 2;
        let far = Jump::new(power).doubled(2048);
        assert!(far.polynomial == super::super::jump_table::FAR);
    }
}

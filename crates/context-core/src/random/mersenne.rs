//! MT19937, the Mersenne Twister of Matsumoto and Nishimura.
//!
//! These are the words of `std::mt19937` and of numpy's generator of that name. cuRAND deals its words from many such generators:
//! [`MersenneTwisters`](super::MersenneTwisters).

use std::convert::Infallible;

use rand_core::{SeedableRng, TryRng};

pub(super) const SIZE: usize = 624;
const MIDDLE: usize = 397;

/// The last 624 numbers of the recurrence, before they are tempered. Of the first one only the highest bit has a meaning.
pub(super) type State = [u32; SIZE];

/// Returns the numbers of which the sequence of `seed` is made.
pub(super) fn seeded(seed: u32) -> State {
    let mut state = [seed; SIZE];
    for i in 1..SIZE {
        let last = state[i - 1];
        state[i] = (last ^ (last >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
    }
    state
}

/// Goes on by 624 numbers.
#[inline(always)]
pub(super) fn twist(state: &mut State) {
    let next = |middle: u32, this: u32, next: u32| {
        let joined = (this & 0x8000_0000) | (next & 0x7fff_ffff);
        middle ^ (joined >> 1) ^ ((joined & 1).wrapping_neg() & COEFFICIENTS)
    };
    // Three loops, whose places need no remainders, so that a compiler takes several numbers at once.
    for i in 0..SIZE - MIDDLE {
        state[i] = next(state[i + MIDDLE], state[i], state[i + 1]);
    }
    for i in SIZE - MIDDLE..SIZE - 1 {
        state[i] = next(state[i + MIDDLE - SIZE], state[i], state[i + 1]);
    }
    state[SIZE - 1] = next(state[MIDDLE - 1], state[SIZE - 1], state[0]);
}

/// What is added where the lowest bit is shifted out.
pub(super) const COEFFICIENTS: u32 = 0x9908_b0df;

/// Makes a word of a number of the recurrence.
#[inline(always)]
pub(super) const fn temper(mut word: u32) -> u32 {
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c_5680;
    word ^= (word << 15) & 0xefc6_0000;
    word ^ (word >> 18)
}

/// The generator with its 19,937 bits of state. It has one sequence, which is neither split nor skipped in; for parallel work use
/// [`Philox`](super::Philox).
///
/// # Examples
///
/// ```
/// use context_core::random::MersenneTwister;
///
/// assert_eq!(MersenneTwister::new(1234).next_word(), 822569775);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MersenneTwister {
    state: State,
    next: usize,
}

impl MersenneTwister {
    /// Starts the sequence of `seed`.
    pub fn new(seed: u32) -> MersenneTwister {
        MersenneTwister { state: seeded(seed), next: SIZE }
    }

    /// Returns the next word.
    pub fn next_word(&mut self) -> u32 {
        if self.next == SIZE {
            twist(&mut self.state);
            self.next = 0;
        }
        self.next += 1;
        temper(self.state[self.next - 1])
    }

    /// Writes the next words.
    pub fn fill_words(&mut self, words: &mut [u32]) {
        words.iter_mut().for_each(|word| *word = self.next_word());
    }
}

impl TryRng for MersenneTwister {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.next_word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        rand_core::utils::next_u64_via_u32(self)
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        rand_core::utils::fill_bytes_via_next_word(target, || self.try_next_u32())
    }
}

impl SeedableRng for MersenneTwister {
    type Seed = [u8; 4];

    fn from_seed(seed: [u8; 4]) -> MersenneTwister {
        MersenneTwister::new(u32::from_le_bytes(seed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_thousandth_word_is_the_one_that_the_standard_asks_for() {
        let mut generator = MersenneTwister::new(5489);
        let last = (0..10_000).map(|_| generator.next_word()).last();
        assert_eq!(last, Some(4_123_659_995));
    }
}

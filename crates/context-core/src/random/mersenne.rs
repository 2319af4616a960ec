//! MT19937, the Mersenne Twister of Matsumoto and Nishimura.
//!
//! These are the words of `std::mt19937` and of numpy's generator of that name. cuRAND's host generator deals its words from many such generators
//! in an order that NVIDIA does not document: its first word for a seed is ours, and the later ones are not reproduced here.

use std::convert::Infallible;

use rand_core::{SeedableRng, TryRng};

const SIZE: usize = 624;
const MIDDLE: usize = 397;

/// The generator with its 19,937 bits of state. It has one sequence, which cannot be split or skipped in; for parallel work use
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
    state: [u32; SIZE],
    next: usize,
}

impl MersenneTwister {
    /// Starts the sequence of `seed`.
    pub fn new(seed: u32) -> MersenneTwister {
        let mut state = [seed; SIZE];
        for i in 1..SIZE {
            let last = state[i - 1];
            state[i] = (last ^ (last >> 30)).wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        MersenneTwister { state, next: SIZE }
    }

    fn twist(&mut self) {
        for i in 0..SIZE {
            let joined = (self.state[i] & 0x8000_0000) | (self.state[(i + 1) % SIZE] & 0x7fff_ffff);
            let twisted = (joined >> 1) ^ if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[i] = self.state[(i + MIDDLE) % SIZE] ^ twisted;
        }
        self.next = 0;
    }

    /// Returns the next word.
    pub fn next_word(&mut self) -> u32 {
        if self.next == SIZE {
            self.twist();
        }
        let mut word = self.state[self.next];
        self.next += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
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

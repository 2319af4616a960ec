//! [`Philox`] as a generator for the `rand` crates.

use std::convert::Infallible;

use rand_core::{SeedableRng, TryRng};

use super::Philox;

const BUFFER: usize = 64;

/// The words of a [`Philox`] one after the other, for everything that takes a generator of `rand_core`.
///
/// # Examples
///
/// ```
/// use context_core::random::{Philox, PhiloxRng};
/// use rand_core::Rng;
///
/// let mut rng = PhiloxRng::new(Philox::new(1234));
/// assert_eq!(rng.next_u32(), 546353992);
/// assert_eq!(rng.generator().position(), 1);
/// ```
#[derive(Clone, Debug)]
pub struct PhiloxRng {
    /// At the start of the buffer.
    generator: Philox,
    buffer: [u32; BUFFER],
    used: usize,
}

impl PhiloxRng {
    /// Goes on at the generator's place.
    pub fn new(generator: Philox) -> PhiloxRng {
        let mut rng = PhiloxRng { generator, buffer: [0; BUFFER], used: 0 };
        generator.fill_words(&mut rng.buffer);
        rng
    }

    /// Returns the generator at the place behind the last word that was taken.
    pub fn generator(&self) -> Philox {
        self.generator.at(self.generator.position().wrapping_add(self.used as u64))
    }

    fn next_word(&mut self) -> u32 {
        if self.used == BUFFER {
            *self = PhiloxRng::new(self.generator());
        }
        self.used += 1;
        self.buffer[self.used - 1]
    }
}

impl TryRng for PhiloxRng {
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

impl SeedableRng for PhiloxRng {
    type Seed = [u8; 8];

    fn from_seed(seed: [u8; 8]) -> PhiloxRng {
        PhiloxRng::new(Philox::new(u64::from_le_bytes(seed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::Rng;

    #[test]
    fn the_words_are_the_generators_across_buffers() {
        let start = Philox::new(3).at(5);
        let mut rng = PhiloxRng::new(start);
        assert!((0..200).all(|i| rng.next_u32() == start.word(i)));
        assert_eq!(rng.generator(), start.at(205));
        let mut bytes = [0; 8];
        rng.fill_bytes(&mut bytes);
        assert_eq!(bytes[4..], start.word(201).to_le_bytes());
    }
}

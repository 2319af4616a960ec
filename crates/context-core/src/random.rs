//! Random numbers: Philox4x32-10, the same words on every device.
//!
//! Philox is a counter-based generator ("Parallel random numbers: as easy as 1, 2, 3", Salmon, Moraes, Dror and Shaw,
//! SC 2011): word `i` of a sequence is a function of the seed and of `i` alone, so any thread of any device can make
//! any part of it. The order of words is the one of cuRAND's `CURAND_RNG_PSEUDO_PHILOX4_32_10` host generator with its
//! default ordering: 65,536 subsequences take turns, four words each.

mod carryless;
mod jump;
mod jump_table;
mod lanes;
mod mersenne;
mod normal;
mod rng;
mod twisters;
mod wide;

pub use mersenne::MersenneTwister;
pub use rng::PhiloxRng;
pub use twisters::MersenneTwisters;

/// What is made of the words of a sequence. Element `i` of a draw is a function of the seed and of `i` alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Draw {
    /// The words themselves.
    Words,
    /// Floats, one word each, scaled from (0, 1] to this range with both ends.
    Uniform(f32, f32),
    /// Floats with this mean and standard deviation. Two neighbours come from two words by the method of Box and Muller. Those of the
    /// standard distribution are within 2 ulp of what cuRAND's host generator makes with the C library's functions (glibc 2.36), all of them: the
    /// logarithm is the same float for each word, and sine and cosine are the same or a neighbour.
    Normal(f32, f32),
}

/// The place of a generator in its sequence.
///
/// # Examples
///
/// ```
/// use context_core::random::Philox;
///
/// // The first words that cuRAND makes for this seed.
/// let generator = Philox::new(1234);
/// assert_eq!(generator.word(0), 546353992);
/// assert_eq!(generator.word(3), 3419031310);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Philox {
    seed: u64,
    fork: u32,
    position: u64,
}

/// How many subsequences take turns.
pub const SUBSEQUENCES: u64 = 65_536;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
const ROUNDS: usize = 10;

/// The ten rounds of Philox4x32: four words from a 128-bit counter and a 64-bit key.
pub const fn philox4x32_10(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    let mut round = 0;
    while round < ROUNDS {
        let left = MULTIPLIERS[0] as u64 * counter[0] as u64;
        let right = MULTIPLIERS[1] as u64 * counter[2] as u64;
        counter = [
            (right >> 32) as u32 ^ counter[1] ^ key[0],
            right as u32,
            (left >> 32) as u32 ^ counter[3] ^ key[1],
            left as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
        round += 1;
    }
    counter
}

/// Returns the float in (0, 1] that a word stands for, as cuRAND defines it: `word·2⁻³² + 2⁻³³`.
pub fn uniform_from_word(word: u32) -> f32 {
    const STEP: f32 = 1.0 / 4_294_967_296.0;
    // The product is exact, so it makes no difference whether a compiler fuses it with the sum.
    word as f32 * STEP + STEP / 2.0
}

impl Philox {
    /// Starts the sequence of `seed`.
    pub const fn new(seed: u64) -> Philox {
        Philox { seed, fork: 0, position: 0 }
    }

    /// Returns the seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    /// Returns which of the seed's disjoint sequences this is.
    pub const fn fork(&self) -> u32 {
        self.fork
    }

    /// Returns how many words were taken so far.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Returns sequence `fork` of the same seed, from its start. Two forks have no counter in common.
    pub const fn with_fork(self, fork: u32) -> Philox {
        Philox { seed: self.seed, fork, position: 0 }
    }

    /// Returns the generator at another place of its sequence, in constant time.
    pub const fn at(self, position: u64) -> Philox {
        Philox { position, ..self }
    }

    /// Skips `words`, in constant time.
    pub const fn advance(&mut self, words: u64) {
        self.position = self.position.wrapping_add(words);
    }

    const fn quad(&self, quad: u64) -> [u32; 4] {
        let block = quad / SUBSEQUENCES;
        let counter = [block as u32, (block >> 32) as u32, (quad % SUBSEQUENCES) as u32, self.fork];
        philox4x32_10(counter, [self.seed as u32, (self.seed >> 32) as u32])
    }

    /// Returns the word `index` places behind the position.
    pub const fn word(&self, index: u64) -> u32 {
        let place = self.position.wrapping_add(index);
        self.quad(place / 4)[(place % 4) as usize]
    }

    /// Writes the words from the position on.
    pub fn fill_words(&self, words: &mut [u32]) {
        wide::fill(self, Draw::Words, words);
    }

    /// Writes floats from the position on, one word each, scaled from (0, 1] to `low..=high`.
    pub fn fill_uniform(&self, values: &mut [f32], (low, high): (f32, f32)) {
        self.fill(values, Draw::Uniform(low, high));
    }

    /// Writes floats of a normal distribution from the position on.
    pub fn fill_normal(&self, values: &mut [f32], mean: f32, deviation: f32) {
        self.fill(values, Draw::Normal(mean, deviation));
    }

    /// Writes what `draw` says from the position on; words as the bits of floats.
    pub fn fill(&self, values: &mut [f32], draw: Draw) {
        wide::fill(self, draw, bytemuck::cast_slice_mut(values));
    }

    /// Returns word `offset` of one of the 2⁶⁴ subsequences of a seed, as `curand_init(seed, subsequence, offset)` starts there.
    pub const fn word_of(seed: u64, subsequence: u64, offset: u64) -> u32 {
        let block = offset / 4;
        let counter = [block as u32, (block >> 32) as u32, subsequence as u32, (subsequence >> 32) as u32];
        philox4x32_10(counter, [seed as u32, (seed >> 32) as u32])[(offset % 4) as usize]
    }

    /// Returns the whole state, to save it.
    pub fn to_bytes(&self) -> [u8; 20] {
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&self.seed.to_le_bytes());
        bytes[8..12].copy_from_slice(&self.fork.to_le_bytes());
        bytes[12..].copy_from_slice(&self.position.to_le_bytes());
        bytes
    }

    /// Returns the generator that [`to_bytes`](Philox::to_bytes) was called on.
    pub fn from_bytes(bytes: [u8; 20]) -> Philox {
        let long = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
        Philox {
            seed: long(0),
            fork: u32::from_le_bytes(std::array::from_fn(|i| bytes[8 + i])),
            position: long(12),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_function_gives_the_published_known_answers() {
        // kat_vectors of Random123, the authors' own implementation.
        assert_eq!(philox4x32_10([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(
            philox4x32_10([u32::MAX; 4], [u32::MAX; 2]),
            [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
        );
        assert_eq!(
            philox4x32_10([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0]),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn words_are_those_of_curands_host_generator() {
        let mut words = [0; 4];
        Philox::new(1234).fill_words(&mut words);

        assert_eq!(words, [546_353_992, 3_665_621_163, 1_140_953_199, 3_419_031_310]);
    }

    #[test]
    fn a_sequence_is_the_same_in_one_piece_and_in_many() {
        let whole = {
            let mut words = vec![0; 1000];
            Philox::new(7).at(262_100).fill_words(&mut words);
            words
        };

        let mut pieces = vec![0; 1000];
        let mut generator = Philox::new(7).at(262_100);
        let mut start = 0;
        for length in [1, 2, 3, 4, 5, 7, 11, 100, 367, 500] {
            generator.fill_words(&mut pieces[start..start + length]);
            generator.advance(length as u64);
            start += length;
        }

        assert_eq!(start, 1000);
        assert_eq!(whole, pieces);
        assert!((0..1000).all(|i| Philox::new(7).at(262_100).word(i) == whole[i as usize]));
    }

    #[test]
    fn uniforms_stay_in_their_range_at_both_ends() {
        assert_eq!(uniform_from_word(u32::MAX), 1.0);
        assert!(uniform_from_word(0) > 0.0);

        let mut values = vec![0.0; 10_000];
        Philox::new(3).fill_uniform(&mut values, (-0.25, 0.75));
        let mean = values.iter().sum::<f32>() / values.len() as f32;

        assert!(values.iter().all(|value| (-0.25..=0.75).contains(value)));
        assert!((mean - 0.25).abs() < 0.02, "{mean}");
    }

    #[test]
    fn a_saved_state_is_restored() {
        let generator = Philox::new(u64::MAX - 3).with_fork(77).at((1 << 40) | 5);
        assert_eq!(Philox::from_bytes(generator.to_bytes()), generator);
    }

    #[test]
    fn the_sequence_takes_words_from_its_subsequences_in_turn() {
        let generator = Philox::new(9).with_fork(3);
        for index in [0_u64, 5, 262_143, 262_144, 1 << 33] {
            let (quad, fork) = (index / 4, 3 << 32);
            let offset = quad / SUBSEQUENCES * 4 + index % 4;
            assert_eq!(generator.word(index), Philox::word_of(9, fork | (quad % SUBSEQUENCES), offset));
        }
    }

    #[test]
    fn forks_of_a_seed_differ_from_the_first_word_on() {
        let words: Vec<u32> = (0..100).map(|fork| Philox::new(5).with_fork(fork).word(0)).collect();
        let distinct: std::collections::HashSet<_> = words.iter().collect();

        assert_eq!(distinct.len(), 100);
    }
}

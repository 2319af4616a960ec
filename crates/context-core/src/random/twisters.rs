//! The Mersenne Twisters of cuRAND.

use super::{
    jump::Jump,
    mersenne::{SIZE, State, seeded, temper, twist},
};

/// How many generators take turns.
const GENERATORS: u64 = 8192;
/// Words of a turn.
const TURN: usize = 8;
/// Words of a round, in which every generator has a turn.
const ROUND: u64 = GENERATORS * TURN as u64;
/// Turns until a generator has given all of its 624 numbers.
const TURNS: u64 = (SIZE / TURN) as u64;
/// The numbers that a generator's first turn gives.
const APART: [usize; TURN] = [0, 113, 170, 283, 340, 397, 510, 567];
/// Where the others begin: 56 numbers each, of which every seventh is in the same turn.
const GROUPS: [usize; 11] = [1, 57, 114, 171, 227, 284, 341, 398, 454, 511, 568];

/// Words until every generator's numbers are made anew.
const PERIOD: u64 = ROUND * TURNS;
/// Words of a round that a few generators give together.
const BLOCK: u64 = 16 * TURN as u64;

/// Which numbers each turn gives.
const NUMBERS: [[usize; TURN]; TURNS as usize] = {
    let mut numbers = [APART; TURNS as usize];
    let mut turn = 1;
    while turn < numbers.len() {
        let mut index = 0;
        while index < TURN {
            numbers[turn][index] = GROUPS[(turn - 1) / 7] + (turn - 1) % 7 + 7 * index;
            index += 1;
        }
        turn += 1;
    }
    numbers
};

/// The words of cuRAND's `CURAND_RNG_PSEUDO_MT19937`, of a generator on the host as on a device.
///
/// 8,192 Mersenne Twisters take turns of eight words. The first is [`MersenneTwister`](super::MersenneTwister) of the same seed, and each is 2²⁰⁴⁸
/// numbers behind the one before it in the same sequence. Of a generator's 624 numbers each turn takes some that lie apart. All of this was found by
/// comparing words; NVIDIA documents none of it.
///
/// A generator is made when its first turn comes, which takes about 50 µs and 2.5 KiB. A sequence is neither split nor skipped in at once; for
/// parallel work use [`Philox`](super::Philox).
///
/// # Examples
///
/// ```
/// use context_core::random::MersenneTwisters;
///
/// let mut words = [0; 4];
/// MersenneTwisters::new(1234).fill_words(&mut words);
/// assert_eq!(words, [822569775, 292421642, 643530888, 2825097111]);
/// ```
#[doc(alias = "CURAND_RNG_PSEUDO_MT19937")]
#[derive(Clone)]
pub struct MersenneTwisters {
    seed: u32,
    position: u64,
    /// The state with which the next generator is made, and how often its numbers were made anew.
    next: Twister,
    generators: Vec<Twister>,
}

/// One of the generators.
#[derive(Clone)]
struct Twister {
    state: State,
    twists: u64,
}

impl std::fmt::Debug for MersenneTwisters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MersenneTwisters")
            .field("seed", &self.seed)
            .field("position", &self.position)
            .finish_non_exhaustive()
    }
}

impl MersenneTwisters {
    /// Starts the sequence of `seed`. cuRAND looks at the low 32 bits of a seed only.
    pub fn new(seed: u32) -> MersenneTwisters {
        let next = Twister { state: seeded(seed), twists: 0 };
        MersenneTwisters { seed, position: 0, next, generators: Vec::new() }
    }

    /// Returns the generator at another place of its sequence. This takes about a millisecond, and generators are made anew as their turns
    /// come.
    pub fn at(&self, position: u64) -> MersenneTwisters {
        let twists = position / PERIOD;
        let next = Twister { state: Jump::by_twists(twists).apply(&seeded(self.seed)), twists };
        MersenneTwisters { seed: self.seed, position, next, generators: Vec::new() }
    }

    /// Returns the seed. With the [`position`](Self::position) it is all that there is to save.
    pub const fn seed(&self) -> u32 {
        self.seed
    }

    /// Returns how many words were taken so far.
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// Writes the next words.
    pub fn fill_words(&mut self, words: &mut [u32]) {
        self.fill(words, |word| word);
    }

    /// Writes floats in (0, 1], one word each, with the bits of `curandGenerateUniform`. Unlike those of [`Philox`](super::Philox) they are
    /// rounded once.
    #[doc(alias = "curandGenerateUniform")]
    pub fn fill_uniform(&mut self, values: &mut [f32]) {
        self.fill(values, |word| ((f64::from(word) + 0.5) / 4_294_967_296.0) as f32);
    }

    fn fill<T: Copy>(&mut self, target: &mut [T], make: impl Fn(u32) -> T) {
        let mut rest = target;
        while !rest.is_empty() {
            let (twists, start) = (self.position / PERIOD + 1, self.position % PERIOD);
            let (now, later) = rest.split_at_mut((PERIOD - start).min(rest.len() as u64) as usize);
            self.fill_part(twists, start, now, &make);
            self.position = self.position.wrapping_add(now.len() as u64);
            rest = later;
        }
    }

    /// Writes words from the place `start` of a period on, in which all numbers were made anew `twists` times. What a few generators give
    /// in all rounds comes first, so that their numbers stay close by.
    fn fill_part<T: Copy>(&mut self, twists: u64, start: u64, target: &mut [T], make: impl Fn(u32) -> T) {
        let end = start + target.len() as u64;
        let first = start % ROUND / BLOCK;
        let blocks = ((start % BLOCK + target.len() as u64).div_ceil(BLOCK)).min(ROUND / BLOCK);
        // Within one round, those behind the last word are not needed yet.
        let needed =
            if (end - 1) / ROUND == start / ROUND { (end - 1) % ROUND / TURN as u64 + 1 } else { GENERATORS };
        for block in (first..first + blocks).map(|block| block % (ROUND / BLOCK)) {
            let generators = self.block((block * BLOCK) as usize / TURN, needed as usize, twists);
            for (round, numbers) in NUMBERS.iter().enumerate().skip((start / ROUND) as usize) {
                let place = round as u64 * ROUND + block * BLOCK;
                if place >= end {
                    break;
                }
                let (from, to) = (place.max(start), (place + BLOCK).min(end));
                let Some(part) = target.get_mut((from - start) as usize..(to.max(from) - start) as usize)
                else {
                    continue;
                };
                let skipped = (from - place) as usize;
                if part.len() == BLOCK as usize {
                    for (generator, turn) in generators.iter().zip(part.chunks_exact_mut(TURN)) {
                        let words = numbers.map(|number| temper(generator.state[number]));
                        turn.iter_mut().zip(words).for_each(|(value, word)| *value = make(word));
                    }
                } else {
                    for (index, value) in (skipped..).zip(part) {
                        *value = make(temper(generators[index / TURN].state[numbers[index % TURN]]));
                    }
                }
            }
        }
    }

    /// Returns the generators of a block, up to those that are needed, with their numbers made anew so often.
    fn block(&mut self, first: usize, needed: usize, twists: u64) -> &[Twister] {
        let end = needed.min(first + BLOCK as usize / TURN);
        while self.generators.len() < end {
            let state = Jump::far().apply(&self.next.state);
            let next = Twister { state, twists: self.next.twists };
            self.generators.push(std::mem::replace(&mut self.next, next));
        }
        let block = &mut self.generators[first..end];
        for generator in &mut *block {
            while generator.twists < twists {
                twist(&mut generator.state);
                generator.twists += 1;
            }
        }
        block
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::MersenneTwister;

    #[test]
    fn each_number_of_a_generator_has_its_turn() {
        let mut numbers = NUMBERS.as_flattened().to_vec();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(0..SIZE));
    }

    #[test]
    fn the_first_generator_is_the_plain_one() {
        let mut words = vec![0; SIZE];
        MersenneTwister::new(77).fill_words(&mut words);
        let twisters = MersenneTwisters::new(77);
        for (round, numbers) in (0..).zip(NUMBERS).step_by(13) {
            let mut turn = [0; TURN];
            twisters.at(round * ROUND).fill_words(&mut turn);
            assert_eq!(turn, numbers.map(|number| words[number]));
        }
    }

    #[test]
    fn a_generator_in_the_middle_begins_as_curands() {
        // Generator 4,096 is 2^12 times the jump behind the first one. cuRAND's words for seed 1234, from 8·4,096 on.
        let mut state = Jump::far().doubled(12).apply(&seeded(1234));
        twist(&mut state);

        let words = NUMBERS[0].map(|number| temper(state[number]));

        assert_eq!(
            words,
            [
                0x41a6_b94b,
                0xcea0_d4b5,
                0x303b_c257,
                0x774a_f9df,
                0xa96d_0cf1,
                0xfabe_bc97,
                0x15cb_e742,
                0x8e29_dcb6
            ]
        );
    }

    #[test]
    fn a_sequence_is_the_same_in_pieces_and_from_any_place() {
        // Places far behind the start of a round would need many generators.
        for start in [3, PERIOD - ROUND + 9, 3 * PERIOD + 30] {
            let generator = MersenneTwisters::new(9).at(start);
            let mut whole = vec![0; 60];
            generator.clone().fill_words(&mut whole);

            let (mut running, mut pieces) = (generator, vec![0; 60]);
            let mut rest = &mut pieces[..];
            for length in [1, 7, 3, 22, 0, 27] {
                let (now, later) = rest.split_at_mut(length);
                running.fill_words(now);
                rest = later;
            }
            assert_eq!(pieces, whole);
            assert_eq!(running.position(), start + 60);
            let mut tail = vec![0; 20];
            running.at(start + 40).fill_words(&mut tail);
            assert_eq!(tail, whole[40..]);
        }
    }
}

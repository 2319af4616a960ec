//! Philox4x32-10, of which any block of four words is a function of the seed and of its counter.
//!
//! cuRAND's order: 65,536 subsequences take turns, and give four elements in each. A turn takes one counter of the subsequence for elements
//! of one word, and two for those of two words. So where the next turn of a subsequence begins depends on what was drawn before,
//! and a sequence keeps the counters.

use super::distribution::{Distribution, angle, double, normal, normal_double, poisson, uniform};
use super::sequence::{Output, Values};

/// Subsequences that take turns.
const SUBSEQUENCES: u64 = 65_536;

/// Elements of a turn.
const TURN: u64 = 4;

const MULTIPLIERS: [u32; 2] = [0xD251_1F53, 0xCD9E_8D57];
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

fn block(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    for _ in 0..10 {
        let [left, right] = [(0, 0), (1, 2)].map(|(which, at): (usize, usize)| {
            let product = u64::from(MULTIPLIERS[which]) * u64::from(counter[at]);
            ((product >> 32) as u32, product as u32)
        });
        counter = [right.0 ^ counter[1] ^ key[0], right.1, left.0 ^ counter[3] ^ key[1], left.1];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

/// Counters that a turn takes for a distribution.
fn stride(distribution: &Distribution) -> u64 {
    if distribution.output() == Output::Doubles { 2 } else { 1 }
}

/// Where a sequence is: the counter of each subsequence, and whose turn it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Stretches of subsequences with one counter: the first of each, and the counter. The first stretch begins at zero.
    counters: Vec<(u64, u64)>,
    /// The next element, counted in elements of a round of turns.
    next: u64,
}

/// Elements that lie behind each other in the order of turns, from counters that go up evenly from round to round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// The first element, counted in elements of a round of turns.
    pub(super) first: u64,
    pub(super) count: u64,
    /// The counter of the first element's turn.
    pub(super) counter: u64,
}

impl Place {
    /// Element `offset` of a sequence of which every turn has taken one counter.
    pub(super) fn at(offset: u64) -> Self {
        let round = SUBSEQUENCES * TURN;
        let (rounds, next) = (offset / round, offset % round);
        let done = next / TURN;
        let counters = if done == 0 { vec![(0, rounds)] } else { vec![(0, rounds + 1), (done, rounds)] };
        Self { counters, next }
    }

    /// Goes on by `count` elements of a distribution, and returns where they are.
    pub(super) fn advance(&mut self, count: usize, distribution: &Distribution) -> Vec<Piece> {
        let (stride, mut left) = (stride(distribution), count as u64);
        let mut pieces: Vec<Piece> = Vec::new();
        // Where the last piece goes on, if the counters do.
        let mut expected = 0;
        while left > 0 {
            let (subsequence, within) = (self.next / TURN, self.next % TURN);
            let index = self.counters.partition_point(|(first, _)| *first <= subsequence) - 1;
            let counter = self.counters[index].1;
            let end = self.counters.get(index + 1).map_or(SUBSEQUENCES, |(first, _)| *first);
            let count = left.min((end - subsequence) * TURN - within);
            match pieces.last_mut() {
                Some(last) if counter == expected => last.count += count,
                _ => pieces.push(Piece { first: self.next, count, counter }),
            }
            left -= count;
            let done = (self.next + count) / TURN;
            self.set(subsequence, done, counter + stride);
            self.next += count;
            expected = counter;
            if self.next == SUBSEQUENCES * TURN {
                self.next = 0;
                // A round later, turns begin behind those of this one.
                expected = counter + stride;
            }
        }
        pieces
    }

    /// Gives the subsequences from `from` up to `to` a counter.
    fn set(&mut self, from: u64, to: u64, counter: u64) {
        if from >= to {
            return;
        }
        let before = |counters: &[(u64, u64)], at: u64| {
            counters.iter().rev().find(|(first, _)| *first <= at).map_or(0, |(_, counter)| *counter)
        };
        let behind = before(&self.counters, to);
        self.counters.retain(|(first, _)| *first < from || *first > to);
        self.counters.push((from, counter));
        if to < SUBSEQUENCES {
            self.counters.push((to, behind));
        }
        self.counters.sort_unstable();
        self.counters.dedup_by_key(|(_, counter)| *counter);
    }
}

/// The words of a seed.
#[derive(Debug)]
pub(super) struct Words {
    seed: u64,
    /// The block that was made last: its counter and subsequence, and the words.
    last: Option<((u64, u64), [u32; 4])>,
}

impl Words {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, last: None }
    }

    fn block(&mut self, counter: u64, subsequence: u64) -> [u32; 4] {
        match self.last {
            Some((place, words)) if place == (counter, subsequence) => words,
            _ => {
                let key = [self.seed as u32, (self.seed >> 32) as u32];
                let words = block([counter as u32, (counter >> 32) as u32, subsequence as u32, 0], key);
                self.last = Some(((counter, subsequence), words));
                words
            }
        }
    }

    /// Makes the elements of a piece.
    pub(super) fn generate(&mut self, piece: Piece, distribution: &Distribution) -> Values {
        let stride = stride(distribution);
        // The counter and the subsequence of each element's turn, and which of the turn it is.
        let places = (0..piece.count).map(|index| {
            let element = piece.first + index;
            let (round, within) = (element / (SUBSEQUENCES * TURN), element % (SUBSEQUENCES * TURN));
            (piece.counter + round * stride, within / TURN, within % TURN)
        });
        match distribution.output() {
            Output::Words => {
                let one = |(counter, subsequence, which): (u64, u64, u64)| {
                    let word = self.block(counter, subsequence)[which as usize];
                    if distribution.is_poisson() { poisson(word, distribution) } else { word }
                };
                Values::Words(places.map(one).collect())
            }
            Output::Floats => {
                let one = |(counter, subsequence, which): (u64, u64, u64)| {
                    let words = self.block(counter, subsequence);
                    if !distribution.is_normal() {
                        return uniform(words[which as usize]);
                    }
                    let first = which as usize & !1;
                    let pair = normal(uniform(words[first]), angle(words[first + 1]));
                    distribution.shape(if which % 2 == 0 { pair.0 } else { pair.1 })
                };
                Values::Floats(places.map(one).collect())
            }
            Output::Doubles => {
                let one = |(counter, subsequence, which): (u64, u64, u64)| {
                    let [a, b, c, d] = self.block(counter + which / 2, subsequence);
                    if !distribution.is_normal() {
                        return if which % 2 == 0 { double(a, b) } else { double(c, d) };
                    }
                    let pair = normal_double((a, b), (c, d));
                    distribution.shape_double(if which % 2 == 0 { pair.0 } else { pair.1 })
                };
                Values::Doubles(places.map(one).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_of_zeros_is_the_published_one() {
        assert_eq!(block([0; 4], [0; 2]), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = block([u32::MAX; 4], [u32::MAX; 2]);
        assert_eq!(ones, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
    }

    #[test]
    fn what_is_drawn_evenly_is_one_piece_and_leads_to_the_place_of_its_offset() {
        let mut place = Place::at(0);
        for count in [3, 262_141, 1, 700_000, 5] {
            assert_eq!(place.advance(count, &Distribution::Words).len(), 1);
        }
        assert_eq!(place, Place::at(962_150));
    }

    #[test]
    fn a_mixture_keeps_each_subsequence_s_own_counter() {
        let mut place = Place::at(0);

        place.advance(8, &Distribution::Words);
        let doubles = place.advance(262_144, &Distribution::UniformDouble);
        let words = place.advance(4, &Distribution::Words);

        // Two subsequences have given one counter, and then all of them two more.
        let pieces =
            [Piece { first: 8, count: 262_136, counter: 0 }, Piece { first: 0, count: 8, counter: 1 }];
        assert_eq!(doubles, pieces);
        assert_eq!(words, [Piece { first: 8, count: 4, counter: 2 }]);
    }
}

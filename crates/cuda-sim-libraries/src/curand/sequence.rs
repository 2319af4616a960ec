//! Sequences with a state: XORWOW and MRG32k3a, thousands of generators that take turns.
//!
//! Each generator of a sequence has a state of six words. An element is made by the next generator in turn, which goes on by as many
//! steps as the element takes; a pair of normal numbers is one element. So a sequence is its states, and whose turn it is.

use super::distribution::{
    Distribution, angle, double, normal, normal_double, of_half_turns, poisson, uniform,
};

/// What elements are stored as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Output {
    Words,
    Floats,
    Doubles,
}

impl Output {
    /// Bytes of an element.
    pub(super) fn size(self) -> usize {
        match self {
            Self::Words | Self::Floats => 4,
            Self::Doubles => 8,
        }
    }
}

/// Elements of a sequence.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    Words(Vec<u32>),
    Floats(Vec<f32>),
    Doubles(Vec<f64>),
}

/// A kind of generator that has a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Engine {
    Xorwow,
    Mrg32k3a,
}

/// The state of one generator. XORWOW: a counter, and five words of a shift register. MRG32k3a: three numbers each of two recurrences.
pub(super) type State = [u32; 6];

impl Engine {
    /// How many generators take turns.
    pub(super) fn generators(self) -> u64 {
        match self {
            Self::Xorwow => 4096,
            Self::Mrg32k3a => 81_920,
        }
    }

    /// The states of a seed, from element `offset` of the sequence on.
    pub(super) fn seed(self, seed: u64, offset: u64) -> Vec<State> {
        let mut states = match self {
            Self::Xorwow => xorwow::states(seed, self.generators()),
            Self::Mrg32k3a => mrg::states(seed, self.generators()),
        };
        let (turns, rest) = (offset / self.generators(), offset % self.generators());
        let [all, first] = [turns, turns + 1].map(|steps| self.skip(steps));
        for (index, state) in states.iter_mut().enumerate() {
            let skip = if (index as u64) < rest { &first } else { &all };
            skip(state);
        }
        states
    }

    /// Goes on by `steps`, in time that grows with their logarithm.
    fn skip(self, steps: u64) -> Box<dyn Fn(&mut State)> {
        match self {
            _ if steps == 0 => Box::new(|_| ()),
            Self::Xorwow => {
                let jump = xorwow::Jump::steps(steps);
                Box::new(move |state| jump.apply(state, steps))
            }
            Self::Mrg32k3a => {
                let jump = mrg::Jump::steps(steps);
                Box::new(move |state| jump.apply(state))
            }
        }
    }

    /// Makes `count` elements, where the generator of number `turn` is the next. Says how many turns were taken.
    pub(super) fn generate(
        self,
        states: &mut [State],
        turn: u64,
        count: usize,
        distribution: &Distribution,
    ) -> (Values, u64) {
        let turns = if distribution.is_normal() { count / 2 } else { count } as u64;
        let mut next = turn;
        let mut take = || {
            let index = (next % self.generators()) as usize;
            next += 1;
            index
        };
        let values = match distribution.output() {
            Output::Words => Values::Words(
                (0..count)
                    .map(|_| {
                        let word = self.word(&mut states[take()]);
                        if distribution.is_poisson() { poisson(word, distribution) } else { word }
                    })
                    .collect(),
            ),
            Output::Floats if distribution.is_normal() => {
                let pair = |_| {
                    let (one, other) = self.normal(&mut states[take()]);
                    [distribution.shape(one), distribution.shape(other)]
                };
                Values::Floats((0..turns).flat_map(pair).collect())
            }
            Output::Floats => Values::Floats((0..count).map(|_| self.uniform(&mut states[take()])).collect()),
            Output::Doubles if distribution.is_normal() => {
                let pair = |_| {
                    let (one, other) = self.normal_double(&mut states[take()]);
                    [distribution.shape_double(one), distribution.shape_double(other)]
                };
                Values::Doubles((0..turns).flat_map(pair).collect())
            }
            Output::Doubles => {
                Values::Doubles((0..count).map(|_| self.double(&mut states[take()])).collect())
            }
        };
        (values, turns)
    }

    fn word(self, state: &mut State) -> u32 {
        match self {
            Self::Xorwow => xorwow::step(state),
            // From the numbers below the first modulus to all words.
            Self::Mrg32k3a => (f64::from(mrg::step(state)) * 1.000_000_048_662) as u64 as u32,
        }
    }

    fn uniform(self, state: &mut State) -> f32 {
        match self {
            Self::Xorwow => uniform(xorwow::step(state)),
            Self::Mrg32k3a => mrg::uniform(state) as f32,
        }
    }

    fn double(self, state: &mut State) -> f64 {
        match self {
            Self::Xorwow => {
                let low = xorwow::step(state);
                double(low, xorwow::step(state))
            }
            Self::Mrg32k3a => mrg::uniform(state),
        }
    }

    fn normal(self, state: &mut State) -> (f32, f32) {
        match self {
            Self::Xorwow => {
                let first = uniform(xorwow::step(state));
                normal(first, angle(xorwow::step(state)))
            }
            Self::Mrg32k3a => {
                let first = mrg::uniform(state) as f32;
                normal(first, mrg::uniform(state) as f32 * 6.283_185_5)
            }
        }
    }

    fn normal_double(self, state: &mut State) -> (f64, f64) {
        match self {
            Self::Xorwow => {
                let [a, b, c, d] = [0; 4].map(|_: u32| xorwow::step(state));
                normal_double((a, b), (c, d))
            }
            Self::Mrg32k3a => {
                let first = mrg::uniform(state);
                of_half_turns(first, 2.0 * mrg::uniform(state))
            }
        }
    }
}

/// XORWOW ("Xorshift RNGs", Marsaglia, 2003): a shift register of five words, plus a counter.
mod xorwow {
    use super::State;

    /// What the counter goes up by.
    const WEYL: u32 = 362_437;

    pub(super) fn step(state: &mut State) -> u32 {
        let [counter, register @ ..] = state;
        advance(register);
        *counter = counter.wrapping_add(WEYL);
        register[4].wrapping_add(*counter)
    }

    fn advance(register: &mut [u32; 5]) {
        let changed = register[0] ^ register[0] >> 2;
        register.rotate_left(1);
        let last = register[3];
        register[4] = last ^ last << 4 ^ changed ^ changed << 1;
    }

    /// The states of a seed's generators, each 2⁶⁷ steps behind the one before.
    pub(super) fn states(seed: u64, count: u64) -> Vec<State> {
        let [low, high] = [seed as u32 ^ 0xaad2_6b49, (seed >> 32) as u32 ^ 0xf7dc_efdd];
        let (low, high) = (1_099_087_573u32.wrapping_mul(low), 2_591_861_531u32.wrapping_mul(high));
        let first = [
            6_615_241u32.wrapping_add(low).wrapping_add(high),
            123_456_789u32.wrapping_add(low),
            362_436_069 ^ low,
            521_288_629u32.wrapping_add(high),
            88_675_123 ^ high,
            5_783_321u32.wrapping_add(low),
        ];
        let mut jump = Jump::one();
        (0..67).for_each(|_| jump = jump.twice());
        std::iter::successors(Some(first), |state| {
            let mut next = *state;
            // The counter comes back to where it was.
            jump.apply(&mut next, 0);
            Some(next)
        })
        .take(count as usize)
        .collect()
    }

    /// Many steps at once: the register is linear in its bits, so that they are a matrix, of which this has what becomes of each bit.
    pub(super) struct Jump(Box<[[u32; 5]; 160]>);

    impl Jump {
        fn one() -> Self {
            let mut columns = Box::new([[0; 5]; 160]);
            for (bit, column) in columns.iter_mut().enumerate() {
                column[bit / 32] = 1 << (bit % 32);
                advance(column);
            }
            Self(columns)
        }

        fn times(&self, register: [u32; 5]) -> [u32; 5] {
            let mut sum = [0; 5];
            for (word, bits) in register.into_iter().enumerate() {
                let mut bits = bits;
                while bits != 0 {
                    let column = &self.0[word * 32 + bits.trailing_zeros() as usize];
                    sum.iter_mut().zip(column).for_each(|(sum, column)| *sum ^= column);
                    bits &= bits - 1;
                }
            }
            sum
        }

        fn after(&self, first: &Self) -> Self {
            let mut columns = Box::new([[0; 5]; 160]);
            columns.iter_mut().zip(first.0.iter()).for_each(|(to, from)| *to = self.times(*from));
            Self(columns)
        }

        fn twice(&self) -> Self {
            self.after(self)
        }

        /// `steps` steps; at least one.
        pub(super) fn steps(steps: u64) -> Self {
            let mut result: Option<Self> = None;
            let mut power = Self::one();
            let mut left = steps;
            loop {
                if left & 1 != 0 {
                    result = Some(
                        result.map_or_else(|| power.after(&Self::nothing()), |result| power.after(&result)),
                    );
                }
                left >>= 1;
                if left == 0 {
                    return result.unwrap_or_else(Self::nothing);
                }
                power = power.twice();
            }
        }

        fn nothing() -> Self {
            let mut columns = Box::new([[0; 5]; 160]);
            for (bit, column) in columns.iter_mut().enumerate() {
                column[bit / 32] = 1 << (bit % 32);
            }
            Self(columns)
        }

        /// Moves a register on, and the counter by `steps`.
        pub(super) fn apply(&self, state: &mut State, steps: u64) {
            let [counter, register @ ..] = state;
            *register = self.times(*register);
            *counter = counter.wrapping_add((steps as u32).wrapping_mul(WEYL));
        }
    }
}

/// MRG32k3a ("Good parameters and implementations for combined multiple recursive random number generators", L'Ecuyer, 1999).
mod mrg {
    use super::State;

    const MODULI: [u64; 2] = [4_294_967_087, 4_294_944_443];

    /// The two recurrences as matrices.
    const STEPS: [[[u64; 3]; 3]; 2] = [
        [[0, 1, 0], [0, 0, 1], [MODULI[0] - 810_728, 1_403_580, 0]],
        [[0, 1, 0], [0, 0, 1], [MODULI[1] - 1_370_589, 0, 527_612]],
    ];

    /// One over what is a little more than the first modulus.
    const NORM: f64 = 2.328_306_549_837_829e-10;

    /// The next number, from one to the first modulus.
    pub(super) fn step(state: &mut State) -> u32 {
        let next = |which: usize, state: &State| {
            let part = &state[3 * which..];
            let row = STEPS[which][2];
            let sum: u128 = (0..3).map(|at| u128::from(row[at]) * u128::from(part[at])).sum();
            (sum % u128::from(MODULI[which])) as u64
        };
        let (one, other) = (next(0, state), next(1, state));
        *state = [state[1], state[2], one as u32, state[4], state[5], other as u32];
        let difference = if one > other { one - other } else { one + MODULI[0] - other };
        difference as u32
    }

    pub(super) fn uniform(state: &mut State) -> f64 {
        f64::from(step(state)) * NORM
    }

    /// The states of a seed's generators, each 2⁷⁶ steps behind the one before.
    pub(super) fn states(seed: u64, count: u64) -> Vec<State> {
        let (x, y) = (u64::from(seed as u32 ^ 0x5555_5555), (seed >> 32) ^ 0xaaaa_aaaa);
        let scaled = |factor: u64, which: usize| (12_345 * factor % MODULI[which]) as u32;
        let first = match seed {
            0 => [12_345; 6],
            _ => [scaled(x, 0), scaled(y, 0), scaled(x, 0), scaled(y, 1), scaled(x, 1), scaled(y, 1)],
        };
        let mut jump = Jump(STEPS);
        (0..76).for_each(|_| jump = jump.after(&jump));
        std::iter::successors(Some(first), |state| {
            let mut next = *state;
            jump.apply(&mut next);
            Some(next)
        })
        .take(count as usize)
        .collect()
    }

    /// Many steps at once.
    #[derive(Clone, Copy)]
    pub(super) struct Jump([[[u64; 3]; 3]; 2]);

    impl Jump {
        fn after(&self, first: &Self) -> Self {
            let product = [0, 1].map(|which: usize| {
                let element = |i: usize, j: usize| {
                    let terms =
                        (0..3).map(|k| u128::from(self.0[which][i][k]) * u128::from(first.0[which][k][j]));
                    (terms.sum::<u128>() % u128::from(MODULI[which])) as u64
                };
                [0, 1, 2].map(|i| [0, 1, 2].map(|j| element(i, j)))
            });
            Self(product)
        }

        /// `steps` steps.
        pub(super) fn steps(mut steps: u64) -> Self {
            let unit = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
            let (mut result, mut power) = (Self([unit; 2]), Self(STEPS));
            while steps != 0 {
                if steps & 1 != 0 {
                    result = power.after(&result);
                }
                power = power.after(&power);
                steps >>= 1;
            }
            result
        }

        pub(super) fn apply(&self, state: &mut State) {
            let mut next = [0; 6];
            for (index, next) in next.iter_mut().enumerate() {
                let (which, row) = (index / 3, index % 3);
                let part = &state[3 * which..];
                let sum: u128 =
                    (0..3).map(|at| u128::from(self.0[which][row][at]) * u128::from(part[at])).sum();
                *next = (sum % u128::from(MODULI[which])) as u32;
            }
            *state = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn skipping_is_the_same_as_going_there() {
        for engine in [Engine::Xorwow, Engine::Mrg32k3a] {
            for offset in [0, 1, 5, engine.generators() - 1, 2 * engine.generators() + 3] {
                let mut walked = engine.seed(99, 0);
                engine.generate(&mut walked, 0, offset as usize, &Distribution::Words);

                assert_eq!(engine.seed(99, offset), walked, "{engine:?} {offset}");
            }
        }
    }
}

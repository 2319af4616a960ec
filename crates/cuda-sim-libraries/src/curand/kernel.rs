//! The kernels: seeding a sequence in device memory, and drawing from one.

use bytemuck::AnyBitPattern;

use super::distribution::Distribution;
use super::philox::{Piece, Words};
use super::sequence::{Engine, State, Values};
use crate::native::{Fault, Memory, Operation};

/// Fills the states of a sequence.
#[derive(Clone, Copy, Debug, AnyBitPattern)]
#[repr(C)]
pub(super) struct Seed {
    pub(super) states: u64,
    pub(super) seed: u64,
    pub(super) offset: u64,
    pub(super) engine: u64,
}

/// Draws elements.
#[derive(Clone, Copy, Debug, AnyBitPattern)]
#[repr(C)]
pub(super) struct Draw {
    pub(super) to: u64,
    pub(super) count: u64,
    /// The states; null for a sequence that has none.
    pub(super) states: u64,
    pub(super) seed: u64,
    /// Whose turn it is; without states, the first element of a piece.
    pub(super) first: u64,
    /// Without states, the counter of the piece.
    pub(super) counter: u64,
    pub(super) parameters: [f64; 2],
    pub(super) distribution: u32,
    pub(super) engine: u32,
}

/// The numbers of engines in parameters of kernels.
const XORWOW: u32 = 1;
const MRG32K3A: u32 = 2;

pub(super) fn number_of(engine: Option<Engine>) -> u32 {
    match engine {
        None => 0,
        Some(Engine::Xorwow) => XORWOW,
        Some(Engine::Mrg32k3a) => MRG32K3A,
    }
}

fn engine_of(number: u32) -> Result<Engine, Fault> {
    match number {
        XORWOW => Ok(Engine::Xorwow),
        MRG32K3A => Ok(Engine::Mrg32k3a),
        other => Err(format!("the generator {other} has no states").into()),
    }
}

impl Distribution {
    /// The number of a distribution in parameters of kernels, with its own parameters.
    pub(super) fn encode(self) -> (u32, [f64; 2]) {
        match self {
            Self::Words => (0, [0.0; 2]),
            Self::Uniform => (1, [0.0; 2]),
            Self::UniformDouble => (2, [0.0; 2]),
            Self::Normal(mean, deviation, log) => (3 + u32::from(log), [mean.into(), deviation.into()]),
            Self::NormalDouble(mean, deviation, log) => (5 + u32::from(log), [mean, deviation]),
            Self::Poisson(mean) => (7, [mean, 0.0]),
        }
    }

    fn decode(number: u32, [one, other]: [f64; 2]) -> Result<Self, Fault> {
        Ok(match number {
            0 => Self::Words,
            1 => Self::Uniform,
            2 => Self::UniformDouble,
            3 | 4 => Self::Normal(one as f32, other as f32, number == 4),
            5 | 6 => Self::NormalDouble(one, other, number == 6),
            7 => Self::Poisson(one),
            other => return Err(format!("the distribution {other} has no meaning").into()),
        })
    }
}

impl Operation for Seed {
    const NAME: &'static str = "curand_seed";

    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        let states = engine_of(self.engine as u32)?.seed(self.seed, self.offset);
        memory.store(self.states, states.as_flattened())
    }
}

impl Operation for Draw {
    const NAME: &'static str = "curand_generate";

    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        let distribution = Distribution::decode(self.distribution, self.parameters)?;
        let values = if self.states == 0 {
            let piece = Piece { first: self.first, count: self.count, counter: self.counter };
            Words::new(self.seed).generate(piece, &distribution)
        } else {
            let engine = engine_of(self.engine)?;
            let mut states = vec![State::default(); engine.generators() as usize];
            memory.load_into(self.states, states.as_flattened_mut())?;
            let (values, _) = engine.generate(&mut states, self.first, self.count as usize, &distribution);
            memory.store(self.states, states.as_flattened())?;
            values
        };
        match values {
            Values::Words(values) => memory.store(self.to, &values),
            Values::Floats(values) => memory.store(self.to, &values),
            Values::Doubles(values) => memory.store(self.to, &values),
        }
    }
}

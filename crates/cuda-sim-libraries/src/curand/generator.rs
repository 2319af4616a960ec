//! Generators: the calls.
#![allow(unsafe_code)]

use std::ptr::null_mut;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cuda_sys::curand::*;

use super::distribution::Distribution;
use super::kernel::{Draw, Seed, number_of};
use super::library::Rand;
use super::philox::{Piece, Place, Words};
use super::sequence::{Engine, State, Values};
use crate::cublas::load;
use crate::ffi::{put, put_all};
use crate::handle::Handles;
use crate::library::note_not_built;
use crate::native::{Code, Entry};

use curandStatus_t as S;

/// What a call comes to.
type Answer<T = ()> = Result<T, S>;

fn answer(result: Answer) -> S {
    result.err().unwrap_or(S::CURAND_STATUS_SUCCESS)
}

/// Every kernel of the library.
const ENTRIES: &[Entry] = &[Entry::of::<Seed>(), Entry::of::<Draw>()];

/// A generator.
#[derive(Debug)]
struct Generator {
    /// The kind that has states; Philox has none.
    engine: Option<Engine>,
    /// Where it works, if that is a device.
    device: Option<Device>,
    sequence: Mutex<Sequence>,
}

/// A generator's place on a device.
#[derive(Debug)]
struct Device {
    code: Code,
    /// The states; null if there are none.
    states: u64,
}

/// Where a generator is in its sequence.
#[derive(Debug)]
struct Sequence {
    stream: cudaStream_t,
    seed: u64,
    offset: u64,
    ordering: curandOrdering_t,
    /// How many elements were drawn since the offset was set; pairs of normal numbers count once where there are states.
    drawn: u64,
    /// The states have to be made of seed and offset.
    is_new: bool,
    /// The states of a generator on the host.
    states: Vec<State>,
    /// Where Philox is, which has no states.
    place: Place,
}

// SAFETY: a stream is a name of the driver's, for any thread.
unsafe impl Send for Sequence {}

static GENERATORS: Handles<curandGenerator_st, Generator> = Handles::new();

fn find(generator: curandGenerator_t) -> Answer<Arc<Generator>> {
    GENERATORS.get(generator).ok_or(S::CURAND_STATUS_NOT_INITIALIZED)
}

impl Generator {
    fn sequence(&self) -> MutexGuard<'_, Sequence> {
        self.sequence.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, to: *mut c_void, count: usize, distribution: Distribution) -> Answer {
        // Where pairs are one turn there are no odd ones; Philox finds its way by the place of an element alone.
        if distribution.is_normal() && self.engine.is_some() && !count.is_multiple_of(2) {
            return Err(S::CURAND_STATUS_LENGTH_NOT_MULTIPLE);
        }
        if count == 0 {
            return Ok(());
        }
        if to.is_null() {
            return Err(S::CURAND_STATUS_OUT_OF_RANGE);
        }
        let mut sequence = self.sequence();
        match &self.device {
            Some(device) => self.draw_there(device, &mut sequence, to as u64, count, distribution)?,
            None => self.draw_here(&mut sequence, to, count, distribution),
        }
        let pairs = distribution.is_normal() && self.engine.is_some();
        sequence.drawn = sequence.drawn.wrapping_add(if pairs { count / 2 } else { count } as u64);
        Ok(())
    }

    fn draw_here(&self, sequence: &mut Sequence, to: *mut c_void, count: usize, distribution: Distribution) {
        let Some(engine) = self.engine else {
            let mut words = Words::new(sequence.seed);
            let mut at = to.cast::<u8>();
            for piece in sequence.place.advance(count, &distribution) {
                at = put_values(at, &words.generate(piece, &distribution));
            }
            return;
        };
        let position = sequence.position();
        if sequence.is_new {
            sequence.states = engine.seed(sequence.seed, position);
            sequence.is_new = false;
        }
        put_values(to.cast(), &engine.generate(&mut sequence.states, position, count, &distribution).0);
    }

    fn draw_there(
        &self,
        device: &Device,
        sequence: &mut Sequence,
        to: u64,
        count: usize,
        distribution: Distribution,
    ) -> Answer {
        let (seed, position) = (sequence.seed, sequence.position());
        let failed = |_| S::CURAND_STATUS_LAUNCH_FAILURE;
        if device.states != 0 && sequence.is_new {
            let engine = number_of(self.engine).into();
            let seed = Seed { states: device.states, seed, offset: position, engine };
            device.code.launch(sequence.stream, &seed).map_err(failed)?;
            sequence.is_new = false;
        }
        let (number, parameters) = distribution.encode();
        let pieces = match self.engine {
            None => sequence.place.advance(count, &distribution),
            Some(_) => vec![Piece { first: position, count: count as u64, counter: 0 }],
        };
        let mut to = to;
        for Piece { first, count, counter } in pieces {
            let draw = Draw {
                to,
                count,
                states: device.states,
                seed,
                first,
                counter,
                parameters,
                distribution: number,
                engine: number_of(self.engine),
            };
            device.code.launch(sequence.stream, &draw).map_err(failed)?;
            to += count * distribution.output().size() as u64;
        }
        Ok(())
    }
}

/// Leaves values at `to`, and returns the place behind them.
fn put_values(to: *mut u8, values: &Values) -> *mut u8 {
    let bytes = match values {
        Values::Words(values) => bytemuck::cast_slice::<_, u8>(values),
        Values::Floats(values) => bytemuck::cast_slice(values),
        Values::Doubles(values) => bytemuck::cast_slice(values),
    };
    put_all(to, bytes);
    to.wrapping_add(bytes.len())
}

impl Sequence {
    fn position(&self) -> u64 {
        self.offset.wrapping_add(self.drawn)
    }

    /// Starts anew: Philox with what it has drawn counted in blocks of four, as the real one does; the others where they are.
    fn restart(&mut self, engine: Option<Engine>) {
        if engine.is_none() {
            let blocks = (self.offset % 4).wrapping_add(self.drawn) / 4;
            self.offset = self.offset.wrapping_add(blocks);
            self.drawn = 0;
            self.place = Place::at(self.offset);
        }
        self.is_new = true;
    }
}

/// The kind of generator that a type names.
fn engine_of(kind: curandRngType_t) -> Answer<Option<Engine>> {
    use curandRngType_t as K;
    match kind {
        // The default of the pseudorandom ones; the test generator is none that anything is said of.
        K::CURAND_RNG_PSEUDO_DEFAULT | K::CURAND_RNG_PSEUDO_XORWOW => Ok(Some(Engine::Xorwow)),
        K::CURAND_RNG_PSEUDO_MRG32K3A => Ok(Some(Engine::Mrg32k3a)),
        K::CURAND_RNG_PSEUDO_PHILOX4_32_10 => Ok(None),
        K::CURAND_RNG_PSEUDO_MTGP32 => missing("curandCreateGenerator(CURAND_RNG_PSEUDO_MTGP32)"),
        K::CURAND_RNG_PSEUDO_MT19937 => missing("curandCreateGenerator(CURAND_RNG_PSEUDO_MT19937)"),
        K::CURAND_RNG_QUASI_DEFAULT
        | K::CURAND_RNG_QUASI_SOBOL32
        | K::CURAND_RNG_QUASI_SCRAMBLED_SOBOL32
        | K::CURAND_RNG_QUASI_SOBOL64
        | K::CURAND_RNG_QUASI_SCRAMBLED_SOBOL64 => missing("curandCreateGenerator(CURAND_RNG_QUASI_*)"),
        _ => Err(S::CURAND_STATUS_TYPE_ERROR),
    }
}

/// A generator that is not built is of no type that this library has.
fn missing<T>(name: &'static str) -> Answer<T> {
    note_not_built(name);
    Err(S::CURAND_STATUS_TYPE_ERROR)
}

fn create(out: *mut curandGenerator_t, kind: curandRngType_t, on_device: bool) -> Answer {
    if out.is_null() {
        return Err(S::CURAND_STATUS_OUT_OF_RANGE);
    }
    let engine = engine_of(kind)?;
    let device = on_device.then(|| place(engine)).transpose()?;
    let sequence = Sequence {
        stream: null_mut(),
        seed: 0,
        offset: 0,
        ordering: curandOrdering_t::CURAND_ORDERING_PSEUDO_DEFAULT,
        drawn: 0,
        is_new: true,
        states: Vec::new(),
        place: Place::at(0),
    };
    put(out, GENERATORS.insert(Generator { engine, device, sequence: Mutex::new(sequence) }));
    Ok(())
}

/// Makes a generator's place on the device.
fn place(engine: Option<Engine>) -> Answer<Device> {
    let code = load(ENTRIES).map_err(|_| S::CURAND_STATUS_INITIALIZATION_FAILED)?;
    let mut states = 0;
    if let Some(engine) = engine {
        let bytes = engine.generators() as usize * size_of::<State>();
        // SAFETY: the pointer is to a live variable.
        let result = unsafe { code.driver().cuMemAlloc_v2(&mut states, bytes) };
        if !matches!(result, Ok(error) if error.ok().is_ok()) {
            let _ = code.unload();
            return Err(S::CURAND_STATUS_ALLOCATION_FAILED);
        }
    }
    Ok(Device { code, states })
}

fn generate<T>(
    generator: curandGenerator_t,
    to: *mut T,
    count: usize,
    distribution: impl FnOnce() -> Answer<Distribution>,
) -> S {
    answer(find(generator).and_then(|generator| generator.draw(to.cast(), count, distribution()?)))
}

impl Rand {
    pub(super) fn curandCreateGenerator(out: *mut curandGenerator_t, kind: curandRngType_t) -> S {
        answer(create(out, kind, true))
    }

    pub(super) fn curandCreateGeneratorHost(out: *mut curandGenerator_t, kind: curandRngType_t) -> S {
        answer(create(out, kind, false))
    }

    pub(super) fn curandDestroyGenerator(generator: curandGenerator_t) -> S {
        let Some(gone) = GENERATORS.remove(generator) else { return S::CURAND_STATUS_NOT_INITIALIZED };
        if let Ok(Generator { device: Some(device), .. }) = Arc::try_unwrap(gone) {
            // SAFETY: the memory is the generator's own; if its context is gone, the driver refuses the address.
            let _ = unsafe { device.code.driver().cuMemFree_v2(device.states) };
            let _ = device.code.unload();
        }
        S::CURAND_STATUS_SUCCESS
    }

    /// A generator on the host takes one, too, and has no use for it.
    pub(super) fn curandSetStream(generator: curandGenerator_t, stream: cudaStream_t) -> S {
        answer(find(generator).map(|generator| generator.sequence().stream = stream))
    }

    /// The same seed changes nothing; with another, the sequence goes on from the place that it is at.
    pub(super) fn curandSetPseudoRandomGeneratorSeed(generator: curandGenerator_t, seed: c_ulonglong) -> S {
        answer(find(generator).map(|generator| {
            let mut sequence = generator.sequence();
            if sequence.seed != seed {
                sequence.seed = seed;
                sequence.restart(generator.engine);
            }
        }))
    }

    pub(super) fn curandSetGeneratorOffset(generator: curandGenerator_t, offset: c_ulonglong) -> S {
        answer(find(generator).map(|generator| {
            let mut sequence = generator.sequence();
            (sequence.offset, sequence.drawn, sequence.is_new) = (offset, 0, true);
            sequence.place = Place::at(offset);
        }))
    }

    pub(super) fn curandSetGeneratorOrdering(generator: curandGenerator_t, ordering: curandOrdering_t) -> S {
        use curandOrdering_t as O;
        answer(find(generator).and_then(|generator| {
            match ordering {
                O::CURAND_ORDERING_PSEUDO_BEST
                | O::CURAND_ORDERING_PSEUDO_DEFAULT
                | O::CURAND_ORDERING_PSEUDO_LEGACY => {}
                O::CURAND_ORDERING_PSEUDO_SEEDED if generator.engine == Some(Engine::Xorwow) => {
                    note_not_built("curandSetGeneratorOrdering(CURAND_ORDERING_PSEUDO_SEEDED)");
                    return Err(S::CURAND_STATUS_OUT_OF_RANGE);
                }
                _ => return Err(S::CURAND_STATUS_OUT_OF_RANGE),
            }
            let mut sequence = generator.sequence();
            if sequence.ordering != ordering {
                sequence.ordering = ordering;
                if generator.engine.is_none() {
                    sequence.restart(None);
                }
            }
            Ok(())
        }))
    }

    /// Those built are pseudorandom, and have no dimensions.
    pub(super) fn curandSetQuasiRandomGeneratorDimensions(
        generator: curandGenerator_t,
        _dimensions: c_uint,
    ) -> S {
        answer(find(generator).and(Err(S::CURAND_STATUS_TYPE_ERROR)))
    }

    /// Makes the states now, and not with the first numbers.
    pub(super) fn curandGenerateSeeds(generator: curandGenerator_t) -> S {
        answer(find(generator).map(|generator| {
            if generator.engine.is_none() {
                generator.sequence().restart(None);
            }
        }))
    }

    pub(super) fn curandGenerate(generator: curandGenerator_t, to: *mut c_uint, count: usize) -> S {
        generate(generator, to, count, || Ok(Distribution::Words))
    }

    /// For quasirandom generators of 64 bits alone.
    pub(super) fn curandGenerateLongLong(
        generator: curandGenerator_t,
        _to: *mut c_ulonglong,
        _count: usize,
    ) -> S {
        answer(find(generator).and(Err(S::CURAND_STATUS_TYPE_ERROR)))
    }

    pub(super) fn curandGenerateUniform(generator: curandGenerator_t, to: *mut f32, count: usize) -> S {
        generate(generator, to, count, || Ok(Distribution::Uniform))
    }

    pub(super) fn curandGenerateUniformDouble(generator: curandGenerator_t, to: *mut f64, count: usize) -> S {
        generate(generator, to, count, || Ok(Distribution::UniformDouble))
    }

    pub(super) fn curandGenerateNormal(
        generator: curandGenerator_t,
        to: *mut f32,
        count: usize,
        mean: f32,
        deviation: f32,
    ) -> S {
        generate(generator, to, count, || Ok(Distribution::Normal(mean, deviation, false)))
    }

    pub(super) fn curandGenerateNormalDouble(
        generator: curandGenerator_t,
        to: *mut f64,
        count: usize,
        mean: f64,
        deviation: f64,
    ) -> S {
        generate(generator, to, count, || Ok(Distribution::NormalDouble(mean, deviation, false)))
    }

    pub(super) fn curandGenerateLogNormal(
        generator: curandGenerator_t,
        to: *mut f32,
        count: usize,
        mean: f32,
        deviation: f32,
    ) -> S {
        generate(generator, to, count, || Ok(Distribution::Normal(mean, deviation, true)))
    }

    pub(super) fn curandGenerateLogNormalDouble(
        generator: curandGenerator_t,
        to: *mut f64,
        count: usize,
        mean: f64,
        deviation: f64,
    ) -> S {
        generate(generator, to, count, || Ok(Distribution::NormalDouble(mean, deviation, true)))
    }

    pub(super) fn curandGeneratePoisson(
        generator: curandGenerator_t,
        to: *mut c_uint,
        count: usize,
        mean: f64,
    ) -> S {
        generate(generator, to, count, || poisson(mean))
    }

    pub(super) fn curandGeneratePoissonMethod(
        generator: curandGenerator_t,
        to: *mut c_uint,
        count: usize,
        mean: f64,
        method: curandMethod_t,
    ) -> S {
        use curandMethod_t as M;
        let known = [M::CURAND_CHOOSE_BEST, M::CURAND_DEVICE_API, M::CURAND_3RD];
        generate(generator, to, count, || match known.contains(&method) {
            true => poisson(mean),
            false => Err(S::CURAND_STATUS_OUT_OF_RANGE),
        })
    }
}

/// The largest mean that the real one takes is not written down; it refuses four thousand million.
const MOST_EVENTS: f64 = 2_147_483_648.0;

fn poisson(mean: f64) -> Answer<Distribution> {
    match mean > 0.0 && mean < MOST_EVENTS {
        true => Ok(Distribution::Poisson(mean)),
        false => Err(S::CURAND_STATUS_OUT_OF_RANGE),
    }
}

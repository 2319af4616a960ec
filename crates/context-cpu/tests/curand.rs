//! The real cuRAND's host generators beside ours, over millions of numbers. They come from the cache that `cargo xtask toolkits curand-libraries`
//! fills, which only `cargo xtask ci --full` asks for.

#[path = "../../cuda-sys/tests/c/mod.rs"]
#[allow(unused_macros)]
mod c;

use std::ptr;

use context_core::random::{MersenneTwisters, Philox};
use cuda_sys::{
    Curand,
    curand::{curandGenerator_t, curandRngType_t},
    library::Library,
};

fn curands() -> Vec<Curand> {
    let files = c::libraries("nvidia-curand", "curand.h", &["libcurand.so.10"]);
    if files.is_empty() {
        c::say("the real cuRAND was not run: it is not in the cache (cargo xtask toolkits curand-libraries)");
    }
    for runtime in c::libraries("nvidia-cuda-runtime-13", "cuda_runtime.h", &["libcudart.so.13"]) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        unsafe { Library::open(&runtime) }.unwrap();
    }
    // SAFETY: as above.
    files.iter().map(|file| unsafe { Curand::open(file) }.unwrap()).collect()
}

/// A host generator of the real cuRAND, which ends with this.
struct Real {
    curand: Curand,
    generator: curandGenerator_t,
}

impl Real {
    fn new(curand: Curand, kind: curandRngType_t, seed: u64) -> Real {
        let mut generator = ptr::null_mut();
        // SAFETY: the pointer is to a live variable, and the generator that it gets is live.
        unsafe {
            curand.curandCreateGeneratorHost(&mut generator, kind).unwrap().ok().unwrap();
            curand.curandSetPseudoRandomGeneratorSeed(generator, seed).unwrap().ok().unwrap();
        }
        Real { curand, generator }
    }

    fn go_to(&self, offset: u64) {
        // SAFETY: the generator is live.
        unsafe { self.curand.curandSetGeneratorOffset(self.generator, offset) }.unwrap().ok().unwrap();
    }

    fn words(&self, count: usize) -> Vec<u32> {
        let mut words = vec![0; count];
        // SAFETY: the generator is live, and the vector has room for what is made.
        unsafe { self.curand.curandGenerate(self.generator, words.as_mut_ptr(), count) }
            .unwrap()
            .ok()
            .unwrap();
        words
    }

    fn uniforms(&self, count: usize) -> Vec<f32> {
        let mut values = vec![0.0; count];
        let target = values.as_mut_ptr();
        // SAFETY: as above.
        unsafe { self.curand.curandGenerateUniform(self.generator, target, count) }.unwrap().ok().unwrap();
        values
    }

    fn normals(&self, count: usize) -> Vec<f32> {
        let mut values = vec![0.0; count];
        let target = values.as_mut_ptr();
        // SAFETY: as above.
        let made = unsafe { self.curand.curandGenerateNormal(self.generator, target, count, 0.0, 1.0) };
        made.unwrap().ok().unwrap();
        values
    }
}

impl Drop for Real {
    fn drop(&mut self) {
        // SAFETY: the generator is live, and is destroyed once.
        unsafe { self.curand.curandDestroyGenerator(self.generator) }.unwrap().ok().unwrap();
    }
}

/// How much is compared: `CURAND_ROUNDS=n` makes n times as many places and lengths.
fn rounds() -> u64 {
    std::env::var("CURAND_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}

#[test]
fn words_and_uniforms_are_curands_bit_for_bit_and_normals_within_two_ulp() {
    let philox = curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10;
    for curand in curands() {
        let (mut compared, mut counts) = (0, [0_u64; 3]);
        // Once past the place where the subsequences begin anew, and many places and lengths, odd ones too.
        let choice = Philox::new(2);
        let some = (0..40 * rounds()).map(|round| {
            let [low, high, place, length] = std::array::from_fn(|i| choice.word(4 * round + i as u64));
            let seed = u64::from(low) | u64::from(high) << 32 >> (round % 33);
            (seed, u64::from(place) * if round % 2 == 0 { 1 } else { 977 }, length as usize % 60_000 + 1)
        });
        // Behind the start, cuRAND 10.3.0 leaves out the last group of four numbers if not all of it is asked for.
        let whole = (curand.version().minor(), curand.version().patch()) == (3, 0);
        for (seed, place, length) in [(1234, 0, (1 << 22) + 5)].into_iter().chain(some) {
            let length = if whole { length & !3 } else { length };
            let ours = Philox::new(seed).at(place);
            let real = || {
                let real = Real::new(curand, philox, seed);
                real.go_to(place);
                real
            };
            let (mut words, mut floats) = (vec![0; length], vec![0.0; length]);
            ours.fill_words(&mut words);
            assert!(words == real().words(length), "words of {seed} from {place}");
            ours.fill_uniform(&mut floats, (0.0, 1.0));
            assert!(floats == real().uniforms(length), "uniforms of {seed} from {place}");
            // cuRAND's pairs begin at even places.
            let even = ours.at(place & !1);
            let real = Real::new(curand, philox, seed);
            real.go_to(even.position());
            even.fill_normal(&mut floats, 0.0, 1.0);
            for (found, expected) in floats.iter().zip(real.normals(length & !1)) {
                let distance = ulps(*found, expected);
                assert!(distance <= 2, "{found} for {expected}, of {seed} from {place}");
                counts[distance as usize] += 1;
            }
            compared += length;
        }
        let [same, one, two] = counts.map(|count| 100.0 * count as f64 / compared as f64);
        c::say(&format!(
            "cuRAND {}: {compared} words and uniforms of Philox are ours; of the normals {same:.3} % are, {one:.3} % are 1 ulp away, {two:.4} % 2",
            curand.version()
        ));
    }
}

#[test]
fn words_and_uniforms_of_the_mersenne_twisters_are_curands_bit_for_bit() {
    // cuRAND 10.3.0 needs a GPU for this one.
    for curand in
        curands().into_iter().filter(|curand| (curand.version().minor(), curand.version().patch()) > (3, 0))
    {
        // All of the 8,192 generators, twice and more until their numbers are made anew, where the test is compiled for speed. cuRAND takes
        // seconds for its first number.
        let length = if cfg!(debug_assertions) { 150 } else { 11_000_001 };
        for seed in [1234, 0x1_0000_0007, u64::MAX - 5].into_iter().take(rounds().min(3) as usize) {
            let real = Real::new(curand, curandRngType_t::CURAND_RNG_PSEUDO_MT19937, seed);
            let mut ours = MersenneTwisters::new(seed as u32);
            for length in [3, length, 77] {
                let (mut words, mut floats) = (vec![0; length], vec![0.0; 8]);
                ours.fill_words(&mut words);
                assert!(
                    words == real.words(length),
                    "seed {seed}, {length} words before {}",
                    ours.position()
                );
                ours.fill_uniform(&mut floats);
                assert_eq!(floats, real.uniforms(8));
            }
            c::say(&format!("cuRAND {}: {} words of MT19937 are ours", curand.version(), ours.position()));
        }
    }
}

/// Counts the floats between two.
fn ulps(a: f32, b: f32) -> u32 {
    let place = |x: f32| {
        let bits = x.to_bits().cast_signed();
        if bits < 0 { i32::MIN - bits } else { bits }
    };
    place(a).abs_diff(place(b))
}

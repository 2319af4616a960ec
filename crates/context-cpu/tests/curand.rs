//! The real cuRAND's host generators beside ours, over millions of numbers. They come from the cache that `cargo xtask toolkits libraries`
//! fills, which only `cargo xtask ci --full` asks for.

#[path = "../../cuda-sys/tests/c/mod.rs"]
#[allow(unused_macros)]
mod c;

use std::ptr;

use context_core::random::{MersenneTwister, Philox};
use cuda_sys::{
    Curand,
    curand::{curandGenerator_t, curandRngType_t},
    library::Library,
};

const SEED: u64 = 1234;
/// Past the place where the subsequences begin anew, and odd.
const LENGTH: usize = (1 << 22) + 5;

fn curands() -> Vec<Curand> {
    let files = c::libraries("nvidia-curand", "curand.h", &["libcurand.so.10"]);
    if files.is_empty() {
        c::say("the real cuRAND was not run: it is not in the cache (cargo xtask toolkits libraries)");
    }
    for runtime in c::libraries("nvidia-cuda-runtime-13", "cuda_runtime.h", &["libcudart.so.13"]) {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        unsafe { Library::open(&runtime) }.unwrap();
    }
    // SAFETY: as above.
    files.iter().map(|file| unsafe { Curand::open(file) }.unwrap()).collect()
}

fn with_generator(curand: Curand, kind: curandRngType_t, make: impl FnOnce(curandGenerator_t)) {
    let mut generator = ptr::null_mut();
    // SAFETY: the pointer is to a live variable; the generator is live between its creation and its end.
    unsafe {
        curand.curandCreateGeneratorHost(&mut generator, kind).unwrap().ok().unwrap();
        curand.curandSetPseudoRandomGeneratorSeed(generator, SEED).unwrap().ok().unwrap();
        make(generator);
        curand.curandDestroyGenerator(generator).unwrap().ok().unwrap();
    }
}

#[test]
fn words_and_uniforms_are_curands_bit_for_bit_and_normals_within_their_bound() {
    for curand in curands() {
        let mut words = vec![0_u32; LENGTH];
        let (mut uniforms, mut normals) = (vec![0.0_f32; LENGTH], vec![0.0_f32; LENGTH]);
        let philox = curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10;
        // SAFETY: each vector has room for what is made.
        unsafe {
            with_generator(curand, philox, |g| {
                curand.curandGenerate(g, words.as_mut_ptr(), LENGTH).unwrap().ok().unwrap();
            });
            with_generator(curand, philox, |g| {
                curand.curandGenerateUniform(g, uniforms.as_mut_ptr(), LENGTH).unwrap().ok().unwrap();
            });
            with_generator(curand, philox, |g| {
                curand.curandGenerateNormal(g, normals.as_mut_ptr(), LENGTH, 0.0, 1.0).unwrap().ok().unwrap();
            });
        }
        let ours = Philox::new(SEED);
        let (mut our_words, mut floats) = (vec![0; LENGTH], vec![0.0; LENGTH]);
        ours.fill_words(&mut our_words);
        assert!(our_words == words);
        ours.fill_uniform(&mut floats, (0.0, 1.0));
        assert!(floats == uniforms);
        ours.fill_normal(&mut floats, 0.0, 1.0);
        let distances = floats.iter().zip(&normals).map(|(a, b)| ulps(*a, *b));
        let (mut most, mut beyond) = (0, 0);
        distances.for_each(|distance| {
            most = distance.max(most);
            beyond += usize::from(distance > 2);
        });
        assert!(most <= 3 && beyond < LENGTH / 20_000, "{most} ulp at most, {beyond} beyond 2");
        c::say(&format!(
            "cuRAND {}: Philox is ours; normals: {most} ulp at most, {beyond} of {LENGTH} beyond 2",
            curand.version()
        ));
    }
}

#[test]
fn the_first_of_curands_mersenne_twisters_is_ours() {
    // cuRAND 10.3.0 needs a GPU for this one.
    for curand in
        curands().into_iter().filter(|curand| (curand.version().minor(), curand.version().patch()) > (3, 0))
    {
        let mut words = vec![0_u32; 1 << 20];
        with_generator(curand, curandRngType_t::CURAND_RNG_PSEUDO_MT19937, |g| {
            // SAFETY: the vector has room for what is made.
            unsafe { curand.curandGenerate(g, words.as_mut_ptr(), words.len()).unwrap().ok().unwrap() };
        });
        let mut ours = MersenneTwister::new(SEED as u32);
        let same = words.iter().step_by(65_536).take_while(|word| **word == ours.next_word()).count();
        assert!(same >= 8, "{same} words");
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

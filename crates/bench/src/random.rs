//! Random floats on one thread, beside other generators. Peers that are not there are named, with what helps.

#![allow(unsafe_code)]

use std::{
    env, fs, hint,
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use context_core::{
    Context,
    random::{Draw, MersenneTwisters, Philox},
};
use context_cpu::CpuContext;
use cuda_sys::{
    Curand,
    curand::{curandGenerator_t, curandRngType_t},
    library::Library,
};
use rand::{
    Rng, SeedableRng,
    rngs::{SmallRng, StdRng},
};
use rand_distr::{Distribution, StandardNormal, StandardUniform};

/// 1 MiB, which stays in the caches: memory is measured elsewhere. A round is so short that the best one was not interrupted.
const FLOATS: usize = 1 << 18;
const TIME: Duration = Duration::from_millis(700);

/// Ours with narrower instructions runs in a process of its own, since the choice is made once: the name of the row is its argument.
const NARROWER: [(&str, &str); 2] = [
    ("device-context, AVX2", "DEVICE_CONTEXT_NO_AVX512"),
    ("device-context, scalar", "DEVICE_CONTEXT_NO_SIMD"),
];

/// Prints all rows.
pub(crate) fn run() -> Result<()> {
    println!("random floats, one thread     | uniform GB/s | normal GB/s");
    let wide = cfg!(target_arch = "x86_64") && wide();
    if wide {
        ours("device-context, AVX-512");
    }
    for (name, variable) in NARROWER {
        Command::new(env::current_exe()?).args(["random", name]).env(variable, "1").status()?;
    }
    best_crate(wide);
    if let Err(reason) = curand() {
        println!("cuRAND on the host            | not run: {reason:#}");
    }
    if let Err(reason) = numpy() {
        println!("numpy Philox                  | not run: {reason:#}");
    }
    of_rand("rand SmallRng, rand_distr", SmallRng::seed_from_u64(1), SmallRng::seed_from_u64(2));
    of_rand("rand ChaCha12, rand_distr", StdRng::from_seed([1; 32]), StdRng::from_seed([2; 32]));
    let (started, mut twisters) = (Instant::now(), MersenneTwisters::new(1));
    twisters.fill_uniform(&mut vec![0.0; FLOATS]);
    let begun = started.elapsed().as_secs_f64();
    twister("device-context, MT19937", begun, |values| twisters.fill_uniform(values));
    two_threads()
}

/// A generator of ours, as wide as this process has it.
pub(crate) fn ours(name: &str) {
    let generator = Philox::new(1);
    row(
        name,
        |values| generator.fill_uniform(values, (0.0, 1.0)),
        Some(|values: &mut [f32]| generator.fill_normal(values, 0.0, 1.0)),
    );
}

/// Draws some thousand floats of ours, for counting instructions.
pub(crate) fn turn(draw: Draw, values: &mut [f32]) {
    hint::black_box(Philox::new(1)).fill(hint::black_box(values), draw);
}

#[cfg(target_arch = "x86_64")]
fn wide() -> bool {
    is_x86_feature_detected!("avx512f")
}

#[cfg(not(target_arch = "x86_64"))]
fn wide() -> bool {
    false
}

/// The best rate of many rounds.
fn rate(fill: impl FnMut(&mut [f32])) -> f64 {
    rate_of(FLOATS, fill)
}

fn rate_of(floats: usize, mut fill: impl FnMut(&mut [f32])) -> f64 {
    let mut values = vec![0.0; floats];
    let (started, mut best) = (Instant::now(), f64::MAX);
    while started.elapsed() < TIME {
        let round = Instant::now();
        fill(hint::black_box(&mut values));
        best = best.min(round.elapsed().as_secs_f64());
    }
    (floats * 4) as f64 / best / 1e9
}

fn row(name: &str, uniform: impl FnMut(&mut [f32]), normal: Option<impl FnMut(&mut [f32])>) {
    let normal = normal.map_or("-".to_owned(), |normal| format!("{:.2}", rate(normal)));
    println!("{name:29} | {:12.2} | {normal:>11}", rate(uniform));
}

/// MT19937 makes its numbers anew all at once: a round has several times as many. The first ones take long, and are told apart.
fn twister(name: &str, begun: f64, uniform: impl FnMut(&mut [f32])) {
    let rate = rate_of(64 * FLOATS, uniform);
    println!("{name:29} | {rate:12.2} |           - | {begun:.2} s until the first ones");
}

fn of_rand(name: &str, mut generator: impl Rng, mut other: impl Rng) {
    row(
        name,
        |values| values.iter_mut().for_each(|x| *x = StandardUniform.sample(&mut generator)),
        Some(|values: &mut [f32]| values.iter_mut().for_each(|x| *x = StandardNormal.sample(&mut other))),
    );
}

/// The fastest Philox of the crates that there are, which is written for AVX-512 and has no normals.
#[cfg(target_arch = "x86_64")]
fn best_crate(wide: bool) {
    #[target_feature(enable = "avx512f")]
    fn fill(generator: &mut urng::rng32::Philox32x4x4, values: &mut [f32]) {
        for chunk in values.chunks_exact_mut(16) {
            chunk.copy_from_slice(&generator.nextf());
        }
    }
    #[target_feature(enable = "avx512f")]
    fn new() -> urng::rng32::Philox32x4x4 {
        urng::rng32::Philox32x4x4::new(1)
    }
    if !wide {
        println!("urng, Philox for AVX-512      | not run: this CPU has none");
        return;
    }
    // SAFETY: the CPU has AVX-512F.
    let mut generator = unsafe { new() };
    // SAFETY: as above.
    row("urng, Philox for AVX-512", |values| unsafe { fill(&mut generator, values) }, None::<fn(&mut [f32])>);
}

#[cfg(not(target_arch = "x86_64"))]
fn best_crate(_wide: bool) {
    println!("urng, Philox for AVX-512      | not run: this CPU has none");
}

/// Where `cargo xtask toolkits` keeps what it fetched.
fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| Some(env::home_dir()?.join(".cache")));
    Ok(base.context("there is no home folder for a cache")?.join("device-context"))
}

/// Finds a library in the newest wheel whose name begins so.
fn library(wheel: &str, file: &str) -> Result<PathBuf> {
    let entries = fs::read_dir(cache()?).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).collect();
    folders.sort();
    let of_wheel =
        |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(wheel));
    let mut files =
        folders.into_iter().filter(of_wheel).map(|folder| folder.join("nvidia/cu13/lib").join(file));
    files
        .rfind(|file| file.is_file())
        .context("it is not in the cache (cargo xtask toolkits curand-libraries)")
}

/// The real cuRAND's generators on the host.
fn curand() -> Result<()> {
    let runtime = library("nvidia-cuda-runtime-13", "libcudart.so.13")?;
    let file = library("nvidia-curand-1", "libcurand.so.10")?;
    // SAFETY: both are NVIDIA's, pinned by their hashes.
    let curand = unsafe {
        Library::open(&runtime).map_err(anyhow::Error::msg)?;
        Curand::open(&file).context("opening cuRAND")?
    };
    let with = |kind, work: &mut dyn FnMut(curandGenerator_t)| -> Result<()> {
        let mut generator = std::ptr::null_mut();
        // SAFETY: the pointer is to a live variable.
        unsafe { curand.curandCreateGeneratorHost(&mut generator, kind) }?.ok()?;
        work(generator);
        // SAFETY: the generator is live, and is used no more.
        unsafe { curand.curandDestroyGenerator(generator) }?.ok()?;
        Ok(())
    };
    let uniform = |generator, values: &mut [f32]| {
        // SAFETY: the generator is live, and there is room for as many floats.
        let made = unsafe { curand.curandGenerateUniform(generator, values.as_mut_ptr(), values.len()) };
        assert!(made.is_ok_and(|status| status.ok().is_ok()), "cuRAND made no floats");
    };
    let normal = |generator, values: &mut [f32]| {
        let (target, count) = (values.as_mut_ptr(), values.len());
        // SAFETY: as above.
        let made = unsafe { curand.curandGenerateNormal(generator, target, count, 0.0, 1.0) };
        assert!(made.is_ok_and(|status| status.ok().is_ok()), "cuRAND made no floats");
    };
    with(curandRngType_t::CURAND_RNG_PSEUDO_PHILOX4_32_10, &mut |generator| {
        row(
            "cuRAND on the host, Philox",
            |values| uniform(generator, values),
            Some(|values: &mut [f32]| normal(generator, values)),
        );
    })?;
    with(curandRngType_t::CURAND_RNG_PSEUDO_MT19937, &mut |generator| {
        let started = Instant::now();
        uniform(generator, &mut vec![0.0; FLOATS]);
        let begun = started.elapsed().as_secs_f64();
        twister("cuRAND on the host, MT19937", begun, |values| uniform(generator, values));
    })
}

/// numpy's Philox, by a Python that measures itself in the same way. What pip fetches is kept in the cache.
fn numpy() -> Result<()> {
    const SCRIPT: &str = "\
import sys, time
import numpy
g = numpy.random.Generator(numpy.random.Philox(1))
x = numpy.empty(int(sys.argv[1]), dtype=numpy.float32)
for f in (g.random, g.standard_normal):
    best, start = 1e9, time.perf_counter()
    while time.perf_counter() - start < float(sys.argv[2]):
        a = time.perf_counter()
        f(out=x, dtype=numpy.float32)
        best = min(best, time.perf_counter() - a)
    print(x.nbytes / best / 1e9)
print(numpy.__version__)
";
    let folder = cache()?.join("numpy");
    let python = |arguments: &[&str]| -> Result<String> {
        let output = Command::new("python3").args(arguments).env("PYTHONPATH", &folder).output();
        let output = output.context("python3 did not start")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        let why = errors.lines().last().unwrap_or_default();
        anyhow::ensure!(output.status.success(), "{why}");
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if python(&["-c", "import numpy"]).is_err() {
        let target = folder.to_string_lossy();
        let arguments = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--retries=1",
            "--only-binary=:all:",
            "--target",
            &target,
            "numpy",
        ];
        python(&arguments).with_context(|| format!("python3 {}", arguments.join(" ")))?;
    }
    let said = python(&["-c", SCRIPT, &FLOATS.to_string(), &TIME.as_secs_f64().to_string()])?;
    let [uniform, normal, version] = said.lines().collect::<Vec<_>>()[..] else {
        anyhow::bail!("it said {said}")
    };
    let name = format!("numpy {version}, Philox");
    println!("{name:29} | {:12.2} | {:11.2}", uniform.parse::<f64>()?, normal.parse::<f64>()?);
    Ok(())
}

/// The same numbers by one thread and by two.
fn two_threads() -> Result<()> {
    let draw = |threads| -> Result<f64> {
        let ctx = CpuContext::builder().threads(threads).build()?;
        let mut x = ctx.zeros::<f32>(4 * FLOATS)?;
        let (started, mut best) = (Instant::now(), f64::MAX);
        while started.elapsed() < TIME {
            let round = Instant::now();
            ctx.fill_normal(&mut x, 0.0, 1.0)?;
            best = best.min(round.elapsed().as_secs_f64());
        }
        Ok(best)
    };
    println!("two threads make normals {:.2} times as fast as one", draw(1)? / draw(2)?);
    Ok(())
}

//! The stress program: 8 threads, 4 devices, random streams, buffers, copies, launches and drops, under seeds of the simulated driver
//! and with all of its checks. Each seed has a process of its own. `CONTEXT_CUDA_STRESS_SEEDS` says how many; a few by default.
//!
//! A small form of it runs while one of its driver calls fails. `CONTEXT_CUDA_STRESS_FAULTS` says for how many calls; a few by default, and
//! `all` for each.

#[path = "support/fits.rs"]
mod fits;

use std::{
    process::{Command, Stdio},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use context_core::{Buffer, Context, Error, Result};
use context_cuda::CudaContext;
use cuda_sim::{SimConfig, fault};
use cuda_sys::CUresult;
use fits::twice;

const LEN: usize = 300;

/// How large a run is.
#[derive(Clone, Copy)]
struct Size {
    threads: u64,
    devices: u32,
    steps: u32,
}

const WHOLE: Size = Size { threads: 8, devices: 4, steps: 60 };
const SMALL: Size = Size { threads: 3, devices: 2, steps: 12 };

/// What a call of the small form returns.
const FAILURE: CUresult = CUresult::CUDA_ERROR_OPERATING_SYSTEM;

/// The variable by which a process of one seed is told which.
const SEED: &str = "CONTEXT_CUDA_STRESS_SEED";

/// The variable by which a process of the small form is told which call fails.
const FAULT: &str = "CONTEXT_CUDA_STRESS_FAULT";

/// A buffer with what every element of it must be.
type Known = (Buffer<f32, CudaContext>, f32);

/// Takes a random buffer of a device for oneself.
fn take(shared: &Mutex<Vec<Known>>, random: &mut Random) -> Option<Known> {
    let mut buffers = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let len = buffers.len();
    (len > 0).then(|| buffers.swap_remove(random.below(len)))
}

fn give(shared: &Mutex<Vec<Known>>, known: Known) {
    shared.lock().unwrap_or_else(PoisonError::into_inner).push(known);
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn check(ctx: &CudaContext, (buffer, value): &Known) -> Result<()> {
    let found = ctx.read(buffer)?;
    assert!(found.iter().all(|element| element == value), "{value} expected, found {found:?}");
    Ok(())
}

fn step(ctx: &mut CudaContext, shared: &Mutex<Vec<Known>>, random: &mut Random) -> Result<()> {
    let choice = random.below(11);
    if choice == 0 {
        *ctx = ctx.fork()?;
        return Ok(());
    }
    let Some(mut known) = take(shared, random) else {
        give(shared, (ctx.filled(LEN, 1.0)?, 1.0));
        return Ok(());
    };
    match choice {
        1 => known = (ctx.filled(LEN, 3.0)?, 3.0),
        2 => {
            ctx.fill(&mut known.0, 0.5)?;
            known.1 = 0.5;
        }
        3 if known.1 < 1e20 => {
            ctx.run(twice(&mut known.0))?;
            known.1 *= 2.0;
        }
        4 => {
            if let Some(mut other) = take(shared, random) {
                ctx.copy(&mut other.0, &known.0)?;
                other.1 = known.1;
                give(shared, other);
            }
        }
        5 => {
            let mut pinned = ctx.alloc_pinned::<f32>(LEN)?;
            pinned.write()?.fill(7.0);
            ctx.write_pinned(&mut known.0, &pinned)?;
            known.1 = 7.0;
        }
        6 => {
            let later = ctx.read_later(&known.0)?;
            let value = known.1;
            give(shared, known);
            assert!(later.wait()?.iter().all(|element| *element == value));
            return Ok(());
        }
        7 => {
            ctx.write(&mut known.0, &[9.0; LEN])?;
            known.1 = 9.0;
        }
        8 if known.1 < 1e20 => {
            // A graph with scratch memory of its own, replayed on two streams; the buffer goes on in other threads' hands.
            let (mut graph, ()) = ctx.capture(|ctx| {
                let scratch = ctx.duplicate(&known.0)?;
                ctx.run(twice(&mut known.0))?;
                ctx.copy(known.0.slice_mut(..LEN / 2)?, scratch.slice(..LEN / 2)?)?;
                ctx.run(twice(known.0.slice_mut(..LEN / 2)?))
            })?;
            ctx.replay(&mut graph)?;
            ctx.fork()?.replay(&mut graph)?;
            known.1 *= 4.0;
        }
        9 => {
            let mut rows = ctx.zeros::<f32>(2 * LEN)?;
            ctx.write_matrix(rows.matrix_mut(LEN, 2)?.part(0..LEN, 1..2)?, &[6.0; LEN])?;
            ctx.copy_matrix(known.0.matrix_mut(LEN, 1)?, rows.matrix(LEN, 2)?.part(0..LEN, 1..2)?)?;
            known.1 = 6.0;
        }
        _ => check(ctx, &known)?,
    }
    give(shared, known);
    Ok(())
}

fn open(device: u32) -> Result<CudaContext> {
    CudaContext::builder().driver(cuda_sim::driver()).device(device).build()
}

/// Runs the program, and calls `failed` with what fails in it: what a step had in its hands is gone then, and the others go on.
fn run(seed: u64, Size { threads, devices, steps }: Size, failed: impl Fn(Error) + Sync) {
    let shared: Vec<Mutex<Vec<Known>>> = (0..devices).map(|_| Mutex::default()).collect();
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (shared, failed) = (&shared, &failed);
            scope.spawn(move || {
                let mut random = Random(seed * threads + thread);
                let mut contexts: Vec<_> = (0..devices)
                    .map(|device| {
                        open(device).or_else(|error| {
                            failed(error);
                            open(device)
                        })
                    })
                    .map(|context| context.unwrap())
                    .collect();
                for _ in 0..steps {
                    let device = random.below(devices as usize);
                    step(&mut contexts[device], &shared[device], &mut random).unwrap_or_else(failed);
                }
            });
        }
    });
    fault::clear();
    for (device, shared) in shared.iter().enumerate() {
        let ctx = open(device as u32).unwrap();
        for known in shared.lock().unwrap().drain(..) {
            check(&ctx, &known).unwrap();
        }
    }
    let reports = cuda_sim::take_reports();
    assert!(reports.is_empty(), "{reports:?}");
}

/// Reads a number of the environment.
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
#[ignore = "run in processes of their own by a test below"]
fn one_seed() {
    let seed = number(SEED).unwrap_or(1);
    let config = SimConfig { devices: WHOLE.devices as usize, seed: Some(seed), ..SimConfig::default() };
    cuda_sim::configure(config).unwrap();
    run(seed, WHOLE, |error| panic!("{error}"));
}

#[test]
#[ignore = "run in processes of their own by a test below"]
fn one_fault() {
    let config = SimConfig { devices: SMALL.devices as usize, seed: Some(1), ..SimConfig::default() };
    cuda_sim::configure(config).unwrap();
    let call = number(FAULT);
    // Its table asks for the version when it is made, which is not a call of this program.
    let _ = cuda_sim::driver();
    if let Some(call) = call {
        fault::fail_any_after(call, FAILURE);
    }
    run(call.unwrap_or(1), SMALL, |error| {
        assert!(call.is_some() && error.to_string().contains("CUDA_ERROR_OPERATING_SYSTEM"), "{error}");
    });
    println!("{} calls", cuda_sim::journal().total());
}

/// Runs a test in a process of its own, kills it if it takes more than ten minutes, and returns what it said.
fn process(test: &str, variable: Option<(&str, u64)>) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--ignored", "--nocapture"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.envs(variable.map(|(name, value)| (name, value.to_string())));
    let mut child = command.spawn().unwrap();
    let begun = Instant::now();
    let status = loop {
        match child.try_wait().unwrap() {
            Some(status) => break Some(status),
            None if begun.elapsed() > Duration::from_secs(600) => break None,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    };
    if status.is_none() {
        child.kill().unwrap();
    }
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(
        status.is_some_and(|status| status.success()) && text.contains("1 passed"),
        "{test} {variable:?}: {status:?}: {text}"
    );
    text
}

#[test]
fn any_call_of_the_small_form_may_fail_and_the_rest_is_computed() {
    let said = process("one_fault", None);
    let calls = said.split_once(" calls").and_then(|(before, _)| before.rsplit(['\n', ' ']).next());
    let calls: u64 = calls.unwrap().parse().unwrap();
    let wanted = std::env::var("CONTEXT_CUDA_STRESS_FAULTS").unwrap_or_else(|_| "4".to_owned());
    let count = if wanted == "all" { calls } else { wanted.parse::<u64>().unwrap().min(calls) };
    for place in 0..count {
        process("one_fault", Some((FAULT, place * calls / count)));
    }
    println!("{count} of {calls} calls failed, one in a run");
}

#[test]
fn threads_devices_and_streams_at_random_race_for_nothing_and_compute_what_they_should() {
    for seed in 1..=number("CONTEXT_CUDA_STRESS_SEEDS").unwrap_or(4) {
        process("one_seed", Some((SEED, seed)));
    }
}

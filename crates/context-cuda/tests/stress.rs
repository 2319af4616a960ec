//! The stress program: 8 threads, 4 devices, random streams, buffers, copies, launches and drops, under seeds of the simulated driver
//! and with all of its checks. Each seed has a process of its own. `CONTEXT_CUDA_STRESS_SEEDS` says how many; a few by default.

use std::{
    process::Command,
    sync::{Mutex, PoisonError},
};

use context_core::{Buffer, Context, Result, kernel};
use context_cuda::CudaContext;
use cuda_sim::SimConfig;

kernel! {
    /// y ← 2·y
    fn twice(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "kernels/misfits.ptx";
}

const THREADS: u64 = 8;
const DEVICES: u32 = 4;
const STEPS: u32 = 60;
const LEN: usize = 300;

/// The variable by which a process of one seed is told which.
const SEED: &str = "CONTEXT_CUDA_STRESS_SEED";

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

#[test]
#[ignore = "run in processes of their own by the test below"]
fn one_seed() {
    let seed: u64 = std::env::var(SEED).ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let config = SimConfig { devices: DEVICES as usize, seed: Some(seed), ..SimConfig::default() };
    cuda_sim::configure(config).unwrap();
    let shared: Vec<Mutex<Vec<Known>>> = (0..DEVICES).map(|_| Mutex::default()).collect();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let shared = &shared;
            scope.spawn(move || {
                let mut random = Random(seed * THREADS + thread);
                let open = |device| CudaContext::builder().driver(cuda_sim::driver()).device(device).build();
                let mut contexts: Vec<_> = (0..DEVICES).map(|device| open(device).unwrap()).collect();
                for _ in 0..STEPS {
                    let device = random.below(DEVICES as usize);
                    step(&mut contexts[device], &shared[device], &mut random).unwrap();
                }
            });
        }
    });
    for (device, shared) in shared.iter().enumerate() {
        let ctx = CudaContext::builder().driver(cuda_sim::driver()).device(device as u32).build().unwrap();
        for known in shared.lock().unwrap().drain(..) {
            check(&ctx, &known).unwrap();
        }
    }
    let reports = cuda_sim::take_reports();
    assert!(reports.is_empty(), "{reports:?}");
}

#[test]
fn threads_devices_and_streams_at_random_race_for_nothing_and_compute_what_they_should() {
    let seeds =
        std::env::var("CONTEXT_CUDA_STRESS_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(4);
    for seed in 1..=seeds {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["one_seed", "--exact", "--ignored", "--nocapture"])
            .env(SEED, u64::to_string(&seed))
            .output()
            .unwrap();
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        assert!(output.status.success() && text.contains("1 passed"), "seed {seed}: {text}");
    }
}

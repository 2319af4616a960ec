//! Two threads, each with a stream of its own, beside one.

#![allow(unsafe_code)]

use std::thread;

use anyhow::{Context as _, Result};
use context_core::{Context, MemoryOptions};

use crate::device::CountingContext;

const ROUNDS: usize = 15;
const PAIRS: u64 = 200_000;

/// Returns the processor time of the calling thread so far, in nanoseconds. It does not grow while others have the processor.
fn thread_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Nanoseconds of processor time of a pair of allocate and free, with so many threads at it.
fn cost(threads: usize, bytes: usize) -> Result<f64> {
    let (first, _) = CountingContext::open(true, MemoryOptions::default())?;
    let contexts = (0..threads).map(|_| first.fork()).collect::<Result<Vec<_>, _>>()?;
    let work = move |ctx: CountingContext| -> Result<f64> {
        let began = thread_time();
        (0..PAIRS).try_for_each(|_| ctx.alloc::<u8>(bytes).map(drop))?;
        Ok((thread_time() - began) / PAIRS as f64)
    };
    let workers: Vec<_> = contexts.into_iter().map(|ctx| thread::spawn(move || work(ctx))).collect();
    let mut sum = 0.0;
    for worker in workers {
        sum += worker.join().ok().context("a thread panicked")??;
    }
    Ok(sum / threads as f64)
}

/// The same of one thread and of two, by turns: the best round of each, in which nobody else had the processors' caches.
fn costs(bytes: usize) -> Result<(f64, f64)> {
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        best = (best.0.min(cost(1, bytes)?), best.1.min(cost(2, bytes)?));
    }
    Ok(best)
}

pub(crate) fn table() -> Result<()> {
    println!(
        "\nTwo threads on streams of their own, in processor time (best of {ROUNDS} rounds; needs two processors)"
    );
    for (bytes, text) in [(1024, "1 KiB"), (1 << 20, "1 MiB")] {
        let (one, two) = costs(bytes)?;
        println!(
            "{text}: {one:.0} ns a pair on one thread; two do {:.2} times as much (goal 1.8; PyTorch 0.5 to 0.7)",
            2.0 * one / two
        );
    }
    Ok(())
}

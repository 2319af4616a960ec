//! Two threads, each with a stream of its own, beside one.

use std::{thread, time::Instant};

use anyhow::{Context as _, Result};
use context_core::{Context, MemoryOptions};

use crate::device::CountingContext;

const ROUNDS: usize = 15;
const PAIRS: u64 = 200_000;

/// Pairs of allocate and free in a second by so many threads together, the best of many rounds.
fn rate(threads: usize, bytes: usize) -> Result<f64> {
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        let (first, _) = CountingContext::open(true, MemoryOptions::default())?;
        let contexts = (0..threads).map(|_| first.fork()).collect::<Result<Vec<_>, _>>()?;
        let began = Instant::now();
        let workers: Vec<_> = contexts
            .into_iter()
            .map(|ctx| thread::spawn(move || (0..PAIRS).try_for_each(|_| ctx.alloc::<u8>(bytes).map(drop))))
            .collect();
        for worker in workers {
            worker.join().ok().context("a thread panicked")??;
        }
        best = best.max((threads as u64 * PAIRS) as f64 / began.elapsed().as_secs_f64());
    }
    Ok(best)
}

pub(crate) fn table() -> Result<()> {
    println!("\nTwo threads on streams of their own (best of {ROUNDS} rounds; needs two idle processors)");
    for (bytes, text) in [(1024, "1 KiB"), (1 << 20, "1 MiB")] {
        let (one, two) = (rate(1, bytes)?, rate(2, bytes)?);
        println!(
            "{text}: {:.0} ns a pair on one thread; two do {:.2} times as much (goal 1.8; PyTorch 0.5 to 0.7)",
            1e9 / one,
            two / one
        );
    }
    Ok(())
}

//! Host memory: the CPU context's pool beside mimalloc and the system's allocator.

#![allow(unsafe_code)]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    time::Instant,
};

use anyhow::Result;
use context_core::Context;
use context_cpu::CpuContext;

const ROUNDS: usize = 9;

/// Nanoseconds of one turn, the best of many rounds.
fn best(turns: u32, mut turn: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let began = Instant::now();
        for _ in 0..turns {
            turn()?;
        }
        best = best.min(began.elapsed().as_nanos() as f64 / f64::from(turns));
    }
    Ok(best)
}

/// Writes a byte to each page, as whoever uses memory does.
fn touch(start: *mut u8, bytes: usize) {
    for place in (0..bytes).step_by(4096) {
        // SAFETY: the caller owns so many bytes.
        unsafe { start.add(place).write_volatile(1) };
    }
}

fn by_allocator(allocator: &impl GlobalAlloc, layout: Layout, turns: u32) -> Result<f64> {
    best(turns, || {
        // SAFETY: the layout's size is not zero; the memory is freed once, with the layout that it was allocated with.
        unsafe {
            let start = allocator.alloc(layout);
            anyhow::ensure!(!start.is_null(), "the system has no memory left");
            touch(start, layout.size());
            allocator.dealloc(start, layout);
        }
        Ok(())
    })
}

fn by_context(ctx: &CpuContext, bytes: usize, turns: u32) -> Result<f64> {
    best(turns, || {
        let buffer = ctx.alloc::<u8>(bytes)?;
        touch(std::ptr::with_exposed_provenance_mut(buffer.as_raw() as usize), bytes);
        drop(buffer);
        Ok(())
    })
}

pub(crate) fn table() -> Result<()> {
    println!("\nHost memory: nanoseconds of allocate + touch each page + free (best of {ROUNDS} rounds)");
    let ctx = CpuContext::new()?;
    println!("{:10} {:>12} {:>12} {:>12} {:>10}", "", "ours", "mimalloc", "system", "goal");
    for (bytes, turns, text) in [(1024, 100_000, "1 KiB"), (1 << 20, 200, "1 MiB"), (64 << 20, 5, "64 MiB")] {
        let layout = Layout::from_size_align(bytes, 64)?;
        let (ours, mimalloc, system) = (
            by_context(&ctx, bytes, turns)?,
            by_allocator(&mimalloc::MiMalloc, layout, turns)?,
            by_allocator(&System, layout, turns)?,
        );
        let goal = match bytes {
            1024 => 0.6 * system,
            _ => 1.5 * mimalloc,
        };
        println!("{text:10} {ours:>12.1} {mimalloc:>12.1} {system:>12.1} {goal:>10.1}");
    }
    println!("goals: 0.6 of the system's posix_memalign for 1 KiB, 1.5 of mimalloc above");
    Ok(())
}

//! The pool on the simulated driver: its race detector watches memory that moves between streams, sizes and addresses.

#![allow(unsafe_code)]

mod support;

use context_core::{Buffer, Context, DamageKind, Error, MemoryDebug, MemoryOptions};
use context_cuda::{CudaContext, MemorySource};
use cuda_sim::SimConfig;
use support::sim;

/// A small generator of random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Allocates, fills, copies and drops on three streams, in memory that is hardly enough. Returns how many pages moved.
fn program(seed: u64, source: MemorySource, debug: Option<MemoryDebug>) -> u64 {
    let options =
        MemoryOptions { limit: Some(24 << 20), waits_in_a_thousand: 200, debug, ..MemoryOptions::default() };
    let builder = CudaContext::builder().driver(cuda_sim::driver()).memory(options).memory_source(source);
    let first = builder.build().unwrap();
    let contexts = [first.fork().unwrap(), first.fork().unwrap(), first];
    let mut random = Random(seed);
    let mut buffers: Vec<(Buffer<u8, CudaContext>, u8)> = Vec::new();
    for step in 0..60 {
        let ctx = &contexts[random.below(3) as usize];
        match random.below(8) {
            0..4 => {
                let len = match random.below(3) {
                    0 => 1 + random.below(100_000),
                    _ => (1 << 20) + random.below(5 << 20),
                };
                match ctx.filled(len as usize, step) {
                    Ok(buffer) => buffers.push((buffer, step)),
                    Err(Error::OutOfMemory(_)) => buffers.clear(),
                    Err(other) => panic!("seed {seed}: {other}"),
                }
            }
            4..6 if !buffers.is_empty() => {
                let place = random.below(buffers.len() as u64) as usize;
                buffers.swap_remove(place);
            }
            _ if !buffers.is_empty() => {
                let place = random.below(buffers.len() as u64) as usize;
                let (buffer, value) = &buffers[place];
                let end = buffer.len().min(64);
                let read = ctx.read(buffer.slice(..end).unwrap()).unwrap();
                assert!(read.iter().all(|byte| byte == value), "seed {seed}: {read:?} is not {value}");
            }
            _ => {}
        }
    }
    drop(buffers);
    assert!(contexts[0].check_memory().unwrap().is_empty());
    contexts[0].memory().moved_pages
}

#[test]
fn the_race_detector_finds_nothing_in_memory_that_moves() {
    let _sim = sim();
    let seeds = std::env::var("POOL_SEEDS").ok().and_then(|text| text.parse().ok()).unwrap_or(15);
    let mut moved = 0;
    for seed in 0..seeds {
        for source in [MemorySource::Pages, MemorySource::Segments] {
            let config = SimConfig { seed: Some(seed), ..SimConfig::default() };
            cuda_sim::configure(config).unwrap();
            cuda_sim::take_reports();
            moved += program(seed, source, None);
            let reports = cuda_sim::take_reports();
            assert!(reports.is_empty(), "seed {seed}, {source:?}: {}", reports[0]);
        }
    }
    assert!(moved > 0, "no page was moved: these programs do not test what they are to test");
}

#[test]
fn the_debug_mode_guards_device_memory_and_races_with_nobody() {
    let _sim = sim();
    for seed in 0..6 {
        let config = SimConfig { seed: Some(seed), ..SimConfig::default() };
        cuda_sim::configure(config).unwrap();
        cuda_sim::take_reports();
        for guard_pages in [false, true] {
            let debug = MemoryDebug { delay: 4 << 20, guard_pages, ..MemoryDebug::default() };
            program(seed, MemorySource::Pages, Some(debug));
        }
        let reports = cuda_sim::take_reports();
        assert!(reports.is_empty(), "seed {seed}: {}", reports[0]);
    }
}

#[test]
fn a_write_behind_a_device_block_is_found_with_its_offset() {
    let _sim = sim();
    let options = MemoryOptions { debug: Some(MemoryDebug::default()), ..MemoryOptions::default() };
    let ctx = CudaContext::builder().driver(cuda_sim::driver()).memory(options).build().unwrap();
    let buffer = ctx.filled(1000, 1_u8).unwrap();
    ctx.synchronize().unwrap();
    let scope = ctx.enter().unwrap();
    let driver = cuda_sim::driver();
    // SAFETY: a byte of the pool's memory, within the zone behind the block; the device is idle.
    let code = unsafe { driver.cuMemsetD8_v2(buffer.as_raw() + 1003, 5, 1) };
    assert_eq!(code.unwrap().0, 0);
    // The call returns before the byte is written.
    // SAFETY: waits for the context that the scope has bound.
    assert_eq!(unsafe { driver.cuCtxSynchronize() }.unwrap().0, 0);
    drop(scope);
    drop(buffer);
    let found = ctx.check_memory().unwrap();

    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!((found.kind, found.offset, found.found), (DamageKind::Behind, 1003, 5));
    assert!(found.to_string().contains("behind it, first at byte 1003 (0x05 instead of 0xfd)"), "{found}");
}

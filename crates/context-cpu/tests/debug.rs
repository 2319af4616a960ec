//! The debug mode of the memory pool, on memory that a test can damage.

#![allow(unsafe_code)]

use context_core::{Buffer, Context, DamageKind, MemoryDebug, MemoryOptions, memory_label};
use context_cpu::{CpuContext, StreamKind};

fn context(debug: MemoryDebug) -> CpuContext {
    let options = MemoryOptions { debug: Some(debug), ..MemoryOptions::default() };
    CpuContext::builder().memory(options).build().unwrap()
}

fn pointer(buffer: &Buffer<u8, CpuContext>) -> *mut u8 {
    std::ptr::with_exposed_provenance_mut(buffer.as_raw() as usize)
}

/// Writes a byte at a distance from a buffer's beginning.
fn damage(buffer: &Buffer<u8, CpuContext>, offset: isize) {
    // SAFETY: within the zones of the debug mode, which belong to the same mapping.
    unsafe { pointer(buffer).offset(offset).write(7) };
}

#[test]
fn writes_beside_a_block_are_found_when_it_is_freed() {
    let ctx = context(MemoryDebug::default());
    for (offset, kind) in [(-1, DamageKind::Before), (-256, DamageKind::Before), (1000, DamageKind::Behind)] {
        let label = memory_label("victim");
        let buffer = ctx.alloc::<u8>(1000).unwrap();
        drop(label);
        damage(&buffer, offset);
        assert!(ctx.check_memory().unwrap().is_empty(), "a live block is looked at when it is freed");
        drop(buffer);

        let found = ctx.check_memory().unwrap();
        let [found] = &found[..] else { panic!("{offset}: {found:?}") };
        assert_eq!((found.kind, found.offset, found.bytes), (kind, offset as i64, 1000));
        assert_eq!((found.label, found.expected, found.found), ("victim", 0xfd, 7));
        assert!(ctx.check_memory().unwrap().is_empty(), "it was told");
    }
}

#[test]
fn writes_to_freed_memory_are_found_before_it_is_used_again() {
    let ctx = context(MemoryDebug { delay: 1 << 20, ..MemoryDebug::default() });
    let buffer = ctx.filled(5000, 1_u8).unwrap();
    let address = pointer(&buffer);
    drop(buffer);
    assert!(ctx.check_memory().unwrap().is_empty());
    // SAFETY: the pool keeps the memory; the write is what the test is about.
    unsafe { assert_eq!(address.read(), 0xdd, "freed memory is poisoned") };
    // SAFETY: as above.
    unsafe { address.add(77).write(3) };
    // More than the delay: the block's time is over.
    for _ in 0..300 {
        drop(ctx.alloc::<u8>(5000).unwrap());
    }

    let found = ctx.check_memory().unwrap();
    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!((found.kind, found.offset, found.found), (DamageKind::AfterFree, 77, 3));
}

#[test]
fn freed_memory_is_used_again_only_after_the_delay() {
    let ctx = context(MemoryDebug { delay: 64 << 10, ..MemoryDebug::default() });
    let address = ctx.alloc::<u8>(4096).unwrap().as_raw();
    let later: Vec<_> = (0..40).map(|_| ctx.alloc::<u8>(4096).unwrap().as_raw()).collect();
    let place = later.iter().position(|&other| other == address);

    // Each block takes its zones with it.
    let least = (64 << 10) / (4096 + 512);
    assert!(place.is_some_and(|place| place >= least), "{place:?}, not before {least}");
}

#[test]
fn what_runs_out_is_taken_from_the_quarantine() {
    let options = MemoryOptions {
        limit: Some(1 << 20),
        debug: Some(MemoryDebug { delay: 1 << 30, ..MemoryDebug::default() }),
        ..MemoryOptions::default()
    };
    let ctx = CpuContext::builder().memory(options).build().unwrap();
    for _ in 0..20 {
        drop(ctx.filled(300 << 10, 1_u8).unwrap());
    }

    assert!(ctx.check_memory().unwrap().is_empty());
}

#[test]
fn a_worker_that_still_uses_a_block_is_waited_for() {
    let options = MemoryOptions {
        debug: Some(MemoryDebug { delay: 0, ..MemoryDebug::default() }),
        ..MemoryOptions::default()
    };
    let ctx = CpuContext::builder().memory(options).stream(StreamKind::Worker).build().unwrap();
    let other = ctx.fork().unwrap();
    for round in 0..200_u32 {
        let mut buffer = ctx.filled(3000, round).unwrap();
        other.fill(&mut buffer, round + 1).unwrap();
        assert_eq!(ctx.read(&buffer).unwrap(), vec![round + 1; 3000]);
        drop(buffer);
    }

    assert!(ctx.check_memory().unwrap().is_empty());
}

#[test]
fn live_blocks_know_their_labels_and_where_they_were_allocated() {
    let ctx = context(MemoryDebug { backtraces: true, ..MemoryDebug::default() });
    let label = memory_label("kept");
    let first = ctx.alloc::<f32>(10).unwrap();
    drop(label);
    let second = ctx.alloc::<f32>(20).unwrap();
    let live = ctx.live_blocks();

    assert_eq!(
        live.iter().map(|block| (block.label, block.bytes)).collect::<Vec<_>>(),
        [("kept", 40), ("(no label)", 80)]
    );
    assert_eq!((live[0].address, live[1].address), (first.as_raw(), second.as_raw()));
    let trace = live[0].allocated.as_ref().unwrap().to_string();
    assert!(trace.contains("live_blocks_know_their_labels"), "{trace}");
    drop((first, second));
    assert!(ctx.live_blocks().is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_is_mapped_behind_a_block_with_guard_pages() {
    let ctx = context(MemoryDebug { guard_pages: true, delay: 0, ..MemoryDebug::default() });
    let protection = |address: u64| {
        let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
        maps.lines().find_map(|line| {
            let (range, rest) = line.split_once(' ')?;
            let (start, end) = range.split_once('-')?;
            let number = |text| u64::from_str_radix(text, 16).unwrap();
            (number(start)..number(end)).contains(&address).then(|| rest[..3].to_owned())
        })
    };
    for len in [1, 256, 4096, 5000, 1 << 20] {
        let buffer = ctx.filled(len, 9_u8).unwrap();
        let end = (buffer.as_raw() + len as u64).next_multiple_of(256);

        assert_eq!(ctx.read(&buffer).unwrap(), vec![9; len]);
        assert_eq!(protection(end - 1).as_deref(), Some("rw-"));
        assert_eq!(protection(end).as_deref(), Some("---"), "behind {len} bytes");
        drop(buffer);
    }
    assert!(ctx.check_memory().unwrap().is_empty());
    drop(ctx.alloc::<u8>(1).unwrap());
    let reserved = ctx.memory().reserved;
    assert!(reserved <= 4096, "{reserved} bytes are kept");
}

//! The memory pool: what it hands out, when it waits, what it says when there is no more, and that nothing is left.

mod recorder;

use std::{sync::Arc, thread};

use context_core::{
    Buffer, Context, Error, MemoryOptions, MemoryStatistics, OutOfMemory, Rung, backend::Address,
};
use recorder::{
    Entry, Machine, Random, TestContext,
    program::{Program, Shape, paged, r, shape},
};

fn context() -> (Arc<Machine>, TestContext) {
    let machine = Machine::new(0);
    let context = TestContext::new(&machine);
    (machine, context)
}

fn bytes(ctx: &TestContext, len: usize) -> Buffer<u8, TestContext> {
    ctx.alloc(len).unwrap()
}

/// A buffer's memory after the buffer was dropped, with an operation of `ctx` on it that has not run.
fn busy_block(ctx: &TestContext, len: usize) -> Address {
    let buffer = ctx.filled(len, 1_u8).unwrap();
    buffer.as_raw()
}

/// A buffer's memory after the buffer was dropped, with nothing under way on it.
fn idle_block(ctx: &TestContext, len: usize) -> Address {
    bytes(ctx, len).as_raw()
}

fn exhausted(error: Error) -> OutOfMemory {
    match error {
        Error::OutOfMemory(numbers) => *numbers,
        other => panic!("{other}"),
    }
}

#[test]
fn a_stream_gets_its_own_memory_back_at_once_without_a_backend_call() {
    let (machine, ctx) = context();
    let address = busy_block(&ctx, 1000);
    let calls = machine.calls();

    let again = bytes(&ctx, 1000);

    assert_eq!(again.as_raw(), address);
    assert_eq!(machine.calls(), calls);
}

#[test]
fn a_stream_that_runs_after_the_last_user_gets_the_memory_without_a_wait() {
    let (machine, a) = context();
    let b = a.fork().unwrap();
    let address = busy_block(&a, 1000);
    b.wait(&a.record().unwrap()).unwrap();
    let calls = machine.calls();

    let again = bytes(&b, 1000);

    assert_eq!(again.as_raw(), address);
    assert_eq!(machine.calls(), calls);
}

#[test]
fn a_stream_that_does_not_yet_waits_on_the_device_before_more_memory_is_asked_for() {
    let (machine, a) = context();
    let b = a.fork().unwrap();
    let address = busy_block(&a, 1000);
    machine.take_log();

    let again = bytes(&b, 1000);

    assert_eq!(again.as_raw(), address);
    let log = machine.take_log();
    assert!(
        matches!(
            log[..],
            [Entry::CreateEvent { .. }, Entry::Record { stream: 0, .. }, Entry::Wait { stream: 1, .. }]
        ),
        "{log:?}"
    );
}

#[test]
fn memory_that_needs_no_wait_is_preferred_to_memory_that_does() {
    let (machine, a) = context();
    let b = a.fork().unwrap();
    let (of_a, of_b) = (a.filled(1000, 1_u8).unwrap(), b.filled(1000, 1_u8).unwrap());
    let address = of_b.as_raw();
    drop(of_b);
    drop(of_a);
    machine.take_log();

    assert_eq!(bytes(&b, 1000).as_raw(), address);
    assert_eq!(machine.take_log(), []);
}

#[test]
fn empty_buffers_hold_no_memory_whatever_was_cached_before() {
    let (_, ctx) = context();
    for _ in 0..3 {
        drop((1..=80).map(|size| bytes(&ctx, 256 * size)).collect::<Vec<_>>());
        drop((bytes(&ctx, 0), bytes(&ctx, 0)));
        ctx.trim().unwrap();
        drop((bytes(&ctx, 0), bytes(&ctx, 0)));
    }

    assert_eq!((ctx.memory().live, ctx.memory().reserved), (0, 0));
}

#[test]
fn live_buffers_never_overlap() {
    for seed in 0..100 {
        let mut overlap = None;
        let shape = Shape { forks: true, ..shape(4, 30) };
        let program = Program::new(seed, shape).run_with(|program, outcome| {
            outcome.unwrap();
            let mut ranges: Vec<_> = program
                .buffers
                .iter()
                .filter(|buffer| !buffer.is_empty())
                .map(|buffer| (buffer.as_raw(), buffer.as_raw() + buffer.size_bytes() as Address))
                .collect();
            ranges.sort_unstable();
            overlap = overlap.or(ranges.windows(2).position(|pair| pair[0].1 > pair[1].0));
        });

        assert_eq!(overlap, None, "seed {seed}");
        program.end().assert_closed_clean();
    }
}

#[test]
fn buffers_of_many_threads_never_overlap() {
    let (machine, ctx) = context();
    let held = std::sync::Mutex::new(std::collections::BTreeMap::<Address, Address>::new());
    thread::scope(|scope| {
        for seed in 0..4 {
            let (ctx, held) = (ctx.fork().unwrap(), &held);
            scope.spawn(move || {
                let mut random = Random::new(seed);
                for _ in 0..300 {
                    let buffer = ctx.filled(1 + random.below(3000), 1_u8).unwrap();
                    let (start, end) = (buffer.as_raw(), buffer.as_raw() + buffer.len() as Address);
                    {
                        let mut held = held.lock().unwrap();
                        let before = held.range(..end).next_back();
                        assert!(before.is_none_or(|(_, end)| *end <= start), "{before:?} {start}");
                        held.insert(start, end);
                    }
                    thread::yield_now();
                    held.lock().unwrap().remove(&start);
                }
            });
        }
    });

    assert_eq!(recorder::order::races(&machine.log()), []);
    drop(ctx);
    machine.assert_closed_clean();
}

#[test]
fn statistics_are_exact() {
    let machine = Machine::new(0);
    let ctx = TestContext::new(&machine);
    assert_eq!(ctx.memory(), MemoryStatistics::default());

    let (x, y) = (bytes(&ctx, 1), bytes(&ctx, 1025));
    let expected = MemoryStatistics {
        live: 256 + 1280,
        peak: 256 + 1280,
        reserved: 256 + 1280,
        peak_reserved: 256 + 1280,
        allocations: 2,
        backend_allocations: 2,
        ..MemoryStatistics::default()
    };
    assert_eq!(ctx.memory(), expected);

    drop(y);
    assert_eq!(ctx.memory(), MemoryStatistics { live: 256, ..expected });
    let z = bytes(&ctx, 1250);
    assert_eq!(ctx.memory(), MemoryStatistics { allocations: 3, ..expected });
    let empty = bytes(&ctx, 0);
    assert_eq!(
        ctx.memory(),
        MemoryStatistics { allocations: 3, ..expected },
        "an empty buffer takes no memory"
    );

    drop((x, z, empty));
    assert_eq!(ctx.trim().unwrap(), 256 + 1280);
    let trimmed = MemoryStatistics { live: 0, reserved: 0, allocations: 3, ..expected };
    assert_eq!(ctx.memory(), trimmed);
    assert_eq!(machine.allocated(), 0);
}

#[test]
fn statistics_agree_with_the_backend_at_every_step_of_a_program() {
    for seed in 0..40 {
        let mut peak = 0;
        let program =
            Program::new(seed, Shape { forks: true, ..shape(3, 40) }).run_with(|program, outcome| {
                outcome.unwrap();
                let used = program.contexts[0].memory();
                let at_least: usize = program.buffers.iter().map(Buffer::size_bytes).sum();
                peak = peak.max(used.live);
                assert!(used.live >= at_least, "seed {seed}: {used:?}");
                assert_eq!((used.reserved, used.peak), (program.machine.allocated(), peak), "seed {seed}");
                assert_eq!(used.peak_reserved, program.machine.peak_allocated(), "seed {seed}");
            });
        program.end().assert_closed_clean();
    }
}

#[test]
fn trimming_gives_back_what_is_idle_and_keeps_what_is_not() {
    let (machine, a) = context();
    let b = a.fork().unwrap();
    let kept = bytes(&a, 512);
    let busy = busy_block(&b, 2000);
    idle_block(&a, 4000);

    assert_eq!(a.trim().unwrap(), 4096);
    assert_eq!(a.memory().reserved, 512 + 2048);
    machine.advance(usize::MAX);
    assert_eq!(a.trim().unwrap(), 2048, "the block at {busy:#x} has become idle");
    assert_eq!(a.trim().unwrap(), 0);
    drop(kept);
    machine.assert_no_faults();
}

/// A pool that inserts no wait of its own accord, so that the ladder has something to do.
fn without_waits(limit: usize) -> (Arc<Machine>, TestContext) {
    let machine = Machine::new(0);
    let options = MemoryOptions { limit: Some(limit), waits_in_a_thousand: 0, ..MemoryOptions::default() };
    let context = TestContext::with_options(&machine, options);
    (machine, context)
}

#[test]
fn a_block_is_cut_out_of_a_larger_one_and_the_rest_stays_free() {
    let (machine, ctx) = context();
    let larger = idle_block(&ctx, 2048);
    machine.take_log();

    let (first, second) = (bytes(&ctx, 512), bytes(&ctx, 1536));

    assert_eq!((first.as_raw(), second.as_raw()), (larger, larger + 512));
    assert_eq!(machine.take_log(), []);
    assert_eq!(ctx.memory().live, 2048);
}

#[test]
fn neighbours_that_were_freed_serve_a_request_larger_than_each() {
    let (machine, ctx) = context();
    let whole = idle_block(&ctx, 1 << 22);
    let parts: Vec<_> = (0..4).map(|_| bytes(&ctx, 1 << 20)).collect();
    drop(parts);
    machine.take_log();

    assert_eq!(bytes(&ctx, 1 << 22).as_raw(), whole);
    assert_eq!(machine.take_log(), []);
}

#[test]
fn a_rung_gives_back_idle_segments_and_only_those() {
    let (machine, a) = without_waits(12 << 10);
    let b = a.fork().unwrap();
    let kept = bytes(&b, 4096);
    let busy = b.filled(2048, 1_u8).unwrap();
    let idle = idle_block(&a, 4096);
    drop(busy);
    machine.take_log();

    let buffer = bytes(&a, 6144);

    let log = machine.take_log();
    assert!(
        log.iter().any(|entry| matches!(entry, Entry::Free { address, bytes: 4096 } if *address == idle)),
        "{log:?}"
    );
    assert!(
        !log.iter().any(|entry| matches!(entry, Entry::Synchronize { .. } | Entry::SynchronizePoint { .. })),
        "{log:?}"
    );
    let used = a.memory();
    assert!(used.climbed(Rung::Waits) > 0 && used.climbed(Rung::GiveBack) > 0, "{used:?}");
    assert_eq!(used.climbed(Rung::Wait), 0, "{used:?}");
    drop((buffer, kept));
    machine.assert_no_faults();
}

#[test]
fn the_last_rung_waits_for_blocks_in_use() {
    let machine = Machine::new(0);
    let a = TestContext::with_limit(&machine, Some(10 << 10));
    let b = a.fork().unwrap();
    let busy = busy_block(&b, 8192);
    machine.take_log();

    // Larger than what is free, and than what is left of the limit.
    let _buffer = bytes(&a, 9 << 10);

    let log = machine.take_log();
    let waited = log.iter().position(|entry| matches!(entry, Entry::SynchronizePoint { .. }));
    let freed = log.iter().position(|entry| matches!(entry, Entry::Free { address, .. } if *address == busy));
    assert!(waited.is_some() && waited < freed, "{log:?}");
    assert_eq!(a.memory().climbed(Rung::Wait), 1);
    machine.assert_no_faults();
}

#[test]
fn hooks_are_called_without_a_lock_and_the_pool_is_searched_again() {
    let machine = Machine::new(0);
    let ctx = TestContext::with_limit(&machine, Some(8192));
    let held = Arc::new(std::sync::Mutex::new(Some(bytes(&ctx, 8192))));
    let (given, state) = (held.clone(), ctx.core().state().clone());
    let wanted = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = wanted.clone();
    let hook = state
        .on_memory_pressure(Rung::Hooks, move |bytes| {
            seen.store(bytes, std::sync::atomic::Ordering::Relaxed);
            given.lock().unwrap().take().map_or(0, |buffer| buffer.len())
        })
        .unwrap();

    let buffer = ctx.alloc::<u8>(4096).unwrap();

    assert_eq!(wanted.load(std::sync::atomic::Ordering::Relaxed), 4096);
    assert!(held.lock().unwrap().is_none());
    assert_eq!(ctx.memory().climbed(Rung::Hooks), 1);
    drop((hook, buffer));
    assert!(state.on_memory_pressure(Rung::Waits, |_| 0).is_err());
}

#[test]
fn an_allocation_waits_up_to_its_deadline_for_another_thread_to_free() {
    let machine = Machine::new(0);
    let deadline = std::time::Duration::from_secs(3600);
    let options = MemoryOptions { limit: Some(4096), deadline, ..MemoryOptions::default() };
    let ctx = TestContext::with_options(&machine, options);
    let other = ctx.fork().unwrap();
    let held = bytes(&other, 4096);
    thread::scope(|scope| {
        scope.spawn(move || {
            while ctx_is_not_waiting(&other) {
                thread::yield_now();
            }
            drop(held);
        });

        assert!(ctx.alloc::<u8>(4096).is_ok());
    });
}

fn ctx_is_not_waiting(ctx: &TestContext) -> bool {
    ctx.memory().climbed(Rung::Wait) == 0
}

#[test]
fn a_soft_limit_is_passed_only_after_the_ladder() {
    let machine = Machine::new(0);
    let options = MemoryOptions { limit: Some(16384), soft_limit: Some(4096), ..MemoryOptions::default() };
    let ctx = TestContext::with_options(&machine, options);
    let below = bytes(&ctx, 4096);
    assert_eq!(ctx.memory().climbed(Rung::Waits), 0);

    let above = bytes(&ctx, 4096);

    assert_eq!(ctx.memory().climbed(Rung::Wait), 1);
    assert!(ctx.alloc::<u8>(16384).is_err(), "the hard limit holds");
    drop((below, above));
}

#[test]
fn the_error_after_the_ladder_says_who_holds_what() {
    let machine = Machine::new(0);
    machine.set_capacity(1 << 20);
    let ctx = TestContext::with_limit(&machine, Some(1 << 19));
    let _live = bytes(&ctx, 3000);

    let numbers = exhausted(ctx.alloc::<u8>(1 << 19).unwrap_err());

    assert_eq!((numbers.device, numbers.requested), (ctx.device(), 1 << 19));
    assert_eq!((numbers.live, numbers.cached, numbers.limit), (3072, 0, Some(1 << 19)));
    assert_eq!(numbers.device_memory, Some(((1 << 20) - 3072, 1 << 20)));
    assert_eq!(
        numbers.to_string(),
        "allocating 512.00 KiB of device memory on cuda:0: out of memory: 3.00 KiB in live buffers, 0 B cached with 0 B in \
         one piece, the limit is 512.00 KiB, the device has 1021.00 KiB free of 1.00 MiB; held by (no label) 3.00 KiB; \
         drop buffers or use smaller ones (the context's limit is reached)"
    );
}

#[test]
fn a_device_that_is_full_is_reported_with_its_own_words() {
    let machine = Machine::new(0);
    machine.set_capacity(4096);
    let ctx = TestContext::new(&machine);
    let held = bytes(&ctx, 4096);

    let numbers = exhausted(ctx.alloc::<u8>(100).unwrap_err());

    assert_eq!((numbers.requested, numbers.limit, numbers.device_memory), (256, None, Some((0, 4096))));
    assert_eq!(numbers.cause, "the recorder has no memory left");
    drop(held);
    assert!(ctx.alloc::<u8>(100).is_ok(), "what was dropped can be had again");
}

#[test]
fn a_request_beyond_the_limit_costs_the_pool_nothing() {
    let machine = Machine::new(0);
    let ctx = TestContext::with_limit(&machine, Some(1 << 20));
    let cached = idle_block(&ctx, 4096);
    machine.take_log();

    exhausted(ctx.alloc::<u8>(2 << 20).unwrap_err());

    assert_eq!(machine.take_log(), [], "the cache is not thrown away for a request that cannot be served");
    assert_eq!(bytes(&ctx, 4096).as_raw(), cached);
}

#[test]
fn threads_that_share_a_limit_keep_it_and_each_gets_its_share() {
    // A thread that gives blocks back holds them for a moment in its own hands, and one whose attempt fell into that moment
    // was told that memory had run out.
    const LIMIT: usize = 4 * 4096;
    for seed in 0..10 {
        let machine = Machine::new(seed);
        let ctx = TestContext::with_limit(&machine, Some(LIMIT));
        thread::scope(|scope| {
            for number in 0..4 {
                let (ctx, machine) = (ctx.fork().unwrap(), &machine);
                scope.spawn(move || {
                    let mut random = Random::new(seed * 4 + number);
                    for _ in 0..300 {
                        let len = [1100, 1500, 2000, 4096][random.below(4)];
                        let buffer = ctx.filled(len, 1_u8).unwrap();
                        machine.advance(random.below(4));
                        drop(buffer);
                    }
                });
            }
        });

        assert!(machine.peak_allocated() <= LIMIT && ctx.memory().peak_reserved <= LIMIT);
        drop(ctx);
        machine.assert_closed_clean();
    }
}

/// Everything that can keep a device alive.
fn owners() -> (Arc<Machine>, Vec<Box<dyn Send>>) {
    let (machine, ctx) = context();
    let fork = ctx.fork().unwrap();
    let x = ctx.filled(1000, 1_u32).unwrap();
    fork.run(r(&x)).unwrap();
    let event = fork.record().unwrap();
    (machine, vec![Box::new(ctx), Box::new(fork), Box::new(x), Box::new(event)])
}

/// All orders of four.
fn orders() -> impl Iterator<Item = [usize; 4]> {
    (0..256).map(|n| [n / 64, n / 16 % 4, n / 4 % 4, n % 4]).filter(|order| {
        let mut sorted = *order;
        sorted.sort_unstable();
        sorted == [0, 1, 2, 3]
    })
}

#[test]
fn everything_is_freed_with_the_last_owner_in_every_order() {
    assert_eq!(orders().count(), 24);
    for order in orders() {
        let (machine, owners) = owners();
        let mut owners: Vec<_> = owners.into_iter().map(Some).collect();
        for (position, index) in order.into_iter().enumerate() {
            assert!(!machine.is_closed(), "{order:?}");
            drop(owners[index].take());
            assert_eq!(machine.is_closed(), position == 3, "{order:?}");
        }

        machine.assert_closed_clean();
    }
}

#[test]
fn owners_may_be_dropped_on_threads_of_their_own() {
    for _ in 0..50 {
        let (machine, owners) = owners();
        let threads: Vec<_> = owners.into_iter().map(|owner| thread::spawn(move || drop(owner))).collect();
        threads.into_iter().for_each(|thread| thread.join().unwrap());

        machine.assert_closed_clean();
    }
}

#[test]
fn dropping_a_buffer_makes_no_backend_call() {
    let (machine, ctx) = context();
    let buffer = ctx.filled(1000, 1_u8).unwrap();
    let calls = machine.calls();

    drop(buffer);

    assert_eq!(machine.calls(), calls);
}

#[test]
fn any_call_may_fail_and_nothing_breaks_or_leaks() {
    let shape = Shape { forks: true, steps: 60, ..shape(3, 30) };
    for seed in 0..4 {
        let clean = {
            let program = Program::new(seed, shape).run();
            let before_the_end = program.machine.calls();
            (before_the_end, program.end().calls())
        };
        for call in 0..clean.1 {
            sweep(Program::new(seed, shape), seed, call);
        }
    }
}

#[test]
fn memory_of_moving_pages_is_never_used_by_two_and_never_early() {
    let mut moved = 0;
    for seed in 0..150 {
        let shape = Shape { forks: true, steps: 120, ..shape(4, 30) };
        let program = paged(seed, shape).run_with(|_, outcome| outcome.unwrap());
        moved += program.contexts[0].memory().moved_pages;
        assert_eq!(recorder::order::races(&program.machine.log()), [], "seed {seed}");
        program.end().assert_closed_clean();
    }
    assert!(moved > 100, "{moved} pages were moved: these programs do not test what they are to test");
}

#[test]
fn any_call_about_pages_may_fail_and_nothing_breaks_or_leaks() {
    let shape = Shape { forks: true, steps: 60, ..shape(3, 30) };
    for seed in 0..2 {
        let calls = paged(seed, shape).run().end().calls();
        for call in 0..calls {
            sweep(paged(seed, shape), seed, call);
        }
    }
}

#[test]
fn any_bytes_are_a_program_that_keeps_to_the_rules() {
    let programs = std::env::var("POOL_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(100);
    for seed in 0..programs {
        let mut random = Random::new(seed);
        let bytes: Vec<u8> = (0..random.below(4000)).map(|_| random.next() as u8).collect();
        recorder::fuzz::run(&bytes);
    }
}

/// Runs a program of which one call fails.
fn sweep(program: Program, seed: u64, call: u64) {
    program.machine.fail_call(call);
    let program = program.run_with(|_, outcome| match outcome {
        Ok(()) => {}
        Err(Error::Unsupported { reason, .. }) => assert!(reason.starts_with("the test made"), "{reason}"),
        Err(Error::OutOfMemory(numbers)) => assert_eq!(numbers.cause, "the recorder has no memory left"),
        Err(other) => panic!("seed {seed}, call {call}: {other}"),
    });
    let log = program.machine.log();
    assert_eq!(recorder::order::races(&log), [], "seed {seed}, call {call}");
    let during = program.machine.failures();

    let machine = program.end();
    machine.assert_no_faults();
    assert!(machine.is_closed());
    // A failure of the closing itself may leave the one block that it is about.
    let leaked = machine.blocks();
    let excused = usize::from(machine.failures() > during);
    assert!(leaked <= excused, "seed {seed}, call {call}: {leaked} blocks are leaked");
}

//! No call and no code of the program's under a lock of the pool: each of them looks.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use super::nowhere::Nowhere;
use crate::{
    DeviceState, MemoryKind, MemoryOptions, Rung,
    clock::{Clock, Dependency},
    moments::Home,
};

const STREAMS: usize = 3;

/// Runs a program whose memory does not always suffice, on several streams.
fn run(device: Nowhere) {
    let options = MemoryOptions { limit: Some(64 << 20), ..MemoryOptions::default() };
    let state = DeviceState::new(device, options);
    let homes: Vec<Arc<Home<Nowhere>>> = (0..STREAMS)
        .map(|_| Arc::new(Home { clock: Clock::new(&state, ()).unwrap(), state: state.clone() }))
        .collect();
    state.backend().watch(Arc::downgrade(&state));
    let hooks = Arc::new(AtomicUsize::new(0));
    let (called, watched) = (hooks.clone(), Arc::downgrade(&state));
    let hook = move |_| {
        let state = watched.upgrade().unwrap();
        assert!(state.pool(MemoryKind::Device).is_unlocked(), "a hook with a lock of the pool held");
        called.fetch_add(1, Relaxed);
        0
    };
    let _hook = state.on_memory_pressure(Rung::Hooks, hook).unwrap();

    let pool = state.pool(MemoryKind::Device);
    let mut live = Vec::new();
    let (mut number, mut refused) = (1_u64, 0);
    // Under Miri a step takes a good part of a second.
    let (steps, trims) = if cfg!(miri) { (240, 60) } else { (2000, 500) };
    for step in 0..steps {
        // Congruential, from Knuth.
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let home = &homes[step % STREAMS];
        let bytes = 1_usize << (number >> 59);
        match pool.allocate(home, bytes.min(40 << 20)) {
            Ok(memory) => live.push((memory, home)),
            Err(_) => refused += 1,
        }
        home.clock.advance(&state);
        if live.len() > 20 || refused % 2 == 1 {
            let (memory, home) = live.swap_remove((number >> 32) as usize % live.len());
            memory.tracked.publish(home, &home.clock, home.clock.issued(), true);
            // Another stream has used some of them as well.
            if number & 3 == 0 {
                let other = &homes[(step + 1) % STREAMS];
                memory.tracked.publish(home, &other.clock, other.clock.issued(), false);
            }
        }
        if step % trims == trims - 1 {
            homes[1]
                .clock
                .run_after(&state, &homes[0].clock, homes[0].clock.issued(), Dependency::Order)
                .unwrap();
            pool.trim(&state).unwrap();
        }
    }

    assert!(refused > 0 && hooks.load(Relaxed) > 0, "memory did not run out");
    assert!(state.backend().looks() > 100, "{} calls were looked at", state.backend().looks());
}

#[test]
fn no_call_is_made_with_a_lock_of_the_pool_held() {
    run(Nowhere::default());
}

#[test]
fn no_call_about_pages_is_made_with_a_lock_of_the_pool_held() {
    run(Nowhere::paged());
}

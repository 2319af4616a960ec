//! What threads share without the borrow checker's help, in every order that threads can take it in: loom runs each model in all of them.
//!
//! loom takes an access that is sequentially consistent for one that acquires and releases. So what needs more than that is not here: the
//! two sides of [`Tracked`](crate::moments::Tracked), which Miri runs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use loom::{model::Builder, thread};

use crate::{
    DeviceState, Error, MemoryKind, MemoryOptions, Result,
    clock::Clock,
    completion::Completion,
    gate::Gate,
    latch::Latch,
    lock::Lock,
    moments::Home,
    pool::{Nowhere, Owned},
    slot::Slot,
};

/// Runs a model in every order in which threads are interrupted up to `interruptions` times, where they need not be.
fn explore(interruptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    builder.preemption_bound = Some(interruptions);
    builder.max_branches = 20_000;
    builder.check(model);
}

#[test]
fn a_latch_lends_its_value_to_one_thread_at_a_time() {
    explore(4, || {
        let latch = Arc::new(Latch::new(0));
        let other = latch.clone();
        let thread = thread::spawn(move || {
            *other.lock() += 1;
            if let Some(mut value) = other.try_lock() {
                *value += 10;
            }
        });
        *latch.lock() += 100;
        thread.join().unwrap();

        assert!([101, 111].contains(&*latch.lock()));
    });
}

#[test]
fn a_lock_lends_its_value_to_one_thread_at_a_time_and_wakes_who_sleeps() {
    explore(4, || {
        let value = Arc::new(Lock::new(0));
        let others = [10, 100].map(|more| {
            let other = value.clone();
            thread::spawn(move || *other.lock() += more)
        });
        if let Some(mut value) = value.try_lock() {
            *value += 1;
        }
        *value.lock() += 1000;
        others.into_iter().for_each(|thread| thread.join().unwrap());

        assert!([1110, 1111].contains(&*value.lock()));
    });
}

#[test]
fn a_slot_hands_its_object_to_one_thread() {
    /// Takes the object, holds it for a moment, and puts it back.
    fn use_once(slot: &Slot<Arc<AtomicBool>>) -> bool {
        let Some(held) = slot.take() else { return false };
        assert!(!held.swap(true, Relaxed), "two threads have the object at once");
        thread::yield_now();
        held.store(false, Relaxed);
        slot.put(held).expect("there is one object, and this thread has it");
        true
    }
    explore(4, || {
        let slot = Arc::new(Slot::default());
        slot.put(Arc::new(AtomicBool::new(false))).unwrap();
        let other = slot.clone();
        let thread = thread::spawn(move || use_once(&other));
        let mine = use_once(&slot);
        let theirs = thread.join().unwrap();

        assert!(mine || theirs, "a slot that is full refuses both");
        assert!(slot.take().is_some(), "the object is lost");
    });
}

#[test]
fn turns_that_cross_never_wait_in_a_circle() {
    explore(3, || {
        let (gate, inside) = (Arc::new(Gate::default()), Arc::new(AtomicU32::new(0)));
        let enter = |gate: &Gate, uses: [(usize, bool); 2], inside: &AtomicU32| {
            let turn = gate.enter(&uses).unwrap();
            assert_eq!(inside.fetch_add(1, Relaxed), 0, "two that conflict have their turn at once");
            thread::yield_now();
            inside.fetch_sub(1, Relaxed);
            drop(turn);
        };
        let others = (gate.clone(), inside.clone());
        let thread = thread::spawn(move || enter(&others.0, [(1, true), (2, true)], &others.1));
        enter(&gate, [(2, true), (1, false)], &inside);
        thread.join().unwrap();
    });
}

#[test]
fn whoever_waits_for_a_completion_hears_of_its_end() {
    explore(4, || {
        let completion = Arc::new(Completion::default());
        let called = Arc::new(AtomicU32::new(0));
        let (other, counter) = (completion.clone(), called.clone());
        let waiter = thread::spawn(move || {
            other.on_end(Box::new(move |outcome| {
                assert!(outcome.is_err());
                counter.fetch_add(1, Relaxed);
            }));
            // Hangs in an order in which the wake-up is lost, which loom tells.
            other.wait().unwrap_err().to_string()
        });
        let failure = |message: &str| Error::KernelPanicked { kernel: "k", message: message.to_owned() };
        completion.finish(Some(failure("first")));
        completion.finish(Some(failure("second")));

        assert!(waiter.join().unwrap().contains("first"));
        assert_eq!(called.load(Relaxed), 1, "a callback is called once");
    });
}

#[test]
fn two_ends_at_once_give_one_outcome() {
    explore(4, || {
        let completion = Arc::new(Completion::default());
        let other = completion.clone();
        let thread = thread::spawn(move || other.finish(None));
        completion.finish(Some(Error::KernelPanicked { kernel: "k", message: "late".into() }));
        let seen = completion.query();
        thread.join().unwrap();

        assert_eq!(seen.is_err(), completion.query().is_err(), "an end does not change");
        assert!(completion.is_done());
    });
}

/// A device with a pool that may have this much, and streams on it.
fn homes<const N: usize>(limit: usize, deadline: Duration) -> [Arc<Home<Nowhere>>; N] {
    let options = MemoryOptions { limit: Some(limit), deadline, ..MemoryOptions::default() };
    let state = DeviceState::new(Nowhere::default(), options);
    std::array::from_fn(|_| Arc::new(Home { clock: Clock::new(&state, ()).unwrap(), state: state.clone() }))
}

/// Allocates as a context does.
fn allocate(home: &Arc<Home<Nowhere>>, bytes: usize) -> Result<Owned<Nowhere>> {
    let pool = home.state.pool(MemoryKind::Device);
    let short = pool.take_cached(home, bytes, MemoryKind::Device).or_else(|| pool.take_fit(home, bytes));
    match short {
        Some(owned) => Ok(owned),
        None => pool.allocate(home, bytes),
    }
}

/// One block has all the memory there is; a thread frees it while another stream asks for it.
fn hand_on(bytes: usize) {
    explore(4, move || {
        let [a, b] = homes(bytes, Duration::from_secs(3600));
        let pool = a.state.pool(MemoryKind::Device);
        // The second time, small ones come out of the stream's front cache, and go into it the short way.
        drop(allocate(&a, bytes).unwrap());
        let block = allocate(&a, bytes).unwrap();
        let thread = thread::spawn(move || drop(block));
        // Waits until the block is there. In an order in which nobody would tell, loom finds that no thread can go on.
        let again = allocate(&b, bytes);
        thread.join().unwrap();

        drop(again.unwrap());
        assert_eq!(pool.statistics().live, 0);
    });
}

#[test]
fn an_allocation_that_waits_hears_of_a_small_block() {
    hand_on(4096);
}

#[test]
fn an_allocation_that_waits_hears_of_a_large_block() {
    hand_on(4 << 20);
}

#[test]
fn memory_that_another_thread_frees_is_handed_out_once() {
    explore(4, || {
        let [a] = homes(1 << 30, Duration::ZERO);
        let pool = a.state.pool(MemoryKind::Device);
        let blocks = [(); 2].map(|()| allocate(&a, 1024).unwrap());
        drop(allocate(&a, 1024));
        let [first, second] = blocks;
        let thread = thread::spawn(move || drop(first));
        drop(second);
        let (one, two) = (allocate(&a, 1024).unwrap(), allocate(&a, 1024).unwrap());
        thread.join().unwrap();

        assert_ne!(one.address(), two.address());
        assert_eq!(pool.statistics().live, 2048);
    });
}

//! What Caffe2's cuDNN states promised, and what they lacked: streams joined whatever happens, workspaces that lose nothing, slots that
//! threads share. The work is the driver's own, so that none of it depends on a cuDNN.

mod support;

use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use context_core::{Context, Error};
use context_cuda::{
    CudaContext, CudnnState, CudnnWorkspace, CudnnWrapper, Growth, SyncedCudnnState, WorkspaceOptions,
};
use support::{Sim, sim};

const LEN: usize = 4096;

/// Fills memory on a context's stream, past all that keeps order.
fn fill(context: &CudaContext, address: u64, byte: u8) -> Result<(), Error> {
    let stream = context.core().stream().as_stream();
    // SAFETY: every caller owns that many bytes there until its work has ended.
    Ok(unsafe { stream.fill(address, &[byte], LEN) }?)
}

/// Copies memory on a context's stream, past all that keeps order.
fn copy(context: &CudaContext, target: u64, source: u64) -> Result<(), Error> {
    let stream = context.core().stream().as_stream();
    // SAFETY: as above.
    Ok(unsafe { stream.copy(target, source, LEN) }?)
}

fn open(_sim: &Sim) -> CudaContext {
    CudaContext::builder().driver(cuda_sim::driver()).cudnn_slots(3).build().unwrap()
}

/// What a state's work does besides giving its stream a copy.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Well,
    Failure,
    Panic,
    /// Not through `execute`.
    Unjoined,
}

/// The caller fills, a state copies, the caller reads; returns what it reads.
fn through_a_state(context: &CudaContext, end: End) -> Vec<u8> {
    let source = context.filled(LEN, 1_u8).unwrap();
    let target = context.filled(LEN, 0_u8).unwrap();
    let mut state = CudnnState::new(context, WorkspaceOptions::default()).unwrap();
    fill(context, source.as_raw(), 7).unwrap();
    let (from, to) = (source.as_raw(), target.as_raw());
    match end {
        End::Well => {
            state.execute(context, |scope| copy(scope.context(), to, from)).unwrap();
        }
        End::Failure => {
            let failed: Result<(), Error> = state.execute(context, |scope| {
                copy(scope.context(), to, from)?;
                Err(Error::Shape { operation: "the work", detail: "has failed".into() })
            });
            assert!(failed.unwrap_err().to_string().contains("has failed"));
        }
        End::Panic => {
            let panicked = catch_unwind(AssertUnwindSafe(|| {
                let _: Result<(), Error> = state.execute(context, |scope| {
                    copy(scope.context(), to, from)?;
                    panic!("the work has panicked")
                });
            }));
            assert!(panicked.is_err());
        }
        End::Unjoined => copy(state.context(), to, from).unwrap(),
    }
    context.read(&target).unwrap()
}

#[test]
fn execute_joins_before_and_behind_however_the_work_ends() {
    let sim = sim();
    for end in [End::Well, End::Failure, End::Panic] {
        let program = || {
            let context = open(&sim);
            assert_eq!(through_a_state(&context, end), [7; LEN], "{end:?}");
        };
        cuda_sim::explore(60, program).unwrap_or_else(|failure| panic!("{end:?}: {failure}"));
    }
    // The same without `execute` is a race, and the simulated driver sees it: the test above can fail.
    let unjoined = cuda_sim::explore(60, || drop(through_a_state(&open(&sim), End::Unjoined)));
    assert!(!unjoined.unwrap_err().reports.is_empty());
}

#[test]
fn execute_joins_a_stream_that_is_not_a_contexts() {
    let sim = sim();
    cuda_sim::explore(60, || {
        let context = open(&sim);
        let stream = context_core::cuda::Stream::new(context.cuda_context(), 0).unwrap();
        let source = context.filled(LEN, 1_u8).unwrap();
        let target = context.filled(LEN, 0_u8).unwrap();
        context.synchronize().unwrap();
        let mut state = CudnnState::new(&context, WorkspaceOptions::default()).unwrap();
        let (from, to) = (source.as_raw(), target.as_raw());
        // SAFETY: both buffers live until the stream is synchronised.
        unsafe { stream.fill(from, &[9], LEN) }.unwrap();
        state.execute_on(&stream, |scope| copy(scope.context(), to, from)).unwrap();
        // SAFETY: as above; this is behind the copy, or the driver reports a race.
        unsafe { stream.fill(from, &[3], LEN) }.unwrap();
        stream.synchronize().unwrap();
        assert_eq!(context.read(&target).unwrap(), [9; LEN]);
    })
    .unwrap();
}

#[test]
fn execute_blocks_the_host_for_nothing() {
    let sim = sim();
    let context = open(&sim);
    let mut state = CudnnState::new(&context, WorkspaceOptions::default()).unwrap();
    for function in ["cuStreamSynchronize", "cuEventSynchronize", "cuCtxSynchronize"] {
        let calls = sim.calls(function, || state.execute(&context, |_| Ok(())).unwrap());
        assert_eq!(calls, 0, "{function}");
    }
}

#[test]
fn work_is_not_begun_for_a_caller_on_other_memory() {
    let sim = sim();
    let context = open(&sim);
    let other = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(1 << 20).build().unwrap();
    let mut state = CudnnState::new(&context, WorkspaceOptions::default()).unwrap();
    let begun = Cell::new(false);
    let refused = state.execute(&other, |_| {
        begun.set(true);
        Ok(())
    });
    assert!(matches!(refused, Err(Error::WrongDevice { .. })), "{refused:?}");
    assert!(!begun.get());
}

#[test]
fn a_workspace_grows_by_its_policy_and_keeps_its_memory() {
    let sim = sim();
    let context = open(&sim);
    let mut exact = CudnnWorkspace::new(WorkspaceOptions { growth: Growth::Exact, cap: None });
    assert!(exact.is_empty());
    assert_eq!(exact.get(&context, 1000).unwrap().len(), 1000);
    let address = exact.get(&context, 10).unwrap().as_raw();
    assert_eq!(exact.get(&context, 1000).unwrap().as_raw(), address, "what is large enough is kept");
    assert_eq!(exact.get(&context, 1001).unwrap().len(), 1001);
    assert_eq!(exact.growths(), 2);

    let mut doubling = CudnnWorkspace::default();
    let sizes = [1000, 1001, 2001, 3000].map(|bytes| doubling.get(&context, bytes).unwrap().len());
    assert_eq!(sizes, [1000, 2000, 4000, 4000]);
    assert_eq!(doubling.growths(), 3);
}

#[test]
fn a_workspace_that_cannot_grow_is_what_it_was() {
    let sim = sim();
    drop(open(&sim));
    let context = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(64 << 20).build().unwrap();
    let mut workspace = CudnnWorkspace::new(WorkspaceOptions { growth: Growth::Exact, cap: Some(60 << 20) });
    let address = workspace.get(&context, 40 << 20).unwrap().as_raw();
    // There is room for the new one or for the old one: the old one is not lost to find that out.
    assert!(matches!(workspace.get(&context, 50 << 20), Err(Error::OutOfMemory(_))));
    let capped = workspace.get(&context, 61 << 20).unwrap_err().to_string();
    assert!(capped.contains("61.00 MiB") && capped.contains("60.00 MiB"), "{capped}");
    assert_eq!(workspace.get(&context, 1).unwrap().as_raw(), address);
    assert_eq!(workspace.len(), 40 << 20);
    // Given up first, it can be had.
    workspace.shrink_to(&context, 0).unwrap();
    assert_eq!(workspace.get(&context, 50 << 20).unwrap().len(), 50 << 20);
}

#[test]
fn doubling_stops_at_the_cap_and_at_what_there_is() {
    let sim = sim();
    drop(open(&sim));
    let context = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(100 << 20).build().unwrap();
    let mut capped = CudnnWorkspace::new(WorkspaceOptions { cap: Some(9 << 20), ..Default::default() });
    capped.get(&context, 6 << 20).unwrap();
    assert_eq!(capped.get(&context, 7 << 20).unwrap().len(), 9 << 20);
    let mut tight = CudnnWorkspace::default();
    tight.get(&context, 36 << 20).unwrap();
    // 72 MiB are not there beside the 36, 40 are.
    assert_eq!(tight.get(&context, 40 << 20).unwrap().len(), 40 << 20);
}

#[test]
fn what_a_workspace_frees_goes_back_to_the_pool() {
    let sim = sim();
    let context = open(&sim);
    let before = context.memory().live;
    let mut state = CudnnState::new(&context, WorkspaceOptions::default()).unwrap();
    state.execute(&context, |scope| scope.workspace(8 << 20).map(drop)).unwrap();
    assert!(context.memory().live >= before + (8 << 20));
    state.shrink_workspace(1 << 20).unwrap();
    assert!(context.memory().live < before + (2 << 20));
    drop(state);
    assert_eq!(context.memory().live, before);
}

#[test]
fn memory_that_a_workspace_frees_is_not_handed_on_before_its_kernels_have_run() {
    let sim = sim();
    cuda_sim::explore(60, || {
        let context = open(&sim);
        let mut state =
            CudnnState::new(&context, WorkspaceOptions { growth: Growth::Exact, cap: None }).unwrap();
        for bytes in [LEN, 2 * LEN, 3 * LEN] {
            state
                .execute(&context, |scope| {
                    let address = scope.workspace(bytes)?.as_raw();
                    fill(scope.context(), address, 1)
                })
                .unwrap();
            // Whoever gets the memory that was given up writes it at once.
            let other = context.fork().unwrap();
            drop(other.filled(bytes - LEN, 2_u8).unwrap());
        }
    })
    .unwrap();
}

#[test]
fn a_slot_serves_one_thread_at_a_time_and_says_how_often_one_had_to_wait() {
    let sim = sim();
    let context = open(&sim);
    let states = SyncedCudnnState::new(1, WorkspaceOptions::default()).unwrap();
    let inside = AtomicUsize::new(0);
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        for fork in (0..4).map(|_| context.fork().unwrap()) {
            let (states, inside, barrier) = (&states, &inside, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for _ in 0..20 {
                    states
                        .with_state(&fork, 0, |state| {
                            assert_eq!(inside.fetch_add(1, SeqCst), 0, "two threads in one slot");
                            state.execute(&fork, |_| {
                                std::thread::sleep(Duration::from_micros(200));
                                Ok(())
                            })?;
                            inside.fetch_sub(1, SeqCst);
                            Ok(())
                        })
                        .unwrap();
                }
            });
        }
    });
    let statistics = states.statistics()[0];
    assert_eq!(statistics.uses, 80);
    assert!(statistics.contended > 0 && statistics.waited >= statistics.longest_wait);
    assert!(statistics.held >= Duration::from_micros(80 * 200), "{statistics:?}");
}

#[test]
fn threads_in_different_slots_do_not_wait() {
    let sim = sim();
    let context = open(&sim);
    let states = SyncedCudnnState::new(4, WorkspaceOptions::default()).unwrap();
    let barrier = Barrier::new(4);
    std::thread::scope(|scope| {
        for (index, fork) in (0..4).map(|index| (index, context.fork().unwrap())) {
            let (states, barrier) = (&states, &barrier);
            // Each waits for the others while it is inside: one that had to wait would wait for ever.
            scope.spawn(move || {
                states
                    .with_state(&fork, index, |_| {
                        barrier.wait();
                        Ok(())
                    })
                    .unwrap();
                states
                    .with_any(&fork, |_| {
                        barrier.wait();
                        Ok(())
                    })
                    .unwrap();
            });
        }
    });
    assert!(states.statistics().iter().all(|slot| slot.contended == 0 && slot.uses >= 1));
}

#[test]
fn a_slot_is_not_waited_for_by_the_thread_that_holds_it() {
    let sim = sim();
    let context = open(&sim);
    let states = SyncedCudnnState::new(2, WorkspaceOptions::default()).unwrap();
    states
        .with_state(&context, 0, |_| {
            let nested = states.with_state(&context, 0, |_| Ok(())).unwrap_err().to_string();
            assert!(nested.contains("slot 0"), "{nested}");
            states.with_any(&context, |_| {
                let both = states.with_any(&context, |_| Ok(())).unwrap_err().to_string();
                assert!(both.contains("holds slot"), "{both}");
                Ok(())
            })
        })
        .unwrap();
}

#[test]
fn a_panic_in_a_slot_costs_its_state_and_nothing_else() {
    let sim = sim();
    let context = open(&sim);
    let states = SyncedCudnnState::new(1, WorkspaceOptions::default()).unwrap();
    let stream = |states: &SyncedCudnnState| {
        states.with_state(&context, 0, |state| Ok(state.context().stream_id())).unwrap()
    };
    let first = stream(&states);
    assert_eq!(stream(&states), first, "a state is kept");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _: Result<(), Error> = states.with_state(&context, 0, |_| panic!("in a slot"));
    }));
    assert!(panicked.is_err());
    assert_ne!(stream(&states), first, "the state was made anew");
    assert_eq!(states.statistics()[0].rebuilt, 1);
    // A failure is no panic: the state stays.
    let second = stream(&states);
    let _: Result<(), Error> = states
        .with_state(&context, 0, |_| Err(Error::Shape { operation: "the work", detail: String::new() }));
    assert_eq!(stream(&states), second);
}

#[test]
fn slots_are_counted_from_zero_and_none_is_refused() {
    let sim = sim();
    let context = open(&sim);
    let wrapper = CudnnWrapper::new(&context);
    assert_eq!(wrapper.states().slots(), 3);
    let refused = wrapper.with_state(3, |_| Ok(())).unwrap_err().to_string();
    assert!(refused.contains("slot 3 of 3"), "{refused}");
    assert!(SyncedCudnnState::new(0, WorkspaceOptions::default()).is_err());
    assert!(CudaContext::builder().driver(cuda_sim::driver()).cudnn_slots(0).build().is_err());
}

#[test]
fn forks_share_their_states_and_states_keep_nothing_alive() {
    let sim = sim();
    let context = open(&sim);
    let fork = context.fork().unwrap();
    let wrapper = CudnnWrapper::new(&context);
    assert!(Arc::ptr_eq(wrapper.states(), CudnnWrapper::new(&fork).states()));
    let first = wrapper.with_state(1, |state| Ok(state.context().stream_id())).unwrap();
    let again = CudnnWrapper::new(&fork).with_state(1, |state| Ok(state.context().stream_id())).unwrap();
    assert_eq!(first, again);
    assert_ne!(first, context.stream_id());
    let states = Arc::downgrade(wrapper.states());
    drop(context);
    assert!(states.upgrade().is_some());
    let released = sim.calls("cuDevicePrimaryCtxRelease_v2", || drop(fork));
    assert_eq!(released, 1, "the states went with the last of the family");
    assert!(states.upgrade().is_none());
}

#[test]
fn trimming_frees_states_that_nobody_uses() {
    let sim = sim();
    let context = open(&sim);
    let wrapper = CudnnWrapper::new(&context);
    let before = context.memory().live;
    for index in 0..3 {
        wrapper.with_state(index, |state| state.workspace().get(&context, 1 << 20).map(drop)).unwrap();
    }
    let trimmed = AtomicBool::new(false);
    wrapper
        .with_state(0, |_| {
            assert_eq!(wrapper.states().trim(), 2, "the one in use stays");
            trimmed.store(true, SeqCst);
            Ok(())
        })
        .unwrap();
    assert!(trimmed.load(SeqCst));
    assert_eq!(wrapper.states().trim(), 1);
    assert_eq!(context.memory().live, before);
}

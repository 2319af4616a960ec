//! The table at `SharedEvent`: who waits for whom, and how, on CPU streams and on CUDA streams of the simulated device.
#![cfg(all(feature = "cpu", feature = "sim"))]

use std::{
    future::{Future, IntoFuture},
    pin::pin,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    task::{Context as TaskContext, Poll, Wake, Waker},
    thread,
    time::Duration,
};

use device_context::{
    Context, CpuContext, CudaContext, Error, EventStatus, MemoryDebug, MemoryOptions, SharedEvent,
    cpu::StreamKind, kernel, sim,
};

const PATIENCE: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(20);

fn inline() -> CpuContext {
    CpuContext::new().expect("a CPU")
}

fn worker() -> CpuContext {
    CpuContext::builder().stream(StreamKind::Worker).build().expect("a CPU")
}

fn cuda() -> CudaContext {
    CudaContext::builder().driver(sim::driver()).build().expect("a device")
}

/// A gate that a kernel waits at.
struct Gate(Mutex<bool>, Condvar);

impl Gate {
    const fn new() -> Gate {
        Gate(Mutex::new(false), Condvar::new())
    }

    fn open(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    fn pass(&self) {
        let open = self.0.lock().unwrap();
        assert!(!self.1.wait_timeout_while(open, PATIENCE, |open| !*open).unwrap().1.timed_out());
    }
}

static GATES: [Gate; 8] = [const { Gate::new() }; 8];

kernel! {
    fn wait_at_gate(gate: u32, x: &mut [u32]);
    threads: x.len();
    cpu: { GATES[gate as usize].pass(); x.fill(7); }
}

kernel! {
    fn panic_now(x: &mut [u32]);
    threads: x.len();
    cpu: { panic!("the parent of {}", x.len()); }
}

fn message(error: &Error) -> String {
    error.to_string()
}

fn failure() -> Error {
    Error::KernelPanicked { kernel: "the host's", message: "first words".to_owned() }
}

#[test]
fn a_cuda_context_waits_on_the_device_for_a_stream_of_its_own_device() {
    let (source, event) = (cuda(), SharedEvent::new());
    let waiter = source.fork().unwrap();
    let _x = source.uniform(1000, 0.0..1.0).unwrap();
    event.record(&source).unwrap();
    let before = waiter.inserted_waits();
    waiter.wait_for(&event).unwrap();

    assert_eq!(waiter.inserted_waits(), before + 1);
    waiter.synchronize().unwrap();
}

#[test]
fn the_failure_of_a_parent_is_every_waiters() {
    let (source, event) = (worker(), SharedEvent::new());
    let mut x = source.zeros::<u32>(3).unwrap();
    source.run(panic_now(&mut x)).unwrap();
    event.record(&source).unwrap();

    for outcome in [event.wait(), inline().wait_for(&event), cuda().wait_for(&event)] {
        assert!(message(&outcome.unwrap_err()).contains("the parent of 3"));
    }
    let child = worker();
    assert!(child.wait_for(&event).and_then(|()| child.synchronize()).is_err());
    assert_eq!(event.status(), EventStatus::Failed);
    assert!(message(&event.error().unwrap()).contains("the parent of 3"));
}

#[test]
fn the_first_failure_of_the_host_is_the_one_that_streams_fail_with() {
    fn check<C: Context>(ctx: C) {
        let event = SharedEvent::new();
        ctx.wait_for(&event).unwrap();
        event.fail(failure()).unwrap();
        event.fail(Error::KernelPanicked { kernel: "x", message: "second".to_owned() }).unwrap();

        let error = ctx.synchronize().unwrap_err();
        assert!(
            matches!(&error, Error::EventFailed { cause } if message(cause).contains("first words")),
            "{error}"
        );
    }
    check(worker());
    check(cuda());
}

#[test]
fn what_was_recorded_before_a_wait_that_failed_has_not_failed() {
    let (ctx, event) = (cuda(), SharedEvent::new());
    let before = ctx.record().unwrap();
    ctx.wait_for(&event).unwrap();
    let behind = ctx.record().unwrap();
    event.fail(failure()).unwrap();

    before.synchronize().unwrap();
    assert!(behind.synchronize().is_err() && behind.query().is_err());
    block_on(async { (&behind).await }).unwrap_err();
}

#[test]
fn an_event_that_is_dropped_lets_every_waiter_go_with_an_error() {
    fn check<C: Context>(ctx: C) {
        let event = SharedEvent::new();
        let told = Arc::new(AtomicUsize::new(0));
        let future = (&event).into_future();
        let tell = told.clone();
        event.on_end(move |outcome| {
            assert!(matches!(outcome, Err(Error::EventDropped)));
            tell.fetch_add(1, SeqCst);
        });
        ctx.wait_for(&event).unwrap();
        let owner = event.clone();
        drop(event);
        assert_eq!(told.load(SeqCst), 0, "one owner is left");
        drop(owner);

        assert_eq!(told.load(SeqCst), 1);
        assert!(matches!(block_on(future), Err(Error::EventDropped)));
        assert!(
            matches!(ctx.synchronize(), Err(Error::EventFailed { cause }) if matches!(*cause, Error::EventDropped))
        );
    }
    check(worker());
    check(cuda());
}

#[test]
fn a_recorded_event_may_be_dropped_before_its_work_has_ended() {
    fn check<C: Context>(ctx: C) {
        let (source, event) = (worker(), SharedEvent::new());
        let mut x = source.zeros::<u32>(3).unwrap();
        source.run(wait_at_gate(5, &mut x)).unwrap();
        event.record(&source).unwrap();
        ctx.wait_for(&event).unwrap();
        drop(event);
        GATES[5].open();
        ctx.synchronize().unwrap();
    }
    check(worker());
    check(cuda());
}

#[test]
fn a_context_that_is_held_back_may_be_dropped_first() {
    let event = SharedEvent::new();
    let ctx = CudaContext::builder().driver(sim::driver()).memory_limit(1 << 20).build().unwrap();
    let state = Arc::downgrade(ctx.core().state());
    ctx.wait_for(&event).unwrap();
    let x = ctx.filled(10, 1_u8).unwrap();
    drop((x, ctx));
    assert!(state.upgrade().is_some(), "its device stays open");
    event.finish().unwrap();

    assert!(state.upgrade().is_none());
}

#[test]
fn a_stream_that_is_held_back_serves_no_other_context() {
    fn check<C: Context>(ctx: C, event: &SharedEvent) -> Vec<C> {
        let held = ctx.fork().unwrap();
        held.wait_for(event).unwrap();
        drop(held);
        let next = ctx.fork().unwrap();
        next.synchronize().unwrap();
        vec![ctx, next]
    }
    let event = SharedEvent::new();
    let contexts = (check(worker(), &event), check(cuda(), &event));
    event.finish().unwrap();
    drop(contexts);
}

#[test]
fn a_circle_of_waits_is_refused() {
    fn check<C: Context>(one: &C) {
        let (first, second) = (SharedEvent::new(), SharedEvent::new());
        one.wait_for(&first).unwrap();
        assert!(matches!(first.record(one), Err(Error::EventCircle)));

        let other = worker();
        other.wait_for(&second).unwrap();
        second.record(one).unwrap();
        assert!(matches!(first.record(&other), Err(Error::EventCircle)));
        first.finish().unwrap();
        other.synchronize().unwrap();
        one.synchronize().unwrap();
    }
    check(&worker());
    check(&cuda());
}

#[test]
fn holds_that_end_in_another_order_let_the_stream_go_in_its_own() {
    let (ctx, events) = (cuda(), [(); 3].map(|()| SharedEvent::new()));
    let behind: Vec<_> = events
        .iter()
        .map(|event| {
            ctx.wait_for(event).unwrap();
            ctx.record().unwrap()
        })
        .collect();
    let is_held_at = |place: usize| {
        behind[..place].iter().for_each(|event| event.synchronize().unwrap());
        assert!(!behind[place].synchronize_timeout(SHORT).unwrap(), "{place}");
    };
    events[1].finish().unwrap();
    is_held_at(0);
    events[0].finish().unwrap();
    is_held_at(2);
    events[2].finish().unwrap();
    ctx.synchronize().unwrap();
    assert!(behind[2].query().unwrap());
}

#[test]
fn the_pool_hands_no_memory_of_a_stream_that_is_held_back_to_another() {
    let event = SharedEvent::new();
    let ctx = CudaContext::builder().driver(sim::driver()).memory_limit(64 << 20).build().unwrap();
    let (held, behind) = (ctx.fork().unwrap(), ctx.fork().unwrap());
    held.wait_for(&event).unwrap();
    // Held back too, by the stream that it follows.
    behind.wait(&held.record().unwrap()).unwrap();
    drop((held.filled(1 << 20, 1_u8).unwrap(), behind.filled(1 << 20, 1_u8).unwrap()));
    let waits = ctx.inserted_waits();
    let mine = ctx.filled(1 << 20, 2_u8).unwrap();

    assert_eq!(ctx.inserted_waits(), waits);
    assert_eq!(ctx.read(&mine).unwrap()[..2], [2; 2]);
    event.finish().unwrap();
    behind.synchronize().unwrap();
}

#[test]
fn memory_that_runs_out_beside_a_stream_that_is_held_back_is_an_error_and_no_hang() {
    let event = SharedEvent::new();
    let ctx = CudaContext::builder().driver(sim::driver()).memory_limit(32 << 20).build().unwrap();
    let held = ctx.fork().unwrap();
    held.wait_for(&event).unwrap();
    drop(held.filled(8 << 20, 1_u8).unwrap());
    // And of one that both have used.
    let (both, mut target) = (ctx.filled(16 << 20, 1_u8).unwrap(), held.zeros::<u8>(4).unwrap());
    held.copy(&mut target, both.slice(..4).unwrap()).unwrap();
    drop(both);

    assert!(matches!(ctx.filled(24 << 20, 2_u8), Err(Error::OutOfMemory(_))));
    event.finish().unwrap();
    drop(ctx.filled(24 << 20, 2_u8).unwrap());
}

#[test]
fn the_debug_mode_looks_later_at_what_a_stream_used_that_is_held_back() {
    let event = SharedEvent::new();
    let debug = MemoryDebug { delay: 0, ..MemoryDebug::default() };
    let options = MemoryOptions { debug: Some(debug), ..MemoryOptions::default() };
    let ctx = CudaContext::builder().driver(sim::driver()).memory(options).build().unwrap();
    let held = ctx.fork().unwrap();
    held.wait_for(&event).unwrap();
    drop(held.filled(1 << 20, 1_u8).unwrap());
    let kept = ctx.memory().reserved;
    // Both look at what was freed, and neither waits for it.
    let (mine, theirs) = (ctx.filled(1 << 20, 2_u8).unwrap(), held.filled(1 << 20, 3_u8).unwrap());

    assert_eq!(ctx.read(&mine).unwrap()[..2], [2; 2]);
    assert!(ctx.memory().reserved > kept, "the freed block was handed out");
    event.finish().unwrap();
    assert_eq!(held.read(&theirs).unwrap()[..2], [3; 2]);
    assert!(ctx.check_memory().unwrap().is_empty());
}

#[test]
fn captured_work_waits_for_no_event_of_the_host() {
    fn check<C: Context>(ctx: C) {
        let event = SharedEvent::new();
        let refused = ctx.capture(|ctx| {
            assert!(matches!(event.record(ctx), Err(Error::Capture { .. })));
            ctx.wait_for(&event)
        });
        let error = refused.map(drop).unwrap_err();
        assert!(matches!(error, Error::Capture { operation: "waiting for an event", .. }), "{error}");
        ctx.synchronize().unwrap();
    }
    check(inline());
    check(worker());
    check(cuda());
}

#[test]
fn the_states_go_one_way_until_a_reset_on_both_devices() {
    fn check<C: Context>(ctx: &C) {
        let event = SharedEvent::new();
        assert_eq!((event.status(), event.error().is_none()), (EventStatus::Initialized, true));
        event.record(ctx).unwrap();
        assert!(matches!(event.record(ctx), Err(Error::EventState { .. })));
        assert!(matches!(event.finish(), Err(Error::EventState { .. })), "its work is what ends it");
        event.wait().unwrap();
        assert_eq!(event.status(), EventStatus::Success);
        assert!(matches!(event.fail(failure()), Err(Error::EventState { .. })));
        event.reset().unwrap();
        assert_eq!(event.status(), EventStatus::Initialized);

        event.fail(failure()).unwrap();
        assert_eq!(event.status(), EventStatus::Failed);
        assert!(matches!(event.finish(), Err(Error::EventState { .. })));
        assert!(event.record(ctx).is_err());
        event.reset().unwrap();
        event.record(ctx).unwrap();
        event.wait().unwrap();
    }
    check(&inline());
    check(&worker());
    check(&cuda());
}

#[test]
fn an_event_that_is_scheduled_cannot_be_reset() {
    let (ctx, event) = (worker(), SharedEvent::new());
    let mut x = ctx.zeros::<u32>(3).unwrap();
    ctx.run(wait_at_gate(3, &mut x)).unwrap();
    event.record(&ctx).unwrap();
    assert!(matches!(event.reset(), Err(Error::EventState { .. })));
    GATES[3].open();
    event.wait().unwrap();
    event.reset().unwrap();
}

#[test]
fn a_reset_of_an_event_that_was_not_recorded_leaves_its_waiters_with_it() {
    let (ctx, event) = (worker(), SharedEvent::new());
    ctx.wait_for(&event).unwrap();
    event.reset().unwrap();
    event.finish().unwrap();
    ctx.synchronize().unwrap();
}

#[test]
fn callbacks_run_once_each_and_may_use_the_event() {
    fn check<C: Context>(ctx: &C) {
        let (event, count) = (SharedEvent::new(), Arc::new(AtomicUsize::new(0)));
        let (done, finished) = mpsc::channel();
        let add = |early: bool| {
            let (event_again, count, done) = (event.clone(), count.clone(), done.clone());
            event.on_end(move |outcome| {
                assert!(outcome.is_ok() && (early || event_again.status() == EventStatus::Success));
                count.fetch_add(1, SeqCst);
                done.send(()).unwrap();
            });
        };
        add(true);
        event.record(ctx).unwrap();
        add(true);
        event.wait().unwrap();
        add(false);
        (0..3).for_each(|_| finished.recv_timeout(PATIENCE).unwrap());
        assert_eq!(count.load(SeqCst), 3);
        assert!(finished.recv_timeout(SHORT).is_err(), "none runs twice");
    }
    check(&inline());
    check(&worker());
    check(&cuda());
}

struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest executor there is.
fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match future.as_mut().poll(&mut TaskContext::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park_timeout(PATIENCE),
        }
    }
}

#[test]
fn events_are_awaited_on_any_executor() {
    fn check<C: Context>(ctx: &C) {
        let _x = ctx.uniform(10_000, 0.0..1.0).unwrap();
        let (event, shared) = (ctx.record().unwrap(), SharedEvent::new());
        let early = (&shared).into_future();
        shared.record(ctx).unwrap();
        block_on(async { (&event).await.and((&shared).await).and(early.await) }).unwrap();
    }
    check(&inline());
    check(&worker());
    check(&cuda());
}

#[test]
fn a_wait_ends_with_its_timeout_and_the_event_goes_on() {
    let (ctx, event) = (worker(), SharedEvent::new());
    assert!(!event.wait_timeout(SHORT).unwrap());
    let mut x = ctx.zeros::<u32>(3).unwrap();
    ctx.run(wait_at_gate(4, &mut x)).unwrap();
    event.record(&ctx).unwrap();
    assert!(!event.wait_timeout(SHORT).unwrap());
    GATES[4].open();
    assert!(event.wait_timeout(PATIENCE).unwrap());

    let (ctx, event) = (cuda(), SharedEvent::new());
    event.record(&ctx).unwrap();
    assert!(event.wait_timeout(PATIENCE).unwrap());
}

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
    Context, CpuContext, CudaContext, Error, EventStatus, Result, SharedEvent, cpu::StreamKind, kernel, sim,
};

const PATIENCE: Duration = Duration::from_secs(20);
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

/// Runs an order of `ctx` behind `event` on another thread; tells of its return.
fn order<C: Context>(ctx: C, event: &SharedEvent) -> mpsc::Receiver<(C, Result<()>)> {
    let (sender, receiver) = mpsc::channel();
    let event = event.clone();
    thread::spawn(move || {
        let outcome = ctx.wait_for(&event);
        drop(sender.send((ctx, outcome)));
    });
    receiver
}

fn host_blocks_until_finished<C: Context>(ctx: C) {
    let event = SharedEvent::new();
    let returned = order(ctx, &event);
    assert!(returned.recv_timeout(SHORT).is_err(), "it waits");
    event.finish().unwrap();
    let (ctx, outcome) = returned.recv_timeout(PATIENCE).unwrap();
    outcome.unwrap();
    ctx.synchronize().unwrap();
}

#[test]
fn an_inline_cpu_context_blocks_for_an_event_of_the_host() {
    host_blocks_until_finished(inline());
}

#[test]
fn a_cuda_context_blocks_for_an_event_of_the_host() {
    host_blocks_until_finished(cuda());
}

#[test]
fn a_cpu_worker_waits_for_an_event_of_the_host_while_its_caller_goes_on() {
    let (ctx, event) = (worker(), SharedEvent::new());
    ctx.wait_for(&event).unwrap();
    let x = ctx.filled(4, 3_u32).unwrap();
    let behind = ctx.record().unwrap();
    assert!(!behind.synchronize_timeout(SHORT).unwrap());
    event.finish().unwrap();
    assert!(behind.synchronize_timeout(PATIENCE).unwrap());
    assert_eq!(ctx.read(&x).unwrap(), [3; 4]);
}

/// `source` works until its gate opens; an event behind it holds `waiter` up.
fn waits_for_a_cpu_stream<C: Context>(gate: u32, waiter: C, host_goes_on: bool) {
    let (source, event) = (worker(), SharedEvent::new());
    let mut x = source.zeros::<u32>(4).unwrap();
    source.run(wait_at_gate(gate, &mut x)).unwrap();
    event.record(&source).unwrap();
    assert_eq!(event.status(), EventStatus::Scheduled);
    let returned = order(waiter, &event);
    match returned.recv_timeout(SHORT) {
        Ok((waiter, outcome)) => {
            assert!(host_goes_on);
            outcome.unwrap();
            let behind = waiter.record().unwrap();
            assert!(!behind.synchronize_timeout(SHORT).unwrap());
            GATES[gate as usize].open();
            assert!(behind.synchronize_timeout(PATIENCE).unwrap());
        }
        Err(_) => {
            assert!(!host_goes_on);
            GATES[gate as usize].open();
            returned.recv_timeout(PATIENCE).unwrap().1.unwrap();
        }
    }
    assert_eq!(event.status(), EventStatus::Success);
    assert_eq!(source.read(&x).unwrap(), [7; 4]);
}

#[test]
fn an_inline_cpu_context_blocks_for_a_cpu_stream() {
    waits_for_a_cpu_stream(0, inline(), false);
}

#[test]
fn a_cpu_worker_waits_for_a_cpu_stream_while_its_caller_goes_on() {
    waits_for_a_cpu_stream(1, worker(), true);
}

#[test]
fn a_cuda_context_blocks_for_a_cpu_stream() {
    waits_for_a_cpu_stream(2, cuda(), false);
}

fn follows_a_cuda_stream<C: Context>(waiter: C) {
    let (source, event) = (cuda(), SharedEvent::new());
    let x = source.uniform(100_000, 0.0..1.0).unwrap();
    event.record(&source).unwrap();
    waiter.wait_for(&event).unwrap();
    waiter.synchronize().unwrap();
    assert_eq!(event.status(), EventStatus::Success);
    drop(x);
}

#[test]
fn every_context_follows_a_cuda_stream() {
    follows_a_cuda_stream(inline());
    follows_a_cuda_stream(worker());
    follows_a_cuda_stream(cuda());
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
fn a_failure_of_the_host_fails_the_stream_that_waits() {
    let (ctx, event) = (worker(), SharedEvent::new());
    ctx.wait_for(&event).unwrap();
    event.fail(failure()).unwrap();
    event.fail(Error::KernelPanicked { kernel: "x", message: "second".to_owned() }).unwrap();

    assert!(message(&ctx.synchronize().unwrap_err()).contains("first words"));
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

//! Who waits for whom: every waiter, for an event that each kind of source ends, met in each of its states. The table with what happens in
//! each cell is in `docs/cpu.md`; a cell's test is `waiter::source::state`.
#![cfg(all(feature = "cpu", feature = "sim"))]

use std::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use device_context::{
    Context, CpuContext, CudaContext, Error, EventStatus, Result, SharedEvent, cpu::StreamKind, kernel, sim,
};

const PATIENCE: Duration = Duration::from_secs(600);
const SHORT: Duration = Duration::from_millis(5);
const WORDS: &str = "what the parent failed with";

#[derive(Clone, Copy, PartialEq)]
enum Waiter {
    Host,
    Inline,
    Worker,
    Cuda,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Host,
    Inline,
    Worker,
    Cuda,
    OtherCuda,
}

/// Where the event is when the waiter comes, and how it ends if it has not.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Initialized { fails: bool },
    Scheduled { fails: bool },
    Success,
    Failed,
}

impl State {
    fn fails(self) -> bool {
        matches!(self, State::Failed | State::Initialized { fails: true } | State::Scheduled { fails: true })
    }

    fn is_open(self) -> bool {
        !matches!(self, State::Success | State::Failed)
    }
}

fn inline() -> CpuContext {
    CpuContext::new().unwrap()
}

fn worker() -> CpuContext {
    CpuContext::builder().stream(StreamKind::Worker).build().unwrap()
}

fn cuda() -> CudaContext {
    CudaContext::builder().driver(sim::driver()).build().unwrap()
}

/// A pool of its own makes it another device to contexts of the shared one.
fn other_cuda() -> CudaContext {
    CudaContext::builder().driver(sim::driver()).memory_limit(1 << 28).build().unwrap()
}

fn failure() -> Error {
    Error::KernelPanicked { kernel: "the host's", message: WORDS.to_owned() }
}

/// Where kernels of workers wait: nothing yet, or whether they fail.
static GATES: Mutex<[Option<bool>; 128]> = Mutex::new([None; 128]);
static OPENED: Condvar = Condvar::new();

fn new_gate() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, SeqCst)
}

kernel! {
    fn wait_at_gate(gate: u32, x: &mut [u32]);
    threads: x.len();
    cpu: {
        let gates = GATES.lock().unwrap();
        let (gates, timeout) =
            OPENED.wait_timeout_while(gates, PATIENCE, |gates| gates[gate as usize].is_none()).unwrap();
        let fails = gates[gate as usize];
        drop(gates);
        assert!(!timeout.timed_out());
        assert!(fails == Some(false), "{WORDS}");
        x.fill(7);
    }
}

/// Ends what was begun.
type End = Box<dyn FnOnce(bool)>;

/// Gives `ctx` work that goes on until the returned function ends it.
fn begin_on_worker(ctx: CpuContext) -> (CpuContext, End) {
    let gate = new_gate();
    let mut x = ctx.zeros::<u32>(3).unwrap();
    ctx.run(wait_at_gate(gate as u32, &mut x)).unwrap();
    let open = move |fails| {
        GATES.lock().unwrap()[gate] = Some(fails);
        OPENED.notify_all();
        drop(x);
    };
    (ctx, Box::new(open))
}

fn begin_on_cuda(ctx: CudaContext) -> (CudaContext, End) {
    let gate = SharedEvent::new();
    ctx.wait_for(&gate).unwrap();
    let end = move |fails| match fails {
        true => gate.fail(failure()).unwrap(),
        false => gate.finish().unwrap(),
    };
    (ctx, Box::new(end))
}

/// Records the event behind work that goes on, and keeps the context until that is ended.
fn record<C: Context>(event: &SharedEvent, (ctx, end): (C, End)) -> End {
    event.record(&ctx).unwrap();
    Box::new(move |fails| {
        end(fails);
        // What failed is told to whoever asks, and not by dropping.
        drop(ctx);
    })
}

/// Has the source schedule the event, and returns what ends its work.
fn schedule(event: &SharedEvent, source: Source) -> End {
    match source {
        Source::Host => {
            let event = event.clone();
            Box::new(move |fails| match fails {
                true => event.fail(failure()).unwrap(),
                false => event.finish().unwrap(),
            })
        }
        Source::Inline => record(event, (inline(), Box::new(|fails| assert!(!fails)))),
        Source::Worker => record(event, begin_on_worker(worker())),
        Source::Cuda => record(event, begin_on_cuda(cuda())),
        Source::OtherCuda => record(event, begin_on_cuda(other_cuda())),
    }
}

fn settle(event: &SharedEvent, state: State) {
    let ended = event.wait_timeout(PATIENCE);
    assert_eq!(ended.is_err(), state.fails(), "{ended:?}");
    let status = if state.fails() { EventStatus::Failed } else { EventStatus::Success };
    assert_eq!(event.status(), status);
}

/// What a thread that blocked is told.
fn check_told(told: Result<()>, state: State) {
    match told {
        Ok(()) => assert!(!state.fails()),
        Err(error) => assert!(state.fails() && error.to_string().contains(WORDS), "{error}"),
    }
}

/// The waiter blocks the thread that asks for it.
fn blocks(
    event: &SharedEvent,
    state: State,
    wait: impl FnOnce(&SharedEvent) -> Result<()> + Send,
    end: impl FnOnce(),
) {
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        scope.spawn(move || tell.send(wait(event)).unwrap());
        if state.is_open() {
            assert!(told.recv_timeout(SHORT).is_err(), "it waits");
        }
        end();
        check_told(told.recv_timeout(PATIENCE).unwrap(), state);
    });
}

/// The stream waits, and the host goes on.
fn goes_on<C: Context>(ctx: C, event: &SharedEvent, state: State, end: impl FnOnce()) {
    let waited = ctx.wait_for(event);
    let x = ctx.filled(3, 5_u32).unwrap();
    if state.is_open() {
        waited.unwrap();
        let behind = ctx.record().unwrap();
        assert!(!behind.synchronize_timeout(SHORT).unwrap(), "its stream waits");
        end();
        check_told(behind.synchronize(), state);
    } else {
        end();
        // It has ended: the caller is told at once, and the stream is as it was.
        check_told(waited, state);
        assert_eq!(ctx.read(&x).unwrap(), [5; 3]);
        return;
    }
    let read = ctx.read(&x);
    match state.fails() {
        false => assert_eq!(read.unwrap(), [5; 3]),
        true => {
            // Whoever needs what is behind the wait fails in the same way, on other streams too, and the device goes on.
            for outcome in [read.map(drop), ctx.synchronize()] {
                check_told(outcome, state);
            }
            let other = ctx.fork().unwrap();
            check_told(other.read(&x).map(drop), state);
            let well = ctx.fork().unwrap();
            assert_eq!(well.read(&well.filled(2, 1_u32).unwrap()).unwrap(), [1; 2]);
        }
    }
}

fn check(waiter: Waiter, source: Source, state: State) {
    let event = SharedEvent::new();
    let begin = || schedule(&event, source);
    let end: Box<dyn FnOnce() + '_> = match state {
        State::Initialized { fails } => Box::new(move || begin()(fails)),
        State::Scheduled { fails } => {
            let end = begin();
            assert_eq!(event.status(), EventStatus::Scheduled);
            Box::new(move || end(fails))
        }
        State::Success | State::Failed => {
            begin()(state.fails());
            settle(&event, state);
            Box::new(|| {})
        }
    };
    match waiter {
        Waiter::Host => blocks(&event, state, SharedEvent::wait, end),
        Waiter::Inline => {
            let ctx = inline();
            blocks(&event, state, move |event| ctx.wait_for(event), end);
        }
        Waiter::Worker => goes_on(worker(), &event, state, end),
        Waiter::Cuda => goes_on(cuda(), &event, state, end),
    }
    settle(&event, state);
}

/// A module for each source, with a test for each state that it has.
macro_rules! cells {
    (@source $of:ident, $source:ident = $by:ident: [$($name:ident = $state:expr),* $(,)?]) => {
        mod $source {
            use crate::{Source, State, Waiter, check};

            $(
                #[test]
                fn $name() {
                    check(Waiter::$of, Source::$by, $state);
                }
            )*
        }
    };
    ($of:ident, $([$($source:ident = $by:ident),*]: $states:tt),* $(,)?) => {
        $($(cells! { @source $of, $source = $by: $states })*)*
    };
}

/// Each source with the states that it has: what the host ends is never scheduled, and an inline context has ended its work, well, when it
/// records.
macro_rules! table {
    ($($waiter:ident = $of:ident),*) => {$(
        mod $waiter {
            cells! { $of,
                [host = Host]: [
                    initialized = State::Initialized { fails: false },
                    initialized_then_fails = State::Initialized { fails: true },
                    success = State::Success,
                    failed = State::Failed,
                ],
                [inline_cpu = Inline]: [
                    initialized = State::Initialized { fails: false },
                    success = State::Success,
                ],
                [worker_cpu = Worker, cuda = Cuda, other_cuda = OtherCuda]: [
                    initialized = State::Initialized { fails: false },
                    initialized_then_fails = State::Initialized { fails: true },
                    scheduled = State::Scheduled { fails: false },
                    scheduled_then_fails = State::Scheduled { fails: true },
                    success = State::Success,
                    failed = State::Failed,
                ],
            }
        }
    )*};
}

table!(host = Host, inline_cpu = Inline, worker_cpu = Worker, cuda = Cuda);

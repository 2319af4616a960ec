//! Worker and inline streams: they overlap, keep their order, and what fails in them is heard of.

use std::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
        mpsc,
    },
    thread,
    time::Duration,
};

use context_core::{Context, Error, ErrorClass, Result, kernel};
use context_cpu::{CpuContext, StreamKind};

/// Long enough for any machine; a test that gets here has failed.
const PATIENCE: Duration = Duration::from_secs(600);

/// A place where kernels meet: `arrive` waits until as many as asked for are there.
struct Meeting {
    arrived: Mutex<usize>,
    left: AtomicU32,
    changed: Condvar,
}

impl Meeting {
    const fn new() -> Meeting {
        Meeting { arrived: Mutex::new(0), left: AtomicU32::new(0), changed: Condvar::new() }
    }

    /// Tells whether `of` came before patience ran out.
    fn arrive(&self, of: usize) -> bool {
        let mut arrived = self.arrived.lock().unwrap();
        *arrived += 1;
        self.changed.notify_all();
        let all_here = |arrived: &mut usize| *arrived < of;
        let met = !self.changed.wait_timeout_while(arrived, PATIENCE, all_here).unwrap().1.timed_out();
        self.left.fetch_add(1, SeqCst);
        met
    }
}

static OVERLAP: Meeting = Meeting::new();
static GATES: [Meeting; 4] = [const { Meeting::new() }; 4];

kernel! {
    /// Says whether another kernel of its kind ran at the same time.
    fn meet_another(met: &mut [u32]);
    threads: 1;
    cpu: { met[0] = u32::from(OVERLAP.arrive(2)); }
}

kernel! {
    /// Waits for the host to arrive at the gate.
    fn pass_gate(gate: u32, passed: &mut [u32]);
    threads: 1;
    cpu: { passed[0] = u32::from(GATES[gate as usize].arrive(2)); }
}

kernel! {
    fn increment(x: &mut [u32]);
    threads: x.len();
    cpu: { x.iter_mut().for_each(|x| *x = x.wrapping_mul(3) + 1); }
}

kernel! {
    fn panic_with(kind: u32, x: &mut [u32]);
    threads: x.len();
    cpu: {
        match kind {
            0 => panic!("nothing at index {}", x.len()),
            1 => panic!("a plain text"),
            2 => assert_eq!(x[x.len()], 0),
            _ => std::panic::panic_any(7_u8),
        }
    }
}

static COUNT: AtomicU32 = AtomicU32::new(0);

kernel! {
    fn count_slowly(x: &mut [u32]);
    threads: 1;
    cpu: {
        thread::sleep(Duration::from_millis(5));
        x.fill(1);
        COUNT.fetch_add(1, SeqCst);
    }
}

fn worker() -> CpuContext {
    CpuContext::builder().stream(StreamKind::Worker).build().unwrap()
}

fn both_kinds() -> [CpuContext; 2] {
    [CpuContext::new().unwrap(), worker()]
}

/// Runs something that must not hang.
fn in_time<R: Send + 'static>(run: impl FnOnce() -> R + Send + 'static) -> R {
    let (sender, receiver) = mpsc::channel();
    let thread = thread::spawn(move || sender.send(run()));
    match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("this hangs"),
        Err(mpsc::RecvTimeoutError::Disconnected) => std::panic::resume_unwind(thread.join().unwrap_err()),
    }
}

#[test]
fn workers_run_at_the_same_time() -> Result<()> {
    let (a, b) = (worker(), worker());
    let (mut met_a, mut met_b) = (a.zeros(1)?, b.zeros(1)?);

    a.run(meet_another(&mut met_a))?;
    b.run(meet_another(&mut met_b))?;

    assert_eq!((a.read(&met_a)?, b.read(&met_b)?), (vec![1], vec![1]));
    Ok(())
}

#[test]
fn a_worker_lets_its_caller_go_on() -> Result<()> {
    let ctx = worker();
    let mut passed = ctx.zeros(1)?;

    ctx.run(pass_gate(0, &mut passed))?;
    let event = ctx.record()?;

    assert!(!event.query()?);
    assert!(GATES[0].arrive(2));
    event.synchronize()?;
    assert!(event.query()?);
    assert_eq!(ctx.read(&passed)?, [1]);
    Ok(())
}

#[test]
fn an_inline_stream_is_done_when_its_call_returns() -> Result<()> {
    let ctx = CpuContext::new()?;
    let mut x = ctx.filled(1000, 2_u32)?;
    ctx.run(increment(&mut x))?;

    assert!(ctx.record()?.query()?);
    assert_eq!(ctx.read(&x)?, [7; 1000]);
    Ok(())
}

#[test]
fn work_of_one_stream_keeps_its_order() -> Result<()> {
    for ctx in both_kinds() {
        let mut x = ctx.filled(64, 0_u32)?;
        let mut expected = 0_u32;
        for step in 0..1000 {
            if step % 100 == 99 {
                ctx.fill(&mut x, step)?;
                expected = step;
            }
            ctx.run(increment(&mut x))?;
            expected = expected.wrapping_mul(3) + 1;
        }
        assert_eq!(ctx.read(&x)?, [expected; 64]);
    }
    Ok(())
}

#[test]
fn a_source_on_the_host_may_change_as_soon_as_the_call_returns() -> Result<()> {
    let ctx = worker();
    let mut passed = ctx.zeros(1)?;
    let mut source = vec![1_u32; 1000];
    ctx.run(pass_gate(1, &mut passed))?;

    let x = ctx.upload(&source)?;
    source.fill(2);
    drop(source);

    GATES[1].arrive(2);
    assert_eq!(ctx.read(&x)?, [1; 1000]);
    Ok(())
}

#[test]
fn dropping_a_context_and_its_buffers_loses_no_queued_work() -> Result<()> {
    let reader = CpuContext::new()?;
    let ctx = worker();
    let mut passed = ctx.zeros(1)?;
    ctx.run(pass_gate(2, &mut passed))?;
    let mut x = ctx.filled(1000, 2_u32)?;
    ctx.run(increment(&mut x))?;
    let mut y = ctx.zeros::<u32>(1000)?;
    ctx.copy(&mut y, &x)?;

    drop((ctx, x, passed));
    assert_eq!(GATES[2].left.load(SeqCst), 0, "dropping does not wait for the gate");
    let opener = thread::spawn(|| {
        // So that the read begins before the work that it needs.
        thread::sleep(Duration::from_millis(30));
        GATES[2].arrive(2)
    });

    assert_eq!(reader.read(&y)?, [7; 1000]);
    assert!(opener.join().unwrap());
    Ok(())
}

#[test]
fn the_last_owner_waits_for_what_still_runs() -> Result<()> {
    for round in 1..=5 {
        let ctx = CpuContext::builder().stream(StreamKind::Worker).memory_limit(1 << 20).build()?;
        let mut x = ctx.zeros::<u32>(10_000)?;
        ctx.run(count_slowly(&mut x))?;
        let fork = ctx.fork()?;
        fork.run(count_slowly(&mut x))?;
        drop((ctx, fork, x));

        assert_eq!(COUNT.load(SeqCst), 2 * round);
    }
    Ok(())
}

#[track_caller]
fn assert_panicked(error: &Error, message: &str) {
    match error {
        Error::KernelPanicked { kernel: "panic_with", message: found } => {
            assert!(found.contains(message), "{found}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(error.class(), ErrorClass::ContextLost);
    assert!(error.to_string().starts_with("kernel panic_with on cpu panicked: "), "{error}");
}

const MESSAGES: [&str; 4] = ["nothing at index 4", "a plain text", "index out of bounds", "no text"];

#[test]
fn a_panic_in_place_is_the_error_of_its_call_and_of_nothing_else() -> Result<()> {
    let ctx = CpuContext::new()?;
    let mut x = ctx.filled(4, 1_u32)?;
    for (kind, message) in MESSAGES.iter().enumerate() {
        let error = ctx.run(panic_with(kind as u32, &mut x)).unwrap_err();

        assert_panicked(&error, message);
    }
    ctx.run(increment(&mut x))?;
    assert_eq!(ctx.read(&x)?, [4; 4]);
    Ok(())
}

#[test]
fn a_panic_on_a_worker_is_the_error_of_whoever_waits() {
    for (kind, message) in MESSAGES.iter().enumerate() {
        in_time(move || {
            let ctx = worker();
            let mut x = ctx.filled(4, 1_u32).unwrap();
            ctx.run(panic_with(kind as u32, &mut x)).unwrap();
            ctx.run(increment(&mut x)).unwrap();

            assert_panicked(&ctx.read(&x).unwrap_err(), message);
            assert_panicked(&ctx.synchronize().unwrap_err(), message);
        });
    }
}

#[test]
fn work_behind_a_panic_is_not_run() {
    in_time(|| {
        let ctx = worker();
        let other = CpuContext::new().unwrap();
        let (mut x, mut y) = (ctx.filled(4, 1_u32).unwrap(), other.filled(4, 1_u32).unwrap());
        ctx.run(panic_with(0, &mut x)).unwrap();
        ctx.run(increment(&mut y)).unwrap();
        assert!(ctx.synchronize().is_err());

        // SAFETY: the worker has nothing left to do, and the buffer is live; it is looked at as foreign code would.
        let value = unsafe { *std::ptr::with_exposed_provenance::<u32>(y.as_raw() as usize) };
        assert_eq!(value, 1);
    });
}

#[test]
fn later_contexts_on_the_device_work_after_a_panic() {
    in_time(|| {
        let failing = worker();
        let mut x = failing.filled(1000, 1_u32).unwrap();
        failing.run(panic_with(0, &mut x)).unwrap();
        assert!(failing.synchronize().is_err());
        let fork = failing.fork().unwrap();
        drop((failing, x));

        for ctx in [fork, worker(), CpuContext::new().unwrap()] {
            for _ in 0..5 {
                let mut y = ctx.filled(1000, 2_u32).unwrap();
                ctx.run(increment(&mut y)).unwrap();
                assert_eq!(ctx.read(&y).unwrap(), [7; 1000]);
            }
            ctx.trim().unwrap();
        }
    });
}

#[test]
fn dropping_everything_after_a_panic_neither_hangs_nor_panics() {
    in_time(|| {
        let ctx = CpuContext::builder().stream(StreamKind::Worker).memory_limit(1 << 20).build().unwrap();
        let mut x = ctx.filled(1000, 1_u32).unwrap();
        ctx.run(panic_with(0, &mut x)).unwrap();
        let event = ctx.record().unwrap();
        drop((x, ctx, event));
    });
}

/// A kernel's panic on a worker was invisible to other contexts: they read half-written memory, and an event behind the
/// panic was complete without an error.
#[test]
fn a_panic_on_a_worker_reaches_every_context_that_needs_its_result() {
    let a = CpuContext::builder().stream(StreamKind::Worker).build().unwrap();
    let contexts =
        [CpuContext::new().unwrap(), CpuContext::builder().stream(StreamKind::Worker).build().unwrap()];
    for b in contexts {
        let worker = a.fork().unwrap();
        let mut x = worker.filled(4, 1_u32).unwrap();
        let c = CpuContext::builder().stream(StreamKind::Worker).build().unwrap();
        let other = c.filled(4, 5_u32).unwrap();
        worker.run(panics_half_way(&mut x)).unwrap();
        let event = worker.record().unwrap();

        assert!(matches!(event.synchronize(), Err(Error::KernelPanicked { .. })));
        assert!(matches!(event.query(), Err(Error::KernelPanicked { .. })));
        let mut y = b.filled(4, 0_u32).unwrap();
        let copied = b.copy(&mut y, &x).and_then(|()| b.read(&y));
        assert!(matches!(copied, Err(Error::KernelPanicked { .. })), "{copied:?}");

        // What has nothing to do with it goes on, also in the memory that the failed work used.
        assert_eq!(c.read(&other).unwrap(), [5; 4]);
        drop((x, y, worker));
        for _ in 0..4 {
            assert_eq!(c.read(&c.filled(4, 7_u32).unwrap()).unwrap(), [7; 4]);
        }
    }
}

kernel! {
    /// Writes one element, and panics.
    fn panics_half_way(y: &mut [u32]);
    threads: y.len();
    cpu: {
        y[0] = 9;
        panic!("half way");
    }
}

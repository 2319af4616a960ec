//! net_test: what becomes of work that fails while nobody looks.

use std::sync::mpsc;
use std::time::Duration;

use device_context::{Context, CpuContext, Error, SharedEvent, cpu::StreamKind, kernel};

kernel! {
    fn fails(x: &mut [u32]);
    threads: x.len();
    cpu: { let zero = x[0]; assert!(zero == 1, "the operator has failed"); }
}

kernel! {
    fn fails_later(x: &mut [u32]);
    threads: x.len();
    cpu: { assert!(x[0] == 1, "the later operator has failed"); }
}

kernel! {
    fn works(x: &mut [u32]);
    threads: x.len();
    cpu: { x.iter_mut().for_each(|x| *x += 1) }
}

fn worker() -> CpuContext {
    CpuContext::builder().stream(StreamKind::Worker).build().unwrap()
}

fn panicked(error: &Error) -> &str {
    match error {
        Error::KernelPanicked { message, .. } => message,
        Error::Lost { loss, .. } => panicked(&loss.cause),
        other => panic!("{other}"),
    }
}

/// AsyncErrorOpTest, ChainErrorTest: the exception is thrown again with its type.
#[test]
fn a_failure_on_a_worker_keeps_its_kind_and_message() {
    let context = worker();
    let mut buffer = context.filled(4, 0_u32).unwrap();
    // Queued: the call itself has nothing to say of it.
    context.run(fails(&mut buffer)).unwrap();
    context.run(works(&mut buffer)).ok();
    let error = context.synchronize().unwrap_err();
    assert!(panicked(&error).contains("the operator has failed"), "{error}");
}

/// The same, failing at once.
#[test]
fn a_failure_in_place_is_the_error_of_its_call() {
    let context = CpuContext::new().unwrap();
    let mut buffer = context.filled(4, 0_u32).unwrap();
    let error = context.run(fails(&mut buffer)).unwrap_err();
    assert!(matches!(error, Error::KernelPanicked { .. }), "{error}");
}

/// AsyncErrorTimingsTest
#[test]
fn of_two_failures_the_first_is_told() {
    let context = worker();
    let mut buffer = context.filled(4, 0_u32).unwrap();
    context.run(fails(&mut buffer)).unwrap();
    context.run(fails_later(&mut buffer)).ok();
    let error = context.synchronize().unwrap_err();
    assert!(panicked(&error).contains("the operator has failed"), "{error}");
}

/// PendingOpsAndNetFailure: an operator that never ends does not keep a failure from being told.
#[test]
fn a_failure_is_told_although_other_work_does_not_end() {
    let never = SharedEvent::new();
    let (told, hear) = mpsc::channel();
    let pending = worker();
    pending.wait_for(&never).unwrap();
    let mut held = pending.alloc::<u32>(4).unwrap();
    pending.fill(&mut held, 1).unwrap();
    // A fork has the same memory, and is not made to wait for a stream that waits for the host.
    let failing = pending.fork().unwrap();
    std::thread::spawn(move || {
        let mut buffer = failing.filled(4, 0_u32).unwrap();
        failing.run(fails(&mut buffer)).ok();
        told.send(failing.synchronize().is_err()).unwrap();
    });
    assert!(hear.recv_timeout(Duration::from_secs(600)).expect("the failure is told"));
    never.finish().unwrap();
    pending.synchronize().unwrap();
    assert_eq!(pending.read(&held).unwrap(), [1; 4]);
}

/// AsyncEmptyNet, ProfDAGNetErrorTest: runs with and without a failure, again and again.
#[test]
fn ten_runs_with_and_without_a_failure_are_what_they_are() {
    for run in 0..10 {
        let context = worker();
        context.synchronize().unwrap();
        let mut buffer = context.filled(4, u32::from(run % 2 == 0)).unwrap();
        context.run(fails(&mut buffer)).unwrap();
        assert_eq!(context.synchronize().is_ok(), run % 2 == 0, "run {run}");
    }
}

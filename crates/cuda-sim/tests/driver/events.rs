use std::ptr::null_mut;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::*;

const NOT_READY: CUresult = CUresult::CUDA_ERROR_NOT_READY;
const INVALID_HANDLE: CUresult = CUresult::CUDA_ERROR_INVALID_HANDLE;

#[test]
fn an_event_is_complete_when_its_stream_got_there() {
    let gpu = Gpu::new();
    let (stream, event) = (gpu.stream(), gpu.event());
    assert_eq!(cu!(cuEventQuery(event)), OK, "an event never recorded is complete");
    let gate = Gate::close(stream);

    ok!(cuEventRecord(event, stream));

    assert_eq!(cu!(cuEventQuery(event)), NOT_READY);
    gate.open();
    ok!(cuEventSynchronize(event));
    ok!(cuEventQuery(event));
}

#[test]
fn a_stream_waits_for_the_recording_that_was_last_at_the_call() {
    let gpu = Gpu::new();
    let (first, second, third) = (gpu.stream(), gpu.stream(), gpu.stream());
    let (event, result) = (gpu.event(), gpu.pinned(1));
    let (gate, later) = (Gate::close(first), Gate::close(third));
    ok!(cuEventRecord(event, first));

    ok!(cuStreamWaitEvent(second, event, 0));
    ok!(cuEventRecord(event, third));
    ok!(cuMemsetD32Async(result.as_ptr() as u64, 1, 1, second));

    thread::sleep(Duration::from_millis(5));
    assert_eq!(cu!(cuStreamQuery(second)), NOT_READY);
    gate.open();
    ok!(cuStreamSynchronize(second));
    assert_eq!(result[0], 1);
    assert_eq!(cu!(cuEventQuery(event)), NOT_READY, "the later recording is pending");
    later.open();
    ok!(cuEventSynchronize(event));
}

#[test]
fn destroying_an_event_lets_its_waiters_go_on_waiting() {
    let gpu = Gpu::new();
    let (first, second, event) = (gpu.stream(), gpu.stream(), gpu.event());
    let gate = Gate::close(first);
    ok!(cuEventRecord(event, first));
    ok!(cuStreamWaitEvent(second, event, 0));

    ok!(cuEventDestroy_v2(event));

    assert_eq!(cu!(cuEventQuery(event)), INVALID_HANDLE);
    assert_eq!(cu!(cuEventDestroy_v2(event)), INVALID_HANDLE);
    assert_eq!(cu!(cuStreamQuery(second)), NOT_READY);
    gate.open();
    ok!(cuStreamSynchronize(second));
}

#[test]
fn elapsed_time_is_that_of_the_work_between() {
    let gpu = Gpu::new();
    let (stream, start, end) = (gpu.stream(), gpu.event(), gpu.event());
    let mut milliseconds = 0.0;
    assert_eq!(cu!(cuEventElapsedTime_v2(&mut milliseconds, start, end)), INVALID_HANDLE);
    let began = Instant::now();
    ok!(cuEventRecord(start, stream));
    let gate = Gate::close(stream);
    ok!(cuEventRecord(end, stream));
    assert_eq!(cu!(cuEventElapsedTime_v2(&mut milliseconds, start, end)), NOT_READY);
    thread::sleep(Duration::from_millis(30));
    gate.open();
    ok!(cuStreamSynchronize(stream));
    let longest = began.elapsed().as_secs_f32() * 1e3 + 1.0;

    ok!(cuEventElapsedTime_v2(&mut milliseconds, start, end));

    assert!((25.0..longest).contains(&milliseconds), "{milliseconds} ms of {longest}");
    ok!(cuEventElapsedTime_v2(&mut milliseconds, end, start));
    assert!(milliseconds < 0.0);
}

#[test]
fn an_event_without_timing_has_no_time() {
    let gpu = Gpu::new();
    let (stream, mut event, mut milliseconds) = (gpu.stream(), null_mut(), 0.0);
    ok!(cuEventCreate(&mut event, 2));
    ok!(cuEventRecord(event, stream));
    ok!(cuEventSynchronize(event));

    assert_eq!(cu!(cuEventElapsedTime_v2(&mut milliseconds, event, event)), INVALID_HANDLE);
    assert_eq!(cu!(cuEventCreate(&mut event, 4)), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(cu!(cuEventCreate(&mut event, 8)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn an_event_is_recorded_only_in_its_own_context() {
    let first = Gpu::new();
    let event = first.event();
    let second = Gpu::new();
    let stream = second.stream();

    assert_eq!(cu!(cuEventRecord(event, stream)), INVALID_HANDLE);
    ok!(cuStreamWaitEvent(stream, event, 0));
}

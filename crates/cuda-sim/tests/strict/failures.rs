use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cuda_sim::fault;

use crate::support::*;

const OUT_OF_MEMORY: CUresult = CUresult::CUDA_ERROR_OUT_OF_MEMORY;

#[test]
fn faults_of_the_environment_happen_where_the_list_says() {
    let faults = "cuMemGetInfo_v2#2=CUDA_ERROR_UNKNOWN; memory=1M".to_string();
    let machine = Machine::with(SimConfig { faults: Some(faults), ..SimConfig::default() });
    let (mut free, mut total, mut address) = (0, 0, 0);

    ok!(cuMemGetInfo_v2(&mut free, &mut total));
    assert_eq!(cu!(cuMemGetInfo_v2(&mut free, &mut total)), CUresult::CUDA_ERROR_UNKNOWN);
    ok!(cuMemGetInfo_v2(&mut free, &mut total));
    ok!(cuMemAlloc_v2(&mut address, 600 << 10));
    assert_eq!(cu!(cuMemAlloc_v2(&mut address, 600 << 10)), OUT_OF_MEMORY);

    fault::clear();
    ok!(cuMemAlloc_v2(&mut address, 600 << 10));
    drop(machine);
}

#[test]
fn a_sticky_error_comes_with_the_operation_it_was_asked_for() {
    let machine = Machine::new();
    let (buffer, stream) = (machine.buffer(), machine.stream());
    fault::stick_after(2, CUresult::CUDA_ERROR_ECC_UNCORRECTABLE);

    for value in 1..=4 {
        ok!(cuMemsetD32Async(buffer, value, 1, stream));
    }

    assert_eq!(cu!(cuStreamSynchronize(stream)), CUresult::CUDA_ERROR_ECC_UNCORRECTABLE);
    assert_eq!(cu!(cuMemsetD32Async(buffer, 0, 1, stream)), CUresult::CUDA_ERROR_ECC_UNCORRECTABLE);
    // Other contexts work on.
    machine.enter(1);
    ok!(cuCtxSynchronize());
    fault::clear();
}

#[test]
fn a_lost_device_fails_its_contexts_and_no_others() {
    let machine = Machine::new();
    let buffer = machine.buffer();
    fault::lose_device(0);

    let lost = CUresult::CUDA_ERROR_DEVICE_UNAVAILABLE;
    let mut context = null_mut();
    assert_eq!(cu!(cuMemsetD32_v2(buffer, 0, 1)), lost);
    assert_eq!(cu!(cuCtxSynchronize()), lost);
    assert_eq!(cu!(cuCtxCreate_v4(&mut context, null_mut(), 0, 0)), lost);
    machine.enter(1);
    ok!(cuCtxSynchronize());
    fault::clear();
}

#[test]
fn slow_copies_take_their_time() {
    let machine = Machine::new();
    let (buffer, mut word) = (machine.buffer(), 0u32);
    fault::slow_copies(Duration::from_millis(5));

    let start = Instant::now();
    ok!(cuMemcpyDtoH_v2((&raw mut word).cast(), buffer, 4));

    assert!(start.elapsed() >= Duration::from_millis(5));
    fault::clear();
}

#[test]
fn a_kernel_that_never_ends_is_stopped_by_the_watchdog() {
    let watchdog = Some(Duration::from_millis(20));
    let machine = Machine::with(SimConfig { watchdog, ..SimConfig::default() });
    let buffer = machine.buffer();

    machine.launch(0, "spin", buffer, 1, null_mut());

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_LAUNCH_TIMEOUT);
}

#[test]
fn a_kernel_that_never_ends_ends_with_its_context() {
    let machine = Machine::new();
    let buffer = machine.buffer();

    machine.launch(0, "spin", buffer, 1, null_mut());

    drop(machine);
}

unsafe extern "C" fn sleep_long(_: *mut c_void) {
    std::thread::sleep(Duration::from_millis(2200));
}

unsafe extern "C" fn hear(_: CUstream, status: CUresult, data: *mut c_void) {
    // SAFETY: the test gives a number that outlives the context.
    unsafe { &*data.cast::<AtomicU32>() }.store(status.0, Ordering::SeqCst);
}

// Destroying a context stopped kernels after two seconds, also those that had only just begun.
#[test]
fn a_kernel_that_ends_is_not_stopped_however_late_it_begins() {
    static STATUS: AtomicU32 = AtomicU32::new(u32::MAX);
    let machine = Machine::new();
    let (stream, buffer) = (machine.stream(), machine.buffer());
    ok!(cuLaunchHostFunc(stream, Some(sleep_long), null_mut()));
    machine.launch(0, "count", buffer, WORDS as u32, stream);
    ok!(cuStreamAddCallback(stream, Some(hear), (&raw const STATUS).cast_mut().cast(), 0));

    drop(machine);

    assert_eq!(STATUS.load(Ordering::SeqCst), OK.0);
}

#[test]
fn calls_are_recorded_with_arguments_and_results() {
    let machine = Machine::new();
    cuda_sim::record_calls(true);
    let buffer = machine.alloc(64);
    cu!(cuMemFree_v2(buffer + 1));
    ok!(cuMemFree_v2(buffer));
    let calls = cuda_sim::take_calls();
    cuda_sim::record_calls(false);
    ok!(cuCtxSynchronize());

    let names: Vec<&str> = calls.iter().map(|call| call.function).collect();
    assert_eq!(names, ["cuMemAlloc_v2", "cuMemFree_v2", "cuMemFree_v2"]);
    assert_eq!(calls[0].argument("dptr"), Some(buffer.to_string().as_str()), "{}", calls[0]);
    assert_eq!(calls[0].argument("bytesize"), Some("64"));
    assert_eq!(calls[1].result, CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(calls[2].to_string(), format!("cuMemFree_v2(dptr: {buffer}) = CUDA_SUCCESS"));
    assert!(cuda_sim::take_calls().is_empty());
}

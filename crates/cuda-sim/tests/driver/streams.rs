use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::*;

const NOT_READY: CUresult = CUresult::CUDA_ERROR_NOT_READY;

#[test]
fn a_stream_does_its_work_in_order() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.alloc(4));
    let results = gpu.pinned(200);

    for index in 0..200 {
        ok!(cuMemsetD32Async(target, index, 1, stream));
        let place: *mut u32 = &mut results[index as usize];
        ok!(cuMemcpyDtoHAsync_v2(place.cast(), target, 4, stream));
    }
    ok!(cuStreamSynchronize(stream));

    assert!(results.iter().enumerate().all(|(index, &value)| index as u32 == value));
}

#[test]
fn a_query_answers_at_once_while_a_host_function_blocks() {
    let gpu = Gpu::new();
    let (stream, free) = (gpu.stream(), gpu.stream());
    let gate = Gate::close(stream);
    gate.wait_until_entered();

    // A query that waited would never return.
    assert_eq!(cu!(cuStreamQuery(stream)), NOT_READY);
    assert_eq!(cu!(cuStreamQuery(free)), OK);

    gate.open();
    ok!(cuStreamSynchronize(stream));
    ok!(cuStreamQuery(stream));
}

#[test]
fn many_blocked_streams_do_not_hold_up_others() {
    let gpu = Gpu::new();
    let gates: Vec<_> = (0..20).map(|_| Gate::close(gpu.stream())).collect();
    let (stream, target) = (gpu.stream(), gpu.alloc(4));

    ok!(cuMemsetD32Async(target, 5, 1, stream));
    ok!(cuStreamSynchronize(stream));

    gates.iter().for_each(|gate| gate.wait_until_entered());
    gates.iter().for_each(|gate| gate.open());
    ok!(cuCtxSynchronize());
}

#[test]
fn a_destroyed_stream_finishes_its_work() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.pinned(1));
    let gate = Gate::close(stream);
    ok!(cuMemsetD32Async(target.as_ptr() as u64, 3, 1, stream));

    ok!(cuStreamDestroy_v2(stream));

    assert_eq!(cu!(cuStreamQuery(stream)), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(cu!(cuStreamDestroy_v2(stream)), CUresult::CUDA_ERROR_INVALID_HANDLE);
    gate.open();
    ok!(cuCtxSynchronize());
    assert_eq!(target[0], 3);
}

#[test]
fn the_legacy_stream_waits_for_blocking_streams_and_they_for_it() {
    let gpu = Gpu::new();
    let mut blocking = null_mut();
    ok!(cuStreamCreate(&mut blocking, 0));
    let target = gpu.pinned(2);
    let address = target.as_ptr() as u64;
    let gate = Gate::close(blocking);

    ok!(cuMemsetD32Async(address, 1, 1, null_mut()));
    ok!(cuMemsetD32Async(address + 4, 2, 1, blocking));

    assert_eq!(cu!(cuStreamQuery(null_mut())), NOT_READY);
    thread::sleep(Duration::from_millis(20));
    assert_eq!(target, [0, 0]);
    gate.open();
    ok!(cuStreamSynchronize(null_mut()));
    assert_eq!(target[0], 1);
    ok!(cuStreamSynchronize(blocking));
    assert_eq!(target, [1, 2]);
}

#[test]
fn the_legacy_stream_and_non_blocking_streams_ignore_each_other() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.pinned(1));
    let gate = Gate::close(stream);

    ok!(cuMemsetD32Async(target.as_ptr() as u64, 1, 1, null_mut()));
    ok!(cuStreamSynchronize(null_mut()));

    assert_eq!(target[0], 1);
    gate.open();
    ok!(cuStreamSynchronize(stream));
}

#[test]
fn each_thread_has_its_own_per_thread_stream() {
    let gpu = Gpu::new();
    let context = gpu.context as usize;
    let id = move || {
        let per_thread = 2 as CUstream;
        ok!(cuCtxSetCurrent(context as CUcontext));
        let mut id = 0;
        ok!(cuStreamGetId(per_thread, &mut id));
        id
    };

    let (mine, again) = (id(), id());
    let (theirs, legacy) = (thread::spawn(id).join().unwrap(), {
        let mut id = 0;
        ok!(cuStreamGetId(null_mut(), &mut id));
        id
    });

    assert_eq!(mine, again);
    assert_ne!(mine, theirs);
    assert_ne!(mine, legacy);
}

#[test]
fn the_per_thread_forms_mean_the_threads_own_stream() {
    let gpu = Gpu::new();
    let target = gpu.pinned(1);
    let stream = gpu.stream();
    let gate = Gate::close(2 as CUstream);

    ok!(cuMemsetD32Async_ptsz(target.as_ptr() as u64, 4, 1, null_mut()));

    assert_eq!(cu!(cuStreamQuery_ptsz(null_mut())), NOT_READY);
    assert_eq!(cu!(cuStreamQuery(2 as CUstream)), NOT_READY);
    assert_eq!(cu!(cuStreamQuery(stream)), OK);
    gate.open();
    ok!(cuStreamSynchronize_ptsz(null_mut()));
    assert_eq!(target[0], 4);
}

#[test]
fn priorities_are_brought_into_range_and_ids_are_unique() {
    let _gpu = Gpu::new();
    let (mut least, mut greatest) = (9, 9);
    ok!(cuCtxGetStreamPriorityRange(&mut least, &mut greatest));
    let create = |priority| {
        let (mut stream, mut found, mut id, mut flags) = (null_mut(), 9, 0, 9);
        ok!(cuStreamCreateWithPriority(&mut stream, 1, priority));
        ok!(cuStreamGetPriority(stream, &mut found));
        ok!(cuStreamGetId(stream, &mut id));
        ok!(cuStreamGetFlags(stream, &mut flags));
        assert_eq!(flags, 1);
        (found, id)
    };

    let (urgent, first) = create(-100);
    let (lazy, second) = create(100);

    assert_eq!((urgent, lazy), (greatest, least));
    assert_ne!(first, second);
    let mut stream = null_mut();
    assert_eq!(cu!(cuStreamCreate(&mut stream, 2)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

static HEARD: Mutex<Vec<(usize, CUresult)>> = Mutex::new(Vec::new());

unsafe extern "C" fn hear(stream: CUstream, status: CUresult, _data: *mut c_void) {
    // A callback may not call the driver.
    let mut id = 0;
    let answer = cu!(cuStreamGetId(stream, &mut id));
    assert_eq!(answer, CUresult::CUDA_ERROR_NOT_PERMITTED);
    HEARD.lock().unwrap().push((stream as usize, status));
}

#[test]
fn a_callback_hears_of_its_stream_once() {
    let gpu = Gpu::new();
    let stream = gpu.stream();

    ok!(cuStreamAddCallback(stream, Some(hear), null_mut(), 0));
    ok!(cuStreamSynchronize(stream));

    assert_eq!(*HEARD.lock().unwrap(), [(stream as usize, OK)]);
    assert_eq!(
        cu!(cuStreamAddCallback(stream, Some(hear), null_mut(), 1)),
        CUresult::CUDA_ERROR_INVALID_VALUE
    );
    assert_eq!(cu!(cuStreamAddCallback(stream, None, null_mut(), 0)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn a_value_in_pinned_memory_opens_a_stream() {
    let gpu = Gpu::new();
    let (stream, gate, result) = (gpu.stream(), gpu.pinned(1), gpu.pinned(1));
    let address = gate.as_ptr() as u64;
    ok!(cuStreamWaitValue32_v2(stream, address, 5, 1));
    ok!(cuStreamWriteValue32_v2(stream, result.as_ptr() as u64, 8, 0));
    thread::sleep(Duration::from_millis(5));
    assert_eq!(cu!(cuStreamQuery(stream)), NOT_READY);

    // SAFETY: the word is pinned memory of this test, that the driver reads as an atomic.
    unsafe { (*(address as *const AtomicU32)).store(5, Ordering::Release) };

    ok!(cuStreamSynchronize(stream));
    assert_eq!(result[0], 8);
    assert_eq!(cu!(cuStreamWaitValue32_v2(stream, address + 1, 5, 1)), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(cu!(cuStreamWaitValue32_v2(stream, address, 5, 9)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn one_stream_opens_another_through_a_value() {
    let gpu = Gpu::new();
    let (first, second) = (gpu.stream(), gpu.stream());
    let flag = gpu.upload(&[0, 0]);
    let gate = Gate::close(first);
    ok!(cuStreamWaitValue64_v2(second, flag, 1 << 33, 0));
    ok!(cuStreamWriteValue64_v2(first, flag, (1 << 33) + 1, 0));
    assert_eq!(cu!(cuStreamQuery(second)), NOT_READY);

    gate.open();

    ok!(cuStreamSynchronize(second));
}

#[test]
fn a_context_waits_for_all_its_streams() {
    let gpu = Gpu::new();
    let results = gpu.pinned(8);
    for index in 0..8 {
        let stream = gpu.stream();
        let gate = Gate::close(stream);
        ok!(cuMemsetD32Async(results.as_ptr() as u64 + 4 * index, 1, 1, stream));
        gate.open();
    }

    ok!(cuCtxSynchronize());

    assert_eq!(results, [1; 8]);
}

use std::ptr::null_mut;
use std::thread;

use crate::support::*;

fn current() -> CUcontext {
    let mut context = null_mut();
    ok!(cuCtxGetCurrent(&mut context));
    context
}

#[test]
fn the_primary_context_lives_until_its_last_release() {
    let gpu = Gpu::new();
    let (mut first, mut second) = (null_mut(), null_mut());
    let state = || {
        let (mut flags, mut active) = (9, 9);
        ok!(cuDevicePrimaryCtxGetState(gpu.device, &mut flags, &mut active));
        active
    };
    assert_eq!(state(), 0);

    ok!(cuDevicePrimaryCtxRetain(&mut first, gpu.device));
    ok!(cuDevicePrimaryCtxRetain(&mut second, gpu.device));
    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));

    assert_eq!(first, second);
    assert_eq!(state(), 1);
    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));
    assert_eq!(state(), 0);
    assert_eq!(cu!(cuDevicePrimaryCtxRelease_v2(gpu.device)), CUresult::CUDA_ERROR_INVALID_CONTEXT);
}

#[test]
fn a_released_primary_context_cannot_be_used_until_it_is_retained_again() {
    let gpu = Gpu::new();
    let (mut primary, mut again, mut address) = (null_mut(), null_mut(), 0);
    ok!(cuDevicePrimaryCtxRetain(&mut primary, gpu.device));
    ok!(cuCtxPushCurrent_v2(primary));
    ok!(cuMemAlloc_v2(&mut address, 100));

    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));

    assert_eq!(cu!(cuMemAlloc_v2(&mut address, 100)), CUresult::CUDA_ERROR_CONTEXT_IS_DESTROYED);
    ok!(cuDevicePrimaryCtxRetain(&mut again, gpu.device));
    assert_eq!(primary, again);
    assert_eq!(gpu.free_bytes(), MEMORY, "the allocation went with the context");
    ok!(cuMemAlloc_v2(&mut address, 100));
    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));
    ok!(cuCtxPopCurrent_v2(null_mut()));
}

#[test]
fn a_reset_ends_what_is_in_the_primary_context_and_keeps_the_references() {
    let gpu = Gpu::new();
    let mut primary = null_mut();
    ok!(cuDevicePrimaryCtxRetain(&mut primary, gpu.device));
    ok!(cuCtxPushCurrent_v2(primary));
    let stream = gpu.stream();

    ok!(cuDevicePrimaryCtxReset_v2(gpu.device));

    assert_eq!(cu!(cuStreamQuery(stream)), CUresult::CUDA_ERROR_INVALID_HANDLE);
    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));
    assert_eq!(cu!(cuDevicePrimaryCtxRelease_v2(gpu.device)), CUresult::CUDA_ERROR_INVALID_CONTEXT);
    ok!(cuCtxPopCurrent_v2(null_mut()));
}

#[test]
fn the_stack_gives_back_what_was_below() {
    let gpu = Gpu::new();
    let mut inner = null_mut();

    ok!(cuCtxCreate_v4(&mut inner, null_mut(), 0, gpu.device));

    assert_eq!(current(), inner);
    let mut popped = null_mut();
    ok!(cuCtxPopCurrent_v2(&mut popped));
    assert_eq!((popped, current()), (inner, gpu.context));
    ok!(cuCtxSetCurrent(inner));
    assert_eq!(current(), inner);
    ok!(cuCtxSetCurrent(null_mut()));
    assert_eq!(current(), null_mut());
    assert_eq!(cu!(cuCtxPopCurrent_v2(&mut popped)), CUresult::CUDA_ERROR_INVALID_CONTEXT);
    ok!(cuCtxDestroy_v2(inner));
}

#[test]
fn a_thread_without_a_context_is_told_so() {
    let gpu = Gpu::new();
    let stream = gpu.stream() as usize;

    thread::spawn(move || {
        let mut address = 0;
        assert_eq!(current(), null_mut());
        assert_eq!(cu!(cuMemAlloc_v2(&mut address, 100)), CUresult::CUDA_ERROR_INVALID_CONTEXT);
        assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_INVALID_CONTEXT);
        // A handle says which context it means.
        ok!(cuStreamSynchronize(stream as CUstream));
    })
    .join()
    .unwrap();
}

#[test]
fn a_destroyed_context_stays_current_elsewhere_as_destroyed() {
    let gpu = Gpu::new();
    let mut inner = null_mut();
    ok!(cuCtxCreate_v4(&mut inner, null_mut(), 0, gpu.device));
    let inner_address = inner as usize;
    let (to_thread, from_main) = std::sync::mpsc::channel::<()>();
    let (to_main, from_thread) = std::sync::mpsc::channel::<()>();
    let other = thread::spawn(move || {
        ok!(cuCtxSetCurrent(inner_address as CUcontext));
        to_main.send(()).unwrap();
        from_main.recv().unwrap();
        assert_eq!(current() as usize, inner_address);
        cu!(cuCtxSynchronize())
    });
    from_thread.recv().unwrap();

    ok!(cuCtxDestroy_v2(inner));

    to_thread.send(()).unwrap();
    assert_eq!(other.join().unwrap(), CUresult::CUDA_ERROR_CONTEXT_IS_DESTROYED);
    assert_eq!(current(), gpu.context, "destroying the current context pops it");
    assert_eq!(cu!(cuCtxDestroy_v2(inner)), CUresult::CUDA_ERROR_CONTEXT_IS_DESTROYED);
}

#[test]
fn handles_that_are_none_are_errors_and_not_crashes() {
    let gpu = Gpu::new();
    let event = gpu.event();

    for wrong in [0usize, 8, 0xdead_beef, usize::MAX, event as usize, gpu.device as usize + 3] {
        assert_ne!(cu!(cuCtxSetCurrent((wrong | 1 << 40) as CUcontext)), OK);
        assert_eq!(cu!(cuModuleUnload(wrong as CUmodule)), CUresult::CUDA_ERROR_INVALID_HANDLE);
        assert_eq!(cu!(cuMemPoolDestroy(wrong as CUmemoryPool)), CUresult::CUDA_ERROR_INVALID_VALUE);
    }
    assert_eq!(cu!(cuStreamSynchronize(event.cast())), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(cu!(cuEventQuery(gpu.context.cast())), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(current(), gpu.context);
}

#[test]
fn limits_are_kept_and_bad_ones_refused() {
    let _gpu = Gpu::new();
    let mut value = 0;

    ok!(cuCtxSetLimit(CUlimit::CU_LIMIT_STACK_SIZE, 4096));
    ok!(cuCtxGetLimit(&mut value, CUlimit::CU_LIMIT_STACK_SIZE));

    assert_eq!(value, 4096);
    assert_eq!(cu!(cuCtxGetLimit(&mut value, CUlimit(99))), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let gpu = Gpu::new();
    let mut context = null_mut();

    let both = 1 | 2;

    assert_eq!(
        cu!(cuCtxCreate_v4(&mut context, null_mut(), both, gpu.device)),
        CUresult::CUDA_ERROR_INVALID_VALUE
    );
    assert_eq!(cu!(cuDevicePrimaryCtxSetFlags_v2(gpu.device, both)), CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuDevicePrimaryCtxSetFlags_v2(gpu.device, 4));
}

struct CallsWhenItDies(usize);

impl Drop for CallsWhenItDies {
    fn drop(&mut self) {
        ok!(cuCtxSetCurrent(self.0 as CUcontext));
        ok!(cuCtxSynchronize());
    }
}

thread_local! {
    static LAST: std::cell::RefCell<Option<CallsWhenItDies>> = const { std::cell::RefCell::new(None) };
}

#[test]
fn the_driver_can_be_called_while_a_thread_is_being_torn_down() {
    let gpu = Gpu::new();
    let context = gpu.context as usize;

    thread::spawn(move || {
        LAST.with(|last| *last.borrow_mut() = Some(CallsWhenItDies(context)));
        ok!(cuCtxSetCurrent(context as CUcontext));
    })
    .join()
    .unwrap();
}

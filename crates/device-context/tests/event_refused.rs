//! CUDA streams that cannot wait for the host, or are refused to. Faults are the process's: one test at a time.
#![cfg(all(feature = "cpu", feature = "sim"))]

use std::{
    sync::{Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use cuda_sys::CUresult;
use device_context::{Context, CpuContext, CudaContext, SharedEvent, sim};

fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A device that no other test has open.
fn cuda() -> CudaContext {
    CudaContext::builder().driver(sim::driver()).memory_limit(1 << 20).build().unwrap()
}

#[test]
fn the_host_waits_for_a_device_that_cannot() {
    let _alone = alone();
    let (ctx, event) = (cuda(), SharedEvent::new());
    // Asked once, when the first stream is to wait: it does not know of the ability.
    sim::fault::fail_next("cuDeviceGetAttribute", CUresult::CUDA_ERROR_INVALID_VALUE);
    for _ in 0..2 {
        let (returned, returns) = mpsc::channel::<()>();
        let ender = event.clone();
        let thread = thread::spawn(move || {
            let blocked =
                returns.recv_timeout(Duration::from_millis(10)) == Err(mpsc::RecvTimeoutError::Timeout);
            ender.finish().unwrap();
            blocked
        });
        ctx.wait_for(&event).unwrap();
        drop(returned);

        assert!(thread.join().unwrap());
        ctx.synchronize().unwrap();
        event.reset().unwrap();
    }
}

#[test]
fn a_wait_that_the_driver_refuses_holds_nothing_back() {
    let _alone = alone();
    let (ctx, event) = (cuda(), SharedEvent::new());
    sim::fault::fail_next("cuStreamWaitValue64_v2", CUresult::CUDA_ERROR_OUT_OF_MEMORY);

    assert!(ctx.wait_for(&event).is_err());
    ctx.synchronize().unwrap();
    ctx.wait_for(&event).unwrap();
    event.finish().unwrap();
    ctx.synchronize().unwrap();
}

#[test]
fn a_device_that_is_lost_by_a_copy_from_the_cpu_leaves_the_cpu_alone() {
    let _alone = alone();
    let (ctx, cpu) = (cuda(), CpuContext::new().unwrap());
    let (mut target, source) = (ctx.zeros::<u32>(4).unwrap(), cpu.filled(4, 3_u32).unwrap());
    sim::fault::fail_next("cuMemcpyHtoDAsync_v2", CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);

    assert!(ctx.copy_from(&mut target, &cpu, &source).is_err());
    assert_eq!(cpu.read(&source).unwrap(), [3; 4]);
}

//! The rules by which the host orders operations, each way: what it waits for, what it is told through memory, and what it tells.

use std::ffi::c_void;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::check::{CAPTURABLE, check, check_pairs};
use crate::support::*;

/// Pinned memory with a flag that is not set.
fn flag(machine: &Machine) -> &'static AtomicU32 {
    // SAFETY: the driver gave four bytes, which stay until their context ends, behind the test.
    let flag = unsafe { &*machine.pinned(4).cast::<AtomicU32>() };
    flag.store(0, Ordering::SeqCst);
    flag
}

fn address(flag: &AtomicU32) -> CUdeviceptr {
    (&raw const *flag) as u64
}

fn wait_until_set(flag: &AtomicU32) {
    while flag.load(Ordering::Acquire) == 0 {
        std::thread::yield_now();
    }
}

unsafe extern "C" fn set(data: *mut c_void) {
    // SAFETY: the tests give a flag that outlives the work.
    unsafe { &*data.cast::<AtomicU32>() }.store(1, Ordering::Release);
}

unsafe extern "C" fn set_back(_: CUstream, _: CUresult, data: *mut c_void) {
    // SAFETY: as above.
    unsafe { set(data) };
}

#[test]
fn a_host_function_that_tells_the_host_orders_what_the_host_does_then() {
    check("host function that sets a flag", |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        first.run(machine, buffer, a, 0);
        let told_by = if ordered { a } else { machine.stream() };
        ok!(cuLaunchHostFunc(told_by, Some(set), address(flag) as *mut c_void));
        wait_until_set(flag);
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_callback_that_tells_the_host_orders_what_the_host_does_then() {
    check("callback that sets a flag", |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        first.run(machine, buffer, a, 0);
        let told_by = if ordered { a } else { machine.stream() };
        ok!(cuStreamAddCallback(told_by, Some(set_back), address(flag) as *mut c_void, 0));
        wait_until_set(flag);
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_value_that_the_host_sees_in_pinned_memory_orders_what_it_does_then() {
    check("value in pinned memory", |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        first.run(machine, buffer, a, 0);
        let told_by = if ordered { a } else { machine.stream() };
        ok!(cuStreamWriteValue32_v2(told_by, address(flag), 1, 0));
        wait_until_set(flag);
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_kernel_that_sets_a_flag_of_the_host_orders_what_the_host_does_then() {
    check("kernel that sets a flag", |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        first.run(machine, buffer, a, 0);
        let told_by = if ordered { a } else { machine.stream() };
        machine.launch(0, "signal", address(flag), 1, told_by);
        wait_until_set(flag);
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_wait_for_a_value_of_the_host_comes_after_what_the_host_had_waited_for() {
    check_pairs("value that the host writes", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        ok!(cuStreamWaitValue32_v2(b, address(flag), 1, 1));
        second.run(machine, buffer, b, 0);
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuStreamSynchronize(a));
        }
        flag.store(1, Ordering::Release);
    });
}

#[test]
fn a_kernel_that_waits_for_the_host_comes_after_what_the_host_had_waited_for() {
    check_pairs("kernel that waits for a flag", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        machine.launch(0, "spin", address(flag), 1, b);
        second.run(machine, buffer, b, 0);
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuStreamSynchronize(a));
        }
        flag.store(1, Ordering::Release);
    });
}

#[test]
fn a_host_function_that_waits_for_the_host_holds_its_stream_back() {
    unsafe extern "C" fn wait(data: *mut c_void) {
        // SAFETY: the test gives a flag that outlives the work.
        wait_until_set(unsafe { &*data.cast::<AtomicU32>() });
    }
    check_pairs("host function that waits", &CAPTURABLE, |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), flag(machine));
        ok!(cuLaunchHostFunc(b, Some(wait), address(flag) as *mut c_void));
        second.run(machine, buffer, b, 0);
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuStreamSynchronize(a));
        }
        flag.store(1, Ordering::Release);
    });
}

#[test]
fn waiting_for_the_legacy_stream_waits_for_blocking_streams() {
    check("cuStreamSynchronize of the legacy stream", |machine, buffer, (first, second), ordered| {
        let a = if ordered { machine.blocking_stream() } else { machine.stream() };
        let b = machine.stream();
        first.run(machine, buffer, a, 0);
        ok!(cuStreamSynchronize(null_mut()));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn an_event_in_the_legacy_stream_covers_blocking_streams() {
    check("event in the legacy stream", |machine, buffer, (first, second), ordered| {
        let a = if ordered { machine.blocking_stream() } else { machine.stream() };
        let (b, event) = (machine.stream(), machine.event());
        first.run(machine, buffer, a, 0);
        ok!(cuEventRecord(event, null_mut()));
        ok!(cuStreamWaitEvent(b, event, 0));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_thread_has_one_default_stream_of_its_own_by_either_name() {
    let with_fill = CONFLICTS.map(|(first, _)| (first, Touch::Fill));
    check_pairs("per-thread forms", &with_fill, |machine, buffer, (first, _), ordered| {
        first.run(machine, buffer, 2 as CUstream, 0);
        let fill = || ok!(cuMemsetD32Async_ptsz(buffer, 1, WORDS, null_mut()));
        if ordered {
            fill();
        } else {
            // To another thread, the same name means another stream.
            let context = machine.contexts[0] as usize;
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    ok!(cuCtxSetCurrent(context as CUcontext));
                    fill();
                });
            });
        }
    });
}

#[test]
fn an_event_that_processes_can_share_orders_as_any_other() {
    check("event for other processes", |machine, buffer, (first, second), ordered| {
        let (a, b, mut event) = (machine.stream(), machine.stream(), null_mut());
        ok!(cuEventCreate(&mut event, 6));
        if !ordered {
            ok!(cuEventRecord(event, a));
        }
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuEventRecord(event, a));
        }
        ok!(cuStreamWaitEvent(b, event, 0));
        second.run(machine, buffer, b, 0);
        ok!(cuEventDestroy_v2(event));
    });
}

#[test]
fn a_copy_between_devices_is_in_the_order_of_its_stream() {
    let after_a_write = CONFLICTS.map(|(_, second)| (Touch::CopyIn, second));
    check_pairs("copy between devices", &after_a_write, |machine, buffer, (_, second), ordered| {
        machine.enter(1);
        let source = machine.buffer();
        machine.enter(0);
        let (a, b, [here, there]) = (machine.stream(), machine.stream(), machine.contexts);
        ok!(cuMemcpyPeerAsync(buffer, here, source, there, BYTES, a));
        second.run(machine, buffer, if ordered { a } else { b }, 0);
    });
}

/// Copies between the memories of two devices, or within one, in the legacy default stream of device 0.
fn copy_in_the_default_stream(machine: &Machine, between_devices: bool) {
    let (legacy, [here, there]) = (1 as CUstream, machine.contexts);
    machine.enter(if between_devices { 1 } else { 0 });
    let source = machine.alloc(BYTES);
    machine.enter(0);
    let from = if between_devices { there } else { here };
    ok!(cuMemcpyPeerAsync(machine.alloc(BYTES), here, source, from, BYTES, legacy));
}

#[test]
fn a_copy_between_devices_in_the_default_stream_comes_after_the_other_device() {
    check("copy between devices, before", |machine, buffer, (first, second), ordered| {
        machine.enter(1);
        cu!(cuCtxEnablePeerAccess(machine.contexts[0], 0));
        let there = machine.blocking_stream();
        first.run(machine, buffer, there, 1);
        copy_in_the_default_stream(machine, ordered);
        second.run(machine, buffer, machine.blocking_stream(), 0);
    });
}

#[test]
fn a_copy_between_devices_in_the_default_stream_comes_before_the_other_device() {
    check("copy between devices, behind", |machine, buffer, (first, second), ordered| {
        machine.enter(1);
        cu!(cuCtxEnablePeerAccess(machine.contexts[0], 0));
        let there = machine.blocking_stream();
        machine.enter(0);
        first.run(machine, buffer, machine.blocking_stream(), 0);
        copy_in_the_default_stream(machine, ordered);
        machine.enter(1);
        second.run(machine, buffer, there, 1);
    });
}

#[test]
fn values_in_batches_order_as_single_ones_do() {
    check("batch of values", |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), machine.buffer());
        let (mut write, mut wait) =
            (CUstreamBatchMemOpParams::default(), CUstreamBatchMemOpParams::default());
        // Each member of the union begins with the operation.
        write.writeValue.operation = CUstreamBatchMemOpType::CU_STREAM_MEM_OP_WRITE_VALUE_32;
        write.writeValue.address = flag;
        write.writeValue.__bindgen_anon_1.value = 1;
        wait.waitValue.operation = CUstreamBatchMemOpType::CU_STREAM_MEM_OP_WAIT_VALUE_32;
        wait.waitValue.address = flag;
        wait.waitValue.__bindgen_anon_1.value = 1;
        wait.waitValue.flags = 1;
        if !ordered {
            ok!(cuStreamBatchMemOp_v2(a, 1, &mut write, 0));
        }
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuStreamBatchMemOp_v2(a, 1, &mut write, 0));
        }
        ok!(cuStreamBatchMemOp_v2(b, 1, &mut wait, 0));
        second.run(machine, buffer, b, 0);
    });
}

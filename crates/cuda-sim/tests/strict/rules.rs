//! Each rule by which CUDA orders two operations, many times each way: with the rule's edge the detector must be silent, and
//! without it the same program must be reported.

use std::ffi::c_void;
use std::ptr::null_mut;

use crate::check::check;
use crate::support::*;

#[test]
fn a_stream_is_in_order_and_two_are_not() {
    check("same stream", |machine, buffer, (first, second), ordered| {
        let (a, b) = (machine.stream(), machine.stream());
        first.run(machine, buffer, a, 0);
        second.run(machine, buffer, if ordered { a } else { b }, 0);
    });
}

#[test]
fn an_event_orders_what_it_was_recorded_behind() {
    check("event", |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        if !ordered {
            // Too early: what follows in the stream is not covered.
            ok!(cuEventRecord(event, a));
        }
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuEventRecord(event, a));
        }
        ok!(cuStreamWaitEvent(b, event, 0));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_wait_means_the_last_recording_before_it() {
    check("recorded again", |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        ok!(cuEventRecord(event, a));
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuEventRecord(event, a));
        }
        ok!(cuStreamWaitEvent(b, event, 0));
        if !ordered {
            ok!(cuEventRecord(event, a));
        }
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn an_event_that_is_long_reached_orders_all_the_same() {
    check("reached event", |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        first.run(machine, buffer, a, 0);
        ok!(cuEventRecord(event, a));
        // The work is done, but nobody has asked, which would order it by the host.
        std::thread::sleep(std::time::Duration::from_millis(2));
        if ordered {
            ok!(cuStreamWaitEvent(b, event, 0));
        }
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn order_is_handed_on_from_stream_to_stream() {
    check("transitive", |machine, buffer, (first, second), ordered| {
        let streams: Vec<CUstream> = (0..4).map(|_| machine.stream()).collect();
        first.run(machine, buffer, streams[0], 0);
        for pair in streams.windows(2) {
            if ordered || pair[1] != streams[2] {
                join(machine, pair[0], pair[1]);
            }
        }
        second.run(machine, buffer, streams[3], 0);
    });
}

#[test]
fn synchronising_with_a_stream_orders_by_the_host() {
    check("cuStreamSynchronize", |machine, buffer, (first, second), ordered| {
        let (a, b) = (machine.stream(), machine.stream());
        first.run(machine, buffer, a, 0);
        ok!(cuStreamSynchronize(if ordered { a } else { b }));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn synchronising_with_the_context_orders_by_the_host() {
    check("cuCtxSynchronize", |machine, buffer, (first, second), ordered| {
        let (a, b) = (machine.stream(), machine.stream());
        first.run(machine, buffer, a, 0);
        if !ordered {
            machine.enter(1);
        }
        ok!(cuCtxSynchronize());
        machine.enter(0);
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn synchronising_with_an_event_orders_by_the_host() {
    check("cuEventSynchronize", |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        if !ordered {
            ok!(cuEventRecord(event, a));
        }
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuEventRecord(event, a));
        }
        ok!(cuEventSynchronize(event));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_query_that_finds_a_stream_empty_orders_by_the_host() {
    check("cuStreamQuery", |machine, buffer, (first, second), ordered| {
        let (a, b) = (machine.stream(), machine.stream());
        first.run(machine, buffer, a, 0);
        while cu!(cuStreamQuery(if ordered { a } else { b })) != OK {
            std::thread::yield_now();
        }
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_query_that_finds_an_event_reached_orders_by_the_host() {
    check("cuEventQuery", |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        first.run(machine, buffer, a, 0);
        ok!(cuEventRecord(event, if ordered { a } else { b }));
        while cu!(cuEventQuery(event)) != OK {
            std::thread::yield_now();
        }
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn the_legacy_stream_waits_for_blocking_streams() {
    check("blocking, then legacy", |machine, buffer, (first, second), ordered| {
        let stream = if ordered { machine.blocking_stream() } else { machine.stream() };
        first.run(machine, buffer, stream, 0);
        second.run(machine, buffer, null_mut(), 0);
    });
}

#[test]
fn blocking_streams_wait_for_the_legacy_stream() {
    check("legacy, then blocking", |machine, buffer, (first, second), ordered| {
        let stream = if ordered { machine.blocking_stream() } else { machine.stream() };
        first.run(machine, buffer, null_mut(), 0);
        second.run(machine, buffer, stream, 0);
    });
}

#[test]
fn anything_in_the_legacy_stream_orders_two_blocking_streams() {
    check("blocking, legacy, blocking", |machine, buffer, (first, second), ordered| {
        let (a, b, other) = (machine.blocking_stream(), machine.blocking_stream(), machine.buffer());
        first.run(machine, buffer, a, 0);
        let between = if ordered { null_mut() } else { machine.stream() };
        ok!(cuMemsetD32Async(other, 0, 1, between));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn the_legacy_stream_waits_for_a_destroyed_blocking_stream() {
    check("destroyed, then legacy", |machine, buffer, (first, second), ordered| {
        let stream = if ordered { machine.blocking_stream() } else { machine.stream() };
        first.run(machine, buffer, stream, 0);
        ok!(cuStreamDestroy_v2(stream));
        std::thread::sleep(std::time::Duration::from_millis(1));
        second.run(machine, buffer, null_mut(), 0);
    });
}

#[test]
fn the_per_thread_default_stream_waits_for_the_legacy_one_and_for_no_other() {
    check("per-thread default", |machine, buffer, (first, second), ordered| {
        let per_thread = 2 as CUstream;
        let before = if ordered { 1 as CUstream } else { machine.blocking_stream() };
        first.run(machine, buffer, before, 0);
        second.run(machine, buffer, per_thread, 0);
    });
}

#[test]
fn events_order_streams_of_different_devices() {
    check("across devices", |machine, buffer, (first, second), ordered| {
        let a = machine.stream();
        machine.enter(1);
        cu!(cuCtxEnablePeerAccess(machine.contexts[0], 0));
        let b = machine.stream();
        machine.enter(0);
        first.run(machine, buffer, a, 0);
        let event = machine.event();
        ok!(cuEventRecord(event, a));
        machine.enter(1);
        if ordered {
            ok!(cuStreamWaitEvent(b, event, 0));
        }
        second.run(machine, buffer, b, 1);
    });
}

#[test]
fn an_event_of_a_whole_context_orders_all_its_streams() {
    check("cuCtxRecordEvent", |machine, buffer, (first, second), ordered| {
        let (a, b, event) = (machine.stream(), machine.stream(), machine.event());
        first.run(machine, buffer, a, 0);
        ok!(cuCtxRecordEvent(machine.contexts[0], event));
        if ordered {
            ok!(cuCtxWaitEvent(machine.contexts[0], event));
        }
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_value_that_a_stream_writes_orders_who_waits_for_it() {
    check("wait and write value", |machine, buffer, (first, second), ordered| {
        let (a, b, flag) = (machine.stream(), machine.stream(), machine.buffer());
        if !ordered {
            ok!(cuStreamWriteValue32_v2(a, flag, 1, 0));
        }
        first.run(machine, buffer, a, 0);
        if ordered {
            ok!(cuStreamWriteValue32_v2(a, flag, 1, 0));
        }
        ok!(cuStreamWaitValue32_v2(b, flag, 1, 0));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_copy_to_pageable_memory_makes_the_host_wait() {
    check("synchronous copy", |machine, buffer, (first, second), ordered| {
        let (a, b, other) = (machine.stream(), machine.stream(), machine.buffer());
        first.run(machine, buffer, a, 0);
        let mut word = 0u32;
        let waited = if ordered { a } else { b };
        ok!(cuMemcpyDtoHAsync_v2((&raw mut word).cast::<c_void>(), other, 4, waited));
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn a_copy_from_pageable_memory_may_be_late() {
    // The call returns when the source has been read; the copy itself is ordered by nothing but its stream.
    check("pageable upload", |machine, buffer, (_, second), ordered| {
        let words = [7u32; WORDS];
        let other = machine.buffer();
        ok!(cuMemcpyHtoD_v2(buffer, words.as_ptr().cast(), BYTES));
        if ordered {
            ok!(cuStreamSynchronize(null_mut()));
        } else {
            // Waits for the copy before, and not for itself, which says nothing of it: not a race on `other`.
            ok!(cuMemsetD32Async(other, 0, 1, machine.stream()));
        }
        second.run(machine, buffer, machine.stream(), 0);
    });
}

unsafe extern "C" fn nothing(_: *mut c_void) {}

#[test]
fn a_host_function_is_in_the_order_of_its_stream() {
    check("host function", |machine, buffer, (first, second), ordered| {
        let (a, b) = (machine.stream(), machine.stream());
        first.run(machine, buffer, a, 0);
        ok!(cuLaunchHostFunc(if ordered { a } else { b }, Some(nothing), null_mut()));
        if ordered {
            // Whoever the function tells may go on with other streams: what came before it is done.
            ok!(cuStreamSynchronize(a));
        }
        second.run(machine, buffer, b, 0);
    });
}

#[test]
fn atomic_operations_of_two_kernels_do_not_race() {
    let machine = Machine::new();
    for _ in 0..10 {
        let (buffer, a, b) = (machine.buffer(), machine.stream(), machine.stream());
        machine.launch(0, "count", buffer, 64, a);
        machine.launch(0, "count", buffer, 64, b);
        assert!(machine.reports().is_empty());

        // With the scope of a block, they are nothing to other kernels.
        machine.launch(0, "count_in_block", buffer, 1, a);
        machine.launch(0, "count_in_block", buffer, 1, b);
        assert_eq!(machine.reports().len(), 1);
    }
}

#[test]
fn volatile_accesses_are_flags_and_may_order_what_they_guard() {
    let machine = Machine::new();
    for _ in 0..10 {
        let (buffer, a, b) = (machine.buffer(), machine.stream(), machine.stream());
        machine.launch(0, "signal", buffer, 1, a);
        machine.launch(0, "look", buffer, 1, b);
        assert!(machine.reports().is_empty());

        machine.launch(0, "signal", buffer, 1, a);
        machine.launch(0, "read", buffer, 1, b);
        assert_eq!(machine.reports().len(), 1);
    }
}

#[test]
fn operations_on_different_bytes_do_not_race() {
    let machine = Machine::new();
    let (buffer, a, b) = (machine.buffer(), machine.stream(), machine.stream());
    for at in 0..32u64 {
        let stream = if at % 2 == 0 { a } else { b };
        ok!(cuMemsetD8Async(buffer + at, 1, 1, stream));
        machine.launch(0, "write", buffer + 128 + 4 * at, 1, stream);
    }
    assert!(machine.reports().is_empty());

    ok!(cuMemsetD8Async(buffer + 1, 1, 1, a));
    let reports = machine.reports();
    assert_eq!(reports.len(), 0, "the host has waited");

    ok!(cuMemsetD8Async(buffer + 31, 1, 2, a));
    machine.launch(0, "read", buffer + 32, 3, b);
    let reports = machine.reports();
    assert_eq!((reports.len(), reports[0].count, reports[0].bytes.clone()), (1, 1, buffer + 32..buffer + 33));
}

#[test]
fn rows_of_a_copy_are_told_from_what_lies_between() {
    let machine = Machine::new();
    let (mut buffer, mut pitch) = (0, 0);
    ok!(cuMemAllocPitch_v2(&mut buffer, &mut pitch, 64, 16, 4));
    let (a, b) = (machine.stream(), machine.stream());
    ok!(cuMemsetD2D8Async(buffer, pitch, 1, 64, 16, a));
    ok!(cuMemsetD2D8Async(buffer + 64, pitch, 1, 64, 16, b));
    assert!(machine.reports().is_empty());

    ok!(cuMemsetD2D8Async(buffer, pitch, 1, 65, 16, a));
    ok!(cuMemsetD2D8Async(buffer + 64, pitch, 1, 64, 16, b));
    let reports = machine.reports();
    assert_eq!((reports.len(), reports[0].count), (1, 16));
}

#[test]
fn memory_from_a_pool_is_there_behind_its_allocation_and_before_its_free() {
    for (_, touch) in CONFLICTS {
        for ordered in [true, false] {
            let machine = Machine::new();
            let (a, b, mut address) = (machine.stream(), machine.stream(), 0);
            ok!(cuMemAllocAsync(&mut address, BYTES, a));
            if ordered {
                join(&machine, a, b);
            }
            ok!(cuMemsetD32Async(address, 0, WORDS, b));
            ok!(cuStreamSynchronize(b));
            touch.run(&machine, address, b, 0);
            let reports: Vec<Report> = machine.reports();
            match ordered {
                true => assert!(reports.is_empty(), "{touch:?}: {}", reports[0]),
                false => assert_eq!(reports[0].kind, ReportKind::UseBeforeAllocation, "{}", reports[0]),
            }
            machine.enter(0);
            touch.run(&machine, address, b, 0);
            if ordered {
                join(&machine, b, a);
            }
            ok!(cuMemFreeAsync(address, a));
            // The free may have been first, and then the touch has failed, and the context with it.
            cu!(cuCtxSynchronize());
            let reports = cuda_sim::take_reports();
            match ordered {
                true => assert!(reports.is_empty(), "{touch:?}: {}", reports[0]),
                false => assert_eq!(reports[0].kind, ReportKind::UseAfterFree, "{}", reports[0]),
            }
        }
    }
    for rule in ["allocation in a stream", "free in a stream"] {
        let count = CONFLICTS.len();
        println!("rule `{rule}`: {count} correct programs without an alarm, {count} races reported");
    }
}

#[test]
fn freeing_pooled_memory_by_the_host_takes_that_the_host_has_waited() {
    let machine = Machine::new();
    for ordered in [true, false].repeat(10) {
        let (a, mut address) = (machine.stream(), 0);
        ok!(cuMemAllocAsync(&mut address, BYTES, a));
        ok!(cuMemsetD32Async(address, 0, WORDS, a));
        if ordered {
            ok!(cuStreamSynchronize(a));
        }
        ok!(cuMemFree_v2(address));
        let reports = machine.reports();
        machine.enter(0);
        match ordered {
            true => assert!(reports.is_empty(), "{}", reports[0]),
            false => assert_eq!(reports[0].kind, ReportKind::UseAfterFree, "{}", reports[0]),
        }
    }
}

#[test]
fn a_report_names_both_operations_and_what_is_missing() {
    let machine = Machine::new();
    let (buffer, a, b) = (machine.buffer(), machine.stream(), machine.stream());

    ok!(cuMemsetD32Async(buffer, 1, WORDS, a));
    machine.launch(0, "read", buffer, 8, b);

    let reports = machine.reports();
    let report = &reports[0];
    let (first, second) = (report.first.as_ref().unwrap(), report.second.as_ref().unwrap());
    let (fill, kernel) = if first.stream == a as u64 { (first, second) } else { (second, first) };
    assert_eq!((fill.call.as_str(), fill.access, fill.number), ("cuMemsetD32Async", "writes", 1));
    assert_eq!((kernel.call.as_str(), kernel.access, kernel.stream), ("cuLaunchKernel", "reads", b as u64));
    assert_eq!(kernel.what, "kernel `read`");
    assert_eq!((report.count, report.bytes.clone()), (32, buffer..buffer + 32));
    let text = report.to_string();
    for part in
        ["race", "256 bytes", "cuMemAlloc_v2", &fill.stream_name, &kernel.stream_name, "record an event"]
    {
        assert!(text.contains(part), "{part} in: {text}");
    }
}

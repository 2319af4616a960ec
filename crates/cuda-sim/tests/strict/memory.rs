use std::ffi::c_void;
use std::ptr::null_mut;

use crate::support::*;

fn one(reports: Vec<Report>, kind: ReportKind) -> Report {
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(reports[0].kind, kind, "{}", reports[0]);
    reports[0].clone()
}

#[test]
fn a_kernel_that_reads_what_nothing_has_written_is_reported_with_its_line() {
    let machine = Machine::new();
    let (buffer, stream) = (machine.alloc(BYTES), machine.stream());
    ok!(cuMemsetD32Async(buffer, 0, 10, stream));

    machine.launch(0, "read", buffer, 12, stream);

    let report = one(machine.reports(), ReportKind::Uninitialised);
    assert_eq!((report.bytes.start, report.count), (buffer + 40, 8));
    assert!(report.advice.contains("kernel `read`") && report.advice.contains("line 19"), "{report}");
    assert_eq!(report.allocation.unwrap().base, buffer);
}

#[test]
fn whatever_writes_makes_memory_written() {
    let machine = Machine::new();
    for write in [Touch::Fill, Touch::CopyIn, Touch::Upload, Touch::Write] {
        machine.enter(0);
        let (buffer, stream) = (machine.alloc(BYTES), machine.stream());

        write.run(&machine, buffer, stream, 0);
        machine.launch(0, "read", buffer, WORDS as u32, stream);
        machine.launch(0, "count", buffer, WORDS as u32, stream);

        let reports = machine.reports();
        assert!(reports.is_empty(), "{write:?}: {}", reports[0]);
    }
}

#[test]
fn a_copy_carries_along_what_was_never_written() {
    let machine = Machine::new();
    let (source, target, stream) = (machine.alloc(BYTES), machine.buffer(), machine.stream());
    ok!(cuMemsetD32Async(source, 0, 16, stream));

    // The copy itself uses nothing.
    ok!(cuMemcpyDtoDAsync_v2(target + 4, source, BYTES - 4, stream));
    machine.launch(0, "read", target, 17, stream);
    assert!(machine.reports().is_empty());

    machine.enter(0);
    machine.launch(0, "read", target, 18, stream);
    let report = one(machine.reports(), ReportKind::Uninitialised);
    assert_eq!(report.bytes.start, target + 68);
}

#[test]
fn freed_memory_comes_back_unwritten() {
    let machine = Machine::with(SimConfig {
        checks: Checks { quarantine: false, ..Checks::default() },
        ..SimConfig::default()
    });
    let first = machine.buffer();
    ok!(cuMemFree_v2(first));
    let second = machine.alloc(BYTES);
    assert_eq!(first, second);

    machine.launch(0, "read", second, 1, null_mut());

    one(machine.reports(), ReportKind::Uninitialised);
}

#[test]
fn freed_addresses_are_not_given_out_again_at_once() {
    let machine = Machine::new();
    let first = machine.buffer();
    ok!(cuMemFree_v2(first));
    let again: Vec<CUdeviceptr> = (0..100).map(|_| machine.alloc(BYTES)).collect();
    assert!(!again.contains(&first));

    machine.launch(0, "read", first, 1, null_mut());

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    let reports = cuda_sim::take_reports();
    let report = one(reports, ReportKind::UseAfterFree);
    assert!(report.advice.contains("cuMemFree_v2"), "{report}");
}

#[test]
fn a_copy_of_unwritten_bytes_to_the_host_is_reported_if_that_is_asked_for() {
    for asked in [false, true] {
        let checks = Checks { downloads: asked, ..Checks::default() };
        let machine = Machine::with(SimConfig { checks, ..SimConfig::default() });
        let (buffer, mut words) = (machine.alloc(BYTES), [0u32; WORDS]);
        ok!(cuMemsetD32_v2(buffer, 0, WORDS - 1));

        ok!(cuMemcpyDtoH_v2(words.as_mut_ptr().cast(), buffer, BYTES));

        assert_eq!(cuda_sim::take_reports().len(), usize::from(asked));
    }
}

#[test]
fn each_check_can_be_turned_off() {
    let machine = Machine::with(SimConfig { checks: Checks::NONE, ..SimConfig::default() });
    let (buffer, a, b) = (machine.alloc(BYTES), machine.stream(), machine.stream());

    ok!(cuMemsetD32Async(buffer, 0, 1, a));
    machine.launch(0, "read", buffer, 2, b);

    assert!(machine.reports().is_empty());
}

#[test]
fn a_host_write_to_pinned_memory_in_flight_is_reported() {
    for (written, waits) in [(true, false), (true, true), (false, false)] {
        let machine = Machine::with(SimConfig { seed: Some(1), ..SimConfig::default() });
        let (buffer, stream) = (machine.alloc(BYTES), machine.stream());
        let source = machine.pinned(BYTES).cast::<u32>();

        ok!(cuMemcpyHtoDAsync_v2(buffer, source.cast(), BYTES, stream));
        if waits {
            ok!(cuStreamSynchronize(stream));
        }
        if written {
            // SAFETY: the driver gave that many bytes; that a copy may be reading them is what this is about.
            unsafe { source.add(3).write_volatile(5) };
        }

        let reports = machine.reports();
        match written && !waits {
            true => drop(one(reports, ReportKind::HostRace)),
            false => assert!(reports.is_empty(), "{}", reports[0]),
        }
    }
}

unsafe extern "C" fn fill_source(data: *mut c_void) {
    // SAFETY: the test gives memory of at least a word.
    unsafe { data.cast::<u32>().write_volatile(9) };
}

#[test]
fn pinned_memory_that_the_stream_itself_fills_is_not_reported() {
    let machine = Machine::with(SimConfig { seed: Some(1), ..SimConfig::default() });
    let (first, second, stream) = (machine.buffer(), machine.buffer(), machine.stream());
    let (a, b) = (machine.pinned(BYTES), machine.pinned(BYTES));

    ok!(cuMemsetD32Async(first, 3, WORDS, stream));
    ok!(cuMemcpyDtoHAsync_v2(a, first, BYTES, stream));
    ok!(cuMemcpyHtoDAsync_v2(second, a, BYTES, stream));
    ok!(cuLaunchHostFunc(stream, Some(fill_source), b));
    ok!(cuMemcpyHtoDAsync_v2(first, b, BYTES, stream));

    let reports = machine.reports();
    assert!(reports.is_empty(), "{}", reports[0]);
}

#[test]
fn what_a_context_leaves_behind_is_reported_with_its_origin() {
    let machine = Machine::new();
    let mut context = null_mut();
    ok!(cuCtxCreate_v4(&mut context, null_mut(), 0, 0));
    let (kept, freed) = (machine.alloc(100), machine.alloc(200));
    ok!(cuMemFree_v2(freed));
    machine.stream();

    ok!(cuCtxDestroy_v2(context));

    let report = one(cuda_sim::take_reports(), ReportKind::Leak);
    for part in ["1 allocation(s) of 100 bytes", "1 stream(s)", "cuMemAlloc_v2", &format!("{kept:#x}")] {
        assert!(report.advice.contains(part), "{part}: {report}");
    }
    machine.enter(0);
}

#[test]
fn a_report_can_make_the_context_fail() {
    let machine = Machine::with(SimConfig { on_report: Reaction::Fail, ..SimConfig::default() });
    let buffer = machine.alloc(BYTES);

    machine.launch(0, "read", buffer, 1, null_mut());

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_LAUNCH_FAILED);
}

#[test]
fn the_host_faults_where_it_reads_a_device_pointer() {
    let machine = Machine::new();
    let buffer = machine.buffer();
    // The kernel refuses to read there on the host's behalf, as it would with a signal.
    let mut ends = [0; 2];
    // SAFETY: plain calls of the system, with a descriptor for each end of a pipe.
    let (written, error) = unsafe {
        assert_eq!(libc::pipe(ends.as_mut_ptr()), 0);
        (libc::write(ends[1], buffer as *const c_void, 4), std::io::Error::last_os_error())
    };
    assert_eq!((written, error.raw_os_error()), (-1, Some(libc::EFAULT)));
}

#[test]
fn an_access_past_the_end_is_illegal_unless_devices_are_to_forgive_it() {
    // Of global memory, and of shared memory, which has units of its own.
    for (kernel, threads) in [("write", 32), ("peek", 1)] {
        for (bounds, wanted) in [(true, CUresult::CUDA_ERROR_ILLEGAL_ADDRESS), (false, OK)] {
            let checks = Checks { bounds, ..Checks::NONE };
            let machine = Machine::with(SimConfig { checks, ..SimConfig::default() });
            let (buffer, stream) = (machine.alloc(64), machine.stream());

            machine.launch(0, kernel, buffer, threads, stream);

            assert_eq!(cu!(cuStreamSynchronize(stream)), wanted, "{kernel}, bounds {bounds}");
        }
    }
    // Where there is no memory at all, nothing forgives.
    let machine = Machine::with(SimConfig { checks: Checks::NONE, ..SimConfig::default() });
    let (buffer, stream) = (machine.alloc(64), machine.stream());
    machine.launch(0, "write", buffer + (64 << 20), 1, stream);
    assert_eq!(cu!(cuStreamSynchronize(stream)), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
}

//! Does the host look at what a copy is still to bring? Only with the check `early`, and on Linux.
#![cfg(target_os = "linux")]

use std::ffi::c_void;

use crate::support::*;

/// Two pages and a half.
const LONG: usize = 10240;

fn machine() -> Machine {
    let checks = Checks { early: true, ..Checks::default() };
    Machine::with(SimConfig { seed: Some(1), checks, ..SimConfig::default() })
}

/// Device memory with sevens in it.
fn sevens(machine: &Machine) -> CUdeviceptr {
    let buffer = machine.alloc(LONG);
    ok!(cuMemsetD32_v2(buffer, 7, LONG / 4));
    ok!(cuCtxSynchronize());
    buffer
}

fn word(pointer: *mut c_void, index: usize) -> u32 {
    // SAFETY: the driver gave that many words; that a copy may be about to write them is what this is about.
    unsafe { pointer.cast::<u32>().add(index).read_volatile() }
}

#[test]
fn a_look_before_the_copy_is_reported_and_lets_the_program_go_on() {
    let machine = machine();
    let (buffer, stream, target) = (sevens(&machine), machine.stream(), machine.pinned(LONG));

    ok!(cuMemcpyDtoHAsync_v2(target, buffer, LONG, stream));
    let early = word(target, 1100);

    let reports = machine.reports();
    assert_eq!((reports.len(), early), (1, 0));
    assert_eq!(reports[0].kind, ReportKind::HostRace);
    assert!(reports[0].advice.contains("before looking"), "{}", reports[0]);
    assert_eq!((word(target, 0), word(target, 1100), word(target, LONG / 4 - 1)), (7, 7, 7));
}

#[test]
fn a_look_after_waiting_is_none() {
    let machine = machine();
    let (buffer, stream, target) = (sevens(&machine), machine.stream(), machine.pinned(LONG));

    for wait in 0..3 {
        ok!(cuMemcpyDtoHAsync_v2(target, buffer, LONG, stream));
        match wait {
            0 => ok!(cuStreamSynchronize(stream)),
            1 => ok!(cuCtxSynchronize()),
            _ => while cu!(cuStreamQuery(stream)) != OK {},
        }
        assert_eq!(word(target, 1100), 7);
    }

    assert!(machine.reports().is_empty());
}

unsafe extern "C" fn count_up(data: *mut c_void) {
    // SAFETY: the test gives memory of at least a page.
    unsafe { data.cast::<u32>().add(1100).write_volatile(word(data, 1100) + 1) };
}

#[test]
fn what_the_stream_itself_does_with_the_memory_is_none() {
    let machine = machine();
    let (buffer, stream, target) = (sevens(&machine), machine.stream(), machine.pinned(LONG));

    // Each of these reads or writes the memory before or after a copy to it, in its place.
    ok!(cuMemcpyHtoDAsync_v2(machine.alloc(LONG), target, LONG, stream));
    ok!(cuLaunchHostFunc(stream, Some(count_up), target));
    ok!(cuMemcpyDtoHAsync_v2(target, buffer, LONG, stream));
    ok!(cuLaunchHostFunc(stream, Some(count_up), target));
    ok!(cuMemcpyHtoDAsync_v2(buffer, target, LONG, stream));
    ok!(cuMemcpyDtoHAsync_v2(target, buffer, LONG, stream));
    ok!(cuStreamSynchronize(stream));

    assert_eq!(word(target, 1100), 8);
    assert!(machine.reports().is_empty());
}

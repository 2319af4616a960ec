//! What cuda-sim sees of the library: order, races, workspaces, graphs and faults.

use std::ptr::null_mut;

use crate::support::*;

/// Multiplies small matrices of ones with what is set for the handle.
fn multiply(handle: cublasHandle_t, a: &Device, b: &Device, c: &Device) {
    let (one, zero) = (1.0f32, 0.0f32);
    let status = blas!(cublasSgemm_v2(
        handle,
        N,
        N,
        4,
        4,
        4,
        &one,
        a.pointer(),
        4,
        b.pointer(),
        4,
        &zero,
        c.pointer(),
        4
    ));
    assert_eq!(status, OK);
}

fn ones(machine: &Machine) -> Device {
    let device = Device::of(machine, Kind::S, &[(1.0, 0.0); 16]);
    cu!(cuCtxSynchronize());
    device
}

fn set_stream(handle: cublasHandle_t, stream: CUstream) {
    assert_eq!(blas!(cublasSetStream_v2(handle, stream)), OK);
}

#[test]
fn calls_run_in_the_order_of_their_stream() {
    let machine = Machine::with(SimConfig { seed: Some(7), ..SimConfig::default() });
    let (a, b, c, stream) = (ones(&machine), ones(&machine), ones(&machine), machine.stream());
    set_stream(machine.handle, stream);

    for _ in 0..3 {
        multiply(machine.handle, &a, &b, &c);
        multiply(machine.handle, &c, &b, &a);
        // Back to ones, in the same stream.
        cu!(cuMemsetD32Async(a.address, 1.0f32.to_bits(), 16, stream));
    }
    cu!(cuStreamSynchronize(stream));

    assert_eq!((a.read(16), c.read(16)), (vec![(1.0, 0.0); 16], vec![(4.0, 0.0); 16]));
    machine.expect_no_reports("one stream");
}

#[test]
fn two_streams_without_an_order_are_reported_with_both_calls() {
    for ordered in [true, false] {
        let machine = Machine::new();
        let (a, b, c, d) = (ones(&machine), ones(&machine), ones(&machine), ones(&machine));
        let (first, second) = (machine.stream(), machine.stream());

        set_stream(machine.handle, first);
        multiply(machine.handle, &a, &b, &c);
        if ordered {
            join(first, second);
        }
        set_stream(machine.handle, second);
        multiply(machine.handle, &c, &b, &d);

        assert_eq!(machine.synchronize(), CUresult::CUDA_SUCCESS);
        let reports = cuda_sim::take_reports();
        if ordered {
            assert!(reports.is_empty(), "{}", reports[0]);
            continue;
        }
        assert_eq!(reports.len(), 1, "{reports:?}");
        let Report { kind, first, second, bytes, count, .. } = &reports[0];
        assert_eq!((*kind, bytes.start, *count), (ReportKind::Race, c.address, 64));
        let (first, second) = (first.as_ref().unwrap(), second.as_ref().unwrap());
        assert_ne!(first.stream, second.stream);
        assert_eq!(first.what, "kernel `cublas_gemm`");
        assert!([first.access, second.access].contains(&"writes"));
    }
}

#[test]
fn a_workspace_that_two_streams_use_at_once_is_reported() {
    for (shared, ordered) in [(true, false), (true, true), (false, false)] {
        let machine = Machine::new();
        let (other, streams) = (machine.another_handle(), [machine.stream(), machine.stream()]);
        let workspaces = [machine.memory(4096), machine.memory(4096)];
        let operands = [0, 1].map(|_| [ones(&machine), ones(&machine), ones(&machine)]);
        for (index, handle) in [machine.handle, other].into_iter().enumerate() {
            set_stream(handle, streams[index]);
            let workspace = workspaces[if shared { 0 } else { index }];
            assert_eq!(blas!(cublasSetWorkspace_v2(handle, at(workspace), 4096)), OK);
        }

        let [a, b, c] = &operands[0];
        multiply(machine.handle, a, b, c);
        if ordered {
            join(streams[0], streams[1]);
        }
        let [a, b, c] = &operands[1];
        multiply(other, a, b, c);

        assert_eq!(machine.synchronize(), CUresult::CUDA_SUCCESS);
        let found: Vec<_> = cuda_sim::take_reports().iter().map(|it| (it.kind, it.bytes.start)).collect();
        let races = if shared && !ordered { vec![(ReportKind::Race, workspaces[0])] } else { vec![] };
        assert_eq!(found, races, "shared {shared}, ordered {ordered}");
        blas!(cublasDestroy_v2(other));
    }
}

#[test]
fn setting_the_stream_gives_the_workspace_back() {
    let machine = Machine::new();
    let (a, b, c, workspace) = (ones(&machine), ones(&machine), ones(&machine), machine.memory(4096));
    assert_eq!(blas!(cublasSetWorkspace_v2(machine.handle, at(workspace), 4096)), OK);
    set_stream(machine.handle, machine.stream());
    cu!(cuMemFree_v2(workspace));

    multiply(machine.handle, &a, &b, &c);

    machine.expect_no_reports("the library's own workspace");
}

#[test]
fn a_workspace_that_is_freed_or_too_short_by_its_word_is_a_fault() {
    for freed in [true, false] {
        let machine = Machine::new();
        let (a, b, c, workspace) = (ones(&machine), ones(&machine), ones(&machine), machine.memory(4096));
        let bytes = if freed { 4096 } else { 8192 };
        assert_eq!(blas!(cublasSetWorkspace_v2(machine.handle, at(workspace), bytes)), OK);
        if freed {
            cu!(cuMemFree_v2(workspace));
        }

        multiply(machine.handle, &a, &b, &c);

        assert_eq!(machine.synchronize(), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    }
}

#[test]
fn a_matrix_that_leaves_its_allocation_is_a_fault_and_later_calls_fail() {
    let machine = Machine::new();
    let (a, b, c) = (ones(&machine), ones(&machine), Device::new(&machine, Kind::S, 12));

    multiply(machine.handle, &a, &b, &c);
    assert_eq!(machine.synchronize(), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);

    let (one, p) = (1.0f32, a.pointer());
    let status = blas!(cublasSscal_v2(machine.handle, 1, &one, p, 1));
    assert_eq!(status, cublasStatus_t::CUBLAS_STATUS_EXECUTION_FAILED);
}

#[test]
fn what_nothing_has_written_is_reported() {
    let machine = Machine::new();
    let (a, c) = (ones(&machine), ones(&machine));
    let b = Device::scattered(&machine, Kind::S, 16, (0..15).map(|at| (at, (1.0, 0.0))));

    multiply(machine.handle, &a, &b, &c);

    assert_eq!(machine.synchronize(), CUresult::CUDA_SUCCESS);
    let reports = cuda_sim::take_reports();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!((reports[0].kind, reports[0].bytes.start), (ReportKind::Uninitialised, b.address + 60));
}

#[test]
fn calls_are_captured_and_run_with_the_graph() {
    let machine = Machine::new();
    let (a, b, c, stream) = (ones(&machine), ones(&machine), ones(&machine), machine.stream());
    let result = Device::of(&machine, Kind::S, &[(0.0, 0.0)]);
    set_stream(machine.handle, stream);
    machine.set_device_scalars(true);
    let (one, zero) =
        (Scalar::new(&machine, Kind::S, (1.0, 0.0), true), Scalar::new(&machine, Kind::S, (0.0, 0.0), true));
    cu!(cuCtxSynchronize());

    cu!(cuStreamBeginCapture_v2(
        stream,
        cuda_sys::driver::CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL
    ));
    let status = blas!(cublasSgemm_v2(
        machine.handle,
        N,
        N,
        4,
        4,
        4,
        one.pointer(),
        a.pointer(),
        4,
        b.pointer(),
        4,
        zero.pointer(),
        c.pointer(),
        4
    ));
    assert_eq!(status, OK);
    assert_eq!(blas!(cublasSasum_v2(machine.handle, 16, c.pointer(), 1, result.pointer())), OK);
    let (mut graph, mut exec, mut count) = (null_mut(), null_mut(), 0);
    cu!(cuStreamEndCapture(stream, &mut graph));
    cu!(cuGraphGetNodes(graph, null_mut(), &mut count));
    cu!(cuGraphInstantiateWithFlags(&mut exec, graph, 0));
    assert_eq!(count, 2);
    assert_eq!(result.read(1), [(0.0, 0.0)], "capturing runs nothing");

    for (ones, expected) in [(1.0f32, 64.0), (2.0, 128.0)] {
        cu!(cuMemsetD32Async(a.address, ones.to_bits(), 16, stream));
        cu!(cuGraphLaunch(exec, stream));
        cu!(cuStreamSynchronize(stream));
        assert_eq!(result.read(1), [(expected, 0.0)]);
    }
    machine.expect_no_reports("graph");
}

#[test]
fn a_result_for_the_host_cannot_be_captured() {
    let machine = Machine::new();
    let (x, stream, mut result) = (ones(&machine), machine.stream(), 0.0f32);
    set_stream(machine.handle, stream);
    cu!(cuStreamBeginCapture_v2(
        stream,
        cuda_sys::driver::CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL
    ));

    let status = blas!(cublasSasum_v2(machine.handle, 16, x.pointer(), 1, &mut result));

    assert_eq!((status, result), (cublasStatus_t::CUBLAS_STATUS_EXECUTION_FAILED, 0.0));
    let mut graph = null_mut();
    // SAFETY: the pointer is to a live variable.
    let ended = unsafe { cuda_sim::driver().cuStreamEndCapture(stream, &mut graph) }.unwrap();
    assert_ne!(ended, CUresult::CUDA_SUCCESS);
}

#[test]
fn a_result_for_the_host_is_there_when_the_call_returns() {
    let machine = Machine::with(SimConfig { seed: Some(3), ..SimConfig::default() });
    let (x, stream, mut result) = (ones(&machine), machine.stream(), 0.0f32);
    set_stream(machine.handle, stream);

    cu!(cuMemsetD32Async(x.address, 2.0f32.to_bits(), 16, stream));
    assert_eq!(blas!(cublasSasum_v2(machine.handle, 16, x.pointer(), 1, &mut result)), OK);

    assert_eq!(result, 32.0);
}

#[test]
fn threads_with_handles_of_their_own_do_not_meet() {
    let machine = Machine::new();
    let mut current = null_mut();
    cu!(cuCtxGetCurrent(&mut current));
    let context = current as usize;

    std::thread::scope(|scope| {
        for thread in 0..4u32 {
            let machine = &machine;
            let work = move || {
                cu!(cuCtxSetCurrent(context as CUcontext));
                let (handle, stream) = (machine.another_handle(), machine.stream());
                set_stream(handle, stream);
                let x = Device::new(machine, Kind::S, 64);
                for round in 1..20u32 {
                    let value = (round * (thread + 1)) as f32;
                    cu!(cuMemsetD32Async(x.address, value.to_bits(), 64, stream));
                    let mut sum = 0.0f32;
                    assert_eq!(blas!(cublasSasum_v2(handle, 64, x.pointer(), 1, &mut sum)), OK);
                    assert_eq!(sum, 64.0 * value);
                }
                assert_eq!(blas!(cublasDestroy_v2(handle)), OK);
            };
            // SAFETY of the machine's pointers is the driver's: its handles are for any thread.
            scope.spawn(Shared(work).call());
        }
    });

    machine.expect_no_reports("threads");
}

/// Work that refers to names of the driver's, which are for any thread.
struct Shared<F>(F);

// SAFETY: the handles of the driver and of cuBLAS may be used from any thread.
unsafe impl<F> Send for Shared<F> {}

impl<F: FnOnce()> Shared<F> {
    fn call(self) -> impl FnOnce() + Send {
        move || {
            let shared = self;
            (shared.0)()
        }
    }
}

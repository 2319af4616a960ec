//! Handles and modes, transfers, and what the library says.

use std::ffi::{CStr, CString, c_char, c_int};
use std::ptr::null_mut;
use std::sync::Mutex;

use crate::support::*;

#[test]
fn a_handle_lives_from_create_to_destroy_and_leaves_nothing_behind() {
    let machine = Machine::new();
    let before = cuda_sim::journal().leaks;
    let handle = machine.another_handle();
    let mut stream = null_mut();

    assert_eq!(blas!(cublasGetStream_v2(handle, &mut stream)), OK);
    assert_eq!(blas!(cublasDestroy_v2(handle)), OK);

    assert_eq!(blas!(cublasGetStream_v2(handle, &mut stream)), UNKNOWN_HANDLE);
    assert_eq!(blas!(cublasDestroy_v2(handle)), UNKNOWN_HANDLE);
    assert_eq!(blas!(cublasDestroy_v2(null_mut())), UNKNOWN_HANDLE);
    assert_eq!(blas!(cublasCreate_v2(null_mut())), INVALID);
    let after = cuda_sim::journal().leaks;
    assert_eq!((after.allocations, after.bytes), (before.allocations, before.bytes));
}

#[test]
fn what_is_no_handle_is_found_out_and_not_read() {
    let machine = Machine::new();
    let (one, x) = ([1.0f32], machine.memory(16));
    for handle in [null_mut(), at(8), at(x), (&raw const one).cast_mut().cast()] {
        assert_eq!(blas!(cublasSscal_v2(handle, 1, one.as_ptr(), at(x), 1)), UNKNOWN_HANDLE);
        let p = at(x);
        let status =
            blas!(cublasSgemm_v2(handle, N, N, -1, 1, 1, one.as_ptr(), p, 1, p, 1, one.as_ptr(), p, 1));
        assert_eq!(status, UNKNOWN_HANDLE, "the handle is looked at first");
    }
}

#[test]
fn settings_are_those_that_were_set_and_others_are_refused() {
    let machine = Machine::new();
    let h = machine.handle;
    let (mut pointer, mut atomics, mut math) =
        (cublasPointerMode_t(9), cublasAtomicsMode_t(9), cublasMath_t(9));
    let mut count: c_int = -1;
    assert_eq!(blas!(cublasGetPointerMode_v2(h, &mut pointer)), OK);
    assert_eq!(blas!(cublasGetAtomicsMode(h, &mut atomics)), OK);
    assert_eq!(blas!(cublasGetMathMode(h, &mut math)), OK);
    assert_eq!(blas!(cublasGetSmCountTarget(h, &mut count)), OK);
    assert_eq!((pointer.0, atomics.0, math.0, count), (0, 0, 0, 0), "the defaults of the manual");

    let tf32 = cublasMath_t(
        cublasMath_t::CUBLAS_TF32_TENSOR_OP_MATH.0
            | cublasMath_t::CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION.0,
    );
    assert_eq!(blas!(cublasSetPointerMode_v2(h, cublasPointerMode_t::CUBLAS_POINTER_MODE_DEVICE)), OK);
    assert_eq!(blas!(cublasSetAtomicsMode(h, cublasAtomicsMode_t::CUBLAS_ATOMICS_ALLOWED)), OK);
    assert_eq!(blas!(cublasSetMathMode(h, tf32)), OK);
    assert_eq!(blas!(cublasSetSmCountTarget(h, 4)), OK);
    assert_eq!(blas!(cublasSetPointerMode_v2(h, cublasPointerMode_t(2))), INVALID);
    assert_eq!(blas!(cublasSetAtomicsMode(h, cublasAtomicsMode_t(2))), INVALID);
    assert_eq!(blas!(cublasSetMathMode(h, cublasMath_t(64))), INVALID);
    assert_eq!(blas!(cublasSetSmCountTarget(h, -4)), INVALID);

    blas!(cublasGetPointerMode_v2(h, &mut pointer));
    blas!(cublasGetAtomicsMode(h, &mut atomics));
    blas!(cublasGetMathMode(h, &mut math));
    blas!(cublasGetSmCountTarget(h, &mut count));
    assert_eq!((pointer.0, atomics.0, math, count), (1, 1, tf32, 4));
    assert_eq!(blas!(cublasGetMathMode(h, null_mut())), INVALID);
}

#[test]
fn a_workspace_is_aligned() {
    let machine = Machine::new();
    let memory = machine.memory(1024);

    assert_eq!(blas!(cublasSetWorkspace_v2(machine.handle, at(memory), 512)), OK);
    assert_eq!(blas!(cublasSetWorkspace_v2(machine.handle, at(memory + 16), 512)), INVALID);
    assert_eq!(blas!(cublasSetWorkspace_v2(machine.handle, null_mut(), 512)), INVALID);
    assert_eq!(blas!(cublasSetWorkspace_v2(machine.handle, null_mut(), 0)), OK);
}

#[test]
fn the_version_is_that_of_the_release_and_needs_no_handle() {
    for (cuda, expected, runtime) in [(12, 120_903, 12_090), (13, 131_000, 13_000)] {
        let (cublas, mut version) = (cuda_sim_libraries::cublas::table(cuda).unwrap(), 0);

        // SAFETY: the pointer is to a live variable.
        let status = unsafe { cublas.cublasGetVersion_v2(null_mut(), &mut version) }.unwrap();

        assert_eq!((status, version), (OK, expected));
        // SAFETY: the function has no arguments.
        assert_eq!(unsafe { cublas.cublasGetCudartVersion() }.unwrap(), runtime);
    }
}

#[test]
fn every_code_has_its_name() {
    for text in cublasStatus_t::TEXTS.iter() {
        let name = blas!(cublasGetStatusName(cublasStatus_t(text.code)));
        // SAFETY: the library's texts end in a zero byte, and last.
        let name = unsafe { CStr::from_ptr(name) };
        assert_eq!(name.to_str().unwrap(), text.name);
    }
    assert!(!blas!(cublasGetStatusString(cublasStatus_t(4242))).is_null());
}

static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());

unsafe extern "C" fn log(text: *const c_char) {
    // SAFETY: the library passes a text.
    let text = unsafe { CStr::from_ptr(text) };
    LOGGED.lock().unwrap().push(text.to_string_lossy().into_owned());
}

#[test]
fn calls_are_logged_where_the_program_wants_them() {
    let machine = Machine::new();
    let file = std::env::temp_dir().join(format!("cublas-log-{}", std::process::id()));
    let name = CString::new(file.to_str().unwrap()).unwrap();
    let mut callback = None;

    assert_eq!(blas!(cublasSetLoggerCallback(Some(log))), OK);
    assert_eq!(blas!(cublasLoggerConfigure(1, 0, 0, name.as_ptr())), OK);
    machine.set_device_scalars(false);
    assert_eq!(blas!(cublasGetLoggerCallback(&mut callback)), OK);
    assert_eq!(blas!(cublasSetLoggerCallback(None)), OK);
    assert_eq!(blas!(cublasLoggerConfigure(0, 0, 0, std::ptr::null())), OK);
    machine.set_device_scalars(false);

    assert!(callback.is_some());
    let logged = LOGGED.lock().unwrap().concat();
    assert_eq!(logged.matches("cublasSetPointerMode_v2 called").count(), 1, "{logged}");
    let written = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(written.matches("cublasSetPointerMode_v2 called").count(), 1, "{written}");
}

#[test]
fn vectors_and_matrices_go_to_the_device_and_back() {
    let machine = Machine::new();
    let host: Vec<f32> = (0..24).map(|it| it as f32).collect();
    let device = Device::new(&machine, Kind::S, 24);
    let mut back = [-1.0f32; 24];

    // Every second number, each third place on the device.
    assert_eq!(blas!(cublasSetVector(8, 4, host.as_ptr().cast(), 2, device.pointer(), 3)), OK);
    assert_eq!(blas!(cublasGetVector(8, 4, device.pointer(), 3, back.as_mut_ptr().cast(), 1)), OK);
    assert_eq!(back[..9], [0.0, 2.0, 4.0, 6.0, 8.0, 10.0, 12.0, 14.0, -1.0]);

    let stream = machine.stream();
    let status = blas!(cublasSetMatrixAsync(3, 4, 4, host.as_ptr().cast(), 5, device.pointer(), 6, stream));
    assert_eq!(status, OK);
    let to = back.as_mut_ptr().cast();
    assert_eq!(blas!(cublasGetMatrixAsync_64(3, 4, 4, device.pointer(), 6, to, 3, stream)), OK);
    cu!(cuStreamSynchronize(stream));
    assert_eq!(back[..12], [0.0, 1.0, 2.0, 5.0, 6.0, 7.0, 10.0, 11.0, 12.0, 15.0, 16.0, 17.0]);
    machine.expect_no_reports("transfers");

    assert_eq!(blas!(cublasSetVector(8, 4, host.as_ptr().cast(), 0, device.pointer(), 1)), INVALID);
    assert_eq!(blas!(cublasSetVector(8, 0, host.as_ptr().cast(), 1, device.pointer(), 1)), INVALID);
    assert_eq!(blas!(cublasSetMatrix(-1, 4, 4, host.as_ptr().cast(), 5, device.pointer(), 6)), INVALID);
    let beyond = blas!(cublasSetVector(25, 4, host.as_ptr().cast(), 1, device.pointer(), 1));
    assert_eq!(beyond, cublasStatus_t::CUBLAS_STATUS_MAPPING_ERROR);
}

#[test]
fn a_handle_is_made_in_the_primary_context_where_none_is_current() {
    let machine = Machine::new();
    let mut current = null_mut();
    cu!(cuCtxSetCurrent(null_mut()));

    let handle = machine.another_handle();

    cu!(cuCtxGetCurrent(&mut current));
    let (mut primary, mut flags, mut active) = (null_mut(), 0, 0);
    cu!(cuDevicePrimaryCtxGetState(0, &mut flags, &mut active));
    assert_eq!(active, 1);
    cu!(cuDevicePrimaryCtxRetain(&mut primary, 0));
    assert_eq!(current, primary);
    assert_eq!(blas!(cublasDestroy_v2(handle)), OK);
    cu!(cuDevicePrimaryCtxRelease_v2(0));
    cu!(cuDevicePrimaryCtxRelease_v2(0));
}

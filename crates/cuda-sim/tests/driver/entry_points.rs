use std::ffi::{CStr, c_void};
use std::ptr::{null, null_mut};

use crate::support::*;

fn lookup(name: &CStr, version: i32, flags: u64) -> (*mut c_void, CUdriverProcAddressQueryResult) {
    let mut function = null_mut();
    let mut status = CUdriverProcAddressQueryResult(9);
    ok!(cuGetProcAddress_v2(name.as_ptr(), &mut function, version, flags, &mut status));
    (function, status)
}

#[test]
fn a_name_means_the_form_of_the_version_that_asks() {
    let (newest, _) = lookup(c"cuCtxGetDevice", 13000, 0);
    let (older, _) = lookup(c"cuCtxGetDevice", 12090, 0);
    let (ancient, _) = lookup(c"cuMemAlloc", 2000, 0);
    let (modern, status) = lookup(c"cuMemAlloc", 3020, 0);

    assert!(!newest.is_null() && !older.is_null() && !ancient.is_null() && !modern.is_null());
    assert_ne!(newest, older);
    assert_ne!(ancient, modern);
    assert_eq!(status, CUdriverProcAddressQueryResult::CU_GET_PROC_ADDRESS_SUCCESS);
}

#[test]
fn a_name_that_is_not_there_is_null_with_a_reason() {
    let (unknown, reason) = lookup(c"cuNoSuchThing", 12000, 0);
    assert!(unknown.is_null());
    assert_eq!(reason, CUdriverProcAddressQueryResult::CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND);

    let (early, reason) = lookup(c"cuMemAllocAsync", 11010, 0);
    assert!(early.is_null());
    assert_eq!(reason, CUdriverProcAddressQueryResult::CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT);
}

#[test]
fn functions_of_the_profiler_are_found_like_others() {
    for name in [c"cuProfilerStart", c"cuProfilerStop", c"cuProfilerInitialize"] {
        assert!(!lookup(name, 4000, 0).0.is_null(), "{name:?}");
    }
}

#[test]
fn functions_for_graphics_are_there_and_say_that_they_are_not_supported() {
    // Dr.Jit asks for the first two, and does without CUDA where they are missing.
    let names = [
        c"cuGraphicsGLRegisterBuffer",
        c"cuGraphicsGLRegisterImage",
        c"cuGLGetDevices",
        c"cuEGLStreamProducerPresentFrame",
    ];
    for name in names.into_iter().chain([c"cuVDPAUCtxCreate"]) {
        assert!(!lookup(name, 12000, 0).0.is_null(), "{name:?}");
    }
    assert_ne!(lookup(c"cuGLMapBufferObject", 12000, 2).0, lookup(c"cuGLMapBufferObject", 2000, 0).0);
    let (register, _) = lookup(c"cuGraphicsGLRegisterBuffer", 12000, 0);
    // SAFETY: cudaGL.h gives this function this type.
    let register: unsafe extern "C" fn(*mut *mut c_void, u32, u32) -> CUresult =
        unsafe { std::mem::transmute(register) };
    let mut resource = null_mut();

    // SAFETY: the pointer is that of a live variable.
    let code = unsafe { register(&mut resource, 1, 0) };

    assert_eq!((code, resource), (CUresult::CUDA_ERROR_NOT_SUPPORTED, null_mut()));
}

#[test]
fn per_thread_forms_are_given_where_there_are_any() {
    let (legacy, _) = lookup(c"cuStreamQuery", 12000, 1);
    let (per_thread, _) = lookup(c"cuStreamQuery", 12000, 2);
    let (only, _) = lookup(c"cuInit", 12000, 2);

    assert!(!legacy.is_null() && !per_thread.is_null() && !only.is_null());
    assert_ne!(legacy, per_thread);
    let mut function = null_mut();
    let wrong = cu!(cuGetProcAddress_v2(c"cuInit".as_ptr(), &mut function, 12000, 7, null_mut()));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn what_is_found_is_what_is_asked_for() {
    let (function, _) = lookup(c"cuDriverGetVersion", 12000, 0);
    // SAFETY: the header gives this function this type.
    let get_version: unsafe extern "C" fn(*mut i32) -> CUresult = unsafe { std::mem::transmute(function) };
    let mut version = 0;

    // SAFETY: the pointer is to a live variable.
    let result = unsafe { get_version(&mut version) };

    assert_eq!((result, version), (OK, CUDA_VERSION as i32));
}

#[test]
fn errors_have_names_and_unknown_ones_have_none() {
    let mut text = null();

    ok!(cuGetErrorName(CUresult::CUDA_ERROR_OUT_OF_MEMORY, &mut text));
    // SAFETY: the driver gave a text that lasts.
    assert_eq!(unsafe { CStr::from_ptr(text) }, c"CUDA_ERROR_OUT_OF_MEMORY");
    ok!(cuGetErrorString(CUresult::CUDA_ERROR_OUT_OF_MEMORY, &mut text));
    // SAFETY: as above.
    assert_eq!(unsafe { CStr::from_ptr(text) }, c"out of memory");
    assert_eq!(cu!(cuGetErrorName(CUresult(99999), &mut text)), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert!(text.is_null());
}

#[test]
fn unpublished_tables_are_refused_with_a_null_pointer() {
    let mut table = std::ptr::without_provenance::<c_void>(1);

    let result = cu!(cuGetExportTable(&mut table, &CUuuid::default()));

    assert_ne!(result, OK);
    assert!(table.is_null());
}

#[test]
fn a_function_that_is_not_simulated_says_so_and_is_named() {
    let mut state = CUprocessState(0);

    let result = cu!(cuCheckpointProcessGetState(1, &mut state));

    assert_eq!(result, CUresult::CUDA_ERROR_NOT_SUPPORTED);
    assert!(cuda_sim::journal().unsupported.contains(&"cuCheckpointProcessGetState"));
}

/// What a real driver answered, from `cuGetProcAddress_v2` of the 550 driver.
#[test]
fn every_name_that_a_real_driver_knows_is_known_here() {
    for name in [
        c"cuMemcpyHtoDAsync",
        c"cuStreamWaitValue32",
        c"cuCtxCreate",
        c"cuLaunchKernel",
        c"cuEventElapsedTime",
    ] {
        assert!(!lookup(name, 12040, 0).0.is_null(), "{name:?}");
    }
}

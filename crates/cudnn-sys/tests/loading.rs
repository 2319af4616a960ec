//! cuDNN is loaded as the driver is; what is its own is the version, the functions, and the meaning of a code.

use cudnn_sys::{Cudnn, Version, cudnnStatus_t};
use std::ffi::{CStr, c_void};
use std::path::Path;
use std::ptr;

unsafe extern "C" fn version_8() -> usize {
    8907
}

unsafe extern "C" fn version_9() -> usize {
    92801
}

/// The function that every cuDNN fails in where there is no device, with its code of cuDNN 8.
unsafe extern "C" fn create(_: *mut cudnn_sys::cudnnHandle_t) -> cudnnStatus_t {
    cudnnStatus_t(1)
}

fn load(version: unsafe extern "C" fn() -> usize) -> Cudnn {
    let lookup = |name: &CStr| match name.to_bytes() {
        b"cudnnGetVersion" => version as *const c_void,
        b"cudnnCreate" => create as *const c_void,
        _ => ptr::null(),
    };
    // SAFETY: both functions have the signatures of cudnn.h and live as long as the program.
    unsafe { Cudnn::from_lookup("a small cuDNN", lookup) }.unwrap()
}

#[test]
fn both_encodings_of_the_version_are_read() {
    assert_eq!(load(version_8).version(), Version::with_patch(8, 9, 7));
    assert_eq!(load(version_9).version(), Version::with_patch(9, 28, 1));
}

#[test]
fn a_result_is_named_as_the_loaded_library_means_it() {
    let cudnn = load(version_8);

    // SAFETY: the function ignores its argument.
    let raw = unsafe { cudnn.cudnnCreate(ptr::null_mut()) }.unwrap();
    let status = cudnn.status(raw);

    assert_eq!(status.to_string(), "not initialized (CUDNN_STATUS_NOT_INITIALIZED, 1)");
    assert_eq!(status.code(), cudnnStatus_t::CUDNN_STATUS_NOT_INITIALIZED);
    assert_eq!(status.ok(), Err(status));
}

#[test]
fn a_function_of_nine_is_missing_in_eight() {
    // SAFETY: there is no such function, so that nothing is called.
    let error = unsafe { load(version_8).cudnnGetLastErrorString(ptr::null_mut(), 0) }.unwrap_err();

    assert_eq!(error.to_string(), "cudnnGetLastErrorString needs cuDNN 9.0; this one is 8.9.7");
}

#[test]
fn a_missing_library_is_named_with_the_reason() {
    // SAFETY: there is nothing at this path.
    let error = unsafe { Cudnn::open(Path::new("/nowhere/libcudnn.so.9")) }.unwrap_err();

    assert!(error.to_string().starts_with("no cuDNN: tried /nowhere/libcudnn.so.9 ("), "{error}");
}

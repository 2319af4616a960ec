//! The real cuDNN, as far as it goes without a GPU. It comes from the cache that `cargo xtask toolkits cudnn-libraries`
//! fills; the libraries are 0.6 GB each, so that only `cargo xtask ci --full` asks for them.

#[allow(unused_macros)]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use c::{Release, say};
use cudnn_sys::{Cudnn, ENTRY_POINTS, Status, cudnnStatus_t};
use std::ffi::CStr;
use std::ptr;

/// Opens every cuDNN in the cache.
fn libraries() -> Vec<Cudnn> {
    let releases = Release::all("nvidia-cudnn", "cudnn.h");
    let folders = releases.iter().filter_map(|release| Some(release.header.parent()?.parent()?.join("lib")));
    let files = folders.filter_map(|folder| {
        ["libcudnn.so.9", "libcudnn.so.8"].iter().map(|name| folder.join(name)).find(|file| file.is_file())
    });
    // SAFETY: the libraries are NVIDIA's, pinned by their hash.
    let libraries: Vec<Cudnn> = files.map(|file| unsafe { Cudnn::open(file) }.unwrap()).collect();
    if libraries.is_empty() {
        say("cuDNN was not run: it is not in the cache (cargo xtask toolkits cudnn-libraries, 1.2 GB)");
    }
    libraries
}

#[test]
fn the_library_names_every_code_as_the_table_does() {
    for cudnn in libraries() {
        let mut named = 0;
        for code in (0..20).chain((1000..6000).step_by(1)) {
            let Some(name) = Status::new(cudnnStatus_t(code), cudnn.version()).name() else { continue };
            // SAFETY: any code may be asked about; the library returns a static string.
            let text = unsafe { CStr::from_ptr(cudnn.cudnnGetErrorString(cudnnStatus_t(code)).unwrap()) };
            assert_eq!(text.to_str(), Ok(name), "{code} in {cudnn:?}");
            named += 1;
        }
        say(&format!("cuDNN {}: {named} codes are named as in the table", cudnn.version()));
    }
}

#[test]
fn without_a_device_creating_a_handle_is_an_error_that_reads_the_same_in_eight_and_nine() {
    for cudnn in libraries() {
        let mut handle = ptr::null_mut();

        // SAFETY: the pointer is to a live handle.
        let status = cudnn.status(unsafe { cudnn.cudnnCreate(&mut handle) }.unwrap());

        // A machine with a GPU makes one.
        if status.ok().is_ok() {
            // SAFETY: the handle was just made and is not used again.
            unsafe { cudnn.cudnnDestroy(handle) }.unwrap();
            continue;
        }
        assert_eq!(status.code(), cudnnStatus_t::CUDNN_STATUS_NOT_INITIALIZED, "{status} from {cudnn:?}");
        assert_eq!(status.name(), Some("CUDNN_STATUS_NOT_INITIALIZED"));
    }
}

#[test]
fn the_library_has_the_functions_of_its_release() {
    for cudnn in libraries() {
        for entry in ENTRY_POINTS {
            // A release between two that are listed may have what the second brought.
            assert!(cudnn.has(entry.name) || entry.since > cudnn.version(), "{} in {cudnn:?}", entry.name);
        }
    }
}

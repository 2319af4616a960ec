//! What the library says: names and sentences of its codes, and the log of calls.
#![allow(unsafe_code)]

use std::ffi::{CString, c_char};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use cuda_sys::cublas::*;

use super::library::Blas;
use crate::ffi::{put, text};
use crate::library::versions;

use cublasStatus_t as S;

/// The codes with their sentences.
const SENTENCES: [(S, &str, &str); 10] = [
    (S::CUBLAS_STATUS_SUCCESS, "CUBLAS_STATUS_SUCCESS", "success"),
    (S::CUBLAS_STATUS_NOT_INITIALIZED, "CUBLAS_STATUS_NOT_INITIALIZED", "the library was not initialized"),
    (S::CUBLAS_STATUS_ALLOC_FAILED, "CUBLAS_STATUS_ALLOC_FAILED", "the resource allocation failed"),
    (
        S::CUBLAS_STATUS_INVALID_VALUE,
        "CUBLAS_STATUS_INVALID_VALUE",
        "an unsupported value or parameter was passed to the function",
    ),
    (
        S::CUBLAS_STATUS_ARCH_MISMATCH,
        "CUBLAS_STATUS_ARCH_MISMATCH",
        "the function requires an architectural feature absent from the device",
    ),
    (S::CUBLAS_STATUS_MAPPING_ERROR, "CUBLAS_STATUS_MAPPING_ERROR", "an access to GPU memory space failed"),
    (
        S::CUBLAS_STATUS_EXECUTION_FAILED,
        "CUBLAS_STATUS_EXECUTION_FAILED",
        "the function failed to launch on the GPU",
    ),
    (S::CUBLAS_STATUS_INTERNAL_ERROR, "CUBLAS_STATUS_INTERNAL_ERROR", "an internal operation failed"),
    (
        S::CUBLAS_STATUS_NOT_SUPPORTED,
        "CUBLAS_STATUS_NOT_SUPPORTED",
        "the requested functionality is not supported",
    ),
    (S::CUBLAS_STATUS_LICENSE_ERROR, "CUBLAS_STATUS_LICENSE_ERROR", "the license check failed"),
];

/// A code's name and sentence, as texts that last.
fn texts(status: S) -> (*const c_char, *const c_char) {
    static TEXTS: LazyLock<Vec<(S, CString, CString)>> = LazyLock::new(|| {
        let owned = |text: &str| CString::new(text).unwrap_or_default();
        SENTENCES.iter().map(|(code, name, sentence)| (*code, owned(name), owned(sentence))).collect()
    });
    let found = TEXTS.iter().find(|(code, ..)| *code == status);
    found.map_or((c"unrecognized status".as_ptr(), c"unrecognized status".as_ptr()), |(_, name, sentence)| {
        (name.as_ptr(), sentence.as_ptr())
    })
}

/// Where the log goes.
#[derive(Debug, Default)]
struct Logger {
    is_on: bool,
    to_output: bool,
    to_error: bool,
    file: Option<File>,
    callback: cublasLogCallback,
}

static LOGGER: Mutex<Logger> =
    Mutex::new(Logger { is_on: false, to_output: false, to_error: false, file: None, callback: None });
/// Whether anything is logged; asked on every call.
static IS_ON: AtomicBool = AtomicBool::new(false);

fn logger() -> MutexGuard<'static, Logger> {
    LOGGER.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Logger {
    /// Sees whether calls have to come here. A callback alone is asked for everything, too.
    fn settle(&self) {
        IS_ON.store(self.is_on || self.callback.is_some(), Ordering::Relaxed);
    }
}

/// Logs a call of the function `name`.
pub(crate) fn note(name: &str) {
    if !IS_ON.load(Ordering::Relaxed) || !name.starts_with("cublas") || name.starts_with("cublasLt") {
        return;
    }
    let version = versions().map(|versions| versions.library);
    let (major, minor) = version.map_or((0, 0), |version| (version.major(), version.minor()));
    let line = format!("I! cuBLAS (v{major}.{minor}) function {name} called:\n");
    let mut logger = logger();
    if logger.is_on {
        // What cannot be logged is not a reason to fail.
        if logger.to_output {
            let _ = std::io::stdout().write_all(line.as_bytes());
        }
        if logger.to_error {
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        if let Some(file) = &mut logger.file {
            let _ = file.write_all(line.as_bytes());
        }
    }
    let callback = logger.callback;
    // The client's code may call back into the library.
    drop(logger);
    if let (Some(callback), Ok(line)) = (callback, CString::new(line)) {
        // SAFETY: the client gave the function for this call; the text lives until it returns.
        unsafe { callback(line.as_ptr()) };
    }
}

impl Blas {
    pub(crate) fn cublasGetStatusName(status: S) -> *const c_char {
        texts(status).0
    }

    pub(crate) fn cublasGetStatusString(status: S) -> *const c_char {
        texts(status).1
    }

    /// A file of the name is written anew; `stdout` and `stderr` are not names here.
    pub(super) fn cublasLoggerConfigure(
        is_on: c_int,
        to_output: c_int,
        to_error: c_int,
        file: *const c_char,
    ) -> S {
        let file = match text(file).filter(|name| !name.is_empty()) {
            None => None,
            Some(name) => match OpenOptions::new().create(true).write(true).truncate(true).open(name) {
                Ok(file) => Some(file),
                Err(_) => return S::CUBLAS_STATUS_INVALID_VALUE,
            },
        };
        let mut logger = logger();
        *logger = Logger {
            is_on: is_on != 0,
            to_output: to_output != 0,
            to_error: to_error != 0,
            file,
            callback: logger.callback,
        };
        logger.settle();
        S::CUBLAS_STATUS_SUCCESS
    }

    pub(super) fn cublasSetLoggerCallback(callback: cublasLogCallback) -> S {
        let mut logger = logger();
        logger.callback = callback;
        logger.settle();
        S::CUBLAS_STATUS_SUCCESS
    }

    pub(super) fn cublasGetLoggerCallback(callback: *mut cublasLogCallback) -> S {
        match put(callback, logger().callback) {
            true => S::CUBLAS_STATUS_SUCCESS,
            false => S::CUBLAS_STATUS_INVALID_VALUE,
        }
    }

    /// What the reference BLAS calls for a bad argument.
    pub(super) fn cublasXerbla(name: *const c_char, argument: c_int) {
        let name = text(name).unwrap_or_default();
        eprintln!("On entry to {name} parameter number {argument} had an illegal value");
    }
}

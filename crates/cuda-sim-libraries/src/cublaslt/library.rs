//! The library as a whole: its functions, and what it says of itself. Its releases are cuBLAS's.
#![allow(unsafe_code)]

use std::sync::OnceLock;

use cuda_sys::CublasLt;
use cuda_sys::cublaslt::*;

use crate::cublas::property;
use crate::ffi::put;
use crate::library::{library, versions};

pub use crate::cublas::{V12, V13};

/// What the functions of cuBLASLt are functions of.
pub(crate) struct BlasLt;

cuda_sys::for_each_cublaslt_function! { library {
    software: BlasLt;
} }

/// Returns the software cuBLASLt for `cuda`, 12 or 13, as a table of functions, as if it had been loaded from a file; none for other
/// releases. The same release gives an equal table every time.
pub fn table(cuda: u16) -> Option<CublasLt> {
    static TABLES: [OnceLock<CublasLt>; 2] = [const { OnceLock::new() }; 2];
    let fill = |lookup: fn(&std::ffi::CStr) -> *const c_void| {
        // SAFETY: each function has the signature of cuda-sys's list, of which it is made, and lasts as long as the process.
        let filled = unsafe { CublasLt::from_lookup("cuda-sim-libraries", lookup) };
        filled.expect("it has the functions by which a table asks for the version")
    };
    match cuda {
        12 => Some(*TABLES[0].get_or_init(|| fill(lookup::<V12>))),
        13 => Some(*TABLES[1].get_or_init(|| fill(lookup::<V13>))),
        _ => None,
    }
}

impl BlasLt {
    fn cublasLtGetProperty(kind: libraryPropertyType, value: *mut c_int) -> cublasStatus_t {
        let found = versions().and_then(|versions| property(versions.library, kind));
        match found {
            Some(found) if put(value, found) => cublasStatus_t::CUBLAS_STATUS_SUCCESS,
            _ => cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE,
        }
    }

    fn cublasLtGetVersion() -> usize {
        versions().map_or(0, |versions| {
            let version = versions.library;
            usize::from(version.major()) * 10000
                + usize::from(version.minor()) * 100
                + usize::from(version.patch())
        })
    }

    fn cublasLtGetCudartVersion() -> usize {
        versions().map_or(0, |versions| versions.cuda.to_cuda() as usize)
    }
}

//! The library as a whole: its releases, its functions, and what it says of itself.
#![allow(unsafe_code)]

use std::sync::OnceLock;

use cuda_sys::cublas::*;
use cuda_sys::{Cublas, Version};

use crate::ffi::put;
use crate::library::{library, versions};
use crate::{Release, Versions};

/// What the functions of cuBLAS are functions of.
pub(crate) struct Blas;

/// cuBLAS 12.9.3, of CUDA 12.9.
#[derive(Debug)]
pub struct V12;

/// cuBLAS 13.10, of CUDA 13.5. It reports the runtime that all of CUDA 13 can have.
#[derive(Debug)]
pub struct V13;

impl Release for V12 {
    const VERSIONS: Versions = Versions { library: Version::with_patch(12, 9, 3), cuda: Version::new(12, 9) };
}

impl Release for V13 {
    const VERSIONS: Versions = Versions { library: Version::new(13, 10), cuda: Version::new(13, 0) };
}

cuda_sys::for_each_cublas_function! { library {
    software: Blas;
} }

/// Returns the software cuBLAS for `cuda`, 12 or 13, as a table of functions, as if it had been loaded from a file; none for other
/// releases. The same release gives an equal table every time.
pub fn table(cuda: u16) -> Option<Cublas> {
    static TABLES: [OnceLock<Cublas>; 2] = [const { OnceLock::new() }; 2];
    let fill = |lookup: fn(&std::ffi::CStr) -> *const c_void| {
        // SAFETY: each function has the signature of cuda-sys's list, of which it is made, and lasts as long as the process.
        let filled = unsafe { Cublas::from_lookup("cuda-sim-libraries", lookup) };
        filled.expect("it has the functions by which a table asks for the version")
    };
    match cuda {
        12 => Some(*TABLES[0].get_or_init(|| fill(lookup::<V12>))),
        13 => Some(*TABLES[1].get_or_init(|| fill(lookup::<V13>))),
        _ => None,
    }
}

/// Returns a number of the library's version.
pub(crate) fn property(version: Version, property: libraryPropertyType) -> Option<c_int> {
    match property {
        libraryPropertyType::MAJOR_VERSION => Some(version.major().into()),
        libraryPropertyType::MINOR_VERSION => Some(version.minor().into()),
        libraryPropertyType::PATCH_LEVEL => Some(version.patch().into()),
        _ => None,
    }
}

impl Blas {
    fn cublasGetProperty(kind: libraryPropertyType, value: *mut c_int) -> cublasStatus_t {
        let found = versions().and_then(|versions| property(versions.library, kind));
        match found {
            Some(found) if put(value, found) => cublasStatus_t::CUBLAS_STATUS_SUCCESS,
            _ => cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE,
        }
    }

    fn cublasGetCudartVersion() -> usize {
        versions().map_or(0, |versions| versions.cuda.to_cuda() as usize)
    }
}

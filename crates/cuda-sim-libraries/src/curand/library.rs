//! The library as a whole: its releases, its functions, and what it says of itself.
#![allow(unsafe_code)]

use std::sync::OnceLock;

use cuda_sys::curand::*;
use cuda_sys::{Curand, Version};

use crate::cublas::property;
use crate::ffi::put;
use crate::library::{library, versions};
use crate::{Release, Versions};

/// What the functions of cuRAND are functions of.
pub(crate) struct Rand;

/// cuRAND 10.3.10, of CUDA 12.9.
#[derive(Debug)]
pub struct Of12;

/// cuRAND 10.4.5, of CUDA 13.5.
#[derive(Debug)]
pub struct Of13;

impl Release for Of12 {
    const VERSIONS: Versions =
        Versions { library: Version::with_patch(10, 3, 10), cuda: Version::new(12, 9) };
}

impl Release for Of13 {
    const VERSIONS: Versions = Versions { library: Version::with_patch(10, 4, 5), cuda: Version::new(13, 5) };
}

cuda_sys::for_each_curand_function! { library {
    software: Rand;
} }

/// Returns the software cuRAND for `cuda`, 12 or 13, as a table of functions, as if it had been loaded from a file; none for other
/// releases. The same release gives an equal table every time.
pub fn table(cuda: u16) -> Option<Curand> {
    static TABLES: [OnceLock<Curand>; 2] = [const { OnceLock::new() }; 2];
    let fill = |lookup: fn(&std::ffi::CStr) -> *const c_void| {
        // SAFETY: each function has the signature of cuda-sys's list, of which it is made, and lasts as long as the process.
        let filled = unsafe { Curand::from_lookup("cuda-sim-libraries", lookup) };
        filled.expect("it has the functions by which a table asks for the version")
    };
    match cuda {
        12 => Some(*TABLES[0].get_or_init(|| fill(lookup::<Of12>))),
        13 => Some(*TABLES[1].get_or_init(|| fill(lookup::<Of13>))),
        _ => None,
    }
}

impl Rand {
    fn curandGetProperty(kind: libraryPropertyType, value: *mut c_int) -> curandStatus_t {
        let found = versions().and_then(|versions| property(versions.library, kind));
        match found {
            Some(found) if put(value, found) => curandStatus_t::CURAND_STATUS_SUCCESS,
            _ => curandStatus_t::CURAND_STATUS_OUT_OF_RANGE,
        }
    }

    fn curandGetVersion(version: *mut c_int) -> curandStatus_t {
        let found = versions().map_or(0, |versions| {
            let version = versions.library;
            i32::from(version.major()) * 1000 + i32::from(version.minor()) * 100 + i32::from(version.patch())
        });
        match put(version, found) {
            true => curandStatus_t::CURAND_STATUS_SUCCESS,
            false => curandStatus_t::CURAND_STATUS_OUT_OF_RANGE,
        }
    }
}

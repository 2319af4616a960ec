//! The library as a whole: its releases, its functions, and what it says of itself.
#![allow(unsafe_code)]

use std::sync::OnceLock;

use cuda_sys::Version;
use cudnn_sys::*;

use crate::library::{Answer, library};
use crate::{Release, Versions};

/// What the functions of cuDNN are functions of.
pub(crate) struct Dnn;

/// cuDNN 8.9.7, for CUDA 12.
#[derive(Debug)]
pub struct V8;

/// cuDNN 9.0.0, the first of its numbering, for CUDA 12.
#[derive(Debug)]
pub struct V9First;

/// cuDNN 9.28.1, for CUDA 13.
#[derive(Debug)]
pub struct V9;

impl Release for V8 {
    const VERSIONS: Versions = Versions { library: Version::with_patch(8, 9, 7), cuda: Version::new(12, 2) };
}

impl Release for V9First {
    const VERSIONS: Versions = Versions { library: Version::new(9, 0), cuda: Version::new(12, 3) };
}

impl Release for V9 {
    const VERSIONS: Versions = Versions { library: Version::with_patch(9, 28, 1), cuda: Version::new(13, 5) };
}

cudnn_sys::for_each_cudnn_function! { library {
    software: Dnn;
} }

/// Returns the software cuDNN of the major release 8 or 9, as a table of functions, as if it had been loaded from a file; none for other
/// releases. The same release gives an equal table every time.
pub fn table(major: u16) -> Option<Cudnn> {
    static TABLES: [OnceLock<Cudnn>; 2] = [const { OnceLock::new() }; 2];
    let fill = |lookup: fn(&std::ffi::CStr) -> *const c_void| {
        // SAFETY: each function has the signature of cudnn-sys's list, of which it is made, and lasts as long as the process.
        let filled = unsafe { Cudnn::from_lookup("cuda-sim-libraries", lookup) };
        filled.expect("it has the functions by which a table asks for the version")
    };
    match major {
        8 => Some(*TABLES[0].get_or_init(|| fill(lookup::<V8>))),
        9 => Some(*TABLES[1].get_or_init(|| fill(lookup::<V9>))),
        _ => None,
    }
}

/// The functions here answer with the codes of cuDNN 9; those of 8 are fewer, and other numbers.
impl Answer for cudnnStatus_t {
    fn not_built() -> Self {
        Self::CUDNN_STATUS_NOT_SUPPORTED
    }

    fn failed() -> Self {
        Self::CUDNN_STATUS_INTERNAL_ERROR
    }

    fn numbered(self, versions: Versions) -> Self {
        if versions.library.major() >= 9 {
            return self;
        }
        let before_9 = [
            (Self::CUDNN_STATUS_NOT_INITIALIZED, 1),
            (Self::CUDNN_STATUS_INVALID_VALUE, 5),
            (Self::CUDNN_STATUS_ARCH_MISMATCH, 6),
            (Self::CUDNN_STATUS_ALLOC_FAILED, 2),
            (Self::CUDNN_STATUS_MAPPING_ERROR, 7),
            (Self::CUDNN_STATUS_LICENSE_ERROR, 10),
            (Self::CUDNN_STATUS_RUNTIME_PREREQUISITE_MISSING, 11),
            (Self::CUDNN_STATUS_RUNTIME_IN_PROGRESS, 12),
            (Self::CUDNN_STATUS_RUNTIME_FP_OVERFLOW, 13),
            (Self::CUDNN_STATUS_VERSION_MISMATCH, 14),
        ];
        if let Some(&(_, code)) = before_9.iter().find(|(code, _)| *code == self) {
            return Self(code);
        }
        // What 9 has split into several, 8 has as one: the codes of a kind share their thousands.
        Self(match self.0 / 1000 {
            0 => 0,
            1 => 1,
            2 => 3,
            3 => 9,
            4 => 4,
            _ => 8,
        })
    }
}

//! Versions, names of statuses, and the last error.
use crate::cublas::property;
use crate::cudnn::failure::{self, Failure, Outcome};
use crate::cudnn::ffi::{Out, Text, write_text};
use crate::cudnn::library::Dnn;
use crate::library::{Answer, Versions, versions};
use cudnn_sys::{Status, Version, cudnnStatus_t, libraryPropertyType};
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int};
use std::sync::{Mutex, PoisonError};

impl Dnn {
    /// The encoding changed with cuDNN 9.
    pub(crate) fn cudnnGetVersion() -> usize {
        let Some(Versions { library, .. }) = versions() else { return 0 };
        let factor = if library.major() < 9 { 1000 } else { 10000 };
        usize::from(library.major()) * factor
            + usize::from(library.minor()) * 100
            + usize::from(library.patch())
    }

    /// The newest architecture that the release knows.
    pub(crate) fn cudnnGetMaxDeviceVersion() -> usize {
        match versions() {
            Some(Versions { library, .. }) if library < Version::new(9, 7) => 900,
            _ => cudnn_sys::CUDNN_MAX_DEVICE_VERSION as usize,
        }
    }

    pub(crate) fn cudnnGetCudartVersion() -> usize {
        versions().map_or(0, |versions| versions.cuda.to_cuda() as usize)
    }

    pub(crate) fn cudnnGetProperty(kind: libraryPropertyType, value: Out<c_int>) -> Outcome {
        value.check("value")?;
        let number = versions()
            .and_then(|versions| property(versions.library, cuda_sys::cublas::libraryPropertyType(kind.0)));
        let unknown = || {
            let eight = is_eight();
            Failure::new(
                if eight {
                    cudnnStatus_t::CUDNN_STATUS_INVALID_VALUE
                } else {
                    cudnnStatus_t::CUDNN_STATUS_BAD_PARAM
                },
                format!("there is no property {}", kind.0),
            )
        };
        value.set(number.ok_or_else(unknown)?)
    }

    pub(crate) fn cudnnGetErrorString(status: cudnnStatus_t) -> Text {
        static NAMES: Mutex<BTreeMap<&str, &CStr>> = Mutex::new(BTreeMap::new());

        let library = versions().map_or(Version::new(9, 0), |versions| versions.library);
        let Some(name) = Status::new(status, library).name() else {
            return Text(c"CUDNN_UNKNOWN_STATUS");
        };
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        // There are as many as statuses, and a caller may keep one for ever.
        let text = names
            .entry(name)
            .or_insert_with(|| CString::new(name).map_or(c"", |name| Box::leak(name.into_boxed_c_str())));
        Text(text)
    }

    pub(crate) fn cudnnGetLastErrorString(message: Out<c_char>, max_size: usize) {
        write_text(message, max_size, &failure::take_last());
    }
}

/// All parts are in one library, so that they are of one version.
fn same_version() -> Outcome {
    Ok(())
}

impl Dnn {
    pub(crate) fn cudnnGraphVersionCheck() -> Outcome {
        same_version()
    }

    pub(crate) fn cudnnOpsVersionCheck() -> Outcome {
        same_version()
    }

    pub(crate) fn cudnnAdvVersionCheck() -> Outcome {
        same_version()
    }

    pub(crate) fn cudnnCnnVersionCheck() -> Outcome {
        same_version()
    }

    pub(crate) fn cudnnSubquadraticOpsVersionCheck() -> Outcome {
        same_version()
    }
}

/// Whether the release that this thread is in is a later one than cuDNN 9.0, which took more than those before.
pub(crate) fn is_later_than_nine_zero() -> bool {
    versions().is_some_and(|versions| versions.library > Version::new(9, 0))
}

/// Whether the release that this thread is in has the numbering of cuDNN 8.
pub(crate) fn is_eight() -> bool {
    versions().is_some_and(|versions| versions.library.major() < 9)
}

/// Returns `status` in the numbers of the release that this thread is in.
pub(crate) fn numbered(status: cudnnStatus_t) -> cudnnStatus_t {
    versions().map_or(status, |versions| status.numbered(versions))
}

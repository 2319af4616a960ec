//! Which of NVIDIA's libraries a context uses.

use context_core::cuda::{self, Driver};
use cuda_sys::{LoadError, Origin, cublas::Cublas, cublaslt::CublasLt, curand::Curand};
#[cfg(feature = "cudnn")]
use cudnn_sys::Cudnn;

/// The libraries that a context uses in place of the system's: given to [`Builder::libraries`](crate::Builder::libraries).
///
/// A library works through one driver. The system's libraries work through the system's driver, and are looked for when they are first
/// needed; contexts of another driver have those that are given here, and no others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Libraries {
    /// cuBLAS.
    pub cublas: Option<Cublas>,
    /// cuBLASLt.
    pub cublaslt: Option<CublasLt>,
    /// cuRAND.
    pub curand: Option<Curand>,
    /// cuDNN.
    #[cfg(feature = "cudnn")]
    pub cudnn: Option<Cudnn>,
}

impl Libraries {
    /// Returns a library that works through `driver`: the given one, for which whoever gave it vouches (`Builder::libraries`), or the
    /// system's for the system's driver.
    pub(crate) fn choose<T>(
        name: &'static str,
        given: Option<T>,
        driver: Driver,
        find: impl FnOnce() -> Result<T, LoadError>,
    ) -> cuda::Result<T> {
        if let Some(given) = given {
            return Ok(given);
        }
        if !matches!(driver.origin(), Origin::Library(_)) {
            return Err(cuda::Error::Unusable {
                library: name.to_owned(),
                reason: format!(
                    "the system's works through the system's driver, and this context is of the driver `{}`; give one that works \
                     through that to `Builder::libraries`",
                    driver.origin()
                ),
            });
        }
        Ok(find()?)
    }
}

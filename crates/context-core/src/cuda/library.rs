//! What calls of NVIDIA's libraries return, as this module's [`Error`].

use std::fmt;

use cuda_sys::{MissingFunction, cublas::cublasStatus_t, curand::curandStatus_t};

use super::{Context, Error, Result};
use crate::ErrorClass;

/// A result code of a library that works in a context.
pub(crate) trait Status: Copy + fmt::Display {
    /// Tells whether the call did what it was to do.
    fn is_success(self) -> bool;

    /// Returns the number.
    fn number(self) -> u32;

    /// Returns what kind of failure this is.
    fn class(self) -> ErrorClass;

    /// Tells whether work on the device may have failed, so that the context itself is to be asked.
    fn is_of_device(self) -> bool;
}

impl Status for cublasStatus_t {
    #[inline]
    fn is_success(self) -> bool {
        self == cublasStatus_t::CUBLAS_STATUS_SUCCESS
    }

    fn number(self) -> u32 {
        self.0
    }

    fn class(self) -> ErrorClass {
        match self {
            cublasStatus_t::CUBLAS_STATUS_ALLOC_FAILED => ErrorClass::Exhausted,
            _ => ErrorClass::BadRequest,
        }
    }

    fn is_of_device(self) -> bool {
        matches!(
            self,
            cublasStatus_t::CUBLAS_STATUS_EXECUTION_FAILED
                | cublasStatus_t::CUBLAS_STATUS_INTERNAL_ERROR
                | cublasStatus_t::CUBLAS_STATUS_MAPPING_ERROR
                | cublasStatus_t::CUBLAS_STATUS_NOT_INITIALIZED
        )
    }
}

impl Status for curandStatus_t {
    #[inline]
    fn is_success(self) -> bool {
        self == curandStatus_t::CURAND_STATUS_SUCCESS
    }

    fn number(self) -> u32 {
        self.0
    }

    fn class(self) -> ErrorClass {
        match self {
            curandStatus_t::CURAND_STATUS_ALLOCATION_FAILED => ErrorClass::Exhausted,
            _ => ErrorClass::BadRequest,
        }
    }

    fn is_of_device(self) -> bool {
        matches!(
            self,
            curandStatus_t::CURAND_STATUS_LAUNCH_FAILURE
                | curandStatus_t::CURAND_STATUS_PREEXISTING_FAILURE
                | curandStatus_t::CURAND_STATUS_INITIALIZATION_FAILED
                | curandStatus_t::CURAND_STATUS_INTERNAL_ERROR
        )
    }
}

/// Turns what a library's call returned into a result.
#[inline]
pub(crate) fn check<S: Status>(
    context: &Context,
    function: &'static str,
    returned: Result<S, MissingFunction>,
) -> Result<()> {
    match returned {
        Ok(status) if status.is_success() => Ok(()),
        failed => fail(context, function, failed),
    }
}

/// Makes the error of a library's call. Libraries tell that work on the device has failed, and not why: the context is asked, and
/// its failure is what is returned where it is lost.
#[cold]
#[inline(never)]
fn fail<S: Status>(
    context: &Context,
    function: &'static str,
    returned: Result<S, MissingFunction>,
) -> Result<()> {
    let status = match returned {
        Ok(status) => status,
        Err(missing) => return Err(Error::Missing(missing)),
    };
    if status.is_of_device() {
        // Any call returns the failure of earlier work, where it lost the context; this one may also be made during a capture.
        if let Err(lost) = context.memory_info()
            && lost.class() == ErrorClass::ContextLost
        {
            return Err(lost);
        }
    }
    Err(Error::Status {
        doing: String::new(),
        function,
        status: status.to_string(),
        number: status.number(),
        detail: String::new(),
        class: status.class(),
    })
}

/// Makes one call of a library that works in a context, and turns its status into a [`Result`].
macro_rules! library_call {
    ($context:expr, $library:expr, $function:ident ( $($argument:expr),* $(,)? )) => {
        $crate::cuda::library::check($context, stringify!($function), $library.$function($($argument),*))
    };
}

pub(crate) use library_call;

//! Errors of cuDNN: what we were doing, the call, its status by name, and what the library says of it.

use std::{fmt, sync::Arc};

use cudnn_sys::{LoadError, MissingFunction, Status, cudnnStatus_t};

use super::{CudnnVersion, compat};
use crate::{ErrorClass, cuda};

/// A failure of cuDNN, or of finding it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Error {
    /// A call returned a status.
    Call {
        /// What we were doing, with sizes and objects; empty where the call says it all.
        doing: String,
        /// The function.
        function: &'static str,
        /// The status, as the library that returned it means it.
        status: Status,
        /// What `cudnnGetLastErrorString` says, from cuDNN 9 on; may be empty.
        message: String,
        /// What the driver says of the CUDA context, where it is lost since the call.
        cause: Option<Box<cuda::Error>>,
    },
    /// The library lacks a function.
    Missing(MissingFunction),
    /// Something needs another version of cuDNN than the one that was found.
    Version {
        /// What needs it.
        what: &'static str,
        /// What it needs, for example "cuDNN 9".
        needs: String,
        /// What was found, and where.
        found: CudnnVersion,
    },
    /// Parts of cuDNN are of several versions.
    Mixed {
        /// The part that does not agree, for example "ops".
        part: &'static str,
        /// The version of the main library.
        version: CudnnVersion,
        /// What was found in its place: a version and a file, or what the part answered.
        found: String,
    },
    /// A handle was asked for in a context of another driver than the one that this cuDNN calls.
    Driver {
        /// Where this cuDNN is from.
        library: String,
        /// Why the two do not belong together.
        reason: String,
    },
    /// No cuDNN could be loaded.
    Load(Arc<LoadError>),
    /// The arguments do not fit together; nothing was called.
    Shape {
        /// What was asked for.
        operation: &'static str,
        /// All the sizes, and the rule that they break.
        detail: String,
    },
    /// A setting that this library cannot honour; nothing was called.
    Setting {
        /// The setting, for example "determinism".
        setting: &'static str,
        /// Why not, and what helps.
        reason: String,
    },
    /// The driver refused, or the CUDA context is lost.
    Cuda(cuda::Error),
}

/// A result whose error is this module's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Says what we were doing, for a call that does not tell.
    pub(crate) fn doing(self, text: impl FnOnce() -> String) -> Error {
        match self {
            Error::Call { function, status, message, cause, .. } => {
                Error::Call { doing: text(), function, status, message, cause }
            }
            other => other,
        }
    }

    /// Returns the status in the numbering of cuDNN 9, if cuDNN returned one: comparable whichever library is loaded.
    pub fn code(&self) -> Option<cudnnStatus_t> {
        self.status().map(Status::code)
    }

    /// Returns the status, if cuDNN returned one.
    pub fn status(&self) -> Option<Status> {
        match self {
            Error::Call { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Tells whether cuDNN has no implementation of what was asked for, so that another algorithm, type or layout may help.
    pub fn is_unsupported(&self) -> bool {
        self.code().is_some_and(|code| (3000..4000).contains(&code.0))
    }

    /// Returns what kind of failure this is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Error::Cuda(error) => error.class(),
            Error::Call { cause: Some(_), .. } => ErrorClass::ContextLost,
            Error::Call { status, .. } => match status.code() {
                cudnnStatus_t::CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED
                | cudnnStatus_t::CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED => {
                    ErrorClass::Exhausted
                }
                _ => ErrorClass::BadRequest,
            },
            _ => ErrorClass::BadRequest,
        }
    }

    /// Makes the error of a call that gave no success.
    #[cold]
    pub(crate) fn of_call(
        table: cudnn_sys::Cudnn,
        function: &'static str,
        returned: Result<cudnnStatus_t, MissingFunction>,
    ) -> Error {
        match returned {
            Ok(raw) => Error::Call {
                doing: String::new(),
                function,
                status: table.status(raw),
                message: compat::last_error(table),
                cause: None,
            },
            Err(missing) => Error::Missing(missing),
        }
    }

    /// Tells whether the status may come from a failure of the device, of which the CUDA context knows more.
    pub(crate) fn may_be_of_the_device(&self) -> bool {
        // Not one of 1000 (not initialised), 2000 (bad parameter) and 3000 (not supported).
        self.code().is_some_and(|code| code.0 >= 4000)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Call { doing, function, status, message, cause } => {
                if !doing.is_empty() {
                    write!(f, "{doing}: ")?;
                }
                write!(f, "{function}: {status}")?;
                if !message.is_empty() {
                    write!(f, ": {message}")?;
                }
                match cause {
                    Some(cause) => write!(f, "; the context is lost: {cause}"),
                    None => Ok(()),
                }
            }
            Error::Missing(missing) => missing.fmt(f),
            Error::Version { what, needs, found } => write!(f, "{what} needs {needs}; this one is {found}"),
            Error::Mixed { part, version, found } => write!(
                f,
                "cuDNN {version} finds {found} as its part {part}: remove what is left of other \
                 installations, or set CUDNN_SYS_LIBRARY to a libcudnn beside its own parts"
            ),
            Error::Driver { library, reason } => write!(f, "cuDNN from {library}: {reason}"),
            Error::Load(error) => error.fmt(f),
            Error::Shape { operation, detail } => write!(f, "{operation}: {detail}"),
            Error::Setting { setting, reason } => write!(f, "{setting}: {reason}"),
            Error::Cuda(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Error {
        Error::Load(Arc::new(error))
    }
}

impl From<cuda::Error> for Error {
    fn from(error: cuda::Error) -> Error {
        Error::Cuda(error)
    }
}

impl From<MissingFunction> for Error {
    fn from(missing: MissingFunction) -> Error {
        Error::Missing(missing)
    }
}

//! Errors of calls of CUDA and of its libraries: what we were doing, the call, and the code with its static text.

use std::{fmt, sync::Arc};

use cuda_sys::{CUresult, LoadError, MissingFunction};

use crate::ErrorClass;

/// A failure of the CUDA driver or of one of NVIDIA's libraries, or of finding them.
#[derive(Clone, Debug)]
pub enum Error {
    /// A call returned a code.
    Call {
        /// What we were doing, with sizes and objects; empty where the call says it all.
        doing: String,
        /// The function.
        function: &'static str,
        /// The code.
        code: CUresult,
    },
    /// The driver lacks a function.
    Missing(MissingFunction),
    /// An earlier failure left the context unusable; this is it.
    Lost(Arc<Error>),
    /// The driver was started before this process was forked, and does not work behind that.
    Forked,
    /// No driver could be loaded.
    Load(Arc<LoadError>),
    /// The driver has fewer devices.
    NoSuchDevice {
        /// The ordinal that was asked for.
        ordinal: u32,
        /// How many there are.
        count: u32,
    },
    /// Code for the device could not be loaded.
    Module {
        /// Where the code is from.
        origin: String,
        /// The code of the result.
        code: CUresult,
        /// What the driver's compiler wrote.
        log: String,
    },
    /// CUDA C++ could not be compiled.
    Compile {
        /// What the source is called.
        name: String,
        /// What the compiler wrote.
        log: String,
    },
    /// A call of a library that works in the context, such as cuBLAS, returned a status.
    Status {
        /// What we were doing, with sizes and objects; empty where the call says it all.
        doing: String,
        /// The function.
        function: &'static str,
        /// The status with its name and sentence.
        status: String,
        /// The number that the library returned.
        number: u32,
        /// What the library said beside the status; empty where it said nothing.
        detail: String,
        /// What kind of failure this is.
        class: ErrorClass,
    },
    /// A library cannot be used as it was asked for: it is not there, of a wrong version, or lacks what was asked of it.
    Unusable {
        /// The library, with its version where it is known.
        library: String,
        /// What was asked for, why it cannot be had, and what helps.
        reason: String,
    },
    /// What another process has sent describes nothing that can be opened.
    Descriptor {
        /// What is wrong with it.
        reason: String,
    },
    /// A launch was refused before the driver was asked.
    Launch {
        /// The function.
        function: String,
        /// What does not fit, with the limit.
        reason: String,
    },
}

impl Error {
    /// Says what we were doing, for a call that does not tell.
    pub(crate) fn doing(self, text: impl FnOnce() -> String) -> Error {
        match self {
            Error::Call { function, code, .. } => Error::Call { doing: text(), function, code },
            Error::Status { function, status, number, detail, class, .. } => {
                Error::Status { doing: text(), function, status, number, detail, class }
            }
            other => other,
        }
    }

    /// Returns the driver's code, if it returned one.
    pub fn code(&self) -> Option<CUresult> {
        match self {
            Error::Call { code, .. } | Error::Module { code, .. } => Some(*code),
            Error::Lost(first) => first.code(),
            _ => None,
        }
    }

    /// Returns what kind of failure this is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Error::Lost(_) | Error::Forked => return ErrorClass::ContextLost,
            Error::Status { class, .. } => return *class,
            _ => {}
        }
        match self.code() {
            Some(CUresult::CUDA_ERROR_OUT_OF_MEMORY) => ErrorClass::Exhausted,
            Some(code) if is_sticky(code) => ErrorClass::ContextLost,
            _ => ErrorClass::BadRequest,
        }
    }
}

/// Tells whether a code leaves the context unusable, as the driver's manual says of each.
fn is_sticky(code: CUresult) -> bool {
    matches!(
        code,
        CUresult::CUDA_ERROR_ILLEGAL_ADDRESS
            | CUresult::CUDA_ERROR_LAUNCH_TIMEOUT
            | CUresult::CUDA_ERROR_ASSERT
            | CUresult::CUDA_ERROR_HARDWARE_STACK_ERROR
            | CUresult::CUDA_ERROR_ILLEGAL_INSTRUCTION
            | CUresult::CUDA_ERROR_MISALIGNED_ADDRESS
            | CUresult::CUDA_ERROR_INVALID_ADDRESS_SPACE
            | CUresult::CUDA_ERROR_INVALID_PC
            | CUresult::CUDA_ERROR_LAUNCH_FAILED
            | CUresult::CUDA_ERROR_EXTERNAL_DEVICE
            | CUresult::CUDA_ERROR_ECC_UNCORRECTABLE
            | CUresult::CUDA_ERROR_CONTEXT_IS_DESTROYED
            | CUresult::CUDA_ERROR_DEINITIALIZED
    )
}

/// Turns what a call returned into a result.
#[inline]
pub(crate) fn check(
    function: &'static str,
    returned: Result<CUresult, MissingFunction>,
) -> Result<(), Error> {
    match returned {
        Ok(CUresult::CUDA_SUCCESS) => Ok(()),
        failed => Err(failure(function, failed)),
    }
}

/// Makes the error of a call through a context that returned `code`; the context takes note of it. Out of line, so that a call that
/// succeeds pays nothing for it; and on the heap, so that no caller's result need have an address.
#[cold]
#[inline(never)]
pub(crate) fn fail(context: &super::Context, function: &'static str, code: CUresult) -> Box<Error> {
    Box::new(context.note(failure(function, Ok(code))))
}

/// Makes the error of a call that this driver does not have.
#[cold]
#[inline(never)]
pub(crate) fn lacks(missing: MissingFunction) -> Box<Error> {
    Box::new(Error::Missing(missing))
}

#[cold]
fn failure(function: &'static str, returned: Result<CUresult, MissingFunction>) -> Error {
    match returned {
        Ok(code) => Error::Call { doing: String::new(), function, code },
        Err(missing) => Error::Missing(missing),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Call { doing, function, code } if doing.is_empty() => write!(f, "{function}: {code}"),
            Error::Call { doing, function, code } => write!(f, "{doing}: {function}: {code}"),
            Error::Missing(missing) => missing.fmt(f),
            Error::Lost(first) => write!(f, "the context is lost since an earlier failure: {first}"),
            Error::Forked => f.write_str(
                "this process was forked after CUDA was started, and CUDA does not work in it; fork first, or start a new program",
            ),
            Error::Descriptor { reason } => write!(f, "a descriptor from another process: {reason}"),
            Error::Load(error) => error.fmt(f),
            Error::NoSuchDevice { ordinal, count: 0 } => {
                write!(f, "no CUDA device {ordinal}: the driver has none")
            }
            Error::NoSuchDevice { ordinal, count } => {
                write!(f, "no CUDA device {ordinal}: the driver has {count}, numbered from 0")
            }
            Error::Module { origin, code, log } => {
                write!(f, "loading device code from {origin}: {code}")?;
                if !log.is_empty() {
                    write!(f, "\n{}", log.trim_end())?;
                }
                Ok(())
            }
            Error::Compile { name, log } => write!(f, "compiling {name}: {log}"),
            Error::Status { doing, function, status, detail, .. } => {
                if !doing.is_empty() {
                    write!(f, "{doing}: ")?;
                }
                write!(f, "{function}: {status}")?;
                if !detail.is_empty() {
                    write!(f, ": {}", detail.trim_end())?;
                }
                Ok(())
            }
            Error::Unusable { library, reason } => write!(f, "{library}: {reason}"),
            Error::Launch { function, reason } => write!(f, "launching {function}: {reason}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<LoadError> for Error {
    fn from(error: LoadError) -> Error {
        Error::Load(Arc::new(error))
    }
}

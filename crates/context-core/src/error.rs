//! Errors: what we were doing, what failed, and what helps.

use std::{fmt, sync::Arc};

use crate::{Device, EventStatus, LabelUsage, MemoryKind, StreamId};

/// A result whose error is this layer's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is, for callers that act on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The request cannot be served as it is; nothing happened.
    BadRequest,
    /// Memory or another resource ran out, after everything that could be given back was.
    Exhausted,
    /// Work that was already accepted has failed; the device's memory holds no promise any more.
    ContextLost,
}

/// Everything that a context can refuse or fail at.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A text does not name a device.
    #[error(
        "`{text}` is not a device: {reason}; devices are cpu, cpu:N (a NUMA node), cuda:N and sim:N, with N from 0"
    )]
    ParseDevice {
        /// The text as it was given.
        text: String,
        /// What is wrong with it.
        reason: &'static str,
    },

    /// Objects of two devices met in one operation.
    #[error(
        "{operation}: the context is on {context} but {object} is {}on {found}; `copy_from` copies between contexts of any two",
        if context == found { "in another memory pool " } else { "" }
    )]
    WrongDevice {
        /// What was asked for.
        operation: &'static str,
        /// The device of the context that was asked.
        context: Device,
        /// Which operand is elsewhere.
        object: String,
        /// The operand's device.
        found: Device,
    },

    /// The sizes of an operation's operands do not fit together.
    #[error("{operation}: {detail}")]
    Shape {
        /// What was asked for.
        operation: &'static str,
        /// All the sizes, and the rule that they break.
        detail: String,
    },

    /// A kernel's declared requirement does not hold for these arguments.
    #[error("kernel {kernel}: needs `{requirement}`; {sizes}")]
    Requirement {
        /// The kernel's name.
        kernel: &'static str,
        /// The condition, as its declaration spells it.
        requirement: &'static str,
        /// Each slice argument with its length.
        sizes: String,
    },

    /// A kernel's implementation for a device is not what its declaration says.
    #[error("kernel {kernel} on {device}: {reason}")]
    Kernel {
        /// The kernel's name.
        kernel: &'static str,
        /// Where it was to run.
        device: Device,
        /// What does not agree, or failed.
        reason: String,
    },

    /// The CPU half of a kernel panicked.
    #[error("kernel {kernel} on cpu panicked: {message}")]
    KernelPanicked {
        /// The kernel's name.
        kernel: &'static str,
        /// The panic's message.
        message: String,
    },

    /// No memory was left after everything that could be given back was.
    #[error(transparent)]
    OutOfMemory(Box<OutOfMemory>),

    /// An earlier failure left the device without a usable context.
    #[error("{device} is lost since an earlier failure: {loss}")]
    Lost {
        /// The device.
        device: Device,
        /// The first failure seen, and what was running.
        loss: Arc<Loss>,
    },

    /// Something that this device, driver or build cannot do.
    #[error("{device}: {what} is not supported: {reason}")]
    Unsupported {
        /// The device.
        device: Device,
        /// What was asked for.
        what: &'static str,
        /// Why not, and what helps.
        reason: String,
    },

    /// There is no such device.
    #[error("no device {device}: {reason}")]
    NoDevice {
        /// The device that was asked for.
        device: Device,
        /// What was found instead.
        reason: String,
    },

    /// A thread for a stream could not be started.
    #[error("starting a worker thread for a stream on {device}: {reason}")]
    Thread {
        /// The stream's device.
        device: Device,
        /// The system's reason.
        reason: String,
    },

    /// An event's status does not allow what was asked for.
    #[error("{operation} an event that is {status:?}: wait for it and `reset` it first")]
    EventState {
        /// What was asked for.
        operation: &'static str,
        /// The event's status.
        status: EventStatus,
    },

    /// A stream's work was ordered behind an event that failed. It was skipped, or ran on data that is none.
    #[error("work was ordered behind an event that failed: {cause}")]
    EventFailed {
        /// What the event failed with.
        cause: Arc<Error>,
    },

    /// An event that was to be finished by the host, or recorded, was dropped before.
    #[error("an event was dropped before it was finished or recorded")]
    EventDropped,

    /// Recording an event behind work that waits for it, which would never end.
    #[error("recording an event behind a wait for its own end: record it before, or on another context")]
    EventCircle,

    /// Something that cannot be done while work is captured, or no longer.
    #[error("{operation} in a capture on {device}: {reason}")]
    Capture {
        /// What was asked for.
        operation: &'static str,
        /// The device.
        device: Device,
        /// Why not, and what helps.
        reason: &'static str,
    },

    /// A call into CUDA failed.
    #[cfg(feature = "cuda")]
    #[error(transparent)]
    Cuda(#[from] crate::cuda::Error),

    /// A call into cuDNN failed, or was refused before.
    #[cfg(feature = "cudnn")]
    #[error(transparent)]
    Cudnn(#[from] crate::cudnn::Error),
}

impl From<Box<Error>> for Error {
    fn from(error: Box<Error>) -> Error {
        *error
    }
}

impl Error {
    /// Returns what work fails with that was ordered behind an event which failed with this.
    pub(crate) fn of_an_event(self) -> Error {
        match self {
            Error::EventFailed { .. } => self,
            cause => Error::EventFailed { cause: Arc::new(cause) },
        }
    }

    /// Returns what kind of failure this is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Error::OutOfMemory(_) | Error::Thread { .. } => ErrorClass::Exhausted,
            Error::Lost { .. } | Error::KernelPanicked { .. } | Error::EventFailed { .. } => {
                ErrorClass::ContextLost
            }
            #[cfg(feature = "cuda")]
            Error::Cuda(error) => error.class(),
            #[cfg(feature = "cudnn")]
            Error::Cudnn(error) => error.class(),
            _ => ErrorClass::BadRequest,
        }
    }
}

/// The failure that lost a device, with what was running on it.
#[derive(Clone, Debug)]
pub struct Loss {
    /// The first failure seen.
    pub cause: Error,
    /// The launches that were not known to have ended, the oldest of each stream first: one of them is to blame, where the
    /// cause is a fault of a kernel. Each stream remembers its latest four.
    pub launches: Vec<(&'static str, StreamId)>,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)?;
        for (place, (name, stream)) in self.launches.iter().enumerate() {
            let before = if place == 0 { "; running at that time: " } else { ", " };
            write!(f, "{before}{name} on {stream}")?;
        }
        Ok(())
    }
}

/// Who holds what at the moment an allocation failed.
#[derive(Clone, Debug)]
pub struct OutOfMemory {
    /// The device.
    pub device: Device,
    /// The kind of memory.
    pub kind: MemoryKind,
    /// Bytes asked for, after rounding.
    pub requested: usize,
    /// Bytes in live buffers.
    pub live: usize,
    /// Bytes kept for reuse that could not be given back or were too small.
    pub cached: usize,
    /// The largest free piece in bytes.
    pub largest_free: usize,
    /// The context's own limit in bytes, where one is set.
    pub limit: Option<usize>,
    /// Free and total bytes as the device reports them, where it does.
    pub device_memory: Option<(usize, usize)>,
    /// What each label holds, the largest first.
    pub owners: Vec<LabelUsage>,
    /// How often each rung of the ladder was climbed so far, in the order of [`Rung::ALL`](crate::Rung::ALL).
    pub rungs: [u64; 5],
    /// The backend's own words.
    pub cause: String,
}

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "allocating {} of {} memory on {}: out of memory: {} in live buffers, {} cached with {} in one piece",
            Bytes(self.requested),
            self.kind,
            self.device,
            Bytes(self.live),
            Bytes(self.cached),
            Bytes(self.largest_free)
        )?;
        if let Some(limit) = self.limit {
            write!(f, ", the limit is {}", Bytes(limit))?;
        }
        if let Some((free, total)) = self.device_memory {
            write!(f, ", the device has {} free of {}", Bytes(free), Bytes(total))?;
        }
        let largest = self.owners.iter().filter(|owner| owner.live > 0).take(3);
        for (place, LabelUsage { label, live, .. }) in largest.enumerate() {
            write!(f, "{} {label} {}", if place == 0 { "; held by" } else { "," }, Bytes(*live))?;
        }
        write!(f, "; drop buffers or use smaller ones ({})", self.cause)
    }
}

impl std::error::Error for OutOfMemory {}

/// A number of bytes, printed with a binary unit: `512 B`, `4.00 GiB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes(pub usize);

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
        if self.0 < 1024 {
            return write!(f, "{} B", self.0);
        }
        let mut value = self.0 as f64 / 1024.0;
        let mut unit = 0;
        while value >= 1024.0 && unit + 1 < UNITS.len() {
            value /= 1024.0;
            unit += 1;
        }
        write!(f, "{value:.2} {}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_print_with_the_largest_unit_that_keeps_a_digit() {
        assert_eq!(Bytes(0).to_string(), "0 B");
        assert_eq!(Bytes(1023).to_string(), "1023 B");
        assert_eq!(Bytes(1024).to_string(), "1.00 KiB");
        assert_eq!(Bytes(4 << 30).to_string(), "4.00 GiB");
    }
}

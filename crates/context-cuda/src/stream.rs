//! The stream of a CUDA context: the driver's, with what uploads to it are staged in.

use std::{
    fmt,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use context_core::{
    backend::{Hold, Latch},
    cuda::{Context, Result, Stream},
};

use crate::{barrier::Barrier, graph::Draws, staging::Staging};

/// How urgent a stream's work is to the driver. Lower numbers are served first; 0 is the usual one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct StreamPriority(pub i32);

/// A stream of a CUDA device.
pub struct CudaStream {
    // First, so that it is empty before its stream is destroyed.
    pub(crate) staging: Latch<Staging>,
    pub(crate) capture: Mutex<Option<Draws>>,
    /// Whether it may be in a state in which no other context should get it.
    retired: AtomicBool,
    pub(crate) raw: Stream,
    /// Made by the first hold. Behind the stream, which may be at it.
    barrier: OnceLock<Arc<Barrier>>,
}

impl CudaStream {
    pub(crate) fn new(context: &Arc<Context>, priority: StreamPriority) -> Result<CudaStream> {
        Ok(CudaStream {
            staging: Latch::new(Staging::new()),
            capture: Mutex::default(),
            retired: AtomicBool::new(false),
            raw: Stream::new(context, priority.0)?,
            barrier: OnceLock::new(),
        })
    }

    /// Holds back what the stream is given from now on.
    pub(crate) fn hold(&self) -> Result<Hold> {
        let barrier = match self.barrier.get() {
            Some(barrier) => barrier,
            None => {
                let made = Arc::new(Barrier::new(self.raw.context())?);
                self.barrier.get_or_init(|| made)
            }
        };
        barrier.hold(&self.raw)
    }

    /// Keeps this stream from serving another context.
    pub(crate) fn retire(&self) {
        self.retired.store(true, Relaxed);
    }

    pub(crate) fn is_retired(&self) -> bool {
        self.retired.load(Relaxed)
    }

    /// Returns the driver's stream, for work that this crate does not know.
    pub fn as_stream(&self) -> &Stream {
        &self.raw
    }
}

impl AsRef<Stream> for CudaStream {
    fn as_ref(&self) -> &Stream {
        &self.raw
    }
}

impl fmt::Debug for CudaStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

impl Drop for CudaStream {
    fn drop(&mut self) {
        let staging = self.staging.get_mut();
        // Streams are parked while their device is open, so that this runs when the device closes, which it does not while one is
        // held back. What is staged must not be freed under a copy, nor a barrier under a stream that looks at it.
        if (!staging.is_empty() || self.barrier.get().is_some())
            && let Err(error) = self.raw.synchronize()
        {
            tracing::warn!(%error, "a stream failed; its staged uploads are leaked");
            std::mem::forget((std::mem::take(staging), self.barrier.take()));
        }
    }
}

//! Events on CPU streams: the latest of their recordings.

use std::sync::{Arc, Mutex, PoisonError};

use context_core::{Result, completion::Completion};

use crate::queue::Queue;

/// One recording of an event on a worker stream.
#[derive(Debug)]
pub(crate) struct Recording {
    pub(crate) end: Completion,
    pub(crate) queue: Arc<Queue>,
}

impl Recording {
    /// Waits until the work before the event has ended, and returns its failure. Runs that work where nobody else does.
    pub(crate) fn wait(&self) -> Result<()> {
        self.wait_for_end();
        self.end.wait()
    }

    /// Waits until the work before the event has ended, however it did.
    pub(crate) fn wait_for_end(&self) {
        if !self.end.is_done() && !self.queue.help(|| self.end.is_done()) {
            self.end.wait_for_end();
        }
    }
}

/// A point in a CPU stream's work.
///
/// As with CUDA, a wait refers to the latest recording at the time of the call, and an event that was never recorded is
/// complete.
#[derive(Debug, Default)]
pub struct CpuEvent {
    latest: Mutex<Option<Arc<Recording>>>,
}

impl CpuEvent {
    /// Replaces the recording; none for work that has ended already.
    pub(crate) fn set(&self, recording: Option<Arc<Recording>>) {
        let former =
            std::mem::replace(&mut *self.latest.lock().unwrap_or_else(PoisonError::into_inner), recording);
        drop(former);
    }

    pub(crate) fn latest(&self) -> Option<Arc<Recording>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

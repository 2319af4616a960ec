//! Events on CPU streams: a flag that can be waited for, replaced each time the event is recorded.

use std::sync::{
    Arc, Condvar, Mutex, OnceLock, PoisonError,
    atomic::{AtomicBool, Ordering::*},
};

use context_core::{Error, Result};

/// One recording of an event.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    done: AtomicBool,
    /// What the work before the event failed with; set before `done` is.
    failure: OnceLock<Error>,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Completion {
    /// Tells whether the work before the event has ended; an error if it failed.
    pub(crate) fn query(&self) -> Result<bool> {
        if !self.done.load(Acquire) {
            return Ok(false);
        }
        self.failure.get().map_or(Ok(true), |error| Err(error.clone()))
    }

    pub(crate) fn finish(&self, failure: Option<Error>) {
        if let Some(error) = failure {
            // There is one recording, which ends once.
            let _ = self.failure.set(error);
        }
        self.done.store(true, Release);
        // Taken so that a waiter that just found the flag unset is asleep, or finds it set, before the notification.
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Waits until the work before the event has ended, and returns its failure.
    pub(crate) fn wait(&self) -> Result<()> {
        self.wait_for_end();
        self.query().map(drop)
    }

    /// Waits until the work before the event has ended, however it did.
    pub(crate) fn wait_for_end(&self) {
        if self.done.load(Acquire) {
            return;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.done.load(Acquire) {
            guard = self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A point in a CPU stream's work.
///
/// As with CUDA, a wait refers to the latest recording at the time of the call, and an event that was never recorded is
/// complete.
#[derive(Debug, Default)]
pub struct CpuEvent {
    latest: Mutex<Option<Arc<Completion>>>,
}

impl CpuEvent {
    pub(crate) fn start(&self) -> Arc<Completion> {
        let completion = Arc::new(Completion::default());
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(completion.clone());
        completion
    }

    /// Forgets the recording: an event recorded in place is complete at once.
    pub(crate) fn clear(&self) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) fn latest(&self) -> Option<Arc<Completion>> {
        self.latest.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

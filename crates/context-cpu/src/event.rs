//! Events on CPU streams: a flag that can be waited for, replaced each time the event is recorded.

use std::sync::{
    Arc, Condvar, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering::*},
};

/// One recording of an event.
#[derive(Debug, Default)]
pub(crate) struct Completion {
    done: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Completion {
    pub(crate) fn is_done(&self) -> bool {
        self.done.load(Acquire)
    }

    pub(crate) fn finish(&self) {
        self.done.store(true, Release);
        // Taken so that a waiter that just found the flag unset is asleep, or finds it set, before the notification.
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    pub(crate) fn wait(&self) {
        if self.is_done() {
            return;
        }
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while !self.is_done() {
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

//! Marks that processes share: how events are told to others.
//!
//! An event for other processes has a page of its own, in a file that others open by its number. On it are two counters: how
//! often the event was recorded, by whichever process, and up to which recording streams have got.

use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::space::{self, Mapping};

const PAGE: usize = 4096;

/// The counters of one event.
#[derive(Debug)]
pub(crate) struct SharedMarks {
    page: Mapping,
    file: OwnedFd,
}

impl SharedMarks {
    /// Makes the page of a new event.
    pub(crate) fn new() -> Option<SharedMarks> {
        SharedMarks::of(space::memory_file(PAGE as u64)?)
    }

    /// Takes the page in a file that another process made.
    pub(crate) fn of(file: OwnedFd) -> Option<SharedMarks> {
        Some(SharedMarks { page: Mapping::share(&file, 0, PAGE)?, file })
    }

    /// The number of the file, for those who open it from outside.
    pub(crate) fn descriptor(&self) -> i32 {
        self.file.as_raw_fd()
    }

    fn counter(&self, index: usize) -> &AtomicU64 {
        // SAFETY: the mapping is a page that lives as long as this, aligned, and there are two counters on it; whoever else has
        // it mapped uses atomics as well.
        unsafe { &*((self.page.base + 8 * index) as *const AtomicU64) }
    }

    /// Notes one more recording, and returns its number.
    pub(crate) fn record(&self) -> u64 {
        self.counter(0).fetch_add(1, Ordering::AcqRel) + 1
    }

    /// Returns the number of the last recording; zero before the first.
    pub(crate) fn recorded(&self) -> u64 {
        self.counter(0).load(Ordering::Acquire)
    }

    /// Notes that a stream has got to recording `number`.
    pub(crate) fn reach(&self, number: u64) {
        self.counter(1).fetch_max(number, Ordering::AcqRel);
    }

    /// Whether recording `number` has been reached.
    pub(crate) fn has_reached(&self, number: u64) -> bool {
        self.counter(1).load(Ordering::Acquire) >= number
    }
}

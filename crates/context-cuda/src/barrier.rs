//! Where the host holds a stream back: a number in pinned memory, which the stream waits for and the host counts up.

#![allow(unsafe_code)]

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::*},
    },
};

use context_core::{
    backend::Hold,
    cuda::{Context, PinnedMemory, Result, Stream},
};

/// The barrier of one stream. Each hold has a number, from 1 on; the stream gets past it once the number in memory is as large.
#[derive(Debug)]
pub(crate) struct Barrier {
    memory: PinnedMemory,
    /// The number of the latest hold.
    latest: AtomicU64,
    /// What was let go before an earlier hold was.
    early: Mutex<BTreeSet<u64>>,
}

impl Barrier {
    pub(crate) fn new(context: &Arc<Context>) -> Result<Barrier> {
        let memory = PinnedMemory::new(context, size_of::<u64>())?;
        let barrier = Barrier { memory, latest: AtomicU64::new(0), early: Mutex::default() };
        barrier.passed().store(0, Relaxed);
        Ok(barrier)
    }

    /// Up to which number holds were let go.
    fn passed(&self) -> &AtomicU64 {
        // SAFETY: pinned memory of that size, page-aligned and live as long as this; host and device both access it as one word.
        unsafe { &*self.memory.as_raw().cast::<AtomicU64>() }
    }

    /// Holds back what `stream`, whose barrier this is, is given from now on.
    pub(crate) fn hold(self: &Arc<Self>, stream: &Stream) -> Result<Hold> {
        let number = self.latest.fetch_add(1, Relaxed) + 1;
        let barrier = self.clone();
        // Also where the stream refuses, so that the next numbers are reached.
        let hold = Hold::new(move || barrier.let_go(number));
        // Pinned memory has the same address for the device.
        let address = self.memory.as_raw().expose_provenance() as u64;
        // SAFETY: a page-aligned word of pinned memory; `CudaStream` keeps it until the stream is idle.
        unsafe { stream.wait_for_value(address, number) }?;
        Ok(hold)
    }

    fn let_go(&self, number: u64) {
        let mut early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        early.insert(number);
        let mut passed = self.passed().load(Relaxed);
        while early.remove(&(passed + 1)) {
            passed += 1;
        }
        // What the host has written before is there for the device when it sees this.
        self.passed().store(passed, Release);
    }
}

//! A backend for unit tests: it has memory's addresses and nothing behind them.

#![allow(unsafe_code)]

use std::sync::{
    Mutex, Weak,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{
    Backend, Device, DeviceState, MemoryKind, Result,
    backend::{Address, AllocateError, Given},
    clock::lock,
    kernel::{KernelCode, Threads},
    matrix::RawGemm,
    pool::{PageSource, Source},
    random::{Draw, Philox},
};

/// Its work ends when it is given.
#[derive(Debug)]
pub(crate) struct Nowhere {
    next: AtomicU64,
    /// Whether it has pages.
    paged: bool,
    /// Whose locks are looked at with each call.
    watched: Mutex<Weak<DeviceState<Nowhere>>>,
    /// How many calls found none of them held.
    looks: AtomicU64,
}

impl Default for Nowhere {
    fn default() -> Nowhere {
        Nowhere {
            next: AtomicU64::new(1 << 30),
            paged: false,
            watched: Mutex::default(),
            looks: AtomicU64::new(0),
        }
    }
}

impl Nowhere {
    /// A device whose memory is made of pages.
    pub(super) fn paged() -> Nowhere {
        Nowhere { paged: true, ..Nowhere::default() }
    }

    /// From now on each call panics if a lock of one of `state`'s pools is held.
    pub(super) fn watch(&self, state: Weak<DeviceState<Nowhere>>) {
        *lock(&self.watched) = state;
    }

    /// How many calls found no lock held.
    pub(super) fn looks(&self) -> u64 {
        self.looks.load(Relaxed)
    }

    fn look(&self) {
        let watched = lock(&self.watched).upgrade();
        if let Some(state) = watched {
            for kind in MemoryKind::ALL {
                assert!(state.pool(kind).is_unlocked(), "a call with a lock of the pool held");
            }
            self.looks.fetch_add(1, Relaxed);
        }
    }
}

// SAFETY: there is no memory behind the addresses, and nothing that could touch it.
unsafe impl Source for Nowhere {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        self.look();
        Ok(self.next.fetch_add(bytes as u64, Relaxed))
    }

    unsafe fn free(&self, _address: Address, _bytes: usize) -> Result<()> {
        self.look();
        Ok(())
    }

    fn pages(&self) -> Option<&dyn PageSource> {
        self.paged.then_some(self)
    }

    fn memory_info(&self) -> Option<(usize, usize)> {
        self.look();
        None
    }
}

// SAFETY: as above.
unsafe impl PageSource for Nowhere {
    fn page_bytes(&self) -> usize {
        2 << 20
    }

    fn address_bytes(&self) -> usize {
        1 << 30
    }

    fn reserve(&self, bytes: usize) -> Result<Address, AllocateError> {
        self.allocate(bytes)
    }

    unsafe fn release(&self, _: Address, _: usize) -> Result<()> {
        self.look();
        Ok(())
    }

    fn create(&self) -> Result<u64, AllocateError> {
        self.allocate(1)
    }

    unsafe fn destroy(&self, _: u64) -> Result<()> {
        self.look();
        Ok(())
    }

    unsafe fn map(&self, _: Address, _: &[u64]) -> Result<(), AllocateError> {
        self.look();
        Ok(())
    }

    unsafe fn unmap(&self, _: Address, _: usize) -> Result<()> {
        self.look();
        Ok(())
    }
}

// SAFETY: as above; events are complete as soon as they are recorded, since all work is.
unsafe impl Backend for Nowhere {
    type Stream = ();
    type StreamOptions = ();
    type Event = ();
    type Graph = ();

    const STREAMS_FAIL_ALONE: bool = false;

    fn device(&self) -> Device {
        Device::Cuda(0)
    }

    fn source(&self, _kind: MemoryKind) -> Option<&dyn Source> {
        Some(self)
    }

    fn create_stream(&self, (): ()) -> Result<()> {
        Ok(())
    }

    fn runs_in_place(&self, (): &()) -> bool {
        false
    }

    fn may_reuse(&self, (): &()) -> bool {
        true
    }

    fn synchronize(&self, (): &()) -> Result<()> {
        self.look();
        Ok(())
    }

    fn create_event(&self) -> Result<()> {
        self.look();
        Ok(())
    }

    fn record(&self, (): &(), (): &()) -> Result<()> {
        self.look();
        Ok(())
    }

    fn wait(&self, (): &(), (): &()) -> Result<()> {
        self.look();
        Ok(())
    }

    fn query(&self, (): &()) -> Result<bool> {
        self.look();
        Ok(true)
    }

    fn synchronize_event(&self, (): &()) -> Result<()> {
        self.look();
        Ok(())
    }

    unsafe fn upload(&self, (): &(), _: Address, _: *const u8, _: usize) -> Given {
        Ok(())
    }

    unsafe fn download(&self, (): &(), _: *mut u8, _: Address, _: usize) -> Given {
        Ok(())
    }

    unsafe fn copy(&self, (): &(), _: Address, _: Address, _: usize) -> Result<()> {
        Ok(())
    }

    unsafe fn fill(&self, (): &(), _: Address, _: &[u8], _: usize) -> Result<()> {
        Ok(())
    }

    unsafe fn draw(&self, (): &(), _: Address, _: usize, _: &Philox, _: Draw) -> Result<()> {
        Ok(())
    }

    unsafe fn gemm(&self, (): &(), _: &RawGemm) -> Result<()> {
        Ok(())
    }

    unsafe fn launch<K: KernelCode>(&self, (): &(), _: Threads, _: &K::Raw) -> Given {
        Ok(())
    }

    fn driver_calls(&self) -> u64 {
        0
    }
}

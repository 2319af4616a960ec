//! A backend for unit tests: it has memory's addresses and nothing behind them.

#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{
    Backend, Device, MemoryKind, Result,
    backend::{Address, AllocateError},
    kernel::{KernelCode, Threads},
    matrix::RawGemm,
    pool::Source,
    random::{Draw, Philox},
};

/// Its work ends when it is given.
#[derive(Debug)]
pub(crate) struct Nowhere(AtomicU64);

impl Default for Nowhere {
    fn default() -> Nowhere {
        Nowhere(AtomicU64::new(1 << 30))
    }
}

// SAFETY: there is no memory behind the addresses, and nothing that could touch it.
unsafe impl Source for Nowhere {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        Ok(self.0.fetch_add(bytes as u64, Relaxed))
    }

    unsafe fn free(&self, _address: Address, _bytes: usize) -> Result<()> {
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
        Ok(())
    }

    fn create_event(&self) -> Result<()> {
        Ok(())
    }

    fn record(&self, (): &(), (): &()) -> Result<()> {
        Ok(())
    }

    fn wait(&self, (): &(), (): &()) -> Result<()> {
        Ok(())
    }

    fn query(&self, (): &()) -> Result<bool> {
        Ok(true)
    }

    fn synchronize_event(&self, (): &()) -> Result<()> {
        Ok(())
    }

    unsafe fn upload(&self, (): &(), _: Address, _: *const u8, _: usize) -> Result<()> {
        Ok(())
    }

    unsafe fn download(&self, (): &(), _: *mut u8, _: Address, _: usize) -> Result<()> {
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

    unsafe fn launch<K: KernelCode>(&self, (): &(), _: Threads, _: &K::Raw) -> Result<()> {
        Ok(())
    }

    fn driver_calls(&self) -> u64 {
        0
    }
}

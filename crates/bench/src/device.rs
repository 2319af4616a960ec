//! A device without memory: it counts what it is asked for. Work on it ends when it is given, as far as anybody asks.

#![allow(unsafe_code)]

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use context_core::{
    Backend, Context, Core, Device, DeviceState, MemoryKind, MemoryOptions, Result,
    backend::{Address, AllocateError, Given, PageSource, Source},
    kernel::{KernelCode, Threads},
    matrix::RawGemm,
    random::{Draw, Philox},
};

/// What the device was asked for.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) calls: AtomicU64,
    /// Those that are about memory.
    pub(crate) memory: AtomicU64,
    /// Waits between streams.
    pub(crate) waits: AtomicU64,
}

/// The device.
#[derive(Debug)]
pub(crate) struct Counter {
    counts: Arc<Counts>,
    next: AtomicU64,
    mapped: bool,
}

impl Counter {
    fn count(&self) {
        self.counts.calls.fetch_add(1, Relaxed);
    }

    fn count_memory(&self, calls: u64) {
        self.counts.calls.fetch_add(calls, Relaxed);
        self.counts.memory.fetch_add(calls, Relaxed);
    }
}

const PAGE: usize = 2 << 20;

// SAFETY: there is no memory behind the addresses, and nothing that could touch it.
unsafe impl Source for Counter {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        self.count_memory(1);
        Ok(self.next.fetch_add(bytes.next_multiple_of(PAGE) as u64, Relaxed))
    }

    unsafe fn free(&self, _address: Address, _bytes: usize) -> Result<()> {
        self.count_memory(1);
        Ok(())
    }

    fn pages(&self) -> Option<&dyn PageSource> {
        self.mapped.then_some(self)
    }
}

// SAFETY: as above.
unsafe impl PageSource for Counter {
    fn page_bytes(&self) -> usize {
        PAGE
    }

    fn address_bytes(&self) -> usize {
        320 << 30
    }

    fn reserve(&self, bytes: usize) -> Result<Address, AllocateError> {
        self.allocate(bytes)
    }

    unsafe fn release(&self, _address: Address, _bytes: usize) -> Result<()> {
        self.count_memory(1);
        Ok(())
    }

    fn create(&self) -> Result<u64, AllocateError> {
        self.count_memory(1);
        Ok(self.next.fetch_add(PAGE as u64, Relaxed))
    }

    unsafe fn destroy(&self, _page: u64) -> Result<()> {
        self.count_memory(1);
        Ok(())
    }

    unsafe fn map(&self, _address: Address, pages: &[u64]) -> Result<(), AllocateError> {
        self.count_memory(pages.len() as u64 + 1);
        Ok(())
    }

    unsafe fn unmap(&self, _address: Address, _count: usize) -> Result<()> {
        self.count_memory(1);
        Ok(())
    }
}

// SAFETY: as above; events are complete as soon as they are recorded, since all work is.
unsafe impl Backend for Counter {
    type Stream = ();
    type StreamOptions = ();
    type Event = ();
    type Graph = ();

    const STREAMS_FAIL_ALONE: bool = false;

    fn device(&self) -> Device {
        Device::Cuda(0)
    }

    fn source(&self, kind: MemoryKind) -> Option<&dyn Source> {
        (kind == MemoryKind::Device).then_some(self)
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
        self.count();
        Ok(())
    }

    fn create_event(&self) -> Result<()> {
        self.count();
        Ok(())
    }

    fn record(&self, (): &(), (): &()) -> Result<()> {
        self.count();
        Ok(())
    }

    fn wait(&self, (): &(), (): &()) -> Result<()> {
        self.count();
        self.counts.waits.fetch_add(1, Relaxed);
        Ok(())
    }

    fn query(&self, (): &()) -> Result<bool> {
        self.count();
        Ok(true)
    }

    fn synchronize_event(&self, (): &()) -> Result<()> {
        self.count();
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
        self.counts.calls.load(Relaxed)
    }
}

/// A context on the device.
#[derive(Debug)]
pub(crate) struct CountingContext {
    core: Core<Counter>,
}

impl CountingContext {
    /// Opens a device, with pages that can be mapped or without.
    pub(crate) fn open(mapped: bool, options: MemoryOptions) -> Result<(CountingContext, Arc<Counts>)> {
        let counts = Arc::new(Counts::default());
        let device = Counter { counts: counts.clone(), next: AtomicU64::new(1 << 30), mapped };
        let state = DeviceState::new(device, options);
        Ok((CountingContext { core: Core::new(&state, (), 0)? }, counts))
    }
}

impl Context for CountingContext {
    type Backend = Counter;

    fn core(&self) -> &Core<Counter> {
        &self.core
    }

    fn with_core(&self, core: Core<Counter>) -> CountingContext {
        CountingContext { core }
    }
}

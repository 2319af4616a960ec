//! Where the pools of a CUDA device get their memory: mapped pages, plain allocations, or the driver's own pool; and pinned memory
//! of the host.

#![allow(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError};

use context_core::{
    Error, Result,
    backend::{Address, AllocateError, PageSource, Source},
    cuda::{AddressRange, Context, DeviceMemory, Error as CudaError, PhysicalMemory, PinnedMemory, Stream},
};
use cuda_sys::CUresult;

/// Where a context's device memory comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemorySource {
    /// Pages, where the device can map them, else segments.
    #[default]
    Pages,
    /// Segments by `cuMemAlloc`.
    Segments,
    /// Segments from the driver's default stream-ordered pool, which other libraries of the process may share.
    DriverPool,
}

/// How many times the device's memory the addresses of a pool are.
const ADDRESS_FACTOR: usize = 4;

/// Tells running out of memory from other failures.
fn refused(error: CudaError) -> AllocateError {
    match error.code() {
        Some(CUresult::CUDA_ERROR_OUT_OF_MEMORY) => AllocateError::OutOfMemory(error.to_string()),
        _ => AllocateError::Other(error.into()),
    }
}

/// The memory of a device.
#[derive(Debug)]
pub(crate) struct DevicePages {
    context: Arc<Context>,
    source: MemorySource,
    /// The size of a page; zero if there are none.
    page: usize,
    address_bytes: usize,
    /// On which the driver's pool allocates and frees.
    pool_stream: Mutex<Option<Arc<Stream>>>,
}

impl DevicePages {
    pub(crate) fn new(context: &Arc<Context>, source: MemorySource) -> Result<DevicePages> {
        let device = context.device();
        let page = match source {
            MemorySource::Pages => device.page_bytes()?.unwrap_or(0),
            _ => 0,
        };
        let address_bytes = device.total_memory()?.saturating_mul(ADDRESS_FACTOR);
        Ok(DevicePages {
            context: context.clone(),
            source,
            page,
            address_bytes,
            pool_stream: Mutex::default(),
        })
    }

    /// Maps pages for a block whose end is theirs, within addresses that go a page further.
    fn map_guarded(&self, bytes: usize) -> Result<Address, AllocateError> {
        let mapped = bytes.next_multiple_of(self.page);
        let start = self.reserve(mapped + self.page)?;
        let mut pages = Vec::new();
        let mut outcome = Ok(());
        for _ in 0..mapped / self.page {
            match self.create() {
                Ok(page) => pages.push(page),
                Err(error) => outcome = Err(error),
            }
            if outcome.is_err() {
                break;
            }
        }
        if outcome.is_ok() {
            // SAFETY: pages just made, at addresses just reserved.
            outcome = unsafe { self.map(start, &pages) };
        }
        for page in pages {
            // SAFETY: just made. What is mapped lives until it is unmapped.
            if let Err(error) = unsafe { self.destroy(page) } {
                tracing::error!(%error, "a page is leaked");
            }
        }
        if outcome.is_err() {
            // SAFETY: just reserved, and nothing is mapped there: mapping does all or nothing.
            if let Err(error) = unsafe { self.release(start, mapped + self.page) } {
                tracing::error!(%error, "addresses are leaked");
            }
        }
        outcome.map(|()| start + (mapped - bytes) as Address)
    }

    /// Returns the stream of the driver's pool, made when it is first needed.
    fn pool_stream(&self) -> context_core::cuda::Result<Arc<Stream>> {
        let known = self.pool_stream.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(stream) = known {
            return Ok(stream);
        }
        // Not under the lock: the driver is called. If two threads come at once, one stream is dropped again.
        let made = Arc::new(Stream::new(&self.context, 0)?);
        let mut slot = self.pool_stream.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(slot.get_or_insert(made).clone())
    }
}

// SAFETY: what the driver's manual says of `cuMemAlloc` and of its pools is what this trait asks for: memory of that size, aligned to
// 256, for nobody else. Allocations from the pool have happened before `allocate` returns. Device memory is not host memory: what
// a copy out of it brings is bytes, whatever they are.
unsafe impl Source for DevicePages {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        if self.source == MemorySource::DriverPool {
            let allocate = || {
                let stream = self.pool_stream()?;
                let address = stream.allocate(bytes)?;
                stream.synchronize().map(|()| address)
            };
            return allocate().map_err(refused);
        }
        DeviceMemory::new(&self.context, bytes).map(DeviceMemory::into_raw).map_err(refused)
    }

    unsafe fn free(&self, address: Address, bytes: usize) -> Result<()> {
        if self.source == MemorySource::DriverPool {
            // SAFETY: the caller vouches that `allocate` made it and nothing uses it.
            return Ok(unsafe { self.pool_stream()?.free(address) }?);
        }
        // SAFETY: as above.
        Ok(unsafe { DeviceMemory::from_raw(&self.context, address, bytes) }.close()?)
    }

    fn memory_info(&self) -> Option<(usize, usize)> {
        self.context.memory_info().ok()
    }

    fn pages(&self) -> Option<&dyn PageSource> {
        (self.page > 0).then_some(self)
    }

    fn allocate_guarded(&self, bytes: usize) -> Option<Result<Address, AllocateError>> {
        (self.page > 0).then(|| self.map_guarded(bytes))
    }

    unsafe fn free_guarded(&self, address: Address, bytes: usize) -> Result<()> {
        let mapped = bytes.next_multiple_of(self.page);
        let start = address + bytes as Address - mapped as Address;
        // SAFETY: the caller vouches that `map_guarded(bytes)` made it and nothing uses it.
        unsafe { self.unmap(start, mapped / self.page) }?;
        // SAFETY: reserved there, and nothing is mapped any more.
        unsafe { self.release(start, mapped + self.page) }
    }
}

// SAFETY: as for `Source`, of `cuMemCreate` and `cuMemMap`: mapped memory is aligned to a page, and mappings of one page show the same
// bytes. `map_pages` maps all or nothing.
unsafe impl PageSource for DevicePages {
    fn page_bytes(&self) -> usize {
        self.page
    }

    fn address_bytes(&self) -> usize {
        self.address_bytes
    }

    fn reserve(&self, bytes: usize) -> Result<Address, AllocateError> {
        let range = AddressRange::if_available(&self.context, bytes).map_err(refused)?;
        let range =
            range.ok_or_else(|| AllocateError::OutOfMemory("so many addresses are not left".to_owned()));
        range.map(AddressRange::into_raw)
    }

    unsafe fn release(&self, address: Address, bytes: usize) -> Result<()> {
        // SAFETY: the caller vouches that `reserve(bytes)` returned it.
        Ok(unsafe { AddressRange::from_raw(&self.context, address, bytes) }.close()?)
    }

    fn create(&self) -> Result<u64, AllocateError> {
        PhysicalMemory::new(&self.context, self.page).map(PhysicalMemory::into_raw).map_err(refused)
    }

    unsafe fn destroy(&self, page: u64) -> Result<()> {
        // SAFETY: the caller vouches that `create` returned it.
        Ok(unsafe { PhysicalMemory::from_raw(&self.context, page) }.close()?)
    }

    unsafe fn map(&self, address: Address, pages: &[u64]) -> Result<(), AllocateError> {
        // SAFETY: the caller vouches for pages and addresses.
        unsafe { self.context.map_pages(address, self.page, pages) }.map_err(refused)
    }

    unsafe fn unmap(&self, address: Address, count: usize) -> Result<()> {
        // SAFETY: the caller vouches for it.
        Ok(unsafe { self.context.unmap_pages(address, count * self.page) }?)
    }
}

/// Pinned memory of the host.
#[derive(Debug)]
pub(crate) struct PinnedPages(pub(crate) Arc<Context>);

// SAFETY: what the driver's manual says of `cuMemHostAlloc`: page-aligned, of that size, for nobody else. It is zeroed here, since the
// manual leaves its contents open.
unsafe impl Source for PinnedPages {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        let memory = PinnedMemory::new(&self.0, bytes).map_err(refused)?;
        // SAFETY: just allocated, of that size, and nobody else's.
        unsafe { std::ptr::write_bytes(memory.as_raw(), 0, bytes) };
        Ok(memory.into_raw().expose_provenance() as Address)
    }

    unsafe fn free(&self, address: Address, bytes: usize) -> Result<()> {
        let pointer = std::ptr::with_exposed_provenance_mut(address as usize);
        // SAFETY: the caller vouches that `allocate(bytes)` returned it and nothing uses it.
        unsafe { PinnedMemory::from_raw(&self.0, pointer, bytes) }.close().map_err(Error::from)
    }

    fn segment_bytes(&self) -> usize {
        256 << 10
    }
}

//! Managed memory: one address for host and devices, with pages that move to where they are used.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::driver::{
    CUdeviceptr, CUmem_advise, CUmemAttach_flags, CUmemLocation, CUmemLocation_st__bindgen_ty_1,
    CUmemLocationType,
};

use super::{Context, Device, Result, Stream, call, report::report};
use crate::Bytes;

/// A piece of managed memory.
///
/// The host may touch it only while no device does, which whoever takes the address sees to: it is raw memory, as
/// [`DeviceMemory`](super::DeviceMemory) is.
pub struct ManagedMemory {
    address: CUdeviceptr,
    bytes: usize,
    context: Arc<Context>,
}

/// Where pages are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the host's memory.
    Host,
    /// In a device's memory.
    Device(Device),
}

/// What the driver is told about how memory will be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Advice {
    /// It is mostly read: copies of it may be kept in many places.
    ReadMostly,
    /// No longer so.
    NotReadMostly,
    /// It should rather be there.
    Prefer(Place),
    /// It may be anywhere.
    PreferNowhere,
    /// It is used from there, and should stay within reach.
    AccessedBy(Place),
    /// No longer so.
    NotAccessedBy(Place),
}

impl Place {
    fn location(self) -> CUmemLocation {
        let (type_, id) = match self {
            Place::Host => (CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST, 0),
            Place::Device(device) => (CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE, device.as_raw()),
        };
        CUmemLocation { type_, __bindgen_anon_1: CUmemLocation_st__bindgen_ty_1 { id } }
    }

    /// The device's number as the older calls take it: -1 is the host.
    fn number(self) -> i32 {
        match self {
            Place::Host => -1,
            Place::Device(device) => device.as_raw(),
        }
    }
}

impl ManagedMemory {
    /// Allocates `bytes`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY`, or `CUDA_ERROR_NOT_SUPPORTED`.
    #[doc(alias = "cuMemAllocManaged")]
    pub fn new(context: &Arc<Context>, bytes: usize) -> Result<ManagedMemory> {
        context.make_current()?;
        let mut address = 0;
        let flags = CUmemAttach_flags::CU_MEM_ATTACH_GLOBAL.0;
        // SAFETY: the context is current; `address` outlives the call.
        unsafe { call!(context, cuMemAllocManaged(&mut address, bytes, flags)) }
            .map_err(|error| error.doing(|| format!("allocating {} of managed memory", Bytes(bytes))))?;
        Ok(ManagedMemory { address, bytes, context: context.clone() })
    }

    /// Takes ownership of memory allocated elsewhere.
    ///
    /// # Safety
    /// - `address` came from `cuMemAllocManaged` of `bytes` in `context`, and nothing else will free it.
    pub unsafe fn from_raw(context: &Arc<Context>, address: CUdeviceptr, bytes: usize) -> ManagedMemory {
        ManagedMemory { address, bytes, context: context.clone() }
    }

    /// Gives up ownership: the caller frees the memory.
    pub fn into_raw(mut self) -> CUdeviceptr {
        self.bytes = 0;
        self.address
    }

    /// Returns the address, the same on host and devices.
    pub fn as_raw(&self) -> CUdeviceptr {
        self.address
    }

    /// Returns the size.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// Tells the driver how the memory will be used.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemAdvise")]
    pub fn advise(&self, advice: Advice) -> Result<()> {
        let (code, place) = match advice {
            Advice::ReadMostly => (CUmem_advise::CU_MEM_ADVISE_SET_READ_MOSTLY, Place::Host),
            Advice::NotReadMostly => (CUmem_advise::CU_MEM_ADVISE_UNSET_READ_MOSTLY, Place::Host),
            Advice::Prefer(place) => (CUmem_advise::CU_MEM_ADVISE_SET_PREFERRED_LOCATION, place),
            Advice::PreferNowhere => (CUmem_advise::CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION, Place::Host),
            Advice::AccessedBy(place) => (CUmem_advise::CU_MEM_ADVISE_SET_ACCESSED_BY, place),
            Advice::NotAccessedBy(place) => (CUmem_advise::CU_MEM_ADVISE_UNSET_ACCESSED_BY, place),
        };
        let context = &self.context;
        context.make_current()?;
        // SAFETY: the memory is live while borrowed; advice changes no contents.
        unsafe {
            if context.driver().has("cuMemAdvise_v2") {
                call!(context, cuMemAdvise_v2(self.address, self.bytes, code, place.location()))
            } else {
                call!(context, cuMemAdvise(self.address, self.bytes, code, place.number()))
            }
        }
        .map_err(|error| error.doing(|| format!("advising {advice:?} on {self:?}")))
    }

    /// Frees the memory, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemFree")]
    pub fn close(mut self) -> Result<()> {
        self.release()
    }

    fn release(&mut self) -> Result<()> {
        if std::mem::take(&mut self.bytes) == 0 {
            return Ok(());
        }
        // SAFETY: allocated in `new`, freed once: `bytes` is zero from now on. The driver waits for work that uses it.
        self.context.release(|| unsafe { call!(&self.context, cuMemFree_v2(self.address)) })
    }
}

impl Stream {
    /// Moves pages to where they will be used, in stream order.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemPrefetchAsync")]
    pub fn prefetch(&self, memory: &ManagedMemory, to: Place) -> Result<()> {
        let context = self.context();
        context.check_driver_of(&memory.context, "cuMemPrefetchAsync")?;
        context.bind_in_scope()?;
        // SAFETY: the memory is live while borrowed, and the driver waits for the prefetch before it frees it; contents stay.
        unsafe {
            if context.driver().has("cuMemPrefetchAsync_v2") {
                call!(
                    context,
                    cuMemPrefetchAsync_v2(memory.address, memory.bytes, to.location(), 0, self.as_raw())
                )
            } else {
                call!(context, cuMemPrefetchAsync(memory.address, memory.bytes, to.number(), self.as_raw()))
            }
        }
        .map_err(|error| error.doing(|| format!("moving {memory:?} to {to:?}")))
    }
}

impl fmt::Debug for ManagedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of managed memory at {:#x}", Bytes(self.bytes), self.address)
    }
}

impl Drop for ManagedMemory {
    fn drop(&mut self) {
        let released = self.release();
        report("freeing managed memory", released);
    }
}

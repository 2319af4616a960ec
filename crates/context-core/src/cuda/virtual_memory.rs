//! Virtual memory management: physical memory without an address, addresses without memory, and putting them together.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::CUresult;
use cuda_sys::driver::{
    CUdevice_attribute, CUdeviceptr, CUmemAccess_flags, CUmemAccessDesc, CUmemAllocationGranularity_flags,
    CUmemAllocationProp, CUmemAllocationType, CUmemGenericAllocationHandle, CUmemLocation, CUmemLocationType,
};

use super::{Context, Device, Result, call, driver_call, report::report};
use crate::Bytes;

/// Describes memory on the device, for this process only.
fn properties(device: Device) -> CUmemAllocationProp {
    CUmemAllocationProp {
        type_: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        location: location(device),
        ..CUmemAllocationProp::default()
    }
}

fn location(device: Device) -> CUmemLocation {
    let type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    let mut location = CUmemLocation { type_, ..CUmemLocation::default() };
    location.__bindgen_anon_1.id = device.as_raw();
    location
}

impl Device {
    /// Returns the size in bytes of which physical memory and mappings are multiples, or `None` if the device cannot map memory.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemGetAllocationGranularity")]
    pub fn page_bytes(&self) -> Result<Option<usize>> {
        let supported = CUdevice_attribute::CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED;
        if self.attribute(supported)? == 0 {
            return Ok(None);
        }
        let mut bytes = 0;
        let properties = properties(*self);
        let minimum = CUmemAllocationGranularity_flags::CU_MEM_ALLOC_GRANULARITY_MINIMUM;
        // SAFETY: both outlive the call.
        unsafe {
            driver_call!(self.driver(), cuMemGetAllocationGranularity(&mut bytes, &properties, minimum))
        }
        .map_err(|error| error.doing(|| format!("asking {self:?} for the size of a page")))?;
        Ok(Some(bytes))
    }
}

/// Physical memory of a device. It has no address until it is mapped, may be mapped at several, and lives on while it is mapped.
pub struct PhysicalMemory {
    context: Arc<Context>,
    handle: CUmemGenericAllocationHandle,
}

impl PhysicalMemory {
    /// Allocates `bytes`, a multiple of the device's [`page_bytes`](Device::page_bytes).
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY`.
    #[doc(alias = "cuMemCreate")]
    pub fn new(context: &Arc<Context>, bytes: usize) -> Result<PhysicalMemory> {
        let mut handle = 0;
        let properties = properties(context.device());
        // SAFETY: both outlive the call; the flags must be zero.
        unsafe { call!(context, cuMemCreate(&mut handle, bytes, &properties, 0)) }.map_err(|error| {
            error.doing(|| format!("allocating {} of pages on {:?}", Bytes(bytes), context.device()))
        })?;
        Ok(PhysicalMemory { context: context.clone(), handle })
    }

    /// Takes ownership of a handle.
    ///
    /// # Safety
    /// `handle` is of `context`'s device, is held once, and nothing else will release it.
    pub unsafe fn from_raw(context: &Arc<Context>, handle: CUmemGenericAllocationHandle) -> PhysicalMemory {
        PhysicalMemory { context: context.clone(), handle }
    }

    /// Gives up ownership: the caller releases the handle, with `cuMemRelease` or [`from_raw`](PhysicalMemory::from_raw).
    pub fn into_raw(mut self) -> CUmemGenericAllocationHandle {
        std::mem::take(&mut self.handle)
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUmemGenericAllocationHandle {
        self.handle
    }

    /// Releases the memory, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemRelease")]
    pub fn close(mut self) -> Result<()> {
        self.release()
    }

    fn release(&mut self) -> Result<()> {
        let handle = std::mem::take(&mut self.handle);
        if handle == 0 {
            return Ok(());
        }
        // SAFETY: created in `new`, released once: the handle is zero from now on. Mappings keep the memory.
        unsafe { call!(&self.context, cuMemRelease(handle)) }
    }
}

impl fmt::Debug for PhysicalMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pages {:#x} on {:?}", self.handle, self.context.device())
    }
}

impl Drop for PhysicalMemory {
    fn drop(&mut self) {
        let released = self.release();
        report("releasing physical memory", released);
    }
}

/// Addresses of a device, with or without memory behind them.
pub struct AddressRange {
    context: Arc<Context>,
    address: CUdeviceptr,
    bytes: usize,
}

impl AddressRange {
    /// Reserves `bytes` of addresses, a multiple of the device's [`page_bytes`](Device::page_bytes), to which they are aligned.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY` if there are not so many.
    #[doc(alias = "cuMemAddressReserve")]
    pub fn new(context: &Arc<Context>, bytes: usize) -> Result<AddressRange> {
        AddressRange::reserve(context, bytes).map_err(|error| AddressRange::refused(error, bytes))
    }

    /// As [`new`](AddressRange::new), for whoever asks for less if there are not so many: then it is `None`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with other codes.
    #[doc(alias = "cuMemAddressReserve")]
    pub fn if_available(context: &Arc<Context>, bytes: usize) -> Result<Option<AddressRange>> {
        match AddressRange::reserve(context, bytes) {
            Ok(range) => Ok(Some(range)),
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_OUT_OF_MEMORY) => Ok(None),
            Err(error) => Err(AddressRange::refused(error, bytes)),
        }
    }

    fn refused(error: super::Error, bytes: usize) -> super::Error {
        error.doing(|| format!("reserving {} of addresses", Bytes(bytes)))
    }

    fn reserve(context: &Arc<Context>, bytes: usize) -> Result<AddressRange> {
        let mut address = 0;
        // SAFETY: `address` outlives the call; no address is wished for, and the flags must be zero.
        unsafe { call!(context, cuMemAddressReserve(&mut address, bytes, 0, 0, 0)) }?;
        Ok(AddressRange { context: context.clone(), address, bytes })
    }

    /// Takes ownership of reserved addresses.
    ///
    /// # Safety
    /// `cuMemAddressReserve` of `bytes` returned `address`, and nothing else will free it.
    pub unsafe fn from_raw(context: &Arc<Context>, address: CUdeviceptr, bytes: usize) -> AddressRange {
        AddressRange { context: context.clone(), address, bytes }
    }

    /// Gives up ownership: the caller frees the addresses, with `cuMemAddressFree` or [`from_raw`](AddressRange::from_raw).
    pub fn into_raw(mut self) -> CUdeviceptr {
        self.bytes = 0;
        self.address
    }

    /// Returns the first address.
    pub fn as_raw(&self) -> CUdeviceptr {
        self.address
    }

    /// Returns the size.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }

    /// Frees the addresses, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_INVALID_VALUE` if something is mapped there.
    #[doc(alias = "cuMemAddressFree")]
    pub fn close(mut self) -> Result<()> {
        self.release()
    }

    fn release(&mut self) -> Result<()> {
        let bytes = std::mem::take(&mut self.bytes);
        if bytes == 0 {
            return Ok(());
        }
        // SAFETY: reserved in `new`, freed once: `bytes` is zero from now on.
        unsafe { call!(&self.context, cuMemAddressFree(self.address, bytes)) }
    }
}

impl fmt::Debug for AddressRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of addresses from {:#x}", Bytes(self.bytes), self.address)
    }
}

impl Drop for AddressRange {
    fn drop(&mut self) {
        let released = self.release();
        report("freeing addresses", released);
    }
}

impl Context {
    /// Maps pieces of physical memory, each of `page_bytes`, side by side from `address` on, for reading and writing by this device. Either
    /// all of them are mapped or, after an error, none.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// The handles are held and their memory is so large; the addresses are reserved and nothing is mapped there.
    #[doc(alias = "cuMemMap")]
    #[doc(alias = "cuMemSetAccess")]
    pub unsafe fn map_pages(
        &self,
        address: CUdeviceptr,
        page_bytes: usize,
        handles: &[CUmemGenericAllocationHandle],
    ) -> Result<()> {
        let mut mapped = 0;
        let mut outcome = Ok(());
        for (place, &handle) in handles.iter().enumerate() {
            let target = address + (place * page_bytes) as CUdeviceptr;
            // SAFETY: the caller vouches for handle and addresses; the flags must be zero.
            outcome = unsafe { call!(self, cuMemMap(target, page_bytes, 0, handle, 0)) };
            if outcome.is_err() {
                break;
            }
            mapped += page_bytes;
        }
        if outcome.is_ok() && mapped > 0 {
            let access = CUmemAccessDesc {
                location: location(self.device()),
                flags: CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
            };
            // SAFETY: mapped just now; the description outlives the call.
            outcome = unsafe { call!(self, cuMemSetAccess(address, mapped, &access, 1)) };
        }
        outcome.map_err(|error| {
            if mapped > 0 {
                // SAFETY: mapped just now, and nobody was told of it.
                let undone = unsafe { self.unmap_pages(address, mapped) };
                report("unmapping pages that could not all be mapped", undone);
            }
            error.doing(|| format!("mapping {} at {address:#x}", Bytes(handles.len() * page_bytes)))
        })
    }

    /// Unmaps `bytes` of whole mappings from `address` on.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_INVALID_VALUE` if they are not that.
    ///
    /// # Safety
    /// No unfinished work uses the memory through these addresses: unlike a free, an unmapping waits for nothing.
    #[doc(alias = "cuMemUnmap")]
    pub unsafe fn unmap_pages(&self, address: CUdeviceptr, bytes: usize) -> Result<()> {
        // SAFETY: the caller vouches for it.
        unsafe { call!(self, cuMemUnmap(address, bytes)) }
            .map_err(|error| error.doing(|| format!("unmapping {} at {address:#x}", Bytes(bytes))))
    }
}

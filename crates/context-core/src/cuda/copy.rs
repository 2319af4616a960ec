//! Copies of rows, and copies between devices.

#![allow(unsafe_code)]

use cuda_sys::driver::{CUDA_MEMCPY2D, CUdevice_attribute, CUdeviceptr, CUmemorytype};

use super::{Context, Device, Result, Stream, call};
use crate::Bytes;

/// Where rows are: in memory of a device or of the host, and how many bytes lie from one to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsAt {
    /// In a device's memory.
    Device(CUdeviceptr, usize),
    /// In the host's memory; it is not written if it is a source.
    Host(*mut u8, usize),
}

impl RowsAt {
    fn pitch(self) -> usize {
        match self {
            RowsAt::Device(_, pitch) | RowsAt::Host(_, pitch) => pitch,
        }
    }

    /// Returns its kind, its address on a device, and its address on the host.
    fn parts(self) -> (CUmemorytype, CUdeviceptr, *mut u8) {
        match self {
            RowsAt::Device(address, _) => (CUmemorytype::CU_MEMORYTYPE_DEVICE, address, std::ptr::null_mut()),
            RowsAt::Host(pointer, _) => (CUmemorytype::CU_MEMORYTYPE_HOST, 0, pointer),
        }
    }
}

impl Device {
    /// Returns the largest number of bytes from one row to the next that a copy of rows takes.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    pub fn max_pitch(&self) -> Result<usize> {
        Ok(self.attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MAX_PITCH)?.max(0) as usize)
    }
}

impl Stream {
    /// Copies `rows` rows of `row_bytes` each, in stream order.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example if a pitch is larger than [the device takes](Device::max_pitch).
    ///
    /// # Safety
    /// - All rows of the target are writable and all of the source readable until the copy has run, and no two of them overlap; nothing else
    ///   touches the target until then.
    #[doc(alias = "cuMemcpy2DAsync")]
    pub unsafe fn copy_rows(
        &self,
        target: RowsAt,
        source: RowsAt,
        row_bytes: usize,
        rows: usize,
    ) -> Result<()> {
        self.context().bind_in_scope()?;
        let ((to, to_device, to_host), (from, from_device, from_host)) = (target.parts(), source.parts());
        let copy = CUDA_MEMCPY2D {
            srcXInBytes: 0,
            srcY: 0,
            srcMemoryType: from,
            srcHost: from_host.cast(),
            srcDevice: from_device,
            srcArray: std::ptr::null_mut(),
            srcPitch: source.pitch(),
            dstXInBytes: 0,
            dstY: 0,
            dstMemoryType: to,
            dstHost: to_host.cast(),
            dstDevice: to_device,
            dstArray: std::ptr::null_mut(),
            dstPitch: target.pitch(),
            WidthInBytes: row_bytes,
            Height: rows,
        };
        // SAFETY: the description outlives the call; the caller vouches for the memory; the stream is live (Stream 1).
        unsafe { call!(self.context(), cuMemcpy2DAsync_v2(&copy, self.as_raw())) }
            .map_err(|error| error.doing(|| format!("copying {rows} rows of {}", Bytes(row_bytes))))
    }

    /// Copies from memory of another context, on another device or on this one, in stream order. The driver goes through the host
    /// where the devices cannot reach each other.
    ///
    /// # Safety
    /// - `target` is memory of this stream's context and `source` of `from`, each for `bytes` until the copy has run.
    #[doc(alias = "cuMemcpyPeerAsync")]
    pub unsafe fn copy_from_peer(
        &self,
        target: CUdeviceptr,
        from: &Context,
        source: CUdeviceptr,
        bytes: usize,
    ) -> Result<()> {
        let context = self.context();
        context.bind_in_scope()?;
        let (to_raw, from_raw) = (context.as_raw(), from.as_raw());
        // SAFETY: both contexts are live while borrowed (Context 1); the caller vouches for the memory; the stream is live (Stream 1).
        unsafe { call!(context, cuMemcpyPeerAsync(target, to_raw, source, from_raw, bytes, self.as_raw())) }
            .map_err(|error| {
                let (to, from) = (context.device(), from.device());
                error.doing(|| format!("copying {} from {from:?} to {to:?}", Bytes(bytes)))
            })
    }
}

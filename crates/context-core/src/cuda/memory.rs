//! Device memory, and copies and fills of it.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::driver::CUdeviceptr;

use super::{Context, Error, Result, Stream, call, report::report};
use crate::Bytes;

/// A piece of device memory from the driver.
pub struct DeviceMemory {
    context: Arc<Context>,
    address: CUdeviceptr,
    bytes: usize,
}

impl DeviceMemory {
    /// Allocates `bytes`, aligned to 256 at the least. Its contents are undefined.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY`; with `CUDA_ERROR_INVALID_VALUE` for zero bytes.
    #[doc(alias = "cuMemAlloc")]
    pub fn new(context: &Arc<Context>, bytes: usize) -> Result<DeviceMemory> {
        context.make_current()?;
        let mut address = 0;
        // SAFETY: the context is current; `address` outlives the call.
        unsafe { call!(context, cuMemAlloc_v2(&mut address, bytes)) }.map_err(|error| {
            error.doing(|| format!("allocating {} on {:?}", Bytes(bytes), context.device()))
        })?;
        Ok(DeviceMemory { context: context.clone(), address, bytes })
    }

    /// Takes ownership of memory allocated elsewhere.
    ///
    /// # Safety
    /// - `address` came from `cuMemAlloc` of `bytes` in `context` and has not been freed.
    /// - Nothing else will free it.
    pub unsafe fn from_raw(context: &Arc<Context>, address: CUdeviceptr, bytes: usize) -> DeviceMemory {
        DeviceMemory { context: context.clone(), address, bytes }
    }

    /// Gives up ownership: the caller frees the memory, with `cuMemFree` or [`from_raw`](DeviceMemory::from_raw).
    pub fn into_raw(self) -> CUdeviceptr {
        let mut memory = self;
        memory.bytes = 0;
        memory.address
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns the address of the first byte.
    pub fn as_raw(&self) -> CUdeviceptr {
        self.address
    }

    /// Returns the size.
    pub fn size_bytes(&self) -> usize {
        self.bytes
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

impl fmt::Debug for DeviceMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {:#x} on {:?}", Bytes(self.bytes), self.address, self.context.device())
    }
}

impl Drop for DeviceMemory {
    fn drop(&mut self) {
        let released = self.release();
        report("freeing device memory", released);
    }
}

#[cold]
#[inline(never)]
fn failed(verb: &str, bytes: usize, whither: &str, error: Error) -> Box<Error> {
    Box::new(error.doing(|| format!("{verb} {} {whither}", Bytes(bytes))))
}

impl Stream {
    /// Copies host memory to the device, in stream order.
    ///
    /// # Safety
    /// - `target` is device memory and `source` is readable, each for `bytes`, until the copy has run.
    #[doc(alias = "cuMemcpyHtoDAsync")]
    #[inline(always)]
    pub unsafe fn copy_from_host(&self, target: CUdeviceptr, source: *const u8, bytes: usize) -> Result<()> {
        self.context().bind_in_scope()?;
        // SAFETY: the caller vouches for both; the stream is live (Stream 1).
        unsafe { call!(self.context(), cuMemcpyHtoDAsync_v2(target, source.cast(), bytes, self.as_raw())) }
            .map_err(|error| *failed("copying", bytes, "to the device", error))
    }

    /// Copies device memory to the host, in stream order.
    ///
    /// # Safety
    /// - `source` is device memory and `target` is writable, each for `bytes`, until the copy has run; nothing else touches
    ///   `target` until then.
    #[doc(alias = "cuMemcpyDtoHAsync")]
    #[inline(always)]
    pub unsafe fn copy_to_host(&self, target: *mut u8, source: CUdeviceptr, bytes: usize) -> Result<()> {
        self.context().bind_in_scope()?;
        // SAFETY: the caller vouches for both; the stream is live (Stream 1).
        unsafe { call!(self.context(), cuMemcpyDtoHAsync_v2(target.cast(), source, bytes, self.as_raw())) }
            .map_err(|error| *failed("copying", bytes, "to the host", error))
    }

    /// Copies within the device, in stream order.
    ///
    /// # Safety
    /// - Both are device memory for `bytes` until the copy has run, and do not overlap.
    #[doc(alias = "cuMemcpyDtoDAsync")]
    #[inline(always)]
    pub unsafe fn copy(&self, target: CUdeviceptr, source: CUdeviceptr, bytes: usize) -> Result<()> {
        self.context().bind_in_scope()?;
        // SAFETY: the caller vouches for both; the stream is live (Stream 1).
        unsafe { call!(self.context(), cuMemcpyDtoDAsync_v2(target, source, bytes, self.as_raw())) }
            .map_err(|error| *failed("copying", bytes, "on the device", error))
    }

    /// Writes `pattern` `count` times, in stream order.
    ///
    /// Patterns of 1, 2 and 4 bytes are one call. A longer one is written lane by lane, each lane a column one element wide.
    ///
    /// # Safety
    /// - `target` is device memory for `pattern.len() * count` bytes until the fill has run, aligned to the largest power
    ///   of two up to 4 that divides the pattern's length.
    #[doc(alias = "cuMemsetD32Async")]
    pub unsafe fn fill(&self, target: CUdeviceptr, pattern: &[u8], count: usize) -> Result<()> {
        self.context().bind_in_scope()?;
        let (context, stream, pitch) = (self.context(), self.as_raw(), pattern.len());
        let lane_bytes = match pitch {
            _ if pitch % 4 == 0 => 4,
            _ if pitch % 2 == 0 => 2,
            _ => 1,
        };
        let single = pitch == lane_bytes;
        for (lane, value) in pattern.chunks_exact(lane_bytes).enumerate() {
            let address = target + (lane * lane_bytes) as CUdeviceptr;
            // SAFETY: the caller vouches for the memory and its alignment; each lane's rows lie `pitch` apart within it.
            unsafe {
                match (value, single) {
                    (&[a], true) => call!(context, cuMemsetD8Async(address, a, count, stream)),
                    (&[a], false) => call!(context, cuMemsetD2D8Async(address, pitch, a, 1, count, stream)),
                    (&[a, b], true) => {
                        call!(context, cuMemsetD16Async(address, u16::from_ne_bytes([a, b]), count, stream))
                    }
                    (&[a, b], false) => {
                        let value = u16::from_ne_bytes([a, b]);
                        call!(context, cuMemsetD2D16Async(address, pitch, value, 1, count, stream))
                    }
                    (&[a, b, c, d], true) => {
                        let value = u32::from_ne_bytes([a, b, c, d]);
                        call!(context, cuMemsetD32Async(address, value, count, stream))
                    }
                    (&[a, b, c, d], false) => {
                        let value = u32::from_ne_bytes([a, b, c, d]);
                        call!(context, cuMemsetD2D32Async(address, pitch, value, 1, count, stream))
                    }
                    _ => Ok(()),
                }
            }
            .map_err(|error| error.doing(|| format!("filling {} on the device", Bytes(pitch * count))))?;
        }
        Ok(())
    }
}

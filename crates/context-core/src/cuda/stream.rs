//! Streams: ordered queues of work on a device.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::{
    CUresult,
    driver::{CUdeviceptr, CUstream, CUstream_flags},
};

use super::{Context, Event, Result, call, context::report};
use crate::Bytes;

/// A stream that does not synchronise with the legacy default stream.
pub struct Stream {
    context: Arc<Context>,
    raw: CUstream,
}

// SAFETY: any thread may use a stream handle, also several at once (driver API, "Stream Management").
unsafe impl Send for Stream {}
// SAFETY: as above.
unsafe impl Sync for Stream {}

impl Stream {
    /// Makes a stream. A lower `priority` is served first; 0 is the usual one, and the driver clamps to what it has.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamCreateWithPriority")]
    pub fn new(context: &Arc<Context>, priority: i32) -> Result<Stream> {
        context.bind()?;
        let mut raw = std::ptr::null_mut();
        let flags = CUstream_flags::CU_STREAM_NON_BLOCKING.0;
        // SAFETY: the context is current; `raw` outlives the call.
        unsafe { call!(context, cuStreamCreateWithPriority(&mut raw, flags, priority)) }?;
        Ok(Stream { context: context.clone(), raw })
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUstream {
        self.raw
    }

    /// Allocates `bytes` from the device's stream-ordered pool, for work given to this stream from now on.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY`.
    #[doc(alias = "cuMemAllocAsync")]
    pub fn allocate(&self, bytes: usize) -> Result<CUdeviceptr> {
        self.context.bind()?;
        let mut address = 0;
        // SAFETY: the stream is live (Stream 1); `address` outlives the call.
        unsafe { call!(&self.context, cuMemAllocAsync(&mut address, bytes, self.raw)) }
            .map_err(|error| error.doing(|| format!("allocating {} from the driver's pool", Bytes(bytes))))?;
        Ok(address)
    }

    /// Gives memory back to the device's stream-ordered pool, behind the work given to this stream so far.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// `address` came from [`allocate`](Stream::allocate) on this device, is freed once, and work of other streams that uses it is
    /// ordered before.
    #[doc(alias = "cuMemFreeAsync")]
    pub unsafe fn free(&self, address: CUdeviceptr) -> Result<()> {
        self.context.bind()?;
        // SAFETY: the stream is live (Stream 1); the caller vouches for the address.
        unsafe { call!(&self.context, cuMemFreeAsync(address, self.raw)) }
    }

    /// Makes later work of this stream start after `event`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamWaitEvent")]
    pub fn wait(&self, event: &Event) -> Result<()> {
        self.context.bind()?;
        // SAFETY: both handles are live while borrowed (Stream 1, Event 1); the flags must be zero.
        unsafe { call!(&self.context, cuStreamWaitEvent(self.raw, event.as_raw(), 0)) }
    }

    /// Tells whether all work given to the stream has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuStreamQuery")]
    pub fn query(&self) -> Result<bool> {
        self.context.bind()?;
        // SAFETY: the handle is live while borrowed (Stream 1).
        match unsafe { call!(&self.context, cuStreamQuery(self.raw)) } {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_NOT_READY) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Blocks the calling thread until all work given to the stream has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuStreamSynchronize")]
    pub fn synchronize(&self) -> Result<()> {
        self.context.bind()?;
        // SAFETY: the handle is live while borrowed (Stream 1).
        unsafe { call!(&self.context, cuStreamSynchronize(self.raw)) }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {:p} of {:?}", self.raw, self.context.device())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let destroy = || {
            self.context.bind()?;
            // SAFETY: made in `new`, destroyed once. The driver lets queued work end first, without blocking here.
            unsafe { call!(&self.context, cuStreamDestroy_v2(self.raw)) }
        };
        report("destroying a stream", destroy());
    }
}

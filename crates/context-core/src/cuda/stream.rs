//! Streams: ordered queues of work on a device.

#![allow(unsafe_code)]

use std::{any::Any, fmt, mem::ManuallyDrop, sync::Arc};

use cuda_sys::{
    CUresult,
    driver::{CUdeviceptr, CUstream, CUstream_flags, CUstreamWaitValue_flags},
};

use super::{Context, Error, Event, Result, TimedEvent, call, report::report};
use crate::Bytes;

/// What is to be done with a stream when it is dropped.
#[derive(Debug)]
enum Origin {
    Own,
    /// Destroy it, and then drop what it is a stream of.
    OwnOf(#[allow(dead_code, reason = "kept for its drop")] Box<dyn Any + Send + Sync>),
    /// Nothing but to drop the token of whoever owns it.
    Foreign(#[allow(dead_code, reason = "kept for its drop")] Option<Box<dyn Any + Send + Sync>>),
}

/// An ordered queue of work.
pub struct Stream {
    raw: CUstream,
    origin: Origin,
    // Last: the stream goes before its context.
    context: Arc<Context>,
}

// SAFETY: any thread may use a stream handle, also several at once (driver API, "Stream Management"); the token is `Send`.
unsafe impl Send for Stream {}
// SAFETY: as above; the token is `Sync`.
unsafe impl Sync for Stream {}

/// The driver's names for the default streams of a context and of a thread.
const LEGACY: usize = 1;

impl Stream {
    /// Makes a stream that does not synchronise with the legacy default stream. A lower `priority` is served first; 0 is the usual
    /// one, and the driver clamps to [what it has](Context::stream_priorities).
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamCreateWithPriority")]
    pub fn new(context: &Arc<Context>, priority: i32) -> Result<Stream> {
        context.make_current()?;
        let mut raw = std::ptr::null_mut();
        let flags = CUstream_flags::CU_STREAM_NON_BLOCKING.0;
        // SAFETY: the context is current; `raw` outlives the call.
        unsafe { call!(context, cuStreamCreateWithPriority(&mut raw, flags, priority)) }?;
        Ok(Stream { raw, origin: Origin::Own, context: context.clone() })
    }

    /// Returns the context's legacy default stream, which synchronises with every stream that was not made by [`new`](Stream::new).
    /// It is there for code that expects work on it, and slows down whatever does not.
    ///
    /// The stream of a thread (`CU_STREAM_PER_THREAD`) has no constructor: the same value would mean a different stream on each thread.
    pub fn legacy_default(context: &Arc<Context>) -> Stream {
        let raw = std::ptr::without_provenance_mut(LEGACY);
        Stream { raw, origin: Origin::Foreign(None), context: context.clone() }
    }

    /// Takes another library's stream into use. `owner` keeps it alive, and is dropped with this value.
    ///
    /// # Safety
    /// - `raw` is a stream of `context`, and lives until `owner` is dropped; it is not `CU_STREAM_PER_THREAD`.
    pub unsafe fn external(context: &Arc<Context>, raw: CUstream, owner: impl Any + Send + Sync) -> Stream {
        Stream { raw, origin: Origin::Foreign(Some(Box::new(owner))), context: context.clone() }
    }

    /// Makes a stream of a part of the device, which it keeps alive, of a handle that nothing else will destroy.
    pub(super) fn of_part(context: &Arc<Context>, raw: CUstream, part: impl Any + Send + Sync) -> Stream {
        Stream { raw, origin: Origin::OwnOf(Box::new(part)), context: context.clone() }
    }

    /// Takes ownership of a stream.
    ///
    /// # Safety
    /// - `raw` is a stream of `context`, made with `CU_STREAM_NON_BLOCKING`, and nothing else will destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, raw: CUstream) -> Stream {
        Stream { raw, origin: Origin::Own, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the stream, with `cuStreamDestroy` or [`from_raw`](Stream::from_raw).
    pub fn into_raw(mut self) -> CUstream {
        self.origin = Origin::Foreign(None);
        self.raw
    }

    /// Returns the context.
    #[inline]
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns the driver's handle.
    #[inline]
    pub fn as_raw(&self) -> CUstream {
        self.raw
    }

    /// Allocates `bytes` from the device's stream-ordered pool, for work given to this stream from now on.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY`.
    #[doc(alias = "cuMemAllocAsync")]
    pub fn allocate(&self, bytes: usize) -> Result<CUdeviceptr> {
        self.context.bind_in_scope()?;
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
        self.context.bind_in_scope()?;
        // SAFETY: the stream is live (Stream 1); the caller vouches for the address.
        unsafe { call!(&self.context, cuMemFreeAsync(address, self.raw)) }
    }

    /// Returns the priority as the driver keeps it.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamGetPriority")]
    pub fn priority(&self) -> Result<i32> {
        self.context.bind_in_scope()?;
        let mut priority = 0;
        // SAFETY: the handle is live while borrowed (Stream 1); `priority` outlives the call.
        unsafe { call!(&self.context, cuStreamGetPriority(self.raw, &mut priority)) }?;
        Ok(priority)
    }

    /// Makes later work of this stream start after `event`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamWaitEvent")]
    #[inline(always)]
    pub fn wait(&self, event: &Event) -> Result<()> {
        self.context.check_driver_of(event.context(), "cuStreamWaitEvent")?;
        self.context.bind_in_scope()?;
        // SAFETY: both handles are live while borrowed (Stream 1, Event 1); the flags must be zero.
        unsafe { call!(&self.context, cuStreamWaitEvent(self.raw, event.as_raw(), 0)) }
    }

    /// Makes later work of this stream start once the number at `address` is at least `value`. Numbers are compared as they count up, so
    /// that one may wrap round. Whether a device can is in [its properties](super::Properties::waits_for_values).
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// `address` is a multiple of eight, in device or pinned memory that is not managed, and lives until the stream has got past.
    #[doc(alias = "cuStreamWaitValue64")]
    pub unsafe fn wait_for_value(&self, address: CUdeviceptr, value: u64) -> Result<()> {
        self.context.bind_in_scope()?;
        let at_least = CUstreamWaitValue_flags::CU_STREAM_WAIT_VALUE_GEQ.0;
        // SAFETY: the handle is live while borrowed (Stream 1); the caller vouches for the address.
        unsafe { call!(&self.context, cuStreamWaitValue64_v2(self.raw, address, value, at_least)) }
    }

    /// Marks the time at which this stream gets here.
    ///
    /// # Errors
    /// As [`TimedEvent::record`].
    pub fn time(&self) -> Result<TimedEvent> {
        let event = TimedEvent::new(&self.context)?;
        event.record(self)?;
        Ok(event)
    }

    /// Tells whether all work given to the stream has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuStreamQuery")]
    #[inline]
    pub fn query(&self) -> Result<bool> {
        self.context.bind_in_scope()?;
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
    #[inline(always)]
    pub fn synchronize(&self) -> Result<()> {
        self.context.bind_in_scope()?;
        // SAFETY: the handle is live while borrowed (Stream 1).
        unsafe { call!(&self.context, cuStreamSynchronize(self.raw)) }
    }

    /// Blocks the calling thread until the copy to the host has ended that this thread has just given to the stream, and all before it.
    /// It binds nothing, since the copy has.
    ///
    /// If that fails it waits for the whole context, so that nothing writes to the copy's target any more when this returns: either all
    /// work has ended, or the context is lost with it.
    ///
    /// # Errors
    /// As [`synchronize`](Stream::synchronize).
    #[inline(always)]
    pub fn finish_copy(&self) -> Result<()> {
        // SAFETY: the handle is live while borrowed (Stream 1).
        match unsafe { call!(&self.context, cuStreamSynchronize(self.raw)) } {
            Ok(()) => Ok(()),
            Err(error) => Err(*self.finish_failed_copy(error)),
        }
    }

    #[cold]
    #[inline(never)]
    fn finish_failed_copy(&self, error: Error) -> Box<Error> {
        if let Err(second) = self.context.synchronize() {
            tracing::error!(error = %second, "waiting for a copy to the host, for the second time");
        }
        Box::new(error)
    }

    /// Destroys the stream, and returns the failure that `Drop` could only report. Queued work runs to its end.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let origin = std::mem::replace(&mut self.origin, Origin::Foreign(None));
        if matches!(origin, Origin::Foreign(_)) {
            return Ok(());
        }
        // SAFETY: made in `new`, or given to `from_raw` or `of_part`, destroyed once. The driver lets queued work end first, without
        // blocking. What it is a stream of goes behind it.
        self.context.release(|| unsafe { call!(&self.context, cuStreamDestroy_v2(self.raw)) })
    }

    /// Leaves the stream to the driver, undestroyed.
    #[allow(dead_code, reason = "for what must not be destroyed after a failure")]
    pub(crate) fn leak(self) {
        let _ = ManuallyDrop::new(self);
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {:p} of {:?}", self.raw, self.context.device())
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying a stream", destroyed);
    }
}

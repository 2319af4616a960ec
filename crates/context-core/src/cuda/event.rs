//! Events: points in a stream's work.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::{
    CUresult,
    driver::{CUevent, CUevent_flags},
};

use super::{Context, Result, Stream, call, context::report};

/// An event for ordering: it keeps no time, which makes it cheap.
pub struct Event {
    context: Arc<Context>,
    raw: CUevent,
}

// SAFETY: any thread may use an event handle (driver API, "Event Management").
unsafe impl Send for Event {}
// SAFETY: as above.
unsafe impl Sync for Event {}

impl Event {
    /// Makes an event. Before it is recorded it counts as complete.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuEventCreate")]
    pub fn new(context: &Arc<Context>) -> Result<Event> {
        context.bind()?;
        let mut raw = std::ptr::null_mut();
        let flags = CUevent_flags::CU_EVENT_DISABLE_TIMING.0;
        // SAFETY: the context is current; `raw` outlives the call.
        unsafe { call!(context, cuEventCreate(&mut raw, flags)) }?;
        Ok(Event { context: context.clone(), raw })
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUevent {
        self.raw
    }

    /// Records this event behind the work of `stream`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) if the stream belongs to another context.
    #[doc(alias = "cuEventRecord")]
    pub fn record(&self, stream: &Stream) -> Result<()> {
        self.context.bind()?;
        // SAFETY: both handles are live while borrowed (Event 1, Stream 1).
        unsafe { call!(&self.context, cuEventRecord(self.raw, stream.as_raw())) }
    }

    /// Tells whether the work before this event has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuEventQuery")]
    pub fn query(&self) -> Result<bool> {
        self.context.bind()?;
        // SAFETY: the handle is live while borrowed (Event 1).
        match unsafe { call!(&self.context, cuEventQuery(self.raw)) } {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_NOT_READY) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Blocks the calling thread until the work before this event has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuEventSynchronize")]
    pub fn synchronize(&self) -> Result<()> {
        self.context.bind()?;
        // SAFETY: the handle is live while borrowed (Event 1).
        unsafe { call!(&self.context, cuEventSynchronize(self.raw)) }
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {:p} of {:?}", self.raw, self.context.device())
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        let destroy = || {
            self.context.bind()?;
            // SAFETY: made in `new`, destroyed once. It may still be pending: the driver frees it then later.
            unsafe { call!(&self.context, cuEventDestroy_v2(self.raw)) }
        };
        report("destroying an event", destroy());
    }
}

//! Host functions: code that a stream calls when it gets there.

#![allow(unsafe_code)]

use std::{
    ffi::c_void,
    panic::{AssertUnwindSafe, catch_unwind},
};

use cuda_sys::{CUresult, driver::CUstreamCaptureStatus};

use super::{Error, Result, Stream, call};

type Work = Box<dyn FnOnce() + Send>;

/// What the driver calls, once.
unsafe extern "C" fn run(work: *mut c_void) {
    // SAFETY: `launch_host` made it of a box, and gave it to one call.
    let work = unsafe { Box::from_raw(work.cast::<Work>()) };
    // Unwinding must not cross the driver.
    if catch_unwind(AssertUnwindSafe(*work)).is_err() {
        tracing::error!("a host function panicked; its stream goes on");
    }
}

impl Stream {
    /// Calls `work` on a thread of the driver's, in stream order; the stream's later work waits for it. It must not call CUDA. A panic is
    /// caught and reported. If the context is lost before its turn comes, it is neither called nor dropped.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), with `CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED` while the stream is captured: a graph could run any
    /// number of times what can be called once. `work` is dropped then.
    #[doc(alias = "cuLaunchHostFunc")]
    pub fn launch_host(&self, work: impl FnOnce() + Send + 'static) -> Result<()> {
        self.context().bind_in_scope()?;
        if self.is_capturing()? {
            return Err(Error::Call {
                doing: "giving a stream that is captured a host function, which can be called once"
                    .to_owned(),
                function: "cuLaunchHostFunc",
                code: CUresult::CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED,
            });
        }
        let work: Work = Box::new(work);
        let work = Box::into_raw(Box::new(work));
        // SAFETY: the stream is live (Stream 1); `work` is owned by the call that the driver makes of `run`.
        let queued =
            unsafe { call!(self.context(), cuLaunchHostFunc(self.as_raw(), Some(run), work.cast())) };
        if queued.is_err() {
            // SAFETY: the driver refused it, so that it is still ours.
            drop(unsafe { Box::from_raw(work) });
        }
        queued
    }

    /// Tells whether what the stream is given is captured, or was until the capture was spoiled.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuStreamIsCapturing")]
    pub fn is_capturing(&self) -> Result<bool> {
        self.context().bind_in_scope()?;
        let mut status = CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE;
        // SAFETY: the stream is live (Stream 1); `status` outlives the call.
        unsafe { call!(self.context(), cuStreamIsCapturing(self.as_raw(), &mut status)) }?;
        Ok(status != CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE)
    }
}

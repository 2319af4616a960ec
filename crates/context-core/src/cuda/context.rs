//! Contexts: a process's state on one device.

#![allow(unsafe_code)]

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use cuda_sys::{Driver, driver::CUcontext};

use super::{Device, Result, call, driver_call};

/// The primary context of a device.
///
/// It is shared with every library in the process: it is retained here and released when the last owner is gone, never
/// destroyed. Nothing here relies on which context is current: each call that needs one binds this one first.
pub struct Context {
    device: Device,
    raw: CUcontext,
    calls: AtomicU64,
}

// SAFETY: a context handle may be used from any thread (driver API, "Context Management"); the counter is atomic.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}

impl Context {
    /// Retains the primary context of `device`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example out of memory.
    #[doc(alias = "cuDevicePrimaryCtxRetain")]
    pub fn primary(device: Device) -> Result<Arc<Context>> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: the device is valid; `raw` outlives the call.
        unsafe { driver_call!(device.driver(), cuDevicePrimaryCtxRetain(&mut raw, device.as_raw())) }
            .map_err(|error| error.doing(|| format!("opening {device:?}")))?;
        Ok(Arc::new(Context { device, raw, calls: AtomicU64::new(0) }))
    }

    /// Returns the device.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Returns the driver.
    pub fn driver(&self) -> Driver {
        self.device.driver()
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUcontext {
        self.raw
    }

    /// Makes this context current on the calling thread, and leaves it so.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuCtxSetCurrent")]
    pub fn bind(&self) -> Result<()> {
        // SAFETY: the context is retained until Drop (Context 1).
        unsafe { call!(self, cuCtxSetCurrent(self.raw)) }
    }

    /// Returns the free and total bytes of the device's memory.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemGetInfo")]
    pub fn memory_info(&self) -> Result<(usize, usize)> {
        self.bind()?;
        let (mut free, mut total) = (0, 0);
        // SAFETY: a context is current; both outlive the call.
        unsafe { call!(self, cuMemGetInfo_v2(&mut free, &mut total)) }?;
        Ok((free, total))
    }

    /// Blocks the calling thread until all work in this context has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuCtxSynchronize")]
    pub fn synchronize(&self) -> Result<()> {
        self.bind()?;
        // SAFETY: a context is current.
        unsafe { call!(self, cuCtxSynchronize()) }
    }

    /// Returns how many driver calls were made through this context so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Relaxed)
    }

    pub(crate) fn count_call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "primary context of {:?}", self.device)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: retained once in `primary`, released once here. Everything that lives in it held a reference.
        let released =
            unsafe { driver_call!(self.driver(), cuDevicePrimaryCtxRelease_v2(self.device.as_raw())) };
        report("releasing the primary context", released);
    }
}

/// Reports what a destructor could not do.
pub(crate) fn report(doing: &'static str, result: Result<()>) {
    use cuda_sys::CUresult;
    match result {
        Ok(()) => {}
        // At the process's end the driver may be gone before we are: there is nothing left to free.
        Err(error) if error.code() == Some(CUresult::CUDA_ERROR_DEINITIALIZED) => {}
        Err(error) => tracing::error!(%error, doing, "dropping a CUDA object"),
    }
}

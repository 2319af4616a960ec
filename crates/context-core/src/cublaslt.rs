//! cuBLASLt, matrix products with everything around them: a handle that owns its object.
//!
//! Unlike cuBLAS's, this handle holds no stream and no workspace: each call is given its own, and several threads may use it at once.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::{
    Version,
    cublaslt::{CublasLt, cublasLtHandle_t},
};

use crate::cuda::{Context, Result, library::library_call, report::report};

/// A handle of cuBLASLt.
pub struct Handle {
    raw: cublasLtHandle_t,
    cublaslt: CublasLt,
    // Last: the handle goes before its context.
    context: Arc<Context>,
}

// SAFETY: any thread may use a handle, and several at once (cuBLASLt, "Thread Safety").
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    /// Makes a handle in `context`.
    ///
    /// # Errors
    /// [`Error::Status`](crate::cuda::Error::Status), for example if there is no memory for it.
    #[doc(alias = "cublasLtCreate")]
    pub fn new(context: &Arc<Context>, cublaslt: CublasLt) -> Result<Handle> {
        context.bind()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current; `raw` outlives the call.
        unsafe { library_call!(context, cublaslt, cublasLtCreate(&mut raw)) }
            .map_err(|error| error.doing(|| format!("making a cuBLASLt handle on {:?}", context.device())))?;
        // SAFETY: just made here.
        Ok(unsafe { Handle::from_raw(context, cublaslt, raw) })
    }

    /// Takes ownership of a handle.
    ///
    /// # Safety
    /// - `raw` is a handle that `cublaslt` made in `context`, and nothing else will destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, cublaslt: CublasLt, raw: cublasLtHandle_t) -> Handle {
        Handle { raw, cublaslt, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the handle, with `cublasLtDestroy` or [`from_raw`](Handle::from_raw).
    pub fn into_raw(mut self) -> cublasLtHandle_t {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the library's handle.
    pub fn as_raw(&self) -> cublasLtHandle_t {
        self.raw
    }

    /// Returns the table of cuBLASLt.
    pub fn cublaslt(&self) -> CublasLt {
        self.cublaslt
    }

    /// Returns cuBLASLt's version.
    pub fn version(&self) -> Version {
        self.cublaslt.version()
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Destroys the handle, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Status`](crate::cuda::Error::Status).
    #[doc(alias = "cublasLtDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made in `new` or given to `from_raw`, destroyed once: `raw` is null from now on. That the context could be bound
        // says that the driver is not gone.
        let destroy = || unsafe { library_call!(&self.context, self.cublaslt, cublasLtDestroy(raw)) };
        self.context.release(destroy)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cuBLASLt {} handle {:p} of {:?}", self.version(), self.raw, self.context.device())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying a cuBLASLt handle", destroyed);
    }
}

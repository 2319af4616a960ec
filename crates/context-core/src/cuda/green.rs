//! Green contexts: a part of a device's multiprocessors, with streams whose work runs there only.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use cuda_sys::driver::{
    CUdevResource, CUdevResource_st__bindgen_ty_1, CUdevResourceType, CUgreenCtx, CUgreenCtxCreate_flags,
    CUstream_flags,
};

use super::{Context, Error, Result, Stream, call, report::report};

/// A part of a device's multiprocessors, beside its primary context, whose memory and functions it shares.
///
/// Drivers have them from CUDA 12.4 on, and streams of them from 12.5 on. With older ones, making one is [`Error::Missing`].
pub struct GreenContext {
    raw: CUgreenCtx,
    multiprocessors: u32,
    // Last: it goes before the context whose device it is a part of.
    context: Arc<Context>,
}

// SAFETY: a green context's handle may be used from any thread (driver API, "Green Contexts").
unsafe impl Send for GreenContext {}
// SAFETY: as above.
unsafe impl Sync for GreenContext {}

fn no_resource() -> CUdevResource {
    CUdevResource {
        type_: CUdevResourceType::CU_DEV_RESOURCE_TYPE_INVALID,
        _internal_padding: [0; 92],
        __bindgen_anon_1: CUdevResource_st__bindgen_ty_1 { _oversize: [0; 40] },
        nextResource: std::ptr::null_mut(),
    }
}

impl GreenContext {
    /// Sets at least `multiprocessors` of the device of `context`, its primary one, apart. The device rounds the number up.
    ///
    /// # Errors
    /// [`Error::Missing`] with a driver before 12.4; [`Error::Call`], for example if there are not as many, or with
    /// `CUDA_ERROR_NOT_SUPPORTED`.
    #[doc(alias = "cuGreenCtxCreate")]
    #[doc(alias = "cuDevSmResourceSplitByCount")]
    pub fn new(context: &Arc<Context>, multiprocessors: u32) -> Result<Arc<GreenContext>> {
        context.make_current()?;
        let device = context.device().as_raw();
        let doing = |error: Error| {
            error.doing(|| {
                format!("setting {multiprocessors} multiprocessors of {:?} apart", context.device())
            })
        };
        let (mut all, mut part, mut rest) = (no_resource(), no_resource(), no_resource());
        let kind = CUdevResourceType::CU_DEV_RESOURCE_TYPE_SM;
        // SAFETY: the device is valid; `all` outlives the call.
        unsafe { call!(context, cuDeviceGetDevResource(device, &mut all, kind)) }.map_err(doing)?;
        let mut groups = 1;
        // SAFETY: there is room for one group; all of them outlive the call; no flags.
        unsafe {
            call!(
                context,
                cuDevSmResourceSplitByCount(&mut part, &mut groups, &all, &mut rest, 0, multiprocessors)
            )
        }
        .map_err(doing)?;
        let mut description = std::ptr::null_mut();
        // SAFETY: one resource, which outlives the call, as does the description.
        unsafe { call!(context, cuDevResourceGenerateDesc(&mut description, &mut part, 1)) }
            .map_err(doing)?;
        let flags = CUgreenCtxCreate_flags::CU_GREEN_CTX_DEFAULT_STREAM.0;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the description was just made for this device; `raw` outlives the call.
        unsafe { call!(context, cuGreenCtxCreate(&mut raw, description, device, flags)) }.map_err(doing)?;
        // SAFETY: the driver has filled `part` as a resource of multiprocessors.
        let multiprocessors = unsafe { part.__bindgen_anon_1.sm.smCount };
        Ok(Arc::new(GreenContext { raw, multiprocessors, context: context.clone() }))
    }

    /// Makes a stream whose work runs on these multiprocessors. It keeps the green context alive.
    ///
    /// # Errors
    /// [`Error::Missing`] with a driver before 12.5; [`Error::Call`].
    #[doc(alias = "cuGreenCtxStreamCreate")]
    pub fn stream(self: &Arc<Self>, priority: i32) -> Result<Stream> {
        self.context.make_current()?;
        let mut raw = std::ptr::null_mut();
        let flags = CUstream_flags::CU_STREAM_NON_BLOCKING.0;
        // SAFETY: the green context is live while borrowed; `raw` outlives the call.
        unsafe { call!(&self.context, cuGreenCtxStreamCreate(&mut raw, self.raw, flags, priority)) }?;
        Ok(Stream::of_part(&self.context, raw, self.clone()))
    }

    /// Returns how many multiprocessors it has.
    pub fn multiprocessors(&self) -> u32 {
        self.multiprocessors
    }

    /// Takes ownership of a green context that was made elsewhere, with so many multiprocessors.
    ///
    /// # Safety
    /// - `raw` is a green context of the device of `context`, its primary one, and nothing else will destroy it.
    pub unsafe fn from_raw(
        context: &Arc<Context>,
        raw: CUgreenCtx,
        multiprocessors: u32,
    ) -> Arc<GreenContext> {
        Arc::new(GreenContext { raw, multiprocessors, context: context.clone() })
    }

    /// Gives up ownership, if no stream holds it: the caller destroys it, with `cuGreenCtxDestroy` or [`from_raw`](GreenContext::from_raw).
    ///
    /// # Errors
    /// The green context itself, while something else holds it.
    pub fn into_raw(self: Arc<Self>) -> std::result::Result<CUgreenCtx, Arc<Self>> {
        let mut part = Arc::try_unwrap(self)?;
        Ok(std::mem::replace(&mut part.raw, std::ptr::null_mut()))
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUgreenCtx {
        self.raw
    }

    /// Gives the multiprocessors back, and returns the failure that `Drop` could only report. Does nothing while others hold it.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuGreenCtxDestroy")]
    pub fn close(self: Arc<Self>) -> Result<()> {
        Arc::into_inner(self).map_or(Ok(()), |mut context| context.release())
    }

    fn release(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made in `new` or given to `from_raw`, destroyed once: `raw` is null from now on. Its streams held a reference.
        self.context.release(|| unsafe { call!(&self.context, cuGreenCtxDestroy(raw)) })
    }
}

impl fmt::Debug for GreenContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} multiprocessors of {:?}", self.multiprocessors, self.context.device())
    }
}

impl Drop for GreenContext {
    fn drop(&mut self) {
        let released = self.release();
        report("destroying a green context", released);
    }
}

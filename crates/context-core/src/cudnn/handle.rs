//! Handles: cuDNN's state for one CUDA context, and the stream that it works on.

#![allow(unsafe_code)]

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use cuda_sys::driver::CUstream;
use cudnn_sys::cudnnHandle_t;

use super::{Error, Library, Result, call, check};
use crate::cuda::{self, Context, Stream, report::report};

/// cuDNN's state in one CUDA context. It keeps that context alive, and works on one stream at a time.
///
/// A handle may move to another thread, and is used by one thread at a time: what calls cuDNN borrows it exclusively.
///
/// ```compile_fail,E0596
/// fn share(handle: &context_core::cudnn::Handle, stream: &context_core::cuda::Stream) {
///     handle.set_stream(stream);
/// }
/// ```
/// ```
/// fn lend(handle: &mut context_core::cudnn::Handle, stream: &context_core::cuda::Stream) {
///     let _ = handle.set_stream(stream);
/// }
/// ```
///
/// Making one costs milliseconds and device memory: a program makes few, and lends them.
///
/// After a sticky failure of the context, every call is an error with the first cause, and what is dropped is left to the driver: no
/// call of cuDNN is made.
pub struct Handle {
    raw: cudnnHandle_t,
    library: Library,
    /// The stream that the handle was last set to; `None` where foreign code may have changed it.
    stream: Option<CUstream>,
    /// A number that no other handle has had.
    id: u64,
    /// How many calls of cuDNN were made.
    calls: u64,
    /// The device's name, once it was asked for.
    device_name: Option<Box<str>>,
    // Last: the handle goes before its context.
    context: Arc<Context>,
}

// SAFETY: cuDNN lets any thread use a handle, one at a time ("Thread Safety" in its developer guide), and every use is exclusive.
unsafe impl Send for Handle {}
// SAFETY: what takes it shared calls nothing.
unsafe impl Sync for Handle {}

impl Handle {
    /// Makes a handle in `context`, set to the context's legacy default stream, as cuDNN makes them.
    ///
    /// # Errors
    /// [`Error::Driver`] if `library` does not work through the driver of `context`; [`Error::Mixed`] if its parts are of several
    /// versions; [`Error::Call`], for example out of memory; [`Error::Cuda`] if the context is lost.
    #[doc(alias = "cudnnCreate")]
    pub fn new(context: &Arc<Context>, library: Library) -> Result<Handle> {
        library.check_driver(context.driver())?;
        context.check_usable()?;
        context.make_current()?;
        library.check_parts_once()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: `raw` outlives the call; the context is current, and of the driver that the library calls.
        let made = check(library.table(), "cudnnCreate", unsafe { library.table().cudnnCreate(&mut raw) });
        made.map_err(|error| {
            explain(context, error)
                .doing(|| format!("making a handle of {library} on {:?}", context.device()))
        })?;
        Ok(Handle::with_raw(context, library, raw, Some(std::ptr::null_mut())))
    }

    /// Takes ownership of a handle.
    ///
    /// # Safety
    /// - `raw` was made by `cudnnCreate` of `library` with `context` current, and nothing else will use or destroy it.
    /// - The functions of `library` call the driver of `context`.
    pub unsafe fn from_raw(context: &Arc<Context>, library: Library, raw: cudnnHandle_t) -> Handle {
        Handle::with_raw(context, library, raw, None)
    }

    fn with_raw(
        context: &Arc<Context>,
        library: Library,
        raw: cudnnHandle_t,
        stream: Option<CUstream>,
    ) -> Handle {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = NEXT.fetch_add(1, Relaxed);
        Handle { raw, library, stream, id, calls: 0, device_name: None, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the handle, with `cudnnDestroy` or [`from_raw`](Handle::from_raw).
    pub fn into_raw(mut self) -> cudnnHandle_t {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns cuDNN's handle, for calls that this crate does not have. Who sets another stream says so with
    /// [`forget_stream`](Handle::forget_stream).
    #[inline]
    pub fn as_raw(&self) -> cudnnHandle_t {
        self.raw
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    /// Returns the library.
    #[inline]
    pub fn library(&self) -> Library {
        self.library
    }

    /// Returns the CUDA context.
    #[inline]
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns how many calls of cuDNN were made through this handle so far.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// Returns the name of the device, which is asked for once.
    ///
    /// # Errors
    /// [`Error::Cuda`].
    #[doc(alias = "cuDeviceGetName")]
    pub fn device_name(&mut self) -> Result<&str> {
        if self.device_name.is_none() {
            self.device_name = Some(self.context.device().name()?.into());
        }
        Ok(self.device_name.as_deref().unwrap_or_default())
    }

    /// Makes later work of this handle go to `stream`. Makes no call if it does already.
    ///
    /// The handle does not keep the stream alive: whoever gives it work does so while the stream lives.
    ///
    /// # Errors
    /// [`Error::Shape`] if the stream belongs to another context; [`Error::Call`].
    #[doc(alias = "cudnnSetStream")]
    #[inline]
    pub fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        if self.stream == Some(stream.as_raw()) && Arc::ptr_eq(stream.context(), &self.context) {
            return Ok(());
        }
        self.change_stream(stream)
    }

    /// Tells whether `stream` is the one that was set last.
    #[inline]
    pub fn is_set_to(&self, stream: &Stream) -> bool {
        self.stream == Some(stream.as_raw())
    }

    #[inline(never)]
    fn change_stream(&mut self, stream: &Stream) -> Result<()> {
        if !Arc::ptr_eq(stream.context(), &self.context) {
            let detail = format!("{stream:?} is not of the {:?} that the handle was made in", self.context);
            return Err(Error::Shape { operation: "setting the stream of a cuDNN handle", detail });
        }
        // Unknown until the call has succeeded.
        self.stream = None;
        // SAFETY: the handle is live (Handle 1), and so is the stream (Stream 1).
        unsafe { call!(self, cudnnSetStream(stream.as_raw())) }?;
        self.stream = Some(stream.as_raw());
        Ok(())
    }

    /// Returns the driver's handle of the stream that work goes to, as cuDNN tells it. It may be of a stream that is gone.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnGetStream")]
    pub fn stream(&mut self) -> Result<CUstream> {
        let mut stream = std::ptr::null_mut();
        // SAFETY: the handle is live (Handle 1); `stream` outlives the call.
        unsafe { call!(self, cudnnGetStream(&mut stream)) }?;
        Ok(stream)
    }

    /// Takes note that foreign code may have set another stream: the next [`set_stream`](Handle::set_stream) makes its call.
    pub fn forget_stream(&mut self) {
        self.stream = None;
    }

    /// Destroys the handle, and returns the failure that `Drop` could only report. cuDNN waits for the device's work first.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        // Behind a sticky failure and in the child of a fork the driver must not be called, and cuDNN would.
        if raw.is_null() || self.context.check_usable().is_err() {
            return Ok(());
        }
        // At the process's end this is where it shows that the driver is gone; then cuDNN is not called.
        self.context.make_current()?;
        let table = self.library.table();
        // SAFETY: made in `new` or given to `from_raw`, destroyed once: `raw` is null from now on. Its context is current.
        check(table, "cudnnDestroy", unsafe { table.cudnnDestroy(raw) })
            .map_err(|error| explain(&self.context, error))
    }

    /// Gets ready for a call with this handle.
    #[inline]
    pub(super) fn enter(&mut self) -> Result<()> {
        self.context.check_usable()?;
        self.context.bind_in_scope()?;
        self.calls += 1;
        Ok(())
    }
}

/// Asks the driver about the context, where a failure may be of the device: a sticky one is taken note of, and told with the failure.
#[cold]
pub(super) fn explain(context: &Context, error: Error) -> Error {
    if !error.may_be_of_the_device() {
        return error;
    }
    let lost = match context.memory_info() {
        Err(lost) if lost.class() == crate::ErrorClass::ContextLost => Some(Box::new(lost)),
        _ => None,
    };
    match error {
        Error::Call { doing, function, status, message, .. } => {
            Error::Call { doing, function, status, message, cause: lost }
        }
        other => other,
    }
}

/// Reports what a destructor could not do, as the CUDA wrappers do.
pub(super) fn report_drop(doing: &'static str, result: Result<()>) {
    report(
        doing,
        result.map_err(|error| match error {
            Error::Cuda(error) => error,
            Error::Missing(missing) => cuda::Error::Missing(missing),
            Error::Call { ref doing, function, status, ref message, .. } => cuda::Error::Status {
                doing: doing.clone(),
                function,
                status: status.to_string(),
                number: status.as_raw().0,
                detail: message.clone(),
                class: error.class(),
            },
            other => cuda::Error::Unusable { library: "cuDNN".to_owned(), reason: other.to_string() },
        }),
    );
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "handle {:p} of cuDNN {} on {:?}", self.raw, self.library.version(), self.context.device())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report_drop("destroying a cuDNN handle", destroyed);
    }
}

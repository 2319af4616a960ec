//! Contexts: a process's state on one device, and scopes that bind one to a thread.

#![allow(unsafe_code)]

use std::{
    any::Any,
    cell::Cell,
    fmt,
    marker::PhantomData,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use cuda_sys::{CUresult, Driver, driver::CUcontext};

use super::{
    Device, Error, Result, call, driver_call,
    error::fail,
    fork::{Process, Started},
    report::report,
};
use crate::ErrorClass;

/// What is to be done with a context when its last owner is gone.
#[derive(Debug)]
enum Origin {
    /// Release it: it is the device's primary context, which every library in the process shares.
    Primary,
    /// Destroy it: it was made here.
    Own,
    /// Nothing but to drop the token of whoever owns it.
    Adopted(#[allow(dead_code, reason = "kept for its drop")] Box<dyn Any + Send + Sync>),
}

/// A context: all that a process has on one device lives in one.
///
/// Nothing here relies on which context happens to be current. A call that needs one binds this one first, which is one cheap driver
/// call; inside of [`enter`](Context::enter) it is bound once for all calls that name their object by a handle.
///
/// After a failure that the driver calls sticky, every call is [`Error::Lost`] with the first cause, and what is dropped frees
/// its host state without a driver call. In the child of a `fork`, every call is [`Error::Forked`].
pub struct Context {
    device: Device,
    raw: CUcontext,
    calls: AtomicU64,
    origin: Origin,
    started: &'static Started,
    lost: OnceLock<Arc<Error>>,
}

// SAFETY: a context handle may be used from any thread (driver API, "Context Management"); the rest is atomic or `Send`.
unsafe impl Send for Context {}
// SAFETY: as above, and `Sync`.
unsafe impl Sync for Context {}

thread_local! {
    /// The context of this thread's innermost scope, or 0.
    static INNERMOST: Cell<usize> = const { Cell::new(0) };
    /// The same while it is current as far as this crate has done; 0 outside of scopes, and after a call on another context.
    static BOUND: Cell<usize> = const { Cell::new(0) };
    /// How many scopes this thread is in.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
    /// Whether one of them was dropped before one inside of it.
    static SPOILED: Cell<bool> = const { Cell::new(false) };
}

/// Forgets the scopes of this thread, in the child of a fork.
pub(super) fn forget_scopes() {
    BOUND.set(0);
}

impl Context {
    /// Retains the primary context of `device`, which it shares with every library in the process.
    ///
    /// # Errors
    /// [`Error::Call`], for example out of memory; [`Error::Forked`].
    #[doc(alias = "cuDevicePrimaryCtxRetain")]
    pub fn primary(device: Device) -> Result<Arc<Context>> {
        let started = Started::of(device.driver())?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the device is valid; `raw` outlives the call.
        unsafe { driver_call!(device.driver(), cuDevicePrimaryCtxRetain(&mut raw, device.as_raw())) }
            .map_err(|error| error.doing(|| format!("opening {device:?}")))?;
        Ok(Context::new(device, raw, Origin::Primary, started))
    }

    /// Makes a context of one's own on `device`: its memory and errors are apart from those of the primary one. Few programs want it.
    ///
    /// # Errors
    /// [`Error::Call`]; [`Error::Missing`] with a driver newer than 12.9, which makes them by another call; [`Error::Forked`].
    #[doc(alias = "cuCtxCreate")]
    pub fn own(device: Device) -> Result<Arc<Context>> {
        let started = Started::of(device.driver())?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the device is valid; `raw` outlives the call; no flags.
        unsafe { driver_call!(device.driver(), cuCtxCreate_v2(&mut raw, 0, device.as_raw())) }
            .map_err(|error| error.doing(|| format!("making a context on {device:?}")))?;
        let context = Context::new(device, raw, Origin::Own, started);
        // Making one also pushes it; nothing here leaves a context current that the caller did not ask for.
        let mut popped = std::ptr::null_mut();
        // SAFETY: the context that was just made is on top of this thread's stack.
        unsafe { call!(&context, cuCtxPopCurrent_v2(&mut popped)) }?;
        Ok(context)
    }

    /// Takes ownership of a context that was made elsewhere, by `cuCtxCreate`: it is destroyed with its last object.
    ///
    /// # Errors
    /// [`Error::Forked`].
    ///
    /// # Safety
    /// - `raw` is a context of `device`, not its primary one, and nothing else will destroy it.
    pub unsafe fn from_raw(device: Device, raw: CUcontext) -> Result<Arc<Context>> {
        let started = Started::of(device.driver())?;
        Ok(Context::new(device, raw, Origin::Own, started))
    }

    /// Gives up ownership, if nothing else holds the context: the caller destroys it if it was made by [`own`](Context::own), and releases it if
    /// it is the [primary](Context::primary) one.
    ///
    /// # Errors
    /// The context itself, while something else holds it.
    pub fn into_raw(self: Arc<Context>) -> std::result::Result<CUcontext, Arc<Context>> {
        let mut context = Arc::try_unwrap(self)?;
        let kept = std::mem::replace(&mut context.origin, Origin::Adopted(Box::new(())));
        // What an adopted one was kept alive by goes only if the caller lets it.
        if let Origin::Adopted(owner) = kept {
            std::mem::forget(owner);
        }
        Ok(context.raw)
    }

    /// Takes another library's context into use. `owner` is dropped when the last object in it is gone, and keeps it alive
    /// until then: a clone of the library's own reference, for example.
    ///
    /// # Safety
    /// - `raw` is a context of `device`, and lives until `owner` is dropped.
    pub unsafe fn adopt(
        device: Device,
        raw: CUcontext,
        owner: impl Any + Send + Sync,
    ) -> Result<Arc<Context>> {
        let started = Started::of(device.driver())?;
        Ok(Context::new(device, raw, Origin::Adopted(Box::new(owner)), started))
    }

    fn new(device: Device, raw: CUcontext, origin: Origin, started: &'static Started) -> Arc<Context> {
        let (calls, lost) = (AtomicU64::new(0), OnceLock::new());
        Arc::new(Context { device, raw, calls, origin, started, lost })
    }

    /// Returns the device.
    pub fn device(&self) -> Device {
        self.device
    }

    /// Returns the driver.
    #[inline]
    pub fn driver(&self) -> Driver {
        self.device.driver()
    }

    fn process(&self) -> Process {
        self.started.process()
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUcontext {
        self.raw
    }

    /// Makes this context current on the calling thread, and leaves it so. Always one driver call.
    ///
    /// # Errors
    /// [`Error::Call`]; [`Error::Lost`]; [`Error::Forked`].
    #[doc(alias = "cuCtxSetCurrent")]
    #[inline]
    pub fn bind(&self) -> Result<()> {
        // Whether a scope has bound this one is not asked: the next call in it that needs to know binds again.
        BOUND.set(0);
        self.set_current().map_err(|error| *error)
    }

    /// As [`bind`](Context::bind), for what goes on in a scope as if it had not been called.
    #[inline]
    pub(crate) fn make_current(&self) -> Result<()> {
        self.bind_outside().map_err(|error| *error)
    }

    /// Makes this context current, with a result that fits a register.
    #[inline(always)]
    fn set_current(&self) -> Result<(), Box<Error>> {
        // A lost context is not asked about here: the driver refuses the call that follows, and `note` names the first cause.
        self.count_call();
        // SAFETY: the context is live until Drop (Context 1).
        match unsafe { self.started.set_current(self.raw) } {
            CUresult::CUDA_SUCCESS => Ok(()),
            code => Err(self.not_made_current(code)),
        }
    }

    #[cold]
    #[inline(never)]
    fn not_made_current(&self, code: CUresult) -> Box<Error> {
        if !self.process().is_current() {
            return self.why_unusable();
        }
        match self.driver().set_current_function() {
            Some(_) => fail(self, "cuCtxSetCurrent", code),
            // SAFETY: the context is live until Drop (Context 1).
            None => match unsafe { call!(self, cuCtxSetCurrent(self.raw)) } {
                Ok(()) => fail(self, "cuCtxSetCurrent", code),
                Err(missing) => Box::new(missing),
            },
        }
    }

    /// The same for the calls that bind outside of scopes, so that it is not in each of them.
    #[inline(never)]
    fn bind_outside(&self) -> Result<(), Box<Error>> {
        self.set_current()?;
        // Not before it has worked: in the child of a fork nothing is bound. Where no scope is, none remembers what is.
        if INNERMOST.get() != 0 {
            BOUND.set(if INNERMOST.get() == self.raw.addr() { self.raw.addr() } else { 0 });
        }
        Ok(())
    }

    /// Binds this context for a call that names its object by a handle: not at all in a scope that has bound it.
    ///
    /// Foreign code that leaves another context current inside of a scope makes such a call fail with the driver's error; it can
    /// not make it work on something else, since the handle says what it works on. Calls that take their context from the
    /// thread alone use [`bind`](Context::bind).
    #[inline]
    pub(crate) fn bind_in_scope(&self) -> Result<()> {
        if BOUND.get() == self.raw.addr() { Ok(()) } else { self.bind_outside().map_err(|error| *error) }
    }

    /// Refuses an object of a context of another driver, to which a handle of this one's is an arbitrary address.
    #[inline(always)]
    pub(crate) fn check_driver_of(&self, other: &Context, function: &'static str) -> Result<()> {
        if self.driver() == other.driver() { Ok(()) } else { Err(*self.other_driver(other, function)) }
    }

    #[cold]
    #[inline(never)]
    fn other_driver(&self, other: &Context, function: &'static str) -> Box<Error> {
        let doing = format!(
            "bringing together what is of the driver {:?} and of {:?}",
            self.driver(),
            other.driver()
        );
        Box::new(Error::Call { doing, function, code: CUresult::CUDA_ERROR_INVALID_CONTEXT })
    }

    /// Makes this context current on the calling thread until the scope is dropped, and then what was current before.
    ///
    /// Calls inside, on this context, bind nothing. Scopes may be nested, and other contexts used inside of one: their calls bind
    /// themselves, and the next call on this one binds it again.
    ///
    /// # Errors
    /// As [`bind`](Context::bind).
    #[doc(alias = "cuCtxPushCurrent")]
    pub fn enter(&self) -> Result<Scope<'_>> {
        if self.is_unusable() {
            return self.unusable();
        }
        // SAFETY: the context is live until Drop (Context 1), and the scope borrows it.
        unsafe { call!(self, cuCtxPushCurrent_v2(self.raw)) }?;
        let depth = DEPTH.get() + 1;
        DEPTH.set(depth);
        let outer = (INNERMOST.replace(self.raw.addr()), BOUND.replace(self.raw.addr()));
        Ok(Scope { context: self, depth, outer, not_send: PhantomData })
    }

    /// Returns the free and total bytes of the device's memory.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuMemGetInfo")]
    pub fn memory_info(&self) -> Result<(usize, usize)> {
        self.make_current()?;
        let (mut free, mut total) = (0, 0);
        // SAFETY: a context is current; both outlive the call.
        unsafe { call!(self, cuMemGetInfo_v2(&mut free, &mut total)) }?;
        Ok((free, total))
    }

    /// Returns the least and the greatest priority that a stream can have; the greater is the lower number.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuCtxGetStreamPriorityRange")]
    pub fn stream_priorities(&self) -> Result<(i32, i32)> {
        self.make_current()?;
        let (mut least, mut greatest) = (0, 0);
        // SAFETY: a context is current; both outlive the call.
        unsafe { call!(self, cuCtxGetStreamPriorityRange(&mut least, &mut greatest)) }?;
        Ok((least, greatest))
    }

    /// Blocks the calling thread until all work in this context has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuCtxSynchronize")]
    pub fn synchronize(&self) -> Result<()> {
        self.make_current()?;
        // SAFETY: a context is current.
        unsafe { call!(self, cuCtxSynchronize()) }
    }

    /// Returns how many driver calls were made through this context so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Relaxed)
    }

    /// Returns the failure that lost this context, if one did.
    pub fn loss(&self) -> Option<&Arc<Error>> {
        self.lost.get()
    }

    #[inline]
    pub(crate) fn count_call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    /// Tells whether no driver call must be made any more.
    #[inline]
    pub(crate) fn is_unusable(&self) -> bool {
        self.lost.get().is_some() || !self.process().is_current()
    }

    /// Refuses a context that no call must be made with any more.
    #[inline]
    #[cfg_attr(not(feature = "cudnn"), allow(dead_code, reason = "for libraries above the driver"))]
    pub(crate) fn check_usable(&self) -> Result<()> {
        if self.is_unusable() { self.unusable() } else { Ok(()) }
    }

    #[inline]
    fn unusable<T>(&self) -> Result<T> {
        Err(*self.why_unusable())
    }

    #[cold]
    #[inline(never)]
    fn why_unusable(&self) -> Box<Error> {
        Box::new(match self.lost.get() {
            Some(first) => Error::Lost(first.clone()),
            None => Error::Forked,
        })
    }

    /// Takes note of a failure: the first sticky one is kept, and every later one is told as its consequence.
    #[cold]
    pub(crate) fn note(&self, error: Error) -> Error {
        if error.class() != ErrorClass::ContextLost {
            return error;
        }
        let mut first_seen = false;
        let first = self.lost.get_or_init(|| {
            first_seen = true;
            Arc::new(error.clone())
        });
        if first_seen { error } else { Error::Lost(first.clone()) }
    }

    /// Frees something with a driver call, unless the driver has nothing to free any more or must not be called.
    pub(crate) fn release(&self, free: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is_unusable() {
            return Ok(());
        }
        self.make_current()?;
        free()
    }

    /// Gives the context back, and returns the failure that `Drop` could only report. Does nothing while others hold it.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn close(self: Arc<Context>) -> Result<()> {
        match Arc::into_inner(self) {
            Some(mut context) => context.give_back(),
            None => Ok(()),
        }
    }

    fn give_back(&mut self) -> Result<()> {
        let origin = std::mem::replace(&mut self.origin, Origin::Adopted(Box::new(())));
        if !self.process().is_current() {
            return Ok(());
        }
        match origin {
            // SAFETY: retained once in `primary`, released once here. Everything that lives in it held a reference. This is the
            // one call that a lost context takes: it is how the driver is told that nobody uses it any more.
            Origin::Primary => unsafe {
                driver_call!(self.driver(), cuDevicePrimaryCtxRelease_v2(self.device.as_raw()))
            },
            Origin::Own if self.lost.get().is_none() => {
                // SAFETY: made in `own`, destroyed once. Everything that lives in it held a reference.
                unsafe { driver_call!(self.driver(), cuCtxDestroy_v2(self.raw)) }
            }
            Origin::Own | Origin::Adopted(_) => Ok(()),
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.origin {
            Origin::Primary => "primary",
            Origin::Own => "own",
            Origin::Adopted(_) => "adopted",
        };
        write!(f, "{kind} context of {:?}", self.device)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let given_back = self.give_back();
        report("giving a context back", given_back);
    }
}

/// A context is current on this thread for as long as this lives. Made by [`Context::enter`]; it stays on its thread.
#[must_use = "the context is bound only as long as the scope lives"]
pub struct Scope<'a> {
    context: &'a Context,
    depth: usize,
    /// What `INNERMOST` and `BOUND` were.
    outer: (usize, usize),
    not_send: PhantomData<*const ()>,
}

impl Scope<'_> {
    /// Returns the context.
    pub fn context(&self) -> &Context {
        self.context
    }

    /// Ends the scope, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cuCtxPopCurrent")]
    pub fn close(self) -> Result<()> {
        let mut scope = std::mem::ManuallyDrop::new(self);
        scope.leave()
    }

    fn leave(&mut self) -> Result<()> {
        // Dropped out of order: what is on top of the driver's stack is another scope's. Pops still balance pushes, and nothing is
        // taken for bound until no scope is left.
        let spoiled = SPOILED.get() || DEPTH.get() != self.depth;
        let left = DEPTH.get() - 1;
        DEPTH.set(left);
        SPOILED.set(spoiled && left > 0);
        let (innermost, bound) = if spoiled { (0, 0) } else { self.outer };
        INNERMOST.set(innermost);
        BOUND.set(bound);
        if self.context.is_unusable() {
            return Ok(());
        }
        let mut popped = std::ptr::null_mut();
        // SAFETY: `enter` pushed once on this thread's stack, which is popped once here.
        unsafe { call!(self.context, cuCtxPopCurrent_v2(&mut popped)) }
    }
}

impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "scope of the {:?}", self.context)
    }
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let left = self.leave();
        report("leaving a scope", left);
    }
}

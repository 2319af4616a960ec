//! Forks: the driver does not survive one, and in the child no call of it may be made.

#![allow(unsafe_code)]

use std::{
    ptr,
    sync::{
        Once,
        atomic::{AtomicPtr, AtomicU32, Ordering::*},
    },
};

use cuda_sys::{CUresult, Driver, driver::CUcontext};

use super::{Error, Result, context::forget_scopes};

/// How many forks lie between the first process and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The process that an object was made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process(u32);

/// A driver that is in use, and the process in which it was first used. A driver that was started before a fork is dead behind it.
pub(crate) struct Started {
    driver: Driver,
    process: Process,
    /// `cuCtxSetCurrent`, or in the child of a fork a function that fails: whoever binds a context asks nothing else, as that is called before
    /// most other calls.
    set_current: AtomicPtr<()>,
    /// The one that was put into the list before it. What is in the list stays until the process ends.
    next: *const Started,
}

// SAFETY: `next` points at another one, which lives as long as the process and is shared alike; the rest is `Send` and `Sync`.
unsafe impl Send for Started {}
// SAFETY: as above.
unsafe impl Sync for Started {}

/// The drivers in use. Without a lock, which a child might find held for ever by a thread that is no more.
static STARTED: AtomicPtr<Started> = AtomicPtr::new(ptr::null_mut());

/// `cuCtxSetCurrent`.
type SetCurrent = unsafe extern "C" fn(CUcontext) -> CUresult;

/// Stands for `cuCtxSetCurrent` where it must not be called, or is not there.
unsafe extern "C" fn refuse(_context: CUcontext) -> CUresult {
    CUresult::CUDA_ERROR_NOT_INITIALIZED
}

extern "C" fn in_the_child() {
    GENERATION.fetch_add(1, Relaxed);
    forget_scopes();
    for started in all() {
        started.set_current.store(refuse as SetCurrent as *mut (), Release);
    }
}

/// Lists the drivers in use.
fn all() -> impl Iterator<Item = &'static Started> {
    // SAFETY: null, or a pointer that `Started::of` has put there, to what lives as long as the process.
    let first = unsafe { STARTED.load(Acquire).as_ref() };
    // SAFETY: as above.
    std::iter::successors(first, |started| unsafe { started.next.as_ref() })
}

impl Process {
    fn current() -> Process {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| {
            // SAFETY: the handler is a function without arguments that touches atomics and a thread-local without a destructor.
            let failed = unsafe { libc::pthread_atfork(None, None, Some(in_the_child)) };
            if failed != 0 {
                tracing::warn!(failed, "forks cannot be watched for");
            }
        });
        Process(GENERATION.load(Relaxed))
    }

    /// Tells whether this is the process that runs.
    #[inline]
    pub(crate) fn is_current(self) -> bool {
        self.0 == GENERATION.load(Relaxed)
    }
}

impl Started {
    /// Finds a driver among those in use, or adds it.
    ///
    /// # Errors
    /// [`Error::Forked`] if it was started before a fork.
    pub(crate) fn of(driver: Driver) -> Result<&'static Started> {
        let process = Process::current();
        match all().find(|started| started.driver == driver) {
            Some(started) if started.process == process => return Ok(started),
            Some(_) => return Err(Error::Forked),
            None => {}
        }
        let function = driver.set_current_function().unwrap_or(refuse);
        // Another thread may add the driver as well, which does no harm.
        let new = Box::leak(Box::new(Started {
            driver,
            process,
            set_current: AtomicPtr::new(function as *mut ()),
            next: STARTED.load(Relaxed),
        }));
        while let Err(other) = STARTED.compare_exchange(new.next.cast_mut(), new, Release, Relaxed) {
            new.next = other;
        }
        Ok(new)
    }

    /// Returns the process in which it was started.
    #[inline]
    pub(crate) fn process(&self) -> Process {
        self.process
    }

    /// Makes a context current on this thread; fails in the child of a fork, without the driver.
    ///
    /// # Safety
    /// As the driver asks of `cuCtxSetCurrent`.
    #[inline(always)]
    pub(crate) unsafe fn set_current(&self, context: CUcontext) -> CUresult {
        // SAFETY: the pointer was made of a function of this type, here, in `of` or `in_the_child`.
        let function = unsafe { std::mem::transmute::<*mut (), SetCurrent>(self.set_current.load(Relaxed)) };
        // SAFETY: the caller vouches for it.
        unsafe { function(context) }
    }
}

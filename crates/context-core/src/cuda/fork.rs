//! Forks: the driver does not survive one, and in the child no call of it may be made.

#![allow(unsafe_code)]

use std::sync::{
    Mutex, Once, PoisonError,
    atomic::{AtomicU32, Ordering::Relaxed},
};

use cuda_sys::Driver;

use super::{Error, Result, context::forget_scopes};

/// How many forks lie between the first process and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// The process that an object was made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Process(u32);

/// The process in which each driver was first used. A driver that was started before a fork is dead behind it.
static STARTED: Mutex<Vec<(Driver, Process)>> = Mutex::new(Vec::new());

extern "C" fn in_the_child() {
    GENERATION.fetch_add(1, Relaxed);
    forget_scopes();
}

impl Process {
    fn current() -> Process {
        static WATCH: Once = Once::new();
        WATCH.call_once(|| {
            // SAFETY: the handler is a function without arguments that touches an atomic and a thread-local without a destructor.
            let failed = unsafe { libc::pthread_atfork(None, None, Some(in_the_child)) };
            if failed != 0 {
                tracing::warn!(failed, "forks cannot be watched for");
            }
        });
        Process(GENERATION.load(Relaxed))
    }

    /// Returns this process, as the one in which `driver` was started.
    ///
    /// # Errors
    /// [`Error::Forked`] if it was started before a fork.
    pub(crate) fn of_driver(driver: Driver) -> Result<Process> {
        let current = Process::current();
        // In a child the lock may be held for ever by a thread that is no more.
        let mut started = match STARTED.try_lock() {
            Ok(started) => started,
            Err(_) if current.0 > 0 => return Err(Error::Forked),
            Err(_) => STARTED.lock().unwrap_or_else(PoisonError::into_inner),
        };
        match started.iter().find(|(other, _)| *other == driver) {
            Some((_, process)) if *process == current => Ok(current),
            Some(_) => Err(Error::Forked),
            None => {
                started.push((driver, current));
                Ok(current)
            }
        }
    }

    /// Tells whether this is the process that runs.
    #[inline]
    pub(crate) fn is_current(self) -> bool {
        self.0 == GENERATION.load(Relaxed)
    }
}

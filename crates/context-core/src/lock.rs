//! A lock for what threads share for some microseconds at a time: who finds it held sleeps, as with the standard library's.
//!
//! Locking is one exchange and unlocking another: there is no poison to be looked for, since a panic leaves nothing half done that the next one
//! could not go on with. The standard library's mutex has the same three states and takes six times the instructions for its poison, which nobody here asks about.

#![allow(unsafe_code)]

use std::{
    fmt,
    marker::PhantomData,
    ops::{Deref, DerefMut},
    sync::{PoisonError, atomic::Ordering::*},
};

use crate::sync::{AtomicU8, Condvar, Mutex, UnsafeCell, lock};

const FREE: u8 = 0;
const HELD: u8 = 1;
/// Held, and somebody may sleep until it is free.
const WANTED: u8 = 2;

/// How often a thread looks again before it sleeps.
const TURNS: u32 = if cfg!(loom) { 0 } else { 100 };

/// A value that one thread at a time may touch.
pub(crate) struct Lock<T> {
    state: AtomicU8,
    value: UnsafeCell<T>,
    /// Held by who is about to sleep, from before it says so, and by who is to wake somebody.
    sleepers: Mutex<()>,
    woken: Condvar,
}

// SAFETY: `lock` and `try_lock` lend the value to one thread at a time, to which it may have moved.
unsafe impl<T: Send> Sync for Lock<T> {}

/// The loan of a lock's value. Shared between threads, it would share the value.
pub(crate) struct Locked<'a, T>(&'a Lock<T>, PhantomData<&'a mut T>);

impl<T> Lock<T> {
    pub(crate) fn new(value: T) -> Lock<T> {
        Lock {
            state: AtomicU8::new(FREE),
            value: UnsafeCell::new(value),
            sleepers: Mutex::new(()),
            woken: Condvar::new(),
        }
    }

    #[inline(always)]
    pub(crate) fn lock(&self) -> Locked<'_, T> {
        if !self.take() {
            self.lock_late();
        }
        Locked(self, PhantomData)
    }

    /// Locks, unless another thread has.
    #[inline(always)]
    pub(crate) fn try_lock(&self) -> Option<Locked<'_, T>> {
        self.take().then(|| Locked(self, PhantomData))
    }

    #[inline(always)]
    fn take(&self) -> bool {
        self.state.compare_exchange(FREE, HELD, Acquire, Relaxed).is_ok()
    }

    /// Locks after another thread.
    #[cold]
    #[inline(never)]
    fn lock_late(&self) {
        for _ in 0..TURNS {
            if self.state.load(Relaxed) == FREE && self.take() {
                return;
            }
            std::hint::spin_loop();
        }
        let mut sleepers = lock(&self.sleepers);
        // Who unlocks behind this exchange wakes somebody, once this thread sleeps. That nobody else may wait costs one call in vain.
        while self.state.swap(WANTED, Acquire) != FREE {
            sleepers = self.woken.wait(sleepers).unwrap_or_else(PoisonError::into_inner);
        }
    }

    #[cold]
    #[inline(never)]
    fn wake(&self) {
        drop(lock(&self.sleepers));
        self.woken.notify_one();
    }
}

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this loan is the only one until it is dropped.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Locked<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this loan is the only one until it is dropped.
        unsafe { &mut *self.0.value.get_for_change() }
    }
}

impl<T> Drop for Locked<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if self.0.state.swap(FREE, Release) == WANTED {
            self.0.wake();
        }
    }
}

impl<T> fmt::Debug for Lock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.state.load(Relaxed) == FREE { "Lock" } else { "Lock(held)" })
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    #[test]
    fn one_thread_at_a_time_has_the_value_and_nobody_sleeps_for_ever() {
        let (value, rounds) = (Lock::new(0_u64), if cfg!(miri) { 50 } else { 20_000 });
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for round in 0..rounds {
                        let mut value = value.lock();
                        *value += 1;
                        if round % 64 == 0 {
                            // So that others sleep meanwhile.
                            std::thread::yield_now();
                        }
                    }
                });
            }
        });

        assert_eq!(*value.lock(), 4 * rounds);
    }

    #[test]
    fn who_sleeps_is_woken() {
        let value = Lock::new(0);
        std::thread::scope(|scope| {
            let mut held = value.lock();
            scope.spawn(|| *value.lock() += 1);
            while value.state.load(Relaxed) != WANTED {
                std::thread::yield_now();
            }
            assert!(value.try_lock().is_none());
            *held += 10;
        });

        assert_eq!(*value.lock(), 11);
    }

    #[test]
    fn a_thread_that_panics_gives_the_value_back() {
        let value = Lock::new(1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = value.lock();
            panic!("on purpose");
        }));

        assert!(panicked.is_err());
        assert_eq!(value.try_lock().map(|value| *value), Some(1));
    }
}

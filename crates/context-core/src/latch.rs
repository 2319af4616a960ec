//! A lock for sections of a few dozen instructions that are hardly ever contended.
//!
//! One exchange locks it, one store unlocks it. Who finds it held turns for a moment, then lets other threads run, then sleeps: it
//! never waits for long, since no section makes a call out of this crate.

#![allow(unsafe_code)]

use std::{
    fmt,
    marker::PhantomData,
    ops::{Deref, DerefMut},
    sync::atomic::Ordering::*,
};

use crate::sync::{AtomicBool, UnsafeCell, yield_now};

/// A value that one thread at a time may touch. It is for what is hardly ever contended, such as what belongs to a stream, whose owner
/// alone gives it work: locking and unlocking are an instruction each. A panic leaves it unlocked.
pub struct Latch<T> {
    held: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `lock` lends the value to one thread at a time, to which it may have moved.
unsafe impl<T: Send> Sync for Latch<T> {}

/// The loan of a latch's value. Shared between threads, it would share the value.
pub struct Held<'a, T>(&'a Latch<T>, PhantomData<&'a mut T>);

impl<T> Latch<T> {
    /// Makes one that is not locked.
    pub fn new(value: T) -> Latch<T> {
        Latch { held: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// Locks. Who finds it locked turns, and sleeps for a moment at a time if that lasts.
    #[inline(always)]
    pub fn lock(&self) -> Held<'_, T> {
        if !self.take() {
            self.lock_late();
        }
        Held(self, PhantomData)
    }

    /// Locks, unless another thread has.
    #[inline(always)]
    pub(crate) fn try_lock(&self) -> Option<Held<'_, T>> {
        self.take().then(|| Held(self, PhantomData))
    }

    /// Locks, unless it is locked.
    #[inline(always)]
    fn take(&self) -> bool {
        if cfg!(loom) {
            // The same, and to loom nothing that is stored by a thread that only waits: it would follow such threads without end.
            self.held.compare_exchange(false, true, Acquire, Relaxed).is_ok()
        } else {
            !self.held.swap(true, Acquire)
        }
    }

    /// Lends the value to who has the latch to itself.
    #[inline(always)]
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Locks after another thread.
    #[cold]
    #[inline(never)]
    fn lock_late(&self) {
        let mut tries = 0_u32;
        loop {
            // To loom, a load may see for ever what was there before.
            while !cfg!(loom) && self.held.load(Relaxed) {
                tries += 1;
                pause(tries);
            }
            if self.take() {
                return;
            }
            if cfg!(loom) {
                yield_now();
            }
        }
    }
}

fn pause(tries: u32) {
    match tries {
        0..64 => std::hint::spin_loop(),
        64..256 => yield_now(),
        // Whoever holds it was taken off its processor, perhaps by this thread's own priority.
        _ => std::thread::sleep(std::time::Duration::from_micros(50)),
    }
}

impl<T: Default> Default for Latch<T> {
    fn default() -> Latch<T> {
        Latch::new(T::default())
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this loan is the only one until it is dropped.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Held<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this loan is the only one until it is dropped.
        unsafe { &mut *self.0.value.get_for_change() }
    }
}

impl<T> Drop for Held<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.held.store(false, Release);
    }
}

impl<T> fmt::Debug for Held<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Held")
    }
}

impl<T> fmt::Debug for Latch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.held.load(Relaxed) { "Latch(held)" } else { "Latch" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thread_at_a_time_has_the_value() {
        let (latch, rounds) = (Latch::new(0_u64), if cfg!(miri) { 50 } else { 20_000 });
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        *latch.lock() += 1;
                    }
                });
            }
        });

        assert_eq!(*latch.lock(), 4 * rounds);
    }

    #[test]
    fn a_thread_that_panics_gives_the_value_back() {
        let latch = Latch::new(1);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _held = latch.lock();
            panic!("on purpose");
        }));

        assert!(panicked.is_err());
        assert_eq!(*latch.lock(), 1);
    }
}

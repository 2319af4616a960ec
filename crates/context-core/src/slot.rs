//! A place for one spare object, which threads take and put back without a lock.

#![allow(unsafe_code)]

use std::{fmt, mem::MaybeUninit, sync::atomic::Ordering::*};

use crate::sync::{AtomicU8, UnsafeCell};

const EMPTY: u8 = 0;
/// One thread is moving the object in or out.
const BUSY: u8 = 1;
const FULL: u8 = 2;

/// At most one object. Nobody ever waits: who finds the place not as needed goes without it.
pub(crate) struct Slot<T> {
    state: AtomicU8,
    /// Initialised while `state` is `FULL`; touched by whoever made `state` `BUSY`, and by nobody else.
    value: UnsafeCell<MaybeUninit<T>>,
}

// SAFETY: the object moves between threads, one of which touches it at a time; no two ever have a reference to it.
unsafe impl<T: Send> Sync for Slot<T> {}

impl<T> Default for Slot<T> {
    fn default() -> Slot<T> {
        Slot { state: AtomicU8::new(EMPTY), value: UnsafeCell::new(MaybeUninit::uninit()) }
    }
}

impl<T> Slot<T> {
    /// Takes the object out.
    #[inline]
    pub(crate) fn take(&self) -> Option<T> {
        if self.state.compare_exchange(FULL, BUSY, Acquire, Relaxed).is_err() {
            return None;
        }
        // SAFETY: it was `FULL`, and this thread alone made it `BUSY`; nobody reads it again, since it becomes `EMPTY`.
        let value = unsafe { (*self.value.get()).assume_init_read() };
        self.state.store(EMPTY, Release);
        Some(value)
    }

    /// Puts an object in, or returns it if the place is taken.
    #[inline]
    pub(crate) fn put(&self, value: T) -> Result<(), T> {
        if self.state.compare_exchange(EMPTY, BUSY, Acquire, Relaxed).is_err() {
            return Err(value);
        }
        // SAFETY: this thread alone made it `BUSY`, and there was nothing that writing over would leak.
        unsafe { (*self.value.get_for_change()).write(value) };
        self.state.store(FULL, Release);
        Ok(())
    }
}

impl<T> fmt::Debug for Slot<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.state.load(Relaxed) == FULL { "Slot(full)" } else { "Slot(empty)" })
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        drop(self.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize},
    };

    #[test]
    fn a_slot_holds_one_object_and_drops_it_at_last() {
        let (slot, object) = (Slot::default(), Arc::new(()));
        assert!(slot.take().is_none());
        slot.put(object.clone()).unwrap();
        assert!(slot.put(object.clone()).is_err());
        assert!(slot.take().is_some_and(|taken| Arc::ptr_eq(&taken, &object)));
        slot.put(object.clone()).unwrap();
        assert_eq!(Arc::strong_count(&object), 2);
        drop(slot);
        assert_eq!(Arc::strong_count(&object), 1);
    }

    #[test]
    fn two_threads_never_have_the_object_at_once() {
        let (slot, taken) = (Slot::default(), AtomicUsize::new(0));
        slot.put(Box::new(AtomicBool::new(false))).unwrap();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..if cfg!(miri) { 50 } else { 5000 } {
                        let Some(object) = slot.take() else { continue };
                        assert!(!object.swap(true, Relaxed));
                        taken.fetch_add(1, Relaxed);
                        object.store(false, Relaxed);
                        slot.put(object).unwrap();
                    }
                });
            }
        });
        assert!(taken.into_inner() > 0);
        assert!(slot.take().is_some());
    }
}

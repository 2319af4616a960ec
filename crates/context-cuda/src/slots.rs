//! A table by small numbers, from which a value is had in three instructions.

#![allow(unsafe_code)]

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicPtr, Ordering::*},
    },
};

/// Values by numbers. It grows without moving what is in it: behind the first places, page `p` has `FIRST << p`.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    /// Most programs need no more.
    first: [Place<T>; FIRST],
    pages: [OnceLock<Box<[Place<T>]>>; PAGES],
}

/// The places that are there from the start.
const FIRST: usize = 32;

/// With as many pages, the table has a place for each number that a process can count to.
const PAGES: usize = 48;

/// A value that is kept until the place is dropped, once there is one. It owns what its pointer points to.
struct Place<T>(AtomicPtr<T>);

// SAFETY: any thread may keep a value, which another one drops, and any thread is lent it.
unsafe impl<T: Send + Sync> Sync for Place<T> {}
// SAFETY: it owns its value.
unsafe impl<T: Send> Send for Place<T> {}

impl<T> Place<T> {
    const fn new() -> Place<T> {
        Place(AtomicPtr::new(std::ptr::null_mut()))
    }

    #[inline(always)]
    fn get(&self) -> Option<&T> {
        // SAFETY: null, or from `Box::into_raw` in `keep`, written once and freed by Drop only.
        unsafe { self.0.load(Acquire).as_ref() }
    }

    /// Keeps `value`, unless there is one already, and returns the one that is kept.
    fn keep(&self, value: T) -> &T {
        let new = Box::into_raw(Box::new(value));
        if self.0.compare_exchange(std::ptr::null_mut(), new, AcqRel, Acquire).is_err() {
            // SAFETY: from `Box::into_raw` above, and nobody else has seen it.
            drop(unsafe { Box::from_raw(new) });
        }
        self.get().expect("either this call has kept a value, or one before it")
    }
}

impl<T> fmt::Debug for Place<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.get().is_some() { "Place" } else { "Place(empty)" })
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        let kept = *self.0.get_mut();
        if !kept.is_null() {
            // SAFETY: from `Box::into_raw` in `keep`; nobody borrows the place, nor what is in it, any more.
            drop(unsafe { Box::from_raw(kept) });
        }
    }
}

impl<T> Default for Slots<T> {
    fn default() -> Slots<T> {
        Slots { first: [const { Place::new() }; FIRST], pages: [const { OnceLock::new() }; PAGES] }
    }
}

impl<T> Slots<T> {
    /// Returns the value at `number`, if there is one.
    #[inline(always)]
    pub(crate) fn get(&self, number: usize) -> Option<&T> {
        self.place(number).get()
    }

    /// Keeps `value` at `number`, unless there is one already, and returns the one that is kept.
    pub(crate) fn keep(&self, number: usize, value: T) -> &T {
        self.place(number).keep(value)
    }

    #[inline(always)]
    fn place(&self, number: usize) -> &Place<T> {
        match self.first.get(number) {
            Some(place) => place,
            None => self.further(number - FIRST),
        }
    }

    #[cold]
    #[inline(never)]
    fn further(&self, number: usize) -> &Place<T> {
        let page = (number / FIRST + 1).ilog2() as usize;
        let places = FIRST << page;
        let entries = self.pages[page].get_or_init(|| (0..places).map(|_| Place::new()).collect());
        &entries[number + FIRST - places]
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        let slots = Slots::<usize>::default();
        for number in 0..1000 {
            assert!(slots.get(number).is_none());
            slots.keep(number, number);
        }
        assert!((0..1000).all(|number| slots.get(number) == Some(&number)));
    }

    #[test]
    fn the_first_value_stays_and_each_is_dropped_once() {
        let counted = Arc::new(());
        let slots = Slots::default();

        let kept = slots.keep(3, (1, counted.clone())).0;
        let again = slots.keep(3, (2, counted.clone())).0;

        assert_eq!((kept, again), (1, 1));
        assert_eq!(Arc::strong_count(&counted), 2, "the second one is dropped at once");
        drop(slots);
        assert_eq!(Arc::strong_count(&counted), 1);
    }

    #[test]
    fn threads_that_keep_at_once_get_the_same_value() {
        let slots = Slots::default();
        let kept: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|thread| {
                    scope.spawn({
                        let slots = &slots;
                        move || *slots.keep(40, thread)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });

        assert!(kept.iter().all(|value| *value == kept[0]));
    }
}

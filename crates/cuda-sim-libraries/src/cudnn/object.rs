//! Objects that C holds by an opaque pointer.
//!
//! A pointer is only a number that a table knows. No number is given twice and none is a valid address, so that what was destroyed, or was
//! never made, is found out, and not followed.

use crate::cudnn::failure::{Outcome, bad_param};
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What can be held by C.
pub(crate) trait Object: Clone + Send + 'static {
    /// What messages call it.
    const NAME: &'static str;

    fn table() -> &'static Table<Self>;
}

/// Declares the table of a type of objects.
macro_rules! object {
    ($type:ty, $name:literal) => {
        impl $crate::cudnn::object::Object for $type {
            const NAME: &'static str = $name;

            fn table() -> &'static $crate::cudnn::object::Table<Self> {
                static TABLE: $crate::cudnn::object::Table<$type> = $crate::cudnn::object::Table::new();
                &TABLE
            }
        }
    };
}
pub(crate) use object;

/// The objects of a type that are alive.
pub(crate) struct Table<T> {
    live: Mutex<BTreeMap<usize, T>>,
}

impl<T> Table<T> {
    pub(crate) const fn new() -> Self {
        Self { live: Mutex::new(BTreeMap::new()) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<usize, T>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The next number. Addresses with these upper bits are no addresses on any machine that has 57 bits of them.
static NEXT: AtomicUsize = AtomicUsize::new(0x0dd0_0000_0000_0010);

/// A pointer from C, not yet looked up.
pub(crate) struct Ref<T> {
    raw: usize,
    kind: PhantomData<T>,
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<T> {}

impl<T: Object> Ref<T> {
    pub(crate) fn new(raw: usize) -> Self {
        Self { raw, kind: PhantomData }
    }

    pub(crate) fn raw(self) -> usize {
        self.raw
    }

    pub(crate) fn is_null(self) -> bool {
        self.raw == 0
    }

    /// Makes an object and returns its pointer.
    pub(crate) fn create(value: T) -> usize {
        let raw = NEXT.fetch_add(16, Ordering::Relaxed);
        T::table().lock().insert(raw, value);
        raw
    }

    fn unknown(self) -> String {
        match self.raw {
            0 => format!("the {} is null", T::NAME),
            raw => format!("{raw:#x} is no {}, or was destroyed", T::NAME),
        }
    }

    /// Returns what the object is now.
    pub(crate) fn get(self) -> Outcome<T> {
        T::table().lock().get(&self.raw).cloned().ok_or_else(|| bad_param(self.unknown()))
    }

    /// Returns what the object is now, or `None` for a null pointer.
    pub(crate) fn get_if_any(self) -> Outcome<Option<T>> {
        if self.is_null() { Ok(None) } else { self.get().map(Some) }
    }

    /// Changes the object.
    pub(crate) fn set(self, value: T) -> Outcome {
        let mut live = T::table().lock();
        let place = live.get_mut(&self.raw).ok_or_else(|| bad_param(self.unknown()))?;
        *place = value;
        Ok(())
    }

    /// Changes a part of the object.
    pub(crate) fn update(self, change: impl FnOnce(&mut T)) -> Outcome {
        let mut live = T::table().lock();
        live.get_mut(&self.raw).map(change).ok_or_else(|| bad_param(self.unknown()))
    }

    /// Destroys the object and returns what it was.
    pub(crate) fn destroy(self) -> Outcome<T> {
        T::table().lock().remove(&self.raw).ok_or_else(|| bad_param(self.unknown()))
    }

    /// Destroys the object, where C may also pass a null pointer.
    pub(crate) fn destroy_if_any(self) -> Outcome {
        if self.is_null() { Ok(()) } else { self.destroy().map(drop) }
    }
}

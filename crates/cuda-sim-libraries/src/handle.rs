//! Handles: names for what a library keeps, which are never valid by accident.
//!
//! A handle is a number that was never one before, in a range that is no address of the process: one that is stale, or of another
//! library, is found out, and never read through.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

/// What the handles of one kind stand for. `C` is the type that C's handles point to.
pub(crate) struct Handles<C, T> {
    kept: LazyLock<RwLock<HashMap<u64, Arc<T>>>>,
    c_type: PhantomData<fn() -> C>,
}

/// The last number that was given out, for all kinds: so none is valid for two.
static LAST: AtomicU64 = AtomicU64::new(0);

/// Addresses of a process have sixteen zero bits at the top.
const TAG: u64 = 0x5157 << 48;

impl<C, T> Handles<C, T> {
    pub(crate) const fn new() -> Self {
        Self { kept: LazyLock::new(RwLock::default), c_type: PhantomData }
    }

    /// Keeps `value`, and gives it a handle.
    pub(crate) fn insert(&self, value: T) -> *mut C {
        let number = TAG | (LAST.fetch_add(1, Ordering::Relaxed) + 1) << 4;
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.insert(number, Arc::new(value));
        number as usize as *mut C
    }

    /// Returns what `handle` stands for.
    pub(crate) fn get(&self, handle: *mut C) -> Option<Arc<T>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.get(&(handle as usize as u64)).cloned()
    }

    /// Forgets `handle`, and returns what it stood for.
    pub(crate) fn remove(&self, handle: *mut C) -> Option<Arc<T>> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner).remove(&(handle as usize as u64))
    }
}

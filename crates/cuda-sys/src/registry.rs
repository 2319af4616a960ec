//! What is kept until the process ends, without a lock.
#![allow(unsafe_code)]

use crate::table::{Loaded, Table};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::{fmt, ptr};

/// The tables of one kind that were loaded from files, so that a file is loaded once.
///
/// There is no lock: a process that forks while another thread loads a library must not leave its child with one that nobody
/// will ever open. Entries are only added, and live until the process ends.
///
/// The first table is a part of it, and so of the program's own memory: most programs load one, and a table has room for hundreds of functions,
/// which would have to be cleared.
pub struct Registry<T: 'static> {
    first: Loaded<T>,
    is_first_free: AtomicBool,
    system: AtomicPtr<Loaded<T>>,
    files: AtomicPtr<File<T>>,
}

/// An entry of a [`Registry`].
struct File<T: 'static> {
    /// The address of the required function, which no other file has.
    identity: usize,
    loaded: &'static Loaded<T>,
    next: *mut File<T>,
}

impl<T> Registry<T> {
    /// Makes an empty registry, whose first table is `first`.
    pub const fn new(first: T) -> Self {
        Self {
            first: Loaded::new(first),
            is_first_free: AtomicBool::new(true),
            system: AtomicPtr::new(ptr::null_mut()),
            files: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// Returns the table that a search found.
    pub(crate) fn system(&self) -> Option<&'static Loaded<T>> {
        // SAFETY: the pointer is null or that of a table that was leaked, and never written again.
        unsafe { self.system.load(Ordering::Acquire).as_ref() }
    }

    /// Keeps what a search found, unless another thread was faster; returns the one that is kept.
    pub(crate) fn keep_system(&self, loaded: &'static Loaded<T>) -> &'static Loaded<T> {
        let new = ptr::from_ref(loaded).cast_mut();
        // An error means that another thread was faster.
        let _ = self.system.compare_exchange(ptr::null_mut(), new, Ordering::AcqRel, Ordering::Acquire);
        self.system().unwrap_or(loaded)
    }

    /// Returns the table whose required function is at the address `identity`.
    pub(crate) fn find(&self, identity: usize) -> Option<&'static Loaded<T>> {
        Self::find_from(self.files.load(Ordering::Acquire), identity)
    }

    fn find_from(mut at: *mut File<T>, identity: usize) -> Option<&'static Loaded<T>> {
        // SAFETY: each pointer of the list is null or that of an entry that was leaked, and never written again.
        while let Some(file) = unsafe { at.as_ref() } {
            if file.identity == identity {
                return Some(file.loaded);
            }
            at = file.next;
        }
        None
    }

    /// Keeps `loaded`, unless another thread has kept a table of the same file meanwhile; returns the one that is kept.
    pub(crate) fn keep(&self, identity: usize, loaded: &'static Loaded<T>) -> &'static Loaded<T> {
        let new = Box::leak(Box::new(File { identity, loaded, next: self.files.load(Ordering::Acquire) }));
        loop {
            if let Some(kept) = Self::find_from(new.next, identity) {
                // What was made in vain stays: it is small, and this happens once.
                return kept;
            }
            match self.files.compare_exchange(new.next, new, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return loaded,
                Err(now) => new.next = now,
            }
        }
    }
}

impl<T: Table> Registry<T> {
    /// Returns a table that nobody else has.
    pub(crate) fn blank(&'static self) -> &'static Loaded<T> {
        match self.is_first_free.swap(false, Ordering::Relaxed) {
            true => &self.first,
            false => Box::leak(Box::new(Loaded::new(T::new()))),
        }
    }
}

impl<T> fmt::Debug for Registry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registry")
    }
}

/// A value that is made when it is first asked for, without a lock: see [`Registry`].
pub(crate) struct Late<T: Send + Sync>(AtomicPtr<T>);

impl<T: Send + Sync> Late<T> {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// Returns the value, if it was made.
    pub(crate) fn get(&self) -> Option<&T> {
        // SAFETY: the pointer is null or that of a value that is kept as long as this, and never written again.
        unsafe { self.0.load(Ordering::Acquire).as_ref() }
    }

    /// Returns the value, made now if it was not yet.
    pub(crate) fn get_or_make(&self, make: impl FnOnce() -> T) -> &T {
        if let Some(known) = self.get() {
            return known;
        }
        let made = Box::into_raw(Box::new(make()));
        let known = match self.0.compare_exchange(ptr::null_mut(), made, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => made,
            Err(other) => {
                // SAFETY: made above, and given to nobody: another thread was faster.
                drop(unsafe { Box::from_raw(made) });
                other
            }
        };
        // SAFETY: the pointer is that of a value that is kept as long as this, and never written again.
        unsafe { &*known }
    }
}

impl<T: Send + Sync + fmt::Debug> fmt::Debug for Late<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl<T: Send + Sync> Drop for Late<T> {
    fn drop(&mut self) {
        let made = *self.0.get_mut();
        if !made.is_null() {
            // SAFETY: made by `Box::into_raw`, and nobody has a reference any more.
            drop(unsafe { Box::from_raw(made) });
        }
    }
}

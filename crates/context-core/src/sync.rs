//! What threads share: the standard library's types, or loom's where its model checker tries every order of threads (`--cfg loom`).
//!
//! Used by what is shared without the borrow checker's help: [`latch`](crate::latch), [`slot`](crate::slot), [`gate`](crate::gate),
//! [`lock`](crate::lock), [`completion`](crate::completion) and the pool.

#![allow(unsafe_code)]

#[cfg(loom)]
pub(crate) use loom::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU8, AtomicU32},
    },
    thread::{self, ThreadId, yield_now},
};
#[cfg(not(loom))]
pub(crate) use std::{
    sync::{
        Condvar, Mutex,
        atomic::{AtomicBool, AtomicU8, AtomicU32},
    },
    thread::{self, ThreadId, yield_now},
};

#[cfg(not(loom))]
pub(crate) use crate::clock::lock;

/// Locks, as [`clock::lock`](crate::clock::lock) does.
#[cfg(loom)]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// A value that several threads may reach. loom sees who does, and that it is never two without an order between them.
#[derive(Debug)]
pub(crate) struct UnsafeCell<T>(
    #[cfg(loom)] loom::cell::UnsafeCell<T>,
    #[cfg(not(loom))] std::cell::UnsafeCell<T>,
);

#[cfg(not(loom))]
impl<T> UnsafeCell<T> {
    pub(crate) fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell(std::cell::UnsafeCell::new(value))
    }

    /// Returns where the value is, to read it.
    #[inline(always)]
    pub(crate) fn get(&self) -> *const T {
        self.0.get()
    }

    /// Returns where the value is, to change it.
    #[inline(always)]
    pub(crate) fn get_for_change(&self) -> *mut T {
        self.0.get()
    }

    #[inline(always)]
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}

#[cfg(loom)]
impl<T> UnsafeCell<T> {
    pub(crate) fn new(value: T) -> UnsafeCell<T> {
        UnsafeCell(loom::cell::UnsafeCell::new(value))
    }

    pub(crate) fn get(&self) -> *const T {
        self.0.with(|value| value)
    }

    pub(crate) fn get_for_change(&self) -> *mut T {
        self.0.with_mut(|value| value)
    }

    pub(crate) fn get_mut(&mut self) -> &mut T {
        // SAFETY: the cell is borrowed for as long as the value is.
        self.0.with_mut(|value| unsafe { &mut *value })
    }
}

//! Labels: what memory is for, in the program's own words.

use std::{
    cell::Cell,
    marker::PhantomData,
    sync::{Mutex, MutexGuard},
};

use crate::clock::lock;

/// The names of all labels; the first is that of everything without one.
static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

thread_local! {
    static CURRENT: Cell<u32> = const { Cell::new(0) };
}

fn names() -> MutexGuard<'static, Vec<&'static str>> {
    let mut names = lock(&NAMES);
    if names.is_empty() {
        names.push("(no label)");
    }
    names
}

/// A part of a program during which this thread's allocations carry a label. It ends when it is dropped.
#[derive(Debug)]
#[must_use = "the label ends with the scope"]
pub struct LabelScope {
    before: u32,
    // A scope belongs to the thread that began it.
    marker: PhantomData<*const ()>,
}

/// Labels what this thread allocates from now on, until the scope is dropped. Scopes nest.
///
/// # Examples
///
/// ```
/// let scope = context_core::memory_label("activations");
/// // … allocate …
/// drop(scope);
/// ```
pub fn memory_label(name: &'static str) -> LabelScope {
    let mut names = names();
    let number = names.iter().position(|known| *known == name).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    });
    LabelScope { before: CURRENT.replace(number as u32), marker: PhantomData }
}

impl Drop for LabelScope {
    fn drop(&mut self) {
        CURRENT.set(self.before);
    }
}

/// Returns the number of the calling thread's label.
#[inline]
pub(super) fn current() -> u32 {
    CURRENT.get()
}

/// Returns the name of a label.
pub(super) fn name(number: u32) -> &'static str {
    names().get(number as usize).copied().unwrap_or("(unknown)")
}

//! Who orders a context's work.

use std::{cell::Cell, fmt, marker::PhantomData};

use crate::Context;

/// How a context's operations are ordered with those of other contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ordering {
    /// Each operation follows what it must, by what it reads and writes. It is how every context starts.
    #[default]
    Auto,
    /// The owner of the context orders its operations, by events or otherwise.
    Manual,
}

/// A context's owner orders its operations for as long as this lives. Made by [`Context::order_manually`].
#[must_use = "operations are ordered by hand only as long as the scope lives"]
pub struct ManualOrder<'a, C: Context> {
    ordering: &'a Cell<Ordering>,
    outer: Ordering,
    marker: PhantomData<&'a C>,
}

impl<'a, C: Context> ManualOrder<'a, C> {
    /// The caller of the unsafe method that calls this takes the order on.
    pub(crate) fn new(ctx: &'a C) -> ManualOrder<'a, C> {
        let ordering = ctx.core().ordering();
        ManualOrder { ordering, outer: ordering.replace(Ordering::Manual), marker: PhantomData }
    }
}

impl<C: Context> fmt::Debug for ManualOrder<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ManualOrder")
    }
}

impl<C: Context> Drop for ManualOrder<'_, C> {
    fn drop(&mut self) {
        self.ordering.set(self.outer);
    }
}

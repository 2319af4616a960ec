//! What must be looked at with every allocation and every free, in one number: it is 0 where nothing is.

use std::sync::atomic::Ordering::SeqCst;

use crate::sync::AtomicU32;

/// Somebody records what happens.
pub(super) const RECORDING: u32 = 1 << 24;
/// The device is lost: nothing is allocated any more.
pub(super) const LOST: u32 = 1 << 25;
/// New buffers are filled with a byte.
pub(super) const FILLING: u32 = 1 << 26;
/// Blocks are guarded: the debug mode.
pub(super) const GUARDED: u32 = 1 << 27;

/// How many threads are on the ladder, and what else takes more than the usual.
///
/// While a thread is on the ladder, what is freed is kept from the front caches.
#[derive(Debug, Default)]
pub(super) struct Watch(AtomicU32);

impl Watch {
    pub(super) fn new(flags: u32) -> Watch {
        Watch(AtomicU32::new(flags))
    }

    /// Tells whether there is nothing to look at.
    #[inline(always)]
    pub(super) fn is_quiet(&self) -> bool {
        self.0.load(SeqCst) == 0
    }

    #[inline]
    pub(super) fn has(&self, flag: u32) -> bool {
        self.0.load(SeqCst) & flag != 0
    }

    pub(super) fn set(&self, flag: u32) {
        self.0.fetch_or(flag, SeqCst);
    }

    pub(super) fn clear(&self, flag: u32) {
        self.0.fetch_and(!flag, SeqCst);
    }

    /// Tells whether a thread is on the ladder.
    #[inline]
    pub(super) fn is_hungry(&self) -> bool {
        self.0.load(SeqCst) & (RECORDING - 1) != 0
    }
}

/// Says that a thread is on the ladder, as long as it is.
pub(super) struct Hunger<'a>(&'a Watch);

impl Hunger<'_> {
    pub(super) fn of(watch: &Watch) -> Hunger<'_> {
        watch.0.fetch_add(1, SeqCst);
        Hunger(watch)
    }
}

impl Drop for Hunger<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, SeqCst);
    }
}

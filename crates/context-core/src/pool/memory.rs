//! The record of a block: whose it is, where it lies, and what still uses it.
//!
//! A record is on the heap and stays where it is while its block goes from a buffer into its stream's front cache and out again: a hit
//! moves one pointer, and leaves the moments of the block as they are.
//!
//! **Memory 1.** A record has a home while an [`Owned`] has it: `lend` makes both, and the drop of the one takes the other. A record of
//! the pool's has none.

#![allow(unsafe_code)]

use std::{
    fmt,
    mem::{ManuallyDrop, MaybeUninit},
    ops::Deref,
    sync::Arc,
};

use crate::{
    Backend, DeviceState, MemoryKind,
    backend::Address,
    moments::{Home, Moments, Tracked},
};

use super::{Block, block_bytes, lane::Front};

/// The memory behind a buffer: owned by one buffer, tracked across all of its views.
pub(crate) struct Memory<B: Backend> {
    pub(crate) tracked: Tracked<B>,
    pub(super) address: Address,
    /// The size, rounded up; zero if there is no memory.
    pub(super) bytes: u64,
    pub(super) node: u32,
    pub(super) label: u32,
    /// Where a front cache has blocks of this size.
    pub(super) place: u8,
    kind: MemoryKind,
    /// The next one in a list of a lane's.
    pub(super) next: Option<Box<Memory<B>>>,
    /// Initialised while a buffer owns the record (Memory 1).
    home: MaybeUninit<Arc<Home<B>>>,
}

impl<B: Backend> Memory<B> {
    /// Makes a record without memory.
    pub(super) fn new(home: &Home<B>, kind: MemoryKind) -> Box<Memory<B>> {
        Box::new(Memory {
            tracked: Tracked::new(home, Moments::of_former_owner(0)),
            address: Block::NONE.address,
            bytes: 0,
            node: Block::NONE.node,
            label: 0,
            place: u8::MAX,
            kind,
            next: None,
            home: MaybeUninit::uninit(),
        })
    }

    /// Makes a block the record's.
    #[inline]
    pub(super) fn take_block(&mut self, block: Block, bytes: u64) {
        (self.address, self.bytes, self.node) = (block.address, bytes, block.node);
        self.place = Front::<B>::place_of(bytes);
    }

    /// Gives the record to a buffer.
    #[inline(always)]
    pub(super) fn lend(mut self: Box<Self>, home: &Arc<Home<B>>, label: u32) -> Owned<B> {
        self.label = label;
        self.home.write(home.clone());
        Owned(ManuallyDrop::new(self))
    }

    /// Gives a record that graphs have kept to another buffer. The pool counts it as the former one's.
    pub(crate) fn lend_again(self: Box<Self>, home: &Arc<Home<B>>) -> Owned<B> {
        let label = self.label;
        self.lend(home, label)
    }

    /// Gives a record that graphs have kept to its pool.
    pub(crate) fn give_back(self: Box<Self>, home: &Home<B>) {
        home.state.pool(self.kind).free_late(self, &home.clock);
    }

    /// Tells whether a request for so many bytes would be given a block of this size.
    pub(crate) fn fits(&self, kind: MemoryKind, bytes: usize) -> bool {
        self.kind == kind && block_bytes(bytes, kind) == Some(self.bytes)
    }

    /// The home of a record that a buffer owns.
    #[inline]
    pub(crate) fn home(&self) -> &Arc<Home<B>> {
        // SAFETY: a reference to a record outside of the pool comes from an `Owned` (Memory 1).
        unsafe { self.home.assume_init_ref() }
    }

    pub(crate) fn state(&self) -> &Arc<DeviceState<B>> {
        &self.home().state
    }

    #[inline]
    pub(crate) fn address(&self) -> Address {
        self.address
    }
}

/// The memory of one buffer.
pub(crate) struct Owned<B: Backend>(ManuallyDrop<Box<Memory<B>>>);

impl<B: Backend> Deref for Owned<B> {
    type Target = Memory<B>;

    #[inline]
    fn deref(&self) -> &Memory<B> {
        &self.0
    }
}

impl<B: Backend> Drop for Owned<B> {
    /// Gives the memory back to its pool.
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken here alone, and nobody looks at it behind this.
        let memory = unsafe { ManuallyDrop::take(&mut self.0) };
        // SAFETY: `lend` gave the record its home (Memory 1), which is read once: the record goes to the pool, which does not look at it.
        let home = unsafe { memory.home.assume_init_read() };
        // A kind that is known makes shorter code.
        match memory.kind {
            MemoryKind::Device => {
                home.state.pool(MemoryKind::Device).free(memory, &home.clock, MemoryKind::Device)
            }
            kind => home.state.pool(kind).free_late(memory, &home.clock),
        }
    }
}

impl<B: Backend> fmt::Debug for Memory<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes at {:#x}", self.bytes, self.address)
    }
}

/// Records in a row, the last one put in first.
pub(super) struct Stack<B: Backend>(Option<Box<Memory<B>>>);

impl<B: Backend> Default for Stack<B> {
    fn default() -> Stack<B> {
        Stack(None)
    }
}

impl<B: Backend> Stack<B> {
    #[inline(always)]
    pub(super) fn push(&mut self, mut memory: Box<Memory<B>>) {
        // What is in no list has no next: there is nothing to drop.
        std::mem::forget(std::mem::replace(&mut memory.next, self.0.take()));
        std::mem::forget(self.0.replace(memory));
    }

    pub(super) fn first(&self) -> Option<&Memory<B>> {
        self.0.as_deref()
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Option<Box<Memory<B>>> {
        let mut first = self.0.take()?;
        std::mem::forget(std::mem::replace(&mut self.0, first.next.take()));
        Some(first)
    }
}

impl<B: Backend> Drop for Stack<B> {
    fn drop(&mut self) {
        // One after the other: a long list that drops itself would need a deep stack.
        while self.pop().is_some() {}
    }
}

impl<B: Backend> fmt::Debug for Stack<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Stack(…)" } else { "Stack(empty)" })
    }
}

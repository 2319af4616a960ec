//! Where a pool's memory comes from.

#![allow(unsafe_code)]

use std::fmt::Debug;

use crate::{
    Result,
    backend::{Address, AllocateError},
};

/// A source of segments: large pieces of memory of one kind.
///
/// # Safety
///
/// What `allocate` returns is aligned to 256 bytes, as large as asked for, initialised as far as the host can read it, and in nobody else's
/// use until `free`. What [`PageSource`] maps is the same.
pub unsafe trait Source: Debug + Send + Sync {
    /// Allocates `bytes`, a multiple of 256 and not zero.
    ///
    /// # Errors
    /// [`AllocateError::OutOfMemory`] where giving memory back may help, [`AllocateError::Other`] where it cannot.
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError>;

    /// Gives memory back.
    ///
    /// # Safety
    /// `allocate(bytes)` returned `address`, it was not freed since, and no unfinished operation touches it.
    unsafe fn free(&self, address: Address, bytes: usize) -> Result<()>;

    /// Allocates `bytes`, a multiple of 256 and not zero, behind whose end nothing is mapped. `None` where that cannot be.
    fn allocate_guarded(&self, bytes: usize) -> Option<Result<Address, AllocateError>> {
        let _ = bytes;
        None
    }

    /// Gives guarded memory back.
    ///
    /// # Safety
    /// As for `free`, of `allocate_guarded`.
    unsafe fn free_guarded(&self, address: Address, bytes: usize) -> Result<()> {
        let _ = (address, bytes);
        Ok(())
    }

    /// Returns the free and total bytes of this memory, where it can tell.
    fn memory_info(&self) -> Option<(usize, usize)> {
        None
    }

    /// Returns the way to put segments together from pages, where there is one.
    fn pages(&self) -> Option<&dyn PageSource> {
        None
    }

    /// The sizes of segments are multiples of this many bytes, where there is room.
    fn segment_bytes(&self) -> usize {
        2 << 20
    }
}

/// A source of addresses and of physical pages that can be mapped at them.
///
/// A page may be mapped at several addresses at once. Each call either does all that it was asked for, or nothing.
///
/// # Safety
///
/// As for [`Source`]; a page keeps its contents while it is mapped anywhere.
pub unsafe trait PageSource: Debug + Send + Sync {
    /// Returns the size of a page: a power of two, or the pool makes do without pages.
    fn page_bytes(&self) -> usize;

    /// Returns how many bytes of addresses a pool may use.
    fn address_bytes(&self) -> usize;

    /// Reserves addresses, aligned to a page.
    ///
    /// # Errors
    /// [`AllocateError::OutOfMemory`] if there are not so many.
    fn reserve(&self, bytes: usize) -> Result<Address, AllocateError>;

    /// Gives addresses back.
    ///
    /// # Safety
    /// `reserve(bytes)` returned them, and nothing is mapped there.
    unsafe fn release(&self, address: Address, bytes: usize) -> Result<()>;

    /// Makes a page, and returns its handle, which is not zero.
    ///
    /// # Errors
    /// [`AllocateError::OutOfMemory`] if there is no memory for it.
    fn create(&self) -> Result<u64, AllocateError>;

    /// Gives a page back. Its memory goes when it is mapped nowhere any more.
    ///
    /// # Safety
    /// `create` returned it, and it was not destroyed since.
    unsafe fn destroy(&self, page: u64) -> Result<()>;

    /// Maps pages side by side from `address` on.
    ///
    /// # Errors
    /// [`AllocateError`]; nothing is mapped then.
    ///
    /// # Safety
    /// The pages exist, and the addresses are reserved and have nothing mapped.
    unsafe fn map(&self, address: Address, pages: &[u64]) -> Result<(), AllocateError>;

    /// Unmaps `count` pages from `address` on.
    ///
    /// # Safety
    /// They are mapped, and no unfinished operation touches them through these addresses.
    unsafe fn unmap(&self, address: Address, count: usize) -> Result<()>;
}

//! Host memory for buffers: zeroed once, aligned for vector instructions.

#![allow(unsafe_code)]

use std::alloc::{Layout, alloc_zeroed, dealloc};

use context_core::backend::{ALIGNMENT, Address, AllocateError};

fn layout(bytes: usize) -> Result<Layout, AllocateError> {
    Layout::from_size_align(bytes, ALIGNMENT)
        .map_err(|_| AllocateError::OutOfMemory("no address space is that large".to_owned()))
}

/// Allocates zeroed memory. Large blocks come from the system as untouched pages, which cost nothing to zero.
pub(crate) fn allocate(bytes: usize) -> Result<Address, AllocateError> {
    let layout = layout(bytes.max(1))?;
    // SAFETY: the layout's size is not zero.
    let pointer = unsafe { alloc_zeroed(layout) };
    if pointer.is_null() {
        return Err(AllocateError::OutOfMemory("the system has no memory left".to_owned()));
    }
    Ok(pointer.expose_provenance() as Address)
}

/// Frees what [`allocate`] returned.
///
/// # Safety
/// `allocate(bytes)` returned `address`, which was not freed since and is not in use.
pub(crate) unsafe fn free(address: Address, bytes: usize) {
    if let Ok(layout) = layout(bytes.max(1)) {
        // SAFETY: the caller vouches that this is that allocation; the layout is computed as it was there.
        unsafe { dealloc(pointer(address), layout) }
    }
}

/// Returns the pointer to an address that [`allocate`] made or lies within it.
pub(crate) fn pointer<T>(address: Address) -> *mut T {
    std::ptr::with_exposed_provenance_mut(address as usize)
}

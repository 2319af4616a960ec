//! Host memory for buffers: whole pages from the system, zero until they are written, in huge pages where the system has them.

#![allow(unsafe_code)]

use std::alloc::{Layout, alloc_zeroed, dealloc};

use context_core::{
    Result,
    backend::{Address, AllocateError, Source},
};

/// From this size on segments are mapped; it is the size of a huge page, to which they are aligned.
const MAPPED_FROM: usize = 2 << 20;

/// Smaller ones are aligned to this, in bytes.
const ALIGNMENT: usize = 256;

/// The system's memory.
#[derive(Debug)]
pub(crate) struct HostMemory;

// SAFETY: mappings and `alloc_zeroed` give zeroed memory of the size that nobody else has; a mapping is aligned to a huge page, the
// rest by its layout.
unsafe impl Source for HostMemory {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        if bytes >= MAPPED_FROM {
            return map(bytes);
        }
        let layout = layout(bytes)?;
        // SAFETY: the layout's size is not zero.
        let pointer = unsafe { alloc_zeroed(layout) };
        if pointer.is_null() {
            return Err(no_memory());
        }
        Ok(pointer.expose_provenance() as Address)
    }

    unsafe fn free(&self, address: Address, bytes: usize) -> Result<()> {
        if bytes >= MAPPED_FROM {
            // SAFETY: the caller vouches that `map(bytes)` made it; nothing is left of the slack around it.
            unsafe { unmap(address as usize, mapped_bytes(bytes)) };
        } else if let Ok(layout) = layout(bytes) {
            // SAFETY: the caller vouches that this is that allocation; the layout is computed as it was there.
            unsafe { dealloc(pointer(address), layout) }
        }
        Ok(())
    }

    fn allocate_guarded(&self, bytes: usize) -> Option<Result<Address, AllocateError>> {
        Some(map_guarded(bytes))
    }

    unsafe fn free_guarded(&self, address: Address, bytes: usize) -> Result<()> {
        let page = page_bytes();
        let mapped = bytes.next_multiple_of(page);
        // SAFETY: the caller vouches that `map_guarded(bytes)` made it, which put the block at the end of its pages.
        unsafe { unmap(address as usize + bytes - mapped, mapped + page) };
        Ok(())
    }
}

/// Returns the size of the system's pages.
pub(crate) fn page_bytes() -> usize {
    // SAFETY: a query without effects.
    let bytes = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(bytes).unwrap_or(4096)
}

/// Maps memory whose end is the end of its last page, and behind it a page that nobody may touch.
fn map_guarded(bytes: usize) -> Result<Address, AllocateError> {
    let page = page_bytes();
    let mapped = bytes.checked_next_multiple_of(page).ok_or_else(no_memory)?;
    let room = mapped.checked_add(page).ok_or_else(no_memory)?;
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a fresh anonymous mapping touches no memory that exists.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), room, protection, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(no_memory());
    }
    // SAFETY: the last page of the mapping just made.
    let guarded = unsafe { libc::mprotect(start.wrapping_byte_add(mapped), page, libc::PROT_NONE) };
    let start = start.expose_provenance();
    if guarded != 0 {
        // SAFETY: just mapped, and nobody has it.
        unsafe { unmap(start, room) };
        return Err(no_memory());
    }
    Ok((start + mapped - bytes) as Address)
}

fn layout(bytes: usize) -> Result<Layout, AllocateError> {
    Layout::from_size_align(bytes.max(1), ALIGNMENT)
        .map_err(|_| AllocateError::OutOfMemory("no address space is that large".to_owned()))
}

fn no_memory() -> AllocateError {
    AllocateError::OutOfMemory("the system has no memory left".to_owned())
}

/// Returns how many bytes a mapping of `bytes` has.
pub(crate) fn mapped_bytes(bytes: usize) -> usize {
    bytes.next_multiple_of(MAPPED_FROM)
}

/// Maps pages that cost nothing before they are touched, aligned so that the system can make huge pages of them.
pub(crate) fn map(bytes: usize) -> Result<Address, AllocateError> {
    let bytes = bytes.checked_next_multiple_of(MAPPED_FROM).ok_or_else(no_memory)?;
    let room = bytes.checked_add(MAPPED_FROM).ok_or_else(no_memory)?;
    let (protection, flags) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: a fresh anonymous mapping touches no memory that exists.
    let start = unsafe { libc::mmap(std::ptr::null_mut(), room, protection, flags, -1, 0) };
    if start == libc::MAP_FAILED {
        return Err(no_memory());
    }
    let start = start.expose_provenance();
    let aligned = start.next_multiple_of(MAPPED_FROM);
    // SAFETY: both ends lie within the mapping just made and outside of what is handed out. The advice changes no contents.
    unsafe {
        unmap(start, aligned - start);
        unmap(aligned + bytes, start + room - aligned - bytes);
        #[cfg(target_os = "linux")]
        libc::madvise(std::ptr::with_exposed_provenance_mut(aligned), bytes, libc::MADV_HUGEPAGE);
    }
    Ok(aligned as Address)
}

/// Unmaps whole pages.
///
/// # Safety
/// They are a mapping of this file's, or a part of one, and not in use.
pub(crate) unsafe fn unmap(start: usize, bytes: usize) {
    if bytes > 0 {
        // SAFETY: the caller vouches for it. A failure could only be a range that is none.
        unsafe { libc::munmap(std::ptr::with_exposed_provenance_mut(start), bytes) };
    }
}

/// Returns the pointer to an address that [`HostMemory`] made or lies within it.
pub(crate) fn pointer<T>(address: Address) -> *mut T {
    std::ptr::with_exposed_provenance_mut(address as usize)
}

//! Pinned host memory: pages that stay where they are, so that the device can copy from and to them by itself.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use super::{Context, Result, call, context::report};
use crate::Bytes;

/// A piece of pinned host memory.
///
/// Copies from and to it are truly asynchronous: whoever starts one sees to it that the memory outlives it.
pub struct PinnedMemory {
    context: Arc<Context>,
    pointer: *mut u8,
    bytes: usize,
}

// SAFETY: it is plain host memory that this value owns; any thread may free it (driver API, "Memory Management").
unsafe impl Send for PinnedMemory {}
// SAFETY: a shared reference gives out the pointer only.
unsafe impl Sync for PinnedMemory {}

impl PinnedMemory {
    /// Allocates `bytes`, page-aligned. Its contents are undefined.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_OUT_OF_MEMORY`.
    #[doc(alias = "cuMemAllocHost")]
    #[doc(alias = "cuMemHostAlloc")]
    pub fn new(context: &Arc<Context>, bytes: usize) -> Result<PinnedMemory> {
        context.bind()?;
        let mut pointer = std::ptr::null_mut();
        // SAFETY: the context is current; `pointer` outlives the call; no flags.
        unsafe { call!(context, cuMemHostAlloc(&mut pointer, bytes, 0)) }
            .map_err(|error| error.doing(|| format!("allocating {} of pinned memory", Bytes(bytes))))?;
        Ok(PinnedMemory { context: context.clone(), pointer: pointer.cast(), bytes })
    }

    /// Returns the address of the first byte.
    pub fn as_raw(&self) -> *mut u8 {
        self.pointer
    }

    /// Returns the size.
    pub fn size_bytes(&self) -> usize {
        self.bytes
    }
}

impl fmt::Debug for PinnedMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of pinned memory at {:p}", Bytes(self.bytes), self.pointer)
    }
}

impl Drop for PinnedMemory {
    fn drop(&mut self) {
        let free = || {
            self.context.bind()?;
            // SAFETY: allocated in `new`, freed once.
            unsafe { call!(&self.context, cuMemFreeHost(self.pointer.cast())) }
        };
        report("freeing pinned memory", free());
    }
}

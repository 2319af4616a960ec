//! Pinned host memory: pages that stay where they are, so that the device can copy from and to them by itself.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use super::{Context, Result, call, report::report};
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
        context.make_current()?;
        let mut pointer = std::ptr::null_mut();
        // SAFETY: the context is current; `pointer` outlives the call; no flags.
        unsafe { call!(context, cuMemHostAlloc(&mut pointer, bytes, 0)) }
            .map_err(|error| error.doing(|| format!("allocating {} of pinned memory", Bytes(bytes))))?;
        Ok(PinnedMemory { context: context.clone(), pointer: pointer.cast(), bytes })
    }

    /// Takes ownership of pinned memory allocated elsewhere.
    ///
    /// # Safety
    /// - `pointer` came from `cuMemHostAlloc` or `cuMemAllocHost` of `bytes` in `context` and has not been freed.
    /// - Nothing else will free it.
    pub unsafe fn from_raw(context: &Arc<Context>, pointer: *mut u8, bytes: usize) -> PinnedMemory {
        PinnedMemory { context: context.clone(), pointer, bytes }
    }

    /// Gives up ownership: the caller frees the memory, with `cuMemFreeHost` or [`from_raw`](PinnedMemory::from_raw).
    pub fn into_raw(mut self) -> *mut u8 {
        self.bytes = 0;
        self.pointer
    }

    /// Frees the memory, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuMemFreeHost")]
    pub fn close(mut self) -> Result<()> {
        self.release()
    }

    fn release(&mut self) -> Result<()> {
        if std::mem::take(&mut self.bytes) == 0 {
            return Ok(());
        }
        // SAFETY: allocated in `new`, freed once: `bytes` is zero from now on.
        self.context.release(|| unsafe { call!(&self.context, cuMemFreeHost(self.pointer.cast())) })
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
        let released = self.release();
        report("freeing pinned memory", released);
    }
}

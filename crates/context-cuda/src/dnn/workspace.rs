//! Scratch memory for cuDNN, kept from call to call.

use context_core::{Buffer, Bytes, Context, Error, Result, ViewMut};

use crate::CudaContext;

/// How much a workspace grows by when it is too small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Growth {
    /// To what is asked for, and no more.
    Exact,
    /// To what is asked for, or to twice what it was if that is more: few allocations while a program finds out what it needs.
    #[default]
    Doubling,
}

/// What a [`CudnnWorkspace`] is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceOptions {
    /// How it grows.
    pub growth: Growth,
    /// The most bytes that it may have, if there is such a limit.
    pub cap: Option<usize>,
}

/// Scratch memory from a context's pool, which grows to what is asked of it and is kept for the next call.
///
/// Larger memory is allocated before the smaller is freed, so that a workspace that cannot grow is still what it was. What is freed goes back to
/// the pool in the order of the stream: kernels that still use it are not disturbed.
#[derive(Debug, Default)]
pub struct CudnnWorkspace {
    buffer: Option<Buffer<u8, CudaContext>>,
    options: WorkspaceOptions,
    growths: u64,
}

impl CudnnWorkspace {
    /// Makes a workspace that has no memory yet.
    pub fn new(options: WorkspaceOptions) -> CudnnWorkspace {
        CudnnWorkspace { buffer: None, options, growths: 0 }
    }

    /// Returns what the workspace is like.
    pub fn options(&self) -> WorkspaceOptions {
        self.options
    }

    /// Returns how many bytes it has.
    pub fn len(&self) -> usize {
        self.buffer.as_ref().map_or(0, Buffer::len)
    }

    /// Tells whether it has no memory.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how often it had to grow.
    pub fn growths(&self) -> u64 {
        self.growths
    }

    /// Lends at least `bytes` of memory for an operation of `context`, whose pool it grows from. The borrow ends before the workspace can
    /// grow, shrink or go, so that nobody holds on to memory that is not its own any more.
    ///
    /// ```compile_fail,E0499
    /// # use context_cuda::{CudaContext, CudnnWorkspace};
    /// fn two_at_once(context: &CudaContext, workspace: &mut CudnnWorkspace) {
    ///     let one = workspace.get(context, 64).unwrap();
    ///     let other = workspace.get(context, 1 << 20).unwrap();
    ///     drop((one, other));
    /// }
    /// ```
    ///
    /// # Errors
    /// [`Error::OutOfMemory`], and [`Error::Unsupported`] if `bytes` are more than its cap; the workspace is as it was then.
    pub fn get(&mut self, context: &CudaContext, bytes: usize) -> Result<ViewMut<'_, u8, CudaContext>> {
        if bytes > self.len() {
            self.grow(context, bytes)?;
        }
        let buffer = match self.buffer.take() {
            Some(buffer) => buffer,
            // Nothing was asked for, and there is nothing: an empty buffer takes no memory.
            None => context.alloc(0)?,
        };
        self.buffer.insert(buffer).slice_mut(..)
    }

    /// Counts everything that `context` was given so far as use of this memory: whoever gets it next follows that.
    ///
    /// [`CudnnState::execute`](crate::CudnnState::execute) does so itself. Who lends a workspace to work that names it to
    /// [`Context::operate`] need not call this.
    ///
    /// # Errors
    /// As [`Context::note_use`].
    pub fn note_use(&mut self, context: &CudaContext) -> Result<()> {
        match &mut self.buffer {
            Some(buffer) => context.note_use(buffer),
            None => Ok(()),
        }
    }

    #[cold]
    fn grow(&mut self, context: &CudaContext, bytes: usize) -> Result<()> {
        let most = self.options.cap.unwrap_or(usize::MAX);
        if bytes > most {
            return Err(Error::Unsupported {
                device: context.device(),
                what: "a cuDNN workspace of that size",
                reason: format!(
                    "{} are asked for, and its cap is {}; raise the cap, or choose an algorithm that needs less",
                    Bytes(bytes),
                    Bytes(most)
                ),
            });
        }
        let wanted = match self.options.growth {
            Growth::Exact => bytes,
            Growth::Doubling => bytes.max(self.len().saturating_mul(2)).min(most),
        };
        // The old memory is freed when the new has taken its place.
        let grown = match context.alloc(wanted) {
            Err(Error::OutOfMemory(_)) if wanted > bytes => context.alloc(bytes),
            other => other,
        };
        self.buffer = Some(grown?);
        self.growths += 1;
        Ok(())
    }

    /// Frees what is more than `bytes`: all if they are 0.
    ///
    /// # Errors
    /// As [`get`](CudnnWorkspace::get), for the smaller memory; the workspace is as it was then.
    pub fn shrink_to(&mut self, context: &CudaContext, bytes: usize) -> Result<()> {
        if bytes >= self.len() {
            return Ok(());
        }
        self.buffer = match bytes {
            0 => None,
            _ => Some(context.alloc(bytes)?),
        };
        Ok(())
    }
}

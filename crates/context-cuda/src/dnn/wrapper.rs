//! A context's view of cuDNN.

use std::sync::Arc;

use context_core::{Result, cudnn::Handle};

use super::{CudnnState, SyncedCudnnState};
use crate::{CudaContext, Lease};

/// A context's view of cuDNN: a handle on the context's stream, and the states that it shares with its forks.
///
/// It borrows the context, which therefore outlives it.
///
/// ```compile_fail,E0505
/// # use context_cuda::{CudaContext, CudnnWrapper};
/// fn outlived(context: CudaContext) {
///     let wrapper = CudnnWrapper::new(&context);
///     drop(context);
///     wrapper.inline_handle().unwrap();
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct CudnnWrapper<'a> {
    context: &'a CudaContext,
}

impl<'a> CudnnWrapper<'a> {
    /// Makes a view. It costs nothing.
    pub fn new(context: &'a CudaContext) -> CudnnWrapper<'a> {
        CudnnWrapper { context }
    }

    /// Returns the context.
    pub fn context(&self) -> &'a CudaContext {
        self.context
    }

    /// Lends a handle that works on the context's own stream, without a lock.
    ///
    /// # Errors
    /// As [`CudaContext::cudnn`].
    pub fn inline_handle(&self) -> Result<Lease<'a, Handle>> {
        self.context.cudnn()
    }

    /// Returns the states that the context shares with its forks.
    pub fn states(&self) -> &'a Arc<SyncedCudnnState> {
        self.context.cudnn_states()
    }

    /// Calls `work` with the state in slot `index`, which no other thread uses meanwhile.
    ///
    /// # Errors
    /// As [`SyncedCudnnState::with_state`].
    pub fn with_state<T>(&self, index: usize, work: impl FnOnce(&mut CudnnState) -> Result<T>) -> Result<T> {
        self.states().with_state(self.context, index, work)
    }

    /// Calls `work` with the state of a slot that is free, or, where none is, of the one whose turn it is.
    ///
    /// # Errors
    /// As [`SyncedCudnnState::with_any`].
    pub fn with_any_state<T>(&self, work: impl FnOnce(&mut CudnnState) -> Result<T>) -> Result<T> {
        self.states().with_any(self.context, work)
    }
}

//! cuDNN on a stream of its own.

use context_core::{Backend, Context, Result, ViewMut, cuda::Stream, cudnn::Handle};

use super::{CudnnWorkspace, WorkspaceOptions};
use crate::{CudaContext, Lease};

/// A stream, a cuDNN handle and a workspace that belong together: work that is given to them runs beside the caller's other work.
///
/// [`execute`](CudnnState::execute) joins the two streams on the device, before and behind; the host waits for neither.
#[derive(Debug)]
pub struct CudnnState {
    // First, so that its memory goes back in the order of the stream.
    workspace: CudnnWorkspace,
    context: CudaContext,
}

/// What a closure given to [`CudnnState::execute`] works with.
#[derive(Debug)]
pub struct CudnnScope<'a> {
    context: &'a CudaContext,
    workspace: &'a mut CudnnWorkspace,
}

impl CudnnState {
    /// Makes a state on the device of `context`, with a stream of its own. A handle is made with the first work, memory when it is asked for.
    ///
    /// # Errors
    /// Whatever making a stream can fail with.
    pub fn new(context: &CudaContext, workspace: WorkspaceOptions) -> Result<CudnnState> {
        Ok(CudnnState { workspace: CudnnWorkspace::new(workspace), context: context.fork_apart()? })
    }

    /// Returns the context that the state's work is given to.
    pub fn context(&self) -> &CudaContext {
        &self.context
    }

    /// Returns the workspace.
    pub fn workspace(&mut self) -> &mut CudnnWorkspace {
        &mut self.workspace
    }

    /// Frees what the workspace has more than `bytes`.
    ///
    /// # Errors
    /// As [`CudnnWorkspace::shrink_to`].
    pub fn shrink_workspace(&mut self, bytes: usize) -> Result<()> {
        self.workspace.shrink_to(&self.context, bytes)
    }

    /// Calls `work`, whose work on this state's stream runs behind all that `caller` was given so far, and before all that it is given
    /// later: also when `work` fails or panics, for it may have given the stream something before that.
    ///
    /// # Errors
    /// What `work` returns; [`Error::WrongDevice`](context_core::Error::WrongDevice) if `caller` is on another device, and `work` is not called then; whatever joining
    /// the streams can fail with.
    pub fn execute<T>(
        &mut self,
        caller: &CudaContext,
        work: impl FnOnce(&mut CudnnScope<'_>) -> Result<T>,
    ) -> Result<T> {
        self.context.wait(&caller.record()?)?;
        let mut join = Join { state: self, to: Target::Context(caller), joined: false };
        let result = work(&mut join.scope());
        let joined = join.join();
        // What `work` says comes first: it is nearer to the cause.
        let value = result?;
        joined.map(|()| value)
    }

    /// As [`execute`](CudnnState::execute), for work of a stream of the driver's that no context of ours holds: `before` is recorded on it, and
    /// it waits for what is returned behind.
    ///
    /// # Errors
    /// As [`execute`](CudnnState::execute).
    pub fn execute_on<T>(
        &mut self,
        stream: &Stream,
        work: impl FnOnce(&mut CudnnScope<'_>) -> Result<T>,
    ) -> Result<T> {
        let state = self.context.core().state().clone();
        let own = self.context.core().stream();
        let before = state.lease_event()?;
        before.record(stream)?;
        state.backend().wait(own, &before)?;
        let mut join = Join { state: self, to: Target::Stream(stream), joined: false };
        let result = work(&mut join.scope());
        let joined = join.join();
        let value = result?;
        joined.map(|()| value)
    }
}

impl<'a> CudnnScope<'a> {
    /// Returns the context that the state's work is given to. Kernels, copies and allocations of this context are in order with the
    /// library's work.
    pub fn context(&self) -> &'a CudaContext {
        self.context
    }

    /// Lends the state's handle, set to its stream.
    ///
    /// # Errors
    /// As [`CudaContext::cudnn`].
    pub fn handle(&self) -> Result<Lease<'a, Handle>> {
        self.context.cudnn()
    }

    /// Lends at least `bytes` of the state's workspace.
    ///
    /// # Errors
    /// As [`CudnnWorkspace::get`].
    pub fn workspace(&mut self, bytes: usize) -> Result<ViewMut<'_, u8, CudaContext>> {
        self.workspace.get(self.context, bytes)
    }
}

/// Whose later work is to follow a state's.
enum Target<'a> {
    Context(&'a CudaContext),
    Stream(&'a Stream),
}

/// Makes later work follow what a state was given, at the latest when it is dropped.
struct Join<'a> {
    state: &'a mut CudnnState,
    to: Target<'a>,
    joined: bool,
}

impl Join<'_> {
    fn scope(&mut self) -> CudnnScope<'_> {
        CudnnScope { context: &self.state.context, workspace: &mut self.state.workspace }
    }

    fn join(&mut self) -> Result<()> {
        self.joined = true;
        let CudnnState { context, workspace } = self.state;
        // Whatever was done with it, on this stream.
        let noted = workspace.note_use(context);
        match self.to {
            Target::Context(caller) => caller.wait(&context.record()?)?,
            Target::Stream(stream) => {
                let behind = context.core().state().lease_event()?;
                behind.record(context.core().stream().as_stream())?;
                stream.wait(&behind)?;
            }
        }
        noted
    }
}

impl Drop for Join<'_> {
    fn drop(&mut self) {
        // Only a panic of the work comes here before `join` was called.
        if !self.joined
            && let Err(error) = self.join()
        {
            tracing::error!(%error, "joining a stream behind work that panicked");
        }
    }
}

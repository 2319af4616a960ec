//! cuDNN for contexts: what Caffe2's cuDNN module was.
//!
//! [`CudnnWrapper`] is a context's view of cuDNN. Its [`inline_handle`](CudnnWrapper::inline_handle) works on the context's own stream. A
//! [`CudnnState`] works on a stream of its own, beside the context's, with a handle and a workspace of its own, and a
//! [`SyncedCudnnState`] is a row of those that threads share.

mod state;
mod synced;
mod workspace;
mod wrapper;

pub use state::{CudnnScope, CudnnState};
pub use synced::{SlotStatistics, SyncedCudnnState};
pub use workspace::{CudnnWorkspace, Growth, WorkspaceOptions};
pub use wrapper::CudnnWrapper;

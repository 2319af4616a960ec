#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod backend;
mod barrier;
mod context;
#[cfg(feature = "cudnn")]
mod dnn;
mod functions;
mod gemm;
mod graph;
mod handles;
mod libraries;
mod memory;
mod random;
mod slots;
mod staging;
mod stream;

pub use backend::CudaBackend;
pub use context::{Builder, CudaContext, probe};
#[cfg(feature = "cudnn")]
pub use dnn::{
    CudnnScope, CudnnState, CudnnWorkspace, CudnnWrapper, Growth, SlotStatistics, SyncedCudnnState,
    WorkspaceOptions,
};
pub use graph::CudaGraph;
pub use handles::{Lease, LibraryHandle};
pub use libraries::Libraries;
pub use memory::MemorySource;
pub use stream::{CudaStream, StreamPriority};

/// Programs that must not compile, each next to one that does.
#[cfg(doctest)]
#[doc = include_str!("../tests/compile_fail.md")]
mod compile_fail {}

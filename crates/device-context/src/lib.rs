#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

#[cfg(any(feature = "cpu", feature = "cuda"))]
mod any;
#[cfg(feature = "sim")]
mod simulated;

pub use context_core::*;

#[cfg(feature = "cpu")]
pub use context_cpu as cpu;
#[cfg(feature = "cpu")]
pub use context_cpu::CpuContext;
#[cfg(feature = "cuda")]
pub use context_cuda as cuda_context;
#[cfg(feature = "cuda")]
pub use context_cuda::CudaContext;
#[cfg(feature = "cudnn")]
pub use context_cuda::{
    CudnnScope, CudnnState, CudnnWorkspace, CudnnWrapper, SyncedCudnnState, WorkspaceOptions,
};
#[cfg(feature = "sim")]
pub use cuda_sim as sim;
#[cfg(feature = "sim")]
pub use simulated::simulated;

#[cfg(any(feature = "cpu", feature = "cuda"))]
pub use any::{AnyContext, Builder, Choice, Program, Step};

/// What a program that uses contexts usually needs.
pub mod prelude {
    #[cfg(any(feature = "cpu", feature = "cuda"))]
    pub use crate::{AnyContext, Program, Step};
    pub use crate::{Buffer, Context, Device, Element, Error, Event, Result, View, ViewMut, kernel};

    #[cfg(feature = "cpu")]
    pub use crate::CpuContext;
    #[cfg(feature = "cuda")]
    pub use crate::CudaContext;
}

/// The examples of the README and of the book, compiled and run.
#[cfg(all(doctest, feature = "cpu"))]
mod book {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../docs/how-to/use.md")]
    mod tour {}
    #[doc = include_str!("../../../docs/how-to/backend.md")]
    mod backend {}
    #[cfg(feature = "cudnn")]
    #[doc = include_str!("../../../docs/how-to/cudnn.md")]
    mod cudnn {}
}

//! [`CudaContext`]: a device context on NVIDIA GPUs.
//!
//! The driver is loaded when the first context is made: programs built with this crate start on machines without one.
//! Nothing here needs a toolkit, neither to build nor to run.
//!
//! ```no_run
//! use context_core::Context;
//! use context_cuda::CudaContext;
//!
//! let ctx = CudaContext::new(0)?;
//! let ones = ctx.filled(3, 1.0_f32)?;
//! assert_eq!(ctx.read(&ones)?, [1.0; 3]);
//! # Ok::<(), context_core::Error>(())
//! ```
#![deny(unsafe_code)]

mod backend;
mod context;
mod functions;
mod gemm;
mod random;
mod staging;
mod stream;

pub use backend::CudaBackend;
pub use context::{Builder, CudaContext, probe};
pub use stream::{CudaStream, StreamPriority};

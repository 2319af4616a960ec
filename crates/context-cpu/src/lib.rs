//! [`CpuContext`]: a device context on the host's processors.
//!
//! A CPU stream is either *inline*, which runs each operation in the calling thread before it returns (the default: no
//! thread, no queue), or a *worker*, a thread that runs operations in order while the caller goes on. Both behave as a
//! CUDA stream does, so that what runs here runs there.
//!
//! ```
//! use context_core::Context;
//! use context_cpu::CpuContext;
//!
//! let ctx = CpuContext::new()?;
//! let ones = ctx.filled(3, 1.0_f32)?;
//! assert_eq!(ctx.read(&ones)?, [1.0; 3]);
//! # Ok::<(), context_core::Error>(())
//! ```
#![deny(unsafe_code)]

mod backend;
mod context;
mod event;
mod gemm;
mod memory;
mod stream;

pub use backend::CpuBackend;
pub use context::{Builder, CpuContext};
pub use event::CpuEvent;
pub use stream::{CpuStream, StreamKind};

/// Programs that must not compile, each next to one that does.
#[cfg(doctest)]
#[doc = include_str!("../tests/compile_fail.md")]
mod compile_fail {}

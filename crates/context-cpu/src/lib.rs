#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod backend;
mod context;
mod copy;
mod event;
mod gemm;
mod graph;
mod memory;
mod node;
mod place;
mod queue;
mod stream;
mod team;

pub use backend::CpuBackend;
pub use context::{Builder, CpuContext};
#[doc(hidden)]
pub use copy::by_hand;
pub use event::CpuEvent;
pub use graph::CpuGraph;
pub use node::Node;
pub use place::CpuSet;
pub use stream::{CpuStream, StreamKind, StreamOptions};

/// Programs that must not compile, each next to one that does.
#[cfg(doctest)]
#[doc = include_str!("../tests/compile_fail.md")]
mod compile_fail {}

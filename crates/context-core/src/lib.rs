#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

pub mod backend;
mod buffer;
mod capture;
mod clock;
pub mod completion;
mod context;
mod copies;
mod core;
#[cfg(feature = "cuda")]
pub mod cublas;
#[cfg(feature = "cuda")]
pub mod cublaslt;
#[cfg(feature = "cuda")]
pub mod cuda;
#[cfg(feature = "cudnn")]
pub mod cudnn;
#[cfg(feature = "cuda")]
pub mod curand;
mod demands;
mod device;
mod device_state;
mod element;
mod error;
mod event;
mod gate;
mod graph;
mod host_wait;
pub mod kernel;
mod latch;
mod lock;
pub mod matrix;
#[cfg(all(test, loom))]
mod models;
mod moments;
mod ordering;
pub mod parallel;
mod pinned;
mod pool;
mod progress;
pub mod random;
mod shared_event;
mod slot;
mod sync;
mod watcher;

pub use self::core::Core;
pub use backend::Backend;
pub use buffer::{Buffer, IntoView, IntoViewMut, View, ViewMut};
pub use clock::StreamId;
pub use context::Context;
pub use demands::{Determinism, MathMode};
pub use device::Device;
pub use device_state::{DeviceState, EventLease};
pub use element::{Element, Scalar, ScalarKind};
pub use error::{Bytes, Error, ErrorClass, Loss, OutOfMemory, Result};
pub use event::Event;
pub use graph::Graph;
pub use half::{bf16, f16};
pub use matrix::{Matrix, MatrixMut};
pub use ordering::{ManualOrder, Ordering};
pub use pinned::{Pending, PinnedBuffer};
pub use pool::{
    DamageKind, LabelScope, LabelUsage, LiveBlock, MemoryAction, MemoryDamage, MemoryDebug, MemoryEvent,
    MemoryKind, MemoryOptions, MemoryPiece, MemoryScope, MemorySnapshot, MemoryStatistics, PieceState, Rung,
    StreamUsage, memory_label, memory_trace,
};
pub use progress::{Extensions, Progress, ProgressReport};
pub use shared_event::{EventStatus, SharedEvent};

/// Programs that must not compile, each next to one that does.
#[cfg(doctest)]
#[doc = include_str!("../tests/compile_fail.md")]
mod compile_fail {}

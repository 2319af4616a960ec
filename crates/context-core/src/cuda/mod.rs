//! Safe wrappers over the CUDA driver: one type for each of its objects, that owns it.
//!
//! A CUDA *driver* manages *devices*; a *context* is a process's state on one device, and everything else lives in a
//! context: *streams* (ordered queues of work), *events* (points in a stream's work), *memory*, and *modules* (compiled code) with
//! their *functions*. Each wrapper keeps its context alive, binds the context it means before the calls that need one, and frees
//! its object when it is dropped; a failure to do so is reported through `tracing`, never by a panic.
//!
//! The driver is a value ([`Driver`]): found on the system, opened from a path, or given by a closure, as `cuda-sim` is.

mod compile;
mod context;
mod copy;
mod device;
mod error;
mod event;
mod fork;
mod graph;
mod green;
mod host_function;
mod ipc;
mod launch;
pub(crate) mod library;
mod managed;
mod memory;
mod module;
mod occupancy;
mod pinned;
mod properties;
pub(crate) mod report;
mod stream;
mod virtual_memory;

pub use compile::Compiler;
pub use context::{Context, Scope};
pub use copy::RowsAt;
pub use cuda_sys::Driver;
pub use device::{Device, devices, init};
pub use error::Error;
pub use event::{Event, ExternalEvent, TimedEvent};
pub use graph::{CaptureMode, Graph, GraphNode, GraphTemplate};
pub use green::GreenContext;
pub use ipc::{DESCRIPTOR_BYTES, EventDescriptor, MemoryDescriptor, SharedMemory};
pub use launch::LaunchShape;
pub use managed::{Advice, ManagedMemory, Place};
pub use memory::DeviceMemory;
pub use module::{Function, Module};
pub use occupancy::Together;
pub use pinned::PinnedMemory;
pub use properties::{PciAddress, Properties, peer_matrix};
pub use report::set_drop_hook;
pub use stream::Stream;
pub use virtual_memory::{AddressRange, PhysicalMemory};

/// A result whose error is this module's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Makes one driver call through a [`Context`], counts it, and turns its code into a [`Result`].
macro_rules! call {
    ($context:expr, $function:ident ( $($argument:expr),* $(,)? )) => {{
        let context: &$crate::cuda::Context = $context;
        context.count_call();
        match context.driver().$function($($argument),*) {
            Ok(cuda_sys::CUresult::CUDA_SUCCESS) => Ok(()),
            Ok(code) => Err(*$crate::cuda::error::fail(context, stringify!($function), code)),
            Err(missing) => Err(*$crate::cuda::error::lacks(missing)),
        }
    }};
}

/// Makes one driver call that needs no context.
macro_rules! driver_call {
    ($driver:expr, $function:ident ( $($argument:expr),* $(,)? )) => {
        $crate::cuda::error::check(stringify!($function), $driver.$function($($argument),*))
    };
}

pub(crate) use {call, driver_call};

//! What every context promises, run on every kind of context that this build has.
//!
//! A promise is a function, generic over the context, in a file of `conformance/`, and in its `list.rs`. Each kind of context is one line below.
//! `faults.rs` runs the same functions while calls fail.
#![cfg(any(feature = "cpu", feature = "sim"))]

use device_context::Result;

#[macro_use]
#[path = "conformance/list.rs"]
mod list;

mod conformance {
    pub(crate) mod copies;
    pub(crate) mod errors;
    pub(crate) mod gemm;
    pub(crate) mod graphs;
    pub(crate) mod kernels;
    pub(crate) mod memory;
    #[cfg(feature = "cpu")]
    pub(crate) mod pinned;
    pub(crate) mod random;
    pub(crate) mod streams;

    /// The memory limit of each context, in bytes. It gives every test a pool of its own.
    pub(crate) const LIMIT: usize = 32 << 20;
}

/// Makes a test of each promise, for each kind of context.
macro_rules! conformance {
    ($($(#[$meta:meta])* $kind:ident $(($test:meta))?: $make:expr;)*) => {
        $(
            $(#[$meta])*
            mod $kind {
                every_promise! { promises { [$($test)?] $make; } }
            }
        )*
    };
}

macro_rules! promises {
    ($test:tt $make:expr; $($area:ident: $($promise:ident),*;)*) => {
        $(
            mod $area {
                $(promise! { $test $make; $area $promise })*
            }
        )*
    };
}

macro_rules! promise {
    ([$($test:meta)?] $make:expr; $area:ident $promise:ident) => {
        #[test]
        $(#[$test])?
        fn $promise() -> crate::Result<()> {
            use crate::*;
            conformance::$area::$promise(&|| $make)
        }
    };
}

#[cfg(feature = "cuda")]
use device_context::CudaContext;
#[cfg(feature = "sim")]
use device_context::sim;
#[cfg(feature = "cpu")]
use device_context::{CpuContext, cpu::StreamKind};

use conformance::LIMIT;

conformance! {
    #[cfg(feature = "cpu")]
    cpu_inline: CpuContext::builder().memory_limit(LIMIT).build().expect("a CPU");
    #[cfg(feature = "cpu")]
    cpu_worker:
        CpuContext::builder().stream(StreamKind::Worker).memory_limit(LIMIT).build().expect("a CPU");
    #[cfg(feature = "sim")]
    cuda_sim: CudaContext::builder().driver(sim::driver()).memory_limit(LIMIT).build().expect("a device");
    #[cfg(feature = "cuda")]
    cuda(ignore = "needs a GPU: `cargo xtask test --gpu`"):
        CudaContext::builder().memory_limit(LIMIT).build().expect("the system's driver and a device");
}

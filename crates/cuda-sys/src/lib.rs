#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

// Generated files, here and in other crates, name this crate in one way.
extern crate self as cuda_sys;

#[macro_use]
mod types;

pub mod cublas;
#[path = "generated/cublas_functions.rs"]
mod cublas_functions;
pub mod cublaslt;
#[path = "generated/cublaslt_functions.rs"]
mod cublaslt_functions;
pub mod curand;
#[path = "generated/curand_functions.rs"]
mod curand_functions;
pub mod driver;
#[path = "generated/driver_functions.rs"]
mod driver_functions;
#[cfg(feature = "std")]
mod elf;
#[cfg(feature = "std")]
mod entry;
#[cfg(feature = "bindgen")]
pub mod header;
#[cfg(feature = "std")]
pub mod library;
#[cfg(feature = "link")]
pub mod linked;
#[cfg(all(feature = "std", target_os = "linux"))]
mod loaded;
pub mod nvrtc;
#[path = "generated/nvrtc_functions.rs"]
mod nvrtc_functions;
#[cfg(feature = "std")]
mod registry;
pub mod result;
#[cfg(feature = "std")]
pub mod search;
#[cfg(feature = "std")]
pub mod set;
#[cfg(feature = "std")]
pub mod table;
mod version;

pub use cublas::cublasStatus_t;
pub use curand::curandStatus_t;
pub use driver::CUresult;
pub use nvrtc::nvrtcResult;
pub use version::Version;

#[cfg(feature = "std")]
pub use {
    cublas::Cublas,
    cublaslt::CublasLt,
    curand::Curand,
    driver::Driver,
    entry::{EntryPoint, EntryPoints, MissingFunction},
    library::{LoadError, Origin},
    nvrtc::Nvrtc,
    search::Product,
};

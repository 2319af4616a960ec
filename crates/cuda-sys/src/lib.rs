#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

// Generated files, here and in other crates, name this crate in one way.
extern crate self as cuda_sys;

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
mod elf;
pub mod library;
pub mod nvrtc;
#[path = "generated/nvrtc_functions.rs"]
mod nvrtc_functions;
pub mod result;
pub mod search;
pub mod set;
pub mod table;
mod version;

pub use cublas::{Cublas, cublasStatus_t};
pub use cublaslt::CublasLt;
pub use curand::{Curand, curandStatus_t};
pub use driver::{CUresult, Driver};
pub use library::{LoadError, Origin};
pub use nvrtc::{Nvrtc, nvrtcResult};
pub use search::Product;
pub use table::{EntryPoint, MissingFunction};
pub use version::Version;

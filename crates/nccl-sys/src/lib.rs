#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

#[path = "generated/nccl_functions.rs"]
mod functions;
mod nccl;
#[path = "generated/nccl_results.rs"]
mod results;

pub use cuda_sys::Version;
#[cfg(feature = "std")]
pub use cuda_sys::{EntryPoint, EntryPoints, LoadError, MissingFunction, Origin};
pub use nccl::*;

cuda_sys::result_codes!(ncclResult_t, ncclSuccess, results::TEXTS);

#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
#![cfg_attr(not(feature = "std"), no_std)]

mod cudnn;
#[path = "generated/cudnn_functions.rs"]
mod functions;
mod status;

pub use cuda_sys::Version;
#[cfg(feature = "std")]
pub use cuda_sys::{EntryPoint, EntryPoints, LoadError, MissingFunction, Origin};
pub use cudnn::*;
pub use status::Status;

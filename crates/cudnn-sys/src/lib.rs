#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]

mod cudnn;
#[path = "generated/cudnn_functions.rs"]
mod functions;
mod status;

pub use cuda_sys::{EntryPoint, LoadError, MissingFunction, Origin, Version};
pub use cudnn::*;
pub use status::Status;

//! Raw bindings to cuDNN, loaded at run time.
//!
//! [`Cudnn`] is a table of functions, in the shape of `cuda_sys::Driver`. One binary runs with cuDNN 8.9 and 9: every
//! function that both have has the same signature in both, and one that the loaded library lacks is a
//! [`MissingFunction`]. What does differ is the numbers of the result codes; [`Cudnn::status`] reads a code as the
//! loaded library means it.
//!
//! The functions are those of the newest header. What cuDNN 9 dropped, mostly the recurrent networks of cuDNN 6 and 7, is
//! not here.
#![deny(unsafe_code)]

mod cudnn;
#[path = "generated/cudnn_functions.rs"]
mod functions;
mod status;

pub use cuda_sys::{EntryPoint, LoadError, MissingFunction, Origin, Version};
pub use cudnn::*;
pub use status::Status;

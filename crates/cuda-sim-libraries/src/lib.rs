#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
// The functions of the libraries have the names and the arguments that the C functions have.
#![allow(non_snake_case, clippy::too_many_arguments)]

pub mod cublas;
pub mod cublaslt;
pub mod cudnn;
pub mod curand;
mod driver;
mod ffi;
mod handle;
mod library;
pub mod native;
mod number;
mod product;

pub use driver::use_driver;
pub use library::{Release, Versions, not_built};

#[doc(hidden)]
pub use library::{Answer, enter};

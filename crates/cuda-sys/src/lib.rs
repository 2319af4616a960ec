//! Raw bindings to the CUDA driver and NVRTC, loaded at run time.
//!
//! - One binary runs with every release from CUDA 11.8 on: a function that the loaded driver lacks is a
//!   [`MissingFunction`], and a missing driver is a [`LoadError`] that says where it was looked for.
//! - Nothing is needed to build: the bindings are checked in. `cargo xtask bindings` makes them from the real headers.
//! - Result codes are open integers with names and sentences from static tables, so that a code of a newer driver is
//!   legal, and printing one calls nothing.
//! - A [`Driver`] is a value that is filled from the system's library, from a path, or from a closure.
#![deny(unsafe_code)]

// Generated files, here and in other crates, name this crate in one way.
extern crate self as cuda_sys;

pub mod driver;
#[path = "generated/driver_functions.rs"]
mod driver_functions;
pub mod library;
pub mod nvrtc;
#[path = "generated/nvrtc_functions.rs"]
mod nvrtc_functions;
pub mod result;
pub mod table;
mod version;

pub use driver::{CUresult, Driver};
pub use library::{LoadError, Origin};
pub use nvrtc::{Nvrtc, nvrtcResult};
pub use table::{EntryPoint, MissingFunction};
pub use version::Version;

//! An interpreter for PTX, the assembly language that CUDA compilers make.
//!
//! [`Module::parse`] turns PTX text into something that runs; [`run`] runs one kernel of it on the calling thread,
//! against memory that a [`Device`] lends. It follows NVIDIA's "PTX ISA" manual exactly where that says something, and
//! is stricter than hardware where it does not: every access is checked for bounds and alignment.
#![deny(unsafe_code)]

#[allow(unsafe_code)]
mod access;
#[allow(unsafe_code)]
mod asynchronous;
#[allow(unsafe_code)]
mod builtin;
mod constant;
mod decode;
mod diagnostic;
mod exact;
mod exchange;
mod fault;
mod flow;
mod format;
mod formats;
#[allow(unsafe_code)]
mod fragment;
#[allow(unsafe_code)]
mod group;
#[allow(unsafe_code)]
mod lanes;
#[allow(unsafe_code)]
mod launch;
mod lex;
mod link;
#[allow(unsafe_code)]
mod look;
#[allow(unsafe_code)]
mod machine;
#[allow(unsafe_code)]
mod matrix;
#[allow(unsafe_code)]
mod memory;
mod module;
mod number;
mod parse;
mod parse_body;
mod program;
#[allow(unsafe_code)]
mod quad;
#[allow(unsafe_code)]
mod reduction;
mod run;
#[allow(unsafe_code)]
mod special;
mod syntax;
#[allow(unsafe_code)]
mod tensor;
#[allow(unsafe_code)]
mod tensor_edit;
#[allow(unsafe_code)]
mod texture;
mod types;
#[allow(unsafe_code)]
mod video;
mod warp;
#[allow(unsafe_code)]
mod watch;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use fault::{Fault, FaultKind};
pub use launch::{Access, Device, Launch, Region, Statistics};
pub use link::{Input, LinkError, link};
pub use module::{Global, Kernel, Module, Param, Space};
use module::{function_address, function_at};
pub use run::run;
pub use tensor::{Swizzle, TensorMap};
pub use texture::{Addressing, Channel, Texture};
pub use watch::Touched;

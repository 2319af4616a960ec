//! An interpreter for PTX, the assembly language that CUDA compilers make.
//!
//! [`Module::parse`] turns PTX text into something that runs; [`run`] runs one kernel of it on the calling thread,
//! against memory that a [`Device`] lends. It follows NVIDIA's "PTX ISA" manual exactly where that says something, and
//! is stricter than hardware where it does not: every access is checked for bounds and alignment.

mod access;
mod builtin;
mod decode;
mod diagnostic;
mod exact;
mod exchange;
mod fault;
mod flow;
mod format;
mod lanes;
mod launch;
mod lex;
mod machine;
mod matrix;
mod memory;
mod module;
mod number;
mod parse;
mod parse_body;
mod program;
mod run;
mod special;
mod syntax;
mod types;
mod warp;

pub use diagnostic::{Diagnostic, Diagnostics};
pub use fault::{Fault, FaultKind};
pub use launch::{Access, Device, Launch, Region, Statistics};
pub use module::{Global, Kernel, Module, Param, Space};
use module::{function_address, function_at};
pub use run::run;

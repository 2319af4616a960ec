//! cuDNN in software.

mod call;
mod callback;
mod compute;
mod descriptor;
mod element;
mod failure;
mod ffi;
mod graph;
mod handle;
mod layout;
mod library;
mod memory;
mod object;
mod operation;
mod version;

pub use library::{V8, V9, V9First, exports, lookup, table};

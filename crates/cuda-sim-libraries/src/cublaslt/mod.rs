//! cuBLASLt in software.

mod descriptor;
mod library;
mod matmul;

pub use library::{V12, V13, exports, lookup, table};

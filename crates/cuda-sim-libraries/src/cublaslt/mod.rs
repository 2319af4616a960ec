//! cuBLASLt in software.

mod library;

pub use library::{V12, V13, exports, lookup, table};

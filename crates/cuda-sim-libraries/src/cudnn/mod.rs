//! cuDNN in software.

mod library;

pub use library::{V8, V9, exports, lookup, table};

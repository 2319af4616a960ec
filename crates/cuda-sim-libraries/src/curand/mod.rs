//! cuRAND in software.

mod library;

pub use library::{Of12, Of13, exports, lookup, table};

//! cuRAND in software.

mod distribution;
mod generator;
mod kernel;
mod library;
mod philox;
mod sequence;

pub use library::{Of12, Of13, exports, lookup, table};

//! cuBLAS in software.

mod handle;
mod library;

use crate::native::Entry;

/// Every kernel of the library.
const ENTRIES: &[Entry] = &[];

pub(crate) use library::property;
pub use library::{V12, V13, exports, lookup, table};

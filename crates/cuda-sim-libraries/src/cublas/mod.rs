//! cuBLAS in software.

mod factor;
mod factor_calls;
mod forms;
mod gemm;
mod grouped;
mod handle;
mod level1;
mod level1_calls;
mod level2;
mod level2_calls;
mod level3;
mod level3_calls;
mod library;
mod logger;
mod matrix;
mod scalar;
mod transfer;

use crate::native::Entry;
use crate::product::Product;

pub(crate) use gemm::types_of;
pub(crate) use handle::{Workspace, load, status};
pub(crate) use logger::note;
pub(crate) use scalar::Scalar;

/// Every kernel of the library.
const ENTRIES: &[Entry] = &[
    Entry::of::<level1::Axpy>(),
    Entry::of::<level1::Copy>(),
    Entry::of::<level1::Swap>(),
    Entry::of::<level1::Scal>(),
    Entry::of::<level1::Dot>(),
    Entry::of::<level1::Dotc>(),
    Entry::of::<level1::Nrm2>(),
    Entry::of::<level1::Asum>(),
    Entry::of::<level1::Rot>(),
    Entry::of::<level1::Extreme>(),
    Entry::of::<level2::Gemv>(),
    Entry::of::<level2::Trmv>(),
    Entry::of::<level2::Trsv>(),
    Entry::of::<level2::Ger>(),
    Entry::of::<level2::Syr>(),
    Entry::of::<level3::Symm>(),
    Entry::of::<level3::Syrk>(),
    Entry::of::<level3::Trmm>(),
    Entry::of::<level3::Trsm>(),
    Entry::of::<level3::Geam>(),
    Entry::of::<level3::Dgmm>(),
    Entry::of::<factor::Getrf>(),
    Entry::of::<factor::Getri>(),
    Entry::of::<factor::Getrs>(),
    Entry::of::<factor::Matinv>(),
    Entry::of::<factor::Convert>(),
    Entry::of::<Product>(),
];

pub(crate) use library::{Blas, property};
pub use library::{V12, V13, exports, lookup, table};

//! Matrix products, by the `gemm` crate.

#![allow(unsafe_code)]

use context_core::{
    Device, Error, Result, ScalarKind,
    matrix::{RawGemm, RawMatrix},
};

use crate::memory::pointer;

/// Multiplies in the calling thread.
///
/// # Safety
/// As for `Backend::gemm`.
pub(crate) unsafe fn run(gemm: &RawGemm) -> Result<()> {
    match gemm.kind {
        // SAFETY: the caller vouches for the memory, `kind` says the type.
        ScalarKind::F32 => unsafe { multiply::<f32>(gemm, gemm.alpha as f32, gemm.beta as f32) },
        // SAFETY: as above.
        ScalarKind::F64 => unsafe { multiply::<f64>(gemm, gemm.alpha, gemm.beta) },
        other => {
            return Err(Error::Unsupported {
                device: Device::Cpu,
                what: "multiplying matrices",
                reason: format!("not of {other:?}"),
            });
        }
    }
    Ok(())
}

/// # Safety
/// As for `Backend::gemm`; the elements are of type `T`.
unsafe fn multiply<T: Copy + PartialEq + From<u8> + 'static>(gemm: &RawGemm, alpha: T, beta: T) {
    let strides = |matrix: &RawMatrix| (matrix.column_stride as isize, matrix.row_stride as isize);
    let ((a_cs, a_rs), (b_cs, b_rs), (c_cs, c_rs)) = (strides(&gemm.a), strides(&gemm.b), strides(&gemm.c));
    // In the crate's words, `alpha` scales the destination and `beta` the product.
    let read_destination = beta != T::from(0);
    // SAFETY: the caller vouches that the three matrices lie in live host memory and that C overlaps neither A nor B;
    // an inner dimension of zero reads neither.
    unsafe {
        ::gemm::gemm(
            gemm.m,
            gemm.n,
            gemm.k,
            pointer::<T>(gemm.c.address),
            c_cs,
            c_rs,
            read_destination,
            pointer::<T>(gemm.a.address),
            a_cs,
            a_rs,
            pointer::<T>(gemm.b.address),
            b_cs,
            b_rs,
            beta,
            alpha,
            false,
            false,
            false,
            ::gemm::Parallelism::None,
        );
    }
}

//! Factorisations, and triangles from one storage to another: the calls.

use std::ffi::c_void;

use cuda_sys::cublas::*;

use super::factor::*;
use super::gemm::{check_leading, check_operation, check_sizes};
use super::handle::{Answer, answer, find};
use super::library::Blas;
use super::matrix::Matrix;
use crate::ffi::put;
use crate::native::Operation;
use crate::number::Number;

use cublasStatus_t as S;

/// What fits into the kernel that inverts at once.
const LARGEST_INVERTED: c_int = 32;

fn square<T: Number>(pointer: *const c_void, n: c_int, leading: c_int) -> Answer<Matrix> {
    check_sizes(&[n.into()])?;
    check_leading(leading.into(), n.into())?;
    Ok(Matrix::whole(pointer, (n.into(), n.into()), leading.into(), T::KIND))
}

fn launch<T: Number, O: Operation>(
    handle: cublasHandle_t,
    operands: Factors,
    kernel: impl FnOnce(Factors) -> O,
) -> Answer {
    let handle = find(handle)?;
    check_sizes(&[operands.batch])?;
    if operands.a.rows == 0 || operands.batch == 0 {
        return Ok(());
    }
    let (workspace, compute) = (handle.settings().workspace, T::KIND.0);
    handle.launch(&kernel(Factors { workspace, compute, ..operands }))
}

macro_rules! factors {
    ($getrf:ident $getri:ident $getrs:ident $matinv:ident $tpttr:ident $trttp:ident $T:ty, $C:ty) => {
        impl Blas {
            pub(super) fn $getrf(
                handle: cublasHandle_t,
                n: c_int,
                a: *const *mut $C,
                lda: c_int,
                pivots: *mut c_int,
                info: *mut c_int,
                batch: c_int,
            ) -> S {
                answer(find(handle).and_then(|_| {
                    let a = square::<$T>(a.cast(), n, lda)?;
                    let (pivots, info) = (pivots as u64, info as u64);
                    let operands = Factors { a, pivots, info, batch: batch.into(), ..Factors::default() };
                    launch::<$T, _>(handle, operands, Getrf)
                }))
            }

            pub(super) fn $getri(
                handle: cublasHandle_t,
                n: c_int,
                a: *const *const $C,
                lda: c_int,
                pivots: *const c_int,
                c: *const *mut $C,
                ldc: c_int,
                info: *mut c_int,
                batch: c_int,
            ) -> S {
                answer(find(handle).and_then(|_| {
                    let (a, b) = (square::<$T>(a.cast(), n, lda)?, square::<$T>(c.cast(), n, ldc)?);
                    let (pivots, info) = (pivots as u64, info as u64);
                    let operands = Factors { a, b, pivots, info, batch: batch.into(), ..Factors::default() };
                    launch::<$T, _>(handle, operands, Getri)
                }))
            }

            /// What is wrong with an argument, this function tells on the host.
            pub(super) fn $getrs(
                handle: cublasHandle_t,
                trans: cublasOperation_t,
                n: c_int,
                columns: c_int,
                a: *const *const $C,
                lda: c_int,
                pivots: *const c_int,
                b: *const *mut $C,
                ldb: c_int,
                info: *mut c_int,
                batch: c_int,
            ) -> S {
                answer(find(handle).and_then(|_| {
                    let wrong = if check_operation(trans).is_err() {
                        1
                    } else if n < 0 {
                        2
                    } else if columns < 0 {
                        3
                    } else if lda < n.max(1) {
                        5
                    } else if ldb < n.max(1) {
                        8
                    } else if batch < 0 {
                        10
                    } else {
                        0
                    };
                    if !put(info, -wrong) || wrong != 0 {
                        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
                    }
                    if columns == 0 {
                        return Ok(());
                    }
                    let a = square::<$T>(a.cast(), n, lda)?.with_operation(trans);
                    let b = Matrix::whole(b.cast(), (n.into(), columns.into()), ldb.into(), <$T>::KIND);
                    let pivots = pivots as u64;
                    let operands = Factors { a, b, pivots, batch: batch.into(), ..Factors::default() };
                    launch::<$T, _>(handle, operands, Getrs)
                }))
            }

            pub(super) fn $matinv(
                handle: cublasHandle_t,
                n: c_int,
                a: *const *const $C,
                lda: c_int,
                inverse: *const *mut $C,
                leading: c_int,
                info: *mut c_int,
                batch: c_int,
            ) -> S {
                answer(find(handle).and_then(|_| {
                    let (a, b) = (square::<$T>(a.cast(), n, lda)?, square::<$T>(inverse.cast(), n, leading)?);
                    if n > LARGEST_INVERTED {
                        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
                    }
                    let operands =
                        Factors { a, b, info: info as u64, batch: batch.into(), ..Factors::default() };
                    launch::<$T, _>(handle, operands, Matinv)
                }))
            }

            pub(super) fn $tpttr(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: c_int,
                packed: *const $C,
                a: *mut $C,
                lda: c_int,
            ) -> S {
                answer(find(handle).and_then(|_| {
                    let whole = square::<$T>(a.cast(), n, lda)?.with_part(fill)?;
                    let packed = Matrix { address: packed as u64, form: Matrix::PACKED, ..whole };
                    let operands = Factors { a: packed, b: whole, batch: 1, ..Factors::default() };
                    launch::<$T, _>(handle, operands, Convert)
                }))
            }

            pub(super) fn $trttp(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: c_int,
                a: *const $C,
                lda: c_int,
                packed: *mut $C,
            ) -> S {
                answer(find(handle).and_then(|_| {
                    let whole = square::<$T>(a.cast(), n, lda)?.with_part(fill)?;
                    let packed = Matrix { address: packed as u64, form: Matrix::PACKED, ..whole };
                    let operands = Factors { a: whole, b: packed, batch: 1, ..Factors::default() };
                    launch::<$T, _>(handle, operands, Convert)
                }))
            }
        }
    };
}
factors!(cublasSgetrfBatched cublasSgetriBatched cublasSgetrsBatched cublasSmatinvBatched cublasStpttr cublasStrttp f32, f32);
factors!(cublasDgetrfBatched cublasDgetriBatched cublasDgetrsBatched cublasDmatinvBatched cublasDtpttr cublasDtrttp f64, f64);
factors!(cublasCgetrfBatched cublasCgetriBatched cublasCgetrsBatched cublasCmatinvBatched cublasCtpttr cublasCtrttp
    crate::number::Complex<f32>, cuComplex);
factors!(cublasZgetrfBatched cublasZgetriBatched cublasZgetrsBatched cublasZmatinvBatched cublasZtpttr cublasZtrttp
    crate::number::Complex<f64>, cuDoubleComplex);

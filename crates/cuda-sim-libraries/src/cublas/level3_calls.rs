//! Level 3, matrices: the calls, but for the products of whole ones.

use std::ffi::c_void;

use cuda_sys::cublas::*;

use super::forms::{cz, sd, sdcz};
use super::gemm::{check_leading, check_operation, check_sizes};
use super::handle::{Answer, answer, find};
use super::level1::Vector;
use super::level3::*;
use super::library::Blas;
use super::matrix::Matrix;
use super::scalar::Scalar;
use crate::native::Operation;
use crate::number::{Complex, Number};

use cublasStatus_t as S;

/// A scalar, with its type.
type Typed = (*const c_void, cudaDataType);

/// Launches a kernel with what is the same for all: scalars, the workspace, the type.
fn launch<T: Number, O: Operation>(
    handle: cublasHandle_t,
    operands: Level3,
    alpha: Option<Typed>,
    beta: Option<Typed>,
    kernel: impl FnOnce(Level3) -> O,
) -> Answer {
    let handle = find(handle)?;
    let settings = handle.settings();
    let scalar = |scalar: Option<Typed>| match scalar {
        None => Ok(Scalar::default()),
        Some((pointer, kind)) => Scalar::new(&settings, kind, pointer),
    };
    let (alpha, beta) = (scalar(alpha)?, scalar(beta)?);
    if operands.c.rows == 0 || operands.c.columns == 0 || operands.batch == 0 {
        return Ok(());
    }
    let (workspace, compute) = (settings.workspace, T::KIND.0);
    handle.launch(&kernel(Level3 { alpha, beta, workspace, compute, ..operands }))
}

fn is_right(side: cublasSideMode_t) -> Answer<u32> {
    match side {
        cublasSideMode_t::CUBLAS_SIDE_LEFT => Ok(0),
        cublasSideMode_t::CUBLAS_SIDE_RIGHT => Ok(1),
        _ => Err(S::CUBLAS_STATUS_INVALID_VALUE),
    }
}

fn whole<T: Number>(pointer: *const c_void, (rows, columns): (i64, i64), leading: i64) -> Answer<Matrix> {
    check_leading(leading, rows)?;
    Ok(Matrix::whole(pointer, (rows, columns), leading, T::KIND))
}

/// Finds the handle first: without one, nothing else is looked at.
fn call(handle: cublasHandle_t, call: impl FnOnce() -> Answer) -> S {
    answer(find(handle).and_then(|_| call()))
}

macro_rules! symm {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        symm!($name $T, $C, $Int, SYMMETRIC);
    };
    ($name:ident $T:ty, $C:ty, $Int:ty, $MIRROR:ident) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                side: cublasSideMode_t,
                fill: cublasFillMode_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                b: *const $C,
                ldb: $Int,
                beta: *const $C,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                call(handle, || {
                    let (m, n): (i64, i64) = (m.into(), n.into());
                    check_sizes(&[m, n])?;
                    let right = is_right(side)?;
                    let order = if right == 0 { m } else { n };
                    let a = whole::<$T>(a.cast(), (order, order), lda.into())?.with_part(fill)?;
                    let operands = Level3 {
                        a: Matrix { mirror: Matrix::$MIRROR, ..a },
                        b: whole::<$T>(b.cast(), (m, n), ldb.into())?,
                        c: whole::<$T>(c.cast(), (m, n), ldc.into())?,
                        right,
                        batch: 1,
                        ..Level3::default()
                    };
                    let (alpha, beta) = ((alpha.cast(), <$T>::KIND), (beta.cast(), <$T>::KIND));
                    launch::<$T, _>(handle, operands, Some(alpha), Some(beta), Symm)
                })
            }
        }
    };
}
macro_rules! hemm {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        symm!($name $T, $C, $Int, HERMITIAN);
    };
}
sdcz!(symm: cublasSsymm_v2 cublasSsymm_v2_64 cublasDsymm_v2 cublasDsymm_v2_64 cublasCsymm_v2 cublasCsymm_v2_64 cublasZsymm_v2
    cublasZsymm_v2_64);
cz!(hemm: cublasChemm_v2 cublasChemm_v2_64 cublasZhemm_v2 cublasZhemm_v2_64);

/// What an update of a triangle is: of a Hermitian matrix, and of two products.
#[derive(Clone, Copy)]
struct Kind {
    hermitian: bool,
    twice: bool,
}

/// A factor of an update: its address and leading dimension.
type Given = (*const c_void, i64);

fn update<T: Number>(
    handle: cublasHandle_t,
    kind: Kind,
    (fill, operation): (cublasFillMode_t, cublasOperation_t),
    (n, k): (i64, i64),
    (alpha, beta): (Typed, Typed),
    [a, b, c]: [Given; 3],
) -> Answer {
    check_sizes(&[n, k])?;
    check_operation(operation)?;
    let extent = if operation == cublasOperation_t::CUBLAS_OP_N { (n, k) } else { (k, n) };
    let transposed = match kind.hermitian {
        true => cublasOperation_t::CUBLAS_OP_C,
        false => cublasOperation_t::CUBLAS_OP_T,
    };
    let operation = if operation == cublasOperation_t::CUBLAS_OP_N { operation } else { transposed };
    let operands = Level3 {
        a: whole::<T>(a.0, extent, a.1)?.with_operation(operation),
        b: whole::<T>(b.0, extent, b.1)?.with_operation(operation),
        c: whole::<T>(c.0, (n, n), c.1)?.with_part(fill)?,
        hermitian: kind.hermitian.into(),
        twice: kind.twice.into(),
        batch: 1,
        ..Level3::default()
    };
    launch::<T, _>(handle, operands, Some(alpha), Some(beta), Syrk)
}

/// Updates by one matrix.
macro_rules! syrk {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        syrk!($name $T, $C, $Int, $C, <$T>::KIND, false);
    };
    ($name:ident $T:ty, $C:ty, $Int:ty, $Scalar:ty, $kind:expr, $hermitian:literal) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                n: $Int,
                k: $Int,
                alpha: *const $Scalar,
                a: *const $C,
                lda: $Int,
                beta: *const $Scalar,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                call(handle, || {
                    let kind = Kind { hermitian: $hermitian, twice: false };
                    let scalars = ((alpha.cast(), $kind), (beta.cast(), $kind));
                    let a = (a.cast(), lda.into());
                    let matrices = [a, a, (c.cast(), ldc.into())];
                    update::<$T>(handle, kind, (fill, trans), (n.into(), k.into()), scalars, matrices)
                })
            }
        }
    };
}
sdcz!(syrk: cublasSsyrk_v2 cublasSsyrk_v2_64 cublasDsyrk_v2 cublasDsyrk_v2_64 cublasCsyrk_v2 cublasCsyrk_v2_64 cublasZsyrk_v2
    cublasZsyrk_v2_64);
syrk!(cublasCherk_v2 Complex<f32>, cuComplex, c_int, f32, f32::KIND, true);
syrk!(cublasCherk_v2_64 Complex<f32>, cuComplex, i64, f32, f32::KIND, true);
syrk!(cublasZherk_v2 Complex<f64>, cuDoubleComplex, c_int, f64, f64::KIND, true);
syrk!(cublasZherk_v2_64 Complex<f64>, cuDoubleComplex, i64, f64, f64::KIND, true);

/// Updates by two matrices.
macro_rules! by_two {
    ($name:ident $T:ty, $C:ty, $Int:ty, $Beta:ty, $beta_kind:expr, $kind:expr) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                n: $Int,
                k: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                b: *const $C,
                ldb: $Int,
                beta: *const $Beta,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                call(handle, || {
                    let scalars = ((alpha.cast(), <$T>::KIND), (beta.cast(), $beta_kind));
                    let matrices = [(a.cast(), lda.into()), (b.cast(), ldb.into()), (c.cast(), ldc.into())];
                    update::<$T>(handle, $kind, (fill, trans), (n.into(), k.into()), scalars, matrices)
                })
            }
        }
    };
}
macro_rules! syr2k {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        by_two!($name $T, $C, $Int, $C, <$T>::KIND, Kind { hermitian: false, twice: true });
    };
}
macro_rules! syrkx {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        by_two!($name $T, $C, $Int, $C, <$T>::KIND, Kind { hermitian: false, twice: false });
    };
}
macro_rules! hermitian_by_two {
    ($twice:literal: $($name:ident $T:ty, $C:ty, $Int:ty, $Real:ty;)*) => { $(
        by_two!($name $T, $C, $Int, $Real, <$Real>::KIND, Kind { hermitian: true, twice: $twice });
    )* };
}
sdcz!(syr2k: cublasSsyr2k_v2 cublasSsyr2k_v2_64 cublasDsyr2k_v2 cublasDsyr2k_v2_64 cublasCsyr2k_v2 cublasCsyr2k_v2_64
    cublasZsyr2k_v2 cublasZsyr2k_v2_64);
sdcz!(syrkx: cublasSsyrkx cublasSsyrkx_64 cublasDsyrkx cublasDsyrkx_64 cublasCsyrkx cublasCsyrkx_64 cublasZsyrkx
    cublasZsyrkx_64);
hermitian_by_two! { true:
    cublasCher2k_v2 Complex<f32>, cuComplex, c_int, f32;
    cublasCher2k_v2_64 Complex<f32>, cuComplex, i64, f32;
    cublasZher2k_v2 Complex<f64>, cuDoubleComplex, c_int, f64;
    cublasZher2k_v2_64 Complex<f64>, cuDoubleComplex, i64, f64;
}
hermitian_by_two! { false:
    cublasCherkx Complex<f32>, cuComplex, c_int, f32;
    cublasCherkx_64 Complex<f32>, cuComplex, i64, f32;
    cublasZherkx Complex<f64>, cuDoubleComplex, c_int, f64;
    cublasZherkx_64 Complex<f64>, cuDoubleComplex, i64, f64;
}

/// The triangle of a product or a system: its side, part, operation and diagonal.
type Triangle = (cublasSideMode_t, cublasFillMode_t, cublasOperation_t, cublasDiagType_t);

/// The triangle, which stands at the side of a matrix of `extent`.
fn triangle<T: Number>(
    (side, fill, operation, diagonal): Triangle,
    (m, n): (i64, i64),
    (pointer, leading): Given,
) -> Answer<(u32, Matrix)> {
    check_sizes(&[m, n])?;
    check_operation(operation)?;
    let right = is_right(side)?;
    let order = if right == 0 { m } else { n };
    let matrix = whole::<T>(pointer, (order, order), leading)?.with_part(fill)?.with_diagonal(diagonal)?;
    Ok((right, matrix.with_operation(operation)))
}

macro_rules! trmm {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                side: cublasSideMode_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                diagonal: cublasDiagType_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                b: *const $C,
                ldb: $Int,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                call(handle, || {
                    let extent = (m.into(), n.into());
                    let given = (a.cast(), lda.into());
                    let (right, a) = triangle::<$T>((side, fill, trans, diagonal), extent, given)?;
                    let b = whole::<$T>(b.cast(), extent, ldb.into())?;
                    let c = whole::<$T>(c.cast(), extent, ldc.into())?;
                    let operands = Level3 { a, b, c, right, batch: 1, ..Level3::default() };
                    launch::<$T, _>(handle, operands, Some((alpha.cast(), <$T>::KIND)), None, Trmm)
                })
            }
        }
    };
}
sdcz!(trmm: cublasStrmm_v2 cublasStrmm_v2_64 cublasDtrmm_v2 cublasDtrmm_v2_64 cublasCtrmm_v2 cublasCtrmm_v2_64 cublasZtrmm_v2
    cublasZtrmm_v2_64);

macro_rules! trsm {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                side: cublasSideMode_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                diagonal: cublasDiagType_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                b: *mut $C,
                ldb: $Int,
            ) -> S {
                call(handle, || {
                    let extent = (m.into(), n.into());
                    let given = (a.cast(), lda.into());
                    let (right, a) = triangle::<$T>((side, fill, trans, diagonal), extent, given)?;
                    let b = whole::<$T>(b.cast(), extent, ldb.into())?;
                    let operands = Level3 { a, b, c: b, right, batch: 1, ..Level3::default() };
                    launch::<$T, _>(handle, operands, Some((alpha.cast(), <$T>::KIND)), None, Trsm)
                })
            }
        }
    };
}
sdcz!(trsm: cublasStrsm_v2 cublasStrsm_v2_64 cublasDtrsm_v2 cublasDtrsm_v2_64 cublasCtrsm_v2 cublasCtrsm_v2_64 cublasZtrsm_v2
    cublasZtrsm_v2_64);

macro_rules! trsm_batched {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                side: cublasSideMode_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                diagonal: cublasDiagType_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const *const $C,
                lda: $Int,
                b: *const *mut $C,
                ldb: $Int,
                batch: $Int,
            ) -> S {
                call(handle, || {
                    let extent = (m.into(), n.into());
                    let given = (a.cast(), lda.into());
                    check_sizes(&[batch.into()])?;
                    let (right, a) = triangle::<$T>((side, fill, trans, diagonal), extent, given)?;
                    let b = whole::<$T>(b.cast(), extent, ldb.into())?;
                    let batch = batch.into();
                    let operands = Level3 { a, b, c: b, right, batch, arrays: 1, ..Level3::default() };
                    launch::<$T, _>(handle, operands, Some((alpha.cast(), <$T>::KIND)), None, Trsm)
                })
            }
        }
    };
}
sdcz!(trsm_batched: cublasStrsmBatched cublasStrsmBatched_64 cublasDtrsmBatched cublasDtrsmBatched_64 cublasCtrsmBatched
    cublasCtrsmBatched_64 cublasZtrsmBatched cublasZtrsmBatched_64);

/// A summand of a sum, which is `extent` once the operation is done to it.
fn summand<T: Number>(
    (pointer, leading): Given,
    operation: cublasOperation_t,
    (m, n): (i64, i64),
) -> Answer<Matrix> {
    check_operation(operation)?;
    let extent = if operation == cublasOperation_t::CUBLAS_OP_N { (m, n) } else { (n, m) };
    Ok(whole::<T>(pointer, extent, leading)?.with_operation(operation))
}

/// The result may lie where a summand is, if nothing is done to that one and it has the result's layout.
fn check_in_place(summand: &Matrix, result: &Matrix) -> Answer {
    let fits = summand.leading == result.leading && !summand.is_transposed();
    if summand.address != result.address || fits { Ok(()) } else { Err(S::CUBLAS_STATUS_INVALID_VALUE) }
}

macro_rules! geam {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                beta: *const $C,
                b: *const $C,
                ldb: $Int,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                call(handle, || {
                    let extent = (m.into(), n.into());
                    check_sizes(&[extent.0, extent.1])?;
                    let a = summand::<$T>((a.cast(), lda.into()), ta, extent)?;
                    let b = summand::<$T>((b.cast(), ldb.into()), tb, extent)?;
                    let c = whole::<$T>(c.cast(), extent, ldc.into())?;
                    check_in_place(&a, &c)?;
                    check_in_place(&b, &c)?;
                    let operands = Level3 { a, b, c, batch: 1, ..Level3::default() };
                    let (alpha, beta) = ((alpha.cast(), <$T>::KIND), (beta.cast(), <$T>::KIND));
                    launch::<$T, _>(handle, operands, Some(alpha), Some(beta), Geam)
                })
            }
        }
    };
}
sdcz!(geam: cublasSgeam cublasSgeam_64 cublasDgeam cublasDgeam_64 cublasCgeam cublasCgeam_64 cublasZgeam cublasZgeam_64);

macro_rules! dgmm {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                side: cublasSideMode_t,
                m: $Int,
                n: $Int,
                a: *const $C,
                lda: $Int,
                x: *const $C,
                incx: $Int,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                call(handle, || {
                    let extent = (m.into(), n.into());
                    check_sizes(&[extent.0, extent.1])?;
                    let operands = Level3 {
                        a: whole::<$T>(a.cast(), extent, lda.into())?,
                        c: whole::<$T>(c.cast(), extent, ldc.into())?,
                        x: Vector::new(x.cast(), incx.into(), <$T>::KIND),
                        right: is_right(side)?,
                        batch: 1,
                        ..Level3::default()
                    };
                    launch::<$T, _>(handle, operands, None, None, Dgmm)
                })
            }
        }
    };
}
sdcz!(dgmm: cublasSdgmm cublasSdgmm_64 cublasDdgmm cublasDdgmm_64 cublasCdgmm cublasCdgmm_64 cublasZdgmm cublasZdgmm_64);

//! Level 2, a matrix and vectors: the calls.

use std::ffi::c_void;

use cuda_sys::cublas::*;

use super::forms::{cz, sd, sdcz};
use super::gemm::{check_leading, check_operation, check_sizes};
use super::handle::{Answer, answer, find};
use super::level1::Vector;
use super::level2::*;
use super::library::Blas;
use super::matrix::Matrix;
use super::scalar::Scalar;
use crate::native::Operation;
use crate::number::{Complex, Number};

use cublasStatus_t as S;

/// A scalar, with its type.
type Typed = (*const c_void, cudaDataType);

/// What a call asks for. Scalars that it does not have are none.
struct Request {
    operands: Level2,
    alpha: Option<Typed>,
    beta: Option<Typed>,
}

impl Request {
    fn new<T: Number>(a: Matrix) -> Self {
        let operands = Level2 { a, compute: T::KIND.0, batch: 1, ..Level2::default() };
        Self { operands, alpha: None, beta: None }
    }

    fn alpha<T>(mut self, alpha: *const T, kind: cudaDataType) -> Self {
        self.alpha = Some((alpha.cast(), kind));
        self
    }

    fn beta<T>(mut self, beta: *const T, kind: cudaDataType) -> Self {
        self.beta = Some((beta.cast(), kind));
        self
    }

    /// Takes the first vector, whose increment is not to be zero.
    fn x(mut self, x: *const c_void, increment: impl Into<i64>) -> Answer<Self> {
        self.operands.x = vector(x, increment.into(), self.operands.compute)?;
        Ok(self)
    }

    fn y(mut self, y: *const c_void, increment: impl Into<i64>) -> Answer<Self> {
        self.operands.y = vector(y, increment.into(), self.operands.compute)?;
        Ok(self)
    }

    fn set(mut self, set: impl FnOnce(&mut Level2)) -> Self {
        set(&mut self.operands);
        self
    }

    fn launch<O: Operation>(self, handle: cublasHandle_t, kernel: impl FnOnce(Level2) -> O) -> Answer {
        let handle = find(handle)?;
        let settings = handle.settings();
        let scalar = |scalar: Option<Typed>| match scalar {
            None => Ok(Scalar::default()),
            Some((pointer, kind)) => Scalar::new(&settings, kind, pointer),
        };
        let (alpha, beta) = (scalar(self.alpha)?, scalar(self.beta)?);
        let Level2 { a, batch, .. } = self.operands;
        if a.rows == 0 || a.columns == 0 || batch == 0 {
            return Ok(());
        }
        let workspace = settings.workspace;
        handle.launch(&kernel(Level2 { alpha, beta, workspace, ..self.operands }))
    }
}

fn vector(pointer: *const c_void, increment: i64, kind: u32) -> Answer<Vector> {
    match increment {
        0 => Err(S::CUBLAS_STATUS_INVALID_VALUE),
        _ => Ok(Vector::new(pointer, increment, cudaDataType(kind))),
    }
}

/// A whole matrix, whose sizes and leading dimension are looked at.
fn whole<T: Number>(pointer: *const c_void, (m, n): (i64, i64), leading: i64) -> Answer<Matrix> {
    check_sizes(&[m, n])?;
    check_leading(leading, m)?;
    Ok(Matrix::whole(pointer, (m, n), leading, T::KIND))
}

/// A square one of which one triangle is stored.
fn triangle<T: Number>(
    pointer: *const c_void,
    fill: cublasFillMode_t,
    n: impl Into<i64>,
    leading: impl Into<i64>,
) -> Answer<Matrix> {
    let n = n.into();
    whole::<T>(pointer, (n, n), leading.into())?.with_part(fill)
}

/// The same, packed.
fn packed<T: Number>(pointer: *const c_void, fill: cublasFillMode_t, n: impl Into<i64>) -> Answer<Matrix> {
    let n = n.into();
    check_sizes(&[n])?;
    Matrix { form: Matrix::PACKED, ..Matrix::whole(pointer, (n, n), n, T::KIND) }.with_part(fill)
}

/// The same, of which only `k` diagonals beside the main one are not zero.
fn band<T: Number>(
    pointer: *const c_void,
    fill: cublasFillMode_t,
    (n, k): (i64, i64),
    leading: impl Into<i64>,
) -> Answer<Matrix> {
    check_sizes(&[n, k])?;
    let leading = leading.into();
    check_leading(leading, k + 1)?;
    let matrix = Matrix { form: Matrix::BAND, ..Matrix::whole(pointer, (n, n), leading, T::KIND) };
    let matrix = matrix.with_part(fill)?;
    let is_lower = matrix.part == Matrix::LOWER;
    Ok(Matrix { below: if is_lower { k } else { 0 }, above: if is_lower { 0 } else { k }, ..matrix })
}

fn with_operation(matrix: Matrix, operation: cublasOperation_t) -> Answer<Matrix> {
    check_operation(operation)?;
    Ok(matrix.with_operation(operation))
}

/// Finds the handle first: without one, nothing else is looked at.
fn call(handle: cublasHandle_t, call: impl FnOnce() -> Answer) -> S {
    answer(find(handle).and_then(|_| call()))
}

macro_rules! gemv {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                trans: cublasOperation_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                x: *const $C,
                incx: $Int,
                beta: *const $C,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                call(handle, || {
                    let a = whole::<$T>(a.cast(), (m.into(), n.into()), lda.into())?;
                    let request = Request::new::<$T>(with_operation(a, trans)?);
                    let request = request.alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    request.x(x.cast(), incx)?.y(y.cast(), incy)?.launch(handle, Gemv)
                })
            }
        }
    };
}
sdcz!(gemv: cublasSgemv_v2 cublasSgemv_v2_64 cublasDgemv_v2 cublasDgemv_v2_64 cublasCgemv_v2 cublasCgemv_v2_64 cublasZgemv_v2
    cublasZgemv_v2_64);

macro_rules! gbmv {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                trans: cublasOperation_t,
                m: $Int,
                n: $Int,
                kl: $Int,
                ku: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                x: *const $C,
                incx: $Int,
                beta: *const $C,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                call(handle, || {
                    let (m, n, below, above): (i64, i64, i64, i64) =
                        (m.into(), n.into(), kl.into(), ku.into());
                    check_sizes(&[m, n, below, above])?;
                    check_leading(lda.into(), below + above + 1)?;
                    let a = Matrix::whole(a.cast(), (m, n), lda.into(), <$T>::KIND);
                    let a = Matrix { form: Matrix::BAND, below, above, ..a };
                    let request = Request::new::<$T>(with_operation(a, trans)?);
                    let request = request.alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    request.x(x.cast(), incx)?.y(y.cast(), incy)?.launch(handle, Gemv)
                })
            }
        }
    };
}
sdcz!(gbmv: cublasSgbmv_v2 cublasSgbmv_v2_64 cublasDgbmv_v2 cublasDgbmv_v2_64 cublasCgbmv_v2 cublasCgbmv_v2_64 cublasZgbmv_v2
    cublasZgbmv_v2_64);

macro_rules! gemv_batched {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                trans: cublasOperation_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const *const $C,
                lda: $Int,
                x: *const *const $C,
                incx: $Int,
                beta: *const $C,
                y: *const *mut $C,
                incy: $Int,
                batch: $Int,
            ) -> S {
                call(handle, || {
                    check_sizes(&[batch.into()])?;
                    let a = whole::<$T>(a.cast(), (m.into(), n.into()), lda.into())?;
                    let request = Request::new::<$T>(with_operation(a, trans)?);
                    let request = request.alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    let request = request.x(x.cast(), incx)?.y(y.cast(), incy)?;
                    let request = request.set(|operands| {
                        operands.batch = batch.into();
                        operands.arrays = 1;
                    });
                    request.launch(handle, Gemv)
                })
            }
        }
    };
}
sdcz!(gemv_batched: cublasSgemvBatched cublasSgemvBatched_64 cublasDgemvBatched cublasDgemvBatched_64 cublasCgemvBatched
    cublasCgemvBatched_64 cublasZgemvBatched cublasZgemvBatched_64);

macro_rules! gemv_strided {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                trans: cublasOperation_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                stride_a: c_longlong,
                x: *const $C,
                incx: $Int,
                stride_x: c_longlong,
                beta: *const $C,
                y: *mut $C,
                incy: $Int,
                stride_y: c_longlong,
                batch: $Int,
            ) -> S {
                call(handle, || {
                    check_sizes(&[batch.into()])?;
                    let a = whole::<$T>(a.cast(), (m.into(), n.into()), lda.into())?;
                    let a = Matrix { stride: stride_a, ..with_operation(a, trans)? };
                    let request = Request::new::<$T>(a).alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    let request = request.x(x.cast(), incx)?.y(y.cast(), incy)?;
                    let request = request.set(|operands| {
                        operands.batch = batch.into();
                        (operands.x_stride, operands.y_stride) = (stride_x, stride_y);
                    });
                    request.launch(handle, Gemv)
                })
            }
        }
    };
}
sdcz!(gemv_strided: cublasSgemvStridedBatched cublasSgemvStridedBatched_64 cublasDgemvStridedBatched
    cublasDgemvStridedBatched_64 cublasCgemvStridedBatched cublasCgemvStridedBatched_64 cublasZgemvStridedBatched
    cublasZgemvStridedBatched_64);

/// Triangles times vectors, and their solutions.
macro_rules! triangular {
    ($Kernel:ident whole $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                diagonal: cublasDiagType_t,
                n: $Int,
                a: *const $C,
                lda: $Int,
                x: *mut $C,
                incx: $Int,
            ) -> S {
                call(handle, || {
                    let a = triangle::<$T>(a.cast(), fill, n, lda)?.with_diagonal(diagonal)?;
                    Request::new::<$T>(with_operation(a, trans)?).x(x.cast(), incx)?.launch(handle, $Kernel)
                })
            }
        }
    };
    ($Kernel:ident band $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                diagonal: cublasDiagType_t,
                n: $Int,
                k: $Int,
                a: *const $C,
                lda: $Int,
                x: *mut $C,
                incx: $Int,
            ) -> S {
                call(handle, || {
                    let a = band::<$T>(a.cast(), fill, (n.into(), k.into()), lda)?.with_diagonal(diagonal)?;
                    Request::new::<$T>(with_operation(a, trans)?).x(x.cast(), incx)?.launch(handle, $Kernel)
                })
            }
        }
    };
    ($Kernel:ident packed $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                trans: cublasOperation_t,
                diagonal: cublasDiagType_t,
                n: $Int,
                a: *const $C,
                x: *mut $C,
                incx: $Int,
            ) -> S {
                call(handle, || {
                    let a = packed::<$T>(a.cast(), fill, n)?.with_diagonal(diagonal)?;
                    Request::new::<$T>(with_operation(a, trans)?).x(x.cast(), incx)?.launch(handle, $Kernel)
                })
            }
        }
    };
}

macro_rules! trmv {
    ($($form:tt)*) => { triangular!(Trmv whole $($form)*); };
}
macro_rules! trsv {
    ($($form:tt)*) => { triangular!(Trsv whole $($form)*); };
}
macro_rules! tbmv {
    ($($form:tt)*) => { triangular!(Trmv band $($form)*); };
}
macro_rules! tbsv {
    ($($form:tt)*) => { triangular!(Trsv band $($form)*); };
}
macro_rules! tpmv {
    ($($form:tt)*) => { triangular!(Trmv packed $($form)*); };
}
macro_rules! tpsv {
    ($($form:tt)*) => { triangular!(Trsv packed $($form)*); };
}
sdcz!(trmv: cublasStrmv_v2 cublasStrmv_v2_64 cublasDtrmv_v2 cublasDtrmv_v2_64 cublasCtrmv_v2 cublasCtrmv_v2_64 cublasZtrmv_v2
    cublasZtrmv_v2_64);
sdcz!(trsv: cublasStrsv_v2 cublasStrsv_v2_64 cublasDtrsv_v2 cublasDtrsv_v2_64 cublasCtrsv_v2 cublasCtrsv_v2_64 cublasZtrsv_v2
    cublasZtrsv_v2_64);
sdcz!(tbmv: cublasStbmv_v2 cublasStbmv_v2_64 cublasDtbmv_v2 cublasDtbmv_v2_64 cublasCtbmv_v2 cublasCtbmv_v2_64 cublasZtbmv_v2
    cublasZtbmv_v2_64);
sdcz!(tbsv: cublasStbsv_v2 cublasStbsv_v2_64 cublasDtbsv_v2 cublasDtbsv_v2_64 cublasCtbsv_v2 cublasCtbsv_v2_64 cublasZtbsv_v2
    cublasZtbsv_v2_64);
sdcz!(tpmv: cublasStpmv_v2 cublasStpmv_v2_64 cublasDtpmv_v2 cublasDtpmv_v2_64 cublasCtpmv_v2 cublasCtpmv_v2_64 cublasZtpmv_v2
    cublasZtpmv_v2_64);
sdcz!(tpsv: cublasStpsv_v2 cublasStpsv_v2_64 cublasDtpsv_v2 cublasDtpsv_v2_64 cublasCtpsv_v2 cublasCtpsv_v2_64 cublasZtpsv_v2
    cublasZtpsv_v2_64);

/// Symmetric and Hermitian matrices times vectors.
macro_rules! symmetric {
    ($MIRROR:ident whole $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                x: *const $C,
                incx: $Int,
                beta: *const $C,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                call(handle, || {
                    let a = Matrix { mirror: Matrix::$MIRROR, ..triangle::<$T>(a.cast(), fill, n, lda)? };
                    let request = Request::new::<$T>(a).alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    request.x(x.cast(), incx)?.y(y.cast(), incy)?.launch(handle, Gemv)
                })
            }
        }
    };
    ($MIRROR:ident band $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                k: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                x: *const $C,
                incx: $Int,
                beta: *const $C,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                call(handle, || {
                    let a = band::<$T>(a.cast(), fill, (n.into(), k.into()), lda)?;
                    let a = Matrix { mirror: Matrix::$MIRROR, ..a };
                    let request = Request::new::<$T>(a).alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    request.x(x.cast(), incx)?.y(y.cast(), incy)?.launch(handle, Gemv)
                })
            }
        }
    };
    ($MIRROR:ident packed $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                alpha: *const $C,
                a: *const $C,
                x: *const $C,
                incx: $Int,
                beta: *const $C,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                call(handle, || {
                    let a = Matrix { mirror: Matrix::$MIRROR, ..packed::<$T>(a.cast(), fill, n)? };
                    let request = Request::new::<$T>(a).alpha(alpha, <$T>::KIND).beta(beta, <$T>::KIND);
                    request.x(x.cast(), incx)?.y(y.cast(), incy)?.launch(handle, Gemv)
                })
            }
        }
    };
}
macro_rules! symv {
    ($($form:tt)*) => { symmetric!(SYMMETRIC whole $($form)*); };
}
macro_rules! hemv {
    ($($form:tt)*) => { symmetric!(HERMITIAN whole $($form)*); };
}
macro_rules! sbmv {
    ($($form:tt)*) => { symmetric!(SYMMETRIC band $($form)*); };
}
macro_rules! hbmv {
    ($($form:tt)*) => { symmetric!(HERMITIAN band $($form)*); };
}
macro_rules! spmv {
    ($($form:tt)*) => { symmetric!(SYMMETRIC packed $($form)*); };
}
macro_rules! hpmv {
    ($($form:tt)*) => { symmetric!(HERMITIAN packed $($form)*); };
}
sdcz!(symv: cublasSsymv_v2 cublasSsymv_v2_64 cublasDsymv_v2 cublasDsymv_v2_64 cublasCsymv_v2 cublasCsymv_v2_64 cublasZsymv_v2
    cublasZsymv_v2_64);
cz!(hemv: cublasChemv_v2 cublasChemv_v2_64 cublasZhemv_v2 cublasZhemv_v2_64);
sd!(sbmv: cublasSsbmv_v2 cublasSsbmv_v2_64 cublasDsbmv_v2 cublasDsbmv_v2_64);
cz!(hbmv: cublasChbmv_v2 cublasChbmv_v2_64 cublasZhbmv_v2 cublasZhbmv_v2_64);
sd!(spmv: cublasSspmv_v2 cublasSspmv_v2_64 cublasDspmv_v2 cublasDspmv_v2_64);
cz!(hpmv: cublasChpmv_v2 cublasChpmv_v2_64 cublasZhpmv_v2 cublasZhpmv_v2_64);

macro_rules! ger {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        ger!($name $T, $C, $Int, 0);
    };
    ($name:ident $T:ty, $C:ty, $Int:ty, $conjugate:expr) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                m: $Int,
                n: $Int,
                alpha: *const $C,
                x: *const $C,
                incx: $Int,
                y: *const $C,
                incy: $Int,
                a: *mut $C,
                lda: $Int,
            ) -> S {
                call(handle, || {
                    let a = whole::<$T>(a.cast(), (m.into(), n.into()), lda.into())?;
                    let request = Request::new::<$T>(a).alpha(alpha, <$T>::KIND).x(x.cast(), incx)?;
                    let request = request.y(y.cast(), incy)?.set(|operands| operands.conjugate = $conjugate);
                    request.launch(handle, Ger)
                })
            }
        }
    };
}
macro_rules! gerc {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        ger!($name $T, $C, $Int, 1);
    };
}
sdcz!(ger: cublasSger_v2 cublasSger_v2_64 cublasDger_v2 cublasDger_v2_64 cublasCgeru_v2 cublasCgeru_v2_64 cublasZgeru_v2
    cublasZgeru_v2_64);
cz!(gerc: cublasCgerc_v2 cublasCgerc_v2_64 cublasZgerc_v2 cublasZgerc_v2_64);

/// Updates of triangles by one vector, with a scalar of the type `$Scalar`.
macro_rules! update {
    ($conjugate:literal whole $name:ident $T:ty, $C:ty, $Int:ty, $Scalar:ty, $kind:expr) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                alpha: *const $Scalar,
                x: *const $C,
                incx: $Int,
                a: *mut $C,
                lda: $Int,
            ) -> S {
                call(handle, || {
                    let request = Request::new::<$T>(triangle::<$T>(a.cast(), fill, n, lda)?);
                    let request = request.alpha(alpha, $kind).x(x.cast(), incx)?;
                    request.set(|operands| operands.conjugate = $conjugate).launch(handle, Syr)
                })
            }
        }
    };
    ($conjugate:literal packed $name:ident $T:ty, $C:ty, $Int:ty, $Scalar:ty, $kind:expr) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                alpha: *const $Scalar,
                x: *const $C,
                incx: $Int,
                a: *mut $C,
            ) -> S {
                call(handle, || {
                    let request = Request::new::<$T>(packed::<$T>(a.cast(), fill, n)?);
                    let request = request.alpha(alpha, $kind).x(x.cast(), incx)?;
                    request.set(|operands| operands.conjugate = $conjugate).launch(handle, Syr)
                })
            }
        }
    };
}
macro_rules! syr {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        update!(0 whole $name $T, $C, $Int, $C, <$T>::KIND);
    };
}
macro_rules! spr {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        update!(0 packed $name $T, $C, $Int, $C, <$T>::KIND);
    };
}
sdcz!(syr: cublasSsyr_v2 cublasSsyr_v2_64 cublasDsyr_v2 cublasDsyr_v2_64 cublasCsyr_v2 cublasCsyr_v2_64 cublasZsyr_v2
    cublasZsyr_v2_64);
sd!(spr: cublasSspr_v2 cublasSspr_v2_64 cublasDspr_v2 cublasDspr_v2_64);
// Those of Hermitian matrices take a real scalar.
update!(1 whole cublasCher_v2 Complex<f32>, cuComplex, c_int, f32, f32::KIND);
update!(1 whole cublasCher_v2_64 Complex<f32>, cuComplex, i64, f32, f32::KIND);
update!(1 whole cublasZher_v2 Complex<f64>, cuDoubleComplex, c_int, f64, f64::KIND);
update!(1 whole cublasZher_v2_64 Complex<f64>, cuDoubleComplex, i64, f64, f64::KIND);
update!(1 packed cublasChpr_v2 Complex<f32>, cuComplex, c_int, f32, f32::KIND);
update!(1 packed cublasChpr_v2_64 Complex<f32>, cuComplex, i64, f32, f32::KIND);
update!(1 packed cublasZhpr_v2 Complex<f64>, cuDoubleComplex, c_int, f64, f64::KIND);
update!(1 packed cublasZhpr_v2_64 Complex<f64>, cuDoubleComplex, i64, f64, f64::KIND);

/// Updates of triangles by two vectors.
macro_rules! update_twice {
    ($conjugate:literal whole $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                alpha: *const $C,
                x: *const $C,
                incx: $Int,
                y: *const $C,
                incy: $Int,
                a: *mut $C,
                lda: $Int,
            ) -> S {
                call(handle, || {
                    let request = Request::new::<$T>(triangle::<$T>(a.cast(), fill, n, lda)?);
                    let request = request.alpha(alpha, <$T>::KIND).x(x.cast(), incx)?.y(y.cast(), incy)?;
                    let set = |operands: &mut Level2| (operands.conjugate, operands.twice) = ($conjugate, 1);
                    request.set(set).launch(handle, Syr)
                })
            }
        }
    };
    ($conjugate:literal packed $name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                fill: cublasFillMode_t,
                n: $Int,
                alpha: *const $C,
                x: *const $C,
                incx: $Int,
                y: *const $C,
                incy: $Int,
                a: *mut $C,
            ) -> S {
                call(handle, || {
                    let request = Request::new::<$T>(packed::<$T>(a.cast(), fill, n)?);
                    let request = request.alpha(alpha, <$T>::KIND).x(x.cast(), incx)?.y(y.cast(), incy)?;
                    let set = |operands: &mut Level2| (operands.conjugate, operands.twice) = ($conjugate, 1);
                    request.set(set).launch(handle, Syr)
                })
            }
        }
    };
}
macro_rules! syr2 {
    ($($form:tt)*) => { update_twice!(0 whole $($form)*); };
}
macro_rules! her2 {
    ($($form:tt)*) => { update_twice!(1 whole $($form)*); };
}
macro_rules! spr2 {
    ($($form:tt)*) => { update_twice!(0 packed $($form)*); };
}
macro_rules! hpr2 {
    ($($form:tt)*) => { update_twice!(1 packed $($form)*); };
}
sdcz!(syr2: cublasSsyr2_v2 cublasSsyr2_v2_64 cublasDsyr2_v2 cublasDsyr2_v2_64 cublasCsyr2_v2 cublasCsyr2_v2_64 cublasZsyr2_v2
    cublasZsyr2_v2_64);
cz!(her2: cublasCher2_v2 cublasCher2_v2_64 cublasZher2_v2 cublasZher2_v2_64);
sd!(spr2: cublasSspr2_v2 cublasSspr2_v2_64 cublasDspr2_v2 cublasDspr2_v2_64);
cz!(hpr2: cublasChpr2_v2 cublasChpr2_v2_64 cublasZhpr2_v2 cublasZhpr2_v2_64);

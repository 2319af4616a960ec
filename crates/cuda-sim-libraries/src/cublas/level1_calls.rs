//! Level 1, vectors: the calls.

use std::ffi::c_void;

use cuda_sys::cublas::*;

use super::forms::{cz, sd, sdcz};
use super::handle::{Answer, answer, find};
use super::level1::*;
use super::library::Blas;
use super::scalar::{Scalar, deliver};
use crate::ffi;
use crate::number::{Number, size_of_kind};

use cublasStatus_t as S;

/// Operands of which both vectors are of one type.
fn of<T: Number>(
    n: impl Into<i64>,
    x: *const c_void,
    incx: impl Into<i64>,
    y: *const c_void,
    incy: impl Into<i64>,
) -> Vectors {
    Vectors {
        n: n.into(),
        x: Vector::new(x, incx.into(), T::KIND),
        y: Vector::new(y, incy.into(), T::KIND),
        result_kind: T::KIND.0,
        compute: T::KIND.0,
        ..Vectors::default()
    }
}

fn axpy(handle: cublasHandle_t, alpha: (*const c_void, cudaDataType), vectors: Vectors) -> Answer {
    let handle = find(handle)?;
    let alpha = Scalar::new(&handle.settings(), alpha.1, alpha.0)?;
    launch(&handle, Vectors { alpha, ..vectors }, Axpy)
}

fn scal(handle: cublasHandle_t, alpha: (*const c_void, cudaDataType), vectors: Vectors) -> Answer {
    let handle = find(handle)?;
    let alpha = Scalar::new(&handle.settings(), alpha.1, alpha.0)?;
    if vectors.x.increment <= 0 {
        return Ok(());
    }
    launch(&handle, Vectors { alpha, ..vectors }, Scal)
}

fn copy(handle: cublasHandle_t, vectors: Vectors) -> Answer {
    launch(&*find(handle)?, vectors, Copy)
}

fn swap(handle: cublasHandle_t, vectors: Vectors) -> Answer {
    launch(&*find(handle)?, vectors, Swap)
}

/// Launches what has one result of the type `kind`. Of no elements there is a result, too.
fn reduce<O: crate::native::Operation>(
    handle: cublasHandle_t,
    vectors: Vectors,
    result: *mut c_void,
    kind: cudaDataType,
    kernel: impl Fn(Vectors) -> O,
) -> Answer {
    let handle = find(handle)?;
    let launch = |address| {
        let workspace = handle.settings().workspace;
        handle.launch(&kernel(Vectors { result: address, result_kind: kind.0, workspace, ..vectors }))
    };
    match size_of_kind(kind) {
        Some(2) => deliver::<2>(&handle, result, launch),
        Some(4) => deliver::<4>(&handle, result, launch),
        Some(8) => deliver::<8>(&handle, result, launch),
        Some(16) => deliver::<16>(&handle, result, launch),
        _ => Err(S::CUBLAS_STATUS_NOT_SUPPORTED),
    }
}

fn extreme(handle: cublasHandle_t, vectors: Vectors, result: *mut c_void, kind: (bool, bool)) -> Answer {
    let handle = find(handle)?;
    let (smallest, wide) = kind;
    let launch = |result| {
        let workspace = handle.settings().workspace;
        let vectors = Vectors { result, workspace, ..vectors };
        handle.launch(&Extreme { vectors, smallest: smallest.into(), wide: wide.into() })
    };
    if wide { deliver::<8>(&handle, result, launch) } else { deliver::<4>(&handle, result, launch) }
}

/// A number with its type.
type Typed = (*const c_void, cudaDataType);

fn rot(handle: cublasHandle_t, vectors: Vectors, c: Typed, s: Typed) -> Answer {
    let handle = find(handle)?;
    let settings = handle.settings();
    let (alpha, beta) = (Scalar::new(&settings, c.1, c.0)?, Scalar::new(&settings, s.1, s.0)?);
    launch(&handle, Vectors { alpha, beta, ..vectors }, Rot)
}

macro_rules! axpy {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                n: $Int,
                alpha: *const $C,
                x: *const $C,
                incx: $Int,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                let vectors = of::<$T>(n, x.cast(), incx, y.cast(), incy);
                answer(axpy(handle, (alpha.cast(), <$T>::KIND), vectors))
            }
        }
    };
}
sdcz!(axpy: cublasSaxpy_v2 cublasSaxpy_v2_64 cublasDaxpy_v2 cublasDaxpy_v2_64 cublasCaxpy_v2 cublasCaxpy_v2_64 cublasZaxpy_v2
    cublasZaxpy_v2_64);

macro_rules! scal {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        scal!($name $T, $C, $Int, $C, <$T>::KIND);
    };
    ($name:ident $T:ty, $C:ty, $Int:ty, $Scalar:ty, $kind:expr) => {
        impl Blas {
            pub(super) fn $name(handle: cublasHandle_t, n: $Int, alpha: *const $Scalar, x: *mut $C, incx: $Int) -> S {
                let vectors = of::<$T>(n, x.cast(), incx, std::ptr::null(), incx);
                answer(scal(handle, (alpha.cast(), $kind), vectors))
            }
        }
    };
}
sdcz!(scal: cublasSscal_v2 cublasSscal_v2_64 cublasDscal_v2 cublasDscal_v2_64 cublasCscal_v2 cublasCscal_v2_64 cublasZscal_v2
    cublasZscal_v2_64);

/// By a real number.
macro_rules! scal_real {
    ($name:ident $T:ty, cuComplex, $Int:ty) => {
        scal!($name $T, cuComplex, $Int, f32, <$T>::REAL_KIND);
    };
    ($name:ident $T:ty, cuDoubleComplex, $Int:ty) => {
        scal!($name $T, cuDoubleComplex, $Int, f64, <$T>::REAL_KIND);
    };
}
cz!(scal_real: cublasCsscal_v2 cublasCsscal_v2_64 cublasZdscal_v2 cublasZdscal_v2_64);

macro_rules! copy {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                n: $Int,
                x: *const $C,
                incx: $Int,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                answer(copy(handle, of::<$T>(n, x.cast(), incx, y.cast(), incy)))
            }
        }
    };
}
sdcz!(copy: cublasScopy_v2 cublasScopy_v2_64 cublasDcopy_v2 cublasDcopy_v2_64 cublasCcopy_v2 cublasCcopy_v2_64 cublasZcopy_v2
    cublasZcopy_v2_64);

macro_rules! swap {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                n: $Int,
                x: *mut $C,
                incx: $Int,
                y: *mut $C,
                incy: $Int,
            ) -> S {
                answer(swap(handle, of::<$T>(n, x.cast(), incx, y.cast(), incy)))
            }
        }
    };
}
sdcz!(swap: cublasSswap_v2 cublasSswap_v2_64 cublasDswap_v2 cublasDswap_v2_64 cublasCswap_v2 cublasCswap_v2_64 cublasZswap_v2
    cublasZswap_v2_64);

macro_rules! dot {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        dot!($name $T, $C, $Int, Dot);
    };
    ($name:ident $T:ty, $C:ty, $Int:ty, $Kernel:ident) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                n: $Int,
                x: *const $C,
                incx: $Int,
                y: *const $C,
                incy: $Int,
                result: *mut $C,
            ) -> S {
                let vectors = of::<$T>(n, x.cast(), incx, y.cast(), incy);
                answer(reduce(handle, vectors, result.cast(), <$T>::KIND, $Kernel))
            }
        }
    };
}
sdcz!(dot: cublasSdot_v2 cublasSdot_v2_64 cublasDdot_v2 cublasDdot_v2_64 cublasCdotu_v2 cublasCdotu_v2_64 cublasZdotu_v2
    cublasZdotu_v2_64);

macro_rules! dotc {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        dot!($name $T, $C, $Int, Dotc);
    };
}
cz!(dotc: cublasCdotc_v2 cublasCdotc_v2_64 cublasZdotc_v2 cublasZdotc_v2_64);

/// What has a real result.
macro_rules! real_result {
    ($Kernel:ident: $($name:ident $T:ty, $C:ty, $Int:ty, $Real:ty;)*) => { $(
        impl Blas {
            pub(super) fn $name(handle: cublasHandle_t, n: $Int, x: *const $C, incx: $Int, result: *mut $Real) -> S {
                let vectors = of::<$T>(n, x.cast(), incx, std::ptr::null(), incx);
                answer(reduce(handle, vectors, result.cast(), <$T>::REAL_KIND, $Kernel))
            }
        }
    )* };
}
type C32 = crate::number::Complex<f32>;
type C64 = crate::number::Complex<f64>;
real_result! { Nrm2:
    cublasSnrm2_v2 f32, f32, c_int, f32;
    cublasSnrm2_v2_64 f32, f32, i64, f32;
    cublasDnrm2_v2 f64, f64, c_int, f64;
    cublasDnrm2_v2_64 f64, f64, i64, f64;
    cublasScnrm2_v2 C32, cuComplex, c_int, f32;
    cublasScnrm2_v2_64 C32, cuComplex, i64, f32;
    cublasDznrm2_v2 C64, cuDoubleComplex, c_int, f64;
    cublasDznrm2_v2_64 C64, cuDoubleComplex, i64, f64;
}
real_result! { Asum:
    cublasSasum_v2 f32, f32, c_int, f32;
    cublasSasum_v2_64 f32, f32, i64, f32;
    cublasDasum_v2 f64, f64, c_int, f64;
    cublasDasum_v2_64 f64, f64, i64, f64;
    cublasScasum_v2 C32, cuComplex, c_int, f32;
    cublasScasum_v2_64 C32, cuComplex, i64, f32;
    cublasDzasum_v2 C64, cuDoubleComplex, c_int, f64;
    cublasDzasum_v2_64 C64, cuDoubleComplex, i64, f64;
}

macro_rules! iamax {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        iamax!($name $T, $C, $Int, false);
    };
    ($name:ident $T:ty, $C:ty, $Int:ty, $smallest:expr) => {
        impl Blas {
            pub(super) fn $name(handle: cublasHandle_t, n: $Int, x: *const $C, incx: $Int, result: *mut $Int) -> S {
                let vectors = of::<$T>(n, x.cast(), incx, std::ptr::null(), incx);
                answer(extreme(handle, vectors, result.cast(), ($smallest, size_of::<$Int>() == 8)))
            }
        }
    };
}
sdcz!(iamax: cublasIsamax_v2 cublasIsamax_v2_64 cublasIdamax_v2 cublasIdamax_v2_64 cublasIcamax_v2 cublasIcamax_v2_64
    cublasIzamax_v2 cublasIzamax_v2_64);

macro_rules! iamin {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        iamax!($name $T, $C, $Int, true);
    };
}
sdcz!(iamin: cublasIsamin_v2 cublasIsamin_v2_64 cublasIdamin_v2 cublasIdamin_v2_64 cublasIcamin_v2 cublasIcamin_v2_64
    cublasIzamin_v2 cublasIzamin_v2_64);

macro_rules! rot {
    ($($name:ident $T:ty, $C:ty, $Int:ty, $Real:ty, $Sine:ty, $sine_kind:expr;)*) => { $(
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                n: $Int,
                x: *mut $C,
                incx: $Int,
                y: *mut $C,
                incy: $Int,
                c: *const $Real,
                s: *const $Sine,
            ) -> S {
                let vectors = of::<$T>(n, x.cast(), incx, y.cast(), incy);
                answer(rot(handle, vectors, (c.cast(), <$T>::REAL_KIND), (s.cast(), $sine_kind)))
            }
        }
    )* };
}
rot! {
    cublasSrot_v2 f32, f32, c_int, f32, f32, f32::KIND;
    cublasSrot_v2_64 f32, f32, i64, f32, f32, f32::KIND;
    cublasDrot_v2 f64, f64, c_int, f64, f64, f64::KIND;
    cublasDrot_v2_64 f64, f64, i64, f64, f64, f64::KIND;
    cublasCrot_v2 C32, cuComplex, c_int, f32, cuComplex, C32::KIND;
    cublasCrot_v2_64 C32, cuComplex, i64, f32, cuComplex, C32::KIND;
    cublasCsrot_v2 C32, cuComplex, c_int, f32, f32, f32::KIND;
    cublasCsrot_v2_64 C32, cuComplex, i64, f32, f32, f32::KIND;
    cublasZrot_v2 C64, cuDoubleComplex, c_int, f64, cuDoubleComplex, C64::KIND;
    cublasZrot_v2_64 C64, cuDoubleComplex, i64, f64, cuDoubleComplex, C64::KIND;
    cublasZdrot_v2 C64, cuDoubleComplex, c_int, f64, f64, f64::KIND;
    cublasZdrot_v2_64 C64, cuDoubleComplex, i64, f64, f64, f64::KIND;
}

/// Checks what the forms with types of their own are asked for: each type must be one that `compute` computes with.
fn of_kinds(
    compute: cudaDataType,
    n: impl Into<i64>,
    (x, x_kind, incx): (*const c_void, cudaDataType, impl Into<i64>),
    (y, y_kind, incy): (*const c_void, cudaDataType, impl Into<i64>),
) -> Answer<Vectors> {
    for kind in [x_kind, y_kind] {
        let stored: &[cudaDataType] = match compute {
            cudaDataType::CUDA_R_32F => {
                &[cudaDataType::CUDA_R_16F, cudaDataType::CUDA_R_16BF, cudaDataType::CUDA_R_32F]
            }
            cudaDataType::CUDA_R_64F => &[cudaDataType::CUDA_R_64F],
            cudaDataType::CUDA_C_32F => &[cudaDataType::CUDA_C_32F],
            cudaDataType::CUDA_C_64F => &[cudaDataType::CUDA_C_64F],
            _ => return Err(S::CUBLAS_STATUS_NOT_SUPPORTED),
        };
        if !stored.contains(&kind) {
            return Err(S::CUBLAS_STATUS_NOT_SUPPORTED);
        }
    }
    Ok(Vectors {
        n: n.into(),
        x: Vector::new(x, incx.into(), x_kind),
        y: Vector::new(y, incy.into(), y_kind),
        result_kind: x_kind.0,
        compute: compute.0,
        ..Vectors::default()
    })
}

/// The type to compute with where none is named.
fn compute_for(kind: cudaDataType) -> cudaDataType {
    match kind {
        cudaDataType::CUDA_R_16F | cudaDataType::CUDA_R_16BF => cudaDataType::CUDA_R_32F,
        kind => kind,
    }
}

macro_rules! of_any_type {
    ($Int:ty: $nrm2:ident $asum:ident $dot:ident $dotc:ident $scal:ident $axpy:ident $copy:ident $swap:ident $iamax:ident $iamin:ident $rot:ident) => {
        impl Blas {
            pub(super) fn $nrm2(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                result: *mut c_void,
                result_kind: cudaDataType,
                compute: cudaDataType,
            ) -> S {
                let vectors =
                    of_kinds(compute_of_real(compute, x_kind), n, (x, x_kind, incx), (x, x_kind, incx));
                answer(vectors.and_then(|vectors| reduce(handle, vectors, result, result_kind, Nrm2)))
            }

            pub(super) fn $asum(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                result: *mut c_void,
                result_kind: cudaDataType,
                compute: cudaDataType,
            ) -> S {
                let vectors =
                    of_kinds(compute_of_real(compute, x_kind), n, (x, x_kind, incx), (x, x_kind, incx));
                answer(vectors.and_then(|vectors| reduce(handle, vectors, result, result_kind, Asum)))
            }

            pub(super) fn $dot(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                y: *const c_void,
                y_kind: cudaDataType,
                incy: $Int,
                result: *mut c_void,
                result_kind: cudaDataType,
                compute: cudaDataType,
            ) -> S {
                let vectors = of_kinds(compute, n, (x, x_kind, incx), (y, y_kind, incy));
                answer(vectors.and_then(|vectors| reduce(handle, vectors, result, result_kind, Dot)))
            }

            pub(super) fn $dotc(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                y: *const c_void,
                y_kind: cudaDataType,
                incy: $Int,
                result: *mut c_void,
                result_kind: cudaDataType,
                compute: cudaDataType,
            ) -> S {
                let vectors = of_kinds(compute, n, (x, x_kind, incx), (y, y_kind, incy));
                answer(vectors.and_then(|vectors| reduce(handle, vectors, result, result_kind, Dotc)))
            }

            pub(super) fn $scal(
                handle: cublasHandle_t,
                n: $Int,
                alpha: *const c_void,
                alpha_kind: cudaDataType,
                x: *mut c_void,
                x_kind: cudaDataType,
                incx: $Int,
                compute: cudaDataType,
            ) -> S {
                let vectors = of_kinds(compute, n, (x, x_kind, incx), (x, x_kind, incx));
                answer(vectors.and_then(|vectors| scal(handle, (alpha, alpha_kind), vectors)))
            }

            pub(super) fn $axpy(
                handle: cublasHandle_t,
                n: $Int,
                alpha: *const c_void,
                alpha_kind: cudaDataType,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                y: *mut c_void,
                y_kind: cudaDataType,
                incy: $Int,
                compute: cudaDataType,
            ) -> S {
                let vectors = of_kinds(compute, n, (x, x_kind, incx), (y, y_kind, incy));
                answer(vectors.and_then(|vectors| axpy(handle, (alpha, alpha_kind), vectors)))
            }

            pub(super) fn $copy(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                y: *mut c_void,
                y_kind: cudaDataType,
                incy: $Int,
            ) -> S {
                if x_kind != y_kind {
                    return S::CUBLAS_STATUS_NOT_SUPPORTED;
                }
                let vectors = of_kinds(compute_for(x_kind), n, (x, x_kind, incx), (y, y_kind, incy));
                answer(vectors.and_then(|vectors| copy(handle, vectors)))
            }

            pub(super) fn $swap(
                handle: cublasHandle_t,
                n: $Int,
                x: *mut c_void,
                x_kind: cudaDataType,
                incx: $Int,
                y: *mut c_void,
                y_kind: cudaDataType,
                incy: $Int,
            ) -> S {
                if x_kind != y_kind {
                    return S::CUBLAS_STATUS_NOT_SUPPORTED;
                }
                let vectors = of_kinds(compute_for(x_kind), n, (x, x_kind, incx), (y, y_kind, incy));
                answer(vectors.and_then(|vectors| swap(handle, vectors)))
            }

            pub(super) fn $iamax(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                result: *mut $Int,
            ) -> S {
                let vectors = of_kinds(compute_for(x_kind), n, (x, x_kind, incx), (x, x_kind, incx));
                let kind = (false, size_of::<$Int>() == 8);
                answer(vectors.and_then(|vectors| extreme(handle, vectors, result.cast(), kind)))
            }

            pub(super) fn $iamin(
                handle: cublasHandle_t,
                n: $Int,
                x: *const c_void,
                x_kind: cudaDataType,
                incx: $Int,
                result: *mut $Int,
            ) -> S {
                let vectors = of_kinds(compute_for(x_kind), n, (x, x_kind, incx), (x, x_kind, incx));
                let kind = (true, size_of::<$Int>() == 8);
                answer(vectors.and_then(|vectors| extreme(handle, vectors, result.cast(), kind)))
            }

            pub(super) fn $rot(
                handle: cublasHandle_t,
                n: $Int,
                x: *mut c_void,
                x_kind: cudaDataType,
                incx: $Int,
                y: *mut c_void,
                y_kind: cudaDataType,
                incy: $Int,
                c: *const c_void,
                s: *const c_void,
                kind: cudaDataType,
                compute: cudaDataType,
            ) -> S {
                let vectors = of_kinds(compute, n, (x, x_kind, incx), (y, y_kind, incy));
                let real = match kind {
                    cudaDataType::CUDA_C_32F => cudaDataType::CUDA_R_32F,
                    cudaDataType::CUDA_C_64F => cudaDataType::CUDA_R_64F,
                    kind => kind,
                };
                answer(vectors.and_then(|vectors| rot(handle, vectors, (c, real), (s, kind))))
            }
        }
    };
}
of_any_type!(c_int: cublasNrm2Ex cublasAsumEx cublasDotEx cublasDotcEx cublasScalEx cublasAxpyEx cublasCopyEx cublasSwapEx cublasIamaxEx
    cublasIaminEx cublasRotEx);
of_any_type!(i64: cublasNrm2Ex_64 cublasAsumEx_64 cublasDotEx_64 cublasDotcEx_64 cublasScalEx_64 cublasAxpyEx_64 cublasCopyEx_64
    cublasSwapEx_64 cublasIamaxEx_64 cublasIaminEx_64 cublasRotEx_64);

/// The type to compute with where a sum over complex numbers is named by its real type.
fn compute_of_real(compute: cudaDataType, x: cudaDataType) -> cudaDataType {
    match (compute, x) {
        (cudaDataType::CUDA_R_32F, cudaDataType::CUDA_C_32F) => x,
        (cudaDataType::CUDA_R_64F, cudaDataType::CUDA_C_64F) => x,
        _ => compute,
    }
}

/// The rotation that makes `(a, b)` into `(r, 0)`; `a` becomes `r`, and `b` the number from which the rotation can be formed again.
fn rotg(a: f64, b: f64) -> (f64, f64, f64, f64) {
    let (size_a, size_b) = (a.abs(), b.abs());
    let scale = size_a.max(size_b);
    if scale == 0.0 {
        return (0.0, 0.0, 1.0, 0.0);
    }
    let sign = if size_a > size_b { a } else { b }.signum();
    let r = sign * scale * ((a / scale).powi(2) + (b / scale).powi(2)).sqrt();
    let (c, s) = (a / r, b / r);
    let z = match (size_a > size_b, c != 0.0) {
        (true, _) => s,
        (false, true) => 1.0 / c,
        (false, false) => 1.0,
    };
    (r, z, c, s)
}

/// With scalars on the host, this is computed there and then, as nothing of it is on the device.
macro_rules! rotg {
    ($($name:ident $T:ty;)*) => { $(
        impl Blas {
            pub(super) fn $name(handle: cublasHandle_t, a: *mut $T, b: *mut $T, c: *mut $T, s: *mut $T) -> S {
                answer(find(handle).and_then(|handle| {
                    if handle.settings().on_device() {
                        return Err(S::CUBLAS_STATUS_NOT_SUPPORTED);
                    }
                    let (Some(from_a), Some(from_b)) = (ffi::get(a), ffi::get(b)) else {
                        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
                    };
                    if c.is_null() || s.is_null() {
                        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
                    }
                    let (r, z, cosine, sine) = rotg(from_a.into(), from_b.into());
                    ffi::put(a, r as $T);
                    ffi::put(b, z as $T);
                    ffi::put(c, cosine as $T);
                    ffi::put(s, sine as $T);
                    Ok(())
                }))
            }
        }
    )* };
}
rotg! {
    cublasSrotg_v2 f32;
    cublasDrotg_v2 f64;
}

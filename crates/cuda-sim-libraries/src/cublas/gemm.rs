//! Products of matrices: the calls, in all their forms.

use std::ffi::c_void;

use cuda_sys::cublas::*;

use super::forms::{cz, sd, sdcz};
use super::handle::{Answer, answer, find};
use super::library::Blas;
use super::scalar::Scalar;
use crate::number::Number;
use crate::product::{Operand, Product};

use cublasStatus_t as S;

/// What a call asks for: sizes, matrices, scalars and types.
#[derive(Clone, Copy)]
pub(super) struct Request {
    pub(super) operations: (cublasOperation_t, cublasOperation_t),
    /// m, n and k.
    pub(super) sizes: [i64; 3],
    pub(super) a: Matrix,
    pub(super) b: Matrix,
    pub(super) c: Matrix,
    pub(super) alpha: *const c_void,
    pub(super) beta: *const c_void,
    /// What is computed with, and the type of the scalars.
    pub(super) types: Types,
    pub(super) batch: i64,
    /// The matrices are arrays of addresses.
    pub(super) arrays: bool,
}

/// A matrix as a call names it.
#[derive(Clone, Copy)]
pub(super) struct Matrix {
    pointer: *const c_void,
    kind: cudaDataType,
    leading: i64,
    stride: i64,
}

impl Matrix {
    pub(super) fn new(pointer: *const c_void, kind: cudaDataType, leading: impl Into<i64>) -> Self {
        Self { pointer, kind, leading: leading.into(), stride: 0 }
    }

    fn with_stride(self, stride: i64) -> Self {
        Self { stride, ..self }
    }

    fn operand(&self, operation: cublasOperation_t) -> Operand {
        let operand = Operand::by_columns(self.pointer as u64, self.leading, self.kind);
        Operand { stride: self.stride, operation: operation.0, ..operand }
    }
}

/// What is computed with, and what the scalars are.
#[derive(Clone, Copy)]
pub(crate) struct Types {
    pub(crate) compute: cudaDataType,
    pub(crate) scalar: cudaDataType,
}

impl Types {
    pub(super) const fn of(kind: cudaDataType) -> Self {
        Self { compute: kind, scalar: kind }
    }
}

/// Refuses what is no operation on a matrix.
pub(super) fn check_operation(operation: cublasOperation_t) -> Answer {
    if operation.0 <= cublasOperation_t::CUBLAS_OP_C.0 { Ok(()) } else { Err(S::CUBLAS_STATUS_INVALID_VALUE) }
}

/// Refuses sizes below zero.
pub(super) fn check_sizes(sizes: &[i64]) -> Answer {
    if sizes.iter().any(|size| *size < 0) { Err(S::CUBLAS_STATUS_INVALID_VALUE) } else { Ok(()) }
}

/// Refuses a leading dimension that is less than the rows.
pub(super) fn check_leading(leading: i64, rows: i64) -> Answer {
    if leading < rows.max(1) { Err(S::CUBLAS_STATUS_INVALID_VALUE) } else { Ok(()) }
}

impl Request {
    /// Refuses what the manual refuses.
    pub(super) fn check(&self) -> Answer {
        let (ta, tb) = self.operations;
        check_operation(ta)?;
        check_operation(tb)?;
        let [m, n, k] = self.sizes;
        check_sizes(&[m, n, k, self.batch])?;
        check_leading(self.a.leading, if ta == cublasOperation_t::CUBLAS_OP_N { m } else { k })?;
        check_leading(self.b.leading, if tb == cublasOperation_t::CUBLAS_OP_N { k } else { n })?;
        check_leading(self.c.leading, m)
    }

    /// Launches it.
    pub(super) fn launch(&self, handle: cublasHandle_t) -> Answer {
        let handle = find(handle)?;
        self.check()?;
        let settings = handle.settings();
        let alpha = Scalar::new(&settings, self.types.scalar, self.alpha)?;
        let beta = Scalar::new(&settings, self.types.scalar, self.beta)?;
        let [m, n, k] = self.sizes;
        if m == 0 || n == 0 || self.batch == 0 {
            return Ok(());
        }
        let c = self.c.operand(cublasOperation_t::CUBLAS_OP_N);
        handle.launch(&Product {
            m,
            n,
            k,
            batch: self.batch,
            a: self.a.operand(self.operations.0),
            b: self.b.operand(self.operations.1),
            c,
            d: c,
            alpha,
            beta,
            workspace: settings.workspace,
            compute: self.types.compute.0,
            arrays: self.arrays.into(),
            ..Product::default()
        })
    }
}

/// Returns what is computed with for operands of these types, if the manual has them for this type of computation.
pub(crate) fn types_of(compute: cublasComputeType_t, kinds: [cudaDataType; 3]) -> Answer<Types> {
    use cublasComputeType_t as C;
    use cudaDataType as K;
    let [a, b, c] = kinds;
    let types = match (compute, a, c) {
        (C::CUBLAS_COMPUTE_16F | C::CUBLAS_COMPUTE_16F_PEDANTIC, K::CUDA_R_16F, K::CUDA_R_16F) => {
            Types { compute: K::CUDA_R_32F, scalar: K::CUDA_R_16F }
        }
        (C::CUBLAS_COMPUTE_32I | C::CUBLAS_COMPUTE_32I_PEDANTIC, K::CUDA_R_8I, K::CUDA_R_32I) => {
            Types::of(K::CUDA_R_32I)
        }
        (
            C::CUBLAS_COMPUTE_32F | C::CUBLAS_COMPUTE_32F_PEDANTIC,
            K::CUDA_R_16BF,
            K::CUDA_R_16BF | K::CUDA_R_32F,
        )
        | (
            C::CUBLAS_COMPUTE_32F | C::CUBLAS_COMPUTE_32F_PEDANTIC,
            K::CUDA_R_16F,
            K::CUDA_R_16F | K::CUDA_R_32F,
        )
        | (C::CUBLAS_COMPUTE_32F | C::CUBLAS_COMPUTE_32F_PEDANTIC, K::CUDA_R_8I, K::CUDA_R_32F)
        | (
            C::CUBLAS_COMPUTE_32F
            | C::CUBLAS_COMPUTE_32F_PEDANTIC
            | C::CUBLAS_COMPUTE_32F_FAST_16F
            | C::CUBLAS_COMPUTE_32F_FAST_16BF
            | C::CUBLAS_COMPUTE_32F_FAST_TF32
            | C::CUBLAS_COMPUTE_32F_EMULATED_16BFX9,
            K::CUDA_R_32F,
            K::CUDA_R_32F,
        ) => Types::of(K::CUDA_R_32F),
        (
            C::CUBLAS_COMPUTE_32F
            | C::CUBLAS_COMPUTE_32F_PEDANTIC
            | C::CUBLAS_COMPUTE_32F_FAST_16F
            | C::CUBLAS_COMPUTE_32F_FAST_16BF
            | C::CUBLAS_COMPUTE_32F_FAST_TF32
            | C::CUBLAS_COMPUTE_32F_EMULATED_16BFX9,
            K::CUDA_C_32F,
            K::CUDA_C_32F,
        ) => Types::of(K::CUDA_C_32F),
        (
            C::CUBLAS_COMPUTE_64F
            | C::CUBLAS_COMPUTE_64F_PEDANTIC
            | C::CUBLAS_COMPUTE_64F_EMULATED_FIXEDPOINT,
            K::CUDA_R_64F | K::CUDA_C_64F,
            _,
        ) if a == c => Types::of(a),
        _ => return Err(S::CUBLAS_STATUS_NOT_SUPPORTED),
    };
    // There are no products of two types.
    if a == b { Ok(types) } else { Err(S::CUBLAS_STATUS_NOT_SUPPORTED) }
}

macro_rules! gemm {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                b: *const $C,
                ldb: $Int,
                beta: *const $C,
                c: *mut $C,
                ldc: $Int,
            ) -> S {
                let kind = <$T>::KIND;
                let request = Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a.cast(), kind, lda),
                    b: Matrix::new(b.cast(), kind, ldb),
                    c: Matrix::new(c.cast(), kind, ldc),
                    alpha: alpha.cast(),
                    beta: beta.cast(),
                    types: Types::of(kind),
                    batch: 1,
                    arrays: false,
                };
                answer(request.launch(handle))
            }
        }
    };
}
sdcz!(gemm: cublasSgemm_v2 cublasSgemm_v2_64 cublasDgemm_v2 cublasDgemm_v2_64 cublasCgemm_v2 cublasCgemm_v2_64 cublasZgemm_v2
    cublasZgemm_v2_64);
// A way to do a complex product with three real ones, and somewhat larger errors.
cz!(gemm: cublasCgemm3m cublasCgemm3m_64 cublasZgemm3m cublasZgemm3m_64);

macro_rules! gemm_batched {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const $C,
                a: *const *const $C,
                lda: $Int,
                b: *const *const $C,
                ldb: $Int,
                beta: *const $C,
                c: *const *mut $C,
                ldc: $Int,
                batch: $Int,
            ) -> S {
                let kind = <$T>::KIND;
                let request = Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a.cast(), kind, lda),
                    b: Matrix::new(b.cast(), kind, ldb),
                    c: Matrix::new(c.cast(), kind, ldc),
                    alpha: alpha.cast(),
                    beta: beta.cast(),
                    types: Types::of(kind),
                    batch: batch.into(),
                    arrays: true,
                };
                answer(request.launch(handle))
            }
        }
    };
}
sdcz!(gemm_batched: cublasSgemmBatched cublasSgemmBatched_64 cublasDgemmBatched cublasDgemmBatched_64 cublasCgemmBatched
    cublasCgemmBatched_64 cublasZgemmBatched cublasZgemmBatched_64);
gemm_batched!(cublasCgemm3mBatched crate::number::Complex<f32>, cuComplex, c_int);
gemm_batched!(cublasCgemm3mBatched_64 crate::number::Complex<f32>, cuComplex, i64);

macro_rules! gemm_strided {
    ($name:ident $T:ty, $C:ty, $Int:ty) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const $C,
                a: *const $C,
                lda: $Int,
                stride_a: c_longlong,
                b: *const $C,
                ldb: $Int,
                stride_b: c_longlong,
                beta: *const $C,
                c: *mut $C,
                ldc: $Int,
                stride_c: c_longlong,
                batch: $Int,
            ) -> S {
                let kind = <$T>::KIND;
                let request = Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a.cast(), kind, lda).with_stride(stride_a),
                    b: Matrix::new(b.cast(), kind, ldb).with_stride(stride_b),
                    c: Matrix::new(c.cast(), kind, ldc).with_stride(stride_c),
                    alpha: alpha.cast(),
                    beta: beta.cast(),
                    types: Types::of(kind),
                    batch: batch.into(),
                    arrays: false,
                };
                answer(request.launch(handle))
            }
        }
    };
}
sdcz!(gemm_strided: cublasSgemmStridedBatched cublasSgemmStridedBatched_64 cublasDgemmStridedBatched
    cublasDgemmStridedBatched_64 cublasCgemmStridedBatched cublasCgemmStridedBatched_64 cublasZgemmStridedBatched
    cublasZgemmStridedBatched_64);
gemm_strided!(cublasCgemm3mStridedBatched crate::number::Complex<f32>, cuComplex, c_int);
gemm_strided!(cublasCgemm3mStridedBatched_64 crate::number::Complex<f32>, cuComplex, i64);

/// The forms with the types of operands as arguments, and scalars of the type `$Scalar`.
macro_rules! gemm_of_kinds {
    ($name:ident $Int:ty, $Scalar:ty, $compute:expr) => {
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const $Scalar,
                a: *const c_void,
                a_kind: cudaDataType,
                lda: $Int,
                b: *const c_void,
                b_kind: cudaDataType,
                ldb: $Int,
                beta: *const $Scalar,
                c: *mut c_void,
                c_kind: cudaDataType,
                ldc: $Int,
            ) -> S {
                let request = |types| Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a, a_kind, lda),
                    b: Matrix::new(b, b_kind, ldb),
                    c: Matrix::new(c, c_kind, ldc),
                    alpha: alpha.cast(),
                    beta: beta.cast(),
                    types,
                    batch: 1,
                    arrays: false,
                };
                answer(launch_of_kinds(handle, $compute, [a_kind, b_kind, c_kind], request))
            }
        }
    };
}
gemm_of_kinds!(cublasSgemmEx c_int, f32, cublasComputeType_t::CUBLAS_COMPUTE_32F);
gemm_of_kinds!(cublasSgemmEx_64 i64, f32, cublasComputeType_t::CUBLAS_COMPUTE_32F);
gemm_of_kinds!(cublasCgemmEx c_int, cuComplex, cublasComputeType_t::CUBLAS_COMPUTE_32F);
gemm_of_kinds!(cublasCgemmEx_64 i64, cuComplex, cublasComputeType_t::CUBLAS_COMPUTE_32F);
gemm_of_kinds!(cublasCgemm3mEx c_int, cuComplex, cublasComputeType_t::CUBLAS_COMPUTE_32F);
gemm_of_kinds!(cublasCgemm3mEx_64 i64, cuComplex, cublasComputeType_t::CUBLAS_COMPUTE_32F);

/// Launches what names its types, after the handle and the sizes were looked at.
fn launch_of_kinds(
    handle: cublasHandle_t,
    compute: cublasComputeType_t,
    kinds: [cudaDataType; 3],
    request: impl FnOnce(Types) -> Request,
) -> Answer {
    find(handle)?;
    let types = types_of(compute, kinds);
    let request = request(*types.as_ref().unwrap_or(&Types::of(cudaDataType::CUDA_R_32F)));
    request.check()?;
    types?;
    request.launch(handle)
}

macro_rules! gemm_ex {
    ($Int:ty: $plain:ident $batched:ident $strided:ident) => {
        impl Blas {
            pub(super) fn $plain(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const c_void,
                a: *const c_void,
                a_kind: cudaDataType,
                lda: $Int,
                b: *const c_void,
                b_kind: cudaDataType,
                ldb: $Int,
                beta: *const c_void,
                c: *mut c_void,
                c_kind: cudaDataType,
                ldc: $Int,
                compute: cublasComputeType_t,
                _algorithm: cublasGemmAlgo_t,
            ) -> S {
                let request = |types| Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a, a_kind, lda),
                    b: Matrix::new(b, b_kind, ldb),
                    c: Matrix::new(c, c_kind, ldc),
                    alpha,
                    beta,
                    types,
                    batch: 1,
                    arrays: false,
                };
                answer(launch_of_kinds(handle, compute, [a_kind, b_kind, c_kind], request))
            }

            pub(super) fn $batched(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const c_void,
                a: *const *const c_void,
                a_kind: cudaDataType,
                lda: $Int,
                b: *const *const c_void,
                b_kind: cudaDataType,
                ldb: $Int,
                beta: *const c_void,
                c: *const *mut c_void,
                c_kind: cudaDataType,
                ldc: $Int,
                batch: $Int,
                compute: cublasComputeType_t,
                _algorithm: cublasGemmAlgo_t,
            ) -> S {
                let request = |types| Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a.cast(), a_kind, lda),
                    b: Matrix::new(b.cast(), b_kind, ldb),
                    c: Matrix::new(c.cast(), c_kind, ldc),
                    alpha,
                    beta,
                    types,
                    batch: batch.into(),
                    arrays: true,
                };
                answer(launch_of_kinds(handle, compute, [a_kind, b_kind, c_kind], request))
            }

            pub(super) fn $strided(
                handle: cublasHandle_t,
                ta: cublasOperation_t,
                tb: cublasOperation_t,
                m: $Int,
                n: $Int,
                k: $Int,
                alpha: *const c_void,
                a: *const c_void,
                a_kind: cudaDataType,
                lda: $Int,
                stride_a: c_longlong,
                b: *const c_void,
                b_kind: cudaDataType,
                ldb: $Int,
                stride_b: c_longlong,
                beta: *const c_void,
                c: *mut c_void,
                c_kind: cudaDataType,
                ldc: $Int,
                stride_c: c_longlong,
                batch: $Int,
                compute: cublasComputeType_t,
                _algorithm: cublasGemmAlgo_t,
            ) -> S {
                let request = |types| Request {
                    operations: (ta, tb),
                    sizes: [m.into(), n.into(), k.into()],
                    a: Matrix::new(a, a_kind, lda).with_stride(stride_a),
                    b: Matrix::new(b, b_kind, ldb).with_stride(stride_b),
                    c: Matrix::new(c, c_kind, ldc).with_stride(stride_c),
                    alpha,
                    beta,
                    types,
                    batch: batch.into(),
                    arrays: false,
                };
                answer(launch_of_kinds(handle, compute, [a_kind, b_kind, c_kind], request))
            }
        }
    };
}
gemm_ex!(c_int: cublasGemmEx cublasGemmBatchedEx cublasGemmStridedBatchedEx);
gemm_ex!(i64: cublasGemmEx_64 cublasGemmBatchedEx_64 cublasGemmStridedBatchedEx_64);

//! Products in groups, each of its own sizes: one kernel for a group.

use std::ffi::c_void;

use cuda_sys::cublas::*;

use super::gemm::{Matrix, Request, Types, types_of};
use super::handle::{Answer, answer, find};
use super::library::Blas;
use crate::ffi::element;
use crate::number::{Number, size_of_kind};

use cublasStatus_t as S;

/// The arguments, an array each with an element for a group; those of matrices have one for each product of all groups.
struct Groups<'a> {
    count: i64,
    operations: [*const cublasOperation_t; 2],
    scalars: [*const c_void; 2],
    matrices: [*const c_void; 3],
    kinds: [cudaDataType; 3],
    types: Types,
    /// Element `index` of m, n, k, lda, ldb, ldc and of the sizes of the groups.
    integer: &'a dyn Fn(usize, usize) -> Option<i64>,
}

impl Groups<'_> {
    fn launch(&self, handle: cublasHandle_t) -> Answer {
        find(handle)?;
        let requests = self.requests()?;
        // Nothing is launched unless all can be.
        requests.iter().try_for_each(Request::check)?;
        requests.iter().try_for_each(|request| request.launch(handle))
    }

    fn requests(&self) -> Answer<Vec<Request>> {
        let missing = S::CUBLAS_STATUS_INVALID_VALUE;
        let count = usize::try_from(self.count).map_err(|_| missing)?;
        let size = size_of_kind(self.types.scalar).ok_or(S::CUBLAS_STATUS_NOT_SUPPORTED)?;
        let (mut requests, mut first) = (Vec::new(), 0);
        for group in 0..count {
            let operation = |which: usize| element(self.operations[which], group).ok_or(missing);
            let integer = |which: usize| (self.integer)(which, group).ok_or(missing);
            let batch = integer(6)?;
            if batch < 0 {
                return Err(missing);
            }
            let scalar = |which: usize| match self.scalars[which] {
                pointer if pointer.is_null() => pointer,
                pointer => pointer.wrapping_byte_add(group * size),
            };
            let matrix = |which: usize| {
                let pointer = self.matrices[which].wrapping_byte_add(first * 8);
                Ok(Matrix::new(pointer, self.kinds[which], integer(3 + which)?))
            };
            requests.push(Request {
                operations: (operation(0)?, operation(1)?),
                sizes: [integer(0)?, integer(1)?, integer(2)?],
                a: matrix(0)?,
                b: matrix(1)?,
                c: matrix(2)?,
                alpha: scalar(0),
                beta: scalar(1),
                types: self.types,
                batch,
                arrays: true,
            });
            first += batch as usize;
        }
        Ok(requests)
    }
}

macro_rules! grouped {
    ($($name:ident $T:ty, $Int:ty;)*) => { $(
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: *const cublasOperation_t,
                tb: *const cublasOperation_t,
                m: *const $Int,
                n: *const $Int,
                k: *const $Int,
                alpha: *const $T,
                a: *const *const $T,
                lda: *const $Int,
                b: *const *const $T,
                ldb: *const $Int,
                beta: *const $T,
                c: *const *mut $T,
                ldc: *const $Int,
                count: $Int,
                sizes: *const $Int,
            ) -> S {
                let arrays = [m, n, k, lda, ldb, ldc, sizes];
                let groups = Groups {
                    count: count.into(),
                    operations: [ta, tb],
                    scalars: [alpha.cast(), beta.cast()],
                    matrices: [a.cast(), b.cast(), c.cast()],
                    kinds: [<$T>::KIND; 3],
                    types: Types::of(<$T>::KIND),
                    integer: &|which, group| element(arrays[which], group).map(Into::into),
                };
                answer(groups.launch(handle))
            }
        }
    )* };
}
grouped! {
    cublasSgemmGroupedBatched f32, c_int;
    cublasSgemmGroupedBatched_64 f32, i64;
    cublasDgemmGroupedBatched f64, c_int;
    cublasDgemmGroupedBatched_64 f64, i64;
}

macro_rules! grouped_ex {
    ($($name:ident $Int:ty;)*) => { $(
        impl Blas {
            pub(super) fn $name(
                handle: cublasHandle_t,
                ta: *const cublasOperation_t,
                tb: *const cublasOperation_t,
                m: *const $Int,
                n: *const $Int,
                k: *const $Int,
                alpha: *const c_void,
                a: *const *const c_void,
                a_kind: cudaDataType,
                lda: *const $Int,
                b: *const *const c_void,
                b_kind: cudaDataType,
                ldb: *const $Int,
                beta: *const c_void,
                c: *const *mut c_void,
                c_kind: cudaDataType,
                ldc: *const $Int,
                count: $Int,
                sizes: *const $Int,
                compute: cublasComputeType_t,
            ) -> S {
                let arrays = [m, n, k, lda, ldb, ldc, sizes];
                let kinds = [a_kind, b_kind, c_kind];
                let launch = || {
                    find(handle)?;
                    Groups {
                        count: count.into(),
                        operations: [ta, tb],
                        scalars: [alpha, beta],
                        matrices: [a.cast(), b.cast(), c.cast()],
                        kinds,
                        types: types_of(compute, kinds)?,
                        integer: &|which, group| element(arrays[which], group).map(Into::into),
                    }
                    .launch(handle)
                };
                answer(launch())
            }
        }
    )* };
}
grouped_ex! {
    cublasGemmGroupedBatchedEx c_int;
    cublasGemmGroupedBatchedEx_64 i64;
}

//! Copies of vectors and matrices between the host and the device.
#![allow(unsafe_code)]

use std::ffi::c_void;

use cuda_sys::cublas::*;
use cuda_sys::driver::{CUDA_MEMCPY2D, CUmemorytype, CUresult};

use super::handle::{Answer, answer, enter_context};
use super::library::Blas;

use cublasStatus_t as S;

/// A copy of `count` pieces of `bytes` bytes, with a pitch on each side.
struct Transfer {
    from: *const c_void,
    from_pitch: i64,
    to: *mut c_void,
    to_pitch: i64,
    bytes: i64,
    count: i64,
}

impl Transfer {
    /// Does it: in `stream` if there is one, else at once. Which side is the host's, the addresses tell.
    fn run(&self, stream: Option<cudaStream_t>) -> Answer {
        if self.count == 0 || self.bytes == 0 {
            return Ok(());
        }
        let driver = crate::driver::driver().map_err(|_| S::CUBLAS_STATUS_MAPPING_ERROR)?;
        enter_context(driver).ok_or(S::CUBLAS_STATUS_MAPPING_ERROR)?;
        // Elements that lie side by side are one piece.
        let whole = self.from_pitch == self.bytes && self.to_pitch == self.bytes;
        let (bytes, count) = if whole { (self.bytes * self.count, 1) } else { (self.bytes, self.count) };
        let copy = CUDA_MEMCPY2D {
            srcMemoryType: CUmemorytype::CU_MEMORYTYPE_UNIFIED,
            srcDevice: self.from as u64,
            srcPitch: if whole { bytes } else { self.from_pitch } as usize,
            dstMemoryType: CUmemorytype::CU_MEMORYTYPE_UNIFIED,
            dstDevice: self.to as u64,
            dstPitch: if whole { bytes } else { self.to_pitch } as usize,
            WidthInBytes: bytes as usize,
            Height: count as usize,
            ..CUDA_MEMCPY2D::default()
        };
        // SAFETY: the client vouches for both sides (Ffi 1).
        let result = unsafe {
            match stream {
                Some(stream) => driver.cuMemcpy2DAsync_v2(&copy, stream),
                None => driver.cuMemcpy2DUnaligned_v2(&copy),
            }
        };
        match result {
            Ok(CUresult::CUDA_SUCCESS) => Ok(()),
            _ => Err(S::CUBLAS_STATUS_MAPPING_ERROR),
        }
    }
}

/// Copies `n` elements of `size` bytes, which lie apart by increments.
fn vector(
    (n, size): (i64, i64),
    (from, from_increment): (*const c_void, i64),
    (to, to_increment): (*mut c_void, i64),
    stream: Option<cudaStream_t>,
) -> Answer {
    if from_increment <= 0 || to_increment <= 0 || size <= 0 {
        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
    }
    if n <= 0 {
        return Ok(());
    }
    let pitch = |increment: i64| increment.checked_mul(size).ok_or(S::CUBLAS_STATUS_INVALID_VALUE);
    let (from_pitch, to_pitch) = (pitch(from_increment)?, pitch(to_increment)?);
    Transfer { from, from_pitch, to, to_pitch, bytes: size, count: n }.run(stream)
}

/// Copies a matrix of elements of `size` bytes, which both sides store by columns.
fn matrix(
    (rows, columns, size): (i64, i64, i64),
    (from, from_leading): (*const c_void, i64),
    (to, to_leading): (*mut c_void, i64),
    stream: Option<cudaStream_t>,
) -> Answer {
    if rows < 0 || columns < 0 || size <= 0 || from_leading <= 0 || to_leading <= 0 {
        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
    }
    let bytes = |elements: i64| elements.checked_mul(size).ok_or(S::CUBLAS_STATUS_INVALID_VALUE);
    let (from_pitch, to_pitch) = (bytes(from_leading)?, bytes(to_leading)?);
    Transfer { from, from_pitch, to, to_pitch, bytes: bytes(rows)?, count: columns }.run(stream)
}

macro_rules! transfers {
    ($Int:ty: $set_vector:ident $get_vector:ident $set_vector_async:ident $get_vector_async:ident
        $set_matrix:ident $get_matrix:ident $set_matrix_async:ident $get_matrix_async:ident) => {
        transfers! { vectors $Int: $set_vector $get_vector }
        transfers! { vectors in_stream $Int: $set_vector_async $get_vector_async }
        transfers! { matrices $Int: $set_matrix $get_matrix }
        transfers! { matrices in_stream $Int: $set_matrix_async $get_matrix_async }
    };
    (vectors $Int:ty: $($name:ident)*) => { $(
        impl Blas {
            pub(super) fn $name(n: $Int, size: $Int, x: *const c_void, incx: $Int, y: *mut c_void, incy: $Int) -> S {
                answer(vector((n.into(), size.into()), (x, incx.into()), (y, incy.into()), None))
            }
        }
    )* };
    (vectors in_stream $Int:ty: $($name:ident)*) => { $(
        impl Blas {
            pub(super) fn $name(
                n: $Int,
                size: $Int,
                x: *const c_void,
                incx: $Int,
                y: *mut c_void,
                incy: $Int,
                stream: cudaStream_t,
            ) -> S {
                answer(vector((n.into(), size.into()), (x, incx.into()), (y, incy.into()), Some(stream)))
            }
        }
    )* };
    (matrices $Int:ty: $($name:ident)*) => { $(
        impl Blas {
            pub(super) fn $name(
                rows: $Int,
                columns: $Int,
                size: $Int,
                a: *const c_void,
                lda: $Int,
                b: *mut c_void,
                ldb: $Int,
            ) -> S {
                let extent = (rows.into(), columns.into(), size.into());
                answer(matrix(extent, (a, lda.into()), (b, ldb.into()), None))
            }
        }
    )* };
    (matrices in_stream $Int:ty: $($name:ident)*) => { $(
        impl Blas {
            pub(super) fn $name(
                rows: $Int,
                columns: $Int,
                size: $Int,
                a: *const c_void,
                lda: $Int,
                b: *mut c_void,
                ldb: $Int,
                stream: cudaStream_t,
            ) -> S {
                let extent = (rows.into(), columns.into(), size.into());
                answer(matrix(extent, (a, lda.into()), (b, ldb.into()), Some(stream)))
            }
        }
    )* };
}
transfers!(c_int: cublasSetVector cublasGetVector cublasSetVectorAsync cublasGetVectorAsync cublasSetMatrix cublasGetMatrix
    cublasSetMatrixAsync cublasGetMatrixAsync);
transfers!(i64: cublasSetVector_64 cublasGetVector_64 cublasSetVectorAsync_64 cublasGetVectorAsync_64 cublasSetMatrix_64
    cublasGetMatrix_64 cublasSetMatrixAsync_64 cublasGetMatrixAsync_64);

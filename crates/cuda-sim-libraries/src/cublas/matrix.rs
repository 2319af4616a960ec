//! Matrices as BLAS stores them: whole, in bands, triangles alone, and triangles packed.
//!
//! A kernel gets them all as dense matrices. What is loaded is only what the form has: the other triangle, and a diagonal that is
//! all ones, may be memory that nothing has written.

use std::ffi::c_void;

use bytemuck::AnyBitPattern;
use cuda_sys::cublas::{cublasDiagType_t, cublasFillMode_t, cublasOperation_t, cublasStatus_t, cudaDataType};

use super::handle::Answer;
use crate::native::{Fault, Memory};
use crate::number::{Factor, Number, size_of_kind};

/// A matrix in memory.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Matrix {
    pub(crate) address: u64,
    /// From one column to the next.
    pub(crate) leading: i64,
    pub(crate) rows: i64,
    pub(crate) columns: i64,
    /// Diagonals below and above the main one, where they are stored in bands.
    pub(crate) below: i64,
    pub(crate) above: i64,
    /// From one matrix of a batch to the next.
    pub(crate) stride: i64,
    pub(crate) kind: u32,
    /// One of the forms below.
    pub(crate) form: u32,
    /// Which part is stored.
    pub(crate) part: u32,
    /// Whether the diagonal is all ones, and not stored.
    pub(crate) unit: u32,
    /// What the other triangle is.
    pub(crate) mirror: u32,
    /// What is done to it, as a `cublasOperation_t`.
    pub(crate) operation: u32,
}

impl Matrix {
    /// Column after column.
    pub(crate) const WHOLE: u32 = 0;
    /// The diagonals, each a row.
    pub(crate) const BAND: u32 = 1;
    /// The columns of a triangle, one right behind the other.
    pub(crate) const PACKED: u32 = 2;

    /// All of it.
    pub(crate) const ALL: u32 = 0;
    pub(crate) const LOWER: u32 = 1;
    pub(crate) const UPPER: u32 = 2;

    /// The other triangle is zero.
    pub(crate) const NOTHING: u32 = 0;
    pub(crate) const SYMMETRIC: u32 = 1;
    pub(crate) const HERMITIAN: u32 = 2;

    /// A matrix of `rows` by `columns`, all of which is stored.
    pub(crate) fn whole(
        pointer: *const c_void,
        (rows, columns): (i64, i64),
        leading: i64,
        kind: cudaDataType,
    ) -> Self {
        Self { address: pointer as u64, leading, rows, columns, kind: kind.0, ..Self::default() }
    }

    /// The same with an operation.
    pub(crate) fn with_operation(self, operation: cublasOperation_t) -> Self {
        Self { operation: operation.0, ..self }
    }

    /// The same of which one triangle is stored.
    pub(crate) fn with_part(self, fill: cublasFillMode_t) -> Answer<Self> {
        let part = match fill {
            cublasFillMode_t::CUBLAS_FILL_MODE_LOWER => Self::LOWER,
            cublasFillMode_t::CUBLAS_FILL_MODE_UPPER => Self::UPPER,
            _ => return Err(cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE),
        };
        Ok(Self { part, ..self })
    }

    /// The same with a diagonal of ones, or its own.
    pub(crate) fn with_diagonal(self, diagonal: cublasDiagType_t) -> Answer<Self> {
        match diagonal {
            cublasDiagType_t::CUBLAS_DIAG_NON_UNIT => Ok(self),
            cublasDiagType_t::CUBLAS_DIAG_UNIT => Ok(Self { unit: 1, ..self }),
            _ => Err(cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE),
        }
    }

    pub(crate) fn extent(&self) -> (usize, usize) {
        (usize::try_from(self.rows).unwrap_or(0), usize::try_from(self.columns).unwrap_or(0))
    }

    pub(crate) fn is_transposed(&self) -> bool {
        self.operation != cublasOperation_t::CUBLAS_OP_N.0
    }

    /// Matrix `index` of a batch: strided, or if `arrays`, by the addresses that are at its own.
    pub(crate) fn of_batch(&self, memory: &Memory<'_>, arrays: bool, index: i64) -> Result<Self, Fault> {
        let address = if arrays {
            memory.load_one(self.address.wrapping_add_signed(index.wrapping_mul(8)))?
        } else {
            self.place(index.wrapping_mul(self.stride))
        };
        Ok(Self { address, ..*self })
    }

    fn place(&self, element: i64) -> u64 {
        let size = size_of_kind(cudaDataType(self.kind)).unwrap_or(0) as i64;
        self.address.wrapping_add_signed(element.wrapping_mul(size))
    }

    /// The rows of column `column` that are stored: from the first up to the last, which is left out, and where the first is.
    fn column(&self, column: i64) -> (i64, i64, i64) {
        let (rows, j) = (self.rows, column);
        let (mut first, mut end) = match self.part {
            Self::LOWER => (j.min(rows), rows),
            Self::UPPER => (0, (j + 1).min(rows)),
            _ => (0, rows),
        };
        if self.form == Self::BAND {
            first = first.max(j - self.above).min(rows);
            end = end.min(j + self.below + 1).max(first);
        }
        if self.unit != 0 && self.part == Self::LOWER {
            first = (first + 1).min(end.max(first));
        }
        if self.unit != 0 && self.part == Self::UPPER {
            end = end.min(j).max(first);
        }
        let at = match self.form {
            Self::BAND => self.above + first - j + j * self.leading,
            Self::PACKED if self.part == Self::UPPER => first + j * (j + 1) / 2,
            Self::PACKED => first + (2 * self.columns - j - 1) * j / 2,
            _ => first + j * self.leading,
        };
        (first, end, at)
    }

    /// Loads it as a dense matrix, packed by columns.
    pub(crate) fn load<T: Number>(&self, memory: &Memory<'_>) -> Result<Vec<T>, Fault> {
        let (rows, columns) = self.extent();
        let kind = cudaDataType(self.kind);
        if self.form == Self::WHOLE && self.part == Self::ALL {
            return T::load(memory, kind, (self.address, &[columns, rows], &[self.leading, 1]));
        }
        let mut values = vec![T::ZERO; rows * columns];
        for j in 0..columns {
            let (first, end, at) = self.column(j as i64);
            let held: Vec<T> =
                T::load(memory, kind, (self.place(at), &[(end - first).max(0) as usize], &[1]))?;
            let start = j * rows + first as usize;
            values[start..start + held.len()].copy_from_slice(&held);
        }
        if self.unit != 0 {
            (0..rows.min(columns)).for_each(|i| values[i * rows + i] = T::ONE);
        }
        self.fill_other(&mut values, rows);
        Ok(values)
    }

    /// Makes the other triangle what it stands for.
    fn fill_other<T: Number>(&self, values: &mut [T], rows: usize) {
        if self.mirror == Self::NOTHING {
            return;
        }
        let hermitian = self.mirror == Self::HERMITIAN;
        for j in 0..rows {
            for i in 0..j {
                let (stored, other) = match self.part {
                    Self::LOWER => (i * rows + j, j * rows + i),
                    _ => (j * rows + i, i * rows + j),
                };
                values[other] = if hermitian { values[stored].conj() } else { values[stored] };
            }
            if hermitian {
                // The diagonal is real, whatever its imaginary parts hold.
                values[j * rows + j] = T::real(values[j * rows + j].parts().0);
            }
        }
    }

    /// Stores what of a dense matrix the form has.
    pub(crate) fn store<T: Number>(&self, memory: &Memory<'_>, values: &[T]) -> Result<(), Fault> {
        let (rows, columns) = self.extent();
        let kind = cudaDataType(self.kind);
        if self.form == Self::WHOLE && self.part == Self::ALL {
            return T::store(memory, kind, (self.address, &[columns, rows], &[self.leading, 1]), values);
        }
        for j in 0..columns {
            let (first, end, at) = self.column(j as i64);
            let piece = &values[j * rows + first as usize..j * rows + end.max(first) as usize];
            T::store(memory, kind, (self.place(at), &[piece.len()], &[1]), piece)?;
        }
        Ok(())
    }

    /// What [`load`](Self::load) has loaded, with the operation done to it.
    pub(crate) fn factor<'a, T>(&self, values: &'a [T]) -> Factor<'a, T> {
        let factor = Factor::plain(values, self.extent().0);
        match cublasOperation_t(self.operation) {
            cublasOperation_t::CUBLAS_OP_T => factor.transposed(),
            cublasOperation_t::CUBLAS_OP_C => factor.transposed().conjugated(),
            _ => factor,
        }
    }

    /// The same matrix as the transposed factor has it, for [`solve`].
    pub(crate) fn turned(&self) -> Self {
        let operation = match self.is_transposed() {
            true => cublasOperation_t::CUBLAS_OP_N,
            false => cublasOperation_t::CUBLAS_OP_T,
        };
        self.with_operation(operation)
    }

    /// Returns whether what `factor` gives is a lower triangle.
    pub(crate) fn is_lower(&self) -> bool {
        (self.part == Self::LOWER) != self.is_transposed()
    }
}

/// Solves `op(A) x = b` for a triangle, in place.
pub(super) fn solve<T: Number>(matrix: &Matrix, a: Factor<'_, T>, x: &mut [T]) {
    let n = x.len();
    let at = |i: usize, j: usize| a.value(i, j);
    let mut step = |i: usize, known: std::ops::Range<usize>| {
        let mut sum = x[i];
        for j in known {
            sum = sum - at(i, j) * x[j];
        }
        x[i] = if matrix.unit != 0 { sum } else { sum / at(i, i) };
    };
    if matrix.is_lower() {
        (0..n).for_each(|i| step(i, 0..i));
    } else {
        (0..n).rev().for_each(|i| step(i, i + 1..n));
    }
}

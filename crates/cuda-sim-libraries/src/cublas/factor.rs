//! Factorisations of many small matrices at once: `P A = L U`, what is solved with it, and inverses; and triangles from one storage to
//! another.

use bytemuck::AnyBitPattern;
use cuda_sys::cublas::cublasOperation_t;

use super::handle::Workspace;
use super::level1::kernels;
use super::matrix::{Matrix, solve};
use crate::native::{Fault, Memory};
use crate::number::{Factor, Number};

/// The operands of a kernel over a batch of square matrices, by their addresses.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Factors {
    pub(crate) a: Matrix,
    pub(crate) b: Matrix,
    /// Pivots, `n` for each matrix; null is no pivoting.
    pub(crate) pivots: u64,
    /// Whether each matrix is singular: zero, or the first pivot that is zero.
    pub(crate) info: u64,
    pub(crate) workspace: Workspace,
    pub(crate) batch: i64,
    pub(crate) compute: u32,
    pub(crate) _unused: u32,
}

kernels! {
    Getrf "cublas_getrf" Factors: getrf;
    Getri "cublas_getri" Factors: getri;
    Getrs "cublas_getrs" Factors: getrs;
    Matinv "cublas_matinv" Factors: matinv;
    Convert "cublas_convert" Factors: convert;
}

/// Factorises a matrix in place. Returns the pivots, counted from one, and the first of them that is zero, if one is.
fn factorise<T: Number>(a: &mut [T], n: usize, with_pivots: bool) -> (Vec<i32>, i32) {
    let size = |value: T| {
        let (re, im) = value.parts();
        re.abs() + im.abs()
    };
    let (mut pivots, mut info) = (Vec::new(), 0);
    for k in 0..n {
        // The first of the largest.
        let mut pivot = k;
        for i in k + 1..n {
            if with_pivots && size(a[i + k * n]) > size(a[pivot + k * n]) {
                pivot = i;
            }
        }
        pivots.push(pivot as i32 + 1);
        (0..n).for_each(|j| a.swap(k + j * n, pivot + j * n));
        if a[k + k * n] == T::ZERO {
            if info == 0 {
                info = k as i32 + 1;
            }
            continue;
        }
        for i in k + 1..n {
            a[i + k * n] = a[i + k * n] / a[k + k * n];
        }
        for j in k + 1..n {
            for i in k + 1..n {
                a[i + j * n] = a[i + j * n] - a[i + k * n] * a[k + j * n];
            }
        }
    }
    (pivots, info)
}

/// Solves `op(A) X = B` with the factors of `A`, in place, for `columns` right-hand sides.
fn solve_with<T: Number>(factors: &[T], n: usize, pivots: &[i32], operation: u32, b: &mut [T]) {
    let lower = Matrix { part: Matrix::LOWER, unit: 1, operation, ..Matrix::default() };
    let upper = Matrix { part: Matrix::UPPER, operation, ..Matrix::default() };
    let place = Matrix { rows: n as i64, columns: n as i64, operation, ..Matrix::default() };
    let factor: Factor<'_, T> = place.factor(factors);
    let rows = || pivots.iter().map(|pivot| pivot.saturating_sub(1).max(0) as usize).enumerate();
    for column in b.chunks_mut(n) {
        if operation == cublasOperation_t::CUBLAS_OP_N.0 {
            rows().for_each(|(i, pivot)| column.swap(i, pivot.min(n - 1)));
            solve(&lower, factor, column);
            solve(&upper, factor, column);
        } else {
            solve(&upper, factor, column);
            solve(&lower, factor, column);
            rows()
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .for_each(|(i, pivot)| column.swap(i, pivot.min(n - 1)));
        }
    }
}

impl Factors {
    fn order(&self) -> usize {
        self.a.extent().0
    }

    /// Where the pivots of matrix `index` are.
    fn pivots_of(&self, index: i64) -> u64 {
        self.pivots.wrapping_add_signed(index.wrapping_mul(self.a.rows).wrapping_mul(4))
    }

    /// The pivots of matrix `index`; without any, each row is its own.
    fn load_pivots(&self, memory: &Memory<'_>, index: i64) -> Result<Vec<i32>, Fault> {
        match self.pivots {
            0 => Ok((1..=self.a.rows as i32).collect()),
            _ => memory.load(self.pivots_of(index), self.order()),
        }
    }

    fn put_info(&self, memory: &Memory<'_>, index: i64, info: i32) -> Result<(), Fault> {
        memory.store(self.info.wrapping_add_signed(index.wrapping_mul(4)), &[info])
    }
}

fn getrf<T: Number>(operands: &Factors, memory: &Memory<'_>) -> Result<(), Fault> {
    for index in 0..operands.batch {
        let a = operands.a.of_batch(memory, true, index)?;
        let mut values: Vec<T> = a.load(memory)?;
        let (pivots, info) = factorise(&mut values, operands.order(), operands.pivots != 0);
        a.store(memory, &values)?;
        if operands.pivots != 0 {
            memory.store(operands.pivots_of(index), &pivots)?;
        }
        operands.put_info(memory, index, info)?;
    }
    Ok(())
}

fn identity<T: Number>(n: usize) -> Vec<T> {
    (0..n * n).map(|at| if at % n == at / n { T::ONE } else { T::ZERO }).collect()
}

/// The first pivot that is zero, counted from one; zero if none is.
fn singular<T: Number>(factors: &[T], n: usize) -> i32 {
    (0..n).find(|k| factors[k + k * n] == T::ZERO).map_or(0, |k| k as i32 + 1)
}

fn getri<T: Number>(operands: &Factors, memory: &Memory<'_>) -> Result<(), Fault> {
    let n = operands.order();
    for index in 0..operands.batch {
        let factors: Vec<T> = operands.a.of_batch(memory, true, index)?.load(memory)?;
        let pivots = operands.load_pivots(memory, index)?;
        let info = singular(&factors, n);
        if info == 0 {
            let mut inverse = identity::<T>(n);
            solve_with(&factors, n, &pivots, cublasOperation_t::CUBLAS_OP_N.0, &mut inverse);
            operands.b.of_batch(memory, true, index)?.store(memory, &inverse)?;
        }
        operands.put_info(memory, index, info)?;
    }
    Ok(())
}

fn getrs<T: Number>(operands: &Factors, memory: &Memory<'_>) -> Result<(), Fault> {
    let n = operands.order();
    for index in 0..operands.batch {
        let factors: Vec<T> = operands.a.of_batch(memory, true, index)?.load(memory)?;
        let pivots = operands.load_pivots(memory, index)?;
        let b = operands.b.of_batch(memory, true, index)?;
        let mut values: Vec<T> = b.load(memory)?;
        solve_with(&factors, n, &pivots, operands.a.operation, &mut values);
        b.store(memory, &values)?;
    }
    Ok(())
}

fn matinv<T: Number>(operands: &Factors, memory: &Memory<'_>) -> Result<(), Fault> {
    let n = operands.order();
    for index in 0..operands.batch {
        let mut factors: Vec<T> = operands.a.of_batch(memory, true, index)?.load(memory)?;
        let (pivots, info) = factorise(&mut factors, n, true);
        if info == 0 {
            let mut inverse = identity::<T>(n);
            solve_with(&factors, n, &pivots, cublasOperation_t::CUBLAS_OP_N.0, &mut inverse);
            operands.b.of_batch(memory, true, index)?.store(memory, &inverse)?;
        }
        operands.put_info(memory, index, info)?;
    }
    Ok(())
}

/// A triangle from one form to another.
fn convert<T: Number>(operands: &Factors, memory: &Memory<'_>) -> Result<(), Fault> {
    let values: Vec<T> = operands.a.load(memory)?;
    operands.b.store(memory, &values)
}

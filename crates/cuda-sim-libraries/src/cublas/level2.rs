//! Level 2, a matrix and vectors: the kernels.

use bytemuck::AnyBitPattern;

use super::handle::Workspace;
use super::level1::{Vector, kernels};
use super::matrix::{Matrix, solve};
use super::scalar::Scalar;
use crate::native::{Fault, Memory};
use crate::number::Number;

/// The operands of a kernel over a matrix and vectors.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Level2 {
    pub(crate) a: Matrix,
    pub(crate) x: Vector,
    pub(crate) y: Vector,
    pub(crate) alpha: Scalar,
    pub(crate) beta: Scalar,
    pub(crate) workspace: Workspace,
    /// From one vector of a batch to the next.
    pub(crate) x_stride: i64,
    pub(crate) y_stride: i64,
    pub(crate) batch: i64,
    /// Whether the operands are arrays of addresses.
    pub(crate) arrays: u32,
    /// What is computed with.
    pub(crate) compute: u32,
    /// Whether the second vector of an update is conjugated.
    pub(crate) conjugate: u32,
    /// Whether an update is of two products.
    pub(crate) twice: u32,
}

kernels! {
    Gemv "cublas_gemv" Level2: gemv;
    Trmv "cublas_trmv" Level2: trmv;
    Trsv "cublas_trsv" Level2: trsv;
    Ger "cublas_ger" Level2: ger;
    Syr "cublas_syr" Level2: syr;
}

/// `y = alpha op(A) x + beta y`.
fn gemv<T: Number>(operands: &Level2, memory: &Memory<'_>) -> Result<(), Fault> {
    let (alpha, beta) = (operands.alpha.value::<T>(memory)?, operands.beta.value::<T>(memory)?);
    for index in 0..operands.batch {
        let arrays = operands.arrays != 0;
        let a = operands.a.of_batch(memory, arrays, index)?;
        let x = operands.x.of_batch(memory, (arrays, operands.x_stride), index)?;
        let y = operands.y.of_batch(memory, (arrays, operands.y_stride), index)?;
        let (rows, columns) = if a.is_transposed() { swap(a.extent()) } else { a.extent() };
        let mut values = vec![T::ZERO; rows];
        if beta != T::ZERO {
            values = y.load(memory, rows)?;
            values.iter_mut().for_each(|value| *value = beta * *value);
        }
        if alpha != T::ZERO {
            let (held, x): (Vec<T>, Vec<T>) = (a.load(memory)?, x.load(memory, columns)?);
            let a = a.factor(&held);
            for (i, value) in values.iter_mut().enumerate() {
                let mut sum = T::ZERO;
                for (j, x) in x.iter().enumerate() {
                    sum += a.value(i, j) * *x;
                }
                *value += alpha * sum;
            }
        }
        y.store(memory, &values)?;
    }
    Ok(())
}

fn swap((one, other): (usize, usize)) -> (usize, usize) {
    (other, one)
}

/// `x = op(A) x`.
fn trmv<T: Number>(operands: &Level2, memory: &Memory<'_>) -> Result<(), Fault> {
    let n = operands.a.extent().0;
    let (held, x): (Vec<T>, Vec<T>) = (operands.a.load(memory)?, operands.x.load(memory, n)?);
    let a = operands.a.factor(&held);
    let row = |i: usize| {
        let mut sum = T::ZERO;
        let stored = if operands.a.is_lower() { 0..i + 1 } else { i..n };
        stored.for_each(|j| sum += a.value(i, j) * x[j]);
        sum
    };
    let values: Vec<T> = (0..n).map(row).collect();
    operands.x.store(memory, &values)
}

/// Solves `op(A) x = b`, with `b` where `x` will be.
fn trsv<T: Number>(operands: &Level2, memory: &Memory<'_>) -> Result<(), Fault> {
    let n = operands.a.extent().0;
    let (held, mut x): (Vec<T>, Vec<T>) = (operands.a.load(memory)?, operands.x.load(memory, n)?);
    solve(&operands.a, operands.a.factor(&held), &mut x);
    operands.x.store(memory, &x)
}

/// `A = alpha x yᵀ + A`.
fn ger<T: Number>(operands: &Level2, memory: &Memory<'_>) -> Result<(), Fault> {
    let alpha = operands.alpha.value::<T>(memory)?;
    if alpha == T::ZERO {
        return Ok(());
    }
    let (m, n) = operands.a.extent();
    let mut a: Vec<T> = operands.a.load(memory)?;
    let (x, y): (Vec<T>, Vec<T>) = (operands.x.load(memory, m)?, operands.y.load(memory, n)?);
    for (column, y) in a.chunks_mut(m).zip(y) {
        let factor = alpha * if operands.conjugate != 0 { y.conj() } else { y };
        column.iter_mut().zip(&x).for_each(|(a, x)| *a += *x * factor);
    }
    operands.a.store(memory, &a)
}

/// `A = alpha x xᵀ + A`, or with two vectors `A = alpha x yᵀ + alpha y xᵀ + A`, for a triangle.
fn syr<T: Number>(operands: &Level2, memory: &Memory<'_>) -> Result<(), Fault> {
    let alpha = operands.alpha.value::<T>(memory)?;
    if alpha == T::ZERO {
        return Ok(());
    }
    let (n, hermitian) = (operands.a.extent().0, operands.conjugate != 0);
    let change = |value: T| if hermitian { value.conj() } else { value };
    let mut a: Vec<T> = operands.a.load(memory)?;
    let x: Vec<T> = operands.x.load(memory, n)?;
    let y = if operands.twice != 0 { operands.y.load(memory, n)? } else { x.clone() };
    for j in 0..n {
        for i in 0..n {
            let value = &mut a[j * n + i];
            *value += alpha * x[i] * change(y[j]);
            if operands.twice != 0 {
                *value += change(alpha) * y[i] * change(x[j]);
            }
            if hermitian && i == j {
                *value = T::real(value.parts().0);
            }
        }
    }
    operands.a.store(memory, &a)
}

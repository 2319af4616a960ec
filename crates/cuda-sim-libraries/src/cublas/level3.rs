//! Level 3, matrices: the kernels, but for the products of whole ones.

use bytemuck::AnyBitPattern;

use super::handle::Workspace;
use super::level1::{Vector, kernels};
use super::matrix::{Matrix, solve};
use super::scalar::Scalar;
use crate::native::{Fault, Memory};
use crate::number::{Extent, Factor, Number};

/// The operands of a kernel over matrices.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Level3 {
    pub(crate) a: Matrix,
    pub(crate) b: Matrix,
    pub(crate) c: Matrix,
    /// A diagonal.
    pub(crate) x: Vector,
    pub(crate) alpha: Scalar,
    pub(crate) beta: Scalar,
    pub(crate) workspace: Workspace,
    pub(crate) batch: i64,
    /// Whether the operands are arrays of addresses.
    pub(crate) arrays: u32,
    /// What is computed with.
    pub(crate) compute: u32,
    /// Whether the first matrix is the right factor.
    pub(crate) right: u32,
    /// Whether a result is Hermitian rather than symmetric.
    pub(crate) hermitian: u32,
    /// Whether an update is of two products.
    pub(crate) twice: u32,
    pub(crate) _unused: u32,
}

kernels! {
    Symm "cublas_symm" Level3: symm;
    Syrk "cublas_syrk" Level3: syrk;
    Trmm "cublas_trmm" Level3: trmm;
    Trsm "cublas_trsm" Level3: trsm;
    Geam "cublas_geam" Level3: geam;
    Dgmm "cublas_dgmm" Level3: dgmm;
}

impl Level3 {
    /// What the result holds before it is added to: `beta C`, and zeros if that is nothing.
    fn scaled<T: Number>(&self, memory: &Memory<'_>, beta: T) -> Result<Vec<T>, Fault> {
        let (m, n) = self.c.extent();
        if beta == T::ZERO {
            return Ok(vec![T::ZERO; m * n]);
        }
        let mut values: Vec<T> = self.c.load(memory)?;
        values.iter_mut().for_each(|value| *value = beta * *value);
        Ok(values)
    }

    /// The product of the first two matrices, from the side that is asked for, added to `values`.
    fn multiply<T: Number>(&self, memory: &Memory<'_>, alpha: T, values: &mut [T]) -> Result<(), Fault> {
        let (m, n) = self.c.extent();
        let (a, b): (Vec<T>, Vec<T>) = (self.a.load(memory)?, self.b.load(memory)?);
        let (a, b) = (self.a.factor(&a), self.b.factor(&b));
        if self.right == 0 {
            T::multiply(Extent { m, n, k: m }, alpha, a, b, values);
        } else {
            T::multiply(Extent { m, n, k: n }, alpha, b, a, values);
        }
        Ok(())
    }
}

/// `C = alpha A B + beta C`, where `A` is given by a triangle.
fn symm<T: Number>(operands: &Level3, memory: &Memory<'_>) -> Result<(), Fault> {
    let (alpha, beta) = (operands.alpha.value::<T>(memory)?, operands.beta.value::<T>(memory)?);
    let mut values = operands.scaled(memory, beta)?;
    if alpha != T::ZERO {
        operands.multiply(memory, alpha, &mut values)?;
    }
    operands.c.store(memory, &values)
}

/// `C = alpha op(A) op(B)ᵀ + beta C` for a triangle of `C`, and with two products `alpha op(B) op(A)ᵀ` as well.
fn syrk<T: Number>(operands: &Level3, memory: &Memory<'_>) -> Result<(), Fault> {
    let (alpha, beta) = (operands.alpha.value::<T>(memory)?, operands.beta.value::<T>(memory)?);
    let (n, hermitian) = (operands.c.extent().0, operands.hermitian != 0);
    let (rows, columns) = operands.a.extent();
    let k = if operands.a.is_transposed() { rows } else { columns };
    let mut values = operands.scaled(memory, beta)?;
    if alpha != T::ZERO && k > 0 {
        let a: Vec<T> = operands.a.load(memory)?;
        let b: Vec<T> =
            if (operands.b.address, operands.b.leading) == (operands.a.address, operands.a.leading) {
                a.clone()
            } else {
                operands.b.load(memory)?
            };
        let (a, b) = (operands.a.factor(&a), operands.b.factor(&b));
        let extent = Extent { m: n, n, k };
        T::multiply(extent, alpha, a, turned(b, hermitian), &mut values);
        if operands.twice != 0 {
            let alpha = if hermitian { alpha.conj() } else { alpha };
            T::multiply(extent, alpha, b, turned(a, hermitian), &mut values);
        }
    }
    if hermitian {
        (0..n).for_each(|i| values[i * n + i] = T::real(values[i * n + i].parts().0));
    }
    operands.c.store(memory, &values)
}

/// The transpose of a factor, or its conjugate.
fn turned<T>(factor: Factor<'_, T>, hermitian: bool) -> Factor<'_, T> {
    let factor = factor.transposed();
    if hermitian { factor.conjugated() } else { factor }
}

/// `C = alpha op(A) B`, where `A` is a triangle.
fn trmm<T: Number>(operands: &Level3, memory: &Memory<'_>) -> Result<(), Fault> {
    let alpha = operands.alpha.value::<T>(memory)?;
    let (m, n) = operands.c.extent();
    let mut values = vec![T::ZERO; m * n];
    if alpha != T::ZERO {
        operands.multiply(memory, alpha, &mut values)?;
    }
    operands.c.store(memory, &values)
}

/// Solves `op(A) X = alpha B`, or `X op(A) = alpha B`, with `B` where `X` will be.
fn trsm<T: Number>(operands: &Level3, memory: &Memory<'_>) -> Result<(), Fault> {
    let alpha = operands.alpha.value::<T>(memory)?;
    for index in 0..operands.batch {
        let a = operands.a.of_batch(memory, operands.arrays != 0, index)?;
        let b = operands.b.of_batch(memory, operands.arrays != 0, index)?;
        let (m, n) = b.extent();
        if alpha == T::ZERO {
            b.store(memory, &vec![T::ZERO; m * n])?;
            continue;
        }
        let (held, mut x): (Vec<T>, Vec<T>) = (a.load(memory)?, b.load(memory)?);
        x.iter_mut().for_each(|x| *x = alpha * *x);
        if operands.right == 0 {
            x.chunks_mut(m).for_each(|column| solve(&a, a.factor(&held), column));
        } else {
            // X op(A) = B is op(A)ᵀ Xᵀ = Bᵀ, row by row.
            let turned = a.turned();
            for i in 0..m {
                let mut row: Vec<T> = (0..n).map(|j| x[j * m + i]).collect();
                solve(&turned, a.factor(&held).transposed(), &mut row);
                row.into_iter().enumerate().for_each(|(j, value)| x[j * m + i] = value);
            }
        }
        b.store(memory, &x)?;
    }
    Ok(())
}

/// `C = alpha op(A) + beta op(B)`.
fn geam<T: Number>(operands: &Level3, memory: &Memory<'_>) -> Result<(), Fault> {
    let (alpha, beta) = (operands.alpha.value::<T>(memory)?, operands.beta.value::<T>(memory)?);
    let (m, n) = operands.c.extent();
    let mut values = vec![T::ZERO; m * n];
    for (factor, matrix) in [(alpha, &operands.a), (beta, &operands.b)] {
        if factor == T::ZERO {
            continue;
        }
        let held: Vec<T> = matrix.load(memory)?;
        let matrix = matrix.factor(&held);
        for (index, value) in values.iter_mut().enumerate() {
            *value += factor * matrix.value(index % m, index / m);
        }
    }
    operands.c.store(memory, &values)
}

/// `C = diag(x) A`, or `C = A diag(x)`.
fn dgmm<T: Number>(operands: &Level3, memory: &Memory<'_>) -> Result<(), Fault> {
    let (m, n) = operands.c.extent();
    let mut values: Vec<T> = operands.a.load(memory)?;
    let x: Vec<T> = operands.x.load(memory, if operands.right == 0 { m } else { n })?;
    for (index, value) in values.iter_mut().enumerate() {
        *value = *value * x[if operands.right == 0 { index % m } else { index / m }];
    }
    operands.c.store(memory, &values)
}

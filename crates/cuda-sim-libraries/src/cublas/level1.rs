//! Level 1, vectors: the kernels, and what is common to the calls.

use std::ffi::c_void;

use bytemuck::AnyBitPattern;
use cuda_sys::cublas::cudaDataType;

use super::handle::{Answer, Handle, Workspace};
use super::scalar::Scalar;
use crate::native::{Fault, Memory, Operation};
use crate::number::{Number, Place, Stored, size_of_kind, with_number};

/// The operands of a kernel over vectors.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Vectors {
    pub(crate) n: i64,
    pub(crate) x: Vector,
    pub(crate) y: Vector,
    pub(crate) alpha: Scalar,
    pub(crate) beta: Scalar,
    /// Where a result goes.
    pub(crate) result: u64,
    /// What it is stored as.
    pub(crate) result_kind: u32,
    /// What is computed with.
    pub(crate) compute: u32,
    pub(crate) workspace: Workspace,
}

/// A vector in memory.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Vector {
    pub(crate) address: u64,
    pub(crate) increment: i64,
    pub(crate) kind: u32,
    pub(crate) _unused: u32,
}

impl Vector {
    pub(crate) fn new(pointer: *const c_void, increment: i64, kind: cudaDataType) -> Self {
        Self { address: pointer as u64, increment, kind: kind.0, _unused: 0 }
    }

    /// Where the first element is: with a negative increment, the vector ends at its address.
    fn first(&self, n: usize) -> u64 {
        let size = size_of_kind(cudaDataType(self.kind)).unwrap_or(0) as i64;
        let back = if self.increment < 0 { (1 - n as i64).wrapping_mul(self.increment) } else { 0 };
        self.address.wrapping_add_signed(back.wrapping_mul(size))
    }

    /// Vector `index` of a batch: strided, or by the addresses that are at its own.
    pub(crate) fn of_batch(
        &self,
        memory: &Memory<'_>,
        (arrays, stride): (bool, i64),
        index: i64,
    ) -> Result<Self, Fault> {
        let size = size_of_kind(cudaDataType(self.kind)).unwrap_or(0) as i64;
        let address = if arrays {
            memory.load_one(self.address.wrapping_add_signed(index.wrapping_mul(8)))?
        } else {
            self.address.wrapping_add_signed(index.wrapping_mul(stride).wrapping_mul(size))
        };
        Ok(Self { address, ..*self })
    }

    pub(crate) fn load<T: Stored>(&self, memory: &Memory<'_>, n: usize) -> Result<Vec<T>, Fault> {
        T::load(memory, cudaDataType(self.kind), (self.first(n), &[n], &[self.increment]))
    }

    pub(crate) fn store<T: Stored>(&self, memory: &Memory<'_>, values: &[T]) -> Result<(), Fault> {
        let place: Place<'_> = (self.first(values.len()), &[values.len()], &[self.increment]);
        T::store(memory, cudaDataType(self.kind), place, values)
    }
}

impl Vectors {
    fn len(&self) -> usize {
        usize::try_from(self.n).unwrap_or(0)
    }

    /// Leaves the result.
    fn put<T: Stored>(&self, memory: &Memory<'_>, value: T) -> Result<(), Fault> {
        T::store(memory, cudaDataType(self.result_kind), (self.result, &[1], &[1]), &[value])
    }

    /// Leaves a result that is real, whatever is computed with.
    fn put_real<T: Number>(&self, memory: &Memory<'_>, value: f64) -> Result<(), Fault> {
        match cudaDataType(self.result_kind) {
            cudaDataType::CUDA_R_64F => memory.store(self.result, &[value]),
            _ => self.put(memory, value as f32),
        }
    }
}

/// Declares kernels: the type, its name for the driver, its operands, and the function that is its body for each type of number.
macro_rules! kernels {
    ($($Name:ident $name:literal $Operands:ty: $body:ident;)*) => { $(
        #[derive(Clone, Copy, Debug, ::bytemuck::AnyBitPattern)]
        #[repr(transparent)]
        pub(crate) struct $Name(pub(crate) $Operands);

        impl $crate::native::Operation for $Name {
            const NAME: &'static str = $name;

            fn run(
                &self,
                memory: &$crate::native::Memory<'_>,
            ) -> Result<(), $crate::native::Fault> {
                self.0.workspace.occupy(memory)?;
                let kind = ::cuda_sys::cublas::cudaDataType(self.0.compute);
                $crate::number::with_number!(kind, T => $body::<T>(&self.0, memory))
            }
        }
    )* };
}
pub(super) use kernels;

kernels! {
    Axpy "cublas_axpy" Vectors: axpy;
    Copy "cublas_copy" Vectors: copy;
    Swap "cublas_swap" Vectors: swap;
    Scal "cublas_scal" Vectors: scal;
    Dot "cublas_dot" Vectors: dot;
    Dotc "cublas_dotc" Vectors: dotc;
    Nrm2 "cublas_nrm2" Vectors: nrm2;
    Asum "cublas_asum" Vectors: asum;
    Rot "cublas_rot" Vectors: rot;
}

fn axpy<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let (n, alpha) = (vectors.len(), vectors.alpha.value::<T>(memory)?);
    if alpha == T::ZERO {
        return Ok(());
    }
    let x: Vec<T> = vectors.x.load(memory, n)?;
    if vectors.y.increment == 0 {
        // All go to one element, one after the other.
        let mut y: Vec<T> = vectors.y.load(memory, 1)?;
        x.iter().for_each(|x| y[0] += alpha * *x);
        return vectors.y.store(memory, &y);
    }
    let mut y: Vec<T> = vectors.y.load(memory, n)?;
    y.iter_mut().zip(&x).for_each(|(y, x)| *y += alpha * *x);
    vectors.y.store(memory, &y)
}

fn copy<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let x: Vec<T> = vectors.x.load(memory, vectors.len())?;
    vectors.y.store(memory, &x)
}

fn swap<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let x: Vec<T> = vectors.x.load(memory, vectors.len())?;
    let y: Vec<T> = vectors.y.load(memory, vectors.len())?;
    vectors.y.store(memory, &x)?;
    vectors.x.store(memory, &y)
}

fn scal<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let alpha = vectors.alpha.value::<T>(memory)?;
    let mut x: Vec<T> = vectors.x.load(memory, vectors.len())?;
    x.iter_mut().for_each(|x| *x = alpha * *x);
    vectors.x.store(memory, &x)
}

fn dot<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    sum_of_products::<T>(vectors, memory, |x| x)
}

fn dotc<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    sum_of_products::<T>(vectors, memory, T::conj)
}

/// Sums in double precision: a device adds in another order than a loop, and with smaller errors than a plain one in single.
fn sum_of_products<T: Number>(
    vectors: &Vectors,
    memory: &Memory<'_>,
    change: fn(T) -> T,
) -> Result<(), Fault> {
    let x: Vec<T> = vectors.x.load(memory, vectors.len())?;
    let y: Vec<T> = vectors.y.load(memory, vectors.len())?;
    let (mut re, mut im) = (0.0, 0.0);
    for (x, y) in x.into_iter().zip(y) {
        let ((a, b), (c, d)) = (change(x).parts(), y.parts());
        re += a * c - b * d;
        im += a * d + b * c;
    }
    vectors.put(memory, T::of_parts((re, im)))
}

/// The increment must be positive: else there is nothing to sum, as in the reference BLAS.
fn elements<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<Vec<T>, Fault> {
    if vectors.x.increment <= 0 {
        return Ok(Vec::new());
    }
    vectors.x.load(memory, vectors.len())
}

fn nrm2<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let x: Vec<T> = elements(vectors, memory)?;
    let parts = || x.iter().map(|x| x.parts()).flat_map(|(re, im)| [re.abs(), im.abs()]);
    let largest = parts().fold(0.0, f64::max);
    if parts().any(f64::is_nan) {
        return vectors.put_real::<T>(memory, f64::NAN);
    }
    if largest == 0.0 || largest.is_infinite() {
        return vectors.put_real::<T>(memory, largest);
    }
    // Scaled, so that squares neither overflow nor vanish.
    let sum: f64 = parts().map(|part| (part / largest) * (part / largest)).sum();
    vectors.put_real::<T>(memory, largest * sum.sqrt())
}

fn asum<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let x: Vec<T> = elements(vectors, memory)?;
    let sum = x.iter().map(|x| x.parts()).map(|(re, im)| re.abs() + im.abs()).sum();
    vectors.put_real::<T>(memory, sum)
}

/// `x = c x + s y`, and `y = c y - conj(s) x`.
fn rot<T: Number>(vectors: &Vectors, memory: &Memory<'_>) -> Result<(), Fault> {
    let (c, s) = (vectors.alpha.value::<T>(memory)?, vectors.beta.value::<T>(memory)?);
    let mut x: Vec<T> = vectors.x.load(memory, vectors.len())?;
    let mut y: Vec<T> = vectors.y.load(memory, vectors.len())?;
    for (x, y) in x.iter_mut().zip(&mut y) {
        (*x, *y) = (c * *x + s * *y, c * *y - s.conj() * *x);
    }
    vectors.x.store(memory, &x)?;
    vectors.y.store(memory, &y)
}

/// Finds the element of the largest or the smallest absolute value, counted from one; of a complex number, the sum of those of its parts.
#[derive(Clone, Copy, Debug, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Extreme {
    pub(crate) vectors: Vectors,
    pub(crate) smallest: u32,
    /// Whether the result has 64 bits.
    pub(crate) wide: u32,
}

impl Operation for Extreme {
    const NAME: &'static str = "cublas_iamax";

    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        self.vectors.workspace.occupy(memory)?;
        with_number!(cudaDataType(self.vectors.compute), T => self.find::<T>(memory))
    }
}

impl Extreme {
    fn find<T: Number>(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        let x: Vec<T> = elements(&self.vectors, memory)?;
        let mut found: Option<(f64, usize)> = None;
        for (index, x) in x.iter().enumerate() {
            let (re, im) = x.parts();
            let value = re.abs() + im.abs();
            // The first of several counts.
            let better = found.is_none_or(|(best, _)| match self.smallest {
                0 => value > best,
                _ => value < best,
            });
            if better {
                found = Some((value, index + 1));
            }
        }
        let index = found.map_or(0, |(_, index)| index);
        match self.wide {
            0 => memory.store(self.vectors.result, &[index as i32]),
            _ => memory.store(self.vectors.result, &[index as i64]),
        }
    }
}

/// Launches a kernel over vectors, unless they have no elements.
pub(super) fn launch<O: Operation>(
    handle: &Handle,
    vectors: Vectors,
    kernel: impl FnOnce(Vectors) -> O,
) -> Answer {
    if vectors.n <= 0 {
        return Ok(());
    }
    let workspace = handle.settings().workspace;
    handle.launch(&kernel(Vectors { workspace, ..vectors }))
}

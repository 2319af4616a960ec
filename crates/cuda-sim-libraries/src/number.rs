//! Numbers: the types that the libraries compute with, and those that operands may be stored as.
#![allow(unsafe_code)]

use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use bytemuck::{Pod, Zeroable};
use cuda_sys::cublas::cudaDataType;
use half::{bf16, f16};

use crate::native::{Element, Fault, Memory};

/// A complex number, as C has it: the real part, then the imaginary one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub(crate) struct Complex<R> {
    pub(crate) re: R,
    pub(crate) im: R,
}

// SAFETY: zero bits are two zeros.
unsafe impl<R: Zeroable> Zeroable for Complex<R> {}
// SAFETY: two equal fields have no padding between or behind them, and all bits are values of theirs.
unsafe impl<R: Pod> Pod for Complex<R> {}

impl<R: Add<Output = R>> Add for Complex<R> {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl<R: Sub<Output = R>> Sub for Complex<R> {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl<R: Copy + Mul<Output = R> + Add<Output = R> + Sub<Output = R>> Mul for Complex<R> {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let Self { re, im } = other;
        Self { re: self.re * re - self.im * im, im: self.re * im + self.im * re }
    }
}

impl<R: Copy + Mul<Output = R> + Add<Output = R> + Sub<Output = R> + Div<Output = R>> Div for Complex<R> {
    type Output = Self;

    fn div(self, other: Self) -> Self {
        let Self { re, im } = other;
        let norm = re * re + im * im;
        Self { re: (self.re * re + self.im * im) / norm, im: (self.im * re - self.re * im) / norm }
    }
}

impl<R: Neg<Output = R>> Neg for Complex<R> {
    type Output = Self;

    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}

impl<R: Copy + Add<Output = R>> AddAssign for Complex<R> {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// The length in bytes of an element of `kind`; none if this crate does not compute with it.
pub(crate) fn size_of_kind(kind: cudaDataType) -> Option<usize> {
    Some(match kind {
        cudaDataType::CUDA_R_8I => 1,
        cudaDataType::CUDA_R_16F | cudaDataType::CUDA_R_16BF => 2,
        cudaDataType::CUDA_R_32F | cudaDataType::CUDA_R_32I => 4,
        cudaDataType::CUDA_R_64F | cudaDataType::CUDA_C_32F => 8,
        cudaDataType::CUDA_C_64F => 16,
        _ => return None,
    })
}

/// The stretch of a tensor in memory: the address of the first element, the dimensions, and their strides in elements.
pub(crate) type Place<'a> = (u64, &'a [usize], &'a [i64]);

/// A type that operands are computed as, whatever they are stored as.
pub(crate) trait Stored: Element {
    /// Loads elements that are stored as `kind`.
    fn load(memory: &Memory<'_>, kind: cudaDataType, place: Place<'_>) -> Result<Vec<Self>, Fault>;

    /// Stores elements as `kind`, rounded to nearest where that is narrower.
    fn store(memory: &Memory<'_>, kind: cudaDataType, place: Place<'_>, values: &[Self])
    -> Result<(), Fault>;

    /// Reads one element of `kind` from its bytes.
    fn decode(kind: cudaDataType, bytes: &[u8; 16]) -> Option<Self>;
}

fn no_kind(kind: cudaDataType) -> Fault {
    Fault::Failed(format!("operands of the data type {} have no meaning here", kind.0))
}

/// Implements [`Stored`] for a type, with the types that it is stored as and how they convert.
macro_rules! stored {
    ($type:ty: $($kind:ident as $form:ty: $widen:expr, $narrow:expr;)*) => {
        impl Stored for $type {
            fn load(memory: &Memory<'_>, kind: cudaDataType, place: Place<'_>) -> Result<Vec<Self>, Fault> {
                let (address, dimensions, strides) = place;
                match kind {
                    $(cudaDataType::$kind => {
                        let held: Vec<$form> = memory.load_tensor(address, dimensions, strides)?;
                        let widen: fn($form) -> $type = $widen;
                        Ok(held.into_iter().map(widen).collect())
                    })*
                    _ => Err(no_kind(kind)),
                }
            }

            fn store(
                memory: &Memory<'_>,
                kind: cudaDataType,
                place: Place<'_>,
                values: &[Self],
            ) -> Result<(), Fault> {
                let (address, dimensions, strides) = place;
                match kind {
                    $(cudaDataType::$kind => {
                        let narrow: fn($type) -> $form = $narrow;
                        let held: Vec<$form> = values.iter().map(|value| narrow(*value)).collect();
                        memory.store_tensor(address, &held, dimensions, strides)
                    })*
                    _ => Err(no_kind(kind)),
                }
            }

            fn decode(kind: cudaDataType, bytes: &[u8; 16]) -> Option<Self> {
                match kind {
                    $(cudaDataType::$kind => {
                        let widen: fn($form) -> $type = $widen;
                        Some(widen(bytemuck::pod_read_unaligned(&bytes[..size_of::<$form>()])))
                    })*
                    _ => None,
                }
            }
        }
    };
}

stored! { f32:
    CUDA_R_32F as f32: |x| x, |x| x;
    CUDA_R_16F as f16: f16::to_f32, f16::from_f32;
    CUDA_R_16BF as bf16: bf16::to_f32, bf16::from_f32;
    CUDA_R_8I as i8: f32::from, |x| x.round_ties_even() as i8;
}

stored! { f64:
    CUDA_R_64F as f64: |x| x, |x| x;
    CUDA_R_32F as f32: f64::from, |x| x as f32;
}

stored! { Complex<f32>:
    CUDA_C_32F as Complex<f32>: |x| x, |x| x;
    CUDA_R_32F as f32: |re| Complex { re, im: 0.0 }, |x| x.re;
}

stored! { Complex<f64>:
    CUDA_C_64F as Complex<f64>: |x| x, |x| x;
    CUDA_R_64F as f64: |re| Complex { re, im: 0.0 }, |x| x.re;
}

stored! { i32:
    CUDA_R_32I as i32: |x| x, |x| x;
    CUDA_R_8I as i8: i32::from, |x| x as i8;
}

/// The numbers of linear algebra: real and complex ones, of single and double precision.
pub(crate) trait Number:
    Stored
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
{
    /// What the type is called in C.
    const KIND: cudaDataType;
    /// What a real number of the same precision is called.
    const REAL_KIND: cudaDataType;
    const ZERO: Self;
    const ONE: Self;

    /// The complex conjugate; a real number is its own.
    fn conj(self) -> Self;
    /// A real number.
    fn real(value: f64) -> Self;
    /// The real part, and the imaginary one.
    fn parts(self) -> (f64, f64);
    /// A number of its parts; a real one has no other.
    fn of_parts(parts: (f64, f64)) -> Self;

    /// `c = alpha * a * b + c`, for matrices of `m` by `k`, `k` by `n` and `m` by `n`, the last one packed by columns.
    fn multiply(extent: Extent, alpha: Self, a: Factor<'_, Self>, b: Factor<'_, Self>, c: &mut [Self]);
}

/// The sizes of a product.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    pub(crate) m: usize,
    pub(crate) n: usize,
    pub(crate) k: usize,
}

/// A factor of a product: its elements, packed by columns or by rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factor<'a, T> {
    pub(crate) values: &'a [T],
    /// From one row to the next.
    pub(crate) row: usize,
    /// From one column to the next.
    pub(crate) column: usize,
    pub(crate) conjugate: bool,
}

impl<T: Number> Factor<'_, T> {
    /// Element (`row`, `column`).
    pub(crate) fn value(&self, row: usize, column: usize) -> T {
        let value = self.at(row, column);
        if self.conjugate { value.conj() } else { value }
    }
}

impl<'a, T> Factor<'a, T> {
    /// A packed matrix with `rows` rows, stored by columns.
    pub(crate) fn plain(values: &'a [T], rows: usize) -> Self {
        Self { values, row: 1, column: rows.max(1), conjugate: false }
    }

    /// The same, transposed.
    pub(crate) fn transposed(self) -> Self {
        Self { row: self.column, column: self.row, ..self }
    }

    /// The same, conjugated.
    pub(crate) fn conjugated(self) -> Self {
        Self { conjugate: !self.conjugate, ..self }
    }

    /// Element (`row`, `column`), not conjugated.
    pub(crate) fn at(&self, row: usize, column: usize) -> T
    where
        T: Copy,
    {
        self.values[row * self.row + column * self.column]
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        let last = rows.saturating_sub(1) * self.row + columns.saturating_sub(1) * self.column;
        rows == 0 || columns == 0 || last < self.values.len()
    }
}

/// Implements [`Number::multiply`] with the `gemm` crate, whose name for the type is `$theirs`.
macro_rules! multiply {
    ($theirs:ty) => {
        fn multiply(extent: Extent, alpha: Self, a: Factor<'_, Self>, b: Factor<'_, Self>, c: &mut [Self]) {
            let Extent { m, n, k } = extent;
            assert!(
                a.holds(m, k) && b.holds(k, n) && c.len() >= m * n,
                "the factors are smaller than {extent:?}"
            );
            if m == 0 || n == 0 || k == 0 {
                return;
            }
            // SAFETY: the three slices hold the elements that extents and strides name, as was checked; `c` is borrowed alone. The
            // types have one layout.
            unsafe {
                gemm::gemm::<$theirs>(
                    m,
                    n,
                    k,
                    c.as_mut_ptr().cast(),
                    m as isize,
                    1,
                    true,
                    a.values.as_ptr().cast(),
                    a.column as isize,
                    a.row as isize,
                    b.values.as_ptr().cast(),
                    b.column as isize,
                    b.row as isize,
                    bytemuck_cast::<Self, $theirs>(Self::ONE),
                    bytemuck_cast::<Self, $theirs>(alpha),
                    false,
                    a.conjugate,
                    b.conjugate,
                    gemm::Parallelism::None,
                );
            }
        }
    };
}

/// Reads a number as one of another type with the same layout.
///
/// # Safety
/// The two types have one size, and all bits of the first are a value of the second.
unsafe fn bytemuck_cast<From: Pod, To: Copy>(value: From) -> To {
    const { assert!(size_of::<From>() == size_of::<To>()) };
    // SAFETY: the caller's word.
    unsafe { std::mem::transmute_copy(&value) }
}

macro_rules! real {
    ($type:ty, $kind:ident) => {
        impl Number for $type {
            const KIND: cudaDataType = cudaDataType::$kind;
            const REAL_KIND: cudaDataType = cudaDataType::$kind;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;

            fn conj(self) -> Self {
                self
            }

            fn real(value: f64) -> Self {
                value as $type
            }

            fn parts(self) -> (f64, f64) {
                (f64::from(self), 0.0)
            }

            fn of_parts((re, _): (f64, f64)) -> Self {
                re as $type
            }

            multiply!($type);
        }
    };
}

macro_rules! complex {
    ($real:ty, $kind:ident, $real_kind:ident, $theirs:ty) => {
        impl Number for Complex<$real> {
            const KIND: cudaDataType = cudaDataType::$kind;
            const REAL_KIND: cudaDataType = cudaDataType::$real_kind;
            const ZERO: Self = Complex { re: 0.0, im: 0.0 };
            const ONE: Self = Complex { re: 1.0, im: 0.0 };

            fn conj(self) -> Self {
                Complex { im: -self.im, ..self }
            }

            fn real(value: f64) -> Self {
                Complex { re: value as $real, im: 0.0 }
            }

            fn parts(self) -> (f64, f64) {
                (f64::from(self.re), f64::from(self.im))
            }

            fn of_parts((re, im): (f64, f64)) -> Self {
                Complex { re: re as $real, im: im as $real }
            }

            multiply!($theirs);
        }
    };
}

real!(f32, CUDA_R_32F);
real!(f64, CUDA_R_64F);
complex!(f32, CUDA_C_32F, CUDA_R_32F, gemm::c32);
complex!(f64, CUDA_C_64F, CUDA_R_64F, gemm::c64);

/// Runs an expression with a type parameter that a data type names: `with_number!(kind, T => body::<T>())`.
macro_rules! with_number {
    ($kind:expr, $T:ident => $body:expr) => {{
        use ::cuda_sys::cublas::cudaDataType as kinds;
        match $kind {
            kinds::CUDA_R_32F => {
                type $T = f32;
                $body
            }
            kinds::CUDA_R_64F => {
                type $T = f64;
                $body
            }
            kinds::CUDA_C_32F => {
                type $T = $crate::number::Complex<f32>;
                $body
            }
            kinds::CUDA_C_64F => {
                type $T = $crate::number::Complex<f64>;
                $body
            }
            other => Err($crate::native::Fault::Failed(format!(
                "computing with the data type {} has no meaning here",
                other.0
            ))),
        }
    }};
}
pub(crate) use with_number;

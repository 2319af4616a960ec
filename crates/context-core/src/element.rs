//! What a buffer can hold.

use bytemuck::Pod;
use half::{bf16, f16};

/// A value that may cross to a device as its bytes: any [`bytemuck::Pod`] type.
///
/// Implemented for every type that qualifies; nothing to write.
pub trait Element: Pod + Send + Sync {}

impl<T: Pod + Send + Sync> Element for T {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for half::f16 {}
    impl Sealed for half::bf16 {}
}

/// The number types that matrices are multiplied of: every backend multiplies `f32` and `f64`.
pub trait Scalar: Element + sealed::Sealed + PartialEq + std::fmt::Debug {
    /// The type as a value, for backends to branch on.
    const KIND: ScalarKind;
}

/// The types that implement [`Scalar`], as values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ScalarKind {
    /// `f32`, IEEE 754 binary32.
    F32,
    /// `f64`, IEEE 754 binary64.
    F64,
    /// [`half::f16`], IEEE 754 binary16. Sums are made in `f32`.
    F16,
    /// [`half::bf16`], the upper half of an `f32`. Sums are made in `f32`.
    BF16,
}

impl Scalar for f16 {
    const KIND: ScalarKind = ScalarKind::F16;
}

impl Scalar for bf16 {
    const KIND: ScalarKind = ScalarKind::BF16;
}

impl Scalar for f32 {
    const KIND: ScalarKind = ScalarKind::F32;
}

impl Scalar for f64 {
    const KIND: ScalarKind = ScalarKind::F64;
}

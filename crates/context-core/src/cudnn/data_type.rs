//! What tensors consist of, and the type of the factors that cuDNN takes with them.

use cudnn_sys::cudnnDataType_t;
use half::{bf16, f16};

use crate::Element;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
    impl Sealed for half::f16 {}
    impl Sealed for half::bf16 {}
    impl Sealed for i8 {}
    impl Sealed for u8 {}
    impl Sealed for i32 {}
    impl Sealed for i64 {}
}

/// A type of tensors' elements. Its descriptor says it to cuDNN, so that the two cannot differ.
pub trait DataType: Element + sealed::Sealed + std::fmt::Debug {
    /// The type of `alpha` and `beta`, and of the parameters of a batch normalisation: `f64` for `f64`, else `f32`.
    type Scale: Scale;

    /// The type's name in cuDNN.
    const RAW: cudnnDataType_t;

    /// The type in which sums of products of it are formed.
    const COMPUTE: cudnnDataType_t;

    /// The type's name in keys and messages.
    const NAME: &'static str;
}

/// The types of factors: `f32` and `f64`.
pub trait Scale: DataType<Scale = Self> + PartialEq + Into<f64> {
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
}

impl Scale for f32 {
    const ZERO: f32 = 0.0;
    const ONE: f32 = 1.0;
}

impl Scale for f64 {
    const ZERO: f64 = 0.0;
    const ONE: f64 = 1.0;
}

macro_rules! data_types {
    ($($type:ty, $scale:ty, $raw:ident, $compute:ident;)*) => { $(
        impl DataType for $type {
            type Scale = $scale;
            const RAW: cudnnDataType_t = cudnnDataType_t::$raw;
            const COMPUTE: cudnnDataType_t = cudnnDataType_t::$compute;
            const NAME: &'static str = stringify!($type);
        }
    )* };
}

data_types! {
    f32, f32, CUDNN_DATA_FLOAT, CUDNN_DATA_FLOAT;
    f64, f64, CUDNN_DATA_DOUBLE, CUDNN_DATA_DOUBLE;
    f16, f32, CUDNN_DATA_HALF, CUDNN_DATA_FLOAT;
    bf16, f32, CUDNN_DATA_BFLOAT16, CUDNN_DATA_FLOAT;
    i8, f32, CUDNN_DATA_INT8, CUDNN_DATA_INT32;
    u8, f32, CUDNN_DATA_UINT8, CUDNN_DATA_INT32;
    i32, f32, CUDNN_DATA_INT32, CUDNN_DATA_INT32;
    i64, f32, CUDNN_DATA_INT64, CUDNN_DATA_INT64;
}

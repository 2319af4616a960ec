//! Calls with a handle: each checks its arguments and queues a kernel, whose body is the method `work` beside it.

pub(crate) mod activation;
pub(crate) mod algorithm;
mod batch_normalization;
mod channel_normalization;
pub(crate) mod convolution;
pub(crate) mod ctc;
pub(crate) mod dropout;
pub(crate) mod elementwise;
mod find;
pub(crate) mod integers;
pub(crate) mod lrn;
pub(crate) mod normalization;
mod normalization_arguments;
pub(crate) mod pooling;
pub(crate) mod reduction;
pub(crate) mod rnn;
mod rnn_calls;
pub(crate) mod softmax;
pub(crate) mod transformer;

use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::layout::Tensor;
use crate::cudnn::object::Ref;
use cudnn_sys::cudnnDataType_t as DataType;

/// Joins a descriptor with where the elements lie.
pub(crate) fn tensor(descriptor: &TensorDescriptor, address: Address, name: &str) -> Outcome<Tensor> {
    Ok(Tensor { address: address.get(name)?, layout: descriptor.layout()? })
}

/// The same, where the descriptor is not looked up yet.
pub(crate) fn tensor_of(descriptor: Ref<TensorDescriptor>, address: Address, name: &str) -> Outcome<Tensor> {
    tensor(&descriptor.get()?, address, name)
}

/// Reads the factors of a blend, which are `double` where the result is, and else `float`.
pub(crate) fn factors(alpha: Untyped, beta: Untyped, result: DataType) -> Outcome<(f64, f64)> {
    let is_double = result == DataType::CUDNN_DATA_DOUBLE;
    Ok((alpha.scale(is_double, "alpha")?, beta.scale(is_double, "beta")?))
}

/// Checks that two tensors have the same sizes and the same type.
pub(crate) fn require_alike(one: &Tensor, other: &Tensor, names: &str) -> Outcome {
    let (a, b) = (&one.layout, &other.layout);
    require(a.sizes() == b.sizes(), format!("{names}: sizes {:?} and {:?} differ", a.sizes(), b.sizes()))?;
    require(a.data_type == b.data_type, format!("{names}: {:?} and {:?} differ", a.data_type, b.data_type))
}

/// Checks that two tensors have the same sizes, types and strides.
pub(crate) fn require_same(one: &Tensor, other: &Tensor, names: &str) -> Outcome {
    require_alike(one, other, names)?;
    let (a, b) = (&one.layout, &other.layout);
    let rank = a.rank as usize;
    let (a, b) = (&a.strides[..rank], &b.strides[..rank]);
    require(a == b, format!("{names}: strides {a:?} and {b:?} differ"))
}

/// Checks that the elements of what is written have addresses of their own.
pub(crate) fn require_distinct(tensor: &Tensor, name: &str) -> Outcome {
    require(!tensor.layout.overlaps(), format!("{name}: elements share addresses"))
}

/// Returns the last up to three sizes behind the first two, with ones in front.
pub(crate) fn spatial(values: &[u64], fill: u64) -> [u64; 3] {
    let mut all = [fill; 3];
    let from = 3 - values.len().min(3);
    all[from..].copy_from_slice(&values[values.len() - values.len().min(3)..]);
    all
}

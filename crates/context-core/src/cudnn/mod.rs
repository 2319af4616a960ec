//! Safe, typed wrappers over cuDNN: handles, descriptors and operations, with cuDNN 8.9 and 9 in one program.
//!
//! A [`Library`] is cuDNN, loaded, and a value: found on the system, opened from a path, or given as a table. A [`Handle`] is its state in
//! one CUDA context. Descriptors say how data lies and what is done; they need no device, cannot be changed, and have the type of the
//! elements in theirs.
//!
//! # Calls on addresses
//!
//! The methods of a [`Handle`] that take addresses in device memory are `unsafe`, because nothing in an address says how long it is valid and
//! what is in flight there. Whoever calls one promises that
//!
//! - each address is 0, where cuDNN's manual allows a null pointer, or that of as many elements as its descriptor says, in device
//!   memory of the handle's context, and a workspace of as many bytes as it says;
//! - until the handle's stream has run the work, none of that is freed, nothing else writes what the call reads, and nothing else
//!   reads or writes what it writes;
//! - what is written overlaps nothing else that the call is given, unless the method says that it may;
//! - the stream that the handle is set to is live;
//! - the descriptors are of the handle's library.
//!
//! [`Operations`] has the same calls on buffers of a context, and keeps all of that by itself.

mod activation;
mod algorithm;
mod arithmetic;
mod cache;
mod compat;
mod convolution;
mod data_type;
mod descriptor;
mod dropout;
mod error;
pub mod graph;
mod handle;
mod library;
mod memory;
mod normalization;
mod operand;
mod operations;
mod parts;
mod pooling;
mod rnn;
mod sequence;
mod settings;
mod tensor;
mod version;

pub use activation::{Activation, ActivationDescriptor, SoftmaxAlgorithm, SoftmaxMode};
pub use algorithm::{Algorithm, BackwardData, BackwardFilter, Direction, Forward, Performance, choose};
pub use arithmetic::{OpTensorDescriptor, ReduceDescriptor, Reduction, TensorOperation};
pub use cache::{AlgorithmCache, AlgorithmKey, CacheError};
pub use compat::Part;
pub use convolution::{Convolution, ConvolutionDescriptor, ConvolutionMode, ConvolutionOptions, Fused};
pub use cudnn_sys::{Status, cudnnStatus_t};
pub use data_type::{DataType, Scale};
pub use descriptor::Nan;
pub use dropout::DropoutDescriptor;
pub use error::{Error, Result};
pub use handle::Handle;
pub use library::Library;
pub use memory::Workspace;
pub use normalization::{BatchNorm, LrnDescriptor, Running, Saved};
pub use operand::{Filter, FilterMut, Tensor, TensorMut};
pub use operations::{
    BatchNormParameters, BatchNormRunning, BatchNormSaved, Dropout, Fusion, Operations, Recurrent, States,
    StatesMut,
};
pub use pooling::{PoolingDescriptor, PoolingMode};
pub use rnn::{Bias, Cell, Pass, RnnAlgorithm, RnnDescriptor, RnnOptions, RnnRun, Weight};
pub use sequence::{RnnDataDescriptor, SequenceLayout};
pub use settings::Settings;
pub use tensor::{FilterDescriptor, Layout, TensorDescriptor};
pub use version::CudnnVersion;

use crate::{Determinism, MathMode};
use cudnn_sys::{Cudnn, MissingFunction};

/// A tensor's descriptor, and where it is in device memory.
pub type At<'d, T> = (&'d TensorDescriptor<T>, crate::backend::Address);

/// Makes one call of cuDNN through a [`Handle`], which is its first argument, counts it, and turns its status into a [`Result`].
macro_rules! call {
    ($handle:expr, $function:ident ( $($argument:expr),* $(,)? )) => {{
        let handle: &mut $crate::cudnn::Handle = $handle;
        match handle.enter() {
            Ok(()) => {
                let table = handle.library().table();
                $crate::cudnn::check(table, stringify!($function), table.$function(handle.as_raw(), $($argument),*))
                    .map_err(|error| $crate::cudnn::handle::explain(handle.context(), error))
            }
            Err(error) => Err(error),
        }
    }};
}

/// Turns what a call returned into a result.
#[inline]
fn check(
    table: Cudnn,
    function: &'static str,
    returned: Result<cudnnStatus_t, MissingFunction>,
) -> Result<()> {
    match returned {
        Ok(cudnnStatus_t::CUDNN_STATUS_SUCCESS) => Ok(()),
        failed => Err(Error::of_call(table, function, failed)),
    }
}

use call;

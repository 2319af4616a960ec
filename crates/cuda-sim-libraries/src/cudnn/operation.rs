//! The kernels of the library: one list of their names and of what does their work.
#![allow(unsafe_code)]

use crate::cudnn::call::{
    activation, convolution, ctc, dropout, elementwise, integers, lrn, normalization, pooling, reduction,
    rnn, softmax, transformer,
};
use crate::cudnn::graph::kernel;
use crate::native::{self, Entry, Fault, Operation};

/// Makes kernels of types that have a method `work`.
macro_rules! operations {
    ($($name:literal: $type:ty,)*) => {
        $(
            // SAFETY: every field is a number or one of C's enumerations, which are open integers: any bits are a value.
            unsafe impl bytemuck::Zeroable for $type {}
            // SAFETY: as for `Zeroable`.
            unsafe impl bytemuck::AnyBitPattern for $type {}

            impl Operation for $type {
                const NAME: &'static str = $name;

                fn run(&self, memory: &native::Memory<'_>) -> Result<(), Fault> {
                    self.work(memory)
                }
            }
        )*

        /// Every kernel of the library.
        pub(crate) const ENTRIES: &[Entry] = &[$( Entry::of::<$type>(), )*];
    };
}

operations! {
    "cudnn_convolution_forward": convolution::Forward,
    "cudnn_convolution_backward_data": convolution::BackwardData,
    "cudnn_convolution_backward_filter": convolution::BackwardFilter,
    "cudnn_convolution_backward_bias": convolution::BackwardBias,
    "cudnn_activation_forward": activation::Forward,
    "cudnn_activation_backward": activation::Backward,
    "cudnn_pooling_forward": pooling::Forward,
    "cudnn_pooling_backward": pooling::Backward,
    "cudnn_softmax_forward": softmax::Forward,
    "cudnn_softmax_backward": softmax::Backward,
    "cudnn_lrn_forward": lrn::Forward,
    "cudnn_lrn_backward": lrn::Backward,
    "cudnn_normalization_inference": normalization::Inference,
    "cudnn_normalization_training": normalization::Training,
    "cudnn_normalization_backward": normalization::Backward,
    "cudnn_dropout_initialize": dropout::Initialize,
    "cudnn_dropout_forward": dropout::Forward,
    "cudnn_dropout_backward": dropout::Backward,
    "cudnn_reduce": reduction::Reduce,
    "cudnn_op_tensor": elementwise::OpTensor,
    "cudnn_transform": elementwise::Transform,
    "cudnn_transform_padded": elementwise::TransformPadded,
    "cudnn_set": elementwise::Set,
    "cudnn_scale": elementwise::Scale,
    "cudnn_integers": integers::Integers,
    "cudnn_rnn_forward": rnn::Forward,
    "cudnn_rnn_backward_data": rnn::BackwardData,
    "cudnn_rnn_backward_weights": rnn::BackwardWeights,
    "cudnn_transformer_grid": transformer::Grid,
    "cudnn_transformer_grid_backward": transformer::GridBackward,
    "cudnn_transformer_sample": transformer::Sample,
    "cudnn_transformer_sample_backward": transformer::SampleBackward,
    "cudnn_graph_matmul": kernel::Matmul,
    "cudnn_graph_pointwise": kernel::Pointwise,
    "cudnn_ctc_loss": ctc::Loss,
}

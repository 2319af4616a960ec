//! The graph API: descriptors whose attributes are set one by one, which describe operations on tensors, and plans of whole graphs.
//!
//! A descriptor that is finalised has become a [`Product`]: a value that no longer depends on the descriptors that it was made of. A plan
//! runs the operations of its graph one after the other, with the virtual tensors between them in its workspace.

pub(crate) mod attribute;
pub(crate) mod descriptor;
pub(crate) mod kernel;
pub(crate) mod node;
pub(crate) mod plan;

use crate::cudnn::handle::Handle;
use crate::cudnn::object::Ref;
use std::sync::Arc;

/// What a finalised descriptor stands for.
#[derive(Clone, Debug)]
pub(crate) enum Product {
    Tensor(node::TensorNode),
    Convolution(node::ConvolutionNode),
    Pointwise(crate::cudnn::compute::pointwise::Pointwise),
    Matmul,
    Reduction(cudnn_sys::cudnnReduceTensorOp_t),
    Operation(node::Operation),
    Graph(Arc<node::Graph>),
    Engine(plan::Engine),
    Config(plan::Engine),
    Heuristic(Vec<plan::Engine>),
    Plan(Arc<plan::Plan>),
    Pack(plan::Pack),
    Knob,
}

/// A handle that a graph was given.
pub(crate) fn handle(raw: u64) -> Ref<Handle> {
    Ref::new(raw as usize)
}

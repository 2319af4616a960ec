//! Tensors and operations of a graph, made of the attributes of their descriptors.

use super::Product;
use super::descriptor::Descriptor;
use crate::cudnn::compute::pointwise::Pointwise;
use crate::cudnn::element;
use crate::cudnn::failure::{Failure, Outcome, bad_param, not_supported, require, support};
use crate::cudnn::layout::Layout;
use cudnn_sys::{
    cudnnBackendDescriptorType_t as Kind, cudnnConvolutionMode_t, cudnnDataType_t as DataType,
    cudnnPointwiseMode_t, cudnnReduceTensorOp_t, cudnnStatus_t as Status,
};
use std::collections::BTreeMap;

/// A tensor of a graph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TensorNode {
    pub(crate) id: i64,
    pub(crate) layout: Layout,
    pub(crate) alignment: i64,
    /// Whether it exists only between two operations.
    pub(crate) is_virtual: bool,
    /// Whether it is one number that the host passes.
    pub(crate) is_by_value: bool,
}

/// How a convolution moves over its input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConvolutionNode {
    pub(crate) mode: cudnnConvolutionMode_t,
    pub(crate) compute_type: DataType,
    pub(crate) before: Vec<i64>,
    pub(crate) after: Vec<i64>,
    pub(crate) stride: Vec<i64>,
    pub(crate) dilation: Vec<i64>,
}

/// An operation with its tensors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Operation {
    pub(crate) work: Work,
    /// What it reads.
    pub(crate) inputs: Vec<TensorNode>,
    pub(crate) output: TensorNode,
}

/// What an operation does with its inputs, in the order that each variant gives.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Work {
    /// x, w
    Forward(ConvolutionNode, f64, f64),
    /// w, dy
    BackwardData(ConvolutionNode, f64, f64),
    /// x, dy
    BackwardFilter(ConvolutionNode, f64, f64),
    /// a, b
    Matmul,
    /// x, then b and t where the mode has them; dy and x where it is a backward one
    Pointwise(Pointwise, [f64; 2]),
    /// x
    Reduction(cudnnReduceTensorOp_t),
}

/// The operations of a graph, each behind those that it needs.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Graph {
    pub(crate) handle: u64,
    pub(crate) operations: Vec<Operation>,
}

fn pattern(message: impl Into<String>) -> Failure {
    Failure::new(Status::CUDNN_STATUS_NOT_SUPPORTED_GRAPH_PATTERN, message)
}

impl TensorNode {
    fn new(descriptor: &Descriptor) -> Outcome<Self> {
        let data_type = DataType(descriptor.enumeration(901)?);
        let (dims, strides) = (descriptor.integers(902)?, descriptor.integers(903)?);
        require(dims.len() == strides.len(), format!("{} sizes and {} strides", dims.len(), strides.len()))?;
        require(dims.iter().all(|size| *size > 0), format!("sizes {dims:?} are to be positive"))?;
        require(strides.iter().all(|stride| *stride > 0), format!("strides {strides:?} are to be positive"))?;
        require(element::size(data_type).is_some(), format!("there is no tensor of {data_type:?}"))?;
        let alignment = descriptor.integer(900)?;
        require(alignment > 0, format!("an alignment of {alignment} is to be positive"))?;
        let vectors = descriptor.has(904) && descriptor.integer(904)? != 1;
        support(!vectors && element::vector(data_type) == 1, "tensors of vectors are not in graphs")?;
        let wide = |values: &[i64]| -> Vec<u64> { values.iter().map(|value| *value as u64).collect() };
        Ok(Self {
            id: descriptor.integer(906)?,
            layout: Layout::new(data_type, &wide(&dims), &wide(&strides)),
            alignment,
            is_virtual: descriptor.flag(907),
            is_by_value: descriptor.flag(908),
        })
    }

    fn sizes(&self) -> Vec<usize> {
        self.layout.sizes()
    }
}

impl ConvolutionNode {
    fn new(descriptor: &Descriptor) -> Outcome<Self> {
        let count = descriptor.integer(106)? as usize;
        let node = Self {
            mode: cudnnConvolutionMode_t(descriptor.enumeration(101)?),
            compute_type: DataType(descriptor.enumeration(100)?),
            before: descriptor.integers(105)?,
            after: descriptor.integers(104)?,
            stride: descriptor.integers(103)?,
            dilation: descriptor.integers(102)?,
        };
        let all = [&node.before, &node.after, &node.stride, &node.dilation];
        require(
            all.iter().all(|values| values.len() == count),
            format!("not all of {node:?} is of {count} dimensions"),
        )?;
        support((1..=3).contains(&count), format!("{count} spatial dimensions, where up to 3 can be"))?;
        let positive = node.stride.iter().chain(&node.dilation).all(|value| *value > 0);
        let pads = node.before.iter().chain(&node.after).all(|value| *value >= 0);
        require(positive && pads, format!("{node:?} moves backwards"))?;
        Ok(node)
    }

    /// Checks that input, filter and output go together.
    fn check(&self, x: &TensorNode, w: &TensorNode, y: &TensorNode) -> Outcome {
        let (x, w, y) = (x.sizes(), w.sizes(), y.sizes());
        let count = self.before.len() + 2;
        let shapes = format!("x of {x:?}, w of {w:?}, y of {y:?}");
        let mismatch = || bad_param(shapes.clone());
        if [&x, &w, &y].iter().any(|sizes| sizes.len() != count) || x[1] % w[1] != 0 {
            return Err(mismatch());
        }
        let groups = x[1] / w[1];
        let mut fits = x[0] == y[0] && w[0] == y[1] && w[0] % groups == 0;
        for axis in 0..self.before.len() {
            let extent = (w[axis + 2] as i64 - 1) * self.dilation[axis] + 1;
            let room = x[axis + 2] as i64 + self.before[axis] + self.after[axis] - extent;
            fits &= room >= 0 && room / self.stride[axis] + 1 == y[axis + 2] as i64;
        }
        if fits { Ok(()) } else { Err(mismatch()) }
    }
}

/// Reads the constants of a pointwise function.
fn pointwise(descriptor: &Descriptor) -> Outcome<Pointwise> {
    let mode = cudnnPointwiseMode_t(descriptor.enumeration(0)?);
    if Pointwise::operands(mode).is_none() {
        return Err(not_supported(format!("there is no function {}", mode.0)));
    }
    let number = |name, otherwise| descriptor.number_or(name, otherwise);
    Ok(Pointwise {
        mode,
        propagate_nan: if descriptor.has(2) { descriptor.enumeration(2)? } else { 0 },
        lower_clip: number(3, 0.0)?,
        upper_clip: number(4, f64::INFINITY)?,
        lower_slope: number(5, 0.0)?,
        elu_alpha: number(6, 1.0)?,
        softplus_beta: number(7, 1.0)?,
        swish_beta: number(8, 1.0)?,
        axis: if descriptor.has(9) { descriptor.integer(9)? } else { 0 },
    })
}

/// Checks that each size of `part` is one or that of `whole`.
fn require_repeatable(part: &TensorNode, whole: &TensorNode) -> Outcome {
    let (from, to) = (part.sizes(), whole.sizes());
    let fits = from.len() == to.len() && from.iter().zip(&to).all(|(from, to)| *from == 1 || from == to);
    if fits {
        return Ok(());
    }
    let message = format!("{from:?} is not repeated to {to:?}");
    Err(bad_param(message))
}

fn convolution(descriptor: &Descriptor, name: u32) -> Outcome<ConvolutionNode> {
    match descriptor.product(name)? {
        Product::Convolution(convolution) => Ok(convolution),
        _ => Err(bad_param("the attribute is no convolution")),
    }
}

fn tensor(descriptor: &Descriptor, name: u32) -> Outcome<TensorNode> {
    match descriptor.product(name)? {
        Product::Tensor(tensor) => Ok(tensor),
        _ => Err(bad_param(format!("attribute {name} is no tensor"))),
    }
}

impl Operation {
    fn pointwise(descriptor: &Descriptor) -> Outcome<Self> {
        let Product::Pointwise(function) = descriptor.product(750)? else {
            return Err(bad_param("attribute 750 is no pointwise function"));
        };
        let alpha = [descriptor.number_or(754, 1.0)?, descriptor.number_or(755, 1.0)?];
        let backward = Pointwise::is_backward(function.mode);
        let names: &[u32] = match Pointwise::operands(function.mode) {
            _ if backward => &[757, 751],
            Some(1) => &[751],
            Some(2) => &[751, 752],
            _ => &[751, 752, 758],
        };
        let inputs: Vec<TensorNode> =
            names.iter().map(|name| tensor(descriptor, *name)).collect::<Outcome<_>>()?;
        let output = tensor(descriptor, if backward { 756 } else { 753 })?;
        inputs.iter().try_for_each(|input| require_repeatable(input, &output))?;
        Ok(Self { work: Work::Pointwise(function, alpha), inputs, output })
    }

    fn matmul(descriptor: &Descriptor) -> Outcome<Self> {
        let Product::Matmul = descriptor.product(1523)? else {
            return Err(bad_param("attribute 1523 is no product of matrices"));
        };
        let (a, b, c) = (tensor(descriptor, 1520)?, tensor(descriptor, 1521)?, tensor(descriptor, 1522)?);
        let (left, right, sizes) = (a.sizes(), b.sizes(), c.sizes());
        let rank = sizes.len();
        let same = rank >= 2 && left.len() == rank && right.len() == rank;
        let fits = same
            && left[rank - 1] == right[rank - 2]
            && left[rank - 2] == sizes[rank - 2]
            && right[rank - 1] == sizes[rank - 1]
            && (0..rank - 2)
                .all(|axis| [left[axis], right[axis]].iter().all(|size| *size == 1 || *size == sizes[axis]));
        if !fits {
            let message = format!("{left:?} times {right:?} is not {sizes:?}");
            return Err(bad_param(message));
        }
        Ok(Self { work: Work::Matmul, inputs: vec![a, b], output: c })
    }

    /// Reads an operation of its descriptor.
    fn new(descriptor: &Descriptor) -> Outcome<Self> {
        Ok(match descriptor.kind {
            Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR => {
                let (node, x, w, y) = (
                    convolution(descriptor, 702)?,
                    tensor(descriptor, 704)?,
                    tensor(descriptor, 703)?,
                    tensor(descriptor, 705)?,
                );
                node.check(&x, &w, &y)?;
                let work = Work::Forward(node, descriptor.number(700)?, descriptor.number(701)?);
                Self { work, inputs: vec![x, w], output: y }
            }
            Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR => {
                let (node, w, dx, dy) = (
                    convolution(descriptor, 708)?,
                    tensor(descriptor, 709)?,
                    tensor(descriptor, 710)?,
                    tensor(descriptor, 711)?,
                );
                node.check(&dx, &w, &dy)?;
                let work = Work::BackwardData(node, descriptor.number(706)?, descriptor.number(707)?);
                Self { work, inputs: vec![w, dy], output: dx }
            }
            Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR => {
                let (node, dw, x, dy) = (
                    convolution(descriptor, 714)?,
                    tensor(descriptor, 715)?,
                    tensor(descriptor, 716)?,
                    tensor(descriptor, 717)?,
                );
                node.check(&x, &dw, &dy)?;
                let work = Work::BackwardFilter(node, descriptor.number(712)?, descriptor.number(713)?);
                Self { work, inputs: vec![x, dy], output: dw }
            }
            Kind::CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR => Self::pointwise(descriptor)?,
            Kind::CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR => Self::matmul(descriptor)?,
            _ => {
                let Product::Reduction(op) = descriptor.product(1612)? else {
                    return Err(bad_param("attribute 1612 is no reduction"));
                };
                let (x, y) = (tensor(descriptor, 1610)?, tensor(descriptor, 1611)?);
                require_repeatable(&y, &x)?;
                Self { work: Work::Reduction(op), inputs: vec![x], output: y }
            }
        })
    }
}

impl Graph {
    fn new(descriptor: &Descriptor) -> Outcome<Self> {
        let handle = descriptor.words(800)?[0];
        crate::cudnn::handle::find(super::handle(handle))?;
        let mut rest = Vec::new();
        for product in descriptor.products(801)? {
            let Product::Operation(operation) = product else {
                return Err(bad_param("a graph is of operations"));
            };
            rest.push(operation);
        }
        let mut written = BTreeMap::new();
        for operation in &rest {
            let id = operation.output.id;
            if written.insert(id, operation.output.clone()).is_some() {
                return Err(pattern(format!("tensor {id} is written twice")));
            }
        }
        for input in rest.iter().flat_map(|operation| &operation.inputs) {
            match written.get(&input.id) {
                Some(output) if output != input => {
                    return Err(bad_param(format!("there are two tensors {}", input.id)));
                }
                None if input.is_virtual => {
                    return Err(pattern(format!("the virtual tensor {} is written by nothing", input.id)));
                }
                _ => {}
            }
        }
        // Each time the first operation whose inputs are all there.
        let mut operations: Vec<Operation> = Vec::new();
        while !rest.is_empty() {
            let is_there = |input: &TensorNode| rest.iter().all(|other| other.output.id != input.id);
            let next = rest.iter().position(|operation| operation.inputs.iter().all(is_there));
            let next = next.ok_or_else(|| pattern("the operations need each other in a circle"))?;
            operations.push(rest.remove(next));
        }
        Ok(Self { handle, operations })
    }

    /// Lists the tensors, each once.
    pub(crate) fn tensors(&self) -> Vec<&TensorNode> {
        let mut all: Vec<&TensorNode> = Vec::new();
        for operation in &self.operations {
            for tensor in operation.inputs.iter().chain([&operation.output]) {
                if all.iter().all(|known| known.id != tensor.id) {
                    all.push(tensor);
                }
            }
        }
        all
    }
}

/// Makes what a descriptor of tensors or operations stands for.
pub(crate) fn build(descriptor: &Descriptor) -> Outcome<Product> {
    Ok(match descriptor.kind {
        Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR => Product::Tensor(TensorNode::new(descriptor)?),
        Kind::CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR => Product::Convolution(ConvolutionNode::new(descriptor)?),
        Kind::CUDNN_BACKEND_POINTWISE_DESCRIPTOR => Product::Pointwise(pointwise(descriptor)?),
        Kind::CUDNN_BACKEND_MATMUL_DESCRIPTOR => Product::Matmul,
        Kind::CUDNN_BACKEND_REDUCTION_DESCRIPTOR => {
            let op = cudnnReduceTensorOp_t(descriptor.enumeration(1600)?);
            require(op.0 <= 8, format!("there is no reduction {}", op.0))?;
            Product::Reduction(op)
        }
        Kind::CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR => Product::Graph(Graph::new(descriptor)?.into()),
        _ => Product::Operation(Operation::new(descriptor)?),
    })
}

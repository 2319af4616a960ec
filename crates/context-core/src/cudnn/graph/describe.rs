//! The description of a graph: tensors, and the operations between them, as plain data.

use std::{
    fmt::{self, Write as _},
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use cudnn_sys::cudnnDataType_t;

use super::Pointwise;
use crate::cudnn::{ConvolutionOptions, DataType, Error, Layout, Reduction, Result, tensor};

/// A tensor of a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TensorId {
    graph: u64,
    pub(super) index: usize,
}

impl TensorId {
    /// Returns the number by which cuDNN knows the tensor.
    pub(super) fn unique(self) -> i64 {
        self.index as i64 + 1
    }
}

/// What is known of a tensor.
#[derive(Clone)]
pub(super) struct TensorNode {
    pub(super) kind: cudnnDataType_t,
    pub(super) compute: cudnnDataType_t,
    pub(super) name: &'static str,
    pub(super) dimensions: Vec<i64>,
    pub(super) strides: Vec<i64>,
    /// Elements from the first to the last.
    pub(super) span: usize,
    /// Whether it has no memory: one operation writes it, and others of the graph read it.
    pub(super) intermediate: bool,
    /// Whether an operation writes it.
    pub(super) written: bool,
    /// Whether an operation reads it.
    pub(super) read: bool,
}

impl fmt::Debug for TensorNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.intermediate { "~" } else { "" };
        write!(f, "{place}{} {:?}/{:?}", self.name, self.dimensions, self.strides)
    }
}

/// An operation.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Forward { options: ConvolutionOptions, x: usize, filter: usize, y: usize },
    BackwardData { options: ConvolutionOptions, filter: usize, dy: usize, dx: usize },
    BackwardFilter { options: ConvolutionOptions, x: usize, dy: usize, dfilter: usize },
    Matmul { a: usize, b: usize, c: usize },
    Pointwise { mode: Pointwise, x: usize, b: Option<usize>, y: usize },
    Reduction { reduction: Reduction, x: usize, y: usize },
}

/// Tensors, and operations between them, each behind those whose results it reads.
///
/// # Examples
/// ```
/// use context_core::cudnn::{ConvolutionOptions, Layout, graph::{Graph, Pointwise}};
///
/// let mut graph = Graph::new();
/// let x = graph.dense::<f32>(&[8, 16, 32, 32], Layout::ChannelsLast)?;
/// let filter = graph.dense::<f32>(&[32, 16, 3, 3], Layout::ChannelsLast)?;
/// let bias = graph.dense::<f32>(&[1, 32, 1, 1], Layout::ChannelsLast)?;
/// let convolved = graph.intermediate::<f32>(&[8, 32, 32, 32], Layout::ChannelsLast)?;
/// let biased = graph.intermediate::<f32>(&[8, 32, 32, 32], Layout::ChannelsLast)?;
/// let y = graph.dense::<f32>(&[8, 32, 32, 32], Layout::ChannelsLast)?;
///
/// let options = ConvolutionOptions { padding: vec![1, 1], ..ConvolutionOptions::new(2) };
/// graph.convolution_forward(&options, x, filter, convolved)?;
/// graph.pointwise(Pointwise::Add, convolved, Some(bias), biased)?;
/// graph.pointwise(Pointwise::Relu, biased, None, y)?;
/// # Ok::<(), context_core::cudnn::Error>(())
/// ```
#[derive(Debug)]
pub struct Graph {
    id: u64,
    pub(super) tensors: Vec<TensorNode>,
    pub(super) nodes: Vec<Node>,
}

impl Default for Graph {
    fn default() -> Graph {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Graph { id: NEXT.fetch_add(1, Relaxed), tensors: Vec::new(), nodes: Vec::new() }
    }
}

const OPERATION: &str = "describing a graph for cuDNN";

fn refuse<T>(detail: String) -> Result<T> {
    Err(Error::Shape { operation: OPERATION, detail })
}

impl Graph {
    /// Makes an empty graph.
    pub fn new() -> Graph {
        Graph::default()
    }

    /// Adds a tensor in memory, without gaps. Sizes are given as batch, channels, space, whatever the layout.
    ///
    /// # Errors
    /// [`Error::Shape`] for no elements, or more than can be counted.
    pub fn dense<T: DataType>(&mut self, dimensions: &[usize], layout: Layout) -> Result<TensorId> {
        self.add::<T>(dimensions, &tensor::dense_strides(OPERATION, dimensions, layout)?, false)
    }

    /// Adds a tensor in memory whose neighbours along each dimension lie so many elements apart.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many strides as sizes; as [`dense`](Graph::dense).
    pub fn strided<T: DataType>(&mut self, dimensions: &[usize], strides: &[usize]) -> Result<TensorId> {
        self.add::<T>(dimensions, strides, false)
    }

    /// Adds a tensor that is nowhere in memory: one operation writes it, and others read it.
    ///
    /// # Errors
    /// As [`dense`](Graph::dense).
    pub fn intermediate<T: DataType>(&mut self, dimensions: &[usize], layout: Layout) -> Result<TensorId> {
        self.add::<T>(dimensions, &tensor::dense_strides(OPERATION, dimensions, layout)?, true)
    }

    fn add<T: DataType>(
        &mut self,
        dimensions: &[usize],
        strides: &[usize],
        intermediate: bool,
    ) -> Result<TensorId> {
        let span = tensor::span(OPERATION, dimensions, strides)?;
        let numbers = |list: &[usize]| list.iter().map(|&number| number as i64).collect();
        let index = self.tensors.len();
        self.tensors.push(TensorNode {
            kind: T::RAW,
            compute: T::COMPUTE,
            name: T::NAME,
            dimensions: numbers(dimensions),
            strides: numbers(strides),
            span,
            intermediate,
            written: false,
            read: false,
        });
        Ok(TensorId { graph: self.id, index })
    }

    /// Finds a tensor that belongs to this graph.
    pub(super) fn find(&self, tensor: TensorId) -> Result<usize> {
        if tensor.graph != self.id {
            return refuse("a tensor of another graph".to_owned());
        }
        Ok(tensor.index)
    }

    /// Notes that an operation reads some tensors and writes another.
    fn connect(&mut self, reads: &[TensorId], writes: TensorId) -> Result<()> {
        let written = self.find(writes)?;
        for tensor in reads {
            let index = self.find(*tensor)?;
            if index == written {
                return refuse(format!("tensor {index} is read and written by one operation"));
            }
            let TensorNode { intermediate, written, .. } = self.tensors[index];
            if intermediate && !written {
                return refuse(format!(
                    "tensor {index} has no memory, and no operation before has written it"
                ));
            }
        }
        let target = &self.tensors[written];
        if target.written || target.read {
            return refuse(format!(
                "tensor {written} is written again, or behind an operation that reads it"
            ));
        }
        self.tensors[written].written = true;
        for tensor in reads {
            self.tensors[tensor.index].read = true;
        }
        Ok(())
    }

    fn same_rank(&self, options: &ConvolutionOptions, tensors: [TensorId; 3]) -> Result<()> {
        let space = options.padding.len();
        let ranks =
            tensors.map(|tensor| self.tensors.get(tensor.index).map_or(0, |node| node.dimensions.len()));
        if options.stride.len() == space
            && options.dilation.len() == space
            && ranks.iter().all(|&rank| rank == space + 2)
        {
            return Ok(());
        }
        refuse(format!("tensors of {ranks:?} dimensions with {options:?}: two more than each list of it"))
    }

    /// `y ← conv(x, filter)`. Groups follow from the channels of `x` and the filter.
    ///
    /// # Errors
    /// [`Error::Shape`] for tensors that do not go together.
    #[doc(alias = "CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR")]
    pub fn convolution_forward(
        &mut self,
        options: &ConvolutionOptions,
        x: TensorId,
        filter: TensorId,
        y: TensorId,
    ) -> Result<()> {
        self.same_rank(options, [x, filter, y])?;
        self.connect(&[x, filter], y)?;
        let options = options.clone();
        self.nodes.push(Node::Forward { options, x: x.index, filter: filter.index, y: y.index });
        Ok(())
    }

    /// `dx ← the gradient of the input from dy`.
    ///
    /// # Errors
    /// As [`convolution_forward`](Graph::convolution_forward).
    #[doc(alias = "CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR")]
    pub fn convolution_backward_data(
        &mut self,
        options: &ConvolutionOptions,
        filter: TensorId,
        dy: TensorId,
        dx: TensorId,
    ) -> Result<()> {
        self.same_rank(options, [filter, dy, dx])?;
        self.connect(&[filter, dy], dx)?;
        let options = options.clone();
        self.nodes.push(Node::BackwardData { options, filter: filter.index, dy: dy.index, dx: dx.index });
        Ok(())
    }

    /// `dfilter ← the gradient of the filter from x and dy`.
    ///
    /// # Errors
    /// As [`convolution_forward`](Graph::convolution_forward).
    #[doc(alias = "CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR")]
    pub fn convolution_backward_filter(
        &mut self,
        options: &ConvolutionOptions,
        x: TensorId,
        dy: TensorId,
        dfilter: TensorId,
    ) -> Result<()> {
        self.same_rank(options, [x, dy, dfilter])?;
        self.connect(&[x, dy], dfilter)?;
        let options = options.clone();
        self.nodes.push(Node::BackwardFilter { options, x: x.index, dy: dy.index, dfilter: dfilter.index });
        Ok(())
    }

    /// `c ← a·b`, for stacks of matrices: the last two dimensions are rows and columns, those before are batches.
    ///
    /// # Errors
    /// [`Error::Shape`] for sizes that do not go together.
    #[doc(alias = "CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR")]
    pub fn matmul(&mut self, a: TensorId, b: TensorId, c: TensorId) -> Result<()> {
        let sizes = |tensor| Ok::<_, Error>(self.tensors[self.find(tensor)?].dimensions.as_slice());
        let (rows, columns, target) = (sizes(a)?, sizes(b)?, sizes(c)?);
        let fits = match (rows, columns, target) {
            ([.., m, k], [.., b_rows, n], [.., c_rows, c_columns]) => {
                k == b_rows && m == c_rows && n == c_columns
            }
            _ => false,
        };
        if !fits || rows.len() != columns.len() || rows.len() != target.len() {
            return refuse(format!("matrices {rows:?} times {columns:?} into {target:?}"));
        }
        self.connect(&[a, b], c)?;
        self.nodes.push(Node::Matmul { a: a.index, b: b.index, c: c.index });
        Ok(())
    }

    /// `y ← mode(x, b)`, element by element. `b` may have size 1 where `x` does not. A gradient takes dy as `x` and x as `b`.
    ///
    /// # Errors
    /// [`Error::Shape`] if `mode` takes another number of tensors.
    #[doc(alias = "CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR")]
    pub fn pointwise(
        &mut self,
        mode: Pointwise,
        x: TensorId,
        b: Option<TensorId>,
        y: TensorId,
    ) -> Result<()> {
        let given = 1 + usize::from(b.is_some());
        if given != mode.operands() {
            return refuse(format!("{mode:?} of {given} tensors; it takes {}", mode.operands()));
        }
        let reads: Vec<TensorId> = [Some(x), b].into_iter().flatten().collect();
        self.connect(&reads, y)?;
        self.nodes.push(Node::Pointwise { mode, x: x.index, b: b.map(|b| b.index), y: y.index });
        Ok(())
    }

    /// `y ← reduction(x)`, over every dimension in which `y` has size 1.
    ///
    /// # Errors
    /// [`Error::Shape`] for tensors of several ranks.
    #[doc(alias = "CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR")]
    pub fn reduction(&mut self, reduction: Reduction, x: TensorId, y: TensorId) -> Result<()> {
        let sizes = |tensor| Ok::<_, Error>(self.tensors[self.find(tensor)?].dimensions.as_slice());
        let (from, to) = (sizes(x)?, sizes(y)?);
        if from.len() != to.len() || from.iter().zip(to).any(|(from, to)| to != from && *to != 1) {
            return refuse(format!("{reduction:?} of {from:?} into {to:?}: the same size or 1"));
        }
        self.connect(&[x], y)?;
        self.nodes.push(Node::Reduction { reduction, x: x.index, y: y.index });
        Ok(())
    }

    /// Returns a text that says all of the graph, and is equal for equal graphs: a part of a plan's key.
    pub fn key(&self) -> String {
        self.to_string()
    }

    /// Refuses a graph that nothing can be planned for.
    pub(super) fn check(&self) -> Result<()> {
        if self.nodes.is_empty() {
            return refuse("there is no operation".to_owned());
        }
        let lost = self.tensors.iter().position(|node| !node.read && (node.intermediate || !node.written));
        match lost {
            Some(index) => refuse(format!("nothing reads tensor {index}, {:?}", self.tensors[index])),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, node) in self.tensors.iter().enumerate() {
            write!(f, "t{index}: {node:?}; ")?;
        }
        for node in &self.nodes {
            write!(f, "{node:?}; ")?;
        }
        f.write_char('.')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tensors(graph: &mut Graph) -> [TensorId; 3] {
        [(); 3].map(|()| graph.dense::<f32>(&[2, 4, 4], Layout::ChannelsFirst).unwrap())
    }

    #[test]
    fn equal_graphs_have_equal_keys_and_others_do_not() {
        let make = |mode, size: usize| {
            let mut graph = Graph::new();
            let x = graph.dense::<f32>(&[2, 4, size], Layout::ChannelsFirst).unwrap();
            let y = graph.dense::<f32>(&[2, 4, size], Layout::ChannelsFirst).unwrap();
            graph.pointwise(mode, x, None, y).unwrap();
            graph.key()
        };

        assert_eq!(make(Pointwise::Relu, 4), make(Pointwise::Relu, 4));
        assert_ne!(make(Pointwise::Relu, 4), make(Pointwise::Tanh, 4));
        assert_ne!(make(Pointwise::Relu, 4), make(Pointwise::Relu, 5));
    }

    #[test]
    fn a_tensor_of_another_graph_is_refused() {
        let (mut one, mut other) = (Graph::new(), Graph::new());
        let [x, y, _] = tensors(&mut one);
        let [.., stranger] = tensors(&mut other);

        assert!(one.pointwise(Pointwise::Relu, x, None, stranger).is_err());
        assert!(one.matmul(x, y, stranger).is_err());
        assert!(one.reduction(Reduction::Sum, stranger, y).is_err());
    }

    #[test]
    fn a_tensor_is_written_once_and_before_it_is_read() {
        let mut graph = Graph::new();
        let [x, y, z] = tensors(&mut graph);
        let virtual_one = graph.intermediate::<f32>(&[2, 4, 4], Layout::ChannelsFirst).unwrap();

        assert!(graph.pointwise(Pointwise::Relu, virtual_one, None, y).is_err(), "nobody has written it");
        assert!(graph.pointwise(Pointwise::Relu, x, None, x).is_err(), "one tensor in and out");
        graph.pointwise(Pointwise::Relu, x, None, y).unwrap();
        assert!(graph.pointwise(Pointwise::Tanh, z, None, y).is_err(), "written twice");
        assert!(graph.pointwise(Pointwise::Tanh, z, None, x).is_err(), "written behind a reader");
    }

    #[test]
    fn a_graph_with_an_unused_tensor_or_no_operation_is_refused() {
        let mut graph = Graph::new();
        assert!(graph.check().is_err());
        let [x, y, unused] = tensors(&mut graph);
        graph.pointwise(Pointwise::Relu, x, None, y).unwrap();

        assert!(graph.check().is_err());
        let end = graph.dense::<f32>(&[2, 1, 1], Layout::ChannelsFirst).unwrap();
        graph.reduction(Reduction::Sum, unused, end).unwrap();
        graph.check().unwrap();
    }

    #[test]
    fn the_number_of_operands_is_that_of_the_operation() {
        let mut graph = Graph::new();
        let [x, b, y] = tensors(&mut graph);

        assert!(graph.pointwise(Pointwise::Relu, x, Some(b), y).is_err());
        assert!(graph.pointwise(Pointwise::Add, x, None, y).is_err());
        graph.pointwise(Pointwise::ReluBackward, x, Some(b), y).unwrap();
        assert!(Pointwise::ReluBackward.is_backward() && !Pointwise::Relu.is_backward());
    }
}

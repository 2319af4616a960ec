//! From a description to a plan: descriptors, engines, and what an engine becomes on a device.

use std::{fmt, sync::Arc};

use cudnn_sys::{
    cudnnBackendAttributeName_t as Name, cudnnBackendDescriptorType_t as Kind, cudnnBackendHeurMode_t,
    cudnnBackendNumericalNote_t, cudnnConvolutionMode_t, cudnnDataType_t,
};

use super::{
    Graph,
    backend::{Descriptor, Flag},
    describe::{Node, TensorNode},
};
use crate::cuda::Context;
use crate::cudnn::{
    ConvolutionMode, ConvolutionOptions, CudnnVersion, Determinism, Error, Handle, Library, MathMode, Result,
    Settings,
};

/// What cuDNN orders engines by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Heuristic {
    /// A table: in no time.
    #[default]
    Fast,
    /// A model: in more time, and better.
    Thorough,
    /// Engines that do most things, and not the fastest.
    Fallback,
}

impl Heuristic {
    fn as_raw(self) -> cudnnBackendHeurMode_t {
        match self {
            Heuristic::Fast => cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_A,
            Heuristic::Thorough => cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_B,
            Heuristic::Fallback => cudnnBackendHeurMode_t::CUDNN_HEUR_MODE_FALLBACK,
        }
    }
}

/// How an engine computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumericalNote {
    /// With tensor cores.
    TensorCores,
    /// With inputs rounded to a shorter type.
    RoundedInputs,
    /// With sums in a shorter type.
    ShortSums,
    /// By a Fourier transform.
    Fourier,
    /// With other bits in each run.
    NotDeterministic,
    /// By Winograd's algorithm.
    Winograd,
    /// Something that has no name here, by cuDNN's number.
    Other(u32),
}

impl NumericalNote {
    fn from_raw(raw: cudnnBackendNumericalNote_t) -> NumericalNote {
        match raw {
            cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_TENSOR_CORE => NumericalNote::TensorCores,
            cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS => {
                NumericalNote::RoundedInputs
            }
            cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION => {
                NumericalNote::ShortSums
            }
            cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_FFT => NumericalNote::Fourier,
            cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC => {
                NumericalNote::NotDeterministic
            }
            cudnnBackendNumericalNote_t::CUDNN_NUMERICAL_NOTE_WINOGRAD => NumericalNote::Winograd,
            cudnnBackendNumericalNote_t(number) => NumericalNote::Other(number),
        }
    }

    /// Tells whether the settings do not allow it.
    fn breaks(self, settings: Settings) -> bool {
        match self {
            NumericalNote::NotDeterministic => settings.determinism == Determinism::Reproducible,
            NumericalNote::TensorCores => settings.math == MathMode::Fma,
            NumericalNote::RoundedInputs => settings.math != MathMode::TensorCoresRounded,
            _ => false,
        }
    }
}

/// The descriptors of a graph. A descriptor does not keep those that it points at.
pub(super) struct Built {
    graph: Descriptor,
    #[allow(dead_code, reason = "kept for those that point at them")]
    parts: Vec<Descriptor>,
    key: String,
    library: Library,
    /// The handle that the graph was built with, which cuDNN keeps the address of.
    handle: u64,
    context: Arc<Context>,
}

/// The alignment of tensors in memory that plans may rely on.
pub(super) const ALIGNMENT: u64 = 16;

fn tensor(library: Library, index: usize, node: &TensorNode) -> Result<Descriptor> {
    let descriptor = Descriptor::new(library, Kind::CUDNN_BACKEND_TENSOR_DESCRIPTOR)?;
    descriptor.set(Name::CUDNN_ATTR_TENSOR_DATA_TYPE, &[node.kind])?;
    descriptor.set(Name::CUDNN_ATTR_TENSOR_DIMENSIONS, &node.dimensions)?;
    descriptor.set(Name::CUDNN_ATTR_TENSOR_STRIDES, &node.strides)?;
    descriptor.set(Name::CUDNN_ATTR_TENSOR_UNIQUE_ID, &[index as i64 + 1])?;
    descriptor.set(Name::CUDNN_ATTR_TENSOR_BYTE_ALIGNMENT, &[ALIGNMENT as i64])?;
    if node.intermediate {
        descriptor.set(Name::CUDNN_ATTR_TENSOR_IS_VIRTUAL, &[Flag(1)])?;
    }
    descriptor.finalize(|| format!("tensor {index} of a graph, {node:?}"))?;
    Ok(descriptor)
}

fn convolution(
    library: Library,
    options: &ConvolutionOptions,
    compute: cudnnDataType_t,
) -> Result<Descriptor> {
    let numbers = |list: &[usize]| list.iter().map(|&number| number as i64).collect::<Vec<_>>();
    let mode = match options.mode {
        ConvolutionMode::CrossCorrelation => cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION,
        ConvolutionMode::Convolution => cudnnConvolutionMode_t::CUDNN_CONVOLUTION,
    };
    let descriptor = Descriptor::new(library, Kind::CUDNN_BACKEND_CONVOLUTION_DESCRIPTOR)?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_SPATIAL_DIMS, &[options.padding.len() as i64])?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_COMP_TYPE, &[compute])?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_CONV_MODE, &[mode])?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_PRE_PADDINGS, &numbers(&options.padding))?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_POST_PADDINGS, &numbers(&options.padding))?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_FILTER_STRIDES, &numbers(&options.stride))?;
    descriptor.set(Name::CUDNN_ATTR_CONVOLUTION_DILATIONS, &numbers(&options.dilation))?;
    descriptor.finalize(|| format!("a convolution of a graph, {options:?}"))?;
    Ok(descriptor)
}

impl Graph {
    /// Makes the descriptors of the tensors and of the operations: what can be done without a device.
    fn parts(&self, library: Library) -> Result<(Vec<Descriptor>, Vec<Descriptor>)> {
        let tensors = self.tensors.iter().enumerate().map(|(index, node)| tensor(library, index, node));
        let mut parts: Vec<Descriptor> = tensors.collect::<Result<_>>()?;
        let mut operations = Vec::new();
        for node in &self.nodes {
            let (operation, part) = self.operation(library, &parts, node)?;
            operation.finalize(|| format!("an operation of a graph, {node:?} of {self}"))?;
            operations.push(operation);
            parts.push(part);
        }
        Ok((parts, operations))
    }

    /// Makes the descriptor of an operation, and the one that says how it is done.
    fn operation(
        &self,
        library: Library,
        tensors: &[Descriptor],
        node: &Node,
    ) -> Result<(Descriptor, Descriptor)> {
        let at = |index: usize| tensors[index].pointer();
        let compute = |index: usize| self.tensors[index].compute;
        // The factors are of the type of the sums; but whole numbers are multiplied by floats.
        let blend = |operation: &Descriptor, alpha, beta, compute| match compute {
            cudnnDataType_t::CUDNN_DATA_DOUBLE => {
                operation.set(alpha, &[1.0_f64]).and_then(|()| operation.set(beta, &[0.0_f64]))
            }
            _ => operation.set(alpha, &[1.0_f32]).and_then(|()| operation.set(beta, &[0.0_f32])),
        };
        match node {
            Node::Forward { options, x, filter, y } => {
                let part = convolution(library, options, compute(*x))?;
                let kind = Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_FORWARD_DESCRIPTOR;
                let operation = Descriptor::new(library, kind)?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_X, &[at(*x)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_W, &[at(*filter)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_Y, &[at(*y)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_CONV_DESC, &[part.pointer()])?;
                let alpha = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_ALPHA;
                let beta = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_FORWARD_BETA;
                blend(&operation, alpha, beta, compute(*x))?;
                Ok((operation, part))
            }
            Node::BackwardData { options, filter, dy, dx } => {
                let part = convolution(library, options, compute(*dy))?;
                let kind = Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_DATA_DESCRIPTOR;
                let operation = Descriptor::new(library, kind)?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_W, &[at(*filter)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DY, &[at(*dy)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_DX, &[at(*dx)])?;
                operation
                    .set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_CONV_DESC, &[part.pointer()])?;
                let alpha = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_ALPHA;
                let beta = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_DATA_BETA;
                blend(&operation, alpha, beta, compute(*dy))?;
                Ok((operation, part))
            }
            Node::BackwardFilter { options, x, dy, dfilter } => {
                let part = convolution(library, options, compute(*x))?;
                let kind = Kind::CUDNN_BACKEND_OPERATION_CONVOLUTION_BACKWARD_FILTER_DESCRIPTOR;
                let operation = Descriptor::new(library, kind)?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_X, &[at(*x)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DY, &[at(*dy)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_DW, &[at(*dfilter)])?;
                let convolution = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_CONV_DESC;
                operation.set(convolution, &[part.pointer()])?;
                let alpha = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_ALPHA;
                let beta = Name::CUDNN_ATTR_OPERATION_CONVOLUTION_BWD_FILTER_BETA;
                blend(&operation, alpha, beta, compute(*x))?;
                Ok((operation, part))
            }
            Node::Matmul { a, b, c } => {
                let part = Descriptor::new(library, Kind::CUDNN_BACKEND_MATMUL_DESCRIPTOR)?;
                part.set(Name::CUDNN_ATTR_MATMUL_COMP_TYPE, &[compute(*a)])?;
                part.finalize(|| "a product of matrices of a graph".to_owned())?;
                let operation = Descriptor::new(library, Kind::CUDNN_BACKEND_OPERATION_MATMUL_DESCRIPTOR)?;
                operation.set(Name::CUDNN_ATTR_OPERATION_MATMUL_ADESC, &[at(*a)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_MATMUL_BDESC, &[at(*b)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_MATMUL_CDESC, &[at(*c)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_MATMUL_DESC, &[part.pointer()])?;
                Ok((operation, part))
            }
            Node::Pointwise { mode, x, b, y } => {
                let part = Descriptor::new(library, Kind::CUDNN_BACKEND_POINTWISE_DESCRIPTOR)?;
                part.set(Name::CUDNN_ATTR_POINTWISE_MODE, &[mode.as_raw()])?;
                part.set(Name::CUDNN_ATTR_POINTWISE_MATH_PREC, &[compute(*x)])?;
                part.finalize(|| format!("{mode:?} of a graph"))?;
                let operation = Descriptor::new(library, Kind::CUDNN_BACKEND_OPERATION_POINTWISE_DESCRIPTOR)?;
                operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_PW_DESCRIPTOR, &[part.pointer()])?;
                match b {
                    Some(b) if mode.is_backward() => {
                        operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_DYDESC, &[at(*x)])?;
                        operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_XDESC, &[at(*b)])?;
                        operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_DXDESC, &[at(*y)])?;
                    }
                    _ => {
                        operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_XDESC, &[at(*x)])?;
                        if let Some(b) = b {
                            operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_BDESC, &[at(*b)])?;
                        }
                        operation.set(Name::CUDNN_ATTR_OPERATION_POINTWISE_YDESC, &[at(*y)])?;
                    }
                }
                Ok((operation, part))
            }
            Node::Reduction { reduction, x, y } => {
                let part = Descriptor::new(library, Kind::CUDNN_BACKEND_REDUCTION_DESCRIPTOR)?;
                part.set(Name::CUDNN_ATTR_REDUCTION_OPERATOR, &[reduction.as_raw()])?;
                part.set(Name::CUDNN_ATTR_REDUCTION_COMP_TYPE, &[compute(*x)])?;
                part.finalize(|| format!("{reduction:?} of a graph"))?;
                let operation = Descriptor::new(library, Kind::CUDNN_BACKEND_OPERATION_REDUCTION_DESCRIPTOR)?;
                operation.set(Name::CUDNN_ATTR_OPERATION_REDUCTION_XDESC, &[at(*x)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_REDUCTION_YDESC, &[at(*y)])?;
                operation.set(Name::CUDNN_ATTR_OPERATION_REDUCTION_DESC, &[part.pointer()])?;
                Ok((operation, part))
            }
        }
    }

    /// Checks all that can be checked without a device: that cuDNN takes the tensors and the operations.
    ///
    /// # Errors
    /// [`Error::Shape`] for a graph with nothing to do; [`Error::Call`] with the tensor or operation that cuDNN refuses.
    pub fn validate(&self, library: Library) -> Result<()> {
        self.check()?;
        self.parts(library).map(|_| ())
    }

    fn build(&self, handle: &mut Handle) -> Result<Built> {
        self.check()?;
        let library = handle.library();
        handle.enter()?;
        let (mut parts, operations) = self.parts(library)?;
        let graph = Descriptor::new(library, Kind::CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR)?;
        let pointers: Vec<_> = operations.iter().map(Descriptor::pointer).collect();
        graph.set(Name::CUDNN_ATTR_OPERATIONGRAPH_OPS, &pointers)?;
        graph.set(Name::CUDNN_ATTR_OPERATIONGRAPH_HANDLE, &[handle.as_raw()])?;
        graph.finalize(|| format!("a graph, {self}"))?;
        parts.extend(operations);
        let (key, handle_id, context) = (self.key(), handle.id(), handle.context().clone());
        Ok(Built { graph, parts, key, library, handle: handle_id, context })
    }

    /// Returns the ways in which cuDNN can run the graph on the handle's device, the best first.
    ///
    /// # Errors
    /// [`Error::Shape`] for a graph with nothing to do; [`Error::Call`] if cuDNN has no engine for it, or refuses a part of it.
    #[doc(alias = "CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR")]
    pub fn engines(&self, handle: &mut Handle, heuristic: Heuristic) -> Result<Vec<Engine>> {
        let built = Arc::new(self.build(handle)?);
        engines(&built, heuristic)
    }

    /// Makes a plan of the first engine that the settings allow and that becomes one: those of `Fast` first, then those of `Fallback`.
    ///
    /// # Errors
    /// [`Error::Setting`] if there are engines and the settings allow none; as [`engines`](Graph::engines); what the last engine that was
    /// tried failed with.
    pub fn plan(&self, handle: &mut Handle, settings: Settings) -> Result<Plan> {
        let built = Arc::new(self.build(handle)?);
        let (mut refused, mut failed, mut count) = (Vec::new(), None, 0);
        for heuristic in [Heuristic::Fast, Heuristic::Fallback] {
            let found = match engines(&built, heuristic) {
                Ok(found) => found,
                // The other one may have some.
                Err(error) => {
                    failed = Some(error);
                    continue;
                }
            };
            for engine in found {
                count += 1;
                if let Some(note) = engine.notes.iter().find(|note| note.breaks(settings)) {
                    refused.push(format!("engine {} computes with {note:?}", engine.index));
                    continue;
                }
                match engine.plan(handle) {
                    Ok(plan) if settings.workspace_limit.is_some_and(|most| plan.workspace_bytes > most) => {
                        let bytes = crate::Bytes(plan.workspace_bytes);
                        refused.push(format!("engine {} needs {bytes}", engine.index));
                    }
                    Ok(plan) => return Ok(plan),
                    Err(error) => failed = Some(error),
                }
            }
        }
        if !refused.is_empty() {
            return Err(Error::Setting {
                setting: "settings of a graph",
                reason: format!("no engine of {count} keeps to {settings:?}: {}", refused.join("; ")),
            });
        }
        Err(failed.unwrap_or_else(|| Error::Shape {
            operation: "planning a graph",
            detail: format!("cuDNN {} has no engine for {self}", built.library.version()),
        }))
    }
}

/// The most engines that are asked for.
const MOST: usize = 64;

fn engines(built: &Arc<Built>, heuristic: Heuristic) -> Result<Vec<Engine>> {
    let library = built.library;
    let search = Descriptor::new(library, Kind::CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR)?;
    search.set(Name::CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, &[built.graph.pointer()])?;
    search.set(Name::CUDNN_ATTR_ENGINEHEUR_MODE, &[heuristic.as_raw()])?;
    search.finalize(|| format!("the engines ({heuristic:?}) for {}", built.key))?;
    // cuDNN says how many there are, and fills descriptors that are there already.
    let there = search.get::<super::backend::Pointer>(Name::CUDNN_ATTR_ENGINEHEUR_RESULTS, &mut [])?;
    let configs =
        (0..there.min(MOST)).map(|_| Descriptor::new(library, Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR));
    let configs: Vec<Descriptor> = configs.collect::<Result<_>>()?;
    let mut pointers: Vec<_> = configs.iter().map(Descriptor::pointer).collect();
    let found = match pointers.len() {
        0 => 0,
        _ => search.get(Name::CUDNN_ATTR_ENGINEHEUR_RESULTS, &mut pointers)?,
    };
    configs.into_iter().take(found).map(|config| Engine::read(built, config)).collect()
}

/// A way in which cuDNN can run a graph.
pub struct Engine {
    config: Arc<Descriptor>,
    index: i64,
    notes: Vec<NumericalNote>,
    built: Arc<Built>,
}

impl Engine {
    fn read(built: &Arc<Built>, config: Descriptor) -> Result<Engine> {
        let engine = Descriptor::new(built.library, Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR)?;
        config.get(Name::CUDNN_ATTR_ENGINECFG_ENGINE, &mut [engine.pointer()])?;
        let mut index = [0_i64];
        engine.get(Name::CUDNN_ATTR_ENGINE_GLOBAL_INDEX, &mut index)?;
        let mut notes = [cudnnBackendNumericalNote_t(u32::MAX); 32];
        let count = engine.get(Name::CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, &mut notes)?.min(notes.len());
        let notes = notes[..count].iter().map(|&raw| NumericalNote::from_raw(raw)).collect();
        Ok(Engine { config: Arc::new(config), index: index[0], notes, built: built.clone() })
    }

    /// Returns cuDNN's number of the engine.
    pub fn index(&self) -> i64 {
        self.index
    }

    /// Returns how it computes.
    pub fn notes(&self) -> &[NumericalNote] {
        &self.notes
    }

    /// Makes a plan, for which cuDNN may compile kernels.
    ///
    /// # Errors
    /// [`Error::Call`] if the engine does not run this on the device after all; [`Error::Shape`] for another handle than the engine was
    /// found with.
    #[doc(alias = "CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR")]
    pub fn plan(&self, handle: &mut Handle) -> Result<Plan> {
        let Built { library, context, .. } = &*self.built;
        same_place(*library, context, handle)?;
        if handle.id() != self.built.handle {
            let detail = format!("{handle:?} is not the handle that {self:?} was found with");
            return Err(Error::Shape { operation: "making a plan of cuDNN", detail });
        }
        handle.enter()?;
        let descriptor = Descriptor::new(*library, Kind::CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR)?;
        let descriptor = descriptor.in_context(context);
        descriptor.set(Name::CUDNN_ATTR_EXECUTION_PLAN_HANDLE, &[handle.as_raw()])?;
        descriptor.set(Name::CUDNN_ATTR_EXECUTION_PLAN_ENGINE_CONFIG, &[self.config.pointer()])?;
        let finalized =
            descriptor.finalize(|| format!("a plan of engine {} for {}", self.index, self.built.key));
        finalized.map_err(|error| crate::cudnn::handle::explain(context, error))?;
        let mut bytes = [0_i64];
        descriptor.get(Name::CUDNN_ATTR_EXECUTION_PLAN_WORKSPACE_SIZE, &mut bytes)?;
        Ok(Plan {
            descriptor,
            workspace_bytes: usize::try_from(bytes[0]).unwrap_or(0),
            notes: self.notes.clone(),
            index: self.index,
            config: self.config.clone(),
            built: self.built.clone(),
        })
    }
}

/// Refuses a handle of another CUDA context or library.
fn same_place(library: Library, context: &Arc<Context>, handle: &Handle) -> Result<()> {
    if library.table() == handle.library().table() && Arc::ptr_eq(context, handle.context()) {
        return Ok(());
    }
    let detail = format!("{handle:?} is not of {library} in the {context:?} that it was made for");
    Err(Error::Shape { operation: "using a plan of cuDNN", detail })
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "engine {} {:?} for {}", self.index, self.notes, self.built.key)
    }
}

/// A graph made ready to run in one CUDA context. Threads may share it; each executes it with a handle of its own.
pub struct Plan {
    // First: it goes before what it points at.
    descriptor: Descriptor,
    workspace_bytes: usize,
    notes: Vec<NumericalNote>,
    index: i64,
    #[allow(dead_code, reason = "kept for the plan")]
    config: Arc<Descriptor>,
    built: Arc<Built>,
}

impl Plan {
    /// Returns how many bytes of workspace an execution needs.
    pub fn workspace_bytes(&self) -> usize {
        self.workspace_bytes
    }

    /// Returns how it computes.
    pub fn notes(&self) -> &[NumericalNote] {
        &self.notes
    }

    /// Returns cuDNN's number of the engine.
    pub fn engine(&self) -> i64 {
        self.index
    }

    /// Returns the version of the library that made it.
    pub fn version(&self) -> CudnnVersion {
        self.built.library.version()
    }

    pub(super) fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    pub(super) fn key(&self) -> &str {
        &self.built.key
    }

    pub(super) fn check_handle(&self, handle: &Handle) -> Result<()> {
        same_place(self.built.library, &self.built.context, handle)
    }

    /// Tells what the settings do not allow of it.
    pub(super) fn broken_by(&self, settings: Settings) -> Option<NumericalNote> {
        self.notes.iter().copied().find(|note| note.breaks(settings))
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Plan { index, notes, workspace_bytes, built, .. } = self;
        write!(
            f,
            "plan of engine {index} {notes:?}, workspace {}, for {}",
            crate::Bytes(*workspace_bytes),
            built.key
        )
    }
}

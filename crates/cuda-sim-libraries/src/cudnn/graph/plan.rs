//! Engines, and plans, which run a graph with the tensors of a variant pack.

use super::descriptor::{Answer, Descriptor};
use super::kernel::{Matmul, Pointwise};
use super::node::{ConvolutionNode, Graph, Operation, TensorNode, Work};
use super::{Product, handle};
use crate::cudnn::call::convolution::{BackwardData, BackwardFilter, Forward};
use crate::cudnn::call::integers::upload;
use crate::cudnn::call::reduction::Reduce;
use crate::cudnn::call::spatial;
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::compute::convolution::Geometry;
use crate::cudnn::element;
use crate::cudnn::failure::{Failure, Outcome, bad_param, require};
use crate::cudnn::ffi::Out;
use crate::cudnn::handle::{self as handles, Handle};
use crate::cudnn::layout::{Layout, Tensor};
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Workspace;
use crate::cudnn::object::Ref;
use cudnn_sys::{
    cudnnBackendDescriptorType_t as Kind, cudnnBackendHeurMode_t as Mode,
    cudnnBackendNumericalNote_t as Note, cudnnConvolutionMode_t, cudnnStatus_t as Status,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A way to run a graph.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Engine {
    graph: Arc<Graph>,
    index: i64,
}

/// How many engines there are. All compute the same; they differ in what they promise, and in their workspaces.
const ENGINES: i64 = 4;

/// Needs no more workspace than the tensors between operations.
const PLAIN: i64 = 0;
/// Works with tensor cores, where all tensors have 16 bits.
const TENSOR_CORES: i64 = 1;
/// Adds in any order.
const ATOMIC: i64 = 2;
/// Does everything.
const FALLBACK: i64 = 3;

impl Engine {
    fn new(graph: Arc<Graph>, index: i64) -> Outcome<Self> {
        require((0..ENGINES).contains(&index), format!("there is no engine {index}"))?;
        let engine = Self { graph, index };
        if engine.fits() {
            return Ok(engine);
        }
        Err(crate::cudnn::failure::not_supported("the engine's tensor cores take tensors of 16 bits alone"))
    }

    fn fits(&self) -> bool {
        let short = |tensor: &&TensorNode| {
            element::size(tensor.layout.data_type) == Some(2) || tensor.is_virtual || tensor.is_by_value
        };
        self.index != TENSOR_CORES || self.graph.tensors().iter().all(short)
    }

    fn notes(&self) -> Vec<u32> {
        match self.index {
            TENSOR_CORES => vec![Note::CUDNN_NUMERICAL_NOTE_TENSOR_CORE.0],
            ATOMIC => vec![Note::CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC.0],
            _ => Vec::new(),
        }
    }

    /// Returns how many bytes of workspace the engine's own work on one operation takes.
    fn scratch_bytes(&self) -> u64 {
        let most = self.graph.operations.iter().map(|operation| operation.output.layout.len() as u64).max();
        let pieces = match self.index {
            TENSOR_CORES => 2,
            ATOMIC => 4,
            _ => 0,
        };
        (8 * pieces * most.unwrap_or(0)).next_multiple_of(256)
    }
}

/// A graph with an engine and the places of its intermediate tensors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    engine: Engine,
    /// Where in the workspace virtual tensors lie, and numbers that the host passes.
    places: BTreeMap<i64, u64>,
    workspace_bytes: u64,
}

impl Plan {
    fn new(engine: Engine) -> Self {
        let mut next = engine.scratch_bytes();
        let mut places = BTreeMap::new();
        for tensor in engine.graph.tensors() {
            let bytes = match (tensor.is_virtual, tensor.is_by_value) {
                (true, _) => dense(tensor).size_bytes(),
                (false, true) => 8,
                _ => continue,
            };
            places.insert(tensor.id, next);
            next += bytes.next_multiple_of(256);
        }
        Self { engine, places, workspace_bytes: next }
    }
}

/// Returns a tensor's layout without gaps: virtual ones have nobody who could see any.
fn dense(tensor: &TensorNode) -> Layout {
    let dims: Vec<u64> = tensor.layout.sizes().iter().map(|size| *size as u64).collect();
    Layout::dense(tensor.layout.data_type, &dims)
}

/// The addresses of tensors.
#[derive(Clone, Debug)]
pub(crate) struct Pack {
    addresses: BTreeMap<i64, u64>,
    workspace: u64,
}

/// Makes what a descriptor of engines, plans or addresses stands for.
pub(crate) fn build(descriptor: &Descriptor) -> Outcome<Product> {
    Ok(match descriptor.kind {
        Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR => {
            let Product::Graph(graph) = descriptor.product(1300)? else {
                return Err(bad_param("an engine is of a graph"));
            };
            Product::Engine(Engine::new(graph, descriptor.integer(1301)?)?)
        }
        Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR => {
            let Product::Engine(engine) = descriptor.product(300)? else {
                return Err(bad_param("a configuration is of an engine"));
            };
            require(!descriptor.has(302), "the engines have no knobs")?;
            Product::Config(engine)
        }
        Kind::CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR => {
            let Product::Graph(graph) = descriptor.product(201)? else {
                return Err(bad_param("a heuristic is of a graph"));
            };
            let order: &[i64] = match Mode(descriptor.enumeration(200)?) {
                Mode::CUDNN_HEUR_MODE_INSTANT | Mode::CUDNN_HEUR_MODE_A => &[TENSOR_CORES, PLAIN, ATOMIC],
                Mode::CUDNN_HEUR_MODE_B => &[ATOMIC, TENSOR_CORES, PLAIN],
                Mode::CUDNN_HEUR_MODE_FALLBACK => &[FALLBACK],
                Mode(mode) => return Err(bad_param(format!("there is no mode {mode}"))),
            };
            let engines = order.iter().map(|index| Engine { graph: graph.clone(), index: *index });
            Product::Heuristic(engines.filter(Engine::fits).collect())
        }
        Kind::CUDNN_BACKEND_EXECUTION_PLAN_DESCRIPTOR => {
            let Product::Config(engine) = descriptor.product(401)? else {
                return Err(bad_param("a plan is of a configuration"));
            };
            if descriptor.has(400) {
                handles::find(handle(descriptor.words(400)?[0]))?;
            }
            Product::Plan(Plan::new(engine).into())
        }
        Kind::CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR => {
            let (ids, addresses) = match descriptor.has(1000) {
                true => (descriptor.integers(1000)?, descriptor.words(1001)?),
                false => (Vec::new(), Vec::new()),
            };
            require(
                ids.len() == addresses.len(),
                format!("{} tensors and {} addresses", ids.len(), addresses.len()),
            )?;
            let workspace = if descriptor.has(1003) { descriptor.words(1003)?[0] } else { 0 };
            let count = ids.len();
            let addresses: BTreeMap<i64, u64> = ids.into_iter().zip(addresses).collect();
            if addresses.len() != count {
                let message = "a tensor has two addresses";
                return Err(Failure::new(Status::CUDNN_STATUS_BAD_PARAM_DUPLICATED_ENTRIES, message));
            }
            Product::Pack(Pack { addresses, workspace })
        }
        _ => Product::Knob,
    })
}

/// Reads what was not set but found out; `None` for what was set.
pub(crate) fn read(product: &Product, name: u32) -> Outcome<Option<Answer>> {
    let engine = Kind::CUDNN_BACKEND_ENGINE_DESCRIPTOR;
    Ok(Some(match (product, name) {
        (Product::Graph(_), 802) => Answer::Words(vec![ENGINES as u64]),
        (Product::Engine(found), 1301) => Answer::Words(vec![found.index as u64]),
        (Product::Engine(found), 1303) => Answer::Enumerations(found.notes()),
        (Product::Engine(_), 1305) => Answer::Enumerations(Vec::new()),
        (Product::Engine(found), 1300) => Answer::Descriptors(
            Kind::CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR,
            vec![Product::Graph(found.graph.clone())],
        ),
        (Product::Config(found), 300) => Answer::Descriptors(engine, vec![Product::Engine(found.clone())]),
        (Product::Config(found), 303) => Answer::Words(vec![Plan::new(found.clone()).workspace_bytes]),
        (Product::Heuristic(found), 202) => {
            let configs = found.iter().cloned().map(Product::Config).collect();
            Answer::Descriptors(Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, configs)
        }
        (Product::Plan(plan), 401) => {
            let config = Product::Config(plan.engine.clone());
            Answer::Descriptors(Kind::CUDNN_BACKEND_ENGINECFG_DESCRIPTOR, vec![config])
        }
        (Product::Plan(plan), 402) => Answer::Words(vec![plan.workspace_bytes]),
        (Product::Plan(_), 403) => Answer::Words(Vec::new()),
        _ => return Ok(None),
    }))
}

/// One execution.
struct Run<'a> {
    handle: &'a Handle,
    plan: &'a Plan,
    pack: &'a Pack,
}

impl Run<'_> {
    /// Checks that everything has an address before anything is queued.
    fn check(&self) -> Outcome {
        for tensor in self.plan.engine.graph.tensors().into_iter().filter(|tensor| !tensor.is_virtual) {
            let address = self.pack.addresses.get(&tensor.id).copied().unwrap_or(0);
            require(address != 0, format!("tensor {} has no address", tensor.id))?;
            if !tensor.is_by_value && address % tensor.alignment as u64 != 0 {
                let message =
                    format!("tensor {} at {address:#x} is not aligned to {}", tensor.id, tensor.alignment);
                return Err(Failure::new(Status::CUDNN_STATUS_BAD_PARAM_MISALIGNED_POINTER, message));
            }
        }
        let needs = self.plan.workspace_bytes > 0;
        require(
            !needs || self.pack.workspace != 0,
            format!("the plan needs {} bytes of workspace", self.plan.workspace_bytes),
        )
    }

    fn tensor(&self, node: &TensorNode) -> Tensor {
        match self.plan.places.get(&node.id) {
            Some(place) => Tensor { address: self.pack.workspace + place, layout: dense(node) },
            None => Tensor { address: self.pack.addresses[&node.id], layout: node.layout },
        }
    }

    /// Brings the numbers that the host passes to their places.
    fn pass_values(&self) -> Outcome {
        for tensor in self.plan.engine.graph.tensors().into_iter().filter(|tensor| tensor.is_by_value) {
            let place = self.pack.workspace + self.plan.places[&tensor.id];
            let bytes = element::size(tensor.layout.data_type).unwrap_or(4);
            let value = crate::cudnn::ffi::host_bytes(self.pack.addresses[&tensor.id], bytes);
            let words: Vec<i32> = value
                .chunks(4)
                .map(|bytes| {
                    i32::from_le_bytes(std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(0)))
                })
                .collect();
            upload(self.handle, place, &words)?;
        }
        Ok(())
    }

    fn geometry(node: &ConvolutionNode, x: &Tensor, w: &Tensor, y: &Tensor) -> Geometry {
        let wide = |values: &[i64], fill| {
            let wide: Vec<u64> = values.iter().map(|value| *value as u64).collect();
            spatial(&wide, fill)
        };
        let places = |tensor: &Tensor| spatial(&tensor.layout.dims[2..tensor.layout.rank as usize], 1);
        Geometry {
            n: x.layout.dims[0],
            c: x.layout.dims[1],
            k: w.layout.dims[0],
            groups: x.layout.dims[1] / w.layout.dims[1],
            input: places(x),
            filter: places(w),
            output: places(y),
            padding: wide(&node.before, 0),
            stride: wide(&node.stride, 1),
            dilation: wide(&node.dilation, 1),
            mirrored: u64::from(node.mode == cudnnConvolutionMode_t::CUDNN_CONVOLUTION),
        }
    }

    fn launch(&self, operation: &Operation) -> Outcome {
        let inputs: Vec<Tensor> = operation.inputs.iter().map(|input| self.tensor(input)).collect();
        let output = self.tensor(&operation.output);
        let bytes = self.plan.engine.scratch_bytes();
        let workspace = match bytes {
            0 => Workspace::NONE,
            _ => Workspace { address: self.pack.workspace, bytes },
        };
        match &operation.work {
            Work::Forward(node, alpha, beta) => {
                let (x, w, y) = (inputs[0], inputs[1], output);
                self.handle.launch(&Forward {
                    geometry: Self::geometry(node, &x, &w, &y),
                    x,
                    w,
                    y,
                    alpha: *alpha,
                    beta: *beta,
                    workspace,
                    fused: 0,
                    alpha_z: 0.0,
                    z: Tensor::NONE,
                    bias: Tensor::NONE,
                    activation: Activation::IDENTITY,
                })
            }
            Work::BackwardData(node, alpha, beta) => {
                let (w, dy, dx) = (inputs[0], inputs[1], output);
                let geometry = Self::geometry(node, &dx, &w, &dy);
                self.handle.launch(&BackwardData {
                    geometry,
                    w,
                    dy,
                    dx,
                    alpha: *alpha,
                    beta: *beta,
                    workspace,
                })
            }
            Work::BackwardFilter(node, alpha, beta) => {
                let (x, dy, dw) = (inputs[0], inputs[1], output);
                let geometry = Self::geometry(node, &x, &dw, &dy);
                self.handle.launch(&BackwardFilter {
                    geometry,
                    x,
                    dy,
                    dw,
                    alpha: *alpha,
                    beta: *beta,
                    workspace,
                })
            }
            Work::Matmul => self.handle.launch(&Matmul { a: inputs[0], b: inputs[1], c: output }),
            Work::Pointwise(function, alpha) => {
                let input = |at: usize| inputs.get(at).copied().unwrap_or(Tensor::NONE);
                let (x, b, t) = (input(0), input(1), input(2));
                self.handle.launch(&Pointwise { function: *function, alpha: *alpha, x, b, t, y: output })
            }
            Work::Reduction(op) => self.handle.launch(&Reduce {
                op: *op,
                propagate_nan: 1,
                a: inputs[0],
                c: output,
                alpha: 1.0,
                beta: 0.0,
                workspace,
                indices: 0,
            }),
        }
    }
}

fn plan_of(descriptor: Ref<Descriptor>) -> Outcome<Arc<Plan>> {
    match descriptor.get()?.finalized()? {
        Product::Plan(plan) => Ok(plan.clone()),
        _ => Err(bad_param("the descriptor is no plan")),
    }
}

fn pack_of(descriptor: Ref<Descriptor>) -> Outcome<Pack> {
    match descriptor.get()?.finalized()? {
        Product::Pack(pack) => Ok(pack.clone()),
        _ => Err(bad_param("the descriptor is no variant pack")),
    }
}

impl Dnn {
    /// Queues the operations of a plan, one kernel each.
    pub(crate) fn cudnnBackendExecute(
        handle: Ref<Handle>,
        executionPlan: Ref<Descriptor>,
        variantPack: Ref<Descriptor>,
    ) -> Outcome {
        let handle = handles::find(handle)?;
        let (plan, pack) = (plan_of(executionPlan)?, pack_of(variantPack)?);
        let run = Run { handle: &handle, plan: &plan, pack: &pack };
        run.check()?;
        run.pass_values()?;
        plan.engine.graph.operations.iter().try_for_each(|operation| run.launch(operation))
    }

    pub(crate) fn cudnnGetExecutionPlanWorkspaceSize(
        handle: Ref<Handle>,
        executionPlan: Ref<Descriptor>,
        variantPack: Ref<Descriptor>,
        workspaceSizeInBytes: Out<usize>,
    ) -> Outcome {
        handles::find(handle)?;
        pack_of(variantPack)?;
        workspaceSizeInBytes.set(plan_of(executionPlan)?.workspace_bytes as usize)
    }
}

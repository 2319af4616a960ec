//! Nodes of whatever kind their parameters name: one function to add them, one to ask for their parameters, two to change them.

use core::ffi::c_void;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{FromC, HandleOut, In, Out};
use crate::graph::Task;
use crate::graph_memory::allocation_of;
use crate::handle::Handle;
use crate::node;
use crate::operation::{HostFunction, Work};
use crate::semaphore;
use crate::semaphore_node::listed;
use crate::state::lock;
use crate::sys::*;
use crate::value;

type Params = CUgraphNodeParams;

/// Both forms say the same.
fn older(given: &CUDA_KERNEL_NODE_PARAMS_v3) -> CUDA_KERNEL_NODE_PARAMS {
    let &CUDA_KERNEL_NODE_PARAMS_v3 { func, sharedMemBytes, kernelParams, extra, kern, ctx, .. } = given;
    let &CUDA_KERNEL_NODE_PARAMS_v3 { gridDimX, gridDimY, gridDimZ, .. } = given;
    let &CUDA_KERNEL_NODE_PARAMS_v3 { blockDimX, blockDimY, blockDimZ, .. } = given;
    CUDA_KERNEL_NODE_PARAMS {
        func,
        gridDimX,
        gridDimY,
        gridDimZ,
        blockDimX,
        blockDimY,
        blockDimZ,
        sharedMemBytes,
        kernelParams,
        extra,
        kern,
        ctx,
    }
}

fn newest(given: &CUDA_KERNEL_NODE_PARAMS) -> CUDA_KERNEL_NODE_PARAMS_v3 {
    let &CUDA_KERNEL_NODE_PARAMS { func, sharedMemBytes, kernelParams, extra, kern, ctx, .. } = given;
    let &CUDA_KERNEL_NODE_PARAMS { gridDimX, gridDimY, gridDimZ, .. } = given;
    let &CUDA_KERNEL_NODE_PARAMS { blockDimX, blockDimY, blockDimZ, .. } = given;
    CUDA_KERNEL_NODE_PARAMS_v3 {
        func,
        gridDimX,
        gridDimY,
        gridDimZ,
        blockDimX,
        blockDimY,
        blockDimZ,
        sharedMemBytes,
        kernelParams,
        extra,
        kern,
        ctx,
    }
}

/// What a client says of a node's work, for kinds that can be changed later too.
fn task_of(given: &Params) -> Answer<Task> {
    use CUgraphNodeType as T;
    // SAFETY: `type_` says which member of the union the client filled in; every bit pattern of each is valid, but of the
    // function pointer, which is nullable.
    unsafe {
        let of = &given.__bindgen_anon_1;
        match given.type_ {
            T::CU_GRAPH_NODE_TYPE_KERNEL => node::kernel(&older(&of.kernel)),
            T::CU_GRAPH_NODE_TYPE_MEMCPY => {
                lock().check_context_if_any(Handle(of.memcpy.copyCtx as u64))?;
                node::copy(FromC::from_c(&raw const of.memcpy.copyParams))
            }
            T::CU_GRAPH_NODE_TYPE_MEMSET => {
                lock().check_context_if_any(Handle(of.memset.ctx as u64))?;
                // The older structure is the beginning of the newer.
                node::fill(FromC::from_c((&raw const of.memset).cast::<CUDA_MEMSET_NODE_PARAMS>()))
            }
            T::CU_GRAPH_NODE_TYPE_HOST => {
                node::host(FromC::from_c((&raw const of.host).cast::<CUDA_HOST_NODE_PARAMS>()))
            }
            T::CU_GRAPH_NODE_TYPE_EVENT_RECORD => {
                node::event(Handle(of.eventRecord.event as u64), Task::Record)
            }
            T::CU_GRAPH_NODE_TYPE_WAIT_EVENT => node::event(Handle(of.eventWait.event as u64), Task::WaitFor),
            T::CU_GRAPH_NODE_TYPE_BATCH_MEM_OP => {
                let batch = of.memOp;
                value::batch(batch.count, FromC::from_c(batch.paramArray), batch.flags)
            }
            T::CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL => {
                let it = of.extSemSignal;
                semaphore::signal_task(
                    FromC::from_c(it.extSemArray),
                    FromC::from_c(it.paramsArray),
                    it.numExtSems,
                )
            }
            T::CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT => {
                let it = of.extSemWait;
                semaphore::wait_task(
                    FromC::from_c(it.extSemArray),
                    FromC::from_c(it.paramsArray),
                    it.numExtSems,
                )
            }
            _ => Err(INVALID_VALUE),
        }
    }
}

fn add(
    out: HandleOut,
    graph: Handle,
    after: In<CUgraphNode>,
    count: usize,
    parameters: Out<Params>,
) -> Answer {
    use CUgraphNodeType as T;
    let mut given = parameters.current()?;
    out.required()?;
    // SAFETY: as in `task_of`.
    unsafe {
        match given.type_ {
            T::CU_GRAPH_NODE_TYPE_EMPTY => Sim::cuGraphAddEmptyNode(out, graph, after, count),
            T::CU_GRAPH_NODE_TYPE_GRAPH => {
                let child = given.__bindgen_anon_1.graph;
                let moved = match child.ownership {
                    CUgraphChildGraphNodeOwnership::CU_GRAPH_CHILD_GRAPH_OWNERSHIP_CLONE => false,
                    CUgraphChildGraphNodeOwnership::CU_GRAPH_CHILD_GRAPH_OWNERSHIP_MOVE => true,
                    _ => return Err(INVALID_VALUE),
                };
                node::add_child(out, graph, after, count, Handle(child.graph as u64), moved)
            }
            T::CU_GRAPH_NODE_TYPE_MEM_ALLOC => {
                // Both forms of the structure are laid out alike.
                let alloc = (&raw mut given.__bindgen_anon_1.alloc).cast::<CUDA_MEM_ALLOC_NODE_PARAMS>();
                Sim::cuGraphAddMemAllocNode(out, graph, after, count, FromC::from_c(alloc))?;
                parameters.put(given);
                Ok(())
            }
            T::CU_GRAPH_NODE_TYPE_MEM_FREE => {
                Sim::cuGraphAddMemFreeNode(out, graph, after, count, given.__bindgen_anon_1.free.dptr)
            }
            T::CU_GRAPH_NODE_TYPE_CONDITIONAL => {
                let mut state = lock();
                let after = crate::graph::read_nodes(after, count)?;
                let condition = given.__bindgen_anon_1.conditional;
                let task = state.conditional(graph, &condition)?;
                let Task::Choose(choice) = &task else { return Err(UNKNOWN) };
                let bodies = choice.clone();
                let added = state.add_node(graph, after, task)?;
                state.show_bodies(added, &bodies.bodies);
                given.__bindgen_anon_1.conditional.phGraph_out = state.shown_bodies(added);
                parameters.put(given);
                out.put(added);
                Ok(())
            }
            _ => {
                let task = task_of(&given)?;
                node::add(out, graph, after, count, task)
            }
        }
    }
}

impl crate::state::State {
    fn check_context_if_any(&self, context: Handle) -> Answer {
        if context.is_null() { Ok(()) } else { self.check_context(context) }
    }

    /// Keeps the list of a conditional node's bodies where the client may read it, as long as the node lives.
    fn show_bodies(&mut self, node: Handle, bodies: &[Handle]) {
        if let Ok(node) = self.node(node) {
            node.arguments = bodies.iter().map(|body| body.0).collect();
        }
    }

    fn shown_bodies(&mut self, node: Handle) -> *mut CUgraph {
        self.node(node).map_or(std::ptr::null_mut(), |node| node.arguments.as_ptr().cast_mut().cast())
    }
}

// Adding.
impl Sim {
    pub(crate) fn cuGraphAddNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: Out<Params>,
    ) -> Answer {
        add(node, graph, after, count, parameters)
    }

    /// Edges that launch a kernel before the end of another are taken as plain ones, which wait for longer.
    pub(crate) fn cuGraphAddNode_v2(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        _data: In<CUgraphEdgeData>,
        count: usize,
        parameters: Out<Params>,
    ) -> Answer {
        add(node, graph, after, count, parameters)
    }

    pub(crate) fn cuGraphAddNode_v3(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        data: In<CUgraphEdgeData>,
        count: usize,
        parameters: Out<Params>,
    ) -> Answer {
        Sim::cuGraphAddNode_v2(node, graph, after, data, count, parameters)
    }
}

// Asking and changing.
impl Sim {
    pub(crate) fn cuGraphNodeGetParams(node: Handle, parameters: Out<Params>) -> Answer {
        let out = parameters.required()?;
        let mut state = lock();
        let task = state.node(node)?.task.clone();
        if let Task::Semaphores(batch) = &task {
            drop(state);
            out.put(semaphores_of(node, batch.signals)?);
            return Ok(());
        }
        let mut given = Params { type_: task.kind(), ..Params::default() };
        let of = &mut given.__bindgen_anon_1;
        match task {
            Task::Do(Work::Launch(_), _) => {
                of.kernel = newest(&node::kernel_parameters(&mut state, node)?);
            }
            Task::Do(Work::Copy(_), Some(description)) => {
                of.memcpy = CUDA_MEMCPY_NODE_PARAMS { copyParams: description.0, ..Default::default() };
            }
            Task::Do(Work::Copy(copy), None) => {
                of.memcpy = CUDA_MEMCPY_NODE_PARAMS { copyParams: copy.describe(), ..Default::default() };
            }
            Task::Do(Work::Fill(fill), _) => {
                let CUDA_MEMSET_NODE_PARAMS { dst, pitch, value, elementSize, width, height } =
                    fill.describe();
                of.memset = CUDA_MEMSET_NODE_PARAMS_v2 {
                    dst,
                    pitch,
                    value,
                    elementSize,
                    width,
                    height,
                    ctx: std::ptr::null_mut(),
                };
            }
            Task::Do(Work::Host { function: HostFunction::Plain(function), data }, _) => {
                of.host = CUDA_HOST_NODE_PARAMS_v2 {
                    fn_: Some(function),
                    userData: data as *mut c_void,
                    ..Default::default()
                };
            }
            Task::Child(child) => {
                of.graph = CUDA_CHILD_GRAPH_NODE_PARAMS { graph: child.0 as CUgraph, ..Default::default() };
            }
            Task::Record(event) => {
                of.eventRecord =
                    CUDA_EVENT_RECORD_NODE_PARAMS { event: event.0 as CUevent, ..Default::default() };
            }
            Task::WaitFor(event) => {
                of.eventWait = CUDA_EVENT_WAIT_NODE_PARAMS { event: event.0 as CUevent };
            }
            Task::Allocate { .. } => {
                let alloc = allocation_of(&mut state, node)?;
                of.alloc = CUDA_MEM_ALLOC_NODE_PARAMS_v2 {
                    poolProps: alloc.poolProps,
                    bytesize: alloc.bytesize,
                    dptr: alloc.dptr,
                    ..Default::default()
                };
            }
            Task::Free { address } => of.free = CUDA_MEM_FREE_NODE_PARAMS { dptr: address },
            Task::Choose(choice) => {
                of.conditional = choice.describe(state.shown_bodies(node));
            }
            Task::Values(works) => {
                of.memOp = CUDA_BATCH_MEM_OP_NODE_PARAMS_v2 {
                    count: works.len() as u32,
                    paramArray: state.node(node)?.arguments.as_ptr().cast_mut().cast(),
                    ..Default::default()
                };
            }
            Task::Empty => {}
            _ => return Err(INVALID_VALUE),
        }
        out.put(given);
        Ok(())
    }

    pub(crate) fn cuGraphNodeSetParams(node: Handle, parameters: Out<Params>) -> Answer {
        let given = parameters.current()?;
        check_kind(&given, node)?;
        let task = task_of(&given)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphNodeSetParams_v2(node: Handle, parameters: Out<Params>) -> Answer {
        Sim::cuGraphNodeSetParams(node, parameters)
    }

    pub(crate) fn cuGraphExecNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: Out<Params>,
    ) -> Answer {
        let given = parameters.current()?;
        lock().executable(executable)?;
        check_kind(&given, node)?;
        if given.type_ == CUgraphNodeType::CU_GRAPH_NODE_TYPE_GRAPH {
            // SAFETY: as in `task_of`.
            let child = unsafe { given.__bindgen_anon_1.graph.graph };
            return Sim::cuGraphExecChildGraphNodeSetParams(executable, node, Handle(child as u64));
        }
        let task = task_of(&given)?;
        lock().set_step(executable, node, task)
    }
}

/// What a node of semaphores was told.
fn semaphores_of(node: Handle, signals: bool) -> Answer<Params> {
    use CUgraphNodeType as T;
    let (extSemArray, params, numExtSems) = listed(node, signals)?;
    let mut given = Params::default();
    if signals {
        given.type_ = T::CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL;
        given.__bindgen_anon_1.extSemSignal = CUDA_EXT_SEM_SIGNAL_NODE_PARAMS_v2 {
            extSemArray,
            paramsArray: params.cast(),
            numExtSems,
            ..Default::default()
        };
    } else {
        given.type_ = T::CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT;
        given.__bindgen_anon_1.extSemWait = CUDA_EXT_SEM_WAIT_NODE_PARAMS_v2 {
            extSemArray,
            paramsArray: params.cast(),
            numExtSems,
            ..Default::default()
        };
    }
    Ok(given)
}

/// A node's kind cannot be changed.
fn check_kind(given: &Params, node: Handle) -> Answer {
    if lock().node(node)?.task.kind() == given.type_ { Ok(()) } else { Err(INVALID_VALUE) }
}

// Batches of values.
impl Sim {
    pub(crate) fn cuGraphAddBatchMemOpNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_BATCH_MEM_OP_NODE_PARAMS>,
    ) -> Answer {
        let task = batch(parameters)?;
        node::add(node, graph, after, count, task)
    }

    /// The list is the node's, and stays until it is changed or destroyed.
    pub(crate) fn cuGraphBatchMemOpNodeGetParams(
        node: Handle,
        parameters: Out<CUDA_BATCH_MEM_OP_NODE_PARAMS>,
    ) -> Answer {
        let out = parameters.required()?;
        let mut state = lock();
        let node = state.node(node)?;
        let Task::Values(works) = &node.task else { return Err(INVALID_VALUE) };
        out.put(CUDA_BATCH_MEM_OP_NODE_PARAMS {
            count: works.len() as u32,
            paramArray: node.arguments.as_ptr().cast_mut().cast(),
            ..Default::default()
        });
        Ok(())
    }

    pub(crate) fn cuGraphBatchMemOpNodeSetParams(
        node: Handle,
        parameters: In<CUDA_BATCH_MEM_OP_NODE_PARAMS>,
    ) -> Answer {
        let task = batch(parameters)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecBatchMemOpNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_BATCH_MEM_OP_NODE_PARAMS>,
    ) -> Answer {
        let task = batch(parameters)?;
        lock().set_step(executable, node, task)
    }
}

fn batch(parameters: In<CUDA_BATCH_MEM_OP_NODE_PARAMS>) -> Answer<Task> {
    let given = parameters.read()?;
    lock().check_context_if_any(Handle(given.ctx as u64))?;
    value::batch(given.count, FromC::from_c(given.paramArray), given.flags)
}

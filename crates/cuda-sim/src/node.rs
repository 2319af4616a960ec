//! Nodes of each kind: how clients add them, ask for their parameters, and change them.

use std::sync::Arc;

use crate::copy;
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out};
use crate::fill::Fill;
use crate::graph::{Task, read_nodes};
use crate::handle::Handle;
use crate::launch::{self, Shape};
use crate::operation::{HostFunction, Work};
use crate::state::{State, lock};
use crate::sys::{
    CUDA_HOST_NODE_PARAMS, CUDA_KERNEL_NODE_PARAMS, CUDA_KERNEL_NODE_PARAMS_v1, CUDA_MEMCPY3D,
    CUDA_MEMSET_NODE_PARAMS, CUgraphNode,
};

/// Adds a node that does `task`.
pub(crate) fn add(
    node: HandleOut,
    graph: Handle,
    after: In<CUgraphNode>,
    count: usize,
    task: Task,
) -> Answer {
    let out = node.required()?;
    let mut state = lock();
    state.graph(graph)?;
    let after = read_nodes(after, count)?;
    out.put(state.add_node(graph, after, task)?);
    Ok(())
}

/// Turns what a client says of a kernel into a task.
pub(crate) fn kernel(parameters: &CUDA_KERNEL_NODE_PARAMS) -> Answer<Task> {
    let shape = Shape {
        grid: [parameters.gridDimX, parameters.gridDimY, parameters.gridDimZ],
        block: [parameters.blockDimX, parameters.blockDimY, parameters.blockDimZ],
        dynamic_shared: parameters.sharedMemBytes,
        cooperative: false,
        cluster: None,
    };
    // A kernel of a library may be given instead of a function.
    let function = if parameters.func.is_null() { parameters.kern as u64 } else { parameters.func as u64 };
    let (values, extra) =
        (Address(parameters.kernelParams as u64).reader(), Address(parameters.extra as u64).reader());
    let run = launch::prepare(&mut lock(), Handle(function), shape, None, values, extra)?;
    Ok(Task::Do(Work::Launch(Arc::new(run)), None))
}

/// The older structure is the beginning of the newer.
fn newer(old: &CUDA_KERNEL_NODE_PARAMS_v1) -> CUDA_KERNEL_NODE_PARAMS {
    CUDA_KERNEL_NODE_PARAMS {
        func: old.func,
        gridDimX: old.gridDimX,
        gridDimY: old.gridDimY,
        gridDimZ: old.gridDimZ,
        blockDimX: old.blockDimX,
        blockDimY: old.blockDimY,
        blockDimZ: old.blockDimZ,
        sharedMemBytes: old.sharedMemBytes,
        kernelParams: old.kernelParams,
        extra: old.extra,
        ..CUDA_KERNEL_NODE_PARAMS::default()
    }
}

/// Says of a kernel node what the client said.
pub(crate) fn kernel_parameters(state: &mut State, node: Handle) -> Answer<CUDA_KERNEL_NODE_PARAMS> {
    let node = state.node(node)?;
    let Task::Do(Work::Launch(run), _) = &node.task else { return Err(INVALID_VALUE) };
    let Shape { grid, block, dynamic_shared, .. } = run.shape;
    Ok(CUDA_KERNEL_NODE_PARAMS {
        func: run.function.0 as crate::sys::CUfunction,
        gridDimX: grid[0],
        gridDimY: grid[1],
        gridDimZ: grid[2],
        blockDimX: block[0],
        blockDimY: block[1],
        blockDimZ: block[2],
        sharedMemBytes: dynamic_shared,
        // The client may read the arguments as long as the node is not changed.
        kernelParams: node.arguments.as_ptr().cast_mut().cast(),
        ..CUDA_KERNEL_NODE_PARAMS::default()
    })
}

/// Adds a child: a copy of `child`, or, if it is moved, that graph itself.
pub(crate) fn add_child(
    node: HandleOut,
    graph: Handle,
    after: In<CUgraphNode>,
    count: usize,
    child: Handle,
    moved: bool,
) -> Answer {
    let out = node.required()?;
    let mut state = lock();
    state.graph(graph)?;
    state.graph(child)?;
    let after = read_nodes(after, count)?;
    if child == graph {
        return Err(INVALID_VALUE);
    }
    let copy = if moved {
        state.adopt(child)?;
        child
    } else if state.contains(child, &Task::is_of_one_graph) {
        return Err(NOT_SUPPORTED);
    } else {
        state.clone_graph(child, true)?
    };
    let added = state.add_node(graph, after, Task::Child(copy));
    if added.is_err() && !moved {
        state.destroy_graph(copy);
    }
    out.put(added?);
    Ok(())
}

pub(crate) fn copy(parameters: In<CUDA_MEMCPY3D>) -> Answer<Task> {
    let description = parameters.read()?;
    Ok(Task::copy(copy::for_node(&description)?, description))
}

pub(crate) fn fill(parameters: In<CUDA_MEMSET_NODE_PARAMS>) -> Answer<Task> {
    let given = parameters.read()?;
    let pitch = (given.height > 1).then_some(given.pitch);
    let fill = Fill::new(given.dst, pitch, given.value, given.elementSize, given.width, given.height)?;
    Ok(Task::Do(Work::Fill(fill.ok_or(INVALID_VALUE)?), None))
}

pub(crate) fn host(parameters: In<CUDA_HOST_NODE_PARAMS>) -> Answer<Task> {
    let given = parameters.read()?;
    let function = HostFunction::Plain(given.fn_.ok_or(INVALID_VALUE)?);
    Ok(Task::Do(Work::Host { function, data: given.userData as u64 }, None))
}

pub(crate) fn event(event: Handle, task: fn(Handle) -> Task) -> Answer<Task> {
    lock().events.get(event).ok_or(INVALID_HANDLE)?;
    Ok(task(event))
}

impl Sim {
    pub(crate) fn cuGraphAddKernelNode_v2(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_KERNEL_NODE_PARAMS>,
    ) -> Answer {
        add(node, graph, after, count, kernel(&parameters.read()?)?)
    }

    pub(crate) fn cuGraphAddKernelNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_KERNEL_NODE_PARAMS_v1>,
    ) -> Answer {
        add(node, graph, after, count, kernel(&newer(&parameters.read()?))?)
    }

    pub(crate) fn cuGraphKernelNodeGetParams_v2(
        node: Handle,
        parameters: Out<CUDA_KERNEL_NODE_PARAMS>,
    ) -> Answer {
        let out = parameters.required()?;
        out.put(kernel_parameters(&mut lock(), node)?);
        Ok(())
    }

    pub(crate) fn cuGraphKernelNodeGetParams(
        node: Handle,
        parameters: Out<CUDA_KERNEL_NODE_PARAMS_v1>,
    ) -> Answer {
        let out = parameters.required()?;
        let new = kernel_parameters(&mut lock(), node)?;
        out.put(CUDA_KERNEL_NODE_PARAMS_v1 {
            func: new.func,
            gridDimX: new.gridDimX,
            gridDimY: new.gridDimY,
            gridDimZ: new.gridDimZ,
            blockDimX: new.blockDimX,
            blockDimY: new.blockDimY,
            blockDimZ: new.blockDimZ,
            sharedMemBytes: new.sharedMemBytes,
            kernelParams: new.kernelParams,
            extra: new.extra,
        });
        Ok(())
    }

    pub(crate) fn cuGraphKernelNodeSetParams_v2(
        node: Handle,
        parameters: In<CUDA_KERNEL_NODE_PARAMS>,
    ) -> Answer {
        let task = kernel(&parameters.read()?)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphKernelNodeSetParams(
        node: Handle,
        parameters: In<CUDA_KERNEL_NODE_PARAMS_v1>,
    ) -> Answer {
        let task = kernel(&newer(&parameters.read()?))?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecKernelNodeSetParams_v2(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_KERNEL_NODE_PARAMS>,
    ) -> Answer {
        let task = kernel(&parameters.read()?)?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphExecKernelNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_KERNEL_NODE_PARAMS_v1>,
    ) -> Answer {
        let task = kernel(&newer(&parameters.read()?))?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphAddMemcpyNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_MEMCPY3D>,
        context: Handle,
    ) -> Answer {
        lock().check_context(context)?;
        add(node, graph, after, count, copy(parameters)?)
    }

    /// Only for copies that were described; those that were captured had other words.
    pub(crate) fn cuGraphMemcpyNodeGetParams(node: Handle, parameters: Out<CUDA_MEMCPY3D>) -> Answer {
        let out = parameters.required()?;
        match &lock().node(node)?.task {
            Task::Do(Work::Copy(_), Some(description)) => out.put(description.0),
            Task::Do(Work::Copy(copy), None) => out.put(copy.describe()),
            _ => return Err(INVALID_VALUE),
        }
        Ok(())
    }

    pub(crate) fn cuGraphMemcpyNodeSetParams(node: Handle, parameters: In<CUDA_MEMCPY3D>) -> Answer {
        let task = copy(parameters)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecMemcpyNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_MEMCPY3D>,
        context: Handle,
    ) -> Answer {
        lock().check_context(context)?;
        let task = copy(parameters)?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphAddMemsetNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_MEMSET_NODE_PARAMS>,
        context: Handle,
    ) -> Answer {
        lock().check_context(context)?;
        add(node, graph, after, count, fill(parameters)?)
    }

    pub(crate) fn cuGraphMemsetNodeGetParams(
        node: Handle,
        parameters: Out<CUDA_MEMSET_NODE_PARAMS>,
    ) -> Answer {
        let out = parameters.required()?;
        let mut state = lock();
        let Task::Do(Work::Fill(fill), _) = &state.node(node)?.task else { return Err(INVALID_VALUE) };
        out.put(fill.describe());
        Ok(())
    }

    pub(crate) fn cuGraphMemsetNodeSetParams(
        node: Handle,
        parameters: In<CUDA_MEMSET_NODE_PARAMS>,
    ) -> Answer {
        let task = fill(parameters)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecMemsetNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_MEMSET_NODE_PARAMS>,
        context: Handle,
    ) -> Answer {
        lock().check_context(context)?;
        let task = fill(parameters)?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphAddHostNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_HOST_NODE_PARAMS>,
    ) -> Answer {
        add(node, graph, after, count, host(parameters)?)
    }

    pub(crate) fn cuGraphHostNodeGetParams(node: Handle, parameters: Out<CUDA_HOST_NODE_PARAMS>) -> Answer {
        let out = parameters.required()?;
        let mut state = lock();
        let Task::Do(Work::Host { function: HostFunction::Plain(function), data }, _) =
            &state.node(node)?.task
        else {
            return Err(INVALID_VALUE);
        };
        out.put(CUDA_HOST_NODE_PARAMS { fn_: Some(*function), userData: *data as *mut core::ffi::c_void });
        Ok(())
    }

    pub(crate) fn cuGraphHostNodeSetParams(node: Handle, parameters: In<CUDA_HOST_NODE_PARAMS>) -> Answer {
        let task = host(parameters)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecHostNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_HOST_NODE_PARAMS>,
    ) -> Answer {
        let task = host(parameters)?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphAddEmptyNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
    ) -> Answer {
        add(node, graph, after, count, Task::Empty)
    }

    /// The child is copied; what becomes of the original does not concern the node.
    pub(crate) fn cuGraphAddChildGraphNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        child: Handle,
    ) -> Answer {
        add_child(node, graph, after, count, child, false)
    }

    pub(crate) fn cuGraphChildGraphNodeGetGraph(node: Handle, graph: HandleOut) -> Answer {
        let out = graph.required()?;
        let mut state = lock();
        let Task::Child(child) = state.node(node)?.task else { return Err(INVALID_VALUE) };
        out.put(child);
        Ok(())
    }

    pub(crate) fn cuGraphAddEventRecordNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        recorded: Handle,
    ) -> Answer {
        add(node, graph, after, count, event(recorded, Task::Record)?)
    }

    pub(crate) fn cuGraphAddEventWaitNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        awaited: Handle,
    ) -> Answer {
        add(node, graph, after, count, event(awaited, Task::WaitFor)?)
    }

    pub(crate) fn cuGraphEventRecordNodeGetEvent(node: Handle, recorded: HandleOut) -> Answer {
        let out = recorded.required()?;
        let mut state = lock();
        let Task::Record(event) = state.node(node)?.task else { return Err(INVALID_VALUE) };
        out.put(event);
        Ok(())
    }

    pub(crate) fn cuGraphEventWaitNodeGetEvent(node: Handle, awaited: HandleOut) -> Answer {
        let out = awaited.required()?;
        let mut state = lock();
        let Task::WaitFor(event) = state.node(node)?.task else { return Err(INVALID_VALUE) };
        out.put(event);
        Ok(())
    }

    pub(crate) fn cuGraphEventRecordNodeSetEvent(node: Handle, recorded: Handle) -> Answer {
        let task = event(recorded, Task::Record)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphEventWaitNodeSetEvent(node: Handle, awaited: Handle) -> Answer {
        let task = event(awaited, Task::WaitFor)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecEventRecordNodeSetEvent(
        executable: Handle,
        node: Handle,
        recorded: Handle,
    ) -> Answer {
        let task = event(recorded, Task::Record)?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphExecEventWaitNodeSetEvent(
        executable: Handle,
        node: Handle,
        awaited: Handle,
    ) -> Answer {
        let task = event(awaited, Task::WaitFor)?;
        lock().set_step(executable, node, task)
    }
}

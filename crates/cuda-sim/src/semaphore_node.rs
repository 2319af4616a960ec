//! Nodes of graphs that signal external semaphores, and that wait for them.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{FromC, HandleOut, In, Out};
use crate::graph::Task;
use crate::handle::Handle;
use crate::node;
use crate::semaphore;
use crate::state::lock;
use crate::sys::*;

fn signal(parameters: In<CUDA_EXT_SEM_SIGNAL_NODE_PARAMS>) -> Answer<Task> {
    let given = parameters.read()?;
    semaphore::signal_task(
        FromC::from_c(given.extSemArray),
        FromC::from_c(given.paramsArray),
        given.numExtSems,
    )
}

fn wait(parameters: In<CUDA_EXT_SEM_WAIT_NODE_PARAMS>) -> Answer<Task> {
    let given = parameters.read()?;
    semaphore::wait_task(FromC::from_c(given.extSemArray), FromC::from_c(given.paramsArray), given.numExtSems)
}

/// Where a node's semaphores are for its client, where what was said of them, and how many they are.
pub(crate) fn listed(node: Handle, signals: bool) -> Answer<(*mut CUexternalSemaphore, *const u64, u32)> {
    let mut state = lock();
    let node = state.node(node)?;
    let Task::Semaphores(batch) = &node.task else { return Err(INVALID_VALUE) };
    if batch.signals != signals {
        return Err(INVALID_VALUE);
    }
    // They stay as long as the node is not changed.
    let all = &node.arguments;
    Ok((all.as_ptr().cast_mut().cast(), all[batch.len()..].as_ptr(), batch.len() as u32))
}

impl Sim {
    pub(crate) fn cuGraphAddExternalSemaphoresSignalNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_EXT_SEM_SIGNAL_NODE_PARAMS>,
    ) -> Answer {
        node::add(node, graph, after, count, signal(parameters)?)
    }

    pub(crate) fn cuGraphAddExternalSemaphoresWaitNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: In<CUDA_EXT_SEM_WAIT_NODE_PARAMS>,
    ) -> Answer {
        node::add(node, graph, after, count, wait(parameters)?)
    }

    /// The lists are the node's, and stay until it is changed or destroyed.
    pub(crate) fn cuGraphExternalSemaphoresSignalNodeGetParams(
        node: Handle,
        parameters: Out<CUDA_EXT_SEM_SIGNAL_NODE_PARAMS>,
    ) -> Answer {
        let out = parameters.required()?;
        let (extSemArray, params, numExtSems) = listed(node, true)?;
        out.put(CUDA_EXT_SEM_SIGNAL_NODE_PARAMS { extSemArray, paramsArray: params.cast(), numExtSems });
        Ok(())
    }

    /// As for signalling.
    pub(crate) fn cuGraphExternalSemaphoresWaitNodeGetParams(
        node: Handle,
        parameters: Out<CUDA_EXT_SEM_WAIT_NODE_PARAMS>,
    ) -> Answer {
        let out = parameters.required()?;
        let (extSemArray, params, numExtSems) = listed(node, false)?;
        out.put(CUDA_EXT_SEM_WAIT_NODE_PARAMS { extSemArray, paramsArray: params.cast(), numExtSems });
        Ok(())
    }

    pub(crate) fn cuGraphExternalSemaphoresSignalNodeSetParams(
        node: Handle,
        parameters: In<CUDA_EXT_SEM_SIGNAL_NODE_PARAMS>,
    ) -> Answer {
        let task = signal(parameters)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExternalSemaphoresWaitNodeSetParams(
        node: Handle,
        parameters: In<CUDA_EXT_SEM_WAIT_NODE_PARAMS>,
    ) -> Answer {
        let task = wait(parameters)?;
        lock().set_task(node, task)
    }

    pub(crate) fn cuGraphExecExternalSemaphoresSignalNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_EXT_SEM_SIGNAL_NODE_PARAMS>,
    ) -> Answer {
        let task = signal(parameters)?;
        lock().set_step(executable, node, task)
    }

    pub(crate) fn cuGraphExecExternalSemaphoresWaitNodeSetParams(
        executable: Handle,
        node: Handle,
        parameters: In<CUDA_EXT_SEM_WAIT_NODE_PARAMS>,
    ) -> Answer {
        let task = wait(parameters)?;
        lock().set_step(executable, node, task)
    }
}

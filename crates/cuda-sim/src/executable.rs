//! Graphs that can be launched.
//!
//! Instantiating a graph puts its nodes into an order that keeps the edges; launching submits their work to a stream in that
//! order, which is one of those that the edges allow.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cuda_sys::CUresult;

use crate::condition::Value;
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, Out};
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::Work;
use crate::schedule::{Action, Edge};
use crate::state::{State, lock};
use crate::stream::Order;
use crate::sys::CUgraphNodeType;
use crate::user_object::References;

/// One step of a graph that can be launched.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) node: Handle,
    pub(crate) task: Task,
    pub(crate) enabled: bool,
    /// The steps that it comes after, as their places in the order.
    after: Vec<usize>,
}

/// A graph that can be launched.
#[derive(Debug)]
pub(crate) struct Executable {
    pub(crate) steps: Vec<Step>,
    flags: u64,
    /// What it was made of.
    graph: Handle,
    id: u32,
    memory: Vec<u64>,
    objects: References,
    /// What its conditional nodes look at is set to this by each launch.
    defaults: Arc<Vec<(Value, u32)>>,
    /// The end of its last launch: a graph does not overlap with itself.
    last: Option<Edge>,
}

/// Free on launch, upload, device launch, node priority.
const INSTANTIATE_FLAGS: u64 = 15;
/// What the graph allocated is freed before it is launched again; graphs that devices launch cannot have it so.
const AUTO_FREE: u64 = 1;
/// Launching from a device is not simulated.
const DEVICE_LAUNCH: u64 = 4;

impl State {
    /// Puts the nodes of a graph into an order that keeps its edges; children are put in place of their nodes.
    ///
    /// # Errors
    /// `INVALID_VALUE` if the edges go in a circle.
    pub(crate) fn ordered(&mut self, graph: Handle) -> Answer<Vec<Step>> {
        let nodes = self.graph(graph)?.nodes.clone();
        let mut placed: BTreeMap<Handle, usize> = BTreeMap::new();
        let mut steps: Vec<Step> = Vec::new();
        while placed.len() < nodes.len() {
            let before = placed.len();
            for &node in &nodes {
                let after = self.node(node)?.after.clone();
                let ready = after.iter().all(|node| placed.contains_key(node));
                if placed.contains_key(&node) || !ready {
                    continue;
                }
                let mut after: Vec<usize> =
                    after.iter().filter_map(|node| placed.get(node).copied()).collect();
                let mut task = self.node(node)?.task.clone();
                if let Task::Child(child) = task {
                    // It begins behind what the node comes after, and the node is its end.
                    let shift = steps.len();
                    let inner = self.ordered(child)?;
                    let followed: BTreeSet<usize> =
                        inner.iter().flat_map(|step| step.after.clone()).collect();
                    let ends = (0..inner.len()).filter(|place| !followed.contains(place));
                    let ends: Vec<usize> = ends.map(|place| place + shift).collect();
                    for mut step in inner {
                        step.after.iter_mut().for_each(|place| *place += shift);
                        if step.after.is_empty() {
                            step.after.clone_from(&after);
                        }
                        steps.push(step);
                    }
                    after.extend(ends);
                    task = Task::Empty;
                }
                if let Task::Choose(choice) = &task {
                    let bodies = choice.bodies.iter().map(|&body| self.works_of_body(body));
                    let works = bodies.collect::<Answer<Vec<_>>>()?;
                    task = Task::Choose(Arc::new(choice.with_works(works)));
                }
                placed.insert(node, steps.len());
                steps.push(Step { node, task, enabled: true, after });
            }
            if placed.len() == before {
                return Err(INVALID_VALUE);
            }
        }
        Ok(steps)
    }

    fn instantiate(&mut self, graph: Handle, flags: u64) -> Answer<Handle> {
        let id = self.graph(graph)?.id;
        if flags & !INSTANTIATE_FLAGS != 0 {
            return Err(INVALID_VALUE);
        }
        if flags & (DEVICE_LAUNCH | AUTO_FREE) == DEVICE_LAUNCH | AUTO_FREE {
            return Err(INVALID_VALUE);
        }
        if flags & DEVICE_LAUNCH != 0 {
            return Err(NOT_SUPPORTED);
        }
        let of_it = |executable: &Executable| executable.graph == graph;
        if self.has_memory_nodes(graph) && !self.executables.handles(of_it).is_empty() {
            return Err(NOT_SUPPORTED);
        }
        let steps = self.ordered(graph)?;
        let memory: Vec<u64> = steps
            .iter()
            .filter_map(|step| match step.task {
                Task::Allocate { address } | Task::Free { address } => Some(address),
                _ => None,
            })
            .collect();
        for &address in &memory {
            *self.graph_memory.entry(address).or_default() += 1;
        }
        let (objects, defaults) = (self.graph(graph)?.objects.clone(), Arc::new(self.defaults_of(graph)));
        self.retain_objects(&objects);
        Ok(self.executables.insert(Executable {
            steps,
            flags,
            graph,
            id,
            memory,
            objects,
            defaults,
            last: None,
        }))
    }

    pub(crate) fn executable(&mut self, handle: Handle) -> Answer<&mut Executable> {
        self.executables.get_mut(handle).ok_or(INVALID_VALUE)
    }

    /// Submits what a task does to `stream`.
    pub(crate) fn submit_task(&mut self, stream: Handle, task: &Task) -> Answer {
        match task {
            Task::Empty | Task::Child(_) | Task::Allocate { .. } | Task::Free { .. } => {}
            Task::Choose(choice) => {
                self.submit(stream, Work::Choose(choice.clone()));
            }
            Task::Do(work, _) => {
                self.submit(stream, work.clone());
            }
            Task::Values(works) => {
                for work in works {
                    self.submit(stream, work.clone());
                }
            }
            Task::Semaphores(batch) => {
                for work in &batch.works {
                    self.submit(stream, work.clone());
                }
            }
            Task::Record(event) => self.record(*event, stream)?,
            Task::WaitFor(event) => self.wait_for_event(*event, stream)?,
        }
        Ok(())
    }

    /// Submits the steps of a graph. A step follows one that it depends on in its stream, if it is the first to; others
    /// get a stream of their own, so that branches run beside each other.
    fn launch_steps(&mut self, executable: Handle, stream: Handle, steps: &[Step]) -> Answer {
        let defaults = self.executable(executable)?.defaults.clone();
        if !defaults.is_empty() {
            self.submit(stream, Work::Assign(defaults));
        }
        let mut begin = vec![self.last_of(stream)];
        begin.extend(self.executable(executable)?.last.clone());
        let mut lanes = vec![stream];
        let mut done: Vec<Vec<Edge>> = Vec::with_capacity(steps.len());
        let mut outcome = Ok(());
        for step in steps {
            let mut edges: Vec<Edge> = step.after.iter().flat_map(|&at| done[at].iter().cloned()).collect();
            if edges.is_empty() {
                edges.clone_from(&begin);
            }
            let idle =
                matches!(step.task, Task::Empty | Task::Child(_) | Task::Allocate { .. } | Task::Free { .. });
            if idle || !step.enabled || outcome.is_err() {
                done.push(edges);
                continue;
            }
            let lane = self.branch(&mut lanes, &edges);
            // Within a stream, the order is that of submission.
            if edges.iter().any(|edge| edge.moment.0 != lane) {
                self.submit_behind(lane, Work::Nothing, &edges);
            }
            outcome = self.submit_task(lane, &step.task);
            done.push(vec![self.last_of(lane)]);
        }
        let ends: Vec<Edge> = lanes.iter().map(|&lane| self.last_of(lane)).collect();
        if ends.len() > 1 {
            self.submit_behind(stream, Work::Nothing, &ends);
        }
        for &lane in &lanes[1..] {
            if let Some(lane) = self.streams.get_mut(lane) {
                lane.destroyed = true;
            }
        }
        self.settle(lanes.into_iter().skip(1));
        let last = self.last_of(stream);
        self.executable(executable)?.last = Some(last);
        outcome
    }

    /// Returns the stream for a step that comes after `edges`: the one whose last operation is among them, or a new one.
    fn branch(&mut self, lanes: &mut Vec<Handle>, edges: &[Edge]) -> Handle {
        let follows = |lane: &&Handle| {
            let last = self.last_of(**lane).moment;
            edges.iter().any(|edge| edge.moment == last)
        };
        if let Some(&lane) = lanes.iter().find(follows) {
            return lane;
        }
        let parent = self.streams.get(lanes[0]).map(|parent| (parent.context, parent.priority, parent.id));
        let Some((context, priority, id)) = parent else { return lanes[0] };
        let lane = self.new_stream(context, Order::NonBlocking, priority, false);
        if let Some(lane) = self.streams.get_mut(lane) {
            lane.branch_of = Some(id);
        }
        lanes.push(lane);
        lane
    }

    /// Makes a graph of steps again: a launch that is captured becomes a child.
    fn graph_of(&mut self, steps: &[Step]) -> Answer<Handle> {
        if steps.iter().any(|step| step.task.is_of_one_graph()) {
            return Err(NOT_SUPPORTED);
        }
        let graph = self.new_graph(true);
        let mut nodes: Vec<Handle> = Vec::with_capacity(steps.len());
        for step in steps {
            let task = if step.enabled { step.task.clone() } else { Task::Empty };
            let after = step.after.iter().map(|&place| nodes[place]).collect();
            nodes.push(self.add_node(graph, after, task)?);
        }
        Ok(graph)
    }

    /// Gives the steps of a child's nodes the work of another graph of the same shape.
    fn set_child(&mut self, executable: Handle, node: Handle, graph: Handle) -> Answer {
        let Task::Child(child) = self.node(node)?.task else { return Err(INVALID_VALUE) };
        let (old, new) = (self.ordered(child)?, self.ordered(graph)?);
        let alike = |(old, new): (&Step, &Step)| old.after == new.after && old.task.kind() == new.task.kind();
        if old.len() != new.len() || !old.iter().zip(&new).all(alike) {
            return Err(INVALID_VALUE);
        }
        let steps = &mut self.executable(executable)?.steps;
        let place = |node: Handle| steps.iter().position(|step| step.node == node);
        let places: Option<Vec<usize>> = old.iter().map(|step| place(step.node)).collect();
        for (place, new) in places.ok_or(INVALID_VALUE)?.into_iter().zip(new) {
            steps[place].task = new.task;
        }
        Ok(())
    }

    /// Gives one step of an executable other work of its kind.
    pub(crate) fn set_step(&mut self, executable: Handle, node: Handle, task: Task) -> Answer {
        let steps = &mut self.executable(executable)?.steps;
        let step = steps.iter_mut().find(|step| step.node == node).ok_or(INVALID_VALUE)?;
        if step.task.kind() != task.kind() {
            return Err(INVALID_VALUE);
        }
        step.task = task;
        Ok(())
    }
}

impl Sim {
    pub(crate) fn cuGraphInstantiateWithFlags(executable: HandleOut, graph: Handle, flags: u64) -> Answer {
        let out = executable.required()?;
        out.put(lock().instantiate(graph, flags)?);
        Ok(())
    }

    pub(crate) fn cuGraphInstantiate_v2(
        executable: HandleOut,
        graph: Handle,
        error_node: HandleOut,
        log: Out<core::ffi::c_char>,
        room: usize,
    ) -> Answer {
        error_node.put(Handle(0));
        log.put_text("", room);
        Sim::cuGraphInstantiateWithFlags(executable, graph, 0)
    }

    pub(crate) fn cuGraphInstantiate(
        executable: HandleOut,
        graph: Handle,
        error_node: HandleOut,
        log: Out<core::ffi::c_char>,
        room: usize,
    ) -> Answer {
        Sim::cuGraphInstantiate_v2(executable, graph, error_node, log, room)
    }

    pub(crate) fn cuGraphInstantiateWithParams(
        executable: HandleOut,
        graph: Handle,
        parameters: Out<crate::sys::CUDA_GRAPH_INSTANTIATE_PARAMS>,
    ) -> Answer {
        use crate::sys::CUgraphInstantiateResult as R;
        let out = executable.required()?;
        let mut given = parameters.current()?;
        let outcome = lock().instantiate(graph, given.flags);
        given.hErrNode_out = std::ptr::null_mut();
        given.result_out = match outcome {
            Ok(_) => R::CUDA_GRAPH_INSTANTIATE_SUCCESS,
            Err(_) => R::CUDA_GRAPH_INSTANTIATE_ERROR,
        };
        parameters.put(given);
        out.put(outcome?);
        Ok(())
    }

    /// Launches that are in flight run to their end.
    pub(crate) fn cuGraphExecDestroy(executable: Handle) -> Answer {
        let mut state = lock();
        let gone = state.executables.remove(executable).ok_or(INVALID_VALUE)?;
        gone.memory.into_iter().for_each(|address| state.drop_graph_memory(address));
        if !gone.objects.is_empty() {
            // Launches that are in flight still use them.
            state.defer(Action::ReleaseObjects(gone.objects));
        }
        Ok(())
    }

    pub(crate) fn cuGraphExecGetFlags(executable: Handle, flags: Out<u64>) -> Answer {
        let out = flags.required()?;
        // Uploading is done with when the executable is made.
        out.put(lock().executable(executable)?.flags & !2);
        Ok(())
    }

    pub(crate) fn cuGraphExecGetId(executable: Handle, id: Out<u32>) -> Answer {
        let out = id.required()?;
        out.put(lock().executable(executable)?.id);
        Ok(())
    }

    /// There is nothing to upload; the stream is checked.
    pub(crate) fn cuGraphUpload(executable: Handle, stream: Handle) -> Answer {
        let mut state = lock();
        state.executable(executable)?;
        state.stream(stream).map(|_| ())
    }

    pub(crate) fn cuGraphLaunch(executable: Handle, stream: Handle) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        let steps = state.executable(executable)?.steps.clone();
        if state.capture_of(stream)?.is_some() {
            let child = state.graph_of(&steps)?;
            return state.submit_or_capture(stream, Task::Child(child));
        }
        let (frees_first, has_memory) = {
            let executable = state.executable(executable)?;
            (executable.flags & AUTO_FREE != 0, !executable.memory.is_empty())
        };
        if has_memory {
            let tasks: Vec<Task> = steps.iter().map(|step| step.task.clone()).collect();
            state.launch_graph_memory(&tasks, frees_first)?;
        }
        state.launch_steps(executable, stream, &steps)
    }

    pub(crate) fn cuGraphNodeSetEnabled(executable: Handle, node: Handle, enabled: u32) -> Answer {
        let mut state = lock();
        let step = step_of(&mut state, executable, node)?;
        use CUgraphNodeType as T;
        let kind = step.task.kind();
        if !matches!(
            kind,
            T::CU_GRAPH_NODE_TYPE_KERNEL | T::CU_GRAPH_NODE_TYPE_MEMCPY | T::CU_GRAPH_NODE_TYPE_MEMSET
        ) {
            return Err(INVALID_VALUE);
        }
        step.enabled = enabled != 0;
        Ok(())
    }

    pub(crate) fn cuGraphNodeGetEnabled(executable: Handle, node: Handle, enabled: Out<u32>) -> Answer {
        let out = enabled.required()?;
        let mut state = lock();
        out.put(step_of(&mut state, executable, node)?.enabled.into());
        Ok(())
    }

    pub(crate) fn cuGraphExecChildGraphNodeSetParams(
        executable: Handle,
        node: Handle,
        child: Handle,
    ) -> Answer {
        lock().set_child(executable, node, child)
    }

    /// The first form, with two results instead of one.
    pub(crate) fn cuGraphExecUpdate(
        executable: Handle,
        graph: Handle,
        node: HandleOut,
        result: Out<crate::sys::CUgraphExecUpdateResult>,
    ) -> Answer {
        let (code, found) = outcome_of(update(&mut lock(), executable, graph))?;
        node.put(found);
        result.put(code);
        code_of(code)
    }

    pub(crate) fn cuGraphExecUpdate_v2(
        executable: Handle,
        graph: Handle,
        result: Out<crate::sys::CUgraphExecUpdateResultInfo>,
    ) -> Answer {
        let (code, node) = outcome_of(update(&mut lock(), executable, graph))?;
        result.put(crate::sys::CUgraphExecUpdateResultInfo {
            result: code,
            errorNode: node.0 as crate::sys::CUgraphNode,
            errorFromNode: std::ptr::null_mut(),
        });
        code_of(code)
    }
}

/// What an update tells the client, unless the call itself was wrong.
fn outcome_of(outcome: Result<(), Update>) -> Answer<(crate::sys::CUgraphExecUpdateResult, Handle)> {
    match outcome {
        Ok(()) => Ok((crate::sys::CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_SUCCESS, Handle(0))),
        Err(Update::Failed(code, node)) => Ok((code, node)),
        Err(Update::Refused(code)) => Err(code),
    }
}

fn code_of(result: crate::sys::CUgraphExecUpdateResult) -> Answer {
    match result {
        crate::sys::CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_SUCCESS => Ok(()),
        _ => Err(CUresult::CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE),
    }
}

fn step_of(state: &mut State, executable: Handle, node: Handle) -> Answer<&mut Step> {
    let steps = &mut state.executable(executable)?.steps;
    steps.iter_mut().find(|step| step.node == node).ok_or(INVALID_VALUE)
}

/// Why an executable was not updated.
enum Update {
    /// The graphs differ in what may not.
    Failed(crate::sys::CUgraphExecUpdateResult, Handle),
    /// The call itself was wrong.
    Refused(CUresult),
}

/// Gives every step of an executable the work of `graph`, which must have the same shape.
fn update(state: &mut State, executable: Handle, graph: Handle) -> Result<(), Update> {
    use crate::sys::CUgraphExecUpdateResult as R;
    let new = state.ordered(graph).map_err(Update::Refused)?;
    let old = state.executable(executable).map_err(Update::Refused)?;
    if new.len() != old.steps.len() {
        return Err(Update::Failed(R::CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED, Handle(0)));
    }
    for (old, new) in old.steps.iter().zip(&new) {
        if old.after != new.after {
            return Err(Update::Failed(R::CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED, new.node));
        }
        if old.task.kind() != new.task.kind() {
            return Err(Update::Failed(R::CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED, new.node));
        }
    }
    for (old, new) in old.steps.iter_mut().zip(new) {
        old.task = new.task;
    }
    Ok(())
}

//! Graphs: work described first, and launched as a whole, any number of times.
//!
//! A graph is nodes and the edges between them. How one is launched is in `executable`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use cuda_sys::CUresult;

use crate::condition::Choice;
use crate::copy::Copy;
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, In, Out, Text};
use crate::handle::Handle;
use crate::launch_attribute::Attributes;
use crate::operation::Work;
use crate::schedule::Action;
use crate::semaphore::Batch;
use crate::state::{State, lock};
use crate::sys::{CUDA_MEMCPY3D, CUgraphEdgeData, CUgraphNodeType};
use crate::user_object::References;
use crate::value;

/// What a node does.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    Empty,
    /// Work of a stream. For copies, with the words in which the client described it, if it did.
    Do(Work, Option<Box<Description>>),
    /// Waiting for values and writing them.
    Values(Vec<Work>),
    /// Signalling external semaphores, or waiting for them.
    Semaphores(Arc<Batch>),
    Record(Handle),
    WaitFor(Handle),
    Child(Handle),
    /// Running other graphs or not.
    Choose(Arc<Choice>),
    /// The memory is the graph's, and there from the first to the last of its owners.
    Allocate {
        address: u64,
    },
    Free {
        address: u64,
    },
}

/// A client's description of a copy; its pointers are only handed back.
#[derive(Clone, Copy)]
pub(crate) struct Description(pub(crate) CUDA_MEMCPY3D);

#[allow(unsafe_code)]
// SAFETY: the pointers are never followed here, only given back to the client who gave them.
unsafe impl Send for Description {}
#[allow(unsafe_code)]
// SAFETY: as for `Send`.
unsafe impl Sync for Description {}

impl std::fmt::Debug for Description {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Description")
    }
}

impl Task {
    /// A copy that the client described.
    pub(crate) fn copy(copy: Copy, description: CUDA_MEMCPY3D) -> Task {
        Task::Do(Work::Copy(copy), Some(Box::new(Description(description))))
    }

    /// Whether it cannot be copied into another graph.
    pub(crate) fn is_of_one_graph(&self) -> bool {
        matches!(self, Task::Allocate { .. } | Task::Free { .. } | Task::Choose(_))
    }

    pub(crate) fn kind(&self) -> CUgraphNodeType {
        use CUgraphNodeType as T;
        match self {
            Task::Empty => T::CU_GRAPH_NODE_TYPE_EMPTY,
            Task::Do(Work::Launch(_), _) => T::CU_GRAPH_NODE_TYPE_KERNEL,
            Task::Do(Work::Copy(_), _) => T::CU_GRAPH_NODE_TYPE_MEMCPY,
            Task::Do(Work::Fill(_), _) => T::CU_GRAPH_NODE_TYPE_MEMSET,
            Task::Do(Work::Host { .. }, _) => T::CU_GRAPH_NODE_TYPE_HOST,
            Task::Do(..) => T::CU_GRAPH_NODE_TYPE_EMPTY,
            Task::Values(_) => T::CU_GRAPH_NODE_TYPE_BATCH_MEM_OP,
            Task::Semaphores(batch) if batch.signals => T::CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL,
            Task::Semaphores(_) => T::CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT,
            Task::Record(_) => T::CU_GRAPH_NODE_TYPE_EVENT_RECORD,
            Task::WaitFor(_) => T::CU_GRAPH_NODE_TYPE_WAIT_EVENT,
            Task::Child(_) => T::CU_GRAPH_NODE_TYPE_GRAPH,
            Task::Choose(_) => T::CU_GRAPH_NODE_TYPE_CONDITIONAL,
            Task::Allocate { .. } => T::CU_GRAPH_NODE_TYPE_MEM_ALLOC,
            Task::Free { .. } => T::CU_GRAPH_NODE_TYPE_MEM_FREE,
        }
    }
}

/// A graph.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// In the order of their making.
    pub(crate) nodes: Vec<Handle>,
    pub(crate) id: u32,
    /// It belongs to a node of another graph.
    is_child: bool,
    /// The graph in which it is the body of a conditional node.
    pub(crate) parent: Option<Handle>,
    /// What it keeps alive.
    pub(crate) objects: References,
}

/// A node.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) graph: Handle,
    /// The nodes that it comes after, in the order in which they were named.
    pub(crate) after: Vec<Handle>,
    pub(crate) task: Task,
    /// The node that it is a copy of.
    original: Handle,
    id: u32,
    /// Where each argument of a kernel is, and lists, for those who ask for its parameters.
    pub(crate) arguments: Vec<u64>,
    /// The attributes of a kernel's launch that the client has set.
    pub(crate) attributes: Attributes,
}

// Graphs and nodes.
impl State {
    pub(crate) fn new_graph(&mut self, is_child: bool) -> Handle {
        let id = self.next_id() as u32;
        self.graphs.insert(Graph { id, is_child, ..Graph::default() })
    }

    pub(crate) fn graph(&self, handle: Handle) -> Answer<&Graph> {
        self.graphs.get(handle).ok_or(INVALID_VALUE)
    }

    pub(crate) fn node(&mut self, handle: Handle) -> Answer<&mut Node> {
        self.nodes.get_mut(handle).ok_or(INVALID_VALUE)
    }

    /// Adds a node that comes after `after`, all nodes of the same graph.
    pub(crate) fn add_node(&mut self, graph: Handle, after: Vec<Handle>, task: Task) -> Answer<Handle> {
        let id = self.graph(graph)?.nodes.len() as u32;
        let distinct: BTreeSet<&Handle> = after.iter().collect();
        let own = |node: &Handle| self.nodes.get(*node).is_some_and(|node| node.graph == graph);
        if distinct.len() != after.len() || !after.iter().all(own) {
            return Err(INVALID_VALUE);
        }
        if let Task::Allocate { address } | Task::Free { address } = task {
            *self.graph_memory.entry(address).or_default() += 1;
        }
        let arguments = arguments_of(&task);
        let (original, attributes) = (Handle(0), Attributes::default());
        let node = self.nodes.insert(Node { graph, after, task, original, id, arguments, attributes });
        if let Some(graph) = self.graphs.get_mut(graph) {
            graph.nodes.push(node);
        }
        Ok(node)
    }

    /// Gives a node other work of its kind.
    pub(crate) fn set_task(&mut self, node: Handle, task: Task) -> Answer {
        let found = self.node(node)?;
        if found.task.kind() != task.kind() {
            return Err(INVALID_VALUE);
        }
        found.arguments = arguments_of(&task);
        found.task = task;
        Ok(())
    }

    /// Copies a graph with all that is in it, children included.
    pub(crate) fn clone_graph(&mut self, graph: Handle, is_child: bool) -> Answer<Handle> {
        let nodes = self.graph(graph)?.nodes.clone();
        let copy = self.new_graph(is_child);
        let mut twins: BTreeMap<Handle, Handle> = BTreeMap::new();
        // Edges may lead to nodes that were made later, so nodes come first.
        for &node in &nodes {
            let task = match self.node(node)?.task.clone() {
                Task::Child(child) => Task::Child(self.clone_graph(child, true)?),
                task => task,
            };
            let twin = self.add_node(copy, Vec::new(), task)?;
            let attributes = self.node(node)?.attributes.clone();
            let found = self.node(twin)?;
            (found.original, found.attributes) = (node, attributes);
            twins.insert(node, twin);
        }
        for (&node, &twin) in &twins {
            let after = self.node(node)?.after.clone();
            self.node(twin)?.after = after.iter().filter_map(|node| twins.get(node).copied()).collect();
        }
        let objects = self.graph(graph)?.objects.clone();
        self.retain_objects(&objects);
        if let Some(copy) = self.graphs.get_mut(copy) {
            copy.objects = objects;
        }
        Ok(copy)
    }

    /// Whether there is a node of such a kind in a graph, or in its children.
    pub(crate) fn contains(&self, graph: Handle, wanted: &dyn Fn(&Task) -> bool) -> bool {
        let nodes = self.graphs.get(graph).map(|graph| graph.nodes.as_slice()).unwrap_or_default();
        nodes.iter().filter_map(|node| self.nodes.get(*node)).any(|node| match node.task {
            Task::Child(child) => self.contains(child, wanted),
            ref task => wanted(task),
        })
    }

    /// Makes a graph of the client's the child of a node.
    pub(crate) fn adopt(&mut self, graph: Handle) -> Answer {
        let found = self.graphs.get_mut(graph).filter(|found| !found.is_child).ok_or(INVALID_VALUE)?;
        found.is_child = true;
        Ok(())
    }

    pub(crate) fn destroy_graph(&mut self, graph: Handle) {
        let Some(gone) = self.graphs.remove(graph) else { return };
        self.release_objects(&gone.objects);
        self.drop_conditions(graph);
        for node in gone.nodes {
            self.destroy_node(node);
        }
    }

    fn destroy_node(&mut self, node: Handle) {
        let Some(gone) = self.nodes.remove(node) else { return };
        match gone.task {
            Task::Child(child) => self.destroy_graph(child),
            Task::Choose(choice) => choice.bodies.iter().for_each(|&body| self.destroy_graph(body)),
            Task::Allocate { address } | Task::Free { address } => self.drop_graph_memory(address),
            _ => {}
        }
    }

    /// Gives up one claim to memory of graphs; with the last it goes.
    pub(crate) fn drop_graph_memory(&mut self, address: u64) {
        let Some(claims) = self.graph_memory.get_mut(&address) else { return };
        *claims -= 1;
        if *claims == 0 {
            self.graph_memory.remove(&address);
            if self.retire(address).is_ok() {
                self.defer(Action::Release { base: address });
            }
        }
    }
}

/// Returns what a node keeps where its client may read it: where the arguments of a kernel are, or lists that it was given.
fn arguments_of(task: &Task) -> Vec<u64> {
    match task {
        Task::Do(Work::Launch(run), _) => run.argument_addresses(),
        Task::Semaphores(batch) => batch.words(),
        Task::Values(works) => value::words(works),
        _ => Vec::new(),
    }
}

/// Reads a list of nodes.
pub(crate) fn read_nodes<T>(nodes: In<*mut T>, count: usize) -> Answer<Vec<Handle>> {
    Ok(nodes.all(count)?.into_iter().map(|node| Handle(node as u64)).collect())
}

/// Leaves a list of handles, or only how many there are if there is no room for any. What is left of the room is set to null.
fn put_handles(out: HandleOut, count: Out<usize>, found: Vec<Handle>) -> Answer {
    let count_out = count.required()?;
    if out.required().is_err() {
        count_out.put(found.len());
        return Ok(());
    }
    let room = count_out.current()?;
    let written = found.len().min(room);
    let padding = std::iter::repeat_n(Handle(0), room - written);
    out.put_all(found.into_iter().take(written).chain(padding), room);
    count_out.put(written);
    Ok(())
}

/// Plain edges carry no data.
fn put_edge_data(out: Out<CUgraphEdgeData>, count: usize) {
    out.put_all(std::iter::repeat_n(CUgraphEdgeData::default(), count), count);
}

/// Changes edges of a graph.
fn change_edges(
    graph: Handle,
    from: Vec<Handle>,
    to: Vec<Handle>,
    change: impl Fn(&mut Vec<Handle>, Handle) -> Answer,
) -> Answer {
    let mut state = lock();
    state.graph(graph)?;
    for (from, to) in from.into_iter().zip(to) {
        let own = state.node(from)?.graph == graph && state.node(to)?.graph == graph;
        if !own || from == to {
            return Err(INVALID_VALUE);
        }
        change(&mut state.node(to)?.after, from)?;
    }
    Ok(())
}

fn add_edges<T>(graph: Handle, from: In<*mut T>, to: In<*mut T>, count: usize) -> Answer {
    lock().graph(graph)?;
    change_edges(graph, read_nodes(from, count)?, read_nodes(to, count)?, |after, from| {
        if after.contains(&from) {
            return Err(INVALID_VALUE);
        }
        after.push(from);
        Ok(())
    })
}

fn remove_edges<T>(graph: Handle, from: In<*mut T>, to: In<*mut T>, count: usize) -> Answer {
    let state = lock();
    state.graph(graph)?;
    if state.has_memory_nodes(graph) {
        return Err(NOT_SUPPORTED);
    }
    drop(state);
    change_edges(graph, read_nodes(from, count)?, read_nodes(to, count)?, |after, from| {
        let place = after.iter().position(|&node| node == from).ok_or(INVALID_VALUE)?;
        after.remove(place);
        Ok(())
    })
}

fn edges(graph: Handle, from: HandleOut, to: HandleOut, count: Out<usize>) -> Answer {
    let mut state = lock();
    let nodes = state.graph(graph)?.nodes.clone();
    let (mut starts, mut ends) = (Vec::new(), Vec::new());
    for node in nodes {
        for &before in &state.node(node)?.after {
            starts.push(before);
            ends.push(node);
        }
    }
    let count_out = count.required()?;
    // Both lists, or neither.
    if from.required().is_err() != to.required().is_err() {
        return Err(INVALID_VALUE);
    }
    let room = if from.required().is_ok() { Some(count_out.current()?) } else { None };
    put_handles(from, count, starts)?;
    if let Some(room) = room {
        count_out.put(room);
    }
    put_handles(to, count, ends)
}

fn dependents(node: Handle) -> Answer<Vec<Handle>> {
    let mut state = lock();
    let graph = state.node(node)?.graph;
    let nodes = state.graph(graph)?.nodes.clone();
    let after = |other: &Handle| state.nodes.get(*other).is_some_and(|other| other.after.contains(&node));
    Ok(nodes.into_iter().filter(after).collect())
}

// Graphs as a whole.
impl Sim {
    pub(crate) fn cuGraphCreate(graph: HandleOut, flags: u32) -> Answer {
        let out = graph.required()?;
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        out.put(lock().new_graph(false));
        Ok(())
    }

    /// Executables made of it live on.
    pub(crate) fn cuGraphDestroy(graph: Handle) -> Answer {
        let mut state = lock();
        if state.graph(graph)?.is_child || state.is_being_captured(graph) {
            return Err(INVALID_VALUE);
        }
        state.destroy_graph(graph);
        Ok(())
    }

    /// Memory of a graph, and what its conditional nodes look at, is that graph's alone.
    pub(crate) fn cuGraphClone(copy: HandleOut, graph: Handle) -> Answer {
        let out = copy.required()?;
        let mut state = lock();
        state.graph(graph)?;
        if state.contains(graph, &Task::is_of_one_graph) {
            return Err(NOT_SUPPORTED);
        }
        out.put(state.clone_graph(graph, false)?);
        Ok(())
    }

    pub(crate) fn cuGraphNodeFindInClone(found: HandleOut, node: Handle, copy: Handle) -> Answer {
        let out = found.required()?;
        let state = lock();
        let nodes = &state.graph(copy)?.nodes;
        let twin = |twin: &&Handle| state.nodes.get(**twin).is_some_and(|twin| twin.original == node);
        out.put(*nodes.iter().find(twin).ok_or(INVALID_VALUE)?);
        Ok(())
    }

    pub(crate) fn cuGraphGetId(graph: Handle, id: Out<u32>) -> Answer {
        let out = id.required()?;
        out.put(lock().graph(graph)?.id);
        Ok(())
    }

    pub(crate) fn cuGraphGetNodes(graph: Handle, nodes: HandleOut, count: Out<usize>) -> Answer {
        let found = lock().graph(graph)?.nodes.clone();
        put_handles(nodes, count, found)
    }

    pub(crate) fn cuGraphGetRootNodes(graph: Handle, nodes: HandleOut, count: Out<usize>) -> Answer {
        let state = lock();
        let is_root = |node: &Handle| state.nodes.get(*node).is_some_and(|node| node.after.is_empty());
        let found = state.graph(graph)?.nodes.iter().copied().filter(is_root).collect();
        put_handles(nodes, count, found)
    }

    pub(crate) fn cuGraphGetEdges(
        graph: Handle,
        from: HandleOut,
        to: HandleOut,
        count: Out<usize>,
    ) -> Answer {
        edges(graph, from, to, count)
    }

    pub(crate) fn cuGraphGetEdges_v2(
        graph: Handle,
        from: HandleOut,
        to: HandleOut,
        data: Out<CUgraphEdgeData>,
        count: Out<usize>,
    ) -> Answer {
        edges(graph, from, to, count)?;
        put_edge_data(data, count.current()?);
        Ok(())
    }

    pub(crate) fn cuGraphAddDependencies(
        graph: Handle,
        from: In<crate::sys::CUgraphNode>,
        to: In<crate::sys::CUgraphNode>,
        count: usize,
    ) -> Answer {
        add_edges(graph, from, to, count)
    }

    /// Edges that launch a kernel before the end of another are taken as plain ones, which wait for longer.
    pub(crate) fn cuGraphAddDependencies_v2(
        graph: Handle,
        from: In<crate::sys::CUgraphNode>,
        to: In<crate::sys::CUgraphNode>,
        _data: In<CUgraphEdgeData>,
        count: usize,
    ) -> Answer {
        add_edges(graph, from, to, count)
    }

    pub(crate) fn cuGraphRemoveDependencies(
        graph: Handle,
        from: In<crate::sys::CUgraphNode>,
        to: In<crate::sys::CUgraphNode>,
        count: usize,
    ) -> Answer {
        remove_edges(graph, from, to, count)
    }

    pub(crate) fn cuGraphRemoveDependencies_v2(
        graph: Handle,
        from: In<crate::sys::CUgraphNode>,
        to: In<crate::sys::CUgraphNode>,
        _data: In<CUgraphEdgeData>,
        count: usize,
    ) -> Answer {
        remove_edges(graph, from, to, count)
    }

    /// Writes the graph in the language of Graphviz.
    pub(crate) fn cuGraphDebugDotPrint(graph: Handle, path: Text, flags: u32) -> Answer {
        // Bits for what to tell of each kind of node; here all is told that there is.
        if flags >= 1 << 18 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let (id, nodes) = (state.graph(graph)?.id, state.graph(graph)?.nodes.clone());
        let mut text = format!("digraph graph_{id} {{\n");
        for node in nodes {
            let found = state.node(node)?;
            let label = match &found.task {
                Task::Do(work, _) => format!("{work:?}"),
                task => format!("{task:?}"),
            };
            text += &format!("\"{:#x}\" [label=\"{}: {}\"];\n", node.0, found.id, label.replace('"', "'"));
            for before in &found.after {
                text += &format!("\"{:#x}\" -> \"{:#x}\";\n", before.0, node.0);
            }
        }
        text += "}\n";
        std::fs::write(path.read()?, text).map_err(|_| CUresult::CUDA_ERROR_OPERATING_SYSTEM)
    }
}

// Nodes of any kind.
impl Sim {
    pub(crate) fn cuGraphNodeGetType(node: Handle, kind: Out<CUgraphNodeType>) -> Answer {
        let out = kind.required()?;
        out.put(lock().node(node)?.task.kind());
        Ok(())
    }

    pub(crate) fn cuGraphNodeGetContainingGraph(node: Handle, graph: HandleOut) -> Answer {
        let out = graph.required()?;
        out.put(lock().node(node)?.graph);
        Ok(())
    }

    pub(crate) fn cuGraphNodeGetLocalId(node: Handle, id: Out<u32>) -> Answer {
        let out = id.required()?;
        out.put(lock().node(node)?.id);
        Ok(())
    }

    pub(crate) fn cuGraphNodeGetDependencies(node: Handle, nodes: HandleOut, count: Out<usize>) -> Answer {
        let found = lock().node(node)?.after.clone();
        put_handles(nodes, count, found)
    }

    pub(crate) fn cuGraphNodeGetDependencies_v2(
        node: Handle,
        nodes: HandleOut,
        data: Out<CUgraphEdgeData>,
        count: Out<usize>,
    ) -> Answer {
        Sim::cuGraphNodeGetDependencies(node, nodes, count)?;
        put_edge_data(data, count.current()?);
        Ok(())
    }

    pub(crate) fn cuGraphNodeGetDependentNodes(node: Handle, nodes: HandleOut, count: Out<usize>) -> Answer {
        put_handles(nodes, count, dependents(node)?)
    }

    pub(crate) fn cuGraphNodeGetDependentNodes_v2(
        node: Handle,
        nodes: HandleOut,
        data: Out<CUgraphEdgeData>,
        count: Out<usize>,
    ) -> Answer {
        put_handles(nodes, count, dependents(node)?)?;
        put_edge_data(data, count.current()?);
        Ok(())
    }

    /// The edges to and from it go too.
    pub(crate) fn cuGraphDestroyNode(node: Handle) -> Answer {
        let mut state = lock();
        let graph = state.node(node)?.graph;
        if state.has_memory_nodes(graph) {
            return Err(NOT_SUPPORTED);
        }
        let nodes = state.graph(graph)?.nodes.clone();
        for other in nodes {
            state.node(other)?.after.retain(|&before| before != node);
        }
        if let Some(graph) = state.graphs.get_mut(graph) {
            graph.nodes.retain(|&other| other != node);
        }
        state.destroy_node(node);
        Ok(())
    }
}

//! Memory of graphs: nodes that allocate and free it, and what of it each device has.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, In, Out};
use crate::graph::{Task, read_nodes};
use crate::handle::Handle;
use crate::memory::taken_by;
use crate::node::add;
use crate::space::{self, ALIGNMENT, Use};
use crate::state::{State, lock};
use crate::sys::{
    CUDA_MEM_ALLOC_NODE_PARAMS, CUgraphMem_attribute, CUgraphNode, CUmemAllocationType, CUmemLocationType,
};

impl Sim {
    /// The memory has its address from now until the graph, and all executables made of it, are gone, and what a launch allocated is
    /// freed.
    pub(crate) fn cuGraphAddMemAllocNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        parameters: Out<CUDA_MEM_ALLOC_NODE_PARAMS>,
    ) -> Answer {
        let out = node.required()?;
        let mut given = parameters.current()?;
        let mut state = lock();
        state.graph(graph)?;
        let after = read_nodes(after, count)?;
        if given.bytesize == 0 {
            return Err(INVALID_VALUE);
        }
        let device = crate::virtual_memory::device_of(&mut state, &given.poolProps.location)?;
        let address = state.allocate_for_graph(device, given.bytesize)?;
        let added = state.add_node(graph, after, Task::Allocate { address });
        if added.is_err() {
            state.retire(address)?;
            state.defer(crate::schedule::Action::Release { base: address });
        }
        out.put(added?);
        given.dptr = address;
        parameters.put(given);
        Ok(())
    }

    pub(crate) fn cuGraphAddMemFreeNode(
        node: HandleOut,
        graph: Handle,
        after: In<CUgraphNode>,
        count: usize,
        address: u64,
    ) -> Answer {
        let state = lock();
        let nodes = &state.graph(graph)?.nodes;
        let frees = |node: &Handle| {
            let node = state.nodes.get(*node);
            node.is_some_and(|node| matches!(node.task, Task::Free { address: freed } if freed == address))
        };
        // What is no graph's, and what this graph frees already.
        if !state.graph_memory.contains_key(&address) || nodes.iter().any(frees) {
            return Err(INVALID_VALUE);
        }
        drop(state);
        add(node, graph, after, count, Task::Free { address })
    }

    pub(crate) fn cuGraphMemFreeNodeGetParams(node: Handle, address: Out<u64>) -> Answer {
        let out = address.required()?;
        let mut state = lock();
        let Task::Free { address } = state.node(node)?.task else { return Err(INVALID_VALUE) };
        out.put(address);
        Ok(())
    }

    pub(crate) fn cuGraphMemAllocNodeGetParams(
        node: Handle,
        parameters: Out<CUDA_MEM_ALLOC_NODE_PARAMS>,
    ) -> Answer {
        let out = parameters.required()?;
        out.put(allocation_of(&mut lock(), node)?);
        Ok(())
    }

    /// What graphs do not use is given back at once here, so that there is nothing to trim.
    pub(crate) fn cuDeviceGraphMemTrim(device: i32) -> Answer {
        lock().device(device).map(|_| ())
    }

    pub(crate) fn cuDeviceGetGraphMemAttribute(
        device: i32,
        attribute: CUgraphMem_attribute,
        value: Address,
    ) -> Answer {
        use CUgraphMem_attribute as A;
        let mut state = lock();
        state.device(device)?;
        let used = state.graph_bytes(device as usize);
        let high = state.device(device)?.graph_bytes_high;
        match attribute {
            A::CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT | A::CU_GRAPH_MEM_ATTR_RESERVED_MEM_CURRENT => {
                value.put(used)
            }
            A::CU_GRAPH_MEM_ATTR_USED_MEM_HIGH | A::CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH => value.put(high),
            _ => Err(INVALID_VALUE),
        }
    }

    /// The high-water marks can be reset, by writing zero; nothing else can be set.
    pub(crate) fn cuDeviceSetGraphMemAttribute(
        device: i32,
        attribute: CUgraphMem_attribute,
        value: Address,
    ) -> Answer {
        use CUgraphMem_attribute as A;
        let mut state = lock();
        state.device(device)?;
        let zero = value.reader::<u64>().read()? == 0;
        match attribute {
            A::CU_GRAPH_MEM_ATTR_USED_MEM_HIGH | A::CU_GRAPH_MEM_ATTR_RESERVED_MEM_HIGH if zero => {
                let used = state.graph_bytes(device as usize);
                state.device(device)?.graph_bytes_high = used;
                Ok(())
            }
            _ => Err(INVALID_VALUE),
        }
    }
}

/// Says of a node that allocates what the client said.
pub(crate) fn allocation_of(state: &mut State, node: Handle) -> Answer<CUDA_MEM_ALLOC_NODE_PARAMS> {
    let Task::Allocate { address } = state.node(node)?.task else { return Err(INVALID_VALUE) };
    let range = *space::read().live(address).ok_or(INVALID_VALUE)?;
    let mut given =
        CUDA_MEM_ALLOC_NODE_PARAMS { bytesize: range.len as usize, dptr: address, ..Default::default() };
    given.poolProps.allocType = CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED;
    given.poolProps.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    given.poolProps.location.__bindgen_anon_1.id = range.device as i32;
    Ok(given)
}

impl State {
    /// Allocates memory that belongs to graphs and to no context.
    pub(crate) fn allocate_for_graph(&mut self, device: usize, len: usize) -> Answer<u64> {
        self.charge(device, taken_by(len as u64))?;
        let placed = self.place(device, Handle(0), len as u64, ALIGNMENT, Use::Graph);
        if placed.is_err() {
            self.discharge(device, taken_by(len as u64));
        }
        let used = self.graph_bytes(device);
        if let Some(device) = self.devices.get_mut(device) {
            device.graph_bytes_high = device.graph_bytes_high.max(used);
        }
        placed
    }

    /// Enters that a graph is launched, whose steps allocate and free memory.
    ///
    /// # Errors
    /// `INVALID_VALUE` if it allocated memory before that nothing has freed, unless the launch is to free it.
    pub(crate) fn launch_graph_memory(&mut self, tasks: &[Task], frees_first: bool) -> Answer {
        let unfreed =
            |task: &Task| matches!(task, Task::Allocate { address } if self.graph_unfreed.contains(address));
        if !frees_first && tasks.iter().any(unfreed) {
            return Err(INVALID_VALUE);
        }
        for task in tasks {
            match task {
                Task::Allocate { address } if self.graph_unfreed.insert(*address) => {
                    *self.graph_memory.entry(*address).or_default() += 1;
                }
                // That a launch allocates it is the client's affair, and so is that it comes first.
                Task::Free { address } => drop(self.free_graph_memory(*address)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Frees memory that the launch of a graph has allocated.
    pub(crate) fn free_graph_memory(&mut self, address: u64) -> Answer {
        if !self.graph_unfreed.remove(&address) {
            return Err(INVALID_VALUE);
        }
        self.drop_graph_memory(address);
        Ok(())
    }

    /// Whether nodes of a graph allocate or free memory: then neither they nor edges can be removed, and there is one executable of it.
    pub(crate) fn has_memory_nodes(&self, graph: Handle) -> bool {
        self.contains(graph, &|task| matches!(task, Task::Allocate { .. } | Task::Free { .. }))
    }

    /// Returns how many bytes of a device graphs have.
    fn graph_bytes(&self, device: usize) -> u64 {
        let space = space::read();
        let of_graphs = space.iter().filter(|it| it.usage == Use::Graph && it.device == device && !it.freed);
        of_graphs.map(|range| taken_by(range.len)).sum()
    }
}

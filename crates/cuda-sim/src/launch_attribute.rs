//! Attributes of launches that are kept: those of kernel nodes and of streams.
//!
//! Most of them tune caches and schedulers, which are not simulated. They are kept, so that a client reads what it wrote.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{In, Out};
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::Work;
use crate::state::{State, lock};
use crate::stream::GREATEST_PRIORITY;
use crate::sys::{CUlaunchAttributeID as Id, CUlaunchAttributeValue};

/// A value as its bytes: which member of the union it is, its attribute says.
type Bytes = [u8; 64];

/// Attributes that were set, by their number.
pub(crate) type Attributes = BTreeMap<u32, Bytes>;

const OF_KERNELS: &[Id] = &[
    Id::CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW,
    Id::CU_LAUNCH_ATTRIBUTE_COOPERATIVE,
    Id::CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION,
    Id::CU_LAUNCH_ATTRIBUTE_CLUSTER_SCHEDULING_POLICY_PREFERENCE,
    Id::CU_LAUNCH_ATTRIBUTE_PRIORITY,
    Id::CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP,
    Id::CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN,
    Id::CU_LAUNCH_ATTRIBUTE_PREFERRED_CLUSTER_DIMENSION,
    Id::CU_LAUNCH_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT,
];

const OF_STREAMS: &[Id] = &[
    Id::CU_LAUNCH_ATTRIBUTE_ACCESS_POLICY_WINDOW,
    Id::CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY,
    Id::CU_LAUNCH_ATTRIBUTE_PRIORITY,
    Id::CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN_MAP,
    Id::CU_LAUNCH_ATTRIBUTE_MEM_SYNC_DOMAIN,
];

/// A number as a value.
fn number(value: i32) -> Bytes {
    let mut bytes = [0; 64];
    bytes[..4].copy_from_slice(&value.to_le_bytes());
    bytes
}

fn number_in(bytes: &Bytes) -> i32 {
    i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

fn read(value: In<CUlaunchAttributeValue>) -> Answer<Bytes> {
    value.address().reader::<Bytes>().read()
}

fn put(value: Out<CUlaunchAttributeValue>, bytes: Bytes) -> Answer {
    value.required()?.address().put(bytes)
}

impl State {
    /// Returns whether a node launches a kernel, and if so whether as a cooperative one.
    fn kernel_node(&mut self, node: Handle) -> Answer<bool> {
        match &self.node(node)?.task {
            Task::Do(Work::Launch(run), _) => Ok(run.shape.cooperative),
            _ => Err(INVALID_VALUE),
        }
    }

    fn set_cooperative(&mut self, node: Handle, cooperative: bool) -> Answer {
        let found = self.node(node)?;
        let Task::Do(Work::Launch(run), _) = &found.task else { return Err(INVALID_VALUE) };
        if run.shape.cooperative == cooperative {
            return Ok(());
        }
        let mut changed = (**run).clone();
        changed.shape.cooperative = cooperative;
        self.set_task(node, Task::Do(Work::Launch(Arc::new(changed)), None))
    }
}

// Kernel nodes.
impl Sim {
    pub(crate) fn cuGraphKernelNodeGetAttribute(
        node: Handle,
        attribute: Id,
        value: Out<CUlaunchAttributeValue>,
    ) -> Answer {
        let mut state = lock();
        let cooperative = state.kernel_node(node)?;
        let bytes = match attribute {
            Id::CU_LAUNCH_ATTRIBUTE_COOPERATIVE => number(cooperative.into()),
            id if OF_KERNELS.contains(&id) => {
                state.node(node)?.attributes.get(&id.0).copied().unwrap_or([0; 64])
            }
            _ => return Err(INVALID_VALUE),
        };
        put(value, bytes)
    }

    pub(crate) fn cuGraphKernelNodeSetAttribute(
        node: Handle,
        attribute: Id,
        value: In<CUlaunchAttributeValue>,
    ) -> Answer {
        let mut state = lock();
        state.kernel_node(node)?;
        let bytes = read(value)?;
        if !OF_KERNELS.contains(&attribute) {
            return Err(INVALID_VALUE);
        }
        if attribute == Id::CU_LAUNCH_ATTRIBUTE_COOPERATIVE {
            return state.set_cooperative(node, number_in(&bytes) != 0);
        }
        state.node(node)?.attributes.insert(attribute.0, bytes);
        Ok(())
    }

    pub(crate) fn cuGraphKernelNodeCopyAttributes(target: Handle, source: Handle) -> Answer {
        let mut state = lock();
        let cooperative = state.kernel_node(source)?;
        state.kernel_node(target)?;
        let attributes = state.node(source)?.attributes.clone();
        state.node(target)?.attributes = attributes;
        state.set_cooperative(target, cooperative)
    }
}

// Streams.
impl Sim {
    pub(crate) fn cuStreamGetAttribute(
        stream: Handle,
        attribute: Id,
        value: Out<CUlaunchAttributeValue>,
    ) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        let found = state.streams.get(stream).ok_or(INVALID_HANDLE)?;
        let bytes = match attribute {
            Id::CU_LAUNCH_ATTRIBUTE_PRIORITY => number(found.priority),
            id if OF_STREAMS.contains(&id) => found.attributes.get(&id.0).copied().unwrap_or([0; 64]),
            _ => return Err(INVALID_VALUE),
        };
        put(value, bytes)
    }

    pub(crate) fn cuStreamSetAttribute(
        stream: Handle,
        attribute: Id,
        value: In<CUlaunchAttributeValue>,
    ) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        let bytes = read(value)?;
        if !OF_STREAMS.contains(&attribute) {
            return Err(INVALID_VALUE);
        }
        let found = state.streams.get_mut(stream).ok_or(INVALID_HANDLE)?;
        if attribute == Id::CU_LAUNCH_ATTRIBUTE_PRIORITY {
            found.priority = number_in(&bytes).clamp(GREATEST_PRIORITY, 0);
        }
        found.attributes.insert(attribute.0, bytes);
        Ok(())
    }

    /// Both must be of one context.
    pub(crate) fn cuStreamCopyAttributes(target: Handle, source: Handle) -> Answer {
        let mut state = lock();
        let (target, source) = (state.stream(target)?, state.stream(source)?);
        let found = state.streams.get(source).ok_or(INVALID_HANDLE)?;
        let (context, priority, attributes) = (found.context, found.priority, found.attributes.clone());
        let target = state.streams.get_mut(target).ok_or(INVALID_HANDLE)?;
        if target.context != context {
            return Err(INVALID_VALUE);
        }
        (target.priority, target.attributes) = (priority, attributes);
        Ok(())
    }
}

//! Conditional nodes: graphs inside of a graph that run, or run again, by a value that kernels set.
//!
//! The value is behind a *conditional handle*, a number that clients pass to their kernels. A node's bodies are graphs; when its
//! turn comes, it runs their work itself, one piece after the other in an order that their edges allow.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};

use cuda_sys::CUresult;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::Out;
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::{Fault, Work};
use crate::order::Act;
use crate::state::{State, lock};
use crate::sys::{CUDA_CONDITIONAL_NODE_PARAMS, CUgraph, CUgraphConditionalNodeType as Kind};

/// `CU_GRAPH_COND_ASSIGN_DEFAULT`: the value is set when the graph is launched.
const ASSIGN_DEFAULT: u32 = 1;

/// A value that decides, shared by all that name it.
pub(crate) type Value = Arc<AtomicU32>;

/// The values by handle, for running kernels. Conditions and nodes keep them alive.
static VALUES: RwLock<BTreeMap<u64, Weak<AtomicU32>>> = RwLock::new(BTreeMap::new());

/// Sets a value on behalf of a kernel; a number that is no handle is an error of the kernel's.
pub(crate) fn set(handle: u64, value: u32) -> bool {
    let values = VALUES.read().unwrap_or_else(PoisonError::into_inner);
    let found = values.get(&handle).and_then(Weak::upgrade);
    found.map(|found| found.store(value, Ordering::SeqCst)).is_some()
}

/// A conditional handle.
#[derive(Debug)]
pub(crate) struct Condition {
    graph: Handle,
    context: Handle,
    value: Value,
    /// What it is when the graph is launched.
    default: Option<u32>,
    /// A node has it already.
    used: bool,
}

/// A node that chooses.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) handle: u64,
    kind: Kind,
    pub(crate) bodies: Vec<Handle>,
    value: Value,
    /// What each body does, once the graph can be launched.
    works: Vec<Vec<Work>>,
}

impl Choice {
    /// Runs the bodies that the value asks for.
    pub(crate) fn run(&self, act: Option<&Arc<Act>>) -> Result<(), Fault> {
        let body = |index: usize| -> Result<(), Fault> {
            let works = self.works.get(index).map(Vec::as_slice).unwrap_or_default();
            works.iter().try_for_each(|work| work.clone().run(act, None))
        };
        let value = || self.value.load(Ordering::SeqCst);
        match self.kind {
            Kind::CU_GRAPH_COND_TYPE_IF => body(usize::from(value() == 0)),
            Kind::CU_GRAPH_COND_TYPE_WHILE => {
                while value() != 0 {
                    body(0)?;
                }
                Ok(())
            }
            _ => body(value() as usize),
        }
    }

    /// Says what the client said, with the place of the list of bodies.
    pub(crate) fn describe(&self, bodies: *mut CUgraph) -> CUDA_CONDITIONAL_NODE_PARAMS {
        CUDA_CONDITIONAL_NODE_PARAMS {
            handle: self.handle,
            type_: self.kind,
            size: self.bodies.len() as u32,
            phGraph_out: bodies,
            ctx: std::ptr::null_mut(),
        }
    }

    /// The same with the works of its bodies.
    pub(crate) fn with_works(&self, works: Vec<Vec<Work>>) -> Choice {
        let Choice { handle, kind, bodies, value, .. } = self;
        Choice { handle: *handle, kind: *kind, bodies: bodies.clone(), value: value.clone(), works }
    }
}

impl State {
    /// Makes the task of a conditional node, with its empty bodies.
    pub(crate) fn conditional(
        &mut self,
        graph: Handle,
        given: &CUDA_CONDITIONAL_NODE_PARAMS,
    ) -> Answer<Task> {
        let fits = match given.type_ {
            Kind::CU_GRAPH_COND_TYPE_IF => matches!(given.size, 1 | 2),
            Kind::CU_GRAPH_COND_TYPE_WHILE => given.size == 1,
            Kind::CU_GRAPH_COND_TYPE_SWITCH => given.size > 0,
            _ => false,
        };
        let condition = self.conditions.get(&given.handle).ok_or(INVALID_VALUE)?;
        if !fits || given.size > 1 << 16 || condition.used || condition.graph != self.root_of(graph) {
            return Err(INVALID_VALUE);
        }
        if !given.ctx.is_null() && condition.context != Handle(given.ctx as u64) {
            return Err(INVALID_VALUE);
        }
        let value = condition.value.clone();
        let bodies: Vec<Handle> = (0..given.size).map(|_| self.new_graph(true)).collect();
        for &body in &bodies {
            if let Some(body) = self.graphs.get_mut(body) {
                body.parent = Some(graph);
            }
        }
        if let Some(condition) = self.conditions.get_mut(&given.handle) {
            condition.used = true;
        }
        let choice = Choice { handle: given.handle, kind: given.type_, bodies, value, works: Vec::new() };
        Ok(Task::Choose(Arc::new(choice)))
    }

    /// The graph that all others around it are bodies in.
    fn root_of(&self, graph: Handle) -> Handle {
        let parent = |graph: &Handle| self.graphs.get(*graph).and_then(|graph| graph.parent);
        std::iter::successors(Some(graph), parent).last().unwrap_or(graph)
    }

    /// Returns what a body does, piece by piece.
    ///
    /// # Errors
    /// `NOT_SUPPORTED` if there are nodes in it of kinds that a body cannot have.
    pub(crate) fn works_of_body(&mut self, body: Handle) -> Answer<Vec<Work>> {
        let mut works = Vec::new();
        for step in self.ordered(body)? {
            match step.task {
                Task::Empty | Task::Child(_) => {}
                Task::Do(work @ (Work::Launch(_) | Work::Copy(_) | Work::Fill(_)), _) => works.push(work),
                Task::Choose(choice) => works.push(Work::Choose(choice)),
                _ => return Err(NOT_SUPPORTED),
            }
        }
        Ok(works)
    }

    /// The values that the launch of a graph sets, by its steps.
    pub(crate) fn defaults_of(&self, graph: Handle) -> Vec<(Value, u32)> {
        let of_graph = self.conditions.values().filter(|condition| condition.graph == graph);
        of_graph.filter_map(|condition| Some((condition.value.clone(), condition.default?))).collect()
    }

    /// Ends the handles of a graph that is gone.
    pub(crate) fn drop_conditions(&mut self, graph: Handle) {
        self.conditions.retain(|_, condition| condition.graph != graph);
        let mut values = VALUES.write().unwrap_or_else(PoisonError::into_inner);
        values.retain(|_, value| value.strong_count() > 0);
    }
}

impl Sim {
    /// The handle is good for one node of this graph, or of a body in it.
    pub(crate) fn cuGraphConditionalHandleCreate(
        handle: Out<u64>,
        graph: Handle,
        context: Handle,
        default: u32,
        flags: u32,
    ) -> Answer {
        let out = handle.required()?;
        if flags & !ASSIGN_DEFAULT != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        state.graph(graph)?;
        let context = if context.is_null() { state.current()? } else { context };
        state.check_context(context).map_err(|_| CUresult::CUDA_ERROR_INVALID_CONTEXT)?;
        let (number, value) = (state.next_id(), Value::default());
        let mut values = VALUES.write().unwrap_or_else(PoisonError::into_inner);
        values.insert(number, Arc::downgrade(&value));
        let condition = Condition {
            graph,
            context,
            value,
            default: (flags == ASSIGN_DEFAULT).then_some(default),
            used: false,
        };
        state.conditions.insert(number, condition);
        out.put(number);
        Ok(())
    }
}

//! [`CpuContext`] and how one is made.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use context_core::{Context, Core, Determinism, DeviceState, MathMode, MemoryOptions, Result};

use crate::{CpuBackend, CpuSet, Node, StreamKind, StreamOptions};

/// A context on the host's processors.
///
/// All contexts share one memory pool, so that any of them can use another's buffers, unless one is built with a memory
/// limit of its own, or on a NUMA node: each node has a pool.
#[derive(Debug)]
pub struct CpuContext {
    core: Core<CpuBackend>,
}

type State = DeviceState<CpuBackend>;

/// The pools that contexts share, of each NUMA node and of the whole host, for as long as a context or buffer of them lives.
static SHARED: Mutex<BTreeMap<Option<u32>, Weak<State>>> = Mutex::new(BTreeMap::new());

fn shared_state(node: Option<Node>) -> Arc<State> {
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    let kept = shared.entry(node.map(|node| node.number())).or_default();
    kept.upgrade().unwrap_or_else(|| {
        let state = DeviceState::new(CpuBackend::new(node), default_memory());
        *kept = Arc::downgrade(&state);
        state
    })
}

/// In debug builds new buffers are filled with junk: a program that relies on what it finds there shall not pass its tests.
fn default_memory() -> MemoryOptions {
    let junk = cfg!(debug_assertions).then_some(0xCB);
    MemoryOptions { junk, ..MemoryOptions::default() }
}

impl CpuContext {
    /// Makes a context that runs operations in the calling thread, with random seed 0.
    ///
    /// # Errors
    /// None today; the signature is the same on every device.
    pub fn new() -> Result<CpuContext> {
        CpuContext::builder().build()
    }

    /// Starts choosing what a context is like.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Context for CpuContext {
    type Backend = CpuBackend;

    fn core(&self) -> &Core<CpuBackend> {
        &self.core
    }

    fn with_core(&self, core: Core<CpuBackend>) -> CpuContext {
        CpuContext { core }
    }
}

/// What a [`CpuContext`] is to be like.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "nothing is made before `build`"]
pub struct Builder {
    node: Option<Node>,
    options: StreamOptions,
    seed: u64,
    label: &'static str,
    determinism: Determinism,
    math_mode: MathMode,
    memory: Option<MemoryOptions>,
}

impl Builder {
    /// Chooses which thread runs operations; the calling one if this is not called.
    pub fn stream(self, kind: StreamKind) -> Builder {
        Builder { options: StreamOptions { kind, ..self.options }, ..self }
    }

    /// Chooses how many threads work together on a large operation, the stream's included; one a CPU if this is not called. Results do not
    /// depend on it, but for the last bits of matrix products.
    pub fn threads(self, threads: usize) -> Builder {
        Builder { options: StreamOptions { threads, ..self.options }, ..self }
    }

    /// Chooses a NUMA node: memory is of that node as long as it has some, from a pool that the node's contexts share, and the
    /// stream's threads stay on the node's CPUs unless [`cpus`](Builder::cpus) says otherwise. Where the system does not let
    /// memory be placed, it is touched first by a thread on those CPUs.
    #[doc(alias = "mbind")]
    pub fn node(self, node: Node) -> Builder {
        Builder { node: Some(node), ..self }
    }

    /// Keeps the stream's threads on these CPUs. The thread of an inline stream is the caller's, which can
    /// [`pin`](CpuSet::pin) itself.
    pub fn cpus(self, cpus: CpuSet) -> Builder {
        Builder { options: StreamOptions { cpus: Some(cpus), ..self.options }, ..self }
    }

    /// Seeds the random numbers; 0 if this is not called.
    pub fn seed(self, seed: u64) -> Builder {
        Builder { seed, ..self }
    }

    /// Names the context and its forks, for people who read messages.
    pub fn label(self, label: &'static str) -> Builder {
        Builder { label, ..self }
    }

    /// Chooses whether the same operations give the same bits each time; they do if this is not called.
    pub fn determinism(self, determinism: Determinism) -> Builder {
        Builder { determinism, ..self }
    }

    /// Chooses which arithmetic libraries may form products with, as for any context. The CPU always computes in the elements' own type.
    pub fn math_mode(self, math_mode: MathMode) -> Builder {
        Builder { math_mode, ..self }
    }

    /// Bounds the memory of this context and its forks, in bytes, and gives them a pool of their own.
    pub fn memory_limit(self, bytes: usize) -> Builder {
        let memory = self.memory.unwrap_or_else(default_memory);
        self.memory(MemoryOptions { limit: Some(bytes), ..memory })
    }

    /// Chooses what the memory pool of this context and its forks is like, which is then a pool of their own.
    pub fn memory(self, options: MemoryOptions) -> Builder {
        Builder { memory: Some(options), ..self }
    }

    /// Makes the context.
    ///
    /// # Errors
    /// [`Error::Thread`](context_core::Error::Thread) if a worker could not be started.
    pub fn build(self) -> Result<CpuContext> {
        let state = match self.memory {
            None => shared_state(self.node),
            Some(options) => DeviceState::new(CpuBackend::new(self.node), options),
        };
        let of_node = self.node.map(|node| node.cpus()).filter(|cpus| !cpus.is_empty());
        let options = StreamOptions { cpus: self.options.cpus.or(of_node), ..self.options };
        Ok(CpuContext {
            core: Core::new(&state, options, self.seed)?
                .with_label(self.label)
                .with_determinism(self.determinism)
                .with_math_mode(self.math_mode),
        })
    }
}

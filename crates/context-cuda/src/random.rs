//! Random numbers from our own kernel, bit for bit those of the host.

#![allow(unsafe_code)]

use std::sync::Arc;

use context_core::{
    Result,
    cuda::{Context, Function, Graph, GraphNode, LaunchShape, Stream},
    kernel::CudaSource,
    random::{Draw, Philox},
};

use crate::functions::{Functions, OwnFunction};

const SOURCE: CudaSource =
    CudaSource { text: include_str!("kernels/philox.ptx"), file: "context-cuda/src/kernels/philox.ptx" };

/// Threads in a block.
const BLOCK: u32 = 256;

/// The kernels.
#[derive(Debug)]
pub(crate) struct Random {
    words: OwnFunction,
    uniform: OwnFunction,
    normal: OwnFunction,
}

/// What is drawn, and where to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Drawn {
    pub(crate) target: u64,
    /// How many words or floats.
    pub(crate) count: usize,
    pub(crate) generator: Philox,
    pub(crate) draw: Draw,
}

impl Default for Random {
    fn default() -> Random {
        let kernel = |name| OwnFunction::new(SOURCE, name);
        Random {
            words: kernel("philox_words"),
            uniform: kernel("philox_uniform"),
            normal: kernel("philox_normal"),
        }
    }
}

impl Random {
    /// Writes `count` words or floats from the generator's position on.
    ///
    /// # Safety
    /// `target` is device memory for `count` words or floats until the work has run.
    pub(crate) unsafe fn draw(
        &self,
        functions: &Functions,
        context: &Arc<Context>,
        stream: &Stream,
        drawn: &Drawn,
    ) -> Result<()> {
        self.with_launch(functions, context, drawn, |function, shape, parameters| {
            // SAFETY: these are the kernel's parameters by number and size; it writes `target[0..count]` only, for which the
            // caller vouches.
            unsafe { stream.launch(function, shape, parameters) }
        })
    }

    /// Gives a launch in a graph what it is to draw from now on.
    ///
    /// # Safety
    /// `node` is a draw of the graph, and `target` as for [`draw`](Random::draw) at each replay.
    pub(crate) unsafe fn redraw(
        &self,
        functions: &Functions,
        graph: &mut Graph,
        node: GraphNode,
        drawn: &Drawn,
    ) -> Result<()> {
        let context = graph.context().clone();
        self.with_launch(functions, &context, drawn, |function, shape, parameters| {
            // SAFETY: as above.
            unsafe { graph.set_launch(node, function, shape, parameters) }
        })
    }

    /// Calls `give` with the function and its parameters.
    fn with_launch(
        &self,
        functions: &Functions,
        context: &Arc<Context>,
        drawn: &Drawn,
        give: impl FnOnce(&Function, LaunchShape, &[*const u8]) -> context_core::cuda::Result<()>,
    ) -> Result<()> {
        let Drawn { target, count, generator, draw } = drawn;
        let (kernel, low, high) = match *draw {
            Draw::Words => (&self.words, 0.0, 0.0),
            Draw::Uniform(low, high) => (&self.uniform, low, high),
            Draw::Normal(mean, deviation) => (&self.normal, mean, deviation),
        };
        let function = kernel.get(functions, context)?;
        let (count, position, seed) = (*count as u64, generator.position(), generator.seed());
        let (seed_low, seed_high, fork) = (seed as u32, (seed >> 32) as u32, generator.fork());
        let quads = (position % 4 + count).div_ceil(4) as usize;
        let Some(shape) = LaunchShape::covering(function, [quads, 1, 1], [BLOCK, 1, 1])? else {
            return Ok(());
        };
        let parameters = [
            std::ptr::from_ref(target).cast(),
            (&raw const count).cast(),
            (&raw const position).cast(),
            (&raw const seed_low).cast(),
            (&raw const seed_high).cast(),
            (&raw const fork).cast(),
            (&raw const low).cast(),
            (&raw const high).cast(),
        ];
        Ok(give(function, shape, &parameters)?)
    }
}

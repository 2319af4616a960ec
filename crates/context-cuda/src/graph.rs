//! Graphs: the driver's, with the draws in them, which each replay makes with other random numbers.

#![allow(unsafe_code)]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use context_core::{
    Result,
    cuda::{self, CaptureMode, Event, GraphNode},
    random::Philox,
};

use cuda_sys::CUresult;

use crate::{
    functions::Functions,
    random::{Drawn, Random},
    stream::CudaStream,
};

/// The draws of a capture, which all of its streams add to.
pub(crate) type Draws = Arc<Mutex<Vec<(GraphNode, Drawn)>>>;

/// Captured work of a CUDA device.
#[derive(Debug)]
pub struct CudaGraph {
    graph: cuda::Graph,
    draws: Vec<(GraphNode, Drawn)>,
}

impl CudaGraph {
    /// Returns the driver's graph.
    pub fn as_graph(&self) -> &cuda::Graph {
        &self.graph
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl CudaStream {
    /// Starts to capture.
    pub(crate) fn begin_capture(&self) -> Result<()> {
        // Relaxed: what this crate does while it captures, allocating above all, waits for no work that is captured.
        self.raw.begin_capture(CaptureMode::Relaxed)?;
        *lock(&self.capture) = Some(Draws::default());
        Ok(())
    }

    /// Lets `branch` take part.
    pub(crate) fn join_capture(&self, branch: &CudaStream) -> Result<()> {
        branch.come_after(self)?;
        let draws = lock(&self.capture).clone();
        *lock(&branch.capture) = draws;
        Ok(())
    }

    fn come_after(&self, other: &CudaStream) -> Result<()> {
        let event = Event::new(self.raw.context())?;
        event.record(&other.raw)?;
        Ok(self.raw.wait(&event)?)
    }

    /// Returns the draws of the capture that this stream takes part in.
    pub(crate) fn captured_draws(&self) -> Option<Draws> {
        lock(&self.capture).clone()
    }

    /// Remembers the draw that was captured last.
    pub(crate) fn note_draw(&self, draws: &Draws, drawn: Drawn) -> Result<()> {
        if let Some(node) = self.raw.captured_node()? {
            lock(draws).push((node, drawn));
        }
        Ok(())
    }
}

/// Ends the capture of `streams`, the first of which began it, in any case.
fn end(streams: &[&CudaStream], wanted: bool) -> Result<Option<(cuda::GraphTemplate, Draws)>> {
    let [origin, branches @ ..] = streams else { return Ok(None) };
    let joined = match wanted {
        true => branches.iter().try_for_each(|branch| origin.come_after(branch)),
        false => Ok(()),
    };
    let template = origin.raw.end_capture();
    if template.as_ref().is_err_and(|error| !has_ended(error)) {
        // What became of the capture is not known: these streams are used for nothing else.
        streams.iter().for_each(|stream| stream.retire());
    }
    let draws = lock(&origin.capture).take().unwrap_or_default();
    branches.iter().for_each(|branch| drop(lock(&branch.capture).take()));
    joined?;
    Ok(Some((template?, draws)))
}

/// Tells whether a capture has ended with this error, as it does where it was spoiled or its streams were not joined.
fn has_ended(error: &cuda::Error) -> bool {
    matches!(
        error.code(),
        Some(CUresult::CUDA_ERROR_STREAM_CAPTURE_UNJOINED | CUresult::CUDA_ERROR_STREAM_CAPTURE_INVALIDATED)
    )
}

/// Ends a capture, and puts what was captured into `graph`.
pub(crate) fn end_capture(streams: &[&CudaStream], graph: &mut Option<CudaGraph>) -> Result<()> {
    let Some((template, draws)) = end(streams, true)? else { return Ok(()) };
    let draws = std::mem::take(&mut *lock(&draws));
    if let Some(graph) = graph
        // The nodes of a graph keep the names that they had first, so that draws are only known in one that is made anew.
        && graph.draws.is_empty()
        && draws.is_empty()
        // SAFETY: the caller, `Context::recapture`, keeps what the new work touches with the graph.
        && unsafe { graph.graph.update(&template) }?
    {
        return Ok(());
    }
    *graph = Some(CudaGraph { graph: template.instantiate(())?, draws });
    Ok(())
}

/// Ends a capture whose work nobody wants.
pub(crate) fn abandon_capture(streams: &[&CudaStream]) {
    // That its streams were not joined, or what spoiled it, is no news.
    let _ = end(streams, false);
}

/// Gives captured work to a stream.
///
/// # Safety
/// As for `Backend::replay`.
pub(crate) unsafe fn replay(
    stream: &CudaStream,
    graph: &mut CudaGraph,
    functions: &Functions,
    random: &Random,
    moved: &dyn Fn(&Philox) -> Philox,
) -> Result<()> {
    for (node, drawn) in &graph.draws {
        let drawn = Drawn { generator: moved(&drawn.generator), ..*drawn };
        // SAFETY: the node was captured as this draw, into memory for which the caller vouches.
        unsafe { random.redraw(functions, &mut graph.graph, *node, &drawn) }?;
    }
    // SAFETY: the caller vouches for what the work touches, and for its order.
    Ok(unsafe { graph.graph.launch(&stream.raw) }?)
}

//! Graphs: work that was captured once and is replayed with one call.

#![allow(unsafe_code)]

use std::{any::Any, fmt, sync::Arc};

use cuda_sys::driver::{CUgraph, CUgraphExec, CUstreamCaptureMode};

use super::{Context, Result, Stream, call, report::report};

/// Captured work, ready to be replayed. It owns what its work touches.
pub struct Graph {
    raw: CUgraphExec,
    context: Arc<Context>,
    // Last: what the work touches goes after the graph.
    #[allow(dead_code, reason = "kept for its drop")]
    owned: Box<dyn Any + Send + Sync>,
}

// SAFETY: a graph's handle may be used from any thread, by one at a time, which `&mut` of `launch` sees to.
unsafe impl Send for Graph {}
// SAFETY: a shared reference gives out the handle only.
unsafe impl Sync for Graph {}

/// Ends a capture that was begun, whatever happens.
struct Capturing<'a>(Option<&'a Stream>);

impl Capturing<'_> {
    fn end(mut self) -> Result<CUgraph> {
        self.0.take().map_or(Ok(std::ptr::null_mut()), end)
    }
}

fn end(stream: &Stream) -> Result<CUgraph> {
    let context = stream.context();
    context.bind_in_scope()?;
    let mut graph = std::ptr::null_mut();
    // SAFETY: the stream is live (Stream 1); `graph` outlives the call.
    unsafe { call!(context, cuStreamEndCapture(stream.as_raw(), &mut graph)) }?;
    Ok(graph)
}

fn destroy(context: &Context, graph: CUgraph) -> Result<()> {
    if graph.is_null() {
        return Ok(());
    }
    // SAFETY: the caller made it and has no other copy.
    context.release(|| unsafe { call!(context, cuGraphDestroy(graph)) })
}

impl Drop for Capturing<'_> {
    fn drop(&mut self) {
        // Abandoned, by an error or a panic of the work: the stream must not stay in capture. The capture's own error is no news.
        if let Some(stream) = self.0.take()
            && let Ok(graph) = end(stream)
        {
            report("destroying an abandoned capture", destroy(stream.context(), graph));
        }
    }
}

impl Stream {
    /// Captures what `work` gives to this stream, and to those that it makes wait for it, in place of running it. `work` returns what
    /// the graph is to own. If it fails, or panics, the capture is undone.
    ///
    /// # Errors
    /// That of `work`; [`Error::Call`](super::Error::Call), for example if `work` did what cannot be captured.
    #[doc(alias = "cuStreamBeginCapture")]
    #[doc(alias = "cuGraphInstantiate")]
    pub fn capture<T: Any + Send + Sync>(&self, work: impl FnOnce() -> Result<T>) -> Result<Graph> {
        let context = self.context();
        context.bind_in_scope()?;
        let mode = CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
        // SAFETY: the stream is live (Stream 1).
        unsafe { call!(context, cuStreamBeginCapture_v2(self.as_raw(), mode)) }?;
        let capturing = Capturing(Some(self));
        let owned: Box<dyn Any + Send + Sync> = Box::new(work()?);
        let graph = capturing.end()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the graph was just made; `raw` outlives the call; no flags.
        let made = unsafe { call!(context, cuGraphInstantiateWithFlags(&mut raw, graph, 0)) };
        let destroyed = destroy(context, graph);
        made.map_err(|error| error.doing(|| "making a captured graph executable".to_owned()))?;
        let graph = Graph { raw, context: context.clone(), owned };
        destroyed?;
        Ok(graph)
    }
}

impl Graph {
    /// Replays the work, in the order of `stream`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// - What the captured work touches is live until the replay has run: what the graph owns is, as long as the graph is.
    /// - Other work that touches the same memory is ordered with this stream.
    #[doc(alias = "cuGraphLaunch")]
    pub unsafe fn launch(&mut self, stream: &Stream) -> Result<()> {
        self.context.bind_in_scope()?;
        // SAFETY: both handles are live (Stream 1); the caller vouches for the work.
        unsafe { call!(&self.context, cuGraphLaunch(self.raw, stream.as_raw())) }
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUgraphExec {
        self.raw
    }

    /// Destroys the graph, and returns the failure that `Drop` could only report. A replay under way runs to its end, and what the
    /// graph owned must live until then.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuGraphExecDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.release()
    }

    fn release(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made in `capture`, destroyed once: `raw` is null from now on.
        self.context.release(|| unsafe { call!(&self.context, cuGraphExecDestroy(raw)) })
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "graph {:p} of {:?}", self.raw, self.context.device())
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        let released = self.release();
        report("destroying a graph", released);
    }
}

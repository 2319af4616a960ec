//! Graphs: work that was captured once and is replayed with one call.

#![allow(unsafe_code)]

use std::{any::Any, fmt, sync::Arc};

use cuda_sys::{
    CUresult,
    driver::{
        CUDA_KERNEL_NODE_PARAMS_v1, CUDA_KERNEL_NODE_PARAMS_v2, CUgraph, CUgraphExec,
        CUgraphExecUpdateResult, CUgraphExecUpdateResultInfo, CUgraphNode, CUstreamCaptureMode,
        CUstreamCaptureStatus,
    },
};

use super::{Context, Function, LaunchShape, Result, Stream, call, report::report};

/// Which calls of other threads, and of this one, a capture forbids while it lasts: those that could wait for its work, such as
/// allocating memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaptureMode {
    /// Those of any thread.
    Global,
    /// Those of the thread that began it.
    ThreadLocal,
    /// None: whoever captures knows what they do.
    Relaxed,
}

/// Captured work as the driver's nodes and edges, which cannot be run yet.
pub struct GraphTemplate {
    raw: CUgraph,
    context: Arc<Context>,
}

// SAFETY: a graph's handle may be used from any thread, by one at a time (driver API, "Graph Management"); it is given out only.
unsafe impl Send for GraphTemplate {}
// SAFETY: a shared reference gives out the handle only.
unsafe impl Sync for GraphTemplate {}

/// Captured work, ready to be replayed. It owns what its work touches.
pub struct Graph {
    raw: CUgraphExec,
    /// The nodes that it was made of, by which its own are named.
    template: GraphTemplate,
    // Last: what the work touches goes after the graph.
    owned: Box<dyn Any + Send + Sync>,
}

// SAFETY: a graph's handle may be used from any thread, by one at a time, which `&mut` of `launch` sees to.
unsafe impl Send for Graph {}
// SAFETY: a shared reference gives out the handle only.
unsafe impl Sync for Graph {}

/// One node of captured work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GraphNode(CUgraphNode);

// SAFETY: it is a name; what is done with it asks for the graph.
unsafe impl Send for GraphNode {}
// SAFETY: as above.
unsafe impl Sync for GraphNode {}

impl GraphNode {
    /// Names a node by the driver's handle. Whoever uses it vouches for what it names.
    pub fn from_raw(raw: CUgraphNode) -> GraphNode {
        GraphNode(raw)
    }

    /// Returns the driver's handle.
    pub fn as_raw(self) -> CUgraphNode {
        self.0
    }
}

/// Ends a capture that was begun, whatever happens.
struct Capturing<'a>(Option<&'a Stream>);

impl Drop for Capturing<'_> {
    fn drop(&mut self) {
        // Abandoned, by an error or a panic of the work: the stream must not stay in capture. The capture's own error is no news.
        if let Some(stream) = self.0.take() {
            drop(stream.end_capture());
        }
    }
}

impl Stream {
    /// Starts to capture what is given to this stream, and to those that it makes wait for it, in place of running it.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example if the stream is being captured.
    #[doc(alias = "cuStreamBeginCapture")]
    pub fn begin_capture(&self, mode: CaptureMode) -> Result<()> {
        let context = self.context();
        context.bind_in_scope()?;
        let mode = match mode {
            CaptureMode::Global => CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL,
            CaptureMode::ThreadLocal => CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_THREAD_LOCAL,
            CaptureMode::Relaxed => CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED,
        };
        // SAFETY: the stream is live (Stream 1).
        unsafe { call!(context, cuStreamBeginCapture_v2(self.as_raw(), mode)) }
    }

    /// Ends the capture that was begun on this stream, and returns what was captured. It ends also if this is an error.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example if something was done that cannot be captured, or if a stream that takes part was not
    /// waited for.
    #[doc(alias = "cuStreamEndCapture")]
    pub fn end_capture(&self) -> Result<GraphTemplate> {
        let context = self.context();
        context.bind_in_scope()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the stream is live (Stream 1); `raw` outlives the call.
        unsafe { call!(context, cuStreamEndCapture(self.as_raw(), &mut raw)) }
            .map_err(|error| error.doing(|| "ending a capture".to_owned()))?;
        Ok(GraphTemplate { raw, context: context.clone() })
    }

    /// Returns the node that the next captured work of this stream will come after; none if there is no such node, or several.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example if the capture was spoiled.
    #[doc(alias = "cuStreamGetCaptureInfo")]
    pub fn captured_node(&self) -> Result<Option<GraphNode>> {
        let context = self.context();
        context.bind_in_scope()?;
        let mut status = CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE;
        let (mut nodes, mut count) = (std::ptr::null(), 0_usize);
        let (no_id, no_graph) = (std::ptr::null_mut(), std::ptr::null_mut());
        let stream = self.as_raw();
        // SAFETY: the stream is live (Stream 1); what is not wanted may be null, the rest outlives the call.
        unsafe {
            if context.driver().has("cuStreamGetCaptureInfo_v3") {
                let mut edges = std::ptr::null();
                call!(
                    context,
                    cuStreamGetCaptureInfo_v3(
                        stream,
                        &mut status,
                        no_id,
                        no_graph,
                        &mut nodes,
                        &mut edges,
                        &mut count
                    )
                )
            } else {
                call!(
                    context,
                    cuStreamGetCaptureInfo_v2(stream, &mut status, no_id, no_graph, &mut nodes, &mut count)
                )
            }
        }?;
        if status != CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_ACTIVE || count != 1 || nodes.is_null() {
            return Ok(None);
        }
        // SAFETY: the driver has put one node there, which stays until the next call for this stream.
        Ok(Some(GraphNode(unsafe { *nodes })))
    }

    /// Captures what `work` gives to this stream, and to those that it makes wait for it, in place of running it. `work` returns what
    /// the graph is to own. If it fails, or panics, the capture is undone.
    ///
    /// # Errors
    /// That of `work`; [`Error::Call`](super::Error::Call), for example if `work` did what cannot be captured.
    #[doc(alias = "cuStreamBeginCapture")]
    #[doc(alias = "cuGraphInstantiate")]
    pub fn capture<T: Any + Send + Sync>(&self, work: impl FnOnce() -> Result<T>) -> Result<Graph> {
        self.begin_capture(CaptureMode::ThreadLocal)?;
        let mut capturing = Capturing(Some(self));
        let owned = work()?;
        capturing.0 = None;
        self.end_capture()?.instantiate(owned)
    }
}

impl GraphTemplate {
    /// Takes ownership of a graph.
    ///
    /// # Safety
    /// - `raw` is a graph whose work is for `context`, and nothing else will destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, raw: CUgraph) -> GraphTemplate {
        GraphTemplate { raw, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the graph, with `cuGraphDestroy` or [`from_raw`](GraphTemplate::from_raw).
    pub fn into_raw(mut self) -> CUgraph {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the driver's handle.
    pub fn as_raw(&self) -> CUgraph {
        self.raw
    }

    /// Makes a graph that can be replayed, and that owns `owned`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuGraphInstantiate")]
    pub fn instantiate(self, owned: impl Any + Send + Sync) -> Result<Graph> {
        self.context.bind_in_scope()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the graph is live until Drop (Graph 1); `raw` outlives the call; no flags.
        unsafe { call!(&self.context, cuGraphInstantiateWithFlags(&mut raw, self.raw, 0)) }
            .map_err(|error| error.doing(|| "making a captured graph executable".to_owned()))?;
        Ok(Graph { raw, template: self, owned: Box::new(owned) })
    }

    /// Destroys the graph, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuGraphDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made by `end_capture` or given to `from_raw`, destroyed once: `raw` is null from now on.
        self.context.release(|| unsafe { call!(&self.context, cuGraphDestroy(raw)) })
    }
}

impl fmt::Debug for GraphTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "graph {:p} of {:?}, not executable", self.raw, self.context.device())
    }
}

impl Drop for GraphTemplate {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying a graph", destroyed);
    }
}

impl Graph {
    /// Takes ownership of a graph that can be replayed, and of what it was made of.
    ///
    /// # Safety
    /// - `raw` was made of `template`, and nothing else will destroy it.
    pub unsafe fn from_raw(
        template: GraphTemplate,
        raw: CUgraphExec,
        owned: impl Any + Send + Sync,
    ) -> Graph {
        Graph { raw, template, owned: Box::new(owned) }
    }

    /// Gives up ownership of both, and of what the work touches: the caller destroys the first with `cuGraphExecDestroy`.
    pub fn into_raw(mut self) -> (CUgraphExec, GraphTemplate, Box<dyn Any + Send + Sync>) {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        let nothing = GraphTemplate { raw: std::ptr::null_mut(), context: self.template.context.clone() };
        let owned = std::mem::replace(&mut self.owned, Box::new(()));
        (raw, std::mem::replace(&mut self.template, nothing), owned)
    }

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
        let context = &self.template.context;
        context.bind_in_scope()?;
        // SAFETY: both handles are live (Graph 1, Stream 1); the caller vouches for the work.
        unsafe { call!(context, cuGraphLaunch(self.raw, stream.as_raw())) }
    }

    /// Gives the nodes the parameters of those of `template`, whose work is captured alike; tells whether that could be done. Replays
    /// under way keep what they had.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), but for the two being too different.
    ///
    /// # Safety
    /// - As for [`launch`](Graph::launch), for the new work: what the graph owns stays what it was.
    #[doc(alias = "cuGraphExecUpdate")]
    pub unsafe fn update(&mut self, template: &GraphTemplate) -> Result<bool> {
        let context = &self.template.context;
        context.bind_in_scope()?;
        // SAFETY: both graphs are live while borrowed (Graph 1); what is put out outlives the call.
        let updated = unsafe {
            if context.driver().has("cuGraphExecUpdate_v2") {
                let mut outcome = CUgraphExecUpdateResultInfo {
                    result: CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_SUCCESS,
                    errorNode: std::ptr::null_mut(),
                    errorFromNode: std::ptr::null_mut(),
                };
                call!(context, cuGraphExecUpdate_v2(self.raw, template.raw, &mut outcome))
            } else {
                let mut node = std::ptr::null_mut();
                let mut outcome = CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_SUCCESS;
                call!(context, cuGraphExecUpdate(self.raw, template.raw, &mut node, &mut outcome))
            }
        };
        match updated {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives one launch of the graph another function, shape or parameters. Replays under way keep what they had.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example if the node is no launch of this graph.
    ///
    /// # Safety
    /// - As for [`Stream::launch`], at each replay.
    #[doc(alias = "cuGraphExecKernelNodeSetParams")]
    pub unsafe fn set_launch(
        &mut self,
        node: GraphNode,
        function: &Function,
        shape: LaunchShape,
        parameters: &[*const u8],
    ) -> Result<()> {
        let context = &self.template.context;
        context.bind_in_scope()?;
        let LaunchShape { grid, block, shared_bytes } = shape;
        // The driver takes the list as mutable and only reads it.
        let list = parameters.as_ptr().cast_mut().cast();
        // SAFETY: graph and function are live (Graph 1, Module 1); the caller vouches for the parameters, whose values the driver
        // copies before it returns.
        unsafe {
            if context.driver().has("cuGraphExecKernelNodeSetParams_v2") {
                let launch = CUDA_KERNEL_NODE_PARAMS_v2 {
                    func: function.as_raw(),
                    gridDimX: grid[0],
                    gridDimY: grid[1],
                    gridDimZ: grid[2],
                    blockDimX: block[0],
                    blockDimY: block[1],
                    blockDimZ: block[2],
                    sharedMemBytes: shared_bytes,
                    kernelParams: list,
                    extra: std::ptr::null_mut(),
                    kern: std::ptr::null_mut(),
                    ctx: std::ptr::null_mut(),
                };
                call!(context, cuGraphExecKernelNodeSetParams_v2(self.raw, node.0, &launch))
            } else {
                let launch = CUDA_KERNEL_NODE_PARAMS_v1 {
                    func: function.as_raw(),
                    gridDimX: grid[0],
                    gridDimY: grid[1],
                    gridDimZ: grid[2],
                    blockDimX: block[0],
                    blockDimY: block[1],
                    blockDimZ: block[2],
                    sharedMemBytes: shared_bytes,
                    kernelParams: list,
                    extra: std::ptr::null_mut(),
                };
                call!(context, cuGraphExecKernelNodeSetParams(self.raw, node.0, &launch))
            }
        }
        .map_err(|error| error.doing(|| format!("setting the parameters of {} in a graph", function.name())))
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.template.context
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
        let (executable, template) = (self.release(), self.template.destroy());
        executable.and(template)
    }

    fn release(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        let context = &self.template.context;
        // SAFETY: made in `instantiate` or given to `from_raw`, destroyed once: `raw` is null from now on.
        context.release(|| unsafe { call!(context, cuGraphExecDestroy(raw)) })
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "graph {:p} of {:?}", self.raw, self.template.context.device())
    }
}

impl Drop for Graph {
    fn drop(&mut self) {
        let released = self.release();
        report("destroying a graph", released);
    }
}

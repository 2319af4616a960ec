//! Capture: a stream's work made into a graph instead of being done.
//!
//! A capture begins in one stream, its origin, and spreads to others that wait for events recorded in it; before it ends, all of
//! them must have been joined to the origin again. What would need the captured work to be done, such as waiting for it, is
//! an error, and spoils the capture.

use std::collections::{BTreeMap, BTreeSet};

use cuda_sys::CUresult;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, In, Out};
use crate::graph::{Task, read_nodes};
use crate::handle::Handle;
use crate::state::{State, lock};
use crate::stream::Order;
use crate::sys::{CUgraphEdgeData, CUgraphNode, CUstreamCaptureMode, CUstreamCaptureStatus};
use crate::thread;

const UNSUPPORTED: CUresult = CUresult::CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
const INVALIDATED: CUresult = CUresult::CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
const IMPLICIT: CUresult = CUresult::CUDA_ERROR_STREAM_CAPTURE_IMPLICIT;

/// How careful a capture, or a thread, is with calls that could disturb a capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Mode {
    Global = 0,
    ThreadLocal = 1,
    Relaxed = 2,
}

impl Mode {
    fn read(mode: CUstreamCaptureMode) -> Answer<Mode> {
        Mode::from_number(mode.0).ok_or(INVALID_VALUE)
    }

    fn from_number(number: u32) -> Option<Mode> {
        [Mode::Global, Mode::ThreadLocal, Mode::Relaxed].into_iter().find(|&mode| mode as u32 == number)
    }
}

/// A capture in progress.
#[derive(Debug)]
pub(crate) struct Capture {
    graph: Handle,
    mode: Mode,
    origin: Handle,
    thread: u64,
    spoiled: bool,
    /// The streams that take part, with the nodes that their next one comes after.
    streams: BTreeMap<Handle, Vec<Handle>>,
    /// The last nodes of streams that were destroyed since.
    left: Vec<Handle>,
    /// The nodes that each call of `cuStreamGetCaptureInfo` gave the client a pointer to.
    shown: Vec<u64>,
}

impl State {
    /// Returns the number of the capture that `stream` takes part in.
    ///
    /// # Errors
    /// That the capture was spoiled; or, for the legacy stream, that it would have to wait for a capture, which spoils that.
    pub(crate) fn capture_of(&mut self, stream: Handle) -> Answer<Option<u64>> {
        let taking_part = self.captures.iter().find(|(_, capture)| capture.streams.contains_key(&stream));
        if let Some((&id, capture)) = taking_part {
            return if capture.spoiled { Err(INVALIDATED) } else { Ok(Some(id)) };
        }
        if self.captures.is_empty()
            || self.streams.get(stream).is_none_or(|stream| stream.order != Order::Legacy)
        {
            return Ok(None);
        }
        let context = self.streams.get(stream).map(|stream| stream.context);
        let blocking = |other: &Handle| {
            let other = self.streams.get(*other);
            other.is_some_and(|other| Some(other.context) == context && other.order == Order::Blocking)
        };
        let waited_for: Vec<u64> = self
            .captures
            .iter()
            .filter(|(_, capture)| capture.streams.keys().any(blocking))
            .map(|(&id, _)| id)
            .collect();
        if waited_for.is_empty() {
            return Ok(None);
        }
        waited_for.into_iter().for_each(|id| self.spoil(id));
        Err(IMPLICIT)
    }

    fn spoil(&mut self, id: u64) {
        if let Some(capture) = self.captures.get_mut(&id) {
            capture.spoiled = true;
        }
    }

    /// Ends captures of a stream that cannot be used any more.
    pub(crate) fn spoil_captures_of(&mut self, stream: Handle) {
        for capture in self.captures.values_mut().filter(|capture| capture.streams.contains_key(&stream)) {
            capture.spoiled = true;
        }
    }

    /// Refuses a call for several streams, if any of them is being captured.
    pub(crate) fn refuse_if_any_captures(&mut self, streams: &[Handle]) -> Answer {
        let mut found = false;
        for capture in self.captures.values_mut() {
            let captured = streams.iter().any(|stream| capture.streams.contains_key(stream));
            capture.spoiled |= captured;
            found |= captured;
        }
        if found { Err(UNSUPPORTED) } else { Ok(()) }
    }

    /// Refuses a call that asks how far `stream` has got, if it is being captured.
    pub(crate) fn refuse_if_captured(&mut self, stream: Handle) -> Answer {
        match self.capture_of(stream)? {
            Some(id) => {
                self.spoil(id);
                Err(UNSUPPORTED)
            }
            None => Ok(()),
        }
    }

    /// Refuses a call that waits for a whole context, if any of its streams is being captured.
    pub(crate) fn refuse_if_capturing(&mut self, context: Handle) -> Answer {
        let inside =
            |stream: &Handle| self.streams.get(*stream).is_some_and(|stream| stream.context == context);
        let found: Vec<u64> = self
            .captures
            .iter()
            .filter(|(_, capture)| capture.streams.keys().any(inside))
            .map(|(&id, _)| id)
            .collect();
        if found.is_empty() {
            return Ok(());
        }
        found.into_iter().for_each(|id| self.spoil(id));
        Err(UNSUPPORTED)
    }

    /// Refuses a call that may disturb a capture (such as an allocation, which may wait for the device), where the modes of
    /// the captures and of this thread forbid it.
    pub(crate) fn refuse_unsafe_call(&mut self) -> Answer {
        if self.captures.is_empty() {
            return Ok(());
        }
        let own = Mode::from_number(thread::capture_mode()).unwrap_or(Mode::Global);
        let this = thread::id();
        let forbids = |capture: &Capture| match own {
            Mode::Relaxed => false,
            Mode::ThreadLocal => capture.thread == this && capture.mode != Mode::Relaxed,
            Mode::Global => {
                capture.mode == Mode::Global || (capture.thread == this && capture.mode != Mode::Relaxed)
            }
        };
        let disturbed: Vec<u64> =
            self.captures.iter().filter(|(_, capture)| forbids(capture)).map(|(&id, _)| id).collect();
        if disturbed.is_empty() {
            return Ok(());
        }
        disturbed.into_iter().for_each(|id| self.spoil(id));
        Err(UNSUPPORTED)
    }

    /// Submits what `task` does to `stream`, or makes it a node if the stream is being captured.
    pub(crate) fn submit_or_capture(&mut self, stream: Handle, task: Task) -> Answer {
        let Some(id) = self.capture_of(stream)? else { return self.submit_task(stream, &task) };
        let capture = self.captures.get(&id).ok_or(UNKNOWN)?;
        let (graph, after) = (capture.graph, capture.streams.get(&stream).cloned().unwrap_or_default());
        let node = self.add_node(graph, after, task)?;
        if let Some(capture) = self.captures.get_mut(&id) {
            capture.streams.insert(stream, vec![node]);
        }
        Ok(())
    }

    /// Returns what an event stands for that is recorded in `stream` now, if that is being captured.
    pub(crate) fn captured_moment(&mut self, stream: Handle) -> Answer<Option<(u64, Vec<Handle>)>> {
        let Some(id) = self.capture_of(stream)? else { return Ok(None) };
        let after = self.captures.get(&id).and_then(|capture| capture.streams.get(&stream)).cloned();
        Ok(Some((id, after.unwrap_or_default())))
    }

    /// Lets `stream` come after what was captured before an event was recorded: so it joins that capture.
    pub(crate) fn join_capture(&mut self, stream: Handle, id: u64, nodes: &[Handle]) -> Answer {
        let own = self.capture_of(stream)?;
        let capture = self.captures.get_mut(&id).ok_or(INVALID_VALUE)?;
        if own.is_some_and(|own| own != id) {
            let own = own.unwrap_or_default();
            capture.spoiled = true;
            self.spoil(own);
            return Err(CUresult::CUDA_ERROR_STREAM_CAPTURE_MERGE);
        }
        if capture.spoiled {
            return Err(INVALIDATED);
        }
        if self.streams.get(stream).is_some_and(|stream| stream.order == Order::Legacy) {
            capture.spoiled = true;
            return Err(IMPLICIT);
        }
        let after = capture.streams.entry(stream).or_default();
        for &node in nodes {
            if !after.contains(&node) {
                after.push(node);
            }
        }
        Ok(())
    }

    /// Refuses to look at an event that stands for captured work, and spoils the capture.
    pub(crate) fn refuse_captured_event(&mut self, captured: Option<u64>) -> Answer {
        match captured {
            Some(id) => {
                self.spoil(id);
                Err(CUresult::CUDA_ERROR_CAPTURED_EVENT)
            }
            None => Ok(()),
        }
    }

    /// Whether a capture is adding to `graph`.
    pub(crate) fn is_being_captured(&self, graph: Handle) -> bool {
        self.captures.values().any(|capture| capture.graph == graph)
    }

    /// Ends what a destroyed stream had to do with captures.
    pub(crate) fn leave_captures(&mut self, stream: Handle) {
        for capture in self.captures.values_mut() {
            if let Some(ends) = capture.streams.remove(&stream) {
                capture.left.extend(ends);
            }
        }
        self.captures.retain(|_, capture| capture.origin != stream);
    }

    /// Returns the nodes that `ends` come after, themselves included.
    fn closure(&self, ends: &[Handle]) -> BTreeSet<Handle> {
        let (mut found, mut open) = (BTreeSet::new(), ends.to_vec());
        while let Some(node) = open.pop() {
            if found.insert(node) {
                open.extend(self.nodes.get(node).map(|node| node.after.clone()).unwrap_or_default());
            }
        }
        found
    }
}

fn begin(stream: Handle, mode: CUstreamCaptureMode, graph: Option<(Handle, Vec<Handle>)>) -> Answer {
    let mut state = lock();
    let stream = state.stream(stream)?;
    let mode = Mode::read(mode)?;
    if state.streams.get(stream).is_some_and(|stream| stream.order == Order::Legacy) {
        return Err(UNSUPPORTED);
    }
    if state.captures.values().any(|capture| capture.streams.contains_key(&stream)) {
        return Err(CUresult::CUDA_ERROR_ILLEGAL_STATE);
    }
    let (graph, after) = match graph {
        Some((graph, after)) => {
            let own = state.graph(graph)?.nodes.clone();
            if !after.iter().all(|node| own.contains(node)) {
                return Err(INVALID_VALUE);
            }
            (graph, after)
        }
        None => (state.new_graph(false), Vec::new()),
    };
    let id = state.next_id();
    let streams = BTreeMap::from([(stream, after)]);
    let thread = thread::id();
    let capture = Capture {
        graph,
        mode,
        origin: stream,
        thread,
        spoiled: false,
        streams,
        left: Vec::new(),
        shown: Vec::new(),
    };
    state.captures.insert(id, capture);
    Ok(())
}

/// What is known of a stream's capture.
struct Info {
    status: CUstreamCaptureStatus,
    id: u64,
    graph: Handle,
    /// Where the list of nodes is, and how long.
    nodes: (u64, usize),
}

fn info(stream: Handle) -> Answer<Info> {
    let mut state = lock();
    let stream = state.stream(stream)?;
    let found = state.captures.iter_mut().find(|(_, capture)| capture.streams.contains_key(&stream));
    let Some((&id, capture)) = found else {
        // The legacy stream cannot be captured, but may be held up by captures.
        state.capture_of(stream)?;
        let status = CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE;
        return Ok(Info { status, id: 0, graph: Handle(0), nodes: (0, 0) });
    };
    if capture.spoiled {
        let status = CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_INVALIDATED;
        return Ok(Info { status, id: 0, graph: Handle(0), nodes: (0, 0) });
    }
    let nodes = capture.streams.get(&stream).cloned().unwrap_or_default();
    // The client may read the list until the next call for this stream; it stays as long as the capture.
    capture.shown = nodes.iter().map(|node| node.0).collect();
    let status = CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_ACTIVE;
    Ok(Info { status, id, graph: capture.graph, nodes: (capture.shown.as_ptr() as u64, nodes.len()) })
}

fn update_dependencies(stream: Handle, nodes: Vec<Handle>, flags: u32) -> Answer {
    if flags > 1 {
        return Err(INVALID_VALUE);
    }
    let mut state = lock();
    let stream = state.stream(stream)?;
    let id = state.capture_of(stream)?.ok_or(CUresult::CUDA_ERROR_ILLEGAL_STATE)?;
    let graph = state.captures.get(&id).map(|capture| capture.graph).ok_or(UNKNOWN)?;
    let own = state.graph(graph)?.nodes.clone();
    if !nodes.iter().all(|node| own.contains(node)) {
        return Err(INVALID_VALUE);
    }
    let capture = state.captures.get_mut(&id).ok_or(UNKNOWN)?;
    let after = capture.streams.entry(stream).or_default();
    if flags == 1 {
        after.clear();
    }
    for node in nodes {
        if !after.contains(&node) {
            after.push(node);
        }
    }
    Ok(())
}

impl Sim {
    pub(crate) fn cuStreamBeginCapture_v2(stream: Handle, mode: CUstreamCaptureMode) -> Answer {
        begin(stream, mode, None)
    }

    pub(crate) fn cuStreamBeginCapture(stream: Handle) -> Answer {
        begin(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL, None)
    }

    pub(crate) fn cuStreamBeginCaptureToGraph(
        stream: Handle,
        graph: Handle,
        nodes: In<CUgraphNode>,
        _data: In<CUgraphEdgeData>,
        count: usize,
        mode: CUstreamCaptureMode,
    ) -> Answer {
        let mut state = lock();
        state.stream(stream)?;
        state.graph(graph)?;
        drop(state);
        begin(stream, mode, Some((graph, read_nodes(nodes, count)?)))
    }

    /// The capture ends in any case but a wrong stream or thread; the graph is null if there was an error.
    pub(crate) fn cuStreamEndCapture(stream: Handle, graph: HandleOut) -> Answer {
        let out = graph.required()?;
        let mut state = lock();
        let stream = state.stream(stream)?;
        let found = state.captures.iter().find(|(_, capture)| capture.streams.contains_key(&stream));
        let (&id, capture) = found.ok_or(CUresult::CUDA_ERROR_ILLEGAL_STATE)?;
        if capture.origin != stream {
            return Err(CUresult::CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
        }
        if capture.mode != Mode::Relaxed && capture.thread != thread::id() {
            return Err(CUresult::CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
        }
        out.put(Handle(0));
        let capture = state.captures.remove(&id).ok_or(UNKNOWN)?;
        if capture.spoiled {
            return Err(INVALIDATED);
        }
        let joined = state.closure(&capture.streams[&stream]);
        if capture.streams.values().flatten().chain(&capture.left).any(|node| !joined.contains(node)) {
            return Err(CUresult::CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
        }
        out.put(capture.graph);
        Ok(())
    }

    pub(crate) fn cuStreamIsCapturing(stream: Handle, status: Out<CUstreamCaptureStatus>) -> Answer {
        let out = status.required()?;
        out.put(info(stream)?.status);
        Ok(())
    }

    pub(crate) fn cuStreamGetCaptureInfo(
        stream: Handle,
        status: Out<CUstreamCaptureStatus>,
        id: Out<u64>,
    ) -> Answer {
        let out = status.required()?;
        let info = info(stream)?;
        out.put(info.status);
        id.put(info.id);
        Ok(())
    }

    pub(crate) fn cuStreamGetCaptureInfo_v2(
        stream: Handle,
        status: Out<CUstreamCaptureStatus>,
        id: Out<u64>,
        graph: HandleOut,
        nodes: Out<*const CUgraphNode>,
        count: Out<usize>,
    ) -> Answer {
        let out = status.required()?;
        let info = info(stream)?;
        out.put(info.status);
        id.put(info.id);
        graph.put(info.graph);
        nodes.put(info.nodes.0 as *const CUgraphNode);
        count.put(info.nodes.1);
        Ok(())
    }

    /// Edges carry no data here, so that there is none to point to.
    pub(crate) fn cuStreamGetCaptureInfo_v3(
        stream: Handle,
        status: Out<CUstreamCaptureStatus>,
        id: Out<u64>,
        graph: HandleOut,
        nodes: Out<*const CUgraphNode>,
        data: Out<*const CUgraphEdgeData>,
        count: Out<usize>,
    ) -> Answer {
        data.put(std::ptr::null());
        Sim::cuStreamGetCaptureInfo_v2(stream, status, id, graph, nodes, count)
    }

    pub(crate) fn cuStreamUpdateCaptureDependencies(
        stream: Handle,
        nodes: In<CUgraphNode>,
        count: usize,
        flags: u32,
    ) -> Answer {
        lock().stream(stream)?;
        update_dependencies(stream, read_nodes(nodes, count)?, flags)
    }

    pub(crate) fn cuStreamUpdateCaptureDependencies_v2(
        stream: Handle,
        nodes: In<CUgraphNode>,
        _data: In<CUgraphEdgeData>,
        count: usize,
        flags: u32,
    ) -> Answer {
        lock().stream(stream)?;
        update_dependencies(stream, read_nodes(nodes, count)?, flags)
    }

    pub(crate) fn cuThreadExchangeStreamCaptureMode(mode: Out<CUstreamCaptureMode>) -> Answer {
        let wanted = Mode::read(mode.current()?)?;
        mode.put(CUstreamCaptureMode(thread::exchange_capture_mode(wanted as u32)));
        Ok(())
    }
}

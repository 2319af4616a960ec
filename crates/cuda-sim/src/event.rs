//! Events: marks in a stream, to wait for and to tell the time by.
//!
//! Each recording makes a new [`Marker`], which the event, its waiters and the stream share: so later recordings do not
//! disturb those who wait for an earlier one, and an event may be destroyed before its stream gets there.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use cuda_sys::CUresult;

use crate::checks;
use crate::error::{Answer, INVALID_HANDLE, INVALID_VALUE, NOT_READY, OUT_OF_MEMORY};
use crate::exports::Sim;
use crate::ffi::{HandleOut, Out};
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::Work;
use crate::order::Act;
use crate::schedule;
use crate::shared_mark::SharedMarks;
use crate::state::{self, State, lock};

/// `CU_EVENT_DISABLE_TIMING`.
const DISABLE_TIMING: u32 = 2;
/// `CU_EVENT_INTERPROCESS`.
const INTERPROCESS: u32 = 4;
/// Of recording and waiting: the event is for others than the capture that the call is part of.
const EXTERNAL: u32 = 1;
/// All flags that `cuEventCreate` takes: blocking synchronisation is the third.
const ALL_FLAGS: u32 = 7;

/// One recording.
#[derive(Debug, Default)]
pub(crate) struct Marker {
    /// When the stream got there, by the simulated clock; zero before.
    time: AtomicU64,
    /// The operations that it stands for, and all that came before them; none if nobody looks at the order.
    acts: OnceLock<Vec<Arc<Act>>>,
    /// Of an event that processes share: its counters, and the recording's number there.
    shared: Option<(Arc<SharedMarks>, u64)>,
}

impl Marker {
    /// Notes that the stream has got here.
    pub(crate) fn reach(&self, now: u64) {
        self.time.store(now, Ordering::Release);
        if let Some((marks, number)) = &self.shared {
            marks.reach(*number);
        }
    }

    /// Whether another process may have to say when it is reached.
    pub(crate) fn is_shared(&self) -> bool {
        self.shared.is_some()
    }

    /// Whether the stream has got here.
    pub(crate) fn is_reached(&self) -> bool {
        self.time() != 0 || self.shared.as_ref().is_some_and(|(marks, number)| marks.has_reached(*number))
    }

    /// Notes what it stands for.
    pub(crate) fn stands_for(&self, acts: Vec<Arc<Act>>) {
        let _ = self.acts.set(acts);
    }

    /// The operations that it stands for.
    pub(crate) fn acts(&self) -> &[Arc<Act>] {
        self.acts.get().map(Vec::as_slice).unwrap_or_default()
    }

    fn time(&self) -> u64 {
        self.time.load(Ordering::Acquire)
    }
}

/// An event.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) context: Handle,
    flags: u32,
    /// The last recording; none before the first.
    last: Option<Arc<Marker>>,
    /// The last recording was made in a capture, of this number, and stands for these nodes.
    pub(crate) captured: Option<(u64, Vec<Handle>)>,
    /// What it has in common with other processes.
    pub(crate) shared: Option<Arc<SharedMarks>>,
}

impl Event {
    /// An event that another process made.
    pub(crate) fn shared(context: Handle, marks: SharedMarks) -> Event {
        let flags = INTERPROCESS | DISABLE_TIMING;
        Event { context, flags, last: None, captured: None, shared: Some(Arc::new(marks)) }
    }

    /// The last recording, by whichever process.
    fn last(&self) -> Option<Arc<Marker>> {
        let Some(marks) = &self.shared else { return self.last.clone() };
        let number = marks.recorded();
        let own = self.last.as_ref().filter(|last| last.shared.as_ref().is_some_and(|it| it.1 == number));
        let foreign = || Arc::new(Marker { shared: Some((marks.clone(), number)), ..Marker::default() });
        (number > 0).then(|| own.cloned().unwrap_or_else(foreign))
    }
}

impl State {
    /// Finds an event, in a context that still works.
    pub(crate) fn event(&mut self, handle: Handle) -> Answer<&mut Event> {
        let context = self.events.get(handle).ok_or(INVALID_HANDLE)?.context;
        self.check_fault(context)?;
        self.events.get_mut(handle).ok_or(INVALID_HANDLE)
    }

    /// Refuses an event that stands for captured work.
    pub(crate) fn refuse_captured(&mut self, event: Handle) -> Answer {
        let captured = self.event(event)?.captured.as_ref().map(|&(id, _)| id);
        self.refuse_captured_event(captured)
    }

    /// Records `event` in `stream`, which must be of its context.
    pub(crate) fn record(&mut self, event: Handle, stream: Handle) -> Answer {
        let context = self.event(event)?.context;
        if self.streams.get(stream).is_none_or(|stream| stream.context != context) {
            return Err(INVALID_HANDLE);
        }
        let event = self.event(event)?;
        let shared = event.shared.clone().map(|marks| (marks.clone(), marks.record()));
        let marker = Arc::new(Marker { shared, ..Marker::default() });
        event.last = Some(marker.clone());
        event.captured = None;
        self.submit(stream, Work::Record(marker));
        Ok(())
    }

    /// Lets what `stream` is given from now on wait for the last recording of `event`.
    pub(crate) fn wait_for_event(&mut self, event: Handle, stream: Handle) -> Answer {
        let races = checks::now().races;
        // A mark that has been reached still tells what came before it.
        let waits = |marker: &Arc<Marker>| races || !marker.is_reached();
        if let Some(marker) = self.event(event)?.last().filter(waits) {
            self.submit(stream, Work::Wait(marker));
        }
        Ok(())
    }
}

impl State {
    /// Lets an event stand for what some streams have been given so far.
    pub(crate) fn record_streams(&mut self, event: Handle, streams: &[Handle]) -> Answer {
        let found = self.event(event)?;
        let shared = found.shared.clone().map(|marks| (marks.clone(), marks.record()));
        let marker = Arc::new(Marker { shared, ..Marker::default() });
        found.last = Some(marker.clone());
        let after = self.pending_of(streams);
        marker.stands_for(self.last_acts(streams));
        self.record_after(after, marker);
        Ok(())
    }
}

impl Sim {
    pub(crate) fn cuEventCreate(event: HandleOut, flags: u32) -> Answer {
        let out = event.required()?;
        // An event for other processes cannot carry a time.
        if flags & !ALL_FLAGS != 0 || flags & (INTERPROCESS | DISABLE_TIMING) == INTERPROCESS {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let context = state.usable()?;
        let shared = match flags & INTERPROCESS {
            0 => None,
            _ => Some(Arc::new(SharedMarks::new().ok_or(OUT_OF_MEMORY)?)),
        };
        out.put(state.events.insert(Event { context, flags, last: None, captured: None, shared }));
        Ok(())
    }

    /// Never waits: a recording that is pending goes on without the event.
    pub(crate) fn cuEventDestroy_v2(event: Handle) -> Answer {
        lock().events.remove(event).map(|_| ()).ok_or(INVALID_HANDLE)
    }

    pub(crate) fn cuEventDestroy(event: Handle) -> Answer {
        Sim::cuEventDestroy_v2(event)
    }

    pub(crate) fn cuEventRecord(event: Handle, stream: Handle) -> Answer {
        Sim::cuEventRecordWithFlags(event, stream, 0)
    }

    /// The one flag asks for a node of its own when the stream is captured.
    pub(crate) fn cuEventRecordWithFlags(event: Handle, stream: Handle, flags: u32) -> Answer {
        if flags > 1 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let stream = state.stream(stream)?;
        let context = state.event(event)?.context;
        if state.streams.get(stream).is_none_or(|stream| stream.context != context) {
            return Err(INVALID_HANDLE);
        }
        match state.captured_moment(stream)? {
            None => state.record(event, stream),
            // Only an event that is recorded for others than the capture becomes a node.
            Some(_) if flags == EXTERNAL => state.submit_or_capture(stream, Task::Record(event)),
            Some(moment) => {
                state.event(event)?.captured = Some(moment);
                Ok(())
            }
        }
    }

    pub(crate) fn cuEventQuery(event: Handle) -> Answer {
        let mut state = lock();
        state.refuse_captured(event)?;
        let found = state.event(event)?;
        let (context, last) = (found.context, found.last());
        state.ask_fault(context)?;
        match last {
            Some(marker) if !marker.is_reached() => {
                schedule::let_one_go(state);
                return Err(NOT_READY);
            }
            Some(marker) => state.observe(marker.acts()),
            None => {}
        }
        Ok(())
    }

    pub(crate) fn cuEventSynchronize(event: Handle) -> Answer {
        let mut state = lock();
        state.refuse_captured(event)?;
        let found = state.event(event)?;
        let (context, last) = (found.context, found.last());
        if let Some(marker) = last {
            while !marker.is_reached() {
                state = if marker.is_shared() { state::nap(state) } else { state::wait(state) };
            }
            state.observe(marker.acts());
        }
        state.synchronized(context);
        state.ask_fault(context)
    }

    /// The event may be of another context or device. Before its first recording it waits for nothing.
    pub(crate) fn cuStreamWaitEvent(stream: Handle, event: Handle, flags: u32) -> Answer {
        if flags > 1 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let stream = state.stream(stream)?;
        let captured = state.event(event)?.captured.clone();
        match (captured, state.capture_of(stream)?) {
            (Some((id, nodes)), _) => state.join_capture(stream, id, &nodes),
            (None, None) => state.wait_for_event(event, stream),
            (None, Some(_)) if flags == EXTERNAL => state.submit_or_capture(stream, Task::WaitFor(event)),
            // Nothing outside of a capture can be waited for in it; an event that was never recorded is nothing.
            (None, Some(_)) if state.event(event)?.last().is_none() => Ok(()),
            (None, Some(id)) => {
                state.refuse_captured_event(Some(id)).ok();
                Err(CUresult::CUDA_ERROR_STREAM_CAPTURE_ISOLATION)
            }
        }
    }

    /// Captures what all streams of the context have been given so far.
    pub(crate) fn cuCtxRecordEvent(context: Handle, event: Handle) -> Answer {
        let mut state = lock();
        state.check_context(context)?;
        let context = state.plain(context);
        state.check_fault(context)?;
        if state.event(event)?.context != context {
            return Err(INVALID_HANDLE);
        }
        state.refuse_if_capturing(context)?;
        let streams = state.streams_in(context);
        state.record_streams(event, &streams)
    }

    /// What all streams of the context are given from now on waits for the event.
    pub(crate) fn cuCtxWaitEvent(context: Handle, event: Handle) -> Answer {
        let mut state = lock();
        state.check_context(context)?;
        let context = state.plain(context);
        state.check_fault(context)?;
        state.refuse_if_capturing(context)?;
        for stream in state.streams_in(context) {
            state.wait_for_event(event, stream)?;
        }
        Ok(())
    }

    /// In milliseconds.
    pub(crate) fn cuEventElapsedTime_v2(milliseconds: Out<f32>, start: Handle, end: Handle) -> Answer {
        let out = milliseconds.required()?;
        let mut state = lock();
        for event in [start, end] {
            if state.events.get(event).is_some() {
                state.refuse_captured(event)?;
            }
        }
        let find = |handle| {
            let event = state.events.get(handle).filter(|event| event.flags & DISABLE_TIMING == 0);
            event.and_then(|event| event.last.clone()).ok_or(INVALID_HANDLE)
        };
        let (start, end) = (find(start)?, find(end)?);
        if !start.is_reached() || !end.is_reached() {
            return Err(NOT_READY);
        }
        state.observe(start.acts());
        state.observe(end.acts());
        let nanoseconds = end.time() as i64 - start.time() as i64;
        out.put((nanoseconds as f64 / 1e6) as f32);
        Ok(())
    }

    pub(crate) fn cuEventElapsedTime(milliseconds: Out<f32>, start: Handle, end: Handle) -> Answer {
        Sim::cuEventElapsedTime_v2(milliseconds, start, end)
    }
}

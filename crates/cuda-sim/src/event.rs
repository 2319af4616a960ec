//! Events: marks in a stream, to wait for and to tell the time by.
//!
//! Each recording makes a new [`Marker`], which the event, its waiters and the stream share: so later recordings do not
//! disturb those who wait for an earlier one, and an event may be destroyed before its stream gets there.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Answer, INVALID_HANDLE, INVALID_VALUE, NOT_READY};
use crate::exports::Sim;
use crate::ffi::{HandleOut, Out};
use crate::handle::Handle;
use crate::operation::Work;
use crate::state::{self, State, lock};

/// `CU_EVENT_DISABLE_TIMING`.
const DISABLE_TIMING: u32 = 2;
/// `CU_EVENT_INTERPROCESS`.
const INTERPROCESS: u32 = 4;
/// All flags that `cuEventCreate` takes: blocking synchronisation is the third.
const ALL_FLAGS: u32 = 7;

/// One recording.
#[derive(Debug, Default)]
pub(crate) struct Marker {
    /// When the stream got there, by the simulated clock; zero before.
    time: AtomicU64,
}

impl Marker {
    /// Notes that the stream has got here.
    pub(crate) fn reach(&self, now: u64) {
        self.time.store(now, Ordering::Release);
    }

    /// Whether the stream has got here.
    pub(crate) fn is_reached(&self) -> bool {
        self.time() != 0
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
}

impl State {
    /// Finds an event, in a context that still works.
    fn event(&mut self, handle: Handle) -> Answer<&mut Event> {
        let context = self.events.get(handle).ok_or(INVALID_HANDLE)?.context;
        self.check_fault(context)?;
        self.events.get_mut(handle).ok_or(INVALID_HANDLE)
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
        out.put(state.events.insert(Event { context, flags, last: None }));
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
        let marker = Arc::new(Marker::default());
        state.event(event)?.last = Some(marker.clone());
        state.submit(stream, Work::Record(marker));
        Ok(())
    }

    pub(crate) fn cuEventQuery(event: Handle) -> Answer {
        match &lock().event(event)?.last {
            Some(marker) if !marker.is_reached() => Err(NOT_READY),
            _ => Ok(()),
        }
    }

    pub(crate) fn cuEventSynchronize(event: Handle) -> Answer {
        let mut state = lock();
        let found = state.event(event)?;
        let (context, last) = (found.context, found.last.clone());
        if let Some(marker) = last {
            while !marker.is_reached() {
                state = state::wait(state);
            }
        }
        state.trim_pools();
        state.check_fault(context)
    }

    /// The event may be of another context or device. Before its first recording it waits for nothing.
    pub(crate) fn cuStreamWaitEvent(stream: Handle, event: Handle, flags: u32) -> Answer {
        if flags > 1 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let stream = state.stream(stream)?;
        if let Some(marker) = state.event(event)?.last.clone().filter(|marker| !marker.is_reached()) {
            state.submit(stream, Work::Wait(marker));
        }
        Ok(())
    }

    /// Captures what all streams of the context have been given so far.
    pub(crate) fn cuCtxRecordEvent(context: Handle, event: Handle) -> Answer {
        let mut state = lock();
        state.check_context(context)?;
        state.check_fault(context)?;
        if state.event(event)?.context != context {
            return Err(INVALID_HANDLE);
        }
        let marker = Arc::new(Marker::default());
        state.event(event)?.last = Some(marker.clone());
        let after = state.pending_in(context);
        state.record_after(after, marker);
        Ok(())
    }

    /// What all streams of the context are given from now on waits for the event.
    pub(crate) fn cuCtxWaitEvent(context: Handle, event: Handle) -> Answer {
        let mut state = lock();
        state.check_context(context)?;
        state.check_fault(context)?;
        if let Some(marker) = state.event(event)?.last.clone().filter(|marker| !marker.is_reached()) {
            let streams =
                state.contexts.get(context).map(|context| context.streams.clone()).unwrap_or_default();
            for stream in streams {
                state.submit(stream, Work::Wait(marker.clone()));
            }
        }
        Ok(())
    }

    /// In milliseconds.
    pub(crate) fn cuEventElapsedTime_v2(milliseconds: Out<f32>, start: Handle, end: Handle) -> Answer {
        let out = milliseconds.required()?;
        let state = lock();
        let find = |handle| {
            let event = state.events.get(handle).filter(|event| event.flags & DISABLE_TIMING == 0);
            event.and_then(|event| event.last.clone()).ok_or(INVALID_HANDLE)
        };
        let (start, end) = (find(start)?, find(end)?);
        if !start.is_reached() || !end.is_reached() {
            return Err(NOT_READY);
        }
        let nanoseconds = end.time() as i64 - start.time() as i64;
        out.put((nanoseconds as f64 / 1e6) as f32);
        Ok(())
    }

    pub(crate) fn cuEventElapsedTime(milliseconds: Out<f32>, start: Handle, end: Handle) -> Answer {
        Sim::cuEventElapsedTime_v2(milliseconds, start, end)
    }
}

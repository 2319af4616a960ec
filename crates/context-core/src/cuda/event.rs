//! Events: points in a stream's work. Those that keep the time are a type of their own.

#![allow(unsafe_code)]

use std::{
    any::Any,
    fmt,
    ops::Deref,
    sync::Arc,
    time::{Duration, Instant},
};

use cuda_sys::{
    CUresult,
    driver::{CUevent, CUevent_flags},
};

use super::{Context, Result, Stream, call, report::report};

/// An event for ordering: it keeps no time, which makes it cheap.
pub struct Event {
    raw: CUevent,
    // Last: the event goes before its context.
    context: Arc<Context>,
}

// SAFETY: any thread may use an event handle (driver API, "Event Management").
unsafe impl Send for Event {}
// SAFETY: as above.
unsafe impl Sync for Event {}

/// The longest pause between two looks at an event, while waiting with a limit.
const LONGEST_PAUSE: Duration = Duration::from_millis(1);

impl Event {
    /// Makes an event. Before it is recorded it counts as complete.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuEventCreate")]
    pub fn new(context: &Arc<Context>) -> Result<Event> {
        Event::with_flags(context, CUevent_flags::CU_EVENT_DISABLE_TIMING)
    }

    /// Makes an event that another process can open: [`describe`](Event::describe) gives what the other one needs.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    pub fn shared(context: &Arc<Context>) -> Result<Event> {
        let flags = CUevent_flags::CU_EVENT_DISABLE_TIMING.0 | CUevent_flags::CU_EVENT_INTERPROCESS.0;
        Event::with_flags(context, CUevent_flags(flags))
    }

    fn with_flags(context: &Arc<Context>, flags: CUevent_flags) -> Result<Event> {
        context.make_current()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current; `raw` outlives the call.
        unsafe { call!(context, cuEventCreate(&mut raw, flags.0)) }?;
        Ok(Event { raw, context: context.clone() })
    }

    /// Takes ownership of an event.
    ///
    /// # Safety
    /// - `raw` is an event of `context`, and nothing else will destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, raw: CUevent) -> Event {
        Event { raw, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the event, with `cuEventDestroy` or [`from_raw`](Event::from_raw).
    pub fn into_raw(mut self) -> CUevent {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Returns the driver's handle.
    #[inline]
    pub fn as_raw(&self) -> CUevent {
        self.raw
    }

    /// Records this event behind the work of `stream`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) if the stream belongs to another context.
    #[doc(alias = "cuEventRecord")]
    #[inline(always)]
    pub fn record(&self, stream: &Stream) -> Result<()> {
        self.context.check_driver_of(stream.context(), "cuEventRecord")?;
        self.context.bind_in_scope()?;
        // SAFETY: both handles are live while borrowed (Event 1, Stream 1).
        unsafe { call!(&self.context, cuEventRecord(self.raw, stream.as_raw())) }
    }

    /// Tells whether the work before this event has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuEventQuery")]
    #[inline]
    pub fn query(&self) -> Result<bool> {
        self.context.bind_in_scope()?;
        // SAFETY: the handle is live while borrowed (Event 1).
        match unsafe { call!(&self.context, cuEventQuery(self.raw)) } {
            Ok(()) => Ok(true),
            Err(error) if error.code() == Some(CUresult::CUDA_ERROR_NOT_READY) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Blocks the calling thread until the work before this event has ended.
    ///
    /// # Errors
    /// The first failure of that work.
    #[doc(alias = "cuEventSynchronize")]
    #[inline]
    pub fn synchronize(&self) -> Result<()> {
        self.context.bind_in_scope()?;
        // SAFETY: the handle is live while borrowed (Event 1).
        unsafe { call!(&self.context, cuEventSynchronize(self.raw)) }
    }

    /// Waits at most `limit`, and tells whether the work before this event has ended. The driver has no such wait: this asks
    /// again and again, with pauses of a millisecond at the most.
    ///
    /// # Errors
    /// The first failure of that work.
    pub fn wait(&self, limit: Duration) -> Result<bool> {
        let start = Instant::now();
        let (mut left, mut pause) = (limit, Duration::from_micros(10));
        loop {
            // Asked once more behind the end of the time: nobody knows how long this thread had no processor.
            if self.query()? {
                return Ok(true);
            }
            if left.is_zero() {
                return Ok(false);
            }
            std::thread::sleep(pause.min(left));
            left = limit.saturating_sub(start.elapsed());
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Destroys the event, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuEventDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made in `with_flags` or given to `from_raw`, destroyed once: `raw` is null from now on. It may still be pending:
        // the driver frees it then later.
        self.context.release(|| unsafe { call!(&self.context, cuEventDestroy_v2(raw)) })
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {:p} of {:?}", self.raw, self.context.device())
    }
}

impl Drop for Event {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying an event", destroyed);
    }
}

/// Another library's event: it is used as an [`Event`], and not destroyed here.
#[derive(Debug)]
pub struct ExternalEvent {
    event: Event,
    #[allow(dead_code, reason = "kept for its drop")]
    owner: Box<dyn Any + Send + Sync>,
}

impl ExternalEvent {
    /// Takes another library's event into use. `owner` keeps it alive, and is dropped with this.
    ///
    /// # Safety
    /// - `raw` is an event of `context`, and lives until `owner` is dropped.
    pub unsafe fn new(context: &Arc<Context>, raw: CUevent, owner: impl Any + Send + Sync) -> ExternalEvent {
        ExternalEvent { event: Event { raw, context: context.clone() }, owner: Box::new(owner) }
    }
}

impl Deref for ExternalEvent {
    type Target = Event;

    fn deref(&self) -> &Event {
        &self.event
    }
}

impl Drop for ExternalEvent {
    fn drop(&mut self) {
        // It is its owner's: here only the context is let go.
        self.event.raw = std::ptr::null_mut();
    }
}

/// An event that keeps the time at which its stream got to it.
#[derive(Debug)]
pub struct TimedEvent(Event);

impl TimedEvent {
    /// Makes an event. It has no time before it is recorded.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cuEventCreate")]
    pub fn new(context: &Arc<Context>) -> Result<TimedEvent> {
        Event::with_flags(context, CUevent_flags::CU_EVENT_DEFAULT).map(TimedEvent)
    }

    /// Takes ownership of an event.
    ///
    /// # Safety
    /// - `raw` is an event of `context`, made without `CU_EVENT_DISABLE_TIMING`, and nothing else will destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, raw: CUevent) -> TimedEvent {
        // SAFETY: the caller vouches for it.
        TimedEvent(unsafe { Event::from_raw(context, raw) })
    }

    /// Gives up ownership, as [`Event::into_raw`] does.
    pub fn into_raw(self) -> CUevent {
        self.0.into_raw()
    }

    /// Returns it as an event for ordering.
    pub fn as_event(&self) -> &Event {
        &self.0
    }

    /// Records this event behind the work of `stream`.
    ///
    /// # Errors
    /// As [`Event::record`].
    #[doc(alias = "cuEventRecord")]
    pub fn record(&self, stream: &Stream) -> Result<()> {
        self.0.record(stream)
    }

    /// Returns how long the device took from `start` to this event. Waits for neither.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) with `CUDA_ERROR_NOT_READY` if one of them is not complete, and with
    /// `CUDA_ERROR_INVALID_HANDLE` if one was never recorded.
    #[doc(alias = "cuEventElapsedTime")]
    pub fn elapsed_since(&self, start: &TimedEvent) -> Result<Duration> {
        let context = &self.0.context;
        context.check_driver_of(&start.0.context, "cuEventElapsedTime")?;
        context.bind_in_scope()?;
        let mut milliseconds = 0.0_f32;
        let (start, end) = (start.0.raw, self.0.raw);
        // SAFETY: both handles are live while borrowed (Event 1); the result outlives the call.
        unsafe {
            if context.driver().has("cuEventElapsedTime_v2") {
                call!(context, cuEventElapsedTime_v2(&mut milliseconds, start, end))
            } else {
                call!(context, cuEventElapsedTime(&mut milliseconds, start, end))
            }
        }
        .map_err(|error| error.doing(|| "measuring the time between two events".to_owned()))?;
        // Negative where the events are recorded on two streams, in the other order.
        Ok(Duration::try_from_secs_f64(f64::from(milliseconds) / 1e3).unwrap_or_default())
    }

    /// Destroys the event, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// As [`Event::close`].
    pub fn close(self) -> Result<()> {
        self.0.close()
    }
}

//! Events that are not bound to a device: they can be handed out before anything is recorded, and be finished by the host.

use std::{
    fmt,
    future::IntoFuture,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    Backend, Context, Error, Event, Result,
    clock::lock,
    completion::{Callback, Completion, Finished},
    event::Point,
    host_wait::{HostWait, HostWaits},
};

/// Where a [`SharedEvent`] is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventStatus {
    /// Nothing was recorded. Whoever waits waits for that first.
    Initialized,
    /// Recorded behind work that has not ended.
    Scheduled,
    /// The work has ended well. Stays until a reset.
    Success,
    /// The work failed, or the host said so. Stays until a reset.
    Failed,
}

/// An event with a life of its own: made before it is recorded, waited for by contexts of any kind of device, finished
/// by a device's work or by the host, and used again after a reset.
///
/// Clones are the same event. Who waits, and how:
///
/// | waiter | event not recorded, or finished by the host | recorded on a CPU stream | recorded on a CUDA stream |
/// |---|---|---|---|
/// | host, or an inline CPU context | the thread blocks until the end | the thread blocks, or runs an idle stream's work itself | the thread blocks |
/// | CPU context with a worker | its stream waits, the host goes on | its stream waits, the host goes on | its stream waits, the host goes on |
/// | CUDA context | the device waits, the host goes on | the device waits, the host goes on | the device waits, the host goes on |
///
/// A CUDA device waits at a word of pinned memory that the end of the event is written to (`cuStreamWaitValue64`); the host blocks on a device
/// that cannot. Streams can share a queue of the hardware, where one that is held back may hold back another: what the
/// event needs of the same device is better given before the wait, as it is where the event is recorded already.
///
/// A failure is carried to every waiter, and the first one wins. A blocked thread gets it as its error. Work of a stream that waited fails with
/// [`Error::EventFailed`], and so does what other streams make of its results: a CPU worker skips such work; a CUDA device runs
/// it, and whoever waits for it is told. An event that is dropped by its last owner before anything was recorded ends with
/// [`Error::EventDropped`]. It can be awaited on any executor: `(&event).await`.
///
/// # Examples
///
/// ```
/// use context_core::{EventStatus, SharedEvent};
///
/// let loaded = SharedEvent::new();
/// let waiter = loaded.clone();
/// let thread = std::thread::spawn(move || waiter.wait());
/// loaded.finish()?;
/// assert!(thread.join().unwrap().is_ok());
/// assert_eq!(loaded.status(), EventStatus::Success);
/// # Ok::<(), context_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct SharedEvent(Arc<Inner>);

#[derive(Default)]
struct Inner {
    life: Mutex<Arc<Life>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        let life = self.life.get_mut().unwrap_or_else(PoisonError::into_inner);
        if life.point().is_none() {
            // Nobody is left to end it. If it has ended, the first end stays.
            life.end(Some(Error::EventDropped));
        }
    }
}

/// One life of an event, from making or reset to its end.
#[derive(Default)]
pub(crate) struct Life {
    pub(crate) end: Arc<Completion>,
    recorded: Mutex<Recording>,
    changed: Condvar,
}

#[derive(Default)]
struct Recording {
    point: Option<Arc<dyn Point>>,
    /// Whether somebody asked to be told of the end, so that the point was asked to tell.
    subscribed: bool,
}

impl Life {
    fn lock(&self) -> MutexGuard<'_, Recording> {
        lock(&self.recorded)
    }

    fn point(&self) -> Option<Arc<dyn Point>> {
        self.lock().point.clone()
    }

    fn end(&self, failure: Option<Error>) {
        self.end.finish(failure);
        // Under the lock, so that whoever waits for a recording sees the end or sleeps already.
        drop(self.lock());
        self.changed.notify_all();
    }

    /// Blocks until something is recorded or the event has ended.
    fn wait_until_recorded(&self) -> Option<Arc<dyn Point>> {
        let mut recorded = self.lock();
        while recorded.point.is_none() && !self.end.is_done() {
            recorded = self.changed.wait(recorded).unwrap_or_else(PoisonError::into_inner);
        }
        recorded.point.clone()
    }

    fn wait(&self) -> Result<()> {
        if !self.end.is_done()
            && let Some(point) = self.wait_until_recorded()
        {
            self.end(point.synchronize().err());
        }
        self.end.wait()
    }

    /// Has the point tell of its end, once.
    fn subscribe(self: &Arc<Self>) {
        let mut recorded = self.lock();
        recorded.subscribed = true;
        let point = recorded.point.clone();
        drop(recorded);
        self.listen(point);
    }

    fn listen(self: &Arc<Self>, point: Option<Arc<dyn Point>>) {
        if let Some(point) = point {
            let life = self.clone();
            point.on_end(Box::new(move |outcome| life.end(outcome.err())));
        }
    }

    /// Returns what the host is to end before this can.
    pub(crate) fn host_waits(&self) -> HostWaits {
        self.point().map_or_else(HostWaits::default, |point| point.host_waits())
    }

    fn status(&self) -> EventStatus {
        if !self.end.is_done()
            && let Some(point) = self.point()
        {
            match point.query() {
                Ok(false) => return EventStatus::Scheduled,
                outcome => self.end(outcome.err()),
            }
        }
        match self.end.query() {
            Ok(true) => EventStatus::Success,
            Err(_) => EventStatus::Failed,
            Ok(false) => EventStatus::Initialized,
        }
    }
}

/// Held while an event is recorded behind others.
static CIRCLES: Mutex<()> = Mutex::new(());

impl SharedEvent {
    /// Makes an event that is not recorded.
    pub fn new() -> SharedEvent {
        SharedEvent::default()
    }

    fn life(&self) -> Arc<Life> {
        lock(&self.0.life).clone()
    }

    /// Records the event behind all work given to `ctx` so far.
    ///
    /// # Errors
    /// [`Error::EventState`] if it is recorded already, or has ended; [`Error::EventCircle`] if that work waits for this event,
    /// directly or by other events; whatever recording can fail with.
    #[doc(alias = "cuEventRecord")]
    pub fn record<C: Context>(&self, ctx: &C) -> Result<()> {
        let life = self.life();
        let point: Arc<dyn Point> = Arc::new(ctx.record()?);
        let waits = point.host_waits();
        // One at a time, so that of two recordings that close a circle together one sees the other.
        let _alone = (!waits.is_empty()).then(|| lock(&CIRCLES));
        if waits.iter().any(|wait| wait.needs(&life)) {
            return Err(Error::EventCircle);
        }
        let mut recorded = life.lock();
        if recorded.point.is_some() || life.end.is_done() {
            drop(recorded);
            return Err(refuse("recording", life.status()));
        }
        recorded.point = Some(point.clone());
        let subscribed = recorded.subscribed;
        drop(recorded);
        life.changed.notify_all();
        if subscribed {
            life.listen(Some(point));
        }
        Ok(())
    }

    /// Ends the event well, from the host.
    ///
    /// # Errors
    /// [`Error::EventState`] if a device's work is what ends it, or it has ended.
    pub fn finish(&self) -> Result<()> {
        self.end_by_host("finishing", None)
    }

    /// Ends the event with an error, from the host, which every waiter gets. On an event that failed already the first error
    /// stays, and nothing happens.
    ///
    /// # Errors
    /// [`Error::EventState`] if a device's work is what ends it, or it ended well.
    pub fn fail(&self, error: Error) -> Result<()> {
        if self.life().status() == EventStatus::Failed {
            return Ok(());
        }
        self.end_by_host("failing", Some(error))
    }

    fn end_by_host(&self, what: &'static str, failure: Option<Error>) -> Result<()> {
        let life = self.life();
        let recorded = life.lock();
        if recorded.point.is_some() || life.end.is_done() {
            drop(recorded);
            return Err(refuse(what, life.status()));
        }
        drop(recorded);
        life.end(failure);
        Ok(())
    }

    /// Returns where the event is in its life. Does not block.
    pub fn status(&self) -> EventStatus {
        self.life().status()
    }

    /// Returns what the event failed with, if it has.
    pub fn error(&self) -> Option<Error> {
        let life = self.life();
        life.status();
        life.end.query().err()
    }

    /// Blocks the calling thread until the event has ended.
    ///
    /// # Errors
    /// What it failed with.
    #[doc(alias = "cuEventSynchronize")]
    pub fn wait(&self) -> Result<()> {
        self.life().wait()
    }

    /// Blocks the calling thread until the event has ended, but no longer than `timeout`; tells whether it has.
    ///
    /// # Errors
    /// What it failed with.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        let life = self.life();
        let end = Instant::now().checked_add(timeout);
        if matches!(life.status(), EventStatus::Initialized | EventStatus::Scheduled) {
            life.subscribe();
        }
        life.end.wait_timeout(end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now())))
    }

    /// Calls `callback` once with the outcome, under no lock: now if the event has ended, else in the thread that ends it, in
    /// which it must not block. A reset does not cancel it.
    pub fn on_end(&self, callback: impl FnOnce(Result<()>) + Send + 'static) {
        let life = self.life();
        let callback: Callback = Box::new(callback);
        life.end.on_end(callback);
        life.subscribe();
    }

    /// Makes an event that has ended as new. Whoever waits for that end gets it; one that was not recorded stays as it is.
    ///
    /// # Errors
    /// [`Error::EventState`] if it is recorded and has not ended.
    pub fn reset(&self) -> Result<()> {
        let status = self.status();
        match status {
            EventStatus::Scheduled => return Err(refuse("resetting", status)),
            EventStatus::Initialized => return Ok(()),
            EventStatus::Success | EventStatus::Failed => {}
        }
        let former = mem::take(&mut *lock(&self.0.life));
        // Under no lock: this may own the last reference to a device.
        drop(former);
        Ok(())
    }

    /// Makes later work of a context follow the event. See the table.
    pub(crate) fn order<C: Context>(&self, ctx: &C) -> Result<()> {
        let life = self.life();
        let core = ctx.core();
        let state = core.state();
        state.check()?;
        if life.end.is_done() {
            return life.end.wait();
        }
        let on_this_device = |point: Option<Arc<dyn Point>>| {
            point.filter(|point| {
                point
                    .as_any()
                    .downcast_ref::<Event<C::Backend>>()
                    .is_some_and(|event| Arc::ptr_eq(&event.state, state))
            })
        };
        let backend = state.backend();
        if let Some(point) = on_this_device(life.point())
            && let Some(event) = point.as_any().downcast_ref::<Event<C::Backend>>()
        {
            return ctx.wait(event);
        }
        let (clock, stream) = (core.clock(), core.stream());
        let wait = HostWait::new(&life);
        if backend.runs_in_place(stream) {
            return backend.wait_for_host(stream, Box::new(move || life.wait()));
        }
        // Before the stream waits: whatever is recorded behind that knows of it.
        clock.wait_for_host(wait.clone());
        if C::Backend::STREAMS_WAIT_FOR_HOST {
            let wait = move || life.wait().map_err(Error::of_an_event);
            let given = backend.wait_for_host(stream, Box::new(wait));
            clock.advance(state);
            return given;
        }
        let held = state.attempt(|| backend.hold(stream));
        if let Ok(Some(hold)) = held {
            state.count_wait();
            clock.advance(state);
            // The device stays open until it is let go: it could not close before.
            let device = state.clone();
            life.end.on_end(Box::new(move |_| {
                drop(hold);
                drop(device);
            }));
            life.subscribe();
            return Ok(());
        }
        clock.forget_host_wait(&wait);
        held?;
        if let Some(point) = on_this_device(life.wait_until_recorded())
            && let Some(event) = point.as_any().downcast_ref::<Event<C::Backend>>()
        {
            return ctx.wait(event);
        }
        life.wait()
    }
}

fn refuse(operation: &'static str, status: EventStatus) -> Error {
    Error::EventState { operation, status }
}

impl IntoFuture for &SharedEvent {
    type Output = Result<()>;
    type IntoFuture = Finished;

    fn into_future(self) -> Finished {
        let life = self.life();
        life.subscribe();
        Finished(life.end.clone())
    }
}

impl fmt::Debug for SharedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SharedEvent({:?})", self.status())
    }
}

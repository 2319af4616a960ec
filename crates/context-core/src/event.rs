//! Events: points in a context's work that others can wait for.

use std::{
    any::Any,
    fmt,
    future::IntoFuture,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Backend, Device, Result, StreamId,
    clock::{Clock, Recorded},
    completion::{Callback, Completion, Finished},
    device_state::DeviceState,
    host_wait::HostWaits,
    watcher,
};

/// A point in the work of a context's stream.
///
/// Buffers order themselves; an event is for what they do not see: the host's clock, another library, progress. It can be
/// awaited on any executor: `(&event).await`.
pub struct Event<B: Backend> {
    pub(crate) recorded: Arc<Recorded<B>>,
    pub(crate) clock: Arc<Clock<B>>,
    // Last, so that event and stream are given back when the device closes.
    pub(crate) state: Arc<DeviceState<B>>,
}

impl<B: Backend> Event<B> {
    pub(crate) fn new(state: Arc<DeviceState<B>>, clock: Arc<Clock<B>>) -> Result<Event<B>> {
        let recorded = clock.record(&state)?;
        Ok(Event { state, clock, recorded })
    }

    /// Tells whether the work before this point has ended. Does not block.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    #[doc(alias = "cuEventQuery")]
    pub fn query(&self) -> Result<bool> {
        self.state.attempt(|| self.clock.query_recorded(&self.state, &self.recorded))
    }

    /// Blocks the calling thread until the work before this point has ended.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    #[doc(alias = "cuEventSynchronize")]
    pub fn synchronize(&self) -> Result<()> {
        self.state.attempt(|| self.clock.synchronize_recorded(&self.state, &self.recorded))
    }

    /// Blocks the calling thread until the work before this point has ended, but no longer than `timeout`; tells whether it has.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    pub fn synchronize_timeout(&self, timeout: Duration) -> Result<bool> {
        if self.query()? {
            return Ok(true);
        }
        let end = Instant::now().checked_add(timeout);
        let done = Arc::new(Completion::default());
        let ended = done.clone();
        self.on_end(Box::new(move |outcome| ended.finish(outcome.err())));
        let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(Instant::now()));
        // Whoever tells of the end may have had no processor.
        Ok(done.wait_timeout(left)? || self.query()?)
    }

    /// Calls `callback` once with the outcome of the work before this point: now if it has ended, else in another thread, in which
    /// it must not block.
    pub fn on_end(&self, callback: Callback) {
        match self.query() {
            Ok(false) => {
                let backend = self.state.backend();
                if let Err(callback) = backend.on_event(self.recorded.event(), callback) {
                    watcher::watch(Box::new(self.clone()), callback);
                }
            }
            outcome => callback(outcome.map(drop)),
        }
    }

    /// Returns the device whose work this is a point of.
    pub fn device(&self) -> Device {
        self.state.device()
    }

    /// Returns the stream.
    pub fn stream(&self) -> StreamId {
        self.clock.id()
    }

    /// Returns how many of the stream's operations and waits lie before this point.
    pub fn tick(&self) -> u64 {
        self.recorded.tick()
    }
}

/// A second owner of the same point.
impl<B: Backend> Clone for Event<B> {
    fn clone(&self) -> Self {
        Event { recorded: self.recorded.clone(), clock: self.clock.clone(), state: self.state.clone() }
    }
}

impl<B: Backend> IntoFuture for &Event<B> {
    type Output = Result<()>;
    type IntoFuture = Finished;

    fn into_future(self) -> Finished {
        let done = Arc::new(Completion::default());
        let ended = done.clone();
        self.on_end(Box::new(move |outcome| ended.finish(outcome.err())));
        Finished(done)
    }
}

impl<B: Backend> fmt::Debug for Event<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({} of {}, {})", self.tick(), self.stream(), self.device())
    }
}

/// A point in work on a device of any kind.
pub(crate) trait Point: Send + Sync {
    fn query(&self) -> Result<bool>;
    fn synchronize(&self) -> Result<()>;
    fn on_end(&self, callback: Callback);
    /// What the host is to end before the point is reached.
    fn host_waits(&self) -> HostWaits;
    fn as_any(&self) -> &dyn Any;
}

impl<B: Backend> Point for Event<B> {
    fn query(&self) -> Result<bool> {
        Event::query(self)
    }

    fn synchronize(&self) -> Result<()> {
        Event::synchronize(self)
    }

    fn on_end(&self, callback: Callback) {
        Event::on_end(self, callback);
    }

    fn host_waits(&self) -> HostWaits {
        self.recorded.host_waits().clone()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

//! Events: points in a context's work that others can wait for.

use std::{fmt, sync::Arc};

use crate::{
    Backend, Device, Result, StreamId,
    clock::{Clock, Recorded},
    device_state::DeviceState,
};

/// A point in the work of a context's stream.
///
/// Buffers order themselves; an event is for what they do not see: the host's clock, another library, progress.
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

impl<B: Backend> fmt::Debug for Event<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({} of {}, {})", self.tick(), self.stream(), self.device())
    }
}

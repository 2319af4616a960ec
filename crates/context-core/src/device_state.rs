//! What all contexts of one device share: the backend, parked streams and events, and the memory pool.

#![allow(unsafe_code)]

use std::{mem::ManuallyDrop, ops::Deref};

use std::sync::{
    Arc, Mutex, OnceLock, Weak,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{
    Backend, Device, Error, ErrorClass, MemoryKind, MemoryOptions, Result, Rung,
    clock::{Clock, lock},
    error::Loss,
    gate::Gate,
    host_wait::HostWaits,
    pool::{Hook, Hooks, Pool, siblings},
    slot::Slot,
};

/// The shared state of one device. Contexts, buffers and events keep it alive.
#[derive(Debug)]
pub struct DeviceState<B: Backend> {
    pools: [Pool<B>; MemoryKind::ALL.len()],
    memory: MemoryOptions,
    hooks: Hooks,
    gate: Gate,
    /// Where a spare event is looked for first.
    event: Slot<B::Event>,
    events: Mutex<Vec<B::Event>>,
    streams: Mutex<Vec<Parked<B>>>,
    /// Every stream's clock, to name what was running when the device is lost.
    clocks: Mutex<Vec<Weak<Clock<B>>>>,
    lost: OnceLock<Arc<Loss>>,
    waits: AtomicU64,
    // Last, so that everything above is gone when the backend closes the device.
    backend: B,
}

/// A stream that waits for its next context.
#[derive(Debug)]
struct Parked<B: Backend> {
    options: B::StreamOptions,
    stream: B::Stream,
    /// What the host is to end before the stream goes on.
    host_waits: HostWaits,
}

impl<B: Backend> DeviceState<B> {
    /// Makes the state of a device, with a pool for each kind of its memory.
    pub fn new(backend: B, memory: impl Into<MemoryOptions>) -> Arc<DeviceState<B>> {
        let memory = memory.into();
        let state = Arc::new(DeviceState {
            pools: MemoryKind::ALL.map(|kind| Pool::new(kind, memory)),
            memory,
            hooks: Hooks::default(),
            gate: Gate::default(),
            event: Slot::default(),
            events: Mutex::default(),
            streams: Mutex::default(),
            clocks: Mutex::default(),
            lost: OnceLock::new(),
            waits: AtomicU64::new(0),
            backend,
        });
        siblings::add(&state);
        state
    }

    /// Returns the backend.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// Returns the device.
    pub fn device(&self) -> Device {
        self.backend.device()
    }

    #[inline]
    pub(crate) fn pool(&self, kind: MemoryKind) -> &Pool<B> {
        &self.pools[kind.index()]
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    /// Returns what the device's pools are like.
    pub fn memory_options(&self) -> MemoryOptions {
        self.memory
    }

    /// Returns what new buffers are filled with, if with anything.
    #[inline]
    pub(crate) fn first_byte(&self) -> Option<u8> {
        self.memory.first_byte()
    }

    /// Has `hook` called when memory has run out, with the bytes that are wanted, and returns how many it gave up as far as it knows.
    /// Caches of libraries belong on [`Rung::Trim`], a program's own on [`Rung::Hooks`]. No lock is held during the call; the hook
    /// may allocate and free. It is called until the returned owner is dropped.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another rung.
    pub fn on_memory_pressure(
        &self,
        rung: Rung,
        hook: impl Fn(usize) -> usize + Send + Sync + 'static,
    ) -> Result<Arc<dyn Fn(usize) -> usize + Send + Sync>> {
        let hook: Hook = Arc::new(hook);
        match self.hooks.add(rung, &hook) {
            true => Ok(hook),
            false => Err(Error::Unsupported {
                device: self.device(),
                what: "a hook on this rung of the ladder",
                reason: format!("{rung:?} has none; use Rung::Trim or Rung::Hooks"),
            }),
        }
    }

    pub(crate) fn call_hooks(&self, rung: Rung, bytes: usize) -> usize {
        self.hooks.call(rung, bytes)
    }

    /// Gives back what the other pools of the same memory hold idle.
    pub(crate) fn trim_siblings(self: &Arc<Self>) -> u64 {
        siblings::trim(self)
    }

    /// Returns the first failure, as an error, if the device is lost.
    #[inline]
    pub(crate) fn check(&self) -> Result<()> {
        match self.lost.get() {
            None => Ok(()),
            Some(loss) => Err(self.lost_error(loss)),
        }
    }

    #[cold]
    fn lost_error(&self, loss: &Arc<Loss>) -> Error {
        Error::Lost { device: self.device(), loss: loss.clone() }
    }

    /// Remembers a stream for [`note`](DeviceState::note).
    pub(crate) fn know_clock(&self, clock: &Arc<Clock<B>>) {
        let mut clocks = lock(&self.clocks);
        if clocks.len() == clocks.capacity() {
            // Before it grows, so that the sweep is paid for by the pushes between two of them.
            clocks.retain(|clock| clock.strong_count() > 0);
        }
        clocks.push(Arc::downgrade(clock));
    }

    /// Describes a failure with the launches that had not ended, on all streams of the device.
    fn describe_loss(&self, cause: Error) -> Arc<Loss> {
        let launches = self
            .known_clocks()
            .iter()
            .flat_map(|clock| clock.unfinished_launches().into_iter().map(|name| (name, clock.id())))
            .collect();
        Arc::new(Loss { cause, launches })
    }

    /// Remembers the first failure after which the device holds no promise.
    #[inline]
    pub(crate) fn note<T>(&self, result: Result<T>) -> Result<T> {
        if let Err(error) = &result {
            self.note_error(error);
        }
        result
    }

    /// Returns a failure, remembered. On the heap, so that no caller's result need have an address.
    #[cold]
    #[inline(never)]
    pub(crate) fn noted(&self, error: Box<Error>) -> Box<Error> {
        self.note_error(&error);
        error
    }

    #[cold]
    fn note_error(&self, error: &Error) {
        // Whatever failed was a stream's, or another device's.
        if B::STREAMS_FAIL_ALONE {
            return;
        }
        match error {
            // Not this device's failure.
            Error::EventFailed { .. } | Error::KernelPanicked { .. } => {}
            // A backend that knows of the loss itself gives its cause.
            Error::Lost { loss, .. } => self.lose(|| loss.clone()),
            error if error.class() == ErrorClass::ContextLost => {
                self.lose(|| self.describe_loss(error.clone()))
            }
            _ => {}
        }
    }

    /// Gives the device up, and every stream of it.
    fn lose(&self, loss: impl FnOnce() -> Arc<Loss>) {
        self.lost.get_or_init(loss);
        self.pools.iter().for_each(Pool::close);
        self.known_clocks().iter().for_each(|clock| clock.note_loss());
    }

    fn known_clocks(&self) -> Vec<Arc<Clock<B>>> {
        lock(&self.clocks).iter().filter_map(Weak::upgrade).collect()
    }

    /// Does something on the device, unless it is lost, and remembers if it is lost by that.
    #[inline]
    pub(crate) fn attempt<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.check()?;
        self.note(work())
    }

    #[inline]
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    pub(crate) fn lease_stream(&self, options: B::StreamOptions) -> Result<B::Stream> {
        let parked = {
            let mut streams = lock(&self.streams);
            // One that the host still holds back would hold its next context back too.
            let serves = |parked: &Parked<B>| parked.options == options && !parked.host_waits.any_pending();
            let place = streams.iter().position(serves);
            place.map(|place| streams.swap_remove(place).stream)
        };
        parked.map_or_else(|| self.backend.create_stream(options), Ok)
    }

    pub(crate) fn park_stream(&self, options: B::StreamOptions, stream: B::Stream, host_waits: HostWaits) {
        if self.backend.may_reuse(&stream) {
            lock(&self.streams).push(Parked { options, stream, host_waits });
        }
    }

    /// Lends an event until the lease is dropped. Events are made when there is no spare one, and destroyed when the device closes.
    ///
    /// # Errors
    /// Whatever making an event can fail with.
    #[doc(alias = "cuEventCreate")]
    #[inline]
    pub fn lease_event(&self) -> Result<EventLease<'_, B>> {
        Ok(EventLease { event: ManuallyDrop::new(self.take_event()?), state: self })
    }

    #[inline]
    pub(crate) fn take_event(&self) -> Result<B::Event> {
        match self.event.take() {
            Some(spare) => Ok(spare),
            None => self.take_listed_event(),
        }
    }

    #[inline(never)]
    fn take_listed_event(&self) -> Result<B::Event> {
        if let Some(spare) = lock(&self.events).pop() {
            return Ok(spare);
        }
        self.backend.create_event()
    }

    #[inline]
    pub(crate) fn return_event(&self, event: B::Event) {
        if let Err(event) = self.event.put(event) {
            self.list_event(event);
        }
    }

    #[inline(never)]
    fn list_event(&self, event: B::Event) {
        lock(&self.events).push(event);
    }

    pub(crate) fn count_wait(&self) {
        self.waits.fetch_add(1, Relaxed);
    }

    /// Returns how many device-side waits were inserted so far.
    pub(crate) fn waits(&self) -> u64 {
        self.waits.load(Relaxed)
    }
}

/// An event on loan from its device. Made by [`DeviceState::lease_event`].
#[derive(Debug)]
pub struct EventLease<'a, B: Backend> {
    event: ManuallyDrop<B::Event>,
    state: &'a DeviceState<B>,
}

impl<B: Backend> Deref for EventLease<'_, B> {
    type Target = B::Event;

    #[inline]
    fn deref(&self) -> &B::Event {
        &self.event
    }
}

impl<B: Backend> Drop for EventLease<'_, B> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: taken here once; nothing looks at it behind this.
        let event = unsafe { ManuallyDrop::take(&mut self.event) };
        self.state.return_event(event);
    }
}

impl<B: Backend> Drop for DeviceState<B> {
    fn drop(&mut self) {
        // Nobody can give the device work any more. What still runs must end before its memory goes: this is the one
        // place where dropping waits, for the last context, buffer or event of a device.
        if self.is_lost() {
            tracing::warn!(device = %self.device(), "the device was lost; its memory is left to the driver");
            return;
        }
        for pool in &self.pools {
            if let Err(error) = pool.release(&self.backend) {
                tracing::error!(device = %self.device(), %error, "work failed that nobody waited for; memory is leaked");
            }
        }
    }
}

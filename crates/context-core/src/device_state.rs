//! What all contexts of one device share: the backend, parked streams and events, and the memory pool.

use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{
    Backend, Device, Error, ErrorClass, MemoryKind, MemoryOptions, Result, Rung,
    clock::lock,
    pool::{Hook, Hooks, Pool, siblings},
};

/// The shared state of one device. Contexts, buffers and events keep it alive.
#[derive(Debug)]
pub struct DeviceState<B: Backend> {
    pools: [Pool<B>; MemoryKind::ALL.len()],
    memory: MemoryOptions,
    /// What new buffers are filled with, if with anything.
    first_byte: Option<u8>,
    hooks: Hooks,
    events: Mutex<Vec<B::Event>>,
    streams: Mutex<Vec<(B::StreamOptions, B::Stream)>>,
    lost: OnceLock<Arc<Error>>,
    waits: AtomicU64,
    // Last, so that everything above is gone when the backend closes the device.
    backend: B,
}

impl<B: Backend> DeviceState<B> {
    /// Makes the state of a device, with a pool for each kind of its memory.
    pub fn new(backend: B, memory: impl Into<MemoryOptions>) -> Arc<DeviceState<B>> {
        let memory = memory.into();
        let state = Arc::new(DeviceState {
            pools: MemoryKind::ALL.map(|kind| Pool::new(kind, memory)),
            memory,
            first_byte: memory.junk.or(memory.zero.then_some(0)),
            hooks: Hooks::default(),
            events: Mutex::default(),
            streams: Mutex::default(),
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

    /// Returns what the device's pools are like.
    pub fn memory_options(&self) -> MemoryOptions {
        self.memory
    }

    /// Returns what new buffers are filled with, if with anything.
    #[inline]
    pub(crate) fn first_byte(&self) -> Option<u8> {
        self.first_byte
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
    pub(crate) fn check(&self) -> Result<()> {
        match self.lost.get() {
            None => Ok(()),
            Some(cause) => Err(Error::Lost { device: self.device(), cause: cause.clone() }),
        }
    }

    /// Remembers the first failure after which the device holds no promise.
    pub(crate) fn note<T>(&self, result: Result<T>) -> Result<T> {
        match &result {
            // A stream's failure, not the device's.
            Ok(_) | Err(Error::KernelPanicked { .. }) => {}
            // A backend that knows of the loss itself gives its cause.
            Err(Error::Lost { cause, .. }) => {
                self.lost.get_or_init(|| cause.clone());
            }
            Err(error) if error.class() == ErrorClass::ContextLost => {
                self.lost.get_or_init(|| Arc::new(error.clone()));
            }
            Err(_) => {}
        }
        result
    }

    /// Does something on the device, unless it is lost, and remembers if it is lost by that.
    pub(crate) fn attempt<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        self.check()?;
        self.note(work())
    }

    pub(crate) fn is_lost(&self) -> bool {
        self.lost.get().is_some()
    }

    pub(crate) fn lease_stream(&self, options: B::StreamOptions) -> Result<B::Stream> {
        let parked = {
            let mut streams = lock(&self.streams);
            let place = streams.iter().position(|(parked, _)| *parked == options);
            place.map(|place| streams.swap_remove(place).1)
        };
        parked.map_or_else(|| self.backend.create_stream(options), Ok)
    }

    pub(crate) fn park_stream(&self, options: B::StreamOptions, stream: B::Stream) {
        if self.backend.may_reuse(&stream) {
            lock(&self.streams).push((options, stream));
        }
    }

    pub(crate) fn lease_event(&self) -> Result<B::Event> {
        let spare = lock(&self.events).pop();
        spare.map_or_else(|| self.backend.create_event(), Ok)
    }

    pub(crate) fn return_event(&self, event: B::Event) {
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

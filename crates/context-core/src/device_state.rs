//! What all contexts of one device share: the backend, parked streams and events, and the memory pool.

use std::sync::{
    Arc, Mutex, OnceLock,
    atomic::{AtomicU64, Ordering::Relaxed},
};

use crate::{Backend, Device, Error, ErrorClass, Result, clock::lock, pool::Pool};

/// The shared state of one device. Contexts, buffers and events keep it alive.
#[derive(Debug)]
pub struct DeviceState<B: Backend> {
    pool: Pool<B>,
    events: Mutex<Vec<B::Event>>,
    streams: Mutex<Vec<(B::StreamOptions, B::Stream)>>,
    lost: OnceLock<Arc<Error>>,
    waits: AtomicU64,
    // Last, so that everything above is gone when the backend closes the device.
    backend: B,
}

impl<B: Backend> DeviceState<B> {
    /// Makes the state of a device. `memory_limit` bounds what the pool takes from it, in bytes.
    pub fn new(backend: B, memory_limit: Option<usize>) -> Arc<DeviceState<B>> {
        Arc::new(DeviceState {
            pool: Pool::new(memory_limit),
            events: Mutex::default(),
            streams: Mutex::default(),
            lost: OnceLock::new(),
            waits: AtomicU64::new(0),
            backend,
        })
    }

    /// Returns the backend.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// Returns the device.
    pub fn device(&self) -> Device {
        self.backend.device()
    }

    pub(crate) fn pool(&self) -> &Pool<B> {
        &self.pool
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
        } else if let Err(error) = self.pool.release(&self.backend) {
            tracing::error!(device = %self.device(), %error, "work failed that nobody waited for; memory is leaked");
        }
    }
}

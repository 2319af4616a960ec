//! [`CudaContext`] and how one is made.

#![allow(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError, Weak};

use context_core::{
    Context, Core, Determinism, DeviceState, Error, MathMode, MemoryOptions, Result,
    cuda::{self, Device, Driver},
};
use cuda_sys::search::Rule;
use lazy_static::lazy_static;

use crate::{CudaBackend, Libraries, MemorySource, StreamPriority, backend::device_name, handles::Handles};
#[cfg(feature = "cudnn")]
use crate::{SyncedCudnnState, WorkspaceOptions};

/// A context on a CUDA device: a stream of its own, and the device's primary context, memory pool and loaded kernels, which
/// it shares with every other context of the device.
#[derive(Debug)]
pub struct CudaContext {
    core: Core<CudaBackend>,
    handles: Handles,
    settings: Settings,
    #[cfg(feature = "cudnn")]
    states: Arc<SyncedCudnnState>,
}

/// What a context and its forks have in common.
#[derive(Clone, Copy, Debug, Default)]
struct Settings {
    libraries: Libraries,
    #[cfg(feature = "cudnn")]
    cudnn_workspace_limit: Option<usize>,
}

type State = DeviceState<CudaBackend>;

lazy_static! {
    /// The devices that are open, by driver and ordinal, for as long as a context, buffer or event of them lives.
    static ref OPEN: Mutex<Vec<(Device, Weak<State>)>> = Mutex::new(Vec::new());
}

/// Opens a device, or finds it open.
fn shared_state(device: Device) -> Result<Arc<State>> {
    if let Some(state) = find_or_keep(device, None) {
        return Ok(state);
    }
    // The driver is not called under the lock. Two threads may get here at once; the first one's state is kept.
    let opened = DeviceState::new(
        CudaBackend::new(cuda::Context::primary(device)?, MemorySource::default())?,
        MemoryOptions::default(),
    );
    Ok(find_or_keep(device, Some(&opened)).unwrap_or(opened))
}

/// Finds the open device; if there is none, keeps `opened` as it.
fn find_or_keep(device: Device, opened: Option<&Arc<State>>) -> Option<Arc<State>> {
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(_, state)| state.strong_count() > 0);
    let found = open.iter().find(|(other, _)| *other == device).and_then(|(_, state)| state.upgrade());
    if let (None, Some(opened)) = (&found, opened) {
        open.push((device, Arc::downgrade(opened)));
    }
    found
}

/// Tells whether the system's driver has a device with this ordinal that can be used, and returns its name.
///
/// # Errors
/// Why not: no driver, no device, no such device.
pub fn probe(ordinal: u32) -> Result<String> {
    Ok(Device::new(system_driver()?, ordinal)?.name()?)
}

/// Finds the system's driver. A place that should have been it and is broken does not pass unseen.
fn system_driver() -> cuda::Result<Driver> {
    let driver = Driver::system()?;
    for attempt in driver.skipped().iter().filter(|attempt| attempt.rule == Rule::Variable) {
        tracing::warn!(
            "{} names {attempt}; {} was taken",
            cuda_sys::driver::PRODUCT.variable,
            driver.origin()
        );
    }
    Ok(driver)
}

impl CudaContext {
    /// Opens device `ordinal` of the system's driver, with random seed 0.
    ///
    /// # Errors
    /// [`Error::NoDevice`] if there is no driver or no such device, with what was found.
    pub fn new(ordinal: u32) -> Result<CudaContext> {
        CudaContext::builder().device(ordinal).build()
    }

    /// Starts choosing what a context is like.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Binds the device to this thread until the scope is dropped: operations inside are one driver call each.
    ///
    /// # Errors
    /// As [`cuda::Context::bind`].
    #[doc(alias = "cuCtxPushCurrent")]
    pub fn enter(&self) -> Result<cuda::Scope<'_>> {
        Ok(self.core.state().backend().context().enter()?)
    }

    /// Returns the device's primary context, in which all of this is.
    pub fn cuda_context(&self) -> &Arc<cuda::Context> {
        self.core.state().backend().context()
    }

    /// Returns the driver.
    pub fn driver(&self) -> Driver {
        self.cuda_device().driver()
    }

    /// Returns which libraries were chosen in place of the system's.
    pub fn libraries(&self) -> &Libraries {
        &self.settings.libraries
    }

    /// Returns how many bytes of workspace an operation of cuDNN's may use at the most, if that is bounded.
    #[cfg(feature = "cudnn")]
    pub fn cudnn_workspace_limit(&self) -> Option<usize> {
        self.settings.cudnn_workspace_limit
    }

    /// Returns the states of cuDNN that the context shares with its forks.
    #[cfg(feature = "cudnn")]
    pub fn cudnn_states(&self) -> &Arc<SyncedCudnnState> {
        &self.states
    }

    /// Makes a fork that does not share the states, for a state itself: it must not keep itself alive.
    #[cfg(feature = "cudnn")]
    pub(crate) fn fork_apart(&self) -> Result<CudaContext> {
        let mut fork = self.fork()?;
        fork.states = Arc::new(SyncedCudnnState::new(1, WorkspaceOptions::default())?);
        Ok(fork)
    }

    #[inline]
    pub(crate) fn handles(&self) -> &Handles {
        &self.handles
    }

    /// Returns the device as CUDA knows it.
    pub fn cuda_device(&self) -> Device {
        self.core.state().backend().context().device()
    }
}

impl Context for CudaContext {
    type Backend = CudaBackend;

    fn core(&self) -> &Core<CudaBackend> {
        &self.core
    }

    fn with_core(&self, core: Core<CudaBackend>) -> CudaContext {
        let mut settings = self.settings;
        if core.state().backend().context().driver() != self.driver() {
            // They work through this context's driver, which whoever chose them vouched for.
            settings.libraries = Libraries::default();
        }
        CudaContext {
            core,
            handles: Handles::default(),
            settings,
            #[cfg(feature = "cudnn")]
            states: self.states.clone(),
        }
    }
}

impl Drop for CudaContext {
    fn drop(&mut self) {
        self.handles.retire(self);
    }
}

/// What a [`CudaContext`] is to be like.
#[derive(Clone, Copy, Debug, Default)]
#[must_use = "nothing is made before `build`"]
pub struct Builder {
    driver: Option<Driver>,
    ordinal: u32,
    priority: StreamPriority,
    seed: u64,
    label: &'static str,
    determinism: Determinism,
    math_mode: MathMode,
    memory: Option<MemoryOptions>,
    source: MemorySource,
    settings: Settings,
    #[cfg(feature = "cudnn")]
    slots: Option<usize>,
    #[cfg(feature = "cudnn")]
    workspace: WorkspaceOptions,
}

impl Builder {
    /// Chooses the driver; the system's if this is not called.
    pub fn driver(self, driver: Driver) -> Builder {
        Builder { driver: Some(driver), ..self }
    }

    /// Chooses the device by its ordinal; 0 if this is not called.
    pub fn device(self, ordinal: u32) -> Builder {
        Builder { ordinal, ..self }
    }

    /// Chooses how urgent the stream's work is.
    pub fn priority(self, priority: StreamPriority) -> Builder {
        Builder { priority, ..self }
    }

    /// Seeds the random numbers; 0 if this is not called.
    pub fn seed(self, seed: u64) -> Builder {
        Builder { seed, ..self }
    }

    /// Names the context and its forks, for people who read messages.
    pub fn label(self, label: &'static str) -> Builder {
        Builder { label, ..self }
    }

    /// Chooses whether the same operations give the same bits each time; they do if this is not called, and what cuDNN cannot do so is refused.
    pub fn determinism(self, determinism: Determinism) -> Builder {
        Builder { determinism, ..self }
    }

    /// Bounds the memory of this context and its forks, in bytes, and gives them a pool of their own.
    pub fn memory_limit(self, bytes: usize) -> Builder {
        let memory = self.memory.unwrap_or_default();
        self.memory(MemoryOptions { limit: Some(bytes), ..memory })
    }

    /// Chooses what the memory pools of this context and its forks are like, which are then pools of their own.
    pub fn memory(self, options: MemoryOptions) -> Builder {
        Builder { memory: Some(options), ..self }
    }

    /// Chooses where device memory comes from, for this context and its forks, which then have pools of their own.
    pub fn memory_source(self, source: MemorySource) -> Builder {
        let memory = self.memory.unwrap_or_default();
        Builder { source, ..self.memory(memory) }
    }

    /// Chooses libraries in place of the system's: software ones for the simulated driver, for example.
    ///
    /// # Safety
    /// - The libraries' functions that touch a device do so through the driver of this context.
    pub unsafe fn libraries(self, libraries: Libraries) -> Builder {
        let mut settings = self.settings;
        settings.libraries = libraries;
        Builder { settings, ..self }
    }

    /// Chooses how many cuDNN states this context shares with its forks: as many as the host runs threads at once, if this is not called.
    #[cfg(feature = "cudnn")]
    pub fn cudnn_slots(self, slots: usize) -> Builder {
        Builder { slots: Some(slots), ..self }
    }

    /// Bounds the workspace of each operation of cuDNN's, in bytes, for this context and its forks.
    #[cfg(feature = "cudnn")]
    pub fn cudnn_workspace_limit(self, bytes: usize) -> Builder {
        Builder { settings: Settings { cudnn_workspace_limit: Some(bytes), ..self.settings }, ..self }
    }

    /// Chooses what the workspaces of those states are like.
    #[cfg(feature = "cudnn")]
    pub fn cudnn_workspace(self, workspace: WorkspaceOptions) -> Builder {
        Builder { workspace, ..self }
    }

    #[cfg(feature = "cudnn")]
    fn slots(&self) -> usize {
        self.slots.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
    }

    /// Chooses which arithmetic the libraries may form products with, for this context and its forks.
    pub fn math_mode(self, math_mode: MathMode) -> Builder {
        Builder { math_mode, ..self }
    }

    /// Opens the device and makes the context.
    ///
    /// # Errors
    /// [`Error::NoDevice`] if there is no driver or no such device, with what was found.
    pub fn build(self) -> Result<CudaContext> {
        let driver = self.driver.map_or_else(system_driver, Ok);
        let device = driver
            .and_then(|driver| Device::new(driver, self.ordinal))
            .map_err(|error| Error::NoDevice { device: self.name(), reason: error.to_string() })?;
        let state = match self.memory {
            None => shared_state(device)?,
            Some(options) => {
                let context = cuda::Context::primary(device)?;
                DeviceState::new(CudaBackend::new(context, self.source)?, options)
            }
        };
        let core = Core::new(&state, self.priority, self.seed)?
            .with_label(self.label)
            .with_determinism(self.determinism)
            .with_math_mode(self.math_mode);
        Ok(CudaContext {
            core,
            handles: Handles::default(),
            settings: self.settings,
            #[cfg(feature = "cudnn")]
            states: Arc::new(SyncedCudnnState::new(self.slots(), self.workspace)?),
        })
    }

    /// Names the device, whether or not there is one.
    fn name(&self) -> context_core::Device {
        self.driver
            .map_or(context_core::Device::Cuda(self.ordinal), |driver| device_name(driver, self.ordinal))
    }
}

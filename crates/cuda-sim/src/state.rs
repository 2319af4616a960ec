//! All that the simulated driver knows, behind one lock.
//!
//! One lock makes the rules between streams, events and memory easy to see and to keep. Work itself (copies, kernels, host
//! functions) runs outside of it. The address space has its own lock, which is taken after this one, never before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering as Memory};
use std::sync::{Arc, Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::advice::Advice;
use crate::array::{Array, Mipmapped};
use crate::capture::Capture;
use crate::condition::Condition;
use crate::config::{self, ConfigError, SimConfig};
use crate::context::Context;
use crate::device::Device;
use crate::error::{Answer, INVALID_DEVICE, INVALID_VALUE, NO_DEVICE};
use crate::event::Event;
use crate::executable::Executable;
use crate::external::External;
use crate::graph::{Graph, Node};
use crate::green::{Descriptor, Green};
use crate::handle::{Handle, Kind, Table};
use crate::link::Link;
use crate::module::{Function, Kernel, Library, Module};
use crate::order::{Act, Ordering};
use crate::pool::Pool;
use crate::schedule::{self, Schedule};
use crate::semaphore::Semaphore;
use crate::stream::Stream;
use crate::texture::{Surface, Texture};
use crate::texture_reference::{SurfaceReference, TextureReference};
use crate::user_object::UserObject;
use crate::virtual_memory::{Physical, Reservations};
use crate::{checks, exports::Sim, fault, journal, null, race, report, space, trace};

/// The driver's state. See the module.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: SimConfig,
    pub(crate) devices: Vec<Device>,
    pub(crate) contexts: Table<Context>,
    pub(crate) streams: Table<Stream>,
    pub(crate) events: Table<Event>,
    pub(crate) modules: Table<Module>,
    pub(crate) functions: Table<Function>,
    pub(crate) libraries: Table<Library>,
    pub(crate) kernels: Table<Kernel>,
    pub(crate) pools: Table<Pool>,
    pub(crate) physical: Table<Physical>,
    pub(crate) arrays: Table<Array>,
    pub(crate) mipmapped: Table<Mipmapped>,
    pub(crate) links: Table<Link>,
    pub(crate) graphs: Table<Graph>,
    pub(crate) nodes: Table<Node>,
    pub(crate) executables: Table<Executable>,
    pub(crate) externals: Table<External>,
    pub(crate) semaphores: Table<Arc<Semaphore>>,
    pub(crate) textures: Table<Texture>,
    pub(crate) surfaces: Table<Surface>,
    pub(crate) texture_references: Table<TextureReference>,
    pub(crate) surface_references: Table<SurfaceReference>,
    pub(crate) user_objects: Table<UserObject>,
    pub(crate) greens: Table<Green>,
    pub(crate) descriptors: Table<Descriptor>,
    /// Memory of other processes: where it is and how often it was opened, by context and IPC handle.
    pub(crate) opened: BTreeMap<(Handle, [u8; 64]), (u64, u32)>,
    /// What conditional nodes look at, by conditional handle.
    pub(crate) conditions: BTreeMap<u64, Condition>,
    /// How many nodes and executables have a claim to memory of graphs, by its address.
    pub(crate) graph_memory: BTreeMap<u64, usize>,
    /// Memory of graphs that a launch has allocated and nothing has freed since.
    pub(crate) graph_unfreed: BTreeSet<u64>,
    /// The default and the current pool of host memory: by whether it is managed, kind of location, and number.
    pub(crate) host_pools: BTreeMap<(bool, u32, i32), (Handle, Handle)>,
    /// Captures in progress, by number.
    pub(crate) captures: BTreeMap<u64, Capture>,
    pub(crate) reservations: Reservations,
    pub(crate) advice: Advice,
    pub(crate) schedule: Schedule,
    pub(crate) order: Ordering,
    /// What of the host's own frees has to be ordered, by address.
    pub(crate) host_frees: BTreeMap<u64, Arc<Act>>,
    pub(crate) ids: u64,
    pub(crate) origin: Instant,
}

static STATE: LazyLock<Mutex<State>> = LazyLock::new(|| Mutex::new(State::new(SimConfig::default())));
static INITIALIZED: AtomicBool = AtomicBool::new(false);

/// Woken whenever work completes.
pub(crate) static DONE: Condvar = Condvar::new();
/// Woken whenever a stream has work that can run.
pub(crate) static WORK: Condvar = Condvar::new();

/// Opens the state. A panic under the lock was a fault of this driver, and has been reported by its gate; the state is
/// plain data, so it stays usable.
pub(crate) fn lock() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits until some work completes.
pub(crate) fn wait(mut guard: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    guard.schedule.waiting += 1;
    guard.schedule.grant();
    let mut guard = DONE.wait(guard).unwrap_or_else(PoisonError::into_inner);
    guard.schedule.waiting -= 1;
    guard.schedule.revoke();
    guard
}

/// Lets some time pass, for those who wait for what other processes do.
pub(crate) fn nap(mut guard: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    guard.schedule.grant();
    drop(guard);
    std::thread::sleep(Duration::from_micros(50));
    let mut guard = lock();
    guard.schedule.revoke();
    guard
}

/// Chooses the order of asynchronous work by `seed` from now on, once all that is queued is done, and returns the seed before.
pub(crate) fn seed(seed: Option<u64>) -> Option<u64> {
    let mut state = schedule::drain(lock());
    let before = state.config.seed;
    state.config.seed = seed;
    state.schedule.seed(seed);
    config::want_seed(seed);
    before
}

/// Whether `cuInit` has succeeded.
pub(crate) fn is_initialized() -> bool {
    INITIALIZED.load(Memory::Acquire)
}

impl State {
    fn new(config: SimConfig) -> State {
        State {
            config,
            devices: Vec::new(),
            contexts: Table::new(Kind::Context),
            streams: Table::new(Kind::Stream),
            events: Table::new(Kind::Event),
            modules: Table::new(Kind::Module),
            functions: Table::new(Kind::Function),
            libraries: Table::new(Kind::Library),
            kernels: Table::new(Kind::Kernel),
            pools: Table::new(Kind::Pool),
            physical: Table::new(Kind::Physical),
            arrays: Table::new(Kind::Array),
            mipmapped: Table::new(Kind::Mipmapped),
            links: Table::new(Kind::Link),
            graphs: Table::new(Kind::Graph),
            nodes: Table::new(Kind::Node),
            executables: Table::new(Kind::Executable),
            externals: Table::new(Kind::External),
            semaphores: Table::new(Kind::Semaphore),
            textures: Table::new(Kind::Texture),
            surfaces: Table::new(Kind::Surface),
            texture_references: Table::new(Kind::TextureReference),
            surface_references: Table::new(Kind::SurfaceReference),
            user_objects: Table::new(Kind::UserObject),
            greens: Table::new(Kind::Green),
            descriptors: Table::new(Kind::Descriptor),
            opened: BTreeMap::new(),
            conditions: BTreeMap::new(),
            graph_memory: BTreeMap::new(),
            graph_unfreed: BTreeSet::new(),
            host_pools: BTreeMap::new(),
            captures: BTreeMap::new(),
            reservations: Reservations::default(),
            advice: Advice::default(),
            schedule: Schedule::default(),
            order: Ordering::default(),
            host_frees: BTreeMap::new(),
            ids: 0,
            origin: Instant::now(),
        }
    }

    /// Returns the device of that number.
    pub(crate) fn device(&mut self, ordinal: i32) -> Answer<&mut Device> {
        usize::try_from(ordinal).ok().and_then(|index| self.devices.get_mut(index)).ok_or(INVALID_DEVICE)
    }

    /// Returns a number that was never returned before, for ids of contexts and streams.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Returns the simulated clock: nanoseconds since the driver started, never zero.
    pub(crate) fn now(&self) -> u64 {
        self.origin.elapsed().as_nanos() as u64 + 1
    }
}

/// Sets the machine that programs in this process see from their next `cuInit` on.
///
/// # Errors
/// - [`ConfigError::OutOfRange`] if no machine can be so.
/// - [`ConfigError::InUse`] while contexts are alive: a machine does not change under a running program.
pub fn configure(config: SimConfig) -> Result<(), ConfigError> {
    config.check()?;
    let mut state = lock();
    let contexts = state.contexts.iter().filter(|(_, context)| context.active).count();
    if contexts > 0 {
        return Err(ConfigError::InUse { contexts });
    }
    INITIALIZED.store(false, Memory::Release);
    // Handles given out so far stay invalid: the tables, which remember them, are kept.
    state.devices.clear();
    null::set(false);
    state.drop_all_handles();
    state.order = Ordering::default();
    state.host_frees.clear();
    race::clear();
    space::write().clear();
    config::want(config);
    Ok(())
}

impl State {
    fn drop_all_handles(&mut self) {
        fn empty<T>(table: &mut Table<T>) {
            for handle in table.handles(|_| true) {
                table.remove(handle);
            }
        }
        empty(&mut self.contexts);
        empty(&mut self.events);
        empty(&mut self.modules);
        empty(&mut self.functions);
        empty(&mut self.libraries);
        empty(&mut self.kernels);
        empty(&mut self.pools);
        empty(&mut self.physical);
        empty(&mut self.arrays);
        empty(&mut self.mipmapped);
        empty(&mut self.links);
        empty(&mut self.graphs);
        empty(&mut self.nodes);
        empty(&mut self.executables);
        empty(&mut self.externals);
        empty(&mut self.semaphores);
        empty(&mut self.textures);
        empty(&mut self.surfaces);
        empty(&mut self.texture_references);
        empty(&mut self.surface_references);
        empty(&mut self.user_objects);
        empty(&mut self.greens);
        empty(&mut self.descriptors);
        self.opened.clear();
        self.conditions.clear();
        self.graph_memory.clear();
        self.graph_unfreed.clear();
        self.host_pools.clear();
        self.captures.clear();
        self.reservations = Reservations::default();
        self.advice = Advice::default();
    }
}

impl Sim {
    /// Makes the machine. Calls after the first that succeeded change nothing.
    pub(crate) fn cuInit(flags: u32) -> Answer {
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        if is_initialized() {
            return Ok(());
        }
        let config = config::wanted().map_err(|error| {
            journal::note(error.to_string());
            INVALID_VALUE
        })?;
        checks::set(config.checks);
        if let Some(faults) = &config.faults {
            fault::parse(faults).map_err(|entry| {
                journal::note(format!("CUDA_SIM_FAULTS: `{entry}` is no fault"));
                INVALID_VALUE
            })?;
        }
        report::react(config.on_report);
        let visible = config::visible(config.devices);
        if visible.is_empty() {
            return Err(NO_DEVICE);
        }
        let devices: Answer<Vec<Device>> = visible
            .into_iter()
            .enumerate()
            .map(|(ordinal, slot)| Device::new(&mut state, ordinal, slot, &config))
            .collect();
        state.devices = devices?;
        trace::write_to(config.trace.as_deref()).map_err(|error| {
            journal::note(format!("opening the file of CUDA_SIM_TRACE: {error}"));
            INVALID_VALUE
        })?;
        journal::write_at_exit(config.journal.clone());
        state.schedule.seed(config.seed);
        null::set(config.null);
        state.config = config;
        INITIALIZED.store(true, Memory::Release);
        Ok(())
    }
}

//! Contexts: what a device is to one user of it.
//!
//! Every device has one *primary* context, which all who retain it share, and any number of contexts of clients' own. Which
//! context a call means is the top of the calling thread's stack.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use cuda_sys::CUresult;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{HandleOut, In, Out};
use crate::handle::Handle;
use crate::schedule;
use crate::state::{State, lock};
use crate::stream::Order;
use crate::sys::{CUctxCreateParams, CUexecAffinityParam, CUfunc_cache, CUlimit, CUsharedconfig};
use crate::{fault, journal, memory, thread};

/// Scheduling is one of spin, yield and blocking; then map host, resize local memory, two for core dumps, and
/// synchronous memory operations.
const ALL_FLAGS: u32 = 0xff;
const SCHEDULING: u32 = 7;

/// A context.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) device: usize,
    pub(crate) is_primary: bool,
    /// It is only the name of a green context.
    pub(crate) green: Option<Handle>,
    /// A primary context that nobody holds is kept, so that its handle stays the same, but cannot be used.
    /// How often it was attached to.
    attached: u32,
    pub(crate) active: bool,
    pub(crate) flags: u32,
    pub(crate) id: u64,
    pub(crate) legacy: Handle,
    pub(crate) per_thread: HashMap<u64, Handle>,
    pub(crate) streams: Vec<Handle>,
    /// The first asynchronous error; nearly every later call returns it.
    pub(crate) fault: Option<Failure>,
    limits: Limits,
    cache: CUfunc_cache,
    shared: CUsharedconfig,
    /// Devices whose memory this context may reach, by [`Sim::cuCtxEnablePeerAccess`].
    pub(crate) peers: BTreeSet<usize>,
    /// Set once the context is being destroyed: its kernels have some time left then.
    pub(crate) ends: Arc<AtomicBool>,
}

/// An asynchronous error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failure {
    pub(crate) code: CUresult,
    since: Instant,
    /// A call that waits or asks has returned it.
    told: bool,
}

impl Failure {
    pub(crate) fn new(code: CUresult) -> Failure {
        Failure { code, since: Instant::now(), told: false }
    }
}

/// How long a failure takes to come to the host's notice, if it does not ask. A device is a few microseconds away, so that what a
/// program submits right behind a kernel that fails is accepted; programs count on it, and a kernel may be quicker here.
const NOTICE: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, Debug)]
struct Limits {
    values: [u64; 8],
}

impl Default for Limits {
    fn default() -> Limits {
        // Stack, printf buffer, malloc heap, synchronisation depth, pending launches, L2 fetch, persisting L2, unused.
        Limits { values: [1024, 1 << 20, 8 << 20, 2, 2048, 64, 0, 0] }
    }
}

impl Context {
    fn new(device: usize, is_primary: bool, flags: u32) -> Context {
        Context {
            device,
            is_primary,
            green: None,
            attached: 0,
            active: false,
            flags,
            id: 0,
            legacy: Handle(0),
            per_thread: HashMap::new(),
            streams: Vec::new(),
            fault: None,
            limits: Limits::default(),
            cache: CUfunc_cache::CU_FUNC_CACHE_PREFER_NONE,
            shared: CUsharedconfig::CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE,
            peers: BTreeSet::new(),
            ends: Arc::default(),
        }
    }

    /// Returns one of the limits that clients may set.
    pub(crate) fn limit(&self, limit: CUlimit) -> u64 {
        self.limits.values.get(limit.0 as usize).copied().unwrap_or(0)
    }
}

impl State {
    /// Returns the calling thread's context.
    ///
    /// # Errors
    /// `INVALID_CONTEXT` if it has none, `CONTEXT_IS_DESTROYED` if that is gone.
    pub(crate) fn current(&self) -> Answer<Handle> {
        let context = thread::current();
        if context.is_null() {
            return Err(INVALID_CONTEXT);
        }
        self.check_context(context)?;
        Ok(self.plain(context))
    }

    /// Returns the calling thread's context, if no asynchronous error has ended it.
    pub(crate) fn usable(&self) -> Answer<Handle> {
        let context = self.current()?;
        self.check_fault(context)?;
        Ok(context)
    }

    /// Returns the calling thread's context and its device, as [`State::usable`] does.
    pub(crate) fn usable_device(&self) -> Answer<(Handle, usize)> {
        let context = self.usable()?;
        Ok((context, self.contexts.get(context).ok_or(INVALID_CONTEXT)?.device))
    }

    /// Refuses a context that is not alive.
    pub(crate) fn check_context(&self, context: Handle) -> Answer {
        match self.contexts.get(context) {
            Some(found) if found.active => Ok(()),
            Some(_) => Err(CONTEXT_IS_DESTROYED),
            None if self.contexts.issued(context) => Err(CONTEXT_IS_DESTROYED),
            None => Err(INVALID_CONTEXT),
        }
    }

    /// Whether the device of `context` has been taken away.
    fn is_lost(&self, context: Handle) -> bool {
        self.contexts.get(context).is_some_and(|context| fault::is_lost(context.device))
    }

    /// Refuses a context that an asynchronous error has ended.
    pub(crate) fn check_fault(&self, context: Handle) -> Answer {
        if self.is_lost(context) {
            return Err(fault::LOST_CODE);
        }
        match self.contexts.get(context).and_then(|context| context.fault) {
            Some(failure) if failure.told || failure.since.elapsed() > NOTICE => Err(failure.code),
            _ => Ok(()),
        }
    }

    /// Returns the asynchronous error that `context` is in, whether or not the host has noticed.
    pub(crate) fn fault_of(&self, context: Handle) -> Option<CUresult> {
        if self.is_lost(context) {
            return Some(fault::LOST_CODE);
        }
        self.contexts.get(context).and_then(|context| context.fault).map(|failure| failure.code)
    }

    /// Refuses a context that an asynchronous error has ended, on behalf of a call that waits or asks: from then on, the host
    /// knows.
    pub(crate) fn ask_fault(&mut self, context: Handle) -> Answer {
        if self.is_lost(context) {
            return Err(fault::LOST_CODE);
        }
        match self.contexts.get_mut(context).and_then(|context| context.fault.as_mut()) {
            Some(failure) => {
                failure.told = true;
                Err(failure.code)
            }
            None => Ok(()),
        }
    }

    fn new_context(&mut self, device: usize, is_primary: bool, flags: u32) -> Handle {
        let context = self.contexts.insert(Context::new(device, is_primary, flags));
        self.activate(context);
        context
    }

    /// Makes a name for a green context, which is a context to those who ask for one.
    pub(crate) fn name_green(&mut self, device: usize, green: Handle) -> Handle {
        let id = self.next_id();
        let context = Context { active: true, green: Some(green), id, ..Context::new(device, false, 0) };
        self.contexts.insert(context)
    }

    /// Retains the primary context of a device, and makes it if there is none.
    pub(crate) fn retain_primary(&mut self, device: i32) -> Answer<Handle> {
        let found = self.device(device)?;
        let (known, flags) = (found.primary, found.primary_flags);
        let handle = match known {
            Some(handle) => {
                if self.contexts.get(handle).is_some_and(|context| !context.active) {
                    self.activate(handle);
                }
                if let Some(context) = self.contexts.get_mut(handle) {
                    context.flags = flags;
                }
                handle
            }
            None => self.new_context(device as usize, true, flags),
        };
        let found = self.device(device)?;
        found.primary = Some(handle);
        found.primary_references += 1;
        Ok(handle)
    }

    /// Gives a context its default stream and a clean slate.
    fn activate(&mut self, handle: Handle) {
        let (legacy, id) = (self.new_stream(handle, Order::Legacy, 0, true), self.next_id());
        if let Some(context) = self.contexts.get_mut(handle) {
            context.active = true;
            context.legacy = legacy;
            context.id = id;
            context.fault = None;
            context.ends = Arc::default();
            context.limits = Limits::default();
        }
    }

    fn context_mut(&mut self) -> Answer<&mut Context> {
        let context = self.usable()?;
        self.contexts.get_mut(context).ok_or(INVALID_CONTEXT)
    }
}

/// Waits for all work of `context`, and returns its error if it has one.
pub(crate) fn synchronize(state: MutexGuard<'static, State>, context: Handle) -> Answer {
    let streams = state.streams_in(context);
    schedule::synchronize(state, context, &streams)
}

/// Ends a context: its work is waited for, then everything that belongs to it goes.
fn end(mut state: MutexGuard<'static, State>, handle: Handle) -> MutexGuard<'static, State> {
    if let Some(context) = state.contexts.get_mut(handle) {
        context.active = false;
        context.ends.store(true, Ordering::Relaxed);
    }
    loop {
        let streams = state.streams_in(handle);
        let pending = state.pending_of(&streams);
        if pending.is_empty() {
            let acts = state.last_acts(&streams);
            state.observe(&acts);
            break;
        }
        state = schedule::wait_for(state, &pending);
    }
    let events = state.events.handles(|event| event.context == handle);
    let (leaks, list) = memory::release_all_of(&mut state, handle);
    let streams = state.contexts.get(handle).map(|context| context.streams.clone()).unwrap_or_default();
    let kept =
        streams.iter().filter(|&&stream| state.streams.get(stream).is_some_and(|stream| !stream.is_default));
    journal::leaked(handle, leaks, kept.count(), events.len(), &list);
    for stream in streams {
        state.leave_captures(stream);
        state.streams.remove(stream);
    }
    for event in events {
        state.events.remove(event);
    }
    for array in state.arrays.handles(|array| array.context == handle) {
        state.arrays.remove(array);
    }
    for array in state.mipmapped.handles(|array| array.context == handle) {
        state.mipmapped.remove(array);
    }
    state.unload_modules_of(handle);
    match state.contexts.get_mut(handle) {
        Some(context) if context.is_primary => {
            context.streams.clear();
            context.per_thread.clear();
            context.peers.clear();
        }
        _ => drop(state.contexts.remove(handle)),
    }
    state
}

fn check_flags(flags: u32) -> Answer {
    let scheduling = matches!(flags & SCHEDULING, 0 | 1 | 2 | 4);
    if flags & !ALL_FLAGS == 0 && scheduling { Ok(()) } else { Err(INVALID_VALUE) }
}

fn create(context: HandleOut, flags: u32, device: i32) -> Answer {
    let out = context.required()?;
    check_flags(flags)?;
    let mut state = lock();
    state.device(device)?;
    if fault::is_lost(device as usize) {
        return Err(fault::LOST_CODE);
    }
    let handle = state.new_context(device as usize, false, flags);
    thread::push(handle)?;
    out.put(handle);
    Ok(())
}

// The primary context of each device.
impl Sim {
    pub(crate) fn cuDevicePrimaryCtxRetain(context: HandleOut, device: i32) -> Answer {
        let out = context.required()?;
        out.put(lock().retain_primary(device)?);
        Ok(())
    }

    pub(crate) fn cuDevicePrimaryCtxRelease_v2(device: i32) -> Answer {
        let mut state = lock();
        let found = state.device(device)?;
        if found.primary_references == 0 {
            return Err(INVALID_CONTEXT);
        }
        found.primary_references -= 1;
        if let (0, Some(handle)) = (found.primary_references, found.primary)
            && state.check_context(handle).is_ok()
        {
            drop(end(state, handle));
        }
        Ok(())
    }

    pub(crate) fn cuDevicePrimaryCtxRelease(device: i32) -> Answer {
        Sim::cuDevicePrimaryCtxRelease_v2(device)
    }

    /// Ends all that is in the context; those who retained it still have to release it.
    pub(crate) fn cuDevicePrimaryCtxReset_v2(device: i32) -> Answer {
        let mut state = lock();
        if let Some(handle) = state.device(device)?.primary
            && state.check_context(handle).is_ok()
        {
            drop(end(state, handle));
        }
        Ok(())
    }

    pub(crate) fn cuDevicePrimaryCtxReset(device: i32) -> Answer {
        Sim::cuDevicePrimaryCtxReset_v2(device)
    }

    pub(crate) fn cuDevicePrimaryCtxSetFlags_v2(device: i32, flags: u32) -> Answer {
        let mut state = lock();
        let found = state.device(device)?;
        check_flags(flags)?;
        found.primary_flags = flags;
        let primary = found.primary;
        if let Some(context) = primary.and_then(|handle| state.contexts.get_mut(handle)) {
            context.flags = flags;
        }
        Ok(())
    }

    pub(crate) fn cuDevicePrimaryCtxSetFlags(device: i32, flags: u32) -> Answer {
        Sim::cuDevicePrimaryCtxSetFlags_v2(device, flags)
    }

    pub(crate) fn cuDevicePrimaryCtxGetState(device: i32, flags: Out<u32>, active: Out<i32>) -> Answer {
        let mut state = lock();
        let found = state.device(device)?;
        let (primary, set) = (found.primary, found.primary_flags);
        let is_active = primary.is_some_and(|handle| state.check_context(handle).is_ok());
        flags.required()?.put(set);
        active.required()?.put(is_active.into());
        Ok(())
    }
}

// Contexts of clients' own, and the stack.
impl Sim {
    pub(crate) fn cuCtxCreate(context: HandleOut, flags: u32, device: i32) -> Answer {
        create(context, flags, device)
    }

    pub(crate) fn cuCtxCreate_v2(context: HandleOut, flags: u32, device: i32) -> Answer {
        create(context, flags, device)
    }

    /// Affinity to multiprocessors is not simulated; a request for it is refused, as where it is unsupported.
    pub(crate) fn cuCtxCreate_v3(
        context: HandleOut,
        affinity: In<CUexecAffinityParam>,
        count: i32,
        flags: u32,
        device: i32,
    ) -> Answer {
        if count < 0 || (count > 0 && affinity.is_null()) {
            return Err(INVALID_VALUE);
        }
        if count > 0 {
            return Err(CUresult::CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY);
        }
        create(context, flags, device)
    }

    /// No device here has affinity, as `cuDeviceGetExecAffinitySupport` says.
    pub(crate) fn cuCtxGetExecAffinity(
        affinity: Out<CUexecAffinityParam>,
        _kind: crate::sys::CUexecAffinityType,
    ) -> Answer {
        affinity.required()?;
        lock().usable()?;
        Err(CUresult::CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY)
    }

    pub(crate) fn cuCtxCreate_v4(
        context: HandleOut,
        parameters: In<CUctxCreateParams>,
        flags: u32,
        device: i32,
    ) -> Answer {
        if !parameters.is_null() {
            let parameters = parameters.read()?;
            if parameters.numExecAffinityParams > 0 {
                return Err(CUresult::CUDA_ERROR_UNSUPPORTED_EXEC_AFFINITY);
            }
            if !parameters.cigParams.is_null() {
                return Err(NOT_SUPPORTED);
            }
        }
        create(context, flags, device)
    }

    pub(crate) fn cuCtxDestroy_v2(context: Handle) -> Answer {
        let state = lock();
        state.check_context(context)?;
        if state.contexts.get(context).is_some_and(|context| context.is_primary || context.green.is_some()) {
            return Err(INVALID_CONTEXT);
        }
        drop(end(state, context));
        if thread::current() == context {
            thread::pop();
        }
        Ok(())
    }

    pub(crate) fn cuCtxDestroy(context: Handle) -> Answer {
        Sim::cuCtxDestroy_v2(context)
    }

    /// The context that is current, to be given back by [`Sim::cuCtxDetach`].
    pub(crate) fn cuCtxAttach(context: HandleOut, flags: u32) -> Answer {
        let out = context.required()?;
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let current = state.current()?;
        if let Some(context) = state.contexts.get_mut(current) {
            context.attached += 1;
        }
        out.put(current);
        Ok(())
    }

    /// Gives back what [`Sim::cuCtxAttach`] gave; the last to do so ends the context.
    pub(crate) fn cuCtxDetach(context: Handle) -> Answer {
        let mut state = lock();
        state.check_context(context)?;
        if state.current()? != context {
            return Err(INVALID_CONTEXT);
        }
        match state.contexts.get_mut(context) {
            Some(found) if found.attached > 0 => {
                found.attached -= 1;
                Ok(())
            }
            _ => {
                drop(state);
                Sim::cuCtxDestroy_v2(context)
            }
        }
    }

    pub(crate) fn cuCtxPushCurrent_v2(context: Handle) -> Answer {
        lock().check_context(context)?;
        thread::push(context)
    }

    pub(crate) fn cuCtxPushCurrent(context: Handle) -> Answer {
        Sim::cuCtxPushCurrent_v2(context)
    }

    pub(crate) fn cuCtxPopCurrent_v2(context: HandleOut) -> Answer {
        let popped = thread::pop().ok_or(INVALID_CONTEXT)?;
        context.put(popped);
        Ok(())
    }

    pub(crate) fn cuCtxPopCurrent(context: HandleOut) -> Answer {
        Sim::cuCtxPopCurrent_v2(context)
    }

    /// Replaces the top of the stack; null takes it off.
    pub(crate) fn cuCtxSetCurrent(context: Handle) -> Answer {
        if !context.is_null() {
            lock().check_context(context)?;
        }
        thread::pop();
        if context.is_null() { Ok(()) } else { thread::push(context) }
    }

    /// Gives null where the stack is empty: that is no error.
    pub(crate) fn cuCtxGetCurrent(context: HandleOut) -> Answer {
        context.required()?.put(thread::current());
        Ok(())
    }

    pub(crate) fn cuCtxGetDevice(device: Out<i32>) -> Answer {
        let out = device.required()?;
        let state = lock();
        let context = state.current()?;
        out.put(state.contexts.get(context).ok_or(INVALID_CONTEXT)?.device as i32);
        Ok(())
    }

    pub(crate) fn cuCtxGetDevice_v2(device: Out<i32>, context: Handle) -> Answer {
        let out = device.required()?;
        let state = lock();
        let context = if context.is_null() { state.current()? } else { context };
        state.check_context(context)?;
        out.put(state.contexts.get(context).ok_or(INVALID_CONTEXT)?.device as i32);
        Ok(())
    }

    pub(crate) fn cuCtxGetId(context: Handle, id: Out<u64>) -> Answer {
        let out = id.required()?;
        let state = lock();
        let context = if context.is_null() { state.current()? } else { context };
        state.check_context(context)?;
        out.put(state.contexts.get(context).ok_or(INVALID_CONTEXT)?.id);
        Ok(())
    }

    pub(crate) fn cuCtxGetApiVersion(context: Handle, version: Out<u32>) -> Answer {
        let out = version.required()?;
        let state = lock();
        let context = if context.is_null() { state.current()? } else { context };
        state.check_context(context)?;
        // The API of 3.2 is the newest that contexts distinguish.
        out.put(3020);
        Ok(())
    }

    pub(crate) fn cuCtxGetFlags(flags: Out<u32>) -> Answer {
        let out = flags.required()?;
        out.put(lock().context_mut()?.flags);
        Ok(())
    }

    pub(crate) fn cuCtxSetFlags(flags: u32) -> Answer {
        check_flags(flags)?;
        lock().context_mut()?.flags = flags;
        Ok(())
    }
}

// What a context can be tuned by.
impl Sim {
    pub(crate) fn cuCtxGetLimit(value: Out<usize>, limit: CUlimit) -> Answer {
        let out = value.required()?;
        let state = lock();
        let context = state.usable()?;
        let index = limit_index(limit)?;
        out.put(state.contexts.get(context).ok_or(INVALID_CONTEXT)?.limits.values[index] as usize);
        Ok(())
    }

    /// A driver may raise what it is asked for to what it can do; this one takes it as it is.
    pub(crate) fn cuCtxSetLimit(limit: CUlimit, value: usize) -> Answer {
        let mut state = lock();
        let context = state.context_mut()?;
        let index = limit_index(limit)?;
        if limit == CUlimit::CU_LIMIT_MAX_L2_FETCH_GRANULARITY && value > 128 {
            return Err(INVALID_VALUE);
        }
        context.limits.values[index] = value as u64;
        Ok(())
    }

    pub(crate) fn cuCtxGetCacheConfig(config: Out<CUfunc_cache>) -> Answer {
        let out = config.required()?;
        out.put(lock().context_mut()?.cache);
        Ok(())
    }

    pub(crate) fn cuCtxSetCacheConfig(config: CUfunc_cache) -> Answer {
        if config.0 > CUfunc_cache::CU_FUNC_CACHE_PREFER_EQUAL.0 {
            return Err(INVALID_VALUE);
        }
        lock().context_mut()?.cache = config;
        Ok(())
    }

    pub(crate) fn cuCtxGetSharedMemConfig(config: Out<CUsharedconfig>) -> Answer {
        let out = config.required()?;
        out.put(lock().context_mut()?.shared);
        Ok(())
    }

    /// Banks have had one size for a decade; devices take the setting and ignore it.
    pub(crate) fn cuCtxSetSharedMemConfig(config: CUsharedconfig) -> Answer {
        if config.0 > CUsharedconfig::CU_SHARED_MEM_CONFIG_EIGHT_BYTE_BANK_SIZE.0 {
            return Err(INVALID_VALUE);
        }
        lock().context_mut().map(|_| ())
    }

    pub(crate) fn cuCtxResetPersistingL2Cache() -> Answer {
        lock().usable().map(|_| ())
    }
}

fn limit_index(limit: CUlimit) -> Answer<usize> {
    let index = limit.0 as usize;
    // The last two, for dynamic parallelism, are unsupported from compute capability 9.0 on; all are known before.
    if index < 7 {
        Ok(index)
    } else if index < 16 {
        Err(UNSUPPORTED_LIMIT)
    } else {
        Err(INVALID_VALUE)
    }
}

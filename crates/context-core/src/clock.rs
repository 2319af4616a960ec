//! Stream clocks: how one operation is made to run after another.
//!
//! Every stream has an id that is never reused, and counts its operations. Operation `t` on stream `s` is the
//! *moment* `(s, t)`. A buffer remembers the moments of its outstanding accesses; a stream remembers the latest moment
//! of each other stream that it already runs after (`seen`); and each clock knows up to where its stream is complete.
//! Before an operation touches a buffer, every moment that it must follow is checked against these two. Only a moment
//! that neither covers costs anything: an event already recorded at or behind it is waited for on the device (one is
//! recorded now if there is none), and the stream takes over what the other one had seen.
//!
//! The rules that make this right:
//!
//! 1. `issued` is raised after an operation was given to the backend. An event that is recorded after `issued` was read
//!    as `t` therefore covers every moment up to `t`, whichever thread records it.
//! 2. `seen` is raised after the wait was given to the backend, and is only ever raised. A snapshot that is taken before an
//!    event is recorded is therefore a lower bound of what the event runs after.
//! 3. No backend call is made while a lock of this module is held.

#![allow(unsafe_code)]

use std::{
    collections::VecDeque,
    fmt,
    mem::ManuallyDrop,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU64, Ordering::*},
    },
};

use crate::{
    Backend, Error, MemoryKind, Result,
    backend::Given,
    capture::Capture,
    device_state::DeviceState,
    host_wait::{HostWait, HostWaits},
    pool::Lane,
};

/// The id of a stream, unique in the process and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(u64);

impl StreamId {
    /// Returns the number, which is neither 0 nor [`NO_STREAM`].
    pub(crate) fn number(self) -> u64 {
        self.0
    }

    fn next() -> StreamId {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        StreamId(NEXT.fetch_add(1, Relaxed))
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "stream {}", self.0)
    }
}

/// The number of no stream.
pub(crate) const NO_STREAM: u64 = u64::MAX;

/// Locks, also after another thread panicked while it held the lock: every critical section of this crate leaves its
/// data valid at each step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The latest moment of each other stream that a stream runs after.
#[derive(Clone, Debug, Default)]
struct Seen(Vec<(StreamId, u64)>);

impl Seen {
    /// Forgetting a stream is safe (it costs a wait that was not needed), so the list may be bounded.
    const MOST: usize = 64;

    fn covers(&self, id: StreamId, tick: u64) -> bool {
        self.0.iter().any(|&(stream, seen)| stream == id && seen >= tick)
    }

    fn reach(&self, id: StreamId) -> u64 {
        self.0.iter().find(|(stream, _)| *stream == id).map_or(0, |(_, seen)| *seen)
    }

    fn raise(&mut self, id: StreamId, tick: u64) {
        match self.0.iter_mut().find(|(stream, _)| *stream == id) {
            Some((_, seen)) => *seen = tick.max(*seen),
            None => {
                if self.0.len() == Self::MOST {
                    // The oldest stream is the likeliest to be gone.
                    if let Some(oldest) = (0..self.0.len()).min_by_key(|&i| self.0[i].0) {
                        self.0.swap_remove(oldest);
                    }
                }
                self.0.push((id, tick));
            }
        }
    }
}

/// An event that was recorded on a stream, with what the stream had seen by then.
#[derive(Debug)]
pub(crate) struct Recorded<B: Backend> {
    tick: u64,
    seen: Seen,
    host_waits: HostWaits,
    event: Option<B::Event>,
    state: Weak<DeviceState<B>>,
}

impl<B: Backend> Recorded<B> {
    pub(crate) fn tick(&self) -> u64 {
        self.tick
    }

    pub(crate) fn event(&self) -> &B::Event {
        self.event.as_ref().expect("only Drop takes the event")
    }

    /// Returns what the host is to end before this point is reached.
    pub(crate) fn host_waits(&self) -> &HostWaits {
        &self.host_waits
    }

    /// Asks whether it is complete; an error also if an event that it is behind has failed.
    fn query(&self, state: &DeviceState<B>) -> Result<bool> {
        let complete = state.backend().query(self.event())?;
        if complete {
            // Events that were waited for have ended: the stream got here.
            self.host_waits.check()?;
        }
        Ok(complete)
    }
}

impl<B: Backend> Drop for Recorded<B> {
    fn drop(&mut self) {
        if let (Some(event), Some(state)) = (self.event.take(), self.state.upgrade()) {
            state.return_event(event);
        }
    }
}

/// Why one operation must run after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dependency {
    /// It needs what the other one made: if that failed, so does it.
    Data,
    /// It only must not run before the other one has ended, however that ended: it overwrites what that one read, or uses
    /// memory again.
    Order,
}

/// Takes work that ended by a failure of its own stream, or of an event that it waited for, for ended.
pub(crate) fn ended<T>(result: Result<T>, value: T) -> Result<T> {
    match result {
        Err(Error::KernelPanicked { .. } | Error::EventFailed { .. }) => Ok(value),
        other => other,
    }
}

#[derive(Debug)]
struct ClockState<B: Backend> {
    seen: Seen,
    /// Moments that this stream runs after without taking over their failures, where streams fail alone.
    ordered: Seen,
    /// In the order of their ticks.
    events: VecDeque<Arc<Recorded<B>>>,
    host_waits: HostWaits,
}

/// A stream with its clock. It lives as long as any moment of it is remembered.
#[derive(Debug)]
pub(crate) struct Clock<B: Backend> {
    id: StreamId,
    /// The id's number while nothing but the operands of an operation has to be looked at; [`NO_STREAM`] where work is captured, and once
    /// the device is lost. One look tells all three.
    plain: AtomicU64,
    stream: ManuallyDrop<B::Stream>,
    options: B::StreamOptions,
    /// Weak, since the device's pool remembers moments, and with them clocks.
    state: Weak<DeviceState<B>>,
    issued: AtomicU64,
    completed: AtomicU64,
    /// The latest launches, each with the tick that it was given, for the message when the device is lost.
    launches: [(AtomicU64, AtomicPtr<&'static str>); LAUNCHES_KEPT],
    /// Whether there are `host_waits`, for whoever has nothing to do with none.
    waits_for_host: AtomicBool,
    /// What has to be looked at beside the numbers here: one look tells that there is nothing. [`EVENTFUL`], [`UNUSUAL`].
    heed: AtomicU8,
    inner: Mutex<ClockState<B>>,
    /// The stream's part of the pool of each kind of memory.
    lanes: [Lane<B>; MemoryKind::ALL.len()],
    capture: Option<Arc<Capture<B>>>,
}

/// There are events, or `host_waits`.
const EVENTFUL: u8 = 1;

/// Work is captured, or the device is lost.
const UNUSUAL: u8 = 2;

/// How many of its latest launches a clock can name.
const LAUNCHES_KEPT: usize = 4;

/// How many recorded events a clock keeps before it asks which of them are complete.
const EVENTS_BEFORE_PRUNING: usize = 16;

impl<B: Backend> Clock<B> {
    /// Says that what the stream is given from now on waits for the host, which may take as long as it likes.
    pub(crate) fn wait_for_host(&self, wait: HostWait) {
        lock(&self.inner).host_waits.add(wait);
        self.note_host_waits();
    }

    fn note_host_waits(&self) {
        self.waits_for_host.store(true, Release);
        self.heed.fetch_or(EVENTFUL, Release);
    }

    /// Takes back what [`wait_for_host`](Clock::wait_for_host) said, where the stream could not be made to wait.
    pub(crate) fn forget_host_wait(&self, wait: &HostWait) {
        lock(&self.inner).host_waits.remove(wait);
    }

    /// Returns what the host is to end before the stream goes on, and what it failed to.
    pub(crate) fn host_waits(&self) -> HostWaits {
        if !self.waits_for_host.load(Acquire) {
            return HostWaits::default();
        }
        let mut inner = lock(&self.inner);
        inner.host_waits.forget_passed();
        self.waits_for_host.store(!inner.host_waits.is_empty(), Release);
        inner.host_waits.clone()
    }

    /// Tells whether the stream is held back by the host. Whoever can do without it does not wait for such a stream.
    pub(crate) fn is_held(&self) -> bool {
        self.waits_for_host.load(Acquire) && lock(&self.inner).host_waits.any_pending()
    }

    pub(crate) fn new(state: &Arc<DeviceState<B>>, options: B::StreamOptions) -> Result<Arc<Clock<B>>> {
        let clock = Clock::of_stream(state, options, None)?;
        state.know_clock(&clock);
        if state.is_lost() {
            // Whoever has noted the loss may not have known this clock.
            clock.note_loss();
        }
        Ok(clock)
    }

    /// Takes note that the device is lost.
    pub(crate) fn note_loss(&self) {
        self.plain.store(NO_STREAM, Relaxed);
        self.heed.fetch_or(UNUSUAL, Release);
    }

    /// Makes the clock of a stream whose work is captured. None of it counts as running.
    pub(crate) fn capturing(
        state: &Arc<DeviceState<B>>,
        options: B::StreamOptions,
        capture: Arc<Capture<B>>,
    ) -> Result<Arc<Clock<B>>> {
        Clock::of_stream(state, options, Some(capture))
    }

    fn of_stream(
        state: &Arc<DeviceState<B>>,
        options: B::StreamOptions,
        capture: Option<Arc<Capture<B>>>,
    ) -> Result<Arc<Clock<B>>> {
        let stream = state.lease_stream(options)?;
        let id = StreamId::next();
        Ok(Arc::new(Clock {
            id,
            plain: AtomicU64::new(if capture.is_some() { NO_STREAM } else { id.number() }),
            stream: ManuallyDrop::new(stream),
            options,
            state: Arc::downgrade(state),
            issued: AtomicU64::new(0),
            completed: AtomicU64::new(0),
            launches: Default::default(),
            waits_for_host: AtomicBool::new(false),
            heed: AtomicU8::new(if capture.is_some() { UNUSUAL } else { 0 }),
            inner: Mutex::new(ClockState {
                seen: Seen::default(),
                ordered: Seen::default(),
                events: VecDeque::new(),
                host_waits: HostWaits::default(),
            }),
            lanes: Default::default(),
            capture,
        }))
    }

    /// Returns the capture that the stream's work is for.
    #[inline]
    pub(crate) fn capture(&self) -> Option<&Arc<Capture<B>>> {
        self.capture.as_ref()
    }

    /// Remembers that operation `tick` is a launch of this name.
    #[inline]
    pub(crate) fn note_launch(&self, tick: u64, name: &'static &'static str) {
        let (at, kept) = &self.launches[tick as usize % LAUNCHES_KEPT];
        at.store(tick, Relaxed);
        kept.store(std::ptr::from_ref(name).cast_mut(), Release);
    }

    /// Names the launches of this stream that are not known to have ended, as far as it remembers, oldest first.
    pub(crate) fn unfinished_launches(&self) -> Vec<&'static str> {
        let completed = self.completed.load(Acquire);
        let mut found: Vec<(u64, &'static str)> = self
            .launches
            .iter()
            .filter_map(|(tick, name)| {
                let name = name.load(Acquire);
                // SAFETY: what is not null came from a `&'static &'static str` in `note_launch`.
                let name = unsafe { name.as_ref() }?;
                Some((tick.load(Relaxed), *name)).filter(|(tick, _)| *tick > completed)
            })
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(_, name)| name).collect()
    }

    pub(crate) fn id(&self) -> StreamId {
        self.id
    }

    /// Returns the id's number, or [`NO_STREAM`] where work is captured or the device is lost.
    #[inline(always)]
    pub(crate) fn plain(&self) -> u64 {
        self.plain.load(Relaxed)
    }

    pub(crate) fn options(&self) -> B::StreamOptions {
        self.options
    }

    /// Returns the stream's part of a pool.
    #[inline]
    pub(crate) fn lane(&self, kind: MemoryKind) -> &Lane<B> {
        &self.lanes[kind.index()]
    }

    #[inline]
    pub(crate) fn stream(&self) -> &B::Stream {
        &self.stream
    }

    /// Counts an operation or a wait that was given to the backend, and returns its tick.
    #[inline]
    pub(crate) fn advance(&self, state: &Arc<DeviceState<B>>) -> u64 {
        let tick = self.issued.load(Relaxed) + 1;
        self.issued.store(tick, Release);
        if state.backend().runs_in_place(self.stream()) {
            // The stream's owner alone raises it here, and nobody else to more than was issued.
            self.completed.store(tick, Release);
        }
        tick
    }

    fn complete_up_to(&self, tick: u64) {
        self.completed.fetch_max(tick, Release);
    }

    /// Tells whether moment `tick` of this stream is known to be complete. No backend call is made.
    pub(crate) fn is_complete(&self, tick: u64) -> bool {
        self.completed.load(Acquire) >= tick
    }

    /// Tells whether work given to this stream now runs after moment `tick` of `source`, without a further wait.
    #[inline]
    pub(crate) fn covers(&self, source: &Clock<B>, tick: u64, dependency: Dependency) -> bool {
        if source.id == self.id || source.is_complete(tick) {
            return true;
        }
        self.has_seen(source.id, tick, dependency)
    }

    #[inline(never)]
    fn has_seen(&self, source: StreamId, tick: u64, dependency: Dependency) -> bool {
        let inner = lock(&self.inner);
        inner.seen.covers(source, tick)
            || (dependency == Dependency::Order && inner.ordered.covers(source, tick))
    }

    /// Returns up to which tick of `source` work given to this stream now runs after it, however that ended.
    pub(crate) fn reach(&self, source: &Clock<B>) -> u64 {
        if source.id == self.id {
            return u64::MAX;
        }
        let inner = lock(&self.inner);
        let seen = inner.seen.reach(source.id).max(inner.ordered.reach(source.id));
        seen.max(source.completed.load(Acquire))
    }

    /// Tells whether anything given to this stream is not known to have ended.
    pub(crate) fn has_outstanding(&self) -> bool {
        !self.is_complete(self.issued())
    }

    /// Makes work given to this stream from now on run after moment `tick` of `source`.
    pub(crate) fn run_after(
        &self,
        state: &Arc<DeviceState<B>>,
        source: &Clock<B>,
        tick: u64,
        dependency: Dependency,
    ) -> Result<()> {
        if self.covers(source, tick, dependency) {
            return Ok(());
        }
        let recorded = source.recorded_covering(state, tick)?;
        self.wait_for(state, source.id, &recorded, dependency)
    }

    /// Waits on the device for an event of stream `source`.
    pub(crate) fn wait_for(
        &self,
        state: &Arc<DeviceState<B>>,
        source: StreamId,
        recorded: &Recorded<B>,
        dependency: Dependency,
    ) -> Result<()> {
        match dependency {
            Dependency::Data => state.backend().wait(self.stream(), recorded.event())?,
            Dependency::Order => state.backend().follow(self.stream(), recorded.event())?,
        }
        state.count_wait();
        let mut inner = lock(&self.inner);
        let inner_seen = match dependency {
            Dependency::Order if B::STREAMS_FAIL_ALONE => &mut inner.ordered,
            _ => &mut inner.seen,
        };
        for &(id, tick) in &recorded.seen.0 {
            if id != self.id {
                inner_seen.raise(id, tick);
            }
        }
        inner_seen.raise(source, recorded.tick);
        if !recorded.host_waits.is_empty() {
            inner.host_waits.inherit(&recorded.host_waits, dependency);
            self.note_host_waits();
        }
        drop(inner);
        // The wait is work of this stream: an event recorded behind it is a later moment than one recorded before, and is
        // not complete before what is waited for.
        self.advance(state);
        Ok(())
    }

    /// Returns the earliest event at or behind moment `tick`; records one if there is none.
    fn recorded_covering(&self, state: &Arc<DeviceState<B>>, tick: u64) -> Result<Arc<Recorded<B>>> {
        let found = lock(&self.inner).events.iter().find(|event| event.tick >= tick).cloned();
        match found {
            Some(recorded) => Ok(recorded),
            None => self.record(state),
        }
    }

    /// Records an event behind all work given to this stream so far.
    pub(crate) fn record(&self, state: &Arc<DeviceState<B>>) -> Result<Arc<Recorded<B>>> {
        // Rules 1 and 2: both are read before the event is recorded.
        let tick = self.issued.load(Acquire);
        let seen = lock(&self.inner).seen.clone();
        let host_waits = self.host_waits();
        let event = state.take_event()?;
        let recorded = Recorded { tick, seen, host_waits, event: Some(event), state: self.state.clone() };
        state.backend().record(recorded.event(), self.stream())?;
        let recorded = Arc::new(recorded);
        let crowded = {
            let mut inner = lock(&self.inner);
            let place = inner.events.partition_point(|other| other.tick <= tick);
            inner.events.insert(place, recorded.clone());
            self.heed.fetch_or(EVENTFUL, Release);
            inner.events.len() > EVENTS_BEFORE_PRUNING
        };
        // Nobody can ask how far captured work has got.
        if crowded && self.capture.is_none() {
            self.prune_events(state)?;
        }
        Ok(recorded)
    }

    /// Forgets events that are complete, oldest first.
    fn prune_events(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        loop {
            let Some(oldest) = lock(&self.inner).events.front().cloned() else { return Ok(()) };
            if !self.is_complete(oldest.tick) {
                // A stream that failed keeps its events: each of them tells of the failure.
                if !ended(oldest.query(state), false)? {
                    return Ok(());
                }
                self.complete_up_to(oldest.tick);
            }
            self.forget_complete_events();
        }
    }

    #[inline(never)]
    fn forget_complete_events(&self) {
        let completed = self.completed.load(Acquire);
        let mut forgotten = Vec::new();
        let mut inner = lock(&self.inner);
        while inner.events.front().is_some_and(|event| event.tick <= completed) {
            forgotten.extend(inner.events.pop_front());
        }
        match inner.events.is_empty() && inner.host_waits.is_empty() {
            true => self.heed.fetch_and(!EVENTFUL, Release),
            false => self.heed.fetch_or(EVENTFUL, Release),
        };
        drop(inner);
        // Outside the lock: dropping the last owner gives the event back to the device's pool, under that lock.
        drop(forgotten);
    }

    /// Asks whether moment `tick` is complete, with at most two backend calls and without blocking.
    pub(crate) fn query(&self, state: &Arc<DeviceState<B>>, tick: u64) -> Result<bool> {
        if self.is_complete(tick) {
            return Ok(true);
        }
        let recorded = self.recorded_covering(state, tick)?;
        self.query_recorded(state, &recorded)
    }

    pub(crate) fn query_recorded(&self, state: &Arc<DeviceState<B>>, recorded: &Recorded<B>) -> Result<bool> {
        let complete = self.is_complete(recorded.tick) || recorded.query(state)?;
        if complete {
            self.complete_up_to(recorded.tick);
        }
        Ok(complete)
    }

    /// Blocks the host until `recorded`, an event of this stream, is complete.
    pub(crate) fn synchronize_recorded(
        &self,
        state: &Arc<DeviceState<B>>,
        recorded: &Recorded<B>,
    ) -> Result<()> {
        if !self.is_complete(recorded.tick) {
            state.backend().synchronize_event(recorded.event())?;
            recorded.host_waits.check()?;
            self.complete_up_to(recorded.tick);
        }
        Ok(())
    }

    /// Blocks the host until moment `tick` is complete.
    pub(crate) fn synchronize_moment(&self, state: &Arc<DeviceState<B>>, tick: u64) -> Result<()> {
        if self.is_complete(tick) {
            return Ok(());
        }
        let recorded = self.recorded_covering(state, tick)?;
        self.synchronize_recorded(state, &recorded)
    }

    /// Blocks the host until all work given to this stream so far is complete. For the stream's owner only.
    pub(crate) fn synchronize(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        state.backend().synchronize(self.stream())?;
        Ok(self.note_synchronized()?)
    }

    /// Takes note that all work given to the stream is complete. For the stream's owner only, who alone gives it work.
    ///
    /// # Errors
    /// The failure of an event that the stream waited for: its work ran, on data that is none.
    #[inline(always)]
    pub(crate) fn note_synchronized(&self) -> Given {
        // An event that another thread is about to keep is forgotten the next time.
        if self.heed.load(Acquire) & EVENTFUL != 0 {
            return self.note_eventful_synchronized();
        }
        self.complete_all();
        Ok(())
    }

    /// Tells whether a synchronization has to look at more than how far the stream is.
    #[inline(always)]
    pub(crate) fn has_to_heed(&self) -> bool {
        self.heed.load(Acquire) != 0
    }

    #[inline(never)]
    fn note_eventful_synchronized(&self) -> Given {
        // Where streams fail alone they report it themselves.
        self.host_waits().check()?;
        self.complete_all();
        self.forget_complete_events();
        Ok(())
    }

    /// Takes note that all work given to the stream is complete, where there was [nothing to heed](Clock::has_to_heed) before it was waited
    /// for. For the stream's owner only.
    #[inline(always)]
    pub(crate) fn complete_all(&self) {
        // Others raise it to what was issued at the most, so that there is nothing to compare with.
        self.completed.store(self.issued.load(Relaxed), Release);
    }

    pub(crate) fn issued(&self) -> u64 {
        self.issued.load(Acquire)
    }
}

impl<B: Backend> Drop for Clock<B> {
    fn drop(&mut self) {
        // Destroying a stream while other threads work has crashed real drivers: it is parked and leased again. Its
        // order is kept, so what was queued under the old id runs before anything that is queued under the next one.
        // SAFETY: taken here once; nothing looks at it behind this.
        let stream = unsafe { ManuallyDrop::take(&mut self.stream) };
        if let Some(state) = self.state.upgrade() {
            state.park_stream(self.options, stream, self.host_waits());
        }
    }
}

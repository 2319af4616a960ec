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
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering::*},
    },
};

use crate::{Backend, Error, MemoryKind, Result, device_state::DeviceState, latch::Latch, pool::Lane};

/// The id of a stream, unique in the process and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamId(u64);

impl StreamId {
    /// Returns the number.
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

/// Takes work that ended by a failure of its own stream for ended.
pub(crate) fn ended<T>(result: Result<T>, value: T) -> Result<T> {
    match result {
        Err(Error::KernelPanicked { .. }) => Ok(value),
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
}

/// A stream with its clock. It lives as long as any moment of it is remembered.
#[derive(Debug)]
pub(crate) struct Clock<B: Backend> {
    id: StreamId,
    stream: Option<B::Stream>,
    options: B::StreamOptions,
    /// Weak, since the device's pool remembers moments, and with them clocks.
    state: Weak<DeviceState<B>>,
    issued: AtomicU64,
    completed: AtomicU64,
    /// The latest launches, each with the tick that it was given, for the message when the device is lost.
    launches: [(AtomicU64, AtomicPtr<&'static str>); LAUNCHES_KEPT],
    /// How many events are kept, for whoever has nothing to do with none.
    kept_events: AtomicUsize,
    inner: Mutex<ClockState<B>>,
    /// The stream's part of the pool of each kind of memory.
    lanes: [Lane<B>; MemoryKind::ALL.len()],
}

/// How many of its latest launches a clock can name.
const LAUNCHES_KEPT: usize = 4;

/// How many recorded events a clock keeps before it asks which of them are complete.
const EVENTS_BEFORE_PRUNING: usize = 16;

impl<B: Backend> Clock<B> {
    pub(crate) fn new(state: &Arc<DeviceState<B>>, options: B::StreamOptions) -> Result<Arc<Clock<B>>> {
        let stream = state.lease_stream(options)?;
        let clock = Arc::new(Clock {
            id: StreamId::next(),
            stream: Some(stream),
            options,
            state: Arc::downgrade(state),
            issued: AtomicU64::new(0),
            completed: AtomicU64::new(0),
            launches: Default::default(),
            kept_events: AtomicUsize::new(0),
            inner: Mutex::new(ClockState {
                seen: Seen::default(),
                ordered: Seen::default(),
                events: VecDeque::new(),
            }),
            lanes: Default::default(),
        });
        state.know_clock(&clock);
        Ok(clock)
    }

    /// Remembers that the next operation is a launch of this name.
    #[inline]
    pub(crate) fn note_launch(&self, name: &'static &'static str) {
        let tick = self.issued.load(Relaxed) + 1;
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

    pub(crate) fn options(&self) -> B::StreamOptions {
        self.options
    }

    /// Returns the stream's part of a pool.
    #[inline]
    pub(crate) fn lane(&self, kind: MemoryKind) -> &Lane<B> {
        &self.lanes[kind.index()]
    }

    pub(crate) fn stream(&self) -> &B::Stream {
        self.stream.as_ref().expect("only Drop takes the stream")
    }

    /// Counts an operation or a wait that was given to the backend, and returns its tick.
    #[inline]
    pub(crate) fn advance(&self, state: &Arc<DeviceState<B>>) -> u64 {
        let tick = self.issued.load(Relaxed) + 1;
        self.issued.store(tick, Release);
        if state.backend().runs_in_place(self.stream()) {
            self.complete_up_to(tick);
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
        let event = state.take_event()?;
        let recorded = Recorded { tick, seen, event: Some(event), state: self.state.clone() };
        state.backend().record(recorded.event(), self.stream())?;
        let recorded = Arc::new(recorded);
        let crowded = {
            let mut inner = lock(&self.inner);
            let place = inner.events.partition_point(|other| other.tick <= tick);
            inner.events.insert(place, recorded.clone());
            self.kept_events.store(inner.events.len(), Relaxed);
            inner.events.len() > EVENTS_BEFORE_PRUNING
        };
        if crowded {
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
                if !ended(state.backend().query(oldest.event()), false)? {
                    return Ok(());
                }
                self.complete_up_to(oldest.tick);
            }
            self.forget_complete_events();
        }
    }

    fn forget_complete_events(&self) {
        // An event that another thread is about to keep is forgotten the next time.
        if self.kept_events.load(Relaxed) == 0 {
            return;
        }
        let completed = self.completed.load(Acquire);
        let mut forgotten = Vec::new();
        let mut inner = lock(&self.inner);
        while inner.events.front().is_some_and(|event| event.tick <= completed) {
            forgotten.extend(inner.events.pop_front());
        }
        self.kept_events.store(inner.events.len(), Relaxed);
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
        let complete = self.is_complete(recorded.tick) || state.backend().query(recorded.event())?;
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

    /// Blocks the host until all work given to this stream so far is complete.
    pub(crate) fn synchronize(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        let tick = self.issued.load(Acquire);
        state.backend().synchronize(self.stream())?;
        self.note_synchronized(tick);
        Ok(())
    }

    /// Takes note that the backend found the stream complete up to `tick`.
    pub(crate) fn note_synchronized(&self, tick: u64) {
        self.complete_up_to(tick);
        self.forget_complete_events();
    }

    pub(crate) fn issued(&self) -> u64 {
        self.issued.load(Acquire)
    }
}

impl<B: Backend> Drop for Clock<B> {
    fn drop(&mut self) {
        // Destroying a stream while other threads work has crashed real drivers: it is parked and leased again. Its
        // order is kept, so what was queued under the old id runs before anything that is queued under the next one.
        if let (Some(stream), Some(state)) = (self.stream.take(), self.state.upgrade()) {
            state.park_stream(self.options, stream);
        }
    }
}

/// An access, by another stream than the memory's own, that may still be under way.
#[derive(Debug)]
struct Access<B: Backend> {
    clock: Arc<Clock<B>>,
    tick: u64,
    writes: bool,
}

/// The outstanding accesses of one piece of memory.
///
/// Those of its home stream, for which it was allocated, are three ticks; zero stands for none. Most memory knows no other
/// stream. The home is not kept here: whoever has the memory knows it.
#[derive(Debug)]
pub(crate) struct Moments<B: Backend> {
    /// The home stream's last access on behalf of a buffer that had the memory before.
    former: u64,
    written: u64,
    read: u64,
    others: Vec<Access<B>>,
}

impl<B: Backend> Clone for Access<B> {
    fn clone(&self) -> Self {
        Access { clock: self.clock.clone(), ..*self }
    }
}

impl<B: Backend> Clone for Moments<B> {
    fn clone(&self) -> Self {
        Moments { others: self.others.clone(), ..*self }
    }
}

impl<B: Backend> Default for Moments<B> {
    fn default() -> Self {
        Moments { former: 0, written: 0, read: 0, others: Vec::new() }
    }
}

impl<B: Backend> Moments<B> {
    /// Returns the moments of memory that the home stream may use at once, and every other one after its moment `tick`.
    #[inline]
    pub(crate) fn of_former_owner(tick: u64) -> Moments<B> {
        Moments { former: tick, written: 0, read: 0, others: Vec::new() }
    }

    /// Calls `visit` with every access.
    fn each<E>(
        &self,
        home: &Arc<Clock<B>>,
        mut visit: impl FnMut(&Arc<Clock<B>>, u64, bool, Dependency) -> Result<(), E>,
    ) -> Result<(), E> {
        let own = [
            (self.former, true, Dependency::Order),
            (self.written, true, Dependency::Data),
            (self.read, false, Dependency::Order),
        ];
        for (tick, writes, dependency) in own.into_iter().filter(|(tick, ..)| *tick > 0) {
            visit(home, tick, writes, dependency)?;
        }
        self.others.iter().try_for_each(|access| {
            let dependency = if access.writes { Dependency::Data } else { Dependency::Order };
            visit(&access.clock, access.tick, access.writes, dependency)
        })
    }

    /// Collects the moments that an access on `clock` must follow and does not yet.
    #[inline]
    fn uncovered(
        &self,
        home: &Arc<Clock<B>>,
        clock: &Clock<B>,
        writes: bool,
        into: &mut Vec<(Arc<Clock<B>>, u64, Dependency)>,
    ) {
        if self.others.is_empty() && std::ptr::eq(&raw const **home, clock) {
            return;
        }
        let Ok(()) = self.each(home, |source, tick, wrote, dependency| {
            if (writes || wrote) && !clock.covers(source, tick, dependency) {
                into.push((source.clone(), tick, dependency));
            }
            Ok::<(), std::convert::Infallible>(())
        });
    }

    /// Tells whether work on `clock` may use this memory at once.
    pub(crate) fn covered(&self, home: &Arc<Clock<B>>, clock: &Clock<B>) -> bool {
        self.each(home, |source, tick, _, _| match clock.covers(source, tick, Dependency::Order) {
            true => Ok(()),
            false => Err(()),
        })
        .is_ok()
    }

    /// Takes in an access that was given to `clock`'s stream. Returns the accesses of other streams that it replaces.
    #[must_use = "the last owner of a stream must not go while a lock is held"]
    #[inline]
    fn publish(
        &mut self,
        home: &Arc<Clock<B>>,
        clock: &Arc<Clock<B>>,
        tick: u64,
        writes: bool,
    ) -> Vec<Access<B>> {
        let at_home = Arc::ptr_eq(home, clock);
        let mut replaced = Vec::new();
        if writes {
            // Accesses that this write follows need not be remembered: whoever follows the write follows them. An access that
            // raced with this one, through another half of a split view, is not covered and stays.
            if !self.others.is_empty() {
                let followed = |access: &mut Access<B>| {
                    Arc::ptr_eq(&access.clock, clock)
                        || clock.covers(&access.clock, access.tick, Dependency::Order)
                };
                replaced.extend(self.others.extract_if(.., followed));
            }
            if at_home {
                (self.former, self.written, self.read) = (0, tick, 0);
                return replaced;
            }
            for own in [&mut self.former, &mut self.written, &mut self.read] {
                if *own > 0 && clock.covers(home, *own, Dependency::Order) {
                    *own = 0;
                }
            }
        } else if at_home {
            self.read = tick;
            return replaced;
        } else if let Some(access) =
            self.others.iter_mut().find(|access| !access.writes && Arc::ptr_eq(&access.clock, clock))
        {
            access.tick = tick;
            return replaced;
        }
        self.others.push(Access { clock: clock.clone(), tick, writes });
        replaced
    }

    /// Takes in the home stream's latest read and write, 0 for none, of memory that no other stream uses.
    #[inline]
    fn take_over(&mut self, read: u64, write: u64) {
        if write > 0 {
            (self.former, self.written, self.read) = (0, write, 0);
        }
        if read > write {
            self.read = read;
        }
    }

    /// Returns a tick of the home stream behind which all accesses have ended, and whether there is one: other streams'
    /// accesses count if the home stream runs after them.
    #[inline]
    pub(crate) fn within(&self, home: &Arc<Clock<B>>) -> (u64, bool) {
        let mut tick = self.former.max(self.written).max(self.read);
        for access in &self.others {
            if !access.clock.is_complete(access.tick) {
                if !home.covers(&access.clock, access.tick, Dependency::Order) {
                    return (tick, false);
                }
                tick = home.issued();
            }
        }
        (tick, true)
    }

    /// Returns a stream that runs after all accesses, if one of theirs does.
    pub(crate) fn heir(&self, home: &Arc<Clock<B>>) -> Option<Arc<Clock<B>>> {
        self.others.iter().map(|access| &access.clock).find(|clock| self.covered(home, clock)).cloned()
    }

    /// Makes work given to `clock`'s stream follow every access, however that ends: the memory is used anew.
    pub(crate) fn run_after_all(
        &self,
        home: &Arc<Clock<B>>,
        state: &Arc<DeviceState<B>>,
        clock: &Clock<B>,
    ) -> Result<()> {
        self.each(home, |source, tick, _, _| clock.run_after(state, source, tick, Dependency::Order))
    }

    /// Asks whether every access has ended.
    pub(crate) fn query(&self, home: &Arc<Clock<B>>, state: &Arc<DeviceState<B>>) -> Result<bool> {
        let mut all = true;
        self.each(home, |source, tick, _, _| {
            all = all && ended(source.query(state, tick), true)?;
            Ok::<(), Error>(())
        })?;
        Ok(all)
    }

    /// Blocks the host until every access has ended.
    pub(crate) fn synchronize(&self, home: &Arc<Clock<B>>, state: &Arc<DeviceState<B>>) -> Result<()> {
        self.each(home, |source, tick, _, _| ended(source.synchronize_moment(state, tick), ()))
    }

    /// Returns the streams that may still use this memory.
    pub(crate) fn streams<'a>(&'a self, home: &'a Arc<Clock<B>>) -> impl Iterator<Item = &'a B::Stream> {
        std::iter::once(home)
            .chain(self.others.iter().map(|access| &access.clock))
            .map(|clock| clock.stream())
    }
}

/// A stream with the device that it is a stream of. Contexts and buffers own it together, so that what they count is shared between
/// threads no more than the stream is. It has cache lines of its own, for the same reason.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Home<B: Backend> {
    pub(crate) clock: Arc<Clock<B>>,
    // Last, so that the stream is gone, or parked, when the device closes.
    pub(crate) state: Arc<DeviceState<B>>,
}

/// The moments of a live piece of memory, shared by the buffer and its views.
///
/// Memory that its home stream alone has used so far needs no lock: `sole` names that stream, and its latest read and write are
/// two numbers. A context has one owner at a time, so that only one thread writes them. Whoever else comes takes the lock and
/// *settles*: sets `sole` to 0, and moves the numbers to the moments. While `sole` is set, the moments hold nothing but what a
/// former buffer did. The stream's owner stores its number first and looks at
/// `sole` again behind; one of the two always sees the other, as in Dekker's algorithm, so that no access is lost.
#[derive(Debug)]
pub(crate) struct Tracked<B: Backend> {
    /// The home stream, while no other stream's access is remembered, or 0. Set again under the lock, by the stream's owner.
    sole: AtomicU64,
    read: AtomicU64,
    write: AtomicU64,
    moments: Latch<Moments<B>>,
}

impl<B: Backend> Tracked<B> {
    #[inline]
    pub(crate) fn new(home: &Home<B>, moments: Moments<B>) -> Tracked<B> {
        let sole = if moments.others.is_empty() { home.clock.id.0 } else { 0 };
        Tracked {
            sole: AtomicU64::new(sole),
            read: AtomicU64::new(0),
            write: AtomicU64::new(0),
            moments: Latch::new(moments),
        }
    }

    /// Returns the moments of memory that nobody else has.
    #[inline]
    pub(crate) fn moments(&mut self) -> &mut Moments<B> {
        if *self.sole.get_mut() != 0 {
            *self.sole.get_mut() = 0;
            let (read, write) = (*self.read.get_mut(), *self.write.get_mut());
            let moments = self.moments.get_mut();
            moments.take_over(read, write);
        }
        self.moments.get_mut()
    }

    /// Forgets who used the memory: `clock`'s stream, whose it is, may use it at once, and others after its moment `tick`.
    pub(crate) fn settle_at(&mut self, clock: &Clock<B>, tick: u64) {
        *self.moments.get_mut() = Moments::of_former_owner(tick);
        (*self.read.get_mut(), *self.write.get_mut()) = (0, 0);
        *self.sole.get_mut() = clock.id.0;
    }

    /// Makes what was done for the buffer that had the memory before part of the past, if its home stream alone has used it.
    #[inline]
    pub(crate) fn renew(&mut self) {
        let tick = self.latest_at_home();
        self.moments.get_mut().former = tick;
        (*self.read.get_mut(), *self.write.get_mut()) = (0, 0);
    }

    /// Returns the home stream's last access of memory that it alone has used.
    #[inline]
    pub(crate) fn latest_at_home(&mut self) -> u64 {
        let former = self.moments.get_mut().former;
        former.max(*self.read.get_mut()).max(*self.write.get_mut())
    }

    /// As [`is_solely_of`](Tracked::is_solely_of), for memory that nobody else has.
    #[inline]
    pub(crate) fn is_left_to(&mut self, clock: &Clock<B>) -> bool {
        *self.sole.get_mut() == clock.id.0
    }

    /// Tells whether `clock` is the home stream, and no other stream's access is remembered.
    #[inline]
    pub(crate) fn is_solely_of(&self, clock: &Clock<B>) -> bool {
        self.sole.load(Acquire) == clock.id.0
    }

    /// Makes the next operation on `clock`'s stream follow what it must, for an access of this kind.
    pub(crate) fn prepare(&self, home: &Home<B>, clock: &Clock<B>, writes: bool) -> Result<()> {
        if self.is_solely_of(clock) {
            return Ok(());
        }
        self.prepare_shared(home, clock, writes)
    }

    #[inline(never)]
    fn prepare_shared(&self, home: &Home<B>, clock: &Clock<B>, writes: bool) -> Result<()> {
        let mut uncovered = Vec::new();
        let mut moments = self.moments.lock();
        self.settle(&mut moments);
        moments.uncovered(&home.clock, clock, writes, &mut uncovered);
        drop(moments);
        uncovered.iter().try_for_each(|(source, tick, dependency)| {
            clock.run_after(&home.state, source, *tick, *dependency)
        })
    }

    /// Blocks the host until what a host access of this kind must follow has ended. A failure of what wrote is an error.
    pub(crate) fn synchronize(&self, home: &Home<B>, writes: bool) -> Result<()> {
        let mut outstanding = Vec::new();
        let mut moments = self.moments.lock();
        self.settle(&mut moments);
        let Ok(()) = moments.each(&home.clock, |source, tick, wrote, dependency| {
            if (writes || wrote) && !source.is_complete(tick) {
                outstanding.push((source.clone(), tick, dependency));
            }
            Ok::<(), std::convert::Infallible>(())
        });
        drop(moments);
        outstanding.iter().try_for_each(|(source, tick, dependency)| {
            let waited = source.synchronize_moment(&home.state, *tick);
            if *dependency == Dependency::Data { waited } else { ended(waited, ()) }
        })
    }

    /// Takes in the operation that was just given to `clock`'s stream.
    #[inline]
    pub(crate) fn publish(&self, home: &Home<B>, clock: &Arc<Clock<B>>, tick: u64, writes: bool) {
        if self.is_solely_of(clock) {
            let kept = if writes { &self.write } else { &self.read };
            // Stored before `sole` is looked at again, in the one order that all threads agree on.
            kept.swap(tick, SeqCst);
            if self.sole.load(SeqCst) == clock.id.0 {
                return;
            }
        }
        self.publish_shared(home, clock, tick, writes);
    }

    #[inline(never)]
    fn publish_shared(&self, home: &Home<B>, clock: &Arc<Clock<B>>, tick: u64, writes: bool) {
        let replaced = {
            let mut moments = self.moments.lock();
            self.settle(&mut moments);
            let replaced = moments.publish(&home.clock, clock, tick, writes);
            if moments.others.is_empty() && Arc::ptr_eq(&home.clock, clock) {
                // Two numbers again, as `take_over` will find them.
                self.read.store(std::mem::take(&mut moments.read), Relaxed);
                self.write.store(std::mem::take(&mut moments.written), Relaxed);
                self.sole.store(clock.id.0, SeqCst);
            }
            replaced
        };
        // Outside the lock: these may own the last reference to a clock, which gives its stream back to the backend.
        drop(replaced);
    }

    /// Moves what was kept outside of the moments into them; the lock is held.
    fn settle(&self, moments: &mut Moments<B>) {
        if self.sole.swap(0, SeqCst) != 0 {
            moments.take_over(self.read.load(SeqCst), self.write.load(SeqCst));
        }
    }
}

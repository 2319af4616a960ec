//! Moments: which operations may still use a piece of memory, and what the next one must follow.

use std::sync::{
    Arc, Weak,
    atomic::{AtomicU64, Ordering::*},
};

use crate::{
    Backend, Error, Result,
    capture::{Capture, Shared},
    clock::{Clock, Dependency, ended},
    device_state::DeviceState,
    latch::Latch,
};

/// An access, by another stream than the memory's own, that may still be under way.
#[derive(Debug)]
pub(crate) struct Access<B: Backend> {
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
    /// Where the moments are instead, while graphs share them.
    shared: Option<Arc<Shared<B>>>,
}

impl<B: Backend> Clone for Access<B> {
    fn clone(&self) -> Self {
        Access { clock: self.clock.clone(), ..*self }
    }
}

impl<B: Backend> Clone for Moments<B> {
    fn clone(&self) -> Self {
        Moments { others: self.others.clone(), shared: self.shared.clone(), ..*self }
    }
}

impl<B: Backend> Default for Moments<B> {
    fn default() -> Self {
        Moments { former: 0, written: 0, read: 0, others: Vec::new(), shared: None }
    }
}

impl<B: Backend> Moments<B> {
    /// Returns the moments of memory that the home stream may use at once, and every other one after its moment `tick`.
    #[inline]
    pub(crate) fn of_former_owner(tick: u64) -> Moments<B> {
        Moments { former: tick, written: 0, read: 0, others: Vec::new(), shared: None }
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

    /// Takes the moments back if no graph shares them any more.
    #[must_use = "what is returned must not go while a lock is held"]
    fn leave_graphs(&mut self) -> Option<Shared<B>> {
        // Others get it under the lock of this memory only, so that the count cannot rise.
        let shared = self.shared.take_if(|shared| Arc::strong_count(shared) == 1)?;
        let mut shared = Arc::into_inner(shared)?;
        *self = shared.take_moments();
        Some(shared)
    }

    /// Collects the moments that an access on `clock` must follow and does not yet.
    #[inline]
    pub(crate) fn uncovered(
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
    pub(crate) fn publish(
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

    /// Tells whether the host holds a stream back that has used this memory.
    pub(crate) fn is_held(&self, home: &Arc<Clock<B>>) -> bool {
        self.each(home, |source, _, _, _| if source.is_held() { Err(()) } else { Ok(()) }).is_err()
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

/// Does something with the locked moments of tracked memory: its own, or those that it shares with graphs.
macro_rules! locked {
    ($tracked:expr, |$moments:ident| $work:expr) => {{
        let mut own = $tracked.moments.lock();
        $tracked.settle(&mut own);
        match own.shared.clone() {
            None => {
                let $moments = &mut *own;
                $work
            }
            Some(shared) => {
                drop(own);
                let mut held = shared.moments().lock();
                let $moments = &mut *held;
                $work
            }
        }
    }};
}

impl<B: Backend> Tracked<B> {
    #[inline]
    pub(crate) fn new(home: &Home<B>, moments: Moments<B>) -> Tracked<B> {
        let sole = if moments.others.is_empty() { home.clock.id().number() } else { 0 };
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
        *self.sole.get_mut() = clock.id().number();
    }

    /// As [`settle_at`](Tracked::settle_at), of a record that only its home stream has used.
    #[inline(always)]
    pub(crate) fn start_anew(&mut self, tick: u64) {
        debug_assert!(self.moments.get_mut().others.is_empty());
        self.moments.get_mut().former = tick;
        (*self.read.get_mut(), *self.write.get_mut()) = (0, 0);
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
        *self.sole.get_mut() == clock.id().number()
    }

    /// Tells whether `stream` is the home stream, and no other stream's access is remembered.
    #[inline]
    pub(crate) fn is_solely_of(&self, stream: u64) -> bool {
        self.sole.load(Acquire) == stream
    }

    /// Makes the next operation on `clock`'s stream follow what it must, for an access of this kind.
    pub(crate) fn prepare(&self, home: &Arc<Home<B>>, clock: &Clock<B>, writes: bool) -> Result<()> {
        if self.is_solely_of(clock.id().number()) {
            return Ok(());
        }
        self.prepare_shared(home, clock, writes)
    }

    #[inline(never)]
    fn prepare_shared(&self, home: &Arc<Home<B>>, clock: &Clock<B>, writes: bool) -> Result<()> {
        if let Some(capture) = clock.capture() {
            return capture.prepare(&self.share(home), clock, writes);
        }
        let mut uncovered = Vec::new();
        locked!(self, |moments| moments.uncovered(&home.clock, clock, writes, &mut uncovered));
        uncovered.iter().try_for_each(|(source, tick, dependency)| {
            clock.run_after(&home.state, source, *tick, *dependency)
        })
    }

    /// Blocks the host until what a host access of this kind must follow has ended. A failure of what wrote is an error.
    pub(crate) fn synchronize(&self, home: &Home<B>, writes: bool) -> Result<()> {
        let mut outstanding = Vec::new();
        locked!(self, |moments| {
            let Ok(()) = moments.each(&home.clock, |source, tick, wrote, dependency| {
                if (writes || wrote) && !source.is_complete(tick) {
                    outstanding.push((source.clone(), tick, dependency));
                }
                Ok::<(), std::convert::Infallible>(())
            });
        });
        outstanding.iter().try_for_each(|(source, tick, dependency)| {
            let waited = source.synchronize_moment(&home.state, *tick);
            if *dependency == Dependency::Data { waited } else { ended(waited, ()) }
        })
    }

    /// Takes in the operation that was just given to `clock`'s stream.
    #[inline]
    pub(crate) fn publish(&self, home: &Arc<Home<B>>, clock: &Arc<Clock<B>>, tick: u64, writes: bool) {
        let stream = clock.id().number();
        match self.is_solely_of(stream) {
            true => self.publish_sole(home, clock, stream, tick, writes),
            false => self.publish_shared(home, clock, tick, writes),
        }
    }

    /// As [`publish`](Tracked::publish), of memory that was solely of `clock`'s stream, whose number is `stream`, when the operation was prepared.
    ///
    /// It may have been settled since. Then the numbers mean nothing, and are written anew before they do again.
    #[inline(always)]
    pub(crate) fn publish_sole(
        &self,
        home: &Arc<Home<B>>,
        clock: &Arc<Clock<B>>,
        stream: u64,
        tick: u64,
        writes: bool,
    ) {
        let kept = if writes { &self.write } else { &self.read };
        // Stored before `sole` is looked at again, in the one order that all threads agree on.
        kept.swap(tick, SeqCst);
        if self.sole.load(SeqCst) != stream {
            self.publish_shared(home, clock, tick, writes);
        }
    }

    #[inline(never)]
    fn publish_shared(&self, home: &Arc<Home<B>>, clock: &Arc<Clock<B>>, tick: u64, writes: bool) {
        if let Some(capture) = clock.capture() {
            return capture.publish(&self.share(home), clock, tick, writes);
        }
        let mut own = self.moments.lock();
        self.settle(&mut own);
        let left = own.leave_graphs();
        let replaced = match own.shared.clone() {
            // Graphs look at these moments too, so that this stays the way.
            Some(shared) => {
                drop(own);
                shared.moments().lock().publish(&home.clock, clock, tick, writes)
            }
            None => {
                let replaced = own.publish(&home.clock, clock, tick, writes);
                if own.others.is_empty() && Arc::ptr_eq(&home.clock, clock) {
                    // Two numbers again, as `take_over` will find them.
                    self.read.store(std::mem::take(&mut own.read), Relaxed);
                    self.write.store(std::mem::take(&mut own.written), Relaxed);
                    self.sole.store(clock.id().number(), SeqCst);
                }
                drop(own);
                replaced
            }
        };
        // Outside the lock: these may own the last reference to a clock, which gives its stream back to the backend.
        drop((replaced, left));
    }

    /// Returns what graphs have in common with this memory, if they have something.
    pub(crate) fn shared(&self) -> Option<Arc<Shared<B>>> {
        self.moments.lock().shared.clone()
    }

    /// Lets graphs share the moments of this memory, and returns what they have in common.
    pub(crate) fn share(&self, home: &Arc<Home<B>>) -> Arc<Shared<B>> {
        self.share_in(home, Weak::new())
    }

    /// As [`share`](Tracked::share), for memory that was allocated in a capture.
    pub(crate) fn share_in(&self, home: &Arc<Home<B>>, capture: Weak<Capture<B>>) -> Arc<Shared<B>> {
        let mut moments = self.moments.lock();
        self.settle(&mut moments);
        if let Some(shared) = &moments.shared {
            return shared.clone();
        }
        let shared = Arc::new(Shared::new(home.clone(), std::mem::take(&mut *moments), capture));
        moments.shared = Some(shared.clone());
        shared
    }

    /// Takes what graphs have in common with this memory, of which nobody else knows, if they have something.
    pub(crate) fn take_shared(&mut self) -> Option<Arc<Shared<B>>> {
        self.moments.get_mut().shared.take()
    }

    /// Lets memory that nobody else knows have its moments in common with graphs.
    pub(crate) fn put_shared(&mut self, shared: Arc<Shared<B>>) {
        *self.sole.get_mut() = 0;
        *self.moments.get_mut() = Moments { shared: Some(shared), ..Moments::default() };
    }

    /// Gives memory that nobody else knows the moments that it has had in common with graphs.
    pub(crate) fn put_moments(&mut self, moments: Moments<B>) {
        *self.sole.get_mut() = 0;
        *self.moments.get_mut() = moments;
    }

    /// Moves what was kept outside of the moments into them; the lock is held.
    fn settle(&self, moments: &mut Moments<B>) {
        if self.sole.swap(0, SeqCst) != 0 {
            moments.take_over(self.read.load(SeqCst), self.write.load(SeqCst));
        }
    }
}

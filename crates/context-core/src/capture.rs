//! Capture: work that is made into a graph in place of being run, and the memory that it touches.
//!
//! What is captured runs later, any number of times, so that it follows nothing now and nothing may follow it. Within a capture,
//! operations have an order of their own: the streams that take part have clocks of their own, and the capture remembers for each
//! piece of memory the moments of these clocks only. When it ends, what is left of it is the list of that memory, with whether it is
//! written; a replay is then one operation on all of it.
//!
//! Memory that a graph touches lives as long as the graph. A buffer owns its memory, and a graph is no buffer's owner; so they
//! share the memory's moments ([`Shared`]), and a buffer that is dropped leaves its block there. Whoever is the last gives it to the
//! pool.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, ThreadId},
};

use crate::{
    Backend, Error, MemoryKind, Result,
    clock::{Clock, lock},
    latch::Latch,
    moments::{Access, Home, Moments},
    pool::{Memory, Owned},
    random::Philox,
};

/// What a buffer and the graphs that touch its memory have in common.
#[derive(Debug)]
pub(crate) struct Shared<B: Backend> {
    moments: Latch<Moments<B>>,
    /// The memory, once the buffer is gone.
    left: Latch<Option<Box<Memory<B>>>>,
    /// The capture that the memory was allocated in.
    capture: Weak<Capture<B>>,
    home: Arc<Home<B>>,
}

impl<B: Backend> Shared<B> {
    pub(crate) fn new(home: Arc<Home<B>>, moments: Moments<B>, capture: Weak<Capture<B>>) -> Shared<B> {
        Shared { moments: Latch::new(moments), left: Latch::default(), capture, home }
    }

    pub(crate) fn moments(&self) -> &Latch<Moments<B>> {
        &self.moments
    }

    pub(crate) fn take_moments(&mut self) -> Moments<B> {
        std::mem::take(self.moments.get_mut())
    }

    /// Leaves memory here whose buffer is gone. The capture that it was allocated in may use it again.
    #[cold]
    pub(crate) fn leave(self: Arc<Self>, memory: Box<Memory<B>>) {
        *self.left.lock() = Some(memory);
        if let Some(capture) = self.capture.upgrade() {
            capture.take_back(self);
        }
    }

    /// Makes the next operation on `clock`'s stream follow what it must.
    pub(crate) fn prepare(&self, clock: &Clock<B>, writes: bool) -> Result<()> {
        let mut uncovered = Vec::new();
        self.moments.lock().uncovered(&self.home.clock, clock, writes, &mut uncovered);
        uncovered.iter().try_for_each(|(source, tick, dependency)| {
            clock.run_after(&self.home.state, source, *tick, *dependency)
        })
    }

    /// Takes in the operation that was just given to `clock`'s stream.
    pub(crate) fn publish(&self, clock: &Arc<Clock<B>>, tick: u64, writes: bool) {
        let replaced = self.moments.lock().publish(&self.home.clock, clock, tick, writes);
        // Outside the lock: these may own the last reference to a clock.
        drop(replaced);
    }
}

impl<B: Backend> Drop for Shared<B> {
    fn drop(&mut self) {
        if let Some(mut memory) = self.left.get_mut().take() {
            memory.tracked.put_moments(self.take_moments());
            memory.give_back(&self.home);
        }
    }
}

/// One piece of memory in a capture.
#[derive(Debug)]
struct Use<B: Backend> {
    shared: Arc<Shared<B>>,
    /// By which of the capture's streams it was used.
    moments: Moments<B>,
    writes: bool,
}

#[derive(Debug)]
struct Inner<B: Backend> {
    /// The streams that take part, the first one's before the others'.
    clocks: Vec<Arc<Clock<B>>>,
    uses: Vec<Use<B>>,
    /// The place in `uses` of each piece of memory, by its address here.
    places: BTreeMap<usize, usize>,
    /// Memory that was allocated in the capture and whose buffers are gone.
    spare: Vec<Arc<Shared<B>>>,
    sequences: Vec<Sequence>,
}

impl<B: Backend> Inner<B> {
    fn new() -> Inner<B> {
        Inner {
            clocks: Vec::new(),
            uses: Vec::new(),
            places: BTreeMap::new(),
            spare: Vec::new(),
            sequences: Vec::new(),
        }
    }
}

/// A sequence of random numbers that captured work draws from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequence {
    /// Where it was when its context was made for the capture.
    pub(crate) start: Philox,
    /// How many words are drawn from there on.
    pub(crate) words: u64,
}

impl Sequence {
    /// Returns how many words behind the start a draw begins, if it is of this sequence.
    pub(crate) fn offset(&self, generator: &Philox) -> Option<u64> {
        let offset = generator.position().wrapping_sub(self.start.position());
        let same = generator.seed() == self.start.seed() && generator.fork() == self.start.fork();
        // A draw before the start is of a generator that the program has set.
        (same && offset <= u64::MAX / 2).then_some(offset)
    }
}

/// A capture, from its begin to its end.
#[derive(Debug)]
pub(crate) struct Capture<B: Backend> {
    /// The stream of the context that captures, for which memory is allocated.
    parent: Arc<Home<B>>,
    thread: ThreadId,
    open: AtomicBool,
    inner: Mutex<Inner<B>>,
}

/// What is left of a capture.
#[derive(Debug)]
pub(crate) struct Captured<B: Backend> {
    /// The memory that the work touches, each with whether it is written.
    pub(crate) memory: Vec<(Arc<Shared<B>>, bool)>,
    /// What it draws from, the first one for the context that captured.
    pub(crate) sequences: Vec<Sequence>,
}

impl<B: Backend> Capture<B> {
    /// Makes a capture on behalf of `parent`, in which no stream takes part yet.
    pub(crate) fn new(parent: &Arc<Home<B>>) -> Arc<Capture<B>> {
        Arc::new(Capture {
            parent: parent.clone(),
            thread: thread::current().id(),
            open: AtomicBool::new(true),
            inner: Mutex::new(Inner::new()),
        })
    }

    /// Leases a stream that takes part.
    pub(crate) fn stream(self: &Arc<Self>) -> Result<Arc<Home<B>>> {
        let state = &self.parent.state;
        let clock = Clock::capturing(state, self.parent.clock.options(), self.clone())?;
        lock(&self.inner).clocks.push(clock.clone());
        Ok(Arc::new(Home { clock, state: state.clone() }))
    }

    /// Remembers that a context of the capture starts to draw here.
    pub(crate) fn draws_from(&self, start: Philox) {
        lock(&self.inner).sequences.push(Sequence { start, words: 0 });
    }

    /// Remembers a draw of so many words.
    pub(crate) fn drew(&self, generator: &Philox, words: u64) {
        for sequence in &mut lock(&self.inner).sequences {
            if let Some(offset) = sequence.offset(generator) {
                sequence.words = sequence.words.max(offset.saturating_add(words));
            }
        }
    }

    /// Returns the stream of the context that captures.
    pub(crate) fn parent(&self) -> &Arc<Home<B>> {
        &self.parent
    }

    /// Returns the streams that take part, the first one's before the others'.
    pub(crate) fn clocks(&self) -> Vec<Arc<Clock<B>>> {
        lock(&self.inner).clocks.clone()
    }

    /// Refuses work for a capture that has ended, or by a thread that is not the capture's.
    pub(crate) fn check(&self, operation: &'static str) -> Result<()> {
        let reason = if !self.open.load(Relaxed) {
            "the capture that this context was made for has ended; use the context that captured"
        } else if thread::current().id() != self.thread {
            "another thread is capturing; work for a capture is given by the thread that began it"
        } else {
            return Ok(());
        };
        Err(Error::Capture { operation, device: self.parent.state.device(), reason })
    }

    /// Says that something cannot be captured.
    #[cold]
    pub(crate) fn refuse(&self, operation: &'static str) -> Error {
        self.check(operation).err().unwrap_or(Error::Capture {
            operation,
            device: self.parent.state.device(),
            reason: "captured work has not run, and what it touches is the graph's; do it around a replay, with the context that replays",
        })
    }

    /// Forgets a stream that does not take part after all.
    pub(crate) fn forget(&self, clock: &Arc<Clock<B>>) {
        lock(&self.inner).clocks.retain(|other| !Arc::ptr_eq(other, clock));
    }

    /// Returns the place of a piece of memory in the list.
    fn place(inner: &mut Inner<B>, shared: &Arc<Shared<B>>) -> usize {
        let Inner { uses, places, .. } = inner;
        *places.entry(Arc::as_ptr(shared).addr()).or_insert_with(|| {
            uses.push(Use { shared: shared.clone(), moments: Moments::default(), writes: false });
            uses.len() - 1
        })
    }

    /// Makes the next operation on `clock`'s stream follow what it must within the capture.
    pub(crate) fn prepare(&self, shared: &Arc<Shared<B>>, clock: &Clock<B>, writes: bool) -> Result<()> {
        self.check("capturing")?;
        let mut uncovered = Vec::new();
        {
            let mut inner = lock(&self.inner);
            let place = Capture::place(&mut inner, shared);
            let Some(origin) = inner.clocks.first().cloned() else { return Ok(()) };
            let used = &mut inner.uses[place];
            used.writes |= writes;
            used.moments.uncovered(&origin, clock, writes, &mut uncovered);
        }
        uncovered.iter().try_for_each(|(source, tick, dependency)| {
            clock.run_after(&self.parent.state, source, *tick, *dependency)
        })
    }

    /// Takes in the operation that was just given to `clock`'s stream.
    pub(crate) fn publish(&self, shared: &Arc<Shared<B>>, clock: &Arc<Clock<B>>, tick: u64, writes: bool) {
        let replaced: Vec<Access<B>> = {
            let mut inner = lock(&self.inner);
            let place = Capture::place(&mut inner, shared);
            let Some(origin) = inner.clocks.first().cloned() else { return };
            inner.uses[place].moments.publish(&origin, clock, tick, writes)
        };
        drop(replaced);
    }

    /// Allocates memory of a capture: what was allocated in it before and is not used any more, or memory of its own.
    pub(crate) fn allocate(self: &Arc<Self>, kind: MemoryKind, bytes: usize) -> Result<Owned<B>> {
        self.check("allocating")?;
        let spare = {
            let mut inner = lock(&self.inner);
            let fits = |shared: &Arc<Shared<B>>| {
                shared.left.lock().as_ref().is_some_and(|memory| memory.fits(kind, bytes))
            };
            let found = inner.spare.iter().position(fits);
            found.map(|place| inner.spare.swap_remove(place))
        };
        if let Some(shared) = spare {
            let left = shared.left.lock().take();
            if let Some(mut memory) = left {
                // Its next use follows the uses before, since the capture knows it by what is shared.
                memory.tracked.put_shared(shared);
                return Ok(memory.lend_again(&self.parent));
            }
        }
        let memory = self.parent.state.pool(kind).allocate(&self.parent, bytes)?;
        memory.tracked.share_in(memory.home(), Arc::downgrade(self));
        Ok(memory)
    }

    /// Takes back memory that was allocated in the capture, if that has not ended.
    fn take_back(&self, shared: Arc<Shared<B>>) {
        let mut inner = lock(&self.inner);
        if self.open.load(Relaxed) {
            inner.spare.push(shared);
        }
    }

    /// Ends the capture, and returns what is left of it.
    pub(crate) fn end(&self) -> Captured<B> {
        let inner = {
            let mut inner = lock(&self.inner);
            self.open.store(false, Relaxed);
            std::mem::replace(&mut *inner, Inner::new())
        };
        let Inner { uses, sequences, .. } = inner;
        Captured { memory: uses.into_iter().map(|used| (used.shared, used.writes)).collect(), sequences }
    }
}

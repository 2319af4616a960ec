//! States that threads share, each behind a lock of its own.

use std::{
    fmt,
    sync::{
        Mutex, MutexGuard, PoisonError, TryLockError,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    thread::ThreadId,
    time::{Duration, Instant},
};

use context_core::{Context, Error, Result};

use super::{CudnnState, WorkspaceOptions};
use crate::CudaContext;

/// A row of [`CudnnState`]s that any number of threads share.
///
/// Each is made when it is first used, on the device of whoever uses it first. A thread that uses one holds its lock meanwhile, on the host;
/// the device works on, and several threads in several slots give it work at once. One slot is enough for one thread.
pub struct SyncedCudnnState {
    slots: Box<[Slot]>,
    workspace: WorkspaceOptions,
    /// Where the next thread that takes any slot begins to look.
    next: AtomicUsize,
}

#[derive(Default)]
struct Slot {
    state: Mutex<Option<CudnnState>>,
    holder: Mutex<Option<ThreadId>>,
    counts: Counts,
}

#[derive(Default)]
struct Counts {
    uses: AtomicU64,
    contended: AtomicU64,
    waited: AtomicU64,
    longest_wait: AtomicU64,
    held: AtomicU64,
    rebuilt: AtomicU64,
}

/// How a slot of a [`SyncedCudnnState`] was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlotStatistics {
    /// How often it was used.
    pub uses: u64,
    /// How often a thread had to wait for it.
    pub contended: u64,
    /// How long threads waited, all together.
    pub waited: Duration,
    /// How long a thread waited at the most.
    pub longest_wait: Duration,
    /// How long it was held, all together.
    pub held: Duration,
    /// How often its state was made anew because a thread had panicked with it.
    pub rebuilt: u64,
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl SyncedCudnnState {
    /// Makes `slots` places for states, and no state yet.
    ///
    /// # Errors
    /// [`Error::Shape`] for none.
    pub fn new(slots: usize, workspace: WorkspaceOptions) -> Result<SyncedCudnnState> {
        if slots == 0 {
            return Err(Error::Shape {
                operation: "making cuDNN states",
                detail: "0 slots; one is the least, and one a thread the most that helps".to_owned(),
            });
        }
        let slots = (0..slots).map(|_| Slot::default()).collect();
        Ok(SyncedCudnnState { slots, workspace, next: AtomicUsize::new(0) })
    }

    /// Returns how many slots there are.
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// Calls `work` with the state in slot `index`, which no other thread uses meanwhile.
    ///
    /// If a thread has panicked in there, the state is made anew: its work is joined, but nobody knows how its handle was left.
    ///
    /// # Errors
    /// What `work` returns; [`Error::Shape`] if there is no such slot; [`Error::Unsupported`] if this very thread holds it, which would be
    /// waited for in vain; whatever making a state can fail with.
    pub fn with_state<T>(
        &self,
        context: &CudaContext,
        index: usize,
        work: impl FnOnce(&mut CudnnState) -> Result<T>,
    ) -> Result<T> {
        let Some(slot) = self.slots.get(index) else {
            return Err(Error::Shape {
                operation: "using a cuDNN state",
                detail: format!("slot {index} of {}, numbered from 0", self.slots.len()),
            });
        };
        let guard = match slot.try_lock() {
            Some(guard) => guard,
            None => slot.wait_for_lock(context, index)?,
        };
        slot.work(guard, context, self.workspace, work)
    }

    /// Calls `work` with the state of a slot that is free, or, where none is, of the one whose turn it is.
    ///
    /// # Errors
    /// As [`with_state`](SyncedCudnnState::with_state).
    pub fn with_any<T>(
        &self,
        context: &CudaContext,
        work: impl FnOnce(&mut CudnnState) -> Result<T>,
    ) -> Result<T> {
        let count = self.slots.len();
        let first = self.next.fetch_add(1, Relaxed) % count;
        // From the lowest on, so that few threads use few slots, and with them few handles and little memory.
        for slot in &self.slots {
            if let Some(guard) = slot.try_lock() {
                return slot.work(guard, context, self.workspace, work);
            }
        }
        // A slot that this thread holds itself would be waited for in vain.
        let mut turn = (0..count).map(|step| (first + step) % count);
        let index = turn.find(|index| !self.slots[*index].is_held_here()).unwrap_or(first);
        let slot = &self.slots[index];
        slot.work(slot.wait_for_lock(context, index)?, context, self.workspace, work)
    }

    /// Returns how each slot was used.
    pub fn statistics(&self) -> Vec<SlotStatistics> {
        self.slots.iter().map(|slot| slot.counts.read()).collect()
    }

    /// Frees the states that no thread uses, with their workspaces and streams; they are made anew when they are used. Returns how many that
    /// were.
    pub fn trim(&self) -> usize {
        let free = self.slots.iter().filter_map(Slot::try_lock);
        free.filter_map(|mut state| state.take()).count()
    }
}

impl Slot {
    /// Locks the slot if no thread holds it. What a panicking thread has left is made sound.
    fn try_lock(&self) -> Option<MutexGuard<'_, Option<CudnnState>>> {
        match self.state.try_lock() {
            Ok(guard) => Some(guard),
            Err(TryLockError::Poisoned(poisoned)) => Some(self.recover(poisoned)),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    #[cold]
    fn recover<'a>(
        &'a self,
        poisoned: PoisonError<MutexGuard<'a, Option<CudnnState>>>,
    ) -> MutexGuard<'a, Option<CudnnState>> {
        let mut guard = poisoned.into_inner();
        if guard.take().is_some() {
            self.counts.rebuilt.fetch_add(1, Relaxed);
        }
        self.state.clear_poison();
        guard
    }

    fn is_held_here(&self) -> bool {
        *self.holder.lock().unwrap_or_else(PoisonError::into_inner) == Some(std::thread::current().id())
    }

    #[cold]
    fn wait_for_lock(
        &self,
        context: &CudaContext,
        index: usize,
    ) -> Result<MutexGuard<'_, Option<CudnnState>>> {
        if self.is_held_here() {
            return Err(Error::Unsupported {
                device: context.device(),
                what: "using a cuDNN state inside of itself",
                reason: format!("this thread holds slot {index}; use the state that it has, or another slot"),
            });
        }
        let start = Instant::now();
        let guard = self.state.lock().unwrap_or_else(|poisoned| self.recover(poisoned));
        let waited = nanoseconds(start.elapsed());
        self.counts.contended.fetch_add(1, Relaxed);
        self.counts.waited.fetch_add(waited, Relaxed);
        self.counts.longest_wait.fetch_max(waited, Relaxed);
        Ok(guard)
    }

    /// Works with the state, which is made if there is none.
    fn work<T>(
        &self,
        mut guard: MutexGuard<'_, Option<CudnnState>>,
        context: &CudaContext,
        workspace: WorkspaceOptions,
        work: impl FnOnce(&mut CudnnState) -> Result<T>,
    ) -> Result<T> {
        // Before the lock is given up, whatever happens: declared behind the guard, it is dropped before it.
        let _holding = Holding::new(self);
        let state = match &mut *guard {
            Some(state) => state,
            none => none.insert(CudnnState::new(context, workspace)?),
        };
        work(state)
    }
}

/// Says which thread holds a slot, and counts for how long.
struct Holding<'a> {
    slot: &'a Slot,
    start: Instant,
}

impl<'a> Holding<'a> {
    fn new(slot: &'a Slot) -> Holding<'a> {
        slot.counts.uses.fetch_add(1, Relaxed);
        *slot.holder.lock().unwrap_or_else(PoisonError::into_inner) = Some(std::thread::current().id());
        Holding { slot, start: Instant::now() }
    }
}

impl Drop for Holding<'_> {
    fn drop(&mut self) {
        self.slot.counts.held.fetch_add(nanoseconds(self.start.elapsed()), Relaxed);
        *self.slot.holder.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Counts {
    fn read(&self) -> SlotStatistics {
        SlotStatistics {
            uses: self.uses.load(Relaxed),
            contended: self.contended.load(Relaxed),
            waited: Duration::from_nanos(self.waited.load(Relaxed)),
            longest_wait: Duration::from_nanos(self.longest_wait.load(Relaxed)),
            held: Duration::from_nanos(self.held.load(Relaxed)),
            rebuilt: self.rebuilt.load(Relaxed),
        }
    }
}

impl fmt::Debug for SyncedCudnnState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SyncedCudnnState").field("slots", &self.statistics()).finish()
    }
}

//! The memory pool: freed blocks keep their moments and are handed out again in stream order.
//!
//! Sizes are rounded up to a class, four to a doubling, so that at most a fifth of a block is spare. A freed block goes
//! onto its class's shelf together with the accesses that may still be under way. An allocation for a stream looks, in
//! this order, for
//!
//! 1. a block of its class whose accesses the stream already runs after: handed out at once, no backend call;
//! 2. a block of its class that another stream may still use: a wait is inserted on the device, the host goes on;
//! 3. new memory from the backend;
//! 4. a block of a larger class, up to four times the size;
//! 5. new memory after all idle blocks were given back;
//! 6. new memory after the host waited for the blocks that were not idle;
//!
//! and fails with numbers when all of that did not help.
//!
//! No backend call is made while the pool's lock is held.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, PoisonError},
};

use crate::{
    Backend, Error, Result,
    backend::{Address, AllocateError},
    clock::{Clock, Moments, ended, lock},
    device_state::DeviceState,
    error::OutOfMemory,
};

/// The smallest block, in bytes. CUDA aligns its allocations to this as well.
const SMALLEST: usize = 512;

/// How often an allocation goes through the ladder while other threads free and take memory: one that cannot be served must
/// not compete with them for ever.
const MOST_CLIMBS: usize = 256;

/// How many blocks of a class are looked at for one that needs no wait.
const LOOKED_AT: usize = 16;

/// How the memory of one device is used, in bytes unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryStatistics {
    /// In live buffers, rounded to size classes.
    pub live: usize,
    /// The highest `live` so far.
    pub peak: usize,
    /// Taken from the backend and not given back: live and cached.
    pub reserved: usize,
    /// The highest `reserved` so far.
    pub peak_reserved: usize,
    /// Allocations made by buffers, a count.
    pub allocations: u64,
    /// Allocations that the backend served, a count.
    pub backend_allocations: u64,
}

/// Memory that belongs to one buffer.
#[derive(Debug)]
pub(crate) struct Block<B: Backend> {
    pub(crate) address: Address,
    /// The size of its class.
    pub(crate) bytes: usize,
    pub(crate) moments: Moments<B>,
}

#[derive(Debug)]
struct Shelves<B: Backend> {
    /// By class; the block freed last is handed out first, since it is the likeliest to be in a cache.
    free: BTreeMap<usize, Vec<Block<B>>>,
    statistics: MemoryStatistics,
    /// How often blocks came back to the shelves or went back to the backend: after a change an allocation that failed may
    /// succeed.
    changes: u64,
    /// How many threads hold blocks to give back.
    hands: usize,
}

/// The pool of one device.
#[derive(Debug)]
pub(crate) struct Pool<B: Backend> {
    limit: Option<usize>,
    shelves: Mutex<Shelves<B>>,
    /// A thread has put down the blocks that it could not give back.
    put_down: Condvar,
}

/// What going through the ladder led to.
enum Climb<B: Backend> {
    Found(Block<B>),
    /// With the last refusal's reason.
    Exhausted(String),
}

/// Blocks that a thread has taken off the shelves to give them back. Those that are left are put down when this goes.
struct Hand<'a, B: Backend> {
    pool: &'a Pool<B>,
    blocks: Vec<Block<B>>,
}

impl<B: Backend> Drop for Hand<'_, B> {
    fn drop(&mut self) {
        let mut shelves = lock(&self.pool.shelves);
        self.blocks.drain(..).for_each(|block| shelves.put(block));
        shelves.changes += 1;
        shelves.hands -= 1;
        self.pool.put_down.notify_all();
    }
}

/// Returns the size of the class that serves `bytes`; `None` if no address space could.
pub(crate) fn class_of(bytes: usize) -> Option<usize> {
    if bytes <= SMALLEST {
        return Some(SMALLEST);
    }
    if bytes > isize::MAX as usize {
        return None;
    }
    // Four classes to a doubling: the step is a quarter of the power of two below.
    bytes.checked_next_multiple_of(bytes.next_power_of_two() / 8)
}

impl<B: Backend> Pool<B> {
    pub(crate) fn new(limit: Option<usize>) -> Pool<B> {
        Pool {
            limit,
            shelves: Mutex::new(Shelves {
                free: BTreeMap::new(),
                statistics: MemoryStatistics::default(),
                changes: 0,
                hands: 0,
            }),
            put_down: Condvar::new(),
        }
    }

    pub(crate) fn statistics(&self) -> MemoryStatistics {
        lock(&self.shelves).statistics
    }

    /// Allocates memory that work on `clock`'s stream may use from now on.
    pub(crate) fn allocate(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Clock<B>,
        bytes: usize,
    ) -> Result<Block<B>> {
        let class =
            class_of(bytes).ok_or_else(|| self.exhausted(state, bytes, "no address space is that large"))?;
        if self.limit.is_some_and(|limit| class > limit) {
            return Err(self.exhausted(state, class, "the context's limit is smaller"));
        }

        if let Some(block) = self.take_covered(clock, class) {
            return Ok(self.hand_out(block));
        }
        if let Some(block) = self.take_after_wait(state, clock, class..=class)? {
            return Ok(self.hand_out(block));
        }
        for _ in 0..MOST_CLIMBS {
            let changes = lock(&self.shelves).changes;
            match self.climb(state, clock, class)? {
                Climb::Found(block) => return Ok(self.hand_out(block)),
                Climb::Exhausted(cause) if !self.changed_since(changes) => {
                    return Err(self.exhausted(state, class, &cause));
                }
                Climb::Exhausted(_) => {}
            }
        }
        Err(self.exhausted(state, class, "other threads took each block that was given back"))
    }

    /// Goes once through the ladder's rungs 3 to 6.
    fn climb(&self, state: &Arc<DeviceState<B>>, clock: &Clock<B>, class: usize) -> Result<Climb<B>> {
        let mut cause = match self.grow(state.backend(), class) {
            Ok(block) => return Ok(Climb::Found(block)),
            Err(AllocateError::Other(error)) => return Err(error),
            Err(AllocateError::OutOfMemory(cause)) => cause,
        };
        if let Some(block) = self.take_after_wait(state, clock, class..=class.saturating_mul(4))? {
            return Ok(Climb::Found(block));
        }
        for give_back in [Pool::give_back_idle, Pool::give_back_all] {
            if give_back(self, state)? == 0 {
                continue;
            }
            cause = match self.grow(state.backend(), class) {
                Ok(block) => return Ok(Climb::Found(block)),
                Err(AllocateError::Other(error)) => return Err(error),
                Err(AllocateError::OutOfMemory(cause)) => cause,
            };
        }
        Ok(Climb::Exhausted(cause))
    }

    /// Tells whether another climb may fare better: whether blocks were freed or given back since `changes` was read. While
    /// other threads hold blocks in their hands, they are neither live nor on a shelf; they are waited for.
    fn changed_since(&self, changes: u64) -> bool {
        let mut shelves = lock(&self.shelves);
        while shelves.changes == changes && shelves.hands > 0 {
            shelves = self.put_down.wait(shelves).unwrap_or_else(PoisonError::into_inner);
        }
        shelves.changes != changes
    }

    /// Takes back a block that no buffer owns any more. Makes no backend call.
    pub(crate) fn free(&self, block: Block<B>) {
        let mut shelves = lock(&self.shelves);
        shelves.statistics.live -= block.bytes;
        shelves.put(block);
    }

    fn hand_out(&self, mut block: Block<B>) -> Block<B> {
        block.moments.retire();
        let statistics = &mut lock(&self.shelves).statistics;
        statistics.live += block.bytes;
        statistics.peak = statistics.peak.max(statistics.live);
        statistics.allocations += 1;
        block
    }

    /// Takes a block of `class` that `clock`'s stream may use without a wait.
    fn take_covered(&self, clock: &Clock<B>, class: usize) -> Option<Block<B>> {
        let mut shelves = lock(&self.shelves);
        let shelf = shelves.free.get_mut(&class)?;
        let place =
            (0..shelf.len()).rev().take(LOOKED_AT).find(|&place| shelf[place].moments.covered(clock))?;
        Some(shelf.swap_remove(place))
    }

    /// Takes the block of these classes that was freed first, and makes `clock`'s stream wait for its accesses.
    fn take_after_wait(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Clock<B>,
        classes: std::ops::RangeInclusive<usize>,
    ) -> Result<Option<Block<B>>> {
        let taken = {
            let mut shelves = lock(&self.shelves);
            shelves
                .free
                .range_mut(classes)
                .find(|(_, shelf)| !shelf.is_empty())
                .map(|(_, shelf)| shelf.remove(0))
        };
        let Some(block) = taken else { return Ok(None) };
        match block.moments.run_after_all(state, clock) {
            Ok(()) => Ok(Some(block)),
            Err(error) => {
                lock(&self.shelves).put(block);
                Err(error)
            }
        }
    }

    fn grow(&self, backend: &B, class: usize) -> Result<Block<B>, AllocateError> {
        let over = |reserved: usize| {
            self.limit.is_some_and(|limit| reserved.checked_add(class).is_none_or(|sum| sum > limit))
        };
        // Reserved before the backend is asked, so that threads growing at once cannot pass the limit together.
        {
            let statistics = &mut lock(&self.shelves).statistics;
            if over(statistics.reserved) {
                return Err(AllocateError::OutOfMemory("the context's limit is reached".to_owned()));
            }
            statistics.reserved += class;
        }
        let allocated = backend.allocate(class);
        let mut shelves = lock(&self.shelves);
        match allocated {
            Ok(address) => {
                let statistics = &mut shelves.statistics;
                statistics.backend_allocations += 1;
                statistics.peak_reserved = statistics.peak_reserved.max(statistics.reserved);
                Ok(Block { address, bytes: class, moments: Moments::default() })
            }
            Err(error) => {
                shelves.statistics.reserved -= class;
                Err(error)
            }
        }
    }

    /// Gives blocks back to the backend that are known to be idle, and returns how many bytes that were.
    fn give_back_idle(&self, state: &Arc<DeviceState<B>>) -> Result<usize> {
        self.give_back(state, |moments| moments.query(state))
    }

    /// Gives all blocks back to the backend, waiting for them where needed.
    fn give_back_all(&self, state: &Arc<DeviceState<B>>) -> Result<usize> {
        self.give_back(state, |moments| moments.synchronize(state).map(|()| true))
    }

    fn take_all(&self) -> Option<Hand<'_, B>> {
        let mut shelves = lock(&self.shelves);
        let blocks: Vec<_> = std::mem::take(&mut shelves.free).into_values().flatten().collect();
        if blocks.is_empty() {
            return None;
        }
        shelves.hands += 1;
        Some(Hand { pool: self, blocks })
    }

    #[allow(unsafe_code)]
    fn give_back(
        &self,
        state: &DeviceState<B>,
        mut idle: impl FnMut(&Moments<B>) -> Result<bool>,
    ) -> Result<usize> {
        let Some(mut hand) = self.take_all() else { return Ok(0) };
        let mut freed = 0;
        let mut outcome = Ok(());
        hand.blocks.retain(|block| {
            if outcome.is_err() {
                return true;
            }
            match idle(&block.moments) {
                Ok(false) => return true,
                Err(error) => {
                    outcome = Err(error);
                    return true;
                }
                Ok(true) => {}
            }
            // SAFETY: the block came from `allocate(bytes)` of this backend, is owned by nobody, and every operation
            // that touched it was just seen to be complete (Pool 1).
            match unsafe { state.backend().free(block.address, block.bytes) } {
                Ok(()) => {
                    lock(&self.shelves).statistics.reserved -= block.bytes;
                    freed += block.bytes;
                    false
                }
                Err(error) => {
                    outcome = Err(error);
                    true
                }
            }
        });
        outcome.map(|()| freed)
    }

    /// Gives idle blocks back to the backend, and returns how many bytes that were.
    pub(crate) fn trim(&self, state: &Arc<DeviceState<B>>) -> Result<usize> {
        self.give_back_idle(state)
    }

    /// Gives everything back when the device closes, waiting for the work that still uses it.
    ///
    /// What may still be in use after a failure is leaked: nothing says when the device stops touching it. The rest is
    /// given back all the same; the first failure is returned.
    pub(crate) fn release(&self, backend: &B) -> Result<()> {
        let blocks = std::mem::take(&mut lock(&self.shelves).free);
        let mut first = Ok(());
        for block in blocks.into_values().flatten() {
            let outcome = release_block(backend, &block);
            first = first.and(outcome);
        }
        first
    }

    fn exhausted(&self, state: &DeviceState<B>, requested: usize, cause: &str) -> Error {
        let statistics = self.statistics();
        Error::OutOfMemory(Box::new(OutOfMemory {
            device: state.device(),
            requested,
            live: statistics.live,
            cached: statistics.reserved - statistics.live,
            limit: self.limit,
            device_memory: state.backend().memory_info(),
            cause: cause.to_owned(),
        }))
    }
}

#[allow(unsafe_code)]
fn release_block<B: Backend>(backend: &B, block: &Block<B>) -> Result<()> {
    block.moments.streams().try_for_each(|stream| ended(backend.synchronize(stream), ()))?;
    // SAFETY: as in `give_back`; every stream that touched the block was just seen to be idle (Pool 1).
    unsafe { backend.free(block.address, block.bytes) }
}

impl<B: Backend> Shelves<B> {
    fn put(&mut self, block: Block<B>) {
        self.changes += 1;
        self.free.entry(block.bytes).or_default().push(block);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_holds_its_size_and_wastes_at_most_a_fifth() {
        let mut last = 0;
        for bytes in (1..100_000).chain((17..40).map(|bits| (1 << bits) + 1)) {
            let class = class_of(bytes).unwrap();

            assert!(class >= bytes && class.is_multiple_of(64), "{bytes} -> {class}");
            assert!(class <= SMALLEST || (class - bytes) * 5 <= class, "{bytes} -> {class}");
            assert!(class >= last, "{bytes} -> {class} after {last}");
            assert_eq!(class_of(class), Some(class), "a class serves itself");
            last = if bytes < 100_000 { class } else { 0 };
        }
    }

    #[test]
    fn a_size_that_no_address_space_holds_has_no_class() {
        assert_eq!(class_of(usize::MAX), None);
        assert_eq!(class_of(isize::MAX as usize + 1), None);
    }
}

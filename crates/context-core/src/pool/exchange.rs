//! What buffers take from a pool and give back to it.
//!
//! What the front cache has, and what it takes, is dealt with here and inlined; so is finding a fit. Everything else is on the
//! [`ladder`](super::ladder).

use std::sync::Arc;

use super::{
    Block, MemoryAction, Pool, block_bytes,
    central::{Central, Pending},
    label,
    lane::{Front, MOST_CACHED},
    memory::{Memory, Owned},
    watch,
};
use crate::{Backend, MemoryKind, Result, clock::Clock, lock::Locked, moments::Home};

impl<B: Backend> Pool<B> {
    /// Takes memory from the front cache of `home`'s stream, if it has a block of that size and nothing is to be looked at.
    #[inline(always)]
    pub(crate) fn take_cached(
        &self,
        home: &Arc<Home<B>>,
        bytes: usize,
        kind: MemoryKind,
    ) -> Option<Owned<B>> {
        if !self.watch.is_quiet() || bytes.wrapping_sub(1) >= MOST_CACHED as usize {
            return None;
        }
        let rounded = block_bytes(bytes, kind)?;
        let label = label::current();
        let mut front = home.clock.lane(kind).try_front()?;
        let mut memory = front.take_counted(rounded, label)?;
        drop(front);
        memory.tracked.renew();
        Some(memory.lend(home, label))
    }

    /// Takes the closest fit among the memory that `home`'s stream may use at once, where that is all there is to do. Of device memory: a kind that
    /// is known makes shorter code.
    #[inline(never)]
    pub(crate) fn take_fit(&self, home: &Arc<Home<B>>, bytes: usize) -> Option<Owned<B>> {
        let clock = &home.clock;
        if !self.watch.is_quiet() || bytes == 0 || clock.capture().is_some() {
            return None;
        }
        let rounded = block_bytes(bytes, MemoryKind::Device)?;
        let label = label::current();
        debug_assert_eq!(self.kind, MemoryKind::Device);
        let lane = clock.lane(MemoryKind::Device);
        let mut front = lane.try_front()?;
        if let Some(mut memory) = front.take_parked(rounded) {
            front.count(label, rounded);
            drop(front);
            memory.tracked.renew();
            return Some(memory.lend(home, label));
        }
        let slot = lane.slot()?;
        // The lane is locked: whoever has the shared part may be waiting for it.
        let mut central = self.central.try_lock()?;
        let spare = central.take_over_parked(&mut front, slot);
        let Some(block) = central.fit(slot, clock, rounded) else {
            spare.into_iter().for_each(|spare| front.put_spare(spare));
            front.has_no_fit = true;
            return None;
        };
        central.fold(front.count_and_fold(label, rounded));
        drop(central);
        let spare = spare.or_else(|| front.take_spare());
        drop(front);
        let mut memory = spare.unwrap_or_else(|| Memory::new(home, self.kind));
        memory.tracked.start_anew(block.tick);
        memory.take_block(block, rounded);
        Some(memory.lend(home, label))
    }

    /// Allocates memory that work on `home`'s stream may use from now on. No bytes are a record without memory.
    pub(crate) fn allocate(&self, home: &Arc<Home<B>>, bytes: usize) -> Result<Owned<B>> {
        let label = label::current();
        let rounded = match block_bytes(bytes, self.kind) {
            Some(rounded) if bytes > 0 => rounded,
            _ => return self.allocate_odd(home, bytes, label),
        };
        // What is captured runs later, and again.
        if let Some(debug) = self.options.debug.filter(|_| home.clock.capture().is_none()) {
            return self.allocate_guarded(home, bytes, debug);
        }
        Ok(self.allocate_late(home, rounded, label)?.lend(home, label))
    }

    /// Allocates where something must be looked at, or another thread is in the way, or there is no fit.
    #[inline(never)]
    pub(super) fn allocate_late(
        &self,
        home: &Arc<Home<B>>,
        bytes: u64,
        label: u32,
    ) -> Result<Box<Memory<B>>> {
        let mut front = home.clock.lane(self.kind).front();
        let memory = match front.take(bytes) {
            Some(mut memory) => {
                front.count(label, bytes);
                drop(front);
                memory.tracked.renew();
                memory
            }
            None => {
                drop(front);
                self.allocate_shared(home, bytes, label)?
            }
        };
        if self.watch.has(watch::RECORDING) {
            self.note(MemoryAction::Allocate, &home.clock, &memory, label);
        }
        Ok(memory)
    }

    /// Allocates nothing, or what no device has.
    #[inline(never)]
    fn allocate_odd(&self, home: &Arc<Home<B>>, bytes: usize, label: u32) -> Result<Owned<B>> {
        if bytes > 0 {
            let cause = "no address space is that large";
            return Err(self.exhausted(&home.state, &home.clock, bytes as u64, cause));
        }
        let spare = home.clock.lane(self.kind).front().take_spare();
        let mut memory = spare.unwrap_or_else(|| Memory::new(home, self.kind));
        memory.tracked.start_anew(0);
        memory.take_block(Block::NONE, 0);
        Ok(memory.lend(home, label))
    }

    #[cold]
    fn note(&self, action: MemoryAction, clock: &Clock<B>, memory: &Memory<B>, label: u32) {
        self.history.note(action, memory.address, memory.bytes, Some(clock.id()), label);
    }

    /// Allocates what the front cache does not have.
    fn allocate_shared(&self, home: &Arc<Home<B>>, bytes: u64, label: u32) -> Result<Box<Memory<B>>> {
        let clock = &home.clock;
        let lane = clock.lane(self.kind);
        // What was looked for in vain just now is not looked for again.
        let in_vain = std::mem::take(&mut lane.front().has_no_fit);
        let fit = lane.slot().filter(|_| !in_vain).and_then(|slot| {
            let mut central = self.central.lock();
            central.meet(&mut lane.front(), slot);
            central.fit_late(slot, clock, bytes)
        });
        let block = match fit {
            Some(block) => block,
            None => {
                if lane.slot().is_none() {
                    self.retire_streams(&home.state, clock)?;
                    self.central.lock().add_slot(clock, self.kind);
                }
                self.climb(&home.state, clock, lane.slot().unwrap_or_default(), bytes)?
            }
        };
        let mut front = lane.front();
        front.count(label, bytes);
        let spare = front.take_spare();
        drop(front);
        let mut memory = spare.unwrap_or_else(|| Memory::new(home, self.kind));
        memory.tracked.start_anew(block.tick);
        memory.take_block(block, bytes);
        Ok(memory)
    }

    /// Takes back a block of the pool's `kind` that no buffer owns any more. Makes no backend call.
    #[inline(always)]
    pub(crate) fn free(&self, mut memory: Box<Memory<B>>, clock: &Arc<Clock<B>>, kind: MemoryKind) {
        if Front::<B>::is_block(&memory)
            && memory.tracked.is_left_to(clock)
            && let Some(mut front) = clock.lane(kind).try_front()
        {
            // Read with the lane's lock held: a thread that climbs the ladder empties the lanes after it has said so.
            if self.watch.is_quiet() {
                let (label, bytes) = (memory.label, memory.bytes);
                memory = match front.keep(memory) {
                    Ok(()) => return front.uncount(label, bytes),
                    Err(memory) => memory,
                };
            }
        }
        self.free_late(memory, clock);
    }

    /// Takes back what the front cache does not take at once, or what must be looked at.
    #[inline(never)]
    pub(super) fn free_late(&self, mut memory: Box<Memory<B>>, clock: &Arc<Clock<B>>) {
        if memory.bytes == 0 {
            // Of one that other streams have used, the moments would stay.
            if memory.tracked.is_left_to(clock) {
                clock.lane(self.kind).front().put_spare(memory);
            }
            return;
        }
        if !memory.tracked.is_left_to(clock)
            && let Some(shared) = memory.tracked.take_shared()
        {
            // Graphs touch it too: the last of them gives it back.
            return shared.leave(memory);
        }
        if self.watch.has(watch::RECORDING) {
            self.note(MemoryAction::Free, clock, &memory, memory.label);
        }
        if self.watch.has(watch::GUARDED) {
            memory = match self.delay(memory, clock) {
                Some(memory) => memory,
                None => return,
            };
        }
        if !memory.tracked.is_left_to(clock) {
            let (tick, sole) = memory.tracked.moments().within(clock);
            if !sole {
                return self.free_of_several(memory, clock);
            }
            // What other streams did counts if the home stream runs after it.
            memory.tracked.settle_at(clock, tick);
        }
        let lane = clock.lane(self.kind);
        let mut front = lane.front();
        front.uncount(memory.label, memory.bytes);
        // As in `free`: read with the lane's lock held.
        if !self.watch.is_hungry() {
            memory = match front.keep_first(memory) {
                Ok(()) => return,
                Err(memory) => memory,
            };
        }
        drop(front);
        let slot = lane.slot().unwrap_or_default();
        let mut central = self.central.lock();
        let mut front = lane.front();
        central.meet(&mut front, slot);
        central.arena.free(memory.node, slot, memory.tracked.latest_at_home());
        front.put_spare(memory);
        drop(front);
        central.changes += 1;
        self.notify(central);
    }

    /// Takes back what other streams have used that its own does not run after.
    #[inline(never)]
    fn free_of_several(&self, mut memory: Box<Memory<B>>, home: &Arc<Clock<B>>) {
        let fold = {
            let mut front = home.lane(self.kind).front();
            front.uncount(memory.label, memory.bytes);
            front.fold()
        };
        let node = memory.node;
        let moments = memory.tracked.moments();
        // A stream that runs after all the others may have what several have used.
        let heir = moments.heir(home);
        let heir_slot = heir.as_ref().and_then(|heir| Some((heir.lane(self.kind).slot()?, heir.issued())));
        let mut central = self.central.lock();
        central.fold(fold);
        match heir_slot {
            Some((heir, tick)) => central.arena.free(node, heir, tick),
            None => {
                central.pending.push(Pending { node, home: home.clone(), moments: std::mem::take(moments) })
            }
        }
        central.changes += 1;
        self.notify(central);
        // Without the lock: these may be the last owners of a stream.
        drop((heir, memory));
    }

    /// Tells threads that wait for memory of a block that was freed.
    #[inline]
    fn notify(&self, central: Locked<'_, Central<B>>) {
        drop(central);
        if self.watch.is_hungry() {
            self.tell();
        }
    }
}

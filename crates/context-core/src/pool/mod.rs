//! The memory pool: freed blocks keep their moments and are handed out again in stream order.
//!
//! Each kind of memory has a pool, all with this algorithm. A block comes, in this order, from
//!
//! 1. the front cache of the stream's own [`lane`], by its exact size, without a shared lock;
//! 2. the best fit among the free memory that the stream may use at once: its own, or another stream's that it already runs after;
//! 3. pages that are still mapped side by side, and all free;
//! 4. more pages or another segment, as long as no more is taken from the device than was once live;
//! 5. another stream's free memory, for which the stream waits on the device: the policy bounds how often;
//! 6. whole pages out of free memory, mapped side by side at other addresses, with new ones if they do not suffice; once the program has
//!    found its size, new ones instead;
//! 7. more pages or another segment;
//!
//! and when that fails from the [`ladder`], which ends with an error that says who holds what.
//!
//! No backend call is made, and no code of the program's is run, while a lock of the pool is held: memory is reserved under the lock,
//! got ready without it, and handed out or put back under the lock again.

mod arena;
mod bins;
mod central;
mod exchange;
mod guard;
mod history;
mod hooks;
mod label;
mod ladder;
mod lane;
mod memory;
#[cfg(test)]
mod model;
#[cfg(test)]
mod nowhere;
mod options;
mod pages;
mod pickle;
mod picture;
mod plan;
#[cfg(test)]
mod settled;
pub(crate) mod siblings;
mod snapshot;
mod source;
mod statistics;
#[cfg(test)]
mod unlocked;
mod watch;

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    Backend, Device, Result,
    backend::{ALIGNMENT, Address, AllocateError},
    clock::{Clock, Dependency, ended},
    device_state::DeviceState,
    lock::Lock,
    sync::{Condvar, Mutex},
};

use arena::Kind;
use central::{Central, Effort, Found};
pub use guard::{DamageKind, LiveBlock, MemoryDamage};
use history::History;
pub use history::{MemoryAction, MemoryEvent, memory_trace};
pub(crate) use hooks::Hooks;
pub use label::{LabelScope, memory_label};
pub(crate) use lane::Lane;
pub(crate) use memory::{Memory, Owned};
#[cfg(all(test, loom))]
pub(crate) use nowhere::Nowhere;
pub(crate) use options::Hook;
pub use options::{MemoryDebug, MemoryKind, MemoryOptions};
use pages::Pages;
use plan::Plan;
pub use snapshot::{MemoryPiece, MemorySnapshot, PieceState};
pub use source::{PageSource, Source};
pub use statistics::{LabelUsage, MemoryScope, MemoryStatistics, Rung, StreamUsage};
use watch::Watch;

/// The largest segment that is taken ahead of need, in bytes; larger requests get one of their own size.
const MOST_AHEAD: u64 = 64 << 20;

/// How many bytes more than were once live a pool takes without asking whether segments could go back.
const TOLERATED_WASTE: u64 = 16 << 20;

/// A block that was found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    address: Address,
    /// The last operation, of the stream that it was allocated for, which may still use the memory on behalf of a former owner.
    tick: u64,
    node: u32,
}

impl Block {
    /// No memory; its address is aligned, never null and never used.
    const NONE: Block = Block { address: ALIGNMENT as Address, tick: 0, node: arena::NONE };
}

/// The pool of one kind of a device's memory.
#[derive(Debug)]
pub(crate) struct Pool<B: Backend> {
    kind: MemoryKind,
    options: MemoryOptions,
    central: Lock<Central<B>>,
    /// Held by who is about to wait for other threads' memory, from before it looks whether there is any, and by who is to tell it.
    waiting: Mutex<()>,
    /// Memory that was in a thread's hands has been put down, or a block was freed while others wait.
    put_down: Condvar,
    history: Arc<History>,
    watch: Watch,
    guards: guard::Guards<B>,
}

/// Rounds a size up to what blocks of a kind have; `None` if no address space has so much.
#[inline(always)]
pub(crate) fn block_bytes(bytes: usize, kind: MemoryKind) -> Option<u64> {
    const MOST: u64 = isize::MAX as u64 - MemoryKind::Device.granule();
    let (bytes, granule) = (bytes as u64, kind.granule());
    (bytes <= MOST).then(|| (bytes.max(1) + (granule - 1)) & !(granule - 1))
}

/// How an attempt to get memory from the device ended.
enum Attempt {
    Done(Block),
    /// With the reason.
    Refused(String),
}

impl<B: Backend> Pool<B> {
    pub(crate) fn new(kind: MemoryKind, mut options: MemoryOptions) -> Pool<B> {
        // Pinned memory is not filled by operations of a device.
        options.debug = options.debug.filter(|_| kind == MemoryKind::Device);
        let filling = if options.first_byte().is_some() { watch::FILLING } else { 0 };
        let flags = filling | if options.debug.is_some() { watch::GUARDED } else { 0 };
        let history = Arc::<History>::default();
        Pool {
            kind,
            options,
            central: Lock::new(Central::new(history.clone())),
            waiting: Mutex::new(()),
            put_down: Condvar::new(),
            history,
            watch: Watch::new(flags),
            guards: guard::Guards::default(),
        }
    }

    /// Searches once, and gets ready what was found.
    fn attempt(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        slot: u32,
        bytes: u64,
        effort: Effort,
    ) -> Result<Attempt> {
        self.prepare_pages(state)?;
        let mut central = self.central.lock();
        let found = central.search(self.kind, slot, clock, bytes, effort, self.options.waits_in_a_thousand);
        let gone = std::mem::take(&mut central.let_go);
        let node = match found {
            Found::Block(block) => {
                drop(central);
                drop(gone);
                return Ok(Attempt::Done(block));
            }
            Found::Plan(plan) => {
                let sources: Vec<_> = plan
                    .waits
                    .iter()
                    .filter_map(|&(owner, tick)| Some((central.slots[owner as usize].clone()?, tick)))
                    .collect();
                central.statistics.pool_waits += sources.len() as u64;
                drop(central);
                self.carry_out(state, clock, slot, bytes, plan, &sources)
            }
            Found::Segment => {
                drop(central);
                self.grow(state, slot, bytes, effort.cap)
            }
            Found::Nothing => {
                let cause = match self.options.limit {
                    Some(limit) if effort.grow && central.reserved + bytes > limit as u64 => {
                        "the context's limit is reached"
                    }
                    _ => "no free memory is left",
                };
                return Ok(Attempt::Refused(cause.to_owned()));
            }
        };
        drop(gone);
        match node {
            Ok(node) => Ok(Attempt::Done(self.central.lock().block(node))),
            Err(AllocateError::OutOfMemory(cause)) => Ok(Attempt::Refused(cause)),
            Err(AllocateError::Other(error)) => Err(error),
        }
    }

    /// Waits for streams, makes and maps pages, and hands the plan's memory out; or puts all back.
    fn carry_out(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        slot: u32,
        bytes: u64,
        plan: Plan,
        waits: &[(Arc<Clock<B>>, u64)],
    ) -> Result<u32, AllocateError> {
        let source = state.backend().source(self.kind);
        let pages = source.and_then(Source::pages);
        let (start, count) = plan.map.as_ref().map_or((0, 0), |map| (map.start, map.fresh));
        let mut fresh = Vec::with_capacity(count);
        let ready = waits
            .iter()
            .try_for_each(|(source, tick)| clock.run_after(state, source, *tick, Dependency::Order))
            .map_err(AllocateError::Other)
            .and_then(|()| match (&plan.map, pages) {
                (Some(map), Some(pages)) if !map.is_mapped() => {
                    self.make_pages(pages, map, &mut fresh, count)
                }
                _ => Ok(()),
            });
        let mut central = self.central.lock();
        let page = central.pages.as_ref().map_or(0, |pages| pages.page);
        let Central { arena, pages: table, .. } = &mut *central;
        match ready {
            Ok(()) => {
                let moved = plan.map.as_ref().map_or(0, |map| map.moved_pages);
                if let Some(map) = plan.map.as_ref().filter(|_| self.watch.has(watch::RECORDING)) {
                    for stale in map.stale() {
                        let (start, bytes) = (arena.node(stale).start, arena.node(stale).bytes);
                        self.history.note(MemoryAction::Release, start, bytes, None, 0);
                    }
                    self.history.note(MemoryAction::Reserve, start, (moved + count) as u64 * page, None, 0);
                }
                let came_back = plan.map.as_ref().is_some_and(plan::Map::is_mapped);
                let waited: Vec<u32> = plan.waits.iter().map(|&(owner, _)| owner).collect();
                let node = plan.finish(arena, table.as_mut(), &fresh, slot, clock.issued(), bytes);
                central.adopt_beside(&waited, slot, clock);
                if !came_back {
                    central.statistics.moved_pages += moved as u64;
                }
                if count > 0 {
                    central.note_growth();
                }
                Ok(node)
            }
            Err(error) => {
                plan.undo(arena, table.as_mut(), fresh.is_empty());
                central.reserved -= count as u64 * page;
                central.changes += 1;
                drop(central);
                tracing::debug!(start, count, "memory could not be mapped");
                Err(error)
            }
        }
    }

    /// Makes the pages that a plan lacks and maps them all. After a failure none of them is left, but for those that could not be unmapped either.
    #[allow(unsafe_code)]
    fn make_pages(
        &self,
        pages: &dyn PageSource,
        map: &plan::Map,
        fresh: &mut Vec<u64>,
        count: usize,
    ) -> Result<(), AllocateError> {
        let mut outcome = Ok(());
        for _ in 0..count {
            match pages.create() {
                Ok(page) => fresh.push(page),
                Err(error) => {
                    outcome = Err(error);
                    break;
                }
            }
        }
        if let (Ok(()), Some((_, nest))) = (&outcome, map.nest) {
            // SAFETY: as below.
            outcome = unsafe { pages.map(nest, fresh) };
        }
        if outcome.is_ok() {
            let handles = [&*map.handles, &*fresh].concat();
            // SAFETY: the plan reserved these addresses, which are a hole; the pages moved are the pool's own and the others were
            // just made (Pool 2).
            outcome = unsafe { pages.map(map.start, &handles) };
            if let (Err(_), Some((_, nest))) = (&outcome, map.nest) {
                // SAFETY: mapped just now, and nobody knows of it.
                if let Err(error) = unsafe { pages.unmap(nest, fresh.len()) } {
                    tracing::error!(%error, "pages and their addresses are leaked");
                    return outcome;
                }
            }
        }
        if outcome.is_err() {
            for page in fresh.drain(..) {
                // SAFETY: made above, and mapped nowhere.
                if let Err(error) = unsafe { pages.destroy(page) } {
                    tracing::error!(%error, "a page that could not be mapped is leaked");
                }
            }
        }
        outcome
    }

    /// Reserves addresses for pages, once.
    fn prepare_pages(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        let source = state.backend().source(self.kind);
        let pages = source.and_then(Source::pages).filter(|_| self.options.pages);
        let Some(pages) = pages.filter(|pages| pages.page_bytes().is_power_of_two()) else { return Ok(()) };
        {
            let central = self.central.lock();
            if central.pages.is_some() || central.no_pages {
                return Ok(());
            }
        }
        let page = pages.page_bytes();
        let mut bytes = pages.address_bytes() / page * page;
        let mut reserved = None;
        while bytes >= 2 * page && reserved.is_none() {
            match pages.reserve(bytes) {
                Ok(address) => reserved = Some(address),
                Err(AllocateError::OutOfMemory(_)) => bytes = bytes / 2 / page * page,
                Err(AllocateError::Other(error)) => return Err(error),
            }
        }
        let mut central = self.central.lock();
        match reserved {
            Some(base) if central.pages.is_none() => {
                central.pages = Some(Pages::new(base, bytes as u64, page as u64));
                central.arena.add_owner(0);
                let abroad = Pages::new(base, bytes as u64, page as u64).abroad_from();
                central.arena.add_halves(base, abroad, base + bytes as u64);
            }
            // Another thread was faster.
            Some(base) => {
                drop(central);
                self.release_addresses(pages, base, bytes as u64);
            }
            None => central.no_pages = true,
        }
        Ok(())
    }

    #[allow(unsafe_code)]
    fn release_addresses(&self, pages: &dyn PageSource, base: Address, bytes: u64) {
        // SAFETY: reserved by this pool, and nothing is mapped there (Pool 2).
        if let Err(error) = unsafe { pages.release(base, bytes as usize) } {
            tracing::error!(%error, "addresses are leaked");
        }
    }

    /// Takes a segment from the device and hands out its beginning.
    fn grow(
        &self,
        state: &Arc<DeviceState<B>>,
        slot: u32,
        bytes: u64,
        cap: u64,
    ) -> Result<u32, AllocateError> {
        let Some(source) = state.backend().source(self.kind) else {
            return Err(AllocateError::OutOfMemory(format!("the device has no {} memory", self.kind)));
        };
        // Segments that are wholly free and smaller than what is wanted would only add to the waste.
        if self.central.lock().waste_with(bytes) > TOLERATED_WASTE {
            self.give_back(state, ladder::Idle::Ask, Some(bytes)).map_err(AllocateError::Other)?;
        }
        let unit = source.segment_bytes() as u64;
        let ahead = if bytes < MOST_AHEAD { self.central.lock().reserved / 16 } else { 0 };
        let generous = bytes.max(ahead).next_multiple_of(unit.max(self.kind.granule()));
        let mut refused = None;
        for size in [generous, bytes] {
            if size == bytes && size == generous && refused.is_some() {
                break;
            }
            // Reserved before the device is asked, so that threads growing at once cannot pass the limit together.
            {
                let mut central = self.central.lock();
                if central.reserved.checked_add(size).is_none_or(|sum| sum > cap) {
                    refused.get_or_insert_with(|| "the context's limit is reached".to_owned());
                    continue;
                }
                central.reserved += size;
            }
            let allocated = source.allocate(size as usize);
            let mut central = self.central.lock();
            match allocated {
                Ok(address) => {
                    if self.watch.has(watch::RECORDING) {
                        self.history.note(MemoryAction::Reserve, address, size, None, 0);
                    }
                    central.segments.insert(address, size);
                    central.note_growth();
                    let node = central.arena.add_range(address, size, Kind::Used);
                    central.arena.join(&[node], slot, 0);
                    return Ok(central.arena.carve(node, bytes, false));
                }
                Err(error) => {
                    central.reserved -= size;
                    match error {
                        AllocateError::OutOfMemory(cause) => refused = Some(cause),
                        other => return Err(other),
                    }
                }
            }
        }
        Err(AllocateError::OutOfMemory(refused.unwrap_or_default()))
    }

    /// Tells whether nobody holds a lock of the pool, in a program of one thread.
    #[cfg(test)]
    fn is_unlocked(&self) -> bool {
        let Some(central) = self.central.try_lock() else { return false };
        central.slots.iter().flatten().all(|clock| clock.lane(self.kind).try_front().is_some())
    }

    /// Has every allocation fail from now on: the device is lost.
    pub(crate) fn close(&self) {
        self.watch.set(watch::LOST);
    }

    /// Returns how the pool is used now.
    pub(crate) fn statistics(&self) -> MemoryStatistics {
        let mut central = self.central.lock();
        let mut allocations = central.retired.iter().map(|usage| usage.allocations).sum();
        for slot in 0..central.slots.len() {
            let Some(clock) = central.slots[slot].clone() else { continue };
            let mut front = clock.lane(self.kind).front();
            let fold = front.fold();
            allocations += front.usage().allocations;
            drop(front);
            central.fold(fold);
        }
        MemoryStatistics {
            live: central.live() as usize,
            reserved: central.reserved as usize,
            allocations,
            ..central.statistics
        }
    }

    /// Returns what each label holds, the largest first.
    pub(crate) fn labels(&self) -> Vec<LabelUsage> {
        let central = self.central.lock();
        let mut sums = BTreeMap::new();
        let mut add = |usages: &[lane::Usage]| {
            for (label, usage) in usages.iter().enumerate() {
                let sum: &mut lane::Usage = sums.entry(label as u32).or_default();
                sum.live += usage.live;
                sum.peak += usage.peak;
                sum.allocations += usage.allocations;
            }
        };
        add(&central.retired);
        for clock in central.slots.iter().flatten() {
            add(&clock.lane(self.kind).front().labels);
        }
        drop(central);
        let mut labels: Vec<_> = sums
            .into_iter()
            .filter(|(_, usage)| usage.allocations > 0)
            .map(|(label, usage)| LabelUsage {
                label: label::name(label),
                live: usage.live as usize,
                peak: usage.peak as usize,
                allocations: usage.allocations,
            })
            .collect();
        labels.sort_by_key(|usage| std::cmp::Reverse((usage.live, usage.peak)));
        labels
    }

    /// Returns what each stream holds that has allocated and is not gone.
    pub(crate) fn streams(&self) -> Vec<StreamUsage> {
        let central = self.central.lock();
        let usage = |clock: &Arc<Clock<B>>| {
            let front = clock.lane(self.kind).front();
            let usage = front.usage();
            StreamUsage {
                stream: clock.id(),
                live: usage.live as usize,
                peak: usage.peak as usize,
                front: front.cached() as usize,
                allocations: usage.allocations,
            }
        };
        central.slots.iter().flatten().map(usage).collect()
    }

    /// Begins to record what happens, the last `most` events at the most.
    pub(crate) fn record(&self, most: usize) {
        self.history.begin(most);
        self.watch.set(watch::RECORDING);
    }

    /// Ends recording, and returns what was recorded.
    pub(crate) fn end_recording(&self) -> Vec<MemoryEvent> {
        self.watch.clear(watch::RECORDING);
        self.history.end()
    }

    /// Returns what lies where, who has it, and what was recorded.
    pub(crate) fn snapshot(&self, device: Device) -> MemorySnapshot {
        let (statistics, labels, streams) = (self.statistics(), self.labels(), self.streams());
        let mut pieces: Vec<MemoryPiece> = {
            let mut pending = self.guards.delayed_nodes();
            let mut central = self.central.lock();
            central.flush_lanes(self.kind);
            pending.extend(central.pending.iter().map(|pending| pending.node));
            let piece = |(id, node): (u32, &arena::Node)| {
                let state = match node.kind {
                    Kind::Used if pending.contains(&id) => PieceState::Pending,
                    Kind::Used => PieceState::Used,
                    Kind::Free => PieceState::Free,
                    Kind::Hole | Kind::Stale | Kind::Vacant => return None,
                };
                let (address, bytes, stream) = (node.start, node.bytes as usize, node.owner as usize);
                Some(MemoryPiece { address, bytes, state, stream })
            };
            central.arena.all().filter_map(piece).collect()
        };
        pieces.sort_unstable_by_key(|piece| piece.address);
        let adjacent = |a: &MemoryPiece, b: &MemoryPiece| a.address + a.bytes as Address == b.address;
        let segments = pieces.chunk_by(adjacent).map(<[MemoryPiece]>::to_vec).collect();
        let events = self.history.events();
        MemorySnapshot { device, kind: self.kind, statistics, labels, streams, segments, events }
    }

    /// Lets go of streams that only the pool still holds and whose work has ended: a new stream takes their memory over.
    fn retire_streams(&self, state: &Arc<DeviceState<B>>, heir: &Arc<Clock<B>>) -> Result<()> {
        let dead: Vec<(u32, Arc<Clock<B>>, u64)> = {
            let mut central = self.central.lock();
            let dead: Vec<u32> = (0..central.slots.len() as u32)
                .filter(|&slot| {
                    central.slots[slot as usize].as_ref().is_some_and(|clock| Arc::strong_count(clock) == 1)
                })
                .collect();
            for &slot in &dead {
                central.flush_lane(slot, self.kind);
            }
            dead.into_iter()
                .filter_map(|slot| {
                    let clock = central.slots[slot as usize].clone()?;
                    Some((slot, clock, central.arena.latest_tick(slot)))
                })
                .collect()
        };
        let mut gone = Vec::new();
        for (slot, clock, latest) in dead {
            if !ended(clock.query(state, latest), true)? {
                continue;
            }
            let mut central = self.central.lock();
            // Held by the pool and by this function: nobody else can have got hold of it since.
            if Arc::strong_count(&clock) != 2 || central.arena.latest_tick(slot) > latest {
                continue;
            }
            let heir = central.add_slot(heir, self.kind);
            central.arena.hand_over(slot, heir);
            let front = clock.lane(self.kind).front();
            for (label, usage) in front.labels.iter().enumerate() {
                if central.retired.len() <= label {
                    central.retired.resize(label + 1, lane::Usage::default());
                }
                let sum = &mut central.retired[label];
                sum.peak += usage.peak;
                sum.allocations += usage.allocations;
            }
            drop(front);
            gone.push(central.slots[slot as usize].take());
            gone.push(Some(clock));
        }
        drop(gone);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{arena::GRANULE, *};

    #[test]
    fn a_block_holds_its_size_and_wastes_less_than_a_granule() {
        for kind in MemoryKind::ALL {
            let granule = kind.granule();
            for bytes in (1..10_000).chain((17..40).map(|bits| (1 << bits) + 1)) {
                let rounded = block_bytes(bytes, kind).unwrap();

                assert!(rounded >= bytes as u64 && rounded.is_multiple_of(granule), "{bytes} -> {rounded}");
                assert!(rounded - (bytes as u64) < granule, "{bytes} -> {rounded}");
                assert!(granule.is_multiple_of(GRANULE));
            }
            assert_eq!(block_bytes(0, kind), Some(granule));
            assert_eq!(block_bytes(usize::MAX, kind), None);
            assert_eq!(block_bytes(isize::MAX as usize, kind), None);
        }
    }

    #[test]
    fn pinned_sizes_are_an_eighth_apart_at_the_most() {
        let size = |bytes| block_bytes(bytes, MemoryKind::Pinned).unwrap();
        for bytes in 512..100_000 {
            let (at, next) = (size(bytes), size(size(bytes) as usize + 1));

            assert!(next * 8 <= at * 9, "{at} is followed by {next}");
        }
    }
}

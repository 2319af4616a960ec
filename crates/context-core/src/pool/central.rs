//! What a pool's streams share, under one lock: the arena, the segments, and who owns what.
//!
//! No method of this file makes a backend call or drops the last owner of a stream: the lock is held.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    arena::{self, Arena},
    history::{History, MemoryAction},
    lane::{Fold, Front, Usage},
    memory::Memory,
    pages::Pages,
    plan::{self, Plan, Request},
    statistics::MemoryStatistics,
};
use crate::{
    Backend,
    clock::Clock,
    moments::Moments,
    pool::{Block, options::MemoryKind},
};

/// How many waits a pool may insert before its first allocations have earned any.
const WAITS_TO_BEGIN_WITH: u64 = 64;

/// A program whose peak has not risen for so many allocations has found its size: from then on more memory is taken where pages would have
/// to be moved, so that in the end none are.
const SETTLED: u64 = 1 << 16;

/// How much more than the peak is reserved for that at the most, as a part of the peak. With a quarter, servers of many sizes go on to move pages.
const SPARE_SHARE: u64 = 2;

/// So much more than the peak is reserved from the first, as a part of it: each time nothing fits the whole pool is searched, which costs more than
/// this memory does.
const MARGIN_SHARE: u64 = 44;

/// How many of these parts there are at the most. What is free for one stream is not free for the others: pools of many streams have more.
const MOST_MARGINS: u64 = 6;

/// Where a pool grows beyond that, it grows by such a part of the peak at the least: who grows has not found its size.
const AHEAD_SHARE: u64 = 128;

/// As such a part of the peak at the least, once it has found its size.
const SETTLED_SHARE: u64 = 32;

/// Requests of more than one such part of what was live at most are large.
const LARGE_SHARE: u64 = 64;

/// A block whose accesses no single stream runs after.
#[derive(Debug)]
pub(super) struct Pending<B: Backend> {
    pub(super) node: u32,
    pub(super) home: Arc<Clock<B>>,
    pub(super) moments: Moments<B>,
}

#[derive(Debug)]
pub(super) struct Central<B: Backend> {
    pub(super) arena: Arena,
    pub(super) pages: Option<Pages>,
    /// Whether pages were asked for and could not be had.
    pub(super) no_pages: bool,
    /// Segments that are no pages: start and bytes.
    pub(super) segments: BTreeMap<u64, u64>,
    /// By number; a number whose stream is gone is free for another.
    pub(super) slots: Vec<Option<Arc<Clock<B>>>>,
    pub(super) pending: Vec<Pending<B>>,
    /// To be dropped by somebody without the lock: these may be the last owners of a stream.
    pub(super) let_go: Vec<Pending<B>>,
    pub(super) reserved: u64,
    /// Signed: two threads that tell of one lane may arrive in the other order, and what was freed is then taken off first.
    live: i64,
    pub(super) statistics: MemoryStatistics,
    /// How many allocations there were when the lanes were last flushed, from the front caches and from here.
    allocations: u64,
    /// The peak that a search has seen, and how many allocations there had been when it last rose.
    risen: (u64, u64),
    /// What streams that are gone have allocated, by label.
    pub(super) retired: Vec<Usage>,
    /// How often memory came back or went away: after a change an allocation that failed may succeed.
    pub(super) changes: u64,
    /// How many threads hold memory in their hands.
    pub(super) hands: usize,
    history: Arc<History>,
}

/// What a search found.
pub(super) enum Found {
    /// Memory that the stream may use at once.
    Block(Block),
    /// Memory that something must be done for first; it is reserved, and so are the bytes of its fresh pages.
    Plan(Plan),
    /// A segment of at least this many bytes is wanted.
    Segment,
    /// Nothing, and nothing may be taken from the device.
    Nothing,
}

/// How far a search may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Effort {
    /// The most bytes that may be taken from the device in total.
    pub(super) cap: u64,
    /// Whether waits are not bounded by the policy.
    pub(super) any_waits: bool,
    /// Whether more may be taken from the device.
    pub(super) grow: bool,
}

impl<B: Backend> Central<B> {
    pub(super) fn new(history: Arc<History>) -> Central<B> {
        Central {
            arena: Arena::default(),
            pages: None,
            no_pages: false,
            segments: BTreeMap::new(),
            slots: Vec::new(),
            pending: Vec::new(),
            let_go: Vec::new(),
            reserved: 0,
            live: 0,
            statistics: MemoryStatistics::default(),
            allocations: 0,
            risen: (0, 0),
            retired: Vec::new(),
            changes: 0,
            hands: 0,
            history,
        }
    }

    /// Takes in what a lane did since it last told.
    #[inline]
    pub(super) fn fold(&mut self, fold: Fold) {
        let others = self.live - fold.before as i64;
        let high = others + fold.high as i64;
        if high > self.statistics.peak as i64 {
            self.statistics.peak = high as usize;
        }
        self.live = others + fold.now as i64;
    }

    pub(super) fn live(&self) -> u64 {
        self.live.max(0) as u64
    }

    /// Returns the peak, were `bytes` allocated now.
    fn peak_with(&self, bytes: u64) -> u64 {
        (self.statistics.peak as u64).max(self.live() + bytes)
    }

    /// Returns how much more than was once live would be reserved with a segment of `bytes` more.
    pub(super) fn waste_with(&self, bytes: u64) -> u64 {
        (self.reserved + bytes).saturating_sub(self.peak_with(bytes))
    }

    /// Takes note that reserved bytes were had from the device.
    pub(super) fn note_growth(&mut self) {
        self.statistics.backend_allocations += 1;
        self.statistics.peak_reserved = self.statistics.peak_reserved.max(self.reserved as usize);
    }

    /// Gives a stream a number.
    pub(super) fn add_slot(&mut self, clock: &Arc<Clock<B>>, kind: MemoryKind) -> u32 {
        let lane = clock.lane(kind);
        if let Some(slot) = lane.slot() {
            return slot;
        }
        let vacant = (0..self.slots.len()).find(|&slot| self.slots[slot].is_none());
        let slot = vacant.unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some(clock.clone());
        self.arena.add_owner(slot as u32);
        lane.set_slot(slot as u32);
        slot as u32
    }

    /// Frees what a lane has in its front cache, and returns how many allocations its stream has made.
    pub(super) fn flush_lane(&mut self, slot: u32, kind: MemoryKind) -> u64 {
        let Central { slots, arena, .. } = self;
        let Some(clock) = &slots[slot as usize] else { return 0 };
        let mut front = clock.lane(kind).front();
        front.drain(|block| arena.free(block.node, slot, block.tracked.latest_at_home()));
        let (fold, allocations) = (front.fold(), front.allocations());
        drop(front);
        self.fold(fold);
        allocations
    }

    /// Takes over what a lane has parked, and what it has to tell.
    pub(super) fn meet(&mut self, front: &mut Front<B>, slot: u32) {
        self.fold(front.fold());
        if let Some(spare) = self.take_over_parked(front, slot) {
            front.put_spare(spare);
        }
    }

    /// Takes over what a lane has parked. Returns a record without memory if there was anything.
    #[inline(always)]
    pub(super) fn take_over_parked(&mut self, front: &mut Front<B>, slot: u32) -> Option<Box<Memory<B>>> {
        let arena = &mut self.arena;
        let spare = front.leave_parking(|block| arena.free(block.node, slot, block.tracked.latest_at_home()));
        if self.arena.has_returning() {
            self.bring_home();
        }
        spare
    }

    /// Returns where a node in use lies, for its new owner.
    #[inline(always)]
    pub(super) fn block(&self, node: u32) -> Block {
        let at = self.arena.node(node);
        Block { address: at.start, tick: at.tick, node }
    }

    pub(super) fn flush_lanes(&mut self, kind: MemoryKind) {
        let gone: u64 = self.retired.iter().map(|usage| usage.allocations).sum();
        let slots = 0..self.slots.len() as u32;
        self.allocations = gone + slots.map(|slot| self.flush_lane(slot, kind)).sum::<u64>();
    }

    /// Tells whether more whole pages are left if a block is cut from the end of a node.
    #[inline(always)]
    fn cut_from_end(&self, id: u32, bytes: u64) -> bool {
        let Some(pages) = &self.pages else { return false };
        let node = self.arena.node(id);
        let rest = node.bytes - bytes;
        if bytes < pages.page || rest < pages.page {
            return false;
        }
        pages.whole(node.start, rest).1 > pages.whole(node.start + bytes, rest).1
    }

    /// As [`fit`](Central::fit) does with its own, of a node that may be another owner's.
    #[inline(never)]
    fn take_over(&mut self, id: u32, slot: u32, bytes: u64, tick: u64) -> u32 {
        let from_end = self.cut_from_end(id, bytes);
        self.arena.take(id);
        self.arena.join(&[id], slot, tick);
        self.arena.carve(id, bytes, from_end)
    }

    /// As [`fit`](Central::fit), where it is not the usual.
    #[inline(never)]
    pub(super) fn fit_late(&mut self, slot: u32, clock: &Clock<B>, bytes: u64) -> Option<Block> {
        self.fit(slot, clock, bytes)
    }

    /// Finds memory that needs neither a wait nor the device.
    #[inline(always)]
    pub(super) fn fit(&mut self, slot: u32, clock: &Clock<B>, bytes: u64) -> Option<Block> {
        if let Some(block) = self.fit_own(slot, bytes) {
            return Some(block);
        }
        let id = self.fit_others(slot, clock, bytes)?;
        Some(self.block(id))
    }

    /// Finds memory of the stream's own.
    #[inline(always)]
    fn fit_own(&mut self, slot: u32, bytes: u64) -> Option<Block> {
        let id = match self.arena.find(slot, bytes)? {
            id if self.arena.node(id).bytes == bytes => {
                self.arena.take(id);
                id
            }
            id if self.cut_from_end(id, bytes) => return Some(self.arena.take_back(id, bytes)),
            id => return Some(self.arena.take_front(id, bytes)),
        };
        Some(self.block(id))
    }

    /// Finds memory of another stream's that needs neither a wait nor the device.
    #[inline(never)]
    fn fit_others(&mut self, slot: u32, clock: &Clock<B>, bytes: u64) -> Option<u32> {
        let reach = |other: u32| {
            let source = self.slots.get(other as usize).and_then(Option::as_ref);
            source.map_or(0, |source| clock.reach(source))
        };
        let id = self.arena.closest(slot, bytes, arena::LOOKED_AT, reach)?;
        Some(self.take_over(id, slot, bytes, clock.issued()))
    }

    /// Returns how many waits the policy allows for a request now, right behind a [`flush_lanes`](Central::flush_lanes). Half of them are kept for
    /// large requests: a wait saves as much memory as is asked for, and a moment when all streams want much at once needs many.
    fn wait_budget(&self, bytes: u64, in_a_thousand: u32) -> usize {
        let large = bytes > self.peak_with(bytes) / LARGE_SHARE;
        let (begin, share) =
            if large { (WAITS_TO_BEGIN_WITH, 1000) } else { (WAITS_TO_BEGIN_WITH / 4, 2000) };
        let earned = begin + self.allocations * u64::from(in_a_thousand) / share;
        earned.saturating_sub(self.statistics.pool_waits).min(4) as usize
    }

    /// For each number: up to which tick `clock`'s stream runs after the stream of that number.
    fn reaches(&self, clock: &Clock<B>) -> Vec<u64> {
        let reach =
            |source: &Option<Arc<Clock<B>>>| source.as_ref().map_or(u64::MAX, |source| clock.reach(source));
        self.slots.iter().map(reach).collect()
    }

    /// For each number: whether the stream of that number is held back by the host. Empty where none is.
    fn held(&self) -> Vec<bool> {
        let held = |source: &Option<Arc<Clock<B>>>| source.as_ref().is_some_and(|source| source.is_held());
        match self.slots.iter().any(held) {
            true => self.slots.iter().map(held).collect(),
            false => Vec::new(),
        }
    }

    /// Searches for memory, from what costs the least to what costs the most.
    pub(super) fn search(
        &mut self,
        kind: MemoryKind,
        slot: u32,
        clock: &Clock<B>,
        bytes: u64,
        effort: Effort,
        in_a_thousand: u32,
    ) -> Found {
        let reach = self.reaches(clock);
        if self.may_return(bytes) {
            // Without looking for streams that are held back: nobody is waited for.
            let request = Request { owner: slot, bytes, reach: &reach, held: &[], waits: 0 };
            if let Some(plan) = self.plan_return(&request) {
                return Found::Plan(plan);
            }
        }
        self.flush_lanes(kind);
        self.arena.tidy();
        self.settle(slot, clock);
        self.bring_home();
        if let Some(block) = self.fit_own(slot, bytes) {
            return Found::Block(block);
        }
        let reach_of = |other: u32| reach.get(other as usize).copied().unwrap_or(0);
        if let Some(id) = self.arena.closest(arena::NONE, bytes, arena::LOOKED_AT_LATE, reach_of) {
            let id = self.take_over(id, slot, bytes, clock.issued());
            return Found::Block(self.block(id));
        }
        let held = self.held();
        let request = Request { owner: slot, bytes, reach: &reach, held: &held, waits: 0 };
        if let Some(plan) = plan::find_run(&mut self.arena, &request) {
            return Found::Plan(plan.reserve(&mut self.arena));
        }
        if let Some(plan) = self.plan_return(&request) {
            return Found::Plan(plan);
        }
        let waits = if effort.any_waits { usize::MAX } else { self.wait_budget(bytes, in_a_thousand) };
        let request = Request { waits, ..request };

        // More memory is no waste as long as it is not more than was once live.
        let room = effort.cap.saturating_sub(self.reserved);
        let page = self.pages.as_ref().map_or(1, |pages| pages.page);
        let peak = self.peak_with(bytes);
        if effort.grow {
            let unspent = (peak + self.margin(peak)).saturating_sub(self.reserved).min(room);
            let few = Request { waits: waits.min(1), ..request };
            if let Some(plan) = self.plan_growth(&few, unspent / page, 0) {
                return Found::Plan(plan);
            }
        }
        if waits > 0 {
            if let Some(plan) = self.closest_with_a_wait(&request) {
                return Found::Plan(plan.reserve(&mut self.arena));
            }
            if let Some(plan) = plan::find_run(&mut self.arena, &request) {
                return Found::Plan(plan.reserve(&mut self.arena));
            }
            // The last search saw all that was free, unless it was not allowed to use some of it.
            if self.pages.as_ref().is_some_and(|pages| pages.is_withheld)
                && let Some(plan) = self.plan_return(&request)
            {
                return Found::Plan(plan);
            }
        }
        let fresh = if effort.grow { room / page } else { 0 };
        let spare = self.spare(bytes).saturating_sub(self.reserved) / page;
        if let Some(plan) = self.plan_growth(&request, spare.min(fresh), peak / SETTLED_SHARE / page) {
            return Found::Plan(plan);
        }
        if let Some(plan) = self.plan_abroad(&request, fresh) {
            return Found::Plan(plan);
        }
        if let Some(plan) = self.plan_growth(&request, fresh, peak / AHEAD_SHARE / page) {
            return Found::Plan(plan);
        }
        if effort.grow && bytes <= room { Found::Segment } else { Found::Nothing }
    }

    /// Returns how many bytes may be reserved so that no pages have to be moved, right behind a [`flush_lanes`](Central::flush_lanes).
    fn spare(&mut self, bytes: u64) -> u64 {
        let (peak, (seen, since)) = (self.peak_with(bytes), self.risen);
        if peak > seen + seen / LARGE_SHARE {
            self.risen = (peak, self.allocations);
            return 0;
        }
        let settled = self.allocations.saturating_sub(since) >= SETTLED;
        if settled { peak + peak / SPARE_SHARE } else { 0 }
    }

    /// Returns how much more than `peak` is reserved before anything is waited for or moved.
    fn margin(&self, peak: u64) -> u64 {
        let others = self.slots.len().saturating_sub(1) as u64;
        peak / MARGIN_SHARE * (others * others / 3).clamp(1, MOST_MARGINS)
    }

    /// Plans growth by at most `fresh` pages, and by `ahead` at the least.
    fn plan_growth(&mut self, request: &Request<'_>, fresh: u64, ahead: u64) -> Option<Plan> {
        if fresh == 0 {
            return None;
        }
        let plan = plan::plan_growth(&mut self.arena, self.pages.as_ref()?, request, fresh, ahead)?;
        Some(self.reserve_fresh(plan))
    }

    fn plan_abroad(&mut self, request: &Request<'_>, fresh: u64) -> Option<Plan> {
        let plan = plan::plan_abroad(&mut self.arena, self.pages.as_mut()?, request, fresh)?;
        Some(self.reserve_fresh(plan))
    }

    fn reserve_fresh(&mut self, plan: Plan) -> Plan {
        if let (Some(map), Some(pages)) = (&plan.map, &self.pages) {
            self.reserved += map.fresh as u64 * pages.page;
        }
        plan
    }

    /// Takes over what lies beside `slot`'s free memory and belongs to streams that were waited for: the wait covers it too.
    pub(super) fn adopt_beside(&mut self, waited: &[u32], slot: u32, clock: &Clock<B>) {
        for &other in waited {
            if let Some(source) = &self.slots[other as usize] {
                self.arena.adopt_beside(other, slot, clock.reach(source), clock.issued());
            }
        }
    }

    /// Brings the pages home that were freed abroad.
    #[cold]
    #[inline(never)]
    pub(super) fn bring_home(&mut self) {
        let Central { arena, pages: Some(pages), history, .. } = self else { return };
        plan::bring_home(arena, pages, |from, home, bytes| {
            history.note(MemoryAction::Release, from, bytes, None, 0);
            history.note(MemoryAction::Reserve, home, bytes, None, 0);
        });
    }

    /// Tells whether as many pages as a request needs are mapped somewhere abroad.
    fn may_return(&self, bytes: u64) -> bool {
        self.pages.as_ref().is_some_and(|pages| pages.has_alias(bytes.div_ceil(pages.page)))
    }

    fn plan_return(&mut self, request: &Request<'_>) -> Option<Plan> {
        plan::plan_return(&mut self.arena, self.pages.as_mut()?, request)
    }

    /// Takes the closest fit of any other stream.
    fn closest_with_a_wait(&mut self, request: &Request<'_>) -> Option<Plan> {
        let others =
            (0..self.arena.owners()).filter(|&other| other != request.owner && !request.is_held(other));
        let fits = others.filter_map(|other| {
            let id = self.arena.find(other, request.bytes)?;
            Some((self.arena.node(id).bytes, id))
        });
        let (_, closest) = fits.min()?;
        Plan::node(&self.arena, closest, request)
    }

    /// Frees blocks of several streams that `clock`'s stream runs after by now.
    fn settle(&mut self, slot: u32, clock: &Clock<B>) {
        let mut at = 0;
        let mut looked = 0;
        while at < self.pending.len() && looked < 64 {
            looked += 1;
            let Pending { home, moments, .. } = &self.pending[at];
            if !moments.covered(home, clock) {
                at += 1;
                continue;
            }
            let pending = self.pending.swap_remove(at);
            self.arena.free(pending.node, slot, clock.issued());
            self.changes += 1;
            self.let_go.push(pending);
        }
    }
}

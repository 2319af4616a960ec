//! What an allocation does when memory has run out, and how memory goes back to the device.
//!
//! The rungs are climbed one after another, each is counted, and after each the whole pool is searched again: free memory of other
//! streams for any number of waits; everything idle back to the device, from the device's other pools as well; libraries' caches;
//! the program's hooks; and at last the host waits, for work that still uses freed memory and, up to a deadline, for other threads.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
    time::Instant,
};

use super::{
    Attempt, Block, MemoryAction, Pool,
    arena::Kind,
    central::{Central, Effort, Pending},
    plan,
    source::{PageSource, Source},
    statistics::Rung,
    watch::{Hunger, RECORDING},
};
use crate::{
    Backend, Error, Result,
    clock::{Clock, ended},
    device_state::DeviceState,
    error::OutOfMemory,
    lock::Locked,
    sync::lock,
};

/// How often an allocation goes through the ladder while other threads free and take memory: one that cannot be served must
/// not compete with them for ever.
const MOST_CLIMBS: usize = 256;

/// How it is found out that work has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Idle {
    /// By asking; what has not ended is kept.
    Ask,
    /// By waiting.
    Wait,
}

/// Free memory in a thread's hands, on its way back to the device.
struct Piece {
    node: u32,
    start: u64,
    bytes: u64,
    owner: u32,
    tick: u64,
    what: What,
}

enum What {
    /// A whole segment.
    Segment,
    /// Pages: their numbers, and the device's names for them.
    Pages(Vec<u32>, Vec<u64>),
    /// Addresses whose pages are mapped elsewhere.
    Stale,
}

impl<B: Backend> Pool<B> {
    /// Allocates what is not at hand.
    #[cold]
    pub(super) fn climb(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        slot: u32,
        bytes: u64,
    ) -> Result<Block> {
        let hard = self.options.limit.map_or(u64::MAX, |limit| limit as u64);
        if bytes > hard {
            return Err(self.exhausted(state, clock, bytes, "the context's limit is smaller"));
        }
        let soft = self.options.soft_limit.map_or(hard, |limit| hard.min(limit as u64));
        let attempt = |effort| self.attempt(state, clock, slot, bytes, effort);
        let usual = Effort { cap: soft, any_waits: false, grow: true };
        let any_waits = Effort { any_waits: true, ..usual };
        let began = Instant::now();
        let mut hunger = None;
        for _ in 0..MOST_CLIMBS {
            let (changes, crowded) = {
                let central = self.central.lock();
                let crowded =
                    central.pages.as_ref().is_some_and(|pages| pages.abroad_bytes() > pages.bytes / 4);
                (central.changes, crowded)
            };
            if crowded {
                self.unmap_stale(state)?;
            }
            let mut cause = match attempt(usual)? {
                Attempt::Done(block) => return Ok(block),
                Attempt::Refused(cause) => cause,
            };
            // From here on blocks that are freed come to the shared part, and whoever waits is told.
            hunger.get_or_insert_with(|| Hunger::of(&self.watch));
            for rung in Rung::ALL {
                let effort = match rung {
                    Rung::Waits => Effort { grow: false, ..any_waits },
                    Rung::Wait => Effort { cap: hard, ..any_waits },
                    _ => any_waits,
                };
                if !self.mount(rung, state, clock, slot, bytes)? {
                    continue;
                }
                match attempt(effort)? {
                    Attempt::Done(block) => return Ok(block),
                    // Without growing, the refusal says less than the device's own.
                    Attempt::Refused(_) if !effort.grow => {}
                    Attempt::Refused(refused) => cause = refused,
                }
            }
            if !self.changed_since(changes, began) {
                return Err(self.exhausted(state, clock, bytes, &cause));
            }
        }
        Err(self.exhausted(state, clock, bytes, "other threads took all memory that was given back"))
    }

    /// Does what a rung is about. Returns whether it can have helped.
    fn mount(
        &self,
        rung: Rung,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        slot: u32,
        bytes: u64,
    ) -> Result<bool> {
        self.central.lock().statistics.rungs[rung as usize] += 1;
        Ok(match rung {
            Rung::Waits => {
                self.settle_delayed(state, clock, 0)?;
                self.adopt_pending(state, clock, slot)?;
                true
            }
            Rung::GiveBack => {
                self.unmap_stale(state)?;
                let own = self.give_back(state, Idle::Ask, None)?;
                own + state.trim_siblings() > 0
            }
            Rung::Trim | Rung::Hooks => state.call_hooks(rung, bytes as usize) > 0,
            Rung::Wait => {
                self.settle_all(state)?;
                self.give_back(state, Idle::Wait, None)? > 0 || self.options.soft_limit.is_some()
            }
        })
    }

    /// Tells whether another climb may fare better: whether memory was freed or given back since `changes` was read. While
    /// other threads hold memory in their hands it is neither live nor free; that is waited for, and, up to the deadline, so is
    /// any thread's freeing.
    fn changed_since(&self, changes: u64, began: Instant) -> bool {
        // Taken first: whoever changes something behind this tells once this thread sleeps.
        let mut waiting = lock(&self.waiting);
        loop {
            let (now, hands) = {
                let central = self.central.lock();
                (central.changes, central.hands)
            };
            if now != changes {
                return true;
            }
            let left = self.options.deadline.saturating_sub(began.elapsed());
            if hands > 0 {
                waiting = self.put_down.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            } else if left.is_zero() {
                return false;
            } else {
                let waited = self.put_down.wait_timeout(waiting, left);
                waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }

    /// Tells threads that wait in `changed_since`, of what was changed in the shared part before.
    pub(super) fn tell(&self) {
        drop(lock(&self.waiting));
        self.put_down.notify_all();
    }

    /// Takes everything that could go back to the device out of the arena.
    fn pick_up(&self, smaller_than: Option<u64>) -> Vec<Piece> {
        let mut central = self.central.lock();
        central.flush_lanes(self.kind);
        central.bring_home();
        let Central { arena, pages, segments, .. } = &mut *central;
        let free: Vec<u32> =
            arena.all().filter(|(_, node)| node.kind == Kind::Free).map(|(id, _)| id).collect();
        let mut pieces = Vec::new();
        for node in free {
            let (start, bytes) = (arena.node(node).start, arena.node(node).bytes);
            let (owner, tick) = (arena.node(node).owner, arena.node(node).tick);
            if segments.get(&start) == Some(&bytes) {
                if smaller_than.is_none_or(|limit| bytes < limit) {
                    arena.take(node);
                    pieces.push(Piece { node, start, bytes, owner, tick, what: What::Segment });
                }
                continue;
            }
            let Some(pages) = pages.as_mut().filter(|pages| smaller_than.is_none() && pages.contains(start))
            else {
                continue;
            };
            let (start, bytes) = pages.whole(start, bytes);
            if bytes > 0 {
                arena.take(node);
                pages.take(start, bytes);
                arena.punch(node, [(start, bytes)], |node| {
                    let numbers = pages.numbers(start, bytes).collect();
                    let what = What::Pages(numbers, pages.handles(start, bytes).collect());
                    pieces.push(Piece { node, start, bytes, owner, tick, what });
                });
            }
        }
        self.take_in_hand(&mut central, &pieces);
        pieces
    }

    fn take_in_hand(&self, central: &mut Central<B>, pieces: &[Piece]) {
        if !pieces.is_empty() {
            central.hands += 1;
        }
    }

    /// Gives memory back to the device that is known to be idle, or after waiting for it, and returns how many bytes that were.
    pub(super) fn give_back(
        &self,
        state: &Arc<DeviceState<B>>,
        idle: Idle,
        smaller_than: Option<u64>,
    ) -> Result<u64> {
        if idle == Idle::Ask && smaller_than.is_none() {
            self.forget_idle_pending(state)?;
        }
        let pieces = self.pick_up(smaller_than);
        self.put_away(state, idle, pieces)
    }

    /// Unmaps addresses whose pages were mapped elsewhere, as far as nothing uses them any more.
    pub(super) fn unmap_stale(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        let pieces: Vec<Piece> = {
            let mut central = self.central.lock();
            let Central { arena, pages, .. } = &mut *central;
            let Some(pages) = pages else { return Ok(()) };
            let abroad = |id: &u32| pages.is_abroad(arena.node(*id).start);
            let stale: Vec<u32> = arena.stale().iter().copied().filter(abroad).collect();
            let pieces: Vec<_> = stale
                .into_iter()
                .map(|id| {
                    let node = arena.node(id).clone();
                    arena.hold(id);
                    let (start, bytes, owner, tick) = (node.start, node.bytes, node.owner, node.tick);
                    Piece { node: id, start, bytes, owner, tick, what: What::Stale }
                })
                .collect();
            self.take_in_hand(&mut central, &pieces);
            pieces
        };
        self.put_away(state, Idle::Ask, pieces).map(|_| ())
    }

    /// Gives pieces back whose work has ended, and puts the others down again. Returns how many bytes of memory went.
    fn put_away(&self, state: &Arc<DeviceState<B>>, idle: Idle, pieces: Vec<Piece>) -> Result<u64> {
        if pieces.is_empty() {
            return Ok(0);
        }
        let source = state.backend().source(self.kind);
        let mut ended_up_to: BTreeMap<u32, u64> = BTreeMap::new();
        let mut freed = 0;
        let mut outcome = Ok(());
        for piece in pieces {
            let gone = match (&outcome, source) {
                (Ok(()), Some(source)) => match self.has_ended(state, idle, &piece, &mut ended_up_to) {
                    Ok(true) => self.release_piece(source, &piece),
                    other => other,
                },
                _ => Ok(false),
            };
            let gone = gone.unwrap_or_else(|error| {
                outcome = Err(error);
                false
            });
            let mut central = self.central.lock();
            if gone && !matches!(piece.what, What::Stale) {
                freed += piece.bytes;
                central.reserved -= piece.bytes;
                if self.watch.has(RECORDING) {
                    self.history.note(MemoryAction::Release, piece.start, piece.bytes, None, 0);
                }
            }
            put_down(&mut central, piece, gone);
        }
        let mut central = self.central.lock();
        central.hands -= 1;
        central.changes += u64::from(freed > 0);
        drop(central);
        self.tell();
        outcome.map(|()| freed)
    }

    fn has_ended(
        &self,
        state: &Arc<DeviceState<B>>,
        idle: Idle,
        piece: &Piece,
        ended_up_to: &mut BTreeMap<u32, u64>,
    ) -> Result<bool> {
        if ended_up_to.get(&piece.owner).is_some_and(|&tick| tick >= piece.tick) {
            return Ok(true);
        }
        let clock = self.central.lock().slots.get(piece.owner as usize).cloned().flatten();
        let Some(clock) = clock else { return Ok(true) };
        let ended = match idle {
            Idle::Wait if !clock.is_held() => {
                ended(clock.synchronize_moment(state, piece.tick), ()).map(|()| true)?
            }
            // The host may be the one that is to let it go, and is here.
            Idle::Ask | Idle::Wait => ended(clock.query(state, piece.tick), true)?,
        };
        if ended {
            ended_up_to.insert(piece.owner, piece.tick);
        }
        Ok(ended)
    }

    /// Gives one piece back. `false` if nothing was done.
    #[allow(unsafe_code)]
    fn release_piece(&self, source: &dyn Source, piece: &Piece) -> Result<bool> {
        match (&piece.what, source.pages()) {
            (What::Segment, _) => {
                // SAFETY: a whole segment that `allocate` made, in this thread's hands, and every operation that touched it was
                // seen to have ended (Pool 1).
                unsafe { source.free(piece.start, piece.bytes as usize) }.map(|()| true)
            }
            (What::Stale, Some(pages)) => {
                // SAFETY: mapped there by this pool, in this thread's hands, and every operation that used these addresses has ended
                // (Pool 1).
                unsafe { unmap(pages, piece) }.map(|()| true)
            }
            (What::Pages(_, handles), Some(pages)) => {
                // SAFETY: as above.
                unsafe { unmap(pages, piece) }?;
                for &page in handles {
                    // SAFETY: made by this pool, and mapped nowhere but possibly at stale addresses, which keep it alive.
                    if let Err(error) = unsafe { pages.destroy(page) } {
                        tracing::error!(%error, "a page is leaked");
                    }
                }
                Ok(true)
            }
            (_, None) => Ok(false),
        }
    }

    /// Takes over blocks that several streams used, by waiting for them on the device.
    fn adopt_pending(&self, state: &Arc<DeviceState<B>>, clock: &Arc<Clock<B>>, slot: u32) -> Result<()> {
        let pending = std::mem::take(&mut self.central.lock().pending);
        let mut outcome = Ok(());
        for Pending { node, home, moments } in pending {
            if outcome.is_ok() {
                outcome = moments.run_after_all(&home, state, clock);
            }
            let mut central = self.central.lock();
            if outcome.is_err() {
                central.pending.push(Pending { node, home, moments });
                continue;
            }
            central.arena.free(node, slot, clock.issued());
            drop(central);
            drop((home, moments));
        }
        outcome
    }

    /// Makes blocks free that several streams used, as far as all of that has ended.
    fn forget_idle_pending(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        let pending = std::mem::take(&mut self.central.lock().pending);
        let mut outcome = Ok(());
        for Pending { node, home, moments } in pending {
            let idle = if outcome.is_ok() { moments.query(&home, state) } else { Ok(false) };
            let mut central = self.central.lock();
            if let Ok(true) = idle {
                let owner = central.arena.node(node).owner;
                central.arena.free(node, owner, 0);
                drop(central);
                drop((home, moments));
                continue;
            }
            central.pending.push(Pending { node, home, moments });
            drop(central);
            outcome = outcome.and(idle.map(|_| ()));
        }
        outcome
    }

    /// Waits for all blocks that several streams used, but for those of streams that the host holds back: it may be the one that is to let them
    /// go, and is here.
    fn settle_all(&self, state: &Arc<DeviceState<B>>) -> Result<()> {
        let waiting: Vec<_> = {
            let central = self.central.lock();
            central.pending.iter().map(|pending| (pending.home.clone(), pending.moments.clone())).collect()
        };
        let mut waiting = waiting.iter().filter(|(home, moments)| !moments.is_held(home));
        waiting.try_for_each(|(home, moments)| moments.synchronize(home, state))?;
        self.forget_idle_pending(state)
    }

    /// Gives idle memory back to the device, and returns how many bytes that were.
    pub(crate) fn trim(&self, state: &Arc<DeviceState<B>>) -> Result<usize> {
        self.unmap_stale(state)?;
        self.give_back(state, Idle::Ask, None).map(|bytes| bytes as usize)
    }

    /// Gives everything back when the device closes, waiting for the work that still uses it.
    ///
    /// What may still be in use after a failure is leaked: nothing says when the device stops touching it. The rest is
    /// given back all the same; the first failure is returned.
    pub(crate) fn release(&self, backend: &B) -> Result<()> {
        self.report_leaks();
        let mut central = self.central.lock();
        central.flush_lanes(self.kind);
        let central: &mut Central<B> = &mut central;
        let Some(source) = backend.source(self.kind) else { return Ok(()) };
        let mut first = Ok(());
        // No buffer is left, and nobody else holds the pool: the lock keeps nobody waiting.
        let failed: Vec<bool> = central
            .slots
            .iter()
            .map(|clock| {
                let Some(clock) = clock else { return false };
                let outcome = match clock.has_outstanding() {
                    // A second time: what cannot be known to have ended is leaked.
                    true => ended(backend.synchronize(clock.stream()), ())
                        .or_else(|_| ended(backend.synchronize(clock.stream()), ())),
                    false => Ok(()),
                };
                let failed = outcome.is_err();
                first = std::mem::replace(&mut first, Ok(())).and(outcome);
                failed
            })
            .collect();
        let mut busy: Vec<(u64, u64)> = Vec::new();
        for Pending { node, home, moments } in &central.pending {
            let outcome = moments.streams(home).try_for_each(|stream| ended(backend.synchronize(stream), ()));
            if outcome.is_err() {
                busy.push((central.arena.node(*node).start, central.arena.node(*node).bytes));
            }
            first = std::mem::replace(&mut first, Ok(())).and(outcome);
        }
        for (_, node) in central.arena.all() {
            let uses = matches!(node.kind, Kind::Free | Kind::Stale) && node.tick > 0;
            if uses && failed.get(node.owner as usize) == Some(&true) {
                busy.push((node.start, node.bytes));
            }
        }
        let outcome = release_memory(source, central, &busy);
        first.and(outcome)
    }

    pub(super) fn exhausted(
        &self,
        state: &DeviceState<B>,
        clock: &Clock<B>,
        requested: u64,
        cause: &str,
    ) -> Error {
        if self.watch.has(RECORDING) {
            self.history.note(
                MemoryAction::OutOfMemory,
                0,
                requested,
                Some(clock.id()),
                super::label::current(),
            );
        }
        let statistics = self.statistics();
        let largest_free = {
            let central = self.central.lock();
            let free = central.arena.all().filter(|(_, node)| node.kind == Kind::Free);
            free.map(|(_, node)| node.bytes).max().unwrap_or(0)
        };
        let source = state.backend().source(self.kind);
        Error::OutOfMemory(Box::new(OutOfMemory {
            device: state.device(),
            kind: self.kind,
            requested: requested as usize,
            live: statistics.live,
            cached: statistics.cached(),
            largest_free: largest_free as usize,
            limit: self.options.limit,
            device_memory: source.and_then(Source::memory_info),
            owners: self.labels(),
            rungs: statistics.rungs,
            cause: cause.to_owned(),
        }))
    }
}

/// Unmaps the addresses of a piece.
///
/// # Safety
/// As for [`PageSource::unmap`].
#[allow(unsafe_code)]
unsafe fn unmap(pages: &dyn PageSource, piece: &Piece) -> Result<()> {
    // SAFETY: the caller vouches for it.
    unsafe { pages.unmap(piece.start, piece.bytes as usize / pages.page_bytes()) }
}

/// Puts a piece back into the arena, or what is left of it once its memory is gone.
fn put_down<B: Backend>(central: &mut Locked<'_, Central<B>>, piece: Piece, gone: bool) {
    let Central { arena, pages, segments, .. } = &mut **central;
    let Piece { node, start, bytes, owner, tick, .. } = piece;
    match (piece.what, gone) {
        (What::Segment, true) => {
            segments.remove(&start);
            arena.remove_range(node);
        }
        (What::Segment, false) => arena.free(node, owner, tick),
        (What::Pages(numbers, _), true) => {
            if let Some(pages) = pages {
                pages.unmapped(start, bytes);
                pages.destroyed(&numbers);
            }
            arena.make_hole(node);
        }
        (What::Stale, true) => {
            if let Some(pages) = pages {
                pages.unmapped(start, bytes);
            }
            arena.make_hole(node);
        }
        (What::Pages(..), false) => {
            if let Some(pages) = pages {
                pages.put(start, bytes);
            }
            arena.unpunch(node);
        }
        (What::Stale, false) => {
            if let Some(pages) = pages {
                plan::make_stale(arena, pages, node);
            }
        }
    }
}

/// Gives back all memory but that in `busy`.
#[allow(unsafe_code)]
fn release_memory<B: Backend>(
    source: &dyn Source,
    central: &mut Central<B>,
    busy: &[(u64, u64)],
) -> Result<()> {
    let mut first = Ok(());
    let is_busy = |start: u64, bytes: u64| {
        busy.iter().any(|&(other, len)| other < start + bytes && start < other + len)
    };
    for (&start, &bytes) in central.segments.iter().filter(|&(&start, &bytes)| !is_busy(start, bytes)) {
        // SAFETY: a segment of this pool's; no buffer is left, and every stream that used it was seen to be idle (Pool 1).
        let outcome = unsafe { source.free(start, bytes as usize) };
        first = first.and(outcome);
    }
    let (Some(pages), Some(table)) = (source.pages(), &mut central.pages) else { return first };
    let mut unmapped = busy.iter().all(|&(start, _)| !table.contains(start));
    for (_, node) in central.arena.all() {
        if node.kind == Kind::Stale && unmapped {
            // SAFETY: as above; these addresses are mapped a second time.
            let outcome = unsafe { pages.unmap(node.start, (node.bytes / table.page) as usize) };
            unmapped &= outcome.is_ok();
            first = first.and(outcome);
        }
    }
    for (start, handles) in table.in_place() {
        if is_busy(start, handles.len() as u64 * table.page) {
            continue;
        }
        // SAFETY: as above.
        let outcome = unsafe { pages.unmap(start, handles.len()) };
        if outcome.is_ok() {
            for page in handles {
                // SAFETY: made by this pool, unmapped just now.
                let outcome = unsafe { pages.destroy(page) };
                first = std::mem::replace(&mut first, Ok(())).and(outcome);
            }
        }
        unmapped &= outcome.is_ok();
        first = first.and(outcome);
    }
    if unmapped {
        // SAFETY: reserved by this pool, and nothing is mapped there any more.
        let outcome = unsafe { pages.release(table.base, table.bytes as usize) };
        first = first.and(outcome);
    }
    first
}

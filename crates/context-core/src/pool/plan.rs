//! Plans: where memory for a request is, and what must be done before it can be used.
//!
//! A plan is made and reserved under the pool's lock, carried out without it (waits, driver calls), and then finished or taken
//! back under the lock again. What a plan has reserved counts as used meanwhile, so that no other thread sees it.

use std::collections::BinaryHeap;

use super::arena::{Arena, Kind, NONE};

/// How many runs of free nodes are looked at.
const MOST_RUNS: usize = 256;

/// How many nodes a run may have.
const LONGEST_RUN: usize = 32;

/// How many holes are looked at.
const MOST_HOLES: usize = 256;

/// A request, as a search sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request<'a> {
    pub(super) owner: u32,
    pub(super) bytes: u64,
    /// For each owner: up to which tick the requesting stream already runs after it.
    pub(super) reach: &'a [u64],
    /// For each owner: whether its stream is held back by the host, and so not waited for. Owners beyond its end are not.
    pub(super) held: &'a [bool],
    /// How many streams may be waited for.
    pub(super) waits: usize,
}

/// Streams to be waited for, each with the tick that must have been reached.
pub(super) type Waits = Vec<(u32, u64)>;

impl Request<'_> {
    /// Adds what using a free node takes to `waits`; false if that would be too many.
    fn admit(&self, arena: &Arena, id: u32, waits: &mut Waits) -> bool {
        let node = arena.node(id);
        if self.covers(node.owner, node.tick) {
            return true;
        }
        if self.is_held(node.owner) {
            return false;
        }
        match waits.iter().position(|(owner, _)| *owner == node.owner) {
            Some(place) => waits[place].1 = node.tick.max(waits[place].1),
            None if waits.len() < self.waits => waits.push((node.owner, node.tick)),
            None => return false,
        }
        true
    }

    /// Tells whether an owner's stream is held back by the host.
    pub(super) fn is_held(&self, owner: u32) -> bool {
        self.held.get(owner as usize).is_some_and(|held| *held)
    }

    pub(super) fn covers(&self, owner: u32, tick: u64) -> bool {
        owner == self.owner || self.reach.get(owner as usize).is_some_and(|&reach| tick <= reach)
    }
}

/// The physical pages that are mapped into one range of addresses.
#[derive(Debug)]
pub(super) struct Pages {
    pub(super) base: u64,
    pub(super) bytes: u64,
    /// The size of a page.
    pub(super) page: u64,
    /// By place in the range; zero where there is none.
    handles: Vec<u64>,
    /// The end of what was ever mapped.
    pub(super) touched: u64,
}

impl Pages {
    pub(super) fn new(base: u64, bytes: u64, page: u64) -> Pages {
        Pages { base, bytes, page, handles: Vec::new(), touched: base }
    }

    fn places(&self, start: u64, bytes: u64) -> std::ops::Range<usize> {
        let first = ((start - self.base) / self.page) as usize;
        first..first + (bytes / self.page) as usize
    }

    pub(super) fn contains(&self, address: u64) -> bool {
        (self.base..self.base + self.bytes).contains(&address)
    }

    /// Takes the handles out of a range.
    pub(super) fn take(&mut self, start: u64, bytes: u64) -> Vec<u64> {
        let places = self.places(start, bytes);
        self.handles[places].iter_mut().map(std::mem::take).collect()
    }

    pub(super) fn put(&mut self, start: u64, handles: &[u64]) {
        let places = self.places(start, handles.len() as u64 * self.page);
        if self.handles.len() < places.end {
            self.handles.resize(places.end, 0);
        }
        self.touched = self.touched.max(start + handles.len() as u64 * self.page);
        self.handles[places].copy_from_slice(handles);
    }

    /// Returns the runs of mapped pages, as far as this table knows them.
    pub(super) fn mapped(&self) -> impl Iterator<Item = (u64, &[u64])> {
        let mut at = 0;
        std::iter::from_fn(move || {
            at +=
                self.handles[at.min(self.handles.len())..].iter().take_while(|&&handle| handle == 0).count();
            let run =
                self.handles[at.min(self.handles.len())..].iter().take_while(|&&handle| handle != 0).count();
            let first = at;
            at += run;
            (run > 0).then(|| (self.base + first as u64 * self.page, &self.handles[first..at]))
        })
    }

    /// Returns the whole pages of a range, as a range: empty if there is none.
    #[inline]
    pub(super) fn whole(&self, start: u64, bytes: u64) -> (u64, u64) {
        // A page is a power of two, and the base aligned to it.
        let within = self.page - 1;
        let first = (start + within) & !within;
        let last = (start + bytes) & !within;
        (first, last.saturating_sub(first))
    }
}

/// Memory that was found.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Side by side, in the order of their addresses, with the filled hole among them.
    nodes: Vec<u32>,
    pub(super) waits: Waits,
    pub(super) map: Option<Map>,
}

/// Pages to be mapped for a plan.
#[derive(Debug)]
pub(super) struct Map {
    node: u32,
    pub(super) start: u64,
    /// Pages taken from free memory: the stale addresses and the handles.
    moved: Vec<(u32, Vec<u64>)>,
    /// How many pages have to be made.
    pub(super) fresh: usize,
}

impl Map {
    /// The handles of the pages that are moved.
    pub(super) fn moved(&self) -> impl Iterator<Item = u64> {
        self.moved.iter().flat_map(|(_, handles)| handles).copied()
    }

    /// The nodes whose pages are moved.
    pub(super) fn stale(&self) -> impl Iterator<Item = u32> {
        self.moved.iter().map(|&(stale, _)| stale)
    }
}

/// Which free memory beside a hole is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Left,
    Right,
    /// The whole hole, with what is on both sides.
    Both,
}

/// A hole with free memory beside it.
#[derive(Clone, Copy, Debug)]
struct Place {
    pages: u64,
    /// Bytes beyond what was asked for.
    spare: u64,
    hole: u32,
    side: Side,
}

/// A place with the nodes that are used.
struct Window {
    pages: u64,
    hole: u32,
    from_front: bool,
    left: Vec<u32>,
    right: Vec<u32>,
    waits: Waits,
}

/// Returns the smallest run of free nodes side by side that is large enough, of several owners.
pub(super) fn find_run(arena: &mut Arena, request: &Request<'_>) -> Option<Plan> {
    if arena.seams().is_empty() {
        return None;
    }
    let mut best = None;
    let mut waits = Waits::new();
    let arena = &*arena;
    let is_free = |id: u32| id != NONE && arena.node(id).kind == Kind::Free;
    let firsts = arena.known_seams().iter().filter(|&&id| !is_free(arena.node(id).before));
    for &first in firsts.take(MOST_RUNS) {
        best_of_run(arena, request, first, &mut waits, &mut best);
    }
    let Run { begin, nodes, .. } = best?;
    let mut plan = Plan::default();
    let mut at = begin;
    for _ in 0..nodes {
        request.admit(arena, at, &mut plan.waits);
        plan.nodes.push(at);
        at = arena.node(at).after;
    }
    Some(plan)
}

/// Free nodes side by side.
#[derive(Clone, Copy, Debug)]
struct Run {
    waits: usize,
    bytes: u64,
    begin: u32,
    nodes: usize,
}

fn best_of_run(arena: &Arena, request: &Request<'_>, first: u32, waits: &mut Waits, best: &mut Option<Run>) {
    let mut begin = first;
    for _ in 0..2 * LONGEST_RUN {
        if begin == NONE || arena.node(begin).kind != Kind::Free {
            return;
        }
        let mut run = Run { waits: 0, bytes: 0, begin, nodes: 0 };
        waits.clear();
        let mut at = begin;
        while at != NONE && arena.node(at).kind == Kind::Free && run.nodes < LONGEST_RUN {
            if !request.admit(arena, at, waits) {
                break;
            }
            run.nodes += 1;
            run.bytes += arena.node(at).bytes;
            if run.bytes >= request.bytes {
                run.waits = waits.len();
                let better = |best: &Run| (run.waits, run.bytes) < (best.waits, best.bytes);
                if best.as_ref().is_none_or(better) {
                    *best = Some(run);
                }
                break;
            }
            at = arena.node(at).after;
        }
        begin = arena.node(begin).after;
    }
}

/// Visits the free nodes beside a hole that the request may use, nearest first, and returns their bytes.
#[inline]
fn beside(
    arena: &Arena,
    request: &Request<'_>,
    hole: u32,
    right: bool,
    waits: &mut Waits,
    mut visit: impl FnMut(u32),
) -> u64 {
    let step = |id: u32| if right { arena.node(id).after } else { arena.node(id).before };
    let (mut bytes, mut nodes) = (0, 0);
    let mut at = step(hole);
    while at != NONE && bytes < request.bytes && nodes < LONGEST_RUN {
        let node = arena.node(at);
        if node.kind != Kind::Free || !request.admit(arena, at, waits) {
            break;
        }
        bytes += node.bytes;
        nodes += 1;
        visit(at);
        at = step(at);
    }
    bytes
}

/// Returns the place that takes the fewest pages to be mapped.
fn find_place(arena: &Arena, pages: &Pages, request: &Request<'_>) -> Option<Place> {
    let mut best: Option<Place> = None;
    let mut offer = |place: Place| {
        if place.pages > 0
            && best.as_ref().is_none_or(|best| (place.pages, place.spare) < (best.pages, best.spare))
        {
            best = Some(place);
        }
    };
    let shift = pages.page.trailing_zeros();
    let mut waits = Waits::new();
    let clean = arena.holes().iter().filter(|&&id| arena.node(id).kind == Kind::Hole);
    for &hole in clean.take(MOST_HOLES) {
        let bytes = arena.node(hole).bytes;
        let last = arena.node(hole).after == NONE;
        let needed = |beside: u64| (request.bytes.saturating_sub(beside) + pages.page - 1) >> shift;
        waits.clear();
        let left = beside(arena, request, hole, false, &mut waits, |_| ());
        let count = needed(left);
        if count << shift < bytes {
            let spare = (left + (count << shift)).saturating_sub(request.bytes);
            offer(Place { pages: count, spare, hole, side: Side::Left });
        }
        if last {
            continue;
        }
        let free_waits = waits.is_empty();
        let mut right = beside(arena, request, hole, true, &mut waits, |_| ());
        if left + bytes + right >= request.bytes {
            let spare = left + bytes + right - request.bytes;
            offer(Place { pages: bytes >> shift, spare, hole, side: Side::Both });
        }
        if !free_waits {
            // Without those of the left there may be more waits for the right.
            waits.clear();
            right = beside(arena, request, hole, true, &mut waits, |_| ());
        }
        let count = needed(right);
        if count << shift < bytes {
            let spare = (right + (count << shift)).saturating_sub(request.bytes);
            offer(Place { pages: count, spare, hole, side: Side::Right });
        }
    }
    best
}

/// Returns the nodes that are used at a place.
fn open_window(arena: &Arena, request: &Request<'_>, place: Place) -> Window {
    let Place { pages, hole, side, .. } = place;
    let (mut left, mut right, mut waits) = (Vec::new(), Vec::new(), Waits::new());
    if side != Side::Right {
        beside(arena, request, hole, false, &mut waits, |id| left.push(id));
    }
    if side != Side::Left {
        beside(arena, request, hole, true, &mut waits, |id| right.push(id));
    }
    Window { pages, hole, from_front: side != Side::Right, left, right, waits }
}

/// How many pages a plan may make, and how many it may move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supply {
    /// Moving pages out of free memory is allowed.
    pub(super) moving: bool,
    /// At most so many pages are made.
    pub(super) fresh: u64,
    /// With moving: either all pages are moved or, for requests of fewer pages than this, all are made.
    pub(super) mixed_from: u64,
}

/// Plans memory at a place where pages have to be mapped, and reserves it.
pub(super) fn plan_pages(
    arena: &mut Arena,
    pages: &mut Pages,
    request: &Request<'_>,
    supply: Supply,
) -> Option<Plan> {
    let place = find_place(arena, pages, request)?;
    let wanted = place.pages;
    if !supply.moving && wanted > supply.fresh {
        return None;
    }
    let mut window = open_window(arena, request, place);
    let mut victims = Vec::new();
    let mut short = wanted;
    if supply.moving {
        short = choose_victims(arena, pages, request, &mut window, &mut victims);
        if short > 0 && wanted < supply.mixed_from {
            return None;
        }
    }
    if short > supply.fresh {
        return None;
    }
    let mut moved = Vec::new();
    for (id, start, bytes) in victims {
        arena.take(id);
        let stale = arena.punch(id, start, bytes);
        moved.push((stale, pages.take(start, bytes)));
    }
    window.left.iter().chain(&window.right).for_each(|&id| arena.take(id));
    let node = arena.fill(window.hole, wanted * pages.page, window.from_front);
    window.left.reverse();
    let mut nodes = window.left;
    nodes.push(node);
    nodes.extend(window.right);
    let map = Map { node, start: arena.node(node).start, moved, fresh: short as usize };
    Some(Plan { nodes, waits: window.waits, map: Some(map) })
}

/// Finds free memory to take whole pages from. Returns how many pages are still missing.
fn choose_victims(
    arena: &Arena,
    pages: &Pages,
    request: &Request<'_>,
    window: &mut Window,
    victims: &mut Vec<(u32, u64, u64)>,
) -> u64 {
    let mut candidates = Vec::new();
    for owner in 0..arena.owners() {
        arena.at_least(owner, pages.page, |id, node| {
            let (start, bytes) = pages.whole(node.start, node.bytes);
            let taken = window.left.contains(&id) || window.right.contains(&id);
            if bytes > 0 && !taken && pages.contains(node.start) {
                candidates.push((request.covers(node.owner, node.tick), bytes, id, start));
            }
        });
    }
    // The largest first: the fewest pieces are left over. Most are not needed, so they are not sorted.
    let mut candidates = BinaryHeap::from(candidates);
    let mut missing = window.pages;
    while missing > 0 {
        let Some((_, bytes, id, start)) = candidates.pop() else { break };
        if request.admit(arena, id, &mut window.waits) {
            let count = missing.min(bytes / pages.page);
            missing -= count;
            victims.push((id, start, count * pages.page));
        }
    }
    missing
}

impl Plan {
    /// Plans one free node.
    pub(super) fn node(arena: &Arena, id: u32, request: &Request<'_>) -> Option<Plan> {
        let mut waits = Waits::new();
        request.admit(arena, id, &mut waits).then(|| Plan { nodes: vec![id], waits, map: None })
    }

    /// Reserves the nodes of a plan without pages.
    pub(super) fn reserve(self, arena: &mut Arena) -> Plan {
        self.nodes.iter().for_each(|&id| arena.take(id));
        self
    }

    /// Makes the memory one node of `owner` in use, `tick` being a moment behind all waits, and frees what was not asked for.
    pub(super) fn finish(
        self,
        arena: &mut Arena,
        pages: Option<&mut Pages>,
        fresh: &[u64],
        owner: u32,
        tick: u64,
        bytes: u64,
    ) -> u32 {
        if let (Some(map), Some(pages)) = (&self.map, pages) {
            let handles: Vec<u64> = map.moved().chain(fresh.iter().copied()).collect();
            pages.put(map.start, &handles);
            map.moved.iter().for_each(|&(stale, _)| arena.make_stale(stale));
        }
        let node = arena.join(&self.nodes, owner, tick);
        arena.carve(node, bytes, false)
    }

    /// Puts everything back as it was.
    pub(super) fn undo(self, arena: &mut Arena, pages: Option<&mut Pages>) {
        if let (Some(map), Some(pages)) = (self.map, pages) {
            for (stale, handles) in map.moved {
                pages.put(arena.node(stale).start, &handles);
                arena.unpunch(stale);
            }
            arena.make_hole(map.node);
            for id in self.nodes.into_iter().filter(|&id| id != map.node) {
                let (owner, tick) = (arena.node(id).owner, arena.node(id).tick);
                arena.free(id, owner, tick);
            }
            return;
        }
        for id in self.nodes {
            let (owner, tick) = (arena.node(id).owner, arena.node(id).tick);
            arena.free(id, owner, tick);
        }
    }
}

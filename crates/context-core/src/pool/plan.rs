//! Plans: where memory for a request is, and what must be done before it can be used.
//!
//! A plan is made and reserved under the pool's lock, carried out without it (waits, driver calls), and then finished or taken
//! back under the lock again. What a plan has reserved counts as used meanwhile, so that no other thread sees it.

use std::collections::BinaryHeap;

use super::{
    arena::{Arena, Kind, NONE, Node},
    pages::Pages,
};

/// How many runs of free nodes are looked at.
const MOST_RUNS: usize = 256;

/// How many nodes a run may have.
const LONGEST_RUN: usize = 32;

/// How many holes are looked at.
const MOST_HOLES: usize = 256;

/// Blocks of at most so many pages use what is free abroad in front of a hole.
const MOST_PAGES_BESIDE: u64 = 8;

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

/// Memory that was found.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Side by side, in the order of their addresses, with the filled hole among them.
    nodes: Vec<u32>,
    pub(super) waits: Waits,
    pub(super) map: Option<Map>,
}

/// Pages for a plan, to be mapped or mapped already.
#[derive(Debug, Default)]
pub(super) struct Map {
    node: u32,
    pub(super) start: u64,
    /// Free pages that go abroad: the addresses that they leave at home.
    moved: Vec<u32>,
    /// How many these are.
    pub(super) moved_pages: usize,
    /// The device's names of the pages moved, unless they are mapped where they are wanted.
    pub(super) handles: Vec<u64>,
    /// How many pages have to be made.
    pub(super) fresh: usize,
    /// Where those are at home, if that is not the place where they are wanted: the node and its address.
    pub(super) nest: Option<(u32, u64)>,
    /// Whether all pages are mapped where they are wanted.
    is_mapped: bool,
}

impl Map {
    /// Tells whether the pages are mapped where they are wanted.
    pub(super) fn is_mapped(&self) -> bool {
        self.is_mapped
    }

    /// The nodes whose pages are moved.
    pub(super) fn stale(&self) -> impl Iterator<Item = u32> {
        self.moved.iter().copied()
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
    // Most are too short, whoever owns them.
    let (mut bytes, mut at) = (0, first);
    while at != NONE && arena.node(at).kind == Kind::Free && bytes < request.bytes {
        bytes += arena.node(at).bytes;
        at = arena.node(at).after;
    }
    if bytes < request.bytes {
        return;
    }
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
    let at_home = arena.holes().iter().filter(|&&id| !pages.is_abroad(arena.node(id).start));
    for &hole in at_home.take(MOST_HOLES) {
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
    let Place { hole, side, .. } = place;
    let (mut left, mut right, mut waits) = (Vec::new(), Vec::new(), Waits::new());
    if side != Side::Right {
        beside(arena, request, hole, false, &mut waits, |id| left.push(id));
    }
    if side != Side::Left {
        beside(arena, request, hole, true, &mut waits, |id| right.push(id));
    }
    Window { hole, from_front: side != Side::Right, left, right, waits }
}

/// Plans memory at home, where at most `fresh` pages have to be made, and reserves it. Behind all others `ahead` are made at the least.
pub(super) fn plan_growth(
    arena: &mut Arena,
    pages: &Pages,
    request: &Request<'_>,
    fresh: u64,
    ahead: u64,
) -> Option<Plan> {
    let mut place = find_place(arena, pages, request).filter(|place| place.pages <= fresh)?;
    let hole = arena.node(place.hole);
    let ahead = ahead.min(fresh);
    if place.side == Side::Left
        && place.pages < ahead
        && hole.after == NONE
        && ahead * pages.page < hole.bytes
    {
        place.pages = ahead;
    }
    let mut window = open_window(arena, request, place);
    window.left.iter().chain(&window.right).for_each(|&id| arena.take(id));
    let node = arena.fill(window.hole, place.pages * pages.page, window.from_front);
    window.left.reverse();
    let mut nodes = window.left;
    nodes.push(node);
    nodes.extend(window.right);
    let (start, fresh) = (arena.node(node).start, place.pages as usize);
    let map = Map { node, start, fresh, ..Map::default() };
    Some(Plan { nodes, waits: window.waits, map: Some(map) })
}

/// Plans memory abroad of pages that are free at home and, if they do not suffice, of at most `fresh` new ones, and reserves it.
pub(super) fn plan_abroad(
    arena: &mut Arena,
    pages: &mut Pages,
    request: &Request<'_>,
    fresh: u64,
) -> Option<Plan> {
    // The rest of another block's last page is used if a hole is behind it. That page then stays abroad until both are freed: worth it for small blocks.
    let few = request.bytes <= MOST_PAGES_BESIDE * pages.page;
    let left_of = |hole: u32, waits: &mut Waits, visit: &mut dyn FnMut(u32)| match few {
        true => beside(arena, request, hole, false, waits, visit),
        false => 0,
    };
    let (mut best, mut waits) = (None::<(u64, u64, u32)>, Waits::new());
    let away = arena.holes().iter().copied().filter(|&id| pages.is_abroad(arena.node(id).start));
    for hole in away {
        waits.clear();
        let left = left_of(hole, &mut waits, &mut |_| ());
        let wanted = request.bytes.saturating_sub(left).div_ceil(pages.page);
        let whole = arena.node(hole).bytes;
        if wanted > 0 && wanted * pages.page <= whole && best.is_none_or(|best| (wanted, whole, hole) < best)
        {
            best = Some((wanted, whole, hole));
        }
    }
    let (wanted, _, hole) = best?;
    let bytes = wanted * pages.page;
    let mut nodes = Vec::new();
    waits.clear();
    left_of(hole, &mut waits, &mut |id| nodes.push(id));
    let (victims, short) = choose_victims(arena, pages, request, wanted, &mut waits);
    if victims.is_empty() || short > fresh {
        return None;
    }
    let nest = match short {
        0 => None,
        _ => {
            let last = |&&id: &&u32| arena.node(id).after == NONE && !pages.is_abroad(arena.node(id).start);
            let last = *arena.holes().iter().find(last)?;
            (arena.node(last).bytes >= short * pages.page).then_some(Some(last))?
        }
    };
    nodes.iter().for_each(|&id| arena.take(id));
    nodes.reverse();
    let moved_pages = (wanted - short) as usize;
    let mut handles = Vec::with_capacity(moved_pages);
    victims.iter().for_each(|&(_, start, bytes)| handles.extend(pages.handles(start, bytes)));
    let moved = take_victims(arena, pages, &victims);
    let node = arena.fill(hole, bytes, true);
    let nest = nest.map(|hole| {
        let nest = arena.fill(hole, short * pages.page, true);
        (nest, arena.node(nest).start)
    });
    let start = arena.node(node).start;
    let map = Map { node, start, moved, moved_pages, handles, fresh: short as usize, nest, is_mapped: false };
    nodes.push(node);
    Some(Plan { nodes, waits, map: Some(map) })
}

/// Free memory of whole pages: the node, and the range.
type Victim = (u32, u64, u64);

/// Takes pages out of free nodes, and returns the addresses that they leave. Victims of one node are in the order of their addresses, one behind
/// another.
fn take_victims(arena: &mut Arena, pages: &mut Pages, victims: &[Victim]) -> Vec<u32> {
    let mut moved = Vec::with_capacity(victims.len());
    for run in victims.chunk_by(|a, b| a.0 == b.0) {
        let ranges = run.iter().map(|&(_, start, bytes)| (start, bytes));
        ranges.clone().for_each(|(start, bytes)| pages.take(start, bytes));
        arena.take(run[0].0);
        arena.punch(run[0].0, ranges, |node| moved.push(node));
    }
    moved
}

/// Finds free memory to take whole pages from. Returns how many pages are still missing.
fn choose_victims(
    arena: &Arena,
    pages: &mut Pages,
    request: &Request<'_>,
    wanted: u64,
    waits: &mut Waits,
) -> (Vec<Victim>, u64) {
    let mut candidates = std::mem::take(&mut pages.candidates);
    each_at_home(arena, pages, |id, node, start, bytes| {
        candidates.push((request.covers(node.owner, node.tick), bytes, id, start));
    });
    // The largest first: the fewest pieces are left over. Most are not needed, so they are not sorted.
    let mut candidates = BinaryHeap::from(candidates);
    let (mut victims, mut missing) = (Vec::new(), wanted);
    while missing > 0 {
        let Some((_, bytes, id, start)) = candidates.pop() else { break };
        if request.admit(arena, id, waits) {
            let count = missing.min(bytes / pages.page);
            missing -= count;
            victims.push((id, start, count * pages.page));
        }
    }
    pages.candidates = candidates.into_vec();
    pages.candidates.clear();
    (victims, missing)
}

/// Plans memory abroad where pages are still mapped that are all free at home, and reserves it. Nothing has to be mapped.
pub(super) fn plan_return(arena: &mut Arena, pages: &mut Pages, request: &Request<'_>) -> Option<Plan> {
    let wanted = request.bytes.div_ceil(pages.page);
    if !pages.has_alias(wanted) || !note_free_pages(arena, pages, request, wanted) {
        return None;
    }
    let bytes = wanted * pages.page;
    let start = pages.free_alias(wanted)?;
    let (victims, waits) = free_at_home(arena, pages, request, start, bytes)?;
    let moved = take_victims(arena, pages, &victims);
    // Abroad there are stale nodes, one or several.
    let (mut parts, mut at) = (Vec::new(), start);
    while at < start + bytes {
        let (part, end) = hold_part(arena, pages, at, start + bytes);
        parts.push(part);
        at = end;
    }
    let (owner, tick) = (arena.node(parts[0]).owner, arena.node(parts[0]).tick);
    let node = arena.join(&parts, owner, tick);
    let map = Map { node, start, moved, moved_pages: wanted as usize, is_mapped: true, ..Map::default() };
    Some(Plan { nodes: vec![node], waits, map: Some(map) })
}

/// Returns in which of the free nodes that were noted last the pages of an alias are at home, in the order of their addresses, and what using them
/// takes.
fn free_at_home(
    arena: &Arena,
    pages: &mut Pages,
    request: &Request<'_>,
    start: u64,
    bytes: u64,
) -> Option<(Vec<Victim>, Waits)> {
    pages.note_alias(start, bytes);
    let (mut victims, mut waits) = (Vec::<Victim>::new(), Waits::new());
    let mut found = 0;
    for &(id, start, bytes) in pages.noted() {
        let before = victims.len();
        pages.noted_runs(start, bytes, |start, bytes| {
            found += bytes;
            match victims.last_mut() {
                Some(last) if last.0 == id && last.1 + last.2 == start => last.2 += bytes,
                _ => victims.push((id, start, bytes)),
            }
        });
        if victims.len() > before && !request.admit(arena, id, &mut waits) {
            return None;
        }
    }
    (found == bytes).then_some((victims, waits))
}

/// Notes of each page that is free at home whether the request may use it. Returns whether there are as many.
fn note_free_pages(arena: &Arena, pages: &mut Pages, request: &Request<'_>, wanted: u64) -> bool {
    let (mut free, mut ranges, mut is_withheld) = (0, pages.begin_notes(), false);
    each_at_home(arena, pages, |id, node, start, bytes| {
        let usable = request.waits > 0 || request.covers(node.owner, node.tick);
        if usable && !request.is_held(node.owner) {
            free += bytes;
            ranges.push((id, start, bytes));
        } else {
            is_withheld = true;
        }
    });
    pages.is_withheld = is_withheld;
    let enough = free >= wanted * pages.page;
    pages.note_free(ranges, enough);
    enough
}

/// Visits the free nodes at home that have whole pages, with the range of these.
fn each_at_home(arena: &Arena, pages: &Pages, mut visit: impl FnMut(u32, &Node, u64, u64)) {
    for owner in 0..arena.owners() {
        arena.at_least(owner, pages.page, |id, node| {
            let (start, bytes) = pages.whole(node.start, node.bytes);
            if bytes > 0 && pages.is_at_home(start) {
                visit(id, node, start, bytes);
            }
        });
    }
}

/// Makes addresses stale whose pages are in place elsewhere.
pub(super) fn make_stale(arena: &mut Arena, pages: &mut Pages, node: u32) {
    arena.make_stale(node);
    pages.note_stale(arena.node(node).start, arena.node(node).bytes, node);
}

/// Takes the stale addresses from one on in hand, up to another or as far as their node goes. Returns where they end, too.
fn hold_part(arena: &mut Arena, pages: &mut Pages, start: u64, end: u64) -> (u32, u64) {
    let stale = pages.stale_at(start);
    let end = end.min(arena.node(stale).start + arena.node(stale).bytes);
    let (part, behind) = arena.hold_part(stale, start, end - start);
    for id in [Some(part), behind].into_iter().flatten() {
        pages.note_stale(arena.node(id).start, arena.node(id).bytes, id);
    }
    (part, end)
}

/// Brings the free pages home that are in place abroad, and calls `moved` with where they were, where they are and how many bytes that is.
pub(super) fn bring_home(arena: &mut Arena, pages: &mut Pages, mut moved: impl FnMut(u64, u64, u64)) {
    while let Some(id) = arena.next_returning() {
        let Node { start, bytes, owner, tick, .. } = *arena.node(id);
        let (start, bytes) = pages.whole(start, bytes);
        if bytes == 0 || !pages.is_abroad(start) {
            continue;
        }
        arena.take(id);
        pages.take(start, bytes);
        let mut away = NONE;
        arena.punch(id, [(start, bytes)], |node| away = node);
        make_stale(arena, pages, away);
        let (mut from, end) = (start, start + bytes);
        while from < end {
            let mut homes = pages.homes(from, end - from);
            let Some(home) = homes.next() else { break };
            let side_by_side = |&(at, home): &(u64, u64)| at == home;
            let behind = (home + pages.page..).step_by(pages.page as usize).zip(homes);
            let run = 1 + behind.take_while(side_by_side).count() as u64;
            let (part, home_end) = hold_part(arena, pages, home, home + run * pages.page);
            pages.put(home, home_end - home);
            arena.free(part, owner, tick);
            moved(from, home, home_end - home);
            from += home_end - home;
        }
    }
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
            let home = map.nest.map_or(map.start, |(_, start)| start);
            if !fresh.is_empty() {
                pages.add(home, fresh);
            }
            if pages.is_abroad(map.start) && !map.is_mapped {
                let mut numbers = Vec::with_capacity(map.moved_pages + fresh.len());
                for stale in map.stale() {
                    numbers.extend(pages.numbers(arena.node(stale).start, arena.node(stale).bytes));
                }
                if let Some((_, nest)) = map.nest {
                    numbers.extend(pages.numbers(nest, fresh.len() as u64 * pages.page));
                }
                pages.add_alias(map.start, &numbers);
            }
            pages.put(map.start, (map.moved_pages + map.fresh) as u64 * pages.page);
            for node in map.stale().chain(map.nest.map(|(node, _)| node)) {
                make_stale(arena, pages, node);
            }
        }
        let node = arena.join(&self.nodes, owner, tick);
        arena.carve(node, bytes, false)
    }

    /// Puts everything back as it was, but for the addresses of new pages that are still mapped there unless `nest_is_free`.
    pub(super) fn undo(self, arena: &mut Arena, pages: Option<&mut Pages>, nest_is_free: bool) {
        if let (Some(map), Some(pages)) = (self.map, pages) {
            for stale in map.stale() {
                pages.put(arena.node(stale).start, arena.node(stale).bytes);
                arena.unpunch(stale);
            }
            if let Some((nest, _)) = map.nest.filter(|_| nest_is_free) {
                arena.make_hole(nest);
            }
            match map.is_mapped {
                true => make_stale(arena, pages, map.node),
                false => arena.make_hole(map.node),
            }
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

//! The arena and the plans against a simple oracle: a list of ranges with what they are.

use std::collections::BTreeMap;

use super::{
    arena::{Arena, GRANULE, Kind, LOOKED_AT_LATE},
    bins::class_of,
    pages::Pages,
    plan::{self, Plan, Request},
};

/// A small generator of random numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }
}

const PAGE: u64 = 16 * GRANULE;
const OWNERS: u32 = 3;

/// An arena with pages, and what is known of its blocks and pages without it.
struct Model {
    arena: Arena,
    pages: Pages,
    random: Random,
    /// Live blocks by address: node, bytes, owner.
    blocks: BTreeMap<u64, (u32, u64, u32)>,
    /// Up to which tick each owner runs after each other.
    reach: [[u64; OWNERS as usize]; OWNERS as usize],
    tick: [u64; OWNERS as usize],
    next_page: u64,
    /// For each range of the pages' own bytes that was freed: who freed it when, so that reuse can be checked wherever the page is mapped.
    freed: Vec<(u64, u64, u32, u64)>,
    /// The pages that were made.
    alive_pages: Vec<u64>,
    /// How often pages went abroad, came back to where they had been there, and went behind the rest of a page there.
    abroad: [usize; 3],
}

impl Model {
    fn new(seed: u64) -> Model {
        let mut arena = Arena::default();
        arena.add_owner(OWNERS - 1);
        let base = 1 << 20;
        let pages = Pages::new(base, 8192 * PAGE, PAGE);
        arena.add_halves(base, pages.abroad_from(), base + 8192 * PAGE);
        Model {
            arena,
            pages,
            random: Random(seed * 2 + 1),
            blocks: BTreeMap::new(),
            reach: [[0; OWNERS as usize]; OWNERS as usize],
            tick: [1; OWNERS as usize],
            next_page: 1,
            freed: Vec::new(),
            alive_pages: Vec::new(),
            abroad: [0; 3],
        }
    }

    fn step(&mut self) {
        match self.random.below(10) {
            0..5 => self.allocate(),
            5..9 => self.free(),
            _ if self.random.below(4) == 0 => self.unmap_stale(),
            _ => {}
        }
        assert_eq!(self.arena.fault(), None);
        self.check_pages();
    }

    fn size(&mut self) -> u64 {
        let granules = match self.random.below(4) {
            0 => 1 + self.random.below(4),
            1 => 1 + self.random.below(16),
            2 => 1 + self.random.below(64),
            _ => 16 * (1 + self.random.below(20)),
        };
        granules * GRANULE
    }

    fn allocate(&mut self) {
        plan::bring_home(&mut self.arena, &mut self.pages, |_, _, _| ());
        assert_eq!(self.arena.fault(), None, "after pages came home");
        let (owner, bytes) = (self.random.below(u64::from(OWNERS)) as u32, self.size());
        let reach = self.reach[owner as usize];
        let request =
            Request { owner, bytes, reach: &reach, held: &[], waits: self.random.below(3) as usize };
        let other = match self.random.below(2) {
            0 => {
                self.arena.tidy();
                self.arena.closest(owner, bytes, LOOKED_AT_LATE, |other| reach[other as usize])
            }
            _ => None,
        };
        if let Some(id) = other {
            let best = self.closest_by_looking_at_all(owner, bytes);
            // Within a class there is no order that holds.
            let class = Some(class_of(self.arena.node(id).bytes));
            assert_eq!(class, best.map(class_of), "there is a closer fit of another owner");
            self.arena.take(id);
            let tick = self.tick[owner as usize];
            self.arena.join(&[id], owner, tick);
            let node = self.arena.carve(id, bytes, false);
            return self.hand_out(node, owner, bytes);
        }
        if let Some(id) = self.arena.find(owner, bytes) {
            if self.arena.node(id).bytes > bytes && self.random.below(4) > 0 {
                let block = match self.random.below(2) {
                    0 => self.arena.take_front(id, bytes),
                    _ => self.arena.take_back(id, bytes),
                };
                let node = self.arena.node(block.node);
                assert_eq!((block.address, block.tick), (node.start, node.tick));
                return self.hand_out(block.node, owner, bytes);
            }
            self.arena.take(id);
            let node = self.arena.carve(id, bytes, true);
            return self.hand_out(node, owner, bytes);
        }
        if let Some(plan) = plan::find_run(&mut self.arena, &request) {
            let plan = plan.reserve(&mut self.arena);
            return self.end(plan, &request, &[]);
        }
        let fresh = if self.random.below(8) == 0 { 0 } else { u64::MAX };
        let ahead = self.random.below(4);
        let Model { arena, pages, .. } = self;
        let plan = match self.random.below(4) {
            0 => plan::plan_growth(arena, pages, &request, fresh, ahead),
            1 => plan::plan_abroad(arena, pages, &request, fresh),
            _ => plan::plan_return(arena, pages, &request)
                .or_else(|| plan::plan_abroad(arena, pages, &request, fresh))
                .or_else(|| plan::plan_growth(arena, pages, &request, fresh, ahead)),
        };
        let Some(plan) = plan else { return };
        let count = plan.map.as_ref().map_or(0, |map| map.fresh) as u64;
        let fresh: Vec<u64> = (self.next_page..self.next_page + count).collect();
        self.end(plan, &request, &fresh);
    }

    /// Returns the size of the closest fit among other owners' free nodes that the owner may use.
    fn closest_by_looking_at_all(&self, owner: u32, bytes: u64) -> Option<u64> {
        let reach = &self.reach[owner as usize];
        let usable = self.arena.all().map(|(_, node)| node).filter(|node| {
            node.kind == Kind::Free && node.owner != owner && node.tick <= reach[node.owner as usize]
        });
        usable.map(|node| node.bytes).filter(|&size| size >= bytes).min()
    }

    /// Finishes a plan, or takes it back as after a failure.
    fn end(&mut self, plan: Plan, request: &Request<'_>, fresh: &[u64]) {
        assert!(plan.waits.len() <= request.waits);
        assert_eq!(self.arena.fault(), None, "while a plan is carried out");
        if self.random.below(4) == 0 {
            return plan.undo(&mut self.arena, Some(&mut self.pages), true);
        }
        for &(other, tick) in &plan.waits {
            let theirs = self.reach[other as usize];
            let ours = &mut self.reach[request.owner as usize];
            // An earlier wait of this plan may have brought it along.
            assert!(request.reach[other as usize] < tick, "a wait that was not needed");
            ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours = theirs.max(*ours));
            ours[other as usize] = self.tick[other as usize];
        }
        for stale in plan.map.iter().flat_map(|map| map.stale()).collect::<Vec<_>>() {
            let (by, tick) = (self.arena.node(stale).owner, self.arena.node(stale).tick);
            let covered = by == request.owner || self.reach[request.owner as usize][by as usize] >= tick;
            assert!(covered, "a page was taken from {by} that {} does not run after", request.owner);
        }
        let abroad = plan.map.as_ref().filter(|map| self.pages.is_abroad(map.start));
        let abroad = abroad.map(|map| (map.start, map.is_mapped()));
        self.next_page += fresh.len() as u64;
        self.alive_pages.extend(fresh);
        self.tick[request.owner as usize] += 1;
        let tick = self.tick[request.owner as usize];
        let waited: Vec<u32> = plan.waits.iter().map(|&(other, _)| other).collect();
        let node =
            plan.finish(&mut self.arena, Some(&mut self.pages), fresh, request.owner, tick, request.bytes);
        if let Some((start, is_mapped)) = abroad {
            self.abroad[usize::from(is_mapped)] += 1;
            self.abroad[2] += usize::from(self.arena.node(node).start < start);
        }
        for other in waited {
            let reach = self.reach[request.owner as usize][other as usize];
            self.arena.adopt_beside(other, request.owner, reach, tick);
        }
        self.hand_out(node, request.owner, request.bytes);
    }

    fn hand_out(&mut self, node: u32, owner: u32, bytes: u64) {
        let start = self.arena.node(node).start;
        assert_eq!((self.arena.node(node).kind, self.arena.node(node).bytes), (Kind::Used, bytes));
        assert!(start.is_multiple_of(GRANULE));
        let before = self.blocks.range(..start + bytes).next_back();
        assert!(before.is_none_or(|(&other, &(_, len, _))| other + len <= start), "blocks overlap");
        // Every former user of these bytes, at whatever addresses, is one that the owner runs after.
        for (start, bytes) in self.bytes_of_pages(start, bytes) {
            for &(freed, len, by, tick) in &self.freed {
                let overlaps = freed < start + bytes && start < freed + len;
                let covered = by == owner || self.reach[owner as usize][by as usize] >= tick;
                assert!(!overlaps || covered, "{start:#x} was handed to {owner} while {by} may use it");
            }
            self.forget(start, bytes);
        }
        self.blocks.insert(start, (node, bytes, owner));
    }

    /// Returns which bytes of which pages are mapped at a range of addresses.
    fn bytes_of_pages(&self, start: u64, bytes: u64) -> Vec<(u64, u64)> {
        let (mut at, end, mut parts) = (start, start + bytes, Vec::new());
        while at < end {
            let within = at % PAGE;
            let len = (PAGE - within).min(end - at);
            let pages = self.pages.handles(at - within, PAGE);
            parts.extend(pages.map(|page| (page * PAGE + within, len)));
            at += len;
        }
        parts
    }

    /// Forgets who has used bytes of pages: somebody who runs after all of them has them.
    fn forget(&mut self, start: u64, bytes: u64) {
        let parts = |&(freed, len, by, tick): &(u64, u64, u32, u64)| {
            let below = (freed, start.min(freed + len).saturating_sub(freed), by, tick);
            let above = (start + bytes).max(freed);
            [below, (above, (freed + len).saturating_sub(above), by, tick)]
        };
        self.freed = self.freed.iter().flat_map(parts).filter(|part| part.1 > 0).collect();
    }

    fn free(&mut self) {
        if self.blocks.is_empty() {
            return;
        }
        let place = self.random.below(self.blocks.len() as u64) as usize;
        let (&start, &(node, bytes, owner)) = self.blocks.iter().nth(place).unwrap();
        self.blocks.remove(&start);
        self.tick[owner as usize] += 1;
        let tick = self.tick[owner as usize];
        let parts = self.bytes_of_pages(start, bytes);
        self.freed.extend(parts.into_iter().map(|(start, bytes)| (start, bytes, owner, tick)));
        self.arena.free(node, owner, tick);
    }

    /// Unmaps what is mapped abroad and in place at home, or some of it.
    fn unmap_stale(&mut self) {
        for id in self.arena.stale().to_vec() {
            let (start, bytes) = (self.arena.node(id).start, self.arena.node(id).bytes);
            if !self.pages.is_abroad(start) {
                continue;
            }
            self.arena.hold(id);
            if self.random.below(3) == 0 {
                plan::make_stale(&mut self.arena, &mut self.pages, id);
                continue;
            }
            self.pages.unmapped(start, bytes);
            self.arena.make_hole(id);
        }
    }

    /// Every page is in one place, and all memory but holes has one.
    fn check_pages(&self) {
        let mut seen: Vec<u64> = self.pages.in_place().into_iter().flat_map(|(_, pages)| pages).collect();
        let mapped = seen.len() as u64 * PAGE;
        seen.sort_unstable();
        assert_eq!(seen, self.alive_pages, "pages are lost or twice in the table");
        let backed = |kind| matches!(kind, Kind::Used | Kind::Free);
        let memory: u64 =
            self.arena.all().filter(|(_, node)| backed(node.kind)).map(|(_, node)| node.bytes).sum();
        assert_eq!(memory, mapped);
        for id in self.arena.stale() {
            let node = self.arena.node(*id);
            let noted = (node.start..node.start + node.bytes).step_by(PAGE as usize);
            assert!(
                noted.into_iter().all(|at| self.pages.stale_at(at) == *id),
                "{node:?} is noted elsewhere"
            );
        }
    }
}

#[test]
fn random_programs_keep_to_the_oracle() {
    let seeds = std::env::var("POOL_SEEDS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(if cfg!(miri) { 1 } else { 60 });
    let mut abroad = [0; 3];
    for seed in 0..seeds {
        let mut model = Model::new(seed);
        for _ in 0..if cfg!(miri) { 40 } else { 400 } {
            model.step();
        }
        abroad.iter_mut().zip(model.abroad).for_each(|(all, times)| *all += times);
    }
    assert!(
        cfg!(miri) || abroad.iter().all(|&times| times > 10),
        "pages went abroad, came back and went behind others {abroad:?} times"
    );
}

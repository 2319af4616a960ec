//! The arena: which bytes are used, free or without memory behind them, and the index that finds a fit.
//!
//! Addresses are cut into *nodes* that lie side by side, linked to their neighbours. A free node belongs to an *owner*, the
//! stream that may use it at once, and carries the tick of that stream's last operation that may still touch it. Each owner has
//! an index of its free nodes: 32 classes to a doubling, found through two levels of bitmaps, so that looking up, taking, splitting,
//! freeing and merging take the same time with ten nodes and with a hundred thousand.
//!
//! Nothing here knows of devices, clocks or locks.

/// What stands for no node.
pub(super) const NONE: u32 = u32::MAX;

/// Sizes and addresses of blocks are multiples of this many bytes. CUDA aligns its own allocations so.
pub(super) const GRANULE: u64 = 256;

/// How many nodes of a class are kept in order and looked at. Classes are narrow: the first fit is close to the best.
const LOOKED_AT: usize = 8;

const SUBCLASS_BITS: u32 = 5;
const SUBCLASSES: usize = 1 << SUBCLASS_BITS;
const CLASSES: usize = 44;

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// In a buffer, in a front cache, or in the hands of a thread that does something with it.
    Used,
    /// In its owner's index.
    Free,
    /// Addresses with no memory behind them.
    Hole,
    /// Addresses whose memory was mapped elsewhere as well; here it has yet to be unmapped.
    Stale,
    /// Not a node: to be made into one.
    Vacant,
}

/// Bytes that lie side by side and have the same state.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) start: u64,
    pub(super) bytes: u64,
    /// The owner's last operation that may still be under way.
    pub(super) tick: u64,
    /// The neighbours by address.
    pub(super) before: u32,
    pub(super) after: u32,
    previous: u32,
    next: u32,
    pub(super) owner: u32,
    pub(super) kind: Kind,
}

/// The free nodes of one owner, by size.
#[derive(Debug)]
struct Bins {
    classes: u64,
    subclasses: [u32; CLASSES],
    heads: Box<[[u32; SUBCLASSES]; CLASSES]>,
    /// The latest tick of any node that was put in.
    latest: u64,
    nodes: usize,
}

/// A place in the index.
#[derive(Clone, Copy)]
struct Class {
    class: usize,
    subclass: usize,
}

impl Class {
    fn of(bytes: u64) -> Class {
        let granules = bytes / GRANULE;
        if granules < SUBCLASSES as u64 {
            return Class { class: 0, subclass: granules as usize };
        }
        let log = granules.ilog2();
        let subclass = (granules >> (log - SUBCLASS_BITS)) as usize & (SUBCLASSES - 1);
        Class { class: (log - SUBCLASS_BITS + 1) as usize, subclass }
    }
}

impl Bins {
    fn new() -> Bins {
        Bins {
            classes: 0,
            subclasses: [0; CLASSES],
            heads: Box::new([[NONE; SUBCLASSES]; CLASSES]),
            latest: 0,
            nodes: 0,
        }
    }

    /// Returns the first place at or behind `from` that has nodes.
    fn occupied(&self, from: Class) -> Option<Class> {
        let Class { class, subclass } = from;
        let here = self.subclasses[class] & (u32::MAX << subclass);
        if here != 0 {
            return Some(Class { class, subclass: here.trailing_zeros() as usize });
        }
        let larger = self.classes & (u64::MAX << class << 1);
        if larger == 0 {
            return None;
        }
        let class = larger.trailing_zeros() as usize;
        Some(Class { class, subclass: self.subclasses[class].trailing_zeros() as usize })
    }

    fn following(&self, place: Class) -> Option<Class> {
        if place.subclass + 1 < SUBCLASSES {
            return self.occupied(Class { subclass: place.subclass + 1, ..place });
        }
        (place.class + 1 < CLASSES)
            .then(|| Class { class: place.class + 1, subclass: 0 })
            .and_then(|next| self.occupied(next))
    }
}

/// All nodes and the indices of the free ones.
#[derive(Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    vacant: Vec<u32>,
    bins: Vec<Bins>,
    /// Every hole and stale node, in no order.
    holes: Vec<u32>,
}

impl Arena {
    /// Makes room for an owner of this number.
    pub(super) fn add_owner(&mut self, owner: u32) {
        while self.bins.len() <= owner as usize {
            self.bins.push(Bins::new());
        }
    }

    pub(super) fn owners(&self) -> u32 {
        self.bins.len() as u32
    }

    pub(super) fn node(&self, id: u32) -> &Node {
        &self.nodes[id as usize]
    }

    fn node_mut(&mut self, id: u32) -> &mut Node {
        &mut self.nodes[id as usize]
    }

    /// How many free nodes an owner has.
    #[cfg(test)]
    pub(super) fn free_nodes(&self, owner: u32) -> usize {
        self.bins[owner as usize].nodes
    }

    /// The latest tick that any free node of an owner has carried.
    pub(super) fn latest_tick(&self, owner: u32) -> u64 {
        self.bins[owner as usize].latest
    }

    pub(super) fn holes(&self) -> &[u32] {
        &self.holes
    }

    /// Every node there is, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Node)> {
        let present = |(_, node): &(usize, &Node)| node.kind != Kind::Vacant;
        self.nodes.iter().enumerate().filter(present).map(|(id, node)| (id as u32, node))
    }

    fn make(&mut self, node: Node) -> u32 {
        match self.vacant.pop() {
            Some(id) => {
                self.nodes[id as usize] = node;
                id
            }
            None => {
                self.nodes.push(node);
                (self.nodes.len() - 1) as u32
            }
        }
    }

    fn vacate(&mut self, id: u32) {
        self.node_mut(id).kind = Kind::Vacant;
        self.vacant.push(id);
    }

    /// Adds addresses that touch no others: a segment, in use until it is freed, or a range without memory.
    pub(super) fn add_range(&mut self, start: u64, bytes: u64, kind: Kind) -> u32 {
        let (before, after, previous, next) = (NONE, NONE, NONE, NONE);
        let id = self.make(Node { start, bytes, tick: 0, before, after, previous, next, owner: 0, kind });
        if kind == Kind::Hole {
            self.holes.push(id);
        }
        id
    }

    /// Removes a range that is one node again, in use.
    pub(super) fn remove_range(&mut self, id: u32) {
        debug_assert!(self.is_whole_range(id) && self.node(id).kind == Kind::Used);
        self.vacate(id);
    }

    /// Tells whether a node has no neighbours.
    pub(super) fn is_whole_range(&self, id: u32) -> bool {
        let node = self.node(id);
        node.before == NONE && node.after == NONE
    }

    /// Returns the best fit among an owner's nodes whose tick is at most `upto`.
    #[inline]
    pub(super) fn find(&self, owner: u32, bytes: u64, upto: u64) -> Option<u32> {
        let bins = &self.bins[owner as usize];
        let mut place = bins.occupied(Class::of(bytes))?;
        loop {
            let mut at = bins.heads[place.class][place.subclass];
            let mut looked = 0;
            while at != NONE && looked < LOOKED_AT {
                let node = self.node(at);
                if node.bytes >= bytes && node.tick <= upto {
                    return Some(at);
                }
                at = node.next;
                looked += 1;
            }
            place = bins.following(place)?;
        }
    }

    /// Calls `visit` with an owner's nodes of at least `bytes`, from the smallest class to the largest.
    pub(super) fn at_least(&self, owner: u32, bytes: u64, mut visit: impl FnMut(u32, &Node)) {
        let bins = &self.bins[owner as usize];
        let mut place = bins.occupied(Class::of(bytes));
        while let Some(here) = place {
            let mut at = bins.heads[here.class][here.subclass];
            while at != NONE {
                let node = self.node(at);
                if node.bytes >= bytes {
                    visit(at, node);
                }
                at = node.next;
            }
            place = bins.following(here);
        }
    }

    /// Puts a node into its owner's index.
    fn insert(&mut self, id: u32) {
        let Node { owner, bytes, start, tick, .. } = *self.node(id);
        let Class { class, subclass } = Class::of(bytes);
        let bins = &mut self.bins[owner as usize];
        bins.classes |= 1 << class;
        bins.subclasses[class] |= 1 << subclass;
        bins.latest = bins.latest.max(tick);
        bins.nodes += 1;
        let mut at = bins.heads[class][subclass];
        let mut previous = NONE;
        let mut looked = 0;
        while at != NONE && looked < LOOKED_AT {
            let node = &self.nodes[at as usize];
            if (node.bytes, node.start) >= (bytes, start) {
                break;
            }
            previous = at;
            at = node.next;
            looked += 1;
        }
        match previous {
            NONE => self.bins[owner as usize].heads[class][subclass] = id,
            _ => self.node_mut(previous).next = id,
        }
        if at != NONE {
            self.node_mut(at).previous = id;
        }
        let node = self.node_mut(id);
        (node.previous, node.next, node.kind) = (previous, at, Kind::Free);
    }

    /// Takes a free node out of its owner's index; it is in use then.
    pub(super) fn take(&mut self, id: u32) {
        let Node { owner, bytes, previous, next, .. } = *self.node(id);
        if next != NONE {
            self.node_mut(next).previous = previous;
        }
        let bins = &mut self.bins[owner as usize];
        bins.nodes -= 1;
        if previous != NONE {
            self.node_mut(previous).next = next;
        } else {
            let Class { class, subclass } = Class::of(bytes);
            bins.heads[class][subclass] = next;
            if next == NONE {
                bins.subclasses[class] &= !(1 << subclass);
                if bins.subclasses[class] == 0 {
                    bins.classes &= !(1 << class);
                }
            }
        }
        self.node_mut(id).kind = Kind::Used;
    }

    /// Cuts `id` in two at `bytes` and returns the second half, of the same state and in no index.
    fn cut(&mut self, id: u32, bytes: u64) -> u32 {
        let node = self.node(id).clone();
        debug_assert!(bytes > 0 && bytes < node.bytes);
        let (start, rest) = (node.start + bytes, node.bytes - bytes);
        let second = self.make(Node { start, bytes: rest, before: id, ..node });
        if node.after != NONE {
            self.node_mut(node.after).before = second;
        }
        let first = self.node_mut(id);
        (first.bytes, first.after) = (bytes, second);
        if matches!(node.kind, Kind::Hole | Kind::Stale) {
            self.holes.push(second);
        }
        second
    }

    /// Gives a node that is in use what lies right behind it, which is in no index.
    fn absorb(&mut self, id: u32) {
        let second = self.node(id).after;
        let Node { bytes, after, tick, .. } = *self.node(second);
        let first = self.node_mut(id);
        first.bytes += bytes;
        first.after = after;
        first.tick = first.tick.max(tick);
        if after != NONE {
            self.node_mut(after).before = id;
        }
        self.vacate(second);
    }

    /// Keeps `bytes` of a node that is in use and frees the rest, at the end or, if `from_end`, at the front. Returns the part kept.
    pub(super) fn carve(&mut self, id: u32, bytes: u64, from_end: bool) -> u32 {
        let Node { bytes: whole, owner, tick, .. } = *self.node(id);
        if whole == bytes {
            return id;
        }
        // Freed, and not only put into the index: the node may have been another owner's, and its neighbours this one's.
        if from_end {
            let kept = self.cut(id, whole - bytes);
            self.free(id, owner, tick);
            return kept;
        }
        let rest = self.cut(id, bytes);
        self.free(rest, owner, tick);
        id
    }

    /// Frees a node that is in use, and merges it with free neighbours of the same owner.
    pub(super) fn free(&mut self, mut id: u32, owner: u32, tick: u64) {
        let node = self.node_mut(id);
        (node.owner, node.tick) = (owner, tick);
        let Node { before, after, .. } = *node;
        if self.is_free_of(after, owner) {
            self.take(after);
            self.absorb(id);
        }
        if self.is_free_of(before, owner) {
            self.take(before);
            self.absorb(before);
            id = before;
        }
        self.insert(id);
    }

    fn is_free_of(&self, id: u32, owner: u32) -> bool {
        id != NONE && self.node(id).kind == Kind::Free && self.node(id).owner == owner
    }

    /// Makes nodes that are in use and lie side by side in this order one, of `owner`.
    pub(super) fn join(&mut self, ids: &[u32], owner: u32, tick: u64) -> u32 {
        for _ in &ids[1..] {
            self.absorb(ids[0]);
        }
        let node = self.node_mut(ids[0]);
        (node.owner, node.tick) = (owner, tick);
        ids[0]
    }

    /// Takes every free node of `from` over for `owner`.
    pub(super) fn hand_over(&mut self, from: u32, owner: u32) {
        let mut nodes = Vec::new();
        self.at_least(from, 0, |id, _| nodes.push(id));
        // First all out of the index: merging with a node of the list would take it out twice.
        nodes.iter().for_each(|&id| self.take(id));
        for id in nodes {
            self.free(id, owner, 0);
        }
        self.bins[from as usize].latest = 0;
    }

    /// Takes the memory of `[start, start + bytes)` out of the middle of a node that is in use, freeing what is left of it on both sides.
    /// Returns the addresses, in use, until they are made stale or a hole, or given their memory back.
    pub(super) fn punch(&mut self, id: u32, start: u64, bytes: u64) -> u32 {
        let Node { start: first, owner, tick, .. } = *self.node(id);
        let middle = if start > first { self.cut(id, start - first) } else { id };
        let rest = self.node(middle).bytes - bytes;
        let last = if rest > 0 { Some(self.cut(middle, bytes)) } else { None };
        if middle != id {
            self.free(id, owner, tick);
        }
        if let Some(last) = last {
            self.free(last, owner, tick);
        }
        middle
    }

    /// Gives addresses their memory back that was taken out of them.
    pub(super) fn unpunch(&mut self, id: u32) {
        let Node { owner, tick, .. } = *self.node(id);
        self.free(id, owner, tick);
    }

    /// Takes stale addresses in hand: in use, until they are made a hole or stale again.
    pub(super) fn hold(&mut self, id: u32) {
        self.forget_hole(id);
        self.node_mut(id).kind = Kind::Used;
    }

    /// Makes addresses in hand stale again.
    pub(super) fn make_stale(&mut self, id: u32) {
        self.node_mut(id).kind = Kind::Stale;
        self.holes.push(id);
    }

    fn forget_hole(&mut self, id: u32) {
        if let Some(place) = self.holes.iter().position(|&hole| hole == id) {
            self.holes.swap_remove(place);
        }
    }

    /// Takes `bytes` of a hole, from its front or its end, to put memory there. They are in use then.
    pub(super) fn fill(&mut self, hole: u32, bytes: u64, from_front: bool) -> u32 {
        let whole = self.node(hole).bytes;
        let filled = match (bytes == whole, from_front) {
            (true, _) => hole,
            (false, true) => {
                self.cut(hole, bytes);
                hole
            }
            (false, false) => self.cut(hole, whole - bytes),
        };
        self.forget_hole(filled);
        self.node_mut(filled).kind = Kind::Used;
        filled
    }

    /// Makes a node that is in use or stale a hole, one with the holes beside it.
    pub(super) fn make_hole(&mut self, mut id: u32) {
        self.forget_hole(id);
        let Node { before, after, .. } = *self.node(id);
        let is_hole = |arena: &Arena, id| id != NONE && arena.node(id).kind == Kind::Hole;
        if is_hole(self, after) {
            self.forget_hole(after);
            self.absorb(id);
        }
        if is_hole(self, before) {
            self.forget_hole(before);
            self.absorb(before);
            id = before;
        }
        let node = self.node_mut(id);
        (node.kind, node.tick, node.owner) = (Kind::Hole, 0, 0);
        self.holes.push(id);
    }

    /// Returns what is wrong with the arena, if anything is.
    #[cfg(test)]
    pub(super) fn fault(&self) -> Option<String> {
        let mut indexed = 0;
        for owner in 0..self.owners() {
            let mut seen = 0;
            let mut wrong = None;
            self.at_least(owner, 0, |id, node| {
                seen += 1;
                if node.kind != Kind::Free || node.owner != owner {
                    wrong = Some(format!("node {id} in the index of {owner} is {node:?}"));
                }
            });
            if wrong.is_some() {
                return wrong;
            }
            if seen != self.free_nodes(owner) {
                return Some(format!("owner {owner} counts {} nodes of {seen}", self.free_nodes(owner)));
            }
            indexed += seen;
        }
        let free = self.all().filter(|(_, node)| node.kind == Kind::Free).count();
        if free != indexed {
            return Some(format!("{free} free nodes, {indexed} in an index"));
        }
        for (id, node) in self.all() {
            if node.bytes == 0 || node.bytes % GRANULE != 0 {
                return Some(format!("node {id} has {} bytes", node.bytes));
            }
            if node.after != NONE {
                let after = self.node(node.after);
                if after.kind == Kind::Vacant || after.before != id || after.start != node.start + node.bytes
                {
                    return Some(format!("node {id} {node:?} is followed by {after:?}"));
                }
                if node.kind == after.kind
                    && (node.kind == Kind::Hole || node.kind == Kind::Free && node.owner == after.owner)
                {
                    return Some(format!("nodes {id} and {} were not merged", node.after));
                }
            }
            let hole = matches!(node.kind, Kind::Hole | Kind::Stale);
            if hole != (self.holes.iter().filter(|&&hole| hole == id).count() == 1) {
                return Some(format!("node {id} {node:?} and the list of holes do not agree"));
            }
        }
        None
    }
}

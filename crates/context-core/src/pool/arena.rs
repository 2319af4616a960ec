//! The arena: which bytes are used, free or without memory behind them, and the index that finds a fit.
//!
//! Addresses are cut into *nodes* that lie side by side, linked to their neighbours. A free node belongs to an *owner*, the
//! stream that may use it at once, and carries the tick of that stream's last operation that may still touch it. Each owner has
//! an index of its free nodes: 32 classes to a doubling, found through two levels of bitmaps, so that looking up, taking, splitting,
//! freeing and merging take the same time with ten nodes and with a hundred thousand.
//!
//! Nothing here knows of devices, clocks or locks.

use super::bins::{Bins, CLASSES, class_of};

/// What stands for no node.
pub(super) const NONE: u32 = u32::MAX;

/// Sizes and addresses of blocks are multiples of this many bytes. CUDA aligns its own allocations so.
pub(super) const GRANULE: u64 = 256;

/// How many nodes of a class are kept in order and looked at. Classes are narrow: the first fit is close to the best.
pub(super) const LOOKED_AT: usize = 8;

/// As many nodes of a class are looked at before more memory is asked for.
pub(super) const LOOKED_AT_LATE: usize = 256;

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
    /// The class in whose list it is, while it is free.
    class: u16,
    pub(super) kind: Kind,
    /// Whether it is in the list of seams.
    seam: bool,
}

impl Node {
    const VACANT: Node = Node {
        start: 0,
        bytes: 0,
        tick: 0,
        before: NONE,
        after: NONE,
        previous: NONE,
        next: NONE,
        owner: 0,
        class: 0,
        kind: Kind::Vacant,
        seam: false,
    };
}

/// All nodes and the indices of the free ones.
#[derive(Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    vacant: Vec<u32>,
    bins: Vec<Bins>,
    /// A bit for each owner's number, modulo 64, that has had free nodes.
    occupied: u64,
    /// Every hole and stale node, in no order.
    holes: Vec<u32>,
    /// Every free node with a free one behind it, which is another owner's, and some that were so, in no order.
    seams: Vec<u32>,
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

    #[inline]
    fn make(&mut self, node: Node) -> u32 {
        let id = self.place_for_one();
        let place = self.node_mut(id);
        *place = Node { seam: place.seam, ..node };
        id
    }

    /// Returns the number of a node that is to be written.
    #[inline(always)]
    fn place_for_one(&mut self) -> u32 {
        match self.vacant.pop() {
            Some(id) => id,
            None => self.add_place(),
        }
    }

    #[cold]
    #[inline(never)]
    fn add_place(&mut self) -> u32 {
        self.nodes.push(Node::VACANT);
        // So that vacating never has to make room.
        self.vacant.reserve(self.nodes.len());
        (self.nodes.len() - 1) as u32
    }

    #[inline]
    fn vacate(&mut self, id: u32) {
        self.node_mut(id).kind = Kind::Vacant;
        self.vacant.push(id);
    }

    /// Adds addresses that touch no others: a segment, in use until it is freed, or a range without memory.
    pub(super) fn add_range(&mut self, start: u64, bytes: u64, kind: Kind) -> u32 {
        let id = self.make(Node { start, bytes, kind, ..Node::VACANT });
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

    /// Returns the best fit among an owner's nodes.
    #[inline(always)]
    pub(super) fn find(&self, owner: u32, bytes: u64) -> Option<u32> {
        let bins = &self.bins[owner as usize];
        let class = class_of(bytes);
        let first = bins.occupied.first(class)?;
        if first > class {
            // Any node of a larger class will do.
            return Some(bins.heads[first]);
        }
        let found = self.first_fit(bins.heads[first], LOOKED_AT, |node| node.bytes >= bytes);
        found.or_else(|| bins.occupied.first(class + 1).map(|class| bins.heads[class]))
    }

    /// Looks at the first few nodes of a list.
    #[inline]
    fn first_fit(&self, mut at: u32, most: usize, fits: impl Fn(&Node) -> bool) -> Option<u32> {
        let mut looked = 0;
        while at != NONE && looked < most {
            let node = self.node(at);
            if fits(node) {
                return Some(at);
            }
            at = node.next;
            looked += 1;
        }
        None
    }

    /// Returns the best fit among all owners' nodes but `owner`'s that is smaller than `below`, with `reach` saying up to which tick an owner's
    /// nodes may be used, and `most` how many nodes of a class are looked at.
    #[inline(always)]
    pub(super) fn closest(
        &self,
        owner: u32,
        bytes: u64,
        below: u64,
        most: usize,
        mut reach: impl FnMut(u32) -> u64,
    ) -> Option<u32> {
        let from = class_of(bytes);
        let (mut best, mut limit, mut last) = (None, below, class_of(below.min(1 << 62)));
        let many = self.bins.len() > 64;
        let own = if many { 0 } else { 1_u64.unbounded_shl(owner) };
        let mut bits = self.occupied & !own;
        while bits != 0 {
            let mut other = bits.trailing_zeros();
            bits &= bits - 1;
            // Numbers from 64 on share the bits of those below.
            while let Some(bins) = self.bins.get(other as usize) {
                if other != owner
                    && let Some(class) = bins.occupied.first(from).filter(|&class| class <= last)
                    && let Some(id) =
                        self.closest_of(bins, class, last, [bytes, limit], most, || reach(other))
                {
                    limit = self.node(id).bytes;
                    (best, last) = (Some(id), class_of(limit));
                }
                if !many {
                    break;
                }
                other += 64;
            }
        }
        best
    }

    /// Returns the best fit among one owner's nodes from one class to another, of at least and below so many bytes.
    #[inline(never)]
    fn closest_of(
        &self,
        bins: &Bins,
        mut class: usize,
        last: usize,
        [least, below]: [u64; 2],
        most: usize,
        reach: impl FnOnce() -> u64,
    ) -> Option<u32> {
        // Asked only if the owner has something to offer.
        let (mut reach, mut upto) = (Some(reach), 0);
        loop {
            let (mut at, mut looked) = (bins.heads[class % CLASSES], 0);
            while at != NONE && looked < most {
                let node = self.node(at);
                if node.bytes >= least && node.bytes < below {
                    if let Some(reach) = reach.take() {
                        upto = reach();
                    }
                    if node.tick <= upto {
                        return Some(at);
                    }
                }
                at = node.next;
                looked += 1;
            }
            class = bins.occupied.first(class + 1).filter(|&class| class <= last)?;
        }
    }

    /// Calls `visit` with an owner's nodes of at least `bytes`, from the smallest class to the largest.
    pub(super) fn at_least(&self, owner: u32, bytes: u64, mut visit: impl FnMut(u32, &Node)) {
        let bins = &self.bins[owner as usize];
        let mut place = bins.occupied.first(class_of(bytes));
        while let Some(class) = place {
            let mut at = bins.heads[class];
            while at != NONE {
                let node = self.node(at);
                if node.bytes >= bytes {
                    visit(at, node);
                }
                at = node.next;
            }
            place = bins.occupied.first(class + 1);
        }
    }

    /// Makes a place in its owner's index for a node, and returns the neighbours that it has there.
    #[inline(always)]
    fn link(&mut self, id: u32, owner: u32, class: usize, bytes: u64, start: u64, tick: u64) -> (u32, u32) {
        let bins = &mut self.bins[owner as usize];
        bins.latest = bins.latest.max(tick);
        #[cfg(test)]
        {
            bins.nodes += 1;
        }
        let head = &mut bins.heads[class];
        if *head != NONE {
            return self.link_among(id, owner, class, bytes, start);
        }
        *head = id;
        bins.occupied.set(class);
        self.occupied |= 1 << (owner % 64);
        (NONE, NONE)
    }

    /// As [`link`](Arena::link), of a class that has other nodes.
    #[inline(never)]
    fn link_among(&mut self, id: u32, owner: u32, class: usize, bytes: u64, start: u64) -> (u32, u32) {
        let mut at = self.bins[owner as usize].heads[class];
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
            NONE => self.bins[owner as usize].heads[class] = id,
            _ => self.node_mut(previous).next = id,
        }
        if at != NONE {
            self.node_mut(at).previous = id;
        }
        (previous, at)
    }

    /// Closes the gap that a node leaves in its owner's index.
    #[inline(always)]
    fn unlink(&mut self, owner: u32, class: u16, previous: u32, next: u32) {
        let class = usize::from(class) % CLASSES;
        let bins = &mut self.bins[owner as usize];
        #[cfg(test)]
        {
            bins.nodes -= 1;
        }
        if previous == NONE {
            bins.heads[class] = next;
            if next == NONE {
                bins.occupied.clear(class);
                return;
            }
        } else {
            self.node_mut(previous).next = next;
        }
        if next != NONE {
            self.node_mut(next).previous = previous;
        }
    }

    /// Takes a free node out of its owner's index; it is in use then.
    pub(super) fn take(&mut self, id: u32) {
        let node = self.node_mut(id);
        let Node { owner, class, previous, next, .. } = *node;
        node.kind = Kind::Used;
        self.unlink(owner, class, previous, next);
    }

    /// Takes the first `bytes` of a free node of `owner`, whose rest stays in its index.
    #[inline]
    pub(super) fn take_front(&mut self, id: u32, bytes: u64) -> u32 {
        let node = self.node_mut(id);
        let Node { start, bytes: whole, owner, tick, previous, next, class, after, .. } = *node;
        (node.bytes, node.kind) = (bytes, Kind::Used);
        self.unlink(owner, class, previous, next);
        if whole == bytes {
            return id;
        }
        let (start, rest) = (start + bytes, whole - bytes);
        let class = class_of(rest);
        let second = self.place_for_one();
        let (previous, next) = self.link(second, owner, class, rest, start, tick);
        self.node_mut(id).after = second;
        let place = self.node_mut(second);
        *place = Node {
            start,
            bytes: rest,
            tick,
            before: id,
            after,
            previous,
            next,
            owner,
            class: class as u16,
            kind: Kind::Free,
            seam: place.seam,
        };
        if after != NONE {
            let after = self.node_mut(after);
            after.before = second;
            if after.kind == Kind::Free {
                self.note_seam(second);
            }
        }
        id
    }

    /// Remembers a free node that has a free one behind it.
    #[cold]
    fn note_seam(&mut self, id: u32) {
        if !std::mem::replace(&mut self.node_mut(id).seam, true) {
            self.seams.push(id);
        }
    }

    /// As [`seams`](Arena::seams), which was called since memory was last freed or taken.
    pub(super) fn known_seams(&self) -> &[u32] {
        &self.seams
    }

    /// Returns every free node with a free one behind it.
    pub(super) fn seams(&mut self) -> &[u32] {
        let nodes = &mut self.nodes;
        self.seams.retain(|&id| {
            let node = &nodes[id as usize];
            let free = |id: u32| id != NONE && nodes[id as usize].kind == Kind::Free;
            let is_seam = free(id) && free(node.after);
            nodes[id as usize].seam = is_seam;
            is_seam
        });
        &self.seams
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
    pub(super) fn free(&mut self, mut id: u32, owner: u32, mut tick: u64) {
        let Node { mut start, mut bytes, mut before, mut after, .. } = *self.node(id);
        let (mut seam_before, mut seam_after, mut merged) = (false, false, false);
        if after != NONE {
            let node = self.node(after);
            if node.kind == Kind::Free {
                if node.owner == owner {
                    let Node { class, previous, next, bytes: more, after: behind, .. } = *node;
                    tick = tick.max(node.tick);
                    bytes += more;
                    self.unlink(owner, class, previous, next);
                    self.vacate(after);
                    (after, merged) = (behind, true);
                    // Behind it there may be one of another owner's.
                    seam_after = behind != NONE && self.node(behind).kind == Kind::Free;
                } else {
                    seam_after = true;
                }
            }
        }
        if before != NONE {
            let node = self.node(before);
            if node.kind == Kind::Free {
                if node.owner == owner {
                    let Node { class, previous, next, bytes: more, before: ahead, .. } = *node;
                    tick = tick.max(node.tick);
                    (start, bytes) = (node.start, bytes + more);
                    self.unlink(owner, class, previous, next);
                    self.vacate(id);
                    (id, before, merged) = (before, ahead, true);
                } else {
                    seam_before = true;
                }
            }
        }
        if merged && after != NONE {
            self.node_mut(after).before = id;
        }
        let class = class_of(bytes);
        let (previous, next) = self.link(id, owner, class, bytes, start, tick);
        let node = self.node_mut(id);
        let (seam, class, kind) = (node.seam, class as u16, Kind::Free);
        *node = Node { start, bytes, tick, before, after, previous, next, owner, class, kind, seam };
        if seam_after {
            self.note_seam(id);
        }
        if seam_before {
            self.note_seam(before);
        }
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
        self.at_least(from, GRANULE, |id, _| nodes.push(id));
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
            self.at_least(owner, GRANULE, |id, node| {
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
        for (owner, bins) in self.bins.iter().enumerate() {
            let wrong = |&class: &usize| {
                let empty = bins.heads[class] == NONE;
                (bins.occupied.first(class) == Some(class)) == empty
                    || !empty && self.occupied & 1 << (owner % 64) == 0
            };
            if let Some(class) = (0..CLASSES).find(wrong) {
                return Some(format!("the bitmaps of {owner} do not agree about class {class}"));
            }
        }
        for (id, node) in self.all() {
            let followed = node.after != NONE && self.node(node.after).kind == Kind::Free;
            if node.kind == Kind::Free && followed && !self.seams.contains(&id) {
                return Some(format!("the seam behind node {id} is not known"));
            }
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

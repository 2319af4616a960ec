//! The arena: which bytes are used, free or without memory behind them, and the index that finds a fit.
//!
//! Addresses are cut into *nodes* that lie side by side, linked to their neighbours. A free node belongs to an *owner*, the
//! stream that may use it at once, and carries the tick of that stream's last operation that may still touch it. Each owner has
//! an index of its free nodes: 32 classes to a doubling, found through two levels of bitmaps, so that looking up, taking, splitting,
//! freeing and merging take the same time with ten nodes and with a hundred thousand.
//!
//! Nothing here knows of devices, clocks or locks.

use super::bins::{Bins, CLASSES, Union, class_of};

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

/// All nodes and the indices of the free ones.
#[derive(Debug, Default)]
pub(super) struct Arena {
    nodes: Vec<Node>,
    vacant: Vec<u32>,
    bins: Vec<Bins>,
    union: Union,
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
        match self.vacant.pop() {
            Some(id) => {
                let place = &mut self.nodes[id as usize];
                *place = Node { seam: place.seam, ..node };
                id
            }
            None => {
                self.nodes.push(Node { seam: false, ..node });
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
        let node = Node {
            start,
            bytes,
            tick: 0,
            before,
            after,
            previous,
            next,
            owner: 0,
            class: 0,
            kind,
            seam: false,
        };
        let id = self.make(node);
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
    #[inline]
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
    pub(super) fn closest(
        &self,
        owner: u32,
        bytes: u64,
        below: u64,
        most: usize,
        mut reach: impl FnMut(u32) -> u64,
    ) -> Option<u32> {
        let mut best = None;
        let mut limit = below;
        let mut place = self.union.occupied.first(class_of(bytes));
        let last = class_of(below.min(1 << 62));
        // Asked once for each owner, and only if it has something to offer.
        let mut asked = [(u32::MAX, 0); 8];
        while let Some(class) = place.filter(|&class| class <= last && best.is_none()) {
            let mut owners = self.union.owners[class];
            while owners != 0 {
                let mut other = owners.trailing_zeros();
                owners &= owners - 1;
                // Numbers from 64 on share the bits of those below.
                while let Some(bins) = self.bins.get(other as usize) {
                    if other != owner && bins.heads[class] != NONE {
                        let fits = |node: &Node| node.bytes >= bytes && node.bytes < limit;
                        if self.first_fit(bins.heads[class], most, fits).is_some() {
                            let known = &mut asked[other as usize % 8];
                            if known.0 != other {
                                *known = (other, reach(other));
                            }
                            let upto = known.1;
                            let fits = |node: &Node| fits(node) && node.tick <= upto;
                            if let Some(id) = self.first_fit(bins.heads[class], most, fits) {
                                limit = self.node(id).bytes;
                                best = Some(id);
                            }
                        }
                    }
                    other += 64;
                }
            }
            place = self.union.occupied.first(class + 1);
        }
        best
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

    /// Puts a node into its owner's index.
    fn insert(&mut self, id: u32) {
        let Node { owner, bytes, start, tick, .. } = *self.node(id);
        let class = class_of(bytes);
        let bins = &mut self.bins[owner as usize];
        bins.latest = bins.latest.max(tick);
        #[cfg(test)]
        {
            bins.nodes += 1;
        }
        let mut at = bins.heads[class];
        let mut previous = NONE;
        if at == NONE {
            bins.occupied.set(class);
            self.union.owners[class] |= 1 << (owner % 64);
            self.union.occupied.set(class);
        }
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
        let node = self.node_mut(id);
        (node.previous, node.next) = (previous, at);
        (node.kind, node.class) = (Kind::Free, class as u16);
    }

    /// Takes a free node out of its owner's index; it is in use then.
    pub(super) fn take(&mut self, id: u32) {
        let node = self.node_mut(id);
        let Node { owner, class, previous, next, .. } = *node;
        node.kind = Kind::Used;
        if next != NONE {
            self.node_mut(next).previous = previous;
        }
        let bins = &mut self.bins[owner as usize];
        #[cfg(test)]
        {
            bins.nodes -= 1;
        }
        if previous != NONE {
            self.node_mut(previous).next = next;
            return;
        }
        let class = usize::from(class) % CLASSES;
        bins.heads[class] = next;
        if next == NONE {
            bins.occupied.clear(class);
            self.leave_union(owner, class);
        }
    }

    /// Takes note that an owner has no free nodes of a class any more.
    #[inline]
    fn leave_union(&mut self, owner: u32, class: usize) {
        let shared = |other: usize| self.bins[other].heads[class] != NONE;
        if self.bins.len() > 64 && (owner as usize % 64..self.bins.len()).step_by(64).any(shared) {
            return;
        }
        let owners = &mut self.union.owners[class];
        *owners &= !(1 << (owner % 64));
        if *owners == 0 {
            self.union.occupied.clear(class);
        }
    }

    /// Takes the first `bytes` of a free node of `owner`, whose rest stays in its index.
    #[inline]
    pub(super) fn take_front(&mut self, id: u32, bytes: u64) -> u32 {
        let Node { bytes: whole, owner, tick, previous, next, class, after, .. } = *self.node(id);
        if whole == bytes {
            self.take(id);
            return id;
        }
        let rest = whole - bytes;
        // The smallest of its class stays the smallest: the rest takes its place in the list.
        let stays = previous == NONE && class_of(rest) == usize::from(class);
        if !stays {
            self.take(id);
        }
        let first = self.node_mut(id);
        let start = first.start + bytes;
        (first.bytes, first.kind) = (bytes, Kind::Used);
        let node = Node {
            start,
            bytes: rest,
            tick,
            before: id,
            after,
            previous: NONE,
            next,
            owner,
            class,
            kind: Kind::Free,
            seam: false,
        };
        let second = self.make(node);
        self.node_mut(id).after = second;
        let mut followed = false;
        if after != NONE {
            let after = self.node_mut(after);
            after.before = second;
            followed = after.kind == Kind::Free;
        }
        if stays {
            if next != NONE {
                self.node_mut(next).previous = second;
            }
            self.bins[owner as usize].heads[usize::from(class) % CLASSES] = second;
        } else {
            self.insert(second);
        }
        if followed {
            self.note_seam(second);
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
    pub(super) fn free(&mut self, mut id: u32, owner: u32, tick: u64) {
        let node = self.node_mut(id);
        (node.owner, node.tick) = (owner, tick);
        let Node { before, after, .. } = *node;
        let (mut seam_before, mut seam_after) = (false, false);
        if after != NONE && self.node(after).kind == Kind::Free {
            if self.node(after).owner == owner {
                self.take(after);
                self.absorb(id);
                // Behind it there may be one of another owner's.
                let behind = self.node(id).after;
                seam_after = behind != NONE && self.node(behind).kind == Kind::Free;
            } else {
                seam_after = true;
            }
        }
        if before != NONE && self.node(before).kind == Kind::Free {
            if self.node(before).owner == owner {
                self.take(before);
                self.absorb(before);
                id = before;
            } else {
                seam_before = true;
            }
        }
        self.insert(id);
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
        for class in 0..CLASSES {
            let owners = (0..self.bins.len()).filter(|&owner| self.bins[owner].heads[class] != NONE);
            let bits = owners.fold(0, |bits, owner| bits | 1_u64 << (owner % 64));
            let set = self.union.occupied.first(class) == Some(class);
            if bits != self.union.owners[class] || set != (bits != 0) {
                return Some(format!("the union of class {class} has {:#x}", self.union.owners[class]));
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

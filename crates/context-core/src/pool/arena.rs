//! The arena: which bytes are used, free or without memory behind them, and the index that finds a fit.
//!
//! Addresses are cut into *nodes* that lie side by side, linked to their neighbours. A free node belongs to an *owner*, the
//! stream that may use it at once, and carries the tick of that stream's last operation that may still touch it. Each owner has
//! an index of its free nodes: 32 classes to a doubling, found through two levels of bitmaps, so that looking up, taking, splitting,
//! freeing and merging take the same time with ten nodes and with a hundred thousand.
//!
//! Nothing here knows of devices, clocks or locks.

#[cfg(test)]
mod fault;
mod holes;
mod index;
mod nodes;

use self::nodes::Nodes;
use super::{
    Block,
    bins::{Bins, class_of},
};

/// What stands for no node.
pub(super) const NONE: u32 = u32::MAX;

/// Sizes and addresses are multiples of this many bytes, the least of what the kinds of memory have.
pub(super) const GRANULE: u64 = 64;

/// How many nodes of a class are kept in order and looked at. Classes are narrow: the first fit is close to the best.
pub(super) const LOOKED_AT: usize = 8;

/// Below so many bytes order within a class saves no memory that anyone would notice, and there may be very many nodes: a new one is only
/// compared with the first.
pub(super) const LARGE: u64 = 1 << 20;

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
    /// Addresses whose memory is in use or free elsewhere. It is still mapped here too.
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
    /// The class in whose list it is, while it is free: that of its size or, if it has shrunk since, a larger one.
    class: u16,
    pub(super) kind: Kind,
    /// Whether it is in the list of seams.
    seam: bool,
    /// Whether it is in the list of what has shrunk.
    shrunk: bool,
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
        shrunk: false,
    };
}

/// All nodes and the indices of the free ones.
#[derive(Debug)]
pub(super) struct Arena {
    nodes: Nodes,
    /// The first vacant node, whose `next` is the next one.
    vacant: u32,
    bins: Vec<Bins>,
    /// A bit for each owner's number, modulo 64, that has had free nodes.
    occupied: u64,
    /// Every hole, and every stale node, in no order. Where in its list one is, is its `next`.
    holes: Vec<u32>,
    stale: Vec<u32>,
    /// Every free node with a free one behind it, which is another owner's, and some that were so, in no order.
    seams: Vec<u32>,
    /// Every free node that is in the list of a larger class than its own, and some that were so, in no order.
    shrunk: Vec<u32>,
    /// Addresses abroad, from where on and how many, and the nodes there that were freed since somebody looked.
    abroad: (u64, u64),
    returning: Vec<u32>,
}

impl Default for Arena {
    fn default() -> Arena {
        Arena {
            nodes: Nodes::default(),
            vacant: NONE,
            bins: Vec::new(),
            occupied: 0,
            holes: Vec::new(),
            stale: Vec::new(),
            seams: Vec::new(),
            shrunk: Vec::new(),
            abroad: (0, 0),
            returning: Vec::new(),
        }
    }
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

    #[inline(always)]
    pub(super) fn node(&self, id: u32) -> &Node {
        self.nodes.get(id)
    }

    #[inline(always)]
    fn node_mut(&mut self, id: u32) -> &mut Node {
        self.nodes.get_mut(id)
    }

    /// How many free nodes an owner has.
    #[cfg(test)]
    pub(super) fn free_nodes(&self, owner: u32) -> usize {
        self.bins[owner as usize].nodes
    }

    /// The latest tick that any free node of an owner carries.
    pub(super) fn latest_tick(&self, owner: u32) -> u64 {
        let mut latest = 0;
        self.at_least(owner, GRANULE, |_, node| latest = latest.max(node.tick));
        latest
    }

    /// Every node there is, in no order.
    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Node)> {
        self.nodes.iter().filter(|(_, node)| node.kind != Kind::Vacant)
    }

    #[inline]
    fn make(&mut self, node: Node) -> u32 {
        let id = self.place_for_one();
        let place = self.node_mut(id);
        *place = Node { seam: place.seam, shrunk: place.shrunk, ..node };
        id
    }

    /// Returns the number of a node that is to be written.
    #[inline(always)]
    fn place_for_one(&mut self) -> u32 {
        match self.vacant {
            NONE => self.nodes.add(Node::VACANT),
            id => {
                self.vacant = self.node(id).next;
                id
            }
        }
    }

    #[inline]
    fn vacate(&mut self, id: u32) {
        let first = self.vacant;
        let node = self.node_mut(id);
        (node.kind, node.next) = (Kind::Vacant, first);
        self.vacant = id;
    }

    /// Adds addresses that touch no others: a segment, in use until it is freed, or a range without memory.
    pub(super) fn add_range(&mut self, start: u64, bytes: u64, kind: Kind) -> u32 {
        let id = self.make(Node { start, bytes, kind, ..Node::VACANT });
        if kind == Kind::Hole {
            self.enlist(id, kind);
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

    /// Takes a free node out of its owner's index; it is in use then.
    #[inline]
    pub(super) fn take(&mut self, id: u32) {
        let node = self.node_mut(id);
        let Node { owner, class, previous, next, .. } = *node;
        node.kind = Kind::Used;
        self.unlink(owner, class, previous, next);
    }

    /// Takes the first `bytes` of a free node that has more, whose rest stays where it is in its owner's index.
    #[inline(always)]
    pub(super) fn take_front(&mut self, id: u32, bytes: u64) -> Block {
        self.take_part(id, bytes, false)
    }

    /// As [`take_front`](Arena::take_front), of the last `bytes`.
    #[inline(never)]
    pub(super) fn take_back(&mut self, id: u32, bytes: u64) -> Block {
        self.take_part(id, bytes, true)
    }

    #[inline(always)]
    fn take_part(&mut self, id: u32, bytes: u64, from_end: bool) -> Block {
        let part = self.place_for_one();
        let node = self.node_mut(id);
        let Node { start: first, bytes: whole, owner, tick, before, after, shrunk, .. } = *node;
        let rest = whole - bytes;
        let start = if from_end { first + rest } else { first };
        (node.bytes, node.shrunk) = (rest, true);
        match from_end {
            true => node.after = part,
            false => (node.start, node.before) = (start + bytes, part),
        }
        if !shrunk {
            self.shrunk.push(id);
        }
        // What only free nodes have is written when it is freed.
        let place = self.node_mut(part);
        (place.start, place.bytes, place.tick) = (start, bytes, tick);
        (place.before, place.after) = if from_end { (id, after) } else { (before, id) };
        (place.owner, place.kind) = (owner, Kind::Used);
        match from_end {
            true if after != NONE => self.node_mut(after).before = part,
            false if before != NONE => self.node_mut(before).after = part,
            _ => {}
        }
        Block { address: start, tick, node: part }
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
            let free = |id: u32| id != NONE && nodes.get(id).kind == Kind::Free;
            let is_seam = free(id) && free(nodes.get(id).after);
            nodes.get_mut(id).seam = is_seam;
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
            self.enlist(second, node.kind);
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
    #[inline(never)]
    pub(super) fn free(&mut self, id: u32, owner: u32, tick: u64) {
        let Node { start, bytes, before, after, .. } = *self.node(id);
        let (mut seam_before, mut seam_after) = (false, false);
        if after != NONE {
            let node = self.nodes.get_mut(after);
            if node.kind == Kind::Free {
                if node.owner == owner {
                    (node.start, node.bytes, node.before) = (start, node.bytes + bytes, before);
                    node.tick = node.tick.max(tick);
                    return self.free_before(id, after, before);
                }
                seam_after = true;
            }
        }
        if before != NONE {
            let node = self.nodes.get_mut(before);
            if node.kind == Kind::Free {
                if node.owner == owner {
                    (node.bytes, node.after) = (node.bytes + bytes, after);
                    node.tick = node.tick.max(tick);
                    self.vacate(id);
                    if after != NONE {
                        self.node_mut(after).before = before;
                    }
                    self.note_growth(before);
                    self.note_freed(before, start);
                    if seam_after {
                        self.note_seam(before);
                    }
                    return;
                }
                seam_before = true;
            }
        }
        let class = class_of(bytes);
        self.occupied |= 1 << (owner % 64);
        let (previous, next) = self.link(id, owner, class, bytes, start);
        let node = self.node_mut(id);
        (node.tick, node.owner, node.kind) = (tick, owner, Kind::Free);
        (node.previous, node.next, node.class) = (previous, next, class as u16);
        self.note_freed(id, start);
        if seam_after {
            self.note_seam(id);
        }
        if seam_before {
            self.note_seam(before);
        }
    }

    /// Ends the freeing of `id`, which was made part of `merged` behind it: looks at what is in front of it.
    #[inline(always)]
    fn free_before(&mut self, id: u32, merged: u32, before: u32) {
        self.vacate(id);
        if before != NONE {
            let node = self.nodes.get_mut(before);
            node.after = merged;
            if node.kind == Kind::Free {
                let (owner, ahead) = (node.owner, node.before);
                if owner == self.node(merged).owner {
                    let Node { start, bytes, tick, class, previous, next, .. } = *self.node(before);
                    self.unlink(owner, class, previous, next);
                    self.vacate(before);
                    let node = self.node_mut(merged);
                    (node.start, node.bytes, node.before) = (start, node.bytes + bytes, ahead);
                    node.tick = node.tick.max(tick);
                    if ahead != NONE {
                        self.node_mut(ahead).after = merged;
                        if self.node(ahead).kind == Kind::Free {
                            self.note_seam(ahead);
                        }
                    }
                } else {
                    self.note_seam(before);
                }
            }
        }
        self.note_growth(merged);
        let start = self.node(merged).start;
        self.note_freed(merged, start);
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

    /// Takes the free nodes of `from` over that lie beside free ones of `owner`'s and that it may use by now: up to the tick `reach`. `tick` is its own.
    pub(super) fn adopt_beside(&mut self, from: u32, owner: u32, reach: u64, tick: u64) {
        let mut nodes = Vec::new();
        let is_own = |id: u32| id != NONE && self.node(id).kind == Kind::Free && self.node(id).owner == owner;
        self.at_least(from, GRANULE, |id, node| {
            if node.tick <= reach && (is_own(node.before) || is_own(node.after)) {
                nodes.push(id);
            }
        });
        nodes.iter().for_each(|&id| self.take(id));
        for id in nodes {
            self.free(id, owner, tick);
        }
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
    }
}

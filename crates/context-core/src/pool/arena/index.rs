//! The index of free nodes by owner and size.

use super::{Arena, Kind, LARGE, LOOKED_AT, NONE, Node};
use crate::pool::bins::{Bins, CLASSES, class_of};

impl Arena {
    /// Returns the best fit among an owner's nodes.
    #[inline(always)]
    pub(in crate::pool) fn find(&mut self, owner: u32, bytes: u64) -> Option<u32> {
        let class = class_of(bytes);
        let (_, head) = self.bins[owner as usize].first(class)?;
        if self.node(head).bytes >= bytes {
            return Some(head);
        }
        self.find_behind(owner, bytes, class, head)
    }

    /// As [`find`](Arena::find), where the first node that may fit does not.
    #[inline(never)]
    fn find_behind(&mut self, owner: u32, bytes: u64, class: usize, mut head: u32) -> Option<u32> {
        loop {
            let actual = class_of(self.node(head).bytes);
            if actual == usize::from(self.node(head).class) {
                return self.find_late(owner, bytes);
            }
            // It has shrunk, and is in the way.
            self.relink_in_place(head, actual);
            (_, head) = self.bins[owner as usize].first(class)?;
            if self.node(head).bytes >= bytes {
                return Some(head);
            }
        }
    }

    /// As [`find`](Arena::find), where the first node of a class is too small for a request of that class.
    #[inline(never)]
    pub(super) fn find_late(&mut self, owner: u32, bytes: u64) -> Option<u32> {
        let mut class = class_of(bytes);
        let mut looked = 0;
        loop {
            let (first, mut at) = self.bins[owner as usize].first(class)?;
            if first > class {
                (class, looked) = (first, 0);
            }
            while at != NONE && looked < LOOKED_AT {
                let Node { bytes: has, next, .. } = *self.node(at);
                if has >= bytes {
                    return Some(at);
                }
                looked += 1;
                let actual = class_of(has);
                if actual != class {
                    // It has shrunk, and is in the way.
                    self.relink(at, actual);
                }
                at = next;
            }
            class += 1;
            looked = 0;
        }
    }

    /// Puts a free node into the list of its class, which is this.
    #[inline(never)]
    pub(super) fn relink(&mut self, id: u32, class: usize) {
        self.relink_in_place(id, class);
    }

    #[inline(always)]
    fn relink_in_place(&mut self, id: u32, class: usize) {
        let Node { owner, class: former, previous, next, bytes, start, .. } = *self.node(id);
        self.unlink(owner, former, previous, next);
        let (previous, next) = self.link(id, owner, class, bytes, start);
        let node = self.node_mut(id);
        (node.class, node.previous, node.next) = (class as u16, previous, next);
    }

    /// Puts every node that has shrunk into the list of its class.
    pub(in crate::pool) fn tidy(&mut self) {
        while let Some(id) = self.shrunk.pop() {
            let node = self.node_mut(id);
            node.shrunk = false;
            let class = class_of(node.bytes);
            if node.kind == Kind::Free && usize::from(node.class) != class {
                self.relink(id, class);
            }
        }
    }

    /// Returns the best fit among all owners' nodes but `owner`'s, with `reach` saying up to which tick an owner's nodes may be used, and `most`
    /// how many nodes of a class are looked at.
    #[inline(never)]
    pub(in crate::pool) fn closest(
        &self,
        owner: u32,
        bytes: u64,
        most: usize,
        mut reach: impl FnMut(u32) -> u64,
    ) -> Option<u32> {
        let from = class_of(bytes);
        let (mut best, mut limit, mut last) = (None, u64::MAX, CLASSES - 1);
        let many = self.bins.len() > 64;
        let own = if many { 0 } else { 1_u64.unbounded_shl(owner) };
        let mut bits = self.occupied & !own;
        while bits != 0 {
            let mut other = bits.trailing_zeros();
            bits &= bits - 1;
            // Numbers from 64 on share the bits of those below.
            while let Some(bins) = self.bins.get(other as usize) {
                if other != owner
                    && let Some(class) = bins.first(from).filter(|(class, _)| *class <= last)
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
    pub(super) fn closest_of(
        &self,
        bins: &Bins,
        (mut class, mut at): (usize, u32),
        last: usize,
        [least, below]: [u64; 2],
        most: usize,
        reach: impl FnOnce() -> u64,
    ) -> Option<u32> {
        // Asked only if the owner has something to offer.
        let (mut reach, mut upto) = (Some(reach), 0);
        loop {
            let mut looked = 0;
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
            (class, at) = bins.first(class + 1).filter(|(class, _)| *class <= last)?;
        }
    }

    /// Calls `visit` with an owner's nodes of at least `bytes`, from the smallest class to the largest.
    pub(in crate::pool) fn at_least(&self, owner: u32, bytes: u64, mut visit: impl FnMut(u32, &Node)) {
        let bins = &self.bins[owner as usize];
        let mut place = bins.first(class_of(bytes));
        while let Some((class, mut at)) = place {
            while at != NONE {
                let node = self.node(at);
                if node.bytes >= bytes {
                    visit(at, node);
                }
                at = node.next;
            }
            place = bins.first(class + 1);
        }
    }

    /// Makes a place in its owner's index for a node, and returns the neighbours that it has there.
    #[inline(always)]
    pub(super) fn link(&mut self, id: u32, owner: u32, class: usize, bytes: u64, start: u64) -> (u32, u32) {
        let bins = &mut self.bins[owner as usize];
        #[cfg(test)]
        {
            bins.nodes += 1;
        }
        if let Some(head) = bins.head(class) {
            return self.link_among(id, owner, class, bytes, start, head);
        }
        bins.begin(class, id);
        (NONE, NONE)
    }

    /// As [`link`](Arena::link), of a class that has other nodes.
    #[inline(never)]
    pub(super) fn link_among(
        &mut self,
        id: u32,
        owner: u32,
        class: usize,
        bytes: u64,
        start: u64,
        head: u32,
    ) -> (u32, u32) {
        let is_behind = |node: &Node| node.bytes < bytes || node.bytes == bytes && node.start < start;
        let first = self.node_mut(head);
        if !is_behind(first) {
            first.previous = id;
            self.bins[owner as usize].replace(class, id);
            return (NONE, head);
        }
        let (mut previous, mut at) = (head, first.next);
        if bytes >= LARGE {
            let mut looked = 1;
            while at != NONE && looked < LOOKED_AT {
                let node = self.nodes.get(at);
                if !is_behind(node) {
                    break;
                }
                (previous, at) = (at, node.next);
                looked += 1;
            }
        }
        self.node_mut(previous).next = id;
        if at != NONE {
            self.node_mut(at).previous = id;
        }
        (previous, at)
    }

    /// Closes the gap that a node leaves in its owner's index.
    #[inline(always)]
    pub(super) fn unlink(&mut self, owner: u32, class: u16, previous: u32, next: u32) {
        let class = usize::from(class) % CLASSES;
        let bins = &mut self.bins[owner as usize];
        #[cfg(test)]
        {
            bins.nodes -= 1;
        }
        if previous == NONE {
            if next == NONE {
                return bins.end(class);
            }
            bins.replace(class, next);
        } else {
            self.node_mut(previous).next = next;
        }
        if next != NONE {
            self.node_mut(next).previous = previous;
        }
    }

    /// Has a free node that has grown be found by all whom it fits.
    #[inline(always)]
    pub(super) fn note_growth(&mut self, id: u32) {
        let node = self.node(id);
        let class = class_of(node.bytes);
        if class > usize::from(node.class) {
            self.relink(id, class);
        }
    }
}

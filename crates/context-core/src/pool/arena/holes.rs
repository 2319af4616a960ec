//! Addresses without memory, and addresses whose memory is in place elsewhere.

use super::{Arena, Kind, NONE, Node};

impl Arena {
    pub(in crate::pool) fn holes(&self) -> &[u32] {
        &self.holes
    }

    pub(in crate::pool) fn stale(&self) -> &[u32] {
        &self.stale
    }

    /// Adds addresses at which pages are at home, and others behind them at which they are mapped a second time.
    pub(in crate::pool) fn add_halves(&mut self, start: u64, abroad: u64, end: u64) {
        self.add_range(start, abroad - start, Kind::Hole);
        self.add_range(abroad, end - abroad, Kind::Hole);
        self.abroad = (abroad, end - abroad);
    }

    /// Tells whether memory was freed abroad.
    #[inline(always)]
    pub(in crate::pool) fn has_returning(&self) -> bool {
        !self.returning.is_empty()
    }

    /// Returns a free node abroad that was freed since somebody looked.
    pub(in crate::pool) fn next_returning(&mut self) -> Option<u32> {
        loop {
            let id = self.returning.pop()?;
            if self.node(id).kind == Kind::Free {
                return Some(id);
            }
        }
    }

    #[inline(always)]
    pub(super) fn note_freed(&mut self, id: u32, start: u64) {
        if start.wrapping_sub(self.abroad.0) < self.abroad.1 {
            self.returning.push(id);
        }
    }

    /// Makes a node a hole or stale.
    pub(super) fn enlist(&mut self, id: u32, kind: Kind) {
        let list = if kind == Kind::Hole { &mut self.holes } else { &mut self.stale };
        let node = self.nodes.get_mut(id);
        (node.kind, node.next) = (kind, list.len() as u32);
        list.push(id);
    }

    /// Takes a hole or a stale node in hand: it is in use then.
    pub(super) fn delist(&mut self, id: u32) {
        let Node { kind, next: place, .. } = *self.node(id);
        let list = match kind {
            Kind::Hole => &mut self.holes,
            Kind::Stale => &mut self.stale,
            Kind::Used | Kind::Free | Kind::Vacant => return,
        };
        list.swap_remove(place as usize);
        if let Some(&moved) = list.get(place as usize) {
            self.nodes.get_mut(moved).next = place;
        }
        self.node_mut(id).kind = Kind::Used;
    }

    /// Takes the memory of ranges, in the order of their addresses, out of a node that is in use, freeing what is left of it. Calls `taken` with the
    /// addresses, which are in use until they are made stale or a hole, or given their memory back.
    pub(in crate::pool) fn punch(
        &mut self,
        id: u32,
        ranges: impl IntoIterator<Item = (u64, u64)>,
        mut taken: impl FnMut(u32),
    ) {
        let Node { owner, tick, .. } = *self.node(id);
        let mut rest = Some(id);
        for (start, bytes) in ranges {
            let Some(mut at) = rest else { break };
            let first = self.node(at).start;
            if start > first {
                let front = at;
                at = self.cut(front, start - first);
                self.free(front, owner, tick);
            }
            rest = (self.node(at).bytes > bytes).then(|| self.cut(at, bytes));
            taken(at);
        }
        if let Some(rest) = rest {
            self.free(rest, owner, tick);
        }
    }

    /// Gives addresses their memory back that was taken out of them.
    pub(in crate::pool) fn unpunch(&mut self, id: u32) {
        let Node { owner, tick, .. } = *self.node(id);
        self.free(id, owner, tick);
    }

    /// Takes stale addresses in hand: in use, until they are made a hole or stale again.
    pub(in crate::pool) fn hold(&mut self, id: u32) {
        self.delist(id);
    }

    /// Takes a part of stale addresses in hand. Returns it with the stale node behind it, if one was cut off.
    pub(in crate::pool) fn hold_part(&mut self, id: u32, start: u64, bytes: u64) -> (u32, Option<u32>) {
        let first = self.node(id).start;
        let part = if start > first { self.cut(id, start - first) } else { id };
        let behind = (self.node(part).bytes > bytes).then(|| self.cut(part, bytes));
        self.delist(part);
        (part, behind)
    }

    /// Makes addresses in hand stale again.
    pub(in crate::pool) fn make_stale(&mut self, id: u32) {
        self.enlist(id, Kind::Stale);
    }

    /// Takes `bytes` of a hole, from its front or its end, to put memory there. They are in use then.
    pub(in crate::pool) fn fill(&mut self, hole: u32, bytes: u64, from_front: bool) -> u32 {
        let whole = self.node(hole).bytes;
        let filled = match (bytes == whole, from_front) {
            (true, _) => hole,
            (false, true) => {
                self.cut(hole, bytes);
                hole
            }
            (false, false) => self.cut(hole, whole - bytes),
        };
        self.delist(filled);
        filled
    }

    /// Makes a node that is in use a hole, one with the holes beside it.
    pub(in crate::pool) fn make_hole(&mut self, mut id: u32) {
        let Node { before, after, .. } = *self.node(id);
        let is_hole = |arena: &Arena, id| id != NONE && arena.node(id).kind == Kind::Hole;
        if is_hole(self, after) {
            self.delist(after);
            self.absorb(id);
        }
        if is_hole(self, before) {
            self.delist(before);
            self.absorb(before);
            id = before;
        }
        let node = self.node_mut(id);
        (node.tick, node.owner) = (0, 0);
        self.enlist(id, Kind::Hole);
    }
}

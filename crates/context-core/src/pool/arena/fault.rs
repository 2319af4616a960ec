//! What is wrong with an arena, for tests.

use super::{Arena, GRANULE, Kind, NONE};
use crate::pool::bins::{CLASSES, class_of};

impl Arena {
    /// Returns what is wrong with the arena, if anything is.
    pub(in crate::pool) fn fault(&self) -> Option<String> {
        let mut indexed = 0;
        for owner in 0..self.owners() {
            let mut seen = 0;
            let mut wrong = None;
            self.at_least(owner, GRANULE, |id, node| {
                seen += 1;
                let class = class_of(node.bytes);
                let misplaced = match usize::from(node.class).cmp(&class) {
                    std::cmp::Ordering::Less => true,
                    std::cmp::Ordering::Equal => false,
                    std::cmp::Ordering::Greater => !node.shrunk || !self.shrunk.contains(&id),
                };
                if node.kind != Kind::Free || node.owner != owner || misplaced {
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
            let wrong = |&class: &usize| bins.head(class).is_some() && self.occupied & 1 << (owner % 64) == 0;
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
            for (kind, list) in [(Kind::Hole, &self.holes), (Kind::Stale, &self.stale)] {
                let listed = list.iter().filter(|&&other| other == id).count();
                let right = if node.kind == kind { list.get(node.next as usize) == Some(&id) } else { true };
                if listed != usize::from(node.kind == kind) || !right {
                    return Some(format!("node {id} {node:?} and the list of {kind:?} do not agree"));
                }
            }
        }
        None
    }
}

//! The table of nodes.
//!
//! Every step of the pool follows numbers from node to node, a dozen times or more. Here they are followed without being compared with the length of the
//! table each time.
//!
//! **Arena 1.** A number that is looked up came from [`Nodes::add`] of the same table, and a table never gets shorter. [`NONE`](super::NONE) is compared
//! with before anything is looked up.

#![allow(unsafe_code)]

use super::Node;

#[derive(Debug, Default)]
pub(super) struct Nodes(Vec<Node>);

impl Nodes {
    /// Adds a node, and returns its number.
    #[cold]
    #[inline(never)]
    pub(super) fn add(&mut self, node: Node) -> u32 {
        self.0.push(node);
        (self.0.len() - 1) as u32
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, &Node)> {
        (0..).zip(&self.0)
    }

    #[inline(always)]
    pub(super) fn get(&self, id: u32) -> &Node {
        debug_assert!((id as usize) < self.0.len(), "node {id} of {}", self.0.len());
        // SAFETY: a node of this table (Arena 1).
        unsafe { self.0.get_unchecked(id as usize) }
    }

    #[inline(always)]
    pub(super) fn get_mut(&mut self, id: u32) -> &mut Node {
        debug_assert!((id as usize) < self.0.len(), "node {id} of {}", self.0.len());
        // SAFETY: a node of this table (Arena 1).
        unsafe { self.0.get_unchecked_mut(id as usize) }
    }
}

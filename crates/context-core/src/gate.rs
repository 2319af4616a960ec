//! Turns: operations of several threads on memory that graphs touch, one after the other where they conflict.
//!
//! The borrow checker keeps two threads from giving operations on one buffer at the same time if one of them writes. A replay borrows no
//! buffer, so that it needs something else: between looking at what an operation must follow, and remembering it for those that come
//! later, no conflicting one may look. An operation that touches memory of a graph takes a turn here for that time. Turns are taken in
//! the order in which they are asked for, all of an operation's memory at once, so that none waits for another in a circle. No
//! lock is held meanwhile.

use std::sync::PoisonError;

use crate::sync::{Condvar, Mutex, ThreadId, lock, thread};

/// One piece of memory in somebody's turn.
#[derive(Debug)]
struct Intent {
    order: u64,
    thread: ThreadId,
    memory: usize,
    writes: bool,
}

#[derive(Debug, Default)]
struct Inner {
    next: u64,
    intents: Vec<Intent>,
}

/// The turns of one device.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    inner: Mutex<Inner>,
    left: Condvar,
}

/// A turn, until it is dropped; or none, where none is needed.
#[derive(Debug)]
pub(crate) struct Turn<'a>(Option<(&'a Gate, u64)>);

/// The thread's own operation is in the way, which cannot end before this one.
#[derive(Debug)]
pub(crate) struct InTheWay;

impl Turn<'_> {
    /// Makes the turn of an operation that needs none.
    #[inline(always)]
    pub(crate) fn none() -> Self {
        Turn(None)
    }
}

impl Gate {
    /// Waits until every earlier operation that conflicts with one on `uses`, memory with whether it is written, has been given.
    pub(crate) fn enter(&self, uses: &[(usize, bool)]) -> Result<Turn<'_>, InTheWay> {
        let this = thread::current().id();
        let mut inner = lock(&self.inner);
        let order = inner.next;
        inner.next += 1;
        inner.intents.extend(uses.iter().map(|&(memory, writes)| Intent {
            order,
            thread: this,
            memory,
            writes,
        }));
        let turn = Turn(Some((self, order)));
        loop {
            let conflicts = |intent: &&Intent| {
                let with =
                    |&(memory, writes): &(usize, bool)| memory == intent.memory && (writes || intent.writes);
                intent.order < order && uses.iter().any(with)
            };
            match inner.intents.iter().find(conflicts) {
                None => {
                    drop(inner);
                    return Ok(turn);
                }
                Some(intent) if intent.thread == this => {
                    drop(inner);
                    drop(turn);
                    return Err(InTheWay);
                }
                Some(_) => inner = self.left.wait(inner).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    #[cold]
    fn leave(&self, order: u64) {
        lock(&self.inner).intents.retain(|intent| intent.order != order);
        self.left.notify_all();
    }
}

impl Drop for Turn<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some((gate, order)) = self.0 {
            gate.leave(order);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU32, Ordering::SeqCst},
        thread,
    };

    use super::{Gate, lock};

    #[test]
    fn conflicting_turns_exclude_each_other_and_others_do_not() {
        let gate = Gate::default();
        let reads = (gate.enter(&[(1, false)]), gate.enter(&[(1, false), (2, true)]));
        assert!(reads.0.is_ok() && reads.1.is_ok(), "readers share");
        assert!(gate.enter(&[(2, false)]).is_err(), "a thread does not wait for itself");
        drop(reads);
        assert!(gate.enter(&[(2, false)]).is_ok());
    }

    #[test]
    fn turns_that_cross_do_not_wait_in_a_circle() {
        let gate = Gate::default();
        let inside = AtomicU32::new(0);
        thread::scope(|scope| {
            for number in 0..4 {
                let (gate, inside) = (&gate, &inside);
                scope.spawn(move || {
                    for _ in 0..if cfg!(miri) { 10 } else { 2000 } {
                        let uses =
                            if number % 2 == 0 { [(1, true), (2, true)] } else { [(2, true), (1, true)] };
                        let turn = gate.enter(&uses).unwrap();
                        assert_eq!(inside.fetch_add(1, SeqCst), 0);
                        inside.fetch_sub(1, SeqCst);
                        drop(turn);
                    }
                });
            }
        });
        assert!(lock(&gate.inner).intents.is_empty());
    }
}

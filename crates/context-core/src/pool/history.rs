//! What happened to a pool, as far as somebody records it: for replays, for PyTorch's memory viewer, for a picture.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Instant,
};

use crate::{StreamId, backend::Address, clock::lock};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemoryAction {
    /// A buffer got its block.
    Allocate,
    /// A buffer gave its block back.
    Free,
    /// Memory got an address: it was taken from the device, or pages were mapped, fresh ones and such as had been elsewhere.
    Reserve,
    /// An address has no memory any more: it went back to the device, or its pages were mapped elsewhere.
    Release,
    /// An allocation failed, after the whole ladder.
    OutOfMemory,
}

/// Something that happened to a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryEvent {
    /// What.
    pub action: MemoryAction,
    /// When, in microseconds since recording began.
    pub micros: u64,
    /// Where; zero for what has no address.
    pub address: Address,
    /// The size in bytes, rounded up.
    pub bytes: usize,
    /// The stream that it was for.
    pub stream: Option<StreamId>,
    /// The label that it carries.
    pub label: &'static str,
}

/// Records events while somebody wants them.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Whether somebody does.
    is_wanted: AtomicBool,
    events: Mutex<Option<(Instant, usize, Vec<MemoryEvent>)>>,
}

impl History {
    /// Begins to record, the last `most` events at the most.
    pub(super) fn begin(&self, most: usize) {
        *lock(&self.events) = Some((Instant::now(), most.max(2), Vec::new()));
        self.is_wanted.store(true, Relaxed);
    }

    /// Ends recording, and returns what was recorded.
    pub(super) fn end(&self) -> Vec<MemoryEvent> {
        self.is_wanted.store(false, Relaxed);
        lock(&self.events).take().map(|(_, _, events)| events).unwrap_or_default()
    }

    /// Returns what was recorded so far.
    pub(super) fn events(&self) -> Vec<MemoryEvent> {
        lock(&self.events).as_ref().map(|(_, _, events)| events.clone()).unwrap_or_default()
    }

    /// Takes an event in, if that is wanted.
    pub(super) fn note(
        &self,
        action: MemoryAction,
        address: Address,
        bytes: u64,
        stream: Option<StreamId>,
        label: u32,
    ) {
        // Mostly it is not, and the lock costs more than all the rest.
        if !self.is_wanted.load(Relaxed) {
            return;
        }
        let label = super::label::name(label);
        if let Some((began, most, events)) = lock(&self.events).as_mut() {
            // The older half goes at once, so that keeping the last ones costs little for each.
            if events.len() >= *most {
                events.drain(..*most / 2);
            }
            let micros = began.elapsed().as_micros() as u64;
            events.push(MemoryEvent { action, micros, address, bytes: bytes as usize, stream, label });
        }
    }
}

/// Writes a recording in the form that `cargo xtask bench memory` replays: `A,id,bytes,stream` and `F,id`, a line each. What was
/// allocated before recording began is left out.
pub fn memory_trace(events: &[MemoryEvent]) -> String {
    use std::{collections::HashMap, fmt::Write};
    let mut text = String::from("# recorded by context-core\n");
    let (mut live, mut streams) = (HashMap::new(), HashMap::new());
    for (id, event) in events.iter().enumerate() {
        match event.action {
            MemoryAction::Allocate => {
                live.insert(event.address, id);
                let next = streams.len();
                let stream = *streams.entry(event.stream).or_insert(next);
                // Writing to a string does not fail.
                let _ = writeln!(text, "A,{id},{},{stream}", event.bytes);
            }
            MemoryAction::Free => {
                if let Some(id) = live.remove(&event.address) {
                    let _ = writeln!(text, "F,{id}");
                }
            }
            MemoryAction::Reserve | MemoryAction::Release | MemoryAction::OutOfMemory => {}
        }
    }
    text
}

//! What really runs after what, from the log alone, and which conflicting operations are not ordered.
//!
//! Each stream is a timeline, and the host is one. An operation happens after what its stream was given before, after what
//! its stream waits for, and after whatever the host had seen complete when it gave the operation. The library's own
//! clocks are not looked at.

use std::collections::BTreeMap;

use context_core::backend::Address;

use super::{Access, Entry};

/// By stream, how many of its operations came before.
type Clock = Vec<u32>;

fn join(into: &mut Clock, from: &Clock) {
    if into.len() < from.len() {
        into.resize(from.len(), 0);
    }
    into.iter_mut().zip(from).for_each(|(into, from)| *into = (*into).max(*from));
}

fn reaches(clock: &Clock, stream: usize, tick: u32) -> bool {
    clock.get(stream).is_some_and(|reached| *reached >= tick)
}

/// Two operations on the same bytes, of which one writes, that nothing orders.
#[derive(Debug, PartialEq, Eq)]
pub struct Race {
    /// The index of each in the log.
    pub entries: [usize; 2],
    pub bytes: Access,
}

struct Past {
    access: Access,
    stream: usize,
    tick: u32,
    entry: usize,
}

#[derive(Default)]
struct Order {
    streams: Vec<Clock>,
    points: BTreeMap<usize, Clock>,
    host: Clock,
    /// By the start of each allocation.
    past: BTreeMap<Address, Vec<Past>>,
    races: Vec<Race>,
    broken: Vec<usize>,
}

/// Finds every unordered conflict. Points must be recorded in the log before they are waited for.
pub fn races(log: &[Entry]) -> Vec<Race> {
    Order::of(log).races
}

/// Finds the promises, as indices of the log, that what was given does not keep.
pub fn broken_promises(log: &[Entry]) -> Vec<usize> {
    Order::of(log).broken
}

impl Order {
    fn of(log: &[Entry]) -> Order {
        let mut order = Order::default();
        log.iter().enumerate().for_each(|(index, entry)| order.take_in(index, entry));
        order
    }

    fn take_in(&mut self, index: usize, entry: &Entry) {
        match entry {
            Entry::CreateStream { stream } => {
                self.streams.resize((*stream + 1).max(self.streams.len()), Clock::new());
            }
            Entry::Allocate { address, .. } => {
                self.past.insert(*address, Vec::new());
            }
            Entry::Operation { stream, accesses, .. } => self.operation(index, *stream, accesses),
            Entry::Record { stream, point } => {
                join(&mut self.streams[*stream], &self.host);
                self.points.insert(*point, self.streams[*stream].clone());
            }
            Entry::Wait { stream, point } => join(&mut self.streams[*stream], &self.points[point]),
            Entry::Query { point, complete: true } | Entry::SynchronizePoint { point } => {
                join(&mut self.host, &self.points[point]);
            }
            Entry::Synchronize { stream } => join(&mut self.host, &self.streams[*stream]),
            Entry::Promise { stream, point } => {
                join(&mut self.streams[*stream], &self.host);
                let reached = &self.streams[*stream];
                let kept = |(source, tick): (usize, &u32)| reaches(reached, source, *tick) || *tick == 0;
                if !self.points[point].iter().enumerate().all(kept) {
                    self.broken.push(index);
                }
            }
            Entry::Query { complete: false, .. }
            | Entry::CreateEvent { .. }
            | Entry::OutOfMemory { .. }
            | Entry::Free { .. } => {}
        }
    }

    fn operation(&mut self, entry: usize, stream: usize, accesses: &[Access]) {
        let clock = &mut self.streams[stream];
        join(clock, &self.host);
        if clock.len() <= stream {
            clock.resize(stream + 1, 0);
        }
        clock[stream] += 1;
        let tick = clock[stream];
        for access in accesses.iter().filter(|access| access.start < access.end) {
            let Some((_, past)) = self.past.range_mut(..=access.start).next_back() else { continue };
            for before in past.iter().filter(|before| before.entry != entry) {
                let conflict = (access.writes || before.access.writes) && access.overlaps(&before.access);
                if conflict && !reaches(clock, before.stream, before.tick) {
                    self.races.push(Race { entries: [before.entry, entry], bytes: *access });
                }
            }
            past.push(Past { access: *access, stream, tick, entry });
        }
    }
}

/// Counts waits that the waiting stream did not need: those for a point that an earlier wait on the same stream covers.
///
/// `place` gives a point's stream and its place in that stream's queue.
pub fn repeated_waits(log: &[Entry], place: impl Fn(usize) -> (usize, usize)) -> usize {
    let mut furthest: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut repeated = 0;
    for entry in log {
        let Entry::Wait { stream, point } = entry else { continue };
        let (source, place) = place(*point);
        let before = furthest.insert((*stream, source), place);
        repeated += usize::from(before.is_some_and(|before| before >= place) || source == *stream);
    }
    repeated
}

//! Races: who touched which bytes last, and whether they are in an order.
//!
//! The history is a map from stretches of bytes (by where they are for this process, so that two mappings of the same memory
//! are one) to the operations that touched them last. An operation that follows another and touches the bytes more
//! strongly takes its place: whatever is unordered with the earlier one and still to be done is then unordered with the
//! later one too, because operations are entered here in an order that keeps theirs.
//!
//! Atomic accesses of kernels, and volatile and other strong ones, do not race with each other. Two unordered kernels that
//! both touch some bytes so may order each other by them, so what else they share is not reported.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::order::{Act, What};
use crate::report::{self, Allocation, Report, ReportKind};
use crate::space;

/// How bytes are touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Manner {
    Read,
    Atomic,
    Write,
}

impl Manner {
    fn conflicts(self, other: Manner) -> bool {
        !matches!((self, other), (Manner::Read, Manner::Read) | (Manner::Atomic, Manner::Atomic))
    }

    /// Whether whatever conflicts with `other` conflicts with this.
    fn outweighs(self, other: Manner) -> bool {
        self == Manner::Write || self == other
    }

    fn verb(self, what: &What) -> &'static str {
        match (what, self) {
            (What::Free, _) => "frees",
            (What::Allocate, _) => "makes",
            (_, Manner::Read) => "reads",
            (_, Manner::Atomic) => "updates",
            (_, Manner::Write) => "writes",
        }
    }
}

/// A stretch of bytes that an operation touches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Touch {
    /// Where the bytes are for this process.
    pub(crate) host: u64,
    pub(crate) len: u64,
    /// Where they are for the device.
    pub(crate) address: u64,
    pub(crate) manner: Manner,
}

impl Touch {
    /// Whether a kernel and the host may tell each other something by it: an atomic or another strong access to memory of the host.
    pub(crate) fn is_of_a_flag_of_the_host(&self) -> bool {
        self.manner == Manner::Atomic && space::read().find(self.address).is_some_and(|range| range.is_host())
    }
}

/// The operations that touched some bytes last, and how.
type Marks = Arc<Vec<(Arc<Act>, Manner)>>;
/// What marks become when an operation touches them: by where the old ones are and how it does, the old and the new ones.
type Merged = HashMap<(*const Vec<(Arc<Act>, Manner)>, Manner), (Marks, Marks)>;

#[derive(Debug)]
struct Stretch {
    end: u64,
    marks: Marks,
}

/// Which operations touched which bytes last.
#[derive(Debug, Default)]
struct History {
    stretches: BTreeMap<u64, Stretch>,
}

static HISTORY: Mutex<History> = Mutex::new(History { stretches: BTreeMap::new() });

fn history() -> MutexGuard<'static, History> {
    HISTORY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one operation is found to share with an unordered one.
struct Found {
    other: Arc<Act>,
    manners: (Manner, Manner),
    first: Touch,
    count: u64,
}

impl History {
    /// Makes `at` a border between stretches.
    fn split(&mut self, at: u64) {
        if let Some((_, stretch)) = self.stretches.range_mut(..at).next_back()
            && stretch.end > at
        {
            let tail = Stretch { end: stretch.end, marks: stretch.marks.clone() };
            stretch.end = at;
            self.stretches.insert(at, tail);
        }
    }

    /// Takes out all stretches between `start` and `end`.
    fn take(&mut self, start: u64, end: u64) -> Vec<(u64, Stretch)> {
        self.split(start);
        self.split(end);
        let keys: Vec<u64> = self.stretches.range(start..end).map(|(&at, _)| at).collect();
        keys.into_iter().filter_map(|at| Some((at, self.stretches.remove(&at)?))).collect()
    }

    /// Enters one touch; `next` gives the marks that take the place of others.
    fn mark(&mut self, touch: &Touch, mut next: impl FnMut(Option<&Marks>, u64, u64) -> Marks) {
        let (start, end) = (touch.host, touch.host + touch.len);
        let old = self.take(start, end);
        let mut new: Vec<(u64, Stretch)> = Vec::new();
        let mut put = |from: u64, to: u64, marks: Marks| match new.last_mut() {
            Some((_, last)) if last.end == from && Arc::ptr_eq(&last.marks, &marks) => last.end = to,
            _ => new.push((from, Stretch { end: to, marks })),
        };
        let mut at = start;
        for (from, stretch) in old {
            if at < from {
                put(at, from, next(None, at, from));
            }
            put(from, stretch.end, next(Some(&stretch.marks), from, stretch.end));
            at = stretch.end;
        }
        if at < end {
            put(at, end, next(None, at, end));
        }
        // Neighbours of earlier touches of the same operation become one stretch.
        if let (Some((from, first)), Some((_, before))) =
            (new.first(), self.stretches.range_mut(..start).next_back())
            && before.end == *from
            && Arc::ptr_eq(&before.marks, &first.marks)
        {
            before.end = first.end;
            new.remove(0);
        }
        self.stretches.extend(new);
    }

    fn enter(&mut self, act: &Arc<Act>, touches: &[Touch]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        // Two kernels that may order each other.
        let mut partners: Vec<Arc<Act>> = Vec::new();
        let mut known: Merged = HashMap::new();
        for touch in touches {
            let manner = touch.manner;
            self.mark(touch, |old, from, to| {
                let Some(old) = old else {
                    let fresh = || {
                        let marks = Arc::new(vec![(act.clone(), manner)]);
                        (marks.clone(), marks)
                    };
                    return known.entry((std::ptr::null(), manner)).or_insert_with(fresh).1.clone();
                };
                for (other, theirs) in old.iter() {
                    if Arc::ptr_eq(other, act) || act.follows(other) || other.follows(act) {
                        continue;
                    }
                    if (*theirs, manner) == (Manner::Atomic, Manner::Atomic) {
                        if !partners.iter().any(|it| Arc::ptr_eq(it, other)) {
                            partners.push(other.clone());
                        }
                        continue;
                    }
                    if !theirs.conflicts(manner) {
                        continue;
                    }
                    match found.iter_mut().find(|it| Arc::ptr_eq(&it.other, other)) {
                        Some(found) => found.count += to - from,
                        None => found.push(Found {
                            other: other.clone(),
                            manners: (*theirs, manner),
                            first: Touch {
                                host: from,
                                len: to - from,
                                address: touch.address + (from - touch.host),
                                manner,
                            },
                            count: to - from,
                        }),
                    }
                }
                // The old marks are kept with the new ones, so that their address stays theirs while it is a key.
                let merged = || (old.clone(), Arc::new(merge(old, act, manner)));
                known.entry((Arc::as_ptr(old), manner)).or_insert_with(merged).1.clone()
            });
        }
        found.retain(|it| !partners.iter().any(|partner| Arc::ptr_eq(partner, &it.other)));
        found
    }
}

/// The marks of bytes that `act` touches now.
fn merge(old: &Marks, act: &Arc<Act>, manner: Manner) -> Vec<(Arc<Act>, Manner)> {
    let stays = |(other, theirs): &&(Arc<Act>, Manner)| !(act.follows(other) && manner.outweighs(*theirs));
    let mut marks: Vec<_> = old.iter().filter(stays).cloned().collect();
    marks.push((act.clone(), manner));
    marks
}

/// Enters what `act` touched, and says whether its context is to fail for what was found.
pub(crate) fn enter(act: &Arc<Act>, touches: &[Touch]) -> bool {
    act.enter();
    let touches: Vec<Touch> = touches.iter().copied().filter(|touch| touch.len > 0).collect();
    let found = history().enter(act, &touches);
    // All of them are reported, whatever the first leads to.
    found.iter().fold(false, |fails, found| report::add(describe(act, found)) | fails)
}

fn describe(act: &Act, found: &Found) -> Report {
    let Found { other, manners: (theirs, manner), first, count } = found;
    let frees = |act: &Act| matches!(act.what, What::Free);
    let kind = match (&other.what, &act.what) {
        (What::Free, _) | (_, What::Free) => ReportKind::UseAfterFree,
        (What::Allocate, _) | (_, What::Allocate) => ReportKind::UseBeforeAllocation,
        _ => ReportKind::Race,
    };
    // What frees should come last, whichever was first here.
    let (from, to) = if frees(other) {
        (act.stream_name(), other.stream_name())
    } else {
        (other.stream_name(), act.stream_name())
    };
    let (earlier, later) = if frees(other) { ("second", "first") } else { ("first", "second") };
    let advice = format!(
        "nothing orders them: record an event in {from} behind the {earlier}, and let {to} wait for it before the {later} \
         (cuEventRecord, cuStreamWaitEvent), or synchronise in between"
    );
    Report {
        kind,
        first: Some(other.describe(theirs.verb(&other.what))),
        second: Some(act.describe(manner.verb(&act.what))),
        bytes: first.address..first.address + first.len,
        count: *count,
        allocation: allocation_at(first.address),
        advice,
    }
}

/// The memory that an address is part of, or was.
pub(crate) fn allocation_at(address: u64) -> Option<Allocation> {
    let space = space::read();
    let range = space.find(address).copied().or_else(|| space.grave(address).map(|grave| grave.range))?;
    Some(Allocation::of(&range))
}

/// The operations that wrote some of `len` bytes at `host` last.
pub(crate) fn writers(host: u64, len: u64) -> Vec<Arc<Act>> {
    let history = history();
    let before = history.stretches.range(..=host).next_back().map_or(host, |(&at, _)| at);
    let stretches = history.stretches.range(before..host + len).filter(|(_, stretch)| stretch.end > host);
    let marks = stretches.flat_map(|(_, stretch)| stretch.marks.iter());
    marks.filter(|(_, manner)| *manner != Manner::Read).map(|(act, _)| act.clone()).collect()
}

/// Forgets who touched `len` bytes at `host`, which are nobody's any more.
pub(crate) fn forget(host: u64, len: u64) {
    if len > 0 {
        history().take(host, host + len);
    }
}

/// Forgets everything.
pub(crate) fn clear() {
    history().stretches.clear();
}

/// Reports that `act` was to touch `address`, which has been freed; none if it has not.
pub(crate) fn touched_after_free(act: Option<&Arc<Act>>, address: u64) {
    let Some((range, freed_by)) = space::read().grave(address).map(|grave| (grave.range, grave.freed_by))
    else {
        return;
    };
    report::add(Report {
        kind: ReportKind::UseAfterFree,
        first: None,
        second: act.map(|act| act.describe("touches")),
        bytes: address..range.base + range.len,
        count: range.base + range.len - address,
        allocation: allocation_at(address),
        advice: format!("{freed_by} has freed it: free memory behind its last use, in the order of streams"),
    });
}

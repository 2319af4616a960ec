//! Reports: what the checks have found, as values and as text.

use std::fmt;
use std::ops::Range;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::checks::Reaction;
use crate::{journal, space};

/// What kind of mistake was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReportKind {
    /// Two operations touch common bytes, at least one writes, and nothing orders them.
    Race,
    /// An operation touches memory that has been freed, or that nothing orders before or after its asynchronous free.
    UseAfterFree,
    /// An operation touches memory that nothing orders after its asynchronous allocation.
    UseBeforeAllocation,
    /// Bytes are used that nothing has written.
    Uninitialised,
    /// The host changed pinned memory that a copy was still to read, or read what a copy was still to write.
    HostRace,
    /// Something was alive when its context, or the process, ended.
    Leak,
}

impl fmt::Display for ReportKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ReportKind::Race => "race",
            ReportKind::UseAfterFree => "use after free",
            ReportKind::UseBeforeAllocation => "use before allocation",
            ReportKind::Uninitialised => "uninitialised read",
            ReportKind::HostRace => "race with the host",
            ReportKind::Leak => "leak",
        })
    }
}

/// An operation of a stream, as reports name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// The driver function that submitted it.
    pub call: String,
    /// What it does, as in ``kernel `saxpy` ``.
    pub what: String,
    /// How it touches the bytes in question: `reads`, `writes`, `updates` or `frees`.
    pub access: &'static str,
    /// The stream's handle; zero for the host.
    pub stream: u64,
    /// The stream in words, as in `stream 4` or `the legacy default stream of device 1`; the number is the stream's id.
    pub stream_name: String,
    /// Which operation of its stream it is, counted from one.
    pub number: u64,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} in {}, operation {}: {} {} it",
            self.call, self.stream_name, self.number, self.what, self.access
        )
    }
}

/// The memory that a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allocation {
    /// Its first address.
    pub base: u64,
    /// Its length in bytes.
    pub len: u64,
    /// The driver function that made it.
    pub origin: &'static str,
    /// Its number: allocations are counted from one.
    pub id: u64,
    /// The device that it is on, or whose context made it.
    pub device: usize,
}

impl Allocation {
    /// Describes a range.
    pub(crate) fn of(range: &space::Range) -> Allocation {
        let &space::Range { base, len, origin, id, device, .. } = range;
        Allocation { base, len, origin, id, device }
    }
}

impl fmt::Display for Allocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Allocation { base, len, origin, id, device } = self;
        write!(f, "allocation {id} of {len} bytes at {base:#x} by {origin} on device {device}")
    }
}

/// A mistake that was found.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// What kind it is.
    pub kind: ReportKind,
    /// The operation that came first here.
    pub first: Option<Operation>,
    /// The operation that found it.
    pub second: Option<Operation>,
    /// The first stretch of addresses concerned.
    pub bytes: Range<u64>,
    /// How many bytes are concerned in all.
    pub count: u64,
    /// The memory that they are part of.
    pub allocation: Option<Allocation>,
    /// What is wrong, and what would mend it.
    pub advice: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cuda-sim: {}", self.kind)?;
        if self.count > 0 {
            let (start, end) = (self.bytes.start, self.bytes.end);
            write!(f, " on {} bytes, the first at {start:#x} to {end:#x}", self.count)?;
        }
        if let Some(allocation) = &self.allocation {
            let from = self.bytes.start.saturating_sub(allocation.base);
            write!(f, "\n  memory: from byte {from} of {allocation}")?;
        }
        if let Some(first) = &self.first {
            write!(f, "\n  first:  {first}")?;
        }
        if let Some(second) = &self.second {
            write!(f, "\n  second: {second}")?;
        }
        write!(f, "\n  {}", self.advice)
    }
}

/// More are not kept: whoever has a thousand knows enough.
const KEPT: usize = 1000;

static REPORTS: Mutex<Vec<Report>> = Mutex::new(Vec::new());
static REACTION: AtomicU8 = AtomicU8::new(0);

fn kept() -> MutexGuard<'static, Vec<Report>> {
    REPORTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns what the checks have found since the process started, or since [`take_reports`]; the first thousand.
///
/// What work in flight does is found when it has been done: synchronise before you ask.
pub fn reports() -> Vec<Report> {
    kept().clone()
}

/// Returns what the checks have found, and forgets it.
pub fn take_reports() -> Vec<Report> {
    std::mem::take(&mut *kept())
}

/// Sets what happens from now on when something is found.
pub(crate) fn react(reaction: Reaction) {
    REACTION.store(reaction as u8, Ordering::Release);
}

/// Keeps a report, and says whether the context is to fail for it.
pub(crate) fn add(report: Report) -> bool {
    let reaction = REACTION.load(Ordering::Acquire);
    let text = report.to_string();
    {
        let mut kept = kept();
        if kept.len() < KEPT {
            kept.push(report);
        }
    }
    if reaction >= Reaction::Print as u8 {
        eprintln!("{text}");
    }
    journal::note(text);
    if reaction == Reaction::Abort as u8 {
        std::process::abort();
    }
    reaction == Reaction::Fail as u8
}

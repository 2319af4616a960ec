//! What the driver remembers for those who test with it: which calls were made, what it could not do, what was left behind.

use std::collections::BTreeMap;
use std::fmt;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::handle::Handle;
use crate::report::{self, Report, ReportKind};
use crate::space::Range;
use crate::{checks, exports};

/// Memory and other things that were alive when their context ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Leaks {
    /// Allocations of device, managed and pinned memory.
    pub allocations: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Streams that were not destroyed.
    pub streams: usize,
    /// Events that were not destroyed.
    pub events: usize,
}

impl Leaks {
    pub(crate) fn add(&mut self, range: &Range) {
        self.allocations += 1;
        self.bytes += range.len;
    }

    /// Whether nothing was left behind.
    pub fn is_empty(&self) -> bool {
        *self == Leaks::default()
    }
}

/// A snapshot of what happened since the process started, or since [`clear`].
#[derive(Clone, Debug, Default)]
pub struct Journal {
    /// How often each function was called; functions never called are absent.
    pub calls: BTreeMap<&'static str, u64>,
    /// Functions that were called and that this driver does not have: they returned `CUDA_ERROR_NOT_SUPPORTED`.
    pub unsupported: Vec<&'static str>,
    /// What was left behind when contexts ended, summed up.
    pub leaks: Leaks,
    /// What kernels, failed images and faults had to say, oldest first; the newest thousand.
    pub notes: Vec<String>,
}

impl Journal {
    /// Returns how many calls there were in all.
    pub fn total(&self) -> u64 {
        self.calls.values().sum()
    }

    /// Returns how often the function of that name was called.
    pub fn count(&self, name: &str) -> u64 {
        self.calls.get(name).copied().unwrap_or(0)
    }
}

impl fmt::Display for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cuda-sim: {} driver calls", self.total())?;
        for (name, count) in &self.calls {
            writeln!(f, "{count:>10}  {name}")?;
        }
        for name in &self.unsupported {
            writeln!(f, "not supported: {name}")?;
        }
        if !self.leaks.is_empty() {
            let Leaks { allocations, bytes, streams, events } = self.leaks;
            writeln!(
                f,
                "left behind: {allocations} allocation(s) of {bytes} bytes, {streams} stream(s), {events} event(s)"
            )?;
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

#[derive(Default)]
struct Book {
    leaks: Leaks,
    notes: Vec<String>,
    write_to: Option<String>,
    registered: bool,
}

static BOOK: Mutex<Book> = Mutex::new(Book {
    leaks: Leaks { allocations: 0, bytes: 0, streams: 0, events: 0 },
    notes: Vec::new(),
    write_to: None,
    registered: false,
});

fn book() -> std::sync::MutexGuard<'static, Book> {
    BOOK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The counters of one function.
#[derive(Debug)]
pub(crate) struct Counter {
    pub(crate) name: &'static str,
    /// Per-thread forms call the plain ones, which count.
    pub(crate) counts: bool,
    pub(crate) calls: AtomicU64,
    pub(crate) unsupported: AtomicU64,
}

impl Counter {
    pub(crate) const fn new(name: &'static str) -> Counter {
        let bytes = name.as_bytes();
        let per_thread =
            matches!(bytes, [.., b'_', b'p', b't', b's', b'z'] | [.., b'_', b'p', b't', b'd', b's']);
        Counter { name, counts: !per_thread, calls: AtomicU64::new(0), unsupported: AtomicU64::new(0) }
    }
}

/// Returns what has happened so far.
pub fn journal() -> Journal {
    let mut journal = Journal::default();
    for counter in &exports::COUNTERS {
        let calls = counter.calls.load(Ordering::Relaxed);
        if calls > 0 {
            journal.calls.insert(counter.name, calls);
        }
        if counter.unsupported.load(Ordering::Relaxed) > 0 {
            journal.unsupported.push(counter.name);
        }
    }
    let book = book();
    journal.leaks = book.leaks.clone();
    journal.notes = book.notes.clone();
    journal
}

/// Starts the journal anew.
pub fn clear() {
    for counter in &exports::COUNTERS {
        counter.calls.store(0, Ordering::Relaxed);
        counter.unsupported.store(0, Ordering::Relaxed);
    }
    let mut book = book();
    book.leaks = Leaks::default();
    book.notes.clear();
}

/// Adds a line.
pub(crate) fn note(text: String) {
    let mut book = book();
    if book.notes.len() >= 1000 {
        book.notes.remove(0);
    }
    book.notes.push(text);
}

/// Adds what a context left behind.
pub(crate) fn leaked(context: Handle, memory: Leaks, streams: usize, events: usize, list: &str) {
    let leaks = Leaks { streams, events, ..memory };
    if leaks.is_empty() {
        return;
    }
    if checks::now().leaks {
        report::add(Report {
            kind: ReportKind::Leak,
            first: None,
            second: None,
            bytes: 0..0,
            count: 0,
            allocation: None,
            advice: format!(
                "context {:#x} ended with {} allocation(s) of {} bytes, {streams} stream(s) and {events} event(s) alive{list}",
                context.0, leaks.allocations, leaks.bytes
            ),
        });
    }
    note(format!(
        "context {:#x} ended with {} allocation(s) of {} bytes, {streams} stream(s) and {events} event(s) alive",
        context.0, leaks.allocations, leaks.bytes
    ));
    let mut book = book();
    book.leaks.allocations += leaks.allocations;
    book.leaks.bytes += leaks.bytes;
    book.leaks.streams += leaks.streams;
    book.leaks.events += leaks.events;
}

/// Sees to it that the journal is written when the process ends.
pub(crate) fn write_at_exit(target: Option<String>) {
    let mut book = book();
    book.write_to = target;
    if (book.write_to.is_some() || checks::now().leaks) && !book.registered {
        book.registered = true;
        // SAFETY: `write` is a plain function that unwinds nowhere: it has no way to panic but by allocation failure.
        unsafe { libc::atexit(write) };
    }
}

extern "C" fn write() {
    crate::memory::report_what_is_left();
    let text = journal().to_string();
    let Some(target) = book().write_to.clone() else { return };
    // Nobody is left to tell if this fails.
    let _ = if target == "-" {
        std::io::stderr().write_all(text.as_bytes())
    } else {
        std::fs::write(target, text)
    };
}

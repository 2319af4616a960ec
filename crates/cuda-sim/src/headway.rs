//! Whether a thread gets anywhere, told without trusting a clock on the wall.
//!
//! With a seed, work that nobody waits for is done only when the program will not go on without it, and a second operation is
//! begun only when the first will not end without it. That cannot be known; but a thread that has slept for long, or has computed
//! for long, is taken to be waiting. On a busy machine threads stand still for seconds without being either: they wait for
//! a processor, or their process is stopped. So what counts is the processor time that a thread has used, and how often it
//! was found asleep when somebody looked.

use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize};
use std::time::{Duration, Instant};

use crate::thread;

/// How often it is looked at a thread.
pub(crate) const LOOK: Duration = Duration::from_millis(5);
/// A thread that slept for so long waits for something.
const SLEPT: Duration = Duration::from_millis(100);
/// A thread that computed for so long waits for something: it spins.
const USED: Duration = Duration::from_millis(250);

/// Whether calls are noted here: only with a seed.
static ON: AtomicBool = AtomicBool::new(false);
/// Threads of the client that are inside of calls.
static INSIDE: AtomicUsize = AtomicUsize::new(0);
/// Calls that have ended.
static CALLS: AtomicU64 = AtomicU64::new(0);
/// The thread that made the last of them.
static CALLER: AtomicU32 = AtomicU32::new(0);

/// Begins to note calls, or ends it.
pub(crate) fn watch_calls(on: bool) {
    ON.store(on, SeqCst);
}

/// Notes that this thread enters a call, where calls are noted; [`leave`] is to follow then.
#[inline]
pub(crate) fn enter() -> bool {
    let on = ON.load(Relaxed);
    if on {
        INSIDE.fetch_add(1, SeqCst);
    }
    on
}

/// Notes that this thread is done with a call.
#[cold]
pub(crate) fn leave() {
    CALLER.store(thread::system_id(), SeqCst);
    CALLS.fetch_add(1, SeqCst);
    INSIDE.fetch_sub(1, SeqCst);
}

/// What the client does between its calls.
#[derive(Debug, Default)]
pub(crate) struct Client {
    /// How many calls had ended, and what the thread that made the last has done since.
    last: Option<(u64, Pace)>,
}

impl Client {
    /// Whether it will make no further call before more work is done. `workers` are the driver's own threads.
    pub(crate) fn waits(&mut self, workers: &[u32]) -> bool {
        if INSIDE.load(SeqCst) > 0 {
            self.last = None;
            return false;
        }
        let calls = CALLS.load(SeqCst);
        let last = self.last.take().filter(|last| last.0 == calls);
        let (_, pace) = self.last.insert(last.unwrap_or_else(|| (calls, Pace::of(CALLER.load(SeqCst)))));
        pace.waits(workers)
    }
}

/// What a thread has done since it was first looked at.
#[derive(Debug)]
pub(crate) struct Pace {
    thread: u32,
    looked: Instant,
    /// The processor time that the thread had used at the last look, and that all others had, if it slept then.
    before: (Option<Duration>, Option<Duration>),
    slept: Duration,
    used: Duration,
}

impl Pace {
    /// Begins to look at the thread of that number; at none that there is, if that is zero: then time tells.
    pub(crate) fn of(thread: u32) -> Pace {
        let (slept, used) = (Duration::ZERO, Duration::ZERO);
        Pace { thread, looked: Instant::now(), before: (None, None), slept, used }
    }

    /// Whether it is the calling thread's.
    pub(crate) fn is_own(&self) -> bool {
        self.thread == thread::system_id()
    }

    /// Whether it waits for something. `workers` are the driver's own threads.
    pub(crate) fn waits(&mut self, workers: &[u32]) -> bool {
        let gap = self.looked.elapsed();
        if gap >= LOOK {
            self.looked = Instant::now();
            self.look(gap, workers);
        }
        self.slept >= SLEPT || self.used >= USED
    }

    fn look(&mut self, gap: Duration, workers: &[u32]) {
        let found = Task::of(self.thread);
        if let Some(task) = &found {
            self.used += task.used.saturating_sub(self.before.0.replace(task.used).unwrap_or(task.used));
            if !task.sleeps {
                self.before.1 = None;
                return;
            }
        }
        // It sleeps or has ended. If others of the client's threads run, what it waits for may be them: then what counts is
        // what they do.
        let (mut runs, mut sum) = (false, Duration::ZERO);
        for thread in Task::all().filter(|thread| *thread != self.thread && !workers.contains(thread)) {
            if let Some(task) = Task::of(thread) {
                runs |= !task.sleeps;
                sum += task.used;
            }
        }
        let before = self.before.1.replace(sum);
        if runs {
            self.used += before.map_or(Duration::ZERO, |before| sum.saturating_sub(before).min(gap));
        } else {
            self.slept += LOOK;
        }
    }
}

/// Measures the time of something that looks at it again and again: between two looks it counts [`LOOK`] at most, and so not the time in
/// which that had no processor.
#[derive(Debug)]
pub(crate) struct Stopwatch {
    began: Instant,
    /// Nanoseconds from then to the last look, and those that count.
    looked: AtomicU64,
    counted: AtomicU64,
}

impl Stopwatch {
    /// Begins to measure.
    pub(crate) fn new() -> Stopwatch {
        Stopwatch { began: Instant::now(), looked: AtomicU64::new(0), counted: AtomicU64::new(0) }
    }

    /// Returns the time so far.
    pub(crate) fn look(&self) -> Duration {
        let now = self.began.elapsed().as_nanos() as u64;
        let gap = now.saturating_sub(self.looked.fetch_max(now, Relaxed)).min(LOOK.as_nanos() as u64);
        Duration::from_nanos(self.counted.fetch_add(gap, Relaxed) + gap)
    }
}

/// A thread of this process, as the system sees it.
#[derive(Debug, PartialEq, Eq)]
struct Task {
    /// Neither running nor waiting for a processor or a disk, nor stopped.
    sleeps: bool,
    /// The processor time that it has used.
    used: Duration,
}

impl Task {
    /// Looks at the thread of that number, if there is one.
    fn of(thread: u32) -> Option<Task> {
        Task::parse(&std::fs::read_to_string(format!("/proc/self/task/{thread}/stat")).ok()?)
    }

    /// Reads what the system says of a thread: the name is in parentheses and may be anything, the state is behind it, the times in
    /// the program and in the system are the twelfth and the thirteenth after that, in hundredths of a second.
    fn parse(text: &str) -> Option<Task> {
        let mut fields = text.rsplit_once(')')?.1.split_ascii_whitespace();
        let state = fields.next()?;
        let mut times = fields.skip(10).map(|field| field.parse::<u64>().ok());
        let used = Duration::from_millis(10 * (times.next()?? + times.next()??));
        Some(Task { sleeps: matches!(state, "S" | "I" | "Z" | "X"), used })
    }

    /// The numbers of all threads of this process.
    fn all() -> impl Iterator<Item = u32> {
        let entries = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
        entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_of_a_thread_is_understood() {
        let text = "17 (a) R (b) S 1 17 17 0 -1 4194304 99 0 0 0 3 4 0 0 20 0 1 0 1177005 3133440 394";
        let used = Duration::from_millis(70);

        assert_eq!(Task::parse(text), Some(Task { sleeps: true, used }));
        assert_eq!(Task::parse(&text.replace(" S ", " R ")), Some(Task { sleeps: false, used }));
        assert_eq!(Task::parse("17 (a) S 1 17"), None);
    }

    #[test]
    fn a_stopwatch_counts_no_time_in_which_nobody_looked() {
        let watch = Stopwatch::new();
        std::thread::sleep(10 * LOOK);

        assert_eq!(watch.look(), LOOK);
        while watch.look() < 3 * LOOK {}
        assert!(watch.began.elapsed() >= 12 * LOOK);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_thread_finds_itself_among_all() {
        let own = thread::system_id();

        assert!(Task::all().any(|thread| thread == own));
        assert!(Task::of(own).is_some_and(|task| !task.sleeps));
    }
}

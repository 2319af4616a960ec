//! Threads that work together on the parts of one operation.

#![allow(unsafe_code)]

use std::{
    any::Any,
    collections::VecDeque,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering::*},
    },
    thread,
};

use context_core::{completion::Completion, parallel::Executor};

use crate::place::CpuSet;

/// A number of threads, one of them whoever calls [`run`](Executor::run). The others start with the first operation that
/// needs them.
pub(crate) struct Team {
    size: usize,
    cpus: Option<CpuSet>,
    started: OnceLock<()>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    calls: Mutex<Calls>,
    changed: Condvar,
}

#[derive(Default)]
struct Calls {
    /// A job is listed once for each thread that may join it.
    jobs: VecDeque<Arc<Job>>,
    closing: bool,
}

/// One operation in parts.
struct Job {
    /// Lives until `ended`; called only with a part that was claimed below `parts`, which keeps the job from ending.
    body: *const (dyn Fn(usize) + Sync + 'static),
    parts: usize,
    next: AtomicUsize,
    left: AtomicUsize,
    ended: Completion,
    panic: Mutex<Option<Box<dyn Any + Send>>>,
}

// SAFETY: `body` is `Sync`, and lives as long as it may be called (see there).
unsafe impl Send for Job {}
// SAFETY: as above.
unsafe impl Sync for Job {}

impl Job {
    /// Works on parts until all are claimed.
    fn work(&self) {
        loop {
            let part = self.next.fetch_add(1, Relaxed);
            if part >= self.parts {
                return;
            }
            // SAFETY: this part is not done, so that `run` has not returned and the body lives.
            let body = unsafe { &*self.body };
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| body(part))) {
                lock(&self.panic).get_or_insert(payload);
            }
            if self.left.fetch_sub(1, AcqRel) == 1 {
                self.ended.finish(None);
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many CPUs the process may use.
pub(crate) fn available() -> usize {
    static AVAILABLE: OnceLock<usize> = OnceLock::new();
    *AVAILABLE.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

impl Team {
    /// Returns the team of so many threads (0 for one a CPU) on these CPUs, which contexts share; none for one thread.
    pub(crate) fn get(threads: usize, cpus: Option<CpuSet>) -> Option<Arc<Team>> {
        static TEAMS: Mutex<Vec<Weak<Team>>> = Mutex::new(Vec::new());
        let size = match threads {
            0 => cpus.map_or_else(available, |cpus| cpus.len()),
            threads => threads,
        };
        if size <= 1 {
            return None;
        }
        let mut teams = lock(&TEAMS);
        teams.retain(|team| team.strong_count() > 0);
        let same = |team: &Arc<Team>| team.size == size && team.cpus == cpus;
        if let Some(team) = teams.iter().filter_map(Weak::upgrade).find(same) {
            return Some(team);
        }
        let team = Arc::new(Team { size, cpus, started: OnceLock::new(), shared: Arc::default() });
        teams.push(Arc::downgrade(&team));
        Some(team)
    }

    fn start(&self) {
        for _ in 1..self.size {
            let (shared, cpus) = (self.shared.clone(), self.cpus);
            let thread = thread::Builder::new().name("context-cpu team".to_owned()).spawn(move || {
                if let Some(cpus) = cpus {
                    cpus.pin_or_report();
                }
                shared.serve();
            });
            if let Err(error) = thread {
                tracing::warn!(%error, "starting a thread of a CPU context; its operations use fewer");
                return;
            }
        }
    }
}

impl Shared {
    fn serve(&self) {
        let mut calls = lock(&self.calls);
        loop {
            if let Some(job) = calls.jobs.pop_front() {
                drop(calls);
                job.work();
                calls = lock(&self.calls);
            } else if calls.closing {
                return;
            } else {
                calls = self.changed.wait(calls).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }
}

impl Executor for Team {
    fn threads(&self) -> usize {
        self.size
    }

    fn run(&self, parts: usize, body: &(dyn Fn(usize) + Sync)) {
        if parts <= 1 {
            (0..parts).for_each(body);
            return;
        }
        self.started.get_or_init(|| self.start());
        // SAFETY: only the lifetime changes; the job is not called after this function has returned.
        let body = unsafe {
            std::mem::transmute::<*const (dyn Fn(usize) + Sync + '_), *const (dyn Fn(usize) + Sync + 'static)>(
                body,
            )
        };
        let job = Arc::new(Job {
            body,
            parts,
            next: AtomicUsize::new(0),
            left: AtomicUsize::new(parts),
            ended: Completion::default(),
            panic: Mutex::default(),
        });
        let helpers = (self.size - 1).min(parts - 1);
        lock(&self.shared.calls).jobs.extend((0..helpers).map(|_| job.clone()));
        for _ in 0..helpers {
            self.shared.changed.notify_one();
        }
        job.work();
        job.ended.wait_for_end();
        // Threads that did not come are not to come for nothing.
        lock(&self.shared.calls).jobs.retain(|other| !Arc::ptr_eq(other, &job));
        let panic = lock(&job.panic).take();
        if let Some(payload) = panic {
            resume_unwind(payload);
        }
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        lock(&self.shared.calls).closing = true;
        self.shared.changed.notify_all();
    }
}

impl fmt::Debug for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Team({} threads)", self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_shared_out_and_a_panic_reaches_the_caller_after_all_have_ended() {
        let team = Team::get(3, None).unwrap();
        for parts in [0, 1, 2, 3, 100] {
            let sum = AtomicUsize::new(0);
            team.run(parts, &|part| {
                sum.fetch_add(part + 1, Relaxed);
            });
            assert_eq!(sum.load(Relaxed), parts * (parts + 1) / 2);
        }
        let ran = AtomicUsize::new(0);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            team.run(10, &|part| {
                ran.fetch_add(1, Relaxed);
                assert_ne!(part, 4, "the fourth");
            });
        }));
        assert!(outcome.is_err());
        assert_eq!(ran.load(Relaxed), 10);
    }

    #[test]
    fn teams_within_teams_end() {
        let team = Team::get(2, None).unwrap();
        let count = AtomicUsize::new(0);
        team.run(4, &|_| {
            team.run(4, &|_| {
                count.fetch_add(1, Relaxed);
            })
        });
        assert_eq!(count.load(Relaxed), 16);
    }
}

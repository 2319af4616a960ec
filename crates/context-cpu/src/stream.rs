//! CPU streams: the calling thread, or a worker that runs tasks in order.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use context_core::{Device, Error, Result};

/// Which thread runs a context's operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StreamKind {
    /// The calling one: an operation has ended when its call returns.
    #[default]
    Inline,
    /// A thread of the stream's own, while the caller goes on.
    Worker,
}

/// An ordered queue of work on the CPU.
#[derive(Debug)]
pub struct CpuStream(pub(crate) Option<Worker>);

type Task = Box<dyn FnOnce() -> Result<()> + Send>;

/// A thread with a queue. Dropping it lets the thread end once the queue is empty.
#[derive(Debug)]
pub(crate) struct Worker {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    /// Something was queued, or the worker is to end.
    queued: Condvar,
    /// The queue has been emptied and nothing runs.
    idle: Condvar,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = self.lock();
        write!(f, "{} of {} tasks done", state.done, state.submitted)
    }
}

#[derive(Default)]
struct State {
    tasks: VecDeque<Step>,
    submitted: u64,
    done: u64,
    closing: bool,
    /// The first failure. Work behind it is skipped, as on a CUDA device.
    failure: Option<Error>,
}

enum Step {
    /// Skipped after a failure.
    Work(Task),
    /// Runs also after a failure, which it gets, so that whoever waits for this stream hears of it.
    Always(Box<dyn FnOnce(Option<Error>) -> Result<()> + Send>),
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Worker {
    pub(crate) fn start() -> Result<Worker> {
        let shared =
            Arc::new(Shared { state: Mutex::default(), queued: Condvar::new(), idle: Condvar::new() });
        let theirs = shared.clone();
        thread::Builder::new()
            .name("context-cpu stream".to_owned())
            .spawn(move || theirs.run())
            .map_err(|error| Error::Thread { device: Device::Cpu, reason: error.to_string() })?;
        Ok(Worker { shared })
    }

    fn push(&self, step: Step) {
        let mut state = self.shared.lock();
        let asleep = state.submitted == state.done;
        state.tasks.push_back(step);
        state.submitted += 1;
        drop(state);
        if asleep {
            self.shared.queued.notify_one();
        }
    }

    pub(crate) fn submit(&self, task: impl FnOnce() -> Result<()> + Send + 'static) {
        self.push(Step::Work(Box::new(task)));
    }

    pub(crate) fn submit_always(&self, task: impl FnOnce(Option<Error>) -> Result<()> + Send + 'static) {
        self.push(Step::Always(Box::new(task)));
    }

    /// Waits for what was submitted before, and returns the first failure.
    pub(crate) fn synchronize(&self) -> Result<()> {
        let mut state = self.shared.lock();
        let target = state.submitted;
        while state.done < target {
            state = self.shared.idle.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.failure.clone().map_or(Ok(()), Err)
    }

    pub(crate) fn failed(&self) -> bool {
        self.shared.lock().failure.is_some()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.queued.notify_one();
    }
}

impl Shared {
    fn run(&self) {
        let mut state = self.lock();
        loop {
            let Some(step) = state.tasks.pop_front() else {
                if state.closing {
                    return;
                }
                state = self.queued.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let failure = state.failure.clone();
            drop(state);
            let outcome = run_step(step, failure);
            state = self.lock();
            state.done += 1;
            if let Err(error) = outcome {
                state.failure.get_or_insert(error);
            }
            // Also between tasks: somebody may wait for less than the whole queue.
            self.idle.notify_all();
        }
    }
}

fn run_step(step: Step, failure: Option<Error>) -> Result<()> {
    match step {
        Step::Work(_) if failure.is_some() => Ok(()),
        // Kernels catch their own panics; this is for a fault of ours, which must not leave waiters hanging.
        Step::Work(task) => catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|payload| {
            Err(Error::KernelPanicked { kernel: "(a stream's task)", message: panic_message(&*payload) })
        }),
        Step::Always(task) => task(failure),
    }
}

/// Returns the text that a panic was raised with.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "(a value that is no text)".to_owned(),
    }
}

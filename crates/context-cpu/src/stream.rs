//! CPU streams: the calling thread, or a worker that runs tasks in order.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
};

use context_core::{Device, Error, Result, completion::Completion, parallel::Executor, random::Philox};

use crate::{event::Recording, graph::Recorder, place::CpuSet, queue::Queue, team::Team};

/// Which thread runs a context's operations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StreamKind {
    /// The calling one: an operation has ended when its call returns.
    #[default]
    Inline,
    /// A thread of the stream's own, while the caller goes on. A thread that waits for the stream may run its work too.
    Worker,
}

/// What a context's stream is like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct StreamOptions {
    /// Which thread runs operations.
    pub kind: StreamKind,
    /// How many threads work together on a large operation, the stream's included; 0 for one a CPU.
    pub threads: usize,
    /// The CPUs that the threads of the stream stay on. The work of a worker stream is then run by its own thread only.
    pub cpus: Option<CpuSet>,
}

/// An ordered queue of work on the CPU.
#[derive(Debug)]
pub struct CpuStream {
    queue: Option<Arc<Queue>>,
    team: Option<Arc<Team>>,
    /// Whether there is a `recorder`.
    captured: AtomicBool,
    recorder: Mutex<Option<Arc<Recorder>>>,
}

impl CpuStream {
    pub(crate) fn new(options: StreamOptions) -> Result<CpuStream> {
        let queue = match options.kind {
            StreamKind::Inline => None,
            StreamKind::Worker => Some(start(options.cpus)?),
        };
        let team = Team::get(options.threads, options.cpus);
        Ok(CpuStream { queue, team, captured: AtomicBool::new(false), recorder: Mutex::default() })
    }

    #[inline]
    pub(crate) fn is_inline(&self) -> bool {
        self.queue.is_none()
    }

    /// Tells whether a task would run in the calling thread, at once.
    #[inline]
    pub(crate) fn runs_now(&self) -> bool {
        self.is_inline() && !self.is_captured()
    }

    pub(crate) fn failed(&self) -> bool {
        self.queue.as_ref().is_some_and(|queue| queue.failure().is_some())
    }

    pub(crate) fn team(&self) -> Option<&Arc<Team>> {
        self.team.as_ref()
    }

    pub(crate) fn executor(&self) -> Option<Arc<dyn Executor>> {
        self.team.clone().map(|team| team as _)
    }

    /// Runs a task: now, or behind what the worker already has. It is skipped if that has failed. It is not ordered with buffers.
    ///
    /// # Errors
    /// What the task failed with, on an inline stream; on a worker, whoever waits for it is told. [`Error::Capture`] while the stream's work
    /// is captured: a task runs once, and a graph's work many times.
    pub fn submit(&self, task: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
        if self.is_captured() {
            return Err(Error::Capture {
                operation: "giving a stream a task",
                device: Device::Cpu,
                reason: "a task runs once, and captured work many times",
            });
        }
        match &self.queue {
            None => return task(),
            Some(queue) => queue.submit(|failure| if failure.is_some() { Ok(()) } else { task() }),
        }
        Ok(())
    }

    /// As [`submit`](CpuStream::submit), for a task that may be captured.
    pub(crate) fn give(&self, task: impl Fn() -> Result<()> + Send + Sync + 'static) -> Result<()> {
        if self.is_captured() {
            if let Some(recorder) = self.recorder() {
                recorder.push(task);
            }
            return Ok(());
        }
        self.submit(task)
    }

    /// As [`give`](CpuStream::give), for a task that draws random numbers: captured, it gets another generator each time.
    pub(crate) fn give_draw(
        &self,
        generator: Philox,
        task: impl Fn(Philox) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        if self.is_captured() {
            if let Some(recorder) = self.recorder() {
                recorder.push_draw(generator, task);
            }
            return Ok(());
        }
        self.submit(move || task(generator))
    }

    /// Tells whether what the stream is given is captured.
    #[inline]
    pub(crate) fn is_captured(&self) -> bool {
        self.captured.load(Relaxed)
    }

    fn recorder(&self) -> Option<Arc<Recorder>> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Captures what the stream is given from now on.
    pub(crate) fn begin_capture(&self, recorder: Arc<Recorder>) {
        *self.recorder.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorder);
        self.captured.store(true, Relaxed);
    }

    /// Ends that, and returns what has collected it.
    pub(crate) fn end_capture(&self) -> Option<Arc<Recorder>> {
        self.captured.store(false, Relaxed);
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Runs a task that is not skipped.
    pub(crate) fn submit_always(&self, task: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
        match &self.queue {
            None => return task(),
            Some(queue) => queue.submit(|_| task()),
        }
        Ok(())
    }

    /// Marks the end of what the stream was given; nothing if it has ended already.
    pub(crate) fn mark(&self) -> Option<Arc<Recording>> {
        let queue = self.queue.as_ref()?;
        let recording = Arc::new(Recording { end: Completion::default(), queue: queue.clone() });
        let marked = recording.clone();
        queue.submit(move |failure| {
            marked.end.finish(failure.cloned());
            Ok(())
        });
        Some(recording)
    }

    /// Returns how often the stream's thread had to be woken, which takes a system call; none is made to submit to a thread that runs.
    pub fn wakes(&self) -> usize {
        self.queue.as_ref().map_or(0, |queue| queue.wakes())
    }

    /// Waits for what was submitted before, and returns the first failure.
    ///
    /// # Errors
    /// That failure.
    pub fn synchronize(&self) -> Result<()> {
        self.mark().map_or(Ok(()), |end| end.wait())
    }
}

impl Drop for CpuStream {
    fn drop(&mut self) {
        if let Some(queue) = &self.queue {
            queue.close();
        }
    }
}

fn start(cpus: Option<CpuSet>) -> Result<Arc<Queue>> {
    let queue = Arc::new(Queue::new(cpus.is_none()));
    let theirs = queue.clone();
    thread::Builder::new()
        .name("context-cpu stream".to_owned())
        .spawn(move || {
            if let Some(cpus) = cpus {
                cpus.pin_or_report();
            }
            theirs.serve();
        })
        .map_err(|error| Error::Thread { device: Device::Cpu, reason: error.to_string() })?;
    Ok(queue)
}

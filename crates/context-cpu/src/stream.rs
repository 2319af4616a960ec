//! CPU streams: the calling thread, or a worker that runs tasks in order.

use std::{sync::Arc, thread};

use context_core::{Device, Error, Result, completion::Completion, parallel::Executor};

use crate::{event::Recording, place::CpuSet, queue::Queue, team::Team};

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
}

impl CpuStream {
    pub(crate) fn new(options: StreamOptions) -> Result<CpuStream> {
        let queue = match options.kind {
            StreamKind::Inline => None,
            StreamKind::Worker => Some(start(options.cpus)?),
        };
        Ok(CpuStream { queue, team: Team::get(options.threads, options.cpus) })
    }

    pub(crate) fn is_inline(&self) -> bool {
        self.queue.is_none()
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
    /// What the task failed with, on an inline stream; on a worker, whoever waits for it is told.
    pub fn submit(&self, task: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
        match &self.queue {
            None => return task(),
            Some(queue) => queue.submit(|failure| if failure.is_some() { Ok(()) } else { task() }),
        }
        Ok(())
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

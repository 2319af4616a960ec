//! Graphs on the CPU: a list of tasks, in the order in which they were given.

use std::{
    fmt, mem,
    sync::{Arc, Mutex, PoisonError},
};

use context_core::{Result, random::Philox};

/// A task that can run any number of times. It gets the generators of the graph's draws.
type Task = Box<dyn Fn(&[Philox]) -> Result<()> + Send + Sync>;

/// What a capture has collected so far, on all of its streams.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Work>);

#[derive(Default)]
struct Work {
    tasks: Vec<Task>,
    draws: Vec<Philox>,
}

impl Recorder {
    pub(crate) fn push(&self, task: impl Fn() -> Result<()> + Send + Sync + 'static) {
        self.with(|work| work.tasks.push(Box::new(move |_| task())));
    }

    /// Adds a draw, which was captured with this generator.
    pub(crate) fn push_draw(
        &self,
        generator: Philox,
        task: impl Fn(Philox) -> Result<()> + Send + Sync + 'static,
    ) {
        self.with(|work| {
            let place = work.draws.len();
            work.draws.push(generator);
            work.tasks.push(Box::new(move |generators| task(generators[place])));
        });
    }

    /// Makes a graph of what was collected.
    pub(crate) fn take(&self) -> CpuGraph {
        let Work { tasks, draws } = self.with(mem::take);
        CpuGraph { tasks: tasks.into(), draws }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Work) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recorder({} tasks)", self.with(|work| work.tasks.len()))
    }
}

/// Captured work of the CPU.
pub struct CpuGraph {
    tasks: Arc<[Task]>,
    /// The generators that the draws were captured with.
    draws: Vec<Philox>,
}

impl CpuGraph {
    /// Returns the work of one replay: every task, until one fails.
    pub(crate) fn work(
        &self,
        moved: &dyn Fn(&Philox) -> Philox,
    ) -> impl Fn() -> Result<()> + Send + Sync + 'static {
        let (tasks, generators) = (self.tasks.clone(), self.draws.iter().map(moved).collect::<Vec<_>>());
        move || tasks.iter().try_for_each(|task| task(&generators))
    }

    /// Returns how many operations it has.
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Tells whether it has none.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

impl fmt::Debug for CpuGraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CpuGraph({} operations)", self.len())
    }
}

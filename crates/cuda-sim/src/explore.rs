//! Running a program under many orders of its asynchronous work.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::report::{Report, take_reports};
use crate::state::{self, lock};

/// A seed under which a program failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The seed: the same gives the same run.
    pub seed: u64,
    /// What the program panicked with, if it did.
    pub panic: Option<String>,
    /// What the checks found.
    pub reports: Vec<Report>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { seed, panic, reports } = self;
        write!(f, "seed {seed} fails (again with CUDA_SIM_SEED={seed})")?;
        if let Some(panic) = panic {
            write!(f, ": the program panicked: {panic}")?;
        }
        reports.iter().try_for_each(|report| write!(f, "\n{report}"))
    }
}

impl std::error::Error for Failure {}

/// Runs `program` with the seeds from 0 up to `seeds`, until it panics or the checks find something.
///
/// With a seed, nothing asynchronous is done before somebody waits or asks, and then one operation after the other, chosen
/// at random among all that CUDA would let run next. A program that only calls the driver from one thread does the same each time
/// it is run with the same seed.
///
/// # Errors
/// [`Failure`] with the first seed that failed.
///
/// ```
/// let runs = std::cell::Cell::new(0);
///
/// cuda_sim::explore(10, || runs.set(runs.get() + 1))?;
///
/// assert_eq!(runs.get(), 10);
/// # Ok::<(), cuda_sim::Failure>(())
/// ```
pub fn explore(seeds: u64, program: impl Fn()) -> Result<(), Failure> {
    let before = state::seed(Some(0));
    let outcome = (0..seeds).try_for_each(|seed| run(seed, &program));
    state::seed(before);
    outcome
}

fn run(seed: u64, program: &impl Fn()) -> Result<(), Failure> {
    state::seed(Some(seed));
    take_reports();
    let outcome = catch_unwind(AssertUnwindSafe(program));
    // What is still queued belongs to this seed, and may be what fails.
    drop(crate::schedule::drain(lock()));
    let reports = take_reports();
    let panic = outcome.err().map(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string())).unwrap_or_default()
    });
    if panic.is_none() && reports.is_empty() { Ok(()) } else { Err(Failure { seed, panic, reports }) }
}

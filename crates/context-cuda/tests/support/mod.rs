//! What the tests share: the simulated driver, taken by one test at a time, since its journal and faults are the process's.

use std::sync::{Mutex, MutexGuard, PoisonError};

use context_cuda::CudaContext;

static SIM: Mutex<()> = Mutex::new(());

/// Holds the simulated driver until it is dropped.
pub(crate) struct Sim(#[allow(dead_code)] MutexGuard<'static, ()>);

/// Takes the simulated driver, with no faults scripted.
pub(crate) fn sim() -> Sim {
    let guard = SIM.lock().unwrap_or_else(PoisonError::into_inner);
    cuda_sim::fault::clear();
    Sim(guard)
}

impl Drop for Sim {
    fn drop(&mut self) {
        cuda_sim::fault::clear();
    }
}

impl Sim {
    /// Opens a context on simulated device 0.
    #[allow(dead_code)] // not every test file needs one
    pub(crate) fn context(&self) -> CudaContext {
        CudaContext::builder().driver(cuda_sim::driver()).build().expect("a simulated device")
    }

    /// Returns how often `function` was called during `work`.
    #[allow(dead_code)] // not every test file counts calls
    pub(crate) fn calls(&self, function: &str, work: impl FnOnce()) -> u64 {
        let before = cuda_sim::journal().count(function);
        work();
        cuda_sim::journal().count(function) - before
    }
}

//! A context on the recorder.

use std::sync::Arc;

use context_core::{Context, Core, DeviceState, MemoryOptions, Result};

use super::{Machine, Mode, Recorder};

/// A context whose device is a [`Machine`].
#[derive(Debug)]
pub struct TestContext {
    core: Core<Recorder>,
}

impl TestContext {
    /// Makes the first context of a machine, and with it the machine's pool.
    pub fn new(machine: &Arc<Machine>) -> TestContext {
        TestContext::with_limit(machine, None)
    }

    /// As [`new`](TestContext::new), with a limit on the pool in bytes.
    pub fn with_limit(machine: &Arc<Machine>, limit: Option<usize>) -> TestContext {
        TestContext::with_options(machine, limit.into())
    }

    /// As [`new`](TestContext::new), with a pool of this kind.
    pub fn with_options(machine: &Arc<Machine>, options: MemoryOptions) -> TestContext {
        let state = DeviceState::new(Recorder::new(machine.clone()), options);
        TestContext::on(&state, Mode::Queued).expect("no failure is scripted")
    }

    /// Makes a context on a device that has others.
    pub fn on(state: &Arc<DeviceState<Recorder>>, mode: Mode) -> Result<TestContext> {
        Ok(TestContext { core: Core::new(state, mode, 0)? })
    }

    /// Makes a context on the same device whose work runs in place.
    pub fn fork_in_place(&self) -> Result<TestContext> {
        TestContext::on(self.core.state(), Mode::InPlace)
    }
}

impl Context for TestContext {
    type Backend = Recorder;

    fn core(&self) -> &Core<Recorder> {
        &self.core
    }

    fn with_core(&self, core: Core<Recorder>) -> TestContext {
        TestContext { core }
    }
}

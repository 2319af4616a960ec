//! What the tests of Caffe2's contexts promised, and what it had no tests for, one file an area. Promises that another file keeps are
//! named with it in `docs/testing.md`.
#![cfg(all(feature = "cpu", feature = "sim", feature = "cudnn"))]

#[path = "promises/cpu.rs"]
mod cpu;
#[path = "promises/cuda.rs"]
mod cuda;
#[path = "promises/failures.rs"]
mod failures;
#[path = "promises/movement.rs"]
mod movement;
#[path = "promises/streams.rs"]
mod streams;

use device_context::{CudaContext, sim};

const DEVICES: u32 = 3;

/// Opens a simulated device; the process has three.
fn open(device: u32) -> CudaContext {
    static CONFIGURED: std::sync::Once = std::sync::Once::new();
    CONFIGURED.call_once(|| {
        let config = sim::SimConfig { devices: DEVICES as usize, ..sim::SimConfig::default() };
        sim::configure(config).expect("nothing has used the driver yet");
    });
    device_context::simulated().device(device).build().expect("a simulated device")
}

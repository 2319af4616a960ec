//! Copies between devices, with an adversarial order of the work: each test has a simulated machine of two devices.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use context_core::{Context, Result};
use context_cpu::CpuContext;
use context_cuda::CudaContext;
use cuda_sim::SimConfig;

static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// Takes the machine, and opens a context on each of its devices.
fn machine() -> (MutexGuard<'static, ()>, CudaContext, CudaContext) {
    static CONFIGURED: Once = Once::new();
    let guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    CONFIGURED.call_once(|| {
        let config = SimConfig { devices: 2, seed: Some(11), ..SimConfig::default() };
        cuda_sim::configure(config).expect("nothing uses the driver yet");
    });
    let open = |device| CudaContext::builder().driver(cuda_sim::driver()).device(device).build();
    (guard, open(0).expect("a device"), open(1).expect("a device"))
}

fn calls(function: &str, work: impl FnOnce() -> Result<()>) -> Result<u64> {
    let before = cuda_sim::journal().count(function);
    work()?;
    Ok(cuda_sim::journal().count(function) - before)
}

#[test]
fn devices_copy_to_each_other_without_the_host() -> Result<()> {
    let (_machine, a, b) = machine();
    cuda_sim::take_reports();
    let mut x = a.upload(&[1.0_f32; 1000])?;
    let mut y = b.zeros::<f32>(1000)?;
    let synchronised = calls("cuStreamSynchronize", || {
        let copied = calls("cuMemcpyPeerAsync", || {
            for _ in 0..10 {
                b.copy_from(&mut y, &a, &x)?;
                a.copy_from(&mut x, &b, &y)?;
                a.fill(x.slice_mut(..1)?, 2.0)?;
            }
            Ok(())
        })?;
        assert_eq!(copied, 20);
        Ok(())
    })?;
    assert_eq!(synchronised, 0, "nobody waits");
    assert_eq!(b.read(&y)?[..2], [2.0, 1.0]);
    assert_eq!(cuda_sim::take_reports().len(), 0, "and nothing races");
    Ok(())
}

#[test]
fn memory_that_was_copied_from_may_go_at_once() -> Result<()> {
    let (_machine, a, b) = machine();
    cuda_sim::take_reports();
    let mut y = b.zeros::<u32>(2000)?;
    for round in 0..20 {
        let x = a.filled(2000, round)?;
        b.copy_from(&mut y, &a, &x)?;
        drop(x);
        // It may get the same memory.
        let other = a.filled(2000, u32::MAX)?;
        assert_eq!(b.read(&y)?, [round; 2000]);
        drop(other);
    }
    assert_eq!(cuda_sim::take_reports().len(), 0);
    Ok(())
}

#[test]
fn the_cpu_and_a_device_copy_without_a_buffer_in_between() -> Result<()> {
    let (_machine, device, _) = machine();
    let cpu = CpuContext::new()?;
    let mut x = cpu.filled(5000, 3_u32)?;
    let mut y = device.zeros::<u32>(5000)?;
    device.copy_from(&mut y, &cpu, &x)?;
    cpu.fill(&mut x, 0)?;
    device.fill(y.slice_mut(..1)?, 4)?;
    cpu.copy_from(&mut x, &device, &y)?;
    assert_eq!(cpu.read(&x)?[..2], [4, 3]);
    Ok(())
}

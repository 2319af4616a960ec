//! The CPU as a [`Backend`].

#![allow(unsafe_code)]

use std::panic::{AssertUnwindSafe, catch_unwind};

use context_core::{
    Backend, Device, Error, MemoryKind, Result,
    backend::{Address, Source},
    kernel::{KernelCode, RawArguments, Threads},
    matrix::RawGemm,
    random::Philox,
};

use crate::{
    event::CpuEvent,
    gemm,
    memory::{HostMemory, pointer},
    stream::{CpuStream, StreamKind, Worker, panic_message},
};

/// The host's processors and memory.
#[derive(Debug)]
pub struct CpuBackend(());

impl CpuBackend {
    pub(crate) const fn new() -> CpuBackend {
        CpuBackend(())
    }
}

/// Runs a task on a stream: now, or behind what the worker already has.
fn give(stream: &CpuStream, task: impl FnOnce() -> Result<()> + Send + 'static) -> Result<()> {
    match &stream.0 {
        None => task(),
        Some(worker) => {
            worker.submit(task);
            Ok(())
        }
    }
}

// SAFETY: memory is `HostMemory`'s. An inline stream has done its work when a call
// returns; a worker runs its tasks one by one in the order of submission, an event's task marks it complete when its turn comes,
// and a wait's task ends when the event is complete. `synchronize` waits until all tasks submitted before were run.
unsafe impl Backend for CpuBackend {
    type Stream = CpuStream;
    type StreamOptions = StreamKind;
    type Event = CpuEvent;

    const STREAMS_FAIL_ALONE: bool = true;

    fn device(&self) -> Device {
        Device::Cpu
    }

    fn source(&self, kind: MemoryKind) -> Option<&dyn Source> {
        // Any memory of the host is within the device's reach: one kind serves.
        (kind == MemoryKind::Device).then_some(&HostMemory as &dyn Source)
    }

    fn memory_domain(&self) -> Option<u64> {
        Some(0)
    }

    fn create_stream(&self, kind: StreamKind) -> Result<CpuStream> {
        Ok(CpuStream(match kind {
            StreamKind::Inline => None,
            StreamKind::Worker => Some(Worker::start()?),
        }))
    }

    fn runs_in_place(&self, stream: &CpuStream) -> bool {
        stream.0.is_none()
    }

    fn may_reuse(&self, stream: &CpuStream) -> bool {
        // A worker that failed skips its work; no task of it runs any more.
        stream.0.as_ref().is_none_or(|worker| !worker.failed())
    }

    fn synchronize(&self, stream: &CpuStream) -> Result<()> {
        stream.0.as_ref().map_or(Ok(()), Worker::synchronize)
    }

    fn create_event(&self) -> Result<CpuEvent> {
        Ok(CpuEvent::default())
    }

    fn record(&self, event: &CpuEvent, stream: &CpuStream) -> Result<()> {
        match &stream.0 {
            None => event.clear(),
            Some(worker) => {
                let completion = event.start();
                worker.submit_always(move |failure| {
                    completion.finish(failure);
                    Ok(())
                });
            }
        }
        Ok(())
    }

    fn wait(&self, stream: &CpuStream, event: &CpuEvent) -> Result<()> {
        let Some(completion) = event.latest() else { return Ok(()) };
        match &stream.0 {
            // The calling thread is the stream: it is the one that waits.
            None => completion.wait(),
            Some(worker) => {
                worker.submit_always(move |_| completion.wait());
                Ok(())
            }
        }
    }

    fn follow(&self, stream: &CpuStream, event: &CpuEvent) -> Result<()> {
        let Some(completion) = event.latest() else { return Ok(()) };
        match &stream.0 {
            None => completion.wait_for_end(),
            Some(worker) => worker.submit_always(move |_| {
                completion.wait_for_end();
                Ok(())
            }),
        }
        Ok(())
    }

    fn query(&self, event: &CpuEvent) -> Result<bool> {
        event.latest().map_or(Ok(true), |completion| completion.query())
    }

    fn synchronize_event(&self, event: &CpuEvent) -> Result<()> {
        event.latest().map_or(Ok(()), |completion| completion.wait())
    }

    unsafe fn upload(
        &self,
        stream: &CpuStream,
        target: Address,
        source: *const u8,
        bytes: usize,
    ) -> Result<()> {
        match &stream.0 {
            // SAFETY: the caller vouches for both; nothing of this stream is under way.
            None => unsafe { std::ptr::copy_nonoverlapping(source, pointer(target), bytes) },
            Some(worker) => {
                // SAFETY: the caller vouches that the source is readable. The copy is what lets it go at once.
                let staged = unsafe { std::slice::from_raw_parts(source, bytes) }.to_vec();
                worker.submit(move || {
                    // SAFETY: the caller vouches that the target stays valid until the operation has run.
                    unsafe { std::ptr::copy_nonoverlapping(staged.as_ptr(), pointer(target), bytes) };
                    Ok(())
                });
            }
        }
        Ok(())
    }

    unsafe fn download(
        &self,
        stream: &CpuStream,
        target: *mut u8,
        source: Address,
        bytes: usize,
    ) -> Result<()> {
        self.synchronize(stream)?;
        // SAFETY: the caller vouches for both; the stream is idle.
        unsafe { std::ptr::copy_nonoverlapping(pointer(source), target, bytes) };
        Ok(())
    }

    unsafe fn copy(&self, stream: &CpuStream, target: Address, source: Address, bytes: usize) -> Result<()> {
        give(stream, move || {
            // SAFETY: the caller vouches for both until the operation has run.
            unsafe { std::ptr::copy_nonoverlapping(pointer::<u8>(source), pointer(target), bytes) };
            Ok(())
        })
    }

    unsafe fn fill(&self, stream: &CpuStream, target: Address, pattern: &[u8], count: usize) -> Result<()> {
        let mut value = [0; 16];
        let width = pattern.len();
        value[..width].copy_from_slice(pattern);
        give(stream, move || {
            // SAFETY: the caller vouches for `width * count` bytes until the operation has run.
            let target = unsafe { std::slice::from_raw_parts_mut(pointer::<u8>(target), width * count) };
            match width {
                1 => target.fill(value[0]),
                _ => target.chunks_exact_mut(width).for_each(|slot| slot.copy_from_slice(&value[..width])),
            }
            Ok(())
        })
    }

    unsafe fn uniform(
        &self,
        stream: &CpuStream,
        target: Address,
        count: usize,
        generator: &Philox,
        range: (f32, f32),
    ) -> Result<()> {
        let generator = *generator;
        give(stream, move || {
            // SAFETY: the caller vouches for `count` floats until the operation has run.
            let target = unsafe { std::slice::from_raw_parts_mut(pointer::<f32>(target), count) };
            generator.fill_uniform(target, range);
            Ok(())
        })
    }

    unsafe fn gemm(&self, stream: &CpuStream, gemm: &RawGemm) -> Result<()> {
        let gemm = *gemm;
        // SAFETY: the caller vouches for the matrices until the operation has run.
        give(stream, move || unsafe { gemm::run(&gemm) })
    }

    unsafe fn launch<K: KernelCode>(
        &self,
        stream: &CpuStream,
        _threads: Threads,
        arguments: K::Raw,
    ) -> Result<()> {
        const { assert!(K::HAS_CPU, "{}", K::NO_CPU) };
        give(stream, move || {
            catch_unwind(AssertUnwindSafe(|| {
                // SAFETY: the caller vouches for the slices until the operation has run, and for their being disjoint where
                // they are written; on the CPU device memory is host memory.
                K::cpu(unsafe { arguments.slices() });
            }))
            .map_err(|payload| Error::KernelPanicked { kernel: K::NAME, message: panic_message(&*payload) })
        })
    }

    fn driver_calls(&self) -> u64 {
        0
    }
}

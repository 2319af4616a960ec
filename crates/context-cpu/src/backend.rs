//! The CPU as a [`Backend`].

#![allow(unsafe_code)]

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use context_core::{
    Backend, Device, Error, MemoryKind, Result,
    backend::{Address, Given, Rows, Source},
    completion::Callback,
    kernel::{KernelCode, RawArguments, Threads},
    matrix::RawGemm,
    parallel,
    random::{Draw, Philox},
};

use crate::{
    copy,
    event::CpuEvent,
    gemm,
    graph::CpuGraph,
    memory::{HostMemory, pointer},
    node::{Node, NodeMemory},
    queue::panic_message,
    stream::{CpuStream, StreamOptions},
};

/// From so many random numbers on several threads make them.
const PARALLEL_DRAW: usize = 1 << 18;

/// The host's processors and memory.
#[derive(Debug)]
pub struct CpuBackend {
    node: Option<NodeMemory>,
}

impl CpuBackend {
    /// Makes the backend of one NUMA node, or of the whole host.
    pub(crate) fn new(node: Option<Node>) -> CpuBackend {
        CpuBackend { node: node.map(NodeMemory) }
    }
}

// SAFETY: memory is `HostMemory`'s or `NodeMemory`'s. An inline stream has done its work when a call
// returns; a worker runs its tasks one by one in the order of submission, an event's task marks it complete when its turn comes,
// and a wait's task ends when the event is complete. `synchronize` waits until all tasks submitted before were run.
unsafe impl Backend for CpuBackend {
    type Stream = CpuStream;
    type StreamOptions = StreamOptions;
    type Event = CpuEvent;
    type Graph = CpuGraph;

    const STREAMS_FAIL_ALONE: bool = true;
    const MEMORY_IS_HOST: bool = true;
    const STREAMS_WAIT_FOR_HOST: bool = true;

    fn device(&self) -> Device {
        self.node.as_ref().map_or(Device::Cpu, |memory| Device::CpuNode(memory.0.number()))
    }

    fn source(&self, kind: MemoryKind) -> Option<&dyn Source> {
        // Any memory of the host is within the device's reach: one kind serves.
        let source = self.node.as_ref().map_or(&HostMemory as &dyn Source, |memory| memory);
        (kind == MemoryKind::Device).then_some(source)
    }

    fn memory_domain(&self) -> Option<u64> {
        Some(0)
    }

    fn create_stream(&self, options: StreamOptions) -> Result<CpuStream> {
        CpuStream::new(options)
    }

    #[inline]
    fn runs_in_place(&self, stream: &CpuStream) -> bool {
        stream.is_inline()
    }

    fn may_reuse(&self, stream: &CpuStream) -> bool {
        // A worker that failed skips its work; no task of it runs any more.
        !stream.failed()
    }

    fn synchronize(&self, stream: &CpuStream) -> Result<()> {
        stream.synchronize()
    }

    fn create_event(&self) -> Result<CpuEvent> {
        Ok(CpuEvent::default())
    }

    fn record(&self, event: &CpuEvent, stream: &CpuStream) -> Result<()> {
        // Captured work is one list, in the order in which it was given, whichever stream it was given to.
        event.set(if stream.is_captured() { None } else { stream.mark() });
        Ok(())
    }

    fn wait(&self, stream: &CpuStream, event: &CpuEvent) -> Result<()> {
        // The calling thread of an inline stream is the stream: it is the one that waits.
        event.latest().map_or(Ok(()), |recording| stream.submit_always(move || recording.wait()))
    }

    fn follow(&self, stream: &CpuStream, event: &CpuEvent) -> Result<()> {
        event.latest().map_or(Ok(()), |recording| {
            stream.submit_always(move || {
                recording.wait_for_end();
                Ok(())
            })
        })
    }

    fn query(&self, event: &CpuEvent) -> Result<bool> {
        event.latest().map_or(Ok(true), |recording| recording.end.query())
    }

    fn synchronize_event(&self, event: &CpuEvent) -> Result<()> {
        event.latest().map_or(Ok(()), |recording| recording.wait())
    }

    fn on_event(&self, event: &CpuEvent, callback: Callback) -> Result<(), Callback> {
        match event.latest() {
            Some(recording) => recording.end.on_end(callback),
            None => callback(Ok(())),
        }
        Ok(())
    }

    fn wait_for_host(&self, stream: &CpuStream, wait: Box<dyn FnOnce() -> Result<()> + Send>) -> Result<()> {
        stream.submit_always(wait)
    }

    unsafe fn upload(&self, stream: &CpuStream, target: Address, source: *const u8, bytes: usize) -> Given {
        let team = stream.team().cloned();
        if stream.is_inline() {
            // SAFETY: the caller vouches for both; nothing of this stream is under way.
            unsafe { copy::copy(team.as_deref(), pointer(target), source, bytes) };
            return Ok(());
        }
        // SAFETY: the caller vouches that the source is readable. The copy is what lets it go at once.
        let staged = unsafe { std::slice::from_raw_parts(source, bytes) }.to_vec();
        Ok(stream.give(move || {
            // SAFETY: the caller vouches that the target stays valid until the operation has run.
            unsafe { copy::copy(team.as_deref(), pointer(target), staged.as_ptr(), bytes) };
            Ok(())
        })?)
    }

    unsafe fn download(&self, stream: &CpuStream, target: *mut u8, source: Address, bytes: usize) -> Given {
        self.synchronize(stream)?;
        // SAFETY: the caller vouches for both; the stream is idle.
        unsafe { copy::copy(stream.team().map(|team| &**team), target, pointer(source), bytes) };
        Ok(())
    }

    #[inline]
    unsafe fn copy(&self, stream: &CpuStream, target: Address, source: Address, bytes: usize) -> Result<()> {
        if stream.runs_now() {
            // SAFETY: the caller vouches for both.
            unsafe { copy::copy(stream.team().map(|team| &**team), pointer(target), pointer(source), bytes) };
            return Ok(());
        }
        let team = stream.team().cloned();
        stream.give(move || {
            // SAFETY: the caller vouches for both until the operation has run.
            unsafe { copy::copy(team.as_deref(), pointer(target), pointer(source), bytes) };
            Ok(())
        })
    }

    unsafe fn copy_rows(
        &self,
        stream: &CpuStream,
        target: (Address, usize),
        source: (Address, usize),
        rows: Rows,
    ) -> Result<()> {
        let team = stream.team().cloned();
        stream.give(move || {
            rows.each(target.1, source.1, |to, from, bytes| {
                let (to, from) = (target.0 + to as Address, source.0 + from as Address);
                // SAFETY: the caller vouches for each row until the operation has run.
                unsafe { copy::copy(team.as_deref(), pointer(to), pointer(from), bytes) };
                Ok(())
            })
        })
    }

    fn reaches(&self, _other: &CpuBackend) -> bool {
        true
    }

    unsafe fn copy_from_peer(
        &self,
        stream: &CpuStream,
        target: Address,
        _from: &CpuBackend,
        source: Address,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller vouches for both; all memory is the host's.
        unsafe { self.copy(stream, target, source, bytes) }
    }

    unsafe fn copy_from_pinned(
        &self,
        stream: &CpuStream,
        target: Address,
        source: *const u8,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller vouches for both until the operation has run; all memory is the host's.
        unsafe { self.copy(stream, target, source.expose_provenance() as Address, bytes) }
    }

    unsafe fn copy_to_pinned(
        &self,
        stream: &CpuStream,
        target: *mut u8,
        source: Address,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: as above.
        unsafe { self.copy(stream, target.expose_provenance() as Address, source, bytes) }
    }

    unsafe fn fill(&self, stream: &CpuStream, target: Address, pattern: &[u8], count: usize) -> Result<()> {
        if stream.runs_now() {
            // SAFETY: the caller vouches for that many bytes.
            unsafe { copy::fill(stream.team().map(|team| &**team), pointer(target), pattern, count) };
            return Ok(());
        }
        let mut value = [0; 16];
        let width = pattern.len();
        value[..width].copy_from_slice(pattern);
        let team = stream.team().cloned();
        stream.give(move || {
            // SAFETY: the caller vouches for `width * count` bytes until the operation has run.
            unsafe { copy::fill(team.as_deref(), pointer(target), &value[..width], count) };
            Ok(())
        })
    }

    unsafe fn draw(
        &self,
        stream: &CpuStream,
        target: Address,
        count: usize,
        generator: &Philox,
        draw: Draw,
    ) -> Result<()> {
        let executor = stream.executor().filter(|_| count >= PARALLEL_DRAW);
        stream.give_draw(*generator, move |generator| {
            // SAFETY: the caller vouches for `count` floats or words, which are as large, until the operation has run.
            let target = unsafe { std::slice::from_raw_parts_mut(pointer::<f32>(target), count) };
            parallel::with(executor.clone(), Threads::from(count), || {
                parallel::chunks_mut(target, PARALLEL_DRAW / 2, |start, part| {
                    generator.at(generator.position().wrapping_add(start as u64)).fill(part, draw);
                });
            });
            Ok(())
        })
    }

    unsafe fn gemm(&self, stream: &CpuStream, gemm: &RawGemm) -> Result<()> {
        let gemm = *gemm;
        let team = stream.team().cloned();
        // SAFETY: the caller vouches for the matrices until the operation has run.
        stream.give(move || unsafe { gemm::run(team.as_deref(), &gemm) })
    }

    unsafe fn launch<K: KernelCode>(
        &self,
        stream: &CpuStream,
        threads: Threads,
        arguments: &K::Raw,
    ) -> Given {
        const { assert!(K::HAS_CPU, "{}", K::NO_CPU) };
        if threads.count.contains(&0) {
            return Ok(());
        }
        let (executor, arguments) = (stream.executor(), *arguments);
        Ok(stream.give(move || {
            catch_unwind(AssertUnwindSafe(|| {
                // SAFETY: the caller vouches for the slices until the operation has run, and for their being disjoint where
                // they are written; on the CPU device memory is host memory.
                parallel::with(executor.clone(), threads, || K::cpu(unsafe { arguments.slices() }));
            }))
            .map_err(|payload| Error::KernelPanicked { kernel: K::NAME, message: panic_message(&*payload) })
        })?)
    }

    fn begin_capture(&self, stream: &CpuStream) -> Result<()> {
        stream.begin_capture(Arc::default());
        Ok(())
    }

    fn join_capture(&self, stream: &CpuStream, branch: &CpuStream) -> Result<()> {
        if let Some(recorder) = stream.end_capture() {
            stream.begin_capture(recorder.clone());
            branch.begin_capture(recorder);
        }
        Ok(())
    }

    fn end_capture(&self, streams: &[&CpuStream], graph: &mut Option<CpuGraph>) -> Result<()> {
        let recorders: Vec<_> = streams.iter().filter_map(|stream| stream.end_capture()).collect();
        *graph = recorders.first().map(|recorder| recorder.take());
        Ok(())
    }

    fn abandon_capture(&self, streams: &[&CpuStream]) {
        streams.iter().for_each(|stream| drop(stream.end_capture()));
    }

    unsafe fn replay(
        &self,
        stream: &CpuStream,
        graph: &mut CpuGraph,
        moved: &dyn Fn(&Philox) -> Philox,
    ) -> Result<()> {
        let work = graph.work(moved);
        // What the tasks touch is the caller's to vouch for.
        stream.give(work)
    }

    fn driver_calls(&self) -> u64 {
        0
    }
}

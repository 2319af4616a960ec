//! A CUDA device as a [`Backend`].

#![allow(unsafe_code)]

use std::sync::{Arc, OnceLock};

use context_core::{
    Backend, Device, Error, MemoryKind, Result,
    backend::{Address, Given, Hold, Rows, Source},
    cuda::{Context, Error as CudaError, Event, Function, LaunchShape, RowsAt},
    kernel::{KernelCode, ParameterPlaces, Parameters, Threads},
    matrix::RawGemm,
    random::{Draw, Philox},
};
use cuda_sys::Driver;

use crate::{
    functions::Functions,
    gemm::Gemm,
    graph::{self, CudaGraph},
    handles::Shelves,
    memory::{DevicePages, MemorySource, PinnedPages},
    random::{Drawn, Random},
    stream::{CudaStream, StreamPriority},
};

/// One device of a CUDA driver, with what was loaded into its primary context.
#[derive(Debug)]
pub struct CudaBackend {
    device: Device,
    random: Random,
    gemm: Gemm,
    functions: Functions,
    memory: DevicePages,
    pinned: PinnedPages,
    /// The largest number of bytes from one row to the next.
    max_pitch: usize,
    /// Whether streams wait for numbers in memory; asked when it first matters.
    waits_for_values: OnceLock<bool>,
    pub(crate) shelves: Shelves,
    // Last, so that everything above is gone when the context is given back.
    context: Arc<Context>,
}

/// The name under which `cuda-sim` fills a driver's table.
pub(crate) const SIM_ORIGIN: &str = "cuda-sim";

impl CudaBackend {
    pub(crate) fn new(context: Arc<Context>, source: MemorySource) -> Result<CudaBackend> {
        let device = device_name(context.driver(), context.device().ordinal());
        Ok(CudaBackend {
            device,
            random: Random::default(),
            gemm: Gemm::default(),
            functions: Functions::default(),
            memory: DevicePages::new(&context, source)?,
            pinned: PinnedPages(context.clone()),
            max_pitch: context.device().max_pitch()?,
            waits_for_values: OnceLock::new(),
            shelves: Shelves::default(),
            context,
        })
    }

    /// Returns the primary context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }
}

/// Ends a launch that has no thread, or says which kernel was refused before the driver was asked.
#[cold]
#[inline(never)]
fn unusual<K: KernelCode>(device: Device, function: &Function, threads: [usize; 3]) -> Given {
    if threads.contains(&0) {
        return Ok(());
    }
    match LaunchShape::covering(function, threads, K::BLOCK) {
        Ok(_) => Ok(()),
        Err(CudaError::Launch { reason, .. }) => {
            Err(Box::new(Error::Kernel { kernel: K::NAME, device, reason }))
        }
        Err(other) => Err(failed(other)),
    }
}

#[cold]
#[inline(never)]
fn failed(error: CudaError) -> Box<Error> {
    Box::new(error.into())
}

/// Names a driver's device: those of the simulated driver are `sim:N`.
pub(crate) fn device_name(driver: Driver, ordinal: u32) -> Device {
    match driver.lookup_name() {
        Some(SIM_ORIGIN) => Device::Sim(ordinal),
        _ => Device::Cuda(ordinal),
    }
}

// SAFETY: what the driver's manual says of streams and of events is what this trait asks for.
unsafe impl Backend for CudaBackend {
    type Stream = CudaStream;
    type StreamOptions = StreamPriority;
    type Event = Event;
    type Graph = CudaGraph;

    const STREAMS_FAIL_ALONE: bool = false;

    fn device(&self) -> Device {
        self.device
    }

    fn source(&self, kind: MemoryKind) -> Option<&dyn Source> {
        match kind {
            MemoryKind::Device => Some(&self.memory),
            MemoryKind::Pinned => Some(&self.pinned),
            _ => None,
        }
    }

    fn memory_domain(&self) -> Option<u64> {
        // A device has one primary context, whose handle is a pointer.
        Some(self.context.as_raw().addr() as u64)
    }

    fn create_stream(&self, priority: StreamPriority) -> Result<CudaStream> {
        Ok(CudaStream::new(&self.context, priority)?)
    }

    fn runs_in_place(&self, _stream: &CudaStream) -> bool {
        false
    }

    fn may_reuse(&self, stream: &CudaStream) -> bool {
        // A failure loses the whole context, not one stream; but a capture that would not end is a stream's.
        !stream.is_retired()
    }

    #[inline(always)]
    fn synchronize(&self, stream: &CudaStream) -> Result<()> {
        stream.raw.synchronize().map_err(|error| *failed(error))
    }

    fn create_event(&self) -> Result<Event> {
        Ok(Event::new(&self.context)?)
    }

    fn record(&self, event: &Event, stream: &CudaStream) -> Result<()> {
        Ok(event.record(&stream.raw)?)
    }

    fn wait(&self, stream: &CudaStream, event: &Event) -> Result<()> {
        Ok(stream.raw.wait(event)?)
    }

    fn query(&self, event: &Event) -> Result<bool> {
        Ok(event.query()?)
    }

    fn synchronize_event(&self, event: &Event) -> Result<()> {
        Ok(event.synchronize()?)
    }

    fn hold(&self, stream: &CudaStream) -> Result<Option<Hold>> {
        let able = match self.waits_for_values.get() {
            Some(able) => *able,
            None => {
                let able = self.context.device().waits_for_values()?;
                *self.waits_for_values.get_or_init(|| able)
            }
        };
        Ok(able.then(|| stream.hold()).transpose()?)
    }

    #[inline(always)]
    unsafe fn upload(&self, stream: &CudaStream, target: Address, source: *const u8, bytes: usize) -> Given {
        // The lock is the stream's own, whose context has one owner: nobody else waits for it.
        let mut staging = stream.staging.lock();
        if let Some(staged) = staging.take(bytes) {
            // SAFETY: `take` gave that many bytes of pinned memory that no copy reads; the caller vouches for the source.
            unsafe { std::ptr::copy_nonoverlapping(source, staged, bytes) };
            // SAFETY: what `take` gave stays until this copy has run; the caller vouches for the target.
            return unsafe { stream.raw.copy_from_host(target, staged, bytes) }.map_err(failed);
        }
        // SAFETY: the caller vouches for both; this staging is the stream's.
        unsafe { staging.upload(&stream.raw, target, source, bytes) }.map_err(failed)
    }

    #[inline(always)]
    unsafe fn download(&self, stream: &CudaStream, target: *mut u8, source: Address, bytes: usize) -> Given {
        // SAFETY: the caller vouches for both until this returns, and it returns when the copy has ended.
        unsafe { stream.raw.copy_to_host(target, source, bytes) }.map_err(failed)?;
        stream.raw.finish_copy().map_err(failed)
    }

    unsafe fn copy_from_pinned(
        &self,
        stream: &CudaStream,
        target: Address,
        source: *const u8,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller vouches for both until the copy has run.
        Ok(unsafe { stream.raw.copy_from_host(target, source, bytes) }?)
    }

    unsafe fn copy_to_pinned(
        &self,
        stream: &CudaStream,
        target: *mut u8,
        source: Address,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller vouches for both until the copy has run.
        Ok(unsafe { stream.raw.copy_to_host(target, source, bytes) }?)
    }

    unsafe fn copy(&self, stream: &CudaStream, target: Address, source: Address, bytes: usize) -> Result<()> {
        // SAFETY: the caller vouches for both.
        unsafe { stream.raw.copy(target, source, bytes) }.map_err(|error| *failed(error))
    }

    unsafe fn copy_rows(
        &self,
        stream: &CudaStream,
        target: (Address, usize),
        source: (Address, usize),
        rows: Rows,
    ) -> Result<()> {
        if rows.are_dense(target.1, source.1) || target.1.max(source.1) > self.max_pitch {
            return rows.each(target.1, source.1, |to, from, bytes| {
                // SAFETY: the caller vouches for each row.
                unsafe { self.copy(stream, target.0 + to as Address, source.0 + from as Address, bytes) }
            });
        }
        let (to, from) = (RowsAt::Device(target.0, target.1), RowsAt::Device(source.0, source.1));
        // SAFETY: the caller vouches for the rows.
        Ok(unsafe { stream.raw.copy_rows(to, from, rows.bytes, rows.count) }?)
    }

    unsafe fn upload_rows(
        &self,
        stream: &CudaStream,
        target: (Address, usize),
        source: *const u8,
        rows: Rows,
    ) -> Result<()> {
        if rows.are_dense(target.1, rows.bytes) || target.1 > self.max_pitch {
            return rows.each(target.1, rows.bytes, |to, from, bytes| {
                // SAFETY: the caller vouches for each row.
                Ok(unsafe { self.upload(stream, target.0 + to as Address, source.add(from), bytes) }?)
            });
        }
        let mut staging = stream.staging.lock();
        // SAFETY: the caller vouches for both; this staging is the stream's.
        Ok(unsafe { staging.upload_rows(&stream.raw, target, source, rows) }?)
    }

    unsafe fn download_rows(
        &self,
        stream: &CudaStream,
        target: *mut u8,
        source: (Address, usize),
        rows: Rows,
    ) -> Result<()> {
        if rows.are_dense(rows.bytes, source.1) || source.1 > self.max_pitch {
            return rows.each(rows.bytes, source.1, |to, from, bytes| {
                // SAFETY: the caller vouches for each row.
                Ok(unsafe { self.download(stream, target.add(to), source.0 + from as Address, bytes) }?)
            });
        }
        let (to, from) = (RowsAt::Host(target, rows.bytes), RowsAt::Device(source.0, source.1));
        // SAFETY: the caller vouches for the rows until this returns, and it returns when the copy has ended.
        unsafe { stream.raw.copy_rows(to, from, rows.bytes, rows.count) }?;
        Ok(stream.raw.finish_copy()?)
    }

    fn reaches(&self, other: &CudaBackend) -> bool {
        // Devices of one driver; it goes through the host where they have no way of their own.
        self.context.driver() == other.context.driver()
    }

    unsafe fn copy_from_peer(
        &self,
        stream: &CudaStream,
        target: Address,
        from: &CudaBackend,
        source: Address,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller vouches for both.
        unsafe {
            match from.context.as_raw() == self.context.as_raw() {
                true => Ok(stream.raw.copy(target, source, bytes)?),
                false => Ok(stream.raw.copy_from_peer(target, &from.context, source, bytes)?),
            }
        }
    }

    unsafe fn fill(&self, stream: &CudaStream, target: Address, pattern: &[u8], count: usize) -> Result<()> {
        // SAFETY: the caller vouches for the memory; elements are aligned as their type is, which is at least as much as the
        // lanes that divide their size need.
        Ok(unsafe { stream.raw.fill(target, pattern, count) }?)
    }

    unsafe fn draw(
        &self,
        stream: &CudaStream,
        target: Address,
        count: usize,
        generator: &Philox,
        draw: Draw,
    ) -> Result<()> {
        let drawn = Drawn { target, count, generator: *generator, draw };
        // SAFETY: the caller vouches for the memory.
        unsafe { self.random.draw(&self.functions, &self.context, &stream.raw, &drawn) }?;
        match stream.captured_draws() {
            Some(draws) => stream.note_draw(&draws, drawn),
            None => Ok(()),
        }
    }

    unsafe fn gemm(&self, stream: &CudaStream, gemm: &RawGemm) -> Result<()> {
        // SAFETY: the caller vouches for the matrices.
        unsafe { self.gemm.run(&self.functions, &self.context, &stream.raw, self.device, gemm) }
    }

    #[inline(always)]
    unsafe fn launch<K: KernelCode>(
        &self,
        stream: &CudaStream,
        threads: Threads,
        arguments: &K::Raw,
    ) -> Given {
        const { assert!(K::CUDA.is_some(), "{}", K::NO_CUDA) };
        let function = match self.functions.known::<K>() {
            Some(function) => function,
            None if threads.count.contains(&0) => return Ok(()),
            None => self.functions.load_kernel::<K>(&self.context, self.device)?,
        };
        let Some(shape) = LaunchShape::usual(function, threads.count, K::BLOCK) else {
            let [x, y, z] = threads.count;
            return unusual::<K>(self.device, function, [x, y, z]);
        };
        let mut places = ParameterPlaces::uninit();
        let parameters = Parameters::new(arguments, &mut places);
        // SAFETY: the parameters' layouts were checked against the function's when it was loaded; the caller vouches for the
        // slices, and the kernel's declaration for what its body does with them.
        unsafe { stream.raw.launch(function, shape, parameters.as_slice()) }.map_err(failed)
    }

    fn begin_capture(&self, stream: &CudaStream) -> Result<()> {
        stream.begin_capture()
    }

    fn join_capture(&self, stream: &CudaStream, branch: &CudaStream) -> Result<()> {
        stream.join_capture(branch)
    }

    fn end_capture(&self, streams: &[&CudaStream], graph: &mut Option<CudaGraph>) -> Result<()> {
        graph::end_capture(streams, graph)
    }

    fn abandon_capture(&self, streams: &[&CudaStream]) {
        graph::abandon_capture(streams);
    }

    unsafe fn replay(
        &self,
        stream: &CudaStream,
        graph: &mut CudaGraph,
        moved: &dyn Fn(&Philox) -> Philox,
    ) -> Result<()> {
        // SAFETY: the caller vouches for what the work touches.
        unsafe { graph::replay(stream, graph, &self.functions, &self.random, moved) }
    }

    fn driver_calls(&self) -> u64 {
        self.context.calls()
    }
}

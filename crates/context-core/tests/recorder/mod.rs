//! A device that runs nothing: it writes down each raw operation, and the test decides when one is complete.
//!
//! [`Machine`] is the device as the test sees it: its log, the schedule of what is queued, scripted failures, and what is
//! alive. [`Recorder`] is the same machine as a [`Backend`]. Work given to a queued stream stays incomplete until somebody
//! waits for it or the test lets the machine [`advance`](Machine::advance); which stream goes next is drawn from the seed.
//!
//! Addresses are numbers and nothing is behind them.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

mod context;
pub mod fuzz;
mod machine;
pub mod order;
pub mod program;
mod random;

use context_core::{
    Backend, Device, MemoryKind, Result,
    backend::{Address, AllocateError, Given, PageSource, Source},
    kernel::{KernelCode, ParameterPlaces, Parameters, Threads},
    matrix::{RawGemm, RawMatrix},
    random::{Draw, Philox},
};
use std::sync::Arc;

pub use context::TestContext;
#[allow(unused_imports, reason = "not every test file scripts failures")]
pub use machine::Call;
pub use machine::{Access, Entry, Machine};
pub use random::Random;

/// How a stream of the recorder runs its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Later, when the schedule says so.
    #[default]
    Queued,
    /// Before the call that gives it returns.
    InPlace,
}

/// The machine as a backend.
#[derive(Debug)]
pub struct Recorder {
    machine: Arc<Machine>,
}

/// A stream of the machine.
#[derive(Debug)]
pub struct Stream {
    id: usize,
    mode: Mode,
    machine: Arc<Machine>,
}

impl Stream {
    /// The stream's number in the log.
    pub fn id(&self) -> usize {
        self.id
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.machine.destroy_stream();
    }
}

/// An event of the machine.
#[derive(Debug)]
pub struct Event {
    id: usize,
    machine: Arc<Machine>,
}

impl Drop for Event {
    fn drop(&mut self) {
        self.machine.destroy_event();
    }
}

impl Recorder {
    pub fn new(machine: Arc<Machine>) -> Recorder {
        Recorder { machine }
    }

    fn operation(&self, stream: &Stream, name: &'static str, accesses: Vec<Access>) -> Result<()> {
        self.machine.operation(stream.id, stream.mode, name, accesses)
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.machine.close();
    }
}

/// The bytes that a matrix of these sizes spans.
fn extent(matrix: &RawMatrix, batch: usize, rows: usize, columns: usize, writes: bool) -> Option<Access> {
    let element = size_of::<f32>();
    let (rows, columns) = (rows.checked_sub(1)?, columns.checked_sub(1)?);
    let last = rows * matrix.row_stride + columns * matrix.column_stride;
    let address = matrix.address + (batch * matrix.batch_stride * element) as u64;
    Some(Access::new(address, (last + 1) * element, writes))
}

// SAFETY: no safe code can reach the memory behind an address but through a device, and this one touches none.
unsafe impl Source for Recorder {
    fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        self.machine.allocate(bytes)
    }

    unsafe fn free(&self, address: Address, bytes: usize) -> Result<()> {
        self.machine.free(address, bytes)
    }

    fn memory_info(&self) -> Option<(usize, usize)> {
        self.machine.memory_info()
    }

    fn pages(&self) -> Option<&dyn PageSource> {
        (self.machine.page_bytes() > 0).then_some(self)
    }

    fn segment_bytes(&self) -> usize {
        256
    }
}

// SAFETY: as above.
unsafe impl PageSource for Recorder {
    fn page_bytes(&self) -> usize {
        self.machine.page_bytes()
    }

    fn address_bytes(&self) -> usize {
        1 << 40
    }

    fn reserve(&self, bytes: usize) -> Result<Address, AllocateError> {
        self.machine.reserve(bytes)
    }

    unsafe fn release(&self, address: Address, bytes: usize) -> Result<()> {
        self.machine.release_addresses(address, bytes)
    }

    fn create(&self) -> Result<u64, AllocateError> {
        self.machine.create_page()
    }

    unsafe fn destroy(&self, page: u64) -> Result<()> {
        self.machine.destroy_page(page)
    }

    unsafe fn map(&self, address: Address, pages: &[u64]) -> Result<(), AllocateError> {
        self.machine.map(address, pages)
    }

    unsafe fn unmap(&self, address: Address, count: usize) -> Result<()> {
        self.machine.unmap(address, count)
    }
}

// SAFETY: no safe code can reach the memory behind an address but through a device, and this one touches none: the
// duties about memory hold for want of any. An event's point is complete only when everything queued on its stream before
// it is; what is queued behind a wait is run only when the point waited for is complete; `synchronize` runs the stream dry.
// Tests that break these rules on purpose do so in the log only.
unsafe impl Backend for Recorder {
    type Stream = Stream;
    type StreamOptions = Mode;
    type Event = Event;
    type Graph = ();

    const STREAMS_FAIL_ALONE: bool = false;

    fn device(&self) -> Device {
        self.machine.device()
    }

    fn source(&self, kind: MemoryKind) -> Option<&dyn Source> {
        (kind == MemoryKind::Device).then_some(self)
    }

    fn create_stream(&self, mode: Mode) -> Result<Stream> {
        let id = self.machine.create_stream()?;
        Ok(Stream { id, mode, machine: self.machine.clone() })
    }

    fn runs_in_place(&self, stream: &Stream) -> bool {
        stream.mode == Mode::InPlace
    }

    fn may_reuse(&self, _stream: &Stream) -> bool {
        true
    }

    fn synchronize(&self, stream: &Stream) -> Result<()> {
        self.machine.synchronize(stream.id)
    }

    fn create_event(&self) -> Result<Event> {
        let id = self.machine.create_event()?;
        Ok(Event { id, machine: self.machine.clone() })
    }

    fn record(&self, event: &Event, stream: &Stream) -> Result<()> {
        self.machine.record(event.id, stream.id, stream.mode)
    }

    fn wait(&self, stream: &Stream, event: &Event) -> Result<()> {
        self.machine.wait(stream.id, stream.mode, event.id)
    }

    fn query(&self, event: &Event) -> Result<bool> {
        self.machine.query(event.id)
    }

    fn synchronize_event(&self, event: &Event) -> Result<()> {
        self.machine.synchronize_event(event.id)
    }

    unsafe fn upload(&self, stream: &Stream, target: Address, _source: *const u8, bytes: usize) -> Given {
        Ok(self.operation(stream, "upload", vec![Access::new(target, bytes, true)])?)
    }

    unsafe fn download(&self, stream: &Stream, _target: *mut u8, source: Address, bytes: usize) -> Given {
        self.operation(stream, "download", vec![Access::new(source, bytes, false)])?;
        self.machine.run_dry(stream.id);
        Ok(())
    }

    unsafe fn copy(&self, stream: &Stream, target: Address, source: Address, bytes: usize) -> Result<()> {
        let accesses = vec![Access::new(target, bytes, true), Access::new(source, bytes, false)];
        self.operation(stream, "copy", accesses)
    }

    unsafe fn fill(&self, stream: &Stream, target: Address, pattern: &[u8], count: usize) -> Result<()> {
        self.operation(stream, "fill", vec![Access::new(target, pattern.len() * count, true)])
    }

    unsafe fn draw(
        &self,
        stream: &Stream,
        target: Address,
        count: usize,
        _generator: &Philox,
        _draw: Draw,
    ) -> Result<()> {
        self.operation(stream, "draw", vec![Access::new(target, count * size_of::<f32>(), true)])
    }

    unsafe fn gemm(&self, stream: &Stream, gemm: &RawGemm) -> Result<()> {
        let RawGemm { m, n, k, a, b, c, .. } = gemm;
        let accesses = (0..gemm.batches).flat_map(|batch| {
            [extent(a, batch, *m, *k, false), extent(b, batch, *k, *n, false), extent(c, batch, *m, *n, true)]
        });
        self.operation(stream, "gemm", accesses.flatten().collect())
    }

    /// The kernel's name tells its accesses, since `arguments` do not: a letter for each slice of `u32`, `r` or `w`. Of a
    /// kernel of any other name none are known.
    unsafe fn launch<K: KernelCode>(&self, stream: &Stream, _threads: Threads, arguments: &K::Raw) -> Given {
        let letters = K::NAME.bytes().all(|letter| b"rw".contains(&letter));
        let letters = if letters { K::NAME.as_bytes() } else { &[] };
        let mut places = ParameterPlaces::uninit();
        let parameters = Parameters::new(arguments, &mut places);
        let accesses = parameters.as_slice().chunks_exact(2).zip(letters).map(|(slice, letter)| {
            // SAFETY: a slice's parameters are two `u64`, its address and its length; a kernel of such a name has only slices.
            let [address, len] = [slice[0], slice[1]].map(|pointer| unsafe { *pointer.cast::<u64>() });
            Access::new(address, len as usize * size_of::<u32>(), *letter == b'w')
        });
        Ok(self.operation(stream, K::NAME, accesses.collect())?)
    }

    fn driver_calls(&self) -> u64 {
        self.machine.calls()
    }
}

//! What a device must be able to do, as raw operations.
//!
//! Everything safe in this crate is built on these: buffers, ordering and the pool are written once, generic over
//! [`Backend`], and a new kind of device implements this trait and nothing else.

#![allow(unsafe_code)]

use std::fmt::{self, Debug};

use crate::{
    Device, Error, MemoryKind, Result,
    completion::Callback,
    kernel::{KernelCode, Threads},
    matrix::RawGemm,
    random::{Draw, Philox},
};
pub use crate::{
    latch::{Held, Latch},
    pool::{PageSource, Source},
};

/// An address in a device's memory. On the CPU it is a pointer's address.
pub type Address = u64;

/// What an operation that is given often returns. Its error is on the heap, so that whether there is one is told in a register.
pub type Given = Result<(), Box<Error>>;

/// The raw operations of one device.
///
/// A stream runs its operations in the order in which they were given to it. Operations on different streams are not
/// ordered but by [`wait`](Backend::wait). Any method may be called from any thread.
///
/// # Safety
///
/// A source keeps what [`Source`] promises. An event recorded on a stream completes only after every operation given to the
/// stream before it. An operation given to a stream after `wait(stream, event)` starts after the event is complete.
/// `synchronize` returns `Ok` only when all operations given to the stream before have ended.
pub unsafe trait Backend: Sized + Debug + Send + Sync + 'static {
    /// An ordered queue of work. Dropping it must neither block nor cancel work.
    type Stream: Debug + Send + Sync;
    /// What sort of stream a context wants. The default is the device's usual one.
    type StreamOptions: Debug + Copy + Default + PartialEq + Send + Sync;
    /// A point in a stream's work. It can be recorded again once nobody needs the earlier point.
    type Event: Debug + Send + Sync;
    /// Work that was captured, to be given to streams any number of times. Dropping it neither blocks nor cancels work. `()` for a
    /// backend that captures none.
    type Graph: Debug + Send;

    /// Whether a failure stops one stream and those that wait for it, and leaves the device's others alone. Where it is
    /// false, a failure loses the device.
    const STREAMS_FAIL_ALONE: bool;

    /// Whether memory of [`MemoryKind::Device`] is the process's own, whose addresses are pointers.
    const MEMORY_IS_HOST: bool = false;

    /// Whether a stream can wait for something that the host does, while the caller goes on.
    const STREAMS_WAIT_FOR_HOST: bool = false;

    /// Returns the device that this is.
    fn device(&self) -> Device;

    /// Returns the source of a kind of memory, if the device has such memory. Of [`MemoryKind::Device`] every device has.
    fn source(&self, kind: MemoryKind) -> Option<&dyn Source>;

    /// Returns what tells this memory from other memory of the process, if several pools may share it: those with the same number
    /// give back for each other what they hold idle.
    fn memory_domain(&self) -> Option<u64> {
        None
    }

    /// Makes a stream.
    fn create_stream(&self, options: Self::StreamOptions) -> Result<Self::Stream>;

    /// Tells whether operations on `stream` have always ended when the call that gave them returns.
    fn runs_in_place(&self, stream: &Self::Stream) -> bool;

    /// Tells whether `stream` may serve another context once its own is gone: not after its work has failed.
    fn may_reuse(&self, stream: &Self::Stream) -> bool;

    /// Blocks the calling thread until all work of `stream` has ended, and returns the first error of that work.
    fn synchronize(&self, stream: &Self::Stream) -> Result<()>;

    /// Makes an event that is not recorded yet.
    fn create_event(&self) -> Result<Self::Event>;

    /// Records `event` behind the work of `stream`.
    fn record(&self, event: &Self::Event, stream: &Self::Stream) -> Result<()>;

    /// Makes later work of `stream` start after `event`, without blocking the caller where the device can. If the work before
    /// the event failed, so does the later work.
    fn wait(&self, stream: &Self::Stream, event: &Self::Event) -> Result<()>;

    /// As [`wait`](Backend::wait), but later work starts however the work before the event has ended.
    fn follow(&self, stream: &Self::Stream, event: &Self::Event) -> Result<()> {
        self.wait(stream, event)
    }

    /// Tells whether `event` is complete; an error if the work before it has failed.
    fn query(&self, event: &Self::Event) -> Result<bool>;

    /// Blocks the calling thread until `event` is complete; an error if the work before it has failed.
    fn synchronize_event(&self, event: &Self::Event) -> Result<()>;

    /// Calls `callback` with the outcome of the work before `event` when that has ended; gives it back if the backend cannot, and
    /// the event is asked from time to time instead.
    fn on_event(&self, _event: &Self::Event, callback: Callback) -> Result<(), Callback> {
        Err(callback)
    }

    /// Makes later work of `stream` start after `wait` has returned, and fail if that failed. Where streams cannot wait for the
    /// host, it is called at once.
    fn wait_for_host(
        &self,
        _stream: &Self::Stream,
        wait: Box<dyn FnOnce() -> Result<()> + Send>,
    ) -> Result<()> {
        wait()
    }

    /// Holds later work of `stream` back on the device, while the caller goes on, until what is returned is dropped. `None` if the
    /// device cannot: whoever asks then waits itself.
    ///
    /// # Errors
    /// Whatever giving the stream something can fail with; it holds nothing back then.
    fn hold(&self, _stream: &Self::Stream) -> Result<Option<Hold>> {
        Ok(None)
    }

    /// Copies host memory to the device. The source may be changed or freed as soon as this returns.
    ///
    /// # Safety
    /// `source` is readable and `target` is device memory, each for `bytes`.
    unsafe fn upload(&self, stream: &Self::Stream, target: Address, source: *const u8, bytes: usize)
    -> Given;

    /// Copies device memory to the host, and returns when the bytes are there.
    ///
    /// # Safety
    /// `source` is device memory and `target` is writable, each for `bytes`. Nothing else touches `target`.
    unsafe fn download(&self, stream: &Self::Stream, target: *mut u8, source: Address, bytes: usize)
    -> Given;

    /// As [`upload`](Backend::upload), from pinned memory: may return before the copy has run.
    ///
    /// # Safety
    /// `source` is pinned memory and `target` is device memory, each for `bytes` until the copy has run; nothing writes either until then.
    unsafe fn copy_from_pinned(
        &self,
        stream: &Self::Stream,
        target: Address,
        source: *const u8,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller promises more.
        Ok(unsafe { self.upload(stream, target, source, bytes) }?)
    }

    /// As [`download`](Backend::download), to pinned memory: may return before the copy has run.
    ///
    /// # Safety
    /// `source` is device memory and `target` is pinned memory, each for `bytes` until the copy has run; nothing touches `target`
    /// until then, nor writes `source`.
    unsafe fn copy_to_pinned(
        &self,
        stream: &Self::Stream,
        target: *mut u8,
        source: Address,
        bytes: usize,
    ) -> Result<()> {
        // SAFETY: the caller promises more.
        Ok(unsafe { self.download(stream, target, source, bytes) }?)
    }

    /// Copies within the device.
    ///
    /// # Safety
    /// Both are device memory for `bytes` and they do not overlap.
    unsafe fn copy(
        &self,
        stream: &Self::Stream,
        target: Address,
        source: Address,
        bytes: usize,
    ) -> Result<()>;

    /// Copies rows within the device. Target and source are addresses with the bytes from one row to the next.
    ///
    /// # Safety
    /// All rows are device memory, and no row of the target overlaps one of the source.
    unsafe fn copy_rows(
        &self,
        stream: &Self::Stream,
        target: (Address, usize),
        source: (Address, usize),
        rows: Rows,
    ) -> Result<()> {
        rows.each(target.1, source.1, |to, from, bytes| {
            // SAFETY: the caller vouches for each row.
            unsafe { self.copy(stream, target.0 + to as Address, source.0 + from as Address, bytes) }
        })
    }

    /// As [`upload`](Backend::upload), of rows that lie side by side on the host.
    ///
    /// # Safety
    /// The rows of the target are device memory, and `source` is readable for all of them.
    unsafe fn upload_rows(
        &self,
        stream: &Self::Stream,
        target: (Address, usize),
        source: *const u8,
        rows: Rows,
    ) -> Result<()> {
        rows.each(target.1, rows.bytes, |to, from, bytes| {
            // SAFETY: the caller vouches for each row.
            Ok(unsafe { self.upload(stream, target.0 + to as Address, source.add(from), bytes) }?)
        })
    }

    /// As [`download`](Backend::download), to rows that lie side by side on the host.
    ///
    /// # Safety
    /// The rows of the source are device memory, and `target` is writable for all of them. Nothing else touches `target`.
    unsafe fn download_rows(
        &self,
        stream: &Self::Stream,
        target: *mut u8,
        source: (Address, usize),
        rows: Rows,
    ) -> Result<()> {
        rows.each(rows.bytes, source.1, |to, from, bytes| {
            // SAFETY: the caller vouches for each row.
            Ok(unsafe { self.download(stream, target.add(to), source.0 + from as Address, bytes) }?)
        })
    }

    /// Tells whether streams of this device can wait for events of `other`, and [copy from it](Backend::copy_from_peer).
    fn reaches(&self, _other: &Self) -> bool {
        false
    }

    /// Copies from another device, which this one [reaches](Backend::reaches), or from other memory of the same.
    ///
    /// # Safety
    /// `source` is memory of the device `from`, and `target` of this one, each for `bytes`; they do not overlap.
    unsafe fn copy_from_peer(
        &self,
        _stream: &Self::Stream,
        _target: Address,
        _from: &Self,
        _source: Address,
        _bytes: usize,
    ) -> Result<()> {
        Err(crate::Error::Unsupported {
            device: self.device(),
            what: "copying from another device",
            reason: "its backend reaches none".to_owned(),
        })
    }

    /// Writes `pattern` (1 to 16 bytes) `count` times.
    ///
    /// # Safety
    /// `target` is device memory for `pattern.len() * count` bytes.
    unsafe fn fill(&self, stream: &Self::Stream, target: Address, pattern: &[u8], count: usize)
    -> Result<()>;

    /// Writes `count` words or floats of `generator`'s sequence, from its position on, as `draw` says.
    ///
    /// # Safety
    /// `target` is device memory for `count` words or floats.
    unsafe fn draw(
        &self,
        stream: &Self::Stream,
        target: Address,
        count: usize,
        generator: &Philox,
        draw: Draw,
    ) -> Result<()>;

    /// Multiplies a batch of matrices: `C ← alpha·A·B + beta·C`.
    ///
    /// # Safety
    /// The addresses are device memory for the extents that sizes, strides and batches give; C overlaps neither A nor B, and no C another one.
    unsafe fn gemm(&self, stream: &Self::Stream, gemm: &RawGemm) -> Result<()>;

    /// Runs a kernel; with no thread, nothing.
    ///
    /// # Safety
    /// The slices in `arguments` are device memory of their lengths; those written overlap no other.
    unsafe fn launch<K: KernelCode>(
        &self,
        stream: &Self::Stream,
        threads: Threads,
        arguments: &K::Raw,
    ) -> Given;

    /// Starts to capture the work that `stream` is given, in place of running it, until [`end_capture`](Backend::end_capture) or
    /// [`abandon_capture`](Backend::abandon_capture). Only copies, fills, draws, products and launches are captured, and what orders the
    /// capture's streams among each other: events that are recorded on one of them and waited for by another.
    ///
    /// # Errors
    /// [`Error::Unsupported`] if the backend captures nothing, as it is unless a backend says otherwise.
    fn begin_capture(&self, _stream: &Self::Stream) -> Result<()> {
        Err(self.captures_nothing())
    }

    /// Lets `branch` take part in the capture of `stream`, behind what that was given so far.
    fn join_capture(&self, _stream: &Self::Stream, _branch: &Self::Stream) -> Result<()> {
        Err(self.captures_nothing())
    }

    /// Ends a capture, also if it fails. `streams` are those that take part, the first one being that of
    /// [`begin_capture`](Backend::begin_capture). What was captured takes the place of what is in `graph`, which stays as it is
    /// if this fails.
    fn end_capture(&self, _streams: &[&Self::Stream], _graph: &mut Option<Self::Graph>) -> Result<()> {
        Err(self.captures_nothing())
    }

    /// Ends a capture whose work nobody wants.
    fn abandon_capture(&self, _streams: &[&Self::Stream]) {}

    /// Gives captured work to `stream`, as one operation. Draws are made with the generator that `moved` returns for the one that they
    /// were captured with. A graph's work does not overlap with itself.
    ///
    /// # Safety
    /// What the work touches is as the operations that were captured ask for, until it has run.
    unsafe fn replay(
        &self,
        _stream: &Self::Stream,
        _graph: &mut Self::Graph,
        _moved: &dyn Fn(&Philox) -> Philox,
    ) -> Result<()> {
        Err(self.captures_nothing())
    }

    /// Says that this backend captures nothing.
    fn captures_nothing(&self) -> crate::Error {
        crate::Error::Unsupported {
            device: self.device(),
            what: "capturing work",
            reason: "its backend has no graphs".to_owned(),
        }
    }

    /// Returns how many calls into a driver were made so far; zero where there is none.
    fn driver_calls(&self) -> u64;
}

/// Holds a stream's work back until it is dropped, so that nothing hangs if nobody is left to let the work go.
#[must_use = "it holds nothing back once it is dropped"]
pub struct Hold(Option<Box<dyn FnOnce() + Send>>);

impl Hold {
    /// Makes a hold that ends with `release`, which must not block.
    pub fn new(release: impl FnOnce() + Send + 'static) -> Hold {
        Hold(Some(Box::new(release)))
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            release();
        }
    }
}

impl Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hold")
    }
}

/// Rows of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// How many there are.
    pub count: usize,
    /// How many bytes each has.
    pub bytes: usize,
}

impl Rows {
    /// Calls `copy` for each row with where it begins in the target and in the source, and its size; once for all where they lie side
    /// by side in both.
    ///
    /// # Errors
    /// The first that `copy` returns.
    pub fn each(
        self,
        target_pitch: usize,
        source_pitch: usize,
        mut copy: impl FnMut(usize, usize, usize) -> Result<()>,
    ) -> Result<()> {
        if self.are_dense(target_pitch, source_pitch) {
            return copy(0, 0, self.count * self.bytes);
        }
        (0..self.count).try_for_each(|row| copy(row * target_pitch, row * source_pitch, self.bytes))
    }

    /// Tells whether rows so far apart lie side by side.
    pub fn are_dense(self, target_pitch: usize, source_pitch: usize) -> bool {
        self.count == 1 || (target_pitch == self.bytes && source_pitch == self.bytes)
    }
}

/// The alignment in bytes of every buffer.
pub const ALIGNMENT: usize = 64;

/// Why memory could not be had.
#[derive(Debug)]
pub enum AllocateError {
    /// Memory ran out; the text is the backend's own.
    OutOfMemory(String),
    /// Something else failed.
    Other(crate::Error),
}

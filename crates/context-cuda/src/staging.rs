//! Staging of uploads: a ring of pinned chunks for each stream.
//!
//! An upload copies its source into pinned memory and starts the copy from there, so that the source is free at once and the
//! device copies by itself. Chunks are filled from the front; when one is full, an event is recorded behind the copies out
//! of it, and it is used again once that event is complete. The host waits only when it is more than [`MOST_CHUNKS`] ahead.

#![allow(unsafe_code)]

use std::collections::VecDeque;

use context_core::{
    backend::Rows,
    cuda::{Event, PinnedMemory, Result, RowsAt, Stream},
};

/// The size of a chunk in bytes. Larger uploads are divided.
const CHUNK_BYTES: usize = 1 << 20;

/// How many chunks a stream has at the most.
const MOST_CHUNKS: usize = 4;

/// Where the next piece starts in a chunk is rounded up to this, in bytes.
const ALIGNMENT: usize = 64;

/// The chunks of one stream.
#[derive(Debug, Default)]
pub(crate) struct Staging {
    current: Option<Chunk>,
    /// Full chunks, oldest first.
    full: VecDeque<Chunk>,
}

#[derive(Debug)]
struct Chunk {
    memory: PinnedMemory,
    /// Recorded behind the copies out of the chunk when it is full, and used again with it.
    event: Event,
    used: usize,
}

impl Staging {
    pub(crate) fn new() -> Staging {
        Staging::default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.current.is_none() && self.full.is_empty()
    }

    /// Copies `bytes` from `source` to device memory at `target`, in the order of `stream`: piece by piece where a chunk is too small.
    ///
    /// # Safety
    /// `source` is readable and `target` is device memory until the copy has run, each for `bytes`. This staging serves
    /// `stream` only.
    pub(crate) unsafe fn upload(
        &mut self,
        stream: &Stream,
        target: u64,
        source: *const u8,
        bytes: usize,
    ) -> Result<()> {
        let mut done = 0;
        while done < bytes {
            let piece = (bytes - done).min(CHUNK_BYTES);
            let staged = self.reserve(stream, piece)?;
            // SAFETY: `reserve` gave `piece` bytes of pinned memory that no copy reads and that stay until the copy started
            // here has run; the caller vouches for source and target, and `done + piece` is at most `bytes`.
            unsafe {
                std::ptr::copy_nonoverlapping(source.add(done), staged, piece);
                stream.copy_from_host(target + done as u64, staged, piece)?;
            }
            done += piece;
        }
        Ok(())
    }

    /// Copies rows that lie side by side at `source` to device memory, in the order of `stream`. `target` is where the first one goes,
    /// and how many bytes lie from one to the next.
    ///
    /// # Safety
    /// As for [`upload`](Staging::upload), for each row.
    pub(crate) unsafe fn upload_rows(
        &mut self,
        stream: &Stream,
        (target, pitch): (u64, usize),
        source: *const u8,
        rows: Rows,
    ) -> Result<()> {
        let at_once = CHUNK_BYTES / rows.bytes.max(1);
        let mut done = 0;
        while done < rows.count {
            let address = target + (done * pitch) as u64;
            if at_once < 2 {
                // SAFETY: the caller vouches for the row.
                unsafe { self.upload(stream, address, source.add(done * rows.bytes), rows.bytes) }?;
                done += 1;
                continue;
            }
            let count = (rows.count - done).min(at_once);
            let piece = count * rows.bytes;
            let staged = self.reserve(stream, piece)?;
            // SAFETY: as in `upload`, for `count` rows.
            unsafe {
                std::ptr::copy_nonoverlapping(source.add(done * rows.bytes), staged, piece);
                let (to, from) = (RowsAt::Device(address, pitch), RowsAt::Host(staged, rows.bytes));
                stream.copy_rows(to, from, rows.bytes, count)?;
            }
            done += count;
        }
        Ok(())
    }

    /// Takes `bytes` of what is left of the current chunk, if there are as many: pinned memory that nothing reads any more, and that
    /// stays until copies out of it that are given to the stream now have run.
    #[inline]
    pub(crate) fn take(&mut self, bytes: usize) -> Option<*mut u8> {
        let chunk = self.current.as_mut()?;
        let start = chunk.used;
        if bytes > CHUNK_BYTES - start {
            return None;
        }
        chunk.used = (start + bytes).next_multiple_of(ALIGNMENT);
        // In bounds: `start + bytes` is at most CHUNK_BYTES, the size of the chunk.
        Some(chunk.memory.as_raw().wrapping_add(start))
    }

    /// Finds `bytes`, at most a chunk, of pinned memory that nothing reads any more.
    fn reserve(&mut self, stream: &Stream, bytes: usize) -> Result<*mut u8> {
        if let Some(staged) = self.take(bytes) {
            return Ok(staged);
        }
        self.turn(stream)?;
        Ok(self.take(bytes).expect("`turn` puts an empty chunk there or fails"))
    }

    /// Puts an empty chunk in front.
    fn turn(&mut self, stream: &Stream) -> Result<()> {
        if let Some(chunk) = &self.current {
            chunk.event.record(stream)?;
            self.full.extend(self.current.take());
        }
        let oldest_is_free = match self.full.front() {
            Some(chunk) if self.full.len() < MOST_CHUNKS => chunk.event.query()?,
            Some(chunk) => chunk.event.synchronize().map(|()| true)?,
            None => false,
        };
        let free = if oldest_is_free { self.full.pop_front() } else { None };
        self.current = Some(match free {
            Some(chunk) => Chunk { used: 0, ..chunk },
            None => Chunk {
                memory: PinnedMemory::new(stream.context(), CHUNK_BYTES)?,
                event: Event::new(stream.context())?,
                used: 0,
            },
        });
        Ok(())
    }
}

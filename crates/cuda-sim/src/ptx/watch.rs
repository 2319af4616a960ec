//! What a run does with device memory, byte by byte: which bytes it reads, writes and updates, and whether what it reads has
//! been written before.
//!
//! Each region that the device wants watched has three sets of bytes, a bit each, made where they are needed. They are
//! private to the run's thread; the device hears of them when the run is over. The bits that tell what has been written
//! are the device's, and shared with whatever else runs.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::lanes::LANES;
use super::memory::{Memory, bits};
use super::{Access, Region};

/// Bytes of memory that one entry of the table of touched parts stands for.
const PART: usize = 4096;

/// In an instruction's `c`: a load or store that is volatile, relaxed or otherwise strong, which is as good as atomic.
pub(super) const STRONG: u32 = 1 << 30;
/// In an instruction's `c`: an atomic operation whose scope is the block, and so no more than plain among launches.
pub(super) const BLOCK_SCOPE: u32 = 1 << 31;

/// A set of bytes of a region.
#[derive(Debug, Default)]
struct Bytes {
    words: Vec<u64>,
    /// Whether anything in each part is in the set, so that large regions are quick to look through.
    parts: Vec<bool>,
}

impl Bytes {
    #[inline(always)]
    fn add(&mut self, word: usize, mask: u64) {
        let old = self.words[word];
        if old & mask != mask {
            self.words[word] = old | mask;
            self.parts[word / (PART / 64)] = true;
        }
    }

    #[inline(always)]
    fn prepare(&mut self, len: u64) {
        if self.words.is_empty() {
            self.make(len);
        }
    }

    #[cold]
    #[inline(never)]
    fn make(&mut self, len: u64) {
        self.words = vec![0; (len as usize).div_ceil(64)];
        self.parts = vec![false; (len as usize).div_ceil(PART)];
    }

    /// The stretches of bytes in the set that are not in `others`, from the first.
    fn stretches(&self, others: &[&Bytes], add: &mut dyn FnMut(u64, u64)) {
        let (mut start, mut end) = (0u64, 0u64);
        let mut put = |from: u64, to: u64| {
            if from == end && end > start {
                end = to;
                return;
            }
            if end > start {
                add(start, end);
            }
            (start, end) = (from, to);
        };
        for part in self.parts.iter().enumerate().filter(|part| *part.1).map(|part| part.0) {
            for word in part * (PART / 64)..((part + 1) * (PART / 64)).min(self.words.len()) {
                let without = |set: u64, other: &&Bytes| set & !other.words.get(word).copied().unwrap_or(0);
                let mut set = others.iter().fold(self.words[word], without);
                let base = word as u64 * 64;
                while set != 0 {
                    let low = set.trailing_zeros();
                    let len = (set >> low).trailing_ones();
                    put(base + u64::from(low), base + u64::from(low + len));
                    set = if low + len >= 64 { 0 } else { set & (u64::MAX << (low + len)) };
                }
            }
        }
        if end > start {
            add(start, end);
        }
    }
}

/// The bytes of a region that a run touched.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) region: Region,
    read: Bytes,
    written: Bytes,
    updated: Bytes,
    missing: Missing,
}

/// What was read without having been written.
#[derive(Clone, Copy, Debug, Default)]
struct Missing {
    count: u64,
    first: u64,
    site: u32,
}

/// What a run did to one region, for the device.
#[derive(Clone, Debug)]
pub struct Touched {
    /// The region.
    pub region: Region,
    /// Stretches of bytes that were read and not written, from and up to these offsets.
    pub read: Vec<(u64, u64)>,
    /// Stretches that were written.
    pub written: Vec<(u64, u64)>,
    /// Stretches that were only touched by atomic operations, or volatile and other strong accesses, besides reads.
    pub updated: Vec<(u64, u64)>,
    /// How many bytes were read before they had been written, the offset of the first, and its instruction's number.
    pub uninitialised: Option<(u64, u64, u32)>,
}

impl Watch {
    pub(super) fn new(region: Region) -> Watch {
        let bytes = Bytes::default;
        Watch { region, read: bytes(), written: bytes(), updated: bytes(), missing: Missing::default() }
    }

    /// Enters an access of some bytes in one word.
    #[inline(always)]
    fn one(&mut self, offset: u64, bytes: u32, manner: Access, reads: bool, site: u32) {
        let (word, low) = ((offset / 64) as usize, offset % 64);
        let mask = (u64::MAX >> (64 - bytes)) << low;
        if self.region.watched {
            let set = match manner {
                Access::Read => &mut self.read,
                Access::Write => &mut self.written,
                Access::Atomic => &mut self.updated,
            };
            set.prepare(self.region.len);
            set.add(word, mask);
        }
        if self.region.written.is_null() {
            return;
        }
        // SAFETY: the device gave a word for each 64 bytes of the region (Region), and the offset lies in it.
        let bits = unsafe { AtomicU64::from_ptr(self.region.written.add(word)) };
        let set = bits.load(Relaxed);
        if set & mask == mask {
            return;
        }
        if reads {
            self.miss(word, mask & !set, site);
        }
        if manner != Access::Read || !reads {
            bits.fetch_or(mask, Relaxed);
        }
    }

    #[cold]
    #[inline(never)]
    fn miss(&mut self, word: usize, bytes: u64, site: u32) {
        if self.missing.count == 0 {
            let first = word as u64 * 64 + u64::from(bytes.trailing_zeros());
            (self.missing.first, self.missing.site) = (first, site);
        }
        self.missing.count += u64::from(bytes.count_ones());
    }

    fn touched(&self) -> Touched {
        let collect = |set: &Bytes, others: &[&Bytes]| {
            let mut stretches = Vec::new();
            set.stretches(others, &mut |from, to| stretches.push((from, to)));
            stretches
        };
        let Missing { count, first, site } = self.missing;
        Touched {
            region: self.region,
            read: collect(&self.read, &[&self.written]),
            written: collect(&self.written, &[]),
            updated: collect(&self.updated, &[&self.written]),
            uninitialised: (count > 0).then_some((count, first, site)),
        }
    }
}

/// An access of a whole warp.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) bytes: u32,
    pub(super) access: Access,
    /// The instruction's `c`, which says how strong it is.
    pub(super) strength: u32,
    pub(super) site: u32,
}

impl Seen {
    /// As what the access counts among launches.
    #[inline(always)]
    fn manner(&self) -> Access {
        match self.access {
            Access::Atomic if self.strength & BLOCK_SCOPE != 0 => Access::Write,
            Access::Read | Access::Write if self.strength & STRONG != 0 => Access::Atomic,
            access => access,
        }
    }
}

/// Enters an access of the lanes in `mask` at these offsets into the region.
///
/// # Safety
/// `watch` is one of the memory's own, and the offsets keep the access in its region.
#[inline(always)]
pub(super) unsafe fn note(watch: *mut Watch, mask: u32, offsets: &[u32; LANES], seen: Seen) {
    // SAFETY: watches are boxed, and nobody else refers to one while a run's thread is here.
    let watch = unsafe { &mut *watch };
    let (manner, reads) = (seen.manner(), seen.access != Access::Write);
    let start = offsets[0];
    let mut row = 0;
    for (k, offset) in offsets.iter().enumerate() {
        row |= offset.wrapping_sub(start).wrapping_sub(k as u32 * seen.bytes);
    }
    if row == 0 && mask == u32::MAX {
        // SAFETY: the caller's promise, and `watch` is not used again.
        unsafe { note_span(watch, u64::from(start), u64::from(seen.bytes) * LANES as u64, seen) };
        return;
    }
    let mut last = u32::MAX;
    for lane in bits(mask) {
        // Lanes that share an address are common.
        if offsets[lane] != last {
            last = offsets[lane];
            watch.one(u64::from(last), seen.bytes, manner, reads, seen.site);
        }
    }
}

/// Enters an access of `len` bytes from this offset on, whichever lanes they belong to.
///
/// # Safety
/// `watch` is one of the memory's own, and the bytes lie in its region.
#[inline(always)]
pub(super) unsafe fn note_span(watch: *mut Watch, offset: u64, len: u64, seen: Seen) {
    // SAFETY: watches are boxed, and nobody else refers to one while a run's thread is here.
    let watch = unsafe { &mut *watch };
    let (manner, reads) = (seen.manner(), seen.access != Access::Write);
    let (mut at, end) = (offset, offset + len);
    while at < end {
        let len = (64 - at % 64).min(end - at);
        watch.one(at, len as u32, manner, reads, seen.site);
        at += len;
    }
}

impl Memory<'_> {
    /// Enters an access of one lane. Its bytes may lie in more than one word.
    pub(super) fn note_one(&mut self, watch: *mut Watch, address: u64, seen: Seen) {
        if watch.is_null() {
            return;
        }
        // SAFETY: the watch is one of this memory's own, which are boxed and live as long as it does.
        let watch = unsafe { &mut *watch };
        let (mut at, mut left) = (address - watch.region.base, u64::from(seen.bytes));
        while left > 0 {
            let len = (64 - at % 64).min(left);
            watch.one(at, len as u32, seen.manner(), seen.access != Access::Write, seen.site);
            (at, left) = (at + len, left - len);
        }
    }

    /// Tells the device what the run did.
    pub(super) fn tell_device(&mut self) {
        for watch in std::mem::take(&mut self.watches) {
            self.device.touched(watch.touched());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_join_over_words_and_leave_out_other_sets() {
        let (mut set, mut other) = (Bytes::default(), Bytes::default());
        set.prepare(1 << 14);
        other.prepare(1 << 14);
        set.add(0, u64::MAX << 60);
        set.add(1, u64::MAX);
        set.add(2, 1);
        set.add(200, 0b1010);
        other.add(1, 1);

        let mut found = Vec::new();
        set.stretches(&[&other], &mut |from, to| found.push((from, to)));

        assert_eq!(found, [(60, 64), (65, 129), (12801, 12802), (12803, 12804)]);
    }
}

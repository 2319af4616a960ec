//! A stream's lane: its own small part of a pool, which no other stream shares.
//!
//! Blocks up to a mebibyte that were freed go into the lane's front cache, by their exact size, and come out of it again without
//! anybody else's lock. A lane also counts what its stream allocates. Its lock is contended only by threads that free
//! buffers of the stream while it allocates.

use std::sync::{
    Mutex, MutexGuard,
    atomic::{AtomicU32, Ordering::*},
};

use super::arena::{GRANULE, NONE};
use crate::clock::lock;

/// The largest block that the front cache keeps.
pub(super) const MOST_CACHED: u64 = 1 << 20;

/// How many bytes a lane keeps at the most.
const LANE_BYTES: u64 = 4 << 20;

/// How many bytes of one size a lane keeps, if that is more than one block.
const SIZE_BYTES: u64 = 64 << 10;

/// How many blocks of one size a lane keeps at the most.
const DEPTH: usize = 8;

/// How many sizes a lane can keep at once.
const SIZES: usize = 64;

/// How often a place refuses another size before it is given over.
const STUBBORN: u32 = 16;

/// A free block in a front cache. In the arena it counts as used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cached {
    pub(super) address: u64,
    pub(super) node: u32,
    pub(super) tick: u64,
}

#[derive(Clone, Copy, Debug)]
struct Place {
    bytes: u64,
    len: usize,
    refused: u32,
    blocks: [Cached; DEPTH],
}

const EMPTY: Place =
    Place { bytes: 0, len: 0, refused: 0, blocks: [Cached { address: 0, node: NONE, tick: 0 }; DEPTH] };

/// What a stream has allocated under one label.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Usage {
    pub(super) live: u64,
    pub(super) peak: u64,
    pub(super) allocations: u64,
}

impl Usage {
    #[inline]
    pub(super) fn allocate(&mut self, bytes: u64) {
        self.live += bytes;
        self.allocations += 1;
        if self.live > self.peak {
            self.peak = self.live;
        }
    }
}

/// What a lane has not yet told the pool of the whole stream's usage.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fold {
    /// What `live` was at the last fold.
    pub(super) before: u64,
    /// The highest it has been since.
    pub(super) high: u64,
    /// What it is now.
    pub(super) now: u64,
}

#[derive(Debug, Default)]
pub(super) struct Front {
    /// Made when the first block is kept.
    places: Option<Box<[Place; SIZES]>>,
    bytes: u64,
    live: u64,
    /// What `live` was when the pool was last told.
    folded: u64,
    /// The highest it has been since.
    high: u64,
    /// The highest it was before.
    peak: u64,
    /// By label; the first is that of everything without one.
    pub(super) labels: Vec<Usage>,
}

/// The part of a pool that belongs to one stream, on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Lane {
    /// The stream's number in the pool.
    slot: AtomicU32,
    front: Mutex<Front>,
}

impl Default for Lane {
    fn default() -> Lane {
        Lane { slot: AtomicU32::new(NONE), front: Mutex::default() }
    }
}

impl Lane {
    pub(super) fn slot(&self) -> Option<u32> {
        let slot = self.slot.load(Acquire);
        (slot != NONE).then_some(slot)
    }

    /// The caller holds the pool's lock: a lane gets its number once.
    pub(super) fn set_slot(&self, slot: u32) {
        self.slot.store(slot, Release);
    }

    #[inline]
    pub(super) fn front(&self) -> MutexGuard<'_, Front> {
        lock(&self.front)
    }
}

impl Front {
    #[inline(always)]
    fn place(bytes: u64) -> usize {
        let granules = bytes / GRANULE;
        // Sizes of one program are often multiples of a large power of two: the higher bits take part.
        ((granules ^ granules >> 6 ^ granules >> 11) % SIZES as u64) as usize
    }

    /// Takes a block of exactly this size.
    #[inline]
    pub(super) fn take(&mut self, bytes: u64) -> Option<Cached> {
        let place = &mut self.places.as_mut()?[Front::place(bytes)];
        if place.bytes != bytes || place.len == 0 {
            return None;
        }
        place.len -= 1;
        self.bytes -= bytes;
        Some(place.blocks[place.len])
    }

    /// Keeps a block for the next request of its size; false if there is no room.
    #[inline(always)]
    pub(super) fn keep(&mut self, bytes: u64, block: Cached) -> bool {
        if bytes > MOST_CACHED || self.bytes + bytes > LANE_BYTES {
            return false;
        }
        let places = self.places.get_or_insert_with(|| Box::new([EMPTY; SIZES]));
        let place = &mut places[Front::place(bytes)];
        if place.bytes != bytes {
            if place.len > 0 {
                place.refused += 1;
                return false;
            }
            (place.bytes, place.refused) = (bytes, 0);
        }
        if place.len > 0 && (place.len == DEPTH || (place.len as u64 + 1) * bytes > SIZE_BYTES) {
            return false;
        }
        place.blocks[place.len] = block;
        place.len += 1;
        self.bytes += bytes;
        true
    }

    /// Gives a place over to `bytes` if that size insists, and returns the blocks that were there.
    pub(super) fn give_up(&mut self, bytes: u64) -> Option<Vec<Cached>> {
        let place = &mut self.places.as_mut()?[Front::place(bytes)];
        if bytes > MOST_CACHED || place.bytes == bytes || place.refused < STUBBORN {
            return None;
        }
        self.bytes -= place.bytes * place.len as u64;
        let blocks = place.blocks[..place.len].to_vec();
        *place = Place { bytes, ..EMPTY };
        Some(blocks)
    }

    /// Takes everything out.
    pub(super) fn drain(&mut self, into: &mut Vec<Cached>) {
        if self.bytes == 0 {
            return;
        }
        if let Some(places) = &mut self.places {
            for place in places.iter_mut().filter(|place| place.len > 0) {
                into.extend(&place.blocks[..place.len]);
                (place.len, place.bytes) = (0, 0);
            }
        }
        self.bytes = 0;
    }

    /// Returns the bytes in the cache.
    pub(super) fn cached(&self) -> u64 {
        self.bytes
    }

    #[inline]
    pub(super) fn count(&mut self, label: u32, bytes: u64) {
        self.live += bytes;
        self.high = self.high.max(self.live);
        match self.labels.get_mut(label as usize) {
            Some(usage) => usage.allocate(bytes),
            None => self.count_new(label, bytes),
        }
    }

    #[cold]
    fn count_new(&mut self, label: u32, bytes: u64) {
        self.labels.resize(label as usize + 1, Usage::default());
        self.labels[label as usize].allocate(bytes);
    }

    /// Returns what the stream has allocated in all.
    pub(super) fn usage(&self) -> Usage {
        let allocations = self.labels.iter().map(|usage| usage.allocations).sum();
        Usage { live: self.live, peak: self.peak.max(self.high), allocations }
    }

    #[inline]
    pub(super) fn uncount(&mut self, label: u32, bytes: u64) {
        self.live -= bytes;
        if let Some(usage) = self.labels.get_mut(label as usize) {
            usage.live -= bytes;
        }
    }

    /// Tells what changed since the last time.
    #[inline]
    pub(super) fn fold(&mut self) -> Fold {
        let fold = Fold { before: self.folded, high: self.high, now: self.live };
        self.peak = self.peak.max(self.high);
        (self.folded, self.high) = (self.live, self.live);
        fold
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(node: u32) -> Cached {
        Cached { address: 0, node, tick: 0 }
    }

    #[test]
    fn a_block_is_kept_for_its_exact_size_and_taken_once() {
        let mut front = Front::default();
        assert!(front.keep(1024, block(1)));

        assert!(front.take(1280).is_none());
        assert_eq!(front.take(1024).map(|block| block.node), Some(1));
        assert!(front.take(1024).is_none());
    }

    #[test]
    fn a_lane_keeps_no_more_than_its_share() {
        let mut front = Front::default();
        for size in 1..400 {
            for node in 0..20 {
                front.keep(size * GRANULE * 16, block(node));
            }
        }

        assert!(front.cached() <= LANE_BYTES);
        assert!(!front.keep(MOST_CACHED + GRANULE, block(1)));
    }

    #[test]
    fn a_place_is_given_over_when_another_size_insists() {
        let mut front = Front::default();
        // Two sizes that fall onto one place.
        let other = (2..)
            .map(|granules| granules * GRANULE)
            .find(|&bytes| Front::place(bytes) == Front::place(GRANULE));
        let other = other.unwrap();
        assert!(front.keep(GRANULE, block(1)));
        let given_up = (0..=STUBBORN).find_map(|_| {
            assert!(!front.keep(other, block(2)));
            front.give_up(other)
        });

        assert_eq!(given_up.map(|blocks| blocks.iter().map(|block| block.node).collect()), Some(vec![1]));
        assert!(front.keep(other, block(3)));
        assert_eq!(front.cached(), other);
    }
}

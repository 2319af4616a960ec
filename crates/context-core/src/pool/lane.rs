//! A stream's lane: its own small part of a pool, which no other stream shares.
//!
//! Blocks up to a mebibyte that were freed go into the lane's front cache, by their exact size, and come out of it again without
//! anybody else's lock. A lane also counts what its stream allocates. Its lock is contended only by threads that free
//! buffers of the stream while it allocates.

use std::sync::atomic::Ordering::*;

use super::{
    arena::NONE,
    memory::{Memory, Stack},
};
use crate::{
    Backend, MemoryKind,
    latch::{Held, Latch},
    sync::AtomicU32,
};

/// The largest block that the front cache keeps.
pub(super) const MOST_CACHED: u64 = 1 << 20;

/// How many bytes a lane keeps at the most, unless the stream has had much more.
const LANE_BYTES: u64 = 6 << 20;

/// How many bytes a lane keeps of a stream that has had much, as a part of its peak: what is kept for one size is lost to the others.
const LANE_SHARE: u64 = 256;

/// Blocks up to this size are tiny: programs have many of them, and together they are little.
const TINY: u64 = 4 << 10;

/// How much of that may be of one size, if it is more than two blocks: layers often have two of a size at once.
const SIZE_SHARE: u64 = 8;

/// How many blocks of one size a lane keeps at the most, of tiny ones and of others.
const DEPTH: [u64; 2] = [512, 8];

/// How many sizes a lane can keep at once.
const SIZES: usize = 64;

/// How often a place refuses another size before it is given over.
const STUBBORN: u32 = 16;

/// How many blocks a lane parks.
const PARKED: u32 = 64;

/// The place of blocks that no front cache keeps, and of records without memory.
const PARKING: u8 = SIZES as u8;
const NOWHERE: u8 = u8::MAX;

/// How many records without memory a lane keeps.
const SPARES: usize = 4096;

/// Sizes are told apart by so many bytes when a place is looked for.
const STEP: u64 = MemoryKind::Device.granule();

/// By size, in steps: where blocks of that size are.
static PLACES: [u8; 2 * (MOST_CACHED / STEP) as usize] = {
    let mut places = [0; 2 * (MOST_CACHED / STEP) as usize];
    let mut steps = 0;
    while steps < places.len() {
        // Sizes of one program are often multiples of a large power of two: the higher bits take part.
        places[steps] = ((steps ^ steps >> 6 ^ steps >> 11) % SIZES) as u8;
        steps += 1;
    }
    places
};

/// The blocks of one size. In the arena they count as used.
#[derive(Debug)]
struct Place<B: Backend> {
    bytes: u64,
    len: u32,
    /// How many blocks of this size are kept.
    most: u32,
    refused: u32,
    blocks: Stack<B>,
}

impl<B: Backend> Default for Place<B> {
    fn default() -> Place<B> {
        Place { bytes: 0, len: 0, most: 0, refused: 0, blocks: Stack::default() }
    }
}

impl<B: Backend> Place<B> {
    /// A place for blocks of this size, in a lane that keeps `room` bytes.
    fn of(bytes: u64, room: u64) -> Place<B> {
        let group = usize::from(bytes > TINY);
        let most = (room / SIZE_SHARE / bytes).clamp(2, DEPTH[group]) as u32;
        Place { bytes, most, ..Place::default() }
    }
}

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

#[derive(Debug)]
pub(super) struct Front<B: Backend> {
    /// Made when the first block is kept.
    places: Option<Box<[Place<B>; SIZES]>>,
    /// A bit for each place that has a size.
    sized: u64,
    bytes: u64,
    /// How many bytes are kept at the most.
    room: u64,
    /// What the stream freed since it last took memory from the shared part.
    parked: Stack<B>,
    parked_count: u32,
    parked_bytes: u64,
    live: u64,
    /// What `live` was when the pool was last told.
    folded: u64,
    /// The highest it has been since.
    high: u64,
    /// The highest it was before.
    peak: u64,
    /// Records without memory, so that none need be made.
    spares: Stack<B>,
    spare_count: usize,
    /// Whether the stream's last request had no fit in the shared part.
    pub(super) has_no_fit: bool,
    /// By label; the first is that of everything without one.
    pub(super) labels: Vec<Usage>,
}

impl<B: Backend> Default for Front<B> {
    fn default() -> Front<B> {
        Front {
            places: None,
            sized: 0,
            bytes: 0,
            room: LANE_BYTES,
            parked: Stack::default(),
            parked_count: 0,
            parked_bytes: 0,
            live: 0,
            folded: 0,
            high: 0,
            peak: 0,
            spares: Stack::default(),
            spare_count: 0,
            has_no_fit: false,
            labels: Vec::new(),
        }
    }
}

/// The part of a pool that belongs to one stream, on cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Lane<B: Backend> {
    /// The stream's number in the pool.
    slot: AtomicU32,
    front: Latch<Front<B>>,
}

impl<B: Backend> Default for Lane<B> {
    fn default() -> Lane<B> {
        Lane { slot: AtomicU32::new(NONE), front: Latch::default() }
    }
}

impl<B: Backend> Lane<B> {
    #[inline]
    pub(super) fn slot(&self) -> Option<u32> {
        let slot = self.slot.load(Acquire);
        (slot != NONE).then_some(slot)
    }

    /// The caller holds the pool's lock: a lane gets its number once.
    pub(super) fn set_slot(&self, slot: u32) {
        self.slot.store(slot, Release);
    }

    /// Borrows the front, unless another thread has it.
    #[inline(always)]
    pub(super) fn try_front(&self) -> Option<Held<'_, Front<B>>> {
        self.front.try_lock()
    }

    #[inline(always)]
    pub(super) fn front(&self) -> Held<'_, Front<B>> {
        self.front.lock()
    }
}

impl<B: Backend> Front<B> {
    /// Returns where blocks of a size are, for their records.
    #[inline]
    pub(super) fn place_of(bytes: u64) -> u8 {
        match bytes {
            0 => NOWHERE,
            1..=MOST_CACHED => Front::<B>::place(bytes) as u8,
            _ => PARKING,
        }
    }

    /// Tells whether a record has a block.
    #[inline(always)]
    pub(super) fn is_block(block: &Memory<B>) -> bool {
        block.place <= PARKING
    }

    /// Returns where blocks of a size are, which is not larger than what is kept.
    #[inline(always)]
    pub(super) fn place(bytes: u64) -> usize {
        usize::from(PLACES[(bytes / STEP) as usize % PLACES.len()]) % SIZES
    }

    /// Takes a block of exactly this size.
    #[inline]
    pub(super) fn take(&mut self, bytes: u64) -> Option<Box<Memory<B>>> {
        if bytes > MOST_CACHED {
            return None;
        }
        let place = &mut self.places.as_mut()?[Front::<B>::place(bytes)];
        if place.bytes != bytes {
            return None;
        }
        let block = place.blocks.pop()?;
        place.len -= 1;
        self.bytes -= bytes;
        Some(block)
    }

    /// Takes a block of exactly this size and counts it, if its label is known.
    #[inline(always)]
    pub(super) fn take_counted(&mut self, bytes: u64, label: u32) -> Option<Box<Memory<B>>> {
        let usage = self.labels.get_mut(label as usize)?;
        let place = &mut self.places.as_mut()?[Front::<B>::place(bytes)];
        if place.bytes != bytes {
            return None;
        }
        let block = place.blocks.pop()?;
        usage.allocate(bytes);
        place.len -= 1;
        self.bytes -= bytes;
        self.live += bytes;
        self.high = self.high.max(self.live);
        Some(block)
    }

    /// Keeps a block for the next request of its size, or parks it; gives it back if there is no room.
    #[inline(always)]
    pub(super) fn keep(&mut self, block: Box<Memory<B>>) -> Result<(), Box<Memory<B>>> {
        let (place, bytes) = (block.place, block.bytes);
        if place == PARKING {
            return self.park(block);
        }
        if let Some(places) = &mut self.places {
            let place = &mut places[place as usize % SIZES];
            if place.bytes == bytes {
                if place.len >= place.most || self.bytes + bytes > self.room {
                    return self.park(block);
                }
                place.len += 1;
                self.bytes += bytes;
                place.blocks.push(block);
                return Ok(());
            }
        }
        Err(block)
    }

    /// Parks a block: it goes to the shared part when the stream next takes something from there.
    #[inline(always)]
    fn park(&mut self, block: Box<Memory<B>>) -> Result<(), Box<Memory<B>>> {
        if self.parked_count >= PARKED {
            return Err(block);
        }
        self.parked_count += 1;
        self.parked_bytes += block.bytes;
        self.parked.push(block);
        Ok(())
    }

    /// Takes the block that was parked last, if it has exactly this size.
    #[inline(always)]
    pub(super) fn take_parked(&mut self, bytes: u64) -> Option<Box<Memory<B>>> {
        if self.parked.first()?.bytes != bytes {
            return None;
        }
        self.parked_count -= 1;
        self.parked_bytes -= bytes;
        self.parked.pop()
    }

    /// As [`keep`](Front::keep), also for a size that the lane has none of.
    pub(super) fn keep_first(&mut self, block: Box<Memory<B>>) -> Result<(), Box<Memory<B>>> {
        let bytes = block.bytes;
        if bytes > MOST_CACHED || self.bytes + bytes > self.room {
            return self.park(block);
        }
        let places = self.places.get_or_insert_with(|| Box::new(std::array::from_fn(|_| Place::default())));
        let number = Front::<B>::place(bytes);
        let place = &mut places[number];
        if place.bytes != bytes {
            if place.len > 0 && place.refused < STUBBORN {
                place.refused += 1;
                return self.park(block);
            }
            // The other size is not wanted any more.
            let mut former = std::mem::replace(place, Place::of(bytes, self.room));
            self.sized |= 1 << number;
            self.bytes -= former.bytes * u64::from(former.len);
            self.parked_bytes += former.bytes * u64::from(former.len);
            self.parked_count += former.len;
            while let Some(block) = former.blocks.pop() {
                self.parked.push(block);
            }
            return self.keep_first(block);
        }
        if place.len >= place.most {
            return self.park(block);
        }
        place.len += 1;
        self.bytes += bytes;
        place.blocks.push(block);
        Ok(())
    }

    /// Takes out what is parked, and calls `visit` with each block. Returns one of their records; the others are kept for later.
    #[inline(always)]
    pub(super) fn leave_parking(&mut self, mut visit: impl FnMut(&mut Memory<B>)) -> Option<Box<Memory<B>>> {
        let mut block = self.parked.pop()?;
        visit(&mut block);
        while let Some(mut next) = self.parked.pop() {
            visit(&mut next);
            self.put_spare(next);
        }
        (self.parked_count, self.parked_bytes) = (0, 0);
        Some(block)
    }

    /// Takes everything out, and calls `visit` with each block. Their records are kept for later.
    pub(super) fn drain(&mut self, mut visit: impl FnMut(&mut Memory<B>)) {
        if let Some(spare) = self.leave_parking(&mut visit) {
            self.put_spare(spare);
        }
        if self.bytes == 0 {
            return;
        }
        let mut places = self.places.take();
        let mut sized = self.sized;
        while self.bytes != 0 && sized != 0 {
            let number = sized.trailing_zeros() as usize;
            sized &= sized - 1;
            let Some(place) = places.as_mut().map(|places| &mut places[number]) else { break };
            if place.len == 0 {
                continue;
            }
            self.bytes -= place.bytes * u64::from(place.len);
            // In the order in which they came.
            let mut blocks = Stack::default();
            while let Some(block) = place.blocks.pop() {
                blocks.push(block);
            }
            while let Some(mut block) = blocks.pop() {
                visit(&mut block);
                self.put_spare(block);
            }
            place.len = 0;
        }
        self.places = places;
    }

    /// Takes a record without memory.
    #[inline]
    pub(super) fn take_spare(&mut self) -> Option<Box<Memory<B>>> {
        let spare = self.spares.pop()?;
        self.spare_count -= 1;
        Some(spare)
    }

    /// Keeps a record whose memory is gone.
    #[inline]
    pub(super) fn put_spare(&mut self, memory: Box<Memory<B>>) {
        if self.spare_count < SPARES {
            self.spare_count += 1;
            self.spares.push(memory);
        }
    }

    /// Returns the bytes in the cache and parked.
    pub(super) fn cached(&self) -> u64 {
        self.bytes + self.parked_bytes
    }

    /// Counts an allocation.
    #[inline(always)]
    pub(super) fn count(&mut self, label: u32, bytes: u64) {
        self.live += bytes;
        self.high = self.high.max(self.live);
        self.count_label(label, bytes);
    }

    #[inline(always)]
    fn count_label(&mut self, label: u32, bytes: u64) {
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
        Usage { live: self.live, peak: self.peak.max(self.high), allocations: self.allocations() }
    }

    /// Returns how often the stream has allocated.
    pub(super) fn allocations(&self) -> u64 {
        self.labels.iter().map(|usage| usage.allocations).sum()
    }

    #[inline]
    pub(super) fn uncount(&mut self, label: u32, bytes: u64) {
        self.live -= bytes;
        if let Some(usage) = self.labels.get_mut(label as usize) {
            usage.live -= bytes;
        }
    }

    /// Counts an allocation, and tells what changed since the last time.
    #[inline(always)]
    pub(super) fn count_and_fold(&mut self, label: u32, bytes: u64) -> Fold {
        let now = self.live + bytes;
        let fold = Fold { before: self.folded, high: self.high.max(now), now };
        (self.live, self.folded, self.high) = (now, now, now);
        if fold.high > self.peak {
            self.raise_peak(fold.high);
        }
        self.count_label(label, bytes);
        fold
    }

    /// Takes note of a new peak: a stream that has much keeps much.
    #[inline]
    fn raise_peak(&mut self, peak: u64) {
        self.peak = peak;
        self.room = LANE_BYTES.max(peak / LANE_SHARE);
    }

    /// Tells what changed since the last time.
    #[inline]
    pub(super) fn fold(&mut self) -> Fold {
        let fold = Fold { before: self.folded, high: self.high, now: self.live };
        if self.high > self.peak {
            self.raise_peak(self.high);
        }
        (self.folded, self.high) = (self.live, self.live);
        fold
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{arena::GRANULE, nowhere::Nowhere},
        *,
    };
    use crate::{DeviceState, clock::Clock, moments::Home};

    struct Blocks(Home<Nowhere>);

    impl Blocks {
        fn new() -> Blocks {
            let state = DeviceState::new(Nowhere::default(), None);
            Blocks(Home { clock: Clock::new(&state, ()).unwrap(), state })
        }

        fn make(&self, bytes: u64, node: u32) -> Box<Memory<Nowhere>> {
            let mut block = Memory::new(&self.0, MemoryKind::Device);
            (block.bytes, block.node) = (bytes, node);
            block.place = Front::<Nowhere>::place_of(bytes);
            block
        }
    }

    #[test]
    fn a_block_is_kept_for_its_exact_size_and_taken_once() {
        let (blocks, mut front) = (Blocks::new(), Front::default());
        front.keep_first(blocks.make(1024, 1)).unwrap();

        assert!(front.take(1280).is_none());
        assert_eq!(front.take(1024).map(|block| block.node), Some(1));
        assert!(front.take(1024).is_none());
    }

    #[test]
    fn the_usual_way_keeps_and_counts_as_the_other() {
        let (blocks, mut front) = (Blocks::new(), Front::default());
        front.count(0, 2048);
        assert!(front.keep(blocks.make(1024, 1)).is_err(), "a size that was never kept is set up elsewhere");
        front.keep_first(blocks.make(1024, 1)).unwrap();
        front.keep(blocks.make(1024, 2)).unwrap();
        front.uncount(0, 2048);

        assert!(front.take_counted(1024, 1).is_none(), "a label that was never counted is set up elsewhere");
        assert_eq!(front.take_counted(1024, 0).map(|block| block.node), Some(2));
        let usage = front.usage();
        assert_eq!((usage.live, usage.peak, usage.allocations), (1024, 2048, 2));
        assert_eq!(front.cached(), 1024);
    }

    #[test]
    fn a_lane_keeps_no_more_than_its_share() {
        let (blocks, mut front) = (Blocks::new(), Front::default());
        for size in 1..if cfg!(miri) { 30 } else { 400 } {
            for node in 0..20 {
                let block = blocks.make(size * GRANULE * 16, node);
                let _ = front.keep(block).or_else(|block| front.keep_first(block));
            }
        }

        assert!(front.bytes <= LANE_BYTES);
        assert!(front.parked_count <= PARKED);
    }

    #[test]
    fn a_place_is_given_over_when_another_size_insists() {
        let (blocks, mut front) = (Blocks::new(), Front::default());
        let place = Front::<Nowhere>::place;
        // Two sizes that fall onto one place.
        let other =
            (2..).map(|granules| granules * GRANULE).find(|&bytes| place(bytes) == place(GRANULE)).unwrap();
        front.keep_first(blocks.make(GRANULE, 1)).unwrap();
        for _ in 0..STUBBORN {
            front.keep_first(blocks.make(other, 2)).unwrap();
            assert!(front.take(other).is_none(), "the first size was given up at once");
        }
        front.keep_first(blocks.make(other, 3)).unwrap();

        assert!(front.take(GRANULE).is_none());
        assert_eq!(front.take(other).map(|block| block.node), Some(3));
        let mut parked = Vec::new();
        front.leave_parking(|block| parked.push(block.node));
        assert_eq!(parked.iter().filter(|&&node| node == 1).count(), 1, "what was kept is not lost");
        assert_eq!((parked.len() as u32, front.cached()), (STUBBORN + 1, 0));
    }

    #[test]
    fn what_is_parked_comes_out_by_its_exact_size_or_all_at_once() {
        let (blocks, mut front) = (Blocks::new(), Front::default());
        let large = MOST_CACHED + GRANULE;
        front.keep(blocks.make(large, 1)).unwrap();
        front.keep(blocks.make(2 * large, 2)).unwrap();

        assert!(front.take_parked(large).is_none(), "only what was parked last is looked at");
        assert_eq!(front.take_parked(2 * large).map(|block| block.node), Some(2));
        assert_eq!(front.cached(), large);
        let mut left = Vec::new();
        front.leave_parking(|block| left.push(block.node));
        assert_eq!((left, front.cached()), (vec![1], 0));
        let refused = (0..=PARKED).find(|_| front.keep(blocks.make(large, 3)).is_err());
        assert_eq!(refused, Some(PARKED));
    }

    #[test]
    fn draining_visits_every_block_once_and_keeps_its_record() {
        let (blocks, mut front) = (Blocks::new(), Front::default());
        for node in 0..6 {
            front.keep_first(blocks.make(GRANULE * (1 + u64::from(node) / 2), node)).unwrap();
        }
        let mut seen = Vec::new();
        front.drain(|block| seen.push(block.node));
        seen.sort_unstable();

        assert_eq!((seen, front.cached()), ((0..6).collect(), 0));
        assert_eq!(std::iter::from_fn(|| front.take_spare()).count(), 6);
    }
}

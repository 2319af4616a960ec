//! What a pool counts.

use crate::StreamId;

/// A rung of the ladder that an allocation climbs when memory has run out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rung {
    /// Free memory of other streams, for as many waits on the device as it takes.
    Waits,
    /// Free memory of all streams, and of the device's other pools, goes back to the device.
    GiveBack,
    /// Libraries' workspaces and other caches are trimmed.
    Trim,
    /// The program's own hooks are called.
    Hooks,
    /// The host waits for work that still uses freed memory, and up to the deadline for other threads.
    Wait,
}

impl Rung {
    /// All rungs, in the order in which they are climbed.
    pub const ALL: [Rung; 5] = [Rung::Waits, Rung::GiveBack, Rung::Trim, Rung::Hooks, Rung::Wait];
}

/// How the memory of one pool is used, in bytes unless said otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryStatistics {
    /// In live buffers, rounded to the pool's granule of 256 bytes.
    pub live: usize,
    /// The highest `live` so far. With several streams, each one's own high since it last took memory from the shared part counts as if
    /// all others had been as they were then.
    pub peak: usize,
    /// Taken from the device and not given back: live and cached.
    pub reserved: usize,
    /// The highest `reserved` so far.
    pub peak_reserved: usize,
    /// Allocations made by buffers, a count.
    pub allocations: u64,
    /// How often memory was taken from the device, a count.
    pub backend_allocations: u64,
    /// Waits between streams that the pool inserted so that memory could be used again, a count.
    pub pool_waits: u64,
    /// Pages that were moved from one place to another, a count.
    pub moved_pages: u64,
    /// How often each rung of the ladder was climbed, in the order of [`Rung::ALL`].
    pub rungs: [u64; 5],
}

impl MemoryStatistics {
    /// Returns how often a rung of the ladder was climbed.
    pub fn climbed(&self, rung: Rung) -> u64 {
        self.rungs[rung as usize]
    }

    /// Returns the bytes that are kept for reuse.
    pub fn cached(&self) -> usize {
        self.reserved.saturating_sub(self.live)
    }
}

/// What is allocated under one label, in bytes unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelUsage {
    /// The label.
    pub label: &'static str,
    /// In live buffers.
    pub live: usize,
    /// The sum of each stream's highest `live`: at most so much was live at once.
    pub peak: usize,
    /// Allocations so far, a count.
    pub allocations: u64,
}

/// What one stream has allocated, in bytes unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StreamUsage {
    /// The stream.
    pub stream: StreamId,
    /// In live buffers.
    pub live: usize,
    /// The highest `live` so far.
    pub peak: usize,
    /// Kept in the stream's front cache.
    pub front: usize,
    /// Allocations so far, a count.
    pub allocations: u64,
}

/// What happened to a pool between two moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryScope {
    pub(super) begin: MemoryStatistics,
}

impl MemoryScope {
    /// Begins with these statistics.
    pub fn begin(statistics: MemoryStatistics) -> MemoryScope {
        MemoryScope { begin: statistics }
    }

    /// Returns the bytes that are live at `end` and were not at the beginning; negative if more was freed.
    pub fn live_change(&self, end: &MemoryStatistics) -> isize {
        end.live as isize - self.begin.live as isize
    }

    /// Returns how far the peak rose above what was live at the beginning, if the peak was reached within the scope.
    pub fn peak_above(&self, end: &MemoryStatistics) -> usize {
        if end.peak > self.begin.peak { end.peak.saturating_sub(self.begin.live) } else { 0 }
    }

    /// Returns how many allocations were made.
    pub fn allocations(&self, end: &MemoryStatistics) -> u64 {
        end.allocations - self.begin.allocations
    }

    /// Returns how often memory was taken from the device.
    pub fn backend_allocations(&self, end: &MemoryStatistics) -> u64 {
        end.backend_allocations - self.begin.backend_allocations
    }
}

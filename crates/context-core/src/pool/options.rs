//! What a pool is to be like.

use std::{fmt, sync::Arc, time::Duration};

/// A kind of memory. Each has a pool of its own, with the same algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MemoryKind {
    /// What kernels work on: the device's memory, or the host's where the device is the CPU.
    Device,
    /// Host memory that a device can copy from and to by itself.
    Pinned,
}

impl MemoryKind {
    /// All kinds.
    pub const ALL: [MemoryKind; 2] = [MemoryKind::Device, MemoryKind::Pinned];

    pub(crate) fn index(self) -> usize {
        self as usize
    }

    /// Sizes and addresses of blocks of this kind are multiples of so many bytes: of a cache line, or as CUDA aligns its own allocations.
    #[inline(always)]
    pub(crate) const fn granule(self) -> u64 {
        match self {
            MemoryKind::Device => 256,
            MemoryKind::Pinned => 64,
        }
    }
}

impl fmt::Display for MemoryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MemoryKind::Device => "device",
            MemoryKind::Pinned => "pinned",
        })
    }
}

/// Called when memory runs short, without any lock held. Returns how many bytes it gave up, as far as it knows.
pub(crate) type Hook = Arc<dyn Fn(usize) -> usize + Send + Sync>;

/// What the debug mode of a pool does. It finds writes beside a block and to freed ones, for device memory; each allocation then waits
/// for the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryDebug {
    /// How many bytes in front of and behind each block are guarded, rounded up to 256.
    pub red_zone: usize,
    /// What freed memory is filled with.
    pub poison: Option<u8>,
    /// How many bytes must have been freed behind a block before it is used again.
    pub delay: usize,
    /// Whether each block is a mapping of its own, at whose end nothing is mapped: who reads or writes behind it is stopped at once. Where
    /// the device cannot, the red zone has to do.
    pub guard_pages: bool,
    /// Whether it is kept where each block was allocated.
    pub backtraces: bool,
}

impl Default for MemoryDebug {
    fn default() -> MemoryDebug {
        MemoryDebug {
            red_zone: 256,
            poison: Some(0xdd),
            delay: 64 << 20,
            guard_pages: false,
            backtraces: false,
        }
    }
}

/// What a pool is to be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MemoryOptions {
    /// The most bytes that the pool takes from the device; no bound if absent.
    pub limit: Option<usize>,
    /// The bytes beyond which the pool gives back, trims and asks before it takes more; no such bound if absent.
    pub soft_limit: Option<usize>,
    /// Of a thousand allocations, so many may cost a wait between streams where that saves memory, half of them only for large ones. Where
    /// memory has run out, waits are not bounded.
    pub waits_in_a_thousand: u32,
    /// How long an allocation waits, as the last resort, for other threads to free memory.
    pub deadline: Duration,
    /// Whether segments are made of pages that can be moved, where the device can.
    pub pages: bool,
    /// Whether memory of the CPU is filled with zeros when it is handed out, and not only when it is new.
    pub zero: bool,
    /// A byte that new buffers are filled with, so that nobody relies on what they find there.
    pub junk: Option<u8>,
    /// The debug mode; off if absent.
    pub debug: Option<MemoryDebug>,
}

impl MemoryOptions {
    /// Returns what new buffers are filled with, if with anything.
    pub(crate) fn first_byte(&self) -> Option<u8> {
        self.junk.or(self.zero.then_some(0))
    }
}

impl Default for MemoryOptions {
    fn default() -> MemoryOptions {
        MemoryOptions {
            limit: None,
            soft_limit: None,
            waits_in_a_thousand: 18,
            deadline: Duration::ZERO,
            pages: true,
            zero: false,
            junk: None,
            debug: None,
        }
    }
}

impl From<Option<usize>> for MemoryOptions {
    /// Bounds a pool and leaves the rest as it is by default.
    fn from(limit: Option<usize>) -> MemoryOptions {
        MemoryOptions { limit, ..MemoryOptions::default() }
    }
}

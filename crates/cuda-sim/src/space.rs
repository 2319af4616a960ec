//! The address space: which addresses mean something, and where their bytes are.
//!
//! Each device has a *window*: a range of the process's addresses that is reserved and never accessible, from which device
//! addresses are handed out. So a device pointer is unique in the process, as unified addressing promises, and a host that
//! reads one faults. The bytes themselves lie in a second, private mapping (the *backing*), which the kernel fills with pages
//! only where they are touched. Pinned and managed memory are their own backing, because the host may use them.
//!
//! Everything that reads or writes memory asks [`Space::find`] first; it is behind a lock of its own, since kernels ask too.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::error::{Answer, OUT_OF_MEMORY};
use crate::handle::Handle;
use crate::{checks, shadow, thread};

/// What a range of addresses is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// From `cuMemAlloc` and `cuMemAllocPitch`.
    Device,
    /// From `cuMemAllocAsync` and its relatives.
    Pooled { pool: Handle },
    /// The same from a pool of host memory, which is page-locked or managed.
    PooledHost { pool: Handle, managed: bool },
    /// From `cuMemAllocManaged`.
    Managed,
    /// From `cuMemAllocHost` and `cuMemHostAlloc`.
    Pinned { flags: u32 },
    /// From `cuMemHostRegister`: memory of the client's own.
    Registered { flags: u32 },
    /// From `cuMemMap`.
    Mapped { physical: Handle },
    /// A variable of a module.
    Variable { read_only: bool },
    /// An array, whose address clients do not know.
    Array,
    /// Memory of graphs.
    Graph,
    /// From a kernel's own `malloc`.
    Heap,
    /// Memory of another process or library: from `cuExternalMemoryGetMappedBuffer` and `cuIpcOpenMemHandle`.
    Imported { ipc: bool },
}

/// A range of addresses that is in use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) base: u64,
    pub(crate) len: u64,
    /// Where the bytes are for this process.
    pub(crate) host: usize,
    pub(crate) usage: Use,
    /// The device that it belongs to; for host memory, of the context that made it.
    pub(crate) device: usize,
    /// The context that it belongs to; null for memory that belongs to none.
    pub(crate) context: Handle,
    /// A number that no other range ever had.
    pub(crate) id: u64,
    /// Whether `cuPointerSetAttribute` asked for synchronous copies.
    pub(crate) sync_memops: bool,
    /// Freed by the client, but perhaps still used by work that was submitted before.
    pub(crate) freed: bool,
    /// A mapped range is accessible only after `cuMemSetAccess`.
    pub(crate) accessible: bool,
    /// Devices whose kernels may read it, a bit each; peers by context come on top.
    pub(crate) readable: u64,
    /// Devices whose kernels may write it.
    pub(crate) writable: u64,
    /// The driver function that made it.
    pub(crate) origin: &'static str,
    /// The driver function that freed it, if it is.
    pub(crate) freed_by: &'static str,
}

/// Memory that is gone, for those who look for stale pointers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grave {
    pub(crate) range: Range,
    pub(crate) freed_by: &'static str,
}

/// How much is remembered of what is gone.
const GRAVES: usize = 4096;

impl Range {
    /// Whether the host may use these addresses itself.
    pub(crate) fn is_host(&self) -> bool {
        self.is_managed() || self.is_pinned()
    }

    /// Whether this is managed memory.
    pub(crate) fn is_managed(&self) -> bool {
        matches!(self.usage, Use::Managed | Use::PooledHost { managed: true, .. })
    }

    /// Whether this is page-locked host memory.
    pub(crate) fn is_pinned(&self) -> bool {
        matches!(
            self.usage,
            Use::Pinned { .. } | Use::Registered { .. } | Use::PooledHost { managed: false, .. }
        )
    }
}

/// All ranges in use, by their first address.
#[derive(Debug)]
pub(crate) struct Space {
    ranges: BTreeMap<u64, Range>,
    windows: Vec<(u64, u64)>,
    /// What was in use, where nothing has been put since.
    graves: BTreeMap<u64, Grave>,
    ids: u64,
}

static SPACE: RwLock<Space> =
    RwLock::new(Space { ranges: BTreeMap::new(), windows: Vec::new(), graves: BTreeMap::new(), ids: 0 });

/// Opens the address space for reading. Never held while anything else is locked.
pub(crate) fn read() -> RwLockReadGuard<'static, Space> {
    SPACE.read().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the address space for changes. Never held while anything else is locked.
pub(crate) fn write() -> RwLockWriteGuard<'static, Space> {
    SPACE.write().unwrap_or_else(PoisonError::into_inner)
}

impl Space {
    /// Adds a range, and gives it its id.
    pub(crate) fn insert(&mut self, mut range: Range) {
        self.ids += 1;
        range.id = self.ids;
        range.origin = thread::call();
        let end = range.base.saturating_add(range.len);
        while let Some((&base, grave)) = self.graves.range(..end).next_back()
            && grave.range.base + grave.range.len > range.base
        {
            self.graves.remove(&base);
        }
        self.ranges.insert(range.base, range);
    }

    /// Removes the range that starts at `base`.
    pub(crate) fn remove(&mut self, base: u64) -> Option<Range> {
        let range = self.ranges.remove(&base)?;
        self.graves.insert(base, Grave { range, freed_by: range.freed_by });
        if self.graves.len() > GRAVES {
            self.graves.pop_first();
        }
        Some(range)
    }

    /// Returns the range that `address` lies in, freed or not.
    pub(crate) fn find(&self, address: u64) -> Option<&Range> {
        let (_, range) = self.ranges.range(..=address).next_back()?;
        (address - range.base < range.len).then_some(range)
    }

    /// Returns what was at `address`, if it is gone and nothing else is there.
    pub(crate) fn grave(&self, address: u64) -> Option<&Grave> {
        let (_, grave) = self.graves.range(..=address).next_back()?;
        (address - grave.range.base < grave.range.len).then_some(grave)
    }

    /// Returns the range that `address` lies in, if the client has not freed it.
    pub(crate) fn live(&self, address: u64) -> Option<&Range> {
        self.find(address).filter(|range| !range.freed)
    }

    /// Returns the range that starts at `base`, if the client has not freed it.
    pub(crate) fn live_at(&mut self, base: u64) -> Option<&mut Range> {
        self.ranges.get_mut(&base).filter(|range| !range.freed)
    }

    /// Returns the last range that starts at or before `address`.
    pub(crate) fn before(&self, address: u64) -> Option<&Range> {
        self.ranges.range(..=address).next_back().map(|(_, range)| range)
    }

    /// Returns all ranges.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Range> {
        self.ranges.values()
    }

    /// Returns all ranges.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Range> {
        self.ranges.values_mut()
    }

    /// Returns the ranges that overlap `len` bytes from `base`.
    pub(crate) fn overlapping(&self, base: u64, len: u64) -> impl Iterator<Item = &Range> {
        let before = self.find(base).map(|range| range.base).unwrap_or(base);
        self.ranges.range(before..base.saturating_add(len)).map(|(_, range)| range)
    }

    /// Whether `address` lies where only devices can read.
    pub(crate) fn in_window(&self, address: u64) -> bool {
        self.windows.iter().any(|&(base, len)| address.wrapping_sub(base) < len)
    }

    /// Splits `len` bytes from `address` into pieces that are contiguous for this process. `None` if any byte is not
    /// part of a live range; adjacent mapped ranges count as one, as they do on a device.
    pub(crate) fn pieces(&self, address: u64, len: u64) -> Option<Vec<Piece>> {
        self.live(address)?;
        self.pieces_in_flight(address, len)
    }

    /// As [`Space::pieces`], for work in flight: what the client has freed since it was submitted still counts.
    pub(crate) fn pieces_in_flight(&self, address: u64, len: u64) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut at = address;
        let end = address.checked_add(len)?;
        while at < end {
            let range = self.find(at)?;
            let joins = pieces.is_empty() || matches!(range.usage, Use::Mapped { .. });
            if !joins || !range.accessible {
                return None;
            }
            let offset = at - range.base;
            let piece = (range.len - offset).min(end - at);
            pieces.push(Piece { host: range.host + offset as usize, len: piece as usize });
            at += piece;
        }
        Some(pieces)
    }

    /// Forgets everything that belongs to devices: windows are given back when the machine is made anew.
    pub(crate) fn clear(&mut self) {
        self.ranges.clear();
        self.graves.clear();
        self.windows.clear();
    }

    /// Notes that a window was given back.
    pub(crate) fn remove_window(&mut self, base: u64) {
        self.windows.retain(|&(start, _)| start != base);
    }

    /// Notes that a window was reserved.
    pub(crate) fn add_window(&mut self, base: u64, len: u64) {
        self.windows.push((base, len));
    }
}

/// Fills the beginning of a range that was just placed, so that nobody else uses it yet.
pub(crate) fn fill_new(range: &Range, bytes: &[u8]) {
    let len = bytes.len().min(range.len as usize);
    // What has no first value is zero.
    shadow::set(range.host, range.len as usize);
    // SAFETY: the range's backing is `range.len` bytes, writable, and new: it overlaps nothing of the client's.
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), range.host as *mut u8, len) };
}

/// Some bytes, where this process can reach them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) host: usize,
    pub(crate) len: usize,
}

/// Free ranges of a window, by offset; neighbours are joined.
#[derive(Debug)]
pub(crate) struct FreeList {
    free: BTreeMap<u64, u64>,
}

/// Left unused after each range, so that a kernel that runs past an end hits nothing.
const GUARD: u64 = 512;

/// What every device address is a multiple of.
pub(crate) const ALIGNMENT: u64 = 512;

/// From this length on, memory begins at a multiple of [`LARGE_ALIGNMENT`]. The manual promises neither; devices map such
/// memory in pages of its own, and programs count on it: Taichi gives out whole pages of a block from its first byte on.
const LARGE: u64 = 1 << 20;
const LARGE_ALIGNMENT: u64 = 2 << 20;

impl FreeList {
    pub(crate) fn new(len: u64) -> FreeList {
        FreeList { free: BTreeMap::from([(0, len)]) }
    }

    fn footprint(len: u64) -> u64 {
        len.next_multiple_of(ALIGNMENT) + GUARD
    }

    /// Takes `len` bytes at a multiple of `align`, from the lowest place that has them.
    pub(crate) fn take(&mut self, len: u64, align: u64) -> Option<u64> {
        let need = FreeList::footprint(len);
        let (start, room, at) = self.free.iter().find_map(|(&start, &room)| {
            let at = start.next_multiple_of(align);
            (at - start + need <= room).then_some((start, room, at))
        })?;
        self.free.remove(&start);
        if at > start {
            self.free.insert(start, at - start);
        }
        if at + need < start + room {
            self.free.insert(at + need, start + room - at - need);
        }
        Some(at)
    }

    /// Gives back `len` bytes that [`FreeList::take`] gave at `at`.
    pub(crate) fn give(&mut self, at: u64, len: u64) {
        let (mut start, mut room) = (at, FreeList::footprint(len));
        if let Some((&before, &len)) = self.free.range(..at).next_back()
            && before + len == start
        {
            self.free.remove(&before);
            (start, room) = (before, room + len);
        }
        if let Some(len) = self.free.remove(&(start + room)) {
            room += len;
        }
        self.free.insert(start, room);
    }
}

/// A device's window and the bytes behind it.
#[derive(Debug)]
pub(crate) struct Arena {
    window: Mapping,
    backing: Mapping,
    file: OwnedFd,
    free: FreeList,
    /// What was given back, oldest first, and is not yet free: address, length.
    quarantine: VecDeque<(u64, u64)>,
    /// How much memory that holds.
    held: u64,
}

/// How many bytes a device holds back before it gives the oldest out again.
const QUARANTINE: u64 = 64 << 20;
/// As many pieces at the most.
const QUARANTINED: usize = 4096;

impl Arena {
    /// Reserves addresses for a device of `memory` bytes. Several times as many, because frees take effect in stream
    /// order: memory given back may still be in use by work in flight while it is counted as free.
    pub(crate) fn new(memory: u64) -> Answer<Arena> {
        let len = memory.saturating_mul(4).next_multiple_of(2 << 20).min(1 << 42) as usize;
        let window = Mapping::reserve(len).ok_or(OUT_OF_MEMORY)?;
        // A file in memory, so that other processes can be given a part of it.
        let file = memory_file(len as u64).ok_or(OUT_OF_MEMORY)?;
        let backing = Mapping::share(&file, 0, len).ok_or(OUT_OF_MEMORY)?;
        write().add_window(window.base as u64, len as u64);
        if checks::now().uninitialised || checks::now().downloads {
            shadow::add(backing.base, len);
        }
        let free = FreeList::new(len as u64);
        Ok(Arena { window, backing, file, free, quarantine: VecDeque::new(), held: 0 })
    }

    /// Takes `len` bytes, and returns their device address and where they are for this process.
    pub(crate) fn take(&mut self, len: u64, align: u64) -> Answer<(u64, usize)> {
        let align = align.max(ALIGNMENT);
        let usual = if len < LARGE { align } else { align.max(LARGE_ALIGNMENT) };
        let mut found = self.free.take(len, usual);
        while found.is_none() && self.release_oldest() {
            found = self.free.take(len, usual);
        }
        let at = found.or_else(|| self.free.take(len, align)).ok_or(OUT_OF_MEMORY)?;
        Ok((self.window.base as u64 + at, self.backing.base + at as usize))
    }

    /// Returns the file that has the bytes, and where in it those of a device address are.
    pub(crate) fn file_of(&self, address: u64) -> (RawFd, u64) {
        (self.file.as_raw_fd(), address - self.window.base as u64)
    }

    /// Returns the page of `size` bytes that an address of this device lies in: where it begins, how long it is, and where its
    /// bytes are.
    pub(crate) fn page_of(&self, address: u64, size: u64) -> Option<(u64, u64, usize)> {
        let offset = address.checked_sub(self.window.base as u64)?;
        let start = offset - offset % size;
        let len = size.min((self.window.len as u64).checked_sub(start)?);
        (offset < self.window.len as u64)
            .then(|| (self.window.base as u64 + start, len, self.backing.base + start as usize))
    }

    /// Gives back `len` bytes at device address `base`.
    pub(crate) fn give(&mut self, base: u64, len: u64) {
        let at = base - self.window.base as u64;
        let discarded = self.backing.discard(at as usize, len as usize);
        shadow::clear(self.backing.base + at as usize, len as usize);
        if !checks::now().quarantine {
            return self.free.give(at, len);
        }
        self.quarantine.push_back((at, len));
        // What has no pages behind it costs addresses, of which there are enough.
        self.held += if discarded { 0 } else { len };
        while self.held > QUARANTINE || self.quarantine.len() > QUARANTINED {
            self.release_oldest();
        }
    }

    /// Lets the oldest of what is held back be given out again; says whether there was any.
    fn release_oldest(&mut self) -> bool {
        let Some((at, len)) = self.quarantine.pop_front() else { return false };
        self.held = self.held.saturating_sub(if discards(at as usize, len as usize) { 0 } else { len });
        self.free.give(at, len);
        true
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        shadow::remove(self.backing.base);
    }
}

/// The whole pages of a freed range.
fn whole_pages(at: usize, len: usize) -> (usize, usize) {
    (at.next_multiple_of(PAGE), (at + len) & !(PAGE - 1))
}

/// Whether a freed range has pages enough to be worth a call of the system.
fn discards(at: usize, len: usize) -> bool {
    let (start, end) = whole_pages(at, len);
    end.saturating_sub(start) >= 1024 * PAGE
}

const PAGE: usize = 4096;

/// Pages of this process.
#[derive(Debug)]
pub(crate) struct Mapping {
    pub(crate) base: usize,
    pub(crate) len: usize,
}

impl Mapping {
    fn map(len: usize, protection: libc::c_int, file: Option<(&OwnedFd, u64)>) -> Option<Mapping> {
        let (kind, descriptor, offset) = match file {
            Some((file, offset)) => (libc::MAP_SHARED, file.as_raw_fd(), offset),
            None => (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0),
        };
        let flags = kind | libc::MAP_NORESERVE;
        let offset = libc::off_t::try_from(offset).ok()?;
        // SAFETY: a new mapping at an address of the kernel's choice touches nothing that exists.
        let base = unsafe { libc::mmap(std::ptr::null_mut(), len, protection, flags, descriptor, offset) };
        (base != libc::MAP_FAILED).then_some(Mapping { base: base as usize, len })
    }

    /// Takes addresses that fault when used.
    pub(crate) fn reserve(len: usize) -> Option<Mapping> {
        Mapping::map(len, libc::PROT_NONE, None)
    }

    /// Takes addresses with memory behind them, all zeros, that costs nothing until it is touched.
    pub(crate) fn allocate(len: usize) -> Option<Mapping> {
        Mapping::map(len, libc::PROT_READ | libc::PROT_WRITE, None)
    }

    /// Takes addresses for `len` bytes of a file, from a multiple of the page size on.
    pub(crate) fn share(file: &OwnedFd, offset: u64, len: usize) -> Option<Mapping> {
        Mapping::map(len, libc::PROT_READ | libc::PROT_WRITE, Some((file, offset)))
    }

    /// Gives whole pages of a freed range back to the system, where there are enough to be worth the call, and says whether there were.
    fn discard(&self, at: usize, len: usize) -> bool {
        let (start, end) = whole_pages(at, len);
        if discards(at, len) {
            // SAFETY: the pages lie in this mapping, and nothing refers to a range once it is given back (Arena).
            unsafe { libc::madvise((self.base + start) as *mut _, end - start, libc::MADV_REMOVE) };
        }
        discards(at, len)
    }
}

/// Makes a file that has no name and lives in memory, where it is written.
pub(crate) fn memory_file(len: u64) -> Option<OwnedFd> {
    // SAFETY: the name is a constant with a final zero.
    let descriptor = unsafe { libc::memfd_create(c"cuda-sim".as_ptr(), libc::MFD_CLOEXEC) };
    if descriptor < 0 {
        return None;
    }
    // SAFETY: the descriptor was made just now, and nobody else closes it.
    let file = unsafe { OwnedFd::from_raw_fd(descriptor) };
    // SAFETY: the file is ours.
    let resized = unsafe { libc::ftruncate(descriptor, libc::off_t::try_from(len).ok()?) };
    (resized == 0).then_some(file)
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: these pages were mapped by `map`, and whoever owns them has removed their ranges from the space.
        unsafe { libc::munmap(self.base as *mut _, self.len) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_neighbours_join_into_one_range() {
        let mut list = FreeList::new(1 << 20);
        let first = list.take(1000, 512).unwrap();
        let second = list.take(5000, 512).unwrap();
        let third = list.take(1, 4096).unwrap();

        list.give(second, 5000);
        list.give(third, 1);
        list.give(first, 1000);

        assert_eq!(third % 4096, 0);
        assert_eq!(list.free, BTreeMap::from([(0, 1 << 20)]));
    }

    #[test]
    fn a_range_that_does_not_fit_is_refused() {
        let mut list = FreeList::new(4096);

        assert_eq!(list.take(4096, 512), None);
        assert_eq!(list.take(3584, 512), Some(0));
        assert_eq!(list.take(1, 512), None);
    }
}

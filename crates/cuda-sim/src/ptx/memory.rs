//! Device, shared, local and parameter memory as a warp's instructions see it.
//!
//! **Address 1**: a pointer that [`Memory::locate`] or a site gives is live for the access's bytes until the run ends
//! (or, for heap memory, until the kernel frees it, when every kept region is dropped), and aligned to the access's
//! size, because regions, shared and local memory are at least as aligned as their addresses.
//!
//! Other streams and the host may touch device memory at the same time, so it is only accessed by relaxed atomics of
//! the element's size: a race gives some value, and is never undefined behaviour of this program.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{
    AtomicU8, AtomicU16, AtomicU32, AtomicU64,
    Ordering::{Relaxed, SeqCst},
};

use super::lanes::LANES;
use super::watch::{Seen, Watch};
use super::{Access, Device, Fault, FaultKind, Region};

/// Where generic addresses of shared memory start: above every address that a host or device pointer can have.
pub(super) const SHARED_WINDOW: u64 = 1 << 48;
/// Where generic addresses of local memory start.
pub(super) const LOCAL_WINDOW: u64 = SHARED_WINDOW + (1 << 40);
/// Where generic addresses of kernel parameters start.
pub(super) const PARAM_WINDOW: u64 = SHARED_WINDOW + (2 << 40);
/// Where the workspace of a grid-wide barrier starts.
pub(super) const GRID_WINDOW: u64 = SHARED_WINDOW + (3 << 40);
/// Offsets beyond this take the slow way.
pub(super) const LONGEST: u64 = u32::MAX as u64;
/// From this bit on, an address of shared memory has the rank in its cluster of the block that it is of, plus one; zero is the own
/// block. Below is room for more than a block can have.
pub(super) const RANK_BIT: u32 = 24;
/// The length of each window.
pub(super) const WINDOW: u64 = 1 << 40;

/// The state space of an access, as a number that types can carry.
pub(super) mod space {
    pub(in super::super) const GLOBAL: u8 = 0;
    pub(in super::super) const CONST: u8 = 1;
    pub(in super::super) const GENERIC: u8 = 2;
    pub(in super::super) const SHARED: u8 = 3;
    pub(in super::super) const LOCAL: u8 = 4;
    /// A kernel's parameters.
    pub(in super::super) const PARAM: u8 = 5;
    /// `.param` variables of a function, its own and those that it passes on.
    pub(in super::super) const FRAME: u8 = 6;

    pub(in super::super) fn name(space: u8) -> &'static str {
        match space {
            GLOBAL => "global",
            CONST => "constant",
            GENERIC => "generic",
            SHARED => "shared",
            LOCAL => "local",
            _ => "parameter",
        }
    }
}

/// A value that one access moves.
pub(super) trait Element: Copy {
    const BYTES: u32;

    fn to_bits(self) -> u64;

    fn from_bits(bits: u64) -> Self;

    /// # Safety
    /// `from` keeps Address 1 for the element's bytes.
    unsafe fn load(from: *mut u8) -> Self;

    /// # Safety
    /// `to` keeps Address 1 for the element's bytes.
    unsafe fn store(to: *mut u8, value: Self);

    /// Replaces the value by `next` of it in one step; gives the old one.
    ///
    /// # Safety
    /// `at` keeps Address 1 for the element's bytes.
    unsafe fn update(at: *mut u8, next: impl FnMut(Self) -> Self) -> Self;
}

macro_rules! elements {
    ($($type:ty, $atomic:ty;)*) => {$(
        impl Element for $type {
            const BYTES: u32 = size_of::<$type>() as u32;

            #[inline(always)]
            fn to_bits(self) -> u64 {
                self.into()
            }

            #[inline(always)]
            fn from_bits(bits: u64) -> Self {
                bits as $type
            }

            #[inline(always)]
            unsafe fn load(from: *mut u8) -> Self {
                // SAFETY: live and aligned (Address 1); all who share these bytes use atomics.
                unsafe { <$atomic>::from_ptr(from.cast()) }.load(Relaxed)
            }

            #[inline(always)]
            unsafe fn store(to: *mut u8, value: Self) {
                // SAFETY: live and aligned (Address 1); all who share these bytes use atomics.
                unsafe { <$atomic>::from_ptr(to.cast()) }.store(value, Relaxed);
            }

            #[inline(always)]
            unsafe fn update(at: *mut u8, mut next: impl FnMut(Self) -> Self) -> Self {
                // SAFETY: live and aligned (Address 1); all who share these bytes use atomics.
                let cell = unsafe { <$atomic>::from_ptr(at.cast()) };
                let mut old = cell.load(SeqCst);
                while let Err(now) = cell.compare_exchange_weak(old, next(old), SeqCst, SeqCst) {
                    old = now;
                }
                old
            }
        }
    )*};
}

elements! {
    u8, AtomicU8;
    u16, AtomicU16;
    u32, AtomicU32;
    u64, AtomicU64;
}

/// What the blocks of a cluster share. All of them run on one thread.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Where each block's shared memory is, by rank; null once it has exited.
    pub(super) shared: Vec<Cell<*mut u8>>,
    /// Threads that have not exited.
    pub(super) live: Cell<u32>,
    /// Threads at the cluster's barrier.
    arrived: Cell<u32>,
    /// How often the barrier has opened.
    pub(super) opened: Cell<u32>,
}

impl Cluster {
    pub(super) fn new(shared: Vec<Cell<*mut u8>>, live: u32) -> Self {
        Self { shared, live: Cell::new(live), arrived: Cell::new(0), opened: Cell::new(0) }
    }

    /// Some threads have come to the barrier.
    pub(super) fn arrive(&self, threads: u32) {
        self.arrived.set(self.arrived.get() + threads);
        self.open();
    }

    /// Some threads have exited, of which `pending` had arrived and do not count any more; if none of their block is left, nobody
    /// reaches its memory.
    pub(super) fn exit(&self, threads: u32, pending: u32, block_of: Option<u32>) {
        self.live.set(self.live.get() - threads);
        self.arrived.set(self.arrived.get() - pending);
        if let Some(shared) = block_of.and_then(|rank| self.shared.get(rank as usize)) {
            shared.set(std::ptr::null_mut());
        }
        self.open();
    }

    fn open(&self) {
        if self.arrived.get() > 0 && self.arrived.get() >= self.live.get() {
            self.arrived.set(0);
            self.opened.set(self.opened.get().wrapping_add(1));
        }
    }
}

/// The region that an instruction accessed last.
#[derive(Clone, Copy)]
pub(super) struct Site {
    pub(super) base: u64,
    /// The largest offset at which the instruction's bytes still lie in the region.
    pub(super) last: u64,
    /// Null before the first access.
    pub(super) host: *mut u8,
    /// Null if nobody wants to know what is done to the region.
    pub(super) watch: *mut Watch,
}

const NO_SITE: Site = Site { base: 0, last: 0, host: std::ptr::null_mut(), watch: std::ptr::null_mut() };

/// What the running warp can reach.
pub(super) struct Memory<'r> {
    pub(super) device: &'r dyn Device,
    /// One for each instruction that accesses device memory.
    pub(super) sites: Vec<Site>,
    /// Regions seen in this run, with the access that they were asked for.
    regions: Vec<(Region, Access, *mut Watch)>,
    /// Of the regions that are watched. Boxed, because sites refer to them.
    #[allow(clippy::vec_box)]
    pub(super) watches: Vec<Box<Watch>>,
    pub(super) shared: *mut u8,
    pub(super) shared_bytes: u64,
    /// Where the shared memory of each block of the cluster is, by rank; null for those that have exited. None for a block alone.
    pub(super) cluster: Option<Rc<Cluster>>,
    /// Local memory, one stretch of `local_bytes` a lane.
    pub(super) local: *mut u8,
    pub(super) local_bytes: u64,
    /// Where the running function's local variables start in each lane's stretch.
    pub(super) local_base: u64,
    /// The running function's `.param` variables, one stretch of `frame_bytes` a lane.
    pub(super) frame: *mut u8,
    pub(super) frame_bytes: u64,
    pub(super) params: Vec<u64>,
    pub(super) param_bytes: u64,
    /// The words of the grid-wide barrier.
    pub(super) grid: Box<[u64; 8]>,
    /// Why the last instruction failed, and in which lane.
    pub(super) fault: Option<(usize, Box<Fault>)>,
    /// What looks at the clock have added to it.
    pub(super) clock: u64,
    /// When the run started.
    pub(super) started: std::time::Instant,
}

impl<'r> Memory<'r> {
    pub(super) fn new(device: &'r dyn Device, sites: usize, params: &[u8]) -> Self {
        let mut words = vec![0u64; params.len().div_ceil(8) + 2];
        for (word, bytes) in words.iter_mut().zip(params.chunks(8)) {
            let mut eight = [0; 8];
            eight[..bytes.len()].copy_from_slice(bytes);
            *word = u64::from_le_bytes(eight);
        }
        let none = std::ptr::null_mut();
        Self {
            device,
            sites: vec![NO_SITE; sites],
            regions: Vec::new(),
            watches: Vec::new(),
            shared: none,
            shared_bytes: 0,
            cluster: None,
            local: none,
            local_bytes: 0,
            local_base: 0,
            frame: none,
            frame_bytes: 0,
            params: words,
            param_bytes: params.len() as u64,
            grid: Box::default(),
            fault: None,
            clock: 0,
            started: std::time::Instant::now(),
        }
    }

    /// Forgets every region, since the kernel freed memory.
    pub(super) fn forget_regions(&mut self) {
        self.regions.clear();
        self.sites.fill(NO_SITE);
    }

    /// The host's address of `bytes` bytes at `address` for one lane.
    ///
    /// # Errors
    /// A fault if the bytes are out of bounds or misaligned to `align`.
    #[cold]
    pub(super) fn locate(
        &mut self,
        lane: usize,
        space: u8,
        address: u64,
        (bytes, align): (u32, u32),
        access: Access,
        (strength, site): (u32, u32),
    ) -> Result<*mut u8, Fault> {
        if address & u64::from(align - 1) != 0 {
            let name = space::name(space);
            let text = format!(
                "{} of {bytes} bytes at {name} address {address:#x}, which is not a multiple of {align}",
                verb(access)
            );
            return Err(Fault::new(FaultKind::MisalignedAddress, text).at_address(address));
        }
        let (start, length, offset) = match space {
            space::SHARED => self.shared_of(address, address)?,
            space::LOCAL => (self.lane_local(lane), self.local_bytes, address),
            space::PARAM => (self.params.as_mut_ptr().cast(), self.param_bytes, address),
            space::FRAME => {
                (self.frame.wrapping_add(lane * self.frame_bytes as usize), self.frame_bytes, address)
            }
            space::GENERIC if address >= SHARED_WINDOW => self.window(lane, address, access)?,
            _ => return self.resolve(address, bytes, access, (strength, site)),
        };
        if offset.checked_add(u64::from(bytes)).is_none_or(|end| end > length) {
            let name = space::name(space);
            let text = format!(
                "{} of {bytes} bytes at {name} address {address:#x}, but there are {length} bytes of it",
                verb(access)
            );
            return Err(Fault::new(FaultKind::IllegalAddress, text).at_address(address));
        }
        Ok(start.wrapping_add(offset as usize))
    }

    fn lane_local(&self, lane: usize) -> *mut u8 {
        self.local.wrapping_add(lane * self.local_bytes as usize)
    }

    /// The shared memory that an offset is in, which may be that of another block of the cluster, its length, and where in it.
    fn shared_of(&self, address: u64, offset: u64) -> Result<(*mut u8, u64, u64), Fault> {
        let number = offset >> RANK_BIT;
        if number == 0 {
            return Ok((self.shared, self.shared_bytes, offset));
        }
        let refuse = |why: &str| {
            let text =
                format!("shared memory at {address:#x} is of block {} of the cluster, {why}", number - 1);
            Err(Fault::new(FaultKind::IllegalAddress, text).at_address(address))
        };
        let rank = number as usize - 1;
        match self.cluster.as_ref().and_then(|cluster| cluster.shared.get(rank)) {
            Some(shared) if !shared.get().is_null() => {
                Ok((shared.get(), self.shared_bytes, offset & ((1 << RANK_BIT) - 1)))
            }
            Some(_) => refuse("which has exited"),
            None if rank == 0 && self.cluster.is_none() => {
                Ok((self.shared, self.shared_bytes, offset & ((1 << RANK_BIT) - 1)))
            }
            None => refuse("which it does not have"),
        }
    }

    fn window(&mut self, lane: usize, address: u64, access: Access) -> Result<(*mut u8, u64, u64), Fault> {
        let offset = address % WINDOW;
        Ok(match address - offset {
            SHARED_WINDOW => self.shared_of(address, offset)?,
            LOCAL_WINDOW => (self.lane_local(lane), self.local_bytes, offset),
            PARAM_WINDOW if access == Access::Read => {
                (self.params.as_mut_ptr().cast(), self.param_bytes, offset)
            }
            GRID_WINDOW => (self.grid.as_mut_ptr().cast(), 64, offset),
            _ => {
                let text = format!("{} at address {address:#x}, which is in no state space", verb(access));
                return Err(Fault::new(FaultKind::IllegalAddress, text).at_address(address));
            }
        })
    }

    /// Device memory, by the regions seen before or the device.
    fn resolve(
        &mut self,
        address: u64,
        bytes: u32,
        access: Access,
        (strength, site): (u32, u32),
    ) -> Result<*mut u8, Fault> {
        let (region, watch) = self.region(address, bytes, access)?;
        self.note_one(watch, address, Seen { bytes, access, strength, site });
        Ok(region.host.wrapping_add((address - region.base) as usize))
    }

    fn region(&mut self, address: u64, bytes: u32, access: Access) -> Result<(Region, *mut Watch), Fault> {
        let fits = |it: &Region| {
            let offset = address.wrapping_sub(it.base);
            offset < it.len && it.len - offset >= u64::from(bytes)
        };
        if let Some((region, _, watch)) = self.regions.iter().find(|it| it.1 == access && fits(&it.0)) {
            return Ok((*region, *watch));
        }
        let region = self.device.resolve(address, bytes, access)?;
        if !fits(&region) {
            let text =
                format!("{} of {bytes} bytes at address {address:#x} leaves its allocation", verb(access));
            return Err(Fault::new(FaultKind::IllegalAddress, text).at_address(address));
        }
        if !(region.host as u64 ^ region.base).is_multiple_of(16) {
            let text = format!("address {address:#x} is backed by host memory of another alignment");
            return Err(Fault::new(FaultKind::IllegalAddress, text).at_address(address));
        }
        let watch = self.watch(region);
        self.regions.push((region, access, watch));
        Ok((region, watch))
    }

    /// The watch of a region, if it has one.
    fn watch(&mut self, region: Region) -> *mut Watch {
        if !region.watched && region.written.is_null() {
            return std::ptr::null_mut();
        }
        let same = |it: &Watch| (it.region.base, it.region.len) == (region.base, region.len);
        let index = self.watches.iter().position(|it| same(it)).unwrap_or_else(|| {
            self.watches.push(Box::new(Watch::new(region)));
            self.watches.len() - 1
        });
        &raw mut *self.watches[index]
    }

    /// The pointers of all lanes in `mask`, one by one; keeps the last region for the next time.
    #[cold]
    #[inline(never)]
    pub(super) fn locate_all(
        &mut self,
        mask: u32,
        addresses: &[u64; LANES],
        wanted: &Wanted,
    ) -> Option<[*mut u8; LANES]> {
        let mut pointers = [std::ptr::null_mut(); LANES];
        for lane in bits(mask) {
            match self.locate(
                lane,
                wanted.space,
                addresses[lane],
                (wanted.bytes, wanted.align),
                wanted.access,
                (wanted.strength, wanted.site),
            ) {
                Ok(pointer) => pointers[lane] = pointer,
                Err(fault) => {
                    self.fault = Some((lane, Box::new(fault)));
                    return None;
                }
            }
        }
        if mask != 0 {
            self.keep_site(addresses[mask.trailing_zeros() as usize], wanted);
        }
        Some(pointers)
    }

    fn keep_site(&mut self, address: u64, wanted: &Wanted) {
        let device = matches!(wanted.space, space::GLOBAL | space::CONST)
            || (wanted.space == space::GENERIC && address < SHARED_WINDOW);
        if let (true, Ok((region, watch))) = (device, self.region(address, wanted.bytes, wanted.access))
            && let Some(site) = self.sites.get_mut(wanted.site as usize)
        {
            let last = (region.len - u64::from(wanted.bytes)).min(LONGEST);
            *site = Site { base: region.base, last, host: region.host, watch };
        }
    }
}

/// What an instruction accesses.
pub(super) struct Wanted {
    pub(super) space: u8,
    pub(super) bytes: u32,
    pub(super) align: u32,
    pub(super) access: Access,
    pub(super) site: u32,
    /// The instruction's `c`, which says how strong the access is.
    pub(super) strength: u32,
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        self.tell_device();
    }
}

fn verb(access: Access) -> &'static str {
    match access {
        Access::Read => "a read",
        Access::Write => "a write",
        Access::Atomic => "an atomic operation",
    }
}

/// The numbers of the bits that are set, from the lowest.
#[inline(always)]
pub(super) fn bits(mut mask: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        (mask != 0).then(|| {
            let lane = mask.trailing_zeros() as usize;
            mask &= mask - 1;
            lane
        })
    })
}

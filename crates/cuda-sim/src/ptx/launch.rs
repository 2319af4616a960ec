//! A launch and what the interpreter asks of the device under it.

use super::{Fault, Touched};

/// What one launch runs with.
#[derive(Clone, Copy, Debug)]
pub struct Launch<'a> {
    /// Blocks in x, y and z.
    pub grid: [u32; 3],
    /// Threads of a block in x, y and z.
    pub block: [u32; 3],
    /// Bytes of shared memory beyond the kernel's static ones.
    pub dynamic_shared: u32,
    /// A block can reach a multiple of so many bytes of shared memory, as devices have it; 1 for no more than it has.
    pub shared_unit: u32,
    /// The parameter buffer, laid out as [`Kernel::params`](super::Kernel::params) says; at least
    /// [`Kernel::param_bytes`](super::Kernel::param_bytes) long.
    pub params: &'a [u8],
    /// The device address of each of [`Module::globals`](super::Module::globals), by index.
    pub global_addresses: &'a [u64],
    /// Blocks of a cluster in x, y and z, which reach each other's shared memory; the grid is a multiple of it. None if clusters were
    /// not asked for, so that each is one block.
    pub cluster: Option<[u32; 3]>,
    /// All blocks are resident at once and may wait for each other.
    pub cooperative: bool,
    /// Bytes of stack for each thread beyond what the kernel itself needs, as set by
    /// `cuCtxSetLimit(CU_LIMIT_STACK_SIZE)`; calls that nest deeper are a stack overflow.
    pub stack_bytes: u32,
    /// The number of multiprocessors, for `%nsmid`.
    pub multiprocessors: u32,
    /// How many threads of the host may run blocks. With more than one, the order in which blocks run is not always the
    /// same.
    pub threads: u32,
}

impl<'a> Launch<'a> {
    /// A plain launch with no dynamic shared memory and default limits.
    pub fn new(grid: [u32; 3], block: [u32; 3], params: &'a [u8], global_addresses: &'a [u64]) -> Self {
        Self {
            grid,
            block,
            dynamic_shared: 0,
            shared_unit: 1,
            params,
            global_addresses,
            cluster: None,
            cooperative: false,
            stack_bytes: 1024,
            multiprocessors: 16,
            threads: 1,
        }
    }
}

/// What an instruction does with memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// It reads.
    Read,
    /// It writes.
    Write,
    /// It reads and writes in one step.
    Atomic,
}

/// A stretch of device memory and where the host finds its bytes.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    /// The device address of the first byte.
    pub base: u64,
    /// The length in bytes.
    pub len: u64,
    /// The host's address of the first byte; equal to `base` in its four lowest bits.
    pub host: *mut u8,
    /// Bits that tell which bytes have been written, 64 bytes a word; null if nobody asks. There are as many as the length
    /// needs, and all who share them use atomics.
    pub written: *mut u64,
    /// Whether the device wants to know which bytes the run touches, see [`Device::touched`].
    pub watched: bool,
}

impl Region {
    /// A region of which nothing is watched.
    pub fn new(base: u64, len: u64, host: *mut u8) -> Region {
        Region { base, len, host, written: std::ptr::null_mut(), watched: false }
    }
}

/// What the interpreter asks of the device that it runs on.
///
/// # Safety
/// - The bytes of a [`Region`] that [`Device::resolve`] gives are live, and readable (and writable, for an access that
///   writes), until the run ends or, for heap memory, until the run's kernel frees it.
/// - Meanwhile others reach these bytes by atomic or volatile accesses, or in an order that the program has set.
pub unsafe trait Device: Sync {
    /// Finds the memory behind `len` bytes at `address` and says how far it reaches: the whole allocation if
    /// possible, since the interpreter keeps the answer and asks rarely.
    ///
    /// # Errors
    /// A fault of kind [`IllegalAddress`](super::FaultKind::IllegalAddress) that says what lies near.
    fn resolve(&self, address: u64, len: u32, access: Access) -> Result<Region, Fault>;

    /// Takes text that the kernel printed, in the order of the calls.
    fn printf(&self, text: &str);

    /// Allocates from the device heap; 0 when the heap is full.
    fn malloc(&self, bytes: u64) -> u64;

    /// Frees what [`Device::malloc`] gave; 0 does nothing.
    fn free(&self, address: u64);

    /// Whether the run should stop; asked often.
    fn cancelled(&self) -> bool;

    /// Returns what a texture or surface object looks at, which stays there until the run ends.
    ///
    /// # Errors
    /// There is no such object.
    fn texture(&self, object: u64) -> Result<super::Texture, Fault> {
        let text = format!("{object:#x} is no texture or surface object");
        Err(Fault::new(super::FaultKind::IllegalAddress, text))
    }

    /// Returns a level of a mipmap, of which [`Device::texture`] gives the first.
    ///
    /// # Errors
    /// There is no such level.
    fn texture_level(&self, object: u64, level: u32) -> Result<super::Texture, Fault> {
        let text = format!("{object:#x} has no level {level}");
        Err(Fault::new(super::FaultKind::IllegalAddress, text))
    }

    /// Sets the value of a conditional node of a graph.
    ///
    /// # Errors
    /// The handle is none.
    fn set_conditional(&self, handle: u64, _value: u32) -> Result<(), Fault> {
        let text = format!("{handle:#x} is no conditional handle of a graph");
        Err(Fault::new(super::FaultKind::IllegalInstruction, text))
    }

    /// Hears what a run's thread did to a region that is watched, when it is over.
    fn touched(&self, _touched: Touched) {}
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Instructions, counted once for a warp.
    pub warp_instructions: u64,
    /// Instructions, counted once for each active thread.
    pub lane_instructions: u64,
    /// Blocks that ran to their end.
    pub blocks: u64,
}

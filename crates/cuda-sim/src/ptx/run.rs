//! Runs a grid: makes blocks resident, gives their warps turns, and sees when nothing can go on.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use super::lanes::LANES;
use super::machine::{Block, Machine, Turn};
use super::memory::{Cluster, GRID_WINDOW, Memory};
use super::program::{COLUMN, Columns, Program, launch_column, warp_column};
use super::warp::Warp;
use super::{Device, Fault, FaultKind, Kernel, Launch, Module, Statistics};

/// Threads that a block may have.
const MOST_THREADS: u64 = 1024;

/// Blocks that a grid may have in x, y and z.
const MOST_BLOCKS: [u32; 3] = [i32::MAX as u32, u16::MAX as u32, u16::MAX as u32];

/// Blocks that a cluster may have.
const MOST_CLUSTERED: u64 = 16;

/// Shared memory that a block may have, as on the largest devices.
const MOST_SHARED: u64 = 227 * 1024;

/// Local memory and stack that a thread may have.
const MOST_LOCAL: u64 = 1 << 20;

/// Rounds of a block after which the next one joins it, in case it waits for that.
const ROUNDS: u32 = 256;

/// Blocks that are resident at once when they seem to wait for each other.
const MOST_RESIDENT: usize = 64;

/// Lane-instructions after which a grid is worth further threads: about half a millisecond of work.
const WORTH_HELP: u64 = 1 << 20;

/// Threads of all grids that help another.
static HELPERS: AtomicUsize = AtomicUsize::new(0);

/// Runs a kernel to its end: on the calling thread, and if it is long, on as many more as [`Launch::threads`] allows.
///
/// All launches of the process together have no more helping threads than one of them may have.
///
/// # Errors
/// The first fault, with the thread and the PTX line that raised it.
pub fn run(
    module: &Module,
    kernel: &Kernel,
    launch: &Launch<'_>,
    device: &dyn Device,
) -> Result<Statistics, Fault> {
    check(module, kernel, launch)?;
    let blocks: u64 = launch.grid.iter().map(|it| u64::from(*it)).product();
    let crew = Crew {
        module,
        kernel,
        launch,
        device,
        next: AtomicU64::new(0),
        total: blocks / u64::from(cluster_blocks(launch)),
        stop: AtomicBool::new(false),
    };
    std::thread::scope(|scope| {
        let mut helpers = Vec::new();
        let mut call_help = || {
            let most = launch.threads.saturating_sub(1) as usize;
            let wanted = (crew.total - crew.started()).min(most as u64) as usize;
            for _ in 0..wanted {
                let Some(place) = Place::take(most) else { break };
                let crew = &crew;
                helpers.push(scope.spawn(move || {
                    let _place = place;
                    crew.work(None)
                }));
            }
        };
        // Blocks of a cooperative launch share one workspace, and so one thread.
        let alone = launch.cooperative || launch.threads < 2;
        let mut result = crew.work(if alone { None } else { Some(&mut call_help) });
        for helper in helpers {
            let other = helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            result = merge(result, other);
        }
        result
    })
}

/// What two threads did; of two faults the one that is not merely the other's end.
fn merge(one: Result<Statistics, Fault>, other: Result<Statistics, Fault>) -> Result<Statistics, Fault> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(Statistics {
            warp_instructions: one.warp_instructions + other.warp_instructions,
            lane_instructions: one.lane_instructions + other.lane_instructions,
            blocks: one.blocks + other.blocks,
        }),
        (Err(fault), Err(other)) if fault.kind == FaultKind::Cancelled => Err(other),
        (Err(fault), _) | (_, Err(fault)) => Err(fault),
    }
}

/// One of the process's places for helping threads.
struct Place;

impl Place {
    fn take(most: usize) -> Option<Self> {
        let one_more = |count: usize| (count < most).then_some(count + 1);
        HELPERS.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok().map(|_| Place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        HELPERS.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A grid, and the threads that run its blocks.
struct Crew<'r> {
    module: &'r Module,
    kernel: &'r Kernel,
    launch: &'r Launch<'r>,
    device: &'r dyn Device,
    /// The next cluster to start, and how many there are. Most are blocks alone.
    next: AtomicU64,
    total: u64,
    /// A block has failed, so that all end.
    stop: AtomicBool,
}

impl Crew<'_> {
    fn started(&self) -> u64 {
        self.next.load(Ordering::Relaxed).min(self.total)
    }

    /// The number of the next cluster, if one is left.
    fn claim(&self) -> Option<u64> {
        let one_more = |next: u64| (next < self.total).then_some(next + 1);
        self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).ok()
    }

    /// Runs blocks on the calling thread until none is left.
    fn work(&self, call_help: Option<&mut dyn FnMut()>) -> Result<Statistics, Fault> {
        let (module, kernel, launch) = (self.module, self.kernel, self.launch);
        let params = &launch.params[..kernel.param_bytes as usize];
        let mut memory = Memory::new(self.device, module.program.sites as usize, params);
        memory.local_bytes = local_bytes(module, kernel, launch);
        // The first word of the workspace is its size, the next the barrier's count.
        memory.grid[0] = 64;
        let mut uniform = uniform_columns(module, kernel, launch);
        let machine = Machine::new(&module.program, kernel, launch, memory, &mut uniform);
        let result = Grid { machine, crew: self }.run(call_help);
        if result.is_err() {
            self.stop.store(true, Ordering::Relaxed);
        }
        result
    }
}

fn check(module: &Module, kernel: &Kernel, launch: &Launch<'_>) -> Result<(), Fault> {
    let refuse = |text: String| {
        let mut fault = Fault::new(FaultKind::OutOfResources, text);
        fault.kernel.clone_from(&kernel.name);
        Err(fault)
    };
    let threads = launch.block.iter().fold(1u64, |product, it| product.saturating_mul(u64::from(*it)));
    let too_many = launch.grid.iter().zip(MOST_BLOCKS).any(|(count, most)| *count > most);
    if launch.grid.contains(&0) || too_many || threads == 0 || threads > MOST_THREADS {
        return refuse(format!("a grid of {:?} blocks of {:?} threads", launch.grid, launch.block));
    }
    if let Some(cluster) = launch.cluster {
        let blocks = cluster.iter().fold(1u64, |product, it| product.saturating_mul(u64::from(*it)));
        let fits = launch.grid.iter().zip(cluster).all(|(grid, side)| side > 0 && grid % side == 0);
        if !fits || blocks > MOST_CLUSTERED {
            return refuse(format!("clusters of {cluster:?} blocks in a grid of {:?}", launch.grid));
        }
    }
    let shared = u64::from(kernel.static_shared) + u64::from(launch.dynamic_shared);
    if shared > MOST_SHARED {
        return refuse(format!("{shared} bytes of shared memory, more than {MOST_SHARED}"));
    }
    let local = local_bytes(module, kernel, launch);
    if local > MOST_LOCAL {
        return refuse(format!("{local} bytes of local memory for each thread, more than {MOST_LOCAL}"));
    }
    if launch.params.len() < kernel.param_bytes as usize {
        return refuse(format!(
            "{} bytes of parameters, fewer than {}",
            launch.params.len(),
            kernel.param_bytes
        ));
    }
    if launch.global_addresses.len() < module.globals.len() {
        let (given, wanted) = (launch.global_addresses.len(), module.globals.len());
        return refuse(format!("addresses of {given} variables, fewer than {wanted}"));
    }
    Ok(())
}

/// Bytes of shared memory that the system has for itself, for kernels that ask where it is. It lies behind theirs.
const RESERVED_SHARED: u32 = 1024;

/// Where a block's own shared memory ends, rounded up, and where all of it does.
pub(super) fn shared_extent(program: &Program, kernel: &Kernel, launch: &Launch<'_>) -> (u32, u32) {
    let own = kernel.static_shared.next_multiple_of(16) + launch.dynamic_shared;
    let own = own.next_multiple_of(launch.shared_unit.max(1));
    if !program.uses_reserved {
        return (own, own);
    }
    // A gap, so that its neighbour does not begin where an access past the end of the kernel's own memory lands.
    let reserved = own.next_multiple_of(128) + 128;
    (reserved, reserved + RESERVED_SHARED)
}

/// Blocks of a cluster.
fn cluster_blocks(launch: &Launch<'_>) -> u32 {
    launch.cluster.map_or(1, |sides| sides.iter().product())
}

/// Bytes of local memory of a thread: the kernel's own, and a stack for calls if it makes any.
fn local_bytes(module: &Module, kernel: &Kernel, launch: &Launch<'_>) -> u64 {
    let own = u64::from(kernel.local_bytes.next_multiple_of(16));
    let function = &module.program.functions[kernel.function];
    if function.calls.is_empty() && function.stack_end.is_none() {
        return own;
    }
    let called: u64 =
        module.program.functions.iter().map(|it| u64::from(it.local_bytes.next_multiple_of(16)) + 16).sum();
    (own + called + u64::from(launch.stack_bytes.min(1 << 19))).next_multiple_of(16)
}

fn uniform_columns(module: &Module, kernel: &Kernel, launch: &Launch<'_>) -> Columns {
    let addresses = &module.program.addresses;
    let mut columns = Columns::zeroed(launch_column::ADDRESSES + 2 * COLUMN * addresses.len() as u32);
    let threads: u32 = launch.block.iter().product();
    let dynamic_base = kernel.static_shared.next_multiple_of(16);
    for axis in 0..3 {
        columns.fill32(launch_column::NTID + axis * COLUMN, |_| launch.block[axis as usize]);
        columns.fill32(launch_column::NCTAID + axis * COLUMN, |_| launch.grid[axis as usize]);
    }
    let cluster = launch.cluster.unwrap_or([1; 3]);
    for axis in 0..3 {
        let side = cluster[axis as usize];
        columns.fill32(launch_column::NCLUSTERID + axis * COLUMN, |_| launch.grid[axis as usize] / side);
        columns.fill32(launch_column::CLUSTER_NCTAID + axis * COLUMN, |_| side);
    }
    columns.fill32(launch_column::CLUSTER_NCTARANK, |_| cluster.iter().product());
    let explicit = if launch.cluster.is_some() { u32::MAX } else { 0 };
    columns.fill32(launch_column::IS_EXPLICIT_CLUSTER, |_| explicit);
    columns.fill32(launch_column::NWARPID, |_| threads.div_ceil(LANES as u32).max(32));
    columns.fill32(launch_column::NSMID, |_| launch.multiprocessors);
    columns.fill32(launch_column::DYNAMIC_SMEM, |_| launch.dynamic_shared);
    columns.fill32(launch_column::TOTAL_SMEM, |_| dynamic_base + launch.dynamic_shared);
    let (reserved, end) = shared_extent(&module.program, kernel, launch);
    columns.fill32(launch_column::RESERVED, |_| reserved);
    columns.fill32(launch_column::RESERVED_END, |_| end);
    columns.fill32(launch_column::ALL_SMEM, |_| end);
    columns.fill32(launch_column::GRID_HIGH, |_| (GRID_WINDOW >> 32) as u32);
    columns.fill32(launch_column::GRID_LOW, |_| GRID_WINDOW as u32);
    columns.fill32(launch_column::ONE, |_| 1);
    columns.fill64(launch_column::GRID_ID, 1);
    columns.fill64(launch_column::DYNAMIC_BASE, u64::from(dynamic_base));
    columns.fill32(launch_column::DYNAMIC_BASE_SHORT, |_| dynamic_base);
    for (index, it) in addresses.iter().enumerate() {
        let address = launch.global_addresses[it.global].wrapping_add(it.addend);
        columns.fill64(launch_column::ADDRESSES + 2 * COLUMN * index as u32, address);
    }
    columns
}

struct Grid<'r> {
    machine: Machine<'r>,
    crew: &'r Crew<'r>,
}

impl Grid<'_> {
    fn run(mut self, mut call_help: Option<&mut dyn FnMut()>) -> Result<Statistics, Fault> {
        let mut resident: Vec<Block> = Vec::new();
        let mut spare: Vec<Block> = Vec::new();
        loop {
            let wanted = if self.crew.launch.cooperative { usize::MAX } else { 1 };
            while resident.len() < wanted
                && let Some(number) = self.crew.claim()
            {
                self.start(number, &mut spare, &mut resident);
            }
            if resident.is_empty() {
                return Ok(self.machine.statistics);
            }
            let ran = self.round(&mut resident)?;
            let waits = resident.iter().map(|it| it.rounds).min().unwrap_or(0);
            if self.machine.statistics.lane_instructions >= WORTH_HELP
                && let Some(call_help) = call_help.take()
            {
                call_help();
            }
            let starved = (!ran || waits >= ROUNDS) && resident.len() < MOST_RESIDENT;
            if starved && let Some(number) = self.crew.claim() {
                resident.iter_mut().for_each(|it| it.rounds = 0);
                self.start(number, &mut spare, &mut resident);
            } else if !ran && resident.iter().any(|it| it.live > 0) && !resident.iter().any(Block::is_over) {
                return Err(self.deadlock(&resident));
            }
            while let Some(done) = resident.iter().position(Block::is_over) {
                self.machine.statistics.blocks += 1;
                spare.push(resident.remove(done));
            }
        }
    }

    /// Gives every warp a turn; says whether any did something.
    fn round(&mut self, resident: &mut [Block]) -> Result<bool, Fault> {
        let mut ran = false;
        for block in resident {
            block.rounds = block.rounds.saturating_add(1);
            for warp in 0..block.warps.len() {
                if block.warps[warp].live != 0 {
                    ran |= self.machine.turn(block, warp)? == Turn::Ran;
                }
            }
        }
        if self.crew.device.cancelled() || self.crew.stop.load(Ordering::Relaxed) {
            let mut fault = Fault::new(FaultKind::Cancelled, "the launch was cancelled");
            fault.kernel.clone_from(&self.machine.kernel.name);
            return Err(fault);
        }
        Ok(ran)
    }

    /// Makes the blocks of a cluster resident.
    fn start(&mut self, number: u64, spare: &mut Vec<Block>, resident: &mut Vec<Block>) {
        let launch = self.crew.launch;
        let threads: u32 = launch.block.iter().product();
        let sides = launch.cluster.unwrap_or([1; 3]);
        let place = |number: u64, [x, y]: [u32; 2]| {
            let (x, y) = (u64::from(x), u64::from(y));
            [number % x, number / x % y, number / (x * y)].map(|it| it as u32)
        };
        let cluster = place(number, [launch.grid[0] / sides[0], launch.grid[1] / sides[1]]);
        let first = resident.len();
        for rank in 0..cluster_blocks(launch) {
            let within = place(rank.into(), [sides[0], sides[1]]);
            let index = [0, 1, 2].map(|axis| cluster[axis] * sides[axis] + within[axis]);
            let mut block = spare.pop().unwrap_or_else(|| self.new_block(threads));
            self.start_block(&mut block, threads, index, (cluster, within, rank));
            resident.push(block);
        }
        let blocks = &mut resident[first..];
        if blocks.len() > 1 || self.machine.program.uses_cluster_barrier {
            let shared = blocks.iter_mut().map(|it| Cell::new(it.shared.as_mut_ptr())).collect();
            let cluster = Rc::new(Cluster::new(shared, threads * blocks.len() as u32));
            for (rank, block) in blocks.iter_mut().enumerate() {
                block.cluster = Some((cluster.clone(), rank as u32, 0));
            }
        }
    }

    fn start_block(
        &self,
        block: &mut Block,
        threads: u32,
        index: [u32; 3],
        (cluster, within, rank): ([u32; 3], [u32; 3], u32),
    ) {
        block.start(index, threads);
        let kernel = self.machine.kernel.function;
        let [x, y, _] = self.crew.launch.grid.map(u64::from);
        let number = u64::from(index[0]) + x * (u64::from(index[1]) + y * u64::from(index[2]));
        for warp in &mut block.warps {
            for axis in 0..3u32 {
                let at = axis as usize;
                warp.columns.fill32(warp_column::CTAID + axis * COLUMN, |_| index[at]);
                warp.columns.fill32(warp_column::CLUSTERID + axis * COLUMN, |_| cluster[at]);
                if self.crew.launch.cluster.is_some() {
                    warp.columns.fill32(warp_column::CLUSTER_CTAID + axis * COLUMN, |_| within[at]);
                }
            }
            if self.crew.launch.cluster.is_some() {
                warp.columns.fill32(warp_column::CLUSTER_CTARANK, |_| rank);
            }
            let multiprocessor = (number % u64::from(self.crew.launch.multiprocessors.max(1))) as u32;
            warp.columns.fill32(warp_column::SMID, |_| multiprocessor);
            let left = threads - warp.index * LANES as u32;
            let existing = if left >= LANES as u32 { u32::MAX } else { (1 << left) - 1 };
            warp.start(self.machine.program, kernel, existing);
        }
    }

    fn new_block(&self, threads: u32) -> Block {
        let kernel = self.machine.kernel;
        let shared = shared_extent(self.machine.program, kernel, self.crew.launch).1;
        let local = self.machine.lanes.memory.local_bytes;
        let warps = threads.div_ceil(LANES as u32);
        let warps = (0..warps).map(|it| Warp::new(it, self.warp_columns(it), local)).collect();
        Block::new(warps, Columns::zeroed(shared + 16))
    }

    fn warp_columns(&self, index: u32) -> Columns {
        let mut columns = Columns::zeroed(warp_column::END);
        let [x, y, _] = self.crew.launch.block;
        let thread = |lane: usize| index * LANES as u32 + lane as u32;
        columns.fill32(warp_column::TID, |lane| thread(lane) % x);
        columns.fill32(warp_column::TID + COLUMN, |lane| thread(lane) / x % y);
        columns.fill32(warp_column::TID + 2 * COLUMN, |lane| thread(lane) / (x * y));
        columns.fill32(warp_column::LANEID, |lane| lane as u32);
        columns.fill32(warp_column::WARPID, |_| index);
        columns.fill32(warp_column::LANEMASK_EQ, |lane| 1 << lane);
        columns.fill32(warp_column::LANEMASK_LT, |lane| (1 << lane) - 1);
        columns.fill32(warp_column::LANEMASK_LE, |lane| (1 << lane) | ((1 << lane) - 1));
        columns.fill32(warp_column::LANEMASK_GT, |lane| !((1 << lane) | ((1 << lane) - 1)));
        columns.fill32(warp_column::LANEMASK_GE, |lane| !((1 << lane) - 1));
        columns
    }

    fn deadlock(&self, resident: &[Block]) -> Fault {
        let waiting: u32 = resident.iter().map(|it| it.live).sum();
        let text =
            format!("all {waiting} threads that are left wait at barriers or .sync instructions for others");
        let mut fault = Fault::new(FaultKind::Deadlock, text);
        fault.kernel.clone_from(&self.machine.kernel.name);
        if let Some(block) = resident.first() {
            fault.block = block.index;
        }
        fault
    }
}

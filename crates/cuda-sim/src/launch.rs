//! Launches: a kernel, a grid, and its arguments, put into a stream.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, LazyLock, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use cuda_sys::CUresult;

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, In};
use crate::function::Limits;
use crate::graph::Task;
use crate::handle::Handle;
use crate::headway::Stopwatch;
use crate::journal;
use crate::memory::new_range;
use crate::module::{Function, Program};
use crate::native::Native;
use crate::operation::{self, Work};
use crate::order::Act;
use crate::ptx;
use crate::race::{self, Manner, Touch};
use crate::report::{self, Report, ReportKind};
use crate::space::{self, ALIGNMENT, Grave, Range, Use};
use crate::state::{State, lock};
use crate::sys::{CUdevice_attribute, CUlaunchAttribute, CUlaunchAttributeID, CUlaunchConfig, CUlimit};
use crate::{checks, shadow};

/// The shape of a launch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) grid: [u32; 3],
    pub(crate) block: [u32; 3],
    pub(crate) dynamic_shared: u32,
    pub(crate) cooperative: bool,
    /// Blocks of a cluster in each direction, if the launch or the kernel says.
    pub(crate) cluster: Option<[u32; 3]>,
}

/// Marks in the list that passes arguments as one buffer.
const END: u64 = 0;
const BUFFER_POINTER: u64 = 1;
const BUFFER_SIZE: u64 = 2;

/// Devices of compute capability 8.0 and later give out shared memory in multiples of so many bytes.
const SHARED_UNIT: u32 = 128;

/// The most bytes of arguments: 32,764 since CUDA 12.1, on devices of compute capability 7.0 and later.
pub(crate) const MAX_PARAMETER_BYTES: usize = 32764;

impl Shape {
    /// Refuses what the device, or the function, cannot do.
    /// Finds how large clusters are: as the launch says, or the kernel.
    fn cluster(&self, function: &Function, limits: &Limits) -> Answer<Option<[u32; 3]>> {
        let required = function.kernel().required_cluster();
        let Some(cluster) = self.cluster.or(required) else {
            return if function.kernel().must_set_cluster() { Err(INVALID_VALUE) } else { Ok(None) };
        };
        if required.is_some_and(|required| required != cluster) {
            return Err(INVALID_VALUE);
        }
        let blocks = cluster.iter().try_fold(1u32, |all, &side| all.checked_mul(side));
        let most = function.largest_cluster(limits);
        if blocks.is_none_or(|blocks| blocks == 0 || blocks > most) {
            return Err(CUresult::CUDA_ERROR_INVALID_CLUSTER_SIZE);
        }
        if self.grid.iter().zip(cluster).any(|(grid, side)| !grid.is_multiple_of(side)) {
            return Err(INVALID_VALUE);
        }
        Ok(Some(cluster))
    }

    fn check(&self, function: &Function, limits: &Limits, largest: [i32; 6]) -> Answer {
        let sides = self.grid.iter().chain(&self.block).zip(largest);
        if sides.into_iter().any(|(&side, most)| side == 0 || side > most as u32) {
            return Err(INVALID_VALUE);
        }
        let threads =
            self.block.iter().try_fold(1u32, |all, &side| all.checked_mul(side)).ok_or(INVALID_VALUE)?;
        // Launch bounds are never above what the device has. NVIDIA's own tests of Numba expect this code of devices; too few resources would
        // be too few registers, which nothing here runs out of.
        if threads > function.max_threads(limits) as u32 {
            return Err(INVALID_VALUE);
        }
        if function.kernel().required_threads().is_some_and(|required| required != self.block) {
            return Err(INVALID_VALUE);
        }
        if self.dynamic_shared > function.max_dynamic_shared(limits) as u32 {
            return Err(INVALID_VALUE);
        }
        Ok(())
    }
}

/// Reads the arguments of a launch into one buffer, laid out as the kernel wants it.
fn arguments(
    function: &Function,
    parameters: In<*mut core::ffi::c_void>,
    extra: In<*mut core::ffi::c_void>,
) -> Answer<Vec<u8>> {
    let kernel = function.kernel();
    let mut buffer = vec![0; kernel.param_bytes() as usize];
    if !parameters.is_null() && !extra.is_null() {
        return Err(INVALID_VALUE);
    }
    if !extra.is_null() {
        let given = buffer_of(extra)?;
        if given.len() > MAX_PARAMETER_BYTES {
            return Err(INVALID_VALUE);
        }
        let end = kernel.params().iter().map(|one| (one.offset + one.size) as usize).max().unwrap_or(0);
        if given.len() < end {
            return Err(INVALID_VALUE);
        }
        let shared = buffer.len().min(given.len());
        buffer[..shared].copy_from_slice(&given[..shared]);
        return Ok(buffer);
    }
    for (index, parameter) in kernel.params().iter().enumerate() {
        let place = Address(parameters.at(index)? as u64);
        place.required()?;
        let (start, size) = (parameter.offset as usize, parameter.size as usize);
        let bytes = place.bytes(size)?;
        buffer.get_mut(start..start + size).ok_or(UNKNOWN)?.copy_from_slice(&bytes);
    }
    Ok(buffer)
}

/// Reads the arguments that `extra` passes as a buffer.
fn buffer_of(extra: In<*mut core::ffi::c_void>) -> Answer<Vec<u8>> {
    let (mut pointer, mut size) = (None, None);
    // Pairs of a mark and a value; a handful at the most, so that a list without an end is found out.
    for pair in 0..8 {
        match extra.at(2 * pair)? as u64 {
            END => break,
            BUFFER_POINTER => pointer = Some(extra.at(2 * pair + 1)? as u64),
            BUFFER_SIZE => size = Some(Address(extra.at(2 * pair + 1)? as u64).reader::<usize>().read()?),
            _ => return Err(INVALID_VALUE),
        }
    }
    let (Some(pointer), Some(size)) = (pointer, size) else { return Err(INVALID_VALUE) };
    Address(pointer).bytes_if_any(size)
}

fn launch(
    function: Handle,
    shape: Shape,
    stream: Handle,
    parameters: In<*mut core::ffi::c_void>,
    extra: In<*mut core::ffi::c_void>,
) -> Answer {
    let mut state = lock();
    let stream = state.stream(stream)?;
    let run = prepare(&mut state, function, shape, Some(stream), parameters, extra)?;
    state.submit_or_capture(stream, Task::Do(Work::Launch(Arc::new(run)), None))
}

/// Launches with arguments that lie in one buffer already.
pub(crate) fn launch_with(function: Handle, shape: Shape, stream: Handle, arguments: &[u8]) -> Answer {
    let size = arguments.len();
    let extra = [BUFFER_POINTER, arguments.as_ptr() as u64, BUFFER_SIZE, (&raw const size) as u64, END];
    let list = Address(extra.as_ptr() as u64).reader();
    launch(function, shape, stream, In::null(), list)
}

/// Checks a launch, and binds everything that it needs. The function must belong to the context of `stream`, if one is given.
pub(crate) fn prepare(
    state: &mut State,
    function: Handle,
    shape: Shape,
    stream: Option<Handle>,
    parameters: In<*mut core::ffi::c_void>,
    extra: In<*mut core::ffi::c_void>,
) -> Answer<Run> {
    let handle = state.function(function)?;
    let found = state.functions.get(handle).ok_or(INVALID_HANDLE)?;
    let context = found.context;
    if stream.and_then(|stream| state.streams.get(stream)).is_some_and(|stream| stream.context != context) {
        return Err(INVALID_HANDLE);
    }
    let multiprocessors = match stream {
        Some(stream) => state.multiprocessors_of(stream),
        None => state.figure(context, CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT) as u32,
    };
    let limits = state.limits(context);
    let shape = Shape { cluster: shape.cluster(found, &limits)?, ..shape };
    shape.check(found, &limits, state.largest(context))?;
    if shape.cooperative {
        let resident = state.resident_blocks(found, &limits, &shape, multiprocessors);
        if shape.grid.iter().map(|&side| u64::from(side)).product::<u64>() > resident {
            return Err(COOPERATIVE_LAUNCH_TOO_LARGE);
        }
    }
    Ok(Run {
        function: handle,
        program: found.program.clone(),
        index: found.index,
        native: found.native,
        arguments: arguments(found, parameters, extra)?,
        shape,
        unit: state.unit(context, multiprocessors)?,
    })
}

impl State {
    fn largest(&self, context: Handle) -> [i32; 6] {
        use CUdevice_attribute as A;
        [
            A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X,
            A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y,
            A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z,
            A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X,
            A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y,
            A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z,
        ]
        .map(|attribute| self.figure(context, attribute))
    }

    /// Returns how many blocks of a launch can be resident at once, on so many multiprocessors.
    fn resident_blocks(&self, function: &Function, limits: &Limits, shape: &Shape, count: u32) -> u64 {
        let threads = shape.block.iter().product::<u32>() as i32;
        let each = self.blocks_per_multiprocessor(function, limits, threads, shape.dynamic_shared as usize);
        each as u64 * u64::from(count)
    }

    fn unit(&self, handle: Handle, multiprocessors: u32) -> Answer<Unit> {
        let context = self.contexts.get(handle).ok_or(INVALID_CONTEXT)?;
        let reach = context.peers.iter().fold(1u64 << context.device, |reach, peer| reach | 1 << peer);
        Ok(Unit {
            context: handle,
            device: context.device,
            own: 1 << context.device,
            reach,
            stack_bytes: context.limit(CUlimit::CU_LIMIT_STACK_SIZE) as u32,
            heap_bytes: context.limit(CUlimit::CU_LIMIT_MALLOC_HEAP_SIZE),
            ends: context.ends.clone(),
            watchdog: self.config.watchdog,
            multiprocessors,
            // With a seed, all is to happen in the same order each time.
            threads: if self.config.seed.is_some() { 1 } else { *CORES },
        })
    }
}

/// Processors of the host; asking takes longer than a launch.
static CORES: LazyLock<u32> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, |count| count.get() as u32));

/// A launch that is ready to run, any number of times and on any thread.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) function: Handle,
    program: Arc<Program>,
    index: usize,
    native: Option<Native>,
    arguments: Vec<u8>,
    pub(crate) shape: Shape,
    unit: Unit,
}

impl Run {
    /// Returns where each argument is, for as long as this lives.
    pub(crate) fn argument_addresses(&self) -> Vec<u64> {
        let parameters = self.program.code.kernels()[self.index].params().iter();
        parameters.map(|one| self.arguments.as_ptr() as u64 + u64::from(one.offset)).collect()
    }

    /// Runs the kernel to its end.
    pub(crate) fn run(&self, act: Option<&Arc<Act>>) -> Result<(), operation::Fault> {
        let running = Running {
            clock: Stopwatch::new(),
            told: OnceLock::new(),
            unit: &self.unit,
            act,
            touches: Mutex::default(),
            unwritten: Mutex::default(),
        };
        let result = match self.native {
            Some(native) => native.run(&running, self.kernel_name(), &self.arguments, &self.shape),
            None => self.interpret(&running),
        };
        let fails = running.unwritten.into_inner().unwrap_or_else(PoisonError::into_inner);
        let fails = fails.into_iter().fold(false, |all, found| self.report_unwritten(act, found) | all);
        let touches = running.touches.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some(act) = act
            && touches.iter().any(Touch::is_of_a_flag_of_the_host)
        {
            lock().talked_with_host(act);
        }
        let fails = act.is_some_and(|act| race::enter(act, &touches)) | fails;
        result.and_then(|()| if fails { Err(operation::Fault::reported()) } else { Ok(()) })
    }

    /// Whether it was given an address of memory that the host can use.
    pub(crate) fn may_talk_with_host(&self) -> bool {
        let space = space::read();
        let words = self.arguments.as_chunks::<8>().0.iter();
        words.map(|word| u64::from_le_bytes(*word)).any(|word| space.find(word).is_some_and(Range::is_host))
    }

    /// The kernel's name.
    pub(crate) fn kernel_name(&self) -> &str {
        self.program.code.kernels()[self.index].name()
    }

    /// Reports that the kernel has read what nothing has written.
    fn report_unwritten(&self, act: Option<&Arc<Act>>, (address, count, site): (u64, u64, u32)) -> bool {
        let line = self
            .program
            .code
            .line_of(site)
            .map_or(String::new(), |line| format!(", in line {line} of its PTX"));
        report::add(Report {
            kind: ReportKind::Uninitialised,
            first: None,
            second: act.map(|act| act.describe("reads")),
            bytes: address..address + 1,
            count,
            allocation: race::allocation_at(address),
            advice: format!(
                "kernel `{}` reads bytes that nothing has written{line}: fill the memory before, or read less",
                self.kernel_name()
            ),
        })
    }

    fn interpret(&self, running: &Running<'_>) -> Result<(), operation::Fault> {
        let kernel = &self.program.code.kernels()[self.index];
        let launch = ptx::Launch {
            grid: self.shape.grid,
            block: self.shape.block,
            dynamic_shared: self.shape.dynamic_shared,
            shared_unit: if checks::now().bounds { 1 } else { SHARED_UNIT },
            params: &self.arguments,
            global_addresses: &self.program.addresses,
            cluster: self.shape.cluster,
            cooperative: self.shape.cooperative,
            stack_bytes: self.unit.stack_bytes,
            multiprocessors: self.unit.multiprocessors,
            threads: self.unit.threads,
        };
        match ptx::run(&self.program.code, kernel, &launch, running) {
            Ok(_) => Ok(()),
            Err(fault) => {
                if fault.kind == ptx::FaultKind::Assert {
                    // Devices print failed assertions to the standard error stream.
                    eprintln!("{fault}");
                }
                Err(operation::Fault {
                    code: code_of(fault.kind),
                    text: fault.to_string(),
                    address: fault.address,
                })
            }
        }
    }
}

/// Returns the sticky error that a fault of a kernel leaves.
pub(crate) fn code_of(kind: ptx::FaultKind) -> CUresult {
    match kind {
        ptx::FaultKind::IllegalAddress => ILLEGAL_ADDRESS,
        ptx::FaultKind::MisalignedAddress => MISALIGNED_ADDRESS,
        ptx::FaultKind::Assert => ASSERT,
        ptx::FaultKind::IllegalInstruction => ILLEGAL_INSTRUCTION,
        ptx::FaultKind::InvalidAddressSpace => INVALID_ADDRESS_SPACE,
        ptx::FaultKind::InvalidPc => CUresult::CUDA_ERROR_INVALID_PC,
        ptx::FaultKind::StackOverflow => CUresult::CUDA_ERROR_HARDWARE_STACK_ERROR,
        ptx::FaultKind::OutOfResources => LAUNCH_OUT_OF_RESOURCES,
        ptx::FaultKind::Deadlock | ptx::FaultKind::Cancelled => CUresult::CUDA_ERROR_LAUNCH_TIMEOUT,
        _ => LAUNCH_FAILED,
    }
}

/// The device as a running kernel sees it.
#[derive(Clone, Debug)]
pub(crate) struct Unit {
    context: Handle,
    device: usize,
    /// The device itself, as a bit.
    own: u64,
    /// The device and those that its context has peer access to, a bit each.
    reach: u64,
    stack_bytes: u32,
    heap_bytes: u64,
    multiprocessors: u32,
    /// Set when the context is destroyed.
    ends: Arc<AtomicBool>,
    /// How long a kernel may run.
    watchdog: Option<Duration>,
    /// Threads that may run a kernel's blocks.
    threads: u32,
}

impl Unit {
    /// Whether kernels here may access `range`.
    pub(crate) fn may(&self, range: &Range, access: ptx::Access) -> bool {
        let allowed = if access == ptx::Access::Read { range.readable } else { range.writable };
        match range.usage {
            // Mapped memory says itself who may; a peer context gives no access to it.
            Use::Mapped { .. } | Use::Pooled { .. } => allowed & self.own != 0,
            _ => allowed & self.reach != 0,
        }
    }
}

/// How long destroying a context waits for each of its kernels before it stops them.
const GRACE: Duration = Duration::from_secs(2);

/// A launch that is running.
pub(crate) struct Running<'a> {
    pub(crate) unit: &'a Unit,
    pub(crate) act: Option<&'a Arc<Act>>,
    pub(crate) touches: Mutex<Vec<Touch>>,
    clock: Stopwatch,
    /// What the clock said when the context was being destroyed.
    told: OnceLock<Duration>,
    /// Where bytes were read that nothing had written: the first address, how many, the instruction's number.
    pub(crate) unwritten: Mutex<Vec<(u64, u64, u32)>>,
}

impl Running<'_> {
    /// Whether it has run for too long, or for too long after its context was destroyed.
    pub(crate) fn is_cancelled(&self) -> bool {
        let (ends, watchdog) = (self.unit.ends.load(Relaxed), self.unit.watchdog);
        if !ends && watchdog.is_none() {
            return false;
        }
        let ran = self.clock.look();
        watchdog.is_some_and(|longest| ran > longest)
            || (ends && ran.saturating_sub(*self.told.get_or_init(|| ran)) > GRACE)
    }
}

// SAFETY: a range's host memory is mapped until it is retired, which waits for the launches that may use it, or until the
// kernel itself frees it; host copies and other kernels are ordered by streams, or race as their program has it.
unsafe impl ptx::Device for Running<'_> {
    fn resolve(&self, address: u64, len: u32, access: ptx::Access) -> Result<ptx::Region, ptx::Fault> {
        let space = space::read();
        let found = space.find(address).filter(|range| u64::from(len) <= range.len - (address - range.base));
        if found.is_none() && !checks::now().bounds {
            drop(space);
            if let Some(region) = self.forgiven(address, len) {
                return Ok(region);
            }
            return Err(beyond(&space::read(), address, len, access));
        }
        match found {
            Some(range) if self.unit.may(range, access) => Ok(ptx::Region {
                base: range.base,
                len: range.len,
                host: range.host as *mut u8,
                written: if checks::now().uninitialised {
                    shadow::words_at(range.host)
                } else {
                    std::ptr::null_mut()
                },
                // The heap's order is the kernels' own affair.
                watched: self.act.is_some() && range.usage != Use::Heap,
            }),
            _ => Err(beyond(&space, address, len, access)),
        }
    }

    fn printf(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        // A closed output is not the kernel's concern.
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    }

    fn malloc(&self, bytes: u64) -> u64 {
        let mut state = lock();
        let Some(device) = state.devices.get_mut(self.unit.device) else { return 0 };
        let full = device.heap_bytes.checked_add(bytes).is_none_or(|total| total > self.unit.heap_bytes);
        if bytes == 0 || full {
            return 0;
        }
        let Ok((base, host)) = device.arena.take(bytes, ALIGNMENT) else { return 0 };
        device.heap_bytes += bytes;
        space::write().insert(new_range(base, bytes, host, Use::Heap, self.unit.device, self.unit.context));
        base
    }

    fn free(&self, address: u64) {
        let mut state = lock();
        let is_heap = space::write().live_at(address).is_some_and(|range| range.usage == Use::Heap);
        if is_heap && let Ok(range) = state.retire(address) {
            // The kernel itself says that it is done with it, so nothing is waited for.
            crate::memory::perform(&mut state, crate::schedule::Action::Release { base: range.base });
        } else if address != 0 {
            journal::note(format!("a kernel freed {address:#x}, which its malloc did not give out"));
        }
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled()
    }

    fn texture(&self, object: u64) -> Result<ptx::Texture, ptx::Fault> {
        let seen = lock().seen_through(Handle(object));
        seen.ok_or_else(|| {
            let text = format!("{object:#x} is no texture or surface object, or its memory is gone");
            ptx::Fault::new(ptx::FaultKind::IllegalAddress, text)
        })
    }

    fn texture_level(&self, object: u64, level: u32) -> Result<ptx::Texture, ptx::Fault> {
        let seen = lock().seen_at_level(Handle(object), level);
        seen.ok_or_else(|| {
            let text =
                format!("{object:#x} is no texture object, has no level {level}, or its memory is gone");
            ptx::Fault::new(ptx::FaultKind::IllegalAddress, text)
        })
    }

    fn set_conditional(&self, handle: u64, value: u32) -> Result<(), ptx::Fault> {
        if crate::condition::set(handle, value) {
            return Ok(());
        }
        let text = format!("{handle:#x} is no conditional handle of a graph");
        Err(ptx::Fault::new(ptx::FaultKind::IllegalAddress, text))
    }

    fn touched(&self, touched: ptx::Touched) {
        let region = touched.region;
        if let Some((reads, offset, site)) = touched.uninitialised {
            let mut unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
            unwritten.push((region.base + offset, reads, site));
        }
        let mut touches = self.touches.lock().unwrap_or_else(PoisonError::into_inner);
        let lists = [
            (touched.updated, Manner::Atomic),
            (touched.written, Manner::Write),
            (touched.read, Manner::Read),
        ];
        for (stretches, manner) in lists {
            touches.extend(stretches.into_iter().map(|(from, to)| Touch {
                host: region.host as u64 + from,
                len: to - from,
                address: region.base + from,
                manner,
            }));
        }
    }
}

/// Devices map memory in pages of so many bytes.
const PAGE: u64 = 2 << 20;

impl Running<'_> {
    /// Returns the page of the device that an address beyond all allocations lies in, if there is an allocation in it.
    fn forgiven(&self, address: u64, len: u32) -> Option<ptx::Region> {
        let state = lock();
        let (base, size, host) = state.devices.get(self.unit.device)?.arena.page_of(address, PAGE)?;
        let inside = address + u64::from(len) <= base + size;
        let used = space::read().overlapping(base, size).next().is_some();
        (inside && used).then(|| ptx::Region::new(base, size, host as *mut u8))
    }
}

/// The fault of an access to what is not allocated.
fn beyond(space: &space::Space, address: u64, len: u32, access: ptx::Access) -> ptx::Fault {
    let text = format!("{access:?} of {len} bytes at {address:#x}, which is {}", describe(space, address));
    ptx::Fault::new(ptx::FaultKind::IllegalAddress, text).at_address(address)
}

/// Says what lies at and near an address, for those who look for a fault.
pub(crate) fn describe(space: &space::Space, address: u64) -> String {
    if let Some(range) = space.find(address) {
        let freed = if range.freed { "freed " } else { "" };
        return format!(
            "{} bytes into {freed}{:?} memory of {} bytes at {:#x} on device {}",
            address - range.base,
            range.usage,
            range.len,
            range.base,
            range.device
        );
    }
    if let Some(Grave { range, freed_by }) = space.grave(address) {
        let (offset, len, base) = (address - range.base, range.len, range.base);
        return format!("{offset} bytes into memory of {len} bytes at {base:#x} that {freed_by} has freed");
    }
    match space.before(address) {
        Some(range) if range.base + range.len + 4096 > address => format!(
            "{} bytes past the end of {:?} memory of {} bytes at {:#x}",
            address - range.base - range.len,
            range.usage,
            range.len,
            range.base
        ),
        _ if space.in_window(address) => "an address of a device that is not allocated".into(),
        _ => "no address that a device knows".into(),
    }
}

impl Sim {
    pub(crate) fn cuLaunchKernel(
        function: Handle,
        grid_x: u32,
        grid_y: u32,
        grid_z: u32,
        block_x: u32,
        block_y: u32,
        block_z: u32,
        shared: u32,
        stream: Handle,
        parameters: In<*mut core::ffi::c_void>,
        extra: In<*mut core::ffi::c_void>,
    ) -> Answer {
        let (grid, block) = ([grid_x, grid_y, grid_z], [block_x, block_y, block_z]);
        let shape = Shape { grid, block, dynamic_shared: shared, cooperative: false, cluster: None };
        launch(function, shape, stream, parameters, extra)
    }

    pub(crate) fn cuLaunchCooperativeKernel(
        function: Handle,
        grid_x: u32,
        grid_y: u32,
        grid_z: u32,
        block_x: u32,
        block_y: u32,
        block_z: u32,
        shared: u32,
        stream: Handle,
        parameters: In<*mut core::ffi::c_void>,
    ) -> Answer {
        let (grid, block) = ([grid_x, grid_y, grid_z], [block_x, block_y, block_z]);
        let shape = Shape { grid, block, dynamic_shared: shared, cooperative: true, cluster: None };
        launch(function, shape, stream, parameters, In::null())
    }

    pub(crate) fn cuLaunchKernelEx(
        config: In<CUlaunchConfig>,
        function: Handle,
        parameters: In<*mut core::ffi::c_void>,
        extra: In<*mut core::ffi::c_void>,
    ) -> Answer {
        let config = config.read()?;
        let mut shape = Shape {
            grid: [config.gridDimX, config.gridDimY, config.gridDimZ],
            block: [config.blockDimX, config.blockDimY, config.blockDimZ],
            dynamic_shared: config.sharedMemBytes,
            cooperative: false,
            cluster: None,
        };
        let mut events = Vec::new();
        let attributes = Address(config.attrs as u64).reader::<CUlaunchAttribute>();
        for attribute in attributes.all(config.numAttrs as usize)? {
            apply(&attribute, &mut shape, &mut events)?;
        }
        let stream = Handle(config.hStream as u64);
        launch(function, shape, stream, parameters, extra)?;
        events.into_iter().try_for_each(|event| Sim::cuEventRecord(event, stream))
    }
}

/// Takes one attribute of a launch into account. Most of them tune what is not simulated.
fn apply(attribute: &CUlaunchAttribute, shape: &mut Shape, events: &mut Vec<Handle>) -> Answer {
    use CUlaunchAttributeID as I;
    let value = &attribute.value;
    // SAFETY: `id` says which member of the union the client filled in; every bit pattern of each is valid.
    unsafe {
        match attribute.id {
            I::CU_LAUNCH_ATTRIBUTE_COOPERATIVE => shape.cooperative = value.cooperative != 0,
            I::CU_LAUNCH_ATTRIBUTE_CLUSTER_DIMENSION => {
                let cluster = value.clusterDim;
                shape.cluster = Some([cluster.x, cluster.y, cluster.z]);
            }
            // Events that this kernel is to reach early: its end is late enough for whoever waits.
            I::CU_LAUNCH_ATTRIBUTE_PROGRAMMATIC_EVENT => {
                events.push(Handle(value.programmaticEvent.event as u64))
            }
            I::CU_LAUNCH_ATTRIBUTE_LAUNCH_COMPLETION_EVENT => {
                events.push(Handle(value.launchCompletionEvent.event as u64));
            }
            I::CU_LAUNCH_ATTRIBUTE_DEVICE_UPDATABLE_KERNEL_NODE => return Err(NOT_SUPPORTED),
            id if id.0 < I::CU_LAUNCH_ATTRIBUTE_MAX.0 => {}
            _ => return Err(INVALID_VALUE),
        }
    }
    Ok(())
}

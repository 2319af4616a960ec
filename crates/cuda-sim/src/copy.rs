//! Copies: between hosts and devices, in one, two and three dimensions.
//!
//! When a copy reads its source is a promise that clients depend on. From pageable memory, it has read it when the call
//! returns (here: into staging memory); from pinned memory, it reads it when the stream gets there. To pageable
//! memory, the call returns when the copy is done. ("API synchronization behavior" in NVIDIA's reference.)

use std::sync::Arc;

use crate::early::Closed;
use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, In};
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::{Fault, Work};
use crate::order::Act;
use crate::pinned::Guard;
use crate::race::{Manner, Touch};
use crate::report::{self, Report, ReportKind};
use crate::schedule::{synchronize, wait_for};
use crate::space::{self, Piece, Range};
use crate::state::lock;
use crate::sys::{CUDA_MEMCPY2D, CUDA_MEMCPY3D, CUDA_MEMCPY3D_PEER, CUmemorytype};
use crate::{checks, fault, race, shadow};

/// Reads the two sides and the extent out of one of the structures for three dimensions, which name their fields alike.
macro_rules! sides {
    ($copy:expr) => {{
        let copy = $copy;
        let extent =
            Extent { width: copy.WidthInBytes as u64, height: copy.Height as u64, depth: copy.Depth as u64 };
        let source = Corner {
            kind: copy.srcMemoryType,
            host: copy.srcHost as u64,
            device: copy.srcDevice,
            array: Handle(copy.srcArray as u64),
            pitch: copy.srcPitch,
            height: copy.srcHeight,
            x: copy.srcXInBytes,
            y: copy.srcY,
            z: copy.srcZ,
        };
        let target = Corner {
            kind: copy.dstMemoryType,
            host: copy.dstHost as u64,
            device: copy.dstDevice,
            array: Handle(copy.dstArray as u64),
            pitch: copy.dstPitch,
            height: copy.dstHeight,
            x: copy.dstXInBytes,
            y: copy.dstY,
            z: copy.dstZ,
        };
        (source, target, extent)
    }};
}

/// Where a copy reads or writes.
#[derive(Clone, Debug)]
pub(crate) struct Side {
    place: Place,
    pitch: u64,
    slice: u64,
}

#[derive(Clone, Debug)]
enum Place {
    /// An address of the device's, or of pinned or managed memory.
    Known(u64),
    /// Memory of the host that the driver knows nothing of.
    Pageable(u64),
    /// The driver's own copy of pageable memory.
    Staged(Vec<u8>),
}

/// A copy: `depth` slices of `height` rows of `width` bytes.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    source: Side,
    target: Side,
    width: u64,
    height: u64,
    depth: u64,
    /// What its source held when it was submitted, if that is pinned memory.
    guard: Option<Guard>,
    /// The pages of the host that it will write, closed until it runs.
    closed: Option<Arc<Closed>>,
}

impl Side {
    fn offset(&self, row: u64, slice: u64) -> u64 {
        row * self.pitch + slice * self.slice
    }

    /// The address of the first byte, if it is one of the driver's.
    fn address(&self) -> Option<u64> {
        if let Place::Known(address) = self.place { Some(address) } else { None }
    }

    fn pieces(&self, row: u64, slice: u64, len: u64) -> Option<Vec<Piece>> {
        let offset = self.offset(row, slice);
        match &self.place {
            Place::Known(address) => space::read().pieces_in_flight(address + offset, len),
            Place::Pageable(address) => {
                Some(vec![Piece { host: (address + offset) as usize, len: len as usize }])
            }
            Place::Staged(bytes) => {
                let row = bytes.get(offset as usize..(offset + len) as usize)?;
                Some(vec![Piece { host: row.as_ptr() as usize, len: len as usize }])
            }
        }
    }
}

impl Copy {
    /// Does it.
    pub(crate) fn run(self) -> Result<(), Fault> {
        fault::delay_copy();
        let copy = self.flattened();
        for slice in 0..copy.depth {
            for row in 0..copy.height {
                let source = copy.source.pieces(row, slice, copy.width);
                let target = copy.target.pieces(row, slice, copy.width);
                let unmapped = |side: &Side| {
                    Fault::unmapped("a copy", side.address().unwrap_or(0) + side.offset(row, slice))
                };
                let source = source.ok_or_else(|| unmapped(&copy.source))?;
                let target = target.ok_or_else(|| unmapped(&copy.target))?;
                move_pieces(source, target);
            }
        }
        Ok(())
    }

    /// The stretch of addresses that it writes, if that is one.
    fn line_of_target(&self) -> Option<(u64, u64)> {
        let copy = self.clone_sides().flattened();
        (copy.height * copy.depth == 1).then(|| Some((copy.target.address()?, copy.width)))?
    }

    /// The stretch of addresses that it reads, if that is one.
    fn line_of_source(&self) -> Option<(u64, u64)> {
        let copy = self.clone_sides().flattened();
        (copy.height * copy.depth == 1).then(|| Some((copy.source.address()?, copy.width)))?
    }

    /// Looks for what the copy should not find when it runs: a source that the host has changed, and bytes for the host that
    /// nothing has written. Says whether the context is to fail for it.
    pub(crate) fn inspect(&self, act: &Act) -> bool {
        let changed = self.guard.as_ref().is_some_and(|guard| guard.check(act));
        let changed = changed | self.closed.as_ref().is_some_and(|closed| closed.check(act));
        changed | (checks::now().downloads && self.to_host() && self.report_unwritten(act))
    }

    fn to_host(&self) -> bool {
        self.target.address().is_none_or(|at| space::read().find(at).is_some_and(|range| range.is_host()))
    }

    fn report_unwritten(&self, act: &Act) -> bool {
        let reads = self.touches().into_iter().filter(|touch| touch.manner == Manner::Read);
        let missing: Vec<(u64, u64)> = reads
            .filter_map(|touch| {
                let (first, count) = shadow::missing(touch.host as usize, touch.len as usize)?;
                Some((touch.address + first as u64, count as u64))
            })
            .collect();
        let Some(&(address, _)) = missing.first() else { return false };
        report::add(Report {
            kind: ReportKind::Uninitialised,
            first: None,
            second: Some(act.describe("reads")),
            bytes: address..address + 1,
            count: missing.iter().map(|(_, count)| count).sum(),
            allocation: race::allocation_at(address),
            advice: "the host gets bytes that nothing has written: fill the memory before, or copy less"
                .into(),
        })
    }

    /// How many bytes it copies.
    pub(crate) fn bytes(&self) -> u64 {
        self.width * self.height * self.depth
    }

    /// What it touches of what the driver knows. Pageable memory is read before the call returns, and written before, too.
    pub(crate) fn touches(&self) -> Vec<Touch> {
        let copy = self.clone_sides().flattened();
        let mut touches = Vec::new();
        for (side, manner) in [(&copy.source, Manner::Read), (&copy.target, Manner::Write)] {
            let Some(address) = side.address() else { continue };
            for (slice, row) in
                (0..copy.depth).flat_map(|slice| (0..copy.height).map(move |row| (slice, row)))
            {
                let mut at = address + side.offset(row, slice);
                for piece in side.pieces(row, slice, copy.width).unwrap_or_default() {
                    let len = piece.len as u64;
                    touches.push(Touch { host: piece.host as u64, len, address: at, manner });
                    at += len;
                }
            }
        }
        touches
    }

    /// The same copy without what it has staged.
    fn clone_sides(&self) -> Copy {
        let plain = |side: &Side| Side {
            place: side.address().map_or(Place::Pageable(0), Place::Known),
            pitch: side.pitch,
            slice: side.slice,
        };
        let Copy { width, height, depth, .. } = *self;
        Copy {
            source: plain(&self.source),
            target: plain(&self.target),
            width,
            height,
            depth,
            guard: None,
            closed: None,
        }
    }

    fn flattened(mut self) -> Copy {
        // Rows that follow each other without a gap on both sides are one.
        if self.source.pitch == self.width && self.target.pitch == self.width {
            let plane = self.width * self.height;
            if self.depth <= 1 || (self.source.slice == plane && self.target.slice == plane) {
                (self.width, self.height, self.depth) = (plane * self.depth, 1, 1);
            }
        }
        self
    }
}

impl Copy {
    /// Says what it copies, in the words of a client. An address that the driver knows is given as a unified one.
    pub(crate) fn describe(&self) -> CUDA_MEMCPY3D {
        let (unified, host) = (CUmemorytype::CU_MEMORYTYPE_UNIFIED, CUmemorytype::CU_MEMORYTYPE_HOST);
        let place = |side: &Side| match side.place {
            Place::Known(address) => (unified, 0, address),
            Place::Pageable(address) => (host, address, 0),
            Place::Staged(_) => (host, 0, 0),
        };
        let ((from, source_host, source), (to, target_host, target)) =
            (place(&self.source), place(&self.target));
        let rows = |side: &Side| side.slice.checked_div(side.pitch).unwrap_or(0) as usize;
        CUDA_MEMCPY3D {
            srcMemoryType: from,
            srcHost: source_host as *const core::ffi::c_void,
            srcDevice: source,
            srcPitch: self.source.pitch as usize,
            srcHeight: rows(&self.source),
            dstMemoryType: to,
            dstHost: target_host as *mut core::ffi::c_void,
            dstDevice: target,
            dstPitch: self.target.pitch as usize,
            dstHeight: rows(&self.target),
            WidthInBytes: self.width as usize,
            Height: self.height as usize,
            Depth: self.depth as usize,
            ..CUDA_MEMCPY3D::default()
        }
    }
}

/// Turns a client's description of a copy into one that a graph can do.
pub(crate) fn for_node(copy: &CUDA_MEMCPY3D) -> Answer<Copy> {
    let (source, target, extent) = sides!(copy);
    if extent.is_empty() {
        return Err(INVALID_VALUE);
    }
    let (source, target) = (source.request(&extent)?, target.request(&extent)?);
    let ((from, _), (to, _)) = (examine(&source, &extent)?, examine(&target, &extent)?);
    build(source, target, extent, from, to, false)
}

/// Copies bytes between two lists of equal total length.
fn move_pieces(source: Vec<Piece>, target: Vec<Piece>) {
    let mut sources = source.into_iter();
    let mut from = Piece { host: 0, len: 0 };
    for mut to in target {
        while to.len > 0 {
            if from.len == 0 {
                match sources.next() {
                    Some(next) => from = next,
                    None => return,
                }
            }
            let len = from.len.min(to.len);
            // SAFETY: both pieces were found in the space a moment ago, and memory in flight is not given back
            // before the operation has completed (Release); pageable memory is the client's word (Ffi 1). The two may
            // overlap, which `copy` allows.
            unsafe { std::ptr::copy(from.host as *const u8, to.host as *mut u8, len) };
            shadow::copy(from.host, to.host, len);
            from = Piece { host: from.host + len, len: from.len - len };
            to = Piece { host: to.host + len, len: to.len - len };
        }
    }
}

/// What a client says about one side of a copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    Host,
    Device,
    /// Found out from the address.
    Unified,
}

/// What one side of a copy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Memory {
    Pageable,
    Pinned,
    Managed,
    Device,
}

fn memory_of(range: &Range) -> Memory {
    if range.is_pinned() {
        Memory::Pinned
    } else if range.is_host() {
        Memory::Managed
    } else {
        Memory::Device
    }
}

/// One side of a copy as the client gave it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    claim: Claim,
    address: u64,
    pitch: u64,
    slice: u64,
}

impl Request {
    fn line(claim: Claim, address: u64) -> Request {
        Request { claim, address, pitch: 0, slice: 0 }
    }
}

/// The extent of a copy.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extent {
    width: u64,
    height: u64,
    depth: u64,
}

impl Extent {
    pub(crate) fn line(len: usize) -> Extent {
        Extent { width: len as u64, height: 1, depth: 1 }
    }

    fn is_empty(&self) -> bool {
        self.width == 0 || self.height == 0 || self.depth == 0
    }
}

/// Checks one side, and says what it is and whether its memory asks for synchronous copies.
fn examine(request: &Request, extent: &Extent) -> Answer<(Memory, bool)> {
    let height_stride = request.pitch.checked_mul(extent.height - 1);
    let depth_stride = request.slice.checked_mul(extent.depth - 1);
    let span = height_stride
        .zip(depth_stride)
        .and_then(|(rows, slices)| rows.checked_add(slices)?.checked_add(extent.width))
        .ok_or(INVALID_VALUE)?;
    if request.address == 0 {
        return Err(INVALID_VALUE);
    }
    let space = space::read();
    let Some(range) = space.live(request.address) else {
        let foreign = request.claim == Claim::Device || space.in_window(request.address);
        return if foreign { Err(INVALID_VALUE) } else { Ok((Memory::Pageable, false)) };
    };
    if request.claim == Claim::Host && !range.is_host() {
        return Err(INVALID_VALUE);
    }
    let memory = memory_of(range);
    // Pinned memory may be a part of a larger block of the host's, beyond which lies more of it.
    if memory == Memory::Pinned
        && request.claim == Claim::Host
        && request.address + span > range.base + range.len
    {
        return Ok((Memory::Pageable, false));
    }
    space.pieces(request.address, span).ok_or(INVALID_VALUE)?;
    Ok((memory, range.sync_memops))
}

/// How a call wants its copy done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Timing {
    /// In this stream.
    InStream(Handle),
    /// In the default stream; the call returns when the documentation says that this form does.
    Synchronous,
}

/// Submits a copy, and waits as long as the kinds of memory require.
pub(crate) fn transfer(source: Request, target: Request, extent: Extent, timing: Timing) -> Answer {
    let mut state = lock();
    let named = if let Timing::InStream(stream) = timing { stream } else { Handle(0) };
    let stream = state.stream(named)?;
    if extent.is_empty() {
        return Ok(());
    }
    let (from, from_waits) = examine(&source, &extent)?;
    let (to, to_waits) = examine(&target, &extent)?;
    let context = state.streams.get(stream).map(|stream| stream.context).ok_or(INVALID_HANDLE)?;
    if state.capture_of(stream)?.is_some() {
        // A graph reads its sources when it is launched, so nothing is staged and nothing waited for.
        let copy = build(source, target, extent, from, to, false)?;
        return state.submit_or_capture(stream, Task::Do(Work::Copy(copy), None));
    }
    let is_host = |memory| matches!(memory, Memory::Pageable | Memory::Pinned);
    let wait = match timing {
        _ if from_waits || to_waits => true,
        // Host to host is synchronous in every form; to pageable memory, it cannot be otherwise.
        _ if to == Memory::Pageable || (is_host(from) && is_host(to)) => true,
        Timing::InStream(_) => false,
        // From pageable memory, all that is promised is that the source has been read. Devices are seldom so late that it
        // shows, so only a driver with a seed, which looks for such mistakes, makes use of it.
        Timing::Synchronous if from == Memory::Pageable => state.config.seed.is_none(),
        Timing::Synchronous => from != Memory::Device || to != Memory::Device,
    };
    let stage = from == Memory::Pageable && !wait;
    let mut copy = build(source, target, extent, from, to, stage)?;
    let between = if from == Memory::Device && to == Memory::Device {
        state.hold_up_devices(stream, [source.address, target.address])
    } else {
        Vec::new()
    };
    if wait {
        // What a copy from pageable memory has waited for is what came before it: the copy itself may be late.
        let earlier = (timing == Timing::Synchronous && from == Memory::Pageable && to == Memory::Device)
            .then(|| state.last_acts(&state.streams_with(stream)));
        let moment = state.submit_awaited(stream, Work::Copy(copy), &between);
        if let Some(earlier) = earlier {
            let mut state = wait_for(state, &[moment]);
            state.observe(&earlier);
            state.synchronized(context);
            return state.ask_fault(context);
        }
        return synchronize(state, context, &[stream]);
    }
    if from == Memory::Pinned && checks::now().pinned && checks::now().races {
        copy.guard = copy.line_of_source().and_then(|(base, len)| Guard::new(base, len));
    }
    if to == Memory::Pinned && checks::now().early {
        copy.closed = copy.line_of_target().and_then(|(base, len)| Closed::new(base, len));
    }
    state.submit_behind(stream, Work::Copy(copy), &between);
    state.let_devices_go_on(stream, &between);
    Ok(())
}

fn build(
    source: Request,
    target: Request,
    extent: Extent,
    from: Memory,
    to: Memory,
    stage: bool,
) -> Answer<Copy> {
    let Extent { width, height, depth } = extent;
    let side = |request: &Request, memory| Side {
        place: if memory == Memory::Pageable {
            Place::Pageable(request.address)
        } else {
            Place::Known(request.address)
        },
        pitch: if height == 1 { width } else { request.pitch },
        slice: if depth == 1 { width * height } else { request.slice },
    };
    let (mut source, target) = (side(&source, from), side(&target, to));
    if stage && let Place::Pageable(address) = source.place {
        let mut bytes = Vec::new();
        let total =
            width.checked_mul(height).and_then(|plane| plane.checked_mul(depth)).ok_or(INVALID_VALUE)?;
        bytes.try_reserve_exact(total as usize).map_err(|_| OUT_OF_MEMORY)?;
        for slice in 0..depth {
            for row in 0..height {
                let line = Address(address + source.offset(row, slice));
                bytes.extend(line.bytes(width as usize)?);
            }
        }
        source = Side { place: Place::Staged(bytes), pitch: width, slice: width * height };
    }
    Ok(Copy { source, target, width, height, depth, guard: None, closed: None })
}

/// A copy of nothing, which needs a stream all the same.
fn nothing(timing: Timing) -> Answer {
    let named = if let Timing::InStream(stream) = timing { stream } else { Handle(0) };
    lock().stream(named).map(|_| ())
}

fn line(target: (Claim, u64), source: (Claim, u64), len: usize, timing: Timing) -> Answer {
    transfer(Request::line(source.0, source.1), Request::line(target.0, target.1), Extent::line(len), timing)
}

// One dimension.
impl Sim {
    pub(crate) fn cuMemcpy(target: u64, source: u64, len: usize) -> Answer {
        line((Claim::Unified, target), (Claim::Unified, source), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyAsync(target: u64, source: u64, len: usize, stream: Handle) -> Answer {
        line((Claim::Unified, target), (Claim::Unified, source), len, Timing::InStream(stream))
    }

    pub(crate) fn cuMemcpyHtoD_v2(target: u64, source: Address, len: usize) -> Answer {
        line((Claim::Device, target), (Claim::Host, source.0), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyHtoDAsync_v2(target: u64, source: Address, len: usize, stream: Handle) -> Answer {
        line((Claim::Device, target), (Claim::Host, source.0), len, Timing::InStream(stream))
    }

    pub(crate) fn cuMemcpyDtoH_v2(target: Address, source: u64, len: usize) -> Answer {
        line((Claim::Host, target.0), (Claim::Device, source), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyDtoHAsync_v2(target: Address, source: u64, len: usize, stream: Handle) -> Answer {
        line((Claim::Host, target.0), (Claim::Device, source), len, Timing::InStream(stream))
    }

    pub(crate) fn cuMemcpyDtoD_v2(target: u64, source: u64, len: usize) -> Answer {
        line((Claim::Device, target), (Claim::Device, source), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyDtoDAsync_v2(target: u64, source: u64, len: usize, stream: Handle) -> Answer {
        line((Claim::Device, target), (Claim::Device, source), len, Timing::InStream(stream))
    }

    /// Needs no peer access: without it, the copy goes through the host.
    pub(crate) fn cuMemcpyPeer(target: u64, to: Handle, source: u64, from: Handle, len: usize) -> Answer {
        check_contexts(to, from)?;
        line((Claim::Device, target), (Claim::Device, source), len, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpyPeerAsync(
        target: u64,
        to: Handle,
        source: u64,
        from: Handle,
        len: usize,
        stream: Handle,
    ) -> Answer {
        check_contexts(to, from)?;
        line((Claim::Device, target), (Claim::Device, source), len, Timing::InStream(stream))
    }
}

fn check_contexts(to: Handle, from: Handle) -> Answer {
    let state = lock();
    state.check_context(to)?;
    state.check_context(from)
}

/// One side of a copy in two or three dimensions, in the words of its structure.
pub(crate) struct Corner {
    pub(crate) kind: CUmemorytype,
    pub(crate) host: u64,
    pub(crate) device: u64,
    pub(crate) array: Handle,
    pub(crate) pitch: usize,
    pub(crate) height: usize,
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) z: usize,
}

impl Default for Corner {
    fn default() -> Corner {
        let kind = CUmemorytype::CU_MEMORYTYPE_UNIFIED;
        Corner { kind, host: 0, device: 0, array: Handle(0), pitch: 0, height: 0, x: 0, y: 0, z: 0 }
    }
}

impl Corner {
    /// Finds out where this side is.
    pub(crate) fn request(&self, extent: &Extent) -> Answer<Request> {
        let (claim, base) = match self.kind {
            CUmemorytype::CU_MEMORYTYPE_HOST => (Claim::Host, self.host),
            CUmemorytype::CU_MEMORYTYPE_DEVICE => (Claim::Device, self.device),
            CUmemorytype::CU_MEMORYTYPE_UNIFIED => (Claim::Unified, self.device),
            CUmemorytype::CU_MEMORYTYPE_ARRAY => return self.request_in_array(extent),
            _ => return Err(INVALID_VALUE),
        };
        if base == 0 {
            return Err(INVALID_VALUE);
        }
        // A pitch may be left out where there is one row, a height where there is one slice.
        let pitch = if self.pitch == 0 { extent.width + self.x as u64 } else { self.pitch as u64 };
        let height = if self.height == 0 { extent.height + self.y as u64 } else { self.height as u64 };
        if pitch < extent.width + self.x as u64
            || (extent.depth > 1 && height < extent.height + self.y as u64)
        {
            return Err(INVALID_VALUE);
        }
        let slice = pitch.checked_mul(height).ok_or(INVALID_VALUE)?;
        let offset = slice
            .checked_mul(self.z as u64)
            .and_then(|z| z.checked_add(pitch.checked_mul(self.y as u64)?)?.checked_add(self.x as u64));
        let address = offset.and_then(|offset| base.checked_add(offset)).ok_or(INVALID_VALUE)?;
        Ok(Request { claim, address, pitch, slice })
    }

    /// An array has its own pitch and height, and what is copied must lie in each row.
    fn request_in_array(&self, extent: &Extent) -> Answer<Request> {
        let state = lock();
        let array = state.arrays.get(self.array).ok_or(INVALID_HANDLE)?;
        let (rows, slices) = (array.descriptor.Height.max(1) as u64, array.descriptor.Depth.max(1) as u64);
        let fits =
            |from: usize, len: u64, room: u64| (from as u64).checked_add(len).is_some_and(|end| end <= room);
        let inside = fits(self.x, extent.width, array.row_bytes)
            && fits(self.y, extent.height, rows)
            && fits(self.z, extent.depth, slices);
        if !inside {
            return Err(INVALID_VALUE);
        }
        let slice = array.row_bytes * rows;
        let offset = slice * self.z as u64 + array.row_bytes * self.y as u64 + self.x as u64;
        Ok(Request { claim: Claim::Device, address: array.address + offset, pitch: array.row_bytes, slice })
    }
}

fn plane(copy: In<CUDA_MEMCPY2D>, timing: Timing) -> Answer {
    let copy = copy.read()?;
    let extent = Extent { width: copy.WidthInBytes as u64, height: copy.Height as u64, depth: 1 };
    let source = Corner {
        kind: copy.srcMemoryType,
        host: copy.srcHost as u64,
        device: copy.srcDevice,
        array: Handle(copy.srcArray as u64),
        pitch: copy.srcPitch,
        height: 0,
        x: copy.srcXInBytes,
        y: copy.srcY,
        z: 0,
    };
    let target = Corner {
        kind: copy.dstMemoryType,
        host: copy.dstHost as u64,
        device: copy.dstDevice,
        array: Handle(copy.dstArray as u64),
        pitch: copy.dstPitch,
        height: 0,
        x: copy.dstXInBytes,
        y: copy.dstY,
        z: 0,
    };
    if extent.is_empty() {
        return nothing(timing);
    }
    transfer(source.request(&extent)?, target.request(&extent)?, extent, timing)
}

/// Does a copy that one of the structures for three dimensions describes.
macro_rules! volume {
    ($copy:expr, $timing:expr) => {{
        let (source, target, extent) = sides!($copy);
        if extent.is_empty() {
            return nothing($timing);
        }
        transfer(source.request(&extent)?, target.request(&extent)?, extent, $timing)
    }};
}

// Two and three dimensions.
impl Sim {
    pub(crate) fn cuMemcpy2D_v2(copy: In<CUDA_MEMCPY2D>) -> Answer {
        plane(copy, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpy2DUnaligned_v2(copy: In<CUDA_MEMCPY2D>) -> Answer {
        plane(copy, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpy2DAsync_v2(copy: In<CUDA_MEMCPY2D>, stream: Handle) -> Answer {
        plane(copy, Timing::InStream(stream))
    }

    pub(crate) fn cuMemcpy3D_v2(copy: In<CUDA_MEMCPY3D>) -> Answer {
        volume!(copy.read()?, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpy3DAsync_v2(copy: In<CUDA_MEMCPY3D>, stream: Handle) -> Answer {
        volume!(copy.read()?, Timing::InStream(stream))
    }

    pub(crate) fn cuMemcpy3DPeer(copy: In<CUDA_MEMCPY3D_PEER>) -> Answer {
        let copy = copy.read()?;
        check_contexts(Handle(copy.dstContext as u64), Handle(copy.srcContext as u64))?;
        volume!(copy, Timing::Synchronous)
    }

    pub(crate) fn cuMemcpy3DPeerAsync(copy: In<CUDA_MEMCPY3D_PEER>, stream: Handle) -> Answer {
        let copy = copy.read()?;
        check_contexts(Handle(copy.dstContext as u64), Handle(copy.srcContext as u64))?;
        volume!(copy, Timing::InStream(stream))
    }
}

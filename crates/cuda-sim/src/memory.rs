//! Memory of devices: allocation, freeing, and what is left.
//!
//! A free takes effect for the client at once: the address is unknown from then on, and the bytes count as free. What work
//! in flight may still use stays in place until that work has completed (see [`Action::Release`]).

use std::fmt::Write;

use crate::context::Context;
use crate::error::{Answer, INVALID_CONTEXT, INVALID_VALUE, NOT_FOUND, OUT_OF_MEMORY};
use crate::exports::Sim;
use crate::ffi::Out;
use crate::handle::Handle;
use crate::journal::Leaks;
use crate::order::{Act, What};
use crate::race::{Manner, Touch};
use crate::schedule::Action;
use crate::space::{self, ALIGNMENT, Mapping, Range, Use};
use crate::state::{State, lock};
use crate::stream::Stream;
use crate::{checks, fault, report, thread};

/// How many bytes of a device an allocation takes.
pub(crate) fn taken_by(len: u64) -> u64 {
    // More than there is in any case, where the sum would not fit.
    len.checked_next_multiple_of(ALIGNMENT).unwrap_or(u64::MAX)
}

impl State {
    /// Takes `bytes` of a device's memory, if so many are left.
    pub(crate) fn charge(&mut self, device: usize, bytes: u64) -> Answer {
        let device = self.devices.get_mut(device).ok_or(OUT_OF_MEMORY)?;
        let used = device.used_bytes.checked_add(bytes).ok_or(OUT_OF_MEMORY)?;
        if used > device.memory_bytes || fault::exceeds(used) {
            return Err(OUT_OF_MEMORY);
        }
        device.used_bytes = used;
        Ok(())
    }

    /// Gives back `bytes` that [`State::charge`] took.
    pub(crate) fn discharge(&mut self, device: usize, bytes: u64) {
        if let Some(device) = self.devices.get_mut(device) {
            device.used_bytes = device.used_bytes.saturating_sub(bytes);
        }
    }

    /// Places `len` bytes on a device and enters them in the address space. The memory must have been charged.
    pub(crate) fn place(
        &mut self,
        device: usize,
        context: Handle,
        len: u64,
        align: u64,
        usage: Use,
    ) -> Answer<u64> {
        let arena = &mut self.devices.get_mut(device).ok_or(OUT_OF_MEMORY)?.arena;
        let (base, host) = arena.take(len, align)?;
        space::write().insert(new_range(base, len, host, usage, device, context));
        Ok(base)
    }

    /// Charges and places memory that belongs to a context.
    pub(crate) fn allocate(
        &mut self,
        device: usize,
        context: Handle,
        len: u64,
        align: u64,
        usage: Use,
    ) -> Answer<u64> {
        self.charge(device, taken_by(len))?;
        let placed = self.place(device, context, len, align, usage);
        if placed.is_err() {
            self.discharge(device, taken_by(len));
        }
        placed
    }

    /// Ends a range for the client, and returns what it was. The bytes stay until `Release` is performed.
    pub(crate) fn retire(&mut self, base: u64) -> Answer<Range> {
        let mut space = space::write();
        let range = space.live_at(base).ok_or(INVALID_VALUE)?;
        range.freed = true;
        range.freed_by = thread::call();
        let range = *range;
        drop(space);
        match range.usage {
            Use::Device | Use::Managed | Use::Array | Use::Graph | Use::Variable { .. } => {
                self.discharge(range.device, taken_by(range.len))
            }
            Use::Pooled { pool } | Use::PooledHost { pool, .. } => {
                self.pool_given_back(pool, taken_by(range.len))
            }
            Use::Heap => {
                if let Some(device) = self.devices.get_mut(range.device) {
                    device.heap_bytes = device.heap_bytes.saturating_sub(range.len);
                }
            }
            Use::Pinned { .. } | Use::Registered { .. } | Use::Mapped { .. } | Use::Imported { .. } => {}
        }
        Ok(range)
    }
}

/// Describes a range that has just been placed.
pub(crate) fn new_range(
    base: u64,
    len: u64,
    host: usize,
    usage: Use,
    device: usize,
    context: Handle,
) -> Range {
    let everyone =
        matches!(usage, Use::Managed | Use::Pinned { .. } | Use::Registered { .. } | Use::PooledHost { .. });
    let devices = match usage {
        Use::Mapped { .. } => 0,
        _ if everyone => u64::MAX,
        _ => 1 << device,
    };
    let constant = matches!(usage, Use::Variable { read_only: true } | Use::Registered { flags: 8.. });
    Range {
        base,
        len,
        host,
        usage,
        device,
        context,
        id: 0,
        sync_memops: false,
        freed: false,
        accessible: true,
        readable: devices,
        writable: if constant { 0 } else { devices },
        origin: "",
        freed_by: "",
    }
}

/// Does what was put off.
pub(crate) fn perform(state: &mut State, action: Action) {
    let base = match action {
        Action::Release { base } => base,
        Action::Mark(marker) => return marker.reach(state.now()),
        Action::ReleaseObjects(held) => return state.release_objects(&held),
    };
    let Some(range) = space::write().remove(base) else { return };
    if let Some(act) = state.host_frees.remove(&base) {
        crate::race::enter(&act, &[whole(&range)]);
    }
    if !matches!(range.usage, Use::Mapped { .. }) {
        crate::race::forget(range.host as u64, range.len);
    }
    match range.usage {
        Use::Device | Use::Pooled { .. } | Use::Variable { .. } | Use::Array | Use::Graph | Use::Heap => {
            if let Some(device) = state.devices.get_mut(range.device) {
                device.arena.give(range.base, range.len);
            }
        }
        // Dropping the mapping gives its pages back.
        Use::Managed | Use::Pinned { .. } | Use::PooledHost { .. } => {
            state.advice.forget(range.base, range.len);
            drop(Mapping { base: range.host, len: host_footprint(range.len) });
        }
        Use::Imported { .. } => crate::external::unmap(&range),
        Use::Registered { .. } | Use::Mapped { .. } => {}
    }
}

/// All of a range, as what frees or makes it touches it.
pub(crate) fn whole(range: &Range) -> Touch {
    Touch { host: range.host as u64, len: range.len, address: range.base, manner: Manner::Write }
}

/// How many bytes of pages stand behind pinned or managed memory of `len` bytes.
pub(crate) fn host_footprint(len: u64) -> usize {
    (len as usize).next_multiple_of(4096)
}

/// Releases all memory that belongs to `context`, whose work has completed, and says what there was.
pub(crate) fn release_all_of(state: &mut State, context: Handle) -> (Leaks, String) {
    let owned: Vec<Range> = {
        let space = space::read();
        let belongs = |range: &&Range| {
            let dies =
                !matches!(range.usage, Use::Pooled { .. } | Use::PooledHost { .. } | Use::Mapped { .. });
            range.context == context && dies && !range.freed
        };
        space.iter().filter(belongs).copied().collect()
    };
    let (mut leaks, mut list) = (Leaks::default(), String::new());
    for range in owned {
        if !matches!(range.usage, Use::Variable { .. } | Use::Heap) {
            leaks.add(&range);
            if leaks.allocations <= LISTED {
                let _ = write!(list, "\n  {}", report::Allocation::of(&range));
            }
        }
        if state.retire(range.base).is_ok() {
            state.defer(Action::Release { base: range.base });
        }
    }
    (leaks, list)
}

/// Reports the memory that is still there when the process ends.
pub(crate) fn report_what_is_left() {
    if !checks::now().leaks {
        return;
    }
    let (left, others) = {
        let state = lock();
        let own = |context: &Context| context.active && !context.is_primary && context.green.is_none();
        let of_client =
            |stream: &Stream| !stream.is_default && !stream.destroyed && stream.branch_of.is_none();
        let kinds = [
            (state.contexts.handles(own).len(), "context(s) of its own"),
            (state.greens.handles(|_| true).len(), "green context(s)"),
            (state.streams.handles(of_client).len(), "stream(s)"),
            (state.events.handles(|_| true).len(), "event(s)"),
        ];
        let others: String =
            kinds.iter().filter(|kind| kind.0 > 0).map(|(count, name)| format!(", {count} {name}")).collect();
        let space = space::read();
        let counts = |range: &&Range| {
            let own =
                !matches!(range.usage, Use::Variable { .. } | Use::Heap | Use::Mapped { .. } | Use::Array);
            own && !range.freed
        };
        (space.iter().filter(counts).copied().collect::<Vec<Range>>(), others)
    };
    if left.is_empty() && others.is_empty() {
        return;
    }
    let start = left.first().map_or(0, |range| range.base);
    let bytes: u64 = left.iter().map(|range| range.len).sum();
    let list: String =
        left.iter().take(LISTED).map(|range| format!("\n  {}", report::Allocation::of(range))).collect();
    report::add(report::Report {
        kind: report::ReportKind::Leak,
        first: None,
        second: None,
        bytes: start..start,
        count: 0,
        allocation: None,
        advice: format!(
            "the process ended with {} allocation(s) of {bytes} bytes{others} alive{list}",
            left.len()
        ),
    });
}

/// Whether `cuMemFree` takes memory of this use.
fn is_freeable(usage: Use) -> bool {
    matches!(
        usage,
        Use::Device
            | Use::Managed
            | Use::Pooled { .. }
            | Use::PooledHost { .. }
            | Use::Imported { ipc: false }
    )
}

/// How many allocations that were left behind are told apart.
const LISTED: usize = 10;

impl Sim {
    pub(crate) fn cuMemGetInfo_v2(free: Out<usize>, total: Out<usize>) -> Answer {
        let (free_out, total_out) = (free.required()?, total.required()?);
        let state = lock();
        let (_, device) = state.usable_device()?;
        let device = state.devices.get(device).ok_or(INVALID_CONTEXT)?;
        free_out.put((device.memory_bytes - device.used_bytes) as usize);
        total_out.put(device.memory_bytes as usize);
        Ok(())
    }

    /// Addresses are multiples of 512 bytes.
    pub(crate) fn cuMemAlloc_v2(address: Out<u64>, len: usize) -> Answer {
        let out = address.required()?;
        let mut state = lock();
        let (context, device) = state.usable_device()?;
        state.refuse_unsafe_call()?;
        if len == 0 {
            return Err(INVALID_VALUE);
        }
        out.put(state.allocate(device, context, len as u64, ALIGNMENT, Use::Device)?);
        Ok(())
    }

    /// Rows start at multiples of 512 bytes.
    pub(crate) fn cuMemAllocPitch_v2(
        address: Out<u64>,
        pitch: Out<usize>,
        width: usize,
        height: usize,
        element: u32,
    ) -> Answer {
        let (out, pitch_out) = (address.required()?, pitch.required()?);
        let mut state = lock();
        let (context, device) = state.usable_device()?;
        state.refuse_unsafe_call()?;
        if width == 0 || height == 0 || !matches!(element, 4 | 8 | 16) {
            return Err(INVALID_VALUE);
        }
        let pitch = (width as u64).checked_next_multiple_of(ALIGNMENT).ok_or(OUT_OF_MEMORY)?;
        let len = pitch.checked_mul(height as u64).ok_or(OUT_OF_MEMORY)?;
        out.put(state.allocate(device, context, len, ALIGNMENT, Use::Device)?);
        pitch_out.put(pitch as usize);
        Ok(())
    }

    /// Freeing the null address does nothing. Work in flight that uses the memory goes on undisturbed.
    pub(crate) fn cuMemFree_v2(address: u64) -> Answer {
        let mut state = lock();
        state.usable()?;
        state.refuse_unsafe_call()?;
        if address == 0 {
            return Ok(());
        }
        let usage = space::write().live_at(address).map(|range| range.usage).ok_or(INVALID_VALUE)?;
        if usage == Use::Graph {
            return state.free_graph_memory(address);
        }
        if !is_freeable(usage) {
            return Err(INVALID_VALUE);
        }
        let range = state.retire(address)?;
        if matches!(usage, Use::Pooled { .. } | Use::PooledHost { .. }) && checks::now().races {
            // For pooled memory, the host has to have waited for all that uses it: this form does not wait itself.
            let act = Act::of_host(&state, What::Free);
            state.host_frees.insert(range.base, act);
        }
        state.defer(Action::Release { base: range.base });
        Ok(())
    }

    pub(crate) fn cuMemGetAddressRange_v2(base: Out<u64>, size: Out<usize>, address: u64) -> Answer {
        let state = lock();
        state.usable()?;
        let space = space::read();
        let range = space.live(address).ok_or(NOT_FOUND)?;
        base.put(range.base);
        size.put(range.len as usize);
        Ok(())
    }

    /// Flags: attached to all streams (1) or to the host (2). Both sides may use the memory at any time here.
    pub(crate) fn cuMemAllocManaged(address: Out<u64>, len: usize, flags: u32) -> Answer {
        let out = address.required()?;
        let mut state = lock();
        let (context, device) = state.usable_device()?;
        state.refuse_unsafe_call()?;
        if len == 0 || !matches!(flags, 1 | 2) {
            return Err(INVALID_VALUE);
        }
        state.charge(device, taken_by(len as u64))?;
        let Some(pages) = Mapping::allocate(host_footprint(len as u64)) else {
            state.discharge(device, taken_by(len as u64));
            return Err(OUT_OF_MEMORY);
        };
        let base = pages.base;
        // The range owns the pages from here on; `perform` gives them back.
        std::mem::forget(pages);
        space::write().insert(new_range(base as u64, len as u64, base, Use::Managed, device, context));
        out.put(base as u64);
        Ok(())
    }
}

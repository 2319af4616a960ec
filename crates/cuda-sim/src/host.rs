//! Pinned memory: memory of the host that devices can reach.
//!
//! Its device address is its host address, as unified addressing has it on every 64-bit system.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, HandleOut, Out};
use crate::handle::Handle;
use crate::memory::{host_footprint, new_range};
use crate::race;
use crate::schedule::Action;
use crate::space::{self, Mapping, Use};
use crate::state::lock;

/// Portable, device map, write-combined.
const ALLOC_FLAGS: u32 = 7;
/// Portable, device map, memory-mapped device (`IOMEMORY`), read-only.
const REGISTER_FLAGS: u32 = 15;
const IO_MEMORY: u32 = 4;

fn allocate(pointer: HandleOut, len: usize, flags: u32) -> Answer {
    let out = pointer.required()?;
    let mut state = lock();
    let (context, device) = state.usable_device()?;
    state.refuse_unsafe_call()?;
    if len == 0 || flags & !ALLOC_FLAGS != 0 {
        return Err(INVALID_VALUE);
    }
    // More than the address space holds cannot be rounded up to pages.
    if len > 1 << 46 {
        return Err(OUT_OF_MEMORY);
    }
    let pages = Mapping::allocate(host_footprint(len as u64)).ok_or(OUT_OF_MEMORY)?;
    let base = pages.base;
    // The range owns the pages from here on; `memory::perform` gives them back.
    std::mem::forget(pages);
    space::write().insert(new_range(base as u64, len as u64, base, Use::Pinned { flags }, device, context));
    out.put(Handle(base as u64));
    Ok(())
}

impl Sim {
    pub(crate) fn cuMemAllocHost_v2(pointer: HandleOut, len: usize) -> Answer {
        allocate(pointer, len, 0)
    }

    pub(crate) fn cuMemHostAlloc(pointer: HandleOut, len: usize, flags: u32) -> Answer {
        allocate(pointer, len, flags)
    }

    /// The address ends at once; the pages stay until work in flight that may use them has completed.
    pub(crate) fn cuMemFreeHost(pointer: Address) -> Answer {
        let mut state = lock();
        state.usable()?;
        state.refuse_unsafe_call()?;
        if pointer.0 == 0 {
            return Ok(());
        }
        let usage = space::write().live_at(pointer.0).map(|range| range.usage);
        if !matches!(usage, Some(Use::Pinned { .. })) {
            return Err(INVALID_VALUE);
        }
        let range = state.retire(pointer.0)?;
        state.defer(Action::Release { base: range.base });
        Ok(())
    }

    pub(crate) fn cuMemHostRegister_v2(pointer: Address, len: usize, flags: u32) -> Answer {
        let state = lock();
        let (context, device) = state.usable_device()?;
        let base = pointer.required()?;
        if len == 0 || flags & !REGISTER_FLAGS != 0 || base.checked_add(len as u64).is_none() {
            return Err(INVALID_VALUE);
        }
        if flags & IO_MEMORY != 0 {
            return Err(NOT_PERMITTED);
        }
        let mut space = space::write();
        if space.in_window(base) {
            return Err(INVALID_VALUE);
        }
        if space.overlapping(base, len as u64).next().is_some() {
            return Err(HOST_MEMORY_ALREADY_REGISTERED);
        }
        let range = new_range(base, len as u64, base as usize, Use::Registered { flags }, device, context);
        space.insert(range);
        Ok(())
    }

    pub(crate) fn cuMemHostRegister(pointer: Address, len: usize, flags: u32) -> Answer {
        Sim::cuMemHostRegister_v2(pointer, len, flags)
    }

    pub(crate) fn cuMemHostUnregister(pointer: Address) -> Answer {
        let mut state = lock();
        state.usable()?;
        let base = pointer.required()?;
        let usage = space::write().live_at(base).map(|range| range.usage);
        if !matches!(usage, Some(Use::Registered { .. })) {
            return Err(HOST_MEMORY_NOT_REGISTERED);
        }
        let range = state.retire(base)?;
        race::forget(range.host as u64, range.len);
        // The memory is the client's, who may unmap it as soon as this returns, so nothing is put off: what work
        // in flight still wants of it is a fault, as it would be on a device.
        space::write().remove(base);
        Ok(())
    }

    pub(crate) fn cuMemHostGetDevicePointer_v2(address: Out<u64>, pointer: Address, flags: u32) -> Answer {
        let out = address.required()?;
        lock().usable()?;
        let host = pointer.required()?;
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let space = space::read();
        space.live(host).filter(|range| range.is_pinned()).ok_or(INVALID_VALUE)?;
        out.put(host);
        Ok(())
    }

    /// Registered memory has flags of another kind, and is refused.
    pub(crate) fn cuMemHostGetFlags(flags: Out<u32>, pointer: Address) -> Answer {
        let out = flags.required()?;
        lock().usable()?;
        let host = pointer.required()?;
        match space::read().live(host).map(|range| range.usage) {
            // With unified addressing, all pinned memory is portable and mapped.
            Some(Use::Pinned { flags }) => out.put(flags | 3),
            _ => return Err(INVALID_VALUE),
        }
        Ok(())
    }
}

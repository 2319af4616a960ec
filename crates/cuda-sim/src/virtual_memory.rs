//! Virtual memory management: addresses and memory, made apart and put together by the client.

use std::collections::BTreeMap;
use std::os::fd::{IntoRawFd, OwnedFd};

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, In, Out};
use crate::handle::Handle;
use crate::memory::new_range;
use crate::space::{self, Mapping, Use};
use crate::state::{State, lock};
use crate::sys::{
    CUmemAccess_flags, CUmemAccessDesc, CUmemAllocationGranularity_flags, CUmemAllocationHandleType,
    CUmemAllocationProp, CUmemAllocationType, CUmemLocation, CUmemLocationType,
};

/// Sizes and addresses are multiples of this.
const GRANULARITY: u64 = 2 << 20;

/// A piece of memory without an address.
#[derive(Debug)]
pub(crate) struct Physical {
    device: usize,
    len: u64,
    /// Its place in the device's arena: an address that means nothing to clients.
    arena: u64,
    host: usize,
    /// The file behind memory that other processes may be given, and its pages here; such memory is not in the arena.
    shared: Option<(OwnedFd, Mapping)>,
    properties: Properties,
    /// It is another's, who has paid for it.
    imported: bool,
    /// How many times the client holds the handle.
    held: usize,
    /// How many addresses it is mapped at.
    mapped: usize,
}

/// The properties as the client gave them; a pointer in them is for another system.
#[derive(Clone, Copy)]
struct Properties(CUmemAllocationProp);

// SAFETY: the one pointer in it, security attributes of another system, is checked to be unused and never followed.
unsafe impl Send for Properties {}

impl std::fmt::Debug for Properties {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Properties")
    }
}

/// Addresses that the client has reserved, by their first.
#[derive(Debug, Default)]
pub(crate) struct Reservations {
    ranges: BTreeMap<u64, (Mapping, u64)>,
}

impl Reservations {
    /// Whether `len` bytes from `base` lie in one reservation.
    fn contains(&self, base: u64, len: u64) -> bool {
        let found = self.ranges.range(..=base).next_back();
        found.is_some_and(|(&start, &(_, size))| base - start <= size && len <= size - (base - start))
    }
}

/// Returns the device of a location, which must be one.
pub(crate) fn device_of(state: &mut State, location: &CUmemLocation) -> Answer<usize> {
    if location.type_ != CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE {
        return Err(INVALID_VALUE);
    }
    // SAFETY: every bit pattern is a valid integer; for a device, the id is what the client filled in.
    let id = unsafe { location.__bindgen_anon_1.id };
    state.device(id)?;
    Ok(id as usize)
}

/// The number in a location: for a device its ordinal, for a node of the host that.
pub(crate) fn id_of(location: &CUmemLocation) -> i32 {
    // SAFETY: every bit pattern is a valid integer.
    unsafe { location.__bindgen_anon_1.id }
}

/// Checks the properties of memory to be made, and returns its device.
fn check_properties(state: &mut State, properties: &CUmemAllocationProp) -> Answer<usize> {
    if properties.type_ != CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED {
        return Err(INVALID_VALUE);
    }
    let exportable = CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
    match properties.requestedHandleTypes {
        CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE => {}
        kind if kind == exportable => {}
        _ => return Err(NOT_SUPPORTED),
    }
    if properties.location.type_ == CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE {
        return device_of(state, &properties.location);
    }
    // Memory of the host is another kind of location, which devices here do not support.
    Err(NOT_SUPPORTED)
}

impl State {
    /// Gives memory back that neither a handle nor an address leads to any more.
    fn drop_physical(&mut self, handle: Handle) {
        if self.physical.get(handle).is_some_and(|physical| physical.held > 0 || physical.mapped > 0) {
            return;
        }
        if let Some(Physical { device, len, arena, host, shared, imported, .. }) =
            self.physical.remove(handle)
        {
            crate::race::forget(host as u64, len);
            if !imported {
                self.discharge(device, len);
            }
            if shared.is_none()
                && let Some(device) = self.devices.get_mut(device)
            {
                device.arena.give(arena, len);
            }
        }
    }

    /// Returns the bases of the mapped ranges that `len` bytes from `base` consist of: whole ranges, without a gap.
    fn mapped_ranges(&self, base: u64, len: u64) -> Answer<Vec<(u64, Handle)>> {
        let space = space::read();
        let (mut at, end) = (base, base.checked_add(len).ok_or(INVALID_VALUE)?);
        let mut ranges = Vec::new();
        while at < end {
            let range = space.live(at).filter(|range| range.base == at).ok_or(INVALID_VALUE)?;
            let Use::Mapped { physical } = range.usage else { return Err(INVALID_VALUE) };
            ranges.push((range.base, physical));
            at += range.len;
        }
        if at == end && len > 0 { Ok(ranges) } else { Err(INVALID_VALUE) }
    }
}

/// Makes memory that other processes may be given.
fn share(len: u64) -> Answer<(OwnedFd, Mapping)> {
    let file = space::memory_file(len).ok_or(OUT_OF_MEMORY)?;
    let pages = Mapping::share(&file, 0, len as usize).ok_or(OUT_OF_MEMORY)?;
    Ok((file, pages))
}

impl Sim {
    /// The client gets a file descriptor of its own, to close or to send to another process.
    pub(crate) fn cuMemExportToShareableHandle(
        shareable: Address,
        handle: u64,
        kind: CUmemAllocationHandleType,
        flags: u64,
    ) -> Answer {
        let out = Out::<i32>::at(shareable).required()?;
        let state = lock();
        let physical = state.physical.get(Handle(handle)).ok_or(INVALID_VALUE)?;
        let wanted = CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;
        let Some((file, _)) = physical.shared.as_ref().filter(|_| kind == wanted && flags == 0) else {
            return Err(INVALID_VALUE);
        };
        let own = file.try_clone().map_err(|_| OUT_OF_MEMORY)?;
        out.put(own.into_raw_fd());
        Ok(())
    }

    /// The descriptor stays the client's. The memory counts for the process that made it.
    pub(crate) fn cuMemImportFromShareableHandle(
        handle: Out<u64>,
        shareable: Address,
        kind: CUmemAllocationHandleType,
    ) -> Answer {
        let out = handle.required()?;
        if kind != CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR {
            return Err(NOT_SUPPORTED);
        }
        let (file, len) = crate::external::file_of(shareable.0 as i64)?;
        if len == 0 || !len.is_multiple_of(GRANULARITY) {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let device = state.usable_device().map_or(0, |(_, device)| device);
        let pages = Mapping::share(&file, 0, len as usize).ok_or(OUT_OF_MEMORY)?;
        let mut properties = CUmemAllocationProp {
            type_: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
            requestedHandleTypes: kind,
            ..CUmemAllocationProp::default()
        };
        properties.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
        properties.location.__bindgen_anon_1.id = device as i32;
        let made = state.physical.insert(Physical {
            device,
            len,
            arena: 0,
            host: pages.base,
            shared: Some((file, pages)),
            imported: true,
            properties: Properties(properties),
            held: 1,
            mapped: 0,
        });
        out.put(made.0);
        Ok(())
    }

    pub(crate) fn cuMemGetAllocationGranularity(
        granularity: Out<usize>,
        properties: In<CUmemAllocationProp>,
        _option: CUmemAllocationGranularity_flags,
    ) -> Answer {
        let out = granularity.required()?;
        let properties = properties.read()?;
        check_properties(&mut lock(), &properties)?;
        out.put(GRANULARITY as usize);
        Ok(())
    }

    pub(crate) fn cuMemAddressReserve(
        address: Out<u64>,
        len: usize,
        alignment: usize,
        _wanted: u64,
        flags: u64,
    ) -> Answer {
        let out = address.required()?;
        let (len, align) = (len as u64, (alignment as u64).max(GRANULARITY));
        if len == 0 || !len.is_multiple_of(GRANULARITY) || !align.is_power_of_two() || flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        let room = len.checked_add(align).ok_or(OUT_OF_MEMORY)?;
        let window = Mapping::reserve(room as usize).ok_or(OUT_OF_MEMORY)?;
        let base = (window.base as u64).next_multiple_of(align);
        space::write().add_window(window.base as u64, window.len as u64);
        state.reservations.ranges.insert(base, (window, len));
        out.put(base);
        Ok(())
    }

    pub(crate) fn cuMemAddressFree(address: u64, len: usize) -> Answer {
        let mut state = lock();
        let known = state.reservations.ranges.get(&address).is_some_and(|&(_, size)| size == len as u64);
        let mut space = space::write();
        let mapped = space.overlapping(address, len as u64).any(|range| !range.freed);
        if !known || mapped {
            return Err(INVALID_VALUE);
        }
        if let Some((window, _)) = state.reservations.ranges.remove(&address) {
            space.remove_window(window.base as u64);
        }
        Ok(())
    }

    pub(crate) fn cuMemCreate(
        handle: Out<u64>,
        len: usize,
        properties: In<CUmemAllocationProp>,
        flags: u64,
    ) -> Answer {
        let out = handle.required()?;
        let properties = properties.read()?;
        let mut state = lock();
        let device = check_properties(&mut state, &properties)?;
        let len = len as u64;
        if len == 0 || !len.is_multiple_of(GRANULARITY) || flags != 0 {
            return Err(INVALID_VALUE);
        }
        state.charge(device, len)?;
        let exportable =
            properties.requestedHandleTypes != CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE;
        let taken = match state.devices.get_mut(device) {
            Some(_) if exportable => share(len).map(|(file, pages)| (0, pages.base, Some((file, pages)))),
            Some(found) => found.arena.take(len, GRANULARITY).map(|(arena, host)| (arena, host, None)),
            None => Err(INVALID_DEVICE),
        };
        let (arena, host, shared) = taken.inspect_err(|_| state.discharge(device, len))?;
        let made = state.physical.insert(Physical {
            device,
            len,
            arena,
            host,
            shared,
            imported: false,
            properties: Properties(properties),
            held: 1,
            mapped: 0,
        });
        out.put(made.0);
        Ok(())
    }

    /// The memory goes when it is mapped nowhere any more.
    pub(crate) fn cuMemRelease(handle: u64) -> Answer {
        let mut state = lock();
        let found = state.physical.get_mut(Handle(handle)).filter(|physical| physical.held > 0);
        found.ok_or(INVALID_VALUE)?.held -= 1;
        state.drop_physical(Handle(handle));
        Ok(())
    }

    pub(crate) fn cuMemMap(address: u64, len: usize, offset: usize, handle: u64, flags: u64) -> Answer {
        let mut state = lock();
        let (len, offset) = (len as u64, offset as u64);
        let aligned = [address, len, offset].iter().all(|number| number.is_multiple_of(GRANULARITY));
        if len == 0 || flags != 0 || !aligned || !state.reservations.contains(address, len) {
            return Err(INVALID_VALUE);
        }
        let found = state.physical.get_mut(Handle(handle)).filter(|physical| physical.held > 0);
        let physical = found.ok_or(INVALID_VALUE)?;
        if offset.checked_add(len).is_none_or(|end| end > physical.len) {
            return Err(INVALID_VALUE);
        }
        let mut space = space::write();
        if space.overlapping(address, len).any(|range| !range.freed) {
            return Err(INVALID_VALUE);
        }
        let host = physical.host + offset as usize;
        let usage = Use::Mapped { physical: Handle(handle) };
        let mut range = new_range(address, len, host, usage, physical.device, Handle(0));
        range.accessible = false;
        space.insert(range);
        physical.mapped += 1;
        Ok(())
    }

    /// Takes whole mappings only.
    pub(crate) fn cuMemUnmap(address: u64, len: usize) -> Answer {
        let mut state = lock();
        let ranges = state.mapped_ranges(address, len as u64)?;
        for (base, physical) in ranges {
            // Unlike a free, an unmapping is not ordered after work in flight: that would be the client's fault.
            space::write().remove(base);
            if let Some(found) = state.physical.get_mut(physical) {
                found.mapped = found.mapped.saturating_sub(1);
            }
            state.drop_physical(physical);
        }
        Ok(())
    }

    pub(crate) fn cuMemSetAccess(address: u64, len: usize, map: In<CUmemAccessDesc>, count: usize) -> Answer {
        let descriptions = map.all(count)?;
        let mut state = lock();
        let ranges = state.mapped_ranges(address, len as u64)?;
        for description in descriptions {
            let device = device_of(&mut state, &description.location)?;
            let mut space = space::write();
            for &(base, _) in &ranges {
                if let Some(range) = space.live_at(base) {
                    let bit = 1u64 << device;
                    range.readable &= !bit;
                    range.writable &= !bit;
                    if description.flags != CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_NONE {
                        range.readable |= bit;
                    }
                    if description.flags == CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE {
                        range.writable |= bit;
                    }
                    range.accessible = range.readable != 0;
                }
            }
        }
        Ok(())
    }

    pub(crate) fn cuMemGetAccess(flags: Out<u64>, location: In<CUmemLocation>, address: u64) -> Answer {
        let out = flags.required()?;
        let location = location.read()?;
        let device = device_of(&mut lock(), &location)?;
        let space = space::read();
        let range = space.live(address).ok_or(INVALID_VALUE)?;
        let bit = 1u64 << device;
        let readable = range.readable & bit != 0;
        let writable = range.writable & bit != 0;
        out.put(u64::from(match (readable, writable) {
            (_, true) => CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE.0,
            (true, false) => CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READ.0,
            _ => CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_NONE.0,
        }));
        Ok(())
    }

    pub(crate) fn cuMemGetAllocationPropertiesFromHandle(
        properties: Out<CUmemAllocationProp>,
        handle: u64,
    ) -> Answer {
        let out = properties.required()?;
        let state = lock();
        out.put(state.physical.get(Handle(handle)).ok_or(INVALID_VALUE)?.properties.0);
        Ok(())
    }

    pub(crate) fn cuMemRetainAllocationHandle(handle: Out<u64>, address: Address) -> Answer {
        let out = handle.required()?;
        let mut state = lock();
        let usage = space::read().live(address.0).map(|range| range.usage);
        let Some(Use::Mapped { physical }) = usage else { return Err(INVALID_VALUE) };
        let found = state.physical.get_mut(physical).ok_or(INVALID_VALUE)?;
        found.held += 1;
        out.put(physical.0);
        Ok(())
    }
}

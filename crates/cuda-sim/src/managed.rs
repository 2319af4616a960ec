//! Hints for managed memory. Its pages are the host's and move nowhere, so hints are checked and kept, and change nothing.

use crate::advice::{Place, Said};
use crate::error::*;
use crate::exports::Sim;
use crate::handle::Handle;
use crate::operation::Work;
use crate::space;
use crate::state::{State, lock};
use crate::sys::{CUmem_advise, CUmemLocation, CUmemLocationType};

/// `CU_DEVICE_CPU`.
const HOST: i32 = -1;

pub(crate) fn check_managed(address: u64, len: usize) -> Answer {
    let space = space::read();
    let range = space.live(address).filter(|range| range.is_managed()).ok_or(INVALID_VALUE)?;
    let fits = len > 0 && len as u64 <= range.len - (address - range.base);
    if fits { Ok(()) } else { Err(INVALID_VALUE) }
}

pub(crate) fn check_location(state: &mut State, location: &CUmemLocation) -> Answer {
    match location.type_ {
        CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE => {
            crate::virtual_memory::device_of(state, location).map(|_| ())
        }
        CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST
        | CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST_NUMA
        | CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST_NUMA_CURRENT => Ok(()),
        _ => Err(INVALID_VALUE),
    }
}

fn check_device(state: &mut State, device: i32) -> Answer {
    if device == HOST { Ok(()) } else { state.device(device).map(|_| ()) }
}

/// Notes where memory is sent to.
pub(crate) fn note_prefetch(state: &mut State, address: u64, len: usize, location: &CUmemLocation) {
    state.advice.add(address, len as u64, Said::SentTo(Place::of(location)));
}

fn prefetch(state: &mut State, address: u64, len: usize, place: Place, stream: Handle) -> Answer {
    let stream = state.stream(stream)?;
    check_managed(address, len)?;
    state.advice.add(address, len as u64, Said::SentTo(place));
    state.submit(stream, Work::Nothing);
    Ok(())
}

/// Whether the place counts: for the others clients may pass what they like.
fn needs_place(advice: CUmem_advise) -> bool {
    use CUmem_advise as C;
    !matches!(
        advice,
        C::CU_MEM_ADVISE_SET_READ_MOSTLY
            | C::CU_MEM_ADVISE_UNSET_READ_MOSTLY
            | C::CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION
    )
}

fn advise(state: &mut State, address: u64, len: usize, advice: CUmem_advise, place: Place) -> Answer {
    use CUmem_advise as C;
    let device = if place.kind == CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE { place.id } else { HOST };
    let said = match advice {
        C::CU_MEM_ADVISE_SET_READ_MOSTLY => Said::ReadMostly(true),
        C::CU_MEM_ADVISE_UNSET_READ_MOSTLY => Said::ReadMostly(false),
        C::CU_MEM_ADVISE_SET_PREFERRED_LOCATION => Said::Preferred(Some(place)),
        C::CU_MEM_ADVISE_UNSET_PREFERRED_LOCATION => Said::Preferred(None),
        C::CU_MEM_ADVISE_SET_ACCESSED_BY => Said::AccessedBy(device, true),
        C::CU_MEM_ADVISE_UNSET_ACCESSED_BY => Said::AccessedBy(device, false),
        _ => return Err(INVALID_VALUE),
    };
    check_managed(address, len)?;
    state.advice.add(address, len as u64, said);
    Ok(())
}

impl Sim {
    pub(crate) fn cuMemPrefetchAsync(address: u64, len: usize, device: i32, stream: Handle) -> Answer {
        let mut state = lock();
        check_device(&mut state, device)?;
        prefetch(&mut state, address, len, Place::of_device(device), stream)
    }

    pub(crate) fn cuMemPrefetchAsync_v2(
        address: u64,
        len: usize,
        location: CUmemLocation,
        flags: u32,
        stream: Handle,
    ) -> Answer {
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        check_location(&mut state, &location)?;
        prefetch(&mut state, address, len, Place::of(&location), stream)
    }

    pub(crate) fn cuMemAdvise(address: u64, len: usize, advice: CUmem_advise, device: i32) -> Answer {
        let mut state = lock();
        state.usable()?;
        if needs_place(advice) {
            check_device(&mut state, device)?;
        }
        advise(&mut state, address, len, advice, Place::of_device(device))
    }

    pub(crate) fn cuMemAdvise_v2(
        address: u64,
        len: usize,
        advice: CUmem_advise,
        location: CUmemLocation,
    ) -> Answer {
        let mut state = lock();
        state.usable()?;
        if needs_place(advice) {
            check_location(&mut state, &location)?;
        }
        advise(&mut state, address, len, advice, Place::of(&location))
    }

    /// Flags: to all streams (1), to the host (2), to this stream (4). Both sides may use the memory at any time here.
    pub(crate) fn cuStreamAttachMemAsync(stream: Handle, address: u64, len: usize, flags: u32) -> Answer {
        let mut state = lock();
        let found = state.stream(stream)?;
        if !matches!(flags, 1 | 2 | 4) || (flags == 4 && stream.0 <= 2) {
            return Err(INVALID_VALUE);
        }
        let whole = {
            let space = space::read();
            let range = space.live(address).filter(|range| range.is_managed()).ok_or(INVALID_VALUE)?;
            range.base == address && (len == 0 || len as u64 == range.len)
        };
        if !whole {
            return Err(INVALID_VALUE);
        }
        state.submit(found, Work::Nothing);
        Ok(())
    }
}

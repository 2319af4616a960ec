//! What clients have said of managed memory, for those who ask: advice, and where it was last sent to.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{Address, In};
use crate::managed::check_managed;
use crate::state::{State, lock};
use crate::sys::{CUmem_range_attribute as A, CUmemLocation, CUmemLocationType as L};

/// `CU_DEVICE_CPU` and `CU_DEVICE_INVALID`.
const HOST: i32 = -1;
const NOWHERE: i32 = -2;

/// A place as the attributes tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) kind: L,
    pub(crate) id: i32,
}

impl Place {
    const NONE: Place = Place { kind: L::CU_MEM_LOCATION_TYPE_INVALID, id: NOWHERE };

    pub(crate) fn of(location: &CUmemLocation) -> Place {
        Place { kind: location.type_, id: crate::virtual_memory::id_of(location) }
    }

    /// The place of a device, or of the host.
    pub(crate) fn of_device(device: i32) -> Place {
        let kind = if device == HOST { L::CU_MEM_LOCATION_TYPE_HOST } else { L::CU_MEM_LOCATION_TYPE_DEVICE };
        Place { kind, id: device }
    }

    /// As a device's number.
    fn device(self) -> i32 {
        match self.kind {
            L::CU_MEM_LOCATION_TYPE_DEVICE => self.id,
            L::CU_MEM_LOCATION_TYPE_INVALID => NOWHERE,
            _ => HOST,
        }
    }
}

/// Something said of a range.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Said {
    ReadMostly(bool),
    Preferred(Option<Place>),
    AccessedBy(i32, bool),
    SentTo(Place),
}

/// All that was said of managed memory, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Advice(Vec<(u64, u64, Said)>);

impl Advice {
    pub(crate) fn add(&mut self, address: u64, len: u64, said: Said) {
        let same = |old: &Said| match (old, &said) {
            (Said::AccessedBy(old, _), Said::AccessedBy(new, _)) => old == new,
            _ => std::mem::discriminant(old) == std::mem::discriminant(&said),
        };
        // What is covered by it wholly counts no more.
        self.0.retain(|(at, size, old)| !(same(old) && *at >= address && at + size <= address + len));
        self.0.push((address, len, said));
    }

    /// Forgets a range that is gone.
    pub(crate) fn forget(&mut self, base: u64, len: u64) {
        self.0.retain(|(at, _, _)| !(base..base + len).contains(at));
    }

    /// The latest of what `pick` takes, if it is the same everywhere in the range.
    fn everywhere<T: Copy + PartialEq>(
        &self,
        address: u64,
        len: u64,
        otherwise: T,
        pick: impl Fn(&Said) -> Option<T>,
    ) -> Option<T> {
        let end = address + len;
        let mut edges: Vec<u64> = self.0.iter().flat_map(|&(at, size, _)| [at, at + size]).collect();
        edges.retain(|edge| (address + 1..end).contains(edge));
        edges.push(address);
        let mut values = edges.into_iter().map(|at| {
            let latest = self.0.iter().rev().filter(|(start, size, _)| (*start..start + size).contains(&at));
            latest.filter_map(|(_, _, said)| pick(said)).next().unwrap_or(otherwise)
        });
        let first = values.next()?;
        values.all(|value| value == first).then_some(first)
    }
}

/// Returns an attribute as the words that the client gets.
fn words(state: &State, attribute: A, address: u64, len: u64, room: usize) -> Answer<Vec<i32>> {
    let advice = &state.advice;
    let preferred = || {
        let pick = |said: &Said| match said {
            Said::Preferred(place) => Some(place.unwrap_or(Place::NONE)),
            _ => None,
        };
        advice.everywhere(address, len, Place::NONE, pick).unwrap_or(Place::NONE)
    };
    let sent = || {
        let pick = |said: &Said| match said {
            Said::SentTo(place) => Some(*place),
            _ => None,
        };
        advice.everywhere(address, len, Place::NONE, pick).unwrap_or(Place::NONE)
    };
    let one = |value: i32| if room == 4 { Ok(vec![value]) } else { Err(INVALID_VALUE) };
    match attribute {
        A::CU_MEM_RANGE_ATTRIBUTE_READ_MOSTLY => {
            let pick = |said: &Said| match said {
                Said::ReadMostly(is) => Some(*is),
                _ => None,
            };
            one(advice.everywhere(address, len, false, pick).unwrap_or(false).into())
        }
        A::CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION => one(preferred().device()),
        A::CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION_TYPE => one(preferred().kind.0 as i32),
        A::CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION_ID => one(preferred().id),
        A::CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION => one(sent().device()),
        A::CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION_TYPE => one(sent().kind.0 as i32),
        A::CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION_ID => one(sent().id),
        A::CU_MEM_RANGE_ATTRIBUTE_ACCESSED_BY => {
            if room == 0 || !room.is_multiple_of(4) {
                return Err(INVALID_VALUE);
            }
            let devices = (0..state.devices.len() as i32).chain([HOST]);
            let is_told = |device: &i32| {
                let pick = |said: &Said| match said {
                    Said::AccessedBy(of, is) if of == device => Some(*is),
                    _ => None,
                };
                advice.everywhere(address, len, false, pick).unwrap_or(false)
            };
            let found = devices.filter(is_told).chain(std::iter::repeat(NOWHERE));
            Ok(found.take(room / 4).collect())
        }
        _ => Err(INVALID_VALUE),
    }
}

fn get(data: Address, room: usize, attribute: A, address: u64, len: usize) -> Answer {
    data.required()?;
    let state = lock();
    state.usable()?;
    check_managed(address, len)?;
    let words = words(&state, attribute, address, len as u64, room)?;
    words.into_iter().enumerate().try_for_each(|(index, word)| Address(data.0 + 4 * index as u64).put(word))
}

impl Sim {
    pub(crate) fn cuMemRangeGetAttribute(
        data: Address,
        room: usize,
        attribute: A,
        address: u64,
        len: usize,
    ) -> Answer {
        get(data, room, attribute, address, len)
    }

    pub(crate) fn cuMemRangeGetAttributes(
        data: In<*mut core::ffi::c_void>,
        rooms: In<usize>,
        attributes: In<A>,
        count: usize,
        address: u64,
        len: usize,
    ) -> Answer {
        if count == 0 {
            return Err(INVALID_VALUE);
        }
        let places = data.all(count)?.into_iter().zip(rooms.all(count)?);
        for ((place, room), attribute) in places.zip(attributes.all(count)?) {
            get(Address(place as u64), room, attribute, address, len)?;
        }
        Ok(())
    }
}

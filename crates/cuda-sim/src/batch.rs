//! Batches: many copies, prefetches or discards in one call.

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::{In, Out};
use crate::handle::Handle;
use crate::managed::{check_location, check_managed, note_prefetch};
use crate::operation::Work;
use crate::state::lock;
use crate::sys::{CUmemLocation, CUmemcpyAttributes, CUmemcpySrcAccessOrder as Access};

/// The stream that clients name by null or by one.
const LEGACY: u64 = 1;

/// Which entry of a shorter list is meant for each of `count` things: entry `k` from index `starts[k]` on.
fn spread(starts: In<usize>, entries: usize, count: usize) -> Answer<Vec<usize>> {
    if entries == 0 || entries > count {
        return Err(INVALID_VALUE);
    }
    let starts = starts.all(entries)?;
    let rises = starts.windows(2).all(|pair| pair[0] < pair[1]);
    if starts[0] != 0 || !rises || starts[entries - 1] >= count {
        return Err(INVALID_VALUE);
    }
    Ok((0..count).map(|index| starts.partition_point(|&start| start <= index) - 1).collect())
}

/// Refuses the legacy stream, which such calls cannot go to.
fn check_stream(stream: Handle) -> Answer {
    if stream.0 <= LEGACY && !crate::thread::per_thread_default() {
        return Err(INVALID_HANDLE);
    }
    lock().stream(stream).map(|_| ())
}

/// Copies one after the other; gives the index of the one that failed.
fn copies(
    targets: In<u64>,
    sources: In<u64>,
    sizes: In<usize>,
    count: usize,
    attributes: (In<CUmemcpyAttributes>, In<usize>, usize),
    stream: Handle,
) -> Result<(), (usize, cuda_sys::CUresult)> {
    let whole = |code| (usize::MAX, code);
    check_stream(stream).map_err(whole)?;
    if count == 0 {
        return Err(whole(INVALID_VALUE));
    }
    let (given, starts, entries) = attributes;
    let which = spread(starts, entries, count).map_err(whole)?;
    let given = given.all(entries).map_err(whole)?;
    if given.iter().any(|it| !(1..=3).contains(&it.srcAccessOrder.0)) {
        return Err(whole(INVALID_VALUE));
    }
    let lists = (targets.all(count), sources.all(count), sizes.all(count));
    let (Ok(targets), Ok(sources), Ok(sizes)) = lists else { return Err(whole(INVALID_VALUE)) };
    // Nothing is done if any of it is wrong on its face.
    for index in 0..count {
        if targets[index] == 0 || sources[index] == 0 || sizes[index] == 0 {
            return Err((index, INVALID_VALUE));
        }
    }
    for index in 0..count {
        let copied = Sim::cuMemcpyAsync(targets[index], sources[index], sizes[index], stream);
        copied.map_err(|code| (index, code))?;
    }
    if which.iter().any(|&at| given[at].srcAccessOrder == Access::CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL)
    {
        // The client may change its sources as soon as the call returns.
        Sim::cuStreamSynchronize(stream).map_err(whole)?;
    }
    Ok(())
}

// Copies.
impl Sim {
    pub(crate) fn cuMemcpyBatchAsync_v2(
        targets: In<u64>,
        sources: In<u64>,
        sizes: In<usize>,
        count: usize,
        attributes: In<CUmemcpyAttributes>,
        starts: In<usize>,
        entries: usize,
        stream: Handle,
    ) -> Answer {
        copies(targets, sources, sizes, count, (attributes, starts, entries), stream).map_err(|it| it.1)
    }

    /// The first form also tells which copy failed: all ones if it was none of them.
    pub(crate) fn cuMemcpyBatchAsync(
        targets: In<u64>,
        sources: In<u64>,
        sizes: In<usize>,
        count: usize,
        attributes: In<CUmemcpyAttributes>,
        starts: In<usize>,
        entries: usize,
        failed: Out<usize>,
        stream: Handle,
    ) -> Answer {
        let outcome = copies(targets, sources, sizes, count, (attributes, starts, entries), stream);
        outcome.map_err(|(index, code)| {
            failed.put(index);
            code
        })
    }

    pub(crate) fn cuMemcpyWithAttributesAsync(
        target: u64,
        source: u64,
        len: usize,
        attributes: In<CUmemcpyAttributes>,
        stream: Handle,
    ) -> Answer {
        let given = attributes.read()?;
        if !(1..=3).contains(&given.srcAccessOrder.0) {
            return Err(INVALID_VALUE);
        }
        Sim::cuMemcpyAsync(target, source, len, stream)?;
        if given.srcAccessOrder == Access::CU_MEMCPY_SRC_ACCESS_ORDER_DURING_API_CALL {
            return Sim::cuStreamSynchronize(stream);
        }
        Ok(())
    }
}

/// Checks ranges of managed memory, and where they are to go; then does something with each.
fn each_range(
    addresses: In<u64>,
    sizes: In<usize>,
    count: usize,
    locations: Option<(In<CUmemLocation>, In<usize>, usize)>,
    (flags, stream): (u64, Handle),
) -> Answer {
    check_stream(stream)?;
    if count == 0 || flags != 0 {
        return Err(INVALID_VALUE);
    }
    let (addresses, sizes) = (addresses.all(count)?, sizes.all(count)?);
    let places = match locations {
        Some((places, starts, entries)) => {
            let which = spread(starts, entries, count)?;
            let places = places.all(entries)?;
            let mut state = lock();
            places.iter().try_for_each(|place| check_location(&mut state, place))?;
            Some((places, which))
        }
        None => None,
    };
    for (&address, &len) in addresses.iter().zip(&sizes) {
        check_managed(address, len)?;
    }
    let mut state = lock();
    let stream = state.stream(stream)?;
    if let Some((places, which)) = places {
        for (index, (&address, &len)) in addresses.iter().zip(&sizes).enumerate() {
            note_prefetch(&mut state, address, len, &places[which[index]]);
        }
    }
    state.submit(stream, Work::Nothing);
    Ok(())
}

// Managed memory. Its pages are the host's and move nowhere, so these are checked, and what is discarded stays.
impl Sim {
    pub(crate) fn cuMemPrefetchBatchAsync(
        addresses: In<u64>,
        sizes: In<usize>,
        count: usize,
        locations: In<CUmemLocation>,
        starts: In<usize>,
        entries: usize,
        flags: u64,
        stream: Handle,
    ) -> Answer {
        each_range(addresses, sizes, count, Some((locations, starts, entries)), (flags, stream))
    }

    pub(crate) fn cuMemDiscardBatchAsync(
        addresses: In<u64>,
        sizes: In<usize>,
        count: usize,
        flags: u64,
        stream: Handle,
    ) -> Answer {
        each_range(addresses, sizes, count, None, (flags, stream))
    }

    pub(crate) fn cuMemDiscardAndPrefetchBatchAsync(
        addresses: In<u64>,
        sizes: In<usize>,
        count: usize,
        locations: In<CUmemLocation>,
        starts: In<usize>,
        entries: usize,
        flags: u64,
        stream: Handle,
    ) -> Answer {
        each_range(addresses, sizes, count, Some((locations, starts, entries)), (flags, stream))
    }
}

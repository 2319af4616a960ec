//! The debug mode: red zones, poison, delayed reuse, guard pages and backtraces.
//!
//! A guarded block lies between two zones of a byte that nobody else writes. When its buffer is dropped it goes into *quarantine*: its
//! zones are looked at and it is poisoned, by the next thread that allocates or asks, and it is used again only when as many bytes
//! have followed it as the options say. Then its poison is looked at. Dropping itself stays as it is: it calls no backend and waits for nothing.

#![allow(unsafe_code)]

use std::{
    backtrace::Backtrace,
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use super::{
    MemoryDebug, Pool,
    arena::Kind,
    block_bytes, label,
    memory::{Memory, Owned},
};
use crate::{
    Backend, Device, DeviceState, Result, StreamId,
    backend::{Address, AllocateError},
    clock::{Clock, ended},
    moments::Home,
    sync::{Mutex, lock},
};

/// What the zones beside a block are filled with.
const ZONE: u8 = 0xfd;

/// How many bytes are brought to the host at once to be looked at.
const CHUNK: u64 = 1 << 20;

/// Where memory was written that nobody owned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DamageKind {
    /// In front of a block.
    Before,
    /// Behind the bytes that were asked for.
    Behind,
    /// Within a block, after its buffer was dropped.
    AfterFree,
}

/// Memory that was written by somebody who did not own it. Found in debug mode.
#[derive(Clone, Debug)]
pub struct MemoryDamage {
    /// The device.
    pub device: Device,
    /// Where it was written.
    pub kind: DamageKind,
    /// The address of the block beside or in which that was.
    pub address: Address,
    /// The bytes that were asked for there.
    pub bytes: usize,
    /// The first byte that was written, counted from `address`.
    pub offset: i64,
    /// What it should have been.
    pub expected: u8,
    /// What it is.
    pub found: u8,
    /// The label of the block.
    pub label: &'static str,
    /// Where the block was allocated, if that is kept.
    pub allocated: Option<Arc<Backtrace>>,
}

impl fmt::Display for MemoryDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            DamageKind::Before => "somebody wrote in front of it",
            DamageKind::Behind => "somebody wrote behind it",
            DamageKind::AfterFree => "somebody wrote to it after it was freed",
        };
        write!(
            f,
            "{} bytes labelled {:?} at {:#x} on {}: {what}, first at byte {} ({:#04x} instead of {:#04x})",
            self.bytes, self.label, self.address, self.device, self.offset, self.found, self.expected
        )?;
        match &self.allocated {
            Some(trace) => write!(f, "; allocated at\n{trace}"),
            None => f.write_str("; MemoryDebug::backtraces says where it was allocated"),
        }
    }
}

/// A live block. Listed in debug mode.
#[derive(Clone, Debug)]
pub struct LiveBlock {
    /// Its address.
    pub address: Address,
    /// The bytes that were asked for.
    pub bytes: usize,
    /// Its label.
    pub label: &'static str,
    /// The stream that it was allocated for.
    pub stream: StreamId,
    /// Where it was allocated, if that is kept.
    pub allocated: Option<Arc<Backtrace>>,
}

/// What is known of a block beside its record.
#[derive(Debug)]
struct Guard {
    /// Counts up: the oldest has the lowest.
    number: u64,
    address: Address,
    requested: u64,
    /// The bytes in front, which are as many as behind at the least.
    zone: u64,
    whole: u64,
    label: u32,
    stream: StreamId,
    /// Whether behind it nothing is mapped.
    alone: bool,
    allocated: Option<Arc<Backtrace>>,
}

/// A block whose buffer is gone.
#[derive(Debug)]
struct Delayed<B: Backend> {
    memory: Box<Memory<B>>,
    home: Arc<Clock<B>>,
    guard: Guard,
    /// Whether its zones were looked at and it was poisoned.
    poisoned: bool,
}

/// What the debug mode remembers.
#[derive(Debug)]
pub(super) struct Guards<B: Backend> {
    /// How many blocks were guarded so far.
    count: AtomicU64,
    live: Mutex<BTreeMap<u32, Guard>>,
    delayed: Mutex<VecDeque<Delayed<B>>>,
    damages: Mutex<Vec<MemoryDamage>>,
}

impl<B: Backend> Default for Guards<B> {
    fn default() -> Guards<B> {
        Guards {
            count: AtomicU64::new(0),
            live: Mutex::default(),
            delayed: Mutex::default(),
            damages: Mutex::default(),
        }
    }
}

impl<B: Backend> Guards<B> {
    /// Returns the number of the next block.
    fn next(&self) -> u64 {
        self.count.fetch_add(1, Relaxed)
    }

    /// Returns where the blocks are that are kept after they were freed.
    pub(super) fn delayed_nodes(&self) -> BTreeSet<u32> {
        lock(&self.delayed).iter().map(|delayed| delayed.memory.node).collect()
    }
}

impl<B: Backend> Pool<B> {
    /// Allocates a block with what guards it.
    pub(super) fn allocate_guarded(
        &self,
        home: &Arc<Home<B>>,
        bytes: usize,
        debug: MemoryDebug,
    ) -> Result<Owned<B>> {
        self.settle_delayed(&home.state, &home.clock, debug.delay as u64)?;
        let label = label::current();
        let zone = (debug.red_zone as u64).next_multiple_of(self.kind.granule());
        // Behind a block that ends at a guard page there is no zone.
        let zones = if debug.guard_pages { zone } else { 2 * zone };
        let whole = usize::try_from(zones).ok().and_then(|zones| bytes.checked_add(zones));
        let whole = whole.and_then(|whole| block_bytes(whole, self.kind));
        let Some(whole) = whole else {
            let cause = "no address space is that large";
            return Err(self.exhausted(&home.state, &home.clock, bytes as u64, cause));
        };
        let (mut memory, alone) = match debug.guard_pages.then(|| self.allocate_alone(home, whole, label)) {
            Some(Some(memory)) => (memory?, true),
            _ => (self.allocate_late(home, whole, label)?, false),
        };
        memory.address += zone;
        let guard = Guard {
            number: self.guards.next(),
            address: memory.address,
            requested: bytes as u64,
            zone,
            whole,
            label,
            stream: home.clock.id(),
            alone,
            allocated: debug.backtraces.then(|| Arc::new(Backtrace::force_capture())),
        };
        let painted = guard
            .zones()
            .iter()
            .try_for_each(|&(start, len)| self.paint(&home.state, &home.clock, start, len, ZONE));
        // Others who use the memory come behind that, as behind a former owner.
        memory.tracked.start_anew(home.clock.issued());
        lock(&self.guards.live).insert(memory.node, guard);
        let owned = memory.lend(home, label);
        painted.map(|()| owned)
    }

    /// Takes memory of its own from the device, behind which nothing is mapped; `None` where the device has none.
    fn allocate_alone(&self, home: &Home<B>, whole: u64, label: u32) -> Option<Result<Box<Memory<B>>>> {
        let source = home.state.backend().source(self.kind)?;
        {
            let mut central = self.central.lock();
            let cap = self.options.limit.map_or(u64::MAX, |limit| limit as u64);
            if central.reserved.checked_add(whole).is_none_or(|sum| sum > cap) {
                drop(central);
                let cause = "the context's limit is reached";
                return Some(Err(self.exhausted(&home.state, &home.clock, whole, cause)));
            }
            central.reserved += whole;
        }
        let allocated = source.allocate_guarded(whole as usize);
        let mut central = self.central.lock();
        let address = match allocated {
            Some(Ok(address)) => address,
            other => {
                central.reserved -= whole;
                drop(central);
                return match other? {
                    Err(AllocateError::OutOfMemory(cause)) => {
                        Some(Err(self.exhausted(&home.state, &home.clock, whole, &cause)))
                    }
                    Err(AllocateError::Other(error)) => Some(Err(error)),
                    Ok(_) => None,
                };
            }
        };
        central.note_growth();
        central.add_slot(&home.clock, self.kind);
        let node = central.arena.add_range(address, whole, Kind::Used);
        let block = central.block(node);
        drop(central);
        home.clock.lane(self.kind).front().count(label, whole);
        let mut memory = Memory::new(home, self.kind);
        memory.take_block(block, whole);
        Some(Ok(memory))
    }

    /// Puts a block whose buffer is gone into quarantine, if it is guarded.
    pub(super) fn delay(&self, memory: Box<Memory<B>>, home: &Arc<Clock<B>>) -> Option<Box<Memory<B>>> {
        let Some(guard) = lock(&self.guards.live).remove(&memory.node) else { return Some(memory) };
        home.lane(self.kind).front().uncount(memory.label, memory.bytes);
        let delayed = Delayed { memory, home: home.clone(), guard, poisoned: false };
        lock(&self.guards.delayed).push_back(delayed);
        None
    }

    /// Looks at the zones of what was freed and poisons it, and gives the oldest back until no more than `most` bytes are kept. What a stream used that
    /// the host holds back is left for later: the host may be the one that is to let it go, and is here.
    pub(super) fn settle_delayed(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        most: u64,
    ) -> Result<()> {
        let Some(debug) = self.options.debug.filter(|_| !clock.is_held()) else { return Ok(()) };
        let taken = std::mem::take(&mut *lock(&self.guards.delayed));
        let mut kept: u64 = taken.iter().map(|delayed| delayed.guard.whole).sum();
        let mut rest = VecDeque::new();
        let mut outcome = Ok(());
        for mut delayed in taken {
            if !delayed.poisoned && delayed.memory.tracked.moments().is_held(&delayed.home) {
                rest.push_back(delayed);
                continue;
            }
            if outcome.is_ok() && !delayed.poisoned {
                outcome = self.bury(state, clock, &mut delayed, debug.poison);
            }
            if outcome.is_ok() && kept > most {
                kept -= delayed.guard.whole;
                outcome = self.check_poison(state, clock, &delayed.guard, debug.poison);
                if outcome.is_ok() {
                    outcome = self.release_delayed(state, delayed);
                    continue;
                }
            }
            rest.push_back(delayed);
        }
        // What other threads freed meanwhile is younger.
        let mut delayed = lock(&self.guards.delayed);
        rest.append(&mut delayed);
        *delayed = rest;
        outcome
    }

    /// Waits for the last use of a block, looks at its zones, and poisons it.
    fn bury(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        delayed: &mut Delayed<B>,
        poison: Option<u8>,
    ) -> Result<()> {
        delayed.memory.tracked.moments().synchronize(&delayed.home, state)?;
        delayed.memory.tracked.settle_at(&delayed.home, 0);
        let guard = &delayed.guard;
        for ((start, len), kind) in guard.zones().into_iter().zip([DamageKind::Before, DamageKind::Behind]) {
            self.inspect(state, clock, guard, (start, len), ZONE, kind)?;
        }
        if let Some(byte) = poison {
            self.paint(state, clock, guard.address, guard.requested, byte)?;
            clock.synchronize(state)?;
        }
        delayed.poisoned = true;
        Ok(())
    }

    fn check_poison(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        guard: &Guard,
        poison: Option<u8>,
    ) -> Result<()> {
        let Some(byte) = poison else { return Ok(()) };
        let range = (guard.address, guard.requested);
        self.inspect(state, clock, guard, range, byte, DamageKind::AfterFree)
    }

    /// Ends a block's quarantine: everything that used it has ended.
    fn release_delayed(&self, state: &Arc<DeviceState<B>>, delayed: Delayed<B>) -> Result<()> {
        let Delayed { memory, home, guard, .. } = delayed;
        let (node, whole) = (memory.node, guard.whole);
        if guard.alone {
            let start = {
                let mut central = self.central.lock();
                let start = central.arena.node(node).start;
                central.arena.remove_range(node);
                central.reserved -= whole;
                central.changes += 1;
                start
            };
            if let Some(source) = state.backend().source(self.kind) {
                // SAFETY: `allocate_alone` had it from `allocate_guarded`, and every operation on it was waited for (Pool 1).
                unsafe { source.free_guarded(start, whole as usize) }?;
            }
            return Ok(());
        }
        let slot = home.lane(self.kind).slot().unwrap_or_default();
        let mut central = self.central.lock();
        central.arena.free(node, slot, 0);
        central.changes += 1;
        drop(central);
        self.tell();
        Ok(())
    }

    /// Fills bytes on a stream.
    fn paint(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        start: Address,
        len: u64,
        byte: u8,
    ) -> Result<()> {
        if len == 0 {
            return Ok(());
        }
        // SAFETY: a part of a block that is in this thread's hands, or the zones beside it, which no buffer has.
        let filled = unsafe { state.backend().fill(clock.stream(), start, &[byte], len as usize) };
        clock.advance(state);
        filled
    }

    /// Looks for a byte that is not as it should be, and reports the first.
    fn inspect(
        &self,
        state: &Arc<DeviceState<B>>,
        clock: &Arc<Clock<B>>,
        guard: &Guard,
        (start, len): (Address, u64),
        expected: u8,
        kind: DamageKind,
    ) -> Result<()> {
        let mut bytes = vec![expected; len.min(CHUNK) as usize];
        let mut at = 0;
        while at < len {
            let count = (len - at).min(CHUNK) as usize;
            // SAFETY: a part of a block that is in this thread's hands; `bytes` lives until the stream was waited for.
            let copied =
                unsafe { state.backend().download(clock.stream(), bytes.as_mut_ptr(), start + at, count) };
            clock.advance(state);
            let waited = clock.synchronize(state);
            copied?;
            waited?;
            if let Some(place) = bytes[..count].iter().position(|&byte| byte != expected) {
                let damage = MemoryDamage {
                    device: state.device(),
                    kind,
                    address: guard.address,
                    bytes: guard.requested as usize,
                    offset: (start + at + place as u64) as i64 - guard.address as i64,
                    expected,
                    found: bytes[place],
                    label: label::name(guard.label),
                    allocated: guard.allocated.clone(),
                };
                tracing::error!(%damage, "memory was written by somebody who did not own it");
                lock(&self.guards.damages).push(damage);
                return Ok(());
            }
            at += count as u64;
        }
        Ok(())
    }

    /// Looks at all zones and all poison, and returns what was found since it was last asked.
    pub(crate) fn check(&self, home: &Home<B>) -> Result<Vec<MemoryDamage>> {
        let (state, clock) = (&home.state, &home.clock);
        self.settle_delayed(state, clock, u64::MAX)?;
        if let Some(debug) = self.options.debug {
            let delayed = std::mem::take(&mut *lock(&self.guards.delayed));
            let checked = delayed.iter().filter(|delayed| delayed.poisoned).try_for_each(|delayed| {
                self.check_poison(state, clock, &delayed.guard, debug.poison)?;
                // A second look must not find it again.
                debug.poison.map_or(Ok(()), |byte| {
                    self.paint(state, clock, delayed.guard.address, delayed.guard.requested, byte)
                })
            });
            let painted = ended(clock.synchronize(state), ());
            let mut now = lock(&self.guards.delayed);
            let younger = std::mem::replace(&mut *now, delayed);
            now.extend(younger);
            drop(now);
            checked.and(painted)?;
        }
        Ok(std::mem::take(&mut *lock(&self.guards.damages)))
    }

    /// Lists what is live, oldest first.
    pub(crate) fn live_blocks(&self) -> Vec<LiveBlock> {
        let live = lock(&self.guards.live);
        let mut guards: Vec<&Guard> = live.values().collect();
        guards.sort_unstable_by_key(|guard| guard.number);
        guards.into_iter().map(Guard::block).collect()
    }

    /// Tells on closing what is still live, which nobody can free any more.
    pub(super) fn report_leaks(&self) {
        for block in self.live_blocks() {
            let LiveBlock { address, bytes, label, stream, allocated } = block;
            let trace = allocated.map(|trace| trace.to_string()).unwrap_or_default();
            tracing::warn!(address, bytes, label, %stream, trace, "memory was never freed");
        }
    }
}

impl Guard {
    /// The zones in front of the block and behind what was asked for.
    fn zones(&self) -> [(Address, u64); 2] {
        let behind = self.address + self.requested;
        [(self.address - self.zone, self.zone), (behind, self.whole - self.zone - self.requested)]
    }

    fn block(&self) -> LiveBlock {
        LiveBlock {
            address: self.address,
            bytes: self.requested as usize,
            label: label::name(self.label),
            stream: self.stream,
            allocated: self.allocated.clone(),
        }
    }
}

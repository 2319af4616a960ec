//! The machine: its log, its schedule, its failures.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use context_core::{
    Device, Error, Loss, Result,
    backend::{Address, AllocateError},
};

use super::{Mode, Random};

/// Bytes that an operation touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    pub start: Address,
    pub end: Address,
    pub writes: bool,
}

impl Access {
    pub fn new(start: Address, bytes: usize, writes: bool) -> Access {
        Access { start, end: start + bytes as Address, writes }
    }

    pub fn overlaps(&self, other: &Access) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// One line of the log. Streams, events and points are numbered from zero; a point is one recording of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    CreateStream {
        stream: usize,
    },
    CreateEvent {
        event: usize,
    },
    Allocate {
        address: Address,
        bytes: usize,
    },
    /// The backend said that it has no such memory.
    OutOfMemory {
        bytes: usize,
    },
    Free {
        address: Address,
        bytes: usize,
    },
    Operation {
        stream: usize,
        name: &'static str,
        accesses: Vec<Access>,
    },
    Record {
        stream: usize,
        point: usize,
    },
    Wait {
        stream: usize,
        point: usize,
    },
    Query {
        point: usize,
        complete: bool,
    },
    /// The host has waited for all work of a stream.
    Synchronize {
        stream: usize,
    },
    /// The host has waited for a point.
    SynchronizePoint {
        point: usize,
    },
    /// The test was promised that what the stream is given from here on follows the point.
    Promise {
        stream: usize,
        point: usize,
    },
}

/// A kind of call into the backend, to make fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Allocate,
    Free,
    CreateStream,
    CreateEvent,
    Record,
    Wait,
    Query,
    Synchronize,
    SynchronizeEvent,
    Operation,
    Reserve,
    ReleaseAddresses,
    CreatePage,
    DestroyPage,
    Map,
    Unmap,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Operation(usize),
    Record(usize),
    Wait(usize),
}

#[derive(Debug, Default)]
struct StreamState {
    queue: VecDeque<Step>,
    given: usize,
}

#[derive(Debug)]
struct Given {
    /// As the client gave them, before addresses were looked up.
    addressed: Vec<Access>,
    accesses: Vec<Access>,
    complete: bool,
}

/// A recording of an event.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub stream: usize,
    /// How many steps the stream was given before it.
    pub place: usize,
    pub complete: bool,
}

#[derive(Debug, Default)]
struct Inner {
    log: Vec<Entry>,
    streams: Vec<StreamState>,
    /// The latest point of each event.
    events: Vec<Option<usize>>,
    points: Vec<Point>,
    operations: Vec<Given>,
    allocations: BTreeMap<Address, usize>,
    pages: Paging,
    peak_allocated: usize,
    next_address: Address,
    capacity: Option<usize>,
    calls: u64,
    fail_at: Option<u64>,
    failing: Vec<(Call, u32)>,
    failures: usize,
    lose: bool,
    waits_dropped_in_a_hundred: usize,
    live_streams: usize,
    live_events: usize,
    closed: bool,
    destroyed_after_close: usize,
    /// Work seen to be wrong by the machine itself: it is not the backend's place to panic.
    faults: Vec<String>,
}

/// Pages and where they are mapped.
#[derive(Debug, Default)]
struct Paging {
    /// Zero if the device has none.
    page: usize,
    reserved: BTreeMap<Address, usize>,
    /// The pages that exist.
    alive: BTreeSet<u64>,
    /// Destroyed, and still mapped somewhere.
    dying: BTreeSet<u64>,
    next: u64,
    /// Address by address.
    mapped: BTreeMap<Address, u64>,
}

/// Where physical pages begin in the log.
const PHYSICAL: Address = 1 << 50;

impl Paging {
    fn bytes(&self) -> usize {
        (self.alive.len() + self.dying.len()) * self.page
    }

    fn is_mapped_page(&self, page: u64) -> bool {
        self.mapped.values().any(|mapped| *mapped == page)
    }

    /// Looks up the physical places of an access; `None` if a part of it has none.
    fn places(&self, access: &Access) -> Option<Vec<Access>> {
        let page = self.page as Address;
        let mut at = access.start;
        let mut places = Vec::new();
        while at < access.end {
            let base = at / page * page;
            let handle = self.mapped.get(&base)?;
            let end = access.end.min(base + page);
            let start = PHYSICAL + handle * page + (at - base);
            places.push(Access { start, end: start + (end - at), writes: access.writes });
            at = end;
        }
        Some(places)
    }
}

/// A device as the test sees it.
#[derive(Debug)]
pub struct Machine {
    device: Device,
    inner: Mutex<Inner>,
    random: Mutex<Random>,
}

impl Machine {
    pub fn new(seed: u64) -> Arc<Machine> {
        Machine::named(Device::Cuda(0), seed)
    }

    pub fn named(device: Device, seed: u64) -> Arc<Machine> {
        let inner = Inner { next_address: 1 << 20, ..Inner::default() };
        Arc::new(Machine { device, inner: Mutex::new(inner), random: Mutex::new(Random::new(seed)) })
    }

    pub fn device(&self) -> Device {
        self.device
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bounds what the device can allocate, in bytes.
    pub fn set_capacity(&self, bytes: usize) {
        self.lock().capacity = Some(bytes);
    }

    /// Gives the device pages of this many bytes, which can be mapped.
    pub fn set_pages(&self, bytes: usize) {
        self.lock().pages.page = bytes;
    }

    /// The size of a page; zero if the device has none.
    pub fn page_bytes(&self) -> usize {
        self.lock().pages.page
    }

    /// Makes call number `n` from now on fail, whatever it is; zero is the next one.
    pub fn fail_call(&self, n: u64) {
        let mut inner = self.lock();
        inner.fail_at = Some(inner.calls + n);
    }

    /// Makes the next `times` calls of this kind fail.
    pub fn fail_next(&self, call: Call, times: u32) {
        self.lock().failing.push((call, times));
    }

    /// Makes failures from now on say that the device is lost.
    pub fn lose_on_failure(&self) {
        self.lock().lose = true;
    }

    /// Breaks the device: of a hundred waits, so many are accepted and not kept.
    pub fn drop_waits(&self, in_a_hundred: usize) {
        self.lock().waits_dropped_in_a_hundred = in_a_hundred;
    }

    pub fn log(&self) -> Vec<Entry> {
        self.lock().log.clone()
    }

    /// Returns the log since the last call of this, and forgets it.
    pub fn take_log(&self) -> Vec<Entry> {
        std::mem::take(&mut self.lock().log)
    }

    /// Writes into the log that what `stream` is given from now on has to follow `point`.
    pub fn promise(&self, stream: usize, point: usize) {
        self.lock().log.push(Entry::Promise { stream, point });
    }

    /// Returns the point that was recorded last.
    pub fn latest_point(&self) -> usize {
        self.lock().points.len() - 1
    }

    /// Tells whether all work before the point has been run.
    pub fn is_reached(&self, point: usize) -> bool {
        let inner = self.lock();
        let Point { stream, complete, .. } = inner.points[point];
        let mut before = inner.streams[stream].queue.iter();
        complete
            || before
                .find(|step| !matches!(step, Step::Record(other) if *other < point))
                .is_some_and(|step| matches!(step, Step::Record(found) if *found == point))
    }

    pub fn point(&self, point: usize) -> Point {
        self.lock().points[point]
    }

    /// How many calls into the backend were made.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// Bytes allocated and not freed.
    pub fn allocated(&self) -> usize {
        self.lock().taken()
    }

    /// The most bytes that were allocated at once.
    pub fn peak_allocated(&self) -> usize {
        self.lock().peak_allocated
    }

    /// How many calls were made to fail.
    pub fn failures(&self) -> usize {
        self.lock().failures
    }

    /// How many blocks are allocated and not freed.
    pub fn blocks(&self) -> usize {
        let inner = self.lock();
        inner.allocations.len() + usize::from(inner.pages.bytes() > 0)
    }

    /// Asserts that the backend was closed with nothing alive, and that nothing was done wrong on the way.
    pub fn assert_closed_clean(&self) {
        self.assert_no_faults();
        let inner = self.lock();
        assert!(inner.closed, "something keeps the device alive");
        assert_eq!(inner.allocations, BTreeMap::new(), "memory is leaked");
        assert_eq!((inner.pages.bytes(), inner.pages.mapped.len()), (0, 0), "pages are leaked");
        assert_eq!(inner.pages.reserved, BTreeMap::new(), "addresses are leaked");
        assert_eq!((inner.live_streams, inner.live_events), (0, 0), "streams or events are leaked");
    }

    pub fn assert_no_faults(&self) {
        let inner = self.lock();
        assert_eq!(inner.faults, Vec::<String>::new());
        assert_eq!(inner.destroyed_after_close, 0, "streams or events outlived their device");
    }

    pub fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Runs up to `steps` queued steps, each of a stream drawn at random.
    pub fn advance(&self, steps: usize) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inner = self.lock();
        for _ in 0..steps {
            if !inner.step_any(&mut random) {
                return;
            }
        }
    }

    /// Runs whatever is needed until a stream has nothing left.
    pub fn run_dry(&self, stream: usize) {
        self.run_until(Entry::Synchronize { stream }, |inner| inner.streams[stream].queue.is_empty());
    }

    /// Runs steps until `done`, and logs `reached` before anybody can give more work.
    fn run_until(&self, reached: Entry, done: impl Fn(&Inner) -> bool) {
        let mut random = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        let mut inner = self.lock();
        while !done(&inner) {
            if !inner.step_any(&mut random) {
                inner.faults.push(format!("this would never be reached: {reached:?}"));
                return;
            }
        }
        inner.log.push(reached);
    }

    pub(super) fn operation(
        &self,
        stream: usize,
        mode: Mode,
        name: &'static str,
        accesses: Vec<Access>,
    ) -> Result<()> {
        let outcome = {
            let mut inner = self.lock();
            let outcome = inner.enter(Call::Operation, self.device);
            // An operation that reports a failure may have started all the same.
            let addressed = accesses;
            let accesses = inner.look_up(name, &addressed);
            let operation = inner.operations.len();
            inner.operations.push(Given { addressed, accesses: accesses.clone(), complete: false });
            inner.log.push(Entry::Operation { stream, name, accesses });
            inner.give(stream, Step::Operation(operation));
            outcome
        };
        if mode == Mode::InPlace {
            self.run_dry(stream);
        }
        outcome
    }

    pub(super) fn allocate(&self, bytes: usize) -> Result<Address, AllocateError> {
        let mut inner = self.lock();
        let refused = inner.enter(Call::Allocate, self.device);
        let full = inner.capacity.is_some_and(|capacity| inner.taken() + bytes > capacity);
        match refused {
            Err(error @ Error::Lost { .. }) => return Err(AllocateError::Other(error)),
            Err(_) => {}
            Ok(()) if full => {}
            Ok(()) => {
                let address = inner.next_address;
                inner.next_address += bytes.next_multiple_of(4096) as Address;
                inner.allocations.insert(address, bytes);
                inner.peak_allocated = inner.peak_allocated.max(inner.taken());
                inner.log.push(Entry::Allocate { address, bytes });
                return Ok(address);
            }
        }
        inner.log.push(Entry::OutOfMemory { bytes });
        Err(AllocateError::OutOfMemory("the recorder has no memory left".to_owned()))
    }

    pub(super) fn free(&self, address: Address, bytes: usize) -> Result<()> {
        let mut inner = self.lock();
        inner.enter(Call::Free, self.device)?;
        if inner.allocations.remove(&address) != Some(bytes) {
            inner.faults.push(format!("freed {bytes} bytes at {address:#x}, which are not allocated"));
        }
        inner.check_idle("freed", address, bytes);
        inner.log.push(Entry::Free { address, bytes });
        Ok(())
    }

    pub(super) fn reserve(&self, bytes: usize) -> Result<Address, AllocateError> {
        let mut inner = self.lock();
        inner.enter_memory(Call::Reserve, self.device)?;
        let page = inner.pages.page as Address;
        let address = inner.next_address.next_multiple_of(page);
        inner.next_address = address + bytes as Address;
        inner.pages.reserved.insert(address, bytes);
        Ok(address)
    }

    pub(super) fn release_addresses(&self, address: Address, bytes: usize) -> Result<()> {
        let mut inner = self.lock();
        inner.enter(Call::ReleaseAddresses, self.device)?;
        let mapped = inner.pages.mapped.range(address..address + bytes as Address).count();
        if inner.pages.reserved.remove(&address) != Some(bytes) || mapped > 0 {
            inner.faults.push(format!("{bytes} bytes of addresses at {address:#x} were not to be released"));
        }
        Ok(())
    }

    pub(super) fn create_page(&self) -> Result<u64, AllocateError> {
        let mut inner = self.lock();
        inner.enter_memory(Call::CreatePage, self.device)?;
        if inner.capacity.is_some_and(|capacity| inner.taken() + inner.pages.page > capacity) {
            return Err(AllocateError::OutOfMemory("the recorder has no memory left".to_owned()));
        }
        inner.pages.next += 1;
        let page = inner.pages.next;
        inner.pages.alive.insert(page);
        inner.peak_allocated = inner.peak_allocated.max(inner.taken());
        Ok(page)
    }

    pub(super) fn destroy_page(&self, page: u64) -> Result<()> {
        let mut inner = self.lock();
        inner.enter(Call::DestroyPage, self.device)?;
        if !inner.pages.alive.remove(&page) {
            inner.faults.push(format!("page {page} was destroyed twice"));
        }
        if inner.pages.is_mapped_page(page) {
            inner.pages.dying.insert(page);
        }
        Ok(())
    }

    pub(super) fn map(&self, address: Address, pages: &[u64]) -> Result<(), AllocateError> {
        let mut inner = self.lock();
        inner.enter_memory(Call::Map, self.device)?;
        let page = inner.pages.page as Address;
        for (place, &handle) in pages.iter().enumerate() {
            let at = address + place as Address * page;
            let reserved = inner.pages.reserved.range(..=at).next_back();
            let inside = reserved.is_some_and(|(start, bytes)| at + page <= start + *bytes as Address);
            if !inside
                || !inner.pages.alive.contains(&handle)
                || inner.pages.mapped.insert(at, handle).is_some()
            {
                inner.faults.push(format!("page {handle} was not to be mapped at {at:#x}"));
            }
        }
        Ok(())
    }

    pub(super) fn unmap(&self, address: Address, count: usize) -> Result<()> {
        let mut inner = self.lock();
        inner.enter(Call::Unmap, self.device)?;
        let bytes = count * inner.pages.page;
        inner.check_idle("unmapped", address, bytes);
        for place in 0..count {
            let at = address + (place * inner.pages.page) as Address;
            match inner.pages.mapped.remove(&at) {
                Some(page) if !inner.pages.is_mapped_page(page) => {
                    inner.pages.dying.remove(&page);
                }
                Some(_) => {}
                None => inner.faults.push(format!("nothing is mapped at {at:#x}")),
            }
        }
        Ok(())
    }

    pub(super) fn memory_info(&self) -> Option<(usize, usize)> {
        let inner = self.lock();
        let total = inner.capacity?;
        Some((total - inner.taken(), total))
    }

    pub(super) fn create_stream(&self) -> Result<usize> {
        let mut inner = self.lock();
        inner.enter(Call::CreateStream, self.device)?;
        inner.streams.push(StreamState::default());
        inner.live_streams += 1;
        let stream = inner.streams.len() - 1;
        inner.log.push(Entry::CreateStream { stream });
        Ok(stream)
    }

    pub(super) fn destroy_stream(&self) {
        let mut inner = self.lock();
        inner.live_streams -= 1;
        inner.destroyed_after_close += usize::from(inner.closed);
    }

    pub(super) fn create_event(&self) -> Result<usize> {
        let mut inner = self.lock();
        inner.enter(Call::CreateEvent, self.device)?;
        inner.events.push(None);
        inner.live_events += 1;
        let event = inner.events.len() - 1;
        inner.log.push(Entry::CreateEvent { event });
        Ok(event)
    }

    pub(super) fn destroy_event(&self) {
        let mut inner = self.lock();
        inner.live_events -= 1;
        inner.destroyed_after_close += usize::from(inner.closed);
    }

    pub(super) fn record(&self, event: usize, stream: usize, mode: Mode) -> Result<()> {
        {
            let mut inner = self.lock();
            inner.enter(Call::Record, self.device)?;
            let place = inner.streams[stream].given;
            let point = inner.points.len();
            inner.points.push(Point { stream, place, complete: false });
            inner.events[event] = Some(point);
            inner.log.push(Entry::Record { stream, point });
            inner.give(stream, Step::Record(point));
        }
        if mode == Mode::InPlace {
            self.run_dry(stream);
        }
        Ok(())
    }

    pub(super) fn wait(&self, stream: usize, mode: Mode, event: usize) -> Result<()> {
        let drops = {
            let percent = self.lock().waits_dropped_in_a_hundred;
            self.random.lock().unwrap_or_else(PoisonError::into_inner).chance(percent)
        };
        {
            let mut inner = self.lock();
            inner.enter(Call::Wait, self.device)?;
            let Some(point) = inner.events[event] else {
                inner
                    .faults
                    .push(format!("stream {stream} waits for event {event}, which was never recorded"));
                return Ok(());
            };
            if drops {
                return Ok(());
            }
            inner.log.push(Entry::Wait { stream, point });
            inner.give(stream, Step::Wait(point));
        }
        if mode == Mode::InPlace {
            self.run_dry(stream);
        }
        Ok(())
    }

    pub(super) fn query(&self, event: usize) -> Result<bool> {
        let mut inner = self.lock();
        inner.enter(Call::Query, self.device)?;
        let Some(point) = inner.events[event] else { return Ok(true) };
        let complete = inner.points[point].complete;
        inner.log.push(Entry::Query { point, complete });
        Ok(complete)
    }

    pub(super) fn synchronize(&self, stream: usize) -> Result<()> {
        self.lock().enter(Call::Synchronize, self.device)?;
        self.run_dry(stream);
        Ok(())
    }

    pub(super) fn synchronize_event(&self, event: usize) -> Result<()> {
        let point = {
            let mut inner = self.lock();
            inner.enter(Call::SynchronizeEvent, self.device)?;
            inner.events[event]
        };
        let Some(point) = point else { return Ok(()) };
        self.run_until(Entry::SynchronizePoint { point }, |inner| inner.points[point].complete);
        Ok(())
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
    }
}

impl Inner {
    /// Counts a call, and fails it if the script says so.
    fn enter(&mut self, call: Call, device: Device) -> Result<()> {
        if self.closed {
            self.faults.push(format!("{call:?} was called on a closed device"));
        }
        let scripted = self.fail_at == Some(self.calls);
        self.calls += 1;
        let failing = self.failing.iter_mut().find(|(kind, times)| *kind == call && *times > 0);
        let failing = failing.map(|(_, times)| *times -= 1).is_some();
        if !scripted && !failing {
            return Ok(());
        }
        self.failures += 1;
        let error =
            Error::Unsupported { device, what: "going on", reason: format!("the test made {call:?} fail") };
        Err(if self.lose {
            Error::Lost { device, loss: Arc::new(Loss { cause: error, launches: Vec::new() }) }
        } else {
            error
        })
    }

    fn give(&mut self, stream: usize, step: Step) {
        let stream = &mut self.streams[stream];
        stream.queue.push_back(step);
        stream.given += 1;
    }

    /// Bytes taken from the device.
    fn taken(&self) -> usize {
        self.allocations.values().sum::<usize>() + self.pages.bytes()
    }

    /// As [`enter`](Inner::enter), for calls that can run out of memory.
    fn enter_memory(&mut self, call: Call, device: Device) -> Result<(), AllocateError> {
        self.enter(call, device).map_err(|error| match error {
            Error::Lost { .. } => AllocateError::Other(error),
            _ => AllocateError::OutOfMemory("the recorder has no memory left".to_owned()),
        })
    }

    fn check_idle(&mut self, what: &str, address: Address, bytes: usize) {
        let freed = Access::new(address, bytes, true);
        let used =
            |given: &Given| !given.complete && given.addressed.iter().any(|access| access.overlaps(&freed));
        if self.operations.iter().any(used) {
            self.faults.push(format!("{what} {bytes} bytes at {address:#x} under a running operation"));
        }
    }

    /// Looks up where the memory of accesses is.
    fn look_up(&mut self, name: &str, accesses: &[Access]) -> Vec<Access> {
        let mut places = Vec::new();
        for access in accesses.iter().filter(|access| access.start < access.end) {
            let block = self.allocations.range(..=access.start).next_back();
            if block.is_some_and(|(start, bytes)| access.end <= start + *bytes as Address) {
                places.push(*access);
                continue;
            }
            let found = (self.pages.page > 0).then(|| self.pages.places(access)).flatten();
            match found {
                Some(found) => places.extend(found),
                None => self.faults.push(format!("{name} touches {access:?}, which is not allocated")),
            }
        }
        places
    }

    /// Runs one step of a stream that can go on, and tells whether there was one.
    fn step_any(&mut self, random: &mut Random) -> bool {
        let first = random.below(self.streams.len().max(1));
        let streams = self.streams.len();
        (0..streams).any(|offset| self.step((first + offset) % streams))
    }

    fn step(&mut self, stream: usize) -> bool {
        let Some(&step) = self.streams[stream].queue.front() else { return false };
        match step {
            Step::Operation(operation) => self.operations[operation].complete = true,
            Step::Record(point) => self.points[point].complete = true,
            Step::Wait(point) if !self.points[point].complete => return false,
            Step::Wait(_) => {}
        }
        self.streams[stream].queue.pop_front();
        true
    }
}

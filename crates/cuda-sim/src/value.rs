//! Values in memory that streams write and wait for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::error::*;
use crate::exports::Sim;
use crate::ffi::In;
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::{Fault, Work};
use crate::order::Act;
use crate::race::{self, Manner, Touch};
use crate::state::lock;
use crate::sys::{CUstreamBatchMemOpParams, CUstreamBatchMemOpType};
use crate::{shadow, space};

/// `CU_STREAM_WAIT_VALUE_*`: how the value in memory is to compare.
const GREATER_OR_EQUAL: u32 = 0;
const EQUAL: u32 = 1;
const AND: u32 = 2;
const NOR: u32 = 3;
/// A flush of remote writes may be asked for; writes are never late here.
const FLUSH: u32 = 1 << 30;

/// How wide a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    Four,
    Eight,
}

impl Width {
    fn bytes(self) -> u64 {
        match self {
            Width::Four => 4,
            Width::Eight => 8,
        }
    }
}

/// Waiting for a value.
#[derive(Clone, Debug)]
pub(crate) struct WaitValue {
    address: u64,
    width: Width,
    value: u64,
    condition: u32,
    /// As the client gave them.
    flags: u32,
}

/// Writing a value.
#[derive(Clone, Debug)]
pub(crate) struct WriteValue {
    address: u64,
    width: Width,
    value: u64,
    /// As the client gave them.
    flags: u32,
}

/// Returns where the value at `address` is for this process.
fn host_address(address: u64, width: Width) -> Option<usize> {
    let pieces = space::read().pieces_in_flight(address, width.bytes())?;
    match pieces.as_slice() {
        [piece] => Some(piece.host),
        _ => None,
    }
}

impl WaitValue {
    /// Whether the value is there. Memory that is gone satisfies nothing, but ends the wait, so that it shows.
    pub(crate) fn is_satisfied(&self) -> bool {
        let Some(host) = host_address(self.address, self.width) else { return true };
        // SAFETY: the address was found in the space a moment ago, and is a multiple of its width, which the
        // submission checked; the host may write it meanwhile, so it is read as an atomic.
        let (now, width) = unsafe {
            match self.width {
                Width::Four => (u64::from((*(host as *const AtomicU32)).load(Ordering::Acquire)), 32),
                Width::Eight => ((*(host as *const AtomicU64)).load(Ordering::Acquire), 64),
            }
        };
        self.compares(now, width)
    }

    /// Whether `value`, if it is written, ends the wait.
    pub(crate) fn accepts(&self, value: u64) -> bool {
        self.compares(value, 8 * self.width.bytes())
    }

    fn compares(&self, now: u64, width: u64) -> bool {
        let mask = u64::MAX >> (64 - width);
        match self.condition {
            // The difference is cyclic and signed: the value may have wrapped round.
            GREATER_OR_EQUAL => (now.wrapping_sub(self.value) << (64 - width)) as i64 >= 0,
            EQUAL => now == self.value,
            AND => now & self.value != 0,
            _ => !(now | self.value) & mask != 0,
        }
    }
}

impl WaitValue {
    /// The operations that may have written the value, and whether the host may have.
    pub(crate) fn writers(&self) -> (Vec<Arc<Act>>, bool) {
        let host = host_address(self.address, self.width);
        let by_host = space::read().find(self.address).is_none_or(|range| range.is_host());
        (host.map_or(Vec::new(), |host| race::writers(host as u64, self.width.bytes())), by_host)
    }
}

impl WriteValue {
    pub(crate) fn value(&self) -> u64 {
        self.value
    }

    /// Whether the host can see it without asking the driver.
    pub(crate) fn is_for_the_host(&self) -> bool {
        space::read().find(self.address).is_some_and(|range| range.is_host())
    }

    /// What it touches: its writes are as good as atomic.
    pub(crate) fn touches(&self) -> Vec<Touch> {
        let touch = |host: usize| Touch {
            host: host as u64,
            len: self.width.bytes(),
            address: self.address,
            manner: Manner::Atomic,
        };
        host_address(self.address, self.width).map(touch).into_iter().collect()
    }

    /// Does it.
    pub(crate) fn run(self) -> Result<(), Fault> {
        let Some(host) = host_address(self.address, self.width) else {
            return Err(Fault::unmapped("a stream's write of a value", self.address));
        };
        shadow::set(host, self.width.bytes() as usize);
        // SAFETY: as in `is_satisfied`.
        unsafe {
            match self.width {
                Width::Four => (*(host as *const AtomicU32)).store(self.value as u32, Ordering::Release),
                Width::Eight => (*(host as *const AtomicU64)).store(self.value, Ordering::Release),
            }
        }
        Ok(())
    }
}

fn check(address: u64, width: Width) -> Answer {
    if address == 0 || !address.is_multiple_of(width.bytes()) {
        return Err(INVALID_VALUE);
    }
    space::read().pieces(address, width.bytes()).map(|_| ()).ok_or(INVALID_VALUE)
}

fn wait_work(address: u64, width: Width, value: u64, flags: u32) -> Answer<Work> {
    let condition = flags & !FLUSH;
    if !matches!(condition, GREATER_OR_EQUAL | EQUAL | AND | NOR) {
        return Err(INVALID_VALUE);
    }
    check(address, width)?;
    Ok(Work::WaitValue(WaitValue { address, width, value, condition, flags }))
}

fn write_work(address: u64, width: Width, value: u64, flags: u32) -> Answer<Work> {
    // The one flag lets the write overtake others.
    if flags > 1 {
        return Err(INVALID_VALUE);
    }
    check(address, width)?;
    Ok(Work::WriteValue(WriteValue { address, width, value, flags }))
}

pub(crate) fn wait(stream: Handle, address: u64, width: Width, value: u64, flags: u32) -> Answer {
    let mut state = lock();
    let stream = state.stream(stream)?;
    let work = wait_work(address, width, value, flags)?;
    state.submit_or_capture(stream, Task::Values(vec![work]))
}

pub(crate) fn write(stream: Handle, address: u64, width: Width, value: u64, flags: u32) -> Answer {
    let mut state = lock();
    let stream = state.stream(stream)?;
    let work = write_work(address, width, value, flags)?;
    state.submit_or_capture(stream, Task::Values(vec![work]))
}

/// Returns what one operation of a batch does, if it does anything.
fn batched(operation: &CUstreamBatchMemOpParams) -> Answer<Option<Work>> {
    use CUstreamBatchMemOpType as T;
    // SAFETY: every member begins with the operation, which says which of them the client filled in; every bit pattern of
    // each is valid.
    unsafe {
        let (waits, writes) = (&operation.waitValue, &operation.writeValue);
        match operation.operation {
            T::CU_STREAM_MEM_OP_WAIT_VALUE_32 => {
                wait_work(waits.address, Width::Four, waits.__bindgen_anon_1.value.into(), waits.flags)
            }
            T::CU_STREAM_MEM_OP_WAIT_VALUE_64 => {
                wait_work(waits.address, Width::Eight, waits.__bindgen_anon_1.value64, waits.flags)
            }
            T::CU_STREAM_MEM_OP_WRITE_VALUE_32 => {
                write_work(writes.address, Width::Four, writes.__bindgen_anon_1.value.into(), writes.flags)
            }
            T::CU_STREAM_MEM_OP_WRITE_VALUE_64 => {
                write_work(writes.address, Width::Eight, writes.__bindgen_anon_1.value64, writes.flags)
            }
            // Writes are seen in their order anyhow.
            T::CU_STREAM_MEM_OP_BARRIER | T::CU_STREAM_MEM_OP_FLUSH_REMOTE_WRITES => return Ok(None),
            T::CU_STREAM_MEM_OP_ATOMIC_REDUCTION => return Err(NOT_SUPPORTED),
            _ => return Err(INVALID_VALUE),
        }
        .map(Some)
    }
}

/// Describes a batch to the client: six numbers for each operation, laid out as `CUstreamBatchMemOpParams` is.
pub(crate) fn words(works: &[Work]) -> Vec<u64> {
    use CUstreamBatchMemOpType as T;
    let mut words = Vec::new();
    for work in works {
        let (address, width, value, flags, kinds) = match work {
            Work::WaitValue(it) => {
                let kinds = [T::CU_STREAM_MEM_OP_WAIT_VALUE_32, T::CU_STREAM_MEM_OP_WAIT_VALUE_64];
                (it.address, it.width, it.value, it.flags, kinds)
            }
            Work::WriteValue(it) => {
                let kinds = [T::CU_STREAM_MEM_OP_WRITE_VALUE_32, T::CU_STREAM_MEM_OP_WRITE_VALUE_64];
                (it.address, it.width, it.value, it.flags, kinds)
            }
            _ => continue,
        };
        // Waits and writes are laid out alike: the operation, the address, the value, flags, and an alias that is not used.
        let kind = kinds[usize::from(width == Width::Eight)];
        words.extend([u64::from(kind.0), address, value, u64::from(flags), 0, 0]);
    }
    words
}

/// NVIDIA's own limit.
const LONGEST_BATCH: u32 = 256;

/// Turns a batch into a task; nothing of it is done if any of it is wrong.
pub(crate) fn batch(count: u32, operations: In<CUstreamBatchMemOpParams>, flags: u32) -> Answer<Task> {
    if flags != 0 || count > LONGEST_BATCH {
        return Err(INVALID_VALUE);
    }
    let works: Answer<Vec<Option<Work>>> = operations.all(count as usize)?.iter().map(batched).collect();
    Ok(Task::Values(works?.into_iter().flatten().collect()))
}

impl Sim {
    pub(crate) fn cuStreamWaitValue32_v2(stream: Handle, address: u64, value: u32, flags: u32) -> Answer {
        wait(stream, address, Width::Four, value.into(), flags)
    }

    pub(crate) fn cuStreamWaitValue64_v2(stream: Handle, address: u64, value: u64, flags: u32) -> Answer {
        wait(stream, address, Width::Eight, value, flags)
    }

    pub(crate) fn cuStreamWriteValue32_v2(stream: Handle, address: u64, value: u32, flags: u32) -> Answer {
        write(stream, address, Width::Four, value.into(), flags)
    }

    pub(crate) fn cuStreamWriteValue64_v2(stream: Handle, address: u64, value: u64, flags: u32) -> Answer {
        write(stream, address, Width::Eight, value, flags)
    }

    pub(crate) fn cuStreamBatchMemOp_v2(
        stream: Handle,
        count: u32,
        operations: In<CUstreamBatchMemOpParams>,
        flags: u32,
    ) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        let task = batch(count, operations, flags)?;
        state.submit_or_capture(stream, task)
    }

    pub(crate) fn cuStreamBatchMemOp(
        stream: Handle,
        count: u32,
        operations: In<CUstreamBatchMemOpParams>,
        flags: u32,
    ) -> Answer {
        Sim::cuStreamBatchMemOp_v2(stream, count, operations, flags)
    }

    pub(crate) fn cuStreamWaitValue32(stream: Handle, address: u64, value: u32, flags: u32) -> Answer {
        wait(stream, address, Width::Four, value.into(), flags)
    }

    pub(crate) fn cuStreamWaitValue64(stream: Handle, address: u64, value: u64, flags: u32) -> Answer {
        wait(stream, address, Width::Eight, value, flags)
    }

    pub(crate) fn cuStreamWriteValue32(stream: Handle, address: u64, value: u32, flags: u32) -> Answer {
        write(stream, address, Width::Four, value.into(), flags)
    }

    pub(crate) fn cuStreamWriteValue64(stream: Handle, address: u64, value: u64, flags: u32) -> Answer {
        write(stream, address, Width::Eight, value, flags)
    }
}

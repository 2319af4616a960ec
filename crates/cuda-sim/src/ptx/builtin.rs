//! The functions that the driver provides to kernels: `vprintf`, `__assertfail`, `malloc`, `free`, `cudaGraphSetConditional`.

use super::format;
use super::lanes::Lanes;
use super::memory::{Element, Memory, bits, space};
use super::program::{Builtin, Call, Slot};
use super::{Access, Fault, FaultKind};

/// Strings longer than this are cut.
const LONGEST: u64 = 1 << 16;

/// Runs a builtin for each lane of `mask`, in order.
pub(super) fn call(lanes: &mut Lanes<'_>, builtin: Builtin, site: &Call, mask: u32) -> Result<(), Fault> {
    for lane in bits(mask) {
        lanes.mask = 1 << lane;
        let memory = &mut lanes.memory;
        let mut arguments = [0; 5];
        for (value, slot) in arguments.iter_mut().zip(&site.arguments) {
            *value = argument(memory, lane, *slot)?;
        }
        let result = match builtin {
            Builtin::Printf => print(memory, lane, arguments[0], arguments[1])?,
            Builtin::Malloc => memory.device.malloc(arguments[0]),
            Builtin::Free => {
                memory.device.free(arguments[0]);
                memory.forget_regions();
                0
            }
            Builtin::SetConditional => {
                memory.device.set_conditional(arguments[0], arguments[1] as u32)?;
                0
            }
            Builtin::AssertFail => return Err(assertion(memory, lane, &arguments)),
        };
        if let Some(slot) = site.results.first() {
            set_result(memory, lane, *slot, result)?;
        }
    }
    lanes.mask = mask;
    Ok(())
}

fn argument(memory: &mut Memory<'_>, lane: usize, slot: Slot) -> Result<u64, Fault> {
    let size = if slot.size >= 8 { 8 } else { 4 };
    let at = memory.locate(lane, space::FRAME, u64::from(slot.offset), (size, size), Access::Read, (0, 0))?;
    // SAFETY: `locate` gave a pointer to `size` bytes (Address 1).
    Ok(unsafe { if size == 8 { u64::load(at) } else { u64::from(u32::load(at)) } })
}

fn set_result(memory: &mut Memory<'_>, lane: usize, slot: Slot, value: u64) -> Result<(), Fault> {
    let size = if slot.size >= 8 { 8 } else { 4 };
    let at =
        memory.locate(lane, space::FRAME, u64::from(slot.offset), (size, size), Access::Write, (0, 0))?;
    // SAFETY: `locate` gave a pointer to `size` bytes (Address 1).
    unsafe {
        if size == 8 {
            u64::store(at, value);
        } else {
            u32::store(at, value as u32);
        }
    }
    Ok(())
}

fn print(memory: &mut Memory<'_>, lane: usize, template: u64, arguments: u64) -> Result<u64, Fault> {
    let template = text(memory, lane, template)?;
    let mut at = arguments;
    let mut source = Arguments { memory, lane, at: &mut at };
    let (text, count) = format::format(&template, &mut source)?;
    memory.device.printf(&String::from_utf8_lossy(&text));
    Ok(count)
}

/// The arguments of a `vprintf`, packed as C would lay out a structure of them.
pub(super) struct Arguments<'a, 'r> {
    memory: &'a mut Memory<'r>,
    lane: usize,
    at: &'a mut u64,
}

impl format::Source for Arguments<'_, '_> {
    fn take(&mut self, bytes: u32) -> Result<u64, Fault> {
        *self.at = self.at.next_multiple_of(u64::from(bytes));
        let from =
            self.memory.locate(self.lane, space::GENERIC, *self.at, (bytes, bytes), Access::Read, (0, 0))?;
        *self.at += u64::from(bytes);
        // SAFETY: `locate` gave a pointer to so many bytes (Address 1).
        Ok(unsafe { if bytes == 8 { u64::load(from) } else { u64::from(u32::load(from)) } })
    }

    fn text(&mut self, address: u64) -> Result<Vec<u8>, Fault> {
        text(self.memory, self.lane, address)
    }
}

/// The bytes of a string up to its zero.
fn text(memory: &mut Memory<'_>, lane: usize, address: u64) -> Result<Vec<u8>, Fault> {
    let mut text = Vec::new();
    for at in 0..LONGEST {
        let from =
            memory.locate(lane, space::GENERIC, address.wrapping_add(at), (1, 1), Access::Read, (0, 0))?;
        // SAFETY: `locate` gave a pointer to one byte (Address 1).
        match unsafe { u8::load(from) } {
            0 => break,
            byte => text.push(byte),
        }
    }
    Ok(text)
}

fn assertion(memory: &mut Memory<'_>, lane: usize, arguments: &[u64; 5]) -> Fault {
    let mut read = |address| match text(memory, lane, address) {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(_) => "?".to_owned(),
    };
    let (condition, file, function) = (read(arguments[0]), read(arguments[1]), read(arguments[3]));
    let text = format!("{file}:{}: {function}: assertion `{condition}` failed", arguments[2] as u32);
    Fault::new(FaultKind::Assert, text)
}

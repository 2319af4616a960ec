//! Accesses of 128 bits at once.
//!
//! A 128-bit register is two columns of 64 bits side by side, the lower half first. The host has no atomics of that width
//! everywhere, so those accesses take turns: one never sees half of another.

use std::sync::{Mutex, PoisonError};

use super::lanes::{Body, Flow, Handler, Inst, LANES, Lanes, NONE, scalar_handler};
use super::memory::{Element, bits};
use super::program::COLUMN;
use super::{Access, Fault};

/// How far the upper half's column is from the lower one's.
pub(super) const HALF: u32 = 2 * COLUMN;

static TURN: Mutex<()> = Mutex::new(());

/// What is done with the sixteen bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quad {
    Load,
    Store,
    Exchange,
    Swap,
}

/// Both halves of a register in each lane.
unsafe fn halves(lanes: &Lanes<'_>, column: u32) -> [[u64; LANES]; 2] {
    if column == NONE {
        return [[0; LANES]; 2];
    }
    // SAFETY: the caller's column has another behind it (Operand 1).
    unsafe { [lanes.read::<u64>(column), lanes.read::<u64>(column + HALF)] }
}

struct Move<const KIND: u8>;

impl<const KIND: u8> Move<KIND> {
    const READS: bool = KIND != Quad::Store as u8;
    const WRITES: bool = KIND != Quad::Load as u8;

    fn one(
        lanes: &mut Lanes<'_>,
        inst: &Inst,
        lane: usize,
        address: u64,
        (given, wanted): ([u64; 2], [u64; 2]),
    ) -> Result<[u64; 2], Fault> {
        let access = match (Self::READS, Self::WRITES) {
            (true, false) => Access::Read,
            (false, _) => Access::Write,
            _ => Access::Atomic,
        };
        let space = (inst.c >> 16) as u8 & 0x3f;
        let at = lanes.memory.locate(lane, space, address, (16, 16), access, (inst.c, inst.site))?;
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: `locate` gave a pointer to 16 bytes (Address 1).
        let old = unsafe { [u64::load(at), u64::load(at.wrapping_add(8))] };
        let new = match KIND {
            k if k == Quad::Swap as u8 => (old == given).then_some(wanted),
            k if k == Quad::Load as u8 => None,
            _ => Some(given),
        };
        if let Some(new) = new {
            // SAFETY: as above.
            unsafe {
                u64::store(at, new[0]);
                u64::store(at.wrapping_add(8), new[1]);
            }
        }
        Ok(old)
    }
}

impl<const KIND: u8> Body for Move<KIND> {
    /// `dst` = the 16 bytes at `a`, which become `b`, or the register of `imm` if they were `b`; `c` has the state space.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address and the registers, which have two columns each.
        let (addresses, given, wanted) =
            unsafe { (lanes.read::<u64>(inst.a), halves(lanes, inst.b), halves(lanes, inst.imm as u32)) };
        let mut old = [[0; LANES]; 2];
        for lane in bits(lanes.mask) {
            let of = |it: &[[u64; LANES]; 2]| [it[0][lane], it[1][lane]];
            match Self::one(lanes, inst, lane, addresses[lane], (of(&given), of(&wanted))) {
                Ok(found) => (old[0][lane], old[1][lane]) = (found[0], found[1]),
                Err(fault) => {
                    lanes.memory.fault = Some((lane, Box::new(fault)));
                    return Flow::Fault;
                }
            }
        }
        if Self::READS && inst.dst != NONE {
            // SAFETY: as above.
            unsafe {
                lanes.write(inst.dst, &old[0]);
                lanes.write(inst.dst + HALF, &old[1]);
            }
        }
        Flow::Next
    }
}

/// An access of 128 bits.
pub(super) fn access(kind: Quad) -> Handler {
    match kind {
        Quad::Load => scalar_handler::<Move<{ Quad::Load as u8 }>>(),
        Quad::Store => scalar_handler::<Move<{ Quad::Store as u8 }>>(),
        Quad::Exchange => scalar_handler::<Move<{ Quad::Exchange as u8 }>>(),
        Quad::Swap => scalar_handler::<Move<{ Quad::Swap as u8 }>>(),
    }
}

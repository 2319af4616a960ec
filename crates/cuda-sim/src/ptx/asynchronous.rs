//! Barriers in shared memory (`mbarrier`), and bulk copies that complete on them.
//!
//! The manual leaves the layout of a barrier open; here its 64 bits are, from the lowest: the expected arrivals (20), those
//! pending in this phase (20), the bytes of copies outstanding (21, signed), and at the top the phase. Copies are done at
//! once, so that what remains of them is what they tell their barrier.

use super::lanes::{Body, Flow, Handler, Inst, LANES, Lanes, NONE, scalar_handler};
use super::memory::{Element, Memory, RANK_BIT, bits};
use super::program::COLUMN;
use super::reduction::Reduction;
use super::{Access, Fault, FaultKind};

/// What an instruction does to a barrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Step {
    Init,
    Invalidate,
    Arrive,
    /// Arrives, and does not take part in later phases.
    Drop,
    Expect,
    ArriveExpecting,
    DropExpecting,
    Complete,
    /// `cp.async.mbarrier.arrive` without `.noinc`: one more arrival is pending, and arrives when the copies are done.
    ArriveAfterCopies,
}

impl Step {
    const ALL: [Step; 9] = [
        Step::Init,
        Step::Invalidate,
        Step::Arrive,
        Step::Drop,
        Step::Expect,
        Step::ArriveExpecting,
        Step::DropExpecting,
        Step::Complete,
        Step::ArriveAfterCopies,
    ];
}

/// The most arrivals that a barrier can count, and the most bytes.
const MOST: u64 = (1 << 20) - 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Barrier {
    expected: u64,
    pending: u64,
    bytes: i64,
    phase: bool,
}

impl Barrier {
    fn unpack(word: u64) -> Self {
        Self {
            expected: word & MOST,
            pending: word >> 20 & MOST,
            bytes: (word << 3) as i64 >> 43,
            phase: word >> 63 != 0,
        }
    }

    fn pack(self) -> u64 {
        let bytes = self.bytes as u64 & ((1 << 21) - 1);
        self.expected | self.pending << 20 | bytes << 40 | u64::from(self.phase) << 63
    }

    /// Takes `count` arrivals, or says why not.
    fn arrive(&mut self, count: u64) -> Result<(), String> {
        if count == 0 || count > self.pending {
            return Err(format!("{count} arrivals at an mbarrier that waits for {}", self.pending));
        }
        self.pending -= count;
        Ok(())
    }

    fn expect(&mut self, bytes: i64) -> Result<(), String> {
        self.bytes += bytes;
        if self.bytes.unsigned_abs() > MOST {
            return Err(format!("an mbarrier with {} bytes outstanding, more than {MOST}", self.bytes));
        }
        Ok(())
    }

    fn step(&mut self, step: Step, count: u32) -> Result<(), String> {
        let number = u64::from(count);
        match step {
            Step::Init if number == 0 || number > MOST => {
                return Err(format!("an mbarrier for {number} arrivals, which is not 1 to {MOST}"));
            }
            Step::Init => {
                *self = Self { expected: number, pending: number, bytes: 0, phase: false };
                return Ok(());
            }
            Step::Invalidate => {
                *self = Self { expected: 0, pending: 0, bytes: 0, phase: false };
                return Ok(());
            }
            Step::Arrive => self.arrive(number)?,
            Step::Drop => {
                self.arrive(number)?;
                self.expected = self.expected.saturating_sub(number);
            }
            Step::Expect => return self.expect(i64::from(count)),
            Step::ArriveExpecting => {
                self.expect(i64::from(count))?;
                self.arrive(1)?;
            }
            Step::DropExpecting => {
                self.expect(i64::from(count))?;
                self.arrive(1)?;
                self.expected = self.expected.saturating_sub(1);
            }
            Step::Complete => self.expect(-i64::from(count))?,
            Step::ArriveAfterCopies => return Ok(()),
        }
        if self.pending == 0 && self.bytes == 0 {
            (self.pending, self.phase) = (self.expected, !self.phase);
        }
        Ok(())
    }
}

/// Takes a step of one lane's barrier; gives what the barrier was.
fn advance(
    memory: &mut Memory<'_>,
    lane: usize,
    (space, address): (u8, u64),
    step: Step,
    count: u32,
) -> Result<u64, Fault> {
    let at = memory.locate(lane, space, address, (8, 8), Access::Atomic, (0, 0))?;
    let mut refused = None;
    // SAFETY: `locate` gave a pointer to 8 bytes (Address 1).
    let before = unsafe {
        u64::update(at, |word| {
            let mut barrier = Barrier::unpack(word);
            refused = barrier.step(step, count).err();
            if refused.is_some() { word } else { barrier.pack() }
        })
    };
    match refused {
        None => Ok(before),
        Some(text) => Err(Fault::new(FaultKind::IllegalInstruction, text).at_address(address)),
    }
}

/// Tells a barrier in shared memory that some bytes have been copied.
pub(super) fn arrive_bytes(
    memory: &mut Memory<'_>,
    lane: usize,
    barrier: u64,
    bytes: u32,
) -> Result<(), Fault> {
    advance(memory, lane, (super::memory::space::SHARED, barrier), Step::Complete, bytes).map(|_| ())
}

/// Does something lane by lane that may fail.
pub(super) fn each_lane(
    lanes: &mut Lanes<'_>,
    mut act: impl FnMut(&mut Memory<'_>, usize) -> Result<(), Fault>,
) -> Flow {
    for lane in bits(lanes.mask) {
        if let Err(fault) = act(&mut lanes.memory, lane) {
            lanes.memory.fault = Some((lane, Box::new(fault)));
            return Flow::Fault;
        }
    }
    Flow::Next
}

struct Take;

impl Body for Take {
    /// `dst` = the state of the barrier at `a` before step `imm` with the count `b`; `c` is the state space.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        let (addresses, counts) = unsafe { (lanes.read::<u64>(inst.a), lanes.read::<u32>(inst.b)) };
        let step = Step::ALL[inst.imm as usize % Step::ALL.len()];
        let mut before = [0u64; super::lanes::LANES];
        let flow = each_lane(lanes, |memory, lane| {
            before[lane] = advance(memory, lane, (inst.c as u8, addresses[lane]), step, counts[lane])?;
            Ok(())
        });
        if inst.dst != NONE && flow == Flow::Next {
            // SAFETY: the caller keeps Operand 1 for the result.
            unsafe { lanes.write(inst.dst, &before) };
        }
        flow
    }
}

/// A step of a barrier.
pub(super) fn take() -> Handler {
    scalar_handler::<Take>()
}

struct Test<const PARITY: bool>;

impl<const PARITY: bool> Body for Test<PARITY> {
    /// The predicate `dst`: whether the phase of the barrier at `a` that `b` names has completed.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        let (addresses, named) = unsafe {
            let parity =
                if PARITY { lanes.read::<u32>(inst.b).map(|it| it & 1 != 0) } else { Default::default() };
            let states =
                if PARITY { parity } else { lanes.read::<u64>(inst.b).map(|it| Barrier::unpack(it).phase) };
            (lanes.read::<u64>(inst.a), states)
        };
        let mut complete = 0u32;
        let flow = each_lane(lanes, |memory, lane| {
            let at = memory.locate(lane, inst.c as u8, addresses[lane], (8, 8), Access::Read, (0, 0))?;
            // SAFETY: `locate` gave a pointer to 8 bytes (Address 1).
            let phase = Barrier::unpack(unsafe { u64::load(at) }).phase;
            complete |= u32::from(phase != named[lane]) << lane;
            Ok(())
        });
        if flow == Flow::Next {
            // SAFETY: the caller keeps Operand 1 for the result.
            unsafe { lanes.write_mask(inst.dst, complete) };
        }
        flow
    }
}

/// Whether a phase has completed, which a state names, or its parity.
pub(super) fn test(parity: bool) -> Handler {
    if parity { scalar_handler::<Test<true>>() } else { scalar_handler::<Test<false>>() }
}

/// The arrivals that a state says are pending.
pub(super) fn pending(state: u64) -> u32 {
    Barrier::unpack(state).pending as u32
}

/// What a bulk copy says besides its operands, in the upper half of its `imm`; the lower one is the column of the barrier to
/// tell, with the column of a mask behind it.
pub(super) mod manner {
    /// There is no barrier to tell.
    pub(in super::super) const SILENT: u64 = 1 << 40;
    /// The mask has the blocks of the cluster that get the bytes.
    pub(in super::super) const SPREAD: u64 = 1 << 41;
    /// The mask has the bytes of each sixteen that are copied.
    pub(in super::super) const MASKED: u64 = 1 << 42;
    /// From this bit on, the number of a reduction, or zero.
    pub(in super::super) const REDUCTION: u32 = 32;
}

/// Where an address of shared memory is in the block of that rank, or what it is if there is none.
pub(super) fn of_block(address: u64, rank: Option<usize>) -> u64 {
    match rank {
        Some(rank) => address & !(0xff << RANK_BIT) | (rank as u64 + 1) << RANK_BIT,
        None => address,
    }
}

struct Bulk;

impl Bulk {
    /// Copies or reduces `len` bytes.
    ///
    /// # Safety
    /// Both pointers keep Address 1 for so many bytes.
    unsafe fn bring(
        to: *mut u8,
        from: *mut u8,
        len: usize,
        bytes: Option<u32>,
        reduction: Option<Reduction>,
    ) {
        if let Some(it) = reduction {
            for at in (0..len).step_by(it.bytes() as usize) {
                // SAFETY: the caller's promise.
                unsafe { it.apply(to.wrapping_add(at), it.read(from.wrapping_add(at))) };
            }
            return;
        }
        match bytes {
            // SAFETY: the caller's promise.
            None => (0..len).step_by(8).for_each(|at| unsafe {
                u64::store(to.wrapping_add(at), u64::load(from.wrapping_add(at)));
            }),
            // SAFETY: the caller's promise.
            Some(mask) => (0..len).filter(|at| mask >> (at % 16) & 1 == 1).for_each(|at| unsafe {
                u8::store(to.wrapping_add(at), u8::load(from.wrapping_add(at)));
            }),
        }
    }
}

impl Body for Bulk {
    /// `[dst] = [a]`, `b` bytes; `c` has both state spaces, and `imm` what [`manner`] says.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let said = |bit: u64| inst.imm & bit != 0;
        let barrier = inst.imm as u32;
        let reduction = Reduction::unpack((inst.imm >> manner::REDUCTION) as u32 & 0xff);
        // SAFETY: the caller keeps Operand 1 for these columns, of which a barrier and a mask stand side by side.
        let (to, from, lengths, barriers, masks) = unsafe {
            let barriers = if said(manner::SILENT) { [0; LANES] } else { lanes.read::<u64>(barrier) };
            let masked = said(manner::SPREAD | manner::MASKED);
            let masks = if masked { lanes.read::<u32>(barrier + 2 * COLUMN) } else { [0; LANES] };
            (
                lanes.read::<u64>(inst.dst),
                lanes.read::<u64>(inst.a),
                lanes.read::<u32>(inst.b),
                barriers,
                masks,
            )
        };
        let [to_space, from_space, barrier_space, _] = inst.c.to_le_bytes();
        each_lane(lanes, |memory, lane| {
            let len = lengths[lane];
            if len % 16 != 0 {
                let text = format!("a bulk copy of {len} bytes, which is not a multiple of 16");
                return Err(Fault::new(FaultKind::IllegalInstruction, text));
            }
            let blocks: Vec<Option<usize>> = match said(manner::SPREAD) {
                true => bits(masks[lane] & 0xffff).map(Some).collect(),
                false => vec![None],
            };
            let bytes = said(manner::MASKED).then_some(masks[lane]);
            for block in blocks {
                if len > 0 {
                    let seen = (0, inst.site);
                    let writes = if reduction.is_some() { Access::Atomic } else { Access::Write };
                    let from = memory.locate(lane, from_space, from[lane], (len, 16), Access::Read, seen)?;
                    let to = of_block(to[lane], block);
                    let to = memory.locate(lane, to_space, to, (len, 16), writes, seen)?;
                    // SAFETY: `locate` gave pointers to `len` bytes each (Address 1).
                    unsafe { Self::bring(to, from, len as usize, bytes, reduction) };
                }
                if !said(manner::SILENT) {
                    let barrier = (barrier_space, of_block(barriers[lane], block));
                    advance(memory, lane, barrier, Step::Complete, len)?;
                }
            }
            Ok(())
        })
    }
}

/// A bulk copy, done at once.
pub(super) fn bulk() -> Handler {
    scalar_handler::<Bulk>()
}

struct Clear;

impl Body for Clear {
    /// The `b` bytes of shared memory at `a` become zero.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        let (to, lengths) = unsafe { (lanes.read::<u64>(inst.a), lanes.read::<u64>(inst.b)) };
        each_lane(lanes, |memory, lane| {
            let len = lengths[lane];
            if len % 8 != 0 || len > u64::from(u32::MAX) {
                let text = format!("st.bulk of {len} bytes, which is not a multiple of 8, or too many");
                return Err(Fault::new(FaultKind::IllegalInstruction, text));
            }
            if len > 0 {
                let seen = (0, inst.site);
                let to = memory.locate(lane, inst.c as u8, to[lane], (len as u32, 8), Access::Write, seen)?;
                for at in (0..len as usize).step_by(8) {
                    // SAFETY: `locate` gave a pointer to `len` bytes (Address 1).
                    unsafe { u64::store(to.wrapping_add(at), 0) };
                }
            }
            Ok(())
        })
    }
}

/// `st.bulk`, which only knows zeros.
pub(super) fn clear() -> Handler {
    scalar_handler::<Clear>()
}

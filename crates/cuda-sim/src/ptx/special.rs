//! Instructions that read what is not a register: clocks, and where local memory starts.

use super::Access;
use super::lanes::{ALL, Body, Flow, Handler, Inst, LANES, Lanes, scalar_handler};
use super::memory::{Element, bits, space};

struct LocalAddress;

impl Body for LocalAddress {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let address = lanes.memory.local_base.wrapping_add(inst.imm);
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &[address; LANES]) };
        Flow::Next
    }
}

/// `dst` = the local address of the running function's local byte `imm`.
pub(super) fn local_address() -> Handler {
    scalar_handler::<LocalAddress>()
}

struct Grow;

impl Body for Grow {
    /// `dst` = the stack's end, in the column `b`, brought to a multiple of `imm`; the end moves by `a` bytes from there.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        let (sizes, mut ends) = unsafe { (lanes.read::<u64>(inst.a), lanes.read::<u64>(inst.b)) };
        let mut starts = [0u64; LANES];
        let room = lanes.memory.local_bytes;
        for lane in bits(lanes.mask) {
            starts[lane] = ends[lane].wrapping_add(inst.imm - 1) & !(inst.imm - 1);
            ends[lane] = starts[lane].saturating_add(sizes[lane]).saturating_add(15) & !15;
            if ends[lane] > room {
                let text = format!(
                    "alloca of {} bytes needs more than the {room} bytes of the thread's stack",
                    sizes[lane]
                );
                let fault = super::Fault::new(super::FaultKind::StackOverflow, text);
                lanes.memory.fault = Some((lane, Box::new(fault)));
                return Flow::Fault;
            }
        }
        // SAFETY: as above; both are in the frame.
        unsafe {
            lanes.write(inst.b, &ends);
            lanes.write(inst.dst, &starts);
        }
        Flow::Next
    }
}

/// Takes memory from the stack.
pub(super) fn grow_stack() -> Handler {
    scalar_handler::<Grow>()
}

struct Spill;

impl Body for Spill {
    /// The operands are numbers: `b` bytes of `.param` memory from `a` on go to byte `imm` of the function's local memory.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let to = lanes.memory.local_base.wrapping_add(inst.imm);
        for lane in bits(lanes.mask) {
            let memory = &mut lanes.memory;
            let mut place = |space, at, access| memory.locate(lane, space, at, (inst.b, 1), access, (0, 0));
            let found = place(space::FRAME, inst.a.into(), Access::Read)
                .and_then(|from| Ok((from, place(space::LOCAL, to, Access::Write)?)));
            match found {
                // SAFETY: `locate` gave pointers to `b` bytes each (Address 1).
                Ok((from, to)) => (0..inst.b as usize).for_each(|k| unsafe {
                    u8::store(to.wrapping_add(k), u8::load(from.wrapping_add(k)));
                }),
                Err(fault) => {
                    lanes.memory.fault = Some((lane, Box::new(fault)));
                    return Flow::Fault;
                }
            }
        }
        Flow::Next
    }
}

/// Copies a parameter to local memory, where it has an address.
pub(super) fn spill() -> Handler {
    scalar_handler::<Spill>()
}

struct Clock;

impl Body for Clock {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // A clock that stands still would make programs that wait for it hang: every look moves it.
        lanes.memory.clock += 4;
        let now = lanes.memory.clock.wrapping_add(lanes.memory.started.elapsed().as_nanos() as u64);
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &[now; LANES]) };
        Flow::Next
    }
}

/// `dst` = a counter of cycles; a cycle is a nanosecond here.
pub(super) fn clock() -> Handler {
    scalar_handler::<Clock>()
}

struct GlobalTimer;

impl Body for GlobalTimer {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = since.map_or(0, |it| it.as_nanos() as u64);
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &[now; LANES]) };
        Flow::Next
    }
}

/// `dst` = nanoseconds of the world's time.
pub(super) fn global_timer() -> Handler {
    scalar_handler::<GlobalTimer>()
}

struct ActiveMask;

impl Body for ActiveMask {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &[lanes.mask; LANES]) };
        Flow::Next
    }
}

/// `dst` = the mask of the lanes that run this together.
pub(super) fn active_mask() -> Handler {
    scalar_handler::<ActiveMask>()
}

struct Trap;

impl Body for Trap {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let (kind, text) = if inst.imm == 0 {
            (super::FaultKind::Trap, "the thread executed trap")
        } else {
            (super::FaultKind::IllegalInstruction, "the thread executed brkpt, and no debugger is attached")
        };
        let lane = lanes.mask.trailing_zeros() as usize % LANES;
        lanes.memory.fault = Some((lane, Box::new(super::Fault::new(kind, text))));
        Flow::Fault
    }
}

/// Stops the kernel: a trap if `imm` is 0, else a breakpoint.
pub(super) fn trap() -> Handler {
    scalar_handler::<Trap>()
}

struct SpacePredicate<const START: u64, const END: u64>;

impl<const START: u64, const END: u64> Body for SpacePredicate<START, END> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address and the result.
        unsafe {
            let address = lanes.read::<u64>(inst.a);
            let inside = super::lanes::mask_of(|i| (START..END).contains(&address[i]));
            lanes.write_mask(inst.dst, inside & ALL);
        }
        Flow::Next
    }
}

/// The predicate `dst` = whether the generic address `a` is in a space's window.
pub(super) fn in_window<const START: u64, const END: u64>() -> Handler {
    scalar_handler::<SpacePredicate<START, END>>()
}

struct Lop3;

impl Body for Lop3 {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns.
        unsafe {
            let (a, b, c) = (lanes.read::<u32>(inst.a), lanes.read::<u32>(inst.b), lanes.read::<u32>(inst.c));
            let mut result = [0u32; LANES];
            for term in 0..8 {
                // Bit 2 of the term is a's, bit 1 b's, bit 0 c's; a term that the table lacks adds nothing.
                let keep = if inst.imm >> term & 1 == 1 { u32::MAX } else { 0 };
                let flip = |bit: u32| if term >> bit & 1 == 1 { 0 } else { u32::MAX };
                for i in 0..LANES {
                    result[i] |= (a[i] ^ flip(2)) & (b[i] ^ flip(1)) & (c[i] ^ flip(0)) & keep;
                }
            }
            lanes.write(inst.dst, &result);
        }
        Flow::Next
    }
}

/// `dst` = the function of three bits whose table is `imm`, of each bit of `a`, `b` and `c`.
pub(super) fn lop3() -> Handler {
    super::lanes::handler::<Lop3>()
}

struct Fence;

impl Body for Fence {
    #[inline(always)]
    unsafe fn run(_: &mut Lanes<'_>, _: &Inst) -> Flow {
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
        Flow::Next
    }
}

/// Orders the accesses before it against those after it.
pub(super) fn fence() -> Handler {
    scalar_handler::<Fence>()
}

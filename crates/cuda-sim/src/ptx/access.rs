//! The instructions that touch memory: loads, stores, atomic operations, asynchronous copies.
//!
//! An [`Inst`] of these has the address's register in `a` and what is added to it in `imm`; `c` holds the alignment that
//! the whole access needs, and for atomic operations the state space above it.

use std::marker::PhantomData;

use super::Access;
use super::lanes::{ALL, Body, Flow, Handler, Inst, LANES, Lane, Lanes, NONE, handler, mask_of};
use super::memory::{Element, Memory, Wanted, bits, space};

/// A stretch of memory at a fixed distance in each lane.
struct Window {
    base: u64,
    last: u64,
    host: *mut u8,
    stride: usize,
}

impl Memory<'_> {
    /// The stretch that an access most likely falls into.
    #[inline(always)]
    fn likely_window(&self, space: u8, site: u32, bytes: u32) -> Window {
        let bytes = u64::from(bytes);
        let (host, length, stride) = match space {
            space::SHARED => (self.shared, self.shared_bytes, 0),
            space::LOCAL => (self.local, self.local_bytes, self.local_bytes as usize),
            space::FRAME => (self.frame, self.frame_bytes, self.frame_bytes as usize),
            space::PARAM => (self.params.as_ptr().cast_mut().cast(), self.param_bytes, 0),
            _ => {
                let site = &self.sites[site as usize];
                return Window { base: site.base, last: site.last, host: site.host, stride: 0 };
            }
        };
        let host = if length < bytes { std::ptr::null_mut() } else { host };
        Window { base: 0, last: length.wrapping_sub(bytes), host, stride }
    }
}

/// The pointers of the active lanes; `None` after a fault.
///
/// # Safety
/// `inst` keeps Operand 1 for an address of `A` in `a`.
#[inline(always)]
unsafe fn pointers<A: Lane>(
    lanes: &mut Lanes<'_>,
    inst: &Inst,
    space: u8,
    bytes: u32,
    access: Access,
) -> Option<[*mut u8; LANES]> {
    let align = inst.c & 0xffff;
    // SAFETY: the caller keeps Operand 1.
    let column = unsafe { lanes.read::<A>(inst.a) };
    let mut addresses = [0u64; LANES];
    for i in 0..LANES {
        addresses[i] = A::narrow(column[i].wide().wrapping_add(inst.imm)).wide();
    }
    let window = lanes.memory.likely_window(space, inst.site, bytes);
    let unfit = u64::from(align - 1);
    let bad =
        mask_of(|i| (addresses[i].wrapping_sub(window.base) > window.last) | (addresses[i] & unfit != 0));
    if (bad & lanes.mask) != 0 || window.host.is_null() {
        let wanted = Wanted { space, bytes, align, access, site: inst.site };
        return lanes.memory.locate_all(lanes.mask, &addresses, &wanted);
    }
    let mut pointers = [window.host; LANES];
    for i in 0..LANES {
        let offset = addresses[i].wrapping_sub(window.base) as usize + i * window.stride;
        pointers[i] = window.host.wrapping_add(offset);
    }
    Some(pointers)
}

struct Load<E, R, A, const SPACE: u8, const SIGNED: bool>(PhantomData<(E, R, A)>);

impl<E: Element, R: Lane, A: Lane, const SPACE: u8, const SIGNED: bool> Body
    for Load<E, R, A, SPACE, SIGNED>
{
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address.
        let Some(pointers) = (unsafe { pointers::<A>(lanes, inst, SPACE, E::BYTES, Access::Read) }) else {
            return Flow::Fault;
        };
        let mut values = [R::default(); LANES];
        let mut read = |i: usize| {
            // SAFETY: `pointers` gave the pointer of an active lane (Address 1).
            let value = unsafe { E::load(pointers[i]) }.to_bits();
            let spare = 64 - 8 * E::BYTES;
            let extended = if SIGNED { ((value << spare) as i64 >> spare) as u64 } else { value };
            values[i] = R::narrow(extended);
        };
        if lanes.mask == ALL {
            (0..LANES).for_each(&mut read);
        } else {
            bits(lanes.mask).for_each(&mut read);
        }
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &values) };
        Flow::Next
    }
}

struct Store<E, R, A, const SPACE: u8>(PhantomData<(E, R, A)>);

impl<E: Element, R: Lane, A: Lane, const SPACE: u8> Body for Store<E, R, A, SPACE> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address and the value.
        let (pointers, values) = unsafe {
            let values = lanes.read::<R>(inst.b);
            (pointers::<A>(lanes, inst, SPACE, E::BYTES, Access::Write), values)
        };
        let Some(pointers) = pointers else { return Flow::Fault };
        // SAFETY: `pointers` gave the pointer of an active lane (Address 1).
        let write = |i: usize| unsafe { E::store(pointers[i], E::from_bits(values[i].wide())) };
        if lanes.mask == ALL {
            (0..LANES).for_each(write);
        } else {
            bits(lanes.mask).for_each(write);
        }
        Flow::Next
    }
}

/// What an element becomes in a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    U8,
    S8,
    U16,
    S16,
    B32,
    B64,
}

fn load_from<A: Lane, const SPACE: u8>(width: Width) -> Handler {
    match width {
        Width::U8 => handler::<Load<u8, u32, A, SPACE, false>>(),
        Width::S8 => handler::<Load<u8, u32, A, SPACE, true>>(),
        Width::U16 => handler::<Load<u16, u32, A, SPACE, false>>(),
        Width::S16 => handler::<Load<u16, u32, A, SPACE, true>>(),
        Width::B32 => handler::<Load<u32, u32, A, SPACE, false>>(),
        Width::B64 => handler::<Load<u64, u64, A, SPACE, false>>(),
    }
}

fn store_to<A: Lane, const SPACE: u8>(width: Width) -> Handler {
    match width {
        Width::U8 | Width::S8 => handler::<Store<u8, u32, A, SPACE>>(),
        Width::U16 | Width::S16 => handler::<Store<u16, u32, A, SPACE>>(),
        Width::B32 => handler::<Store<u32, u32, A, SPACE>>(),
        Width::B64 => handler::<Store<u64, u64, A, SPACE>>(),
    }
}

/// `dst = [a + imm]`: 8 and 16 bits widen to 32. Short addresses are for shared and local memory alone.
pub(super) fn load(space: u8, width: Width, short_address: bool) -> Handler {
    match (space, short_address) {
        (space::SHARED, false) => load_from::<u64, { space::SHARED }>(width),
        (space::SHARED, true) => load_from::<u32, { space::SHARED }>(width),
        (space::LOCAL, false) => load_from::<u64, { space::LOCAL }>(width),
        (space::LOCAL, true) => load_from::<u32, { space::LOCAL }>(width),
        (space::PARAM, _) => load_from::<u64, { space::PARAM }>(width),
        (space::FRAME, _) => load_from::<u64, { space::FRAME }>(width),
        (space::GENERIC, _) => load_from::<u64, { space::GENERIC }>(width),
        (space::CONST, _) => load_from::<u64, { space::CONST }>(width),
        _ => load_from::<u64, { space::GLOBAL }>(width),
    }
}

/// `[a + imm] = b`.
pub(super) fn store(space: u8, width: Width, short_address: bool) -> Handler {
    match (space, short_address) {
        (space::SHARED, false) => store_to::<u64, { space::SHARED }>(width),
        (space::SHARED, true) => store_to::<u32, { space::SHARED }>(width),
        (space::LOCAL, false) => store_to::<u64, { space::LOCAL }>(width),
        (space::LOCAL, true) => store_to::<u32, { space::LOCAL }>(width),
        (space::FRAME, _) => store_to::<u64, { space::FRAME }>(width),
        (space::GENERIC, _) => store_to::<u64, { space::GENERIC }>(width),
        _ => store_to::<u64, { space::GLOBAL }>(width),
    }
}

/// The `c` of an atomic operation or copy.
pub(super) fn space_and_align(space: u8, align: u32) -> u32 {
    u32::from(space) << 16 | align
}

struct Atomic<E, R, F>(PhantomData<(E, R, F)>);

impl<E: Element, R: Lane, F: Fn(E, E, E) -> E + Copy> Body for Atomic<E, R, F> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let space = (inst.c >> 16) as u8;
        // The operands stand in two columns behind each other in the frame; `b` is the first.
        // SAFETY: the caller keeps Operand 1 for the address and the values.
        let (pointers, b, c) = unsafe {
            let b = lanes.read::<R>(inst.b);
            let c = lanes.read::<R>(third_operand(inst));
            let address = Inst { imm: 0, ..*inst };
            (pointers::<u64>(lanes, &address, space, E::BYTES, Access::Atomic), b, c)
        };
        let Some(pointers) = pointers else { return Flow::Fault };
        let operation = super::lanes::closure::<F>();
        let mut old = [R::default(); LANES];
        for i in bits(lanes.mask) {
            let (b, c) = (E::from_bits(b[i].wide()), E::from_bits(c[i].wide()));
            // SAFETY: `pointers` gave the pointer of an active lane (Address 1).
            let before = unsafe { E::update(pointers[i], |it| operation(it, b, c)) };
            old[i] = R::narrow(before.to_bits());
        }
        if inst.dst != NONE {
            // SAFETY: the caller keeps Operand 1 for the result.
            unsafe { lanes.write(inst.dst, &old) };
        }
        Flow::Next
    }
}

/// An atomic operation has four operands: its `imm` is not an offset but the fourth.
fn third_operand(inst: &Inst) -> u32 {
    inst.imm as u32
}

/// `dst = [a]; [a] = f([a], b, imm's operand)` in one step, one lane after the other.
pub(super) fn atomic<E: Element, R: Lane, F: Fn(E, E, E) -> E + Copy>(_: F) -> Handler {
    super::lanes::scalar_handler::<Atomic<E, R, F>>()
}

struct Copy16;

impl Body for Copy16 {
    /// `[dst] = [a]`, `imm` bytes, of which the first `b` are read and the others zero.
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let bytes = inst.imm as u32;
        // SAFETY: the caller keeps Operand 1 for the three columns.
        let (to, from, wanted) =
            unsafe { (lanes.read::<u64>(inst.dst), lanes.read::<u64>(inst.a), lanes.read::<u32>(inst.b)) };
        for i in bits(lanes.mask) {
            match copy_one(&mut lanes.memory, i, (to[i], from[i]), bytes, wanted[i]) {
                Ok(()) => {}
                Err(fault) => {
                    lanes.memory.fault = Some((i, Box::new(fault)));
                    return Flow::Fault;
                }
            }
        }
        Flow::Next
    }
}

fn copy_one(
    memory: &mut Memory<'_>,
    lane: usize,
    (to, from): (u64, u64),
    bytes: u32,
    wanted: u32,
) -> Result<(), super::Fault> {
    let to = memory.locate(lane, space::SHARED, to, (bytes, bytes), Access::Write)?;
    let wanted = wanted.min(bytes);
    let mut data = [0u8; 16];
    if wanted > 0 {
        let from = memory.locate(lane, space::GLOBAL, from, (wanted, bytes), Access::Read)?;
        for (k, it) in data.iter_mut().enumerate().take(wanted as usize) {
            // SAFETY: `locate` gave a pointer to `wanted` bytes (Address 1).
            *it = unsafe { u8::load(from.wrapping_add(k)) };
        }
    }
    for (k, it) in data.iter().enumerate().take(bytes as usize) {
        // SAFETY: `locate` gave a pointer to `bytes` bytes (Address 1).
        unsafe { u8::store(to.wrapping_add(k), *it) };
    }
    Ok(())
}

/// An asynchronous copy from global to shared memory, which is done at once.
pub(super) fn copy() -> Handler {
    super::lanes::scalar_handler::<Copy16>()
}

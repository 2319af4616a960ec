//! The instructions that touch memory: loads, stores, atomic operations, asynchronous copies.
//!
//! An [`Inst`] of these has the address's register in `a` and what is added to it in `imm`; `c` holds the alignment that
//! the whole access needs, and for atomic operations the state space above it.

use std::marker::PhantomData;

use super::Access;
use super::lanes::{ALL, Body, Flow, Handler, Inst, LANES, Lane, Lanes, NONE, handler};
use super::memory::{Element, LONGEST, Memory, Wanted, bits, space};
use super::watch::{self, Seen, Watch};

/// A stretch of memory at a fixed distance in each lane.
struct Window {
    base: u64,
    last: u64,
    host: *mut u8,
    stride: usize,
    watch: *mut Watch,
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
                let (base, last, host, watch) = (site.base, site.last, site.host, site.watch);
                return Window { base, last, host, stride: 0, watch };
            }
        };
        let host = if length < bytes { std::ptr::null_mut() } else { host };
        let last = length.wrapping_sub(bytes).min(LONGEST);
        Window { base: 0, last, host, stride, watch: std::ptr::null_mut() }
    }
}

/// Where the active lanes' bytes are; of the others nothing is known.
struct Spots {
    host: *mut u8,
    /// From `host`, in bytes.
    offsets: [u32; LANES],
}

impl Spots {
    #[inline(always)]
    fn pointer(&self, lane: usize) -> *mut u8 {
        self.host.wrapping_add(self.offsets[lane] as usize)
    }
}

/// Lanes whose addresses are looked at together.
const GROUP: usize = 8;

/// The spots of the active lanes if they all lie in the likely window.
///
/// # Safety
/// `inst` keeps Operand 1 for an address of `A` in `a`.
#[inline(always)]
unsafe fn likely_spots<A: Lane>(
    lanes: &mut Lanes<'_>,
    inst: &Inst,
    (space, bytes): (u8, u32),
    access: Access,
) -> Option<Spots> {
    // SAFETY: the caller keeps Operand 1.
    let column = unsafe { lanes.read::<A>(inst.a) };
    let window = lanes.memory.likely_window(space, inst.site, bytes);
    let (mut offsets, mut beyond, mut low) = ([0u32; LANES], 0u64, 0u64);
    for i in 0..LANES {
        let address = A::narrow(column[i].wide().wrapping_add(inst.imm)).wide();
        let address = if lanes.mask & (1 << i) != 0 { address } else { window.base };
        let offset = address.wrapping_sub(window.base);
        // The top bit of either says that the offset is larger than the last one, which has 32 bits at most.
        beyond |= offset | window.last.wrapping_sub(offset);
        low |= address;
        offsets[i] = offset as u32;
    }
    let unfit = u64::from((inst.c & 0xffff) - 1);
    if beyond >> 63 != 0 || low & unfit != 0 || window.host.is_null() {
        return None;
    }
    if space == space::LOCAL || space == space::FRAME {
        for (i, it) in offsets.iter_mut().enumerate() {
            *it += (i * window.stride) as u32;
        }
    }
    if !window.watch.is_null() {
        let seen = Seen { bytes, access, strength: inst.c, site: inst.site };
        // SAFETY: the site's watch is that of its region, in which the offsets of the active lanes were just found to lie.
        unsafe { watch::note(window.watch, lanes.mask, &offsets, seen) };
    }
    Some(Spots { host: window.host, offsets })
}

/// Lanes of which a pattern is looked for.
const ROW: usize = 16;

/// Sixteen bytes of memory that others may write meanwhile, wherever they start.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Quad(QuadWord);

#[cfg(target_arch = "x86_64")]
type QuadWord = std::arch::x86_64::__m128i;
#[cfg(not(target_arch = "x86_64"))]
type QuadWord = [u64; 2];

/// Quads that a row of the widest elements takes.
const QUADS: usize = ROW * size_of::<u64>() / size_of::<Quad>();

/// Where [`ROW`] lanes' elements are: side by side, or all at one place.
#[derive(Clone, Copy)]
struct Span {
    host: *mut u8,
    /// From the start of the window.
    offset: u64,
    row: bool,
}

/// The two spans of a warp all of whose lanes are active, if it has them and they lie in the likely window. Most accesses of
/// most kernels are such, and cost a fraction of others.
///
/// # Safety
/// `inst` keeps Operand 1 for an address of `A` in `a`.
#[inline(always)]
unsafe fn spans<A: Lane>(
    lanes: &mut Lanes<'_>,
    inst: &Inst,
    (space, bytes): (u8, u32),
    access: Access,
) -> Option<[Span; LANES / ROW]> {
    if lanes.mask != ALL || inst.c & 0xffff != bytes || matches!(space, space::LOCAL | space::FRAME) {
        return None;
    }
    // SAFETY: the caller keeps Operand 1.
    let column = unsafe { lanes.read::<A>(inst.a) };
    let window = lanes.memory.likely_window(space, inst.site, bytes);
    if window.host.is_null() {
        return None;
    }
    let mut spans = [Span { host: window.host, offset: 0, row: false }; LANES / ROW];
    for (number, span) in spans.iter_mut().enumerate() {
        let lane = |k: usize| column[number * ROW + k].wide();
        // SAFETY: an element of the column that was just read. Apart and volatile, so that the compiler cannot see that the first
        // lane is like itself: it would leave that out, and make ragged vectors of the others.
        let start = unsafe { lanes.at(inst.a).cast::<A>().add(number * ROW).read_volatile() }.wide();
        let mut unlike = 0;
        for k in 0..ROW {
            unlike |= lane(k) ^ A::narrow(start.wrapping_add(k as u64 * u64::from(bytes))).wide();
        }
        span.row = unlike == 0;
        if !span.row {
            // Only reads: of lanes that write one place the last one wins.
            let differ = (0..ROW).fold(0, |differ, k| differ | (lane(k) ^ start));
            if differ != 0 || access != Access::Read {
                return None;
            }
        }
        let length = if span.row { (ROW as u64 - 1) * u64::from(bytes) } else { 0 };
        let address = A::narrow(start.wrapping_add(inst.imm)).wide();
        span.offset = address.wrapping_sub(window.base);
        let misaligned = address & u64::from(bytes - 1) != 0;
        if misaligned || span.offset > window.last || window.last - span.offset < length {
            return None;
        }
        span.host = window.host.wrapping_add(span.offset as usize);
    }
    if !window.watch.is_null() {
        let seen = Seen { bytes, access, strength: inst.c, site: inst.site };
        for span in &spans {
            let length = if span.row { ROW as u64 * u64::from(bytes) } else { u64::from(bytes) };
            // SAFETY: the site's watch is that of its region, in which the span was just found to lie.
            unsafe { watch::note_span(window.watch, span.offset, length, seen) };
        }
    }
    Some(spans)
}

/// The pointers of the active lanes, found one by one; `None` after a fault.
///
/// # Safety
/// `inst` keeps Operand 1 for an address of `A` in `a`.
#[cold]
#[inline(never)]
unsafe fn all_pointers<A: Lane>(
    lanes: &mut Lanes<'_>,
    inst: &Inst,
    (space, bytes): (u8, u32),
    access: Access,
) -> Option<[*mut u8; LANES]> {
    // SAFETY: the caller keeps Operand 1.
    let column = unsafe { lanes.read::<A>(inst.a) };
    let addresses = column.map(|it| A::narrow(it.wide().wrapping_add(inst.imm)).wide());
    let wanted = Wanted { space, bytes, align: inst.c & 0xffff, access, site: inst.site, strength: inst.c };
    lanes.memory.locate_all(lanes.mask, &addresses, &wanted)
}

struct Load<E, R, A, const SPACE: u8, const SIGNED: bool>(PhantomData<(E, R, A)>);

impl<E: Element, R: Lane, A: Lane, const SPACE: u8, const SIGNED: bool> Load<E, R, A, SPACE, SIGNED> {
    #[inline(always)]
    fn extend(value: E) -> R {
        let (bits, spare) = (value.to_bits(), 64 - 8 * E::BYTES);
        R::narrow(if SIGNED { (((bits << spare) as i64) >> spare) as u64 } else { bits })
    }

    /// Loads a span's elements.
    ///
    /// # Safety
    /// The span's bytes are live (Address 1).
    #[inline(always)]
    unsafe fn of_span(span: Span) -> [R; ROW] {
        if !span.row {
            // SAFETY: the caller keeps Address 1.
            return [Self::extend(unsafe { E::load(span.host) }); ROW];
        }
        let mut quads = [const { std::mem::MaybeUninit::<Quad>::uninit() }; QUADS];
        for (k, it) in quads.iter_mut().enumerate().take(ROW * E::BYTES as usize / size_of::<Quad>()) {
            // SAFETY: the row's bytes are live (Address 1). Volatile, because others may write them meanwhile.
            it.write(unsafe { span.host.cast::<Quad>().add(k).read_volatile() });
        }
        // SAFETY: as many bytes as the elements have were written; `E` takes any, and needs no more alignment than a quad word.
        let loaded = unsafe { quads.as_ptr().cast::<[E; ROW]>().read_unaligned() };
        loaded.map(Self::extend)
    }

    /// The way that always works.
    ///
    /// # Safety
    /// As for [`Body::run`].
    #[cold]
    #[inline(never)]
    unsafe fn slowly(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address.
        let found = unsafe { all_pointers::<A>(lanes, inst, (SPACE, E::BYTES), Access::Read) };
        let Some(pointers) = found else { return Flow::Fault };
        let mut values = [R::default(); LANES];
        for i in bits(lanes.mask) {
            // SAFETY: `all_pointers` gave the pointer of an active lane (Address 1).
            values[i] = Self::extend(unsafe { E::load(pointers[i]) });
        }
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &values) };
        Flow::Next
    }
}

impl<E: Element, R: Lane, A: Lane, const SPACE: u8, const SIGNED: bool> Body
    for Load<E, R, A, SPACE, SIGNED>
{
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address.
        if let Some([low, high]) = unsafe { spans::<A>(lanes, inst, (SPACE, E::BYTES), Access::Read) } {
            let mut values = [R::default(); LANES];
            // SAFETY: the spans' bytes are within the window (Address 1), and the caller keeps Operand 1 for the result.
            unsafe {
                values[..ROW].copy_from_slice(&Self::of_span(low));
                values[ROW..].copy_from_slice(&Self::of_span(high));
                lanes.write(inst.dst, &values);
            }
            return Flow::Next;
        }
        // SAFETY: the caller keeps Operand 1 for the address.
        let Some(spots) = (unsafe { likely_spots::<A>(lanes, inst, (SPACE, E::BYTES), Access::Read) }) else {
            // SAFETY: the caller keeps this function's duties, which are the same.
            return unsafe { Self::slowly(lanes, inst) };
        };
        let mut values = [R::default(); LANES];
        if lanes.mask == ALL {
            for group in 0..LANES / GROUP {
                let first = group * GROUP;
                let start = spots.offsets[first];
                let (mut row, mut same) = (0, 0);
                for k in 0..GROUP {
                    let distance = spots.offsets[first + k].wrapping_sub(start);
                    row |= distance.wrapping_sub(k as u32 * E::BYTES);
                    same |= distance;
                }
                if row == 0 {
                    // SAFETY: the group's first to last bytes are each within the window (Address 1). Volatile, because
                    // others may write them meanwhile.
                    let loaded = unsafe { spots.pointer(first).cast::<[E; GROUP]>().read_volatile() };
                    (0..GROUP).for_each(|k| values[first + k] = Self::extend(loaded[k]));
                } else if same == 0 {
                    // SAFETY: the lane's bytes are within the window (Address 1).
                    let loaded = Self::extend(unsafe { E::load(spots.pointer(first)) });
                    values[first..first + GROUP].fill(loaded);
                } else {
                    for (k, it) in values[first..first + GROUP].iter_mut().enumerate() {
                        // SAFETY: the lane's bytes are within the window (Address 1).
                        *it = Self::extend(unsafe { E::load(spots.pointer(first + k)) });
                    }
                }
            }
        } else {
            for i in bits(lanes.mask) {
                // SAFETY: the active lane's bytes are within the window (Address 1).
                values[i] = Self::extend(unsafe { E::load(spots.pointer(i)) });
            }
        }
        // SAFETY: the caller keeps Operand 1 for the result.
        unsafe { lanes.write(inst.dst, &values) };
        Flow::Next
    }
}

struct Store<E, R, A, const SPACE: u8>(PhantomData<(E, R, A)>);

impl<E: Element, R: Lane, A: Lane, const SPACE: u8> Store<E, R, A, SPACE> {
    /// Stores the elements of a row.
    ///
    /// # Safety
    /// The span's bytes are live (Address 1).
    #[inline(always)]
    unsafe fn to_row(span: Span, values: &[R]) {
        let mut elements = [E::from_bits(0); ROW];
        for (it, value) in elements.iter_mut().zip(values) {
            *it = E::from_bits(value.wide());
        }
        for k in 0..ROW * E::BYTES as usize / size_of::<Quad>() {
            // SAFETY: the elements have that many quads, and so does the row (Address 1). Volatile, because others may look at
            // them meanwhile.
            unsafe {
                let quad = elements.as_ptr().cast::<Quad>().add(k).read();
                span.host.cast::<Quad>().add(k).write_volatile(quad);
            }
        }
    }

    /// The way that always works.
    ///
    /// # Safety
    /// As for [`Body::run`].
    #[cold]
    #[inline(never)]
    unsafe fn slowly(lanes: &mut Lanes<'_>, inst: &Inst, values: &[R; LANES]) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address.
        let found = unsafe { all_pointers::<A>(lanes, inst, (SPACE, E::BYTES), Access::Write) };
        let Some(pointers) = found else { return Flow::Fault };
        for i in bits(lanes.mask) {
            // SAFETY: `all_pointers` gave the pointer of an active lane (Address 1).
            unsafe { E::store(pointers[i], E::from_bits(values[i].wide())) };
        }
        Flow::Next
    }
}

impl<E: Element, R: Lane, A: Lane, const SPACE: u8> Body for Store<E, R, A, SPACE> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for the address.
        if let Some([low, high]) = unsafe { spans::<A>(lanes, inst, (SPACE, E::BYTES), Access::Write) } {
            // SAFETY: the caller keeps Operand 1 for the value.
            let values = unsafe { lanes.read::<R>(inst.b) };
            // SAFETY: the spans' bytes are within the window (Address 1).
            unsafe {
                Self::to_row(low, &values[..ROW]);
                Self::to_row(high, &values[ROW..]);
            }
            return Flow::Next;
        }
        // SAFETY: the caller keeps Operand 1 for the address and the value.
        let (spots, values) = unsafe {
            let values = lanes.read::<R>(inst.b);
            (likely_spots::<A>(lanes, inst, (SPACE, E::BYTES), Access::Write), values)
        };
        let Some(spots) = spots else {
            // SAFETY: the caller keeps this function's duties, which are the same.
            return unsafe { Self::slowly(lanes, inst, &values) };
        };
        // SAFETY: the active lane's bytes are within the window (Address 1).
        let write = |i: usize| unsafe { E::store(spots.pointer(i), E::from_bits(values[i].wide())) };
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
        let address = Inst { imm: 0, ..*inst };
        // SAFETY: the caller keeps Operand 1 for the address and the values.
        let (spots, b, c) = unsafe {
            let (b, c) = (lanes.read::<R>(inst.b), lanes.read::<R>(fourth_operand(inst)));
            (likely_spots::<u64>(lanes, &address, (space, E::BYTES), Access::Atomic), b, c)
        };
        let mut pointers = [std::ptr::null_mut(); LANES];
        if let Some(spots) = spots {
            bits(lanes.mask).for_each(|i| pointers[i] = spots.pointer(i));
        } else {
            // SAFETY: the caller keeps Operand 1 for the address.
            let found = unsafe { all_pointers::<u64>(lanes, &address, (space, E::BYTES), Access::Atomic) };
            let Some(found) = found else { return Flow::Fault };
            pointers = found;
        }
        let operation = super::lanes::closure::<F>();
        let mut old = [R::default(); LANES];
        for i in bits(lanes.mask) {
            let (b, c) = (E::from_bits(b[i].wide()), E::from_bits(c[i].wide()));
            // SAFETY: this is the pointer of an active lane (Address 1).
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
fn fourth_operand(inst: &Inst) -> u32 {
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
            match copy_one(&mut lanes.memory, (i, inst.site), (to[i], from[i]), bytes, wanted[i]) {
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
    (lane, site): (usize, u32),
    (to, from): (u64, u64),
    bytes: u32,
    wanted: u32,
) -> Result<(), super::Fault> {
    let to = memory.locate(lane, space::SHARED, to, (bytes, bytes), Access::Write, (0, site))?;
    let wanted = wanted.min(bytes);
    let mut data = [0u8; 16];
    if wanted > 0 {
        let from = memory.locate(lane, space::GLOBAL, from, (wanted, bytes), Access::Read, (0, site))?;
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

//! A warp's 32 lanes in lockstep: columns of registers, and how an operation runs over them.
//!
//! A register is a *column*: 32 values of 32 or 64 bits side by side, so that one operation is a loop that the compiler
//! turns into vector instructions. A predicate is one 32-bit mask. An operation is a closure over one lane's values;
//! [`map2`] and its siblings make a [`Handler`] of it, compiled once for any processor and once for wide vectors.
//!
//! **Operand 1**: an operand of an [`Inst`] names a column that lies wholly in the memory behind its base, aligned to
//! its elements, and that is of the width with which the instruction's handler reads it. The decoder is the only one to
//! make instructions and keeps this; an instruction only runs with the bases of the function that it was decoded for.

use std::marker::PhantomData;

use super::memory::Memory;

/// Threads of a warp.
pub(super) const LANES: usize = 32;

/// A mask of all lanes.
pub(super) const ALL: u32 = u32::MAX;

/// No operand, or no guard.
pub(super) const NONE: u32 = u32::MAX;

/// Which memory an operand's offset counts in, in its two top bits.
pub(super) mod base {
    // The registers of the running function have 0 there.
    /// The module's constants, each a column of equal values.
    pub(in super::super) const CONSTANT: u32 = 1 << 30;
    /// What differs from warp to warp, like `%tid`.
    pub(in super::super) const WARP: u32 = 2 << 30;
    /// What is the same for the whole launch, like addresses of variables.
    pub(in super::super) const LAUNCH: u32 = 3 << 30;
}

/// What the warp does after an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Flow {
    /// Goes on with the next one.
    Next,
    /// Branches with the lanes in `mask`.
    Branch,
    /// Branches to one of a table of targets.
    Switch,
    Call,
    Return,
    Exit,
    /// Waits for lanes that took another way to here.
    Join,
    /// Waits at a barrier of the block.
    Barrier,
    /// Exchanges values with the other lanes of a mask, once all have come.
    Sync,
    /// Lets others run.
    Yield,
    /// Lets others run after a long time, at the target of a branch.
    Expired,
    /// Stops the kernel; [`Lanes::fault`] says why.
    Fault,
}

pub(super) type Handler = for<'a, 'b, 'c> unsafe fn(&'a mut Lanes<'b>, &'c Inst) -> Flow;

/// A decoded instruction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Inst {
    pub(super) run: Handler,
    pub(super) imm: u64,
    pub(super) dst: u32,
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) c: u32,
    /// The predicate's offset in the frame, [`GUARD_NOT`] added if it is negated; [`NONE`] if there is none.
    pub(super) guard: u32,
    /// A number of its own for each instruction that accesses device memory.
    pub(super) site: u32,
}

pub(super) const GUARD_NOT: u32 = 1 << 30;

/// What handlers see of the running warp.
pub(super) struct Lanes<'r> {
    /// The memory behind each of [`base`].
    pub(super) bases: [*mut u8; 4],
    /// The lanes that run the instruction.
    pub(super) mask: u32,
    /// The condition code's carry bit of each lane.
    pub(super) carry: u32,
    pub(super) memory: Memory<'r>,
}

/// What a lane's value in a column may be.
pub(super) trait Lane: Copy + Default {
    fn wide(self) -> u64;
    fn narrow(value: u64) -> Self;
}

impl Lane for u32 {
    #[inline(always)]
    fn wide(self) -> u64 {
        u64::from(self)
    }

    #[inline(always)]
    fn narrow(value: u64) -> Self {
        value as u32
    }
}

impl Lane for u64 {
    #[inline(always)]
    fn wide(self) -> u64 {
        self
    }

    #[inline(always)]
    fn narrow(value: u64) -> Self {
        value
    }
}

impl Lanes<'_> {
    /// Where an operand's column starts.
    #[inline(always)]
    pub(super) fn at(&self, operand: u32) -> *mut u8 {
        self.bases[(operand >> 30) as usize].wrapping_add((operand & (u32::MAX >> 2)) as usize)
    }

    /// Reads a column.
    ///
    /// # Safety
    /// `operand` keeps Operand 1 for columns of `T`.
    #[inline(always)]
    pub(super) unsafe fn read<T: Lane>(&self, operand: u32) -> [T; LANES] {
        // SAFETY: the column lies in live memory and is aligned (Operand 1); every bit pattern is a `T`.
        unsafe { self.at(operand).cast::<[T; LANES]>().read() }
    }

    /// Writes the lanes of `mask` into a column.
    ///
    /// # Safety
    /// `operand` keeps Operand 1 for columns of `T` and is in the frame.
    #[inline(always)]
    pub(super) unsafe fn write<T: Lane>(&mut self, operand: u32, values: &[T; LANES]) {
        let to = self.at(operand).cast::<[T; LANES]>();
        if self.mask == ALL {
            // SAFETY: the column lies in live memory that only this warp writes (Operand 1).
            unsafe { to.write(*values) };
            return;
        }
        // SAFETY: as above; nothing else refers to the column meanwhile.
        let to = unsafe { &mut *to };
        for i in 0..LANES {
            to[i] = if self.mask & (1 << i) != 0 { values[i] } else { to[i] };
        }
    }

    /// Reads a predicate, one bit a lane.
    ///
    /// # Safety
    /// `operand` keeps Operand 1 for a predicate.
    #[inline(always)]
    pub(super) unsafe fn read_mask(&self, operand: u32) -> u32 {
        // SAFETY: the mask lies in live memory and is aligned (Operand 1).
        unsafe { self.at(operand).cast::<u32>().read() }
    }

    /// Writes the lanes of `mask` into a predicate.
    ///
    /// # Safety
    /// `operand` keeps Operand 1 for a predicate and is in the frame.
    #[inline(always)]
    pub(super) unsafe fn write_mask(&mut self, operand: u32, values: u32) {
        let to = self.at(operand).cast::<u32>();
        // SAFETY: the mask lies in live memory that only this warp writes (Operand 1).
        unsafe { to.write((to.read() & !self.mask) | (values & self.mask)) };
    }
}

/// Gathers one condition a lane into a mask.
#[inline(always)]
pub(super) fn mask_of(condition: impl Fn(usize) -> bool) -> u32 {
    let mut bits = [0u32; LANES];
    for (i, it) in bits.iter_mut().enumerate() {
        *it = if condition(i) { 1 << i } else { 0 };
    }
    bits.iter().fold(0, |sum, it| sum | it)
}

/// What a handler does; the type carries all of it.
pub(super) trait Body {
    /// # Safety
    /// `inst` keeps Operand 1 for what this body reads and writes, and runs with its own function's bases.
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow;
}

unsafe fn plain<B: Body>(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
    // SAFETY: the caller keeps the body's duties.
    unsafe { B::run(lanes, inst) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma,bmi1,bmi2,f16c,lzcnt,popcnt")]
unsafe fn wide<B: Body>(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
    // SAFETY: the caller keeps the body's duties.
    unsafe { B::run(lanes, inst) }
}

#[cfg(target_arch = "x86_64")]
fn has_wide() -> bool {
    macro_rules! all {
        ($($name:tt)*) => { $(std::is_x86_feature_detected!($name))&&* };
    }
    all!("avx2" "fma" "bmi1" "bmi2" "f16c" "lzcnt" "popcnt")
}

/// The handler of a body that suits this processor.
pub(super) fn handler<B: Body>() -> Handler {
    #[cfg(target_arch = "x86_64")]
    if has_wide() {
        // The processor has the features that `wide` enables, which is all that calling it asks for beyond `plain`.
        return wide::<B>;
    }
    plain::<B>
}

/// The handler of a body that goes lane by lane and gains nothing from vectors.
pub(super) fn scalar_handler<B: Body>() -> Handler {
    plain::<B>
}

/// A closure that captures nothing, out of its type alone.
#[inline(always)]
pub(super) fn closure<F: Copy>() -> F {
    const { assert!(size_of::<F>() == 0, "operations are closures that capture nothing") };
    // SAFETY: `F` has no bytes to read, and it is `Copy`, so another value of it may exist beside the one that `map1`
    // and its siblings were given.
    unsafe { std::ptr::NonNull::<F>::dangling().as_ptr().read() }
}

macro_rules! maps {
    ($($(#[$doc:meta])* $name:ident, $body:ident, ($($arg:ident: $type:ident = $field:ident),*);)*) => {$(
        #[derive(Clone, Copy)]
        struct $body<$($type,)* R, F>(PhantomData<($($type,)* R, F)>);

        impl<$($type: Lane,)* R: Lane, F: Fn($($type),*) -> R + Copy> Body for $body<$($type,)* R, F> {
            #[inline(always)]
            unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
                let operation = closure::<F>();
                // SAFETY: the caller keeps Operand 1 for these columns.
                unsafe {
                    $(let $arg = lanes.read::<$type>(inst.$field);)*
                    let mut result = [R::default(); LANES];
                    for i in 0..LANES {
                        result[i] = operation($($arg[i]),*);
                    }
                    lanes.write(inst.dst, &result);
                }
                Flow::Next
            }
        }

        $(#[$doc])*
        pub(super) fn $name<$($type: Lane,)* R: Lane, F: Fn($($type),*) -> R + Copy>(_: F) -> Handler {
            handler::<$body<$($type,)* R, F>>()
        }
    )*};
}

maps! {
    /// `dst = f(a)` in each lane.
    map1, Map1, (a: A = a);
    /// `dst = f(a, b)` in each lane.
    map2, Map2, (a: A = a, b: B = b);
    /// `dst = f(a, b, c)` in each lane.
    map3, Map3, (a: A = a, b: B = b, c: C = c);
}

struct Compare<A, F>(PhantomData<(A, F)>);

impl<A: Lane, F: Fn(A, A) -> bool + Copy> Body for Compare<A, F> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let operation = closure::<F>();
        // SAFETY: the caller keeps Operand 1 for these columns.
        unsafe {
            let (a, b) = (lanes.read::<A>(inst.a), lanes.read::<A>(inst.b));
            let result = mask_of(|i| operation(a[i], b[i]));
            lanes.write_mask(inst.dst, result);
        }
        Flow::Next
    }
}

/// The predicate `dst = f(a, b)` in each lane.
pub(super) fn compare<A: Lane, F: Fn(A, A) -> bool + Copy>(_: F) -> Handler {
    handler::<Compare<A, F>>()
}

struct Masks<F>(PhantomData<F>);

impl<F: Fn(u32, u32, u32) -> u32 + Copy> Body for Masks<F> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these predicates.
        unsafe {
            let (a, b, c) = (lanes.read_mask(inst.a), lanes.read_mask(inst.b), lanes.read_mask(inst.c));
            let result = closure::<F>()(a, b, c);
            lanes.write_mask(inst.dst, result);
        }
        Flow::Next
    }
}

/// The predicate `dst = f(a, b, c)`, all lanes' bits at once; unused operands repeat one that is used.
pub(super) fn masks<F: Fn(u32, u32, u32) -> u32 + Copy>(_: F) -> Handler {
    handler::<Masks<F>>()
}

struct Select<T>(PhantomData<T>);

impl<T: Lane> Body for Select<T> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        // SAFETY: the caller keeps Operand 1 for these columns and the predicate.
        unsafe {
            let (a, b) = (lanes.read::<T>(inst.a), lanes.read::<T>(inst.b));
            let chosen = lanes.read_mask(inst.c);
            let mut result = b;
            for i in 0..LANES {
                result[i] = if chosen & (1 << i) != 0 { a[i] } else { b[i] };
            }
            lanes.write(inst.dst, &result);
        }
        Flow::Next
    }
}

/// `dst = c ? a : b` with the predicate `c`.
pub(super) fn select<T: Lane>() -> Handler {
    handler::<Select<T>>()
}

struct Carry<T, F>(PhantomData<(T, F)>);

impl<T: Lane, F: Fn(T, T, T, bool) -> (T, bool) + Copy> Body for Carry<T, F> {
    #[inline(always)]
    unsafe fn run(lanes: &mut Lanes<'_>, inst: &Inst) -> Flow {
        let operation = closure::<F>();
        // SAFETY: the caller keeps Operand 1 for these columns.
        unsafe {
            let (a, b, c) = (lanes.read::<T>(inst.a), lanes.read::<T>(inst.b), lanes.read::<T>(inst.c));
            let (mut result, mut carry) = ([T::default(); LANES], 0);
            for i in 0..LANES {
                let (value, out) = operation(a[i], b[i], c[i], lanes.carry & (1 << i) != 0);
                result[i] = value;
                carry |= u32::from(out) << i;
            }
            lanes.write(inst.dst, &result);
            // `imm` says whether the instruction writes the condition code (`.cc`).
            if inst.imm != 0 {
                lanes.carry = (lanes.carry & !lanes.mask) | (carry & lanes.mask);
            }
        }
        Flow::Next
    }
}

/// `(dst, carry) = f(a, b, c, carry)`; the carry is kept if `imm` is not 0.
pub(super) fn carry<T: Lane, F: Fn(T, T, T, bool) -> (T, bool) + Copy>(_: F) -> Handler {
    handler::<Carry<T, F>>()
}

macro_rules! flows {
    ($($name:ident, $body:ident, $flow:ident;)*) => {$(
        struct $body;

        impl Body for $body {
            #[inline(always)]
            unsafe fn run(_: &mut Lanes<'_>, _: &Inst) -> Flow {
                Flow::$flow
            }
        }

        pub(super) fn $name() -> Handler {
            plain::<$body>
        }
    )*};
}

flows! {
    nothing, Nothing, Next;
    branch, Branch, Branch;
    switch, Switch, Switch;
    call, Call, Call;
    give_back, Return, Return;
    exit, Exit, Exit;
    join, Join, Join;
    barrier, BarrierWait, Barrier;
    sync, Sync, Sync;
    give_way, Yield, Yield;
}

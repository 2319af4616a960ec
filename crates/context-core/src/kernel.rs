//! Kernels: written once as a signature, with one body for each kind of device.
//!
//! [`kernel!`](crate::kernel!) declares a kernel as a function. `&[T]` and `&mut [T]` in its signature are buffers or views of
//! the context's device when it is called, slices in the CPU body, and a pointer followed by a `size_t` length in the CUDA one.
//! From `&` and `&mut` it is known what the kernel reads and writes, and the order of operations follows.

#![allow(unsafe_code)]

mod arguments;
mod declare;

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

pub use arguments::{
    MOST_PARAMETERS, ParameterLayout, ParameterPlaces, Parameters, RawArgument, RawArguments, RawSlice,
    RawSliceMut, RawValue,
};

use crate::{Backend, Context, Error, IntoView, IntoViewMut, Result, View, ViewMut, pool::Memory};

/// The CUDA half of a kernel.
#[derive(Clone, Copy, Debug)]
pub struct CudaSource {
    /// PTX, or CUDA C++ if the file's name ends in `.cu`.
    pub text: &'static str,
    /// The file that it was read from.
    pub file: &'static str,
}

impl CudaSource {
    /// Tells whether it is CUDA C++, which is compiled when it is first used.
    pub fn is_cuda(&self) -> bool {
        self.file.ends_with(".cu")
    }
}

/// How many threads a kernel is started with, at the least; the grid is rounded up to whole blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Threads {
    /// Along x, y and z.
    pub count: [usize; 3],
}

impl From<usize> for Threads {
    fn from(x: usize) -> Threads {
        Threads { count: [x, 1, 1] }
    }
}

impl From<(usize, usize)> for Threads {
    fn from((x, y): (usize, usize)) -> Threads {
        Threads { count: [x, y, 1] }
    }
}

impl From<(usize, usize, usize)> for Threads {
    fn from((x, y, z): (usize, usize, usize)) -> Threads {
        Threads { count: [x, y, z] }
    }
}

/// What a kernel is, apart from the arguments of one call. Made by [`kernel!`](crate::kernel!).
///
/// # Safety
/// - `Raw` has one [`RawArgument`] of this module a parameter, as the declaration writes them: [`RawValue`], [`RawSlice`] or [`RawSliceMut`].
/// - Given such arguments that satisfy the declaration's requirements, the CUDA body touches nothing but its slices within their lengths, and
///   writes only those that are [`RawSliceMut`].
pub unsafe trait KernelCode: 'static {
    /// The kernel's name, which is also its entry point's in the PTX.
    const NAME: &'static str;
    /// Threads in a block, along x, y and z.
    const BLOCK: [u32; 3];
    /// Whether there is a CPU body.
    const HAS_CPU: bool;
    /// The CUDA body, if there is one.
    const CUDA: Option<CudaSource>;
    /// What the compiler says when a program that runs this kernel on the CPU is built, and there is no CPU body.
    const NO_CPU: &'static str;
    /// What the compiler says when a program that runs this kernel on CUDA is built, and there is no CUDA body.
    const NO_CUDA: &'static str;
    /// The arguments as they travel to a device.
    type Raw: RawArguments;

    /// Returns the place that belongs to this kernel alone in tables of kernels.
    fn slot() -> &'static KernelSlot;

    /// The CPU body. Never called where `HAS_CPU` is false.
    fn cpu(arguments: <Self::Raw as RawArguments>::Slices<'_>);
}

/// A number that stands for one kernel in the process, so that what a device knows of it is found without hashing.
#[derive(Debug)]
pub struct KernelSlot(AtomicUsize);

impl KernelSlot {
    /// Makes the slot of one kernel, without a number.
    #[allow(clippy::new_without_default, reason = "each is a static of one kernel")]
    pub const fn new() -> KernelSlot {
        KernelSlot(AtomicUsize::new(0))
    }

    /// Returns the number, or 0 while none is assigned.
    #[inline]
    pub fn number(&self) -> usize {
        self.0.load(Relaxed)
    }

    /// Returns the number, from 1, dense over the kernels that have one; it is chosen when it is first asked for.
    #[cold]
    pub fn assign(&self) -> usize {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        match self.number() {
            0 => {
                let fresh = NEXT.fetch_add(1, Relaxed);
                // Two threads may get here at once: the first number is kept, and the other never used.
                self.0.compare_exchange(0, fresh, Relaxed, Relaxed).err().unwrap_or(fresh)
            }
            number => number,
        }
    }
}

/// One buffer of an operation: which memory, and whether it is written.
pub struct Operand<'a, B: Backend> {
    /// For messages.
    pub(crate) name: &'static str,
    pub(crate) memory: &'a Memory<B>,
    pub(crate) writes: bool,
}

impl<B: Backend> Clone for Operand<'_, B> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<B: Backend> Copy for Operand<'_, B> {}

impl<'a, B: Backend> Operand<'a, B> {
    /// Says that the operation reads `view`, which messages call `name`.
    #[inline]
    pub fn reads<T, C: Context<Backend = B>>(name: &'static str, view: &View<'a, T, C>) -> Operand<'a, B> {
        Operand::read(name, view.memory)
    }

    /// Says that the operation writes `view`, which messages call `name`. It may read it too.
    #[inline]
    pub fn writes<'v, T, C: Context<Backend = B>>(
        name: &'static str,
        view: &'v ViewMut<'a, T, C>,
    ) -> Operand<'v, B> {
        Operand::write(name, view.memory)
    }

    #[inline]
    pub(crate) fn read(name: &'static str, memory: &'a Memory<B>) -> Operand<'a, B> {
        Operand { name, memory, writes: false }
    }

    #[inline]
    pub(crate) fn write(name: &'static str, memory: &'a Memory<B>) -> Operand<'a, B> {
        Operand { name, memory, writes: true }
    }
}

impl<B: Backend> fmt::Debug for Operand<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.writes { "writes" } else { "reads" }, self.name)
    }
}

/// A kernel with its `N` arguments, ready for [`Context::run`].
#[must_use = "a call does nothing until a context runs it"]
pub struct Call<'a, C: Context, K: KernelCode, const N: usize> {
    /// One an argument; a plain value has none.
    pub(crate) operands: [Option<Operand<'a, C::Backend>>; N],
    /// How many threads, or which requirement is broken; behind a pointer, so that the usual call is small.
    pub(crate) threads: Result<Threads, Box<Error>>,
    pub(crate) raw: K::Raw,
}

impl<C: Context, K: KernelCode, const N: usize> fmt::Debug for Call<'_, C, K, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({}, {:?})", K::NAME, self.threads)
    }
}

/// Checks a call's requirements. Used by the expansion of [`kernel!`](crate::kernel!) only.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Requirements {
    broken: Option<&'static str>,
}

#[doc(hidden)]
impl Requirements {
    /// Looks at a condition, unless one before it is broken: a condition may rely on those before it.
    #[inline]
    pub fn require(&mut self, holds: impl FnOnce() -> bool, condition: &'static str) {
        if self.broken.is_none() && !holds() {
            self.broken = Some(condition);
        }
    }

    /// Threads are counted only if every requirement holds; sizes are collected only for the message if one does not.
    ///
    /// # Safety
    /// - `raw` was made of the views that `operands` names, one an argument, of which those that it writes are borrowed exclusively for `'a`.
    #[inline]
    pub unsafe fn finish<'a, C: Context, K: KernelCode, const N: usize>(
        self,
        threads: impl FnOnce() -> Threads,
        sizes: impl FnOnce() -> Vec<(&'static str, usize)>,
        operands: [Option<Operand<'a, C::Backend>>; N],
        raw: K::Raw,
    ) -> Call<'a, C, K, N> {
        let threads = match self.broken {
            None => Ok(threads()),
            Some(requirement) => Err(broken_requirement(K::NAME, requirement, &sizes())),
        };
        Call { operands, threads, raw }
    }
}

#[cold]
#[inline(never)]
fn broken_requirement(
    kernel: &'static str,
    requirement: &'static str,
    sizes: &[(&'static str, usize)],
) -> Box<Error> {
    let sizes: Vec<String> = sizes.iter().map(|(name, len)| format!("`{name}` has {len} elements")).collect();
    Box::new(Error::Requirement { kernel, requirement, sizes: sizes.join(", ") })
}

/// Names an argument that is read; for the expansion of [`kernel!`](crate::kernel!).
#[doc(hidden)]
#[inline]
pub fn read_operand<'a, T, C: Context>(
    name: &'static str,
    view: &View<'a, T, C>,
) -> Option<Operand<'a, C::Backend>> {
    Some(Operand::read(name, view.memory))
}

/// Names an argument that is written; for the expansion of [`kernel!`](crate::kernel!).
#[doc(hidden)]
#[inline]
pub fn write_operand<'a, T, C: Context>(
    name: &'static str,
    view: &ViewMut<'a, T, C>,
) -> Option<Operand<'a, C::Backend>> {
    Some(Operand::write(name, view.memory))
}

/// Borrows an argument for reading; for the expansion of [`kernel!`](crate::kernel!).
#[doc(hidden)]
#[inline]
pub fn read_argument<'a, T, C: Context>(argument: impl IntoView<'a, T, C>) -> View<'a, T, C> {
    argument.into_view()
}

/// Borrows an argument for writing; for the expansion of [`kernel!`](crate::kernel!).
#[doc(hidden)]
#[inline]
pub fn write_argument<'a, T, C: Context>(argument: impl IntoViewMut<'a, T, C>) -> ViewMut<'a, T, C> {
    argument.into_view_mut()
}

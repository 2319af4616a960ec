//! Kernels: written once as a signature, with one body for each kind of device.
//!
//! [`kernel!`](crate::kernel!) declares a kernel as a function. `&[T]` and `&mut [T]` in its signature are buffers or views of
//! the context's device when it is called, slices in the CPU body, and a pointer followed by a `size_t` length in the CUDA one.
//! From `&` and `&mut` it is known what the kernel reads and writes, and the order of operations follows.

#![allow(unsafe_code)]

use std::{
    fmt,
    marker::PhantomData,
    mem::MaybeUninit,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use crate::{
    Backend, Context, Element, Error, IntoView, IntoViewMut, Result, View, ViewMut, backend::Address,
    pool::Memory,
};

/// The compiled CUDA half of a kernel.
#[derive(Clone, Copy, Debug)]
pub struct CudaSource {
    /// The PTX text.
    pub ptx: &'static str,
    /// The file that it was read from, for messages.
    pub file: &'static str,
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

/// The size and alignment in bytes of one parameter of a CUDA kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterLayout {
    /// Its size.
    pub size: usize,
    /// Its alignment.
    pub align: usize,
}

/// The most parameters that a CUDA half can have; a slice counts as two.
pub const MOST_PARAMETERS: usize = 32;

/// Pointers to the values of a CUDA kernel's parameters, as `cuLaunchKernel` takes them.
#[derive(Debug)]
pub struct Parameters<'a> {
    /// The first `len` are initialised.
    places: &'a mut ParameterPlaces,
    len: usize,
}

/// Where [`Parameters`] keeps its pointers: apart from it, so that nothing is copied when it is made.
pub type ParameterPlaces = MaybeUninit<[*const u8; MOST_PARAMETERS]>;

impl<'a> Parameters<'a> {
    /// Collects pointers to the parts of `arguments` in `places`, which need not be initialised.
    #[inline(always)]
    pub fn new<R: RawArguments>(arguments: &'a R, places: &'a mut ParameterPlaces) -> Parameters<'a> {
        let mut parameters = Parameters { places, len: 0 };
        arguments.push(&mut parameters);
        parameters
    }

    #[inline(always)]
    fn push<T>(&mut self, value: &'a T) {
        assert!(self.len < MOST_PARAMETERS, "a kernel has at most {MOST_PARAMETERS} parameters");
        let place = self.places.as_mut_ptr().cast::<*const u8>();
        // SAFETY: the place lies in the array, as was just checked.
        unsafe { place.add(self.len).write(std::ptr::from_ref(value).cast()) };
        self.len += 1;
    }

    /// Returns the pointers, one a parameter.
    #[inline]
    pub fn as_slice(&self) -> &[*const u8] {
        // SAFETY: `push` initialised the first `len`; `MaybeUninit<A>` has the layout of `A`.
        unsafe { std::slice::from_raw_parts(self.places.as_ptr().cast(), self.len) }
    }
}

/// One argument on its way to a device.
pub trait RawArgument: Copy + Send + Sync + 'static {
    /// What the CPU body gets.
    type Slice<'a>;

    /// Turns the address into a slice.
    ///
    /// # Safety
    /// A slice's memory is host memory of its length, initialised, and for as long as `'a` nobody else writes it, nor reads
    /// it where it is written here.
    unsafe fn slice<'a>(self) -> Self::Slice<'a>;

    /// Lists the CUDA parameters that it becomes.
    fn push<'a>(&'a self, parameters: &mut Parameters<'a>);

    /// Lists the layouts of these parameters.
    fn layout(layouts: &mut Vec<ParameterLayout>);
}

/// A number or another plain value, passed as it is.
#[derive(Clone, Copy, Debug)]
pub struct RawValue<T>(pub T);

/// A slice that is read.
#[derive(Debug)]
pub struct RawSlice<T> {
    address: Address,
    len: u64,
    marker: PhantomData<fn() -> T>,
}

/// A slice that is written.
#[derive(Debug)]
pub struct RawSliceMut<T> {
    address: Address,
    len: u64,
    marker: PhantomData<fn() -> T>,
}

impl<T> Clone for RawSlice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RawSlice<T> {}

impl<T> Clone for RawSliceMut<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RawSliceMut<T> {}

impl<T: Element> RawArgument for RawValue<T> {
    type Slice<'a> = T;

    unsafe fn slice<'a>(self) -> Self::Slice<'a> {
        self.0
    }

    #[inline(always)]
    fn push<'a>(&'a self, parameters: &mut Parameters<'a>) {
        parameters.push(&self.0);
    }

    fn layout(layouts: &mut Vec<ParameterLayout>) {
        layouts.push(ParameterLayout { size: size_of::<T>(), align: align_of::<T>() });
    }
}

macro_rules! raw_slice {
    ($raw:ident, $slice:ty, $view:ident, $make:path, $pointer:ty) => {
        impl<T: Element> RawArgument for $raw<T> {
            type Slice<'a> = $slice;

            unsafe fn slice<'a>(self) -> $slice {
                let pointer = std::ptr::with_exposed_provenance_mut::<T>(self.address as usize);
                // SAFETY: the caller vouches for the memory; it is aligned, since every buffer starts at a multiple of
                // `ALIGNMENT` and a view at a multiple of the element's size, and an empty one has a non-null address.
                unsafe { $make(pointer as $pointer, self.len as usize) }
            }

            #[inline(always)]
            fn push<'a>(&'a self, parameters: &mut Parameters<'a>) {
                parameters.push(&self.address);
                parameters.push(&self.len);
            }

            fn layout(layouts: &mut Vec<ParameterLayout>) {
                layouts.extend([ParameterLayout { size: 8, align: 8 }; 2]);
            }
        }

        impl<T, C: Context> From<&$view<'_, T, C>> for $raw<T> {
            #[inline]
            fn from(view: &$view<'_, T, C>) -> Self {
                $raw { address: view.as_raw(), len: view.len() as u64, marker: PhantomData }
            }
        }
    };
}

raw_slice!(RawSlice, &'a [T], View, std::slice::from_raw_parts, *const T);
raw_slice!(RawSliceMut, &'a mut [T], ViewMut, std::slice::from_raw_parts_mut, *mut T);

/// All arguments of one call: a tuple of [`RawArgument`]s.
pub trait RawArguments: Copy + Send + Sync + 'static {
    /// What the CPU body gets, as a tuple.
    type Slices<'a>;

    /// Turns the addresses into slices.
    ///
    /// # Safety
    /// As for [`RawArgument::slice`], for each of them.
    unsafe fn slices<'a>(self) -> Self::Slices<'a>;

    /// Lists the CUDA parameters.
    fn push<'a>(&'a self, parameters: &mut Parameters<'a>);

    /// Returns the layouts of the CUDA parameters, in order.
    fn layouts() -> Vec<ParameterLayout>;
}

macro_rules! raw_arguments {
    ($($name:ident)*) => {
        impl<$($name: RawArgument),*> RawArguments for ($($name,)*) {
            type Slices<'a> = ($($name::Slice<'a>,)*);

            #[allow(clippy::unused_unit, non_snake_case)]
            unsafe fn slices<'a>(self) -> Self::Slices<'a> {
                let ($($name,)*) = self;
                // SAFETY: the caller vouches for each.
                unsafe { ($($name.slice(),)*) }
            }

            #[allow(non_snake_case)]
            #[inline(always)]
            fn push<'a>(&'a self, parameters: &mut Parameters<'a>) {
                let ($($name,)*) = self;
                $($name.push(parameters);)*
            }

            fn layouts() -> Vec<ParameterLayout> {
                let mut layouts = Vec::new();
                $($name::layout(&mut layouts);)*
                layouts
            }
        }
    };
}

raw_arguments!(A);
raw_arguments!(A B);
raw_arguments!(A B D);
raw_arguments!(A B D E);
raw_arguments!(A B D E F);
raw_arguments!(A B D E F G);
raw_arguments!(A B D E F G H);
raw_arguments!(A B D E F G H I);
raw_arguments!(A B D E F G H I J);
raw_arguments!(A B D E F G H I J K);
raw_arguments!(A B D E F G H I J K L);
raw_arguments!(A B D E F G H I J K L M);
raw_arguments!(A B D E F G H I J K L M N);
raw_arguments!(A B D E F G H I J K L M N O);
raw_arguments!(A B D E F G H I J K L M N O P);
raw_arguments!(A B D E F G H I J K L M N O P Q);

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

/// Declares a kernel: a signature, what its arguments must satisfy, how many threads it takes, and its bodies.
///
/// The declaration makes a function of the same name that returns a [`Call`](crate::kernel::Call) for
/// [`Context::run`](crate::Context::run). In order, its clauses are
///
/// - `requires: CONDITION;` any number of times; over the arguments, slices having `len()`. Checked at each call;
/// - `threads: COUNT;` a `usize` or a tuple of two or three, at least that many CUDA threads are started. With none, no body runs;
/// - `block: [X, Y, Z];` threads in a block, `[256, 1, 1]` if absent;
/// - `cpu: { … }` a body over slices;
/// - `cuda: unsafe "FILE.ptx";` PTX with an entry of the kernel's name, the file named from this source file.
///
/// In CUDA C++ each slice is two parameters, a pointer and a `size_t` length: the example's entry is
/// `extern "C" __global__ void saxpy(float a, const float *x, size_t x_len, float *y, size_t y_len)`.
///
/// A kernel without a body for a device cannot be built into a program that runs it there.
///
/// # Safety
///
/// `unsafe` before the PTX file says that whoever wrote the declaration has checked what no compiler checks: given arguments that
/// satisfy the requirements, the entry touches nothing but its slices within their lengths, and writes only those that are
/// `&mut`. Calling the kernel is safe for that reason.
///
/// # Examples
///
/// ```
/// context_core::kernel! {
///     /// y ← a·x + y
///     pub fn saxpy(a: f32, x: &[f32], y: &mut [f32]);
///     requires: x.len() == y.len();
///     threads: y.len();
///     cpu: {
///         for (y, x) in y.iter_mut().zip(x) {
///             *y += a * x;
///         }
///     }
/// }
/// ```
#[macro_export]
macro_rules! kernel {
    (
        $(#[$meta:meta])*
        $visibility:vis fn $name:ident ( $($parameters:tt)* );
        $(requires: $condition:expr;)*
        threads: $threads:expr;
        $(block: $block:expr;)?
        $(cpu: $cpu:block)?
        $(cuda: unsafe $ptx:literal;)?
    ) => {
        $crate::__kernel_parameters! {
            {
                [$(#[$meta])*] [$visibility] $name
                [$($condition;)*]
                [$threads]
                [$($block)?]
                [$($cpu)?]
                [$($ptx)?]
            }
            []
            $($parameters)*
        }
    };
}

/// Sorts a kernel's parameters into `read`, `write` and `value`.
#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_parameters {
    ($head:tt [$($done:tt)*] $p:ident : &mut [$t:ty] $(, $($rest:tt)*)?) => {
        $crate::__kernel_parameters! { $head [$($done)* (write $p $t)] $($($rest)*)? }
    };
    ($head:tt [$($done:tt)*] $p:ident : &[$t:ty] $(, $($rest:tt)*)?) => {
        $crate::__kernel_parameters! { $head [$($done)* (read $p $t)] $($($rest)*)? }
    };
    ($head:tt [$($done:tt)*] $p:ident : $t:ty $(, $($rest:tt)*)?) => {
        $crate::__kernel_parameters! { $head [$($done)* (value $p $t)] $($($rest)*)? }
    };
    ($head:tt [$($done:tt)*]) => {
        $crate::__kernel_define! { $head $($done)* }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_define {
    (
        {
            [$(#[$meta:meta])*] [$visibility:vis] $name:ident
            [$($condition:expr;)*]
            [$threads:expr]
            [$($block:expr)?]
            [$($cpu:block)?]
            [$($ptx:literal)?]
        }
        $(($kind:ident $p:ident $t:ty))*
    ) => {
        #[doc = concat!("What kernel `", stringify!($name), "` is, for [`kernel::Call`]($crate::kernel::Call).")]
        #[allow(non_camel_case_types)]
        #[derive(Debug)]
        $visibility enum $name {}

        // SAFETY: the arguments are this macro's, and whoever wrote `cuda: unsafe` vouches for the body.
        unsafe impl $crate::kernel::KernelCode for $name {
            const NAME: &'static str = stringify!($name);
            const BLOCK: [u32; 3] = $crate::__kernel_or!([$($block)?] [256, 1, 1]);
            const HAS_CPU: bool = $crate::__kernel_has!($($cpu)?);
            const CUDA: Option<$crate::kernel::CudaSource> = $crate::__kernel_ptx!($($ptx)?);
            const NO_CPU: &'static str =
                concat!("kernel `", stringify!($name), "` has no CPU body: add `cpu: { … }` to its declaration");
            const NO_CUDA: &'static str =
                concat!("kernel `", stringify!($name), "` has no CUDA body: add `cuda: unsafe \"FILE.ptx\";` to its declaration");
            type Raw = ($($crate::__kernel_raw!($kind $t),)*);

            fn slot() -> &'static $crate::kernel::KernelSlot {
                static SLOT: $crate::kernel::KernelSlot = $crate::kernel::KernelSlot::new();
                &SLOT
            }

            #[allow(unused_variables)]
            fn cpu(
                ($($p,)*): <Self::Raw as $crate::kernel::RawArguments>::Slices<'_>,
            ) {
                $($cpu)?
            }
        }

        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        #[inline]
        // The parameter's name is one that no element type is likely to have: it would hide the type.
        $visibility fn $name<'a, KernelContext: $crate::Context>(
            $($p: $crate::__kernel_argument!($kind 'a KernelContext $t)),*
        ) -> $crate::kernel::Call<'a, KernelContext, $name, { <[&str]>::len(&[$(stringify!($p)),*]) }> {
            let mut requirements = $crate::kernel::Requirements::default();
            $($crate::__kernel_borrow!($kind $p);)*
            $(requirements.require(|| $condition, stringify!($condition));)*
            let raw = ($($crate::__kernel_to_raw!($kind $p),)*);
            let operands = [$($crate::__kernel_operand!($kind $p)),*];
            let sizes = || vec![$($crate::__kernel_size!($kind $p)),*].into_iter().flatten().collect();
            // Evaluated outside of what is unsafe: it is the caller's code.
            let threads = || ($threads).into();
            // SAFETY: both were made of the same views just now, those written of exclusive borrows.
            unsafe { requirements.finish::<KernelContext, $name, _>(threads, sizes, operands, raw) }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_or {
    ([] [$($default:tt)*]) => { [$($default)*] };
    ([$given:expr] $default:tt) => { $given };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_has {
    () => {
        false
    };
    ($($given:tt)+) => {
        true
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_ptx {
    () => {
        None
    };
    ($ptx:literal) => {
        Some($crate::kernel::CudaSource { ptx: include_str!($ptx), file: $ptx })
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_raw {
    (value $t:ty) => { $crate::kernel::RawValue<$t> };
    (read $t:ty) => { $crate::kernel::RawSlice<$t> };
    (write $t:ty) => { $crate::kernel::RawSliceMut<$t> };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_argument {
    (value $a:lifetime $c:ident $t:ty) => { $t };
    (read $a:lifetime $c:ident $t:ty) => { impl $crate::IntoView<$a, $t, $c> };
    (write $a:lifetime $c:ident $t:ty) => { impl $crate::IntoViewMut<$a, $t, $c> };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_borrow {
    (value $p:ident) => {};
    (read $p:ident) => {
        let $p = $crate::kernel::read_argument($p);
    };
    (write $p:ident) => {
        let $p = $crate::kernel::write_argument($p);
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_size {
    (value $p:ident) => {
        None
    };
    ($kind:ident $p:ident) => {
        Some((stringify!($p), $p.len()))
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_operand {
    (value $p:ident) => {
        None
    };
    (read $p:ident) => {
        $crate::kernel::read_operand(stringify!($p), &$p)
    };
    (write $p:ident) => {
        $crate::kernel::write_operand(stringify!($p), &$p)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __kernel_to_raw {
    (value $p:ident) => {
        $crate::kernel::RawValue($p)
    };
    (read $p:ident) => {
        $crate::kernel::RawSlice::from(&$p)
    };
    (write $p:ident) => {
        $crate::kernel::RawSliceMut::from(&$p)
    };
}

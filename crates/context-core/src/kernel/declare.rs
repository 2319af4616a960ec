//! [`kernel!`](crate::kernel!), which declares one.

/// Declares a kernel: a signature, what its arguments must satisfy, how many threads it takes, and its bodies.
///
/// The declaration makes a function of the same name that returns a [`Call`](crate::kernel::Call) for
/// [`Context::run`](crate::Context::run). In order, its clauses are
///
/// - `requires: CONDITION;` any number of times; over the arguments, slices having `len()`. Checked at each call;
/// - `threads: COUNT;` a `usize` or a tuple of two or three, at least that many CUDA threads are started. With none, no body runs;
/// - `block: [X, Y, Z];` threads in a block, `[256, 1, 1]` if absent;
/// - `cpu: { … }` a body over slices;
/// - `cuda: unsafe "FILE.ptx";` PTX with an entry of the kernel's name, the file named from this source file. Or `"FILE.cu"`, CUDA C++, which
///   NVRTC compiles when the kernel is first called, for the device, and which is then kept on disk; lines that begin with `// nvrtc: ` have
///   options for it.
///
/// In CUDA C++ each slice is two parameters, a pointer and a `size_t` length: the example's entry is
/// `extern "C" __global__ void saxpy(float a, const float *x, size_t x_len, float *y, size_t y_len)`.
///
/// A kernel without a body for a device cannot be built into a program that runs it there.
///
/// # Safety
///
/// `unsafe` before the file says that whoever wrote the declaration has checked what no compiler checks: given arguments that
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
        Some($crate::kernel::CudaSource { text: include_str!($ptx), file: $ptx })
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

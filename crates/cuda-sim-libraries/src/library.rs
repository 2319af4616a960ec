//! What all libraries share: how their functions become a table or a file, and what answers where one is not built.
#![allow(unsafe_code)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::{c_char, c_uint};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};

use cuda_sys::{Version, cublasStatus_t, curandStatus_t};

/// The versions that a library reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The library's own.
    pub library: Version,
    /// The release of CUDA that it is for.
    pub cuda: Version,
}

/// A release of a library that the software one can pass itself off as. It has the functions that the release has.
pub trait Release: 'static {
    /// What the release reports.
    const VERSIONS: Versions;
}

thread_local! {
    /// The versions of the library that this thread is in.
    static CURRENT: Cell<Option<Versions>> = const { Cell::new(None) };
}

/// Returns the versions of the library that this thread is in; none outside.
pub(crate) fn versions() -> Option<Versions> {
    CURRENT.with(Cell::get)
}

/// Whether the release has a function that came with `since` and was dropped after `until`.
#[doc(hidden)]
pub(crate) fn has(versions: Versions, since: Version, until: Option<Version>) -> bool {
    since <= versions.library && until.is_none_or(|until| versions.library <= until)
}

/// What functions of the libraries return.
#[doc(hidden)]
pub trait Answer {
    /// Says that the function is not built.
    fn not_built() -> Self;
    /// Says that the library itself has failed.
    fn failed() -> Self;
    /// The same answer in the numbers of this release, where those have changed.
    fn numbered(self, _versions: Versions) -> Self
    where
        Self: Sized,
    {
        self
    }
}

impl Answer for cublasStatus_t {
    fn not_built() -> Self {
        Self::CUBLAS_STATUS_NOT_SUPPORTED
    }

    fn failed() -> Self {
        Self::CUBLAS_STATUS_INTERNAL_ERROR
    }
}

/// cuRAND has no code for what is not supported.
impl Answer for curandStatus_t {
    fn not_built() -> Self {
        Self::CURAND_STATUS_INTERNAL_ERROR
    }

    fn failed() -> Self {
        Self::CURAND_STATUS_INTERNAL_ERROR
    }
}

macro_rules! plain_answers {
    ($($type:ty: $value:expr;)*) => { $(
        impl Answer for $type {
            fn not_built() -> Self {
                $value
            }

            fn failed() -> Self {
                $value
            }
        }
    )* };
}

plain_answers! {
    (): ();
    usize: 0;
    c_uint: 0;
    *const c_char: std::ptr::null();
}

static NOT_BUILT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());

/// Says on standard error what is not built, where a program cannot ask [`not_built`].
const VARIABLE: &str = "CUDA_SIM_LIBRARIES_LOG";

/// Returns the functions that were called and that the libraries do not have. They answered that they are not supported.
pub fn not_built() -> Vec<&'static str> {
    NOT_BUILT.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
}

/// Answers for a function that is not built.
#[doc(hidden)]
pub(crate) fn answer_not_built<T: Answer>(name: &'static str) -> T {
    note_not_built(name);
    T::not_built()
}

/// Notes that a program has asked for something that is not built.
pub(crate) fn note_not_built(name: &'static str) {
    let is_new = NOT_BUILT.lock().unwrap_or_else(PoisonError::into_inner).insert(name);
    if is_new {
        log(&format!("{name} is not built in software"));
    }
}

/// Says something to whoever has set the variable.
pub(crate) fn log(text: &str) {
    if std::env::var_os(VARIABLE).is_some_and(|value| !value.is_empty() && value != "0") {
        eprintln!("cuda-sim-libraries: {text}");
    }
}

/// A value as a function of a library takes it, made of what C passes: the same, or something that is safer to hold than a pointer.
pub(crate) trait Argument<Raw> {
    /// Takes over an argument.
    ///
    /// # Safety
    /// The argument is what NVIDIA's manual asks for, until the exported function that it was passed to returns.
    unsafe fn from_raw(raw: Raw) -> Self;
}

impl<T> Argument<T> for T {
    unsafe fn from_raw(raw: T) -> Self {
        raw
    }
}

/// Takes over an argument.
///
/// # Safety
/// As [`Argument::from_raw`].
#[doc(hidden)]
pub(crate) unsafe fn argument<Raw, T: Argument<Raw>>(raw: Raw) -> T {
    // SAFETY: the caller's promise is the same.
    unsafe { T::from_raw(raw) }
}

/// What a function of a library gives, of which C's answer `Raw` is made: that itself, or a result that says more.
pub(crate) trait Reply<Raw> {
    /// Makes the answer of the function `name`.
    fn reply(self, name: &'static str) -> Raw;
}

impl<T> Reply<T> for T {
    fn reply(self, _name: &'static str) -> T {
        self
    }
}

/// Makes the answer of the function `name`.
pub(crate) fn reply<Raw, T: Reply<Raw>>(name: &'static str, value: T) -> Raw {
    value.reply(name)
}

/// Runs a function of the library of release `R`. A panic, which would be a fault of this crate, stops here: it must not cross into
/// C.
#[doc(hidden)]
pub fn enter<R: Release, T: Answer>(name: &'static str, function: impl FnOnce() -> T) -> T {
    let before = CURRENT.with(|current| current.replace(Some(R::VERSIONS)));
    let logged = || {
        crate::cublas::note(name);
        function()
    };
    let answer = catch_unwind(AssertUnwindSafe(logged)).unwrap_or_else(|_| {
        log(&format!("{name} panicked; this is a fault of cuda-sim-libraries"));
        T::failed()
    });
    CURRENT.with(|current| current.set(before));
    answer.numbered(R::VERSIONS)
}

/// Makes the functions of a library from its generated list: for each, a C function in `exports` that calls the function of the same
/// name of `$Software`. Those are inherent functions, spread over the files that they belong to; where there is none, the name finds the
/// method of the trait `Fallback`, since inherent functions go first. So building one more is writing it, and nothing can be forgotten.
///
/// The types of the list must be in scope.
macro_rules! library {
    (
        software: $Software:ident;
        current { $(
            $(#[$alias:meta])*
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $($legacy:tt)* }
    ) => {
        /// What answers where the library has no function of its own; where it has, this one is never called.
        #[allow(non_snake_case, dead_code, clippy::too_many_arguments)]
        trait Fallback { $(
            unsafe fn $name($(_: $type),*) -> $result {
                $crate::library::answer_not_built(stringify!($name))
            }
        )* }

        impl Fallback for $Software {}

        /// The C functions, for the release `R`. [`lookup`] gives their addresses.
        #[doc(hidden)]
        pub mod exports {
            #[allow(unused_imports)]
            use super::*;

            $(
                /// # Safety
                /// The arguments are what NVIDIA's manual asks for.
                #[allow(unused_unsafe, clippy::missing_safety_doc, clippy::too_many_arguments)]
                pub unsafe extern "C" fn $name<R: $crate::Release>($($argument: $type),*) -> $result {
                    $crate::enter::<R, _>(stringify!($name), move || {
                        // SAFETY: the caller vouches for the arguments.
                        unsafe {
                            $crate::library::reply(
                                stringify!($name),
                                $Software::$name($($crate::library::argument($argument)),*),
                            )
                        }
                    })
                }
            )*
        }

        /// Returns the address of the function `name`, or null if the release `R` has none of this name.
        #[doc(hidden)]
        pub fn lookup<R: $crate::Release>(name: &::core::ffi::CStr) -> *const ::core::ffi::c_void {
            let name = name.to_bytes();
            $(
                if name == stringify!($name).as_bytes() {
                    let until = library!(@until $($until)?);
                    let has = $crate::library::has(
                        R::VERSIONS, ::cuda_sys::table::version(stringify!($since)), until,
                    );
                    return if has { exports::$name::<R> as *const ::core::ffi::c_void } else { ::core::ptr::null() };
                }
            )*
            ::core::ptr::null()
        }
    };
    (@until) => { None };
    (@until $until:literal) => { Some(::cuda_sys::table::version(stringify!($until))) };
}
pub(crate) use library;

/// Exports the functions of a library under their own names, from a crate that becomes the library's file: the other half of
/// `library!`.
#[doc(hidden)]
#[macro_export]
macro_rules! export {
    (
        library: $library:path;
        release: $Release:ty;
        current { $(
            $(#[$alias:meta])*
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $($legacy:tt)* }
    ) => {
        use $library as functions;

        $(
            /// # Safety
            /// The arguments are what NVIDIA's manual asks for.
            #[allow(non_snake_case, clippy::too_many_arguments)]
            #[unsafe(no_mangle)]
            pub unsafe extern "C" fn $name($($argument: $type),*) -> $result {
                // SAFETY: the caller vouches for the arguments.
                unsafe { functions::$name::<$Release>($($argument),*) }
            }
        )*
    };
}

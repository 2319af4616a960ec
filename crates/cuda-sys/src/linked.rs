//! The driver's functions as the linker finds them, for programs that ship a stub of `libcuda.so` or are only built where the
//! driver is installed.
//!
//! A program that calls one of these starts only where a driver has it: there is no [`MissingFunction`](crate::MissingFunction), and
//! the system's loader ends the program before `main`. The folder of the stub is the program's to name, for example with
//! `RUSTFLAGS="-L /path/to/stubs"` or `cargo::rustc-link-search` in its build script; nothing here looks for one. Only functions that
//! a program uses have to be in the stub.
//!
//! [`Driver::system`](crate::Driver::system) works beside it, and finds the driver that is loaded already.
#![allow(unsafe_code)]

use crate::driver::*;

/// Declares the functions of a generated list.
macro_rules! declare {
    (
        current { $(
            $(#[$alias:meta])*
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $($legacy:tt)* }
    ) => {
        #[cfg_attr(not(windows), link(name = "cuda"))]
        #[cfg_attr(windows, link(name = "nvcuda", kind = "raw-dylib"))]
        #[allow(clashing_extern_declarations)]
        unsafe extern "C" { $(
            $(#[$alias])*
            #[doc = concat!("`", stringify!($name), "`, which drivers have since CUDA ", stringify!($since), ".")]
            ///
            /// # Safety
            /// The arguments are what NVIDIA's manual asks for.
            pub fn $name($($argument: $type),*) -> $result;
        )* }
    };
}

crate::for_each_driver_function! { declare }

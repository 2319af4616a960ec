//! What generated types get besides their fields. Nothing here needs the standard library.
#![allow(unsafe_code)]

/// Implements `Default` for C structures as zero bytes, which is what C programs start from.
#[doc(hidden)]
#[macro_export]
macro_rules! zeroed_default {
    ($($type:ident,)*) => { $(
        impl Default for $type {
            fn default() -> Self {
                // SAFETY: bindgen writes this for C types only, made of numbers, pointers and nullable functions, for
                // each of which zero bytes are a value.
                unsafe { ::core::mem::zeroed() }
            }
        }
    )* };
}

/// Implements `Debug` for C structures with a union in them: only their users know which member is meant.
#[doc(hidden)]
#[macro_export]
macro_rules! opaque_debug {
    ($($type:ident,)*) => { $(
        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )* };
}

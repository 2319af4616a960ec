//! What bindgen makes of the reader's own `cuda.h` when this crate is built: types, values and declarations of functions under the
//! names of that header.
//!
//! It is for headers that are newer than this crate, or changed by whoever ships them; the rest of the crate does not depend on it. The
//! header is `$CUDA_SYS_HEADER`, or `include/cuda.h` in the toolkit that `CUDA_PATH` or `CUDA_HOME` names. Building needs a libclang
//! (`LIBCLANG_PATH`). Functions are declared and not linked: take their addresses from [`Library::symbol`](crate::library::Library::symbol),
//! or link the driver yourself.
#![allow(unsafe_code, missing_docs, missing_debug_implementations, unreachable_pub)]
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, clippy::all)]
#![allow(unpredictable_function_pointer_comparisons)]

include!(concat!(env!("OUT_DIR"), "/header.rs"));

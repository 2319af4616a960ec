//! What a C compiler says of the real headers is what Rust says of the bindings: sizes, alignments, offsets, values.
//!
//! The headers come from the cache that `cargo xtask toolkits` fills. Every release that is there is compared.

#[macro_use]
mod c;

use c::{Item, Release, compare, say};

mod driver {
    use super::Item;
    use cuda_sys::driver::*;

    include!("generated/driver_abi.rs");
}

mod nvrtc {
    use super::Item;
    use cuda_sys::nvrtc::*;

    include!("generated/nvrtc_abi.rs");
}

mod cublas {
    use super::Item;
    use cuda_sys::cublas::*;

    include!("generated/cublas_abi.rs");
}

mod cublaslt {
    use super::Item;
    use cuda_sys::cublaslt::*;

    include!("generated/cublaslt_abi.rs");
}

mod curand {
    use super::Item;
    use cuda_sys::curand::*;

    include!("generated/curand_abi.rs");
}

/// What older headers say otherwise, and why a program that was built with the newest cannot go wrong by it.
const GROWING: &[&str] = &[
    // Counts and masks of what the header knows; no call takes them.
    "CUDA_VERSION",
    "_MAX",
    "CU_JIT_NUM_OPTIONS",
    "CU_CTX_FLAGS_MASK",
    "CU_COREDUMP_LIGHTWEIGHT_FLAGS",
    // New fields come out of the reserved bytes, which are zero for older drivers.
    ", reserved)",
    // Members of unions whose padding fixes the size; fields are added behind those that were there.
    "sizeof(struct CUDA_HOST_NODE_PARAMS_v2_st)",
    "sizeof(struct CUDA_EXT_SEM_SIGNAL_NODE_PARAMS_v2_st)",
    "sizeof(struct CUDA_EXT_SEM_WAIT_NODE_PARAMS_v2_st)",
    "sizeof(struct CUDA_EVENT_RECORD_NODE_PARAMS_st)",
    "sizeof(struct CUDA_CHILD_GRAPH_NODE_PARAMS_st)",
    "sizeof(struct CUdevSmResource_st)",
    // Stricter than an older driver asks.
    "_Alignof(struct CUtensorMap_st)",
    "_Alignof(struct CUdevResource_st)",
    // CUDA 12.0 gave these two names new numbers. A program that asks a 11.8 driver by the new ones is told that it is
    // an invalid value; the safe layer does not ask.
    "CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS",
    "CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR",
];

#[test]
fn the_driver_s_types_and_values_are_those_of_every_header() {
    let releases = Release::all("nvidia-cuda-runtime", "cuda.h");

    compare("the driver", &releases, driver::ITEMS, driver::NEWEST, GROWING);
}

#[test]
fn nvrtc_s_types_and_values_are_those_of_every_header() {
    let releases = Release::all("nvidia-cuda-nvrtc", "nvrtc.h");

    compare("NVRTC", &releases, nvrtc::ITEMS, nvrtc::NEWEST, &[]);
}

/// The same of the headers of cuBLAS.
const GROWING_CUBLAS: &[&str] = &[
    // The header's own version, and counts of what it knows; no call takes them.
    "CUBLAS_VER",
    "_END",
    // The library makes them itself (`…Create`), or is told their size (`…Init_internal`): more than it needs does no harm.
    "Opaque_t)",
];

/// Compares a library whose headers include those of the CUDA runtime.
fn compare_with_cuda(
    library: &str,
    (wheel, header): (&str, &str),
    items: &[Item],
    newest: &str,
    growing: &[&str],
) {
    match Release::with_cuda(wheel, header) {
        Ok(releases) => compare(library, &releases, items, newest, growing),
        Err(reason) => say(&format!("{library}: not compared with C: {reason}")),
    }
}

#[test]
fn cublas_s_types_and_values_are_those_of_every_header() {
    let header = ("nvidia-cublas", "cublas_v2.h");

    compare_with_cuda("cuBLAS", header, cublas::ITEMS, cublas::NEWEST, GROWING_CUBLAS);
}

#[test]
fn cublaslt_s_types_and_values_are_those_of_every_header() {
    let header = ("nvidia-cublas", "cublasLt.h");

    compare_with_cuda("cuBLASLt", header, cublaslt::ITEMS, cublaslt::NEWEST, GROWING_CUBLAS);
}

#[test]
fn curand_s_types_and_values_are_those_of_every_header() {
    let header = ("nvidia-curand", "curand.h");

    compare_with_cuda("cuRAND", header, curand::ITEMS, curand::NEWEST, &["CURAND_VER"]);
}

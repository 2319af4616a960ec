//! What a C compiler says of the real headers is what Rust says of the bindings: sizes, alignments, offsets, values.
//!
//! The headers come from the cache that `cargo xtask toolkits` fills. Every release that is there is compared.

#[macro_use]
mod c;

use c::{Item, Release, compare};

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

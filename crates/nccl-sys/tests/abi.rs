//! What a C compiler says of the real headers is what Rust says of the bindings: sizes, alignments, offsets, values.
//!
//! The headers come from the cache that `cargo xtask toolkits nccl` fills. Every release that is there is compared.

#[macro_use]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use c::{Item, Release, compare, say};

mod nccl {
    use super::Item;
    use nccl_sys::*;

    include!("generated/nccl_abi.rs");
}

/// What older headers say otherwise, and why a program that was built with the newest cannot go wrong by it.
const GROWING: &[&str] = &[
    // The header's own version, and counts of what it knows.
    "NCCL_VERSION",
    "NCCL_MAJOR",
    "NCCL_MINOR",
    "NCCL_PATCH",
    "ncclNumResults",
    "ncclNumOps",
    "ncclNumTypes",
];

#[test]
fn nccl_s_types_and_values_are_those_of_every_header() {
    let releases = match Release::with_cuda("nvidia-nccl", "nccl.h") {
        Ok(releases) => releases,
        Err(reason) => return say(&format!("NCCL: not compared with C: {reason}")),
    };

    compare("NCCL", &releases, nccl::ITEMS, nccl::NEWEST, GROWING);
}

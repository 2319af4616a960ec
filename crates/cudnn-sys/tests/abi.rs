//! What a C compiler says of the real headers is what Rust says of the bindings: sizes, alignments, offsets, values.
//!
//! The headers come from the cache that `cargo xtask toolkits cudnn` fills. Every release that is there is compared.

#[macro_use]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use c::{Item, Release, compare, say};

mod cudnn {
    use super::Item;
    use cudnn_sys::*;

    include!("generated/cudnn_abi.rs");
}

/// What older headers say otherwise, and why a program that was built with the newest cannot go wrong by it.
const GROWING: &[&str] = &[
    // The header's own version, and counts of what it knows; no call takes them.
    "CUDNN_VERSION",
    "_MAJOR",
    "_MINOR",
    "_PATCH",
    "_COUNT",
    "CUDNN_MAX_DEVICE_VERSION",
    // Renumbered in cuDNN 9; `Status` reads a code as the loaded library means it.
    "CUDNN_STATUS_",
];

#[test]
fn cudnn_s_values_are_those_of_every_header() {
    let releases = match Release::with_cuda("nvidia-cudnn", "cudnn.h") {
        Ok(releases) => releases,
        Err(reason) => return say(&format!("cuDNN: not compared with C: {reason}")),
    };

    compare("cuDNN", &releases, cudnn::ITEMS, cudnn::NEWEST, GROWING);
}

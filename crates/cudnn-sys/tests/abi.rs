//! What a C compiler says of the real headers is what Rust says of the bindings: sizes, alignments, offsets, values.
//!
//! The headers come from the cache that `cargo xtask toolkits cudnn` fills. Every release that is there is compared.

#[macro_use]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use c::{Item, Release, compare, say};
use std::path::PathBuf;

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
    let mut releases = Release::all("nvidia-cudnn", "cudnn.h");
    let includes: Vec<PathBuf> =
        [("nvidia-cuda-runtime-13", "cuda_runtime.h"), ("nvidia-cuda-crt", "crt/host_defines.h")]
            .iter()
            .filter_map(|(wheel, header)| {
                let header_path = Release::all(wheel, header).pop()?.header;
                Some(header_path.ancestors().nth(header.split('/').count())?.to_owned())
            })
            .collect();
    if includes.len() < 2 {
        return say(
            "cuDNN: not compared with C: the headers of CUDA are not in the cache (cargo xtask toolkits)",
        );
    }
    for release in &mut releases {
        release.includes =
            release.header.parent().map(PathBuf::from).into_iter().chain(includes.iter().cloned()).collect();
    }

    compare("cuDNN", &releases, cudnn::ITEMS, cudnn::NEWEST, GROWING);
}

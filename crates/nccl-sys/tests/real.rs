//! The real NCCL, as far as it goes without a GPU. It comes from the cache that `cargo xtask toolkits libraries` fills, which
//! only `cargo xtask ci --full` asks for.

#[allow(unused_macros)]
#[path = "../../cuda-sys/tests/c/mod.rs"]
mod c;

use c::say;
use nccl_sys::{ENTRY_POINTS, Nccl, ncclResult_t};
use std::ffi::CStr;

fn libraries() -> Vec<Nccl> {
    let files = c::libraries("nvidia-nccl", "nccl.h", &["libnccl.so.2"]);
    if files.is_empty() {
        say("NCCL was not run: it is not in the cache (cargo xtask toolkits libraries)");
    }
    // SAFETY: the libraries are NVIDIA's, pinned by their hash.
    files.iter().map(|file| unsafe { Nccl::open(file) }.unwrap()).collect()
}

#[test]
fn it_tells_its_version_and_has_the_functions_of_its_release() {
    for nccl in libraries() {
        assert_eq!(nccl.version().major(), 2, "{nccl:?}");
        let lacks = ENTRY_POINTS.iter().filter(|it| it.since <= nccl.version() && it.until.is_none());
        let lacks: Vec<&str> = lacks.map(|it| it.name).filter(|name| !nccl.has(name)).collect();
        assert!(lacks.is_empty(), "{nccl:?} lacks {lacks:?}");
        say(&format!("NCCL {} has {} functions", nccl.version(), ENTRY_POINTS.len() - lacks.len()));
    }
}

#[test]
fn it_has_a_sentence_for_every_code_of_the_table() {
    for nccl in libraries() {
        for text in ncclResult_t::TEXTS.iter().filter(|text| text.name != "ncclNumResults") {
            // SAFETY: any code may be asked about; the library returns a static string.
            let sentence =
                unsafe { CStr::from_ptr(nccl.ncclGetErrorString(ncclResult_t(text.code)).unwrap()) };
            assert_ne!(sentence.to_str(), Ok("unknown result code"), "{text:?} in {nccl:?}");
        }
    }
}

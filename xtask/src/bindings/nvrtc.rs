//! NVRTC's bindings: types from the newest `nvrtc.h`, releases from all of them.

use crate::bindings::output::Output;
use crate::bindings::source::{Release, Source, table, words};
use crate::toolkits::{Keep, fetch, find};
use crate::versions::Versions;
use anyhow::{Context, Result};

/// Makes the files of NVRTC.
pub(crate) fn generate(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let mut headers = Vec::new();
    for cuda in &versions.cuda {
        let wheel = cuda.nvrtc.as_ref().with_context(|| format!("CUDA {} lists no nvrtc", cuda.release))?;
        let header = find(&fetch(wheel, Keep::Headers)?, "include/nvrtc.h")?;
        headers.push(Release { name: cuda.release.clone(), header, includes: Vec::new() });
    }
    let newest = headers.last().context("ci/versions.toml lists no CUDA release")?;
    let source = Source {
        files: ("crates/cuda-sys", "nvrtc"),
        newest: format!("nvrtc.h of CUDA {}", newest.name),
        headers,
        names: "nvrtc.*|NVRTC_.*",
        foreign: "",
        views: &[],
        internal: None,
        prelude: "pub use ::core::ffi::{c_char, c_int, c_uint, c_void};",
        list: ("for_each_nvrtc_function", LIST),
        results: "nvrtcResult",
        respelled: &[],
    };
    let read = source.generate(output)?;

    // nvrtcGetErrorString returns the name itself, so that the name is all there is to make a sentence of.
    let sentence = |_, name: &str| words(name, &["NVRTC_ERROR_", "NVRTC_"]);
    let results = table("TEXTS", &source.codes(&read)?, sentence)?;
    let results = format!("{}\nuse super::ResultText;\n\n{results}", source.note());
    output.file("crates/cuda-sys/src/generated/nvrtc_results.rs", &results)
}

const LIST: &str = "\
/// Hands the list of NVRTC's functions to another macro, as
/// [`for_each_driver_function!`](crate::for_each_driver_function) does; the types are those of [`nvrtc`](crate::nvrtc).";

//! cuDNN's bindings: types from the newest `cudnn.h`, releases from those that are listed, and both numberings of its codes.

use crate::bindings::libraries::releases;
use crate::bindings::output::Output;
use crate::bindings::source::{Codes, Source, table, words};
use crate::versions::Versions;
use anyhow::{Context, Result};
use std::fmt::Write as _;

/// Makes the files of cuDNN.
pub(crate) fn generate(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let headers = releases(&versions, &versions.cudnn, "include/cudnn.h")?;
    let newest = headers.last().context("ci/versions.toml lists no cuDNN release")?;
    let source = Source {
        files: ("crates/cudnn-sys", "cudnn"),
        newest: format!("cudnn.h of cuDNN {}", newest.name),
        headers,
        names: "cudnn.*|CUDNN_.*",
        // A stream is the driver's.
        foreign: "cudaStream_t|CUstream_st",
        views: &[],
        internal: None,
        prelude: "pub use ::core::ffi::{c_char, c_int, c_uint, c_ulonglong, c_void};\n\
                  pub use ::cuda_sys::driver::CUstream as cudaStream_t;",
        list: ("for_each_cudnn_function", LIST),
        results: "cudnnStatus_t",
        respelled: &[],
    };
    let read = source.generate(output)?;

    // cudnnGetErrorString returns the name itself, so that the name is all there is to make a sentence of.
    let sentence = |_, name: &str| words(name, &["CUDNN_STATUS_"]);
    let before = source
        .headers
        .iter()
        .find(|release| release.name.starts_with("8."))
        .context("no cuDNN 8 is listed")?;
    let before = source.codes(&source.read(before)?)?;
    let mut results = format!("{}\nuse cuda_sys::result::ResultText;\n\n", source.note());
    results.push_str(&table("TEXTS_8", &before, sentence)?);
    results.push('\n');
    results.push_str(&table("TEXTS_9", &source.codes(&read)?, sentence)?);
    results.push_str(&renumbered(&before, &source.values(&read)?)?);
    output.file("crates/cudnn-sys/src/generated/cudnn_results.rs", &results)
}

/// Writes a table from the numbers of cuDNN 8 to those that the same names have since.
fn renumbered(before: &Codes, since: &[(String, u32)]) -> Result<String> {
    let mut text =
        "\n/// The numbers of cuDNN 8, each with the one that its name has since cuDNN 9.\n".to_owned();
    text.push_str("#[rustfmt::skip]\npub(super) const RENUMBERED: &[(u32, u32)] = &[\n");
    for (code, name) in before {
        let new = since.iter().find(|(other, _)| other == name);
        let (_, new) = new.with_context(|| format!("cuDNN 9 has no {name}"))?;
        writeln!(text, "    ({code}, {new}), // {name}")?;
    }
    text.push_str("];\n");
    Ok(text)
}

const LIST: &str = "\
/// Hands the list of cuDNN's functions to another macro, as `cuda_sys::for_each_driver_function!` does; the types are
/// those of this crate. `since` is the first of the releases in `ci/versions.toml` that has the function.";

//! The driver's bindings: types from the newest `cuda.h`, releases from all of them, sentences from the runtime library.

use crate::bindings::output::Output;
use crate::bindings::source::{Release, Source, table};
use crate::toolkits::{Keep, fetch, find};
use crate::versions::Versions;
use anyhow::{Context, Result, bail};
use cuda_sys::library::Library;
use std::ffi::{CStr, c_char, c_int};
use std::path::{Path, PathBuf};
use std::{fs, mem};

/// Makes the files of the driver.
pub(crate) fn generate(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let newest = versions.cuda.last().context("ci/versions.toml lists no CUDA release")?;
    let release = |cuda: &crate::versions::Cuda| -> Result<Release> {
        let header = find(&fetch(&cuda.runtime, Keep::All)?, "include/cuda.h")?;
        Ok(Release { name: cuda.release.clone(), header, includes: Vec::new() })
    };
    let source = Source {
        files: ("crates/cuda-sys", "driver"),
        newest: format!("cuda.h of CUDA {}", newest.release),
        headers: versions.cuda.iter().map(release).collect::<Result<_>>()?,
        names: "cu.*|CU.*",
        foreign: "",
        // The names that programs get which ask for the calling thread's default stream.
        views: &["-DCUDA_API_PER_THREAD_DEFAULT_STREAM"],
        // Every symbol that the driver exports, old forms too, each under its own name.
        internal: Some("-D__CUDA_API_VERSION_INTERNAL"),
        prelude: "pub use ::core::ffi::{c_char, c_int, c_longlong, c_uchar, c_uint, c_ulonglong, c_ushort, c_void};",
        list: ("for_each_driver_function", LIST),
        results: "CUresult",
        // Until CUDA 11.8 the parameters of a kernel node had no version in their name; they are today's first version.
        respelled: &[
            "cuGraphAddKernelNode",
            "cuGraphExecKernelNodeSetParams",
            "cuGraphKernelNodeGetParams",
            "cuGraphKernelNodeSetParams",
        ],
    };
    let read = source.generate(output)?;

    let header = source.headers.last().map(|release| &release.header).context("no header")?;
    let header = fs::read_to_string(header)?;
    let sentences = Sentences::open(&find_runtime(&fetch(&newest.runtime, Keep::All)?)?)?;
    let sentence = |code, name: &str| sentences.get(code).or_else(|| comment(&header, name));
    let results = table("TEXTS", &source.codes(&read)?, sentence)?;
    let results = format!("{}\nuse super::ResultText;\n\n{results}", source.note());
    output.file("crates/cuda-sys/src/generated/driver_results.rs", &results)
}

const LIST: &str = "\
/// Hands the list of the driver's functions to another macro.
///
/// `for_each_driver_function! { callback { extra } }` expands to
/// `callback! { extra current { … } legacy { … } }`. Each function is
/// `fn name(argument: type, …) -> result; since 12.0;`, where ` until 12.9` follows if newer headers dropped it.
/// `legacy` holds what drivers export only for programs of long ago; no supported header shows it. The types are those of
/// [`driver`](crate::driver), which the callback needs in scope: `use cuda_sys::driver::*;`.";

/// The runtime library's sentences, which are the driver's own: their codes are the same where both have one.
struct Sentences(unsafe extern "C" fn(c_int) -> *const c_char);

impl Sentences {
    #[allow(unsafe_code)]
    fn open(path: &Path) -> Result<Self> {
        // SAFETY: the library is NVIDIA's runtime, pinned by its hash.
        let library = unsafe { Library::open(path) }.map_err(anyhow::Error::msg);
        let library = library.with_context(|| format!("opening {}", path.display()))?;
        let address = library.symbol(c"cudaGetErrorString");
        if address.is_null() {
            bail!("{} does not have cudaGetErrorString", path.display());
        }
        // SAFETY: `const char *cudaGetErrorString(cudaError_t)`, says cuda_runtime_api.h; the enumeration is an int.
        Ok(Self(unsafe { mem::transmute::<*const _, unsafe extern "C" fn(c_int) -> *const c_char>(address) }))
    }

    #[allow(unsafe_code)]
    fn get(&self, code: u32) -> Option<String> {
        // SAFETY: any code may be asked about; no driver is needed.
        let text = unsafe { (self.0)(code.cast_signed()) };
        if text.is_null() {
            return None;
        }
        // SAFETY: the library returned a static string.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        (text != "unrecognized error code").then(|| text.trim_end_matches('.').to_owned())
    }
}

/// Finds the runtime library in its wheel.
fn find_runtime(folder: &Path) -> Result<PathBuf> {
    let found = ["13", "12", "11.0"]
        .iter()
        .find_map(|soname| find(folder, &format!("lib/libcudart.so.{soname}")).ok());
    found.with_context(|| format!("{} holds no libcudart of a known major version", folder.display()))
}

/// Returns the first sentence of the comment above the value `name`.
fn comment(header: &str, name: &str) -> Option<String> {
    let value = header.find(&format!("    {name} "))?;
    let before = &header[..value];
    let comment = &before[before.rfind("/**")? + 3..];
    let words =
        comment.split_whitespace().filter(|word| !matches!(*word, "*" | "*/")).collect::<Vec<_>>().join(" ");
    let sentence = words.split(". ").next()?.trim_end_matches('.').replace("::", "");
    let mut letters = sentence.chars();
    Some(letters.next()?.to_lowercase().chain(letters).collect())
}

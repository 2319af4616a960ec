//! The driver's bindings: types from the newest `cuda.h`, releases from all of them, sentences from the runtime library.

use crate::bindings::header::{Header, Reading};
use crate::bindings::output::{self, Output, Span};
use crate::toolkits::{Keep, fetch, find};
use crate::versions::Versions;
use anyhow::{Context, Result, bail};
use cuda_sys::library::Library;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{CStr, c_char, c_int};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, mem};
use syn::Item;

const GENERATED: &str = "crates/cuda-sys/src/generated";
const NAMES: &str = "cu.*|CU.*";

/// Shows every symbol that the driver exports, old forms too, each under its own name.
const INTERNAL: &str = "-D__CUDA_API_VERSION_INTERNAL";
/// Shows the names that programs get which ask for the calling thread's default stream.
const PER_THREAD: &str = "-DCUDA_API_PER_THREAD_DEFAULT_STREAM";

/// Makes the three files of the driver.
pub(crate) fn generate(output: &mut Output) -> Result<()> {
    let versions = Versions::read()?;
    let newest = versions.cuda.last().context("ci/versions.toml lists no CUDA release")?;
    let folder = fetch(&newest.runtime, Keep::All)?;
    let header = find(&folder, "include/cuda.h")?;
    let read = Reading { names: NAMES, clang: &clang(&[INTERNAL])? }.all(&header)?;
    let spans = spans(&versions, &read)?;
    let note =
        format!("// Made by `cargo xtask bindings` from cuda.h of CUDA {}. Do not edit.\n", newest.release);

    let types = output::types(&hand_written_debug(read.items.clone()))?;
    output.file(&format!("{GENERATED}/driver_types.rs"), &format!("{note}{TYPES_LINTS}\n{types}"))?;
    let functions =
        output::functions_macro("for_each_driver_function", FUNCTIONS_DOC, &read.functions, &spans)?;
    output.file(&format!("{GENERATED}/driver_functions.rs"), &format!("{note}\n{functions}"))?;
    let results = results(&read, &header, &find_runtime(&folder)?)?;
    output.file(&format!("{GENERATED}/driver_results.rs"), &format!("{note}\n{results}"))
}

const TYPES_LINTS: &str = "#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
// Comparing two structures compares the addresses of the functions in them, which is as good as it gets.
#![allow(unpredictable_function_pointer_comparisons)]

pub use ::core::ffi::{c_char, c_int, c_longlong, c_uchar, c_uint, c_ulonglong, c_ushort, c_void};";

const FUNCTIONS_DOC: &str = "\
/// Hands the list of the driver's functions to another macro.
///
/// `for_each_driver_function! { callback { extra } }` expands to
/// `callback! { extra current { … } legacy { … } }`. Each function is
/// `fn name(argument: type, …) -> result; since 12.0;`, where ` until 12.9` follows if newer headers dropped it.
/// `legacy` holds what drivers export only for programs of long ago; no supported header shows it. The types are those of
/// [`driver`](crate::driver), which the callback needs in scope: `use cuda_sys::driver::*;`.";

/// Returns the arguments for clang: the compiler's own headers, which libclang's wheel lacks, and `more`.
fn clang(more: &[&str]) -> Result<Vec<String>> {
    let output = Command::new("cc").arg("-print-file-name=include").output();
    let output =
        output.context("asking cc where its headers are (a C compiler is needed to make bindings)")?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Ok(more.iter().map(|argument| (*argument).to_owned()).chain([format!("-I{folder}")]).collect())
}

/// Works out which releases have each function of the newest header.
fn spans(versions: &Versions, newest: &Header) -> Result<BTreeMap<String, Span>> {
    let mut spans = BTreeMap::<String, Span>::new();
    let mut last_public = BTreeMap::<String, String>::new();
    for cuda in &versions.cuda {
        let header = find(&fetch(&cuda.runtime, Keep::All)?, "include/cuda.h")?;
        let names = |more: &[&str]| -> Result<BTreeSet<String>> {
            Reading { names: NAMES, clang: &clang(more)? }.function_names(&header)
        };
        let public = &names(&[])? | &names(&[PER_THREAD])?;
        for name in &public | &names(&[INTERNAL])? {
            let span = Span { since: cuda.release.clone(), until: None, legacy: true };
            spans.entry(name).or_insert(span);
        }
        for name in public {
            last_public.insert(name, cuda.release.clone());
        }
    }
    let newest_release = versions.cuda.last().map(|cuda| cuda.release.as_str());
    for (name, last) in last_public {
        if !newest.functions.iter().any(|function| function.name == name) {
            bail!("cuda.h of CUDA {last} declares {name}, and the newest does not");
        }
        let span = spans.get_mut(&name).with_context(|| format!("no release declares {name}"))?;
        span.legacy = false;
        span.until = Some(last).filter(|last| Some(last.as_str()) != newest_release);
    }
    Ok(spans)
}

/// Takes `Debug` off `CUresult`, which prints its name by hand.
fn hand_written_debug(items: Vec<Item>) -> Vec<Item> {
    let without = items.into_iter().map(|item| match item {
        Item::Struct(mut item) if item.ident == "CUresult" => {
            item.attrs.retain(|attribute| !attribute.path().is_ident("derive"));
            item.attrs.push(syn::parse_quote!(#[derive(Copy, Clone, Hash, PartialEq, Eq)]));
            Item::Struct(item)
        }
        other => other,
    });
    without.collect()
}

/// Writes the table of result codes.
fn results(read: &Header, header: &Path, runtime: &Path) -> Result<String> {
    let values = read.items.iter().filter_map(output::enum_values).find(|(name, _)| name == "CUresult");
    let (_, values) = values.context("cuda.h has no CUresult")?;
    let mut codes = BTreeMap::new();
    for (name, code) in values {
        codes.entry(code.parse::<u32>().with_context(|| format!("the value of {name}"))?).or_insert(name);
    }
    let header = fs::read_to_string(header)?;
    let sentences = Sentences::open(runtime)?;
    let mut text =
        "use super::ResultText;\n\n#[rustfmt::skip]\npub(super) const TEXTS: &[ResultText] = &[\n".to_owned();
    for (code, name) in codes {
        let sentence = sentences.get(code).or_else(|| comment(&header, &name));
        let sentence = sentence.with_context(|| format!("nothing says what {name} means"))?;
        writeln!(text, "    ResultText {{ code: {code}, name: {name:?}, sentence: {sentence:?} }},")?;
    }
    text.push_str("];\n");
    Ok(text)
}

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
    ["13", "12", "11.0"]
        .iter()
        .find_map(|soname| find(folder, &format!("lib/libcudart.so.{soname}")).ok())
        .with_context(|| {
            format!("{} holds no libcudart of a major version that this program knows", folder.display())
        })
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

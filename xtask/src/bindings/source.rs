//! One library's headers, and the files that are made from them.

use crate::bindings::abi;
use crate::bindings::header::{Header, Reading};
use crate::bindings::output::{self, Output, Span};
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use xshell::cmd;

/// The headers of a library, and what to make of them.
pub(crate) struct Source {
    /// The crate that gets the files, and the word that their names begin with.
    pub(crate) files: (&'static str, &'static str),
    /// How the note at the head of each file names the newest header, as in `cuda.h of CUDA 13.5`.
    pub(crate) newest: String,
    /// The headers of all releases, oldest first.
    pub(crate) headers: Vec<Release>,
    /// What belongs to the library, as a regular expression over C names.
    pub(crate) names: &'static str,
    /// What it takes from elsewhere, as a regular expression over C names.
    pub(crate) foreign: &'static str,
    /// What makes the header show everything that a program may see; each is an argument for clang.
    pub(crate) views: &'static [&'static str],
    /// What makes the header show also what programs are not meant to see.
    pub(crate) internal: Option<&'static str>,
    /// Lines at the head of the file of types.
    pub(crate) prelude: &'static str,
    /// The macro that hands the list of functions on, and its documentation.
    pub(crate) list: (&'static str, &'static str),
    /// The type of the library's result codes, whose `Debug` is written by hand.
    pub(crate) results: &'static str,
    /// Functions that older headers spell with other names for types of the same layout.
    pub(crate) respelled: &'static [&'static str],
}

/// One release's header.
#[derive(Debug)]
pub(crate) struct Release {
    pub(crate) name: String,
    pub(crate) header: PathBuf,
    /// Folders that hold what the header includes.
    pub(crate) includes: Vec<PathBuf>,
}

/// The result codes of one header: number and name, sorted.
pub(crate) type Codes = BTreeMap<u32, String>;

impl Source {
    /// Makes the files of types, functions and layouts, and returns what the newest header holds.
    pub(crate) fn generate(&self, output: &mut Output) -> Result<Header> {
        let newest = self.headers.last().context("ci/versions.toml lists no release")?;
        let read = self.read(newest)?;
        let spans = self.spans(&read)?;
        let (folder, word) = self.files;
        let note = self.note();

        let types = output::types(&read.items, self.results)?;
        let text = format!("{note}{LINTS}{}\n\n{types}", self.prelude);
        output.file(&format!("{folder}/src/generated/{word}_types.rs"), &text)?;
        let functions = output::functions_macro(self.list, &read.functions, &spans)?;
        output
            .file(&format!("{folder}/src/generated/{word}_functions.rs"), &format!("{note}\n{functions}"))?;
        let header = preprocess(newest, self.internal)?;
        let layouts = abi::list(&read.items, &header, &format!("{note}\n"), &newest.name)?;
        output.file(&format!("{folder}/tests/generated/{word}_abi.rs"), &layouts)?;
        Ok(read)
    }

    /// Reads the whole of one release's header.
    pub(crate) fn read(&self, release: &Release) -> Result<Header> {
        let clang = clang(release, self.internal)?;
        Reading { names: self.names, foreign: self.foreign, clang: &clang }.all(&release.header)
    }

    /// The comment at the head of each file.
    pub(crate) fn note(&self) -> String {
        format!("// Made by `cargo xtask bindings` from {}. Do not edit.\n", self.newest)
    }

    /// Works out which releases have each function of the newest header.
    fn spans(&self, newest: &Header) -> Result<BTreeMap<String, Span>> {
        let mut spans = BTreeMap::<String, Span>::new();
        let mut last_public = BTreeMap::<String, String>::new();
        let mut compared = 0;
        let mut changed = BTreeSet::new();
        // From the newest to the oldest, so that each signature is compared with the one that the bindings have.
        let mut signatures = BTreeMap::<String, String>::new();
        let mut public_of = Vec::new();
        for release in self.headers.iter().rev() {
            let mut names = |view| -> Result<BTreeSet<String>> {
                let clang = clang(release, view)?;
                let reading = Reading { names: self.names, foreign: self.foreign, clang: &clang };
                let functions = reading.signatures(&release.header)?;
                for (name, signature) in &functions {
                    let newest = signatures.entry(name.clone()).or_insert_with(|| signature.clone());
                    compared += 1;
                    if newest != signature && !self.respelled.contains(&name.as_str()) {
                        changed.insert(format!("{} of {}: {newest}, once {signature}", name, release.name));
                    }
                }
                Ok(functions.into_keys().collect())
            };
            let mut public = names(None)?;
            for view in self.views {
                public.append(&mut names(Some(view))?);
            }
            let all = if self.internal.is_some() { &public | &names(self.internal)? } else { public.clone() };
            public_of.push((release, public, all));
        }
        if !changed.is_empty() {
            let changed: Vec<String> = changed.into_iter().collect();
            bail!("functions whose signature has changed:\n{}", changed.join("\n"));
        }
        println!("{}: {compared} signatures of {} releases, none changed", self.newest, self.headers.len());
        for (release, public, all) in public_of.into_iter().rev() {
            for name in all {
                let span = Span { since: release.name.clone(), until: None, legacy: true };
                spans.entry(name).or_insert(span);
            }
            last_public.extend(public.into_iter().map(|name| (name, release.name.clone())));
        }
        let newest_release = self.headers.last().map(|release| release.name.as_str());
        for (name, last) in last_public {
            if self.internal.is_some() && !newest.functions.iter().any(|function| function.name == name) {
                bail!("the header of {last} declares {name}, and the newest does not");
            }
            let span = spans.get_mut(&name).with_context(|| format!("no release declares {name}"))?;
            span.legacy = false;
            span.until = Some(last).filter(|last| Some(last.as_str()) != newest_release);
        }
        Ok(spans)
    }

    /// Takes the names of the result codes out of a header, with their numbers.
    pub(crate) fn values(&self, read: &Header) -> Result<Vec<(String, u32)>> {
        let values = read.items.iter().filter_map(output::enum_values).find(|(name, _)| name == self.results);
        let (_, values) = values.with_context(|| format!("the header has no {}", self.results))?;
        let number = |(name, code): (String, String)| {
            let code = code.parse().with_context(|| format!("the value of {name}"))?;
            Ok((name, code))
        };
        values.into_iter().map(number).collect()
    }

    /// Takes the result codes out of a header; a number with two names keeps the first.
    pub(crate) fn codes(&self, read: &Header) -> Result<Codes> {
        let mut codes = Codes::new();
        for (name, code) in self.values(read)? {
            codes.entry(code).or_insert(name);
        }
        Ok(codes)
    }
}

/// Writes a table of result codes with their sentences.
pub(crate) fn table(
    name: &str,
    codes: &Codes,
    sentence: impl Fn(u32, &str) -> Option<String>,
) -> Result<String> {
    let mut text = format!("#[rustfmt::skip]\npub(super) const {name}: &[ResultText] = &[\n");
    for (code, name) in codes {
        let sentence = sentence(*code, name).with_context(|| format!("nothing says what {name} means"))?;
        writeln!(text, "    ResultText {{ code: {code}, name: {name:?}, sentence: {sentence:?} }},")?;
    }
    text.push_str("];\n");
    Ok(text)
}

/// Makes a sentence of a name: `NVRTC_ERROR_INVALID_INPUT` says "invalid input".
pub(crate) fn words(name: &str, prefixes: &[&str]) -> Option<String> {
    let rest = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix))?;
    Some(rest.to_lowercase().replace('_', " "))
}

/// Returns the arguments for clang: one view of the header, and the folders of what it includes. The compiler's own
/// headers come from `cc`, since libclang's wheel lacks them.
fn clang(release: &Release, view: Option<&str>) -> Result<Vec<String>> {
    let shell = workspace::shell()?;
    let compiler = cmd!(shell, "cc -print-file-name=include").quiet().read();
    let compiler = PathBuf::from(compiler.context("asking the C compiler where its headers are")?);
    let folders = release.includes.iter().chain([&compiler]);
    let folders = folders.map(|folder| format!("-I{}", folder.display()));
    Ok(view.map(str::to_owned).into_iter().chain(folders).collect())
}

/// Returns the header as the compiler sees it, with all that it includes.
fn preprocess(release: &Release, view: Option<&str>) -> Result<String> {
    let (shell, arguments, header) = (workspace::shell()?, clang(release, view)?, &release.header);
    Ok(cmd!(shell, "cc -E {arguments...} {header}").quiet().read()?)
}

const LINTS: &str = "\
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals)]
// Comparing two structures compares the addresses of the functions in them, which is as good as it gets.
#![allow(unpredictable_function_pointer_comparisons)]

";

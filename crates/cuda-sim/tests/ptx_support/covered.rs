//! Which instructions the tests run: `cargo xtask check ptx` asks, and compares with the list of those that compilers make.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;

use cuda_sim::ptx::{Diagnostics, Module};

/// Where to write them.
const VARIABLE: &str = "CUDA_SIM_PTX_COVERED";

/// Parses a text that a test is about to run. If it is taken and somebody asks, its instructions are noted with the name of the
/// test, a line each.
pub(crate) fn parse(source: &str) -> Result<Module, Diagnostics> {
    let module = Module::parse(source)?;
    if let Some(path) = std::env::var_os(VARIABLE) {
        // The harness names each thread by its test.
        let thread = std::thread::current();
        let test = thread.name().unwrap_or("main");
        let binary = std::env::current_exe().unwrap();
        let binary = binary.file_stem().unwrap().to_string_lossy().into_owned();
        let binary = binary.rsplit_once('-').map_or(&*binary, |(name, _)| name);
        let lines: String = forms(source).iter().map(|form| format!("{form}\t{binary}::{test}\n")).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        // One write, so that those of other tests are not mixed in.
        file.write_all(lines.as_bytes()).unwrap();
    }
    Ok(module)
}

/// Lists the instructions of a text with all their modifiers, as in `ld.global.v4.f32`.
fn forms(source: &str) -> BTreeSet<&str> {
    let without_comments = source.lines().map(|line| line.split("//").next().unwrap_or(""));
    without_comments
        .flat_map(|line| line.split([';', '{', '}']))
        .filter_map(|statement| {
            let mut words = statement.split_whitespace().peekable();
            while words.peek()?.starts_with('@') || words.peek()?.ends_with(':') {
                words.next();
            }
            let word = words.next()?;
            let first = word.bytes().next()?;
            first.is_ascii_lowercase().then_some(word)
        })
        .collect()
}

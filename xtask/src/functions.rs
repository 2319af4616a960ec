//! `cargo xtask functions`: the page of the book that lists every function of every library.

use crate::workspace;
use anyhow::{Context, Result, bail};
use cuda_sys::EntryPoint;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Functions {
    /// Changes nothing; fails if the page differs from what the lists and the sources give
    #[arg(long)]
    check: bool,
}

/// The page.
const PAGE: &str = "docs/functions.md";

/// Where the safe layer calls functions.
const SAFE: [&str; 2] = ["crates/context-core/src", "crates/context-cuda/src"];

impl Functions {
    /// Writes the page, or compares it.
    pub(crate) fn run(self) -> Result<()> {
        let page = page(&called()?)?;
        let path = workspace::root().join(PAGE);
        let same = fs::read_to_string(&path).is_ok_and(|present| present == page);
        match (same, self.check) {
            (true, _) => println!("{PAGE}: up to date"),
            (false, true) => {
                bail!("{PAGE} differs from what the lists and the sources give; run `cargo xtask functions`")
            }
            (false, false) => {
                fs::write(&path, page).with_context(|| format!("writing {PAGE}"))?;
                println!("{PAGE}: written");
            }
        }
        Ok(())
    }
}

/// Collects the names that the safe layer calls.
fn called() -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for folder in SAFE {
        collect(&workspace::root().join(folder), &mut names)?;
    }
    Ok(names)
}

fn collect(folder: &Path, names: &mut BTreeSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, names)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
                names.extend(calls(line));
            }
        }
    }
    Ok(())
}

/// Lists the words of a line of Rust that an opening bracket follows.
fn calls(line: &str) -> impl Iterator<Item = String> + '_ {
    let parts = line.split('(');
    let count = line.matches('(').count();
    parts.take(count).filter_map(|before| {
        let word = before.rsplit(|letter: char| !(letter.is_alphanumeric() || letter == '_')).next()?;
        (!word.is_empty()).then(|| word.to_owned())
    })
}

/// Writes the whole page.
fn page(called: &BTreeSet<String>) -> Result<String> {
    let libraries: [(&str, &str, &[EntryPoint]); 7] = [
        ("CUDA driver", "cuda_sys::Driver", cuda_sys::driver::ENTRY_POINTS),
        ("NVRTC", "cuda_sys::Nvrtc", cuda_sys::nvrtc::ENTRY_POINTS),
        ("cuBLAS", "cuda_sys::Cublas", cuda_sys::cublas::ENTRY_POINTS),
        ("cuBLASLt", "cuda_sys::CublasLt", cuda_sys::cublaslt::ENTRY_POINTS),
        ("cuRAND", "cuda_sys::Curand", cuda_sys::curand::ENTRY_POINTS),
        ("cuDNN", "cudnn_sys::Cudnn", cudnn_sys::ENTRY_POINTS),
        ("NCCL", "nccl_sys::Nccl", nccl_sys::ENTRY_POINTS),
    ];
    let mut page = String::from(
        "# Functions\n\n\
         Made by `cargo xtask functions`; do not edit. Every function of every library that is bound: the first of the releases in\n\
         `ci/versions.toml` that has it, the last one that declares it if newer ones do not, and whether `context-core` or `context-cuda` call it.\n\
         Versions are the library's own. All are methods of the type that heads their list, and a library that lacks one answers with a\n\
         `MissingFunction`.\n\n| library | type | functions | of them wrapped |\n|---|---|---:|---:|\n",
    );
    for (name, handle, entries) in libraries {
        let wrapped = entries.iter().filter(|entry| called.contains(entry.name)).count();
        writeln!(page, "| {name} | `{handle}` | {} | {wrapped} |", entries.len())?;
    }
    for (name, handle, entries) in libraries {
        write!(
            page,
            "\n## {name}\n\n`{handle}`\n\n| function | since | until | wrapped |\n|---|---|---|---|\n"
        )?;
        for entry in entries {
            let until = entry.until.map(|until| until.to_string()).unwrap_or_default();
            let wrapped = if called.contains(entry.name) { "yes" } else { "" };
            writeln!(page, "| `{}` | {} | {until} | {wrapped} |", entry.name, entry.since)?;
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::calls;

    #[test]
    fn words_before_brackets_are_calls() {
        let found: Vec<String> = calls("unsafe { call!(self, cuStreamQuery(self.raw)) }?.ok()").collect();

        assert_eq!(found, ["cuStreamQuery", "ok"]);
    }
}

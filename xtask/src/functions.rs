//! `cargo xtask functions`: the page of the book that lists every function of every library.

use crate::cargo::cargo;
use crate::workspace;
use anyhow::{Context, Result, bail};
use cuda_sys::EntryPoints;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::{fmt, fs};

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Functions {
    /// Changes nothing; fails if the page differs from what the lists and the sources give
    #[arg(long)]
    check: bool,
}

/// The page.
const PAGE: &str = "docs/functions.md";

/// The type whose functions the software driver exports.
const DRIVER: &str = "cuda_sys::Driver";

/// Where the safe layer calls functions.
const SAFE: [&str; 2] = ["crates/context-core/src", "crates/context-cuda/src"];

impl Functions {
    /// Writes the page, or compares it.
    pub(crate) fn run(self) -> Result<()> {
        let simulated = Simulated::ask()?;
        let page = page(&called()?, &simulated)?;
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
        println!("{simulated}");
        Ok(())
    }
}

/// What the software driver says of its functions: the driver's own code knows which it has, not its text.
#[derive(Debug)]
struct Simulated {
    /// By name: whether it works, and whether it is idle in null mode.
    functions: BTreeMap<String, (bool, bool)>,
}

impl Simulated {
    /// Runs the example of `cuda-sim` that lists them.
    fn ask() -> Result<Simulated> {
        let mut command = cargo("run");
        command.args(["--quiet", "--package=cuda-sim", "--example=functions"]);
        let output = command.stderr(Stdio::inherit()).output().context("starting cargo")?;
        if !output.status.success() {
            bail!("the software driver did not list its functions: {}", output.status);
        }
        Simulated::read(&String::from_utf8(output.stdout).context("reading the list")?)
    }

    /// Reads lines of a name, `works` or `NOT_SUPPORTED`, and `idle` or nothing, with tabs between.
    fn read(text: &str) -> Result<Simulated> {
        let mut functions = BTreeMap::new();
        for line in text.lines() {
            let words: Vec<&str> = line.split('\t').collect();
            let [name, works @ ("works" | "NOT_SUPPORTED"), null @ ("idle" | "")] = words[..] else {
                bail!("not a line of the list of functions: {line}");
            };
            functions.insert(name.to_owned(), (works == "works", null == "idle"));
        }
        Ok(Simulated { functions })
    }

    /// Counts functions that work, and those that are idle in null mode.
    fn counts(&self) -> (usize, usize) {
        let count = |of: fn(&(bool, bool)) -> bool| self.functions.values().filter(|it| of(it)).count();
        (count(|it| it.0), count(|it| it.1))
    }

    /// Returns the two cells of a function's row.
    fn cells(&self, name: &str) -> Result<[&'static str; 2]> {
        let (works, idle) =
            self.functions.get(name).with_context(|| format!("cuda-sim does not export {name}"))?;
        Ok([if *works { "works" } else { "`NOT_SUPPORTED`" }, if *idle { "idle" } else { "" }])
    }
}

impl fmt::Display for Simulated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (works, idle) = self.counts();
        let count = self.functions.len();
        write!(f, "cuda-sim: {works} of {count} functions declared work, {idle} are idle in null mode")
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
fn page(called: &BTreeSet<String>, simulated: &Simulated) -> Result<String> {
    let libraries: [(&str, &str, &EntryPoints); 7] = [
        ("CUDA driver", DRIVER, &cuda_sys::driver::ENTRY_POINTS),
        ("NVRTC", "cuda_sys::Nvrtc", &cuda_sys::nvrtc::ENTRY_POINTS),
        ("cuBLAS", "cuda_sys::Cublas", &cuda_sys::cublas::ENTRY_POINTS),
        ("cuBLASLt", "cuda_sys::CublasLt", &cuda_sys::cublaslt::ENTRY_POINTS),
        ("cuRAND", "cuda_sys::Curand", &cuda_sys::curand::ENTRY_POINTS),
        ("cuDNN", "cudnn_sys::Cudnn", &cudnn_sys::ENTRY_POINTS),
        ("NCCL", "nccl_sys::Nccl", &nccl_sys::ENTRY_POINTS),
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
        write!(page, "\n## {name}\n\n`{handle}`\n\n")?;
        let is_driver = handle == DRIVER;
        if is_driver {
            write_about_simulation(&mut page, simulated)?;
        }
        let (more, rule) = if is_driver { (" cuda-sim | null mode |", "---|---|") } else { ("", "") };
        writeln!(page, "| function | since | until | wrapped |{more}\n|---|---|---|---|{rule}")?;
        for entry in entries.iter() {
            let until = entry.until.map(|until| until.to_string()).unwrap_or_default();
            let wrapped = if called.contains(entry.name) { "yes" } else { "" };
            write!(page, "| `{}` | {} | {until} | {wrapped} |", entry.name, entry.since)?;
            if is_driver {
                let [works, idle] = simulated.cells(entry.name)?;
                write!(page, " {works} | {idle} |")?;
            }
            page.push('\n');
        }
    }
    Ok(page)
}

/// Writes what the columns of the software driver mean, and what it exports beyond the list.
fn write_about_simulation(page: &mut String, simulated: &Simulated) -> Result<()> {
    writeln!(
        page,
        "{simulated}. All are exported; `NOT_SUPPORTED` is what the others\n\
         return, and the journal names them. In null mode, a function that is idle succeeds at once; all others are as always. The counts have\n\
         the functions below and those of other headers of the driver (profiler, OpenGL, EGL, VDPAU) and of old ABIs, which are exported too:\n"
    )?;
    let listed: BTreeSet<&str> = cuda_sys::driver::ENTRY_POINTS.iter().map(|entry| entry.name).collect();
    let others = simulated.functions.iter().filter(|(name, _)| !listed.contains(name.as_str()));
    let (works, refuses): (Vec<_>, Vec<_>) = others.partition(|(_, (works, _))| *works);
    for (names, what) in [(works, "work"), (refuses, "are refused")] {
        let names: Vec<String> = names.iter().map(|(name, _)| format!("`{name}`")).collect();
        writeln!(page, "- these {what}: {}", names.join(", "))?;
    }
    page.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Simulated, calls};

    #[test]
    fn the_software_drivers_list_is_read_and_counted() {
        let list =
            Simulated::read("cuInit\tworks\t\ncuMemFree_v2\tworks\tidle\ncuX\tNOT_SUPPORTED\t\n").unwrap();

        assert_eq!(list.counts(), (2, 1));
        assert_eq!(list.cells("cuMemFree_v2").unwrap(), ["works", "idle"]);
        assert_eq!(list.cells("cuX").unwrap(), ["`NOT_SUPPORTED`", ""]);
        assert!(list.cells("cuY").is_err() && Simulated::read("cuInit\tperhaps\t").is_err());
    }

    #[test]
    fn words_before_brackets_are_calls() {
        let found: Vec<String> = calls("unsafe { call!(self, cuStreamQuery(self.raw)) }?.ok()").collect();

        assert_eq!(found, ["cuStreamQuery", "ok"]);
    }
}

//! `cargo xtask bench host`: what wrappers cost on the host, above a driver that does nothing, in instructions and driver calls.

use crate::cargo::cargo;
use crate::clang;
use crate::toolkits::{Keep, fetch, find};
use crate::versions::Versions;
use crate::workspace;
use anyhow::{Context, Result, bail, ensure};
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// A column: its title, the binary, and the environment that it runs in.
type Stack = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const STACKS: &[Stack] = &[
    ("raw call", "raw", &[]),
    ("ours, in a scope", "ours", &[]),
    ("ours, outside", "ours", &[("BENCH_BARE", "1")]),
    ("cudarc, one stream", "cudarc", &[("HO_MODE", "default")]),
    ("cudarc, several", "cudarc", &[("HO_MODE", "multi")]),
    ("cuda-core", "cuda-core", &[]),
];

/// What an operation should cost at the most: instructions, and driver calls.
enum Goal {
    None,
    /// So many.
    Fixed(i64, u64),
    /// What the raw call costs, so many instructions, and so many copies of 4 KiB on the host.
    AboveRaw(i64, i64, u64),
}

/// A row: its title, the operation's name in the binaries, and the goal.
const ROWS: &[(&str, &str, Goal)] = &[
    ("bind, already current", "bind", Goal::Fixed(20, 1)),
    ("event record", "event_record", Goal::Fixed(30, 1)),
    ("stream waits for event", "event_wait", Goal::Fixed(30, 1)),
    ("the same, already ordered", "event_wait_ordered", Goal::Fixed(10, 0)),
    ("stream synchronise", "stream_sync", Goal::Fixed(30, 1)),
    ("event from the pool and back", "event_lease", Goal::Fixed(50, 0)),
    ("cuBLAS handle, lent and back", "handle_lease", Goal::Fixed(20, 0)),
    ("a copy of 4 KiB on the host", COPY, Goal::None),
    ("H2D 4 KiB from a slice", "h2d_4k", Goal::AboveRaw(60, 1, 1)),
    ("H2D 4 KiB from pinned memory", "h2d_pinned_4k", Goal::AboveRaw(60, 0, 1)),
    ("D2H 4 KiB into a slice", "d2h_4k", Goal::AboveRaw(60, 0, 2)),
    ("launch, 2 buffers + 2 scalars", "launch_4", Goal::Fixed(130, 1)),
    ("clone of a 4 KiB buffer and drop", "clone_4k", Goal::Fixed(700, 1)),
];

/// How many thousand instructions more than with the raw calls a process should need to start.
const START_ABOVE_RAW: i64 = 38;

/// What goals for copies count in.
const COPY: &str = "copy_4k";

impl Goal {
    /// Prints it, with what `raw` says that an operation costs there.
    fn print(&self, operation: &str, raw: impl Fn(&str) -> String) -> String {
        let instructions = |operation: &str| {
            let figure = raw(operation);
            figure.split_once(' ').and_then(|(first, _)| first.parse::<i64>().ok()).unwrap_or(0)
        };
        match self {
            Goal::None => "-".to_owned(),
            Goal::Fixed(count, calls) => format!("{count} / {calls}"),
            Goal::AboveRaw(more, copies, calls) => {
                let count = instructions(operation) + more + copies * instructions(COPY);
                format!("{count} / {calls}")
            }
        }
    }
}

/// The same operation by the type itself and through a function that is generic over `Context`.
const PAIRS: &[(&str, &str, &str)] = &[
    ("synchronise", "context_sync", "generic:sync"),
    ("H2D 4 KiB from a slice", "h2d_4k", "generic:h2d_4k"),
    ("D2H 4 KiB into a slice", "d2h_4k", "generic:d2h_4k"),
    ("launch", "launch_4", "generic:launch_4"),
];

/// Builds and measures every stack, and prints both tables.
pub(crate) fn run() -> Result<()> {
    let bench = Bench { folder: workspace::root().join("target").join("host-bench") };
    bench.build_driver()?;
    let mut figures = HashMap::new();
    let mut built: HashMap<&str, bool> = HashMap::new();
    for (title, binary, environment) in STACKS {
        let works = match built.get(binary) {
            Some(works) => *works,
            None => bench.build(binary)?,
        };
        built.insert(binary, works);
        if !works {
            println!("{title}: not measured, since it did not build");
            continue;
        }
        let operations = bench.output(binary, environment, &["list"])?;
        for operation in operations.lines() {
            let cost = bench.cost(binary, environment, operation)?;
            figures.insert((*title, operation.to_owned()), cost);
        }
        let start = bench.instructions(binary, environment, &["start"])? / 1000;
        figures.insert((*title, "start".to_owned()), format!("{start} k"));
    }
    let figure = |stack: &str, operation: &str| {
        STACKS
            .iter()
            .find(|(title, ..)| *title == stack)
            .and_then(|(title, ..)| figures.get(&(*title, operation.to_owned())))
            .map_or("-", String::as_str)
    };

    let titles: Vec<&str> = STACKS.iter().map(|(title, ..)| *title).collect();
    println!("\ninstructions / driver calls of one operation\n");
    println!("| operation | {} | goal |\n|---|{}---:|", titles.join(" | "), "---:|".repeat(titles.len()));
    let row = |row: &str, operation: &str, goal: &str| {
        let cells: Vec<&str> = titles.iter().map(|title| figure(title, operation)).collect();
        println!("| {row} | {} | {goal} |", cells.join(" | "));
    };
    for (title, operation, goal) in ROWS {
        row(title, operation, &goal.print(operation, |operation| figure("raw call", operation).to_owned()));
    }
    let raw = figure("raw call", "start").trim_end_matches(" k").parse::<i64>();
    let goal = raw.map_or_else(|_| "-".to_owned(), |raw| format!("{} k", raw + START_ABOVE_RAW));
    row("start of a process", "start", &goal);
    println!("\nwhat a function that is generic over `Context` adds, in a scope\n");
    println!("| operation | on `CudaContext` | through `C: Context` |\n|---|---:|---:|");
    for (row, direct, generic) in PAIRS {
        println!(
            "| {row} | {} | {} |",
            figure("ours, in a scope", direct),
            figure("ours, in a scope", generic)
        );
    }
    Ok(())
}

struct Bench {
    folder: PathBuf,
}

/// How often an operation is run in the two runs of which the difference is taken.
const RUNS: [u64; 2] = [200, 1200];

impl Bench {
    fn source(&self) -> PathBuf {
        workspace::root().join("crates/bench/host")
    }

    fn library_folder(&self) -> PathBuf {
        self.folder.join("lib")
    }

    fn build_driver(&self) -> Result<()> {
        let folder = self.library_folder();
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let status = Command::new(env::var_os("CC").unwrap_or_else(|| "cc".into()))
            .args(["-O2", "-fPIC", "-shared", "-pthread", "-Wl,-soname,libcuda.so.1", "-o"])
            .arg(folder.join("libcuda.so.1"))
            .arg(self.source().join("nullcuda.c"))
            .status()
            .context("starting the C compiler, for the null driver")?;
        ensure!(status.success(), "compiling the null driver: {status}");
        Ok(())
    }

    fn build(&self, binary: &str) -> Result<bool> {
        let mut command = cargo("build");
        command.arg("--release").arg("--quiet").arg("--manifest-path").arg(self.source().join("Cargo.toml"));
        command.arg("--target-dir").arg(&self.folder).args(["--bin", binary]);
        if binary != "raw" {
            command.args(["--features", binary]);
        }
        if binary == "cuda-core" {
            match self.toolkit() {
                Ok(environment) => drop(command.envs(environment)),
                Err(error) => eprintln!("building {binary} with what the system has: {error:#}"),
            }
        }
        Ok(command.status().context("starting cargo")?.success())
    }

    /// Puts together what cuda-core's build script asks for: a toolkit with the newest headers, and libclang. Returns what it finds them by.
    fn toolkit(&self) -> Result<Vec<(&'static str, OsString)>> {
        let versions = Versions::read()?;
        let newest = versions.cuda.last().context("ci/versions.toml lists no CUDA release")?;
        let curand = versions.curand.last().context("ci/versions.toml lists no cuRAND")?;
        let home = self.folder.join("cuda");
        let headers = [
            (&newest.runtime, "cuda.h", Keep::All),
            (&versions.crt, "crt/host_defines.h", Keep::All),
            (&versions.cccl, "nv/target", Keep::All),
            (&curand.wheel, "curand.h", Keep::Headers),
        ];
        for (wheel, header, keep) in headers {
            // The folder of headers is as many levels up as the header's name has.
            let place = find(&fetch(wheel, keep)?, header)?;
            let folder = place.ancestors().nth(Path::new(header).components().count());
            copy_files(folder.context("a header lies in a folder")?, &home.join("include"))?;
        }
        let mut environment = clang::environment(&versions)?;
        environment.push(("CUDA_HOME", home.into()));
        Ok(environment)
    }

    fn command(&self, program: &Path, environment: &[(&str, &str)]) -> Command {
        let mut command = Command::new(program);
        // Nothing else of the environment: the system's loader reads every variable, some 20 k instructions for those of a shell.
        command.env_clear().envs(env::var_os("PATH").map(|path| ("PATH", path)));
        command.env("LD_LIBRARY_PATH", self.library_folder()).envs(environment.iter().copied());
        // So much memory that valgrind has room for four times as many addresses, as a real process has for any device.
        command.env("NULLCUDA_MEM_MIB", "24576");
        command
    }

    fn output(&self, binary: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Result<String> {
        let program = self.folder.join("release").join(binary);
        let output = self.command(&program, environment).args(arguments).output();
        let output = output.with_context(|| format!("starting {}", program.display()))?;
        if !output.status.success() {
            bail!("{binary} {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Counts the instructions of one run, over all threads.
    fn instructions(&self, binary: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Result<i64> {
        let program = self.folder.join("release").join(binary);
        let output = self
            .command(Path::new("valgrind"), environment)
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&program)
            .args(arguments)
            .output()
            .context("starting valgrind, which counts instructions")?;
        let told = String::from_utf8_lossy(&output.stderr);
        let line =
            told.lines().find_map(|line| line.split_once("Collected :").map(|(_, count)| count.trim()));
        line.and_then(|count| count.parse().ok()).with_context(|| format!("valgrind gave no count: {told}"))
    }

    /// Returns what one operation costs, as in `30 / 1`.
    fn cost(&self, binary: &str, environment: &[(&str, &str)], operation: &str) -> Result<String> {
        let mut counts = [0; 2];
        for (count, runs) in counts.iter_mut().zip(RUNS) {
            *count = self.instructions(binary, environment, &["run", operation, &runs.to_string()])?;
        }
        let each = (counts[1] - counts[0]) / (RUNS[1] - RUNS[0]) as i64;
        let calls = self.output(binary, environment, &["calls", operation])?;
        let calls = calls.trim().trim_end_matches('0').trim_end_matches('.');
        Ok(format!("{each} / {}", if calls.is_empty() { "0" } else { calls }))
    }
}

/// Copies a folder's files, and those below it, into another.
fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let path = entry?.path();
        let target = to.join(path.file_name().context("an entry has a name")?);
        if path.is_dir() {
            copy_files(&path, &target)?;
        } else {
            fs::copy(&path, &target).with_context(|| format!("copying {}", path.display()))?;
        }
    }
    Ok(())
}

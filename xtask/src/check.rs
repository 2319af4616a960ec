//! `cargo xtask check`: what must be true of the dependencies.

use crate::clang;
use crate::toolkits::{Keep, fetch, find};
use crate::versions::Versions;
use crate::workspace;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::collections::BTreeSet;
use xshell::cmd;

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// What to check
    what: What,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum What {
    /// The default build has nothing of CUDA and at most 50 crates
    Light,
    /// No build needs a C compiler, libclang or a toolkit
    NoToolkit,
    /// A program that links the driver builds against a `libcuda.so` and calls it
    Link,
    /// The bindings to the reader's own `cuda.h` build, with the oldest and the newest of the headers
    Header,
    /// Every dependency has a licence that deny.toml allows
    Licences,
    /// Miri finds nothing undefined in context-core and the queue and teams of context-cpu; needs `rustup component add miri rust-src --toolchain nightly`
    Miri,
    /// The tests run every instruction that NVIDIA's compilers were seen to make; prints which test runs which
    Ptx,
    /// Every unsafe block and implementation is argued; prints how many there are
    Unsafe,
}

impl Check {
    /// Checks one thing.
    pub(crate) fn run(self) -> Result<()> {
        match self.what {
            What::Light => light(),
            What::NoToolkit => no_toolkit(),
            What::Link => link(),
            What::Header => header(),
            What::Miri => miri(),
            What::Licences => licences(),
            What::Ptx => crate::ptx::check(),
            What::Unsafe => crate::unsafe_code::check(),
        }
    }
}

/// The most crates that the default build may have, this project's own among them.
const MOST_CRATES: usize = 50;

fn light() -> Result<()> {
    let crates = tree(&["--edges=normal", "--package=device-context"])?;
    let cuda: Vec<&String> =
        crates.iter().filter(|name| name.contains("cuda") || name.contains("cudnn")).collect();
    if !cuda.is_empty() {
        bail!("the default build of device-context has crates of CUDA: {cuda:?}");
    }
    if crates.len() > MOST_CRATES {
        bail!(
            "the default build of device-context has {} crates, more than {MOST_CRATES}: {crates:?}",
            crates.len()
        );
    }
    println!("the default build has {} crates, none of CUDA", crates.len());
    Ok(())
}

fn link() -> Result<()> {
    let shell = workspace::shell()?;
    // The software driver stands in for a stub; the C compiler's linker finds it by the name of a stub.
    let target = workspace::root().join("target/check-link");
    let folder = target.join("debug/cuda-sim");
    let weak = "profile.dev.package.cuda-sim.opt-level=0";
    cmd!(shell, "cargo build --quiet --package cuda-sim --config {weak} --target-dir {target}").run()?;
    let flags = format!("-L native={}", folder.display());
    let program = cmd!(shell, "cargo run --quiet --package cuda-sys --features link --example linked");
    let said = program.arg("--target-dir").arg(target.join("linked"));
    let said = said.env("RUSTFLAGS", flags).env("LD_LIBRARY_PATH", &folder).quiet().read()?;
    if !said.ends_with("CUDA_SUCCESS, cuInit: CUDA_SUCCESS") {
        bail!("the linked program said: {said}");
    }
    println!("a program that links the driver says: {said}");
    Ok(())
}

fn miri() -> Result<()> {
    let shell = workspace::shell()?;
    if cmd!(shell, "cargo +nightly miri --version").quiet().ignore_stderr().read().is_err() {
        bail!("Miri is missing: rustup component add miri rust-src --toolchain nightly");
    }
    // A folder of its own: Miri builds everything in its own way.
    let target = workspace::root().join("target/check-miri");
    let miri = |package: &str, tests: &[&str]| {
        let test = cmd!(shell, "cargo +nightly miri test --package {package} --target-dir {target}");
        // Tests read the time and their own settings; few random programs, since each takes a thousand times as long.
        test.args(tests).env("MIRIFLAGS", "-Zmiri-disable-isolation").env("POOL_FUZZ", "4").run()
    };
    miri("context-core", &["--lib"])?;
    miri("context-core", &["--test=pool", "any_bytes"])?;
    // What threads share. The rest of this crate asks the system for more than Miri has of it.
    miri("context-cpu", &["--lib", "--", "queue", "team"])?;
    Ok(())
}

fn header() -> Result<()> {
    let versions = Versions::read()?;
    let shell = workspace::shell()?;
    let clang = clang::environment(&versions)?;
    for release in versions.cuda.first().into_iter().chain(versions.cuda.last()) {
        let header = find(&fetch(&release.runtime, Keep::All)?, "include/cuda.h")?;
        let check = cmd!(shell, "cargo check --quiet --package cuda-sys --features bindgen");
        check.env("CUDA_SYS_HEADER", &header).envs(clang.clone()).quiet().run()?;
        println!("CUDA {}: the reader's own header is bound at build", release.release);
    }
    Ok(())
}

fn no_toolkit() -> Result<()> {
    let crates = tree(&["--edges=normal,build", "--package=device-context", "--features=cuda,sim"])?;
    // Each of these runs a compiler, or looks for a library, when it builds.
    let tools = ["cc", "cmake", "bindgen", "clang-sys", "pkg-config", "vcpkg", "autotools"];
    let found: Vec<&str> = tools.into_iter().filter(|tool| crates.contains(*tool)).collect();
    if !found.is_empty() {
        bail!("building device-context with cuda and sim uses {}", found.join(", "));
    }
    println!("{} crates, and none of them runs a C compiler, libclang or pkg-config", crates.len());
    Ok(())
}

/// Lists the names of the crates in a build.
fn tree(arguments: &[&str]) -> Result<BTreeSet<String>> {
    let (shell, format) = (workspace::shell()?, "{p}");
    let tree = cmd!(shell, "cargo tree --prefix=none --format={format} --no-dedupe {arguments...}");
    let lines = tree.quiet().read()?;
    Ok(lines.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}

/// The part of `deny.toml` that lists licences.
#[derive(Debug, Deserialize)]
struct Deny {
    licenses: Licenses,
}

#[derive(Debug, Deserialize)]
struct Licenses {
    allow: Vec<String>,
}

/// What `cargo metadata` prints.
#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
}

fn licences() -> Result<()> {
    let shell = workspace::shell()?;
    let version = cmd!(shell, "cargo deny --version").quiet().ignore_status().ignore_stderr().output()?;
    if version.status.success() {
        return Ok(cmd!(shell, "cargo deny check licenses bans sources").run()?);
    }
    println!(
        "cargo-deny is not installed: its bans and sources were not checked, the licences are checked here"
    );
    let path = workspace::root().join("deny.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let allowed =
        toml::from_str::<Deny>(&text).with_context(|| format!("in {}", path.display()))?.licenses.allow;
    let metadata = cmd!(shell, "cargo metadata --format-version=1 --all-features").quiet().read()?;
    let packages = serde_json::from_str::<Metadata>(&metadata).context("reading cargo metadata")?.packages;
    let mut refused = Vec::new();
    for package in &packages {
        let licence = package.license.as_deref().unwrap_or("none");
        if !is_allowed(licence, &allowed) {
            refused.push(format!("{} {} ({licence})", package.name, package.version));
        }
    }
    if !refused.is_empty() {
        bail!("deny.toml does not allow the licence of {}", refused.join(", "));
    }
    println!("the licences of all {} crates are allowed", packages.len());
    Ok(())
}

/// Tells whether an expression such as `MIT OR (Apache-2.0 AND BSD-3-Clause)` can be met by the licences in `allowed`.
/// Old manifests write a slash for OR.
fn is_allowed(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    let met = either(&mut rest, allowed);
    met && rest.is_empty()
}

/// `a OR b OR …`
fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = both(words, allowed);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        met |= both(words, allowed);
    }
    met
}

/// `a AND b AND …`
fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut met = one(words, allowed);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        met &= one(words, allowed);
    }
    met
}

/// A name, a name with an exception, or an expression in parentheses.
fn one(words: &mut &[&str], allowed: &[String]) -> bool {
    let is_listed = |name: &str| allowed.iter().any(|allowed| allowed == name);
    match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let met = either(words, allowed);
            match *words {
                [")", rest @ ..] => {
                    *words = rest;
                    met
                }
                _ => false,
            }
        }
        [name, "WITH", exception, rest @ ..] => {
            let met = is_listed(&format!("{name} WITH {exception}"));
            *words = rest;
            met
        }
        [name, rest @ ..] => {
            *words = rest;
            is_listed(name)
        }
        [] => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_allowed;

    #[test]
    fn licence_expressions_are_read_as_they_are_meant() {
        let allowed =
            ["MIT", "Apache-2.0", "Unicode-3.0", "Apache-2.0 WITH LLVM-exception"].map(String::from);
        let holds = |expression| is_allowed(expression, &allowed);

        for expression in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(holds(expression), "{expression}");
        }
        for expression in
            ["", "none", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT Apache-2.0", "MIT WITH Classpath"]
        {
            assert!(!holds(expression), "{expression}");
        }
    }
}

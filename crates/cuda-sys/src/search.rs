//! Where libraries are looked for: the order is data, and [`Product::search`] prints it for the machine that it runs on.
//!
//! A [`Product`] names the files of one library; the [`Rule`]s say in which folders they may lie. What the rules look at
//! (variables, the program's own folder, the root of the file system) is a value, [`Surroundings`], so that any machine can
//! be described in a test.

use crate::Version;
use std::ffi::{CStr, OsString};
use std::path::{Path, PathBuf};
use std::{env, fmt, fs};

/// A library that can be loaded: its name, and the files that it comes in.
#[derive(Debug)]
pub struct Product {
    /// What messages call it, as in "no CUDA driver".
    pub name: &'static str,
    /// How messages name one release of it, as in `("a CUDA ", " driver")` for "a CUDA 12.8 driver".
    pub release: (&'static str, &'static str),
    /// The environment variable that holds its path, which is tried before everything else.
    pub variable: &'static str,
    /// The names of its file on Linux, the newest release first.
    pub linux: &'static [&'static str],
    /// The names of its file on Windows, the newest release first.
    pub windows: &'static [&'static str],
    /// The folders below `nvidia` in which Python wheels have it. None: it comes with the system's driver, and neither
    /// wheels nor toolkits have it.
    pub wheels: &'static [&'static str],
    /// The beginning of the name of a library that it opens later by its bare name. It is opened from the same folder,
    /// since not every release looks there itself (NVRTC 13.0 does not).
    pub companion: Option<&'static str>,
    /// The function that every release has, without which a file is not this library.
    pub required: &'static CStr,
    /// The oldest release whose interface the bindings describe. An older file is refused.
    pub oldest: Version,
    /// The newest major release whose interface the bindings describe, if another may change it. A newer file is refused.
    /// The driver has none: it keeps what it once had.
    pub newest_major: Option<u16>,
}

/// Why a file is looked for in a place. [`Rule::ORDER`] is the order in which the rules are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A path that the caller named. Nothing else is tried.
    Path,
    /// The product's own environment variable.
    Variable,
    /// The process has loaded it already.
    Loaded,
    /// The system's loader, by bare name: `LD_LIBRARY_PATH` and the cache of `ldconfig`, or `PATH` on Windows.
    System,
    /// The folder of the running program, and `../lib` beside it.
    Program,
    /// A CUDA toolkit that `CUDA_PATH` or `CUDA_HOME` names.
    Toolkit,
    /// NVIDIA's wheels in the active Python environment, which `VIRTUAL_ENV` names.
    Python,
    /// The active conda environment, which `CONDA_PREFIX` names.
    Conda,
    /// CUDA toolkits in their usual place, the newest first.
    Installed,
    /// Where Windows puts the driver for Linux programs.
    Wsl,
}

impl Rule {
    /// The order of a search.
    pub const ORDER: &'static [Self] = &[
        Self::Variable,
        Self::Loaded,
        Self::System,
        Self::Program,
        Self::Toolkit,
        Self::Python,
        Self::Conda,
        Self::Installed,
        Self::Wsl,
    ];

    /// How many rules of a search look at one variable only, which is the product's own.
    const NEAR: usize = 3;

    /// Tells whether the rule looks where the environment says, which a program with another user's rights must not do.
    fn trusts_the_environment(self) -> bool {
        matches!(self, Self::Variable | Self::Toolkit | Self::Python | Self::Conda)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path => "the path that was given",
            Self::Variable => "the product's variable",
            Self::Loaded => "already loaded",
            Self::System => "the system's loader",
            Self::Program => "beside the program",
            Self::Toolkit => "CUDA_PATH, CUDA_HOME",
            Self::Python => "VIRTUAL_ENV",
            Self::Conda => "CONDA_PREFIX",
            Self::Installed => "installed toolkits",
            Self::Wsl => "the driver for Linux under Windows",
        })
    }
}

/// A place in which a library is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Candidate {
    /// A file, opened by its path.
    File(Rule, PathBuf),
    /// What the process has loaded under one of these names, the first that it has.
    Loaded(&'static [&'static str]),
    /// A bare name, given to the system's loader.
    Name(Rule, &'static str),
    /// A folder, with the names that are looked for in it, in this order.
    Folder(Rule, PathBuf, &'static [&'static str]),
}

impl Candidate {
    /// Returns the rule that the place comes from.
    pub fn rule(&self) -> Rule {
        match self {
            Self::Loaded(_) => Rule::Loaded,
            Self::File(rule, _) | Self::Name(rule, _) | Self::Folder(rule, ..) => *rule,
        }
    }
}

/// The system whose rules are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Linux, and whatever has no rules of its own.
    Linux,
    /// Windows.
    Windows,
}

/// What a search looks at besides files. [`Surroundings::present`] takes it from the process.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The system.
    pub system: System,
    /// Environment variables; those that are empty count as not set.
    pub variables: Vec<(String, OsString)>,
    /// The running program.
    pub program: Option<PathBuf>,
    /// The root of the file system.
    pub root: PathBuf,
    /// Whether the program runs with other rights than its user's, so that the environment must not choose code for it.
    pub secure: bool,
}

impl Surroundings {
    /// Reads what the present process sees. Only the variables that the rules name, and that of `product`, are read.
    pub fn present(product: &Product) -> Self {
        const VARIABLES: [&str; 5] =
            ["CUDA_PATH", "CUDA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "LD_LIBRARY_PATH"];
        let mut near = Self::near(product);
        near.variables.extend(VARIABLES.into_iter().filter_map(variable));
        Self { program: env::current_exe().ok(), ..near }
    }

    /// Reads what the rules look at that are tried first.
    fn near(product: &Product) -> Self {
        Self {
            system: if cfg!(windows) { System::Windows } else { System::Linux },
            variables: variable(product.variable).into_iter().collect(),
            program: None,
            root: PathBuf::from("/"),
            secure: has_other_rights(),
        }
    }

    /// Returns what the variable `name` says, if it says anything.
    pub fn variable(&self, name: &str) -> Option<PathBuf> {
        let found = self.variables.iter().find(|(variable, value)| variable == name && !value.is_empty());
        found.map(|(_, value)| PathBuf::from(value))
    }
}

/// Reads an environment variable, if it is set.
fn variable(name: &str) -> Option<(String, OsString)> {
    Some((name.to_owned(), env::var_os(name)?))
}

/// Tells whether the program runs with other rights than those of its user (`AT_SECURE`).
#[cfg(target_os = "linux")]
#[allow(unsafe_code)]
fn has_other_rights() -> bool {
    // SAFETY: the call reads one word that the kernel left in the process.
    unsafe { libc::getauxval(libc::AT_SECURE) != 0 }
}

#[cfg(not(target_os = "linux"))]
fn has_other_rights() -> bool {
    false
}

/// The order in which one library is looked for on one machine. It prints as a list, a line each place.
#[derive(Debug)]
pub struct Search {
    /// The library.
    pub product: &'static Product,
    /// The places, in order.
    pub candidates: Vec<Candidate>,
}

impl fmt::Display for Search {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} is looked for in this order; {} names a file",
            self.product.name, self.product.variable
        )?;
        for (index, candidate) in self.candidates.iter().enumerate() {
            let number = index + 1;
            let rule = candidate.rule().to_string();
            write!(f, "{number:3}. {rule:34} ")?;
            match candidate {
                Candidate::File(_, path) => writeln!(f, "{}", path.display())?,
                Candidate::Loaded(names) => writeln!(f, "{}", names.join(", "))?,
                Candidate::Name(_, name) => writeln!(f, "{name}")?,
                Candidate::Folder(_, folder, names) => {
                    writeln!(f, "{}: {}", folder.display(), names.join(", "))?;
                }
            }
        }
        Ok(())
    }
}

impl Product {
    /// Lists the places in which this library is looked for, in order, as the present process sees them. No file is
    /// opened; folders of toolkits and of Python are listed.
    pub fn search(&'static self) -> Search {
        self.search_in(&Surroundings::present(self))
    }

    /// Lists the places in which this library is looked for in `surroundings`.
    pub fn search_in(&'static self, surroundings: &Surroundings) -> Search {
        Search { product: self, candidates: self.places(Rule::ORDER, surroundings) }
    }

    /// Lists the same places as [`search`](Product::search), one after the other. Most searches end at the first rules, so that what the
    /// others look at is read when it comes to them.
    pub(crate) fn candidates(&'static self) -> impl Iterator<Item = Candidate> {
        let (near, far) = Rule::ORDER.split_at(Rule::NEAR);
        let later = std::iter::once_with(|| self.places(far, &Surroundings::present(self)));
        self.places(near, &Surroundings::near(self)).into_iter().chain(later.flatten())
    }

    /// Lists the places of some rules, each once.
    fn places(&'static self, rules: &[Rule], surroundings: &Surroundings) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for rule in rules.iter().filter(|rule| !(surroundings.secure && rule.trusts_the_environment())) {
            self.add(*rule, surroundings, &mut candidates);
        }
        let mut kept = Vec::new();
        for candidate in candidates {
            if !kept.contains(&candidate) {
                kept.push(candidate);
            }
        }
        kept
    }

    /// Returns the names of the file on `system`, the newest release first.
    pub fn files(&self, system: System) -> &'static [&'static str] {
        match system {
            System::Linux => self.linux,
            System::Windows => self.windows,
        }
    }

    /// Tells whether this is the driver, which comes with the system and not with toolkits.
    pub const fn is_driver(&self) -> bool {
        self.wheels.is_empty()
    }

    /// Names one release of this library in a sentence.
    pub(crate) fn named(&self, version: Version) -> String {
        let (before, after) = self.release;
        format!("{before}{version}{after}")
    }

    /// Adds the places of one rule.
    fn add(&'static self, rule: Rule, surroundings: &Surroundings, to: &mut Vec<Candidate>) {
        let names = self.files(surroundings.system);
        let folder = |folder: PathBuf| Candidate::Folder(rule, folder, names);
        let is_in_toolkits = !self.is_driver();
        match rule {
            Rule::Path => {}
            Rule::Variable => {
                to.extend(surroundings.variable(self.variable).map(|path| Candidate::File(rule, path)));
            }
            Rule::Loaded => to.push(Candidate::Loaded(names)),
            Rule::System => to.extend(names.iter().map(|name| Candidate::Name(rule, name))),
            Rule::Program => {
                let beside = surroundings.program.as_deref().and_then(Path::parent);
                to.extend(beside.into_iter().flat_map(|beside| {
                    let lib = beside.parent().map(|above| folder(above.join("lib")));
                    [Some(folder(beside.to_owned())), lib].into_iter().flatten()
                }));
            }
            Rule::Toolkit if is_in_toolkits => {
                let toolkits =
                    ["CUDA_PATH", "CUDA_HOME"].into_iter().filter_map(|name| surroundings.variable(name));
                to.extend(
                    toolkits.flat_map(|toolkit| toolkit_folders(surroundings.system, &toolkit)).map(folder),
                );
            }
            Rule::Python if is_in_toolkits => {
                let environment = surroundings.variable("VIRTUAL_ENV");
                to.extend(
                    environment.iter().flat_map(|it| self.wheel_folders(surroundings.system, it)).map(folder),
                );
            }
            Rule::Conda if is_in_toolkits => {
                if let Some(prefix) = surroundings.variable("CONDA_PREFIX") {
                    to.extend(conda_folders(surroundings.system, &prefix).into_iter().map(folder));
                    to.extend(self.wheel_folders(surroundings.system, &prefix).into_iter().map(folder));
                }
            }
            Rule::Installed if is_in_toolkits => {
                let toolkits = installed_toolkits(surroundings);
                to.extend(
                    toolkits
                        .iter()
                        .flat_map(|toolkit| toolkit_folders(surroundings.system, toolkit))
                        .map(folder),
                );
            }
            Rule::Wsl if !is_in_toolkits && surroundings.system == System::Linux => {
                to.push(folder(surroundings.root.join("usr/lib/wsl/lib")));
            }
            Rule::Toolkit | Rule::Python | Rule::Conda | Rule::Installed | Rule::Wsl => {}
        }
    }

    /// Lists the folders in which wheels have the library, below a Python environment.
    fn wheel_folders(&self, system: System, environment: &Path) -> Vec<PathBuf> {
        let packages: Vec<PathBuf> = match system {
            System::Windows => vec![environment.join("Lib").join("site-packages")],
            System::Linux => {
                let is_python = |name: &str| name.starts_with("python3.");
                let versions = newest_first(&environment.join("lib"), is_python);
                versions.into_iter().map(|folder| folder.join("site-packages")).collect()
            }
        };
        let folder = if system == System::Windows { "bin" } else { "lib" };
        let folders = packages.iter().flat_map(|packages| {
            self.wheels.iter().map(move |wheel| packages.join("nvidia").join(wheel).join(folder))
        });
        folders.collect()
    }
}

/// Lists the folders of libraries in a toolkit.
fn toolkit_folders(system: System, toolkit: &Path) -> Vec<PathBuf> {
    match system {
        System::Windows => vec![toolkit.join("bin").join("x64"), toolkit.join("bin")],
        System::Linux => {
            let target = format!(
                "targets/{}-linux/lib",
                if cfg!(target_arch = "aarch64") { "sbsa" } else { "x86_64" }
            );
            vec![toolkit.join("lib64"), toolkit.join(target), toolkit.join("lib")]
        }
    }
}

/// Lists the folders of libraries in a conda environment.
fn conda_folders(system: System, prefix: &Path) -> Vec<PathBuf> {
    match system {
        System::Windows => vec![prefix.join("Library").join("bin")],
        System::Linux => toolkit_folders(system, prefix).into_iter().skip(1).rev().collect(),
    }
}

/// Lists the toolkits in their usual place: `/usr/local/cuda`, which the administrator chose, then the newest first.
fn installed_toolkits(surroundings: &Surroundings) -> Vec<PathBuf> {
    match surroundings.system {
        System::Windows => {
            let folder = surroundings.root.join("Program Files/NVIDIA GPU Computing Toolkit/CUDA");
            newest_first(&folder, |name| name.starts_with('v'))
        }
        System::Linux => {
            let local = surroundings.root.join("usr/local");
            let chosen = Some(local.join("cuda")).filter(|folder| folder.is_dir());
            chosen.into_iter().chain(newest_first(&local, |name| name.starts_with("cuda-"))).collect()
        }
    }
}

/// Lists the folders in `folder` whose names `wanted` accepts, the highest version number first.
fn newest_first(folder: &Path, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    /// Nobody has more releases than this side by side; a folder that has is not what it seems.
    const MOST: usize = 64;

    let mut found: Vec<(Vec<u32>, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten().take(MOST * 64) {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| wanted(name)) else { continue };
        let numbers = name.split(|letter: char| !letter.is_ascii_digit());
        let numbers = numbers.filter_map(|number| number.parse().ok()).collect();
        found.push((numbers, entry.path()));
    }
    found.sort_unstable_by(|a, b| b.cmp(a));
    found.truncate(MOST);
    found.into_iter().map(|(_, path)| path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A product with every kind of place.
    static LIBRARY: Product = Product {
        name: "a library",
        release: ("a library ", ""),
        variable: "A_LIBRARY",
        linux: &["liba.so.2", "liba.so.1"],
        windows: &["a64_2.dll"],
        wheels: &["cu13", "a"],
        companion: None,
        required: c"aVersion",
        oldest: Version::new(1, 0),
        newest_major: Some(2),
    };

    fn surroundings(system: System, root: &Path, variables: &[(&str, &str)]) -> Surroundings {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), value.into())).collect();
        let program = Some(root.join("opt/tool/bin/program"));
        Surroundings { system, variables, program, root: root.to_owned(), secure: false }
    }

    fn folders(search: &Search, rule: Rule) -> Vec<String> {
        let folders = search.candidates.iter().filter_map(|candidate| match candidate {
            Candidate::Folder(of, folder, _) if *of == rule => Some(folder.display().to_string()),
            _ => None,
        });
        folders.collect()
    }

    #[test]
    fn rules_follow_the_documented_order() {
        let variables = [("A_LIBRARY", "/x/liba.so"), ("CUDA_HOME", "/toolkit"), ("CONDA_PREFIX", "/conda")];
        let search = LIBRARY.search_in(&surroundings(System::Linux, Path::new("/nowhere"), &variables));

        let mut rules: Vec<Rule> = search.candidates.iter().map(Candidate::rule).collect();
        rules.dedup();
        let expected: Vec<Rule> = Rule::ORDER.iter().copied().filter(|rule| rules.contains(rule)).collect();
        assert_eq!(rules, expected);
        assert_eq!(search.candidates[0], Candidate::File(Rule::Variable, "/x/liba.so".into()));
        assert_eq!(
            folders(&search, Rule::Toolkit),
            ["/toolkit/lib64", "/toolkit/targets/x86_64-linux/lib", "/toolkit/lib"]
        );
        assert_eq!(folders(&search, Rule::Program), ["/nowhere/opt/tool/bin", "/nowhere/opt/tool/lib"]);
    }

    #[test]
    fn a_search_that_goes_on_comes_to_the_places_that_are_listed() {
        let candidates: Vec<Candidate> = LIBRARY.candidates().collect();

        assert_eq!(candidates, LIBRARY.search().candidates);
        let near = Surroundings::near(&LIBRARY);
        let first = LIBRARY.places(&Rule::ORDER[..Rule::NEAR], &near);
        assert_eq!(first, candidates[..first.len()], "these rules look at nothing else");
    }

    #[test]
    fn windows_has_names_and_folders_of_its_own() {
        let variables = [("CUDA_PATH", "/cuda"), ("VIRTUAL_ENV", "/venv")];
        let search = LIBRARY.search_in(&surroundings(System::Windows, Path::new("/nowhere"), &variables));

        assert!(search.candidates.contains(&Candidate::Name(Rule::System, "a64_2.dll")));
        assert_eq!(folders(&search, Rule::Toolkit), ["/cuda/bin/x64", "/cuda/bin"]);
        assert_eq!(
            folders(&search, Rule::Python),
            ["/venv/Lib/site-packages/nvidia/cu13/bin", "/venv/Lib/site-packages/nvidia/a/bin"]
        );
        assert!(!search.to_string().contains(".so"), "{search}");
    }

    #[test]
    fn the_newest_toolkit_and_python_come_first() {
        let root = env::temp_dir().join(format!("cuda-sys-search-{}", std::process::id()));
        for folder in ["usr/local/cuda-9.2", "usr/local/cuda-12.9", "usr/local/cuda-12.10", "usr/local/cuda"]
        {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        for folder in ["venv/lib/python3.9", "venv/lib/python3.13", "venv/lib/other"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        let venv = root.join("venv").display().to_string();
        let search = LIBRARY.search_in(&surroundings(System::Linux, &root, &[("VIRTUAL_ENV", &venv)]));
        let installed = folders(&search, Rule::Installed);
        let python = folders(&search, Rule::Python);
        fs::remove_dir_all(&root).unwrap();

        let toolkits: Vec<&str> =
            installed.iter().filter_map(|it| it.strip_suffix("/lib64")?.rsplit('/').next()).collect();
        assert_eq!(toolkits, ["cuda", "cuda-12.10", "cuda-12.9", "cuda-9.2"]);
        assert_eq!(python.len(), 4);
        assert!(python[0].ends_with("/python3.13/site-packages/nvidia/cu13/lib"), "{python:?}");
        assert!(python[3].ends_with("/python3.9/site-packages/nvidia/a/lib"), "{python:?}");
    }

    #[test]
    fn an_empty_variable_counts_as_not_set() {
        let variables = [("A_LIBRARY", ""), ("CUDA_PATH", "")];
        let search = LIBRARY.search_in(&surroundings(System::Linux, Path::new("/nowhere"), &variables));

        assert!(search.candidates.iter().all(|it| !matches!(it.rule(), Rule::Variable | Rule::Toolkit)));
    }

    #[test]
    fn with_other_rights_than_the_user_s_the_environment_chooses_nothing() {
        let variables = [("A_LIBRARY", "/x/liba.so"), ("CUDA_PATH", "/cuda"), ("CONDA_PREFIX", "/conda")];
        let mut surroundings = surroundings(System::Linux, Path::new("/nowhere"), &variables);
        surroundings.secure = true;
        let search = LIBRARY.search_in(&surroundings);

        assert!(search.candidates.iter().all(|candidate| !candidate.rule().trusts_the_environment()));
        assert!(!search.candidates.is_empty());
    }
}

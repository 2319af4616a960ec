#![allow(dead_code, reason = "each test file uses a part of this")]
//! Asking a C compiler about headers.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs, process};

/// Something that both languages can say of an interface: a C expression, and the value of its Rust counterpart.
pub(crate) struct Item {
    pub(crate) c: &'static str,
    pub(crate) rust: i64,
}

/// Writes the list of items that `cargo xtask bindings` collected from the header.
#[allow(unused_macros, reason = "each test file uses a part of this")]
macro_rules! abi {
    (
        newest $newest:literal
        $( type $type:ident $c_type:literal { $( $($field:ident).+ $c_field:literal, )* } )*
        $( enum $enum:ident { $( $value:ident, )* } )*
        $( constant $constant:ident )*
    ) => {
        pub(super) const NEWEST: &str = $newest;
        pub(super) static ITEMS: &[Item] = &[
            $(
                Item { c: concat!("sizeof(", $c_type, ")"), rust: size_of::<$type>() as i64 },
                Item { c: concat!("_Alignof(", $c_type, ")"), rust: align_of::<$type>() as i64 },
                $( Item {
                    c: concat!("offsetof(", $c_type, ", ", $c_field, ")"),
                    rust: core::mem::offset_of!($type, $($field).+) as i64,
                }, )*
            )*
            $( $( Item { c: stringify!($value), rust: $enum::$value.0 as i64 }, )* )*
            $( Item { c: stringify!($constant), rust: $constant as i64 }, )*
        ];
    };
}

/// The header of one release.
pub(crate) struct Release {
    pub(crate) name: String,
    pub(crate) header: PathBuf,
    /// Folders of what the header includes.
    pub(crate) includes: Vec<PathBuf>,
}

impl Release {
    /// Finds the header in every wheel in the cache whose name begins with `wheel`.
    pub(crate) fn all(wheel: &str, header: &str) -> Vec<Self> {
        let Some(cache) = env::var_os("DEVICE_CONTEXT_TOOLKITS").map(PathBuf::from).or_else(default_cache)
        else {
            return Vec::new();
        };
        let entries = fs::read_dir(cache).into_iter().flatten().flatten();
        let folders = entries.map(|entry| entry.path()).filter_map(|folder| {
            let name = folder.file_name()?.to_str()?.to_owned();
            let header = find(&folder.join("nvidia"), header)?;
            name.starts_with(wheel).then_some(Self { name, header, includes: Vec::new() })
        });
        let mut releases: Vec<Self> = folders.collect();
        releases.sort_by(|a, b| a.name.cmp(&b.name));
        // A wheel may be there twice: whole, and its headers alone.
        releases.dedup_by(|later, earlier| later.name.strip_suffix("-headers") == Some(&earlier.name));
        releases
    }

    /// As [`all`](Self::all), for a header that includes those of the CUDA runtime, which are then the newest in the cache.
    pub(crate) fn with_cuda(wheel: &str, header: &str) -> Result<Vec<Self>, String> {
        let headers = [
            ("nvidia-cuda-runtime-13", "cuda_runtime.h"),
            ("nvidia-cuda-crt", "crt/host_defines.h"),
            ("nvidia-cuda-cccl", "nv/target"),
        ];
        let mut includes = Vec::new();
        for (wheel, header) in headers {
            let newest = Self::all(wheel, header).pop();
            let folder =
                newest.and_then(|it| Some(it.header.ancestors().nth(header.split('/').count())?.to_owned()));
            includes.push(
                folder.ok_or_else(|| {
                    format!("{header} of {wheel} is not in the cache (cargo xtask toolkits)")
                })?,
            );
        }
        let mut releases = Self::all(wheel, header);
        for release in &mut releases {
            release.includes = release
                .header
                .parent()
                .map(PathBuf::from)
                .into_iter()
                .chain(includes.iter().cloned())
                .collect();
        }
        Ok(releases)
    }
}

/// Finds the library of every release in the cache: the first of `names` in each wheel that has one. The names of wheels and
/// headers are those of [`Release::all`].
pub(crate) fn libraries(wheel: &str, header: &str, names: &[&str]) -> Vec<PathBuf> {
    let releases = Release::all(wheel, header);
    let folders = releases.iter().filter_map(|release| Some(release.header.parent()?.parent()?.join("lib")));
    let files =
        folders.filter_map(|folder| names.iter().map(|name| folder.join(name)).find(|file| file.is_file()));
    files.collect()
}

/// Where `cargo xtask toolkits` keeps what it fetched, unless an environment variable says otherwise.
fn default_cache() -> Option<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    Some(base.or_else(|| Some(env::home_dir()?.join(".cache")))?.join("device-context"))
}

/// Finds `include/<header>` in the folder of some component.
fn find(folder: &Path, header: &str) -> Option<PathBuf> {
    let components = fs::read_dir(folder).ok()?.flatten();
    components.map(|component| component.path().join("include").join(header)).find(|path| path.is_file())
}

/// Compares `items` with each release's header. The release `newest` has all of them; `growing` are parts of the
/// expressions that may differ in older ones.
pub(crate) fn compare(library: &str, releases: &[Release], items: &[Item], newest: &str, growing: &[&str]) {
    if releases.is_empty() {
        return say(&format!(
            "{library}: not compared with C: no header in the cache (cargo xtask toolkits)"
        ));
    }
    let (mut compared, mut differences, mut grown) = (0, String::new(), 0);
    for release in releases {
        let answers = match ask(release, items) {
            Ok(answers) => answers,
            Err(reason) => return say(&format!("{library}: not compared with C: {reason}")),
        };
        let is_newest = release.name.contains(&format!("-{newest}."));
        for (item, answer) in items.iter().zip(answers) {
            let Item { c, rust } = item;
            match answer {
                Some(answer) if is_same(answer, *rust) => compared += 1,
                Some(_) if !is_newest && growing.iter().any(|part| c.contains(part)) => grown += 1,
                Some(answer) => {
                    writeln!(differences, "{}: {c} is {answer} in C and {rust} in Rust", release.name)
                        .unwrap();
                }
                None if is_newest => writeln!(differences, "{}: C does not know {c}", release.name).unwrap(),
                None => {}
            }
        }
    }
    assert!(differences.is_empty(), "{differences}");
    assert!(compared > 0, "{library}: the headers have nothing of what is listed");
    let releases = releases.len();
    say(&format!(
        "{library}: {compared} items of {releases} releases are the same in C and in Rust, {grown} differ as they may"
    ));
}

/// Tells whether two values are the same; a macro such as `((unsigned)-1)` is -1 to bindgen, which has the same bits.
fn is_same(c: i64, rust: i64) -> bool {
    c == rust || (i32::try_from(rust).is_ok() && u32::try_from(c) == Ok(rust as u32))
}

/// Tells whether the header has every name in `expression`.
fn has(words: &HashSet<&str>, expression: &str) -> bool {
    let names = expression.split(|letter: char| !is_word(letter)).filter(|name| !name.is_empty());
    names
        .filter(|name| !matches!(*name, "sizeof" | "_Alignof" | "offsetof" | "struct" | "union"))
        .all(|name| words.contains(name))
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Asks a C program for the value of each expression; those that the header does not know have none.
fn ask(release: &Release, items: &[Item]) -> Result<Vec<Option<i64>>, String> {
    let text = preprocess(release)?;
    let words: HashSet<&str> = text.split(|letter: char| !is_word(letter)).collect();
    let mut known: Vec<usize> = (0..items.len()).filter(|index| has(&words, items[*index].c)).collect();
    let folder = Folder::new()?;
    let program = loop {
        let expressions = known.iter().map(|index| items[*index].c);
        match folder.compile(release, expressions)? {
            Compiled::Program(program) => break program,
            // A member that came later: the names are in the header, but not together.
            Compiled::Unknown(lines) => known = without(&known, &lines),
        }
    };
    let output = Command::new(&program)
        .output()
        .map_err(|error| format!("starting {}: {error}", program.display()))?;
    let numbers = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<i64> =
        numbers.lines().map(|line| line.parse().expect("the program prints numbers")).collect();
    assert_eq!(numbers.len(), known.len(), "the C program answers for each item");
    let mut answers = vec![None; items.len()];
    for (index, number) in known.into_iter().zip(numbers) {
        answers[index] = Some(number);
    }
    Ok(answers)
}

/// The C compiler with what it needs to read the release's header.
fn compiler(release: &Release) -> Result<Command, String> {
    let mut build = cc::Build::new();
    build.define("__CUDA_API_VERSION_INTERNAL", None).includes(&release.includes);
    let mut compiler = find_compiler(&mut build)?;
    compiler.env("LC_ALL", "C");
    Ok(compiler)
}

/// Finds the compiler as a build script would, for the machine that the test runs on.
fn find_compiler(build: &mut cc::Build) -> Result<Command, String> {
    let machine = format!("{}-unknown-{}-gnu", env::consts::ARCH, env::consts::OS);
    let compiler = build.target(&machine).host(&machine).opt_level(0).warnings(false).cargo_metadata(false);
    let tool = compiler.try_get_compiler().map_err(|error| format!("there is no C compiler: {error}"))?;
    Ok(tool.to_command())
}

/// Makes a shared library of `source` at `path`; `arguments` follow on the compiler's line.
pub(crate) fn shared_library(path: &Path, source: &str, arguments: &[&str]) -> Result<(), String> {
    let file = path.with_extension("c");
    fs::write(&file, source).map_err(|error| format!("writing {}: {error}", file.display()))?;
    let mut compiler = find_compiler(&mut cc::Build::new())?;
    let output = run(compiler.args(["-shared", "-fPIC", "-w", "-o"]).arg(path).arg(&file).args(arguments))?;
    match output.status.success() {
        true => Ok(()),
        false => panic!("{}: {}", path.display(), String::from_utf8_lossy(&output.stderr)),
    }
}

fn run(compiler: &mut Command) -> Result<Output, String> {
    compiler
        .output()
        .map_err(|error| format!("there is no C compiler: {:?}: {error}", compiler.get_program()))
}

/// Returns the header as the compiler sees it, its macros included.
fn preprocess(release: &Release) -> Result<String, String> {
    let output = run(compiler(release)?.args(["-E", "-dD"]).arg(&release.header))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: the C compiler refused: {errors}", release.name);
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Returns `known` without the entries at `positions`.
fn without(known: &[usize], positions: &HashSet<usize>) -> Vec<usize> {
    let kept = known.iter().enumerate().filter(|(position, _)| !positions.contains(position));
    kept.map(|(_, index)| *index).collect()
}

/// What came of compiling the list of expressions.
enum Compiled {
    Program(PathBuf),
    /// The positions of those that name a member which the header does not have.
    Unknown(HashSet<usize>),
}

/// A temporary folder, removed when dropped.
struct Folder(PathBuf);

/// The lines before the first expression.
const HEAD: usize = 4;

impl Folder {
    fn new() -> Result<Self, String> {
        let name = format!("cuda-sys-abi-{}-{:?}", process::id(), std::thread::current().id());
        let folder = env::temp_dir().join(name);
        fs::create_dir_all(&folder).map_err(|error| format!("creating {}: {error}", folder.display()))?;
        Ok(Self(folder))
    }

    fn compile<'a>(
        &self,
        release: &Release,
        items: impl Iterator<Item = &'a str>,
    ) -> Result<Compiled, String> {
        let mut source = format!(
            "#include <stddef.h>\n#include <stdio.h>\n#include {:?}\nint main(void) {{\n",
            release.header
        );
        for item in items {
            writeln!(source, "    printf(\"%lld\\n\", (long long)({item}));").unwrap();
        }
        source.push_str("    return 0;\n}\n");
        let (file, program) = (self.0.join("abi.c"), self.0.join("abi"));
        fs::write(&file, source).map_err(|error| format!("writing {}: {error}", file.display()))?;
        let output = run(compiler(release)?.args(["-w", "-O0", "-o"]).arg(&program).arg(&file))?;
        if output.status.success() {
            return Ok(Compiled::Program(program));
        }
        let errors = String::from_utf8_lossy(&output.stderr);
        let errors: Vec<&str> = errors.lines().filter(|line| line.contains("error:")).collect();
        let unknown = errors.iter().filter(|line| line.contains("no member named"));
        let lines = unknown.filter_map(|line| line.split("abi.c:").nth(1)?.split(':').next()?.parse().ok());
        let positions: HashSet<usize> = lines.map(|line: usize| line - HEAD - 1).collect();
        assert_eq!(positions.len(), errors.len(), "the C compiler refused: {}", errors.join("\n"));
        Ok(Compiled::Unknown(positions))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Best effort: what stays behind is a small file in the temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Says something that is to be seen even when the test passes; the test harness hides what `println!` prints.
pub(crate) fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

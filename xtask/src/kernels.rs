//! `cargo xtask kernels`: compiles the CUDA sources in the tree to the PTX that lies beside them.
//!
//! The oldest NVRTC is used and the oldest architecture that it does not warn about, so that every driver since CUDA 11.8
//! takes the PTX, for every GPU since 2014. A source may ask for more options in a line `// nvrtc: --fmad=false`.
#![allow(unsafe_code)]

use crate::toolkits::{Keep, fetch, find};
use crate::versions::Versions;
use crate::workspace;
use anyhow::{Context, Result, bail};
use cuda_sys::nvrtc::{nvrtcProgram, nvrtcResult};
use cuda_sys::{MissingFunction, Nvrtc};
use std::ffi::{CString, c_int};
use std::path::{Path, PathBuf};
use std::{fs, ptr};

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Kernels {
    /// Changes nothing; fails if a PTX file differs from what its source gives
    #[arg(long)]
    check: bool,
}

/// What every kernel is compiled with.
const OPTIONS: &[&str] = &["--gpu-architecture=compute_52", "--std=c++17"];

impl Kernels {
    /// Compiles every `kernels/*.cu` below `crates`, or compares.
    pub(crate) fn run(self) -> Result<()> {
        let sources = sources()?;
        if sources.is_empty() {
            println!("no crate has a kernels/*.cu");
            return Ok(());
        }
        let compiler = Compiler::load()?;
        let mut stale = Vec::new();
        for source in sources {
            let (file, ptx) = (source.with_extension("ptx"), compiler.compile(&source)?);
            let name = file.strip_prefix(workspace::root()).unwrap_or(&file).display().to_string();
            match fs::read_to_string(&file) {
                Ok(present) if present == ptx => println!("{name}: up to date"),
                present if self.check => {
                    let what =
                        if present.is_ok() { "differs from what its source gives" } else { "is missing" };
                    println!("{name}: {what}");
                    stale.push(name);
                }
                _ => {
                    fs::write(&file, &ptx).with_context(|| format!("writing {name}"))?;
                    println!("{name}: written, {} lines", ptx.lines().count());
                }
            }
        }
        match stale.as_slice() {
            [] => Ok(()),
            stale => bail!("not up to date: {}; run `cargo xtask kernels`", stale.join(", ")),
        }
    }
}

/// Finds the CUDA sources, in the order of their paths.
fn sources() -> Result<Vec<PathBuf>> {
    let mut folders = vec![workspace::root().join("crates")];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        let is_kernels = folder.file_name().is_some_and(|name| name == "kernels");
        let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if is_kernels && extension == "cu" => sources.push(path),
                _ => {}
            }
        }
    }
    sources.sort();
    Ok(sources)
}

/// The real NVRTC.
struct Compiler(Nvrtc);

impl Compiler {
    fn load() -> Result<Self> {
        let versions = Versions::read()?;
        let oldest = versions.cuda.first().context("ci/versions.toml lists no CUDA release")?;
        let wheel = oldest.nvrtc.as_ref().context("ci/versions.toml: the oldest CUDA release needs nvrtc")?;
        let folder = fetch(wheel, Keep::All)?;
        let names = ["lib/libnvrtc.so.11.2", "lib/libnvrtc.so.12", "lib/libnvrtc.so.13"];
        let library = names.iter().find_map(|name| find(&folder, name).ok());
        let library = library.with_context(|| format!("{} holds no libnvrtc", folder.display()))?;
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        Ok(Self(unsafe { Nvrtc::open(library) }?))
    }

    /// Compiles `source` to PTX; an error carries what NVRTC says about it.
    fn compile(&self, source: &Path) -> Result<String> {
        let text = fs::read_to_string(source).with_context(|| format!("reading {}", source.display()))?;
        let mut options: Vec<String> = OPTIONS.iter().map(|option| (*option).to_owned()).collect();
        options.extend(source.parent().map(|folder| format!("--include-path={}", folder.display())));
        let asked = text.lines().filter_map(|line| line.strip_prefix("// nvrtc: "));
        options.extend(asked.flat_map(str::split_whitespace).map(str::to_owned));
        let name = source.file_name().unwrap_or_default().to_string_lossy();

        let program = Program::new(self.0, &text, &name)?;
        let ptx = program.compile(&options).with_context(|| format!("compiling {}", source.display()))?;
        Ok(without_comments(&ptx))
    }
}

/// A program that NVRTC holds.
struct Program {
    nvrtc: Nvrtc,
    raw: nvrtcProgram,
}

impl Program {
    fn new(nvrtc: Nvrtc, source: &str, name: &str) -> Result<Self> {
        let (source, name) = (CString::new(source)?, CString::new(name)?);
        let mut raw = ptr::null_mut();
        // SAFETY: the strings end in a zero byte and outlive the call; no headers are given.
        let result = unsafe {
            nvrtc.nvrtcCreateProgram(&mut raw, source.as_ptr(), name.as_ptr(), 0, ptr::null(), ptr::null())
        };
        result?.ok().context("nvrtcCreateProgram")?;
        Ok(Self { nvrtc, raw })
    }

    fn compile(&self, options: &[String]) -> Result<String> {
        let options =
            options.iter().map(|option| CString::new(option.as_str())).collect::<Result<Vec<_>, _>>()?;
        let pointers: Vec<_> = options.iter().map(|option| option.as_ptr()).collect();
        // SAFETY: the program is live; there are as many options as is said, each ending in a zero byte.
        let result = unsafe {
            self.nvrtc.nvrtcCompileProgram(self.raw, c_int::try_from(pointers.len())?, pointers.as_ptr())
        };
        if let Err(error) = result?.ok() {
            bail!("{error}\n{}", self.log()?.trim_end());
        }
        self.text(
            // SAFETY: the program is live, and the pointer is to a live integer.
            |size| unsafe { self.nvrtc.nvrtcGetPTXSize(self.raw, size) },
            // SAFETY: the buffer is as large as NVRTC said.
            |text| unsafe { self.nvrtc.nvrtcGetPTX(self.raw, text.cast()) },
        )
    }

    fn log(&self) -> Result<String> {
        self.text(
            // SAFETY: the program is live, and the pointer is to a live integer.
            |size| unsafe { self.nvrtc.nvrtcGetProgramLogSize(self.raw, size) },
            // SAFETY: the buffer is as large as NVRTC said.
            |text| unsafe { self.nvrtc.nvrtcGetProgramLog(self.raw, text.cast()) },
        )
    }

    /// Takes a text out of NVRTC, which tells the size first.
    fn text(
        &self,
        size: impl Fn(*mut usize) -> Result<nvrtcResult, MissingFunction>,
        get: impl Fn(*mut u8) -> Result<nvrtcResult, MissingFunction>,
    ) -> Result<String> {
        let mut bytes = 0;
        size(&mut bytes)?.ok()?;
        let mut text = vec![0_u8; bytes];
        get(text.as_mut_ptr())?.ok()?;
        let end = text.iter().position(|byte| *byte == 0).unwrap_or(text.len());
        text.truncate(end);
        String::from_utf8(text).context("NVRTC's text is not UTF-8")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // SAFETY: the program is live and is not used again. A failure would leave memory behind, no more.
        let _ = unsafe { self.nvrtc.nvrtcDestroyProgram(&mut self.raw) };
    }
}

/// Takes out the comments, which name the compiler's build, and the blank lines that they leave.
fn without_comments(ptx: &str) -> String {
    let mut text = String::new();
    for line in ptx.lines().filter(|line| !line.trim_start().starts_with("//")) {
        if !(line.trim().is_empty() && (text.is_empty() || text.ends_with("\n\n"))) {
            text.push_str(line.trim_end());
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

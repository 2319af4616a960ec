//! `cargo xtask toolkits`: fetches headers and libraries with pip, once, into a cache outside the tree.

use crate::versions::{Listed, Versions, Wheel};
use crate::workspace;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::{env, error, fmt, fs, process};
use xshell::cmd;

/// The environment variable through which tests learn where the cache is.
pub(crate) const VARIABLE: &str = "DEVICE_CONTEXT_TOOLKITS";

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub(crate) struct Toolkits {
    /// What to fetch: small (for tests), headers (of every CUDA release), nvrtc and cudnn (of every release listed), ptxas
    #[arg(default_values = ["small"])]
    what: Vec<Set>,
}

/// A group of wheels that are fetched together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Set {
    /// The newest `cuda.h` and the oldest NVRTC: 26 MB
    Small,
    /// The headers of every CUDA release: 28 MB
    Headers,
    /// NVRTC of every CUDA release that lists it
    Nvrtc,
    /// The headers of every cuDNN release, out of wheels of 0.5 to 0.7 GB
    Cudnn,
    /// The libraries of the oldest cuDNN, of the first and of the newest cuDNN 9: 1.9 GB
    CudnnLibraries,
    /// The headers of every release of cuBLAS, out of wheels of 0.4 to 0.6 GB each
    Cublas,
    /// The headers of every release of cuRAND, out of wheels of 0.06 GB each
    Curand,
    /// The oldest and the newest cuRAND, with what they need to run: 0.14 GB
    CurandLibraries,
    /// The headers of every release of NCCL that is listed, out of wheels of 0.2 to 0.35 GB each
    Nccl,
    /// The newest cuBLAS and NCCL, and the oldest and the newest cuRAND, with what they need to run: 0.9 GB
    Libraries,
    /// The real assembler of PTX, of CUDA 12.9: 40 MB
    Ptxas,
    /// PyTorch's reader of memory snapshots, one file out of a wheel of 80 MB
    Viewer,
}

/// Asks for a release of a library.
fn listed<'a>(library: &str, release: &'a Listed, keep: Keep) -> Wanted<'a> {
    Wanted { release: format!("{library} {}", release.release), wheel: &release.wheel, keep }
}

/// Asks for the headers of every release of a library, and for those of CUDA that they include.
fn headers<'a>(library: &str, releases: &'a [Listed], versions: &'a Versions) -> Vec<Wanted<'a>> {
    let cuda = versions.cuda.last().map(|newest| (format!("CUDA {}", newest.release), &newest.runtime));
    let included =
        [&versions.crt, &versions.cccl].map(|wheel| ("what CUDA's headers include".to_owned(), wheel));
    let cuda = cuda.into_iter().chain(included);
    let cuda = cuda.map(|(release, wheel)| Wanted { release, wheel, keep: Keep::All });
    cuda.chain(releases.iter().map(|release| listed(library, release, Keep::Headers))).collect()
}

/// A wheel that a set asks for.
struct Wanted<'a> {
    release: String,
    wheel: &'a Wheel,
    keep: Keep,
}

impl Toolkits {
    /// Fetches what is asked for and prints where each lies.
    pub(crate) fn run(self) -> Result<()> {
        let versions = Versions::read()?;
        for set in self.what {
            for Wanted { release, wheel, keep } in set.wheels(&versions)? {
                println!("{release}: {} {}: {}", wheel.name, wheel.version, fetch(wheel, keep)?.display());
            }
        }
        Ok(())
    }
}

impl Set {
    /// Lists the wheels of this set, each with the release that it is of.
    fn wheels(self, versions: &Versions) -> Result<Vec<Wanted<'_>>> {
        let (Some(oldest), Some(newest)) = (versions.cuda.first(), versions.cuda.last()) else {
            bail!("ci/versions.toml lists no CUDA release");
        };
        let cuda = |release: &str, wheel, keep| Wanted { release: format!("CUDA {release}"), wheel, keep };
        Ok(match self {
            Self::Small => {
                let nvrtc =
                    oldest.nvrtc.as_ref().context("ci/versions.toml: the oldest CUDA release needs nvrtc")?;
                let headers = cuda(&newest.release, &newest.runtime, Keep::All);
                vec![headers, cuda(&oldest.release, nvrtc, Keep::All)]
            }
            Self::Headers => {
                let releases = versions.cuda.iter();
                releases.map(|release| cuda(&release.release, &release.runtime, Keep::All)).collect()
            }
            Self::Nvrtc => {
                let releases = versions.cuda.iter();
                releases.filter_map(|it| Some(cuda(&it.release, it.nvrtc.as_ref()?, Keep::All))).collect()
            }
            Self::CudnnLibraries => {
                let first_of_nine = versions.cudnn.iter().find(|release| release.release.starts_with("9."));
                let ends =
                    versions.cudnn.first().into_iter().chain(first_of_nine).chain(versions.cudnn.last());
                ends.map(|release| listed("cuDNN", release, Keep::All)).collect()
            }
            Self::Ptxas => vec![cuda("12.9", &versions.ptxas, Keep::All)],
            Self::Viewer => {
                let release = "PyTorch's reader of snapshots".to_owned();
                vec![Wanted { release, wheel: &versions.viewer, keep: Keep::Viewer }]
            }
            Self::Cudnn => headers("cuDNN", &versions.cudnn, versions),
            Self::Cublas => headers("cuBLAS", &versions.cublas, versions),
            Self::Curand => headers("cuRAND", &versions.curand, versions),
            Self::Nccl => headers("NCCL", &versions.nccl, versions),
            Self::CurandLibraries => {
                let ends = versions.curand.first().into_iter().chain(versions.curand.last());
                // What the newest of them needs beside it.
                let runtime = cuda(&newest.release, &newest.runtime, Keep::All);
                ends.map(|release| listed("cuRAND", release, Keep::All)).chain([runtime]).collect()
            }
            Self::Libraries => {
                let cublas = versions.cublas.last().map(|release| listed("cuBLAS", release, Keep::All));
                let nccl = versions.nccl.last().map(|release| listed("NCCL", release, Keep::All));
                let curand = Self::CurandLibraries.wheels(versions)?.into_iter();
                curand.chain(cublas).chain(nccl).collect()
            }
        })
    }
}

/// Fetches all the wheels of `set`.
pub(crate) fn fetch_set(set: Set) -> Result<()> {
    let versions = Versions::read()?;
    set.wheels(&versions)?.into_iter().try_for_each(|wanted| fetch(wanted.wheel, wanted.keep).map(drop))
}

/// Which part of a wheel to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    All,
    Headers,
    Viewer,
}

impl Keep {
    /// What the names of kept files have in them, and the folder's name at its end.
    fn part(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("", ""),
            Self::Headers => ("/include/", "-headers"),
            Self::Viewer => ("torch/cuda/_memory_viz.py", "-viewer"),
        }
    }
}

/// A wheel could not be fetched, most likely for want of a network.
#[derive(Debug)]
pub(crate) struct NotFetched {
    wheel: String,
    reason: String,
}

impl fmt::Display for NotFetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { wheel, reason } = self;
        write!(f, "{wheel} is not in the cache {} and was not fetched: {reason}", cache().display())
    }
}

impl error::Error for NotFetched {}

/// Returns the folder in which wheels are kept, unpacked.
pub(crate) fn cache() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()).map(PathBuf::from);
    let base = base.or_else(|| Some(env::home_dir()?.join(".cache")));
    base.unwrap_or_else(env::temp_dir).join("device-context")
}

/// Returns the folder of `wheel`, fetching it first if the cache does not have it.
pub(crate) fn fetch(wheel: &Wheel, keep: Keep) -> Result<PathBuf> {
    let whole = cache().join(format!("{}-{}", wheel.name, wheel.version));
    let folder = match keep.part().1 {
        "" => whole,
        _ if whole.is_dir() => whole,
        end => cache().join(format!("{}-{}{end}", wheel.name, wheel.version)),
    };
    if folder.is_dir() {
        return Ok(folder);
    }
    // The folder appears in one step when it is complete, so that an interrupted fetch leaves nothing that looks whole.
    let partial = cache().join(format!("{}-{}.{}.partial", wheel.name, wheel.version, process::id()));
    let result = download(wheel, &partial).and_then(|file| unpack(&file, &partial.join("unpacked"), keep));
    let result = result.and_then(|()| match fs::rename(partial.join("unpacked"), &folder) {
        Err(_) if folder.is_dir() => Ok(()),
        result => result.with_context(|| format!("moving {} into place", folder.display())),
    });
    // Best effort: what is left behind is only disk space.
    let _ = fs::remove_dir_all(&partial);
    result.map(|()| folder)
}

/// What the wheels say they run on. Named, so that a machine of another kind gets the same files for their headers.
const PLATFORMS: [&str; 6] =
    ["manylinux1", "manylinux2010", "manylinux2014", "manylinux_2_17", "manylinux_2_27", "manylinux_2_28"];

/// Downloads `wheel` into `folder` and returns the file.
fn download(wheel: &Wheel, folder: &Path) -> Result<PathBuf> {
    let name = format!("{} {}", wheel.name, wheel.version);
    eprintln!("fetching {name}");
    fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, format!("{}=={} --hash=sha256:{}\n", wheel.name, wheel.version, wheel.sha256))?;
    let platforms: Vec<String> = match &wheel.platform {
        Some(platform) => vec![format!("--platform={platform}"), "--python-version=3.11".into()],
        None => PLATFORMS.iter().map(|platform| format!("--platform={platform}_x86_64")).collect(),
    };
    let shell = workspace::shell()?;
    let pip = cmd!(
        shell,
        "python3 -m pip download --quiet --no-deps --only-binary=:all: --require-hashes --retries=1"
    );
    let pip = pip.arg("--disable-pip-version-check").args(platforms);
    let pip = pip.arg("--dest").arg(folder).arg("--requirement").arg(&requirements);
    let not_fetched = |reason: String| NotFetched { wheel: name.clone(), reason };
    let output = pip.quiet().ignore_status().output();
    let output = output.map_err(|error| not_fetched(format!("python3 -m pip did not start: {error}")))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(not_fetched(pip_reason(&errors)).into());
    }
    let files = fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let file = files.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    file.ok_or_else(|| not_fetched("pip downloaded no wheel".into()).into())
}

/// Says why pip failed. Where it cannot reach the index it ends by saying that there is no such package.
fn pip_reason(errors: &str) -> String {
    if errors.contains("Retrying (") {
        return "pip cannot reach the package index; a network is needed once".into();
    }
    let last = errors.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("pip gave no reason");
    format!("pip says: {}", last.trim())
}

/// Unpacks `file`, which is a zip archive, into `folder`.
fn unpack(file: &Path, folder: &Path, keep: Keep) -> Result<()> {
    const SCRIPT: &str = "\
import os, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
for entry in archive.infolist():
    if sys.argv[3] in entry.filename:
        path = archive.extract(entry, sys.argv[2])
        if entry.external_attr >> 16 & 0o100:
            os.chmod(path, 0o755)
";
    let (part, _) = keep.part();
    let shell = workspace::shell()?;
    cmd!(shell, "python3 -c {SCRIPT} {file} {folder} {part}").quiet().run().context("unpacking")
}

/// Finds the file `name` in an unpacked wheel, for example `include/cuda.h`, whichever layout the wheel has.
pub(crate) fn find(folder: &Path, name: &str) -> Result<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let candidate = folder.join(name);
        if candidate.is_file() {
            return Ok(candidate);
        }
        let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
        folders.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir()));
    }
    bail!("{} does not hold {name}", folder.display())
}

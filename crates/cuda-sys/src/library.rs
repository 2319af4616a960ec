//! Opening a shared library: the only place in the workspace that does.
//!
//! Every failure says which places were tried and what each answered, and every success says which file it is. A library that
//! was opened stays open until the process ends: other threads may be inside it at any time, and CUDA's libraries run code
//! from thread-local destructors that would outlive it.
#![allow(unsafe_code)]

use crate::elf::objection;
use crate::search::{Candidate, Product, Rule};
use std::error::Error;
#[cfg(unix)]
use std::ffi::OsStr;
use std::ffi::{CStr, c_void};
use std::path::{Path, PathBuf};
use std::{env, fmt, ptr};

/// An open library. It is never closed.
#[derive(Clone, Copy)]
pub struct Library(&'static libloading::Library);

/// No library of CUDA needs more than three that the loader does not find; a file that asks for more is not what it seems.
const MOST_DEPENDENCIES: usize = 16;

impl Library {
    /// Opens the file at `path`, or lets the system's loader search if `path` is a bare name. If it needs libraries that the
    /// loader does not find, they are looked for beside it and where wheels keep them.
    ///
    /// # Errors
    /// What is wrong with the file, or the reason that the system's loader gave.
    ///
    /// # Safety
    /// Opening a library runs its initialisers: the file must be one that may run in this process.
    pub unsafe fn open(path: &Path) -> Result<Self, String> {
        if is_bare(path) {
            if let Some(reason) = trap(path) {
                return Err(reason);
            }
        } else if let Some(reason) = objection(path) {
            return Err(reason);
        }
        let mut supplied = Vec::new();
        loop {
            // SAFETY: the caller vouches for the initialisers.
            let error = match unsafe { libloading::Library::new(path) } {
                Ok(library) => return Ok(Self::keep(library)),
                Err(error) => error,
            };
            let Some(needed) = missing_dependency(path, &error) else { return Err(reason(path, &error)) };
            let found = dependency(path, &needed).filter(|_| !supplied.contains(&needed));
            let Some(found) = found.filter(|_| supplied.len() < MOST_DEPENDENCIES) else {
                return Err(format!("it needs {needed}, which was not found"));
            };
            // SAFETY: the caller vouches for the library, and with it for what it needs.
            if let Err(reason) = unsafe { Self::open(&found) } {
                return Err(format!("it needs {needed}, and {} does not serve: {reason}", found.display()));
            }
            supplied.push(needed);
        }
    }

    /// Returns the library that the process has loaded under the first of these names that it knows, if it knows one.
    pub fn loaded(names: &[&str]) -> Option<Self> {
        #[cfg(target_os = "linux")]
        let known = crate::loaded::first_of(names);
        #[cfg(target_os = "linux")]
        let names = known.as_slice();
        names.iter().find_map(|name| Self::loaded_under(name))
    }

    #[cfg(unix)]
    fn loaded_under(name: &str) -> Option<Self> {
        use libloading::os::unix;

        // Even when it is to load nothing, the loader opens what it finds under the name, if it does not know it.
        if trap(Path::new(name)).is_some() {
            return None;
        }
        // SAFETY: with this flag nothing is loaded, so that no initialiser runs.
        let library = unsafe { unix::Library::open(Some(name), unix::RTLD_LAZY | libc::RTLD_NOLOAD) };
        library.ok().map(|library| Self::keep(library.into()))
    }

    #[cfg(windows)]
    fn loaded_under(name: &str) -> Option<Self> {
        let library = libloading::os::windows::Library::open_already_loaded(name);
        library.ok().map(|library| Self::keep(library.into()))
    }

    /// Returns the address of `name`, or null if the library does not export it.
    pub fn symbol(&self, name: &CStr) -> *const c_void {
        // SAFETY: any symbol has an address; whoever makes a function of it vouches for the signature.
        let symbol = unsafe { self.0.get::<*const c_void>(name) };
        // SAFETY: the library is never closed, so the address outlives every use.
        let address = symbol.ok().and_then(|symbol| unsafe { symbol.try_as_raw_ptr() });
        address.map_or(ptr::null(), <*mut c_void>::cast_const)
    }

    fn keep(library: libloading::Library) -> Self {
        Self(Box::leak(Box::new(library)))
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Library")
    }
}

/// Where the functions of a table come from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// A file that the system's loader opened.
    Library(PathBuf),
    /// A closure that gave the address of each function; the name is its author's.
    Lookup(String),
}

impl Origin {
    /// Returns the file, if it is one.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Library(path) => Some(path),
            Self::Lookup(_) => None,
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Library(path) => write!(f, "{}", path.display()),
            Self::Lookup(name) => f.write_str(name),
        }
    }
}

/// A place in which a library was looked for, and why it was not found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Why the place was tried.
    pub rule: Rule,
    /// The path or bare name that was tried.
    pub place: PathBuf,
    /// What was wrong with it.
    pub reason: String,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.place.display(), self.reason)
    }
}

/// No library could be loaded: where it was looked for, and what each place answered.
#[derive(Clone)]
pub struct LoadError {
    product: &'static Product,
    attempts: Vec<Attempt>,
}

impl LoadError {
    /// The places of `product` that were tried, and what was wrong with each.
    pub(crate) fn new(product: &'static Product, attempts: Vec<Attempt>) -> Self {
        Self { product, attempts }
    }

    /// Returns the library that was wanted.
    pub fn product(&self) -> &'static Product {
        self.product
    }

    /// Returns the places that were tried, in order, each with the reason why it did not serve.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }
}

/// Prints every place that was tried, those together that have one thing wrong. That no library is loaded already goes without
/// saying.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {}: tried ", self.product.name)?;
        let told: Vec<&Attempt> =
            self.attempts.iter().filter(|attempt| attempt.rule != Rule::Loaded).collect();
        let alike = |a: &&Attempt, b: &&Attempt| (a.rule, &a.reason) == (b.rule, &b.reason);
        for (index, group) in told.chunk_by(alike).enumerate() {
            for (place, attempt) in group.iter().enumerate() {
                let separator = if index + place == 0 { "" } else { ", " };
                write!(f, "{separator}{}", attempt.place.display())?;
            }
            write!(f, " ({})", group[0].reason)?;
        }
        match self.attempts.iter().all(|attempt| attempt.rule == Rule::Path) {
            true => Ok(()),
            false => write!(f, "; set {} to its path", self.product.variable),
        }
    }
}

/// As it is displayed: what `unwrap` prints is to be read.
impl fmt::Debug for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for LoadError {}

/// One file that a candidate means.
pub(crate) enum Target {
    /// What the process has loaded under one of these names.
    Loaded(&'static [&'static str]),
    /// A path, or a bare name for the system's loader.
    Path(PathBuf),
}

impl Target {
    /// Lists the files that `candidate` means, or says why there is none.
    pub(crate) fn all(candidate: &Candidate) -> Result<Vec<Self>, Attempt> {
        Ok(match candidate {
            Candidate::Loaded(names) => vec![Self::Loaded(names)],
            Candidate::Name(_, name) => vec![Self::Path(name.into())],
            Candidate::File(_, path) => vec![Self::Path(path.clone())],
            Candidate::Folder(rule, folder, names) => {
                let failed = |reason| Err(Attempt { rule: *rule, place: folder.clone(), reason });
                if !folder.is_dir() {
                    return failed("there is no such folder".into());
                }
                let files = names.iter().map(|name| folder.join(name));
                // A link to nothing is there, and is to be told.
                let files: Vec<Self> =
                    files.filter(|path| path.symlink_metadata().is_ok()).map(Self::Path).collect();
                if files.is_empty() {
                    return failed(format!("it has no {}", names.join(" or ")));
                }
                files
            }
        })
    }

    /// The path or name, for messages.
    pub(crate) fn place(&self) -> &Path {
        match self {
            Self::Loaded(names) => Path::new(names.first().unwrap_or(&"")),
            Self::Path(path) => path,
        }
    }

    /// Opens the file.
    ///
    /// # Safety
    /// As [`Library::open`].
    pub(crate) unsafe fn open(&self) -> Result<Library, String> {
        match self {
            Self::Loaded(names) => Library::loaded(names).ok_or_else(|| "it is not loaded".into()),
            // SAFETY: the caller's promise is the same.
            Self::Path(path) => unsafe { Library::open(path) },
        }
    }
}

/// Opens the companion of the library at `path`, if it lies beside it. A failure is no error here: the library looks for it
/// again when it needs it, and says what is missing.
///
/// # Safety
/// As [`Library::open`].
pub(crate) unsafe fn open_companion(product: &Product, path: &Path) {
    let Some((companion, folder)) = product.companion.zip(path.parent()) else { return };
    for file in folder.read_dir().into_iter().flatten().flatten() {
        if file.file_name().to_string_lossy().starts_with(companion) {
            // SAFETY: the caller vouches for the library, and with it for what it opens.
            let _ = unsafe { Library::open(&file.path()) };
        }
    }
}

/// Returns the file that `address` was loaded from, if the system can tell.
#[cfg(unix)]
pub(crate) fn file_of(address: *const c_void) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStrExt;

    // SAFETY: an all-zero `Dl_info` is four null pointers.
    let mut info = unsafe { std::mem::zeroed::<libc::Dl_info>() };
    // SAFETY: `dladdr` accepts any address, and writes only to `info`.
    let found = unsafe { libc::dladdr(address, &mut info) } != 0;
    if !found || info.dli_fname.is_null() {
        return None;
    }
    // SAFETY: `dladdr` set a string that lives as long as the library, which is never closed.
    let name = unsafe { CStr::from_ptr(info.dli_fname) };
    Some(PathBuf::from(OsStr::from_bytes(name.to_bytes())))
}

/// Returns the file that `address` was loaded from, if the system can tell.
#[cfg(not(unix))]
pub(crate) fn file_of(_address: *const c_void) -> Option<PathBuf> {
    None
}

/// Tells whether the system's loader searches for `path`, rather than opening it as it stands.
fn is_bare(path: &Path) -> bool {
    path.parent().is_some_and(|parent| parent.as_os_str().is_empty())
}

/// Says which file would hold the system's loader up for ever when it searches for `name`: it opens whatever has the name,
/// and a named pipe never answers. Only the folders that the environment names can have one without a system that is broken.
fn trap(name: &Path) -> Option<String> {
    let folders = env::var_os("LD_LIBRARY_PATH")?;
    let files = env::split_paths(&folders).map(|mut folder| {
        folder.push(name);
        folder
    });
    let mut others = files.filter(|file| file.metadata().is_ok_and(|it| !it.is_file() && !it.is_dir()));
    others.next().map(|file| format!("{} on LD_LIBRARY_PATH is not a regular file", file.display()))
}

/// Returns what the loader said, without Rust's words around it.
fn loader_text(error: &libloading::Error) -> String {
    match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    }
}

/// Says why the system's loader refused `path`, without repeating the path.
fn reason(path: &Path, error: &libloading::Error) -> String {
    let text = loader_text(error);
    let prefix = format!("{}: ", path.display());
    text.strip_prefix(&prefix).map_or(text.clone(), str::to_owned)
}

/// Returns the name of the library that `path` needs and the loader did not find, if that is what is wrong.
fn missing_dependency(path: &Path, error: &libloading::Error) -> Option<String> {
    let text = loader_text(error);
    let (name, rest) = text.split_once(": ")?;
    let is_missing = rest.starts_with("cannot open shared object file: No such file");
    (is_missing && Path::new(name) != path && is_bare(Path::new(name))).then(|| name.to_owned())
}

/// Finds `needed` for the library at `path`: beside it, or in the folders of the other wheels where `path` lies in one.
fn dependency(path: &Path, needed: &str) -> Option<PathBuf> {
    if is_bare(path) {
        return None;
    }
    let folder = path.parent()?;
    let beside = folder.join(needed);
    if beside.is_file() {
        return Some(beside);
    }
    let wheels =
        folder.parent()?.parent().filter(|folder| folder.file_name().is_some_and(|it| it == "nvidia"))?;
    let mut files = wheels.read_dir().ok()?.flatten().map(|wheel| wheel.path().join("lib").join(needed));
    files.find(|file| file.is_file())
}

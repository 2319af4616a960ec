//! Finding and opening a shared library: the only place in the workspace that does.
//!
//! A [`Product`] says where to look, as data. Every failure says which places were tried and what each answered, and every
//! success says which file it is. A library that was opened stays open until the process ends: other threads may be inside
//! it at any time, and CUDA's libraries run code from thread-local destructors that would outlive it.
#![allow(unsafe_code)]

use crate::Version;
use std::error::Error;
#[cfg(unix)]
use std::ffi::OsStr;
use std::ffi::{CStr, OsString, c_void};
use std::path::{Path, PathBuf};
use std::{env, fmt, ptr};

/// A library that can be loaded: its name, and where to look for it.
#[derive(Debug)]
pub struct Product {
    /// What messages call it, as in "no CUDA driver".
    pub name: &'static str,
    /// How messages name one release of it, as in `("a CUDA ", " driver")` for "a CUDA 12.8 driver".
    pub release: (&'static str, &'static str),
    /// The environment variable that holds its path. When it is set, nothing else is tried: a mistyped path must not end
    /// in another library than the one that was meant.
    pub variable: &'static str,
    /// The names and paths that are given to the system's loader, in this order.
    pub places: &'static [&'static str],
    /// The beginning of the name of a library that it opens later by its bare name. It is opened from the same folder,
    /// since not every release looks there itself (NVRTC 13.0 does not).
    pub companion: Option<&'static str>,
    /// The function that every release has, without which a file is not this library.
    pub required: &'static CStr,
}

impl Product {
    /// Lists the places in which this library is looked for, in order, under the present environment.
    pub fn places(&self) -> Vec<PathBuf> {
        match self.chosen() {
            Some(path) => vec![path.into()],
            None => self.places.iter().map(PathBuf::from).collect(),
        }
    }

    /// Returns what the environment variable says, if it says anything.
    fn chosen(&self) -> Option<OsString> {
        env::var_os(self.variable).filter(|path| !path.is_empty())
    }

    /// Names one release of this library in a sentence.
    pub(crate) fn named(&self, version: Version) -> String {
        let (before, after) = self.release;
        format!("{before}{version}{after}")
    }
}

/// An open library. It is never closed.
#[derive(Clone, Copy)]
pub struct Library(&'static libloading::Library);

impl Library {
    /// Opens the file at `path`, or lets the system's loader search if `path` is a bare name.
    ///
    /// # Errors
    /// The reason that the system's loader gave.
    ///
    /// # Safety
    /// Opening a library runs its initialisers: the file must be one that may run in this process.
    pub unsafe fn open(path: &Path) -> Result<Self, String> {
        // SAFETY: the caller vouches for the initialisers.
        match unsafe { libloading::Library::new(path) } {
            Ok(library) => Ok(Self(Box::leak(Box::new(library)))),
            Err(error) => Err(reason(path, &error)),
        }
    }

    /// Returns the address of `name`, or null if the library does not export it.
    pub fn symbol(&self, name: &CStr) -> *const c_void {
        // SAFETY: any symbol has an address; whoever makes a function of it vouches for the signature.
        let symbol = unsafe { self.0.get::<*const c_void>(name) };
        // SAFETY: the library is never closed, so the address outlives every use.
        let address = symbol.ok().and_then(|symbol| unsafe { symbol.try_as_raw_ptr() });
        address.map_or(ptr::null(), <*mut c_void>::cast_const)
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
#[derive(Clone, Debug)]
pub struct LoadError {
    product: &'static Product,
    attempts: Vec<Attempt>,
    searched: bool,
}

impl LoadError {
    /// A search of all the places of `product` that found nothing.
    pub(crate) fn search(product: &'static Product, attempts: Vec<Attempt>) -> Self {
        Self { product, attempts, searched: true }
    }

    /// One place that the caller named, and what is wrong with it.
    pub(crate) fn place(product: &'static Product, attempt: Attempt) -> Self {
        Self { product, attempts: vec![attempt], searched: false }
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

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no {}: tried ", self.product.name)?;
        for (index, attempt) in self.attempts.iter().enumerate() {
            write!(f, "{}{attempt}", if index == 0 { "" } else { ", " })?;
        }
        match self.searched {
            true => write!(f, "; set {} to its path", self.product.variable),
            false => Ok(()),
        }
    }
}

impl Error for LoadError {}

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

/// Says why the system's loader refused `path`, without repeating the path.
fn reason(path: &Path, error: &libloading::Error) -> String {
    let text = match error.source() {
        Some(source) => source.to_string(),
        None => error.to_string(),
    };
    let prefix = format!("{}: ", path.display());
    match text.strip_prefix(&prefix) {
        // glibc skips a library of another architecture as if there were none.
        Some(text) if text.contains("No such file") && path.is_file() => {
            "it is not for this kind of machine".into()
        }
        Some(text) => text.to_owned(),
        None => text,
    }
}

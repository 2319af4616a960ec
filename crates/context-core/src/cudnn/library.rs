//! The library: a table of cuDNN's functions, its version, and the driver that it calls.

#![allow(unsafe_code)]

use std::{
    fmt,
    ops::Range,
    path::Path,
    sync::{Mutex, PoisonError},
};

use cuda_sys::Driver;
use cudnn_sys::{Cudnn, Origin};

use super::{CudnnVersion, Error, Part, Result, compat};

/// cuDNN, loaded. A copy is a few words; two are equal if they are the same table for the same driver.
///
/// One program runs with cuDNN 8.9 and with cuDNN 9. What only one of them has is a clear error with the other.
///
/// # Examples
/// ```
/// use context_core::cudnn::Library;
///
/// match Library::system() {
///     Ok(library) => println!("{library}"),
///     Err(error) => println!("{error}"),
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Library {
    table: Cudnn,
    driver: Option<Driver>,
}

impl Library {
    /// Loads the system's cuDNN, as [`Cudnn::system`] finds it. A success is kept for the process.
    ///
    /// # Errors
    /// [`Error::Load`] with every place that was tried and what was wrong there.
    pub fn system() -> Result<Library> {
        Ok(Library { table: Cudnn::system()?, driver: None })
    }

    /// Loads the cuDNN at `path`.
    ///
    /// # Errors
    /// [`Error::Load`].
    ///
    /// # Safety
    /// As [`Cudnn::open`].
    pub unsafe fn open(path: impl AsRef<Path>) -> Result<Library> {
        // SAFETY: the caller's promise is the same.
        Ok(Library { table: unsafe { Cudnn::open(path) }?, driver: None })
    }

    /// Takes a table of functions, which calls the system's driver if it was opened from a file. That of a closure makes descriptors
    /// and no handles; see [`with_driver`](Library::with_driver).
    pub fn new(table: Cudnn) -> Library {
        Library { table, driver: None }
    }

    /// Takes a table of functions that work through `driver`: a software cuDNN for tests, for example.
    ///
    /// # Safety
    /// - The functions of `table` that touch a device call `driver`.
    pub unsafe fn with_driver(table: Cudnn, driver: Driver) -> Library {
        Library { table, driver: Some(driver) }
    }

    /// Returns the table of functions.
    #[inline]
    pub fn table(self) -> Cudnn {
        self.table
    }

    /// Returns the version that the library reported when it was loaded.
    #[doc(alias = "cudnnGetVersion")]
    pub fn version(self) -> CudnnVersion {
        self.table.version().into()
    }

    /// Checks that the library's parts are of its own version, which they are not where two installations lie in each other's way.
    ///
    /// The files of all of them are looked at, as the loader will find them: by the version that a part exports, and by the names that parts take
    /// from each other. Nothing is loaded for that, since cuDNN ends the process when it loads a part that lacks a name. Then each
    /// of `parts` is asked, which loads it; those of cuDNN 8 cannot be.
    ///
    /// # Errors
    /// [`Error::Mixed`] names the part; [`Error::Call`] if it cannot be loaded.
    #[doc(alias = "cudnnOpsVersionCheck")]
    #[doc(alias = "cudnnCnnVersionCheck")]
    #[doc(alias = "cudnnAdvVersionCheck")]
    #[doc(alias = "cudnnGraphVersionCheck")]
    pub fn check_parts(self, parts: &[Part]) -> Result<()> {
        compat::check_parts(self.table, parts)
    }

    /// The same once a table; what a handle needs before it is made.
    pub(super) fn check_parts_once(self) -> Result<()> {
        static CHECKED: Mutex<Vec<Cudnn>> = Mutex::new(Vec::new());
        let is_checked = || CHECKED.lock().unwrap_or_else(PoisonError::into_inner).contains(&self.table);
        if !is_checked() {
            self.check_parts(&[Part::Graph, Part::Ops, Part::Cnn])?;
            CHECKED.lock().unwrap_or_else(PoisonError::into_inner).push(self.table);
        }
        Ok(())
    }

    /// Checks that this is a version in `versions`, which `what` needs.
    ///
    /// # Errors
    /// [`Error::Version`] with what was found.
    pub fn require(self, what: &'static str, versions: Range<CudnnVersion>) -> Result<()> {
        if versions.contains(&self.version()) {
            return Ok(());
        }
        let Range { start, end } = versions;
        let needs = format!("a cuDNN from {start} to before {end}");
        Err(Error::Version { what, needs, found: self.version() })
    }

    /// Checks that this is at least `version`, of whatever major version, which `what` needs.
    ///
    /// # Errors
    /// [`Error::Version`] with what was found.
    pub fn require_since(self, what: &'static str, version: CudnnVersion) -> Result<()> {
        if self.version() >= version {
            return Ok(());
        }
        Err(Error::Version { what, needs: format!("cuDNN {version} or newer"), found: self.version() })
    }

    /// Checks that this cuDNN works through `driver`.
    pub(super) fn check_driver(self, driver: Driver) -> Result<()> {
        let refuse = |reason: String| Error::Driver { library: self.table.origin().to_string(), reason };
        let own = match (self.driver, self.table.origin()) {
            (Some(own), _) => own,
            (None, Origin::Library(_)) => Driver::system().map_err(|error| refuse(error.to_string()))?,
            (None, Origin::Lookup(_)) => {
                let reason = "nothing says which driver these functions call; use `Library::with_driver`";
                return Err(refuse(reason.to_owned()));
            }
        };
        if own == driver {
            return Ok(());
        }
        Err(refuse(format!(
            "it calls the driver {}, and the context is of {}",
            own.origin(),
            driver.origin()
        )))
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cuDNN {} from {}", self.version(), self.table.origin())
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

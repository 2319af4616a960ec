//! The driver under the libraries: the one that a program has chosen, else the one that the process has loaded.
#![allow(unsafe_code)]

use std::path::Path;
use std::sync::{PoisonError, RwLock};

use cuda_sys::Driver;
use cuda_sys::library::Library;

static DRIVER: RwLock<Option<Driver>> = RwLock::new(None);

/// The name under which every program on Linux knows the driver.
const NAME: &str = "libcuda.so.1";

/// Makes the libraries clients of `driver`, which is to be `cuda_sim::driver()`.
///
/// A program that has cuda-sim in its process calls this before it makes the first handle. One that loads the libraries as files
/// need not: they find the `libcuda.so.1` that it has loaded, or that the system's loader finds. Handles keep the driver that they
/// were made with.
pub fn use_driver(driver: Driver) {
    *DRIVER.write().unwrap_or_else(PoisonError::into_inner) = Some(driver);
}

/// Returns the driver, or what is wrong.
pub(crate) fn driver() -> Result<Driver, String> {
    if let Some(driver) = *DRIVER.read().unwrap_or_else(PoisonError::into_inner) {
        return Ok(driver);
    }
    let library = match Library::loaded(&[NAME]) {
        Some(library) => library,
        // SAFETY: this is the driver by its name on every system, which all libraries of CUDA open in this way.
        None => unsafe { Library::open(Path::new(NAME)) }?,
    };
    // SAFETY: the library is a CUDA driver by its name, with the functions of one, and is never closed.
    let driver = unsafe { Driver::from_lookup(NAME, |name| library.symbol(name)) };
    let driver = driver.map_err(|error| error.to_string())?;
    // Another thread may have been faster, with the same result, or the program may have chosen meanwhile.
    Ok(*DRIVER.write().unwrap_or_else(PoisonError::into_inner).get_or_insert(driver))
}

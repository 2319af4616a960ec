//! The CUDA driver: `libcuda.so.1`, `nvcuda.dll`.
//!
//! [`Driver`] is a table of every function that a driver from CUDA 11.8 on can have, under the explicit name of its ABI:
//! [`cuMemAlloc_v2`](Driver::cuMemAlloc_v2), never the bare `cuMemAlloc`, which drivers still export for programs of 2010
//! and which takes 32-bit sizes. Names that end in `_ptds` and `_ptsz` mean the calling thread's default stream where the
//! plain ones mean the legacy default stream.
//!
//! The types are those of the newest header. They serve every release: the driver's layouts do not change from one to the
//! next, enumerations are open ([`CUresult`] holds any code), and structures must be all zero (`Default`) before they are
//! filled in, since newer releases carve new fields out of reserved bytes.
#![allow(unsafe_code)]

use crate::Version;
use crate::library::Product;

#[allow(missing_docs)]
#[path = "generated/driver_types.rs"]
mod types;
pub use types::*;

/// Where the driver is looked for.
///
/// The first name is the one that the driver's package installs; the second is its link for building programs; the paths
/// are where Windows puts the driver for Linux.
pub static PRODUCT: Product = Product {
    name: "CUDA driver",
    release: ("a CUDA ", " driver"),
    variable: "CUDA_SYS_DRIVER",
    places: if cfg!(windows) {
        &["nvcuda.dll"]
    } else {
        &["libcuda.so.1", "libcuda.so", "/usr/lib/wsl/lib/libcuda.so.1"]
    },
    companion: None,
    required: c"cuDriverGetVersion",
};

crate::for_each_driver_function! { crate::entry_points {
    /// The CUDA driver, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its [`CUresult`], or [`MissingFunction`](crate::MissingFunction) if this driver is too old to have it.
    ///
    /// # Examples
    /// ```
    /// use cuda_sys::driver::{CUresult, Driver};
    ///
    /// match Driver::system() {
    ///     Ok(driver) => {
    ///         // SAFETY: `cuInit` may be called at any time; its flags must be 0.
    ///         let result = unsafe { driver.cuInit(0) }?;
    ///         println!("CUDA {}: {result}", driver.version());
    ///     }
    ///     Err(error) => println!("{error}"),
    /// }
    /// # Ok::<(), cuda_sys::MissingFunction>(())
    /// ```
    pub struct Driver(table: Functions);
    product: PRODUCT;
    version: version;
} }

/// Asks the driver for its version, which it tells even where it finds no device.
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_version) = functions.cuDriverGetVersion else {
        return Err("it does not have cuDriverGetVersion".into());
    };
    let mut code: c_int = 0;
    // SAFETY: the pointer is to a live integer; the function may be called before `cuInit`.
    match unsafe { get_version(&mut code) } {
        CUresult::CUDA_SUCCESS if code > 0 => Ok(Version::from_cuda(code)),
        CUresult::CUDA_SUCCESS => Err(format!("cuDriverGetVersion: the version {code} does not exist")),
        error => Err(format!("cuDriverGetVersion: {error}")),
    }
}

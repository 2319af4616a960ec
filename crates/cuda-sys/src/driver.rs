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

#[cfg(feature = "std")]
use crate::Version;
#[cfg(feature = "std")]
use crate::search::Product;
#[cfg(feature = "std")]
use crate::table::EntryPoint;

#[allow(missing_docs)]
#[path = "generated/driver_types.rs"]
mod types;
pub use types::*;

/// Where the driver is looked for. The first name is the one that the driver's package installs; the second is its link for
/// building programs.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "CUDA driver",
    release: ("a CUDA ", " driver"),
    variable: "CUDA_SYS_DRIVER",
    linux: &["libcuda.so.1", "libcuda.so"],
    windows: &["nvcuda.dll"],
    wheels: &[],
    companion: None,
    required: c"cuDriverGetVersion",
    oldest: Version::new(11, 8),
    newest_major: None,
};

#[cfg(feature = "std")]
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
    cuda: cuda;
    otherwise: get_proc_address;
} }

/// Asks the driver for its version, which it tells even where it finds no device.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_version) = functions.cuDriverGetVersion() else {
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

/// A driver serves its own major release of CUDA and those before it.
#[cfg(feature = "std")]
fn cuda(_functions: &Functions, version: Version) -> Option<u16> {
    Some(version.major())
}

/// `cuGetProcAddress` with `CU_GET_PROC_ADDRESS_LEGACY_STREAM`, and with `CU_GET_PROC_ADDRESS_PER_THREAD_DEFAULT_STREAM`.
#[cfg(feature = "std")]
const STREAMS: [cuuint64_t; 2] = [1, 2];

/// Asks the driver for functions that it has and does not export by name.
///
/// Symbols come first, because they say exactly which form of a function they are. `cuGetProcAddress` answers with the newest
/// form that is not newer than the release that was asked for; so it is asked only where that is known, by the release that
/// introduced the form, and never for a release that is newer than the driver.
#[doc(alias = "cuGetProcAddress")]
#[cfg(feature = "std")]
fn get_proc_address(functions: &Functions, entry: &EntryPoint, version: Version) -> *const c_void {
    // It is not asked for itself.
    if entry.since <= PRODUCT.oldest || entry.since > version || entry.name == "cuGetProcAddress_v2" {
        return std::ptr::null();
    }
    let (name, per_thread) = entry.request();
    let (code, flags) = (entry.since.to_cuda(), STREAMS[usize::from(per_thread)]);
    let mut address = std::ptr::null_mut();
    let result = if let Some(second) = functions.cuGetProcAddress_v2() {
        let mut status = CUdriverProcAddressQueryResult(0);
        // SAFETY: the name ends in a zero byte, the pointers are to live variables, and the call needs no `cuInit`.
        unsafe { second(name.as_ptr(), &mut address, code, flags, &mut status) }
    } else if let Some(first) = functions.cuGetProcAddress() {
        // SAFETY: as above.
        unsafe { first(name.as_ptr(), &mut address, code, flags) }
    } else {
        return std::ptr::null();
    };
    if result == CUresult::CUDA_SUCCESS { address.cast_const() } else { std::ptr::null() }
}

#[cfg(feature = "std")]
impl Driver {
    /// Returns `cuCtxSetCurrent` itself, which programs call before most other calls; `None` if this driver lacks it.
    pub fn set_current_function(self) -> Option<unsafe extern "C" fn(CUcontext) -> CUresult> {
        self.0.table.cuCtxSetCurrent()
    }
}

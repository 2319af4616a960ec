//! The table, and where the library is looked for.
#![allow(unsafe_code)]

#[cfg(feature = "std")]
use cuda_sys::Version;
#[cfg(feature = "std")]
use cuda_sys::search::Product;
#[cfg(feature = "std")]
use cuda_sys::table::no_other_way;

#[allow(missing_docs)]
#[path = "generated/nccl_types.rs"]
mod types;
pub use types::*;

/// Where NCCL is looked for. The newest comes first.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "NCCL",
    release: ("NCCL ", ""),
    variable: "NCCL_SYS_LIBRARY",
    linux: &["libnccl.so.2", "libnccl.so"],
    windows: &[],
    wheels: &["nccl"],
    companion: None,
    required: c"ncclGetVersion",
    oldest: Version::new(2, 16),
    newest_major: Some(2),
};

#[cfg(feature = "std")]
crate::for_each_nccl_function! { cuda_sys::entry_points {
    /// NCCL, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its result, or [`MissingFunction`](crate::MissingFunction) if this NCCL is too old to have it.
    pub struct Nccl(table: Functions);
    product: PRODUCT;
    version: version;
    cuda: cuda;
    otherwise: no_other_way;
} }

/// Asks NCCL for its version, which it tells without a device.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_version) = functions.ncclGetVersion() else {
        return Err("it does not have ncclGetVersion".into());
    };
    let mut code: c_int = 0;
    // SAFETY: the pointer is to a live integer; the function may be called at any time.
    match unsafe { get_version(&mut code) } {
        ncclResult_t::ncclSuccess if code > 0 => Ok(Version::from_nccl(code)),
        ncclResult_t::ncclSuccess => Err(format!("ncclGetVersion: the version {code} does not exist")),
        error => Err(format!("ncclGetVersion: {error}")),
    }
}

/// NCCL does not tell the CUDA that it is built for.
#[cfg(feature = "std")]
fn cuda(_functions: &Functions, _version: Version) -> Option<u16> {
    None
}

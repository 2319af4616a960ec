//! NVRTC, which compiles CUDA C++ to PTX in the process: `libnvrtc.so`.
//!
//! It needs neither a driver nor a GPU. One library serves one release of CUDA, and makes PTX that drivers of that release
//! and later ones accept.
#![allow(unsafe_code)]

#[cfg(feature = "std")]
use crate::Version;
#[cfg(feature = "std")]
use crate::search::Product;
#[cfg(feature = "std")]
use crate::table::no_other_way;

#[allow(missing_docs)]
#[path = "generated/nvrtc_types.rs"]
mod types;
pub use types::*;

/// Where NVRTC is looked for. The newest comes first: it knows the newest devices.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "NVRTC",
    release: ("NVRTC ", ""),
    variable: "CUDA_SYS_NVRTC",
    linux: &["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"],
    windows: &["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"],
    wheels: &["cu13", "cuda_nvrtc"],
    companion: Some("libnvrtc-builtins.so"),
    required: c"nvrtcVersion",
    oldest: Version::new(11, 8),
    newest_major: Some(13),
};

#[cfg(feature = "std")]
crate::for_each_nvrtc_function! { crate::entry_points {
    /// NVRTC, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its [`nvrtcResult`], or [`MissingFunction`](crate::MissingFunction) if this NVRTC is too old to have it.
    pub struct Nvrtc(table: Functions);
    product: PRODUCT;
    version: version;
    cuda: cuda;
    otherwise: no_other_way;
} }

/// Asks NVRTC for its version.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_version) = functions.nvrtcVersion() else {
        return Err("it does not have nvrtcVersion".into());
    };
    let (mut major, mut minor): (c_int, c_int) = (0, 0);
    // SAFETY: the pointers are to live integers.
    match unsafe { get_version(&mut major, &mut minor) } {
        nvrtcResult::NVRTC_SUCCESS => match (u16::try_from(major), u8::try_from(minor)) {
            (Ok(major), Ok(minor)) => Ok(Version::new(major, minor)),
            _ => Err(format!("nvrtcVersion: the version {major}.{minor} does not exist")),
        },
        error => Err(format!("nvrtcVersion: {error}")),
    }
}

/// NVRTC is numbered as the CUDA that it belongs to; a driver of an older major release refuses its PTX.
#[cfg(feature = "std")]
fn cuda(_functions: &Functions, version: Version) -> Option<u16> {
    Some(version.major())
}

//! The table, and where the library is looked for.
#![allow(unsafe_code)]

#[cfg(feature = "std")]
use cuda_sys::Version;
#[cfg(feature = "std")]
use cuda_sys::search::Product;
#[cfg(feature = "std")]
use cuda_sys::table::no_other_way;

#[allow(missing_docs)]
#[path = "generated/cudnn_types.rs"]
mod types;
pub use types::*;

/// Where cuDNN is looked for. The newest comes first.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "cuDNN",
    release: ("cuDNN ", ""),
    variable: "CUDNN_SYS_LIBRARY",
    linux: &["libcudnn.so.9", "libcudnn.so.8", "libcudnn.so"],
    windows: &["cudnn64_9.dll", "cudnn64_8.dll"],
    wheels: &["cudnn"],
    companion: None,
    required: c"cudnnGetVersion",
    oldest: Version::new(8, 9),
    newest_major: Some(9),
};

#[cfg(feature = "std")]
crate::for_each_cudnn_function! { cuda_sys::entry_points {
    /// cuDNN, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its [`cudnnStatus_t`], or [`MissingFunction`](crate::MissingFunction) if this cuDNN is too old to have it.
    ///
    /// # Examples
    /// ```
    /// use cudnn_sys::Cudnn;
    ///
    /// match Cudnn::system() {
    ///     Ok(cudnn) => println!("cuDNN {} at {}", cudnn.version(), cudnn.origin()),
    ///     Err(error) => println!("{error}"),
    /// }
    /// ```
    pub struct Cudnn(table: Functions);
    product: PRODUCT;
    version: version;
    cuda: cuda;
    otherwise: no_other_way;
} }

/// Asks cuDNN for its version, which it tells without a device.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_version) = functions.cudnnGetVersion() else {
        return Err("it does not have cudnnGetVersion".into());
    };
    // SAFETY: the function takes nothing and may be called at any time.
    let code = unsafe { get_version() };
    match i32::try_from(code) {
        Ok(code) if code > 0 => Ok(Version::from_cudnn(code)),
        _ => Err(format!("cudnnGetVersion: the version {code} does not exist")),
    }
}

/// Asks cuDNN for the CUDA runtime that it was built with.
#[doc(alias = "cudnnGetCudartVersion")]
#[cfg(feature = "std")]
fn cuda(functions: &Functions, _version: Version) -> Option<u16> {
    // SAFETY: the function takes nothing and may be called at any time.
    let code = functions.cudnnGetCudartVersion().map(|get_version| unsafe { get_version() })?;
    i32::try_from(code).ok().filter(|code| *code > 0).map(|code| Version::from_cuda(code).major())
}

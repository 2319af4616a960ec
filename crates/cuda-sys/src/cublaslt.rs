//! cuBLASLt, matrix products with everything around them: `libcublasLt.so`.
#![allow(unsafe_code)]

#[cfg(feature = "std")]
use crate::Version;
#[cfg(feature = "std")]
use crate::search::Product;
#[cfg(feature = "std")]
use crate::table::no_other_way;

#[allow(missing_docs)]
#[path = "generated/cublaslt_types.rs"]
mod types;
pub use types::*;

/// Where cuBLASLt is looked for. The newest comes first.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "cuBLASLt",
    release: ("cuBLASLt ", ""),
    variable: "CUDA_SYS_CUBLASLT",
    linux: &["libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11", "libcublasLt.so"],
    windows: &["cublasLt64_13.dll", "cublasLt64_12.dll", "cublasLt64_11.dll"],
    wheels: &["cu13", "cublas"],
    companion: None,
    required: c"cublasLtGetProperty",
    oldest: Version::new(11, 11),
    newest_major: Some(13),
};

#[cfg(feature = "std")]
crate::for_each_cublaslt_function! { crate::entry_points {
    /// cuBLASLt, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its result, or [`MissingFunction`](crate::MissingFunction) if this cuBLASLt is too old to have it.
    pub struct CublasLt(table: Functions);
    product: PRODUCT;
    version: version;
    cuda: cuda;
    otherwise: no_other_way;
} }

/// Asks cuBLASLt for its version, number by number, which it tells without a device.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_property) = functions.cublasLtGetProperty() else {
        return Err("it does not have cublasLtGetProperty".into());
    };
    let ask = |property| {
        let mut value: c_int = 0;
        // SAFETY: the pointer is to a live integer; the function may be called at any time.
        match unsafe { get_property(property, &mut value) } {
            cublasStatus_t::CUBLAS_STATUS_SUCCESS => Ok(value),
            error => Err(format!("cublasLtGetProperty: {error}")),
        }
    };
    Ok(Version::from_parts(
        ask(libraryPropertyType::MAJOR_VERSION)?,
        ask(libraryPropertyType::MINOR_VERSION)?,
        ask(libraryPropertyType::PATCH_LEVEL)?,
    ))
}

/// Asks cuBLASLt for the CUDA runtime that it was built with.
#[doc(alias = "cublasLtGetCudartVersion")]
#[cfg(feature = "std")]
fn cuda(functions: &Functions, version: Version) -> Option<u16> {
    // SAFETY: the function takes nothing and may be called at any time.
    let code = functions.cublasLtGetCudartVersion().map(|get_version| unsafe { get_version() });
    let code = code.and_then(|code| i32::try_from(code).ok()).filter(|code| *code > 0);
    Some(code.map_or(version.major(), |code| Version::from_cuda(code).major()))
}

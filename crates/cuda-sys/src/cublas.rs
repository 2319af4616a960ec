//! cuBLAS, the basic linear algebra: `libcublas.so`.
//!
//! Functions are bound under their own symbols: [`cublasSgemm_v2`](Cublas::cublasSgemm_v2), which `cublas_v2.h` calls
//! `cublasSgemm`; and the forms with 64-bit sizes, `_64`, which came with cuBLAS 12.
#![allow(unsafe_code)]

#[cfg(feature = "std")]
use crate::Version;
#[cfg(feature = "std")]
use crate::search::Product;
#[cfg(feature = "std")]
use crate::table::no_other_way;

#[allow(missing_docs)]
#[path = "generated/cublas_types.rs"]
mod types;
pub use types::*;

/// Where cuBLAS is looked for. The newest comes first.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "cuBLAS",
    release: ("cuBLAS ", ""),
    variable: "CUDA_SYS_CUBLAS",
    linux: &["libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"],
    windows: &["cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"],
    wheels: &["cu13", "cublas"],
    companion: None,
    required: c"cublasGetProperty",
    oldest: Version::new(11, 11),
    newest_major: Some(13),
};

#[cfg(feature = "std")]
crate::for_each_cublas_function! { crate::entry_points {
    /// cuBLAS, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its result, or [`MissingFunction`](crate::MissingFunction) if this cuBLAS is too old to have it.
    pub struct Cublas(table: Functions);
    product: PRODUCT;
    version: version;
    cuda: cuda;
    otherwise: no_other_way;
} }

/// Asks cuBLAS for its version, number by number, which it tells without a device.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_property) = functions.cublasGetProperty() else {
        return Err("it does not have cublasGetProperty".into());
    };
    let ask = |property| {
        let mut value: c_int = 0;
        // SAFETY: the pointer is to a live integer; the function may be called at any time.
        match unsafe { get_property(property, &mut value) } {
            cublasStatus_t::CUBLAS_STATUS_SUCCESS => Ok(value),
            error => Err(format!("cublasGetProperty: {error}")),
        }
    };
    Ok(Version::from_parts(
        ask(libraryPropertyType::MAJOR_VERSION)?,
        ask(libraryPropertyType::MINOR_VERSION)?,
        ask(libraryPropertyType::PATCH_LEVEL)?,
    ))
}

/// Asks cuBLAS for the CUDA runtime that it was built with.
#[doc(alias = "cublasGetCudartVersion")]
#[cfg(feature = "std")]
fn cuda(functions: &Functions, version: Version) -> Option<u16> {
    // SAFETY: the function takes nothing and may be called at any time.
    let code = functions.cublasGetCudartVersion().map(|get_version| unsafe { get_version() });
    let code = code.and_then(|code| i32::try_from(code).ok()).filter(|code| *code > 0);
    Some(code.map_or(version.major(), |code| Version::from_cuda(code).major()))
}

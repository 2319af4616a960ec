//! cuRAND, random numbers on the device, and on the host without one: `libcurand.so`.
#![allow(unsafe_code)]

#[cfg(feature = "std")]
use crate::Version;
#[cfg(feature = "std")]
use crate::search::Product;
#[cfg(feature = "std")]
use crate::table::no_other_way;

#[allow(missing_docs)]
#[path = "generated/curand_types.rs"]
mod types;
pub use types::*;

/// Where cuRAND is looked for. The newest comes first.
#[cfg(feature = "std")]
pub static PRODUCT: Product = Product {
    name: "cuRAND",
    release: ("cuRAND ", ""),
    variable: "CUDA_SYS_CURAND",
    linux: &["libcurand.so.10", "libcurand.so"],
    windows: &["curand64_10.dll"],
    wheels: &["cu13", "curand"],
    companion: None,
    required: c"curandGetProperty",
    oldest: Version::new(10, 3),
    newest_major: Some(10),
};

#[cfg(feature = "std")]
crate::for_each_curand_function! { crate::entry_points {
    /// cuRAND, loaded.
    ///
    /// A copy is a pointer; two are equal if they are the same table. Each method calls the function of its name and
    /// returns its result, or [`MissingFunction`](crate::MissingFunction) if this cuRAND is too old to have it.
    pub struct Curand(table: Functions);
    product: PRODUCT;
    version: version;
    cuda: cuda;
    otherwise: no_other_way;
} }

/// Asks cuRAND for its version, number by number, which it tells without a device.
#[cfg(feature = "std")]
fn version(functions: &Functions) -> Result<Version, String> {
    let Some(get_property) = functions.curandGetProperty() else {
        return Err("it does not have curandGetProperty".into());
    };
    let ask = |property| {
        let mut value: c_int = 0;
        // SAFETY: the pointer is to a live integer; the function may be called at any time.
        match unsafe { get_property(property, &mut value) } {
            curandStatus_t::CURAND_STATUS_SUCCESS => Ok(value),
            error => Err(format!("curandGetProperty: {error}")),
        }
    };
    Ok(Version::from_parts(
        ask(libraryPropertyType::MAJOR_VERSION)?,
        ask(libraryPropertyType::MINOR_VERSION)?,
        ask(libraryPropertyType::PATCH_LEVEL)?,
    ))
}

/// cuRAND does not tell the CUDA that it is built for, but each of its releases belongs to one: 10.3.0 is of CUDA 11.8, the rest of
/// 10.3 of CUDA 12, and 10.4 of CUDA 13.
#[cfg(feature = "std")]
fn cuda(_functions: &Functions, version: Version) -> Option<u16> {
    match (version.major(), version.minor(), version.patch()) {
        (10, 3, 0) => Some(11),
        (10, 3, _) => Some(12),
        (10, 4, _) => Some(13),
        _ => None,
    }
}

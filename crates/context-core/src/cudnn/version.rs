//! Versions of cuDNN, in both of its encodings.

use std::fmt;

use cudnn_sys::Version;

/// A version of cuDNN.
///
/// `cudnnGetVersion` says it in one number: 1000 · major + 100 · minor + patch before cuDNN 9, and
/// 10000 · major + 100 · minor + patch from cuDNN 9 on. Compared as versions, not as numbers, the two are one order.
///
/// # Examples
/// ```
/// use context_core::cudnn::CudnnVersion;
///
/// let (eight, nine) = (CudnnVersion::from_raw(8907), CudnnVersion::from_raw(90100));
/// assert_eq!(eight, CudnnVersion::new(8, 9, 7));
/// assert_eq!(nine, CudnnVersion::new(9, 1, 0));
/// assert!(eight < nine);
/// assert_eq!(nine.to_string(), "9.1.0");
/// assert_eq!((eight.to_raw(), nine.to_raw()), (8907, 90100));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CudnnVersion(Version);

impl CudnnVersion {
    /// Makes the version `major.minor.patch`.
    pub const fn new(major: u16, minor: u8, patch: u8) -> CudnnVersion {
        CudnnVersion(Version::with_patch(major, minor, patch))
    }

    /// Reads what `cudnnGetVersion` returns. A number that no release has becomes a version that none has.
    #[doc(alias = "cudnnGetVersion")]
    pub const fn from_raw(raw: usize) -> CudnnVersion {
        let raw = if raw > i32::MAX as usize { i32::MAX } else { raw as i32 };
        CudnnVersion(Version::from_cudnn(raw))
    }

    /// Returns the number that `cudnnGetVersion` of this version returns.
    #[doc(alias = "CUDNN_VERSION")]
    pub const fn to_raw(self) -> usize {
        let unit = if self.major() < 9 { 1000 } else { 10_000 };
        self.major() as usize * unit + self.minor() as usize * 100 + self.patch() as usize
    }

    /// Returns the first number: what is built for one major version does not run with another.
    pub const fn major(self) -> u16 {
        self.0.major()
    }

    /// Returns the second number.
    pub const fn minor(self) -> u8 {
        self.0.minor()
    }

    /// Returns the third number.
    pub const fn patch(self) -> u8 {
        self.0.patch()
    }
}

impl From<Version> for CudnnVersion {
    fn from(version: Version) -> CudnnVersion {
        CudnnVersion(version)
    }
}

impl From<CudnnVersion> for Version {
    fn from(version: CudnnVersion) -> Version {
        version.0
    }
}

impl fmt::Display for CudnnVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major(), self.minor(), self.patch())
    }
}

impl fmt::Debug for CudnnVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::CudnnVersion;

    #[test]
    fn every_version_is_read_as_it_is_written() {
        for (raw, text) in [
            (8907, "8.9.7"),
            (8000, "8.0.0"),
            (90000, "9.0.0"),
            (90100, "9.1.0"),
            (91002, "9.10.2"),
            (92801, "9.28.1"),
        ] {
            let version = CudnnVersion::from_raw(raw);

            assert_eq!(version.to_string(), text);
            assert_eq!(version.to_raw(), raw);
        }
    }

    #[test]
    fn the_order_is_that_of_releases_and_not_of_numbers() {
        let releases = [7605, 8000, 8907, 90000, 90100, 91200, 92801, 100_000].map(CudnnVersion::from_raw);

        assert!(releases.is_sorted());
    }

    #[test]
    fn a_number_of_no_release_is_read_without_a_panic() {
        for raw in [0, 7, 89_999, usize::MAX] {
            assert!(!CudnnVersion::from_raw(raw).to_string().is_empty());
        }
    }
}

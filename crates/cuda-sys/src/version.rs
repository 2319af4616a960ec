//! Versions as CUDA's libraries report them.

use core::fmt;

/// A version of CUDA or of one of its libraries.
///
/// The driver and cuDNN report a version as one number, each in its own encoding; this type is what all of them decode
/// to, so that versions compare and print alike.
///
/// # Examples
/// ```
/// use cuda_sys::Version;
///
/// let driver = Version::from_cuda(12040);
/// assert_eq!(driver, Version::new(12, 4));
/// assert!(driver < Version::new(13, 0));
/// assert_eq!(driver.to_string(), "12.4");
/// assert_eq!(Version::from_cudnn(8907).to_string(), "8.9.7");
/// ```
// One number, so that what holds a version beside a pointer travels in two registers: from the left the major one, the minor and the patch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u32);

impl Version {
    /// Makes the version `major.minor`.
    pub const fn new(major: u16, minor: u8) -> Self {
        Self::with_patch(major, minor, 0)
    }

    /// Makes the version `major.minor.patch`.
    pub const fn with_patch(major: u16, minor: u8, patch: u8) -> Self {
        Self((major as u32) << 16 | (minor as u32) << 8 | patch as u32)
    }

    /// Decodes what `cuDriverGetVersion` writes and what the header's `CUDA_VERSION` says: 1000 · major + 10 · minor.
    ///
    /// A number that no release has, such as a negative one, decodes to the nearest version that exists in this encoding.
    #[doc(alias = "CUDA_VERSION")]
    pub const fn from_cuda(code: i32) -> Self {
        let code = clamp(code);
        Self::with_patch((code / 1000) as u16, (code % 1000 / 10) as u8, (code % 10) as u8)
    }

    /// Encodes the version as `cuDriverGetVersion` would write it.
    pub const fn to_cuda(self) -> i32 {
        (self.major() as i32) * 1000 + (self.minor() as i32) * 10
    }

    /// Decodes what `cudnnGetVersion` returns: 1000 · major + 100 · minor + patch before cuDNN 9, and
    /// 10000 · major + 100 · minor + patch from cuDNN 9 on.
    #[doc(alias = "CUDNN_VERSION")]
    pub const fn from_cudnn(code: i32) -> Self {
        let code = clamp(code);
        let unit = if code < 90_000 { 1000 } else { 10_000 };
        Self::with_patch((code / unit) as u16, (code % unit / 100) as u8, (code % 100) as u8)
    }

    /// Decodes what `ncclGetVersion` writes since NCCL 2.9: 10000 · major + 100 · minor + patch.
    #[doc(alias = "NCCL_VERSION_CODE")]
    pub const fn from_nccl(code: i32) -> Self {
        let code = clamp(code);
        Self::with_patch((code / 10_000) as u16, (code % 10_000 / 100) as u8, (code % 100) as u8)
    }

    /// Makes a version of the three numbers that cuBLAS and cuRAND answer one by one; those that no release has become the
    /// nearest that one could have.
    pub const fn from_parts(major: i32, minor: i32, patch: i32) -> Self {
        const fn within(part: i32, most: i32) -> i32 {
            if part < 0 {
                0
            } else if part > most {
                most
            } else {
                part
            }
        }
        Self::with_patch(within(major, 65_535) as u16, within(minor, 255) as u8, within(patch, 255) as u8)
    }

    /// Reads `major.minor` at compile time; the tables write versions this way.
    #[cfg(feature = "std")]
    pub(crate) const fn from_literal(text: &str) -> Self {
        let text = text.as_bytes();
        let (mut parts, mut part, mut at) = ([0_u16; 3], 0, 0);
        while at < text.len() {
            match text[at] {
                b'.' => part += 1,
                // A version of three numbers is no number of Rust's, and stands in quotes.
                b'"' => {}
                digit => parts[part] = parts[part] * 10 + (digit - b'0') as u16,
            }
            at += 1;
        }
        Self::with_patch(parts[0], parts[1] as u8, parts[2] as u8)
    }

    /// Returns the first number, which says what is compatible with what.
    pub const fn major(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Returns the second number.
    pub const fn minor(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// Returns the third number, which CUDA and NVRTC do not use.
    pub const fn patch(self) -> u8 {
        self.0 as u8
    }
}

/// Keeps a code within what the fields of a [`Version`] can hold.
const fn clamp(code: i32) -> i32 {
    match code {
        i32::MIN..0 => 0,
        0..65_535_000 => code,
        _ => 65_534_999,
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.patch() {
            0 => write!(f, "{}.{}", self.major(), self.minor()),
            patch => write!(f, "{}.{}.{patch}", self.major(), self.minor()),
        }
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn both_encodings_of_cudnn_decode() {
        assert_eq!(Version::from_cudnn(8907), Version::with_patch(8, 9, 7));
        assert_eq!(Version::from_cudnn(90_000), Version::new(9, 0));
        assert_eq!(Version::from_cudnn(92_801), Version::with_patch(9, 28, 1));
    }

    #[test]
    fn nonsense_from_a_driver_decodes_without_a_panic() {
        for code in [i32::MIN, -1, 0, 7, i32::MAX] {
            assert!(!Version::from_cuda(code).to_string().is_empty());
            assert!(!Version::from_cudnn(code).to_string().is_empty());
            assert!(!Version::from_nccl(code).to_string().is_empty());
            assert!(!Version::from_parts(code, code, code).to_string().is_empty());
        }
    }

    #[test]
    fn versions_are_ordered_by_their_numbers_from_left_to_right() {
        let ordered = [
            Version::with_patch(0, 0, 255),
            Version::with_patch(0, 1, 0),
            Version::with_patch(0, 255, 255),
            Version::with_patch(1, 0, 0),
            Version::with_patch(65_535, 255, 255),
        ];

        assert!(ordered.is_sorted());
        let parts = |version: Version| (version.major(), version.minor(), version.patch());
        assert_eq!(
            ordered.map(parts),
            [(0, 0, 255), (0, 1, 0), (0, 255, 255), (1, 0, 0), (65_535, 255, 255)]
        );
    }

    #[cfg(feature = "std")]
    #[test]
    fn literals_read_as_they_print() {
        for text in ["11.8", "12.10", "13.0", "8.9.7"] {
            assert_eq!(Version::from_literal(text).to_string(), text);
        }
        assert_eq!(Version::from_literal("\"10.3.7\""), Version::with_patch(10, 3, 7));
    }
}

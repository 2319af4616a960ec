//! Libraries that are used together must be built for the same CUDA: a [`Member`] says what one library is and where it was
//! found, and [`check`] refuses a set that does not agree.

use crate::{Origin, Version};
use std::error::Error;
use std::fmt;

/// One library of a set. Every table has a method `member`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// What messages call the library, as in `cuDNN`.
    pub name: &'static str,
    /// Its own version.
    pub version: Version,
    /// The major release of CUDA that it is built for, or that it serves if it is the driver; `None` if it does not tell.
    pub cuda: Option<u16>,
    /// Whether it is the driver, which serves its own major release and every older one.
    pub is_driver: bool,
    /// Where it was found.
    pub origin: Origin,
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}", self.name, self.version, self.origin)
    }
}

/// Two libraries that do not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The library that does not fit the other.
    pub one: Member,
    /// The other: the driver, if the first needs a newer one.
    pub other: Member,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { one, other } = self;
        let (cuda, other_cuda) = (one.cuda.unwrap_or_default(), other.cuda.unwrap_or_default());
        if other.is_driver {
            return write!(
                f,
                "{one} is built for CUDA {cuda} and needs a driver of at least that release: {other}"
            );
        }
        write!(
            f,
            "{one} is built for CUDA {cuda}, and {other} for CUDA {other_cuda}: take both for the same major release"
        )
    }
}

impl Error for Mismatch {}

/// Checks that the libraries go together: all are built for one major release of CUDA, and the driver is not older. What does
/// not tell its CUDA is taken to fit.
///
/// # Errors
/// The first two that do not go together.
///
/// # Examples
/// ```
/// use cuda_sys::set::{self, Member};
/// use cuda_sys::{Origin, Version};
///
/// let member = |name, cuda, path: &str| Member {
///     name,
///     version: Version::new(cuda, 0),
///     cuda: Some(cuda),
///     is_driver: false,
///     origin: Origin::Lookup(path.into()),
/// };
/// let error = set::check(&[member("cuBLAS", 13, "/a"), member("NVRTC", 12, "/b")]).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "NVRTC 12.0 at /b is built for CUDA 12, and cuBLAS 13.0 at /a for CUDA 13: take both for the same major release"
/// );
/// ```
pub fn check(members: &[Member]) -> Result<(), Box<Mismatch>> {
    for (index, one) in members.iter().enumerate() {
        for other in &members[..index] {
            let (Some(cuda), Some(other_cuda)) = (one.cuda, other.cuda) else { continue };
            let mismatch = |one: &Member, other: &Member| {
                Err(Box::new(Mismatch { one: one.clone(), other: other.clone() }))
            };
            match (one.is_driver, other.is_driver) {
                (true, true) => {}
                (true, false) if other_cuda > cuda => return mismatch(other, one),
                (false, true) if cuda > other_cuda => return mismatch(one, other),
                (false, false) if cuda != other_cuda => return mismatch(one, other),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &'static str, cuda: Option<u16>) -> Member {
        Member {
            name,
            version: Version::new(cuda.unwrap_or(1), 0),
            cuda,
            is_driver: name == "CUDA driver",
            origin: Origin::Lookup(format!("/lib/{name}")),
        }
    }

    #[test]
    fn a_driver_serves_its_own_and_every_older_release() {
        let driver = member("CUDA driver", Some(12));

        assert_eq!(check(&[driver.clone(), member("cuBLAS", Some(11))]), Ok(()));
        assert_eq!(check(&[member("cuBLAS", Some(12)), driver.clone()]), Ok(()));
        for set in [[driver.clone(), member("cuBLAS", Some(13))], [member("cuBLAS", Some(13)), driver]] {
            assert_eq!(
                check(&set).unwrap_err().to_string(),
                "cuBLAS 13.0 at /lib/cuBLAS is built for CUDA 13 and needs a driver of at least that release: \
                 CUDA driver 12.0 at /lib/CUDA driver"
            );
        }
    }

    #[test]
    fn libraries_for_two_major_releases_are_refused_with_both_paths() {
        let error = check(&[member("cuDNN", Some(12)), member("cuBLAS", Some(13))]).unwrap_err().to_string();

        assert!(error.contains("/lib/cuDNN") && error.contains("/lib/cuBLAS"), "{error}");
        assert!(error.contains("CUDA 12") && error.contains("CUDA 13"), "{error}");
    }

    #[test]
    fn what_does_not_tell_its_cuda_fits() {
        assert_eq!(
            check(&[member("NCCL", None), member("cuBLAS", Some(13)), member("cuRAND", None)]),
            Ok(())
        );
        assert_eq!(check(&[]), Ok(()));
    }
}

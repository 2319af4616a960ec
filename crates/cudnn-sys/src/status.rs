//! Result codes, whose numbers changed from cuDNN 8 to cuDNN 9 while their names stayed.

#[cfg(feature = "std")]
use crate::cudnn::Cudnn;
use crate::cudnn::cudnnStatus_t;
use core::error::Error;
use core::fmt;
use cuda_sys::Version;
use cuda_sys::result::{ResultText, ResultTexts};

#[path = "generated/cudnn_results.rs"]
mod texts;

const TEXTS_8: &ResultTexts = cuda_sys::result_texts!(texts::TEXTS_8);
const TEXTS_9: &ResultTexts = cuda_sys::result_texts!(texts::TEXTS_9);

/// A result code as the library that returned it means it.
///
/// Prints as `bad param (CUDNN_STATUS_BAD_PARAM, 3)`, with the number that the library returned. No library is needed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status {
    raw: cudnnStatus_t,
    by: Version,
}

#[cfg(feature = "std")]
impl Cudnn {
    /// Reads `raw` as a result of this library.
    pub fn status(self, raw: cudnnStatus_t) -> Status {
        Status::new(raw, self.version())
    }
}

impl Status {
    /// Reads `raw` as a result of a cuDNN of version `by`.
    pub const fn new(raw: cudnnStatus_t, by: Version) -> Self {
        Self { raw, by }
    }

    /// Returns the number that the library returned.
    pub const fn as_raw(self) -> cudnnStatus_t {
        self.raw
    }

    /// Returns the code in the numbering of cuDNN 9, which is that of the constants of [`cudnnStatus_t`], so that the two
    /// can be compared whichever library is loaded. A number that cuDNN 8 does not have stays as it is.
    ///
    /// # Examples
    /// ```
    /// use cudnn_sys::{Status, Version, cudnnStatus_t};
    ///
    /// let eight = Status::new(cudnnStatus_t(3), Version::with_patch(8, 9, 7));
    /// let nine = Status::new(cudnnStatus_t(2000), Version::new(9, 0));
    /// assert_eq!(eight.code(), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM);
    /// assert_eq!(nine.code(), cudnnStatus_t::CUDNN_STATUS_BAD_PARAM);
    /// ```
    pub fn code(self) -> cudnnStatus_t {
        if self.by.major() >= 9 {
            return self.raw;
        }
        let renumbered = texts::RENUMBERED.binary_search_by_key(&self.raw.0, |(old, _)| *old);
        renumbered.map_or(self.raw, |index| cudnnStatus_t(texts::RENUMBERED[index].1))
    }

    /// Returns the name in the header, as in `CUDNN_STATUS_BAD_PARAM`, or `None` for a code that no header has yet.
    #[doc(alias = "cudnnGetErrorString")]
    pub fn name(self) -> Option<&'static str> {
        self.text().map(|text| text.name)
    }

    /// Returns the sentence that explains the code, or `None` for a code that no header has yet.
    pub fn sentence(self) -> Option<&'static str> {
        self.text().map(|text| text.sentence)
    }

    /// Returns `Err` for every code but `CUDNN_STATUS_SUCCESS`, which is 0 in every release.
    ///
    /// # Errors
    /// The code itself.
    pub fn ok(self) -> Result<(), Self> {
        match self.raw {
            cudnnStatus_t::CUDNN_STATUS_SUCCESS => Ok(()),
            _ => Err(self),
        }
    }

    fn text(self) -> Option<ResultText> {
        let table = if self.by.major() >= 9 { TEXTS_9 } else { TEXTS_8 };
        table.find(self.raw.0)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => text.fmt(f),
            None => write!(f, "unknown result {} of cuDNN {}", self.raw.0, self.by),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "cudnnStatus_t({})", self.raw.0),
        }
    }
}

impl Error for Status {}

/// Prints the bare number: which name it has depends on the library that returned it, which [`Status`] knows.
impl fmt::Debug for cudnnStatus_t {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cudnnStatus_t({})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Status, texts};
    use crate::cudnn::cudnnStatus_t;
    use cuda_sys::Version;

    const EIGHT: Version = Version::with_patch(8, 9, 7);
    const NINE: Version = Version::new(9, 0);

    #[test]
    fn the_same_number_has_the_name_of_the_library_that_returned_it() {
        let name = |code, version| Status::new(cudnnStatus_t(code), version).name();

        assert_eq!(name(1, EIGHT), Some("CUDNN_STATUS_NOT_INITIALIZED"));
        assert_eq!(name(1, NINE), None);
        assert_eq!(name(1001, NINE), Some("CUDNN_STATUS_NOT_INITIALIZED"));
        assert_eq!(name(1001, EIGHT), None);
    }

    #[test]
    fn an_unknown_code_prints_its_number_and_the_library() {
        let status = Status::new(cudnnStatus_t(4242), EIGHT);

        assert_eq!(status.to_string(), "unknown result 4242 of cuDNN 8.9.7");
        assert_eq!(status.code(), cudnnStatus_t(4242));
    }

    #[test]
    fn every_code_of_eight_has_a_number_in_nine() {
        for text in super::TEXTS_8.iter() {
            let code = Status::new(cudnnStatus_t(text.code), EIGHT).code();
            assert!(super::TEXTS_9.find(code.0).is_some(), "{text:?}");
        }
        assert_eq!(texts::RENUMBERED.len(), texts::TEXTS_8.len());
    }
}

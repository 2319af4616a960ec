//! Names and sentences of result codes, from tables: printing an error needs no driver.

use crate::driver::CUresult;
use std::error::Error;
use std::fmt;

#[path = "generated/driver_results.rs"]
mod driver;

/// A result code with its name in the header and the sentence that NVIDIA's own library prints for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultText {
    /// The number.
    pub code: u32,
    /// The name, as in `CUDA_ERROR_OUT_OF_MEMORY`.
    pub name: &'static str,
    /// The sentence, as in `out of memory`.
    pub sentence: &'static str,
}

/// Finds a code in a table that is sorted by code.
pub fn find(table: &'static [ResultText], code: u32) -> Option<&'static ResultText> {
    table.binary_search_by_key(&code, |text| text.code).ok().map(|index| &table[index])
}

impl CUresult {
    /// Every code that the newest header names, sorted by number.
    pub const TEXTS: &'static [ResultText] = driver::TEXTS;

    /// Returns the name in the header, as in `CUDA_ERROR_OUT_OF_MEMORY`, or `None` for a code that no header has yet.
    #[doc(alias = "cuGetErrorName")]
    pub fn name(self) -> Option<&'static str> {
        find(Self::TEXTS, self.0).map(|text| text.name)
    }

    /// Returns the sentence, as in `out of memory`, or `None` for a code that no header has yet.
    #[doc(alias = "cuGetErrorString")]
    pub fn sentence(self) -> Option<&'static str> {
        find(Self::TEXTS, self.0).map(|text| text.sentence)
    }

    /// Returns `Err` for every code but `CUDA_SUCCESS`.
    ///
    /// # Errors
    /// The code itself.
    pub fn ok(self) -> Result<(), Self> {
        match self {
            Self::CUDA_SUCCESS => Ok(()),
            error => Err(error),
        }
    }
}

/// Prints as `out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)`; a code without a name prints as `unknown result 4242`.
impl fmt::Display for CUresult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, Self::TEXTS, self.0)
    }
}

/// Prints as `CUDA_ERROR_OUT_OF_MEMORY`; a code without a name prints as `CUresult(4242)`.
impl fmt::Debug for CUresult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "CUresult({})", self.0),
        }
    }
}

impl Error for CUresult {}

/// Writes a code as its sentence, its name and its number, or as its number alone if `texts` does not have it.
pub fn write(f: &mut fmt::Formatter<'_>, texts: &'static [ResultText], code: u32) -> fmt::Result {
    match find(texts, code) {
        Some(ResultText { name, sentence, .. }) => write!(f, "{sentence} ({name}, {code})"),
        None => write!(f, "unknown result {code}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::driver::CUresult;

    #[test]
    fn a_known_code_prints_sentence_name_and_number() {
        let error = CUresult::CUDA_ERROR_OUT_OF_MEMORY;

        assert_eq!(error.to_string(), "out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)");
        assert_eq!(format!("{error:?}"), "CUDA_ERROR_OUT_OF_MEMORY");
    }

    #[test]
    fn an_unknown_code_prints_as_its_number() {
        let error = CUresult(4242);

        assert_eq!(error.to_string(), "unknown result 4242");
        assert_eq!(format!("{error:?}"), "CUresult(4242)");
        assert_eq!((error.name(), error.sentence()), (None, None));
    }

    #[test]
    fn the_table_is_sorted_and_has_a_sentence_for_every_code() {
        assert!(CUresult::TEXTS.windows(2).all(|pair| pair[0].code < pair[1].code));
        for text in CUresult::TEXTS {
            assert!(!text.sentence.is_empty() && !text.sentence.ends_with('.'), "{text:?}");
        }
    }
}

//! Names and sentences of result codes, from tables: printing an error needs no driver.

use crate::cublas::cublasStatus_t;
use crate::curand::curandStatus_t;
use crate::driver::CUresult;
use crate::nvrtc::nvrtcResult;
use core::fmt;

#[path = "generated/cublas_results.rs"]
mod cublas;
#[path = "generated/curand_results.rs"]
mod curand;
#[path = "generated/driver_results.rs"]
mod driver;
#[path = "generated/nvrtc_results.rs"]
mod nvrtc;

/// A result code with its name in the header and a sentence for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultText {
    /// The number.
    pub code: u32,
    /// The name, as in `CUDA_ERROR_OUT_OF_MEMORY`.
    pub name: &'static str,
    /// The sentence, as in `out of memory`; NVIDIA's own where the library has one.
    pub sentence: &'static str,
}

impl ResultText {
    /// Finds a code in a table that is sorted by code.
    pub fn find(table: &'static [Self], code: u32) -> Option<&'static Self> {
        table.binary_search_by_key(&code, |text| text.code).ok().map(|index| &table[index])
    }
}

/// Prints as `out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)`.
impl fmt::Display for ResultText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, name, sentence } = self;
        write!(f, "{sentence} ({name}, {code})")
    }
}

/// Gives a type of result codes its names and sentences; for this crate and those of its kind.
#[doc(hidden)]
#[macro_export]
macro_rules! result_codes {
    ($type:ident, $success:ident, $texts:path) => {
        impl $type {
            /// Every code that the newest header names, sorted by number.
            pub const TEXTS: &'static [$crate::result::ResultText] = $texts;

            /// Returns the name in the header, or `None` for a code that no header has yet.
            pub fn name(self) -> Option<&'static str> {
                $crate::result::ResultText::find(Self::TEXTS, self.0).map(|text| text.name)
            }

            /// Returns the sentence that explains the code, or `None` for a code that no header has yet.
            pub fn sentence(self) -> Option<&'static str> {
                $crate::result::ResultText::find(Self::TEXTS, self.0).map(|text| text.sentence)
            }

            /// Returns `Err` for every code but success.
            ///
            /// # Errors
            /// The code itself.
            pub fn ok(self) -> Result<(), Self> {
                match self {
                    Self::$success => Ok(()),
                    error => Err(error),
                }
            }
        }

        /// Prints as `out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)`; a code without a name prints as `unknown result 4242`.
        impl ::core::fmt::Display for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match $crate::result::ResultText::find(Self::TEXTS, self.0) {
                    Some(text) => ::core::fmt::Display::fmt(text, f),
                    None => write!(f, "unknown result {}", self.0),
                }
            }
        }

        /// Prints as `CUDA_ERROR_OUT_OF_MEMORY`; a code without a name prints as `CUresult(4242)`.
        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}({})", stringify!($type), self.0),
                }
            }
        }

        impl ::core::error::Error for $type {}
    };
}

result_codes!(CUresult, CUDA_SUCCESS, driver::TEXTS);
result_codes!(nvrtcResult, NVRTC_SUCCESS, nvrtc::TEXTS);
result_codes!(cublasStatus_t, CUBLAS_STATUS_SUCCESS, cublas::TEXTS);
result_codes!(curandStatus_t, CURAND_STATUS_SUCCESS, curand::TEXTS);

#[cfg(test)]
mod tests {
    use super::ResultText;
    use crate::driver::CUresult;
    use crate::nvrtc::nvrtcResult;

    #[test]
    fn a_known_code_prints_sentence_name_and_number() {
        let error = CUresult::CUDA_ERROR_OUT_OF_MEMORY;

        assert_eq!(error.to_string(), "out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)");
        assert_eq!(format!("{error:?}"), "CUDA_ERROR_OUT_OF_MEMORY");
        assert_eq!(nvrtcResult(6).to_string(), "compilation (NVRTC_ERROR_COMPILATION, 6)");
    }

    #[test]
    fn an_unknown_code_prints_as_its_number() {
        let error = CUresult(4242);

        assert_eq!(error.to_string(), "unknown result 4242");
        assert_eq!(format!("{error:?}"), "CUresult(4242)");
        assert_eq!((error.name(), error.sentence(), error.ok()), (None, None, Err(error)));
    }

    #[test]
    fn every_table_is_sorted_and_has_a_sentence_for_every_code() {
        for texts in [CUresult::TEXTS, nvrtcResult::TEXTS] {
            assert!(texts.windows(2).all(|pair| pair[0].code < pair[1].code));
            for ResultText { name, sentence, .. } in texts {
                assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{name}: {sentence}");
            }
        }
    }
}

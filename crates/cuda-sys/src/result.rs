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

/// Prints as `out of memory (CUDA_ERROR_OUT_OF_MEMORY, 2)`.
impl fmt::Display for ResultText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, name, sentence } = self;
        write!(f, "{sentence} ({name}, {code})")
    }
}

/// The texts of a library's result codes, sorted by code.
///
/// It holds no pointer but two, whatever its length: the system's loader would have to correct each one before a program starts.
#[derive(Debug)]
pub struct ResultTexts {
    /// Each name with its sentence right behind it.
    text: &'static str,
    places: &'static [Place],
}

/// Where the texts of one code are: the name begins where the sentence before it ends.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Place {
    code: u32,
    name_end: u32,
    end: u32,
}

impl ResultTexts {
    /// Takes apart what [`result_texts!`](crate::result_texts) has put together.
    #[doc(hidden)]
    pub const fn new(text: &'static [u8], places: &'static [Place]) -> Self {
        match core::str::from_utf8(text) {
            Ok(text) => Self { text, places },
            Err(_) => panic!("names and sentences are text"),
        }
    }

    /// Returns the texts of a code, or `None` for one that no header has yet.
    pub fn find(&self, code: u32) -> Option<ResultText> {
        self.get(self.places.binary_search_by_key(&code, |place| place.code).ok()?)
    }

    /// Lists the codes, sorted by number.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = ResultText> {
        (0..self.places.len()).map(|index| self.get(index).expect("each place is within the text"))
    }

    fn get(&self, index: usize) -> Option<ResultText> {
        let Place { code, name_end, end } = *self.places.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.places.get(before));
        let name = self.text.get(before.map_or(0, |before| before.end as usize)..name_end as usize)?;
        let sentence = self.text.get(name_end as usize..end as usize)?;
        Some(ResultText { code, name, sentence })
    }
}

/// Puts a list of [`ResultText`]s together to [`ResultTexts`] when the program is compiled; for this crate and those of its kind.
#[doc(hidden)]
#[macro_export]
macro_rules! result_texts {
    ($list:path) => {{
        const PLACES: [$crate::result::Place; $list.len()] = $crate::result::places($list);
        const TEXT: [u8; $crate::result::text_len(&PLACES)] = $crate::result::text($list);
        &$crate::result::ResultTexts::new(&TEXT, &PLACES)
    }};
}

#[doc(hidden)]
pub const fn places<const COUNT: usize>(list: &[ResultText]) -> [Place; COUNT] {
    let mut places = [Place { code: 0, name_end: 0, end: 0 }; COUNT];
    let (mut index, mut at) = (0, 0);
    while index < COUNT {
        let ResultText { code, name, sentence } = list[index];
        let name_end = at + name.len() as u32;
        at = name_end + sentence.len() as u32;
        places[index] = Place { code, name_end, end: at };
        index += 1;
    }
    places
}

#[doc(hidden)]
pub const fn text_len(places: &[Place]) -> usize {
    match places.last() {
        Some(last) => last.end as usize,
        None => 0,
    }
}

#[doc(hidden)]
pub const fn text<const LEN: usize>(mut list: &[ResultText]) -> [u8; LEN] {
    let mut text = [0; LEN];
    let mut rest: &mut [u8] = &mut text;
    while let [ResultText { name, sentence, .. }, others @ ..] = list {
        let (name_place, behind) = rest.split_at_mut(name.len());
        let (sentence_place, behind) = behind.split_at_mut(sentence.len());
        name_place.copy_from_slice(name.as_bytes());
        sentence_place.copy_from_slice(sentence.as_bytes());
        (list, rest) = (others, behind);
    }
    text
}

/// Gives a type of result codes its names and sentences; for this crate and those of its kind.
#[doc(hidden)]
#[macro_export]
macro_rules! result_codes {
    ($type:ident, $success:ident, $texts:path) => {
        impl $type {
            /// Every code that the newest header names, sorted by number.
            pub const TEXTS: &'static $crate::result::ResultTexts = $crate::result_texts!($texts);

            /// Returns the name in the header, or `None` for a code that no header has yet.
            pub fn name(self) -> Option<&'static str> {
                Self::TEXTS.find(self.0).map(|text| text.name)
            }

            /// Returns the sentence that explains the code, or `None` for a code that no header has yet.
            pub fn sentence(self) -> Option<&'static str> {
                Self::TEXTS.find(self.0).map(|text| text.sentence)
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
                match Self::TEXTS.find(self.0) {
                    Some(text) => ::core::fmt::Display::fmt(&text, f),
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
            assert!(texts.iter().is_sorted_by(|one, next| one.code < next.code));
            for ResultText { name, sentence, .. } in texts.iter() {
                assert!(!sentence.is_empty() && !sentence.ends_with('.'), "{name}: {sentence}");
            }
        }
    }
}

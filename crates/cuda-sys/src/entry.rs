//! Lists of a library's functions, and what is said of one that a loaded library lacks.
#![allow(unsafe_code)]

use std::{
    error::Error,
    ffi::{CStr, CString},
    fmt,
};

use crate::{Version, search::Product};

/// One function of a library: its symbol, and the releases that declare it.
#[derive(Clone, Copy, Debug)]
pub struct EntryPoint {
    /// The symbol that is looked up, as in `cuMemAlloc_v2`.
    pub name: &'static str,
    /// The same, as C wants it.
    pub symbol: &'static CStr,
    /// The first supported release that has the function.
    pub since: Version,
    /// The last release whose header declares it, unless that is the newest.
    pub until: Option<Version>,
    /// The library that has it.
    pub product: &'static Product,
}

/// The functions of a library, in the order of the newest header.
///
/// It holds no pointer but four, whatever its length: the system's loader would have to correct each one before a program starts.
#[derive(Debug)]
pub struct EntryPoints {
    /// The symbols, each with a zero byte behind it.
    symbols: &'static str,
    facts: &'static [Facts],
    product: &'static Product,
}

/// What is listed of one function, without a pointer.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// Where its zero byte is.
    end: u32,
    since: Version,
    until: Option<Version>,
}

impl EntryPoints {
    /// Takes apart what [`entry_points!`](crate::entry_points) has put together.
    #[doc(hidden)]
    pub const fn new(symbols: &'static str, facts: &'static [Facts], product: &'static Product) -> Self {
        Self { symbols, facts, product }
    }

    /// Returns how many functions there are.
    pub const fn len(&self) -> usize {
        self.facts.len()
    }

    /// Tells whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.facts.is_empty()
    }

    /// Returns the function at `index`, if there are as many.
    pub fn get(&self, index: usize) -> Option<EntryPoint> {
        let Facts { end, since, until } = *self.facts.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.facts.get(before));
        let start = before.map_or(0, |before| before.end as usize + 1);
        let name = self.symbols.get(start..end as usize)?;
        let ended = self.symbols.as_bytes().get(start..=end as usize)?;
        if ended.last() != Some(&0) {
            return None;
        }
        // SAFETY: there is a zero byte in these bytes, which are static.
        let symbol = unsafe { CStr::from_ptr(ended.as_ptr().cast()) };
        Some(EntryPoint { name, symbol, since, until, product: self.product })
    }

    /// Lists the functions.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = EntryPoint> {
        (0..self.len()).map(|index| self.get(index).expect("each index below the length has a function"))
    }

    /// Returns where the function of this symbol is in the list, if it is there.
    pub fn position(&self, name: &str) -> Option<usize> {
        let mut start = 0;
        self.facts.iter().position(|facts| {
            let (from, end) = (start, facts.end as usize);
            start = end + 1;
            // Most have another length: their bytes need not be looked at.
            end - from == name.len() && self.symbols.get(from..end) == Some(name)
        })
    }
}

/// Puts together what is listed of each function; for [`entry_points!`](crate::entry_points).
#[doc(hidden)]
pub const fn facts<const COUNT: usize>(
    symbols: &str,
    releases: [(Version, Option<Version>); COUNT],
) -> [Facts; COUNT] {
    let symbols = symbols.as_bytes();
    let mut facts = [Facts { end: 0, since: Version::new(0, 0), until: None }; COUNT];
    let (mut at, mut index) = (0, 0);
    while at < symbols.len() {
        if symbols[at] == 0 {
            let (since, until) = releases[index];
            facts[index] = Facts { end: at as u32, since, until };
            index += 1;
        }
        at += 1;
    }
    assert!(index == COUNT, "each symbol ends in its only zero byte");
    facts
}

/// Reads a version at compile time; for [`entry_points!`](crate::entry_points).
#[doc(hidden)]
pub const fn version(text: &str) -> Version {
    Version::from_literal(text)
}

/// What most libraries have besides their symbols: nothing. For `otherwise` of [`entry_points!`](crate::entry_points).
pub fn no_other_way<T>(_functions: &T, _entry: &EntryPoint, _version: Version) -> *const std::ffi::c_void {
    std::ptr::null()
}

/// What is known of a library, whatever it is: its functions, and its version.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) entries: &'static EntryPoints,
    pub(crate) version: Version,
}

impl Known {
    /// Says that the library lacks the function at `index` of its list.
    pub(crate) fn missing(&'static self, index: usize) -> MissingFunction {
        MissingFunction { known: self, index: index as u32 }
    }
}

/// A function that the loaded library does not have.
#[derive(Clone, Copy)]
pub struct MissingFunction {
    known: &'static Known,
    // So small, so that a result that has one travels in registers.
    index: u32,
}

impl MissingFunction {
    /// Returns the function that was called.
    pub fn entry(self) -> EntryPoint {
        self.known.entries.get(self.index as usize).expect("only what is in the list is made missing")
    }

    /// Returns the version of the library that lacks it.
    pub fn found(self) -> Version {
        self.known.version
    }
}

impl EntryPoint {
    /// Splits the symbol as `cuGetProcAddress` wants it: the name without its version, and whether the form for the calling
    /// thread's default stream is meant. `cuMemcpyHtoDAsync_v2_ptsz` is `cuMemcpyHtoDAsync`, for that stream.
    pub fn request(&self) -> (CString, bool) {
        let (name, per_thread) =
            match self.name.strip_suffix("_ptsz").or_else(|| self.name.strip_suffix("_ptds")) {
                Some(name) => (name, true),
                None => (self.name, false),
            };
        let base = match name.rsplit_once("_v") {
            Some((base, digits)) if digits.bytes().all(|digit| digit.is_ascii_digit()) => base,
            _ => name,
        };
        (CString::new(base).unwrap_or_default(), per_thread)
    }
}

impl fmt::Display for MissingFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EntryPoint { name, since, until, product, .. } = self.entry();
        let found = self.found();
        match until {
            _ if found < since => write!(f, "{name} needs {}; this one is {found}", product.named(since)),
            Some(last) if found > last => {
                write!(f, "{name} was dropped after {}; this one is {found}", product.named(last))
            }
            _ => write!(f, "{name} is not in this {} {found}, which should have it", product.name),
        }
    }
}

impl fmt::Debug for MissingFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Error for MissingFunction {}

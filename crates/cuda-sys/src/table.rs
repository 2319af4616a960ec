//! Tables of functions that are filled at run time.
//!
//! A [`Loaded`] table has one slot for each function that any supported release has. A slot is empty where the loaded
//! library lacks the function, and calling it is then a [`MissingFunction`] that says which release has it. The macro
//! [`entry_points!`](crate::entry_points) writes the table, its list of [`EntryPoint`]s, and one method a function from a
//! generated list, for example [`for_each_driver_function!`](crate::for_each_driver_function).
#![allow(unsafe_code)]

use crate::Version;
use crate::library::{Attempt, Library, LoadError, Origin, Product, file_of, open_companion};
use std::error::Error;
use std::ffi::{CStr, c_void};
use std::fmt;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

/// One function of a library: its symbol, and the releases that declare it.
#[derive(Debug)]
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

/// A function that the loaded library does not have.
#[derive(Clone, Copy)]
pub struct MissingFunction {
    entry: &'static EntryPoint,
    found: Version,
}

impl MissingFunction {
    /// Returns the function that was called.
    pub fn entry(self) -> &'static EntryPoint {
        self.entry
    }

    /// Returns the version of the library that lacks it.
    pub fn found(self) -> Version {
        self.found
    }
}

impl fmt::Display for MissingFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let EntryPoint { name, since, until, product, .. } = self.entry;
        let found = self.found;
        match until {
            _ if found < *since => write!(f, "{name} needs {}; this one is {found}", product.named(*since)),
            Some(last) if found > *last => {
                write!(f, "{name} was dropped after {}; this one is {found}", product.named(*last))
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

/// What fills a table: it gives the address of a function, or null.
pub type Lookup<'a> = &'a mut dyn FnMut(&CStr) -> *const c_void;

/// A table of functions, as [`entry_points!`](crate::entry_points) writes them.
///
/// # Safety
/// [`fill`](Table::fill) must store each address in the slot of the function that it was asked for.
pub unsafe trait Table: Sized + Send + Sync + 'static {
    /// The library that the table is of.
    const PRODUCT: &'static Product;

    /// The tables of this kind that were loaded from files.
    fn registry() -> &'static Registry<Self>;

    /// Makes a table, asking `lookup` for each function in the list's order, and notes in `present` which ones it had.
    ///
    /// # Safety
    /// Each address that `lookup` returns is null or that of a function with the signature that the list gives it.
    unsafe fn fill(lookup: Lookup<'_>, present: &mut Vec<bool>) -> Self;

    /// Asks the library for its version.
    ///
    /// # Errors
    /// What it answered instead.
    fn version(&self) -> Result<Version, String>;
}

/// A filled table with what is known of the library behind it.
pub struct Loaded<T> {
    /// The functions.
    pub table: T,
    /// The version that the library reported.
    pub version: Version,
    /// Where the functions come from.
    pub origin: Origin,
    present: Vec<bool>,
    identity: usize,
}

impl<T: Table> Loaded<T> {
    /// Loads the first of the product's places that serves. A success is kept; a failure is tried again next time.
    ///
    /// # Errors
    /// [`LoadError`] with every place and what it answered.
    pub fn system() -> Result<&'static Self, LoadError> {
        let registry = T::registry();
        if let Some(loaded) = registry.system.get() {
            return Ok(loaded);
        }
        let mut attempts = Vec::new();
        for place in T::PRODUCT.places() {
            // SAFETY: the places are those where the system or its user keeps this library.
            match unsafe { Self::try_open(&place) } {
                Ok(loaded) => return Ok(registry.system.get_or_init(|| loaded)),
                Err(attempt) => attempts.push(attempt),
            }
        }
        Err(LoadError::search(T::PRODUCT, attempts))
    }

    /// Loads the library at `path`. The same file gives the same table every time.
    ///
    /// # Errors
    /// [`LoadError`] if the file cannot be opened or is not this library.
    ///
    /// # Safety
    /// As [`Library::open`]; and the functions that the library exports under the list's names have the list's signatures.
    pub unsafe fn open(path: &Path) -> Result<&'static Self, LoadError> {
        // SAFETY: the caller's promise is the same.
        unsafe { Self::try_open(path) }.map_err(|attempt| LoadError::place(T::PRODUCT, attempt))
    }

    /// Fills a table from `lookup`, which `origin` names in messages.
    ///
    /// # Errors
    /// [`LoadError`] if `lookup` lacks the function that every release has, or that function fails.
    ///
    /// # Safety
    /// Each address that `lookup` returns is null or that of a function with the signature that the list gives it, and
    /// stays valid until the process ends.
    pub unsafe fn from_lookup(origin: String, lookup: Lookup<'_>) -> Result<&'static Self, LoadError> {
        let place = origin.clone().into();
        // SAFETY: the caller's promise is the same.
        let loaded = unsafe { Self::fill(Origin::Lookup(origin), 0, lookup) };
        match loaded {
            Ok(loaded) => Ok(Box::leak(Box::new(loaded))),
            Err(reason) => Err(LoadError::place(T::PRODUCT, Attempt { place, reason })),
        }
    }

    /// Tells whether the library has `entry`, which is at `index` of the list.
    pub fn is_present(&self, index: usize) -> bool {
        self.present.get(index).copied().unwrap_or(false)
    }

    /// Opens `place` and fills a table from it, or says why that is impossible.
    ///
    /// # Safety
    /// As [`Self::open`].
    unsafe fn try_open(place: &Path) -> Result<&'static Self, Attempt> {
        let failed = |reason| Attempt { place: place.to_owned(), reason };
        // SAFETY: the caller vouches for the file.
        let library = unsafe { Library::open(place) }.map_err(failed)?;
        let required = library.symbol(T::PRODUCT.required);
        if let Some(loaded) = T::registry().find(required as usize) {
            return Ok(loaded);
        }
        let path = file_of(required).unwrap_or_else(|| place.to_owned());
        // SAFETY: the caller vouches for the file.
        unsafe { open_companion(T::PRODUCT, &path) };
        let origin = Origin::Library(path);
        // SAFETY: the caller vouches for the signatures, and the library is never closed.
        let loaded = unsafe { Self::fill(origin, required as usize, &mut |name| library.symbol(name)) };
        Ok(T::registry().keep(loaded.map_err(failed)?))
    }

    /// Fills a table and asks the library for its version.
    ///
    /// # Safety
    /// As [`Self::from_lookup`].
    unsafe fn fill(origin: Origin, identity: usize, lookup: Lookup<'_>) -> Result<Self, String> {
        if lookup(T::PRODUCT.required).is_null() {
            return Err(format!("it does not have {}", T::PRODUCT.required.to_string_lossy()));
        }
        let mut present = Vec::new();
        // SAFETY: the caller's promise is the same.
        let table = unsafe { T::fill(lookup, &mut present) };
        let version = table.version()?;
        Ok(Self { table, version, origin, present, identity })
    }
}

impl<T> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.version, self.origin)
    }
}

/// The tables of one kind that were loaded from files, so that a file is loaded once.
pub struct Registry<T: 'static> {
    system: OnceLock<&'static Loaded<T>>,
    files: Mutex<Vec<&'static Loaded<T>>>,
}

impl<T> Registry<T> {
    /// Makes an empty registry.
    pub const fn new() -> Self {
        Self { system: OnceLock::new(), files: Mutex::new(Vec::new()) }
    }

    /// Returns the table whose required function is at the address `identity`.
    fn find(&self, identity: usize) -> Option<&'static Loaded<T>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.iter().copied().find(|loaded| loaded.identity == identity)
    }

    /// Keeps `loaded`, unless another thread has kept a table of the same file meanwhile; returns the one that is kept.
    fn keep(&self, loaded: Loaded<T>) -> &'static Loaded<T> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = files.iter().find(|kept| kept.identity == loaded.identity) {
            return kept;
        }
        let loaded: &'static Loaded<T> = Box::leak(Box::new(loaded));
        files.push(loaded);
        loaded
    }
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> fmt::Debug for Registry<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Registry")
    }
}

/// Writes a [`Table`] and its handle from a generated list of functions.
///
/// The handle gets one method a function, with the function's own name, that returns the function's result or a
/// [`MissingFunction`]; `system`, `open`, `from_lookup`, `version`, `origin` and `has`; and beside it a list
/// `ENTRY_POINTS`. The functions in `legacy` are left out: the library exports them for programs that were built with
/// headers of long ago, and under those names their arguments are another size.
#[macro_export]
macro_rules! entry_points {
    (
        $(#[$attribute:meta])*
        pub struct $Handle:ident(table: $Table:ident);
        product: $product:path;
        version: $version:path;
        current { $(
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $($legacy:tt)* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy)]
        pub struct $Handle(&'static $crate::table::Loaded<$Table>);

        /// The functions of the library, each empty where the loaded one lacks it.
        #[allow(non_snake_case, missing_debug_implementations)]
        pub struct $Table { $( $name: Option<unsafe extern "C" fn($($type),*) -> $result>, )* }

        /// Every function in the list, in the order of the newest header.
        pub static ENTRY_POINTS: &[$crate::table::EntryPoint] = &[$( $crate::table::EntryPoint {
            name: stringify!($name),
            symbol: $crate::table::symbol(concat!(stringify!($name), "\0")),
            since: $crate::table::version(stringify!($since)),
            until: $crate::entry_points!(@until $($until)?),
            product: &$product,
        }, )*];

        /// The position of each function in [`ENTRY_POINTS`].
        #[allow(non_camel_case_types, clippy::enum_variant_names)]
        #[derive(Clone, Copy)]
        enum Index { $( $name, )* }

        // SAFETY: `fill` looks up each slot under the slot's own name.
        unsafe impl $crate::table::Table for $Table {
            const PRODUCT: &'static $crate::library::Product = &$product;

            fn registry() -> &'static $crate::table::Registry<Self> {
                static REGISTRY: $crate::table::Registry<$Table> = $crate::table::Registry::new();
                &REGISTRY
            }

            unsafe fn fill(lookup: $crate::table::Lookup<'_>, present: &mut Vec<bool>) -> Self {
                let mut next = |index: Index| {
                    let address = lookup(ENTRY_POINTS[index as usize].symbol);
                    present.push(!address.is_null());
                    address
                };
                Self { $(
                    // SAFETY: the caller vouches for the signature; null becomes `None`.
                    $name: unsafe {
                        ::core::mem::transmute::<
                            *const ::core::ffi::c_void,
                            Option<unsafe extern "C" fn($($type),*) -> $result>,
                        >(next(Index::$name))
                    },
                )* }
            }

            fn version(&self) -> Result<$crate::Version, String> {
                $version(self)
            }
        }

        impl $Handle {
            /// Loads the library from the first place that has it; see [`Product`]($crate::library::Product) for where
            /// it is looked for. A success is kept for the process; after a failure the next call looks again.
            ///
            /// # Errors
            /// [`LoadError`]($crate::LoadError) with every place that was tried and what was wrong there.
            pub fn system() -> Result<Self, $crate::LoadError> {
                $crate::table::Loaded::system().map(Self)
            }

            /// Loads the library at `path`. The same file gives an equal handle every time.
            ///
            /// # Errors
            /// [`LoadError`]($crate::LoadError) if the file cannot be opened or is not this library.
            ///
            /// # Safety
            /// - The file's initialisers may run in this process.
            /// - The functions it exports under the names in [`ENTRY_POINTS`] have the signatures of this module.
            pub unsafe fn open(path: impl AsRef<::std::path::Path>) -> Result<Self, $crate::LoadError> {
                // SAFETY: the caller's promise is the same.
                unsafe { $crate::table::Loaded::open(path.as_ref()) }.map(Self)
            }

            /// Takes each function from `lookup`, which returns its address or null; `origin` names it in messages.
            /// This is how a library in software, or a test that records calls, plugs in.
            ///
            /// # Errors
            /// [`LoadError`]($crate::LoadError) if `lookup` lacks the one function that every release has.
            ///
            /// # Safety
            /// - Each address is null or that of a function with the signature of this module.
            /// - It stays valid until the process ends.
            pub unsafe fn from_lookup(
                origin: impl Into<String>,
                mut lookup: impl FnMut(&::core::ffi::CStr) -> *const ::core::ffi::c_void,
            ) -> Result<Self, $crate::LoadError> {
                // SAFETY: the caller's promise is the same.
                unsafe { $crate::table::Loaded::from_lookup(origin.into(), &mut lookup) }.map(Self)
            }

            /// Returns the version that the library reported when it was loaded.
            pub fn version(self) -> $crate::Version {
                self.0.version
            }

            /// Returns where the functions come from.
            pub fn origin(self) -> &'static $crate::Origin {
                &self.0.origin
            }

            /// Tells whether the library has the function `name`, such as `"cuMemAlloc_v2"`.
            pub fn has(self, name: &str) -> bool {
                let index = ENTRY_POINTS.iter().position(|entry| entry.name == name);
                index.is_some_and(|index| self.0.is_present(index))
            }

            #[cold]
            #[inline(never)]
            fn missing(self, index: Index) -> $crate::MissingFunction {
                $crate::MissingFunction::new(&ENTRY_POINTS[index as usize], self.0.version)
            }
        }

        /// The functions, one method each.
        #[allow(non_snake_case, clippy::too_many_arguments)]
        impl $Handle { $(
            #[doc = concat!("Calls `", stringify!($name), "`, which the library has since ", stringify!($since), ".")]
            ///
            /// # Errors
            /// [`MissingFunction`]($crate::MissingFunction) if the loaded library does not have it.
            ///
            /// # Safety
            /// The arguments are what NVIDIA's manual asks for.
            #[inline]
            pub unsafe fn $name(self, $($argument: $type),*) -> Result<$result, $crate::MissingFunction> {
                match self.0.table.$name {
                    // SAFETY: the slot was filled with the function of this name, and the caller vouches for the arguments.
                    Some(function) => Ok(unsafe { function($($argument),*) }),
                    None => Err(self.missing(Index::$name)),
                }
            }
        )* }

        impl PartialEq for $Handle {
            fn eq(&self, other: &Self) -> bool {
                ::std::ptr::eq(self.0, other.0)
            }
        }

        impl Eq for $Handle {}

        impl ::std::fmt::Debug for $Handle {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, "{} {:?}", stringify!($Handle), self.0)
            }
        }
    };
    (@until) => { None };
    (@until $until:literal) => { Some($crate::table::version(stringify!($until))) };
}

/// Implements `Default` for C structures as zero bytes, which is what C programs start from.
#[doc(hidden)]
#[macro_export]
macro_rules! zeroed_default {
    ($($type:ident,)*) => { $(
        impl Default for $type {
            fn default() -> Self {
                // SAFETY: bindgen writes this for C types only, made of numbers, pointers and nullable functions, for
                // each of which zero bytes are a value.
                unsafe { ::core::mem::zeroed() }
            }
        }
    )* };
}

/// Implements `Debug` for C structures with a union in them: only their users know which member is meant.
#[doc(hidden)]
#[macro_export]
macro_rules! opaque_debug {
    ($($type:ident,)*) => { $(
        impl ::core::fmt::Debug for $type {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(stringify!($type)).finish_non_exhaustive()
            }
        }
    )* };
}

impl MissingFunction {
    /// Says that a library of version `found` lacks `entry`.
    #[doc(hidden)]
    pub const fn new(entry: &'static EntryPoint, found: Version) -> Self {
        Self { entry, found }
    }
}

/// Makes a C string of a name that ends in a zero byte; for [`entry_points!`](crate::entry_points).
#[doc(hidden)]
pub const fn symbol(name: &'static str) -> &'static CStr {
    match CStr::from_bytes_with_nul(name.as_bytes()) {
        Ok(name) => name,
        Err(_) => panic!("a symbol ends in its only zero byte"),
    }
}

/// Reads a version at compile time; for [`entry_points!`](crate::entry_points).
#[doc(hidden)]
pub const fn version(text: &str) -> Version {
    Version::from_literal(text)
}

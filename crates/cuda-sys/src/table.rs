//! Tables of functions that are filled at run time.
//!
//! A [`Loaded`] table has one place for each function that any supported release has. A function is looked up when it is first
//! asked for, since a library has hundreds and a program uses few of them. Where the loaded library lacks it,
//! calling it is a [`MissingFunction`] that says which release has it. The macro
//! [`entry_points!`](crate::entry_points) writes the table, its list of [`EntryPoint`]s, and one method a function from a
//! generated list, for example [`for_each_driver_function!`](crate::for_each_driver_function).
#![allow(unsafe_code)]

use crate::Version;
use crate::entry::Known;
pub use crate::entry::{EntryPoint, EntryPoints, Facts, MissingFunction, facts, no_other_way, version};
use crate::library::{Attempt, Library, LoadError, Origin, Target, file_of, open_companion};
use crate::registry::Late;
pub use crate::registry::Registry;
use crate::search::{Product, Rule};
use crate::set::Member;
use std::ffi::{CStr, c_void};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::{fmt, ptr};

/// What fills a table: it gives the address of a function, or null.
pub type Lookup<'a> = &'a mut dyn FnMut(&CStr) -> *const c_void;

/// A table of functions, as [`entry_points!`](crate::entry_points) writes them.
///
/// # Safety
/// [`places`](Table::places) has a place for each of [`entries`](Table::entries), in their order, and nothing else is called by the address in it
/// than the function of that entry.
pub unsafe trait Table: Sized + Send + Sync + 'static {
    /// The library that the table is of.
    const PRODUCT: &'static Product;

    /// Its functions.
    fn entries() -> &'static EntryPoints;

    /// The tables of this kind that were loaded from files.
    fn registry() -> &'static Registry<Self>;

    /// Makes a table without functions, and without anything that looks them up.
    fn new() -> Self;

    /// Returns the address of each function that was found so far; null is where none was.
    fn places(&self) -> &[AtomicPtr<c_void>];

    /// Returns what looks up functions.
    fn finder(&self) -> &Finder;

    /// Asks the library for its version.
    ///
    /// # Errors
    /// What it answered instead.
    fn version(&self) -> Result<Version, String>;

    /// Returns the major release of CUDA that the library, of version `version`, is built for, or that it serves if it is the
    /// driver; `None` if it does not tell.
    fn cuda(&self, version: Version) -> Option<u16>;

    /// Looks up a function of a library of version `version` by other means than its symbols, and returns its address, or null. The driver has
    /// `cuGetProcAddress`.
    fn otherwise(&self, entry: &EntryPoint, version: Version) -> *const c_void;

    /// Looks up the function at `index` of the list, keeps its address, and returns it, or null. What is missing is looked up anew each time.
    #[cold]
    #[inline(never)]
    fn find(&self, index: usize) -> *const c_void {
        let (Some(place), Some(entry)) = (self.places().get(index), Self::entries().get(index)) else {
            return ptr::null();
        };
        let Finder { library, version } = self.finder();
        let mut address = library.get().map_or(ptr::null(), |library| library.symbol(entry.symbol));
        if address.is_null()
            && let Some(version) = version.get()
        {
            address = self.otherwise(&entry, *version);
        }
        if !address.is_null() {
            place.store(address.cast_mut(), Ordering::Release);
        }
        address
    }
}

/// What looks up functions for a table: a library that was opened, if any, and its version, once that is known.
#[derive(Debug)]
pub struct Finder {
    library: Late<Library>,
    version: Late<Version>,
}

impl Finder {
    /// Makes one that finds nothing; for [`entry_points!`](crate::entry_points).
    #[doc(hidden)]
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self { library: Late::new(), version: Late::new() }
    }
}

/// What filled a table.
enum Source {
    /// A file.
    File {
        /// The address of the required function, which no other file has.
        identity: usize,
        /// What was opened: a path, or a name that the system's loader has searched for.
        place: PathBuf,
        /// Which file that is, as soon as somebody wanted to know: the system's loader takes long to tell.
        origin: Late<Origin>,
    },
    /// A closure.
    Lookup(Origin),
}

/// A filled table with what is known of the library behind it.
///
/// It is made without functions, stays where it is, and is given to nobody before it is known what it is of.
pub struct Loaded<T> {
    /// The functions.
    pub table: T,
    about: Late<About>,
}

/// What is known of the library behind a table.
struct About {
    known: Known,
    source: Source,
    rule: Rule,
    skipped: Vec<Attempt>,
}

impl<T: Table> Loaded<T> {
    /// Loads the first of the product's places that serves. A success is kept; a failure is tried again next time.
    ///
    /// # Errors
    /// [`LoadError`] with every place and what it answered.
    pub fn system() -> Result<&'static Self, LoadError> {
        let registry = T::registry();
        if let Some(loaded) = registry.system() {
            return Ok(loaded);
        }
        let mut skipped = Vec::new();
        for candidate in T::PRODUCT.candidates() {
            let targets = match Target::all(&candidate) {
                Ok(targets) => targets,
                Err(attempt) => {
                    skipped.push(attempt);
                    continue;
                }
            };
            for target in targets {
                // SAFETY: the places are those where the system or its user keeps this library.
                match unsafe { Self::try_open(candidate.rule(), &target, &mut skipped) } {
                    Ok(loaded) => return Ok(registry.keep_system(loaded)),
                    Err(attempt) => skipped.push(attempt),
                }
            }
        }
        Err(LoadError::new(T::PRODUCT, skipped))
    }

    /// Loads the library at `path`, and looks nowhere else. The same file gives the same table every time.
    ///
    /// # Errors
    /// [`LoadError`] if the file cannot be opened or is not this library.
    ///
    /// # Safety
    /// As [`Library::open`](crate::library::Library::open); and the functions that the library exports under the list's names have the list's signatures.
    pub unsafe fn open(path: &Path) -> Result<&'static Self, LoadError> {
        // SAFETY: the caller's promise is the same.
        unsafe { Self::try_open(Rule::Path, &Target::Path(path.to_owned()), &mut Vec::new()) }
            .map_err(|attempt| LoadError::new(T::PRODUCT, vec![attempt]))
    }

    /// Fills a table from `lookup`, which `origin` names in messages.
    ///
    /// # Errors
    /// [`LoadError`] if `lookup` lacks the function that every release has, or that function fails, or the release is not one
    /// that the bindings describe.
    ///
    /// # Safety
    /// Each address that `lookup` returns is null or that of a function with the signature that the list gives it, and
    /// stays valid until the process ends.
    pub unsafe fn from_lookup(origin: String, lookup: Lookup<'_>) -> Result<&'static Self, LoadError> {
        let place = origin.clone().into();
        let failed = |reason| LoadError::new(T::PRODUCT, vec![Attempt { rule: Rule::Path, place, reason }]);
        if lookup(T::PRODUCT.required).is_null() {
            return Err(failed(lacks_required(T::PRODUCT)));
        }
        let loaded = Box::new(Self::new(T::new()));
        for (place, entry) in loaded.table.places().iter().zip(T::entries().iter()) {
            place.store(lookup(entry.symbol).cast_mut(), Ordering::Release);
        }
        let source = Source::Lookup(Origin::Lookup(origin));
        loaded.know(source, Rule::Path, &mut Vec::new()).map_err(failed)?;
        Ok(Box::leak(loaded))
    }

    /// Returns the version that the library reported.
    pub fn version(&self) -> Version {
        self.about().known.version
    }

    /// Returns where the functions come from.
    pub fn origin(&self) -> &Origin {
        self.about().source.origin()
    }

    /// Returns the name that whoever gave the functions has given them; `None` if they are a file's.
    pub fn lookup_name(&self) -> Option<&str> {
        match &self.about().source {
            Source::Lookup(Origin::Lookup(name)) => Some(name),
            _ => None,
        }
    }

    /// Says that the library lacks the function at `index` of the list.
    #[doc(hidden)]
    pub fn missing(&'static self, index: usize) -> MissingFunction {
        self.about().known.missing(index)
    }

    /// Tells whether the library has the function at `index` of the list.
    pub fn is_present(&self, index: usize) -> bool {
        let found =
            self.table.places().get(index).is_some_and(|place| !place.load(Ordering::Acquire).is_null());
        found || !self.table.find(index).is_null()
    }

    /// Returns why the library was looked for where it was found.
    pub fn rule(&self) -> Rule {
        self.about().rule
    }

    /// Returns the places that were tried before it was found, and what was wrong with each.
    pub fn skipped(&self) -> &[Attempt] {
        &self.about().skipped
    }

    /// Returns what [`set::check`](crate::set::check) has to know of the library.
    pub fn member(&self) -> Member {
        Member {
            name: T::PRODUCT.name,
            version: self.version(),
            cuda: self.table.cuda(self.version()),
            is_driver: T::PRODUCT.is_driver(),
            origin: self.origin().clone(),
        }
    }

    /// Opens `target` and fills a table from it, or says why that is impossible. On success it takes what `skipped` has.
    ///
    /// # Safety
    /// As [`Self::open`].
    unsafe fn try_open(
        rule: Rule,
        target: &Target,
        skipped: &mut Vec<Attempt>,
    ) -> Result<&'static Self, Attempt> {
        let failed = |reason| Attempt { rule, place: target.place().to_owned(), reason };
        // SAFETY: the caller vouches for the file.
        let library = unsafe { target.open() }.map_err(failed)?;
        let required = library.symbol(T::PRODUCT.required);
        if required.is_null() {
            return Err(failed(lacks_required(T::PRODUCT)));
        }
        let identity = required as usize;
        let source = || Source::File { identity, place: target.place().to_owned(), origin: Late::new() };
        let loaded = match T::registry().find(identity) {
            Some(loaded) => loaded,
            None => {
                if T::PRODUCT.companion.is_some()
                    && let Some(path) = source().origin().path()
                {
                    // SAFETY: the caller vouches for the file.
                    unsafe { open_companion(T::PRODUCT, path) };
                }
                let loaded = T::registry().blank();
                loaded.table.finder().library.get_or_make(|| library);
                // It is called first, and need not be looked up again.
                let index = T::PRODUCT.required.to_str().ok().and_then(|name| T::entries().position(name));
                if let Some(place) = index.and_then(|index| loaded.table.places().get(index)) {
                    place.store(required.cast_mut(), Ordering::Release);
                }
                T::registry().keep(identity, loaded)
            }
        };
        if loaded.about.get().is_none() {
            loaded.know(source(), rule, skipped).map_err(failed)?;
        }
        Ok(loaded)
    }

    /// Asks the library for its version, and keeps what is known of it. `skipped` is taken.
    fn know(&self, source: Source, rule: Rule, skipped: &mut Vec<Attempt>) -> Result<(), String> {
        let (product, table) = (T::PRODUCT, &self.table);
        let version = table.version()?;
        if version < product.oldest {
            let (found, oldest) = (product.named(version), product.named(product.oldest));
            return Err(format!("it is {found}, and the oldest that these bindings serve is {oldest}"));
        }
        if let Some(newest) = product.newest_major.filter(|newest| version.major() > *newest) {
            let found = product.named(version);
            return Err(format!(
                "it is {found}, and these bindings know {} only up to {newest}",
                product.name
            ));
        }
        table.finder().version.get_or_make(|| version);
        let known = Known { entries: T::entries(), version };
        self.about.get_or_make(|| About { known, source, rule, skipped: std::mem::take(skipped) });
        Ok(())
    }
}

impl Source {
    fn origin(&self) -> &Origin {
        match self {
            Source::File { identity, place, origin } => origin.get_or_make(|| {
                let file = file_of(ptr::without_provenance(*identity));
                Origin::Library(file.unwrap_or_else(|| place.clone()))
            }),
            Source::Lookup(origin) => origin,
        }
    }
}

fn lacks_required(product: &Product) -> String {
    format!("it does not have {}", product.required.to_string_lossy())
}

impl<T> Loaded<T> {
    /// Makes one of a table without functions.
    pub(crate) const fn new(table: T) -> Self {
        Self { table, about: Late::new() }
    }

    fn about(&self) -> &About {
        self.about.get().expect("no table is given out before it is known what it is of")
    }
}

impl<T> fmt::Debug for Loaded<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let About { known, source, .. } = self.about();
        write!(f, "{} at {}", known.version, source.origin())
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
        cuda: $cuda:path;
        otherwise: $otherwise:path;
        current { $(
            $(#[$alias:meta])*
            fn $name:ident($($argument:ident: $type:ty),* $(,)?) -> $result:ty; since $since:literal $(until $until:literal)?;
        )* }
        legacy { $($legacy:tt)* }
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy)]
        pub struct $Handle(&'static $crate::table::Loaded<$Table>);

        /// The functions of the library, each a method that returns it, or nothing where the loaded one lacks it.
        #[allow(missing_debug_implementations)]
        pub struct $Table {
            places: [::std::sync::atomic::AtomicPtr<::core::ffi::c_void>; COUNT],
            finder: $crate::table::Finder,
        }

        #[allow(non_snake_case, dead_code)]
        impl $Table {
            const fn blank() -> Self {
                Self {
                    places: [const { ::std::sync::atomic::AtomicPtr::new(::core::ptr::null_mut()) }; COUNT],
                    finder: $crate::table::Finder::new(),
                }
            }

            #[inline(always)]
            fn known(&self, index: Index) -> *const ::core::ffi::c_void {
                self.places[index as usize].load(::std::sync::atomic::Ordering::Acquire)
            }

            $(
            fn $name(&self) -> Option<unsafe extern "C" fn($($type),*) -> $result> {
                let mut address = self.known(Index::$name);
                if address.is_null() {
                    address = $crate::table::Table::find(self, Index::$name as usize);
                }
                // SAFETY: the place has the function of this name, whose signature whoever made the table vouched for; null becomes `None`.
                unsafe { ::core::mem::transmute(address) }
            }
        )* }

        /// Every function in the list, in the order of the newest header.
        pub static ENTRY_POINTS: $crate::table::EntryPoints =
            $crate::table::EntryPoints::new(SYMBOLS, &FACTS, &$product);

        const SYMBOLS: &str = concat!($( stringify!($name), "\0", )*);

        static FACTS: [$crate::table::Facts; COUNT] = $crate::table::facts(SYMBOLS, [$( (
            $crate::table::version(stringify!($since)),
            $crate::entry_points!(@until $($until)?),
        ), )*]);

        /// How many functions [`ENTRY_POINTS`] has.
        const COUNT: usize = [$( stringify!($name), )*].len();

        /// The position of each function in [`ENTRY_POINTS`].
        #[allow(non_camel_case_types, clippy::enum_variant_names)]
        #[derive(Clone, Copy)]
        enum Index { $( $name, )* }

        // SAFETY: the places are as many as the entries; each method calls what is in the place of its own name.
        unsafe impl $crate::table::Table for $Table {
            const PRODUCT: &'static $crate::search::Product = &$product;

            fn entries() -> &'static $crate::table::EntryPoints {
                &ENTRY_POINTS
            }

            fn registry() -> &'static $crate::table::Registry<Self> {
                static REGISTRY: $crate::table::Registry<$Table> = $crate::table::Registry::new($Table::blank());
                &REGISTRY
            }

            fn new() -> Self {
                Self::blank()
            }

            fn places(&self) -> &[::std::sync::atomic::AtomicPtr<::core::ffi::c_void>] {
                &self.places
            }

            fn finder(&self) -> &$crate::table::Finder {
                &self.finder
            }

            fn version(&self) -> Result<$crate::Version, String> {
                $version(self)
            }

            fn cuda(&self, version: $crate::Version) -> Option<u16> {
                $cuda(self, version)
            }

            fn otherwise(
                &self,
                entry: &$crate::table::EntryPoint,
                version: $crate::Version,
            ) -> *const ::core::ffi::c_void {
                $otherwise(self, entry, version)
            }
        }

        impl $Handle {
            /// Loads the library from the first place that has it; see [`Product`]($crate::search::Product) for where
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
                self.0.version()
            }

            /// Returns where the functions come from.
            pub fn origin(self) -> &'static $crate::Origin {
                self.0.origin()
            }

            /// Returns the name that whoever gave the functions by [`from_lookup`](Self::from_lookup) has given them; `None` if they
            /// are a file's.
            pub fn lookup_name(self) -> Option<&'static str> {
                self.0.lookup_name()
            }

            /// Returns the rule by which the library was found.
            pub fn rule(self) -> $crate::search::Rule {
                self.0.rule()
            }

            /// Returns the places that were tried before it was found, each with what was wrong there: a variable that names no
            /// library does not pass unseen.
            pub fn skipped(self) -> &'static [$crate::library::Attempt] {
                self.0.skipped()
            }

            /// Returns what [`set::check`]($crate::set::check) has to know of the library.
            pub fn member(self) -> $crate::set::Member {
                self.0.member()
            }

            /// Tells whether the library has the function `name`, such as `"cuMemAlloc_v2"`.
            pub fn has(self, name: &str) -> bool {
                ENTRY_POINTS.position(name).is_some_and(|index| self.0.is_present(index))
            }

            #[cold]
            #[inline(never)]
            fn missing(self, index: Index) -> $crate::MissingFunction {
                self.0.missing(index as usize)
            }
        }

        /// The functions, one method each.
        #[allow(non_snake_case, clippy::too_many_arguments)]
        impl $Handle { $(
            $(#[$alias])*
            #[doc = concat!("Calls `", stringify!($name), "`, which the library has since ", stringify!($since), ".")]
            ///
            /// # Errors
            /// [`MissingFunction`]($crate::MissingFunction) if the loaded library does not have it.
            ///
            /// # Safety
            /// The arguments are what NVIDIA's manual asks for.
            #[inline]
            pub unsafe fn $name(self, $($argument: $type),*) -> Result<$result, $crate::MissingFunction> {
                let known = self.0.table.known(Index::$name);
                if known.is_null() {
                    // Elsewhere, so that a call of what is known pays nothing for it.
                    return $crate::table::late(move || match self.0.table.$name() {
                        // SAFETY: it is the function of this name, and the caller vouches for the arguments.
                        Some(function) => Ok(unsafe { function($($argument),*) }),
                        None => Err(self.missing(Index::$name)),
                    });
                }
                // SAFETY: the place has the function of this name, whose signature whoever made the table vouched for.
                let function = unsafe {
                    ::core::mem::transmute::<
                        *const ::core::ffi::c_void,
                        unsafe extern "C" fn($($type),*) -> $result,
                    >(known)
                };
                // SAFETY: the caller vouches for the arguments.
                Ok(unsafe { function($($argument),*) })
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

/// Makes the first call of a function; for [`entry_points!`](crate::entry_points).
#[doc(hidden)]
#[cold]
#[inline(never)]
pub fn late<T>(call: impl FnOnce() -> T) -> T {
    call()
}

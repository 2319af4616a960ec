//! A call's arguments on their way to a device: slices as an address and a length, everything else as it is.

#![allow(unsafe_code)]

use std::{marker::PhantomData, mem::MaybeUninit};

use crate::{Context, Element, View, ViewMut, backend::Address};

/// The size and alignment in bytes of one parameter of a CUDA kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterLayout {
    /// Its size.
    pub size: usize,
    /// Its alignment.
    pub align: usize,
}

/// The most parameters that a CUDA half can have; a slice counts as two.
pub const MOST_PARAMETERS: usize = 32;

/// Pointers to the values of a CUDA kernel's parameters, as `cuLaunchKernel` takes them.
#[derive(Debug)]
pub struct Parameters<'a> {
    /// The first `len` are initialised.
    places: &'a mut ParameterPlaces,
    len: usize,
}

/// Where [`Parameters`] keeps its pointers: apart from it, so that nothing is copied when it is made.
pub type ParameterPlaces = MaybeUninit<[*const u8; MOST_PARAMETERS]>;

impl<'a> Parameters<'a> {
    /// Collects pointers to the parts of `arguments` in `places`, which need not be initialised.
    #[inline(always)]
    pub fn new<R: RawArguments>(arguments: &'a R, places: &'a mut ParameterPlaces) -> Parameters<'a> {
        let mut parameters = Parameters { places, len: 0 };
        arguments.push(&mut parameters);
        parameters
    }

    #[inline(always)]
    fn push<T>(&mut self, value: &'a T) {
        assert!(self.len < MOST_PARAMETERS, "a kernel has at most {MOST_PARAMETERS} parameters");
        let place = self.places.as_mut_ptr().cast::<*const u8>();
        // SAFETY: the place lies in the array, as was just checked.
        unsafe { place.add(self.len).write(std::ptr::from_ref(value).cast()) };
        self.len += 1;
    }

    /// Returns the pointers, one a parameter.
    #[inline]
    pub fn as_slice(&self) -> &[*const u8] {
        // SAFETY: `push` initialised the first `len`; `MaybeUninit<A>` has the layout of `A`.
        unsafe { std::slice::from_raw_parts(self.places.as_ptr().cast(), self.len) }
    }
}

/// One argument on its way to a device.
pub trait RawArgument: Copy + Send + Sync + 'static {
    /// What the CPU body gets.
    type Slice<'a>;

    /// Turns the address into a slice.
    ///
    /// # Safety
    /// A slice's memory is host memory of its length, initialised, and for as long as `'a` nobody else writes it, nor reads
    /// it where it is written here.
    unsafe fn slice<'a>(self) -> Self::Slice<'a>;

    /// Lists the CUDA parameters that it becomes.
    fn push<'a>(&'a self, parameters: &mut Parameters<'a>);

    /// Lists the layouts of these parameters.
    fn layout(layouts: &mut Vec<ParameterLayout>);
}

/// A number or another plain value, passed as it is.
#[derive(Clone, Copy, Debug)]
pub struct RawValue<T>(pub T);

/// A slice that is read.
#[derive(Debug)]
pub struct RawSlice<T> {
    address: Address,
    len: u64,
    marker: PhantomData<fn() -> T>,
}

/// A slice that is written.
#[derive(Debug)]
pub struct RawSliceMut<T> {
    address: Address,
    len: u64,
    marker: PhantomData<fn() -> T>,
}

impl<T> Clone for RawSlice<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RawSlice<T> {}

impl<T> Clone for RawSliceMut<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for RawSliceMut<T> {}

impl<T: Element> RawArgument for RawValue<T> {
    type Slice<'a> = T;

    unsafe fn slice<'a>(self) -> Self::Slice<'a> {
        self.0
    }

    #[inline(always)]
    fn push<'a>(&'a self, parameters: &mut Parameters<'a>) {
        parameters.push(&self.0);
    }

    fn layout(layouts: &mut Vec<ParameterLayout>) {
        layouts.push(ParameterLayout { size: size_of::<T>(), align: align_of::<T>() });
    }
}

macro_rules! raw_slice {
    ($raw:ident, $slice:ty, $view:ident, $make:path, $pointer:ty) => {
        impl<T: Element> RawArgument for $raw<T> {
            type Slice<'a> = $slice;

            unsafe fn slice<'a>(self) -> $slice {
                let pointer = std::ptr::with_exposed_provenance_mut::<T>(self.address as usize);
                // SAFETY: the caller vouches for the memory; it is aligned, since every buffer starts at a multiple of
                // `ALIGNMENT` and a view at a multiple of the element's size, and an empty one has a non-null address.
                unsafe { $make(pointer as $pointer, self.len as usize) }
            }

            #[inline(always)]
            fn push<'a>(&'a self, parameters: &mut Parameters<'a>) {
                parameters.push(&self.address);
                parameters.push(&self.len);
            }

            fn layout(layouts: &mut Vec<ParameterLayout>) {
                layouts.extend([ParameterLayout { size: 8, align: 8 }; 2]);
            }
        }

        impl<T, C: Context> From<&$view<'_, T, C>> for $raw<T> {
            #[inline]
            fn from(view: &$view<'_, T, C>) -> Self {
                $raw { address: view.as_raw(), len: view.len() as u64, marker: PhantomData }
            }
        }
    };
}

raw_slice!(RawSlice, &'a [T], View, std::slice::from_raw_parts, *const T);
raw_slice!(RawSliceMut, &'a mut [T], ViewMut, std::slice::from_raw_parts_mut, *mut T);

/// All arguments of one call: a tuple of [`RawArgument`]s.
pub trait RawArguments: Copy + Send + Sync + 'static {
    /// What the CPU body gets, as a tuple.
    type Slices<'a>;

    /// Turns the addresses into slices.
    ///
    /// # Safety
    /// As for [`RawArgument::slice`], for each of them.
    unsafe fn slices<'a>(self) -> Self::Slices<'a>;

    /// Lists the CUDA parameters.
    fn push<'a>(&'a self, parameters: &mut Parameters<'a>);

    /// Returns the layouts of the CUDA parameters, in order.
    fn layouts() -> Vec<ParameterLayout>;
}

macro_rules! raw_arguments {
    ($($name:ident)*) => {
        impl<$($name: RawArgument),*> RawArguments for ($($name,)*) {
            type Slices<'a> = ($($name::Slice<'a>,)*);

            #[allow(clippy::unused_unit, non_snake_case)]
            unsafe fn slices<'a>(self) -> Self::Slices<'a> {
                let ($($name,)*) = self;
                // SAFETY: the caller vouches for each.
                unsafe { ($($name.slice(),)*) }
            }

            #[allow(non_snake_case)]
            #[inline(always)]
            fn push<'a>(&'a self, parameters: &mut Parameters<'a>) {
                let ($($name,)*) = self;
                $($name.push(parameters);)*
            }

            fn layouts() -> Vec<ParameterLayout> {
                // A slice has two.
                let mut layouts = Vec::with_capacity(2 * [$(stringify!($name)),*].len());
                $($name::layout(&mut layouts);)*
                layouts
            }
        }
    };
}

raw_arguments!(A);
raw_arguments!(A B);
raw_arguments!(A B D);
raw_arguments!(A B D E);
raw_arguments!(A B D E F);
raw_arguments!(A B D E F G);
raw_arguments!(A B D E F G H);
raw_arguments!(A B D E F G H I);
raw_arguments!(A B D E F G H I J);
raw_arguments!(A B D E F G H I J K);
raw_arguments!(A B D E F G H I J K L);
raw_arguments!(A B D E F G H I J K L M);
raw_arguments!(A B D E F G H I J K L M N);
raw_arguments!(A B D E F G H I J K L M N O);
raw_arguments!(A B D E F G H I J K L M N O P);
raw_arguments!(A B D E F G H I J K L M N O P Q);

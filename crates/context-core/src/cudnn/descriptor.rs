//! What all descriptors have in common: they are made, owned and destroyed in one way. They need no device.

#![allow(unsafe_code)]

use cudnn_sys::{Cudnn, MissingFunction, cudnnStatus_t};

use super::{Error, Library, Result, check, handle::report_drop};

/// What cuDNN's function that makes or destroys a descriptor returns.
type Returned = Result<cudnnStatus_t, MissingFunction>;

/// One kind of descriptor, as cuDNN makes and destroys it.
pub(super) trait Kind {
    type Raw: Copy;
    const WHAT: &'static str;
    const CREATE: &'static str;
    const DESTROY: &'static str;

    /// # Safety
    /// `raw` is writable.
    unsafe fn create(table: Cudnn, raw: *mut Self::Raw) -> Returned;

    /// # Safety
    /// `raw` was made by `create` of this table, and is not used again.
    unsafe fn destroy(table: Cudnn, raw: Self::Raw) -> Returned;
}

/// A descriptor that is destroyed when this is dropped.
pub(super) struct Owned<K: Kind> {
    raw: Option<K::Raw>,
    library: Library,
}

// SAFETY: a descriptor is memory of the host that belongs to no thread; what takes it shared only reads it.
unsafe impl<K: Kind> Send for Owned<K> {}
// SAFETY: as above.
unsafe impl<K: Kind> Sync for Owned<K> {}

impl<K: Kind> Owned<K> {
    /// Makes an empty descriptor and has `set` fill it.
    pub(super) fn new(library: Library, set: impl FnOnce(Cudnn, K::Raw) -> Result<()>) -> Result<Owned<K>> {
        let mut raw = std::mem::MaybeUninit::uninit();
        // SAFETY: `raw` outlives the call.
        check(library.table(), K::CREATE, unsafe { K::create(library.table(), raw.as_mut_ptr()) })?;
        // SAFETY: a call that succeeds has written it.
        let owned = Owned { raw: Some(unsafe { raw.assume_init() }), library };
        set(library.table(), owned.raw())?;
        Ok(owned)
    }

    /// Takes ownership of a descriptor.
    ///
    /// # Safety
    /// `raw` was made by `library`, and nothing else will change or destroy it.
    pub(super) unsafe fn from_raw(library: Library, raw: K::Raw) -> Owned<K> {
        Owned { raw: Some(raw), library }
    }

    #[inline]
    pub(super) fn raw(&self) -> K::Raw {
        self.raw.expect("a descriptor is there until it is closed")
    }

    #[inline]
    pub(super) fn library(&self) -> Library {
        self.library
    }

    pub(super) fn into_raw(mut self) -> K::Raw {
        self.raw.take().expect("a descriptor is there until it is closed")
    }

    pub(super) fn destroy(&mut self) -> Result<()> {
        let Some(raw) = self.raw.take() else { return Ok(()) };
        // SAFETY: made in `new` or given to `from_raw`, destroyed once: there is none from now on.
        check(self.library.table(), K::DESTROY, unsafe { K::destroy(self.library.table(), raw) })
    }
}

impl<K: Kind> Drop for Owned<K> {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report_drop(K::WHAT, destroyed);
    }
}

/// Declares kinds of descriptors.
macro_rules! kinds {
    ($($kind:ident: $raw:ident, $create:ident, $destroy:ident, $what:literal;)*) => { $(
        pub(super) enum $kind {}

        impl Kind for $kind {
            type Raw = cudnn_sys::$raw;
            const WHAT: &'static str = concat!("destroying a cuDNN descriptor of ", $what);
            const CREATE: &'static str = stringify!($create);
            const DESTROY: &'static str = stringify!($destroy);

            unsafe fn create(table: Cudnn, raw: *mut Self::Raw) -> Returned {
                // SAFETY: the caller's promise is the same.
                unsafe { table.$create(raw) }
            }

            unsafe fn destroy(table: Cudnn, raw: Self::Raw) -> Returned {
                // SAFETY: the caller's promise is the same.
                unsafe { table.$destroy(raw) }
            }
        }
    )* };
}

kinds! {
    TensorKind: cudnnTensorDescriptor_t, cudnnCreateTensorDescriptor, cudnnDestroyTensorDescriptor, "a tensor";
    FilterKind: cudnnFilterDescriptor_t, cudnnCreateFilterDescriptor, cudnnDestroyFilterDescriptor, "a filter";
    ConvolutionKind: cudnnConvolutionDescriptor_t, cudnnCreateConvolutionDescriptor, cudnnDestroyConvolutionDescriptor,
        "a convolution";
    ActivationKind: cudnnActivationDescriptor_t, cudnnCreateActivationDescriptor, cudnnDestroyActivationDescriptor,
        "an activation";
    PoolingKind: cudnnPoolingDescriptor_t, cudnnCreatePoolingDescriptor, cudnnDestroyPoolingDescriptor, "a pooling";
    LrnKind: cudnnLRNDescriptor_t, cudnnCreateLRNDescriptor, cudnnDestroyLRNDescriptor, "a response normalisation";
    DropoutKind: cudnnDropoutDescriptor_t, cudnnCreateDropoutDescriptor, cudnnDestroyDropoutDescriptor, "a dropout";
    ReduceKind: cudnnReduceTensorDescriptor_t, cudnnCreateReduceTensorDescriptor, cudnnDestroyReduceTensorDescriptor,
        "a reduction";
    OpTensorKind: cudnnOpTensorDescriptor_t, cudnnCreateOpTensorDescriptor, cudnnDestroyOpTensorDescriptor,
        "an operation on tensors";
    RnnKind: cudnnRNNDescriptor_t, cudnnCreateRNNDescriptor, cudnnDestroyRNNDescriptor, "a recurrent network";
    RnnDataKind: cudnnRNNDataDescriptor_t, cudnnCreateRNNDataDescriptor, cudnnDestroyRNNDataDescriptor,
        "sequences";
}

/// Gives a descriptor what all of them have: its raw form, and its end.
macro_rules! raw_forms {
    ($name:ident $(<$T:ident $(: $bound:ident)?>)?, $raw:ident, $destroy:literal) => {
        impl $(<$T: $crate::cudnn::DataType $(+ $bound)?>)? $name $(<$T>)? {
            /// Returns cuDNN's descriptor. It is not changed, and not destroyed, through this.
            #[inline]
            pub fn as_raw(&self) -> cudnn_sys::$raw {
                self.owned.raw()
            }

            /// Returns the library.
            #[inline]
            pub fn library(&self) -> $crate::cudnn::Library {
                self.owned.library()
            }

            #[doc = concat!("Gives up ownership: the caller destroys the descriptor, with `", $destroy, "`.")]
            pub fn into_raw(self) -> cudnn_sys::$raw {
                self.owned.into_raw()
            }

            /// Destroys the descriptor, and returns the failure that `Drop` could only report.
            ///
            /// # Errors
            /// [`Error::Call`]($crate::cudnn::Error::Call).
            #[doc(alias = $destroy)]
            pub fn close(mut self) -> $crate::cudnn::Result<()> {
                self.owned.destroy()
            }
        }
    };
}

pub(super) use raw_forms;

/// Makes one call of cuDNN that needs no handle.
macro_rules! table_call {
    ($table:expr, $function:ident ( $($argument:expr),* $(,)? )) => {{
        let table: cudnn_sys::Cudnn = $table;
        $crate::cudnn::check(table, stringify!($function), table.$function($($argument),*))
    }};
}

pub(super) use table_call;

/// Turns sizes into cuDNN's numbers.
pub(super) fn numbers(operation: &'static str, name: &str, sizes: &[usize]) -> Result<Vec<i32>> {
    let converted: Option<Vec<i32>> = sizes.iter().map(|&size| i32::try_from(size).ok()).collect();
    converted.ok_or_else(|| Error::Shape {
        operation,
        detail: format!("{name} {sizes:?}: cuDNN's sizes are of 31 bits"),
    })
}

/// The most dimensions that a descriptor has.
pub(super) const MOST_DIMENSIONS: usize = cudnn_sys::CUDNN_DIM_MAX as usize;

/// What a maximum does with a value that is not a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Nan {
    /// It passes it over.
    #[default]
    Ignore,
    /// It becomes the result.
    Propagate,
}

impl Nan {
    pub(super) fn as_raw(self) -> cudnn_sys::cudnnNanPropagation_t {
        match self {
            Nan::Ignore => cudnn_sys::cudnnNanPropagation_t::CUDNN_NOT_PROPAGATE_NAN,
            Nan::Propagate => cudnn_sys::cudnnNanPropagation_t::CUDNN_PROPAGATE_NAN,
        }
    }
}

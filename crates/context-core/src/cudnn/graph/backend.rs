//! Backend descriptors: cuDNN's objects whose attributes are set one by one and read behind `cudnnBackendFinalize`.

#![allow(unsafe_code)]

use std::{ffi::c_void, sync::Arc};

use cudnn_sys::{
    cudnnBackendAttributeName_t as Name, cudnnBackendAttributeType_t as Type,
    cudnnBackendDescriptor_t as Raw, cudnnBackendDescriptorType_t as Kind, cudnnConvolutionMode_t,
    cudnnDataType_t, cudnnHandle_t, cudnnPointwiseMode_t, cudnnReduceTensorOp_t,
};
use cudnn_sys::{cudnnBackendHeurMode_t, cudnnBackendNumericalNote_t};

use crate::cuda::Context;
use crate::cudnn::{Library, Result, descriptor::table_call, handle::report_drop};

/// A type of values that attributes have.
///
/// # Safety
/// `TYPE` is cuDNN's name of the type, and every bit pattern that cuDNN writes is a value.
pub(super) unsafe trait Value: Copy {
    const TYPE: Type;
}

macro_rules! values {
    ($($type:ty: $name:ident;)*) => { $(
        // SAFETY: this is the type that cuDNN's manual gives for the name; all are numbers or pointers.
        unsafe impl Value for $type {
            const TYPE: Type = Type::$name;
        }
    )* };
}

values! {
    i64: CUDNN_TYPE_INT64;
    f32: CUDNN_TYPE_FLOAT;
    f64: CUDNN_TYPE_DOUBLE;
    cudnnHandle_t: CUDNN_TYPE_HANDLE;
    cudnnDataType_t: CUDNN_TYPE_DATA_TYPE;
    cudnnConvolutionMode_t: CUDNN_TYPE_CONVOLUTION_MODE;
    cudnnPointwiseMode_t: CUDNN_TYPE_POINTWISE_MODE;
    cudnnReduceTensorOp_t: CUDNN_TYPE_REDUCTION_OPERATOR_TYPE;
    cudnnBackendHeurMode_t: CUDNN_TYPE_HEUR_MODE;
    cudnnBackendNumericalNote_t: CUDNN_TYPE_NUMERICAL_NOTE;
    Address: CUDNN_TYPE_VOID_PTR;
    Pointer: CUDNN_TYPE_BACKEND_DESCRIPTOR;
    Flag: CUDNN_TYPE_BOOLEAN;
}

/// A C `bool`, of which cuDNN is only ever given 0 and 1.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Flag(pub(super) u8);

/// An address in device memory.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Address(pub(super) *mut c_void);

/// Another descriptor.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub(super) struct Pointer(Raw);

/// A backend descriptor, destroyed when it is dropped.
pub(super) struct Descriptor {
    raw: Raw,
    library: Library,
    /// Where it has something on the device, which the driver must be there to free.
    context: Option<Arc<Context>>,
}

// SAFETY: a descriptor is memory of the host that belongs to no thread, and is not changed once it is finalised; what takes it shared before
// that is private to the thread that builds it.
unsafe impl Send for Descriptor {}
// SAFETY: as above.
unsafe impl Sync for Descriptor {}

impl Descriptor {
    /// Makes an empty descriptor.
    pub(super) fn new(library: Library, kind: Kind) -> Result<Descriptor> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: `raw` outlives the call.
        unsafe { table_call!(library.table(), cudnnBackendCreateDescriptor(kind, &mut raw)) }
            .map_err(|error| error.doing(|| format!("making a descriptor of kind {}", kind.0)))?;
        Ok(Descriptor { raw, library, context: None })
    }

    /// Says that it will have something on a device: it keeps the context alive, and is left alone when that is lost.
    pub(super) fn in_context(mut self, context: &Arc<Context>) -> Descriptor {
        self.context = Some(context.clone());
        self
    }

    pub(super) fn raw(&self) -> Raw {
        self.raw
    }

    pub(super) fn pointer(&self) -> Pointer {
        Pointer(self.raw)
    }

    /// Sets an attribute to a list of values, which are copied.
    pub(super) fn set<V: Value>(&self, name: Name, values: &[V]) -> Result<()> {
        // SAFETY: the descriptor is live, and the list has as many values of that type as it says.
        unsafe {
            table_call!(
                self.library.table(),
                cudnnBackendSetAttribute(
                    self.raw,
                    name,
                    V::TYPE,
                    values.len() as i64,
                    values.as_ptr().cast()
                )
            )
        }
        .map_err(|error| error.doing(|| format!("setting attribute {} to {} values", name.0, values.len())))
    }

    /// Ends setting.
    pub(super) fn finalize(&self, what: impl FnOnce() -> String) -> Result<()> {
        // SAFETY: the descriptor is live; what it points at is kept by whoever builds it.
        unsafe { table_call!(self.library.table(), cudnnBackendFinalize(self.raw)) }
            .map_err(|error| error.doing(what))
    }

    /// Reads an attribute into the places that there are, and returns how many values there would be.
    pub(super) fn get<V: Value>(&self, name: Name, places: &mut [V]) -> Result<usize> {
        let mut count = 0;
        let room = places.as_mut_ptr();
        let room = if places.is_empty() { std::ptr::null_mut() } else { room.cast() };
        // SAFETY: the descriptor is live, and there is room for as many values of that type as are asked for.
        unsafe {
            table_call!(
                self.library.table(),
                cudnnBackendGetAttribute(self.raw, name, V::TYPE, places.len() as i64, &mut count, room)
            )
        }
        .map_err(|error| error.doing(|| format!("reading attribute {}", name.0)))?;
        Ok(usize::try_from(count).unwrap_or(0))
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        if let Some(context) = &self.context
            && (context.check_usable().is_err() || context.make_current().is_err())
        {
            return;
        }
        // SAFETY: made in `new`, destroyed once.
        let destroyed = unsafe { table_call!(self.library.table(), cudnnBackendDestroyDescriptor(self.raw)) };
        report_drop("destroying a backend descriptor of cuDNN", destroyed);
    }
}

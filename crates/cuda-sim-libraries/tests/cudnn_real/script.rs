//! Questions that a cuDNN answers without a device, each with its answer as a line of text.

#[path = "graphs.rs"]
mod graphs;
#[path = "others.rs"]
mod others;
#[path = "tensors.rs"]
mod tensors;
#[path = "windows.rs"]
mod windows;

use cudnn_sys::*;
use std::ffi::{CStr, c_int};
use std::fmt::Debug;
use std::ptr::null_mut;

/// Asks everything, and tells each answer.
pub(crate) fn run(cudnn: Cudnn, tell: &mut dyn FnMut(String)) {
    let mut script = Script { cudnn, tell, succeeded: true };
    script.versions();
    script.tensors();
    script.tensors_of_any_rank();
    script.filters();
    script.convolutions();
    script.poolings();
    script.small_descriptors();
    script.transforms();
    script.recurrent();
    script.attention();
    script.losses();
    script.graphs();
}

struct Script<'a> {
    cudnn: Cudnn,
    tell: &'a mut dyn FnMut(String),
    /// Whether the last question was answered with success. What a failure leaves behind is not compared.
    succeeded: bool,
}

/// Asks, and notes the status.
macro_rules! ask {
    ($script:ident, $label:expr, $function:ident($($argument:expr),* $(,)?)) => {{
        // SAFETY: descriptors are live between their creation and their end, and the other pointers are to live variables.
        let status = unsafe { $script.cudnn.$function($($argument),*) };
        match status {
            Ok(status) => $script.note(concat!(stringify!($function)), $label, status),
            Err(missing) => {
                ($script.tell)(format!("{}: missing", missing.entry().name));
                }
        }
    }};
}
use ask;

const VALUE: c_int = -7;

impl Script<'_> {
    /// Notes a status.
    fn note(&mut self, function: &str, label: impl Debug, status: cudnnStatus_t) {
        let name = self.cudnn.status(status);
        (self.tell)(format!("{function} {label:?}: {name:?}"));
        self.succeeded = status == cudnnStatus_t::CUDNN_STATUS_SUCCESS;
    }

    fn values(&mut self, values: impl Debug) {
        (self.tell)(if self.succeeded { format!("    {values:?}") } else { "    -".into() });
    }

    fn versions(&mut self) {
        let cudnn = self.cudnn;
        // SAFETY: the functions may be called at any time.
        unsafe {
            self.values((cudnn.cudnnGetVersion().unwrap(), cudnn.cudnnGetCudartVersion().unwrap()));
            self.values(cudnn.cudnnGetMaxDeviceVersion().unwrap());
        }
        for kind in 0..4 {
            let mut value = VALUE;
            ask!(self, kind, cudnnGetProperty(libraryPropertyType(kind), &mut value));
            self.values(value);
        }
        for code in
            (0..20).chain(1000..1010).chain(2000..2014).chain(3000..3016).chain(4000..4008).chain(5000..5006)
        {
            // SAFETY: any code may be asked about; the library returns a static string.
            let text = unsafe { CStr::from_ptr(cudnn.cudnnGetErrorString(cudnnStatus_t(code)).unwrap()) };
            self.values((code, text));
        }
        for entry in ENTRY_POINTS.iter() {
            if !entry.name.contains("Causal") && !entry.name.contains("Gnn") {
                self.values((entry.name, cudnn.has(entry.name)));
            }
        }
        ask!(self, "null", cudnnDestroy(null_mut()));
        ask!(self, "null", cudnnSetStream(null_mut(), null_mut()));
        ask!(self, "null", cudnnCreate(null_mut()));
    }

    fn tensor(&mut self) -> cudnnTensorDescriptor_t {
        let mut tensor = null_mut();
        // SAFETY: the pointer is to a live variable.
        unsafe { self.cudnn.cudnnCreateTensorDescriptor(&mut tensor) }.unwrap();
        tensor
    }

    fn filter(&mut self) -> cudnnFilterDescriptor_t {
        let mut filter = null_mut();
        // SAFETY: the pointer is to a live variable.
        unsafe { self.cudnn.cudnnCreateFilterDescriptor(&mut filter) }.unwrap();
        filter
    }

    fn show_tensor(&mut self, tensor: cudnnTensorDescriptor_t) {
        if !self.succeeded {
            (0..4).for_each(|_| (self.tell)("-".into()));
            return;
        }
        let (mut data_type, mut rank) = (cudnnDataType_t(99), VALUE);
        let (mut dims, mut strides, mut bytes) = ([VALUE; 8], [VALUE; 8], 0);
        ask!(
            self,
            (),
            cudnnGetTensorNdDescriptor(
                tensor,
                8,
                &mut data_type,
                &mut rank,
                dims.as_mut_ptr(),
                strides.as_mut_ptr()
            )
        );
        let count = rank.clamp(0, 8) as usize;
        self.values((data_type, rank, &dims[..count], &strides[..count]));
        ask!(self, (), cudnnGetTensorSizeInBytes(tensor, &mut bytes));
        self.values(bytes);
    }
}

fn format_of() -> cudnnTensorFormat_t {
    cudnnTensorFormat_t(9)
}

fn rank_of() -> c_int {
    VALUE
}

//! The C side of a call: pointers become values here.
//!
//! # The callers' contract
//! Every pointer that a client passes is either null or points to memory of the kind, size and lifetime that NVIDIA documents for
//! that argument. A library has no means to check more; all conversions below rest on it ("Ffi 1", as in cuda-sim).
#![allow(unsafe_code)]

use std::ffi::{CStr, c_char};

/// Leaves `value` at `out`, unless that is null; says whether it did.
pub(crate) fn put<T>(out: *mut T, value: T) -> bool {
    if out.is_null() {
        return false;
    }
    // SAFETY: not null, so it may be written (Ffi 1); clients do pass unaligned structures.
    unsafe { out.write_unaligned(value) };
    true
}

/// Reads the value at `from`; none if that is null.
pub(crate) fn get<T: Copy>(from: *const T) -> Option<T> {
    // SAFETY: not null, so it may be read (Ffi 1).
    (!from.is_null()).then(|| unsafe { from.read_unaligned() })
}

/// Reads element `index` of the array at `from`; none if that is null.
pub(crate) fn element<T: Copy>(from: *const T, index: usize) -> Option<T> {
    // SAFETY: not null, so it points to as many elements as the other arguments say (Ffi 1), and the caller asks for no more.
    (!from.is_null()).then(|| unsafe { from.add(index).read_unaligned() })
}

/// Reads the text at `from` up to its final zero; none if that is null.
pub(crate) fn text(from: *const c_char) -> Option<String> {
    // SAFETY: not null, so it points to a text with a final zero (Ffi 1).
    (!from.is_null()).then(|| unsafe { CStr::from_ptr(from) }.to_string_lossy().into_owned())
}

/// Leaves all of `values` in the array at `out`, unless that is null.
pub(crate) fn put_all<T: Copy>(out: *mut T, values: &[T]) {
    if !out.is_null() {
        // SAFETY: not null, so it has room for as many elements as the other arguments say (Ffi 1), which are these. The values are
        // the library's own, so that they do not overlap.
        unsafe {
            std::ptr::copy_nonoverlapping(values.as_ptr().cast::<u8>(), out.cast(), size_of_val(values))
        };
    }
}

//! Where C's arguments become values.
//!
//! **Ffi 1** (the same as in cuda-sim): a pointer argument that is not null points to what NVIDIA documents for that argument, for the
//! duration of the call. A library has no means to check more. Every conversion below rests on it. The types here are made of raw
//! pointers by the unsafe function [`Argument::from_raw`] alone, which only the exported functions call.
#![allow(unsafe_code)]

use crate::cudnn::callback;
use crate::cudnn::failure::{self, Outcome, bad_param};
use crate::cudnn::object::{Object, Ref};
use crate::library::{Argument, Reply};
use cudnn_sys::cudnnStatus_t;
use std::ffi::{CStr, c_char, c_void};

/// A place on the host that a result goes to.
pub(crate) struct Out<T>(*mut T);

impl<T> Clone for Out<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Out<T> {}

impl<T> Argument<*mut T> for Out<T> {
    unsafe fn from_raw(raw: *mut T) -> Self {
        Self(raw)
    }
}

impl<T> Out<T> {
    /// Fails if there is no place.
    pub(crate) fn check(self, name: &str) -> Outcome {
        if self.0.is_null() { Err(bad_param(format!("{name} is null"))) } else { Ok(()) }
    }

    /// Writes a result.
    pub(crate) fn set(self, value: T) -> Outcome {
        self.check("a place for a result")?;
        self.set_if_any(value);
        Ok(())
    }

    /// Writes a result, unless there is no place for it.
    pub(crate) fn set_if_any(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: the pointer is to a place for a `T` (Ffi 1).
            unsafe { self.0.write(value) };
        }
    }

    /// Writes results one behind the other, unless there is no place for them.
    pub(crate) fn set_all(self, values: impl IntoIterator<Item = T>) {
        if self.0.is_null() {
            return;
        }
        for (at, value) in values.into_iter().enumerate() {
            // SAFETY: the pointer is to an array with as many places as the function writes (Ffi 1).
            unsafe { self.0.add(at).write(value) };
        }
    }
}

/// Something on the host that is read.
pub(crate) struct In<T>(*const T);

impl<T> Clone for In<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for In<T> {}

impl<T> Argument<*const T> for In<T> {
    unsafe fn from_raw(raw: *const T) -> Self {
        Self(raw)
    }
}

impl<T: Copy> In<T> {
    pub(crate) fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// Reads `count` values.
    pub(crate) fn array(self, count: usize, name: &str) -> Outcome<Vec<T>> {
        if self.0.is_null() {
            return Err(bad_param(format!("{name} is null")));
        }
        // SAFETY: the pointer is to an array with as many values as the function reads (Ffi 1).
        Ok((0..count).map(|at| unsafe { self.0.add(at).read() }).collect())
    }
}

/// A pointer to memory without a type, on the host: a scaling factor, or the elements of an attribute.
#[derive(Clone, Copy)]
pub(crate) struct Untyped(*const c_void);

impl Argument<*const c_void> for Untyped {
    unsafe fn from_raw(raw: *const c_void) -> Self {
        Self(raw)
    }
}

impl Argument<*mut c_void> for Untyped {
    unsafe fn from_raw(raw: *mut c_void) -> Self {
        Self(raw)
    }
}

/// What any bytes are a value of.
pub(crate) trait Plain: Copy + 'static {}

macro_rules! plain {
    ($($type:ty),* $(,)?) => { $( impl Plain for $type {} )* };
}
plain!(u8, i8, u16, i32, u32, i64, u64, usize, f32, f64, [i64; 2]);

impl Untyped {
    pub(crate) fn is_null(self) -> bool {
        self.0.is_null()
    }

    pub(crate) fn address(self) -> usize {
        self.0.addr()
    }

    /// Reads `count` values of type `T`, which need not be aligned.
    pub(crate) fn array<T: Plain>(self, count: usize, name: &str) -> Outcome<Vec<T>> {
        if self.0.is_null() {
            return Err(bad_param(format!("{name} is null")));
        }
        let start = self.0.cast::<T>();
        // SAFETY: the pointer is to as many values as the function reads (Ffi 1), and any bytes are a `T`.
        Ok((0..count).map(|at| unsafe { start.add(at).read_unaligned() }).collect())
    }

    /// Writes values of type `T`.
    pub(crate) fn write<T: Plain>(self, values: &[T]) {
        if self.0.is_null() {
            return;
        }
        let start = self.0.cast::<T>().cast_mut();
        for (at, value) in values.iter().enumerate() {
            // SAFETY: the pointer is to an array with as many places as the function writes (Ffi 1).
            unsafe { start.add(at).write_unaligned(*value) };
        }
    }

    /// Reads a scaling factor, which is a `double` where the tensors are, and else a `float`.
    pub(crate) fn scale(self, is_double: bool, name: &str) -> Outcome<f64> {
        if is_double {
            return Ok(self.array::<f64>(1, name)?[0]);
        }
        Ok(f64::from(self.array::<f32>(1, name)?[0]))
    }
}

/// Reads bytes on the host at an address that was passed in a list of addresses.
pub(crate) fn host_bytes(address: u64, count: usize) -> Vec<u8> {
    let start = std::ptr::with_exposed_provenance::<u8>(address as usize);
    // SAFETY: the address is that of a value of so many bytes on the host, by the attribute of its tensor (Ffi 1).
    (0..count).map(|at| unsafe { start.add(at).read() }).collect()
}

/// An address in the device's memory, which is never followed here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) u64);

impl Argument<*const c_void> for Address {
    unsafe fn from_raw(raw: *const c_void) -> Self {
        Self(raw.addr() as u64)
    }
}

impl Argument<*mut c_void> for Address {
    unsafe fn from_raw(raw: *mut c_void) -> Self {
        Self(raw.addr() as u64)
    }
}

impl Argument<*const i32> for Address {
    unsafe fn from_raw(raw: *const i32) -> Self {
        Self(raw.addr() as u64)
    }
}

impl Address {
    pub(crate) fn is_null(self) -> bool {
        self.0 == 0
    }

    /// Returns the address, or fails if there is none.
    pub(crate) fn get(self, name: &str) -> Outcome<u64> {
        if self.0 == 0 { Err(bad_param(format!("{name} is null"))) } else { Ok(self.0) }
    }
}

impl<S, T: Object> Argument<*mut S> for Ref<T> {
    unsafe fn from_raw(raw: *mut S) -> Self {
        Self::new(raw.addr())
    }
}

/// A place for a pointer to an object.
pub(crate) struct Slot(*mut usize);

impl<S> Argument<*mut *mut S> for Slot {
    unsafe fn from_raw(raw: *mut *mut S) -> Self {
        Self(raw.cast())
    }
}

impl Slot {
    /// Makes an object, and tells its pointer.
    pub(crate) fn create<T: Object>(self, value: T) -> Outcome {
        if self.0.is_null() {
            return Err(bad_param(format!("the place for the {} is null", T::NAME)));
        }
        self.set_if_any(Ref::create(value));
        Ok(())
    }

    /// Tells a pointer, unless there is no place for it.
    pub(crate) fn set_if_any(self, raw: usize) {
        if !self.0.is_null() {
            // SAFETY: the pointer is to a place for a pointer (Ffi 1), which is as large as a number.
            unsafe { self.0.write(raw) };
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        self.0.is_null()
    }
}

/// Writes `text` into `room` bytes at `place`, cut and ended by a zero byte.
pub(crate) fn write_text(place: Out<c_char>, room: usize, text: &str) {
    if room == 0 {
        return;
    }
    let bytes = text.bytes().take(room - 1).chain([0]);
    place.set_all(bytes.map(|byte| byte as c_char));
}

/// A text that lives for ever.
pub(crate) struct Text(pub(crate) &'static CStr);

impl Reply<*const c_char> for Text {
    fn reply(self, _name: &'static str) -> *const c_char {
        self.0.as_ptr()
    }
}

/// A failure is remembered, and told to the client's callback.
impl Reply<cudnnStatus_t> for Outcome {
    fn reply(self, name: &'static str) -> cudnnStatus_t {
        callback::tell_call(name);
        let Err(failure) = self else { return cudnnStatus_t::CUDNN_STATUS_SUCCESS };
        failure::remember(&failure);
        callback::tell_failure(name, &failure);
        failure.status
    }
}

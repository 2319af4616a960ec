//! The C side of a call: raw pointers become values of Rust here, and nowhere else.
//!
//! # The callers' contract
//! Every pointer that a client passes is either null or points to memory of the kind, size and lifetime that NVIDIA
//! documents for that argument. A driver has no means to check more; all conversions below rest on it ("Ffi 1").

use std::ffi::{CStr, c_char, c_void};

use crate::error::{Answer, INVALID_VALUE};
use crate::handle::Handle;

/// Turns an argument of the C signature into the type that the Rust function takes.
pub(crate) trait FromC<C> {
    /// Converts `raw`.
    fn from_c(raw: C) -> Self;
}

impl<T> FromC<T> for T {
    fn from_c(raw: T) -> T {
        raw
    }
}

/// Where a call leaves a result.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Out<T>(*mut T);

impl<T> FromC<*mut T> for Out<T> {
    fn from_c(raw: *mut T) -> Out<T> {
        Out(raw)
    }
}

impl<T> Out<T> {
    /// Leaves results at an address that the client gave in another form.
    pub(crate) fn at(address: Address) -> Out<T> {
        Out(address.0 as *mut T)
    }

    /// Refuses a null pointer, before anything has been done.
    pub(crate) fn required(self) -> Answer<Out<T>> {
        if self.0.is_null() { Err(INVALID_VALUE) } else { Ok(self) }
    }

    /// Returns where that is.
    pub(crate) fn address(self) -> Address {
        Address(self.0 as u64)
    }

    /// Returns the same address, of things to read.
    pub(crate) fn reader(self) -> In<T> {
        In(self.0)
    }

    /// Whether the client wants this result.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.0.is_null()
    }

    /// Leaves `value`, if the client wants it.
    pub(crate) fn put(self, value: T) {
        if !self.0.is_null() {
            // SAFETY: not null, so it may be written (Ffi 1); clients do pass unaligned structs.
            unsafe { self.0.write_unaligned(value) }
        }
    }

    /// Leaves the elements of `values`, at most `room` of them.
    pub(crate) fn put_all(self, values: impl IntoIterator<Item = T>, room: usize) {
        if self.0.is_null() {
            return;
        }
        for (index, value) in values.into_iter().take(room).enumerate() {
            // SAFETY: not null, so `room` elements may be written (Ffi 1), and `index` is below `room`.
            unsafe { self.0.add(index).write_unaligned(value) }
        }
    }
}

impl<T: Copy> Out<T> {
    /// Reads what the client left there: some arguments go both ways.
    pub(crate) fn current(self) -> Answer<T> {
        if self.0.is_null() {
            return Err(INVALID_VALUE);
        }
        // SAFETY: not null, so it may be read (Ffi 1).
        Ok(unsafe { self.0.read_unaligned() })
    }
}

impl Out<c_char> {
    /// Leaves `text` and its final zero in `room` bytes, cut where it does not fit.
    pub(crate) fn put_text(self, text: &str, room: usize) {
        let fits = text.len().min(room.saturating_sub(1));
        let bytes = text.bytes().take(fits).chain([0]);
        self.put_all(bytes.map(|byte| byte as c_char), room);
    }
}

/// Where a call leaves a handle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandleOut(*mut u64);

impl<T> FromC<*mut *mut T> for HandleOut {
    fn from_c(raw: *mut *mut T) -> HandleOut {
        HandleOut(raw.cast())
    }
}

impl HandleOut {
    /// Refuses a null pointer, before anything has been done.
    pub(crate) fn required(self) -> Answer<HandleOut> {
        if self.0.is_null() { Err(INVALID_VALUE) } else { Ok(self) }
    }

    /// Leaves `handle`, if the client wants it.
    pub(crate) fn put(self, handle: Handle) {
        Out(self.0).put(handle.0);
    }

    /// Leaves the elements of `handles`, at most `room` of them.
    pub(crate) fn put_all(self, handles: impl IntoIterator<Item = Handle>, room: usize) {
        Out(self.0).put_all(handles.into_iter().map(|handle| handle.0), room);
    }
}

/// A value, or an array of them, that a call reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct In<T>(*const T);

impl<T> FromC<*const T> for In<T> {
    fn from_c(raw: *const T) -> In<T> {
        In(raw)
    }
}

impl<T> FromC<*mut T> for In<T> {
    fn from_c(raw: *mut T) -> In<T> {
        In(raw)
    }
}

impl<T: Copy> In<T> {
    /// Nothing.
    pub(crate) fn null() -> In<T> {
        In(std::ptr::null())
    }

    /// Whether there is nothing to read.
    pub(crate) fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// Returns where the array is, for those who also write to it.
    pub(crate) fn address(self) -> Address {
        Address(self.0 as u64)
    }

    /// Reads the value.
    pub(crate) fn read(self) -> Answer<T> {
        self.at(0)
    }

    /// Reads element `index` of the array.
    pub(crate) fn at(self, index: usize) -> Answer<T> {
        if self.0.is_null() {
            return Err(INVALID_VALUE);
        }
        // SAFETY: not null, so it points to as many elements as the other arguments say (Ffi 1), and the
        // caller asks for no more.
        Ok(unsafe { self.0.add(index).read_unaligned() })
    }

    /// Reads element `index` as numbers of eight bytes, of which it has a whole number.
    pub(crate) fn words_at(self, index: usize) -> Vec<u64> {
        let count = size_of::<T>() / 8;
        let words = In::<u64>(self.0.wrapping_add(index).cast());
        (0..count).filter_map(|word| words.at(word).ok()).collect()
    }

    /// Reads the first `count` elements.
    pub(crate) fn all(self, count: usize) -> Answer<Vec<T>> {
        if count > 0 && !may_be_read(self.0 as u64, count.saturating_mul(size_of::<T>())) {
            return Err(INVALID_VALUE);
        }
        (0..count).map(|index| self.at(index)).collect()
    }
}

/// A text that a call reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Text(*const c_char);

impl FromC<*const c_char> for Text {
    fn from_c(raw: *const c_char) -> Text {
        Text(raw)
    }
}

impl Text {
    /// Reads the text up to its final zero.
    pub(crate) fn read(self) -> Answer<String> {
        if self.0.is_null() {
            return Err(INVALID_VALUE);
        }
        // SAFETY: not null, so it points to a text with a final zero (Ffi 1).
        let text = unsafe { CStr::from_ptr(self.0) };
        Ok(text.to_string_lossy().into_owned())
    }
}

/// What is read on the client's word alone, whatever it says is there.
const TRUSTED: usize = 4096;

/// Whether so many bytes may be there. Absurd counts are common mistakes, and a driver that crashes tells nothing of them; so of what is
/// longer than a page the system is asked.
fn may_be_read(address: u64, len: usize) -> bool {
    let Some(end) = address.checked_add(len as u64) else { return false };
    address != 0
        && (len <= TRUSTED || (address / 4096..=(end - 1) / 4096).all(|page| is_readable(page * 4096)))
}

/// Whether a page can be read.
#[cfg(target_os = "linux")]
fn is_readable(page: u64) -> bool {
    // SAFETY: of a change that does not exist the system reads the signals and then refuses it; where it cannot read them, it says so.
    let code = unsafe { libc::syscall(libc::SYS_rt_sigprocmask, -1, page, 0, 8) };
    code == 0 || std::io::Error::last_os_error().raw_os_error() != Some(libc::EFAULT)
}

/// Elsewhere nobody can be asked.
#[cfg(not(target_os = "linux"))]
fn is_readable(_: u64) -> bool {
    true
}

/// An address in the process, not yet known to be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) u64);

impl FromC<*mut c_void> for Address {
    fn from_c(raw: *mut c_void) -> Address {
        Address(raw as u64)
    }
}

impl FromC<*const c_void> for Address {
    fn from_c(raw: *const c_void) -> Address {
        Address(raw as u64)
    }
}

impl Address {
    /// Refuses a null pointer.
    pub(crate) fn required(self) -> Answer<u64> {
        if self.0 == 0 { Err(INVALID_VALUE) } else { Ok(self.0) }
    }

    /// Reads this address as an array of `T`s.
    pub(crate) fn reader<T: Copy>(self) -> In<T> {
        In(self.0 as *const T)
    }

    /// Reads `len` bytes from here.
    pub(crate) fn bytes(self, len: usize) -> Answer<Vec<u8>> {
        if self.0 == 0 && len > 0 {
            return Err(INVALID_VALUE);
        }
        let mut bytes = vec![0; len];
        // SAFETY: the client promises `len` readable bytes (Ffi 1); the vector is new, so they do not overlap.
        unsafe { std::ptr::copy_nonoverlapping(self.0 as *const u8, bytes.as_mut_ptr(), len) };
        Ok(bytes)
    }

    /// Reads `len` bytes from here, if there may be so many.
    pub(crate) fn bytes_if_any(self, len: usize) -> Answer<Vec<u8>> {
        if len > 0 && !may_be_read(self.0, len) {
            return Err(INVALID_VALUE);
        }
        self.bytes(len)
    }

    /// Reads the text that starts here, up to its final zero.
    pub(crate) fn text(self) -> Answer<String> {
        Text(self.0 as *const c_char).read()
    }

    /// Leaves `value` here.
    pub(crate) fn put<T>(self, value: T) -> Answer {
        Out(self.0 as *mut T).required()?.put(value);
        Ok(())
    }
}

impl<T> FromC<*mut T> for Handle {
    fn from_c(raw: *mut T) -> Handle {
        Handle(raw as u64)
    }
}

//! Addresses, factors and workspaces as cuDNN takes them.

use std::{ffi::c_void, fmt};

use super::Scale;
use crate::{Bytes, backend::Address};

/// Turns an address in device memory into what cuDNN calls a pointer. Zero becomes null.
#[inline]
pub(super) fn at(address: Address) -> *mut c_void {
    std::ptr::with_exposed_provenance_mut(address as usize)
}

/// Returns where a factor is, for as long as it is borrowed.
#[inline]
pub(super) fn factor<S: Scale>(factor: &S) -> *const c_void {
    std::ptr::from_ref(factor).cast()
}

/// A piece of device memory that a call may write over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Workspace {
    /// Where it begins; 0 for none.
    pub address: Address,
    /// How large it is.
    pub bytes: usize,
}

impl Workspace {
    /// No workspace.
    pub const NONE: Workspace = Workspace { address: 0, bytes: 0 };
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "workspace of {}", Bytes(self.bytes))
    }
}

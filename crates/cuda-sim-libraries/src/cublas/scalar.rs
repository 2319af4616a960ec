//! Scalars: numbers that a call takes from the host or leaves there, or on the device, by the pointer mode.
use std::ffi::c_void;

use bytemuck::AnyBitPattern;
use cuda_sys::cublas::{cublasPointerMode_t, cublasStatus_t, cudaDataType};

use super::handle::{Answer, Handle, Settings};
use crate::ffi;
use crate::native::{Fault, Memory};
use crate::number::{Stored, size_of_kind};

/// A number that a kernel is given: by its bytes, or by its address if it is on the device.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Scalar {
    address: u64,
    bytes: [u8; 16],
    kind: u32,
    _unused: u32,
}

impl Scalar {
    /// Takes the number at `pointer`, by the pointer mode.
    pub(crate) fn new(settings: &Settings, kind: cudaDataType, pointer: *const c_void) -> Answer<Self> {
        Self::at(settings.on_device(), kind, pointer)
    }

    /// Takes the number at `pointer`, on the device or on the host.
    pub(crate) fn at(on_device: bool, kind: cudaDataType, pointer: *const c_void) -> Answer<Self> {
        let size = size_of_kind(kind).ok_or(cublasStatus_t::CUBLAS_STATUS_NOT_SUPPORTED)?;
        if pointer.is_null() {
            return Err(cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE);
        }
        let mut scalar = Self { kind: kind.0, ..Self::default() };
        if on_device {
            scalar.address = pointer as u64;
        } else {
            for (index, byte) in scalar.bytes[..size].iter_mut().enumerate() {
                *byte = ffi::element(pointer.cast::<u8>(), index).unwrap_or(0);
            }
        }
        Ok(scalar)
    }

    /// Whether it is a zero of the host's; of the device's nobody knows before it runs.
    pub(crate) fn is_zero_on_host(&self) -> bool {
        self.address == 0 && self.bytes.iter().all(|byte| *byte == 0)
    }

    /// Reads the number, when the kernel runs.
    pub(crate) fn value<T: Stored>(&self, memory: &Memory<'_>) -> Result<T, Fault> {
        let kind = cudaDataType(self.kind);
        let mut bytes = self.bytes;
        if self.address != 0 {
            let size = size_of_kind(kind).unwrap_or(0);
            memory.load_into(self.address, &mut bytes[..size])?;
        }
        T::decode(kind, &bytes).ok_or_else(|| {
            Fault::Failed(format!("a scalar of the data type {} has no meaning here", self.kind))
        })
    }
}

impl Settings {
    /// Whether scalars are on the device.
    pub(crate) fn on_device(&self) -> bool {
        self.pointer_mode == cublasPointerMode_t::CUBLAS_POINTER_MODE_DEVICE
    }
}

/// Launches what has one result, and sees to it that the result gets to where the client wants it: the kernel leaves `N` bytes at the
/// address that it is given. A result for the host is waited for.
pub(crate) fn deliver<const N: usize>(
    handle: &Handle,
    result: *mut c_void,
    launch: impl FnOnce(u64) -> Answer,
) -> Answer {
    if result.is_null() {
        return Err(cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE);
    }
    if handle.settings().on_device() {
        return launch(result as u64);
    }
    let bytes: [u8; N] = handle.through_scratch(launch)?;
    ffi::put(result.cast(), bytes);
    Ok(())
}

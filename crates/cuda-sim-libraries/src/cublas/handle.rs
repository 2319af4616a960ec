//! Handles: the stream, the workspace and the modes that calls go by.
#![allow(unsafe_code)]

use std::ptr::null_mut;
use std::sync::{Arc, Mutex, PoisonError};

use bytemuck::AnyBitPattern;
use cuda_sys::cublas::*;
use cuda_sys::driver::{CUcontext, CUresult};
use cuda_sys::{Driver, MissingFunction};

use super::library::{Blas, property};
use crate::ffi::put;
use crate::handle::Handles;
use crate::library::versions;
use crate::native::{Code, Entry, Fault, Memory, Operation};

use cublasStatus_t as S;

/// What a call comes to.
pub(crate) type Answer<T = ()> = Result<T, S>;

/// Makes C's answer of ours.
pub(crate) fn answer(result: Answer) -> S {
    result.err().unwrap_or(S::CUBLAS_STATUS_SUCCESS)
}

/// A handle.
#[derive(Debug)]
pub(crate) struct Handle {
    code: Code,
    settings: Mutex<Settings>,
    /// Memory of the device for a result on its way to the host; one at a time.
    scratch: Mutex<u64>,
}

/// How much that is.
const SCRATCH: usize = 256;

/// A stretch of memory that a client has given for what kernels hold in between.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Workspace {
    pub(crate) address: u64,
    pub(crate) bytes: u64,
}

impl Workspace {
    /// Enters that the kernel uses all of it.
    pub(crate) fn occupy(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        memory.use_workspace(self.address, self.bytes as usize)
    }
}

/// What is set for a handle.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) stream: cudaStream_t,
    /// The client's workspace; of no length if it is the library's own.
    pub(crate) workspace: Workspace,
    pub(crate) pointer_mode: cublasPointerMode_t,
    pub(crate) atomics: cublasAtomicsMode_t,
    pub(crate) math: cublasMath_t,
    pub(crate) multiprocessors: c_int,
}

// SAFETY: a stream is a name of the driver's, for any thread.
unsafe impl Send for Settings {}

static HANDLES: Handles<cublasContext, Handle> = Handles::new();

/// What a workspace's address must be a multiple of.
const WORKSPACE_ALIGNMENT: u64 = 256;

/// Returns what `handle` stands for.
pub(crate) fn find(handle: cublasHandle_t) -> Answer<Arc<Handle>> {
    HANDLES.get(handle).ok_or(S::CUBLAS_STATUS_NOT_INITIALIZED)
}

/// The status that an error of the driver becomes.
pub(crate) fn status(error: CUresult) -> S {
    match error {
        CUresult::CUDA_ERROR_OUT_OF_MEMORY => S::CUBLAS_STATUS_ALLOC_FAILED,
        CUresult::CUDA_ERROR_NOT_INITIALIZED
        | CUresult::CUDA_ERROR_NO_DEVICE
        | CUresult::CUDA_ERROR_DEINITIALIZED => S::CUBLAS_STATUS_NOT_INITIALIZED,
        _ => S::CUBLAS_STATUS_EXECUTION_FAILED,
    }
}

/// Makes a status of the driver's answer.
pub(crate) fn done(result: Result<CUresult, MissingFunction>) -> Answer {
    match result {
        Ok(CUresult::CUDA_SUCCESS) => Ok(()),
        Ok(error) => Err(status(error)),
        Err(_) => Err(S::CUBLAS_STATUS_INTERNAL_ERROR),
    }
}

/// Loads `entries` where the calling thread works: in its current context, or as the runtime has it, in the primary context of the
/// first device.
pub(crate) fn load(entries: &[Entry]) -> Answer<Code> {
    let driver = crate::driver::driver().map_err(|reason| {
        crate::library::log(&format!("there is no driver: {reason}"));
        S::CUBLAS_STATUS_NOT_INITIALIZED
    })?;
    enter_context(driver).ok_or(S::CUBLAS_STATUS_NOT_INITIALIZED)?;
    Code::load(driver, entries).map_err(|error| match error {
        CUresult::CUDA_ERROR_NOT_SUPPORTED => {
            crate::library::log("the driver is not cuda-sim, on which alone these libraries run");
            S::CUBLAS_STATUS_NOT_INITIALIZED
        }
        error => status(error),
    })
}

/// Makes sure that a context is current, as the runtime does on its first call.
pub(crate) fn enter_context(driver: Driver) -> Option<()> {
    let mut context: CUcontext = null_mut();
    // SAFETY: the pointers are to live variables, and the context is one that was retained.
    unsafe {
        driver.cuInit(0).ok()?.ok().ok()?;
        driver.cuCtxGetCurrent(&mut context).ok()?.ok().ok()?;
        if context.is_null() {
            driver.cuDevicePrimaryCtxRetain(&mut context, 0).ok()?.ok().ok()?;
            driver.cuCtxSetCurrent(context).ok()?.ok().ok()?;
        }
    }
    Some(())
}

impl Handle {
    /// Returns what is set.
    pub(crate) fn settings(&self) -> Settings {
        *self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Returns the driver that the handle was made with.
    pub(crate) fn driver(&self) -> Driver {
        self.code.driver()
    }

    /// Launches a kernel in the handle's stream.
    pub(crate) fn launch<O: Operation>(&self, operation: &O) -> Answer {
        self.code.launch(self.settings().stream, operation).map_err(status)
    }

    /// Launches something that leaves `N` bytes at the address that it is given, waits for it, and returns them.
    pub(crate) fn through_scratch<const N: usize>(
        &self,
        launch: impl FnOnce(u64) -> Answer,
    ) -> Answer<[u8; N]> {
        const { assert!(N <= SCRATCH) };
        let scratch = self.scratch.lock().unwrap_or_else(PoisonError::into_inner);
        launch(*scratch)?;
        let (mut bytes, stream) = ([0; N], self.settings().stream);
        // SAFETY: the array has `N` bytes, and the scratch memory more; the stream is waited for before the array is read.
        unsafe {
            done(self.driver().cuMemcpyDtoHAsync_v2(bytes.as_mut_ptr().cast(), *scratch, N, stream))?;
            done(self.driver().cuStreamSynchronize(stream))?;
        }
        Ok(bytes)
    }
}

/// Answers a question about a handle.
fn ask<T>(handle: cublasHandle_t, out: *mut T, pick: impl FnOnce(&Settings) -> T) -> S {
    answer(find(handle).and_then(|handle| match put(out, pick(&handle.settings())) {
        true => Ok(()),
        false => Err(S::CUBLAS_STATUS_INVALID_VALUE),
    }))
}

/// Changes a handle, if the new value is `valid`.
fn change(handle: cublasHandle_t, valid: bool, change: impl FnOnce(&mut Settings)) -> S {
    answer(find(handle).and_then(|handle| {
        if !valid {
            return Err(S::CUBLAS_STATUS_INVALID_VALUE);
        }
        handle.set(change);
        Ok(())
    }))
}

impl Blas {
    pub(super) fn cublasCreate_v2(handle: *mut cublasHandle_t) -> S {
        if handle.is_null() {
            return S::CUBLAS_STATUS_INVALID_VALUE;
        }
        answer(load(super::ENTRIES).and_then(|code| {
            let mut scratch = 0;
            // SAFETY: the pointer is to a live variable.
            done(unsafe { code.driver().cuMemAlloc_v2(&mut scratch, SCRATCH) })?;
            let settings = Settings {
                stream: null_mut(),
                workspace: Workspace::default(),
                pointer_mode: cublasPointerMode_t::CUBLAS_POINTER_MODE_HOST,
                atomics: cublasAtomicsMode_t::CUBLAS_ATOMICS_NOT_ALLOWED,
                math: cublasMath_t::CUBLAS_DEFAULT_MATH,
                multiprocessors: 0,
            };
            let new = Handle { code, settings: Mutex::new(settings), scratch: Mutex::new(scratch) };
            put(handle, HANDLES.insert(new));
            Ok(())
        }))
    }

    /// Giving back what the library holds on the device waits for the device.
    pub(super) fn cublasDestroy_v2(handle: cublasHandle_t) -> S {
        let Some(gone) = HANDLES.remove(handle) else { return S::CUBLAS_STATUS_NOT_INITIALIZED };
        let mut current = null_mut();
        // SAFETY: the pointer is to a live variable.
        unsafe {
            let _ = gone.driver().cuCtxGetCurrent(&mut current);
            if current == gone.code.context() {
                let _ = gone.driver().cuCtxSynchronize();
            }
        }
        // Another thread that still works with the handle ends its life. The context may be gone, and the code with it.
        if let Ok(handle) = Arc::try_unwrap(gone) {
            let scratch = handle.scratch.into_inner().unwrap_or_else(PoisonError::into_inner);
            // SAFETY: the memory is the handle's own; if its context is gone, the driver refuses the address.
            let _ = unsafe { handle.code.driver().cuMemFree_v2(scratch) };
            let _ = handle.code.unload();
        }
        S::CUBLAS_STATUS_SUCCESS
    }

    /// The handle is not looked at: the real one answers without, too.
    pub(super) fn cublasGetVersion_v2(_handle: cublasHandle_t, version: *mut c_int) -> S {
        let number = |kind| versions().and_then(|versions| property(versions.library, kind)).unwrap_or(0);
        let (major, minor, patch) = (
            number(libraryPropertyType::MAJOR_VERSION),
            number(libraryPropertyType::MINOR_VERSION),
            number(libraryPropertyType::PATCH_LEVEL),
        );
        match put(version, major * 10000 + minor * 100 + patch) {
            true => S::CUBLAS_STATUS_SUCCESS,
            false => S::CUBLAS_STATUS_INVALID_VALUE,
        }
    }

    /// The workspace goes back to the library's own with every change of the stream.
    pub(super) fn cublasSetStream_v2(handle: cublasHandle_t, stream: cudaStream_t) -> S {
        change(handle, true, |settings| {
            settings.stream = stream;
            settings.workspace = Workspace::default();
        })
    }

    pub(super) fn cublasGetStream_v2(handle: cublasHandle_t, stream: *mut cudaStream_t) -> S {
        ask(handle, stream, |settings| settings.stream)
    }

    pub(super) fn cublasSetWorkspace_v2(handle: cublasHandle_t, workspace: *mut c_void, bytes: usize) -> S {
        let address = workspace as u64;
        let valid = address.is_multiple_of(WORKSPACE_ALIGNMENT) && (address != 0 || bytes == 0);
        change(handle, valid, |settings| {
            settings.workspace = Workspace { address, bytes: bytes as u64 };
        })
    }

    pub(super) fn cublasSetPointerMode_v2(handle: cublasHandle_t, mode: cublasPointerMode_t) -> S {
        let valid = mode.0 <= cublasPointerMode_t::CUBLAS_POINTER_MODE_DEVICE.0;
        change(handle, valid, |settings| settings.pointer_mode = mode)
    }

    pub(super) fn cublasGetPointerMode_v2(handle: cublasHandle_t, mode: *mut cublasPointerMode_t) -> S {
        ask(handle, mode, |settings| settings.pointer_mode)
    }

    pub(super) fn cublasSetAtomicsMode(handle: cublasHandle_t, mode: cublasAtomicsMode_t) -> S {
        let valid = mode.0 <= cublasAtomicsMode_t::CUBLAS_ATOMICS_ALLOWED.0;
        change(handle, valid, |settings| settings.atomics = mode)
    }

    pub(super) fn cublasGetAtomicsMode(handle: cublasHandle_t, mode: *mut cublasAtomicsMode_t) -> S {
        ask(handle, mode, |settings| settings.atomics)
    }

    /// A mode, perhaps with the flag that forbids reductions in less precision.
    pub(super) fn cublasSetMathMode(handle: cublasHandle_t, mode: cublasMath_t) -> S {
        let flag = cublasMath_t::CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION.0;
        let known = [
            cublasMath_t::CUBLAS_DEFAULT_MATH,
            cublasMath_t::CUBLAS_TENSOR_OP_MATH,
            cublasMath_t::CUBLAS_PEDANTIC_MATH,
            cublasMath_t::CUBLAS_TF32_TENSOR_OP_MATH,
        ];
        let valid = known.iter().any(|known| known.0 == mode.0 & !flag);
        change(handle, valid, |settings| settings.math = mode)
    }

    pub(super) fn cublasGetMathMode(handle: cublasHandle_t, mode: *mut cublasMath_t) -> S {
        ask(handle, mode, |settings| settings.math)
    }

    /// Zero stands for all of the device's.
    pub(super) fn cublasSetSmCountTarget(handle: cublasHandle_t, count: c_int) -> S {
        change(handle, count >= 0, |settings| settings.multiprocessors = count)
    }

    pub(super) fn cublasGetSmCountTarget(handle: cublasHandle_t, count: *mut c_int) -> S {
        ask(handle, count, |settings| settings.multiprocessors)
    }
}

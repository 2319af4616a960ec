//! Handles: the context that a client's calls work in, and the stream that they are queued on.
#![allow(unsafe_code)]

use crate::cudnn::failure::{Failure, Outcome, bad_param, require};
use crate::cudnn::ffi::{Out, Slot};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use crate::cudnn::operation::ENTRIES;
use crate::native::{Code, Operation};
use cuda_sys::Driver;
use cuda_sys::driver::{CUcontext, CUdevice, CUresult, CUstream};
use cudnn_sys::{cudaStream_t, cudnnErrQueryMode_t as QueryMode, cudnnRuntimeTag_t, cudnnStatus_t as Status};
use std::ptr::{self, null_mut};
use std::sync::Arc;
use std::time::Instant;

/// What a handle stands for. Copies share the code; the stream is that of the moment of the copy.
#[derive(Clone, Debug)]
pub(crate) struct Handle {
    code: Arc<Code>,
    /// The stream's address.
    stream: usize,
}
object!(Handle, "handle");

/// Makes a failure of what the driver has refused.
pub(crate) fn driver_failure(doing: &str, error: CUresult) -> Failure {
    let status = match error {
        CUresult::CUDA_ERROR_OUT_OF_MEMORY => Status::CUDNN_STATUS_ALLOC_FAILED,
        CUresult::CUDA_ERROR_NOT_INITIALIZED
        | CUresult::CUDA_ERROR_DEINITIALIZED
        | CUresult::CUDA_ERROR_NO_DEVICE => Status::CUDNN_STATUS_NOT_INITIALIZED,
        _ => Status::CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER,
    };
    Failure::new(status, format!("{doing}: the driver answered {error:?}"))
}

/// Calls the driver; any code but success is a failure.
macro_rules! drive {
    ($doing:expr, $driver:ident.$function:ident($($argument:expr),* $(,)?)) => {
        // SAFETY: pointers are to live variables, and handles are the client's word or were made here.
        match unsafe { $driver.$function($($argument),*) } {
            Ok(CUresult::CUDA_SUCCESS) => Ok(()),
            Ok(error) => Err(driver_failure($doing, error)),
            Err(missing) => Err(Failure::new(Status::CUDNN_STATUS_INTERNAL_ERROR, missing.to_string())),
        }
    };
}

impl Handle {
    /// Makes a handle for the calling thread's context, or as the runtime does, for the primary one of the first device.
    fn new() -> Outcome<Self> {
        let not_initialized = |reason: String| Failure::new(Status::CUDNN_STATUS_NOT_INITIALIZED, reason);
        let driver = crate::driver::driver().map_err(not_initialized)?;
        enter_context(driver).map_err(|failure| not_initialized(failure.message))?;
        let code = Code::load(driver, ENTRIES).map_err(|error| match error {
            CUresult::CUDA_ERROR_NOT_SUPPORTED => {
                not_initialized("the driver is not cuda-sim, on which alone this library runs".into())
            }
            error => driver_failure("loading the library's kernels", error),
        })?;
        Ok(Self { code: Arc::new(code), stream: 0 })
    }

    fn driver(&self) -> Driver {
        self.code.driver()
    }

    fn stream(&self) -> CUstream {
        ptr::with_exposed_provenance_mut(self.stream)
    }

    /// Queues an operation on the handle's stream.
    pub(crate) fn launch<O: Operation>(&self, operation: &O) -> Outcome {
        self.code.launch(self.stream(), operation).map_err(|error| driver_failure(O::NAME, error))
    }

    /// Waits for the handle's stream.
    pub(crate) fn synchronize(&self) -> Outcome {
        let driver = self.driver();
        drive!("waiting for the stream", driver.cuStreamSynchronize(self.stream()))
    }

    /// Runs `work`, waits for it, and returns how many milliseconds both took.
    pub(crate) fn time(&self, work: impl FnOnce() -> Outcome) -> Outcome<f32> {
        self.synchronize()?;
        let start = Instant::now();
        work()?;
        self.synchronize()?;
        Ok(start.elapsed().as_secs_f32() * 1e3)
    }

    /// Allocates zeroed memory, which is freed when it is dropped.
    pub(crate) fn allocate(&self, bytes: u64) -> Outcome<Scratch> {
        let driver = self.driver();
        let mut address = 0;
        let size = bytes.max(1) as usize;
        drive!("allocating", driver.cuMemAlloc_v2(&mut address, size))?;
        let scratch = Scratch { driver, address };
        drive!("filling", driver.cuMemsetD8Async(address, 0, size, self.stream()))?;
        Ok(scratch)
    }
}

/// Memory of the library's own.
pub(crate) struct Scratch {
    driver: Driver,
    pub(crate) address: u64,
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // SAFETY: the memory was allocated here, and is freed once. A failure is that of the context, which the next call meets.
        let _ = unsafe { self.driver.cuMemFree_v2(self.address) };
    }
}

/// Makes sure that a context is current.
fn enter_context(driver: Driver) -> Outcome {
    let mut context: CUcontext = null_mut();
    drive!("starting the driver", driver.cuInit(0))?;
    drive!("asking for the context", driver.cuCtxGetCurrent(&mut context))?;
    if context.is_null() {
        let mut device: CUdevice = Default::default();
        drive!("asking for a device", driver.cuDeviceGet(&mut device, 0))?;
        drive!("retaining the primary context", driver.cuDevicePrimaryCtxRetain(&mut context, device))?;
        drive!("entering the primary context", driver.cuCtxSetCurrent(context))?;
    }
    Ok(())
}

/// Finds what a handle stands for. One that was destroyed, or never made, is not initialised.
pub(crate) fn find(handle: Ref<Handle>) -> Outcome<Handle> {
    if handle.is_null() {
        return Err(bad_param("the handle is null"));
    }
    handle.get().map_err(|failure| Failure::new(Status::CUDNN_STATUS_NOT_INITIALIZED, failure.message))
}

impl Dnn {
    pub(crate) fn cudnnCreate(handle: Slot) -> Outcome {
        require(!handle.is_null(), "the place for the handle is null")?;
        handle.create(Handle::new()?)
    }

    /// Waits for the device, since the real one gives back what it holds there. Destroying no handle is no error.
    pub(crate) fn cudnnDestroy(handle: Ref<Handle>) -> Outcome {
        if handle.is_null() {
            return Ok(());
        }
        let gone = find(handle)?;
        handle.destroy()?;
        let driver = gone.driver();
        let mut current = null_mut();
        drive!("asking for the context", driver.cuCtxGetCurrent(&mut current))?;
        if current == gone.code.context() {
            drive!("waiting for the device", driver.cuCtxSynchronize())?;
        }
        // Another thread that still works with the handle ends its life. The context may be gone, and the code with it.
        if let Ok(code) = Arc::try_unwrap(gone.code) {
            let _ = code.unload();
        }
        Ok(())
    }

    pub(crate) fn cudnnSetStream(handle: Ref<Handle>, streamId: cudaStream_t) -> Outcome {
        let found = find(handle)?;
        let driver = found.driver();
        // The null stream and the two default streams are those of the handle's context.
        if streamId.addr() > 2 {
            let mut context: CUcontext = null_mut();
            drive!("asking for the stream's context", driver.cuStreamGetCtx(streamId, &mut context))
                .map_err(|failure| bad_param(failure.message))?;
            if context != found.code.context() {
                let message = "the stream is of another context than the handle";
                return Err(Failure::new(Status::CUDNN_STATUS_MAPPING_ERROR, message));
            }
        }
        let stream = streamId.expose_provenance();
        handle.update(|handle| handle.stream = stream)
    }

    pub(crate) fn cudnnGetStream(handle: Ref<Handle>, streamId: Out<cudaStream_t>) -> Outcome {
        let found = find(handle)?;
        streamId.check("streamId")?;
        streamId.set(found.stream())
    }

    pub(crate) fn cudnnQueryRuntimeError(
        handle: Ref<Handle>,
        rstatus: Out<Status>,
        mode: QueryMode,
        _tag: *mut cudnnRuntimeTag_t,
    ) -> Outcome {
        let found = find(handle)?;
        rstatus.check("rstatus")?;
        let driver = found.driver();
        let answer = match mode {
            // No operation here fails in a way that only its kernel finds out and the driver does not.
            QueryMode::CUDNN_ERRQUERY_RAWCODE => CUresult::CUDA_SUCCESS,
            QueryMode::CUDNN_ERRQUERY_NONBLOCKING => {
                // SAFETY: the stream is the client's word.
                let answer = unsafe { driver.cuStreamQuery(found.stream()) };
                answer.unwrap_or(CUresult::CUDA_ERROR_NOT_SUPPORTED)
            }
            QueryMode::CUDNN_ERRQUERY_BLOCKING => {
                // SAFETY: the stream is the client's word.
                let answer = unsafe { driver.cuStreamSynchronize(found.stream()) };
                answer.unwrap_or(CUresult::CUDA_ERROR_NOT_SUPPORTED)
            }
            QueryMode(unknown) => return Err(bad_param(format!("there is no mode {unknown}"))),
        };
        let status = match answer {
            CUresult::CUDA_SUCCESS => Status::CUDNN_STATUS_SUCCESS,
            CUresult::CUDA_ERROR_NOT_READY => Status::CUDNN_STATUS_RUNTIME_IN_PROGRESS,
            error => driver_failure("querying", error).status,
        };
        rstatus.set(crate::cudnn::version::numbered(status))
    }
}

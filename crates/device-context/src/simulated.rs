//! The simulated driver with NVIDIA's libraries in software.

#![allow(unsafe_code)]

use context_cuda::Libraries;

/// Starts choosing what a context on the simulated driver is like. It has cuBLAS, cuBLASLt, cuRAND and cuDNN in software, of the newest release
/// that there is of each.
///
/// # Examples
/// ```
/// use device_context::prelude::*;
///
/// let ctx = device_context::simulated().device(0).build()?;
/// let mut words = ctx.alloc::<u32>(4)?;
/// ctx.curand(Default::default())?.fill_words(&mut words)?;
/// assert_eq!(ctx.read(&words)?.len(), 4);
/// # Ok::<(), Error>(())
/// ```
pub fn simulated() -> context_cuda::Builder {
    cuda_sim_libraries::use_driver(cuda_sim::driver());
    let mut libraries = Libraries::default();
    libraries.cublas = cuda_sim_libraries::cublas::table(13);
    libraries.cublaslt = cuda_sim_libraries::cublaslt::table(13);
    libraries.curand = cuda_sim_libraries::curand::table(13);
    #[cfg(feature = "cudnn")]
    {
        libraries.cudnn = cuda_sim_libraries::cudnn::table(9);
    }
    let builder = context_cuda::CudaContext::builder().driver(cuda_sim::driver());
    // SAFETY: the libraries were just made clients of this driver.
    unsafe { builder.libraries(libraries) }
}

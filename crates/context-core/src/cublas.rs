//! cuBLAS, the library of basic linear algebra: a handle that owns its object, and products of matrices.
//!
//! A handle is what cuBLAS keeps for one user: the stream that its work goes to, its settings and its workspace. It belongs to the
//! context that was current when it was made. One thread may use it at a time, which is why everything here takes it exclusively.

#![allow(unsafe_code)]

use std::{ffi::c_void, fmt, sync::Arc};

use cuda_sys::{
    Version,
    cublas::{
        Cublas, cublasAtomicsMode_t, cublasComputeType_t, cublasGemmAlgo_t, cublasHandle_t, cublasMath_t,
        cublasOperation_t, cudaDataType,
    },
    driver::CUstream,
};

use crate::{
    MathMode, ScalarKind,
    backend::Address,
    cuda::{Context, Error, Result, Stream, library::library_call, report::report},
};

fn raw_math_mode(mode: MathMode) -> cublasMath_t {
    match mode {
        MathMode::Default => cublasMath_t::CUBLAS_DEFAULT_MATH,
        MathMode::Fma => cublasMath_t::CUBLAS_PEDANTIC_MATH,
        MathMode::TensorCores | MathMode::TensorCoresRounded => cublasMath_t::CUBLAS_TF32_TENSOR_OP_MATH,
    }
}

/// A handle of cuBLAS.
pub struct Handle {
    raw: cublasHandle_t,
    cublas: Cublas,
    /// The stream that was set last; `None` where that is not known, or does not count any more.
    stream: Option<CUstream>,
    math: MathMode,
    atomics: bool,
    // Last: the handle goes before its context.
    context: Arc<Context>,
}

// SAFETY: a handle may be used from any thread, by one at a time (cuBLAS, "Thread Safety"), and every use is exclusive.
unsafe impl Send for Handle {}
// SAFETY: what takes it shared calls nothing.
unsafe impl Sync for Handle {}

/// One factor or the result of a product, as cuBLAS takes it: column by column, each `leading` elements behind the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// Where the first element is.
    pub address: Address,
    /// How many elements apart columns begin.
    pub leading: i64,
    /// How many elements apart the matrices of a batch begin.
    pub apart: i64,
    /// Whether the transpose is meant. Of a result it is not.
    pub transposed: bool,
}

/// A product of matrices, or of a batch of them: `c ← alpha·a·b + beta·c`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gemm {
    /// What all three consist of.
    pub kind: ScalarKind,
    /// Rows of `a` and `c`, columns of `b` and `c`, columns of `a` and rows of `b`, after transposition.
    pub sizes: [i64; 3],
    /// How many matrices there are.
    pub batches: i64,
    /// The factor of the product.
    pub alpha: f64,
    /// The left factor.
    pub a: Operand,
    /// The right factor.
    pub b: Operand,
    /// The factor of what `c` holds; with zero, `c` is not read.
    pub beta: f64,
    /// The result.
    pub c: Operand,
}

impl Handle {
    /// Makes a handle in `context`.
    ///
    /// # Errors
    /// [`Error::Status`], for example if there is no memory for it.
    ///
    /// # Safety
    /// - `cublas` works through the driver of `context`. The system's works through the system's driver.
    #[doc(alias = "cublasCreate")]
    pub unsafe fn new(context: &Arc<Context>, cublas: Cublas) -> Result<Handle> {
        context.make_current()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current, and of the driver that the library calls, as the caller vouches; `raw` outlives the call.
        unsafe { library_call!(context, cublas, cublasCreate_v2(&mut raw)) }
            .map_err(|error| error.doing(|| format!("making a cuBLAS handle on {:?}", context.device())))?;
        // SAFETY: just made here, with the settings that cuBLAS documents as the first ones.
        Ok(unsafe { Handle::from_raw(context, cublas, raw) })
    }

    /// Takes ownership of a handle.
    ///
    /// # Safety
    /// - `raw` is a handle that `cublas` made in `context`, with default math mode and atomics not allowed, and nothing else will use or
    ///   destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, cublas: Cublas, raw: cublasHandle_t) -> Handle {
        Handle {
            raw,
            cublas,
            stream: None,
            math: MathMode::Default,
            atomics: false,
            context: context.clone(),
        }
    }

    /// Gives up ownership: the caller destroys the handle, with `cublasDestroy` or [`from_raw`](Handle::from_raw).
    pub fn into_raw(mut self) -> cublasHandle_t {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the library's handle, for calls that are not here.
    pub fn as_raw(&self) -> cublasHandle_t {
        self.raw
    }

    /// Returns the table of cuBLAS.
    pub fn cublas(&self) -> Cublas {
        self.cublas
    }

    /// Returns cuBLAS's version.
    pub fn version(&self) -> Version {
        self.cublas.version()
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Sends later work to `stream`. The workspace is cuBLAS's own one then, until [`set_workspace`](Handle::set_workspace) is called.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "cublasSetStream")]
    pub fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        self.context.check_driver_of(stream.context(), "cublasSetStream_v2")?;
        self.context.bind_in_scope()?;
        self.stream = None;
        // SAFETY: both handles are live while borrowed, and of one driver. A stream that is destroyed afterwards is not used before the next
        // `set_stream`: who gives this handle work promises that (`gemm`).
        unsafe { library_call!(&self.context, self.cublas, cublasSetStream_v2(self.raw, stream.as_raw())) }?;
        self.stream = Some(stream.as_raw());
        Ok(())
    }

    /// Tells whether `stream` is the one that was set last.
    #[inline]
    pub fn is_set_to(&self, stream: &Stream) -> bool {
        self.stream == Some(stream.as_raw())
    }

    /// Forgets which stream was set: where that may be gone, or foreign code may have set another one.
    pub fn forget_stream(&mut self) {
        self.stream = None;
    }

    /// Returns how exact work is.
    #[inline]
    pub fn math_mode(&self) -> MathMode {
        self.math
    }

    /// Has later work use `bytes` of device memory at `address` for what it needs in between.
    ///
    /// # Safety
    /// - It is device memory that nothing else uses before the work given to this handle has ended, and until another workspace or
    ///   stream is set.
    ///
    /// # Errors
    /// [`Error::Status`] if the address is not a multiple of 256.
    #[doc(alias = "cublasSetWorkspace")]
    pub unsafe fn set_workspace(&mut self, address: Address, bytes: usize) -> Result<()> {
        self.context.bind_in_scope()?;
        let workspace = std::ptr::with_exposed_provenance_mut::<c_void>(address as usize);
        // SAFETY: the handle is live; the caller vouches for the memory.
        unsafe {
            library_call!(&self.context, self.cublas, cublasSetWorkspace_v2(self.raw, workspace, bytes))
        }
        .map_err(|error| {
            error.doing(|| format!("giving a cuBLAS handle {bytes} bytes of workspace at {address:#x}"))
        })
    }

    /// Chooses how exact later work is. Makes no call if it is that already.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "cublasSetMathMode")]
    #[inline]
    pub fn set_math_mode(&mut self, mode: MathMode) -> Result<()> {
        if mode == self.math {
            return Ok(());
        }
        self.context.bind_in_scope()?;
        // SAFETY: the handle is live.
        unsafe {
            library_call!(&self.context, self.cublas, cublasSetMathMode(self.raw, raw_math_mode(mode)))
        }?;
        self.math = mode;
        Ok(())
    }

    /// Tells whether kernels that sum by atomics are allowed.
    pub fn allows_atomics(&self) -> bool {
        self.atomics
    }

    /// Allows or forbids kernels that sum by atomics, whose results may differ from run to run. At first they are forbidden. Makes no
    /// call if it is as asked already.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "cublasSetAtomicsMode")]
    #[inline]
    pub fn allow_atomics(&mut self, allowed: bool) -> Result<()> {
        if allowed == self.atomics {
            return Ok(());
        }
        self.context.bind_in_scope()?;
        let mode = match allowed {
            true => cublasAtomicsMode_t::CUBLAS_ATOMICS_ALLOWED,
            false => cublasAtomicsMode_t::CUBLAS_ATOMICS_NOT_ALLOWED,
        };
        // SAFETY: the handle is live.
        unsafe { library_call!(&self.context, self.cublas, cublasSetAtomicsMode(self.raw, mode)) }?;
        self.atomics = allowed;
        Ok(())
    }

    /// Multiplies matrices, in the order of the stream. Sums of `f16` and `bf16` are `f32`.
    ///
    /// # Errors
    /// [`Error::Status`], for example if the layouts do not fit the sizes.
    ///
    /// # Safety
    /// - The stream that was set lives.
    /// - The operands are device memory for the extents that sizes and layouts give until the work has run, initialised but for `c` with
    ///   `beta` zero; nothing writes them, and nothing touches `c`, in between; `c` overlaps neither factor.
    #[doc(alias = "cublasGemmEx", alias = "cublasGemmStridedBatchedEx")]
    pub unsafe fn gemm(&mut self, gemm: &Gemm) -> Result<()> {
        self.context.bind_in_scope()?;
        let (data, compute) = match gemm.kind {
            ScalarKind::F32 => (cudaDataType::CUDA_R_32F, cublasComputeType_t::CUBLAS_COMPUTE_32F),
            ScalarKind::F64 => (cudaDataType::CUDA_R_64F, cublasComputeType_t::CUBLAS_COMPUTE_64F),
            ScalarKind::F16 => (cudaDataType::CUDA_R_16F, cublasComputeType_t::CUBLAS_COMPUTE_32F),
            ScalarKind::BF16 => (cudaDataType::CUDA_R_16BF, cublasComputeType_t::CUBLAS_COMPUTE_32F),
        };
        // The scalars are of the type that the sums are of.
        let wide = [gemm.alpha, gemm.beta];
        let narrow = wide.map(|scalar| scalar as f32);
        let scalar = |index: usize| -> *const c_void {
            match gemm.kind {
                ScalarKind::F64 => (&raw const wide[index]).cast(),
                _ => (&raw const narrow[index]).cast(),
            }
        };
        let operation = |operand: &Operand| match operand.transposed {
            true => cublasOperation_t::CUBLAS_OP_T,
            false => cublasOperation_t::CUBLAS_OP_N,
        };
        let pointer =
            |operand: &Operand| std::ptr::with_exposed_provenance_mut::<c_void>(operand.address as usize);
        let Gemm { sizes: [m, n, k], batches, a, b, c, .. } = gemm;
        let algorithm = cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT;
        let describe = |error: Error| {
            error.doing(|| format!("multiplying {batches} times {m} × {k} by {k} × {n} of {:?}", gemm.kind))
        };
        if self.cublas.has("cublasGemmStridedBatchedEx_64") {
            // SAFETY: the handle is live; the scalars outlive the call, which reads them before it returns (pointer mode host); the
            // caller vouches for the rest.
            return unsafe {
                library_call!(
                    &self.context,
                    self.cublas,
                    cublasGemmStridedBatchedEx_64(
                        self.raw,
                        operation(a),
                        operation(b),
                        *m,
                        *n,
                        *k,
                        scalar(0),
                        pointer(a),
                        data,
                        a.leading,
                        a.apart,
                        pointer(b),
                        data,
                        b.leading,
                        b.apart,
                        scalar(1),
                        pointer(c),
                        data,
                        c.leading,
                        c.apart,
                        *batches,
                        compute,
                        algorithm,
                    )
                )
            }
            .map_err(describe);
        }
        let narrow_size = |size: i64| {
            i32::try_from(size).map_err(|_| Error::Unusable {
                library: format!("cuBLAS {}", self.version()),
                reason: format!("a matrix with {size} rows, columns or batches needs cuBLAS 12"),
            })
        };
        let [m, n, k] = [narrow_size(*m)?, narrow_size(*n)?, narrow_size(*k)?];
        let [lda, ldb, ldc] = [narrow_size(a.leading)?, narrow_size(b.leading)?, narrow_size(c.leading)?];
        let batches = narrow_size(*batches)?;
        // SAFETY: as above.
        unsafe {
            library_call!(
                &self.context,
                self.cublas,
                cublasGemmStridedBatchedEx(
                    self.raw,
                    operation(a),
                    operation(b),
                    m,
                    n,
                    k,
                    scalar(0),
                    pointer(a),
                    data,
                    lda,
                    a.apart,
                    pointer(b),
                    data,
                    ldb,
                    b.apart,
                    scalar(1),
                    pointer(c),
                    data,
                    ldc,
                    c.apart,
                    batches,
                    compute,
                    algorithm,
                )
            )
        }
        .map_err(describe)
    }

    /// Destroys the handle, and returns the failure that `Drop` could only report. Waits for the device, as cuBLAS does.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "cublasDestroy")]
    pub fn close(mut self) -> Result<()> {
        self.destroy()
    }

    fn destroy(&mut self) -> Result<()> {
        let raw = std::mem::replace(&mut self.raw, std::ptr::null_mut());
        if raw.is_null() {
            return Ok(());
        }
        // SAFETY: made in `new` or given to `from_raw`, destroyed once: `raw` is null from now on. That the context could be bound
        // says that the driver is not gone.
        let destroy = || unsafe { library_call!(&self.context, self.cublas, cublasDestroy_v2(raw)) };
        self.context.release(destroy)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cuBLAS {} handle {:p} of {:?}", self.version(), self.raw, self.context.device())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying a cuBLAS handle", destroyed);
    }
}

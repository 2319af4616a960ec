//! cuBLASLt, matrix products with everything around them: a handle that owns its object.
//!
//! Unlike cuBLAS's, this handle holds no stream and no workspace: each call is given its own, and several threads may use it at once.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use std::ffi::{c_int, c_void};

use cuda_sys::{
    Version,
    cublas::{cublasComputeType_t, cublasOperation_t, cudaDataType},
    cublaslt::{
        CublasLt, cublasLtEpilogue_t, cublasLtHandle_t, cublasLtMatmulAlgo_t, cublasLtMatmulDesc_t,
        cublasLtMatmulDescAttributes_t, cublasLtMatmulHeuristicResult_t, cublasLtMatmulPreference_t,
        cublasLtMatmulPreferenceAttributes_t, cublasLtMatrixLayout_t, cublasLtMatrixLayoutAttribute_t,
    },
};

use crate::{
    Bytes, ScalarKind,
    backend::Address,
    cublas::Operand,
    cuda::{Context, Error, Result, Stream, library::library_call, report::report},
};

/// A handle of cuBLASLt.
pub struct Handle {
    raw: cublasLtHandle_t,
    cublaslt: CublasLt,
    // Last: the handle goes before its context.
    context: Arc<Context>,
}

// SAFETY: any thread may use a handle, and several at once (cuBLASLt, "Thread Safety").
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    /// Makes a handle in `context`.
    ///
    /// # Errors
    /// [`Error::Status`], for example if there is no memory for it.
    ///
    /// # Safety
    /// - `cublaslt` works through the driver of `context`. The system's works through the system's driver.
    #[doc(alias = "cublasLtCreate")]
    pub unsafe fn new(context: &Arc<Context>, cublaslt: CublasLt) -> Result<Handle> {
        context.make_current()?;
        let mut raw = std::ptr::null_mut();
        // SAFETY: the context is current, and of the driver that the library calls, as the caller vouches; `raw` outlives the call.
        unsafe { library_call!(context, cublaslt, cublasLtCreate(&mut raw)) }
            .map_err(|error| error.doing(|| format!("making a cuBLASLt handle on {:?}", context.device())))?;
        // SAFETY: just made here.
        Ok(unsafe { Handle::from_raw(context, cublaslt, raw) })
    }

    /// Takes ownership of a handle.
    ///
    /// # Safety
    /// - `raw` is a handle that `cublaslt` made in `context`, and nothing else will destroy it.
    pub unsafe fn from_raw(context: &Arc<Context>, cublaslt: CublasLt, raw: cublasLtHandle_t) -> Handle {
        Handle { raw, cublaslt, context: context.clone() }
    }

    /// Gives up ownership: the caller destroys the handle, with `cublasLtDestroy` or [`from_raw`](Handle::from_raw).
    pub fn into_raw(mut self) -> cublasLtHandle_t {
        std::mem::replace(&mut self.raw, std::ptr::null_mut())
    }

    /// Returns the library's handle.
    pub fn as_raw(&self) -> cublasLtHandle_t {
        self.raw
    }

    /// Returns the table of cuBLASLt.
    pub fn cublaslt(&self) -> CublasLt {
        self.cublaslt
    }

    /// Returns cuBLASLt's version.
    pub fn version(&self) -> Version {
        self.cublaslt.version()
    }

    /// Returns the context.
    pub fn context(&self) -> &Arc<Context> {
        &self.context
    }

    /// Chooses how a product is to be computed: the first algorithm of cuBLASLt's heuristics that needs at most `workspace` bytes.
    ///
    /// # Errors
    /// [`Error::Status`] if the layouts do not fit; [`Error::Unusable`] if cuBLASLt has no algorithm for it.
    #[doc(alias = "cublasLtMatmulAlgoGetHeuristic")]
    pub fn plan(&self, matmul: &Matmul, workspace: usize) -> Result<Plan> {
        let call = Call { context: &self.context, cublaslt: self.cublaslt };
        self.context.bind_in_scope()?;
        let (data, compute, scale) = types(matmul.kind);
        let description = call.description(compute, scale)?;
        call.describe(&description, matmul)?;
        let Matmul { sizes: [m, n, k], a, b, c, .. } = matmul;
        let stored = |rows: i64, columns: i64, operand: &Operand| match operand.transposed {
            true => call.layout(data, columns, rows, operand, matmul.batches),
            false => call.layout(data, rows, columns, operand, matmul.batches),
        };
        let layouts = [stored(*m, *k, a)?, stored(*k, *n, b)?, stored(*m, *n, c)?];
        let mut found = cublasLtMatmulHeuristicResult_t::default();
        call.best(self.raw, &description, &layouts, workspace, &mut found)
            .map_err(|error| error.doing(|| format!("choosing how to compute {matmul:?}")))?;
        Ok(Plan {
            matmul: *matmul,
            algorithm: found.algo,
            workspace: found.workspaceSize,
            description,
            layouts,
        })
    }

    /// Computes `c ← epilogue(alpha·a·b + beta·c + bias)` as planned, in the order of `stream`.
    ///
    /// # Errors
    /// [`Error::Unusable`] if the plan is of another cuBLASLt or the workspace is too small; [`Error::Status`].
    ///
    /// # Safety
    /// - The operands, the bias (where the epilogue has one: an element for each row of `c`) and the workspace are device memory for what
    ///   the plan says until the work has run, initialised but for the workspace, and `c` with `beta` zero; nothing writes them, and nothing
    ///   touches `c` and the workspace, in between; these two overlap nothing.
    #[doc(alias = "cublasLtMatmul")]
    pub unsafe fn matmul(
        &self,
        plan: &Plan,
        (alpha, beta): (f64, f64),
        bias: Address,
        (workspace, bytes): (Address, usize),
        stream: &Stream,
    ) -> Result<()> {
        if plan.description.cublaslt != self.cublaslt || bytes < plan.workspace {
            return Err(Error::Unusable {
                library: format!("cuBLASLt {}", self.version()),
                reason: format!(
                    "the plan is of cuBLASLt {} and needs {} of workspace; {} are given",
                    plan.description.cublaslt.version(),
                    Bytes(plan.workspace),
                    Bytes(bytes)
                ),
            });
        }
        self.context.bind_in_scope()?;
        if plan.matmul.epilogue.has_bias() {
            let call = Call { context: &self.context, cublaslt: self.cublaslt };
            let attribute = cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_BIAS_POINTER;
            call.set(&plan.description, attribute, &bias)?;
        }
        let pointer = |address: Address| std::ptr::with_exposed_provenance_mut::<c_void>(address as usize);
        let wide = [alpha, beta];
        let narrow = wide.map(|scalar| scalar as f32);
        let scalar = |index: usize| -> *const c_void {
            match plan.matmul.kind {
                ScalarKind::F64 => (&raw const wide[index]).cast(),
                _ => (&raw const narrow[index]).cast(),
            }
        };
        let Matmul { a, b, c, .. } = &plan.matmul;
        let [layout_a, layout_b, layout_c] = &plan.layouts;
        // SAFETY: handle, description and layouts are live while borrowed, the scalars for the call, which reads them before it returns
        // (pointer mode host); the caller vouches for the rest.
        unsafe {
            library_call!(
                &self.context,
                self.cublaslt,
                cublasLtMatmul(
                    self.raw,
                    plan.description.raw,
                    scalar(0),
                    pointer(a.address),
                    layout_a.raw,
                    pointer(b.address),
                    layout_b.raw,
                    scalar(1),
                    pointer(c.address),
                    layout_c.raw,
                    pointer(c.address),
                    layout_c.raw,
                    &plan.algorithm,
                    pointer(workspace),
                    bytes,
                    stream.as_raw(),
                )
            )
        }
        .map_err(|error| error.doing(|| format!("computing {:?}", plan.matmul)))
    }

    /// Destroys the handle, and returns the failure that `Drop` could only report.
    ///
    /// # Errors
    /// [`Error::Status`].
    #[doc(alias = "cublasLtDestroy")]
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
        let destroy = || unsafe { library_call!(&self.context, self.cublaslt, cublasLtDestroy(raw)) };
        self.context.release(destroy)
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cuBLASLt {} handle {:p} of {:?}", self.version(), self.raw, self.context.device())
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let destroyed = self.destroy();
        report("destroying a cuBLASLt handle", destroyed);
    }
}

/// What is done with each element of a product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Epilogue {
    /// Nothing.
    #[default]
    None,
    /// The larger one of it and zero.
    Relu,
    /// The bias of its row is added.
    Bias,
    /// The bias of its row is added, and then the larger one of that and zero.
    ReluBias,
}

impl Epilogue {
    fn as_raw(self) -> cublasLtEpilogue_t {
        match self {
            Epilogue::None => cublasLtEpilogue_t::CUBLASLT_EPILOGUE_DEFAULT,
            Epilogue::Relu => cublasLtEpilogue_t::CUBLASLT_EPILOGUE_RELU,
            Epilogue::Bias => cublasLtEpilogue_t::CUBLASLT_EPILOGUE_BIAS,
            Epilogue::ReluBias => cublasLtEpilogue_t::CUBLASLT_EPILOGUE_RELU_BIAS,
        }
    }

    /// Tells whether a bias is added.
    pub fn has_bias(self) -> bool {
        matches!(self, Epilogue::Bias | Epilogue::ReluBias)
    }
}

/// A product of matrices, or of a batch of them, with what is done behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Matmul {
    /// What all three consist of.
    pub kind: ScalarKind,
    /// Rows of `a` and `c`, columns of `b` and `c`, columns of `a` and rows of `b`, after transposition.
    pub sizes: [i64; 3],
    /// How many matrices there are.
    pub batches: i32,
    /// The left factor.
    pub a: Operand,
    /// The right factor.
    pub b: Operand,
    /// The result, which is not transposed.
    pub c: Operand,
    /// What is done with each element.
    pub epilogue: Epilogue,
}

/// How a product is computed: cuBLASLt's algorithm for it, and its descriptors.
#[derive(Debug)]
pub struct Plan {
    matmul: Matmul,
    algorithm: cublasLtMatmulAlgo_t,
    workspace: usize,
    description: Description,
    layouts: [Layout; 3],
}

impl Plan {
    /// Returns what is computed.
    pub fn matmul(&self) -> &Matmul {
        &self.matmul
    }

    /// Returns how many bytes of workspace it needs.
    pub fn workspace_bytes(&self) -> usize {
        self.workspace
    }

    /// Takes other operands of the same layouts.
    pub fn with_operands(mut self, [a, b, c]: [Address; 3]) -> Plan {
        (self.matmul.a.address, self.matmul.b.address, self.matmul.c.address) = (a, b, c);
        self
    }
}

macro_rules! objects {
    ($($object:ident, $raw:ty, $destroy:ident;)*) => { $(
        /// An object of cuBLASLt's on the host.
        #[derive(Debug)]
        struct $object {
            raw: $raw,
            cublaslt: CublasLt,
        }

        // SAFETY: memory of the host that cuBLASLt reads; what changes it, `Call::set`, is told one plan at a time by its caller.
        unsafe impl Send for $object {}

        impl Drop for $object {
            fn drop(&mut self) {
                // SAFETY: made in `Call`, destroyed once. It fails for a null pointer alone, and this one was made.
                let _ = unsafe { self.cublaslt.$destroy(self.raw) };
            }
        }
    )* };
}

objects! {
    Description, cublasLtMatmulDesc_t, cublasLtMatmulDescDestroy;
    Layout, cublasLtMatrixLayout_t, cublasLtMatrixLayoutDestroy;
    Preference, cublasLtMatmulPreference_t, cublasLtMatmulPreferenceDestroy;
}

/// The types of the elements, of the sums and of the factors.
fn types(kind: ScalarKind) -> (cudaDataType, cublasComputeType_t, cudaDataType) {
    let single = (cublasComputeType_t::CUBLAS_COMPUTE_32F, cudaDataType::CUDA_R_32F);
    let (data, (compute, scale)) = match kind {
        ScalarKind::F32 => (cudaDataType::CUDA_R_32F, single),
        ScalarKind::F64 => {
            (cudaDataType::CUDA_R_64F, (cublasComputeType_t::CUBLAS_COMPUTE_64F, cudaDataType::CUDA_R_64F))
        }
        ScalarKind::F16 => (cudaDataType::CUDA_R_16F, single),
        ScalarKind::BF16 => (cudaDataType::CUDA_R_16BF, single),
    };
    (data, compute, scale)
}

/// The calls that make descriptors.
#[derive(Clone, Copy)]
struct Call<'a> {
    context: &'a Context,
    cublaslt: CublasLt,
}

impl Call<'_> {
    fn description(self, compute: cublasComputeType_t, scale: cudaDataType) -> Result<Description> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: `raw` outlives the call.
        unsafe {
            library_call!(self.context, self.cublaslt, cublasLtMatmulDescCreate(&mut raw, compute, scale))
        }?;
        Ok(Description { raw, cublaslt: self.cublaslt })
    }

    fn set<T>(
        self,
        description: &Description,
        attribute: cublasLtMatmulDescAttributes_t,
        value: &T,
    ) -> Result<()> {
        let (value, bytes) = (std::ptr::from_ref(value).cast(), size_of::<T>());
        // SAFETY: the description is live, and the value has that many bytes, which cuBLASLt compares with the attribute's.
        unsafe {
            library_call!(
                self.context,
                self.cublaslt,
                cublasLtMatmulDescSetAttribute(description.raw, attribute, value, bytes)
            )
        }
    }

    fn describe(self, description: &Description, matmul: &Matmul) -> Result<()> {
        type Attribute = cublasLtMatmulDescAttributes_t;
        let operation = |operand: &Operand| match operand.transposed {
            true => cublasOperation_t::CUBLAS_OP_T,
            false => cublasOperation_t::CUBLAS_OP_N,
        };
        self.set(description, Attribute::CUBLASLT_MATMUL_DESC_TRANSA, &operation(&matmul.a))?;
        self.set(description, Attribute::CUBLASLT_MATMUL_DESC_TRANSB, &operation(&matmul.b))?;
        self.set(description, Attribute::CUBLASLT_MATMUL_DESC_EPILOGUE, &matmul.epilogue.as_raw())
    }

    fn layout(
        self,
        data: cudaDataType,
        rows: i64,
        columns: i64,
        operand: &Operand,
        batches: i32,
    ) -> Result<Layout> {
        type Attribute = cublasLtMatrixLayoutAttribute_t;
        let mut raw = std::ptr::null_mut();
        let (rows, columns) = (rows.unsigned_abs(), columns.unsigned_abs());
        // SAFETY: `raw` outlives the call.
        unsafe {
            library_call!(
                self.context,
                self.cublaslt,
                cublasLtMatrixLayoutCreate(&mut raw, data, rows, columns, operand.leading)
            )
        }?;
        let layout = Layout { raw, cublaslt: self.cublaslt };
        let set = |attribute: Attribute, value: *const c_void, bytes: usize| {
            // SAFETY: the layout is live, and the value has that many bytes.
            unsafe {
                library_call!(
                    self.context,
                    self.cublaslt,
                    cublasLtMatrixLayoutSetAttribute(layout.raw, attribute, value, bytes)
                )
            }
        };
        let (count, apart) = (&raw const batches, &raw const operand.apart);
        set(Attribute::CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT, count.cast(), size_of::<i32>())?;
        set(Attribute::CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET, apart.cast(), size_of::<i64>())?;
        Ok(layout)
    }

    /// Asks for the first algorithm that keeps to the limit.
    fn best(
        self,
        handle: cublasLtHandle_t,
        description: &Description,
        [a, b, c]: &[Layout; 3],
        workspace: usize,
        found: &mut cublasLtMatmulHeuristicResult_t,
    ) -> Result<()> {
        let mut raw = std::ptr::null_mut();
        // SAFETY: `raw` outlives the call.
        unsafe { library_call!(self.context, self.cublaslt, cublasLtMatmulPreferenceCreate(&mut raw)) }?;
        let preference = Preference { raw, cublaslt: self.cublaslt };
        let attribute = cublasLtMatmulPreferenceAttributes_t::CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES;
        let limit = workspace as u64;
        // SAFETY: the preference is live, and the limit has that many bytes.
        unsafe {
            library_call!(
                self.context,
                self.cublaslt,
                cublasLtMatmulPreferenceSetAttribute(
                    preference.raw,
                    attribute,
                    (&raw const limit).cast(),
                    size_of::<u64>()
                )
            )
        }?;
        let mut count: c_int = 0;
        // SAFETY: all objects are live, and there is room for one result.
        unsafe {
            library_call!(
                self.context,
                self.cublaslt,
                cublasLtMatmulAlgoGetHeuristic(
                    handle,
                    description.raw,
                    a.raw,
                    b.raw,
                    c.raw,
                    c.raw,
                    preference.raw,
                    1,
                    found,
                    &mut count
                )
            )
        }?;
        if count > 0 {
            return Ok(());
        }
        Err(Error::Unusable {
            library: format!("cuBLASLt {}", self.cublaslt.version()),
            reason: format!("no algorithm does this in {} of workspace", Bytes(workspace)),
        })
    }
}

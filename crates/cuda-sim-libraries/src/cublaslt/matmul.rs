//! Products: handles, the algorithms that serve one, and doing it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use cuda_sys::cublas::cublasOperation_t;
use cuda_sys::cublaslt::*;

use super::descriptor::{Answer, Attributes, LAYOUTS, PREFERENCES, PRODUCTS, answer};
use super::library::BlasLt;
use crate::cublas::{Blas, Scalar, Workspace, load, status, types_of};
use crate::ffi::{get, put, put_all};
use crate::handle::Handles;
use crate::library::note_not_built;
use crate::native::{Code, Entry};
use crate::product::{Epilogue, Operand, Product};

use cublasLtEpilogue_t as E;
use cublasLtMatmulDescAttributes_t as D;
use cublasStatus_t as S;

/// What a handle stands for: the kernels, in a context.
static HANDLES: Handles<cublasLtContext, Code> = Handles::new();

fn find(handle: cublasLtHandle_t) -> Answer<Arc<Code>> {
    HANDLES.get(handle).ok_or(S::CUBLAS_STATUS_NOT_INITIALIZED)
}

/// What a workspace's address must be a multiple of.
const ALIGNMENT: u64 = 16;

/// What marks an algorithm as one of ours.
const MARK: u64 = u64::from_ne_bytes(*b"cuda-sim");

/// A way to do a product: the sum over the inner dimension in so many parts, which are kept in the workspace before they are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Algorithm {
    number: u32,
    parts: u32,
}

/// All of them; the ones with more parts are taken to be faster.
const ALGORITHMS: [Algorithm; 3] =
    [Algorithm { number: 0, parts: 1 }, Algorithm { number: 1, parts: 2 }, Algorithm { number: 2, parts: 8 }];

impl Algorithm {
    fn encode(self) -> cublasLtMatmulAlgo_t {
        let mut data = [0; 8];
        (data[0], data[1], data[2]) = (MARK, self.number.into(), self.parts.into());
        cublasLtMatmulAlgo_t { data }
    }

    fn decode(algorithm: &cublasLtMatmulAlgo_t) -> Answer<Self> {
        let [mark, number, parts, ..] = algorithm.data;
        match mark == MARK && ALGORITHMS.iter().any(|known| u64::from(known.number) == number) {
            true => Ok(Self { number: number as u32, parts: parts as u32 }),
            false => Err(S::CUBLAS_STATUS_INVALID_VALUE),
        }
    }

    /// Bytes of workspace that it needs: each part of each product, in single precision or more.
    fn workspace(self, problem: &Problem) -> u64 {
        let product = &problem.product;
        if self.parts <= 1 {
            return 0;
        }
        let elements = product.m.max(0) as u64 * product.n.max(0) as u64 * product.batch.max(1) as u64;
        (elements * u64::from(self.parts) * problem.sum_bytes).next_multiple_of(256)
    }
}

/// A product as descriptors have it, with no addresses yet but the bias's.
struct Problem {
    product: Product,
    scale: cudaDataType,
    on_device: bool,
    /// Bytes of a number that is summed.
    sum_bytes: u64,
}

/// Says that something is not built.
fn missing<T>(name: &'static str) -> Answer<T> {
    note_not_built(name);
    Err(S::CUBLAS_STATUS_NOT_SUPPORTED)
}

/// A matrix of a layout, with its rows and columns.
fn operand(layout: &Attributes) -> Answer<(Operand, i64, i64, i64)> {
    use cublasLtMatrixLayoutAttribute_t as A;
    let number = |attribute: A| layout.number(attribute.0);
    let signed = |attribute: A| i64::try_from(number(attribute)).map_err(|_| S::CUBLAS_STATUS_INVALID_VALUE);
    let (rows, columns) = (signed(A::CUBLASLT_MATRIX_LAYOUT_ROWS)?, signed(A::CUBLASLT_MATRIX_LAYOUT_COLS)?);
    let leading = number(A::CUBLASLT_MATRIX_LAYOUT_LD) as i64;
    let (row, column, least) = match cublasLtOrder_t(number(A::CUBLASLT_MATRIX_LAYOUT_ORDER) as u32) {
        cublasLtOrder_t::CUBLASLT_ORDER_COL => (1, leading, rows),
        cublasLtOrder_t::CUBLASLT_ORDER_ROW => (leading, 1, columns),
        _ => return missing("cublasLtMatmul(CUBLASLT_ORDER_COL32 and its like)"),
    };
    if leading < least.max(1) {
        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
    }
    let mode = cublasLtBatchMode_t(number(A::CUBLASLT_MATRIX_LAYOUT_BATCH_MODE) as u32);
    if mode != cublasLtBatchMode_t::CUBLASLT_BATCH_MODE_STRIDED {
        return missing("cublasLtMatmul(CUBLASLT_BATCH_MODE_POINTER_ARRAY)");
    }
    let operand = Operand {
        row,
        column,
        stride: number(A::CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET) as i64,
        kind: number(A::CUBLASLT_MATRIX_LAYOUT_TYPE) as u32,
        ..Operand::default()
    };
    let batch = i64::from(number(A::CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT) as i32);
    Ok((operand, rows, columns, batch))
}

/// The epilogue that a descriptor asks for, on a result of the type `kind`.
fn epilogue(descriptor: &Attributes, kind: u32) -> Answer<Epilogue> {
    let number = |attribute: D| descriptor.number(attribute.0);
    let (activation, has_bias) = match E(number(D::CUBLASLT_MATMUL_DESC_EPILOGUE) as u32) {
        E::CUBLASLT_EPILOGUE_DEFAULT => (Epilogue::NONE, false),
        E::CUBLASLT_EPILOGUE_RELU => (Epilogue::RELU, false),
        E::CUBLASLT_EPILOGUE_GELU => (Epilogue::GELU, false),
        E::CUBLASLT_EPILOGUE_BIAS => (Epilogue::NONE, true),
        E::CUBLASLT_EPILOGUE_RELU_BIAS => (Epilogue::RELU, true),
        E::CUBLASLT_EPILOGUE_GELU_BIAS => (Epilogue::GELU, true),
        _ => return missing("cublasLtMatmul(epilogues with auxiliary results and gradients)"),
    };
    if !has_bias {
        return Ok(Epilogue { activation, ..Epilogue::default() });
    }
    let bias = number(D::CUBLASLT_MATMUL_DESC_BIAS_POINTER);
    if bias == 0 {
        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
    }
    // Unset, it is the result's type.
    let bias_kind = match number(D::CUBLASLT_MATMUL_DESC_BIAS_DATA_TYPE) as u32 {
        u32::MAX => kind,
        kind => kind,
    };
    let bias_stride = number(D::CUBLASLT_MATMUL_DESC_BIAS_BATCH_STRIDE) as i64;
    Ok(Epilogue { activation, bias_kind, bias, bias_stride })
}

/// Puts descriptors together, and refuses those that are in conflict.
fn problem(descriptor: cublasLtMatmulDesc_t, layouts: [cublasLtMatrixLayout_t; 4]) -> Answer<Problem> {
    let invalid = S::CUBLAS_STATUS_INVALID_VALUE;
    let descriptor = PRODUCTS.find(descriptor)?;
    let number = |attribute: D| descriptor.number(attribute.0);
    let [a, b, c, d] = layouts;
    let layout = |layout| LAYOUTS.find(layout).and_then(|layout| operand(&layout));
    let ((mut a, rows_a, columns_a, batch_a), (mut b, rows_b, columns_b, batch_b)) = (layout(a)?, layout(b)?);
    let ((c, rows_c, columns_c, batch_c), (d, m, n, batch)) = (layout(c)?, layout(d)?);
    let operation = |attribute| {
        let operation = cublasOperation_t(number(attribute) as u32);
        let known = operation.0 <= cublasOperation_t::CUBLAS_OP_C.0;
        known.then_some(operation).ok_or(invalid)
    };
    let (ta, tb) = (operation(D::CUBLASLT_MATMUL_DESC_TRANSA)?, operation(D::CUBLASLT_MATMUL_DESC_TRANSB)?);
    if operation(D::CUBLASLT_MATMUL_DESC_TRANSC)? != cublasOperation_t::CUBLAS_OP_N {
        return Err(S::CUBLAS_STATUS_NOT_SUPPORTED);
    }
    (a.operation, b.operation) = (ta.0, tb.0);
    let size = |operation, rows, columns| match operation {
        cublasOperation_t::CUBLAS_OP_N => (rows, columns),
        _ => (columns, rows),
    };
    let ((m_a, k), (k_b, n_b)) = (size(ta, rows_a, columns_a), size(tb, rows_b, columns_b));
    if (m_a, n_b, k_b) != (m, n, k) || (rows_c, columns_c) != (m, n) {
        return Err(invalid);
    }
    if [batch_a, batch_b, batch_c].iter().any(|other| *other != batch) || batch < 1 {
        return Err(invalid);
    }
    let scaled = [
        D::CUBLASLT_MATMUL_DESC_A_SCALE_POINTER,
        D::CUBLASLT_MATMUL_DESC_B_SCALE_POINTER,
        D::CUBLASLT_MATMUL_DESC_C_SCALE_POINTER,
        D::CUBLASLT_MATMUL_DESC_D_SCALE_POINTER,
        D::CUBLASLT_MATMUL_DESC_AMAX_D_POINTER,
    ];
    if scaled.into_iter().any(|attribute| number(attribute) != 0) {
        return missing("cublasLtMatmul(scales of operands)");
    }
    let full = cuda_sys::cublas::cublasFillMode_t::CUBLAS_FILL_MODE_FULL.0;
    if number(D::CUBLASLT_MATMUL_DESC_FILL_MODE) as u32 != full {
        return missing("cublasLtMatmul(fill modes)");
    }
    let compute = cublasComputeType_t(number(D::CUBLASLT_MATMUL_DESC_COMPUTE_TYPE) as u32);
    let types = types_of(compute, [a.kind, b.kind, d.kind].map(cudaDataType))?;
    let scale = cudaDataType(number(D::CUBLASLT_MATMUL_DESC_SCALE_TYPE) as u32);
    if c.kind != d.kind || scale != types.scalar {
        return Err(S::CUBLAS_STATUS_NOT_SUPPORTED);
    }
    let mode = cublasLtPointerMode_t(number(D::CUBLASLT_MATMUL_DESC_POINTER_MODE) as u32);
    let on_device = match mode {
        cublasLtPointerMode_t::CUBLASLT_POINTER_MODE_HOST => false,
        cublasLtPointerMode_t::CUBLASLT_POINTER_MODE_DEVICE => true,
        _ => return missing("cublasLtMatmul(vectors of scalars)"),
    };
    let product = Product {
        m,
        n,
        k,
        batch,
        a,
        b,
        c,
        d,
        epilogue: epilogue(&descriptor, d.kind)?,
        compute: types.compute.0,
        ..Product::default()
    };
    let sum_bytes = crate::number::size_of_kind(types.compute).unwrap_or(4) as u64;
    Ok(Problem { product, scale, on_device, sum_bytes })
}

/// What is said of an algorithm for a problem.
fn result(algorithm: Algorithm, problem: &Problem) -> cublasLtMatmulHeuristicResult_t {
    let tiles = problem.product.m.max(1) as f32 * problem.product.n.max(1) as f32 / (128.0 * 128.0);
    cublasLtMatmulHeuristicResult_t {
        algo: algorithm.encode(),
        workspaceSize: algorithm.workspace(problem) as usize,
        state: S::CUBLAS_STATUS_SUCCESS,
        wavesCount: tiles * algorithm.parts as f32 / problem.product.batch.max(1) as f32,
        reserved: [0; 4],
    }
}

/// The algorithms that need no more than `most` bytes of workspace, the fastest first.
fn search(problem: &Problem, most: u64) -> impl Iterator<Item = Algorithm> {
    let splits = problem.product.k;
    let fits = move |algorithm: &Algorithm| i64::from(algorithm.parts) <= splits.max(1);
    let all = ALGORITHMS.into_iter().rev().filter(fits);
    all.filter(move |algorithm| algorithm.workspace(problem) <= most)
}

fn heuristic(
    handle: cublasLtHandle_t,
    descriptor: cublasLtMatmulDesc_t,
    layouts: [cublasLtMatrixLayout_t; 4],
    preference: cublasLtMatmulPreference_t,
    (wanted, results, count): (c_int, *mut cublasLtMatmulHeuristicResult_t, *mut c_int),
) -> Answer {
    use cublasLtMatmulPreferenceAttributes_t as P;
    find(handle)?;
    if results.is_null() || count.is_null() || wanted < 1 {
        return Err(S::CUBLAS_STATUS_INVALID_VALUE);
    }
    put(count, 0);
    let preference = PREFERENCES.find(preference)?;
    let problem = problem(descriptor, layouts)?;
    let most = preference.number(P::CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES.0);
    let found: Vec<_> =
        search(&problem, most).take(wanted as usize).map(|algorithm| result(algorithm, &problem)).collect();
    put(count, found.len() as c_int);
    if found.is_empty() {
        return Err(S::CUBLAS_STATUS_NOT_SUPPORTED);
    }
    for (index, result) in found.into_iter().enumerate() {
        put(results.wrapping_add(index), result);
    }
    Ok(())
}

/// The addresses of a product.
struct Addresses {
    alpha: *const c_void,
    beta: *const c_void,
    matrices: [*const c_void; 4],
    workspace: (*mut c_void, usize),
}

fn matmul(
    handle: cublasLtHandle_t,
    descriptor: cublasLtMatmulDesc_t,
    layouts: [cublasLtMatrixLayout_t; 4],
    addresses: &Addresses,
    algorithm: *const cublasLtMatmulAlgo_t,
    stream: cudaStream_t,
) -> Answer {
    let invalid = S::CUBLAS_STATUS_INVALID_VALUE;
    let code = find(handle)?;
    let problem = problem(descriptor, layouts)?;
    let Problem { mut product, scale, on_device, .. } = problem;
    let [a, b, c, d] = addresses.matrices;
    if a.is_null() || b.is_null() || d.is_null() {
        return Err(invalid);
    }
    let alpha = Scalar::at(on_device, scale, addresses.alpha)?;
    let beta = Scalar::at(on_device, scale, addresses.beta)?;
    // What is multiplied by zero may be nothing.
    if c.is_null() && !beta.is_zero_on_host() {
        return Err(invalid);
    }
    let in_place = c == d && (product.c.row, product.c.column) != (product.d.row, product.d.column);
    if in_place && !beta.is_zero_on_host() {
        return Err(invalid);
    }
    let (workspace, bytes) = addresses.workspace;
    if !(workspace as u64).is_multiple_of(ALIGNMENT) || (workspace.is_null() && bytes > 0) {
        return Err(invalid);
    }
    let algorithm = match get(algorithm) {
        Some(algorithm) => Algorithm::decode(&algorithm)?,
        None => search(&problem, bytes as u64).next().ok_or(S::CUBLAS_STATUS_NOT_SUPPORTED)?,
    };
    let needed = algorithm.workspace(&problem);
    if needed > bytes as u64 {
        return Err(invalid);
    }
    if product.m == 0 || product.n == 0 {
        return Ok(());
    }
    for (operand, address) in
        [&mut product.a, &mut product.b, &mut product.c, &mut product.d].into_iter().zip([a, b, c, d])
    {
        operand.address = address as u64;
    }
    product.workspace = Workspace { address: workspace as u64, bytes: needed };
    (product.alpha, product.beta) = (alpha, beta);
    code.launch(stream, &product).map_err(status)
}

/// How many searches the library remembers; here a search is no work, and the number only a number.
static CAPACITY: AtomicUsize = AtomicUsize::new(8192);

impl BlasLt {
    pub(super) fn cublasLtCreate(handle: *mut cublasLtHandle_t) -> S {
        if handle.is_null() {
            return S::CUBLAS_STATUS_INVALID_VALUE;
        }
        answer(load(&[Entry::of::<Product>()]).map(|code| {
            put(handle, HANDLES.insert(code));
        }))
    }

    pub(super) fn cublasLtDestroy(handle: cublasLtHandle_t) -> S {
        let Some(code) = HANDLES.remove(handle) else { return S::CUBLAS_STATUS_INVALID_VALUE };
        if let Ok(code) = Arc::try_unwrap(code) {
            // The context may be gone, and the code with it.
            let _ = code.unload();
        }
        S::CUBLAS_STATUS_SUCCESS
    }

    pub(super) fn cublasLtGetStatusName(status: S) -> *const c_char {
        Blas::cublasGetStatusName(status)
    }

    pub(super) fn cublasLtGetStatusString(status: S) -> *const c_char {
        Blas::cublasGetStatusString(status)
    }

    pub(super) fn cublasLtHeuristicsCacheGetCapacity(capacity: *mut usize) -> S {
        match put(capacity, CAPACITY.load(Ordering::Relaxed)) {
            true => S::CUBLAS_STATUS_SUCCESS,
            false => S::CUBLAS_STATUS_INVALID_VALUE,
        }
    }

    /// Rounded up to whole groups, as the real one does.
    pub(super) fn cublasLtHeuristicsCacheSetCapacity(capacity: usize) -> S {
        CAPACITY.store(capacity.saturating_add(31) / 32 * 32, Ordering::Relaxed);
        S::CUBLAS_STATUS_SUCCESS
    }

    pub(super) fn cublasLtMatmul(
        handle: cublasLtHandle_t,
        descriptor: cublasLtMatmulDesc_t,
        alpha: *const c_void,
        a: *const c_void,
        a_layout: cublasLtMatrixLayout_t,
        b: *const c_void,
        b_layout: cublasLtMatrixLayout_t,
        beta: *const c_void,
        c: *const c_void,
        c_layout: cublasLtMatrixLayout_t,
        d: *mut c_void,
        d_layout: cublasLtMatrixLayout_t,
        algorithm: *const cublasLtMatmulAlgo_t,
        workspace: *mut c_void,
        bytes: usize,
        stream: cudaStream_t,
    ) -> S {
        let layouts = [a_layout, b_layout, c_layout, d_layout];
        let matrices = [a, b, c, d.cast_const()];
        let addresses = Addresses { alpha, beta, matrices, workspace: (workspace, bytes) };
        answer(matmul(handle, descriptor, layouts, &addresses, algorithm, stream))
    }

    pub(super) fn cublasLtMatmulAlgoGetHeuristic(
        handle: cublasLtHandle_t,
        descriptor: cublasLtMatmulDesc_t,
        a: cublasLtMatrixLayout_t,
        b: cublasLtMatrixLayout_t,
        c: cublasLtMatrixLayout_t,
        d: cublasLtMatrixLayout_t,
        preference: cublasLtMatmulPreference_t,
        wanted: c_int,
        results: *mut cublasLtMatmulHeuristicResult_t,
        count: *mut c_int,
    ) -> S {
        answer(heuristic(handle, descriptor, [a, b, c, d], preference, (wanted, results, count)))
    }

    pub(super) fn cublasLtMatmulAlgoGetHeuristicForStream(
        handle: cublasLtHandle_t,
        descriptor: cublasLtMatmulDesc_t,
        a: cublasLtMatrixLayout_t,
        b: cublasLtMatrixLayout_t,
        c: cublasLtMatrixLayout_t,
        d: cublasLtMatrixLayout_t,
        preference: cublasLtMatmulPreference_t,
        wanted: c_int,
        results: *mut cublasLtMatmulHeuristicResult_t,
        count: *mut c_int,
        _stream: cudaStream_t,
    ) -> S {
        answer(heuristic(handle, descriptor, [a, b, c, d], preference, (wanted, results, count)))
    }

    pub(super) fn cublasLtMatmulAlgoGetIds(
        handle: cublasLtHandle_t,
        compute: cublasComputeType_t,
        _scale: cudaDataType_t,
        a: cudaDataType_t,
        b: cudaDataType_t,
        _c: cudaDataType_t,
        d: cudaDataType_t,
        wanted: c_int,
        numbers: *mut c_int,
        count: *mut c_int,
    ) -> S {
        let ids = || {
            find(handle)?;
            if numbers.is_null() || wanted < 1 {
                return Err(S::CUBLAS_STATUS_INVALID_VALUE);
            }
            types_of(compute, [a, b, d])?;
            let all = ALGORITHMS.map(|algorithm| algorithm.number as c_int);
            let found = &all[..all.len().min(wanted as usize)];
            put_all(numbers, found);
            put(count, found.len() as c_int);
            Ok(())
        };
        answer(ids())
    }

    pub(super) fn cublasLtMatmulAlgoInit(
        handle: cublasLtHandle_t,
        compute: cublasComputeType_t,
        _scale: cudaDataType_t,
        a: cudaDataType_t,
        b: cudaDataType_t,
        _c: cudaDataType_t,
        d: cudaDataType_t,
        number: c_int,
        algorithm: *mut cublasLtMatmulAlgo_t,
    ) -> S {
        let init = || {
            find(handle)?;
            types_of(compute, [a, b, d])?;
            let found = ALGORITHMS.iter().find(|algorithm| algorithm.number as c_int == number);
            let found = found.ok_or(S::CUBLAS_STATUS_INVALID_VALUE)?;
            match put(algorithm, found.encode()) {
                true => Ok(()),
                false => Err(S::CUBLAS_STATUS_INVALID_VALUE),
            }
        };
        answer(init())
    }

    pub(super) fn cublasLtMatmulAlgoCheck(
        handle: cublasLtHandle_t,
        descriptor: cublasLtMatmulDesc_t,
        a: cublasLtMatrixLayout_t,
        b: cublasLtMatrixLayout_t,
        c: cublasLtMatrixLayout_t,
        d: cublasLtMatrixLayout_t,
        algorithm: *const cublasLtMatmulAlgo_t,
        out: *mut cublasLtMatmulHeuristicResult_t,
    ) -> S {
        let check = || {
            find(handle)?;
            let problem = problem(descriptor, [a, b, c, d])?;
            let algorithm = get(algorithm).ok_or(S::CUBLAS_STATUS_INVALID_VALUE)?;
            match put(out, result(Algorithm::decode(&algorithm)?, &problem)) {
                true => Ok(()),
                false => Err(S::CUBLAS_STATUS_INVALID_VALUE),
            }
        };
        answer(check())
    }
}

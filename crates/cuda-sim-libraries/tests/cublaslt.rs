//! cuBLASLt in software: products with their epilogues against plain loops, descriptors, the search for algorithms, and workspaces.

#[path = "cublas/support.rs"]
#[allow(dead_code, unused_imports, unused_macros)]
mod support;

use std::ffi::c_void;
use std::ptr::{null, null_mut};

use cuda_sys::cublaslt::*;
use cuda_sys::driver::CUresult;
use support::{C, Dense, Device, Kind, Machine, N, Pair, Random, T, at, cu, expect_close};

const OK: cublasStatus_t = cublasStatus_t::CUBLAS_STATUS_SUCCESS;
const INVALID: cublasStatus_t = cublasStatus_t::CUBLAS_STATUS_INVALID_VALUE;

/// Calls a function of cuBLASLt 13 and returns its status.
macro_rules! lt {
    ($name:ident($($argument:expr),* $(,)?)) => {{
        let cublaslt = cuda_sim_libraries::cublaslt::table(13).unwrap();
        // SAFETY: the tests pass pointers to live variables of theirs, and handles or addresses that are checked.
        unsafe { cublaslt.$name($($argument),*) }.unwrap()
    }};
}

/// A product as descriptors have it.
struct Plan {
    handle: cublasLtHandle_t,
    descriptor: cublasLtMatmulDesc_t,
    layouts: [cublasLtMatrixLayout_t; 4],
    preference: cublasLtMatmulPreference_t,
}

impl Plan {
    fn new(compute: cublasComputeType_t, scale: Kind, matrices: [(Kind, usize, usize, usize); 4]) -> Self {
        let (mut handle, mut descriptor, mut preference) = (null_mut(), null_mut(), null_mut());
        assert_eq!(lt!(cublasLtCreate(&mut handle)), OK);
        assert_eq!(lt!(cublasLtMatmulDescCreate(&mut descriptor, compute, scale.data_type())), OK);
        assert_eq!(lt!(cublasLtMatmulPreferenceCreate(&mut preference)), OK);
        let layouts = matrices.map(|(kind, rows, columns, leading)| {
            let mut layout = null_mut();
            let (rows, columns, leading) = (rows as u64, columns as u64, leading as i64);
            let kind = kind.data_type();
            assert_eq!(lt!(cublasLtMatrixLayoutCreate(&mut layout, kind, rows, columns, leading)), OK);
            layout
        });
        Self { handle, descriptor, layouts, preference }
    }

    /// Single precision, without gaps.
    fn plain(m: usize, n: usize, k: usize) -> Self {
        let s = Kind::S;
        let matrices = [(s, m, k, m), (s, k, n, k), (s, m, n, m), (s, m, n, m)];
        Self::new(cublasComputeType_t::CUBLAS_COMPUTE_32F, s, matrices)
    }

    fn set<V>(&self, attribute: cublasLtMatmulDescAttributes_t, value: V) {
        let from = (&raw const value).cast();
        assert_eq!(lt!(cublasLtMatmulDescSetAttribute(self.descriptor, attribute, from, size_of::<V>())), OK);
    }

    fn set_layout<V>(&self, which: usize, attribute: cublasLtMatrixLayoutAttribute_t, value: V) {
        let (layout, from) = (self.layouts[which], (&raw const value).cast());
        assert_eq!(lt!(cublasLtMatrixLayoutSetAttribute(layout, attribute, from, size_of::<V>())), OK);
    }

    /// The algorithms that need no more than `most` bytes of workspace.
    fn search(&self, most: u64) -> (cublasStatus_t, Vec<cublasLtMatmulHeuristicResult_t>) {
        let attribute = cublasLtMatmulPreferenceAttributes_t::CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES;
        let from = (&raw const most).cast();
        let set = lt!(cublasLtMatmulPreferenceSetAttribute(self.preference, attribute, from, 8));
        assert_eq!(set, OK);
        let [a, b, c, d] = self.layouts;
        let mut found: Vec<cublasLtMatmulHeuristicResult_t> = (0..8).map(|_| Default::default()).collect();
        let mut count = -1;
        let status = lt!(cublasLtMatmulAlgoGetHeuristic(
            self.handle,
            self.descriptor,
            a,
            b,
            c,
            d,
            self.preference,
            8,
            found.as_mut_ptr(),
            &mut count
        ));
        found.truncate(count.max(0) as usize);
        (status, found)
    }

    /// Multiplies in the null stream.
    fn run(
        &self,
        (alpha, beta): (*const c_void, *const c_void),
        [a, b, c, d]: [u64; 4],
        algorithm: *const cublasLtMatmulAlgo_t,
        (workspace, bytes): (u64, usize),
        stream: cudaStream_t,
    ) -> cublasStatus_t {
        let [la, lb, lc, ld] = self.layouts;
        lt!(cublasLtMatmul(
            self.handle,
            self.descriptor,
            alpha,
            at::<c_void>(a).cast_const(),
            la,
            at::<c_void>(b).cast_const(),
            lb,
            beta,
            at::<c_void>(c).cast_const(),
            lc,
            at(d),
            ld,
            algorithm,
            at(workspace),
            bytes,
            stream
        ))
    }
}

impl Drop for Plan {
    fn drop(&mut self) {
        lt!(cublasLtMatmulDescDestroy(self.descriptor));
        lt!(cublasLtMatmulPreferenceDestroy(self.preference));
        for layout in self.layouts {
            lt!(cublasLtMatrixLayoutDestroy(layout));
        }
        lt!(cublasLtDestroy(self.handle));
    }
}

fn scalar(value: &f32) -> *const c_void {
    std::ptr::from_ref(value).cast()
}

/// What is done to each element.
type Activation = fn(f64) -> f64;

fn gelu(x: f64) -> f64 {
    0.5 * x * (1.0 + (0.797_884_560_802_865_4 * (x + 0.044_715 * x.powi(3))).tanh())
}

#[test]
fn products_with_epilogues_are_those_of_plain_loops() {
    let (machine, mut random) = (Machine::new(), Random(41));
    let (m, n, k) = (6, 5, 7);
    let relu = |x: f64| x.max(0.0);
    let none: Activation = |x| x;
    let epilogues: [(cublasLtEpilogue_t, bool, Activation); 6] = [
        (cublasLtEpilogue_t::CUBLASLT_EPILOGUE_DEFAULT, false, none),
        (cublasLtEpilogue_t::CUBLASLT_EPILOGUE_RELU, false, relu),
        (cublasLtEpilogue_t::CUBLASLT_EPILOGUE_BIAS, true, none),
        (cublasLtEpilogue_t::CUBLASLT_EPILOGUE_RELU_BIAS, true, relu),
        (cublasLtEpilogue_t::CUBLASLT_EPILOGUE_GELU, false, gelu),
        (cublasLtEpilogue_t::CUBLASLT_EPILOGUE_GELU_BIAS, true, gelu),
    ];
    let types = [
        (Kind::S, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
        (Kind::Half, Kind::Half, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
        (Kind::Brain, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
        (Kind::D, Kind::D, cublasComputeType_t::CUBLAS_COMPUTE_64F, Kind::D),
    ];
    for (kind, result, compute, scale) in types {
        for (epilogue, has_bias, activate) in epilogues {
            for (ta, tb) in [(N, N), (T, N), (N, T), (C, C)] {
                let (rows_a, columns_a) = if ta == N { (m, k) } else { (k, m) };
                let (rows_b, columns_b) = if tb == N { (k, n) } else { (n, k) };
                let a = Dense::random(&mut random, kind, rows_a, columns_a);
                let b = Dense::random(&mut random, kind, rows_b, columns_b);
                let c = Dense::random(&mut random, result, m, n);
                let bias = random.numbers(result, m);
                let (alpha, beta) = ((1.5, 0.0), (-0.5, 0.0));
                let sum = a.with(ta).times(&b.with(tb)).scaled(alpha).plus(&c.scaled(beta));
                let expected = Dense::new(m, n, |i, j| {
                    let bias = if has_bias { bias[i].0 } else { 0.0 };
                    (activate(sum.at(i, j).0 + bias), 0.0)
                });
                let plan = Plan::new(
                    compute,
                    scale,
                    [
                        (kind, rows_a, columns_a, rows_a + 1),
                        (kind, rows_b, columns_b, rows_b),
                        (result, m, n, m + 2),
                        (result, m, n, m),
                    ],
                );
                plan.set(cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_TRANSA, ta);
                plan.set(cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_TRANSB, tb);
                plan.set(cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_EPILOGUE, epilogue);
                let bias = Device::of(&machine, result, &bias);
                plan.set(cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_BIAS_POINTER, bias.address);
                let (a, b) = (a.upload(&machine, kind, rows_a + 1), b.upload(&machine, kind, rows_b));
                let (c, d) = (c.upload(&machine, result, m + 2), Device::new(&machine, result, m * n));
                let (alpha, beta) = (scale.encode(alpha), scale.encode(beta));

                let status = plan.run(
                    (alpha.as_ptr().cast(), beta.as_ptr().cast()),
                    [a.address, b.address, c.address, d.address],
                    null(),
                    (0, 0),
                    null_mut(),
                );

                let what = format!("{kind:?} {epilogue:?} {ta:?} {tb:?}");
                assert_eq!(status, OK, "{what}");
                machine.expect_no_reports(&what);
                Dense::download(&d, m, n, m).expect_close(&expected, 2.0 * result.tolerance(), &what);
            }
        }
    }
}

#[test]
fn matrices_by_rows_and_batches_are_what_their_layouts_say() {
    let (machine, mut random) = (Machine::new(), Random(42));
    let (m, n, k, batch) = (3usize, 4usize, 5usize, 3usize);
    let plan = Plan::plain(m, n, k);
    // The first matrix and the result by rows.
    for (which, columns) in [(0, k), (2, n), (3, n)] {
        let order = cublasLtMatrixLayoutAttribute_t::CUBLASLT_MATRIX_LAYOUT_ORDER;
        plan.set_layout(which, order, cublasLtOrder_t::CUBLASLT_ORDER_ROW);
        plan.set_layout(which, cublasLtMatrixLayoutAttribute_t::CUBLASLT_MATRIX_LAYOUT_LD, columns as i64);
    }
    for (which, stride) in [(0, m * k), (1, k * n), (2, m * n), (3, m * n)] {
        let count = cublasLtMatrixLayoutAttribute_t::CUBLASLT_MATRIX_LAYOUT_BATCH_COUNT;
        plan.set_layout(which, count, batch as i32);
        let offset = cublasLtMatrixLayoutAttribute_t::CUBLASLT_MATRIX_LAYOUT_STRIDED_BATCH_OFFSET;
        plan.set_layout(which, offset, stride as i64);
    }
    let a: Vec<Dense> = (0..batch).map(|_| Dense::random(&mut random, Kind::S, m, k)).collect();
    let b: Vec<Dense> = (0..batch).map(|_| Dense::random(&mut random, Kind::S, k, n)).collect();
    let by_rows = |matrix: &Dense| matrix.with(T).values;
    let all_a: Vec<Pair> = a.iter().flat_map(by_rows).collect();
    let all_b: Vec<Pair> = b.iter().flat_map(|b| b.values.clone()).collect();
    let expected: Vec<Pair> = a.iter().zip(&b).flat_map(|(a, b)| by_rows(&a.times(b))).collect();
    let (a, b) = (Device::of(&machine, Kind::S, &all_a), Device::of(&machine, Kind::S, &all_b));
    let d = Device::new(&machine, Kind::S, batch * m * n);

    let scalars = (scalar(&1.0), scalar(&0.0));
    let status = plan.run(scalars, [a.address, b.address, d.address, d.address], null(), (0, 0), null_mut());

    assert_eq!(status, OK);
    machine.expect_no_reports("rows and batches");
    expect_close(&d.read(batch * m * n), &expected, Kind::S.tolerance(), "rows and batches");
}

#[test]
fn algorithms_need_workspaces_of_different_sizes_and_all_give_the_same() {
    let (machine, mut random) = (Machine::new(), Random(43));
    let (m, n, k) = (32, 24, 40);
    let plan = Plan::plain(m, n, k);
    let (a, b) = (Dense::random(&mut random, Kind::S, m, k), Dense::random(&mut random, Kind::S, k, n));
    let expected = a.times(&b);
    let (a, b) = (a.upload(&machine, Kind::S, m), b.upload(&machine, Kind::S, k));
    let scalars = (scalar(&1.0), scalar(&0.0));

    let (status, all) = plan.search(1 << 20);
    assert_eq!(status, OK);
    let sizes: Vec<usize> = all.iter().map(|it| it.workspaceSize).collect();
    assert_eq!(sizes, [32 * 24 * 4 * 8, 32 * 24 * 4 * 2, 0]);
    let (_, some) = plan.search(10_000);
    assert_eq!(some.iter().map(|it| it.workspaceSize).collect::<Vec<_>>(), sizes[1..]);

    for found in &all {
        let (d, bytes) = (Device::new(&machine, Kind::S, m * n), found.workspaceSize);
        let workspace = machine.memory(bytes);
        let operands = [a.address, b.address, d.address, d.address];
        if bytes > 0 {
            let short = plan.run(scalars, operands, &found.algo, (workspace, bytes - 1), null_mut());
            assert_eq!(short, INVALID, "a workspace that is too small");
            let skewed = plan.run(scalars, operands, &found.algo, (workspace + 4, bytes), null_mut());
            assert_eq!(skewed, INVALID, "a workspace that is not aligned");
        }
        assert_eq!(plan.run(scalars, operands, &found.algo, (workspace, bytes), null_mut()), OK);
        machine.expect_no_reports("algorithms");
        Dense::download(&d, m, n, m).expect_close(&expected, 4.0 * Kind::S.tolerance(), "algorithms");
    }
    // What nobody has made is no algorithm.
    let other = cublasLtMatmulAlgo_t { data: [7; 8] };
    let operands = [a.address, b.address, a.address, a.address];
    assert_eq!(plan.run(scalars, operands, &other, (0, 0), null_mut()), INVALID);
}

#[test]
fn a_workspace_that_two_streams_use_at_once_is_reported() {
    for ordered in [false, true] {
        let machine = Machine::new();
        let plan = Plan::plain(16, 16, 16);
        let (_, found) = plan.search(1 << 20);
        let workspace = machine.memory(found[0].workspaceSize);
        let streams = [machine.stream(), machine.stream()];
        let ones = || Device::of(&machine, Kind::S, &[(1.0, 0.0); 256]).address;
        let operands = [[ones(), ones(), ones(), ones()], [ones(), ones(), ones(), ones()]];
        cu!(cuCtxSynchronize());

        for (index, stream) in streams.into_iter().enumerate() {
            if index == 1 && ordered {
                support::join(streams[0], streams[1]);
            }
            let workspace = (workspace, found[0].workspaceSize);
            let scalars = (scalar(&1.0), scalar(&0.0));
            assert_eq!(plan.run(scalars, operands[index], &found[0].algo, workspace, stream), OK);
        }

        cu!(cuCtxSynchronize());
        let reports = cuda_sim::take_reports();
        let found: Vec<_> = reports.iter().map(|it| (it.kind, it.bytes.start)).collect();
        let races = if ordered { vec![] } else { vec![(cuda_sim::ReportKind::Race, workspace)] };
        assert_eq!(found, races, "{reports:?}");
    }
}

#[test]
fn descriptors_in_conflict_are_refused() {
    let machine = Machine::new();
    let (one, memory) = (1.0f32, machine.memory(4096));
    let run = |plan: &Plan| {
        let operands = [memory; 4];
        plan.run((scalar(&one), scalar(&one)), operands, null(), (0, 0), null_mut())
    };
    let s = Kind::S;
    let compute = cublasComputeType_t::CUBLAS_COMPUTE_32F;
    let good = [(s, 4, 4, 4); 4];
    assert_eq!(run(&Plan::new(compute, s, good)), OK);
    for (which, wrong) in [(0, (s, 4, 5, 4)), (1, (s, 4, 5, 4)), (2, (s, 5, 4, 5)), (3, (s, 4, 4, 3))] {
        let mut matrices = good;
        matrices[which] = wrong;
        assert_eq!(run(&Plan::new(compute, s, matrices)), INVALID, "matrix {which}");
    }
    let unsupported = cublasStatus_t::CUBLAS_STATUS_NOT_SUPPORTED;
    assert_eq!(run(&Plan::new(compute, Kind::D, good)), unsupported, "scalars of another type");
    assert_eq!(run(&Plan::new(cublasComputeType_t::CUBLAS_COMPUTE_64F, s, good)), unsupported);
    let plan = Plan::new(compute, s, good);
    let bias = cublasLtEpilogue_t::CUBLASLT_EPILOGUE_BIAS;
    plan.set(cublasLtMatmulDescAttributes_t::CUBLASLT_MATMUL_DESC_EPILOGUE, bias);
    assert_eq!(run(&plan), INVALID, "a bias that is nowhere");
    let plan = Plan::new(compute, s, good);
    assert_eq!(plan.run((null(), scalar(&one)), [memory; 4], null(), (0, 0), null_mut()), INVALID);
    assert_eq!(
        plan.run((scalar(&one), scalar(&one)), [0, memory, memory, memory], null(), (0, 0), null_mut()),
        INVALID
    );
    let none = lt!(cublasLtDestroy(null_mut()));
    assert_eq!((none, lt!(cublasLtCreate(null_mut()))), (INVALID, INVALID));
}

#[test]
fn attributes_are_those_that_were_set_in_memory_of_the_library_or_the_program() {
    use cublasLtMatmulDescAttributes_t as A;
    let mut own = cublasLtMatmulDescOpaque_t { data: [0; 32] };
    let (mut made, compute) = (null_mut(), cublasComputeType_t::CUBLAS_COMPUTE_32F);
    let scale = cudaDataType::CUDA_R_32F;
    assert_eq!(lt!(cublasLtMatmulDescCreate(&mut made, compute, scale)), OK);
    assert_eq!(lt!(cublasLtMatmulDescInit_internal(&mut own, size_of_val(&own), compute, scale)), OK);
    for descriptor in [made, &raw mut own] {
        let (mut value, mut written) = (-1i32, 0);
        let to = (&raw mut value).cast();
        let read = |attribute, to, bytes, written| {
            lt!(cublasLtMatmulDescGetAttribute(descriptor, attribute, to, bytes, written))
        };
        assert_eq!(read(A::CUBLASLT_MATMUL_DESC_TRANSA, null_mut(), 0, &mut written), OK);
        assert_eq!(written, 4);
        assert_eq!(read(A::CUBLASLT_MATMUL_DESC_EPILOGUE, to, 4, null_mut()), OK);
        assert_eq!(value, 1, "the default");
        let set = |attribute, value: &i32, bytes| {
            let from = std::ptr::from_ref(value).cast();
            lt!(cublasLtMatmulDescSetAttribute(descriptor, attribute, from, bytes))
        };
        assert_eq!(set(A::CUBLASLT_MATMUL_DESC_TRANSA, &1, 4), OK);
        assert_eq!(read(A::CUBLASLT_MATMUL_DESC_TRANSA, to, 4, null_mut()), OK);
        assert_eq!(value, 1);
        assert_eq!(set(A::CUBLASLT_MATMUL_DESC_TRANSA, &1, 2), INVALID);
        assert_eq!(set(A(99), &1, 4), INVALID);
        assert_eq!(read(A::CUBLASLT_MATMUL_DESC_TRANSA, to, 2, null_mut()), INVALID);
    }
    assert_eq!(lt!(cublasLtMatmulDescDestroy(made)), OK);
    let from = (&raw const compute).cast();
    let stale = lt!(cublasLtMatmulDescSetAttribute(made, A::CUBLASLT_MATMUL_DESC_TRANSA, from, 4));
    assert_eq!(stale, INVALID);
    assert_eq!(lt!(cublasLtMatmulDescDestroy(null_mut())), OK);
}

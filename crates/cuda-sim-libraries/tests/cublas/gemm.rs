//! Products of matrices, in every form.

use crate::support::*;

/// What a product is asked for.
struct Case {
    kind: Kind,
    operations: (cublasOperation_t, cublasOperation_t),
    sizes: (usize, usize, usize),
    alpha: Pair,
    beta: Pair,
    on_device: bool,
}

/// The operands as loops have them, and what is to come out.
struct Operands {
    a: Dense,
    b: Dense,
    c: Dense,
    expected: Dense,
}

impl Case {
    fn operands(&self, random: &mut Random, result: Kind) -> Operands {
        let (m, n, k) = self.sizes;
        let (ta, tb) = self.operations;
        let (rows_a, columns_a) = if ta == N { (m, k) } else { (k, m) };
        let (rows_b, columns_b) = if tb == N { (k, n) } else { (n, k) };
        let a = Dense::random(random, self.kind, rows_a, columns_a);
        let b = Dense::random(random, self.kind, rows_b, columns_b);
        let c = Dense::random(random, result, m, n);
        let product = a.with(ta).times(&b.with(tb)).scaled(self.alpha);
        let expected = product.plus(&c.scaled(self.beta));
        Operands { a, b, c, expected }
    }
}

/// Every way to transpose, sizes that are one, prime and zero, scalars that leave something out, on the host and on the device.
fn cases(kind: Kind) -> Vec<Case> {
    let scalars: [(Pair, Pair); 5] = [
        ((1.0, 0.0), (0.0, 0.0)),
        ((-0.5, 0.25), (1.0, 0.0)),
        ((2.0, 0.0), (0.5, -1.0)),
        ((0.0, 0.0), (0.5, 0.0)),
        ((0.0, 0.0), (0.0, 0.0)),
    ];
    let mut cases = Vec::new();
    for operations in [N, T, C].into_iter().flat_map(|ta| [N, T, C].map(|tb| (ta, tb))) {
        for (index, sizes) in [(7, 5, 3), (1, 1, 1), (4, 9, 17), (3, 4, 0)].into_iter().enumerate() {
            for (alpha, beta) in scalars {
                let real = |(re, im): Pair| if kind.is_complex() { (re, im) } else { (re, 0.0) };
                let (alpha, beta) = (real(alpha), real(beta));
                let on_device = index % 2 == 1;
                cases.push(Case { kind, operations, sizes, alpha, beta, on_device });
            }
        }
    }
    cases
}

macro_rules! product_test {
    ($test:ident, $kind:expr, $gemm:ident, $gemm_64:ident) => {
        #[test]
        fn $test() {
            let (machine, mut random) = (Machine::new(), Random(1));
            for case in cases($kind) {
                let Case { kind, operations: (ta, tb), sizes: (m, n, k), alpha, beta, on_device } = case;
                let Operands { a, b, c, expected } = case.operands(&mut random, kind);
                let (lda, ldb, ldc) = (a.rows + 2, b.rows + 1, m + 3);
                // What is multiplied by zero is not read, so it need not have been written.
                let reads = alpha != (0.0, 0.0);
                let (a, b) = (
                    a.upload_part(&machine, kind, lda, |_, _| reads),
                    b.upload_part(&machine, kind, ldb, |_, _| reads),
                );
                let device = c.upload_part(&machine, kind, ldc, |_, _| beta != (0.0, 0.0));
                machine.set_device_scalars(on_device);
                let alpha = Scalar::new(&machine, kind, alpha, on_device);
                let beta = Scalar::new(&machine, kind, beta, on_device);
                let what = format!("{kind:?} {ta:?} {tb:?} {m} {n} {k}");

                let status = if m % 2 == 0 {
                    blas!($gemm(
                        machine.handle,
                        ta,
                        tb,
                        m as i32,
                        n as i32,
                        k as i32,
                        alpha.pointer(),
                        a.pointer(),
                        lda as i32,
                        b.pointer(),
                        ldb as i32,
                        beta.pointer(),
                        device.pointer(),
                        ldc as i32
                    ))
                } else {
                    blas!($gemm_64(
                        machine.handle,
                        ta,
                        tb,
                        m as i64,
                        n as i64,
                        k as i64,
                        alpha.pointer(),
                        a.pointer(),
                        lda as i64,
                        b.pointer(),
                        ldb as i64,
                        beta.pointer(),
                        device.pointer(),
                        ldc as i64
                    ))
                };

                assert_eq!(status, OK, "{what}");
                machine.expect_no_reports(&what);
                let found = Dense::download(&device, m, n, ldc);
                found.expect_close(&expected, kind.tolerance(), &what);
            }
        }
    };
}
product_test!(
    products_in_single_precision_are_those_of_plain_loops,
    Kind::S,
    cublasSgemm_v2,
    cublasSgemm_v2_64
);
product_test!(
    products_in_double_precision_are_those_of_plain_loops,
    Kind::D,
    cublasDgemm_v2,
    cublasDgemm_v2_64
);
product_test!(
    products_of_complex_numbers_are_those_of_plain_loops,
    Kind::C,
    cublasCgemm_v2,
    cublasCgemm_v2_64
);
product_test!(
    products_of_double_complex_numbers_are_those_of_plain_loops,
    Kind::Z,
    cublasZgemm_v2,
    cublasZgemm_v2_64
);
product_test!(products_by_three_real_ones_are_those_of_plain_loops, Kind::Z, cublasZgemm3m, cublasZgemm3m_64);

/// Types of operands and result, how they are computed, and the type of scalars.
const MIXED: [(Kind, Kind, cublasComputeType_t, Kind); 11] = [
    (Kind::Half, Kind::Half, cublasComputeType_t::CUBLAS_COMPUTE_16F, Kind::Half),
    (Kind::Half, Kind::Half, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
    (Kind::Half, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
    (Kind::Brain, Kind::Brain, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
    (Kind::Brain, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F_PEDANTIC, Kind::S),
    (Kind::Byte, Kind::Int, cublasComputeType_t::CUBLAS_COMPUTE_32I, Kind::Int),
    (Kind::Byte, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::S),
    (Kind::S, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F_FAST_TF32, Kind::S),
    (Kind::C, Kind::C, cublasComputeType_t::CUBLAS_COMPUTE_32F, Kind::C),
    (Kind::D, Kind::D, cublasComputeType_t::CUBLAS_COMPUTE_64F, Kind::D),
    (Kind::Z, Kind::Z, cublasComputeType_t::CUBLAS_COMPUTE_64F, Kind::Z),
];

const ALGORITHM: cublasGemmAlgo_t = cublasGemmAlgo_t::CUBLAS_GEMM_DEFAULT;

#[test]
fn products_of_every_type_are_those_of_plain_loops() {
    let (machine, mut random) = (Machine::new(), Random(2));
    for (kind, result, compute, scalar) in MIXED {
        for (ta, tb) in [(N, N), (T, N), (N, T), (T, T)] {
            for beta in [(0.0, 0.0), (2.0, 0.0)] {
                let (m, n, k) = (6, 5, 9);
                let alpha = (3.0, 0.0);
                let case =
                    Case { kind, operations: (ta, tb), sizes: (m, n, k), alpha, beta, on_device: true };
                let Operands { a, b, c, expected } = case.operands(&mut random, result);
                let (lda, ldb) = (a.rows, b.rows);
                let (a, b) = (a.upload(&machine, kind, lda), b.upload(&machine, kind, ldb));
                let c = c.upload_part(&machine, result, m, |_, _| beta.0 != 0.0);
                machine.set_device_scalars(true);
                let alpha = Scalar::new(&machine, scalar, alpha, true);
                let beta = Scalar::new(&machine, scalar, beta, true);
                let what = format!("{kind:?} to {result:?}");

                let status = blas!(cublasGemmEx(
                    machine.handle,
                    ta,
                    tb,
                    m as i32,
                    n as i32,
                    k as i32,
                    alpha.pointer(),
                    a.pointer(),
                    kind.data_type(),
                    lda as i32,
                    b.pointer(),
                    kind.data_type(),
                    ldb as i32,
                    beta.pointer(),
                    c.pointer(),
                    result.data_type(),
                    m as i32,
                    compute,
                    ALGORITHM
                ));

                assert_eq!(status, OK, "{what}");
                machine.expect_no_reports(&what);
                // Sums of nine products, three times.
                Dense::download(&c, m, n, m).expect_close(&expected, 4.0 * result.tolerance(), &what);
            }
        }
    }
}

#[test]
fn types_that_do_not_go_together_are_not_supported() {
    let machine = Machine::new();
    let (one, memory) = ([1.0f64; 2], machine.memory(256));
    let refused = [
        (Kind::S, Kind::D, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F),
        (Kind::S, Kind::S, Kind::Half, cublasComputeType_t::CUBLAS_COMPUTE_32F),
        (Kind::S, Kind::S, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_64F),
        (Kind::D, Kind::D, Kind::D, cublasComputeType_t::CUBLAS_COMPUTE_32F),
        (Kind::Half, Kind::Brain, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_32F),
        (Kind::Half, Kind::Half, Kind::S, cublasComputeType_t::CUBLAS_COMPUTE_16F),
        (Kind::Byte, Kind::Byte, Kind::Int, cublasComputeType_t::CUBLAS_COMPUTE_32F),
        (Kind::S, Kind::S, Kind::S, cublasComputeType_t(99)),
    ];
    for (a, b, c, compute) in refused {
        let status = blas!(cublasGemmEx(
            machine.handle,
            N,
            N,
            2,
            2,
            2,
            one.as_ptr().cast(),
            at(memory),
            a.data_type(),
            2,
            at(memory),
            b.data_type(),
            2,
            one.as_ptr().cast(),
            at(memory),
            c.data_type(),
            2,
            compute,
            ALGORITHM
        ));
        assert_eq!(status, UNSUPPORTED, "{a:?} {b:?} {c:?} {compute:?}");
    }
}

#[test]
fn strided_batches_are_products_one_by_one() {
    let (machine, mut random) = (Machine::new(), Random(3));
    let (m, n, k, batch) = (4usize, 3usize, 5usize, 6usize);
    // The second factor is the same for all.
    let a: Vec<Dense> = (0..batch).map(|_| Dense::random(&mut random, Kind::S, k, m)).collect();
    let b = Dense::random(&mut random, Kind::S, k, n);
    let (stride_a, stride_c) = (k * m + 7, m * n + 2);
    let elements = a.iter().enumerate().flat_map(|(index, a)| {
        a.values.iter().enumerate().map(move |(at, value)| (index * stride_a + at, *value))
    });
    let device_a = Device::scattered(&machine, Kind::S, stride_a * batch, elements);
    let (device_b, c) = (b.upload(&machine, Kind::S, k), Device::new(&machine, Kind::S, stride_c * batch));
    let (one, zero) = (1.0f32, 0.0f32);

    let status = blas!(cublasSgemmStridedBatched(
        machine.handle,
        T,
        N,
        m as i32,
        n as i32,
        k as i32,
        &one,
        device_a.pointer(),
        k as i32,
        stride_a as i64,
        device_b.pointer(),
        k as i32,
        0,
        &zero,
        c.pointer(),
        m as i32,
        stride_c as i64,
        batch as i32
    ));

    assert_eq!(status, OK);
    machine.expect_no_reports("strided");
    let found = c.read(stride_c * batch);
    for (index, a) in a.iter().enumerate() {
        let expected = a.with(T).times(&b);
        expect_close(&found[index * stride_c..][..m * n], &expected.values, Kind::S.tolerance(), "strided");
    }
}

#[test]
fn batches_by_addresses_are_products_one_by_one_and_read_the_addresses_when_they_run() {
    let (machine, mut random) = (Machine::new(), Random(4));
    let (m, n, k, batch) = (3usize, 4usize, 2usize, 5usize);
    let mut all = [const { Vec::new() }; 3];
    let mut expected = Vec::new();
    for _ in 0..batch {
        let (a, b) = (Dense::random(&mut random, Kind::D, m, k), Dense::random(&mut random, Kind::D, k, n));
        all[0].push(a.upload(&machine, Kind::D, m).address);
        all[1].push(b.upload(&machine, Kind::D, k).address);
        all[2].push(machine.memory(8 * m * n));
        expected.push(a.times(&b));
    }
    let [a, b, c] = [0, 1, 2].map(|which: usize| addresses(&machine, &all[which]));
    let (one, zero) = (1.0f64, 0.0f64);

    let status = blas!(cublasDgemmBatched(
        machine.handle,
        N,
        N,
        m as i32,
        n as i32,
        k as i32,
        &one,
        at(a),
        m as i32,
        at(b),
        k as i32,
        &zero,
        at(c),
        m as i32,
        batch as i32
    ));
    assert_eq!(status, OK);
    let status = blas!(cublasGemmBatchedEx(
        machine.handle,
        N,
        N,
        m as i32,
        n as i32,
        k as i32,
        (&raw const one).cast(),
        at(a),
        cudaDataType::CUDA_R_64F,
        m as i32,
        at(b),
        cudaDataType::CUDA_R_64F,
        k as i32,
        (&raw const one).cast(),
        at(c),
        cudaDataType::CUDA_R_64F,
        m as i32,
        batch as i32,
        cublasComputeType_t::CUBLAS_COMPUTE_64F,
        ALGORITHM
    ));
    assert_eq!(status, OK);

    machine.expect_no_reports("batched");
    for (address, expected) in all[2].iter().zip(&expected) {
        let found = Device { kind: Kind::D, address: *address }.read(m * n);
        expect_close(&found, &expected.scaled((2.0, 0.0)).values, Kind::D.tolerance(), "batched");
    }
}

#[test]
fn groups_have_sizes_and_scalars_of_their_own() {
    let (machine, mut random) = (Machine::new(), Random(5));
    let (m, n, k, sizes) = ([2i32, 5], [3i32, 1], [4i32, 2], [2i32, 3]);
    let (alpha, beta) = ([1.0f32, -2.0], [0.0f32, 0.0]);
    let (ta, tb) = ([N, T], [N, N]);
    let (lda, ldb, ldc) = ([2i32, 2], [4i32, 2], [2i32, 5]);
    let (mut all, mut expected) = ([const { Vec::new() }; 3], Vec::new());
    for group in 0..2 {
        let [m, n, k] = [m[group], n[group], k[group]].map(|size| size as usize);
        for _ in 0..sizes[group] {
            let (rows, columns) = if ta[group] == N { (m, k) } else { (k, m) };
            let a = Dense::random(&mut random, Kind::S, rows, columns);
            let b = Dense::random(&mut random, Kind::S, k, n);
            all[0].push(a.upload(&machine, Kind::S, rows).address);
            all[1].push(b.upload(&machine, Kind::S, k).address);
            all[2].push(machine.memory(4 * m * n));
            expected.push(a.with(ta[group]).times(&b).scaled((alpha[group].into(), 0.0)));
        }
    }
    let [a, b, c] = [0, 1, 2].map(|which: usize| addresses(&machine, &all[which]));

    let status = blas!(cublasSgemmGroupedBatched(
        machine.handle,
        ta.as_ptr(),
        tb.as_ptr(),
        m.as_ptr(),
        n.as_ptr(),
        k.as_ptr(),
        alpha.as_ptr(),
        at(a),
        lda.as_ptr(),
        at(b),
        ldb.as_ptr(),
        beta.as_ptr(),
        at(c),
        ldc.as_ptr(),
        2,
        sizes.as_ptr()
    ));

    assert_eq!(status, OK);
    machine.expect_no_reports("grouped");
    for (address, expected) in all[2].iter().zip(&expected) {
        let found = Device { kind: Kind::S, address: *address }.read(expected.values.len());
        expect_close(&found, &expected.values, Kind::S.tolerance(), "grouped");
    }
}

#[test]
fn what_the_manual_refuses_is_refused_and_nothing_is_launched() {
    let machine = Machine::new();
    let (one, null) = (1.0f32, std::ptr::null::<f32>());
    let bad = cublasOperation_t(7);
    let call = |ta, tb, m, n, k, alpha, lda, ldb, beta, ldc| {
        blas!(cublasSgemm_v2(
            machine.handle,
            ta,
            tb,
            m,
            n,
            k,
            alpha,
            at(64),
            lda,
            at(64),
            ldb,
            beta,
            at(64),
            ldc
        ))
    };
    let before = cuda_sim::journal().count("cuLaunchKernel");

    assert_eq!(call(bad, N, 4, 4, 4, &one, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, bad, 4, 4, 4, &one, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, -1, 4, 4, &one, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, 4, -1, 4, &one, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, 4, 4, -1, &one, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, 4, 4, 3, &one, 3, 4, &one, 4), INVALID);
    assert_eq!(call(T, N, 4, 4, 3, &one, 2, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, 4, 4, 3, &one, 4, 2, &one, 4), INVALID);
    assert_eq!(call(N, T, 4, 5, 3, &one, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, 4, 4, 4, &one, 4, 4, &one, 3), INVALID);
    assert_eq!(call(N, N, 0, 0, 0, &one, 0, 1, &one, 1), INVALID);
    assert_eq!(call(N, N, 4, 4, 4, null, 4, 4, &one, 4), INVALID);
    assert_eq!(call(N, N, 4, 4, 4, &one, 4, 4, null, 4), INVALID);
    // Nothing to do is no error, and needs no matrix.
    assert_eq!(call(N, N, 0, 4, 4, &one, 1, 4, &one, 1), OK);
    assert_eq!(call(N, N, 4, 0, 4, &one, 4, 4, &one, 4), OK);

    assert_eq!(cuda_sim::journal().count("cuLaunchKernel"), before);
}

//! Matrices, but for the products of whole ones.

use crate::support::*;

/// The four numbers of a call's scalars, matrices and sizes.
const SIZES: [(usize, usize); 3] = [(5, 4), (1, 6), (6, 1)];

#[test]
fn symm_multiplies_by_a_matrix_of_which_one_triangle_is_stored() {
    let (machine, mut random) = (Machine::new(), Random(31));
    macro_rules! test {
        ($kind:expr, $symm:ident, $hermitian:literal) => {
            for (m, n) in SIZES {
                for (side, fill) in [(LEFT, LOWER), (LEFT, UPPER), (RIGHT, LOWER), (RIGHT, UPPER)] {
                    let order = if side == LEFT { m } else { n };
                    let a = Dense::random(&mut random, $kind, order, order);
                    let b = Dense::random(&mut random, $kind, m, n);
                    let c = Dense::random(&mut random, $kind, m, n);
                    let (alpha, beta) = (random.number($kind), random.number($kind));
                    let meant = a.mirrored(fill, $hermitian);
                    let product = if side == LEFT { meant.times(&b) } else { b.times(&meant) };
                    let expected = product.scaled(alpha).plus(&c.scaled(beta));
                    let a = a.upload_part(&machine, $kind, order + 1, |i, j| is_stored(fill, i, j));
                    let (b, c) = (b.upload(&machine, $kind, m), c.upload(&machine, $kind, m + 2));
                    let alpha = Scalar::new(&machine, $kind, alpha, false);
                    let beta = Scalar::new(&machine, $kind, beta, false);

                    let status = blas!($symm(
                        machine.handle,
                        side,
                        fill,
                        m as i32,
                        n as i32,
                        alpha.pointer(),
                        a.pointer(),
                        order as i32 + 1,
                        b.pointer(),
                        m as i32,
                        beta.pointer(),
                        c.pointer(),
                        m as i32 + 2
                    ));

                    assert_eq!(status, OK);
                    machine.expect_no_reports(stringify!($symm));
                    let found = Dense::download(&c, m, n, m + 2);
                    found.expect_close(&expected, $kind.tolerance(), stringify!($symm));
                }
            }
        };
    }
    test!(Kind::S, cublasSsymm_v2, false);
    test!(Kind::D, cublasDsymm_v2, false);
    test!(Kind::C, cublasCsymm_v2, false);
    test!(Kind::Z, cublasZhemm_v2, true);
}

/// Checks an update of a triangle: that it is what is expected, and that the other triangle is as it was.
fn expect_triangle(
    found: &Dense,
    before: &Dense,
    expected: &Dense,
    fill: cublasFillMode_t,
    kind: Kind,
    what: &str,
) {
    let whole = Dense::new(found.rows, found.columns, |i, j| match is_stored(fill, i, j) {
        true => expected.at(i, j),
        false => before.at(i, j),
    });
    found.expect_close(&whole, 2.0 * kind.tolerance(), what);
}

#[test]
fn syrk_and_herk_update_one_triangle_by_a_matrix_and_its_transpose() {
    let (machine, mut random) = (Machine::new(), Random(32));
    macro_rules! test {
        ($kind:expr, $scalar:expr, $syrk:ident, $turn:expr, $hermitian:literal) => {
            for (n, k) in [(5, 3), (4, 0), (1, 7)] {
                for (fill, trans) in [(LOWER, N), (UPPER, N), (LOWER, $turn), (UPPER, $turn)] {
                    for beta in [(0.0, 0.0), (0.5, 0.0)] {
                        let (rows, columns) = if trans == N { (n, k) } else { (k, n) };
                        let a = Dense::random(&mut random, $kind, rows, columns);
                        let before = Dense::random(&mut random, $kind, n, n);
                        let alpha = random.number($scalar);
                        let op = a.with(trans);
                        let product = op.times(&op.with(if $hermitian { C } else { T })).scaled(alpha);
                        let mut expected = product.plus(&before.scaled(beta));
                        if $hermitian {
                            (0..n).for_each(|i| expected.set(i, i, (expected.at(i, i).0, 0.0)));
                        }
                        let a = a.upload(&machine, $kind, rows.max(1));
                        let c = before.upload(&machine, $kind, n);
                        let alpha = Scalar::new(&machine, $scalar, alpha, false);
                        let beta = Scalar::new(&machine, $scalar, beta, false);

                        let status = blas!($syrk(
                            machine.handle,
                            fill,
                            trans,
                            n as i32,
                            k as i32,
                            alpha.pointer(),
                            a.pointer(),
                            rows.max(1) as i32,
                            beta.pointer(),
                            c.pointer(),
                            n as i32
                        ));

                        let what = format!("{} {fill:?} {trans:?} {n} {k}", stringify!($syrk));
                        assert_eq!(status, OK, "{what}");
                        machine.expect_no_reports(&what);
                        let found = Dense::download(&c, n, n, n);
                        expect_triangle(&found, &before, &expected, fill, $kind, &what);
                    }
                }
            }
        };
    }
    test!(Kind::S, Kind::S, cublasSsyrk_v2, T, false);
    test!(Kind::D, Kind::D, cublasDsyrk_v2, T, false);
    test!(Kind::C, Kind::C, cublasCsyrk_v2, T, false);
    test!(Kind::Z, Kind::D, cublasZherk_v2, C, true);
}

#[test]
fn updates_by_two_matrices_are_those_of_plain_loops() {
    let (machine, mut random) = (Machine::new(), Random(33));
    macro_rules! test {
        ($kind:expr, $beta:expr, $update:ident, $turn:expr, $hermitian:literal, $twice:literal) => {
            for (fill, trans) in [(LOWER, N), (UPPER, N), (LOWER, $turn), (UPPER, $turn)] {
                let (n, k) = (5, 4);
                let (rows, columns) = if trans == N { (n, k) } else { (k, n) };
                let a = Dense::random(&mut random, $kind, rows, columns);
                let b = Dense::random(&mut random, $kind, rows, columns);
                let before = Dense::random(&mut random, $kind, n, n);
                let (alpha, beta) = (random.number($kind), random.number($beta));
                let turn = if $hermitian { C } else { T };
                let (op_a, op_b) = (a.with(trans), b.with(trans));
                let mut expected = op_a.times(&op_b.with(turn)).scaled(alpha).plus(&before.scaled(beta));
                if $twice {
                    let other = if $hermitian { conj(alpha) } else { alpha };
                    expected = expected.plus(&op_b.times(&op_a.with(turn)).scaled(other));
                }
                if $hermitian {
                    (0..n).for_each(|i| expected.set(i, i, (expected.at(i, i).0, 0.0)));
                }
                let (a, b) = (a.upload(&machine, $kind, rows), b.upload(&machine, $kind, rows + 1));
                let c = before.upload(&machine, $kind, n);
                let alpha = Scalar::new(&machine, $kind, alpha, false);
                let beta = Scalar::new(&machine, $beta, beta, false);

                let status = blas!($update(
                    machine.handle,
                    fill,
                    trans,
                    n as i32,
                    k as i32,
                    alpha.pointer(),
                    a.pointer(),
                    rows as i32,
                    b.pointer(),
                    rows as i32 + 1,
                    beta.pointer(),
                    c.pointer(),
                    n as i32
                ));

                let what = format!("{} {fill:?} {trans:?}", stringify!($update));
                assert_eq!(status, OK, "{what}");
                machine.expect_no_reports(&what);
                let found = Dense::download(&c, n, n, n);
                expect_triangle(&found, &before, &expected, fill, $kind, &what);
            }
        };
    }
    test!(Kind::S, Kind::S, cublasSsyr2k_v2, T, false, true);
    test!(Kind::Z, Kind::Z, cublasZsyr2k_v2, T, false, true);
    test!(Kind::C, Kind::S, cublasCher2k_v2, C, true, true);
    test!(Kind::D, Kind::D, cublasDsyrkx, T, false, false);
    test!(Kind::Z, Kind::D, cublasZherkx, C, true, false);
}

/// A triangle with a strong diagonal, in memory only where it is stored.
fn triangle(random: &mut Random, kind: Kind, order: usize) -> Dense {
    let mut a = Dense::random(random, kind, order, order);
    (0..order).for_each(|i| a.set(i, i, kind.round((4.0 + i as f64, -0.5))));

    a
}

const TRIANGLES: [(cublasFillMode_t, cublasOperation_t, cublasDiagType_t); 6] = [
    (LOWER, N, NON_UNIT),
    (UPPER, N, UNIT),
    (LOWER, T, UNIT),
    (UPPER, T, NON_UNIT),
    (LOWER, C, NON_UNIT),
    (UPPER, C, UNIT),
];

#[test]
fn trmm_multiplies_by_a_triangle_into_another_matrix_or_in_place() {
    let (machine, mut random) = (Machine::new(), Random(34));
    macro_rules! test {
        ($kind:expr, $trmm:ident) => {
            for (side, (m, n), in_place) in
                [(LEFT, (5, 3), false), (RIGHT, (2, 6), true), (RIGHT, (4, 4), false)]
            {
                for (fill, trans, diagonal) in TRIANGLES {
                    let order = if side == LEFT { m } else { n };
                    let a = triangle(&mut random, $kind, order);
                    let b = Dense::random(&mut random, $kind, m, n);
                    let alpha = random.number($kind);
                    let op = a.triangle(fill, diagonal).with(trans);
                    let product = if side == LEFT { op.times(&b) } else { b.times(&op) };
                    let a = a.upload_part(&machine, $kind, order, |i, j| {
                        is_stored(fill, i, j) && (i != j || diagonal == NON_UNIT)
                    });
                    let b = b.upload(&machine, $kind, m);
                    let c = if in_place { b.address } else { machine.memory($kind.size() * m * n) };
                    let scalar = Scalar::new(&machine, $kind, alpha, false);

                    let status = blas!($trmm(
                        machine.handle,
                        side,
                        fill,
                        trans,
                        diagonal,
                        m as i32,
                        n as i32,
                        scalar.pointer(),
                        a.pointer(),
                        order as i32,
                        b.pointer(),
                        m as i32,
                        at(c),
                        m as i32
                    ));

                    let what = format!("{} {side:?} {fill:?} {trans:?} {diagonal:?}", stringify!($trmm));
                    assert_eq!(status, OK, "{what}");
                    machine.expect_no_reports(&what);
                    let found = Dense::download(&Device { kind: $kind, address: c }, m, n, m);
                    found.expect_close(&product.scaled(alpha), 4.0 * $kind.tolerance(), &what);
                }
            }
        };
    }
    test!(Kind::S, cublasStrmm_v2);
    test!(Kind::D, cublasDtrmm_v2);
    test!(Kind::C, cublasCtrmm_v2);
    test!(Kind::Z, cublasZtrmm_v2);
}

#[test]
fn trsm_solves_for_a_triangle_from_either_side() {
    let (machine, mut random) = (Machine::new(), Random(35));
    macro_rules! test {
        ($kind:expr, $trsm:ident, $batched:ident) => {
            for (side, (m, n)) in [(LEFT, (5, 3)), (RIGHT, (2, 6))] {
                for (index, (fill, trans, diagonal)) in TRIANGLES.into_iter().enumerate() {
                    let order = if side == LEFT { m } else { n };
                    let a = triangle(&mut random, $kind, order);
                    let b = Dense::random(&mut random, $kind, m, n);
                    let alpha = random.number($kind);
                    let op = a.triangle(fill, diagonal).with(trans);
                    let a = a.upload_part(&machine, $kind, order + 1, |i, j| {
                        is_stored(fill, i, j) && (i != j || diagonal == NON_UNIT)
                    });
                    let x = b.upload(&machine, $kind, m + 1);
                    let scalar = Scalar::new(&machine, $kind, alpha, false);
                    let (m32, n32, lda, ldb) = (m as i32, n as i32, order as i32 + 1, m as i32 + 1);

                    let status = if index % 2 == 0 {
                        blas!($trsm(
                            machine.handle,
                            side,
                            fill,
                            trans,
                            diagonal,
                            m32,
                            n32,
                            scalar.pointer(),
                            a.pointer(),
                            lda,
                            x.pointer(),
                            ldb
                        ))
                    } else {
                        let (a, x) = (addresses(&machine, &[a.address]), addresses(&machine, &[x.address]));
                        blas!($batched(
                            machine.handle,
                            side,
                            fill,
                            trans,
                            diagonal,
                            m32,
                            n32,
                            scalar.pointer(),
                            at(a),
                            lda,
                            at(x),
                            ldb,
                            1
                        ))
                    };

                    let what = format!("{} {side:?} {fill:?} {trans:?} {diagonal:?}", stringify!($trsm));
                    assert_eq!(status, OK, "{what}");
                    machine.expect_no_reports(&what);
                    let x = Dense::download(&x, m, n, m + 1);
                    let product = if side == LEFT { op.times(&x) } else { x.times(&op) };
                    product.expect_close(&b.scaled(alpha), 8.0 * $kind.tolerance(), &what);
                }
            }
        };
    }
    test!(Kind::S, cublasStrsm_v2, cublasStrsmBatched);
    test!(Kind::D, cublasDtrsm_v2, cublasDtrsmBatched);
    test!(Kind::C, cublasCtrsm_v2, cublasCtrsmBatched);
    test!(Kind::Z, cublasZtrsm_v2, cublasZtrsmBatched);
}

#[test]
fn geam_adds_multiples_and_does_not_read_what_it_multiplies_by_zero() {
    let (machine, mut random) = (Machine::new(), Random(36));
    macro_rules! test {
        ($kind:expr, $geam:ident) => {
            for (m, n) in SIZES {
                for ((ta, tb), beta) in [((N, T), 0.0), ((T, N), 1.5), ((C, C), -1.0), ((N, N), 0.5)] {
                    let size = |operation| if operation == N { (m, n) } else { (n, m) };
                    let ((ma, na), (mb, nb)) = (size(ta), size(tb));
                    let a = Dense::random(&mut random, $kind, ma, na);
                    let b = Dense::random(&mut random, $kind, mb, nb);
                    let (alpha, beta) = (random.number($kind), (beta, 0.0));
                    let expected = a.with(ta).scaled(alpha).plus(&b.with(tb).scaled(beta));
                    let a = a.upload(&machine, $kind, ma + 1);
                    let b = b.upload_part(&machine, $kind, mb, |_, _| beta.0 != 0.0);
                    let c = Device::new(&machine, $kind, m * n);
                    let alpha = Scalar::new(&machine, $kind, alpha, false);
                    let beta = Scalar::new(&machine, $kind, beta, false);

                    let status = blas!($geam(
                        machine.handle,
                        ta,
                        tb,
                        m as i32,
                        n as i32,
                        alpha.pointer(),
                        a.pointer(),
                        ma as i32 + 1,
                        beta.pointer(),
                        b.pointer(),
                        mb as i32,
                        c.pointer(),
                        m as i32
                    ));

                    assert_eq!(status, OK);
                    machine.expect_no_reports(stringify!($geam));
                    Dense::download(&c, m, n, m).expect_close(
                        &expected,
                        $kind.tolerance(),
                        stringify!($geam),
                    );
                }
            }
        };
    }
    test!(Kind::S, cublasSgeam);
    test!(Kind::D, cublasDgeam);
    test!(Kind::C, cublasCgeam);
    test!(Kind::Z, cublasZgeam);
}

#[test]
fn dgmm_multiplies_by_a_diagonal() {
    let (machine, mut random) = (Machine::new(), Random(37));
    macro_rules! test {
        ($kind:expr, $dgmm:ident) => {
            for (side, (m, n)) in [(LEFT, (4, 3)), (RIGHT, (2, 5))] {
                let a = Dense::random(&mut random, $kind, m, n);
                let x = random.numbers($kind, if side == LEFT { m } else { n });
                let expected = Dense::new(m, n, |i, j| mul(a.at(i, j), x[if side == LEFT { i } else { j }]));
                let a = a.upload(&machine, $kind, m + 1);
                let backwards: Vec<Pair> = x.into_iter().rev().collect();
                let (x, c) = (Device::of(&machine, $kind, &backwards), Device::new(&machine, $kind, m * n));

                let status = blas!($dgmm(
                    machine.handle,
                    side,
                    m as i32,
                    n as i32,
                    a.pointer(),
                    m as i32 + 1,
                    x.pointer(),
                    -1,
                    c.pointer(),
                    m as i32
                ));

                assert_eq!(status, OK);
                machine.expect_no_reports(stringify!($dgmm));
                Dense::download(&c, m, n, m).expect_close(&expected, $kind.tolerance(), stringify!($dgmm));
            }
        };
    }
    test!(Kind::S, cublasSdgmm);
    test!(Kind::D, cublasDdgmm);
    test!(Kind::C, cublasCdgmm);
    test!(Kind::Z, cublasZdgmm);
}

#[test]
fn what_the_manual_refuses_is_refused() {
    let machine = Machine::new();
    let (h, one, p) = (machine.handle, 1.0f32, at::<f32>(machine.memory(4096)));
    let full = cublasFillMode_t::CUBLAS_FILL_MODE_FULL;

    assert_eq!(
        blas!(cublasSsymm_v2(h, cublasSideMode_t(2), LOWER, 2, 2, &one, p, 2, p, 2, &one, p, 2)),
        INVALID
    );
    assert_eq!(blas!(cublasSsymm_v2(h, RIGHT, LOWER, 2, 4, &one, p, 3, p, 2, &one, p, 2)), INVALID);
    assert_eq!(blas!(cublasSsyrk_v2(h, full, N, 2, 2, &one, p, 2, &one, p, 2)), INVALID);
    assert_eq!(blas!(cublasSsyrk_v2(h, LOWER, T, 2, 4, &one, p, 3, &one, p, 2)), INVALID);
    assert_eq!(blas!(cublasStrsm_v2(h, LEFT, LOWER, N, UNIT, 4, 2, &one, p, 3, p, 4)), INVALID);
    assert_eq!(blas!(cublasStrsm_v2(h, LEFT, LOWER, N, UNIT, 4, 2, std::ptr::null(), p, 4, p, 4)), INVALID);
    assert_eq!(blas!(cublasStrmm_v2(h, LEFT, LOWER, N, UNIT, 4, -2, &one, p, 4, p, 4, p, 4)), INVALID);
    // In place only what is not transposed.
    let other = at::<f32>(machine.memory(4096));
    assert_eq!(blas!(cublasSgeam(h, T, N, 4, 4, &one, p, 4, &one, other, 4, p, 4)), INVALID);
    assert_eq!(blas!(cublasSgeam(h, N, N, 4, 4, &one, p, 5, &one, other, 4, p, 4)), INVALID);
    assert_eq!(blas!(cublasSdgmm(h, cublasSideMode_t(9), 4, 4, p, 4, p, 1, p, 4)), INVALID);
    assert_eq!(blas!(cublasStrsm_v2(h, LEFT, LOWER, N, UNIT, 0, 2, &one, p, 1, p, 1)), OK);
}

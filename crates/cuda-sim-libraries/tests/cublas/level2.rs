//! A matrix and vectors, in every form that a matrix is stored in.

use crate::support::*;

/// What is stored of a matrix, and where: the place of each element that the form has.
#[derive(Clone, Copy, Debug)]
enum Form {
    Triangle(cublasFillMode_t),
    /// With so many diagonals below and above the main one.
    Band(usize, usize),
    /// A triangle of a band.
    BandTriangle(cublasFillMode_t, usize),
    Packed(cublasFillMode_t),
}

impl Form {
    fn place(self, n: usize, leading: usize, i: usize, j: usize) -> Option<usize> {
        match self {
            Form::Triangle(fill) => is_stored(fill, i, j).then_some(i + j * leading),
            Form::Band(below, above) => {
                (i <= j + below && j <= i + above).then(|| above + i - j + j * leading)
            }
            Form::BandTriangle(LOWER, k) => (i >= j && i - j <= k).then(|| i - j + j * leading),
            Form::BandTriangle(_, k) => (i <= j && j - i <= k).then(|| k + i - j + j * leading),
            Form::Packed(LOWER) => (i >= j).then(|| i + (2 * n - j - 1) * j / 2),
            Form::Packed(_) => (i <= j).then(|| i + j * (j + 1) / 2),
        }
    }

    /// The matrix with zeros where the form has nothing.
    fn only(self, matrix: &Dense) -> Dense {
        Dense::new(matrix.rows, matrix.columns, |i, j| match self.place(matrix.rows, 64, i, j) {
            Some(_) => matrix.at(i, j),
            None => (0.0, 0.0),
        })
    }

    /// Into memory, but for what `skip` leaves unwritten.
    fn upload(
        self,
        machine: &Machine,
        kind: Kind,
        matrix: &Dense,
        leading: usize,
        skip: impl Fn(usize, usize) -> bool,
    ) -> Device {
        let (m, n) = (matrix.rows, matrix.columns);
        let places = (0..n).flat_map(|j| (0..m).map(move |i| (i, j))).filter(|&(i, j)| !skip(i, j));
        let elements = places.filter_map(|(i, j)| Some((self.place(m, leading, i, j)?, matrix.at(i, j))));
        Device::scattered(machine, kind, leading.max(m) * n + n * n, elements)
    }

    fn download(self, device: &Device, n: usize, leading: usize) -> Dense {
        let all = device.read(leading.max(n) * n + n * n);
        Dense::new(n, n, |i, j| self.place(n, leading, i, j).map_or((0.0, 0.0), |at| all[at]))
    }
}

fn column(values: &[Pair]) -> Dense {
    Dense { rows: values.len(), columns: 1, values: values.to_vec() }
}

#[test]
fn gemv_multiplies_a_matrix_and_a_vector() {
    let (machine, mut random) = (Machine::new(), Random(21));
    macro_rules! test {
        ($kind:expr, $gemv:ident) => {
            for (trans, on_device) in [(N, false), (T, true), (C, false)] {
                for (alpha, beta) in
                    [((1.0, 0.5), (0.0, 0.0)), ((0.0, 0.0), (2.0, 0.0)), ((-1.0, 0.0), (0.5, 0.5))]
                {
                    let (m, n, lda) = (5, 7, 6);
                    let (alpha, beta) = ($kind.round(alpha), $kind.round(beta));
                    let a = Dense::random(&mut random, $kind, m, n);
                    let (inner, outer) = if trans == N { (n, m) } else { (m, n) };
                    let x = random.numbers($kind, inner);
                    let y = random.numbers($kind, outer);
                    let expected =
                        a.with(trans).times(&column(&x)).scaled(alpha).plus(&column(&y).scaled(beta));
                    let reads = alpha != (0.0, 0.0);
                    let a = a.upload_part(&machine, $kind, lda, |_, _| reads);
                    // The first vector backwards, the second with gaps.
                    let backwards: Vec<Pair> = x.into_iter().rev().collect();
                    let x = if reads {
                        Device::of(&machine, $kind, &backwards)
                    } else {
                        Device::new(&machine, $kind, inner)
                    };
                    let places = y.iter().enumerate().filter(|_| beta != (0.0, 0.0));
                    let y = Device::scattered(&machine, $kind, 2 * outer, places.map(|(at, y)| (2 * at, *y)));
                    machine.set_device_scalars(on_device);
                    let alpha = Scalar::new(&machine, $kind, alpha, on_device);
                    let beta = Scalar::new(&machine, $kind, beta, on_device);

                    let status = blas!($gemv(
                        machine.handle,
                        trans,
                        m as i32,
                        n as i32,
                        alpha.pointer(),
                        a.pointer(),
                        lda as i32,
                        x.pointer(),
                        -1,
                        beta.pointer(),
                        y.pointer(),
                        2
                    ));

                    assert_eq!(status, OK);
                    machine.expect_no_reports(stringify!($gemv));
                    let found: Vec<Pair> = y.read(2 * outer).into_iter().step_by(2).collect();
                    expect_close(&found, &expected.values, $kind.tolerance(), stringify!($gemv));
                }
            }
        };
    }
    test!(Kind::S, cublasSgemv_v2);
    test!(Kind::D, cublasDgemv_v2);
    test!(Kind::C, cublasCgemv_v2);
    test!(Kind::Z, cublasZgemv_v2);
}

#[test]
fn banded_matrices_are_read_where_they_have_elements() {
    let (machine, mut random) = (Machine::new(), Random(22));
    let (m, n, below, above, lda) = (6usize, 8usize, 2usize, 1usize, 5usize);
    let (one, zero) = (1.0f64, 0.0f64);
    for trans in [N, T] {
        let form = Form::Band(below, above);
        let a = form.only(&Dense::random(&mut random, Kind::D, m, n));
        let x = random.numbers(Kind::D, if trans == N { n } else { m });
        let expected = a.with(trans).times(&column(&x));
        let device = form.upload(&machine, Kind::D, &a, lda, |_, _| false);
        let (x, y) = (Device::of(&machine, Kind::D, &x), Device::new(&machine, Kind::D, expected.rows));

        let status = blas!(cublasDgbmv_v2(
            machine.handle,
            trans,
            m as i32,
            n as i32,
            below as i32,
            above as i32,
            &one,
            device.pointer(),
            lda as i32,
            x.pointer(),
            1,
            &zero,
            y.pointer(),
            1
        ));

        assert_eq!(status, OK);
        machine.expect_no_reports("gbmv");
        expect_close(&y.read(expected.rows), &expected.values, Kind::D.tolerance(), "gbmv");
    }
}

/// Triangles, with the call for each form, of one type.
macro_rules! triangles {
    ($test:ident, $kind:expr, $whole:ident $band:ident $packed:ident, $solves:literal) => {
        #[test]
        fn $test() {
            let (machine, mut random) = (Machine::new(), Random(23));
            let (n, k, lda) = (7usize, 3usize, 9usize);
            for fill in [LOWER, UPPER] {
                for (trans, diagonal) in [(N, UNIT), (T, NON_UNIT), (C, UNIT), (N, NON_UNIT), (C, NON_UNIT)] {
                    for form in [Form::Triangle(fill), Form::BandTriangle(fill, k), Form::Packed(fill)] {
                        // A strong diagonal, so that solutions are not larger than what they solve.
                        let mut a = Dense::random(&mut random, $kind, n, n);
                        (0..n).for_each(|i| a.set(i, i, $kind.round((3.0 + i as f64, 0.5))));
                        let meant = form.only(&a).triangle(fill, diagonal);
                        let x = random.numbers($kind, n);
                        // A diagonal of ones is not stored, and the other triangle neither.
                        let device = form.upload(&machine, $kind, &a, lda, |i, j| i == j && diagonal == UNIT);
                        let vector = Device::of(&machine, $kind, &x);
                        let (n32, a_at, x_at) = (n as i32, device.pointer(), vector.pointer());
                        let (handle, lda32) = (machine.handle, lda as i32);

                        let status = match form {
                            Form::Packed(_) => {
                                blas!($packed(handle, fill, trans, diagonal, n32, a_at, x_at, 1))
                            }
                            Form::BandTriangle(..) => {
                                blas!($band(
                                    handle, fill, trans, diagonal, n32, k as i32, a_at, lda32, x_at, 1
                                ))
                            }
                            _ => blas!($whole(handle, fill, trans, diagonal, n32, a_at, lda32, x_at, 1)),
                        };

                        let what = format!("{form:?} {trans:?} {diagonal:?}");
                        assert_eq!(status, OK, "{what}");
                        machine.expect_no_reports(&what);
                        let found = vector.read(n);
                        // A solution is tried: the product is what was given.
                        let (result, expected) = if $solves {
                            (meant.with(trans).times(&column(&found)).values, x)
                        } else {
                            (found, meant.with(trans).times(&column(&x)).values)
                        };
                        expect_close(&result, &expected, 4.0 * $kind.tolerance(), &what);
                    }
                }
            }
        }
    };
}
triangles!(triangles_times_vectors, Kind::D, cublasDtrmv_v2 cublasDtbmv_v2 cublasDtpmv_v2, false);
triangles!(complex_triangles_times_vectors, Kind::C, cublasCtrmv_v2 cublasCtbmv_v2 cublasCtpmv_v2, false);
triangles!(triangular_systems_are_solved, Kind::S, cublasStrsv_v2 cublasStbsv_v2 cublasStpsv_v2, true);
triangles!(complex_triangular_systems_are_solved, Kind::Z, cublasZtrsv_v2 cublasZtbsv_v2 cublasZtpsv_v2, true);

/// Symmetric or Hermitian matrices times vectors, of one type.
macro_rules! mirrored {
    ($test:ident, $kind:expr, $whole:ident $band:ident $packed:ident, $hermitian:literal) => {
        #[test]
        fn $test() {
            let (machine, mut random) = (Machine::new(), Random(24));
            let (n, k, lda) = (6usize, 2usize, 8usize);
            for fill in [LOWER, UPPER] {
                for form in [Form::Triangle(fill), Form::BandTriangle(fill, k), Form::Packed(fill)] {
                    let a = Dense::random(&mut random, $kind, n, n);
                    let meant = form.only(&a).mirrored(fill, $hermitian);
                    let (alpha, beta) = (random.number($kind), random.number($kind));
                    let (x, y) = (random.numbers($kind, n), random.numbers($kind, n));
                    let expected = meant.times(&column(&x)).scaled(alpha).plus(&column(&y).scaled(beta));
                    let device = form.upload(&machine, $kind, &a, lda, |_, _| false);
                    let (x, y) = (Device::of(&machine, $kind, &x), Device::of(&machine, $kind, &y));
                    let alpha = Scalar::new(&machine, $kind, alpha, false);
                    let beta = Scalar::new(&machine, $kind, beta, false);
                    let (handle, n32, lda32) = (machine.handle, n as i32, lda as i32);
                    let (alpha, beta, a_at) = (alpha.pointer(), beta.pointer(), device.pointer());
                    let (x_at, y_at) = (x.pointer(), y.pointer());

                    let status = match form {
                        Form::Packed(_) => {
                            blas!($packed(handle, fill, n32, alpha, a_at, x_at, 1, beta, y_at, 1))
                        }
                        Form::BandTriangle(..) => {
                            blas!($band(
                                handle, fill, n32, k as i32, alpha, a_at, lda32, x_at, 1, beta, y_at, 1
                            ))
                        }
                        _ => blas!($whole(handle, fill, n32, alpha, a_at, lda32, x_at, 1, beta, y_at, 1)),
                    };

                    let what = format!("{form:?}");
                    assert_eq!(status, OK, "{what}");
                    machine.expect_no_reports(&what);
                    expect_close(&y.read(n), &expected.values, $kind.tolerance(), &what);
                }
            }
        }
    };
}
mirrored!(symmetric_matrices_times_vectors, Kind::S, cublasSsymv_v2 cublasSsbmv_v2 cublasSspmv_v2, false);
mirrored!(hermitian_matrices_times_vectors, Kind::Z, cublasZhemv_v2 cublasZhbmv_v2 cublasZhpmv_v2, true);

#[test]
fn ger_adds_the_product_of_two_vectors() {
    let (machine, mut random) = (Machine::new(), Random(25));
    macro_rules! test {
        ($kind:expr, $ger:ident, $change:expr) => {
            let (m, n, lda) = (4, 6, 5);
            let a = Dense::random(&mut random, $kind, m, n);
            let (x, y, alpha) = (random.numbers($kind, m), random.numbers($kind, n), random.number($kind));
            let change: fn(Pair) -> Pair = $change;
            let product = Dense::new(m, n, |i, j| mul(alpha, mul(x[i], change(y[j]))));
            let device = a.upload(&machine, $kind, lda);
            let (x, y) = (Device::of(&machine, $kind, &x), Device::of(&machine, $kind, &y));
            let alpha = Scalar::new(&machine, $kind, alpha, false);

            let status = blas!($ger(
                machine.handle,
                m as i32,
                n as i32,
                alpha.pointer(),
                x.pointer(),
                1,
                y.pointer(),
                1,
                device.pointer(),
                lda as i32
            ));

            assert_eq!(status, OK);
            machine.expect_no_reports(stringify!($ger));
            let found = Dense::download(&device, m, n, lda);
            found.expect_close(&a.plus(&product), $kind.tolerance(), stringify!($ger));
        };
    }
    test!(Kind::S, cublasSger_v2, |y| y);
    test!(Kind::D, cublasDger_v2, |y| y);
    test!(Kind::C, cublasCgeru_v2, |y| y);
    test!(Kind::Z, cublasZgerc_v2, conj);
}

#[test]
fn updates_by_vectors_change_one_triangle_and_leave_the_other() {
    let (machine, mut random) = (Machine::new(), Random(26));
    macro_rules! test {
        ($kind:expr, $scalar:expr, $syr:ident $spr:ident $syr2:ident $spr2:ident, $hermitian:literal) => {
            for fill in [LOWER, UPPER] {
                for (form, twice) in [
                    (Form::Triangle(fill), false),
                    (Form::Packed(fill), false),
                    (Form::Triangle(fill), true),
                    (Form::Packed(fill), true),
                ] {
                    let (n, lda) = (5usize, 7usize);
                    let change = |value: Pair| if $hermitian { conj(value) } else { value };
                    let a = Dense::random(&mut random, $kind, n, n);
                    let (x, y) = (random.numbers($kind, n), random.numbers($kind, n));
                    let alpha_kind = if twice { $kind } else { $scalar };
                    let alpha = random.number(alpha_kind);
                    let expected = Dense::new(n, n, |i, j| {
                        let other = if twice { y[j] } else { x[j] };
                        let mut sum = add(a.at(i, j), mul(alpha, mul(x[i], change(other))));
                        if twice {
                            sum = add(sum, mul(change(alpha), mul(y[i], change(x[j]))));
                        }
                        if $hermitian && i == j { (sum.0, 0.0) } else { sum }
                    });
                    let device = form.upload(&machine, $kind, &a, lda, |_, _| false);
                    let (x, y) = (Device::of(&machine, $kind, &x), Device::of(&machine, $kind, &y));
                    let alpha = Scalar::new(&machine, alpha_kind, alpha, false);
                    let (handle, n32, lda32) = (machine.handle, n as i32, lda as i32);
                    let (x, y, a_at) = (x.pointer(), y.pointer(), device.pointer());

                    let status = match (form, twice) {
                        (Form::Packed(_), false) => {
                            blas!($spr(handle, fill, n32, alpha.pointer(), x, 1, a_at))
                        }
                        (Form::Packed(_), true) => {
                            blas!($spr2(handle, fill, n32, alpha.pointer(), x, 1, y, 1, a_at))
                        }
                        (_, false) => blas!($syr(handle, fill, n32, alpha.pointer(), x, 1, a_at, lda32)),
                        (_, true) => {
                            blas!($syr2(handle, fill, n32, alpha.pointer(), x, 1, y, 1, a_at, lda32))
                        }
                    };

                    let what = format!("{form:?}, {}", stringify!($syr));
                    assert_eq!(status, OK, "{what}");
                    // The other triangle, which nothing has written, was not read.
                    machine.expect_no_reports(&what);
                    let found = form.download(&device, n, lda);
                    found.expect_close(&form.only(&expected), $kind.tolerance(), &what);
                }
            }
        };
    }
    test!(Kind::S, Kind::S, cublasSsyr_v2 cublasSspr_v2 cublasSsyr2_v2 cublasSspr2_v2, false);
    test!(Kind::Z, Kind::D, cublasZher_v2 cublasZhpr_v2 cublasZher2_v2 cublasZhpr2_v2, true);
}

#[test]
fn batches_of_matrices_and_vectors_are_done_one_by_one() {
    let (machine, mut random) = (Machine::new(), Random(27));
    let (m, n, batch) = (3usize, 4usize, 3usize);
    let a: Vec<Dense> = (0..batch).map(|_| Dense::random(&mut random, Kind::S, m, n)).collect();
    let x: Vec<Vec<Pair>> = (0..batch).map(|_| random.numbers(Kind::S, n)).collect();
    let (one, zero) = (1.0f32, 0.0f32);
    let expected: Vec<Pair> = a.iter().zip(&x).flat_map(|(a, x)| a.times(&column(x)).values).collect();
    let all_a: Vec<Pair> = a.iter().flat_map(|a| a.values.clone()).collect();
    let (device_a, device_x) =
        (Device::of(&machine, Kind::S, &all_a), Device::of(&machine, Kind::S, &x.concat()));
    let y = [Device::new(&machine, Kind::S, m * batch), Device::new(&machine, Kind::S, m * batch)];
    let array = |start: u64, size: usize| {
        addresses(&machine, &[0, 1, 2].map(|index: usize| start + (index * size * 4) as u64))
    };

    let status = blas!(cublasSgemvStridedBatched(
        machine.handle,
        N,
        m as i32,
        n as i32,
        &one,
        device_a.pointer(),
        m as i32,
        (m * n) as i64,
        device_x.pointer(),
        1,
        n as i64,
        &zero,
        y[0].pointer(),
        1,
        m as i64,
        batch as i32
    ));
    assert_eq!(status, OK);
    let (a_at, x_at, y_at) =
        (array(device_a.address, m * n), array(device_x.address, n), array(y[1].address, m));
    let status = blas!(cublasSgemvBatched(
        machine.handle,
        N,
        m as i32,
        n as i32,
        &one,
        at(a_at),
        m as i32,
        at(x_at),
        1,
        &zero,
        at(y_at),
        1,
        batch as i32
    ));
    assert_eq!(status, OK);

    machine.expect_no_reports("batches");
    for y in y {
        expect_close(&y.read(m * batch), &expected, Kind::S.tolerance(), "batches");
    }
}

#[test]
fn an_increment_of_zero_and_a_leading_dimension_too_small_are_refused() {
    let machine = Machine::new();
    let (one, p) = (1.0f32, at::<f32>(machine.memory(1024)));
    let h = machine.handle;

    assert_eq!(blas!(cublasSgemv_v2(h, N, 4, 4, &one, p, 4, p, 0, &one, p, 1)), INVALID);
    assert_eq!(blas!(cublasSgemv_v2(h, N, 4, 4, &one, p, 4, p, 1, &one, p, 0)), INVALID);
    assert_eq!(blas!(cublasSgemv_v2(h, N, 4, 4, &one, p, 3, p, 1, &one, p, 1)), INVALID);
    assert_eq!(blas!(cublasSgbmv_v2(h, N, 4, 4, 1, 1, &one, p, 2, p, 1, &one, p, 1)), INVALID);
    assert_eq!(blas!(cublasStrsv_v2(h, LOWER, N, UNIT, 4, p, 3, p, 1)), INVALID);
    assert_eq!(
        blas!(cublasStrsv_v2(h, cublasFillMode_t::CUBLAS_FILL_MODE_FULL, N, UNIT, 4, p, 4, p, 1)),
        INVALID
    );
    assert_eq!(blas!(cublasStrsv_v2(h, LOWER, N, cublasDiagType_t(5), 4, p, 4, p, 1)), INVALID);
    assert_eq!(blas!(cublasStbsv_v2(h, LOWER, N, UNIT, 4, 2, p, 2, p, 1)), INVALID);
    assert_eq!(blas!(cublasSsymv_v2(h, UPPER, -1, &one, p, 1, p, 1, &one, p, 1)), INVALID);
    assert_eq!(blas!(cublasSger_v2(h, 4, 4, std::ptr::null(), p, 1, p, 1, p, 4)), INVALID);
    assert_eq!(blas!(cublasSgemv_v2(h, N, 0, 4, &one, p, 1, p, 1, &one, p, 1)), OK);
}

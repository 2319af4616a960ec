//! Factorisations of batches, what is solved with them, inverses; and triangles from one storage to another.

use crate::support::*;

/// Matrices that are far from singular, and need pivoting: the largest of a column is below the diagonal.
fn matrices(random: &mut Random, kind: Kind, n: usize, batch: usize) -> Vec<Dense> {
    let one = |_| {
        let mut a = Dense::random(random, kind, n, n);
        (0..n).for_each(|j| a.set((j + 1) % n, j, kind.round((4.0 + j as f64, 1.0))));
        a
    };
    (0..batch).map(one).collect()
}

fn upload(machine: &Machine, kind: Kind, all: &[Dense], leading: usize) -> (Vec<Device>, u64) {
    let devices: Vec<Device> = all.iter().map(|a| a.upload(machine, kind, leading)).collect();
    let array = addresses(machine, &devices.iter().map(|it| it.address).collect::<Vec<_>>());
    (devices, array)
}

fn unit(n: usize) -> Dense {
    Dense::new(n, n, |i, j| if i == j { (1.0, 0.0) } else { (0.0, 0.0) })
}

#[test]
fn factors_are_those_of_the_rows_in_the_order_of_the_pivots() {
    let (machine, mut random) = (Machine::new(), Random(51));
    macro_rules! test {
        ($kind:expr, $getrf:ident) => {
            for with_pivots in [true, false] {
                let (n, batch, lda) = (5usize, 3usize, 6usize);
                let all = matrices(&mut random, $kind, n, batch);
                let (devices, array) = upload(&machine, $kind, &all, lda);
                let pivots = if with_pivots { machine.memory(4 * n * batch) } else { 0 };
                let info = machine.memory(4 * batch);

                let status = blas!($getrf(
                    machine.handle,
                    n as i32,
                    at(array),
                    lda as i32,
                    at(pivots),
                    at(info),
                    batch as i32
                ));

                assert_eq!(status, OK);
                machine.expect_no_reports(stringify!($getrf));
                assert_eq!(Device { kind: Kind::Int, address: info }.read(batch), vec![(0.0, 0.0); batch]);
                for (index, (a, device)) in all.iter().zip(&devices).enumerate() {
                    let mut rows = a.clone();
                    if with_pivots {
                        let address = pivots + (4 * n * index) as u64;
                        let pivots = Device { kind: Kind::Int, address }.read(n);
                        for (i, pivot) in pivots.iter().enumerate() {
                            let other = pivot.0 as usize - 1;
                            assert!(other >= i, "a pivot is below or at its row");
                            for j in 0..n {
                                let (one, two) = (rows.at(i, j), rows.at(other, j));
                                rows.set(i, j, two);
                                rows.set(other, j, one);
                            }
                        }
                    }
                    let found = Dense::download(device, n, n, lda);
                    let product = found.triangle(LOWER, UNIT).times(&found.triangle(UPPER, NON_UNIT));
                    // Without pivots, factors may be large.
                    let tolerance = if with_pivots { 4.0 } else { 1e3 } * $kind.tolerance();
                    product.expect_close(&rows, tolerance, stringify!($getrf));
                }
            }
        };
    }
    test!(Kind::S, cublasSgetrfBatched);
    test!(Kind::D, cublasDgetrfBatched);
    test!(Kind::C, cublasCgetrfBatched);
    test!(Kind::Z, cublasZgetrfBatched);
}

#[test]
fn what_is_solved_or_inverted_with_factors_fits_the_matrix() {
    let (machine, mut random) = (Machine::new(), Random(52));
    macro_rules! test {
        ($kind:expr, $getrf:ident $getri:ident $getrs:ident $matinv:ident) => {
            for trans in [N, T, C] {
                let (n, columns, batch) = (4usize, 3usize, 2usize);
                let all = matrices(&mut random, $kind, n, batch);
                let (devices, array) = upload(&machine, $kind, &all, n);
                let (pivots, info) = (machine.memory(4 * n * batch), machine.memory(4 * batch));
                let inverses: Vec<Device> =
                    (0..2 * batch).map(|_| Device::new(&machine, $kind, n * n)).collect();
                let places: Vec<u64> = inverses.iter().map(|it| it.address).collect();
                let at_once = addresses(&machine, &places[..batch]);
                let by_factors = addresses(&machine, &places[batch..]);
                let b: Vec<Dense> =
                    (0..batch).map(|_| Dense::random(&mut random, $kind, n, columns)).collect();
                let (x, right) = upload(&machine, $kind, &b, n + 1);
                let (h, n32, count) = (machine.handle, n as i32, batch as i32);
                let mut wrong = -99;

                assert_eq!(blas!($matinv(h, n32, at(array), n32, at(at_once), n32, at(info), count)), OK);
                assert_eq!(blas!($getrf(h, n32, at(array), n32, at(pivots), at(info), count)), OK);
                let status =
                    blas!($getri(h, n32, at(array), n32, at(pivots), at(by_factors), n32, at(info), count));
                assert_eq!(status, OK);
                let status = blas!($getrs(
                    h,
                    trans,
                    n32,
                    columns as i32,
                    at(array),
                    n32,
                    at(pivots),
                    at(right),
                    n32 + 1,
                    &mut wrong,
                    count
                ));

                assert_eq!((status, wrong), (OK, 0));
                machine.expect_no_reports(stringify!($getrs));
                drop(devices);
                for (index, a) in all.iter().enumerate() {
                    for inverse in [&inverses[index], &inverses[batch + index]] {
                        let inverse = Dense::download(inverse, n, n, n);
                        a.times(&inverse).expect_close(&unit(n), 8.0 * $kind.tolerance(), stringify!($getri));
                    }
                    let x = Dense::download(&x[index], n, columns, n + 1);
                    let product = a.with(trans).times(&x);
                    product.expect_close(&b[index], 8.0 * $kind.tolerance(), stringify!($getrs));
                }
            }
        };
    }
    test!(Kind::S, cublasSgetrfBatched cublasSgetriBatched cublasSgetrsBatched cublasSmatinvBatched);
    test!(Kind::D, cublasDgetrfBatched cublasDgetriBatched cublasDgetrsBatched cublasDmatinvBatched);
    test!(Kind::C, cublasCgetrfBatched cublasCgetriBatched cublasCgetrsBatched cublasCmatinvBatched);
    test!(Kind::Z, cublasZgetrfBatched cublasZgetriBatched cublasZgetrsBatched cublasZmatinvBatched);
}

#[test]
fn a_singular_matrix_is_told_with_the_pivot_that_is_zero() {
    let machine = Machine::new();
    let singular = Dense::new(3, 3, |i, _| (1.0 + i as f64, 0.0));
    let (_devices, array) = upload(&machine, Kind::D, std::slice::from_ref(&singular), 3);
    let (pivots, info) = (machine.memory(12), machine.memory(4));

    assert_eq!(blas!(cublasDgetrfBatched(machine.handle, 3, at(array), 3, at(pivots), at(info), 1)), OK);

    machine.expect_no_reports("singular");
    assert_eq!(Device { kind: Kind::Int, address: info }.read(1), [(2.0, 0.0)]);
    let mut wrong = 0;
    let status = blas!(cublasDgetrsBatched(
        machine.handle,
        N,
        3,
        1,
        at(array),
        2,
        at(pivots),
        at(array),
        3,
        &mut wrong,
        1
    ));
    assert_eq!((status, wrong), (INVALID, -5));
    let large = blas!(cublasDmatinvBatched(machine.handle, 33, at(array), 33, at(array), 33, at(info), 1));
    assert_eq!(large, INVALID);
}

#[test]
fn triangles_are_packed_and_unpacked() {
    let (machine, mut random) = (Machine::new(), Random(53));
    for fill in [LOWER, UPPER] {
        let (n, lda) = (5usize, 7usize);
        let a = Dense::random(&mut random, Kind::Z, n, n);
        let whole = a.upload_part(&machine, Kind::Z, lda, |i, j| is_stored(fill, i, j));
        let (packed, back) =
            (Device::new(&machine, Kind::Z, n * (n + 1) / 2), Dense::new(n, n, |_, _| (9.0, 9.0)));
        let back = back.upload(&machine, Kind::Z, n);

        let status = blas!(cublasZtrttp(
            machine.handle,
            fill,
            n as i32,
            whole.pointer(),
            lda as i32,
            packed.pointer()
        ));
        assert_eq!(status, OK);
        let status =
            blas!(cublasZtpttr(machine.handle, fill, n as i32, packed.pointer(), back.pointer(), n as i32));
        assert_eq!(status, OK);

        machine.expect_no_reports("packed");
        let places = (0..n).flat_map(|j| (0..n).map(move |i| (i, j))).filter(|&(i, j)| is_stored(fill, i, j));
        let columns: Vec<Pair> = places.map(|(i, j)| a.at(i, j)).collect();
        assert_eq!(packed.read(n * (n + 1) / 2), columns);
        let expected = Dense::new(n, n, |i, j| if is_stored(fill, i, j) { a.at(i, j) } else { (9.0, 9.0) });
        assert_eq!(Dense::download(&back, n, n, n).values, expected.values);
    }
}

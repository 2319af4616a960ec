//! Vectors: every type, increments of both signs, results on the host and on the device.

use crate::support::*;

/// A vector of a test: its elements, and where in memory each is.
struct Vector {
    values: Vec<Pair>,
    increment: i64,
    device: Device,
}

impl Vector {
    fn new(machine: &Machine, random: &mut Random, kind: Kind, n: usize, increment: i64) -> Self {
        Self::of(machine, kind, random.numbers(kind, n), increment)
    }

    fn of(machine: &Machine, kind: Kind, values: Vec<Pair>, increment: i64) -> Self {
        let n = values.len();
        let len = 1 + n.saturating_sub(1) * increment.unsigned_abs() as usize;
        let elements = values.iter().enumerate().map(|(at, value)| (place(at, n, increment), *value));
        let device = Device::scattered(machine, kind, len, elements);
        Self { values, increment, device }
    }

    fn read(&self) -> Vec<Pair> {
        let n = self.values.len();
        let all = self.device.read(1 + n.saturating_sub(1) * self.increment.unsigned_abs() as usize);
        (0..n).map(|at| all[place(at, n, self.increment)]).collect()
    }
}

/// Where element `at` of `n` is, counted from the address: with a negative increment the vector ends there.
fn place(at: usize, n: usize, increment: i64) -> usize {
    let first = if increment < 0 { (1 - n as i64) * increment } else { 0 };
    (first + at as i64 * increment) as usize
}

const INCREMENTS: [(i64, i64); 4] = [(1, 1), (3, 2), (-1, 1), (2, -3)];

/// Runs a test for each type, with the functions of the type's own.
macro_rules! for_each_type {
    ($test:ident: $s:ident $d:ident $c:ident $z:ident) => {
        $test!(Kind::S, f32, $s);
        $test!(Kind::D, f64, $d);
        $test!(Kind::C, cuComplex, $c);
        $test!(Kind::Z, cuDoubleComplex, $z);
    };
}

#[test]
fn axpy_adds_a_multiple() {
    let (machine, mut random) = (Machine::new(), Random(11));
    macro_rules! test {
        ($kind:expr, $C:ty, $axpy:ident) => {
            for (incx, incy) in INCREMENTS {
                for (n, on_device) in [(1, true), (9, false), (0, false)] {
                    let x = Vector::new(&machine, &mut random, $kind, n, incx);
                    let y = Vector::new(&machine, &mut random, $kind, n, incy);
                    let alpha = random.number($kind);
                    machine.set_device_scalars(on_device);
                    let scalar = Scalar::new(&machine, $kind, alpha, on_device);
                    let (x_at, y_at) = (x.device.pointer::<$C>(), y.device.pointer());

                    let status =
                        blas!($axpy(machine.handle, n as i64, scalar.pointer(), x_at, incx, y_at, incy));

                    assert_eq!(status, OK);
                    machine.expect_no_reports(stringify!($axpy));
                    let expected: Vec<Pair> =
                        x.values.iter().zip(&y.values).map(|(x, y)| add(mul(alpha, *x), *y)).collect();
                    expect_close(&y.read(), &expected, $kind.tolerance(), stringify!($axpy));
                }
            }
        };
    }
    for_each_type!(test: cublasSaxpy_v2_64 cublasDaxpy_v2_64 cublasCaxpy_v2_64 cublasZaxpy_v2_64);
}

#[test]
fn copy_and_swap_move_elements_from_increment_to_increment() {
    let (machine, mut random) = (Machine::new(), Random(12));
    macro_rules! test {
        ($kind:expr, $C:ty, $move:ident) => {
            for (incx, incy) in INCREMENTS {
                let x = Vector::new(&machine, &mut random, $kind, 7, incx);
                let y = Vector::new(&machine, &mut random, $kind, 7, incy);
                let (x_at, y_at) = (x.device.pointer::<$C>(), y.device.pointer());

                assert_eq!(blas!($move(machine.handle, 7, x_at, incx as i32, y_at, incy as i32)), OK);

                machine.expect_no_reports(stringify!($move));
                assert_eq!(y.read(), x.values);
                let swaps = stringify!($move).contains("swap");
                assert_eq!(x.read(), if swaps { &y.values } else { &x.values }.clone());
            }
        };
    }
    for_each_type!(test: cublasScopy_v2 cublasDcopy_v2 cublasCcopy_v2 cublasZcopy_v2);
    for_each_type!(test: cublasSswap_v2 cublasDswap_v2 cublasCswap_v2 cublasZswap_v2);
}

#[test]
fn scal_multiplies_in_place_by_a_number_of_its_own_or_a_real_type() {
    let (machine, mut random) = (Machine::new(), Random(13));
    macro_rules! test {
        ($kind:expr, $C:ty, $scal:ident, $scalar:expr) => {
            for n in [0, 1, 8] {
                let x = Vector::new(&machine, &mut random, $kind, n, 2);
                let alpha = random.number($scalar);
                let scalar = Scalar::new(&machine, $scalar, alpha, false);

                let status =
                    blas!($scal(machine.handle, n as i32, scalar.pointer(), x.device.pointer::<$C>(), 2));

                assert_eq!(status, OK);
                machine.expect_no_reports(stringify!($scal));
                let expected: Vec<Pair> = x.values.iter().map(|x| mul(alpha, *x)).collect();
                expect_close(&x.read(), &expected, $kind.tolerance(), stringify!($scal));
            }
        };
    }
    test!(Kind::S, f32, cublasSscal_v2, Kind::S);
    test!(Kind::D, f64, cublasDscal_v2, Kind::D);
    test!(Kind::C, cuComplex, cublasCscal_v2, Kind::C);
    test!(Kind::Z, cuDoubleComplex, cublasZscal_v2, Kind::Z);
    test!(Kind::C, cuComplex, cublasCsscal_v2, Kind::S);
    test!(Kind::Z, cuDoubleComplex, cublasZdscal_v2, Kind::D);
}

/// A result, on the host at once or on the device behind the stream.
macro_rules! result {
    ($machine:expr, $kind:expr, $on_device:expr, $name:ident($($argument:expr),*)) => {{
        $machine.set_device_scalars($on_device);
        if $on_device {
            let result = Device::new(&$machine, $kind, 1);
            assert_eq!(blas!($name($machine.handle, $($argument),*, result.pointer())), OK);
            result.read(1)[0]
        } else {
            let bytes = result_of::<16>(|at| blas!($name($machine.handle, $($argument),*, at.cast())));
            $kind.decode(&bytes)
        }
    }};
}

#[test]
fn dot_sums_products_and_of_nothing_is_zero() {
    let (machine, mut random) = (Machine::new(), Random(14));
    macro_rules! test {
        ($kind:expr, $C:ty, $dot:ident) => {
            for (incx, incy) in INCREMENTS {
                for (n, on_device) in [(0usize, false), (0, true), (1, true), (33, false)] {
                    let x = Vector::new(&machine, &mut random, $kind, n, incx);
                    let y = Vector::new(&machine, &mut random, $kind, n, incy);
                    let (x_at, y_at) = (x.device.pointer::<$C>(), y.device.pointer::<$C>());

                    let found = result!(machine, $kind, on_device, $dot(n as i64, x_at, incx, y_at, incy));

                    let change = if stringify!($dot).contains("dotc") { conj } else { |x| x };
                    let expected = x
                        .values
                        .iter()
                        .zip(&y.values)
                        .fold((0.0, 0.0), |sum, (x, y)| add(sum, mul(change(*x), *y)));
                    machine.expect_no_reports(stringify!($dot));
                    expect_close(&[found], &[expected], $kind.tolerance(), stringify!($dot));
                }
            }
        };
    }
    for_each_type!(test: cublasSdot_v2_64 cublasDdot_v2_64 cublasCdotu_v2_64 cublasZdotu_v2_64);
    test!(Kind::C, cuComplex, cublasCdotc_v2_64);
    test!(Kind::Z, cuDoubleComplex, cublasZdotc_v2_64);
}

#[test]
fn norms_and_sums_are_real_and_neither_overflow_nor_vanish() {
    let (machine, mut random) = (Machine::new(), Random(15));
    macro_rules! test {
        ($kind:expr, $C:ty, $nrm2:ident, $asum:ident, $real:expr, $large:expr) => {
            for (n, on_device, scale) in [(0usize, false, 1.0), (1, true, 1.0), (20, false, $large)] {
                let values: Vec<Pair> = random
                    .numbers($kind, n)
                    .iter()
                    .map(|x| $kind.round((x.0 * scale, x.1 * scale)))
                    .collect();
                let x = Vector::of(&machine, $kind, values, 2);
                let at = x.device.pointer::<$C>();

                let norm = result!(machine, $real, on_device, $nrm2(n as i32, at, 2));
                let sum = result!(machine, $real, on_device, $asum(n as i32, at, 2));
                let backwards = result!(machine, $real, on_device, $nrm2(n as i32, at, -2));

                machine.expect_no_reports(stringify!($nrm2));
                let squares: f64 =
                    x.values.iter().map(|x| (x.0 / scale).powi(2) + (x.1 / scale).powi(2)).sum();
                let total: f64 = x.values.iter().map(|x| x.0.abs() + x.1.abs()).sum();
                let tolerance = $real.tolerance();
                expect_close(&[norm], &[(squares.sqrt() * scale, 0.0)], tolerance, stringify!($nrm2));
                expect_close(&[sum], &[(total, 0.0)], tolerance, stringify!($asum));
                assert_eq!(backwards, (0.0, 0.0), "as in the reference BLAS");
            }
        };
    }
    test!(Kind::S, f32, cublasSnrm2_v2, cublasSasum_v2, Kind::S, 1e30);
    test!(Kind::D, f64, cublasDnrm2_v2, cublasDasum_v2, Kind::D, 1e250);
    test!(Kind::C, cuComplex, cublasScnrm2_v2, cublasScasum_v2, Kind::S, 1e30);
    test!(Kind::Z, cuDoubleComplex, cublasDznrm2_v2, cublasDzasum_v2, Kind::D, 1e250);
}

#[test]
fn the_first_extreme_is_found_counted_from_one() {
    let machine = Machine::new();
    let values = [(0.5, 0.0), (-3.0, 0.25), (3.25, 0.0), (-0.25, 0.0), (0.25, 0.0)];
    macro_rules! test {
        ($kind:expr, $C:ty, $max:ident, $min:ident, $Index:ty, $largest:expr) => {
            for on_device in [false, true] {
                let values = values.map(|value| $kind.round(value)).to_vec();
                let x = Vector::of(&machine, $kind, values, 3);
                machine.set_device_scalars(on_device);
                let find = |n: $Index| {
                    let at = x.device.pointer::<$C>();
                    let mut found: [$Index; 2] = [-1, -1];
                    let device = machine.memory(8);
                    let mut all = [0 as $Index; 2];
                    for (index, is_max) in [true, false].into_iter().enumerate() {
                        let place: *mut $Index =
                            if on_device { device as usize as *mut $Index } else { &raw mut found[index] };
                        let status = match is_max {
                            true => blas!($max(machine.handle, n, at, 3, place)),
                            false => blas!($min(machine.handle, n, at, 3, place)),
                        };
                        assert_eq!(status, OK);
                        if on_device {
                            let to = (&raw mut all[index]).cast();
                            cu!(cuMemcpyDtoH_v2(to, device, size_of::<$Index>()));
                        } else {
                            all[index] = found[index];
                        }
                    }
                    all
                };

                assert_eq!(find(5), [$largest, 4], stringify!($max));
                assert_eq!(find(0), [0, 0], "nothing has no place");
                machine.expect_no_reports(stringify!($max));
            }
        };
    }
    test!(Kind::S, f32, cublasIsamax_v2, cublasIsamin_v2, i32, 3);
    test!(Kind::D, f64, cublasIdamax_v2_64, cublasIdamin_v2_64, i64, 3);
    // The sum of the absolute parts decides: three and a quarter, twice, of which the first counts.
    test!(Kind::C, cuComplex, cublasIcamax_v2, cublasIcamin_v2, i32, 2);
    test!(Kind::Z, cuDoubleComplex, cublasIzamax_v2_64, cublasIzamin_v2_64, i64, 2);
}

#[test]
fn rot_turns_two_vectors() {
    let (machine, mut random) = (Machine::new(), Random(16));
    macro_rules! test {
        ($kind:expr, $C:ty, $rot:ident, $real:expr, $sine:expr) => {
            for (incx, incy) in INCREMENTS {
                let x = Vector::new(&machine, &mut random, $kind, 6, incx);
                let y = Vector::new(&machine, &mut random, $kind, 6, incy);
                let (c, s) = (random.number($real), random.number($sine));
                let (c_at, s_at) =
                    (Scalar::new(&machine, $real, c, false), Scalar::new(&machine, $sine, s, false));

                let status = blas!($rot(
                    machine.handle,
                    6,
                    x.device.pointer::<$C>(),
                    incx as i32,
                    y.device.pointer(),
                    incy as i32,
                    c_at.pointer(),
                    s_at.pointer()
                ));

                assert_eq!(status, OK);
                machine.expect_no_reports(stringify!($rot));
                let both = || x.values.iter().zip(&y.values);
                let turned: Vec<Pair> = both().map(|(x, y)| add(mul(c, *x), mul(s, *y))).collect();
                let other: Vec<Pair> = both().map(|(x, y)| sub(mul(c, *y), mul(conj(s), *x))).collect();
                expect_close(&x.read(), &turned, $kind.tolerance(), stringify!($rot));
                expect_close(&y.read(), &other, $kind.tolerance(), stringify!($rot));
            }
        };
    }
    test!(Kind::S, f32, cublasSrot_v2, Kind::S, Kind::S);
    test!(Kind::D, f64, cublasDrot_v2, Kind::D, Kind::D);
    test!(Kind::C, cuComplex, cublasCrot_v2, Kind::S, Kind::C);
    test!(Kind::C, cuComplex, cublasCsrot_v2, Kind::S, Kind::S);
    test!(Kind::Z, cuDoubleComplex, cublasZrot_v2, Kind::D, Kind::Z);
    test!(Kind::Z, cuDoubleComplex, cublasZdrot_v2, Kind::D, Kind::D);
}

#[test]
fn rotg_makes_a_rotation_that_clears_the_second_number() {
    let machine = Machine::new();
    for (a, b) in [(3.0f64, 4.0), (-4.0, 3.0), (0.0, 2.0), (5.0, 0.0), (0.0, 0.0), (1e200, 1e200)] {
        let (mut r, mut z, mut c, mut s) = (a, b, 9.0, 9.0);

        assert_eq!(blas!(cublasDrotg_v2(machine.handle, &mut r, &mut z, &mut c, &mut s)), OK);

        let scale = a.abs().max(b.abs()).max(1.0);
        assert!(((c * a + s * b - r) / scale).abs() < 1e-14, "{a} {b}: {c} {s} {r}");
        assert!(((c * b - s * a) / scale).abs() < 1e-14, "{a} {b}: {c} {s}");
        assert!((c * c + s * s - 1.0).abs() < 1e-14);
    }
}

#[test]
fn vectors_of_half_precision_are_computed_in_single() {
    let (machine, mut random) = (Machine::new(), Random(17));
    let (single, half) = (cudaDataType::CUDA_R_32F, cudaDataType::CUDA_R_16F);
    let x = Vector::new(&machine, &mut random, Kind::Half, 40, 1);
    let y = Vector::new(&machine, &mut random, Kind::Half, 40, 1);
    let (alpha, at) = (0.5f32, x.device.pointer::<std::ffi::c_void>());
    let alpha_at = (&raw const alpha).cast();

    let dot = result_of::<2>(|to| {
        blas!(cublasDotEx(
            machine.handle,
            40,
            at,
            half,
            1,
            y.device.pointer::<std::ffi::c_void>(),
            half,
            1,
            to,
            half,
            single
        ))
    });
    let norm = result_of::<2>(|to| blas!(cublasNrm2Ex(machine.handle, 40, at, half, 1, to, half, single)));
    let status = blas!(cublasAxpyEx(
        machine.handle,
        40,
        alpha_at,
        single,
        at,
        half,
        1,
        y.device.pointer(),
        half,
        1,
        single
    ));
    assert_eq!(status, OK);
    assert_eq!(blas!(cublasScalEx(machine.handle, 40, alpha_at, single, at, half, 1, single)), OK);

    machine.expect_no_reports("half precision");
    let both = || x.values.iter().zip(&y.values);
    let product: f64 = both().map(|(x, y)| x.0 * y.0).sum();
    let square: f64 = x.values.iter().map(|x| x.0 * x.0).sum();
    let tolerance = Kind::Half.tolerance();
    expect_close(&[Kind::Half.decode(&dot)], &[(product, 0.0)], tolerance, "dot");
    expect_close(&[Kind::Half.decode(&norm)], &[(square.sqrt(), 0.0)], tolerance, "norm");
    let sums: Vec<Pair> = both().map(|(x, y)| (0.5 * x.0 + y.0, 0.0)).collect();
    expect_close(&y.read(), &sums, tolerance, "axpy");
    let halves: Vec<Pair> = x.values.iter().map(|x| (0.5 * x.0, 0.0)).collect();
    expect_close(&x.read(), &halves, tolerance, "scal");
    // There is no sum of halves in double precision.
    let double = cudaDataType::CUDA_R_64F;
    assert_eq!(blas!(cublasScalEx(machine.handle, 40, alpha_at, double, at, half, 1, double)), UNSUPPORTED);
}

#[test]
fn scalars_and_results_must_be_somewhere() {
    let machine = Machine::new();
    let (none, x) = (std::ptr::null(), machine.memory(64));

    assert_eq!(blas!(cublasSaxpy_v2(machine.handle, 4, none, at(x), 1, at(x), 1)), INVALID);
    assert_eq!(blas!(cublasSscal_v2(machine.handle, 4, none, at(x), 1)), INVALID);
    assert_eq!(blas!(cublasSdot_v2(machine.handle, 4, at(x), 1, at(x), 1, std::ptr::null_mut())), INVALID);
    assert_eq!(blas!(cublasIsamax_v2(machine.handle, 4, at(x), 1, std::ptr::null_mut())), INVALID);
}

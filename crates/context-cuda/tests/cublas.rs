//! Products of matrices by cuBLAS, which is the software one here, against plain loops.

mod support;

use context_core::{Buffer, Context, Error, MathMode, bf16, f16};
use context_cuda::{CudaContext, Libraries};
use support::{Sim, sim};

fn open(_sim: &Sim) -> CudaContext {
    cuda_sim_libraries::use_driver(cuda_sim::driver());
    let mut libraries = Libraries::default();
    libraries.cublas = cuda_sim_libraries::cublas::table(13);
    libraries.curand = cuda_sim_libraries::curand::table(13);
    // SAFETY: the libraries are clients of this driver.
    unsafe { CudaContext::builder().driver(cuda_sim::driver()).libraries(libraries) }.build().unwrap()
}

/// Small whole numbers, so that every sum is exact in every type.
fn numbers(len: usize, seed: usize) -> Vec<f64> {
    (0..len).map(|index| ((index * 7 + seed * 3) % 5) as f64 - 2.0).collect()
}

/// Element `(row, column)` of a matrix of `columns` that is stored by rows, or of its transpose.
fn at(elements: &[f64], [rows, columns]: [usize; 2], transposed: bool, row: usize, column: usize) -> f64 {
    match transposed {
        false => elements[row * columns + column],
        true => elements[column * rows + row],
    }
}

struct Case {
    sizes: [usize; 3],
    transposed: [bool; 3],
    batches: usize,
}

fn check<T>(context: &CudaContext, case: &Case, convert: fn(f64) -> T, back: fn(T) -> f64)
where
    T: context_core::Scalar + Into<f64>,
{
    let Case { sizes: [m, n, k], transposed: [at_a, at_b, at_c], batches } = *case;
    let make = |len: usize, seed: usize| -> (Vec<f64>, Buffer<T, CudaContext>) {
        let values = numbers(len * batches, seed);
        let elements: Vec<T> = values.iter().map(|value| convert(*value)).collect();
        let buffer = context.upload(&elements).unwrap();
        (values, buffer)
    };
    let ((a, buffer_a), (b, buffer_b), (c, mut buffer_c)) = (make(m * k, 1), make(k * n, 2), make(m * n, 3));
    // A stack lies along the larger stride: below one another, or, transposed, beside one another.
    let mut matrix_a =
        buffer_a.matrix(if at_a { k * batches } else { m * batches }, if at_a { m } else { k }).unwrap();
    let mut matrix_b =
        buffer_b.matrix(if at_b { n * batches } else { k * batches }, if at_b { k } else { n }).unwrap();
    let mut matrix_c =
        buffer_c.matrix_mut(if at_c { n * batches } else { m * batches }, if at_c { m } else { n }).unwrap();
    if at_a {
        matrix_a = matrix_a.t();
    }
    if at_b {
        matrix_b = matrix_b.t();
    }
    if at_c {
        matrix_c = matrix_c.t();
    }
    let mut handle = context.cublas().unwrap();
    handle.gemm_batched(batches, convert(2.0), matrix_a, matrix_b, convert(-1.0), matrix_c).unwrap();
    let found: Vec<f64> = context.read(&buffer_c).unwrap().into_iter().map(back).collect();
    for batch in 0..batches {
        let part = |elements: &[f64], len: usize| elements[batch * len..][..len].to_vec();
        let (a, b, c) = (part(&a, m * k), part(&b, k * n), part(&c, m * n));
        let found = part(&found, m * n);
        for row in 0..m {
            for column in 0..n {
                let sum: f64 = (0..k)
                    .map(|inner| at(&a, [m, k], at_a, row, inner) * at(&b, [k, n], at_b, inner, column))
                    .sum();
                let expected = 2.0 * sum - at(&c, [m, n], at_c, row, column);
                let found = at(&found, [m, n], at_c, row, column);
                assert_eq!(found, expected, "{case_sizes:?} {row},{column}", case_sizes = case.sizes);
            }
        }
    }
}

#[test]
fn products_are_those_of_plain_loops_in_every_layout_and_type() {
    let sim = sim();
    let context = open(&sim);
    for layout in 0..8 {
        let transposed = [layout & 1 != 0, layout & 2 != 0, layout & 4 != 0];
        for (sizes, batches) in
            [([5, 7, 3], 1), ([1, 6, 4], 1), ([6, 1, 4], 1), ([4, 4, 1], 1), ([3, 2, 5], 4), ([2, 2, 2], 3)]
        {
            let case = Case { sizes, transposed, batches };
            check::<f32>(&context, &case, |value| value as f32, f64::from);
            check::<f64>(&context, &case, |value| value, |value| value);
            check::<f16>(&context, &case, f16::from_f64, f64::from);
            check::<bf16>(&context, &case, bf16::from_f64, f64::from);
        }
    }
}

#[test]
fn products_follow_and_are_followed_on_any_stream() {
    let sim = sim();
    cuda_sim::explore(40, || {
        let context = open(&sim);
        let other = context.fork().unwrap();
        let a = context.filled(64, 2.0_f32).unwrap();
        let b = other.filled(64, 3.0_f32).unwrap();
        let mut c = other.alloc::<f32>(64).unwrap();
        let multiply = |context: &CudaContext, c: &mut Buffer<f32, CudaContext>| {
            let (a, b) = (a.matrix(8, 8).unwrap(), b.matrix(8, 8).unwrap());
            context.cublas().unwrap().gemm(1.0, a, b, 0.0, c.matrix_mut(8, 8).unwrap()).unwrap();
        };
        multiply(&context, &mut c);
        multiply(&other, &mut c);
        assert_eq!(context.read(&c).unwrap(), [48.0; 64]);
    })
    .unwrap();
}

#[test]
fn one_workspace_on_two_streams_at_once_is_seen() {
    let sim = sim();
    let wrong = cuda_sim::explore(40, || {
        let context = open(&sim);
        let other = context.fork().unwrap();
        let shared = context.alloc::<u8>(4 << 20).unwrap();
        let buffers: Vec<_> = (0..2).map(|_| [0; 3].map(|_| context.filled(64, 1.0_f32).unwrap())).collect();
        context.synchronize().unwrap();
        for (context, [a, b, mut c]) in [&context, &other].into_iter().zip(buffers) {
            let mut handle = context.cublas().unwrap();
            // SAFETY: this is the mistake that is to be seen.
            unsafe { handle.handle_mut().set_workspace(shared.as_raw(), shared.len()) }.unwrap();
            let (a, b) = (a.matrix(8, 8).unwrap(), b.matrix(8, 8).unwrap());
            handle.gemm(1.0, a, b, 0.0, c.matrix_mut(8, 8).unwrap()).unwrap();
        }
        context.synchronize().unwrap();
        other.synchronize().unwrap();
    });
    let failure = wrong.unwrap_err();
    assert!(!failure.reports.is_empty(), "{failure}");
}

#[test]
fn products_of_other_shapes_and_devices_are_refused() {
    let sim = sim();
    let context = open(&sim);
    let a = context.filled(6, 1.0_f32).unwrap();
    let mut c = context.filled(4, 1.0_f32).unwrap();
    let mut handle = context.cublas().unwrap();
    let (left, right) = (a.matrix(2, 3).unwrap(), a.matrix(2, 3).unwrap());
    let error = handle.gemm(1.0, left, right, 0.0, c.matrix_mut(2, 2).unwrap()).unwrap_err();
    assert!(
        matches!(error, Error::Shape { .. }) && error.to_string().contains("2 × 3 times 2 × 3"),
        "{error}"
    );
    drop(handle);
    let elsewhere = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(8 << 20).build().unwrap();
    let b = elsewhere.filled(6, 1.0_f32).unwrap();
    let mut handle = context.cublas().unwrap();
    let (left, right) = (a.matrix(2, 3).unwrap(), b.matrix(3, 2).unwrap());
    let error = handle.gemm(1.0, left, right, 0.0, c.matrix_mut(2, 2).unwrap()).unwrap_err();
    assert!(matches!(error, Error::WrongDevice { .. }), "{error}");
}

#[test]
fn the_math_mode_is_what_the_library_has() {
    let sim = sim();
    let context = open(&sim);
    let mut lease = context.cublas().unwrap();
    for mode in [MathMode::Fma, MathMode::TensorCores, MathMode::Default] {
        lease.set_math_mode(mode).unwrap();
        assert_eq!(lease.math_mode(), mode);
    }
}

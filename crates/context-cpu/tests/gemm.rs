//! Matrix products against plain loops.

use context_core::{Buffer, Context, Matrix, MatrixMut, Result, Scalar, bf16, f16};
use context_cpu::{CpuContext, StreamKind};

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// A multiple of an eighth from -4 to 4.
    fn eighth(&mut self) -> f64 {
        self.below(65) as f64 / 8.0 - 4.0
    }
}

/// A number type whose values in these tests are exact, so that every order of summation gives the same.
trait Number: Scalar + Into<f64> {
    fn from_f64(value: f64) -> Self;
    const NAN: Self;
}

impl Number for f32 {
    fn from_f64(value: f64) -> f32 {
        value as f32
    }
    const NAN: f32 = f32::NAN;
}

impl Number for f64 {
    fn from_f64(value: f64) -> f64 {
        value
    }
    const NAN: f64 = f64::NAN;
}

impl Number for bf16 {
    fn from_f64(value: f64) -> bf16 {
        bf16::from_f64(value)
    }
    const NAN: bf16 = bf16::NAN;
}

/// A matrix on the host that says how it is stored: by columns if transposed.
#[derive(Clone)]
struct Host {
    rows: usize,
    columns: usize,
    transposed: bool,
    values: Vec<f64>,
}

impl Host {
    fn new(random: &mut Random, rows: usize, columns: usize) -> Host {
        let values = (0..rows * columns).map(|_| random.eighth()).collect();
        Host { rows, columns, transposed: random.below(2) == 1, values }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        let index = if self.transposed { column * self.rows + row } else { row * self.columns + column };
        self.values[index]
    }

    fn elements<T: Number>(&self) -> Vec<T> {
        self.values.iter().map(|&value| T::from_f64(value)).collect()
    }

    fn on_device<'a, T: Number>(
        &self,
        buffer: &'a Buffer<T, CpuContext>,
    ) -> Result<Matrix<'a, T, CpuContext>> {
        match self.transposed {
            true => Ok(buffer.matrix(self.columns, self.rows)?.t()),
            false => buffer.matrix(self.rows, self.columns),
        }
    }

    fn on_device_mut<'a, T: Number>(
        &self,
        buffer: &'a mut Buffer<T, CpuContext>,
    ) -> Result<MatrixMut<'a, T, CpuContext>> {
        match self.transposed {
            true => Ok(buffer.matrix_mut(self.columns, self.rows)?.t()),
            false => buffer.matrix_mut(self.rows, self.columns),
        }
    }
}

/// Multiplies random matrices on the context and in loops.
fn check<T: Number>(ctx: &CpuContext, random: &mut Random, most: usize) -> Result<()> {
    let [m, k, n] = [(); 3].map(|()| random.below(most + 1));
    let (a, b, c) = (Host::new(random, m, k), Host::new(random, k, n), Host::new(random, m, n));
    let (alpha, beta) = ([1.0, 0.0, -0.5, 2.0][random.below(4)], [0.0, 1.0, 0.25, -2.0][random.below(4)]);

    let mut before = c.elements::<T>();
    if beta == 0.0 {
        // Memory that was never written may hold anything; zero times it is not zero.
        before.fill(T::NAN);
    }
    let (left, right) = (ctx.upload(&a.elements::<T>())?, ctx.upload(&b.elements::<T>())?);
    let mut target = ctx.upload(&before)?;
    let product = (a.on_device(&left)?, b.on_device(&right)?, c.on_device_mut(&mut target)?);
    ctx.gemm(T::from_f64(alpha), product.0, product.1, T::from_f64(beta), product.2)?;

    let found = Host { values: ctx.read(&target)?.into_iter().map(Into::into).collect(), ..c.clone() };
    for (row, column) in (0..m).flat_map(|row| (0..n).map(move |column| (row, column))) {
        let sum: f64 = (0..k).map(|i| a.at(row, i) * b.at(i, column)).sum();
        assert_eq!(
            found.at(row, column),
            alpha * sum + beta * c.at(row, column),
            "{m} × {k} × {n} at {row}, {column}: {alpha} and {beta}, transposed {:?}",
            [a.transposed, b.transposed, c.transposed]
        );
    }
    Ok(())
}

#[test]
fn products_of_random_shapes_are_those_of_plain_loops() -> Result<()> {
    for kind in [StreamKind::Inline, StreamKind::Worker] {
        let ctx = CpuContext::builder().stream(kind).build()?;
        let mut random = Random(7);
        for _ in 0..300 {
            check::<f32>(&ctx, &mut random, 9)?;
            check::<f64>(&ctx, &mut random, 9)?;
        }
        for _ in 0..10 {
            check::<f32>(&ctx, &mut random, 70)?;
            check::<f64>(&ctx, &mut random, 70)?;
        }
    }
    Ok(())
}

#[test]
fn a_product_of_parts_touches_nothing_outside_its_target() -> Result<()> {
    let ctx = CpuContext::new()?;
    let a = ctx.filled(8, 1.0_f32)?;
    let mut c = ctx.filled(12, 7.0_f32)?;

    let left = a.slice(..4)?.matrix(2, 2)?;
    ctx.gemm(1.0, left, a.slice(4..)?.matrix(2, 2)?, 0.0, c.slice_mut(4..8)?.matrix(2, 2)?)?;

    assert_eq!(ctx.read(&c)?, [7.0, 7.0, 7.0, 7.0, 2.0, 2.0, 2.0, 2.0, 7.0, 7.0, 7.0, 7.0]);
    Ok(())
}

#[test]
fn an_empty_inner_dimension_scales_the_target_and_zero_clears_it() -> Result<()> {
    let ctx = CpuContext::new()?;
    let empty = ctx.alloc::<f64>(0)?;
    let mut c = ctx.filled(6, 3.0)?;
    ctx.gemm(1.0, empty.matrix(2, 0)?, empty.matrix(0, 3)?, 0.5, c.matrix_mut(2, 3)?)?;
    assert_eq!(ctx.read(&c)?, [1.5; 6]);

    ctx.fill(&mut c, f64::NAN)?;
    ctx.gemm(1.0, empty.matrix(2, 0)?, empty.matrix(0, 3)?, 0.0, c.matrix_mut(2, 3)?)?;

    assert_eq!(ctx.read(&c)?, [0.0; 6]);
    Ok(())
}

#[test]
fn halves_are_multiplied_and_summed_in_single_precision() -> Result<()> {
    let ctx = CpuContext::new()?;
    let (m, k, n) = (5, 3000, 7);
    let value = |i: usize| (i % 9) as f32 / 4.0 - 1.0;
    let plain: Vec<f32> =
        (0..m * n).map(|at| (0..k).map(|i| value(at / n * k + i) * value(i * n + at % n)).sum()).collect();
    let a16 = ctx.upload(&(0..m * k).map(|i| f16::from_f32(value(i))).collect::<Vec<_>>())?;
    let b16 = ctx.upload(&(0..k * n).map(|i| f16::from_f32(value(i))).collect::<Vec<_>>())?;
    let mut c16 = ctx.zeros::<f16>(m * n)?;
    ctx.gemm(f16::ONE, a16.matrix(m, k)?, b16.matrix(k, n)?, f16::ZERO, c16.matrix_mut(m, n)?)?;
    let ab = ctx.upload(&(0..m * k).map(|i| bf16::from_f32(value(i))).collect::<Vec<_>>())?;
    let bb = ctx.upload(&(0..k * n).map(|i| bf16::from_f32(value(i))).collect::<Vec<_>>())?;
    let mut cb = ctx.zeros::<bf16>(m * n)?;
    ctx.gemm(bf16::ONE, ab.matrix(m, k)?, bb.matrix(k, n)?, bf16::ZERO, cb.matrix_mut(m, n)?)?;

    let (c16, cb) = (ctx.read(&c16)?, ctx.read(&cb)?);
    for ((expected, c16), cb) in plain.into_iter().zip(c16).zip(cb) {
        assert_eq!(c16, f16::from_f32(expected));
        assert_eq!(cb, bf16::from_f32(expected));
    }
    Ok(())
}

#[test]
fn stacks_are_multiplied_one_by_one_transposed_or_not() -> Result<()> {
    let ctx = CpuContext::new()?;
    let (batches, m, k, n) = (3, 2, 4, 5);
    let values = |len: usize| (0..len).map(|i| (i % 11) as f32 - 5.0).collect::<Vec<_>>();
    let (a, b) = (values(batches * m * k), values(batches * n * k));
    let (on_a, on_b) = (ctx.upload(&a)?, ctx.upload(&b)?);
    let mut c = ctx.filled(batches * m * n, 1.0_f32)?;
    // Each b[i] is stored by columns: n × k, transposed.
    let b_stack = on_b.matrix(batches * n, k)?.t();
    ctx.gemm_batched(
        batches,
        1.0,
        on_a.matrix(batches * m, k)?,
        b_stack,
        2.0,
        c.matrix_mut(batches * m, n)?,
    )?;

    for (at, value) in ctx.read(&c)?.into_iter().enumerate() {
        let (batch, row, column) = (at / (m * n), at / n % m, at % n);
        let product: f32 =
            (0..k).map(|i| a[(batch * m + row) * k + i] * b[(batch * n + column) * k + i]).sum();
        assert_eq!(value, product + 2.0);
    }
    assert!(
        ctx.gemm_batched(4, 1.0, on_a.matrix(batches * m, k)?, b_stack, 0.0, c.matrix_mut(batches * m, n)?)
            .is_err()
    );
    Ok(())
}

#[test]
fn batches_of_small_products_are_the_same_under_any_number_of_threads() -> Result<()> {
    fn products<T: Number>(threads: usize, batches: usize) -> Result<Vec<T>> {
        let ctx = CpuContext::builder().threads(threads).build()?;
        let (m, k, n) = (17, 33, 9);
        let values = |len: usize, period: usize| -> Vec<T> {
            (0..len).map(|i| T::from_f64((i % period) as f64 - 2.0)).collect()
        };
        let (a, b) = (ctx.upload(&values(batches * m * k, 7))?, ctx.upload(&values(batches * k * n, 5))?);
        let mut c = ctx.upload(&values(batches * m * n, 3))?;
        let (one, zero) = (T::from_f64(1.0), T::from_f64(0.0));
        let (a, b) = (a.matrix(batches * m, k)?, b.matrix(batches * n, k)?.t());
        ctx.gemm_batched(batches, one, a, b, zero, c.matrix_mut(batches * m, n)?)?;
        ctx.read(&c)
    }
    // The first is shared by nobody, the others are.
    for batches in [3, 500, 2001] {
        assert!(products::<f32>(1, batches)? == products::<f32>(3, batches)?, "{batches}");
        assert!(products::<bf16>(1, batches)? == products::<bf16>(2, batches)?, "{batches}");
    }
    let (few, many) = (products::<f64>(1, 20)?, products::<f64>(3, 2001)?);
    assert!(many[..few.len()] == few[..]);
    Ok(())
}

#[test]
fn large_products_of_whole_numbers_are_the_same_under_any_number_of_threads() -> Result<()> {
    let product = |threads| -> Result<Vec<f32>> {
        let ctx = CpuContext::builder().threads(threads).build()?;
        let (m, k, n) = (301, 150, 203);
        let a = ctx.upload(&(0..m * k).map(|i| (i % 7) as f32).collect::<Vec<_>>())?;
        let b = ctx.upload(&(0..k * n).map(|i| (i % 5) as f32).collect::<Vec<_>>())?;
        let mut c = ctx.zeros(m * n)?;
        ctx.gemm(1.0, a.matrix(m, k)?, b.matrix(k, n)?, 0.0, c.matrix_mut(m, n)?)?;
        ctx.read(&c)
    };
    assert!(product(1)? == product(2)? && product(1)? == product(3)?);
    Ok(())
}

//! Matrix products. The numbers are multiples of a quarter, so that every order of summation gives the same, and is rounded once.

use device_context::{Context, Element, Result, Scalar, bf16, f16};

/// Quarters from -2 to 2, in no order.
fn quarters(count: usize, salt: usize) -> Vec<f64> {
    (0..count).map(|i| ((i * 7 + salt * 5 + i * i) % 17) as f64 / 4.0 - 2.0).collect()
}

trait Number: Scalar + Into<f64> {
    fn from_f64(value: f64) -> Self;
}

impl Number for f32 {
    fn from_f64(value: f64) -> f32 {
        value as f32
    }
}

impl Number for f64 {
    fn from_f64(value: f64) -> f64 {
        value
    }
}

impl Number for f16 {
    fn from_f64(value: f64) -> f16 {
        f16::from_f64(value)
    }
}

impl Number for bf16 {
    fn from_f64(value: f64) -> bf16 {
        bf16::from_f64(value)
    }
}

fn numbers<T: Number>(values: &[f64]) -> Vec<T> {
    values.iter().map(|&value| T::from_f64(value)).collect()
}

/// Where element (row, column) lies.
fn place(rows: usize, columns: usize, transposed: bool, row: usize, column: usize) -> usize {
    if transposed { column * rows + row } else { row * columns + column }
}

fn check<C: Context, T: Number>(
    ctx: &C,
    batches: usize,
    (m, k, n): (usize, usize, usize),
    transposed: [bool; 3],
    (alpha, beta): (f64, f64),
) -> Result<()> {
    let [a, b, c] = [(m * k, 1), (k * n, 2), (m * n, 3)].map(|(one, salt)| quarters(batches * one, salt));
    // With `beta` zero the target is not read: it may hold anything.
    let before = if beta == 0.0 { vec![T::from_f64(f64::NAN); c.len()] } else { numbers(&c) };
    let (left, right) = (ctx.upload(&numbers::<T>(&a))?, ctx.upload(&numbers::<T>(&b))?);
    let mut target = ctx.upload(&before)?;
    {
        let [m, k, n] = [m, k, n].map(|side| [side, batches * side]);
        let left = if transposed[0] { left.matrix(k[1], m[0])?.t() } else { left.matrix(m[1], k[0])? };
        let right = if transposed[1] { right.matrix(n[1], k[0])?.t() } else { right.matrix(k[1], n[0])? };
        let target =
            if transposed[2] { target.matrix_mut(n[1], m[0])?.t() } else { target.matrix_mut(m[1], n[0])? };
        ctx.gemm_batched(batches, T::from_f64(alpha), left, right, T::from_f64(beta), target)?;
    }

    let found = ctx.read(&target)?;
    for at in 0..found.len() {
        let (batch, row, column) = (at / (m * n), at / n % m, at % n);
        let in_batch = |[rows, columns]: [usize; 2], which: usize, row, column| {
            batch * rows * columns + place(rows, columns, transposed[which], row, column)
        };
        let product = |i| a[in_batch([m, k], 0, row, i)] * b[in_batch([k, n], 1, i, column)];
        let here = in_batch([m, n], 2, row, column);
        let sum = alpha * (0..k).map(product).sum::<f64>();
        let expected = T::from_f64(sum + if beta == 0.0 { 0.0 } else { beta * c[here] });
        assert_eq!(
            found[here], expected,
            "{batches} of {m} × {k} × {n} at {row}, {column}, {transposed:?}, {alpha}, {beta}"
        );
    }
    Ok(())
}

pub(crate) fn products_are_those_of_plain_loops<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let shapes = [(1, 1, 1), (2, 3, 4), (5, 1, 7), (1, 9, 1), (16, 16, 16), (17, 33, 18), (3, 40, 2)];
    for (index, shape) in shapes.into_iter().enumerate() {
        for bits in 0..8 {
            let transposed = [bits & 1 != 0, bits & 2 != 0, bits & 4 != 0];
            let scale = [(1.0, 0.0), (-0.5, 1.0), (2.0, 0.25)][(index + bits) % 3];
            let batches = [1, 3][(index + bits) / 3 % 2];
            check::<C, f32>(&ctx, batches, shape, transposed, scale)?;
            check::<C, f64>(&ctx, batches, shape, transposed, scale)?;
            check::<C, f16>(&ctx, batches, shape, transposed, scale)?;
            check::<C, bf16>(&ctx, batches, shape, transposed, scale)?;
        }
    }
    Ok(())
}

pub(crate) fn an_empty_inner_dimension_scales_or_clears<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let empty = ctx.alloc::<f32>(0)?;
    let mut c = ctx.filled(6, 3.0)?;
    ctx.gemm(1.0, empty.matrix(2, 0)?, empty.matrix(0, 3)?, 0.5, c.matrix_mut(2, 3)?)?;
    assert_eq!(ctx.read(&c)?, [1.5; 6]);

    ctx.fill(&mut c, f32::NAN)?;
    ctx.gemm(1.0, empty.matrix(2, 0)?, empty.matrix(0, 3)?, 0.0, c.matrix_mut(2, 3)?)?;
    assert_eq!(ctx.read(&c)?, [0.0; 6]);

    // The same of two products, and none of anything.
    ctx.fill(&mut c, 3.0)?;
    let transposed = empty.matrix(2, 0)?.t();
    ctx.gemm_batched(2, 1.0, transposed.t(), empty.matrix(0, 3)?, 0.5, c.matrix_mut(2, 3)?)?;
    assert_eq!(ctx.read(&c)?, [1.5; 6]);
    Ok(())
}

pub(crate) fn a_product_of_parts_leaves_the_rest<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let a = ctx.filled(8, 1.0_f64)?;
    let mut c = ctx.filled(12, 7.0)?;

    let left = a.slice(..4)?.matrix(2, 2)?;
    ctx.gemm(1.0, left, a.slice(4..)?.matrix(2, 2)?, 0.0, c.slice_mut(4..8)?.matrix(2, 2)?)?;

    assert_eq!(ctx.read(&c)?, [7.0, 7.0, 7.0, 7.0, 2.0, 2.0, 2.0, 2.0, 7.0, 7.0, 7.0, 7.0]);
    Ok(())
}

pub(crate) fn shapes_that_do_not_agree_are_refused<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    fn refused<T: Element, C: Context>(ctx: &C, value: T) -> Result<String> {
        let x = ctx.filled(6, value)?;
        Ok(x.matrix(4, 2).unwrap_err().to_string())
    }
    let ctx = make();
    assert!(refused(&ctx, 1.0_f32)?.contains("4 × 2 is not its length, 6"));
    let x = ctx.filled(6, 1.0)?;
    let mut c = ctx.filled(4, 1.0)?;
    let error = ctx.gemm(1.0, x.matrix(2, 3)?, x.matrix(2, 3)?, 0.0, c.matrix_mut(2, 2)?).unwrap_err();
    assert!(error.to_string().contains("2 × 3 times 2 × 3 into 2 × 2"), "{error}");
    assert_eq!(ctx.read(&c)?, [1.0; 4]);
    Ok(())
}

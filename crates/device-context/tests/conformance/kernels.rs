//! Kernels, and the suite's own: arguments, threads, order.

use device_context::{Buffer, Context, Error, Result, kernel};

kernel! {
    /// y ← a·x + y
    pub(crate) fn axpy(a: f32, x: &[f32], y: &mut [f32]);
    requires: x.len() == y.len();
    threads: y.len();
    cpu: { y.iter_mut().zip(x).for_each(|(y, x)| *y += a * x); }
    cuda: unsafe "kernels/suite.ptx";
}

kernel! {
    /// x ← 3·x + 1: two in the wrong order, or one lost, give another number.
    pub(crate) fn step(x: &mut [u32]);
    threads: x.len();
    cpu: { x.iter_mut().for_each(|x| *x = x.wrapping_mul(3).wrapping_add(1)); }
    cuda: unsafe "kernels/suite.ptx";
}

kernel! {
    /// sum ← sum + Σ x, by one thread.
    pub(crate) fn accumulate(x: &[u32], sum: &mut [u32]);
    requires: sum.len() == 1;
    threads: 1;
    cpu: { sum[0] = x.iter().fold(sum[0], |sum, x| sum.wrapping_add(*x)); }
    cuda: unsafe "kernels/suite.ptx";
}

kernel! {
    /// Values of every size, and between them what aligns the next.
    fn values(byte: u8, small: i16, word: u32, wide: f64, pair: [u16; 2], last: f32, out: &mut [f64]);
    requires: out.len() >= 7;
    threads: 1;
    cpu: {
        let values =
            [byte.into(), small.into(), word.into(), wide, pair[0].into(), pair[1].into(), last.into()];
        out[..7].copy_from_slice(&values);
    }
    cuda: unsafe "kernels/suite.ptx";
}

kernel! {
    /// Each element says which thread wrote it.
    fn plane(columns: u64, out: &mut [u32]);
    requires: columns > 0;
    requires: (out.len() as u64).is_multiple_of(columns);
    threads: (columns as usize, out.len() / columns as usize);
    block: [16, 4, 1];
    cpu: {
        for (index, out) in (0..).zip(out) {
            *out = (1000 * (index / columns) + index % columns) as u32;
        }
    }
    cuda: unsafe "kernels/suite.ptx";
}

kernel! {
    fn space(nx: u32, ny: u32, out: &mut [u32]);
    requires: nx > 0 && ny > 0;
    requires: (out.len() as u32).is_multiple_of(nx * ny);
    threads: (nx as usize, ny as usize, out.len() / (nx * ny) as usize);
    block: [8, 2, 4];
    cpu: {
        for (index, out) in (0..).zip(out) {
            *out = 10_000 * (index / (nx * ny)) + 100 * (index / nx % ny) + index % nx;
        }
    }
    cuda: unsafe "kernels/suite.ptx";
}

kernel! {
    /// Two that are read, two that are written.
    fn combine(x: &[u32], y: &[u32], sum: &mut [u32], product: &mut [u32]);
    requires: x.len() == sum.len() && y.len() == sum.len() && product.len() == sum.len();
    threads: sum.len();
    cpu: {
        for (i, (sum, product)) in sum.iter_mut().zip(product).enumerate() {
            *sum = x[i].wrapping_add(y[i]);
            *product = x[i].wrapping_mul(y[i]);
        }
    }
    cuda: unsafe "kernels/suite.ptx";
}

/// Lengths around the edges of blocks.
const LENGTHS: [usize; 8] = [0, 1, 31, 255, 256, 257, 1000, 4097];

pub(crate) fn every_element_is_reached_whatever_the_length<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    for length in LENGTHS {
        let x: Vec<f32> = (0..length).map(|i| i as f32 / 4.0).collect();
        let on_device = ctx.upload(&x)?;
        let mut y = ctx.filled(length, 0.5)?;

        ctx.run(axpy(2.0, &on_device, &mut y))?;

        let expected: Vec<_> = x.iter().map(|x| 2.0 * x + 0.5).collect();
        assert_eq!(ctx.read(&y)?, expected, "{length} elements");
    }
    Ok(())
}

pub(crate) fn values_of_every_size_arrive<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut out = ctx.zeros(7)?;

    ctx.run(values(200, -3, 4_000_000_000, 0.1, [65_535, 7], 0.75, &mut out))?;

    assert_eq!(ctx.read(&out)?, [200.0, -3.0, 4e9, 0.1, 65_535.0, 7.0, 0.75]);
    Ok(())
}

pub(crate) fn threads_of_two_and_three_dimensions_cover_each_place_once<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    for (columns, rows) in [(1, 1), (16, 4), (17, 5), (3, 40), (100, 1)] {
        let mut out: Buffer<u32, C> = ctx.filled(columns * rows, u32::MAX)?;
        ctx.run(plane(columns as u64, &mut out))?;

        let expected = (0..rows).flat_map(|y| (0..columns).map(move |x| (1000 * y + x) as u32));
        assert_eq!(ctx.read(&out)?, expected.collect::<Vec<_>>(), "{columns} × {rows}");
    }
    let mut out: Buffer<u32, C> = ctx.filled(9 * 3 * 5, u32::MAX)?;
    ctx.run(space(9, 3, &mut out))?;
    let expected =
        (0..5).flat_map(|z| (0..3).flat_map(move |y| (0..9).map(move |x| 10_000 * z + 100 * y + x)));
    assert_eq!(ctx.read(&out)?, expected.collect::<Vec<_>>());
    Ok(())
}

pub(crate) fn several_buffers_are_read_and_written_by_one_call<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let (x, y) = (ctx.upload(&[1_u32, 2, 3])?, ctx.upload(&[10_u32, 20, 30])?);
    let (mut sum, mut product) = (ctx.alloc(3)?, ctx.alloc(3)?);

    ctx.run(combine(&x, &y, &mut sum, &mut product))?;
    assert_eq!((ctx.read(&sum)?, ctx.read(&product)?), (vec![11, 22, 33], vec![10, 40, 90]));

    ctx.run(combine(&x, &x, &mut sum, &mut product))?;
    assert_eq!((ctx.read(&sum)?, ctx.read(&product)?), (vec![2, 4, 6], vec![1, 4, 9]));
    Ok(())
}

pub(crate) fn parts_of_one_buffer_are_arguments_and_the_rest_stays<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut x = ctx.upload(&[1_u32, 2, 3, 4, 5, 6, 7])?;

    ctx.run(step(x.slice_mut(2..4)?))?;
    assert_eq!(ctx.read(&x)?, [1, 2, 10, 13, 5, 6, 7]);

    let mut product = ctx.alloc(3)?;
    let (left, right) = x.view_mut().split_at(3)?;
    ctx.run(combine(&left, &left, right.slice(1..)?, &mut product))?;
    assert_eq!(ctx.read(&x)?, [1, 2, 10, 13, 2, 4, 20]);
    assert_eq!(ctx.read(&product)?, [1, 4, 100]);
    Ok(())
}

pub(crate) fn calls_of_one_context_run_in_their_order<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(300, 1_u32)?;
    let mut expected = 1_u32;
    for call in 0..60 {
        if call % 20 == 19 {
            ctx.fill(&mut x, call)?;
            expected = call;
        }
        ctx.run(step(&mut x))?;
        expected = expected.wrapping_mul(3).wrapping_add(1);
    }

    assert_eq!(ctx.read(&x)?, [expected; 300]);
    Ok(())
}

pub(crate) fn a_broken_requirement_is_refused_and_nothing_runs<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let x = ctx.filled(2, 1.0)?;
    let mut y = ctx.filled(3, 5.0)?;

    let error = ctx.run(axpy(1.0, &x, &mut y)).unwrap_err();

    assert!(matches!(error, Error::Requirement { kernel: "axpy", .. }), "{error}");
    assert_eq!(ctx.read(&y)?, [5.0; 3]);
    let mut out = ctx.alloc(6)?;
    assert!(ctx.run(plane(0, &mut out)).unwrap_err().to_string().contains("columns > 0"));
    Ok(())
}

kernel! {
    /// Writes one element, if there is any thread to do so.
    fn mark(threads: u32, y: &mut [u32]);
    threads: threads as usize;
    cpu: { y[0] = threads; }
    cuda: unsafe "kernels/suite.ptx";
}

/// CUDA refuses an empty grid, so nothing was launched there; the CPU's body ran all the same.
pub(crate) fn no_threads_are_no_work<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut y = ctx.filled(2, 7_u32)?;

    ctx.run(mark(0, &mut y))?;
    assert_eq!(ctx.read(&y)?, [7, 7]);
    ctx.run(mark(1, &mut y))?;
    assert_eq!(ctx.read(&y)?, [1, 7]);
    Ok(())
}

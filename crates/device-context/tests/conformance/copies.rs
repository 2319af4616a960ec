//! Bytes between host and device, and within it.

use device_context::{Context, Element, Error, Result};
use std::{fmt::Debug, ops::Range};

fn round_trip<C: Context, T: Element + PartialEq + Debug>(ctx: &C, element: impl Fn(u8) -> T) -> Result<()> {
    for length in [0, 1, 7, 64, 1001] {
        let source: Vec<T> = (0..length).map(|i| element(i as u8)).collect();
        let buffer = ctx.upload(&source)?;

        assert_eq!((buffer.len(), buffer.size_bytes()), (length, length * size_of::<T>()));
        assert_eq!(buffer.device(), ctx.device());
        assert_eq!(ctx.read(&buffer)?, source);
    }
    Ok(())
}

pub(crate) fn what_is_uploaded_is_read_back<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    round_trip(&ctx, |i| i)?;
    round_trip(&ctx, |i| [i, !i, i / 2])?;
    round_trip(&ctx, |i| u16::from(i) << 7)?;
    round_trip(&ctx, |i| f32::from(i) / 3.0)?;
    round_trip(&ctx, |i| f64::from(i) / 3.0)?;
    round_trip(&ctx, |i| u128::MAX - u128::from(i))
}

pub(crate) fn large_copies_arrive_whole<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let source: Vec<u32> = (0..1_500_000_u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
    let buffer = ctx.upload(&source)?;
    let mut copy = ctx.alloc(source.len())?;
    ctx.copy(&mut copy, &buffer)?;

    assert!(ctx.read(&copy)? == source);
    Ok(())
}

pub(crate) fn parts_are_written_read_and_copied_and_the_rest_stays<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut x = ctx.upload(&[0_u16, 1, 2, 3, 4, 5, 6, 7])?;

    ctx.write(x.slice_mut(1..3)?, &[10, 20])?;
    assert_eq!(ctx.read(&x)?, [0, 10, 20, 3, 4, 5, 6, 7]);
    assert_eq!(ctx.read(x.slice(2..5)?)?, [20, 3, 4]);

    let (left, right) = x.view_mut().split_at(5)?;
    ctx.copy(right, left.as_view().slice(1..4)?)?;
    assert_eq!(ctx.read(&x)?, [0, 10, 20, 3, 4, 10, 20, 3]);

    let mut target = [99; 4];
    ctx.read_into(x.slice(4..8)?, &mut target)?;
    assert_eq!(target, [4, 10, 20, 3]);
    Ok(())
}

fn filled<C: Context, T: Element + PartialEq + Debug>(ctx: &C, around: T, value: T) -> Result<()> {
    let mut buffer = ctx.filled(9, around)?;
    ctx.fill(buffer.slice_mut(1..8)?, value)?;

    let mut expected = [around; 9];
    expected[1..8].fill(value);
    assert_eq!(ctx.read(&buffer)?, expected);
    Ok(())
}

pub(crate) fn filling_repeats_an_element_of_any_size_up_to_sixteen_bytes<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    filled(&ctx, 1_u8, 2)?;
    filled(&ctx, 1_u16, 0x1234)?;
    filled(&ctx, [0_u8; 3], [1, 2, 3])?;
    filled(&ctx, -0.5_f32, 1.5)?;
    filled(&ctx, 0.0_f64, 1.0 / 3.0)?;
    filled(&ctx, [0_u16; 3], [1, 2, 3])?;
    filled(&ctx, [0.0_f32; 3], [1.0, 2.0, 3.0])?;
    filled(&ctx, 0_u128, 0x0123_4567_89ab_cdef_0011_2233_4455_6677)?;
    filled(&ctx, [0_u64; 4], [u64::MAX; 4])?;
    assert_eq!(ctx.read(&ctx.zeros::<[f32; 8]>(3)?)?, [[0.0; 8]; 3]);
    let mut large = ctx.alloc::<[u64; 4]>(2)?;
    assert!(matches!(ctx.fill(&mut large, [1; 4]), Err(Error::Unsupported { .. })));
    Ok(())
}

pub(crate) fn a_source_on_the_host_is_free_when_the_call_returns<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut buffers = Vec::new();
    let mut source = vec![0_u32; 5000];
    for round in 0..10 {
        source.fill(round);
        buffers.push(ctx.upload(&source)?);
    }
    source.fill(u32::MAX);
    drop(source);

    for (round, buffer) in (0..).zip(&buffers) {
        assert!(ctx.read(buffer)?.iter().all(|&value| value == round), "{round}");
    }
    Ok(())
}

pub(crate) fn empty_buffers_are_buffers<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.upload::<f32>(&[])?;
    let y = ctx.alloc::<f32>(0)?;
    ctx.copy(&mut x, &y)?;
    ctx.fill(&mut x, 1.0)?;
    ctx.fill_uniform(&mut x, 0.0..1.0)?;
    ctx.run(super::kernels::axpy(1.0, &y, &mut x))?;
    let (a, b) = (y.matrix(0, 4)?, y.matrix(4, 0)?);
    ctx.gemm(1.0, a, b, 0.0, x.matrix_mut(0, 0)?)?;

    assert_eq!(ctx.read(&x)?, []);
    assert_eq!(ctx.read(y.slice(..)?)?, []);
    assert_eq!(ctx.memory().live, 0);
    Ok(())
}

/// What copies of parts of a matrix must do, on the host.
fn expected(rows: usize, columns: usize, part: (Range<usize>, Range<usize>), fresh: &[u32]) -> Vec<u32> {
    let mut all: Vec<u32> = (0..(rows * columns) as u32).collect();
    let (in_rows, in_columns) = part;
    let mut fresh = fresh.iter();
    for row in in_rows {
        for column in in_columns.clone() {
            all[row * columns + column] = *fresh.next().expect("as many as the part has");
        }
    }
    all
}

pub(crate) fn parts_of_matrices_are_copied_written_and_read<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let all: Vec<u32> = (0..70 * 30).collect();
    let fresh: Vec<u32> = (0..600).map(|value| value + 100_000).collect();
    for (in_rows, in_columns) in
        [(3..23, 0..30), (0..70, 7..8), (5..6, 2..29), (10..40, 11..31 - 1), (7..7, 3..9)]
    {
        let (rows, columns) = (in_rows.len(), in_columns.len());
        let fresh = &fresh[..rows * columns];
        let wanted = expected(70, 30, (in_rows.clone(), in_columns.clone()), fresh);

        let mut x = ctx.upload(&all)?;
        ctx.write_matrix(x.matrix_mut(70, 30)?.part(in_rows.clone(), in_columns.clone())?, fresh)?;
        assert_eq!(ctx.read(&x)?, wanted, "written");

        let mut back = vec![0; fresh.len()];
        ctx.read_matrix(x.matrix(70, 30)?.part(in_rows.clone(), in_columns.clone())?, &mut back)?;
        assert_eq!(back, fresh, "read");

        let source = ctx.upload(fresh)?;
        let mut y = ctx.upload(&all)?;
        let part = y.matrix_mut(70, 30)?.part(in_rows.clone(), in_columns.clone())?;
        ctx.copy_matrix(part, source.matrix(rows, columns)?)?;
        assert_eq!(ctx.read(&y)?, wanted, "copied");

        // Both transposed are the same rows.
        let mut z = ctx.upload(&all)?;
        let part = z.matrix_mut(70, 30)?.t().part(in_columns, in_rows)?;
        ctx.copy_matrix(part, source.matrix(rows, columns)?.t())?;
        assert_eq!(ctx.read(&z)?, wanted, "copied, both transposed");
    }
    let mut large = ctx.zeros::<u8>(3 << 20)?;
    let source: Vec<u8> = (0..2 << 20).map(|place| place as u8).collect();
    ctx.write_matrix(large.matrix_mut(3, 1 << 20)?.part(0..2, 0..1 << 20)?, &source)?;
    ctx.write_matrix(large.matrix_mut(1 << 10, 3 << 10)?.part(0..1 << 10, 0..2 << 10)?, &source)?;
    let mut back = vec![0; source.len()];
    ctx.read_matrix(large.matrix(1 << 10, 3 << 10)?.part(0..1 << 10, 0..2 << 10)?, &mut back)?;
    assert!(back == source);
    Ok(())
}

pub(crate) fn a_copy_of_rows_turns_nothing_and_leaves_no_part<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let x = ctx.zeros::<f32>(12)?;
    let mut y = ctx.zeros::<f32>(12)?;
    let refused = [
        ctx.copy_matrix(y.matrix_mut(3, 4)?, x.matrix(4, 3)?.t()),
        ctx.copy_matrix(y.matrix_mut(3, 4)?, x.matrix(4, 3)?),
        ctx.write_matrix(y.matrix_mut(3, 4)?.t(), &[0.0; 12]),
        ctx.write_matrix(y.matrix_mut(3, 4)?, &[0.0; 11]),
        ctx.read_matrix(x.matrix(3, 4)?, &mut [0.0; 13]),
        x.matrix(3, 4)?.part(0..4, 0..1).map(drop),
        #[allow(clippy::reversed_empty_ranges)]
        x.matrix(3, 4)?.part(0..1, 3..2).map(drop),
    ];
    for (place, refused) in refused.into_iter().enumerate() {
        assert!(matches!(refused, Err(Error::Shape { .. })), "{place}: {refused:?}");
    }
    Ok(())
}

pub(crate) fn copies_between_contexts_are_ordered_on_both_sides<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    // Two pools; each side has another context that uses its buffer too.
    let (here, there) = (make(), make());
    let (here_too, there_too) = (here.fork()?, there.fork()?);
    let mut x = here.filled(4000, 0_u32)?;
    let mut y = there.filled(4000, 0_u32)?;
    for round in 1..=20 {
        here_too.fill(&mut x, round)?;
        there.copy_from(&mut y, &here, &x)?;
        // Must not overwrite what is still copied.
        here_too.fill(&mut x, u32::MAX)?;
        assert_eq!(there_too.read(y.slice(3990..)?)?, [round; 10]);
        there_too.fill(y.slice_mut(..100)?, 7)?;
        here.copy_from(x.slice_mut(..200)?, &there_too, y.slice(..200)?)?;
        let found = here_too.read(&x)?;
        assert_eq!((found[99], found[100], found[200]), (7, round, u32::MAX));
    }
    assert!(there.copy_from(&mut y, &here, x.slice(1..)?).is_err());
    // From a graph's memory, too, and from memory of the same pool.
    let (mut graph, ()) = here.capture(|ctx| ctx.fill(&mut x, 5))?;
    here_too.replay(&mut graph)?;
    there.copy_from(&mut y, &here, &x)?;
    let mut z = there.zeros::<u32>(4000)?;
    there_too.copy_from(&mut z, &there, &y)?;
    assert_eq!(there.read(&z)?, [5; 4000]);
    Ok(())
}

//! The memory pool: what it counts, keeps, gives back and refuses.

use device_context::{Buffer, Context, Error, ErrorClass, Result};

pub(crate) fn statistics_count_what_lives_and_what_is_kept<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let at_first = ctx.memory();
    let x = ctx.alloc::<u8>(1000)?;
    let y = ctx.alloc::<u8>(3000)?;

    let both = ctx.memory();
    assert_eq!((both.live, both.allocations - at_first.allocations), (1024 + 3072, 2));
    assert!(both.reserved >= both.live && both.peak >= both.live);
    drop((x, y));
    let after = ctx.memory();
    assert_eq!((after.live, after.reserved, after.peak), (0, both.reserved, both.peak));
    assert_eq!(ctx.fork()?.memory(), after, "forks share the pool");
    Ok(())
}

pub(crate) fn freed_memory_is_used_again<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let address = ctx.filled(1000, 1_u8)?.as_raw();
    let taken = ctx.memory().backend_allocations;

    let again = ctx.filled(900, 2_u8)?;

    assert_eq!((again.as_raw(), ctx.memory().backend_allocations), (address, taken));
    assert_eq!(ctx.read(&again)?, [2; 900]);
    Ok(())
}

pub(crate) fn trimming_gives_back_what_is_idle<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let kept = ctx.filled(100, 1_u32)?;
    drop(ctx.filled(5000, 2_u32)?);
    ctx.synchronize()?;

    let before = ctx.memory();
    let given = ctx.trim()?;

    assert_eq!(ctx.memory().reserved, before.reserved - given);
    assert_eq!(ctx.memory().live, before.live, "what is live stays");
    assert_eq!(ctx.read(&kept)?, [1; 100]);
    drop(kept);
    ctx.trim()?;
    assert_eq!((ctx.memory().reserved, ctx.memory().live), (0, 0));
    Ok(())
}

pub(crate) fn the_limit_is_kept_and_the_refusal_has_the_numbers<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let held = ctx.alloc::<u8>(1000)?;

    let error = ctx.alloc::<u8>(super::LIMIT).unwrap_err();

    assert_eq!(error.class(), ErrorClass::Exhausted, "{error}");
    let Error::OutOfMemory(numbers) = error else { panic!("{error}") };
    assert_eq!((numbers.device, numbers.live), (ctx.device(), 1024));
    assert_eq!((numbers.requested, numbers.limit), (super::LIMIT, Some(super::LIMIT)));
    drop(held);
    // What was refused fits when the rest is gone.
    ctx.alloc::<u8>(super::LIMIT)?;
    Ok(())
}

pub(crate) fn cached_memory_of_other_sizes_makes_room<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let fork = ctx.fork()?;
    for size in [300_000, 600_000, 400_000, 500_000, 350_000] {
        // Half of the limit, in pieces of another size each time.
        let pieces = (0..super::LIMIT / 2 / size).map(|_| fork.filled(size, 1_u8));
        drop(pieces.collect::<Result<Vec<Buffer<u8, C>>>>()?);
        drop(ctx.filled(super::LIMIT * 3 / 4, 1_u8)?);
    }
    assert!(ctx.memory().peak_reserved <= super::LIMIT);
    Ok(())
}

pub(crate) fn a_size_that_overflows_is_refused<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    for error in [ctx.alloc::<u64>((1 << 61) + 1).unwrap_err(), ctx.alloc::<u16>(usize::MAX).unwrap_err()] {
        assert!(matches!(error, Error::Shape { .. }), "{error}");
    }
    Ok(())
}

pub(crate) fn threads_allocate_from_one_pool<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    // Whatever fails, no thread goes on behind this.
    std::thread::scope(|scope| {
        let threads = (0..4_u32).map(|number| {
            let fork = ctx.fork()?;
            Ok(scope.spawn(move || -> Result<()> {
                for round in 0..20 {
                    let x = fork.filled(100 + 40 * (round as usize % 5), 100 * number + round)?;
                    assert!(fork.read(&x)?.iter().all(|&value| value == 100 * number + round));
                }
                Ok(())
            }))
        });
        let threads = threads.collect::<Result<Vec<_>>>()?;
        threads.into_iter().try_for_each(|thread| thread.join().expect("no thread panics"))
    })?;
    assert_eq!(ctx.memory().live, 0);
    Ok(())
}

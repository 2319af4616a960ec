//! Several contexts on one device: order between them, events, threads, and dropping in the middle.

use std::{collections::HashSet, sync::mpsc, thread};

use device_context::{Buffer, Context, Determinism, Ordering, Result};

use super::kernels::{accumulate, step};

/// What `step` makes of `value` in `times` calls.
fn stepped(value: u32, times: usize) -> u32 {
    (0..times).fold(value, |value, _| value.wrapping_mul(3).wrapping_add(1))
}

pub(crate) fn every_context_has_a_stream_of_its_own<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut ids = HashSet::from([ctx.stream_id()]);
    for _ in 0..10 {
        let fork = ctx.fork()?;
        assert_eq!(fork.device(), ctx.device());
        assert!(ids.insert(fork.stream_id()), "ids are never used again");
    }
    Ok(())
}

pub(crate) fn contexts_that_take_turns_on_a_buffer_run_in_order<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let first = make();
    let contexts = [first.fork()?, first.fork()?, first.fork()?];
    let mut x = first.filled(500, 1_u32)?;
    for turn in 0..30 {
        contexts[turn % 3].run(step(&mut x))?;
    }

    assert_eq!(first.read(&x)?, [stepped(1, 30); 500]);
    Ok(())
}

pub(crate) fn a_write_follows_the_reads_of_every_context<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let writer = make();
    let readers = [writer.fork()?, writer.fork()?, writer.fork()?];
    let mut x = writer.filled(200, 1_u32)?;
    let mut sums = readers.iter().map(|reader| reader.zeros(1)).collect::<Result<Vec<Buffer<u32, C>>>>()?;
    for _ in 0..10 {
        for (reader, sum) in readers.iter().zip(&mut sums) {
            reader.run(accumulate(&x, sum))?;
        }
        writer.run(step(&mut x))?;
    }

    let expected = (0..10).fold(0_u32, |sum, turn| sum.wrapping_add(200_u32.wrapping_mul(stepped(1, turn))));
    for sum in &sums {
        assert_eq!(writer.read(sum)?, [expected]);
    }
    Ok(())
}

pub(crate) fn threads_pass_buffers_on_without_waiting<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let first = make();
    let (to_second, from_first) = mpsc::channel::<Buffer<u32, C>>();
    let (to_first, from_second) = mpsc::channel::<Buffer<u32, C>>();
    let second = first.fork()?;
    // Whatever fails, neither thread goes on behind this.
    thread::scope(move |scope| {
        let thread = scope.spawn(move || -> Result<()> {
            for mut buffer in from_first {
                second.run(step(&mut buffer))?;
                // Where the first thread has failed, it says why.
                let _ = to_first.send(buffer);
            }
            Ok(())
        });
        let to_second = to_second;
        let mut rounds = 0;
        for round in 0..20 {
            let mut buffer = first.filled(100, round)?;
            first.run(step(&mut buffer))?;
            // Where the other thread has failed, its result says why.
            let Ok(()) = to_second.send(buffer) else { break };
            let Ok(mut buffer) = from_second.recv() else { break };
            first.run(step(&mut buffer))?;
            assert_eq!(first.read(&buffer)?, [stepped(round, 3); 100]);
            rounds += 1;
        }
        drop(to_second);
        thread.join().expect("the thread does not panic")?;
        assert_eq!(rounds, 20);
        Ok(())
    })
}

pub(crate) fn halves_of_a_buffer_are_written_by_two_contexts<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let a = make();
    let b = a.fork()?;
    let mut x = a.filled(64, 1_u32)?;
    for _ in 0..5 {
        let (mut left, mut right) = x.view_mut().split_at(20)?;
        a.run(step(&mut left))?;
        b.run(step(&mut right))?;
        b.run(step(&mut right))?;
    }

    let found = b.read(&x)?;
    assert_eq!(found[..20], [stepped(1, 5); 20]);
    assert_eq!(found[20..], [stepped(1, 10); 44]);
    Ok(())
}

pub(crate) fn an_event_is_complete_when_it_was_waited_for<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(100, 1_u32)?;
    let early = ctx.record()?;
    for _ in 0..20 {
        ctx.run(step(&mut x))?;
    }
    let late = ctx.record()?;
    assert_eq!((late.device(), late.stream()), (ctx.device(), ctx.stream_id()));
    assert!(late.tick() > early.tick());

    late.synchronize()?;

    assert!(late.query()? && early.query()?);
    Ok(())
}

pub(crate) fn an_event_orders_what_no_buffer_does<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let a = make();
    let b = a.fork()?;
    let mut x = a.filled(100, 1_u32)?;
    a.run(step(&mut x))?;

    let event = a.record()?;
    b.wait(&event)?;
    b.record()?.synchronize()?;

    assert!(event.query()?, "what `b` waited for is complete");
    Ok(())
}

pub(crate) fn synchronizing_ends_what_was_given_before<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(100, 1_u32)?;
    ctx.run(step(&mut x))?;
    let event = ctx.record()?;

    ctx.synchronize()?;

    assert!(event.query()?);
    Ok(())
}

pub(crate) fn dropping_a_context_loses_no_work<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let reader = make();
    for round in 0..10 {
        let ctx = reader.fork()?;
        let mut x = ctx.filled(1000, round)?;
        ctx.run(step(&mut x))?;
        let event = ctx.record()?;
        drop(ctx);

        assert_eq!(reader.read(&x)?, [stepped(round, 1); 1000]);
        event.synchronize()?;
    }
    Ok(())
}

pub(crate) fn dropping_a_buffer_in_use_is_safe<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let a = make();
    let b = a.fork()?;
    for round in 0..30 {
        let x = a.filled(700, round)?;
        let mut sum = b.zeros(1)?;
        b.run(accumulate(&x, &mut sum))?;
        // `a` may get the memory again while `b` still reads it.
        drop(x);
        let other = a.filled(700, u32::MAX)?;
        assert_eq!(b.read(&sum)?, [700 * round]);
        drop(other);
    }
    Ok(())
}

pub(crate) fn dropping_a_context_and_then_what_it_uses_is_safe<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let a = make();
    for round in 0..30 {
        let x = a.filled(700, round)?;
        let mut sum = a.zeros(1)?;
        let b = a.fork()?;
        b.run(accumulate(&x, &mut sum))?;
        // Nobody but the memory itself knows of the work now, and `a` may get it again.
        drop(b);
        drop(x);
        let other = a.filled(700, u32::MAX)?;
        assert_eq!(a.read(&sum)?, [700 * round]);
        drop(other);
    }
    Ok(())
}

pub(crate) fn buffers_and_events_may_outlive_their_contexts<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let x = ctx.filled(10, 1_u8)?;
    let event = ctx.record()?;
    drop(ctx);

    event.synchronize()?;
    assert_eq!((x.len(), x.device()), (10, event.device()));
    thread::spawn(move || drop((x, event))).join().expect("dropping does not panic");
    Ok(())
}

pub(crate) fn one_context_alone_inserts_no_wait<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    for round in 0..10 {
        let mut x = ctx.filled(100 + round, 1_u32)?;
        ctx.run(step(&mut x))?;
        let mut y = ctx.alloc(x.len())?;
        ctx.copy(&mut y, &x)?;
    }

    assert_eq!(ctx.inserted_waits(), 0);
    Ok(())
}

pub(crate) fn a_manual_order_inserts_no_wait_and_ends_with_its_scope<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let a = make();
    let b = a.fork()?;
    let mut x = a.filled(500, 1_u32)?;
    assert_eq!(b.ordering(), Ordering::Auto);
    for _ in 0..5 {
        a.run(step(&mut x))?;
        a.synchronize()?;
        let waits = b.inserted_waits();
        {
            // SAFETY: the other context's work has ended, and nothing else uses `x`.
            let _manual = unsafe { b.order_manually() };
            // SAFETY: as above; scopes may be nested.
            drop(unsafe { b.order_manually() });
            assert_eq!(b.ordering(), Ordering::Manual);
            b.run(step(&mut x))?;
        }
        assert_eq!((b.ordering(), b.inserted_waits()), (Ordering::Auto, waits));
    }
    // Others follow what was done in the scope.
    assert_eq!(a.read(&x)?, [stepped(1, 10); 500]);
    Ok(())
}

pub(crate) fn a_context_has_a_label_and_is_reproducible_unless_asked<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    assert_eq!((ctx.label(), ctx.determinism()), ("", Determinism::Reproducible));
    let fork = ctx.fork()?;
    let mut x = fork.filled(100, 1_u32)?;
    fork.run(step(&mut x))?;
    fork.close()?;
    assert_eq!(ctx.read(&x)?, [stepped(1, 1); 100]);
    Ok(())
}

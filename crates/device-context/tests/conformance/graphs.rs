//! Graphs: work that is captured once and replayed.

use std::panic::{AssertUnwindSafe, catch_unwind};

use device_context::{Buffer, Context, Device, Error, Graph, Result};

use super::kernels::{accumulate, step};

fn stepped(value: u32, times: usize) -> u32 {
    (0..times).fold(value, |value, _| value.wrapping_mul(3).wrapping_add(1))
}

pub(crate) fn capturing_runs_nothing_and_each_replay_runs_it_once<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(300, 1_u32)?;
    let (mut graph, ()) = ctx.capture(|ctx| {
        ctx.run(step(&mut x))?;
        ctx.run(step(&mut x))
    })?;
    assert_eq!(ctx.read(&x)?, [1; 300], "captured work has not run");

    for replay in 1..=3 {
        ctx.replay(&mut graph)?;
        assert_eq!(ctx.read(&x)?, [stepped(1, 2 * replay); 300]);
    }
    Ok(())
}

pub(crate) fn a_graph_keeps_alive_what_it_touches<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(700, 1_u32)?;
    let mut sum = ctx.zeros::<u32>(1)?;
    let (mut graph, ()) = ctx.capture(|ctx| {
        ctx.run(step(&mut x))?;
        ctx.run(accumulate(&x, &mut sum))
    })?;
    drop(x);
    // Were the memory free, these would get it.
    let others = (0..8).map(|_| ctx.filled(700, 9_u32)).collect::<Result<Vec<_>>>()?;

    ctx.replay(&mut graph)?;
    ctx.replay(&mut graph)?;

    let expected = 700_u32.wrapping_mul(stepped(1, 1)).wrapping_add(700_u32.wrapping_mul(stepped(1, 2)));
    assert_eq!(ctx.read(&sum)?, [expected]);
    for other in &others {
        assert_eq!(ctx.read(other)?, [9; 700]);
    }
    Ok(())
}

pub(crate) fn a_graph_gives_its_memory_back<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let before = ctx.memory().live;
    for _ in 0..3 {
        let mut x = ctx.filled(5000, 1_u32)?;
        let (mut graph, out) = ctx.capture(|ctx| {
            ctx.run(step(&mut x))?;
            let copy = ctx.duplicate(&x)?;
            ctx.upload(&[1_u32; 100])?;
            Ok(copy)
        })?;
        ctx.replay(&mut graph)?;
        drop(x);
        drop(graph);
        assert_eq!(ctx.read(&out)?, [stepped(1, 1); 5000]);
    }
    assert_eq!(ctx.memory().live, before);
    Ok(())
}

pub(crate) fn memory_of_a_capture_is_used_again_in_it_and_by_nobody_else<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let x = ctx.filled(1000, 3_u32)?;
    let mut sum = ctx.zeros::<u32>(1)?;
    let (mut graph, addresses) = ctx.capture(|ctx| {
        let mut addresses = Vec::new();
        for _ in 0..4 {
            let mut scratch = ctx.duplicate(&x)?;
            ctx.run(step(&mut scratch))?;
            ctx.run(accumulate(&scratch, &mut sum))?;
            addresses.push(scratch.as_raw());
        }
        Ok(addresses)
    })?;
    assert!(addresses.iter().all(|address| *address == addresses[0]), "scratch memory is used again");
    let others = (0..6).map(|_| ctx.filled(1000, 9_u32)).collect::<Result<Vec<Buffer<u32, C>>>>()?;
    assert!(others.iter().all(|other| other.as_raw() != addresses[0]), "but by the graph only");

    ctx.replay(&mut graph)?;

    assert_eq!(ctx.read(&sum)?, [4000_u32.wrapping_mul(stepped(3, 1))]);
    Ok(())
}

pub(crate) fn random_numbers_go_on_from_replay_to_replay<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    // Neither starts at a multiple of four words.
    ctx.words(3)?;
    let (mut graph, (mut uniform, mut words)) = ctx.capture(|ctx| {
        let uniform = ctx.uniform(1001, -1.0..2.0)?;
        Ok((uniform, ctx.words(50)?))
    })?;
    let direct = make();
    direct.words(3)?;
    assert_eq!(ctx.random(), direct.random(), "capturing draws nothing");
    assert_eq!(graph.random_words(), 1051);

    for _ in 0..3 {
        ctx.replay(&mut graph)?;
        let expected = direct.uniform(1001, -1.0..2.0)?;
        assert_eq!(ctx.read(&uniform)?, direct.read(&expected)?);
        assert_eq!(ctx.read(&words)?, direct.read(&direct.words(50)?)?);
        assert_eq!(ctx.random(), direct.random());
        // A draw in between moves the sequence on for the graph too.
        assert_eq!(ctx.read(&ctx.words(7)?)?, direct.read(&direct.words(7)?)?);
    }
    ctx.fill(&mut uniform, 0.0)?;
    ctx.fill_words(&mut words)
}

pub(crate) fn an_abandoned_capture_is_undone<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(100, 1_u32)?;
    let failed = ctx.capture::<()>(|ctx| {
        ctx.run(step(&mut x))?;
        let branch = ctx.fork()?;
        branch.run(step(&mut x))?;
        ctx.upload(&[1.0_f32; 3])?;
        ctx.copy(&mut x, &ctx.zeros(99)?)
    });
    assert!(matches!(failed, Err(Error::Shape { .. })), "{failed:?}");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let captured = ctx.capture::<()>(|ctx| {
            ctx.run(step(&mut x))?;
            panic!("as the test wants it")
        });
        captured.map(drop)
    }));
    // A driver that fails before says so.
    if let Ok(outcome) = panicked {
        return outcome.map(|()| panic!("the panic is lost"));
    }

    ctx.run(step(&mut x))?;
    assert_eq!(ctx.read(&x)?, [stepped(1, 1); 100]);
    let fork = ctx.fork()?;
    fork.run(step(&mut x))?;
    fork.synchronize()?;
    assert_eq!(ctx.read(&x)?, [stepped(1, 2); 100]);
    Ok(())
}

pub(crate) fn replays_are_ordered_with_every_context<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let a = make();
    let (b, c) = (a.fork()?, a.fork()?);
    let mut x = a.filled(500, 1_u32)?;
    let mut sum = a.zeros::<u32>(1)?;
    let (mut graph, ()) = a.capture(|ctx| ctx.run(step(&mut x)))?;
    let mut expected = 0_u32;
    for round in 0..10 {
        // Written by one, replayed by another, read by a third, overwritten by the first.
        b.fill(&mut x, round)?;
        c.replay(&mut graph)?;
        a.run(accumulate(&x, &mut sum))?;
        expected = expected.wrapping_add(500_u32.wrapping_mul(stepped(round, 1)));
    }

    assert_eq!(b.read(&sum)?, [expected]);
    assert_eq!(c.read(&x)?, [stepped(9, 1); 500]);
    Ok(())
}

pub(crate) fn forks_made_while_capturing_take_part<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let x = ctx.filled(400, 2_u32)?;
    let (mut graph, (sums, drawn)) = ctx.capture(|ctx| {
        let branches = [ctx.fork()?, ctx.fork()?, ctx.fork()?];
        let mut y = ctx.duplicate(&x)?;
        let mut sums = ctx.zeros::<u32>(1)?;
        for branch in &branches {
            branch.run(step(&mut y))?;
            ctx.run(accumulate(&y, &mut sums))?;
        }
        let drawn = branches[1].words(20)?;
        Ok((sums, drawn))
    })?;
    let mut draws = Vec::new();
    for _ in 0..3 {
        ctx.replay(&mut graph)?;
        let expected =
            (1..=3).fold(0_u32, |sum, times| sum.wrapping_add(400_u32.wrapping_mul(stepped(2, times))));
        assert_eq!(ctx.read(&sums)?, [expected]);
        draws.push(ctx.read(&drawn)?);
    }
    assert_eq!(ctx.random().position(), 0, "the context itself draws nothing");
    assert!(draws[0] != draws[1] && draws[1] != draws[2], "a fork's numbers go on too");
    Ok(())
}

pub(crate) fn what_waits_or_is_seen_by_the_host_is_not_captured<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut x = ctx.filled(10, 1_u32)?;
    let mut pinned = ctx.alloc_pinned::<u32>(10)?;
    let event = ctx.fork()?.record()?;
    let (mut inner, ()) = ctx.capture(|_| Ok(()))?;
    let (mut graph, leaked) = ctx.capture(|ctx| {
        let refused = [
            ctx.read(&x).map(drop),
            ctx.synchronize(),
            ctx.record().map(drop),
            ctx.read_later(&x).map(drop),
            ctx.read_pinned(&x, &mut pinned),
            ctx.write_pinned(&mut x, &pinned),
            ctx.capture(|_| Ok(())).map(drop),
            ctx.replay(&mut inner),
        ];
        for (place, refused) in refused.into_iter().enumerate() {
            assert!(matches!(refused, Err(Error::Capture { .. })), "{place}: {refused:?}");
        }
        // It has ended, or is refused: which, is not known without asking.
        let _ = ctx.wait(&event);
        ctx.run(step(&mut x))?;
        ctx.fork()
    })?;
    // A context of a capture that has ended captures nothing and runs nothing.
    let refused = leaked.run(step(&mut x)).unwrap_err();
    assert!(refused.to_string().contains("has ended"), "{refused}");
    drop(leaked);

    ctx.replay(&mut graph)?;
    assert_eq!(ctx.read(&x)?, [stepped(1, 1); 10]);
    Ok(())
}

pub(crate) fn what_is_written_while_capturing_is_written_by_each_replay<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut x = ctx.zeros::<u32>(1000)?;
    let mut source = vec![5_u32; 1000];
    let (mut graph, ()) = ctx.capture(|ctx| {
        ctx.write(&mut x, &source)?;
        ctx.run(step(&mut x))
    })?;
    source.fill(8);
    for _ in 0..2 {
        ctx.fill(&mut x, 0)?;
        ctx.replay(&mut graph)?;
        assert_eq!(ctx.read(&x)?, [stepped(5, 1); 1000]);
    }
    Ok(())
}

pub(crate) fn parameters_are_changed_by_capturing_again<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut x = ctx.zeros::<u32>(64)?;
    let mut other = ctx.zeros::<u32>(64)?;
    fn work<C: Context>(ctx: &C, x: &mut Buffer<u32, C>, value: u32) -> Result<()> {
        ctx.fill(&mut *x, value)?;
        ctx.run(step(x))
    }
    let (mut graph, ()) = ctx.capture(|ctx| work(ctx, &mut x, 1))?;
    ctx.replay(&mut graph)?;
    ctx.recapture(&mut graph, |ctx| work(ctx, &mut x, 7))?;
    // What was replayed before keeps its parameters, though it may not have run yet.
    let before = ctx.read(&x)?;
    ctx.replay(&mut graph)?;
    assert_eq!((before, ctx.read(&x)?), (vec![stepped(1, 1); 64], vec![stepped(7, 1); 64]));

    // Another buffer, and work of another shape.
    ctx.recapture(&mut graph, |ctx| work(ctx, &mut other, 9))?;
    ctx.replay(&mut graph)?;
    assert_eq!((ctx.read(&x)?[0], ctx.read(&other)?[0]), (stepped(7, 1), stepped(9, 1)));
    let drawn = ctx.recapture(&mut graph, |ctx| {
        work(ctx, &mut x, 2)?;
        ctx.words(10)
    })?;
    ctx.replay(&mut graph)?;
    assert_eq!(ctx.read(&drawn)?.len(), 10);
    assert_eq!(ctx.read(&x)?[0], stepped(2, 1));

    let failed = ctx.recapture::<()>(&mut graph, |ctx| {
        work(ctx, &mut x, 3)?;
        Err(Error::Shape { operation: "the test", detail: "as it wants".to_owned() })
    });
    assert!(failed.is_err());
    ctx.replay(&mut graph)?;
    assert_eq!(ctx.read(&x)?[0], stepped(2, 1), "a capture that failed changes nothing");
    Ok(())
}

pub(crate) fn a_graph_outlives_the_context_that_captured_it<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let fork = ctx.fork()?;
    let (mut graph, x) = fork.capture(|ctx| {
        let mut x = ctx.filled(30, 4_u32)?;
        ctx.run(step(&mut x))?;
        Ok(x)
    })?;
    drop(fork);
    let (mut graph, ctx) = std::thread::spawn(move || -> Result<(Graph<C>, C)> {
        ctx.replay(&mut graph)?;
        Ok((graph, ctx))
    })
    .join()
    .expect("the thread does not panic")?;
    assert_eq!(ctx.read(&x)?, [stepped(4, 1); 30]);
    ctx.replay(&mut graph)?;
    drop((ctx, x));
    // The last owner of the device.
    drop(graph);
    Ok(())
}

pub(crate) fn a_graph_of_another_pool_is_refused<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let (ctx, stranger) = (make(), make());
    let (mut graph, _x) = ctx.capture(|ctx| ctx.filled(30, 4_u32))?;

    let refused = stranger.replay(&mut graph).unwrap_err();
    assert!(matches!(refused, Error::WrongDevice { .. }), "{refused}");
    ctx.replay(&mut graph)
}

pub(crate) fn a_thread_that_reads_never_meets_a_replay_of_another<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let ctx = make();
    // Enough for a read to take a while.
    let len = if ctx.device() == Device::Cpu { 1 << 19 } else { 1 << 12 };
    let (replayer, writer) = (ctx.fork()?, ctx.fork()?);
    let mut x = ctx.filled(len, 1_u32)?;
    let mut y = ctx.zeros::<u32>(len)?;
    // Two that write in turn what the other one reads.
    let (mut forth, ()) = ctx.capture(|ctx| {
        ctx.run(step(&mut x))?;
        ctx.copy(&mut y, &x)
    })?;
    let (mut back, ()) = ctx.capture(|ctx| ctx.copy(&mut x, &y))?;
    std::thread::scope(|scope| -> Result<()> {
        let first = scope.spawn(move || -> Result<C> {
            for _ in 0..40 {
                replayer.replay(&mut forth)?;
            }
            Ok(replayer)
        });
        let second = scope.spawn(move || -> Result<C> {
            for _ in 0..40 {
                writer.replay(&mut back)?;
            }
            Ok(writer)
        });
        for _ in 0..40 {
            let found = ctx.read(&x)?;
            assert!(found.iter().all(|value| *value == found[0]), "half of a replay was read");
            let (left, right) = (ctx.duplicate(x.slice(..len / 2)?)?, ctx.duplicate(&y)?);
            let (left, right) = (ctx.read(&left)?, ctx.read(&right)?);
            assert!(left.iter().all(|value| *value == left[0]), "half of a replay was copied");
            assert!(right.iter().all(|value| *value == right[0]), "half of a replay was copied");
        }
        first.join().expect("the thread does not panic")?;
        second.join().expect("the thread does not panic")?;
        Ok(())
    })
}

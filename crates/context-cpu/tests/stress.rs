//! Eight threads with real data: every number comes out exactly.

use std::{
    sync::{Arc, Barrier, mpsc},
    thread,
};

use context_core::{Buffer, Context, Result, kernel};
use context_cpu::{CpuContext, StreamKind};

const THREADS: usize = 8;

type Numbers = Buffer<u64, CpuContext>;

kernel! {
    /// x ← x + step
    fn add(step: u64, x: &mut [u64]);
    threads: x.len();
    cpu: { x.iter_mut().for_each(|x| *x += step); }
}

kernel! {
    /// sum ← sum + Σ x
    fn accumulate(x: &[u64], sum: &mut [u64]);
    requires: sum.len() == 1;
    threads: 1;
    cpu: { sum[0] += x.iter().sum::<u64>(); }
}

kernel! {
    /// y ← y + x, element by element
    fn merge(x: &[u64], y: &mut [u64]);
    requires: x.len() == y.len();
    threads: y.len();
    cpu: { y.iter_mut().zip(x).for_each(|(y, x)| *y += x); }
}

/// A context for thread `number`: inline and worker streams take turns.
fn context(number: usize) -> CpuContext {
    let kind = if number.is_multiple_of(2) { StreamKind::Worker } else { StreamKind::Inline };
    CpuContext::builder().stream(kind).build().unwrap()
}

#[test]
fn buffers_that_go_round_a_ring_of_threads_lose_no_update() -> Result<()> {
    const ROUNDS: usize = 40;
    const LENGTH: usize = 257;
    let (senders, receivers): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| mpsc::channel::<Numbers>()).unzip();
    let start = context(0);
    for sender in &senders {
        for _ in 0..2 {
            sender.send(start.zeros(LENGTH)?).unwrap();
        }
    }
    let mut threads = Vec::new();
    for (number, receiver) in receivers.into_iter().enumerate() {
        let next = senders[(number + 1) % THREADS].clone();
        threads.push(thread::spawn(move || -> Result<(u64, Vec<Numbers>)> {
            let ctx = context(number);
            let mut sum = ctx.zeros(1)?;
            let mut last = Vec::new();
            for hop in 0..2 * ROUNDS {
                let mut token = receiver.recv().unwrap();
                ctx.run(add(1, &mut token))?;
                ctx.run(accumulate(&token, &mut sum))?;
                match hop < 2 * ROUNDS - 2 {
                    true => next.send(token).unwrap(),
                    false => last.push(token),
                }
            }
            Ok((ctx.read(&sum)?[0], last))
        }));
    }
    drop(senders);

    let mut sums = 0;
    for thread in threads {
        let (sum, tokens) = thread.join().unwrap()?;
        sums += sum;
        for token in tokens {
            assert_eq!(start.read(&token)?, vec![ROUNDS as u64; LENGTH]);
        }
    }
    // Each of the tokens was added up at each of its values, 1 to ROUNDS.
    let of_one = (ROUNDS * (ROUNDS + 1) / 2 * LENGTH) as u64;
    assert_eq!(sums, 2 * THREADS as u64 * of_one);
    Ok(())
}

#[test]
fn one_writer_and_many_readers_see_each_generation_whole() -> Result<()> {
    const GENERATIONS: u64 = 30;
    const LENGTH: usize = 1000;
    let writer = context(0);
    let mut shared = Arc::new(writer.zeros::<u64>(LENGTH)?);
    let readers: Vec<_> = (0..THREADS)
        .map(|number| {
            let (sender, inbox) = mpsc::channel::<Arc<Numbers>>();
            let thread = thread::spawn(move || -> Result<u64> {
                let ctx = context(number);
                let mut sum = ctx.zeros(1)?;
                for numbers in inbox {
                    ctx.run(accumulate(&*numbers, &mut sum))?;
                }
                Ok(ctx.read(&sum)?[0])
            });
            (sender, thread)
        })
        .collect();

    for _ in 0..GENERATIONS {
        // The readers have given their work when they let go, but it need not have run: the write follows it.
        let mut numbers = wait_for_sole_owner(shared);
        writer.run(add(1, &mut numbers))?;
        shared = Arc::new(numbers);
        for (sender, _) in &readers {
            sender.send(shared.clone()).unwrap();
        }
    }
    for (sender, thread) in readers {
        drop(sender);
        assert_eq!(thread.join().unwrap()?, LENGTH as u64 * (GENERATIONS * (GENERATIONS + 1) / 2));
    }
    Ok(())
}

fn wait_for_sole_owner(mut shared: Arc<Numbers>) -> Numbers {
    loop {
        match Arc::try_unwrap(shared) {
            Ok(numbers) => return numbers,
            Err(again) => shared = again,
        }
        thread::yield_now();
    }
}

#[test]
fn halves_of_one_buffer_on_many_threads_come_out_whole() -> Result<()> {
    const PART: usize = 100;
    let first = context(0);
    let mut x = first.zeros::<u64>(PART * THREADS)?;
    for round in 1..=20 {
        thread::scope(|scope| {
            let mut rest = x.view_mut();
            for number in 0..THREADS {
                let (part, others) = rest.split_at(PART).unwrap();
                rest = others;
                scope.spawn(move || {
                    let ctx = context(number);
                    let mut part = part;
                    ctx.run(add(number as u64, &mut part)).unwrap();
                    let mut copy = ctx.zeros(PART).unwrap();
                    ctx.copy(&mut copy, &part).unwrap();
                    ctx.run(add(1, &mut part)).unwrap();
                    assert_eq!(ctx.read(&copy).unwrap(), [round * (number as u64 + 1) - 1; PART]);
                });
            }
        });
    }

    let found = first.read(&x)?;
    for (number, part) in found.chunks(PART).enumerate() {
        assert_eq!(part, [20 * (number as u64 + 1); PART]);
    }
    Ok(())
}

#[test]
fn memory_that_threads_pass_on_through_the_pool_is_never_shared() -> Result<()> {
    let first = context(0);
    let barrier = Arc::new(Barrier::new(THREADS));
    let threads: Vec<_> = (0..THREADS)
        .map(|number| {
            let (ctx, barrier) = (first.fork().unwrap(), barrier.clone());
            thread::spawn(move || -> Result<()> {
                let inline = context(1);
                barrier.wait();
                for round in 0..150 {
                    let tag = (number * 1000 + round) as u64;
                    let length = 1 + round % 7 * 100;
                    let mut x = ctx.filled(length, tag)?;
                    let y = ctx.filled(length, 1_u64)?;
                    ctx.run(merge(&y, &mut x))?;
                    // Freed while the work on it may still be queued: whoever gets the memory next runs after that.
                    drop(y);
                    let reader = if round % 3 == 0 { &inline } else { &ctx };
                    assert_eq!(reader.read(&x)?, vec![tag + 1; length]);
                }
                Ok(())
            })
        })
        .collect();
    threads.into_iter().try_for_each(|thread| thread.join().unwrap())
}

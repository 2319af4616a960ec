//! Pinned memory, results on their way, and what a context keeps for its owner.

use std::{
    future::IntoFuture,
    pin::pin,
    sync::Arc,
    task::{Context as TaskContext, Poll, Wake, Waker},
    thread::Thread,
    time::Duration,
};

use device_context::{Context, CpuContext, Error, Result};

pub(crate) fn pinned_memory_takes_part_in_the_order<C: Context>(make: &impl Fn() -> C) -> Result<()> {
    let one = make();
    let other = one.fork()?;
    let mut host = one.alloc_pinned::<u32>(1000)?;
    let mut device = one.zeros::<u32>(1000)?;
    for round in 1..20_u32 {
        // Waits for the copy of the round before, which reads it.
        host.write()?.fill(round);
        one.write_pinned(&mut device, &host)?;
        // Follows the copy in, on another stream; the host waits for it below.
        other.read_pinned(&device, &mut host)?;
        assert!(host.read()?.iter().all(|value| *value == round));
    }
    Ok(())
}

pub(crate) fn pinned_lengths_that_differ_are_refused<C: Context>(make: &impl Fn() -> C) -> Result<()> {
    let ctx = make();
    let host = ctx.alloc_pinned::<u8>(3)?;
    let mut device = ctx.zeros::<u8>(4)?;
    assert!(matches!(ctx.write_pinned(&mut device, &host), Err(Error::Shape { .. })));
    let mut host = host;
    assert!(matches!(ctx.read_pinned(&device, &mut host), Err(Error::Shape { .. })));
    Ok(())
}

pub(crate) fn dropping_pinned_memory_in_use_is_safe<C: Context>(make: &impl Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut device = ctx.zeros::<u8>(1 << 16)?;
    for round in 0..20_u8 {
        let mut host = ctx.alloc_pinned::<u8>(1 << 16)?;
        host.write()?.fill(round);
        ctx.write_pinned(&mut device, &host)?;
        drop(host);
        // The same memory, most likely, while the copy may still read it: writing it waits.
        ctx.alloc_pinned::<u8>(1 << 16)?.write()?.fill(255);
        assert!(ctx.read(&device)?.iter().all(|value| *value == round));
    }
    Ok(())
}

pub(crate) fn a_result_on_its_way_is_what_was_there_when_it_was_asked_for<C: Context>(
    make: &impl Fn() -> C,
) -> Result<()> {
    let ctx = make();
    let mut buffer = ctx.filled(100, 1.0_f32)?;
    let before = ctx.read_later(&buffer)?;
    ctx.fill(&mut buffer, 2.0)?;
    let after = ctx.read_later(&buffer)?;
    drop(ctx.read_later(&buffer)?);
    drop(buffer);
    assert_eq!(before.wait()?, [1.0; 100]);
    let after = after.wait_timeout(Duration::from_secs(600))?.expect("ten minutes are enough");
    assert_eq!(after, [2.0; 100]);
    Ok(())
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The smallest executor.
fn block_on<F: IntoFuture>(work: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut work = pin!(work.into_future());
    loop {
        match work.as_mut().poll(&mut TaskContext::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => std::thread::park_timeout(Duration::from_secs(60)),
        }
    }
}

pub(crate) fn a_result_is_awaited_on_any_executor<C: Context>(make: &impl Fn() -> C) -> Result<()> {
    let ctx = make();
    let buffer = ctx.filled(100, 3_u16)?;
    assert_eq!(block_on(ctx.read_later(&buffer)?)?, [3; 100]);
    block_on(&ctx.record()?)
}

pub(crate) fn contexts_of_any_two_devices_copy_to_each_other<C: Context>(
    make: &impl Fn() -> C,
) -> Result<()> {
    let (here, there) = (make(), CpuContext::new()?);
    let source = here.upload(&[1, 2, 3])?;
    let mut copy = there.zeros::<i32>(3)?;
    there.copy_from(&mut copy, &here, &source)?;
    let mut back = here.zeros::<i32>(3)?;
    here.copy_from(&mut back, &there, &copy)?;
    assert_eq!(here.read(&back)?, [1, 2, 3]);
    Ok(())
}

pub(crate) fn a_context_keeps_what_its_owner_gives_it<C: Context>(make: &impl Fn() -> C) -> Result<()> {
    let ctx = make();
    ctx.extensions().insert(5_u64);
    ctx.progress().set_total(2);
    ctx.progress().advance();
    let seen_elsewhere = ctx.progress().clone();
    let moved = std::thread::spawn(move || ctx).join().expect("a thread");

    assert_eq!(moved.extensions().get::<u64>(), Some(5));
    assert_eq!(seen_elsewhere.report().step, 1);
    assert_eq!(moved.fork()?.extensions().get::<u64>(), None);
    Ok(())
}

pub(crate) fn a_duplicate_is_a_buffer_of_its_own<C: Context>(make: &impl Fn() -> C) -> Result<()> {
    let ctx = make();
    let mut first = ctx.upload(&[1.0_f64, 2.0])?;
    let second = ctx.duplicate(&first)?;
    ctx.fill(&mut first, 0.0)?;
    assert_eq!(ctx.read(&second)?, [1.0, 2.0]);
    Ok(())
}

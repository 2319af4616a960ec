//! What is refused, in which words, and that nothing happens then.

mod recorder;

use std::sync::Arc;

use context_core::{Buffer, Context, Device, Error, ErrorClass, Event, Result};
use recorder::{
    Call, Entry, Machine, Recorder, TestContext,
    program::{r, rw},
};

fn context() -> (Arc<Machine>, TestContext) {
    let machine = Machine::new(0);
    let context = TestContext::new(&machine);
    (machine, context)
}

/// Every operation of a context that takes something of a device, with which operand is foreign.
fn operations_with(
    ctx: &TestContext,
    foreign: &mut Buffer<f32, TestContext>,
    event: &Event<Recorder>,
) -> Vec<(&'static str, &'static str, Result<()>)> {
    let mut own = ctx.alloc::<f32>(4).unwrap();
    let other = ctx.alloc::<f32>(4).unwrap();
    vec![
        ("write", "the target", ctx.write(&mut *foreign, &[0.0; 4])),
        ("read", "the source", ctx.read(&*foreign).map(drop)),
        ("copy", "the target", ctx.copy(&mut *foreign, &own)),
        ("copy", "the source", ctx.copy(&mut own, &*foreign)),
        ("fill", "the target", ctx.fill(&mut *foreign, 1.0)),
        ("fill_uniform", "the target", ctx.fill_uniform(&mut *foreign, 0.0..1.0)),
        ("gemm", "a", {
            let (a, b, c) =
                (foreign.matrix(2, 2).unwrap(), other.matrix(2, 2).unwrap(), own.matrix_mut(2, 2));
            ctx.gemm(1.0, a, b, 0.0, c.unwrap())
        }),
        ("gemm", "b", {
            let (a, b, c) =
                (other.matrix(2, 2).unwrap(), foreign.matrix(2, 2).unwrap(), own.matrix_mut(2, 2));
            ctx.gemm(1.0, a, b, 0.0, c.unwrap())
        }),
        ("gemm", "c", {
            let (a, b, c) =
                (other.matrix(2, 2).unwrap(), own.matrix(2, 2).unwrap(), foreign.matrix_mut(2, 2));
            ctx.gemm(1.0, a, b, 0.0, c.unwrap())
        }),
        ("wait", "the event", ctx.wait(event)),
    ]
}

#[test]
fn another_devices_object_is_refused_by_name_before_anything_happens() {
    let (machine, ctx) = context();
    let elsewhere = Machine::named(Device::Cuda(1), 0);
    let other = TestContext::new(&elsewhere);
    let mut foreign = other.alloc::<f32>(4).unwrap();
    let event = other.record().unwrap();
    // What the operations need of their own device is allocated and used once, so that only they are counted.
    drop(operations_with(&ctx, &mut foreign, &event));
    let (calls, foreign_calls) = (machine.calls(), elsewhere.calls());

    let outcomes = operations_with(&ctx, &mut foreign, &event);

    for (name, operand, outcome) in outcomes {
        let error = outcome.unwrap_err();
        assert!(
            matches!(&error, Error::WrongDevice { operation, context: Device::Cuda(0), object, found: Device::Cuda(1) }
                if *operation == name && object == operand),
            "{name}, {operand}: {error:?}"
        );
        assert_eq!(error.class(), ErrorClass::BadRequest);
        let text = error.to_string();
        assert!(
            text.starts_with(&format!("{name}: the context is on cuda:0 but {operand} is on cuda:1")),
            "{text}"
        );
    }
    assert_eq!((machine.calls(), elsewhere.calls()), (calls, foreign_calls));
}

#[test]
fn a_kernels_foreign_argument_is_named_as_the_declaration_names_it() {
    let (machine, ctx) = context();
    let other = TestContext::new(&Machine::named(Device::Sim(3), 0));
    let x = ctx.alloc::<u32>(4).unwrap();
    let mut y = other.alloc::<u32>(4).unwrap();
    let calls = machine.calls();

    let text = ctx.run(rw(&x, &mut y)).unwrap_err().to_string();

    assert!(text.starts_with("rw: the context is on cuda:0 but y is on sim:3"), "{text}");
    assert_eq!(machine.calls(), calls);
}

#[test]
fn two_pools_of_one_device_are_two_devices_and_the_error_says_so() {
    // The text named the same device twice.
    let machine = Machine::new(0);
    let (a, b) = (TestContext::new(&machine), TestContext::new(&machine));
    let x = b.alloc::<u32>(4).unwrap();

    let error = a.run(r(&x)).unwrap_err();

    assert!(matches!(error, Error::WrongDevice { context: Device::Cuda(0), found: Device::Cuda(0), .. }));
    let text = error.to_string();
    assert!(text.contains("another memory pool"), "{text}");
}

/// Every call that a lost device must refuse.
fn calls_on(ctx: &TestContext, x: &mut Buffer<f32, TestContext>, event: &Event<Recorder>) -> Vec<Result<()>> {
    vec![
        ctx.alloc::<f32>(4).map(drop),
        ctx.alloc::<f32>(0).map(drop),
        ctx.filled(4, 1.0_f32).map(drop),
        ctx.upload(&[1.0_f32]).map(drop),
        ctx.uniform(4, 0.0..1.0).map(drop),
        ctx.write(&mut *x, &[0.0; 4]),
        ctx.read(&*x).map(drop),
        ctx.fill(&mut *x, 1.0),
        ctx.fill_uniform(&mut *x, 0.0..1.0),
        ctx.fork().map(drop),
        ctx.record().map(drop),
        ctx.wait(event),
        ctx.synchronize(),
        ctx.trim().map(drop),
        event.query().map(drop),
        event.synchronize(),
    ]
}

#[test]
fn a_lost_device_refuses_every_call_and_names_the_first_cause() {
    let (machine, ctx) = context();
    let fork = ctx.fork().unwrap();
    let mut x = ctx.filled(4, 1.0_f32).unwrap();
    let event = fork.record().unwrap();
    machine.lose_on_failure();
    machine.fail_next(Call::Operation, 1);
    let first = ctx.fill(&mut x, 2.0).unwrap_err();
    assert_eq!(first.class(), ErrorClass::ContextLost);
    machine.fail_next(Call::Synchronize, 1);
    let calls = machine.calls();

    for (context, position) in [(&ctx, 0), (&fork, 1)] {
        for (index, outcome) in calls_on(context, &mut x, &event).into_iter().enumerate() {
            let error = outcome.expect_err("a lost device serves nothing");
            assert!(
                matches!(error, Error::Lost { device: Device::Cuda(0), .. }),
                "{position}, {index}: {error:?}"
            );
            assert_eq!(
                error.to_string(),
                "cuda:0 is lost since an earlier failure: cuda:0: going on is not supported: the test made Operation fail",
                "{position}, {index}"
            );
        }
    }
    assert_eq!(machine.calls(), calls, "the device is left alone");
}

#[test]
fn a_lost_device_keeps_its_memory_and_leaves_others_alone() {
    let (machine, ctx) = context();
    let other = TestContext::new(&Machine::named(Device::Cuda(1), 0));
    let x = ctx.filled(1000, 1_u8).unwrap();
    machine.lose_on_failure();
    machine.fail_next(Call::Synchronize, 1);
    assert!(ctx.synchronize().is_err());
    machine.take_log();

    drop((ctx, x));

    assert!(machine.is_closed());
    assert_eq!(machine.take_log(), [], "nothing says that the device does not touch it any more");
    assert!(other.filled(4, 1_u8).is_ok());
}

#[test]
fn an_allocation_failure_that_is_no_shortage_is_not_called_one() {
    let (machine, ctx) = context();
    machine.lose_on_failure();
    machine.fail_next(Call::Allocate, 1);

    assert!(matches!(ctx.alloc::<u8>(4).unwrap_err(), Error::Lost { .. }));
    assert!(matches!(ctx.alloc::<u8>(4).unwrap_err(), Error::Lost { .. }));
}

#[test]
fn a_failure_that_loses_nothing_is_over_when_it_is_reported() {
    let (machine, ctx) = context();
    machine.fail_next(Call::Operation, 1);
    let mut x = ctx.alloc::<u8>(4).unwrap();

    let error = ctx.fill(&mut x, 1).unwrap_err();

    assert_eq!(error.class(), ErrorClass::BadRequest);
    assert!(ctx.fill(&mut x, 1).is_ok());
}

#[test]
fn sizes_that_do_not_agree_are_all_in_the_text() {
    let (machine, ctx) = context();
    let x = ctx.alloc::<f32>(6).unwrap();
    let mut y = ctx.alloc::<f32>(4).unwrap();
    machine.take_log();

    let text = |outcome: Result<()>| {
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Shape { .. }), "{error:?}");
        error.to_string()
    };
    assert_eq!(text(ctx.copy(&mut y, &x)), "copying a buffer: 6 elements into 4");
    assert_eq!(text(ctx.write(&mut y, &[0.0; 3])), "writing a buffer from the host: 3 elements into 4");
    assert_eq!(text(ctx.read_into(&x, &mut [0.0; 5])), "reading a buffer to the host: 6 elements into 5");
    assert_eq!(
        text(x.slice(5..7).map(drop)),
        "slicing a buffer: the range Included(5)..Excluded(7) does not lie in 6 elements"
    );
    assert_eq!(
        text(x.view().split_at(7).map(drop)),
        "slicing a buffer: the range Included(7)..Unbounded does not lie in 6 elements"
    );
    assert_eq!(text(x.matrix(2, 4).map(drop)), "viewing a buffer as a matrix: 2 × 4 is not its length, 6");
    assert_eq!(
        text(x.matrix(usize::MAX, 2).map(drop)),
        format!("viewing a buffer as a matrix: {} × 2 is not its length, 6", usize::MAX)
    );
    let (a, b) = (x.matrix(2, 3).unwrap(), x.matrix(2, 3).unwrap());
    let c = y.matrix_mut(2, 2).unwrap();
    assert_eq!(text(ctx.gemm(1.0, a, b, 0.0, c)), "multiplying matrices: 2 × 3 times 2 × 3 into 2 × 2");
    assert_eq!(machine.take_log(), []);
}

#[test]
fn a_range_for_random_numbers_must_hold_some() {
    let (_, ctx) = context();

    for range in [1.0..1.0, 2.0..1.0, f32::NAN..1.0, 0.0..f32::NAN, 0.0..f32::INFINITY, f32::MIN..f32::MAX] {
        let error = ctx.uniform(4, range.clone()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("drawing random numbers: the range {range:?} is empty or not finite")
        );
    }
    assert_eq!(ctx.random().position(), 0, "no numbers were taken");
}

#[test]
fn a_size_that_overflows_is_refused() {
    // (1 << 61) + 1 elements of 8 bytes are 8 bytes when the product wraps: a release build of cudarc 0.19.10 hands them out.
    let (machine, ctx) = context();
    let calls = machine.calls();

    for error in [
        ctx.alloc::<u64>((1 << 61) + 1).unwrap_err(),
        ctx.alloc::<u64>(usize::MAX).unwrap_err(),
        ctx.zeros::<u16>(usize::MAX / 2).unwrap_err(),
        ctx.alloc::<[u8; 4096]>(1 << 52).unwrap_err(),
    ] {
        assert!(matches!(error, Error::Shape { operation: "allocating a buffer", .. }), "{error:?}");
    }
    assert_eq!(
        ctx.alloc::<u64>((1 << 61) + 1).unwrap_err().to_string(),
        "allocating a buffer: 2305843009213693953 elements of 8 bytes are more than an address space holds"
    );
    assert_eq!(machine.calls(), calls);
    assert_eq!(ctx.memory().allocations, 0);
}

#[test]
fn a_size_that_no_class_holds_is_out_of_memory() {
    let machine = Machine::new(0);
    machine.set_capacity(1 << 30);
    let ctx = TestContext::new(&machine);

    let error = ctx.alloc::<u8>(isize::MAX as usize).unwrap_err();

    assert_eq!(error.class(), ErrorClass::Exhausted);
}

#[test]
fn empty_buffers_work_everywhere_and_cost_nothing() {
    let (machine, ctx) = context();
    let calls = machine.calls();

    let mut x: Buffer<f32, _> = ctx.alloc(0).unwrap();
    let mut y = ctx.upload::<f32>(&[]).unwrap();
    let z = ctx.zeros::<f32>(0).unwrap();
    let drawn = ctx.uniform(0, 0.0..1.0).unwrap();
    assert!(x.is_empty() && y.is_empty() && z.is_empty() && drawn.is_empty());
    ctx.fill(&mut x, 1.0).unwrap();
    ctx.copy(&mut x, &y).unwrap();
    ctx.write(&mut y, &[]).unwrap();
    assert_eq!(ctx.read(&x).unwrap(), []);
    assert_eq!(x.slice(..).unwrap().len() + x.slice(0..0).unwrap().len(), 0);
    assert_eq!(x.view_mut().split_at(0).unwrap().1.len(), 0);
    assert_eq!((x.size_bytes(), x.matrix(0, 7).unwrap().columns()), (0, 7));
    let (a, b) = (x.matrix(0, 3).unwrap(), z.matrix(3, 0).unwrap());
    ctx.gemm(1.0, a, b, 0.0, y.matrix_mut(0, 0).unwrap()).unwrap();

    assert_eq!(machine.calls(), calls, "{:?}", machine.log());
    assert_ne!(x.as_raw(), 0);
}

#[test]
fn a_product_over_an_empty_inner_dimension_still_scales_its_target() {
    let (machine, ctx) = context();
    let empty = ctx.alloc::<f32>(0).unwrap();
    let mut c = ctx.alloc::<f32>(6).unwrap();
    machine.take_log();

    let (a, b) = (empty.matrix(2, 0).unwrap(), empty.matrix(0, 3).unwrap());
    ctx.gemm(1.0, a, b, 0.0, c.matrix_mut(2, 3).unwrap()).unwrap();

    let log = machine.take_log();
    assert!(
        matches!(&log[..], [Entry::Operation { name: "gemm", accesses, .. }] if accesses.len() == 1),
        "{log:?}"
    );
    drop((c, empty, ctx));
    machine.assert_closed_clean();
}

#[test]
fn elements_of_no_size_take_no_memory() {
    let (machine, ctx) = context();

    let mut x = ctx.filled(1000, ()).unwrap();
    ctx.fill(&mut x, ()).unwrap();

    assert_eq!((x.len(), ctx.read(&x).unwrap().len()), (1000, 1000));
    assert_eq!(x.slice(990..).unwrap().len(), 10);
    assert_eq!(machine.allocated(), 0);
}

#[test]
fn filling_with_a_large_element_is_refused_unless_its_bytes_are_equal() {
    let (_, ctx) = context();
    let mut x = ctx.alloc::<[u64; 3]>(4).unwrap();

    assert!(ctx.fill(&mut x, [0; 3]).is_ok());
    assert!(ctx.fill(&mut x, [u64::MAX; 3]).is_ok());
    let error = ctx.fill(&mut x, [1; 3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cuda:0: filling with an element of more than 16 bytes is not supported: [u64; 3] has 24; use `write`"
    );
}

#[test]
fn random_numbers_are_not_taken_by_an_operation_that_fails() {
    let (machine, ctx) = context();
    let mut x = ctx.alloc::<f32>(10).unwrap();
    machine.fail_next(Call::Operation, 1);

    assert!(ctx.fill_uniform(&mut x, 0.0..1.0).is_err());
    assert_eq!(ctx.random().position(), 0);
    ctx.fill_uniform(&mut x, 0.0..1.0).unwrap();
    assert_eq!(ctx.random().position(), 10);
}

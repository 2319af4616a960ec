//! What is refused, and that nothing happens then.

use device_context::{Buffer, Context, Error, ErrorClass, Result};

use super::kernels::step;

fn assert_wrong_device<T>(outcome: Result<T>, operation: &str, operand: &str) {
    match outcome.map(drop) {
        Err(error @ Error::WrongDevice { .. }) => {
            assert_eq!(error.class(), ErrorClass::BadRequest);
            let text = error.to_string();
            assert!(text.starts_with(&format!("{operation}: ")) && text.contains(operand), "{text}");
        }
        other => panic!("{operation}, {operand}: {other:?}"),
    }
}

pub(crate) fn what_belongs_to_another_pool_is_refused_by_name<C: Context>(
    make: &dyn Fn() -> C,
) -> Result<()> {
    let (ctx, other) = (make(), make());
    let mut foreign: Buffer<u32, C> = other.filled(4, 1)?;
    let mut own = ctx.filled(4, 2)?;

    assert_wrong_device(ctx.read(&foreign), "read", "the source");
    assert_wrong_device(ctx.write(&mut foreign, &[0; 4]), "write", "the target");
    assert_wrong_device(ctx.copy(&mut own, &foreign), "copy", "the source");
    assert_wrong_device(ctx.copy(&mut foreign, &own), "copy", "the target");
    assert_wrong_device(ctx.fill(&mut foreign, 3), "fill", "the target");
    assert_wrong_device(ctx.run(step(&mut foreign)), "step", "x");
    assert_wrong_device(ctx.wait(&other.record()?), "wait", "the event");

    assert_eq!((ctx.read(&own)?, other.read(&foreign)?), (vec![2; 4], vec![1; 4]));
    Ok(())
}

pub(crate) fn lengths_that_differ_are_refused<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let x = ctx.filled(4, 1_u32)?;
    let mut y = ctx.filled(5, 2)?;

    for error in [
        ctx.copy(&mut y, &x).unwrap_err(),
        ctx.write(&mut y, &[1, 2, 3]).unwrap_err(),
        ctx.read_into(&x, &mut [0; 3]).unwrap_err(),
        x.slice(3..5).unwrap_err(),
        x.view().split_at(5).unwrap_err(),
        x.matrix(2, 3).unwrap_err(),
    ] {
        assert!(matches!(error, Error::Shape { .. }), "{error}");
        assert_eq!(error.class(), ErrorClass::BadRequest);
    }
    assert_eq!(ctx.read(&y)?, [2; 5]);
    Ok(())
}

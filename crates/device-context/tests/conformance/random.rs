//! Random numbers are the same bits on every device.

use device_context::{
    Context, Result,
    random::{Philox, uniform_from_word},
};

fn bits(values: Vec<f32>) -> Vec<u32> {
    values.into_iter().map(f32::to_bits).collect()
}

pub(crate) fn draws_are_the_floats_of_philox_words<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    // Both sides of the place where the subsequences begin anew, and places that are no multiple of four.
    for (seed, place) in [(1234, 0), (1234, 262_100), (u64::MAX, 1), (7, (1 << 34) - 3)] {
        for length in [1, 2, 3, 4, 5, 100, 1027] {
            let generator = Philox::new(seed).at(place);
            ctx.set_random(generator);
            let drawn = ctx.read(&ctx.uniform(length, 0.0..1.0)?)?;

            let expected: Vec<_> =
                (0..length as u64).map(|i| uniform_from_word(generator.word(i)).to_bits()).collect();
            assert_eq!(bits(drawn), expected, "{length} of seed {seed} at {place}");
            assert_eq!(ctx.random().position(), place + length as u64);
        }
    }
    Ok(())
}

pub(crate) fn a_range_is_scaled_alike_everywhere<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    for (low, high) in [(-1.0_f32, 1.0), (0.1, 0.3), (-1e30, 1e30), (5.0, 5.000_001)] {
        let generator = ctx.random();
        let drawn = ctx.read(&ctx.uniform(999, low..high)?)?;

        let mut expected = vec![0.0; 999];
        generator.fill_uniform(&mut expected, (low, high));
        assert!(drawn.iter().all(|value| (low..=high).contains(value)));
        assert_eq!(bits(drawn), bits(expected), "{low}..{high}");
    }
    Ok(())
}

pub(crate) fn draws_continue_each_other<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let start = ctx.random();
    let mut pieces = ctx.zeros(10)?;
    ctx.fill_uniform(pieces.slice_mut(..3)?, 0.0..1.0)?;
    ctx.fill_uniform(pieces.slice_mut(3..)?, 0.0..1.0)?;

    ctx.set_random(start);
    assert_eq!(bits(ctx.read(&pieces)?), bits(ctx.read(&ctx.uniform(10, 0.0..1.0)?)?));
    Ok(())
}

pub(crate) fn forks_draw_from_sequences_of_their_own<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    let forks = [ctx.fork()?, ctx.fork()?.fork()?, ctx.fork()?];
    let mut firsts = vec![ctx.random().word(0)];
    for fork in &forks {
        assert_eq!((fork.random().seed(), fork.random().position()), (ctx.random().seed(), 0));
        let drawn = fork.read(&fork.uniform(1, 0.0..1.0)?)?;
        assert_eq!(drawn[0], uniform_from_word(fork.random().at(0).word(0)));
        firsts.push(fork.random().at(0).word(0));
    }
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts.len(), 4);
    Ok(())
}

pub(crate) fn a_range_without_numbers_is_refused<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    for range in [1.0..1.0, f32::NAN..1.0, 0.0..f32::INFINITY] {
        assert!(ctx.uniform(4, range).is_err());
    }
    assert_eq!(ctx.random().position(), 0);
    Ok(())
}

pub(crate) fn words_and_normals_are_the_same_bits_everywhere<C: Context>(make: &dyn Fn() -> C) -> Result<()> {
    let ctx = make();
    for (seed, place, length) in [(1234, 0, 1000), (9, 262_141, 37), (u64::MAX, 3, 1), (5, 2, 2)] {
        let generator = Philox::new(seed).with_fork(2).at(place);
        ctx.set_random(generator);
        let words = ctx.read(&ctx.words(length)?)?;
        assert!(words.iter().enumerate().all(|(i, word)| *word == generator.word(i as u64)));
        assert_eq!(ctx.random().position(), place + length as u64);

        for (mean, deviation) in [(0.0, 1.0), (-3.0, 0.25)] {
            ctx.set_random(generator);
            let normals = ctx.read(&ctx.normal(length, mean, deviation)?)?;
            let mut expected = vec![0.0; length];
            generator.fill_normal(&mut expected, mean, deviation);
            assert_eq!(bits(normals), bits(expected), "{length} of seed {seed} at {place}");
        }
    }
    assert!(ctx.normal(4, f32::NAN, 1.0).is_err() && ctx.normal(4, 0.0, f32::INFINITY).is_err());
    Ok(())
}

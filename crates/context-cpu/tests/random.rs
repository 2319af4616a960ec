//! Random numbers: the same bits as the real cuRAND makes on the host.

use context_core::{
    Context, Result,
    random::{Philox, uniform_from_word},
};
use context_cpu::{CpuContext, StreamKind};
use serde_json::Value;

struct Sequence {
    seed: u64,
    first: u64,
    words: Vec<u32>,
    /// As bits.
    uniforms: Vec<u32>,
}

/// What cuRAND made: the start, and both sides of the places where its subsequences begin anew.
fn sequences() -> Vec<Sequence> {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/curand_philox_host.json")).unwrap();
    let bits = |list: &Value| -> Vec<u32> {
        let list = list.as_array().unwrap().iter();
        list.map(|bits| u32::from_str_radix(bits.as_str().unwrap(), 16).unwrap()).collect()
    };
    let sequences = fixture["sequences"].as_array().unwrap().iter();
    sequences
        .map(|sequence| Sequence {
            seed: sequence["seed"].as_u64().unwrap(),
            first: sequence["first"].as_u64().unwrap(),
            words: bits(&sequence["words"]),
            uniforms: bits(&sequence["uniforms"]),
        })
        .collect()
}

#[test]
fn words_are_curands() {
    let sequences = sequences();
    assert!(sequences.iter().any(|sequence| sequence.first < 262_144 && 262_144 < sequence.first + 16));
    for Sequence { seed, first, words, .. } in sequences {
        let mut found = vec![0; words.len()];
        Philox::new(seed).at(first).fill_words(&mut found);

        assert_eq!(found, words, "seed {seed} from {first}");
    }
}

#[test]
fn uniforms_are_curands_bit_for_bit_on_every_kind_of_stream() -> Result<()> {
    for kind in [StreamKind::Inline, StreamKind::Worker] {
        for Sequence { seed, first, uniforms, .. } in sequences() {
            let ctx = CpuContext::builder().seed(seed).stream(kind).build()?;
            ctx.set_random(ctx.random().at(first));

            let drawn = ctx.read(&ctx.uniform(uniforms.len(), 0.0..1.0)?)?;

            let bits: Vec<_> = drawn.into_iter().map(f32::to_bits).collect();
            assert_eq!(bits, uniforms, "seed {seed} from {first}");
        }
    }
    Ok(())
}

#[test]
fn one_long_draw_holds_what_curand_has_at_each_place() -> Result<()> {
    for Sequence { seed, first, uniforms, .. } in sequences() {
        let ctx = CpuContext::builder().seed(seed).build()?;
        let drawn = ctx.uniform(first as usize + 16, 0.0..1.0)?;

        let part = ctx.read(drawn.slice(first as usize..)?)?;

        assert_eq!(part.into_iter().map(f32::to_bits).collect::<Vec<_>>(), uniforms);
        assert_eq!(ctx.random().position(), first + 16);
    }
    Ok(())
}

#[test]
fn a_range_is_scaled_from_the_same_words() -> Result<()> {
    let ctx = CpuContext::builder().seed(99).build()?;
    let words: Vec<u32> = (0..1000).map(|index| ctx.random().word(index)).collect();

    let drawn = ctx.read(&ctx.uniform(1000, -2.0..3.0)?)?;

    for (value, word) in drawn.into_iter().zip(words) {
        assert_eq!(value, uniform_from_word(word) * 5.0 - 2.0);
        assert!((-2.0..=3.0).contains(&value));
    }
    Ok(())
}

#[test]
fn draws_follow_each_other_and_a_fork_draws_from_elsewhere() -> Result<()> {
    let ctx = CpuContext::builder().seed(5).build()?;
    let fork = ctx.fork()?;
    let start = ctx.random();

    let pieces = [ctx.read(&ctx.uniform(3, 0.0..1.0)?)?, ctx.read(&ctx.uniform(6, 0.0..1.0)?)?].concat();
    ctx.set_random(start);
    let whole = ctx.read(&ctx.uniform(9, 0.0..1.0)?)?;

    assert_eq!(pieces, whole);
    let of_fork = fork.read(&fork.uniform(9, 0.0..1.0)?)?;
    assert!(of_fork.iter().all(|value| !whole.contains(value)));
    let of_forks_fork = fork.fork()?;
    assert_ne!(of_forks_fork.random().word(0), fork.random().at(0).word(0));
    Ok(())
}

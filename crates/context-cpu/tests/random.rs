//! Random numbers: the same bits as the real cuRAND makes on the host.

use context_core::{
    Context, Result,
    random::{MersenneTwister, MersenneTwisters, Philox, uniform_from_word},
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

/// Bits that are written as numbers to the base of sixteen.
fn bits(list: &Value) -> Vec<u32> {
    let list = list.as_array().into_iter().flatten();
    list.map(|bits| u32::from_str_radix(bits.as_str().unwrap(), 16).unwrap()).collect()
}

fn sequences_of(fixture: &Value) -> Vec<Sequence> {
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

/// What cuRAND made: the start, and both sides of the places where its subsequences begin anew.
fn sequences() -> Vec<Sequence> {
    sequences_of(&serde_json::from_str(include_str!("fixtures/curand_philox_host.json")).unwrap())
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

/// What each kind of generator of the real cuRAND made for seed 1234, as the eight first and the eight next values.
fn first_values(generator: &str, draw: &str) -> Vec<u32> {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/curand_host_seed1234.json")).unwrap();
    let draw = &fixture["generators"][generator][draw];
    [bits(&draw["bits"]), bits(&draw["next"])].concat()
}

/// Counts the floats between two.
fn ulps(a: f32, b: f32) -> u32 {
    let place = |x: f32| {
        let bits = x.to_bits().cast_signed();
        if bits < 0 { i32::MIN - bits } else { bits }
    };
    place(a).abs_diff(place(b))
}

#[test]
fn normals_are_within_two_ulp_of_curands() {
    let mut expected = first_values("PHILOX4_32_10", "normal_f32(0,1)");
    expected.truncate(8);
    let mut found = [0.0; 8];
    Philox::new(1234).fill_normal(&mut found, 0.0, 1.0);
    for (found, expected) in found.into_iter().zip(expected) {
        let expected = f32::from_bits(expected);
        assert!(ulps(found, expected) <= 2, "{found} for {expected}");
    }
}

#[test]
fn seeds_and_offsets_of_curand_are_ours() {
    for (draw, generator) in [
        ("generate_u32", Philox::new(1234)),
        ("offset4_u32", Philox::new(1234).at(4)),
        ("seed_0_u32", Philox::new(0)),
        ("seed_1_u32", Philox::new(1)),
        ("seed_9223372036854775813_u32", Philox::new(9_223_372_036_854_775_813)),
    ] {
        let expected = &first_values("PHILOX4_32_10", draw)[..4];
        let mut found = [0; 4];
        generator.fill_words(&mut found);
        assert_eq!(found, *expected, "{draw}");
    }
}

#[test]
fn the_mersenne_twister_begins_as_curands() {
    assert_eq!(MersenneTwister::new(1234).next_word(), first_values("MT19937", "generate_u32")[0]);
}

#[test]
fn the_words_and_uniforms_of_the_mersenne_twisters_are_curands() {
    let fixture = serde_json::from_str(include_str!("fixtures/curand_mt19937_host.json")).unwrap();
    for Sequence { seed, first, words, .. } in sequences_of(&fixture) {
        // Far behind the start of a round there are many generators to be made: only where the test is compiled for speed.
        let most = if cfg!(debug_assertions) { 16 } else { words.len() };
        if cfg!(debug_assertions) && first % 65_536 > 16 {
            continue;
        }
        let mut found = vec![0; most.min(words.len())];
        MersenneTwisters::new(seed as u32).at(first).fill_words(&mut found);

        assert_eq!(found, words[..found.len()], "seed {seed} from {first}");
    }
    let uniforms = &bits(&fixture["uniforms"])[..if cfg!(debug_assertions) { 24 } else { 120 }];
    let mut found = vec![0.0; uniforms.len()];
    MersenneTwisters::new(1234).fill_uniform(&mut found);
    assert_eq!(found.into_iter().map(f32::to_bits).collect::<Vec<_>>(), uniforms);
}

#[test]
fn any_number_of_threads_draws_the_same_numbers() -> Result<()> {
    const LENGTH: usize = (1 << 20) + 77;
    let draw = |threads| -> Result<_> {
        let ctx = CpuContext::builder().seed(3).threads(threads).build()?;
        ctx.set_random(ctx.random().at(5));
        let words = ctx.read(&ctx.words(LENGTH)?)?;
        Ok((words, ctx.read(&ctx.normal(LENGTH, 0.0, 1.0)?)?, ctx.read(&ctx.uniform(LENGTH, -1.0..1.0)?)?))
    };
    let one = draw(1)?;
    assert!([2, 3, 5].into_iter().all(|threads| draw(threads).is_ok_and(|drawn| drawn == one)));
    Ok(())
}

#[test]
fn normals_have_their_mean_and_deviation() {
    let mut values = vec![0.0; 1 << 20];
    Philox::new(1).fill_normal(&mut values, 0.0, 1.0);
    let mean = values.iter().map(|&x| f64::from(x)).sum::<f64>() / values.len() as f64;
    let square = values.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / values.len() as f64;
    assert!(mean.abs() < 0.004 && (square - 1.0).abs() < 0.006, "{mean} {square}");
}

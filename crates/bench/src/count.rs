//! Instructions, counted by callgrind: this program runs itself under it at two lengths, and the difference is what one turn costs.

use std::{env, fs, process::Command};

use anyhow::{Context as _, Result, bail};
use context_core::{Buffer, Context, MemoryOptions};

use crate::{
    device::CountingContext,
    generate::{Random, generate},
    trace::{Nothing, Replay, Trace, Uses},
};

/// What is counted: the name, the argument, and two numbers of turns.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    pub(crate) what: &'static str,
    pub(crate) argument: String,
    pub(crate) turns: [u64; 2],
}

/// Tells whether callgrind is installed.
pub(crate) fn is_possible() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// Returns the instructions of one turn.
pub(crate) fn instructions(job: &Job) -> Result<f64> {
    let [few, many] = job.turns;
    let difference = run(job, many)?.saturating_sub(run(job, few)?);
    Ok(difference as f64 / (many - few) as f64)
}

fn run(job: &Job, turns: u64) -> Result<u64> {
    let file = env::temp_dir().join(format!("memory-{}-{}-{turns}.callgrind", std::process::id(), job.what));
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--quiet"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe()?)
        .args(["turns", job.what, &job.argument, &turns.to_string()])
        .output()?;
    if !output.status.success() {
        bail!("{job:?} under callgrind: {}", String::from_utf8_lossy(&output.stderr));
    }
    let profile = fs::read_to_string(&file)?;
    fs::remove_file(&file)?;
    let totals =
        profile.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    let total = totals.and_then(|text| text.split_whitespace().next()).context("callgrind gave no total")?;
    Ok(total.parse()?)
}

/// Returns a trace: made up where the argument is a kind and a seed with a `#` between them, else of a file.
fn trace(argument: &str) -> Result<Trace> {
    match argument.split_once('#') {
        Some((kind, seed)) => generate(kind, seed.parse()?),
        None => Trace::read(argument.as_ref()),
    }
}

/// Does what callgrind watches.
pub(crate) fn turns(what: &str, argument: &str, turns: u64) -> Result<()> {
    match what {
        "hit" => {
            let (ctx, _) = CountingContext::open(true, MemoryOptions::default())?;
            let bytes: usize = argument.parse()?;
            for _ in 0..turns {
                drop(ctx.alloc::<u8>(bytes)?);
            }
        }
        "live" => {
            let (ctx, _) = CountingContext::open(true, MemoryOptions::default())?;
            let mut held = hold(&ctx, argument.parse()?)?;
            let mut random = Random::new(1);
            // The pool grows while the first blocks are replaced, whose gaps fit nothing yet.
            for _ in 0..2 * held.len() {
                replace(&ctx, &mut held, &mut random)?;
            }
            for _ in 0..turns {
                replace(&ctx, &mut held, &mut random)?;
            }
        }
        "replay" => {
            let trace = trace(argument)?;
            for _ in 0..turns {
                let (ctx, _) = CountingContext::open(true, MemoryOptions::default())?;
                Replay::new(&trace, ctx)?.run(&trace, Uses::Idle)?;
            }
        }
        "loop" => {
            let trace = trace(argument)?;
            for _ in 0..turns {
                let streams = (0..trace.streams).map(|_| Nothing).collect();
                Replay::through(&trace, streams).run(&trace, Uses::Idle)?;
            }
        }
        other => bail!("{other} is not a thing to count"),
    }
    Ok(())
}

/// Allocates many blocks of many sizes.
pub(crate) fn hold(ctx: &CountingContext, count: usize) -> Result<Vec<Buffer<u8, CountingContext>>> {
    let mut random = Random::new(2);
    (0..count).map(|_| Ok(ctx.alloc(size(&mut random))?)).collect()
}

/// Frees one of many blocks and allocates another.
fn replace(
    ctx: &CountingContext,
    held: &mut [Buffer<u8, CountingContext>],
    random: &mut Random,
) -> Result<()> {
    let place = random.below(held.len() as u64) as usize;
    held[place] = ctx.alloc(0)?;
    held[place] = ctx.alloc(size(random))?;
    Ok(())
}

/// From 256 bytes to a mebibyte, as many of each doubling.
fn size(random: &mut Random) -> usize {
    let log = 8 + random.below(12);
    (1 << log) + random.below(1 << log) as usize
}

//! What the memory pool takes and costs, beside what others do.
//!
//! `memory` prints all tables; `memory FILE…` replays other traces as well; `memory ratios` leaves out what is timed or
//! counted; `memory seeds FROM TO` makes up traces from other seeds; `memory threads` prints one table; `memory turns …` is what it runs under callgrind.

mod count;
mod device;
mod generate;
mod host;
mod threads;
mod trace;

use std::{
    env,
    ops::Range,
    path::{Path, PathBuf},
    sync::atomic::Ordering::Relaxed,
};

use anyhow::{Context as _, Result, bail};
use context_core::{Context, MemoryOptions};
use count::Job;
use device::CountingContext;
use trace::{Replay, Trace, Uses};

/// The recorded traces, with what others need for them and what this pool is to reach: PyTorch 2.15, the same with expandable segments,
/// RMM 26.10's growing pool, one arena whose order nobody minds, and the goal.
const RECORDED: [(&str, [f64; 5]); 5] = [
    ("mlp_train", [1.361, 1.243, 1.338, 1.136, 1.12]),
    ("cnn_train", [1.376, 1.033, 1.120, 1.023, 1.024]),
    ("transformer_train", [1.365, 1.009, 1.066, 1.008, 1.008]),
    ("encoder_server", [2.566, 1.763, 1.591, 1.055, 1.15]),
    ("decode_server", [1.169, 1.148, 1.468, 1.031, 1.045]),
];

/// The most waits that a trace may cost, of a hundred allocations.
const MOST_WAITS: f64 = 2.0;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["turns", what, argument, turns] => return count::turns(what, argument, turns.parse()?),
        ["turns", ..] => bail!("turns takes what, an argument and a number"),
        ["seeds", from, to] => return generated(from.parse()?..to.parse()?),
        ["threads"] => return threads::table(),
        ["seeds", ..] => bail!("seeds takes the first and the one behind the last"),
        _ => {}
    }
    let ratios_only = arguments.first().is_some_and(|first| first == "ratios");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("traces");
    let paths: Vec<PathBuf> =
        RECORDED.iter().map(|(name, _)| folder.join(format!("{name}.csv.gz"))).collect();
    let traces = paths.iter().map(|path| Trace::read(path)).collect::<Result<Vec<_>>>()?;
    recorded(&traces)?;
    for argument in arguments.iter().filter(|argument| *argument != "ratios") {
        let trace = Trace::read(Path::new(argument))?;
        row(&trace, None)?;
    }
    generated(0..3)?;
    if ratios_only {
        return Ok(());
    }
    costs(&paths, &traces)?;
    threads::table()?;
    host::table()
}

/// Which runs through the same pool are looked at, behind the first.
const AGAIN: [usize; 3] = [2, 3, 10];

/// What a trace took of a pool.
struct Outcome {
    /// Peak reserved by peak live.
    ratio: f64,
    /// Waits of a hundred allocations.
    waits: f64,
    moved: u64,
    /// Of more runs through the same pool, those of [`AGAIN`]: driver calls about memory, and waits of a hundred allocations.
    again: [(u64, f64); 3],
    /// Reserved behind the last of them by peak live.
    settled: f64,
}

fn replay(trace: &Trace, mapped: bool, uses: Uses) -> Result<Outcome> {
    let (ctx, counts) = CountingContext::open(mapped, MemoryOptions::default())?;
    let mut replay = Replay::new(trace, ctx)?;
    replay.run(trace, uses)?;
    let used = replay.contexts[0].memory();
    let waits = counts.waits.load(Relaxed);
    let mut later = Vec::new();
    for _ in 2..=AGAIN[2] {
        let before = (counts.memory.load(Relaxed), counts.waits.load(Relaxed));
        replay.run(trace, uses)?;
        let waited = counts.waits.load(Relaxed) - before.1;
        later
            .push((counts.memory.load(Relaxed) - before.0, 100.0 * waited as f64 / trace.allocations as f64));
    }
    Ok(Outcome {
        ratio: used.peak_reserved as f64 / trace.peak_live as f64,
        waits: 100.0 * waits as f64 / trace.allocations as f64,
        moved: used.moved_pages,
        again: AGAIN.map(|run| later[run - 2]),
        settled: replay.contexts[0].memory().reserved as f64 / trace.peak_live as f64,
    })
}

fn heading(what: &str) {
    println!("\n{what}");
    println!(
        "{:24} {:>8} {:>15} {:>15} {:>15} {:>7} {:>24} {:>7} | {:>7} {:>7} {:>7} {:>7} | {:>6}",
        "trace",
        "live MiB",
        "pages",
        "segments",
        "uses ordered",
        "moved",
        "again",
        "settled",
        "torch",
        "expand",
        "rmm",
        "bound",
        "goal"
    );
}

fn recorded(traces: &[Trace]) -> Result<()> {
    heading(
        "Peak reserved / peak live (waits in % of allocations). moved: pages moved; again: driver calls about memory of a second, a third and a tenth run through the same pool (waits of the tenth); settled: reserved behind it.",
    );
    let mut missed = 0;
    for (trace, (_, others)) in traces.iter().zip(RECORDED) {
        missed += usize::from(!row(trace, Some(others))?);
    }
    println!("{} of {} goals reached", traces.len() - missed, traces.len());
    Ok(())
}

/// Prints a trace's row, and tells whether its goal was reached.
fn row(trace: &Trace, others: Option<[f64; 5]>) -> Result<bool> {
    let pages = replay(trace, true, Uses::Idle)?;
    let segments = replay(trace, false, Uses::Idle)?;
    let ordered = replay(trace, true, Uses::Ordered)?;
    let show = |outcome: &Outcome| format!("{:.3} ({:.2})", outcome.ratio, outcome.waits);
    print!(
        "{:24} {:>8.1} {:>15} {:>15} {:>15} {:>7} {:>24} {:>7.3}",
        trace.name,
        trace.peak_live as f64 / f64::from(1 << 20),
        show(&pages),
        show(&segments),
        show(&ordered),
        pages.moved,
        format!(
            "{} / {} / {} ({:.2})",
            pages.again[0].0, pages.again[1].0, pages.again[2].0, pages.again[2].1
        ),
        pages.settled,
    );
    let Some([torch, expandable, rmm, bound, goal]) = others else {
        println!();
        return Ok(true);
    };
    let rounded = (pages.ratio * 1000.0).round() / 1000.0;
    let reached = rounded <= goal && pages.waits <= MOST_WAITS && segments.ratio <= rmm;
    println!(
        " | {torch:>7.3} {expandable:>7.3} {rmm:>7.3} {bound:>7.3} | {goal:>6.3} {}",
        if reached { "reached" } else { "MISSED" }
    );
    Ok(reached)
}

fn generated(seeds: Range<u64>) -> Result<()> {
    heading("The same kinds of traces, made up from seeds");
    for kind in generate::KINDS {
        for seed in seeds.clone() {
            row(&generate::generate(kind, seed)?, None)?;
        }
    }
    Ok(())
}

fn costs(paths: &[PathBuf], traces: &[Trace]) -> Result<()> {
    println!("\nInstructions on the host, by callgrind");
    if !count::is_possible() {
        println!("not measured: valgrind was not found");
        return Ok(());
    }
    println!("{:44} {:>8} {:>8} {:>8} {:>8}", "", "ours", "goal", "rmm", "torch");
    for (bytes, text) in [(1024, "1 KiB"), (1 << 20, "1 MiB")] {
        let job = Job { what: "hit", argument: bytes.to_string(), turns: [1000, 11_000] };
        let cost = count::instructions(&job)?;
        println!(
            "{:44} {cost:>8.1} {:>8} {:>8} {:>8}",
            format!("hit of {text}, allocate + free"),
            150,
            628,
            4313
        );
    }
    let (ctx, counts) = CountingContext::open(true, MemoryOptions::default())?;
    drop((ctx.alloc::<u8>(1024)?, ctx.alloc::<u8>(1 << 20)?));
    let before = counts.calls.load(Relaxed);
    (0..1000).try_for_each(|_| ctx.alloc::<u8>(1024).and(ctx.alloc::<u8>(1 << 20)).map(drop))?;
    let calls = counts.calls.load(Relaxed) - before;
    println!("{:44} {calls:>8} {:>8} {:>8} {:>8}", "driver calls of 2000 hits", 0, 6000, 2000);
    let rmm = [411, 572, 754, 467, 570];
    let torch = [2441, 2535, 2557, 2546, 2551];
    for (place, (path, trace)) in paths.iter().zip(traces).enumerate() {
        let argument = path.to_str().context("a path that is no text")?.to_owned();
        let job = Job { what: "replay", argument, turns: [1, 2] };
        let cost = count::instructions(&job)? / trace.events.len() as f64;
        let job = Job { what: "loop", ..job };
        let own = count::instructions(&job)? / trace.events.len() as f64;
        let (rmm, torch) = (rmm[place], torch[place]);
        let text = format!("{}, an event ({own:.0} are the loop's)", trace.name);
        println!("{text:44} {cost:>8.1} {:>8} {rmm:>8} {torch:>8}", 250);
    }
    for kind in generate::KINDS {
        let mut sum = 0.0;
        for seed in 0..3 {
            let job = Job { what: "replay", argument: format!("{kind}#{seed}"), turns: [1, 2] };
            sum += count::instructions(&job)? / generate::generate(kind, seed)?.events.len() as f64;
        }
        println!("{:44} {:>8.1}", format!("{kind}, made up, an event (mean of 3)"), sum / 3.0);
    }
    for live in [1000, 10_000, 100_000] {
        let job = Job { what: "live", argument: format!("{live}"), turns: [10_000, 40_000] };
        let cost = count::instructions(&job)?;
        println!("{:44} {cost:>8.1}", format!("free + allocate among {live} live blocks"));
    }
    Ok(())
}

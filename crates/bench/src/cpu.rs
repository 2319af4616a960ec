//! The CPU context beside its peers, in one run. Instructions repeat; times are this machine's, now: compare them within a run.

#![allow(unsafe_code)]

mod random;

use std::{
    collections::VecDeque,
    env, fs, hint,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
        mpsc,
    },
    thread,
    time::Instant,
};

use anyhow::{Result, bail};
use context_core::{Context, completion::Completion, random::Draw};
use context_cpu::{CpuContext, StreamKind, by_hand};

type Task = Box<dyn FnOnce() + Send>;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {
            streams()?;
            events()?;
            floats()?;
            copies()?;
            products()
        }
        ["random"] => floats(),
        ["random", name] => {
            random::ours(name);
            Ok(())
        }
        ["streams"] => streams(),
        ["copies"] => copies(),
        ["thresholds"] => thresholds(),
        ["turns", what, turns] => turn(what, turns.parse()?),
        _ => bail!("cpu takes no arguments"),
    }
}

/// The best of some rounds, in seconds.
fn best(rounds: usize, mut work: impl FnMut()) -> f64 {
    let mut best = f64::MAX;
    for _ in 0..rounds {
        let started = Instant::now();
        work();
        best = best.min(started.elapsed().as_secs_f64());
    }
    best
}

fn worker() -> Result<CpuContext> {
    Ok(CpuContext::builder().stream(StreamKind::Worker).build()?)
}

/// A task as the peers get it too: it holds two shared counters.
fn task(count: &Arc<AtomicU64>, other: &Arc<AtomicU64>) -> impl FnOnce() + Send + 'static {
    let (count, other) = (count.clone(), other.clone());
    move || {
        count.fetch_add(1, Relaxed);
        hint::black_box(&other);
    }
}

fn until(count: &AtomicU64, wanted: u64) {
    while count.load(Relaxed) < wanted {
        thread::yield_now();
    }
}

/// Queues, each as a function that takes tasks: whatever it borrows has ended when it returns.
fn burst(what: &str, tasks: u64) -> Result<()> {
    let (count, other) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let next = || -> Task { Box::new(task(&count, &other)) };
    match what {
        "call in place" => (0..tasks).for_each(|_| hint::black_box(next())()),
        "device-context" => {
            let ctx = worker()?;
            for _ in 0..tasks {
                let task = task(&count, &other);
                ctx.core().stream().submit(move || {
                    task();
                    Ok(())
                })?;
            }
            ctx.synchronize()?;
        }
        "std mpsc" => {
            let (sender, receiver) = mpsc::channel::<Task>();
            let thread = thread::spawn(move || receiver.into_iter().for_each(|task| task()));
            (0..tasks).for_each(|_| drop(sender.send(next())));
            drop(sender);
            drop(thread.join());
        }
        "crossbeam" => {
            let (sender, receiver) = crossbeam_channel::unbounded::<Task>();
            let thread = thread::spawn(move || receiver.into_iter().for_each(|task| task()));
            (0..tasks).for_each(|_| drop(sender.send(next())));
            drop(sender);
            drop(thread.join());
        }
        "parking_lot queue" => {
            let queue = Arc::new((
                parking_lot::Mutex::new(VecDeque::<Option<Task>>::new()),
                parking_lot::Condvar::new(),
            ));
            let theirs = queue.clone();
            let thread = thread::spawn(move || {
                loop {
                    let mut tasks = theirs.0.lock();
                    while tasks.is_empty() {
                        theirs.1.wait(&mut tasks);
                    }
                    let task = tasks.pop_front().flatten();
                    drop(tasks);
                    let Some(task) = task else { return };
                    task();
                }
            });
            for task in (0..tasks).map(|_| Some(next())).chain([None]) {
                queue.0.lock().push_back(task);
                queue.1.notify_one();
            }
            drop(thread.join());
        }
        "rayon" => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build()?;
            (0..tasks).for_each(|_| pool.spawn_fifo(task(&count, &other)));
            until(&count, tasks);
        }
        "tokio" => {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build()?;
            for _ in 0..tasks {
                let task = task(&count, &other);
                runtime.spawn(async move { task() });
            }
            until(&count, tasks);
        }
        other => bail!("no queue {other}"),
    }
    Ok(())
}

fn turn(what: &str, turns: u64) -> Result<()> {
    match what {
        "passed event" => {
            let completion = Completion::default();
            completion.finish(None);
            for _ in 0..turns {
                hint::black_box(&completion).wait()?;
            }
        }
        "set event" => {
            for _ in 0..turns {
                hint::black_box(&Completion::default()).finish(None);
            }
        }
        "uniform" | "normal" => {
            let mut values = [0.0; 1024];
            let draw = if what == "normal" { Draw::Normal(0.0, 1.0) } else { Draw::Uniform(0.0, 1.0) };
            (0..turns).for_each(|_| random::turn(draw, &mut values));
        }
        "copy" => {
            let ctx = CpuContext::builder().threads(1).build()?;
            let (x, mut y) = (ctx.zeros::<u8>(64)?, ctx.zeros::<u8>(64)?);
            for _ in 0..turns {
                ctx.copy(hint::black_box(&mut y), hint::black_box(&x))?;
            }
        }
        queue => burst(queue, turns)?,
    }
    Ok(())
}

/// Instructions of one turn: the difference of two runs under callgrind.
fn instructions(what: &str) -> Result<Option<f64>> {
    let run = |turns: u64| -> Result<Option<u64>> {
        let file = env::temp_dir().join(format!("cpu-{}-{turns}.callgrind", std::process::id()));
        let status = Command::new("valgrind")
            .args(["--tool=callgrind", "--quiet"])
            .arg(format!("--callgrind-out-file={}", file.display()))
            .arg(env::current_exe()?)
            .args(["turns", what, &turns.to_string()])
            .status();
        if !status.is_ok_and(|status| status.success()) {
            return Ok(None);
        }
        let text = fs::read_to_string(&file)?;
        fs::remove_file(&file)?;
        Ok(text.lines().find_map(|line| line.strip_prefix("summary: ")?.trim().parse().ok()))
    };
    const TURNS: [u64; 2] = [20_000, 120_000];
    let (Some(few), Some(many)) = (run(TURNS[0])?, run(TURNS[1])?) else { return Ok(None) };
    Ok(Some(many.saturating_sub(few) as f64 / (TURNS[1] - TURNS[0]) as f64))
}

fn counted(what: &str) -> Result<String> {
    Ok(instructions(what)?.map_or("no valgrind".to_owned(), |count| format!("{count:.0}")))
}

const BURST: u64 = 200_000;
const ROUNDS: usize = 21;
const QUEUES: [&str; 7] =
    ["call in place", "device-context", "parking_lot queue", "std mpsc", "crossbeam", "rayon", "tokio"];

fn middle(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Bursts of all queues, one after the other in each round, so that whatever else the machine does meets all of them. Returns the rounds'
/// times of each queue in nanoseconds a task.
fn bursts() -> Result<[Vec<f64>; QUEUES.len()]> {
    let mut times = QUEUES.map(|_| Vec::new());
    for _ in 0..ROUNDS {
        for (queue, times) in QUEUES.iter().zip(&mut times) {
            let started = Instant::now();
            burst(queue, BURST)?;
            times.push(started.elapsed().as_secs_f64() * 1e9 / BURST as f64);
        }
    }
    Ok(times)
}

fn streams() -> Result<()> {
    println!(
        "a task, submitted and run     | instructions | ns in a burst, in the middle | of std mpsc's time"
    );
    let times = bursts()?;
    let mpsc = &times[QUEUES.iter().position(|queue| *queue == "std mpsc").unwrap_or(0)];
    for (queue, times) in QUEUES.iter().zip(&times) {
        let ratio = middle(times.iter().zip(mpsc).map(|(ours, theirs)| ours / theirs).collect());
        let (count, time) = (counted(queue)?, middle(times.clone()));
        println!("{queue:29} | {count:>12} | {time:28.0} | {ratio:.2}");
    }
    system_calls()?;
    let ctx = worker()?;
    let mut x = ctx.zeros::<u32>(16)?;
    let mut times: Vec<f64> = Vec::new();
    for round in 0..20_000_u32 {
        let started = Instant::now();
        ctx.fill(&mut x, round)?;
        ctx.synchronize()?;
        times.push(started.elapsed().as_secs_f64() * 1e6);
    }
    times.sort_by(f64::total_cmp);
    println!(
        "round trip of an idle worker stream (fill, synchronize): {:.2} us in the middle, {:.2} us at 99 %",
        times[10_000], times[19_800]
    );
    Ok(())
}

/// How often a burst wakes the worker, which is the one system call that submitting can make.
fn system_calls() -> Result<()> {
    let ctx = worker()?;
    let stream = ctx.core().stream();
    let count = Arc::new(AtomicU64::new(0));
    for _ in 0..BURST {
        let count = count.clone();
        stream.submit(move || {
            count.fetch_add(1, Relaxed);
            Ok(())
        })?;
    }
    let wakes = stream.wakes();
    ctx.synchronize()?;
    println!("system calls of submitting a burst of {BURST} tasks to a worker: {wakes}");
    Ok(())
}

fn events() -> Result<()> {
    println!(
        "waiting for a passed event: {} instructions; making and setting one: {}",
        counted("passed event")?,
        counted("set event")?
    );
    Ok(())
}

fn floats() -> Result<()> {
    random::run()?;
    // Under valgrind there is no AVX-512.
    let [uniform, normal] = ["uniform", "normal"].map(|what| {
        let count = instructions(what)?.map(|count| format!("{:.1}", count / 1024.0));
        Ok(count.unwrap_or_else(|| "no valgrind".to_owned()))
    });
    let (uniform, normal): (Result<String>, Result<String>) = (uniform, normal);
    println!("instructions a float of ours with AVX2: uniform {}, normal {}", uniform?, normal?);
    Ok(())
}

fn copies() -> Result<()> {
    println!("a copy of 64 bytes in place: {} instructions", counted("copy")?);
    println!(
        "copying, GB/s of its own time |   C library  | device-context | of the C library | with 2 threads, by the clock"
    );
    for (name, bytes) in
        [("4 KiB", 4 << 10), ("1 MiB", 1 << 20), ("64 MiB", 64 << 20), ("256 MiB", 256 << 20)]
    {
        let source = vec![1_u8; bytes];
        let mut theirs = vec![0_u8; bytes];
        let contexts = [1, 2].map(|threads| CpuContext::builder().threads(threads).build());
        let [one, two] = contexts;
        let (one, two) = (one?, two?);
        let (x, mut y) = (one.upload(&source)?, one.zeros::<u8>(bytes)?);
        let rows = alternate(
            bytes,
            &mut [
                &mut || hint::black_box(&mut theirs).copy_from_slice(hint::black_box(&source)),
                &mut || one.copy(&mut y, &x).expect("they are its own"),
            ],
        );
        let turns = ((1 << 28) / bytes).clamp(1, 1 << 14);
        let seconds =
            best(9, || (0..turns).for_each(|_| two.copy(&mut y, &x).expect("they are of its device")));
        let shared = (bytes * turns) as f64 / seconds / 1e9;
        println!("{name:29} | {:12.1} | {:14.1} | {:16.2} | {shared:14.1}", rows[0].0, rows[1].0, rows[1].1);
    }
    thresholds()
}

/// Runs each in turn, in many rounds. Returns the rate of each in GB/s of the processor's time that its thread got, in the middle, and what that is to
/// the first one's, in the middle of the rounds.
fn alternate(bytes: usize, works: &mut [&mut dyn FnMut()]) -> Vec<(f64, f64)> {
    let turns = ((1 << 28) / bytes).clamp(1, 1 << 14);
    let mut rates = vec![Vec::new(); works.len()];
    for _ in 0..9 {
        for (work, rates) in works.iter_mut().zip(&mut rates) {
            let began = processor_time();
            (0..turns).for_each(|_| work());
            rates.push((bytes * turns) as f64 / (processor_time() - began) / 1e9);
        }
    }
    let ratio =
        |rates: &Vec<f64>, first: &Vec<f64>| middle(rates.iter().zip(first).map(|(a, b)| a / b).collect());
    rates.iter().map(|own| (middle(own.clone()), ratio(own, &rates[0]))).collect()
}

/// Returns the processor time of the calling thread so far, in seconds: it does not grow while others have the processor.
fn processor_time() -> f64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` outlives the call.
    unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

/// What the thresholds in `context-cpu/src/copy.rs` are read from.
fn thresholds() -> Result<()> {
    // Contexts of as many threads share them, so that these stay for all rounds.
    let _kept = CpuContext::builder().threads(2).build()?;
    let read = |target: &[u8]| target.iter().step_by(64).map(|byte| u64::from(*byte)).sum::<u64>();
    println!(
        "streaming beside plain stores | copy | copy, then read | fill | fill, then read | copy by two threads, by the clock"
    );
    for mib in [1, 2, 4, 8, 16, 32, 64, 128] {
        let bytes = mib << 20;
        let (source, mut target) = (vec![1_u8; bytes], vec![0_u8; bytes]);
        let target = std::cell::RefCell::new(&mut target[..]);
        let gain = |work: &dyn Fn(&mut [u8], bool), reads: bool| {
            let run = |streaming| {
                work(&mut target.borrow_mut(), streaming);
                if reads {
                    hint::black_box(read(&target.borrow()));
                }
            };
            alternate(bytes, &mut [&mut || run(false), &mut || run(true)])[1].1
        };
        let copy = |target: &mut [u8], streaming| by_hand::copy(1, streaming, target, &source);
        let fill = |target: &mut [u8], streaming| by_hand::fill(1, streaming, target, 7);
        let time = |threads| best(1, || by_hand::copy(threads, false, &mut target.borrow_mut(), &source));
        // The best of many rounds: other work of the machine makes either of them late at times.
        let (mut one, mut two) = (f64::MAX, f64::MAX);
        (0..61).for_each(|_| (one, two) = (one.min(time(1)), two.min(time(2))));
        let two_threads = one / two;
        println!(
            "{:29} | {:4.2} | {:15.2} | {:4.2} | {:15.2} | {:.2}",
            format!("{mib} MiB"),
            gain(&copy, false),
            gain(&copy, true),
            gain(&fill, false),
            gain(&fill, true),
            two_threads
        );
    }
    Ok(())
}

fn products() -> Result<()> {
    let n = 1024;
    for threads in [1, 2] {
        let ctx = CpuContext::builder().threads(threads).build()?;
        let (a, b) = (ctx.uniform(n * n, 0.0..1.0)?, ctx.uniform(n * n, 0.0..1.0)?);
        let mut c = ctx.zeros::<f32>(n * n)?;
        let mut multiply = || -> Result<()> {
            Ok(ctx.gemm(1.0, a.matrix(n, n)?, b.matrix(n, n)?, 0.0, c.matrix_mut(n, n)?)?)
        };
        multiply()?;
        let seconds = best(5, || multiply().expect("it ran before"));
        println!(
            "product of {n} × {n} f32, {threads} threads: {:.0} GFLOP/s",
            2.0 * (n as f64).powi(3) / seconds / 1e9
        );
    }
    Ok(())
}

//! Measures the simulated device: lane-instructions a second of the kernels that real programs spend their time in, what they and calls
//! of the driver cost in instructions of this machine, and how long a process takes to start.
//!
//! `cargo run --release -p cuda-sim --example speed`. Instructions are counted by running this program under valgrind, with a name and
//! a number of times; they vary less than times do.

use std::process::{Command, Stdio};
use std::ptr::null_mut;
use std::time::{Duration, Instant};

use cuda_sim::SimConfig;
use cuda_sim::ptx::{Access, Device, Fault, FaultKind, Launch, Module, Region, run};

const MATMUL: &str = include_str!("../tests/fixtures/matmul_tiled-11.8-compute_52.ptx");
const SAXPY: &str = include_str!("../tests/fixtures/saxpy-11.8-compute_52.ptx");
const SOFTMAX: &str = include_str!("../tests/fixtures/softmax-11.8-compute_52.ptx");
const REDUCE: &str = include_str!("../tests/fixtures/reduce_shared-11.8-compute_52.ptx");

/// Where the one allocation starts.
const BASE: u64 = 0x7f00_0000_0000;

/// A device with one allocation, and a bit for each byte if accesses are to be checked and recorded.
struct Flat(Vec<u64>, Option<Vec<u64>>);

// SAFETY: kernels run one at a time here, and the words are only reached through `resolve`'s pointers meanwhile.
unsafe impl Sync for Flat {}

// SAFETY: the words live as long as the device, and only kernels touch them.
unsafe impl Device for Flat {
    fn resolve(&self, address: u64, len: u32, _: Access) -> Result<Region, Fault> {
        let bytes = 8 * self.0.len() as u64;
        if address < BASE || address - BASE + u64::from(len) > bytes {
            return Err(Fault::new(FaultKind::IllegalAddress, "outside the buffer").at_address(address));
        }
        let region = Region::new(BASE, bytes, self.0.as_ptr().cast_mut().cast());
        Ok(match &self.1 {
            Some(bits) => Region { written: bits.as_ptr().cast_mut(), watched: true, ..region },
            None => region,
        })
    }

    fn printf(&self, text: &str) {
        print!("{text}");
    }

    fn malloc(&self, _: u64) -> u64 {
        0
    }

    fn free(&self, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// Time that this thread ran, so that a busy machine does not count; elsewhere than on Linux the time that passed.
fn cpu_time(start: Instant) -> Duration {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = statistics.and_then(|it| it.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn measure(
    name: &str,
    source: &str,
    kernel: &str,
    grid: [u32; 3],
    block: [u32; 3],
    arguments: &[u64],
    sizes: &[usize],
) -> Result<(), Box<dyn std::error::Error>> {
    let module = Module::parse(source)?;
    let kernel = module.kernel(kernel).ok_or("no such kernel")?;
    let bits = name.ends_with("checked").then(|| vec![u64::MAX; 1 << 20]);
    let device = Flat(vec![0x3f00_0000_3f00_0000; 8 << 20], bits);
    let mut params = Vec::new();
    for (value, size) in arguments.iter().zip(sizes) {
        params.resize(params.len().next_multiple_of(*size), 0);
        params.extend(&value.to_le_bytes()[..*size]);
    }
    let launch = Launch::new(grid, block, &params, &[]);
    if let Some(times) = times(&name.replace(' ', "-")) {
        for _ in 0..times {
            println!("{}", run(&module, kernel, &launch, &device)?.lane_instructions);
        }
        return Ok(());
    }
    run(&module, kernel, &launch, &device)?;
    let start = Instant::now();
    let before = cpu_time(start);
    let (mut lanes, mut warps) = (0, 0);
    while start.elapsed().as_millis() < 500 {
        let statistics = run(&module, kernel, &launch, &device)?;
        lanes += statistics.lane_instructions;
        warps += statistics.warp_instructions;
    }
    let seconds = (cpu_time(start) - before).as_secs_f64();
    let cost = instructions(&name.replace(' ', "-"), 1).map_or_else(
        || "not counted, for want of valgrind".to_owned(),
        |(count, printed)| format!("{:4.1} instructions each", count / printed.parse().unwrap_or(f64::NAN)),
    );
    println!(
        "{name:16} {:6.2} G lane-instructions/s, {:5.1} ns a warp instruction, {cost}",
        lanes as f64 / seconds / 1e9,
        seconds * 1e9 / warps as f64
    );
    Ok(())
}

/// How often this process is to do what has that name, if it was started to be counted.
fn times(name: &str) -> Option<u32> {
    let mut arguments = std::env::args().skip(1);
    let asked = arguments.next()?;
    Some(if asked == name { arguments.next()?.parse().ok()? } else { 0 })
}

/// Instructions of doing once what has that name, and what it printed last; none without valgrind.
fn instructions(name: &str, times: u32) -> Option<(f64, String)> {
    let count = |times: u32| {
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(std::env::current_exe().ok()?);
        let output = command.args([name, &times.to_string()]).output().ok()?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let collected = said.lines().find_map(|line| line.split_once("Collected :"))?.1.trim().parse::<f64>();
        let printed = String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().to_owned();
        collected.ok().map(|it| (it, printed))
    };
    let (first, second) = (count(times)?, count(3 * times)?);
    Some(((second.0 - first.0) / f64::from(2 * times), second.1))
}

/// Asks an idle stream whether it is done, many times: with calls kept for tests, without, and in null mode, where a call is counted and does nothing.
fn calls() -> Result<(), Box<dyn std::error::Error>> {
    let kinds =
        [("calls", "journal off"), ("kept-calls", "journal of arguments on"), ("null-calls", "in null mode")];
    for (name, how) in kinds {
        match times(name) {
            Some(0) => {}
            Some(times) => {
                let config = SimConfig { null: name == "null-calls", ..SimConfig::default() };
                cuda_sim::configure(config)?;
                let driver = cuda_sim::driver();
                let (mut context, mut stream) = (null_mut(), null_mut());
                // SAFETY: the pointers are to live variables.
                unsafe {
                    driver.cuInit(0)?.ok()?;
                    driver.cuDevicePrimaryCtxRetain(&mut context, 0)?.ok()?;
                    driver.cuCtxSetCurrent(context)?.ok()?;
                    driver.cuStreamCreate(&mut stream, 1)?.ok()?;
                }
                cuda_sim::record_calls(name == "kept-calls");
                for _ in 0..times {
                    // SAFETY: any handle may be asked for.
                    unsafe { driver.cuStreamQuery(stream)? }.ok()?;
                }
            }
            None => {
                let cost =
                    instructions(name, 1000).map_or("not counted".to_owned(), |it| format!("{:.0}", it.0));
                println!("cuStreamQuery, {how:24} {cost:>6} instructions");
            }
        }
    }
    Ok(())
}

/// Starts a process with eight devices, each with a context; gives the median time until it has ended, in milliseconds.
fn start() -> Result<(), Box<dyn std::error::Error>> {
    match times("start") {
        Some(0) => {}
        Some(_) => {
            cuda_sim::configure(SimConfig { devices: 8, ..SimConfig::default() })?;
            let driver = cuda_sim::driver();
            let mut context = null_mut();
            // SAFETY: the pointer is to a live variable.
            unsafe {
                driver.cuInit(0)?.ok()?;
                (0..8)
                    .try_for_each(|device| driver.cuDevicePrimaryCtxRetain(&mut context, device).map(drop))?;
            }
        }
        None => {
            let mut all = Vec::new();
            for _ in 0..41 {
                let began = Instant::now();
                Command::new(std::env::current_exe()?).args(["start", "1"]).stdout(Stdio::null()).status()?;
                all.push(began.elapsed());
            }
            all.sort();
            let milliseconds = |at: usize| all[at].as_secs_f64() * 1e3;
            println!(
                "a process with 8 devices and a context on each: {:.2} ms (from {:.2} to {:.2})",
                milliseconds(20),
                milliseconds(0),
                milliseconds(40)
            );
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Nothing else is a part of starting.
    if times("start").is_some_and(|times| times > 0) {
        return start();
    }
    let (a, b, c) = (BASE, BASE + (16 << 20), BASE + (32 << 20));
    let size = 256u64;
    measure(
        "matmul",
        MATMUL,
        "matmul",
        [16, 16, 1],
        [16, 16, 1],
        &[a, b, c, size, size, size],
        &[8, 8, 8, 4, 4, 4],
    )?;
    let n = 1u64 << 20;
    measure("saxpy", SAXPY, "saxpy", [4096, 1, 1], [256, 1, 1], &[0x3f80_0000, a, b, n], &[4, 8, 8, 8])?;
    let saxpy = &[0x3f80_0000, a, b, n];
    measure("saxpy checked", SAXPY, "saxpy", [4096, 1, 1], [256, 1, 1], saxpy, &[4, 8, 8, 8])?;
    measure("softmax", SOFTMAX, "softmax", [256, 1, 1], [128, 1, 1], &[a, b, 1024], &[8, 8, 4])?;
    measure("reduce", REDUCE, "reduce_shared", [4096, 1, 1], [256, 1, 1], &[a, b, n], &[8, 8, 4])?;
    calls()?;
    start()
}

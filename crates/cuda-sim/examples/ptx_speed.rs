//! Measures the interpreter: lane-instructions a second of the kernels that real programs spend their time in.
//!
//! `cargo run --release -p cuda-sim --example ptx_speed`

use std::time::{Duration, Instant};

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
    println!(
        "{name:16} {:6.2} G lane-instructions/s, {:5.1} ns a warp instruction",
        lanes as f64 / seconds / 1e9,
        seconds * 1e9 / warps as f64
    );
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
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
    Ok(())
}

//! What a call through the driver's table costs beside one through a plain function pointer, in instructions.
//!
//! The program runs itself under valgrind's callgrind, which counts instructions, so that the figures are the same on every run
//! and however busy the machine is.

use cuda_sys::Driver;
use cuda_sys::driver::{CUdeviceptr, CUresult, c_int, c_uint};
use std::ffi::{CStr, c_void};
use std::hint::black_box;
use std::process::{Command, Stdio};
use std::{env, fs, ptr};

/// Calls in a counted run.
const CALLS: u32 = 100_000;

unsafe extern "C" fn get_version(version: *mut c_int) -> CUresult {
    // SAFETY: the caller's pointer is to a live integer.
    unsafe { version.write(13000) };
    CUresult::CUDA_SUCCESS
}

/// With one argument.
unsafe extern "C" fn init(flags: c_uint) -> CUresult {
    CUresult(flags)
}

/// With three.
unsafe extern "C" fn copy(_to: CUdeviceptr, _from: *const c_void, _bytes: usize) -> CUresult {
    CUresult::CUDA_SUCCESS
}

fn lookup(name: &CStr) -> *const c_void {
    match name.to_bytes() {
        b"cuDriverGetVersion" => get_version as *const c_void,
        b"cuInit" => init as *const c_void,
        b"cuMemcpyHtoD_v2" => copy as *const c_void,
        _ => ptr::null(),
    }
}

/// The ways to call, each by its name.
const WAYS: [&str; 4] =
    ["cuInit, pointer", "cuInit, table", "cuMemcpyHtoD_v2, pointer", "cuMemcpyHtoD_v2, table"];

/// Makes `calls` calls in the way that has this number.
fn run(way: usize, calls: u32) {
    // SAFETY: the functions have the signatures of cuda.h.
    let driver = unsafe { Driver::from_lookup("a driver that does nothing", lookup) };
    let Ok(driver) = driver else { unreachable!("the lookup has cuDriverGetVersion") };
    let driver = black_box(driver);
    let one: unsafe extern "C" fn(c_uint) -> CUresult = black_box(init);
    let three: unsafe extern "C" fn(CUdeviceptr, *const c_void, usize) -> CUresult = black_box(copy);
    let failures = match way {
        0 => repeat(calls, || init_by_pointer(one)),
        1 => repeat(calls, || init_by_table(driver)),
        2 => repeat(calls, || copy_by_pointer(three)),
        _ => repeat(calls, || copy_by_table(driver)),
    };
    black_box(failures);
}

/// Counts the calls that fail.
#[inline]
fn repeat(calls: u32, succeeds: impl Fn() -> bool) -> u32 {
    let mut failures = 0;
    for _ in 0..calls {
        failures += u32::from(!succeeds());
    }
    failures
}

// One call each, and a look at its result as a program would take it. They are functions of their own, so that the compiler
// cannot do once before the loop what a program does at each call.

#[inline(never)]
fn init_by_pointer(function: unsafe extern "C" fn(c_uint) -> CUresult) -> bool {
    // SAFETY: the function does nothing.
    unsafe { function(0) == CUresult::CUDA_SUCCESS }
}

#[inline(never)]
fn init_by_table(driver: Driver) -> bool {
    // SAFETY: the function does nothing.
    matches!(unsafe { driver.cuInit(0) }, Ok(CUresult::CUDA_SUCCESS))
}

#[inline(never)]
fn copy_by_pointer(function: unsafe extern "C" fn(CUdeviceptr, *const c_void, usize) -> CUresult) -> bool {
    // SAFETY: the function does nothing.
    unsafe { function(0, ptr::null(), 0) == CUresult::CUDA_SUCCESS }
}

#[inline(never)]
fn copy_by_table(driver: Driver) -> bool {
    // SAFETY: the function does nothing.
    matches!(unsafe { driver.cuMemcpyHtoD_v2(0, ptr::null(), 0) }, Ok(CUresult::CUDA_SUCCESS))
}

/// Counts the instructions of this program as it makes `calls` calls; `None` if valgrind is not there.
fn count(way: usize, calls: u32) -> Option<u64> {
    let output = env::temp_dir().join(format!("cuda-sys-call-{}.out", std::process::id()));
    let mut command = Command::new("valgrind");
    command.arg("--tool=callgrind").arg(format!("--callgrind-out-file={}", output.display()));
    command.arg(env::current_exe().ok()?).args(["--count", &way.to_string(), &calls.to_string()]);
    let ended = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    let text = fs::read_to_string(&output);
    // Best effort: what stays behind is a small file in the temporary folder.
    let _ = fs::remove_file(&output);
    ended.ok().filter(std::process::ExitStatus::success)?;
    let text = text.ok()?;
    let total =
        text.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")))?;
    total.trim().parse().ok()
}

fn main() {
    let arguments: Vec<String> = env::args().collect();
    if let [_, flag, way, calls] = arguments.as_slice()
        && flag == "--count"
        && let (Ok(way), Ok(calls)) = (way.parse(), calls.parse())
    {
        return run(way, calls);
    }
    let each = |way| {
        let (with, without) = (count(way, CALLS)?, count(way, 0)?);
        Some(with.saturating_sub(without) as f64 / f64::from(CALLS))
    };
    let mut pointer = 0.0;
    println!("{:<28} {:>24} {:>12}", "call", "instructions, loop too", "difference");
    for (way, name) in WAYS.iter().enumerate() {
        let Some(instructions) = each(way) else {
            println!("not measured: valgrind is not on this machine (Debian: apt-get install valgrind)");
            return;
        };
        match way % 2 {
            0 => {
                pointer = instructions;
                println!("{name:<28} {instructions:>24.2}");
            }
            _ => println!("{name:<28} {instructions:>24.2} {:>12.2}", instructions - pointer),
        }
    }
}

//! What a call through the driver's table costs beside one through a plain function pointer.

use cuda_sys::Driver;
use cuda_sys::driver::{CUresult, c_int, c_uint};
use std::ffi::{CStr, c_void};
use std::hint::black_box;
use std::ptr;
use std::time::Instant;

const CALLS: u32 = 20_000_000;
const ROUNDS: u32 = 10;

unsafe extern "C" fn get_version(version: *mut c_int) -> CUresult {
    // SAFETY: the caller's pointer is to a live integer.
    unsafe { version.write(13000) };
    CUresult::CUDA_SUCCESS
}

unsafe extern "C" fn init(flags: c_uint) -> CUresult {
    CUresult(black_box(flags))
}

fn lookup(name: &CStr) -> *const c_void {
    match name.to_bytes() {
        b"cuDriverGetVersion" => get_version as *const c_void,
        b"cuInit" => init as *const c_void,
        _ => ptr::null(),
    }
}

/// Runs `call` many times and returns the nanoseconds that one took.
fn time<T>(call: impl Fn(u32) -> T) -> f64 {
    let start = Instant::now();
    for flags in 0..CALLS {
        black_box(call(flags));
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn main() {
    // SAFETY: the functions have the signatures of cuda.h.
    let driver = unsafe { Driver::from_lookup("a driver that does nothing", lookup) };
    let Ok(driver) = driver else { unreachable!("the lookup has cuDriverGetVersion") };
    let driver = black_box(driver);
    let pointer: unsafe extern "C" fn(c_uint) -> CUresult = black_box(init);

    // In turns, and the best of each: what else the machine does only ever adds.
    let (mut plain, mut table) = (f64::MAX, f64::MAX);
    for _ in 0..ROUNDS {
        // SAFETY: the function only returns what it is given.
        plain = plain.min(time(|flags| unsafe { pointer(flags) }));
        // SAFETY: as above.
        table = table.min(time(|flags| unsafe { driver.cuInit(flags) }));
    }

    println!("plain pointer {plain:.2} ns, table {table:.2} ns, difference {:.2} ns a call", table - plain);
}

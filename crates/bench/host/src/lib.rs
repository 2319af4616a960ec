//! Harness: a stack hands over named operations; each takes a count and loops inside, so that what is measured is the
//! operation and a counted loop.
//!
//! `BIN list` names the operations; `BIN run OP N` warms up, runs one N times and exits at once (for callgrind); `BIN calls OP`
//! prints the driver calls of one, per operation.

/// How often an operation runs before it is measured.
const WARM: u64 = 600;

/// Over how many operations driver calls are counted.
const COUNTED: u64 = 1000;

/// One operation of a stack.
pub struct Op {
    pub name: &'static str,
    pub run: Box<dyn FnMut(u64)>,
}

pub fn op(name: &'static str, run: impl FnMut(u64) + 'static) -> Op {
    Op { name, run: Box::new(run) }
}

/// `op!("name", { one operation })`: the loop is in the closure, and compiled for it.
#[macro_export]
macro_rules! op {
    ($name:expr, $body:block) => {
        $crate::op($name, move |n| {
            for _ in 0..n {
                $body
            }
        })
    };
}

/// The null driver's counter, from the library that is in the process already.
fn driver_calls() -> u64 {
    // SAFETY: it is the null driver's library, whose function of this name takes nothing and returns a `uint64_t`; a library
    // that lacks it is not the null driver, and ends the program here.
    unsafe {
        let library = libloading::Library::new("libcuda.so.1").expect("libcuda.so.1 on the library path");
        let calls = library.get::<unsafe extern "C" fn() -> u64>(b"nullcuda_calls");
        calls.expect("libcuda.so.1 is not the null driver")()
    }
}

/// Waits until no thread calls the driver any more: a stack may give objects back on a thread of its own.
fn quiesce() {
    let mut last = driver_calls();
    let mut quiet = 0;
    while quiet < 4 {
        std::thread::sleep(std::time::Duration::from_millis(5));
        let now = driver_calls();
        quiet = if now == last { quiet + 1 } else { 0 };
        last = now;
    }
}

/// The main function of a stack.
pub fn main(mut ops: Vec<Op>) {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let mut find = |name: &str| -> Op {
        let at = ops.iter().position(|op| op.name == name).unwrap_or_else(|| panic!("no operation {name}"));
        ops.swap_remove(at)
    };
    match words.as_slice() {
        ["list"] => ops.iter().for_each(|op| println!("{}", op.name)),
        ["run", name, count] => {
            let mut op = find(name);
            (op.run)(WARM);
            (op.run)(count.parse().expect("a count"));
        }
        ["start"] => {}
        ["calls", name] => {
            let mut op = find(name);
            (op.run)(WARM);
            quiesce();
            let before = driver_calls();
            (op.run)(COUNTED);
            quiesce();
            println!("{:.2}", (driver_calls() - before) as f64 / COUNTED as f64);
        }
        _ => panic!("usage: list | start | run OP N | calls OP"),
    }
    // Teardown is not measured.
    std::process::exit(0)
}

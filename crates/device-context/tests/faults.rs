//! The fault sweep over what every context promises: a driver call fails, any of them, and the promise is kept or an error says why not.
//!
//! Each promise is a program that checks its own results. It is run with its n-th driver call failing, for a sample of `n`; with
//! `DEVICE_CONTEXT_FAULTS=n`, for `n` of them, with `all` for every one, and with `@n` for that one alone. `DEVICE_CONTEXT_FAULT_CODE=n` fails them
//! with that code only.
#![cfg(all(feature = "cpu", feature = "sim"))]

use std::{
    panic::{self, AssertUnwindSafe},
    sync::{Mutex, MutexGuard, PoisonError, atomic::Ordering::SeqCst, mpsc},
    time::Duration,
};

use cuda_sys::CUresult;
use device_context::{CudaContext, Result, sim};
use listener::{Listener, TOLD};
use sim::fault;

#[path = "../../context-cuda/tests/support/listener.rs"]
mod listener;

#[macro_use]
#[path = "conformance/list.rs"]
mod list;

mod conformance {
    pub(crate) mod copies;
    pub(crate) mod errors;
    pub(crate) mod gemm;
    pub(crate) mod graphs;
    pub(crate) mod kernels;
    pub(crate) mod memory;
    pub(crate) mod pinned;
    pub(crate) mod random;
    pub(crate) mod streams;

    pub(crate) const LIMIT: usize = 32 << 20;
}

type Program = fn(&dyn Fn() -> CudaContext) -> Result<()>;

macro_rules! programs {
    ($($area:ident: $($promise:ident),*;)*) => {
        /// The promises of each file.
        const PROGRAMS: &[(&str, &[(&str, Program)])] = &[
            $((stringify!($area), &[$((stringify!($promise), |make| conformance::$area::$promise(&|| make()))),*]),)*
        ];
    };
}

every_promise! { programs {} }

/// The simulated driver, whose faults and journal are the process's: one test at a time.
fn driver() -> MutexGuard<'static, ()> {
    static DRIVER: Mutex<()> = Mutex::new(());
    DRIVER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Kept,
    /// An error, or the test's own refusal to go on with one.
    Told(String),
    Panicked(String),
}

/// Runs a program on a thread of its own, and fails if it does not end within a minute.
fn run(what: &str, program: Program, code: CUresult) -> Outcome {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let make = || {
            let builder = CudaContext::builder().driver(sim::driver()).memory_limit(conformance::LIMIT);
            builder.build().unwrap_or_else(|error| panic::resume_unwind(Box::new(error.to_string())))
        };
        let ended = panic::catch_unwind(AssertUnwindSafe(|| program(&make)));
        let outcome = match ended {
            Ok(Ok(())) => Outcome::Kept,
            Ok(Err(error)) => Outcome::Told(error.to_string()),
            Err(payload) => {
                let text = payload.downcast_ref::<String>().cloned();
                let text = text.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                let text = text.unwrap_or_default();
                // What a promise, or the maker above, unwraps is the error value that it should get.
                match code.name().is_some_and(|name| text.contains(name)) {
                    true => Outcome::Told(text),
                    false => Outcome::Panicked(text),
                }
            }
        };
        // Nobody listens any more if it took too long.
        let _ = sender.send(outcome);
    });
    receiver.recv_timeout(Duration::from_secs(600)).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Chooses which of `calls` calls fail.
fn sample(name: &str, calls: u64) -> Vec<u64> {
    let wanted = std::env::var("DEVICE_CONTEXT_FAULTS").unwrap_or_else(|_| "2".to_owned());
    if let Some(one) = wanted.strip_prefix('@') {
        return vec![one.parse().expect("the number of a call")];
    }
    let count = if wanted == "all" { calls } else { wanted.parse().expect("a number, or `all`") };
    if count >= calls {
        return (0..calls).collect();
    }
    // Spread over the program, from a place that is another for each.
    let start = name.bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    (0..count).map(|place| (start + place * calls / count) % calls).collect()
}

/// Begins with a new machine: what a lost context leaves to the driver would fill the old one in the end.
fn exchange_machine() {
    // SAFETY: no thread uses the device, and no context of it is in anybody's hands: the last run has ended.
    let reset = unsafe { sim::driver().cuDevicePrimaryCtxReset_v2(0) };
    assert!(reset.is_ok(), "{reset:?}");
    let config = sim::SimConfig::from_env().expect("what the environment says of the machine");
    sim::configure(config).expect("no context is alive");
}

/// Lets calls of the promises of one file fail, and returns how many did and how many of them were told of.
fn sweep(area: &str, code: CUresult) -> (usize, usize) {
    let _driver = driver();
    // An error says that it listens already.
    let _ = tracing::subscriber::set_global_default(Listener);
    let (_, programs) = PROGRAMS.iter().find(|(name, _)| *name == area).expect("a file of promises");
    let leaks = || format!("{:?}", sim::journal().leaks);
    // What loses the context is freed with it by the driver, and by nobody else.
    let is_lost = code == CUresult::CUDA_ERROR_ILLEGAL_ADDRESS;
    let (mut failed, mut told) = (0, 0);
    for &(name, program) in *programs {
        fault::clear();
        let before = sim::journal().total();
        assert_eq!(run(name, program, code), Outcome::Kept, "{area}::{name}");
        let calls = sim::journal().total() - before;
        for call in sample(name, calls) {
            let what = format!("{area}::{name}: call {call} of {calls} fails with {code}");
            let (left, heard) = (leaks(), TOLD.load(SeqCst));
            fault::fail_any_after(call, code);
            let outcome = run(&what, program, code);
            fault::clear();
            failed += 1;
            if is_lost {
                exchange_machine();
            }
            match &outcome {
                Outcome::Kept => {}
                Outcome::Told(text) => {
                    told += 1;
                    assert!(code.name().is_some_and(|name| text.contains(name)), "{what}: {text}");
                }
                Outcome::Panicked(text) => panic!("{what}: {text}"),
            }
            let silent = outcome == Outcome::Kept && TOLD.load(SeqCst) == heard;
            assert!(is_lost || !silent || leaks() == left, "{what}: something is left, and nobody was told");
        }
        let again = run(name, program, code);
        assert_eq!(again, Outcome::Kept, "{area}::{name}, behind the failures");
    }
    println!("{area}: {failed} calls of {} promises failed with {code}; {told} were told", programs.len());
    (failed, told)
}

/// Sweeps a file of promises with each code.
macro_rules! sweeps {
    ($($area:ident: $($promise:ident),*;)*) => {
        $(
            #[test]
            fn $area() {
                for code in [
                    CUresult::CUDA_ERROR_OPERATING_SYSTEM,
                    CUresult::CUDA_ERROR_OUT_OF_MEMORY,
                    CUresult::CUDA_ERROR_ILLEGAL_ADDRESS,
                ] {
                    if std::env::var("DEVICE_CONTEXT_FAULT_CODE").is_ok_and(|only| only != code.0.to_string()) {
                        continue;
                    }
                    let (failed, told) = sweep(stringify!($area), code);
                    assert!(failed > 0 && told > 0, "{told} of {failed} failures were told");
                }
            }
        )*
    };
}

mod any_call_may_fail_and_nothing_panics_hangs_leaks_or_computes_something_else_in {
    use super::*;

    every_promise! { sweeps {} }
}

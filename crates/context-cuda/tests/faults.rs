//! The fault sweep: every driver call of a program fails once, and nothing panics, hangs or computes something wrong.

mod support;

use std::{sync::mpsc, time::Duration};

use context_core::{Context, Result, kernel};
use context_cuda::CudaContext;
use cuda_sim::fault;
use cuda_sys::CUresult;
use support::sim;

kernel! {
    /// y ← 2·y
    fn twice(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "kernels/misfits.ptx";
}

/// Uses everything once, on two streams. Returns what it computed.
fn program() -> Result<(Vec<f32>, Vec<f32>)> {
    let ctx = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(1 << 20).seed(3).build()?;
    let other = ctx.fork()?;
    let mut y = ctx.upload(&[1.0_f32; 100])?;
    ctx.run(twice(&mut y))?;
    other.run(twice(&mut y))?;
    let mut z = other.uniform(100, 0.0..1.0)?;
    ctx.copy(z.slice_mut(..50)?, y.slice(50..)?)?;
    let mut product = ctx.zeros::<f32>(100)?;
    other.gemm(1.0, y.matrix(10, 10)?, z.matrix(10, 10)?.t(), 0.0, product.matrix_mut(10, 10)?)?;
    let event = other.record()?;
    ctx.wait(&event)?;
    event.synchronize()?;
    drop(other);
    // More than the limit with what is cached: the ladder runs.
    drop(z);
    drop(ctx.zeros::<u8>(400 << 10)?);
    drop(ctx.zeros::<u8>(700 << 10)?);
    ctx.trim()?;
    Ok((ctx.read(&y)?, ctx.read(&product)?))
}

/// Runs `work` on a thread of its own, and fails if it does not end.
fn within<T: Send + 'static>(limit: Duration, what: String, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(limit).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Lets every call fail once with `code`, and returns how many there are and how many failures were reported.
fn sweep(code: CUresult) -> (u64, u64) {
    let expected = program().unwrap();
    let before = cuda_sim::journal().total();
    program().unwrap();
    let calls = cuda_sim::journal().total() - before;

    let mut reported = 0;
    for call in 0..calls {
        fault::fail_any_after(call, code);
        let outcome = within(Duration::from_secs(60), format!("call {call} of {calls} fails"), program);
        fault::clear();
        match outcome {
            Ok(results) => assert_eq!(results, expected, "call {call} of {calls}: wrong, and no error"),
            Err(error) => {
                reported += 1;
                assert!(error.to_string().contains(code.name().unwrap()), "call {call}: {error}");
            }
        }
        let again = program().unwrap_or_else(|error| panic!("after call {call} had failed once: {error}"));
        assert_eq!(again, expected, "after call {call}");
    }
    (calls, reported)
}

#[test]
fn a_failure_of_any_call_is_an_error_value_and_harms_nothing_else() {
    let _sim = sim();
    let (calls, reported) = sweep(CUresult::CUDA_ERROR_OPERATING_SYSTEM);

    // Those that no error tells of are made by destructors, and by what has a second way.
    assert!(calls > 50 && reported * 2 > calls, "{reported} of {calls} calls reported their failure");
}

#[test]
fn running_out_of_memory_in_any_call_is_survived_or_reported() {
    let _sim = sim();
    let (calls, reported) = sweep(CUresult::CUDA_ERROR_OUT_OF_MEMORY);

    assert!(calls > 50 && reported * 2 > calls, "{reported} of {calls} calls reported their failure");
}

#[test]
fn what_the_program_leaves_behind_is_nothing() {
    let _sim = sim();
    program().unwrap();
    let before = cuda_sim::journal().leaks;
    program().unwrap();
    let after = cuda_sim::journal().leaks;

    assert_eq!(format!("{before:?}"), format!("{after:?}"));
}

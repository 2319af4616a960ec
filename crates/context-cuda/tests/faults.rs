//! The fault sweep: every driver call of a program fails once, and nothing panics, hangs or computes something wrong.

#[path = "support/fits.rs"]
mod fits;
#[path = "support/listener.rs"]
mod listener;
mod support;

use std::{
    sync::{Arc, atomic::Ordering::SeqCst, mpsc},
    time::Duration,
};

use context_core::{Context, Error, Result, cuda};
use context_cuda::CudaContext;
use cuda_sim::fault;
use cuda_sys::CUresult;
use fits::twice;
use listener::{Listener, TOLD};
use support::sim;

/// Uses what contexts do once, on two streams. Returns what it computed.
fn operations() -> Result<Vec<f32>> {
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
    Ok([ctx.read(&y)?, ctx.read(&product)?].concat())
}

/// Opens a context with a pool of its own.
fn open() -> Result<CudaContext> {
    CudaContext::builder().driver(cuda_sim::driver()).memory_limit(1 << 20).seed(3).build()
}

/// Captures on several streams, with what a graph keeps; replays, changes and abandons.
fn graphs() -> Result<Vec<f32>> {
    let ctx = open()?;
    let mut x = ctx.filled(64, 1.0_f32)?;
    let (mut graph, (sum, drawn)) = ctx.capture(|ctx| {
        let branch = ctx.fork()?;
        ctx.run(twice(&mut x))?;
        let scratch = branch.duplicate(&x)?;
        branch.run(twice(&mut x))?;
        let mut sum = ctx.upload(&[3.0_f32; 64])?;
        ctx.copy(sum.slice_mut(..32)?, scratch.slice(32..)?)?;
        Ok((sum, branch.uniform(64, 0.0..1.0)?))
    })?;
    let fork = ctx.fork()?;
    ctx.replay(&mut graph)?;
    fork.replay(&mut graph)?;
    let abandoned = ctx.capture::<()>(|ctx| {
        let branch = ctx.fork()?;
        branch.fill(&mut x, 9.0)?;
        Err(Error::Shape { operation: "the test", detail: "as it wants".to_owned() })
    });
    match abandoned {
        Err(Error::Shape { .. }) => {}
        Err(error) => return Err(error),
        Ok(_) => unreachable!("it fails"),
    }
    let (mut plain, ()) = ctx.capture(|ctx| ctx.run(twice(&mut x)))?;
    let mut other = ctx.filled(64, 1.0_f32)?;
    ctx.recapture(&mut plain, |ctx| ctx.run(twice(&mut other)))?;
    fork.replay(&mut plain)?;
    drop(graph);
    Ok([ctx.read(&x)?, ctx.read(&sum)?, ctx.read(&drawn)?, ctx.read(&other)?].concat())
}

/// Copies of rows, by pinned memory, and between two pools.
fn copies() -> Result<Vec<f32>> {
    let (ctx, other) = (open()?, open()?);
    let mut x = ctx.zeros::<f32>(100)?;
    ctx.write_matrix(x.matrix_mut(10, 10)?.part(2..5, 3..6)?, &[1.0; 9])?;
    let mut y = other.zeros::<f32>(100)?;
    other.copy_from(&mut y, &ctx, &x)?;
    ctx.copy_from(x.slice_mut(..10)?, &other, y.slice(20..30)?)?;
    let mut pinned = ctx.alloc_pinned::<f32>(100)?;
    ctx.read_pinned(&x, &mut pinned)?;
    pinned.write()?[99] = 5.0;
    ctx.write_pinned(&mut x, &pinned)?;
    let later = ctx.read_later(&x)?;
    let mut part = [0.0; 9];
    ctx.read_matrix(x.matrix(10, 10)?.part(2..5, 3..6)?, &mut part)?;
    other.close()?;
    Ok([later.wait()?, part.to_vec()].concat())
}

/// The owning wrappers, each once.
fn wrappers() -> Result<Vec<f32>> {
    let context = cuda::Context::primary(cuda::Device::new(cuda_sim::driver(), 0)?)?;
    let own = cuda::Context::own(context.device())?;
    let scope = context.enter()?;
    let stream = cuda::Stream::new(&context, 0)?;
    let (event, start) = (cuda::Event::new(&context)?, stream.time()?);
    let memory = cuda::DeviceMemory::new(&context, 256)?;
    let (managed, pinned) = (cuda::ManagedMemory::new(&own, 64)?, cuda::PinnedMemory::new(&context, 256)?);
    managed.advise(cuda::Advice::ReadMostly)?;
    let ptx = include_str!("kernels/misfits.ptx");
    let module = Arc::new(cuda::Module::from_ptx(&context, ptx, "misfits.ptx")?);
    let function = module.function("twice")?;
    let (address, len) = (memory.as_raw(), 64_u64);
    let parameters = [(&raw const address).cast(), (&raw const len).cast()];
    let shape = cuda::LaunchShape::fitting(&function, 64)?.expect("there are threads");
    let mut host = [0.0_f32; 64];
    // SAFETY: the memory is 256 bytes, and the stream is waited for before it goes, also behind a failure.
    let given = unsafe {
        stream
            .fill(address, &1.5_f32.to_ne_bytes(), 64)
            .and_then(|()| stream.launch(&function, shape, &parameters))
            .and_then(|()| stream.launch_together(&function, shape, cuda::Together::Grid, &parameters))
            .and_then(|()| stream.copy_to_host(host.as_mut_ptr().cast(), address, 256))
    };
    let given = given.and_then(|()| stream.launch_host(|| ())).and_then(|()| event.record(&stream));
    let ended = stream.synchronize();
    if ended.is_err() {
        // The copy must end before its target goes.
        stream.synchronize()?;
    }
    given?;
    ended?;
    let end = stream.time()?;
    end.as_event().synchronize()?;
    end.elapsed_since(&start)?;
    let mut graph = stream.capture(|| Ok(()))?;
    // SAFETY: it is empty.
    unsafe { graph.launch(&stream) }?;
    stream.synchronize()?;
    graph.close()?;
    drop(pinned);
    memory.close()?;
    scope.close()?;
    Ok(host.to_vec())
}

type Program = fn() -> Result<Vec<f32>>;

const PROGRAMS: [(&str, Program); 4] =
    [("operations", operations), ("graphs", graphs), ("copies", copies), ("wrappers", wrappers)];

/// Runs `work` on a thread of its own, and fails if it does not end.
fn within<T: Send + 'static>(limit: Duration, what: String, work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(limit).unwrap_or_else(|error| panic!("{what}: {error}"))
}

/// Starts to count; again does nothing.
fn listen() {
    // An error says that it listens already.
    let _ = tracing::subscriber::set_global_default(Listener);
}

/// Lets every call of a program fail once with `code`, and returns how many there are and how many failures were reported.
fn sweep(name: &str, program: Program, code: CUresult) -> (u64, u64) {
    let expected = program().unwrap();
    let before = cuda_sim::journal().total();
    program().unwrap();
    let calls = cuda_sim::journal().total() - before;
    let leaks = || format!("{:?}", cuda_sim::journal().leaks);
    // What loses the context is freed with it by the driver, and by nobody else.
    let is_lost = code == CUresult::CUDA_ERROR_ILLEGAL_ADDRESS;
    listen();

    let mut reported = 0;
    for call in 0..calls {
        let what = format!("{name}: call {call} of {calls} fails");
        let (left, told) = (leaks(), TOLD.load(SeqCst));
        fault::fail_any_after(call, code);
        let outcome = within(Duration::from_secs(600), what.clone(), program);
        fault::clear();
        let silent = outcome.is_ok() && TOLD.load(SeqCst) == told;
        match outcome {
            Ok(results) => assert_eq!(results, expected, "{what}: wrong, and no error"),
            Err(error) => {
                reported += 1;
                assert!(error.to_string().contains(code.name().unwrap()), "{what}: {error}");
            }
        }
        assert!(is_lost || !silent || leaks() == left, "{what}: something is left, and nobody was told");
        let again = program().unwrap_or_else(|error| panic!("{what}, and the next run too: {error}"));
        assert_eq!(again, expected, "{what}");
    }
    (calls, reported)
}

/// Sweeps all programs with a code, and prints what was done.
fn sweep_all(code: CUresult) {
    let _sim = sim();
    for (name, program) in PROGRAMS {
        let (calls, reported) = sweep(name, program, code);
        println!("{name}: {calls} calls failed once with {code}; {reported} were reported as errors");
        // Those that no error tells of are made by destructors, and by what has a second way.
        assert!(
            calls > 50 && reported * 2 > calls,
            "{name}: {reported} of {calls} calls reported their failure"
        );
    }
}

#[test]
fn a_failure_of_any_call_is_an_error_value_and_harms_nothing_else() {
    sweep_all(CUresult::CUDA_ERROR_OPERATING_SYSTEM);
}

#[test]
fn running_out_of_memory_in_any_call_is_survived_or_reported() {
    sweep_all(CUresult::CUDA_ERROR_OUT_OF_MEMORY);
}

#[test]
fn a_loss_of_the_device_in_any_call_names_its_cause_and_the_next_program_works() {
    sweep_all(CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
}

#[test]
fn what_the_programs_leave_behind_is_nothing() {
    let _sim = sim();
    for (name, program) in PROGRAMS {
        program().unwrap();
        let before = cuda_sim::journal().leaks;
        program().unwrap();
        let after = cuda_sim::journal().leaks;

        assert_eq!(format!("{before:?}"), format!("{after:?}"), "{name}");
    }
}

#[test]
fn after_a_sticky_failure_every_call_names_it_and_teardown_calls_nothing() {
    let _sim = sim();
    let ctx = open().unwrap();
    let fork = ctx.fork().unwrap();
    let mut x = ctx.filled(64, 1.0_f32).unwrap();
    let pinned = ctx.alloc_pinned::<f32>(64).unwrap();
    let (mut graph, kept) = ctx.capture(|ctx| ctx.duplicate(&x)).unwrap();
    ctx.run(twice(&mut x)).unwrap();
    fault::fail_next("cuStreamSynchronize", CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    let first = ctx.synchronize().unwrap_err();
    assert!(first.to_string().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), "{first}");

    let calls = cuda_sim::journal().total();
    let later = [
        ctx.read(&x).map(drop),
        fork.fill(&mut x, 1.0),
        ctx.replay(&mut graph),
        ctx.capture(|_| Ok(())).map(drop),
        ctx.record().map(drop),
        ctx.fork().map(drop),
        fork.close(),
        ctx.alloc::<f32>(1 << 10).map(drop),
    ];
    for (place, result) in later.into_iter().enumerate() {
        let error = result.unwrap_err().to_string();
        assert!(error.contains("is lost") && error.contains("cuStreamSynchronize"), "{place}: {error}");
        assert!(error.contains("twice"), "{place}: what was running is named: {error}");
    }
    drop((x, pinned, kept, graph, ctx));
    // The driver is told that nobody uses its primary context any more, and nothing else.
    assert!(cuda_sim::journal().total() - calls <= 1);
    open().unwrap().zeros::<f32>(10).unwrap();
}

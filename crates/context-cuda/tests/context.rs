//! `CudaContext` on the simulated driver: what it asks of a driver, and what it makes of a driver's failures.

#[path = "support/fits.rs"]
mod fits;
#[path = "support/misfits.rs"]
mod misfits;
mod support;

use context_core::{Context, Device, Error, ErrorClass, cuda, kernel};
use context_cuda::{CudaContext, MemorySource};
use cuda_sim::fault;
use cuda_sys::CUresult;
use fits::twice;
use misfits::takes_pointer_only;
use support::sim;

kernel! {
    /// Breaks its promise, which the simulated driver sees.
    fn runs_over(y: &mut [f32]);
    threads: 1_usize;
    cuda: unsafe "kernels/misfits.ptx";
}

kernel! {
    /// Declared, but not in the device code.
    fn not_there(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "kernels/misfits.ptx";
}

kernel! {
    /// With a larger block than any device takes.
    fn large_block(y: &mut [f32]);
    threads: y.len();
    block: [2048, 1, 1];
    cuda: unsafe "kernels/misfits.ptx";
}

#[test]
fn a_device_of_the_simulated_driver_is_named_sim() {
    let sim = sim();
    let ctx = sim.context();

    assert_eq!(ctx.device(), Device::Sim(0));
    assert_eq!(ctx.zeros::<f32>(3).unwrap().device(), Device::Sim(0));
}

#[test]
fn a_device_that_is_not_there_is_refused_with_how_many_there_are() {
    let _sim = sim();
    let error = CudaContext::builder().driver(cuda_sim::driver()).device(64).build().unwrap_err();

    assert!(matches!(error, Error::NoDevice { device: Device::Sim(64), .. }), "{error}");
    assert!(error.to_string().contains("the driver has"), "{error}");
}

#[test]
fn one_context_alone_makes_no_event_and_no_wait() {
    let sim = sim();
    let ctx = sim.context();
    let waits = ctx.inserted_waits();

    let events = sim.calls("cuEventRecord", || {
        let mut y = ctx.upload(&[1.0_f32; 1000]).unwrap();
        for _ in 0..100 {
            ctx.run(twice(&mut y)).unwrap();
            let copy = ctx.upload(&[0.5_f32; 100]).unwrap();
            drop(copy);
            ctx.fill(&mut y, 1.0).unwrap();
        }
        assert_eq!(ctx.read(&y).unwrap(), [1.0; 1000]);
    });

    assert_eq!(events, 0);
    assert_eq!(ctx.inserted_waits(), waits);
}

#[test]
fn memory_is_asked_of_the_driver_once() {
    let sim = sim();
    let ctx = sim.context();
    drop(ctx.zeros::<u8>(100_000).unwrap());

    let allocations = sim.calls("cuMemAlloc_v2", || {
        for len in [100_000, 99_000, 98_305] {
            drop(ctx.zeros::<u8>(len).unwrap());
        }
    });

    assert_eq!(allocations, 0, "one size class serves them all");
}

#[test]
fn contexts_of_a_device_share_its_memory_and_its_loaded_code() {
    let sim = sim();
    let (one, two) = (sim.context(), sim.context());
    let mut y = one.upload(&[1.0_f32; 10]).unwrap();
    one.run(twice(&mut y)).unwrap();

    let loads = sim.calls("cuModuleLoadDataEx", || {
        two.run(twice(&mut y)).unwrap();
        assert_eq!(two.read(&y).unwrap(), [4.0; 10]);
    });

    assert_eq!(loads, 0);
    assert_ne!(one.stream_id(), two.stream_id());
}

#[test]
fn an_upload_longer_than_the_staging_ring_arrives_whole() {
    let sim = sim();
    let ctx = sim.context();
    let source: Vec<u32> = (0..3_000_000_u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();

    let mut buffer = ctx.upload(&source).unwrap();
    assert_eq!(ctx.read(&buffer).unwrap(), source);
    // Many small ones, whose source is overwritten at once.
    let mut word = [0_u32; 5];
    for i in 0..20_000_usize {
        word.fill(i as u32);
        ctx.write(buffer.slice_mut(5 * i..5 * i + 5).unwrap(), &word).unwrap();
    }
    word.fill(u32::MAX);

    let read = ctx.read(buffer.slice(..100_000).unwrap()).unwrap();
    assert!(read.iter().enumerate().all(|(i, value)| *value as usize == i / 5));
}

#[test]
fn elements_of_every_size_are_filled() {
    let sim = sim();
    let ctx = sim.context();

    fn check<T: context_core::Element + PartialEq + std::fmt::Debug>(ctx: &CudaContext, value: T) {
        let mut buffer = ctx.zeros::<T>(37).unwrap();
        ctx.fill(buffer.slice_mut(1..36).unwrap(), value).unwrap();
        let read = ctx.read(&buffer).unwrap();
        assert_eq!((read[0], read[36]), (T::zeroed(), T::zeroed()));
        assert!(read[1..36].iter().all(|element| *element == value), "{value:?}");
    }
    check(&ctx, 0x12_u8);
    check(&ctx, 0x1234_u16);
    check(&ctx, 0x1234_5678_u32);
    check(&ctx, 0x1234_5678_9abc_def0_u64);
    check(&ctx, [1_u8, 2, 3]);
    check(&ctx, [1_u16, 2, 3]);
    check(&ctx, [1_u32, 2, 3]);
    check(&ctx, 1_u128 << 100 | 5);
}

#[test]
fn a_declaration_that_does_not_fit_the_device_code_is_refused_with_both() {
    let sim = sim();
    let ctx = sim.context();
    let mut y = ctx.zeros::<f32>(10).unwrap();

    let error = ctx.run(takes_pointer_only(&mut y)).unwrap_err();
    let text = error.to_string();

    assert!(matches!(error, Error::Kernel { kernel: "takes_pointer_only", .. }), "{text}");
    assert!(text.contains("2 parameters (8 bytes at 0, 8 bytes at 8)"), "{text}");
    assert!(text.contains("1 parameters (8 bytes at 0)"), "{text}");
    assert_eq!(error.class(), ErrorClass::BadRequest);
    assert_eq!(ctx.read(&y).unwrap(), [0.0; 10], "nothing ran");
}

#[test]
fn a_function_that_is_not_in_the_device_code_is_named() {
    let sim = sim();
    let ctx = sim.context();
    let mut y = ctx.zeros::<f32>(10).unwrap();

    let text = ctx.run(not_there(&mut y)).unwrap_err().to_string();

    assert!(text.contains("not_there") && text.contains("CUDA_ERROR_NOT_FOUND"), "{text}");
}

#[test]
fn a_block_that_is_too_large_is_refused_with_the_limit_before_the_driver_is_asked() {
    let sim = sim();
    let ctx = sim.context();
    let mut y = ctx.zeros::<f32>(10).unwrap();

    // The entry is missing too; which of the two is told does not matter here, so the shape is asked directly.
    let _ = ctx.run(large_block(&mut y));
    let context = cuda::Context::primary(ctx.cuda_device()).unwrap();
    let ptx = include_str!("kernels/misfits.ptx");
    let module = std::sync::Arc::new(cuda::Module::from_ptx(&context, ptx, "misfits.ptx").unwrap());
    let function = module.function("twice").unwrap();
    let launches = sim.calls("cuLaunchKernel", || {
        let error = cuda::LaunchShape::covering(&function, [10, 1, 1], [2048, 1, 1]).unwrap_err();
        assert!(error.to_string().contains("1024"), "{error}");
        let error = cuda::LaunchShape::covering(&function, [1, usize::MAX, 1], [256, 1, 1]).unwrap_err();
        assert!(error.to_string().contains("65535"), "{error}");
    });

    assert_eq!(launches, 0);
    assert_eq!(cuda::LaunchShape::covering(&function, [0, 1, 1], [256, 1, 1]).unwrap(), None);
}

#[test]
fn out_of_memory_says_who_holds_what() {
    let sim = sim();
    let ctx = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(1 << 20).build().unwrap();
    let _held = ctx.zeros::<u8>(600 << 10).unwrap();

    let error = ctx.zeros::<u8>(600 << 10).unwrap_err();
    let text = error.to_string();

    assert_eq!(error.class(), ErrorClass::Exhausted);
    for part in ["sim:0", "out of memory", "600.00 KiB in live buffers", "limit is 1.00 MiB", "free of"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    drop(sim);
}

#[test]
fn a_driver_that_is_out_of_memory_gets_the_cached_pages_back_first() {
    let sim = sim();
    let ctx = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(1 << 30).build().unwrap();
    let smaller = ctx.zeros::<u8>(6 << 20).unwrap();
    let between = ctx.zeros::<u8>(256).unwrap();
    drop(smaller);
    ctx.synchronize().unwrap();
    fault::fail_next("cuMemCreate", CUresult::CUDA_ERROR_OUT_OF_MEMORY);

    let unmapped = sim.calls("cuMemUnmap", || {
        ctx.zeros::<u8>(50 << 20).unwrap();
    });

    assert!(unmapped > 0);
    drop(between);
}

#[test]
fn memory_comes_from_wherever_the_builder_says() {
    let sim = sim();
    let cases = [
        (MemorySource::Pages, "cuMemMap"),
        (MemorySource::Segments, "cuMemAlloc_v2"),
        (MemorySource::DriverPool, "cuMemAllocAsync"),
    ];
    for (source, call) in cases {
        let calls = sim.calls(call, || {
            let builder = CudaContext::builder().driver(cuda_sim::driver()).memory_source(source);
            let ctx = builder.build().unwrap();
            let x = ctx.filled(1000, 7_u32).unwrap();
            assert_eq!(ctx.read(&x).unwrap(), [7; 1000]);
        });
        assert!(calls > 0, "{source:?}");
    }
}

/// Loses its device, so that it has a process of its own: an ignored test that the next one runs.
#[test]
#[ignore = "run in a process of its own by the test below"]
fn lose_the_device() {
    let sim = sim();
    let ctx = sim.context();
    let mut y = ctx.zeros::<f32>(10).unwrap();
    ctx.run(runs_over(&mut y)).unwrap();

    let first = ctx.synchronize().unwrap_err();
    assert_eq!(first.class(), ErrorClass::ContextLost, "{first}");
    assert!(first.to_string().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), "{first}");
    for later in [
        ctx.read(&y).unwrap_err(),
        ctx.run(twice(&mut y)).unwrap_err(),
        ctx.zeros::<f32>(1).unwrap_err(),
        ctx.fork().unwrap_err(),
        ctx.record().unwrap_err(),
        ctx.trim().unwrap_err(),
    ] {
        assert!(matches!(later, Error::Lost { device: Device::Sim(0), .. }), "{later}");
        assert!(later.to_string().contains("CUDA_ERROR_ILLEGAL_ADDRESS"), "the first cause: {later}");
    }
    // Dropping everything of a lost device neither panics nor hangs.
    drop((y, ctx));
}

#[test]
fn after_a_fault_every_call_names_its_first_cause() {
    let _sim = sim();
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["lose_the_device", "--exact", "--ignored", "--nocapture"])
        .output()
        .unwrap();

    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("1 passed"), "{text}");
}

#[test]
fn what_a_manual_scope_leaves_unordered_is_a_race_and_what_an_event_orders_is_none() {
    let sim = sim();
    let a = sim.context();
    let b = a.fork().unwrap();
    let mut x = a.zeros::<f32>(100).unwrap();
    cuda_sim::take_reports();
    for by_hand in [true, false] {
        a.fill(&mut x, 1.0).unwrap();
        let event = a.record().unwrap();
        // SAFETY: the memory is plain bytes of a simulated device, which finds the race that the second round makes.
        let manual = unsafe { b.order_manually() };
        if by_hand {
            b.wait(&event).unwrap();
        }
        b.fill(&mut x, 2.0).unwrap();
        drop(manual);
        a.synchronize().unwrap();
        b.synchronize().unwrap();
        let reports = cuda_sim::take_reports();
        assert_eq!(reports.is_empty(), by_hand, "{reports:?}");
    }
}

#[test]
fn a_label_and_determinism_are_the_builders_and_the_forks() {
    let _sim = sim();
    let builder = CudaContext::builder().driver(cuda_sim::driver());
    let ctx = builder.label("training").determinism(context_core::Determinism::Relaxed).build().unwrap();
    let fork = ctx.fork().unwrap();
    assert_eq!((fork.label(), fork.determinism()), ("training", context_core::Determinism::Relaxed));
    assert!(format!("{ctx:?}").contains("training"));
}

#[test]
fn a_read_that_cannot_wait_returns_only_when_its_copy_has_ended() {
    let sim = sim();
    let ctx = sim.context();
    let x = ctx.filled(1 << 16, 1.0_f32).unwrap();
    let mut host = vec![0.0_f32; 1 << 16];
    fault::slow_copies(std::time::Duration::from_millis(20));
    fault::fail_next("cuStreamSynchronize", CUresult::CUDA_ERROR_OPERATING_SYSTEM);
    let waits = sim.calls("cuCtxSynchronize", || {
        ctx.read_into(&x, &mut host).unwrap_err();
    });
    // The copy is behind us: what is written now stays.
    host.fill(7.0);
    ctx.synchronize().unwrap();
    assert_eq!((waits, host.iter().all(|value| *value == 7.0)), (1, true));
}

#[test]
fn a_batch_and_a_matrix_may_be_longer_than_a_grid() {
    // A grid has 4096 blocks, each with 16 rows of one product.
    const MANY: usize = 4096 + 3;
    const ROWS: usize = 16 * 4096 + 17;
    let sim = sim();
    let ctx = sim.context();
    let values: Vec<f32> = (0..MANY).map(|i| (i % 1000) as f32).collect();
    let x = ctx.upload(&values).unwrap();
    let mut squares = ctx.zeros::<f32>(MANY).unwrap();

    let (a, b) = (x.matrix(MANY, 1).unwrap(), x.matrix(MANY, 1).unwrap());
    ctx.gemm_batched(MANY, 1.0, a, b, 0.0, squares.matrix_mut(MANY, 1).unwrap()).unwrap();

    let expected: Vec<f32> = values.iter().map(|value| value * value).collect();
    assert!(ctx.read(&squares).unwrap() == expected);

    let column: Vec<f32> = (0..ROWS).map(|i| (i % 1000) as f32).collect();
    let (x, two) = (ctx.upload(&column).unwrap(), ctx.filled(1, 2.0_f32).unwrap());
    let mut doubled = ctx.zeros::<f32>(ROWS).unwrap();
    let (a, b) = (x.matrix(ROWS, 1).unwrap(), two.matrix(1, 1).unwrap());
    ctx.gemm(1.0, a, b, 0.0, doubled.matrix_mut(ROWS, 1).unwrap()).unwrap();

    let expected: Vec<f32> = column.iter().map(|value| 2.0 * value).collect();
    assert!(ctx.read(&doubled).unwrap() == expected);
}

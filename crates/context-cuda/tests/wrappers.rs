//! The owning wrappers over the driver, on the simulated one: what each binds, owns, gives back and refuses.

mod support;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
        mpsc,
    },
    time::Duration,
};

use context_core::Context as _;
use context_core::cuda::{
    Advice, Context, Device, DeviceMemory, Error, Event, ExternalEvent, Function, Graph, GraphTemplate,
    GreenContext, LaunchShape, ManagedMemory, Module, PinnedMemory, Place, Stream, TimedEvent, Together,
    devices, peer_matrix, set_drop_hook,
};
use cuda_sim::fault;
use cuda_sys::CUresult;
use support::sim;

fn primary() -> Arc<Context> {
    Context::primary(Device::new(cuda_sim::driver(), 0).unwrap()).unwrap()
}

/// Returns how many of all driver calls were made to bind a context during `work`.
fn binds(work: impl FnOnce()) -> u64 {
    let before = cuda_sim::journal().count("cuCtxSetCurrent");
    work();
    cuda_sim::journal().count("cuCtxSetCurrent") - before
}

#[test]
fn a_scope_binds_once_for_the_calls_inside() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let event = Event::new(&context).unwrap();
    let calls = || {
        for _ in 0..10 {
            event.record(&stream).unwrap();
            stream.wait(&event).unwrap();
        }
        stream.synchronize().unwrap();
    };

    assert_eq!(binds(calls), 21, "outside, each call binds");
    let scope = context.enter().unwrap();
    let before = cuda_sim::journal().total();
    assert_eq!(binds(calls), 0);
    assert_eq!(cuda_sim::journal().total() - before, 21, "and nothing else is called");
    let asked = || {
        context.bind().unwrap();
        calls();
    };
    assert_eq!(binds(asked), 2, "what is asked for is done, and not relied upon");
    assert_eq!(binds(calls), 0, "the scope knows again");
    let ask = || assert!(context.memory_info().unwrap().0 > 0);
    assert_eq!(binds(ask), 1, "the driver takes its context from the thread");
    assert_eq!(binds(calls), 0);
    scope.close().unwrap();
    assert_eq!(binds(calls), 21, "the scope has ended");
}

#[test]
fn another_context_used_inside_of_a_scope_takes_nothing_from_it() {
    let _sim = sim();
    let (one, other) = (primary(), Context::own(primary().device()).unwrap());
    let (stream, stranger) = (Stream::new(&one, 0).unwrap(), Stream::new(&other, 0).unwrap());
    let _scope = one.enter().unwrap();
    let count = binds(|| {
        stream.synchronize().unwrap();
        stranger.synchronize().unwrap();
        stream.synchronize().unwrap();
        stream.synchronize().unwrap();
    });
    assert_eq!(count, 2, "one for the stranger, one to come back");
    {
        let _inner = other.enter().unwrap();
        assert_eq!(binds(|| stranger.synchronize().unwrap()), 0);
    }
    assert_eq!(binds(|| stream.synchronize().unwrap()), 0, "the inner scope put back what was current");
}

#[test]
fn scopes_dropped_out_of_order_bind_nothing_wrong() {
    let _sim = sim();
    let (one, other) = (primary(), Context::own(primary().device()).unwrap());
    let stream = Stream::new(&other, 0).unwrap();
    let (outer, inner) = (one.enter().unwrap(), other.enter().unwrap());
    drop(outer);
    stream.synchronize().unwrap();
    drop(inner);
    stream.synchronize().unwrap();
    assert_eq!(binds(|| Stream::new(&one, 0).unwrap().synchronize().unwrap()), 3, "made, used, destroyed");
}

#[test]
fn an_adopted_context_keeps_its_owner_until_its_last_object_is_gone() {
    let _sim = sim();
    struct Owner(Arc<AtomicBool>);
    impl Drop for Owner {
        fn drop(&mut self) {
            self.0.store(true, SeqCst);
        }
    }
    let theirs = primary();
    let gone = Arc::new(AtomicBool::new(false));
    // SAFETY: `theirs` outlives the adopted one.
    let adopted = unsafe { Context::adopt(theirs.device(), theirs.as_raw(), Owner(gone.clone())) }.unwrap();
    let stream = Stream::new(&adopted, 0).unwrap();
    drop(adopted);
    stream.synchronize().unwrap();
    assert!(!gone.load(SeqCst));
    stream.close().unwrap();
    assert!(gone.load(SeqCst));
    theirs.synchronize().unwrap();
}

#[test]
fn raw_handles_go_out_and_come_back() {
    let _sim = sim();
    let context = primary();
    let (stream, event) = (Stream::new(&context, 0).unwrap(), Event::new(&context).unwrap());
    let leaks = format!("{:?}", cuda_sim::journal().leaks);
    let (raw_stream, raw_event) = (stream.into_raw(), event.into_raw());
    // SAFETY: both were given up just now.
    let (stream, event) =
        unsafe { (Stream::from_raw(&context, raw_stream), Event::from_raw(&context, raw_event)) };
    event.record(&stream).unwrap();
    // SAFETY: `stream` outlives it.
    let borrowed = unsafe { Stream::external(&context, stream.as_raw(), ()) };
    borrowed.synchronize().unwrap();
    drop(borrowed);
    assert_eq!(format!("{:?}", cuda_sim::journal().leaks), leaks, "a borrowed stream is not destroyed");
    stream.close().unwrap();
    event.close().unwrap();
    Stream::legacy_default(&context).synchronize().unwrap();
}

#[test]
fn a_timed_event_tells_a_duration_and_a_wait_has_a_limit() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let start = stream.time().unwrap();
    let (open, gate) = mpsc::channel();
    stream.launch_host(move || gate.recv_timeout(Duration::from_secs(600)).unwrap()).unwrap();
    let end = stream.time().unwrap();

    assert!(!end.as_event().wait(Duration::from_millis(5)).unwrap());
    open.send(()).unwrap();
    assert!(end.as_event().wait(Duration::from_secs(600)).unwrap());
    assert!(end.elapsed_since(&start).unwrap() > Duration::ZERO);
    let never = TimedEvent::new(&context).unwrap();
    assert!(never.elapsed_since(&start).is_err());
}

#[test]
fn host_functions_run_in_order_and_may_panic() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    for number in 0..5 {
        let seen = seen.clone();
        stream.launch_host(move || seen.lock().unwrap().push(number)).unwrap();
    }
    stream.launch_host(|| panic!("as the test wants it")).unwrap();
    stream.synchronize().unwrap();
    assert_eq!(*seen.lock().unwrap(), [0, 1, 2, 3, 4]);

    let owned = Arc::new(());
    fault::fail_next("cuLaunchHostFunc", CUresult::CUDA_ERROR_OUT_OF_MEMORY);
    let captured = owned.clone();
    stream.launch_host(move || drop(captured)).unwrap_err();
    assert_eq!(Arc::strong_count(&owned), 1, "what was refused is given back");
}

/// A graph would have run it as often as it is replayed, and it can be called once: it was freed twice.
#[test]
fn a_host_function_is_not_captured() {
    let sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let owned = Arc::new(());
    let refused = |result: Result<(), Error>| {
        let error = result.unwrap_err();
        assert_eq!(error.code(), Some(CUresult::CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED), "{error}");
    };

    let mut graph = stream
        .capture(|| {
            assert!(stream.is_capturing().unwrap());
            let kept = owned.clone();
            refused(stream.launch_host(move || drop(kept)));
            Ok(())
        })
        .unwrap();
    assert!(!stream.is_capturing().unwrap());
    // SAFETY: it is empty.
    (0..2).for_each(|_| unsafe { graph.launch(&stream) }.unwrap());
    stream.synchronize().unwrap();

    let ctx = sim.context();
    let captured = ctx.capture(|ctx| {
        let kept = owned.clone();
        refused(ctx.core().stream().as_stream().launch_host(move || drop(kept)));
        Ok(())
    });
    let (mut graph, ()) = captured.unwrap();
    (0..2).for_each(|_| ctx.replay(&mut graph).unwrap());
    ctx.synchronize().unwrap();
    assert_eq!(Arc::strong_count(&owned), 1);
}

#[test]
fn devices_tell_what_they_are_without_a_context() {
    let _sim = sim();
    let before = cuda_sim::journal().count("cuDevicePrimaryCtxRetain");
    let all = devices(cuda_sim::driver()).unwrap();
    let properties = all[0].properties().unwrap();
    assert_eq!(properties.warp, 32);
    assert_eq!(properties.compute_capability, all[0].compute_capability().unwrap());
    assert!(properties.total_memory > 0 && properties.max_threads_per_block >= 512);
    assert!(properties.memory_pools && properties.managed_memory);
    let matrix = peer_matrix(cuda_sim::driver()).unwrap();
    assert!(matrix.iter().enumerate().all(|(i, row)| row.len() == all.len() && row[i]));
    assert_eq!(cuda_sim::journal().count("cuDevicePrimaryCtxRetain"), before);
}

#[test]
fn managed_memory_is_moved_and_advised_on() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let memory = ManagedMemory::new(&context, 4096).unwrap();
    let here = Place::Device(context.device());
    memory.advise(Advice::ReadMostly).unwrap();
    memory.advise(Advice::Prefer(here)).unwrap();
    stream.prefetch(&memory, here).unwrap();
    stream.prefetch(&memory, Place::Host).unwrap();
    stream.synchronize().unwrap();
    memory.close().unwrap();
}

#[test]
fn a_graph_replays_what_was_captured_and_owns_it() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let memory = DeviceMemory::new(&context, 4).unwrap();
    let address = memory.as_raw();
    let read = |stream: &Stream| {
        let mut bytes = [0_u8; 4];
        // SAFETY: both are four bytes until the stream is waited for below.
        unsafe { stream.copy_to_host(bytes.as_mut_ptr(), address, 4) }.unwrap();
        stream.synchronize().unwrap();
        bytes
    };
    // SAFETY: the graph owns the memory of four bytes.
    let capture = || unsafe { stream.fill(address, &[7], 4) }.map(|()| memory);
    let mut graph = stream.capture(capture).unwrap();
    // SAFETY: the graph owns the memory.
    unsafe { stream.fill(address, &[1], 4) }.unwrap();
    assert_eq!(read(&stream), [1; 4], "capturing ran nothing");
    for _ in 0..3 {
        // SAFETY: the graph owns what it touches, on the one stream there is.
        unsafe { graph.launch(&stream) }.unwrap();
    }
    assert_eq!(read(&stream), [7; 4]);
    graph.close().unwrap();
}

#[test]
fn an_abandoned_capture_is_undone() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let event = Event::new(&context).unwrap();
    let failed = stream.capture::<()>(|| {
        event.record(&stream)?;
        Err(Error::Forked)
    });
    assert!(matches!(failed, Err(Error::Forked)));
    stream.synchronize().unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = stream.capture::<()>(|| panic!("as the test wants it"));
    }));
    assert!(panicked.is_err());
    stream.synchronize().unwrap();
}

#[test]
fn a_failed_drop_is_told_to_the_hook() {
    let _sim = sim();
    let context = primary();
    let event = Event::new(&context).unwrap();
    let told = Arc::new(AtomicU32::new(0));
    let count = told.clone();
    set_drop_hook(Some(Arc::new(move |_, error| {
        assert_eq!(error.code(), Some(CUresult::CUDA_ERROR_OPERATING_SYSTEM));
        count.fetch_add(1, SeqCst);
        panic!("a hook that panics harms nobody");
    })));
    fault::fail_next("cuEventDestroy_v2", CUresult::CUDA_ERROR_OPERATING_SYSTEM);
    drop(event);
    set_drop_hook(None);
    assert_eq!(told.load(SeqCst), 1);
}

#[test]
fn a_code_that_no_header_has_is_an_error_like_others() {
    let _sim = sim();
    let context = primary();
    fault::fail_next("cuCtxSynchronize", CUresult(4242));
    let error = context.synchronize().unwrap_err();
    assert_eq!(error.code(), Some(CUresult(4242)));
    assert!(error.to_string().contains("4242"), "{error}");
    context.synchronize().unwrap();
}

#[test]
fn a_shape_fits_the_device_and_blocks_run_together() {
    let _sim = sim();
    let context = primary();
    let ptx = include_str!("kernels/misfits.ptx");
    let module = Arc::new(Module::from_ptx(&context, ptx, "misfits.ptx").unwrap());
    let function = module.function("twice").unwrap();
    let shape = LaunchShape::fitting(&function, 1000).unwrap().unwrap();
    assert!(shape.grid[0] * shape.block[0] >= 1000);
    assert!(function.resident_blocks(shape.block[0], 0).unwrap() > 0);

    let stream = Stream::new(&context, 0).unwrap();
    let memory = DeviceMemory::new(&context, 4000).unwrap();
    let (address, len) = (memory.as_raw(), 1000_u64);
    // SAFETY: the memory is that large and outlives the stream's work.
    unsafe { stream.fill(address, &1.0_f32.to_ne_bytes(), 1000) }.unwrap();
    let parameters = [(&raw const address).cast(), (&raw const len).cast()];
    let shape = LaunchShape::covering(&function, [1000, 1, 1], [256, 1, 1]).unwrap().unwrap();
    // SAFETY: the parameters are those of `twice`.
    unsafe { stream.launch_together(&function, shape, Together::Grid, &parameters) }.unwrap();
    // SAFETY: as above; it is refused.
    let refused =
        unsafe { stream.launch_together(&function, shape, Together::Clusters([3, 1, 1]), &parameters) };
    assert!(refused.unwrap_err().to_string().contains("does not divide"));
    stream.synchronize().unwrap();
}

#[test]
fn more_shared_memory_than_there_is_is_refused_with_the_limit() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let ptx = include_str!("kernels/misfits.ptx");
    let module = Arc::new(Module::from_ptx(&context, ptx, "misfits.ptx").unwrap());
    let function = module.function("twice").unwrap();
    let usual = function.max_shared_bytes();
    assert_eq!(usual, 48 << 10);
    let shape = LaunchShape::covering(&function, [32, 1, 1], [32, 1, 1]).unwrap().unwrap();
    let error = shape.with_shared(&function, usual + 1).unwrap_err().to_string();
    assert!(error.contains("49153 bytes") && error.contains("49152"), "{error}");
    let memory = DeviceMemory::new(&context, 128).unwrap();
    let (address, len) = (memory.as_raw(), 32_u64);
    let parameters = [(&raw const address).cast(), (&raw const len).cast()];
    let calls = cuda_sim::journal().total();
    for together in [None, Some(Together::Grid)] {
        let shape = LaunchShape { shared_bytes: usual + 1, ..shape };
        // SAFETY: it is refused before the driver is asked.
        let refused = unsafe {
            match together {
                None => stream.launch(&function, shape, &parameters),
                Some(together) => stream.launch_together(&function, shape, together, &parameters),
            }
        };
        assert!(matches!(refused, Err(Error::Launch { .. })), "{refused:?}");
    }
    assert_eq!(cuda_sim::journal().total(), calls, "the driver was not asked");

    let opt_in = context.device().properties().unwrap().shared_bytes_per_block_opt_in;
    let error = function.allow_shared_bytes(opt_in + 1).unwrap_err().to_string();
    assert!(error.contains(&opt_in.to_string()), "{error}");
    function.allow_shared_bytes(opt_in).unwrap();
    // SAFETY: the memory is zeroed first, and outlives the stream's work; the parameters are those of `twice`.
    unsafe {
        stream.fill(address, &[0], 128).unwrap();
        stream.launch(&function, shape.with_shared(&function, opt_in).unwrap(), &parameters).unwrap();
    }
    stream.synchronize().unwrap();
    let deep = LaunchShape::covering(&function, [1, 1, 65], [1, 1, 65]).unwrap_err().to_string();
    assert!(deep.contains("64 along z"), "{deep}");
}

#[test]
fn a_cluster_larger_than_every_device_takes_is_refused_with_the_limit() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let ptx = include_str!("kernels/misfits.ptx");
    let module = Arc::new(Module::from_ptx(&context, ptx, "misfits.ptx").unwrap());
    let function = module.function("twice").unwrap();
    let shape = LaunchShape { grid: [16, 1, 1], block: [32, 1, 1], shared_bytes: 0 };
    // SAFETY: it is refused before the driver is asked.
    let refused = unsafe { stream.launch_together(&function, shape, Together::Clusters([16, 1, 1]), &[]) };
    let error = refused.unwrap_err().to_string();
    assert!(error.contains("16 blocks, more than the 8"), "{error}");
    function.allow_large_clusters().unwrap();
}

#[test]
fn what_the_compiler_writes_is_told_as_far_as_there_is_room() {
    let _sim = sim();
    let context = primary();
    let log = |text: &str| match Module::from_ptx(&context, text, "wrong.ptx") {
        Err(Error::Module { log, .. }) => log,
        other => panic!("{other:?}"),
    };

    let short = log(".version 7.8 .target sm_52 .address_size 64 .visible .entry k() { oops; }");
    assert!(short.contains("oops") && short.is_ascii(), "{short}");
    let name = "x".repeat(20_000);
    let long = log(&format!(".version 7.8 .target sm_52 .address_size 64 .visible .entry k() {{ {name}; }}"));
    assert!((8000..8192).contains(&long.len()) && long.is_ascii(), "{} bytes", long.len());
    assert_eq!(log(".version 7.8\0"), "the text has a zero byte in it");
    fault::fail_next("cuModuleLoadDataEx", CUresult::CUDA_ERROR_OUT_OF_MEMORY);
    assert_eq!(log(include_str!("kernels/misfits.ptx")), "", "nothing was written");
}

#[test]
fn every_handle_goes_out_and_comes_back() {
    let _sim = sim();
    let context = primary();
    let device = context.device();
    let before = format!("{:?}", cuda_sim::journal().leaks);
    let stream = Stream::new(&context, 0).unwrap();
    let module = Module::from_ptx(&context, include_str!("kernels/misfits.ptx"), "misfits.ptx").unwrap();
    let memory = DeviceMemory::new(&context, 64).unwrap();
    let managed = ManagedMemory::new(&context, 64).unwrap();
    let pinned = PinnedMemory::new(&context, 64).unwrap();
    let timed = TimedEvent::new(&context).unwrap();
    let graph = stream.capture(|| Ok(())).unwrap();
    let own = Context::own(device).unwrap();
    // SAFETY: each handle was just given up, and is taken over once.
    unsafe {
        let module = Arc::new(Module::from_raw(&context, module.into_raw()));
        let raw = module.function("twice").unwrap().as_raw();
        let function = Function::from_raw(&module, raw, "twice").unwrap();
        assert_eq!(function.parameters().map(<[_]>::len), Some(2));
        drop(function);
        Arc::into_inner(module).unwrap().close().unwrap();
        DeviceMemory::from_raw(&context, memory.into_raw(), 64).close().unwrap();
        ManagedMemory::from_raw(&context, managed.into_raw(), 64).close().unwrap();
        PinnedMemory::from_raw(&context, pinned.into_raw(), 64).close().unwrap();
        TimedEvent::from_raw(&context, timed.into_raw()).close().unwrap();
        let (raw, template, owned) = graph.into_raw();
        let template = GraphTemplate::from_raw(&context, template.into_raw());
        Graph::from_raw(template, raw, owned).close().unwrap();
        let kept = own.clone();
        let own = own.into_raw().unwrap_err();
        drop(kept);
        let own = Context::from_raw(device, own.into_raw().unwrap()).unwrap();
        Stream::new(&own, 0).unwrap().close().unwrap();
        own.close().unwrap();
    }
    stream.close().unwrap();
    assert_eq!(format!("{:?}", cuda_sim::journal().leaks), before);
}

#[test]
fn another_librarys_event_is_waited_for_and_left_to_it() {
    let _sim = sim();
    let context = primary();
    let stream = Stream::new(&context, 0).unwrap();
    let before = format!("{:?}", cuda_sim::journal().leaks);
    let destroyed = || cuda_sim::journal().count("cuEventDestroy_v2");
    let theirs = Arc::new(Event::new(&context).unwrap());
    let count = destroyed();

    // SAFETY: the owner is what keeps it alive.
    let borrowed = unsafe { ExternalEvent::new(&context, theirs.as_raw(), theirs.clone()) };
    borrowed.record(&stream).unwrap();
    stream.wait(&borrowed).unwrap();
    theirs.synchronize().unwrap();
    assert_eq!(Arc::strong_count(&theirs), 2);
    drop(borrowed);

    assert_eq!((destroyed(), Arc::strong_count(&theirs)), (count, 1));
    drop(theirs);
    assert_eq!(destroyed(), count + 1);
    assert_eq!(format!("{:?}", cuda_sim::journal().leaks), before);
}

#[test]
fn a_device_is_found_by_its_handle() {
    let _sim = sim();
    let device = primary().device();

    assert_eq!(Device::from_raw(cuda_sim::driver(), device.as_raw()).unwrap(), device);
    let error = Device::from_raw(cuda_sim::driver(), 1234).unwrap_err();
    assert_eq!(error.code(), Some(CUresult::CUDA_ERROR_INVALID_DEVICE));
    assert!(error.to_string().contains("1234"), "{error}");
}

#[test]
fn a_green_context_has_a_part_of_the_device_and_streams_of_its_own() {
    let _sim = sim();
    let part = GreenContext::new(&primary(), 3).unwrap();
    let stream = part.stream(0).unwrap();

    assert_eq!(part.multiprocessors(), 4);
    stream.synchronize().unwrap();
    // A stream holds it.
    let part = part.into_raw().unwrap_err();
    stream.close().unwrap();
    let raw = part.into_raw().unwrap();
    // SAFETY: just given up, and taken over once.
    let part = unsafe { GreenContext::from_raw(&primary(), raw, 4) };
    part.stream(0).unwrap().close().unwrap();
    part.close().unwrap();
    let refused = GreenContext::new(&primary(), 1000).unwrap_err();
    assert_eq!(refused.code(), Some(CUresult::CUDA_ERROR_INVALID_VALUE));
}

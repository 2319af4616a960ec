//! What only a process of its own can show: a fork, and an exit while everything lives. Each test starts this program again.

mod support;

use std::{
    process::Command,
    sync::{Arc, mpsc},
    time::Duration,
};

use context_core::{Context, Error, SharedEvent, cuda};
use context_cuda::CudaContext;
use support::sim;

/// Runs an ignored test of this file in a process of its own, and returns what it wrote.
fn alone(test: &str) -> String {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert!(output.status.success(), "{}: {text}", output.status);
    text
}

#[test]
#[ignore = "run in a process of its own by the test below"]
fn fork_with_a_context() {
    let sim = sim();
    let ctx = sim.context();
    let mut buffer = ctx.zeros::<f32>(10).unwrap();
    let scope = ctx.enter().unwrap();
    // Found here: the child may find the simulated driver locked for ever, by a thread that is no more.
    let driver = cuda_sim::driver();
    // SAFETY: the child calls nothing but this crate, which is what the test is about, and leaves by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let forked = |error: &Error| matches!(error, Error::Cuda(cuda::Error::Forked) | Error::Lost { .. });
        let refused = [
            ctx.fill(&mut buffer, 1.0).err(),
            ctx.synchronize().err(),
            ctx.read(&buffer).err(),
            ctx.cuda_context().bind().err().map(Error::from),
            // The scope of the parent's thread binds nothing here, however often it is tried.
            ctx.cuda_context().memory_info().err().map(Error::from),
            ctx.fill(&mut buffer, 1.0).err(),
            ctx.fork().map(drop).err(),
            CudaContext::builder().driver(driver).build().map(drop).err(),
        ];
        let all = refused.iter().all(|error| {
            error.as_ref().is_some_and(|error| forked(error) || error.to_string().contains("forked"))
        });
        // Neither hangs nor panics.
        drop(scope);
        drop((buffer, ctx));
        // SAFETY: ends the child without the handlers of its parent.
        unsafe { libc::_exit(if all { 0 } else { 1 }) };
    }
    let mut status = 0;
    // SAFETY: waits for the child that was just started.
    assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
    assert_eq!(status, 0, "the child saw another error, or died");
    // The parent goes on as if nothing had happened.
    ctx.fill(&mut buffer, 2.0).unwrap();
    assert_eq!(ctx.read(&buffer).unwrap(), [2.0; 10]);
}

#[test]
fn the_child_of_a_fork_is_told_so_by_every_call() {
    let _sim = sim();
    assert!(alone("fork_with_a_context").contains("1 passed"));
}

#[test]
#[ignore = "run in a process of its own by the test below"]
fn exit_with_everything_alive() {
    let (sender, receiver) = mpsc::channel();
    for _ in 0..3 {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let ctx = CudaContext::builder().driver(cuda_sim::driver()).build().unwrap();
            let fork = ctx.fork().unwrap();
            let mut buffer = ctx.zeros::<f32>(1 << 16).unwrap();
            let mut pinned = ctx.alloc_pinned::<f32>(1 << 16).unwrap();
            let context = cuda::Context::primary(ctx.cuda_device()).unwrap();
            let stream = cuda::Stream::new(&context, 0).unwrap();
            let timed = stream.time().unwrap();
            let memory = cuda::DeviceMemory::new(&context, 1000).unwrap();
            let managed = cuda::ManagedMemory::new(&context, 1000).unwrap();
            let graph = stream.capture(|| Ok(())).unwrap();
            let (mut replayed, output) = ctx.capture(|ctx| ctx.upload(&[1.0_f32; 100])).unwrap();
            ctx.replay(&mut replayed).unwrap();
            let (shared, own) =
                (cuda::Event::shared(&context).unwrap(), cuda::Context::own(context.device()).unwrap());
            let (range, page) = (
                cuda::AddressRange::new(&context, 2 << 20).unwrap(),
                cuda::PhysicalMemory::new(&context, 2 << 20).unwrap(),
            );
            let module = cuda::Module::from_ptx(&context, include_str!("kernels/misfits.ptx"), "misfits.ptx");
            let function = Arc::new(module.unwrap()).function("twice").unwrap();
            let part = cuda::GreenContext::new(&context, 2).unwrap();
            let (of_part, pages) =
                (part.stream(0).unwrap(), cuda::PinnedMemory::new(&context, 1000).unwrap());
            let adopted = cuda::Context::own(context.device()).unwrap();
            // SAFETY: the owner is what keeps it alive.
            let adopted =
                unsafe { cuda::Context::adopt(context.device(), adopted.as_raw(), adopted.clone()) };
            let never = SharedEvent::new();
            let _scope = ctx.enter().unwrap();
            let event = ctx.record().unwrap();
            let pending = ctx.read_later(&buffer).unwrap();
            let all = (&fork, &timed, &memory, &managed, &graph, &event, &pending);
            let more = (&replayed, &output, &shared, &own, &range, &page);
            let rest = (&function, &part, &of_part, &pages, &adopted, &never);
            sender.send(()).unwrap();
            // Still at work when the process ends.
            loop {
                pinned.write().unwrap().fill(1.0);
                ctx.write_pinned(&mut buffer, &pinned).unwrap();
                std::hint::black_box((&all, &more, &rest));
            }
        });
    }
    for _ in 0..3 {
        receiver.recv_timeout(Duration::from_secs(600)).unwrap();
    }
    println!("everything is alive");
    std::process::exit(0);
}

#[test]
fn a_process_ends_cleanly_while_everything_is_alive_on_several_threads() {
    let _sim = sim();
    for _ in 0..3 {
        assert!(alone("exit_with_everything_alive").contains("everything is alive"));
    }
}

/// Where the process that shares leaves its descriptors for the other.
const DESCRIPTORS: &str = "CONTEXT_CUDA_DESCRIPTORS";

/// Opens a primary context of the simulated device.
fn primary() -> Arc<cuda::Context> {
    cuda::Context::primary(cuda::Device::new(cuda_sim::driver(), 0).unwrap()).unwrap()
}

#[test]
#[ignore = "run in a process of its own by the test below"]
fn the_other_process() {
    let bytes = std::fs::read(std::env::var_os(DESCRIPTORS).unwrap()).unwrap();
    let (memory, event) = bytes.split_at(cuda::DESCRIPTOR_BYTES);
    let context = primary();
    let stream = cuda::Stream::new(&context, 0).unwrap();
    let described = cuda::MemoryDescriptor::from_bytes(memory).unwrap();
    let shared = cuda::SharedMemory::open(&context, &described).unwrap();
    let event = cuda::Event::open(&context, &cuda::EventDescriptor::from_bytes(event).unwrap()).unwrap();
    stream.wait(&event).unwrap();
    let mut found = [0_u8; 100];
    // SAFETY: both are 100 bytes until the stream was waited for.
    unsafe { stream.copy_to_host(found.as_mut_ptr(), shared.as_raw(), 100) }.unwrap();
    stream.synchronize().unwrap();
    assert_eq!((found, shared.size_bytes()), ([42; 100], 100));
    // SAFETY: the memory is 100 bytes, whose owner waits for this process.
    unsafe { stream.fill(shared.as_raw(), &[43], 100) }.unwrap();
    stream.synchronize().unwrap();
    shared.close().unwrap();
    event.close().unwrap();

    // A descriptor that promises more than there is, whole by its checksum: made as anybody could make one.
    let mut bytes: [u8; cuda::DESCRIPTOR_BYTES] = memory.try_into().unwrap();
    bytes[32..40].copy_from_slice(&u64::to_le_bytes(1 << 40));
    let sum = bytes[..cuda::DESCRIPTOR_BYTES - 8]
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3));
    bytes[cuda::DESCRIPTOR_BYTES - 8..].copy_from_slice(&sum.to_le_bytes());
    let liar = cuda::MemoryDescriptor::from_bytes(&bytes).unwrap();
    let refused = cuda::SharedMemory::open(&context, &liar).unwrap_err().to_string();
    assert!(refused.contains("promises 1.00 TiB"), "{refused}");
}

#[test]
fn memory_and_events_are_shared_between_processes() {
    let _sim = sim();
    let context = primary();
    let stream = cuda::Stream::new(&context, 0).unwrap();
    let memory = cuda::DeviceMemory::new(&context, 100).unwrap();
    let event = cuda::Event::shared(&context).unwrap();
    // SAFETY: the memory is 100 bytes, and outlives the stream's work.
    unsafe { stream.fill(memory.as_raw(), &[42], 100) }.unwrap();
    event.record(&stream).unwrap();
    let (described, marked) = (memory.describe().unwrap(), event.describe().unwrap());
    // A process cannot open its own, and an event that was not made for it cannot be described.
    assert!(cuda::SharedMemory::open(&context, &described).is_err());
    assert!(cuda::Event::open(&context, &marked).is_err());
    assert!(cuda::Event::new(&context).unwrap().describe().is_err());

    let path = std::env::temp_dir().join(format!("context-cuda-descriptors-{}", std::process::id()));
    std::fs::write(&path, [described.to_bytes(), marked.to_bytes()].concat()).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["the_other_process", "--exact", "--ignored", "--nocapture", "--test-threads=1"])
        .env(DESCRIPTORS, &path)
        .output()
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));

    let mut found = [0_u8; 100];
    // SAFETY: both are 100 bytes until the stream was waited for.
    unsafe { stream.copy_to_host(found.as_mut_ptr(), memory.as_raw(), 100) }.unwrap();
    stream.synchronize().unwrap();
    assert_eq!(found, [43; 100], "what the other process wrote");
}

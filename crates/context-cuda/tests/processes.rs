//! What only a process of its own can show: a fork, and an exit while everything lives. Each test starts this program again.

mod support;

use std::{process::Command, sync::mpsc, time::Duration};

use context_core::{Context, Error, cuda};
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
    // SAFETY: the child calls nothing but this crate, which is what the test is about, and leaves by `_exit`.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let forked = |error: &Error| matches!(error, Error::Cuda(cuda::Error::Forked) | Error::Lost { .. });
        let refused = [
            ctx.fill(&mut buffer, 1.0).err(),
            ctx.synchronize().err(),
            ctx.read(&buffer).err(),
            ctx.fork().map(drop).err(),
            CudaContext::builder().driver(cuda_sim::driver()).build().map(drop).err(),
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
            let _scope = ctx.enter().unwrap();
            let event = ctx.record().unwrap();
            let pending = ctx.read_later(&buffer).unwrap();
            let all = (&fork, &timed, &memory, &managed, &graph, &event, &pending);
            sender.send(()).unwrap();
            // Still at work when the process ends.
            loop {
                pinned.write().unwrap().fill(1.0);
                ctx.write_pinned(&mut buffer, &pinned).unwrap();
                std::hint::black_box(&all);
            }
        });
    }
    for _ in 0..3 {
        receiver.recv_timeout(Duration::from_secs(60)).unwrap();
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

//! c10's cuda_stream_test, which took over Caffe2's streams.

use std::collections::HashSet;

use device_context::{Context, cuda, kernel};

use super::open;

/// TestCopyAndMove
#[test]
fn a_context_that_moves_keeps_its_stream() {
    let context = open(0);
    let (id, raw) = (context.stream_id(), context.core().stream().as_stream().as_raw().addr());
    let moved = std::thread::spawn(move || {
        (context.stream_id(), context.core().stream().as_stream().as_raw().addr())
    });
    assert_eq!(moved.join().unwrap(), (id, raw));
}

/// StreamPoolTest: there 200 requests had duplicates.
#[test]
fn two_hundred_contexts_have_two_hundred_streams() {
    let context = open(0);
    let forks: Vec<_> = (0..200).map(|_| context.fork().unwrap()).collect();
    let ids: HashSet<_> = forks.iter().map(Context::stream_id).collect();
    let raw: HashSet<_> = forks.iter().map(|fork| fork.core().stream().as_stream().as_raw().addr()).collect();
    assert_eq!((ids.len(), raw.len()), (200, 200));
    // And no id is ever given again, although streams are.
    drop(forks);
    let later = context.fork().unwrap();
    assert!(!ids.contains(&later.stream_id()));
    assert!(raw.contains(&later.core().stream().as_stream().as_raw().addr()));
}

/// Guards: devices and streams restored, also when they are nested.
#[test]
fn scopes_may_be_nested_and_leave_what_was_current() {
    let (first, second) = (open(0), open(1));
    let current = || {
        let mut raw = std::ptr::null_mut();
        // SAFETY: `raw` outlives the call.
        let asked = unsafe { device_context::sim::driver().cuCtxGetCurrent(&mut raw).unwrap() };
        assert_eq!(asked, cuda_sys::CUresult::CUDA_SUCCESS);
        raw.addr()
    };
    let before = current();
    let outer = first.enter().unwrap();
    let inner = second.enter().unwrap();
    assert_eq!(current(), second.cuda_context().as_raw().addr());
    drop(inner);
    assert_eq!(current(), first.cuda_context().as_raw().addr());
    drop(outer);
    assert_eq!(current(), before);
}

/// CUDAEventSyncTest: an event that was never recorded is complete; one event holds two streams.
#[test]
fn one_event_holds_two_streams() {
    let context = open(0);
    let unrecorded = cuda::Event::new(context.cuda_context()).unwrap();
    assert!(unrecorded.query().unwrap());

    let mut buffer = context.alloc::<u32>(1 << 16).unwrap();
    context.fill(&mut buffer, 5).unwrap();
    let event = context.record().unwrap();
    for waiter in [context.fork().unwrap(), context.fork().unwrap()] {
        waiter.wait(&event).unwrap();
        let mut copy = waiter.alloc::<u32>(1 << 16).unwrap();
        waiter.copy(&mut copy, &buffer).unwrap();
        assert!(waiter.read(&copy).unwrap().iter().all(|word| *word == 5));
    }
    assert!(event.query().unwrap());
}

/// ExternalTest
#[test]
fn a_stream_of_another_library_is_accepted() {
    let context = open(0);
    let owned = cuda::Stream::new(context.cuda_context(), 0).unwrap();
    // SAFETY: the stream is of that context, and `owned` is dropped last.
    let external = unsafe { cuda::Stream::external(context.cuda_context(), owned.as_raw(), ()) };
    let buffer = context.filled(256, 1_u8).unwrap();
    context.synchronize().unwrap();
    // SAFETY: the buffer has that many bytes, and lives until the stream is synchronised.
    unsafe { external.fill(buffer.as_raw(), &[9], 256) }.unwrap();
    external.synchronize().unwrap();
    drop(external);
    assert_eq!(context.read(&buffer).unwrap(), [9; 256]);
    assert!(owned.query().unwrap());
}

kernel! {
    fn never(x: &mut [u32]);
    threads: x.len();
    cpu: { x.fill(1) }
}

/// It had none: there an empty graph was a test of nets.
#[test]
fn no_threads_are_no_work_on_a_cpu() {
    let context = device_context::CpuContext::new().unwrap();
    let mut nothing = context.alloc::<u32>(0).unwrap();
    context.run(never(&mut nothing)).unwrap();
    context.synchronize().unwrap();
}

//! context_gpu_test: devices, streams, memory and handles of CUDA contexts. cuda_memorypool_test: whose memory is given out.

use std::collections::HashSet;

use device_context::{AnyContext, Context, CudaContext, Device, cuda, curand::Sequence, random::Philox, sim};

use super::{DEVICES, open};

/// Asks the driver whose memory this is.
fn device_of(context: &CudaContext, address: u64) -> i32 {
    let mut ordinal = -1_i32;
    let attribute = cuda_sys::driver::CUpointer_attribute::CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL;
    let _scope = context.enter().unwrap();
    // SAFETY: the attribute is an `int`, which outlives the call.
    let asked = unsafe {
        sim::driver().cuPointerGetAttribute((&raw mut ordinal).cast(), attribute, address).unwrap()
    };
    assert_eq!(asked, cuda_sys::CUresult::CUDA_SUCCESS);
    ordinal
}

/// HasCudaRuntime
#[test]
fn a_program_is_told_whether_there_is_a_device_and_why_not() {
    let choice = AnyContext::choose();
    assert!(!choice.reason.is_empty());
    let opened = AnyContext::open(Device::Cuda(0));
    assert_eq!(opened.is_ok(), matches!(choice.device, Device::Cuda(0)), "{choice:?} {opened:?}");
}

/// TestAllocDealloc
#[test]
fn a_context_gives_memory_of_its_device() {
    let context = open(0);
    let buffer = context.alloc::<u8>(40).unwrap();
    assert_ne!(buffer.as_raw(), 0);
    assert_eq!(device_of(&context, buffer.as_raw()), 0);
}

/// TestSetGetDevice
#[test]
fn devices_are_used_in_any_order_on_one_thread() {
    let contexts: Vec<CudaContext> = (0..DEVICES).map(open).collect();
    for ordinal in (0..DEVICES).chain((0..DEVICES).rev()) {
        let context = &contexts[ordinal as usize];
        let buffer = context.filled(100, ordinal).unwrap();
        assert_eq!(buffer.device(), Device::Sim(ordinal));
        assert_eq!(device_of(context, buffer.as_raw()), ordinal as i32);
        assert_eq!(context.read(&buffer).unwrap(), [ordinal; 100]);
    }
}

/// MemoryPoolAllocateDealloc, and the pool's own test of 2016
#[test]
fn memory_that_is_freed_is_what_the_next_of_its_size_gets() {
    for ordinal in 0..DEVICES {
        let context = CudaContext::builder()
            .driver(sim::driver())
            .device(ordinal)
            .memory_limit(64 << 20)
            .build()
            .map(|context| (open(ordinal), context).1)
            .unwrap();
        let first = context.alloc::<u8>(1 << 20).unwrap();
        let address = first.as_raw();
        assert_eq!(device_of(&context, address), ordinal as i32);
        drop(first);
        let again = context.alloc::<u8>(1 << 20).unwrap();
        assert_eq!(again.as_raw(), address);
        assert_ne!(context.alloc::<u8>(2 << 20).unwrap().as_raw(), address);
    }
}

/// TestSameThreadSameObject: there two contexts of a thread shared a stream and so raced unseen; here each has its own, with the handle on it.
#[test]
fn a_contexts_handles_are_its_own_and_on_its_stream() {
    let context = open(0);
    let fork = context.fork().unwrap();
    assert_ne!(context.stream_id(), fork.stream_id());
    let handle = context.cublas().unwrap().as_raw();
    assert_eq!(context.cublas().unwrap().as_raw(), handle, "the same at every lease");
    assert_ne!(fork.cublas().unwrap().as_raw(), handle);
    let lease = context.cublas().unwrap();
    assert!(lease.is_set_to(context.core().stream().as_stream()));
    let generators = [&context, &fork].map(|context| context.curand(Sequence::Philox).unwrap().as_raw());
    assert_ne!(generators[0], generators[1]);
}

/// TestSameThreadTempObject: a context was "not valid any more" after another one's switch.
#[test]
fn a_context_is_not_disturbed_by_another_device() {
    let (first, second) = (open(0), open(1));
    let stream = first.stream_id();
    let before = first.filled(10, 1_u8).unwrap();
    let scope = second.enter().unwrap();
    let between = second.filled(10, 2_u8).unwrap();
    let inside = first.filled(10, 3_u8).unwrap();
    drop(scope);
    assert_eq!(first.stream_id(), stream);
    assert_eq!(device_of(&first, inside.as_raw()), 0);
    assert_eq!(first.read(&before).unwrap(), [1; 10]);
    assert_eq!(second.read(&between).unwrap(), [2; 10]);
    assert_eq!(first.read(&inside).unwrap(), [3; 10]);
}

/// TestSameThreadDifferntObjectIfDifferentDevices
#[test]
fn devices_share_no_stream_handle_or_generator() {
    let contexts: Vec<CudaContext> = (0..DEVICES).map(open).collect();
    let distinct = |numbers: Vec<usize>| {
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), contexts.len(), "{numbers:?}");
    };
    let stream = |context: &CudaContext| context.core().stream().as_stream().as_raw().addr();
    distinct(contexts.iter().map(stream).collect());
    distinct(contexts.iter().map(|context| context.cublas().unwrap().as_raw().addr()).collect());
    distinct(contexts.iter().map(|context| context.cudnn().unwrap().as_raw().addr()).collect());
    let generator = |context: &CudaContext| context.curand(Sequence::Philox).unwrap().as_raw().addr();
    distinct(contexts.iter().map(generator).collect());
}

/// TestDifferntThreadDifferentobject
#[test]
fn threads_that_live_at_once_have_streams_of_their_own() {
    let context = open(0);
    let barrier = std::sync::Barrier::new(2);
    let streams: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2)
            .map(|_| {
                let (fork, barrier) = (context.fork().unwrap(), &barrier);
                scope.spawn(move || {
                    let stream = || fork.core().stream().as_stream().as_raw().addr();
                    let first = stream();
                    barrier.wait();
                    assert_eq!(stream(), first);
                    first
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(streams[0] != streams[1] && streams.iter().all(|stream| *stream != 0));
}

/// It had none: a context's generator gave other numbers at every start.
#[test]
fn a_seed_gives_the_same_numbers_again_and_a_fork_others() {
    let draw = |context: &CudaContext| {
        let mut words = context.alloc::<u32>(64).unwrap();
        context.curand(Sequence::Philox).unwrap().fill_words(&mut words).unwrap();
        context.read(&words).unwrap()
    };
    let seeded = || open(0).map_seed(7);
    let first = draw(&seeded());
    assert_eq!(draw(&seeded()), first);
    assert_ne!(draw(&seeded().fork().unwrap()), first);
    // cuRAND's first words of a seed are those of every device here.
    let mut expected = [0_u32; 64];
    Philox::new(7).fill_words(&mut expected);
    assert_eq!(first, expected);
}

trait MapSeed {
    fn map_seed(self, seed: u64) -> Self;
}

impl MapSeed for CudaContext {
    fn map_seed(self, seed: u64) -> Self {
        self.set_random(Philox::new(seed));
        self
    }
}

/// It had none: the number of devices was bounded when it was built.
#[test]
fn a_device_that_is_not_there_is_an_error_with_its_number() {
    drop(open(0));
    let error = CudaContext::builder().driver(sim::driver()).device(19).build().unwrap_err().to_string();
    assert!(error.contains("19") && error.contains("the driver has 3"), "{error}");
    assert_eq!(cuda::devices(sim::driver()).unwrap().len(), DEVICES as usize);
}

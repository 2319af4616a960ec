//! context_test: the CPU context's memory. numa_test: where it lies.

use device_context::{AnyContext, Context, CpuContext, Device, Error, cpu::Node};

/// TestAllocAlignment
#[test]
fn memory_is_aligned_for_every_small_size() {
    let context = CpuContext::new().unwrap();
    for bytes in 1..=9 {
        let buffer = context.alloc::<u8>(bytes).unwrap();
        assert_eq!(buffer.as_raw() % 64, 0, "{bytes} bytes");
    }
}

/// TestAllocDealloc
#[test]
fn memory_is_allocated_copied_and_freed() {
    // With a pool of its own: the other one counts for all tests.
    let context = CpuContext::builder().memory_limit(1 << 20).build().unwrap();
    let before = context.memory().live;
    let numbers: Vec<f32> = (0..10).map(|number| number as f32).collect();
    let source = context.upload(&numbers).unwrap();
    let mut target = context.alloc::<f32>(10).unwrap();
    assert!(source.as_raw() != 0 && target.as_raw() != 0 && source.as_raw() != target.as_raw());
    context.copy(&mut target, &source).unwrap();
    assert_eq!(context.read(&target).unwrap(), numbers);
    drop((source, target));
    assert_eq!(context.memory().live, before);
}

/// numa_test: blobs of operators with a node live there, and copy to a GPU.
#[test]
fn memory_of_a_node_is_used_from_every_device() {
    let Ok(node) = Node::new(0) else {
        eprintln!("not run: the system does not tell its NUMA nodes");
        return;
    };
    let context = CpuContext::builder().node(node).build().unwrap();
    assert_eq!(context.device(), Device::cpu_on_node(0));
    let here = context.filled(1000, 3_u32).unwrap();
    let cuda = super::open(0);
    let mut there = cuda.alloc::<u32>(1000).unwrap();
    cuda.copy_from(&mut there, &context, &here).unwrap();
    assert_eq!(cuda.read(&there).unwrap(), [3; 1000]);
}

#[test]
fn a_node_is_opened_by_its_name_and_one_that_is_not_there_is_refused() {
    let Ok(nodes) = Node::all() else {
        eprintln!("not run: the system does not tell its NUMA nodes");
        return;
    };
    for node in &nodes {
        let device = Device::cpu_on_node(node.number());
        assert_eq!(AnyContext::open(device).unwrap().device(), device);
    }
    let error = AnyContext::open("cpu:4000".parse().unwrap()).unwrap_err();
    assert!(matches!(error, Error::NoDevice { device: Device::CpuNode(4000), .. }), "{error}");
}

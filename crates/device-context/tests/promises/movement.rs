//! blob_gpu_test: values that go to every device and back, and to another one than they came from.

use device_context::{Buffer, Context, CudaContext, Device};

use super::{DEVICES, open};

/// What a checkpoint is here: the values, and the device by its name.
fn save<C: Context>(context: &C, buffer: &Buffer<f32, C>) -> (String, Vec<f32>) {
    (context.device().to_string(), context.read(buffer).unwrap())
}

fn restore(saved: &(String, Vec<f32>), redirect: Option<u32>) -> (CudaContext, Buffer<f32, CudaContext>) {
    let Device::Sim(ordinal) = saved.0.parse().unwrap() else { panic!("{} is no simulated device", saved.0) };
    let context = open(redirect.unwrap_or(ordinal));
    let buffer = context.upload(&saved.1).unwrap();
    (context, buffer)
}

/// TensorSerializationMultiDevices
#[test]
fn values_keep_through_saving_on_every_device() {
    let values: Vec<f32> = (0..1000).map(|number| number as f32 / 7.0).collect();
    for ordinal in 0..DEVICES {
        let context = open(ordinal);
        let saved = save(&context, &context.upload(&values).unwrap());
        let (there, again) = restore(&saved, None);
        assert_eq!(there.device(), Device::Sim(ordinal));
        assert_eq!(there.read(&again).unwrap(), values);
        let (first, redirected) = restore(&saved, Some(0));
        assert_eq!(redirected.device(), Device::Sim(0));
        assert_eq!(first.read(&redirected).unwrap(), values);
    }
}

/// It had none: copies between devices by its registry.
#[test]
fn copies_between_any_two_devices_keep_the_values() {
    let contexts: Vec<CudaContext> = (0..DEVICES).map(open).collect();
    for from in &contexts {
        let source = from.upload(&[1.5_f32; 333]).unwrap();
        for to in &contexts {
            let mut target = to.alloc::<f32>(333).unwrap();
            to.copy_from(&mut target, from, &source).unwrap();
            assert_eq!(to.read(&target).unwrap(), [1.5; 333], "{} to {}", from.device(), to.device());
        }
    }
}

/// It had none: its copies had no length but the caller's.
#[test]
fn a_copy_of_another_length_is_refused_with_both() {
    let context = open(0);
    let source = context.filled(10, 1.0_f32).unwrap();
    let mut target = context.alloc::<f32>(9).unwrap();
    let error = context.copy(&mut target, &source).unwrap_err().to_string();
    assert!(error.contains("10 elements into 9"), "{error}");
}

/// It had none: pinned memory came to everybody, unasked.
#[test]
fn pinned_memory_is_for_who_asks_for_it() {
    let context = open(0);
    let mut pinned = context.alloc_pinned::<u32>(64).unwrap();
    pinned.write().unwrap().fill(4);
    let mut target = context.alloc::<u32>(64).unwrap();
    context.write_pinned(&mut target, &pinned).unwrap();
    assert_eq!(context.read(&target).unwrap(), [4; 64]);
    assert_eq!(context.memory_of(device_context::MemoryKind::Pinned).live, pinned_bytes(64 * 4));
}

/// What the pool counts for so many bytes.
fn pinned_bytes(bytes: usize) -> usize {
    bytes.next_multiple_of(64)
}

//! The figures of a device: those of a data-centre part of its compute capability, where they are not configured.

use std::collections::BTreeMap;

use crate::config::SimConfig;
use crate::sys::CUdevice_attribute as A;

/// What differs between architectures, from the programming guide's table of technical specifications.
struct Architecture {
    shared_per_multiprocessor: i32,
    shared_opt_in: i32,
    threads_per_multiprocessor: i32,
    blocks_per_multiprocessor: i32,
}

fn architecture((major, minor): (i32, i32)) -> Architecture {
    let kib = 1024;
    let (shared, opt_in, threads, blocks) = match (major, minor) {
        (..=6, _) => (96 * kib, 48 * kib, 2048, 32),
        (7, 0..=4) => (96 * kib, 96 * kib, 2048, 32),
        (7, _) => (64 * kib, 64 * kib, 1024, 16),
        (8, 0) => (164 * kib, 163 * kib, 2048, 32),
        (8, 7) => (164 * kib, 163 * kib, 1536, 16),
        (8, 9) => (100 * kib, 99 * kib, 1536, 24),
        (8, _) => (100 * kib, 99 * kib, 1536, 16),
        (9..=11, _) => (228 * kib, 227 * kib, 2048, 32),
        (_, _) => (100 * kib, 99 * kib, 1536, 24),
    };
    Architecture {
        shared_per_multiprocessor: shared,
        shared_opt_in: opt_in,
        threads_per_multiprocessor: threads,
        blocks_per_multiprocessor: blocks,
    }
}

/// Returns every attribute that is not zero, by its number in the header.
pub(crate) fn all(slot: usize, config: &SimConfig) -> BTreeMap<u32, i32> {
    let (major, minor) = config.compute_capability;
    let capable = |from: i32| i32::from(major >= from);
    let part = architecture(config.compute_capability);
    let mut attributes: BTreeMap<u32, i32> = BTreeMap::new();
    let mut set = |attribute: A, value: i32| {
        attributes.insert(attribute.0, value);
    };

    set(A::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR, major);
    set(A::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR, minor);
    set(A::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT, config.multiprocessors);
    set(A::CU_DEVICE_ATTRIBUTE_PCI_BUS_ID, slot as i32 + 1);
    set(A::CU_DEVICE_ATTRIBUTE_GPU_PCI_DEVICE_ID, 0x20B0_10DE);

    set(A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK, 1024);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X, 1024);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y, 1024);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z, 64);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X, i32::MAX);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y, 65535);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z, 65535);
    set(A::CU_DEVICE_ATTRIBUTE_WARP_SIZE, 32);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR, part.threads_per_multiprocessor);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_BLOCKS_PER_MULTIPROCESSOR, part.blocks_per_multiprocessor);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_BLOCK, 65536);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_REGISTERS_PER_MULTIPROCESSOR, 65536);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK, 48 << 10);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN, part.shared_opt_in);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR, part.shared_per_multiprocessor);
    set(A::CU_DEVICE_ATTRIBUTE_RESERVED_SHARED_MEMORY_PER_BLOCK, 1024 * capable(8));

    set(A::CU_DEVICE_ATTRIBUTE_TOTAL_CONSTANT_MEMORY, 65536);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_PITCH, i32::MAX);
    set(A::CU_DEVICE_ATTRIBUTE_CLOCK_RATE, 1_410_000);
    set(A::CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE, 1_215_000);
    set(A::CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH, 5120);
    set(A::CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE, 40 << 20);
    set(A::CU_DEVICE_ATTRIBUTE_MAX_PERSISTING_L2_CACHE_SIZE, (30 << 20) * capable(8));
    set(A::CU_DEVICE_ATTRIBUTE_MAX_ACCESS_POLICY_WINDOW_SIZE, (128 << 20) * capable(8));
    set(A::CU_DEVICE_ATTRIBUTE_SINGLE_TO_DOUBLE_PRECISION_PERF_RATIO, 2);
    set(A::CU_DEVICE_ATTRIBUTE_ASYNC_ENGINE_COUNT, 3);
    set(A::CU_DEVICE_ATTRIBUTE_NUMA_ID, -1);
    set(A::CU_DEVICE_ATTRIBUTE_CLUSTER_LAUNCH, capable(9));
    set(A::CU_DEVICE_ATTRIBUTE_TENSOR_MAP_ACCESS_SUPPORTED, capable(9));
    set(A::CU_DEVICE_ATTRIBUTE_MEM_SYNC_DOMAIN_COUNT, if major >= 9 { 4 } else { 1 });

    for attribute in [
        A::CU_DEVICE_ATTRIBUTE_GPU_OVERLAP,
        A::CU_DEVICE_ATTRIBUTE_CAN_MAP_HOST_MEMORY,
        A::CU_DEVICE_ATTRIBUTE_CONCURRENT_KERNELS,
        A::CU_DEVICE_ATTRIBUTE_ECC_ENABLED,
        A::CU_DEVICE_ATTRIBUTE_UNIFIED_ADDRESSING,
        A::CU_DEVICE_ATTRIBUTE_STREAM_PRIORITIES_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_GLOBAL_L1_CACHE_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_LOCAL_L1_CACHE_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_MANAGED_MEMORY,
        A::CU_DEVICE_ATTRIBUTE_CONCURRENT_MANAGED_ACCESS,
        A::CU_DEVICE_ATTRIBUTE_COMPUTE_PREEMPTION_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_CAN_USE_HOST_POINTER_FOR_REGISTERED_MEM,
        A::CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_MEM_OPS_V1,
        A::CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS_V1,
        A::CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR_V1,
        A::CU_DEVICE_ATTRIBUTE_CAN_USE_64_BIT_STREAM_MEM_OPS,
        A::CU_DEVICE_ATTRIBUTE_CAN_USE_STREAM_WAIT_VALUE_NOR,
        A::CU_DEVICE_ATTRIBUTE_COOPERATIVE_LAUNCH,
        A::CU_DEVICE_ATTRIBUTE_CAN_FLUSH_REMOTE_WRITES,
        A::CU_DEVICE_ATTRIBUTE_HOST_REGISTER_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_READ_ONLY_HOST_REGISTER_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_VIRTUAL_MEMORY_MANAGEMENT_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED,
        // Of the kinds of handle, a bit each: file descriptors.
        A::CU_DEVICE_ATTRIBUTE_MEMPOOL_SUPPORTED_HANDLE_TYPES,
        A::CU_DEVICE_ATTRIBUTE_HOST_NUMA_MEMORY_POOLS_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_HOST_MEMORY_POOLS_SUPPORTED,
        A::CU_DEVICE_ATTRIBUTE_IPC_EVENT_SUPPORTED,
    ] {
        set(attribute, 1);
    }

    set(A::CU_DEVICE_ATTRIBUTE_TEXTURE_ALIGNMENT, 512);
    set(A::CU_DEVICE_ATTRIBUTE_SURFACE_ALIGNMENT, 512);
    set(A::CU_DEVICE_ATTRIBUTE_TEXTURE_PITCH_ALIGNMENT, 32);
    for (attributes, size) in [
        (&[21u32, 22, 23, 55, 56][..], 131_072),
        (&[24, 25, 26, 47, 48, 49, 57, 58, 59], 16384),
        (&[27, 28, 42, 45, 46, 52, 53, 61, 63, 64, 66, 67, 70, 71, 73, 74, 77], 32768),
        (&[29, 43, 54, 62, 65, 68], 2046),
        (&[69], 1 << 27),
        (&[72], 2_097_120),
    ] {
        for &attribute in attributes {
            set(CUdevice_attribute(attribute), size);
        }
    }
    attributes
}

use crate::sys::CUdevice_attribute;

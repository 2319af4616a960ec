use std::ptr::null_mut;

use crate::support::*;

fn attribute(pool: CUmemoryPool, attribute: CUmemPool_attribute) -> u64 {
    let mut value = 0u64;
    ok!(cuMemPoolGetAttribute(pool, attribute, (&raw mut value).cast()));
    value
}

fn set(pool: CUmemoryPool, attribute: CUmemPool_attribute, mut value: u64) -> CUresult {
    cu!(cuMemPoolSetAttribute(pool, attribute, (&raw mut value).cast()))
}

const USED: CUmemPool_attribute = CUmemPool_attribute::CU_MEMPOOL_ATTR_USED_MEM_CURRENT;
const USED_HIGH: CUmemPool_attribute = CUmemPool_attribute::CU_MEMPOOL_ATTR_USED_MEM_HIGH;
const RESERVED: CUmemPool_attribute = CUmemPool_attribute::CU_MEMPOOL_ATTR_RESERVED_MEM_CURRENT;
const THRESHOLD: CUmemPool_attribute = CUmemPool_attribute::CU_MEMPOOL_ATTR_RELEASE_THRESHOLD;

fn default_pool(gpu: &Gpu) -> CUmemoryPool {
    let mut pool = null_mut();
    ok!(cuDeviceGetDefaultMemPool(&mut pool, gpu.device));
    pool
}

#[test]
fn a_pool_counts_what_is_in_use_and_its_high_water_mark() {
    let gpu = Gpu::new();
    let (stream, pool) = (gpu.stream(), default_pool(&gpu));
    let (mut first, mut second) = (0, 0);

    ok!(cuMemAllocAsync(&mut first, 1 << 20, stream));
    ok!(cuMemAllocAsync(&mut second, 1 << 20, stream));
    assert_eq!(attribute(pool, USED), 2 << 20);
    ok!(cuMemFreeAsync(first, stream));

    assert_eq!((attribute(pool, USED), attribute(pool, USED_HIGH)), (1 << 20, 2 << 20));
    assert_eq!(set(pool, USED_HIGH, 5), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(set(pool, USED_HIGH, 0), OK);
    assert_eq!(attribute(pool, USED_HIGH), 1 << 20);
    ok!(cuMemFreeAsync(second, stream));
    assert_eq!(cu!(cuMemFreeAsync(second, stream)), CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuStreamSynchronize(stream));
}

#[test]
fn what_a_pool_holds_goes_back_when_the_host_synchronises() {
    let gpu = Gpu::new();
    let (stream, pool, before) = (gpu.stream(), default_pool(&gpu), gpu.free_bytes());
    let mut address = 0;
    ok!(cuMemAllocAsync(&mut address, 4 << 20, stream));

    ok!(cuMemFreeAsync(address, stream));

    assert_eq!(before - gpu.free_bytes(), 4 << 20);
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.free_bytes(), before);
    assert_eq!(attribute(pool, RESERVED), 0);
}

#[test]
fn a_threshold_keeps_memory_and_a_trim_gives_it_back() {
    let gpu = Gpu::new();
    let (stream, pool, before) = (gpu.stream(), default_pool(&gpu), gpu.free_bytes());
    assert_eq!(set(pool, THRESHOLD, u64::MAX), OK);
    let mut address = 0;
    ok!(cuMemAllocAsync(&mut address, 4 << 20, stream));
    ok!(cuMemFreeAsync(address, stream));

    ok!(cuStreamSynchronize(stream));

    assert_eq!(before - gpu.free_bytes(), 4 << 20);
    ok!(cuMemAllocAsync(&mut address, 3 << 20, stream));
    assert_eq!(attribute(pool, RESERVED), 4 << 20, "reused");
    ok!(cuMemFreeAsync(address, stream));
    ok!(cuMemPoolTrimTo(pool, 1 << 20));
    assert_eq!(before - gpu.free_bytes(), 1 << 20);
    ok!(cuMemPoolTrimTo(pool, 0));
    assert_eq!(gpu.free_bytes(), before);
    assert_eq!(set(pool, THRESHOLD, 0), OK);
}

#[test]
fn memory_freed_in_a_stream_can_be_used_by_what_came_before() {
    let gpu = Gpu::new();
    let (stream, result) = (gpu.stream(), gpu.pinned(1));
    let mut address = 0;
    ok!(cuMemAllocAsync(&mut address, 4, stream));
    let gate = Gate::close(stream);
    ok!(cuMemsetD32Async(address, 6, 1, stream));
    ok!(cuMemcpyDtoHAsync_v2(result.as_mut_ptr().cast(), address, 4, stream));

    ok!(cuMemFreeAsync(address, stream));

    let late = cu!(cuMemsetD32Async(address, 7, 1, stream));
    assert_eq!(late, CUresult::CUDA_ERROR_INVALID_VALUE, "the address has ended");
    gate.open();
    ok!(cuStreamSynchronize(stream));
    assert_eq!(result[0], 6);
}

#[test]
fn a_pool_of_ones_own_lives_as_long_as_its_allocations() {
    let gpu = Gpu::new();
    let (stream, before) = (gpu.stream(), gpu.free_bytes());
    let mut properties = CUmemPoolProps {
        allocType: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        maxSize: 2 << 20,
        ..Default::default()
    };
    properties.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    properties.location.__bindgen_anon_1.id = gpu.device;
    let (mut pool, mut address, mut other) = (null_mut(), 0, 0);
    ok!(cuMemPoolCreate(&mut pool, &properties));
    ok!(cuMemAllocFromPoolAsync(&mut address, 1 << 20, pool, stream));
    let beyond = cu!(cuMemAllocFromPoolAsync(&mut other, 2 << 20, pool, stream));
    assert_eq!(beyond, CUresult::CUDA_ERROR_OUT_OF_MEMORY);

    ok!(cuMemPoolDestroy(pool));

    let late = cu!(cuMemAllocFromPoolAsync(&mut other, 512, pool, stream));
    assert_eq!(late, CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuMemsetD8Async(address, 1, 1 << 20, stream));
    ok!(cuMemFreeAsync(address, stream));
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.free_bytes(), before);
    assert_eq!(cu!(cuMemPoolDestroy(default_pool(&gpu))), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn a_pool_shares_the_memory_of_its_device() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let mut address = 0;
    let _held = gpu.alloc(MEMORY - (1 << 20));

    let result = cu!(cuMemAllocAsync(&mut address, 2 << 20, stream));

    assert_eq!(result, CUresult::CUDA_ERROR_OUT_OF_MEMORY);
    ok!(cuMemAllocAsync(&mut address, 1 << 20, stream));
    ok!(cuMemFree_v2(address));
    ok!(cuMemAllocAsync(&mut address, 1 << 20, stream));
    ok!(cuMemFreeAsync(address, stream));
    ok!(cuStreamSynchronize(stream));
}

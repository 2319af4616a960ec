use crate::support::*;

const PAGE: usize = 2 << 20;

fn properties(gpu: &Gpu) -> CUmemAllocationProp {
    let mut properties = CUmemAllocationProp {
        type_: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        ..Default::default()
    };
    properties.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    properties.location.__bindgen_anon_1.id = gpu.device;
    properties
}

fn access(gpu: &Gpu, flags: CUmemAccess_flags) -> CUmemAccessDesc {
    CUmemAccessDesc { location: properties(gpu).location, flags }
}

#[test]
fn memory_is_made_mapped_used_and_unmapped() {
    let gpu = Gpu::new();
    let before = gpu.free_bytes();
    let properties = properties(&gpu);
    let mut granularity = 0;
    ok!(cuMemGetAllocationGranularity(
        &mut granularity,
        &properties,
        CUmemAllocationGranularity_flags::CU_MEM_ALLOC_GRANULARITY_MINIMUM
    ));
    assert_eq!(granularity, PAGE);
    let (mut address, mut first, mut second) = (0, 0, 0);
    ok!(cuMemAddressReserve(&mut address, 2 * PAGE, 0, 0, 0));
    ok!(cuMemCreate(&mut first, PAGE, &properties, 0));
    ok!(cuMemCreate(&mut second, PAGE, &properties, 0));
    ok!(cuMemMap(address, PAGE, 0, first, 0));
    ok!(cuMemMap(address + PAGE as u64, PAGE, 0, second, 0));
    let invalid = CUresult::CUDA_ERROR_INVALID_VALUE;
    assert_eq!(cu!(cuMemsetD32_v2(address, 1, 8)), invalid, "not accessible yet");

    let grant = access(&gpu, CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    ok!(cuMemSetAccess(address, 2 * PAGE, &grant, 1));

    // One range across two pieces of memory.
    ok!(cuMemsetD32_v2(address + PAGE as u64 - 8, 7, 4));
    assert_eq!(gpu.download(address + PAGE as u64 - 8, 4), [7; 4]);
    assert_eq!(before - gpu.free_bytes(), 2 * PAGE);
    ok!(cuMemRelease(first));
    assert_eq!(cu!(cuMemRelease(first)), invalid);
    assert_eq!(gpu.download(address + PAGE as u64 - 8, 1), [7], "mapped memory lives on");
    assert_eq!(cu!(cuMemAddressFree(address, 2 * PAGE)), invalid, "still mapped");
    ok!(cuMemUnmap(address, 2 * PAGE));
    ok!(cuMemRelease(second));
    ok!(cuMemAddressFree(address, 2 * PAGE));
    assert_eq!(gpu.free_bytes(), before);
}

#[test]
fn one_memory_at_two_addresses_is_one_memory() {
    let gpu = Gpu::new();
    let (mut address, mut memory) = (0, 0);
    ok!(cuMemAddressReserve(&mut address, 2 * PAGE, 0, 0, 0));
    ok!(cuMemCreate(&mut memory, PAGE, &properties(&gpu), 0));
    ok!(cuMemMap(address, PAGE, 0, memory, 0));
    ok!(cuMemMap(address + PAGE as u64, PAGE, 0, memory, 0));
    let grant = access(&gpu, CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE);
    ok!(cuMemSetAccess(address, 2 * PAGE, &grant, 1));

    ok!(cuMemsetD32_v2(address, 3, 1));

    assert_eq!(gpu.download(address + PAGE as u64, 1), [3]);
    ok!(cuMemUnmap(address, PAGE));
    ok!(cuMemUnmap(address + PAGE as u64, PAGE));
    ok!(cuMemRelease(memory));
}

#[test]
fn what_is_not_a_multiple_of_the_granularity_is_refused() {
    let gpu = Gpu::new();
    let (mut address, mut memory) = (0, 0);
    let invalid = CUresult::CUDA_ERROR_INVALID_VALUE;

    assert_eq!(cu!(cuMemCreate(&mut memory, PAGE + 1, &properties(&gpu), 0)), invalid);
    assert_eq!(cu!(cuMemAddressReserve(&mut address, 4096, 0, 0, 0)), invalid);
    let mut too_much = 0;
    assert_eq!(
        cu!(cuMemCreate(&mut too_much, MEMORY + PAGE, &properties(&gpu), 0)),
        CUresult::CUDA_ERROR_OUT_OF_MEMORY
    );
    ok!(cuMemCreate(&mut memory, PAGE, &properties(&gpu), 0));
    assert_eq!(cu!(cuMemMap(0x4000_0000, PAGE, 0, memory, 0)), invalid, "not reserved");
    ok!(cuMemRelease(memory));
}

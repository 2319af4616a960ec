use std::ffi::c_void;
use std::ptr::null_mut;

use crate::support::*;

#[test]
fn memory_is_counted_exactly() {
    let gpu = Gpu::new();
    let before = gpu.free_bytes();

    let (small, large) = (gpu.alloc(1), gpu.alloc(1 << 20));

    assert_eq!(before - gpu.free_bytes(), 512 + (1 << 20));
    ok!(cuMemFree_v2(small));
    ok!(cuMemFree_v2(large));
    assert_eq!(gpu.free_bytes(), before);
}

#[test]
fn addresses_are_aligned_and_apart() {
    let gpu = Gpu::new();

    let addresses: Vec<_> = (0..100).map(|index| gpu.alloc(index * 37 + 1)).collect();

    assert!(addresses.iter().all(|address| address % 256 == 0));
    let mut sorted = addresses.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), 100);
}

#[test]
fn large_memory_begins_at_a_page_of_its_own() {
    // Taichi takes whole pages of a block from its first byte on, and has no room for an alignment.
    let gpu = Gpu::new();

    let small = gpu.alloc(8);
    let large = [gpu.alloc(11_575_296), gpu.alloc(1 << 20), gpu.alloc((1 << 20) + 1)];

    assert!(large.iter().all(|address| address % (2 << 20) == 0), "{large:x?}");
    for address in large.into_iter().chain([small]) {
        ok!(cuMemFree_v2(address));
    }
}

#[test]
fn more_than_there_is_is_out_of_memory() {
    let gpu = Gpu::new();
    let mut address = 77;

    let held = gpu.alloc(MEMORY - 512);

    assert_eq!(cu!(cuMemAlloc_v2(&mut address, 513)), CUresult::CUDA_ERROR_OUT_OF_MEMORY);
    assert_eq!(cu!(cuMemAlloc_v2(&mut address, usize::MAX)), CUresult::CUDA_ERROR_OUT_OF_MEMORY);
    assert_eq!(address, 77);
    ok!(cuMemAlloc_v2(&mut address, 512));
    ok!(cuMemFree_v2(held));
    ok!(cuMemAlloc_v2(&mut address, MEMORY - 512));
}

#[test]
fn nothing_and_twice_are_refused() {
    let gpu = Gpu::new();
    let mut address = 0;
    let invalid = CUresult::CUDA_ERROR_INVALID_VALUE;

    assert_eq!(cu!(cuMemAlloc_v2(&mut address, 0)), invalid);
    assert_eq!(cu!(cuMemAlloc_v2(null_mut(), 8)), invalid);
    let held = gpu.alloc(1000);
    assert_eq!(cu!(cuMemFree_v2(held + 8)), invalid);
    ok!(cuMemFree_v2(held));
    assert_eq!(cu!(cuMemFree_v2(held)), invalid);
    assert_eq!(cu!(cuMemFree_v2(0x1234)), invalid);
    ok!(cuMemFree_v2(0));
}

#[test]
fn an_address_is_found_until_it_is_freed() {
    let gpu = Gpu::new();
    let held = gpu.alloc(1000);
    let (mut base, mut len) = (0, 0);

    ok!(cuMemGetAddressRange_v2(&mut base, &mut len, held + 999));

    assert_eq!((base, len), (held, 1000));
    assert_eq!(
        cu!(cuMemGetAddressRange_v2(&mut base, &mut len, held + 1000)),
        CUresult::CUDA_ERROR_NOT_FOUND
    );
    ok!(cuMemFree_v2(held));
    assert_eq!(cu!(cuMemGetAddressRange_v2(&mut base, &mut len, held)), CUresult::CUDA_ERROR_NOT_FOUND);
}

#[test]
fn a_free_neither_waits_nor_disturbs_work_in_flight() {
    let gpu = Gpu::new();
    let (stream, result) = (gpu.stream(), gpu.pinned(1));
    let held = gpu.upload(&[41]);
    let before = gpu.free_bytes();
    let gate = Gate::close(stream);
    ok!(cuMemcpyDtoHAsync_v2(result.as_mut_ptr().cast(), held, 4, stream));

    ok!(cuMemFree_v2(held));

    assert_eq!(gpu.free_bytes(), before + 512);
    let replacement = gpu.upload(&[99]);
    assert_ne!(replacement, held);
    gate.open();
    ok!(cuStreamSynchronize(stream));
    assert_eq!(result[0], 41);
}

#[test]
fn rows_of_pitched_memory_are_aligned() {
    let gpu = Gpu::new();
    let before = gpu.free_bytes();
    let (mut address, mut pitch) = (0, 0);

    ok!(cuMemAllocPitch_v2(&mut address, &mut pitch, 1000, 3, 4));

    assert_eq!(pitch, 1024);
    assert_eq!(before - gpu.free_bytes(), 3 * 1024);
    assert_eq!(
        cu!(cuMemAllocPitch_v2(&mut address, &mut pitch, 1000, 3, 5)),
        CUresult::CUDA_ERROR_INVALID_VALUE
    );
}

#[test]
fn managed_memory_is_one_memory_for_both_sides() {
    let gpu = Gpu::new();
    let mut address = 0;
    ok!(cuMemAllocManaged(&mut address, 4096, 1));

    ok!(cuMemsetD32_v2(address, 7, 1024));

    // SAFETY: managed memory is the host's too; a synchronous fill of it is done when it returns.
    let words = unsafe { std::slice::from_raw_parts_mut(address as *mut u32, 1024) };
    assert!(words.iter().all(|&word| word == 7));
    words[3] = 8;
    assert_eq!(gpu.download(address + 12, 1), [8]);
    ok!(cuMemPrefetchAsync_v2(
        address,
        4096,
        CUmemLocation { type_: CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST, ..Default::default() },
        0,
        null_mut()
    ));
    let mut managed = 0u8;
    let data: *mut c_void = (&raw mut managed).cast();
    ok!(cuPointerGetAttribute(data, CUpointer_attribute::CU_POINTER_ATTRIBUTE_IS_MANAGED, address));
    assert_eq!(managed, 1);
    ok!(cuMemFree_v2(address));
}

#[test]
fn pinned_memory_has_the_same_address_on_both_sides() {
    let gpu = Gpu::new();
    let host = gpu.pinned(16);
    let pointer: *mut c_void = host.as_mut_ptr().cast();
    let (mut address, mut flags) = (0, 0);

    ok!(cuMemHostGetDevicePointer_v2(&mut address, pointer, 0));
    ok!(cuMemHostGetFlags(&mut flags, pointer));

    assert_eq!(address, pointer as u64);
    assert_eq!(flags & 2, 2, "mapped");
    ok!(cuMemFreeHost(pointer));
    assert_eq!(cu!(cuMemFreeHost(pointer)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn memory_is_registered_once_and_unregistered_once() {
    let _gpu = Gpu::new();
    let mut host = vec![0u8; 100_000];
    let pointer: *mut c_void = host.as_mut_ptr().cast();

    ok!(cuMemHostRegister_v2(pointer, host.len(), 0));

    let again = cu!(cuMemHostRegister_v2(pointer, 10, 0));
    assert_eq!(again, CUresult::CUDA_ERROR_HOST_MEMORY_ALREADY_REGISTERED);
    ok!(cuMemHostUnregister(pointer));
    assert_eq!(cu!(cuMemHostUnregister(pointer)), CUresult::CUDA_ERROR_HOST_MEMORY_NOT_REGISTERED);
}

#[test]
fn attributes_of_a_pointer_tell_what_it_is() {
    let gpu = Gpu::new();
    let held = gpu.alloc(64);
    let (mut kind, mut device, mut start) = (0u32, -1i32, 0u64);
    let mut attributes = [
        CUpointer_attribute::CU_POINTER_ATTRIBUTE_MEMORY_TYPE,
        CUpointer_attribute::CU_POINTER_ATTRIBUTE_DEVICE_ORDINAL,
        CUpointer_attribute::CU_POINTER_ATTRIBUTE_RANGE_START_ADDR,
    ];
    let mut data: [*mut c_void; 3] =
        [(&raw mut kind).cast(), (&raw mut device).cast(), (&raw mut start).cast()];

    ok!(cuPointerGetAttributes(3, attributes.as_mut_ptr(), data.as_mut_ptr(), held + 10));
    assert_eq!((kind, device, start), (2, gpu.device, held));

    // Memory that the driver does not know is no error here, and one for the single form.
    ok!(cuPointerGetAttributes(3, attributes.as_mut_ptr(), data.as_mut_ptr(), 0x1000));
    assert_eq!((kind, device, start), (0, -2, 0));
    let single = cu!(cuPointerGetAttribute(data[0], attributes[0], 0x1000));
    assert_eq!(single, CUresult::CUDA_ERROR_INVALID_VALUE);
}

use std::ffi::c_void;
use std::ptr::null_mut;

use crate::support::*;

#[test]
fn a_pageable_source_has_been_read_when_the_call_returns() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.alloc(16));
    let mut source = vec![1u32, 2, 3, 4];
    let gate = Gate::close(stream);

    ok!(cuMemcpyHtoDAsync_v2(target, source.as_ptr().cast(), 16, stream));
    source.fill(9);
    drop(source);

    gate.open();
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.download(target, 4), [1, 2, 3, 4]);
}

#[test]
fn a_pinned_source_is_read_when_the_stream_gets_there() {
    let gpu = Gpu::new();
    let (stream, target, source) = (gpu.stream(), gpu.alloc(16), gpu.pinned(4));
    source.fill(1);
    let gate = Gate::close(stream);

    ok!(cuMemcpyHtoDAsync_v2(target, source.as_ptr().cast(), 16, stream));
    source.fill(9);

    gate.open();
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.download(target, 4), [9; 4]);
}

#[test]
fn a_copy_to_pageable_memory_is_done_when_the_call_returns() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let source = gpu.upload(&[5; 1000]);
    let mut target = vec![0u32; 1000];

    ok!(cuMemsetD32Async(source, 6, 1000, stream));
    ok!(cuMemcpyDtoHAsync_v2(target.as_mut_ptr().cast(), source, 4000, stream));

    assert_eq!(target, [6; 1000]);
}

#[test]
fn a_copy_to_pinned_memory_does_not_wait() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.pinned(1));
    let source = gpu.upload(&[5]);
    let gate = Gate::close(stream);

    ok!(cuMemcpyDtoHAsync_v2(target.as_mut_ptr().cast(), source, 4, stream));

    assert_eq!(target[0], 0);
    gate.open();
    ok!(cuStreamSynchronize(stream));
    assert_eq!(target[0], 5);
}

#[test]
fn unified_copies_find_out_what_is_where() {
    let gpu = Gpu::new();
    let (device, pinned, pageable) = (gpu.alloc(8), gpu.pinned(2), vec![3u32, 4]);
    let mut back = [0u32; 2];

    ok!(cuMemcpy(pinned.as_ptr() as u64, pageable.as_ptr() as u64, 8));
    ok!(cuMemcpy(device, pinned.as_ptr() as u64, 8));
    ok!(cuMemcpy(back.as_mut_ptr() as u64, device, 8));

    assert_eq!(back, [3, 4]);
}

#[test]
fn bounds_are_checked() {
    let gpu = Gpu::new();
    let (device, other) = (gpu.alloc(16), gpu.alloc(16));
    let mut host = [0u32; 64];
    let invalid = CUresult::CUDA_ERROR_INVALID_VALUE;

    assert_eq!(cu!(cuMemcpyHtoD_v2(device, host.as_ptr().cast(), 17)), invalid);
    assert_eq!(cu!(cuMemcpyHtoD_v2(device + 15, host.as_ptr().cast(), 2)), invalid);
    assert_eq!(cu!(cuMemcpyDtoD_v2(device, other, 17)), invalid);
    assert_eq!(cu!(cuMemcpyDtoH_v2(host.as_mut_ptr().cast(), 0x5000, 4)), invalid);
    assert_eq!(cu!(cuMemcpyHtoD_v2(device, null_mut(), 4)), invalid);
    assert_eq!(cu!(cuMemcpyHtoD_v2(device, device as *const c_void, 4)), invalid);
    assert_eq!(cu!(cuMemsetD8_v2(device, 0, 17)), invalid);
    assert_eq!(cu!(cuMemsetD32_v2(device + 2, 0, 1)), invalid);
    ok!(cuMemcpyHtoD_v2(device, host.as_ptr().cast(), 0));
    ok!(cuMemcpyDtoD_v2(device, other, 16));
}

#[test]
fn fills_set_elements_of_each_size() {
    let gpu = Gpu::new();
    let target = gpu.upload(&[0; 8]);

    ok!(cuMemsetD32_v2(target, 0x0102_0304, 8));
    ok!(cuMemsetD16_v2(target + 2, 0xaabb, 1));
    ok!(cuMemsetD8_v2(target + 4, 0xff, 4));
    ok!(cuMemsetD2D8_v2(target + 16, 8, 0x11, 2, 2));

    let expected = [
        0xaabb_0304,
        0xffff_ffff,
        0x0102_0304,
        0x0102_0304,
        0x0102_1111,
        0x0102_0304,
        0x0102_1111,
        0x0102_0304,
    ];
    assert_eq!(gpu.download(target, 8), expected);
}

#[test]
fn a_plane_is_copied_between_pitches() {
    let gpu = Gpu::new();
    let source: Vec<u32> = (0..12).collect();
    let target = gpu.upload(&[100; 16]);
    let copy = CUDA_MEMCPY2D {
        srcMemoryType: CUmemorytype::CU_MEMORYTYPE_HOST,
        srcHost: source.as_ptr().cast(),
        srcPitch: 16,
        srcXInBytes: 4,
        srcY: 1,
        dstMemoryType: CUmemorytype::CU_MEMORYTYPE_DEVICE,
        dstDevice: target,
        dstPitch: 32,
        dstXInBytes: 8,
        WidthInBytes: 8,
        Height: 2,
        ..Default::default()
    };

    ok!(cuMemcpy2D_v2(&copy));

    let mut expected = [100; 16];
    (expected[2], expected[3], expected[10], expected[11]) = (5, 6, 9, 10);
    assert_eq!(gpu.download(target, 16), expected);
    let narrow = CUDA_MEMCPY2D { dstPitch: 12, ..copy };
    assert_eq!(cu!(cuMemcpy2D_v2(&narrow)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn a_volume_is_copied_slice_by_slice() {
    let gpu = Gpu::new();
    let source = gpu.upload(&(0..24).collect::<Vec<_>>());
    let mut target = [0u32; 4];
    let copy = CUDA_MEMCPY3D {
        srcMemoryType: CUmemorytype::CU_MEMORYTYPE_DEVICE,
        srcDevice: source,
        srcPitch: 16,
        srcHeight: 3,
        srcXInBytes: 4,
        srcY: 1,
        dstMemoryType: CUmemorytype::CU_MEMORYTYPE_HOST,
        dstHost: target.as_mut_ptr().cast(),
        dstPitch: 4,
        dstHeight: 2,
        WidthInBytes: 4,
        Height: 2,
        Depth: 2,
        ..Default::default()
    };

    ok!(cuMemcpy3D_v2(&copy));

    assert_eq!(target, [5, 9, 17, 21]);
}

#[test]
fn peers_are_copied_between() {
    let (first, second) = (Gpu::new(), Gpu::new());
    let target = second.alloc(8);
    ok!(cuCtxPushCurrent_v2(first.context));
    let source = first.upload(&[7, 8]);

    ok!(cuMemcpyPeer(target, second.context, source, first.context, 8));

    assert_eq!(first.download(target, 2), [7, 8]);
    ok!(cuCtxEnablePeerAccess(second.context, 0));
    let again = cu!(cuCtxEnablePeerAccess(second.context, 0));
    assert_eq!(again, CUresult::CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED);
    ok!(cuCtxDisablePeerAccess(second.context));
    let again = cu!(cuCtxDisablePeerAccess(second.context));
    assert_eq!(again, CUresult::CUDA_ERROR_PEER_ACCESS_NOT_ENABLED);
    ok!(cuCtxPopCurrent_v2(null_mut()));
}

#[test]
fn a_copy_between_devices_in_the_default_stream_waits_for_both_and_both_wait_for_it() {
    let there = Gpu::new();
    let (source, mut blocking) = (there.upload(&[2; 4]), null_mut());
    ok!(cuStreamCreate(&mut blocking, 0));
    let here = Gpu::new();
    let target = here.upload(&[1; 4]);
    ok!(cuCtxSetCurrent(there.context));
    let gate = Gate::close(blocking);
    ok!(cuMemsetD32Async(source, 3, 4, blocking));

    ok!(cuCtxSetCurrent(here.context));
    ok!(cuMemcpyPeerAsync(target, here.context, source, there.context, 16, null_mut()));
    ok!(cuCtxSetCurrent(there.context));
    ok!(cuMemsetD32Async(source, 4, 4, blocking));
    ok!(cuCtxSetCurrent(here.context));

    assert_eq!(cu!(cuStreamQuery(null_mut())), CUresult::CUDA_ERROR_NOT_READY);
    gate.open();
    ok!(cuStreamSynchronize(null_mut()));
    assert_eq!(here.download(target, 4), [3; 4]);
    ok!(cuCtxSetCurrent(there.context));
    ok!(cuStreamSynchronize(blocking));
    assert_eq!(there.download(source, 4), [4; 4]);
}

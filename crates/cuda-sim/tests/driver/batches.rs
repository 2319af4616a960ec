//! Many copies or prefetches in one call, what is remembered of managed memory, and how kernels were launched of old.

use std::ffi::{CString, c_void};
use std::ptr::null_mut;

use crate::support::*;

const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;

fn in_order(order: u32) -> CUmemcpyAttributes {
    CUmemcpyAttributes { srcAccessOrder: CUmemcpySrcAccessOrder(order), ..CUmemcpyAttributes::default() }
}

#[test]
fn a_batch_of_copies_does_each_in_the_stream() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let source: Vec<u32> = (0..8).collect();
    let (from, to) = (gpu.upload(&source), gpu.upload(&[9; 8]));
    let mut targets = [to, to + 16];
    let mut sources = [from + 16, from];
    let (mut sizes, mut starts) = ([16, 8], [0]);
    let mut attributes = [in_order(1)];
    let mut copy = |count, entries, stream| {
        cu!(cuMemcpyBatchAsync_v2(
            targets.as_mut_ptr(),
            sources.as_mut_ptr(),
            sizes.as_mut_ptr(),
            count,
            attributes.as_mut_ptr(),
            starts.as_mut_ptr(),
            entries,
            stream
        ))
    };

    assert_eq!(copy(2, 1, stream), OK);

    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.download(to, 8), [4, 5, 6, 7, 0, 1, 9, 9]);
    assert_eq!(copy(0, 1, stream), INVALID);
    assert_eq!(copy(2, 0, stream), INVALID, "there must be attributes");
    assert_eq!(copy(2, 1, null_mut()), CUresult::CUDA_ERROR_INVALID_HANDLE, "not in the legacy stream");
}

#[test]
fn a_batch_with_a_wrong_copy_does_none_and_tells_which() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let (from, to) = (gpu.upload(&[1, 2]), gpu.upload(&[0, 0]));
    let (mut targets, mut sources, mut sizes) = ([to, to + 4], [from, from + 4], [4, 0]);
    let (mut attributes, mut starts, mut failed) = ([in_order(2)], [0], 7usize);
    let mut copy = |attributes: &mut [CUmemcpyAttributes], starts: &mut [usize], failed: &mut usize| {
        cu!(cuMemcpyBatchAsync(
            targets.as_mut_ptr(),
            sources.as_mut_ptr(),
            sizes.as_mut_ptr(),
            2,
            attributes.as_mut_ptr(),
            starts.as_mut_ptr(),
            attributes.len(),
            failed,
            stream
        ))
    };

    assert_eq!(copy(&mut attributes, &mut starts, &mut failed), INVALID);
    assert_eq!(failed, 1);
    assert_eq!(gpu.download(to, 2), [0, 0]);

    assert_eq!(copy(&mut [in_order(0)], &mut starts, &mut failed), INVALID, "no order of access");
    assert_eq!(failed, usize::MAX);
    assert_eq!(copy(&mut [in_order(1), in_order(1)], &mut [0, 0], &mut failed), INVALID, "starts must rise");
}

fn managed(len: usize) -> CUdeviceptr {
    let mut address = 0;
    ok!(cuMemAllocManaged(&mut address, len, 1));
    address
}

fn word(attribute: CUmem_range_attribute, address: CUdeviceptr, len: usize) -> i32 {
    let mut word = 77i32;
    ok!(cuMemRangeGetAttribute((&raw mut word).cast(), 4, attribute, address, len));
    word
}

#[test]
fn advice_and_prefetches_are_remembered_by_range() {
    use CUmem_range_attribute as A;
    let gpu = Gpu::new();
    let address = managed(8192);
    let read_mostly = A::CU_MEM_RANGE_ATTRIBUTE_READ_MOSTLY;
    let preferred = A::CU_MEM_RANGE_ATTRIBUTE_PREFERRED_LOCATION;
    let sent = A::CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION;
    assert_eq!(word(read_mostly, address, 8192), 0);
    assert_eq!((word(preferred, address, 8192), word(sent, address, 8192)), (-2, -2));

    let advise = |len, advice, device| ok!(cuMemAdvise(address, len, CUmem_advise(advice), device));
    advise(4096, 1, 0);
    advise(8192, 3, gpu.device);
    advise(8192, 5, gpu.device);
    advise(8192, 5, -1);
    ok!(cuMemPrefetchAsync(address, 8192, -1, null_mut()));

    assert_eq!(word(read_mostly, address, 4096), 1);
    assert_eq!(word(read_mostly, address, 8192), 0, "not all of it");
    assert_eq!((word(preferred, address, 8192), word(sent, address, 8192)), (gpu.device, -1));
    let mut by = [9i32; 3];
    let attribute = A::CU_MEM_RANGE_ATTRIBUTE_ACCESSED_BY;
    ok!(cuMemRangeGetAttribute(by.as_mut_ptr().cast(), 12, attribute, address, 8192));
    assert_eq!(by, [gpu.device, -1, -2]);

    advise(8192, 4, 0);
    advise(8192, 6, -1);
    advise(8192, 2, 0);
    assert_eq!((word(preferred, address, 8192), word(read_mostly, address, 4096)), (-2, 0));
    let (mut first, mut second) = (5i32, 5i32);
    let mut data: [*mut c_void; 2] = [(&raw mut first).cast(), (&raw mut second).cast()];
    let (mut rooms, mut attributes) = ([4, 4], [read_mostly, sent]);
    ok!(cuMemRangeGetAttributes(
        data.as_mut_ptr(),
        rooms.as_mut_ptr(),
        attributes.as_mut_ptr(),
        2,
        address,
        8192
    ));
    assert_eq!((first, second), (0, -1));

    let mut get =
        |len, address| cu!(cuMemRangeGetAttribute((&raw mut first).cast(), len, read_mostly, address, 64));
    assert_eq!(get(3, address), INVALID, "a word has four bytes");
    assert_eq!(get(4, gpu.alloc(64)), INVALID, "not managed");
    ok!(cuMemFree_v2(address));
}

#[test]
fn prefetches_in_a_batch_go_each_to_its_place() {
    let gpu = Gpu::new();
    let (stream, sent) = (gpu.stream(), CUmem_range_attribute::CU_MEM_RANGE_ATTRIBUTE_LAST_PREFETCH_LOCATION);
    let addresses = [managed(4096), managed(4096), managed(4096)];
    let place = |type_, id| {
        let mut place = CUmemLocation { type_, ..CUmemLocation::default() };
        place.__bindgen_anon_1.id = id;
        place
    };
    let mut places = [
        place(CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST, 0),
        place(CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE, gpu.device),
    ];
    let (mut list, mut sizes, mut starts) = (addresses, [4096; 3], [0, 2]);

    ok!(cuMemPrefetchBatchAsync(
        list.as_mut_ptr(),
        sizes.as_mut_ptr(),
        3,
        places.as_mut_ptr(),
        starts.as_mut_ptr(),
        2,
        0,
        stream
    ));
    ok!(cuStreamSynchronize(stream));

    assert_eq!(addresses.map(|address| word(sent, address, 4096)), [-1, -1, gpu.device]);
    addresses.iter().for_each(|&address| ok!(cuMemFree_v2(address)));
}

#[test]
fn kernels_are_launched_as_of_old() {
    let gpu = Gpu::new();
    let text = "
.version 7.0
.target sm_70
.address_size 64
.visible .entry put(.param .u64 to, .param .u32 a, .param .f32 b) {
    .reg .b32 %r<6>; .reg .f32 %f<2>; .reg .b64 %rd<3>;
    ld.param.u64 %rd0, [to]; ld.param.u32 %r0, [a]; ld.param.f32 %f0, [b];
    mov.u32 %r1, %ctaid.x; mov.u32 %r2, %ntid.x; mov.u32 %r3, %tid.x; mad.lo.u32 %r4, %r1, %r2, %r3;
    cvt.rzi.u32.f32 %r5, %f0; add.u32 %r0, %r0, %r5; add.u32 %r0, %r0, %r4;
    mul.wide.u32 %rd1, %r4, 4; add.u64 %rd2, %rd0, %rd1; st.global.u32 [%rd2], %r0; ret;
}";
    let put = function(load(&CString::new(text).unwrap()), c"put");
    let mut to = gpu.upload(&[0; 8]);

    ok!(cuFuncSetBlockShape(put, 4, 1, 1));
    ok!(cuFuncSetSharedSize(put, 0));
    ok!(cuParamSetv(put, 0, argument(&mut to), 8));
    ok!(cuParamSeti(put, 8, 100));
    ok!(cuParamSetf(put, 12, 20.0));
    ok!(cuParamSetSize(put, 16));
    ok!(cuLaunchGrid(put, 2, 1));

    assert_eq!(gpu.download(to, 8), (120..128).collect::<Vec<u32>>());
    ok!(cuParamSeti(put, 8, 200));
    ok!(cuLaunch(put));
    assert_eq!(gpu.download(to, 5), [220, 221, 222, 223, 124]);
    assert_eq!(cu!(cuFuncSetBlockShape(put, 0, 1, 1)), INVALID);
    assert_eq!(cu!(cuLaunchGrid(put, -1, 1)), INVALID);
    assert_eq!(cu!(cuParamSeti(put, -4, 1)), INVALID);
}

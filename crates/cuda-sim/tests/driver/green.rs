//! Green contexts: shares of a device's multiprocessors. The tests' devices have eight, and compute capability 8.0.

use std::ptr::{null, null_mut};

use crate::support::*;

const SM: CUdevResourceType = CUdevResourceType::CU_DEV_RESOURCE_TYPE_SM;
const WRONG_TYPE: CUresult = CUresult::CUDA_ERROR_INVALID_RESOURCE_TYPE;
const WRONG_CONFIGURATION: CUresult = CUresult::CUDA_ERROR_INVALID_RESOURCE_CONFIGURATION;
const DETACHED: CUresult = CUresult::CUDA_ERROR_STREAM_DETACHED;
const INVALID_VALUE: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;
const CONTEXT_IS_DESTROYED: CUresult = CUresult::CUDA_ERROR_CONTEXT_IS_DESTROYED;

fn blank() -> CUdevResource {
    // SAFETY: a structure of numbers and pointers, for which zero is a value.
    unsafe { std::mem::zeroed() }
}

fn count(resource: &CUdevResource) -> u32 {
    assert_eq!(resource.type_, SM);
    // SAFETY: the type says that this field was set.
    unsafe { resource.__bindgen_anon_1.sm }.smCount
}

fn whole(gpu: &Gpu) -> CUdevResource {
    let mut resource = blank();
    ok!(cuDeviceGetDevResource(gpu.device, &mut resource, SM));
    resource
}

/// Half of the device's multiprocessors.
fn half(gpu: &Gpu) -> CUdevResource {
    let (input, mut groups, mut result) = (whole(gpu), 1, blank());
    ok!(cuDevSmResourceSplitByCount(&mut result, &mut groups, &input, null_mut(), 0, 4));
    assert_eq!(groups, 1);
    result
}

fn descriptor(resource: &mut CUdevResource) -> CUdevResourceDesc {
    let mut descriptor = null_mut();
    ok!(cuDevResourceGenerateDesc(&mut descriptor, resource, 1));
    descriptor
}

fn green(gpu: &Gpu, flags: u32) -> CUgreenCtx {
    let mut green = null_mut();
    ok!(cuGreenCtxCreate(&mut green, descriptor(&mut half(gpu)), gpu.device, flags));
    green
}

fn stream_of(green: CUgreenCtx) -> CUstream {
    let mut stream = null_mut();
    ok!(cuGreenCtxStreamCreate(&mut stream, green, 1, 0));
    stream
}

#[test]
fn groups_are_rounded_up_and_the_rest_is_told() {
    let gpu = Gpu::new();
    let input = whole(&gpu);
    let (mut groups, mut result, mut rest) = (0, [blank(); 2], blank());

    ok!(cuDevSmResourceSplitByCount(null_mut(), &mut groups, &input, null_mut(), 0, 3));
    assert_eq!(groups, 2);
    ok!(cuDevSmResourceSplitByCount(result.as_mut_ptr(), &mut groups, &input, &mut rest, 0, 3));
    assert_eq!(result.map(|it| count(&it)), [4, 4]);
    assert_eq!(rest.type_, CUdevResourceType::CU_DEV_RESOURCE_TYPE_INVALID);
    ok!(cuDevSmResourceSplitByCount(result.as_mut_ptr(), &mut groups, &input, &mut rest, 0, 5));
    assert_eq!((groups, count(&result[0]), count(&rest)), (1, 6, 2));
    ok!(cuDevSmResourceSplitByCount(null_mut(), &mut groups, &input, null_mut(), 1, 2));
    assert_eq!(groups, 4, "without regard to what is scheduled together");
}

#[test]
fn splits_that_cannot_be_are_refused() {
    let gpu = Gpu::new();
    let (input, mut groups, mut result) = (whole(&gpu), 2, [blank(); 2]);
    let to = result.as_mut_ptr();
    let mut workqueues = blank();
    let kind = CUdevResourceType::CU_DEV_RESOURCE_TYPE_WORKQUEUE_CONFIG;
    ok!(cuDeviceGetDevResource(gpu.device, &mut workqueues, kind));

    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, null_mut(), &input, null_mut(), 0, 4)), INVALID_VALUE);
    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, &mut groups, null(), null_mut(), 0, 4)), INVALID_VALUE);
    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, &mut groups, &input, null_mut(), 4, 4)), INVALID_VALUE);
    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, &mut groups, &input, null_mut(), 0, 9)), INVALID_VALUE);
    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, &mut groups, &workqueues, null_mut(), 0, 4)), WRONG_TYPE);
    let part = half(&gpu);
    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, &mut groups, &part, null_mut(), 0, 2)), INVALID_VALUE);
    let mut made_up = blank();
    made_up.type_ = SM;
    assert_eq!(cu!(cuDevSmResourceSplitByCount(to, &mut groups, &made_up, null_mut(), 0, 0)), INVALID_VALUE);
}

#[test]
fn groups_may_differ_and_find_out_how_many_are_left() {
    let gpu = Gpu::new();
    let input = whole(&gpu);
    let group =
        |count, flags| CU_DEV_SM_RESOURCE_GROUP_PARAMS { smCount: count, flags, ..Default::default() };
    let (mut result, mut rest) = ([blank(); 2], blank());

    let mut wanted = [group(2, 0), group(0, 0)];
    ok!(cuDevSmResourceSplit(result.as_mut_ptr(), 2, &input, &mut rest, 0, wanted.as_mut_ptr()));
    assert_eq!((wanted[1].smCount, result.map(|it| count(&it))), (6, [2, 6]));
    let mut wanted = [group(6, 0), group(4, 0)];
    let refused =
        cu!(cuDevSmResourceSplit(result.as_mut_ptr(), 2, &input, null_mut(), 0, wanted.as_mut_ptr()));
    assert_eq!(refused, WRONG_CONFIGURATION);
    for (count, flags) in [(3, 0), (10, 0), (2, 8)] {
        let mut wanted = group(count, flags);
        let refused = cu!(cuDevSmResourceSplit(result.as_mut_ptr(), 1, &input, null_mut(), 0, &mut wanted));
        assert_eq!(refused, INVALID_VALUE, "{count} {flags}");
    }
}

#[test]
fn descriptors_take_what_one_split_made() {
    let gpu = Gpu::new();
    let (input, mut groups, mut result) = (whole(&gpu), 2, [blank(); 2]);
    ok!(cuDevSmResourceSplitByCount(result.as_mut_ptr(), &mut groups, &input, null_mut(), 0, 4));
    let mut made = null_mut();

    ok!(cuDevResourceGenerateDesc(&mut made, result.as_mut_ptr(), 2));
    let mut mixed = [result[0], half(&gpu)];
    assert_eq!(cu!(cuDevResourceGenerateDesc(&mut made, mixed.as_mut_ptr(), 2)), WRONG_CONFIGURATION);
    assert_eq!(cu!(cuDevResourceGenerateDesc(&mut made, &mut blank(), 1)), WRONG_TYPE);
    assert_eq!(cu!(cuDevResourceGenerateDesc(&mut made, result.as_mut_ptr(), 0)), INVALID_VALUE);
}

#[test]
fn a_green_context_has_the_multiprocessors_that_it_was_given() {
    let gpu = Gpu::new();
    let green = green(&gpu, 1);
    let (mut context, mut share, mut id) = (null_mut(), blank(), 0);

    ok!(cuGreenCtxGetDevResource(green, &mut share, SM));
    assert_eq!(count(&share), 4);
    ok!(cuCtxFromGreenCtx(&mut context, green));
    ok!(cuCtxGetDevResource(context, &mut share, SM));
    assert_eq!(count(&share), 4);
    ok!(cuCtxGetDevResource(gpu.context, &mut share, SM));
    assert_eq!(count(&share), 8);
    let stream = stream_of(green);
    ok!(cuStreamGetDevResource(stream, &mut share, SM));
    assert_eq!(count(&share), 4);
    ok!(cuGreenCtxGetId(green, &mut id));
    assert_ne!(id, 0);
    ok!(cuStreamDestroy_v2(stream));
    ok!(cuGreenCtxDestroy(green));
}

#[test]
fn kernels_see_how_many_multiprocessors_they_have() {
    let gpu = Gpu::new();
    let green = green(&gpu, 1);
    let (mut context, mut module, mut function, mut address) = (null_mut(), null_mut(), null_mut(), 0);
    ok!(cuCtxFromGreenCtx(&mut context, green));
    ok!(cuCtxPushCurrent_v2(context));
    let source = c".version 7.0\n.target sm_70\n.address_size 64\n.visible .entry ask(.param .u64 to) {\n\
        .reg .b32 %r; .reg .b64 %d; ld.param.u64 %d, [to]; mov.u32 %r, %nsmid; st.global.u32 [%d], %r; ret; }";
    ok!(cuModuleLoadData(&mut module, source.as_ptr().cast()));
    ok!(cuModuleGetFunction(&mut function, module, c"ask".as_ptr()));
    ok!(cuMemAlloc_v2(&mut address, 4));
    let mut arguments = [(&raw mut address).cast()];

    // On the green context's default stream, on one of its own, and outside.
    let stream = stream_of(green);
    let mut counts = Vec::new();
    for stream in [null_mut(), stream] {
        ok!(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, arguments.as_mut_ptr(), null_mut()));
        ok!(cuStreamSynchronize(stream));
        counts.push(gpu.download(address, 1)[0]);
    }
    let mut primary = null_mut();
    ok!(cuDevicePrimaryCtxRetain(&mut primary, gpu.device));
    ok!(cuCtxSetCurrent(primary));
    ok!(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, null_mut(), arguments.as_mut_ptr(), null_mut()));
    counts.push(gpu.download(address, 1)[0]);

    assert_eq!(counts, [4, 4, 8]);
    ok!(cuMemFree_v2(address));
    ok!(cuModuleUnload(module));
    ok!(cuStreamDestroy_v2(stream));
    let mut popped = null_mut();
    ok!(cuCtxPopCurrent_v2(&mut popped));
    ok!(cuGreenCtxDestroy(green));
    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));
}

#[test]
fn a_stream_says_whose_it_is() {
    let gpu = Gpu::new();
    let green = green(&gpu, 0);
    let (mut context, mut plain, mut owner, mut back) = (null_mut(), gpu.stream(), null_mut(), null_mut());
    ok!(cuCtxFromGreenCtx(&mut context, green));

    let stream = stream_of(green);
    ok!(cuStreamGetGreenCtx(stream, &mut owner));
    assert_eq!(owner, green);
    ok!(cuStreamGetCtx_v2(stream, &mut back, &mut owner));
    assert_eq!((back, owner), (null_mut(), green));
    ok!(cuStreamGetGreenCtx(plain, &mut owner));
    assert!(owner.is_null());
    ok!(cuStreamDestroy_v2(plain));
    ok!(cuCtxPushCurrent_v2(context));
    ok!(cuStreamCreate(&mut plain, 1));
    ok!(cuStreamGetGreenCtx(plain, &mut owner));
    assert_eq!(owner, green);
    ok!(cuStreamGetGreenCtx(null_mut(), &mut owner));
    assert_eq!(owner, green);
    ok!(cuCtxGetCurrent(&mut back));
    assert_eq!(back, context);
    ok!(cuCtxPopCurrent_v2(&mut back));
    ok!(cuStreamDestroy_v2(plain));
    ok!(cuStreamDestroy_v2(stream));
    ok!(cuGreenCtxDestroy(green));
}

#[test]
fn an_event_stands_for_all_streams_of_a_green_context() {
    let gpu = Gpu::new();
    let (green, mut context, mut event) = (green(&gpu, 1), null_mut(), null_mut());
    ok!(cuCtxFromGreenCtx(&mut context, green));
    ok!(cuCtxPushCurrent_v2(context));
    let (first, second) = (stream_of(green), stream_of(green));
    let gate = gpu.pinned(1);
    gate[0] = 0;
    ok!(cuEventCreate(&mut event, 0));
    let at = gate.as_mut_ptr();

    ok!(cuStreamWaitValue32_v2(first, at as u64, 1, 0));
    ok!(cuGreenCtxRecordEvent(green, event));
    assert_eq!(cu!(cuEventQuery(event)), CUresult::CUDA_ERROR_NOT_READY);
    ok!(cuGreenCtxWaitEvent(green, event));
    assert_eq!(cu!(cuStreamQuery(second)), CUresult::CUDA_ERROR_NOT_READY);
    // SAFETY: the driver's own memory; the stream only reads it.
    unsafe { at.write_volatile(1) };
    ok!(cuStreamSynchronize(second));
    ok!(cuEventQuery(event));

    let foreign = {
        ok!(cuCtxPopCurrent_v2(&mut context));
        gpu.event()
    };
    assert_eq!(cu!(cuGreenCtxRecordEvent(green, foreign)), CUresult::CUDA_ERROR_INVALID_HANDLE);
    ok!(cuEventDestroy_v2(foreign));
    ok!(cuStreamBeginCapture_v2(first, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED));
    let refused = CUresult::CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
    assert_eq!(cu!(cuGreenCtxRecordEvent(green, event)), refused);
    let mut graph = null_mut();
    assert_eq!(cu!(cuStreamEndCapture(first, &mut graph)), CUresult::CUDA_ERROR_STREAM_CAPTURE_INVALIDATED);
    ok!(cuCtxPushCurrent_v2(context));
    ok!(cuMemFreeHost(at.cast()));
    ok!(cuCtxPopCurrent_v2(&mut context));
    ok!(cuEventDestroy_v2(event));
    ok!(cuStreamDestroy_v2(first));
    ok!(cuStreamDestroy_v2(second));
    ok!(cuGreenCtxDestroy(green));
}

#[test]
fn streams_outlive_their_green_context_only_to_be_destroyed() {
    let gpu = Gpu::new();
    let (green, mut context, mut id) = (green(&gpu, 1), null_mut(), 0);
    ok!(cuCtxFromGreenCtx(&mut context, green));
    let stream = stream_of(green);
    assert_eq!(cu!(cuCtxDestroy_v2(context)), CUresult::CUDA_ERROR_INVALID_CONTEXT);
    let mut primary = null_mut();
    ok!(cuDevicePrimaryCtxRetain(&mut primary, gpu.device));

    ok!(cuGreenCtxDestroy(green));

    assert_eq!(cu!(cuStreamQuery(stream)), DETACHED);
    assert_eq!(cu!(cuStreamGetId(stream, &mut id)), DETACHED);
    ok!(cuStreamDestroy_v2(stream));
    assert_eq!(cu!(cuStreamDestroy_v2(stream)), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(cu!(cuGreenCtxDestroy(green)), CONTEXT_IS_DESTROYED);
    assert_eq!(cu!(cuCtxSetCurrent(context)), CONTEXT_IS_DESTROYED);
    assert_eq!(cu!(cuCtxFromGreenCtx(&mut context, green)), CONTEXT_IS_DESTROYED);
    ok!(cuDevicePrimaryCtxRelease_v2(gpu.device));
}

#[test]
fn a_green_context_is_refused_what_it_cannot_have() {
    let gpu = Gpu::new();
    let (mut green, mut stream) = (null_mut(), null_mut());
    let found = descriptor(&mut half(&gpu));

    assert_eq!(cu!(cuGreenCtxCreate(&mut green, found, gpu.device, 2)), INVALID_VALUE);
    assert_eq!(cu!(cuGreenCtxCreate(&mut green, null_mut(), gpu.device, 1)), INVALID_VALUE);
    assert_eq!(cu!(cuGreenCtxCreate(&mut green, found, -1, 1)), CUresult::CUDA_ERROR_INVALID_DEVICE);
    ok!(cuGreenCtxCreate(&mut green, found, gpu.device, 1));
    assert_eq!(cu!(cuGreenCtxStreamCreate(&mut stream, green, 0, 0)), INVALID_VALUE);
    let plain = gpu.context.cast();
    assert_eq!(cu!(cuGreenCtxStreamCreate(&mut stream, plain, 1, 0)), CUresult::CUDA_ERROR_INVALID_CONTEXT);
    assert_eq!(cu!(cuCtxSetCurrent(green.cast())), CUresult::CUDA_ERROR_INVALID_CONTEXT);
    ok!(cuGreenCtxDestroy(green));
}

use std::ffi::c_void;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use crate::support::*;

const RELAXED: CUstreamCaptureMode = CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_RELAXED;
const THREAD_LOCAL: CUstreamCaptureMode = CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
const INVALIDATED: CUresult = CUresult::CUDA_ERROR_STREAM_CAPTURE_INVALIDATED;
const UNSUPPORTED: CUresult = CUresult::CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;

fn begin(stream: CUstream) {
    ok!(cuStreamBeginCapture_v2(stream, THREAD_LOCAL));
}

fn end(stream: CUstream) -> CUgraph {
    let mut graph = null_mut();
    ok!(cuStreamEndCapture(stream, &mut graph));
    graph
}

fn instantiate(graph: CUgraph) -> CUgraphExec {
    let mut executable = null_mut();
    ok!(cuGraphInstantiateWithFlags(&mut executable, graph, 0));
    executable
}

fn status(stream: CUstream) -> CUstreamCaptureStatus {
    let mut status = CUstreamCaptureStatus(9);
    ok!(cuStreamIsCapturing(stream, &mut status));
    status
}

fn node_count(graph: CUgraph) -> usize {
    let mut count = 0;
    ok!(cuGraphGetNodes(graph, null_mut(), &mut count));
    count
}

fn edge_count(graph: CUgraph) -> usize {
    let mut count = 0;
    ok!(cuGraphGetEdges_v2(graph, null_mut(), null_mut(), null_mut(), &mut count));
    count
}

unsafe extern "C" fn add_one(data: *mut c_void) {
    // SAFETY: the test gives a counter that outlives the work.
    unsafe { &*data.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn captured_work_is_done_at_each_launch_and_not_before() {
    let gpu = Gpu::new();
    let (stream, source, target) = (gpu.stream(), gpu.pinned(4), gpu.upload(&[0; 4]));
    let counter = AtomicU32::new(0);
    source.fill(1);

    begin(stream);
    assert_eq!(status(stream), CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_ACTIVE);
    ok!(cuMemcpyHtoDAsync_v2(target, source.as_ptr().cast(), 16, stream));
    ok!(cuMemsetD32Async(target + 12, 9, 1, stream));
    ok!(cuLaunchHostFunc(stream, Some(add_one), (&raw const counter).cast_mut().cast()));
    let graph = end(stream);
    assert_eq!(status(stream), CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_NONE);
    ok!(cuStreamSynchronize(stream));
    assert_eq!((counter.load(Ordering::SeqCst), gpu.download(target, 4)), (0, vec![0; 4]));
    assert_eq!((node_count(graph), edge_count(graph)), (3, 2));

    let executable = instantiate(graph);
    ok!(cuGraphDestroy(graph));
    for round in 1..=3 {
        source.fill(round);
        ok!(cuGraphLaunch(executable, stream));
        ok!(cuStreamSynchronize(stream));
        assert_eq!(counter.load(Ordering::SeqCst), round);
        assert_eq!(gpu.download(target, 4), [round, round, round, 9]);
    }
    ok!(cuGraphExecDestroy(executable));
    assert_eq!(cu!(cuGraphLaunch(executable, stream)), INVALID);
}

#[test]
fn a_capture_spreads_by_events_and_must_be_joined() {
    let gpu = Gpu::new();
    let (origin, branch) = (gpu.stream(), gpu.stream());
    let (fork, join, target) = (gpu.event(), gpu.event(), gpu.upload(&[0; 2]));

    begin(origin);
    ok!(cuEventRecord(fork, origin));
    ok!(cuStreamWaitEvent(branch, fork, 0));
    ok!(cuMemsetD32Async(target, 1, 1, origin));
    ok!(cuMemsetD32Async(target + 4, 2, 1, branch));
    assert_eq!(status(branch), CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_ACTIVE);
    let mut graph = null_mut();
    let unmatched = cu!(cuStreamEndCapture(branch, &mut graph));
    assert_eq!(unmatched, CUresult::CUDA_ERROR_STREAM_CAPTURE_UNMATCHED);
    ok!(cuEventRecord(join, branch));
    ok!(cuStreamWaitEvent(origin, join, 0));
    ok!(cuMemsetD32Async(target, 3, 1, origin));
    let graph = end(origin);

    assert_eq!((node_count(graph), edge_count(graph)), (3, 2));
    let mut roots = 0;
    ok!(cuGraphGetRootNodes(graph, null_mut(), &mut roots));
    assert_eq!(roots, 2);
    ok!(cuGraphLaunch(instantiate(graph), origin));
    ok!(cuStreamSynchronize(origin));
    assert_eq!(gpu.download(target, 2), [3, 2]);

    begin(origin);
    ok!(cuEventRecord(fork, origin));
    ok!(cuStreamWaitEvent(branch, fork, 0));
    ok!(cuMemsetD32Async(target + 4, 2, 1, branch));
    let mut graph = 8 as CUgraph;
    let unjoined = cu!(cuStreamEndCapture(origin, &mut graph));
    assert_eq!(unjoined, CUresult::CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
    assert!(graph.is_null());
    ok!(cuStreamQuery(branch));
}

#[test]
fn what_would_wait_for_captured_work_spoils_the_capture() {
    let gpu = Gpu::new();
    let (stream, event) = (gpu.stream(), gpu.event());
    let spoil = |spoiler: &dyn Fn() -> CUresult| {
        begin(stream);
        ok!(cuEventRecord(event, stream));
        let code = spoiler();
        assert_eq!(status(stream), CUstreamCaptureStatus::CU_STREAM_CAPTURE_STATUS_INVALIDATED);
        assert_eq!(cu!(cuEventRecord(event, stream)), INVALIDATED);
        let mut graph = 8 as CUgraph;
        assert_eq!(cu!(cuStreamEndCapture(stream, &mut graph)), INVALIDATED);
        assert!(graph.is_null());
        ok!(cuStreamSynchronize(stream));
        code
    };

    assert_eq!(spoil(&|| cu!(cuStreamQuery(stream))), UNSUPPORTED);
    assert_eq!(spoil(&|| cu!(cuStreamSynchronize(stream))), UNSUPPORTED);
    assert_eq!(spoil(&|| cu!(cuCtxSynchronize())), UNSUPPORTED);
    assert_eq!(spoil(&|| cu!(cuEventQuery(event))), CUresult::CUDA_ERROR_CAPTURED_EVENT);
    assert_eq!(spoil(&|| cu!(cuEventSynchronize(event))), CUresult::CUDA_ERROR_CAPTURED_EVENT);
    let mut address = 0;
    let place = &raw mut address as usize;
    assert_eq!(spoil(&|| cu!(cuMemAlloc_v2(place as *mut u64, 8))), UNSUPPORTED);
    let outside = gpu.event();
    ok!(cuEventRecord(outside, gpu.stream()));
    let isolation = spoil(&|| cu!(cuStreamWaitEvent(stream, outside, 0)));
    assert_eq!(isolation, CUresult::CUDA_ERROR_STREAM_CAPTURE_ISOLATION);
}

#[test]
fn a_relaxed_capture_lets_unsafe_calls_pass() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    ok!(cuStreamBeginCapture_v2(stream, RELAXED));

    let address = gpu.alloc(64);
    ok!(cuMemsetD8Async(address, 1, 64, stream));
    let _another = gpu.stream();

    assert_eq!(node_count(end(stream)), 1);
}

#[test]
fn a_thread_may_exchange_its_mode() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    begin(stream);
    let mut mode = RELAXED;
    ok!(cuThreadExchangeStreamCaptureMode(&mut mode));
    assert_eq!(mode, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL);

    gpu.alloc(64);

    ok!(cuThreadExchangeStreamCaptureMode(&mut mode));
    assert_eq!(mode, RELAXED);
    end(stream);
}

#[test]
fn captures_are_of_threads_and_of_streams_that_can_be_captured() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    assert_eq!(cu!(cuStreamBeginCapture_v2(null_mut(), RELAXED)), UNSUPPORTED);
    let mut graph = null_mut();
    assert_eq!(cu!(cuStreamEndCapture(stream, &mut graph)), CUresult::CUDA_ERROR_ILLEGAL_STATE);
    begin(stream);
    assert_eq!(cu!(cuStreamBeginCapture_v2(stream, RELAXED)), CUresult::CUDA_ERROR_ILLEGAL_STATE);

    let address = stream as usize;
    let elsewhere = thread::spawn(move || {
        let mut graph = null_mut();
        cu!(cuStreamEndCapture(address as CUstream, &mut graph))
    });

    assert_eq!(elsewhere.join().unwrap(), CUresult::CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD);
    end(stream);
}

#[test]
fn the_legacy_stream_cannot_wait_for_a_capture() {
    let gpu = Gpu::new();
    let mut blocking = null_mut();
    ok!(cuStreamCreate(&mut blocking, 0));
    let target = gpu.alloc(8);
    ok!(cuStreamBeginCapture_v2(blocking, RELAXED));

    let result = cu!(cuMemsetD8Async(target, 0, 8, null_mut()));

    assert_eq!(result, CUresult::CUDA_ERROR_STREAM_CAPTURE_IMPLICIT);
    let mut graph = null_mut();
    assert_eq!(cu!(cuStreamEndCapture(blocking, &mut graph)), INVALIDATED);
}

#[test]
fn bad_flags_are_refused_and_leave_the_stream_usable() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    begin(stream);
    let graph = end(stream);
    let mut executable = null_mut();

    assert_eq!(cu!(cuGraphInstantiateWithFlags(&mut executable, graph, 1 << 20)), INVALID);

    begin(stream);
    end(stream);
}

#[test]
fn nodes_are_added_by_hand_and_asked_about() {
    let gpu = Gpu::new();
    let (stream, target, source) = (gpu.stream(), gpu.upload(&[0; 4]), [5u32, 6, 7, 8]);
    let mut graph = null_mut();
    ok!(cuGraphCreate(&mut graph, 0));
    let (mut fill, mut copy, mut empty) = (null_mut(), null_mut(), null_mut());
    let copying = CUDA_MEMCPY3D {
        srcMemoryType: CUmemorytype::CU_MEMORYTYPE_HOST,
        srcHost: source.as_ptr().cast(),
        dstMemoryType: CUmemorytype::CU_MEMORYTYPE_DEVICE,
        dstDevice: target,
        WidthInBytes: 16,
        Height: 1,
        Depth: 1,
        ..Default::default()
    };
    let filling = CUDA_MEMSET_NODE_PARAMS {
        dst: target,
        value: 1,
        elementSize: 4,
        width: 2,
        height: 1,
        ..Default::default()
    };
    ok!(cuGraphAddMemcpyNode(&mut copy, graph, null(), 0, &copying, gpu.context));
    ok!(cuGraphAddMemsetNode(&mut fill, graph, &copy, 1, &filling, gpu.context));
    ok!(cuGraphAddEmptyNode(&mut empty, graph, null(), 0));
    ok!(cuGraphAddDependencies_v2(graph, &fill, &empty, null(), 1));
    assert_eq!(cu!(cuGraphAddDependencies_v2(graph, &fill, &empty, null(), 1)), INVALID);

    let executable = instantiate(graph);
    ok!(cuGraphLaunch(executable, stream));
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.download(target, 4), [1, 1, 7, 8]);

    let (mut kind, mut given, mut count) = (CUgraphNodeType(99), CUDA_MEMSET_NODE_PARAMS::default(), 0);
    ok!(cuGraphNodeGetType(fill, &mut kind));
    assert_eq!(kind, CUgraphNodeType::CU_GRAPH_NODE_TYPE_MEMSET);
    ok!(cuGraphMemsetNodeGetParams(fill, &mut given));
    assert_eq!((given.dst, given.value, given.width), (target, 1, 2));
    ok!(cuGraphNodeGetDependentNodes_v2(copy, null_mut(), null_mut(), &mut count));
    assert_eq!(count, 1);
    let changed = CUDA_MEMSET_NODE_PARAMS { value: 3, ..filling };
    ok!(cuGraphExecMemsetNodeSetParams(executable, fill, &changed, gpu.context));
    ok!(cuGraphNodeSetEnabled(executable, copy, 0));
    ok!(cuMemsetD32_v2(target, 0, 4));
    ok!(cuGraphLaunch(executable, null_mut()));
    assert_eq!(gpu.download(target, 4), [3, 3, 0, 0]);
    // A circle cannot be put into an order.
    ok!(cuGraphAddDependencies_v2(graph, &empty, &copy, null(), 1));
    let mut circular = null_mut();
    assert_eq!(cu!(cuGraphInstantiateWithFlags(&mut circular, graph, 0)), INVALID);
    ok!(cuGraphDestroy(graph));
    assert_eq!(cu!(cuGraphNodeGetType(fill, &mut kind)), INVALID);
}

#[test]
fn a_clone_and_a_child_are_copies() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.upload(&[0]));
    begin(stream);
    ok!(cuMemsetD32Async(target, 4, 1, stream));
    let inner = end(stream);
    let (mut outer, mut node, mut copy, mut twin) = (null_mut(), null_mut(), null_mut(), null_mut());
    ok!(cuGraphCreate(&mut outer, 0));
    ok!(cuGraphAddChildGraphNode(&mut node, outer, null(), 0, inner));
    ok!(cuGraphDestroy(inner));

    ok!(cuGraphClone(&mut copy, outer));
    ok!(cuGraphNodeFindInClone(&mut twin, node, copy));
    assert_ne!(twin, node);
    ok!(cuGraphDestroy(outer));

    ok!(cuGraphLaunch(instantiate(copy), stream));
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.download(target, 1), [4]);
}

#[test]
fn an_executable_is_updated_by_a_graph_of_the_same_shape() {
    let gpu = Gpu::new();
    let (stream, target) = (gpu.stream(), gpu.upload(&[0]));
    let capture = |values: &[u32]| {
        begin(stream);
        for &value in values {
            ok!(cuMemsetD32Async(target, value, 1, stream));
        }
        end(stream)
    };
    let executable = instantiate(capture(&[1]));
    let mut result = CUgraphExecUpdateResultInfo::default();

    ok!(cuGraphExecUpdate_v2(executable, capture(&[2]), &mut result));

    ok!(cuGraphLaunch(executable, stream));
    ok!(cuStreamSynchronize(stream));
    assert_eq!(gpu.download(target, 1), [2]);
    let refused = cu!(cuGraphExecUpdate_v2(executable, capture(&[3, 4]), &mut result));
    assert_eq!(refused, CUresult::CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
    assert_eq!(result.result, CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_ERROR_TOPOLOGY_CHANGED);
}

#[test]
fn memory_allocated_in_a_capture_lives_as_long_as_its_graphs() {
    let gpu = Gpu::new();
    let (stream, result, before) = (gpu.stream(), gpu.pinned(1), gpu.free_bytes());
    let mut address = 0;
    begin(stream);
    ok!(cuMemAllocAsync(&mut address, 4096, stream));
    ok!(cuMemsetD32Async(address, 6, 1024, stream));
    ok!(cuMemcpyDtoHAsync_v2(result.as_mut_ptr().cast(), address, 4, stream));
    ok!(cuMemFreeAsync(address, stream));
    let graph = end(stream);
    assert_eq!(node_count(graph), 4);
    let executable = instantiate(graph);
    ok!(cuGraphDestroy(graph));

    ok!(cuGraphLaunch(executable, stream));
    ok!(cuStreamSynchronize(stream));

    assert_eq!(result[0], 6);
    assert!(gpu.free_bytes() < before);
    ok!(cuGraphExecDestroy(executable));
    assert_eq!(gpu.free_bytes(), before);
}

//! Nodes of every kind, and what graphs keep alive.

use std::ffi::{CString, c_void};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crate::support::*;

const PTX: &str = "
.version 7.0
.target sm_70
.address_size 64
.extern .func cudaGraphSetConditional(.param .b64 handle, .param .b32 value);
.visible .entry count(.param .u64 target) {
    .reg .b32 %r0; .reg .b64 %rd0;
    ld.param.u64 %rd0, [target]; ld.global.u32 %r0, [%rd0]; add.u32 %r0, %r0, 1; st.global.u32 [%rd0], %r0; ret;
}
.visible .entry decide(.param .u64 target, .param .u64 handle) {
    .reg .b32 %r0; .reg .b64 %rd<2>;
    ld.param.u64 %rd0, [target]; ld.param.u64 %rd1, [handle];
    ld.global.u32 %r0, [%rd0]; sub.u32 %r0, %r0, 1; st.global.u32 [%rd0], %r0;
    { .param .b64 a; .param .b32 b; st.param.b64 [a], %rd1; st.param.b32 [b], %r0;
      call.uni cudaGraphSetConditional, (a, b); }
    ret;
}";

fn kernels() -> (CUfunction, CUfunction) {
    let module = load(&CString::new(PTX).unwrap());
    (function(module, c"count"), function(module, c"decide"))
}

fn graph() -> CUgraph {
    let mut graph = null_mut();
    ok!(cuGraphCreate(&mut graph, 0));
    graph
}

fn kind(type_: CUgraphNodeType) -> CUgraphNodeParams {
    CUgraphNodeParams { type_, ..CUgraphNodeParams::default() }
}

fn kernel(func: CUfunction, arguments: &mut [*mut c_void]) -> CUgraphNodeParams {
    let mut given = kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_KERNEL);
    given.__bindgen_anon_1.kernel = CUDA_KERNEL_NODE_PARAMS_v3 {
        func,
        gridDimX: 1,
        gridDimY: 1,
        gridDimZ: 1,
        blockDimX: 1,
        blockDimY: 1,
        blockDimZ: 1,
        kernelParams: arguments.as_mut_ptr(),
        ..Default::default()
    };
    given
}

fn fill(dst: CUdeviceptr, value: u32) -> CUgraphNodeParams {
    let mut given = kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_MEMSET);
    given.__bindgen_anon_1.memset =
        CUDA_MEMSET_NODE_PARAMS_v2 { dst, value, elementSize: 4, width: 1, height: 1, ..Default::default() };
    given
}

fn host(function: unsafe extern "C" fn(*mut c_void), data: *const AtomicU32) -> CUgraphNodeParams {
    let mut given = kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_HOST);
    given.__bindgen_anon_1.host = CUDA_HOST_NODE_PARAMS_v2 {
        fn_: Some(function),
        userData: data.cast_mut().cast(),
        ..Default::default()
    };
    given
}

fn add_to(graph: CUgraph, after: &[CUgraphNode], given: &mut CUgraphNodeParams) -> CUgraphNode {
    let mut node = null_mut();
    ok!(cuGraphAddNode_v2(&mut node, graph, after.as_ptr(), null(), after.len(), given));
    node
}

fn instantiate(graph: CUgraph) -> CUgraphExec {
    let mut executable = null_mut();
    ok!(cuGraphInstantiateWithFlags(&mut executable, graph, 0));
    executable
}

fn run(graph: CUgraph, stream: CUstream) {
    let executable = instantiate(graph);
    ok!(cuGraphLaunch(executable, stream));
    ok!(cuStreamSynchronize(stream));
    ok!(cuGraphExecDestroy(executable));
}

unsafe extern "C" fn raise_late(data: *mut c_void) {
    std::thread::sleep(Duration::from_millis(30));
    // SAFETY: the tests give a number that outlives the work.
    unsafe { &*data.cast::<AtomicU32>() }.store(1, Ordering::SeqCst);
}

unsafe extern "C" fn double_and_add(data: *mut c_void) {
    // SAFETY: as above.
    let number = unsafe { &*data.cast::<AtomicU32>() };
    number.store(number.load(Ordering::SeqCst) * 10 + 1, Ordering::SeqCst);
}

#[test]
fn nodes_are_added_by_kind_and_say_what_they_were_told() {
    let gpu = Gpu::new();
    let (count, _) = kernels();
    let (graph, mut target) = (graph(), gpu.upload(&[0]));
    let filled = add_to(graph, &[], &mut fill(target, 7));
    let counted = add_to(graph, &[filled], &mut kernel(count, &mut [argument(&mut target)]));
    let empty = add_to(graph, &[counted], &mut kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_EMPTY));

    run(graph, gpu.stream());

    assert_eq!(gpu.download(target, 1), [8]);
    let get = |node| {
        let mut given = CUgraphNodeParams::default();
        ok!(cuGraphNodeGetParams(node, &mut given));
        given
    };
    // SAFETY: the kind says which member was filled in.
    unsafe {
        let given = get(filled).__bindgen_anon_1.memset;
        assert_eq!((given.dst, given.value, given.width), (target, 7, 1));
        let given = get(counted).__bindgen_anon_1.kernel;
        assert_eq!((given.func, given.gridDimX), (count, 1));
    }
    assert_eq!(get(empty).type_, CUgraphNodeType::CU_GRAPH_NODE_TYPE_EMPTY);

    ok!(cuGraphNodeSetParams(filled, &mut fill(target, 70)));
    run(graph, gpu.stream());
    assert_eq!(gpu.download(target, 1), [71]);

    let executable = instantiate(graph);
    ok!(cuGraphExecNodeSetParams(executable, filled, &mut fill(target, 700)));
    let wrong = cu!(cuGraphExecNodeSetParams(executable, counted, &mut fill(target, 1)));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE, "a node's kind stays");
    ok!(cuGraphLaunch(executable, null_mut()));
    assert_eq!(gpu.download(target, 1), [701]);
}

#[test]
fn conditional_nodes_run_their_bodies_by_the_value() {
    let gpu = Gpu::new();
    let (count, decide) = kernels();
    let stream = gpu.stream();
    // For each kind: the number that `decide` counts down from and sets, and how often each body then runs.
    let cases = [
        (CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_IF, 1, 3, vec![1]),
        (CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_IF, 1, 1, vec![0]),
        (CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_IF, 2, 1, vec![0, 1]),
        (CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_WHILE, 1, 5, vec![4]),
        (CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_SWITCH, 3, 3, vec![0, 0, 1]),
        (CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_SWITCH, 3, 9, vec![0, 0, 0]),
    ];
    for (type_, size, start, expected) in cases {
        let graph = graph();
        let mut handle = 0;
        ok!(cuGraphConditionalHandleCreate(&mut handle, graph, gpu.context, 0, 0));
        let (mut number, counters) = (gpu.upload(&[start]), gpu.upload(&vec![0; size as usize]));
        let mut given = [argument(&mut number), argument(&mut handle)];
        let decided = add_to(graph, &[], &mut kernel(decide, &mut given));
        let mut conditional = kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_CONDITIONAL);
        conditional.__bindgen_anon_1.conditional =
            CUDA_CONDITIONAL_NODE_PARAMS { handle, type_, size, ctx: gpu.context, ..Default::default() };
        add_to(graph, &[decided], &mut conditional);
        // SAFETY: the call has filled it in, with as many graphs as were asked for.
        let bodies = unsafe {
            let bodies = conditional.__bindgen_anon_1.conditional.phGraph_out;
            std::slice::from_raw_parts(bodies, size as usize).to_vec()
        };
        for (index, body) in bodies.into_iter().enumerate() {
            let mut counter = counters + 4 * index as u64;
            let counted = add_to(body, &[], &mut kernel(count, &mut [argument(&mut counter)]));
            if type_ == CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_WHILE {
                add_to(body, &[counted], &mut kernel(decide, &mut given));
            }
        }

        run(graph, stream);

        assert_eq!(gpu.download(counters, size as usize), expected, "{type_:?} from {start}");
        ok!(cuGraphDestroy(graph));
    }
}

#[test]
fn a_conditional_value_starts_at_its_default_in_each_launch() {
    let gpu = Gpu::new();
    let (count, decide) = kernels();
    let graph = graph();
    let mut handle = 0;
    ok!(cuGraphConditionalHandleCreate(&mut handle, graph, null_mut(), 1, 1));
    let (mut counter, mut number) = (gpu.upload(&[0]), gpu.upload(&[2]));
    let mut conditional = kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_CONDITIONAL);
    let type_ = CUgraphConditionalNodeType::CU_GRAPH_COND_TYPE_IF;
    conditional.__bindgen_anon_1.conditional =
        CUDA_CONDITIONAL_NODE_PARAMS { handle, type_, size: 1, ..Default::default() };
    let chosen = add_to(graph, &[], &mut conditional);
    // SAFETY: the call has filled it in.
    let body = unsafe { *conditional.__bindgen_anon_1.conditional.phGraph_out };
    add_to(body, &[], &mut kernel(count, &mut [argument(&mut counter)]));
    // Leaves one, then zero: what it was at the end of a launch is not what the next begins with.
    add_to(graph, &[chosen], &mut kernel(decide, &mut [argument(&mut number), argument(&mut handle)]));

    let executable = instantiate(graph);
    for _ in 0..3 {
        ok!(cuGraphLaunch(executable, null_mut()));
    }

    assert_eq!(gpu.download(counter, 1), [3]);
    let mut again = null_mut();
    let used = cu!(cuGraphAddNode_v2(&mut again, graph, null(), null(), 0, &mut conditional));
    assert_eq!(used, CUresult::CUDA_ERROR_INVALID_VALUE, "a handle is for one node");
    assert_eq!(cu!(cuGraphClone(&mut null_mut(), graph)), CUresult::CUDA_ERROR_NOT_SUPPORTED);
}

#[test]
fn what_follows_a_child_waits_for_all_of_it_and_it_for_what_is_before() {
    let gpu = Gpu::new();
    let number = AtomicU32::new(0);
    let (inner, outer) = (graph(), graph());
    // Late, so that whoever does not wait is found out.
    let late = add_to(inner, &[], &mut host(raise_late, &number));
    add_to(inner, &[late], &mut host(double_and_add, &number));
    let first = add_to(outer, &[], &mut host(raise_late, &number));
    let mut child = kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_GRAPH);
    child.__bindgen_anon_1.graph = CUDA_CHILD_GRAPH_NODE_PARAMS { graph: inner, ..Default::default() };
    let middle = add_to(outer, &[first], &mut child);
    add_to(outer, &[middle], &mut host(double_and_add, &number));

    run(outer, gpu.stream());

    assert_eq!(number.load(Ordering::SeqCst), 111);
}

#[test]
fn a_graph_that_is_launched_in_a_capture_is_a_child() {
    let gpu = Gpu::new();
    let (count, _) = kernels();
    let (inner, stream, mut target) = (graph(), gpu.stream(), gpu.upload(&[0]));
    add_to(inner, &[], &mut kernel(count, &mut [argument(&mut target)]));
    let executable = instantiate(inner);
    let mut outer = null_mut();

    ok!(cuStreamBeginCapture_v2(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL));
    ok!(cuGraphLaunch(executable, stream));
    ok!(cuGraphLaunch(executable, stream));
    ok!(cuStreamEndCapture(stream, &mut outer));

    let (mut nodes, mut room) = ([null_mut(); 4], 4);
    ok!(cuGraphGetNodes(outer, nodes.as_mut_ptr(), &mut room));
    assert_eq!(room, 2);
    let mut type_ = CUgraphNodeType::CU_GRAPH_NODE_TYPE_EMPTY;
    ok!(cuGraphNodeGetType(nodes[0], &mut type_));
    assert_eq!(type_, CUgraphNodeType::CU_GRAPH_NODE_TYPE_GRAPH);
    run(outer, stream);
    assert_eq!(gpu.download(target, 1), [2]);
}

#[test]
fn the_child_of_an_executable_can_be_given_other_work() {
    let gpu = Gpu::new();
    let target = gpu.upload(&[0]);
    let (inner, outer) = (graph(), graph());
    add_to(inner, &[], &mut fill(target, 1));
    let mut node = null_mut();
    ok!(cuGraphAddChildGraphNode(&mut node, outer, null(), 0, inner));
    let executable = instantiate(outer);
    let (other, larger) = (graph(), graph());
    add_to(other, &[], &mut fill(target, 2));
    let first = add_to(larger, &[], &mut fill(target, 3));
    add_to(larger, &[first], &mut fill(target, 3));

    ok!(cuGraphExecChildGraphNodeSetParams(executable, node, other));

    ok!(cuGraphLaunch(executable, null_mut()));
    assert_eq!(gpu.download(target, 1), [2]);
    let wrong = cu!(cuGraphExecChildGraphNodeSetParams(executable, node, larger));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn the_first_form_of_update_tells_node_and_reason() {
    let gpu = Gpu::new();
    let target = gpu.upload(&[0]);
    let (old, same, other) = (graph(), graph(), graph());
    add_to(old, &[], &mut fill(target, 1));
    add_to(same, &[], &mut fill(target, 2));
    let culprit = add_to(other, &[], &mut kind(CUgraphNodeType::CU_GRAPH_NODE_TYPE_EMPTY));
    let executable = instantiate(old);
    let (mut node, mut result) = (null_mut(), CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_ERROR);

    ok!(cuGraphExecUpdate(executable, same, &mut node, &mut result));
    assert_eq!(result, CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_SUCCESS);

    let code = cu!(cuGraphExecUpdate(executable, other, &mut node, &mut result));
    assert_eq!(code, CUresult::CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE);
    assert_eq!(result, CUgraphExecUpdateResult::CU_GRAPH_EXEC_UPDATE_ERROR_NODE_TYPE_CHANGED);
    assert_eq!(node, culprit);
}

unsafe extern "C" fn count_end(data: *mut c_void) {
    // SAFETY: the tests give a number that lives as long as the process.
    unsafe { &*data.cast::<AtomicU32>() }.fetch_add(1, Ordering::SeqCst);
}

/// Long enough for any machine; a test that gets here has failed.
const PATIENCE: Duration = Duration::from_secs(600);

fn comes_to(number: &AtomicU32, wanted: u32) -> bool {
    let start = Instant::now();
    while number.load(Ordering::SeqCst) != wanted && start.elapsed() < PATIENCE {
        std::thread::sleep(Duration::from_millis(1));
    }
    number.load(Ordering::SeqCst) == wanted
}

#[test]
fn a_user_object_ends_with_the_last_graph_that_holds_it() {
    static ENDS: AtomicU32 = AtomicU32::new(0);
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let (mut object, graph) = (null_mut(), graph());
    let data = (&raw const ENDS).cast_mut().cast();
    ok!(cuUserObjectCreate(&mut object, data, Some(count_end), 1, 1));
    // The graph takes the caller's reference over.
    ok!(cuGraphRetainUserObject(graph, object, 1, 1));
    let executable = instantiate(graph);
    let gate = Gate::close(stream);
    ok!(cuGraphLaunch(executable, stream));

    ok!(cuGraphDestroy(graph));
    ok!(cuGraphExecDestroy(executable));
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(ENDS.load(Ordering::SeqCst), 0, "a launch is in flight");

    gate.open();
    ok!(cuStreamSynchronize(stream));
    assert!(comes_to(&ENDS, 1));
    assert_eq!(cu!(cuUserObjectRelease(object, 1)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn user_objects_are_counted_as_told() {
    static ENDS: AtomicU32 = AtomicU32::new(0);
    let _gpu = Gpu::new();
    let (mut object, graph) = (null_mut(), graph());
    let data = (&raw const ENDS).cast_mut().cast();
    let create = |object: &mut CUuserObject, function, references, flags| {
        cu!(cuUserObjectCreate(object, data, function, references, flags))
    };
    assert_eq!(create(&mut object, Some(count_end), 1, 0), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(create(&mut object, Some(count_end), 0, 1), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(create(&mut object, None, 1, 1), CUresult::CUDA_ERROR_INVALID_VALUE);

    assert_eq!(create(&mut object, Some(count_end), 2, 1), OK);
    ok!(cuUserObjectRetain(object, 1));
    ok!(cuGraphRetainUserObject(graph, object, 2, 0));
    assert_eq!(cu!(cuGraphReleaseUserObject(graph, object, 3)), CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuGraphReleaseUserObject(graph, object, 1));
    ok!(cuUserObjectRelease(object, 3));
    assert_eq!(ENDS.load(Ordering::SeqCst), 0);
    ok!(cuGraphDestroy(graph));

    assert!(comes_to(&ENDS, 1));
}

#[test]
fn a_batch_with_a_mistake_does_nothing() {
    let gpu = Gpu::new();
    let target = gpu.upload(&[0, 0]);
    let write = |address, value| {
        let mut operation = CUstreamBatchMemOpParams::default();
        operation.writeValue.operation = CUstreamBatchMemOpType::CU_STREAM_MEM_OP_WRITE_VALUE_32;
        operation.writeValue.address = address;
        operation.writeValue.__bindgen_anon_1.value = value;
        operation
    };

    let mut wrong = [write(target, 5), write(target + 2, 6)];
    let code = cu!(cuStreamBatchMemOp_v2(null_mut(), 2, wrong.as_mut_ptr(), 0));
    assert_eq!(code, CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(gpu.download(target, 2), [0, 0]);

    let mut right = [write(target, 5), write(target + 4, 6)];
    let (graph, mut node) = (graph(), null_mut());
    let given = CUDA_BATCH_MEM_OP_NODE_PARAMS {
        ctx: gpu.context,
        count: 2,
        paramArray: right.as_mut_ptr(),
        flags: 0,
    };
    ok!(cuGraphAddBatchMemOpNode(&mut node, graph, null(), 0, &given));
    run(graph, gpu.stream());
    assert_eq!(gpu.download(target, 2), [5, 6]);
}

#[test]
fn attributes_of_kernel_nodes_and_streams_are_kept() {
    let gpu = Gpu::new();
    let (count, _) = kernels();
    let (graph, mut target) = (graph(), gpu.upload(&[0]));
    let node = add_to(graph, &[], &mut kernel(count, &mut [argument(&mut target)]));
    let other = add_to(graph, &[node], &mut kernel(count, &mut [argument(&mut target)]));
    let priority = CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_PRIORITY;
    let cooperative = CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_COOPERATIVE;
    let policy = CUlaunchAttributeID::CU_LAUNCH_ATTRIBUTE_SYNCHRONIZATION_POLICY;
    let mut value = CUlaunchAttributeValue::default();
    value.priority = -3;

    ok!(cuGraphKernelNodeSetAttribute(node, priority, &value));
    value.cooperative = 1;
    ok!(cuGraphKernelNodeSetAttribute(node, cooperative, &value));
    ok!(cuGraphKernelNodeCopyAttributes(other, node));

    for (id, wanted) in [(priority, -3), (cooperative, 1)] {
        ok!(cuGraphKernelNodeGetAttribute(other, id, &mut value));
        // SAFETY: both are integers.
        assert_eq!(unsafe { value.priority }, wanted, "{id:?}");
    }
    let wrong = cu!(cuGraphKernelNodeGetAttribute(node, policy, &mut value));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE);

    let (first, second) = (gpu.stream(), gpu.stream());
    value.syncPolicy = CUsynchronizationPolicy::CU_SYNC_POLICY_YIELD;
    ok!(cuStreamSetAttribute(first, policy, &value));
    ok!(cuStreamCopyAttributes(second, first));
    value.syncPolicy = CUsynchronizationPolicy::CU_SYNC_POLICY_AUTO;
    ok!(cuStreamGetAttribute(second, policy, &mut value));
    // SAFETY: every bit pattern is an integer.
    assert_eq!(unsafe { value.syncPolicy }, CUsynchronizationPolicy::CU_SYNC_POLICY_YIELD);
    let wrong = cu!(cuStreamGetAttribute(first, cooperative, &mut value));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn the_memory_of_graphs_is_counted_by_device() {
    let gpu = Gpu::new();
    let (graph, mut node) = (graph(), null_mut());
    let mut given = CUDA_MEM_ALLOC_NODE_PARAMS { bytesize: 4096, ..Default::default() };
    given.poolProps.allocType = CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED;
    given.poolProps.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    given.poolProps.location.__bindgen_anon_1.id = gpu.device;
    ok!(cuGraphAddMemAllocNode(&mut node, graph, null(), 0, &mut given));
    let count = |attribute| {
        let mut value = 0u64;
        ok!(cuDeviceGetGraphMemAttribute(gpu.device, attribute, argument(&mut value)));
        value
    };
    let (used, high) = (
        CUgraphMem_attribute::CU_GRAPH_MEM_ATTR_USED_MEM_CURRENT,
        CUgraphMem_attribute::CU_GRAPH_MEM_ATTR_USED_MEM_HIGH,
    );
    assert_eq!((count(used), count(high)), (4096, 4096));
    let mut told = CUDA_MEM_ALLOC_NODE_PARAMS::default();
    ok!(cuGraphMemAllocNodeGetParams(node, &mut told));
    assert_eq!((told.dptr, told.bytesize), (given.dptr, 4096));

    ok!(cuGraphDestroy(graph));

    assert_eq!((count(used), count(high)), (0, 4096));
    let (mut zero, mut one) = (0u64, 1u64);
    let wrong = cu!(cuDeviceSetGraphMemAttribute(gpu.device, high, argument(&mut one)));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE);
    ok!(cuDeviceSetGraphMemAttribute(gpu.device, high, argument(&mut zero)));
    assert_eq!(count(high), 0);
}

#[test]
fn a_stream_that_has_joined_may_be_destroyed_while_the_capture_goes_on() {
    let gpu = Gpu::new();
    let (origin, side) = (gpu.stream(), gpu.stream());
    let (fork, join) = (gpu.event(), gpu.event());
    let (target, mut graph) = (gpu.upload(&[0]), null_mut());
    let fork_to = |joins: bool| {
        ok!(cuStreamBeginCapture_v2(origin, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL));
        ok!(cuEventRecord(fork, origin));
        let side = if joins { side } else { gpu.stream() };
        ok!(cuStreamWaitEvent(side, fork, 0));
        ok!(cuMemsetD32Async(target, 9, 1, side));
        if joins {
            ok!(cuEventRecord(join, side));
            ok!(cuStreamWaitEvent(origin, join, 0));
        }
        ok!(cuStreamDestroy_v2(side));
        ok!(cuMemsetD32Async(target, 4, 1, origin));
    };

    fork_to(true);
    ok!(cuStreamEndCapture(origin, &mut graph));
    run(graph, origin);
    assert_eq!(gpu.download(target, 1), [4]);

    fork_to(false);
    let code = cu!(cuStreamEndCapture(origin, &mut graph));
    assert_eq!(code, CUresult::CUDA_ERROR_STREAM_CAPTURE_UNJOINED);
}

#[test]
fn memory_of_a_graph_is_freed_once_and_before_it_is_allocated_again() {
    let gpu = Gpu::new();
    let graph = graph();
    let mut given = CUDA_MEM_ALLOC_NODE_PARAMS { bytesize: 1024, ..Default::default() };
    given.poolProps.allocType = CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED;
    given.poolProps.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    given.poolProps.location.__bindgen_anon_1.id = gpu.device;
    let (mut made, mut freed, mut second) = (null_mut(), null_mut(), null_mut());
    ok!(cuGraphAddMemAllocNode(&mut made, graph, null(), 0, &mut given));
    let filled = add_to(graph, &[made], &mut fill(given.dptr, 3));
    let executable = instantiate(graph);
    const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;
    const REFUSED: CUresult = CUresult::CUDA_ERROR_NOT_SUPPORTED;

    assert_eq!(cu!(cuGraphInstantiateWithFlags(&mut second, graph, 0)), REFUSED, "one executable at a time");
    assert_eq!(cu!(cuGraphDestroyNode(filled)), REFUSED);
    assert_eq!(cu!(cuGraphRemoveDependencies(graph, &made, &filled, 1)), REFUSED);
    assert_eq!(cu!(cuMemFree_v2(given.dptr)), INVALID, "nothing has allocated it yet");
    for _ in 0..2 {
        ok!(cuGraphLaunch(executable, null_mut()));
        assert_eq!(gpu.download(given.dptr, 1), [3]);
        assert_eq!(cu!(cuGraphLaunch(executable, null_mut())), INVALID, "it is not freed");
        ok!(cuMemFreeAsync(given.dptr, null_mut()));
        assert_eq!(cu!(cuMemFreeAsync(given.dptr, null_mut())), INVALID);
    }
    // What a launch allocated outlives the graph.
    ok!(cuGraphLaunch(executable, null_mut()));
    ok!(cuGraphExecDestroy(executable));
    ok!(cuGraphInstantiateWithFlags(&mut second, graph, 1));
    ok!(cuGraphLaunch(second, null_mut()));
    ok!(cuGraphExecDestroy(second));
    ok!(cuGraphAddMemFreeNode(&mut freed, graph, &filled, 1, given.dptr));
    let twice = cu!(cuGraphAddMemFreeNode(&mut freed, graph, &filled, 1, given.dptr));
    assert_eq!(twice, INVALID);
    ok!(cuGraphDestroy(graph));
    assert_eq!(gpu.download(given.dptr, 1), [3]);
    ok!(cuMemFree_v2(given.dptr));
    assert_eq!(
        cu!(cuMemGetAddressRange_v2(null_mut(), null_mut(), given.dptr)),
        CUresult::CUDA_ERROR_NOT_FOUND
    );
}

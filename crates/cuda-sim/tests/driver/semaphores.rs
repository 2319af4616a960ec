//! External semaphores: an eventfd and a number in a file, which the host or another library signals.

use std::fs::File;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::ptr::{null, null_mut};

use crate::support::*;

type Signal = CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS;
type Wait = CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS;

const BINARY: CUexternalSemaphoreHandleType =
    CUexternalSemaphoreHandleType::CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD;
const TIMELINE: CUexternalSemaphoreHandleType =
    CUexternalSemaphoreHandleType::CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD;

fn eventfd() -> OwnedFd {
    // SAFETY: the descriptor is new, and nobody else's.
    unsafe { OwnedFd::from_raw_fd(libc::eventfd(0, libc::EFD_CLOEXEC)) }
}

fn number() -> File {
    // SAFETY: the name is a text, and the descriptor is new.
    let file = unsafe { File::from_raw_fd(libc::memfd_create(c"timeline".as_ptr(), 0)) };
    file.set_len(8).unwrap();
    file
}

fn description(type_: CUexternalSemaphoreHandleType, fd: i32) -> CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC {
    let mut description = CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC { type_, ..Default::default() };
    description.handle.fd = fd;
    description
}

/// Gives the driver a descriptor.
fn import(type_: CUexternalSemaphoreHandleType, fd: impl Into<OwnedFd>) -> CUexternalSemaphore {
    let mut semaphore = null_mut();
    ok!(cuImportExternalSemaphore(&mut semaphore, &description(type_, fd.into().into_raw_fd())));
    semaphore
}

fn signalled(value: u64) -> Signal {
    let mut params = Signal::default();
    params.params.fence.value = value;
    params
}

fn awaited(value: u64) -> Wait {
    let mut params = Wait::default();
    params.params.fence.value = value;
    params
}

fn signal(semaphore: CUexternalSemaphore, value: u64, stream: CUstream) {
    ok!(cuSignalExternalSemaphoresAsync(&semaphore, &signalled(value), 1, stream));
}

fn wait(semaphore: CUexternalSemaphore, value: u64, stream: CUstream) {
    ok!(cuWaitExternalSemaphoresAsync(&semaphore, &awaited(value), 1, stream));
}

#[test]
fn a_stream_waits_until_somebody_signals_and_a_signal_is_for_one_wait() {
    let gpu = Gpu::new();
    let (stream, outside) = (gpu.stream(), eventfd());
    let semaphore = import(BINARY, outside.try_clone().unwrap());

    for _ in 0..3 {
        wait(semaphore, 0, stream);
        assert_eq!(cu!(cuStreamQuery(stream)), CUresult::CUDA_ERROR_NOT_READY);
        let one = 1u64;
        // SAFETY: eight bytes of this test's are read.
        assert_eq!(unsafe { libc::write(outside.as_raw_fd(), (&raw const one).cast(), 8) }, 8);
        ok!(cuStreamSynchronize(stream));
    }
    ok!(cuDestroyExternalSemaphore(semaphore));
}

#[test]
fn a_stream_signals_behind_its_earlier_work() {
    let gpu = Gpu::new();
    let (stream, outside) = (gpu.stream(), eventfd());
    let semaphore = import(BINARY, outside.try_clone().unwrap());
    let buffer = gpu.upload(&[0]);

    ok!(cuMemsetD32Async(buffer, 7, 1, stream));
    signal(semaphore, 0, stream);
    let mut count = 0u64;
    // SAFETY: eight bytes of this test's are written.
    assert_eq!(unsafe { libc::read(outside.as_raw_fd(), (&raw mut count).cast(), 8) }, 8);

    assert_eq!((count, gpu.download(buffer, 1)), (1, vec![7]));
}

#[test]
fn a_timeline_lets_a_wait_go_at_its_value_or_above() {
    let gpu = Gpu::new();
    let (a, b, outside) = (gpu.stream(), gpu.stream(), number());
    let semaphore = import(TIMELINE, outside.try_clone().unwrap());

    wait(semaphore, 5, b);
    signal(semaphore, 4, a);
    ok!(cuStreamSynchronize(a));
    assert_eq!(cu!(cuStreamQuery(b)), CUresult::CUDA_ERROR_NOT_READY);
    outside.write_all_at(&6u64.to_le_bytes(), 0).unwrap();
    ok!(cuStreamSynchronize(b));
    // It stays there, and destroying the semaphore takes nothing back.
    wait(semaphore, 6, b);
    ok!(cuDestroyExternalSemaphore(semaphore));
    ok!(cuStreamSynchronize(b));
    let mut bytes = [0; 8];
    signal_gone(semaphore, b);
    outside.read_exact_at(&mut bytes, 0).unwrap();
    assert_eq!(u64::from_le_bytes(bytes), 6);
}

fn signal_gone(semaphore: CUexternalSemaphore, stream: CUstream) {
    let code = cu!(cuSignalExternalSemaphoresAsync(&semaphore, &signalled(9), 1, stream));
    assert_eq!(code, CUresult::CUDA_ERROR_INVALID_HANDLE);
}

#[test]
fn a_graph_signals_and_waits_each_time_it_is_launched() {
    let gpu = Gpu::new();
    let (a, b) = (gpu.stream(), gpu.stream());
    let (mut first, mut second) = (import(BINARY, eventfd()), import(BINARY, eventfd()));
    let (mut graph, mut node, mut after) = (null_mut(), null_mut(), null_mut());
    ok!(cuGraphCreate(&mut graph, 0));
    let (none, value) = (awaited(0), signalled(0));
    let waits = CUDA_EXT_SEM_WAIT_NODE_PARAMS { extSemArray: &mut first, paramsArray: &none, numExtSems: 1 };
    ok!(cuGraphAddExternalSemaphoresWaitNode(&mut node, graph, null(), 0, &waits));
    let signals =
        CUDA_EXT_SEM_SIGNAL_NODE_PARAMS { extSemArray: &mut second, paramsArray: &value, numExtSems: 1 };
    ok!(cuGraphAddExternalSemaphoresSignalNode(&mut after, graph, &node, 1, &signals));
    let mut executable = null_mut();
    ok!(cuGraphInstantiateWithFlags(&mut executable, graph, 0));

    for _ in 0..3 {
        ok!(cuGraphLaunch(executable, a));
        wait(second, 0, b);
        assert_eq!(cu!(cuStreamQuery(b)), CUresult::CUDA_ERROR_NOT_READY);
        signal(first, 0, gpu.stream());
        ok!(cuStreamSynchronize(b));
        ok!(cuStreamSynchronize(a));
    }

    let mut said = CUDA_EXT_SEM_SIGNAL_NODE_PARAMS::default();
    ok!(cuGraphExternalSemaphoresSignalNodeGetParams(after, &mut said));
    // SAFETY: the node keeps both lists, of as many as it says.
    let (semaphore, params) = unsafe { (*said.extSemArray, *said.paramsArray) };
    assert_eq!((said.numExtSems, semaphore, params.flags), (1, second, 0));
    let mut given = CUgraphNodeParams::default();
    ok!(cuGraphNodeGetParams(node, &mut given));
    assert_eq!(given.type_, CUgraphNodeType::CU_GRAPH_NODE_TYPE_EXT_SEMAS_WAIT);
    // SAFETY: the kind says which member was filled in; the node keeps the list.
    assert_eq!(unsafe { *given.__bindgen_anon_1.extSemWait.extSemArray }, first);
    let wrong = cu!(cuGraphExternalSemaphoresWaitNodeSetParams(after, &waits));
    assert_eq!(wrong, CUresult::CUDA_ERROR_INVALID_VALUE, "a node's kind stays");
}

#[test]
fn what_is_captured_becomes_a_node() {
    let gpu = Gpu::new();
    let (stream, semaphore, mut graph) = (gpu.stream(), import(TIMELINE, number()), null_mut());
    ok!(cuStreamBeginCapture_v2(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
    signal(semaphore, 3, stream);
    ok!(cuStreamEndCapture(stream, &mut graph));
    let (mut nodes, mut count, mut kind) = ([null_mut(); 2], 2, CUgraphNodeType(0));
    ok!(cuGraphGetNodes(graph, nodes.as_mut_ptr(), &mut count));
    ok!(cuGraphNodeGetType(nodes[0], &mut kind));

    assert_eq!((count, kind), (1, CUgraphNodeType::CU_GRAPH_NODE_TYPE_EXT_SEMAS_SIGNAL));
}

#[test]
fn what_cannot_be_a_semaphore_is_refused() {
    let gpu = Gpu::new();
    let mut semaphore = null_mut();
    let mut import = |type_, fd| cu!(cuImportExternalSemaphore(&mut semaphore, &description(type_, fd)));
    let (event, empty) = (eventfd(), number());
    empty.set_len(0).unwrap();

    assert_eq!(import(BINARY, -1), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(import(BINARY, empty.as_raw_fd()), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(import(TIMELINE, empty.as_raw_fd()), CUresult::CUDA_ERROR_INVALID_HANDLE);
    assert_eq!(import(TIMELINE, event.as_raw_fd()), CUresult::CUDA_ERROR_INVALID_HANDLE);
    let windows = CUexternalSemaphoreHandleType::CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_D3D12_FENCE;
    assert_eq!(import(windows, event.as_raw_fd()), CUresult::CUDA_ERROR_NOT_SUPPORTED);
    let semaphore = self::import(BINARY, event);
    let flags = Wait { flags: 1, ..awaited(0) };
    let code = cu!(cuWaitExternalSemaphoresAsync(&semaphore, &flags, 1, gpu.stream()));
    assert_eq!(code, CUresult::CUDA_ERROR_INVALID_VALUE);
}

//! Kernels that a library brings as code of the host: everything that holds for a kernel in PTX holds for them.

use std::ffi::{CString, c_void};
use std::mem::size_of;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicU32, Ordering};

use cuda_sim_native::{Body, Call, DONE, FAILED, TABLE_ID, Table, WRITE};

use crate::support::*;

/// What the kernels here take: they copy words, and use a workspace.
#[derive(Clone, Copy)]
#[repr(C)]
struct Copy {
    from: u64,
    to: u64,
    bytes: u64,
    workspace: u64,
}

/// Copies through the host, and says where that failed.
unsafe extern "C" fn copy(call: *const Call) -> u32 {
    // SAFETY: the driver passes a call that lives until this returns.
    let call = unsafe { &*call };
    assert_eq!((call.parameter_bytes, call.grid, call.block), (size_of::<Copy>(), [1; 3], [1; 3]));
    // SAFETY: the parameters are those of the entry, which have this type.
    let Copy { from, to, bytes, workspace } = unsafe { call.parameters.cast::<Copy>().read_unaligned() };
    let mut held = vec![0u8; bytes as usize];
    // SAFETY: the call is the driver's own, and the vector has as many bytes.
    unsafe {
        if workspace != 0 && !(call.touch)(call, workspace, 64, WRITE) {
            return FAILED;
        }
        if !(call.load)(call, from, held.as_mut_ptr(), held.len()) {
            return FAILED;
        }
        if !(call.store)(call, to, held.as_ptr(), held.len()) {
            return FAILED;
        }
    }
    DONE
}

/// Gives up, with a reason.
unsafe extern "C" fn give_up(call: *const Call) -> u32 {
    let text = "the moon is not full";
    // SAFETY: the call is the driver's own, and the text lives.
    unsafe { ((*call).fail)(call, text.as_ptr().cast(), text.len()) };
    FAILED
}

static ANSWER: AtomicU32 = AtomicU32::new(0);

/// Calls the driver, which no kernel can.
unsafe extern "C" fn call_back(_call: *const Call) -> u32 {
    ANSWER.store(cu!(cuCtxSynchronize()).0, Ordering::SeqCst);
    DONE
}

fn table() -> &'static Table {
    let (mut table, id) = (std::ptr::null(), CUuuid { bytes: TABLE_ID.map(|byte| byte as i8) });
    ok!(cuGetExportTable(&mut table, &id));
    // SAFETY: the driver's table for this name is of this type and lives as long as the process.
    unsafe { &*table.cast::<Table>() }
}

/// Loads an entry with the parameters of [`Copy`] in the current context, and gives it a body.
fn function(body: Body) -> CUfunction {
    let text = format!(
        ".version 7.0 .target sm_50 .address_size 64 .visible .entry copy(.param .align 8 .b8 p[{}]) {{ ret; }}",
        size_of::<Copy>()
    );
    let (text, mut module, mut function) = (CString::new(text).unwrap(), null_mut(), null_mut());
    ok!(cuModuleLoadData(&mut module, text.as_ptr().cast()));
    ok!(cuModuleGetFunction(&mut function, module, c"copy".as_ptr()));
    // SAFETY: the bodies here are functions, which last.
    assert_eq!(unsafe { (table().attach)(function.cast(), body, std::ptr::null()) }, 0);
    function
}

fn launch(function: CUfunction, mut copy: Copy, stream: CUstream) {
    let mut arguments = [(&raw mut copy).cast::<c_void>()];
    ok!(cuLaunchKernel(function, 1, 1, 1, 1, 1, 1, 0, stream, arguments.as_mut_ptr(), null_mut()));
}

fn whole(from: u64, to: u64) -> Copy {
    Copy { from, to, bytes: BYTES as u64, workspace: 0 }
}

fn words(address: u64) -> [u32; WORDS] {
    let mut words = [0; WORDS];
    ok!(cuMemcpyDtoH_v2(words.as_mut_ptr().cast(), address, BYTES));
    words
}

#[test]
fn a_native_kernel_runs_in_the_order_of_its_stream() {
    let machine = Machine::new();
    let (from, to, stream) = (machine.alloc(BYTES), machine.alloc(BYTES), machine.stream());
    let function = function(copy);

    ok!(cuMemsetD32Async(from, 7, WORDS, stream));
    launch(function, whole(from, to), stream);
    ok!(cuMemsetD32Async(from, 8, WORDS, stream));
    launch(function, whole(to, from), stream);
    ok!(cuStreamSynchronize(stream));

    assert_eq!((words(from), words(to)), ([7; WORDS], [7; WORDS]));
    assert!(machine.reports().is_empty());
}

#[test]
fn what_it_may_not_access_is_a_fault_of_the_context() {
    let past = |buffer: u64| Copy { bytes: BYTES as u64 + 1, ..whole(buffer, buffer) };
    let freed = |buffer: u64| {
        ok!(cuMemFree_v2(buffer));
        whole(buffer, buffer)
    };
    let nowhere = |buffer: u64| Copy { workspace: 4096, ..whole(buffer, buffer) };
    let cases: [&dyn Fn(u64) -> Copy; 3] = [&past, &freed, &nowhere];
    for case in cases {
        let machine = Machine::new();
        let function = function(copy);

        launch(function, case(machine.buffer()), null_mut());

        assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    }
}

#[test]
fn what_another_device_owns_is_out_of_reach() {
    let machine = Machine::new();
    machine.enter(1);
    let theirs = machine.buffer();
    machine.enter(0);

    launch(function(copy), whole(theirs, machine.buffer()), null_mut());

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
}

#[test]
fn a_body_that_gives_up_fails_the_launch_with_its_reason() {
    let machine = Machine::new();
    let buffer = machine.buffer();

    launch(function(give_up), whole(buffer, buffer), null_mut());

    assert_eq!(cu!(cuCtxSynchronize()), CUresult::CUDA_ERROR_LAUNCH_FAILED);
    let notes = cuda_sim::journal().notes.join("\n");
    assert!(notes.contains("kernel copy failed: the moon is not full"), "{notes}");
}

#[test]
fn a_body_cannot_call_the_driver() {
    let machine = Machine::new();
    let buffer = machine.buffer();

    launch(function(call_back), whole(buffer, buffer), null_mut());
    ok!(cuCtxSynchronize());

    assert_eq!(ANSWER.load(Ordering::SeqCst), CUresult::CUDA_ERROR_NOT_PERMITTED.0);
}

#[test]
fn it_reports_reading_what_nothing_has_written_and_writes_for_others() {
    let machine = Machine::new();
    let (from, to, stream) = (machine.alloc(BYTES), machine.alloc(BYTES), machine.stream());
    ok!(cuMemsetD32Async(from, 0, 10, stream));
    let function = function(copy);

    launch(function, Copy { bytes: 48, ..whole(from, to) }, stream);
    machine.launch(0, "read", to, 12, stream);

    let reports = machine.reports();
    assert_eq!(reports.len(), 1, "{reports:?}");
    assert_eq!(reports[0].kind, ReportKind::Uninitialised);
    assert_eq!((reports[0].bytes.start, reports[0].count), (from + 40, 8));
    assert!(reports[0].advice.contains("kernel `copy`"), "{}", reports[0]);
}

#[test]
fn unordered_streams_race_in_operands_and_in_workspaces() {
    for (ordered, shared) in [(false, false), (true, false), (false, true), (true, true)] {
        let machine = Machine::new();
        let (buffer, workspace) = (machine.buffer(), machine.buffer());
        let (other, third) = (machine.buffer(), machine.buffer());
        let (a, b) = (machine.stream(), machine.stream());
        let function = function(copy);

        let first = Copy { workspace: if shared { workspace } else { 0 }, ..whole(buffer, other) };
        let second = if shared { Copy { workspace, ..whole(buffer, third) } } else { whole(third, buffer) };
        launch(function, first, a);
        if ordered {
            join(&machine, a, b);
        }
        launch(function, second, b);

        let reports = machine.reports();
        let at = if shared { workspace } else { buffer };
        let found: Vec<_> = reports.iter().map(|it| (it.kind, it.bytes.start)).collect();
        let expected = if ordered { vec![] } else { vec![(ReportKind::Race, at)] };
        assert_eq!(found, expected, "{reports:?}");
    }
}

#[test]
fn it_is_captured_and_its_node_takes_new_parameters() {
    let machine = Machine::new();
    let (one, two, to, stream) = (machine.buffer(), machine.buffer(), machine.buffer(), machine.stream());
    ok!(cuMemsetD32_v2(one, 1, WORDS));
    ok!(cuMemsetD32_v2(two, 2, WORDS));
    ok!(cuCtxSynchronize());
    let function = function(copy);

    ok!(cuStreamBeginCapture_v2(stream, CUstreamCaptureMode::CU_STREAM_CAPTURE_MODE_GLOBAL));
    launch(function, whole(one, to), stream);
    let (mut graph, mut exec) = (null_mut(), null_mut());
    ok!(cuStreamEndCapture(stream, &mut graph));
    ok!(cuGraphInstantiateWithFlags(&mut exec, graph, 0));
    assert_eq!(words(to), [0; WORDS]);
    ok!(cuGraphLaunch(exec, stream));
    ok!(cuStreamSynchronize(stream));
    assert_eq!(words(to), [1; WORDS]);

    let (mut node, mut count) = (null_mut(), 1);
    ok!(cuGraphGetNodes(graph, &mut node, &mut count));
    let mut parameters = CUDA_KERNEL_NODE_PARAMS::default();
    ok!(cuGraphKernelNodeGetParams_v2(node, &mut parameters));
    assert_eq!(parameters.func, function);
    let mut changed = whole(two, to);
    let mut arguments = [(&raw mut changed).cast::<c_void>()];
    parameters.kernelParams = arguments.as_mut_ptr();
    ok!(cuGraphExecKernelNodeSetParams_v2(exec, node, &parameters));
    ok!(cuGraphLaunch(exec, stream));
    ok!(cuStreamSynchronize(stream));

    assert_eq!(words(to), [2; WORDS]);
    let (mut offset, mut size) = (1, 0);
    ok!(cuFuncGetParamInfo(function, 0, &mut offset, &mut size));
    assert_eq!((offset, size), (0, size_of::<Copy>()));
}

#[test]
fn memory_of_several_mapped_pieces_is_one_to_it() {
    let machine = Machine::new();
    let granule = 2 << 20;
    let mut property = CUmemAllocationProp {
        type_: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        ..CUmemAllocationProp::default()
    };
    property.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    let access = CUmemAccessDesc {
        location: property.location,
        flags: CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE,
    };
    let mut base = 0;
    ok!(cuMemAddressReserve(&mut base, 2 * granule, 0, 0, 0));
    for at in [0, granule] {
        let mut piece = 0;
        ok!(cuMemCreate(&mut piece, granule, &property, 0));
        ok!(cuMemMap(base + at as u64, granule, 0, piece, 0));
        ok!(cuMemRelease(piece));
    }
    ok!(cuMemSetAccess(base, 2 * granule, &access, 1));
    let across = base + (granule - BYTES / 2) as u64;
    let from = machine.buffer();
    ok!(cuMemsetD32_v2(from, 9, WORDS));
    let to = machine.buffer();
    let function = function(copy);

    launch(function, whole(from, across), null_mut());
    launch(function, whole(across, to), null_mut());
    ok!(cuCtxSynchronize());

    assert_eq!(words(to), [9; WORDS]);
    assert!(machine.reports().is_empty());
}

#[test]
fn only_functions_take_a_body() {
    let _machine = Machine::new();

    // SAFETY: the driver checks the handle.
    let code = unsafe { (table().attach)(null_mut(), copy, std::ptr::null()) };

    assert_eq!(code, CUresult::CUDA_ERROR_INVALID_HANDLE.0);
    assert_eq!(table().size, size_of::<Table>());
}

//! What processes share: events, and pools; and pools of host memory.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::process::{Child, Command, Stdio};
use std::ptr::null_mut;

use crate::support::*;

const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;
const BY_DESCRIPTOR: CUmemAllocationHandleType =
    CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR;

/// Set in the process that opens what another has made.
const HANDED: &str = "CUDA_SIM_TEST_HANDED";

/// Runs one test of this file in a process of its own, which is told `bytes`.
fn start(test: &str, bytes: &[u8]) -> Child {
    let text = bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
    Command::new(std::env::current_exe().unwrap())
        .args([&format!("sharing::{test}"), "--exact", "--nocapture"])
        .env(HANDED, text)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What this process was told, if it is such a process.
fn handed() -> Option<Vec<u8>> {
    let text = std::env::var(HANDED).ok()?;
    Some(text.split(',').map(|byte| byte.parse().unwrap()).collect())
}

fn wait_for_line(output: &mut impl BufRead, wanted: &str) {
    let mut line = String::new();
    while !line.contains(wanted) {
        line.clear();
        assert_ne!(output.read_line(&mut line).unwrap(), 0, "the other process ended before `{wanted}`");
    }
}

fn ends_well(mut child: Child, mut output: impl BufRead) {
    wait_for_line(&mut output, "1 passed");
    assert!(child.wait().unwrap().success());
}

#[test]
fn the_other_process_of_the_event_test() {
    let Some(bytes) = handed() else { return };
    let gpu = Gpu::new();
    let mut handle = CUipcEventHandle { reserved: [0; 64] };
    handle.reserved.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte as _);
    let (mut event, stream) = (null_mut(), gpu.stream());
    ok!(cuIpcOpenEventHandle(&mut event, handle));
    assert_eq!(cu!(cuEventQuery(event)), CUresult::CUDA_ERROR_NOT_READY);
    ok!(cuStreamWaitEvent(stream, event, 0));
    assert_eq!(cu!(cuStreamQuery(stream)), CUresult::CUDA_ERROR_NOT_READY);

    println!("waiting");

    ok!(cuStreamSynchronize(stream));
    ok!(cuEventSynchronize(event));
    // Recorded here, it is for the other process to wait for.
    let gate = Gate::close(stream);
    ok!(cuEventRecord(event, stream));
    println!("recorded");
    std::thread::sleep(std::time::Duration::from_millis(30));
    gate.open();
    ok!(cuStreamSynchronize(stream));
    ok!(cuEventDestroy_v2(event));
}

#[test]
fn an_event_orders_the_work_of_two_processes() {
    let gpu = Gpu::new();
    let (mut event, stream) = (null_mut(), gpu.stream());
    ok!(cuEventCreate(&mut event, 2 | 4));
    let mut handle = CUipcEventHandle { reserved: [0; 64] };
    assert_eq!(cu!(cuIpcGetEventHandle(&mut handle, gpu.event())), CUresult::CUDA_ERROR_INVALID_HANDLE);
    ok!(cuIpcGetEventHandle(&mut handle, event));
    ok!(cuEventQuery(event));
    let gate = Gate::close(stream);
    ok!(cuEventRecord(event, stream));

    let mut child = start("the_other_process_of_the_event_test", &handle.reserved.map(|byte| byte as u8));
    let mut output = BufReader::new(child.stdout.take().unwrap());
    wait_for_line(&mut output, "waiting");
    gate.open();
    wait_for_line(&mut output, "recorded");
    assert_eq!(cu!(cuEventQuery(event)), CUresult::CUDA_ERROR_NOT_READY);
    ok!(cuEventSynchronize(event));

    ends_well(child, output);
    let mut own = null_mut();
    let refused = cu!(cuIpcOpenEventHandle(&mut own, handle));
    assert_eq!(refused, CUresult::CUDA_ERROR_INVALID_CONTEXT, "not in the process that made it");
}

fn properties(gpu: &Gpu) -> CUmemPoolProps {
    let mut properties = CUmemPoolProps {
        allocType: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        handleTypes: BY_DESCRIPTOR,
        ..CUmemPoolProps::default()
    };
    properties.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    properties.location.__bindgen_anon_1.id = gpu.device;
    properties
}

#[test]
fn the_other_process_of_the_pool_test() {
    let Some(bytes) = handed() else { return };
    let gpu = Gpu::new();
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let path = format!("/proc/{}/fd/{}", number(0), number(4));
    let file = File::options().read(true).write(true).open(path).unwrap();
    let (mut pool, mut address, stream) = (null_mut(), 0, gpu.stream());
    let descriptor = file.as_raw_fd() as usize as *mut _;
    ok!(cuMemPoolImportFromShareableHandle(&mut pool, descriptor, BY_DESCRIPTOR, 0));
    let mut data = CUmemPoolPtrExportData { reserved: bytes[8..].try_into().unwrap() };
    ok!(cuMemPoolImportPointer(&mut address, pool, &mut data));
    assert_eq!(gpu.download(address, 4), [7; 4]);
    ok!(cuMemsetD32Async(address, 8, 4, stream));
    let mut refused = 0;
    assert_eq!(cu!(cuMemAllocFromPoolAsync(&mut refused, 64, pool, stream)), INVALID, "imported");
    assert_eq!(cu!(cuDeviceSetMemPool(gpu.device, pool)), INVALID);
    ok!(cuMemFreeAsync(address, stream));
    ok!(cuStreamSynchronize(stream));
    ok!(cuMemPoolDestroy(pool));
}

#[test]
fn memory_of_a_pool_is_shared_with_another_process() {
    let gpu = Gpu::new();
    let (mut pool, mut address, mut other, stream) = (null_mut(), 0, 0, gpu.stream());
    ok!(cuMemPoolCreate(&mut pool, &properties(&gpu)));
    ok!(cuMemAllocFromPoolAsync(&mut address, 16, pool, stream));
    ok!(cuMemsetD32Async(address, 7, 4, stream));
    ok!(cuMemAllocAsync(&mut other, 16, stream));
    ok!(cuStreamSynchronize(stream));
    let (mut descriptor, mut data) = (-1i32, CUmemPoolPtrExportData { reserved: [0; 64] });
    ok!(cuMemPoolExportToShareableHandle((&raw mut descriptor).cast(), pool, BY_DESCRIPTOR, 0));
    // SAFETY: the descriptor is this process's to close.
    let descriptor = unsafe { OwnedFd::from_raw_fd(descriptor) };
    ok!(cuMemPoolExportPointer(&mut data, address));
    assert_eq!(cu!(cuMemPoolExportPointer(&mut data.clone(), other)), INVALID, "its pool is private");
    let mut kind = CUmemAllocationHandleType(9);
    let attribute = CUmemPool_attribute::CU_MEMPOOL_ATTR_EXPORT_HANDLE_TYPES;
    ok!(cuMemPoolGetAttribute(pool, attribute, (&raw mut kind).cast()));
    assert_eq!(kind, BY_DESCRIPTOR);

    let mut told = Vec::new();
    told.extend(std::process::id().to_le_bytes());
    told.extend((descriptor.as_raw_fd() as u32).to_le_bytes());
    told.extend(data.reserved);
    let mut child = start("the_other_process_of_the_pool_test", &told);
    let output = BufReader::new(child.stdout.take().unwrap());
    ends_well(child, output);

    assert_eq!(gpu.download(address, 4), [8; 4]);
    for address in [address, other] {
        ok!(cuMemFreeAsync(address, stream));
    }
    ok!(cuStreamSynchronize(stream));
    ok!(cuMemPoolDestroy(pool));
}

#[test]
fn a_pool_of_host_memory_gives_what_host_and_device_reach() {
    let gpu = Gpu::new();
    let stream = gpu.stream();
    let mut location =
        CUmemLocation { type_: CUmemLocationType::CU_MEM_LOCATION_TYPE_HOST, ..CUmemLocation::default() };
    let kinds = [
        CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_MANAGED,
    ];
    for kind in kinds {
        let (mut pool, mut default, mut address) = (null_mut(), null_mut(), 0);
        let properties = CUmemPoolProps { allocType: kind, location, ..CUmemPoolProps::default() };
        ok!(cuMemPoolCreate(&mut pool, &properties));
        ok!(cuMemAllocFromPoolAsync(&mut address, 16, pool, stream));
        ok!(cuMemsetD32Async(address, 3, 4, stream));
        ok!(cuStreamSynchronize(stream));

        // SAFETY: the work has ended, and the memory is the host's too.
        assert_eq!(unsafe { *(address as *const u32) }, 3);

        let is = |attribute| {
            let mut value = 0u32;
            ok!(cuPointerGetAttribute((&raw mut value).cast(), attribute, address));
            value & 0xff
        };
        let managed = kind == CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_MANAGED;
        assert_eq!(is(CUpointer_attribute::CU_POINTER_ATTRIBUTE_IS_MANAGED), u32::from(managed));
        let memory =
            if managed { CUmemorytype::CU_MEMORYTYPE_DEVICE } else { CUmemorytype::CU_MEMORYTYPE_HOST };
        assert_eq!(is(CUpointer_attribute::CU_POINTER_ATTRIBUTE_MEMORY_TYPE), memory.0);
        ok!(cuMemGetDefaultMemPool(&mut default, &mut location, kind));
        assert_ne!(default, pool);
        ok!(cuMemSetMemPool(&mut location, kind, pool));
        let mut current = null_mut();
        ok!(cuMemGetMemPool(&mut current, &mut location, kind));
        assert_eq!(current, pool);
        ok!(cuMemFreeAsync(address, stream));
        ok!(cuStreamSynchronize(stream));
        ok!(cuMemPoolDestroy(pool));
        ok!(cuMemGetMemPool(&mut current, &mut location, kind));
        assert_eq!(current, default, "the current pool is gone");
    }
}

#[test]
fn pools_of_nowhere_are_refused() {
    let gpu = Gpu::new();
    let mut pool = null_mut();
    let mut create = |change: &dyn Fn(&mut CUmemPoolProps)| {
        let mut properties = properties(&gpu);
        change(&mut properties);
        cu!(cuMemPoolCreate(&mut pool, &properties))
    };

    assert_eq!(create(&|it| it.allocType = CUmemAllocationType(0)), INVALID);
    assert_eq!(create(&|it| it.location.type_ = CUmemLocationType(0)), INVALID);
    assert_eq!(create(&|it| it.location.__bindgen_anon_1.id = 99), CUresult::CUDA_ERROR_INVALID_DEVICE);
    assert_eq!(
        create(&|it| it.handleTypes = CUmemAllocationHandleType(8)),
        CUresult::CUDA_ERROR_NOT_SUPPORTED
    );
    assert_eq!(create(&|it| it.handleTypes = CUmemAllocationHandleType(99)), INVALID);
}

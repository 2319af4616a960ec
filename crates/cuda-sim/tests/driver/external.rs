use std::io::{BufRead, Write};
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};

use crate::support::*;

const INVALID: CUresult = CUresult::CUDA_ERROR_INVALID_VALUE;

/// A file in memory that holds `words`.
fn file(words: &[u32]) -> std::fs::File {
    // SAFETY: the name has a final zero, and the descriptor is nobody else's.
    let mut file = std::fs::File::from(unsafe {
        OwnedFd::from_raw_fd(libc::memfd_create(c"external".as_ptr(), libc::MFD_CLOEXEC))
    });
    file.write_all(&words.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<u8>>()).unwrap();
    file
}

fn description(descriptor: i32, size: u64) -> CUDA_EXTERNAL_MEMORY_HANDLE_DESC {
    let mut description = CUDA_EXTERNAL_MEMORY_HANDLE_DESC {
        type_: CUexternalMemoryHandleType::CU_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD,
        size,
        ..Default::default()
    };
    description.handle.fd = descriptor;
    description
}

#[test]
fn external_memory_is_the_memory_of_its_file() {
    let gpu = Gpu::new();
    let words: Vec<u32> = (0..4096).collect();
    let theirs = file(&words);
    let ours = theirs.try_clone().unwrap().into_raw_fd();
    let (mut memory, mut address) = (std::ptr::null_mut(), 0);

    ok!(cuImportExternalMemory(&mut memory, &description(ours, 16384)));
    let part = CUDA_EXTERNAL_MEMORY_BUFFER_DESC { offset: 4, size: 4096, ..Default::default() };
    ok!(cuExternalMemoryGetMappedBuffer(&mut address, memory, &part));
    assert_eq!(gpu.download(address, 1024), words[1..1025]);
    ok!(cuMemsetD32_v2(address, 77, 1));
    ok!(cuCtxSynchronize());

    let mut read = [0u8; 8];
    std::os::unix::fs::FileExt::read_exact_at(&theirs, &mut read, 0).unwrap();
    assert_eq!(read, [0, 0, 0, 0, 77, 0, 0, 0]);
    ok!(cuDestroyExternalMemory(memory));
    assert_eq!(gpu.download(address, 1), [77], "a buffer outlives the object");
    ok!(cuMemFree_v2(address));
    assert_eq!(cu!(cuMemFree_v2(address)), INVALID);
    assert_eq!(cu!(cuDestroyExternalMemory(memory)), CUresult::CUDA_ERROR_INVALID_HANDLE);
}

#[test]
fn external_memory_that_does_not_exist_is_refused() {
    let _gpu = Gpu::new();
    let kept = file(&[1, 2, 3, 4]);
    let (mut memory, mut address) = (std::ptr::null_mut(), 0);
    let descriptor = kept.as_raw_fd();

    assert_eq!(cu!(cuImportExternalMemory(std::ptr::null_mut(), &description(descriptor, 16))), INVALID);
    assert_eq!(cu!(cuImportExternalMemory(&mut memory, std::ptr::null())), INVALID);
    assert_eq!(cu!(cuImportExternalMemory(&mut memory, &description(descriptor, 0))), INVALID);
    assert_eq!(cu!(cuImportExternalMemory(&mut memory, &description(descriptor, 1 << 20))), INVALID);
    let nowhere = cu!(cuImportExternalMemory(&mut memory, &description(1 << 20, 16)));
    assert_eq!(nowhere, CUresult::CUDA_ERROR_INVALID_HANDLE);
    ok!(cuImportExternalMemory(&mut memory, &description(kept.try_clone().unwrap().into_raw_fd(), 16)));
    for (offset, size, flags) in [(0, 0, 0), (8, 16, 0), (u64::MAX, 8, 0), (0, 8, 1)] {
        let part = CUDA_EXTERNAL_MEMORY_BUFFER_DESC { offset, size, flags, ..Default::default() };
        assert_eq!(cu!(cuExternalMemoryGetMappedBuffer(&mut address, memory, &part)), INVALID);
    }
    ok!(cuDestroyExternalMemory(memory));
}

#[test]
fn exported_memory_is_imported_as_the_same_memory() {
    let gpu = Gpu::new();
    const LEN: usize = 2 << 20;
    let mut properties = CUmemAllocationProp {
        type_: CUmemAllocationType::CU_MEM_ALLOCATION_TYPE_PINNED,
        requestedHandleTypes: CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_POSIX_FILE_DESCRIPTOR,
        ..Default::default()
    };
    properties.location.type_ = CUmemLocationType::CU_MEM_LOCATION_TYPE_DEVICE;
    properties.location.__bindgen_anon_1.id = gpu.device;
    let kind = properties.requestedHandleTypes;
    let before = gpu.free_bytes();
    let (mut made, mut taken, mut private, mut descriptor) = (0, 0, 0, -1i32);
    ok!(cuMemCreate(&mut made, LEN, &properties, 0));
    ok!(cuMemExportToShareableHandle((&raw mut descriptor).cast(), made, kind, 0));
    ok!(cuMemImportFromShareableHandle(&mut taken, descriptor as usize as *mut _, kind));
    // SAFETY: the descriptor is the client's, and closed once.
    drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
    assert_eq!(before - gpu.free_bytes(), LEN, "an import costs nothing");

    let mut addresses = [0u64; 2];
    for (address, memory) in addresses.iter_mut().zip([made, taken]) {
        ok!(cuMemAddressReserve(address, LEN, 0, 0, 0));
        ok!(cuMemMap(*address, LEN, 0, memory, 0));
        let flags = CUmemAccess_flags::CU_MEM_ACCESS_FLAGS_PROT_READWRITE;
        ok!(cuMemSetAccess(*address, LEN, &CUmemAccessDesc { location: properties.location, flags }, 1));
        ok!(cuMemRelease(memory));
    }
    ok!(cuMemsetD32_v2(addresses[0], 9, 100));
    assert_eq!(gpu.download(addresses[1], 100), [9; 100]);
    for address in addresses {
        ok!(cuMemUnmap(address, LEN));
        ok!(cuMemAddressFree(address, LEN));
    }
    properties.requestedHandleTypes = CUmemAllocationHandleType::CU_MEM_HANDLE_TYPE_NONE;
    ok!(cuMemCreate(&mut private, LEN, &properties, 0));
    assert_eq!(cu!(cuMemExportToShareableHandle((&raw mut descriptor).cast(), private, kind, 0)), INVALID);
    ok!(cuMemRelease(private));
    assert_eq!(gpu.free_bytes(), before);
}

/// Set in the process that opens the memory of another.
const HANDLE: &str = "CUDA_SIM_TEST_IPC_HANDLE";

/// What the other process of the next test does: adds one to each word.
#[test]
fn the_other_process_of_the_ipc_test() {
    let Ok(text) = std::env::var(HANDLE) else { return };
    let gpu = Gpu::new();
    let mut handle = CUipcMemHandle { reserved: [0; 64] };
    for (to, byte) in handle.reserved.iter_mut().zip(text.split(',')) {
        *to = byte.parse().unwrap();
    }
    let mut address = 0;
    assert_eq!(cu!(cuIpcOpenMemHandle_v2(&mut address, handle, 0)), INVALID, "the flag is required");
    ok!(cuIpcOpenMemHandle_v2(&mut address, handle, 1));
    let words: Vec<u32> = gpu.download(address, 64).iter().map(|it| it + 1).collect();
    ok!(cuMemcpyHtoD_v2(address, words.as_ptr().cast(), 256));
    assert_eq!(cu!(cuMemFree_v2(address)), INVALID, "it is closed, not freed");
    ok!(cuIpcCloseMemHandle(address));
    assert_eq!(cu!(cuIpcCloseMemHandle(address)), INVALID);
}

#[test]
fn two_processes_share_memory() {
    let gpu = Gpu::new();
    let words: Vec<u32> = (100..164).collect();
    let address = gpu.upload(&words);
    let mut handle = CUipcMemHandle { reserved: [0; 64] };
    ok!(cuIpcGetMemHandle(&mut handle, address));
    let text = handle.reserved.iter().map(|it| it.to_string()).collect::<Vec<_>>().join(",");

    let test = "external::the_other_process_of_the_ipc_test";
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture"])
        .env(HANDLE, text)
        .output()
        .unwrap();

    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stdout.lines().any(|it| it.unwrap().contains("1 passed")));
    assert_eq!(gpu.download(address, 64), (101..165).collect::<Vec<u32>>());
    let mut own = 0;
    let refused = cu!(cuIpcOpenMemHandle_v2(&mut own, handle, 1));
    assert_eq!(refused, CUresult::CUDA_ERROR_INVALID_CONTEXT, "not in the process that made it");
    ok!(cuMemFree_v2(address));
}

#[test]
fn devices_that_no_switch_connects_refuse_multicast() {
    let _gpu = Gpu::new();
    let mut handle = 0;
    let properties = CUmulticastObjectProp { numDevices: 2, size: 2 << 20, ..Default::default() };

    assert_eq!(cu!(cuMulticastCreate(std::ptr::null_mut(), &properties)), INVALID);
    assert_eq!(cu!(cuMulticastCreate(&mut handle, &properties)), CUresult::CUDA_ERROR_NOT_SUPPORTED);
    let none = CUmulticastObjectProp { numDevices: 0, ..properties };
    assert_eq!(cu!(cuMulticastCreate(&mut handle, &none)), INVALID);
    assert_eq!(cu!(cuMulticastAddDevice(7, 99)), CUresult::CUDA_ERROR_INVALID_DEVICE);
}

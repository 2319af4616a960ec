use std::ffi::CStr;
use std::ptr::null_mut;

use crate::support::*;

#[test]
fn every_device_says_who_it_is() {
    let _ = driver();
    let mut uuids = Vec::new();
    for ordinal in 0..DEVICES {
        let mut device = -1;
        ok!(cuDeviceGet(&mut device, ordinal));
        let mut uuid = CUuuid::default();
        ok!(cuDeviceGetUuid_v2(&mut uuid, device));
        let mut id = [0; 20];
        ok!(cuDeviceGetPCIBusId(id.as_mut_ptr(), 20, device));
        let mut found = -1;
        ok!(cuDeviceGetByPCIBusId(&mut found, id.as_ptr()));

        assert_eq!(found, ordinal);
        uuids.push(uuid.bytes);
    }
    uuids.sort_unstable();
    uuids.dedup();
    assert_eq!(uuids.len(), DEVICES as usize);
}

#[test]
fn a_name_is_cut_to_the_room_there_is() {
    let mut name = [1; 8];

    ok!(cuDeviceGetName(name.as_mut_ptr(), 5, 0));

    // SAFETY: the driver ends the name with a zero.
    assert_eq!(unsafe { CStr::from_ptr(name.as_ptr()) }, c"Simu");
    assert_eq!(name[5], 1);
}

#[test]
fn a_device_that_is_not_there_is_refused() {
    let mut device = 7;

    assert_eq!(cu!(cuDeviceGet(&mut device, DEVICES)), CUresult::CUDA_ERROR_INVALID_DEVICE);
    assert_eq!(cu!(cuDeviceGet(&mut device, -1)), CUresult::CUDA_ERROR_INVALID_DEVICE);
    assert_eq!(cu!(cuDeviceGet(null_mut(), 0)), CUresult::CUDA_ERROR_INVALID_VALUE);
    assert_eq!(device, 7);
}

#[test]
fn attributes_describe_one_consistent_device() {
    let get = |attribute| {
        let mut value = 0;
        ok!(cuDeviceGetAttribute(&mut value, attribute, 0));
        value
    };
    use CUdevice_attribute as A;

    assert_eq!(get(A::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR), 8);
    assert_eq!(get(A::CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK), 1024);
    assert_eq!(get(A::CU_DEVICE_ATTRIBUTE_WARP_SIZE), 32);
    let shared = get(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK);
    let opt_in = get(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN);
    let all = get(A::CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR);
    assert!(shared < opt_in && opt_in < all, "{shared} {opt_in} {all}");
    assert_eq!(get(A::CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED), 1);
    assert_eq!(get(A::CU_DEVICE_ATTRIBUTE_INTEGRATED), 0);
    let mut value = 0;
    let beyond = A(A::CU_DEVICE_ATTRIBUTE_MAX.0);
    assert_eq!(cu!(cuDeviceGetAttribute(&mut value, beyond, 0)), CUresult::CUDA_ERROR_INVALID_VALUE);
}

#[test]
fn peers_are_linked_to_others_and_not_to_themselves() {
    let (mut other, mut own) = (-1, -1);

    ok!(cuDeviceCanAccessPeer(&mut other, 0, 1));
    ok!(cuDeviceCanAccessPeer(&mut own, 0, 0));

    assert_eq!((other, own), (1, 0));
}

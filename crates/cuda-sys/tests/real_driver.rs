//! A real driver, where the reader has one: `cargo xtask test --driver PATH` names it. It need have no device: what is tested is
//! what a driver answers without one.

#[allow(unused_macros)]
mod c;

use c::say;
use cuda_sys::driver::{CUdriverProcAddressQueryResult, CUresult, ENTRY_POINTS};
use cuda_sys::{Driver, Version};
use std::ffi::CStr;
use std::{env, ptr};

/// Opens the driver that the reader named.
fn driver() -> Option<Driver> {
    let Some(path) = env::var_os("CUDA_SYS_TEST_DRIVER") else {
        say("a real driver was not tested: none was named (cargo xtask test --driver PATH)");
        return None;
    };
    // SAFETY: the reader says that it is a driver.
    Some(unsafe { Driver::open(path) }.unwrap())
}

#[test]
fn it_answers_its_version_and_names_before_it_is_started() {
    let Some(driver) = driver() else { return };
    assert!(driver.version() >= Version::new(11, 8), "{driver:?}");
    for text in CUresult::TEXTS.iter() {
        let mut name = ptr::null();
        // SAFETY: the pointer is to a live pointer; any code may be asked about.
        match unsafe { driver.cuGetErrorName(CUresult(text.code), &mut name) }.unwrap() {
            CUresult::CUDA_SUCCESS => {
                // SAFETY: the driver gave a static string.
                assert_eq!(unsafe { CStr::from_ptr(name) }.to_str(), Ok(text.name));
            }
            // A code that came after this driver.
            error => assert_eq!(error, CUresult::CUDA_ERROR_INVALID_VALUE, "{text:?}"),
        }
    }
}

#[test]
fn it_says_that_there_is_no_device_or_finds_one() {
    let Some(driver) = driver() else { return };
    // SAFETY: the call may be made at any time; its flags must be 0.
    let result = unsafe { driver.cuInit(0) }.unwrap();
    say(&format!("{driver:?}: cuInit: {result}"));
    assert!(matches!(result, CUresult::CUDA_SUCCESS | CUresult::CUDA_ERROR_NO_DEVICE), "{result}");
    if result != CUresult::CUDA_SUCCESS {
        let mut count = 0;
        // SAFETY: the pointer is to a live integer.
        let result = unsafe { driver.cuDeviceGetCount(&mut count) }.unwrap();
        assert_eq!(result, CUresult::CUDA_ERROR_NOT_INITIALIZED);
    }
}

#[test]
fn it_has_every_function_of_its_release() {
    let Some(driver) = driver() else { return };
    let lacks =
        ENTRY_POINTS.iter().filter(|entry| entry.since <= driver.version() && !driver.has(entry.name));
    let lacks: Vec<&str> = lacks.map(|entry| entry.name).collect();
    assert!(lacks.is_empty(), "{driver:?} lacks {lacks:?}");
}

#[test]
fn asked_for_the_release_of_a_function_it_gives_the_function_of_that_name() {
    let Some(driver) = driver() else { return };
    if !driver.has("cuGetProcAddress_v2") {
        return say(&format!("{driver:?} has no cuGetProcAddress_v2"));
    }
    // SAFETY: the reader says that it is a driver; it is loaded already.
    let library = unsafe { cuda_sys::library::Library::open(driver.origin().path().unwrap()) }.unwrap();
    let (mut same, mut others) = (0, Vec::new());
    for entry in ENTRY_POINTS
        .iter()
        .filter(|entry| Version::new(11, 8) < entry.since && entry.since <= driver.version())
    {
        let (name, per_thread) = entry.request();
        let (mut address, mut status) = (ptr::null_mut(), CUdriverProcAddressQueryResult(0));
        let (version, flags) = (entry.since.to_cuda(), if per_thread { 2 } else { 1 });
        // SAFETY: the name ends in a zero byte, and the pointers are to live variables.
        let result =
            unsafe { driver.cuGetProcAddress_v2(name.as_ptr(), &mut address, version, flags, &mut status) };
        assert_eq!(result.unwrap(), CUresult::CUDA_SUCCESS, "{}", entry.name);
        match library.symbol(entry.symbol) == address.cast_const() {
            true => same += 1,
            false => others.push(entry.name),
        }
    }
    say(&format!("{driver:?}: {same} functions are the same by name and by cuGetProcAddress"));
    assert!(others.is_empty(), "cuGetProcAddress gives another function for {others:?}");
}

//! What is said of a process that ends and leaves things behind: each case runs in a process of its own.

use std::process::Command;
use std::ptr::null_mut;

const CASE: &str = "CUDA_SIM_TEST_CASE";

/// Does what the case says, and leaves it so.
fn leave(case: &str) {
    let driver = cuda_sim::driver();
    let (mut context, mut stream, mut event, mut address) = (null_mut(), null_mut(), null_mut(), 0);
    // SAFETY: the pointers are to live variables.
    unsafe {
        driver.cuInit(0).unwrap().ok().unwrap();
        driver.cuDevicePrimaryCtxRetain(&mut context, 0).unwrap().ok().unwrap();
        driver.cuCtxSetCurrent(context).unwrap().ok().unwrap();
        match case {
            "nothing" => {}
            "primary" => driver.cuStreamSynchronize(null_mut()).unwrap().ok().unwrap(),
            "own" => driver.cuCtxCreate_v4(&mut context, null_mut(), 0, 0).unwrap().ok().unwrap(),
            _ => {
                driver.cuStreamCreate(&mut stream, 1).unwrap().ok().unwrap();
                driver.cuEventCreate(&mut event, 0).unwrap().ok().unwrap();
                driver.cuMemAlloc_v2(&mut address, 1000).unwrap().ok().unwrap();
            }
        }
        if case == "nothing" {
            driver.cuDevicePrimaryCtxRelease_v2(0).unwrap().ok().unwrap();
        }
    }
}

#[test]
fn a_process_that_ends_is_told_what_it_leaves() {
    if let Ok(case) = std::env::var(CASE) {
        return leave(&case);
    }
    let cases = [
        ("nothing", None),
        ("primary", None),
        ("own", Some("0 allocation(s) of 0 bytes, 1 context(s) of its own alive")),
        ("things", Some("1 allocation(s) of 1000 bytes, 1 stream(s), 1 event(s) alive")),
    ];

    for (case, wanted) in cases {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child.env(CASE, case).env("CUDA_SIM_ON_REPORT", "print").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{case}: {said}");
        match wanted {
            Some(wanted) => assert!(said.contains(wanted), "{case}: {said}"),
            None => assert!(!said.contains("leak"), "{case}: {said}"),
        }
    }
}

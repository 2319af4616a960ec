//! The real NVRTC, which needs no GPU. It comes from the cache that `cargo xtask toolkits` fills.

mod c;

use c::{libraries, say};
use cuda_sys::nvrtc::{ENTRY_POINTS, nvrtcResult};
use cuda_sys::{Nvrtc, Origin, Version};
use std::ffi::CString;
use std::path::PathBuf;
use std::ptr;

/// Finds every NVRTC in the cache.
fn nvrtcs() -> Vec<PathBuf> {
    libraries("nvidia-cuda-nvrtc", "nvrtc.h", &["libnvrtc.so.11.2", "libnvrtc.so.12", "libnvrtc.so.13"])
}

/// Compiles `source` and returns the result with NVRTC's log and, if there is one, the PTX.
fn compile(nvrtc: Nvrtc, source: &str) -> (nvrtcResult, String, String) {
    let source = CString::new(source).unwrap();
    let mut program = ptr::null_mut();
    // SAFETY: the strings end in a zero byte and outlive the call; no headers are given.
    let created = unsafe {
        nvrtc.nvrtcCreateProgram(&mut program, source.as_ptr(), c"k.cu".as_ptr(), 0, ptr::null(), ptr::null())
    };
    created.unwrap().ok().unwrap();
    let options = [c"--gpu-architecture=compute_90".as_ptr()];
    // SAFETY: the program is live, and there is one option.
    let result = unsafe { nvrtc.nvrtcCompileProgram(program, 1, options.as_ptr()) }.unwrap();
    let mut size = 0;
    // SAFETY: the program is live.
    unsafe { nvrtc.nvrtcGetProgramLogSize(program, &mut size) }.unwrap().ok().unwrap();
    let mut log = vec![0_u8; size];
    // SAFETY: the buffer is as large as NVRTC said.
    unsafe { nvrtc.nvrtcGetProgramLog(program, log.as_mut_ptr().cast()) }.unwrap().ok().unwrap();
    let mut ptx = Vec::new();
    if result.ok().is_ok() {
        // SAFETY: the program is live and compiled.
        unsafe { nvrtc.nvrtcGetPTXSize(program, &mut size) }.unwrap().ok().unwrap();
        ptx = vec![0_u8; size];
        // SAFETY: the buffer is as large as NVRTC said.
        unsafe { nvrtc.nvrtcGetPTX(program, ptx.as_mut_ptr().cast()) }.unwrap().ok().unwrap();
    }
    // SAFETY: the program is live; it is not used again.
    unsafe { nvrtc.nvrtcDestroyProgram(&mut program) }.unwrap().ok().unwrap();
    (result, String::from_utf8_lossy(&log).into_owned(), String::from_utf8_lossy(&ptx).into_owned())
}

#[test]
fn the_real_nvrtc_compiles_a_kernel_and_explains_a_mistake() {
    let libraries = nvrtcs();
    if libraries.is_empty() {
        return say("NVRTC was not run: it is not in the cache (cargo xtask toolkits)");
    }
    for path in libraries {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        let nvrtc = unsafe { Nvrtc::open(&path) }.unwrap();
        assert_eq!(nvrtc.origin(), &Origin::Library(path.clone()));
        // SAFETY: as above; the file is the same.
        assert_eq!(unsafe { Nvrtc::open(&path) }.unwrap(), nvrtc, "the same file gives the same table");

        let (result, _, ptx) =
            compile(nvrtc, "extern \"C\" __global__ void fill(float *x) { x[threadIdx.x] = 1.0f; }");
        assert_eq!(result, nvrtcResult::NVRTC_SUCCESS);
        assert!(ptx.contains(".visible .entry fill("), "{ptx}");

        let (result, log, _) = compile(nvrtc, "__global__ void broken(float *x) { x[0] = y; }");
        assert_eq!(result, nvrtcResult::NVRTC_ERROR_COMPILATION);
        assert!(log.contains("identifier \"y\" is undefined"), "{log}");
        say(&format!("NVRTC {} compiled a kernel and explained a mistake", nvrtc.version()));
    }
}

#[test]
fn the_real_nvrtc_has_the_functions_of_its_release_and_lacks_later_ones() {
    for path in nvrtcs() {
        // SAFETY: the library is NVIDIA's, pinned by its hash.
        let nvrtc = unsafe { Nvrtc::open(&path) }.unwrap();
        for entry in ENTRY_POINTS.iter() {
            assert_eq!(nvrtc.has(entry.name), entry.since <= nvrtc.version(), "{} in {nvrtc:?}", entry.name);
        }
        if nvrtc.version() < Version::new(12, 0) {
            // SAFETY: there is no such function, so that nothing is called.
            let error = unsafe { nvrtc.nvrtcGetLTOIRSize(ptr::null_mut(), ptr::null_mut()) }.unwrap_err();
            assert_eq!(error.to_string(), "nvrtcGetLTOIRSize needs NVRTC 12.0; this one is 11.8");
        }
    }
}

#[test]
fn threads_that_open_the_same_file_at_once_get_the_same_table() {
    let Some(path) = nvrtcs().pop() else {
        return say("NVRTC was not opened by many threads: it is not in the cache (cargo xtask toolkits)");
    };
    // SAFETY: the library is NVIDIA's, pinned by its hash.
    let open = || unsafe { Nvrtc::open(&path) }.unwrap();

    let tables = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });

    assert!(tables.iter().all(|table| *table == tables[0]));
}

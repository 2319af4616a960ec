//! The library as a file, beside the simulated driver as a file: as programs use them that know of neither.

use std::path::PathBuf;
use std::ptr::null_mut;

use cuda_sys::cublas::cublasStatus_t;
use cuda_sys::driver::CUresult;
use cuda_sys::{Cublas, Driver};

/// A library that Cargo has built for this test.
fn built(name: &str) -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    folder.join(name)
}

#[test]
fn a_product_runs_on_the_driver_that_the_process_has_loaded() {
    // SAFETY: both files are this workspace's own.
    let (driver, cublas) = unsafe {
        let driver = Driver::open(built("libcuda_sim.so")).unwrap();
        (driver, Cublas::open(built("libsim_cublas_13.so")).unwrap())
    };
    let (mut context, mut handle, mut memory) = (null_mut(), null_mut(), 0);
    let (one, zero, mut result) = (1.0f32, 0.0f32, [0.0f32; 4]);
    let matrices = [1.0f32, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];

    // SAFETY: the pointers are to live variables, and the memory has room for three matrices.
    unsafe {
        assert_eq!(driver.cuInit(0).unwrap(), CUresult::CUDA_SUCCESS);
        assert_eq!(driver.cuDevicePrimaryCtxRetain(&mut context, 0).unwrap(), CUresult::CUDA_SUCCESS);
        assert_eq!(driver.cuCtxSetCurrent(context).unwrap(), CUresult::CUDA_SUCCESS);
        assert_eq!(driver.cuMemAlloc_v2(&mut memory, 48).unwrap(), CUresult::CUDA_SUCCESS);
        let copied = driver.cuMemcpyHtoD_v2(memory, matrices.as_ptr().cast(), 32).unwrap();
        assert_eq!(copied, CUresult::CUDA_SUCCESS);
        assert_eq!(cublas.cublasCreate_v2(&mut handle).unwrap(), cublasStatus_t::CUBLAS_STATUS_SUCCESS);
        let [a, b, c] = [0, 16, 32].map(|offset: u64| (memory + offset) as usize as *mut f32);
        let plain = cuda_sys::cublas::cublasOperation_t::CUBLAS_OP_N;
        let status =
            cublas.cublasSgemm_v2(handle, plain, plain, 2, 2, 2, &one, a, 2, b, 2, &zero, c, 2).unwrap();
        assert_eq!(status, cublasStatus_t::CUBLAS_STATUS_SUCCESS);
        let copied = driver.cuMemcpyDtoH_v2(result.as_mut_ptr().cast(), memory + 32, 16).unwrap();
        assert_eq!(copied, CUresult::CUDA_SUCCESS);
        assert_eq!(cublas.cublasDestroy_v2(handle).unwrap(), cublasStatus_t::CUBLAS_STATUS_SUCCESS);
    }

    assert_eq!(cublas.version().to_string(), "13.10");
    // By columns: (1 3; 2 4) times (5 7; 6 8).
    assert_eq!(result, [23.0, 34.0, 31.0, 46.0]);
}

#[test]
fn the_file_has_the_name_that_programs_are_linked_to() {
    let bytes = std::fs::read(built("libsim_cublas_13.so")).unwrap();
    let name = b"libcublas.so.13\0";
    assert!(bytes.windows(name.len()).any(|window| window == name));
}

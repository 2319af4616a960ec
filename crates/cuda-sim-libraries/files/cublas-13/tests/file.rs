//! The library as a file, beside the simulated driver as a file: as programs use them that know of neither.
#![cfg(target_os = "linux")]

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
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
        assert_eq!(driver.cuMemFree_v2(memory).unwrap(), CUresult::CUDA_SUCCESS);
    }

    assert_eq!(cublas.version().to_string(), "13.10");
    // By columns: (1 3; 2 4) times (5 7; 6 8).
    assert_eq!(result, [23.0, 34.0, 31.0, 46.0]);
}

#[test]
fn a_program_in_c_is_linked_to_both_and_runs() {
    let folder = std::env::temp_dir().join(format!("sim-cublas-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let files = [
        ("libcuda_sim.so", ["libcuda.so", "libcuda.so.1"]),
        ("libsim_cublas_13.so", ["libcublas.so", "libcublas.so.13"]),
    ];
    for (file, names) in files {
        names.iter().for_each(|name| symlink(built(file), folder.join(name)).unwrap());
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/product.c");
    // Found as a build script would find it, for the machine that the test runs on.
    let machine = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);
    let mut build = cc::Build::new();
    build.target(&machine).host(&machine).opt_level(0).warnings(false).cargo_metadata(false);
    let Ok(compiler) = build.try_get_compiler() else {
        eprintln!("the program in C: not run: there is no C compiler");
        return;
    };

    let program = folder.join("product");
    let compiled = compiler
        .to_command()
        .args(["-std=c99", "-Wall", "-Werror", "-Wl,-z,now", "-o"])
        .arg(&program)
        .arg(source)
        .arg("-L")
        .arg(&folder)
        .args(["-lcublas", "-lcuda"])
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(&program).env("LD_LIBRARY_PATH", &folder).output().unwrap();

    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "23 34 31 46\n");
}

#[test]
fn the_file_has_the_name_that_programs_are_linked_to() {
    let bytes = std::fs::read(built("libsim_cublas_13.so")).unwrap();
    let name = b"libcublas.so.13\0";
    assert!(bytes.windows(name.len()).any(|window| window == name));
}

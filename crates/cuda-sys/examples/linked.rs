//! Calls the driver that the linker found: `RUSTFLAGS="-L stubs" cargo run -p cuda-sys --features link --example linked`, where `stubs`
//! holds a `libcuda.so`.

use cuda_sys::{CUresult, linked};

fn main() {
    let mut version = 0;
    // SAFETY: the pointer is to a live integer; the call may be made at any time.
    let result = unsafe { linked::cuDriverGetVersion(&mut version) };
    // SAFETY: the call may be made at any time; its flags must be 0.
    let started = unsafe { linked::cuInit(0) };
    println!("CUDA {}: {result:?}, cuInit: {started:?}", cuda_sys::Version::from_cuda(version));
    assert_eq!(result, CUresult::CUDA_SUCCESS);
}

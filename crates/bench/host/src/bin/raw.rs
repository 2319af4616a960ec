//! The floor: the driver's C functions through pointers found once, nothing else.
use host_bench::{Op, op};
use std::ffi::c_void;
use std::hint::black_box;
use std::ptr::null_mut;
type H = *mut c_void;
type D = u64;
macro_rules! api { ($lib:ident: $($f:ident($($t:ty),*)),* $(,)?) => {
    #[allow(non_snake_case, dead_code)] #[derive(Clone, Copy)] struct Api { $($f: unsafe extern "C" fn($($t),*) -> i32),* }
    impl Api { unsafe fn load($lib: &libloading::Library) -> Api { unsafe { Api { $($f: *$lib.get(stringify!($f).as_bytes()).unwrap()),* } } } }
}}
api!(lib: cuInit(u32), cuDevicePrimaryCtxRetain(*mut H, i32), cuCtxSetCurrent(H), cuStreamCreate(*mut H, u32), cuStreamDestroy_v2(H),
    cuStreamSynchronize(H), cuStreamWaitEvent(H, H, u32), cuEventCreate(*mut H, u32), cuEventDestroy_v2(H), cuEventRecord(H, H), cuEventQuery(H),
    cuMemAlloc_v2(*mut D, usize), cuMemFree_v2(D), cuMemAllocAsync(*mut D, usize, H), cuMemFreeAsync(D, H), cuMemAllocHost_v2(*mut H, usize),
    cuMemFreeHost(H), cuMemcpyHtoDAsync_v2(D, *const c_void, usize, H), cuMemcpyDtoHAsync_v2(*mut c_void, D, usize, H),
    cuMemcpyDtoDAsync_v2(D, D, usize, H), cuMemsetD8Async(D, u8, usize, H), cuModuleLoadData(*mut H, *const c_void),
    cuModuleGetFunction(*mut H, H, *const i8), cuLaunchKernel(H, u32, u32, u32, u32, u32, u32, u32, H, *mut *mut c_void, *mut *mut c_void));

fn ok(r: i32) {
    if r != 0 {
        panic!("driver error {r}")
    }
}

fn main() {
    let lib = Box::leak(Box::new(unsafe { libloading::Library::new("libcuda.so.1").unwrap() }));
    let a = unsafe { Api::load(lib) };
    let (mut c0, mut c1, mut s, mut e, mut m, mut f): (H, H, H, H, H, H) =
        (null_mut(), null_mut(), null_mut(), null_mut(), null_mut(), null_mut());
    let (mut d, mut d2): (D, D) = (0, 0);
    unsafe {
        ok((a.cuInit)(0));
        ok((a.cuDevicePrimaryCtxRetain)(&mut c1, 1));
        ok((a.cuDevicePrimaryCtxRetain)(&mut c0, 0));
        ok((a.cuCtxSetCurrent)(c0));
        ok((a.cuStreamCreate)(&mut s, 1));
        ok((a.cuEventCreate)(&mut e, 2));
        ok((a.cuMemAllocAsync)(&mut d, 4096, s));
        ok((a.cuMemAllocAsync)(&mut d2, 4096, s));
        ok((a.cuModuleLoadData)(&mut m, c"ptx".as_ptr() as *const c_void));
        ok((a.cuModuleGetFunction)(&mut f, m, c"k".as_ptr() as *const i8));
    }
    let host = vec![1u8; 4096];
    let host2 = host.clone();
    let mut back = vec![0u8; 4096];
    let (copy_source, mut copied) = (host.clone(), back.clone());
    let ops: Vec<Op> = vec![
        op!("bind", { unsafe { ok((a.cuCtxSetCurrent)(c0)) } }),
        op!("event_lease", {
            unsafe {
                let mut x: H = null_mut();
                ok((a.cuEventCreate)(&mut x, 2));
                ok((a.cuEventDestroy_v2)(black_box(x)))
            }
        }),
        op!("event_record", { unsafe { ok((a.cuEventRecord)(e, s)) } }),
        op!("event_wait", { unsafe { ok((a.cuStreamWaitEvent)(s, e, 0)) } }),
        op!("stream_sync", { unsafe { ok((a.cuStreamSynchronize)(s)) } }),
        op!("h2d_pinned_4k", {
            unsafe { ok((a.cuMemcpyHtoDAsync_v2)(d, host2.as_ptr() as *const c_void, 4096, s)) }
        }),
        op!("h2d_4k", {
            unsafe { ok((a.cuMemcpyHtoDAsync_v2)(d, host.as_ptr() as *const c_void, 4096, s)) }
        }),
        op!("copy_4k", { black_box(&mut copied).copy_from_slice(black_box(&copy_source)) }),
        op!("d2h_4k", {
            unsafe { ok((a.cuMemcpyDtoHAsync_v2)(back.as_mut_ptr() as *mut c_void, d, 4096, s)) }
        }),
        op!("launch_4", {
            unsafe {
                let (mut x, mut y, mut n, mut k) = (d, d2, 1024u32, 2.0f32);
                let mut args = [
                    &mut x as *mut _ as *mut c_void,
                    &mut y as *mut _ as *mut c_void,
                    &mut n as *mut _ as *mut c_void,
                    &mut k as *mut _ as *mut c_void,
                ];
                ok((a.cuLaunchKernel)(f, 4, 1, 1, 256, 1, 1, 0, s, args.as_mut_ptr(), null_mut()))
            }
        }),
        op!("clone_4k", {
            unsafe {
                let mut p: D = 0;
                ok((a.cuMemAllocAsync)(&mut p, 4096, s));
                ok((a.cuMemcpyDtoDAsync_v2)(p, d, 4096, s));
                ok((a.cuMemFreeAsync)(p, s))
            }
        }),
    ];
    host_bench::main(ops);
}

//! NVIDIA's cuda-core, its safe API where it has one (the launch helper and allocation are unsafe).
use cuda_core::{Context, DeviceBuffer};
use host_bench::{Op, op};
use std::ffi::c_void;
use std::hint::black_box;
use std::sync::Arc;

fn main() {
    let ctx = Context::new(0).unwrap();
    ctx.bind_to_thread().unwrap();
    let s = ctx.new_stream().unwrap();
    let e = Arc::new(ctx.new_event_with_flags(None).unwrap());
    let f = ctx.load_module_from_ptx_src("ptx").unwrap().load_function("k").unwrap();
    let buf = || unsafe { DeviceBuffer::<u8>::uninitialized_async(&s, 4096).unwrap() };
    let host = vec![1u8; 4096];
    let mut back = vec![0u8; 4096];
    let mut ops: Vec<Op> = vec![];
    macro_rules! c { ($($v:ident),*) => { $(#[allow(unused)] let $v = $v.clone();)* } }
    {
        c!(ctx);
        ops.push(op!("bind", { ctx.bind_to_thread().unwrap() }));
    }
    {
        c!(ctx);
        ops.push(op!("event_lease", {
            black_box(ctx.new_event_with_flags(None).unwrap());
        }));
    }
    {
        c!(e, s);
        ops.push(op!("event_record", { e.record(&s).unwrap() }));
    }
    {
        c!(e, s);
        ops.push(op!("event_wait", { s.wait(&e).unwrap() }));
    }
    {
        c!(s);
        ops.push(op!("stream_sync", { s.synchronize().unwrap() }));
    }
    {
        c!(s, host);
        let mut d = buf();
        ops.push(op!("h2d_4k", { d.copy_from_host(&s, &host).unwrap() }));
    }
    {
        c!(s);
        let d = buf();
        ops.push(op!("d2h_4k", { d.copy_to_host(&s, &mut back).unwrap() }));
    }
    {
        c!(s);
        let (x, y) = (buf(), buf());
        ops.push(op!("launch_4", {
            let (mut px, mut py, mut n, mut k) = (x.cu_deviceptr(), y.cu_deviceptr(), 1024u32, 2.0f32);
            let mut args = [
                &mut px as *mut _ as *mut c_void,
                &mut py as *mut _ as *mut c_void,
                &mut n as *mut _ as *mut c_void,
                &mut k as *mut _ as *mut c_void,
            ];
            unsafe { cuda_core::launch_kernel_on_stream(&f, (4, 1, 1), (256, 1, 1), 0, &s, &mut args) }
                .unwrap()
        }));
    }
    {
        c!(s);
        let d = buf();
        ops.push(op!("clone_4k", {
            let mut n = unsafe { DeviceBuffer::<u8>::uninitialized_async(&s, 4096) }.unwrap();
            n.copy_from_device_async(&d, &s).unwrap();
            black_box(n);
        }));
    }
    host_bench::main(ops);
}

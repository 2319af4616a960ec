//! cudarc's safe API. HO_MODE: default = one default stream (no event management); multi = one more
//! stream, so that the crate's automatic event management is on (what new_stream() gives);
//! untracked = a stream, with event tracking turned off (an unsafe call).
use cudarc::driver::*;
use host_bench::{Op, op};
use std::hint::black_box;
use std::sync::Arc;

fn main() {
    let mode = std::env::var("HO_MODE").unwrap_or_else(|_| "default".into());
    let ctx = CudaContext::new(0).unwrap();
    ctx.bind_to_thread().unwrap();
    if mode == "untracked" {
        unsafe { ctx.disable_event_tracking() };
    }
    let s = if mode == "default" { ctx.default_stream() } else { ctx.new_stream().unwrap() };
    let e = ctx.new_event(None).unwrap();
    let f = ctx.load_module(cudarc::nvrtc::Ptx::from_src("ptx")).unwrap().load_function("k").unwrap();
    let buf = || unsafe { s.alloc::<u8>(4096).unwrap() };
    let host = vec![1u8; 4096];
    let mut back = vec![0u8; 4096];
    let cfg = LaunchConfig { grid_dim: (4, 1, 1), block_dim: (256, 1, 1), shared_mem_bytes: 0 };
    let mut ops: Vec<Op> = vec![];
    macro_rules! c { ($($v:ident),*) => { $(#[allow(unused)] let $v = $v.clone();)* } }
    {
        c!(ctx);
        ops.push(op!("bind", { ctx.bind_to_thread().unwrap() }));
    }
    {
        c!(ctx);
        ops.push(op!("event_lease", {
            black_box(ctx.new_event(None).unwrap());
        }));
    }
    let e = Arc::new(e);
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
        ops.push(op!("h2d_4k", { s.memcpy_htod(&host, &mut d).unwrap() }));
    }
    {
        c!(s);
        let d = buf();
        ops.push(op!("d2h_4k", { s.memcpy_dtoh(&d, &mut back).unwrap() }));
    }
    {
        c!(s);
        let (x, mut y) = (buf(), buf());
        ops.push(op!("launch_4", {
            unsafe {
                s.launch_builder(&f).arg(&x).arg(&mut y).arg(&1024u32).arg(&2.0f32).launch(cfg).unwrap();
            }
        }));
    }
    {
        c!(s);
        let d = buf();
        ops.push(op!("clone_4k", {
            black_box(s.clone_dtod(&d).unwrap());
        }));
    }
    host_bench::main(ops);
}

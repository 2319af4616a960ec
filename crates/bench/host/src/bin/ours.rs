//! This project: operations under the same names as the others' twice, outside of a scope (`bare:`) and inside of one; `kind:` ones
//! compare the `Context` trait with the CUDA objects below it.
use std::{hint::black_box, sync::Arc};

use context_core::{Context, Result, cuda, kernel};
use context_cuda::{Builder, CudaContext};
use host_bench::{Op, op};

kernel! {
    /// As the others' launch: two buffers and two numbers, of which the slices' lengths are two more for the driver.
    fn k(n: u32, a: f32, x: &[u8], y: &mut [u8]);
    threads: 1024_usize;
    cuda: unsafe "../k.ptx";
}

/// The same operations, by code that does not know the device.
mod generic {
    use context_core::{Buffer, Context, Result};

    pub fn sync<C: Context>(ctx: &C) -> Result<()> {
        ctx.synchronize()
    }

    pub fn h2d<C: Context>(ctx: &C, target: &mut Buffer<u8, C>, source: &[u8]) -> Result<()> {
        ctx.write(target, source)
    }

    pub fn d2h<C: Context>(ctx: &C, source: &Buffer<u8, C>, target: &mut [u8]) -> Result<()> {
        ctx.read_into(source, target)
    }

    pub fn launch<C: Context>(ctx: &C, x: &Buffer<u8, C>, y: &mut Buffer<u8, C>) -> Result<()> {
        ctx.run(super::k(1024, 2.0, x, y))
    }
}

/// A cuBLAS whose functions do nothing, as the null driver's do: what is left is what a lease costs.
mod null_cublas {
    use std::ffi::{CStr, c_int, c_void};

    use context_cuda::Libraries;
    use cuda_sys::cublas::{Cublas, cublasHandle_t, cublasStatus_t, libraryPropertyType};

    unsafe extern "C" fn create(handle: *mut cublasHandle_t) -> cublasStatus_t {
        // SAFETY: the caller's pointer is valid.
        unsafe { *handle = std::ptr::dangling_mut() };
        cublasStatus_t::CUBLAS_STATUS_SUCCESS
    }

    unsafe extern "C" fn get_property(_: libraryPropertyType, value: *mut c_int) -> cublasStatus_t {
        // SAFETY: the caller's pointer is valid.
        unsafe { *value = 12 };
        cublasStatus_t::CUBLAS_STATUS_SUCCESS
    }

    unsafe extern "C" fn set_stream(_: cublasHandle_t, _: *mut c_void) -> cublasStatus_t {
        cublasStatus_t::CUBLAS_STATUS_SUCCESS
    }

    unsafe extern "C" fn set_workspace(_: cublasHandle_t, _: *mut c_void, _: usize) -> cublasStatus_t {
        cublasStatus_t::CUBLAS_STATUS_SUCCESS
    }

    pub fn libraries() -> Libraries {
        let lookup = |name: &CStr| match name.to_bytes() {
            b"cublasCreate_v2" => create as *const c_void,
            b"cublasGetProperty" => get_property as *const c_void,
            b"cublasSetStream_v2" => set_stream as *const c_void,
            b"cublasSetWorkspace_v2" => set_workspace as *const c_void,
            _ => std::ptr::null(),
        };
        let mut libraries = Libraries::default();
        // SAFETY: the functions have the parameters of their names, handles and streams being pointers, and live as long as the process.
        libraries.cublas = Some(unsafe { Cublas::from_lookup("null", lookup) }.unwrap());
        libraries
    }
}

/// Makes what the others have when their first operation comes: a context with its stream, an event, a kernel that was loaded, and five buffers
/// without values.
fn start(builder: Builder) -> Result<()> {
    let ctx = builder.build()?;
    let mut buffers = Vec::new();
    for _ in 0..5 {
        buffers.push(ctx.alloc::<u8>(4096)?);
    }
    let (y, x) = buffers.split_at_mut(1);
    ctx.run(k(1024, 2.0, &x[0], &mut y[0]))?;
    let event = ctx.record()?;
    host_bench::main(Vec::new());
    drop((buffers, event));
    Ok(())
}

fn main() -> Result<()> {
    let driver = cuda::Driver::system().map_err(cuda::Error::from)?;
    let builder = CudaContext::builder().driver(driver);
    if std::env::args().nth(1).as_deref() == Some("start") {
        return start(builder);
    }
    // SAFETY: this cuBLAS touches no device.
    let builder = unsafe { builder.libraries(null_cublas::libraries()) };
    let ctx: &'static CudaContext = Box::leak(Box::new(builder.build()?));
    let context: &'static Arc<cuda::Context> =
        Box::leak(Box::new(cuda::Context::primary(ctx.cuda_device())?));
    let stream: &'static cuda::Stream = Box::leak(Box::new(cuda::Stream::new(context, 0)?));
    let event: &'static cuda::Event = Box::leak(Box::new(cuda::Event::new(context)?));
    event.record(stream)?;
    let host = vec![1_u8; 4096];
    let mut back = vec![0_u8; 4096];
    let buffer = || ctx.alloc::<u8>(4096).unwrap();
    let (x, mut y) = (buffer(), buffer());
    let (mut written, read, source) = (buffer(), buffer(), buffer());
    let (host_too, mut back_too) = (host.clone(), back.clone());
    let (mut generic_written, generic_read, generic_x, mut generic_y) =
        (buffer(), buffer(), buffer(), buffer());
    let pinned: &'static cuda::PinnedMemory = Box::leak(Box::new(cuda::PinnedMemory::new(context, 4096)?));
    let raw_address = cuda::DeviceMemory::new(context, 4096)?.into_raw();
    let marked: &'static _ = Box::leak(Box::new(ctx.record()?));
    let state = ctx.core().state();
    let ops: Vec<Op> = vec![
        op!("bind", { context.bind().unwrap() }),
        op!("event_record", { event.record(stream).unwrap() }),
        op!("event_wait", { stream.wait(event).unwrap() }),
        op!("event_wait_ordered", { ctx.wait(marked).unwrap() }),
        op!("stream_sync", { stream.synchronize().unwrap() }),
        op!("event_lease", {
            black_box(state.lease_event().unwrap());
        }),
        op!("h2d_4k", { ctx.write(&mut written, &host).unwrap() }),
        // SAFETY: both are live for 4096 bytes until the process ends, and the null driver copies at once.
        op!("h2d_pinned_4k", {
            unsafe { stream.copy_from_host(raw_address, pinned.as_raw(), 4096) }.unwrap()
        }),
        op!("d2h_4k", { ctx.read_into(&read, &mut back).unwrap() }),
        op!("launch_4", { ctx.run(k(1024, 2.0, &x, &mut y)).unwrap() }),
        op!("clone_4k", {
            black_box(ctx.duplicate(&source).unwrap());
        }),
        op!("handle_lease", { drop(black_box(ctx.cublas().unwrap())) }),
        op!("context_sync", { ctx.synchronize().unwrap() }),
        op!("generic:sync", { generic::sync(ctx).unwrap() }),
        op!("generic:h2d_4k", { generic::h2d(ctx, &mut generic_written, &host_too).unwrap() }),
        op!("generic:d2h_4k", { generic::d2h(ctx, &generic_read, &mut back_too).unwrap() }),
        op!("generic:launch_4", { generic::launch(ctx, &generic_x, &mut generic_y).unwrap() }),
    ];
    // With a scope around everything unless the environment says otherwise.
    let scope = if std::env::var_os("BENCH_BARE").is_some() { None } else { Some(context.enter()?) };
    host_bench::main(ops);
    drop(scope);
    Ok(())
}

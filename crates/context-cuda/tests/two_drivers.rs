//! Two drivers in one process: what belongs to one is never given to the other, to which its handles are arbitrary addresses.
//!
//! Both are the simulated one, which is another value for each version. So a call that gets through would succeed. The last test is of
//! another machine too.

#[path = "support/fits.rs"]
mod fits;
#[path = "support/misfits.rs"]
mod misfits;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use context_core::{
    Context, Core,
    cuda::{
        self, Device, Driver, Event, LaunchShape, ManagedMemory, Module, Place, Stream, TimedEvent, Together,
    },
    kernel::ParameterLayout,
};
use context_cuda::{CudaContext, Libraries};
use cuda_sim::SimConfig;
use cuda_sys::CUresult;
use fits::twice;
use misfits::takes_pointer_only;

/// The drivers, of which the first one is older. One test at a time has them.
fn drivers() -> (MutexGuard<'static, ()>, [Driver; 2]) {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let drivers = [12_000, 12_040].map(|driver_version| {
        cuda_sim::configure(SimConfig { driver_version, ..SimConfig::default() }).unwrap();
        cuda_sim::driver()
    });
    assert_ne!(drivers[0], drivers[1]);
    (turn, drivers)
}

fn primary(driver: Driver) -> Arc<cuda::Context> {
    cuda::Context::primary(Device::new(driver, 0).unwrap()).unwrap()
}

#[track_caller]
fn assert_refused<T>(result: cuda::Result<T>) {
    let error = result.err().expect("what is of another driver was taken");
    assert_eq!(error.code(), Some(CUresult::CUDA_ERROR_INVALID_CONTEXT), "{error}");
    assert!(error.to_string().contains("of the driver"), "{error}");
}

#[test]
fn handles_of_one_driver_are_not_given_to_another() {
    let (_turn, drivers) = drivers();
    let [one, other] = drivers.map(primary);
    let stream = Stream::new(&one, 0).unwrap();
    let (event, timed) = (Event::new(&other).unwrap(), TimedEvent::new(&other).unwrap());
    event.record(&Stream::new(&other, 0).unwrap()).unwrap();
    let memory = ManagedMemory::new(&other, 64).unwrap();
    let calls = || ["cuEventRecord", "cuStreamWaitEvent"].map(|name| cuda_sim::journal().count(name));
    let before = calls();

    assert_refused(event.record(&stream));
    assert_refused(timed.record(&stream));
    assert_refused(stream.wait(&event));
    assert_refused(timed.elapsed_since(&stream.time().unwrap()));
    assert_refused(stream.prefetch(&memory, Place::Host));
    assert_refused(one.enable_peer_access(&other));

    assert_eq!(calls()[1], before[1], "the driver is not asked");
}

#[test]
fn parameters_are_read_in_the_code_where_the_driver_does_not_tell() {
    let (_turn, drivers) = drivers();
    let asked = || cuda_sim::journal().count("cuFuncGetParamInfo");
    let mut refusals = Vec::new();
    for (driver, tells) in drivers.into_iter().zip([false, true]) {
        let ctx = CudaContext::builder().driver(driver).build().unwrap();
        let mut y = ctx.filled(100, 1.0_f32).unwrap();
        let before = asked();

        ctx.run(twice(&mut y)).unwrap();
        refusals.push(ctx.run(takes_pointer_only(&mut y)).unwrap_err().to_string());

        assert_eq!(asked() > before, tells);
        assert_eq!(ctx.read(&y).unwrap(), [2.0; 100], "what does not fit did not run");

        // Of code that is not text, an older driver tells nothing, so that nothing is vouched for.
        let image = [include_bytes!("kernels/misfits.ptx").as_slice(), &[0]].concat();
        // SAFETY: it is an image of code: PTX with its zero byte.
        let module = unsafe { Module::from_image(ctx.cuda_context(), &image, "an image") }.unwrap();
        let function = Arc::new(module).function("twice").unwrap();
        let layouts = [ParameterLayout { size: 8, align: 8 }; 2];
        match function.check_parameters(&layouts) {
            Ok(()) => assert!(tells),
            Err(error) => assert!(!tells && error.to_string().contains("needs CUDA 12.4"), "{error}"),
        }
    }
    assert_eq!(refusals[0], refusals[1], "both ways see the same");
    assert!(refusals[0].contains("2 parameters") && refusals[0].contains("1 parameters"), "{}", refusals[0]);
}

#[test]
fn libraries_stay_with_the_driver_that_they_work_through() {
    let (_turn, [one, other]) = drivers();
    let lookup = |name: &std::ffi::CStr| match name.to_bytes() {
        b"cublasGetProperty" => get_property as *const std::ffi::c_void,
        _ => std::ptr::null(),
    };
    let mut libraries = Libraries::default();
    // SAFETY: the function has the signature of its name, and lives as long as the process.
    libraries.cublas = Some(unsafe { cuda_sys::Cublas::from_lookup("a stand-in", lookup) }.unwrap());
    // SAFETY: the stand-in touches no device.
    let ctx = unsafe { CudaContext::builder().driver(one).libraries(libraries) }.build().unwrap();
    let elsewhere = CudaContext::builder().driver(other).build().unwrap();

    let moved = ctx.with_core(Core::new(elsewhere.core().state(), Default::default(), 0).unwrap());

    assert_eq!(*moved.libraries(), Libraries::default());
    assert_eq!(*ctx.fork().unwrap().libraries(), libraries);
    assert!(moved.cublas().unwrap_err().to_string().contains("Builder::libraries"));
}

unsafe extern "C" fn get_property(
    _: cuda_sys::cublas::libraryPropertyType,
    value: *mut std::ffi::c_int,
) -> cuda_sys::cublasStatus_t {
    // SAFETY: the caller's pointer is valid.
    unsafe { *value = 12 };
    cuda_sys::cublasStatus_t::CUBLAS_STATUS_SUCCESS
}

#[test]
fn blocks_run_in_clusters_where_the_device_has_them() {
    let (_turn, _) = drivers();
    cuda_sim::configure(SimConfig { compute_capability: (9, 0), ..SimConfig::default() }).unwrap();
    let ctx = CudaContext::builder().driver(cuda_sim::driver()).build().unwrap();
    let ptx = include_str!("kernels/misfits.ptx");
    let module = Arc::new(Module::from_ptx(ctx.cuda_context(), ptx, "misfits.ptx").unwrap());
    let function = module.function("twice").unwrap();
    let stream = Stream::new(ctx.cuda_context(), 0).unwrap();
    let memory = cuda::DeviceMemory::new(ctx.cuda_context(), 4000).unwrap();
    let (address, len) = (memory.as_raw(), 1000_u64);
    let parameters = [(&raw const address).cast(), (&raw const len).cast()];
    let shape = LaunchShape::covering(&function, [1000, 1, 1], [256, 1, 1]).unwrap().unwrap();

    // SAFETY: the memory is that large and outlives the stream's work; the parameters are those of `twice`.
    unsafe {
        stream.fill(address, &1.0_f32.to_ne_bytes(), 1000).unwrap();
        stream.launch_together(&function, shape, Together::Clusters([2, 1, 1]), &parameters).unwrap();
    }

    let mut doubled = [0.0_f32; 1000];
    // SAFETY: both are that large, and the target is not touched before the copy has ended.
    unsafe { stream.copy_to_host(doubled.as_mut_ptr().cast(), address, 4000) }.unwrap();
    stream.finish_copy().unwrap();
    assert_eq!(doubled, [2.0; 1000]);
}

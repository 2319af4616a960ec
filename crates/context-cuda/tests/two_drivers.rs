//! Two drivers in one process: what belongs to one is never given to the other, to which its handles are arbitrary addresses.
//!
//! Both are the simulated one, which is another value for each version. So a call that gets through would succeed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use context_core::{
    Context, Core,
    cuda::{self, Device, Driver, Event, ManagedMemory, Place, Stream, TimedEvent},
};
use context_cuda::{CudaContext, Libraries};
use cuda_sim::SimConfig;
use cuda_sys::CUresult;

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

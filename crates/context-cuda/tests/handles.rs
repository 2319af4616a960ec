//! Leases of library handles: when a library is called, and when it is not. The library is a stand-in that counts its calls.

mod support;

use std::{
    collections::BTreeMap,
    ffi::{CStr, c_int, c_void},
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};

use context_core::{Context, Error, ErrorClass, MathMode};
use context_cuda::{CudaContext, Libraries};
use cuda_sys::cublas::{
    Cublas, cublasHandle_t, cublasMath_t, cublasStatus_t, cudaStream_t, libraryPropertyType,
};
use support::{Sim, sim};

/// What the stand-in was asked, by function, since the last look.
static CALLS: Mutex<BTreeMap<&str, usize>> = Mutex::new(BTreeMap::new());
/// How many handles live.
static LIVE: AtomicUsize = AtomicUsize::new(0);
/// The function that shall fail next.
static FAILING: Mutex<Option<&str>> = Mutex::new(None);
/// What the last call was given as a workspace.
static WORKSPACE: Mutex<(usize, usize)> = Mutex::new((0, 0));

fn called(function: &'static str) -> cublasStatus_t {
    *CALLS.lock().unwrap().entry(function).or_default() += 1;
    let mut failing = FAILING.lock().unwrap();
    if *failing == Some(function) {
        *failing = None;
        return cublasStatus_t::CUBLAS_STATUS_ALLOC_FAILED;
    }
    cublasStatus_t::CUBLAS_STATUS_SUCCESS
}

fn take_calls() -> Vec<(&'static str, usize)> {
    std::mem::take(&mut *CALLS.lock().unwrap()).into_iter().collect()
}

unsafe extern "C" fn create(handle: *mut cublasHandle_t) -> cublasStatus_t {
    let status = called("create");
    if status == cublasStatus_t::CUBLAS_STATUS_SUCCESS {
        LIVE.fetch_add(1, Relaxed);
        let made = Box::into_raw(Box::new(0_u64));
        // SAFETY: the caller's pointer is valid.
        unsafe { *handle = made.cast() };
    }
    status
}

unsafe extern "C" fn destroy(handle: cublasHandle_t) -> cublasStatus_t {
    LIVE.fetch_sub(1, Relaxed);
    // SAFETY: made in `create`, destroyed once.
    drop(unsafe { Box::from_raw(handle.cast::<u64>()) });
    called("destroy")
}

unsafe extern "C" fn get_property(_property: libraryPropertyType, value: *mut c_int) -> cublasStatus_t {
    // SAFETY: the caller's pointer is valid.
    unsafe { *value = 12 };
    cublasStatus_t::CUBLAS_STATUS_SUCCESS
}

unsafe extern "C" fn set_stream(_handle: cublasHandle_t, _stream: cudaStream_t) -> cublasStatus_t {
    called("set_stream")
}

unsafe extern "C" fn set_workspace(
    _handle: cublasHandle_t,
    address: *mut c_void,
    bytes: usize,
) -> cublasStatus_t {
    *WORKSPACE.lock().unwrap() = (address.addr(), bytes);
    called("set_workspace")
}

unsafe extern "C" fn set_math_mode(_handle: cublasHandle_t, _mode: cublasMath_t) -> cublasStatus_t {
    called("set_math_mode")
}

fn libraries() -> Libraries {
    static TABLE: Mutex<Option<Cublas>> = Mutex::new(None);
    let table = *TABLE.lock().unwrap().get_or_insert_with(|| {
        let lookup = |name: &CStr| -> *const c_void {
            match name.to_str().unwrap() {
                "cublasCreate_v2" => create as *const c_void,
                "cublasDestroy_v2" => destroy as *const c_void,
                "cublasGetProperty" => get_property as *const c_void,
                "cublasSetStream_v2" => set_stream as *const c_void,
                "cublasSetWorkspace_v2" => set_workspace as *const c_void,
                "cublasSetMathMode" => set_math_mode as *const c_void,
                _ => std::ptr::null(),
            }
        };
        // SAFETY: the functions have the signatures of their names, and live as long as the process.
        unsafe { Cublas::from_lookup("a stand-in", lookup) }.unwrap()
    });
    let mut libraries = Libraries::default();
    libraries.cublas = Some(table);
    libraries
}

fn open(_sim: &Sim) -> CudaContext {
    CALLS.lock().unwrap().clear();
    *FAILING.lock().unwrap() = None;
    let builder = CudaContext::builder().driver(cuda_sim::driver());
    // SAFETY: the stand-in touches no device.
    unsafe { builder.libraries(libraries()) }.build().expect("a simulated device")
}

#[test]
fn a_lease_that_changes_nothing_makes_no_call() {
    let sim = sim();
    let context = open(&sim);
    drop(context.cublas().unwrap());
    assert_eq!(take_calls(), [("create", 1), ("set_stream", 1), ("set_workspace", 1)]);
    let driver_calls = context.driver_calls();
    for _ in 0..100 {
        drop(context.cublas().unwrap());
    }
    assert_eq!(take_calls(), []);
    assert_eq!(context.driver_calls(), driver_calls);
}

#[test]
fn a_lease_inside_of_a_lease_has_a_handle_of_its_own() {
    let sim = sim();
    let context = open(&sim);
    let outer = context.cublas().unwrap();
    let inner = context.cublas().unwrap();
    assert_ne!(outer.as_raw(), inner.as_raw());
    let kept = outer.as_raw();
    drop(inner);
    drop(outer);
    assert_eq!(take_calls(), [("create", 2), ("set_stream", 2), ("set_workspace", 2)]);
    // The last one to come back is kept, the other one is left to the device's next need.
    let (first, second) = (context.cublas().unwrap(), context.cublas().unwrap());
    assert_eq!(first.as_raw(), kept);
    assert_eq!(take_calls(), [("set_stream", 1), ("set_workspace", 1)]);
    drop((first, second));
}

#[test]
fn a_context_takes_up_the_handle_that_another_one_left() {
    let sim = sim();
    let context = open(&sim);
    let fork = context.fork().unwrap();
    let left = fork.cublas().unwrap().as_raw();
    drop(fork);
    take_calls();
    assert_eq!(context.cublas().unwrap().as_raw(), left);
    assert_eq!(take_calls(), [("set_stream", 1), ("set_workspace", 1)]);
}

#[test]
fn the_workspace_is_of_the_contexts_pool_and_goes_back_to_it() {
    let sim = sim();
    let context = open(&sim);
    let before = context.memory().live;
    let lease = context.cublas().unwrap();
    let (address, bytes) = *WORKSPACE.lock().unwrap();
    assert_eq!(lease.workspace_bytes(), bytes);
    assert!(bytes >= 4 << 20 && address != 0 && address.is_multiple_of(256));
    assert!(context.memory().live >= before + bytes);
    drop(lease);
    context.trim_handles().unwrap();
    assert_eq!(context.memory().live, before);
}

#[test]
fn trimming_destroys_what_is_kept_and_what_is_left() {
    let sim = sim();
    let context = open(&sim);
    let others: Vec<_> = (0..3).map(|_| context.fork().unwrap()).collect();
    others.iter().for_each(|other| drop(other.cublas().unwrap()));
    drop(context.cublas().unwrap());
    drop(others);
    let lent = context.cublas().unwrap();
    assert_eq!(LIVE.load(Relaxed), 4);
    assert_eq!(context.trim_handles().unwrap(), 3);
    assert_eq!(LIVE.load(Relaxed), 1);
    drop(lent);
    assert_eq!(context.trim_handles().unwrap(), 1);
    assert_eq!(LIVE.load(Relaxed), 0);
}

#[test]
fn handles_go_before_their_context() {
    let sim = sim();
    let context = open(&sim);
    drop(context.cublas().unwrap());
    let released = sim.calls("cuDevicePrimaryCtxRelease_v2", || drop(context));
    assert_eq!(released, 1, "the last owner gives the context back");
    assert_eq!(LIVE.load(Relaxed), 0);
}

#[test]
fn what_a_lease_has_changed_is_set_back_for_the_next() {
    let sim = sim();
    let context = open(&sim);
    drop(context.cublas().unwrap());
    take_calls();
    let mut lease = context.cublas().unwrap();
    lease.set_math_mode(MathMode::TensorCores).unwrap();
    drop(lease);
    assert_eq!(take_calls(), [("set_math_mode", 1)]);
    assert_eq!(context.cublas().unwrap().math_mode(), MathMode::Default);
    assert_eq!(take_calls(), [("set_math_mode", 1)]);

    let other = context.fork().unwrap();
    let mut lease = context.cublas().unwrap();
    // SAFETY: the lease gives it no work.
    unsafe { lease.handle_mut() }.set_stream(other.core().stream().as_stream()).unwrap();
    drop(lease);
    take_calls();
    drop(context.cublas().unwrap());
    assert_eq!(take_calls(), [("set_stream", 1), ("set_workspace", 1)]);
}

#[test]
fn a_contexts_math_mode_is_set_at_its_first_lease() {
    let sim = sim();
    drop(open(&sim));
    let builder = CudaContext::builder().driver(cuda_sim::driver()).math_mode(MathMode::Fma);
    // SAFETY: the stand-in touches no device.
    let context = unsafe { builder.libraries(libraries()) }.build().unwrap();
    assert_eq!(context.fork().unwrap().cublas().unwrap().math_mode(), MathMode::Fma);
    assert!(take_calls().contains(&("set_math_mode", 1)));
}

#[test]
fn a_failure_while_a_handle_is_set_up_is_made_good_by_the_next_lease() {
    let sim = sim();
    for function in ["create", "set_stream", "set_workspace"] {
        let context = open(&sim);
        *FAILING.lock().unwrap() = Some(function);
        let error = context.cublas().unwrap_err();
        assert_eq!(error.class(), ErrorClass::Exhausted, "{error}");
        assert!(error.to_string().contains("CUBLAS_STATUS_ALLOC_FAILED"), "{error}");
        let lease = context.cublas().unwrap();
        assert!(lease.workspace_bytes() > 0);
        assert_ne!(*WORKSPACE.lock().unwrap(), (0, 0));
        let calls: BTreeMap<_, _> = take_calls().into_iter().collect();
        assert_eq!(calls["set_workspace"], if function == "set_workspace" { 2 } else { 1 }, "{function}");
    }
    // The same for memory that is not there.
    drop(open(&sim));
    let builder = CudaContext::builder().driver(cuda_sim::driver()).memory_limit(40 << 20);
    // SAFETY: the stand-in touches no device.
    let context = unsafe { builder.libraries(libraries()) }.build().unwrap();
    let full = context.alloc::<u8>(38 << 20).unwrap();
    assert!(matches!(context.cublas(), Err(Error::OutOfMemory(_))));
    drop(full);
    assert!(context.cublas().unwrap().workspace_bytes() > 0);
}

#[test]
fn threads_never_wait_for_one_anothers_handles() {
    let sim = sim();
    let context = open(&sim);
    let forks: Vec<_> = (0..8).map(|_| context.fork().unwrap()).collect();
    let barrier = std::sync::Barrier::new(8);
    std::thread::scope(|scope| {
        for fork in forks {
            let barrier = &barrier;
            scope.spawn(move || {
                for _ in 0..50 {
                    let outer = fork.cublas().unwrap();
                    let inner = fork.cublas().unwrap();
                    // All sixteen are out at the same time.
                    barrier.wait();
                    drop((outer, inner));
                }
            });
        }
    });
    assert_eq!(LIVE.load(Relaxed), 16);
    assert_eq!(context.trim_handles().unwrap(), 16);
    assert_eq!(LIVE.load(Relaxed), 0);
}

#[test]
fn the_systems_library_is_not_used_with_another_driver() {
    let sim = sim();
    let context = sim.context();
    let error = context.cublas().unwrap_err().to_string();
    assert!(error.contains("cuBLAS") && error.contains("Builder::libraries"), "{error}");
}

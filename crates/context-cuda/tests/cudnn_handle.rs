//! cuDNN's handles on the simulated driver, through a table of functions that only counts: what a handle calls, when, and when not.

mod support;

use std::{
    ffi::{CStr, c_char, c_void},
    ptr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering::SeqCst},
    },
};

use context_core::{
    ErrorClass,
    cuda::{self, Context, Device, Stream, set_drop_hook},
    cudnn::{CudnnVersion, Error, Handle, Library, Part, cudnnStatus_t},
};
use cuda_sim::fault;
use cuda_sys::{CUresult, driver::CUstream};
use cudnn_sys::{Cudnn, cudnnHandle_t};
use support::{Sim, sim};

/// What the table's functions did since it was taken, and what they are to answer.
static CREATED: AtomicUsize = AtomicUsize::new(0);
static DESTROYED: AtomicUsize = AtomicUsize::new(0);
static STREAMS_SET: AtomicUsize = AtomicUsize::new(0);
static STREAM: AtomicUsize = AtomicUsize::new(0);
static ANSWER: AtomicU32 = AtomicU32::new(0);
static OPS_ANSWER: AtomicU32 = AtomicU32::new(0);
static CURRENT_AT_CREATE: AtomicUsize = AtomicUsize::new(0);

fn answer() -> cudnnStatus_t {
    cudnnStatus_t(ANSWER.load(SeqCst))
}

unsafe extern "C" fn version_8() -> usize {
    8907
}

unsafe extern "C" fn version_9() -> usize {
    90100
}

unsafe extern "C" fn create(handle: *mut cudnnHandle_t) -> cudnnStatus_t {
    let mut current = ptr::null_mut();
    // SAFETY: `current` outlives the call.
    unsafe { cuda_sim::driver().cuCtxGetCurrent(&mut current) }.unwrap();
    CURRENT_AT_CREATE.store(current.addr(), SeqCst);
    let number = CREATED.fetch_add(1, SeqCst) + 1;
    // SAFETY: the caller gives room for a handle.
    unsafe { handle.write(ptr::without_provenance_mut(number)) };
    answer()
}

unsafe extern "C" fn destroy(_: cudnnHandle_t) -> cudnnStatus_t {
    DESTROYED.fetch_add(1, SeqCst);
    answer()
}

unsafe extern "C" fn set_stream(_: cudnnHandle_t, stream: CUstream) -> cudnnStatus_t {
    STREAMS_SET.fetch_add(1, SeqCst);
    STREAM.store(stream.addr(), SeqCst);
    answer()
}

unsafe extern "C" fn get_stream(_: cudnnHandle_t, stream: *mut CUstream) -> cudnnStatus_t {
    // SAFETY: the caller gives room for a stream.
    unsafe { stream.write(ptr::without_provenance_mut(STREAM.load(SeqCst))) };
    answer()
}

unsafe extern "C" fn last_error(text: *mut c_char, size: usize) {
    let words = b"the device is on strike\0";
    assert!(size >= words.len());
    // SAFETY: the caller gives that much room.
    unsafe { ptr::copy_nonoverlapping(words.as_ptr().cast(), text, words.len()) };
}

unsafe extern "C" fn check_ops() -> cudnnStatus_t {
    cudnnStatus_t(OPS_ANSWER.load(SeqCst))
}

unsafe extern "C" fn check_other() -> cudnnStatus_t {
    cudnnStatus_t(0)
}

/// Makes a table of a cuDNN that says it is version 8 or 9.
fn table(nine: bool) -> Cudnn {
    let lookup = |name: &CStr| match name.to_bytes() {
        b"cudnnGetVersion" if nine => version_9 as *const c_void,
        b"cudnnGetVersion" => version_8 as *const c_void,
        b"cudnnCreate" => create as *const c_void,
        b"cudnnDestroy" => destroy as *const c_void,
        b"cudnnSetStream" => set_stream as *const c_void,
        b"cudnnGetStream" => get_stream as *const c_void,
        b"cudnnGetLastErrorString" if nine => last_error as *const c_void,
        b"cudnnOpsVersionCheck" if nine => check_ops as *const c_void,
        b"cudnnGraphVersionCheck" | b"cudnnCnnVersionCheck" | b"cudnnAdvVersionCheck" if nine => {
            check_other as *const c_void
        }
        _ => ptr::null(),
    };
    // SAFETY: the functions have the signatures of cudnn.h and live as long as the program.
    unsafe { Cudnn::from_lookup("a cuDNN that counts", lookup) }.unwrap()
}

/// The simulated driver and the table's counters, held by one test at a time.
struct Counting {
    library: Library,
    context: Arc<Context>,
    _sim: Sim,
    _turn: MutexGuard<'static, ()>,
}

fn counting_as(nine: bool) -> Counting {
    static TURN: Mutex<()> = Mutex::new(());
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for counter in [&CREATED, &DESTROYED, &STREAMS_SET, &STREAM] {
        counter.store(0, SeqCst);
    }
    ANSWER.store(0, SeqCst);
    OPS_ANSWER.store(0, SeqCst);
    let sim = sim();
    // SAFETY: the functions call the simulated driver alone.
    let library = unsafe { Library::with_driver(table(nine), cuda_sim::driver()) };
    let context = Context::primary(Device::new(cuda_sim::driver(), 0).unwrap()).unwrap();
    Counting { library, context, _sim: sim, _turn: turn }
}

fn counting() -> Counting {
    counting_as(true)
}

#[test]
fn a_handle_is_made_with_its_context_current_and_destroyed_once() {
    let cudnn = counting();

    let handle = Handle::new(&cudnn.context, cudnn.library).unwrap();
    assert_eq!(CURRENT_AT_CREATE.load(SeqCst), cudnn.context.as_raw().addr());
    assert_eq!(handle.library().version(), CudnnVersion::new(9, 1, 0));
    handle.close().unwrap();
    drop(Handle::new(&cudnn.context, cudnn.library).unwrap());

    assert_eq!((CREATED.load(SeqCst), DESTROYED.load(SeqCst)), (2, 2));
}

#[test]
fn a_raw_handle_passes_out_and_in_without_being_destroyed() {
    let cudnn = counting();

    let raw = Handle::new(&cudnn.context, cudnn.library).unwrap().into_raw();
    assert_eq!(DESTROYED.load(SeqCst), 0);
    // SAFETY: made right here, in this context, and given up.
    let handle = unsafe { Handle::from_raw(&cudnn.context, cudnn.library, raw) };
    assert_eq!(handle.as_raw(), raw);
    drop(handle);

    assert_eq!(DESTROYED.load(SeqCst), 1);
}

#[test]
fn setting_the_same_stream_again_makes_no_call() {
    let cudnn = counting();
    let mut handle = Handle::new(&cudnn.context, cudnn.library).unwrap();
    let (one, two) = (Stream::new(&cudnn.context, 0).unwrap(), Stream::new(&cudnn.context, 0).unwrap());

    for stream in [&one, &one, &two, &two, &one] {
        handle.set_stream(stream).unwrap();
        assert_eq!(handle.stream().unwrap(), stream.as_raw());
    }
    assert_eq!(STREAMS_SET.load(SeqCst), 3);
    handle.forget_stream();
    handle.set_stream(&one).unwrap();

    assert_eq!(STREAMS_SET.load(SeqCst), 4);
}

#[test]
fn a_stream_that_could_not_be_set_is_set_again() {
    let cudnn = counting();
    let mut handle = Handle::new(&cudnn.context, cudnn.library).unwrap();
    let stream = Stream::new(&cudnn.context, 0).unwrap();

    ANSWER.store(cudnnStatus_t::CUDNN_STATUS_BAD_PARAM.0, SeqCst);
    let error = handle.set_stream(&stream).unwrap_err();
    assert_eq!(error.code(), Some(cudnnStatus_t::CUDNN_STATUS_BAD_PARAM));
    ANSWER.store(0, SeqCst);
    handle.set_stream(&stream).unwrap();

    assert_eq!(STREAMS_SET.load(SeqCst), 2);
}

#[test]
fn a_stream_of_another_context_is_refused_without_a_call() {
    let cudnn = counting();
    let mut handle = Handle::new(&cudnn.context, cudnn.library).unwrap();
    let other = Context::own(cudnn.context.device()).unwrap();

    let error = handle.set_stream(&Stream::new(&other, 0).unwrap()).unwrap_err();

    assert!(matches!(error, Error::Shape { .. }), "{error}");
    assert_eq!(STREAMS_SET.load(SeqCst), 0);
}

#[test]
fn a_handle_keeps_its_context_alive() {
    let cudnn = counting();
    let context = Context::own(cudnn.context.device()).unwrap();
    let weak = Arc::downgrade(&context);

    let handle = Handle::new(&context, cudnn.library).unwrap();
    drop(context);
    assert!(weak.upgrade().is_some());
    drop(handle);

    assert!(weak.upgrade().is_none());
}

#[test]
fn after_a_sticky_failure_a_handle_makes_no_call_not_even_when_it_is_dropped() {
    let cudnn = counting();
    let context = Context::own(cudnn.context.device()).unwrap();
    let mut handle = Handle::new(&context, cudnn.library).unwrap();
    let stream = Stream::new(&context, 0).unwrap();
    fault::fail_next("cuCtxSynchronize", CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    context.synchronize().unwrap_err();

    let error = handle.set_stream(&stream).unwrap_err();
    assert_eq!(error.class(), ErrorClass::ContextLost, "{error}");
    assert!(error.to_string().contains("cuCtxSynchronize"), "{error} does not name the first cause");
    let again = Handle::new(&context, cudnn.library).unwrap_err();
    assert_eq!(again.class(), ErrorClass::ContextLost, "{again}");
    drop(handle);

    assert_eq!((CREATED.load(SeqCst), STREAMS_SET.load(SeqCst), DESTROYED.load(SeqCst)), (1, 0, 0));
}

#[test]
fn a_handle_is_not_destroyed_when_the_driver_is_gone() {
    let cudnn = counting();
    let context = Context::own(cudnn.context.device()).unwrap();
    let handle = Handle::new(&context, cudnn.library).unwrap();
    fault::fail_next("cuCtxSetCurrent", CUresult::CUDA_ERROR_DEINITIALIZED);

    drop(handle);

    assert_eq!(DESTROYED.load(SeqCst), 0);
}

#[test]
fn a_failed_call_that_lost_the_context_says_so() {
    let cudnn = counting();
    let context = Context::own(cudnn.context.device()).unwrap();
    let mut handle = Handle::new(&context, cudnn.library).unwrap();
    let stream = Stream::new(&context, 0).unwrap();

    ANSWER.store(cudnnStatus_t::CUDNN_STATUS_EXECUTION_FAILED.0, SeqCst);
    let harmless = handle.set_stream(&stream).unwrap_err();
    assert_eq!(harmless.class(), ErrorClass::BadRequest, "{harmless}");
    fault::fail_next("cuMemGetInfo_v2", CUresult::CUDA_ERROR_ILLEGAL_ADDRESS);
    let lost = handle.set_stream(&stream).unwrap_err();

    assert_eq!(lost.class(), ErrorClass::ContextLost, "{lost}");
    assert!(context.loss().is_some());
}

#[test]
fn an_error_names_the_call_the_status_and_what_nine_says_of_it() {
    let name = |nine: bool, raw: u32| {
        let cudnn = counting_as(nine);
        ANSWER.store(raw, SeqCst);
        Handle::new(&cudnn.context, cudnn.library).unwrap_err().to_string()
    };

    let (eight, nine) = (name(false, 3), name(true, 2000));

    assert!(eight.contains("cudnnCreate: bad param (CUDNN_STATUS_BAD_PARAM, 3)"), "{eight}");
    assert!(nine.contains("(CUDNN_STATUS_BAD_PARAM, 2000): the device is on strike"), "{nine}");
}

#[test]
fn memory_that_ran_out_is_of_its_own_class_with_eight_and_nine() {
    for (nine, raw) in [(false, 2), (true, 4003), (true, 4004)] {
        let cudnn = counting_as(nine);
        ANSWER.store(raw, SeqCst);

        let error = Handle::new(&cudnn.context, cudnn.library).unwrap_err();

        assert_eq!(error.class(), ErrorClass::Exhausted, "{error}");
    }
}

#[test]
fn parts_of_several_versions_make_no_handle_and_are_named() {
    let cudnn = counting();
    OPS_ANSWER.store(cudnnStatus_t::CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH.0, SeqCst);

    let error = Handle::new(&cudnn.context, cudnn.library).unwrap_err();
    assert!(matches!(error, Error::Mixed { part: "ops", .. }), "{error}");
    assert_eq!(CREATED.load(SeqCst), 0);
    OPS_ANSWER.store(cudnnStatus_t::CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED.0, SeqCst);
    let error = Handle::new(&cudnn.context, cudnn.library).unwrap_err();
    assert!(error.to_string().contains("SUBLIBRARY_LOADING_FAILED"), "{error}");
    OPS_ANSWER.store(0, SeqCst);

    Handle::new(&cudnn.context, cudnn.library).unwrap();
    cudnn.library.check_parts(&Part::ALL).unwrap();
}

#[test]
fn a_cudnn_of_another_driver_makes_no_handle() {
    let cudnn = counting();
    let stranger = Library::new(cudnn.library.table());

    let error = Handle::new(&cudnn.context, stranger).unwrap_err();

    assert!(matches!(error, Error::Driver { .. }), "{error}");
    assert_eq!(CREATED.load(SeqCst), 0);
}

#[test]
fn what_needs_another_version_is_refused_with_both() {
    let eight = counting_as(false).library;
    let (nine, ten) = (CudnnVersion::new(9, 0, 0), CudnnVersion::new(10, 0, 0));

    let error = eight.require("a causal mask", nine..ten).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a causal mask needs a cuDNN from 9.0.0 to before 10.0.0; this one is 8.9.7"
    );
    let error = eight.require_since("a causal mask", nine).unwrap_err();
    assert_eq!(error.to_string(), "a causal mask needs cuDNN 9.0.0 or newer; this one is 8.9.7");

    counting().library.require("a causal mask", nine..ten).unwrap();
}

#[test]
fn a_handle_that_could_not_be_destroyed_is_told_to_the_hook() {
    let cudnn = counting();
    let told = Arc::new(Mutex::new(Vec::new()));
    let handle = Handle::new(&cudnn.context, cudnn.library).unwrap();
    let ears = told.clone();
    set_drop_hook(Some(Arc::new(move |doing, error: &cuda::Error| {
        ears.lock().unwrap().push(format!("{doing}: {error}"));
    })));

    ANSWER.store(cudnnStatus_t::CUDNN_STATUS_BAD_PARAM.0, SeqCst);
    drop(handle);
    set_drop_hook(None);

    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("destroying a cuDNN handle: cudnnDestroy: bad param"), "{told:?}");
}

//! What every call passes on its way in and out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

use cuda_sys::CUresult;

use crate::error::{Answer, NOT_INITIALIZED, NOT_PERMITTED, UNKNOWN};
use crate::journal::{self, Counter};
use crate::{fault, headway, state, thread};

/// Functions that work before `cuInit`, and in host functions: they touch no device.
const ALWAYS: &[&str] = &[
    "cuInit",
    "cuDriverGetVersion",
    "cuGetErrorName",
    "cuGetErrorString",
    "cuGetProcAddress",
    "cuGetProcAddress_v2",
    "cuGetExportTable",
];

/// Functions that host functions are let call as well: they look at nothing that work in flight changes.
const IN_HOST_FUNCTIONS: &[&str] = &[
    "cuCtxGetCurrent",
    "cuCtxSetCurrent",
    "cuCtxPushCurrent_v2",
    "cuCtxPopCurrent_v2",
    "cuCtxGetDevice",
    "cuDeviceGet",
];

/// Counts a call, refuses it where it may not be made, and does it. A panic, which would be a fault of this driver, stops
/// here: it must not cross into C.
///
/// Not generic: there are hundreds of callers, each of which would be compiled with a copy of it.
pub(crate) fn call(counter: &'static Counter, call: &mut dyn FnMut() -> Answer) -> CUresult {
    if counter.counts {
        counter.calls.fetch_add(1, Ordering::Relaxed);
    }
    if let Some(code) = fault::strikes(counter.name) {
        return code;
    }
    if !state::is_initialized() && !ALWAYS.contains(&counter.name) {
        return NOT_INITIALIZED;
    }
    if thread::in_host_function()
        && !ALWAYS.contains(&counter.name)
        && !IN_HOST_FUNCTIONS.contains(&counter.name)
    {
        return NOT_PERMITTED;
    }
    thread::enter_call(counter.name);
    let was = thread::set_inside(true);
    // What is called from inside of a call, or from a host function, is not what the client does next.
    let noted = !was && headway::enter();
    let outcome = catch_unwind(AssertUnwindSafe(call));
    if noted {
        headway::leave();
    }
    thread::set_inside(was);
    match outcome {
        Ok(Ok(())) => CUresult::CUDA_SUCCESS,
        Ok(Err(code)) => code,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
            journal::note(format!("{} panicked: {text}; this is a fault of cuda-sim", counter.name));
            UNKNOWN
        }
    }
}

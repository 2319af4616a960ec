//! The client's callback, which is told of calls and of errors.
#![allow(unsafe_code)]

use crate::cudnn::failure::{Failure, Outcome};
use crate::cudnn::ffi::{Out, Untyped};
use crate::cudnn::library::Dnn;
use crate::library::{Answer, versions};
use cudnn_sys::{
    cudnnCallback_t as Callback, cudnnDebug_t, cudnnSeverity_t as Severity, cudnnStatus_t as Status,
};
use std::ffi::{CString, c_uint, c_void};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{process, ptr};

struct Client {
    mask: c_uint,
    data: usize,
    function: Callback,
}

/// One for the process, as the manual says.
static CLIENT: Mutex<Client> = Mutex::new(Client { mask: 0, data: 0, function: None });

fn with_client<T>(f: impl FnOnce(&mut Client) -> T) -> T {
    f(&mut CLIENT.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Dnn {
    pub(crate) fn cudnnSetCallback(mask: c_uint, udata: Untyped, fptr: Callback) -> Outcome {
        with_client(|client| *client = Client { mask, data: udata.address(), function: fptr });
        Ok(())
    }

    pub(crate) fn cudnnGetCallback(
        mask: Out<c_uint>,
        udata: Out<*mut c_void>,
        fptr: Out<Callback>,
    ) -> Outcome {
        mask.check("mask")?;
        udata.check("udata")?;
        fptr.check("fptr")?;
        with_client(|client| {
            mask.set(client.mask)?;
            udata.set(ptr::with_exposed_provenance_mut(client.data))?;
            fptr.set(client.function)
        })
    }
}

/// Tells the client that a function was called, if it wants to know.
pub(crate) fn tell_call(function: &'static str) {
    if function != "cudnnSetCallback" && function != "cudnnGetCallback" {
        tell(Severity::CUDNN_SEV_INFO, Status::CUDNN_STATUS_SUCCESS, || {
            format!("function {function}() called")
        });
    }
}

/// Tells the client of a failure, if it wants to know.
pub(crate) fn tell_failure(function: &'static str, failure: &Failure) {
    tell(Severity::CUDNN_SEV_ERROR, failure.status, || format!("{function}: {}", failure.message));
}

fn tell(severity: Severity, status: Status, text: impl FnOnce() -> String) {
    // Called outside of the lock: the client may set another callback from within.
    let (function, data) =
        with_client(|client| (client.function, client.data, client.mask)).into_wanted(severity);
    let Some(function) = function else { return };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let details = cudnnDebug_t {
        cudnn_version: Dnn::cudnnGetVersion() as c_uint,
        cudnnStatus: versions().map_or(status, |versions| status.numbered(versions)),
        time_sec: now.as_secs() as c_uint,
        time_usec: now.subsec_micros(),
        pid: u64::from(process::id()),
        ..Default::default()
    };
    // The text ends with an empty one, since a message may have several lines.
    let text = CString::new(text()).unwrap_or_default();
    let mut bytes = text.into_bytes_with_nul();
    bytes.push(0);
    let data = ptr::with_exposed_provenance_mut(data);
    // SAFETY: the client gave the function for this; the structure and the text live until it returns.
    unsafe { function(severity, data, &details, bytes.as_ptr().cast()) };
}

trait Wanted {
    fn into_wanted(self, severity: Severity) -> (Callback, usize);
}

impl Wanted for (Callback, usize, c_uint) {
    fn into_wanted(self, severity: Severity) -> (Callback, usize) {
        let (function, data, mask) = self;
        // Fatal errors are always told.
        let wanted = severity == Severity::CUDNN_SEV_FATAL || mask & 1 << severity.0 != 0;
        (function.filter(|_| wanted), data)
    }
}

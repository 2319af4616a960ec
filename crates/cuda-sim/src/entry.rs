//! Entry points: how clients find functions by name and version, and what errors are called.

use std::ffi::{CStr, CString};
use std::sync::LazyLock;

use cuda_sys::CUresult;

use crate::config;
use crate::error::*;
use crate::exports::{self, Export, Sim};
use crate::ffi::{In, Out, Text};
use crate::native;
use crate::state;
use crate::sys::{CUdriverProcAddressQueryResult as Status, CUuuid};
use core::ffi::{c_char, c_void};

/// Asks for the forms in which the null stream means the calling thread's own.
const PER_THREAD: u64 = 2;

/// Returns the version that the driver reports, before and after `cuInit`.
pub(crate) fn driver_version() -> i32 {
    if state::is_initialized() {
        return state::lock().config.driver_version;
    }
    config::wanted().unwrap_or_default().driver_version
}

/// Reads `12.4` as `cuDriverGetVersion` would report it.
fn version(text: &str) -> i32 {
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    major.parse::<i32>().unwrap_or(0) * 1000 + minor.parse::<i32>().unwrap_or(0) * 10
}

/// Whether a driver of `version` has `export`.
pub(crate) fn has(driver: i32, export: &Export) -> bool {
    version(export.since) <= driver
}

/// The release in which a function's later forms came, where that was before 11.8: until then a request for the bare name means
/// an older form. Measured on a real driver; see `facts` in the tests.
fn introduced(name: &str, since: &str) -> i32 {
    EARLY.iter().find(|(early, _)| *early == name).map_or_else(|| version(since), |&(_, since)| since)
}

include!("generated_early.rs");

/// Finds the newest form of `symbol` that a client of `wanted` may get from a driver of `driver`.
fn resolve(symbol: &str, wanted: i32, driver: i32, per_thread: bool) -> Result<&'static Export, Status> {
    let mut too_new = false;
    for form in ["_v4", "_v3", "_v2", ""] {
        let plain = format!("{symbol}{form}");
        let Some(export) = exports::find(&plain) else { continue };
        let since = introduced(export.name, export.since);
        if since > driver {
            continue;
        }
        if since > wanted {
            too_new = true;
            continue;
        }
        let own = per_thread
            .then(|| ["_ptsz", "_ptds"].iter().find_map(|end| exports::find(&format!("{plain}{end}"))));
        return Ok(own.flatten().unwrap_or(export));
    }
    Err(if too_new {
        Status::CU_GET_PROC_ADDRESS_VERSION_NOT_SUFFICIENT
    } else {
        Status::CU_GET_PROC_ADDRESS_SYMBOL_NOT_FOUND
    })
}

/// An error's name and sentence, as texts that last as long as the process.
fn text_of(error: CUresult, pick: impl Fn(&'static Texts) -> &'static CStr) -> Option<&'static CStr> {
    static ALL: LazyLock<Vec<Texts>> = LazyLock::new(|| {
        let owned = |text: &str| CString::new(text).unwrap_or_default();
        let each = CUresult::TEXTS.iter();
        each.map(|one| Texts { code: one.code, name: owned(one.name), sentence: owned(one.sentence) })
            .collect()
    });
    let all: &'static Vec<Texts> = &ALL;
    let index = all.binary_search_by_key(&error.0, |texts| texts.code).ok()?;
    Some(pick(&all[index]))
}

struct Texts {
    code: u32,
    name: CString,
    sentence: CString,
}

fn put_text(out: Out<*const c_char>, text: Option<&'static CStr>) -> Answer {
    let out = out.required()?;
    out.put(text.map_or(std::ptr::null(), CStr::as_ptr));
    text.map(|_| ()).ok_or(INVALID_VALUE)
}

impl Sim {
    /// An unknown code gives a null text, and `INVALID_VALUE`.
    pub(crate) fn cuGetErrorName(error: CUresult, name: Out<*const c_char>) -> Answer {
        put_text(name, text_of(error, |texts| &texts.name))
    }

    pub(crate) fn cuGetErrorString(error: CUresult, sentence: Out<*const c_char>) -> Answer {
        put_text(sentence, text_of(error, |texts| &texts.sentence))
    }

    /// A name that is not found is no error: the pointer is null, and the status says why.
    pub(crate) fn cuGetProcAddress_v2(
        symbol: Text,
        function: Out<*mut c_void>,
        wanted: i32,
        flags: u64,
        status: Out<Status>,
    ) -> Answer {
        let out = function.required()?;
        let symbol = symbol.read()?;
        if flags > PER_THREAD {
            return Err(INVALID_VALUE);
        }
        let found = resolve(&symbol, wanted, driver_version(), flags == PER_THREAD);
        status.put(found.err().unwrap_or(Status::CU_GET_PROC_ADDRESS_SUCCESS));
        out.put(found.map_or(std::ptr::null_mut(), |export| export.address.0.cast_mut()));
        Ok(())
    }

    /// The first form has no status, so that not finding a name is an error.
    pub(crate) fn cuGetProcAddress(
        symbol: Text,
        function: Out<*mut c_void>,
        wanted: i32,
        flags: u64,
    ) -> Answer {
        let out = function.required()?;
        let symbol = symbol.read()?;
        if flags > PER_THREAD {
            return Err(INVALID_VALUE);
        }
        let found = resolve(&symbol, wanted, driver_version(), flags == PER_THREAD);
        out.put(found.map_or(std::ptr::null_mut(), |export| export.address.0.cast_mut()));
        found.map(|_| ()).map_err(|_| NOT_FOUND)
    }

    /// The tables of unpublished functions are NVIDIA's own. NVRTC asks for one, and takes no for an answer as long as the
    /// pointer is null. There is one of this driver's, for libraries that bring kernels of their own.
    pub(crate) fn cuGetExportTable(table: Out<*const c_void>, id: In<CUuuid>) -> Answer {
        let out = table.required()?;
        let found = if id.is_null() { None } else { native::table(id.read()?) };
        out.put(found.unwrap_or(std::ptr::null()));
        found.map(|_| ()).ok_or(NOT_FOUND)
    }
}

#![doc = include_str!("../README.md")]
#![deny(unsafe_code)]
// The functions of `Sim` have the names and the arguments that the C functions have.
#![allow(non_snake_case, clippy::too_many_arguments)]

mod advice;
mod array;
mod attribute;
mod batch;
mod capture;
mod checks;
mod condition;
mod config;
mod context;
#[allow(unsafe_code)]
mod copy;
mod device;
#[allow(unsafe_code)]
mod early;
mod entry;
mod error;
mod event;
mod executable;
mod explore;
#[allow(unsafe_code)]
mod exports;
#[allow(unsafe_code)]
mod external;
pub mod fault;
#[allow(unsafe_code)]
mod ffi;
#[allow(unsafe_code)]
mod fill;
mod function;
mod functions;
mod gate;
#[allow(unsafe_code)]
mod generic_node;
mod graph;
mod graph_memory;
#[allow(unsafe_code)]
mod green;
mod handle;
mod headway;
mod host;
mod image;
#[allow(unsafe_code)]
mod journal;
#[allow(unsafe_code)]
mod launch;
mod launch_attribute;
mod link;
mod managed;
mod memory;
mod module;
mod multicast;
#[allow(unsafe_code)]
mod native;
mod node;
mod null;
#[allow(unsafe_code)]
mod occupancy;
mod old_launch;
#[allow(unsafe_code)]
mod operation;
mod order;
mod peer;
#[allow(unsafe_code)]
mod pinned;
mod pointer;
mod pool;
mod pool_sharing;
#[allow(unsafe_code)]
pub mod ptx;
mod race;
mod report;
mod schedule;
#[allow(unsafe_code)]
mod semaphore;
mod semaphore_node;
#[allow(unsafe_code)]
mod shadow;
#[allow(unsafe_code)]
mod shared_mark;
#[allow(unsafe_code)]
mod space;
mod state;
mod stream;
mod tensor_map;
#[allow(unsafe_code)]
mod texture;
mod texture_reference;
mod thread;
#[allow(unsafe_code)]
mod trace;
mod user_object;
#[allow(unsafe_code)]
mod value;
#[allow(unsafe_code)]
mod virtual_memory;
mod zstd;

use std::collections::BTreeMap;
use std::ffi::{CStr, c_void};
use std::sync::{Mutex, PoisonError};

pub(crate) use cuda_sys::driver as sys;

pub use checks::{Checks, Reaction};
pub use config::{ConfigError, NEWEST_DRIVER_VERSION, OLDEST_DRIVER_VERSION, SimConfig};
pub use explore::{Failure, explore};
pub use functions::{Function, functions};
pub use journal::{Journal, Leaks, clear as clear_journal, journal};
pub use report::{Allocation, Operation, Report, ReportKind, reports, take_reports};
pub use state::configure;
pub use trace::{Call, record_calls, take_calls};

/// Returns the simulated driver as a table of functions, as if it had been loaded from a file.
///
/// There is one simulated driver in a process, as there is one real one: the same version gives an equal [`Driver`] every
/// time. Functions that a driver of the configured version would not have are missing from it.
///
/// [`Driver`]: cuda_sys::Driver
///
/// # Panics
/// Never in practice: the table is filled from this crate's own functions.
#[allow(unsafe_code)]
pub fn driver() -> cuda_sys::Driver {
    static TABLES: Mutex<BTreeMap<i32, cuda_sys::Driver>> = Mutex::new(BTreeMap::new());
    let version = entry::driver_version();
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(driver) = tables.get(&version) {
        return *driver;
    }
    let lookup = |name: &CStr| -> *const c_void {
        let found = name.to_str().ok().and_then(exports::find);
        found.filter(|export| entry::has(version, export)).map_or(std::ptr::null(), |export| export.address.0)
    };
    // SAFETY: each export has the signature that cuda-sys's own list gives it, and functions last as long as the process.
    let driver = unsafe { cuda_sys::Driver::from_lookup("cuda-sim", lookup) };
    let driver = driver.expect("the table has cuDriverGetVersion, which is all that loading asks for");
    tables.insert(version, driver);
    driver
}

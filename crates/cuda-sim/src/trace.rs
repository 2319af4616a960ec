//! Calls with their arguments and results, for tests and for those who look for what a program does.

use std::fmt::{self, Debug};
use std::fs::File;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use cuda_sys::CUresult;

/// A call of a driver function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The function's exported name.
    pub function: &'static str,
    /// Each argument's name and value. Where a call leaves a number or a handle, the value is what it left.
    pub arguments: Vec<(&'static str, String)>,
    /// What it returned.
    pub result: CUresult,
}

impl Call {
    /// Returns the value of the argument of that name.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.function)?;
        for (index, (name, value)) in self.arguments.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}: {value}")?;
        }
        match self.result.name() {
            Some(name) => write!(f, ") = {name}"),
            None => write!(f, ") = {}", self.result.0),
        }
    }
}

static ON: AtomicBool = AtomicBool::new(false);

#[derive(Debug)]
struct Trace {
    /// Calls are kept for [`take_calls`].
    kept: bool,
    calls: Vec<Call>,
    target: Option<Target>,
}

#[derive(Debug)]
enum Target {
    StandardError,
    File(File),
}

static TRACE: Mutex<Trace> = Mutex::new(Trace { kept: false, calls: Vec::new(), target: None });

fn trace() -> MutexGuard<'static, Trace> {
    TRACE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Keeps every call from now on, or does not any more, and forgets those that were kept.
pub fn record_calls(on: bool) {
    let mut trace = trace();
    trace.kept = on;
    trace.calls.clear();
    ON.store(on || trace.target.is_some(), Relaxed);
}

/// Returns the calls since [`record_calls`], or since the last time, in the order of their return, and forgets them.
pub fn take_calls() -> Vec<Call> {
    std::mem::take(&mut trace().calls)
}

/// Writes every call from now on.
pub(crate) fn write_to(target: Option<&str>) -> io::Result<()> {
    let target = match target {
        None => None,
        Some("-") => Some(Target::StandardError),
        Some(path) => Some(Target::File(File::create(path)?)),
    };
    let mut trace = trace();
    trace.target = target;
    ON.store(trace.kept || trace.target.is_some(), Relaxed);
    Ok(())
}

/// Whether anybody wants to know of calls.
#[inline(always)]
pub(crate) fn is_on() -> bool {
    ON.load(Relaxed)
}

/// Enters a call that has returned.
pub(crate) fn add(function: &'static str, arguments: Vec<(&'static str, String)>, result: CUresult) {
    let call = Call { function, arguments, result };
    let mut trace = trace();
    // A full disk is not the program's concern.
    let _ = match &mut trace.target {
        Some(Target::StandardError) => writeln!(io::stderr(), "{call}"),
        Some(Target::File(file)) => writeln!(file, "{call}"),
        None => Ok(()),
    };
    if trace.kept {
        trace.calls.push(call);
    }
}

/// An argument, and what the call returned: what it left is there if it succeeded. The traits below show it: the first that
/// fits its type does.
pub(crate) struct Shown<T>(pub(crate) T, pub(crate) CUresult);

/// Shows what a pointer leads to.
pub(crate) trait ShowPointee {
    fn show(&self) -> String;
}

/// Shows the argument itself.
pub(crate) trait ShowAny {
    fn show(&self) -> String;
}

impl<T: Debug> ShowAny for &Shown<T> {
    fn show(&self) -> String {
        format!("{:?}", self.0)
    }
}

macro_rules! pointees {
    ($($type:ty),*) => {$(
        impl ShowPointee for Shown<*mut $type> {
            fn show(&self) -> String {
                if self.0.is_null() || self.1 != CUresult::CUDA_SUCCESS {
                    return format!("{:?}", self.0);
                }
                // SAFETY: not null, and the call has succeeded, so it has left a value there, or read one (Ffi 1).
                format!("{:?}", unsafe { self.0.read_unaligned() })
            }
        }
    )*};
}

pointees!(i32, u32, u64, usize, f32);

impl<T> ShowPointee for Shown<*mut *mut T> {
    fn show(&self) -> String {
        if self.0.is_null() || self.1 != CUresult::CUDA_SUCCESS {
            return format!("{:?}", self.0);
        }
        // SAFETY: as above.
        format!("{:?}", unsafe { self.0.read_unaligned() })
    }
}

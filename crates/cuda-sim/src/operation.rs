//! What a stream can be asked to do.

use std::ffi::c_void;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use cuda_sys::CUresult;

use crate::condition::{Choice, Value};
use crate::copy::Copy;
use crate::event::Marker;
use crate::fill::Fill;
use crate::launch::Run;
use crate::order::{Act, Before};
use crate::race::{self, Touch};
use crate::schedule::Moment;
use crate::semaphore::{Await, Signal};
use crate::thread;
use crate::value::{WaitValue, WriteValue};

/// One entry of a stream's queue.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) ticket: u64,
    pub(crate) after: Vec<Moment>,
    pub(crate) work: Work,
    /// What it comes after, for those who look for races.
    pub(crate) before: Option<Before>,
}

/// Why work failed after it was submitted.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) code: CUresult,
    pub(crate) text: String,
    /// The address that it was about to touch, if that is not in use.
    pub(crate) address: Option<u64>,
}

impl Fault {
    /// Work found memory that is not there.
    pub(crate) fn unmapped(what: &str, address: u64) -> Fault {
        let text = format!("{what} found its memory at {address:#x} unmapped when it ran");
        Fault { code: CUresult::CUDA_ERROR_ILLEGAL_ADDRESS, text, address: Some(address) }
    }

    /// A report was made, and the program is to hear of it.
    pub(crate) fn reported() -> Fault {
        let text = "a report was made, and the setting is to fail".into();
        Fault { code: CUresult::CUDA_ERROR_LAUNCH_FAILED, text, address: None }
    }
}

/// A function of the client's, with its argument.
#[derive(Clone, Copy)]
pub(crate) enum HostFunction {
    /// From `cuLaunchHostFunc`.
    Plain(unsafe extern "C" fn(*mut c_void)),
    /// From `cuStreamAddCallback`: called with the stream as the client named it, even after an error.
    Callback(unsafe extern "C" fn(crate::sys::CUstream, CUresult, *mut c_void), u64),
}

/// What an operation does.
#[derive(Clone)]
pub(crate) enum Work {
    Copy(Copy),
    Fill(Fill),
    Launch(Arc<Run>),
    Host {
        function: HostFunction,
        data: u64,
    },
    Record(Arc<Marker>),
    Wait(Arc<Marker>),
    WaitValue(WaitValue),
    WriteValue(WriteValue),
    /// Signalling an external semaphore.
    Signal(Signal),
    /// Waiting for one.
    Await(Await),
    Release {
        base: u64,
    },
    /// Memory that was allocated in stream order may be used from here on.
    Claim {
        base: u64,
    },
    /// Running what a conditional node's value asks for.
    Choose(Arc<Choice>),
    /// Setting the values of a graph's conditional nodes, as its launch does.
    Assign(Arc<Vec<(Value, u32)>>),
    Nothing,
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Work::Copy(_) => "copy",
            Work::Fill(_) => "fill",
            Work::Launch(_) => "launch",
            Work::Host { .. } => "host function",
            Work::Record(_) => "record",
            Work::Wait(_) => "wait",
            Work::WaitValue(_) => "wait for a value",
            Work::WriteValue(_) => "write a value",
            Work::Signal(_) => "signal a semaphore",
            Work::Await(_) => "wait for a semaphore",
            Work::Release { .. } => "free",
            Work::Claim { .. } => "allocate",
            Work::Choose(_) => "conditional",
            Work::Assign(_) => "set conditions",
            Work::Nothing => "nothing",
        })
    }
}

impl Work {
    /// Whether it is done on the spot, under the lock.
    pub(crate) fn is_light(&self) -> bool {
        matches!(
            self,
            Work::Record(_)
                | Work::Wait(_)
                | Work::WaitValue(_)
                | Work::Await(_)
                | Work::Release { .. }
                | Work::Claim { .. }
                | Work::Nothing
        )
    }

    /// Whether what it waits for itself has happened.
    pub(crate) fn can_start(&self) -> bool {
        match self {
            Work::Wait(marker) => marker.is_reached(),
            Work::WaitValue(wait) => wait.is_satisfied(),
            Work::Await(wait) => wait.is_over(),
            _ => true,
        }
    }

    /// Whether nobody tells when what it waits for happens, so that it must be looked at.
    pub(crate) fn is_polled(&self) -> bool {
        match self {
            Work::WaitValue(_) | Work::Await(_) => true,
            Work::Wait(marker) => marker.is_shared(),
            _ => false,
        }
    }

    /// Whether a client's thread that waits may do it as well as a worker.
    pub(crate) fn suits_any_thread(&self) -> bool {
        matches!(self, Work::Copy(_) | Work::Fill(_) | Work::WriteValue(_) | Work::Signal(_))
    }

    /// Does it. After `fault`, work of the context is dropped, and only callbacks still hear of it.
    pub(crate) fn run(self, act: Option<&Arc<Act>>, fault: Option<CUresult>) -> Result<(), Fault> {
        let touches = act.filter(|_| fault.is_none()).map(|act| (act, self.touches()));
        let suspicious = match (&self, act) {
            (Work::Copy(copy), Some(act)) if fault.is_none() => copy.inspect(act),
            _ => false,
        };
        let result = self.perform(act, fault);
        if let Err(Fault { address: Some(address), .. }) = &result {
            race::touched_after_free(act, *address);
        }
        let fails = touches.is_some_and(|(act, touches)| race::enter(act, &touches)) | suspicious;
        result.and_then(|()| if fails { Err(Fault::reported()) } else { Ok(()) })
    }

    /// What it touches, as far as that is known before it runs.
    fn touches(&self) -> Vec<Touch> {
        match self {
            Work::Copy(copy) => copy.touches(),
            Work::Fill(fill) => fill.touches(),
            Work::WriteValue(write) => write.touches(),
            _ => Vec::new(),
        }
    }

    fn perform(self, act: Option<&Arc<Act>>, fault: Option<CUresult>) -> Result<(), Fault> {
        match (self, fault) {
            (Work::Host { function: HostFunction::Callback(function, stream), data }, _) => {
                let status = fault.unwrap_or(CUresult::CUDA_SUCCESS);
                // SAFETY: the client gave this function for this call, with this argument; streams run it once.
                thread::as_host_function(|| unsafe {
                    function(stream as crate::sys::CUstream, status, data as *mut c_void)
                });
                Ok(())
            }
            (_, Some(_)) => Ok(()),
            (Work::Host { function: HostFunction::Plain(function), data }, None) => {
                // SAFETY: the client gave this function for this call, with this argument; streams run it once.
                thread::as_host_function(|| unsafe { function(data as *mut c_void) });
                Ok(())
            }
            (Work::Copy(copy), None) => copy.run(),
            (Work::Fill(fill), None) => fill.run(),
            (Work::Launch(run), None) => run.run(act),
            (Work::WriteValue(write), None) => write.run(),
            (Work::Signal(signal), None) => signal.run(),
            (Work::Choose(choice), None) => choice.run(act),
            (Work::Assign(values), None) => {
                values.iter().for_each(|(cell, value)| cell.store(*value, Ordering::SeqCst));
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

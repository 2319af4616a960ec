//! Failures on demand: so that tests need not hope for them.
//!
//! The same can be asked for in the environment, for programs that load the library: `CUDA_SIM_FAULTS` is a list of
//! faults with semicolons between, each as [`parse`] has it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cuda_sys::CUresult;

/// Which call is to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Which {
    /// A call of any function.
    Any,
    /// A call of this function.
    Named(String),
}

#[derive(Clone, Debug)]
struct Plan {
    which: Which,
    /// How many more such calls succeed before the one that fails.
    after: u64,
    code: CUresult,
}

static PLANS: Mutex<Vec<Plan>> = Mutex::new(Vec::new());
static ANY: AtomicBool = AtomicBool::new(false);
/// Operations of streams that are still to run before the one that fails, and its code.
static STICKY: Mutex<Option<(u64, CUresult)>> = Mutex::new(None);
/// How many bytes of each device may be in use; no limit if it is the most that there is.
static MEMORY_LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);
/// Devices that are lost, a bit each.
static LOST: AtomicU64 = AtomicU64::new(0);
/// What each copy takes in addition, in nanoseconds.
static SLOW: AtomicU64 = AtomicU64::new(0);

/// What a lost device's calls return.
pub(crate) const LOST_CODE: CUresult = CUresult::CUDA_ERROR_DEVICE_UNAVAILABLE;

fn plans() -> MutexGuard<'static, Vec<Plan>> {
    PLANS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn plan(plan: Plan) {
    plans().push(plan);
    ANY.store(true, Ordering::Release);
}

/// Makes the next call of `function`, by its exported name, return `code` without doing anything.
///
/// ```standalone_crate
/// use cuda_sim::fault;
/// use cuda_sys::CUresult;
///
/// let driver = cuda_sim::driver();
/// fault::fail_next("cuInit", CUresult::CUDA_ERROR_NO_DEVICE);
///
/// // SAFETY: `cuInit` may be called at any time.
/// let (first, second) = unsafe { (driver.cuInit(0)?, driver.cuInit(0)?) };
///
/// assert_eq!((first, second), (CUresult::CUDA_ERROR_NO_DEVICE, CUresult::CUDA_SUCCESS));
/// # Ok::<(), cuda_sys::MissingFunction>(())
/// ```
pub fn fail_next(function: impl Into<String>, code: CUresult) {
    fail_after(function, 0, code);
}

/// Lets `after` calls of `function` pass, then makes one return `code` without doing anything.
pub fn fail_after(function: impl Into<String>, after: u64, code: CUresult) {
    plan(Plan { which: Which::Named(function.into()), after, code });
}

/// Lets `after` calls of any function pass, then makes one return `code` without doing anything.
pub fn fail_any_after(after: u64, code: CUresult) {
    plan(Plan { which: Which::Any, after, code });
}

/// Lets `after` operations of streams run (copies, fills, launches, host functions, whatever has been submitted), then makes
/// one fail: its context is in the sticky error `code` from then on, as after a faulty kernel.
pub fn stick_after(after: u64, code: CUresult) {
    *STICKY.lock().unwrap_or_else(PoisonError::into_inner) = Some((after, code));
}

/// Makes allocations fail with `CUDA_ERROR_OUT_OF_MEMORY` that would bring what is in use on their device above `bytes`.
pub fn limit_memory(bytes: u64) {
    MEMORY_LIMIT.store(bytes, Ordering::Release);
}

/// Takes a device away: work of its contexts ends, and calls return `CUDA_ERROR_DEVICE_UNAVAILABLE`.
pub fn lose_device(ordinal: usize) {
    LOST.fetch_or(1u64.checked_shl(ordinal as u32).unwrap_or(0), Ordering::AcqRel);
}

/// Makes each copy take so much longer.
pub fn slow_copies(by: Duration) {
    SLOW.store(by.as_nanos() as u64, Ordering::Release);
}

/// Forgets all failures that have not happened yet, and returns how many calls there were that were to fail. Limits are lifted,
/// and devices are there again; contexts that have failed stay so.
pub fn clear() -> usize {
    *STICKY.lock().unwrap_or_else(PoisonError::into_inner) = None;
    MEMORY_LIMIT.store(u64::MAX, Ordering::Release);
    LOST.store(0, Ordering::Release);
    SLOW.store(0, Ordering::Release);
    ANY.store(false, Ordering::Release);
    std::mem::take(&mut *plans()).len()
}

/// Asks for the faults of a list, as `CUDA_SIM_FAULTS` has it:
///
/// | entry | means |
/// |---|---|
/// | `cuMemAlloc_v2#3=2` | the third call of the function returns that code |
/// | `any#100=CUDA_ERROR_UNKNOWN` | the hundredth call of any function does |
/// | `operation#7=700` | the seventh operation of streams fails with that sticky error |
/// | `memory=512M` | no more than that can be allocated on a device |
/// | `lost=1` | device 1 is lost |
/// | `slow=250` | each copy takes 250 microseconds more |
///
/// # Errors
/// The entry that is none of these.
pub fn parse(list: &str) -> Result<(), String> {
    let entries = list.split(';').map(str::trim).filter(|entry| !entry.is_empty());
    entries.into_iter().try_for_each(|entry| one(entry).ok_or_else(|| entry.to_string()))
}

fn one(entry: &str) -> Option<()> {
    let (what, value) = entry.split_once('=')?;
    let Some((name, number)) = what.split_once('#') else {
        match what {
            "memory" => limit_memory(crate::config::size(value)?),
            "lost" => lose_device(value.parse().ok()?),
            "slow" => slow_copies(Duration::from_micros(value.parse().ok()?)),
            _ => return None,
        }
        return Some(());
    };
    let (after, code) = (number.parse::<u64>().ok()?.checked_sub(1)?, code(value)?);
    match name {
        "any" => fail_any_after(after, code),
        "operation" => stick_after(after, code),
        _ => {
            crate::exports::find(name)?;
            fail_after(name, after, code);
        }
    }
    Some(())
}

/// A code by its number or its name.
fn code(text: &str) -> Option<CUresult> {
    if let Ok(number) = text.parse() {
        return Some(CUresult(number));
    }
    (0..1000).map(CUresult).find(|code| code.name() == Some(text))
}

/// Returns the code with which this call of `function` is to fail, if it is.
pub(crate) fn strikes(function: &str) -> Option<CUresult> {
    if !ANY.load(Ordering::Acquire) {
        return None;
    }
    let mut plans = plans();
    let mut struck = None;
    plans.retain_mut(|plan| {
        let concerned = match &plan.which {
            Which::Any => true,
            Which::Named(name) => name == function,
        };
        if !concerned || struck.is_some() {
            return true;
        }
        if plan.after > 0 {
            plan.after -= 1;
            return true;
        }
        struck = Some(plan.code);
        false
    });
    ANY.store(!plans.is_empty(), Ordering::Release);
    struck
}

/// Counts an operation of a stream, and returns the sticky error that it is to leave, if it is.
pub(crate) fn sticks() -> Option<CUresult> {
    let mut sticky = STICKY.lock().unwrap_or_else(PoisonError::into_inner);
    let (after, code) = sticky.as_mut().map(|(after, code)| (after, *code))?;
    if *after > 0 {
        *after -= 1;
        return None;
    }
    *sticky = None;
    Some(code)
}

/// Whether so many bytes in use on a device are too many.
pub(crate) fn exceeds(used: u64) -> bool {
    used > MEMORY_LIMIT.load(Ordering::Acquire)
}

/// Whether a device has been taken away.
pub(crate) fn is_lost(device: usize) -> bool {
    LOST.load(Ordering::Acquire) >> device.min(63) & 1 != 0
}

/// Takes the time that a copy is to take in addition.
pub(crate) fn delay_copy() {
    let slow = SLOW.load(Ordering::Acquire);
    if slow > 0 {
        std::thread::sleep(Duration::from_nanos(slow));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_faults_is_refused_where_it_says_nothing() {
        for bad in
            ["cuNothing#1=2", "cuInit=3", "cuInit#0=3", "any#x=1", "memory=much", "operation#1=NO_CODE"]
        {
            assert_eq!(parse(bad), Err(bad.into()));
        }
        assert_eq!(code("CUDA_ERROR_OUT_OF_MEMORY"), Some(CUresult::CUDA_ERROR_OUT_OF_MEMORY));
        assert_eq!(code("719"), Some(CUresult::CUDA_ERROR_LAUNCH_FAILED));
    }
}

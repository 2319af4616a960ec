//! Failures on demand: so that tests need not hope for them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

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

fn plan(plan: Plan) {
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    plans.push(plan);
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

/// Forgets all failures that have not happened yet, and returns how many there were.
pub fn clear() -> usize {
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
    ANY.store(false, Ordering::Release);
    std::mem::take(&mut *plans).len()
}

/// Returns the code with which this call of `function` is to fail, if it is.
pub(crate) fn strikes(function: &str) -> Option<CUresult> {
    if !ANY.load(Ordering::Acquire) {
        return None;
    }
    let mut plans = PLANS.lock().unwrap_or_else(PoisonError::into_inner);
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

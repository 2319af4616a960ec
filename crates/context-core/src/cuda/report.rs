//! What destructors could not do: told to `tracing`, and to a hook.

use std::sync::{Arc, PoisonError, RwLock};

use cuda_sys::CUresult;

use super::{Error, Result};

/// What a hook is told: what was being done, and why it failed.
type Hook = dyn Fn(&'static str, &Error) + Send + Sync;

static HOOK: RwLock<Option<Arc<Hook>>> = RwLock::new(None);

/// Sets what is called when dropping an object fails, in place of the one before; `None` for nothing. `tracing` is told in any case.
///
/// The hook runs on the thread that drops. If it panics, that is not passed on.
pub fn set_drop_hook(hook: Option<Arc<Hook>>) {
    *HOOK.write().unwrap_or_else(PoisonError::into_inner) = hook;
}

/// Reports what a destructor could not do.
pub(crate) fn report(doing: &'static str, result: Result<()>) {
    let Err(error) = result else { return };
    // At the process's end the driver may be gone before we are: there is nothing left to free.
    if error.code() == Some(CUresult::CUDA_ERROR_DEINITIALIZED) {
        return;
    }
    tracing::error!(%error, doing, "dropping a CUDA object");
    let hook = HOOK.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(hook) = hook {
        // A destructor never panics, whatever a hook does.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| hook(doing, &error)));
    }
}

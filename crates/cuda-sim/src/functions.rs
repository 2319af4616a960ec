//! Which functions this driver has, as the code itself says it.

use std::collections::HashMap;

use crate::exports::{self, EXPORTS};

/// A function that this driver exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Function {
    /// The exported name, as in `cuMemAlloc_v2`.
    pub name: &'static str,
    /// The first release that has it, as in `11.8`; releases before that one are not told apart.
    pub since: &'static str,
    /// Whether it does what it is for. One that does not returns `CUDA_ERROR_NOT_SUPPORTED` and is named in the
    /// [`Journal`](crate::Journal).
    pub works: bool,
    /// Whether it succeeds at once in [null mode](crate::SimConfig::null), without doing anything.
    pub idle_in_null_mode: bool,
}

/// Returns every function that this driver exports, in the order of the header.
///
/// A form for the calling thread's default stream (`_ptsz`, `_ptds`) works if the plain one does.
///
/// # Examples
/// ```
/// let works = |name| cuda_sim::functions().iter().any(|function| function.name == name && function.works);
///
/// assert!(works("cuMemAlloc_v2"));
/// assert!(!works("cuCheckpointProcessLock"));
/// ```
pub fn functions() -> Vec<Function> {
    let answerers = exports::answerers();
    let own: HashMap<&str, (bool, bool)> = EXPORTS
        .iter()
        .zip(&answerers)
        .map(|(export, &(usual, null))| (export.name, (exports::is_own(usual), exports::is_own(null))))
        .collect();
    let of = |name: &str| own.get(name).copied().unwrap_or_default();
    EXPORTS
        .iter()
        .map(|export| {
            let ((works, idle), plain) =
                (of(export.name), exports::plain_name(export.name).map(of).unwrap_or_default());
            Function {
                name: export.name,
                since: export.since,
                works: works || plain.0,
                idle_in_null_mode: idle || plain.1,
            }
        })
        .collect()
}

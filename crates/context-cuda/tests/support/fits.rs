//! The kernel of `kernels/misfits.ptx` that fits its device code.

use context_core::kernel;

kernel! {
    /// y ← 2·y
    pub(crate) fn twice(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "../kernels/misfits.ptx";
}

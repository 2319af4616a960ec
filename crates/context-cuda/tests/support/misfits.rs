//! Kernels of `kernels/misfits.ptx`, one that fits its device code and one that does not.

use context_core::kernel;

kernel! {
    /// y ← 2·y
    pub(crate) fn twice(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "../kernels/misfits.ptx";
}

kernel! {
    /// Declared with a slice where the device code takes a pointer alone.
    pub(crate) fn takes_pointer_only(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "../kernels/misfits.ptx";
}

//! The kernel of `kernels/misfits.ptx` that does not fit its device code.

use context_core::kernel;

kernel! {
    /// Declared with a slice where the device code takes a pointer alone.
    pub(crate) fn takes_pointer_only(y: &mut [f32]);
    threads: y.len();
    cuda: unsafe "../kernels/misfits.ptx";
}

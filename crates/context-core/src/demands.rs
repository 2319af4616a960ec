//! What is demanded of the results of a context's work: the same bits each time, and how exact products are.

/// Whether the same operations on the same data give the same bits each time, on one machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Determinism {
    /// They do. It is how every context starts. What a library cannot do so is refused, with what helps in the message.
    #[default]
    Reproducible,
    /// Sums may be made in another order each time, where a library is faster for it: on CUDA, by atomics.
    Relaxed,
}

/// Which arithmetic NVIDIA's libraries may form products with. Everything else computes in the elements' own type.
///
/// | | cuBLAS | cuDNN |
/// |---|---|---|
/// | `Default` | the elements' own precision | what cuDNN chooses: on devices that have it, TensorFloat-32 for `f32` |
/// | `Fma` | the steps that the mathematics writes down, for comparing results ("pedantic") | fused multiply-add |
/// | `TensorCores` | TensorFloat-32 for `f32`: 10 bits of the factors' mantissas | tensor cores |
/// | `TensorCoresRounded` | the same | tensor cores, `f32` rounded to a shorter type on the way in |
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MathMode {
    /// What each library does by itself.
    #[default]
    Default,
    /// The elements' own type, without tensor cores.
    Fma,
    /// Tensor cores.
    TensorCores,
    /// Tensor cores, with `f32` rounded to a shorter type on the way in where the library can.
    TensorCoresRounded,
}

impl MathMode {
    /// All of them.
    pub const ALL: [MathMode; 4] =
        [MathMode::Default, MathMode::Fma, MathMode::TensorCores, MathMode::TensorCoresRounded];
}

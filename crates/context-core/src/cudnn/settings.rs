//! What a program may demand of each of cuDNN's operations.

use cudnn_sys::cudnnMathType_t;

use super::{Error, Result};
use crate::{Determinism, MathMode};

impl MathMode {
    pub(super) fn as_raw(self) -> cudnnMathType_t {
        match self {
            MathMode::Default => cudnnMathType_t::CUDNN_DEFAULT_MATH,
            MathMode::Fma => cudnnMathType_t::CUDNN_FMA_MATH,
            MathMode::TensorCores => cudnnMathType_t::CUDNN_TENSOR_OP_MATH,
            MathMode::TensorCoresRounded => cudnnMathType_t::CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION,
        }
    }

    pub(super) fn from_raw(raw: cudnnMathType_t) -> Option<MathMode> {
        MathMode::ALL.into_iter().find(|mode| mode.as_raw() == raw)
    }

    /// Returns the name in saved caches.
    pub(super) fn name(self) -> &'static str {
        match self {
            MathMode::Default => "default",
            MathMode::Fma => "fma",
            MathMode::TensorCores => "tensor",
            MathMode::TensorCoresRounded => "rounded",
        }
    }

    /// Tells whether a result that was found with `used` is one that this setting allows.
    pub(super) fn allows(self, used: MathMode) -> bool {
        match self {
            MathMode::Default => used != MathMode::TensorCoresRounded,
            MathMode::Fma => used == MathMode::Fma,
            MathMode::TensorCores => used != MathMode::TensorCoresRounded,
            MathMode::TensorCoresRounded => true,
        }
    }
}

/// What a program demands of cuDNN's operations: at first, what it demands of the context. What a library cannot honour is an error, and never
/// passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Whether results must have the same bits in every run.
    pub determinism: Determinism,
    /// How precise products are.
    pub math: MathMode,
    /// How many bytes of workspace an algorithm may use at the most; `None` for as many as there are.
    pub workspace_limit: Option<usize>,
}

impl Settings {
    /// Refuses `what` where results must have the same bits and it cannot promise that; `instead` says what can.
    pub(super) fn refuse_unless_relaxed(&self, what: &str, instead: &str) -> Result<()> {
        match self.determinism {
            Determinism::Relaxed => Ok(()),
            Determinism::Reproducible => Err(Error::Setting {
                setting: "determinism",
                reason: format!(
                    "{what} may give other bits in each run; {instead}, or relax the determinism"
                ),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_arithmetic_is_never_exchanged_for_tensor_cores() {
        for used in MathMode::ALL {
            assert_eq!(MathMode::Fma.allows(used), used == MathMode::Fma, "{used:?}");
        }
        assert!(!MathMode::Default.allows(MathMode::TensorCoresRounded));
    }

    #[test]
    fn math_modes_are_read_as_they_are_written() {
        for mode in MathMode::ALL {
            assert_eq!(MathMode::from_raw(mode.as_raw()), Some(mode));
        }
        assert_eq!(MathMode::from_raw(cudnnMathType_t(77)), None);
    }
}

//! Descriptors of local response normalisation.
use crate::cudnn::failure::{Outcome, require};
use crate::cudnn::ffi::{Out, Slot};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use std::ffi::c_uint;

/// The constants of a normalisation.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LrnDescriptor {
    pub(crate) window: c_uint,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) k: f64,
}
object!(LrnDescriptor, "LRN descriptor");

impl Default for LrnDescriptor {
    fn default() -> Self {
        Self { window: 5, alpha: 1e-4, beta: 0.75, k: 2.0 }
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateLRNDescriptor(normDesc: Slot) -> Outcome {
        normDesc.create(LrnDescriptor::default())
    }

    pub(crate) fn cudnnDestroyLRNDescriptor(lrnDesc: Ref<LrnDescriptor>) -> Outcome {
        lrnDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetLRNDescriptor(
        normDesc: Ref<LrnDescriptor>,
        lrnN: c_uint,
        lrnAlpha: f64,
        lrnBeta: f64,
        lrnK: f64,
    ) -> Outcome {
        normDesc.get()?;
        let window = cudnn_sys::CUDNN_LRN_MIN_N..=cudnn_sys::CUDNN_LRN_MAX_N;
        require(window.contains(&lrnN), format!("a window of {lrnN} is not in {window:?}"))?;
        require(lrnBeta >= cudnn_sys::CUDNN_LRN_MIN_BETA, format!("beta of {lrnBeta} is too small"))?;
        require(lrnK >= cudnn_sys::CUDNN_LRN_MIN_K, format!("k of {lrnK} is too small"))?;
        normDesc.set(LrnDescriptor { window: lrnN, alpha: lrnAlpha, beta: lrnBeta, k: lrnK })
    }

    pub(crate) fn cudnnGetLRNDescriptor(
        normDesc: Ref<LrnDescriptor>,
        lrnN: Out<c_uint>,
        lrnAlpha: Out<f64>,
        lrnBeta: Out<f64>,
        lrnK: Out<f64>,
    ) -> Outcome {
        let lrn = normDesc.get()?;
        lrnN.set_if_any(lrn.window);
        lrnAlpha.set_if_any(lrn.alpha);
        lrnBeta.set_if_any(lrn.beta);
        lrnK.set_if_any(lrn.k);
        Ok(())
    }
}

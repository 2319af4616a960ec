//! Descriptors of the CTC loss. Each release has added a function that sets one more thing.
use crate::cudnn::failure::{Outcome, support};
use crate::cudnn::ffi::{Out, Slot};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{
    cudnnCTCGradMode_t as GradMode, cudnnDataType_t as DataType,
    cudnnLossNormalizationMode_t as Normalization, cudnnNanPropagation_t as NanPropagation,
};
use std::ffi::c_int;

/// How a loss is computed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CtcDescriptor {
    pub(crate) compute_type: DataType,
    pub(crate) normalization: Normalization,
    /// Whether the gradients of what lies behind a sequence's end are left as they are; else they become zero.
    pub(crate) grad_mode: u32,
    pub(crate) max_label_length: c_int,
}
object!(CtcDescriptor, "CTC loss descriptor");

impl Default for CtcDescriptor {
    fn default() -> Self {
        Self {
            compute_type: DataType::CUDNN_DATA_FLOAT,
            normalization: Normalization::CUDNN_LOSS_NORMALIZATION_NONE,
            grad_mode: 0,
            max_label_length: 0,
        }
    }
}

fn set(
    desc: Ref<CtcDescriptor>,
    compute_type: DataType,
    normalization: Normalization,
    grad_mode: u32,
    max_label_length: c_int,
) -> Outcome {
    desc.get()?;
    let known = matches!(compute_type, DataType::CUDNN_DATA_FLOAT | DataType::CUDNN_DATA_DOUBLE);
    support(known, format!("losses are no {compute_type:?}"))?;
    desc.set(CtcDescriptor { compute_type, normalization, grad_mode, max_label_length })
}

impl Dnn {
    pub(crate) fn cudnnCreateCTCLossDescriptor(ctcLossDesc: Slot) -> Outcome {
        ctcLossDesc.create(CtcDescriptor::default())
    }

    pub(crate) fn cudnnDestroyCTCLossDescriptor(ctcLossDesc: Ref<CtcDescriptor>) -> Outcome {
        ctcLossDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetCTCLossDescriptor(ctcLossDesc: Ref<CtcDescriptor>, compType: DataType) -> Outcome {
        set(ctcLossDesc, compType, Normalization::CUDNN_LOSS_NORMALIZATION_NONE, 0, 0)
    }

    pub(crate) fn cudnnSetCTCLossDescriptorEx(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: DataType,
        normMode: Normalization,
        gradMode: NanPropagation,
    ) -> Outcome {
        set(ctcLossDesc, compType, normMode, gradMode.0, 0)
    }

    pub(crate) fn cudnnSetCTCLossDescriptor_v8(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: DataType,
        normMode: Normalization,
        gradMode: NanPropagation,
        maxLabelLength: c_int,
    ) -> Outcome {
        set(ctcLossDesc, compType, normMode, gradMode.0, maxLabelLength)
    }

    pub(crate) fn cudnnSetCTCLossDescriptor_v9(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: DataType,
        normMode: Normalization,
        ctcGradMode: GradMode,
        maxLabelLength: c_int,
    ) -> Outcome {
        set(ctcLossDesc, compType, normMode, ctcGradMode.0, maxLabelLength)
    }

    pub(crate) fn cudnnGetCTCLossDescriptor(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: Out<DataType>,
    ) -> Outcome {
        compType.set(ctcLossDesc.get()?.compute_type)
    }

    pub(crate) fn cudnnGetCTCLossDescriptorEx(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: Out<DataType>,
        normMode: Out<Normalization>,
        gradMode: Out<NanPropagation>,
    ) -> Outcome {
        let loss = ctcLossDesc.get()?;
        compType.set(loss.compute_type)?;
        normMode.set(loss.normalization)?;
        gradMode.set(NanPropagation(loss.grad_mode))
    }

    pub(crate) fn cudnnGetCTCLossDescriptor_v8(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: Out<DataType>,
        normMode: Out<Normalization>,
        gradMode: Out<NanPropagation>,
        maxLabelLength: Out<c_int>,
    ) -> Outcome {
        Self::cudnnGetCTCLossDescriptorEx(ctcLossDesc, compType, normMode, gradMode)?;
        maxLabelLength.set(ctcLossDesc.get()?.max_label_length)
    }

    pub(crate) fn cudnnGetCTCLossDescriptor_v9(
        ctcLossDesc: Ref<CtcDescriptor>,
        compType: Out<DataType>,
        normMode: Out<Normalization>,
        ctcGradMode: Out<GradMode>,
        maxLabelLength: Out<c_int>,
    ) -> Outcome {
        let loss = ctcLossDesc.get()?;
        compType.set(loss.compute_type)?;
        normMode.set(loss.normalization)?;
        ctcGradMode.set(GradMode(loss.grad_mode))?;
        maxLabelLength.set(loss.max_label_length)
    }
}

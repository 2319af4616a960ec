//! Descriptors of spatial transformers.
use super::tensor::check_data_type;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Slot};
use crate::cudnn::layout::RANK;
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{cudnnDataType_t as DataType, cudnnSamplerType_t as SamplerType};
use std::ffi::c_int;

/// The sizes of what a transformer puts out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct TransformerDescriptor {
    pub(crate) data_type: Option<DataType>,
    pub(crate) dims: Vec<c_int>,
}
object!(TransformerDescriptor, "spatial transformer descriptor");

impl Dnn {
    pub(crate) fn cudnnCreateSpatialTransformerDescriptor(stDesc: Slot) -> Outcome {
        stDesc.create(TransformerDescriptor::default())
    }

    pub(crate) fn cudnnDestroySpatialTransformerDescriptor(stDesc: Ref<TransformerDescriptor>) -> Outcome {
        stDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetSpatialTransformerNdDescriptor(
        stDesc: Ref<TransformerDescriptor>,
        samplerType: SamplerType,
        dataType: DataType,
        nbDims: c_int,
        dimA: In<c_int>,
    ) -> Outcome {
        stDesc.get()?;
        require(samplerType.0 == 0, format!("there is no sampler {}", samplerType.0))?;
        check_data_type(dataType)?;
        support(element::is_real(dataType), format!("a transformer of {dataType:?}"))?;
        let rank = nbDims.clamp(0, RANK as c_int) as usize;
        let dims = dimA.array(rank, "dimA")?;
        require(dims.iter().all(|size| *size > 0), format!("sizes {dims:?} are to be positive"))?;
        stDesc.set(TransformerDescriptor { data_type: Some(dataType), dims })
    }
}

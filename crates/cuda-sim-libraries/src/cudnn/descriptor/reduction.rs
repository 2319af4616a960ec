//! Descriptors of reductions, and of operations element by element.
use super::tensor::check_compute_type;
use crate::cudnn::failure::{Outcome, require};
use crate::cudnn::ffi::{Out, Slot};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{
    cudnnDataType_t as DataType, cudnnIndicesType_t as IndicesType, cudnnNanPropagation_t as NanPropagation,
    cudnnOpTensorOp_t as TensorOp, cudnnReduceTensorIndices_t as Indices, cudnnReduceTensorOp_t as ReduceOp,
};

/// What `cudnnReduceTensor` does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReduceDescriptor {
    pub(crate) op: ReduceOp,
    pub(crate) compute_type: DataType,
    pub(crate) nan: NanPropagation,
    pub(crate) indices: Indices,
    pub(crate) indices_type: IndicesType,
}
object!(ReduceDescriptor, "reduction descriptor");

impl Default for ReduceDescriptor {
    fn default() -> Self {
        Self {
            op: ReduceOp::CUDNN_REDUCE_TENSOR_ADD,
            compute_type: DataType::CUDNN_DATA_FLOAT,
            nan: NanPropagation::CUDNN_NOT_PROPAGATE_NAN,
            indices: Indices::CUDNN_REDUCE_TENSOR_NO_INDICES,
            indices_type: IndicesType::CUDNN_32BIT_INDICES,
        }
    }
}

impl ReduceDescriptor {
    /// Whether places of extremes are written: only those of a minimum or a maximum exist.
    pub(crate) fn has_indices(&self) -> bool {
        self.indices == Indices::CUDNN_REDUCE_TENSOR_FLATTENED_INDICES
            && matches!(
                self.op,
                ReduceOp::CUDNN_REDUCE_TENSOR_MIN
                    | ReduceOp::CUDNN_REDUCE_TENSOR_MAX
                    | ReduceOp::CUDNN_REDUCE_TENSOR_AMAX
            )
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateReduceTensorDescriptor(reduceTensorDesc: Slot) -> Outcome {
        reduceTensorDesc.create(ReduceDescriptor::default())
    }

    pub(crate) fn cudnnDestroyReduceTensorDescriptor(reduceTensorDesc: Ref<ReduceDescriptor>) -> Outcome {
        reduceTensorDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetReduceTensorDescriptor(
        reduceTensorDesc: Ref<ReduceDescriptor>,
        reduceTensorOp: ReduceOp,
        reduceTensorCompType: DataType,
        reduceTensorNanOpt: NanPropagation,
        reduceTensorIndices: Indices,
        reduceTensorIndicesType: IndicesType,
    ) -> Outcome {
        reduceTensorDesc.get()?;
        require(reduceTensorOp.0 <= 8, format!("there is no reduction {}", reduceTensorOp.0))?;
        check_compute_type(reduceTensorCompType, None)?;
        require(
            reduceTensorNanOpt.0 <= 1,
            format!("there is no propagation {} of NaN", reduceTensorNanOpt.0),
        )?;
        require(reduceTensorIndices.0 <= 1, format!("there are no indices {}", reduceTensorIndices.0))?;
        require(
            reduceTensorIndicesType.0 <= 3,
            format!("there is no type {} of indices", reduceTensorIndicesType.0),
        )?;
        reduceTensorDesc.set(ReduceDescriptor {
            op: reduceTensorOp,
            compute_type: reduceTensorCompType,
            nan: reduceTensorNanOpt,
            indices: reduceTensorIndices,
            indices_type: reduceTensorIndicesType,
        })
    }

    pub(crate) fn cudnnGetReduceTensorDescriptor(
        reduceTensorDesc: Ref<ReduceDescriptor>,
        reduceTensorOp: Out<ReduceOp>,
        reduceTensorCompType: Out<DataType>,
        reduceTensorNanOpt: Out<NanPropagation>,
        reduceTensorIndices: Out<Indices>,
        reduceTensorIndicesType: Out<IndicesType>,
    ) -> Outcome {
        let reduce = reduceTensorDesc.get()?;
        reduceTensorOp.set_if_any(reduce.op);
        reduceTensorCompType.set_if_any(reduce.compute_type);
        reduceTensorNanOpt.set_if_any(reduce.nan);
        reduceTensorIndices.set_if_any(reduce.indices);
        reduceTensorIndicesType.set_if_any(reduce.indices_type);
        Ok(())
    }
}

/// What `cudnnOpTensor` does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpTensorDescriptor {
    pub(crate) op: TensorOp,
    pub(crate) compute_type: DataType,
    pub(crate) nan: NanPropagation,
}
object!(OpTensorDescriptor, "tensor operation descriptor");

impl Default for OpTensorDescriptor {
    fn default() -> Self {
        Self {
            op: TensorOp::CUDNN_OP_TENSOR_ADD,
            compute_type: DataType::CUDNN_DATA_FLOAT,
            nan: NanPropagation::CUDNN_NOT_PROPAGATE_NAN,
        }
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateOpTensorDescriptor(opTensorDesc: Slot) -> Outcome {
        opTensorDesc.create(OpTensorDescriptor::default())
    }

    pub(crate) fn cudnnDestroyOpTensorDescriptor(opTensorDesc: Ref<OpTensorDescriptor>) -> Outcome {
        opTensorDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetOpTensorDescriptor(
        opTensorDesc: Ref<OpTensorDescriptor>,
        opTensorOp: TensorOp,
        opTensorCompType: DataType,
        opTensorNanOpt: NanPropagation,
    ) -> Outcome {
        opTensorDesc.get()?;
        require(opTensorOp.0 <= 5, format!("there is no operation {}", opTensorOp.0))?;
        check_compute_type(opTensorCompType, None)?;
        require(opTensorNanOpt.0 <= 1, format!("there is no propagation {} of NaN", opTensorNanOpt.0))?;
        opTensorDesc.set(OpTensorDescriptor {
            op: opTensorOp,
            compute_type: opTensorCompType,
            nan: opTensorNanOpt,
        })
    }

    pub(crate) fn cudnnGetOpTensorDescriptor(
        opTensorDesc: Ref<OpTensorDescriptor>,
        opTensorOp: Out<TensorOp>,
        opTensorCompType: Out<DataType>,
        opTensorNanOpt: Out<NanPropagation>,
    ) -> Outcome {
        let operation = opTensorDesc.get()?;
        opTensorOp.set_if_any(operation.op);
        opTensorCompType.set_if_any(operation.compute_type);
        opTensorNanOpt.set_if_any(operation.nan);
        Ok(())
    }
}

//! Descriptors of transformations, which pad and fold a tensor on its way into another format.
use super::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Out, Slot};
use crate::cudnn::layout::RANK;
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use crate::cudnn::version::is_eight;
use cudnn_sys::{cudnnFoldingDirection_t as Direction, cudnnTensorFormat_t as Format};
use std::ffi::c_int;

/// How a tensor is transformed. Padding and folding are absent where the client gave none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TransformDescriptor {
    pub(crate) format: Format,
    pub(crate) direction: Direction,
    pub(crate) pad_before: Vec<i32>,
    pub(crate) pad_after: Vec<i32>,
    pub(crate) fold: Vec<u32>,
}
object!(TransformDescriptor, "tensor transform descriptor");

impl Default for TransformDescriptor {
    fn default() -> Self {
        Self {
            format: Format::CUDNN_TENSOR_NCHW,
            direction: Direction::CUDNN_TRANSFORM_FOLD,
            pad_before: Vec::new(),
            pad_after: Vec::new(),
            fold: Vec::new(),
        }
    }
}

impl TransformDescriptor {
    /// Returns the sizes of what a tensor of `dims` becomes. Folding moves each `fold`-th place of a spatial dimension into channels of
    /// its own; padding comes before it.
    pub(crate) fn output_dims(&self, dims: &[c_int]) -> Outcome<Vec<c_int>> {
        let rank = self.pad_before.len();
        require(
            dims.len() == rank,
            format!("a tensor of {} dimensions meets a transform of {rank}", dims.len()),
        )?;
        let mut to: Vec<c_int> =
            (0..rank).map(|axis| dims[axis] + self.pad_before[axis] + self.pad_after[axis]).collect();
        for (axis, fold) in self.fold.iter().enumerate() {
            let fold = *fold as c_int;
            match self.direction {
                Direction::CUDNN_TRANSFORM_FOLD => {
                    let size = to[axis + 2];
                    require(size % fold == 0, format!("{size} places are not folded by {fold}"))?;
                    to[axis + 2] = size / fold;
                    to[1] *= fold;
                }
                _ => {
                    require(to[1] % fold == 0, format!("{} channels are not unfolded by {fold}", to[1]))?;
                    to[1] /= fold;
                    to[axis + 2] *= fold;
                }
            }
        }
        require(to.iter().all(|size| *size > 0), format!("nothing is left of {dims:?}: {to:?}"))?;
        Ok(to)
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateTensorTransformDescriptor(transformDesc: Slot) -> Outcome {
        transformDesc.create(TransformDescriptor::default())
    }

    pub(crate) fn cudnnDestroyTensorTransformDescriptor(transformDesc: Ref<TransformDescriptor>) -> Outcome {
        transformDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetTensorTransformDescriptor(
        transformDesc: Ref<TransformDescriptor>,
        nbDims: u32,
        destFormat: Format,
        padBeforeA: In<i32>,
        padAfterA: In<i32>,
        foldA: In<u32>,
        direction: Direction,
    ) -> Outcome {
        transformDesc.get()?;
        require(nbDims >= 3, format!("{nbDims} dimensions are fewer than 3"))?;
        support(nbDims <= RANK as u32, format!("{nbDims} dimensions are more than {RANK}"))?;
        support(destFormat.0 <= 2, format!("there is no format {}", destFormat.0))?;
        require(direction.0 <= 1 || !is_eight(), format!("there is no direction {}", direction.0))?;
        let rank = nbDims as usize;
        let or =
            |array: In<i32>| if array.is_null() { Ok(vec![0; rank]) } else { array.array(rank, "padding") };
        let fold = if foldA.is_null() { vec![1; rank - 2] } else { foldA.array(rank - 2, "foldA")? };
        require(fold.iter().all(|fold| *fold > 0), format!("folds {fold:?} are to be positive"))?;
        let transform = TransformDescriptor {
            format: destFormat,
            direction,
            pad_before: or(padBeforeA)?,
            pad_after: or(padAfterA)?,
            fold,
        };
        transformDesc.set(transform)
    }

    pub(crate) fn cudnnGetTensorTransformDescriptor(
        transformDesc: Ref<TransformDescriptor>,
        nbDimsRequested: u32,
        destFormat: Out<Format>,
        padBeforeA: Out<i32>,
        padAfterA: Out<i32>,
        foldA: Out<u32>,
        direction: Out<Direction>,
    ) -> Outcome {
        let transform = transformDesc.get()?;
        let count = nbDimsRequested as usize;
        destFormat.set_if_any(transform.format);
        padBeforeA.set_all(transform.pad_before.into_iter().take(count));
        padAfterA.set_all(transform.pad_after.into_iter().take(count));
        foldA.set_all(transform.fold.into_iter().take(count.saturating_sub(2)));
        direction.set_if_any(transform.direction);
        Ok(())
    }

    pub(crate) fn cudnnInitTransformDest(
        transformDesc: Ref<TransformDescriptor>,
        srcDesc: Ref<TensorDescriptor>,
        destDesc: Ref<TensorDescriptor>,
        destSizeInBytes: Out<usize>,
    ) -> Outcome {
        let (transform, source) = (transformDesc.get()?, srcDesc.get()?);
        destDesc.get()?;
        destSizeInBytes.check("destSizeInBytes")?;
        let dims = transform.output_dims(&source.dims)?;
        let target = TensorDescriptor::packed(transform.format, source.data_type, &dims)?;
        destSizeInBytes.set(target.size_bytes())?;
        destDesc.set(target)
    }
}

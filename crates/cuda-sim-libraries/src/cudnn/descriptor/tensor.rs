//! Tensor descriptors.
#![allow(clippy::too_many_arguments)]

use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, bad_param, require, support};
use crate::cudnn::ffi::{In, Out, Slot};
use crate::cudnn::layout::{Layout, RANK};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use crate::cudnn::version::is_later_than_nine_zero;
use cudnn_sys::{cudnnDataType_t as DataType, cudnnTensorFormat_t as Format};
use std::ffi::c_int;

/// What a tensor is like. One that was made and not yet set has no dimensions.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TensorDescriptor {
    pub(crate) data_type: DataType,
    pub(crate) dims: Vec<c_int>,
    pub(crate) strides: Vec<c_int>,
    /// How many channels lie side by side.
    pub(crate) vector: usize,
}
object!(TensorDescriptor, "tensor descriptor");

impl Default for TensorDescriptor {
    fn default() -> Self {
        Self { data_type: DataType::CUDNN_DATA_FLOAT, dims: Vec::new(), strides: Vec::new(), vector: 1 }
    }
}

impl TensorDescriptor {
    /// Makes a descriptor without gaps in a format.
    pub(crate) fn packed(format: Format, data_type: DataType, dims: &[c_int]) -> Outcome<Self> {
        check_data_type(data_type)?;
        require(dims.iter().all(|size| *size > 0), format!("sizes {dims:?} are to be positive"))?;
        // Where the channels run fastest they come last, else the dimensions are in their own order.
        let mut order: Vec<usize> = (0..dims.len()).collect();
        let mut vector = 1;
        match format {
            Format::CUDNN_TENSOR_NCHW => {}
            Format::CUDNN_TENSOR_NHWC if dims.len() > 2 => order[1..].rotate_left(1),
            Format::CUDNN_TENSOR_NCHW_VECT_C if element::vector(data_type) > 1 => {
                vector = element::vector(data_type);
                let whole = dims[1] % vector as c_int == 0;
                require(whole, format!("{} channels are no vectors of {vector}", dims[1]))?;
            }
            _ => return Err(bad_param(format!("{data_type:?} has no {format:?}"))),
        }
        let mut strides = vec![0; dims.len()];
        let mut step: c_int = 1;
        for axis in order.into_iter().rev() {
            strides[axis] = step;
            let size = if axis == 1 { dims[1] / vector as c_int } else { dims[axis] };
            step = step.wrapping_mul(size);
        }
        // This is what the real one makes of strides that do not fit: it finds out only those that become zero.
        require(strides.iter().all(|stride| *stride != 0), format!("the strides of {dims:?} do not fit"))?;
        let descriptor = Self { data_type, dims: dims.to_vec(), strides, vector };
        descriptor.check_size()?;
        Ok(descriptor)
    }

    fn strided(data_type: DataType, dims: Vec<c_int>, strides: Vec<c_int>) -> Outcome<Self> {
        check_data_type(data_type)?;
        require(dims.iter().all(|size| *size > 0), format!("sizes {dims:?} are to be positive"))?;
        require(
            strides.iter().all(|stride| *stride != 0),
            format!("strides {strides:?} are not to be zero"),
        )?;
        let descriptor = Self { data_type, dims, strides, vector: 1 };
        descriptor.check_size()?;
        Ok(descriptor)
    }

    /// Returns how many elements lie from the first to the last, of which vectors are one.
    fn extent(&self) -> i64 {
        let reach = |axis: usize| {
            let size = if axis == 1 { self.dims[1] / self.vector as c_int } else { self.dims[axis] };
            i64::from(size - 1) * i64::from(self.strides[axis]).abs()
        };
        1 + (0..self.rank()).map(reach).sum::<i64>()
    }

    fn check_size(&self) -> Outcome {
        let fits = self.extent() <= i64::from(c_int::MAX);
        support(fits, format!("{:?} is more than two giga-elements", self.dims))
    }

    pub(crate) fn rank(&self) -> usize {
        self.dims.len()
    }

    /// Returns where the elements lie, for an operation that computes with them.
    pub(crate) fn layout(&self) -> Outcome<Layout> {
        require(!self.dims.is_empty(), "a tensor descriptor was not set")?;
        let joined = self.vector == element::vector(self.data_type);
        let forward = self.strides.iter().all(|stride| *stride > 0);
        support(joined, format!("{:?} is computed with in vectors alone", self.data_type))?;
        support(forward, format!("strides {:?} are negative", self.strides))?;
        support(
            element::is_computable(self.data_type),
            format!("{:?} is not computed with", self.data_type),
        )?;
        let wide = |values: &[c_int]| -> Vec<u64> { values.iter().map(|value| *value as u64).collect() };
        let mut layout = Layout::new(self.data_type, &wide(&self.dims), &wide(&self.strides));
        layout.vector = self.vector as u64;
        Ok(layout)
    }

    pub(crate) fn size_bytes(&self) -> usize {
        if self.dims.is_empty() {
            return 0;
        }
        self.extent() as usize * element::stored_size(self.data_type)
    }
}

/// The types that descriptors know: later ones are for graphs alone.
pub(crate) fn check_data_type(data_type: DataType) -> Outcome {
    let known = data_type.0 <= DataType::CUDNN_DATA_BFLOAT16.0;
    require(known, format!("there is no tensor of {data_type:?}"))
}

/// Checks a type that something is computed in.
pub(crate) fn check_compute_type(data_type: DataType, and: Option<DataType>) -> Outcome {
    let real = matches!(
        data_type,
        DataType::CUDNN_DATA_FLOAT | DataType::CUDNN_DATA_DOUBLE | DataType::CUDNN_DATA_HALF
    );
    require(real || and == Some(data_type), format!("nothing is computed in {data_type:?}"))
}

/// Returns how many dimensions a tensor must have, which has changed.
fn least_rank() -> c_int {
    if is_later_than_nine_zero() { 2 } else { 3 }
}

/// Checks the number of dimensions of a descriptor for any.
pub(crate) fn check_rank(rank: c_int, least: c_int) -> Outcome<usize> {
    support(rank <= RANK as c_int, format!("{rank} dimensions are more than {RANK}"))?;
    require(rank >= least, format!("{rank} dimensions are fewer than {least}"))?;
    Ok(rank as usize)
}

impl Dnn {
    pub(crate) fn cudnnCreateTensorDescriptor(tensorDesc: Slot) -> Outcome {
        tensorDesc.create(TensorDescriptor::default())
    }

    pub(crate) fn cudnnDestroyTensorDescriptor(tensorDesc: Ref<TensorDescriptor>) -> Outcome {
        tensorDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetTensor4dDescriptor(
        tensorDesc: Ref<TensorDescriptor>,
        format: Format,
        dataType: DataType,
        n: c_int,
        c: c_int,
        h: c_int,
        w: c_int,
    ) -> Outcome {
        tensorDesc.get()?;
        tensorDesc.set(TensorDescriptor::packed(format, dataType, &[n, c, h, w])?)
    }

    pub(crate) fn cudnnSetTensor4dDescriptorEx(
        tensorDesc: Ref<TensorDescriptor>,
        dataType: DataType,
        n: c_int,
        c: c_int,
        h: c_int,
        w: c_int,
        nStride: c_int,
        cStride: c_int,
        hStride: c_int,
        wStride: c_int,
    ) -> Outcome {
        tensorDesc.get()?;
        let strides = vec![nStride, cStride, hStride, wStride];
        tensorDesc.set(TensorDescriptor::strided(dataType, vec![n, c, h, w], strides)?)
    }

    pub(crate) fn cudnnGetTensor4dDescriptor(
        tensorDesc: Ref<TensorDescriptor>,
        dataType: Out<DataType>,
        n: Out<c_int>,
        c: Out<c_int>,
        h: Out<c_int>,
        w: Out<c_int>,
        nStride: Out<c_int>,
        cStride: Out<c_int>,
        hStride: Out<c_int>,
        wStride: Out<c_int>,
    ) -> Outcome {
        let tensor = tensorDesc.get()?;
        dataType.set_if_any(tensor.data_type);
        [n, c, h, w].into_iter().zip(tensor.dims).for_each(|(place, size)| place.set_if_any(size));
        let places = [nStride, cStride, hStride, wStride].into_iter();
        places.zip(tensor.strides).for_each(|(place, stride)| place.set_if_any(stride));
        Ok(())
    }

    pub(crate) fn cudnnSetTensorNdDescriptor(
        tensorDesc: Ref<TensorDescriptor>,
        dataType: DataType,
        nbDims: c_int,
        dimA: In<c_int>,
        strideA: In<c_int>,
    ) -> Outcome {
        tensorDesc.get()?;
        let rank = check_rank(nbDims, least_rank())?;
        let (dims, strides) = (dimA.array(rank, "dimA")?, strideA.array(rank, "strideA")?);
        tensorDesc.set(TensorDescriptor::strided(dataType, dims, strides)?)
    }

    pub(crate) fn cudnnSetTensorNdDescriptorEx(
        tensorDesc: Ref<TensorDescriptor>,
        format: Format,
        dataType: DataType,
        nbDims: c_int,
        dimA: In<c_int>,
    ) -> Outcome {
        tensorDesc.get()?;
        let vectors = format == Format::CUDNN_TENSOR_NCHW_VECT_C && element::vector(dataType) == 1;
        require(!vectors, format!("{dataType:?} has no {format:?}"))?;
        let rank = check_rank(nbDims, least_rank())?;
        tensorDesc.set(TensorDescriptor::packed(format, dataType, &dimA.array(rank, "dimA")?)?)
    }

    pub(crate) fn cudnnGetTensorNdDescriptor(
        tensorDesc: Ref<TensorDescriptor>,
        nbDimsRequested: c_int,
        dataType: Out<DataType>,
        nbDims: Out<c_int>,
        dimA: Out<c_int>,
        strideA: Out<c_int>,
    ) -> Outcome {
        let tensor = tensorDesc.get()?;
        let count = nbDimsRequested.max(0) as usize;
        dataType.set_if_any(tensor.data_type);
        nbDims.set_if_any(tensor.rank() as c_int);
        dimA.set_all(tensor.dims.into_iter().take(count));
        strideA.set_all(tensor.strides.into_iter().take(count));
        Ok(())
    }

    pub(crate) fn cudnnGetTensorSizeInBytes(tensorDesc: Ref<TensorDescriptor>, size: Out<usize>) -> Outcome {
        let tensor = tensorDesc.get()?;
        size.set(tensor.size_bytes())
    }
}

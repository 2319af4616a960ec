//! Convolution descriptors, and the sizes of what a convolution puts out.
#![allow(clippy::too_many_arguments)]

use super::filter::FilterDescriptor;
use super::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Out, Slot};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{
    cudnnConvolutionMode_t as Mode, cudnnDataType_t as DataType, cudnnMathType_t as MathType,
    cudnnReorderType_t as Reorder,
};
use std::ffi::c_int;

/// The most spatial dimensions of a convolution.
pub(crate) const SPATIAL: usize = 6;

/// How a convolution moves over its input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ConvolutionDescriptor {
    pub(crate) padding: Vec<c_int>,
    pub(crate) stride: Vec<c_int>,
    pub(crate) dilation: Vec<c_int>,
    pub(crate) mode: Mode,
    pub(crate) compute_type: DataType,
    pub(crate) math_type: MathType,
    pub(crate) groups: c_int,
    pub(crate) reorder: Reorder,
}
object!(ConvolutionDescriptor, "convolution descriptor");

impl Default for ConvolutionDescriptor {
    fn default() -> Self {
        Self {
            padding: Vec::new(),
            stride: Vec::new(),
            dilation: Vec::new(),
            mode: Mode::CUDNN_CONVOLUTION,
            compute_type: DataType::CUDNN_DATA_FLOAT,
            math_type: MathType::CUDNN_DEFAULT_MATH,
            groups: 1,
            reorder: Reorder::CUDNN_DEFAULT_REORDER,
        }
    }
}

impl ConvolutionDescriptor {
    /// Checks what a set function was given, and changes the descriptor; the group count, math type and reordering stay.
    fn set(
        desc: Ref<Self>,
        padding: Vec<c_int>,
        stride: Vec<c_int>,
        dilation: Vec<c_int>,
        mode: Mode,
        compute_type: DataType,
    ) -> Outcome {
        require(padding.iter().all(|size| *size >= 0), format!("paddings {padding:?} are negative"))?;
        require(stride.iter().all(|size| *size > 0), format!("strides {stride:?} are to be positive"))?;
        require(dilation.iter().all(|size| *size > 0), format!("dilations {dilation:?} are to be positive"))?;
        require(mode.0 <= 1, format!("there is no mode {}", mode.0))?;
        super::tensor::check_compute_type(compute_type, Some(DataType::CUDNN_DATA_INT32))?;
        desc.update(|descriptor| {
            *descriptor = Self { padding, stride, dilation, mode, compute_type, ..descriptor.clone() };
        })
    }

    /// Returns the sizes of the output for an input and a filter.
    pub(crate) fn output_dims(
        &self,
        input: &TensorDescriptor,
        filter: &FilterDescriptor,
    ) -> Outcome<Vec<c_int>> {
        let (from, weights) = (&input.dims, filter.dims());
        require(
            from.len() == weights.len() && from.len() == self.padding.len() + 2,
            format!(
                "an input of {} dimensions, a filter of {}, and a convolution of {} do not go together",
                from.len(),
                weights.len(),
                self.padding.len()
            ),
        )?;
        let channels = i64::from(weights[1]) * i64::from(self.groups);
        require(
            i64::from(from[1]) == channels,
            format!(
                "an input of {} channels meets a filter of {} for each of {} groups",
                from[1], weights[1], self.groups
            ),
        )?;
        let mut dims = vec![from[0], weights[0]];
        for axis in 0..self.padding.len() {
            let extent = i64::from(weights[axis + 2] - 1) * i64::from(self.dilation[axis]) + 1;
            let room = i64::from(from[axis + 2]) + 2 * i64::from(self.padding[axis]) - extent;
            let size = room.div_euclid(i64::from(self.stride[axis])) + 1;
            require(
                room >= 0,
                format!("the filter is larger than the padded input: {weights:?} and {from:?}"),
            )?;
            dims.push(c_int::try_from(size).unwrap_or(c_int::MAX));
        }
        Ok(dims)
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateConvolutionDescriptor(convDesc: Slot) -> Outcome {
        convDesc.create(ConvolutionDescriptor::default())
    }

    pub(crate) fn cudnnDestroyConvolutionDescriptor(convDesc: Ref<ConvolutionDescriptor>) -> Outcome {
        convDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetConvolutionMathType(
        convDesc: Ref<ConvolutionDescriptor>,
        mathType: MathType,
    ) -> Outcome {
        convDesc.get()?;
        require(mathType.0 <= 3, format!("there is no math type {}", mathType.0))?;
        convDesc.update(|convolution| convolution.math_type = mathType)
    }

    pub(crate) fn cudnnGetConvolutionMathType(
        convDesc: Ref<ConvolutionDescriptor>,
        mathType: Out<MathType>,
    ) -> Outcome {
        mathType.set(convDesc.get()?.math_type)
    }

    pub(crate) fn cudnnSetConvolutionGroupCount(
        convDesc: Ref<ConvolutionDescriptor>,
        groupCount: c_int,
    ) -> Outcome {
        convDesc.get()?;
        require(groupCount > 0, format!("{groupCount} groups are to be positive"))?;
        convDesc.update(|convolution| convolution.groups = groupCount)
    }

    pub(crate) fn cudnnGetConvolutionGroupCount(
        convDesc: Ref<ConvolutionDescriptor>,
        groupCount: Out<c_int>,
    ) -> Outcome {
        groupCount.set(convDesc.get()?.groups)
    }

    pub(crate) fn cudnnSetConvolutionReorderType(
        convDesc: Ref<ConvolutionDescriptor>,
        reorderType: Reorder,
    ) -> Outcome {
        convDesc.get()?;
        require(reorderType.0 <= 1, format!("there is no reordering {}", reorderType.0))?;
        convDesc.update(|convolution| convolution.reorder = reorderType)
    }

    pub(crate) fn cudnnGetConvolutionReorderType(
        convDesc: Ref<ConvolutionDescriptor>,
        reorderType: Out<Reorder>,
    ) -> Outcome {
        reorderType.set(convDesc.get()?.reorder)
    }

    pub(crate) fn cudnnSetConvolution2dDescriptor(
        convDesc: Ref<ConvolutionDescriptor>,
        pad_h: c_int,
        pad_w: c_int,
        u: c_int,
        v: c_int,
        dilation_h: c_int,
        dilation_w: c_int,
        mode: Mode,
        computeType: DataType,
    ) -> Outcome {
        convDesc.get()?;
        let [padding, stride, dilation] =
            [[pad_h, pad_w], [u, v], [dilation_h, dilation_w]].map(|pair| pair.to_vec());
        ConvolutionDescriptor::set(convDesc, padding, stride, dilation, mode, computeType)
    }

    pub(crate) fn cudnnGetConvolution2dDescriptor(
        convDesc: Ref<ConvolutionDescriptor>,
        pad_h: Out<c_int>,
        pad_w: Out<c_int>,
        u: Out<c_int>,
        v: Out<c_int>,
        dilation_h: Out<c_int>,
        dilation_w: Out<c_int>,
        mode: Out<Mode>,
        computeType: Out<DataType>,
    ) -> Outcome {
        let convolution = convDesc.get()?;
        let count = convolution.padding.len();
        require(count == 2, format!("the convolution has {count} spatial dimensions, not 2"))?;
        let places = [[pad_h, pad_w], [u, v], [dilation_h, dilation_w]];
        let values = [&convolution.padding, &convolution.stride, &convolution.dilation];
        for (places, values) in places.into_iter().zip(values) {
            places.into_iter().zip(values).for_each(|(place, value)| place.set_if_any(*value));
        }
        mode.set_if_any(convolution.mode);
        computeType.set_if_any(convolution.compute_type);
        Ok(())
    }

    pub(crate) fn cudnnSetConvolutionNdDescriptor(
        convDesc: Ref<ConvolutionDescriptor>,
        arrayLength: c_int,
        padA: In<c_int>,
        filterStrideA: In<c_int>,
        dilationA: In<c_int>,
        mode: Mode,
        computeType: DataType,
    ) -> Outcome {
        convDesc.get()?;
        support(
            arrayLength <= SPATIAL as c_int,
            format!("{arrayLength} spatial dimensions are more than {SPATIAL}"),
        )?;
        require(arrayLength >= 0, format!("{arrayLength} spatial dimensions are negative"))?;
        let count = arrayLength as usize;
        let [padding, stride, dilation] = [
            padA.array(count, "padA")?,
            filterStrideA.array(count, "filterStrideA")?,
            dilationA.array(count, "dilationA")?,
        ];
        ConvolutionDescriptor::set(convDesc, padding, stride, dilation, mode, computeType)
    }

    pub(crate) fn cudnnGetConvolutionNdDescriptor(
        convDesc: Ref<ConvolutionDescriptor>,
        arrayLengthRequested: c_int,
        arrayLength: Out<c_int>,
        padA: Out<c_int>,
        strideA: Out<c_int>,
        dilationA: Out<c_int>,
        mode: Out<Mode>,
        computeType: Out<DataType>,
    ) -> Outcome {
        let convolution = convDesc.get()?;
        support(
            arrayLengthRequested <= SPATIAL as c_int,
            format!("{arrayLengthRequested} spatial dimensions are more than {SPATIAL}"),
        )?;
        require(
            arrayLengthRequested >= 0,
            format!("{arrayLengthRequested} spatial dimensions are asked for"),
        )?;
        arrayLength.set_if_any(convolution.padding.len() as c_int);
        let count = arrayLengthRequested as usize;
        padA.set_all(convolution.padding.into_iter().take(count));
        strideA.set_all(convolution.stride.into_iter().take(count));
        dilationA.set_all(convolution.dilation.into_iter().take(count));
        mode.set_if_any(convolution.mode);
        computeType.set_if_any(convolution.compute_type);
        Ok(())
    }

    pub(crate) fn cudnnGetConvolution2dForwardOutputDim(
        convDesc: Ref<ConvolutionDescriptor>,
        inputTensorDesc: Ref<TensorDescriptor>,
        filterDesc: Ref<FilterDescriptor>,
        n: Out<c_int>,
        c: Out<c_int>,
        h: Out<c_int>,
        w: Out<c_int>,
    ) -> Outcome {
        let (convolution, input, filter) = (convDesc.get()?, inputTensorDesc.get()?, filterDesc.get()?);
        require(input.rank() == 4, format!("the input has {} dimensions, not 4", input.rank()))?;
        let dims = convolution.output_dims(&input, &filter)?;
        [n, c, h, w].into_iter().zip(dims).for_each(|(place, size)| place.set_if_any(size));
        Ok(())
    }

    pub(crate) fn cudnnGetConvolutionNdForwardOutputDim(
        convDesc: Ref<ConvolutionDescriptor>,
        inputTensorDesc: Ref<TensorDescriptor>,
        filterDesc: Ref<FilterDescriptor>,
        nbDims: c_int,
        tensorOuputDimA: Out<c_int>,
    ) -> Outcome {
        let (convolution, input, filter) = (convDesc.get()?, inputTensorDesc.get()?, filterDesc.get()?);
        tensorOuputDimA.check("tensorOuputDimA")?;
        // Fewer may be asked for.
        require(
            (1..=input.rank() as c_int).contains(&nbDims),
            format!("{nbDims} dimensions are asked for of an input that has {}", input.rank()),
        )?;
        let dims = convolution.output_dims(&input, &filter)?;
        tensorOuputDimA.set_all(dims.into_iter().take(nbDims as usize));
        Ok(())
    }
}

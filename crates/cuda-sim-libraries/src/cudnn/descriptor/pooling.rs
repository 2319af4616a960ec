//! Pooling descriptors, and the sizes of what a pooling puts out.
#![allow(clippy::too_many_arguments)]

use super::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Out, Slot};
use crate::cudnn::layout::RANK;
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{cudnnNanPropagation_t as NanPropagation, cudnnPoolingMode_t as Mode};
use std::ffi::c_int;

/// How a window moves over its input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PoolingDescriptor {
    pub(crate) mode: Mode,
    pub(crate) nan: NanPropagation,
    pub(crate) window: Vec<c_int>,
    pub(crate) padding: Vec<c_int>,
    pub(crate) stride: Vec<c_int>,
}
object!(PoolingDescriptor, "pooling descriptor");

impl Default for PoolingDescriptor {
    fn default() -> Self {
        Self {
            mode: Mode::CUDNN_POOLING_MAX,
            nan: NanPropagation::CUDNN_NOT_PROPAGATE_NAN,
            window: Vec::new(),
            padding: Vec::new(),
            stride: Vec::new(),
        }
    }
}

impl PoolingDescriptor {
    fn check(&self) -> Outcome {
        let Self { mode, nan, window, stride, .. } = self;
        require(mode.0 <= 3, format!("there is no mode {}", mode.0))?;
        require(nan.0 <= 1, format!("there is no propagation {} of NaN", nan.0))?;
        require(window.iter().all(|size| *size > 0), format!("a window of {window:?} is to be positive"))?;
        require(stride.iter().all(|size| *size > 0), format!("strides {stride:?} are to be positive"))
    }

    /// Returns the sizes of the output for an input.
    pub(crate) fn output_dims(&self, input: &TensorDescriptor) -> Outcome<Vec<c_int>> {
        require(
            input.rank() == self.window.len() + 2,
            format!(
                "an input of {} dimensions does not go with a window of {}",
                input.rank(),
                self.window.len()
            ),
        )?;
        let mut dims = input.dims[..2].to_vec();
        for axis in 0..self.window.len() {
            let room = input.dims[axis + 2] + 2 * self.padding[axis] - self.window[axis];
            let size = room.div_euclid(self.stride[axis]) + 1;
            require(
                size > 0,
                format!("the window is larger than the padded input: {:?} and {:?}", self.window, input.dims),
            )?;
            dims.push(size);
        }
        Ok(dims)
    }
}

impl Dnn {
    pub(crate) fn cudnnCreatePoolingDescriptor(poolingDesc: Slot) -> Outcome {
        poolingDesc.create(PoolingDescriptor::default())
    }

    pub(crate) fn cudnnDestroyPoolingDescriptor(poolingDesc: Ref<PoolingDescriptor>) -> Outcome {
        poolingDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetPooling2dDescriptor(
        poolingDesc: Ref<PoolingDescriptor>,
        mode: Mode,
        maxpoolingNanOpt: NanPropagation,
        windowHeight: c_int,
        windowWidth: c_int,
        verticalPadding: c_int,
        horizontalPadding: c_int,
        verticalStride: c_int,
        horizontalStride: c_int,
    ) -> Outcome {
        poolingDesc.get()?;
        let pooling = PoolingDescriptor {
            mode,
            nan: maxpoolingNanOpt,
            window: vec![windowHeight, windowWidth],
            padding: vec![verticalPadding, horizontalPadding],
            stride: vec![verticalStride, horizontalStride],
        };
        pooling.check()?;
        poolingDesc.set(pooling)
    }

    pub(crate) fn cudnnGetPooling2dDescriptor(
        poolingDesc: Ref<PoolingDescriptor>,
        mode: Out<Mode>,
        maxpoolingNanOpt: Out<NanPropagation>,
        windowHeight: Out<c_int>,
        windowWidth: Out<c_int>,
        verticalPadding: Out<c_int>,
        horizontalPadding: Out<c_int>,
        verticalStride: Out<c_int>,
        horizontalStride: Out<c_int>,
    ) -> Outcome {
        let pooling = poolingDesc.get()?;
        let count = pooling.window.len();
        require(count == 2, format!("the pooling has {count} spatial dimensions, not 2"))?;
        mode.set_if_any(pooling.mode);
        maxpoolingNanOpt.set_if_any(pooling.nan);
        let places = [
            [windowHeight, windowWidth],
            [verticalPadding, horizontalPadding],
            [verticalStride, horizontalStride],
        ];
        for (places, values) in places.into_iter().zip([&pooling.window, &pooling.padding, &pooling.stride]) {
            places.into_iter().zip(values).for_each(|(place, value)| place.set_if_any(*value));
        }
        Ok(())
    }

    pub(crate) fn cudnnSetPoolingNdDescriptor(
        poolingDesc: Ref<PoolingDescriptor>,
        mode: Mode,
        maxpoolingNanOpt: NanPropagation,
        nbDims: c_int,
        windowDimA: In<c_int>,
        paddingA: In<c_int>,
        strideA: In<c_int>,
    ) -> Outcome {
        poolingDesc.get()?;
        let most = RANK as c_int - 2;
        support(nbDims <= most, format!("{nbDims} spatial dimensions are more than {most}"))?;
        require(nbDims > 0, format!("{nbDims} spatial dimensions are to be positive"))?;
        let count = nbDims as usize;
        let pooling = PoolingDescriptor {
            mode,
            nan: maxpoolingNanOpt,
            window: windowDimA.array(count, "windowDimA")?,
            padding: paddingA.array(count, "paddingA")?,
            stride: strideA.array(count, "strideA")?,
        };
        pooling.check()?;
        poolingDesc.set(pooling)
    }

    pub(crate) fn cudnnGetPoolingNdDescriptor(
        poolingDesc: Ref<PoolingDescriptor>,
        nbDimsRequested: c_int,
        mode: Out<Mode>,
        maxpoolingNanOpt: Out<NanPropagation>,
        nbDims: Out<c_int>,
        windowDimA: Out<c_int>,
        paddingA: Out<c_int>,
        strideA: Out<c_int>,
    ) -> Outcome {
        let pooling = poolingDesc.get()?;
        let most = RANK as c_int - 2;
        support(
            nbDimsRequested <= most,
            format!("{nbDimsRequested} spatial dimensions are more than {most}"),
        )?;
        mode.set_if_any(pooling.mode);
        maxpoolingNanOpt.set_if_any(pooling.nan);
        nbDims.set_if_any(pooling.window.len() as c_int);
        let count = nbDimsRequested.max(0) as usize;
        windowDimA.set_all(pooling.window.into_iter().take(count));
        paddingA.set_all(pooling.padding.into_iter().take(count));
        strideA.set_all(pooling.stride.into_iter().take(count));
        Ok(())
    }

    pub(crate) fn cudnnGetPoolingNdForwardOutputDim(
        poolingDesc: Ref<PoolingDescriptor>,
        inputTensorDesc: Ref<TensorDescriptor>,
        nbDims: c_int,
        outputTensorDimA: Out<c_int>,
    ) -> Outcome {
        let (pooling, input) = (poolingDesc.get()?, inputTensorDesc.get()?);
        outputTensorDimA.check("outputTensorDimA")?;
        require(
            nbDims == input.rank() as c_int,
            format!("{nbDims} dimensions are asked for of an input that has {}", input.rank()),
        )?;
        outputTensorDimA.set_all(pooling.output_dims(&input)?);
        Ok(())
    }

    pub(crate) fn cudnnGetPooling2dForwardOutputDim(
        poolingDesc: Ref<PoolingDescriptor>,
        inputTensorDesc: Ref<TensorDescriptor>,
        n: Out<c_int>,
        c: Out<c_int>,
        h: Out<c_int>,
        w: Out<c_int>,
    ) -> Outcome {
        let (pooling, input) = (poolingDesc.get()?, inputTensorDesc.get()?);
        require(input.rank() == 4, format!("the input has {} dimensions, not 4", input.rank()))?;
        let dims = pooling.output_dims(&input)?;
        [n, c, h, w].into_iter().zip(dims).for_each(|(place, size)| place.set_if_any(size));
        Ok(())
    }
}

//! Pooling.
#![allow(clippy::too_many_arguments)]

use super::{factors, require_alike, spatial, tensor_of};
use crate::cudnn::compute::pooling::Pooling;
use crate::cudnn::descriptor::pooling::PoolingDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::cudnnPoolingMode_t as Mode;

/// `y = alpha * pooling(x) + beta * y`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) pooling: Pooling,
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let y = self.pooling.forward(&self.x.read(memory)?);
        self.y.blend(memory, self.alpha, &y, self.beta)
    }
}

/// `dx = alpha * (the gradient of x) + beta * dx`. An average does not look at what was pooled.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward {
    pub(crate) pooling: Pooling,
    pub(crate) x: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Backward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let averages = matches!(
            self.pooling.mode,
            Mode::CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING
                | Mode::CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING
        );
        let x = if averages { Vec::new() } else { self.x.read(memory)? };
        let dx = self.pooling.backward(&x, &self.dy.read(memory)?);
        self.dx.blend(memory, self.alpha, &dx, self.beta)
    }
}

/// Fits a pooling to its tensors.
fn pooling(
    descriptor: Ref<PoolingDescriptor>,
    x: Ref<TensorDescriptor>,
    y: Ref<TensorDescriptor>,
) -> Outcome<Pooling> {
    let (descriptor, x, y) = (descriptor.get()?, x.get()?, y.get()?);
    require(!descriptor.window.is_empty(), "the pooling descriptor was not set")?;
    support(
        descriptor.window.len() <= 3,
        format!("a window of {:?} has more than three dimensions", descriptor.window),
    )?;
    require(x.data_type == y.data_type, format!("x of {:?} and y of {:?}", x.data_type, y.data_type))?;
    support(descriptor.padding.iter().all(|size| *size >= 0), "paddings are negative")?;
    let expected = descriptor.output_dims(&x)?;
    require(y.dims == expected, format!("y is {:?}, and should be {expected:?}", y.dims))?;
    let sizes = |dims: &[i32], fill| {
        let wide: Vec<u64> = dims.iter().map(|size| *size as u64).collect();
        spatial(&wide, fill)
    };
    Ok(Pooling {
        mode: descriptor.mode,
        propagate_nan: descriptor.nan.0,
        planes: (x.dims[0] * x.dims[1]) as u64,
        input: sizes(&x.dims[2..], 1),
        output: sizes(&y.dims[2..], 1),
        window: sizes(&descriptor.window, 1),
        padding: sizes(&descriptor.padding, 0),
        stride: sizes(&descriptor.stride, 1),
    })
}

impl Dnn {
    pub(crate) fn cudnnPoolingForward(
        handle: Ref<Handle>,
        poolingDesc: Ref<PoolingDescriptor>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        beta: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let pooling = pooling(poolingDesc, xDesc, yDesc)?;
        let (x, y) = (tensor_of(xDesc, x, "x")?, tensor_of(yDesc, y, "y")?);
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        handle.launch(&Forward { pooling, x, y, alpha, beta })
    }

    pub(crate) fn cudnnPoolingBackward(
        handle: Ref<Handle>,
        poolingDesc: Ref<PoolingDescriptor>,
        alpha: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        beta: Untyped,
        dxDesc: Ref<TensorDescriptor>,
        dx: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let pooling = pooling(poolingDesc, xDesc, yDesc)?;
        let (y, dy) = (tensor_of(yDesc, y, "y")?, tensor_of(dyDesc, dy, "dy")?);
        let (x, dx) = (tensor_of(xDesc, x, "x")?, tensor_of(dxDesc, dx, "dx")?);
        let (alpha, beta) = factors(alpha, beta, dx.layout.data_type)?;
        require_alike(&y, &dy, "y and dy")?;
        require_alike(&x, &dx, "x and dx")?;
        handle.launch(&Backward { pooling, x, dy, dx, alpha, beta })
    }
}

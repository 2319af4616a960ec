//! Softmax.
#![allow(clippy::too_many_arguments)]

use super::{factors, require_alike, tensor_of};
use crate::cudnn::compute::softmax::Softmax;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::{cudnnSoftmaxAlgorithm_t as Algorithm, cudnnSoftmaxMode_t as Mode};

/// `y = alpha * softmax(x) + beta * y`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) softmax: Softmax,
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let y = self.softmax.forward(&self.x.read(memory)?);
        self.y.blend(memory, self.alpha, &y, self.beta)
    }
}

/// `dx = alpha * (the gradient of x) + beta * dx`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward {
    pub(crate) softmax: Softmax,
    pub(crate) y: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Backward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let dx = self.softmax.backward(&self.y.read(memory)?, &self.dy.read(memory)?);
        self.dx.blend(memory, self.alpha, &dx, self.beta)
    }
}

/// Fits a softmax to its tensor.
fn softmax(algorithm: Algorithm, mode: Mode, tensor: &Tensor) -> Outcome<Softmax> {
    require(algorithm.0 <= 2, format!("there is no algorithm {}", algorithm.0))?;
    require(mode.0 <= 1, format!("there is no mode {}", mode.0))?;
    support(
        element::is_real(tensor.layout.data_type),
        format!("a softmax of {:?}", tensor.layout.data_type),
    )?;
    let sizes = tensor.layout.sizes();
    let inner: usize = sizes[2..].iter().product();
    let (axis, inner) = match mode {
        Mode::CUDNN_SOFTMAX_MODE_INSTANCE => (sizes[1] * inner, 1),
        _ => (sizes[1], inner),
    };
    Ok(Softmax { algorithm, reserved: 0, outer: sizes[0] as u64, axis: axis as u64, inner: inner as u64 })
}

impl Dnn {
    pub(crate) fn cudnnSoftmaxForward(
        handle: Ref<Handle>,
        algo: Algorithm,
        mode: Mode,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        beta: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (x, y) = (tensor_of(xDesc, x, "x")?, tensor_of(yDesc, y, "y")?);
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        require_alike(&x, &y, "x and y")?;
        let softmax = softmax(algo, mode, &x)?;
        handle.launch(&Forward { softmax, x, y, alpha, beta })
    }

    pub(crate) fn cudnnSoftmaxBackward(
        handle: Ref<Handle>,
        algo: Algorithm,
        mode: Mode,
        alpha: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        beta: Untyped,
        dxDesc: Ref<TensorDescriptor>,
        dx: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (y, dy) = (tensor_of(yDesc, y, "y")?, tensor_of(dyDesc, dy, "dy")?);
        let dx = tensor_of(dxDesc, dx, "dx")?;
        let (alpha, beta) = factors(alpha, beta, dx.layout.data_type)?;
        require_alike(&y, &dy, "y and dy")?;
        require_alike(&y, &dx, "y and dx")?;
        let softmax = softmax(algo, mode, &y)?;
        handle.launch(&Backward { softmax, y, dy, dx, alpha, beta })
    }
}

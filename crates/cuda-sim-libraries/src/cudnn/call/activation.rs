//! Activations.
#![allow(clippy::too_many_arguments)]

use super::{factors, require_alike, require_same, tensor_of};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::cudnnActivationMode_t as Mode;

/// `y = alpha * activation(x) + beta * y`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) activation: Activation,
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let y: Vec<f64> = self.x.read(memory)?.into_iter().map(|x| self.activation.forward(x)).collect();
        self.y.blend(memory, self.alpha, &y, self.beta)
    }
}

/// `dx = alpha * (the gradient of x) + beta * dx`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward {
    pub(crate) activation: Activation,
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Backward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let (x, y, dy) = (self.x.read(memory)?, self.y.read(memory)?, self.dy.read(memory)?);
        let dx: Vec<f64> =
            x.iter().zip(&y).zip(dy).map(|((x, y), dy)| self.activation.backward(*x, *y, dy)).collect();
        self.dx.blend(memory, self.alpha, &dx, self.beta)
    }
}

/// Fetches an activation that a call of its own can have: doing nothing is only for what is joined with a convolution.
fn activation(descriptor: Ref<Activation>) -> Outcome<Activation> {
    let activation = descriptor.get()?;
    support(activation.mode != Mode::CUDNN_ACTIVATION_IDENTITY, "the identity is no activation of its own")?;
    Ok(activation)
}

impl Dnn {
    pub(crate) fn cudnnActivationForward(
        handle: Ref<Handle>,
        activationDesc: Ref<Activation>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        beta: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let activation = activation(activationDesc)?;
        let (x, y) = (tensor_of(xDesc, x, "x")?, tensor_of(yDesc, y, "y")?);
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        require_alike(&x, &y, "x and y")?;
        if x.address == y.address {
            require_same(&x, &y, "x and y in one place")?;
        }
        handle.launch(&Forward { activation, x, y, alpha, beta })
    }

    pub(crate) fn cudnnActivationBackward(
        handle: Ref<Handle>,
        activationDesc: Ref<Activation>,
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
        let activation = activation(activationDesc)?;
        let (y, dy) = (tensor_of(yDesc, y, "y")?, tensor_of(dyDesc, dy, "dy")?);
        let (x, dx) = (tensor_of(xDesc, x, "x")?, tensor_of(dxDesc, dx, "dx")?);
        let (alpha, beta) = factors(alpha, beta, dx.layout.data_type)?;
        require_same(&x, &dx, "x and dx")?;
        require_same(&y, &dy, "y and dy")?;
        require_alike(&x, &y, "x and y")?;
        require(
            dy.address != dx.address || dy.layout == dx.layout,
            "dy and dx in one place differ in strides",
        )?;
        handle.launch(&Backward { activation, x, y, dy, dx, alpha, beta })
    }
}

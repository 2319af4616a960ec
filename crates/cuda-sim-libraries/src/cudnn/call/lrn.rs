//! Local response normalisation across channels.
#![allow(clippy::too_many_arguments)]

use super::{factors, require_alike, tensor_of};
use crate::cudnn::compute::lrn::Lrn;
use crate::cudnn::descriptor::lrn::LrnDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Outcome, require};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::cudnnLRNMode_t as Mode;

/// `y = alpha * normalised(x) + beta * y`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) lrn: Lrn,
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let y = self.lrn.forward(&self.x.read(memory)?);
        self.y.blend(memory, self.alpha, &y, self.beta)
    }
}

/// `dx = alpha * (the gradient of x) + beta * dx`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward {
    pub(crate) lrn: Lrn,
    pub(crate) x: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Backward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let dx = self.lrn.backward(&self.x.read(memory)?, &self.dy.read(memory)?);
        self.dx.blend(memory, self.alpha, &dx, self.beta)
    }
}

/// Fits a normalisation to its tensor.
fn lrn(descriptor: Ref<LrnDescriptor>, mode: Mode, x: &Tensor) -> Outcome<Lrn> {
    let descriptor = descriptor.get()?;
    require(mode.0 == 0, format!("there is no mode {}", mode.0))?;
    let sizes = x.layout.sizes();
    require(sizes.len() >= 4, format!("a tensor of {} dimensions has fewer than 4", sizes.len()))?;
    Ok(Lrn {
        images: sizes[0] as u64,
        channels: sizes[1] as u64,
        inner: sizes[2..].iter().product::<usize>() as u64,
        window: descriptor.window.into(),
        alpha: descriptor.alpha,
        beta: descriptor.beta,
        k: descriptor.k,
    })
}

impl Dnn {
    pub(crate) fn cudnnLRNCrossChannelForward(
        handle: Ref<Handle>,
        normDesc: Ref<LrnDescriptor>,
        lrnMode: Mode,
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
        let lrn = lrn(normDesc, lrnMode, &x)?;
        handle.launch(&Forward { lrn, x, y, alpha, beta })
    }

    pub(crate) fn cudnnLRNCrossChannelBackward(
        handle: Ref<Handle>,
        normDesc: Ref<LrnDescriptor>,
        lrnMode: Mode,
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
        let (y, dy) = (tensor_of(yDesc, y, "y")?, tensor_of(dyDesc, dy, "dy")?);
        let (x, dx) = (tensor_of(xDesc, x, "x")?, tensor_of(dxDesc, dx, "dx")?);
        let (alpha, beta) = factors(alpha, beta, dx.layout.data_type)?;
        require_alike(&y, &dy, "y and dy")?;
        require_alike(&x, &dx, "x and dx")?;
        require_alike(&x, &y, "x and y")?;
        let lrn = lrn(normDesc, lrnMode, &x)?;
        handle.launch(&Backward { lrn, x, dy, dx, alpha, beta })
    }
}

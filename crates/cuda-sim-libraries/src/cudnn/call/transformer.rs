//! Spatial transformers.
#![allow(clippy::too_many_arguments)]

use super::{factors, require_alike, tensor_of};
use crate::cudnn::compute::transformer::Sampler;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::descriptor::transformer::TransformerDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, bad_param, require, support};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::{Layout, Tensor};
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::cudnnDataType_t as DataType;

/// Makes the grid of each image from its matrix.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grid {
    pub(crate) sampler: Sampler,
    pub(crate) theta: Tensor,
    pub(crate) grid: Tensor,
}

impl Grid {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        self.grid.write(memory, &self.sampler.grid(&self.theta.read(memory)?))
    }
}

/// Makes the gradients of the matrices from those of the grid.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct GridBackward {
    pub(crate) sampler: Sampler,
    pub(crate) dgrid: Tensor,
    pub(crate) dtheta: Tensor,
}

impl GridBackward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        self.dtheta.write(memory, &self.sampler.grid_backward(&self.dgrid.read(memory)?))
    }
}

/// `y = alpha * (x at the grid's points) + beta * y`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) sampler: Sampler,
    pub(crate) x: Tensor,
    pub(crate) grid: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Sample {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let y = self.sampler.forward(&self.x.read(memory)?, &self.grid.read(memory)?);
        self.y.blend(memory, self.alpha, &y, self.beta)
    }
}

/// The gradients of `x` and of the grid, each blended.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct SampleBackward {
    pub(crate) sampler: Sampler,
    pub(crate) x: Tensor,
    pub(crate) grid: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) dgrid: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) alpha_grid: f64,
    pub(crate) beta_grid: f64,
}

impl SampleBackward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let (x, grid, dy) = (self.x.read(memory)?, self.grid.read(memory)?, self.dy.read(memory)?);
        let (dx, dgrid) = self.sampler.backward(&x, &grid, &dy);
        self.dx.blend(memory, self.alpha, &dx, self.beta)?;
        self.dgrid.blend(memory, self.alpha_grid, &dgrid, self.beta_grid)
    }
}

/// Fits a sampler to its descriptor, with the type of the grid.
fn sampler(descriptor: Ref<TransformerDescriptor>, input: Option<&Tensor>) -> Outcome<(Sampler, DataType)> {
    let descriptor = descriptor.get()?;
    let data_type = descriptor.data_type.ok_or_else(|| bad_param("the spatial transformer was not set"))?;
    support(element::is_real(data_type), format!("a transformer of {data_type:?}"))?;
    let [n, c, h, w] = descriptor.dims[..] else {
        return Err(crate::cudnn::failure::not_supported(format!(
            "a transformer of {:?} has not 4 sizes",
            descriptor.dims
        )));
    };
    let [n, c, h, w] = [n, c, h, w].map(|size| size as u64);
    let mut sampler = Sampler { n, c, input: [h, w], output: [h, w] };
    if let Some(input) = input {
        let sizes = input.layout.sizes();
        require(sizes.len() == 4, format!("x of {sizes:?} has not 4 sizes"))?;
        let fits = sizes[0] as u64 == n && sizes[1] as u64 == c;
        require(fits, format!("x of {sizes:?} is not what the transformer of {:?} reads", descriptor.dims))?;
        sampler.input = [sizes[2] as u64, sizes[3] as u64];
    }
    Ok((sampler, data_type))
}

fn grid(sampler: &Sampler, data_type: DataType, address: Address, name: &str) -> Outcome<Tensor> {
    let [h, w] = sampler.output;
    Ok(Tensor { address: address.get(name)?, layout: Layout::dense(data_type, &[sampler.n, h, w, 2]) })
}

fn theta(sampler: &Sampler, data_type: DataType, address: Address, name: &str) -> Outcome<Tensor> {
    Ok(Tensor { address: address.get(name)?, layout: Layout::dense(data_type, &[sampler.n, 2, 3]) })
}

fn require_output(sampler: &Sampler, y: &Tensor, name: &str) -> Outcome {
    let sizes: Vec<u64> = y.layout.sizes().iter().map(|size| *size as u64).collect();
    let expected = [sampler.n, sampler.c, sampler.output[0], sampler.output[1]];
    require(sizes == expected, format!("{name} is {sizes:?}, and should be {expected:?}"))
}

impl Dnn {
    pub(crate) fn cudnnSpatialTfGridGeneratorForward(
        handle: Ref<Handle>,
        stDesc: Ref<TransformerDescriptor>,
        thetas: Address,
        grids: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (sampler, data_type) = sampler(stDesc, None)?;
        let theta = theta(&sampler, data_type, thetas, "theta")?;
        let grid = grid(&sampler, data_type, grids, "grid")?;
        handle.launch(&Grid { sampler, theta, grid })
    }

    pub(crate) fn cudnnSpatialTfGridGeneratorBackward(
        handle: Ref<Handle>,
        stDesc: Ref<TransformerDescriptor>,
        dgrids: Address,
        dthetas: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (sampler, data_type) = sampler(stDesc, None)?;
        let dgrid = grid(&sampler, data_type, dgrids, "dgrid")?;
        let dtheta = theta(&sampler, data_type, dthetas, "dtheta")?;
        handle.launch(&GridBackward { sampler, dgrid, dtheta })
    }

    pub(crate) fn cudnnSpatialTfSamplerForward(
        handle: Ref<Handle>,
        stDesc: Ref<TransformerDescriptor>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        grids: Address,
        beta: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (x, y) = (tensor_of(xDesc, x, "x")?, tensor_of(yDesc, y, "y")?);
        let (sampler, data_type) = sampler(stDesc, Some(&x))?;
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        require_output(&sampler, &y, "y")?;
        let grid = grid(&sampler, data_type, grids, "grid")?;
        handle.launch(&Sample { sampler, x, grid, y, alpha, beta })
    }

    pub(crate) fn cudnnSpatialTfSamplerBackward(
        handle: Ref<Handle>,
        stDesc: Ref<TransformerDescriptor>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        beta: Untyped,
        dxDesc: Ref<TensorDescriptor>,
        dx: Address,
        alphaDgrid: Untyped,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        grids: Address,
        betaDgrid: Untyped,
        dgrids: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (x, dx) = (tensor_of(xDesc, x, "x")?, tensor_of(dxDesc, dx, "dx")?);
        let dy = tensor_of(dyDesc, dy, "dy")?;
        let (sampler, data_type) = sampler(stDesc, Some(&x))?;
        let (alpha, beta) = factors(alpha, beta, dx.layout.data_type)?;
        let (alpha_grid, beta_grid) = factors(alphaDgrid, betaDgrid, data_type)?;
        require_alike(&x, &dx, "x and dx")?;
        require_output(&sampler, &dy, "dy")?;
        handle.launch(&SampleBackward {
            grid: grid(&sampler, data_type, grids, "grid")?,
            dgrid: grid(&sampler, data_type, dgrids, "dgrid")?,
            sampler,
            x,
            dy,
            dx,
            alpha,
            beta,
            alpha_grid,
            beta_grid,
        })
    }
}

//! Convolutions: forward, with bias and activation, and the gradients of data, filter and bias.
#![allow(clippy::too_many_arguments)]

use super::algorithm::{self, Pass, Problem};
use super::{factors, require_alike, tensor, tensor_of};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::compute::convolution::{Geometry, backward_bias};
use crate::cudnn::descriptor::convolution::ConvolutionDescriptor;
use crate::cudnn::descriptor::filter::FilterDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Failure, Outcome, require, support};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::{Memory, Workspace, pass_through};
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::{
    cudnnActivationMode_t as ActivationMode, cudnnConvolutionBwdDataAlgo_t as DataAlgorithm,
    cudnnConvolutionBwdFilterAlgo_t as FilterAlgorithm, cudnnConvolutionFwdAlgo_t as ForwardAlgorithm,
    cudnnStatus_t as Status,
};

/// `y = alpha * convolution(x, w) + beta * y`, or with an activation, `activation(alpha * convolution(x, w) + alpha_z * z + bias)`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(crate) geometry: Geometry,
    pub(crate) x: Tensor,
    pub(crate) w: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) workspace: Workspace,
    /// 1 if bias, `z` and activation take part.
    pub(crate) fused: u64,
    pub(crate) alpha_z: f64,
    pub(crate) z: Tensor,
    pub(crate) bias: Tensor,
    pub(crate) activation: Activation,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let mut y = self.geometry.forward(&self.x.read(memory)?, &self.w.read(memory)?);
        pass_through(memory, self.workspace, &mut y)?;
        if self.fused == 0 {
            return self.y.blend(memory, self.alpha, &y, self.beta);
        }
        let bias = self.bias.read(memory)?;
        let z = if self.alpha_z == 0.0 { vec![0.0; y.len()] } else { self.z.read(memory)? };
        let inner = self.geometry.output.iter().product::<u64>().max(1) as usize;
        for (at, (y, z)) in y.iter_mut().zip(z).enumerate() {
            let sum = self.alpha * *y + self.alpha_z * z + bias[at / inner % bias.len()];
            *y = self.activation.forward(sum);
        }
        self.y.write(memory, &y)
    }
}

/// `dx = alpha * (the gradient of x) + beta * dx`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackwardData {
    pub(crate) geometry: Geometry,
    pub(crate) w: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) workspace: Workspace,
}

impl BackwardData {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let mut dx = self.geometry.backward_data(&self.w.read(memory)?, &self.dy.read(memory)?);
        pass_through(memory, self.workspace, &mut dx)?;
        self.dx.blend(memory, self.alpha, &dx, self.beta)
    }
}

/// `dw = alpha * (the gradient of w) + beta * dw`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackwardFilter {
    pub(crate) geometry: Geometry,
    pub(crate) x: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dw: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) workspace: Workspace,
}

impl BackwardFilter {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let mut dw = self.geometry.backward_filter(&self.x.read(memory)?, &self.dy.read(memory)?);
        pass_through(memory, self.workspace, &mut dw)?;
        self.dw.blend(memory, self.alpha, &dw, self.beta)
    }
}

/// `db = alpha * (the sum of dy for each channel) + beta * db`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackwardBias {
    pub(crate) dy: Tensor,
    pub(crate) db: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl BackwardBias {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let sizes = self.dy.layout.sizes();
        let inner = sizes.iter().skip(2).product();
        let db = backward_bias(&self.dy.read(memory)?, sizes[1], inner);
        self.db.blend(memory, self.alpha, &db, self.beta)
    }
}

/// Checks what every convolution is given, and returns it as a problem.
pub(crate) fn problem(
    pass: Pass,
    x: Ref<TensorDescriptor>,
    w: Ref<FilterDescriptor>,
    convolution: Ref<ConvolutionDescriptor>,
    y: Ref<TensorDescriptor>,
) -> Outcome<Problem> {
    Problem::new(pass, &x.get()?, &w.get()?, &convolution.get()?, &y.get()?)
}

/// Checks that a workspace is large enough, and takes of it what is needed.
fn workspace(problem: &Problem, algorithm: u32, address: Address, bytes: usize) -> Outcome<Workspace> {
    problem.check_algorithm(algorithm)?;
    let needed = algorithm::workspace_bytes(problem, algorithm);
    if needed == 0 {
        return Ok(Workspace::NONE);
    }
    if (bytes as u64) < needed {
        let message =
            format!("a workspace of {bytes} bytes is smaller than the {needed} of algorithm {algorithm}");
        return Err(Failure::new(Status::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, message));
    }
    Ok(Workspace { address: address.get("the workspace")?, bytes: needed })
}

fn filter(descriptor: Ref<FilterDescriptor>, address: Address, name: &str) -> Outcome<Tensor> {
    Ok(Tensor { address: address.get(name)?, layout: descriptor.get()?.layout()? })
}

impl Dnn {
    pub(crate) fn cudnnConvolutionForward(
        handle: Ref<Handle>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        wDesc: Ref<FilterDescriptor>,
        w: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        algo: ForwardAlgorithm,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
        beta: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let problem = problem(Pass::Forward, xDesc, wDesc, convDesc, yDesc)?;
        let y = tensor_of(yDesc, y, "y")?;
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        handle.launch(&Forward {
            geometry: problem.geometry,
            x: tensor_of(xDesc, x, "x")?,
            w: filter(wDesc, w, "w")?,
            y,
            alpha,
            beta,
            workspace: workspace(&problem, algo.0, workSpace, workSpaceSizeInBytes)?,
            fused: 0,
            alpha_z: 0.0,
            z: Tensor::NONE,
            bias: Tensor::NONE,
            activation: Activation::IDENTITY,
        })
    }

    pub(crate) fn cudnnConvolutionBiasActivationForward(
        handle: Ref<Handle>,
        alpha1: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        wDesc: Ref<FilterDescriptor>,
        w: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        algo: ForwardAlgorithm,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
        alpha2: Untyped,
        zDesc: Ref<TensorDescriptor>,
        z: Address,
        biasDesc: Ref<TensorDescriptor>,
        bias: Address,
        activationDesc: Ref<Activation>,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let problem = problem(Pass::Forward, xDesc, wDesc, convDesc, yDesc)?;
        let activation = activationDesc.get()?;
        let y = tensor_of(yDesc, y, "y")?;
        let (alpha, alpha_z) = factors(alpha1, alpha2, y.layout.data_type)?;
        // What is not added need not be there.
        let z = if alpha_z == 0.0 { Tensor::NONE } else { tensor_of(zDesc, z, "z")? };
        if z.is_some() {
            require_alike(&z, &y, "z and y")?;
        }
        let bias = tensor_of(biasDesc, bias, "bias")?;
        let channels = y.layout.sizes()[1];
        let one_for_each = bias.layout.len() == channels && bias.layout.sizes().get(1) == Some(&channels);
        require(
            one_for_each,
            format!("a bias of {:?} is not one for each of {channels} channels", bias.layout.sizes()),
        )?;
        let known = [ActivationMode::CUDNN_ACTIVATION_RELU, ActivationMode::CUDNN_ACTIVATION_IDENTITY];
        support(
            known.contains(&activation.mode),
            format!("{:?} is not joined with a convolution", activation.mode),
        )?;
        let passes = activation.mode == ActivationMode::CUDNN_ACTIVATION_IDENTITY;
        let precomputed = algo == ForwardAlgorithm::CUDNN_CONVOLUTION_FWD_ALGO_IMPLICIT_PRECOMP_GEMM;
        support(!passes || precomputed, "without an activation only IMPLICIT_PRECOMP_GEMM adds a bias")?;
        handle.launch(&Forward {
            geometry: problem.geometry,
            x: tensor_of(xDesc, x, "x")?,
            w: filter(wDesc, w, "w")?,
            y,
            alpha,
            beta: 0.0,
            workspace: workspace(&problem, algo.0, workSpace, workSpaceSizeInBytes)?,
            fused: 1,
            alpha_z,
            z,
            bias,
            activation,
        })
    }

    pub(crate) fn cudnnConvolutionBackwardData(
        handle: Ref<Handle>,
        alpha: Untyped,
        wDesc: Ref<FilterDescriptor>,
        w: Address,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        algo: DataAlgorithm,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
        beta: Untyped,
        dxDesc: Ref<TensorDescriptor>,
        dx: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let problem = problem(Pass::BackwardData, dxDesc, wDesc, convDesc, dyDesc)?;
        let dx = tensor_of(dxDesc, dx, "dx")?;
        let (alpha, beta) = factors(alpha, beta, dx.layout.data_type)?;
        handle.launch(&BackwardData {
            geometry: problem.geometry,
            w: filter(wDesc, w, "w")?,
            dy: tensor_of(dyDesc, dy, "dy")?,
            dx,
            alpha,
            beta,
            workspace: workspace(&problem, algo.0, workSpace, workSpaceSizeInBytes)?,
        })
    }

    pub(crate) fn cudnnConvolutionBackwardFilter(
        handle: Ref<Handle>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        convDesc: Ref<ConvolutionDescriptor>,
        algo: FilterAlgorithm,
        workSpace: Address,
        workSpaceSizeInBytes: usize,
        beta: Untyped,
        dwDesc: Ref<FilterDescriptor>,
        dw: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let problem = problem(Pass::BackwardFilter, xDesc, dwDesc, convDesc, dyDesc)?;
        let dw = filter(dwDesc, dw, "dw")?;
        let (alpha, beta) = factors(alpha, beta, dw.layout.data_type)?;
        handle.launch(&BackwardFilter {
            geometry: problem.geometry,
            x: tensor_of(xDesc, x, "x")?,
            dy: tensor_of(dyDesc, dy, "dy")?,
            dw,
            alpha,
            beta,
            workspace: workspace(&problem, algo.0, workSpace, workSpaceSizeInBytes)?,
        })
    }

    pub(crate) fn cudnnConvolutionBackwardBias(
        handle: Ref<Handle>,
        alpha: Untyped,
        dyDesc: Ref<TensorDescriptor>,
        dy: Address,
        beta: Untyped,
        dbDesc: Ref<TensorDescriptor>,
        db: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (dy_desc, db_desc) = (dyDesc.get()?, dbDesc.get()?);
        let (dy, db) = (tensor(&dy_desc, dy, "dy")?, tensor(&db_desc, db, "db")?);
        let (alpha, beta) = factors(alpha, beta, db.layout.data_type)?;
        let (from, to) = (dy.layout.sizes(), db.layout.sizes());
        require(from.len() == to.len(), format!("sizes {from:?} and {to:?} differ in number"))?;
        let ones = to.iter().enumerate().all(|(axis, size)| axis == 1 || *size == 1);
        require(
            ones && to[1] == from[1],
            format!("a bias of {to:?} is not one for each channel of {from:?}"),
        )?;
        require(dy.layout.data_type == db.layout.data_type, "dy and db are of different types")?;
        handle.launch(&BackwardBias { dy, db, alpha, beta })
    }
}

//! What the functions of normalisation are given, and the checks that they have in common.
#![allow(clippy::too_many_arguments)]

use super::normalization::{Backward, Inference, Ops, Training};
use super::{factors, require_alike, tensor, tensor_of};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::compute::normalization::Normalization;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Failure, Outcome, require, support};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::Handle;
use crate::cudnn::layout::Tensor;
use crate::cudnn::memory::Workspace;
use crate::cudnn::object::Ref;
use cudnn_sys::{
    cudnnActivationMode_t as ActivationMode, cudnnBatchNormMode_t as BatchMode, cudnnDataType_t as DataType,
    cudnnNormAlgo_t as NormAlgorithm, cudnnNormMode_t as NormMode, cudnnStatus_t as Status,
    cudnnTensorFormat_t as Format,
};
use std::ffi::c_int;

/// Which elements share a parameter, and how fast it is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mode {
    for_each_channel: bool,
    persists: bool,
}

impl Mode {
    pub(super) fn of_batch(mode: BatchMode) -> Outcome<Self> {
        require(mode.0 <= 2, format!("there is no mode {}", mode.0))?;
        Ok(Self {
            for_each_channel: mode != BatchMode::CUDNN_BATCHNORM_PER_ACTIVATION,
            persists: mode == BatchMode::CUDNN_BATCHNORM_SPATIAL_PERSISTENT,
        })
    }

    pub(super) fn of_norm(mode: NormMode, algorithm: NormAlgorithm, groups: c_int) -> Outcome<Self> {
        require(mode.0 <= 1, format!("there is no mode {}", mode.0))?;
        require(algorithm.0 <= 1, format!("there is no algorithm {}", algorithm.0))?;
        support(groups == 1, format!("{groups} groups, where one can be"))?;
        Ok(Self {
            for_each_channel: mode == NormMode::CUDNN_NORM_PER_CHANNEL,
            persists: algorithm == NormAlgorithm::CUDNN_NORM_ALGO_PERSIST,
        })
    }

    /// Returns the sizes of the parameters for a tensor.
    fn parameters(self, x: &TensorDescriptor) -> Vec<c_int> {
        let size = |(axis, size): (usize, &c_int)| match axis {
            0 => 1,
            1 => *size,
            _ if self.for_each_channel => 1,
            _ => *size,
        };
        x.dims.iter().enumerate().map(size).collect()
    }

    /// Returns the descriptor of the parameters: halves have parameters of `float`.
    pub(super) fn derive(self, x: &TensorDescriptor) -> Outcome<TensorDescriptor> {
        require(x.rank() >= 2, format!("a tensor of {} dimensions has no channels", x.rank()))?;
        let double = x.data_type == DataType::CUDNN_DATA_DOUBLE;
        let data_type = if double { DataType::CUDNN_DATA_DOUBLE } else { DataType::CUDNN_DATA_FLOAT };
        TensorDescriptor::packed(Format::CUDNN_TENSOR_NCHW, data_type, &self.parameters(x))
    }

    fn normalization(self, x: &TensorDescriptor, epsilon: f64) -> Outcome<Normalization> {
        require((4..=5).contains(&x.rank()), format!("a tensor of {} dimensions has not 4 or 5", x.rank()))?;
        require(epsilon >= cudnn_sys::CUDNN_BN_MIN_EPSILON, format!("epsilon of {epsilon} is negative"))?;
        let inner: u64 = x.dims[2..].iter().map(|size| *size as u64).product();
        let channels = x.dims[1] as u64;
        let (parameters, inner) =
            if self.for_each_channel { (channels, inner) } else { (channels * inner, 1) };
        Ok(Normalization { outer: x.dims[0] as u64, parameters, inner, epsilon })
    }

    /// Checks that a descriptor is one of parameters for a tensor.
    fn check_parameters(self, x: &TensorDescriptor, parameters: &TensorDescriptor) -> Outcome {
        let expected = self.parameters(x);
        require(
            parameters.dims == expected,
            format!("parameters of {:?} should be {expected:?}", parameters.dims),
        )
    }

    /// Checks that an operation can follow a normalisation of a tensor. The fused kernels are for channels that run fastest.
    pub(super) fn check_ops(
        self,
        ops: Ops,
        x: &TensorDescriptor,
        activation: Ref<Activation>,
    ) -> Outcome<Activation> {
        require(ops <= 2, format!("there is no operation {ops}"))?;
        if ops == 0 {
            return Ok(Activation::IDENTITY);
        }
        let fast = x.rank() >= 2 && x.strides.get(1) == Some(&1);
        support(
            self.persists && fast,
            "an activation follows only where the mode persists and channels run fastest",
        )?;
        let activation = activation.get()?;
        let rectifies = activation.mode == ActivationMode::CUDNN_ACTIVATION_RELU;
        support(rectifies, format!("{:?} does not follow a normalisation", activation.mode))?;
        Ok(activation)
    }

    /// Returns how many bytes of workspace the form with operations needs, forward or backward.
    pub(super) fn workspace_bytes(self, x: &TensorDescriptor, backward: bool) -> usize {
        let parameters: usize = self.parameters(x).iter().map(|size| *size as usize).product();
        let pieces = match (self.for_each_channel, self.persists) {
            (false, _) => 0,
            (true, false) => 2,
            (true, true) => 4,
        };
        8 * parameters * pieces * (1 + usize::from(backward))
    }

    /// Returns how many bytes keep which elements an activation has passed.
    pub(super) fn reserve_bytes(ops: Ops, x: &TensorDescriptor) -> usize {
        let count: usize = x.dims.iter().map(|size| *size as usize).product();
        if ops == 0 { 0 } else { count.div_ceil(8).next_multiple_of(16) }
    }
}

/// Takes of the client's memory what is needed.
fn lend(name: &str, address: Address, bytes: usize, needed: usize) -> Outcome<Workspace> {
    if needed == 0 {
        return Ok(Workspace::NONE);
    }
    if bytes < needed {
        let message = format!("a {name} of {bytes} bytes is smaller than {needed}");
        return Err(Failure::new(Status::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, message));
    }
    Ok(Workspace { address: address.get(name)?, bytes: needed as u64 })
}

/// Joins two addresses that are to be given together or not at all with their descriptor.
fn pair(descriptor: &TensorDescriptor, one: Address, other: Address, names: &str) -> Outcome<[Tensor; 2]> {
    require(one.is_null() == other.is_null(), format!("one of {names} is null, and the other is not"))?;
    if one.is_null() {
        return Ok([Tensor::NONE; 2]);
    }
    Ok([tensor(descriptor, one, names)?, tensor(descriptor, other, names)?])
}

/// The arguments of a forward pass.
pub(super) struct ForwardArguments {
    pub(super) mode: Mode,
    pub(super) ops: Ops,
    pub(super) alpha: Untyped,
    pub(super) beta: Untyped,
    pub(super) x: (Ref<TensorDescriptor>, Address),
    pub(super) z: (Ref<TensorDescriptor>, Address),
    pub(super) y: (Ref<TensorDescriptor>, Address),
    pub(super) scale_bias: (Ref<TensorDescriptor>, Address, Address),
    pub(super) mean_variance: Ref<TensorDescriptor>,
    pub(super) activation: Ref<Activation>,
    pub(super) epsilon: f64,
}

impl ForwardArguments {
    /// Checks what inference and training have in common.
    fn tensors(&self) -> Outcome<(TensorDescriptor, Tensor, Tensor, Tensor, f64, f64)> {
        let descriptor = self.x.0.get()?;
        let (x, y) = (tensor_of(self.x.0, self.x.1, "x")?, tensor_of(self.y.0, self.y.1, "y")?);
        let (alpha, beta) = factors(self.alpha, self.beta, y.layout.data_type)?;
        support(
            element::is_real(x.layout.data_type),
            format!("a normalisation of {:?}", x.layout.data_type),
        )?;
        require_alike(&x, &y, "x and y")?;
        let mut z = Tensor::NONE;
        if self.ops == 2 {
            z = tensor_of(self.z.0, self.z.1, "z")?;
            require_alike(&x, &z, "x and z")?;
        }
        self.mode.check_parameters(&descriptor, &self.scale_bias.0.get()?)?;
        self.mode.check_parameters(&descriptor, &self.mean_variance.get()?)?;
        Ok((descriptor, x, y, z, alpha, beta))
    }

    pub(super) fn infer(&self, handle: &Handle, mean: Address, variance: Address) -> Outcome {
        let (descriptor, x, y, z, alpha, beta) = self.tensors()?;
        let activation = self.mode.check_ops(self.ops, &descriptor, self.activation)?;
        let statistics = self.mean_variance.get()?;
        handle.launch(&Inference {
            normalization: self.mode.normalization(&descriptor, self.epsilon)?,
            ops: self.ops,
            activation,
            x,
            z,
            y,
            scale: tensor_of(self.scale_bias.0, self.scale_bias.1, "scale")?,
            bias: tensor_of(self.scale_bias.0, self.scale_bias.2, "bias")?,
            mean: tensor(&statistics, mean, "the estimated mean")?,
            variance: tensor(&statistics, variance, "the estimated variance")?,
            alpha,
            beta,
        })
    }

    pub(super) fn train(
        &self,
        handle: &Handle,
        factor: f64,
        running: (Address, Address),
        saved: (Address, Address),
        workspace: (Address, usize),
        reserve: (Address, usize),
        lends: bool,
    ) -> Outcome {
        let (descriptor, x, y, z, alpha, beta) = self.tensors()?;
        let activation = self.mode.check_ops(self.ops, &descriptor, self.activation)?;
        let statistics = self.mean_variance.get()?;
        let [running_mean, running_variance] =
            pair(&statistics, running.0, running.1, "the running statistics")?;
        let [saved_mean, saved_inverse] = pair(&statistics, saved.0, saved.1, "the saved statistics")?;
        let needed = if lends { self.mode.workspace_bytes(&descriptor, false) } else { 0 };
        let kept = Mode::reserve_bytes(self.ops, &descriptor);
        handle.launch(&Training {
            normalization: self.mode.normalization(&descriptor, self.epsilon)?,
            ops: self.ops,
            activation,
            x,
            z,
            y,
            scale: tensor_of(self.scale_bias.0, self.scale_bias.1, "scale")?,
            bias: tensor_of(self.scale_bias.0, self.scale_bias.2, "bias")?,
            alpha,
            beta,
            factor,
            running_mean,
            running_variance,
            saved_mean,
            saved_inverse,
            workspace: lend("workspace", workspace.0, workspace.1, needed)?,
            reserve: lend("reserve space", reserve.0, reserve.1, kept)?.address,
        })
    }
}

/// The arguments of a backward pass.
pub(super) struct BackwardArguments {
    pub(super) mode: Mode,
    pub(super) ops: Ops,
    pub(super) data: (Untyped, Untyped),
    pub(super) parameters: (Untyped, Untyped),
    pub(super) x: (Ref<TensorDescriptor>, Address),
    pub(super) dy: (Ref<TensorDescriptor>, Address),
    pub(super) dz: (Ref<TensorDescriptor>, Address),
    pub(super) dx: (Ref<TensorDescriptor>, Address),
    /// The descriptor, the scale, and the gradients of scale and bias.
    pub(super) scale_bias: (Ref<TensorDescriptor>, Address, Address, Address),
    pub(super) mean_variance: Ref<TensorDescriptor>,
    pub(super) saved: (Address, Address),
    pub(super) activation: Ref<Activation>,
    pub(super) epsilon: f64,
}

impl BackwardArguments {
    pub(super) fn run(
        &self,
        handle: &Handle,
        workspace: (Address, usize),
        reserve: (Address, usize),
        lends: bool,
    ) -> Outcome {
        let descriptor = self.x.0.get()?;
        let (x, dy) = (tensor_of(self.x.0, self.x.1, "x")?, tensor_of(self.dy.0, self.dy.1, "dy")?);
        let dx = tensor_of(self.dx.0, self.dx.1, "dx")?;
        let (alpha, beta) = factors(self.data.0, self.data.1, dx.layout.data_type)?;
        let (alpha_parameters, beta_parameters) =
            factors(self.parameters.0, self.parameters.1, dx.layout.data_type)?;
        support(
            element::is_real(x.layout.data_type),
            format!("a normalisation of {:?}", x.layout.data_type),
        )?;
        require_alike(&x, &dy, "x and dy")?;
        require_alike(&x, &dx, "x and dx")?;
        self.mode.check_ops(self.ops, &descriptor, self.activation)?;
        let mut dz = Tensor::NONE;
        if self.ops == 2 {
            dz = tensor_of(self.dz.0, self.dz.1, "dz")?;
            require_alike(&x, &dz, "x and dz")?;
        }
        let parameters = self.scale_bias.0.get()?;
        self.mode.check_parameters(&descriptor, &parameters)?;
        let statistics = self.mean_variance.get()?;
        let [saved_mean, saved_inverse] =
            pair(&statistics, self.saved.0, self.saved.1, "the saved statistics")?;
        let needed = if lends { self.mode.workspace_bytes(&descriptor, true) } else { 0 };
        let kept = Mode::reserve_bytes(self.ops, &descriptor);
        handle.launch(&Backward {
            normalization: self.mode.normalization(&descriptor, self.epsilon)?,
            ops: self.ops,
            x,
            dy,
            dz,
            dx,
            scale: tensor(&parameters, self.scale_bias.1, "scale")?,
            dscale: tensor(&parameters, self.scale_bias.2, "the gradient of scale")?,
            dbias: tensor(&parameters, self.scale_bias.3, "the gradient of bias")?,
            saved_mean,
            saved_inverse,
            alpha,
            beta,
            alpha_parameters,
            beta_parameters,
            workspace: lend("workspace", workspace.0, workspace.1, needed)?,
            reserve: lend("reserve space", reserve.0, reserve.1, kept)?.address,
        })
    }
}

/// No workspace and no reserve space.
pub(super) const NOTHING: (Address, usize) = (Address(0), 0);

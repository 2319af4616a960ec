//! Batch normalisation: its kernels.

use super::dropout::{bits, load_bits};
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::compute::normalization::Normalization;
use crate::cudnn::layout::Tensor;
use crate::cudnn::memory::{Memory, Workspace, pass_through};
use crate::native::Fault;

/// What follows a normalisation, as `cudnnBatchNormOps_t` and `cudnnNormOps_t` number it: nothing, an activation, or an addition and
/// an activation.
pub(crate) type Ops = u64;

/// Adds `z` if the operation says so.
fn add(memory: &dyn Memory, ops: Ops, z: &Tensor, values: &mut [f64]) -> Result<(), Fault> {
    if ops == 2 {
        values.iter_mut().zip(z.read(memory)?).for_each(|(value, z)| *value += z);
    }
    Ok(())
}

/// `y = alpha * activation(normalised(x) + z) + beta * y`, with statistics that are given.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inference {
    pub(crate) normalization: Normalization,
    pub(crate) ops: Ops,
    pub(crate) activation: Activation,
    pub(crate) x: Tensor,
    pub(crate) z: Tensor,
    pub(crate) y: Tensor,
    pub(crate) scale: Tensor,
    pub(crate) bias: Tensor,
    pub(crate) mean: Tensor,
    pub(crate) variance: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Inference {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let inverse = self.normalization.inverse_deviations(&self.variance.read(memory)?);
        let (scale, bias, mean) =
            (self.scale.read(memory)?, self.bias.read(memory)?, self.mean.read(memory)?);
        let mut y = self.normalization.apply(&self.x.read(memory)?, &mean, &inverse, &scale, &bias);
        add(memory, self.ops, &self.z, &mut y)?;
        if self.ops != 0 {
            y.iter_mut().for_each(|y| *y = self.activation.forward(*y));
        }
        self.y.blend(memory, self.alpha, &y, self.beta)
    }
}

/// The same with the statistics of the batch itself, which are kept: running ones, and those for the backward pass.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Training {
    pub(crate) normalization: Normalization,
    pub(crate) ops: Ops,
    pub(crate) activation: Activation,
    pub(crate) x: Tensor,
    pub(crate) z: Tensor,
    pub(crate) y: Tensor,
    pub(crate) scale: Tensor,
    pub(crate) bias: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    /// How much of the running statistics this batch makes.
    pub(crate) factor: f64,
    pub(crate) running_mean: Tensor,
    pub(crate) running_variance: Tensor,
    pub(crate) saved_mean: Tensor,
    pub(crate) saved_inverse: Tensor,
    pub(crate) workspace: Workspace,
    /// Where it is kept which elements the activation has passed, or 0.
    pub(crate) reserve: u64,
}

impl Training {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let x = self.x.read(memory)?;
        let mut found = self.normalization.statistics(&x);
        pass_through(memory, self.workspace, &mut found.mean)?;
        let inverse = self.normalization.inverse_deviations(&found.variance);
        let (scale, bias) = (self.scale.read(memory)?, self.bias.read(memory)?);
        let mut y = self.normalization.apply(&x, &found.mean, &inverse, &scale, &bias);
        add(memory, self.ops, &self.z, &mut y)?;
        if self.ops != 0 {
            let passed: Vec<bool> = y.iter().map(|y| *y > 0.0).collect();
            memory.store(self.reserve, &bits(&passed))?;
            y.iter_mut().for_each(|y| *y = self.activation.forward(*y));
        }
        if self.running_mean.is_some() {
            // The running variance is that of the population, of which the batch is a sample.
            let count = self.normalization.count();
            let sample = if count > 1.0 { count / (count - 1.0) } else { 1.0 };
            let of_population: Vec<f64> = found.variance.iter().map(|variance| variance * sample).collect();
            self.mix(memory, &self.running_mean, &found.mean)?;
            self.mix(memory, &self.running_variance, &of_population)?;
        }
        if self.saved_mean.is_some() {
            self.saved_mean.write(memory, &found.mean)?;
            self.saved_inverse.write(memory, &inverse)?;
        }
        self.y.blend(memory, self.alpha, &y, self.beta)
    }

    /// Moves a running value towards that of the batch. With a factor of one it is not looked at before.
    fn mix(&self, memory: &dyn Memory, running: &Tensor, batch: &[f64]) -> Result<(), Fault> {
        running.blend(memory, self.factor, batch, 1.0 - self.factor)
    }
}

/// The gradients of `x`, `z`, scale and bias.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backward {
    pub(crate) normalization: Normalization,
    pub(crate) ops: Ops,
    pub(crate) x: Tensor,
    pub(crate) dy: Tensor,
    pub(crate) dz: Tensor,
    pub(crate) dx: Tensor,
    pub(crate) scale: Tensor,
    pub(crate) dscale: Tensor,
    pub(crate) dbias: Tensor,
    pub(crate) saved_mean: Tensor,
    pub(crate) saved_inverse: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) alpha_parameters: f64,
    pub(crate) beta_parameters: f64,
    pub(crate) workspace: Workspace,
    pub(crate) reserve: u64,
}

impl Backward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let (x, mut dy) = (self.x.read(memory)?, self.dy.read(memory)?);
        if self.ops != 0 {
            let passed = load_bits(memory, self.reserve, dy.len())?;
            dy.iter_mut().zip(passed).for_each(|(dy, passed)| *dy *= f64::from(u8::from(passed)));
        }
        if self.ops == 2 {
            self.dz.write(memory, &dy)?;
        }
        let (mean, inverse) = if self.saved_mean.is_some() {
            (self.saved_mean.read(memory)?, self.saved_inverse.read(memory)?)
        } else {
            let found = self.normalization.statistics(&x);
            let inverse = self.normalization.inverse_deviations(&found.variance);
            (found.mean, inverse)
        };
        let mut gradients = self.normalization.backward(&x, &dy, &mean, &inverse, &self.scale.read(memory)?);
        pass_through(memory, self.workspace, &mut gradients.scale)?;
        self.dscale.blend(memory, self.alpha_parameters, &gradients.scale, self.beta_parameters)?;
        self.dbias.blend(memory, self.alpha_parameters, &gradients.bias, self.beta_parameters)?;
        self.dx.blend(memory, self.alpha, &gradients.dx, self.beta)
    }
}

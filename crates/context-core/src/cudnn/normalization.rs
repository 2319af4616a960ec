//! Response normalisation and batch normalisation.

#![allow(unsafe_code)]

use std::fmt;

use cudnn_sys::{cudnnBatchNormMode_t, cudnnLRNMode_t};

use super::{
    At, DataType, Handle, Library, Result, TensorDescriptor, call,
    descriptor::{LrnKind, Owned, raw_forms, table_call},
    memory::{at, factor},
};
use crate::backend::Address;

/// A response normalisation over channels: x / (k + alpha/n · sum of squares over `n` channels)^beta.
pub struct LrnDescriptor {
    owned: Owned<LrnKind>,
    channels: u32,
    alpha: f64,
    beta: f64,
    k: f64,
}

raw_forms!(LrnDescriptor, cudnnLRNDescriptor_t, "cudnnDestroyLRNDescriptor");

impl LrnDescriptor {
    /// Makes a descriptor. The values that others use: 5 channels, alpha 1e-4, beta 0.75, k 2.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) for what cuDNN refuses: it takes 1 to 16 channels, k from 1e-5 and beta from 0.01.
    #[doc(alias = "cudnnSetLRNDescriptor")]
    pub fn new(library: Library, channels: u32, alpha: f64, beta: f64, k: f64) -> Result<LrnDescriptor> {
        let owned = Owned::new(library, |table, raw| {
            // SAFETY: the descriptor is new.
            unsafe { table_call!(table, cudnnSetLRNDescriptor(raw, channels, alpha, beta, k)) }
        })
        .map_err(|error| {
            error.doing(|| {
                format!(
                    "a response normalisation over {channels} channels, alpha {alpha}, beta {beta}, k {k}"
                )
            })
        })?;
        Ok(LrnDescriptor { owned, channels, alpha, beta, k })
    }
}

impl fmt::Debug for LrnDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LrnDescriptor { channels, alpha, beta, k, .. } = self;
        write!(f, "response normalisation over {channels} channels, alpha {alpha}, beta {beta}, k {k}")
    }
}

/// What a batch normalisation has a mean and a variance for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BatchNorm {
    /// Each element of an image: behind a fully connected layer.
    PerActivation,
    /// Each channel: behind a convolution.
    #[default]
    Spatial,
    /// Each channel, with a faster algorithm that may overflow in half precision.
    SpatialPersistent,
}

impl BatchNorm {
    fn as_raw(self) -> cudnnBatchNormMode_t {
        match self {
            BatchNorm::PerActivation => cudnnBatchNormMode_t::CUDNN_BATCHNORM_PER_ACTIVATION,
            BatchNorm::Spatial => cudnnBatchNormMode_t::CUDNN_BATCHNORM_SPATIAL,
            BatchNorm::SpatialPersistent => cudnnBatchNormMode_t::CUDNN_BATCHNORM_SPATIAL_PERSISTENT,
        }
    }

    /// Makes the descriptor of the parameters for `x`: scale, bias, mean and variance are of type `T::Scale`, whatever `T` is.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cudnnDeriveBNTensorDescriptor")]
    pub fn parameters<T: DataType>(self, x: &TensorDescriptor<T>) -> Result<TensorDescriptor<T::Scale>> {
        use super::{Layout, descriptor::TensorKind};
        // cuDNN sets the type and the sizes of this one.
        let derived = Owned::<TensorKind>::new(x.library(), |table, raw| {
            // SAFETY: both descriptors are live.
            unsafe { table_call!(table, cudnnDeriveBNTensorDescriptor(raw, x.as_raw(), self.as_raw())) }
        })
        .map_err(|error| error.doing(|| format!("the parameters of a {self:?} normalisation of {x:?}")))?;
        let library = x.library();
        // SAFETY: made and set by this library just now, and given up.
        let derived = unsafe { TensorDescriptor::<T::Scale>::from_raw(library, derived.into_raw()) }?;
        TensorDescriptor::dense(library, derived.dimensions(), Layout::ChannelsFirst)
    }
}

/// The running mean and variance of a batch normalisation, and how far a batch moves them.
#[derive(Clone, Copy, Debug)]
pub struct Running {
    /// `running ← (1 - factor)·running + factor·(that of the batch)`.
    pub factor: f64,
    /// The mean.
    pub mean: Address,
    /// The variance.
    pub variance: Address,
}

/// The mean and the inverse of the deviation of a batch, kept for the way back.
#[derive(Clone, Copy, Debug)]
pub struct Saved {
    /// The mean.
    pub mean: Address,
    /// 1 / sqrt(variance + epsilon).
    pub inverse_deviation: Address,
}

/// The calls of a batch normalisation take their parameters, which are of one shape, with this descriptor.
type Parameters<'d, T> = &'d TensorDescriptor<<T as DataType>::Scale>;

impl Handle {
    /// `y ← alpha·lrn(x) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnLRNCrossChannelForward")]
    pub unsafe fn lrn_forward<T: DataType>(
        &mut self,
        lrn: &LrnDescriptor,
        alpha: T::Scale,
        x: At<'_, T>,
        beta: T::Scale,
        y: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnLRNCrossChannelForward(
                    lrn.as_raw(),
                    cudnnLRNMode_t::CUDNN_LRN_CROSS_CHANNEL_DIM1,
                    factor(&alpha),
                    x.0.as_raw(),
                    at(x.1),
                    factor(&beta),
                    y.0.as_raw(),
                    at(y.1)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{lrn:?} of x {:?} into y {:?}", x.0, y.0)))
    }

    /// `dx ← alpha·(lrn backward of dy) + beta·dx`, where `y` is what it gave for `x`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnLRNCrossChannelBackward")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn lrn_backward<T: DataType>(
        &mut self,
        lrn: &LrnDescriptor,
        alpha: T::Scale,
        y: At<'_, T>,
        dy: At<'_, T>,
        x: At<'_, T>,
        beta: T::Scale,
        dx: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnLRNCrossChannelBackward(
                    lrn.as_raw(),
                    cudnnLRNMode_t::CUDNN_LRN_CROSS_CHANNEL_DIM1,
                    factor(&alpha),
                    y.0.as_raw(),
                    at(y.1),
                    dy.0.as_raw(),
                    at(dy.1),
                    x.0.as_raw(),
                    at(x.1),
                    factor(&beta),
                    dx.0.as_raw(),
                    at(dx.1)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{lrn:?} backward from dy {:?} to dx {:?}", dy.0, dx.0)))
    }

    /// Normalises a batch by its own mean and variance: `y ← alpha·(scale·(x - mean)/deviation + bias) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call), for example for an epsilon below zero.
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses); scale, bias, running and saved values are all of `parameters`.
    #[doc(alias = "cudnnBatchNormalizationForwardTraining")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn batch_norm_training<T: DataType>(
        &mut self,
        mode: BatchNorm,
        (alpha, x): (T::Scale, At<'_, T>),
        (beta, y): (T::Scale, At<'_, T>),
        parameters: Parameters<'_, T>,
        (scale, bias): (Address, Address),
        running: Option<Running>,
        epsilon: f64,
        saved: Option<Saved>,
    ) -> Result<()> {
        let running = running.unwrap_or(Running { factor: 1.0, mean: 0, variance: 0 });
        let saved = saved.unwrap_or(Saved { mean: 0, inverse_deviation: 0 });
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnBatchNormalizationForwardTraining(
                    mode.as_raw(),
                    factor(&alpha),
                    factor(&beta),
                    x.0.as_raw(),
                    at(x.1),
                    y.0.as_raw(),
                    at(y.1),
                    parameters.as_raw(),
                    at(scale),
                    at(bias),
                    running.factor,
                    at(running.mean),
                    at(running.variance),
                    epsilon,
                    at(saved.mean),
                    at(saved.inverse_deviation)
                )
            )
        }
        .map_err(|error| {
            error.doing(|| format!("{mode:?} normalisation of x {:?}, parameters {parameters:?}", x.0))
        })
    }

    /// Normalises by a known mean and variance: `y ← alpha·(scale·(x - mean)/sqrt(variance + epsilon) + bias) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses); scale, bias, mean and variance are of `parameters`.
    #[doc(alias = "cudnnBatchNormalizationForwardInference")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn batch_norm_inference<T: DataType>(
        &mut self,
        mode: BatchNorm,
        (alpha, x): (T::Scale, At<'_, T>),
        (beta, y): (T::Scale, At<'_, T>),
        parameters: Parameters<'_, T>,
        (scale, bias): (Address, Address),
        (mean, variance): (Address, Address),
        epsilon: f64,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnBatchNormalizationForwardInference(
                    mode.as_raw(),
                    factor(&alpha),
                    factor(&beta),
                    x.0.as_raw(),
                    at(x.1),
                    y.0.as_raw(),
                    at(y.1),
                    parameters.as_raw(),
                    at(scale),
                    at(bias),
                    at(mean),
                    at(variance),
                    epsilon
                )
            )
        }
        .map_err(|error| {
            error.doing(|| format!("{mode:?} normalisation of x {:?}, parameters {parameters:?}", x.0))
        })
    }

    /// Computes the gradients of the input, the scale and the bias: `alpha_data`, `beta_data` blend that of `dx`, the other two those of
    /// the parameters.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses); scale, its gradient, that of the bias and the saved values are of
    /// `parameters`.
    #[doc(alias = "cudnnBatchNormalizationBackward")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn batch_norm_backward<T: DataType>(
        &mut self,
        mode: BatchNorm,
        (alpha_data, beta_data): (T::Scale, T::Scale),
        (alpha_parameters, beta_parameters): (T::Scale, T::Scale),
        x: At<'_, T>,
        dy: At<'_, T>,
        dx: At<'_, T>,
        parameters: Parameters<'_, T>,
        scale: Address,
        (dscale, dbias): (Address, Address),
        epsilon: f64,
        saved: Option<Saved>,
    ) -> Result<()> {
        let saved = saved.unwrap_or(Saved { mean: 0, inverse_deviation: 0 });
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnBatchNormalizationBackward(
                    mode.as_raw(),
                    factor(&alpha_data),
                    factor(&beta_data),
                    factor(&alpha_parameters),
                    factor(&beta_parameters),
                    x.0.as_raw(),
                    at(x.1),
                    dy.0.as_raw(),
                    at(dy.1),
                    dx.0.as_raw(),
                    at(dx.1),
                    parameters.as_raw(),
                    at(scale),
                    at(dscale),
                    at(dbias),
                    epsilon,
                    at(saved.mean),
                    at(saved.inverse_deviation)
                )
            )
        }
        .map_err(|error| {
            error.doing(|| format!("{mode:?} normalisation backward, dy {:?}, dx {:?}", dy.0, dx.0))
        })
    }
}

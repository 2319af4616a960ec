//! Activations and softmax.

#![allow(unsafe_code)]

use std::fmt;

use cudnn_sys::{cudnnActivationMode_t, cudnnSoftmaxAlgorithm_t, cudnnSoftmaxMode_t};

use super::{
    At, DataType, Handle, Library, Nan, Result, call,
    descriptor::{ActivationKind, Owned, raw_forms, table_call},
    memory::{at, factor},
};

/// A function of each element.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Activation {
    /// 1 / (1 + e⁻ˣ).
    Sigmoid,
    /// max(0, x).
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// min(max(0, x), this).
    ClippedRelu(f64),
    /// x where it is positive, else this · (eˣ - 1).
    Elu(f64),
    /// x. cuDNN has it only fused with a convolution.
    Identity,
    /// x · sigmoid(this · x).
    Swish(f64),
}

impl Activation {
    fn parts(self) -> (cudnnActivationMode_t, f64) {
        match self {
            Activation::Sigmoid => (cudnnActivationMode_t::CUDNN_ACTIVATION_SIGMOID, 0.0),
            Activation::Relu => (cudnnActivationMode_t::CUDNN_ACTIVATION_RELU, 0.0),
            Activation::Tanh => (cudnnActivationMode_t::CUDNN_ACTIVATION_TANH, 0.0),
            Activation::ClippedRelu(most) => (cudnnActivationMode_t::CUDNN_ACTIVATION_CLIPPED_RELU, most),
            Activation::Elu(alpha) => (cudnnActivationMode_t::CUDNN_ACTIVATION_ELU, alpha),
            Activation::Identity => (cudnnActivationMode_t::CUDNN_ACTIVATION_IDENTITY, 0.0),
            Activation::Swish(beta) => (cudnnActivationMode_t::CUDNN_ACTIVATION_SWISH, beta),
        }
    }
}

/// An activation, as cuDNN takes it.
pub struct ActivationDescriptor {
    owned: Owned<ActivationKind>,
    activation: Activation,
    nan: Nan,
}

raw_forms!(ActivationDescriptor, cudnnActivationDescriptor_t, "cudnnDestroyActivationDescriptor");

impl ActivationDescriptor {
    /// Makes a descriptor.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call) for a number that cuDNN refuses.
    #[doc(alias = "cudnnSetActivationDescriptor")]
    #[doc(alias = "cudnnSetActivationDescriptorSwishBeta")]
    pub fn new(library: Library, activation: Activation, nan: Nan) -> Result<ActivationDescriptor> {
        let (mode, coefficient) = activation.parts();
        let owned = Owned::new(library, |table, raw| {
            // SAFETY: the descriptor is new.
            unsafe {
                table_call!(table, cudnnSetActivationDescriptor(raw, mode, nan.as_raw(), coefficient))?;
                if let Activation::Swish(beta) = activation {
                    table_call!(table, cudnnSetActivationDescriptorSwishBeta(raw, beta))?;
                }
            }
            Ok(())
        })
        .map_err(|error| error.doing(|| format!("making a cuDNN descriptor of {activation:?}")))?;
        Ok(ActivationDescriptor { owned, activation, nan })
    }

    /// Returns the function.
    pub fn activation(&self) -> Activation {
        self.activation
    }
}

impl fmt::Debug for ActivationDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}, NaN: {:?}", self.activation, self.nan)
    }
}

/// How a softmax is computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SoftmaxAlgorithm {
    /// As it is written: large inputs overflow.
    Fast,
    /// With the largest input subtracted first.
    #[default]
    Accurate,
    /// The logarithm of it.
    Log,
}

impl SoftmaxAlgorithm {
    fn as_raw(self) -> cudnnSoftmaxAlgorithm_t {
        match self {
            SoftmaxAlgorithm::Fast => cudnnSoftmaxAlgorithm_t::CUDNN_SOFTMAX_FAST,
            SoftmaxAlgorithm::Accurate => cudnnSoftmaxAlgorithm_t::CUDNN_SOFTMAX_ACCURATE,
            SoftmaxAlgorithm::Log => cudnnSoftmaxAlgorithm_t::CUDNN_SOFTMAX_LOG,
        }
    }
}

/// What adds up to one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SoftmaxMode {
    /// All elements of one image.
    #[default]
    Instance,
    /// The channels at one place of one image.
    Channel,
}

impl SoftmaxMode {
    fn as_raw(self) -> cudnnSoftmaxMode_t {
        match self {
            SoftmaxMode::Instance => cudnnSoftmaxMode_t::CUDNN_SOFTMAX_MODE_INSTANCE,
            SoftmaxMode::Channel => cudnnSoftmaxMode_t::CUDNN_SOFTMAX_MODE_CHANNEL,
        }
    }
}

impl Handle {
    /// `y ← alpha·f(x) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). `y` may be `x` if their descriptors are equal.
    #[doc(alias = "cudnnActivationForward")]
    pub unsafe fn activation_forward<T: DataType>(
        &mut self,
        activation: &ActivationDescriptor,
        alpha: T::Scale,
        x: At<'_, T>,
        beta: T::Scale,
        y: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnActivationForward(
                    activation.as_raw(),
                    factor(&alpha),
                    x.0.as_raw(),
                    at(x.1),
                    factor(&beta),
                    y.0.as_raw(),
                    at(y.1)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{activation:?} of x {:?} into y {:?}", x.0, y.0)))
    }

    /// `dx ← alpha·f′(x)·dy + beta·dx`, where `y` is what the activation gave for `x`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). `dx` may be `dy` if their descriptors are equal.
    #[doc(alias = "cudnnActivationBackward")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn activation_backward<T: DataType>(
        &mut self,
        activation: &ActivationDescriptor,
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
                cudnnActivationBackward(
                    activation.as_raw(),
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
        .map_err(|error| {
            error.doing(|| format!("{activation:?} backward from dy {:?} to dx {:?}", dy.0, dx.0))
        })
    }

    /// `y ← alpha·softmax(x) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). `y` may be `x` if their descriptors are equal.
    #[doc(alias = "cudnnSoftmaxForward")]
    pub unsafe fn softmax_forward<T: DataType>(
        &mut self,
        (algorithm, mode): (SoftmaxAlgorithm, SoftmaxMode),
        alpha: T::Scale,
        x: At<'_, T>,
        beta: T::Scale,
        y: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnSoftmaxForward(
                    algorithm.as_raw(),
                    mode.as_raw(),
                    factor(&alpha),
                    x.0.as_raw(),
                    at(x.1),
                    factor(&beta),
                    y.0.as_raw(),
                    at(y.1)
                )
            )
        }
        .map_err(|error| {
            error.doing(|| format!("{algorithm:?} softmax of {mode:?}, x {:?}, y {:?}", x.0, y.0))
        })
    }

    /// `dx ← alpha·(softmax backward of dy) + beta·dx`, where `y` is what the softmax gave.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). `dx` may be `dy` if their descriptors are equal.
    #[doc(alias = "cudnnSoftmaxBackward")]
    pub unsafe fn softmax_backward<T: DataType>(
        &mut self,
        (algorithm, mode): (SoftmaxAlgorithm, SoftmaxMode),
        alpha: T::Scale,
        y: At<'_, T>,
        dy: At<'_, T>,
        beta: T::Scale,
        dx: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnSoftmaxBackward(
                    algorithm.as_raw(),
                    mode.as_raw(),
                    factor(&alpha),
                    y.0.as_raw(),
                    at(y.1),
                    dy.0.as_raw(),
                    at(dy.1),
                    factor(&beta),
                    dx.0.as_raw(),
                    at(dx.1)
                )
            )
        }
        .map_err(|error| {
            error
                .doing(|| format!("{algorithm:?} softmax of {mode:?} backward, dy {:?}, dx {:?}", dy.0, dx.0))
        })
    }
}

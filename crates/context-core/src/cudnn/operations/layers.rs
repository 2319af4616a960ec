//! Activations, pooling, normalisation and dropout on buffers.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use super::Operations;
use crate::{
    Buffer, Context, Result, ViewMut,
    cudnn::{
        ActivationDescriptor, BatchNorm, DataType, DropoutDescriptor, Error, LrnDescriptor,
        PoolingDescriptor, PoolingMode, Running, Saved, Scale, SoftmaxAlgorithm, SoftmaxMode, Tensor,
        TensorDescriptor, TensorMut, Workspace,
    },
    kernel::Operand,
};

/// A forward operation: `y ← alpha·f(x) + beta·y`. With `beta` zero, `y` is not read.
macro_rules! forward {
    (
        $(#[$doc:meta])*
        $name:ident, $alias:literal, $operation:literal $(, $parameter:ident: $type:ty)?; $($library:expr)?
    ) => {
        $(#[$doc])*
        ///
        /// # Errors
        /// [`Error::Call`]; whatever giving an operation to the context can fail with.
        #[doc(alias = $alias)]
        pub fn $name<T: DataType>(
            &mut self,
            $($parameter: $type,)?
            alpha: T::Scale,
            x: Tensor<'_, T, C>,
            beta: T::Scale,
            y: TensorMut<'_, T, C>,
        ) -> Result<()> {
            let operands = [x.operand("x"), y.operand("y")];
            let libraries = [x.library(), y.library() $(, $library)?];
            self.give($operation, &libraries, &operands, |handle| {
                // SAFETY: each view is as long as its descriptor says, borrowed for the call, that of `y` exclusively (Buffer 1), and in
                // order on the stream of the context, to which the handle is set (Order 1, Call 1).
                unsafe { handle.$name($($parameter,)? alpha, x.at(), beta, y.at()) }
            })
        }
    };
}

impl<C: Context> Operations<'_, C> {
    forward!(
        /// `y ← alpha·f(x) + beta·y`. With `beta` zero, `y` is not read.
        activation_forward, "cudnnActivationForward", "activation",
        activation: &ActivationDescriptor; activation.library()
    );

    forward!(
        /// `y ← alpha·softmax(x) + beta·y`. With `beta` zero, `y` is not read.
        softmax_forward, "cudnnSoftmaxForward", "softmax", softmax: (SoftmaxAlgorithm, SoftmaxMode);
    );

    forward!(
        /// `y ← alpha·pool(x) + beta·y`. With `beta` zero, `y` is not read.
        pooling_forward, "cudnnPoolingForward", "pooling", pooling: &PoolingDescriptor; pooling.library()
    );

    forward!(
        /// `y ← alpha·lrn(x) + beta·y`. With `beta` zero, `y` is not read.
        lrn_forward, "cudnnLRNCrossChannelForward", "response normalisation", lrn: &LrnDescriptor; lrn.library()
    );

    /// `x ← f(x)`.
    ///
    /// # Errors
    /// As [`activation_forward`](Operations::activation_forward).
    #[doc(alias = "cudnnActivationForward")]
    pub fn activation_in_place<T: DataType>(
        &mut self,
        activation: &ActivationDescriptor,
        x: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let libraries = [x.library(), activation.library()];
        self.give("activation in place", &libraries, &[x.operand("x")], |handle| {
            let (one, zero) = (T::Scale::ONE, T::Scale::ZERO);
            // SAFETY: as above; both are the same, with one descriptor.
            unsafe { handle.activation_forward(activation, one, x.at(), zero, x.at()) }
        })
    }

    /// `dx ← alpha·f′(x)·dy + beta·dx`, where `y` is what the activation gave for `x`.
    ///
    /// # Errors
    /// As [`activation_forward`](Operations::activation_forward).
    #[doc(alias = "cudnnActivationBackward")]
    #[allow(clippy::too_many_arguments)]
    pub fn activation_backward<T: DataType>(
        &mut self,
        activation: &ActivationDescriptor,
        alpha: T::Scale,
        y: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        x: Tensor<'_, T, C>,
        beta: T::Scale,
        dx: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [y.operand("y"), dy.operand("dy"), x.operand("x"), dx.operand("dx")];
        let libraries = [y.library(), dy.library(), x.library(), dx.library(), activation.library()];
        self.give("activation, backward", &libraries, &operands, |handle| {
            let (y, dy, x, dx) = (y.at(), dy.at(), x.at(), dx.at());
            // SAFETY: as in the operations forward.
            unsafe { handle.activation_backward(activation, alpha, y, dy, x, beta, dx) }
        })
    }

    /// `dx ← alpha·(softmax backward of dy) + beta·dx`, where `y` is what the softmax gave.
    ///
    /// # Errors
    /// As [`softmax_forward`](Operations::softmax_forward).
    #[doc(alias = "cudnnSoftmaxBackward")]
    pub fn softmax_backward<T: DataType>(
        &mut self,
        softmax: (SoftmaxAlgorithm, SoftmaxMode),
        alpha: T::Scale,
        y: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        beta: T::Scale,
        dx: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [y.operand("y"), dy.operand("dy"), dx.operand("dx")];
        let libraries = [y.library(), dy.library(), dx.library()];
        self.give("softmax, backward", &libraries, &operands, |handle| {
            // SAFETY: as in the operations forward.
            unsafe { handle.softmax_backward(softmax, alpha, y.at(), dy.at(), beta, dx.at()) }
        })
    }

    /// `dx ← alpha·(pooling backward of dy) + beta·dx`, where `y` is what pooling gave for `x`.
    ///
    /// # Errors
    /// [`Error::Setting`] for [`PoolingMode::Max`] where results must have the same bits in every run; as
    /// [`pooling_forward`](Operations::pooling_forward).
    #[doc(alias = "cudnnPoolingBackward")]
    #[allow(clippy::too_many_arguments)]
    pub fn pooling_backward<T: DataType>(
        &mut self,
        pooling: &PoolingDescriptor,
        alpha: T::Scale,
        y: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        x: Tensor<'_, T, C>,
        beta: T::Scale,
        dx: TensorMut<'_, T, C>,
    ) -> Result<()> {
        if pooling.mode() == PoolingMode::Max {
            self.settings.refuse_unless_relaxed("pooling by `Max`, backward,", "use `MaxDeterministic`")?;
        }
        let operands = [y.operand("y"), dy.operand("dy"), x.operand("x"), dx.operand("dx")];
        let libraries = [y.library(), dy.library(), x.library(), dx.library(), pooling.library()];
        self.give("pooling, backward", &libraries, &operands, |handle| {
            let (y, dy, x, dx) = (y.at(), dy.at(), x.at(), dx.at());
            // SAFETY: as in the operations forward.
            unsafe { handle.pooling_backward(pooling, alpha, y, dy, x, beta, dx) }
        })
    }

    /// `dx ← alpha·(lrn backward of dy) + beta·dx`, where `y` is what it gave for `x`.
    ///
    /// # Errors
    /// As [`lrn_forward`](Operations::lrn_forward).
    #[doc(alias = "cudnnLRNCrossChannelBackward")]
    #[allow(clippy::too_many_arguments)]
    pub fn lrn_backward<T: DataType>(
        &mut self,
        lrn: &LrnDescriptor,
        alpha: T::Scale,
        y: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        x: Tensor<'_, T, C>,
        beta: T::Scale,
        dx: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [y.operand("y"), dy.operand("dy"), x.operand("x"), dx.operand("dx")];
        let libraries = [y.library(), dy.library(), x.library(), dx.library(), lrn.library()];
        self.give("response normalisation, backward", &libraries, &operands, |handle| {
            let (y, dy, x, dx) = (y.at(), dy.at(), x.at(), dx.at());
            // SAFETY: as in the operations forward.
            unsafe { handle.lrn_backward(lrn, alpha, y, dy, x, beta, dx) }
        })
    }
}

/// Scale and bias of a batch normalisation, of the shape that [`BatchNorm::parameters`] gives.
#[derive(Debug)]
pub struct BatchNormParameters<'a, S: Scale, C: Context> {
    /// What is multiplied.
    pub scale: Tensor<'a, S, C>,
    /// What is added.
    pub bias: Tensor<'a, S, C>,
}

/// The running mean and variance of a batch normalisation: `running ← (1 - factor)·running + factor·(that of the batch)`.
#[derive(Debug)]
pub struct BatchNormRunning<'a, S: Scale, C: Context> {
    /// How far a batch moves them.
    pub factor: f64,
    /// The mean.
    pub mean: TensorMut<'a, S, C>,
    /// The variance.
    pub variance: TensorMut<'a, S, C>,
}

/// The mean and 1 / sqrt(variance + epsilon) of a batch, kept for the way back.
#[derive(Debug)]
pub struct BatchNormSaved<'a, S: Scale, C: Context> {
    /// The mean.
    pub mean: TensorMut<'a, S, C>,
    /// The inverse of the deviation.
    pub inverse_deviation: TensorMut<'a, S, C>,
}

/// Refuses parameters of several shapes: cuDNN takes one descriptor for all of them.
fn one_shape<S: Scale>(first: &TensorDescriptor<S>, others: &[&TensorDescriptor<S>]) -> Result<()> {
    match others
        .iter()
        .find(|other| other.dimensions() != first.dimensions() || other.strides() != first.strides())
    {
        None => Ok(()),
        Some(other) => {
            let detail = format!("{first:?} and {other:?}: all parameters are of one shape");
            Err(Error::Shape { operation: "normalising a batch", detail }.into())
        }
    }
}

impl<C: Context> Operations<'_, C> {
    /// Normalises a batch by its own mean and variance: `y ← alpha·(scale·(x - mean)/deviation + bias) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Shape`] for parameters of several shapes; [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnBatchNormalizationForwardTraining")]
    #[allow(clippy::too_many_arguments)]
    pub fn batch_norm_training<T: DataType>(
        &mut self,
        mode: BatchNorm,
        alpha: T::Scale,
        x: Tensor<'_, T, C>,
        beta: T::Scale,
        y: TensorMut<'_, T, C>,
        parameters: &BatchNormParameters<'_, T::Scale, C>,
        running: Option<BatchNormRunning<'_, T::Scale, C>>,
        epsilon: f64,
        saved: Option<BatchNormSaved<'_, T::Scale, C>>,
    ) -> Result<()> {
        let BatchNormParameters { scale, bias } = parameters;
        let first = scale.descriptor;
        one_shape(first, &[bias.descriptor])?;
        if let Some(BatchNormRunning { mean, variance, .. }) = &running {
            one_shape(first, &[mean.descriptor, variance.descriptor])?;
        }
        if let Some(BatchNormSaved { mean, inverse_deviation }) = &saved {
            one_shape(first, &[mean.descriptor, inverse_deviation.descriptor])?;
        }
        let operands = [
            x.operand("x"),
            y.operand("y"),
            scale.operand("scale"),
            bias.operand("bias"),
            running.as_ref().and_then(|running| running.mean.operand("the running mean")),
            running.as_ref().and_then(|running| running.variance.operand("the running variance")),
            saved.as_ref().and_then(|saved| saved.mean.operand("the saved mean")),
            saved.as_ref().and_then(|saved| saved.inverse_deviation.operand("the saved deviation")),
        ];
        let libraries = [x.library(), y.library(), scale.library()];
        self.give("batch normalisation", &libraries, &operands, |handle| {
            let running = running.as_ref().map(|BatchNormRunning { factor, mean, variance }| Running {
                factor: *factor,
                mean: mean.at().1,
                variance: variance.at().1,
            });
            let saved = saved.as_ref().map(|saved| Saved {
                mean: saved.mean.at().1,
                inverse_deviation: saved.inverse_deviation.at().1,
            });
            let affine = (scale.at().1, bias.at().1);
            // SAFETY: as in the operations forward; all parameters are of the shape of `first`.
            unsafe {
                handle.batch_norm_training(
                    mode,
                    (alpha, x.at()),
                    (beta, y.at()),
                    first,
                    affine,
                    running,
                    epsilon,
                    saved,
                )
            }
        })
    }

    /// Normalises by a known mean and variance: `y ← alpha·(scale·(x - mean)/sqrt(variance + epsilon) + bias) + beta·y`.
    ///
    /// # Errors
    /// As [`batch_norm_training`](Operations::batch_norm_training).
    #[doc(alias = "cudnnBatchNormalizationForwardInference")]
    #[allow(clippy::too_many_arguments)]
    pub fn batch_norm_inference<T: DataType>(
        &mut self,
        mode: BatchNorm,
        alpha: T::Scale,
        x: Tensor<'_, T, C>,
        beta: T::Scale,
        y: TensorMut<'_, T, C>,
        parameters: &BatchNormParameters<'_, T::Scale, C>,
        mean: Tensor<'_, T::Scale, C>,
        variance: Tensor<'_, T::Scale, C>,
        epsilon: f64,
    ) -> Result<()> {
        let BatchNormParameters { scale, bias } = parameters;
        let first = scale.descriptor;
        one_shape(first, &[bias.descriptor, mean.descriptor, variance.descriptor])?;
        let operands = [
            x.operand("x"),
            y.operand("y"),
            scale.operand("scale"),
            bias.operand("bias"),
            mean.operand("the mean"),
            variance.operand("the variance"),
        ];
        let libraries = [x.library(), y.library(), scale.library()];
        self.give("batch normalisation, inference", &libraries, &operands, |handle| {
            let affine = (scale.at().1, bias.at().1);
            let moments = (mean.at().1, variance.at().1);
            // SAFETY: as in the operations forward; all parameters are of the shape of `first`.
            unsafe {
                handle.batch_norm_inference(
                    mode,
                    (alpha, x.at()),
                    (beta, y.at()),
                    first,
                    affine,
                    moments,
                    epsilon,
                )
            }
        })
    }

    /// Computes the gradients of the input, the scale and the bias from that of the output. `data` is alpha and beta for `dx`, `blend`
    /// those for the other two. `saved` is the mean and the inverse deviation that a training pass kept, or nothing, and they are
    /// computed again.
    ///
    /// # Errors
    /// As [`batch_norm_training`](Operations::batch_norm_training).
    #[doc(alias = "cudnnBatchNormalizationBackward")]
    #[allow(clippy::too_many_arguments)]
    pub fn batch_norm_backward<T: DataType>(
        &mut self,
        mode: BatchNorm,
        data: (T::Scale, T::Scale),
        blend: (T::Scale, T::Scale),
        x: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        dx: TensorMut<'_, T, C>,
        scale: Tensor<'_, T::Scale, C>,
        dscale: TensorMut<'_, T::Scale, C>,
        dbias: TensorMut<'_, T::Scale, C>,
        epsilon: f64,
        saved: Option<[Tensor<'_, T::Scale, C>; 2]>,
    ) -> Result<()> {
        let first = scale.descriptor;
        one_shape(first, &[dscale.descriptor, dbias.descriptor])?;
        if let Some([mean, deviation]) = &saved {
            one_shape(first, &[mean.descriptor, deviation.descriptor])?;
        }
        let operands = [
            x.operand("x"),
            dy.operand("dy"),
            dx.operand("dx"),
            scale.operand("scale"),
            dscale.operand("dscale"),
            dbias.operand("dbias"),
            saved.as_ref().and_then(|[mean, _]| mean.operand("the saved mean")),
            saved.as_ref().and_then(|[_, deviation]| deviation.operand("the saved deviation")),
        ];
        let libraries = [x.library(), dy.library(), dx.library(), scale.library()];
        self.give("batch normalisation, backward", &libraries, &operands, |handle| {
            let saved = saved
                .as_ref()
                .map(|[mean, deviation]| Saved { mean: mean.at().1, inverse_deviation: deviation.at().1 });
            let gradients = (dscale.at().1, dbias.at().1);
            let (x, dy, dx) = (x.at(), dy.at(), dx.at());
            // SAFETY: as in the operations forward; all parameters are of the shape of `first`.
            unsafe {
                handle.batch_norm_backward(
                    mode,
                    data,
                    blend,
                    x,
                    dy,
                    dx,
                    first,
                    scale.at().1,
                    gradients,
                    epsilon,
                    saved,
                )
            }
        })
    }
}

/// A dropout with its random states, which are in a buffer of a context.
///
/// Each forward pass draws from the states and moves them on, so that passes are in one order, whatever streams they are on. The states
/// of one seed give the same sequence on devices of one kind.
pub struct Dropout<C: Context> {
    descriptor: Arc<DropoutDescriptor>,
    states: Buffer<u8, C>,
}

impl<C: Context> Dropout<C> {
    /// Makes a dropout, with the states of `seed`.
    ///
    /// # Errors
    /// [`Error::Shape`] for a probability outside of 0 to 1; [`Error::Call`]; whatever allocating can fail with.
    #[doc(alias = "cudnnSetDropoutDescriptor")]
    pub fn new(operations: &mut Operations<'_, C>, probability: f32, seed: u64) -> Result<Dropout<C>> {
        let bytes = operations.handle.dropout_states_bytes()?;
        let mut states = operations.context.alloc::<u8>(bytes)?;
        let mut made = None;
        let view = states.view_mut();
        let place = Workspace { address: view.as_raw(), bytes };
        operations.give(
            "making a dropout",
            &[],
            &[Some(Operand::writes("the states", &view))],
            |handle| {
                // SAFETY: the states are of that size, borrowed exclusively, and in order on the stream (Call 1). The descriptor stays with
                // the buffer, whose every use by it is told to the context.
                made = Some(unsafe { DropoutDescriptor::new(handle, probability, place, seed) }?);
                Ok(())
            },
        )?;
        match made {
            Some(descriptor) => Ok(Dropout { descriptor: Arc::new(descriptor), states }),
            None => Err(Error::Shape {
                operation: "making a dropout",
                detail: "the context gave the stream nothing".to_owned(),
            }
            .into()),
        }
    }

    /// Returns how probable it is that an element is dropped.
    pub fn probability(&self) -> f32 {
        self.descriptor.probability()
    }

    /// Returns the descriptor, for a recurrent network with this dropout between its layers. Training passes of that network are given this
    /// dropout again.
    pub fn descriptor(&self) -> &Arc<DropoutDescriptor> {
        &self.descriptor
    }

    pub(super) fn is_of(&self, descriptor: &Arc<DropoutDescriptor>) -> bool {
        Arc::ptr_eq(&self.descriptor, descriptor)
    }

    pub(super) fn states_mut(&mut self) -> ViewMut<'_, u8, C> {
        self.states.view_mut()
    }

    /// Returns the random states, to keep them.
    pub fn states(&self) -> &Buffer<u8, C> {
        &self.states
    }
}

impl<C: Context> fmt::Debug for Dropout<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} with {:?}", self.descriptor, self.states)
    }
}

impl<C: Context> Operations<'_, C> {
    /// Drops elements of `x` at random, and multiplies the others by 1 / (1 - probability), into `y`. `reserve` keeps for the way back which
    /// were dropped; it has [`DropoutDescriptor::reserve_bytes`].
    ///
    /// # Errors
    /// [`Error::Shape`] for a reserve that is too small; [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnDropoutForward")]
    pub fn dropout_forward<T: DataType>(
        &mut self,
        dropout: &mut Dropout<C>,
        x: Tensor<'_, T, C>,
        y: TensorMut<'_, T, C>,
        reserve: ViewMut<'_, u8, C>,
    ) -> Result<()> {
        let Dropout { descriptor, states } = dropout;
        let libraries = [x.library(), y.library(), descriptor.library()];
        self.check_libraries("dropout", &libraries)?;
        enough(reserve.len(), DropoutDescriptor::reserve_bytes(x.library(), x.descriptor)?)?;
        let states = states.view_mut();
        let operands = [
            x.operand("x"),
            y.operand("y"),
            Some(Operand::writes("the reserve", &reserve)),
            Some(Operand::writes("the states", &states)),
        ];
        self.give("dropout", &[], &operands, |handle| {
            let reserve = Workspace { address: reserve.as_raw(), bytes: reserve.len() };
            // SAFETY: as in the operations forward; the reserve is large enough, and the states are those of the descriptor.
            unsafe { handle.dropout_forward(descriptor, x.at(), y.at(), reserve) }
        })
    }

    /// Computes `dx` from `dy`, with what a forward pass kept in `reserve`.
    ///
    /// # Errors
    /// As [`dropout_forward`](Operations::dropout_forward).
    #[doc(alias = "cudnnDropoutBackward")]
    pub fn dropout_backward<T: DataType>(
        &mut self,
        dropout: &Dropout<C>,
        dy: Tensor<'_, T, C>,
        dx: TensorMut<'_, T, C>,
        reserve: ViewMut<'_, u8, C>,
    ) -> Result<()> {
        let libraries = [dy.library(), dx.library(), dropout.descriptor.library()];
        self.check_libraries("dropout, backward", &libraries)?;
        enough(reserve.len(), DropoutDescriptor::reserve_bytes(dy.library(), dy.descriptor)?)?;
        let operands = [
            dy.operand("dy"),
            dx.operand("dx"),
            Some(Operand::writes("the reserve", &reserve)),
            Some(Operand::reads("the states", &dropout.states.view())),
        ];
        self.give("dropout, backward", &[], &operands, |handle| {
            let reserve = Workspace { address: reserve.as_raw(), bytes: reserve.len() };
            // SAFETY: as in the operations forward; the reserve is large enough.
            unsafe { handle.dropout_backward(&dropout.descriptor, dy.at(), dx.at(), reserve) }
        })
    }
}

/// Refuses a reserve that is too small.
fn enough(has: usize, needs: usize) -> Result<()> {
    if has >= needs {
        return Ok(());
    }
    let detail = format!("{has} bytes given, {needs} needed");
    Err(Error::Shape { operation: "giving a dropout its reserve", detail }.into())
}

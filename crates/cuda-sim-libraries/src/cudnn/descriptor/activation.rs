//! Activation descriptors.
use crate::cudnn::compute::activation::Activation;
use crate::cudnn::failure::{Outcome, require};
use crate::cudnn::ffi::{Out, Slot};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{cudnnActivationMode_t as Mode, cudnnNanPropagation_t as NanPropagation};

object!(Activation, "activation descriptor");

impl Default for Activation {
    fn default() -> Self {
        Self { mode: Mode::CUDNN_ACTIVATION_SIGMOID, propagate_nan: 0, coefficient: 0.0, swish_beta: 1.0 }
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateActivationDescriptor(activationDesc: Slot) -> Outcome {
        activationDesc.create(Activation::default())
    }

    pub(crate) fn cudnnDestroyActivationDescriptor(activationDesc: Ref<Activation>) -> Outcome {
        activationDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetActivationDescriptor(
        activationDesc: Ref<Activation>,
        mode: Mode,
        reluNanOpt: NanPropagation,
        coef: f64,
    ) -> Outcome {
        activationDesc.get()?;
        require(mode.0 <= 6, format!("there is no activation {}", mode.0))?;
        require(reluNanOpt.0 <= 1, format!("there is no propagation {} of NaN", reluNanOpt.0))?;
        activationDesc.update(|activation| {
            *activation = Activation { mode, propagate_nan: reluNanOpt.0, coefficient: coef, ..*activation };
        })
    }

    pub(crate) fn cudnnGetActivationDescriptor(
        activationDesc: Ref<Activation>,
        mode: Out<Mode>,
        reluNanOpt: Out<NanPropagation>,
        coef: Out<f64>,
    ) -> Outcome {
        let activation = activationDesc.get()?;
        mode.set_if_any(activation.mode);
        reluNanOpt.set_if_any(NanPropagation(activation.propagate_nan));
        coef.set_if_any(activation.coefficient);
        Ok(())
    }

    pub(crate) fn cudnnSetActivationDescriptorSwishBeta(
        activationDesc: Ref<Activation>,
        swish_beta: f64,
    ) -> Outcome {
        activationDesc.update(|activation| activation.swish_beta = swish_beta)
    }

    pub(crate) fn cudnnGetActivationDescriptorSwishBeta(
        activationDesc: Ref<Activation>,
        swish_beta: Out<f64>,
    ) -> Outcome {
        swish_beta.set(activationDesc.get()?.swish_beta)
    }
}

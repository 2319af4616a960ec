//! Activations, element by element.

use cudnn_sys::cudnnActivationMode_t as Mode;

/// What an activation descriptor says.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Activation {
    pub(crate) mode: Mode,
    /// 1 if a NaN passes through the rectifiers; else they make it zero.
    pub(crate) propagate_nan: u32,
    /// The ceiling of the clipped rectifier, or alpha of the exponential unit.
    pub(crate) coefficient: f64,
    pub(crate) swish_beta: f64,
}

impl Activation {
    /// Passes everything on.
    pub(crate) const IDENTITY: Self =
        Self { mode: Mode::CUDNN_ACTIVATION_IDENTITY, propagate_nan: 1, coefficient: 0.0, swish_beta: 1.0 };

    /// Computes the output for `x`.
    pub(crate) fn forward(&self, x: f64) -> f64 {
        match self.mode {
            Mode::CUDNN_ACTIVATION_SIGMOID => sigmoid(x),
            Mode::CUDNN_ACTIVATION_RELU => self.rectify(x, f64::INFINITY),
            Mode::CUDNN_ACTIVATION_TANH => x.tanh(),
            Mode::CUDNN_ACTIVATION_CLIPPED_RELU => self.rectify(x, self.coefficient),
            Mode::CUDNN_ACTIVATION_ELU if x <= 0.0 => self.coefficient * x.exp_m1(),
            Mode::CUDNN_ACTIVATION_SWISH => x * sigmoid(self.swish_beta * x),
            _ => x,
        }
    }

    /// Computes the gradient of the input from the gradient `dy`, the output `y` and the input `x`.
    pub(crate) fn backward(&self, x: f64, y: f64, dy: f64) -> f64 {
        match self.mode {
            Mode::CUDNN_ACTIVATION_SIGMOID => dy * y * (1.0 - y),
            Mode::CUDNN_ACTIVATION_RELU => self.pass(x, f64::INFINITY, dy),
            Mode::CUDNN_ACTIVATION_TANH => dy * (1.0 - y * y),
            Mode::CUDNN_ACTIVATION_CLIPPED_RELU => self.pass(x, self.coefficient, dy),
            // The slope alpha * exp(x) is y + alpha.
            Mode::CUDNN_ACTIVATION_ELU if x <= 0.0 => dy * (y + self.coefficient),
            Mode::CUDNN_ACTIVATION_SWISH => {
                let slope = sigmoid(self.swish_beta * x);
                dy * (slope + self.swish_beta * x * slope * (1.0 - slope))
            }
            _ => dy,
        }
    }

    fn rectify(&self, x: f64, ceiling: f64) -> f64 {
        if x.is_nan() {
            return if self.propagate_nan == 1 { x } else { 0.0 };
        }
        x.max(0.0).min(ceiling)
    }

    fn pass(&self, x: f64, ceiling: f64, dy: f64) -> f64 {
        if x.is_nan() && self.propagate_nan == 1 {
            return x;
        }
        if x > 0.0 && x < ceiling { dy } else { 0.0 }
    }
}

/// Computes `1 / (1 + exp(-x))` without overflow.
pub(crate) fn sigmoid(x: f64) -> f64 {
    if x >= 0.0 {
        return 1.0 / (1.0 + (-x).exp());
    }
    let small = x.exp();
    small / (1.0 + small)
}

#[cfg(test)]
mod tests {
    use super::{Activation, Mode};

    fn activation(mode: Mode) -> Activation {
        Activation { mode, propagate_nan: 0, coefficient: 0.75, swish_beta: 1.25 }
    }

    #[test]
    fn the_gradient_of_an_activation_is_its_slope() {
        let modes = (0..=6).map(Mode);
        for activation in modes.map(activation) {
            for x in [-3.0, -0.7, -0.1, 0.2, 0.6, 0.9, 2.5] {
                let step = 1e-6;
                let slope = (activation.forward(x + step) - activation.forward(x - step)) / (2.0 * step);

                let found = activation.backward(x, activation.forward(x), 2.0);

                assert!((found - 2.0 * slope).abs() < 1e-8, "{activation:?} at {x}: {found}");
            }
        }
    }

    #[test]
    fn activations_have_the_values_of_their_formulas() {
        let value = |mode, x: f64| activation(mode).forward(x);

        assert_eq!(value(Mode::CUDNN_ACTIVATION_RELU, -2.0), 0.0);
        assert_eq!(value(Mode::CUDNN_ACTIVATION_CLIPPED_RELU, 2.0), 0.75);
        assert_eq!(value(Mode::CUDNN_ACTIVATION_SIGMOID, 0.0), 0.5);
        assert_eq!(value(Mode::CUDNN_ACTIVATION_SIGMOID, -1e4), 0.0);
        assert_eq!(value(Mode::CUDNN_ACTIVATION_TANH, 0.5), 0.5f64.tanh());
        assert!((value(Mode::CUDNN_ACTIVATION_ELU, -1.0) - 0.75 * (f64::exp(-1.0) - 1.0)).abs() < 1e-12);
        assert_eq!(value(Mode::CUDNN_ACTIVATION_IDENTITY, -2.0), -2.0);
    }

    #[test]
    fn a_nan_passes_a_rectifier_only_if_asked_to() {
        let mut relu = activation(Mode::CUDNN_ACTIVATION_RELU);
        assert_eq!(relu.forward(f64::NAN), 0.0);

        relu.propagate_nan = 1;

        assert!(relu.forward(f64::NAN).is_nan());
    }
}

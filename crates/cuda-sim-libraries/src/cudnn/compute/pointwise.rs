//! The functions of graphs that work element by element.

use super::activation::sigmoid;
use cudnn_sys::cudnnPointwiseMode_t as Mode;

/// A function with its constants.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pointwise {
    pub(crate) mode: Mode,
    pub(crate) propagate_nan: u32,
    pub(crate) lower_clip: f64,
    pub(crate) upper_clip: f64,
    pub(crate) lower_slope: f64,
    pub(crate) elu_alpha: f64,
    pub(crate) softplus_beta: f64,
    pub(crate) swish_beta: f64,
    /// The dimension whose index is generated.
    pub(crate) axis: i64,
}

/// Computes the error function: by its series near zero, by a continued fraction of its complement elsewhere.
fn erf(x: f64) -> f64 {
    let size = x.abs();
    if size > 6.0 {
        return x.signum();
    }
    if size < 2.5 {
        let (mut term, mut sum) = (x, x);
        for n in 1..80 {
            let n = f64::from(n);
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return sum * std::f64::consts::FRAC_2_SQRT_PI;
    }
    let fraction = (1..80).rev().fold(size, |below, n| size + f64::from(n) / 2.0 / below);
    x.signum() * (1.0 - (-x * x).exp() / fraction / std::f64::consts::PI.sqrt())
}

fn truth(condition: bool) -> f64 {
    f64::from(u8::from(condition))
}

impl Pointwise {
    /// Returns how many operands a mode takes, or `None` if it is not known. Backward modes take the gradient and the input.
    pub(crate) fn operands(mode: Mode) -> Option<usize> {
        Some(match mode {
            Mode::CUDNN_POINTWISE_BINARY_SELECT => 3,
            Mode(200..=207 | 300..=305 | 400 | 401) => 2,
            Mode::CUDNN_POINTWISE_ADD
            | Mode::CUDNN_POINTWISE_ADD_SQUARE
            | Mode::CUDNN_POINTWISE_DIV
            | Mode::CUDNN_POINTWISE_MAX
            | Mode::CUDNN_POINTWISE_MIN
            | Mode::CUDNN_POINTWISE_MOD
            | Mode::CUDNN_POINTWISE_FLOOR_MOD
            | Mode::CUDNN_POINTWISE_MUL
            | Mode::CUDNN_POINTWISE_POW
            | Mode::CUDNN_POINTWISE_SUB
            | Mode::CUDNN_POINTWISE_ATAN2 => 2,
            Mode(4 | 10..=22 | 100..=107 | 402 | 501) => 1,
            _ => return None,
        })
    }

    pub(crate) fn is_backward(mode: Mode) -> bool {
        (200..=207).contains(&mode.0)
    }

    /// Computes the function of `x`, `b` and the choice `t`; of a gradient `x` and an input `b` if it is a backward one. `index` is the
    /// element's place along the axis.
    pub(crate) fn apply(&self, x: f64, b: f64, t: f64, index: f64) -> f64 {
        let nan = self.propagate_nan == 1 && (x.is_nan() || b.is_nan());
        match self.mode {
            Mode::CUDNN_POINTWISE_ADD => x + b,
            Mode::CUDNN_POINTWISE_ADD_SQUARE => x + b * b,
            Mode::CUDNN_POINTWISE_DIV => x / b,
            Mode::CUDNN_POINTWISE_MAX | Mode::CUDNN_POINTWISE_MIN if nan => f64::NAN,
            Mode::CUDNN_POINTWISE_MAX => x.max(b),
            Mode::CUDNN_POINTWISE_MIN => x.min(b),
            Mode::CUDNN_POINTWISE_MOD => x % b,
            Mode::CUDNN_POINTWISE_FLOOR_MOD => x - b * (x / b).floor(),
            Mode::CUDNN_POINTWISE_MUL => x * b,
            Mode::CUDNN_POINTWISE_POW => x.powf(b),
            Mode::CUDNN_POINTWISE_SUB => x - b,
            Mode::CUDNN_POINTWISE_ATAN2 => x.atan2(b),
            Mode::CUDNN_POINTWISE_ABS => x.abs(),
            Mode::CUDNN_POINTWISE_CEIL => x.ceil(),
            Mode::CUDNN_POINTWISE_COS => x.cos(),
            Mode::CUDNN_POINTWISE_EXP => x.exp(),
            Mode::CUDNN_POINTWISE_FLOOR => x.floor(),
            Mode::CUDNN_POINTWISE_LOG => x.ln(),
            Mode::CUDNN_POINTWISE_NEG => -x,
            Mode::CUDNN_POINTWISE_RSQRT => 1.0 / x.sqrt(),
            Mode::CUDNN_POINTWISE_SIN => x.sin(),
            Mode::CUDNN_POINTWISE_SQRT => x.sqrt(),
            Mode::CUDNN_POINTWISE_TAN => x.tan(),
            Mode::CUDNN_POINTWISE_ERF => erf(x),
            Mode::CUDNN_POINTWISE_RECIPROCAL => 1.0 / x,
            Mode(100..=107) => self.activate(self.mode.0 - 100, x),
            Mode(200..=207) => x * self.slope(self.mode.0 - 200, b),
            Mode::CUDNN_POINTWISE_CMP_EQ => truth(x == b),
            Mode::CUDNN_POINTWISE_CMP_NEQ => truth(x != b),
            Mode::CUDNN_POINTWISE_CMP_GT => truth(x > b),
            Mode::CUDNN_POINTWISE_CMP_GE => truth(x >= b),
            Mode::CUDNN_POINTWISE_CMP_LT => truth(x < b),
            Mode::CUDNN_POINTWISE_CMP_LE => truth(x <= b),
            Mode::CUDNN_POINTWISE_LOGICAL_AND => truth(x != 0.0 && b != 0.0),
            Mode::CUDNN_POINTWISE_LOGICAL_OR => truth(x != 0.0 || b != 0.0),
            Mode::CUDNN_POINTWISE_LOGICAL_NOT => truth(x == 0.0),
            Mode::CUDNN_POINTWISE_GEN_INDEX => index,
            Mode::CUDNN_POINTWISE_BINARY_SELECT => {
                if t != 0.0 {
                    x
                } else {
                    b
                }
            }
            _ => x,
        }
    }

    /// Computes an activation, in the order in which cuDNN numbers them.
    fn activate(&self, which: u32, x: f64) -> f64 {
        match which {
            0 if x.is_nan() => {
                if self.propagate_nan == 1 {
                    x
                } else {
                    self.lower_clip
                }
            }
            0 if x <= self.lower_clip => self.lower_clip + self.lower_slope * (x - self.lower_clip),
            0 => x.min(self.upper_clip),
            1 => x.tanh(),
            2 => sigmoid(x),
            3 if x <= 0.0 => self.elu_alpha * x.exp_m1(),
            3 => x,
            4 => 0.5 * x * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2)),
            // ln(1 + exp(beta x)) / beta, without overflow.
            5 => {
                let scaled = self.softplus_beta * x;
                (scaled.max(0.0) + (-scaled.abs()).exp().ln_1p()) / self.softplus_beta
            }
            6 => x * sigmoid(self.swish_beta * x),
            _ => 0.5 * x * (1.0 + (GELU * (x + GELU_CUBE * x * x * x)).tanh()),
        }
    }

    /// Computes an activation's slope.
    fn slope(&self, which: u32, x: f64) -> f64 {
        match which {
            0 if x <= self.lower_clip => self.lower_slope,
            0 => truth(x < self.upper_clip),
            1 => 1.0 - x.tanh().powi(2),
            2 => sigmoid(x) * (1.0 - sigmoid(x)),
            3 if x <= 0.0 => self.elu_alpha * x.exp(),
            3 => 1.0,
            4 => {
                let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
                0.5 * (1.0 + erf(x * std::f64::consts::FRAC_1_SQRT_2)) + x * density
            }
            5 => sigmoid(self.softplus_beta * x),
            6 => {
                let gate = sigmoid(self.swish_beta * x);
                gate + self.swish_beta * x * gate * (1.0 - gate)
            }
            _ => {
                let inner = (GELU * (x + GELU_CUBE * x * x * x)).tanh();
                let change = GELU * (1.0 + 3.0 * GELU_CUBE * x * x);
                0.5 * (1.0 + inner) + 0.5 * x * (1.0 - inner * inner) * change
            }
        }
    }
}

/// The square root of 2 / pi, and the factor of the cube, of the approximation of GELU by tanh.
const GELU: f64 = 0.797_884_560_802_865_4;
const GELU_CUBE: f64 = 0.044_715;

#[cfg(test)]
mod tests {
    use super::{Mode, Pointwise, erf};

    fn pointwise(mode: u32) -> Pointwise {
        Pointwise {
            mode: Mode(mode),
            propagate_nan: 0,
            lower_clip: 0.0,
            upper_clip: 1.25,
            lower_slope: 0.125,
            elu_alpha: 0.75,
            softplus_beta: 1.5,
            swish_beta: 0.5,
            axis: 0,
        }
    }

    #[test]
    fn a_backward_function_multiplies_with_the_forward_one_s_slope() {
        for which in 0..8 {
            let (forward, backward) = (pointwise(100 + which), pointwise(200 + which));
            for x in [-2.5, -0.7, 0.3, 1.1, 2.0] {
                let value = |x| forward.apply(x, 0.0, 0.0, 0.0);
                let slope = (value(x + 1e-6) - value(x - 1e-6)) / 2e-6;
                let found = backward.apply(2.0, x, 0.0, 0.0);
                assert!((found - 2.0 * slope).abs() < 1e-7, "{which} at {x}: {found} and {slope}");
            }
        }
    }

    #[test]
    fn the_error_function_has_its_known_values() {
        let known = [
            (0.0, 0.0),
            (0.5, 0.520_499_877_813_046_5),
            (1.0, 0.842_700_792_949_714_9),
            (2.0, 0.995_322_265_018_952_7),
            (3.0, 0.999_977_909_503_001_4),
        ];
        for (x, expected) in known {
            assert!((erf(x) - expected).abs() < 1e-12, "{x}: {}", erf(x));
            assert!((erf(-x) + expected).abs() < 1e-12);
        }
    }
}

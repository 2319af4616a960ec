//! What can be done with tensors element by element.

use cudnn_sys::cudnnPointwiseMode_t;

macro_rules! pointwise {
    ($($(#[$doc:meta])* $name:ident = $raw:ident, $operands:literal;)*) => {
        /// An operation on each element.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Pointwise { $( $(#[$doc])* $name, )* }

        impl Pointwise {
            /// All of them.
            pub const ALL: &'static [Pointwise] = &[$(Pointwise::$name),*];

            pub(super) fn as_raw(self) -> cudnnPointwiseMode_t {
                match self { $( Pointwise::$name => cudnnPointwiseMode_t::$raw, )* }
            }

            /// Returns how many tensors it takes.
            pub fn operands(self) -> usize {
                match self { $( Pointwise::$name => $operands, )* }
            }
        }
    };
}

pointwise! {
    /// x + b.
    Add = CUDNN_POINTWISE_ADD, 2;
    /// x + b².
    AddSquare = CUDNN_POINTWISE_ADD_SQUARE, 2;
    /// x / b.
    Divide = CUDNN_POINTWISE_DIV, 2;
    /// The larger.
    Maximum = CUDNN_POINTWISE_MAX, 2;
    /// The smaller.
    Minimum = CUDNN_POINTWISE_MIN, 2;
    /// The remainder of x / b.
    Remainder = CUDNN_POINTWISE_MOD, 2;
    /// x · b.
    Multiply = CUDNN_POINTWISE_MUL, 2;
    /// xᵇ.
    Power = CUDNN_POINTWISE_POW, 2;
    /// x - b.
    Subtract = CUDNN_POINTWISE_SUB, 2;
    /// |x|.
    Absolute = CUDNN_POINTWISE_ABS, 1;
    /// x rounded up.
    Ceiling = CUDNN_POINTWISE_CEIL, 1;
    /// The cosine.
    Cosine = CUDNN_POINTWISE_COS, 1;
    /// eˣ.
    Exponential = CUDNN_POINTWISE_EXP, 1;
    /// x rounded down.
    Floor = CUDNN_POINTWISE_FLOOR, 1;
    /// The natural logarithm.
    Logarithm = CUDNN_POINTWISE_LOG, 1;
    /// -x.
    Negate = CUDNN_POINTWISE_NEG, 1;
    /// 1 / √x.
    InverseRoot = CUDNN_POINTWISE_RSQRT, 1;
    /// The sine.
    Sine = CUDNN_POINTWISE_SIN, 1;
    /// √x.
    Root = CUDNN_POINTWISE_SQRT, 1;
    /// The tangent.
    Tangent = CUDNN_POINTWISE_TAN, 1;
    /// The error function.
    Erf = CUDNN_POINTWISE_ERF, 1;
    /// x, maybe of another type.
    Identity = CUDNN_POINTWISE_IDENTITY, 1;
    /// 1 / x. Needs a cuDNN that has it.
    Reciprocal = CUDNN_POINTWISE_RECIPROCAL, 1;
    /// max(0, x).
    Relu = CUDNN_POINTWISE_RELU_FWD, 1;
    /// The hyperbolic tangent.
    Tanh = CUDNN_POINTWISE_TANH_FWD, 1;
    /// 1 / (1 + e⁻ˣ).
    Sigmoid = CUDNN_POINTWISE_SIGMOID_FWD, 1;
    /// x where it is positive, else eˣ - 1.
    Elu = CUDNN_POINTWISE_ELU_FWD, 1;
    /// x · Φ(x).
    Gelu = CUDNN_POINTWISE_GELU_FWD, 1;
    /// ln(1 + eˣ).
    Softplus = CUDNN_POINTWISE_SOFTPLUS_FWD, 1;
    /// x · sigmoid(x).
    Swish = CUDNN_POINTWISE_SWISH_FWD, 1;
    /// x · Φ(x), by a hyperbolic tangent.
    GeluTanh = CUDNN_POINTWISE_GELU_APPROX_TANH_FWD, 1;
    /// The gradient through `Relu`: of dy and x.
    ReluBackward = CUDNN_POINTWISE_RELU_BWD, 2;
    /// The gradient through `Tanh`.
    TanhBackward = CUDNN_POINTWISE_TANH_BWD, 2;
    /// The gradient through `Sigmoid`.
    SigmoidBackward = CUDNN_POINTWISE_SIGMOID_BWD, 2;
    /// The gradient through `Elu`.
    EluBackward = CUDNN_POINTWISE_ELU_BWD, 2;
    /// The gradient through `Gelu`.
    GeluBackward = CUDNN_POINTWISE_GELU_BWD, 2;
    /// The gradient through `Softplus`.
    SoftplusBackward = CUDNN_POINTWISE_SOFTPLUS_BWD, 2;
    /// The gradient through `Swish`.
    SwishBackward = CUDNN_POINTWISE_SWISH_BWD, 2;
    /// The gradient through `GeluTanh`.
    GeluTanhBackward = CUDNN_POINTWISE_GELU_APPROX_TANH_BWD, 2;
}

impl Pointwise {
    /// Tells whether this is a gradient, of dy and x.
    pub fn is_backward(self) -> bool {
        (200..300).contains(&self.as_raw().0)
    }
}

//! The algorithms of convolutions: which can do what, and how much workspace each needs.
//!
//! They all give the same numbers here. What is modelled is what a program has to cope with: that some are refused for some shapes, that
//! the sizes of their workspaces differ, and that some do not promise the same bits every time.

use super::spatial;
use crate::cudnn::compute::convolution::Geometry;
use crate::cudnn::descriptor::convolution::ConvolutionDescriptor;
use crate::cudnn::descriptor::filter::FilterDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, bad_param, require, support};
use cudnn_sys::{
    cudnnConvolutionMode_t as Mode, cudnnDataType_t as DataType, cudnnDeterminism_t as Determinism,
    cudnnMathType_t as MathType, cudnnTensorFormat_t as Format,
};

/// Which way a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pass {
    Forward,
    BackwardData,
    BackwardFilter,
}

/// How an algorithm works, whatever its number in each pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    /// Products as they come, without a workspace.
    Implicit,
    /// The same, with the places of the input looked up in a table.
    Precomputed,
    /// The input is unfolded into a matrix first.
    Explicit,
    /// Was never built.
    Absent,
    Fourier,
    FourierTiles,
    Winograd,
    WinogradSteps,
}

const FORWARD: [Method; 8] = [
    Method::Implicit,
    Method::Precomputed,
    Method::Explicit,
    Method::Absent,
    Method::Fourier,
    Method::FourierTiles,
    Method::Winograd,
    Method::WinogradSteps,
];

const BACKWARD_DATA: [Method; 6] = [
    Method::Implicit,
    Method::Precomputed,
    Method::Fourier,
    Method::FourierTiles,
    Method::Winograd,
    Method::WinogradSteps,
];

const BACKWARD_FILTER: [Method; 7] = [
    Method::Implicit,
    Method::Precomputed,
    Method::Fourier,
    Method::Explicit,
    Method::Absent,
    Method::WinogradSteps,
    Method::FourierTiles,
];

impl Pass {
    fn methods(self) -> &'static [Method] {
        match self {
            Self::Forward => &FORWARD,
            Self::BackwardData => &BACKWARD_DATA,
            Self::BackwardFilter => &BACKWARD_FILTER,
        }
    }

    /// Returns how many algorithms there are.
    pub(crate) fn algorithms(self) -> u32 {
        self.methods().len() as u32
    }

    /// Whether an algorithm gives the same bits every time. The ones that add with atomic operations do not.
    pub(crate) fn determinism(self, algorithm: u32) -> Determinism {
        let sums_atomically = match self {
            Self::Forward => false,
            Self::BackwardData => algorithm == 0,
            Self::BackwardFilter => algorithm == 0 || algorithm == 3,
        };
        if sums_atomically { Determinism::CUDNN_NON_DETERMINISTIC } else { Determinism::CUDNN_DETERMINISTIC }
    }
}

/// A convolution whose descriptors fit together.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) pass: Pass,
    pub(crate) geometry: Geometry,
    /// How many spatial dimensions there are: 2 or 3.
    spatial: usize,
    data_type: DataType,
    math_type: MathType,
    /// Whether all three are without gaps and in the order of their dimensions.
    is_plain: bool,
}

impl Problem {
    pub(crate) fn new(
        pass: Pass,
        x: &TensorDescriptor,
        w: &FilterDescriptor,
        convolution: &ConvolutionDescriptor,
        y: &TensorDescriptor,
    ) -> Outcome<Self> {
        for (rank, name) in [(x.rank(), "x"), (w.dims().len(), "w"), (y.rank(), "y")] {
            require(rank > 0, format!("the descriptor of {name} was not set"))?;
        }
        require(!convolution.padding.is_empty(), "the convolution descriptor was not set")?;
        let expected = convolution.output_dims(x, w)?;
        require(y.dims == expected, format!("y is {:?}, and should be {expected:?}", y.dims))?;
        require(
            w.dims()[0] % convolution.groups == 0,
            format!("{} filters do not make {} groups", w.dims()[0], convolution.groups),
        )?;
        let spatial_count = x.rank() - 2;
        support(
            (2..=3).contains(&spatial_count),
            format!("{spatial_count} spatial dimensions, where 2 or 3 can be"),
        )?;
        check_types(x.data_type, w.data_type(), y.data_type, convolution.compute_type)?;
        let sizes = |dims: &[i32], fill| {
            let wide: Vec<u64> = dims.iter().map(|size| *size as u64).collect();
            spatial(&wide, fill)
        };
        let is_plain = [x, &w.tensor, y].into_iter().all(|tensor| {
            TensorDescriptor::packed(Format::CUDNN_TENSOR_NCHW, tensor.data_type, &tensor.dims)
                .is_ok_and(|packed| packed.strides == tensor.strides)
        });
        Ok(Self {
            pass,
            geometry: Geometry {
                n: x.dims[0] as u64,
                c: x.dims[1] as u64,
                k: w.dims()[0] as u64,
                groups: convolution.groups as u64,
                input: sizes(&x.dims[2..], 1),
                filter: sizes(&w.dims()[2..], 1),
                output: sizes(&y.dims[2..], 1),
                padding: sizes(&convolution.padding, 0),
                stride: sizes(&convolution.stride, 1),
                dilation: sizes(&convolution.dilation, 1),
                mirrored: u64::from(convolution.mode == Mode::CUDNN_CONVOLUTION),
            },
            spatial: spatial_count,
            data_type: x.data_type,
            math_type: convolution.math_type,
            is_plain,
        })
    }

    fn method(&self, algorithm: u32) -> Outcome<Method> {
        let methods = self.pass.methods();
        methods
            .get(algorithm as usize)
            .copied()
            .ok_or_else(|| bad_param(format!("there is no algorithm {algorithm}")))
    }

    /// Checks that an algorithm can do this convolution.
    pub(crate) fn check_algorithm(&self, algorithm: u32) -> Outcome {
        let method = self.method(algorithm)?;
        let Geometry { filter, padding, stride, dilation, input, .. } = self.geometry;
        let refuse = |condition: bool, why: &str| support(condition, format!("algorithm {algorithm}: {why}"));
        let steps = stride == [1; 3] && dilation == [1; 3];
        match method {
            Method::Implicit | Method::Precomputed => return Ok(()),
            Method::Absent => return refuse(false, "it was never built"),
            _ => {}
        }
        refuse(element::is_real(self.data_type), "it is for real numbers")?;
        refuse(self.is_plain, "it is for tensors without gaps, in the order of their dimensions")?;
        match method {
            Method::Explicit => {
                refuse(dilation == [1; 3], "it has no dilation")?;
                refuse(self.spatial == 2 || self.pass == Pass::BackwardFilter, "it is for two dimensions")
            }
            Method::Fourier | Method::FourierTiles => {
                refuse(steps, "strides and dilations are to be one")?;
                refuse(self.data_type != DataType::CUDNN_DATA_BFLOAT16, "it is not for bfloat16")?;
                refuse(
                    (0..3).all(|axis| filter[axis] > padding[axis]),
                    "a filter is to be larger than its padding",
                )?;
                if method == Method::FourierTiles {
                    let most = if self.spatial == 2 { 32 } else { 16 };
                    let three = self.spatial == 2 || self.pass != Pass::BackwardFilter;
                    refuse(three, "it is for two dimensions")?;
                    return refuse(filter.iter().all(|size| *size <= most), "the filter is too large");
                }
                refuse(self.data_type != DataType::CUDNN_DATA_DOUBLE, "it is not for double")?;
                refuse(self.spatial == 2, "it is for two dimensions")?;
                refuse((0..3).all(|axis| input[axis] + 2 * padding[axis] <= 256), "the input is too large")
            }
            _ => {
                let small = filter == [1, 3, 3] || method == Method::WinogradSteps && filter == [1, 5, 5];
                refuse(self.spatial == 2 && small, "the filter has the wrong size")?;
                refuse(steps, "strides and dilations are to be one")?;
                refuse(self.data_type != DataType::CUDNN_DATA_DOUBLE, "it is not for double")
            }
        }
    }

    /// Returns with which mathematics an algorithm works: tensor cores take halves, where the descriptor allows it.
    pub(crate) fn math_type(&self, algorithm: u32) -> MathType {
        let half = matches!(self.data_type, DataType::CUDNN_DATA_HALF | DataType::CUDNN_DATA_BFLOAT16);
        let converts = self.math_type == MathType::CUDNN_TENSOR_OP_MATH_ALLOW_CONVERSION;
        let allowed = converts || half && self.math_type == MathType::CUDNN_TENSOR_OP_MATH;
        let has_form = matches!(self.method(algorithm), Ok(Method::Precomputed | Method::WinogradSteps));
        match self.math_type {
            MathType::CUDNN_FMA_MATH => MathType::CUDNN_FMA_MATH,
            _ if allowed && has_form => self.math_type,
            _ => MathType::CUDNN_DEFAULT_MATH,
        }
    }

    /// Returns the algorithms that can do this convolution, the fastest first, as a device would have them, and then the others.
    pub(crate) fn ranking(&self) -> Vec<u32> {
        let mut all: Vec<u32> = (0..self.pass.algorithms()).collect();
        let cost = |algorithm: &u32| {
            if self.check_algorithm(*algorithm).is_err() {
                return u32::MAX;
            }
            let wide = self.geometry.filter.iter().product::<u64>() >= 25;
            match self.method(*algorithm) {
                Ok(Method::Winograd) => 0,
                Ok(Method::WinogradSteps) => 1,
                Ok(Method::FourierTiles) if wide => 2,
                Ok(Method::Fourier) if wide => 3,
                Ok(Method::Precomputed) => 4,
                Ok(Method::Implicit) => 5,
                Ok(Method::Explicit) => 6,
                Ok(Method::FourierTiles) => 7,
                _ => 8,
            }
        };
        all.sort_by_key(cost);
        all
    }
}

fn check_types(x: DataType, w: DataType, y: DataType, compute: DataType) -> Outcome {
    let integer = |data_type| {
        matches!(
            data_type,
            DataType::CUDNN_DATA_INT8
                | DataType::CUDNN_DATA_UINT8
                | DataType::CUDNN_DATA_INT8x4
                | DataType::CUDNN_DATA_UINT8x4
                | DataType::CUDNN_DATA_INT8x32
        )
    };
    let text = format!("x of {x:?}, w of {w:?}, y of {y:?}, computed in {compute:?}");
    if integer(x) {
        let fits = integer(w) && (integer(y) || y == DataType::CUDNN_DATA_FLOAT);
        require(fits, text.clone())?;
        return support(compute == DataType::CUDNN_DATA_INT32, text);
    }
    require(x == w && x == y, text.clone())?;
    let computable = match x {
        DataType::CUDNN_DATA_HALF => {
            matches!(compute, DataType::CUDNN_DATA_HALF | DataType::CUDNN_DATA_FLOAT)
        }
        DataType::CUDNN_DATA_BFLOAT16 | DataType::CUDNN_DATA_FLOAT => compute == DataType::CUDNN_DATA_FLOAT,
        DataType::CUDNN_DATA_DOUBLE => compute == DataType::CUDNN_DATA_DOUBLE,
        _ => false,
    };
    support(computable, text)
}

/// Returns how many bytes of workspace an algorithm needs for a convolution that it can do.
pub(crate) fn workspace_bytes(problem: &Problem, algorithm: u32) -> u64 {
    let g = &problem.geometry;
    let volume = |sizes: [u64; 3]| sizes.iter().product::<u64>();
    let (taps, places) = (volume(g.filter), volume(g.output));
    let channels = g.c / g.groups;
    let size = element::size(problem.data_type).unwrap_or(4) as u64;
    // The arrays that a transformation takes: images, filters and results.
    let planes = g.n * g.c + g.k * channels + g.n * g.k;
    let bytes = match problem.method(algorithm) {
        Ok(Method::Precomputed) => 8 * (channels * taps + places),
        Ok(Method::Explicit) => size * channels * taps * places,
        Ok(Method::Fourier) => {
            let points: u64 =
                (0..3).map(|axis| (g.input[axis] + 2 * g.padding[axis]).next_power_of_two()).product();
            8 * planes * (points / 2 + 1)
        }
        Ok(Method::FourierTiles) => 8 * planes.div_ceil(g.n) * 32 * 17,
        Ok(Method::WinogradSteps) => {
            let tiles = (0..3)
                .map(|axis| g.output[axis].div_ceil(if g.filter[axis] == 1 { 1 } else { 4 }))
                .product::<u64>();
            4 * 36 * (g.k * channels + g.n * tiles * (g.c + g.k))
        }
        _ => 0,
    };
    // Devices like their pieces aligned.
    if bytes == 0 { 0 } else { bytes.next_multiple_of(256) }
}

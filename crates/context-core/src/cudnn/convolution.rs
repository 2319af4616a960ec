//! Convolutions: the descriptor, and the calls.

#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData, sync::OnceLock};

use cudnn_sys::{cudnnConvolutionMode_t, cudnnMathType_t};

use super::{
    ActivationDescriptor, Algorithm, BackwardData, BackwardFilter, DataType, Error, FilterDescriptor,
    Forward, Handle, Library, MathMode, Result, TensorDescriptor, Workspace, call,
    descriptor::{ConvolutionKind, Owned, numbers, raw_forms, table_call},
    memory::{at, factor},
};
use crate::backend::Address;

/// Whether the filter is mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConvolutionMode {
    /// As it is: what networks call a convolution.
    #[default]
    CrossCorrelation,
    /// Mirrored, as in mathematics.
    Convolution,
}

/// How a convolution is done. Each list has a number for each dimension of space, of which cuDNN has two or three.
///
/// # Examples
/// ```
/// use context_core::cudnn::ConvolutionOptions;
///
/// // 3 × 3, with the output as large as the input.
/// let options = ConvolutionOptions { padding: vec![1, 1], ..ConvolutionOptions::new(2) };
/// assert_eq!(options.stride, [1, 1]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConvolutionOptions {
    /// Zeros around the input, at both ends.
    pub padding: Vec<usize>,
    /// Steps of the filter.
    pub stride: Vec<usize>,
    /// Steps between the elements of the filter; 1 for none left out.
    pub dilation: Vec<usize>,
    /// Whether the filter is mirrored.
    pub mode: ConvolutionMode,
    /// How many groups the channels are in, each convolved by itself.
    pub groups: usize,
}

impl ConvolutionOptions {
    /// Returns no padding, stride and dilation 1, one group, for so many dimensions of space.
    pub fn new(space: usize) -> ConvolutionOptions {
        ConvolutionOptions {
            padding: vec![0; space],
            stride: vec![1; space],
            dilation: vec![1; space],
            mode: ConvolutionMode::CrossCorrelation,
            groups: 1,
        }
    }
}

/// Says how tensors of `T` are convolved. Sums are formed in `f64` for `f64`, and in `f32` for what is shorter.
pub struct ConvolutionDescriptor<T: DataType> {
    pub(super) owned: Owned<ConvolutionKind>,
    options: ConvolutionOptions,
    math: MathMode,
    /// The same with another arithmetic, made when an algorithm asks for it: one place for each of `MathMode::ALL`.
    others: [OnceLock<Owned<ConvolutionKind>>; 4],
    kind: PhantomData<fn() -> T>,
}

raw_forms!(ConvolutionDescriptor<T>, cudnnConvolutionDescriptor_t, "cudnnDestroyConvolutionDescriptor");

const MAKING: &str = "making a cuDNN descriptor of a convolution";

impl<T: DataType> ConvolutionDescriptor<T> {
    /// Makes a descriptor.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lists are not of one length; [`Error::Setting`] if the library does not take `math`; [`Error::Call`].
    #[doc(alias = "cudnnSetConvolutionNdDescriptor")]
    #[doc(alias = "cudnnSetConvolution2dDescriptor")]
    #[doc(alias = "cudnnSetConvolutionGroupCount")]
    #[doc(alias = "cudnnSetConvolutionMathType")]
    pub fn new(
        library: Library,
        options: &ConvolutionOptions,
        math: MathMode,
    ) -> Result<ConvolutionDescriptor<T>> {
        let owned = make::<T>(library, options, math)?;
        let (options, others) = (options.clone(), Default::default());
        Ok(ConvolutionDescriptor { owned, options, math, others, kind: PhantomData })
    }

    /// Returns how it is done.
    pub fn options(&self) -> &ConvolutionOptions {
        &self.options
    }

    /// Returns the arithmetic that it was made with.
    pub fn math(&self) -> MathMode {
        self.math
    }

    /// Returns cuDNN's descriptor of the same convolution with the arithmetic of an algorithm.
    pub(super) fn with_math(&self, math: MathMode) -> Result<cudnn_sys::cudnnConvolutionDescriptor_t> {
        if math == self.math {
            return Ok(self.as_raw());
        }
        let index = MathMode::ALL.iter().position(|mode| *mode == math).unwrap_or(0);
        let place = &self.others[index];
        if place.get().is_none() {
            // If two threads make one, the second is dropped.
            let _ = place.set(make::<T>(self.library(), &self.options, math)?);
        }
        Ok(place.get().unwrap_or(&self.owned).raw())
    }

    /// Returns the sizes of the output for this input and filter, as cuDNN computes them.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::Call`] if they do not go together.
    #[doc(alias = "cudnnGetConvolutionNdForwardOutputDim")]
    #[doc(alias = "cudnnGetConvolution2dForwardOutputDim")]
    pub fn output_dimensions(
        &self,
        x: &TensorDescriptor<T>,
        filter: &FilterDescriptor<T>,
    ) -> Result<Vec<usize>> {
        let rank = x.dimensions().len();
        if rank != filter.dimensions().len() || rank != self.options.padding.len() + 2 {
            let detail = format!(
                "x {:?}, filter {:?}, padding {:?}: the first two have two dimensions more than the padding",
                x.dimensions(),
                filter.dimensions(),
                self.options.padding
            );
            return Err(Error::Shape { operation: "asking for the output of a convolution", detail });
        }
        let mut sizes = vec![0_i32; rank];
        // SAFETY: the descriptors are live, and there is room for `rank` numbers.
        unsafe {
            table_call!(
                self.library().table(),
                cudnnGetConvolutionNdForwardOutputDim(
                    self.as_raw(),
                    x.as_raw(),
                    filter.as_raw(),
                    rank as i32,
                    sizes.as_mut_ptr()
                )
            )
        }
        .map_err(|error| error.doing(|| format!("the output of x {x:?} and {filter:?} with {self:?}")))?;
        Ok(sizes.into_iter().map(|size| usize::try_from(size).unwrap_or(0)).collect())
    }
}

/// Makes a descriptor, and sees that what was set is what it has.
fn make<T: DataType>(
    library: Library,
    options: &ConvolutionOptions,
    math: MathMode,
) -> Result<Owned<ConvolutionKind>> {
    let space = options.padding.len();
    if options.stride.len() != space || options.dilation.len() != space {
        let detail = format!(
            "padding {:?}, stride {:?}, dilation {:?}: one of each for a dimension of space",
            options.padding, options.stride, options.dilation
        );
        return Err(Error::Shape { operation: MAKING, detail });
    }
    let padding = numbers(MAKING, "the padding", &options.padding)?;
    let stride = numbers(MAKING, "the stride", &options.stride)?;
    let dilation = numbers(MAKING, "the dilation", &options.dilation)?;
    let groups = numbers(MAKING, "the groups", &[options.groups])?[0];
    let mode = match options.mode {
        ConvolutionMode::CrossCorrelation => cudnnConvolutionMode_t::CUDNN_CROSS_CORRELATION,
        ConvolutionMode::Convolution => cudnnConvolutionMode_t::CUDNN_CONVOLUTION,
    };
    Owned::new(library, |table, raw| {
        let mut has = cudnnMathType_t::CUDNN_DEFAULT_MATH;
        // SAFETY: the descriptor is new, and the lists have `space` numbers each; `has` outlives the call.
        unsafe {
            table_call!(
                table,
                cudnnSetConvolutionNdDescriptor(
                    raw,
                    space as i32,
                    padding.as_ptr(),
                    stride.as_ptr(),
                    dilation.as_ptr(),
                    mode,
                    T::COMPUTE
                )
            )
            .map_err(|error| error.doing(|| format!("a convolution of {}, {options:?}", T::NAME)))?;
            table_call!(table, cudnnSetConvolutionGroupCount(raw, groups))
                .map_err(|error| error.doing(|| format!("a convolution in {groups} groups")))?;
            let refused = table_call!(table, cudnnSetConvolutionMathType(raw, math.as_raw()));
            refused.map_err(|error| cannot(library, math, &error.to_string()))?;
            table_call!(table, cudnnGetConvolutionMathType(raw, &mut has))?;
        }
        if has != math.as_raw() {
            return Err(cannot(library, math, &format!("it takes it and keeps {has:?}")));
        }
        Ok(())
    })
}

#[cold]
fn cannot(library: Library, math: MathMode, reason: &str) -> Error {
    Error::Setting {
        setting: "math mode",
        reason: format!("cuDNN {} cannot convolve with {math:?}: {reason}", library.version()),
    }
}

impl<T: DataType> fmt::Debug for ConvolutionDescriptor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ConvolutionOptions { padding, stride, dilation, mode, groups } = &self.options;
        write!(
            f,
            "convolution of {}, padding {padding:?}, stride {stride:?}, dilation {dilation:?}, {mode:?}, groups {groups}, {:?}",
            T::NAME,
            self.math
        )
    }
}

/// A convolution with what it is between: `x`, a filter and `y`, or in its place the gradient of each.
#[derive(Debug)]
pub struct Convolution<'d, T: DataType> {
    /// How it is done.
    pub convolution: &'d ConvolutionDescriptor<T>,
    /// The input, or its gradient.
    pub x: &'d TensorDescriptor<T>,
    /// The filter, or its gradient.
    pub filter: &'d FilterDescriptor<T>,
    /// The output, or its gradient.
    pub y: &'d TensorDescriptor<T>,
}

impl<T: DataType> Clone for Convolution<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: DataType> Copy for Convolution<'_, T> {}

/// What is fused behind a convolution: `y ← activation(alpha1·conv(x, filter) + alpha2·z + bias)`.
#[derive(Debug)]
pub struct Fused<'d, T: DataType> {
    /// The bias: one number for each channel of `y`.
    pub bias: &'d TensorDescriptor<T>,
    /// What is added. cuDNN wants the shape of `y`.
    pub z: &'d TensorDescriptor<T>,
    /// The activation: the identity or ReLU.
    pub activation: &'d ActivationDescriptor,
}

impl Handle {
    /// `y ← alpha·conv(x, filter) + beta·y`. With `beta` zero, `y` is not read.
    ///
    /// # Errors
    /// [`Error::Call`], for example for an algorithm that does not do this or a workspace that is too small.
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnConvolutionForward")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn convolution_forward<T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        algorithm: Algorithm<Forward>,
        workspace: Workspace,
        alpha: T::Scale,
        x: Address,
        filter: Address,
        beta: T::Scale,
        y: Address,
    ) -> Result<()> {
        let convolution = problem.convolution.with_math(algorithm.math())?;
        // SAFETY: the descriptors are live while borrowed, and the factors for the call; the caller vouches for the rest.
        unsafe {
            call!(
                self,
                cudnnConvolutionForward(
                    factor(&alpha),
                    problem.x.as_raw(),
                    at(x),
                    problem.filter.as_raw(),
                    at(filter),
                    convolution,
                    algorithm.as_raw(),
                    at(workspace.address),
                    workspace.bytes,
                    factor(&beta),
                    problem.y.as_raw(),
                    at(y)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{algorithm:?} of {problem:?}, {workspace:?}")))
    }

    /// `x ← alpha·conv⁻(filter, y) + beta·x`: the gradient of the input from that of the output. With `beta` zero, `x` is not read.
    ///
    /// # Errors
    /// As [`convolution_forward`](Handle::convolution_forward).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnConvolutionBackwardData")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn convolution_backward_data<T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        algorithm: Algorithm<BackwardData>,
        workspace: Workspace,
        alpha: T::Scale,
        filter: Address,
        dy: Address,
        beta: T::Scale,
        dx: Address,
    ) -> Result<()> {
        let convolution = problem.convolution.with_math(algorithm.math())?;
        // SAFETY: as in `convolution_forward`.
        unsafe {
            call!(
                self,
                cudnnConvolutionBackwardData(
                    factor(&alpha),
                    problem.filter.as_raw(),
                    at(filter),
                    problem.y.as_raw(),
                    at(dy),
                    convolution,
                    algorithm.as_raw(),
                    at(workspace.address),
                    workspace.bytes,
                    factor(&beta),
                    problem.x.as_raw(),
                    at(dx)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{algorithm:?} of {problem:?}, {workspace:?}")))
    }

    /// `filter ← alpha·conv⁻(x, y) + beta·filter`: the gradient of the filter from that of the output. With `beta` zero, the
    /// filter's gradient is not read.
    ///
    /// # Errors
    /// As [`convolution_forward`](Handle::convolution_forward).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnConvolutionBackwardFilter")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn convolution_backward_filter<T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        algorithm: Algorithm<BackwardFilter>,
        workspace: Workspace,
        alpha: T::Scale,
        x: Address,
        dy: Address,
        beta: T::Scale,
        dfilter: Address,
    ) -> Result<()> {
        let convolution = problem.convolution.with_math(algorithm.math())?;
        // SAFETY: as in `convolution_forward`.
        unsafe {
            call!(
                self,
                cudnnConvolutionBackwardFilter(
                    factor(&alpha),
                    problem.x.as_raw(),
                    at(x),
                    problem.y.as_raw(),
                    at(dy),
                    convolution,
                    algorithm.as_raw(),
                    at(workspace.address),
                    workspace.bytes,
                    factor(&beta),
                    problem.filter.as_raw(),
                    at(dfilter)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{algorithm:?} of {problem:?}, {workspace:?}")))
    }

    /// `bias ← alpha·(sum of y over all but the channels) + beta·bias`: the gradient of the bias from that of the output.
    ///
    /// # Errors
    /// [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnConvolutionBackwardBias")]
    pub unsafe fn convolution_backward_bias<T: DataType>(
        &mut self,
        alpha: T::Scale,
        (dy_descriptor, dy): (&TensorDescriptor<T>, Address),
        beta: T::Scale,
        (bias_descriptor, dbias): (&TensorDescriptor<T>, Address),
    ) -> Result<()> {
        // SAFETY: as in `convolution_forward`.
        unsafe {
            call!(
                self,
                cudnnConvolutionBackwardBias(
                    factor(&alpha),
                    dy_descriptor.as_raw(),
                    at(dy),
                    factor(&beta),
                    bias_descriptor.as_raw(),
                    at(dbias)
                )
            )
        }
        .map_err(|error| {
            error.doing(|| format!("the bias's gradient {bias_descriptor:?} of {dy_descriptor:?}"))
        })
    }

    /// `y ← activation(alpha1·conv(x, filter) + alpha2·z + bias)`, in one call.
    ///
    /// # Errors
    /// As [`convolution_forward`](Handle::convolution_forward). cuDNN takes ReLU with most algorithms, and the identity with few.
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). `z` may be `y`.
    #[doc(alias = "cudnnConvolutionBiasActivationForward")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn convolution_bias_activation<T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        fused: &Fused<'_, T>,
        algorithm: Algorithm<Forward>,
        workspace: Workspace,
        (alpha1, x, filter): (T::Scale, Address, Address),
        (alpha2, z): (T::Scale, Address),
        bias: Address,
        y: Address,
    ) -> Result<()> {
        let convolution = problem.convolution.with_math(algorithm.math())?;
        // SAFETY: as in `convolution_forward`.
        unsafe {
            call!(
                self,
                cudnnConvolutionBiasActivationForward(
                    factor(&alpha1),
                    problem.x.as_raw(),
                    at(x),
                    problem.filter.as_raw(),
                    at(filter),
                    convolution,
                    algorithm.as_raw(),
                    at(workspace.address),
                    workspace.bytes,
                    factor(&alpha2),
                    fused.z.as_raw(),
                    at(z),
                    fused.bias.as_raw(),
                    at(bias),
                    fused.activation.as_raw(),
                    problem.y.as_raw(),
                    at(y)
                )
            )
        }
        .map_err(|error| {
            error.doing(|| format!("{algorithm:?} of {problem:?} with {fused:?}, {workspace:?}"))
        })
    }
}

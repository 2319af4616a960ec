//! Pooling.

#![allow(unsafe_code)]

use std::fmt;

use cudnn_sys::cudnnPoolingMode_t;

use super::{
    At, DataType, Error, Handle, Library, Nan, Result, TensorDescriptor, call,
    descriptor::{Owned, PoolingKind, numbers, raw_forms, table_call},
    memory::{at, factor},
};

/// What a window becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolingMode {
    /// Its largest element. Backward, sums may be formed in any order.
    Max,
    /// Its largest element, with the same bits in every run.
    MaxDeterministic,
    /// The mean, with the zeros around the input counted.
    AverageWithPadding,
    /// The mean of what lies within the input.
    AverageWithoutPadding,
}

impl PoolingMode {
    fn as_raw(self) -> cudnnPoolingMode_t {
        match self {
            PoolingMode::Max => cudnnPoolingMode_t::CUDNN_POOLING_MAX,
            PoolingMode::MaxDeterministic => cudnnPoolingMode_t::CUDNN_POOLING_MAX_DETERMINISTIC,
            PoolingMode::AverageWithPadding => {
                cudnnPoolingMode_t::CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING
            }
            PoolingMode::AverageWithoutPadding => {
                cudnnPoolingMode_t::CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING
            }
        }
    }
}

/// A pooling, as cuDNN takes it.
pub struct PoolingDescriptor {
    owned: Owned<PoolingKind>,
    mode: PoolingMode,
    window: Vec<usize>,
    padding: Vec<usize>,
    stride: Vec<usize>,
}

raw_forms!(PoolingDescriptor, cudnnPoolingDescriptor_t, "cudnnDestroyPoolingDescriptor");

const MAKING: &str = "making a cuDNN descriptor of a pooling";

impl PoolingDescriptor {
    /// Makes a descriptor; each list has a number for each dimension of space.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lists are not of one length; [`Error::Call`] for what cuDNN refuses, such as padding as large as the window.
    #[doc(alias = "cudnnSetPoolingNdDescriptor")]
    #[doc(alias = "cudnnSetPooling2dDescriptor")]
    pub fn new(
        library: Library,
        mode: PoolingMode,
        nan: Nan,
        window: &[usize],
        padding: &[usize],
        stride: &[usize],
    ) -> Result<PoolingDescriptor> {
        if padding.len() != window.len() || stride.len() != window.len() {
            let detail = format!(
                "window {window:?}, padding {padding:?}, stride {stride:?}: one of each for a dimension of space"
            );
            return Err(Error::Shape { operation: MAKING, detail });
        }
        let windows = numbers(MAKING, "the window", window)?;
        let paddings = numbers(MAKING, "the padding", padding)?;
        let strides = numbers(MAKING, "the stride", stride)?;
        let owned = Owned::new(library, |table, raw| {
            // SAFETY: the descriptor is new, and the lists are of the length that is given.
            unsafe {
                table_call!(
                    table,
                    cudnnSetPoolingNdDescriptor(
                        raw,
                        mode.as_raw(),
                        nan.as_raw(),
                        windows.len() as i32,
                        windows.as_ptr(),
                        paddings.as_ptr(),
                        strides.as_ptr()
                    )
                )
            }
        })
        .map_err(|error| {
            error.doing(|| format!("{mode:?} over {window:?}, padding {padding:?}, stride {stride:?}"))
        })?;
        let (window, padding, stride) = (window.to_vec(), padding.to_vec(), stride.to_vec());
        Ok(PoolingDescriptor { owned, mode, window, padding, stride })
    }

    /// Returns what a window becomes.
    pub fn mode(&self) -> PoolingMode {
        self.mode
    }

    /// Returns the sizes of the output for this input, as cuDNN computes them.
    ///
    /// # Errors
    /// [`Error::Shape`] or [`Error::Call`] if they do not go together.
    #[doc(alias = "cudnnGetPoolingNdForwardOutputDim")]
    #[doc(alias = "cudnnGetPooling2dForwardOutputDim")]
    pub fn output_dimensions<T: DataType>(&self, x: &TensorDescriptor<T>) -> Result<Vec<usize>> {
        let rank = x.dimensions().len();
        if rank != self.window.len() + 2 {
            let detail = format!("x {x:?}, window {:?}: x has two dimensions more", self.window);
            return Err(Error::Shape { operation: "asking for the output of a pooling", detail });
        }
        let mut sizes = vec![0_i32; rank];
        // SAFETY: the descriptors are live, and there is room for `rank` numbers.
        unsafe {
            table_call!(
                self.library().table(),
                cudnnGetPoolingNdForwardOutputDim(self.as_raw(), x.as_raw(), rank as i32, sizes.as_mut_ptr())
            )
        }
        .map_err(|error| error.doing(|| format!("the output of x {x:?} with {self:?}")))?;
        Ok(sizes.into_iter().map(|size| usize::try_from(size).unwrap_or(0)).collect())
    }
}

impl fmt::Debug for PoolingDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PoolingDescriptor { mode, window, padding, stride, .. } = self;
        write!(f, "{mode:?} over {window:?}, padding {padding:?}, stride {stride:?}")
    }
}

impl Handle {
    /// `y ← alpha·pool(x) + beta·y`.
    ///
    /// # Errors
    /// [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnPoolingForward")]
    pub unsafe fn pooling_forward<T: DataType>(
        &mut self,
        pooling: &PoolingDescriptor,
        alpha: T::Scale,
        x: At<'_, T>,
        beta: T::Scale,
        y: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnPoolingForward(
                    pooling.as_raw(),
                    factor(&alpha),
                    x.0.as_raw(),
                    at(x.1),
                    factor(&beta),
                    y.0.as_raw(),
                    at(y.1)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{pooling:?} of x {:?} into y {:?}", x.0, y.0)))
    }

    /// `dx ← alpha·(pooling backward of dy) + beta·dx`, where `y` is what pooling gave for `x`.
    ///
    /// # Errors
    /// [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnPoolingBackward")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn pooling_backward<T: DataType>(
        &mut self,
        pooling: &PoolingDescriptor,
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
                cudnnPoolingBackward(
                    pooling.as_raw(),
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
        .map_err(|error| error.doing(|| format!("{pooling:?} backward from dy {:?} to dx {:?}", dy.0, dx.0)))
    }
}

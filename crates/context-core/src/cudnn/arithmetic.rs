//! Arithmetic on whole tensors: of two, over dimensions, with a number.

#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData};

use cudnn_sys::{cudnnIndicesType_t, cudnnOpTensorOp_t, cudnnReduceTensorIndices_t, cudnnReduceTensorOp_t};

use super::{
    At, DataType, Handle, Library, Nan, Result, Scale, TensorDescriptor, Workspace, call,
    descriptor::{OpTensorKind, Owned, ReduceKind, raw_forms, table_call},
    memory::{at, factor},
};

/// What is done with two tensors, or with one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TensorOperation {
    /// a + b.
    Add,
    /// a · b.
    Multiply,
    /// The smaller.
    Minimum,
    /// The larger.
    Maximum,
    /// The root of a; b is not used.
    SquareRoot,
    /// 1 - a; b is not used.
    Not,
}

impl TensorOperation {
    fn as_raw(self) -> cudnnOpTensorOp_t {
        match self {
            TensorOperation::Add => cudnnOpTensorOp_t::CUDNN_OP_TENSOR_ADD,
            TensorOperation::Multiply => cudnnOpTensorOp_t::CUDNN_OP_TENSOR_MUL,
            TensorOperation::Minimum => cudnnOpTensorOp_t::CUDNN_OP_TENSOR_MIN,
            TensorOperation::Maximum => cudnnOpTensorOp_t::CUDNN_OP_TENSOR_MAX,
            TensorOperation::SquareRoot => cudnnOpTensorOp_t::CUDNN_OP_TENSOR_SQRT,
            TensorOperation::Not => cudnnOpTensorOp_t::CUDNN_OP_TENSOR_NOT,
        }
    }
}

/// An operation on tensors, computed in `S`.
pub struct OpTensorDescriptor<S: Scale> {
    owned: Owned<OpTensorKind>,
    operation: TensorOperation,
    computed: PhantomData<fn() -> S>,
}

impl<S: Scale> OpTensorDescriptor<S> {
    /// Makes a descriptor.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cudnnSetOpTensorDescriptor")]
    pub fn new(library: Library, operation: TensorOperation, nan: Nan) -> Result<OpTensorDescriptor<S>> {
        let owned = Owned::new(library, |table, raw| {
            // SAFETY: the descriptor is new.
            unsafe {
                table_call!(table, cudnnSetOpTensorDescriptor(raw, operation.as_raw(), S::RAW, nan.as_raw()))
            }
        })
        .map_err(|error| error.doing(|| format!("making a cuDNN descriptor of {operation:?}")))?;
        Ok(OpTensorDescriptor { owned, operation, computed: PhantomData })
    }

    /// Returns what is done.
    pub fn operation(&self) -> TensorOperation {
        self.operation
    }
}

raw_forms!(OpTensorDescriptor<S: Scale>, cudnnOpTensorDescriptor_t, "cudnnDestroyOpTensorDescriptor");

impl<S: Scale> fmt::Debug for OpTensorDescriptor<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in {}", self.operation, S::NAME)
    }
}

/// What becomes of the elements that are reduced to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reduction {
    /// Their sum.
    Sum,
    /// Their product.
    Product,
    /// The smallest.
    Minimum,
    /// The largest.
    Maximum,
    /// The largest absolute value.
    AbsoluteMaximum,
    /// The mean.
    Mean,
    /// The sum of absolute values.
    Norm1,
    /// The root of the sum of squares.
    Norm2,
    /// The product of those that are not zero.
    ProductOfNonzero,
}

impl Reduction {
    pub(super) fn as_raw(self) -> cudnnReduceTensorOp_t {
        match self {
            Reduction::Sum => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_ADD,
            Reduction::Product => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MUL,
            Reduction::Minimum => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MIN,
            Reduction::Maximum => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MAX,
            Reduction::AbsoluteMaximum => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_AMAX,
            Reduction::Mean => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_AVG,
            Reduction::Norm1 => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_NORM1,
            Reduction::Norm2 => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_NORM2,
            Reduction::ProductOfNonzero => cudnnReduceTensorOp_t::CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS,
        }
    }
}

/// A reduction, computed in `S`. Every dimension in which the output has size 1 is reduced.
pub struct ReduceDescriptor<S: Scale> {
    owned: Owned<ReduceKind>,
    reduction: Reduction,
    indices: bool,
    computed: PhantomData<fn() -> S>,
}

impl<S: Scale> ReduceDescriptor<S> {
    /// Makes a descriptor. With `indices`, a minimum or maximum also tells where it was found, in numbers of 32 bits that count the reduced
    /// elements.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cudnnSetReduceTensorDescriptor")]
    pub fn new(
        library: Library,
        reduction: Reduction,
        nan: Nan,
        indices: bool,
    ) -> Result<ReduceDescriptor<S>> {
        let wanted = match indices {
            true => cudnnReduceTensorIndices_t::CUDNN_REDUCE_TENSOR_FLATTENED_INDICES,
            false => cudnnReduceTensorIndices_t::CUDNN_REDUCE_TENSOR_NO_INDICES,
        };
        let owned = Owned::new(library, |table, raw| {
            // SAFETY: the descriptor is new.
            unsafe {
                table_call!(
                    table,
                    cudnnSetReduceTensorDescriptor(
                        raw,
                        reduction.as_raw(),
                        S::RAW,
                        nan.as_raw(),
                        wanted,
                        cudnnIndicesType_t::CUDNN_32BIT_INDICES
                    )
                )
            }
        })
        .map_err(|error| error.doing(|| format!("making a cuDNN descriptor of {reduction:?}")))?;
        Ok(ReduceDescriptor { owned, reduction, indices, computed: PhantomData })
    }

    /// Returns what becomes of the elements.
    pub fn reduction(&self) -> Reduction {
        self.reduction
    }

    /// Tells whether it says where it found a minimum or maximum.
    pub fn has_indices(&self) -> bool {
        self.indices
    }
}

raw_forms!(ReduceDescriptor<S: Scale>, cudnnReduceTensorDescriptor_t, "cudnnDestroyReduceTensorDescriptor");

impl<S: Scale> fmt::Debug for ReduceDescriptor<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} in {}", self.reduction, S::NAME)
    }
}

impl Handle {
    /// `c ← op(alpha1·a, alpha2·b) + beta·c`. `b` may have size 1 where `a` and `c` do not.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses). `c` may be `a` if their descriptors are equal.
    #[doc(alias = "cudnnOpTensor")]
    pub unsafe fn op_tensor<T: DataType>(
        &mut self,
        operation: &OpTensorDescriptor<T::Scale>,
        (alpha1, a): (T::Scale, At<'_, T>),
        (alpha2, b): (T::Scale, At<'_, T>),
        (beta, c): (T::Scale, At<'_, T>),
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnOpTensor(
                    operation.as_raw(),
                    factor(&alpha1),
                    a.0.as_raw(),
                    at(a.1),
                    factor(&alpha2),
                    b.0.as_raw(),
                    at(b.1),
                    factor(&beta),
                    c.0.as_raw(),
                    at(c.1)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{operation:?} of a {:?}, b {:?}, c {:?}", a.0, b.0, c.0)))
    }

    /// Returns how many bytes of workspace, and how many of indices, a reduction needs.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    #[doc(alias = "cudnnGetReductionWorkspaceSize")]
    #[doc(alias = "cudnnGetReductionIndicesSize")]
    pub fn reduce_bytes<T: DataType>(
        &mut self,
        reduce: &ReduceDescriptor<T::Scale>,
        a: &TensorDescriptor<T>,
        c: &TensorDescriptor<T>,
    ) -> Result<(usize, usize)> {
        let (mut workspace, mut indices) = (0, 0);
        let (raw, from, to) = (reduce.as_raw(), a.as_raw(), c.as_raw());
        // SAFETY: the descriptors are live while borrowed; the numbers outlive the calls.
        unsafe {
            call!(self, cudnnGetReductionWorkspaceSize(raw, from, to, &mut workspace))
                .and_then(|()| call!(self, cudnnGetReductionIndicesSize(raw, from, to, &mut indices)))
        }
        .map_err(|error| error.doing(|| format!("the workspace of {reduce:?}, a {a:?}, c {c:?}")))?;
        Ok((workspace, indices))
    }

    /// `c ← alpha·reduce(a) + beta·c`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses), the workspace's and the indices' among them.
    #[doc(alias = "cudnnReduceTensor")]
    #[allow(clippy::too_many_arguments)]
    pub unsafe fn reduce<T: DataType>(
        &mut self,
        reduce: &ReduceDescriptor<T::Scale>,
        indices: Workspace,
        workspace: Workspace,
        alpha: T::Scale,
        a: At<'_, T>,
        beta: T::Scale,
        c: At<'_, T>,
    ) -> Result<()> {
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnReduceTensor(
                    reduce.as_raw(),
                    at(indices.address),
                    indices.bytes,
                    at(workspace.address),
                    workspace.bytes,
                    factor(&alpha),
                    a.0.as_raw(),
                    at(a.1),
                    factor(&beta),
                    c.0.as_raw(),
                    at(c.1)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{reduce:?} of a {:?} into c {:?}", a.0, c.0)))
    }

    /// `c ← alpha·a + beta·c`. `a` may have size 1 where `c` does not: this adds a bias.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnAddTensor")]
    pub unsafe fn add<T: DataType>(
        &mut self,
        alpha: T::Scale,
        a: At<'_, T>,
        beta: T::Scale,
        c: At<'_, T>,
    ) -> Result<()> {
        let (from, to) = (a.0.as_raw(), c.0.as_raw());
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe { call!(self, cudnnAddTensor(factor(&alpha), from, at(a.1), factor(&beta), to, at(c.1))) }
            .map_err(|error| error.doing(|| format!("adding a {:?} to c {:?}", a.0, c.0)))
    }

    /// `y ← alpha·x + beta·y`, of one shape and maybe of two layouts.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnTransformTensor")]
    pub unsafe fn transform<T: DataType>(
        &mut self,
        alpha: T::Scale,
        x: At<'_, T>,
        beta: T::Scale,
        y: At<'_, T>,
    ) -> Result<()> {
        let (from, to) = (x.0.as_raw(), y.0.as_raw());
        // SAFETY: the descriptors and factors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(self, cudnnTransformTensor(factor(&alpha), from, at(x.1), factor(&beta), to, at(y.1)))
        }
        .map_err(|error| error.doing(|| format!("transforming x {:?} into y {:?}", x.0, y.0)))
    }

    /// Sets every element of `y` to `value`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnSetTensor")]
    pub unsafe fn set<T: DataType>(&mut self, y: At<'_, T>, value: T) -> Result<()> {
        let value = std::ptr::from_ref(&value).cast();
        // SAFETY: the descriptor is live, and the value for the call; the caller vouches for the address (Call 1).
        unsafe { call!(self, cudnnSetTensor(y.0.as_raw(), at(y.1), value)) }
            .map_err(|error| error.doing(|| format!("setting y {:?}", y.0)))
    }

    /// `y ← alpha·y`.
    ///
    /// # Errors
    /// [`Error::Call`](super::Error::Call).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnScaleTensor")]
    pub unsafe fn scale<T: DataType>(&mut self, y: At<'_, T>, alpha: T::Scale) -> Result<()> {
        // SAFETY: the descriptor is live, and the factor for the call; the caller vouches for the address (Call 1).
        unsafe { call!(self, cudnnScaleTensor(y.0.as_raw(), at(y.1), factor(&alpha))) }
            .map_err(|error| error.doing(|| format!("scaling y {:?}", y.0)))
    }
}

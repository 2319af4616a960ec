//! Arithmetic on whole tensors in buffers.

#![allow(unsafe_code)]

use super::Operations;
use crate::{
    Context, Result, ViewMut,
    cudnn::{DataType, Error, OpTensorDescriptor, ReduceDescriptor, Tensor, TensorMut, Workspace},
    kernel::Operand,
};

impl<C: Context> Operations<'_, C> {
    /// `c ← op(alpha1·a, alpha2·b) + beta·c`. `b` may have size 1 where `a` and `c` do not. With `beta` zero, `c` is not read.
    ///
    /// # Errors
    /// [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnOpTensor")]
    #[allow(clippy::too_many_arguments)]
    pub fn op_tensor<T: DataType>(
        &mut self,
        operation: &OpTensorDescriptor<T::Scale>,
        alpha1: T::Scale,
        a: Tensor<'_, T, C>,
        alpha2: T::Scale,
        b: Tensor<'_, T, C>,
        beta: T::Scale,
        c: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [a.operand("a"), b.operand("b"), c.operand("c")];
        let libraries = [a.library(), b.library(), c.library(), operation.library()];
        self.give("an operation on tensors", &libraries, &operands, |handle| {
            // SAFETY: each view is as long as its descriptor says, borrowed for the call, that of `c` exclusively (Buffer 1), and in
            // order on the stream of the context, to which the handle is set (Order 1, Call 1).
            unsafe { handle.op_tensor(operation, (alpha1, a.at()), (alpha2, b.at()), (beta, c.at())) }
        })
    }

    /// `c ← alpha·reduce(a) + beta·c`. Where the reduction tells [indices](ReduceDescriptor::has_indices), `indices` has a number for each element
    /// of `c`.
    ///
    /// # Errors
    /// [`Error::Shape`] for indices that are too few or not asked for, or a workspace that is too small; [`Error::Call`]; whatever giving
    /// an operation to the context can fail with.
    #[doc(alias = "cudnnReduceTensor")]
    #[allow(clippy::too_many_arguments)]
    pub fn reduce<T: DataType>(
        &mut self,
        reduce: &ReduceDescriptor<T::Scale>,
        indices: Option<ViewMut<'_, u32, C>>,
        workspace: Option<ViewMut<'_, u8, C>>,
        alpha: T::Scale,
        a: Tensor<'_, T, C>,
        beta: T::Scale,
        c: TensorMut<'_, T, C>,
    ) -> Result<()> {
        self.check_libraries("a reduction", &[a.library(), c.library(), reduce.library()])?;
        let (bytes, index_bytes) = self.handle.reduce_bytes(reduce, a.descriptor, c.descriptor)?;
        let has = indices.as_ref().map_or(0, |view| view.len() * size_of::<u32>());
        if has < index_bytes || indices.is_some() != reduce.has_indices() {
            let detail = format!("{has} bytes of indices given, {index_bytes} needed by {reduce:?}");
            return Err(Error::Shape { operation: "a reduction", detail }.into());
        }
        let scratch = self.scratch(bytes, workspace)?;
        let operands = [
            a.operand("a"),
            c.operand("c"),
            indices.as_ref().map(|view| Operand::writes("the indices", view)),
            scratch.operand(),
        ];
        self.give("a reduction", &[], &operands, |handle| {
            let places = indices
                .as_ref()
                .map_or(Workspace::NONE, |view| Workspace { address: view.as_raw(), bytes: has });
            // SAFETY: as in `op_tensor`.
            unsafe { handle.reduce(reduce, places, scratch.raw(), alpha, a.at(), beta, c.at()) }
        })
    }

    /// `c ← alpha·a + beta·c`. `a` may have size 1 where `c` does not: this adds a bias.
    ///
    /// # Errors
    /// [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnAddTensor")]
    pub fn add<T: DataType>(
        &mut self,
        alpha: T::Scale,
        a: Tensor<'_, T, C>,
        beta: T::Scale,
        c: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [a.operand("a"), c.operand("c")];
        self.give("adding tensors", &[a.library(), c.library()], &operands, |handle| {
            // SAFETY: as in `op_tensor`.
            unsafe { handle.add(alpha, a.at(), beta, c.at()) }
        })
    }

    /// `y ← alpha·x + beta·y`, of one shape and maybe of two layouts. With `beta` zero, `y` is not read.
    ///
    /// # Errors
    /// [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnTransformTensor")]
    pub fn transform<T: DataType>(
        &mut self,
        alpha: T::Scale,
        x: Tensor<'_, T, C>,
        beta: T::Scale,
        y: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [x.operand("x"), y.operand("y")];
        self.give("transforming a tensor", &[x.library(), y.library()], &operands, |handle| {
            // SAFETY: as in `op_tensor`.
            unsafe { handle.transform(alpha, x.at(), beta, y.at()) }
        })
    }

    /// Sets every element of `y` to `value`.
    ///
    /// # Errors
    /// [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnSetTensor")]
    pub fn set<T: DataType>(&mut self, y: TensorMut<'_, T, C>, value: T) -> Result<()> {
        self.give("setting a tensor", &[y.library()], &[y.operand("y")], |handle| {
            // SAFETY: as in `op_tensor`.
            unsafe { handle.set(y.at(), value) }
        })
    }

    /// `y ← alpha·y`.
    ///
    /// # Errors
    /// [`Error::Call`]; whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnScaleTensor")]
    pub fn scale<T: DataType>(&mut self, y: TensorMut<'_, T, C>, alpha: T::Scale) -> Result<()> {
        self.give("scaling a tensor", &[y.library()], &[y.operand("y")], |handle| {
            // SAFETY: as in `op_tensor`.
            unsafe { handle.scale(y.at(), alpha) }
        })
    }
}

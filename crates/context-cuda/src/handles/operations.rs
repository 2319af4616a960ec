//! What a context gives NVIDIA's libraries to do, in order with its buffers.

#![allow(unsafe_code)]

use context_core::{
    Context, Element, Error, IntoViewMut, MathMode, Matrix, MatrixMut, Result, Scalar,
    cublas::{self, Gemm, Operand as Factor},
    curand,
    kernel::Operand,
    matrix::{RawMatrix, Stacks},
};

use super::{Entry, Lease, LibraryHandle};
use crate::{CudaBackend, CudaContext};

impl<H: LibraryHandle> Entry<H> {
    /// Says that the library's work writes the workspace.
    fn workspace_operand(&mut self) -> (&mut H, Option<context_core::ViewMut<'_, u8, CudaContext>>) {
        (&mut self.handle, self.workspace.as_mut().map(|workspace| workspace.view_mut()))
    }
}

impl<H: LibraryHandle> Lease<'_, H> {
    /// Lends the handle for calls that are not here.
    ///
    /// # Safety
    /// - It stays here, and stays set to the context's stream and to the workspace that the context gave it: that is what the safe operations
    ///   of the lease, and of those after it, rely upon.
    pub unsafe fn handle_mut(&mut self) -> &mut H {
        self.handle_for_changes()
    }
}

/// Says how cuBLAS sees a matrix: column by column, as it is or transposed.
fn factor(matrix: &RawMatrix, [rows, columns]: [usize; 2]) -> Result<Factor> {
    let by_columns = matrix.row_stride == 1 && matrix.column_stride >= rows.max(1);
    let by_rows = matrix.column_stride == 1 && matrix.row_stride >= columns.max(1);
    let leading = match (by_columns, by_rows) {
        (true, _) => matrix.column_stride,
        (false, true) => matrix.row_stride,
        (false, false) => {
            return Err(Error::Shape {
                operation: "multiplying matrices by cuBLAS",
                detail: format!(
                    "{rows} × {columns} elements {} and {} apart are dense neither by rows nor by columns",
                    matrix.row_stride, matrix.column_stride
                ),
            });
        }
    };
    let number = |value: usize| {
        i64::try_from(value).map_err(|_| Error::Shape {
            operation: "multiplying matrices by cuBLAS",
            detail: format!("{value} elements are more than 64 bits count"),
        })
    };
    let apart = number(matrix.batch_stride)?;
    Ok(Factor { address: matrix.address, leading: number(leading.max(1))?, apart, transposed: !by_columns })
}

impl Lease<'_, cublas::Handle> {
    /// Chooses how exact later work of this lease is. Makes no call if it is that already.
    ///
    /// # Errors
    /// What cuBLAS returns.
    #[doc(alias = "cublasSetMathMode")]
    pub fn set_math_mode(&mut self, mode: MathMode) -> Result<()> {
        Ok(self.handle_for_changes().set_math_mode(mode)?)
    }

    /// Allows or forbids kernels that sum by atomics, for this lease. Makes no call if it is as asked already.
    ///
    /// # Errors
    /// What cuBLAS returns.
    #[doc(alias = "cublasSetAtomicsMode")]
    pub fn allow_atomics(&mut self, allowed: bool) -> Result<()> {
        Ok(self.handle_for_changes().allow_atomics(allowed)?)
    }

    /// Multiplies matrices: `c ← alpha·a·b + beta·c`. With `beta` zero, `c` is not read.
    ///
    /// # Shapes and units
    /// As [`Context::gemm`].
    ///
    /// # Errors
    /// As [`Context::gemm`]; what cuBLAS returns.
    #[doc(alias = "cublasGemmEx")]
    pub fn gemm<T: Scalar + Into<f64>>(
        &mut self,
        alpha: T,
        a: Matrix<'_, T, CudaContext>,
        b: Matrix<'_, T, CudaContext>,
        beta: T,
        c: MatrixMut<'_, T, CudaContext>,
    ) -> Result<()> {
        self.gemm_batched(1, alpha, a, b, beta, c)
    }

    /// Multiplies stacks of `batches` matrices each, in one call: `c[i] ← alpha·a[i]·b[i] + beta·c[i]`. With `beta` zero, `c` is not
    /// read.
    ///
    /// # Shapes and units
    /// As [`Context::gemm_batched`].
    ///
    /// # Errors
    /// As [`Context::gemm_batched`]; what cuBLAS returns.
    #[doc(alias = "cublasGemmStridedBatchedEx")]
    pub fn gemm_batched<T: Scalar + Into<f64>>(
        &mut self,
        batches: usize,
        alpha: T,
        a: Matrix<'_, T, CudaContext>,
        b: Matrix<'_, T, CudaContext>,
        beta: T,
        c: MatrixMut<'_, T, CudaContext>,
    ) -> Result<()> {
        let Stacks { sizes: [m, n, k], stacks: [raw_a, raw_b, raw_c] } = Stacks::new(batches, &a, &b, &c)?;
        if m == 0 || n == 0 || batches == 0 {
            return Ok(());
        }
        let (mut left, mut right) = (factor(&raw_a, [m, k])?, factor(&raw_b, [k, n])?);
        let mut result = factor(&raw_c, [m, n])?;
        let [mut rows, mut columns] = [m as i64, n as i64];
        if result.transposed {
            // cuBLAS writes columns: the transpose of `c` is the transpose of `b` times that of `a`.
            result.transposed = false;
            (left, right) = (
                Factor { transposed: !right.transposed, ..right },
                Factor { transposed: !left.transposed, ..left },
            );
            (rows, columns) = (columns, rows);
        }
        let gemm = Gemm {
            kind: T::KIND,
            sizes: [rows, columns, k as i64],
            batches: batches as i64,
            alpha: alpha.into(),
            a: left,
            b: right,
            beta: beta.into(),
            c: result,
        };
        let context = self.context();
        let (handle, workspace) = self.entry_mut().workspace_operand();
        let operands = [
            Some(Operand::reads("a", a.view())),
            Some(Operand::reads("b", b.view())),
            Some(Operand::writes("c", c.view())),
            workspace.as_ref().map(|workspace| Operand::writes("the workspace", workspace)),
        ];
        context.operate("gemm", &operands, |_stream| {
            // SAFETY: the handle is set to this context's stream, which lives. The layouts lie within the borrowed views (Layout::dense),
            // and so do the parts of a stack; `c` is borrowed exclusively, so that it overlaps neither factor (Buffer 1); ordered
            // (Order 1).
            Ok(unsafe { handle.gemm(&gemm) }?)
        })
    }
}

#[cfg(feature = "cudnn")]
impl Lease<'_, context_core::cudnn::Handle> {
    /// Returns cuDNN's operations on buffers, on the context's stream and with what it demands of them.
    ///
    /// # Errors
    /// As [`Operations::new`](context_core::cudnn::Operations::new).
    pub fn operations(&mut self) -> Result<context_core::cudnn::Operations<'_, CudaContext>> {
        let context = self.context();
        let operations = context_core::cudnn::Operations::new(context, &mut self.entry_mut().handle)?;
        let workspace_limit = context.cudnn_workspace_limit();
        let settings = context_core::cudnn::Settings { workspace_limit, ..operations.settings() };
        Ok(operations.with_settings(settings))
    }
}

impl Lease<'_, curand::Generator> {
    /// Begins the sequence of `seed`.
    ///
    /// # Errors
    /// What cuRAND returns.
    #[doc(alias = "curandSetPseudoRandomGeneratorSeed")]
    pub fn set_seed(&mut self, seed: u64) -> Result<()> {
        Ok(self.entry_mut().handle.set_seed(seed)?)
    }

    /// Moves to the place `offset` of the sequence.
    ///
    /// # Errors
    /// What cuRAND returns.
    #[doc(alias = "curandSetGeneratorOffset")]
    pub fn set_offset(&mut self, offset: u64) -> Result<()> {
        Ok(self.entry_mut().handle.set_offset(offset)?)
    }

    /// Fills `target` with random words of cuRAND's.
    ///
    /// # Errors
    /// [`Error::WrongDevice`]; what cuRAND returns.
    #[doc(alias = "curandGenerate")]
    pub fn fill_words<'t>(&mut self, target: impl IntoViewMut<'t, u32, CudaContext>) -> Result<()> {
        self.fill(target, "drawing words by cuRAND", |generator, address, len| {
            // SAFETY: as `fill` says.
            unsafe { generator.words(address, len) }
        })
    }

    /// Fills `target` with random floats of cuRAND's.
    ///
    /// # Errors
    /// [`Error::WrongDevice`]; what cuRAND returns, for example for an odd number of normals.
    #[doc(alias = "curandGenerateUniform", alias = "curandGenerateNormal", alias = "curandGenerateLogNormal")]
    pub fn fill_floats<'t>(
        &mut self,
        target: impl IntoViewMut<'t, f32, CudaContext>,
        distribution: curand::Distribution,
    ) -> Result<()> {
        self.fill(target, "drawing floats by cuRAND", |generator, address, len| {
            // SAFETY: as `fill` says.
            unsafe { generator.floats(address, len, distribution) }
        })
    }

    /// Has `draw` write a target: the generator is set to this context's stream, which lives; the target is an exclusive borrow of
    /// that many elements, ordered behind its other users (Order 1).
    fn fill<'t, T: Element>(
        &mut self,
        target: impl IntoViewMut<'t, T, CudaContext>,
        operation: &'static str,
        draw: impl FnOnce(&mut curand::Generator, u64, usize) -> context_core::cuda::Result<()>,
    ) -> Result<()> {
        let target = target.into_view_mut();
        if target.is_empty() {
            return Ok(());
        }
        let operand: Option<Operand<'_, CudaBackend>> = Some(Operand::writes("the target", &target));
        let context = self.context();
        let generator = &mut self.entry_mut().handle;
        context.operate(operation, &[operand], |_stream| Ok(draw(generator, target.as_raw(), target.len())?))
    }
}

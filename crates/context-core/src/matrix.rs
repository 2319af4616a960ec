//! Matrices over buffers: rows, columns and strides, for [`Context::gemm`].

use std::{cmp::Ordering, fmt, ops::Range};

use crate::{Context, Element, Error, Result, ScalarKind, View, ViewMut, backend::Address};

/// How a matrix lies in a slice of elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    rows: usize,
    columns: usize,
    row_stride: usize,
    column_stride: usize,
    transposed: bool,
}

impl Layout {
    fn dense(len: usize, rows: usize, columns: usize) -> Result<Layout> {
        if rows.checked_mul(columns) != Some(len) {
            return Err(Error::Shape {
                operation: "viewing a buffer as a matrix",
                detail: format!("{rows} × {columns} is not its length, {len}"),
            });
        }
        // Without columns no stride is used; one says that rows lie one below the other all the same.
        Ok(Layout { rows, columns, row_stride: columns.max(1), column_stride: 1, transposed: false })
    }

    /// Takes the layout for a stack of `batches` matrices along its larger stride: returns one of them, and how many elements they lie apart.
    fn unstack(self, batches: usize) -> Result<(Layout, usize)> {
        // Lines of one element lie as far apart as their elements.
        let along_rows = match self.row_stride.cmp(&self.column_stride) {
            Ordering::Equal => !self.transposed,
            ordering => ordering.is_gt(),
        };
        let len = if along_rows { self.rows } else { self.columns };
        if batches == 0 || !len.is_multiple_of(batches) {
            return Err(Error::Shape {
                operation: "taking a matrix for a stack of matrices",
                detail: format!("{} × {} into {batches}", self.rows, self.columns),
            });
        }
        let one = len / batches;
        Ok(match along_rows {
            true => (Layout { rows: one, ..self }, one * self.row_stride),
            false => (Layout { columns: one, ..self }, one * self.column_stride),
        })
    }

    fn transposed(self) -> Layout {
        Layout {
            rows: self.columns,
            columns: self.rows,
            row_stride: self.column_stride,
            column_stride: self.row_stride,
            transposed: !self.transposed,
        }
    }
}

/// A matrix that is read.
pub struct Matrix<'a, T, C: Context> {
    pub(crate) view: View<'a, T, C>,
    layout: Layout,
}

/// A matrix that is written.
pub struct MatrixMut<'a, T, C: Context> {
    pub(crate) view: ViewMut<'a, T, C>,
    layout: Layout,
}

impl<T, C: Context> Clone for Matrix<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, C: Context> Copy for Matrix<'_, T, C> {}

macro_rules! matrix_methods {
    ($matrix:ident, $view:ident) => {
        impl<'a, T: Element, C: Context> $matrix<'a, T, C> {
            pub(crate) fn new(view: $view<'a, T, C>, rows: usize, columns: usize) -> Result<Self> {
                let layout = Layout::dense(view.len(), rows, columns)?;
                Ok($matrix { view, layout })
            }

            /// Returns the number of rows.
            pub fn rows(&self) -> usize {
                self.layout.rows
            }

            /// Returns the number of columns.
            pub fn columns(&self) -> usize {
                self.layout.columns
            }

            /// Transposes, by exchanging the strides; nothing moves.
            pub fn t(self) -> Self {
                $matrix { layout: self.layout.transposed(), ..self }
            }

            /// Returns the view that the matrix is of.
            pub fn view(&self) -> &$view<'a, T, C> {
                &self.view
            }

            /// Narrows the matrix to some of its rows and columns, which stay where they are.
            ///
            /// # Errors
            /// [`Error::Shape`] if they do not lie in the matrix.
            pub fn part(self, rows: Range<usize>, columns: Range<usize>) -> Result<Self> {
                let Layout { rows: most_rows, columns: most_columns, row_stride, column_stride, .. } =
                    self.layout;
                let lies_in = |range: &Range<usize>, most| range.start <= range.end && range.end <= most;
                if !(lies_in(&rows, most_rows) && lies_in(&columns, most_columns)) {
                    return Err(Error::Shape {
                        operation: "taking a part of a matrix",
                        detail: format!(
                            "rows {rows:?} and columns {columns:?} do not lie in {most_rows} × {most_columns}"
                        ),
                    });
                }
                let layout = Layout { rows: rows.len(), columns: columns.len(), ..self.layout };
                // A part without elements begins nowhere.
                let start = match layout.rows * layout.columns {
                    0 => 0,
                    _ => rows.start * row_stride + columns.start * column_stride,
                };
                Ok($matrix { view: self.view.slice(start..)?, layout })
            }

            /// Returns a stack of `batches` matrices as a backend sees it, and the rows and columns of each.
            ///
            /// # Errors
            /// [`Error::Shape`] if its larger stride does not run over that many.
            fn unstack(&self, batches: usize) -> Result<(RawMatrix, [usize; 2])> {
                let (layout, batch_stride) = self.layout.unstack(batches)?;
                Ok((RawMatrix { batch_stride, ..self.as_raw() }, [layout.rows, layout.columns]))
            }

            /// Returns the matrix as a backend sees it.
            pub fn as_raw(&self) -> RawMatrix {
                RawMatrix {
                    address: self.view.address,
                    row_stride: self.layout.row_stride,
                    column_stride: self.layout.column_stride,
                    batch_stride: 0,
                }
            }
        }

        impl<T, C: Context> fmt::Debug for $matrix<'_, T, C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($matrix))
                    .field("view", &self.view)
                    .field("layout", &self.layout)
                    .finish()
            }
        }
    };
}

matrix_methods!(Matrix, View);
matrix_methods!(MatrixMut, ViewMut);

/// The operands of a product of stacks of matrices, `c[i] ← a[i]·b[i]`, which go together.
#[derive(Clone, Copy, Debug)]
pub struct Stacks {
    /// Rows of each `a[i]` and `c[i]`, columns of `b[i]` and `c[i]`, columns of `a[i]` and rows of `b[i]`.
    pub sizes: [usize; 3],
    /// `a`, `b` and `c`.
    pub stacks: [RawMatrix; 3],
}

impl Stacks {
    /// Takes matrices for stacks of `batches` matrices each.
    ///
    /// # Errors
    /// [`Error::Shape`] if they are not stacks of that many, or if the three do not agree, with all of them in the text.
    pub fn new<T: Element, C: Context>(
        batches: usize,
        a: &Matrix<'_, T, C>,
        b: &Matrix<'_, T, C>,
        c: &MatrixMut<'_, T, C>,
    ) -> Result<Stacks> {
        let (raw_a, [m, k]) = a.unstack(batches)?;
        let (raw_b, [b_rows, n]) = b.unstack(batches)?;
        let (raw_c, [c_rows, c_columns]) = c.unstack(batches)?;
        if b_rows != k || c_rows != m || c_columns != n {
            return Err(Error::Shape {
                operation: "multiplying matrices",
                detail: format!("{m} × {k} times {b_rows} × {n} into {c_rows} × {c_columns}"),
            });
        }
        Ok(Stacks { sizes: [m, n, k], stacks: [raw_a, raw_b, raw_c] })
    }
}

/// A matrix, or the first one of a batch, as a backend sees it. Strides count elements.
#[derive(Clone, Copy, Debug)]
pub struct RawMatrix {
    /// The address of the first element.
    pub address: Address,
    /// From one row to the next.
    pub row_stride: usize,
    /// From one column to the next.
    pub column_stride: usize,
    /// From one matrix of a batch to the next.
    pub batch_stride: usize,
}

/// Matrix products as a backend sees them: `C ← alpha·A·B + beta·C` for each of a batch, with A `m × k`, B `k × n` and C `m × n`.
#[derive(Clone, Copy, Debug)]
pub struct RawGemm {
    /// The type of all elements.
    pub kind: ScalarKind,
    /// Rows of A and C.
    pub m: usize,
    /// Columns of B and C.
    pub n: usize,
    /// Columns of A, rows of B.
    pub k: usize,
    /// How many products there are.
    pub batches: usize,
    /// Scales the product; holds an `f32` exactly.
    pub alpha: f64,
    /// The left factor.
    pub a: RawMatrix,
    /// The right factor.
    pub b: RawMatrix,
    /// Scales what C held before. With zero, C is not read.
    pub beta: f64,
    /// The result.
    pub c: RawMatrix,
}

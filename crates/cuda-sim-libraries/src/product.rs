//! Products of matrices, `D = epilogue(alpha op(A) op(B) + beta C)`: the kernel of cuBLAS and cuBLASLt.

use bytemuck::AnyBitPattern;
use cuda_sys::cublas::{cublasOperation_t, cudaDataType};

use crate::cublas::{Scalar, Workspace};
use crate::native::{Fault, Memory, Operation};
use crate::number::{Extent, Factor, Number, Stored, size_of_kind, with_number};

/// A matrix of a product, or a batch of them.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Operand {
    /// The first matrix, or if [`Product::arrays`] is set, an array of their addresses.
    pub(crate) address: u64,
    /// From one row to the next, and from one column to the next, in elements.
    pub(crate) row: i64,
    pub(crate) column: i64,
    /// From one matrix to the next.
    pub(crate) stride: i64,
    /// What the elements are stored as.
    pub(crate) kind: u32,
    /// What is done to the matrix, as a `cublasOperation_t`.
    pub(crate) operation: u32,
}

impl Operand {
    /// A matrix that is stored by columns.
    pub(crate) fn by_columns(address: u64, leading: i64, kind: cudaDataType) -> Self {
        Self { address, row: 1, column: leading, kind: kind.0, ..Self::default() }
    }

    /// Where matrix `index` of the batch is.
    fn address_of(&self, memory: &Memory<'_>, arrays: bool, index: i64) -> Result<u64, Fault> {
        if arrays {
            return memory.load_one(self.address.wrapping_add_signed(index.wrapping_mul(8)));
        }
        let size = size_of_kind(cudaDataType(self.kind)).unwrap_or(0) as i64;
        Ok(self.address.wrapping_add_signed(index.wrapping_mul(self.stride).wrapping_mul(size)))
    }

    fn is_transposed(&self) -> bool {
        let operation = cublasOperation_t(self.operation);
        matches!(operation, cublasOperation_t::CUBLAS_OP_T | cublasOperation_t::CUBLAS_OP_C)
    }

    /// Loads a factor that is `rows` by `columns` once the operation is done to it, and packs it by columns as it is stored.
    fn load<T: Stored>(
        &self,
        memory: &Memory<'_>,
        address: u64,
        (rows, columns): (usize, usize),
    ) -> Result<Vec<T>, Fault> {
        let (rows, columns) = if self.is_transposed() { (columns, rows) } else { (rows, columns) };
        T::load(memory, cudaDataType(self.kind), (address, &[columns, rows], &[self.column, self.row]))
    }

    /// What [`load`](Self::load) has loaded, with the operation done to it.
    fn factor<'a, T>(&self, values: &'a [T], (rows, columns): (usize, usize)) -> Factor<'a, T> {
        let factor = Factor::plain(values, if self.is_transposed() { columns } else { rows });
        match cublasOperation_t(self.operation) {
            cublasOperation_t::CUBLAS_OP_T => factor.transposed(),
            cublasOperation_t::CUBLAS_OP_C => factor.transposed().conjugated(),
            _ => factor,
        }
    }
}

/// A product, or a batch of them.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Product {
    pub(crate) m: i64,
    pub(crate) n: i64,
    pub(crate) k: i64,
    pub(crate) batch: i64,
    pub(crate) a: Operand,
    pub(crate) b: Operand,
    pub(crate) c: Operand,
    pub(crate) d: Operand,
    pub(crate) alpha: Scalar,
    pub(crate) beta: Scalar,
    pub(crate) epilogue: Epilogue,
    pub(crate) workspace: Workspace,
    /// What is computed with.
    pub(crate) compute: u32,
    /// Whether the operands are arrays of addresses.
    pub(crate) arrays: u32,
}

/// What is done to a product before it is stored.
#[derive(Clone, Copy, Debug, Default, AnyBitPattern)]
#[repr(C)]
pub(crate) struct Epilogue {
    /// One of the constants below.
    pub(crate) activation: u32,
    /// What the bias is stored as.
    pub(crate) bias_kind: u32,
    /// A vector with an element for each row, which is added; null is none.
    pub(crate) bias: u64,
    /// From the bias of one product of a batch to that of the next.
    pub(crate) bias_stride: i64,
}

impl Epilogue {
    pub(crate) const NONE: u32 = 0;
    /// `max(x, 0)`.
    pub(crate) const RELU: u32 = 1;
    /// `x` times the normal distribution's function of `x`, in the approximation by a hyperbolic tangent.
    pub(crate) const GELU: u32 = 2;

    fn apply<T: Number>(
        &self,
        memory: &Memory<'_>,
        index: i64,
        rows: usize,
        values: &mut [T],
    ) -> Result<(), Fault> {
        if self.bias != 0 && rows > 0 {
            let kind = cudaDataType(self.bias_kind);
            let size = size_of_kind(kind).unwrap_or(0) as i64;
            let offset = index.wrapping_mul(self.bias_stride).wrapping_mul(size);
            let bias = T::load(memory, kind, (self.bias.wrapping_add_signed(offset), &[rows], &[1]))?;
            for column in values.chunks_mut(rows) {
                column.iter_mut().zip(&bias).for_each(|(value, bias)| *value += *bias);
            }
        }
        let activate: fn(f64) -> f64 = match self.activation {
            Self::NONE => return Ok(()),
            Self::RELU => |x| if x > 0.0 || x.is_nan() { x } else { 0.0 },
            Self::GELU => gelu,
            other => return Err(format!("the activation {other} has no meaning").into()),
        };
        values.iter_mut().for_each(|value| *value = T::real(activate(value.parts().0)));
        Ok(())
    }
}

fn gelu(x: f64) -> f64 {
    let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x * x * x);
    0.5 * x * (1.0 + inner.tanh())
}

impl Operation for Product {
    const NAME: &'static str = "cublas_gemm";

    fn run(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        self.workspace.occupy(memory)?;
        match cudaDataType(self.compute) {
            cudaDataType::CUDA_R_32I => self.of_integers(memory),
            compute => with_number!(compute, T => self.of::<T>(memory)),
        }
    }
}

impl Product {
    fn extent(&self) -> Extent {
        let size = |side: i64| usize::try_from(side).unwrap_or(0);
        Extent { m: size(self.m), n: size(self.n), k: size(self.k) }
    }

    /// Does each product of the batch by `each`: it gets the addresses of the four matrices, and the index.
    fn each(
        &self,
        memory: &Memory<'_>,
        mut each: impl FnMut([u64; 4], i64) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        for index in 0..self.batch {
            let mut addresses = [0; 4];
            for (address, operand) in addresses.iter_mut().zip([&self.a, &self.b, &self.c, &self.d]) {
                *address = operand.address_of(memory, self.arrays != 0, index)?;
            }
            each(addresses, index)?;
        }
        Ok(())
    }

    fn of<T: Number>(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        let (alpha, beta) = (self.alpha.value::<T>(memory)?, self.beta.value::<T>(memory)?);
        let extent = self.extent();
        let Extent { m, n, k } = extent;
        self.each(memory, |[a, b, c, d], index| {
            // What is multiplied by zero is not read: it need not even be a number.
            let mut values = vec![T::ZERO; m * n];
            if beta != T::ZERO {
                values = self.c.load(memory, c, (m, n))?;
                if beta != T::ONE {
                    values.iter_mut().for_each(|value| *value = beta * *value);
                }
            }
            if alpha != T::ZERO && k > 0 {
                let (a, b): (Vec<T>, Vec<T>) =
                    (self.a.load(memory, a, (m, k))?, self.b.load(memory, b, (k, n))?);
                let (a, b) = (self.a.factor(&a, (m, k)), self.b.factor(&b, (k, n)));
                T::multiply(extent, alpha, a, b, &mut values);
            }
            self.epilogue.apply(memory, index, m, &mut values)?;
            self.store(memory, d, &values)
        })
    }

    /// Sums wrap around, as they do on a device.
    fn of_integers(&self, memory: &Memory<'_>) -> Result<(), Fault> {
        let (alpha, beta) = (self.alpha.value::<i32>(memory)?, self.beta.value::<i32>(memory)?);
        let Extent { m, n, k } = self.extent();
        self.each(memory, |[a, b, c, d], _| {
            let mut values = vec![0i32; m * n];
            if beta != 0 {
                values = self.c.load(memory, c, (m, n))?;
                values.iter_mut().for_each(|value| *value = beta.wrapping_mul(*value));
            }
            if alpha != 0 && k > 0 {
                let (a, b): (Vec<i32>, Vec<i32>) =
                    (self.a.load(memory, a, (m, k))?, self.b.load(memory, b, (k, n))?);
                let (a, b) = (self.a.factor(&a, (m, k)), self.b.factor(&b, (k, n)));
                for (index, value) in values.iter_mut().enumerate() {
                    let (row, column) = (index % m, index / m);
                    let products = (0..k).map(|at| a.at(row, at).wrapping_mul(b.at(at, column)));
                    let sum = products.fold(0i32, i32::wrapping_add);
                    *value = value.wrapping_add(alpha.wrapping_mul(sum));
                }
            }
            self.store(memory, d, &values)
        })
    }

    fn store<T: Stored>(&self, memory: &Memory<'_>, address: u64, values: &[T]) -> Result<(), Fault> {
        let (m, n) = (self.extent().m, self.extent().n);
        T::store(memory, cudaDataType(self.d.kind), (address, &[n, m], &[self.d.column, self.d.row]), values)
    }
}

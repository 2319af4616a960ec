//! Matrix products, by the `gemm` crate, in parts for the threads of a context.

#![allow(unsafe_code)]

use context_core::{
    Device, Error, Result, ScalarKind, bf16, f16,
    matrix::{RawGemm, RawMatrix},
    parallel::Executor,
};
use half::slice::HalfFloatSliceExt;

use crate::{memory::pointer, team::Team};

/// From so many products of two numbers on several threads share them: below, calling threads takes longer than they save.
const PARALLEL: usize = 1 << 21;
/// Parts begin at multiples of this many rows or columns, so that each is made of whole tiles.
const TILE: usize = 48;

/// Multiplies one product of a batch, whose kind is the function's.
type Multiply = unsafe fn(&RawGemm);

/// Multiplies, with the threads of `team` where that is faster.
///
/// # Safety
/// As for `Backend::gemm`.
pub(crate) unsafe fn run(team: Option<&Team>, gemm: &RawGemm) -> Result<()> {
    let multiply: Multiply = match gemm.kind {
        // SAFETY: called with products and parts of `gemm`, whose kind says the type.
        ScalarKind::F32 => |gemm| unsafe { multiply::<f32>(gemm, gemm.alpha as f32, gemm.beta as f32) },
        // SAFETY: as above.
        ScalarKind::F64 => |gemm| unsafe { multiply::<f64>(gemm, gemm.alpha, gemm.beta) },
        // SAFETY: as above.
        ScalarKind::F16 => |gemm| unsafe { multiply_wide::<f16>(gemm) },
        // SAFETY: as above.
        ScalarKind::BF16 => |gemm| unsafe { multiply_wide::<bf16>(gemm) },
        other => {
            return Err(Error::Unsupported {
                device: Device::Cpu,
                what: "multiplying matrices",
                reason: format!("not of {other:?}"),
            });
        }
    };
    let work = gemm.m.saturating_mul(gemm.n).saturating_mul(gemm.k);
    match team {
        Some(team) if work >= PARALLEL => (0..gemm.batches).for_each(|batch| {
            // SAFETY: the caller vouches for each product of the batch.
            unsafe { in_parts(team, &one_of(gemm, batch), multiply) };
        }),
        Some(team) if work.saturating_mul(gemm.batches) >= PARALLEL => {
            // So many that each part is worth a thread, and at least one each.
            let part = (PARALLEL / 2 / work.max(1)).clamp(1, gemm.batches.div_ceil(team.threads()));
            team.run(gemm.batches.div_ceil(part), &|index| {
                let end = gemm.batches.min((index + 1) * part);
                // SAFETY: as above; no C of the batch overlaps another one.
                (index * part..end).for_each(|batch| unsafe { multiply(&one_of(gemm, batch)) });
            });
        }
        // SAFETY: as above.
        _ => (0..gemm.batches).for_each(|batch| unsafe { multiply(&one_of(gemm, batch)) }),
    }
    Ok(())
}

/// Takes one product out of a batch.
fn one_of(gemm: &RawGemm, batch: usize) -> RawGemm {
    let size = size_of_kind(gemm.kind);
    let nth = |matrix: &RawMatrix| RawMatrix {
        address: matrix.address + (batch * matrix.batch_stride * size) as u64,
        ..*matrix
    };
    RawGemm { batches: 1, a: nth(&gemm.a), b: nth(&gemm.b), c: nth(&gemm.c), ..*gemm }
}

/// Splits the longer side of one result.
///
/// # Safety
/// As for `Backend::gemm`; `multiply` is for elements of its kind.
unsafe fn in_parts(team: &Team, gemm: &RawGemm, multiply: Multiply) {
    let by_rows = gemm.m > gemm.n;
    let len = if by_rows { gemm.m } else { gemm.n };
    let part = len.div_ceil(team.threads()).next_multiple_of(TILE);
    team.run(len.div_ceil(part), &|index| {
        let start = index * part;
        let len = part.min(len - start);
        let mut gemm = *gemm;
        let size = size_of_kind(gemm.kind);
        let skip = |matrix: &mut RawMatrix, stride: usize| matrix.address += (start * stride * size) as u64;
        if by_rows {
            gemm.m = len;
            let (a, c) = (gemm.a.row_stride, gemm.c.row_stride);
            skip(&mut gemm.a, a);
            skip(&mut gemm.c, c);
        } else {
            gemm.n = len;
            let (b, c) = (gemm.b.column_stride, gemm.c.column_stride);
            skip(&mut gemm.b, b);
            skip(&mut gemm.c, c);
        }
        // SAFETY: a part of what the caller vouches for; parts of C do not overlap.
        unsafe { multiply(&gemm) };
    });
}

fn size_of_kind(kind: ScalarKind) -> usize {
    match kind {
        ScalarKind::F64 => 8,
        ScalarKind::F16 | ScalarKind::BF16 => 2,
        _ => 4,
    }
}

/// # Safety
/// As for `Backend::gemm`; the elements are of type `T`.
unsafe fn multiply<T: Copy + PartialEq + From<u8> + 'static>(gemm: &RawGemm, alpha: T, beta: T) {
    let strides = |matrix: &RawMatrix| (matrix.column_stride as isize, matrix.row_stride as isize);
    let ((a_cs, a_rs), (b_cs, b_rs), (c_cs, c_rs)) = (strides(&gemm.a), strides(&gemm.b), strides(&gemm.c));
    // In the crate's words, `alpha` scales the destination and `beta` the product.
    let read_destination = beta != T::from(0);
    // SAFETY: the caller vouches that the three matrices lie in live host memory and that C overlaps neither A nor B;
    // an inner dimension of zero reads neither.
    unsafe {
        ::gemm::gemm(
            gemm.m,
            gemm.n,
            gemm.k,
            pointer::<T>(gemm.c.address),
            c_cs,
            c_rs,
            read_destination,
            pointer::<T>(gemm.a.address),
            a_cs,
            a_rs,
            pointer::<T>(gemm.b.address),
            b_cs,
            b_rs,
            beta,
            alpha,
            false,
            false,
            false,
            ::gemm::Parallelism::None,
        );
    }
}

/// Multiplies elements of 16 bits in `f32` and rounds once. The crate has no product of `bf16`, and rounds sums of `f16` between blocks.
///
/// # Safety
/// As for `Backend::gemm`; the elements are of type `T`.
unsafe fn multiply_wide<T>(gemm: &RawGemm)
where
    [T]: HalfFloatSliceExt,
{
    let (m, n, k) = (gemm.m, gemm.n, gemm.k);
    // SAFETY: the caller vouches for every place of the three matrices, and for C not being used by others.
    unsafe {
        let (mut a, mut b) = (Wide::read::<T>(&gemm.a, m, k), Wide::read::<T>(&gemm.b, k, n));
        let mut c = if gemm.beta == 0.0 { Wide::new(&gemm.c, m, n) } else { Wide::read::<T>(&gemm.c, m, n) };
        let (a, b, c_raw) = (a.raw(), b.raw(), c.raw());
        let wide = RawGemm { kind: ScalarKind::F32, a, b, c: c_raw, ..*gemm };
        multiply::<f32>(&wide, wide.alpha as f32, wide.beta as f32);
        c.write::<T>(&gemm.c);
    }
}

/// A copy of a matrix in `f32`, row by row, or column by column if the matrix lies so.
struct Wide {
    values: Vec<f32>,
    by_columns: bool,
    /// How long a row is, or a column.
    len: usize,
}

impl Wide {
    fn new(matrix: &RawMatrix, rows: usize, columns: usize) -> Wide {
        let by_columns = matrix.row_stride < matrix.column_stride;
        Wide { values: vec![0.0; rows * columns], by_columns, len: if by_columns { rows } else { columns } }
    }

    /// # Safety
    /// `matrix` has so many rows and columns of `T`, which nobody writes meanwhile.
    unsafe fn read<T>(matrix: &RawMatrix, rows: usize, columns: usize) -> Wide
    where
        [T]: HalfFloatSliceExt,
    {
        let mut wide = Wide::new(matrix, rows, columns);
        wide.in_runs(matrix, |at, values| {
            // SAFETY: what the caller vouches for; whatever its bytes are, they are numbers.
            unsafe { std::slice::from_raw_parts(at, values.len()) }.convert_to_f32_slice(values);
        });
        wide
    }

    /// Writes the numbers, each rounded to the nearest.
    ///
    /// # Safety
    /// `matrix` has these rows and columns of `T`, which nobody else uses.
    unsafe fn write<T>(&mut self, matrix: &RawMatrix)
    where
        [T]: HalfFloatSliceExt,
    {
        self.in_runs(matrix, |at, values| {
            // SAFETY: what the caller vouches for.
            unsafe { std::slice::from_raw_parts_mut(at, values.len()) }.convert_from_f32_slice(values);
        });
    }

    /// Calls `body` with where in `matrix` numbers lie side by side, and with these numbers.
    fn in_runs<T>(&mut self, matrix: &RawMatrix, body: impl Fn(*mut T, &mut [f32])) {
        let (line_stride, step) = match self.by_columns {
            true => (matrix.column_stride, matrix.row_stride),
            false => (matrix.row_stride, matrix.column_stride),
        };
        let run = if step == 1 { self.len.max(1) } else { 1 };
        for (line, values) in self.values.chunks_exact_mut(self.len.max(1)).enumerate() {
            let first = pointer::<T>(matrix.address).wrapping_add(line * line_stride);
            for (index, values) in values.chunks_exact_mut(run).enumerate() {
                body(first.wrapping_add(index * step), values);
            }
        }
    }

    fn raw(&mut self) -> RawMatrix {
        let (row_stride, column_stride) = if self.by_columns { (1, self.len) } else { (self.len, 1) };
        let address = self.values.as_mut_ptr().expose_provenance() as u64;
        RawMatrix { address, row_stride, column_stride, batch_stride: 0 }
    }
}

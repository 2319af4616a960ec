//! Matrix products, by the `gemm` crate, in parts for the threads of a context.

#![allow(unsafe_code)]

use context_core::{
    Device, Error, Result, ScalarKind, bf16, f16,
    matrix::{RawGemm, RawMatrix},
    parallel::Executor,
};

use crate::{memory::pointer, team::Team};

/// From so many products of two numbers on several threads share them: below, calling threads takes longer than they save.
const PARALLEL: usize = 1 << 21;
/// Parts begin at multiples of this many rows or columns, so that each is made of whole tiles.
const TILE: usize = 48;

/// Multiplies, with the threads of `team` where that is faster.
///
/// # Safety
/// As for `Backend::gemm`.
pub(crate) unsafe fn run(team: Option<&Team>, gemm: &RawGemm) -> Result<()> {
    if gemm.kind == ScalarKind::BF16 {
        // SAFETY: the caller vouches for the memory, `kind` says the type.
        unsafe { multiply_bf16(team, gemm) };
        return Ok(());
    }
    let multiply: unsafe fn(&RawGemm) = match gemm.kind {
        // SAFETY: `in_parts` calls it with parts of `gemm`, whose kind says the type.
        ScalarKind::F32 => |gemm| unsafe { multiply::<f32>(gemm, gemm.alpha as f32, gemm.beta as f32) },
        // SAFETY: as above.
        ScalarKind::F64 => |gemm| unsafe { multiply::<f64>(gemm, gemm.alpha, gemm.beta) },
        ScalarKind::F16 => |gemm| {
            let (alpha, beta) = (f16::from_f64(gemm.alpha), f16::from_f64(gemm.beta));
            // SAFETY: as above.
            unsafe { multiply::<f16>(gemm, alpha, beta) }
        },
        other => {
            return Err(Error::Unsupported {
                device: Device::Cpu,
                what: "multiplying matrices",
                reason: format!("not of {other:?}"),
            });
        }
    };
    // SAFETY: the caller vouches for the memory, `kind` says the type.
    unsafe { in_parts(team, gemm, multiply) };
    Ok(())
}

/// Splits the result's longer side.
///
/// # Safety
/// As for `Backend::gemm`; `multiply` is for elements of its kind.
unsafe fn in_parts(team: Option<&Team>, gemm: &RawGemm, multiply: unsafe fn(&RawGemm)) {
    let work = gemm.m.saturating_mul(gemm.n).saturating_mul(gemm.k);
    let Some(team) = team.filter(|_| work >= PARALLEL) else {
        // SAFETY: the caller vouches for it.
        unsafe { multiply(gemm) };
        return;
    };
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

/// Multiplies in `f32`, since the crate has no product of this type; the result is rounded once.
///
/// # Safety
/// As for `Backend::gemm`; the elements are of type `bf16`.
unsafe fn multiply_bf16(team: Option<&Team>, gemm: &RawGemm) {
    let (m, n, k) = (gemm.m, gemm.n, gemm.k);
    let element = |matrix: &RawMatrix, row: usize, column: usize| {
        // SAFETY: the caller vouches for every place of the three matrices.
        unsafe {
            pointer::<bf16>(matrix.address).add(row * matrix.row_stride + column * matrix.column_stride)
        }
    };
    let widen = |matrix: &RawMatrix, rows: usize, columns: usize| -> Vec<f32> {
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        // SAFETY: as above; whatever its bytes are, they are a number.
        places.map(|(row, column)| unsafe { *element(matrix, row, column) }.to_f32()).collect()
    };
    let (a, b) = (widen(&gemm.a, m, k), widen(&gemm.b, k, n));
    let mut c = if gemm.beta == 0.0 { vec![0.0; m * n] } else { widen(&gemm.c, m, n) };
    let dense = |pointer: *const f32, columns| RawMatrix {
        address: pointer.expose_provenance() as u64,
        row_stride: columns,
        column_stride: 1,
    };
    let wide = RawGemm {
        kind: ScalarKind::F32,
        a: dense(a.as_ptr(), k),
        b: dense(b.as_ptr(), n),
        c: dense(c.as_mut_ptr(), n),
        ..*gemm
    };
    // SAFETY: the three are vectors of these sizes.
    unsafe { in_parts(team, &wide, |gemm| multiply::<f32>(gemm, gemm.alpha as f32, gemm.beta as f32)) };
    for (index, value) in c.into_iter().enumerate() {
        // SAFETY: as above; C is written by nobody else.
        unsafe { *element(&gemm.c, index / n, index % n) = bf16::from_f32(value) };
    }
}

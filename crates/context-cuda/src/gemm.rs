//! Matrix products by a tiled kernel of our own.

#![allow(unsafe_code)]

use std::sync::Arc;

use context_core::{
    Device, Error, Result, ScalarKind,
    cuda::{Context, LaunchShape, Stream},
    kernel::CudaSource,
    matrix::RawGemm,
};

use crate::functions::{Functions, OwnFunction};

const SOURCE: CudaSource =
    CudaSource { text: include_str!("kernels/gemm.ptx"), file: "context-cuda/src/kernels/gemm.ptx" };

/// Rows and columns of a block's tile; `TILE` in the kernel.
const TILE: u32 = 16;
/// How many blocks a grid is given along its second and its third side: enough to fill any device several times over. It may have 65,535.
const MOST_BLOCKS: usize = 4096;

/// The kernels.
#[derive(Debug)]
pub(crate) struct Gemm {
    f32: OwnFunction,
    f64: OwnFunction,
    f16: OwnFunction,
    bf16: OwnFunction,
}

impl Default for Gemm {
    fn default() -> Gemm {
        Gemm {
            f32: OwnFunction::new(SOURCE, "gemm_f32"),
            f64: OwnFunction::new(SOURCE, "gemm_f64"),
            f16: OwnFunction::new(SOURCE, "gemm_f16"),
            bf16: OwnFunction::new(SOURCE, "gemm_bf16"),
        }
    }
}

impl Gemm {
    /// Multiplies.
    ///
    /// # Safety
    /// As for `Backend::gemm`.
    pub(crate) unsafe fn run(
        &self,
        functions: &Functions,
        context: &Arc<Context>,
        stream: &Stream,
        device: Device,
        gemm: &RawGemm,
    ) -> Result<()> {
        let function = match gemm.kind {
            ScalarKind::F32 => &self.f32,
            ScalarKind::F64 => &self.f64,
            ScalarKind::F16 => &self.f16,
            ScalarKind::BF16 => &self.bf16,
            other => {
                return Err(Error::Unsupported {
                    device,
                    what: "multiplying matrices",
                    reason: format!("not of {other:?}"),
                });
            }
        };
        let function = function.get(functions, context)?;
        // Blocks go on to further rows and products where there are more.
        let threads = [gemm.n, gemm.m.min(MOST_BLOCKS * TILE as usize), gemm.batches.min(MOST_BLOCKS)];
        let Some(shape) = LaunchShape::covering(function, threads, [TILE, TILE, 1])? else { return Ok(()) };
        let RawGemm { m, n, k, batches, a, b, c, .. } = gemm;
        let (alpha_f32, beta_f32) = (gemm.alpha as f32, gemm.beta as f32);
        let (alpha, beta) = match gemm.kind {
            ScalarKind::F64 => ((&raw const gemm.alpha).cast(), (&raw const gemm.beta).cast()),
            _ => ((&raw const alpha_f32).cast(), (&raw const beta_f32).cast()),
        };
        let parameters = [
            std::ptr::from_ref(m).cast(),
            std::ptr::from_ref(n).cast(),
            std::ptr::from_ref(k).cast(),
            std::ptr::from_ref(batches).cast(),
            alpha,
            (&raw const a.address).cast(),
            (&raw const a.row_stride).cast(),
            (&raw const a.column_stride).cast(),
            (&raw const a.batch_stride).cast(),
            (&raw const b.address).cast(),
            (&raw const b.row_stride).cast(),
            (&raw const b.column_stride).cast(),
            (&raw const b.batch_stride).cast(),
            beta,
            (&raw const c.address).cast(),
            (&raw const c.row_stride).cast(),
            (&raw const c.column_stride).cast(),
            (&raw const c.batch_stride).cast(),
        ];
        // SAFETY: these are the kernel's parameters by number and size; it touches what the sizes and strides give, for
        // which the caller vouches.
        unsafe { stream.launch(function, shape, &parameters) }?;
        Ok(())
    }
}

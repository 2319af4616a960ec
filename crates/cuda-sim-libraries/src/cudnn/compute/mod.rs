//! The mathematics, on dense arrays of `f64` in row-major order, and without CUDA.
//!
//! Every value that a tensor can hold is exact in `f64`, so that results are rounded once, where they are stored. What a GPU computes
//! differs from them by the rounding of its own order of additions.

pub(crate) mod activation;
pub(crate) mod convolution;
pub(crate) mod ctc;
pub(crate) mod dropout;
pub(crate) mod elementwise;
pub(crate) mod lrn;
pub(crate) mod normalization;
pub(crate) mod pointwise;
pub(crate) mod pooling;
pub(crate) mod reduce;
pub(crate) mod rnn;
pub(crate) mod softmax;
pub(crate) mod transformer;

/// Makes values between -1 and 1 that look random and are the same every time.
#[cfg(test)]
pub(crate) fn values(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 40) as f64 / (1u64 << 23) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

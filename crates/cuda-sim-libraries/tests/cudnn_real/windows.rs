//! Convolutions and poolings.

use super::{Script, VALUE, ask};
use cudnn_sys::*;
use std::ptr::null_mut;

impl Script<'_> {
    pub(super) fn convolutions(&mut self) {
        let mut convolution = null_mut();
        ask!(self, (), cudnnCreateConvolutionDescriptor(&mut convolution));
        let (mut count, mut math, mut reorder) = (VALUE, cudnnMathType_t(9), cudnnReorderType_t(9));
        ask!(self, "fresh", cudnnGetConvolutionGroupCount(convolution, &mut count));
        ask!(self, "fresh", cudnnGetConvolutionMathType(convolution, &mut math));
        ask!(self, "fresh", cudnnGetConvolutionReorderType(convolution, &mut reorder));
        self.values((count, math, reorder));
        let (mut length, mut mode, mut data_type) = (VALUE, cudnnConvolutionMode_t(9), cudnnDataType_t(99));
        let [mut pad, mut stride, mut dilation] = [[VALUE; 8]; 3];
        ask!(
            self,
            "fresh",
            cudnnGetConvolutionNdDescriptor(
                convolution,
                2,
                &mut length,
                pad.as_mut_ptr(),
                stride.as_mut_ptr(),
                dilation.as_mut_ptr(),
                &mut mode,
                &mut data_type
            )
        );
        self.values(length);
        for groups in [-1, 0, 1, 2, 1 << 20] {
            ask!(self, groups, cudnnSetConvolutionGroupCount(convolution, groups));
        }
        for kind in 0..6 {
            ask!(self, kind, cudnnSetConvolutionMathType(convolution, cudnnMathType_t(kind)));
        }
        for kind in 0..3 {
            ask!(self, kind, cudnnSetConvolutionReorderType(convolution, cudnnReorderType_t(kind)));
        }
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        for [p, q, u, v, d, e] in [
            [0, 0, 1, 1, 1, 1],
            [-1, 0, 1, 1, 1, 1],
            [1, 2, 0, 1, 1, 1],
            [1, 2, 1, -1, 1, 1],
            [1, 2, 2, 3, 0, 1],
            [1, 2, 2, 3, 1, -1],
            [1, 2, 3, 4, 5, 6],
        ] {
            for mode in 0..3 {
                ask!(
                    self,
                    (p, q, u, v, d, e, mode),
                    cudnnSetConvolution2dDescriptor(
                        convolution,
                        p,
                        q,
                        u,
                        v,
                        d,
                        e,
                        cudnnConvolutionMode_t(mode),
                        float
                    )
                );
            }
        }
        for data_type in 0..16 {
            ask!(
                self,
                data_type,
                cudnnSetConvolution2dDescriptor(
                    convolution,
                    1,
                    2,
                    3,
                    4,
                    5,
                    6,
                    cudnnConvolutionMode_t(1),
                    cudnnDataType_t(data_type)
                )
            );
        }
        for rank in -1..=9 {
            let (pads, strides, dilations) = ([1; 9], [2; 9], [3; 9]);
            ask!(
                self,
                rank,
                cudnnSetConvolutionNdDescriptor(
                    convolution,
                    rank,
                    pads.as_ptr(),
                    strides.as_ptr(),
                    dilations.as_ptr(),
                    cudnnConvolutionMode_t(1),
                    float
                )
            );
        }
        for requested in [-1, 0, 1, 2, 6, 7, 8, 9] {
            let [mut pad, mut stride, mut dilation] = [[VALUE; 16]; 3];
            ask!(
                self,
                requested,
                cudnnGetConvolutionNdDescriptor(
                    convolution,
                    requested,
                    &mut length,
                    pad.as_mut_ptr(),
                    stride.as_mut_ptr(),
                    dilation.as_mut_ptr(),
                    &mut mode,
                    &mut data_type
                )
            );
            self.values(length);
        }
        let (input, filter) = (self.tensor(), self.filter());
        for (x, w, groups, p, u, d) in [
            ([2, 3, 32, 30], [8, 3, 5, 4], 1, 2, 2, 1),
            ([2, 3, 32, 30], [8, 4, 5, 4], 1, 2, 2, 1),
            ([2, 4, 9, 9], [8, 2, 3, 3], 2, 0, 3, 2),
            ([2, 4, 9, 9], [9, 2, 3, 3], 2, 0, 3, 2),
            ([2, 4, 2, 2], [8, 4, 3, 3], 1, 0, 1, 1),
            ([2, 4, 2, 2], [8, 4, 5, 5], 1, 1, 1, 1),
            ([2, 4, 4, 4], [8, 4, 3, 3], 1, 1, 7, 1),
        ] {
            // SAFETY: the descriptors are live.
            unsafe {
                self.cudnn
                    .cudnnSetTensor4dDescriptor(input, cudnnTensorFormat_t(0), float, x[0], x[1], x[2], x[3])
                    .unwrap();
                self.cudnn
                    .cudnnSetFilter4dDescriptor(filter, float, cudnnTensorFormat_t(0), w[0], w[1], w[2], w[3])
                    .unwrap();
                self.cudnn
                    .cudnnSetConvolution2dDescriptor(
                        convolution,
                        p,
                        p,
                        u,
                        u,
                        d,
                        d,
                        cudnnConvolutionMode_t(1),
                        float,
                    )
                    .unwrap();
                self.cudnn.cudnnSetConvolutionGroupCount(convolution, groups).unwrap();
            }
            let mut dims = [VALUE; 4];
            let [n, c, h, w_out] = &mut dims;
            ask!(
                self,
                (x, w, groups),
                cudnnGetConvolution2dForwardOutputDim(convolution, input, filter, n, c, h, w_out)
            );
            self.values(dims);
            for rank in [3, 4, 5] {
                let mut dims = [VALUE; 8];
                ask!(
                    self,
                    (x, w, rank),
                    cudnnGetConvolutionNdForwardOutputDim(
                        convolution,
                        input,
                        filter,
                        rank,
                        dims.as_mut_ptr()
                    )
                );
                self.values(&dims[..rank.clamp(0, 8) as usize]);
            }
        }
        ask!(self, (), cudnnDestroyConvolutionDescriptor(convolution));
        ask!(self, "null", cudnnDestroyConvolutionDescriptor(null_mut()));
    }

    pub(super) fn poolings(&mut self) {
        let mut pooling = null_mut();
        ask!(self, (), cudnnCreatePoolingDescriptor(&mut pooling));
        let input = self.tensor();
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        for [wh, ww, ph, pw, sh, sw] in [
            [2, 2, 0, 0, 2, 2],
            [3, 2, 1, 0, 2, 1],
            [0, 2, 0, 0, 1, 1],
            [2, -2, 0, 0, 1, 1],
            [2, 2, -1, 0, 1, 1],
            [2, 2, 0, 0, 0, 1],
            [2, 2, 2, 2, 1, 1],
            [2, 2, 3, 3, 1, 1],
            [9, 9, 0, 0, 1, 1],
        ] {
            for (mode, nan) in [(0, 0), (1, 1), (2, 0), (3, 0), (4, 0), (0, 2)] {
                let (mode, nan) = (cudnnPoolingMode_t(mode), cudnnNanPropagation_t(nan));
                ask!(
                    self,
                    (wh, ww, ph, pw, sh, sw, mode, nan),
                    cudnnSetPooling2dDescriptor(pooling, mode, nan, wh, ww, ph, pw, sh, sw)
                );
                if !self.succeeded {
                    // A refused call of the real one leaves a part of its arguments behind.
                    let (mode, nan) = (cudnnPoolingMode_t(0), cudnnNanPropagation_t(0));
                    // SAFETY: the descriptor is live.
                    unsafe { self.cudnn.cudnnSetPooling2dDescriptor(pooling, mode, nan, 3, 2, 1, 0, 2, 1) }
                        .unwrap();
                }
                let (mut mode, mut nan, mut parts) =
                    (cudnnPoolingMode_t(9), cudnnNanPropagation_t(9), [VALUE; 6]);
                let [a, b, c, d, e, f] = &mut parts;
                ask!(self, (), cudnnGetPooling2dDescriptor(pooling, &mut mode, &mut nan, a, b, c, d, e, f));
                self.values((mode, nan, parts));
                for [h, w] in [[8, 8], [7, 5], [1, 1]] {
                    // SAFETY: the descriptor is live.
                    unsafe {
                        self.cudnn.cudnnSetTensor4dDescriptor(
                            input,
                            cudnnTensorFormat_t(0),
                            float,
                            2,
                            3,
                            h,
                            w,
                        )
                    }
                    .unwrap();
                    let mut dims = [VALUE; 4];
                    let [n, c, oh, ow] = &mut dims;
                    ask!(self, (h, w), cudnnGetPooling2dForwardOutputDim(pooling, input, n, c, oh, ow));
                    self.values(dims);
                    for rank in [3, 4, 5] {
                        let mut dims = [VALUE; 8];
                        ask!(
                            self,
                            rank,
                            cudnnGetPoolingNdForwardOutputDim(pooling, input, rank, dims.as_mut_ptr())
                        );
                        self.values(&dims[..rank.clamp(0, 8) as usize]);
                    }
                }
            }
        }
        for rank in -1..=9 {
            let (window, padding, stride) = ([3; 9], [1; 9], [2; 9]);
            ask!(
                self,
                rank,
                cudnnSetPoolingNdDescriptor(
                    pooling,
                    cudnnPoolingMode_t(1),
                    cudnnNanPropagation_t(0),
                    rank,
                    window.as_ptr(),
                    padding.as_ptr(),
                    stride.as_ptr()
                )
            );
        }
        for requested in [-1, 0, 2, 6, 8, 9] {
            let [mut window, mut padding, mut stride] = [[VALUE; 16]; 3];
            let (mut mode, mut nan, mut rank) = (cudnnPoolingMode_t(9), cudnnNanPropagation_t(9), VALUE);
            ask!(
                self,
                requested,
                cudnnGetPoolingNdDescriptor(
                    pooling,
                    requested,
                    &mut mode,
                    &mut nan,
                    &mut rank,
                    window.as_mut_ptr(),
                    padding.as_mut_ptr(),
                    stride.as_mut_ptr()
                )
            );
            self.values(rank);
        }
        ask!(self, (), cudnnDestroyPoolingDescriptor(pooling));
    }
}

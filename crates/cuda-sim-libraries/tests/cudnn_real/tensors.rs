//! Tensors and filters.

use super::{Script, VALUE, ask, format_of, rank_of};
use cudnn_sys::*;
use std::ptr::null_mut;

impl Script<'_> {
    pub(super) fn tensors(&mut self) {
        ask!(self, "null", cudnnCreateTensorDescriptor(null_mut()));
        ask!(self, "null", cudnnDestroyTensorDescriptor(null_mut()));
        let tensor = self.tensor();
        self.show_tensor(tensor);
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        ask!(self, "null", cudnnSetTensor4dDescriptor(null_mut(), cudnnTensorFormat_t(0), float, 1, 1, 1, 1));
        for data_type in 0..=16 {
            for format in 0..=3 {
                let (format, data_type) = (cudnnTensorFormat_t(format), cudnnDataType_t(data_type));
                ask!(
                    self,
                    (format, data_type),
                    cudnnSetTensor4dDescriptor(tensor, format, data_type, 2, 64, 5, 7)
                );
                self.show_tensor(tensor);
            }
        }
        for dims in [
            [0, 1, 1, 1],
            [1, -1, 1, 1],
            [1, 1, 0, 1],
            [2, 3, 4, 5],
            [65536, 1024, 16, 2],
            [46341, 46341, 1, 1],
            [2, 3, 65536, 65536],
        ] {
            let [n, c, h, w] = dims;
            for format in 0..2 {
                ask!(
                    self,
                    (dims, format),
                    cudnnSetTensor4dDescriptor(tensor, cudnnTensorFormat_t(format), float, n, c, h, w)
                );
            }
            ask!(self, dims, cudnnSetTensor4dDescriptorEx(tensor, float, n, c, h, w, 1000, 100, 10, 1));
        }
        for strides in [
            [60, 20, 5, 1],
            [60, 1, 15, 3],
            [0, 20, 5, 1],
            [-60, 20, 5, 1],
            [60, 20, 5, -1],
            [1, 1, 1, 1],
            [1 << 30, 1 << 20, 1, 1],
        ] {
            let [n, c, h, w] = strides;
            ask!(self, strides, cudnnSetTensor4dDescriptorEx(tensor, float, 2, 3, 4, 5, n, c, h, w));
            self.show_tensor(tensor);
        }
        let mut parts = [VALUE; 8];
        let mut data_type = cudnnDataType_t(99);
        let [n, c, h, w, a, b, d, e] = &mut parts;
        ask!(self, (), cudnnGetTensor4dDescriptor(tensor, &mut data_type, n, c, h, w, a, b, d, e));
        self.values((data_type, parts));
        ask!(self, (), cudnnDestroyTensorDescriptor(tensor));
    }

    pub(super) fn tensors_of_any_rank(&mut self) {
        let tensor = self.tensor();
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        let (dims, strides) = ([2, 3, 4, 5, 2, 2, 2, 2, 2], [960, 320, 80, 16, 8, 4, 2, 1, 1]);
        for rank in -1..=9 {
            ask!(
                self,
                rank,
                cudnnSetTensorNdDescriptor(tensor, float, rank, dims.as_ptr(), strides.as_ptr())
            );
            self.show_tensor(tensor);
            for format in 0..3 {
                let format = cudnnTensorFormat_t(format);
                ask!(
                    self,
                    (rank, format),
                    cudnnSetTensorNdDescriptorEx(tensor, format, float, rank, dims.as_ptr())
                );
                self.show_tensor(tensor);
            }
        }
        for (dims, strides) in [
            ([2, 0, 4, 5], [60, 20, 5, 1]),
            ([2, -3, 4, 5], [60, 20, 5, 1]),
            ([2, 3, 4, 5], [60, 0, 5, 1]),
            ([2, 3, 4, 5], [60, -20, 5, 1]),
        ] {
            ask!(
                self,
                (dims, strides),
                cudnnSetTensorNdDescriptor(tensor, float, 4, dims.as_ptr(), strides.as_ptr())
            );
            ask!(
                self,
                dims,
                cudnnSetTensorNdDescriptorEx(tensor, cudnnTensorFormat_t(0), float, 4, dims.as_ptr())
            );
        }
        ask!(self, (), cudnnSetTensorNdDescriptor(tensor, float, 5, dims.as_ptr(), strides.as_ptr()));
        let mut data_type = cudnnDataType_t(99);
        let mut parts = [VALUE; 8];
        let [n, c, h, w, a, b, d, e] = &mut parts;
        ask!(self, "of five", cudnnGetTensor4dDescriptor(tensor, &mut data_type, n, c, h, w, a, b, d, e));
        for requested in [-1, 0, 2, 5, 8, 9] {
            let (mut rank, mut dims, mut strides) = (VALUE, [VALUE; 16], [VALUE; 16]);
            ask!(
                self,
                requested,
                cudnnGetTensorNdDescriptor(
                    tensor,
                    requested,
                    &mut data_type,
                    &mut rank,
                    dims.as_mut_ptr(),
                    strides.as_mut_ptr()
                )
            );
            self.values((rank, &dims[..5], &strides[..5]));
        }
        let derived = self.tensor();
        for rank in [3, 4, 5, 6] {
            for data_type in [0, 1, 2, 3, 9] {
                let data_type = cudnnDataType_t(data_type);
                // SAFETY: the arrays have as many values.
                unsafe {
                    self.cudnn.cudnnSetTensorNdDescriptor(
                        tensor,
                        data_type,
                        rank,
                        dims.as_ptr(),
                        strides.as_ptr(),
                    )
                }
                .unwrap();
                for mode in 0..=3 {
                    ask!(
                        self,
                        (rank, data_type, mode),
                        cudnnDeriveBNTensorDescriptor(derived, tensor, cudnnBatchNormMode_t(mode))
                    );
                    self.show_tensor(derived);
                }
                for (mode, groups) in [(0, 1), (1, 1), (1, 2), (2, 1)] {
                    let other = self.tensor();
                    ask!(
                        self,
                        (rank, data_type, mode, groups),
                        cudnnDeriveNormTensorDescriptor(
                            derived,
                            other,
                            tensor,
                            cudnnNormMode_t(mode),
                            groups
                        )
                    );
                    self.show_tensor(derived);
                    self.show_tensor(other);
                }
                let mut bytes = 0;
                ask!(self, (rank, data_type), cudnnDropoutGetReserveSpaceSize(tensor, &mut bytes));
                self.values(bytes);
            }
        }
    }

    pub(super) fn filters(&mut self) {
        let filter = self.filter();
        let (mut data_type, mut format, mut rank, mut dims, mut bytes) =
            (cudnnDataType_t(99), cudnnTensorFormat_t(9), VALUE, [VALUE; 16], 0);
        ask!(
            self,
            "fresh",
            cudnnGetFilterNdDescriptor(filter, 8, &mut data_type, &mut format, &mut rank, dims.as_mut_ptr())
        );
        self.values((data_type, format, rank));
        ask!(self, "fresh", cudnnGetFilterSizeInBytes(filter, &mut bytes));
        self.values(bytes);
        for data_type in 0..=16 {
            for format in 0..=3 {
                let (data_type, format) = (cudnnDataType_t(data_type), cudnnTensorFormat_t(format));
                ask!(
                    self,
                    (data_type, format),
                    cudnnSetFilter4dDescriptor(filter, data_type, format, 32, 64, 3, 2)
                );
                ask!(self, (), cudnnGetFilterSizeInBytes(filter, &mut bytes));
                self.values(bytes);
            }
        }
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        let nchw = cudnnTensorFormat_t::CUDNN_TENSOR_NCHW;
        for [k, c, h, w] in [[0, 1, 1, 1], [1, -1, 1, 1], [1, 1, 1, 0], [8, 3, 5, 5]] {
            ask!(self, (k, c, h, w), cudnnSetFilter4dDescriptor(filter, float, nchw, k, c, h, w));
        }
        for rank in -1..=9 {
            let sizes = [4, 3, 2, 2, 2, 1, 1, 1, 1];
            for format in 0..2 {
                let layout = cudnnTensorFormat_t(format);
                ask!(
                    self,
                    (rank, layout),
                    cudnnSetFilterNdDescriptor(filter, float, layout, rank, sizes.as_ptr())
                );
                ask!(
                    self,
                    (),
                    cudnnGetFilterNdDescriptor(
                        filter,
                        8,
                        &mut data_type,
                        &mut format_of(),
                        &mut rank_of(),
                        dims.as_mut_ptr()
                    )
                );
                self.values(&dims[..rank.clamp(0, 8) as usize]);
            }
        }
        for requested in [-1, 0, 3, 8, 9] {
            ask!(
                self,
                requested,
                cudnnGetFilterNdDescriptor(
                    filter,
                    requested,
                    &mut data_type,
                    &mut format,
                    &mut rank,
                    dims.as_mut_ptr()
                )
            );
            self.values(rank);
        }
        ask!(self, (), cudnnDestroyFilterDescriptor(filter));
        ask!(self, "null", cudnnDestroyFilterDescriptor(null_mut()));
    }
}

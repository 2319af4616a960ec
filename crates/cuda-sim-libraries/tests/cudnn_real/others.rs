//! The other descriptors.

use super::{Script, VALUE, ask};
use cudnn_sys::*;
use std::ptr::null_mut;

impl Script<'_> {
    pub(super) fn small_descriptors(&mut self) {
        let mut activation = null_mut();
        ask!(self, (), cudnnCreateActivationDescriptor(&mut activation));
        for (mode, nan, coefficient) in [
            (0, 0, 0.0),
            (1, 1, 1.5),
            (3, 0, 6.0),
            (3, 0, -1.0),
            (4, 0, 0.5),
            (5, 0, 0.0),
            (6, 0, 0.0),
            (7, 0, 0.0),
            (1, 2, 0.0),
        ] {
            ask!(
                self,
                (mode, nan, coefficient),
                cudnnSetActivationDescriptor(
                    activation,
                    cudnnActivationMode_t(mode),
                    cudnnNanPropagation_t(nan),
                    coefficient
                )
            );
            let (mut mode, mut nan, mut coefficient) =
                (cudnnActivationMode_t(9), cudnnNanPropagation_t(9), -1.0);
            ask!(self, (), cudnnGetActivationDescriptor(activation, &mut mode, &mut nan, &mut coefficient));
            self.values((mode, nan, coefficient));
            let mut beta = -1.0;
            ask!(self, (), cudnnGetActivationDescriptorSwishBeta(activation, &mut beta));
            self.values(beta);
            ask!(self, (), cudnnSetActivationDescriptorSwishBeta(activation, 0.25));
        }
        ask!(self, (), cudnnDestroyActivationDescriptor(activation));

        let mut lrn = null_mut();
        ask!(self, (), cudnnCreateLRNDescriptor(&mut lrn));
        for (n, alpha, beta, k) in [
            (5, 1e-4, 0.75, 2.0),
            (0, 1e-4, 0.75, 2.0),
            (1, 1e-4, 0.75, 2.0),
            (16, 1e-4, 0.75, 2.0),
            (17, 1e-4, 0.75, 2.0),
            (5, -1.0, 0.75, 2.0),
            (5, 1e-4, 0.001, 2.0),
            (5, 1e-4, 0.75, 1e-6),
        ] {
            ask!(self, (n, alpha, beta, k), cudnnSetLRNDescriptor(lrn, n, alpha, beta, k));
            let (mut n, mut alpha, mut beta, mut k) = (99, -1.0, -1.0, -1.0);
            ask!(self, (), cudnnGetLRNDescriptor(lrn, &mut n, &mut alpha, &mut beta, &mut k));
            self.values((n, alpha, beta, k));
        }

        let mut reduce = null_mut();
        ask!(self, (), cudnnCreateReduceTensorDescriptor(&mut reduce));
        for (op, data_type, nan, indices, width) in [
            (0, 0, 0, 0, 0),
            (8, 1, 1, 1, 1),
            (9, 0, 0, 0, 0),
            (0, 2, 0, 0, 0),
            (0, 3, 0, 0, 0),
            (0, 4, 0, 0, 0),
            (0, 99, 0, 0, 0),
            (0, 0, 2, 0, 0),
            (0, 0, 0, 2, 0),
            (3, 0, 0, 1, 3),
            (3, 0, 0, 1, 4),
        ] {
            ask!(
                self,
                (op, data_type, nan, indices, width),
                cudnnSetReduceTensorDescriptor(
                    reduce,
                    cudnnReduceTensorOp_t(op),
                    cudnnDataType_t(data_type),
                    cudnnNanPropagation_t(nan),
                    cudnnReduceTensorIndices_t(indices),
                    cudnnIndicesType_t(width)
                )
            );
        }
        let mut operation = null_mut();
        ask!(self, (), cudnnCreateOpTensorDescriptor(&mut operation));
        for (op, data_type, nan) in
            [(0, 0, 0), (5, 1, 1), (6, 0, 0), (0, 2, 0), (0, 3, 0), (0, 4, 0), (0, 99, 0), (0, 0, 2)]
        {
            ask!(
                self,
                (op, data_type, nan),
                cudnnSetOpTensorDescriptor(
                    operation,
                    cudnnOpTensorOp_t(op),
                    cudnnDataType_t(data_type),
                    cudnnNanPropagation_t(nan)
                )
            );
        }
        let mut transformer = null_mut();
        ask!(self, (), cudnnCreateSpatialTransformerDescriptor(&mut transformer));
        let dims = [2, 3, 4, 5, 1, 1, 1, 1, 1];
        for (kind, data_type, rank) in [
            (0, 0, 4),
            (1, 0, 4),
            (0, 1, 4),
            (0, 2, 4),
            (0, 3, 4),
            (0, 99, 4),
            (0, 0, 0),
            (0, 0, 2),
            (0, 0, 3),
            (0, 0, 5),
            (0, 0, 8),
            (0, 0, 9),
        ] {
            ask!(
                self,
                (kind, data_type, rank),
                cudnnSetSpatialTransformerNdDescriptor(
                    transformer,
                    cudnnSamplerType_t(kind),
                    cudnnDataType_t(data_type),
                    rank,
                    dims.as_ptr()
                )
            );
        }
    }

    pub(super) fn transforms(&mut self) {
        let mut transform = null_mut();
        ask!(self, (), cudnnCreateTensorTransformDescriptor(&mut transform));
        let (before, after, fold) =
            ([0, 0, 1, 2, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0, 0, 0, 0], [2, 1, 1, 1, 1, 1, 1]);
        for (rank, format, direction) in [
            (4, 0, 0),
            (4, 1, 1),
            (4, 2, 0),
            (4, 3, 0),
            (4, 0, 2),
            (1, 0, 0),
            (2, 0, 0),
            (3, 0, 0),
            (5, 0, 0),
            (8, 0, 0),
            (9, 0, 0),
        ] {
            ask!(
                self,
                (rank, format, direction),
                cudnnSetTensorTransformDescriptor(
                    transform,
                    rank,
                    cudnnTensorFormat_t(format),
                    before.as_ptr(),
                    after.as_ptr(),
                    fold.as_ptr(),
                    cudnnFoldingDirection_t(direction)
                )
            );
        }
    }

    pub(super) fn recurrent(&mut self) {
        let mut rnn = null_mut();
        ask!(self, (), cudnnCreateRNNDescriptor(&mut rnn));
        let plain = [0, 2, 2, 0, 0, 0, 0, 0, 8, 16, 16, 2];
        let mut cases = vec![plain];
        for (index, values) in [
            (0, vec![1, 2, 3, 4]),
            (1, vec![0, 1, 3, 4]),
            (2, vec![0, 1, 3, 4]),
            (3, vec![1, 2]),
            (4, vec![1, 2]),
            (5, vec![1, 2, 3, 9]),
            (6, vec![1, 2, 4, 9]),
            (7, vec![1, 2, 3, 4]),
            (8, vec![0, -1, 16]),
            (9, vec![0, -1]),
            (10, vec![0, 8, 17, -1]),
            (11, vec![0, -1, 1]),
        ] {
            for value in values {
                let mut case = plain;
                case[index] = value;
                cases.push(case);
            }
        }
        cases.push([0, 2, 2, 0, 1, 0, 0, 0, 16, 16, 16, 2]);
        cases.push([0, 3, 2, 0, 0, 0, 0, 0, 8, 16, 8, 2]);
        cases.push([1, 2, 2, 0, 0, 0, 0, 0, 8, 16, 8, 2]);
        cases.push([0, 2, 2, 0, 0, 1, 1, 0, 8, 16, 16, 2]);
        cases.push([0, 2, 2, 0, 0, 2, 2, 0, 8, 16, 16, 2]);
        for case in cases {
            let [
                algorithm,
                cell,
                bias,
                direction,
                input_mode,
                data_type,
                precision,
                math,
                input,
                hidden,
                projected,
                layers,
            ] = case;
            ask!(
                self,
                case,
                cudnnSetRNNDescriptor_v8(
                    rnn,
                    cudnnRNNAlgo_t(algorithm as u32),
                    cudnnRNNMode_t(cell as u32),
                    cudnnRNNBiasMode_t(bias as u32),
                    cudnnDirectionMode_t(direction as u32),
                    cudnnRNNInputMode_t(input_mode as u32),
                    cudnnDataType_t(data_type as u32),
                    cudnnDataType_t(precision as u32),
                    cudnnMathType_t(math as u32),
                    input,
                    hidden,
                    projected,
                    layers,
                    null_mut(),
                    0,
                )
            );
        }
        for (mode, nan, low, high) in [
            (0, 0, 0.0, 0.0),
            (1, 0, -1.0, 1.0),
            (1, 1, 1.0, -1.0),
            (1, 0, f64::NAN, 1.0),
            (2, 0, 0.0, 0.0),
            (1, 2, 0.0, 1.0),
        ] {
            ask!(
                self,
                (mode, nan, low, high),
                cudnnRNNSetClip_v8(rnn, cudnnRNNClipMode_t(mode), cudnnNanPropagation_t(nan), low, high)
            );
        }
        let mut data = null_mut();
        ask!(self, (), cudnnCreateRNNDataDescriptor(&mut data));
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        for (layout, time, vector, lengths) in [
            (0, 5, 4, [5, 3, 1]),
            (1, 5, 4, [5, 3, 1]),
            (1, 5, 4, [1, 3, 5]),
            (2, 5, 4, [1, 3, 5]),
            (3, 5, 4, [5, 3, 1]),
            (0, 5, 4, [6, 3, 1]),
            (0, 5, 4, [5, 0, 1]),
            (0, 5, 4, [5, -1, 1]),
            (0, 0, 4, [5, 3, 1]),
            (0, 5, 0, [5, 3, 1]),
            (0, 6, 4, [5, 3, 1]),
        ] {
            ask!(
                self,
                (layout, time, vector, lengths),
                cudnnSetRNNDataDescriptor(
                    data,
                    float,
                    cudnnRNNDataLayout_t(layout),
                    time,
                    3,
                    vector,
                    lengths.as_ptr(),
                    null_mut()
                )
            );
        }
        let lengths = [5, 3, 1];
        for data_type in 0..12 {
            ask!(
                self,
                data_type,
                cudnnSetRNNDataDescriptor(
                    data,
                    cudnnDataType_t(data_type),
                    cudnnRNNDataLayout_t(0),
                    5,
                    3,
                    4,
                    lengths.as_ptr(),
                    null_mut()
                )
            );
        }
        ask!(
            self,
            "no batch",
            cudnnSetRNNDataDescriptor(
                data,
                float,
                cudnnRNNDataLayout_t(0),
                5,
                0,
                4,
                lengths.as_ptr(),
                null_mut()
            )
        );
        let mut fill = 2.5f32;
        ask!(
            self,
            "filled",
            cudnnSetRNNDataDescriptor(
                data,
                float,
                cudnnRNNDataLayout_t(0),
                5,
                3,
                4,
                lengths.as_ptr(),
                (&raw mut fill).cast()
            )
        );
        for requested in [-1, 0, 2, 3, 4] {
            let (mut data_type, mut layout, mut parts, mut lengths, mut fill) =
                (cudnnDataType_t(99), cudnnRNNDataLayout_t(9), [VALUE; 3], [VALUE; 8], 0.0f32);
            let [time, batch, vector] = &mut parts;
            ask!(
                self,
                requested,
                cudnnGetRNNDataDescriptor(
                    data,
                    &mut data_type,
                    &mut layout,
                    time,
                    batch,
                    vector,
                    requested,
                    lengths.as_mut_ptr(),
                    (&raw mut fill).cast()
                )
            );
            self.values((data_type, layout, parts, &lengths[..3], fill));
        }
    }

    pub(super) fn attention(&mut self) {
        let mut sequences = null_mut();
        ask!(self, (), cudnnCreateSeqDataDescriptor(&mut sequences));
        let axis = |axes: [u32; 4]| axes.map(cudnnSeqDataAxis_t);
        let float = cudnnDataType_t::CUDNN_DATA_FLOAT;
        for (rank, dims, axes, size, lengths) in [
            (4, [5, 2, 1, 8], [0, 1, 2, 3], 2, [5, 3]),
            (4, [5, 2, 1, 8], [1, 0, 2, 3], 2, [5, 3]),
            (4, [5, 2, 1, 8], [3, 0, 2, 1], 2, [5, 3]),
            (4, [5, 2, 1, 8], [0, 0, 2, 3], 2, [5, 3]),
            (3, [5, 2, 1, 8], [0, 1, 2, 3], 2, [5, 3]),
            (4, [5, 2, 1, 0], [0, 1, 2, 3], 2, [5, 3]),
            (4, [5, 2, 1, 8], [0, 1, 2, 3], 1, [5, 3]),
            (4, [5, 2, 1, 8], [0, 1, 2, 3], 2, [6, 3]),
            (4, [5, 2, 1, 8], [0, 1, 2, 3], 2, [0, 3]),
            (4, [5, 2, 1, 8], [0, 1, 2, 3], 2, [-1, 3]),
        ] {
            ask!(
                self,
                (rank, dims, axes, size, lengths),
                cudnnSetSeqDataDescriptor(
                    sequences,
                    float,
                    rank,
                    dims.as_ptr(),
                    axis(axes).as_ptr(),
                    size,
                    lengths.as_ptr(),
                    null_mut()
                )
            );
        }
        let mut attention = null_mut();
        ask!(self, (), cudnnCreateAttnDescriptor(&mut attention));
        for (mode, heads, scale, sizes, limits) in [
            (0, 2, 0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (1, 2, 0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (3, 2, 0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (4, 2, 0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (0, 0, 0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (0, 2, -0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (0, 2, 0.5, [0, 8, 8, 4, 4, 4, 8], [5, 6, 2, 1]),
            (0, 2, 0.5, [8, 8, 8, 4, 5, 4, 8], [5, 6, 2, 1]),
            (0, 2, 0.5, [8, 8, 8, 0, 0, 0, 0], [5, 6, 2, 1]),
            (0, 2, 0.5, [8, 8, 8, -1, 4, 4, 8], [5, 6, 2, 1]),
            (0, 2, 0.5, [8, 8, 8, 4, 4, 4, 8], [0, 6, 2, 1]),
            (0, 2, 0.5, [8, 8, 8, 4, 4, 4, 8], [5, 6, 2, 0]),
        ] {
            ask!(
                self,
                (mode, heads, scale, sizes, limits),
                cudnnSetAttnDescriptor(
                    attention,
                    mode,
                    heads,
                    scale,
                    float,
                    float,
                    cudnnMathType_t(0),
                    null_mut(),
                    null_mut(),
                    sizes[0],
                    sizes[1],
                    sizes[2],
                    sizes[3],
                    sizes[4],
                    sizes[5],
                    sizes[6],
                    limits[0],
                    limits[1],
                    limits[2],
                    limits[3]
                )
            );
        }
    }

    pub(super) fn losses(&mut self) {
        let mut loss = null_mut();
        ask!(self, (), cudnnCreateCTCLossDescriptor(&mut loss));
        for data_type in 0..4 {
            ask!(self, data_type, cudnnSetCTCLossDescriptor(loss, cudnnDataType_t(data_type)));
        }
        for (mode, gradient) in [(0, 0), (1, 1), (2, 0), (0, 2)] {
            ask!(
                self,
                (mode, gradient),
                cudnnSetCTCLossDescriptorEx(
                    loss,
                    cudnnDataType_t(0),
                    cudnnLossNormalizationMode_t(mode),
                    cudnnNanPropagation_t(gradient)
                )
            );
        }
        for length in [-1, 0, 255, 256, 257] {
            ask!(
                self,
                length,
                cudnnSetCTCLossDescriptor_v8(
                    loss,
                    cudnnDataType_t(0),
                    cudnnLossNormalizationMode_t(1),
                    cudnnNanPropagation_t(0),
                    length
                )
            );
            let (mut data_type, mut mode, mut gradient, mut length) =
                (cudnnDataType_t(9), cudnnLossNormalizationMode_t(9), cudnnNanPropagation_t(9), VALUE);
            ask!(
                self,
                (),
                cudnnGetCTCLossDescriptor_v8(loss, &mut data_type, &mut mode, &mut gradient, &mut length)
            );
            self.values((data_type, mode, gradient, length));
        }
    }
}

//! Descriptors of recurrent networks and of their sequences.
#![allow(clippy::too_many_arguments)]

use super::dropout::DropoutDescriptor;
use crate::cudnn::compute::rnn::Network;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Out, Slot, Untyped};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use crate::cudnn::version::is_later_than_nine_zero;
use cudnn_sys::{
    cudnnDataType_t as DataType, cudnnDirectionMode_t as Direction, cudnnMathType_t as MathType,
    cudnnNanPropagation_t as NanPropagation, cudnnRNNAlgo_t as Algorithm, cudnnRNNBiasMode_t as BiasMode,
    cudnnRNNClipMode_t as ClipMode, cudnnRNNDataLayout_t as DataLayout, cudnnRNNInputMode_t as InputMode,
    cudnnRNNMode_t as Cell,
};
use std::ffi::c_int;

/// What a network is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RnnDescriptor {
    pub(crate) algorithm: Algorithm,
    pub(crate) cell: Cell,
    pub(crate) bias: BiasMode,
    pub(crate) direction: Direction,
    pub(crate) input_mode: InputMode,
    pub(crate) data_type: DataType,
    pub(crate) math_precision: DataType,
    pub(crate) math_type: MathType,
    pub(crate) input: i32,
    pub(crate) hidden: i32,
    pub(crate) projected: i32,
    pub(crate) layers: i32,
    /// The pointer of the dropout descriptor, or 0.
    pub(crate) dropout: usize,
    pub(crate) flags: u32,
    pub(crate) clip: (ClipMode, NanPropagation, f64, f64),
}
object!(RnnDescriptor, "RNN descriptor");

impl Default for RnnDescriptor {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::CUDNN_RNN_ALGO_STANDARD,
            cell: Cell::CUDNN_RNN_RELU,
            bias: BiasMode::CUDNN_RNN_NO_BIAS,
            direction: Direction::CUDNN_UNIDIRECTIONAL,
            input_mode: InputMode::CUDNN_LINEAR_INPUT,
            data_type: DataType::CUDNN_DATA_FLOAT,
            math_precision: DataType::CUDNN_DATA_FLOAT,
            math_type: MathType::CUDNN_DEFAULT_MATH,
            input: 0,
            hidden: 0,
            projected: 0,
            layers: 0,
            dropout: 0,
            flags: 0,
            clip: (ClipMode::CUDNN_RNN_CLIP_NONE, NanPropagation::CUDNN_NOT_PROPAGATE_NAN, 0.0, 0.0),
        }
    }
}

impl RnnDescriptor {
    /// Returns the network, for sequences of these lengths.
    pub(crate) fn network(&self, time: usize, lengths: Vec<usize>) -> Outcome<Network> {
        require(self.layers > 0, "an RNN descriptor was not set")?;
        let skips = self.input_mode == InputMode::CUDNN_SKIP_INPUT;
        let (input, hidden) = (self.input, self.hidden);
        require(
            !skips || input == hidden,
            format!("an input of {input} is not added to a state of {hidden}"),
        )?;
        let clips = self.clip.0 == ClipMode::CUDNN_RNN_CLIP_MINMAX && self.cell == Cell::CUDNN_LSTM;
        Ok(Network {
            cell: self.cell,
            bias: self.bias,
            directions: 1 + self.direction.0 as usize,
            skips_input: skips,
            input: self.input as usize,
            hidden: self.hidden as usize,
            projected: self.projected as usize,
            layers: self.layers as usize,
            clip: clips.then_some((self.clip.2, self.clip.3)),
            time,
            lengths,
        })
    }

    fn check(&self) -> Outcome {
        let Self { input, hidden, projected, layers, .. } = self;
        require(self.algorithm.0 <= 3, format!("there is no algorithm {}", self.algorithm.0))?;
        require(self.cell.0 <= 3, format!("there is no cell {}", self.cell.0))?;
        require(self.bias.0 <= 3, format!("there is no bias mode {}", self.bias.0))?;
        require(self.direction.0 <= 1, format!("there is no direction {}", self.direction.0))?;
        require(self.input_mode.0 <= 1, format!("there is no input mode {}", self.input_mode.0))?;
        let computed = match self.data_type {
            DataType::CUDNN_DATA_FLOAT | DataType::CUDNN_DATA_DOUBLE => self.math_precision == self.data_type,
            DataType::CUDNN_DATA_HALF => {
                matches!(self.math_precision, DataType::CUDNN_DATA_HALF | DataType::CUDNN_DATA_FLOAT)
            }
            DataType::CUDNN_DATA_BFLOAT16 if is_later_than_nine_zero() => {
                matches!(self.math_precision, DataType::CUDNN_DATA_BFLOAT16 | DataType::CUDNN_DATA_FLOAT)
            }
            _ => false,
        };
        support(
            computed,
            format!("a network of {:?}, computed in {:?}", self.data_type, self.math_precision),
        )?;
        require(self.math_type.0 <= 3, format!("there is no math type {}", self.math_type.0))?;
        let positive = [*input, *hidden, *projected, *layers].into_iter().all(|size| size > 0);
        require(positive, format!("sizes {input}, {hidden}, {projected} and {layers} are to be positive"))?;
        support(projected <= hidden, format!("a projection to {projected} is more than {hidden}"))?;
        let projects = projected < hidden;
        let lstm = self.cell == Cell::CUDNN_LSTM;
        let standard = self.algorithm == Algorithm::CUDNN_RNN_ALGO_STANDARD;
        support(!projects || lstm && standard, "only an LSTM of the standard algorithm projects its state")
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateRNNDescriptor(rnnDesc: Slot) -> Outcome {
        rnnDesc.create(RnnDescriptor::default())
    }

    pub(crate) fn cudnnDestroyRNNDescriptor(rnnDesc: Ref<RnnDescriptor>) -> Outcome {
        rnnDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetRNNDescriptor_v8(
        rnnDesc: Ref<RnnDescriptor>,
        algo: Algorithm,
        cellMode: Cell,
        biasMode: BiasMode,
        dirMode: Direction,
        inputMode: InputMode,
        dataType: DataType,
        mathPrec: DataType,
        mathType: MathType,
        inputSize: i32,
        hiddenSize: i32,
        projSize: i32,
        numLayers: i32,
        dropoutDesc: Ref<DropoutDescriptor>,
        auxFlags: u32,
    ) -> Outcome {
        let before = rnnDesc.get()?;
        dropoutDesc.get_if_any()?;
        let descriptor = RnnDescriptor {
            algorithm: algo,
            cell: cellMode,
            bias: biasMode,
            direction: dirMode,
            input_mode: inputMode,
            data_type: dataType,
            math_precision: mathPrec,
            math_type: mathType,
            input: inputSize,
            hidden: hiddenSize,
            projected: projSize,
            layers: numLayers,
            dropout: dropoutDesc.raw(),
            flags: auxFlags,
            clip: before.clip,
        };
        descriptor.check()?;
        rnnDesc.set(descriptor)
    }

    pub(crate) fn cudnnGetRNNDescriptor_v8(
        rnnDesc: Ref<RnnDescriptor>,
        algo: Out<Algorithm>,
        cellMode: Out<Cell>,
        biasMode: Out<BiasMode>,
        dirMode: Out<Direction>,
        inputMode: Out<InputMode>,
        dataType: Out<DataType>,
        mathPrec: Out<DataType>,
        mathType: Out<MathType>,
        inputSize: Out<i32>,
        hiddenSize: Out<i32>,
        projSize: Out<i32>,
        numLayers: Out<i32>,
        dropoutDesc: Slot,
        auxFlags: Out<u32>,
    ) -> Outcome {
        let rnn = rnnDesc.get()?;
        algo.set_if_any(rnn.algorithm);
        cellMode.set_if_any(rnn.cell);
        biasMode.set_if_any(rnn.bias);
        dirMode.set_if_any(rnn.direction);
        inputMode.set_if_any(rnn.input_mode);
        dataType.set_if_any(rnn.data_type);
        mathPrec.set_if_any(rnn.math_precision);
        mathType.set_if_any(rnn.math_type);
        inputSize.set_if_any(rnn.input);
        hiddenSize.set_if_any(rnn.hidden);
        projSize.set_if_any(rnn.projected);
        numLayers.set_if_any(rnn.layers);
        dropoutDesc.set_if_any(rnn.dropout);
        auxFlags.set_if_any(rnn.flags);
        Ok(())
    }
}

fn set_clip(desc: Ref<RnnDescriptor>, mode: ClipMode, nan: NanPropagation, low: f64, high: f64) -> Outcome {
    desc.get()?;
    let clips = mode == ClipMode::CUDNN_RNN_CLIP_MINMAX;
    require(
        !clips || low.is_finite() && high.is_finite() && low <= high,
        format!("{low} to {high} is no range"),
    )?;
    desc.update(|rnn| rnn.clip = (mode, nan, low, high))
}

impl Dnn {
    pub(crate) fn cudnnRNNSetClip_v8(
        rnnDesc: Ref<RnnDescriptor>,
        clipMode: ClipMode,
        clipNanOpt: NanPropagation,
        lclip: f64,
        rclip: f64,
    ) -> Outcome {
        set_clip(rnnDesc, clipMode, clipNanOpt, lclip, rclip)
    }

    pub(crate) fn cudnnRNNSetClip_v9(
        rnnDesc: Ref<RnnDescriptor>,
        clipMode: ClipMode,
        lclip: f64,
        rclip: f64,
    ) -> Outcome {
        set_clip(rnnDesc, clipMode, NanPropagation::CUDNN_NOT_PROPAGATE_NAN, lclip, rclip)
    }

    pub(crate) fn cudnnRNNGetClip_v8(
        rnnDesc: Ref<RnnDescriptor>,
        clipMode: Out<ClipMode>,
        clipNanOpt: Out<NanPropagation>,
        lclip: Out<f64>,
        rclip: Out<f64>,
    ) -> Outcome {
        clipNanOpt.set_if_any(rnnDesc.get()?.clip.1);
        Self::cudnnRNNGetClip_v9(rnnDesc, clipMode, lclip, rclip)
    }

    pub(crate) fn cudnnRNNGetClip_v9(
        rnnDesc: Ref<RnnDescriptor>,
        clipMode: Out<ClipMode>,
        lclip: Out<f64>,
        rclip: Out<f64>,
    ) -> Outcome {
        let (mode, _, low, high) = rnnDesc.get()?.clip;
        clipMode.set_if_any(mode);
        lclip.set_if_any(low);
        rclip.set_if_any(high);
        Ok(())
    }
}

/// Sequences in memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RnnDataDescriptor {
    pub(crate) data_type: DataType,
    pub(crate) layout: DataLayout,
    pub(crate) time: c_int,
    pub(crate) vector: c_int,
    pub(crate) lengths: Vec<c_int>,
    /// What is written behind a sequence's end, as bytes of an element.
    pub(crate) padding: Option<f64>,
}
object!(RnnDataDescriptor, "RNN data descriptor");

impl Default for RnnDataDescriptor {
    fn default() -> Self {
        Self {
            data_type: DataType::CUDNN_DATA_FLOAT,
            layout: DataLayout::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED,
            time: 0,
            vector: 0,
            lengths: Vec::new(),
            padding: None,
        }
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateRNNDataDescriptor(rnnDataDesc: Slot) -> Outcome {
        rnnDataDesc.create(RnnDataDescriptor::default())
    }

    pub(crate) fn cudnnDestroyRNNDataDescriptor(rnnDataDesc: Ref<RnnDataDescriptor>) -> Outcome {
        rnnDataDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetRNNDataDescriptor(
        rnnDataDesc: Ref<RnnDataDescriptor>,
        dataType: DataType,
        layout: DataLayout,
        maxSeqLength: c_int,
        batchSize: c_int,
        vectorSize: c_int,
        seqLengthArray: In<c_int>,
        paddingFill: Untyped,
    ) -> Outcome {
        rnnDataDesc.get()?;
        support(
            element::is_real(dataType)
                && (dataType != DataType::CUDNN_DATA_BFLOAT16 || is_later_than_nine_zero()),
            format!("sequences are not of {dataType:?}"),
        )?;
        require(layout.0 <= 2, format!("there is no layout {}", layout.0))?;
        let positive = maxSeqLength > 0 && batchSize > 0 && vectorSize > 0;
        require(positive, format!("sizes {maxSeqLength}, {batchSize} and {vectorSize} are to be positive"))?;
        let lengths = seqLengthArray.array(batchSize as usize, "seqLengthArray")?;
        let fit = lengths.iter().all(|length| (0..=maxSeqLength).contains(length));
        require(fit, format!("lengths {lengths:?} are not within {maxSeqLength}"))?;
        // Earlier releases find this out when the sequences are used.
        let packed =
            layout == DataLayout::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED && is_later_than_nine_zero();
        require(
            !packed || lengths.is_sorted_by(|a, b| a >= b),
            "packed sequences are to be sorted, the longest first",
        )?;
        let mut padding = None;
        if !paddingFill.is_null() {
            let size = element::size(dataType).unwrap_or(1);
            element::read(dataType, &paddingFill.array::<u8>(size, "paddingFill")?, |value| {
                padding = Some(value)
            });
        }
        rnnDataDesc.set(RnnDataDescriptor {
            data_type: dataType,
            layout,
            time: maxSeqLength,
            vector: vectorSize,
            lengths,
            padding,
        })
    }

    pub(crate) fn cudnnGetRNNDataDescriptor(
        rnnDataDesc: Ref<RnnDataDescriptor>,
        dataType: Out<DataType>,
        layout: Out<DataLayout>,
        maxSeqLength: Out<c_int>,
        batchSize: Out<c_int>,
        vectorSize: Out<c_int>,
        arrayLengthRequested: c_int,
        seqLengthArray: Out<c_int>,
        paddingFill: Untyped,
    ) -> Outcome {
        let data = rnnDataDesc.get()?;
        require(arrayLengthRequested >= 0, format!("{arrayLengthRequested} lengths are asked for"))?;
        dataType.set_if_any(data.data_type);
        layout.set_if_any(data.layout);
        maxSeqLength.set_if_any(data.time);
        batchSize.set_if_any(data.lengths.len() as c_int);
        vectorSize.set_if_any(data.vector);
        seqLengthArray.set_all(data.lengths.into_iter().take(arrayLengthRequested as usize));
        if let Some(padding) = data.padding {
            let mut bytes = Vec::new();
            element::write(data.data_type, padding, &mut bytes);
            paddingFill.write(&bytes);
        }
        Ok(())
    }
}

//! Descriptors of attention and of its sequences.
#![allow(clippy::too_many_arguments)]

use super::dropout::DropoutDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Out, Slot, Untyped};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{cudnnDataType_t as DataType, cudnnMathType_t as MathType, cudnnSeqDataAxis_t as Axis};
use std::ffi::{c_int, c_uint};

/// Sequences with time, batch, beam and vector in any order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeqDataDescriptor {
    pub(crate) data_type: DataType,
    pub(crate) dims: [c_int; 4],
    pub(crate) axes: Vec<Axis>,
    pub(crate) lengths: Vec<c_int>,
}
object!(SeqDataDescriptor, "sequence data descriptor");

impl Default for SeqDataDescriptor {
    fn default() -> Self {
        Self { data_type: DataType::CUDNN_DATA_FLOAT, dims: [0; 4], axes: Vec::new(), lengths: Vec::new() }
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateSeqDataDescriptor(seqDataDesc: Slot) -> Outcome {
        seqDataDesc.create(SeqDataDescriptor::default())
    }

    pub(crate) fn cudnnDestroySeqDataDescriptor(seqDataDesc: Ref<SeqDataDescriptor>) -> Outcome {
        seqDataDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetSeqDataDescriptor(
        seqDataDesc: Ref<SeqDataDescriptor>,
        dataType: DataType,
        nbDims: c_int,
        dimA: In<c_int>,
        axes: In<Axis>,
        seqLengthArraySize: usize,
        seqLengthArray: In<c_int>,
        paddingFill: Untyped,
    ) -> Outcome {
        seqDataDesc.get()?;
        support(element::is_real(dataType), format!("sequences are not of {dataType:?}"))?;
        support(nbDims == 4, format!("sequences have 4 dimensions, not {nbDims}"))?;
        let all = dimA.array(4, "dimA")?;
        let dims = [all[0], all[1], all[2], all[3]];
        require(dims.iter().all(|size| *size > 0), format!("sizes {dims:?} are to be positive"))?;
        let axes = axes.array(4, "axes")?;
        let mut sorted: Vec<c_uint> = axes.iter().map(|axis| axis.0).collect();
        sorted.sort_unstable();
        require(sorted == [0, 1, 2, 3], format!("axes {axes:?} are to be each of the four once"))?;
        let vector_last = axes[3] == Axis::CUDNN_SEQDATA_VECT_DIM;
        require(vector_last, format!("the vector is to be the last of {axes:?}"))?;
        let sequences =
            dims[Axis::CUDNN_SEQDATA_BATCH_DIM.0 as usize] * dims[Axis::CUDNN_SEQDATA_BEAM_DIM.0 as usize];
        require(
            seqLengthArraySize == sequences as usize,
            format!("{seqLengthArraySize} lengths do not go with {sequences} sequences"),
        )?;
        let lengths = seqLengthArray.array(seqLengthArraySize, "seqLengthArray")?;
        let longest = dims[Axis::CUDNN_SEQDATA_TIME_DIM.0 as usize];
        let fit = lengths.iter().all(|length| (1..=longest).contains(length));
        require(fit, format!("lengths {lengths:?} are not within {longest}"))?;
        support(paddingFill.is_null(), "sequences of attention are not filled")?;
        seqDataDesc.set(SeqDataDescriptor { data_type: dataType, dims, axes, lengths })
    }

    pub(crate) fn cudnnGetSeqDataDescriptor(
        seqDataDesc: Ref<SeqDataDescriptor>,
        dataType: Out<DataType>,
        nbDims: Out<c_int>,
        nbDimsRequested: c_int,
        dimA: Out<c_int>,
        axes: Out<Axis>,
        seqLengthArraySize: Out<usize>,
        seqLengthSizeRequested: usize,
        seqLengthArray: Out<c_int>,
        _paddingFill: Untyped,
    ) -> Outcome {
        let data = seqDataDesc.get()?;
        require((0..=8).contains(&nbDimsRequested), format!("{nbDimsRequested} dimensions are asked for"))?;
        dataType.set_if_any(data.data_type);
        nbDims.set_if_any(data.axes.len() as c_int);
        let count = nbDimsRequested as usize;
        dimA.set_all(data.dims.into_iter().take(count));
        axes.set_all(data.axes.into_iter().take(count));
        seqLengthArraySize.set_if_any(data.lengths.len());
        seqLengthArray.set_all(data.lengths.into_iter().take(seqLengthSizeRequested));
        Ok(())
    }
}

/// What attention is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AttnDescriptor {
    mode: c_uint,
    heads: c_int,
    scale: f64,
    types: Option<(DataType, DataType, MathType)>,
    dropouts: [usize; 2],
    /// Sizes of queries, keys and values, then of their projections and that of the output.
    sizes: [c_int; 7],
    /// The longest queries and keys, the largest batch and beam.
    limits: [c_int; 4],
}
object!(AttnDescriptor, "attention descriptor");

impl Dnn {
    pub(crate) fn cudnnCreateAttnDescriptor(attnDesc: Slot) -> Outcome {
        attnDesc.create(AttnDescriptor::default())
    }

    pub(crate) fn cudnnDestroyAttnDescriptor(attnDesc: Ref<AttnDescriptor>) -> Outcome {
        attnDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetAttnDescriptor(
        attnDesc: Ref<AttnDescriptor>,
        attnMode: c_uint,
        nHeads: c_int,
        smScaler: f64,
        dataType: DataType,
        computePrec: DataType,
        mathType: MathType,
        attnDropoutDesc: Ref<DropoutDescriptor>,
        postDropoutDesc: Ref<DropoutDescriptor>,
        qSize: c_int,
        kSize: c_int,
        vSize: c_int,
        qProjSize: c_int,
        kProjSize: c_int,
        vProjSize: c_int,
        oProjSize: c_int,
        qoMaxSeqLength: c_int,
        kvMaxSeqLength: c_int,
        maxBatchSize: c_int,
        maxBeamSize: c_int,
    ) -> Outcome {
        attnDesc.get()?;
        attnDropoutDesc.get_if_any()?;
        postDropoutDesc.get_if_any()?;
        require(attnMode <= 3, format!("there is no attention mode {attnMode}"))?;
        require(element::is_real(dataType) && element::is_real(computePrec), "attention is of real numbers")?;
        require(mathType.0 <= 3, format!("there is no math type {}", mathType.0))?;
        let sizes = [qSize, kSize, vSize, qProjSize, kProjSize, vProjSize, oProjSize];
        let limits = [qoMaxSeqLength, kvMaxSeqLength, maxBatchSize, maxBeamSize];
        let positive = nHeads > 0 && sizes[..3].iter().chain(&limits).all(|size| *size > 0);
        require(
            positive,
            format!("{nHeads} heads, sizes {sizes:?} and limits {limits:?} are to be positive"),
        )?;
        require(sizes[3..].iter().all(|size| *size >= 0), format!("projections {sizes:?} are negative"))?;
        require(smScaler >= 0.0, format!("a scale of {smScaler} is negative"))?;
        // What is not projected keeps its size; queries and keys meet in a product.
        let meet = |size: c_int, projection: c_int| if projection > 0 { projection } else { size };
        let (query, key) = (meet(qSize, qProjSize), meet(kSize, kProjSize));
        require(query == key, format!("queries of {query} do not meet keys of {key}"))?;
        attnDesc.set(AttnDescriptor {
            mode: attnMode,
            heads: nHeads,
            scale: smScaler,
            types: Some((dataType, computePrec, mathType)),
            dropouts: [attnDropoutDesc.raw(), postDropoutDesc.raw()],
            sizes,
            limits,
        })
    }

    pub(crate) fn cudnnGetAttnDescriptor(
        attnDesc: Ref<AttnDescriptor>,
        attnMode: Out<c_uint>,
        nHeads: Out<c_int>,
        smScaler: Out<f64>,
        dataType: Out<DataType>,
        computePrec: Out<DataType>,
        mathType: Out<MathType>,
        attnDropoutDesc: Slot,
        postDropoutDesc: Slot,
        qSize: Out<c_int>,
        kSize: Out<c_int>,
        vSize: Out<c_int>,
        qProjSize: Out<c_int>,
        kProjSize: Out<c_int>,
        vProjSize: Out<c_int>,
        oProjSize: Out<c_int>,
        qoMaxSeqLength: Out<c_int>,
        kvMaxSeqLength: Out<c_int>,
        maxBatchSize: Out<c_int>,
        maxBeamSize: Out<c_int>,
    ) -> Outcome {
        let attention = attnDesc.get()?;
        let Some(types) = attention.types else {
            return require(false, "an attention descriptor was not set");
        };
        attnMode.set_if_any(attention.mode);
        nHeads.set_if_any(attention.heads);
        smScaler.set_if_any(attention.scale);
        dataType.set_if_any(types.0);
        computePrec.set_if_any(types.1);
        mathType.set_if_any(types.2);
        attnDropoutDesc.set_if_any(attention.dropouts[0]);
        postDropoutDesc.set_if_any(attention.dropouts[1]);
        let sizes = [qSize, kSize, vSize, qProjSize, kProjSize, vProjSize, oProjSize];
        sizes.into_iter().zip(attention.sizes).for_each(|(place, size)| place.set_if_any(size));
        let limits = [qoMaxSeqLength, kvMaxSeqLength, maxBatchSize, maxBeamSize];
        limits.into_iter().zip(attention.limits).for_each(|(place, limit)| place.set_if_any(limit));
        Ok(())
    }
}

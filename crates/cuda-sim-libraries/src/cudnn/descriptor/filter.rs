//! Filter descriptors.
#![allow(clippy::too_many_arguments)]

use super::tensor::{TensorDescriptor, check_rank};
use crate::cudnn::failure::{Outcome, require, support};
use crate::cudnn::ffi::{In, Out, Slot};
use crate::cudnn::layout::{Layout, RANK};
use crate::cudnn::library::Dnn;
use crate::cudnn::object::{Ref, object};
use cudnn_sys::{cudnnDataType_t as DataType, cudnnTensorFormat_t as Format};
use std::ffi::c_int;

/// What a filter is like: a tensor without gaps in one of the formats, `[k][c][spatial…]`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FilterDescriptor {
    pub(crate) format: Format,
    pub(crate) tensor: TensorDescriptor,
}
object!(FilterDescriptor, "filter descriptor");

impl Default for FilterDescriptor {
    fn default() -> Self {
        Self { format: Format::CUDNN_TENSOR_NCHW, tensor: TensorDescriptor::default() }
    }
}

impl FilterDescriptor {
    fn new(format: Format, data_type: DataType, dims: &[c_int]) -> Outcome<Self> {
        require(data_type != DataType::CUDNN_DATA_INT32, "there is no filter of INT32")?;
        Ok(Self { format, tensor: TensorDescriptor::packed(format, data_type, dims)? })
    }

    pub(crate) fn dims(&self) -> &[c_int] {
        &self.tensor.dims
    }

    pub(crate) fn data_type(&self) -> DataType {
        self.tensor.data_type
    }

    pub(crate) fn layout(&self) -> Outcome<Layout> {
        require(!self.dims().is_empty(), "a filter descriptor was not set")?;
        self.tensor.layout()
    }
}

impl Dnn {
    pub(crate) fn cudnnCreateFilterDescriptor(filterDesc: Slot) -> Outcome {
        filterDesc.create(FilterDescriptor::default())
    }

    pub(crate) fn cudnnDestroyFilterDescriptor(filterDesc: Ref<FilterDescriptor>) -> Outcome {
        filterDesc.destroy_if_any()
    }

    pub(crate) fn cudnnSetFilter4dDescriptor(
        filterDesc: Ref<FilterDescriptor>,
        dataType: DataType,
        format: Format,
        k: c_int,
        c: c_int,
        h: c_int,
        w: c_int,
    ) -> Outcome {
        filterDesc.get()?;
        filterDesc.set(FilterDescriptor::new(format, dataType, &[k, c, h, w])?)
    }

    pub(crate) fn cudnnGetFilter4dDescriptor(
        filterDesc: Ref<FilterDescriptor>,
        dataType: Out<DataType>,
        format: Out<Format>,
        k: Out<c_int>,
        c: Out<c_int>,
        h: Out<c_int>,
        w: Out<c_int>,
    ) -> Outcome {
        let filter = filterDesc.get()?;
        require(
            filter.dims().len() == 4,
            format!("the filter has {} dimensions, not 4", filter.dims().len()),
        )?;
        dataType.set_if_any(filter.data_type());
        format.set_if_any(filter.format);
        [k, c, h, w].into_iter().zip(filter.tensor.dims).for_each(|(place, size)| place.set_if_any(size));
        Ok(())
    }

    pub(crate) fn cudnnSetFilterNdDescriptor(
        filterDesc: Ref<FilterDescriptor>,
        dataType: DataType,
        format: Format,
        nbDims: c_int,
        filterDimA: In<c_int>,
    ) -> Outcome {
        filterDesc.get()?;
        let rank = check_rank(nbDims, 3)?;
        filterDesc.set(FilterDescriptor::new(format, dataType, &filterDimA.array(rank, "filterDimA")?)?)
    }

    pub(crate) fn cudnnGetFilterNdDescriptor(
        filterDesc: Ref<FilterDescriptor>,
        nbDimsRequested: c_int,
        dataType: Out<DataType>,
        format: Out<Format>,
        nbDims: Out<c_int>,
        filterDimA: Out<c_int>,
    ) -> Outcome {
        let filter = filterDesc.get()?;
        support(
            nbDimsRequested <= RANK as c_int,
            format!("{nbDimsRequested} dimensions are more than {RANK}"),
        )?;
        require(nbDimsRequested > 0, format!("{nbDimsRequested} dimensions are asked for"))?;
        dataType.set_if_any(filter.data_type());
        format.set_if_any(filter.format);
        nbDims.set_if_any(filter.dims().len() as c_int);
        filterDimA.set_all(filter.tensor.dims.into_iter().take(nbDimsRequested as usize));
        Ok(())
    }

    pub(crate) fn cudnnGetFilterSizeInBytes(filterDesc: Ref<FilterDescriptor>, size: Out<usize>) -> Outcome {
        let filter = filterDesc.get()?;
        size.set(filter.tensor.size_bytes())
    }
}

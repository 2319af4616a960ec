//! Reductions.
#![allow(clippy::too_many_arguments)]

use super::tensor_of;
use crate::cudnn::compute::reduce::reduce;
use crate::cudnn::descriptor::reduction::ReduceDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::failure::{Failure, Outcome, require, support};
use crate::cudnn::ffi::{Address, Out, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::{Memory, Workspace, pass_through};
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::{
    cudnnDataType_t as DataType, cudnnIndicesType_t as IndicesType, cudnnReduceTensorOp_t as Op,
    cudnnStatus_t as Status,
};

/// `c = alpha * reduction(a) + beta * c`, with the places of the extremes if they are asked for.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reduce {
    pub(crate) op: Op,
    pub(crate) propagate_nan: u32,
    pub(crate) a: Tensor,
    pub(crate) c: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) workspace: Workspace,
    /// Where the places go, 32 bits for each, or 0.
    pub(crate) indices: u64,
}

impl Reduce {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let (from, to) = (self.a.layout.sizes(), self.c.layout.sizes());
        let (mut c, indices) = reduce(self.op, self.propagate_nan == 1, &self.a.read(memory)?, &from, &to);
        pass_through(memory, self.workspace, &mut c)?;
        if self.indices != 0 {
            let bytes: Vec<u8> = indices.iter().flat_map(|index| (*index as u32).to_le_bytes()).collect();
            memory.store(self.indices, &bytes)?;
        }
        self.c.blend(memory, self.alpha, &c, self.beta)
    }
}

/// Checks that a tensor is reduced to another, and returns how many elements the result has, and of how many each is made.
fn sizes(a: &TensorDescriptor, c: &TensorDescriptor) -> Outcome<(usize, usize)> {
    require(!a.dims.is_empty() && !c.dims.is_empty(), "a tensor descriptor was not set")?;
    let fits = a.rank() == c.rank() && a.dims.iter().zip(&c.dims).all(|(a, c)| *c == 1 || a == c);
    require(fits, format!("{:?} is not reduced to {:?}", a.dims, c.dims))?;
    let count = |dims: &[i32]| dims.iter().map(|size| *size as usize).product::<usize>();
    Ok((count(&c.dims), count(&a.dims) / count(&c.dims)))
}

/// Returns how many bytes a reduction keeps its partial results in: none if there is nothing to reduce.
fn workspace_bytes(a: &TensorDescriptor, c: &TensorDescriptor) -> Outcome<usize> {
    let (results, reduced) = sizes(a, c)?;
    // A block of a device reduces so many.
    const BLOCK: usize = 256;
    Ok(if reduced == 1 { 0 } else { 8 * results * reduced.div_ceil(BLOCK) })
}

fn indices_bytes(reduction: &ReduceDescriptor, a: &TensorDescriptor, c: &TensorDescriptor) -> Outcome<usize> {
    Ok(if reduction.has_indices() { 4 * sizes(a, c)?.0 } else { 0 })
}

impl Dnn {
    pub(crate) fn cudnnGetReductionIndicesSize(
        handle: Ref<Handle>,
        reduceTensorDesc: Ref<ReduceDescriptor>,
        aDesc: Ref<TensorDescriptor>,
        cDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        sizeInBytes.set(indices_bytes(&reduceTensorDesc.get()?, &aDesc.get()?, &cDesc.get()?)?)
    }

    pub(crate) fn cudnnGetReductionWorkspaceSize(
        handle: Ref<Handle>,
        reduceTensorDesc: Ref<ReduceDescriptor>,
        aDesc: Ref<TensorDescriptor>,
        cDesc: Ref<TensorDescriptor>,
        sizeInBytes: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        reduceTensorDesc.get()?;
        sizeInBytes.set(workspace_bytes(&aDesc.get()?, &cDesc.get()?)?)
    }

    pub(crate) fn cudnnReduceTensor(
        handle: Ref<Handle>,
        reduceTensorDesc: Ref<ReduceDescriptor>,
        indices: Address,
        indicesSizeInBytes: usize,
        workspace: Address,
        workspaceSizeInBytes: usize,
        alpha: Untyped,
        aDesc: Ref<TensorDescriptor>,
        A: Address,
        beta: Untyped,
        cDesc: Ref<TensorDescriptor>,
        C: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let reduction = reduceTensorDesc.get()?;
        let (from, to) = (aDesc.get()?, cDesc.get()?);
        let (a, c) = (tensor_of(aDesc, A, "A")?, tensor_of(cDesc, C, "C")?);
        let (needed, places) = (workspace_bytes(&from, &to)?, indices_bytes(&reduction, &from, &to)?);
        let too_small = |name: &str, bytes: usize, needed: usize| {
            let message = format!("{bytes} bytes of {name} are fewer than {needed}");
            Err(Failure::new(Status::CUDNN_STATUS_INVALID_VALUE, message))
        };
        if workspaceSizeInBytes < needed {
            return too_small("workspace", workspaceSizeInBytes, needed);
        }
        if indicesSizeInBytes < places {
            return too_small("indices", indicesSizeInBytes, places);
        }
        let whole = reduction.indices_type == IndicesType::CUDNN_32BIT_INDICES;
        support(places == 0 || whole, "indices have 32 bits")?;
        let is_double = reduction.compute_type == DataType::CUDNN_DATA_DOUBLE;
        let computable = is_double || c.layout.data_type != DataType::CUDNN_DATA_DOUBLE;
        require(computable, format!("C of double is not computed in {:?}", reduction.compute_type))?;
        let workspace = match needed {
            0 => Workspace::NONE,
            _ => Workspace { address: workspace.get("the workspace")?, bytes: needed as u64 },
        };
        handle.launch(&Reduce {
            op: reduction.op,
            propagate_nan: reduction.nan.0,
            a,
            c,
            alpha: alpha.scale(is_double, "alpha")?,
            beta: beta.scale(is_double, "beta")?,
            workspace,
            indices: if places == 0 { 0 } else { indices.get("indices")? },
        })
    }
}

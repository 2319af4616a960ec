//! Executing a plan: on addresses, and on buffers.

#![allow(unsafe_code)]

use cudnn_sys::{cudnnBackendAttributeName_t as Name, cudnnBackendDescriptorType_t as Kind};

use super::{
    Graph, Plan, TensorId,
    backend::{self, Descriptor},
    build::ALIGNMENT,
    describe::TensorNode,
};
use crate::{
    Context, IntoView, IntoViewMut, View, ViewMut,
    backend::Address,
    cudnn::{DataType, Error, Handle, Operations, Result, Workspace, call, memory::at},
    kernel::Operand,
};

const OPERATION: &str = "executing a plan of cuDNN";

/// The most tensors in memory that an execution on buffers has.
const MOST: usize = 24;

fn refuse<T>(detail: String) -> Result<T> {
    Err(Error::Shape { operation: OPERATION, detail })
}

impl Handle {
    /// Executes a plan, with an address for each tensor that is in memory.
    ///
    /// # Errors
    /// [`Error::Shape`] for a handle of another CUDA context or library, or a workspace that is too small; [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](crate::cudnn#calls-on-addresses): each tensor is of the size that its graph says, and aligned to 16 bytes.
    #[doc(alias = "cudnnBackendExecute")]
    pub unsafe fn execute(
        &mut self,
        plan: &Plan,
        tensors: &[(TensorId, Address)],
        workspace: Workspace,
    ) -> Result<()> {
        plan.check_handle(self)?;
        if workspace.bytes < plan.workspace_bytes() {
            return refuse(format!("{workspace:?} for {plan:?}"));
        }
        let ids: Vec<i64> = tensors.iter().map(|(tensor, _)| tensor.unique()).collect();
        let places: Vec<_> = tensors.iter().map(|(_, address)| backend::Address(at(*address))).collect();
        let pack = Descriptor::new(self.library(), Kind::CUDNN_BACKEND_VARIANT_PACK_DESCRIPTOR)?;
        pack.set(Name::CUDNN_ATTR_VARIANT_PACK_UNIQUE_IDS, &ids)?;
        pack.set(Name::CUDNN_ATTR_VARIANT_PACK_DATA_POINTERS, &places)?;
        pack.set(Name::CUDNN_ATTR_VARIANT_PACK_WORKSPACE, &[backend::Address(at(workspace.address))])?;
        pack.finalize(|| format!("the memory of {plan:?}"))?;
        // SAFETY: both descriptors are live and finalised; the caller vouches for the addresses (Call 1).
        unsafe { call!(self, cudnnBackendExecute(plan.descriptor().raw(), pack.raw())) }
            .map_err(|error| error.doing(|| format!("executing {plan:?}")))
    }
}

/// A tensor of a graph with the buffer that it is in. Made by [`Graph::read`] and [`Graph::write`].
#[derive(Debug)]
pub struct Binding<'a, C: Context> {
    tensor: TensorId,
    bytes: Bytes<'a, C>,
}

/// The buffer, whatever its elements are.
#[derive(Debug)]
enum Bytes<'a, C: Context> {
    Read(View<'a, u8, C>),
    Written(ViewMut<'a, u8, C>),
}

impl<C: Context> Binding<'_, C> {
    fn address(&self) -> Address {
        match &self.bytes {
            Bytes::Read(view) => view.as_raw(),
            Bytes::Written(view) => view.as_raw(),
        }
    }

    fn operand(&self) -> Operand<'_, C::Backend> {
        match &self.bytes {
            Bytes::Read(view) => Operand::reads("a tensor", view),
            Bytes::Written(view) => Operand::writes("a tensor", view),
        }
    }
}

impl Graph {
    /// Checks what a tensor is bound to.
    fn bind<T: DataType>(&self, tensor: TensorId, len: usize, address: Address, writes: bool) -> Result<()> {
        let TensorNode { kind, name, span, intermediate, written, .. } = &self.tensors[self.find(tensor)?];
        let index = tensor.index;
        if *intermediate {
            return refuse(format!("tensor {index} has no memory"));
        }
        if *kind != T::RAW || len < *span {
            return refuse(format!("{len} elements of {} for tensor {index}, {span} of {name}", T::NAME));
        }
        if *written != writes {
            let does = if *written { "writes" } else { "only reads" };
            return refuse(format!("the graph {does} tensor {index}"));
        }
        if !address.is_multiple_of(ALIGNMENT) {
            return refuse(format!("tensor {index} at {address:#x} is not aligned to {ALIGNMENT} bytes"));
        }
        Ok(())
    }

    /// Says which buffer a tensor that the graph reads is in.
    ///
    /// # Errors
    /// [`Error::Shape`] for a tensor of another graph, of another type, without memory, or that the graph writes; for a view that is too
    /// short, or not aligned to 16 bytes.
    pub fn read<'a, T: DataType, C: Context>(
        &self,
        tensor: TensorId,
        view: impl IntoView<'a, T, C>,
    ) -> Result<Binding<'a, C>> {
        let view = view.into_view();
        self.bind::<T>(tensor, view.len(), view.as_raw(), false)?;
        Ok(Binding { tensor, bytes: Bytes::Read(view.into_bytes()) })
    }

    /// Says which buffer a tensor that the graph writes is in.
    ///
    /// # Errors
    /// As [`read`](Graph::read), for a tensor that the graph only reads.
    pub fn write<'a, T: DataType, C: Context>(
        &self,
        tensor: TensorId,
        view: impl IntoViewMut<'a, T, C>,
    ) -> Result<Binding<'a, C>> {
        let view = view.into_view_mut();
        self.bind::<T>(tensor, view.len(), view.as_raw(), true)?;
        Ok(Binding { tensor, bytes: Bytes::Written(view.into_bytes()) })
    }
}

impl<C: Context> Operations<'_, C> {
    /// Executes a plan of `graph`, with a buffer for each tensor that is in memory.
    ///
    /// # Errors
    /// [`Shape`](Error::Shape) for a plan of another graph, a tensor without a buffer or with two, a workspace that is too small;
    /// [`Setting`](Error::Setting) for a plan that the settings do not allow; [`Call`](Error::Call); whatever giving an operation to the
    /// context can fail with.
    #[doc(alias = "cudnnBackendExecute")]
    pub fn execute(
        &mut self,
        graph: &Graph,
        plan: &Plan,
        bindings: &[Binding<'_, C>],
        workspace: Option<ViewMut<'_, u8, C>>,
    ) -> crate::Result<()> {
        if graph.key() != plan.key() {
            return Ok(refuse(format!("{plan:?} is not of {graph}"))?);
        }
        plan.check_handle(self.handle)?;
        if let Some(note) = plan.broken_by(self.settings()) {
            let reason = format!("{plan:?} computes with {note:?}, and {:?} is demanded", self.settings());
            return Err(Error::Setting { setting: "settings of a graph", reason }.into());
        }
        let mut bound = vec![0_u32; graph.tensors.len()];
        for binding in bindings {
            bound[graph.find(binding.tensor)?] += 1;
        }
        let wrong = |(node, count): (&TensorNode, &u32)| *count != u32::from(!node.intermediate);
        if let Some(index) = graph.tensors.iter().zip(&bound).position(wrong) {
            let detail = format!("tensor {index}, {:?}, has {} buffers", graph.tensors[index], bound[index]);
            return Ok(refuse(detail)?);
        }
        if bindings.len() > MOST {
            return Ok(refuse(format!("{} tensors in memory; {MOST} are the most", bindings.len()))?);
        }
        let scratch = self.scratch(plan.workspace_bytes(), workspace)?;
        let mut operands = [const { None }; MOST + 1];
        for (place, binding) in operands.iter_mut().zip(bindings) {
            *place = Some(binding.operand());
        }
        operands[MOST] = scratch.operand();
        let tensors: Vec<_> = bindings.iter().map(|binding| (binding.tensor, binding.address())).collect();
        self.give(OPERATION, &[], &operands, |handle| {
            // SAFETY: each buffer is as long as the graph says and aligned (`bind`), the plan is of this graph; all are borrowed, those that the
            // graph writes exclusively (Buffer 1), and in order on the stream of the context, to which the handle is set (Order 1, Call 1).
            unsafe { handle.execute(plan, &tensors, scratch.raw()) }
        })
    }
}

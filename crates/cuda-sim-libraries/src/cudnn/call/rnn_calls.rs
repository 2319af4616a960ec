//! Recurrent networks: their functions.
#![allow(clippy::too_many_arguments)]

use super::integers::upload;
use super::rnn::{BackwardData, BackwardWeights, Forward, Run, Sequences, Shape};
use crate::cudnn::compute::rnn::Network;
use crate::cudnn::descriptor::dropout::DropoutDescriptor;
use crate::cudnn::descriptor::rnn::{RnnDataDescriptor, RnnDescriptor};
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Failure, Outcome, bad_param, require, support};
use crate::cudnn::ffi::{Address, Out};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Workspace;
use crate::cudnn::object::Ref;
use cudnn_sys::{
    CUDNN_RNN_PADDED_IO_ENABLED, cudnnForwardMode_t as ForwardMode, cudnnRNNDataLayout_t as DataLayout,
    cudnnRNNMode_t as Cell, cudnnStatus_t as Status, cudnnTensorFormat_t as Format,
    cudnnWgradMode_t as GradientMode,
};
use std::ffi::{c_int, c_void};
use std::ptr;

/// Returns how many bytes the lengths take at the head of the workspace.
fn lengths_bytes(batch: usize) -> usize {
    (4 * batch).next_multiple_of(256)
}

/// Returns how many bytes of workspace a network needs: the lengths, and the gates of its steps.
fn workspace_bytes(network: &Network) -> usize {
    lengths_bytes(network.batch()) + 8 * network.batch() * network.time * network.gates() * network.hidden
}

/// A call's network with what it is given, checked.
struct Call {
    handle: Handle,
    descriptor: RnnDescriptor,
    data: RnnDataDescriptor,
    network: Network,
    shape: Shape,
    workspace: Workspace,
}

impl Call {
    /// Checks the network, its sequences and its workspace, and sees to the lengths: the client's on the device, or else those of the
    /// descriptor, which are brought to the workspace.
    fn new(
        handle: Ref<Handle>,
        rnn: Ref<RnnDescriptor>,
        data: Ref<RnnDataDescriptor>,
        lengths: Address,
        workspace: (Address, usize),
    ) -> Outcome<Self> {
        let handle = handle::find(handle)?;
        let (descriptor, data) = (rnn.get()?, data.get()?);
        require(!data.lengths.is_empty(), "an RNN data descriptor was not set")?;
        let network = descriptor
            .network(data.time as usize, data.lengths.iter().map(|length| *length as usize).collect())?;
        require(
            data.vector as usize == network.input,
            format!("x has vectors of {}, and the network reads {}", data.vector, network.input),
        )?;
        require(
            data.data_type == descriptor.data_type,
            format!("x is of {:?}, and the network of {:?}", data.data_type, descriptor.data_type),
        )?;
        let unpacked = data.layout != DataLayout::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED;
        require(
            unpacked || data.lengths.is_sorted_by(|a, b| a >= b),
            "packed sequences are to be sorted, the longest first",
        )?;
        let ragged = data.lengths.iter().any(|length| *length != data.time);
        let allowed = descriptor.flags & CUDNN_RNN_PADDED_IO_ENABLED != 0;
        support(
            !unpacked || !ragged || allowed,
            "sequences of several lengths are padded only if the flag allows it",
        )?;
        let needed = workspace_bytes(&network);
        if workspace.1 < needed {
            let message = format!("a workspace of {} bytes is smaller than {needed}", workspace.1);
            return Err(Failure::new(Status::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, message));
        }
        let head = workspace.0.get("the workspace")?;
        let reserved = lengths_bytes(network.batch()) as u64;
        let place = if lengths.is_null() { head } else { lengths.0 };
        let shape = Shape::new(&network, place);
        let workspace = Workspace { address: head + reserved, bytes: needed as u64 - reserved };
        if lengths.is_null() {
            upload(&handle, head, &data.lengths)?;
        }
        Ok(Self { handle, descriptor, data, network, shape, workspace })
    }

    fn sequences(
        &self,
        data: &RnnDataDescriptor,
        address: Address,
        vector: usize,
        name: &str,
    ) -> Outcome<Sequences> {
        let same = data.time == self.data.time
            && data.lengths == self.data.lengths
            && data.layout == self.data.layout;
        require(same, format!("{name} has not the sequences of x"))?;
        require(
            data.vector as usize == vector && data.data_type == self.descriptor.data_type,
            format!(
                "{name} has vectors of {} {:?}, where {vector} of the network's type are needed",
                data.vector, data.data_type
            ),
        )?;
        Ok(Sequences {
            address: address.get(name)?,
            layout: data.layout,
            data_type: data.data_type,
            vector: vector as u64,
            fills: data.padding.is_some().into(),
            fill: data.padding.unwrap_or(0.0),
        })
    }

    fn states(&self, size: usize) -> usize {
        self.network.pseudo_layers() * self.network.batch() * size
    }

    /// Checks the descriptor of hidden states, which may be absent if none is passed.
    fn hidden(&self, descriptor: Ref<TensorDescriptor>, addresses: &[Address]) -> Outcome<usize> {
        self.check_states(descriptor, addresses, self.network.projected, "hidden")
    }

    /// The same for the cell states, which only an LSTM has.
    fn cell(&self, descriptor: Ref<TensorDescriptor>, addresses: &[Address]) -> Outcome<usize> {
        if self.network.cell != Cell::CUDNN_LSTM {
            return Ok(0);
        }
        self.check_states(descriptor, addresses, self.network.hidden, "cell")
    }

    fn check_states(
        &self,
        descriptor: Ref<TensorDescriptor>,
        addresses: &[Address],
        size: usize,
        name: &str,
    ) -> Outcome<usize> {
        if addresses.iter().any(|address| !address.is_null()) {
            let dims = descriptor.get()?.dims;
            let expected =
                [self.network.pseudo_layers(), self.network.batch(), size].map(|size| size as c_int);
            require(dims == expected, format!("{name} states of {dims:?} should be {expected:?}"))?;
        }
        Ok(self.states(size))
    }

    /// Returns a run of states; for what the cell does not have, one without elements.
    fn run(&self, address: Address, count: usize) -> Run {
        Run::new(if count == 0 { 0 } else { address.0 }, self.descriptor.data_type, count)
    }

    fn weights(&self, address: Address, bytes: usize, name: &str) -> Outcome<Run> {
        let size = element::size(self.descriptor.data_type).unwrap_or(1);
        let count = self.network.weights_len();
        require(
            bytes >= count * size,
            format!("a weight space of {bytes} bytes is smaller than {}", count * size),
        )?;
        Ok(Run::new(address.get(name)?, self.descriptor.data_type, count))
    }

    fn reserve(&self, address: Address, bytes: usize) -> Outcome<u64> {
        let needed = 8 * self.network.trace_len();
        if bytes < needed {
            let message = format!("a reserve space of {bytes} bytes is smaller than {needed}");
            return Err(Failure::new(Status::CUDNN_STATUS_BAD_PARAM_SIZE_INSUFFICIENT, message));
        }
        address.get("the reserve space")
    }
}

/// A pointer that is told to C and never followed here.
fn pointer(address: u64) -> *mut c_void {
    ptr::without_provenance_mut(address as usize)
}

impl Dnn {
    /// Builds nothing: there is no code to be made for a batch.
    pub(crate) fn cudnnBuildRNNDynamic(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        miniBatch: c_int,
    ) -> Outcome {
        handle::find(handle)?;
        require(miniBatch > 0, format!("a batch of {miniBatch} is to be positive"))?;
        let dynamic = cudnn_sys::cudnnRNNAlgo_t::CUDNN_RNN_ALGO_PERSIST_DYNAMIC;
        require(rnnDesc.get()?.algorithm == dynamic, "only the algorithm PERSIST_DYNAMIC is built")
    }

    pub(crate) fn cudnnGetRNNTempSpaceSizes(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        fwdMode: ForwardMode,
        xDesc: Ref<RnnDataDescriptor>,
        workSpaceSize: Out<usize>,
        reserveSpaceSize: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        let (descriptor, data) = (rnnDesc.get()?, xDesc.get()?);
        require(fwdMode.0 <= 1, format!("there is no mode {}", fwdMode.0))?;
        require(!data.lengths.is_empty(), "an RNN data descriptor was not set")?;
        // Sizes are those of the longest sequences that the descriptor allows.
        let network = descriptor.network(data.time as usize, vec![data.time as usize; data.lengths.len()])?;
        let trains = fwdMode == ForwardMode::CUDNN_FWD_MODE_TRAINING;
        workSpaceSize.set_if_any(workspace_bytes(&network));
        reserveSpaceSize.set_if_any(if trains { 8 * network.trace_len() } else { 0 });
        Ok(())
    }

    pub(crate) fn cudnnGetRNNWeightSpaceSize(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        weightSpaceSize: Out<usize>,
    ) -> Outcome {
        handle::find(handle)?;
        let descriptor = rnnDesc.get()?;
        let size = element::size(descriptor.data_type).unwrap_or(1);
        weightSpaceSize.check("weightSpaceSize")?;
        weightSpaceSize.set(descriptor.network(1, vec![1])?.weights_len() * size)
    }

    pub(crate) fn cudnnGetRNNWeightParams(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        pseudoLayer: i32,
        weightSpaceSize: usize,
        weightSpace: Address,
        linLayerID: i32,
        mDesc: Ref<TensorDescriptor>,
        mAddr: Out<*mut c_void>,
        bDesc: Ref<TensorDescriptor>,
        bAddr: Out<*mut c_void>,
    ) -> Outcome {
        handle::find(handle)?;
        let descriptor = rnnDesc.get()?;
        mDesc.get()?;
        bDesc.get()?;
        mAddr.check("mAddr")?;
        bAddr.check("bAddr")?;
        let network = descriptor.network(1, vec![1])?;
        let size = element::size(descriptor.data_type).unwrap_or(1);
        let needed = network.weights_len() * size;
        require(
            weightSpaceSize >= needed,
            format!("a weight space of {weightSpaceSize} bytes is smaller than {needed}"),
        )?;
        let start = weightSpace.get("the weight space")?;
        // An LSTM may be asked for its projection, although it has none.
        let identifiers = 2 * network.gates() + usize::from(network.cell == Cell::CUDNN_LSTM);
        let known = (0..network.pseudo_layers() as i32).contains(&pseudoLayer)
            && (0..identifiers as i32).contains(&linLayerID);
        require(known, format!("there is no matrix {linLayerID} of pseudo layer {pseudoLayer}"))?;
        let (pseudo, linear) = (pseudoLayer as usize, linLayerID as usize);
        let place = |at: usize| pointer(start + (at * size) as u64);
        let column = |rows: usize, columns: usize| {
            let dims = [1, rows as c_int, columns as c_int];
            TensorDescriptor::packed(Format::CUDNN_TENSOR_NCHW, descriptor.data_type, &dims)
        };
        match network.matrix(pseudo, linear) {
            Some(matrix) => {
                mDesc.set(column(matrix.rows, matrix.columns)?)?;
                mAddr.set(place(matrix.start))?;
            }
            None => {
                mDesc.set(TensorDescriptor::default())?;
                mAddr.set(ptr::null_mut())?;
            }
        }
        match network.bias(pseudo, linear) {
            Some(bias) => {
                bDesc.set(column(network.hidden, 1)?)?;
                bAddr.set(place(bias))
            }
            None => {
                bDesc.set(TensorDescriptor::default())?;
                bAddr.set(ptr::null_mut())
            }
        }
    }

    pub(crate) fn cudnnRNNForward(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        fwdMode: ForwardMode,
        devSeqLengths: Address,
        xDesc: Ref<RnnDataDescriptor>,
        x: Address,
        yDesc: Ref<RnnDataDescriptor>,
        y: Address,
        hDesc: Ref<TensorDescriptor>,
        hx: Address,
        hy: Address,
        cDesc: Ref<TensorDescriptor>,
        cx: Address,
        cy: Address,
        weightSpaceSize: usize,
        weightSpace: Address,
        workSpaceSize: usize,
        workSpace: Address,
        reserveSpaceSize: usize,
        reserveSpace: Address,
    ) -> Outcome {
        require(fwdMode.0 <= 1, format!("there is no mode {}", fwdMode.0))?;
        let output = yDesc.get()?;
        let dropout = match rnnDesc.get()?.dropout {
            0 => DropoutDescriptor::default(),
            raw => Ref::<DropoutDescriptor>::new(raw).get()?,
        };
        let trains = fwdMode == ForwardMode::CUDNN_FWD_MODE_TRAINING;
        let drops = trains && dropout.dropout != 0.0;
        if drops && dropout.states == 0 {
            return Err(bad_param("the dropout descriptor has no states"));
        }
        let call = Call::new(handle, rnnDesc, xDesc, devSeqLengths, (workSpace, workSpaceSize))?;
        let (hidden, cell) = (call.hidden(hDesc, &[hx, hy])?, call.cell(cDesc, &[cx, cy])?);
        call.handle.launch(&Forward {
            shape: call.shape,
            x: call.sequences(&call.data, x, call.network.input, "x")?,
            y: call.sequences(&output, y, call.network.output(), "y")?,
            hx: call.run(hx, hidden),
            hy: call.run(hy, hidden),
            cx: call.run(cx, cell),
            cy: call.run(cy, cell),
            weights: call.weights(weightSpace, weightSpaceSize, "the weight space")?,
            workspace: call.workspace,
            reserve: if trains { call.reserve(reserveSpace, reserveSpaceSize)? } else { 0 },
            states: dropout.states,
            dropout: if drops { dropout.dropout.into() } else { 0.0 },
        })
    }

    pub(crate) fn cudnnRNNBackwardData_v8(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        devSeqLengths: Address,
        yDesc: Ref<RnnDataDescriptor>,
        y: Address,
        dy: Address,
        xDesc: Ref<RnnDataDescriptor>,
        dx: Address,
        hDesc: Ref<TensorDescriptor>,
        hx: Address,
        dhy: Address,
        dhx: Address,
        cDesc: Ref<TensorDescriptor>,
        cx: Address,
        dcy: Address,
        dcx: Address,
        weightSpaceSize: usize,
        weightSpace: Address,
        workSpaceSize: usize,
        workSpace: Address,
        reserveSpaceSize: usize,
        reserveSpace: Address,
    ) -> Outcome {
        let output = yDesc.get()?;
        y.get("y")?;
        let call = Call::new(handle, rnnDesc, xDesc, devSeqLengths, (workSpace, workSpaceSize))?;
        let (hidden, cell) = (call.hidden(hDesc, &[hx, dhy, dhx])?, call.cell(cDesc, &[cx, dcy, dcx])?);
        call.handle.launch(&BackwardData {
            shape: call.shape,
            dy: call.sequences(&output, dy, call.network.output(), "dy")?,
            dx: call.sequences(&call.data, dx, call.network.input, "dx")?,
            hx: call.run(hx, hidden),
            cx: call.run(cx, cell),
            dhy: call.run(dhy, hidden),
            dcy: call.run(dcy, cell),
            dhx: call.run(dhx, hidden),
            dcx: call.run(dcx, cell),
            weights: call.weights(weightSpace, weightSpaceSize, "the weight space")?,
            workspace: call.workspace,
            reserve: call.reserve(reserveSpace, reserveSpaceSize)?,
        })
    }

    pub(crate) fn cudnnRNNBackwardWeights_v8(
        handle: Ref<Handle>,
        rnnDesc: Ref<RnnDescriptor>,
        addGrad: GradientMode,
        devSeqLengths: Address,
        xDesc: Ref<RnnDataDescriptor>,
        x: Address,
        hDesc: Ref<TensorDescriptor>,
        hx: Address,
        yDesc: Ref<RnnDataDescriptor>,
        y: Address,
        weightSpaceSize: usize,
        dweightSpace: Address,
        workSpaceSize: usize,
        workSpace: Address,
        reserveSpaceSize: usize,
        reserveSpace: Address,
    ) -> Outcome {
        let adds = addGrad == GradientMode::CUDNN_WGRAD_MODE_ADD;
        support(adds, format!("gradients of weights are added, and {addGrad:?} is not that"))?;
        yDesc.get()?;
        y.get("y")?;
        let call = Call::new(handle, rnnDesc, xDesc, devSeqLengths, (workSpace, workSpaceSize))?;
        let hidden = call.hidden(hDesc, &[hx])?;
        call.handle.launch(&BackwardWeights {
            shape: call.shape,
            x: call.sequences(&call.data, x, call.network.input, "x")?,
            hx: call.run(hx, hidden),
            dweights: call.weights(dweightSpace, weightSpaceSize, "the weight space")?,
            workspace: call.workspace,
            reserve: call.reserve(reserveSpace, reserveSpaceSize)?,
        })
    }
}

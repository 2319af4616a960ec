//! Recurrent networks: the descriptor, and the calls, as they are since cuDNN 8.

#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData, sync::Arc};

use cudnn_sys::{
    CUDNN_RNN_PADDED_IO_ENABLED, cudnnDirectionMode_t, cudnnForwardMode_t, cudnnRNNAlgo_t,
    cudnnRNNBiasMode_t, cudnnRNNClipMode_t, cudnnRNNInputMode_t, cudnnRNNMode_t, cudnnWgradMode_t,
};

use super::{
    DataType, DropoutDescriptor, Error, Handle, MathMode, Nan, Result, RnnDataDescriptor, TensorDescriptor,
    Workspace, call, compat,
    descriptor::{Owned, RnnKind, TensorKind, numbers, raw_forms, table_call},
    memory::at,
};
use crate::backend::Address;

/// What a cell computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cell {
    /// max(0, W·x + R·h + b).
    Relu,
    /// tanh(W·x + R·h + b).
    Tanh,
    /// A long short-term memory.
    Lstm,
    /// A gated recurrent unit.
    Gru,
}

/// Which biases a cell has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Bias {
    /// None.
    None,
    /// One, with the input.
    Input,
    /// Two, with the input and with the state.
    #[default]
    Both,
    /// One, with the state.
    State,
}

/// How a recurrent network is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RnnAlgorithm {
    /// One product after the other.
    #[default]
    Standard,
    /// One kernel that keeps the weights, for small batches.
    PersistStatic,
    /// The same, compiled when the program runs.
    PersistDynamic,
    /// One kernel, for small hidden sizes.
    PersistStaticSmall,
}

/// What a recurrent network is like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RnnOptions {
    /// What a cell computes.
    pub cell: Cell,
    /// How it is run.
    pub algorithm: RnnAlgorithm,
    /// Which biases a cell has.
    pub bias: Bias,
    /// Whether a second network runs from the end to the beginning.
    pub bidirectional: bool,
    /// Whether the first layer takes its input as it is, without a product.
    pub skip_input: bool,
    /// Elements of an input.
    pub input: usize,
    /// Elements of a cell's state.
    pub hidden: usize,
    /// Elements of an output, fewer than `hidden` for an LSTM that projects.
    pub projection: usize,
    /// How many layers there are.
    pub layers: usize,
    /// Whether sequences of several lengths may be padded.
    pub padded: bool,
    /// The arithmetic.
    pub math: MathMode,
    /// Between what the states of an LSTM are kept.
    pub clip: Option<(f64, f64)>,
}

impl RnnOptions {
    /// Returns one layer in one direction with both biases, no projection and padded sequences.
    pub fn new(cell: Cell, input: usize, hidden: usize) -> RnnOptions {
        RnnOptions {
            cell,
            algorithm: RnnAlgorithm::Standard,
            bias: Bias::Both,
            bidirectional: false,
            skip_input: false,
            input,
            hidden,
            projection: hidden,
            layers: 1,
            padded: true,
            math: MathMode::Default,
            clip: None,
        }
    }

    /// Returns how many directions there are.
    pub fn directions(&self) -> usize {
        if self.bidirectional { 2 } else { 1 }
    }
}

/// A recurrent network of `T`, as cuDNN takes it.
pub struct RnnDescriptor<T: DataType> {
    owned: Owned<RnnKind>,
    options: RnnOptions,
    /// cuDNN keeps its address.
    dropout: Arc<DropoutDescriptor>,
    kind: PhantomData<fn() -> T>,
}

raw_forms!(RnnDescriptor<T>, cudnnRNNDescriptor_t, "cudnnDestroyRNNDescriptor");

const MAKING: &str = "making a cuDNN descriptor of a recurrent network";

impl<T: DataType> RnnDescriptor<T> {
    /// Makes a descriptor. The dropout is between layers; see [`DropoutDescriptor::none`].
    ///
    /// # Errors
    /// [`Error::Shape`] for sizes that cuDNN's numbers do not hold; [`Error::Call`] for what does not go together.
    #[doc(alias = "cudnnSetRNNDescriptor_v8")]
    #[doc(alias = "cudnnRNNSetClip_v8")]
    pub fn new(options: &RnnOptions, dropout: &Arc<DropoutDescriptor>) -> Result<RnnDescriptor<T>> {
        let RnnOptions { input, hidden, projection, layers, .. } = *options;
        let sizes = numbers(MAKING, "the sizes", &[input, hidden, projection, layers])?;
        let algorithm = match options.algorithm {
            RnnAlgorithm::Standard => cudnnRNNAlgo_t::CUDNN_RNN_ALGO_STANDARD,
            RnnAlgorithm::PersistStatic => cudnnRNNAlgo_t::CUDNN_RNN_ALGO_PERSIST_STATIC,
            RnnAlgorithm::PersistDynamic => cudnnRNNAlgo_t::CUDNN_RNN_ALGO_PERSIST_DYNAMIC,
            RnnAlgorithm::PersistStaticSmall => cudnnRNNAlgo_t::CUDNN_RNN_ALGO_PERSIST_STATIC_SMALL_H,
        };
        let cell = match options.cell {
            Cell::Relu => cudnnRNNMode_t::CUDNN_RNN_RELU,
            Cell::Tanh => cudnnRNNMode_t::CUDNN_RNN_TANH,
            Cell::Lstm => cudnnRNNMode_t::CUDNN_LSTM,
            Cell::Gru => cudnnRNNMode_t::CUDNN_GRU,
        };
        let bias = match options.bias {
            Bias::None => cudnnRNNBiasMode_t::CUDNN_RNN_NO_BIAS,
            Bias::Input => cudnnRNNBiasMode_t::CUDNN_RNN_SINGLE_INP_BIAS,
            Bias::Both => cudnnRNNBiasMode_t::CUDNN_RNN_DOUBLE_BIAS,
            Bias::State => cudnnRNNBiasMode_t::CUDNN_RNN_SINGLE_REC_BIAS,
        };
        let direction = match options.bidirectional {
            true => cudnnDirectionMode_t::CUDNN_BIDIRECTIONAL,
            false => cudnnDirectionMode_t::CUDNN_UNIDIRECTIONAL,
        };
        let enters = match options.skip_input {
            true => cudnnRNNInputMode_t::CUDNN_SKIP_INPUT,
            false => cudnnRNNInputMode_t::CUDNN_LINEAR_INPUT,
        };
        let flags = if options.padded { CUDNN_RNN_PADDED_IO_ENABLED } else { 0 };
        let owned = Owned::new(dropout.library(), |table, raw| {
            // SAFETY: both descriptors are live; the dropout's lives as long as this one.
            unsafe {
                table_call!(
                    table,
                    cudnnSetRNNDescriptor_v8(
                        raw,
                        algorithm,
                        cell,
                        bias,
                        direction,
                        enters,
                        T::RAW,
                        T::COMPUTE,
                        options.math.as_raw(),
                        sizes[0],
                        sizes[1],
                        sizes[2],
                        sizes[3],
                        dropout.as_raw(),
                        flags
                    )
                )?;
                if let Some((least, most)) = options.clip {
                    let mode = cudnnRNNClipMode_t::CUDNN_RNN_CLIP_MINMAX;
                    table_call!(table, cudnnRNNSetClip_v8(raw, mode, Nan::Propagate.as_raw(), least, most))?;
                }
            }
            Ok(())
        })
        .map_err(|error| error.doing(|| format!("{MAKING} of {}, {options:?}", T::NAME)))?;
        Ok(RnnDescriptor { owned, options: *options, dropout: dropout.clone(), kind: PhantomData })
    }

    /// Returns what the network is like.
    pub fn options(&self) -> &RnnOptions {
        &self.options
    }

    /// Returns the dropout between layers.
    pub fn dropout(&self) -> &Arc<DropoutDescriptor> {
        &self.dropout
    }

    /// Makes the descriptors of the hidden states and of an LSTM's cells, for so many sequences.
    ///
    /// # Errors
    /// [`Error::Call`].
    pub fn states(&self, batch: usize) -> Result<[TensorDescriptor<T>; 2]> {
        let layers = self.options.layers * self.options.directions();
        let dense = |size: usize| {
            let layout = super::Layout::ChannelsFirst;
            TensorDescriptor::dense(self.library(), &[layers, batch, size], layout)
        };
        Ok([dense(self.options.projection)?, dense(self.options.hidden)?])
    }
}

impl<T: DataType> fmt::Debug for RnnDescriptor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}", T::NAME, self.options)
    }
}

/// Whether what a forward call computes is kept for the way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pass {
    /// It is not.
    Inference,
    /// It is, in the reserve.
    Training,
}

/// What the calls of a recurrent network have in common. An address of 0 stands for zeros in, and for nothing out.
#[derive(Debug)]
pub struct RnnRun<'d, T: DataType> {
    /// The network.
    pub rnn: &'d RnnDescriptor<T>,
    /// The input.
    pub x: &'d RnnDataDescriptor<T>,
    /// The output.
    pub y: &'d RnnDataDescriptor<T>,
    /// The hidden states at the ends, and an LSTM's cells there.
    pub states: &'d [TensorDescriptor<T>; 2],
    /// Where the lengths of the sequences are on the device, as `i32`; 0 from cuDNN 8.9.1 on.
    pub lengths: Address,
    /// The weights.
    pub weights: Workspace,
    /// The workspace.
    pub workspace: Workspace,
    /// What a training pass keeps.
    pub reserve: Workspace,
}

/// A weight or bias of a recurrent network: where it is among the weights, in bytes, and its sizes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight {
    /// Bytes from the beginning of the weights.
    pub offset: usize,
    /// The sizes.
    pub dimensions: Vec<usize>,
}

impl Handle {
    /// Returns how many bytes the weights of a network are.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnGetRNNWeightSpaceSize")]
    pub fn rnn_weight_bytes<T: DataType>(&mut self, rnn: &RnnDescriptor<T>) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the descriptor is live; the number outlives the call.
        unsafe { call!(self, cudnnGetRNNWeightSpaceSize(rnn.as_raw(), &mut bytes)) }
            .map_err(|error| error.doing(|| format!("the weights of {rnn:?}")))?;
        Ok(bytes)
    }

    /// Returns how many bytes of workspace, and how many of reserve, a pass needs.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnGetRNNTempSpaceSizes")]
    pub fn rnn_temporary_bytes<T: DataType>(
        &mut self,
        rnn: &RnnDescriptor<T>,
        pass: Pass,
        x: &RnnDataDescriptor<T>,
    ) -> Result<(usize, usize)> {
        let (mut workspace, mut reserve) = (0, 0);
        // SAFETY: the descriptors are live; the numbers outlive the call.
        unsafe {
            call!(
                self,
                cudnnGetRNNTempSpaceSizes(
                    rnn.as_raw(),
                    pass.as_raw(),
                    x.as_raw(),
                    &mut workspace,
                    &mut reserve
                )
            )
        }
        .map_err(|error| error.doing(|| format!("the workspace of {rnn:?} for {x:?}")))?;
        Ok((workspace, reserve))
    }

    /// Returns where the matrix and the bias number `matrix` of a layer are; `None` for one that the layer does not have. In a network of two
    /// directions, layers count twice. `weights` is looked at by address alone.
    ///
    /// # Errors
    /// [`Error::Call`] for a layer or a matrix that there cannot be.
    #[doc(alias = "cudnnGetRNNWeightParams")]
    pub fn rnn_weight<T: DataType>(
        &mut self,
        rnn: &RnnDescriptor<T>,
        weights: Workspace,
        layer: usize,
        matrix: usize,
    ) -> Result<[Option<Weight>; 2]> {
        let operation = "asking for a weight of a recurrent network";
        let which = numbers(operation, "layer and matrix", &[layer, matrix])?;
        let library = self.library();
        let descriptors = [(); 2].map(|()| Owned::<TensorKind>::new(library, |_, _| Ok(())));
        let [matrix_descriptor, bias_descriptor] = descriptors;
        let (matrix_descriptor, bias_descriptor) = (matrix_descriptor?, bias_descriptor?);
        let mut places = [std::ptr::null_mut(); 2];
        let [first, second] = &mut places;
        // SAFETY: the descriptors are live; the places outlive the call. The weights are not read.
        unsafe {
            call!(
                self,
                cudnnGetRNNWeightParams(
                    rnn.as_raw(),
                    which[0],
                    weights.bytes,
                    at(weights.address),
                    which[1],
                    matrix_descriptor.raw(),
                    first,
                    bias_descriptor.raw(),
                    second
                )
            )
        }
        .map_err(|error| error.doing(|| format!("matrix {matrix} of layer {layer} of {rnn:?}")))?;
        let weight = |place: *mut std::ffi::c_void, descriptor: Owned<TensorKind>| {
            if place.is_null() {
                return Ok::<_, Error>(None);
            }
            // SAFETY: made by this library, and set by the call.
            let descriptor = unsafe { TensorDescriptor::<T>::from_raw(library, descriptor.into_raw()) }?;
            let offset = (place.addr() as u64).saturating_sub(weights.address) as usize;
            Ok(Some(Weight { offset, dimensions: descriptor.dimensions().to_vec() }))
        };
        Ok([weight(places[0], matrix_descriptor)?, weight(places[1], bias_descriptor)?])
    }

    /// Runs the network: `y` and the last states `hy`, `cy` from `x` and the first states `hx`, `cx`.
    ///
    /// # Errors
    /// [`Error::Version`] if the library needs the lengths on the device and they are not; [`Error::Call`].
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses).
    #[doc(alias = "cudnnRNNForward")]
    pub unsafe fn rnn_forward<T: DataType>(
        &mut self,
        run: &RnnRun<'_, T>,
        pass: Pass,
        (x, y): (Address, Address),
        (hx, hy): (Address, Address),
        (cx, cy): (Address, Address),
    ) -> Result<()> {
        compat::check_lengths(self.library(), run.lengths)?;
        let [h, c] = run.states;
        // SAFETY: the descriptors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnRNNForward(
                    run.rnn.as_raw(),
                    pass.as_raw(),
                    at(run.lengths).cast(),
                    run.x.as_raw(),
                    at(x),
                    run.y.as_raw(),
                    at(y),
                    h.as_raw(),
                    at(hx),
                    at(hy),
                    c.as_raw(),
                    at(cx),
                    at(cy),
                    run.weights.bytes,
                    at(run.weights.address),
                    run.workspace.bytes,
                    at(run.workspace.address),
                    run.reserve.bytes,
                    at(run.reserve.address)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{pass:?} of {:?}, x {:?}, y {:?}", run.rnn, run.x, run.y)))
    }

    /// Computes the gradients of the input and of the first states, from those of the output and of the last states. `h` and `c` are the
    /// first state, the last one's gradient and the first one's gradient.
    ///
    /// # Errors
    /// As [`rnn_forward`](Handle::rnn_forward).
    ///
    /// # Safety
    /// As for all [calls on addresses](super#calls-on-addresses); the reserve is that of a training pass, and is written too.
    #[doc(alias = "cudnnRNNBackwardData_v8")]
    pub unsafe fn rnn_backward_data<T: DataType>(
        &mut self,
        run: &RnnRun<'_, T>,
        (y, dy, dx): (Address, Address, Address),
        (hx, dhy, dhx): (Address, Address, Address),
        (cx, dcy, dcx): (Address, Address, Address),
    ) -> Result<()> {
        compat::check_lengths(self.library(), run.lengths)?;
        let [h, c] = run.states;
        // SAFETY: the descriptors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnRNNBackwardData_v8(
                    run.rnn.as_raw(),
                    at(run.lengths).cast(),
                    run.y.as_raw(),
                    at(y),
                    at(dy),
                    run.x.as_raw(),
                    at(dx),
                    h.as_raw(),
                    at(hx),
                    at(dhy),
                    at(dhx),
                    c.as_raw(),
                    at(cx),
                    at(dcy),
                    at(dcx),
                    run.weights.bytes,
                    at(run.weights.address),
                    run.workspace.bytes,
                    at(run.workspace.address),
                    run.reserve.bytes,
                    at(run.reserve.address)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{:?} backward to its input, y {:?}", run.rnn, run.y)))
    }

    /// Adds the gradients of the weights to `dweights`, behind [`rnn_backward_data`](Handle::rnn_backward_data) of the same run.
    ///
    /// # Errors
    /// As [`rnn_forward`](Handle::rnn_forward).
    ///
    /// # Safety
    /// As [`rnn_backward_data`](Handle::rnn_backward_data), behind which it runs; `dweights` is as large as the weights.
    #[doc(alias = "cudnnRNNBackwardWeights_v8")]
    pub unsafe fn rnn_backward_weights<T: DataType>(
        &mut self,
        run: &RnnRun<'_, T>,
        (x, y, hx): (Address, Address, Address),
        dweights: Address,
    ) -> Result<()> {
        compat::check_lengths(self.library(), run.lengths)?;
        // SAFETY: the descriptors are live for the call; the caller vouches for the addresses (Call 1).
        unsafe {
            call!(
                self,
                cudnnRNNBackwardWeights_v8(
                    run.rnn.as_raw(),
                    cudnnWgradMode_t::CUDNN_WGRAD_MODE_ADD,
                    at(run.lengths).cast(),
                    run.x.as_raw(),
                    at(x),
                    run.states[0].as_raw(),
                    at(hx),
                    run.y.as_raw(),
                    at(y),
                    run.weights.bytes,
                    at(dweights),
                    run.workspace.bytes,
                    at(run.workspace.address),
                    run.reserve.bytes,
                    at(run.reserve.address)
                )
            )
        }
        .map_err(|error| error.doing(|| format!("{:?} backward to its weights, x {:?}", run.rnn, run.x)))
    }
}

impl Pass {
    fn as_raw(self) -> cudnnForwardMode_t {
        match self {
            Pass::Inference => cudnnForwardMode_t::CUDNN_FWD_MODE_INFERENCE,
            Pass::Training => cudnnForwardMode_t::CUDNN_FWD_MODE_TRAINING,
        }
    }
}

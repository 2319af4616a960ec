//! Recurrent networks: their kernels.

use super::dropout::{draw, scale};
use crate::cudnn::compute::rnn::{Network, Trace};
use crate::cudnn::element;
use crate::cudnn::layout::{Layout, Tensor};
use crate::cudnn::memory::{Memory, Workspace, load_integers, load_numbers, pass_through, store_numbers};
use crate::native::Fault;
use cudnn_sys::{
    cudnnDataType_t as DataType, cudnnRNNBiasMode_t as BiasMode, cudnnRNNDataLayout_t as DataLayout,
    cudnnRNNMode_t as Cell,
};

/// A network as parameters of a kernel.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    cell: Cell,
    bias: BiasMode,
    directions: u64,
    skips_input: u64,
    input: u64,
    hidden: u64,
    projected: u64,
    layers: u64,
    clips: u64,
    clip: [f64; 2],
    time: u64,
    batch: u64,
    /// Where the lengths lie, 32 bits for each.
    lengths: u64,
}

impl Shape {
    pub(super) fn new(network: &Network, lengths: u64) -> Self {
        let (low, high) = network.clip.unwrap_or_default();
        Self {
            cell: network.cell,
            bias: network.bias,
            directions: network.directions as u64,
            skips_input: network.skips_input.into(),
            input: network.input as u64,
            hidden: network.hidden as u64,
            projected: network.projected as u64,
            layers: network.layers as u64,
            clips: network.clip.is_some().into(),
            clip: [low, high],
            time: network.time as u64,
            batch: network.batch() as u64,
            lengths,
        }
    }

    /// Reads the lengths, and makes the network of it.
    fn network(&self, memory: &dyn Memory) -> Result<Network, Fault> {
        let lengths = load_integers(memory, self.lengths, self.batch as usize)?;
        if lengths.iter().any(|length| !(0..=self.time as i64).contains(&i64::from(*length))) {
            return Err(
                format!("sequences of lengths {lengths:?} do not fit into {} steps", self.time).into()
            );
        }
        Ok(Network {
            cell: self.cell,
            bias: self.bias,
            directions: self.directions as usize,
            skips_input: self.skips_input != 0,
            input: self.input as usize,
            hidden: self.hidden as usize,
            projected: self.projected as usize,
            layers: self.layers as usize,
            clip: (self.clips != 0).then_some((self.clip[0], self.clip[1])),
            time: self.time as usize,
            lengths: lengths.into_iter().map(|length| length as usize).collect(),
        })
    }
}

/// Sequences in memory.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sequences {
    pub(super) address: u64,
    pub(super) layout: DataLayout,
    pub(super) data_type: DataType,
    pub(super) vector: u64,
    /// Whether what lies behind a sequence's end is filled, and with what.
    pub(super) fills: u64,
    pub(super) fill: f64,
}

impl Sequences {
    /// Returns where the vector of a step lies, in vectors from the start.
    fn place(&self, network: &Network, batch: usize, time: usize) -> usize {
        match self.layout {
            DataLayout::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED => {
                // The steps of one time lie side by side, those of the sequences that are long enough.
                let before: usize = network.lengths.iter().map(|length| (*length).min(time)).sum();
                before + network.lengths[..batch].iter().filter(|length| **length > time).count()
            }
            DataLayout::CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED => batch * network.time + time,
            _ => time * network.batch() + batch,
        }
    }

    fn tensor(&self, network: &Network, batch: usize, time: usize) -> Tensor {
        let size = element::size(self.data_type).unwrap_or(1) as u64;
        let offset = self.place(network, batch, time) as u64 * self.vector * size;
        Tensor { address: self.address + offset, layout: Layout::dense(self.data_type, &[self.vector]) }
    }

    /// Reads the steps into `[batch][time][vector]`, with zeros behind a sequence's end.
    fn read(&self, memory: &dyn Memory, network: &Network) -> Result<Vec<f64>, Fault> {
        let vector = self.vector as usize;
        let mut values = vec![0.0; network.batch() * network.time * vector];
        for (batch, length) in network.lengths.iter().enumerate() {
            for time in 0..*length {
                let step = self.tensor(network, batch, time).read(memory)?;
                values[(batch * network.time + time) * vector..][..vector].copy_from_slice(&step);
            }
        }
        Ok(values)
    }

    /// Writes the steps, and fills what lies behind the sequences' ends if that is asked for.
    fn write(&self, memory: &dyn Memory, network: &Network, values: &[f64]) -> Result<(), Fault> {
        let vector = self.vector as usize;
        let packed = self.layout == DataLayout::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED;
        for (batch, length) in network.lengths.iter().enumerate() {
            for time in 0..*length {
                let step = &values[(batch * network.time + time) * vector..][..vector];
                self.tensor(network, batch, time).write(memory, step)?;
            }
            if self.fills == 1 && !packed {
                for time in *length..network.time {
                    self.tensor(network, batch, time).write(memory, &vec![self.fill; vector])?;
                }
            }
        }
        Ok(())
    }
}

/// A run of numbers of one type; none at address 0.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    address: u64,
    data_type: DataType,
    reserved: u32,
    count: u64,
}

impl Run {
    pub(super) fn new(address: u64, data_type: DataType, count: usize) -> Self {
        Self { address, data_type, reserved: 0, count: count as u64 }
    }

    fn tensor(&self) -> Tensor {
        Tensor { address: self.address, layout: Layout::dense(self.data_type, &[self.count]) }
    }

    /// Reads the numbers: zeros if there are none.
    fn read(&self, memory: &dyn Memory) -> Result<Vec<f64>, Fault> {
        if self.address == 0 { Ok(vec![0.0; self.count as usize]) } else { self.tensor().read(memory) }
    }

    /// Writes the numbers, if there is a place for them.
    fn write(&self, memory: &dyn Memory, values: &[f64]) -> Result<(), Fault> {
        if self.address == 0 { Ok(()) } else { self.tensor().write(memory, values) }
    }
}

/// Runs a network over sequences.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forward {
    pub(super) shape: Shape,
    pub(super) x: Sequences,
    pub(super) y: Sequences,
    pub(super) hx: Run,
    pub(super) hy: Run,
    pub(super) cx: Run,
    pub(super) cy: Run,
    pub(super) weights: Run,
    pub(super) workspace: Workspace,
    /// Where the trace goes, or 0 if nothing is to be learnt.
    pub(super) reserve: u64,
    pub(super) states: u64,
    pub(super) dropout: f64,
}

impl Forward {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let network = self.shape.network(memory)?;
        let mut masks = None;
        if self.reserve != 0 && self.dropout != 0.0 && network.layers > 1 {
            let kept = draw(memory, self.states, self.dropout as f32, Trace::masks_len(&network))?;
            let scale = scale(self.dropout as f32);
            masks = Some(kept.into_iter().map(|kept| if kept { scale } else { 0.0 }).collect());
        }
        let mut trace = Trace::new(&network, masks);
        let (hx, cx) = (self.hx.read(memory)?, self.cx.read(memory)?);
        let weights = self.weights.read(memory)?;
        let mut outcome = network.forward(&self.x.read(memory, &network)?, &hx, &cx, &weights, &mut trace);
        pass_through(memory, self.workspace, &mut outcome.y)?;
        if self.reserve != 0 {
            store_numbers(memory, self.reserve, &trace.to_numbers())?;
        }
        self.y.write(memory, &network, &outcome.y)?;
        self.hy.write(memory, &outcome.hy)?;
        self.cy.write(memory, &outcome.cy)
    }
}

/// Computes the gradients of the data.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackwardData {
    pub(super) shape: Shape,
    pub(super) dy: Sequences,
    pub(super) dx: Sequences,
    pub(super) hx: Run,
    pub(super) cx: Run,
    pub(super) dhy: Run,
    pub(super) dcy: Run,
    pub(super) dhx: Run,
    pub(super) dcx: Run,
    pub(super) weights: Run,
    pub(super) workspace: Workspace,
    pub(super) reserve: u64,
}

impl BackwardData {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let network = self.shape.network(memory)?;
        let mut trace =
            Trace::from_numbers(&network, &load_numbers(memory, self.reserve, network.trace_len())?);
        let dy = self.dy.read(memory, &network)?;
        let [hx, cx, dhy, dcy] =
            [self.hx.read(memory)?, self.cx.read(memory)?, self.dhy.read(memory)?, self.dcy.read(memory)?];
        let weights = self.weights.read(memory)?;
        let mut found = network.backward_data(&dy, &hx, &cx, &dhy, &dcy, &weights, &mut trace);
        pass_through(memory, self.workspace, &mut found.dx)?;
        store_numbers(memory, self.reserve, &trace.to_numbers())?;
        self.dx.write(memory, &network, &found.dx)?;
        self.dhx.write(memory, &found.dhx)?;
        self.dcx.write(memory, &found.dcx)
    }
}

/// Adds the gradients of the weights to what is there.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct BackwardWeights {
    pub(super) shape: Shape,
    pub(super) x: Sequences,
    pub(super) hx: Run,
    pub(super) dweights: Run,
    pub(super) workspace: Workspace,
    pub(super) reserve: u64,
}

impl BackwardWeights {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let network = self.shape.network(memory)?;
        let trace = Trace::from_numbers(&network, &load_numbers(memory, self.reserve, network.trace_len())?);
        let mut found =
            network.backward_weights(&self.x.read(memory, &network)?, &self.hx.read(memory)?, &trace);
        pass_through(memory, self.workspace, &mut found)?;
        self.dweights.tensor().blend(memory, 1.0, &found, 1.0)
    }
}

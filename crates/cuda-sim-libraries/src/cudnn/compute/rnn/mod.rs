//! Recurrent networks: rectified, tanh, LSTM and GRU cells, in layers, in one direction or both, over sequences of any lengths.
//!
//! Arrays of sequences are `[batch][time][vector]`, whatever the layout on the device; states are `[pseudo layer][batch][vector]`.
//! A pseudo layer is one direction of one layer. What the backward pass has to know of the forward pass is a [`Trace`], which lies in the
//! reserve space between the two.

mod backward;
mod forward;
#[cfg(test)]
mod tests;

use cudnn_sys::{cudnnRNNBiasMode_t as BiasMode, cudnnRNNMode_t as Cell};
use std::ops::Range;

/// What a network is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Network {
    pub(crate) cell: Cell,
    pub(crate) bias: BiasMode,
    pub(crate) directions: usize,
    /// Whether the first layer takes its input as it is, without a matrix.
    pub(crate) skips_input: bool,
    pub(crate) input: usize,
    pub(crate) hidden: usize,
    /// The size of what a step puts out: that of the hidden state, unless an LSTM projects it.
    pub(crate) projected: usize,
    pub(crate) layers: usize,
    /// The range that an LSTM's cell state is cut to.
    pub(crate) clip: Option<(f64, f64)>,
    pub(crate) time: usize,
    pub(crate) lengths: Vec<usize>,
}

/// A matrix of the weight space: where it begins, its rows and its columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Matrix {
    pub(crate) start: usize,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
}

impl Matrix {
    fn range(self) -> Range<usize> {
        self.start..self.start + self.rows * self.columns
    }

    /// Adds the product with `x` to `y`.
    fn multiply(self, weights: &[f64], x: &[f64], y: &mut [f64]) {
        for (y, row) in y.iter_mut().zip(weights[self.range()].chunks_exact(self.columns)) {
            *y += row.iter().zip(x).map(|(w, x)| w * x).sum::<f64>();
        }
    }

    /// Adds the product of the transposed matrix with `y` to `x`.
    fn multiply_transposed(self, weights: &[f64], y: &[f64], x: &mut [f64]) {
        for (y, row) in y.iter().zip(weights[self.range()].chunks_exact(self.columns)) {
            x.iter_mut().zip(row).for_each(|(x, w)| *x += w * y);
        }
    }

    /// Adds the outer product of `y` and `x`, a matrix's gradient.
    fn add_outer(self, gradient: &mut [f64], y: &[f64], x: &[f64]) {
        for (y, row) in y.iter().zip(gradient[self.range()].chunks_exact_mut(self.columns)) {
            row.iter_mut().zip(x).for_each(|(w, x)| *w += y * x);
        }
    }
}

impl Network {
    pub(crate) fn batch(&self) -> usize {
        self.lengths.len()
    }

    pub(crate) fn gates(&self) -> usize {
        match self.cell {
            Cell::CUDNN_LSTM => 4,
            Cell::CUDNN_GRU => 3,
            _ => 1,
        }
    }

    pub(crate) fn pseudo_layers(&self) -> usize {
        self.layers * self.directions
    }

    /// Returns the size of a step's output of all directions.
    pub(crate) fn output(&self) -> usize {
        self.projected * self.directions
    }

    fn projects(&self) -> bool {
        self.projected != self.hidden
    }

    /// Returns the size of what layer `layer` reads.
    pub(crate) fn input_of(&self, layer: usize) -> usize {
        if layer == 0 { self.input } else { self.output() }
    }

    /// Returns how many matrices a pseudo layer may have: one for the input and one for the state of each gate, and the projection.
    pub(crate) fn linear_layers(&self) -> usize {
        2 * self.gates() + usize::from(self.projects())
    }

    /// Returns the rows and columns of a matrix, or `None` if there is none.
    fn shape_of(&self, pseudo: usize, linear: usize) -> Option<(usize, usize)> {
        let layer = pseudo / self.directions;
        match linear {
            at if at < self.gates() => {
                (layer > 0 || !self.skips_input).then(|| (self.hidden, self.input_of(layer)))
            }
            at if at < 2 * self.gates() => Some((self.hidden, self.projected)),
            at if at == 2 * self.gates() && self.projects() => Some((self.projected, self.hidden)),
            _ => None,
        }
    }

    fn has_bias(&self, linear: usize) -> bool {
        let of_input = linear < self.gates();
        let of_gate = linear < 2 * self.gates();
        of_gate
            && match self.bias {
                BiasMode::CUDNN_RNN_NO_BIAS => false,
                BiasMode::CUDNN_RNN_SINGLE_INP_BIAS => of_input,
                BiasMode::CUDNN_RNN_SINGLE_REC_BIAS => !of_input,
                _ => true,
            }
    }

    fn all_linear_layers(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let linear = self.linear_layers();
        (0..self.pseudo_layers()).flat_map(move |pseudo| (0..linear).map(move |linear| (pseudo, linear)))
    }

    /// Finds a matrix in the weight space. All matrices come before all biases.
    pub(crate) fn matrix(&self, pseudo: usize, linear: usize) -> Option<Matrix> {
        let mut start = 0;
        for (p, l) in self.all_linear_layers() {
            let Some((rows, columns)) = self.shape_of(p, l) else { continue };
            if (p, l) == (pseudo, linear) {
                return Some(Matrix { start, rows, columns });
            }
            start += rows * columns;
        }
        None
    }

    fn matrices_len(&self) -> usize {
        self.all_linear_layers()
            .filter_map(|(p, l)| self.shape_of(p, l))
            .map(|(rows, columns)| rows * columns)
            .sum()
    }

    /// Finds a bias, of as many elements as the hidden state has, in the weight space.
    pub(crate) fn bias(&self, pseudo: usize, linear: usize) -> Option<usize> {
        if !self.has_bias(linear) {
            return None;
        }
        let before = self.all_linear_layers().take_while(|at| *at != (pseudo, linear));
        let count = before.filter(|(_, linear)| self.has_bias(*linear)).count();
        Some(self.matrices_len() + count * self.hidden)
    }

    /// Returns how many elements the weight space has.
    pub(crate) fn weights_len(&self) -> usize {
        let biases = self.all_linear_layers().filter(|(_, linear)| self.has_bias(*linear)).count();
        self.matrices_len() + biases * self.hidden
    }

    /// Returns how many numbers a step keeps: its gates, and what else its slope depends on.
    fn record_len(&self) -> usize {
        match self.cell {
            // The four gates, the cell state, and the hidden state before it is projected.
            Cell::CUDNN_LSTM => 6 * self.hidden,
            // The three gates, and what the reset gate multiplies.
            Cell::CUDNN_GRU => 4 * self.hidden,
            _ => self.hidden,
        }
    }

    fn steps(&self) -> usize {
        self.batch() * self.time
    }

    /// Returns the sizes of a [`Trace`]'s parts.
    fn trace_parts(&self) -> [usize; 5] {
        let steps = self.steps();
        let gates = self.pseudo_layers() * steps * self.gates() * self.hidden;
        [
            self.pseudo_layers() * steps * self.record_len(),
            self.layers * steps * self.output(),
            (self.layers - 1) * steps * self.output(),
            2 * gates,
            self.pseudo_layers() * steps * self.projected,
        ]
    }

    /// Returns how many numbers a [`Trace`] has, which is what the reserve space holds.
    pub(crate) fn trace_len(&self) -> usize {
        self.trace_parts().iter().sum()
    }

    /// Returns the times of a sequence in the order in which a direction visits them.
    fn visits(&self, batch: usize, direction: usize) -> Vec<usize> {
        let length = self.lengths[batch];
        if direction == 0 { (0..length).collect() } else { (0..length).rev().collect() }
    }

    fn step(&self, batch: usize, time: usize) -> usize {
        batch * self.time + time
    }
}

/// What the forward pass leaves for the backward passes, and the first of these for the second.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trace {
    /// `[pseudo layer][step][record]`.
    records: Vec<f64>,
    /// What each layer put out: `[layer][step][output]`.
    outputs: Vec<f64>,
    /// What dropout multiplied each layer's output with, but the last one's.
    masks: Vec<f64>,
    /// The gradients of the gates before their activations, as the input's matrices see them, and behind as the state's see them:
    /// they differ in one gate of a GRU.
    gates: Vec<f64>,
    /// The gradients of what the steps put out, for the projection.
    projections: Vec<f64>,
}

impl Trace {
    /// Makes an empty trace for a network; `masks` is what dropout multiplies with, or `None` for no dropout.
    pub(crate) fn new(network: &Network, masks: Option<Vec<f64>>) -> Self {
        let [records, outputs, mask, gates, projections] = network.trace_parts();
        Self {
            records: vec![0.0; records],
            outputs: vec![0.0; outputs],
            masks: masks.unwrap_or_else(|| vec![1.0; mask]),
            gates: vec![0.0; gates],
            projections: vec![0.0; projections],
        }
    }

    /// Returns how many numbers dropout has to give for a network.
    pub(crate) fn masks_len(network: &Network) -> usize {
        network.trace_parts()[2]
    }

    /// Puts the parts into one row of numbers.
    pub(crate) fn to_numbers(&self) -> Vec<f64> {
        [&self.records, &self.outputs, &self.masks, &self.gates, &self.projections]
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }

    /// Takes the parts out of what [`to_numbers`](Self::to_numbers) made.
    pub(crate) fn from_numbers(network: &Network, numbers: &[f64]) -> Self {
        let mut rest = numbers;
        let mut take = |count: usize| {
            let (part, behind) = rest.split_at(count);
            rest = behind;
            part.to_vec()
        };
        let [records, outputs, masks, gates, projections] = network.trace_parts().map(&mut take);
        Self { records, outputs, masks, gates, projections }
    }

    /// Reads what layer `layer` read at a step: the network's input, or the layer below with dropout.
    fn input(&self, network: &Network, x: &[f64], layer: usize, step: usize) -> Vec<f64> {
        if layer == 0 {
            return x[step * network.input..][..network.input].to_vec();
        }
        let at = ((layer - 1) * network.steps() + step) * network.output();
        let [output, mask] = [&self.outputs, &self.masks].map(|all| &all[at..][..network.output()]);
        output.iter().zip(mask).map(|(output, mask)| output * mask).collect()
    }

    /// Reads the state that a visit began with: what the visit before put out, or the initial state.
    fn state<'a>(
        &'a self,
        network: &Network,
        hx: &'a [f64],
        pseudo: usize,
        batch: usize,
        before: Option<usize>,
    ) -> &'a [f64] {
        let size = network.projected;
        let Some(before) = before else { return &hx[(pseudo * network.batch() + batch) * size..][..size] };
        let (layer, direction) = (pseudo / network.directions, pseudo % network.directions);
        let step = layer * network.steps() + network.step(batch, before);
        &self.outputs[step * network.output() + direction * size..][..size]
    }

    fn record(&self, network: &Network, pseudo: usize, step: usize) -> &[f64] {
        let size = network.record_len();
        &self.records[(pseudo * network.steps() + step) * size..][..size]
    }
}

//! The forward pass.

use super::{Cell, Network, Trace};
use crate::cudnn::compute::activation::sigmoid;

/// What a forward pass gives.
pub(crate) struct Outcome {
    /// `[batch][time][output]`, zero behind a sequence's end.
    pub(crate) y: Vec<f64>,
    /// The states behind each sequence's last step.
    pub(crate) hy: Vec<f64>,
    /// The cell states of an LSTM, else empty.
    pub(crate) cy: Vec<f64>,
}

impl Network {
    /// Runs the network, and writes into `trace` what the backward passes need.
    pub(crate) fn forward(
        &self,
        x: &[f64],
        hx: &[f64],
        cx: &[f64],
        weights: &[f64],
        trace: &mut Trace,
    ) -> Outcome {
        let mut hy = hx.to_vec();
        let mut cy = cx.to_vec();
        for pseudo in 0..self.pseudo_layers() {
            let (layer, direction) = (pseudo / self.directions, pseudo % self.directions);
            for batch in 0..self.batch() {
                let state = pseudo * self.batch() + batch;
                let mut before = None;
                let mut cell = match self.cell {
                    Cell::CUDNN_LSTM => cx[state * self.hidden..][..self.hidden].to_vec(),
                    _ => Vec::new(),
                };
                for time in self.visits(batch, direction) {
                    let step = self.step(batch, time);
                    let input = trace.input(self, x, layer, step);
                    let hidden = trace.state(self, hx, pseudo, batch, before).to_vec();
                    let (record, output) = self.visit(pseudo, &input, &hidden, &mut cell, weights);
                    let size = record.len();
                    trace.records[(pseudo * self.steps() + step) * size..][..size].copy_from_slice(&record);
                    let at = (layer * self.steps() + step) * self.output() + direction * self.projected;
                    trace.outputs[at..][..self.projected].copy_from_slice(&output);
                    hy[state * self.projected..][..self.projected].copy_from_slice(&output);
                    before = Some(time);
                }
                if self.cell == Cell::CUDNN_LSTM {
                    cy[state * self.hidden..][..self.hidden].copy_from_slice(&cell);
                }
            }
        }
        let top = (self.layers - 1) * self.steps() * self.output();
        Outcome { y: trace.outputs[top..].to_vec(), hy, cy }
    }

    /// Multiplies with the matrices of one side of the gates, and adds the biases: the input's with `first` 0, the state's with
    /// `first` at the number of gates. Without a matrix the vector itself is added to each gate.
    fn side(&self, pseudo: usize, first: usize, vector: &[f64], weights: &[f64]) -> Vec<f64> {
        let mut gates = vec![0.0; self.gates() * self.hidden];
        for (gate, sum) in gates.chunks_exact_mut(self.hidden).enumerate() {
            match self.matrix(pseudo, first + gate) {
                Some(matrix) => matrix.multiply(weights, vector, sum),
                None => sum.copy_from_slice(vector),
            }
            if let Some(bias) = self.bias(pseudo, first + gate) {
                sum.iter_mut().zip(&weights[bias..]).for_each(|(sum, bias)| *sum += bias);
            }
        }
        gates
    }

    /// Computes one step. Returns what is kept of it, and what it puts out.
    fn visit(
        &self,
        pseudo: usize,
        input: &[f64],
        hidden: &[f64],
        cell: &mut [f64],
        weights: &[f64],
    ) -> (Vec<f64>, Vec<f64>) {
        let size = self.hidden;
        let from_input = self.side(pseudo, 0, input, weights);
        let from_state = self.side(pseudo, self.gates(), hidden, weights);
        let sum = |gate: usize, at: usize| from_input[gate * size + at] + from_state[gate * size + at];
        match self.cell {
            Cell::CUDNN_LSTM => {
                let mut record = vec![0.0; self.record_len()];
                for at in 0..size {
                    let [input, forget, output] = [0, 1, 3].map(|gate| sigmoid(sum(gate, at)));
                    let new = sum(2, at).tanh();
                    let mut state = forget * cell[at] + input * new;
                    if let Some((low, high)) = self.clip {
                        state = state.max(low).min(high);
                    }
                    cell[at] = state;
                    let kept = [input, forget, new, output, state, output * state.tanh()];
                    kept.into_iter().enumerate().for_each(|(part, value)| record[part * size + at] = value);
                }
                let hidden = record[5 * size..].to_vec();
                let Some(projection) = self.matrix(pseudo, 2 * self.gates()) else { return (record, hidden) };
                let mut output = vec![0.0; self.projected];
                projection.multiply(weights, &hidden, &mut output);
                (record, output)
            }
            Cell::CUDNN_GRU => {
                let mut record = vec![0.0; self.record_len()];
                let mut output = vec![0.0; size];
                for at in 0..size {
                    let [reset, update] = [0, 1].map(|gate| sigmoid(sum(gate, at)));
                    let recurrent = from_state[2 * size + at];
                    let new = (from_input[2 * size + at] + reset * recurrent).tanh();
                    output[at] = (1.0 - update) * new + update * hidden[at];
                    let kept = [reset, update, new, recurrent];
                    kept.into_iter().enumerate().for_each(|(part, value)| record[part * size + at] = value);
                }
                (record, output)
            }
            Cell::CUDNN_RNN_RELU => {
                let output: Vec<f64> = (0..size).map(|at| sum(0, at).max(0.0)).collect();
                (output.clone(), output)
            }
            _ => {
                let output: Vec<f64> = (0..size).map(|at| sum(0, at).tanh()).collect();
                (output.clone(), output)
            }
        }
    }
}

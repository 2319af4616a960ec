//! The backward passes: first the gradients of the data, which leave those of the gates in the trace, then those of the weights.

use super::{Cell, Network, Trace};

/// The gradients of the data.
pub(crate) struct DataGradients {
    /// `[batch][time][input]`, zero behind a sequence's end.
    pub(crate) dx: Vec<f64>,
    pub(crate) dhx: Vec<f64>,
    /// For an LSTM, else empty.
    pub(crate) dcx: Vec<f64>,
}

/// The gradients that reach a step from behind it.
struct Reaching {
    hidden: Vec<f64>,
    cell: Vec<f64>,
}

impl Network {
    /// Computes the gradients of the data from those of the outputs `dy` and of the last states, and writes those of the gates into
    /// `trace`.
    #[allow(clippy::too_many_arguments, reason = "they are the arguments of cudnnRNNBackwardData_v8")]
    pub(crate) fn backward_data(
        &self,
        dy: &[f64],
        hx: &[f64],
        cx: &[f64],
        dhy: &[f64],
        dcy: &[f64],
        weights: &[f64],
        trace: &mut Trace,
    ) -> DataGradients {
        let (steps, size) = (self.steps(), self.projected);
        let mut dhx = vec![0.0; hx.len()];
        let mut dcx = vec![0.0; cx.len()];
        let mut above = dy.to_vec();
        for layer in (0..self.layers).rev() {
            let width = self.input_of(layer);
            let mut below = vec![0.0; steps * width];
            for direction in 0..self.directions {
                let pseudo = layer * self.directions + direction;
                for batch in 0..self.batch() {
                    let state = pseudo * self.batch() + batch;
                    let mut reaching = Reaching {
                        hidden: dhy[state * size..][..size].to_vec(),
                        cell: match self.cell {
                            Cell::CUDNN_LSTM => dcy[state * self.hidden..][..self.hidden].to_vec(),
                            _ => Vec::new(),
                        },
                    };
                    let visits = self.visits(batch, direction);
                    for (index, time) in visits.iter().enumerate().rev() {
                        let step = self.step(batch, *time);
                        let before = index.checked_sub(1).map(|index| visits[index]);
                        let at = step * self.output() + direction * size;
                        let from_above = &above[at..][..size];
                        reaching.hidden.iter_mut().zip(from_above).for_each(|(sum, above)| *sum += above);
                        let cell_before = match (self.cell, before) {
                            (Cell::CUDNN_LSTM, Some(before)) => {
                                trace.record(self, pseudo, self.step(batch, before))[4 * self.hidden..]
                                    [..self.hidden]
                                    .to_vec()
                            }
                            (Cell::CUDNN_LSTM, None) => cx[state * self.hidden..][..self.hidden].to_vec(),
                            _ => Vec::new(),
                        };
                        let hidden_before = trace.state(self, hx, pseudo, batch, before).to_vec();
                        let below = &mut below[step * width..][..width];
                        self.revisit(
                            pseudo,
                            step,
                            &mut reaching,
                            &hidden_before,
                            &cell_before,
                            weights,
                            below,
                            trace,
                        );
                    }
                    dhx[state * size..][..size].copy_from_slice(&reaching.hidden);
                    if self.cell == Cell::CUDNN_LSTM {
                        dcx[state * self.hidden..][..self.hidden].copy_from_slice(&reaching.cell);
                    }
                }
            }
            if layer > 0 {
                let masks = &trace.masks[(layer - 1) * steps * self.output()..];
                below.iter_mut().zip(masks).for_each(|(below, mask)| *below *= mask);
            }
            above = below;
        }
        DataGradients { dx: above, dhx, dcx }
    }

    /// Computes the gradients of one step. `reaching` comes in as the gradients of what the step put out, and goes out as those of the
    /// states that it began with; those of its input are added to `below`.
    #[allow(clippy::too_many_arguments, reason = "all of them are what one step is between")]
    fn revisit(
        &self,
        pseudo: usize,
        step: usize,
        reaching: &mut Reaching,
        hidden_before: &[f64],
        cell_before: &[f64],
        weights: &[f64],
        below: &mut [f64],
        trace: &mut Trace,
    ) {
        let (size, gates) = (self.hidden, self.gates());
        let record = trace.record(self, pseudo, step).to_vec();
        let part = |part: usize, at: usize| record[part * size + at];
        // As the input's matrices see the gates, and as the state's do.
        let mut input_side = vec![0.0; gates * size];
        let mut state_side = vec![0.0; gates * size];
        let mut hidden_through = vec![0.0; self.projected];
        match self.cell {
            Cell::CUDNN_LSTM => {
                let mut dhidden = reaching.hidden.clone();
                if let Some(projection) = self.matrix(pseudo, 2 * gates) {
                    let kept = (pseudo * self.steps() + step) * self.projected;
                    trace.projections[kept..][..self.projected].copy_from_slice(&reaching.hidden);
                    dhidden = vec![0.0; size];
                    projection.multiply_transposed(weights, &reaching.hidden, &mut dhidden);
                }
                for at in 0..size {
                    let [input, forget, new, output, state] = [0, 1, 2, 3, 4].map(|index| part(index, at));
                    let squashed = state.tanh();
                    let mut dcell = reaching.cell[at] + dhidden[at] * output * (1.0 - squashed * squashed);
                    if self.clip.is_some() {
                        let free = forget * cell_before[at] + input * new;
                        // What was cut does not move with what it was cut from.
                        if free != state {
                            dcell = 0.0;
                        }
                    }
                    let slopes = [
                        dcell * new * input * (1.0 - input),
                        dcell * cell_before[at] * forget * (1.0 - forget),
                        dcell * input * (1.0 - new * new),
                        dhidden[at] * squashed * output * (1.0 - output),
                    ];
                    reaching.cell[at] = dcell * forget;
                    slopes
                        .into_iter()
                        .enumerate()
                        .for_each(|(gate, slope)| input_side[gate * size + at] = slope);
                }
                state_side.copy_from_slice(&input_side);
            }
            Cell::CUDNN_GRU => {
                for at in 0..size {
                    let [reset, update, new, recurrent] = [0, 1, 2, 3].map(|index| part(index, at));
                    let dh = reaching.hidden[at];
                    let dnew = dh * (1.0 - update) * (1.0 - new * new);
                    let slopes = [
                        dnew * recurrent * reset * (1.0 - reset),
                        dh * (hidden_before[at] - new) * update * (1.0 - update),
                        dnew,
                    ];
                    for (gate, slope) in slopes.into_iter().enumerate() {
                        input_side[gate * size + at] = slope;
                        state_side[gate * size + at] = if gate == 2 { slope * reset } else { slope };
                    }
                    hidden_through[at] = dh * update;
                }
            }
            _ => {
                for (at, side) in input_side.iter_mut().enumerate() {
                    let output = part(0, at);
                    let slope = match self.cell {
                        Cell::CUDNN_RNN_RELU => f64::from(u8::from(output > 0.0)),
                        _ => 1.0 - output * output,
                    };
                    *side = reaching.hidden[at] * slope;
                }
                state_side.copy_from_slice(&input_side);
            }
        }
        reaching.hidden = hidden_through;
        for gate in 0..gates {
            let [of_input, of_state] = [&input_side, &state_side].map(|side| &side[gate * size..][..size]);
            match self.matrix(pseudo, gate) {
                Some(matrix) => matrix.multiply_transposed(weights, of_input, below),
                None => below.iter_mut().zip(of_input).for_each(|(below, slope)| *below += slope),
            }
            if let Some(matrix) = self.matrix(pseudo, gates + gate) {
                matrix.multiply_transposed(weights, of_state, &mut reaching.hidden);
            }
        }
        let kept = 2 * (pseudo * self.steps() + step) * gates * size;
        trace.gates[kept..][..gates * size].copy_from_slice(&input_side);
        trace.gates[kept + gates * size..][..gates * size].copy_from_slice(&state_side);
    }

    /// Computes the gradients of the weights from a trace that [`backward_data`](Self::backward_data) has completed.
    pub(crate) fn backward_weights(&self, x: &[f64], hx: &[f64], trace: &Trace) -> Vec<f64> {
        let mut gradient = vec![0.0; self.weights_len()];
        let (size, gates) = (self.hidden, self.gates());
        for pseudo in 0..self.pseudo_layers() {
            let (layer, direction) = (pseudo / self.directions, pseudo % self.directions);
            for batch in 0..self.batch() {
                let mut before = None;
                for time in self.visits(batch, direction) {
                    let step = self.step(batch, time);
                    let input = trace.input(self, x, layer, step);
                    let hidden = trace.state(self, hx, pseudo, batch, before);
                    let kept = &trace.gates[2 * (pseudo * self.steps() + step) * gates * size..];
                    for linear in 0..2 * gates {
                        let slopes = &kept[linear * size..][..size];
                        let vector = if linear < gates { &input[..] } else { hidden };
                        if let Some(matrix) = self.matrix(pseudo, linear) {
                            matrix.add_outer(&mut gradient, slopes, vector);
                        }
                        if let Some(bias) = self.bias(pseudo, linear) {
                            gradient[bias..].iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += slope);
                        }
                    }
                    if let Some(projection) = self.matrix(pseudo, 2 * gates) {
                        let at = (pseudo * self.steps() + step) * self.projected;
                        let hidden = &trace.record(self, pseudo, step)[5 * size..][..size];
                        projection.add_outer(
                            &mut gradient,
                            &trace.projections[at..][..self.projected],
                            hidden,
                        );
                    }
                    before = Some(time);
                }
            }
        }
        gradient
    }
}

use super::{BiasMode, Cell, Network, Trace};
use crate::cudnn::compute::values;

fn network(cell: Cell) -> Network {
    Network {
        cell,
        bias: BiasMode::CUDNN_RNN_DOUBLE_BIAS,
        directions: 1,
        skips_input: false,
        input: 3,
        hidden: 4,
        projected: 4,
        layers: 2,
        clip: None,
        time: 5,
        lengths: vec![5, 3, 1],
    }
}

fn networks() -> Vec<Network> {
    let mut all = Vec::new();
    for cell in (0..4).map(Cell) {
        let plain = network(cell);
        for bias in (0..4).map(BiasMode) {
            all.push(Network { bias, ..plain.clone() });
        }
        all.push(Network { directions: 2, ..plain.clone() });
        all.push(Network { skips_input: true, input: 4, directions: 2, ..plain.clone() });
        all.push(Network { lengths: vec![2, 5, 3], ..plain });
    }
    let lstm = network(Cell::CUDNN_LSTM);
    all.push(Network { projected: 2, directions: 2, ..lstm.clone() });
    all.push(Network { clip: Some((-0.05, 0.1)), ..lstm });
    all
}

struct Data {
    x: Vec<f64>,
    hx: Vec<f64>,
    cx: Vec<f64>,
    weights: Vec<f64>,
    masks: Vec<f64>,
    dy: Vec<f64>,
    dhy: Vec<f64>,
    dcy: Vec<f64>,
}

impl Data {
    fn new(network: &Network) -> Self {
        let (states, steps) = (network.pseudo_layers() * network.batch(), network.steps());
        let cells = if network.cell == Cell::CUDNN_LSTM { states * network.hidden } else { 0 };
        let drop = |value: f64| if value < -0.5 { 0.0 } else { 1.5 };
        Self {
            x: values(steps * network.input, 1),
            hx: values(states * network.projected, 2),
            cx: values(cells, 3),
            weights: values(network.weights_len(), 4),
            masks: values(Trace::masks_len(network), 5).into_iter().map(drop).collect(),
            dy: values(steps * network.output(), 6),
            dhy: values(states * network.projected, 7),
            dcy: values(cells, 8),
        }
    }

    fn loss(&self, network: &Network) -> f64 {
        let mut trace = Trace::new(network, Some(self.masks.clone()));
        let outcome = network.forward(&self.x, &self.hx, &self.cx, &self.weights, &mut trace);
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        dot(&outcome.y, &self.dy) + dot(&outcome.hy, &self.dhy) + dot(&outcome.cy, &self.dcy)
    }
}

#[test]
fn the_gradients_of_a_network_are_its_slopes() {
    for network in networks() {
        let mut data = Data::new(&network);
        let mut trace = Trace::new(&network, Some(data.masks.clone()));
        network.forward(&data.x, &data.hx, &data.cx, &data.weights, &mut trace);
        // Through the reserve space and back, as between two calls.
        let mut trace = Trace::from_numbers(&network, &trace.to_numbers());
        let found = network.backward_data(
            &data.dy,
            &data.hx,
            &data.cx,
            &data.dhy,
            &data.dcy,
            &data.weights,
            &mut trace,
        );
        let weights = network.backward_weights(&data.x, &data.hx, &trace);
        assert_eq!(trace.to_numbers().len(), network.trace_len());

        type Pick = fn(&mut Data) -> &mut Vec<f64>;
        let parts: [(&str, Pick, &[f64]); 4] = [
            ("x", |data| &mut data.x, &found.dx),
            ("hx", |data| &mut data.hx, &found.dhx),
            ("cx", |data| &mut data.cx, &found.dcx),
            ("weights", |data| &mut data.weights, &weights),
        ];
        for (name, pick, gradient) in parts {
            assert_eq!(pick(&mut data).len(), gradient.len(), "{name}");
            for at in (0..gradient.len()).step_by(3) {
                let mut both = [0.0; 2];
                for (side, loss) in both.iter_mut().enumerate() {
                    let step = if side == 0 { -1e-5 } else { 1e-5 };
                    pick(&mut data)[at] += step;
                    *loss = data.loss(&network);
                    pick(&mut data)[at] -= step;
                }
                let slope = (both[1] - both[0]) / 2e-5;
                let error = (gradient[at] - slope).abs();
                assert!(error < 1e-5, "{name} {at} of {network:?}: {} and {slope}", gradient[at]);
            }
        }
    }
}

/// One LSTM step by the formulas of the manual, with the weights fetched by their identifiers.
#[test]
fn an_lstm_step_has_the_formulas_of_the_manual() {
    let network = Network { layers: 1, time: 1, lengths: vec![1], ..network(Cell::CUDNN_LSTM) };
    let data = Data::new(&network);
    let mut trace = Trace::new(&network, None);

    let outcome = network.forward(&data.x, &data.hx, &data.cx, &data.weights, &mut trace);

    for at in 0..4 {
        let gate = |gate: usize| {
            let mut sum = 0.0;
            for (linear, vector) in [(gate, &data.x), (4 + gate, &data.hx)] {
                let matrix = network.matrix(0, linear).unwrap();
                for (column, value) in vector.iter().enumerate() {
                    sum += data.weights[matrix.start + at * matrix.columns + column] * value;
                }
                sum += data.weights[network.bias(0, linear).unwrap() + at];
            }
            sum
        };
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let cell = sigma(gate(1)) * data.cx[at] + sigma(gate(0)) * gate(2).tanh();
        assert!((outcome.cy[at] - cell).abs() < 1e-12);
        assert!((outcome.hy[at] - sigma(gate(3)) * cell.tanh()).abs() < 1e-12);
    }
}

#[test]
fn a_gru_step_has_the_formulas_of_the_manual() {
    let network = Network { layers: 1, time: 1, lengths: vec![1], ..network(Cell::CUDNN_GRU) };
    let data = Data::new(&network);
    let mut trace = Trace::new(&network, None);

    let outcome = network.forward(&data.x, &data.hx, &data.cx, &data.weights, &mut trace);

    for at in 0..4 {
        let side = |linear: usize, vector: &[f64]| -> f64 {
            let matrix = network.matrix(0, linear).unwrap();
            let row = &data.weights[matrix.start + at * matrix.columns..];
            let product: f64 = row.iter().zip(vector).map(|(w, x)| w * x).sum();
            product + data.weights[network.bias(0, linear).unwrap() + at]
        };
        let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
        let reset = sigma(side(0, &data.x) + side(3, &data.hx));
        let update = sigma(side(1, &data.x) + side(4, &data.hx));
        let new = (side(2, &data.x) + reset * side(5, &data.hx)).tanh();
        let expected = (1.0 - update) * new + update * data.hx[at];
        assert!((outcome.hy[at] - expected).abs() < 1e-12);
    }
}

#[test]
fn behind_the_end_of_a_sequence_the_output_is_zero() {
    let network = network(Cell::CUDNN_RNN_TANH);
    let data = Data::new(&network);
    let mut trace = Trace::new(&network, None);

    let outcome = network.forward(&data.x, &data.hx, &data.cx, &data.weights, &mut trace);

    let rest = &outcome.y[(network.time + 3) * 4..2 * network.time * 4];
    assert!(rest.iter().all(|y| *y == 0.0));
    let last = &outcome.y[(network.time + 2) * 4..][..4];
    // The state of the top layer behind the third step of the second sequence.
    assert_eq!(last, &outcome.hy[(3 + 1) * 4..][..4]);
}

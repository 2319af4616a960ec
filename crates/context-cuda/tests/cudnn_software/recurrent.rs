//! Recurrent networks, against plain loops and differences.

use super::*;

#[test]
fn a_recurrent_network_gives_what_plain_loops_do() {
    with_both(|context| {
        let (input, hidden, batch, times) = (3, 4, 2, 5);
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let none = Arc::new(DropoutDescriptor::none(&mut handle).unwrap());
        let rnn = RnnDescriptor::<f32>::new(&RnnOptions::new(Cell::Tanh, input, hidden), &none).unwrap();
        let data = |vector| {
            let layout = SequenceLayout::TimeFirst;
            RnnDataDescriptor::<f32>::new(library, layout, times, vector, &[times; 2], None).unwrap()
        };
        let (xs, ys) = (data(input), data(hidden));
        let bytes = handle.rnn_weight_bytes(&rnn).unwrap();
        let values = numbers(bytes / 4, 1);
        let weights = context.upload(&values).unwrap();
        let place = Workspace { address: weights.as_raw(), bytes };
        let inputs = numbers(times * batch * input, 2);
        let (x, mut y) = (context.upload(&inputs).unwrap(), context.zeros(ys.elements()).unwrap());
        let mut last = context.zeros(batch * hidden).unwrap();
        // Matrix 0 is with the input, matrix 1 with the state; each has its bias.
        let part = |handle: &mut cudnn::Handle, matrix| {
            let [weight, bias] = handle.rnn_weight(&rnn, place, 0, matrix).unwrap();
            let (weight, bias) = (weight.unwrap(), bias.unwrap());
            assert_eq!(weight.dimensions[1..], [hidden, if matrix == 0 { input } else { hidden }]);
            (weight.offset / 4, bias.offset / 4)
        };
        let (w, bw) = part(&mut handle, 0);
        let (r, br) = part(&mut handle, 1);
        let (_, kept) = handle.rnn_temporary_bytes(&rnn, Pass::Training, &xs).unwrap();
        let mut cudnn = handle.operations().unwrap();
        let network = Recurrent { rnn: &rnn, x: &xs, y: &ys, weights: weights.view(), lengths: None };

        let ends = StatesMut { hidden: Some(last.view_mut()), cells: None };
        cudnn.rnn_inference(network, None, None, x.view(), States::ZERO, y.view_mut(), ends).unwrap();

        let mut expected = Vec::new();
        let mut state = vec![0.0; batch * hidden];
        for time in 0..times {
            let mut next = vec![0.0; batch * hidden];
            for (sequence, unit) in (0..batch).flat_map(|n| (0..hidden).map(move |h| (n, h))) {
                let mut sum = values[bw + unit] + values[br + unit];
                for (column, x) in inputs[(time * batch + sequence) * input..][..input].iter().enumerate() {
                    sum += values[w + unit * input + column] * x;
                }
                for (column, h) in state[sequence * hidden..][..hidden].iter().enumerate() {
                    sum += values[r + unit * hidden + column] * h;
                }
                next[sequence * hidden + unit] = sum.tanh();
            }
            expected.extend(&next);
            state = next;
        }
        assert_close(&context.read(&y).unwrap(), &expected, "the outputs");
        assert_close(&context.read(&last).unwrap(), &state, "the last states");

        // The gradient of the sum of all outputs, by weights, against a difference.
        let mut reserve = context.zeros::<u8>(kept).unwrap();
        let (mut dx, mut dweights) =
            (context.zeros(xs.elements()).unwrap(), context.zeros::<f32>(values.len()).unwrap());
        let dy = context.filled(ys.elements(), 1.0_f32).unwrap();
        let (from, zero) = (x.view(), States::ZERO);
        cudnn
            .rnn_training(network, None, None, from, zero, y.view_mut(), StatesMut::NONE, reserve.view_mut())
            .unwrap();
        cudnn
            .rnn_backward_data(
                network,
                None,
                None,
                (y.view(), dy.view()),
                (zero, zero),
                dx.view_mut(),
                StatesMut::NONE,
                reserve.view_mut(),
            )
            .unwrap();
        cudnn
            .rnn_backward_weights(
                network,
                None,
                None,
                from,
                None,
                y.view(),
                dweights.view_mut(),
                reserve.view_mut(),
            )
            .unwrap();
        let gradient = context.read(&dweights).unwrap();
        let mut total = |at: usize, by: f32| -> f64 {
            let mut moved = values.clone();
            moved[at] += by;
            let weights = context.upload(&moved).unwrap();
            let network = Recurrent { weights: weights.view(), ..network };
            cudnn.rnn_inference(network, None, None, from, zero, y.view_mut(), StatesMut::NONE).unwrap();
            context.read(&y).unwrap().iter().map(|y| f64::from(*y)).sum()
        };
        for at in [w, w + 5, r + 1, r + 7, bw + 2, br + 3] {
            let slope = ((total(at, 1e-2) - total(at, -1e-2)) / 2e-2) as f32;
            assert!(
                (gradient[at] - slope).abs() < 2e-2 * (1.0 + slope.abs()),
                "{at}: {} for {slope}",
                gradient[at]
            );
        }
    });
}

//! Layers and arithmetic on tensors, against plain loops.

use super::*;

#[test]
fn activations_and_their_gradients_are_those_of_the_formulas() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let shape = TensorDescriptor::dense(library, &[2, 3, 4, 5], Layout::ChannelsFirst).unwrap();
        let len = shape.elements();
        let (xs, dys) = (numbers(len, 1), numbers(len, 2));
        let (x, dy) = (context.upload(&xs).unwrap(), context.upload(&dys).unwrap());
        let mut cudnn = handle.operations().unwrap();
        let sigmoid = |x: f32| 1.0 / (1.0 + (-x).exp());
        type Function = Box<dyn Fn(f32) -> f32>;
        let cases: [(Activation, Function, Function); 4] = [
            (Activation::Relu, Box::new(|x| x.max(0.0)), Box::new(|x| if x > 0.0 { 1.0 } else { 0.0 })),
            (Activation::Tanh, Box::new(f32::tanh), Box::new(|x| 1.0 - x.tanh() * x.tanh())),
            (Activation::Sigmoid, Box::new(sigmoid), Box::new(move |x| sigmoid(x) * (1.0 - sigmoid(x)))),
            (
                Activation::Elu(1.0),
                Box::new(|x| if x > 0.0 { x } else { x.exp() - 1.0 }),
                Box::new(|x| if x > 0.0 { 1.0 } else { x.exp() }),
            ),
        ];
        for (activation, function, slope) in cases {
            let descriptor = ActivationDescriptor::new(library, activation, Nan::Ignore).unwrap();
            let mut y = context.zeros(len).unwrap();
            let mut dx = context.zeros(len).unwrap();

            let from = shape.of(&x).unwrap();
            cudnn.activation_forward(&descriptor, 1.0, from, 0.0, shape.of_mut(&mut y).unwrap()).unwrap();
            let (result, gradient) = (shape.of(&y).unwrap(), shape.of(&dy).unwrap());
            let target = shape.of_mut(&mut dx).unwrap();
            cudnn.activation_backward(&descriptor, 1.0, result, gradient, from, 0.0, target).unwrap();
            let mut same = context.duplicate(&x).unwrap();
            cudnn.activation_in_place(&descriptor, shape.of_mut(&mut same).unwrap()).unwrap();

            let expected: Vec<f32> = xs.iter().map(|&x| function(x)).collect();
            assert_close(&context.read(&y).unwrap(), &expected, &format!("{activation:?}"));
            assert_close(&context.read(&same).unwrap(), &expected, &format!("{activation:?} in place"));
            let expected: Vec<f32> = xs.iter().zip(&dys).map(|(&x, dy)| slope(x) * dy).collect();
            assert_close(&context.read(&dx).unwrap(), &expected, &format!("{activation:?} backward"));
        }
    });
}

#[test]
fn a_softmax_and_its_gradient_are_those_of_the_formulas() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let shape = TensorDescriptor::dense(handle.library(), &[3, 5, 1, 1], Layout::ChannelsFirst).unwrap();
        let (xs, dys) = (numbers(15, 1), numbers(15, 2));
        let (x, dy) = (context.upload(&xs).unwrap(), context.upload(&dys).unwrap());
        let (mut y, mut dx) = (context.zeros(15).unwrap(), context.zeros(15).unwrap());
        let how = (SoftmaxAlgorithm::Accurate, SoftmaxMode::Instance);
        let mut cudnn = handle.operations().unwrap();

        cudnn.softmax_forward(how, 1.0, shape.of(&x).unwrap(), 0.0, shape.of_mut(&mut y).unwrap()).unwrap();
        let (result, gradient) = (shape.of(&y).unwrap(), shape.of(&dy).unwrap());
        cudnn.softmax_backward(how, 1.0, result, gradient, 0.0, shape.of_mut(&mut dx).unwrap()).unwrap();

        let (mut expected, mut slopes) = (Vec::new(), Vec::new());
        for (row, dy) in xs.chunks(5).zip(dys.chunks(5)) {
            let sum: f32 = row.iter().map(|x| x.exp()).sum();
            let of_row: Vec<f32> = row.iter().map(|x| x.exp() / sum).collect();
            let mean: f32 = of_row.iter().zip(dy).map(|(y, dy)| y * dy).sum();
            slopes.extend(of_row.iter().zip(dy).map(|(y, dy)| y * (dy - mean)));
            expected.extend(of_row);
        }
        assert_close(&context.read(&y).unwrap(), &expected, "softmax");
        assert_close(&context.read(&dx).unwrap(), &slopes, "softmax backward");
    });
}

#[test]
fn pooling_and_its_gradient_are_those_of_the_windows() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let from = TensorDescriptor::dense(library, &[2, 1, 6, 4], Layout::ChannelsFirst).unwrap();
        let (xs, dys) = (numbers(48, 1), numbers(12, 2));
        let (x, dy) = (context.upload(&xs).unwrap(), context.upload(&dys).unwrap());
        let mut cudnn = handle.operations().unwrap();
        for mode in [PoolingMode::MaxDeterministic, PoolingMode::AverageWithoutPadding] {
            let pooling =
                PoolingDescriptor::new(library, mode, Nan::Ignore, &[2, 2], &[0, 0], &[2, 2]).unwrap();
            let sizes = pooling.output_dimensions(&from).unwrap();
            assert_eq!(sizes, [2, 1, 3, 2]);
            let to = TensorDescriptor::dense(library, &sizes, Layout::ChannelsFirst).unwrap();
            let (mut y, mut dx) = (context.zeros(12).unwrap(), context.zeros(48).unwrap());
            let input = from.of(&x).unwrap();

            cudnn.pooling_forward(&pooling, 1.0, input, 0.0, to.of_mut(&mut y).unwrap()).unwrap();
            let (result, gradient) = (to.of(&y).unwrap(), to.of(&dy).unwrap());
            let target = from.of_mut(&mut dx).unwrap();
            cudnn.pooling_backward(&pooling, 1.0, result, gradient, input, 0.0, target).unwrap();

            let (mut expected, mut slopes) = (Vec::new(), vec![0.0; 48]);
            for (image, row, column) in
                (0..2).flat_map(|n| (0..3).flat_map(move |p| (0..2).map(move |q| (n, p, q))))
            {
                let first = image * 24 + row * 8 + column * 2;
                let window = [first, first + 1, first + 4, first + 5];
                let gradient = dys[expected.len()];
                if mode == PoolingMode::MaxDeterministic {
                    let most = window.into_iter().max_by(|a, b| xs[*a].total_cmp(&xs[*b])).unwrap();
                    slopes[most] += gradient;
                    expected.push(xs[most]);
                } else {
                    window.into_iter().for_each(|at| slopes[at] += gradient / 4.0);
                    expected.push(window.into_iter().map(|at| xs[at]).sum::<f32>() / 4.0);
                }
            }
            assert_close(&context.read(&y).unwrap(), &expected, &format!("{mode:?}"));
            assert_close(&context.read(&dx).unwrap(), &slopes, &format!("{mode:?} backward"));
        }
    });
}

#[test]
fn a_batch_is_normalised_by_its_own_moments_and_by_the_running_ones() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let shape = TensorDescriptor::<f32>::dense(library, &[4, 2, 3, 1], Layout::ChannelsFirst).unwrap();
        let of = BatchNorm::Spatial.parameters(&shape).unwrap();
        assert_eq!(of.dimensions(), [1, 2, 1, 1]);
        let (xs, dys) = (numbers(24, 1), numbers(24, 2));
        let up = |values: &[f32]| context.upload(values).unwrap();
        let (x, dy, scale, bias) = (up(&xs), up(&dys), up(&[2.0, 0.5]), up(&[0.25, -1.0]));
        let (mut running_mean, mut running_variance) = (up(&[0.0, 0.0]), up(&[1.0, 1.0]));
        let mut buffers = [(); 6].map(|()| context.zeros::<f32>(2).unwrap());
        let [saved, inverse, dscale, dbias, ..] = &mut buffers;
        let (mut y, mut z, mut dx) =
            (context.zeros(24).unwrap(), context.zeros(24).unwrap(), context.zeros(24).unwrap());
        let epsilon = 1e-3;
        let mut cudnn = handle.operations().unwrap();
        let parameters = BatchNormParameters { scale: of.of(&scale).unwrap(), bias: of.of(&bias).unwrap() };

        let running = BatchNormRunning {
            factor: 1.0,
            mean: of.of_mut(&mut running_mean).unwrap(),
            variance: of.of_mut(&mut running_variance).unwrap(),
        };
        let kept = BatchNormSaved {
            mean: of.of_mut(&mut *saved).unwrap(),
            inverse_deviation: of.of_mut(&mut *inverse).unwrap(),
        };
        let (from, to) = (shape.of(&x).unwrap(), shape.of_mut(&mut y).unwrap());
        let mode = BatchNorm::Spatial;
        cudnn
            .batch_norm_training(mode, 1.0, from, 0.0, to, &parameters, Some(running), epsilon, Some(kept))
            .unwrap();
        let (mean, variance) = (of.of(&running_mean).unwrap(), of.of(&running_variance).unwrap());
        let to = shape.of_mut(&mut z).unwrap();
        cudnn.batch_norm_inference(mode, 1.0, from, 0.0, to, &parameters, mean, variance, epsilon).unwrap();
        let moments = Some([of.of(&*saved).unwrap(), of.of(&*inverse).unwrap()]);
        cudnn
            .batch_norm_backward(
                mode,
                (1.0, 0.0),
                (1.0, 0.0),
                from,
                shape.of(&dy).unwrap(),
                shape.of_mut(&mut dx).unwrap(),
                of.of(&scale).unwrap(),
                of.of_mut(&mut *dscale).unwrap(),
                of.of_mut(&mut *dbias).unwrap(),
                epsilon,
                moments,
            )
            .unwrap();

        let channel = |index: usize| index / 3 % 2;
        let of_channel = |wanted: usize, value: &dyn Fn(usize) -> f32| -> f32 {
            (0..24).filter(|index| channel(*index) == wanted).map(value).sum()
        };
        let means = [0, 1].map(|c| of_channel(c, &|index| xs[index]) / 12.0);
        let variances = [0, 1].map(|c| of_channel(c, &|index| (xs[index] - means[c]).powi(2)) / 12.0);
        let normal = |index: usize, variance: [f32; 2]| {
            let c = channel(index);
            (xs[index] - means[c]) / (variance[c] + epsilon as f32).sqrt()
        };
        let affine =
            |index: usize, normal: f32| [2.0, 0.5][channel(index)] * normal + [0.25, -1.0][channel(index)];
        let expected: Vec<f32> = (0..24).map(|index| affine(index, normal(index, variances))).collect();
        assert_close(&context.read(&y).unwrap(), &expected, "training");
        assert_close(&context.read(&running_mean).unwrap(), &means, "the running mean");
        // The running variance is that of a sample: divided by one less.
        let samples = variances.map(|variance| variance * 12.0 / 11.0);
        assert_close(&context.read(&running_variance).unwrap(), &samples, "the running variance");
        let expected: Vec<f32> = (0..24).map(|index| affine(index, normal(index, samples))).collect();
        assert_close(&context.read(&z).unwrap(), &expected, "inference");
        let sum_dy = [0, 1].map(|c| of_channel(c, &|index| dys[index]));
        let sum_dy_x = [0, 1].map(|c| of_channel(c, &|index| dys[index] * normal(index, variances)));
        assert_close(&context.read(&*dbias).unwrap(), &sum_dy, "the bias's gradient");
        assert_close(&context.read(&*dscale).unwrap(), &sum_dy_x, "the scale's gradient");
        let expected: Vec<f32> = (0..24)
            .map(|index| {
                let c = channel(index);
                let deviation = (variances[c] + epsilon as f32).sqrt();
                let inner = dys[index] - sum_dy[c] / 12.0 - normal(index, variances) * sum_dy_x[c] / 12.0;
                [2.0, 0.5][c] / deviation * inner
            })
            .collect();
        assert_close(&context.read(&dx).unwrap(), &expected, "the input's gradient");
    });
}

#[test]
fn a_response_normalisation_is_that_of_the_formula() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let shape = TensorDescriptor::dense(library, &[2, 6, 1, 2], Layout::ChannelsFirst).unwrap();
        let lrn = LrnDescriptor::new(library, 3, 0.5, 0.75, 2.0).unwrap();
        let xs = numbers(24, 1);
        let x = context.upload(&xs).unwrap();
        let mut y = context.zeros(24).unwrap();
        let mut cudnn = handle.operations().unwrap();

        cudnn.lrn_forward(&lrn, 1.0, shape.of(&x).unwrap(), 0.0, shape.of_mut(&mut y).unwrap()).unwrap();

        let at = |image: usize, channel: usize, place: usize| (image * 6 + channel) * 2 + place;
        let mut expected = vec![0.0; 24];
        for (image, channel, place) in
            (0..2).flat_map(|n| (0..6).flat_map(move |c| (0..2).map(move |p| (n, c, p))))
        {
            let near = usize::saturating_sub(channel, 1)..(channel + 2).min(6);
            let squares: f32 = near.map(|c| xs[at(image, c, place)].powi(2)).sum();
            let index = at(image, channel, place);
            expected[index] = xs[index] / f32::powf(2.0 + 0.5 / 3.0 * squares, 0.75);
        }
        assert_close(&context.read(&y).unwrap(), &expected, "response normalisation");
    });
}

#[test]
fn a_dropout_drops_as_many_as_it_should_and_the_same_on_the_way_back() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let shape = TensorDescriptor::<f32>::dense(library, &[1, 1, 64, 64], Layout::ChannelsFirst).unwrap();
        let len = shape.elements();
        let mut cudnn = handle.operations().unwrap();
        let bytes = DropoutDescriptor::reserve_bytes(library, &shape).unwrap();
        let ones = context.filled(len, 1.0_f32).unwrap();
        let mut run = |seed| {
            let mut reserve = context.zeros::<u8>(bytes).unwrap();
            let (mut y, mut dx) = (context.zeros(len).unwrap(), context.zeros(len).unwrap());
            let mut dropout = Dropout::new(&mut cudnn, 0.25, seed).unwrap();
            let from = shape.of(&ones).unwrap();
            let target = shape.of_mut(&mut y).unwrap();
            cudnn.dropout_forward(&mut dropout, from, target, reserve.view_mut()).unwrap();
            let target = shape.of_mut(&mut dx).unwrap();
            cudnn.dropout_backward(&dropout, from, target, reserve.view_mut()).unwrap();
            (context.read(&y).unwrap(), context.read(&dx).unwrap())
        };

        let ((first, back), (again, _), (other, _)) = (run(7), run(7), run(8));

        assert_eq!(first, back, "what was dropped has no gradient");
        assert_eq!(first, again, "one seed, one sequence");
        assert_ne!(first, other);
        let dropped = first.iter().filter(|y| **y == 0.0).count();
        assert!((len / 5..len / 3).contains(&dropped), "{dropped} of {len} for a quarter");
        let kept = first.iter().filter(|y| **y != 0.0);
        kept.for_each(|y| assert!((y - 4.0 / 3.0).abs() < 1e-6, "{y}"));
    });
}

#[test]
fn arithmetic_on_tensors_is_that_of_plain_loops() {
    with_both(|context| {
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let layout = Layout::ChannelsFirst;
        let shape = TensorDescriptor::<f32>::dense(library, &[2, 3, 2, 2], layout).unwrap();
        let bias = TensorDescriptor::<f32>::dense(library, &[1, 3, 1, 1], layout).unwrap();
        let last = TensorDescriptor::<f32>::dense(library, &[2, 3, 2, 2], Layout::ChannelsLast).unwrap();
        let (xs, bs) = (numbers(24, 1), numbers(3, 2));
        let (x, b) = (context.upload(&xs).unwrap(), context.upload(&bs).unwrap());
        let mut y = context.filled(24, 1.0_f32).unwrap();
        let mut cudnn = handle.operations().unwrap();
        let bias_at = |index: usize| bs[index / 4 % 3];
        let each = |value: &dyn Fn(usize) -> f32| (0..24).map(value).collect::<Vec<f32>>();

        let multiply = OpTensorDescriptor::new(library, TensorOperation::Multiply, Nan::Ignore).unwrap();
        let (from, other) = (shape.of(&x).unwrap(), bias.of(&b).unwrap());
        let target = shape.of_mut(&mut y).unwrap();
        cudnn.op_tensor(&multiply, 2.0, from, 3.0, other, 1.0, target).unwrap();
        let expected = each(&|index| 2.0 * xs[index] * 3.0 * bias_at(index) + 1.0);
        assert_close(&context.read(&y).unwrap(), &expected, "a product");

        cudnn.set(shape.of_mut(&mut y).unwrap(), 2.0).unwrap();
        cudnn.scale(shape.of_mut(&mut y).unwrap(), 0.25).unwrap();
        cudnn.add(2.0, other, 1.0, shape.of_mut(&mut y).unwrap()).unwrap();
        assert_close(&context.read(&y).unwrap(), &each(&|index| 0.5 + 2.0 * bias_at(index)), "a bias");

        cudnn.transform(1.0, from, 0.0, last.of_mut(&mut y).unwrap()).unwrap();
        let moved = |index: usize| {
            let (image, place, channel) = (index / 12, index / 3 % 4, index % 3);
            xs[image * 12 + channel * 4 + place]
        };
        assert_close(&context.read(&y).unwrap(), &each(&moved), "channels last");

        let mut sums = context.zeros(3).unwrap();
        let sum = ReduceDescriptor::new(library, Reduction::Sum, Nan::Ignore, false).unwrap();
        let target = bias.of_mut(&mut sums).unwrap();
        cudnn.reduce(&sum, None, None, 1.0, from, 0.0, target).unwrap();
        let mut expected = [0.0; 3];
        xs.iter().enumerate().for_each(|(index, x)| expected[index / 4 % 3] += x);
        assert_close(&context.read(&sums).unwrap(), &expected, "sums");
    });
}

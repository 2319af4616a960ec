//! Convolutions, against plain loops.

use super::*;

/// A convolution of a batch of 2, with all its numbers.
pub(crate) struct Plain {
    channels: usize,
    outputs: usize,
    size: [usize; 2],
    filter: usize,
    padding: usize,
    stride: usize,
    dilation: usize,
    groups: usize,
}

impl Plain {
    fn out(&self) -> [usize; 2] {
        let reach = (self.filter - 1) * self.dilation + 1;
        self.size.map(|size| 1 + (size + 2 * self.padding - reach) / self.stride)
    }

    fn x_sizes(&self) -> [usize; 4] {
        [2, self.channels, self.size[0], self.size[1]]
    }

    fn filter_sizes(&self) -> [usize; 4] {
        [self.outputs, self.channels / self.groups, self.filter, self.filter]
    }

    fn y_sizes(&self) -> [usize; 4] {
        [2, self.outputs, self.out()[0], self.out()[1]]
    }

    fn options(&self) -> ConvolutionOptions {
        ConvolutionOptions {
            padding: vec![self.padding; 2],
            stride: vec![self.stride; 2],
            dilation: vec![self.dilation; 2],
            groups: self.groups,
            ..ConvolutionOptions::new(2)
        }
    }

    /// Calls `visit` with the places in x, the filter and y of every product.
    fn visit(&self, mut visit: impl FnMut(usize, usize, usize)) {
        let ([_, c, h, w], [k, cg, r, s], [_, _, p, q]) =
            (self.x_sizes(), self.filter_sizes(), self.y_sizes());
        let of_group = k / self.groups;
        for n in 0..2 {
            for (output, row, column) in
                (0..k).flat_map(|k| (0..p).flat_map(move |p| (0..q).map(move |q| (k, p, q))))
            {
                let y = ((n * k + output) * p + row) * q + column;
                for (channel, down, along) in
                    (0..cg).flat_map(|c| (0..r).flat_map(move |r| (0..s).map(move |s| (c, r, s))))
                {
                    let (top, left) = (
                        row * self.stride + down * self.dilation,
                        column * self.stride + along * self.dilation,
                    );
                    let (Some(top), Some(left)) =
                        (top.checked_sub(self.padding), left.checked_sub(self.padding))
                    else {
                        continue;
                    };
                    if top >= h || left >= w {
                        continue;
                    }
                    let from = output / of_group * cg + channel;
                    let x = ((n * c + from) * h + top) * w + left;
                    visit(x, ((output * cg + channel) * r + down) * s + along, y);
                }
            }
        }
    }
}

pub(crate) const CONVOLUTIONS: [Plain; 4] = [
    Plain { channels: 3, outputs: 4, size: [7, 6], filter: 3, padding: 1, stride: 1, dilation: 1, groups: 1 },
    Plain { channels: 2, outputs: 3, size: [9, 8], filter: 3, padding: 0, stride: 2, dilation: 1, groups: 1 },
    Plain { channels: 4, outputs: 6, size: [8, 8], filter: 3, padding: 2, stride: 1, dilation: 2, groups: 2 },
    Plain { channels: 3, outputs: 2, size: [5, 5], filter: 1, padding: 0, stride: 1, dilation: 1, groups: 1 },
];

/// The descriptors of a convolution.
pub(crate) struct Described {
    pub(crate) x: TensorDescriptor<f32>,
    pub(crate) filter: FilterDescriptor<f32>,
    pub(crate) y: TensorDescriptor<f32>,
    pub(crate) convolution: ConvolutionDescriptor<f32>,
}

impl Described {
    pub(crate) fn new(library: cudnn::Library, plain: &Plain) -> Described {
        let layout = Layout::ChannelsFirst;
        let x = TensorDescriptor::dense(library, &plain.x_sizes(), layout).unwrap();
        let filter = FilterDescriptor::new(library, &plain.filter_sizes(), layout).unwrap();
        let convolution = ConvolutionDescriptor::new(library, &plain.options(), MathMode::Default).unwrap();
        let sizes = convolution.output_dimensions(&x, &filter).unwrap();
        assert_eq!(sizes, plain.y_sizes());
        let y = TensorDescriptor::dense(library, &sizes, layout).unwrap();
        Described { x, filter, y, convolution }
    }

    fn problem(&self) -> Convolution<'_, f32> {
        Convolution { convolution: &self.convolution, x: &self.x, filter: &self.filter, y: &self.y }
    }
}

#[test]
fn every_algorithm_of_a_convolution_gives_what_plain_loops_do() {
    with_both(|context| {
        let mut tried = 0;
        for plain in &CONVOLUTIONS {
            let mut handle = context.cudnn().unwrap();
            let described = Described::new(handle.library(), plain);
            let Described { x, filter, y, convolution } = &described;
            let (xs, ws) = (numbers(x.elements(), 1), numbers(filter.elements(), 2));
            let dys = numbers(y.elements(), 3);
            let (mut ys, mut dxs, mut dws) =
                (vec![0.0; y.elements()], vec![0.0; x.elements()], vec![0.0; filter.elements()]);
            plain.visit(|x, w, y| {
                ys[y] += xs[x] * ws[w];
                dxs[x] += ws[w] * dys[y];
                dws[w] += xs[x] * dys[y];
            });
            let up = |values: &[f32]| context.upload(values).unwrap();
            let (in_x, in_w, in_dy) = (up(&xs), up(&ws), up(&dys));
            let mut cudnn = handle.operations().unwrap();

            let able = cudnn.handle().estimate::<Forward, f32>(&described.problem()).unwrap();
            for one in able.iter().filter(|one| one.status.ok().is_ok()) {
                // Blended with what is there: twice the product, and half of ones.
                let mut out = context.filled(y.elements(), 1.0_f32).unwrap();
                let (from, weights) = (x.of(&in_x).unwrap(), filter.of(&in_w).unwrap());
                let target = y.of_mut(&mut out).unwrap();
                cudnn
                    .convolution_forward(convolution, one.algorithm, None, 2.0, from, weights, 0.5, target)
                    .unwrap();
                let expected: Vec<f32> = ys.iter().map(|y| 2.0 * y + 0.5).collect();
                assert_close(&context.read(&out).unwrap(), &expected, &format!("{:?}", one.algorithm));
                tried += 1;
            }
            let able = cudnn.handle().estimate::<BackwardData, f32>(&described.problem()).unwrap();
            for one in able.iter().filter(|one| one.status.ok().is_ok()) {
                let mut out = context.zeros(x.elements()).unwrap();
                let (weights, dy) = (filter.of(&in_w).unwrap(), y.of(&in_dy).unwrap());
                let target = x.of_mut(&mut out).unwrap();
                cudnn
                    .convolution_backward_data(
                        convolution,
                        one.algorithm,
                        None,
                        1.0,
                        weights,
                        dy,
                        0.0,
                        target,
                    )
                    .unwrap();
                assert_close(&context.read(&out).unwrap(), &dxs, &format!("{:?}", one.algorithm));
                tried += 1;
            }
            let able = cudnn.handle().estimate::<BackwardFilter, f32>(&described.problem()).unwrap();
            for one in able.iter().filter(|one| one.status.ok().is_ok()) {
                let mut out = context.zeros(filter.elements()).unwrap();
                let (from, dy) = (x.of(&in_x).unwrap(), y.of(&in_dy).unwrap());
                let target = filter.of_mut(&mut out).unwrap();
                cudnn
                    .convolution_backward_filter(convolution, one.algorithm, None, 1.0, from, dy, 0.0, target)
                    .unwrap();
                assert_close(&context.read(&out).unwrap(), &dws, &format!("{:?}", one.algorithm));
                tried += 1;
            }

            let one =
                TensorDescriptor::dense(cudnn.library(), &[1, plain.outputs, 1, 1], Layout::ChannelsFirst);
            let (one, [p, q]) = (one.unwrap(), plain.out());
            let mut dbias = context.zeros(plain.outputs).unwrap();
            cudnn
                .convolution_backward_bias(1.0, y.of(&in_dy).unwrap(), 0.0, one.of_mut(&mut dbias).unwrap())
                .unwrap();
            let mut expected = vec![0.0; plain.outputs];
            dys.iter().enumerate().for_each(|(index, dy)| expected[index / (p * q) % plain.outputs] += dy);
            assert_close(&context.read(&dbias).unwrap(), &expected, "the bias's gradient");
        }
        assert!(tried >= 4 * 3 * 2, "{tried} runs");
    });
}

#[test]
fn a_fused_convolution_gives_what_its_parts_do() {
    with_both(|context| {
        let plain = &CONVOLUTIONS[0];
        let mut handle = context.cudnn().unwrap();
        let library = handle.library();
        let described = Described::new(library, plain);
        let Described { x, filter, y, convolution } = &described;
        let (xs, ws) = (numbers(x.elements(), 1), numbers(filter.elements(), 2));
        let (zs, bs) = (numbers(y.elements(), 3), numbers(plain.outputs, 4));
        let mut ys = vec![0.0; y.elements()];
        plain.visit(|x, w, y| ys[y] += xs[x] * ws[w]);
        let [p, q] = plain.out();
        let expected: Vec<f32> = ys
            .iter()
            .enumerate()
            .map(|(index, y)| (2.0 * y + 0.5 * zs[index] + bs[index / (p * q) % plain.outputs]).max(0.0))
            .collect();
        let up = |values: &[f32]| context.upload(values).unwrap();
        let (in_x, in_w, in_z, in_b) = (up(&xs), up(&ws), up(&zs), up(&bs));
        let one = TensorDescriptor::dense(library, &[1, plain.outputs, 1, 1], Layout::ChannelsFirst).unwrap();
        let relu = ActivationDescriptor::new(library, Activation::Relu, Nan::Ignore).unwrap();
        let mut out = context.zeros(y.elements()).unwrap();
        let mut cudnn = handle.operations().unwrap();

        let algorithm = Algorithm::<Forward>::new(1, MathMode::Default);
        let fusion =
            Fusion { z: y.of(&in_z).unwrap(), alpha2: 0.5, bias: one.of(&in_b).unwrap(), activation: &relu };
        let (from, weights) = (x.of(&in_x).unwrap(), filter.of(&in_w).unwrap());
        let target = y.of_mut(&mut out).unwrap();
        cudnn
            .convolution_bias_activation(convolution, algorithm, None, 2.0, from, weights, &fusion, target)
            .unwrap();

        assert_close(&context.read(&out).unwrap(), &expected, "convolution, bias, activation");
    });
}

#[test]
fn algorithms_are_measured_and_the_fastest_is_run() {
    with_both(|context| {
        let plain = &CONVOLUTIONS[0];
        let mut handle = context.cudnn().unwrap();
        let described = Described::new(handle.library(), plain);
        let Described { x, filter, y, convolution } = &described;
        let in_x = context.upload(&numbers(x.elements(), 1)).unwrap();
        let in_w = context.upload(&numbers(filter.elements(), 2)).unwrap();
        let mut out = context.zeros(y.elements()).unwrap();
        let mut cudnn = handle.operations().unwrap();

        let (from, weights) = (x.of(&in_x).unwrap(), filter.of(&in_w).unwrap());
        let found =
            cudnn.measure_forward(convolution, None, from, weights, y.of_mut(&mut out).unwrap()).unwrap();
        let best = cudnn::choose(&found, relaxed()).unwrap();
        let strict = Settings { determinism: Determinism::Reproducible, ..Settings::default() };
        let fixed = cudnn::choose(&found, strict).unwrap();

        assert!(best.time.is_some(), "{best:?}");
        assert!(fixed.deterministic);
        let able: Vec<_> = found.iter().filter(|one| one.status.ok().is_ok()).collect();
        assert!(able.is_sorted_by_key(|one| one.time), "the fastest is first: {able:?}");
        let target = y.of_mut(&mut out).unwrap();
        cudnn
            .convolution_forward(convolution, best.algorithm, None, 1.0, from, weights, 0.0, target)
            .unwrap();
    });
}

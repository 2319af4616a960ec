//! A fully connected network with one hidden layer, written once for every device.

use device_context::prelude::*;

kernel! {
    /// h ← max(h + bias, 0), the bias repeated for each row.
    pub fn bias_relu(bias: &[f32], h: &mut [f32]);
    requires: !bias.is_empty() && h.len() % bias.len() == 0;
    threads: h.len();
    cpu: {
        for row in h.chunks_exact_mut(bias.len()) {
            row.iter_mut().zip(bias).for_each(|(h, bias)| *h = (*h + bias).max(0.0));
        }
    }
    cuda: unsafe "kernels/network.ptx";
}

kernel! {
    /// Writes each sample's loss, and the gradient of the mean loss in place of the logits.
    pub fn softmax_cross_entropy(bias: &[f32], labels: &[u32], logits: &mut [f32], losses: &mut [f32]);
    requires: !bias.is_empty() && logits.len() == labels.len() * bias.len();
    requires: losses.len() == labels.len();
    threads: labels.len();
    cpu: {
        let share = 1.0 / labels.len() as f32;
        for ((row, &label), loss) in logits.chunks_exact_mut(bias.len()).zip(labels).zip(losses) {
            row.iter_mut().zip(bias).for_each(|(logit, bias)| *logit += bias);
            let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = row.iter().map(|logit| (logit - largest).exp()).sum();
            *loss = row.get(label as usize).map_or(f32::NAN, |logit| sum.ln() - (logit - largest));
            for (class, logit) in row.iter_mut().enumerate() {
                let probability = (*logit - largest).exp() / sum;
                *logit = (probability - f32::from(class == label as usize)) * share;
            }
        }
    }
    cuda: unsafe "kernels/network.ptx";
}

kernel! {
    /// y ← y + x
    pub fn add(x: &[f32], y: &mut [f32]);
    requires: x.len() == y.len();
    threads: y.len();
    cpu: { y.iter_mut().zip(x).for_each(|(y, x)| *y += x) }
    cuda: unsafe "kernels/network.ptx";
}

kernel! {
    /// Lets the gradient through where the rectifier let the value through.
    pub fn relu_backward(h: &[f32], gradient: &mut [f32]);
    requires: h.len() == gradient.len();
    threads: gradient.len();
    cpu: {
        for (gradient, h) in gradient.iter_mut().zip(h) {
            if *h <= 0.0 {
                *gradient = 0.0;
            }
        }
    }
    cuda: unsafe "kernels/network.ptx";
}

kernel! {
    /// Adds up the rows of a matrix.
    pub fn column_sum(matrix: &[f32], sums: &mut [f32]);
    requires: !sums.is_empty() && matrix.len() % sums.len() == 0;
    threads: sums.len();
    cpu: {
        sums.fill(0.0);
        for row in matrix.chunks_exact(sums.len()) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }
    cuda: unsafe "kernels/network.ptx";
}

kernel! {
    /// One step of gradient descent with momentum.
    pub fn sgd_momentum(
        rate: f32,
        momentum: f32,
        gradient: &[f32],
        velocity: &mut [f32],
        weights: &mut [f32],
    );
    requires: gradient.len() == weights.len() && velocity.len() == weights.len();
    threads: weights.len();
    cpu: {
        for ((weight, velocity), gradient) in weights.iter_mut().zip(velocity).zip(gradient) {
            *velocity = momentum * *velocity - rate * gradient;
            *weight += *velocity;
        }
    }
    cuda: unsafe "kernels/network.ptx";
}

kernel! {
    /// Writes the class with the largest logit, for each sample.
    pub fn classify(bias: &[f32], logits: &[f32], best: &mut [u32]);
    requires: !bias.is_empty() && logits.len() == best.len() * bias.len();
    threads: best.len();
    cpu: {
        for (row, best) in logits.chunks_exact(bias.len()).zip(best) {
            let score = |class: usize| row[class] + bias[class];
            let winner = (1..row.len()).fold(0, |winner, class| {
                if score(class) > score(winner) { class } else { winner }
            });
            *best = winner as u32;
        }
    }
    cuda: unsafe "kernels/network.ptx";
}

/// One layer: weights `inputs × outputs`, a bias, and what training keeps for each.
struct Layer<C: Context> {
    inputs: usize,
    outputs: usize,
    weights: Parameter<C>,
    bias: Parameter<C>,
}

/// A trained value with its gradient and velocity.
struct Parameter<C: Context> {
    value: Buffer<f32, C>,
    gradient: Buffer<f32, C>,
    velocity: Buffer<f32, C>,
}

impl<C: Context> Parameter<C> {
    fn new(ctx: &C, value: Buffer<f32, C>) -> Result<Self> {
        let len = value.len();
        Ok(Parameter { value, gradient: ctx.zeros(len)?, velocity: ctx.zeros(len)? })
    }

    fn step(&mut self, ctx: &C, rate: f32, momentum: f32) -> Result<()> {
        ctx.run(sgd_momentum(rate, momentum, &self.gradient, &mut self.velocity, &mut self.value))
    }
}

impl<C: Context> Layer<C> {
    /// Weights are drawn as He et al. (2015) advise for rectifiers: uniform, variance 2 / inputs.
    fn new(ctx: &C, inputs: usize, outputs: usize) -> Result<Self> {
        let bound = (6.0 / inputs as f32).sqrt();
        let weights = Parameter::new(ctx, ctx.uniform(inputs * outputs, -bound..bound)?)?;
        let bias = Parameter::new(ctx, ctx.zeros(outputs)?)?;
        Ok(Layer { inputs, outputs, weights, bias })
    }

    /// y ← x · weights
    fn forward(&self, ctx: &C, x: View<'_, f32, C>, rows: usize) -> Result<Buffer<f32, C>> {
        let mut y = ctx.alloc(rows * self.outputs)?;
        let weights = self.weights.value.matrix(self.inputs, self.outputs)?;
        ctx.gemm(1.0, x.matrix(rows, self.inputs)?, weights, 0.0, y.matrix_mut(rows, self.outputs)?)?;
        Ok(y)
    }

    /// Computes the parameters' gradients from the layer's input and the gradient of its output.
    fn backward(&mut self, ctx: &C, x: View<'_, f32, C>, dy: &Buffer<f32, C>, rows: usize) -> Result<()> {
        let gradient = self.weights.gradient.matrix_mut(self.inputs, self.outputs)?;
        ctx.gemm(1.0, x.matrix(rows, self.inputs)?.t(), dy.matrix(rows, self.outputs)?, 0.0, gradient)?;
        ctx.run(column_sum(dy, &mut self.bias.gradient))
    }

    /// Computes the gradient of the layer's input from that of its output.
    fn input_gradient(&self, ctx: &C, dy: &Buffer<f32, C>, rows: usize) -> Result<Buffer<f32, C>> {
        let mut dx = ctx.alloc(rows * self.inputs)?;
        let weights = self.weights.value.matrix(self.inputs, self.outputs)?.t();
        ctx.gemm(1.0, dy.matrix(rows, self.outputs)?, weights, 0.0, dx.matrix_mut(rows, self.inputs)?)?;
        Ok(dx)
    }

    fn step(&mut self, ctx: &C, rate: f32, momentum: f32) -> Result<()> {
        self.weights.step(ctx, rate, momentum)?;
        self.bias.step(ctx, rate, momentum)
    }
}

/// Pixels → 64 rectified units → ten classes.
pub struct Network<C: Context> {
    hidden: Layer<C>,
    output: Layer<C>,
}

impl<C: Context> Network<C> {
    pub fn new(ctx: &C, inputs: usize, hidden: usize, classes: usize) -> Result<Self> {
        Ok(Network { hidden: Layer::new(ctx, inputs, hidden)?, output: Layer::new(ctx, hidden, classes)? })
    }

    fn hidden_units(&self, ctx: &C, pixels: View<'_, f32, C>, rows: usize) -> Result<Buffer<f32, C>> {
        let mut h = self.hidden.forward(ctx, pixels, rows)?;
        ctx.run(bias_relu(&self.hidden.bias.value, &mut h))?;
        Ok(h)
    }

    /// Trains on one batch, and writes the loss of each of its samples.
    pub fn train(
        &mut self,
        ctx: &C,
        pixels: &Buffer<f32, C>,
        labels: &Buffer<u32, C>,
        losses: ViewMut<'_, f32, C>,
        rate: f32,
        momentum: f32,
    ) -> Result<()> {
        let rows = labels.len();
        let h = self.hidden_units(ctx, pixels.view(), rows)?;
        let mut logits = self.output.forward(ctx, h.view(), rows)?;
        ctx.run(softmax_cross_entropy(&self.output.bias.value, labels, &mut logits, losses))?;

        let d_logits = logits;
        self.output.backward(ctx, h.view(), &d_logits, rows)?;
        let mut d_h = self.output.input_gradient(ctx, &d_logits, rows)?;
        ctx.run(relu_backward(&h, &mut d_h))?;
        self.hidden.backward(ctx, pixels.view(), &d_h, rows)?;

        self.hidden.step(ctx, rate, momentum)?;
        self.output.step(ctx, rate, momentum)
    }

    /// Returns the class of each sample.
    pub fn classify(&self, ctx: &C, pixels: &Buffer<f32, C>, rows: usize) -> Result<Buffer<u32, C>> {
        let h = self.hidden_units(ctx, pixels.view(), rows)?;
        let logits = self.output.forward(ctx, h.view(), rows)?;
        let mut classes = ctx.alloc(rows)?;
        ctx.run(classify(&self.output.bias.value, &logits, &mut classes))?;
        Ok(classes)
    }

    /// Reads all weights and biases to the host, one after the other.
    pub fn parameters(&self, ctx: &C) -> Result<Vec<f32>> {
        let mut all = Vec::new();
        for layer in [&self.hidden, &self.output] {
            all.extend(ctx.read(&layer.weights.value)?);
            all.extend(ctx.read(&layer.bias.value)?);
        }
        Ok(all)
    }

    fn kept(&mut self) -> [&mut Buffer<f32, C>; 8] {
        let (h, o) = (&mut self.hidden, &mut self.output);
        [
            &mut h.weights.value,
            &mut h.weights.velocity,
            &mut h.bias.value,
            &mut h.bias.velocity,
            &mut o.weights.value,
            &mut o.weights.velocity,
            &mut o.bias.value,
            &mut o.bias.velocity,
        ]
    }

    /// Reads everything that training goes on from.
    #[allow(dead_code)] // for the example `resume`
    pub fn save(&mut self, ctx: &C) -> Result<Vec<f32>> {
        let parts: Result<Vec<_>> = self.kept().into_iter().map(|part| ctx.read(&*part)).collect();
        Ok(parts?.concat())
    }

    /// Takes back what `save` has read.
    #[allow(dead_code)] // for the example `resume`
    pub fn restore(&mut self, ctx: &C, mut saved: &[f32]) -> Result<()> {
        for part in self.kept() {
            let (now, later) = saved.split_at(part.len().min(saved.len()));
            ctx.write(part, now)?;
            saved = later;
        }
        Ok(())
    }
}

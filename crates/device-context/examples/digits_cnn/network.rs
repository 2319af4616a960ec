//! A small convolutional network, written once for every context that has the layers.

use std::collections::HashMap;

use device_context::prelude::*;

use super::{
    digits::{classify, column_sum, sgd_momentum, softmax_cross_entropy},
    layers::{Layers, Shape},
};

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

    /// Weights are drawn as He et al. (2015) advise for rectifiers: uniform, variance 2 / inputs.
    fn weights(ctx: &C, len: usize, inputs: usize) -> Result<Self> {
        let bound = (6.0 / inputs as f32).sqrt();
        Parameter::new(ctx, ctx.uniform(len, -bound..bound)?)
    }

    fn zeros(ctx: &C, len: usize) -> Result<Self> {
        Parameter::new(ctx, ctx.zeros(len)?)
    }

    fn step(&mut self, ctx: &C, rate: f32, momentum: f32) -> Result<()> {
        ctx.run(sgd_momentum(rate, momentum, &self.gradient, &mut self.velocity, &mut self.value))
    }
}

/// Convolution, rectifier, pooling.
struct Block<C: Layers> {
    shape: Shape,
    filter: Parameter<C>,
    bias: Parameter<C>,
}

/// What a block's forward pass made, for its backward pass.
struct Passed<C: Context> {
    y: Buffer<f32, C>,
    pooled: Buffer<f32, C>,
}

impl<C: Layers> Block<C> {
    fn new(ctx: &C, shape: Shape) -> Result<Self> {
        let inputs = shape.weights() / shape.filters;
        let filter = Parameter::weights(ctx, shape.weights(), inputs)?;
        Ok(Block { shape, filter, bias: Parameter::zeros(ctx, shape.filters)? })
    }

    fn forward(&self, ctx: &C, plan: &Plan<C>, x: View<'_, f32, C>) -> Result<Passed<C>> {
        let mut y = ctx.alloc(plan.shape.output())?;
        ctx.convolve(&plan.plan, x, self.filter.value.view(), self.bias.value.view(), y.view_mut())?;
        let mut pooled = ctx.alloc(plan.shape.pooled())?;
        ctx.pool(&plan.plan, y.view(), pooled.view_mut())?;
        Ok(Passed { y, pooled })
    }

    /// Computes the gradients of the parameters, and of the input if anybody wants it.
    fn backward(
        &mut self,
        ctx: &C,
        plan: &Plan<C>,
        x: View<'_, f32, C>,
        passed: &Passed<C>,
        d_pooled: View<'_, f32, C>,
        dx: Option<ViewMut<'_, f32, C>>,
    ) -> Result<()> {
        let mut dy = ctx.alloc(plan.shape.output())?;
        ctx.unpool(&plan.plan, passed.y.view(), passed.pooled.view(), d_pooled, dy.view_mut())?;
        let mut dz = ctx.alloc(plan.shape.output())?;
        ctx.unrectify(&plan.plan, passed.y.view(), dy.view(), dz.view_mut())?;
        let (d_filter, d_bias) = (self.filter.gradient.view_mut(), self.bias.gradient.view_mut());
        ctx.convolve_parameters(&plan.plan, x, dz.view(), d_filter, d_bias)?;
        match dx {
            Some(dx) => ctx.convolve_input(&plan.plan, self.filter.value.view(), dz.view(), dx),
            None => Ok(()),
        }
    }

    fn step(&mut self, ctx: &C, rate: f32, momentum: f32) -> Result<()> {
        self.filter.step(ctx, rate, momentum)?;
        self.bias.step(ctx, rate, momentum)
    }
}

/// What the device keeps for one block and one number of images.
struct Plan<C: Layers> {
    shape: Shape,
    plan: C::Plan,
}

/// Two blocks of 8 and 16 filters, and ten classes from the 64 pixels that are left.
pub struct Network<C: Layers> {
    blocks: [Block<C>; 2],
    /// By how many images there are at once.
    plans: HashMap<usize, [Plan<C>; 2]>,
    weights: Parameter<C>,
    bias: Parameter<C>,
    classes: usize,
}

impl<C: Layers> Network<C> {
    pub fn new(ctx: &C, side: usize, classes: usize) -> Result<Self> {
        let shape = |channels, filters, side| Shape { images: 1, channels, filters, side, size: 3 };
        let blocks = [Block::new(ctx, shape(1, 8, side))?, Block::new(ctx, shape(8, 16, side / 2))?];
        let features = blocks[1].shape.pooled();
        Ok(Network {
            blocks,
            plans: HashMap::new(),
            weights: Parameter::weights(ctx, features * classes, features)?,
            bias: Parameter::zeros(ctx, classes)?,
            classes,
        })
    }

    /// Gets ready for so many images at once.
    pub fn prepare(&mut self, ctx: &C, images: usize) -> Result<()> {
        if !self.plans.contains_key(&images) {
            let plan = |block: &Block<C>| -> Result<Plan<C>> {
                let shape = Shape { images, ..block.shape };
                Ok(Plan { shape, plan: ctx.plan(shape)? })
            };
            self.plans.insert(images, [plan(&self.blocks[0])?, plan(&self.blocks[1])?]);
        }
        Ok(())
    }

    fn plans(&self, images: usize) -> Result<&[Plan<C>; 2]> {
        self.plans.get(&images).ok_or_else(|| Error::Shape {
            operation: "looking at images",
            detail: format!("{images} at once, for which the network is not prepared; call `prepare` before"),
        })
    }

    fn features(&self) -> usize {
        self.weights.value.len() / self.classes
    }

    fn logits(&self, ctx: &C, features: &Buffer<f32, C>, images: usize) -> Result<Buffer<f32, C>> {
        let mut logits = ctx.alloc(images * self.classes)?;
        let features = features.matrix(images, self.features())?;
        let weights = self.weights.value.matrix(self.features(), self.classes)?;
        ctx.gemm(1.0, features, weights, 0.0, logits.matrix_mut(images, self.classes)?)?;
        Ok(logits)
    }

    /// Trains on one batch, and writes the loss of each of its images.
    pub fn train(
        &mut self,
        ctx: &C,
        pixels: &Buffer<f32, C>,
        labels: &Buffer<u32, C>,
        losses: ViewMut<'_, f32, C>,
        rate: f32,
        momentum: f32,
    ) -> Result<()> {
        let images = labels.len();
        self.prepare(ctx, images)?;
        let plans = &self.plans[&images];
        let first = self.blocks[0].forward(ctx, &plans[0], pixels.view())?;
        let second = self.blocks[1].forward(ctx, &plans[1], first.pooled.view())?;
        let mut logits = self.logits(ctx, &second.pooled, images)?;
        ctx.run(softmax_cross_entropy(&self.bias.value, labels, &mut logits, losses))?;

        let d_logits = logits;
        let (features, classes) = (self.features(), self.classes);
        let gradient = self.weights.gradient.matrix_mut(features, classes)?;
        let inputs = second.pooled.matrix(images, features)?.t();
        ctx.gemm(1.0, inputs, d_logits.matrix(images, classes)?, 0.0, gradient)?;
        ctx.run(column_sum(&d_logits, &mut self.bias.gradient))?;
        let mut d_features = ctx.alloc(images * features)?;
        let weights = self.weights.value.matrix(features, classes)?.t();
        let target = d_features.matrix_mut(images, features)?;
        ctx.gemm(1.0, d_logits.matrix(images, classes)?, weights, 0.0, target)?;

        let mut d_first = ctx.alloc(first.pooled.len())?;
        let inputs = first.pooled.view();
        self.blocks[1].backward(
            ctx,
            &plans[1],
            inputs,
            &second,
            d_features.view(),
            Some(d_first.view_mut()),
        )?;
        self.blocks[0].backward(ctx, &plans[0], pixels.view(), &first, d_first.view(), None)?;

        self.blocks.iter_mut().try_for_each(|block| block.step(ctx, rate, momentum))?;
        self.weights.step(ctx, rate, momentum)?;
        self.bias.step(ctx, rate, momentum)
    }

    /// Returns the class of each image. Call [`prepare`](Network::prepare) for that many before.
    pub fn classify(&self, ctx: &C, pixels: &Buffer<f32, C>, images: usize) -> Result<Buffer<u32, C>> {
        let plans = self.plans(images)?;
        let first = self.blocks[0].forward(ctx, &plans[0], pixels.view())?;
        let second = self.blocks[1].forward(ctx, &plans[1], first.pooled.view())?;
        let logits = self.logits(ctx, &second.pooled, images)?;
        let mut classes = ctx.alloc(images)?;
        ctx.run(classify(&self.bias.value, &logits, &mut classes))?;
        Ok(classes)
    }

    /// Reads all weights and biases to the host, one after the other.
    pub fn parameters(&self, ctx: &C) -> Result<Vec<f32>> {
        let blocks = self.blocks.iter().flat_map(|block| [&block.filter, &block.bias]);
        let parts: Result<Vec<_>> =
            blocks.chain([&self.weights, &self.bias]).map(|part| ctx.read(&part.value)).collect();
        Ok(parts?.concat())
    }
}

//! The layers on the CPU: plain kernels.

use device_context::{CpuContext, prelude::*};

use super::layers::{Layers, Shape};

/// Where the taps of a filter fall: calls `visit(pixel of the output, pixel of the input, tap)` for all that lie in the image.
fn for_each_tap(side: usize, size: usize, mut visit: impl FnMut(usize, usize, usize)) {
    let padding = size / 2;
    for y in 0..side {
        for x in 0..side {
            for ty in 0..size {
                for tx in 0..size {
                    let (from_y, from_x) = (y + ty, x + tx);
                    let inside = |at: usize| (padding..padding + side).contains(&at);
                    if inside(from_y) && inside(from_x) {
                        visit(y * side + x, (from_y - padding) * side + from_x - padding, ty * size + tx);
                    }
                }
            }
        }
    }
}

/// The four pixels that pixel `(y, x)` of the pooled image is the largest of.
fn square(side: usize, y: usize, x: usize) -> [usize; 4] {
    let first = 2 * y * side + 2 * x;
    [first, first + 1, first + side, first + side + 1]
}

kernel! {
    /// y ← max(filter * x + bias, 0)
    fn convolve_relu(side: u32, size: u32, x: &[f32], filter: &[f32], bias: &[f32], y: &mut [f32]);
    requires: side > 0 && size > 0 && !bias.is_empty();
    requires: filter.len() % (bias.len() * (size * size) as usize) == 0 && !filter.is_empty();
    requires: y.len() % (bias.len() * (side * side) as usize) == 0;
    threads: y.len();
    cpu: {
        let (pixels, taps) = ((side * side) as usize, (size * size) as usize);
        let channels = filter.len() / bias.len() / taps;
        let images = x.chunks_exact(channels * pixels).zip(y.chunks_exact_mut(bias.len() * pixels));
        for (x, y) in images {
            for ((y, filter), bias) in
                y.chunks_exact_mut(pixels).zip(filter.chunks_exact(channels * taps)).zip(bias)
            {
                y.fill(*bias);
                for (x, filter) in x.chunks_exact(pixels).zip(filter.chunks_exact(taps)) {
                    for_each_tap(side as usize, size as usize, |to, from, tap| y[to] += filter[tap] * x[from]);
                }
                y.iter_mut().for_each(|y| *y = y.max(0.0));
            }
        }
    }
}

kernel! {
    /// dz ← dy where y is positive, else 0
    fn relu_gradient(y: &[f32], dy: &[f32], dz: &mut [f32]);
    requires: y.len() == dz.len() && dy.len() == dz.len();
    threads: dz.len();
    cpu: {
        for ((dz, dy), y) in dz.iter_mut().zip(dy).zip(y) {
            *dz = if *y > 0.0 { *dy } else { 0.0 };
        }
    }
}

kernel! {
    /// The gradients of filter and bias, summed over all images.
    fn parameter_gradients(
        side: u32,
        size: u32,
        x: &[f32],
        dz: &[f32],
        d_filter: &mut [f32],
        d_bias: &mut [f32],
    );
    requires: side > 0 && size > 0 && !d_bias.is_empty();
    requires: d_filter.len() % (d_bias.len() * (size * size) as usize) == 0 && !d_filter.is_empty();
    threads: d_filter.len();
    cpu: {
        let (pixels, taps) = ((side * side) as usize, (size * size) as usize);
        let filters = d_bias.len();
        let channels = d_filter.len() / filters / taps;
        d_filter.fill(0.0);
        d_bias.fill(0.0);
        for (x, dz) in x.chunks_exact(channels * pixels).zip(dz.chunks_exact(filters * pixels)) {
            for ((dz, d_filter), d_bias) in dz
                .chunks_exact(pixels)
                .zip(d_filter.chunks_exact_mut(channels * taps))
                .zip(d_bias.iter_mut())
            {
                *d_bias += dz.iter().sum::<f32>();
                for (x, d_filter) in x.chunks_exact(pixels).zip(d_filter.chunks_exact_mut(taps)) {
                    for_each_tap(side as usize, size as usize, |to, from, tap| d_filter[tap] += dz[to] * x[from]);
                }
            }
        }
    }
}

kernel! {
    /// The gradient of the input.
    fn input_gradient(side: u32, size: u32, filters: u32, filter: &[f32], dz: &[f32], dx: &mut [f32]);
    requires: side > 0 && size > 0 && filters > 0;
    requires: filter.len() % (filters * size * size) as usize == 0 && !filter.is_empty();
    threads: dx.len();
    cpu: {
        let (pixels, taps, filters) = ((side * side) as usize, (size * size) as usize, filters as usize);
        let channels = filter.len() / filters / taps;
        dx.fill(0.0);
        for (dx, dz) in dx.chunks_exact_mut(channels * pixels).zip(dz.chunks_exact(filters * pixels)) {
            for (dz, filter) in dz.chunks_exact(pixels).zip(filter.chunks_exact(channels * taps)) {
                for (dx, filter) in dx.chunks_exact_mut(pixels).zip(filter.chunks_exact(taps)) {
                    for_each_tap(side as usize, size as usize, |to, from, tap| dx[from] += filter[tap] * dz[to]);
                }
            }
        }
    }
}

kernel! {
    /// The largest of each 2 × 2 pixels.
    fn max_pool(side: u32, y: &[f32], pooled: &mut [f32]);
    requires: side > 0 && side.is_multiple_of(2) && y.len() == 4 * pooled.len();
    threads: pooled.len();
    cpu: {
        let side = side as usize;
        for (y, pooled) in y.chunks_exact(side * side).zip(pooled.chunks_exact_mut(side * side / 4)) {
            for (at, pooled) in pooled.iter_mut().enumerate() {
                let square = square(side, at / (side / 2), at % (side / 2));
                *pooled = square.iter().map(|pixel| y[*pixel]).fold(f32::NEG_INFINITY, f32::max);
            }
        }
    }
}

kernel! {
    /// Hands each pooled pixel's gradient to the first pixel that was the largest.
    fn max_pool_gradient(side: u32, y: &[f32], pooled: &[f32], d_pooled: &[f32], dy: &mut [f32]);
    requires: side > 0 && side.is_multiple_of(2) && y.len() == dy.len();
    requires: dy.len() == 4 * pooled.len() && pooled.len() == d_pooled.len();
    threads: pooled.len();
    cpu: {
        let side = side as usize;
        let quarter = side * side / 4;
        dy.fill(0.0);
        let images = y.chunks_exact(side * side).zip(dy.chunks_exact_mut(side * side));
        let pooled = pooled.chunks_exact(quarter).zip(d_pooled.chunks_exact(quarter));
        for ((y, dy), (pooled, d_pooled)) in images.zip(pooled) {
            for at in 0..quarter {
                let square = square(side, at / (side / 2), at % (side / 2));
                if let Some(largest) = square.into_iter().find(|pixel| y[*pixel] == pooled[at]) {
                    dy[largest] += d_pooled[at];
                }
            }
        }
    }
}

impl Layers for CpuContext {
    type Plan = Shape;

    fn plan(&self, shape: Shape) -> Result<Shape> {
        Ok(shape)
    }

    fn convolve(
        &self,
        plan: &Shape,
        x: View<'_, f32, Self>,
        filter: View<'_, f32, Self>,
        bias: View<'_, f32, Self>,
        y: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        self.run(convolve_relu(plan.side as u32, plan.size as u32, x, filter, bias, y))
    }

    fn unrectify(
        &self,
        _plan: &Shape,
        y: View<'_, f32, Self>,
        dy: View<'_, f32, Self>,
        dz: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        self.run(relu_gradient(y, dy, dz))
    }

    fn convolve_parameters(
        &self,
        plan: &Shape,
        x: View<'_, f32, Self>,
        dz: View<'_, f32, Self>,
        d_filter: ViewMut<'_, f32, Self>,
        d_bias: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        self.run(parameter_gradients(plan.side as u32, plan.size as u32, x, dz, d_filter, d_bias))
    }

    fn convolve_input(
        &self,
        plan: &Shape,
        filter: View<'_, f32, Self>,
        dz: View<'_, f32, Self>,
        dx: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        let (side, size, filters) = (plan.side as u32, plan.size as u32, plan.filters as u32);
        self.run(input_gradient(side, size, filters, filter, dz, dx))
    }

    fn pool(&self, plan: &Shape, y: View<'_, f32, Self>, pooled: ViewMut<'_, f32, Self>) -> Result<()> {
        self.run(max_pool(plan.side as u32, y, pooled))
    }

    fn unpool(
        &self,
        plan: &Shape,
        y: View<'_, f32, Self>,
        pooled: View<'_, f32, Self>,
        d_pooled: View<'_, f32, Self>,
        dy: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        self.run(max_pool_gradient(plan.side as u32, y, pooled, d_pooled, dy))
    }

    fn beside<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        // The caller's own thread works: there is nothing to share.
        work(self)
    }
}

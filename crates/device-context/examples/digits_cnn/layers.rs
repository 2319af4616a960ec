//! What a convolutional network asks of a device: the layers that the [`Context`] trait does not have.
//!
//! `plain.rs` has them for the CPU, as kernels; `dnn.rs` for CUDA devices, through cuDNN. The network above knows neither.

use device_context::prelude::*;

/// A convolution of square images by square filters with an odd side, padded so that the output is as large as the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Images at once.
    pub images: usize,
    /// Channels of the input.
    pub channels: usize,
    /// Filters, which are the channels of the output.
    pub filters: usize,
    /// Pixels along a side of an image.
    pub side: usize,
    /// Pixels along a side of a filter.
    pub size: usize,
}

impl Shape {
    /// Returns the elements of the output: images × filters × side × side.
    pub fn output(&self) -> usize {
        self.images * self.filters * self.side * self.side
    }

    /// Returns the elements of the filters: filters × channels × size × size.
    pub fn weights(&self) -> usize {
        self.filters * self.channels * self.size * self.size
    }

    /// Returns the elements of the output after pooling: a quarter of them.
    pub fn pooled(&self) -> usize {
        self.output() / 4
    }
}

/// A context that has the layers of a convolutional network.
pub trait Layers: Context {
    /// What the device keeps for one shape.
    type Plan: Send + Sync;

    /// Gets ready for a shape.
    fn plan(&self, shape: Shape) -> Result<Self::Plan>;

    /// y ← max(filter * x + bias, 0)
    fn convolve(
        &self,
        plan: &Self::Plan,
        x: View<'_, f32, Self>,
        filter: View<'_, f32, Self>,
        bias: View<'_, f32, Self>,
        y: ViewMut<'_, f32, Self>,
    ) -> Result<()>;

    /// Turns the gradient of the rectified output `y` into that of what was rectified.
    fn unrectify(
        &self,
        plan: &Self::Plan,
        y: View<'_, f32, Self>,
        dy: View<'_, f32, Self>,
        dz: ViewMut<'_, f32, Self>,
    ) -> Result<()>;

    /// Computes the gradients of filter and bias from the input and the gradient of what was rectified.
    fn convolve_parameters(
        &self,
        plan: &Self::Plan,
        x: View<'_, f32, Self>,
        dz: View<'_, f32, Self>,
        d_filter: ViewMut<'_, f32, Self>,
        d_bias: ViewMut<'_, f32, Self>,
    ) -> Result<()>;

    /// Computes the gradient of the input.
    fn convolve_input(
        &self,
        plan: &Self::Plan,
        filter: View<'_, f32, Self>,
        dz: View<'_, f32, Self>,
        dx: ViewMut<'_, f32, Self>,
    ) -> Result<()>;

    /// Takes the largest of each 2 × 2 pixels of the output.
    fn pool(&self, plan: &Self::Plan, y: View<'_, f32, Self>, pooled: ViewMut<'_, f32, Self>) -> Result<()>;

    /// Computes the gradient of the output from that of the pooled.
    fn unpool(
        &self,
        plan: &Self::Plan,
        y: View<'_, f32, Self>,
        pooled: View<'_, f32, Self>,
        d_pooled: View<'_, f32, Self>,
        dy: ViewMut<'_, f32, Self>,
    ) -> Result<()>;

    /// Calls `work` with a context whose work runs beside that of other threads, behind what this context was given so far, and before
    /// what it is given later.
    fn beside<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T>;
}

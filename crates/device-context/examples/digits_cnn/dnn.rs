//! The layers on CUDA devices: cuDNN.

use device_context::{
    CudaContext, CudnnWrapper,
    cudnn::{
        Activation, ActivationDescriptor, Algorithm, BackwardData, BackwardFilter, Convolution,
        ConvolutionDescriptor, ConvolutionOptions, FilterDescriptor, Forward, Layout, Nan, PoolingDescriptor,
        PoolingMode, TensorDescriptor,
    },
    prelude::*,
};

use super::layers::{Layers, Shape};

/// The descriptors of a shape, and the algorithms that cuDNN thinks best for it.
pub struct Plan {
    x: TensorDescriptor<f32>,
    filter: FilterDescriptor<f32>,
    bias: TensorDescriptor<f32>,
    y: TensorDescriptor<f32>,
    pooled: TensorDescriptor<f32>,
    convolution: ConvolutionDescriptor<f32>,
    relu: ActivationDescriptor,
    pooling: PoolingDescriptor,
    forward: Algorithm<Forward>,
    backward_data: Algorithm<BackwardData>,
    backward_filter: Algorithm<BackwardFilter>,
}

impl Layers for CudaContext {
    type Plan = Plan;

    fn plan(&self, shape: Shape) -> Result<Plan> {
        let Shape { images, channels, filters, side, size } = shape;
        let mut handle = self.cudnn()?;
        let library = handle.library();
        let tensor = |sizes: [usize; 4]| TensorDescriptor::dense(library, &sizes, Layout::ChannelsFirst);
        let x = tensor([images, channels, side, side])?;
        let y = tensor([images, filters, side, side])?;
        let filter = FilterDescriptor::new(library, &[filters, channels, size, size], Layout::ChannelsFirst)?;
        let options = ConvolutionOptions { padding: vec![size / 2; 2], ..ConvolutionOptions::new(2) };
        let convolution = ConvolutionDescriptor::new(library, &options, self.math_mode())?;
        let problem = Convolution { convolution: &convolution, x: &x, filter: &filter, y: &y };
        let mut operations = handle.operations()?;
        let forward = operations.algorithm(&problem)?.algorithm;
        let backward_data = operations.algorithm(&problem)?.algorithm;
        let backward_filter = operations.algorithm(&problem)?.algorithm;
        let bias = tensor([1, filters, 1, 1])?;
        let pooled = tensor([images, filters, side / 2, side / 2])?;
        let relu = ActivationDescriptor::new(library, Activation::Relu, Nan::Propagate)?;
        let pooling = PoolingDescriptor::new(
            library,
            PoolingMode::MaxDeterministic,
            Nan::Propagate,
            &[2, 2],
            &[0, 0],
            &[2, 2],
        )?;
        Ok(Plan {
            x,
            filter,
            bias,
            y,
            pooled,
            convolution,
            relu,
            pooling,
            forward,
            backward_data,
            backward_filter,
        })
    }

    fn convolve(
        &self,
        plan: &Plan,
        x: View<'_, f32, Self>,
        filter: View<'_, f32, Self>,
        bias: View<'_, f32, Self>,
        mut y: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        let mut handle = self.cudnn()?;
        let mut operations = handle.operations()?;
        let (x, filter) = (plan.x.of(x)?, plan.filter.of(filter)?);
        let out = plan.y.of_mut(&mut y)?;
        operations.convolution_forward(&plan.convolution, plan.forward, None, 1.0, x, filter, 0.0, out)?;
        operations.add(1.0, plan.bias.of(bias)?, 1.0, plan.y.of_mut(&mut y)?)?;
        operations.activation_in_place(&plan.relu, plan.y.of_mut(&mut y)?)
    }

    fn unrectify(
        &self,
        plan: &Plan,
        y: View<'_, f32, Self>,
        dy: View<'_, f32, Self>,
        dz: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        let (y, dy, dz) = (plan.y.of(y)?, plan.y.of(dy)?, plan.y.of_mut(dz)?);
        // What was rectified is positive where the output is: the output stands for it.
        self.cudnn()?.operations()?.activation_backward(&plan.relu, 1.0, y, dy, y, 0.0, dz)
    }

    fn convolve_parameters(
        &self,
        plan: &Plan,
        x: View<'_, f32, Self>,
        dz: View<'_, f32, Self>,
        d_filter: ViewMut<'_, f32, Self>,
        d_bias: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        let mut handle = self.cudnn()?;
        let mut operations = handle.operations()?;
        let (x, dz) = (plan.x.of(x)?, plan.y.of(dz)?);
        let d_filter = plan.filter.of_mut(d_filter)?;
        let algorithm = plan.backward_filter;
        operations.convolution_backward_filter(
            &plan.convolution,
            algorithm,
            None,
            1.0,
            x,
            dz,
            0.0,
            d_filter,
        )?;
        operations.convolution_backward_bias(1.0, dz, 0.0, plan.bias.of_mut(d_bias)?)
    }

    fn convolve_input(
        &self,
        plan: &Plan,
        filter: View<'_, f32, Self>,
        dz: View<'_, f32, Self>,
        dx: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        let (filter, dz, dx) = (plan.filter.of(filter)?, plan.y.of(dz)?, plan.x.of_mut(dx)?);
        let (convolution, algorithm) = (&plan.convolution, plan.backward_data);
        let mut handle = self.cudnn()?;
        handle.operations()?.convolution_backward_data(convolution, algorithm, None, 1.0, filter, dz, 0.0, dx)
    }

    fn pool(&self, plan: &Plan, y: View<'_, f32, Self>, pooled: ViewMut<'_, f32, Self>) -> Result<()> {
        let (y, pooled) = (plan.y.of(y)?, plan.pooled.of_mut(pooled)?);
        self.cudnn()?.operations()?.pooling_forward(&plan.pooling, 1.0, y, 0.0, pooled)
    }

    fn unpool(
        &self,
        plan: &Plan,
        y: View<'_, f32, Self>,
        pooled: View<'_, f32, Self>,
        d_pooled: View<'_, f32, Self>,
        dy: ViewMut<'_, f32, Self>,
    ) -> Result<()> {
        let (x, y, d_pooled) = (plan.y.of(y)?, plan.pooled.of(pooled)?, plan.pooled.of(d_pooled)?);
        let dy = plan.y.of_mut(dy)?;
        self.cudnn()?.operations()?.pooling_backward(&plan.pooling, 1.0, y, d_pooled, x, 0.0, dy)
    }

    fn beside<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        CudnnWrapper::new(self).with_any_state(|state| state.execute(self, |scope| work(scope.context())))
    }
}

//! Convolutions on buffers.

#![allow(unsafe_code)]

use super::{Operations, Scratch};
use crate::{
    Context, Result, ViewMut,
    cudnn::{
        ActivationDescriptor, Algorithm, AlgorithmCache, AlgorithmKey, BackwardData, BackwardFilter,
        Convolution, ConvolutionDescriptor, DataType, Determinism, Direction, Filter, FilterMut, Forward,
        Fused, Performance, Tensor, TensorMut, choose,
    },
};

/// What is fused behind a convolution: `y ← activation(alpha1·conv(x, filter) + alpha2·z + bias)`.
#[derive(Debug)]
pub struct Fusion<'a, T: DataType, C: Context> {
    /// What is added, with its factor `alpha2`; of the shape of `y`.
    pub z: Tensor<'a, T, C>,
    /// The factor of `z`.
    pub alpha2: T::Scale,
    /// The bias: one number for each channel of `y`.
    pub bias: Tensor<'a, T, C>,
    /// The identity or ReLU.
    pub activation: &'a ActivationDescriptor,
}

impl<C: Context> Operations<'_, C> {
    /// Chooses the best algorithm, by cuDNN's estimate, that the settings allow. Runs nothing.
    ///
    /// # Errors
    /// As [`choose`].
    #[doc(alias = "cudnnGetConvolutionForwardAlgorithm_v7")]
    pub fn algorithm<D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
    ) -> Result<Performance<D>> {
        let libraries = [
            problem.convolution.library(),
            problem.x.library(),
            problem.filter.library(),
            problem.y.library(),
        ];
        self.check_libraries("choosing an algorithm", &libraries)?;
        let found = self.handle.estimate(problem)?;
        Ok(choose(&found, self.settings)?)
    }

    /// Returns what the best algorithm for a problem depends on, for a cache.
    ///
    /// # Errors
    /// If the device does not tell its name.
    pub fn algorithm_key<D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
    ) -> Result<AlgorithmKey<D>> {
        let (version, settings) = (self.library().version(), self.settings);
        Ok(AlgorithmKey::new(problem, self.handle.device_name()?, version, settings))
    }

    /// Returns the algorithm that `cache` knows for a problem; if it knows none, [chooses](Operations::algorithm) one, and has the cache
    /// keep it. What was measured is kept by [`AlgorithmCache::insert`].
    ///
    /// # Errors
    /// As [`choose`].
    pub fn cached_algorithm<D: Direction, T: DataType>(
        &mut self,
        cache: &AlgorithmCache,
        problem: &Convolution<'_, T>,
    ) -> Result<Performance<D>> {
        let key = self.algorithm_key(problem)?;
        if let Some(known) = cache.get(&key) {
            return Ok(known);
        }
        let chosen = self.algorithm(problem)?;
        cache.insert(&key, chosen);
        Ok(chosen)
    }

    /// Refuses an algorithm that the settings do not allow, and takes the workspace that it needs.
    fn prepare<'w, D: Direction, T: DataType>(
        &mut self,
        operation: &'static str,
        problem: &Convolution<'_, T>,
        algorithm: Algorithm<D>,
        workspace: Option<ViewMut<'w, u8, C>>,
    ) -> Result<Scratch<'w, C>> {
        let libraries = [
            problem.convolution.library(),
            problem.x.library(),
            problem.filter.library(),
            problem.y.library(),
        ];
        self.check_libraries(operation, &libraries)?;
        if self.settings.determinism == Determinism::Reproducible
            && D::NOT_DETERMINISTIC.contains(&algorithm.number())
        {
            self.settings.refuse_unless_relaxed(&format!("{algorithm:?}"), "`algorithm` chooses another")?;
        }
        self.check_math(&algorithm, algorithm.math())?;
        let bytes = self.handle.convolution_workspace_bytes(problem, algorithm)?;
        self.scratch(bytes, workspace)
    }

    /// `y ← alpha·conv(x, filter) + beta·y`. With `beta` zero, `y` is not read.
    ///
    /// # Errors
    /// [`cudnn::Error::Setting`](crate::cudnn::Error::Setting) for an algorithm that the settings do not allow; [`Shape`](crate::cudnn::Error::Shape) for a workspace that is too small;
    /// [`Call`](crate::cudnn::Error::Call); whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnConvolutionForward")]
    #[allow(clippy::too_many_arguments)]
    pub fn convolution_forward<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        algorithm: Algorithm<Forward>,
        workspace: Option<ViewMut<'_, u8, C>>,
        alpha: T::Scale,
        x: Tensor<'_, T, C>,
        filter: Filter<'_, T, C>,
        beta: T::Scale,
        y: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let problem =
            Convolution { convolution, x: x.descriptor, filter: filter.descriptor, y: y.descriptor };
        let scratch = self.prepare("convolution", &problem, algorithm, workspace)?;
        let operands = [x.operand("x"), filter.operand("filter"), y.operand("y"), scratch.operand()];
        self.give("convolution", &[], &operands, |handle| {
            let (x, filter, y) = (x.at().1, filter.at().1, y.at().1);
            // SAFETY: each view is as long as its descriptor says, borrowed for the call, that of `y` and of the workspace exclusively
            // (Buffer 1), and in order on the stream of the context, to which the handle is set (Order 1, Call 1).
            unsafe {
                handle.convolution_forward(&problem, algorithm, scratch.raw(), alpha, x, filter, beta, y)
            }
        })
    }

    /// `y ← activation(alpha1·conv(x, filter) + alpha2·z + bias)`, in one call.
    ///
    /// # Errors
    /// As [`convolution_forward`](Operations::convolution_forward).
    #[doc(alias = "cudnnConvolutionBiasActivationForward")]
    #[allow(clippy::too_many_arguments)]
    pub fn convolution_bias_activation<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        algorithm: Algorithm<Forward>,
        workspace: Option<ViewMut<'_, u8, C>>,
        alpha1: T::Scale,
        x: Tensor<'_, T, C>,
        filter: Filter<'_, T, C>,
        fusion: &Fusion<'_, T, C>,
        y: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let problem =
            Convolution { convolution, x: x.descriptor, filter: filter.descriptor, y: y.descriptor };
        let Fusion { z, alpha2, bias, activation } = fusion;
        let fused = Fused { bias: bias.descriptor, z: z.descriptor, activation };
        let operation = "convolution, bias, activation";
        let scratch = self.prepare(operation, &problem, algorithm, workspace)?;
        let operands = [
            x.operand("x"),
            filter.operand("filter"),
            z.operand("z"),
            bias.operand("bias"),
            y.operand("y"),
            scratch.operand(),
        ];
        let libraries = [z.library(), bias.library(), activation.library()];
        self.give(operation, &libraries, &operands, |handle| {
            let inputs = (alpha1, x.at().1, filter.at().1);
            let added = (*alpha2, z.at().1);
            // SAFETY: as in `convolution_forward`.
            unsafe {
                handle.convolution_bias_activation(
                    &problem,
                    &fused,
                    algorithm,
                    scratch.raw(),
                    inputs,
                    added,
                    bias.at().1,
                    y.at().1,
                )
            }
        })
    }

    /// `dx ← alpha·(gradient of x from dy) + beta·dx`. With `beta` zero, `dx` is not read.
    ///
    /// # Errors
    /// As [`convolution_forward`](Operations::convolution_forward).
    #[doc(alias = "cudnnConvolutionBackwardData")]
    #[allow(clippy::too_many_arguments)]
    pub fn convolution_backward_data<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        algorithm: Algorithm<BackwardData>,
        workspace: Option<ViewMut<'_, u8, C>>,
        alpha: T::Scale,
        filter: Filter<'_, T, C>,
        dy: Tensor<'_, T, C>,
        beta: T::Scale,
        dx: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let problem =
            Convolution { convolution, x: dx.descriptor, filter: filter.descriptor, y: dy.descriptor };
        let operation = "convolution, backward to its input";
        let scratch = self.prepare(operation, &problem, algorithm, workspace)?;
        let operands = [filter.operand("filter"), dy.operand("dy"), dx.operand("dx"), scratch.operand()];
        self.give(operation, &[], &operands, |handle| {
            let (filter, dy, dx) = (filter.at().1, dy.at().1, dx.at().1);
            // SAFETY: as in `convolution_forward`.
            unsafe {
                handle.convolution_backward_data(
                    &problem,
                    algorithm,
                    scratch.raw(),
                    alpha,
                    filter,
                    dy,
                    beta,
                    dx,
                )
            }
        })
    }

    /// `dfilter ← alpha·(gradient of the filter from x and dy) + beta·dfilter`. With `beta` zero, `dfilter` is not read.
    ///
    /// # Errors
    /// As [`convolution_forward`](Operations::convolution_forward).
    #[doc(alias = "cudnnConvolutionBackwardFilter")]
    #[allow(clippy::too_many_arguments)]
    pub fn convolution_backward_filter<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        algorithm: Algorithm<BackwardFilter>,
        workspace: Option<ViewMut<'_, u8, C>>,
        alpha: T::Scale,
        x: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        beta: T::Scale,
        dfilter: FilterMut<'_, T, C>,
    ) -> Result<()> {
        let problem =
            Convolution { convolution, x: x.descriptor, filter: dfilter.descriptor, y: dy.descriptor };
        let operation = "convolution, backward to its filter";
        let scratch = self.prepare(operation, &problem, algorithm, workspace)?;
        let operands = [x.operand("x"), dy.operand("dy"), dfilter.operand("dfilter"), scratch.operand()];
        self.give(operation, &[], &operands, |handle| {
            let (x, dy, dfilter) = (x.at().1, dy.at().1, dfilter.at().1);
            // SAFETY: as in `convolution_forward`.
            unsafe {
                handle.convolution_backward_filter(
                    &problem,
                    algorithm,
                    scratch.raw(),
                    alpha,
                    x,
                    dy,
                    beta,
                    dfilter,
                )
            }
        })
    }

    /// `dbias ← alpha·(sum of dy over all but the channels) + beta·dbias`.
    ///
    /// # Errors
    /// [`Call`](crate::cudnn::Error::Call); whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnConvolutionBackwardBias")]
    pub fn convolution_backward_bias<T: DataType>(
        &mut self,
        alpha: T::Scale,
        dy: Tensor<'_, T, C>,
        beta: T::Scale,
        dbias: TensorMut<'_, T, C>,
    ) -> Result<()> {
        let operands = [dy.operand("dy"), dbias.operand("dbias")];
        let libraries = [dy.library(), dbias.library()];
        self.give("convolution, backward to its bias", &libraries, &operands, |handle| {
            // SAFETY: as in `convolution_forward`.
            unsafe { handle.convolution_backward_bias(alpha, dy.at(), beta, dbias.at()) }
        })
    }

    /// Runs every algorithm of a direction for forward convolutions on these buffers, and returns what each took, the fastest first. cuDNN
    /// waits for the device. `y` then holds the result of one of them.
    ///
    /// # Errors
    /// [`Call`](crate::cudnn::Error::Call); whatever giving an operation to the context can fail with.
    #[doc(alias = "cudnnFindConvolutionForwardAlgorithmEx")]
    pub fn measure_forward<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        workspace: Option<ViewMut<'_, u8, C>>,
        x: Tensor<'_, T, C>,
        filter: Filter<'_, T, C>,
        y: TensorMut<'_, T, C>,
    ) -> Result<Vec<Performance<Forward>>> {
        let problem =
            Convolution { convolution, x: x.descriptor, filter: filter.descriptor, y: y.descriptor };
        let places = [x.at().1, filter.at().1, y.at().1];
        let operands = [x.operand("x"), filter.operand("filter"), y.operand("y")];
        self.measure(&problem, workspace, places, operands)
    }

    /// As [`measure_forward`](Operations::measure_forward), for the gradient of the input.
    ///
    /// # Errors
    /// As [`measure_forward`](Operations::measure_forward).
    #[doc(alias = "cudnnFindConvolutionBackwardDataAlgorithmEx")]
    pub fn measure_backward_data<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        workspace: Option<ViewMut<'_, u8, C>>,
        filter: Filter<'_, T, C>,
        dy: Tensor<'_, T, C>,
        dx: TensorMut<'_, T, C>,
    ) -> Result<Vec<Performance<BackwardData>>> {
        let problem =
            Convolution { convolution, x: dx.descriptor, filter: filter.descriptor, y: dy.descriptor };
        let places = [filter.at().1, dy.at().1, dx.at().1];
        let operands = [filter.operand("filter"), dy.operand("dy"), dx.operand("dx")];
        self.measure(&problem, workspace, places, operands)
    }

    /// As [`measure_forward`](Operations::measure_forward), for the gradient of the filter.
    ///
    /// # Errors
    /// As [`measure_forward`](Operations::measure_forward).
    #[doc(alias = "cudnnFindConvolutionBackwardFilterAlgorithmEx")]
    pub fn measure_backward_filter<T: DataType>(
        &mut self,
        convolution: &ConvolutionDescriptor<T>,
        workspace: Option<ViewMut<'_, u8, C>>,
        x: Tensor<'_, T, C>,
        dy: Tensor<'_, T, C>,
        dfilter: FilterMut<'_, T, C>,
    ) -> Result<Vec<Performance<BackwardFilter>>> {
        let problem =
            Convolution { convolution, x: x.descriptor, filter: dfilter.descriptor, y: dy.descriptor };
        let places = [x.at().1, dy.at().1, dfilter.at().1];
        let operands = [x.operand("x"), dy.operand("dy"), dfilter.operand("dfilter")];
        self.measure(&problem, workspace, places, operands)
    }

    /// Measures with all that the estimate says would be used, or the workspace that was given.
    fn measure<'o, D: Direction, T: DataType>(
        &mut self,
        problem: &Convolution<'_, T>,
        workspace: Option<ViewMut<'o, u8, C>>,
        places: [crate::backend::Address; 3],
        [first, second, third]: [Option<crate::kernel::Operand<'o, C::Backend>>; 3],
    ) -> Result<Vec<Performance<D>>> {
        let operation = "measuring convolutions";
        let libraries = [
            problem.convolution.library(),
            problem.x.library(),
            problem.filter.library(),
            problem.y.library(),
        ];
        self.check_libraries(operation, &libraries)?;
        let scratch = match workspace {
            Some(view) => self.scratch(0, Some(view))?,
            None => {
                let limit = self.settings.workspace_limit.unwrap_or(usize::MAX);
                let found = self.handle.estimate::<D, T>(problem)?;
                let can = found.iter().filter(|one| one.status.ok().is_ok() && one.workspace_bytes <= limit);
                self.scratch(can.map(|one| one.workspace_bytes).max().unwrap_or(0), None)?
            }
        };
        let mut measured = Vec::new();
        let operands = [first, second, third, scratch.operand()];
        self.give(operation, &[], &operands, |handle| {
            // SAFETY: as in `convolution_forward`; the places are in the order of the direction's operands.
            measured = unsafe { handle.measure(problem, places, scratch.raw()) }?;
            Ok(())
        })?;
        Ok(measured)
    }
}

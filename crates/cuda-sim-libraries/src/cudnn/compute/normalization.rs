//! Batch normalisation over `[outer][parameters][inner]`: one mean, variance, scale and bias for each parameter.

/// The sizes of a normalisation. Per activation there is a parameter for each place of an image; spatially for each channel.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Normalization {
    pub(crate) outer: u64,
    pub(crate) parameters: u64,
    pub(crate) inner: u64,
    pub(crate) epsilon: f64,
}

/// What was found out about a batch: one value for each parameter.
pub(crate) struct Statistics {
    pub(crate) mean: Vec<f64>,
    /// The variance of the batch itself, divided by its size.
    pub(crate) variance: Vec<f64>,
}

/// The gradients of a normalisation.
pub(crate) struct Gradients {
    pub(crate) dx: Vec<f64>,
    pub(crate) scale: Vec<f64>,
    pub(crate) bias: Vec<f64>,
}

impl Normalization {
    /// Returns over how many elements a mean is formed.
    pub(crate) fn count(&self) -> f64 {
        (self.outer * self.inner) as f64
    }

    fn parameter(&self, at: usize) -> usize {
        at / self.inner as usize % self.parameters as usize
    }

    fn sums(&self, values: impl Iterator<Item = f64>) -> Vec<f64> {
        let mut sums = vec![0.0; self.parameters as usize];
        values.enumerate().for_each(|(at, value)| sums[self.parameter(at)] += value);
        sums
    }

    /// Finds the mean and the variance of a batch.
    pub(crate) fn statistics(&self, x: &[f64]) -> Statistics {
        let count = self.count();
        let mut mean = self.sums(x.iter().copied());
        mean.iter_mut().for_each(|sum| *sum /= count);
        let distances = x.iter().enumerate().map(|(at, x)| (x - mean[self.parameter(at)]).powi(2));
        let mut variance = self.sums(distances);
        variance.iter_mut().for_each(|sum| *sum /= count);
        Statistics { mean, variance }
    }

    /// Returns one over the standard deviation for each variance.
    pub(crate) fn inverse_deviations(&self, variance: &[f64]) -> Vec<f64> {
        variance.iter().map(|variance| 1.0 / (variance + self.epsilon).sqrt()).collect()
    }

    /// Normalises `x`.
    pub(crate) fn apply(
        &self,
        x: &[f64],
        mean: &[f64],
        inverse: &[f64],
        scale: &[f64],
        bias: &[f64],
    ) -> Vec<f64> {
        let value = |(at, x): (usize, &f64)| {
            let of = self.parameter(at);
            scale[of] * (x - mean[of]) * inverse[of] + bias[of]
        };
        x.iter().enumerate().map(value).collect()
    }

    /// Computes the gradients of a normalisation with the statistics of its own batch.
    pub(crate) fn backward(
        &self,
        x: &[f64],
        dy: &[f64],
        mean: &[f64],
        inverse: &[f64],
        scale: &[f64],
    ) -> Gradients {
        let normal = |at: usize| (x[at] - mean[self.parameter(at)]) * inverse[self.parameter(at)];
        let d_bias = self.sums(dy.iter().copied());
        let d_scale = self.sums(dy.iter().enumerate().map(|(at, dy)| dy * normal(at)));
        let count = self.count();
        let dx = dy.iter().enumerate().map(|(at, dy)| {
            let of = self.parameter(at);
            scale[of] * inverse[of] * (dy - d_bias[of] / count - normal(at) * d_scale[of] / count)
        });
        Gradients { dx: dx.collect(), scale: d_scale, bias: d_bias }
    }
}

#[cfg(test)]
mod tests {
    use super::Normalization;
    use crate::cudnn::compute::values;

    const BATCH: Normalization = Normalization { outer: 3, parameters: 4, inner: 5, epsilon: 1e-3 };

    fn forward(x: &[f64], scale: &[f64], bias: &[f64]) -> Vec<f64> {
        let found = BATCH.statistics(x);
        BATCH.apply(x, &found.mean, &BATCH.inverse_deviations(&found.variance), scale, bias)
    }

    #[test]
    fn each_parameter_has_its_own_mean_and_variance() {
        let x = values(60, 1);

        let y = forward(&x, &[1.0; 4], &[0.0; 4]);

        for parameter in 0..4 {
            let own: Vec<f64> = (0..3)
                .flat_map(|image| (0..5).map(move |place| (image * 4 + parameter) * 5 + place))
                .map(|at| x[at])
                .collect();
            let mean = own.iter().sum::<f64>() / 15.0;
            let variance = own.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 15.0;
            let expected = (own[6] - mean) / (variance + 1e-3).sqrt();
            assert!((y[(4 + parameter) * 5 + 1] - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn the_gradients_of_a_normalisation_are_its_slopes() {
        let (x, dy) = (values(60, 2), values(60, 3));
        let (scale, bias) = (values(4, 4), values(4, 5));
        let loss = |x: &[f64], scale: &[f64], bias: &[f64]| -> f64 {
            forward(x, scale, bias).iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        };
        let found = BATCH.statistics(&x);
        let inverse = BATCH.inverse_deviations(&found.variance);

        let gradients = BATCH.backward(&x, &dy, &found.mean, &inverse, &scale);

        let base = loss(&x, &scale, &bias);
        let moved = |values: &[f64], at: usize| {
            let mut values = values.to_vec();
            values[at] += 1e-6;
            values
        };
        for at in 0..60 {
            let slope = (loss(&moved(&x, at), &scale, &bias) - base) / 1e-6;
            assert!((gradients.dx[at] - slope).abs() < 1e-4, "x {at}: {} {slope}", gradients.dx[at]);
        }
        for at in 0..4 {
            let slope = (loss(&x, &moved(&scale, at), &bias) - base) / 1e-6;
            assert!((gradients.scale[at] - slope).abs() < 1e-5, "scale {at}");
            let slope = (loss(&x, &scale, &moved(&bias, at)) - base) / 1e-6;
            assert!((gradients.bias[at] - slope).abs() < 1e-5, "bias {at}");
        }
    }
}

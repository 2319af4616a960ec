//! Softmax over `[outer][axis][inner]`: an instance has everything on the axis, a channel mode only the channels.

use cudnn_sys::cudnnSoftmaxAlgorithm_t as Algorithm;

/// The sizes of a softmax.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Softmax {
    pub(crate) algorithm: Algorithm,
    pub(crate) reserved: u32,
    pub(crate) outer: u64,
    pub(crate) axis: u64,
    pub(crate) inner: u64,
}

impl Softmax {
    /// Calls `f` with the places of each group of elements that sum to one.
    fn for_each_group(&self, mut f: impl FnMut(&[usize])) {
        let [outer, axis, inner] = [self.outer, self.axis, self.inner].map(|size| size as usize);
        let mut places = vec![0; axis];
        for (o, i) in (0..outer).flat_map(|o| (0..inner).map(move |i| (o, i))) {
            places.iter_mut().enumerate().for_each(|(a, place)| *place = (o * axis + a) * inner + i);
            f(&places);
        }
    }

    /// Computes the output for `x`. The fast algorithm does not subtract the maximum, and overflows as it does on a device.
    pub(crate) fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; x.len()];
        // What overflows in a device's `float` is infinite, although `f64` could hold it.
        let limit = |value: f64| if value > f64::from(f32::MAX) { f64::INFINITY } else { value };
        self.for_each_group(|places| {
            let values = places.iter().map(|place| x[*place]);
            let maximum = match self.algorithm {
                Algorithm::CUDNN_SOFTMAX_FAST => 0.0,
                _ => values.clone().fold(f64::NEG_INFINITY, f64::max),
            };
            let sum: f64 = values.map(|x| limit((x - maximum).exp())).sum();
            for &place in places {
                let shifted = x[place] - maximum;
                y[place] = match self.algorithm {
                    Algorithm::CUDNN_SOFTMAX_LOG => shifted - sum.ln(),
                    _ => limit(shifted.exp()) / sum,
                };
            }
        });
        y
    }

    /// Computes the gradient of the input from the output `y` and its gradient `dy`.
    pub(crate) fn backward(&self, y: &[f64], dy: &[f64]) -> Vec<f64> {
        let mut dx = vec![0.0; y.len()];
        let log = self.algorithm == Algorithm::CUDNN_SOFTMAX_LOG;
        self.for_each_group(|places| {
            let weight = |place: usize| if log { 1.0 } else { y[place] };
            let sum: f64 = places.iter().map(|place| weight(*place) * dy[*place]).sum();
            for &place in places {
                dx[place] = match log {
                    true => dy[place] - y[place].exp() * sum,
                    false => y[place] * (dy[place] - sum),
                };
            }
        });
        dx
    }
}

#[cfg(test)]
mod tests {
    use super::{Algorithm, Softmax};
    use crate::cudnn::compute::values;

    fn softmax(algorithm: u32) -> Softmax {
        Softmax { algorithm: Algorithm(algorithm), reserved: 0, outer: 2, axis: 5, inner: 3 }
    }

    #[test]
    fn each_group_is_the_exponentials_over_their_sum() {
        let x = values(30, 9);
        for algorithm in 0..3 {
            let y = softmax(algorithm).forward(&x);

            for (at, y) in y.iter().enumerate() {
                let (outer, inner) = (at / 15, at % 3);
                let sum: f64 = (0..5).map(|axis| x[outer * 15 + axis * 3 + inner].exp()).sum();
                let expected = x[at].exp() / sum;
                let expected = if algorithm == 2 { expected.ln() } else { expected };
                assert!((y - expected).abs() < 1e-12, "algorithm {algorithm} at {at}");
            }
        }
    }

    #[test]
    fn only_the_fast_algorithm_overflows() {
        let x: Vec<f64> = values(30, 9).iter().map(|x| x + 1000.0).collect();

        assert!(softmax(0).forward(&x)[0].is_nan());
        assert!(softmax(1).forward(&x)[0].is_finite());
        assert!(softmax(2).forward(&x)[0].is_finite());
    }

    #[test]
    fn the_gradient_of_a_softmax_is_its_slope() {
        let (x, dy) = (values(30, 10), values(30, 11));
        for softmax in (0..3).map(softmax) {
            let loss = |x: &[f64]| -> f64 { softmax.forward(x).iter().zip(&dy).map(|(y, dy)| y * dy).sum() };

            let dx = softmax.backward(&softmax.forward(&x), &dy);

            for at in 0..30 {
                let mut moved = x.clone();
                moved[at] += 1e-6;
                let slope = (loss(&moved) - loss(&x)) / 1e-6;
                assert!((dx[at] - slope).abs() < 1e-5, "{softmax:?} at {at}");
            }
        }
    }
}

//! Local response normalisation across channels, over `[images][channels][inner]`.

/// The sizes and constants of a normalisation.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lrn {
    pub(crate) images: u64,
    pub(crate) channels: u64,
    pub(crate) inner: u64,
    /// How many channels a window has.
    pub(crate) window: u64,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) k: f64,
}

impl Lrn {
    /// Returns the channels in the window of `channel`: as many behind as ahead, and of an even window one more ahead.
    fn window_of(&self, channel: usize) -> std::ops::Range<usize> {
        let behind = (self.window as usize - 1) / 2;
        let ahead = self.window as usize - behind - 1;
        channel.saturating_sub(behind)..(channel + ahead + 1).min(self.channels as usize)
    }

    fn at(&self, image: usize, channel: usize, place: usize) -> usize {
        (image * self.channels as usize + channel) * self.inner as usize + place
    }

    /// Computes what each element is divided by, before the power.
    fn denominators(&self, x: &[f64]) -> Vec<f64> {
        let mut scale = vec![0.0; x.len()];
        self.for_each(|image, channel, place| {
            let squares = self.window_of(channel).map(|near| x[self.at(image, near, place)].powi(2));
            scale[self.at(image, channel, place)] =
                self.k + self.alpha / self.window as f64 * squares.sum::<f64>();
        });
        scale
    }

    fn for_each(&self, mut f: impl FnMut(usize, usize, usize)) {
        for image in 0..self.images as usize {
            for channel in 0..self.channels as usize {
                (0..self.inner as usize).for_each(|place| f(image, channel, place));
            }
        }
    }

    /// Computes the output for `x`.
    pub(crate) fn forward(&self, x: &[f64]) -> Vec<f64> {
        x.iter().zip(self.denominators(x)).map(|(x, scale)| x * scale.powf(-self.beta)).collect()
    }

    /// Computes the gradient of `x` from the output's gradient `dy`.
    pub(crate) fn backward(&self, x: &[f64], dy: &[f64]) -> Vec<f64> {
        let scale = self.denominators(x);
        let mut dx: Vec<f64> = dy.iter().zip(&scale).map(|(dy, scale)| dy * scale.powf(-self.beta)).collect();
        let factor = 2.0 * self.alpha * self.beta / self.window as f64;
        self.for_each(|image, channel, place| {
            let from = self.at(image, channel, place);
            let pull = factor * dy[from] * x[from] * scale[from].powf(-self.beta - 1.0);
            for near in self.window_of(channel) {
                let to = self.at(image, near, place);
                dx[to] -= pull * x[to];
            }
        });
        dx
    }
}

#[cfg(test)]
mod tests {
    use super::Lrn;
    use crate::cudnn::compute::values;

    fn lrn(window: u64) -> Lrn {
        Lrn { images: 2, channels: 7, inner: 3, window, alpha: 0.6, beta: 0.75, k: 1.5 }
    }

    #[test]
    fn an_element_is_divided_by_the_squares_of_its_neighbours() {
        let x = values(42, 1);

        let y = lrn(4).forward(&x);

        // Channel 3 of image 1 at place 2: the window of four is one behind and two ahead.
        let at = |channel: usize| (7 + channel) * 3 + 2;
        let squares: f64 = (2..=5).map(|channel| x[at(channel)].powi(2)).sum();
        assert!((y[at(3)] - x[at(3)] / (1.5 + 0.6 / 4.0 * squares).powf(0.75)).abs() < 1e-12);
        // Channel 0 has nothing behind.
        let squares: f64 = (0..=2).map(|channel| x[at(channel)].powi(2)).sum();
        assert!((y[at(0)] - x[at(0)] / (1.5 + 0.6 / 4.0 * squares).powf(0.75)).abs() < 1e-12);
    }

    #[test]
    fn the_gradient_of_a_normalisation_is_its_slope() {
        let (x, dy) = (values(42, 2), values(42, 3));
        for lrn in [1, 4, 5].map(lrn) {
            let loss = |x: &[f64]| -> f64 { lrn.forward(x).iter().zip(&dy).map(|(y, dy)| y * dy).sum() };

            let dx = lrn.backward(&x, &dy);

            for at in 0..42 {
                let mut moved = x.clone();
                moved[at] += 1e-6;
                let slope = (loss(&moved) - loss(&x)) / 1e-6;
                assert!((dx[at] - slope).abs() < 1e-5, "{lrn:?} at {at}");
            }
        }
    }
}

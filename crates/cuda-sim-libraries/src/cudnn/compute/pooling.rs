//! Pooling with up to three spatial dimensions.

use cudnn_sys::cudnnPoolingMode_t as Mode;

/// A pooling of `planes` planes, which are images times channels. Fewer than three spatial dimensions are padded in front with ones.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pooling {
    pub(crate) mode: Mode,
    /// 1 if a NaN in a window is its maximum; else it is passed over.
    pub(crate) propagate_nan: u32,
    pub(crate) planes: u64,
    pub(crate) input: [u64; 3],
    pub(crate) output: [u64; 3],
    pub(crate) window: [u64; 3],
    pub(crate) padding: [u64; 3],
    pub(crate) stride: [u64; 3],
}

impl Pooling {
    fn takes_maximum(&self) -> bool {
        matches!(self.mode, Mode::CUDNN_POOLING_MAX | Mode::CUDNN_POOLING_MAX_DETERMINISTIC)
    }

    /// Returns where the window of output `place` begins and ends along `axis`, cut to the input.
    fn span(&self, axis: usize, place: u64) -> (usize, usize) {
        let start = (place * self.stride[axis]) as i64 - self.padding[axis] as i64;
        let end = (start + self.window[axis] as i64).min(self.input[axis] as i64);
        (start.max(0) as usize, end.max(0) as usize)
    }

    /// Calls `f` with the place of each output and the places of the inputs in its window, plane by plane.
    fn for_each_window(&self, mut f: impl FnMut(usize, &[usize])) {
        let [in_d, in_h, in_w] = self.input.map(|size| size as usize);
        let mut places = Vec::new();
        let mut out = 0;
        for plane in 0..self.planes as usize {
            for od in 0..self.output[0] {
                for oh in 0..self.output[1] {
                    for ow in 0..self.output[2] {
                        places.clear();
                        let (d, h, w) = (self.span(0, od), self.span(1, oh), self.span(2, ow));
                        for id in d.0..d.1 {
                            for ih in h.0..h.1 {
                                let row = ((plane * in_d + id) * in_h + ih) * in_w;
                                places.extend((w.0..w.1).map(|iw| row + iw));
                            }
                        }
                        f(out, &places);
                        out += 1;
                    }
                }
            }
        }
    }

    /// Returns what an average divides by.
    fn count(&self, inside: usize) -> f64 {
        match self.mode {
            Mode::CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING => self.window.iter().product::<u64>() as f64,
            _ => inside.max(1) as f64,
        }
    }

    /// Returns the place of the maximum: the first of equals, or the first NaN if it is to be seen.
    fn winner(&self, x: &[f64], places: &[usize]) -> Option<usize> {
        let mut best: Option<usize> = None;
        for &place in places {
            let value = x[place];
            if value.is_nan() {
                if self.propagate_nan == 1 {
                    return Some(place);
                }
                continue;
            }
            if best.is_none_or(|best| value > x[best]) {
                best = Some(place);
            }
        }
        best
    }

    /// Computes the output for `x`.
    pub(crate) fn forward(&self, x: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; (self.planes * self.output.iter().product::<u64>()) as usize];
        self.for_each_window(|out, places| {
            y[out] = match self.takes_maximum() {
                true => self.winner(x, places).map_or(f64::NEG_INFINITY, |place| x[place]),
                false => places.iter().map(|place| x[*place]).sum::<f64>() / self.count(places.len()),
            };
        });
        y
    }

    /// Computes the gradient of `x` from the output's gradient `dy`. A maximum's goes to the place that won.
    pub(crate) fn backward(&self, x: &[f64], dy: &[f64]) -> Vec<f64> {
        let mut dx = vec![0.0; (self.planes * self.input.iter().product::<u64>()) as usize];
        self.for_each_window(|out, places| {
            if self.takes_maximum() {
                if let Some(place) = self.winner(x, places) {
                    dx[place] += dy[out];
                }
            } else {
                let share = dy[out] / self.count(places.len());
                places.iter().for_each(|place| dx[*place] += share);
            }
        });
        dx
    }
}

#[cfg(test)]
mod tests {
    use super::{Mode, Pooling};
    use crate::cudnn::compute::values;

    fn pooling(mode: Mode) -> Pooling {
        Pooling {
            mode,
            propagate_nan: 0,
            planes: 3,
            input: [2, 7, 6],
            output: [2, 4, 3],
            window: [1, 3, 2],
            padding: [0, 1, 1],
            stride: [1, 2, 3],
        }
    }

    /// Reads the input with padding around it: `None` outside.
    fn read(pooling: &Pooling, x: &[f64], plane: usize, place: [i64; 3]) -> Option<f64> {
        let sizes = pooling.input.map(|size| size as i64);
        let inside = (0..3).all(|axis| (0..sizes[axis]).contains(&place[axis]));
        let index = ((plane as i64 * sizes[0] + place[0]) * sizes[1] + place[1]) * sizes[2] + place[2];
        inside.then(|| x[index as usize])
    }

    #[test]
    fn a_window_gives_its_maximum_or_its_average() {
        for mode in (0..=3).map(Mode) {
            let pooling = pooling(mode);
            let x = values(3 * 2 * 7 * 6, 5);

            let y = pooling.forward(&x);

            let mut at = 0;
            for plane in 0..3 {
                for od in 0..2 {
                    for oh in 0..4 {
                        for ow in 0..3 {
                            let mut seen = Vec::new();
                            for th in 0..3 {
                                for tw in 0..2 {
                                    let place = [od, oh * 2 + th - 1, ow * 3 + tw - 1];
                                    seen.extend(read(&pooling, &x, plane, place));
                                }
                            }
                            let sum: f64 = seen.iter().sum();
                            let expected = match mode {
                                Mode::CUDNN_POOLING_AVERAGE_COUNT_INCLUDE_PADDING => sum / 6.0,
                                Mode::CUDNN_POOLING_AVERAGE_COUNT_EXCLUDE_PADDING => sum / seen.len() as f64,
                                _ => seen.iter().copied().fold(f64::NEG_INFINITY, f64::max),
                            };
                            assert!((y[at] - expected).abs() < 1e-12, "{mode:?} at {at}");
                            at += 1;
                        }
                    }
                }
            }
            assert_eq!(at, y.len());
        }
    }

    #[test]
    fn the_gradient_of_a_pooling_is_its_slope() {
        for pooling in (0..=3).map(Mode).map(pooling) {
            let (x, dy) = (values(3 * 2 * 7 * 6, 6), values(3 * 2 * 4 * 3, 7));
            let loss = |x: &[f64]| -> f64 { pooling.forward(x).iter().zip(&dy).map(|(y, dy)| y * dy).sum() };

            let dx = pooling.backward(&x, &dy);

            for at in 0..x.len() {
                let mut moved = x.clone();
                moved[at] += 1e-6;
                let slope = (loss(&moved) - loss(&x)) / 1e-6;
                assert!((dx[at] - slope).abs() < 1e-6, "{pooling:?} at {at}: {} and {slope}", dx[at]);
            }
        }
    }

    #[test]
    fn a_nan_is_a_maximum_only_if_asked_to() {
        let mut pooling = pooling(Mode::CUDNN_POOLING_MAX);
        let mut x = vec![1.0; 3 * 2 * 7 * 6];
        x[0] = f64::NAN;
        assert_eq!(pooling.forward(&x)[0], 1.0);

        pooling.propagate_nan = 1;

        assert!(pooling.forward(&x)[0].is_nan());
    }
}

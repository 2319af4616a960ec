//! Spatial transformers: the sampling grid of an affine map, and bilinear sampling at its points.

/// The sizes of a sampling: `n` images of `c` channels, read at `output` points.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sampler {
    pub(crate) n: u64,
    pub(crate) c: u64,
    /// Height and width of what is read.
    pub(crate) input: [u64; 2],
    /// Height and width of the grid.
    pub(crate) output: [u64; 2],
}

/// Returns the coordinate of place `at` among `size` places from -1 to 1.
fn coordinate(at: usize, size: u64) -> f64 {
    if size <= 1 { 0.0 } else { -1.0 + 2.0 * at as f64 / (size - 1) as f64 }
}

impl Sampler {
    /// Returns the places of the grid, as image, row and column.
    fn points(&self) -> impl Iterator<Item = (usize, usize, usize)> + use<> {
        let [n, h, w] = [self.n, self.output[0], self.output[1]].map(|size| size as usize);
        (0..n).flat_map(move |n| (0..h).flat_map(move |y| (0..w).map(move |x| (n, y, x))))
    }

    /// Maps the regular grid by each image's matrix of two rows and three columns; gives a pair (x, y) for each point.
    pub(crate) fn grid(&self, theta: &[f64]) -> Vec<f64> {
        let mut grid = Vec::new();
        for (n, y, x) in self.points() {
            let source = [coordinate(x, self.output[1]), coordinate(y, self.output[0]), 1.0];
            for row in theta[n * 6..][..6].chunks_exact(3) {
                grid.push(row.iter().zip(source).map(|(theta, source)| theta * source).sum());
            }
        }
        grid
    }

    /// Computes the gradient of the matrices from that of the grid.
    pub(crate) fn grid_backward(&self, dgrid: &[f64]) -> Vec<f64> {
        let mut dtheta = vec![0.0; self.n as usize * 6];
        for ((n, y, x), pair) in self.points().zip(dgrid.chunks_exact(2)) {
            let source = [coordinate(x, self.output[1]), coordinate(y, self.output[0]), 1.0];
            for (row, dgrid) in pair.iter().enumerate() {
                let target = &mut dtheta[n * 6 + row * 3..][..3];
                target.iter_mut().zip(source).for_each(|(dtheta, source)| *dtheta += dgrid * source);
            }
        }
        dtheta
    }

    /// Returns the four corners around a point: for each its place in a plane, or `None` outside, its weight, and how the weight
    /// changes with the point's x and y.
    fn corners(&self, point: &[f64]) -> [(Option<usize>, f64, f64, f64); 4] {
        let [height, width] = self.input;
        let scale = [(width.max(1) - 1) as f64 / 2.0, (height.max(1) - 1) as f64 / 2.0];
        let (x, y) = ((point[0] + 1.0) * scale[0], (point[1] + 1.0) * scale[1]);
        let (left, top) = (x.floor(), y.floor());
        [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(dx, dy)| {
            let (column, row) = (left + dx, top + dy);
            let inside = column >= 0.0 && row >= 0.0 && column < width as f64 && row < height as f64;
            let (weight_x, weight_y) = (1.0 - (x - column).abs(), 1.0 - (y - row).abs());
            let slope = |forward: f64| if forward == 1.0 { 1.0 } else { -1.0 };
            let place = inside.then(|| row as usize * width as usize + column as usize);
            (place, weight_x * weight_y, slope(dx) * weight_y * scale[0], slope(dy) * weight_x * scale[1])
        })
    }

    /// Reads each channel of `x` at the grid's points; what lies outside is zero.
    pub(crate) fn forward(&self, x: &[f64], grid: &[f64]) -> Vec<f64> {
        let [plane, points] = [self.input, self.output].map(|[h, w]| (h * w) as usize);
        let mut y = vec![0.0; (self.n * self.c) as usize * points];
        for (at, point) in grid.chunks_exact(2).enumerate() {
            let (image, place) = (at / points, at % points);
            for (corner, weight, ..) in self.corners(point) {
                let Some(corner) = corner else { continue };
                for channel in image * self.c as usize..(image + 1) * self.c as usize {
                    y[channel * points + place] += weight * x[channel * plane + corner];
                }
            }
        }
        y
    }

    /// Computes the gradients of `x` and of the grid from the output's gradient `dy`.
    pub(crate) fn backward(&self, x: &[f64], grid: &[f64], dy: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let [plane, points] = [self.input, self.output].map(|[h, w]| (h * w) as usize);
        let (mut dx, mut dgrid) = (vec![0.0; x.len()], vec![0.0; grid.len()]);
        for (at, point) in grid.chunks_exact(2).enumerate() {
            let (image, place) = (at / points, at % points);
            for (corner, weight, slope_x, slope_y) in self.corners(point) {
                let Some(corner) = corner else { continue };
                for channel in image * self.c as usize..(image + 1) * self.c as usize {
                    let (value, dy) = (x[channel * plane + corner], dy[channel * points + place]);
                    dx[channel * plane + corner] += weight * dy;
                    dgrid[at * 2] += slope_x * value * dy;
                    dgrid[at * 2 + 1] += slope_y * value * dy;
                }
            }
        }
        (dx, dgrid)
    }
}

#[cfg(test)]
mod tests {
    use super::Sampler;
    use crate::cudnn::compute::values;

    const SAMPLER: Sampler = Sampler { n: 2, c: 3, input: [5, 4], output: [3, 6] };

    #[test]
    fn the_identity_reads_every_pixel_where_it_is() {
        let same = Sampler { output: [5, 4], ..SAMPLER };
        let x = values(2 * 3 * 20, 1);
        let theta = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0].repeat(2);

        let y = same.forward(&x, &same.grid(&theta));

        assert!(x.iter().zip(&y).all(|(x, y)| (x - y).abs() < 1e-12));
    }

    #[test]
    fn the_gradients_of_a_sampling_are_its_slopes() {
        let (x, theta) = (values(2 * 3 * 20, 2), values(12, 3));
        let dy = values(2 * 3 * 18, 4);
        let loss = |x: &[f64], theta: &[f64]| -> f64 {
            SAMPLER.forward(x, &SAMPLER.grid(theta)).iter().zip(&dy).map(|(y, dy)| y * dy).sum()
        };

        let (dx, dgrid) = SAMPLER.backward(&x, &SAMPLER.grid(&theta), &dy);
        let dtheta = SAMPLER.grid_backward(&dgrid);

        let base = loss(&x, &theta);
        for at in 0..x.len() {
            let mut moved = x.clone();
            moved[at] += 1e-6;
            assert!((dx[at] - (loss(&moved, &theta) - base) / 1e-6).abs() < 1e-5, "x {at}");
        }
        for at in 0..12 {
            let mut moved = theta.clone();
            moved[at] += 1e-7;
            assert!((dtheta[at] - (loss(&x, &moved) - base) / 1e-7).abs() < 1e-4, "theta {at}");
        }
    }
}

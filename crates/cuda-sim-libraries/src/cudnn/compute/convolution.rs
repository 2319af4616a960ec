//! Convolutions with up to three spatial dimensions: forward, and the gradients of data and filter.
//!
//! One enumeration of rows serves all three, since they are one sum read in three directions: `y += w · x`. For each tap of the filter
//! and each row of the output it gives the input's row that the tap reads, cut to where both exist.

/// What a convolution is between, in elements of dense arrays: `x` is `[n][c][input]`, `w` is `[k][c/groups][filter]`, `y` is
/// `[n][k][output]`. Fewer than three spatial dimensions are padded in front with ones.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Geometry {
    pub(crate) n: u64,
    pub(crate) c: u64,
    pub(crate) k: u64,
    pub(crate) groups: u64,
    pub(crate) input: [u64; 3],
    pub(crate) filter: [u64; 3],
    pub(crate) output: [u64; 3],
    pub(crate) padding: [u64; 3],
    pub(crate) stride: [u64; 3],
    pub(crate) dilation: [u64; 3],
    /// 1 for a convolution, whose filter is mirrored; 0 for a cross-correlation.
    pub(crate) mirrored: u64,
}

/// A row of the output with the row of the input that one tap of the filter reads for it: `count` elements from `output` on, and every
/// `step`-th from `input` on. All are counted within one image of one channel.
struct Row {
    tap: usize,
    input: usize,
    output: usize,
    count: usize,
}

impl Geometry {
    fn volume(sizes: [u64; 3]) -> usize {
        sizes.iter().map(|size| *size as usize).product()
    }

    /// Returns how many elements `x` has.
    pub(crate) fn x_len(&self) -> usize {
        (self.n * self.c) as usize * Self::volume(self.input)
    }

    /// Returns how many elements `w` has.
    pub(crate) fn w_len(&self) -> usize {
        (self.k * (self.c / self.groups)) as usize * Self::volume(self.filter)
    }

    /// Returns how many elements `y` has.
    pub(crate) fn y_len(&self) -> usize {
        (self.n * self.k) as usize * Self::volume(self.output)
    }

    /// Returns the places of the output along `axis` that read within the input through a tap at `at`, and the input's place for the
    /// first of them.
    fn reach(&self, axis: usize, at: usize) -> (usize, usize, usize) {
        let [input, output] = [self.input[axis], self.output[axis]].map(|size| size as i64);
        let [stride, padding] = [self.stride[axis], self.padding[axis]].map(|size| size as i64);
        let offset = at as i64 * self.dilation[axis] as i64 - padding;
        let first = if offset < 0 { (-offset + stride - 1) / stride } else { 0 };
        // The last place is the largest with `place * stride + offset < input`.
        let end = if input > offset { (input - offset + stride - 1) / stride } else { 0 }.min(output);
        if first >= end {
            return (0, 0, 0);
        }
        (first as usize, end as usize, (first * stride + offset) as usize)
    }

    /// Lists the rows, tap by tap.
    fn rows(&self) -> Vec<Row> {
        let [d, h, w] = self.filter.map(|size| size as usize);
        let mut rows = Vec::new();
        for (td, th, tw) in (0..d).flat_map(|i| (0..h).flat_map(move |j| (0..w).map(move |k| (i, j, k)))) {
            // The place that is read does not move in a mirrored filter; the weight that it meets does.
            let tap = match self.mirrored {
                0 => (td * h + th) * w + tw,
                _ => ((d - 1 - td) * h + h - 1 - th) * w + w - 1 - tw,
            };
            let (w_first, w_end, w_input) = self.reach(2, tw);
            let (h_first, h_end, h_input) = self.reach(1, th);
            let (d_first, d_end, d_input) = self.reach(0, td);
            if w_end == w_first {
                continue;
            }
            for (step_d, od) in (d_first..d_end).enumerate() {
                let id = d_input + step_d * self.stride[0] as usize;
                for (step_h, oh) in (h_first..h_end).enumerate() {
                    let ih = h_input + step_h * self.stride[1] as usize;
                    rows.push(Row {
                        tap,
                        input: (id * self.input[1] as usize + ih) * self.input[2] as usize + w_input,
                        output: (od * self.output[1] as usize + oh) * self.output[2] as usize + w_first,
                        count: w_end - w_first,
                    });
                }
            }
        }
        rows
    }

    /// Calls `f` for each pair of an input and an output channel of one group, image by image, with the places where the image's input,
    /// the filter and the image's output of the pair begin.
    fn for_each_pair(&self, mut f: impl FnMut(usize, usize, usize)) {
        let [n, c, k, groups] = [self.n, self.c, self.k, self.groups].map(|count| count as usize);
        let (c_group, k_group) = (c / groups, k / groups);
        let volumes = [self.input, self.filter, self.output].map(Self::volume);
        for image in 0..n {
            for out in 0..k {
                for within in 0..c_group {
                    let channel = out / k_group * c_group + within;
                    f(
                        (image * c + channel) * volumes[0],
                        (out * c_group + within) * volumes[1],
                        (image * k + out) * volumes[2],
                    );
                }
            }
        }
    }

    /// Computes the output of `x` with the filter `w`.
    pub(crate) fn forward(&self, x: &[f64], w: &[f64]) -> Vec<f64> {
        let mut y = vec![0.0; self.y_len()];
        let (rows, step) = (self.rows(), self.stride[2] as usize);
        self.for_each_pair(|x_at, w_at, y_at| {
            for row in &rows {
                let weight = w[w_at + row.tap];
                let input = x[x_at + row.input..].iter().step_by(step);
                let output = &mut y[y_at + row.output..][..row.count];
                output.iter_mut().zip(input).for_each(|(y, x)| *y += weight * x);
            }
        });
        y
    }

    /// Computes the gradient of `x` from the output's gradient `dy`.
    pub(crate) fn backward_data(&self, w: &[f64], dy: &[f64]) -> Vec<f64> {
        let mut dx = vec![0.0; self.x_len()];
        let (rows, step) = (self.rows(), self.stride[2] as usize);
        self.for_each_pair(|x_at, w_at, y_at| {
            for row in &rows {
                let weight = w[w_at + row.tap];
                let input = dx[x_at + row.input..].iter_mut().step_by(step);
                let output = &dy[y_at + row.output..][..row.count];
                input.zip(output).for_each(|(dx, dy)| *dx += weight * dy);
            }
        });
        dx
    }

    /// Computes the gradient of the filter from `x` and the output's gradient `dy`.
    pub(crate) fn backward_filter(&self, x: &[f64], dy: &[f64]) -> Vec<f64> {
        let mut dw = vec![0.0; self.w_len()];
        let (rows, step) = (self.rows(), self.stride[2] as usize);
        self.for_each_pair(|x_at, w_at, y_at| {
            for row in &rows {
                let input = x[x_at + row.input..].iter().step_by(step);
                let output = &dy[y_at + row.output..][..row.count];
                dw[w_at + row.tap] += input.zip(output).map(|(x, dy)| x * dy).sum::<f64>();
            }
        });
        dw
    }
}

/// Sums `dy`, which is `[n][k][inner]`, over images and places: the gradient of a bias.
pub(crate) fn backward_bias(dy: &[f64], k: usize, inner: usize) -> Vec<f64> {
    let mut db = vec![0.0; k];
    for (at, image) in dy.chunks_exact(inner.max(1)).enumerate() {
        db[at % k] += image.iter().sum::<f64>();
    }
    db
}

#[cfg(test)]
mod tests {
    use super::Geometry;
    use crate::cudnn::compute::values;

    /// Adds up one output by the formula of the manual, index by index.
    fn sum(g: &Geometry, mut visit: impl FnMut(usize, usize, usize)) {
        let at = |sizes: [u64; 3], place: [i64; 3]| {
            let inside = sizes.iter().zip(place).all(|(size, place)| place >= 0 && place < *size as i64);
            let index = sizes.iter().zip(place).fold(0, |sum, (size, place)| sum * *size as i64 + place);
            inside.then_some(index as usize)
        };
        let places = |sizes: [u64; 3]| {
            let [d, h, w] = sizes.map(|size| size as i64);
            (0..d).flat_map(move |i| (0..h).flat_map(move |j| (0..w).map(move |k| [i, j, k])))
        };
        let (c_group, k_group) = (g.c / g.groups, g.k / g.groups);
        for (n, k, c) in
            (0..g.n).flat_map(|n| (0..g.k).flat_map(move |k| (0..c_group).map(move |c| (n, k, c))))
        {
            for out in places(g.output) {
                for tap in places(g.filter) {
                    let read = [0, 1, 2].map(|axis| {
                        let tap = match g.mirrored {
                            0 => tap[axis],
                            _ => g.filter[axis] as i64 - 1 - tap[axis],
                        };
                        out[axis] * g.stride[axis] as i64 + tap * g.dilation[axis] as i64
                            - g.padding[axis] as i64
                    });
                    let Some(input) = at(g.input, read) else { continue };
                    let channel = k / k_group * c_group + c;
                    let x = (n * g.c + channel) * g.input.iter().product::<u64>() + input as u64;
                    let w = (k * c_group + c) * g.filter.iter().product::<u64>()
                        + at(g.filter, tap).unwrap() as u64;
                    let y =
                        (n * g.k + k) * g.output.iter().product::<u64>() + at(g.output, out).unwrap() as u64;
                    visit(x as usize, w as usize, y as usize);
                }
            }
        }
    }

    fn geometries() -> Vec<Geometry> {
        let plain = Geometry {
            n: 2,
            c: 4,
            k: 6,
            groups: 1,
            input: [1, 7, 9],
            filter: [1, 3, 2],
            output: [0; 3],
            padding: [0, 1, 2],
            stride: [1, 2, 1],
            dilation: [1, 1, 2],
            mirrored: 0,
        };
        let volume = Geometry {
            input: [5, 4, 6],
            filter: [2, 3, 3],
            padding: [1, 0, 3],
            stride: [2, 1, 3],
            dilation: [2, 1, 1],
            ..plain
        };
        let wide = Geometry { padding: [0, 6, 9], stride: [1, 5, 4], ..plain };
        let mut all = Vec::new();
        for geometry in [plain, volume, wide] {
            for (groups, mirrored) in [(1, 0), (1, 1), (2, 0), (2, 1)] {
                let mut geometry = Geometry { groups, mirrored, ..geometry };
                for axis in 0..3 {
                    let extent = (geometry.filter[axis] - 1) * geometry.dilation[axis] + 1;
                    geometry.output[axis] = (geometry.input[axis] + 2 * geometry.padding[axis] - extent)
                        / geometry.stride[axis]
                        + 1;
                }
                all.push(geometry);
            }
        }
        all
    }

    fn assert_close(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
            assert!((found - expected).abs() < 1e-9, "element {at}: {found} instead of {expected}");
        }
    }

    #[test]
    fn a_convolution_and_its_gradients_are_the_sums_of_the_manual() {
        for geometry in geometries() {
            let (x, w) = (values(geometry.x_len(), 1), values(geometry.w_len(), 2));
            let dy = values(geometry.y_len(), 3);
            let (mut y, mut dx, mut dw) = (vec![0.0; dy.len()], vec![0.0; x.len()], vec![0.0; w.len()]);
            sum(&geometry, |ix, iw, iy| {
                y[iy] += x[ix] * w[iw];
                dx[ix] += w[iw] * dy[iy];
                dw[iw] += x[ix] * dy[iy];
            });

            assert_close(&geometry.forward(&x, &w), &y);
            assert_close(&geometry.backward_data(&w, &dy), &dx);
            assert_close(&geometry.backward_filter(&x, &dy), &dw);
        }
    }
}

//! Reductions along every dimension in which the result has size one.

use super::elementwise::advance;
use cudnn_sys::cudnnReduceTensorOp_t as Op;

/// Reduces `a` of sizes `from` to the sizes `to`. Beside each result stands the place of the extreme among the elements that were
/// reduced, counted in row-major order; it means something for a minimum and a maximum.
pub(crate) fn reduce(
    op: Op,
    propagate_nan: bool,
    a: &[f64],
    from: &[usize],
    to: &[usize],
) -> (Vec<f64>, Vec<u64>) {
    let count: usize = to.iter().product();
    let reduced = a.len() / count.max(1);
    let mut accumulators = vec![start(op); count];
    let mut indices = vec![0; count];
    let mut place = vec![0; from.len()];
    for value in a {
        let (mut target, mut within) = (0, 0);
        for axis in 0..from.len() {
            match to[axis] == from[axis] {
                true => target = target * to[axis] + place[axis],
                false => within = within * from[axis] + place[axis],
            }
        }
        let accumulator = &mut accumulators[target];
        let next = accumulate(op, propagate_nan, *accumulator, *value);
        // The first element is its own extreme even if it is infinite.
        let moved = next != *accumulator || next.is_nan() && !accumulator.is_nan();
        if within > 0 && moved && !accumulator.is_nan() {
            indices[target] = within as u64;
        }
        *accumulator = next;
        advance(&mut place, from);
    }
    accumulators.iter_mut().for_each(|value| *value = finish(op, *value, reduced as f64));
    (accumulators, indices)
}

fn start(op: Op) -> f64 {
    match op {
        Op::CUDNN_REDUCE_TENSOR_MUL | Op::CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS => 1.0,
        Op::CUDNN_REDUCE_TENSOR_MIN => f64::INFINITY,
        Op::CUDNN_REDUCE_TENSOR_MAX => f64::NEG_INFINITY,
        _ => 0.0,
    }
}

fn accumulate(op: Op, propagate_nan: bool, sum: f64, value: f64) -> f64 {
    let nan = propagate_nan && (sum.is_nan() || value.is_nan());
    match op {
        Op::CUDNN_REDUCE_TENSOR_MUL => sum * value,
        Op::CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS if value == 0.0 => sum,
        Op::CUDNN_REDUCE_TENSOR_MUL_NO_ZEROS => sum * value,
        Op::CUDNN_REDUCE_TENSOR_MIN | Op::CUDNN_REDUCE_TENSOR_MAX | Op::CUDNN_REDUCE_TENSOR_AMAX if nan => {
            f64::NAN
        }
        Op::CUDNN_REDUCE_TENSOR_MIN => sum.min(value),
        Op::CUDNN_REDUCE_TENSOR_MAX => sum.max(value),
        Op::CUDNN_REDUCE_TENSOR_AMAX => sum.max(value.abs()),
        Op::CUDNN_REDUCE_TENSOR_NORM1 => sum + value.abs(),
        Op::CUDNN_REDUCE_TENSOR_NORM2 => sum + value * value,
        _ => sum + value,
    }
}

fn finish(op: Op, value: f64, count: f64) -> f64 {
    match op {
        Op::CUDNN_REDUCE_TENSOR_AVG => value / count,
        Op::CUDNN_REDUCE_TENSOR_NORM2 => value.sqrt(),
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use super::{Op, reduce};
    use crate::cudnn::compute::values;

    #[test]
    fn a_reduction_keeps_the_dimensions_that_the_result_has() {
        let mut a = values(24, 1);
        a[5] = 0.0;
        for op in (0..9).map(Op) {
            let (found, _) = reduce(op, false, &a, &[2, 3, 4], &[1, 3, 1]);

            for (middle, found) in found.iter().enumerate() {
                let own: Vec<f64> = (0..2)
                    .flat_map(|o| (0..4).map(move |i| (o, i)))
                    .map(|(o, i)| a[(o * 3 + middle) * 4 + i])
                    .collect();
                let expected = match op {
                    Op::CUDNN_REDUCE_TENSOR_ADD => own.iter().sum(),
                    Op::CUDNN_REDUCE_TENSOR_MUL => own.iter().product(),
                    Op::CUDNN_REDUCE_TENSOR_MIN => own.iter().copied().fold(9.0, f64::min),
                    Op::CUDNN_REDUCE_TENSOR_MAX => own.iter().copied().fold(-9.0, f64::max),
                    Op::CUDNN_REDUCE_TENSOR_AMAX => own.iter().map(|x| x.abs()).fold(0.0, f64::max),
                    Op::CUDNN_REDUCE_TENSOR_AVG => own.iter().sum::<f64>() / 8.0,
                    Op::CUDNN_REDUCE_TENSOR_NORM1 => own.iter().map(|x| x.abs()).sum(),
                    Op::CUDNN_REDUCE_TENSOR_NORM2 => own.iter().map(|x| x * x).sum::<f64>().sqrt(),
                    _ => own.iter().filter(|x| **x != 0.0).product(),
                };
                assert!((found - expected).abs() < 1e-12, "{op:?} of {middle}: {found} and {expected}");
            }
        }
    }

    #[test]
    fn the_index_of_an_extreme_counts_what_was_reduced() {
        let mut a = vec![0.0; 24];
        a[(3 + 1) * 4 + 2] = 7.0;

        let (_, indices) = reduce(Op::CUDNN_REDUCE_TENSOR_MAX, false, &a, &[2, 3, 4], &[1, 3, 1]);

        assert_eq!(indices, [0, 6, 0]);
    }
}

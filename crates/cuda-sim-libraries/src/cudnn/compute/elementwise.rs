//! Operations element by element, and stretching a tensor along the dimensions where it has size one.

use cudnn_sys::cudnnOpTensorOp_t as Op;

/// Repeats `values`, which have the sizes `from`, along each dimension in which `from` is one and `to` is not.
pub(crate) fn broadcast(values: &[f64], from: &[usize], to: &[usize]) -> Vec<f64> {
    if from == to {
        return values.to_vec();
    }
    let mut strides = vec![0; to.len()];
    let mut step = 1;
    for axis in (0..to.len()).rev() {
        if from[axis] != 1 {
            strides[axis] = step;
        }
        step *= from[axis];
    }
    let count = to.iter().product();
    let mut place = vec![0; to.len()];
    let mut all = Vec::with_capacity(count);
    for _ in 0..count {
        all.push(values[place.iter().zip(&strides).map(|(place, stride)| place * stride).sum::<usize>()]);
        advance(&mut place, to);
    }
    all
}

/// Moves `place` to the next one in row-major order.
pub(crate) fn advance(place: &mut [usize], sizes: &[usize]) {
    for axis in (0..sizes.len()).rev() {
        place[axis] += 1;
        if place[axis] < sizes[axis] {
            return;
        }
        place[axis] = 0;
    }
}

/// Applies an operation of `cudnnOpTensor` to two values. The square root and the negation look at the first alone.
pub(crate) fn op_tensor(op: Op, propagate_nan: bool, a: f64, b: f64) -> f64 {
    let nan = propagate_nan && (a.is_nan() || b.is_nan());
    match op {
        Op::CUDNN_OP_TENSOR_ADD => a + b,
        Op::CUDNN_OP_TENSOR_MUL => a * b,
        Op::CUDNN_OP_TENSOR_MIN if nan => f64::NAN,
        Op::CUDNN_OP_TENSOR_MAX if nan => f64::NAN,
        Op::CUDNN_OP_TENSOR_MIN => a.min(b),
        Op::CUDNN_OP_TENSOR_MAX => a.max(b),
        Op::CUDNN_OP_TENSOR_SQRT => a.sqrt(),
        _ => 1.0 - a,
    }
}

#[cfg(test)]
mod tests {
    use super::{Op, broadcast, op_tensor};

    #[test]
    fn a_dimension_of_one_is_repeated() {
        let stretched = broadcast(&[1.0, 2.0, 3.0], &[1, 3, 1], &[2, 3, 2]);

        assert_eq!(stretched, [1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0]);
    }

    #[test]
    fn the_smaller_of_a_number_and_a_nan_is_the_number_unless_nan_is_to_be_seen() {
        assert_eq!(op_tensor(Op::CUDNN_OP_TENSOR_MIN, false, f64::NAN, 1.0), 1.0);
        assert!(op_tensor(Op::CUDNN_OP_TENSOR_MAX, true, 1.0, f64::NAN).is_nan());
        assert_eq!(op_tensor(Op::CUDNN_OP_TENSOR_NOT, true, 0.25, 0.0), 0.75);
    }
}

//! Operations element by element: joining, adding, transforming, setting and scaling tensors.
#![allow(clippy::too_many_arguments)]

use super::{factors, require_distinct, tensor_of};
use crate::cudnn::compute::elementwise::{advance, broadcast, op_tensor};
use crate::cudnn::descriptor::filter::FilterDescriptor;
use crate::cudnn::descriptor::reduction::OpTensorDescriptor;
use crate::cudnn::descriptor::tensor::TensorDescriptor;
use crate::cudnn::descriptor::transform::TransformDescriptor;
use crate::cudnn::element;
use crate::cudnn::failure::{Outcome, require};
use crate::cudnn::ffi::{Address, Untyped};
use crate::cudnn::handle::{self, Handle};
use crate::cudnn::layout::Tensor;
use crate::cudnn::library::Dnn;
use crate::cudnn::memory::Memory;
use crate::cudnn::object::Ref;
use crate::native::Fault;
use cudnn_sys::{cudnnDataType_t as DataType, cudnnFoldingDirection_t as Direction, cudnnOpTensorOp_t as Op};

/// `c = op(alpha1 * a, alpha2 * b) + beta * c`, with `b` repeated where it has size one. Without `b` the operation has one operand.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct OpTensor {
    pub(crate) op: Op,
    pub(crate) propagate_nan: u32,
    pub(crate) a: Tensor,
    pub(crate) b: Tensor,
    pub(crate) c: Tensor,
    pub(crate) alpha: [f64; 2],
    pub(crate) beta: f64,
}

impl OpTensor {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let sizes = self.c.layout.sizes();
        let a = broadcast(&self.a.read(memory)?, &self.a.layout.sizes(), &sizes);
        let b = match self.b.is_some() {
            true => broadcast(&self.b.read(memory)?, &self.b.layout.sizes(), &sizes),
            false => vec![0.0; a.len()],
        };
        let joined = |(a, b): (&f64, &f64)| {
            op_tensor(self.op, self.propagate_nan == 1, self.alpha[0] * a, self.alpha[1] * b)
        };
        let c: Vec<f64> = a.iter().zip(&b).map(joined).collect();
        self.c.blend(memory, 1.0, &c, self.beta)
    }
}

/// `y = alpha * x + beta * y`, with `x` repeated where it has size one.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transform {
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
}

impl Transform {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let x = broadcast(&self.x.read(memory)?, &self.x.layout.sizes(), &self.y.layout.sizes());
        self.y.blend(memory, self.alpha, &x, self.beta)
    }
}

/// The same with padding and folding on the way.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct TransformPadded {
    pub(crate) x: Tensor,
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) pad_before: [i64; 8],
    /// For each dimension behind the second.
    pub(crate) fold: [i64; 8],
    pub(crate) unfolds: u64,
}

impl TransformPadded {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let (from, to) = (self.x.layout.sizes(), self.y.layout.sizes());
        let x = self.x.read(memory)?;
        let mut y = vec![0.0; to.iter().product()];
        let mut place = vec![0; to.len()];
        for value in &mut y {
            if let Some(at) = self.source(&place, &from, &to) {
                *value = x[at];
            }
            advance(&mut place, &to);
        }
        self.y.blend(memory, self.alpha, &y, self.beta)
    }

    /// Finds the element of `x` that goes to a place of `y`, if it is none of the padding.
    fn source(&self, place: &[usize], from: &[usize], to: &[usize]) -> Option<usize> {
        let mut place: Vec<i64> = place.iter().map(|at| *at as i64).collect();
        let mut channels = to[1] as i64;
        if self.unfolds == 1 {
            for axis in 2..place.len() {
                let fold = self.fold[axis - 2];
                // Places side by side come from channels of their own.
                place[1] += channels * (place[axis] % fold);
                channels *= fold;
                place[axis] /= fold;
            }
        } else {
            // The last fold was done last, and is undone first.
            for axis in (2..place.len()).rev() {
                let fold = self.fold[axis - 2];
                channels /= fold;
                place[axis] = place[axis] * fold + place[1] / channels;
                place[1] %= channels;
            }
        }
        let mut at = 0;
        for axis in 0..place.len() {
            let index = place[axis] - self.pad_before[axis];
            if index < 0 || index >= from[axis] as i64 {
                return None;
            }
            at = at * from[axis] + index as usize;
        }
        Some(at)
    }
}

/// Makes every element `value`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Set {
    pub(crate) y: Tensor,
    pub(crate) value: f64,
}

impl Set {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        self.y.write(memory, &vec![self.value; self.y.layout.len()])
    }
}

/// `y = alpha * y`.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) y: Tensor,
    pub(crate) alpha: f64,
}

impl Scale {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let y = self.y.read(memory)?;
        self.y.blend(memory, self.alpha, &y, 0.0)
    }
}

/// Checks that each size of `part` is one or that of `whole`.
fn require_repeatable(part: &Tensor, whole: &Tensor, names: &str) -> Outcome {
    let (from, to) = (part.layout.sizes(), whole.layout.sizes());
    let fits = from.len() == to.len() && from.iter().zip(&to).all(|(from, to)| *from == 1 || from == to);
    require(fits, format!("{names}: {from:?} is not repeated to {to:?}"))
}

/// Launches a transformation with padding and folding.
fn transform_padded(
    handle: &Handle,
    transform: &TransformDescriptor,
    x: Tensor,
    y: Tensor,
    alpha: Untyped,
    beta: Untyped,
) -> Outcome {
    let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
    let dims: Vec<i32> = x.layout.sizes().iter().map(|size| *size as i32).collect();
    let expected: Vec<usize> = transform.output_dims(&dims)?.iter().map(|size| *size as usize).collect();
    let sizes = y.layout.sizes();
    require(sizes == expected, format!("the target is {sizes:?}, and should be {expected:?}"))?;
    let (mut pad_before, mut fold) = ([0; 8], [1; 8]);
    pad_before.iter_mut().zip(&transform.pad_before).for_each(|(place, pad)| *place = i64::from(*pad));
    fold.iter_mut().zip(&transform.fold).for_each(|(place, fold)| *place = i64::from(*fold));
    let unfolds = u64::from(transform.direction == Direction::CUDNN_TRANSFORM_UNFOLD);
    handle.launch(&TransformPadded { x, y, alpha, beta, pad_before, fold, unfolds })
}

impl Dnn {
    pub(crate) fn cudnnOpTensor(
        handle: Ref<Handle>,
        opTensorDesc: Ref<OpTensorDescriptor>,
        alpha1: Untyped,
        aDesc: Ref<TensorDescriptor>,
        A: Address,
        alpha2: Untyped,
        bDesc: Ref<TensorDescriptor>,
        B: Address,
        beta: Untyped,
        cDesc: Ref<TensorDescriptor>,
        C: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let operation = opTensorDesc.get()?;
        let (a, c) = (tensor_of(aDesc, A, "A")?, tensor_of(cDesc, C, "C")?);
        let is_double = operation.compute_type == DataType::CUDNN_DATA_DOUBLE;
        let alone = matches!(operation.op, Op::CUDNN_OP_TENSOR_SQRT | Op::CUDNN_OP_TENSOR_NOT);
        let b = if alone { Tensor::NONE } else { tensor_of(bDesc, B, "B")? };
        let alpha2 = if alone { 0.0 } else { alpha2.scale(is_double, "alpha2")? };
        let (from, to) = (a.layout.sizes(), c.layout.sizes());
        require(from == to, format!("A of {from:?} and C of {to:?} differ"))?;
        if !alone {
            require_repeatable(&b, &c, "B and C")?;
        }
        require(
            is_double || c.layout.data_type != DataType::CUDNN_DATA_DOUBLE,
            format!("C of double is not computed in {:?}", operation.compute_type),
        )?;
        require_distinct(&c, "C")?;
        handle.launch(&OpTensor {
            op: operation.op,
            propagate_nan: operation.nan.0,
            a,
            b,
            c,
            alpha: [alpha1.scale(is_double, "alpha1")?, alpha2],
            beta: beta.scale(is_double, "beta")?,
        })
    }

    pub(crate) fn cudnnAddTensor(
        handle: Ref<Handle>,
        alpha: Untyped,
        aDesc: Ref<TensorDescriptor>,
        A: Address,
        beta: Untyped,
        cDesc: Ref<TensorDescriptor>,
        C: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (x, y) = (tensor_of(aDesc, A, "A")?, tensor_of(cDesc, C, "C")?);
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        require_repeatable(&x, &y, "A and C")?;
        require(x.layout.data_type == y.layout.data_type, "A and C are of different types")?;
        require_distinct(&y, "C")?;
        handle.launch(&Transform { x, y, alpha, beta })
    }

    pub(crate) fn cudnnTransformTensor(
        handle: Ref<Handle>,
        alpha: Untyped,
        xDesc: Ref<TensorDescriptor>,
        x: Address,
        beta: Untyped,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (x, y) = (tensor_of(xDesc, x, "x")?, tensor_of(yDesc, y, "y")?);
        let (alpha, beta) = factors(alpha, beta, y.layout.data_type)?;
        let (from, to) = (x.layout.sizes(), y.layout.sizes());
        require(from == to, format!("x of {from:?} and y of {to:?} differ"))?;
        require_distinct(&y, "y")?;
        handle.launch(&Transform { x, y, alpha, beta })
    }

    pub(crate) fn cudnnTransformTensorEx(
        handle: Ref<Handle>,
        transDesc: Ref<TransformDescriptor>,
        alpha: Untyped,
        srcDesc: Ref<TensorDescriptor>,
        srcData: Address,
        beta: Untyped,
        destDesc: Ref<TensorDescriptor>,
        destData: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let (x, y) = (tensor_of(srcDesc, srcData, "srcData")?, tensor_of(destDesc, destData, "destData")?);
        transform_padded(&handle, &transDesc.get()?, x, y, alpha, beta)
    }

    pub(crate) fn cudnnTransformFilter(
        handle: Ref<Handle>,
        transDesc: Ref<TransformDescriptor>,
        alpha: Untyped,
        srcDesc: Ref<FilterDescriptor>,
        srcData: Address,
        beta: Untyped,
        destDesc: Ref<FilterDescriptor>,
        destData: Address,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let x = Tensor { address: srcData.get("srcData")?, layout: srcDesc.get()?.layout()? };
        let y = Tensor { address: destData.get("destData")?, layout: destDesc.get()?.layout()? };
        transform_padded(&handle, &transDesc.get()?, x, y, alpha, beta)
    }

    pub(crate) fn cudnnSetTensor(
        handle: Ref<Handle>,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        valuePtr: Untyped,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let y = tensor_of(yDesc, y, "y")?;
        // The value is an element as the tensor has them, not a factor.
        let size = element::size(y.layout.data_type).unwrap_or(1);
        let mut value = 0.0;
        element::read(y.layout.data_type, &valuePtr.array::<u8>(size, "valuePtr")?, |read| value = read);
        handle.launch(&Set { y, value })
    }

    pub(crate) fn cudnnScaleTensor(
        handle: Ref<Handle>,
        yDesc: Ref<TensorDescriptor>,
        y: Address,
        alpha: Untyped,
    ) -> Outcome {
        let handle = handle::find(handle)?;
        let y = tensor_of(yDesc, y, "y")?;
        let alpha = alpha.scale(y.layout.data_type == DataType::CUDNN_DATA_DOUBLE, "alpha")?;
        handle.launch(&Scale { y, alpha })
    }
}

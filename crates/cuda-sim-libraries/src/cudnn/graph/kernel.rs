//! The kernels of graphs that no function of its own has.

use crate::cudnn::compute::elementwise::{advance, broadcast};
use crate::cudnn::compute::pointwise;
use crate::cudnn::layout::Tensor;
use crate::cudnn::memory::Memory;
use crate::native::Fault;

/// `c = a b` for each matrix of a batch; batch dimensions of one are repeated.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matmul {
    pub(crate) a: Tensor,
    pub(crate) b: Tensor,
    pub(crate) c: Tensor,
}

impl Matmul {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let [a_sizes, b_sizes, sizes] = [&self.a, &self.b, &self.c].map(|tensor| tensor.layout.sizes());
        let rank = sizes.len();
        let (rows, columns, inner) = (sizes[rank - 2], sizes[rank - 1], a_sizes[rank - 1]);
        let stretch = |values: &[f64], from: &[usize]| {
            let to = [&sizes[..rank - 2], &from[rank - 2..]].concat();
            broadcast(values, from, &to)
        };
        let a = stretch(&self.a.read(memory)?, &a_sizes);
        let b = stretch(&self.b.read(memory)?, &b_sizes);
        let mut c = vec![0.0; self.c.layout.len()];
        let batches = a.chunks_exact(rows * inner).zip(b.chunks_exact(inner * columns));
        for (c, (a, b)) in c.chunks_exact_mut(rows * columns).zip(batches) {
            for (row, a) in c.chunks_exact_mut(columns).zip(a.chunks_exact(inner)) {
                for (a, b) in a.iter().zip(b.chunks_exact(columns)) {
                    row.iter_mut().zip(b).for_each(|(c, b)| *c += a * b);
                }
            }
        }
        self.c.write(memory, &c)
    }
}

/// `y = f(alpha1 * x, alpha2 * b, t)`; what has size one is repeated, and what is not there is zero.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pointwise {
    pub(crate) function: pointwise::Pointwise,
    pub(crate) alpha: [f64; 2],
    pub(crate) x: Tensor,
    pub(crate) b: Tensor,
    pub(crate) t: Tensor,
    pub(crate) y: Tensor,
}

impl Pointwise {
    pub(crate) fn work(&self, memory: &dyn Memory) -> Result<(), Fault> {
        let sizes = self.y.layout.sizes();
        let read = |tensor: &Tensor| -> Result<Vec<f64>, Fault> {
            match tensor.is_some() {
                true => Ok(broadcast(&tensor.read(memory)?, &tensor.layout.sizes(), &sizes)),
                false => Ok(vec![0.0; self.y.layout.len()]),
            }
        };
        let (x, b, t) = (read(&self.x)?, read(&self.b)?, read(&self.t)?);
        let mut place = vec![0; sizes.len()];
        let axis = (self.function.axis.max(0) as usize).min(sizes.len().saturating_sub(1));
        let mut y = Vec::with_capacity(x.len());
        for at in 0..x.len() {
            let index = place.get(axis).map_or(0.0, |index| *index as f64);
            y.push(self.function.apply(self.alpha[0] * x[at], self.alpha[1] * b[at], t[at], index));
            advance(&mut place, &sizes);
        }
        self.y.write(memory, &y)
    }
}

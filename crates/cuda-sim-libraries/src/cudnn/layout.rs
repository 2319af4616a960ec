//! Where the elements of a tensor lie in memory, and moving them from there to dense arrays of numbers and back.

use crate::cudnn::element;
use crate::cudnn::memory::Memory;
use crate::native::Fault;
use cudnn_sys::cudnnDataType_t as DataType;

/// How many dimensions a tensor can have.
pub(crate) const RANK: usize = 8;

/// The sizes and strides of a tensor. Plain bytes, so that it can be an argument of a kernel.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) data_type: DataType,
    pub(crate) rank: u32,
    /// How many channels lie side by side: 1, 4 or 32. Strides then count such vectors.
    pub(crate) vector: u64,
    pub(crate) dims: [u64; RANK],
    pub(crate) strides: [u64; RANK],
}

/// One dimension on the way between memory and a dense array.
#[derive(Clone, Copy)]
struct Axis {
    size: usize,
    /// In elements of memory.
    stride: usize,
    /// In elements of the dense array.
    dense: usize,
}

impl Layout {
    /// Makes a layout of sizes and strides.
    pub(crate) fn new(data_type: DataType, dims: &[u64], strides: &[u64]) -> Self {
        let mut layout =
            Self { data_type, rank: dims.len() as u32, vector: 1, dims: [1; RANK], strides: [0; RANK] };
        layout.dims[..dims.len()].copy_from_slice(dims);
        layout.strides[..strides.len()].copy_from_slice(strides);
        layout
    }

    /// Makes a layout without gaps, the last dimension running fastest.
    pub(crate) fn dense(data_type: DataType, dims: &[u64]) -> Self {
        Self::new(data_type, dims, &dense_strides(dims))
    }

    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.dims[..self.rank as usize].iter().map(|size| *size as usize).collect()
    }

    /// Returns how many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.sizes().iter().product()
    }

    /// Returns how many bytes lie from the first element to behind the last.
    pub(crate) fn size_bytes(&self) -> u64 {
        let last: u64 = self.axes().iter().map(|axis| (axis.size as u64 - 1) * axis.stride as u64).sum();
        (last + 1) * element::size(self.data_type).unwrap_or(1) as u64
    }

    /// Lists the dimensions, the one with the largest strides first, and neighbours that are one run as one.
    fn axes(&self) -> Vec<Axis> {
        let sizes = self.sizes();
        let mut axes = Vec::new();
        let mut dense = 1;
        for axis in (0..sizes.len()).rev() {
            let (size, stride) = (sizes[axis], self.strides[axis] as usize);
            let vector = self.vector as usize;
            if axis == 1 && vector > 1 {
                axes.push(Axis { size: vector, stride: 1, dense });
                axes.push(Axis { size: size / vector, stride: stride * vector, dense: dense * vector });
            } else {
                axes.push(Axis { size, stride: stride * vector, dense });
            }
            dense *= size;
        }
        axes.retain(|axis| axis.size > 1);
        axes.sort_by_key(|axis| std::cmp::Reverse(axis.stride));
        let mut merged: Vec<Axis> = Vec::new();
        for axis in axes {
            match merged.last_mut() {
                Some(outer)
                    if outer.stride == axis.stride * axis.size && outer.dense == axis.dense * axis.size =>
                {
                    *outer = Axis { size: outer.size * axis.size, ..axis };
                }
                _ => merged.push(axis),
            }
        }
        merged
    }

    /// Splits the dimensions into those that jump, and those of the run behind each jump, which is without gaps.
    fn runs(&self) -> (Vec<Axis>, Vec<Axis>) {
        let mut outer = self.axes();
        let mut inner = Vec::new();
        let mut next = 1;
        while outer.last().is_some_and(|axis| axis.stride == next) {
            let axis = outer.pop().expect("it was just looked at");
            next *= axis.size;
            inner.insert(0, axis);
        }
        (outer, inner)
    }

    /// Calls `f` with where each run begins, in memory and in the dense array, both in elements; `places` are the run's elements in the
    /// dense array, counted from there.
    fn for_each_run(
        &self,
        mut f: impl FnMut(usize, usize, &[usize]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        if self.len() == 0 {
            return Ok(());
        }
        let (outer, inner) = self.runs();
        let mut places = vec![0];
        for axis in &inner {
            places = places
                .iter()
                .flat_map(|place| (0..axis.size).map(move |at| place + at * axis.dense))
                .collect();
        }
        let mut at = vec![0; outer.len()];
        loop {
            let start = at.iter().zip(&outer).map(|(at, axis)| at * axis.stride).sum();
            let dense = at.iter().zip(&outer).map(|(at, axis)| at * axis.dense).sum();
            f(start, dense, &places)?;
            let mut axis = outer.len();
            loop {
                if axis == 0 {
                    return Ok(());
                }
                axis -= 1;
                at[axis] += 1;
                if at[axis] < outer[axis].size {
                    break;
                }
                at[axis] = 0;
            }
        }
    }

    /// Whether two elements have one address.
    pub(crate) fn overlaps(&self) -> bool {
        // In order of strides, each must reach over everything that runs faster.
        let mut reach = 0;
        for axis in self.axes().iter().rev() {
            if axis.stride <= reach {
                return true;
            }
            reach += (axis.size - 1) * axis.stride;
        }
        false
    }

    /// Reads the tensor at `address` into a dense array.
    pub(crate) fn read(&self, memory: &dyn Memory, address: u64) -> Result<Vec<f64>, Fault> {
        let size = element::size(self.data_type).unwrap_or(1);
        let mut values = vec![0.0; self.len()];
        let mut bytes = Vec::new();
        self.for_each_run(|start, dense, places| {
            bytes.resize(places.len() * size, 0);
            memory.load(address + (start * size) as u64, &mut bytes)?;
            let mut places = places.iter();
            element::read(self.data_type, &bytes, |value| {
                if let Some(place) = places.next() {
                    values[dense + place] = value;
                }
            });
            Ok(())
        })?;
        Ok(values)
    }

    /// Writes a dense array to the tensor at `address`.
    pub(crate) fn write(&self, memory: &dyn Memory, address: u64, values: &[f64]) -> Result<(), Fault> {
        let size = element::size(self.data_type).unwrap_or(1);
        let mut bytes = Vec::new();
        self.for_each_run(|start, dense, places| {
            bytes.clear();
            places.iter().for_each(|place| element::write(self.data_type, values[dense + place], &mut bytes));
            memory.store(address + (start * size) as u64, &bytes)
        })
    }
}

/// Returns the strides of a dense array, the last dimension running fastest.
pub(crate) fn dense_strides(dims: &[u64]) -> Vec<u64> {
    let mut strides: Vec<u64> = vec![1; dims.len()];
    for axis in (1..dims.len()).rev() {
        strides[axis - 1] = strides[axis].saturating_mul(dims[axis]);
    }
    strides
}

/// A tensor in the device's memory.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tensor {
    pub(crate) address: u64,
    pub(crate) layout: Layout,
}

impl Tensor {
    /// What stands where there is no tensor.
    pub(crate) const NONE: Self = Self {
        address: 0,
        layout: Layout {
            data_type: DataType::CUDNN_DATA_FLOAT,
            rank: 0,
            vector: 1,
            dims: [1; RANK],
            strides: [0; RANK],
        },
    };

    pub(crate) fn is_some(&self) -> bool {
        self.address != 0
    }

    pub(crate) fn read(&self, memory: &dyn Memory) -> Result<Vec<f64>, Fault> {
        self.layout.read(memory, self.address)
    }

    pub(crate) fn write(&self, memory: &dyn Memory, values: &[f64]) -> Result<(), Fault> {
        self.layout.write(memory, self.address, values)
    }

    /// Writes `alpha * values + beta * what was there`. With a beta of zero what was there is not read, as the manual promises.
    pub(crate) fn blend(
        &self,
        memory: &dyn Memory,
        alpha: f64,
        values: &[f64],
        beta: f64,
    ) -> Result<(), Fault> {
        if alpha == 1.0 && beta == 0.0 {
            return self.write(memory, values);
        }
        let before = if beta == 0.0 { vec![0.0; values.len()] } else { self.read(memory)? };
        let blended: Vec<f64> = values
            .iter()
            .zip(before)
            .map(|(value, before)| alpha * value + if beta == 0.0 { 0.0 } else { beta * before })
            .collect();
        self.write(memory, &blended)
    }
}

#[cfg(test)]
mod tests {
    use super::{DataType, Layout, Tensor};
    use crate::cudnn::memory::testing::Array;

    fn layouts() -> Vec<Layout> {
        let float = DataType::CUDNN_DATA_FLOAT;
        let dims = [2, 8, 3, 4];
        let mut vectors = Layout::new(DataType::CUDNN_DATA_INT8x4, &dims, &[24, 12, 4, 1]);
        vectors.vector = 4;
        vec![
            Layout::dense(float, &dims),
            Layout::new(float, &dims, &[96, 1, 32, 8]),
            Layout::new(float, &dims, &[500, 50, 10, 2]),
            Layout::new(DataType::CUDNN_DATA_HALF, &dims, &[1, 2, 16, 48]),
            Layout::new(DataType::CUDNN_DATA_DOUBLE, &[4, 1, 5], &[7, 3, 1]),
            vectors,
        ]
    }

    #[test]
    fn a_tensor_is_read_as_it_was_written_in_any_layout() {
        for layout in layouts() {
            let memory = Array::new(layout.size_bytes() as usize);
            let values: Vec<f64> = (0..layout.len()).map(|at| (at % 100) as f64).collect();

            layout.write(&memory, 0, &values).unwrap();

            assert_eq!(layout.read(&memory, 0).unwrap(), values, "{layout:?}");
            assert!(!layout.overlaps(), "{layout:?}");
        }
    }

    #[test]
    fn an_element_lies_at_the_sum_of_its_strides() {
        let layout = Layout::new(DataType::CUDNN_DATA_FLOAT, &[2, 3], &[5, 2]);
        let memory = Array::new(layout.size_bytes() as usize);

        layout.write(&memory, 0, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();

        assert_eq!(layout.size_bytes(), 40);
        let floats = memory.floats();
        assert_eq!(
            [floats[0], floats[2], floats[4], floats[5], floats[7], floats[9]],
            [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
        );
        assert_eq!(memory.written(), 24, "the gaps belong to somebody else");
    }

    #[test]
    fn channels_of_a_vector_lie_side_by_side() {
        let layout = layouts().pop().unwrap();
        let memory = Array::new(layout.size_bytes() as usize);
        let values: Vec<f64> = (0..layout.len()).map(|at| (at / 12 % 8) as f64).collect();

        layout.write(&memory, 0, &values).unwrap();

        assert_eq!(memory.bytes()[..8], [0, 1, 2, 3, 0, 1, 2, 3]);
        assert_eq!(memory.bytes()[48..56], [4, 5, 6, 7, 4, 5, 6, 7]);
    }

    #[test]
    fn elements_that_share_an_address_are_found() {
        assert!(Layout::new(DataType::CUDNN_DATA_FLOAT, &[2, 3], &[0, 1]).overlaps());
        assert!(Layout::new(DataType::CUDNN_DATA_FLOAT, &[2, 3], &[2, 1]).overlaps());
        assert!(!Layout::new(DataType::CUDNN_DATA_FLOAT, &[2, 3], &[3, 1]).overlaps());
    }

    #[test]
    fn what_was_there_is_read_only_if_it_is_blended_in() {
        let tensor = Tensor { address: 0, layout: Layout::dense(DataType::CUDNN_DATA_FLOAT, &[2]) };
        let memory = Array::new(8);
        tensor.blend(&memory, 2.0, &[1.0, 2.0], 0.0).unwrap();
        assert_eq!(memory.loaded(), 0);

        tensor.blend(&memory, 1.0, &[1.0, 1.0], 0.5).unwrap();

        assert_eq!(memory.floats(), [2.0, 3.0]);
    }
}

//! Descriptors of tensors and of filters: element type, sizes, strides.

#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData};

use cudnn_sys::{cudnnDataType_t, cudnnTensorFormat_t};

use super::{
    DataType, Error, Library, Result,
    descriptor::{FilterKind, MOST_DIMENSIONS, Owned, TensorKind, numbers, raw_forms, table_call},
};

/// In which order the dimensions of a tensor lie in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Layout {
    /// Batch, channels, then space: NCHW, and for filters KCRS.
    #[default]
    ChannelsFirst,
    /// Batch, space, then channels: NHWC, and for filters KRSC.
    ChannelsLast,
}

impl Layout {
    fn as_raw(self) -> cudnnTensorFormat_t {
        match self {
            Layout::ChannelsFirst => cudnnTensorFormat_t::CUDNN_TENSOR_NCHW,
            Layout::ChannelsLast => cudnnTensorFormat_t::CUDNN_TENSOR_NHWC,
        }
    }

    /// Returns the strides of a dense tensor of these sizes, which are always given as batch, channels, space.
    fn strides(self, dimensions: &[usize]) -> Option<Vec<usize>> {
        let rank = dimensions.len();
        let mut order: Vec<usize> = (0..rank).collect();
        if self == Layout::ChannelsLast && rank > 2 {
            order[1..].rotate_left(1);
        }
        let (mut strides, mut stride) = (vec![0; rank], 1_usize);
        for &axis in order.iter().rev() {
            strides[axis] = stride;
            stride = stride.checked_mul(dimensions[axis].max(1))?;
        }
        Some(strides)
    }
}

/// Says how a tensor of `T` lies in memory: up to eight dimensions, the first two of which are the batch and the channels.
///
/// # Examples
/// ```no_run
/// use context_core::cudnn::{Layout, Library, TensorDescriptor};
///
/// let library = Library::system()?;
/// let images = TensorDescriptor::<f32>::dense(library, &[64, 3, 32, 32], Layout::ChannelsFirst)?;
/// assert_eq!(images.strides(), [3072, 1024, 32, 1]);
/// assert_eq!(images.elements(), 64 * 3 * 32 * 32);
/// # Ok::<(), context_core::cudnn::Error>(())
/// ```
///
/// The type of the elements is that of the descriptor:
///
/// ```compile_fail,E0308
/// use context_core::cudnn::{Layout, Library, TensorDescriptor};
///
/// let library = Library::system().unwrap();
/// let images: TensorDescriptor<f64> =
///     TensorDescriptor::<f32>::dense(library, &[64, 3, 32, 32], Layout::ChannelsFirst).unwrap();
/// ```
pub struct TensorDescriptor<T: DataType> {
    pub(super) owned: Owned<TensorKind>,
    dimensions: Vec<usize>,
    strides: Vec<usize>,
    /// From the first element to the last, both included.
    span: usize,
    elements: PhantomData<fn() -> T>,
}

raw_forms!(TensorDescriptor<T>, cudnnTensorDescriptor_t, "cudnnDestroyTensorDescriptor");

const MAKING: &str = "making a cuDNN descriptor of a tensor";

impl<T: DataType> TensorDescriptor<T> {
    /// Makes the descriptor of a tensor without gaps. Sizes are given as batch, channels, space, whatever the layout.
    ///
    /// # Errors
    /// [`Error::Shape`] for sizes that cuDNN's numbers do not hold; [`Error::Call`] for what cuDNN refuses.
    #[doc(alias = "cudnnSetTensor4dDescriptor")]
    #[doc(alias = "cudnnSetTensorNdDescriptorEx")]
    pub fn dense(library: Library, dimensions: &[usize], layout: Layout) -> Result<TensorDescriptor<T>> {
        let strides = dense_strides(MAKING, dimensions, layout)?;
        TensorDescriptor::strided(library, dimensions, &strides)
    }

    /// Makes the descriptor of a tensor whose neighbours along each dimension lie so many elements apart.
    ///
    /// # Errors
    /// [`Error::Shape`] if there are not as many strides as sizes; as [`dense`](TensorDescriptor::dense).
    #[doc(alias = "cudnnSetTensorNdDescriptor")]
    #[doc(alias = "cudnnSetTensor4dDescriptorEx")]
    pub fn strided(library: Library, dimensions: &[usize], strides: &[usize]) -> Result<TensorDescriptor<T>> {
        let span = span(MAKING, dimensions, strides)?;
        let sizes = numbers(MAKING, "the sizes", dimensions)?;
        let apart = numbers(MAKING, "the strides", strides)?;
        let owned = Owned::new(library, |table, raw| {
            let rank = sizes.len() as i32;
            // SAFETY: the descriptor is new, and both lists have `rank` numbers.
            unsafe {
                table_call!(
                    table,
                    cudnnSetTensorNdDescriptor(raw, T::RAW, rank, sizes.as_ptr(), apart.as_ptr())
                )
            }
            .map_err(|error| {
                error.doing(|| format!("a tensor of {} {dimensions:?}, strides {strides:?}", T::NAME))
            })
        })?;
        let (dimensions, strides) = (dimensions.to_vec(), strides.to_vec());
        Ok(TensorDescriptor { owned, dimensions, strides, span, elements: PhantomData })
    }

    /// Takes ownership of a descriptor, whose sizes are asked for.
    ///
    /// # Errors
    /// [`Error::Shape`] if its elements are not of type `T`; [`Error::Call`]. The descriptor is destroyed then.
    ///
    /// # Safety
    /// - `raw` was made and set by `library`, and nothing else will change or destroy it.
    #[doc(alias = "cudnnGetTensorNdDescriptor")]
    pub unsafe fn from_raw(
        library: Library,
        raw: cudnn_sys::cudnnTensorDescriptor_t,
    ) -> Result<TensorDescriptor<T>> {
        // SAFETY: the caller's promise is the same.
        let owned = unsafe { Owned::<TensorKind>::from_raw(library, raw) };
        let (mut kind, mut rank) = (cudnnDataType_t::CUDNN_DATA_FLOAT, 0);
        let (mut sizes, mut apart) = ([0_i32; MOST_DIMENSIONS], [0_i32; MOST_DIMENSIONS]);
        // SAFETY: the descriptor is live, and both lists have room for as many as are asked for.
        unsafe {
            table_call!(
                library.table(),
                cudnnGetTensorNdDescriptor(
                    raw,
                    MOST_DIMENSIONS as i32,
                    &mut kind,
                    &mut rank,
                    sizes.as_mut_ptr(),
                    apart.as_mut_ptr()
                )
            )
        }?;
        let operation = "taking a cuDNN descriptor of a tensor";
        if kind != T::RAW {
            let detail = format!("its elements are of type {kind:?}, and not {}", T::NAME);
            return Err(Error::Shape { operation, detail });
        }
        let rank = usize::try_from(rank).unwrap_or(0).min(MOST_DIMENSIONS);
        let positive = |list: &[i32]| -> Vec<usize> {
            list.iter().map(|&number| usize::try_from(number).unwrap_or(0)).collect()
        };
        let (dimensions, strides) = (positive(&sizes[..rank]), positive(&apart[..rank]));
        let span = span(operation, &dimensions, &strides)?;
        Ok(TensorDescriptor { owned, dimensions, strides, span, elements: PhantomData })
    }

    /// Returns the sizes: batch, channels, space.
    pub fn dimensions(&self) -> &[usize] {
        &self.dimensions
    }

    /// Returns how many elements apart neighbours are along each dimension.
    pub fn strides(&self) -> &[usize] {
        &self.strides
    }

    /// Returns the number of elements from the first to the last: what a buffer must have.
    pub fn elements(&self) -> usize {
        self.span
    }

    /// Returns the size in bytes as cuDNN tells it.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnGetTensorSizeInBytes")]
    pub fn size_bytes(&self) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the descriptor is live; `bytes` outlives the call.
        unsafe { table_call!(self.library().table(), cudnnGetTensorSizeInBytes(self.as_raw(), &mut bytes)) }?;
        Ok(bytes)
    }
}

impl<T: DataType> fmt::Debug for TensorDescriptor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?}/{:?}", T::NAME, self.dimensions, self.strides)
    }
}

/// Says how a filter of `T` lies in memory: outputs, inputs of a group, then space.
pub struct FilterDescriptor<T: DataType> {
    pub(super) owned: Owned<FilterKind>,
    dimensions: Vec<usize>,
    layout: Layout,
    elements: usize,
    kind: PhantomData<fn() -> T>,
}

raw_forms!(FilterDescriptor<T>, cudnnFilterDescriptor_t, "cudnnDestroyFilterDescriptor");

impl<T: DataType> FilterDescriptor<T> {
    /// Makes the descriptor of a filter without gaps. Sizes are given as outputs, inputs of a group, space, whatever the layout.
    ///
    /// # Errors
    /// [`Error::Shape`] for sizes that cuDNN's numbers do not hold; [`Error::Call`] for what cuDNN refuses.
    #[doc(alias = "cudnnSetFilterNdDescriptor")]
    #[doc(alias = "cudnnSetFilter4dDescriptor")]
    pub fn new(library: Library, dimensions: &[usize], layout: Layout) -> Result<FilterDescriptor<T>> {
        let operation = "making a cuDNN descriptor of a filter";
        let strides = dense_strides(operation, dimensions, layout)?;
        let elements = span(operation, dimensions, &strides)?;
        let sizes = numbers(operation, "the sizes", dimensions)?;
        let owned = Owned::new(library, |table, raw| {
            let rank = sizes.len() as i32;
            // SAFETY: the descriptor is new, and the list has `rank` numbers.
            unsafe {
                table_call!(
                    table,
                    cudnnSetFilterNdDescriptor(raw, T::RAW, layout.as_raw(), rank, sizes.as_ptr())
                )
            }
            .map_err(|error| error.doing(|| format!("a filter of {} {dimensions:?}, {layout:?}", T::NAME)))
        })?;
        Ok(FilterDescriptor { owned, dimensions: dimensions.to_vec(), layout, elements, kind: PhantomData })
    }

    /// Returns the sizes: outputs, inputs of a group, space.
    pub fn dimensions(&self) -> &[usize] {
        &self.dimensions
    }

    /// Returns the layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Returns how many elements there are.
    pub fn elements(&self) -> usize {
        self.elements
    }

    /// Returns the size in bytes as cuDNN tells it.
    ///
    /// # Errors
    /// [`Error::Call`].
    #[doc(alias = "cudnnGetFilterSizeInBytes")]
    pub fn size_bytes(&self) -> Result<usize> {
        let mut bytes = 0;
        // SAFETY: the descriptor is live; `bytes` outlives the call.
        unsafe { table_call!(self.library().table(), cudnnGetFilterSizeInBytes(self.as_raw(), &mut bytes)) }?;
        Ok(bytes)
    }
}

impl<T: DataType> fmt::Debug for FilterDescriptor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "filter {} {:?} {:?}", T::NAME, self.dimensions, self.layout)
    }
}

/// Returns the strides of a tensor without gaps.
pub(super) fn dense_strides(
    operation: &'static str,
    dimensions: &[usize],
    layout: Layout,
) -> Result<Vec<usize>> {
    layout.strides(dimensions).ok_or_else(|| too_large(operation, dimensions))
}

#[cold]
fn too_large(operation: &'static str, dimensions: &[usize]) -> Error {
    Error::Shape { operation, detail: format!("{dimensions:?} elements are more than can be counted") }
}

/// Returns the number of elements from the first one to the last, both included.
pub(super) fn span(operation: &'static str, dimensions: &[usize], strides: &[usize]) -> Result<usize> {
    if dimensions.len() != strides.len() || dimensions.len() > MOST_DIMENSIONS {
        let detail = format!(
            "sizes {dimensions:?} with strides {strides:?}: as many of each, and {MOST_DIMENSIONS} at the most"
        );
        return Err(Error::Shape { operation, detail });
    }
    if dimensions.contains(&0) {
        let detail = format!("sizes {dimensions:?}: cuDNN has no empty tensors");
        return Err(Error::Shape { operation, detail });
    }
    let last = dimensions
        .iter()
        .zip(strides)
        .try_fold(0_usize, |last, (size, stride)| last.checked_add((size - 1).checked_mul(*stride)?));
    last.and_then(|last| last.checked_add(1)).ok_or_else(|| too_large(operation, dimensions))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dense_strides_follow_the_layout() {
        assert_eq!(Layout::ChannelsFirst.strides(&[2, 3, 4, 5]), Some(vec![60, 20, 5, 1]));
        assert_eq!(Layout::ChannelsLast.strides(&[2, 3, 4, 5]), Some(vec![60, 1, 15, 3]));
        assert_eq!(Layout::ChannelsLast.strides(&[2, 3, 4, 5, 6]), Some(vec![360, 1, 90, 18, 3]));
        assert_eq!(Layout::ChannelsLast.strides(&[7, 3]), Some(vec![3, 1]));
    }

    #[test]
    fn a_buffer_needs_as_many_elements_as_lie_between_the_first_and_the_last() {
        assert_eq!(span("", &[2, 3, 4, 5], &[60, 20, 5, 1]).unwrap(), 120);
        assert_eq!(span("", &[2, 3, 4, 5], &[100, 25, 6, 1]).unwrap(), 100 + 50 + 18 + 4 + 1);
        assert!(span("", &[2, 0, 4, 5], &[60, 20, 5, 1]).is_err());
        assert!(span("", &[2, 3], &[1]).is_err());
        assert!(span("", &[usize::MAX, 2], &[usize::MAX, 1]).is_err());
    }
}

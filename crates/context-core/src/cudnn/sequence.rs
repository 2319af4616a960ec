//! Sequences: how their vectors lie in memory.

#![allow(unsafe_code)]

use std::{fmt, marker::PhantomData};

use cudnn_sys::cudnnRNNDataLayout_t;

use super::{
    DataType, Error, Result,
    descriptor::{Owned, RnnDataKind, numbers, raw_forms, table_call},
};

/// In which order the vectors of sequences lie.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SequenceLayout {
    /// All of one time side by side, each sequence padded to the longest.
    #[default]
    TimeFirst,
    /// All of one time side by side, without padding, the longest sequence first.
    Packed,
    /// All of one sequence side by side, padded to the longest.
    BatchFirst,
}

/// Says how sequences of vectors of `T` lie in memory.
pub struct RnnDataDescriptor<T: DataType> {
    owned: Owned<RnnDataKind>,
    layout: SequenceLayout,
    lengths: Vec<usize>,
    longest: usize,
    vector: usize,
    elements: usize,
    kind: PhantomData<fn() -> T>,
}

raw_forms!(RnnDataDescriptor<T>, cudnnRNNDataDescriptor_t, "cudnnDestroyRNNDataDescriptor");

impl<T: DataType> RnnDataDescriptor<T> {
    /// Makes the descriptor of sequences of these lengths, with vectors of so many elements. What is beyond a sequence's end is
    /// `fill` in an output, where that is given.
    ///
    /// # Errors
    /// [`Error::Shape`] if there is no sequence, or one is longer than `longest`; [`Error::Call`].
    #[doc(alias = "cudnnSetRNNDataDescriptor")]
    pub fn new(
        library: super::Library,
        layout: SequenceLayout,
        longest: usize,
        vector: usize,
        lengths: &[usize],
        fill: Option<T>,
    ) -> Result<RnnDataDescriptor<T>> {
        let operation = "making a cuDNN descriptor of sequences";
        let refuse = |rule: &str| Error::Shape {
            operation,
            detail: format!("lengths {lengths:?}, the longest {longest}, vectors of {vector}: {rule}"),
        };
        if lengths.is_empty() || lengths.iter().any(|&length| length > longest) {
            return Err(refuse("there is a sequence, and none is longer than the longest"));
        }
        let sizes = numbers(operation, "the sizes", &[longest, lengths.len(), vector])?;
        let list = numbers(operation, "the lengths", lengths)?;
        let times = match layout {
            SequenceLayout::Packed => lengths.iter().try_fold(0_usize, |sum, &one| sum.checked_add(one)),
            _ => longest.checked_mul(lengths.len()),
        };
        let elements = times.and_then(|times| times.checked_mul(vector));
        let elements = elements.ok_or_else(|| refuse("that is more than can be counted"))?;
        let raw_layout = match layout {
            SequenceLayout::TimeFirst => cudnnRNNDataLayout_t::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_UNPACKED,
            SequenceLayout::Packed => cudnnRNNDataLayout_t::CUDNN_RNN_DATA_LAYOUT_SEQ_MAJOR_PACKED,
            SequenceLayout::BatchFirst => cudnnRNNDataLayout_t::CUDNN_RNN_DATA_LAYOUT_BATCH_MAJOR_UNPACKED,
        };
        let owned = Owned::new(library, |table, raw| {
            let mut fill = fill;
            let fill = fill.as_mut().map_or(std::ptr::null_mut(), |fill| std::ptr::from_mut(fill).cast());
            // SAFETY: the descriptor is new, the list has a length for each sequence, and all of it is copied.
            unsafe {
                table_call!(
                    table,
                    cudnnSetRNNDataDescriptor(
                        raw,
                        T::RAW,
                        raw_layout,
                        sizes[0],
                        sizes[1],
                        sizes[2],
                        list.as_ptr(),
                        fill
                    )
                )
            }
        })
        .map_err(|error| error.doing(|| format!("{operation}: lengths {lengths:?}, vectors of {vector}")))?;
        let lengths = lengths.to_vec();
        Ok(RnnDataDescriptor { owned, layout, lengths, longest, vector, elements, kind: PhantomData })
    }

    /// Returns the length of each sequence.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// Returns the number of elements of a vector.
    pub fn vector(&self) -> usize {
        self.vector
    }

    /// Returns the number of elements, padding included: what a buffer must have.
    pub fn elements(&self) -> usize {
        self.elements
    }
}

impl<T: DataType> fmt::Debug for RnnDataDescriptor<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} sequences {:?} of at most {} vectors of {} {}",
            self.lengths.len(),
            self.layout,
            self.longest,
            self.vector,
            T::NAME
        )
    }
}

//! Typed device memory, and borrowed parts of it.

use std::{
    fmt,
    marker::PhantomData,
    ops::{Bound, RangeBounds},
    sync::Arc,
};

use crate::{
    Context, Device, Element, Error, Matrix, MatrixMut, MemoryKind, Result,
    backend::{ALIGNMENT, Address},
    moments::Home,
    pool::{Memory, Owned},
};

/// Returns the size of `len` elements in bytes.
#[inline]
pub(crate) fn byte_size<T>(len: usize) -> Result<usize> {
    // A slice over memory that is aligned to less would be undefined behaviour in a kernel's CPU body.
    const { assert!(align_of::<T>() <= ALIGNMENT, "elements of a buffer are aligned to at most 64 bytes") };
    match len.checked_mul(size_of::<T>()) {
        Some(bytes) if bytes <= isize::MAX as usize => Ok(bytes),
        _ => Err(Error::Shape {
            operation: "allocating a buffer",
            detail: format!(
                "{len} elements of {} bytes are more than an address space holds",
                size_of::<T>()
            ),
        }),
    }
}

/// Refuses a copy between different numbers of elements.
#[inline]
pub(crate) fn same_length(operation: &'static str, target: usize, source: usize) -> Result<()> {
    if target == source { Ok(()) } else { Err(other_length(operation, target, source)) }
}

#[cold]
#[inline(never)]
fn other_length(operation: &'static str, target: usize, source: usize) -> Error {
    Error::Shape { operation, detail: format!("{source} elements into {target}") }
}

/// `len` elements of type `T` in the memory of a context's device.
///
/// A buffer remembers which operations still use it. It may be moved to another thread, used by any context of the same
/// device, and dropped at any time: its memory is not handed to anybody before the work that uses it is ordered.
pub struct Buffer<T, C: Context> {
    memory: Owned<C::Backend>,
    len: usize,
    marker: PhantomData<fn() -> (T, C)>,
}

impl<T: Element, C: Context> Buffer<T, C> {
    /// Makes a buffer of what its stream freed, if there is a block of that size.
    #[inline(always)]
    pub(crate) fn take_cached(home: &Arc<Home<C::Backend>>, len: usize) -> Option<Self> {
        let bytes = len.checked_mul(size_of::<T>())?;
        let memory = home.state.pool(MemoryKind::Device).take_cached(home, bytes, MemoryKind::Device)?;
        Some(Buffer { memory, len, marker: PhantomData })
    }

    /// Makes a buffer of free memory that its stream may use at once, if there is any and nothing else is to be done.
    #[inline]
    pub(crate) fn take_fit(home: &Arc<Home<C::Backend>>, len: usize) -> Option<Self> {
        let bytes = len.checked_mul(size_of::<T>())?;
        let memory = home.state.pool(MemoryKind::Device).take_fit(home, bytes)?;
        Some(Buffer { memory, len, marker: PhantomData })
    }

    pub(crate) fn allocate(home: &Arc<Home<C::Backend>>, len: usize) -> Result<Self> {
        let bytes = byte_size::<T>(len)?;
        let memory = match home.clock.capture() {
            Some(capture) if bytes > 0 => capture.allocate(MemoryKind::Device, bytes)?,
            _ => home.state.pool(MemoryKind::Device).allocate(home, bytes)?,
        };
        Ok(Buffer { memory, len, marker: PhantomData })
    }

    /// Borrows the whole buffer for reading.
    pub fn view(&self) -> View<'_, T, C> {
        View { memory: &self.memory, address: self.memory.address(), len: self.len, marker: PhantomData }
    }

    /// Borrows the whole buffer for writing.
    pub fn view_mut(&mut self) -> ViewMut<'_, T, C> {
        ViewMut { memory: &self.memory, address: self.memory.address(), len: self.len, marker: PhantomData }
    }

    /// Borrows a range of elements for reading.
    ///
    /// # Errors
    /// [`Error::Shape`] if the range does not lie in the buffer.
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Result<View<'_, T, C>> {
        self.view().slice(range)
    }

    /// Borrows a range of elements for writing.
    ///
    /// # Errors
    /// [`Error::Shape`] if the range does not lie in the buffer.
    pub fn slice_mut(&mut self, range: impl RangeBounds<usize>) -> Result<ViewMut<'_, T, C>> {
        self.view_mut().slice(range)
    }

    /// Reads the buffer as a dense matrix, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] if `rows * columns` is not the buffer's length.
    pub fn matrix(&self, rows: usize, columns: usize) -> Result<Matrix<'_, T, C>> {
        self.view().matrix(rows, columns)
    }

    /// Writes the buffer as a dense matrix, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] if `rows * columns` is not the buffer's length.
    pub fn matrix_mut(&mut self, rows: usize, columns: usize) -> Result<MatrixMut<'_, T, C>> {
        self.view_mut().matrix(rows, columns)
    }
}

impl<T, C: Context> Buffer<T, C> {
    pub(crate) fn memory(&self) -> &Memory<C::Backend> {
        &self.memory
    }

    /// Returns the number of elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tells whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the size of the elements in bytes.
    pub fn size_bytes(&self) -> usize {
        self.len * size_of::<T>()
    }

    /// Returns the device whose memory this is.
    pub fn device(&self) -> Device {
        self.memory.state().device()
    }

    /// Returns the address in the device's memory, for use with foreign code.
    ///
    /// Foreign code is not ordered with this crate's operations: synchronise before and after.
    pub fn as_raw(&self) -> Address {
        self.memory.address()
    }
}

impl<T, C: Context> fmt::Debug for Buffer<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(f, "Buffer", std::any::type_name::<T>(), self.len, self.device())
    }
}

fn describe(
    f: &mut fmt::Formatter<'_>,
    kind: &str,
    element: &str,
    len: usize,
    device: Device,
) -> fmt::Result {
    write!(f, "{kind}<{element}>({len} on {device})")
}

/// Finds a range's start and length in `len` elements.
fn resolve(range: impl RangeBounds<usize>, len: usize) -> Result<(usize, usize)> {
    let start = match range.start_bound() {
        Bound::Included(&start) => Some(start),
        Bound::Excluded(&start) => start.checked_add(1),
        Bound::Unbounded => Some(0),
    };
    let end = match range.end_bound() {
        Bound::Included(&end) => end.checked_add(1),
        Bound::Excluded(&end) => Some(end),
        Bound::Unbounded => Some(len),
    };
    match (start, end) {
        (Some(start), Some(end)) if start <= end && end <= len => Ok((start, end - start)),
        _ => Err(Error::Shape {
            operation: "slicing a buffer",
            detail: format!(
                "the range {:?}..{:?} does not lie in {len} elements",
                range.start_bound(),
                range.end_bound()
            ),
        }),
    }
}

/// Elements of a buffer, borrowed for reading.
pub struct View<'a, T, C: Context> {
    pub(crate) memory: &'a Memory<C::Backend>,
    pub(crate) address: Address,
    len: usize,
    marker: PhantomData<fn() -> (T, C)>,
}

impl<T, C: Context> Clone for View<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, C: Context> Copy for View<'_, T, C> {}

/// Elements of a buffer, borrowed for writing.
pub struct ViewMut<'a, T, C: Context> {
    pub(crate) memory: &'a Memory<C::Backend>,
    pub(crate) address: Address,
    len: usize,
    // Invariant: exclusive. Two live `ViewMut` of one buffer never share an element.
    marker: PhantomData<fn() -> (T, C)>,
}

macro_rules! view_methods {
    ($view:ident) => {
        impl<'a, T, C: Context> $view<'a, T, C> {
            /// Returns the number of elements.
            pub fn len(&self) -> usize {
                self.len
            }

            /// Tells whether there are no elements.
            pub fn is_empty(&self) -> bool {
                self.len == 0
            }

            /// Returns the device whose memory this is.
            pub fn device(&self) -> Device {
                self.memory.state().device()
            }

            /// Returns the address of the first element in the device's memory, for use with foreign code.
            pub fn as_raw(&self) -> Address {
                self.address
            }

            /// Narrows the borrow to a range of elements.
            ///
            /// # Errors
            /// [`Error::Shape`] if the range does not lie in the view.
            pub fn slice(self, range: impl RangeBounds<usize>) -> Result<$view<'a, T, C>> {
                let (start, len) = resolve(range, self.len)?;
                Ok(self.part(start, len))
            }

            /// Divides the borrow in two at `middle`.
            ///
            /// # Errors
            /// [`Error::Shape`] if `middle` is greater than the length.
            pub fn split_at(self, middle: usize) -> Result<($view<'a, T, C>, $view<'a, T, C>)> {
                let (start, len) = resolve(middle.., self.len)?;
                Ok((self.part(0, start), self.part(start, len)))
            }

            /// Forgets what the bytes are.
            #[cfg_attr(
                not(feature = "cudnn"),
                allow(dead_code, reason = "for libraries that take elements of several types")
            )]
            pub(crate) fn into_bytes(self) -> $view<'a, u8, C> {
                let len = self.len * size_of::<T>();
                $view { memory: self.memory, address: self.address, len, marker: PhantomData }
            }

            /// The caller keeps the part within the view, and the parts of a `ViewMut` disjoint.
            fn part(&self, start: usize, len: usize) -> $view<'a, T, C> {
                let address = self.address + (start * size_of::<T>()) as Address;
                $view { memory: self.memory, address, len, marker: PhantomData }
            }
        }

        impl<T, C: Context> fmt::Debug for $view<'_, T, C> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                describe(f, stringify!($view), std::any::type_name::<T>(), self.len, self.device())
            }
        }
    };
}

view_methods!(View);
view_methods!(ViewMut);

impl<'a, T: Element, C: Context> View<'a, T, C> {
    /// Reads the view as a dense matrix, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] if `rows * columns` is not the view's length.
    pub fn matrix(self, rows: usize, columns: usize) -> Result<Matrix<'a, T, C>> {
        Matrix::new(self, rows, columns)
    }
}

impl<'a, T: Element, C: Context> ViewMut<'a, T, C> {
    /// Writes the view as a dense matrix, row by row.
    ///
    /// # Errors
    /// [`Error::Shape`] if `rows * columns` is not the view's length.
    pub fn matrix(self, rows: usize, columns: usize) -> Result<MatrixMut<'a, T, C>> {
        MatrixMut::new(self, rows, columns)
    }

    /// Borrows the same elements for reading, for as long as this borrow is not used.
    pub fn as_view(&self) -> View<'_, T, C> {
        View { memory: self.memory, address: self.address, len: self.len, marker: PhantomData }
    }

    /// Borrows the same elements again, for a shorter time.
    pub fn reborrow(&mut self) -> ViewMut<'_, T, C> {
        self.part(0, self.len)
    }
}

/// What an operation can read: `&buffer`, a [`View`], or a writable borrow.
pub trait IntoView<'a, T, C: Context> {
    /// Borrows the elements for reading.
    fn into_view(self) -> View<'a, T, C>;
}

/// What an operation can write: `&mut buffer` or a [`ViewMut`].
pub trait IntoViewMut<'a, T, C: Context> {
    /// Borrows the elements for writing.
    fn into_view_mut(self) -> ViewMut<'a, T, C>;
}

impl<'a, T, C: Context> IntoView<'a, T, C> for View<'a, T, C> {
    fn into_view(self) -> View<'a, T, C> {
        self
    }
}

impl<'a, T, C: Context> IntoView<'a, T, C> for &View<'a, T, C> {
    fn into_view(self) -> View<'a, T, C> {
        *self
    }
}

impl<'a, T: Element, C: Context> IntoView<'a, T, C> for &'a Buffer<T, C> {
    fn into_view(self) -> View<'a, T, C> {
        self.view()
    }
}

impl<'a, T: Element, C: Context> IntoView<'a, T, C> for &'a mut Buffer<T, C> {
    fn into_view(self) -> View<'a, T, C> {
        self.view()
    }
}

impl<'a, T: Element, C: Context> IntoView<'a, T, C> for &'a ViewMut<'_, T, C> {
    fn into_view(self) -> View<'a, T, C> {
        self.as_view()
    }
}

impl<'a, T, C: Context> IntoViewMut<'a, T, C> for ViewMut<'a, T, C> {
    fn into_view_mut(self) -> ViewMut<'a, T, C> {
        self
    }
}

impl<'a, T: Element, C: Context> IntoViewMut<'a, T, C> for &'a mut Buffer<T, C> {
    fn into_view_mut(self) -> ViewMut<'a, T, C> {
        self.view_mut()
    }
}

impl<'a, T: Element, C: Context> IntoViewMut<'a, T, C> for &'a mut ViewMut<'_, T, C> {
    fn into_view_mut(self) -> ViewMut<'a, T, C> {
        self.reborrow()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_outside_is_refused_and_never_wraps() {
        assert_eq!(resolve(.., 3).unwrap(), (0, 3));
        assert_eq!(resolve(1..=2, 3).unwrap(), (1, 2));
        assert_eq!(resolve(3.., 3).unwrap(), (3, 0));
        assert!(resolve(4.., 3).is_err());
        assert!(resolve(..=usize::MAX, 3).is_err());
        #[allow(clippy::reversed_empty_ranges)]
        let reversed = resolve(2..1, 3);
        assert!(reversed.is_err());
        assert!(resolve((Bound::Excluded(usize::MAX), Bound::Unbounded), 3).is_err());
    }
}

//! Buffers as cuDNN's operands: a descriptor with a view that is long enough for it.

use super::{DataType, Error, FilterDescriptor, Library, Result, TensorDescriptor};
use crate::{Context, IntoView, IntoViewMut, View, ViewMut, backend::Address, kernel::Operand};

macro_rules! operands {
    ($descriptor:ident, $what:literal, $read:ident, $written:ident) => {
        #[doc = concat!("A ", $what, " in a buffer, that an operation reads.")]
        #[derive(Debug)]
        pub struct $read<'a, T: DataType, C: Context> {
            pub(super) descriptor: &'a $descriptor<T>,
            pub(super) view: View<'a, T, C>,
        }

        impl<T: DataType, C: Context> Clone for $read<'_, T, C> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T: DataType, C: Context> Copy for $read<'_, T, C> {}

        #[doc = concat!("A ", $what, " in a buffer, that an operation writes.")]
        #[derive(Debug)]
        pub struct $written<'a, T: DataType, C: Context> {
            pub(super) descriptor: &'a $descriptor<T>,
            pub(super) view: ViewMut<'a, T, C>,
        }

        impl<T: DataType> $descriptor<T> {
            /// Says that the elements of `view` lie as this descriptor says.
            ///
            /// # Errors
            /// [`Error::Shape`] if there are fewer than it says.
            pub fn of<'a, C: Context>(&'a self, view: impl IntoView<'a, T, C>) -> Result<$read<'a, T, C>> {
                let view = view.into_view();
                fits(view.len(), self.elements(), self)?;
                Ok($read { descriptor: self, view })
            }

            /// Says that the elements of `view`, which is written, lie as this descriptor says.
            ///
            /// # Errors
            /// [`Error::Shape`] if there are fewer than it says.
            pub fn of_mut<'a, C: Context>(
                &'a self,
                view: impl IntoViewMut<'a, T, C>,
            ) -> Result<$written<'a, T, C>> {
                let view = view.into_view_mut();
                fits(view.len(), self.elements(), self)?;
                Ok($written { descriptor: self, view })
            }
        }

        impl<'a, T: DataType, C: Context> $read<'a, T, C> {
            pub(super) fn operand(&self, name: &'static str) -> Option<Operand<'a, C::Backend>> {
                Some(Operand::reads(name, &self.view))
            }

            pub(super) fn at(&self) -> (&'a $descriptor<T>, Address) {
                (self.descriptor, self.view.as_raw())
            }
        }

        impl<'a, T: DataType, C: Context> $written<'a, T, C> {
            pub(super) fn operand(&self, name: &'static str) -> Option<Operand<'_, C::Backend>> {
                Some(Operand::writes(name, &self.view))
            }

            pub(super) fn at(&self) -> (&'a $descriptor<T>, Address) {
                (self.descriptor, self.view.as_raw())
            }
        }
    };
}

operands!(TensorDescriptor, "tensor", Tensor, TensorMut);
operands!(FilterDescriptor, "filter", Filter, FilterMut);

impl<T: DataType, C: Context> Tensor<'_, T, C> {
    pub(super) fn library(&self) -> Library {
        self.descriptor.library()
    }
}

impl<T: DataType, C: Context> TensorMut<'_, T, C> {
    pub(super) fn library(&self) -> Library {
        self.descriptor.library()
    }
}

/// Refuses a view with fewer elements than a descriptor says.
pub(super) fn fits(has: usize, needs: usize, descriptor: &dyn std::fmt::Debug) -> Result<()> {
    if has >= needs {
        return Ok(());
    }
    let detail = format!("{has} elements for {descriptor:?}, which has {needs}");
    Err(Error::Shape { operation: "giving cuDNN a buffer", detail })
}

//! Safe, typed wrappers over cuDNN: handles, descriptors and operations, with cuDNN 8.9 and 9 in one program.
//!
//! A [`Library`] is cuDNN, loaded, and a value: found on the system, opened from a path, or given as a table. A [`Handle`] is its state in
//! one CUDA context.

mod compat;
mod error;
mod handle;
mod library;
mod version;

pub use compat::Part;
pub use cudnn_sys::{Status, cudnnStatus_t};
pub use error::{Error, Result};
pub use handle::Handle;
pub use library::Library;
pub use version::CudnnVersion;

use cudnn_sys::{Cudnn, MissingFunction};

/// Makes one call of cuDNN through a [`Handle`], which is its first argument, counts it, and turns its status into a [`Result`].
macro_rules! call {
    ($handle:expr, $function:ident ( $($argument:expr),* $(,)? )) => {{
        let handle: &mut $crate::cudnn::Handle = $handle;
        match handle.enter() {
            Ok(()) => {
                let table = handle.library().table();
                $crate::cudnn::check(table, stringify!($function), table.$function(handle.as_raw(), $($argument),*))
                    .map_err(|error| $crate::cudnn::handle::explain(handle.context(), error))
            }
            Err(error) => Err(error),
        }
    }};
}

/// Turns what a call returned into a result.
#[inline]
fn check(
    table: Cudnn,
    function: &'static str,
    returned: Result<cudnnStatus_t, MissingFunction>,
) -> Result<()> {
    match returned {
        Ok(cudnnStatus_t::CUDNN_STATUS_SUCCESS) => Ok(()),
        failed => Err(Error::of_call(table, function, failed)),
    }
}

use call;

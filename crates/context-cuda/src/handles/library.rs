//! What each library's handle is asked to do, to be kept and lent.

#![allow(unsafe_code)]

use std::fmt::Debug;

use context_core::{Buffer, Context, Determinism, Result, cublas, cublaslt, cuda::Stream, curand};
use cuda_sys::{cublas::Cublas, cublaslt::CublasLt, curand::Curand};

use super::{Handles, Place, Shelf};
use crate::{CudaBackend, CudaContext, Libraries};

/// Tells whether results may differ from run to run.
fn allows_atomics(context: &CudaContext) -> bool {
    context.determinism() == Determinism::Relaxed
}

/// A handle that a context can lend. This crate says which ones are.
pub trait LibraryHandle: sealed::Sealed {}

impl<H: sealed::Sealed> LibraryHandle for H {}

pub(crate) mod sealed {
    use super::*;

    /// What is the same for all libraries.
    pub trait Sealed: Debug + Sized + Send + 'static {
        /// What a lease asks for.
        type Wanted: Copy;

        /// Makes a handle.
        fn make(context: &CudaContext, wanted: Self::Wanted) -> Result<Self>;

        /// Tells whether this handle can be set to what is wanted.
        fn serves(&self, context: &CudaContext, wanted: Self::Wanted) -> bool;

        /// Tells whether this handle, which the context has set up and nobody has changed since, is the one that is wanted.
        fn fits(&self, _wanted: Self::Wanted) -> bool {
            true
        }

        /// Tells whether work goes to `stream`.
        fn is_on(&self, stream: &Stream) -> bool;

        /// Sends work to `stream`.
        fn set_stream(&mut self, stream: &Stream) -> Result<()>;

        /// Says how large a workspace the library shall have; 0 if it has none of its own.
        fn workspace_bytes(_context: &CudaContext) -> Result<usize> {
            Ok(0)
        }

        /// Has the library use a workspace, which the caller keeps until it gives another one or `forget` is called.
        fn give_workspace(&mut self, _workspace: &mut Buffer<u8, CudaContext>) -> Result<()> {
            Ok(())
        }

        /// Makes the handle's settings what the context's are.
        fn settle(&mut self, _context: &CudaContext, _wanted: Self::Wanted) -> Result<()> {
            Ok(())
        }

        /// Forgets stream and workspace: both are set before the handle is lent again.
        fn forget(&mut self);

        /// Destroys the handle.
        fn close(self) -> Result<()>;

        #[allow(private_interfaces)]
        fn place(handles: &Handles) -> &Place<Self>;

        #[allow(private_interfaces)]
        fn shelf(backend: &CudaBackend) -> &Shelf<Self>;
    }
}

use sealed::Sealed;

/// The workspace that NVIDIA recommends for cuBLAS: 32 MiB from Hopper on, 4 MiB before.
const CUBLAS_WORKSPACE: [usize; 2] = [4 << 20, 32 << 20];

impl Sealed for cublas::Handle {
    type Wanted = ();

    fn make(context: &CudaContext, (): ()) -> Result<cublas::Handle> {
        let cublas =
            Libraries::choose("cuBLAS", context.libraries().cublas, context.driver(), Cublas::system)?;
        // SAFETY: as `Libraries::choose` says.
        Ok(unsafe { cublas::Handle::new(context.cuda_context(), cublas) }?)
    }

    fn serves(&self, context: &CudaContext, (): ()) -> bool {
        context.libraries().cublas.is_none_or(|given| given == self.cublas())
    }

    fn is_on(&self, stream: &Stream) -> bool {
        self.is_set_to(stream)
    }

    fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        Ok(self.set_stream(stream)?)
    }

    fn workspace_bytes(context: &CudaContext) -> Result<usize> {
        let (major, _) = context.cuda_device().compute_capability()?;
        Ok(CUBLAS_WORKSPACE[usize::from(major >= 9)])
    }

    fn give_workspace(&mut self, workspace: &mut Buffer<u8, CudaContext>) -> Result<()> {
        // SAFETY: the memory is of the stream that the handle is set to, whose work is in order, and nobody else uses it. It goes back to
        // the pool behind a note of its use on that stream (`Entry::release_workspace`), and the handle forgets it then.
        Ok(unsafe { self.set_workspace(workspace.as_raw(), workspace.size_bytes()) }?)
    }

    fn settle(&mut self, context: &CudaContext, (): ()) -> Result<()> {
        self.allow_atomics(allows_atomics(context))?;
        Ok(self.set_math_mode(context.math_mode())?)
    }

    fn forget(&mut self) {
        self.forget_stream();
    }

    fn close(self) -> Result<()> {
        Ok(self.close()?)
    }

    #[allow(private_interfaces)]
    #[inline]
    fn place(handles: &Handles) -> &Place<cublas::Handle> {
        &handles.cublas
    }

    #[allow(private_interfaces)]
    fn shelf(backend: &CudaBackend) -> &Shelf<cublas::Handle> {
        &backend.shelves().cublas
    }
}

impl Sealed for cublaslt::Handle {
    type Wanted = ();

    fn make(context: &CudaContext, (): ()) -> Result<cublaslt::Handle> {
        let given = context.libraries().cublaslt;
        let cublaslt = Libraries::choose("cuBLASLt", given, context.driver(), CublasLt::system)?;
        // SAFETY: as `Libraries::choose` says.
        Ok(unsafe { cublaslt::Handle::new(context.cuda_context(), cublaslt) }?)
    }

    #[inline]
    fn serves(&self, context: &CudaContext, (): ()) -> bool {
        context.libraries().cublaslt.is_none_or(|given| given == self.cublaslt())
    }

    fn is_on(&self, _stream: &Stream) -> bool {
        true
    }

    fn set_stream(&mut self, _stream: &Stream) -> Result<()> {
        Ok(())
    }

    fn forget(&mut self) {}

    fn close(self) -> Result<()> {
        Ok(self.close()?)
    }

    #[allow(private_interfaces)]
    #[inline]
    fn place(handles: &Handles) -> &Place<cublaslt::Handle> {
        &handles.cublaslt
    }

    #[allow(private_interfaces)]
    fn shelf(backend: &CudaBackend) -> &Shelf<cublaslt::Handle> {
        &backend.shelves().cublaslt
    }
}

/// An odd number without structure, to tell the seeds of forks apart.
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

impl Sealed for curand::Generator {
    type Wanted = curand::Sequence;

    #[inline]
    fn fits(&self, sequence: curand::Sequence) -> bool {
        self.sequence() == sequence && self.is_seeded()
    }

    fn make(context: &CudaContext, sequence: curand::Sequence) -> Result<curand::Generator> {
        let curand =
            Libraries::choose("cuRAND", context.libraries().curand, context.driver(), Curand::system)?;
        // SAFETY: as `Libraries::choose` says.
        Ok(unsafe { curand::Generator::new(context.cuda_context(), curand, sequence) }?)
    }

    fn serves(&self, context: &CudaContext, sequence: curand::Sequence) -> bool {
        self.sequence() == sequence && context.libraries().curand.is_none_or(|given| given == self.curand())
    }

    fn is_on(&self, stream: &Stream) -> bool {
        self.is_set_to(stream)
    }

    fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        Ok(self.set_stream(stream)?)
    }

    fn settle(&mut self, context: &CudaContext, _sequence: curand::Sequence) -> Result<()> {
        // A generator that comes to a context begins a sequence there; one that stays goes on with its own.
        if self.is_seeded() {
            return Ok(());
        }
        let random = context.random();
        Ok(self.set_seed(random.seed() ^ u64::from(random.fork()).wrapping_mul(GOLDEN))?)
    }

    fn forget(&mut self) {
        self.forget_stream();
        self.forget_seed();
    }

    fn close(self) -> Result<()> {
        Ok(self.close()?)
    }

    #[allow(private_interfaces)]
    #[inline]
    fn place(handles: &Handles) -> &Place<curand::Generator> {
        &handles.curand
    }

    #[allow(private_interfaces)]
    fn shelf(backend: &CudaBackend) -> &Shelf<curand::Generator> {
        &backend.shelves().curand
    }
}

#[cfg(feature = "cudnn")]
impl Sealed for context_core::cudnn::Handle {
    type Wanted = ();

    fn make(context: &CudaContext, (): ()) -> Result<context_core::cudnn::Handle> {
        use context_core::cudnn::{Handle, Library};
        use cudnn_sys::Cudnn;

        let table = Libraries::choose("cuDNN", context.libraries().cudnn, context.driver(), Cudnn::system)?;
        // SAFETY: as `Libraries::choose` says.
        let library = unsafe { Library::with_driver(table, context.driver()) };
        Ok(Handle::new(context.cuda_context(), library)?)
    }

    #[inline]
    fn serves(&self, context: &CudaContext, (): ()) -> bool {
        context.libraries().cudnn.is_none_or(|given| given == self.library().table())
    }

    fn is_on(&self, stream: &Stream) -> bool {
        self.is_set_to(stream)
    }

    fn set_stream(&mut self, stream: &Stream) -> Result<()> {
        Ok(context_core::cudnn::Handle::set_stream(self, stream)?)
    }

    fn forget(&mut self) {
        self.forget_stream();
    }

    fn close(self) -> Result<()> {
        Ok(self.close()?)
    }

    #[allow(private_interfaces)]
    #[inline]
    fn place(handles: &Handles) -> &Place<context_core::cudnn::Handle> {
        &handles.cudnn
    }

    #[allow(private_interfaces)]
    fn shelf(backend: &CudaBackend) -> &Shelf<context_core::cudnn::Handle> {
        &backend.shelves().cudnn
    }
}

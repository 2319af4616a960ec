//! Handles of NVIDIA's libraries: made when they are first needed, lent for a scope, and kept for the next one.
//!
//! A context keeps the handles that it has used, set to its stream and with a workspace from its pool. To lend one is to take it out
//! of its place, and a lease that changes nothing makes no call of the library. Where a place is empty, because its handle is
//! lent already, another one is taken from what the device's contexts have left behind, or made. There is no limit to how many there
//! are, so that nobody ever waits for one. A context that is dropped leaves its handles to the device, whose
//! other contexts take them up; they are destroyed by [`CudaContext::trim_handles`] or when the device closes.

mod library;
mod operations;

#[cfg(feature = "cudnn")]
use std::ops::DerefMut;
use std::{
    cell::Cell,
    fmt,
    ops::Deref,
    sync::{Mutex, PoisonError},
};

use context_core::{Buffer, Context, Result, cublas, cublaslt, curand};

pub use library::LibraryHandle;

use crate::{CudaBackend, CudaContext};

/// A handle with the workspace that it was given.
#[derive(Debug)]
pub(crate) struct Entry<H> {
    handle: H,
    /// From the pool of the context whose stream the handle is set to.
    workspace: Option<Buffer<u8, CudaContext>>,
    /// Whether everything is as [`set_up`](Entry::set_up) has left it, in the context that has this: its settings stay the same.
    ready: bool,
}

/// Where a context keeps a handle that is not lent.
pub(crate) type Place<H> = Cell<Option<Box<Entry<H>>>>;

/// The handles that a context keeps.
#[derive(Default)]
pub(crate) struct Handles {
    pub(crate) cublas: Place<cublas::Handle>,
    pub(crate) cublaslt: Place<cublaslt::Handle>,
    pub(crate) curand: Place<curand::Generator>,
    #[cfg(feature = "cudnn")]
    pub(crate) cudnn: Place<context_core::cudnn::Handle>,
}

impl fmt::Debug for Handles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handles")
    }
}

/// Handles of one library that no context keeps, set to no stream that counts.
#[derive(Debug)]
pub(crate) struct Shelf<H>(Mutex<Vec<H>>);

impl<H> Default for Shelf<H> {
    fn default() -> Shelf<H> {
        Shelf(Mutex::default())
    }
}

impl<H> Shelf<H> {
    /// Takes a handle that serves. The lock is held for that, and during no call.
    fn take(&self, serves: impl Fn(&H) -> bool) -> Option<H> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = shelf.iter().position(serves)?;
        Some(shelf.swap_remove(place))
    }

    fn put(&self, handle: H) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
    }

    fn take_all(&self) -> Vec<H> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The handles that a device's contexts have left behind.
#[derive(Debug, Default)]
pub(crate) struct Shelves {
    pub(crate) cublas: Shelf<cublas::Handle>,
    pub(crate) cublaslt: Shelf<cublaslt::Handle>,
    pub(crate) curand: Shelf<curand::Generator>,
    #[cfg(feature = "cudnn")]
    pub(crate) cudnn: Shelf<context_core::cudnn::Handle>,
}

/// A handle on loan from a context until this is dropped, set to the context's stream.
///
/// Work that is given to it is in the order of that stream. What it shall touch is said to
/// [`Context::operate`](context_core::Context::operate), as the operations here do; whoever gives it other work by its raw handle says
/// so there too.
pub struct Lease<'a, H: LibraryHandle> {
    /// Taken out by `drop` alone.
    entry: Option<Box<Entry<H>>>,
    context: &'a CudaContext,
}

impl<'a, H: LibraryHandle> Lease<'a, H> {
    /// Takes the handle that the context keeps, or another one.
    #[inline]
    fn new(context: &'a CudaContext, wanted: H::Wanted) -> Result<Lease<'a, H>> {
        match H::place(context.handles()).take() {
            Some(entry) if entry.ready && entry.handle.fits(wanted) => {
                Ok(Lease { entry: Some(entry), context })
            }
            kept => Lease::prepare(context, wanted, kept),
        }
    }

    /// Makes a handle ready that is not, or finds one.
    #[cold]
    #[inline(never)]
    fn prepare(
        context: &'a CudaContext,
        wanted: H::Wanted,
        kept: Option<Box<Entry<H>>>,
    ) -> Result<Lease<'a, H>> {
        let entry = match kept {
            Some(entry) if entry.handle.serves(context, wanted) => entry,
            other => {
                if let Some(entry) = other {
                    entry.retire(context);
                }
                let backend = context.core().state().backend();
                let left_behind = H::shelf(backend).take(|handle| handle.serves(context, wanted));
                let handle = match left_behind {
                    Some(handle) => handle,
                    None => H::make(context, wanted)?,
                };
                Box::new(Entry { handle, workspace: None, ready: false })
            }
        };
        // From here on the lease owns it: what fails leaves the handle to whoever comes next, and nothing is lost.
        let mut lease = Lease { entry: Some(entry), context };
        if let Err(error) = lease.entry_mut().set_up(context, wanted) {
            // Whoever comes next sets up all of it.
            let entry = lease.entry_mut();
            entry.ready = false;
            entry.handle.forget();
            return Err(error);
        }
        Ok(lease)
    }

    fn entry(&self) -> &Entry<H> {
        self.entry.as_deref().expect("a lease has its handle until it is dropped")
    }

    fn entry_mut(&mut self) -> &mut Entry<H> {
        self.entry.as_deref_mut().expect("a lease has its handle until it is dropped")
    }

    /// Returns the handle for a change, behind which it must be set up again.
    fn handle_for_changes(&mut self) -> &mut H {
        let entry = self.entry_mut();
        entry.ready = false;
        &mut entry.handle
    }

    /// Returns the context that lends the handle.
    pub fn context(&self) -> &'a CudaContext {
        self.context
    }

    /// Returns the size in bytes of the workspace that the library was given from the context's pool.
    pub fn workspace_bytes(&self) -> usize {
        self.entry().workspace.as_ref().map_or(0, Buffer::size_bytes)
    }
}

impl<H: LibraryHandle> Entry<H> {
    /// Sets the handle to the context's stream, with a workspace from its pool, and to its settings.
    fn set_up(&mut self, context: &CudaContext, wanted: H::Wanted) -> Result<()> {
        let stream = context.core().stream().as_stream();
        if !self.handle.is_on(stream) {
            self.handle.set_stream(stream)?;
            let bytes = H::workspace_bytes(context)?;
            if bytes > 0 {
                // Set again although it may be the one from before: setting a stream takes it away.
                let workspace = match self.workspace.take() {
                    Some(workspace) if workspace.len() == bytes => workspace,
                    _ => context.alloc::<u8>(bytes)?,
                };
                let workspace = self.workspace.insert(workspace);
                self.handle.give_workspace(workspace)?;
            }
        }
        self.handle.settle(context, wanted)?;
        self.ready = true;
        Ok(())
    }

    /// Leaves the handle to the device, and gives its workspace back to the pool.
    fn retire(mut self, context: &CudaContext) {
        self.release_workspace(context);
        self.handle.forget();
        H::shelf(context.core().state().backend()).put(self.handle);
    }

    /// Gives the workspace back, behind what the library's work of this stream does with it.
    fn release_workspace(&mut self, context: &CudaContext) {
        if let Some(mut workspace) = self.workspace.take() {
            // It fails where the device is lost; nobody is given its memory then.
            if let Err(error) = context.note_use(&mut workspace) {
                tracing::debug!(%error, "giving a workspace back");
            }
        }
    }
}

impl<H: LibraryHandle> Deref for Lease<'_, H> {
    type Target = H;

    fn deref(&self) -> &H {
        &self.entry().handle
    }
}

/// cuDNN's operations set the stream at each call, and the handle has no memory of the context's: it may be lent as it is.
#[cfg(feature = "cudnn")]
impl DerefMut for Lease<'_, context_core::cudnn::Handle> {
    fn deref_mut(&mut self) -> &mut context_core::cudnn::Handle {
        self.handle_for_changes()
    }
}

impl<H: LibraryHandle> fmt::Debug for Lease<'_, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lease({:?})", self.entry().handle)
    }
}

impl<H: LibraryHandle> Drop for Lease<'_, H> {
    #[inline]
    fn drop(&mut self) {
        if let Some(entry) = self.entry.take()
            && let Some(other) = H::place(self.context.handles()).replace(Some(entry))
        {
            other.retire(self.context);
        }
    }
}

impl Handles {
    /// Leaves all handles to the device.
    pub(crate) fn retire(&self, context: &CudaContext) {
        fn leave<H: LibraryHandle>(place: &Place<H>, context: &CudaContext) {
            if let Some(entry) = place.take() {
                entry.retire(context);
            }
        }
        leave(&self.cublas, context);
        leave(&self.cublaslt, context);
        leave(&self.curand, context);
        #[cfg(feature = "cudnn")]
        leave(&self.cudnn, context);
    }
}

impl Shelves {
    /// Destroys all handles, and returns how many that were.
    fn clear(&self) -> Result<usize> {
        fn close<H: LibraryHandle>(shelf: &Shelf<H>, first: &mut Result<()>) -> usize {
            let handles = shelf.take_all();
            let count = handles.len();
            for handle in handles {
                let closed = handle.close();
                if first.is_ok() {
                    *first = closed;
                }
            }
            count
        }
        let mut first = Ok(());
        let mut count = close(&self.cublas, &mut first);
        count += close(&self.cublaslt, &mut first);
        count += close(&self.curand, &mut first);
        #[cfg(feature = "cudnn")]
        {
            count += close(&self.cudnn, &mut first);
        }
        first.map(|()| count)
    }
}

impl CudaContext {
    /// Lends a cuBLAS handle.
    ///
    /// # Errors
    /// If there is no cuBLAS, or none for this driver; if there is no memory for a handle or its workspace.
    #[doc(alias = "cublasCreate")]
    #[inline]
    pub fn cublas(&self) -> Result<Lease<'_, cublas::Handle>> {
        Lease::new(self, ())
    }

    /// Lends a cuBLASLt handle.
    ///
    /// # Errors
    /// As [`cublas`](CudaContext::cublas).
    #[doc(alias = "cublasLtCreate")]
    #[inline]
    pub fn cublaslt(&self) -> Result<Lease<'_, cublaslt::Handle>> {
        Lease::new(self, ())
    }

    /// Lends a cuRAND generator of `sequence`. It goes on where the lease before it has ended. The first one of a context
    /// begins with the context's seed, and that of a fork with a seed that is derived from both.
    ///
    /// # Errors
    /// As [`cublas`](CudaContext::cublas).
    #[doc(alias = "curandCreateGenerator")]
    #[inline]
    pub fn curand(&self, sequence: curand::Sequence) -> Result<Lease<'_, curand::Generator>> {
        Lease::new(self, sequence)
    }

    /// Lends a cuDNN handle.
    ///
    /// # Errors
    /// As [`cublas`](CudaContext::cublas).
    #[doc(alias = "cudnnCreate")]
    #[cfg(feature = "cudnn")]
    #[inline]
    pub fn cudnn(&self) -> Result<Lease<'_, context_core::cudnn::Handle>> {
        Lease::new(self, ())
    }

    /// Destroys the handles that this context keeps and those that others of the device have left behind, and returns how many that were.
    /// Leases are not touched. The libraries wait for the device.
    ///
    /// # Errors
    /// The first failure; the others are destroyed all the same.
    pub fn trim_handles(&self) -> Result<usize> {
        self.handles().retire(self);
        let shelves = self.core().state().backend().shelves();
        shelves.clear()
    }
}

impl CudaBackend {
    pub(crate) fn shelves(&self) -> &Shelves {
        &self.shelves
    }
}

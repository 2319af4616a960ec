//! The operations on buffers of contexts: safe, and in order with everything else that uses the buffers.

mod convolution;
mod layers;
mod recurrent;
mod tensors;

pub use convolution::Fusion;
pub use layers::{BatchNormParameters, BatchNormRunning, BatchNormSaved, Dropout};
pub use recurrent::{Recurrent, States, StatesMut};

use std::fmt;

use super::{Error, Handle, Library, MathMode, Settings, Workspace};
use crate::{Backend, Buffer, Bytes, Context, Result, ViewMut, cuda::Stream, kernel::Operand};

/// cuDNN's operations on the buffers of one context, with a handle that works on the context's stream.
///
/// Every operation is one of the context's: it follows what it must, whatever stream that is on, and what comes later follows it. Whoever
/// owns a context and a handle in the CUDA context of its stream makes these; the handle may be lent for a while, or be there for good.
///
/// A workspace is given by the caller, or `None`, and is then taken from the context's pool for the length of the call.
///
/// # Examples
/// ```no_run
/// use context_core::{Backend, Context, Result, cuda::Stream};
/// use context_core::cudnn::{Activation, ActivationDescriptor, Handle, Layout, Nan, Operations, TensorDescriptor};
///
/// fn relu<C: Context>(context: &C, handle: &mut Handle) -> Result<Vec<f32>>
/// where
///     <C::Backend as Backend>::Stream: AsRef<Stream>,
/// {
///     let library = handle.library();
///     let relu = ActivationDescriptor::new(library, Activation::Relu, Nan::Ignore)?;
///     let shape = TensorDescriptor::dense(library, &[1, 1, 2, 2], Layout::ChannelsFirst)?;
///     let x = context.upload(&[-1.0_f32, 2.0, -3.0, 4.0])?;
///     let mut y = context.alloc(4)?;
///
///     let mut cudnn = Operations::new(context, handle)?;
///     cudnn.activation_forward(&relu, 1.0, shape.of(&x)?, 0.0, shape.of_mut(&mut y)?)?;
///     context.read(&y)
/// }
/// ```
pub struct Operations<'a, C: Context> {
    pub(super) context: &'a C,
    pub(super) handle: &'a mut Handle,
    /// The context's.
    stream: &'a Stream,
    settings: Settings,
}

impl<'a, C: Context> Operations<'a, C>
where
    <C::Backend as Backend>::Stream: AsRef<Stream>,
{
    /// Sets the handle to the context's stream, which makes no call if it is already, for operations of which is demanded what is
    /// demanded of the context.
    ///
    /// # Errors
    /// [`cudnn::Error::Shape`](Error::Shape) if the handle was not made in the CUDA context of that stream.
    pub fn new(context: &'a C, handle: &'a mut Handle) -> Result<Operations<'a, C>> {
        let stream = context.core().stream().as_ref();
        handle.set_stream(stream)?;
        let settings =
            Settings { determinism: context.determinism(), math: context.math_mode(), workspace_limit: None };
        Ok(Operations { context, handle, stream, settings })
    }

    /// Makes other demands on the operations that follow. One that the library cannot honour is refused with
    /// [`cudnn::Error::Setting`](Error::Setting).
    pub fn with_settings(self, settings: Settings) -> Operations<'a, C> {
        Operations { settings, ..self }
    }
}

impl<'a, C: Context> Operations<'a, C> {
    /// Returns the context.
    pub fn context(&self) -> &'a C {
        self.context
    }

    /// Returns the handle.
    pub fn handle(&mut self) -> &mut Handle {
        self.handle
    }

    /// Returns the demands.
    pub fn settings(&self) -> Settings {
        self.settings
    }

    /// Returns the library.
    pub fn library(&self) -> Library {
        self.handle.library()
    }

    /// Gives one call, in order.
    pub(super) fn give<const N: usize>(
        &mut self,
        operation: &'static str,
        libraries: &[Library],
        operands: &[Option<Operand<'_, C::Backend>>; N],
        work: impl FnOnce(&mut Handle) -> super::Result<()>,
    ) -> Result<()> {
        self.check_libraries(operation, libraries)?;
        let handle = &mut *self.handle;
        // Usually without a call. Whoever was lent the handle may have set another.
        handle.set_stream(self.stream)?;
        self.context.operate(operation, operands, |_| Ok(work(handle)?))
    }

    /// Refuses descriptors of another cuDNN than the handle's: to that they are arbitrary bytes.
    pub(super) fn check_libraries(&self, operation: &'static str, libraries: &[Library]) -> Result<()> {
        let own = self.handle.library();
        match libraries.iter().find(|library| library.table() != own.table()) {
            None => Ok(()),
            Some(other) => {
                let detail = format!("a descriptor is of {other}, and the handle of {own}");
                Err(Error::Shape { operation, detail }.into())
            }
        }
    }

    /// Refuses an arithmetic that the settings do not allow.
    pub(super) fn check_math(&self, what: &dyn fmt::Debug, math: MathMode) -> Result<()> {
        if self.settings.math.allows(math) {
            return Ok(());
        }
        let reason = format!("{what:?} computes with {math:?}, and {:?} is demanded", self.settings.math);
        Err(Error::Setting { setting: "math mode", reason }.into())
    }

    /// Takes a workspace: the caller's, or one from the pool.
    pub(super) fn scratch<'w>(
        &self,
        bytes: usize,
        given: Option<ViewMut<'w, u8, C>>,
    ) -> Result<Scratch<'w, C>> {
        if let Some(limit) = self.settings.workspace_limit
            && bytes > limit
        {
            let reason = format!("{} are needed, and {} are the limit", Bytes(bytes), Bytes(limit));
            return Err(Error::Setting { setting: "workspace limit", reason }.into());
        }
        match given {
            Some(view) if view.len() >= bytes => Ok(Scratch::Given(view)),
            Some(view) => {
                let detail = format!("{} given, {} needed", Bytes(view.len()), Bytes(bytes));
                Err(Error::Shape { operation: "giving cuDNN a workspace", detail }.into())
            }
            None if bytes == 0 => Ok(Scratch::None),
            None => Ok(Scratch::Own(self.context.alloc(bytes)?)),
        }
    }
}

impl<C: Context> fmt::Debug for Operations<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "operations of {:?} with {:?}", self.handle, self.settings)
    }
}

/// A workspace for one call.
pub(super) enum Scratch<'w, C: Context> {
    None,
    Given(ViewMut<'w, u8, C>),
    /// Freed behind the call, in the order of the stream.
    Own(Buffer<u8, C>),
}

impl<C: Context> Scratch<'_, C> {
    pub(super) fn raw(&self) -> Workspace {
        match self {
            Scratch::None => Workspace::NONE,
            Scratch::Given(view) => Workspace { address: view.as_raw(), bytes: view.len() },
            Scratch::Own(buffer) => Workspace { address: buffer.as_raw(), bytes: buffer.len() },
        }
    }

    pub(super) fn operand(&self) -> Option<Operand<'_, C::Backend>> {
        match self {
            Scratch::None => None,
            Scratch::Given(view) => Some(Operand::writes("the workspace", view)),
            Scratch::Own(buffer) => Some(Operand::write("the workspace", buffer.memory())),
        }
    }
}

//! Pinned buffers: host memory that a device copies from and to by itself, and whose host access waits by itself; and results
//! that are on their way.

#![allow(unsafe_code)]

use std::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    pin::Pin,
    sync::Arc,
    time::Duration,
};

use crate::{
    Backend, Context, Device, Element, Error, Event, IntoView, IntoViewMut, MemoryKind, Result,
    buffer::byte_size, device_state::DeviceState, graph::refuse_captured, kernel::Operand, moments::Home,
    pool::Owned,
};

/// `len` elements of type `T` in pinned memory of the host.
///
/// Copies between it and a device are asynchronous and need no staging. The host reaches it by [`read`](PinnedBuffer::read) and
/// [`write`](PinnedBuffer::write), which wait for the copies that are still under way; contexts order their copies among each other.
/// On the CPU it is memory like any other.
pub struct PinnedBuffer<T, C: Context> {
    memory: Owned<C::Backend>,
    len: usize,
    marker: PhantomData<fn() -> (T, C)>,
}

/// Which pool of the device has memory that the host can reach.
fn host_kind<B: Backend>(state: &DeviceState<B>) -> Result<MemoryKind> {
    match (state.backend().source(MemoryKind::Pinned), state.device()) {
        (Some(_), _) => Ok(MemoryKind::Pinned),
        (None, Device::Cpu | Device::CpuNode(_)) => Ok(MemoryKind::Device),
        (None, device) => Err(Error::Unsupported {
            device,
            what: "pinned memory",
            reason: "its backend has no source of it".to_owned(),
        }),
    }
}

impl<T: Element, C: Context> PinnedBuffer<T, C> {
    fn allocate(home: &Arc<Home<C::Backend>>, len: usize) -> Result<Self> {
        let bytes = byte_size::<T>(len)?;
        // No graph may write memory that the host borrows as a slice.
        let home = home.clock.capture().map_or(home, |capture| capture.parent());
        let memory = home.state.pool(host_kind(&home.state)?).allocate(home, bytes)?;
        Ok(PinnedBuffer { memory, len, marker: PhantomData })
    }

    fn pointer(&self) -> *mut T {
        std::ptr::with_exposed_provenance_mut(self.memory.address() as usize)
    }

    /// Waits for the copies into this buffer, and lends its elements.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    pub fn read(&self) -> Result<&[T]> {
        self.wait(false)?;
        // SAFETY: host memory of that length from the pool's source, initialised (Backend), aligned; nothing writes it: the
        // writers have ended, and new ones need `&mut`.
        Ok(unsafe { std::slice::from_raw_parts(self.pointer(), self.len) })
    }

    /// Waits for all copies from and to this buffer, and lends its elements for writing.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    pub fn write(&mut self) -> Result<&mut [T]> {
        self.wait(true)?;
        // SAFETY: as in `read`; nothing reads it either: the readers have ended, and new ones need the buffer.
        Ok(unsafe { std::slice::from_raw_parts_mut(self.pointer(), self.len) })
    }

    /// Waits for what a host access of this kind must follow.
    fn wait(&self, writes: bool) -> Result<()> {
        let home = self.memory.home();
        home.state.attempt(|| self.memory.tracked.synchronize(home, writes))
    }
}

impl<T, C: Context> PinnedBuffer<T, C> {
    /// Returns the number of elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Tells whether there are no elements.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the device that copies from and to it.
    pub fn device(&self) -> Device {
        self.memory.state().device()
    }

    /// Returns the address of the first element, for use with foreign code, which is not ordered with this crate's operations.
    pub fn as_raw(&self) -> *mut T {
        std::ptr::with_exposed_provenance_mut(self.memory.address() as usize)
    }
}

impl<T, C: Context> fmt::Debug for PinnedBuffer<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PinnedBuffer<{}>({} for {})", std::any::type_name::<T>(), self.len, self.device())
    }
}

/// Elements on their way from a device to the host. [`wait`](Pending::wait) and `.await` give them; dropping it gives them up, and
/// waits for nothing.
#[must_use = "the copy runs, and its result is here"]
pub struct Pending<T, C: Context> {
    buffer: PinnedBuffer<T, C>,
    event: Event<C::Backend>,
}

impl<T: Element, C: Context> Pending<T, C> {
    /// Tells whether the elements have arrived. Does not block.
    ///
    /// # Errors
    /// The first failure of the work that they need, if it failed.
    pub fn is_ready(&self) -> Result<bool> {
        self.event.query()
    }

    /// Blocks until the elements have arrived.
    ///
    /// # Errors
    /// The first failure of the work that they need, if it failed.
    pub fn wait(self) -> Result<Vec<T>> {
        self.event.synchronize()?;
        Ok(self.buffer.read()?.to_vec())
    }

    /// Blocks until the elements have arrived, at most `limit`; gives itself back if they have not.
    ///
    /// # Errors
    /// The first failure of the work that they need, if it failed.
    pub fn wait_timeout(self, limit: Duration) -> Result<std::result::Result<Vec<T>, Self>> {
        if self.event.synchronize_timeout(limit)? { self.wait().map(Ok) } else { Ok(Err(self)) }
    }
}

impl<T, C: Context> fmt::Debug for Pending<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({:?} behind {:?})", self.buffer, self.event)
    }
}

impl<T: Element, C: Context> IntoFuture for Pending<T, C> {
    type Output = Result<Vec<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Vec<T>>> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            (&self.event).await?;
            Ok(self.buffer.read()?.to_vec())
        })
    }
}

/// The operations of [`Context`] on pinned memory.
pub(crate) mod operations {
    use super::*;

    pub(crate) fn alloc<T: Element, C: Context>(ctx: &C, len: usize) -> Result<PinnedBuffer<T, C>> {
        let core = ctx.core();
        core.state().attempt(|| PinnedBuffer::allocate(core.home(), len))
    }

    pub(crate) fn send<'a, T: Element, C: Context>(
        ctx: &C,
        target: impl IntoViewMut<'a, T, C>,
        source: &PinnedBuffer<T, C>,
    ) -> Result<()> {
        // The host could change it under a replay.
        refuse_captured(ctx, "copying from pinned memory")?;
        send_kept(ctx, target, source)
    }

    pub(crate) fn send_kept<'a, T: Element, C: Context>(
        ctx: &C,
        target: impl IntoViewMut<'a, T, C>,
        source: &PinnedBuffer<T, C>,
    ) -> Result<()> {
        let target = target.into_view_mut();
        crate::buffer::same_length("writing a buffer from pinned memory", target.len(), source.len())?;
        let bytes = std::mem::size_of::<T>() * source.len();
        if bytes == 0 {
            return Ok(());
        }
        let operands = [
            Some(Operand::write("the target", target.memory)),
            Some(Operand::read("the pinned source", &source.memory)),
        ];
        ctx.core().operate("send", &operands, |backend, stream| {
            // SAFETY: both are memory of that size, the target exclusively borrowed; ordered (Order 1), also with host access
            // to the source, which waits for this.
            unsafe { backend.copy_from_pinned(stream, target.address, source.pointer().cast(), bytes) }
        })
    }

    pub(crate) fn receive<'a, T: Element, C: Context>(
        ctx: &C,
        target: &mut PinnedBuffer<T, C>,
        source: impl IntoView<'a, T, C>,
    ) -> Result<()> {
        // The host could read it under a replay.
        refuse_captured(ctx, "copying to pinned memory")?;
        let source = source.into_view();
        crate::buffer::same_length("reading a buffer to pinned memory", target.len(), source.len())?;
        let bytes = std::mem::size_of::<T>() * source.len();
        if bytes == 0 {
            return Ok(());
        }
        let operands = [
            Some(Operand::write("the pinned target", &target.memory)),
            Some(Operand::read("the source", source.memory)),
        ];
        ctx.core().operate("receive", &operands, |backend, stream| {
            // SAFETY: both are memory of that size, the target exclusively borrowed; ordered (Order 1), also with host access
            // to the target, which waits for this.
            unsafe { backend.copy_to_pinned(stream, target.pointer().cast(), source.address, bytes) }
        })
    }

    pub(crate) fn read_later<'a, T: Element, C: Context>(
        ctx: &C,
        source: impl IntoView<'a, T, C>,
    ) -> Result<Pending<T, C>> {
        let source = source.into_view();
        let mut buffer = alloc(ctx, source.len())?;
        receive(ctx, &mut buffer, source)?;
        let event = ctx.record()?;
        Ok(Pending { buffer, event })
    }
}

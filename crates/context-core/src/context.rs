//! The context: one device, one ordered stream of work on it, its memory and its random numbers.

#![allow(unsafe_code)]

use std::{fmt, ops::Range, sync::Arc};

use crate::{
    Backend, Buffer, Core, Determinism, Device, Element, Error, Event, Extensions, Graph, IntoView,
    IntoViewMut, LabelUsage, LiveBlock, ManualOrder, MathMode, Matrix, MatrixMut, MemoryDamage, MemoryEvent,
    MemoryKind, MemorySnapshot, MemoryStatistics, Ordering, Pending, PinnedBuffer, Progress, Result, Scalar,
    SharedEvent, StreamId, StreamUsage,
    buffer::same_length,
    clock::NO_STREAM,
    copies,
    graph::{self, refuse_captured},
    kernel::{Call, KernelCode, Operand, Threads},
    matrix::{RawGemm, Stacks},
    pinned::operations as pinned,
    random::{Draw, Philox},
};

/// One device, one ordered stream of work on it, a memory pool and a random generator.
///
/// Numeric code is written against this trait and runs on any device. Operations are asynchronous where the device is: they
/// return once the work is queued, and a failure of the work itself is reported by whoever waits for it. Order is
/// derived from what operations read and write, also between contexts: nothing needs to be synchronised by hand.
///
/// A context has one owner at a time: it may move to another thread, and [`fork`](Context::fork) makes a sibling for a
/// second one.
///
/// # Examples
///
/// ```
/// use context_core::{Context, Result};
///
/// fn mean_of_ones<C: Context>(ctx: &C, n: usize) -> Result<f32> {
///     let ones = ctx.filled(n, 1.0_f32)?;
///     Ok(ctx.read(&ones)?.iter().sum::<f32>() / n as f32)
/// }
/// ```
pub trait Context: Sized + fmt::Debug + Send + 'static {
    /// The kind of device.
    type Backend: Backend;

    /// Returns the shared part.
    fn core(&self) -> &Core<Self::Backend>;

    /// Makes a context of the same kind around another shared part. Use [`fork`](Context::fork).
    fn with_core(&self, core: Core<Self::Backend>) -> Self;

    /// Returns the device that this context runs on.
    fn device(&self) -> Device {
        self.core().state().device()
    }

    /// Returns the id of the context's stream.
    fn stream_id(&self) -> StreamId {
        self.core().clock().id()
    }

    /// Returns the name that the context was given, which is empty if none was; forks have that of the context that made them.
    fn label(&self) -> &'static str {
        self.core().label
    }

    /// Returns whether the same operations give the same bits each time.
    fn determinism(&self) -> Determinism {
        self.core().determinism
    }

    /// Returns which arithmetic libraries may form products with.
    #[inline]
    fn math_mode(&self) -> MathMode {
        self.core().math_mode
    }

    /// Waits for all work given to this context, and drops it. Dropping alone waits for nothing and loses no work; this tells of what
    /// failed.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    fn close(self) -> Result<()> {
        self.synchronize()
    }

    /// Makes a context on the same device with a stream of its own, sharing the memory pool.
    ///
    /// Its random numbers are those of the same seed in a sequence that overlaps with no other fork's.
    ///
    /// # Errors
    /// Whatever making a stream can fail with.
    fn fork(&self) -> Result<Self> {
        Ok(self.with_core(self.core().fork()?))
    }

    /// Allocates `len` elements without choosing their values.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`] if neither the pool nor the device has that much; [`Error::Shape`] if no address space has.
    #[doc(alias = "cuMemAlloc")]
    #[inline(always)]
    fn alloc<T: Element>(&self, len: usize) -> Result<Buffer<T, Self>> {
        // What is not usual is done elsewhere, so that the usual result is made where it stays.
        let core = self.core();
        match Buffer::take_cached(&core.home, len).or_else(|| Buffer::take_fit(&core.home, len)) {
            Some(buffer) => Ok(buffer),
            None => core.allocate_late(len),
        }
    }

    /// Allocates `len` elements of value `value`.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc) and [`fill`](Context::fill).
    fn filled<T: Element>(&self, len: usize, value: T) -> Result<Buffer<T, Self>> {
        let mut buffer = self.alloc(len)?;
        self.fill(&mut buffer, value)?;
        Ok(buffer)
    }

    /// Allocates `len` elements whose bytes are zero.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc).
    fn zeros<T: Element>(&self, len: usize) -> Result<Buffer<T, Self>> {
        self.filled(len, T::zeroed())
    }

    /// Allocates a copy of `source`, which may be changed or freed as soon as this returns.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc).
    #[doc(alias = "cuMemcpyHtoDAsync")]
    fn upload<T: Element>(&self, source: &[T]) -> Result<Buffer<T, Self>> {
        let mut buffer = self.alloc(source.len())?;
        self.write(&mut buffer, source)?;
        Ok(buffer)
    }

    /// Copies `source` into `target`; `source` may be changed or freed as soon as this returns.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ; [`Error::WrongDevice`].
    #[doc(alias = "cuMemcpyHtoDAsync")]
    // Always, and `read_into` and `synchronize` too: what is not usual is elsewhere, so that there is little to inline.
    #[inline(always)]
    fn write<'a, T: Element>(&self, target: impl IntoViewMut<'a, T, Self>, source: &[T]) -> Result<()> {
        let target = target.into_view_mut();
        let (core, bytes) = (self.core(), size_of_val(source));
        let home = &**core.home();
        let operands = [Some(Operand::write("the target", target.memory))];
        if target.len() != source.len() || bytes == 0 || !Core::is_ready(home, &operands) {
            return Ok(copies::write_late(self, target, source)?);
        }
        // SAFETY: `target` is an exclusive borrow of device memory of that size, ordered behind its other users (Order 1);
        // `source` is borrowed for the call, and `upload` is done with it when it returns (Backend::upload).
        let given = unsafe {
            let backend = home.state.backend();
            backend.upload(home.clock.stream(), target.address, source.as_ptr().cast(), bytes)
        };
        Ok(core.publish_ready(home, &operands, None, given)?)
    }

    /// Copies a buffer to the host. Waits for exactly the work that the result needs.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    #[doc(alias = "cuMemcpyDtoHAsync")]
    fn read<'a, T: Element>(&self, source: impl IntoView<'a, T, Self>) -> Result<Vec<T>> {
        let source = source.into_view();
        let mut target = vec![T::zeroed(); source.len()];
        self.read_into(source, &mut target)?;
        Ok(target)
    }

    /// Copies a buffer into `target` on the host. Waits for exactly the work that the result needs.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ; the first failure of the work waited for, if it failed.
    #[doc(alias = "cuMemcpyDtoHAsync")]
    #[inline(always)]
    fn read_into<'a, T: Element>(&self, source: impl IntoView<'a, T, Self>, target: &mut [T]) -> Result<()> {
        let source = source.into_view();
        let (core, bytes) = (self.core(), size_of_val(target));
        let home = &**core.home();
        let operands = [Some(Operand::read("the source", source.memory))];
        if target.len() != source.len() || bytes == 0 || !Core::is_ready(home, &operands) {
            return Ok(copies::read_late(self, source, target)?);
        }
        // SAFETY: `source` is borrowed device memory of that size, ordered behind its writers (Order 1); `target` is exclusively
        // borrowed until `download` returns, and then the copy has ended (Backend::download).
        let given = unsafe {
            let backend = home.state.backend();
            backend.download(home.clock.stream(), target.as_mut_ptr().cast(), source.address, bytes)
        };
        core.publish_ready(home, &operands, None, given)?;
        // The download waited for everything on this stream.
        Ok(home.clock.note_synchronized()?)
    }

    /// Allocates a copy of `source`, made on the device.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc) and [`copy`](Context::copy).
    #[doc(alias = "cuMemcpyDtoDAsync")]
    #[inline]
    fn duplicate<'a, T: Element>(&self, source: impl IntoView<'a, T, Self>) -> Result<Buffer<T, Self>> {
        let source = source.into_view();
        let mut target = self.alloc(source.len())?;
        self.copy(&mut target, source)?;
        Ok(target)
    }

    /// Allocates `len` elements of pinned host memory, without choosing their values.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc); [`Error::Unsupported`] on a device that has none.
    #[doc(alias = "cuMemHostAlloc")]
    fn alloc_pinned<T: Element>(&self, len: usize) -> Result<PinnedBuffer<T, Self>> {
        pinned::alloc(self, len)
    }

    /// Copies pinned memory into `target`, without staging and without waiting: the host's next access to `source` does.
    ///
    /// # Errors
    /// As [`write`](Context::write).
    #[doc(alias = "cuMemcpyHtoDAsync")]
    fn write_pinned<'a, T: Element>(
        &self,
        target: impl IntoViewMut<'a, T, Self>,
        source: &PinnedBuffer<T, Self>,
    ) -> Result<()> {
        pinned::send(self, target, source)
    }

    /// Copies `source` into pinned memory, without waiting: the host's next access to `target` does.
    ///
    /// # Errors
    /// As [`read_into`](Context::read_into).
    #[doc(alias = "cuMemcpyDtoHAsync")]
    fn read_pinned<'a, T: Element>(
        &self,
        source: impl IntoView<'a, T, Self>,
        target: &mut PinnedBuffer<T, Self>,
    ) -> Result<()> {
        pinned::receive(self, target, source)
    }

    /// Starts to copy a buffer to the host, and returns its elements as something to wait for, or to `.await` on any executor.
    ///
    /// # Errors
    /// As [`alloc_pinned`](Context::alloc_pinned).
    #[doc(alias = "cuMemcpyDtoHAsync")]
    fn read_later<'a, T: Element>(&self, source: impl IntoView<'a, T, Self>) -> Result<Pending<T, Self>> {
        pinned::read_later(self, source)
    }

    /// Returns what the program keeps in this context, by type. A fork starts with nothing.
    fn extensions(&self) -> &Extensions {
        &self.core().extensions
    }

    /// Returns how far the program has got; a clone of it can be read by any thread.
    fn progress(&self) -> &Progress {
        &self.core().progress
    }

    /// Copies `source`, of any other context and of any kind of device, into `target`: from device to device where one reaches the
    /// other, without waiting; else by way of the host, waiting until it is there. Memory of a CPU context is not copied in between.
    ///
    /// Between two devices, `other` goes on behind the copy.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ; where this waits, the first failure of the work that the source needs.
    #[doc(alias = "cuMemcpyPeerAsync")]
    fn copy_from<'a, 'b, T: Element, D: Context>(
        &self,
        target: impl IntoViewMut<'a, T, Self>,
        other: &D,
        source: impl IntoView<'b, T, D>,
    ) -> Result<()> {
        copies::between(self, target.into_view_mut(), other, source.into_view())
    }

    /// Copies a matrix, or a [part](Matrix::part) of one, into another of the same shape.
    ///
    /// # Errors
    /// [`Error::Shape`] if the shapes differ, or if one is transposed and the other is not; [`Error::WrongDevice`].
    #[doc(alias = "cuMemcpy2DAsync")]
    fn copy_matrix<T: Element>(
        &self,
        target: MatrixMut<'_, T, Self>,
        source: Matrix<'_, T, Self>,
    ) -> Result<()> {
        copies::copy_matrix(self, target, source)
    }

    /// Copies `source`, row by row, into a matrix or a [part](MatrixMut::part) of one; `source` may be changed or freed as soon as this
    /// returns.
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of elements differ, or if the target is transposed; [`Error::WrongDevice`].
    #[doc(alias = "cuMemcpy2DAsync")]
    fn write_matrix<T: Element>(&self, target: MatrixMut<'_, T, Self>, source: &[T]) -> Result<()> {
        copies::write_matrix(self, target, source)
    }

    /// Copies a matrix, or a [part](Matrix::part) of one, into `target` on the host, row by row. Waits for exactly the work that the
    /// result needs.
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of elements differ, or if the source is transposed; the first failure of the work waited for.
    #[doc(alias = "cuMemcpy2DAsync")]
    fn read_matrix<T: Element>(&self, source: Matrix<'_, T, Self>, target: &mut [T]) -> Result<()> {
        copies::read_matrix(self, source, target)
    }

    /// Copies `source` into `target` on the device.
    ///
    /// # Errors
    /// [`Error::Shape`] if the lengths differ; [`Error::WrongDevice`].
    #[doc(alias = "cuMemcpyDtoDAsync")]
    #[inline]
    fn copy<'a, 'b, T: Element>(
        &self,
        target: impl IntoViewMut<'a, T, Self>,
        source: impl IntoView<'b, T, Self>,
    ) -> Result<()> {
        let (target, source) = (target.into_view_mut(), source.into_view());
        same_length("copying a buffer", target.len(), source.len())?;
        let bytes = source.len() * size_of::<T>();
        if bytes == 0 {
            return Ok(());
        }
        let operands = [
            Some(Operand::write("the target", target.memory)),
            Some(Operand::read("the source", source.memory)),
        ];
        self.core().operate("copy", &operands, move |backend, stream| {
            // SAFETY: both are borrowed device memory of that size, the target exclusively, so that they do not overlap
            // (Buffer 1); ordered (Order 1).
            unsafe { backend.copy(stream, target.address, source.address, bytes) }
        })
    }

    /// Sets every element to `value`.
    ///
    /// # Errors
    /// [`Error::WrongDevice`]; [`Error::Unsupported`] if the element is larger than 16 bytes and its bytes differ.
    #[doc(alias = "cuMemsetD32Async")]
    #[inline]
    fn fill<'a, T: Element>(&self, target: impl IntoViewMut<'a, T, Self>, value: T) -> Result<()> {
        let target = target.into_view_mut();
        let bytes = bytemuck::bytes_of(&value);
        if target.is_empty() || bytes.is_empty() {
            return Ok(());
        }
        // The shortest pattern is the fastest on most devices, and makes large elements of one byte possible.
        let (pattern, count) = if bytes.iter().all(|byte| *byte == bytes[0]) {
            (&bytes[..1], target.len() * bytes.len())
        } else {
            (bytes, target.len())
        };
        if pattern.len() > 16 {
            return Err(Error::Unsupported {
                device: self.device(),
                what: "filling with an element of more than 16 bytes",
                reason: format!("{} has {}; use `write`", std::any::type_name::<T>(), pattern.len()),
            });
        }
        self.core().operate(
            "fill",
            &[Some(Operand::write("the target", target.memory))],
            |backend, stream| {
                // SAFETY: `target` is an exclusive borrow of that many bytes, ordered behind its other users (Order 1).
                unsafe { backend.fill(stream, target.address, pattern, count) }
            },
        )
    }

    /// Allocates `len` random floats, uniform in `range` (its end included), the same on every device.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc); [`Error::Shape`] if the range is empty or not finite.
    #[doc(alias = "curandGenerateUniform")]
    fn uniform(&self, len: usize, range: Range<f32>) -> Result<Buffer<f32, Self>> {
        let mut buffer = self.alloc(len)?;
        self.fill_uniform(&mut buffer, range)?;
        Ok(buffer)
    }

    /// Fills `target` with random floats, uniform in `range` (its end included), the same on every device.
    ///
    /// # Errors
    /// [`Error::Shape`] if the range is empty or not finite; [`Error::WrongDevice`].
    #[doc(alias = "curandGenerateUniform")]
    fn fill_uniform<'a>(&self, target: impl IntoViewMut<'a, f32, Self>, range: Range<f32>) -> Result<()> {
        let target = target.into_view_mut();
        if !(range.start < range.end && (range.end - range.start).is_finite()) {
            return Err(Error::Shape {
                operation: "drawing random numbers",
                detail: format!("the range {range:?} is empty or not finite"),
            });
        }
        self.core().draw("fill_uniform", target, Draw::Uniform(range.start, range.end))
    }

    /// Allocates `len` random floats of the normal distribution with this mean and standard deviation, the same on every device.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc); [`Error::Shape`] if a parameter is not finite.
    #[doc(alias = "curandGenerateNormal")]
    fn normal(&self, len: usize, mean: f32, deviation: f32) -> Result<Buffer<f32, Self>> {
        let mut buffer = self.alloc(len)?;
        self.fill_normal(&mut buffer, mean, deviation)?;
        Ok(buffer)
    }

    /// Fills `target` with random floats of the normal distribution with this mean and standard deviation, the same on every
    /// device.
    ///
    /// # Errors
    /// [`Error::Shape`] if a parameter is not finite; [`Error::WrongDevice`].
    #[doc(alias = "curandGenerateNormal")]
    fn fill_normal<'a>(
        &self,
        target: impl IntoViewMut<'a, f32, Self>,
        mean: f32,
        deviation: f32,
    ) -> Result<()> {
        if !(mean.is_finite() && deviation.is_finite()) {
            return Err(Error::Shape {
                operation: "drawing random numbers",
                detail: format!("the mean {mean} or the standard deviation {deviation} is not finite"),
            });
        }
        self.core().draw("fill_normal", target.into_view_mut(), Draw::Normal(mean, deviation))
    }

    /// Allocates `len` random words, the same on every device.
    ///
    /// # Errors
    /// As [`alloc`](Context::alloc).
    #[doc(alias = "curandGenerate")]
    fn words(&self, len: usize) -> Result<Buffer<u32, Self>> {
        let mut buffer = self.alloc(len)?;
        self.fill_words(&mut buffer)?;
        Ok(buffer)
    }

    /// Fills `target` with random words, the same on every device.
    ///
    /// # Errors
    /// [`Error::WrongDevice`].
    #[doc(alias = "curandGenerate")]
    fn fill_words<'a>(&self, target: impl IntoViewMut<'a, u32, Self>) -> Result<()> {
        self.core().draw("fill_words", target.into_view_mut(), Draw::Words)
    }

    /// Returns the random generator: its seed, and its place in the sequence.
    fn random(&self) -> Philox {
        self.core().random.get()
    }

    /// Sets the random generator, to repeat or to resume a sequence.
    fn set_random(&self, generator: Philox) {
        self.core().random.set(generator);
    }

    /// Multiplies matrices: `c ← alpha·a·b + beta·c`. With `beta` zero, `c` is not read.
    ///
    /// # Shapes and units
    /// `a` is `m × k`, `b` is `k × n` and `c` is `m × n`; any of them may be transposed.
    ///
    /// # Errors
    /// [`Error::Shape`] if the three do not agree, with all of them in the text; [`Error::WrongDevice`].
    #[doc(alias = "cublasGemmEx")]
    fn gemm<T: Scalar + Into<f64>>(
        &self,
        alpha: T,
        a: Matrix<'_, T, Self>,
        b: Matrix<'_, T, Self>,
        beta: T,
        c: MatrixMut<'_, T, Self>,
    ) -> Result<()> {
        self.gemm_batched(1, alpha, a, b, beta, c)
    }

    /// Multiplies stacks of `batches` matrices each: `c[i] ← alpha·a[i]·b[i] + beta·c[i]`. With `beta` zero, `c` is not read.
    ///
    /// A stack is a matrix in which they lie one behind the other: one below the other, or, if it is transposed, beside the
    /// other.
    ///
    /// # Shapes and units
    /// Each `a[i]` is `m × k`, `b[i]` is `k × n` and `c[i]` is `m × n`; any of the stacks may be transposed.
    ///
    /// # Errors
    /// [`Error::Shape`] if the three do not agree, or are not stacks of that many; [`Error::WrongDevice`].
    #[doc(alias = "cublasGemmStridedBatchedEx")]
    fn gemm_batched<T: Scalar + Into<f64>>(
        &self,
        batches: usize,
        alpha: T,
        a: Matrix<'_, T, Self>,
        b: Matrix<'_, T, Self>,
        beta: T,
        c: MatrixMut<'_, T, Self>,
    ) -> Result<()> {
        let Stacks { sizes: [m, n, k], stacks: [raw_a, raw_b, raw_c] } = Stacks::new(batches, &a, &b, &c)?;
        if m == 0 || n == 0 {
            return Ok(());
        }
        let (alpha, beta) = (alpha.into(), beta.into());
        let gemm = RawGemm { kind: T::KIND, m, n, k, batches, alpha, a: raw_a, b: raw_b, beta, c: raw_c };
        let operands = [
            Some(Operand::read("a", a.view.memory)),
            Some(Operand::read("b", b.view.memory)),
            Some(Operand::write("c", c.view.memory)),
        ];
        self.core().operate("gemm", &operands, |backend, stream| {
            // SAFETY: the layouts lie within the borrowed views (Layout::dense), and so do the parts of a stack; `c` is borrowed
            // exclusively, so that it overlaps neither factor (Buffer 1); ordered (Order 1).
            unsafe { backend.gemm(stream, &gemm) }
        })
    }

    /// Runs a kernel that [`kernel!`](crate::kernel!) declared.
    ///
    /// # Errors
    /// [`Error::Requirement`] if the arguments break what the kernel requires; [`Error::WrongDevice`];
    /// [`Error::Kernel`] if the device's body does not agree with the declaration; [`Error::KernelPanicked`].
    #[doc(alias = "cuLaunchKernel")]
    // Always, so that a call's list of arguments is never made in memory: what is not usual is elsewhere.
    #[inline(always)]
    fn run<K: KernelCode, const N: usize>(&self, call: Call<'_, Self, K, N>) -> Result<()> {
        // Taken apart, since only what has an address has to be in memory: the arguments, and none of the rest.
        let Call { operands, threads, raw } = call;
        let threads = match threads {
            Ok(threads) => threads,
            Err(error) => return Err(*error),
        };
        let core = self.core();
        let home = &**core.home();
        if !Core::is_ready(home, &operands) {
            // Copies, so that the lists themselves are never made in memory.
            let ([x, y, z], operands, raw) = (threads.count, operands, raw);
            return Ok(core.run_late::<K, N>(&operands, Threads { count: [x, y, z] }, raw)?);
        }
        // SAFETY: every slice is a borrowed view, those written exclusively (Buffer 1), ordered (Order 1); the body keeps
        // to them: the CPU one is safe Rust, for the CUDA one its declaration says so with `unsafe`.
        let given = unsafe { home.state.backend().launch::<K>(home.clock.stream(), threads, &raw) };
        Ok(core.publish_ready(home, &operands, Some(const { &K::NAME }), given)?)
    }

    /// Gives the stream work that this crate does not know, such as a library's, as one operation that touches `operands`.
    ///
    /// The stream is made to follow what the operation must follow; `give` gives it the work; what comes later, on whatever stream,
    /// follows that. `give` gets the stream and nothing else: what it does with raw handles and addresses is `unsafe` there, and may
    /// rely on the operands being borrowed for the call and in order on the stream, the written ones exclusively.
    ///
    /// # Errors
    /// [`Error::WrongDevice`]; whatever waiting can fail with; what `give` returns. The work counts as given then too: it may have
    /// started.
    #[inline(always)]
    fn operate<const N: usize>(
        &self,
        operation: &'static str,
        operands: &[Option<Operand<'_, Self::Backend>>; N],
        give: impl FnOnce(&<Self::Backend as Backend>::Stream) -> Result<()>,
    ) -> Result<()> {
        self.core().operate(operation, operands, |_, stream| give(stream))
    }

    /// Captures the work that `work` gives to the context that it is called with, in place of running it, and returns it as a
    /// [`Graph`] together with what `work` returns.
    ///
    /// That context is one of its own, on this device; only what it and its forks are given is captured. Memory that they allocate
    /// belongs to the graph: a buffer that `work` returns is where each replay leaves its result. What is [written](Context::write) from the
    /// host is kept as it is now, and written again by each replay; to change it between replays, write to a buffer from
    /// outside. Random numbers go on from replay to replay. If `work` fails or panics, the capture is undone.
    ///
    /// # Errors
    /// That of `work`; [`Error::Capture`] for what cannot be captured: to wait for work or to read it, to record events, and pinned
    /// memory, which the host could use under a replay; [`Error::Unsupported`] on a device without graphs.
    ///
    /// # Examples
    ///
    /// ```
    /// use context_core::{Buffer, Context, Graph, Result};
    ///
    /// fn doubler<C: Context>(ctx: &C, x: &mut Buffer<f32, C>) -> Result<Graph<C>> {
    ///     let (graph, ()) = ctx.capture(|ctx| {
    ///         let twice = ctx.duplicate(&*x)?;
    ///         let ones = ctx.upload(&[1.0])?;
    ///         ctx.gemm(2.0, twice.matrix(x.len(), 1)?, ones.matrix(1, 1)?, 0.0, x.matrix_mut(twice.len(), 1)?)
    ///     })?;
    ///     Ok(graph)
    /// }
    /// ```
    #[doc(alias = "cuStreamBeginCapture")]
    #[doc(alias = "cuGraphInstantiate")]
    fn capture<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<(Graph<Self>, T)> {
        graph::capture(self, work)
    }

    /// Captures anew into `graph`: other parameters, other buffers, other work. Where only parameters differ, the device's graph is updated in
    /// place, which is cheaper than making one. If this fails, the graph stays as it was.
    ///
    /// # Errors
    /// As [`capture`](Context::capture); [`Error::WrongDevice`] if the graph is of another device or pool.
    #[doc(alias = "cuGraphExecUpdate")]
    fn recapture<T>(&self, graph: &mut Graph<Self>, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        graph::recapture(self, graph, work)
    }

    /// Runs captured work, in the order of this context and of everything else that uses the same memory. Random numbers are drawn
    /// from this context's generator, which moves on.
    ///
    /// # Errors
    /// [`Error::WrongDevice`] if the graph is of another device or pool; whatever launching can fail with. A failure of the
    /// work itself is told by whoever waits for it.
    #[doc(alias = "cuGraphLaunch")]
    fn replay(&self, graph: &mut Graph<Self>) -> Result<()> {
        graph::replay(self, graph)
    }

    /// Counts work that this crate does not know, given to [`Core::stream`], as an operation that writes `target`.
    ///
    /// Called before the work is given, it makes the work follow what it must; called again behind it, it makes others follow the
    /// work, the memory's next owner among them.
    ///
    /// # Errors
    /// [`Error::WrongDevice`]; whatever waiting can fail with.
    fn note_use<'a, T: Element>(&self, target: impl IntoViewMut<'a, T, Self>) -> Result<()> {
        let target = target.into_view_mut();
        self.core().operate("note_use", &[Some(Operand::write("the target", target.memory))], |_, _| Ok(()))
    }

    /// Marks the point behind all work given to this context so far.
    ///
    /// # Errors
    /// Whatever recording can fail with.
    #[doc(alias = "cuEventRecord")]
    fn record(&self) -> Result<Event<Self::Backend>> {
        refuse_captured(self, "recording an event")?;
        let core = self.core();
        core.state().attempt(|| Event::new(core.state().clone(), core.clock().clone()))
    }

    /// Makes later work of this context start after `event`, without blocking the calling thread where the device can.
    ///
    /// # Errors
    /// [`Error::WrongDevice`] if the event belongs to another device.
    #[doc(alias = "cuStreamWaitEvent")]
    #[inline]
    fn wait(&self, event: &Event<Self::Backend>) -> Result<()> {
        let core = self.core();
        // What is known without a lock, a stream's own past and what has ended, is looked at here.
        let own = Arc::ptr_eq(&event.clock, core.clock());
        let ended =
            || Arc::ptr_eq(&event.state, core.state()) && event.clock.is_complete(event.recorded.tick());
        if (own || ended()) && core.clock().plain() != NO_STREAM {
            return Ok(());
        }
        refuse_captured(self, "waiting for an event")?;
        core.wait_for_event(event)
    }

    /// Returns who orders this context's operations.
    fn ordering(&self) -> Ordering {
        self.core().ordering().get()
    }

    /// Leaves the order of this context's operations to the caller until the returned scope is dropped: no wait is inserted before
    /// them. What they touch is remembered as ever, so that others follow them, and their memory is not handed on before they have ended.
    ///
    /// On one stream no wait is inserted anyway. This is for what is known to be in order by means that contexts do not see, and for parts of a
    /// buffer: two contexts that write different parts of one follow each other, since moments are those of the whole buffer.
    ///
    /// # Safety
    /// - An operation on memory that another context's operation still uses, where one of them writes, is given behind something that orders
    ///   the two: an event that was [waited for](Context::wait), or a [`synchronize`](Context::synchronize) of the other. This holds too where a
    ///   dropped buffer's memory is used again: the pool's own waits are inserted as ever.
    unsafe fn order_manually(&self) -> ManualOrder<'_, Self> {
        ManualOrder::new(self)
    }

    /// Makes later work of this context start after `event`, whatever kind of device it is recorded on. Who blocks is in the
    /// table at [`SharedEvent`].
    ///
    /// # Errors
    /// What the event failed with, where the calling thread waited.
    fn wait_for(&self, event: &SharedEvent) -> Result<()> {
        refuse_captured(self, "waiting for an event")?;
        event.order(self)
    }

    /// Blocks the calling thread until all work given to this context has ended.
    ///
    /// # Errors
    /// The first failure of that work, if it failed.
    #[doc(alias = "cuStreamSynchronize")]
    #[inline(always)]
    fn synchronize(&self) -> Result<()> {
        let core = self.core();
        let home = &**core.home();
        // Held here, so that what the stream is given does not make it be read again.
        let clock = &*home.clock;
        if clock.has_to_heed() {
            return core.synchronize_carefully();
        }
        if let Err(error) = home.state.backend().synchronize(clock.stream()) {
            return Err(*home.state.noted(Box::new(error)));
        }
        clock.complete_all();
        Ok(())
    }

    /// Returns how the device's memory pool is used, by all contexts of the device.
    fn memory(&self) -> MemoryStatistics {
        self.core().state().pool(MemoryKind::Device).statistics()
    }

    /// Returns how the pool of one kind of the device's memory is used.
    fn memory_of(&self, kind: MemoryKind) -> MemoryStatistics {
        self.core().state().pool(kind).statistics()
    }

    /// Records what happens in the pool from now on, the last `most` events at the most, until
    /// [`end_memory_recording`](Context::end_memory_recording). [`memory_snapshot`](Context::memory_snapshot) contains them.
    fn record_memory(&self, kind: MemoryKind, most: usize) {
        self.core().state().pool(kind).record(most);
    }

    /// Ends recording, and returns what was recorded; [`memory_trace`](crate::memory_trace) makes a trace of it that can be replayed.
    fn end_memory_recording(&self, kind: MemoryKind) -> Vec<MemoryEvent> {
        self.core().state().pool(kind).end_recording()
    }

    /// Returns what lies where in the pool, who has it, and what was recorded: for a report, for PyTorch's viewer, for a picture.
    fn memory_snapshot(&self, kind: MemoryKind) -> MemorySnapshot {
        self.core().state().pool(kind).snapshot(self.device())
    }

    /// Returns what is allocated under each [label](crate::memory_label), the largest first.
    fn memory_by_label(&self, kind: MemoryKind) -> Vec<LabelUsage> {
        self.core().state().pool(kind).labels()
    }

    /// Returns what each stream has allocated that took part in the pool and is not gone.
    fn memory_by_stream(&self, kind: MemoryKind) -> Vec<StreamUsage> {
        self.core().state().pool(kind).streams()
    }

    /// Looks whether device memory was written beside its blocks or after it was freed, and returns what was found since this was last
    /// asked. It waits for the device. Without [`MemoryDebug`](crate::MemoryDebug) there is nothing to look at.
    ///
    /// # Errors
    /// Whatever the copies to the host can fail with.
    fn check_memory(&self) -> Result<Vec<MemoryDamage>> {
        let core = self.core();
        core.state().attempt(|| core.state().pool(MemoryKind::Device).check(&core.home))
    }

    /// Lists the live blocks of device memory with their labels and, if they are kept, the places where they were allocated, oldest
    /// first. Without [`MemoryDebug`](crate::MemoryDebug) there are none.
    fn live_blocks(&self) -> Vec<LiveBlock> {
        self.core().state().pool(MemoryKind::Device).live_blocks()
    }

    /// Gives cached memory that is idle back to the device, and returns how many bytes that were.
    ///
    /// # Errors
    /// Whatever freeing can fail with.
    fn trim(&self) -> Result<usize> {
        let state = self.core().state();
        state.attempt(|| {
            MemoryKind::ALL.iter().try_fold(0, |sum, &kind| Ok(sum + state.pool(kind).trim(state)?))
        })
    }

    /// Returns how many calls into a driver the device's contexts made so far; zero on a device without one.
    fn driver_calls(&self) -> u64 {
        self.core().state().backend().driver_calls()
    }

    /// Returns how many waits between streams were inserted on this device so far.
    fn inserted_waits(&self) -> u64 {
        self.core().state().waits()
    }
}

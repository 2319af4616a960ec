//! What every context is made of, and the way that every operation takes: what it must follow, the backend, and what is remembered.

#![allow(unsafe_code)]

use std::{
    cell::Cell,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use crate::{
    Backend, Buffer, Context, Determinism, Element, Error, Event, Extensions, MathMode, Ordering, Progress,
    Result, ViewMut,
    backend::Given,
    clock::{Clock, Dependency},
    device_state::DeviceState,
    gate::{InTheWay, Turn},
    kernel::{KernelCode, Operand, Threads},
    moments::Home,
    pool::Memory,
    random::{Draw, Philox},
};

/// What every context is made of. Backends wrap it and implement [`Context`].
pub struct Core<B: Backend> {
    pub(crate) home: Arc<Home<B>>,
    pub(crate) random: Cell<Philox>,
    /// How many forks the seed has served, over the whole family of contexts.
    forks: Arc<AtomicU32>,
    ordering: Cell<Ordering>,
    pub(crate) determinism: Determinism,
    pub(crate) math_mode: MathMode,
    pub(crate) label: &'static str,
    pub(crate) extensions: Extensions,
    pub(crate) progress: Progress,
}

impl<B: Backend> Core<B> {
    /// Leases a stream of the device and starts the random sequence of `seed`.
    ///
    /// # Errors
    /// Whatever making a stream can fail with.
    pub fn new(state: &Arc<DeviceState<B>>, options: B::StreamOptions, seed: u64) -> Result<Core<B>> {
        state.check()?;
        Ok(Core {
            home: Arc::new(Home { clock: Clock::new(state, options)?, state: state.clone() }),
            random: Cell::new(Philox::new(seed)),
            forks: Arc::new(AtomicU32::new(0)),
            ordering: Cell::default(),
            determinism: Determinism::default(),
            math_mode: MathMode::default(),
            label: "",
            extensions: Extensions::default(),
            progress: Progress::default(),
        })
    }

    /// Names the context, for people who read messages; its forks have the same name.
    pub fn with_label(self, label: &'static str) -> Core<B> {
        Core { label, ..self }
    }

    /// Chooses whether the same operations give the same bits each time, for this context and its forks.
    pub fn with_determinism(self, determinism: Determinism) -> Core<B> {
        Core { determinism, ..self }
    }

    /// Chooses which arithmetic libraries may form products with, for this context and its forks.
    pub fn with_math_mode(self, math_mode: MathMode) -> Core<B> {
        Core { math_mode, ..self }
    }

    pub(crate) fn fork(&self) -> Result<Core<B>> {
        self.state().check()?;
        if let Some(capture) = self.clock().capture() {
            return self.branch(capture);
        }
        let clock = Clock::new(self.state(), self.clock().options())?;
        let home = Arc::new(Home { clock, state: self.state().clone() });
        Ok(self.with_home(home).with_next_fork())
    }

    /// Makes a part that is alike, with another stream.
    pub(crate) fn with_home(&self, home: Arc<Home<B>>) -> Core<B> {
        Core {
            home,
            random: self.random.clone(),
            forks: self.forks.clone(),
            ordering: Cell::default(),
            determinism: self.determinism,
            math_mode: self.math_mode,
            label: self.label,
            extensions: Extensions::default(),
            progress: Progress::default(),
        }
    }

    /// Gives it a sequence of random numbers of its own.
    pub(crate) fn with_next_fork(self) -> Core<B> {
        let fork = self.forks.fetch_add(1, Relaxed) + 1;
        self.random.set(self.random.get().with_fork(fork));
        self
    }

    pub(crate) fn random(&self) -> Philox {
        self.random.get()
    }

    pub(crate) fn ordering(&self) -> &Cell<Ordering> {
        &self.ordering
    }

    /// Returns what all contexts of the device share.
    pub fn state(&self) -> &Arc<DeviceState<B>> {
        &self.home.state
    }

    pub(crate) fn home(&self) -> &Arc<Home<B>> {
        &self.home
    }

    pub(crate) fn clock(&self) -> &Arc<Clock<B>> {
        &self.home.clock
    }

    /// Returns the backend's stream, for work that this crate does not know. It is not ordered with buffers.
    pub fn stream(&self) -> &B::Stream {
        self.clock().stream()
    }

    /// Gives the backend one operation: waits are inserted before it, and its accesses are remembered behind it.
    #[inline(always)]
    pub(crate) fn operate<const N: usize>(
        &self,
        operation: &'static str,
        operands: &[Option<Operand<'_, B>>; N],
        give: impl FnOnce(&B, &B::Stream) -> Result<()>,
    ) -> Result<()> {
        let home = &*self.home;
        if Core::is_ready(home, operands) {
            let given = give(home.state.backend(), home.clock.stream());
            return Ok(self.publish_ready(home, operands, None, given.map_err(Box::new))?);
        }
        // A copy, so that the list itself is never made in memory.
        let operands = *operands;
        Ok(self.operate_late(operation, &operands, None, give)?)
    }

    /// Gives an operation whose operands must be looked at. Its error is on the heap, so that no caller's result need have an address.
    #[inline(never)]
    pub(crate) fn operate_late<const N: usize>(
        &self,
        operation: &'static str,
        operands: &[Option<Operand<'_, B>>; N],
        launch: Option<&'static &'static str>,
        give: impl FnOnce(&B, &B::Stream) -> Result<()>,
    ) -> Given {
        let turn = self.prepare(operation, operands)?;
        let given = give(self.state().backend(), self.clock().stream());
        self.publish(operands, launch);
        drop(turn);
        Ok(self.state().note(given)?)
    }

    /// Tells whether an operation can be given at once: memory that only this stream has used is of this device, and needs no wait.
    ///
    /// This and [`publish_ready`](Core::publish_ready) are inlined, and hand on no list, so that none is made in memory where the compiler
    /// knows what is in it. They get the home from their caller, so that it is looked up once.
    #[inline(always)]
    pub(crate) fn is_ready<const N: usize>(home: &Home<B>, operands: &[Option<Operand<'_, B>>; N]) -> bool {
        let stream = home.clock.plain();
        // Memory is never solely of `NO_STREAM`.
        let mut ready = operands.iter().any(Option::is_some) || !home.state.is_lost();
        operands.iter().for_each(|operand| {
            if let Some(Operand { memory, .. }) = operand {
                ready = ready && memory.tracked.is_solely_of(stream);
            }
        });
        ready
    }

    /// Checks the operands of an operation, and makes the stream wait for what it must follow. Where graphs touch the same memory, the
    /// operation has a turn until it is published.
    fn prepare<const N: usize>(
        &self,
        operation: &'static str,
        operands: &[Option<Operand<'_, B>>; N],
    ) -> Result<Turn<'_>> {
        self.state().check()?;
        operands.iter().try_for_each(|operand| match operand {
            Some(operand) => self.check_device(operation, operand.name, operand.memory.state()),
            None => Ok(()),
        })?;
        let mut of_graphs = Vec::new();
        operands.iter().for_each(|operand| {
            if let Some(Operand { memory, writes, .. }) = operand {
                self.find_shared(memory, *writes, &mut of_graphs);
            }
        });
        let turn = self.take_turn(operation, &of_graphs)?;
        operands.iter().try_for_each(|operand| match operand {
            Some(Operand { memory, writes, .. }) => self.follow(memory, *writes),
            None => Ok(()),
        })?;
        Ok(turn)
    }

    /// Adds memory that graphs touch to a list for a turn. What is captured runs later, and needs none.
    #[inline(never)]
    fn find_shared(&self, memory: &Memory<B>, writes: bool, found: &mut Vec<(usize, bool)>) {
        if self.clock().capture().is_none() {
            found.extend(memory.tracked.shared().map(|shared| (Arc::as_ptr(&shared).addr(), writes)));
        }
    }

    /// Takes a turn on a buffer's memory, if graphs touch it.
    pub(crate) fn take_turn_on(
        &self,
        operation: &'static str,
        memory: &Memory<B>,
        writes: bool,
    ) -> Result<Turn<'_>> {
        let mut of_graphs = Vec::new();
        self.find_shared(memory, writes, &mut of_graphs);
        self.take_turn(operation, &of_graphs)
    }

    /// Takes a turn on memory that graphs touch.
    #[inline(never)]
    pub(crate) fn take_turn(&self, operation: &'static str, uses: &[(usize, bool)]) -> Result<Turn<'_>> {
        if uses.is_empty() {
            return Ok(Turn::none());
        }
        self.state().gate().enter(uses).map_err(|InTheWay| Error::Capture {
            operation,
            device: self.state().device(),
            reason: "this thread is giving another operation on memory of the same graph",
        })
    }

    /// Remembers the accesses of an operation that was given to the backend, of its launch's name if it is one.
    ///
    /// Also when the backend reported an error: it may have started, and following it then is what is safe.
    fn publish<const N: usize>(
        &self,
        operands: &[Option<Operand<'_, B>>; N],
        launch: Option<&'static &'static str>,
    ) {
        let clock = self.clock();
        let tick = clock.advance(self.state());
        if let Some(name) = launch {
            clock.note_launch(tick, name);
        }
        // What has ended already, on memory that no other stream uses, nobody will have to follow.
        let ended = self.state().backend().runs_in_place(clock.stream()) && clock.capture().is_none();
        let stream = clock.id().number();
        operands.iter().for_each(|operand| {
            if let Some(Operand { memory, writes, .. }) = operand
                && !(ended && memory.tracked.is_solely_of(stream))
            {
                memory.tracked.publish(memory.home(), clock, tick, *writes);
            }
        });
    }

    /// As [`publish`](Core::publish), where all operands were [ready](Core::is_ready); and takes note if the device was lost by it.
    #[inline(always)]
    pub(crate) fn publish_ready<const N: usize>(
        &self,
        home: &Home<B>,
        operands: &[Option<Operand<'_, B>>; N],
        launch: Option<&'static &'static str>,
        given: Given,
    ) -> Given {
        if let Err(error) = given {
            let operands = *operands;
            return Err(self.publish_failed(&operands, launch, error));
        }
        let clock = &*home.clock;
        let (in_place, stream) = (home.state.backend().runs_in_place(clock.stream()), clock.id().number());
        let tick = clock.advance(&home.state);
        if let Some(name) = launch {
            clock.note_launch(tick, name);
        }
        operands.iter().for_each(|operand| {
            if let Some(Operand { memory, writes, .. }) = operand
                && !(in_place && memory.tracked.is_solely_of(stream))
            {
                memory.tracked.publish_sole(memory.home(), &home.clock, stream, tick, *writes);
            }
        });
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn publish_failed<const N: usize>(
        &self,
        operands: &[Option<Operand<'_, B>>; N],
        launch: Option<&'static &'static str>,
        error: Box<Error>,
    ) -> Box<Error> {
        self.publish(operands, launch);
        self.state().noted(error)
    }

    /// Runs a kernel whose operands must be looked at.
    #[inline(never)]
    pub(crate) fn run_late<K: KernelCode, const N: usize>(
        &self,
        operands: &[Option<Operand<'_, B>>; N],
        threads: Threads,
        raw: K::Raw,
    ) -> Given {
        self.operate_late(K::NAME, operands, Some(const { &K::NAME }), |backend, stream| {
            // SAFETY: as in `Context::run`, which hands over the operands with the arguments made of them.
            Ok(unsafe { backend.launch::<K>(stream, threads, &raw) }?)
        })
    }

    /// Makes the stream wait for what an access must follow.
    #[inline(never)]
    fn follow(&self, memory: &Memory<B>, writes: bool) -> Result<()> {
        // Within a capture there is nothing to save: the order is made once.
        if self.ordering.get() == Ordering::Manual && self.clock().capture().is_none() {
            return Ok(());
        }
        self.state().note(memory.tracked.prepare(memory.home(), self.clock(), writes))
    }

    /// Waits on the device for an event that the stream may not yet run after.
    #[inline(never)]
    pub(crate) fn wait_for_event(&self, event: &Event<B>) -> Result<()> {
        self.state().attempt(|| {
            self.check_device("wait", "the event", &event.state)?;
            let (source, recorded) = (&event.clock, &event.recorded);
            if self.clock().covers(source, recorded.tick(), Dependency::Data) {
                return Ok(());
            }
            self.clock().wait_for(self.state(), source.id(), recorded, Dependency::Data)
        })
    }

    /// Allocates what there is no fit for or must be looked at, and fills it if that is wanted.
    #[cold]
    #[inline(never)]
    pub(crate) fn allocate_late<T: Element, C: Context<Backend = B>>(
        &self,
        len: usize,
    ) -> Result<Buffer<T, C>> {
        let buffer = self.state().attempt(|| Buffer::allocate(&self.home, len))?;
        let Some(byte) = self.state().first_byte().filter(|_| !buffer.is_empty()) else { return Ok(buffer) };
        let operands = [Some(Operand::write("the buffer", buffer.memory()))];
        self.operate("alloc", &operands, |backend, stream| {
            // SAFETY: nobody else has the buffer yet, which is that large; ordered (Order 1).
            unsafe { backend.fill(stream, buffer.as_raw(), &[byte], buffer.size_bytes()) }
        })?;
        Ok(buffer)
    }

    /// Fills a view of words or floats with random ones, and moves the generator on.
    pub(crate) fn draw<T, C: Context<Backend = B>>(
        &self,
        operation: &'static str,
        target: ViewMut<'_, T, C>,
        draw: Draw,
    ) -> Result<()> {
        if target.is_empty() {
            return Ok(());
        }
        let mut generator = self.random.get();
        self.operate(operation, &[Some(Operand::write("the target", target.memory))], |backend, stream| {
            // SAFETY: `target` is an exclusive borrow of that many words or floats, ordered behind its other users (Order 1).
            unsafe { backend.draw(stream, target.address, target.len(), &generator, draw) }
        })?;
        if let Some(capture) = self.clock().capture() {
            capture.drew(&generator, target.len() as u64);
        }
        generator.advance(target.len() as u64);
        self.random.set(generator);
        Ok(())
    }

    /// Waits for this context's work, or says why the host cannot.
    #[cold]
    #[inline(never)]
    pub(crate) fn synchronize_carefully(&self) -> Result<()> {
        let state = self.state();
        state.check()?;
        match self.clock().capture() {
            Some(capture) => Err(capture.refuse("synchronising")),
            None => state.note(self.clock().synchronize(state)),
        }
    }

    /// Refuses an object of another device or pool.
    #[inline(never)]
    pub(crate) fn check_device(
        &self,
        operation: &'static str,
        name: &str,
        state: &Arc<DeviceState<B>>,
    ) -> Result<()> {
        if Arc::ptr_eq(state, self.state()) {
            return Ok(());
        }
        Err(self.wrong_device(operation, name, state))
    }

    #[cold]
    fn wrong_device(&self, operation: &'static str, name: &str, state: &DeviceState<B>) -> Error {
        Error::WrongDevice {
            operation,
            context: self.state().device(),
            object: name.to_owned(),
            found: state.device(),
        }
    }
}

impl<B: Backend> fmt::Debug for Core<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Core")
            .field("label", &self.label)
            .field("device", &self.state().device())
            .field("stream", &self.clock().id())
            .field("random", &self.random.get())
            .finish()
    }
}

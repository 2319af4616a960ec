//! Streams: queues of work that runs in order.
//!
//! Besides the streams that clients make, each context has a *legacy default stream*, which all that are not non-blocking
//! wait for and which waits for them, and one *per-thread default stream* for each thread that uses it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::context;
use cuda_sys::CUresult;

use crate::error::{Answer, INVALID_CONTEXT, INVALID_HANDLE, INVALID_VALUE, NOT_READY};
use crate::exports::Sim;
use crate::ffi::{HandleOut, Out};
use crate::graph::Task;
use crate::handle::Handle;
use crate::launch_attribute::Attributes;
use crate::operation::{HostFunction, Operation, Work};
use crate::order::{Act, Line};
use crate::schedule::{self, synchronize};
use crate::state::{State, lock};
use crate::sys::{CUhostFn, CUstreamCallback};
use crate::thread;

/// `CU_STREAM_LEGACY`.
const LEGACY: u64 = 1;
/// `CU_STREAM_PER_THREAD`.
const PER_THREAD: u64 = 2;
/// `CU_STREAM_NON_BLOCKING`.
pub(crate) const NON_BLOCKING: u32 = 1;
/// The most urgent priority; the least is zero.
pub(crate) const GREATEST_PRIORITY: i32 = -5;

/// How a stream is ordered against the others of its context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Legacy,
    Blocking,
    NonBlocking,
}

/// A stream.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) context: Handle,
    pub(crate) order: Order,
    pub(crate) priority: i32,
    pub(crate) id: u64,
    pub(crate) queue: VecDeque<Operation>,
    pub(crate) submitted: u64,
    pub(crate) completed: u64,
    /// Its first operation has been taken off and is running.
    pub(crate) running: bool,
    /// It is in the list of streams that can run.
    pub(crate) ready: bool,
    /// The client's handle has ended; what is left runs to its end.
    pub(crate) destroyed: bool,
    /// It is a default stream, which clients name by a number and cannot destroy.
    pub(crate) is_default: bool,
    /// The green context that it was made for.
    pub(crate) green: Option<Handle>,
    /// That green context is gone.
    pub(crate) detached: bool,
    /// It is a branch of a graph that the stream of this id was given.
    pub(crate) branch_of: Option<u64>,
    /// Attributes that the client has set.
    pub(crate) attributes: Attributes,
    /// What is known of its order.
    pub(crate) line: Line,
    /// What is running.
    pub(crate) current: Option<Arc<Act>>,
}

impl State {
    /// Makes a stream of `context`.
    pub(crate) fn new_stream(
        &mut self,
        context: Handle,
        order: Order,
        priority: i32,
        is_default: bool,
    ) -> Handle {
        let id = self.next_id();
        let stream = self.streams.insert(Stream {
            context,
            order,
            priority,
            id,
            queue: VecDeque::new(),
            submitted: 0,
            completed: 0,
            running: false,
            ready: false,
            destroyed: false,
            is_default,
            green: None,
            detached: false,
            branch_of: None,
            attributes: Attributes::default(),
            line: Line::default(),
            current: None,
        });
        if let Some(context) = self.contexts.get_mut(context) {
            context.streams.push(stream);
        }
        stream
    }

    /// Finds the stream that the client means by `named`, in a context that still works.
    ///
    /// # Errors
    /// The fault of its context; `INVALID_HANDLE` if there is no such stream; what [`State::current`] says if it is a
    /// default stream.
    pub(crate) fn stream(&mut self, named: Handle) -> Answer<Handle> {
        let stream = self.stream_even_if_faulty(named)?;
        let context = self.streams.get(stream).map(|stream| stream.context).ok_or(INVALID_HANDLE)?;
        self.check_fault(context)?;
        Ok(stream)
    }

    /// Finds the stream that the client means by `named`.
    pub(crate) fn stream_even_if_faulty(&mut self, named: Handle) -> Answer<Handle> {
        match named.0 {
            0 if thread::per_thread_default() => self.per_thread_stream(),
            0 | LEGACY => {
                let context = self.current()?;
                if let Some(stream) = self.default_stream_of_green() {
                    return Ok(stream);
                }
                self.contexts.get(context).map(|context| context.legacy).ok_or(INVALID_CONTEXT)
            }
            PER_THREAD => self.per_thread_stream(),
            _ => match self.streams.get(named) {
                Some(stream) if stream.detached && !stream.destroyed => {
                    Err(CUresult::CUDA_ERROR_STREAM_DETACHED)
                }
                Some(stream) if !stream.destroyed && !stream.is_default => Ok(named),
                _ => Err(INVALID_HANDLE),
            },
        }
    }

    fn per_thread_stream(&mut self) -> Answer<Handle> {
        let context = self.current()?;
        let thread = thread::id();
        if let Some(&stream) = self.contexts.get(context).and_then(|context| context.per_thread.get(&thread))
        {
            return Ok(stream);
        }
        let stream = self.new_stream(context, Order::Blocking, 0, true);
        let owner = self.contexts.get_mut(context).ok_or(INVALID_CONTEXT)?;
        owner.per_thread.insert(thread, stream);
        Ok(stream)
    }

    /// Returns what `handle` refers to, for queries that need no working context.
    fn named_stream(&mut self, named: Handle) -> Answer<(Handle, &Stream)> {
        let handle = self.stream_even_if_faulty(named)?;
        Ok((handle, self.streams.get(handle).ok_or(INVALID_HANDLE)?))
    }
}

impl Sim {
    pub(crate) fn cuStreamCreate(stream: HandleOut, flags: u32) -> Answer {
        Sim::cuStreamCreateWithPriority(stream, flags, 0)
    }

    /// Priorities outside the range are brought into it.
    pub(crate) fn cuStreamCreateWithPriority(stream: HandleOut, flags: u32, priority: i32) -> Answer {
        let out = stream.required()?;
        let order = match flags {
            0 => Order::Blocking,
            NON_BLOCKING => Order::NonBlocking,
            _ => return Err(INVALID_VALUE),
        };
        let mut state = lock();
        let (context, green) = (state.usable()?, state.current_green());
        let stream = state.new_stream(context, order, priority.clamp(GREATEST_PRIORITY, 0), false);
        if let Some(stream) = state.streams.get_mut(stream) {
            stream.green = green;
        }
        out.put(stream);
        Ok(())
    }

    /// The handle ends at once; work that is left runs to its end.
    pub(crate) fn cuStreamDestroy_v2(stream: Handle) -> Answer {
        let mut state = lock();
        if stream.0 <= PER_THREAD {
            return Err(INVALID_HANDLE);
        }
        let handle = match state.stream_even_if_faulty(stream) {
            // The end of its green context leaves a stream that can only be destroyed.
            Err(CUresult::CUDA_ERROR_STREAM_DETACHED) => stream,
            other => other?,
        };
        if let Some(stream) = state.streams.get_mut(handle) {
            stream.destroyed = true;
        }
        state.leave_captures(handle);
        state.settle([handle]);
        Ok(())
    }

    pub(crate) fn cuStreamSynchronize(stream: Handle) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        let context = state.streams.get(stream).map(|stream| stream.context).ok_or(INVALID_HANDLE)?;
        state.refuse_if_captured(stream)?;
        let streams = state.streams_with(stream);
        synchronize(state, context, &streams)
    }

    pub(crate) fn cuStreamQuery(stream: Handle) -> Answer {
        let mut state = lock();
        let stream = state.stream(stream)?;
        state.refuse_if_captured(stream)?;
        let context = state.streams.get(stream).map(|stream| stream.context).ok_or(INVALID_HANDLE)?;
        state.ask_fault(context)?;
        let streams = state.streams_with(stream);
        if !state.pending_of(&streams).is_empty() {
            schedule::let_one_go(state);
            return Err(NOT_READY);
        }
        let acts = state.last_acts(&streams);
        state.observe(&acts);
        Ok(())
    }

    pub(crate) fn cuStreamGetPriority(stream: Handle, priority: Out<i32>) -> Answer {
        let out = priority.required()?;
        out.put(lock().named_stream(stream)?.1.priority);
        Ok(())
    }

    pub(crate) fn cuStreamGetFlags(stream: Handle, flags: Out<u32>) -> Answer {
        let out = flags.required()?;
        let non_blocking = lock().named_stream(stream)?.1.order == Order::NonBlocking;
        out.put(if non_blocking { NON_BLOCKING } else { 0 });
        Ok(())
    }

    /// Ids are unique for the life of the process.
    pub(crate) fn cuStreamGetId(stream: Handle, id: Out<u64>) -> Answer {
        let out = id.required()?;
        out.put(lock().named_stream(stream)?.1.id);
        Ok(())
    }

    pub(crate) fn cuStreamGetCtx(stream: Handle, context: HandleOut) -> Answer {
        let out = context.required()?;
        out.put(lock().named_stream(stream)?.1.context);
        Ok(())
    }

    /// A stream of a green context has that and no context; for any other the second result is null.
    pub(crate) fn cuStreamGetCtx_v2(stream: Handle, context: HandleOut, green: HandleOut) -> Answer {
        let (out, green) = (context.required()?, green.required()?);
        let mut state = lock();
        let context = state.named_stream(stream)?.1.context;
        let owner = state.green_of_stream(stream)?;
        out.put(if owner.is_null() { context } else { Handle(0) });
        green.put(owner);
        Ok(())
    }

    pub(crate) fn cuStreamGetDevice(stream: Handle, device: Out<i32>) -> Answer {
        let out = device.required()?;
        let mut state = lock();
        let context = state.named_stream(stream)?.1.context;
        out.put(state.contexts.get(context).ok_or(INVALID_CONTEXT)?.device as i32);
        Ok(())
    }

    pub(crate) fn cuLaunchHostFunc(stream: Handle, function: CUhostFn, data: crate::ffi::Address) -> Answer {
        let function = function.ok_or(INVALID_VALUE)?;
        let mut state = lock();
        let stream = state.stream(stream)?;
        let work = Work::Host { function: HostFunction::Plain(function), data: data.0 };
        state.submit_or_capture(stream, Task::Do(work, None))
    }

    /// The synchronisation mode (0: blocking, 1: spinning) is advice that changes nothing here.
    pub(crate) fn cuLaunchHostFunc_v2(
        stream: Handle,
        function: CUhostFn,
        data: crate::ffi::Address,
        sync_mode: u32,
    ) -> Answer {
        if sync_mode > 1 {
            return Err(INVALID_VALUE);
        }
        Sim::cuLaunchHostFunc(stream, function, data)
    }

    pub(crate) fn cuStreamAddCallback(
        stream: Handle,
        callback: CUstreamCallback,
        data: crate::ffi::Address,
        flags: u32,
    ) -> Answer {
        let function = callback.ok_or(INVALID_VALUE)?;
        if flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        // Callbacks are called after an error too, so this is not refused then.
        let target = state.stream_even_if_faulty(stream)?;
        state.refuse_if_captured(target)?;
        state.submit(
            target,
            Work::Host { function: HostFunction::Callback(function, stream.0), data: data.0 },
        );
        Ok(())
    }

    pub(crate) fn cuCtxGetStreamPriorityRange(least: Out<i32>, greatest: Out<i32>) -> Answer {
        lock().usable()?;
        least.put(0);
        greatest.put(GREATEST_PRIORITY);
        Ok(())
    }

    pub(crate) fn cuStreamDestroy(stream: Handle) -> Answer {
        Sim::cuStreamDestroy_v2(stream)
    }

    pub(crate) fn cuCtxSynchronize() -> Answer {
        let mut state = lock();
        let context = state.usable()?;
        state.refuse_if_capturing(context)?;
        context::synchronize(state, context)
    }

    pub(crate) fn cuCtxSynchronize_v2(context: Handle) -> Answer {
        let mut state = lock();
        let context = if context.is_null() { state.current()? } else { context };
        state.check_context(context)?;
        let context = state.plain(context);
        state.check_fault(context)?;
        state.refuse_if_capturing(context)?;
        context::synchronize(state, context)
    }
}

//! Graphs: work that is captured once and replayed any number of times, each time with one call.
//!
//! [`Context::capture`] runs a function that gives work to a context, and makes a [`Graph`] of that work in place of running it;
//! [`Context::replay`] runs it. The graph keeps alive what its work touches, whoever drops it, and a replay is ordered with everything
//! else as one operation that reads and writes all of it.

#![allow(unsafe_code)]

use std::{fmt, sync::Arc};

use crate::{
    Backend, Context, Device, Element, Result, ViewMut,
    capture::{Capture, Captured},
    core::Core,
    device_state::DeviceState,
    pinned,
    random::Philox,
};

type Raw<C> = <<C as Context>::Backend as Backend>::Graph;

/// Captured work. Made by [`Context::capture`], run by [`Context::replay`].
///
/// It owns the memory that its work touches: buffers that were allocated while capturing, what was written from the host then, and
/// those of others, which may be dropped at any time. It may be replayed by every context of its device and pool, and outlives the
/// one that captured it.
pub struct Graph<C: Context> {
    raw: Option<Raw<C>>,
    captured: Captured<C::Backend>,
    /// Where the sequences are that belong to the graph: those of contexts that were made while capturing.
    branches: Vec<Philox>,
    // Last, so that everything is given back when the device closes.
    state: Arc<DeviceState<C::Backend>>,
}

impl<C: Context> Graph<C> {
    /// Returns the device that it runs on.
    pub fn device(&self) -> Device {
        self.state.device()
    }

    /// Returns how many pieces of memory it touches.
    pub fn buffers(&self) -> usize {
        self.captured.memory.len()
    }

    /// Returns how many random words a replay takes from the sequence of its context.
    pub fn random_words(&self) -> u64 {
        self.captured.sequences.first().map_or(0, |sequence| sequence.words)
    }

    /// Returns what the backend made of it.
    pub fn as_raw(&self) -> Option<&Raw<C>> {
        self.raw.as_ref()
    }
}

impl<C: Context> fmt::Debug for Graph<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Graph({} buffers on {})", self.buffers(), self.device())
    }
}

/// A capture that ends, whatever happens.
struct Recording<'a, C: Context> {
    backend: &'a C::Backend,
    capture: Arc<Capture<C::Backend>>,
    /// Whether the backend captures.
    begun: bool,
    // Behind the end of the capture, which what the program has kept in it must not disturb.
    context: Option<C>,
}

impl<C: Context> Recording<'_, C> {
    /// Ends the backend's half, by `end`, and the capture.
    fn end<T>(
        &mut self,
        end: impl FnOnce(&C::Backend, &[&<C::Backend as Backend>::Stream]) -> T,
    ) -> (T, Captured<C::Backend>) {
        let clocks = self.capture.clocks();
        let streams: Vec<_> = clocks.iter().map(|clock| clock.stream()).collect();
        self.begun = false;
        let ended = end(self.backend, &streams);
        (ended, self.capture.end())
    }
}

impl<C: Context> Drop for Recording<'_, C> {
    fn drop(&mut self) {
        if self.begun {
            self.end(|backend, streams| backend.abandon_capture(streams));
        } else {
            self.capture.end();
        }
    }
}

/// Captures what `work` gives to the context that it gets, into `raw`.
fn record<C: Context, T>(
    ctx: &C,
    raw: &mut Option<Raw<C>>,
    work: impl FnOnce(&C) -> Result<T>,
) -> Result<(Captured<C::Backend>, T)> {
    refuse_captured(ctx, "capturing")?;
    let core = ctx.core();
    let state = core.state();
    let (mut recording, home) = state.attempt(|| {
        let capture = Capture::new(core.home());
        let mut recording = Recording { backend: state.backend(), capture, begun: false, context: None };
        let home = recording.capture.stream()?;
        state.backend().begin_capture(home.clock.stream())?;
        recording.begun = true;
        Ok((recording, home))
    })?;
    recording.capture.draws_from(ctx.random());
    let value = work(recording.context.insert(ctx.with_core(core.with_home(home))))?;
    let (ended, captured) = recording.end(|backend, streams| backend.end_capture(streams, raw));
    state.note(ended)?;
    Ok((captured, value))
}

fn starts<B: Backend>(captured: &Captured<B>) -> Vec<Philox> {
    captured.sequences.iter().skip(1).map(|sequence| sequence.start).collect()
}

pub(crate) fn capture<C: Context, T>(ctx: &C, work: impl FnOnce(&C) -> Result<T>) -> Result<(Graph<C>, T)> {
    let mut raw = None;
    let (captured, value) = record(ctx, &mut raw, work)?;
    let branches = starts(&captured);
    Ok((Graph { raw, captured, branches, state: ctx.core().state().clone() }, value))
}

pub(crate) fn recapture<C: Context, T>(
    ctx: &C,
    graph: &mut Graph<C>,
    work: impl FnOnce(&C) -> Result<T>,
) -> Result<T> {
    ctx.core().check_device("recapture", "the graph", &graph.state)?;
    let (captured, value) = record(ctx, &mut graph.raw, work)?;
    graph.branches = starts(&captured);
    graph.captured = captured;
    Ok(value)
}

pub(crate) fn replay<C: Context>(ctx: &C, graph: &mut Graph<C>) -> Result<()> {
    let core = ctx.core();
    let (state, clock) = (core.state(), core.clock());
    refuse_captured(ctx, "replaying a graph")?;
    state.check()?;
    core.check_device("replay", "the graph", &graph.state)?;
    let Graph { raw: Some(raw), captured: Captured { memory, sequences }, branches, .. } = graph else {
        return Ok(());
    };
    let own = ctx.random();
    let moved = |captured: &Philox| {
        let now = std::iter::once(&own).chain(branches.iter());
        let found =
            sequences.iter().zip(now).find_map(|(sequence, now)| Some((sequence.offset(captured)?, now)));
        match found {
            Some((offset, now)) => now.at(now.position().wrapping_add(offset)),
            None => *captured,
        }
    };
    let uses: Vec<(usize, bool)> =
        memory.iter().map(|(shared, writes)| (Arc::as_ptr(shared).addr(), *writes)).collect();
    let turn = core.take_turn("replaying a graph", &uses)?;
    state.note(memory.iter().try_for_each(|(shared, writes)| shared.prepare(clock, *writes)))?;
    // SAFETY: what the work touches is owned by the graph, and stays until the replay has run, since that is published in its
    // moments below; it was ordered just now (Order 1). Within the work, the capture has kept the order. No host slice is in it:
    // pinned memory that the program can reach is refused while capturing.
    let given = unsafe { state.backend().replay(core.stream(), raw, &moved) };
    let tick = clock.advance(state);
    clock.note_launch(tick, const { &"the replay of a graph" });
    for (shared, writes) in memory.iter() {
        shared.publish(clock, tick, *writes);
    }
    drop(turn);
    state.note(given)?;
    let mut words = sequences.iter().map(|sequence| sequence.words);
    let mut own = own;
    own.advance(words.next().unwrap_or(0));
    ctx.set_random(own);
    for (branch, words) in branches.iter_mut().zip(words) {
        branch.advance(words);
    }
    Ok(())
}

/// Captures a copy of `source` as it is now: each replay writes the same.
#[cold]
pub(crate) fn write_captured<T: Element, C: Context>(
    ctx: &C,
    target: ViewMut<'_, T, C>,
    source: &[T],
) -> Result<()> {
    // It is dropped here; its memory stays with the graph. Nobody else ever had it, so that no host access meets a replay.
    let mut kept = pinned::operations::alloc::<T, C>(ctx, source.len())?;
    kept.write()?.copy_from_slice(source);
    pinned::operations::send_kept(ctx, target, &kept)
}

impl<B: Backend> Core<B> {
    /// Makes the part of a context that takes part in a capture beside this one.
    pub(crate) fn branch(&self, capture: &Arc<Capture<B>>) -> Result<Core<B>> {
        capture.check("forking a context")?;
        let state = self.state();
        let home = state.attempt(|| {
            let home = capture.stream()?;
            let joined = state.backend().join_capture(self.stream(), home.clock.stream());
            if joined.is_err() {
                capture.forget(&home.clock);
            }
            joined.map(|()| home)
        })?;
        let branch = self.with_home(home).with_next_fork();
        capture.draws_from(branch.random());
        Ok(branch)
    }
}

/// Refuses an operation if the context's work is captured.
#[inline]
pub(crate) fn refuse_captured<C: Context>(ctx: &C, operation: &'static str) -> Result<()> {
    match ctx.core().clock().capture() {
        None => Ok(()),
        Some(capture) => Err(capture.refuse(operation)),
    }
}

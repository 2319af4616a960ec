//! How submitted work gets to run.
//!
//! Every stream has a queue, and runs one operation at a time, in order. An operation can run when it is first in its queue
//! and all that it comes after has completed. What costs nothing (recording an event, waiting for one that has been
//! reached, giving memory back) is done on the spot under the lock; everything else is done by worker threads, of
//! which there are as many as there are streams that can run, so that a host function that blocks holds up its own
//! stream and no other.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use crate::context::Failure;
use crate::error::Answer;
use crate::event::Marker;
use crate::handle::Handle;
use crate::headway::{Client, LOOK, Pace};
use crate::operation::{Fault, Operation, Work};
use crate::order::{Act, Before};
use crate::state::{self, DONE, State, WORK};
use crate::stream::Order;
use crate::user_object::References;
use crate::{fault, headway, journal, memory, race, space, thread};

/// A moment of a stream: its operation of that number, counted from one.
pub(crate) type Moment = (Handle, u64);

/// An operation that others come after.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) moment: Moment,
    act: Option<Arc<Act>>,
}

/// Which streams could run, and who runs them.
#[derive(Debug, Default)]
pub(crate) struct Schedule {
    /// Streams whose first operation can run on a worker.
    ready: VecDeque<Handle>,
    /// Streams whose first operation waits for something.
    blocked: BTreeSet<Handle>,
    /// Actions that take effect when all work submitted before them has completed.
    deferred: Vec<Deferred>,
    idle: usize,
    /// Threads of the client that wait for work to complete.
    pub(crate) waiting: usize,
    /// A stream whose submitter is about to wait for it, and does its copies itself: no worker need be woken.
    awaited: Option<Handle>,
    workers: usize,
    random: Option<u64>,
    /// With a seed: how many operations may be done now, because somebody waits or has asked.
    granted: u32,
    /// With a seed: what the thread does that runs an operation.
    turn: Option<Pace>,
    /// With a seed: what the client does that has submitted work.
    client: Client,
    /// The workers, as the system numbers them.
    own: Vec<u32>,
    progressed: bool,
}

/// Something to do once some moments have passed.
#[derive(Debug)]
struct Deferred {
    after: Vec<Moment>,
    action: Action,
}

/// What can be put off until work in flight has completed.
#[derive(Debug)]
pub(crate) enum Action {
    /// The range of memory at this address, already unknown to the client, is given back.
    Release { base: u64 },
    /// An event is reached.
    Mark(Arc<Marker>),
    /// References to user objects are given up.
    ReleaseObjects(References),
}

/// Idle workers above this number end themselves.
const KEPT: usize = 4;
/// How long an idle worker waits for work before it ends itself.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often memory that a stream waits on is looked at.
const POLL: Duration = Duration::from_micros(50);
/// The interpreter recurses, and host functions are the client's.
const STACK_BYTES: usize = 16 << 20;

impl Schedule {
    /// Makes choices random from `seed` on; by priority and age if there is none.
    pub(crate) fn seed(&mut self, seed: Option<u64>) {
        self.random = seed.map(|seed| seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        headway::watch_calls(self.is_adversary());
    }

    /// Whether there is a seed, and so one operation at a time.
    pub(crate) fn is_adversary(&self) -> bool {
        self.random.is_some()
    }

    /// With a seed: lets one more operation be done.
    pub(crate) fn grant(&mut self) {
        if self.is_adversary() {
            self.granted = 1;
            WORK.notify_one();
        }
    }

    /// With a seed: what was granted and not taken is granted no longer, once nobody waits.
    pub(crate) fn revoke(&mut self) {
        if self.waiting == 0 {
            self.granted = 0;
        }
    }

    /// With a seed: whether an operation runs that may end by itself. One that waits, perhaps for the host, no longer holds up others.
    fn is_taken(&mut self) -> bool {
        self.turn.as_mut().is_some_and(|turn| !turn.waits(&self.own))
    }

    /// With a seed: whether an operation may be started now. Devices get to work that nobody waits for as well, in the end.
    fn takes_turns(&mut self) -> bool {
        if self.is_taken() {
            return false;
        }
        let asked = self.granted > 0 || (self.turn.is_some() && self.waiting > 0);
        if !asked && !self.client.waits(&self.own) {
            return false;
        }
        self.granted = self.granted.saturating_sub(1);
        self.turn = Some(Pace::of(thread::system_id()));
        true
    }

    /// Returns a number below `bound`, if choices are random.
    fn draw(&mut self, bound: usize) -> Option<usize> {
        let state = self.random.as_mut()?;
        // Xorshift: the low bits are poor, so take the high ones.
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        Some(((*state >> 33) as usize) % bound.max(1))
    }
}

impl State {
    /// Adds `work` to the end of `stream`'s queue and returns its moment.
    pub(crate) fn submit(&mut self, stream: Handle, work: Work) -> Moment {
        self.submit_behind(stream, work, &[])
    }

    /// Adds `work` as [`State::submit`] does, to run behind other operations as well.
    pub(crate) fn submit_behind(&mut self, stream: Handle, work: Work, edges: &[Edge]) -> Moment {
        let mut after = self.implicit_dependencies(stream);
        after.extend(edges.iter().map(|edge| edge.moment).filter(|&moment| !self.has_passed(moment)));
        let edges = edges.iter().filter_map(|edge| edge.act.clone()).collect();
        let Some(queue) = self.streams.get_mut(stream) else { return (stream, 0) };
        queue.submitted += 1;
        let ticket = queue.submitted;
        let before = self.new_act(stream, &work, edges);
        let Some(queue) = self.streams.get_mut(stream) else { return (stream, 0) };
        queue.queue.push_back(Operation { ticket, after, work, before });
        self.settle([stream]);
        (stream, ticket)
    }

    /// Returns the last operation of `stream`, for others to run behind it.
    pub(crate) fn last_of(&self, stream: Handle) -> Edge {
        let queue = self.streams.get(stream);
        let moment = (stream, queue.map_or(0, |queue| queue.submitted));
        Edge { moment, act: queue.and_then(|queue| queue.line.last.clone()) }
    }

    /// Adds a copy or a fill as [`State::submit_behind`] does, for a caller who then waits for it with [`synchronize`].
    pub(crate) fn submit_awaited(&mut self, stream: Handle, work: Work, edges: &[Edge]) -> Moment {
        self.schedule.awaited = Some(stream);
        let moment = self.submit_behind(stream, work, edges);
        self.schedule.awaited = None;
        moment
    }

    /// Returns what the rules of the legacy default stream put before the next operation of `stream`: it comes after
    /// all earlier work of the context's blocking streams, and their later work comes after it.
    fn implicit_dependencies(&self, stream: Handle) -> Vec<Moment> {
        let streams = self.implicit_streams(stream);
        streams.into_iter().filter_map(|other| self.pending_moment(other)).collect()
    }

    /// Returns the streams that those rules are about.
    pub(crate) fn implicit_streams(&self, stream: Handle) -> Vec<Handle> {
        let Some(this) = self.streams.get(stream) else { return Vec::new() };
        let Some(context) = self.contexts.get(this.context) else { return Vec::new() };
        match this.order {
            Order::NonBlocking => Vec::new(),
            Order::Blocking => vec![context.legacy],
            Order::Legacy => {
                let blocking = |handle: &&Handle| {
                    self.streams.get(**handle).is_some_and(|stream| stream.order == Order::Blocking)
                };
                context.streams.iter().filter(blocking).copied().collect()
            }
        }
    }

    /// Returns the last submitted moment of `stream`, if it has not passed.
    pub(crate) fn pending_moment(&self, stream: Handle) -> Option<Moment> {
        let queue = self.streams.get(stream)?;
        (queue.submitted > queue.completed).then_some((stream, queue.submitted))
    }

    /// Returns the streams that a wait for `stream` waits for: for the legacy stream, the blocking ones too.
    pub(crate) fn streams_with(&self, stream: Handle) -> Vec<Handle> {
        let legacy = self.streams.get(stream).is_some_and(|stream| stream.order == Order::Legacy);
        let mut streams = if legacy { self.implicit_streams(stream) } else { Vec::new() };
        streams.push(stream);
        streams
    }

    /// Returns all streams of `context`.
    pub(crate) fn streams_in(&self, context: Handle) -> Vec<Handle> {
        self.contexts.get(context).map(|context| context.streams.clone()).unwrap_or_default()
    }

    /// Returns the last submitted moment of each of `streams` that has work.
    pub(crate) fn pending_of(&self, streams: &[Handle]) -> Vec<Moment> {
        streams.iter().filter_map(|&stream| self.pending_moment(stream)).collect()
    }

    /// Whether `moment` has passed. All moments of streams that are gone have.
    pub(crate) fn has_passed(&self, (stream, ticket): Moment) -> bool {
        self.streams.get(stream).is_none_or(|queue| queue.completed >= ticket)
    }

    /// Marks `marker` as reached when all of `after` have passed.
    pub(crate) fn record_after(&mut self, after: Vec<Moment>, marker: Arc<Marker>) {
        if after.is_empty() {
            marker.reach(self.now());
        } else {
            self.schedule.deferred.push(Deferred { after, action: Action::Mark(marker) });
        }
    }

    /// Does `action` when all work that is now submitted, anywhere, has completed.
    pub(crate) fn defer(&mut self, action: Action) {
        let after: Vec<Moment> =
            self.streams.iter().filter_map(|(stream, _)| self.pending_moment(stream)).collect();
        if after.is_empty() {
            memory::perform(self, action);
        } else {
            self.schedule.deferred.push(Deferred { after, action });
        }
    }

    /// Brings `streams`, and whatever that lets go on, as far as it gets without running anything.
    pub(crate) fn settle(&mut self, streams: impl IntoIterator<Item = Handle>) {
        for stream in streams {
            self.advance(stream);
        }
        while std::mem::take(&mut self.schedule.progressed) {
            for stream in std::mem::take(&mut self.schedule.blocked) {
                self.advance(stream);
            }
            self.perform_deferred();
            if self.schedule.waiting > 0 {
                DONE.notify_all();
            }
        }
    }

    fn perform_deferred(&mut self) {
        if self.schedule.deferred.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.schedule.deferred);
        let (due, waiting) = waiting
            .into_iter()
            .partition(|deferred| deferred.after.iter().all(|&moment| self.has_passed(moment)));
        self.schedule.deferred = waiting;
        for Deferred { action, .. } in due {
            // Whoever waits for a mark may go on.
            self.schedule.progressed |= matches!(action, Action::Mark(_));
            memory::perform(self, action);
        }
    }

    /// Takes `stream` on until its first operation is something to run or to wait for.
    fn advance(&mut self, stream: Handle) {
        while let Some(queue) = self.streams.get(stream) {
            if queue.running || queue.ready {
                return;
            }
            let Some(first) = queue.queue.front() else {
                if queue.destroyed {
                    self.forget_stream(stream);
                }
                return;
            };
            // After a fault, nothing that is left is waited for: it is dropped.
            let faulty = self.fault_of(queue.context).is_some();
            let in_turn = first.after.iter().all(|&moment| self.has_passed(moment));
            let ready = in_turn && (faulty || first.work.can_start());
            // With a seed, even marks are reached only when somebody wants to know.
            let light = first.work.is_light() && !self.schedule.is_adversary();
            if !ready {
                let polled = first.work.is_polled();
                self.schedule.blocked.insert(stream);
                if polled {
                    self.call_worker();
                }
                return;
            }
            let Some(queue) = self.streams.get_mut(stream) else { return };
            if !light {
                queue.ready = true;
                self.schedule.ready.push_back(stream);
                if self.schedule.is_adversary() || self.schedule.awaited != Some(stream) {
                    self.call_worker();
                }
                return;
            }
            if let Some(Operation { ticket, work, before, .. }) = queue.queue.pop_front() {
                self.enter(stream, &before, &work);
                self.perform_light(work, before);
                self.complete(stream, ticket);
            }
        }
    }

    fn perform_light(&mut self, work: Work, before: Option<Before>) {
        if let (Work::Release { base } | Work::Claim { base }, Some(before)) = (&work, &before) {
            let range = space::read().find(*base).copied();
            if let Some(range) = range {
                race::enter(&before.act, &[memory::whole(&range)]);
            }
        }
        match work {
            Work::Record(marker) => marker.reach(self.now()),
            Work::Release { base } => memory::perform(self, Action::Release { base }),
            // Waits are over, and values are written by `can_start`'s caller only when they run.
            _ => {}
        }
    }

    fn complete(&mut self, stream: Handle, ticket: u64) {
        if let Some(queue) = self.streams.get_mut(stream) {
            queue.completed = ticket;
        }
        self.schedule.progressed = true;
    }

    fn forget_stream(&mut self, stream: Handle) {
        let Some(gone) = self.streams.remove(stream) else { return };
        let Some(context) = self.contexts.get_mut(gone.context) else { return };
        context.streams.retain(|&other| other != stream);
        let legacy = context.legacy;
        if gone.order == Order::Blocking {
            self.bequeath(&gone.line, legacy);
        }
    }

    /// Sees to it that somebody looks at the ready streams.
    fn call_worker(&mut self) {
        if self.schedule.ready.len() <= self.schedule.idle && self.schedule.idle > 0 {
            WORK.notify_one();
            return;
        }
        let builder = std::thread::Builder::new().name("cuda-sim".into()).stack_size(STACK_BYTES);
        match builder.spawn(work) {
            Ok(_) => self.schedule.workers += 1,
            Err(error) if self.schedule.workers == 0 => {
                journal::note(format!("starting a worker thread: {error}; asynchronous work cannot run"));
            }
            // The workers that there are come to it later.
            Err(_) => {}
        }
    }

    /// Chooses a ready stream: the most urgent, then the one that waited longest; at random if seeded.
    fn choose(&mut self) -> Option<Handle> {
        if self.schedule.is_adversary() {
            // When it was last looked is not to matter.
            self.look_at_polled();
        }
        let count = self.schedule.ready.len();
        if count == 0 {
            return None;
        }
        if self.schedule.is_adversary() {
            if !self.schedule.takes_turns() {
                return None;
            }
            // The order in which streams became ready is not to matter.
            self.schedule.ready.make_contiguous().sort_unstable();
        }
        let index = match self.schedule.draw(count) {
            Some(index) => index,
            None => {
                let priority = |handle: Handle| self.streams.get(handle).map_or(0, |stream| stream.priority);
                (0..count).min_by_key(|&index| (priority(self.schedule.ready[index]), index))?
            }
        };
        self.schedule.ready.remove(index)
    }

    /// Takes the first operation off a stream that was ready.
    fn start(&mut self, stream: Handle) -> Option<Started> {
        let queue = self.streams.get_mut(stream)?;
        let operation = queue.queue.pop_front()?;
        queue.ready = false;
        queue.running = true;
        queue.current = operation.before.as_ref().map(|before| before.act.clone());
        let context = queue.context;
        self.enter(stream, &operation.before, &operation.work);
        if !operation.work.is_light()
            && let Some(code) = fault::sticks()
            && let Some(context) = self.contexts.get_mut(context)
        {
            context.fault.get_or_insert(Failure::new(code));
        }
        let fault = self.fault_of(context);
        Some(Started { stream, context, fault, operation })
    }

    fn finish(&mut self, stream: Handle, context: Handle, ticket: u64, result: Result<(), Fault>) {
        if let Err(fault) = result {
            journal::note(format!("asynchronous error: {}", fault.text));
            if let Some(context) = self.contexts.get_mut(context) {
                context.fault.get_or_insert(Failure::new(fault.code));
            }
        }
        // After an operation that no longer held up others, another one may run.
        self.schedule.turn.take_if(|turn| turn.is_own());
        if let Some(queue) = self.streams.get_mut(stream) {
            queue.running = false;
            if let Some(act) = queue.current.take() {
                self.leave(stream, &act);
            }
        }
        self.complete(stream, ticket);
        self.settle([stream]);
    }

    /// The work that streams wait to do of which nobody tells when it can be done.
    fn polled(&self) -> impl Iterator<Item = (Handle, &Work)> {
        let first = |&stream: &Handle| Some((stream, &self.streams.get(stream)?.queue.front()?.work));
        self.schedule.blocked.iter().filter_map(first).filter(|(_, work)| work.is_polled())
    }

    /// Takes on the streams among them for which it is time.
    fn look_at_polled(&mut self) {
        let due: Vec<Handle> = self.polled().filter(|(_, work)| work.can_start()).map(|it| it.0).collect();
        self.schedule.blocked.retain(|stream| !due.contains(stream));
        self.settle(due);
    }
}

/// An operation that is about to run outside of the lock.
struct Started {
    stream: Handle,
    context: Handle,
    fault: Option<cuda_sys::CUresult>,
    operation: Operation,
}

/// Runs what was started, and enters its result.
fn run(mut guard: MutexGuard<'static, State>, started: Started) -> MutexGuard<'static, State> {
    let Started { stream, context, fault, operation } = started;
    if operation.work.is_light() {
        guard.perform_light(operation.work, operation.before);
        guard.finish(stream, context, operation.ticket, Ok(()));
        return guard;
    }
    drop(guard);
    let act = operation.before.as_ref().map(|before| &before.act);
    let result = operation.work.run(act, fault);
    let mut guard = state::lock();
    guard.finish(stream, context, operation.ticket, result);
    guard
}

/// The life of a worker thread.
fn work() {
    thread::set_inside(true);
    let mut state = state::lock();
    state.schedule.own.push(thread::system_id());
    loop {
        if let Some(stream) = state.choose() {
            if let Some(started) = state.start(stream) {
                state = run(state, started);
            }
            continue;
        }
        let polling = state.polled().next().is_some();
        let held = state.schedule.is_adversary() && !state.schedule.ready.is_empty();
        let patience = if polling {
            POLL
        } else if held {
            LOOK
        } else {
            PATIENCE
        };
        state.schedule.idle += 1;
        let (guard, timeout) = WORK.wait_timeout(state, patience).unwrap_or_else(PoisonError::into_inner);
        state = guard;
        state.schedule.idle -= 1;
        if polling {
            let blocked: Vec<Handle> = std::mem::take(&mut state.schedule.blocked).into_iter().collect();
            state.settle(blocked);
        } else if timeout.timed_out() && state.schedule.idle >= KEPT && state.schedule.ready.is_empty() {
            state.schedule.workers -= 1;
            state.schedule.own.retain(|&own| own != thread::system_id());
            return;
        }
    }
}

/// Waits until all of `moments` have passed. The waiting thread does copies of those streams itself where it can:
/// waking a worker takes longer than most of them.
pub(crate) fn wait_for(
    mut state: MutexGuard<'static, State>,
    moments: &[Moment],
) -> MutexGuard<'static, State> {
    loop {
        let Some(&(stream, _)) = moments.iter().find(|&&moment| !state.has_passed(moment)) else {
            return state;
        };
        let ready = !state.schedule.is_adversary()
            && state.streams.get(stream).is_some_and(|queue| {
                queue.ready && queue.queue.front().is_some_and(|operation| operation.work.suits_any_thread())
            });
        if ready {
            state.schedule.ready.retain(|&other| other != stream);
            if let Some(started) = state.start(stream) {
                state = run(state, started);
            }
        } else {
            state = state::wait(state);
        }
    }
}

/// With a seed: lets one more operation be done, and waits until it is; or until it waits for something itself. So what is done
/// before the call after this does not depend on how quick the worker is.
pub(crate) fn let_one_go(mut state: MutexGuard<'static, State>) {
    if !state.schedule.is_adversary() {
        return;
    }
    state.look_at_polled();
    state.schedule.grant();
    while (state.schedule.granted > 0 && !state.schedule.ready.is_empty()) || state.schedule.is_taken() {
        state.schedule.waiting += 1;
        state = DONE.wait_timeout(state, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        state.schedule.waiting -= 1;
    }
    state.schedule.revoke();
}

/// Waits for all that has been submitted, anywhere.
pub(crate) fn drain(state: MutexGuard<'static, State>) -> MutexGuard<'static, State> {
    let streams: Vec<Handle> = state.streams.iter().map(|(stream, _)| stream).collect();
    let moments = state.pending_of(&streams);
    wait_for(state, &moments)
}

/// Waits for all that `streams` have been given, and returns the error that `context` is in then.
pub(crate) fn synchronize(state: MutexGuard<'static, State>, context: Handle, streams: &[Handle]) -> Answer {
    let (moments, acts) = (state.pending_of(streams), state.last_acts(streams));
    let mut state = wait_for(state, &moments);
    state.observe(&acts);
    state.synchronized(context);
    state.ask_fault(context)
}

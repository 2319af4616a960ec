//! What comes before what: vector clocks over streams, with the host as one more timeline.
//!
//! Each operation of a stream is an [`Act`]. When it starts it learns its *clock*: the latest operation of every stream that
//! has certainly been done before it, whatever the scheduler does. That is all that the operation before it in its stream
//! knew, and what was learnt since from
//! - the host: all that the host had waited for when it submitted the operation. Threads of the host are one timeline,
//!   because how they order each other cannot be seen from here;
//! - events that the stream waited for;
//! - the legacy default stream, which orders itself and the blocking streams of its context; and where it copies between two
//!   devices, those of both;
//! - the edges of a graph;
//! - host functions: what the host knew when one returned, since it may have waited for the host; and the host learns what
//!   came before a host function when that is called;
//! - values: a stream that waited for a value knows what the writers of those bytes knew;
//! - external semaphores: a stream that waited for one knows what knew who signalled it, or else what the host knew;
//! - flags in memory that the host can read: a stream that writes a value there may let the host go on, and so may a kernel that
//!   touches such memory as flags are touched, which may wait for the host, too.
//!
//! Two operations of which neither is in the other's clock are unordered.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

use crate::handle::Handle;
use crate::launch::Run;
use crate::operation::Work;
use crate::report;
use crate::schedule::Moment;
use crate::state::State;
use crate::stream::Order;
use crate::{checks, thread};

/// The latest operation known of each stream, by stream; none means nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Clock(Vec<Moment>);

impl Clock {
    /// Returns the latest operation that is known of `stream`; zero if none is.
    pub(crate) fn get(&self, stream: Handle) -> u64 {
        self.0.binary_search_by_key(&stream, |moment| moment.0).map_or(0, |index| self.0[index].1)
    }

    /// Takes in one operation.
    fn raise(&mut self, (stream, ticket): Moment) {
        match self.0.binary_search_by_key(&stream, |moment| moment.0) {
            Ok(index) => self.0[index].1 = self.0[index].1.max(ticket),
            Err(index) => self.0.insert(index, (stream, ticket)),
        }
    }

    /// Whether everything in `other` is known here.
    fn includes(&self, other: &Clock) -> bool {
        other.0.iter().all(|&(stream, ticket)| self.get(stream) >= ticket)
    }
}

/// Takes all of `other` into `clock`, which is copied only if something is new.
fn join(clock: &mut Arc<Clock>, other: &Arc<Clock>) {
    if Arc::ptr_eq(clock, other) || clock.includes(other) {
        return;
    }
    let clock = Arc::make_mut(clock);
    other.0.iter().for_each(|&moment| clock.raise(moment));
}

/// What an operation does, as far as reports tell.
#[derive(Debug)]
pub(crate) enum What {
    Launch(Arc<Run>),
    Copy {
        bytes: u64,
    },
    Fill {
        bytes: u64,
    },
    Free,
    Allocate,
    /// A stream writes this value.
    Value(u64),
    Host,
    Mark,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::Launch(run) => write!(f, "kernel `{}`", run.kernel_name()),
            What::Copy { bytes } => write!(f, "a copy of {bytes} bytes"),
            What::Fill { bytes } => write!(f, "a fill of {bytes} bytes"),
            What::Free => f.write_str("an asynchronous free"),
            What::Allocate => f.write_str("an asynchronous allocation"),
            What::Value(_) => f.write_str("a value"),
            What::Host => f.write_str("a host function"),
            What::Mark => f.write_str("a mark"),
        }
    }
}

impl What {
    fn of(work: &Work) -> What {
        match work {
            Work::Launch(run) => What::Launch(run.clone()),
            Work::Copy(copy) => What::Copy { bytes: copy.bytes() },
            Work::Fill(fill) => What::Fill { bytes: fill.bytes() },
            Work::Release { .. } => What::Free,
            Work::Claim { .. } => What::Allocate,
            Work::WriteValue(write) => What::Value(write.value()),
            Work::Host { .. } => What::Host,
            _ => What::Mark,
        }
    }
}

/// An operation, as long as anything may have to be ordered against it.
#[derive(Debug)]
pub(crate) struct Act {
    pub(crate) stream: Handle,
    stream_name: String,
    ticket: u64,
    /// The driver function that submitted it.
    call: &'static str,
    pub(crate) what: What,
    /// What has been done before it, without itself; set when it starts.
    clock: OnceLock<Arc<Clock>>,
    /// When what it touched was entered, see [`now`].
    entered: AtomicU64,
    /// When it was submitted and when it began, counted together for all.
    submitted: u64,
    began: AtomicU64,
    /// It is a kernel that has touched memory of the host as flags are touched.
    talked: AtomicBool,
    /// What the host knew by then.
    heard: OnceLock<Arc<Clock>>,
}

/// Counts submissions and beginnings.
static TURNS: AtomicU64 = AtomicU64::new(1);

fn turn() -> u64 {
    TURNS.fetch_add(1, Relaxed)
}

/// Counts whatever may change memory of the host.
static NOW: AtomicU64 = AtomicU64::new(0);
/// When the host may last have been let go on by a stream, or a stream by the host, other than by driver calls.
static HOST: AtomicU64 = AtomicU64::new(0);

/// Returns a number that grows with each operation that has been entered, and one that changes when a host function is called
/// or a wait for a value ends.
pub(crate) fn now() -> (u64, u64) {
    (NOW.load(Relaxed), HOST.load(Relaxed))
}

impl Act {
    fn new(stream: Handle, ticket: u64, what: What) -> Act {
        Act {
            stream,
            stream_name: String::new(),
            ticket,
            call: thread::call(),
            what,
            clock: OnceLock::new(),
            entered: AtomicU64::new(0),
            submitted: turn(),
            began: AtomicU64::new(0),
            talked: AtomicBool::new(false),
            heard: OnceLock::new(),
        }
    }

    /// Something that the host does now, which knows what the host knows.
    pub(crate) fn of_host(state: &State, what: What) -> Arc<Act> {
        let clock = OnceLock::from(state.order.host.clone());
        let stream_name = "the host".into();
        let act = Act { stream_name, clock, ..Act::new(Handle(0), 0, what) };
        Arc::new(act)
    }

    /// Whether this certainly happens after `earlier` has been done.
    pub(crate) fn follows(&self, earlier: &Act) -> bool {
        if self.stream == earlier.stream {
            return self.ticket >= earlier.ticket;
        }
        // What the host does itself is in no clock: nothing that is already submitted waits for it.
        let knows = |clock: &Arc<Clock>| clock.get(earlier.stream) >= earlier.ticket;
        let knew = [&self.clock, &self.heard].iter().any(|clock| clock.get().is_some_and(knows));
        !earlier.stream.is_null() && (knew || earlier.may_have_called_for(self))
    }

    /// Whether the host may have submitted `later` because this kernel told it to.
    fn may_have_called_for(&self, later: &Act) -> bool {
        self.talked.load(Relaxed) && later.submitted > self.began.load(Relaxed)
    }

    /// Describes it to the client.
    pub(crate) fn describe(&self, access: &'static str) -> report::Operation {
        report::Operation {
            call: self.call.into(),
            what: self.what.to_string(),
            access,
            stream: self.stream.0,
            stream_name: self.stream_name.clone(),
            number: self.ticket,
        }
    }

    /// Notes that what it touched is being entered.
    pub(crate) fn enter(&self) {
        self.entered.store(NOW.fetch_add(1, Relaxed) + 1, Relaxed);
    }

    /// When what it touched was entered.
    pub(crate) fn entered(&self) -> u64 {
        self.entered.load(Relaxed)
    }

    /// Whether it was a function of the host's.
    pub(crate) fn is_host_function(&self) -> bool {
        matches!(self.what, What::Host)
    }

    /// The driver function that submitted it.
    pub(crate) fn call(&self) -> &'static str {
        self.call
    }

    /// The stream in words.
    pub(crate) fn stream_name(&self) -> &str {
        &self.stream_name
    }
}

/// What a stream has learnt, and what it was last given.
#[derive(Debug, Default)]
pub(crate) struct Line {
    seen: Arc<Clock>,
    /// Its last operation, done or not.
    pub(crate) last: Option<Arc<Act>>,
}

impl Line {
    /// Takes in an operation that has been started, and all that came before it.
    fn learn(&mut self, act: &Act) {
        learn(&mut self.seen, act);
    }
}

fn learn(seen: &mut Arc<Clock>, act: &Act) {
    if let Some(clock) = act.clock.get() {
        join(seen, clock);
    }
    if seen.get(act.stream) < act.ticket {
        Arc::make_mut(seen).raise((act.stream, act.ticket));
    }
}

/// What is known of the order of everything.
#[derive(Debug, Default)]
pub(crate) struct Ordering {
    /// What the host has waited for.
    host: Arc<Clock>,
    /// Kernels that are running and were given addresses of memory of the host.
    talkers: Vec<Arc<Act>>,
}

/// What an operation in a queue comes after, besides the one before it.
#[derive(Clone, Debug)]
pub(crate) struct Before {
    pub(crate) act: Arc<Act>,
    host: Arc<Clock>,
    acts: Vec<Arc<Act>>,
    /// Kernels that were running and may have told the host to submit it.
    talkers: Vec<Arc<Act>>,
}

impl State {
    /// Makes the act of an operation that is about to be queued; none if nobody looks at the order.
    pub(crate) fn new_act(&mut self, stream: Handle, work: &Work, edges: Vec<Arc<Act>>) -> Option<Before> {
        if !checks::now().races {
            return None;
        }
        let mut acts = edges;
        acts.extend(self.implicit_acts(stream));
        let queue = self.streams.get(stream)?;
        let name = match (queue.order, queue.is_default, queue.branch_of) {
            (Order::Legacy, ..) => self.name_of_legacy(queue.context),
            (.., Some(parent)) => format!("branch {} of a graph in stream {parent}", queue.id),
            (_, true, _) => format!("per-thread default stream {}", queue.id),
            _ => format!("stream {}", queue.id),
        };
        let act = Arc::new(Act { stream_name: name, ..Act::new(stream, queue.submitted, What::of(work)) });
        let queue = self.streams.get_mut(stream)?;
        queue.line.last = Some(act.clone());
        let Ordering { host, talkers } = &self.order;
        Some(Before { act, host: host.clone(), acts, talkers: talkers.clone() })
    }

    /// The default stream of a context in words; each device has one.
    fn name_of_legacy(&self, context: Handle) -> String {
        match self.contexts.get(context) {
            Some(context) if self.devices.len() > 1 => {
                format!("the legacy default stream of device {}", context.device)
            }
            _ => "the legacy default stream".into(),
        }
    }

    /// The last operations of the streams that the rules of the legacy default stream put before the next one of `stream`.
    fn implicit_acts(&self, stream: Handle) -> Vec<Arc<Act>> {
        let last = |handle: Handle| self.streams.get(handle).and_then(|stream| stream.line.last.clone());
        self.implicit_streams(stream).into_iter().filter_map(last).collect()
    }

    /// Enters that an operation starts: what comes before it is settled now.
    pub(crate) fn enter(&mut self, stream: Handle, before: &Option<Before>, work: &Work) {
        let Some(before) = before else { return };
        if matches!(work, Work::Host { .. } | Work::WaitValue(_) | Work::Await(_)) {
            HOST.fetch_add(1, Relaxed);
        }
        if let Work::Host { .. } = work {
            self.begin_act(stream, before);
            learn(&mut self.order.host, &before.act);
            return;
        }
        let (mut explained, mut of_host) = (true, false);
        if let Some(queue) = self.streams.get_mut(stream) {
            match work {
                Work::Wait(marker) => marker.acts().iter().for_each(|act| queue.line.learn(act)),
                Work::WaitValue(wait) => {
                    // Whoever wrote the value may have: operations, or the host, which then knew what it knows.
                    let (writers, by_host) = wait.writers();
                    writers.iter().for_each(|act| queue.line.learn(act));
                    let explains =
                        |act: &Arc<Act>| matches!(act.what, What::Value(value) if wait.accepts(value));
                    explained = writers.iter().any(explains);
                    of_host = by_host;
                    if by_host {
                        join(&mut queue.line.seen, &self.order.host);
                    }
                }
                Work::Await(wait) => {
                    let signallers = wait.signallers();
                    signallers.iter().for_each(|act| queue.line.learn(act));
                    if signallers.is_empty() {
                        join(&mut queue.line.seen, &self.order.host);
                    }
                }
                _ => {}
            }
        }
        if !explained {
            self.learn_of_running_kernels(stream, of_host);
        }
        self.begin_act(stream, before);
        match work {
            Work::Record(marker) => marker.stands_for(vec![before.act.clone()]),
            // The host may read the value, and go on when it is there.
            Work::WriteValue(write) if write.is_for_the_host() => learn(&mut self.order.host, &before.act),
            // Whoever shares a semaphore may tell the host.
            Work::Signal(signal) => {
                signal.note(&before.act);
                learn(&mut self.order.host, &before.act);
            }
            Work::Launch(run) if run.may_talk_with_host() => self.order.talkers.push(before.act.clone()),
            _ => {}
        }
    }

    /// Enters that a kernel, which is about to end, has touched memory of the host as flags are touched: what the host knows by now it
    /// may have told the kernel.
    pub(crate) fn talked_with_host(&mut self, act: &Act) {
        let _ = act.heard.set(self.order.host.clone());
        act.talked.store(true, Relaxed);
    }

    /// Enters that the operation that `stream` was at has ended.
    pub(crate) fn leave(&mut self, stream: Handle, act: &Arc<Act>) {
        if act.is_host_function() {
            self.host_function_returned(stream);
        }
        self.order.talkers.retain(|talker| !Arc::ptr_eq(talker, act));
        if act.talked.load(Relaxed) {
            learn(&mut self.order.host, act);
            self.host_function_returned(stream);
        }
    }

    fn begin_act(&mut self, stream: Handle, before: &Before) {
        let Some(queue) = self.streams.get_mut(stream) else { return };
        join(&mut queue.line.seen, &before.host);
        before.acts.iter().for_each(|act| queue.line.learn(act));
        for talker in &before.talkers {
            if talker.talked.load(Relaxed) {
                queue.line.learn(talker);
            } else if let Some(clock) = talker.clock.get()
                && self.order.talkers.iter().any(|running| Arc::ptr_eq(running, talker))
            {
                // It may have talked already, and then the host knew what came before it.
                join(&mut queue.line.seen, clock);
                Arc::make_mut(&mut queue.line.seen).raise((talker.stream, talker.ticket.saturating_sub(1)));
            }
        }
        before.act.began.store(turn(), Relaxed);
        let _ = before.act.clock.set(queue.line.seen.clone());
    }

    /// A kernel that is still running may have written the value that ended a wait, and all that it wrote before counts. In memory
    /// of the host, that can be one that knows of such memory.
    fn learn_of_running_kernels(&mut self, stream: Handle, of_host: bool) {
        let talks = |act: &Arc<Act>| self.order.talkers.iter().any(|talker| Arc::ptr_eq(talker, act));
        let running: Vec<Arc<Act>> = self
            .streams
            .iter()
            .filter(|(handle, queue)| *handle != stream && queue.running)
            .filter_map(|(_, queue)| queue.current.clone())
            .filter(|act| matches!(act.what, What::Launch(_)) && (!of_host || talks(act)))
            .collect();
        if let Some(queue) = self.streams.get_mut(stream) {
            running.iter().for_each(|act| queue.line.learn(act));
        }
    }

    /// A host function of `stream` has returned: what the host knew then comes before what the stream does next.
    fn host_function_returned(&mut self, stream: Handle) {
        if let Some(queue) = self.streams.get_mut(stream) {
            join(&mut queue.line.seen, &self.order.host);
        }
    }

    /// Returns the last operation of each of `streams`, done or not.
    pub(crate) fn last_acts(&self, streams: &[Handle]) -> Vec<Arc<Act>> {
        let last = |&stream: &Handle| self.streams.get(stream).and_then(|stream| stream.line.last.clone());
        streams.iter().filter_map(last).collect()
    }

    /// The host has seen that these operations are done.
    pub(crate) fn observe(&mut self, acts: &[Arc<Act>]) {
        acts.iter().for_each(|act| learn(&mut self.order.host, act));
    }

    /// A blocking stream is gone; its work still comes before what the legacy stream does next.
    pub(crate) fn bequeath(&mut self, line: &Line, legacy: Handle) {
        if let (Some(last), Some(legacy)) = (&line.last, self.streams.get_mut(legacy)) {
            legacy.line.learn(last);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_keeps_the_latest_of_each_stream() {
        let mut clock = Clock::default();
        clock.raise((Handle(2), 5));
        clock.raise((Handle(1), 3));
        clock.raise((Handle(2), 4));

        assert_eq!((clock.get(Handle(1)), clock.get(Handle(2)), clock.get(Handle(3))), (3, 5, 0));
        assert!(clock.includes(&Clock(vec![(Handle(2), 5)])));
        assert!(!clock.includes(&Clock(vec![(Handle(1), 4)])));
    }
}

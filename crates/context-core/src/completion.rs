//! A completion: something that ends once, well or with an error, and that any number of threads, tasks and callbacks may
//! wait for.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, OnceLock, PoisonError, atomic::Ordering::*},
    task::{Context as TaskContext, Poll, Waker},
    time::{Duration, Instant},
};

use crate::{
    Error, Result,
    sync::{AtomicU32, Condvar, Mutex, lock},
};

const PENDING: u32 = 0;
/// Pending, and somebody must be told of the end.
const AWAITED: u32 = 1;
/// Ended well; what is behind has ended too.
const DONE: u32 = 2;
const FAILED: u32 = 3;

/// What is called once with the outcome of work, outside any lock.
pub type Callback = Box<dyn FnOnce(Result<()>) + Send>;

/// Something that ends once.
///
/// Asking whether it has ended is one load; ending it makes no system call unless somebody waits.
#[derive(Default)]
pub struct Completion {
    state: AtomicU32,
    /// Set before the state becomes `FAILED`.
    failure: OnceLock<Error>,
    listeners: Mutex<Vec<Listener>>,
    changed: Condvar,
}

enum Listener {
    Waker(Waker),
    Callback(Callback),
}

impl Completion {
    /// Tells whether it has ended.
    #[inline]
    pub fn is_done(&self) -> bool {
        self.state.load(Acquire) >= DONE
    }

    /// Tells whether it has ended well; an error if it failed.
    ///
    /// # Errors
    /// What it failed with.
    #[inline]
    pub fn query(&self) -> Result<bool> {
        if self.is_done() { self.outcome().map(|()| true) } else { Ok(false) }
    }

    /// Returns how it ended, after it has.
    #[inline]
    fn outcome(&self) -> Result<()> {
        if self.state.load(Acquire) == FAILED { self.failed() } else { Ok(()) }
    }

    #[cold]
    fn failed(&self) -> Result<()> {
        self.failure.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    /// Ends it. Waiters wake, and callbacks run in this thread, after the lock was let go. Only the first end counts.
    #[inline]
    pub fn finish(&self, failure: Option<Error>) {
        let end = match failure {
            None => DONE,
            Some(error) => self.fail(error),
        };
        let mut state = PENDING;
        loop {
            match self.state.compare_exchange(state, end, AcqRel, Acquire) {
                Ok(AWAITED) => return self.tell(),
                Err(AWAITED) => state = AWAITED,
                _ => return,
            }
        }
    }

    #[cold]
    fn fail(&self, error: Error) -> u32 {
        // Of two threads at once: the first failure stays.
        let _ = self.failure.set(error);
        FAILED
    }

    #[cold]
    fn tell(&self) {
        let listeners = std::mem::take(&mut *lock(&self.listeners));
        self.changed.notify_all();
        for listener in listeners {
            match listener {
                Listener::Waker(waker) => waker.wake(),
                Listener::Callback(callback) => callback(self.outcome()),
            }
        }
    }

    /// Says that somebody waits. Call it under the lock; tells whether there is still something to wait for.
    fn announce(&self) -> bool {
        self.state.compare_exchange(PENDING, AWAITED, AcqRel, Acquire).unwrap_or_else(|state| state) < DONE
    }

    /// Waits for the end.
    ///
    /// # Errors
    /// What it failed with.
    #[inline]
    pub fn wait(&self) -> Result<()> {
        self.wait_for_end();
        self.outcome()
    }

    /// Waits for the end, whatever it is.
    #[inline]
    pub fn wait_for_end(&self) {
        if !self.is_done() {
            self.sleep(None);
        }
    }

    /// Waits for the end, but no longer than `timeout`; tells whether it came.
    ///
    /// # Errors
    /// What it failed with.
    pub fn wait_timeout(&self, timeout: Duration) -> Result<bool> {
        if !self.is_done() {
            // A time too far to be counted is no limit.
            self.sleep(Instant::now().checked_add(timeout));
        }
        self.query()
    }

    #[cold]
    fn sleep(&self, until: Option<Instant>) {
        let mut guard = lock(&self.listeners);
        if !self.announce() {
            return;
        }
        while !self.is_done() {
            guard = match until {
                None => self.changed.wait(guard).unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return;
                    }
                    self.changed.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Calls `callback` once with the outcome: now if it has ended, else in the thread that ends it.
    pub fn on_end(&self, callback: Callback) {
        let mut listeners = lock(&self.listeners);
        if self.announce() {
            listeners.push(Listener::Callback(callback));
            return;
        }
        drop(listeners);
        callback(self.outcome());
    }

    /// Registers a waker; tells whether there is still something to wait for.
    fn register(&self, waker: &Waker) -> bool {
        let mut listeners = lock(&self.listeners);
        if !self.announce() {
            return false;
        }
        let known =
            |listener: &Listener| matches!(listener, Listener::Waker(other) if other.will_wake(waker));
        if !listeners.iter().any(known) {
            listeners.push(Listener::Waker(waker.clone()));
        }
        true
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.query() {
            Ok(false) => f.write_str("Completion(pending)"),
            Ok(true) => f.write_str("Completion(done)"),
            Err(error) => write!(f, "Completion(failed: {error})"),
        }
    }
}

/// The end of work as a future, for any executor.
#[derive(Debug)]
#[must_use = "a future does nothing until it is awaited"]
pub struct Finished(pub(crate) Arc<Completion>);

impl Future for Finished {
    type Output = Result<()>;

    fn poll(self: Pin<&mut Self>, context: &mut TaskContext<'_>) -> Poll<Result<()>> {
        if self.0.register(context.waker()) { Poll::Pending } else { Poll::Ready(self.0.outcome()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::atomic::AtomicUsize, thread};

    fn failure(message: &str) -> Option<Error> {
        Some(Error::KernelPanicked { kernel: "k", message: message.to_owned() })
    }

    #[test]
    fn the_first_failure_stays_with_its_message() {
        let completion = Completion::default();
        completion.finish(failure("first"));
        completion.finish(failure("second"));

        assert!(completion.wait().unwrap_err().to_string().contains("first"));
        assert!(completion.query().unwrap_err().to_string().contains("first"));
    }

    #[test]
    fn every_callback_runs_once_and_may_use_the_completion() {
        let completion = Arc::new(Completion::default());
        let count = Arc::new(AtomicUsize::new(0));
        for _ in 0..3 {
            let (again, count) = (completion.clone(), count.clone());
            completion.on_end(Box::new(move |outcome| {
                assert!(outcome.is_ok());
                let count = count.clone();
                // Would hang if callbacks ran under the lock.
                again.on_end(Box::new(move |_| {
                    count.fetch_add(1, SeqCst);
                }));
            }));
        }
        completion.finish(None);
        completion.finish(None);

        assert_eq!(count.load(SeqCst), 3);
    }

    #[test]
    fn a_timeout_ends_a_wait_and_leaves_the_completion_as_it_was() {
        let completion = Completion::default();
        assert!(!completion.wait_timeout(Duration::from_millis(2)).unwrap());
        completion.finish(None);
        assert!(completion.wait_timeout(Duration::MAX).unwrap());
    }

    #[test]
    fn no_waiter_is_forgotten_whatever_comes_first() {
        for round in 0..if cfg!(miri) { 10 } else { 500 } {
            let completion = Arc::new(Completion::default());
            let waiters: Vec<_> = (0..2)
                .map(|_| {
                    let completion = completion.clone();
                    thread::spawn(move || completion.wait())
                })
                .collect();
            if round % 2 == 0 {
                thread::yield_now();
            }
            completion.finish(None);
            waiters.into_iter().for_each(|waiter| waiter.join().unwrap().unwrap());
        }
    }
}

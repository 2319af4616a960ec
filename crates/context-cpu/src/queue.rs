//! The queue of a worker stream: tasks in order, run by the stream's thread or by whoever waits for them.
//!
//! Submitting pushes onto a list with one exchange, and takes no lock. The right to run tasks belongs to one thread at a time. The
//! stream's thread takes it when there is work. Waking a thread on an idle core takes tens of microseconds, so a thread that
//! waits for a stream that nobody runs takes the right itself, and runs tasks until what it waits for has ended.
//! For the same reason the stream's thread naps for a while after its last task, instead of sleeping until it
//! is woken: submitting to a stream in use makes no system call.

#![allow(unsafe_code)]

use std::{
    cell::UnsafeCell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering::*},
    },
    thread::{self, Thread},
    time::Duration,
};

use context_core::{Error, Result};

/// How long the thread naps when there is nothing to do; about what waking it would take.
const NAP: Duration = Duration::from_micros(50);
/// How often it looks for more work before it naps: a few microseconds, in which a submitter needs no system call to be heard.
const SPINS: u32 = 200;
/// How many naps pass before it sleeps until it is woken.
const NAPS: u32 = 20;

const AWAKE: u32 = 0;
const NAPPING: u32 = 1;
const ASLEEP: u32 = 2;

/// A task in the list: where the next one is, and how to run and free the whole of it.
struct Header {
    next: *mut Header,
    run: unsafe fn(*mut Header, Option<&Error>) -> Result<()>,
}

#[repr(C)]
struct Node<F> {
    header: Header,
    task: F,
}

/// Tasks with the thread that runs them.
pub(crate) struct Queue {
    /// What was submitted and not yet taken over, newest first.
    submitted: AtomicPtr<Header>,
    /// The right to run tasks, and with it `taken`.
    running: AtomicBool,
    /// What was taken over, oldest first.
    taken: UnsafeCell<*mut Header>,
    /// Whether somebody gave the right back and left tasks in `taken`.
    left: AtomicBool,
    /// Whether a thread other than the stream's ran something since that one looked.
    helped: AtomicBool,
    /// The first failure. Work behind it is skipped, as on a CUDA device.
    failure: OnceLock<Error>,
    thread: OnceLock<Thread>,
    sleep: AtomicU32,
    closing: AtomicBool,
    /// Whether threads that wait may run tasks: not if the stream's thread was given its CPUs.
    shared: bool,
}

// SAFETY: tasks are `Send`, and `taken` is touched only by the thread that has set `running`.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Queue {
    pub(crate) fn new(shared: bool) -> Queue {
        Queue {
            submitted: AtomicPtr::default(),
            running: AtomicBool::new(false),
            taken: UnsafeCell::new(ptr::null_mut()),
            left: AtomicBool::new(false),
            helped: AtomicBool::new(false),
            failure: OnceLock::new(),
            thread: OnceLock::new(),
            sleep: AtomicU32::new(AWAKE),
            closing: AtomicBool::new(false),
            shared,
        }
    }

    pub(crate) fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }

    /// Gives the stream a task. `task` gets the failure of the work before it, if there was one.
    pub(crate) fn submit(&self, task: impl FnOnce(Option<&Error>) -> Result<()> + Send + 'static) {
        let node = Box::into_raw(Box::new(Node {
            header: Header { next: ptr::null_mut(), run: run_node(&task) },
            task,
        }))
        .cast::<Header>();
        let mut first = self.submitted.load(Relaxed);
        loop {
            // SAFETY: the node is this thread's until the exchange succeeds.
            unsafe { (*node).next = first };
            // With the loads of `sleep` here and of `submitted` there in one total order, the thread is woken or sees the task.
            match self.submitted.compare_exchange_weak(first, node, SeqCst, Relaxed) {
                Ok(_) => break,
                Err(other) => first = other,
            }
        }
        match self.sleep.load(SeqCst) {
            AWAKE => {}
            // It will look soon; whoever waits may be faster. A second task says that nobody does.
            NAPPING if first.is_null() => {}
            _ => self.wake(),
        }
    }

    #[cold]
    fn wake(&self) {
        if self.sleep.swap(AWAKE, SeqCst) != AWAKE
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
    }

    /// Lets the thread end once everything was run.
    pub(crate) fn close(&self) {
        self.closing.store(true, SeqCst);
        self.wake();
    }

    /// Runs tasks in the calling thread until `done` says so, if nobody else runs them; tells whether it is done.
    pub(crate) fn help(&self, done: impl Fn() -> bool) -> bool {
        while self.shared && !done() {
            if self.running.swap(true, Acquire) {
                return false;
            }
            while !done() && self.run_one() {}
            self.helped.store(true, Relaxed);
            self.release();
            if !self.is_empty() {
                self.wake();
            } else if !done() {
                return false;
            }
        }
        done()
    }

    /// Runs everything there is, as the stream's thread; tells whether there was something.
    fn run_all(&self) -> bool {
        let mut some = false;
        while !self.is_empty() && !self.running.swap(true, Acquire) {
            while self.run_one() {
                some = true;
            }
            self.release();
        }
        some
    }

    fn is_empty(&self) -> bool {
        self.submitted.load(SeqCst).is_null() && !self.left.load(SeqCst)
    }

    /// Gives the right to run back.
    fn release(&self) {
        // SAFETY: this thread has the right to run.
        let left = unsafe { !(*self.taken.get()).is_null() };
        self.left.store(left, SeqCst);
        self.running.store(false, SeqCst);
    }

    /// Runs the next task; tells whether there was one. The caller has the right to run.
    fn run_one(&self) -> bool {
        // SAFETY: the caller has the right to run, and with it `taken`; nodes in the lists are live and in no other list.
        unsafe {
            let taken = self.taken.get();
            if (*taken).is_null() {
                *taken = reverse(self.submitted.swap(ptr::null_mut(), Acquire));
            }
            let node = *taken;
            if node.is_null() {
                return false;
            }
            *taken = (*node).next;
            if let Err(error) = ((*node).run)(node, self.failure.get()) {
                // The first one stays.
                let _ = self.failure.set(error);
            }
        }
        true
    }

    /// Looks for more work for a moment; tells whether there is some.
    fn spin(&self) -> bool {
        for _ in 0..SPINS {
            if !self.submitted.load(Relaxed).is_null() {
                return true;
            }
            std::hint::spin_loop();
        }
        false
    }

    /// What the stream's thread does.
    pub(crate) fn serve(&self) {
        let _ = self.thread.set(thread::current());
        let mut naps = 0;
        loop {
            if self.run_all() || self.helped.swap(false, Relaxed) {
                naps = 0;
                if self.spin() {
                    continue;
                }
            }
            let closing = self.closing.load(SeqCst);
            if closing && self.is_empty() && !self.running.load(SeqCst) {
                return;
            }
            // While a helper runs the last tasks of a closed stream, nobody wakes this thread.
            let mode = if naps < NAPS || closing { NAPPING } else { ASLEEP };
            self.sleep.store(mode, SeqCst);
            // After `sleep` was set: what is submitted or left behind later comes from somebody who sees that.
            let work = !self.is_empty() && !self.running.load(SeqCst);
            if !work && (closing || !self.closing.load(SeqCst)) {
                match mode {
                    NAPPING => thread::park_timeout(NAP),
                    _ => thread::park(),
                }
                naps += 1;
            }
            self.sleep.store(AWAKE, SeqCst);
        }
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        // Only after the thread could not be started; it runs everything before it ends.
        while self.run_one() {}
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.failure(), self.is_empty()) {
            (Some(error), _) => write!(f, "Queue(failed: {error})"),
            (None, true) => f.write_str("Queue(idle)"),
            (None, false) => f.write_str("Queue(busy)"),
        }
    }
}

/// Returns the text that a panic was raised with.
pub(crate) fn panic_message(payload: &(dyn std::any::Any + Send)) -> String {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => (*text).to_owned(),
        (_, Some(text)) => text.clone(),
        _ => "(a value that is no text)".to_owned(),
    }
}

/// # Safety
/// The list is the caller's alone.
unsafe fn reverse(mut list: *mut Header) -> *mut Header {
    let mut reversed = ptr::null_mut();
    while !list.is_null() {
        // SAFETY: the caller owns the nodes.
        let next = unsafe { std::mem::replace(&mut (*list).next, reversed) };
        reversed = list;
        list = next;
    }
    reversed
}

/// Returns the function that runs a node with this task. The argument is for its type.
fn run_node<F: FnOnce(Option<&Error>) -> Result<()>>(
    _: &F,
) -> unsafe fn(*mut Header, Option<&Error>) -> Result<()> {
    /// # Safety
    /// `header` is that of a `Node<F>` from `Box::into_raw`, which nobody else has.
    unsafe fn run<F: FnOnce(Option<&Error>) -> Result<()>>(
        header: *mut Header,
        failure: Option<&Error>,
    ) -> Result<()> {
        // SAFETY: the caller vouches for it; a `Node` begins with its header.
        let node = unsafe { Box::from_raw(header.cast::<Node<F>>()) };
        let Node { task, .. } = *node;
        // Kernels catch their own panics; this is for a fault of ours, which must not leave waiters hanging.
        catch_unwind(AssertUnwindSafe(|| task(failure))).unwrap_or_else(|payload| {
            Err(Error::KernelPanicked { kernel: "(a stream's task)", message: panic_message(&*payload) })
        })
    }
    run::<F>
}

//! The queue of a worker stream: tasks in order, run by the stream's thread or by whoever waits for them.
//!
//! Tasks lie in segments, in place where they are small, so that a task costs no allocation. Whoever submits takes a latch for as long as it
//! takes to put the task down: a stream has one owner as a rule, and that latch is the one exchange of submitting. The right to run
//! tasks belongs to one thread at a time, which takes what there is without a further exchange. The stream's thread takes it
//! when there is work. Waking a thread on an idle core takes tens of microseconds, so a thread that waits for a stream that nobody
//! runs takes the right itself, and runs tasks until what it waits for has ended.
//! For the same reason the stream's thread naps for a while after its last task, instead of sleeping until it
//! is woken: submitting to a stream in use makes no system call.

#![allow(unsafe_code)]

use std::{
    cell::UnsafeCell,
    fmt,
    mem::MaybeUninit,
    panic::{AssertUnwindSafe, catch_unwind},
    ptr,
    sync::{
        OnceLock,
        atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicUsize, Ordering::*},
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

/// How many words of a task lie in its place; the task of a larger one lies elsewhere.
const WORDS: usize = 7;
/// How many tasks a segment has, so that it is a little less than a page.
const SLOTS: usize = 62;

/// Runs the task in these words, which is gone then.
type Run = unsafe fn(*mut MaybeUninit<u64>, Option<&Error>) -> Result<()>;

/// A task: how to run it, and what it is made of. A cache line, so that it comes to the thread that runs it in one piece.
#[repr(C, align(64))]
struct Slot {
    run: MaybeUninit<Run>,
    words: [MaybeUninit<u64>; WORDS],
}

struct Segment {
    slots: [Slot; SLOTS],
    next: *mut Segment,
}

impl Segment {
    fn new() -> *mut Segment {
        let mut segment = Box::<Segment>::new_uninit();
        // SAFETY: the field lies in the allocation; slots are filled before they are read.
        unsafe { (&raw mut (*segment.as_mut_ptr()).next).write(ptr::null_mut()) };
        Box::into_raw(segment).cast()
    }
}

/// A place in the list of segments.
struct Place {
    segment: *mut Segment,
    slot: usize,
}

/// What is on a cache line of its own.
#[repr(align(128))]
struct Apart<T>(T);

/// What submitters write.
struct Entrance {
    /// Whether somebody puts a task down.
    latch: AtomicBool,
    /// How many tasks were submitted. Written under the latch.
    submitted: AtomicUsize,
    /// Where the next task goes. Touched under the latch.
    place: UnsafeCell<Place>,
}

/// What the thread that runs tasks writes.
struct Exit {
    /// The right to run tasks, and with it `taken` and `place`.
    running: AtomicBool,
    /// How many tasks were taken, as the latest runner left it.
    left: AtomicUsize,
    /// The same, up to date.
    taken: UnsafeCell<usize>,
    /// Where the next task is.
    place: UnsafeCell<Place>,
}

/// Tasks with the thread that runs them.
pub(crate) struct Queue {
    entrance: Apart<Entrance>,
    exit: Apart<Exit>,
    /// A segment that was run, for whoever needs the next one.
    spare: AtomicPtr<Segment>,
    /// Whether a thread other than the stream's ran something since that one looked.
    helped: AtomicBool,
    /// The first failure. Work behind it is skipped, as on a CUDA device.
    failure: OnceLock<Error>,
    thread: OnceLock<Thread>,
    sleep: AtomicU32,
    closing: AtomicBool,
    /// Whether threads that wait may run tasks: not if the stream's thread was given its CPUs.
    shared: bool,
    /// How often the thread was woken.
    wakes: AtomicUsize,
}

// SAFETY: tasks are `Send`; the entrance's place is touched only under its latch, and what the exit has only by the thread that has set
// `running`.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Queue {
    pub(crate) fn new(shared: bool) -> Queue {
        let segment = Segment::new();
        Queue {
            entrance: Apart(Entrance {
                latch: AtomicBool::new(false),
                submitted: AtomicUsize::new(0),
                place: UnsafeCell::new(Place { segment, slot: 0 }),
            }),
            exit: Apart(Exit {
                running: AtomicBool::new(false),
                left: AtomicUsize::new(0),
                taken: UnsafeCell::new(0),
                place: UnsafeCell::new(Place { segment, slot: 0 }),
            }),
            spare: AtomicPtr::default(),
            helped: AtomicBool::new(false),
            failure: OnceLock::new(),
            thread: OnceLock::new(),
            sleep: AtomicU32::new(AWAKE),
            closing: AtomicBool::new(false),
            shared,
            wakes: AtomicUsize::new(0),
        }
    }

    pub(crate) fn failure(&self) -> Option<&Error> {
        self.failure.get()
    }

    /// Returns how often submitting and waiting woke the stream's thread, with a system call each.
    pub(crate) fn wakes(&self) -> usize {
        self.wakes.load(Relaxed)
    }

    /// Gives the stream a task. `task` gets the failure of the work before it, if there was one.
    #[inline]
    pub(crate) fn submit<F: FnOnce(Option<&Error>) -> Result<()> + Send + 'static>(&self, task: F) {
        if size_of::<F>() <= WORDS * 8 && align_of::<F>() <= 8 {
            // SAFETY: the slot has room for the task, and is aligned to a word.
            self.put(run_in_place::<F>, |words| unsafe { words.cast::<F>().write(task) });
        } else {
            let task = Box::into_raw(Box::new(task));
            // SAFETY: as above, of a pointer.
            self.put(run_elsewhere::<F>, |words| unsafe { words.cast::<*mut F>().write(task) });
        }
    }

    /// Puts a task down, and sees to it that somebody runs it.
    #[inline]
    fn put(&self, run: Run, write: impl FnOnce(*mut MaybeUninit<u64>)) {
        let Entrance { latch, submitted, place } = &self.entrance.0;
        // With the loads of `sleep` here and of the latch and `submitted` there in one total order, the thread is woken or sees the
        // latch, and then the task.
        while latch.swap(true, SeqCst) {
            thread::yield_now();
        }
        // SAFETY: this thread has the latch, and so the place, whose segment nobody leaves before more is submitted.
        unsafe {
            let place = &mut *place.get();
            if place.slot == SLOTS {
                self.extend(place);
            }
            let slot = &raw mut (*place.segment).slots[place.slot];
            (&raw mut (*slot).run).write(MaybeUninit::new(run));
            write((&raw mut (*slot).words).cast());
            place.slot += 1;
        }
        let before = submitted.load(Relaxed);
        submitted.store(before.wrapping_add(1), Release);
        latch.store(false, Release);
        if self.sleep.load(SeqCst) != AWAKE {
            self.rouse(before);
        }
    }

    /// Goes on to the next segment.
    ///
    /// # Safety
    /// The place is the entrance's, and the caller has the latch.
    #[cold]
    unsafe fn extend(&self, place: &mut Place) {
        let spare = self.spare.swap(ptr::null_mut(), Acquire);
        let next = if spare.is_null() { Segment::new() } else { spare };
        // SAFETY: the segment is live until its last task was taken and there is a further one; whoever takes that sees this.
        unsafe { (*place.segment).next = next };
        *place = Place { segment: next, slot: 0 };
    }

    /// Wakes the thread if it does not come by itself soon.
    #[cold]
    fn rouse(&self, submitted_before: usize) {
        // While it naps it will look soon; whoever waits may be faster. A second task says that nobody does.
        if self.sleep.load(SeqCst) != NAPPING || self.exit.0.left.load(SeqCst) != submitted_before {
            self.wake();
        }
    }

    #[cold]
    fn wake(&self) {
        if self.sleep.swap(AWAKE, SeqCst) != AWAKE
            && let Some(thread) = self.thread.get()
        {
            self.wakes.fetch_add(1, Relaxed);
            thread.unpark();
        }
    }

    /// Lets the thread end once everything was run.
    pub(crate) fn close(&self) {
        self.closing.store(true, SeqCst);
        self.wake();
    }

    /// Takes the right to run, if nobody has it.
    fn enter(&self) -> bool {
        !self.exit.0.running.swap(true, Acquire)
    }

    /// Runs tasks in the calling thread until `done` says so, if nobody else runs them; tells whether it is done.
    pub(crate) fn help(&self, done: impl Fn() -> bool) -> bool {
        while self.shared && !done() {
            if !self.enter() {
                return false;
            }
            let some = self.run_until(&done);
            self.helped.store(true, Relaxed);
            self.release();
            if !self.is_empty() {
                self.wake();
                if !some {
                    // A task is being put down.
                    thread::yield_now();
                }
            } else if !done() {
                return false;
            }
        }
        done()
    }

    /// Runs everything there is, as the stream's thread; tells whether there was something.
    fn run_all(&self) -> bool {
        let mut some = false;
        while !self.is_empty() && self.enter() {
            let ran = self.run_until(&|| false);
            some |= ran;
            self.release();
            if !ran {
                thread::yield_now();
            }
        }
        some
    }

    /// Tells whether all was taken, and nobody is putting a task down.
    fn is_empty(&self) -> bool {
        let Entrance { latch, submitted, .. } = &self.entrance.0;
        // In this order: whoever let the latch go has submitted before.
        !latch.load(SeqCst) && submitted.load(SeqCst) == self.exit.0.left.load(SeqCst)
    }

    /// Gives the right to run back.
    fn release(&self) {
        // SAFETY: this thread has the right to run.
        let taken = unsafe { *self.exit.0.taken.get() };
        self.exit.0.left.store(taken, SeqCst);
        self.exit.0.running.store(false, SeqCst);
    }

    /// Runs tasks until `done` says so or there is none; tells whether there was one. The caller has the right to run.
    fn run_until(&self, done: &impl Fn() -> bool) -> bool {
        // SAFETY: the caller has the right to run, and with it this.
        let before = unsafe { *self.exit.0.taken.get() };
        // Kernels catch their own panics; this is for a fault of ours, which must not leave waiters hanging.
        while let Err(payload) = catch_unwind(AssertUnwindSafe(|| self.run_some(done))) {
            let message = panic_message(&*payload);
            // The first one stays.
            let _ = self.failure.set(Error::KernelPanicked { kernel: "(a stream's task)", message });
        }
        // SAFETY: as above.
        unsafe { *self.exit.0.taken.get() != before }
    }

    fn run_some(&self, done: &impl Fn() -> bool) {
        let Exit { taken, place, .. } = &self.exit.0;
        loop {
            let submitted = self.entrance.0.submitted.load(Acquire);
            // SAFETY: the caller has the right to run. Each is written before the task runs, so that a panic loses no more than that.
            unsafe {
                if *taken.get() == submitted {
                    return;
                }
                while *taken.get() != submitted {
                    if done() {
                        return;
                    }
                    let place = &mut *place.get();
                    if place.slot == SLOTS {
                        self.advance(place);
                    }
                    let slot = &raw mut (*place.segment).slots[place.slot];
                    place.slot += 1;
                    *taken.get() = (*taken.get()).wrapping_add(1);
                    let run = (*slot).run.assume_init();
                    if let Err(error) = run((&raw mut (*slot).words).cast(), self.failure.get()) {
                        let _ = self.failure.set(error);
                    }
                }
            }
        }
    }

    /// Goes on to the next segment, and leaves this one for a submitter.
    ///
    /// # Safety
    /// The place is the exit's, of a caller who has the right to run, and more was submitted.
    #[cold]
    unsafe fn advance(&self, place: &mut Place) {
        let full = place.segment;
        // SAFETY: the segment is live; submitters have left it for the next one, which they have linked.
        let next = unsafe { (*full).next };
        *place = Place { segment: next, slot: 0 };
        // SAFETY: from here on it is in no list.
        unsafe { (*full).next = ptr::null_mut() };
        let surplus = self.spare.swap(full, AcqRel);
        if !surplus.is_null() {
            // SAFETY: taken out of its place, so that nobody else has it; its tasks were taken.
            drop(unsafe { Box::from_raw(surplus) });
        }
    }

    /// Looks for more work for a moment; tells whether there is some.
    fn spin(&self) -> bool {
        for _ in 0..SPINS {
            if self.entrance.0.submitted.load(Relaxed) != self.exit.0.left.load(Relaxed) {
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
            if closing && self.is_empty() && !self.exit.0.running.load(SeqCst) {
                return;
            }
            // While a helper runs the last tasks of a closed stream, nobody wakes this thread.
            let mode = if naps < NAPS || closing { NAPPING } else { ASLEEP };
            self.sleep.store(mode, SeqCst);
            // After `sleep` was set: what is submitted or left behind later comes from somebody who sees that.
            let work = !self.is_empty() && !self.exit.0.running.load(SeqCst);
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
        self.run_until(&|| false);
        // SAFETY: nobody has the queue; all was taken, so that both places are in the last segment.
        unsafe {
            drop(Box::from_raw(self.exit.0.place.get_mut().segment));
            let spare = *self.spare.get_mut();
            if !spare.is_null() {
                drop(Box::from_raw(spare));
            }
        }
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

/// Runs a task that lies in its slot.
///
/// # Safety
/// The words are a task of this type, which nobody else takes.
unsafe fn run_in_place<F: FnOnce(Option<&Error>) -> Result<()>>(
    words: *mut MaybeUninit<u64>,
    failure: Option<&Error>,
) -> Result<()> {
    // SAFETY: the caller vouches for it; `submit` saw to size and alignment.
    let task = unsafe { words.cast::<F>().read() };
    task(failure)
}

/// Runs a task that its slot points to.
///
/// # Safety
/// The words are a pointer from `Box::into_raw` to a task of this type, which nobody else takes.
unsafe fn run_elsewhere<F: FnOnce(Option<&Error>) -> Result<()>>(
    words: *mut MaybeUninit<u64>,
    failure: Option<&Error>,
) -> Result<()> {
    // SAFETY: the caller vouches for it.
    let task = unsafe { Box::from_raw(words.cast::<*mut F>().read()) };
    task(failure)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Barrier, Mutex};

    /// A queue with the thread that runs it, which ends with the returned guard.
    fn served() -> (Arc<Queue>, impl Drop) {
        struct Served(Arc<Queue>, Option<thread::JoinHandle<()>>);
        impl Drop for Served {
            fn drop(&mut self) {
                self.0.close();
                if let Some(thread) = self.1.take() {
                    thread.join().unwrap();
                }
            }
        }
        let queue = Arc::new(Queue::new(true));
        let theirs = queue.clone();
        let thread = thread::spawn(move || theirs.serve());
        (queue.clone(), Served(queue, Some(thread)))
    }

    fn push(
        list: &Arc<Mutex<Vec<usize>>>,
        number: usize,
    ) -> impl FnOnce(Option<&Error>) -> Result<()> + use<> {
        let list = list.clone();
        move |_| {
            list.lock().unwrap().push(number);
            Ok(())
        }
    }

    #[test]
    fn tasks_of_every_size_run_in_order_over_many_segments() {
        let list = Arc::default();
        let (queue, served) = served();
        for number in 0..5 * SLOTS {
            let small = push(&list, number);
            if number % 3 == 0 {
                let large = [number; 20];
                queue.submit(move |failure| {
                    assert_eq!(large, [large[19]; 20]);
                    small(failure)
                });
            } else {
                queue.submit(small);
            }
        }
        drop(served);
        assert_eq!(*list.lock().unwrap(), (0..5 * SLOTS).collect::<Vec<_>>());
    }

    #[test]
    fn what_several_threads_submit_runs_once_each_and_in_each_ones_order() {
        const THREADS: usize = 4;
        const EACH: usize = if cfg!(miri) { 100 } else { 2000 };
        let list = Arc::default();
        let (queue, served) = served();
        thread::scope(|scope| {
            for thread in 0..THREADS {
                let (queue, list) = (&queue, &list);
                scope.spawn(move || {
                    for number in 0..EACH {
                        queue.submit(push(list, thread * EACH + number));
                        if number % 64 == 0 {
                            queue.help(|| false);
                        }
                    }
                });
            }
        });
        drop(served);
        let ran = list.lock().unwrap();
        assert_eq!(ran.len(), THREADS * EACH);
        for thread in 0..THREADS {
            let own: Vec<_> = ran.iter().filter(|number| **number / EACH == thread).copied().collect();
            assert_eq!(own, (thread * EACH..(thread + 1) * EACH).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_task_that_panics_fails_the_stream_and_the_next_ones_are_told() {
        let (queue, served) = served();
        let told = Arc::new(Mutex::new(String::new()));
        let theirs = told.clone();
        queue.submit(|_| panic!("a fault of ours"));
        queue.submit(move |failure| {
            *theirs.lock().unwrap() = failure.unwrap().to_string();
            Ok(())
        });
        drop(served);
        assert!(told.lock().unwrap().contains("a fault of ours"));
    }

    #[test]
    fn a_queue_that_nobody_serves_runs_what_it_has_when_it_goes() {
        let list = Arc::default();
        let queue = Queue::new(true);
        (0..2 * SLOTS).for_each(|number| queue.submit(push(&list, number)));
        drop(queue);
        assert_eq!(list.lock().unwrap().len(), 2 * SLOTS);
    }

    #[test]
    fn submitting_to_a_thread_that_runs_makes_no_system_call() {
        let (queue, served) = served();
        let (gate, theirs) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (entered, left) = (gate.clone(), theirs.clone());
        queue.submit(move |_| {
            entered.wait();
            left.wait();
            Ok(())
        });
        // The thread may nap still, and is awake from here on.
        queue.submit(|_| Ok(()));
        gate.wait();
        let before = queue.wakes();
        const MANY: usize = if cfg!(miri) { 200 } else { 10_000 };
        (0..MANY).for_each(|_| queue.submit(|_| Ok(())));

        assert_eq!(queue.wakes(), before);
        theirs.wait();
        drop(served);
    }
}

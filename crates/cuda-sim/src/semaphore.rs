//! External semaphores: what another library signals and a stream waits for, or the other way round.
//!
//! On a device they come from Vulkan or Direct3D. Here they are what a program can make without either: a *binary* one is an eventfd
//! (`CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD`), which is signalled while its count is not zero; a *timeline* is a file whose first eight
//! bytes are a number (`CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD`), which a signal sets and a wait compares. Whoever has the
//! same descriptor, in this process or another, signals and waits by it.

use std::mem::size_of;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::*;
use crate::exports::Sim;
use crate::external::file_of;
use crate::ffi::{HandleOut, In};
use crate::graph::Task;
use crate::handle::Handle;
use crate::operation::{Fault, Work};
use crate::order::Act;
use crate::space::Mapping;
use crate::state::lock;
use crate::sys::{
    CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC, CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS,
    CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS, CUexternalSemaphore, CUexternalSemaphoreHandleType,
};

/// A semaphore.
#[derive(Debug)]
pub(crate) struct Semaphore {
    place: Place,
    /// Who has signalled it, with the values, for those who look for races.
    signals: Mutex<Vec<(u64, Arc<Act>)>>,
}

#[derive(Debug)]
enum Place {
    Binary(OwnedFd),
    Timeline(Mapping),
}

/// How many signals are remembered.
const REMEMBERED: usize = 64;

impl Semaphore {
    fn number(mapping: &Mapping) -> &AtomicU64 {
        // SAFETY: the mapping is a page that lives as long as this, and is aligned; others that have it use it as a number as well.
        unsafe { &*(mapping.base as *const AtomicU64) }
    }

    /// Signals it: a binary one becomes signalled, a timeline gets the value.
    fn signal(&self, value: u64) -> Result<(), Fault> {
        match &self.place {
            Place::Timeline(page) => Self::number(page).store(value, Ordering::Release),
            Place::Binary(file) => {
                let one = 1u64;
                // SAFETY: eight bytes of ours are read.
                let written = unsafe { libc::write(file.as_raw_fd(), (&raw const one).cast(), 8) };
                if written != 8 {
                    let text = "an external semaphore could not be signalled".into();
                    return Err(Fault { code: LAUNCH_FAILED, text, address: None });
                }
            }
        }
        Ok(())
    }

    /// Whether it is signalled, or has got to the value. A binary one is no longer signalled then.
    fn take(&self, value: u64) -> bool {
        match &self.place {
            Place::Timeline(page) => Self::number(page).load(Ordering::Acquire) >= value,
            Place::Binary(file) => {
                let mut count = 0u64;
                let room = libc::iovec { iov_base: (&raw mut count).cast(), iov_len: 8 };
                // SAFETY: eight bytes of ours are written. Without waiting: whoever has the descriptor too may be quicker.
                let read = unsafe { libc::preadv2(file.as_raw_fd(), &room, 1, -1, libc::RWF_NOWAIT) };
                read == 8
            }
        }
    }

    /// Notes that an operation signals it.
    pub(crate) fn note(&self, value: u64, act: &Arc<Act>) {
        let mut signals = self.signals.lock().unwrap_or_else(PoisonError::into_inner);
        signals.push((value, act.clone()));
        if signals.len() > REMEMBERED {
            signals.remove(0);
        }
    }

    /// The operations whose signals a wait for `value` may have been for; none if it was somebody else's.
    fn signallers(&self, value: u64) -> Vec<Arc<Act>> {
        let mut signals = self.signals.lock().unwrap_or_else(PoisonError::into_inner);
        match self.place {
            // The first that gets there ends the wait.
            Place::Timeline(_) => {
                signals.iter().find(|(to, _)| *to >= value).map(|(_, act)| act.clone()).into_iter().collect()
            }
            // All of them are used up.
            Place::Binary(_) => signals.drain(..).map(|(_, act)| act).collect(),
        }
    }
}

/// Signalling a semaphore.
#[derive(Clone, Debug)]
pub(crate) struct Signal {
    semaphore: Arc<Semaphore>,
    value: u64,
}

impl Signal {
    pub(crate) fn run(self) -> Result<(), Fault> {
        self.semaphore.signal(self.value)
    }

    /// Notes who does it.
    pub(crate) fn note(&self, act: &Arc<Act>) {
        self.semaphore.note(self.value, act);
    }
}

/// Waiting for a semaphore.
#[derive(Debug)]
pub(crate) struct Await {
    semaphore: Arc<Semaphore>,
    value: u64,
    /// It has been waited for: asking again would wait for the next signal.
    over: AtomicBool,
}

impl Clone for Await {
    /// Another wait, which is not over.
    fn clone(&self) -> Await {
        Await { semaphore: self.semaphore.clone(), value: self.value, over: AtomicBool::new(false) }
    }
}

impl Await {
    /// Whether the wait is over.
    pub(crate) fn is_over(&self) -> bool {
        if !self.over.load(Ordering::Relaxed) && self.semaphore.take(self.value) {
            self.over.store(true, Ordering::Relaxed);
        }
        self.over.load(Ordering::Relaxed)
    }

    /// The operations that it may have waited for; none if it was the host or another process.
    pub(crate) fn signallers(&self) -> Vec<Arc<Act>> {
        self.semaphore.signallers(self.value)
    }
}

/// What is said of one semaphore in a call, in either direction.
trait Parameters: Copy {
    fn value(&self) -> u64;
    fn flags(&self) -> u32;
    fn work(semaphore: Arc<Semaphore>, value: u64) -> Work;
    /// Whether it is for signalling.
    const SIGNALS: bool;
}

impl Parameters for CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS {
    fn value(&self) -> u64 {
        self.params.fence.value
    }

    fn flags(&self) -> u32 {
        self.flags
    }

    fn work(semaphore: Arc<Semaphore>, value: u64) -> Work {
        Work::Signal(Signal { semaphore, value })
    }

    const SIGNALS: bool = true;
}

impl Parameters for CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS {
    fn value(&self) -> u64 {
        self.params.fence.value
    }

    fn flags(&self) -> u32 {
        self.flags
    }

    fn work(semaphore: Arc<Semaphore>, value: u64) -> Work {
        Work::Await(Await { semaphore, value, over: AtomicBool::new(false) })
    }

    const SIGNALS: bool = false;
}

/// What one call does with some semaphores.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) signals: bool,
    pub(crate) works: Vec<Work>,
    /// The semaphores, and then what was said of each, as the client gave them: for those who ask a node.
    words: Vec<u64>,
}

impl Batch {
    /// What a node keeps where its client may read it: see [`Listed`].
    pub(crate) fn words(&self) -> Vec<u64> {
        self.words.clone()
    }

    pub(crate) fn len(&self) -> usize {
        self.works.len()
    }
}

/// Reads what a client says of some semaphores.
fn batch<P: Parameters>(semaphores: In<CUexternalSemaphore>, parameters: In<P>, count: u32) -> Answer<Batch> {
    const { assert!(size_of::<P>().is_multiple_of(8)) };
    let count = count as usize;
    let handles: Vec<u64> = semaphores.all(count)?.into_iter().map(|it| it as u64).collect();
    let given = parameters.all(count)?;
    let mut words = handles.clone();
    for index in 0..count {
        // Both structures are multiples of eight bytes long; the padding at their ends means nothing.
        words.extend(parameters.words_at(index));
    }
    let state = lock();
    let mut works = Vec::with_capacity(count);
    for (handle, given) in handles.iter().zip(given) {
        let semaphore = state.semaphores.get(Handle(*handle)).ok_or(INVALID_HANDLE)?;
        if given.flags() != 0 {
            return Err(INVALID_VALUE);
        }
        works.push(P::work(semaphore.clone(), given.value()));
    }
    Ok(Batch { signals: P::SIGNALS, works, words })
}

fn submit(stream: Handle, batch: impl FnOnce() -> Answer<Batch>) -> Answer {
    let stream = lock().stream(stream)?;
    let task = Task::Semaphores(Arc::new(batch()?));
    lock().submit_or_capture(stream, task)
}

/// A task that signals.
pub(crate) fn signal_task(
    semaphores: In<CUexternalSemaphore>,
    parameters: In<CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS>,
    count: u32,
) -> Answer<Task> {
    Ok(Task::Semaphores(Arc::new(batch(semaphores, parameters, count)?)))
}

/// A task that waits.
pub(crate) fn wait_task(
    semaphores: In<CUexternalSemaphore>,
    parameters: In<CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS>,
    count: u32,
) -> Answer<Task> {
    Ok(Task::Semaphores(Arc::new(batch(semaphores, parameters, count)?)))
}

/// Whether the descriptor is of an eventfd.
fn is_eventfd(file: &OwnedFd) -> bool {
    let link = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd()));
    link.is_ok_and(|link| link.to_string_lossy().contains("[eventfd]"))
}

impl Sim {
    /// The driver owns the descriptor from then on.
    pub(crate) fn cuImportExternalSemaphore(
        semaphore: HandleOut,
        description: In<CUDA_EXTERNAL_SEMAPHORE_HANDLE_DESC>,
    ) -> Answer {
        use CUexternalSemaphoreHandleType as T;
        let out = semaphore.required()?;
        let description = description.read()?;
        let is_timeline = match description.type_ {
            T::CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_OPAQUE_FD => false,
            T::CU_EXTERNAL_SEMAPHORE_HANDLE_TYPE_TIMELINE_SEMAPHORE_FD => true,
            T(1..=10) => return Err(NOT_SUPPORTED),
            _ => return Err(INVALID_VALUE),
        };
        if description.flags != 0 {
            return Err(INVALID_VALUE);
        }
        let mut state = lock();
        state.usable()?;
        // SAFETY: every bit pattern is an integer; for these types, the descriptor is what the client filled in.
        let descriptor = unsafe { description.handle.fd };
        let (file, len) = file_of(i64::from(descriptor)).map_err(|_| INVALID_HANDLE)?;
        let place = match is_timeline {
            true if len >= 8 => Place::Timeline(Mapping::share(&file, 0, 8).ok_or(INVALID_HANDLE)?),
            false if is_eventfd(&file) => Place::Binary(file),
            _ => return Err(INVALID_HANDLE),
        };
        // SAFETY: a successful import takes the descriptor over, as documented, so nobody else closes it.
        drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
        out.put(state.semaphores.insert(Arc::new(Semaphore { place, signals: Mutex::default() })));
        Ok(())
    }

    /// What streams were told to do with it, they do.
    pub(crate) fn cuDestroyExternalSemaphore(semaphore: Handle) -> Answer {
        lock().semaphores.remove(semaphore).map(drop).ok_or(INVALID_HANDLE)
    }

    pub(crate) fn cuSignalExternalSemaphoresAsync(
        semaphores: In<CUexternalSemaphore>,
        parameters: In<CUDA_EXTERNAL_SEMAPHORE_SIGNAL_PARAMS>,
        count: u32,
        stream: Handle,
    ) -> Answer {
        submit(stream, || batch(semaphores, parameters, count))
    }

    pub(crate) fn cuWaitExternalSemaphoresAsync(
        semaphores: In<CUexternalSemaphore>,
        parameters: In<CUDA_EXTERNAL_SEMAPHORE_WAIT_PARAMS>,
        count: u32,
        stream: Handle,
    ) -> Answer {
        submit(stream, || batch(semaphores, parameters, count))
    }
}

//! Pinned memory that a copy in flight is to write: does the host look at it too early?
//!
//! What the host reads cannot be seen, but it can be kept from reading: while such a copy is in flight, the whole pages that it will
//! write cannot be accessed. The host's access then faults, the fault is taken, the pages are opened, and the copy reports it when it
//! runs. What lies in a page together with something else is not protected, and a call of the system that is given such memory fails
//! instead of being reported; so this is only done where the check `early` is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::SeqCst};

use crate::order::Act;
use crate::race;
use crate::report::{self, Report, ReportKind};
use crate::thread;

const PAGE: u64 = 4096;
/// Stretches that can be protected at once; of further copies nothing is seen.
const SLOTS: usize = 64;

/// A stretch of pages that is protected. Atomic, because the handler of a fault may take no lock.
struct Slot {
    /// Zero if the slot is free, one while it is being set up.
    start: AtomicU64,
    end: AtomicU64,
    /// The address that the host accessed.
    seen: AtomicU64,
}

static TABLE: [Slot; SLOTS] =
    [const { Slot { start: AtomicU64::new(0), end: AtomicU64::new(0), seen: AtomicU64::new(0) } }; SLOTS];

/// Pages that are protected until this is dropped, or somebody accesses them.
#[derive(Debug)]
pub(crate) struct Closed {
    slot: usize,
}

fn protect(start: u64, end: u64, protection: libc::c_int) -> bool {
    // SAFETY: whole pages of pinned memory that this driver mapped, which stay mapped while a copy to them is in flight. Taking access
    // away makes accesses fault, which the handler resolves; no reference to these bytes is held meanwhile.
    unsafe { libc::mprotect(start as *mut libc::c_void, (end - start) as usize, protection) == 0 }
}

impl Closed {
    /// Protects the whole pages of `len` bytes at `base`; none if there are none, or no slot is free.
    pub(crate) fn new(base: u64, len: u64) -> Option<Arc<Closed>> {
        let (start, end) = (base.next_multiple_of(PAGE), (base + len) / PAGE * PAGE);
        let overlaps = |slot: &Slot| slot.start.load(SeqCst) < end && start < slot.end.load(SeqCst);
        if start >= end
            || !install()
            || TABLE.iter().any(|slot| slot.start.load(SeqCst) > 1 && overlaps(slot))
        {
            return None;
        }
        let slot = TABLE.iter().position(|it| it.start.compare_exchange(0, 1, SeqCst, SeqCst).is_ok())?;
        TABLE[slot].end.store(end, SeqCst);
        TABLE[slot].seen.store(0, SeqCst);
        TABLE[slot].start.store(start, SeqCst);
        let closed = Arc::new(Closed { slot });
        protect(start, end, libc::PROT_NONE).then_some(closed)
    }

    /// Opens the pages, and reports if the host has accessed them; `act` is about to write them.
    pub(crate) fn check(&self, act: &Act) -> bool {
        let (start, end) = self.open();
        let seen = TABLE[self.slot].seen.swap(0, SeqCst);
        if seen == 0 {
            return false;
        }
        report::add(Report {
            kind: ReportKind::HostRace,
            first: None,
            second: Some(act.describe("writes")),
            bytes: start..end,
            count: end - start,
            allocation: race::allocation_at(seen),
            advice: format!(
                "the host has accessed {seen:#x} between {} and the end of the copy: wait for {} before looking at what it brings",
                act.call(),
                act.stream_name()
            ),
        })
    }

    fn open(&self) -> (u64, u64) {
        let slot = &TABLE[self.slot];
        let (start, end) = (slot.start.load(SeqCst), slot.end.load(SeqCst));
        protect(start, end, libc::PROT_READ | libc::PROT_WRITE);
        (start, end)
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        self.open();
        TABLE[self.slot].start.store(0, SeqCst);
    }
}

/// What handled such faults before: the address of a function, or a default.
static BEFORE: AtomicUsize = AtomicUsize::new(libc::SIG_DFL);

/// Sees to it that faults come here first.
fn install() -> bool {
    static DONE: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *DONE.get_or_init(|| {
        // SAFETY: the structures are the system's, of numbers; the handler does only what a handler may.
        unsafe {
            let (mut action, mut before): (libc::sigaction, libc::sigaction) =
                (std::mem::zeroed(), std::mem::zeroed());
            let handler: extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void) = fault;
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
            let done = libc::sigaction(libc::SIGSEGV, &action, &mut before) == 0;
            BEFORE.store(before.sa_sigaction, SeqCst);
            done
        }
    })
}

/// Opens the pages if they are ours, and hands all other faults on.
extern "C" fn fault(signal: libc::c_int, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the system gives a valid structure to a handler that was installed with `SA_SIGINFO`.
    let address = unsafe { (*info).si_addr() } as u64;
    for slot in &TABLE {
        let (start, end) = (slot.start.load(SeqCst), slot.end.load(SeqCst));
        if start > 1 && (start..end).contains(&address) {
            if !thread::is_inside() {
                slot.seen.store(address, SeqCst);
            }
            if protect(start, end, libc::PROT_READ | libc::PROT_WRITE) {
                return;
            }
        }
    }
    let before = BEFORE.load(SeqCst);
    if before == libc::SIG_DFL || before == libc::SIG_IGN {
        // SAFETY: as it was before; the access faults again when the handler returns.
        unsafe { libc::signal(signal, libc::SIG_DFL) };
        return;
    }
    // SAFETY: the address of the handler that was there before, which takes these arguments or the first of them.
    unsafe {
        let handler = std::mem::transmute::<
            usize,
            extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void),
        >(before);
        handler(signal, info, context);
    }
}

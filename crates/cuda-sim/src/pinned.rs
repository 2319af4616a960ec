//! Pinned memory that a copy in flight reads: has the host changed it since the copy was submitted?
//!
//! The host's own accesses cannot be seen. What can is that the bytes have changed when the copy runs, although no operation
//! has written them, no host function has been called and no wait for a value has ended in between. So a change is found
//! if it comes before the copy does: with a seed, which makes copies late, that is nearly always.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use crate::order::{self, Act};
use crate::race;
use crate::report::{self, Report, ReportKind};

/// Bytes that are told apart in a report.
const PAGE: usize = 4096;
/// Larger copies are not looked at, because reading them twice takes long.
const LARGEST: u64 = 64 << 20;

/// What a stretch of pinned memory held when a copy of it was submitted.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    base: u64,
    len: u64,
    pages: Arc<Vec<u64>>,
    since: (u64, u64),
}

fn digests(base: u64, len: u64) -> Vec<u64> {
    // SAFETY: the range was found in the space by the caller, whose operation keeps it there; the host may write it meanwhile,
    // and then some digest comes out, which is what this is about.
    let bytes = unsafe { std::slice::from_raw_parts(base as *const u8, len as usize) };
    let digest = |page: &[u8]| {
        let mut hasher = DefaultHasher::new();
        hasher.write(page);
        hasher.finish()
    };
    bytes.chunks(PAGE).map(digest).collect()
}

impl Guard {
    /// Notes what `len` bytes of pinned memory at `base` hold; none if that is too much.
    pub(crate) fn new(base: u64, len: u64) -> Option<Guard> {
        let guard = || Guard { base, len, pages: Arc::new(digests(base, len)), since: order::now() };
        (len <= LARGEST).then(guard)
    }

    /// Reports what the host has changed since, if it has; `act` is about to read it.
    pub(crate) fn check(&self, act: &Act) -> bool {
        let pages = digests(self.base, self.len);
        let Some(page) = pages.iter().zip(self.pages.iter()).position(|(now, then)| now != then) else {
            return false;
        };
        let (entered, host) = self.since;
        let written = race::writers(self.base, self.len).iter().any(|writer| writer.entered() > entered);
        if written || order::now().1 != host {
            return false;
        }
        let start = self.base + (page * PAGE) as u64;
        let end = (start + PAGE as u64).min(self.base + self.len);
        report::add(Report {
            kind: ReportKind::HostRace,
            first: None,
            second: Some(act.describe("reads")),
            bytes: start..end,
            count: end - start,
            allocation: race::allocation_at(start),
            advice: format!(
                "the host has changed this memory between {} and the copy: wait for {} before writing it again",
                act.call(),
                act.stream_name()
            ),
        })
    }
}

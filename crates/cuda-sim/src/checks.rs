//! Which mistakes of programs are looked for, and what happens when one is found.

use std::sync::atomic::{AtomicU8, Ordering};

/// What is looked for. Everything but [`downloads`](Checks::downloads) and [`early`](Checks::early) is by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checks {
    /// Operations that touch common bytes, one of them writing, with nothing that orders them; use after an asynchronous
    /// free is one of them.
    pub races: bool,
    /// Kernels that read bytes of device memory that nothing has written.
    pub uninitialised: bool,
    /// Copies to the host of bytes that nothing has written. Programs that copy whole buffers with padding do so rightly.
    pub downloads: bool,
    /// Host writes to pinned memory that a copy in flight still reads.
    pub pinned: bool,
    /// What is alive when its context ends.
    pub leaks: bool,
    /// Freed addresses are given out again as late as possible, so that stale pointers are found out.
    pub quarantine: bool,
    /// Kernels that access device memory beyond what was allocated. Without it, as on a device, such an access fails only where
    /// there is no memory within two megabytes.
    pub bounds: bool,
    /// Host accesses to pinned memory that a copy in flight is still to write, by keeping the host from whole pages of it. A handler for
    /// faults is installed, and calls of the system that are given such memory fail.
    pub early: bool,
}

impl Checks {
    /// Looks for everything.
    pub const ALL: Checks = Checks {
        races: true,
        uninitialised: true,
        downloads: true,
        pinned: true,
        leaks: true,
        quarantine: true,
        bounds: true,
        early: true,
    };

    /// Looks for nothing: for speed, and for programs that only work because a device forgives.
    pub const NONE: Checks = Checks {
        races: false,
        uninitialised: false,
        downloads: false,
        pinned: false,
        leaks: false,
        quarantine: false,
        bounds: false,
        early: false,
    };

    /// Reads a list of names, as in `races,leaks`; `all`, `none` and `default` stand for several, and `-races` takes one away.
    pub(crate) fn parse(text: &str) -> Option<Checks> {
        let mut checks = Checks::NONE;
        for (index, word) in text.split(',').map(str::trim).enumerate() {
            let (name, on) = word.strip_prefix('-').map_or((word, true), |name| (name, false));
            // A list that begins by taking something away means all else that is on by default.
            if index == 0 && !on {
                checks = Checks::default();
            }
            match name {
                "all" if on => checks = Checks::ALL,
                "none" | "" if on => checks = Checks::NONE,
                "default" if on => checks = Checks::default(),
                _ => *checks.named(name)? = on,
            }
        }
        Some(checks)
    }

    fn named(&mut self, name: &str) -> Option<&mut bool> {
        Some(match name {
            "races" => &mut self.races,
            "uninitialised" => &mut self.uninitialised,
            "downloads" => &mut self.downloads,
            "pinned" => &mut self.pinned,
            "leaks" => &mut self.leaks,
            "quarantine" => &mut self.quarantine,
            "bounds" => &mut self.bounds,
            "early" => &mut self.early,
            _ => return None,
        })
    }
}

impl Default for Checks {
    fn default() -> Checks {
        let mut checks = Checks::ALL;
        (checks.downloads, checks.early) = (false, false);
        checks
    }
}

/// What happens when a mistake is found, besides that it is kept for [`reports`](crate::reports).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reaction {
    /// Nothing else.
    #[default]
    Keep,
    /// Its text is printed to standard error.
    Print,
    /// It is printed, and the context fails as after a faulty kernel: later calls return `CUDA_ERROR_LAUNCH_FAILED`.
    Fail,
    /// It is printed, and the process aborts.
    Abort,
}

impl Reaction {
    pub(crate) fn parse(text: &str) -> Option<Reaction> {
        Some(match text {
            "keep" => Reaction::Keep,
            "print" => Reaction::Print,
            "fail" => Reaction::Fail,
            "abort" => Reaction::Abort,
            _ => return None,
        })
    }
}

static CHECKS: AtomicU8 = AtomicU8::new(0);

/// Sets what is looked for from now on.
pub(crate) fn set(checks: Checks) {
    let Checks { races, uninitialised, downloads, pinned, leaks, quarantine, bounds, early } = checks;
    let bits = [races, uninitialised, downloads, pinned, leaks, quarantine, bounds, early];
    let bits = bits.iter().enumerate().fold(0, |all, (index, &on)| all | u8::from(on) << index);
    CHECKS.store(bits, Ordering::Release);
}

/// Returns what is looked for.
pub(crate) fn now() -> Checks {
    let bits = CHECKS.load(Ordering::Acquire);
    let on = |index: u8| bits & 1 << index != 0;
    Checks {
        races: on(0),
        uninitialised: on(1),
        downloads: on(2),
        pinned: on(3),
        leaks: on(4),
        quarantine: on(5),
        bounds: on(6),
        early: on(7),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_checks_is_read_as_people_write_it() {
        assert_eq!(Checks::parse("none"), Some(Checks::NONE));
        assert_eq!(Checks::parse("all"), Some(Checks::ALL));
        assert_eq!(Checks::parse("-races"), Some(Checks { races: false, ..Checks::default() }));
        assert_eq!(Checks::parse("races, leaks"), Some(Checks { races: true, leaks: true, ..Checks::NONE }));
        assert_eq!(Checks::parse("all,-downloads,-early"), Some(Checks::default()));
        assert_eq!(Checks::parse("everything"), None);
    }
}
